//! Backup and restore as the operator meets them: commands, exit codes, and a server that refuses
//! to go on from an old backup until somebody says why.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use candour_core::permit::Role;
use candour_store::db::Engine;
use candour_store::reads;
use serde_json::Value;

use crate::client::{reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{BINARY, Server, account, candour, make};

/// A command that says what it did, with its exit code, its answer and what it said on the way.
fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

pub fn run(database: &str, arguments: &[&str]) -> (i32, String, String) {
    told(&candour(database, arguments))
}

/// Size and root of the record.
pub fn head(database: &str) -> (u64, Vec<u8>) {
    let (size, root, _) =
        Engine::at(database).unwrap().read(|tx| reads::head(tx, "iopc")).unwrap().expect("there is a record");
    (size, root)
}

/// Records something through the pages of a server, which is then told to stop.
fn go_on(database: &str, marks: &[&str], times: usize) {
    let mut server = Server::start_with(database, marks);
    let mut client = server.signed_in(account(Role::Au, "London", 0));
    for _ in 0..times {
        let sent = client.post("/staff/refer", &referral(reference().as_plain(), &submission(), "Said."));
        assert_eq!(sent.status, 303, "{}", sent.body);
    }
    server.stop();
}

/// Makes the database at an address hold nothing, as a restore needs it.
pub fn empty(database: &str) {
    match database.strip_prefix("sqlite:") {
        Some(path) => {
            for name in ["candour.db", "candour-access.db"] {
                for suffix in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(Path::new(path).with_file_name(format!("{name}{suffix}")));
                }
            }
        }
        None => {
            let mut client = postgres::Client::connect(database, postgres::NoTls).unwrap();
            client.batch_execute("drop schema public cascade; create schema public").unwrap();
        }
    }
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("candour.backup");
    (folder, out)
}

#[test]
fn the_commands_take_a_record_away_and_bring_it_back() {
    on_both_engines("the_commands_take_a_record_away_and_bring_it_back", |database| {
        make(database, 30);
        let (folder, out) = place();
        let out = out.to_str().unwrap();
        let before = head(database);
        let (code, says, error) = run(database, &["backup", "--out", out]);
        assert_eq!(code, 0, "{error}");
        let expected = format!("iopc: {} events until ", before.0);
        assert!(says.contains(&expected) && says.contains(&format!("root {}", candour_core::record::hex(&before.1))));
        let sum = Command::new("sha256sum").arg(out).output().unwrap();
        let sum = String::from_utf8_lossy(&sum.stdout)[..64].to_owned();
        assert!(says.contains(&format!("SHA-256 of the file: {sum}")), "{says}");
        let (code, _, error) = run(database, &["backup", "--out", out]);
        assert!(code == 2 && error.contains("is there already"), "{code} {error}");
        let (code, _, error) = run(database, &["restore", "--from", out]);
        assert!(code == 2 && error.contains("where there is nothing"), "{code} {error}");
        empty(database);
        let nowhere = folder.path().join("none");
        let (code, _, error) = run(database, &["restore", "--from", nowhere.to_str().unwrap()]);
        assert!(code == 3 && error.contains("check the path"), "{code} {error}");
        let mut wrong = fs::read(out).unwrap();
        let middle = wrong.len() / 2;
        wrong[middle] ^= 4;
        let changed = folder.path().join("changed");
        fs::write(&changed, wrong).unwrap();
        let (code, said, error) = run(database, &["restore", "--from", changed.to_str().unwrap()]);
        assert!(code == 1 && said.is_empty() && error.contains("changed was refused, and nothing restored"), "{error}");
        let (code, said, error) = run(database, &["restore", "--from", out, "--format", "json"]);
        assert_eq!(code, 0, "{error}");
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((&said["logs"][0]["size"], &said["sha256"]), (&before.0.into(), &sum.into()));
        assert!(said["derived"].as_u64().unwrap() > 30);
        assert_eq!(head(database), before);
        assert_eq!(run(database, &["verify"]).0, 0);
        assert_eq!(run(database, &["rebuild"]).0, 0);
    });
}

