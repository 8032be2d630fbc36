//! Material with files: sent, recorded, taken away, scanned; what is refused, and what a kill leaves.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use candour_core::permit::Role;

use crate::access::{CANARY, referred};
use crate::client::{Answer, Client, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::python;
use crate::raw::Raw;
use crate::server::{Server, account, candour, make};

const MIB: usize = 1 << 20;

/// Bytes that look like no text, with a planted word in their middle.
fn recording(bytes: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let mut made: Vec<u8> = (0..bytes)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect();
    let middle = bytes / 2;
    made.splice(middle..middle, CANARY.bytes());
    made
}

fn at(case: &str) -> String {
    format!("/staff/cases/{case}/material")
}

/// Sends a file and gives the address of the form that records it.
fn send(client: &mut Client, case: &str, name: &str, bytes: &[u8]) -> String {
    let sent = client.send_file(&format!("{}/upload", at(case)), name, bytes);
    assert_eq!(sent.status, 303, "{}", sent.body);
    sent.location
}

/// Fills in the form that records a file, and confirms it under a submission id.
fn record(client: &mut Client, form: &str, submission: &str) -> Answer {
    recorded(client, form, submission, "Body-worn video of the arrest")
}

/// The same with a description.
fn recorded(client: &mut Client, form: &str, submission: &str, description: &str) -> Answer {
    let page = client.get(form);
    let (file, version) = (Client::hidden(&page.body, "file"), Client::hidden(&page.body, "version"));
    let address = form.split('?').next().unwrap();
    let case = address.split('/').nth(3).unwrap().to_owned();
    let fields = [
        ("case", case.as_str()),
        ("file", file.as_str()),
        ("version", version.as_str()),
        ("submission", submission),
        ("step", "confirm"),
        ("sort", "video"),
        ("from", "authority"),
        ("on-day", "3"),
        ("on-month", "6"),
        ("on-year", "2018"),
        ("description", description),
    ];
    client.post(address, &fields)
}

/// Adds material to a case in assessment; gives the address at which it can be taken away.
pub fn attach(server: &Server, case: &str, name: &str, description: &str, bytes: &[u8]) -> String {
    let mut own = assessor(server);
    let form = send(&mut own, case, name, bytes);
    let done = recorded(&mut own, &form, &submission(), description);
    assert_eq!(done.status, 303, "{}", done.body);
    newest(&mut own, case).unwrap()
}

/// Where the newest file of a case can be taken away.
fn newest(client: &mut Client, case: &str) -> Option<String> {
    let page = client.get(&at(case)).body;
    let start = format!("href=\"{}/", at(case));
    let (_, rest) = page.split_once(&start)?;
    Some(format!("{}/{}", at(case), rest.split('"').next()?))
}

fn assessor(server: &Server) -> Client {
    server.signed_in(account(Role::Au, "London", 0))
}

fn pieces(database: &str) -> usize {
    Raw::open(database).rows("file_piece", "log, file, n").len()
}

#[test]
fn a_file_is_sent_recorded_once_and_taken_away_as_it_was() {
    on_both_engines("a_file_is_sent_recorded_once_and_taken_away_as_it_was", |database| {
        make(database, 0);
        let server = Server::start(database);
        let (case, other) = (referred(&server), referred(&server));
        let mut own = assessor(&server);
        let bytes = recording(700 * 1024);
        let form = send(&mut own, &case, "body cam ŵ.mp4", &bytes);
        assert!(own.get(&at(&case)).body.contains("not recorded yet"), "it waits");
        assert!(own.get(&form).body.contains("body cam ŵ.mp4"));
        let id = submission();
        let page = own.get(&form).body;
        let done = record(&mut own, &form, &id);
        assert_eq!(done.status, 303, "{}", done.body);
        let again = own.post(
            form.split('?').next().unwrap(),
            &[
                ("case", &case),
                ("file", &Client::hidden(&page, "file")),
                ("version", &Client::hidden(&page, "version")),
                ("submission", &id),
                ("step", "confirm"),
                ("sort", "video"),
                ("from", "authority"),
                ("on-day", "3"),
                ("on-month", "6"),
                ("on-year", "2018"),
                ("description", "Body-worn video of the arrest"),
            ],
        );
        assert_eq!(
            (again.status, &again.location),
            (303, &done.location),
            "sent twice, it counts once: {}",
            again.body
        );
        let shown = own.get(&at(&case)).body;
        assert_eq!(shown.matches("Body-worn video of the arrest").count(), 1);
        assert!(!shown.contains("not recorded yet") && shown.contains("Not scanned"), "{shown}");
        let place = newest(&mut own, &case).unwrap();
        let (status, headers, taken) = own.take(&place);
        assert_eq!((status, taken.unwrap() == bytes), (200, true), "it comes as it was sent");
        let header = |name: &str| headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
        assert_eq!(header("content-type"), "application/octet-stream");
        assert!(header("content-disposition").starts_with("attachment; filename=\"body cam _.mp4\""));
        assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff", "no-store"));
        assert!(header("content-security-policy").contains("default-src 'none'"));
        // Nobody takes it through another case, or without the case.
        let file = place.rsplit('/').next().unwrap();
        assert_eq!(own.get(&format!("{}/{file}", at(&other))).status, 404);
        for (role, of, status) in [
            (Role::Dm, "London", 200),
            (Role::Sup, "London", 200),
            (Role::Dm, "North West", 403),
            (Role::Adm, "London", 403),
            (Role::Ned, "London", 403),
            (Role::Psd, "metropolitan", 403),
        ] {
            let answer = server.signed_in(account(role, of, 0)).take(&place).0;
            assert_eq!(answer, status, "{role:?}");
        }
        let sent =
            server.signed_in(account(Role::Dm, "London", 0)).send_file(&format!("{}/upload", at(&case)), "x", b"x");
        assert_eq!(sent.status, 403, "a decision maker adds none");
        let readings =
            server.signed_in(account(Role::Sup, "London", 0)).get(&format!("/staff/cases/{case}/readers")).body;
        assert!(readings.contains(account(Role::Dm, "London", 0)), "who took it is among who has looked");
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
        let script = format!("{}/verify.py", python::VERIFY);
        assert!(python::run(&[&script, "--database", database]).status.success());
    });
}

#[test]
fn what_is_no_file_is_refused_and_nothing_of_it_is_kept() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start_with(database, &["--upload-max-mib", "1"]);
        let case = referred(&server);
        let mut own = assessor(&server);
        let to = format!("{}/upload", at(&case));
        let mut refused = |name: &str, bytes: &[u8], status: u16, says: &str| {
            let answer = own.send_file(&to, name, bytes);
            assert!(answer.status == status && answer.body.contains(says), "{name}: {} {}", answer.status, answer.body);
        };
        refused("empty.pdf", b"", 422, "The file is empty");
        refused("", b"a file without a name", 422, "No file was chosen");
        refused("long.mp4", &vec![0; MIB + 1], 422, "longer than 1 MiB");
        refused("longer.mp4", &vec![0; 3 * MIB], 422, "longer than 1 MiB");
        for (body, says) in [
            (
                &b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nno end"[..],
                "did not come whole",
            ),
            (b"--b\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--\r\n", "No file was chosen"),
            (b"nothing of the kind", "did not come whole"),
            (b"", "did not come whole"),
        ] {
            let answer = own.send_parts(&to, "b", body);
            assert!(answer.status == 422 && answer.body.contains(says), "{says}: {} {}", answer.status, answer.body);
        }
        assert_eq!(own.post(&to, &[("file", "typed")]).status, 422, "no file in the form");
        assert_eq!(own.get(&to).status, 405);
        assert_eq!(own.get(&format!("{}/0123", at(&case))).status, 404);
        assert_eq!((pieces(database), own.get(&at(&case)).body.contains("not recorded yet")), (0, false));
        for (name, shown) in [
            ("..\\..\\boot.ini", "boot.ini"),
            ("/etc/passwd", "passwd"),
            ("gpj.\u{202E}exe", "gpj.exe"),
            ("<script>alert(1)</script>.svg", "script&gt;.svg"),
        ] {
            let form = send(&mut own, &case, name, b"bytes");
            assert!(own.get(&form).body.contains(shown), "{name}");
        }
        let whole = send(&mut own, &case, "most.bin", &vec![7; MIB]);
        assert_eq!(record(&mut own, &whole, &submission()).status, 303, "as much as is taken");
    });
}

