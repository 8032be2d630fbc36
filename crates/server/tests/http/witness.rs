//! Witnesses as processes of their own: what they cosign and refuse, and what a signer publishes
//! with them and without.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};

use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::cosignature::Cosigner;
use candour_core::record::note::{Note, Signer as Key};
use candour_core::record::policy::Policy;
use candour_core::record::proof::Tree;
use candour_server::app::machine_time;
use candour_server::signer::Desk;
use candour_server::signer::publish::{Publication, Round, is_alarm};
use candour_store::db::Engine;
use sha2::Digest as _;

use crate::engines::{on_both_engines, on_sqlite};
use crate::proof::{both, hashed_anew, longest};
use crate::python;
use crate::raw::{Cell, Raw};
use crate::server::{BINARY, candour, make};
use crate::signer::Signer;

mod backdating;

const HOUR: i64 = 3_600_000_000;
const ORIGIN: &str = "records.example/candour/iopc";

/// A witness in a process of its own; it ends with this value.
struct Witness {
    folder: tempfile::TempDir,
    child: Child,
    url: String,
    name: String,
}

/// A body's signer, and three witnesses of whom two must cosign.
struct Three {
    signer: Signer,
    witnesses: Vec<Witness>,
}

fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

impl Witness {
    fn start(name: &str, key: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().display().to_string();
        assert!(run(&["witness", "init", "--dir", &dir, "--name", name]).status.success());
        let trusted = run(&["witness", "trust", "--dir", &dir, key]);
        assert!(trusted.status.success(), "{}", said(&trusted));
        let (child, url) = Self::serve(&dir, "127.0.0.1:0");
        Self { folder, child, url, name: name.to_owned() }
    }

    fn serve(dir: &str, listen: &str) -> (Child, String) {
        let mut child = Command::new(BINARY)
            .args(["witness", "serve", "--dir", dir, "--listen", listen])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap().to_owned();
        assert!(url.starts_with("http://"), "the witness said {line:?}");
        (child, url)
    }

    fn dir(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again where it was, after it was killed.
    fn again(&mut self) {
        let listen = self.url.trim_start_matches("http://").to_owned();
        (self.child, _) = Self::serve(&self.dir(), &listen);
    }

    fn line(&self) -> String {
        let key = std::fs::read_to_string(self.folder.path().join("key.pub")).unwrap();
        format!("witness {} {} {}\n", self.name, key.trim(), self.url)
    }

    /// What it answers to a request: the status, its kind, and the body.
    fn asked(&self, body: &str) -> (u16, String, String) {
        post(&format!("{}/add-checkpoint", self.url), body)
    }

    fn newest(&self) -> Option<Note> {
        let hash = candour_core::record::hex(&sha2::Sha256::digest(ORIGIN));
        let mut answer = agent().get(format!("{}/{hash}/checkpoint", self.url)).call().unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status() == 200).then(|| Note::parse(&text).unwrap())
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into()
}

fn post(address: &str, body: &str) -> (u16, String, String) {
    let mut answer = agent().post(address).send(body).unwrap();
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), kind.unwrap_or_default(), text)
}

impl Three {
    fn new(database: &str) -> Self {
        let signer = Signer::new(database);
        let key = std::fs::read_to_string(signer.file("signer/key.pub")).unwrap();
        let names = ["pirc.example", "gsoc.example", "audit.example"];
        let three = Self { witnesses: names.map(|name| Witness::start(name, key.trim())).into(), signer };
        three.write_policy("policy", &three.witnesses.iter().map(Witness::line).collect::<String>());
        three
    }

    /// A policy of two of three.
    fn write_policy(&self, name: &str, witnesses: &str) {
        let key = std::fs::read_to_string(self.signer.file("signer/key.pub")).unwrap();
        let names: Vec<&str> = witnesses.lines().map(|line| line.split(' ').nth(1).unwrap()).collect();
        let text = format!("log {}\n{witnesses}group two 2 {}\nquorum two\n", key.trim(), names.join(" "));
        std::fs::write(self.signer.file(name), text).unwrap();
    }