#[test]
fn a_server_refuses_an_old_backup_until_somebody_says_why() {
    on_both_engines("a_server_refuses_an_old_backup_until_somebody_says_why", |database| {
        make(database, 0);
        let (folder, out) = place();
        let (out, file) = (out.to_str().unwrap(), folder.path().join("marks.json"));
        // SQLite has its own place for them.
        let marks: &[&str] =
            if database.starts_with("sqlite:") { &[] } else { &["--high-water", file.to_str().unwrap()] };
        let with = |arguments: &[&str]| run(database, &[marks, arguments].concat());
        go_on(database, marks, 2);
        assert_eq!(with(&["backup", "--out", out]).0, 0);
        let (old, _) = head(database);
        go_on(database, marks, 3);
        let (seen, _) = head(database);
        empty(database);
        assert_eq!(with(&["restore", "--from", out]).0, 0);
        let refused = format!("the log iopc has {old} events, and this installation has seen {seen}");
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let (code, said, error) = with(&serve);
        assert!(code == 1 && said.is_empty(), "{said}{error}");
        assert!(error.contains(&refused) && error.contains("candour accept-restored --reasons WHY"), "{error}");
        let (code, said, error) = with(&["verify"]);
        assert!(code == 1 && said.contains(": 0 findings") && error.contains(&refused), "{said}{error}");
        assert_eq!(with(&["accept-restored", "--reasons", " "]).0, 2);
        let (code, said, error) = with(&["accept-restored", "--reasons", "The disk of the server died."]);
        assert!(code == 0 && said.contains("recorded as accepted"), "{said}{error}");
        assert_eq!(head(database).0, old + 1, "that is in the record");
        let (code, _, error) = with(&["accept-restored", "--reasons", "Again."]);
        assert!(code == 2 && error.contains("there is nothing to accept"), "{error}");
        go_on(database, marks, 4);
        assert_eq!((with(&["verify"]).0, with(&["rebuild"]).0), (0, 0));
        let entry = Engine::at(database).unwrap().read(|tx| {
            let mut found = Vec::new();
            reads::each_of_kind(tx, "iopc", "log.restored", |_, data| {
                found.push(serde_json::from_str::<Value>(data).unwrap());
                Ok(())
            })?;
            Ok::<_, candour_store::db::Error>(found)
        });
        let entry = entry.unwrap();
        assert_eq!((&entry[0]["seen"]["size"], &entry[0]["found"]["size"]), (&seen.into(), &old.into()));
    });
}

#[test]
fn a_record_that_is_gone_or_another_is_not_served() {
    on_sqlite(|database| {
        make(database, 0);
        go_on(database, &[], 2);
        let (seen, _) = head(database);
        empty(database);
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let (code, _, error) = run(database, &serve);
        assert!(
            code == 1 && error.contains(&format!("has 0 events, and this installation has seen {seen}")),
            "{error}"
        );
        let path = Path::new(database.strip_prefix("sqlite:").unwrap());
        assert!(!path.exists(), "no new record was begun in its place");
        assert_eq!(run(database, &["accept-restored", "--reasons", "Gone."]).0, 3, "there is nothing to put it into");
        // Another record, and a longer one.
        make(database, 20);
        assert!(head(database).0 > seen);
        let (code, _, error) = run(database, &serve);
        assert!(code == 1 && error.contains("is not the one that this installation has seen"), "{error}");
        assert_eq!(run(database, &["accept-restored", "--reasons", "The other was a trial."]).0, 0);
        go_on(database, &[], 1);
        let marks = path.with_file_name("candour-high-water.json");
        let right = fs::read_to_string(&marks).unwrap();
        for wrong in [
            "",
            "{}",
            &right.replace("\"format\": 1", "\"format\": 2"),
            &right.replacen("\"root\": \"", "\"root\": \"0", 1),
        ] {
            fs::write(&marks, wrong).unwrap();
            let (code, _, error) = run(database, &serve);
            assert!(code == 3 && error.contains("candour-high-water.json is not as it was written"), "{error}");
        }
        fs::write(&marks, right).unwrap();
        go_on(database, &[], 1);
        // Who read what does not get lost unnoticed either.
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(path.with_file_name(format!("candour-access.db{suffix}")));
        }
        let (code, _, error) = run(database, &serve);
        assert!(code == 1 && error.contains("the log iopc/access/1 has 0 events"), "{error}");
        assert_eq!(run(database, &["accept-restored", "--reasons", "Its disk died."]).0, 0);
        go_on(database, &[], 1);
    });
}

