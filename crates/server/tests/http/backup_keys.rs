//! Backups under a key as the operator meets them: commands, exit codes, a backup that is killed, and what
//! a server says of its newest one.

use std::collections::BTreeSet;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use candour_store::backup::check_under;
use candour_store::backup::keys::Keys;
use serde_json::Value;

use crate::backup::{empty, head, run};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{BINARY, make};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// A folder with the name of a backup and that of a key file.
fn place() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (out, keys) = (folder.path().join("candour.backup"), folder.path().join("backup-keys.json"));
    (folder, out, keys)
}

/// Changes the key file as if time had gone by: every time in it moves so many days back.
fn days_go_by(keys: &Path, days: i64) {
    let mut held: Value = serde_json::from_slice(&fs::read(keys).unwrap()).unwrap();
    for key in held["keys"].as_array_mut().unwrap() {
        for time in ["begun", "recorded_at", "ended"] {
            if let Some(at) = key[time].as_i64() {
                key[time] = (at - days * DAY).into();
            }
        }
    }
    fs::write(keys, held.to_string()).unwrap();
}

#[test]
fn the_commands_back_up_under_a_key_restore_list_and_end() {
    on_both_engines("the_commands_back_up_under_a_key_restore_list_and_end", |database| {
        make(database, 30);
        let (folder, out, keys) = place();
        let (out, keys) = (out.to_str().unwrap(), keys.to_str().unwrap());
        let with = |arguments: &[&str]| run(database, &[&["--backup-keys", keys], arguments].concat());
        let before = head(database);
        let (code, said, error) = with(&["--format", "json", "backup", "--out", out]);
        assert_eq!(code, 0, "{error}");
        let said: Value = serde_json::from_str(&said).unwrap();
        let id = said["key"].as_str().unwrap();
        assert!(id.len() == 32 && said["keys"]["ended"] == serde_json::json!([]), "{said}");
        let sum = Command::new("sha256sum").arg(out).output().unwrap();
        assert_eq!(said["sha256"], String::from_utf8_lossy(&sum.stdout)[..64]);
        let (code, listed, _) = with(&["backup-keys", "list"]);
        assert!(code == 0 && listed.starts_with(id) && listed.contains("verified, ends after a newer one"), "{listed}");
        empty(database);
        let refused = |answer: (i32, String, String), says: &str| {
            let (code, said, error) = answer;
            assert!(code == 1 && said.is_empty() && error.contains(says), "{code} {said}{error}");
            assert!(error.contains("candour.backup was refused, and nothing restored"), "{error}");
        };
        let needs = format!("it is under the key {id}; name the key file that holds it with --backup-keys");
        refused(run(database, &["restore", "--from", out]), &needs);
        let other = folder.path().join("other.json");
        fs::copy(keys, &other).unwrap();
        let text = fs::read_to_string(keys).unwrap().replace(id, &"0".repeat(32));
        fs::write(&other, text).unwrap();
        let other = other.to_str().unwrap();
        refused(run(database, &["--backup-keys", other, "restore", "--from", out]), "does not hold");
        let (code, _, error) = with(&["restore", "--from", out]);
        assert_eq!(code, 0, "{error}");
        assert_eq!((head(database), run(database, &["verify"]).0), (before, 0));
        // A newer one, and time goes by; the key file shows what ended, and never a key.
        let newer = folder.path().join("newer");
        days_go_by(Path::new(keys), 10);
        let (code, said, _) = with(&["backup", "--out", newer.to_str().unwrap()]);
        assert!(code == 0 && said.contains("under the key ") && said.contains("and read back under it"), "{said}");
        let key = hex_of(keys, id);
        days_go_by(Path::new(keys), 20);
        let (code, said, error) = with(&["backup-keys", "end"]);
        assert!(
            code == 0 && said.contains(&format!("the key {id} ended: nobody can read its backup")),
            "{said}{error}"
        );
        assert_eq!(with(&["backup-keys", "end"]).1.trim(), "0 keys ended");
        let (code, listed, _) = with(&["--format", "json", "backup-keys", "list"]);
        let rows: Value = serde_json::from_str(&listed).unwrap();
        assert_eq!(
            (code, &rows["keys"][0]["state"], &rows["keys"][1]["state"]),
            (0, &"ended".into(), &"verified".into())
        );
        assert!(rows["keys"][1]["ends"].is_null() && !listed.contains(&key));
        assert!(!fs::read_to_string(keys).unwrap().contains(&key));
        empty(database);
        refused(with(&["restore", "--from", out]), "what it held cannot be read any more");
        assert_eq!(with(&["restore", "--from", newer.to_str().unwrap()]).0, 0);
    });
}

/// A key in the file, in hex.
fn hex_of(keys: &str, id: &str) -> String {
    let key = Keys::at(Path::new(keys)).key(id).unwrap();
    candour_core::record::hex(&key)
}