#[test]
fn a_kill_while_a_file_comes_leaves_nothing_that_counts() {
    on_both_engines("a_kill_while_a_file_comes_leaves_nothing_that_counts", |database| {
        make(database, 0);
        let mut server = Server::start(database);
        let case = referred(&server);
        let cookie = assessor(&server).cookie;
        let host = server.url.strip_prefix("http://").unwrap().to_owned();
        let mut socket = TcpStream::connect(&host).unwrap();
        let head = format!(
            "POST {}/upload HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\ncontent-length: 4000000\r\n\
             content-type: multipart/form-data; boundary=b\r\n\r\n--b\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"half.mp4\"\r\n\r\n",
            at(&case)
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(&vec![1; MIB]).unwrap();
        while pieces(database) == 0 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        server.kill();
        drop(server);
        let server = Server::start(database);
        let mut own = assessor(&server);
        assert!(!own.get(&at(&case)).body.contains("not recorded yet"), "half a file waits for nobody");
        let form = send(&mut own, &case, "whole.mp4", b"whole");
        assert_eq!(record(&mut own, &form, &submission()).status, 303);
        drop(server);
        let verified = candour(database, &["verify"]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    });
}

#[test]
fn a_file_that_is_not_what_the_record_says_never_leaves_whole() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let case = referred(&server);
        let mut own = assessor(&server);
        let form = send(&mut own, &case, "a.bin", &recording(MIB));
        assert_eq!(record(&mut own, &form, &submission()).status, 303);
        let place = newest(&mut own, &case).unwrap();
        Raw::open(database).run("update file_piece set bytes = zeroblob(length(bytes)) where n = 1");
        assert!(own.take(&place).2.is_err(), "the download breaks off");
        let verified = candour(database, &["verify"]);
        let said = String::from_utf8_lossy(&verified.stdout).into_owned();
        assert!(verified.status.code() == Some(1) && said.contains("file-changed"), "{said}");
    });
}