    fn policy(&self) -> Policy {
        Policy::parse(&std::fs::read_to_string(self.signer.file("policy")).unwrap()).unwrap()
    }

    fn sign(&self, database: &str) -> Output {
        self.sign_with(database, "policy")
    }

    fn sign_with(&self, database: &str, policy: &str) -> Output {
        let (dir, out) = (self.signer.path("signer"), self.signer.path("checkpoint"));
        let policy = self.signer.path(policy);
        candour(database, &["signer", "sign", "--dir", &dir, "--out", &out, "--witnesses", &policy])
    }

    fn published(&self) -> (Note, Checkpoint) {
        let note = Note::parse(&std::fs::read_to_string(self.signer.file("checkpoint")).unwrap()).unwrap();
        let checkpoint = Checkpoint::of(&note).unwrap();
        (note, checkpoint)
    }

    /// The body's own key, as somebody has it who took the signer's folder.
    fn stolen(&self) -> Key {
        Key::parse(std::fs::read_to_string(self.signer.file("signer/key")).unwrap().trim()).unwrap()
    }
}

/// A record with a real clock, made two hours ago: a demonstration's, with its times moved and hashed
/// anew.
fn real(database: &str) {
    make(database, 6);
    let mut tables = Raw::open(database);
    let mut rows = tables.rows("event", "log, seq");
    let last = rows.iter().filter(|row| row[0] == Cell::text("iopc")).map(|row| row[8].as_int()).max().unwrap();
    let by = machine_time() - 2 * HOUR - last;
    for row in rows.iter_mut().filter(|row| row[0] == Cell::text("iopc")) {
        row[8] = Cell::Int(row[8].as_int() + by);
        row[5] = Cell::text(&row[5].as_text().replace("\"clock\":\"demonstration\"", "\"clock\":\"real\""));
    }
    hashed_anew(&mut tables, rows);
}

/// Records one thing more.
fn goes_on(database: &str, day: &str) {
    let add = ["holidays", "add", day, "--name", "A day off", "--source", "The Gazette"];
    let out = candour(database, &add);
    assert!(out.status.success(), "{}", said(&out));
}

fn hashes(database: &str) -> Tree {
    let engine = Engine::at(database).unwrap();
    let size = engine.read(|tx| candour_store::reads::position(tx, "iopc")).unwrap();
    engine.read(|tx| candour_store::proof::tree(tx, "iopc", size)).unwrap()
}

fn request(old: u64, proof: &[[u8; 32]], note: &Note) -> String {
    let lines: String =
        proof.iter().map(|hash| format!("{}\n", candour_core::record::checkpoint::in_base64(hash))).collect();
    format!("old {old}\n{lines}\n{note}")
}