#[test]
fn a_restore_that_is_killed_leaves_nothing_or_all() {
    on_both_engines("a_restore_that_is_killed_leaves_nothing_or_all", |database| {
        make(database, 60);
        let (_folder, out) = place();
        assert_eq!(run(database, &["backup", "--out", out.to_str().unwrap()]).0, 0);
        let whole = head(database);
        empty(database);
        let began = Instant::now();
        assert_eq!(run(database, &["restore", "--from", out.to_str().unwrap()]).0, 0);
        let took = began.elapsed();
        assert!(is_whole(database, &whole));
        let (mut nothing, mut all) = (0, 0);
        for kill in 0..20 {
            empty(database);
            let mut restoring = Command::new(BINARY)
                .args(["--database", database, "restore", "--from"])
                .arg(&out)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // From before its first step to after its last.
            std::thread::sleep(took * kill / 16);
            restoring.kill().unwrap();
            restoring.wait().unwrap();
            if is_whole(database, &whole) {
                all += 1;
                assert_eq!((run(database, &["verify"]).0, run(database, &["rebuild"]).0), (0, 0));
            } else {
                nothing += 1;
            }
        }
        println!("{nothing} restores that were killed left nothing, {all} had ended");
    });
}

/// Whether the whole record is there; half of one fails the test.
fn is_whole(database: &str, whole: &(u64, Vec<u8>)) -> bool {
    if let Some(path) = database.strip_prefix("sqlite:").map(Path::new) {
        let making = path.with_file_name(".candour.db.restoring");
        if making.exists() {
            fs::remove_dir_all(making).unwrap();
        }
        return path.exists() && head(database) == *whole;
    }
    let mut client = postgres::Client::connect(database, postgres::NoTls).unwrap();
    // The server may still be at what the killed process began.
    let ours = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
    while client.query_one(ours, &[]).unwrap().get::<_, i64>(0) > 0 {
        std::thread::yield_now();
    }
    let there: Option<String> = client.query_one("select cast(to_regclass('event') as text)", &[]).unwrap().get(0);
    if there.is_none() {
        return false;
    }
    let events: i64 = client.query_one("select count(*) from event", &[]).unwrap().get(0);
    let heads: i64 = client.query_one("select count(*) from head", &[]).unwrap().get(0);
    if heads == 0 {
        assert_eq!(events, 0, "half of a record");
        return false;
    }
    assert_eq!(head(database), *whole);
    true
}

#[test]
fn a_missing_permission_is_named() {
    // Root may do everything, so somebody else asks.
    on_sqlite(|database| {
        let Some(nobody) = somebody_else() else {
            return crate::engines::skipped("a_missing_permission_is_named", "it takes root and a user nobody");
        };
        make(database, 0);
        let (folder, out) = place();
        assert_eq!(run(database, &["backup", "--out", out.to_str().unwrap()]).0, 0);
        use std::os::unix::process::CommandExt as _;
        let elsewhere = tempfile::tempdir().unwrap();
        let own = elsewhere.path().join("own");
        fs::create_dir(&own).unwrap();
        fs::set_permissions(elsewhere.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        std::os::unix::fs::chown(&own, Some(nobody), Some(nobody)).unwrap();
        let target = format!("sqlite:{}", own.join("candour.db").display());
        let output = Command::new(BINARY)
            .args(["--database", &target, "restore", "--from"])
            .arg(&out)
            .uid(nobody)
            .gid(nobody)
            .current_dir("/")
            .stdin(Stdio::null())
            .output();
        // Where the binary itself is out of reach there is nothing to see.
        let Ok(output) = output else {
            return crate::engines::skipped("a_missing_permission_is_named", "nobody may not run the binary");
        };
        let (code, _, error) = told(&output);
        assert!(code == 3 && error.contains("Permission denied") && error.contains("permission, or choose"), "{error}");
        assert_eq!(fs::read_dir(&own).unwrap().count(), 0);
    });
}

/// The id of somebody who is not root, when we are.
fn somebody_else() -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let mine = tempfile::tempdir().unwrap();
    if fs::metadata(mine.path()).unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find(|line| line.starts_with("nobody:"))?.split(':').nth(2)?.parse().ok()
}
