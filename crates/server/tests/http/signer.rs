//! The signer of checkpoints, as a process beside the server: what it signs is served, and nothing
//! is signed that does not continue what was signed before.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::note::{Note, Verifier};
use candour_core::record::policy::Policy;

use crate::engines::{on_both_engines, on_sqlite};
use crate::raw::Raw;
use crate::server::{Server, candour, make};

/// A signer's folder, and the file in which it publishes.
pub struct Signer {
    folder: tempfile::TempDir,
}

impl Signer {
    /// A new signer of the record.
    pub fn new(database: &str) -> Self {
        let signer = Self { folder: tempfile::tempdir().unwrap() };
        let made = candour(database, &["signer", "init", "--dir", &signer.dir(), "--name", "records.example"]);
        assert!(made.status.success(), "{}", said(&made));
        signer
    }

    /// A file beside the signer's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as an argument.
    pub fn path(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }

    fn dir(&self) -> String {
        self.path("signer")
    }

    /// The key that others hold.
    fn key(&self) -> String {
        self.path("signer/key.pub")
    }

    /// A policy that trusts it.
    pub fn policy(&self) -> String {
        self.path("signer/policy")
    }

    /// Signs, and publishes in a file of that name.
    pub fn sign(&self, database: &str, name: &str) -> Output {
        candour(database, &["signer", "sign", "--dir", &self.dir(), "--out", &self.path(name)])
    }

    fn verifier(&self) -> Verifier {
        Verifier::parse(std::fs::read_to_string(self.key()).unwrap().trim()).unwrap()
    }
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

fn read(path: &Path) -> (Note, Checkpoint) {
    let note = Note::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let checkpoint = Checkpoint::of(&note).unwrap();
    (note, checkpoint)
}

/// Records a little more: the clock of a demonstration goes on, and last days go by.
pub fn go_on(database: &str, to: &str) {
    for command in [vec!["clock", "--to", to], vec!["clocks", "run"]] {
        let out = candour(database, &command);
        assert!(out.status.success(), "{}", said(&out));
    }
}

fn head(database: &str) -> (u64, Vec<u8>) {
    let engine = candour_store::db::Engine::at(database).unwrap();
    let head = engine.read(|tx| candour_store::reads::head(tx, "iopc")).unwrap().unwrap();
    (head.0, head.1)
}

#[test]
fn the_head_of_the_log_is_signed_and_signed_again_as_the_log_grows() {
    on_both_engines("the_head_of_the_log_is_signed_and_signed_again_as_the_log_grows", |database| {
        make(database, 8);
        let signer = Signer::new(database);
        assert_eq!(signer.sign(database, "checkpoint").status.code(), Some(0));
        let (note, first) = read(&signer.file("checkpoint"));
        assert!(signer.verifier().signed(&note));
        assert_eq!((first.size, first.root.to_vec()), head(database));
        assert_eq!(first.origin, "records.example/candour/iopc");
        let policy = Policy::parse(&std::fs::read_to_string(signer.policy()).unwrap()).unwrap();
        assert!(policy.accepts(&note, &first));
        assert_eq!(signer.sign(database, "again").status.code(), Some(0));
        assert_eq!(read(&signer.file("again")).0, note, "nothing new gives the same note");
        go_on(database, "2021-03-31");
        assert_eq!(signer.sign(database, "checkpoint").status.code(), Some(0));
        let (_, second) = read(&signer.file("checkpoint"));
        assert!(second.size > first.size);
        assert_eq!((second.size, second.root.to_vec()), head(database));
    });
}

#[test]
fn a_log_that_does_not_continue_what_was_signed_is_refused_in_words() {
    on_both_engines("a_log_that_does_not_continue_what_was_signed_is_refused_in_words", |database| {
        make(database, 8);
        let signer = Signer::new(database);
        assert_eq!(signer.sign(database, "checkpoint").status.code(), Some(0));
        let (size, _) = head(database);
        for (change, back, words) in [
            ("update head set size = size - 1", "update head set size = size + 1", "it was cut short"),
            ("update head set size = size + 1", "update head set size = size - 1", "the head of the log iopc says"),
            ("update head set root = frontier", "", "do not continue the"),
        ] {
            Raw::open(database).run(&format!("{change} where log = 'iopc'"));
            let out = signer.sign(database, "refused");
            assert_eq!(out.status.code(), Some(1), "{change}: {}", said(&out));
            assert!(said(&out).contains(words) && said(&out).contains("nothing was signed"), "{}", said(&out));
            assert!(!signer.file("refused").exists());
            if !back.is_empty() {
                Raw::open(database).run(&format!("{back} where log = 'iopc'"));
            }
        }
        Raw::open(database).run("delete from head where log = 'iopc'");
        assert_eq!(signer.sign(database, "refused").status.code(), Some(1));
        assert_eq!(read(&signer.file("checkpoint")).1.size, size, "what was published stays");
    });
}

#[test]
fn a_signer_keeps_its_key_to_itself_and_its_memory() {
    on_sqlite(|database| {
        make(database, 4);
        let signer = Signer::new(database);
        let key = signer.file("signer/key");
        assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let again = candour(database, &["signer", "init", "--dir", &signer.path("signer"), "--name", "x.example"]);
        assert_eq!(again.status.code(), Some(2), "a key is never overwritten");
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        let out = signer.sign(database, "checkpoint");
        assert!(out.status.code() == Some(3) && said(&out).contains("chmod 600"), "{}", said(&out));
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::rename(signer.file("signer/state.json"), signer.file("kept")).unwrap();
        let out = signer.sign(database, "checkpoint");
        assert!(out.status.code() == Some(3) && said(&out).contains("put it back"), "{}", said(&out));
        std::fs::rename(signer.file("kept"), signer.file("signer/state.json")).unwrap();
        assert_eq!(signer.sign(database, "checkpoint").status.code(), Some(0));
        let elsewhere = candour("sqlite:/nowhere/at/all.db", &["signer", "sign", "--dir", &signer.path("signer")]);
        assert_eq!(elsewhere.status.code(), Some(3));
        for name in ["", "two words", "a+b", "a/candour/b"] {
            let out = candour(database, &["signer", "init", "--dir", &signer.path("other"), "--name", name]);
            assert_eq!(out.status.code(), Some(2), "{name:?}");
        }
    });
}

#[test]
fn the_newest_checkpoint_is_served_to_anybody_and_its_absence_explained() {
    on_sqlite(|database| {
        make(database, 4);
        let none = Server::start(database).visitor().get("/log/checkpoint");
        assert_eq!(none.status, 404);
        assert!(none.body.starts_with("There is no checkpoint: this server was not told"), "{}", none.body);
        let signer = Signer::new(database);
        let server = Server::start_with(database, &["--checkpoint", &signer.path("checkpoint")]);
        let none = server.visitor().get("/log/checkpoint");
        assert!(none.status == 404 && none.body.contains("has not published one yet"), "{}", none.body);
        assert_eq!(signer.sign(database, "checkpoint").status.code(), Some(0));
        let served = server.visitor().get("/log/checkpoint");
        assert_eq!(served.status, 200);
        assert_eq!(served.body, std::fs::read_to_string(signer.file("checkpoint")).unwrap());
    });
}