#[test]
fn a_checkpoint_is_published_when_two_of_three_witnesses_cosigned_it_and_not_before() {
    on_both_engines("a_checkpoint_is_published_when_two_of_three_witnesses_cosigned_it_and_not_before", |database| {
        make(database, 6);
        let mut three = Three::new(database);
        let out = three.sign(database);
        assert_eq!(out.status.code(), Some(0), "{}", said(&out));
        let (note, first) = three.published();
        assert_eq!(three.policy().cosigners(&note).len(), 3);
        assert!(three.policy().accepts(&note, &first));
        three.witnesses[0].kill();
        goes_on(database, "2031-06-02");
        let out = three.sign(database);
        assert_eq!(out.status.code(), Some(0), "two are enough: {}", said(&out));
        let (note, second) = three.published();
        assert!(second.size > first.size && three.policy().cosigners(&note).len() == 2);
        three.witnesses[1].kill();
        goes_on(database, "2031-06-03");
        let out = three.sign(database);
        assert_eq!(out.status.code(), Some(1), "one is not");
        assert!(said(&out).contains("1 of 3 witnesses cosigned, which is no quorum"), "{}", said(&out));
        assert_eq!(three.published().1, second, "what was published last stays");
        goes_on(database, "2031-06-04");
        three.witnesses[1].again();
        let out = three.sign(database);
        assert_eq!(out.status.code(), Some(0), "{}", said(&out));
        let (_, third) = three.published();
        assert_eq!(third.size, second.size + 2, "what was recorded meanwhile is witnessed too");
        let kept = std::fs::read_to_string(three.signer.file("checkpoint.witnessed")).unwrap();
        let kept = candour_core::record::witnessed::read(&kept).unwrap();
        let sizes: Vec<u64> = kept.iter().map(|note| Checkpoint::of(note).unwrap().size).collect();
        assert_eq!(sizes, [first.size, second.size, third.size]);
        let bundle = three.signer.path("bundle.json");
        let case = longest(database);
        let made =
            candour(database, &["bundle", &case, "--checkpoint", &three.signer.path("checkpoint"), "--out", &bundle]);
        assert!(made.status.success(), "{}", said(&made));
        let policy = three.signer.path("policy");
        let (code, found) =
            both(&["--bundle", &bundle, "--policy", &policy, "--trusted", &three.signer.path("checkpoint")]);
        assert_eq!(code, Some(0), "{found}");
        // The same checkpoint with its log's signature alone: signed, and not witnessed.
        let text = std::fs::read_to_string(&bundle).unwrap();
        let mut whole: serde_json::Value = serde_json::from_str(&text).unwrap();
        let bare = three.stolen().note(&third.text()).to_string();
        whole["checkpoint"] = bare.as_str().into();
        std::fs::write(&bundle, whole.to_string()).unwrap();
        let (code, found) = both(&["--bundle", &bundle, "--policy", &policy]);
        assert!(code == Some(1) && found.starts_with("checkpoint-quorum\tiopc\t0\t\nverified"), "{found}");
        std::fs::write(three.signer.file("bare"), bare).unwrap();
        assert_eq!(
            both(&["--bundle", &bundle, "--policy", &policy, "--trusted", &three.signer.path("bare")]).0,
            Some(2)
        );
    });
}

#[test]
fn a_second_branch_is_refused_by_each_witness_and_a_full_rewrite_gets_no_quorum() {
    on_sqlite(|database| {
        real(database);
        let three = Three::new(database);
        assert_eq!(three.sign(database).status.code(), Some(0));
        let (_, honest) = three.published();
        // Whoever has the database and the body's own key writes everything anew, and longer.
        let mut tables = Raw::open(database);
        let mut rows = tables.rows("event", "log, seq");
        rows.iter_mut().find(|row| row[0] == Cell::text("iopc") && row[1].as_int() == 5).unwrap()[6] =
            Cell::text("u-another");
        hashed_anew(&mut tables, rows);
        goes_on(database, "2031-06-02");
        let out = candour(database, &["verify"]);
        assert_eq!(out.status.code(), Some(0), "every hash fits every other: {}", said(&out));
        let forged = hashes(database);
        let signed = |size: u64| {
            let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root: forged.root(size).unwrap() };
            three.stolen().note(&checkpoint.text())
        };
        let longer = signed(forged.size());
        let proof = forged.consistency(honest.size, forged.size()).unwrap();
        for witness in &three.witnesses {
            let (status, kind, size) = witness.asked(&request(0, &[], &longer));
            assert_eq!((status, kind.as_str()), (409, "text/x.tlog.size"));
            assert_eq!(size, format!("{}\n", honest.size));
            assert_eq!(witness.asked(&request(honest.size, &proof, &longer)).0, 422);
            assert_eq!(witness.asked(&request(honest.size, &[], &signed(honest.size))).0, 422, "another root");
            assert_eq!(witness.asked(&request(honest.size - 1, &[], &signed(honest.size - 1))).0, 409, "a shorter one");
            let newest = Checkpoint::of(&witness.newest().unwrap()).unwrap();
            assert_eq!(newest, honest, "comparing with a witness shows the split");
        }
        assert!(!three.policy().accepts(&longer, &Checkpoint::of(&longer).unwrap()));
        let out = three.sign(database);
        assert!(out.status.code() == Some(1) && said(&out).contains("do not continue"), "{}", said(&out));
        let (policy, kept) = (three.signer.path("policy"), three.signer.path("checkpoint"));
        let (code, found) = verified(database, &["--policy", &policy, "--trusted", &kept]);
        assert!(code == Some(1) && found.starts_with("trusted-root\tiopc\t"), "{found}");
        let (_, found) = verified(database, &["--policy", &policy, "--witnessed", &kept]);
        assert!(found.starts_with("witnessed-root\tiopc\t"), "{found}");
    });
}

