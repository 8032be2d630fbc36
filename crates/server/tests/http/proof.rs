//! A record that proves itself to those outside: bundles are checked without the database, and a
//! record written anew from its beginning is found by whoever kept an older checkpoint. The two
//! verifiers say the same.

use std::collections::HashMap;
use std::process::Output;

use candour_core::record::merkle::Frontier;
use candour_core::record::{Hash, Header, NO_HASH, event_hash};
use candour_core::reference::Reference;
use candour_store::db::Engine;

use crate::engines::{on_both_engines, on_sqlite};
use crate::python;
use crate::raw::{Cell, Raw, Row};
use crate::server::{candour, make};
use crate::signer::{Signer, go_on};

/// A record with a bundle of its longest case, made against a newer checkpoint than `old`.
pub struct Proven {
    pub signer: Signer,
    pub reference: String,
}

impl Proven {
    pub fn new(database: &str) -> Self {
        make(database, 8);
        let signer = Signer::new(database);
        assert_eq!(signer.sign(database, "old").status.code(), Some(0));
        go_on(database, "2021-03-31");
        assert_eq!(signer.sign(database, "new").status.code(), Some(0));
        let proven = Self { signer, reference: longest(database) };
        let out = proven.bundle(database, "new");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        proven
    }

    /// Makes the bundle against a checkpoint, with the proof that it goes on from `old`.
    fn bundle(&self, database: &str, checkpoint: &str) -> Output {
        let (checkpoint, old) = (self.signer.path(checkpoint), self.signer.path("old"));
        let out = self.signer.path("bundle.json");
        let files = ["--checkpoint", &checkpoint, "--since", &old, "--out", &out];
        candour(database, &[&["bundle", &self.reference][..], &files].concat())
    }
}

pub fn longest(database: &str) -> String {
    let mut tables = Raw::open(database);
    let mut lengths: HashMap<String, usize> = HashMap::new();
    for row in tables.rows("event", "log, seq") {
        *lengths.entry(row[2].as_text().to_owned()).or_default() += 1;
    }
    let cases = lengths.into_iter().filter_map(|(stream, n)| Some((n, Reference::of_stream(&stream)?.to_string())));
    cases.max().unwrap().1
}

/// The case that something was recorded of last.
fn latest(database: &str) -> String {
    let rows = Raw::open(database).rows("event", "seq");
    rows.iter().rev().find_map(|row| Reference::of_stream(row[2].as_text())).unwrap().to_string()
}

/// Runs both verifiers with the same arguments, which must print and answer the same.
pub fn both(arguments: &[&str]) -> (Option<i32>, String) {
    let rust = candour("sqlite:/nowhere/at/all.db", &[&["verify"], arguments].concat());
    let script = format!("{}/verify.py", python::VERIFY);
    let python = python::run(&[&[script.as_str()], arguments].concat());
    let said = |out: &Output| String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(said(&rust), said(&python), "{}", String::from_utf8_lossy(&python.stderr));
    assert_eq!(rust.status.code(), python.status.code(), "{arguments:?}");
    (rust.status.code(), said(&rust))
}

#[test]
fn a_bundle_is_checked_without_the_database_by_both_verifiers() {
    on_both_engines("a_bundle_is_checked_without_the_database_by_both_verifiers", |database| {
        let proven = Proven::new(database);
        let (bundle, policy) = (proven.signer.path("bundle.json"), proven.signer.policy());
        let old = proven.signer.path("old");
        let (code, said) = both(&["--bundle", &bundle]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(": 0 findings\nthe key came with the bundle and was not checked"), "{said}");
        let (code, said) = both(&["--bundle", &bundle, "--policy", &policy, "--trusted", &old]);
        assert!(code == Some(0) && !said.contains("the key came"), "{said}");
        let stranger = Signer::new(database);
        let (code, said) = both(&["--bundle", &bundle, "--policy", &stranger.policy()]);
        assert!(code == Some(1) && said.starts_with("checkpoint-policy\tiopc\t0\t\n"), "{said}");
        assert_eq!(both(&["--bundle", &bundle, "--policy", &bundle]).0, Some(2), "a bundle is no policy");
        assert_eq!(both(&["--bundle", &bundle, "--trusted", &policy]).0, Some(2), "nor a policy a checkpoint");
        assert_eq!(both(&["--bundle", &bundle, "--trusted", &old, "--policy", &stranger.policy()]).0, Some(2));
        assert_eq!(both(&["--bundle", "/nowhere"]).0, Some(3));
        assert_eq!(both(&["--bundle", &bundle, "--policy", "/nowhere"]).0, Some(3));
        let (code, said) = both(&["--bundle", &policy]);
        assert!(code == Some(1) && said.starts_with("bundle-unreadable\t\t0\t\n"), "{said}");
    });
}