/// clamd with one signature, the test file's that every scanner knows, made when the test runs.
struct Clamd {
    child: Child,
    folder: tempfile::TempDir,
}

impl Clamd {
    /// Starts it, where it is installed.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::create_dir(at("signatures")).unwrap();
        let hex: String = eicar().iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(at("signatures/test.ndb"), format!("Test.Eicar:0:*:{hex}\n")).unwrap();
        let config = format!(
            "LocalSocket {}\nDatabaseDirectory {}\nForeground yes\nPidFile {}\n\
             StreamMaxLength 5M\nMaxScanSize 5M\nMaxFileSize 3M\nAlertExceedsMax yes\n",
            at("socket"),
            at("signatures"),
            at("pid")
        );
        fs::write(at("clamd.conf"), config).unwrap();
        // Debian keeps it where not everybody looks for commands.
        let place = "/usr/sbin/clamd";
        let mut clamd = Command::new(if fs::exists(place).unwrap() { place } else { "clamd" });
        clamd.args(["-c", &at("clamd.conf")]).stdout(Stdio::null()).stderr(Stdio::null());
        let child = match clamd.spawn() {
            Ok(child) => child,
            Err(e) => {
                println!("skipped: scanning with clamd (it could not be started: {e})");
                return None;
            }
        };
        let started = Self { child, folder };
        while !fs::exists(started.socket()).unwrap() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Some(started)
    }

    fn socket(&self) -> String {
        self.folder.path().join("socket").display().to_string()
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The test file that every scanner knows, put together here so that no scanner finds this source.
fn eicar() -> Vec<u8> {
    let parts = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-", "TEST-FILE!$H+H*"];
    parts.concat().into_bytes()
}

/// The same inside a zip archive, stored as it is, made by Python's own library.
fn zipped(bytes: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (plain, archive) = (folder.path().join("plain"), folder.path().join("archive.zip"));
    fs::write(&plain, bytes).unwrap();
    let script =
        "import sys, zipfile; zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED).write(sys.argv[1], 'a.com')";
    let made = python::run(&["-c", script, &plain.display().to_string(), &archive.display().to_string()]);
    assert!(made.status.success());
    let mut read = Vec::new();
    fs::File::open(archive).unwrap().read_to_end(&mut read).unwrap();
    read
}

#[test]
fn what_the_scanner_finds_is_kept_and_never_handed_out_and_without_it_nothing_is_taken() {
    on_sqlite(|database| {
        let Some(clamd) = Clamd::start() else { return };
        make(database, 0);
        // One came before there was a scanner.
        let server = Server::start(database);
        let case = referred(&server);
        let mut own = assessor(&server);
        let form = send(&mut own, &case, "early.com", &eicar());
        assert_eq!(record(&mut own, &form, &submission()).status, 303);
        let early = newest(&mut own, &case).unwrap();
        assert_eq!(own.take(&early).0, 200, "nobody scanned it, and the page says so");
        drop(server);
        let server = Server::start_with(database, &["--clamd", &clamd.socket()]);
        let mut own = assessor(&server);
        let answer = own.get(&early);
        assert!(answer.status == 403 && answer.body.contains("Test.Eicar"), "{}", answer.body);
        for (name, bytes, found) in [
            ("clean.bin", recording(2 * MIB), false),
            ("eicar.com", eicar(), true),
            ("eicar.zip", zipped(&eicar()), true),
            ("eicar-in-zip-in-zip.zip", zipped(&zipped(&eicar())), true),
        ] {
            let form = send(&mut own, &case, name, &bytes);
            assert_eq!(own.get(&form).body.contains("the scanner found Test.Eicar"), found, "{name}");
            assert_eq!(record(&mut own, &form, &submission()).status, 303);
            let page = own.get(&at(&case)).body;
            let card = page.split("govuk-summary-card__title\"").nth(1).unwrap();
            assert_eq!((card.contains("Not handed out"), card.contains("Download")), (found, !found), "{name}: {card}");
            let file = form.rsplit('=').next().unwrap();
            assert_eq!(own.take(&format!("{}/{file}", at(&case))).0, if found { 403 } else { 200 }, "{name}");
        }
        // What it would not look through is not called clean.
        for mib in [4, 7] {
            let sent = own.send_file(&format!("{}/upload", at(&case)), "long.bin", &recording(mib * MIB));
            assert!(sent.status == 503 && sent.body.contains("raise its limits"), "{mib}: {}", sent.body);
        }
        drop(clamd);
        let sent = own.send_file(&format!("{}/upload", at(&case)), "later.bin", b"later");
        assert!(sent.status == 503 && sent.body.contains("nothing was kept"), "{}", sent.body);
        let before = newest(&mut own, &case).unwrap();
        assert_eq!(own.get(&before).status, 503, "nor is anything handed out unscanned");
        drop(server);
        assert!(candour(database, &["verify"]).status.success());
    });
}