/// What both verifiers print about a record, which must be the same.
fn verified(database: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let script = format!("{}/verify.py", python::VERIFY);
    let rust = candour(database, &[&["verify"], arguments].concat());
    let python = python::run(&[&[script.as_str(), "--database", database], arguments].concat());
    // The access log of a SQLite record is in a file of its own, which the second verifier is not given.
    let lines = |out: &Output| {
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        text.lines().filter(|line| !line.starts_with("verified ")).map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_eq!(lines(&rust), lines(&python), "{} {}", said(&rust), said(&python));
    assert_eq!(rust.status.code(), python.status.code(), "{}", said(&rust));
    (rust.status.code(), lines(&rust))
}

#[test]
fn what_is_not_asked_as_the_protocol_says_is_refused_with_its_own_status() {
    let key = Key::new(ORIGIN, &[7; 32]).unwrap();
    let witness = Witness::start("w.example", &key.verifier().to_string());
    let mut tree = Tree::default();
    for n in 0..40_u8 {
        tree.push(&[n; 32]);
    }
    let text = |size: u64| Checkpoint { origin: ORIGIN.to_owned(), size, root: tree.root(size).unwrap() }.text();
    let note = |size: u64| key.note(&text(size));
    let other = Checkpoint { origin: "x/candour/y".to_owned(), size: 4, root: [1; 32] };
    let stranger = Key::new(ORIGIN, &[8; 32]).unwrap();
    let forged = note(8).to_string().replace(&text(8), &text(9));
    let empty = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: [1; 32] };
    let many = vec![[0; 32]; 64];
    for (wanted, body) in [
        (400, String::new()),
        (400, "old 0\n".to_owned()),
        (400, request(0, &[], &note(8)).replace("old 0", "old 00")),
        (400, request(0, &[], &note(8)).replace("old 0", "old -1")),
        (400, request(0, &[], &note(8)).replace("old 0\n", "old 0\nnothing\n")),
        (400, request(0, &many, &note(8))),
        (400, request(9, &[], &note(8))),
        (400, "old 0\n\nnot a checkpoint\n\n\u{2014} x AAAAAA==\n".to_owned()),
        (404, request(0, &[], &Key::new(&other.origin, &[7; 32]).unwrap().note(&other.text()))),
        (403, request(0, &[], &stranger.note(&text(8)))),
        (403, format!("old 0\n\n{forged}")),
        (422, request(0, &[[0; 32]], &note(8))),
        (422, request(0, &[], &key.note(&empty.text()))),
    ] {
        assert_eq!(witness.asked(&body).0, wanted, "{}", &body[..body.len().min(200)]);
    }
    // It is refused before all of it was sent, so that the answer may not be read any more.
    let much = agent().post(format!("{}/add-checkpoint", witness.url)).send("x".repeat(200_000).as_str());
    assert!(much.map_or(true, |answer| answer.status() == 413));
    assert!(witness.newest().is_none(), "nothing was cosigned");
    let (status, _, line) = witness.asked(&request(0, &[], &note(8)));
    assert!(status == 200 && line.starts_with("\u{2014} w.example ") && line.ends_with('\n'), "{line}");
    assert_eq!(witness.asked(&request(0, &[], &note(8))).0, 409);
    assert_eq!(witness.asked(&request(8, &[], &note(8))).0, 200, "the same again, with a newer time");
    let proof = tree.consistency(8, 20).unwrap();
    assert_eq!(witness.asked(&request(8, &proof[1..], &note(20))).0, 422);
    assert_eq!(witness.asked(&request(8, &proof, &note(20))).0, 200);
    assert_eq!(Checkpoint::of(&witness.newest().unwrap()).unwrap().size, 20);
    assert_eq!(agent().get(format!("{}/{}/checkpoint", witness.url, "0".repeat(64))).call().unwrap().status(), 404);
}