#[test]
fn taking_a_case_out_in_a_bundle_is_in_the_access_log_first() {
    on_sqlite(|database| {
        let proven = Proven::new(database);
        let access = candour_store::access_beside(&Engine::at(database).unwrap()).unwrap();
        let stream = Reference::parse(&proven.reference).unwrap().stream();
        let readers = || access.read(|tx| candour_store::reads::readers(tx, "iopc/access/1", &stream, 9)).unwrap();
        let noted: Vec<_> = readers().into_iter().map(|r| (r.actor, r.authority)).collect();
        assert_eq!(noted, [("operator".to_owned(), "OPS operate yes".to_owned())]);
        Raw::open(database).run("update event set hash = prev_hash where log = 'iopc' and seq = 3");
        assert_eq!(proven.bundle(database, "new").status.code(), Some(1), "the record is not what was signed");
        assert_eq!(readers().len(), 2, "it was read all the same");
        for (checkpoint, case) in [("old", "ABCDE-FGHJK-0"), ("signer/policy", proven.reference.as_str())] {
            let other = Proven { signer: Signer::new(database), reference: case.to_owned() };
            assert!(matches!(other.bundle(database, checkpoint).status.code(), Some(2 | 3)), "{checkpoint}");
        }
    });
}

#[test]
fn a_bundle_that_cannot_show_it_goes_on_from_what_somebody_holds_is_not_green() {
    on_sqlite(|database| {
        let proven = Proven::new(database);
        let (bundle, new) = (proven.signer.path("bundle.json"), proven.signer.path("new"));
        assert_eq!(both(&["--bundle", &bundle, "--trusted", &new]).0, Some(0), "the very checkpoint");
        go_on(database, "2022-03-31");
        assert_eq!(proven.signer.sign(database, "newest").status.code(), Some(0));
        let (code, said) = both(&["--bundle", &bundle, "--trusted", &proven.signer.path("newest")]);
        assert!(code == Some(1) && said.starts_with("trusted-unproven\tiopc\t"), "{said}");
        let stranger = Signer::new(database);
        assert_eq!(stranger.sign(database, "forked").status.code(), Some(0));
        let text = std::fs::read_to_string(proven.signer.file("old")).unwrap();
        let root = text.lines().nth(2).unwrap();
        let forked = text.replace(root, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        std::fs::write(proven.signer.file("forked"), forked).unwrap();
        let (code, said) = both(&["--bundle", &bundle, "--trusted", &proven.signer.path("forked")]);
        assert!(code == Some(1) && said.starts_with("trusted-root\tiopc\t"), "{said}");
        let late = Proven { reference: latest(database), signer: proven.signer };
        let said = |checkpoint: &str| String::from_utf8(late.bundle(database, checkpoint).stdout).unwrap();
        assert!(said("old").contains("newer than the checkpoint"), "what the checkpoint does not cover is said");
        assert!(said("newest").contains("with their proofs") && !said("newest").contains("newer"));
    });
}

#[test]
fn a_record_written_anew_is_green_by_itself_and_found_by_an_older_checkpoint() {
    on_both_engines("a_record_written_anew_is_green_by_itself_and_found_by_an_older_checkpoint", |database| {
        let proven = Proven::new(database);
        let old = proven.signer.path("old");
        let script = format!("{}/verify.py", python::VERIFY);
        let verified = |arguments: &[&str]| {
            let rust = candour(database, &[&["verify"], arguments].concat());
            let python = python::run(&[&[script.as_str(), "--database", database], arguments].concat());
            let findings = |out: &Output| {
                let said = String::from_utf8_lossy(&out.stdout).into_owned();
                said.lines().filter(|line| line.contains('\t')).map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(findings(&rust), findings(&python), "{}", String::from_utf8_lossy(&python.stderr));
            assert_eq!(rust.status.code(), python.status.code());
            (rust.status.code(), findings(&rust).join("\n"))
        };
        assert_eq!(verified(&["--trusted", &old, "--policy", &proven.signer.policy()]).0, Some(0));
        let mut tables = Raw::open(database);
        let honest = tables.rows("event", "log, seq");
        write_anew(&mut tables, &honest, 5);
        assert_eq!(verified(&[]), (Some(0), String::new()), "every hash fits every other");
        let (code, found) = verified(&["--trusted", &old]);
        assert!(code == Some(1) && found.starts_with("trusted-root\tiopc\t"), "{found}");
        assert_eq!(proven.signer.sign(database, "refused").status.code(), Some(1), "and it is not signed");
        assert_eq!(proven.bundle(database, "new").status.code(), Some(1), "nor handed out");
        let short: Vec<Row> = honest.iter().filter(|row| row[1].as_int() < 5).cloned().collect();
        write_anew(&mut tables, &short, 0);
        let (code, found) = verified(&["--trusted", &old]);
        assert!(code == Some(1) && found.contains("trusted-size\tiopc\t"), "{found}");
    });
}

/// Puts other events in the place of those of the record, the one at `seq` by another hand.
fn write_anew(tables: &mut Raw, rows: &[Row], seq: i64) {
    let mut rows = rows.to_vec();
    for row in rows.iter_mut().filter(|row| row[0] == Cell::text("iopc") && row[1].as_int() == seq) {
        row[6] = Cell::text("u-another");
    }
    hashed_anew(tables, rows);
}

/// Puts these events in the place of those of the record, and computes every hash anew: what somebody
/// can do who has the database and time.
pub fn hashed_anew(tables: &mut Raw, mut rows: Vec<Row>) {
    let mut lasts: HashMap<String, Hash> = HashMap::new();
    let mut tree = Frontier::default();
    for row in rows.iter_mut().filter(|row| row[0] == Cell::text("iopc")) {
        let prev = lasts.get(row[2].as_text()).copied().unwrap_or(NO_HASH);
        let hash = hash_of(row, &prev);
        (row[10], row[11]) = (Cell::Bytes(prev.to_vec()), Cell::Bytes(hash.to_vec()));
        lasts.insert(row[2].as_text().to_owned(), hash);
        tree.push(&hash);
    }
    let last = rows.iter().rfind(|row| row[0] == Cell::text("iopc")).unwrap()[8].clone();
    tables.replace("event", &rows);
    let mut heads = tables.rows("head", "log");
    for head in heads.iter_mut().filter(|head| head[0] == Cell::text("iopc")) {
        head[1] = Cell::Int(i64::try_from(tree.size()).unwrap());
        (head[2], head[3]) = (Cell::Bytes(tree.root().to_vec()), Cell::Bytes(tree.to_bytes()));
        head[4] = last.clone();
    }
    tables.replace("head", &heads);
}

fn hash_of(row: &Row, prev_hash: &Hash) -> Hash {
    let number = |cell: &Cell| u64::try_from(cell.as_int()).unwrap();
    event_hash(&Header {
        log: row[0].as_text(),
        seq: number(&row[1]),
        stream: row[2].as_text(),
        version: number(&row[3]),
        kind: row[4].as_text(),
        data: row[5].as_text(),
        actor: row[6].as_text(),
        authority: row[7].as_text(),
        recorded_at: row[8].as_int(),
        on_date: row[9].as_text(),
        prev_hash,
    })
}