#[test]
fn the_commands_of_keys_say_what_is_wrong() {
    on_sqlite(|database| {
        make(database, 0);
        let (_folder, out, keys) = place();
        let keys = keys.to_str().unwrap();
        let (code, _, error) = run(database, &["backup-keys", "list"]);
        assert!(code == 2 && error.contains("name the key file with --backup-keys"), "{code} {error}");
        for command in ["list", "end"] {
            let (code, _, error) = run(database, &["--backup-keys", keys, "backup-keys", command]);
            assert!(code == 3 && error.contains("check the path"), "{code} {error}");
            assert!(!Path::new(keys).exists());
        }
        assert_eq!(run(database, &["--backup-keys", keys, "backup", "--out", out.to_str().unwrap()]).0, 0);
        days_go_by(Path::new(keys), -3);
        let (code, said, error) = run(database, &["--backup-keys", keys, "backup-keys", "end"]);
        assert!(code == 1 && said.is_empty() && error.contains("no key was ended: the machine's time"), "{error}");
        // A backup is taken all the same, and says so.
        let again = out.with_file_name("again");
        let (code, said, _) = run(database, &["--backup-keys", keys, "backup", "--out", again.to_str().unwrap()]);
        assert!(code == 0 && said.contains("no key was ended: the machine's time"), "{said}");
        fs::write(keys, "{}").unwrap();
        let third = out.with_file_name("third");
        let (code, _, error) = run(database, &["--backup-keys", keys, "backup", "--out", third.to_str().unwrap()]);
        assert!(code == 3 && error.contains("is not as it was written"), "{code} {error}");
        assert!(!third.exists(), "no backup without its key");
    });
}

#[test]
fn a_server_warns_when_no_verified_backup_is_new_enough() {
    on_sqlite(|database| {
        make(database, 0);
        let (folder, out, keys) = place();
        let config = folder.path().join("candour.toml");
        fs::write(&config, format!("backup_keys = {:?}\n", keys.to_str().unwrap())).unwrap();
        // Nobody can listen there, so that it ends by itself.
        let serve = ["serve", "--listen", "192.0.2.1:1", "--config", config.to_str().unwrap()];
        let warned = || {
            let (code, _, error) = run(database, &serve);
            assert!(code == 3 && error.contains("listening on 192.0.2.1:1"), "{error}");
            error
        };
        assert!(warned().contains("how old the newest verified backup is cannot be read"));
        let back_up = ["--backup-keys", keys.to_str().unwrap(), "backup", "--out", out.to_str().unwrap()];
        assert_eq!(run(database, &back_up).0, 0);
        assert!(!warned().contains("verified backup"));
        days_go_by(&keys, 8);
        assert!(warned().contains("take one at least every 7 days"));
        fs::write(&keys, "{\"format\":1,\"keys\":[]}").unwrap();
        assert!(warned().contains("there is no verified backup under a key"));
    });
}

#[test]
fn a_backup_under_a_key_that_is_killed_loses_no_key_and_is_whole_or_not_there() {
    on_both_engines("a_backup_under_a_key_that_is_killed_loses_no_key_and_is_whole_or_not_there", |database| {
        make(database, 60);
        let (folder, out, keys) = place();
        let keys_at = keys.to_str().unwrap();
        let began = Instant::now();
        assert_eq!(run(database, &["--backup-keys", keys_at, "backup", "--out", out.to_str().unwrap()]).0, 0);
        let took = began.elapsed();
        let mut known = ids(&keys);
        let (mut nothing, mut begun, mut done) = (0, 0, 0);
        for kill in 0..24 {
            let out = folder.path().join(format!("backup {kill}"));
            let mut backing_up = Command::new(BINARY)
                .args(["--database", database, "--backup-keys", keys_at, "backup", "--out"])
                .arg(&out)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // From before its first step to after its last.
            std::thread::sleep(took * kill / 20);
            backing_up.kill().unwrap();
            backing_up.wait().unwrap();
            let there = ids(&keys);
            assert!(there.is_superset(&known) && there.len() <= known.len() + 1, "a key was lost");
            match (out.exists(), there.len() > known.len()) {
                (true, true) => {
                    done += 1;
                    assert_opens(&keys, &out);
                }
                (true, false) => panic!("a backup without its key"),
                (false, true) => begun += 1,
                (false, false) => nothing += 1,
            }
            known = there;
        }
        assert_opens(&keys, &out);
        println!("{nothing} backups that were killed had no key yet, {begun} had only that, {done} were there");
    });
}

fn ids(keys: &Path) -> BTreeSet<String> {
    Keys::at(keys).list().unwrap().into_iter().map(|known| known.id).collect()
}

/// Opens a backup with the key that its first line names.
fn assert_opens(keys: &Path, out: &Path) {
    let file = fs::read(out).unwrap();
    let first: Value = serde_json::from_slice(file.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    let key = Keys::at(keys).key(first["key"].as_str().unwrap()).unwrap();
    check_under(&key, BufReader::new(file.as_slice())).unwrap();
}