#[test]
fn of_many_requests_at_once_one_branch_is_cosigned_and_it_survives_a_kill() {
    let key = Key::new(ORIGIN, &[7; 32]).unwrap();
    let mut witness = Witness::start("w.example", &key.verifier().to_string());
    // Sixteen branches that differ in their first event, all asked for at once.
    let branches: Vec<(Tree, Note)> = (0..16_u8)
        .map(|n| {
            let mut tree = Tree::default();
            for at in 0..5_u8 {
                tree.push(&[if at == 0 { n } else { 100 + at }; 32]);
            }
            let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 5, root: tree.root(5).unwrap() };
            let note = key.note(&checkpoint.text());
            (tree, note)
        })
        .collect();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let witness = &witness;
        let asked: Vec<_> =
            branches.iter().map(|(_, note)| scope.spawn(move || witness.asked(&request(0, &[], note)).0)).collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 409).count(), 15, "{answers:?}");
    let chosen = answers.iter().position(|status| *status == 200).unwrap();
    witness.kill();
    witness.again();
    for (n, (_, note)) in branches.iter().enumerate() {
        assert_eq!(witness.asked(&request(0, &[], note)), (409, "text/x.tlog.size".to_owned(), "5\n".to_owned()));
        assert_eq!(witness.asked(&request(5, &[], note)).0, if n == chosen { 200 } else { 422 });
    }
    witness.kill();
    let file = std::fs::read_dir(witness.folder.path().join("logs")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&file, "{}").unwrap();
    let out = run(&["witness", "serve", "--dir", &witness.dir(), "--listen", "127.0.0.1:0"]);
    assert!(out.status.code() == Some(3) && said(&out).contains("put it back"), "{}", said(&out));
}

/// A witness that misbehaves: what it answers to each request is made by a function of the note.
fn liar(answer: impl Fn(&Note) -> Option<(u16, String)> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let Some(body) = body_of(&mut stream) else { continue };
            let note = Note::parse(body.split_once("\n\n").unwrap().1).unwrap();
            match answer(&note) {
                // It holds the connection and says nothing.
                None => held.push(stream),
                Some((status, text)) => {
                    let head =
                        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", text.len());
                    let _ = stream.write_all(format!("{head}{text}").as_bytes());
                }
            }
        }
    });
    url
}

fn body_of(stream: &mut TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok()
}

fn seconds() -> u64 {
    u64::try_from(machine_time() / 1_000_000).unwrap()
}

#[test]
fn a_witness_that_is_down_slow_lying_forked_or_of_another_time_is_named_and_never_counted() {
    on_sqlite(|database| {
        make(database, 4);
        let three = Three::new(database);
        let cosigner = || Cosigner::new("liar.example", &[9; 32]).unwrap();
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let other = Checkpoint { origin: ORIGIN.to_owned(), size: 1, root: [3; 32] };
        let other = Key::new(ORIGIN, &[1; 32]).unwrap().note(&other.text());
        let cases: Vec<(&str, String)> = vec![
            ("it did not answer", format!("http://{gone}")),
            ("it did not answer", liar(|_| None)),
            ("it answered with 500", liar(|_| Some((500, String::new())))),
            ("it answered with 302", liar(|_| Some((302, String::new())))),
            ("it answered with 409", liar(|_| Some((409, "1\n".to_owned())))),
            ("more than this log has", liar(|_| Some((409, "99999999\n".to_owned())))),
            ("not the beginning of this log", liar(|_| Some((422, String::new())))),
            ("no cosignature of its key", liar(|_| Some((200, "hello\n".to_owned())))),
            ("no cosignature of its key", liar(|_| Some((200, "x".repeat(9_000))))),
            ("it did not answer", liar(|_| Some((200, "x".repeat(90_000))))),
            ("no cosignature of its key", liar(move |_| Some((200, cosigner().line(&other, seconds()))))),
            (
                "no cosignature of its key",
                liar(|note| {
                    let stranger = Cosigner::new("liar.example", &[8; 32]).unwrap();
                    Some((200, stranger.line(note, seconds())))
                }),
            ),
            ("seconds away from our clock", liar(move |note| Some((200, cosigner().line(note, seconds() + 3_600))))),
            ("seconds away from our clock", liar(move |note| Some((200, cosigner().line(note, seconds() - 3_600))))),
        ];
        for (n, (words, url)) in cases.iter().enumerate() {
            let line = format!("witness liar {} {url}\n", cosigner().witness());
            // With one honest witness there is no quorum; with two there is, and the liar is not in it.
            let honest = [three.witnesses[0].line(), three.witnesses[1].line()];
            three.write_policy("one", &format!("{}{line}", honest[0]));
            let _ = std::fs::remove_file(three.signer.file("checkpoint"));
            let out = three.sign_with(database, "one");
            assert_eq!(out.status.code(), Some(1), "{n}: {}", said(&out));
            assert!(said(&out).contains(words) && said(&out).contains("1 of 2"), "{n}: {}", said(&out));
            assert!(!three.signer.file("checkpoint").exists(), "{n}: never a false \u{201c}witnessed\u{201d}");
            if n % 4 == 0 {
                three.write_policy("two", &format!("{}{}{line}", honest[0], honest[1]));
                let out = three.sign_with(database, "two");
                assert_eq!(out.status.code(), Some(0), "{n}: {}", said(&out));
                assert!(!three.published().0.to_string().contains("liar.example"), "{n}");
            }
        }
        println!("{} sorts of bad witness: none counted, each named", cases.len());
    });
}

static AHEAD: AtomicI64 = AtomicI64::new(0);

fn clock() -> i64 {
    machine_time() + AHEAD.load(Ordering::SeqCst)
}

#[test]
fn a_quorum_that_is_missing_for_more_than_15_minutes_is_an_alarm_and_an_idle_log_is_cosigned_again() {
    on_sqlite(|database| {
        make(database, 4);
        let mut three = Three::new(database);
        let mut desk = Desk::open(&three.signer.file("signer")).unwrap();
        let engine = Engine::at(database).unwrap();
        let path = three.signer.file("checkpoint");
        let mut publication = Publication::new(three.policy(), &path, clock).unwrap();
        let mut round = |ahead: i64| {
            AHEAD.store(ahead * 1_000_000, Ordering::SeqCst);
            publication.round(&engine, &mut desk).unwrap()
        };
        assert!(matches!(round(0), Round::Published(_, 3)));
        assert_eq!(round(60), Round::Unchanged);
        // The witnesses' clocks do not go with ours, so that ours is wrong: nothing is taken from them.
        let Round::NoQuorum(missing, why) = round(1_000) else { panic!("taken at a wrong time") };
        assert!(is_alarm(missing) && why.contains("seconds away from our clock"), "{missing}: {why}");
        three.witnesses.iter_mut().for_each(Witness::kill);
        let Round::NoQuorum(missing, why) = round(600) else { panic!("nobody was there") };
        assert!(!is_alarm(missing) && why.contains("0 of 3"), "{missing}: {why}");
        three.witnesses.iter_mut().for_each(Witness::again);
        // Published long ago: the same checkpoint is cosigned anew.
        let aged = aged(&three, 400);
        let line = aged.lines().last().unwrap().to_owned();
        std::fs::write(&path, aged).unwrap();
        assert!(matches!(round(0), Round::Published(_, 3)));
        assert_ne!(std::fs::read_to_string(&path).unwrap().lines().last().unwrap(), line);
    });
}

/// The published checkpoint as it would be, had it been cosigned so many seconds ago.
fn aged(three: &Three, seconds_ago: u64) -> String {
    let (note, _) = three.published();
    let bare = three.stolen().note(&note.text);
    let cosigned = three.witnesses.iter().fold(bare, |note, witness| {
        let secret = std::fs::read_to_string(witness.folder.path().join("key")).unwrap();
        Cosigner::parse(secret.trim()).unwrap().cosigned(&note, seconds() - seconds_ago)
    });
    cosigned.to_string()
}
