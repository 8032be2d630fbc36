//! What proves the record to those outside without a case in hand: receipts for one entry, and the
//! tiles of the whole tree. The two verifiers say the same of each.

use std::process::Output;

use candour_core::permit::Role;
use candour_core::record::receipt::{self, Verified};
use candour_core::reference::Reference;
use serde_json::{Value as Json, json};

use crate::client::{reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::proof::both;
use crate::python;
use crate::raw::Raw;
use crate::server::{Server, account, candour, make};
use crate::signer::{Signer, go_on};

const WORDS: &str = "An invented complaint about a stop in Tŷ-Du.";
const ROUNDS: usize = 400;
/// Checks every receipt of a folder in one process, and prints what it finds in each.
const SCRIPT: &str = "
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import note, receipt
folder = pathlib.Path(sys.argv[2])
policy = note.Policy((folder / 'policy').read_text())
for n in range(int(sys.argv[3])):
    print(json.dumps(receipt.verify((folder / f'{n}').read_bytes(), policy, []).findings))
";

/// A record with a matter that was referred in these words, covered by a checkpoint.
struct Referred {
    signer: Signer,
    server: Server,
    case: String,
}

impl Referred {
    fn new(database: &str) -> Self {
        make(database, 2);
        let signer = Signer::new(database);
        let server = Server::start_with(database, &["--checkpoint", &signer.path("checkpoint")]);
        let case = reference().as_plain().to_owned();
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        assert_eq!(assessor.post("/staff/refer", &referral(&case, &submission(), WORDS)).status, 303);
        Self { signer, server, case }
    }

    fn sign(&self, database: &str) {
        assert_eq!(self.signer.sign(database, "checkpoint").status.code(), Some(0));
    }

    fn receipt(&self, database: &str, arguments: &[&str]) -> Output {
        let (checkpoint, out) = (self.signer.path("checkpoint"), self.signer.path("receipt"));
        let files = ["--checkpoint", &checkpoint, "--out", &out];
        candour(database, &[&["receipt", &self.case][..], arguments, &files].concat())
    }
}

/// Who handed out what of the case, as the access log has it.
fn noted(database: &str, case: &str) -> Vec<(String, String, String)> {
    let engine = candour_store::db::Engine::at(database).unwrap();
    let tables = candour_store::access_beside(&engine);
    let url = tables.map_or_else(|| database.to_owned(), |e| format!("sqlite:{}", e.file().unwrap().display()));
    let stream = Reference::parse(case).unwrap().stream();
    let rows = Raw::open(&url).rows("event", "log, seq");
    let ours = rows.iter().filter(|row| row[4].as_text() == "receipt.made" && row[2].as_text() == stream);
    ours.map(|row| [6, 7, 5].map(|n| row[n].as_text().to_owned()).into()).collect()
}

/// Both verifiers find nothing, and say it in the same JSON, however it is spelt.
fn as_json(arguments: &[&str]) {
    let rust = candour("sqlite:/nowhere/at/all.db", &[&["verify", "--format", "json"], arguments].concat());
    let script = format!("{}/verify.py", python::VERIFY);
    let python = python::run(&[&[script.as_str(), "--format", "json"], arguments].concat());
    let said = |out: &Output| serde_json::from_slice::<Json>(&out.stdout).unwrap();
    assert_eq!(said(&rust), said(&python));
    assert!(rust.status.success() && python.status.success(), "{}", said(&rust));
}

#[test]
fn a_receipt_is_made_by_a_page_and_a_command_and_checked_by_both_verifiers() {
    let name = "a_receipt_is_made_by_a_page_and_a_command_and_checked_by_both_verifiers";
    on_both_engines(name, |database| {
        let referred = Referred::new(database);
        let (page, case) = (format!("/staff/cases/{}/receipt", referred.case), &referred.case);
        let mut assessor = referred.server.signed_in(account(Role::Au, "London", 0));
        let early = assessor.get(&page);
        assert!(early.status == 200 && early.body.contains("The signer has not published one yet"), "{}", early.body);
        referred.sign(database);
        let timeline = assessor.get(&format!("/staff/cases/{case}/timeline")).body;
        assert!(timeline.contains(&format!("{page}?entry=1")), "{timeline}");
        let form = assessor.get(&format!("{page}?entry=1")).body;
        assert!(form.contains(WORDS) && form.contains("Which of its words may they see?"), "{form}");
        assert!(noted(database, case).is_empty(), "looking at the page hands nothing out");
        let bad = assessor.post(&page, &[("entry", "1"), ("word", "nothing")]);
        assert!(bad.status == 422 && bad.body.contains("Choose from the words of this entry"), "{}", bad.body);
        assert_eq!(assessor.post(&page, &[("entry", "77")]).status, 404);
        let made = assessor.post(&page, &[("entry", "1"), ("word", "summary")]);
        assert!(made.status == 200 && made.body.starts_with("c2sp.org/tlog-proof@v1\nextra "), "{}", made.body);
        let mine = (account(Role::Au, "London", 0), "{\"entry\":1,\"words\":[\"summary\"]}");
        let [(_, authority, data)] = &noted(database, case)[..] else { panic!("it is not noted once") };
        assert_eq!((authority.as_str(), data.as_str()), ("AU make-receipt assessment", mine.1));
        std::fs::write(referred.signer.file("receipt"), &made.body).unwrap();
        let path = referred.signer.path("receipt");
        let (code, said) = both(&["--receipt", &path, "--policy", &referred.signer.policy()]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("word\tsummary\t{WORDS}\nwords not shown\t0\n")), "{said}");
        assert!(said.contains("day\t2018-06-02\n") && said.contains("kind\tmatter.referred\n"), "{said}");
        let (code, said) = both(&["--receipt", &path]);
        assert!(code == Some(0) && said.contains("nothing shows whose key"), "{said}");
        as_json(&["--receipt", &path]);
        let out = referred.receipt(database, &["--entry", "1"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let (code, said) = both(&["--receipt", &path, "--policy", &referred.signer.policy()]);
        assert!(code == Some(0) && said.contains("words not shown\t1\n") && !said.contains(WORDS), "{said}");
        assert_eq!(noted(database, case)[1].1, "OPS make-receipt yes");
        assert_eq!(referred.receipt(database, &["--entry", "9"]).status.code(), Some(2));
        assert_eq!(referred.receipt(database, &["--entry", "1", "--word", "x"]).status.code(), Some(2));
        let stranger = Signer::new(database);
        let (code, said) = both(&["--receipt", &path, "--policy", &stranger.policy()]);
        assert!(
            code == Some(1) && said.starts_with("checkpoint-policy\tiopc\t0\t\n") && !said.contains("kind\t"),
            "{said}"
        );
        let (code, said) = both(&["--receipt", &stranger.policy()]);
        assert!(code == Some(1) && said.contains("verified no entry: 1 findings"), "{said}");
        let mut elsewhere = referred.server.signed_in(account(Role::Sup, "North West", 0));
        assert_eq!(elsewhere.post(&page, &[("entry", "1")]).status, 403);
        assert_eq!(noted(database, case).len(), 2);
    });
}

#[test]
fn an_entry_that_no_checkpoint_covers_yet_has_its_receipt_later() {
    on_sqlite(|database| {
        let referred = Referred::new(database);
        referred.sign(database);
        let mut decider = referred.server.signed_in(account(Role::Dm, "London", 0));
        let case = &referred.case;
        let day = [("on-day", "5"), ("on-month", "6"), ("on-year", "2018")];
        let id = submission();
        let rest = [("case", case.as_str()), ("version", "1"), ("submission", &id), ("step", "confirm")];
        let answers = [("mode", "local"), ("reasons", "Local.")];
        let all = rest.iter().chain(&answers).chain(&day).copied().collect::<Vec<_>>();
        let page = format!("/staff/cases/{case}/receipt");
        assert_eq!(decider.post(&format!("/staff/cases/{case}/mode"), &all).status, 303);
        let newer = decider.get(&format!("{page}?entry=2")).body;
        assert!(newer.contains("The newest checkpoint covers what was recorded up to"), "{newer}");
        assert!(decider.post(&page, &[("entry", "2")]).body.contains("This entry is newer"));
        assert!(noted(database, case).is_empty());
        assert_eq!(referred.receipt(database, &["--entry", "2"]).status.code(), Some(2));
        referred.sign(database);
        let made = decider.post(&page, &[("entry", "2")]);
        assert!(made.status == 200 && made.body.starts_with("c2sp.org/"), "{}", made.body);
        assert_eq!(receipt::verify(&made.body, None, &[]).findings, []);
        Raw::open(database).run("update event set hash = prev_hash where log = 'iopc' and seq = 3");
        assert_eq!(referred.receipt(database, &["--entry", "2"]).status.code(), Some(1), "the record was changed");
        assert!(decider.post(&page, &[("entry", "2")]).body.contains("not what its newest checkpoint signs"));
    });
}

#[test]
fn every_random_change_to_a_receipt_is_found_by_both_verifiers_alike() {
    on_sqlite(|database| {
        let referred = Referred::new(database);
        referred.sign(database);
        assert!(referred.receipt(database, &["--entry", "1", "--word", "summary"]).status.success());
        let honest = std::fs::read_to_string(referred.signer.file("receipt")).unwrap();
        let policy = std::fs::read_to_string(referred.signer.policy()).unwrap();
        let parsed = candour_core::record::policy::Policy::parse(&policy).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("policy"), policy).unwrap();
        let mut seed = 17;
        let mut found = Vec::new();
        while found.len() < ROUNDS {
            let Some(text) = changed(&honest, &mut seed) else { continue };
            std::fs::write(folder.path().join(found.len().to_string()), &text).unwrap();
            let Verified { findings, .. } = receipt::verify(&text, Some(&parsed), &[]);
            assert!(!findings.is_empty(), "a change was not found in {text}");
            found.push(findings.iter().map(|f| json!([f.code, f.log, f.seq, f.field])).collect::<Json>());
        }
        let folder = folder.path().display().to_string();
        let out = python::run(&["-c", SCRIPT, python::VERIFY, &folder, &ROUNDS.to_string()]);
        let said = String::from_utf8(out.stdout).unwrap();
        assert_eq!(said.lines().count(), ROUNDS, "{}", String::from_utf8_lossy(&out.stderr));
        let mut codes = std::collections::BTreeSet::new();
        for (n, (python, rust)) in said.lines().zip(&found).enumerate() {
            assert_eq!(&serde_json::from_str::<Json>(python).unwrap(), rust, "change {n}: the verifiers differ");
            codes.extend(rust.as_array().unwrap().iter().map(|f| f[0].to_string()));
        }
        println!("{ROUNDS} of {ROUNDS} changes to a receipt found by both verifiers: {codes:?}");
        assert!(codes.len() >= 7, "{codes:?}");
    });
}

/// A receipt with one thing changed: a byte of it, or a value of its extra data.
fn changed(honest: &str, seed: &mut u64) -> Option<String> {
    use base64ct::{Base64, Encoding as _};
    let mut below = |n: usize| {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((*seed >> 33) % n as u64).unwrap()
    };
    if below(2) == 0 {
        let mut bytes = honest.as_bytes().to_vec();
        let at = below(bytes.len());
        bytes[at] ^= 1 << below(7);
        return String::from_utf8(bytes).ok();
    }
    let line = honest.lines().nth(1)?;
    let mut extra: Json = serde_json::from_slice(&Base64::decode_vec(line.strip_prefix("extra ")?).ok()?).ok()?;
    let paths = [
        "/log",
        "/stream",
        "/event/seq",
        "/event/version",
        "/event/kind",
        "/event/data",
        "/event/actor",
        "/event/authority",
        "/event/recorded_at",
        "/event/on_date",
        "/event/prev_hash",
        "/texts/0/field",
        "/texts/0/salt",
        "/texts/0/value",
        "/texts",
    ];
    let value = extra.pointer_mut(paths[below(paths.len())])?;
    *value = match value {
        Json::String(text) if text.len() == 64 => json!(format!("{}0", &text[..63])),
        Json::String(text) => json!(format!("{text}x")),
        Json::Number(n) => json!(n.as_i64()? - 1),
        _ => json!([{"field": "summary"}]),
    };
    let anew = honest.replace(line, &format!("extra {}", Base64::encode_string(extra.to_string().as_bytes())));
    (anew != honest).then_some(anew)
}

#[test]
fn the_tiles_are_served_up_to_the_checkpoint_and_rebuilt_by_both_verifiers() {
    on_both_engines("the_tiles_are_served_up_to_the_checkpoint_and_rebuilt_by_both_verifiers", |database| {
        make(database, 100);
        let signer = Signer::new(database);
        let server = Server::start_with(database, &["--checkpoint", &signer.path("checkpoint")]);
        assert_eq!(server.visitor().get("/log/tile/0/000").status, 404, "there is no checkpoint");
        assert_eq!(signer.sign(database, "checkpoint").status.code(), Some(0));
        let note = std::fs::read_to_string(signer.file("checkpoint")).unwrap();
        let size: u64 = note.lines().nth(1).unwrap().parse().unwrap();
        assert!(size > 600, "there are several whole tiles: {size}");
        std::fs::copy(signer.file("checkpoint"), signer.file("older")).unwrap();
        go_on(database, "2021-03-31");
        let fetched = |path: &str| {
            let answer = ureq::get(format!("{}/log/tile/{path}", server.url)).call().unwrap();
            let header = |name: &str| answer.headers().get(name).unwrap().to_str().unwrap().to_owned();
            (header("content-type"), header("cache-control"))
        };
        let last = format!("0/{:03}.p/{}", size / 256, size % 256);
        for path in ["0/000", "entries/001", "1/000.p/2", "0/000.p/7", &last] {
            let kept = "public, max-age=31536000, immutable".to_owned();
            assert_eq!(fetched(path), ("application/octet-stream".to_owned(), kept), "{path}");
        }
        let beyond = format!("0/{:03}.p/{}", size / 256, size % 256 + 1);
        for path in
            [beyond.as_str(), "0/999", "0/0", "9/000", "entries", "x/000", "0/000.p/256", "..%2f0/000", "64/000"]
        {
            assert_eq!(server.visitor().get(&format!("/log/tile/{path}")).status, 404, "{path}");
        }
        let script = format!("{}/verify.py", python::VERIFY);
        let address = format!("{}/log", server.url);
        let out = python::run(&[&script, "--tiles", &address, "--policy", &signer.policy()]);
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert_eq!(said, format!("verified the tiles of iopc, a log of {size}: 0 findings\n"));
        assert_eq!(signer.sign(database, "checkpoint").status.code(), Some(0));
        let out = python::run(&[&script, "--tiles", &address, "--trusted", &signer.path("older")]);
        assert!(out.status.success() && !String::from_utf8_lossy(&out.stdout).contains(&format!("of {size}:")));
        let folder = signer.path("tiles");
        let checkpoint = signer.path("checkpoint");
        let written = || candour(database, &["tiles", "--checkpoint", &checkpoint, "--out", &folder]);
        assert!(written().status.success());
        assert!(String::from_utf8_lossy(&written().stdout).starts_with("0 new tiles"));
        let older = signer.path("older");
        assert_eq!(both(&["--tiles", &folder, "--policy", &signer.policy(), "--trusted", &older]).0, Some(0));
        as_json(&["--tiles", &folder]);
        assert_eq!(both(&["--tiles", "/nowhere"]).0, Some(3));
        let tile = signer.file("tiles/tile/0/001");
        let mut bytes = std::fs::read(&tile).unwrap();
        bytes[40] ^= 1;
        std::fs::write(&tile, bytes).unwrap();
        let (code, said) = both(&["--tiles", &folder]);
        assert!(code == Some(1) && said.contains("tile-hash\tiopc\t258\ttile/0/001\n"), "{said}");
        std::fs::remove_file(&tile).unwrap();
        let (code, said) = both(&["--tiles", &folder]);
        assert!(code == Some(1) && said.contains("tile-missing\tiopc\t257\ttile/0/001\n"), "{said}");
        Raw::open(database).run("update event set hash = prev_hash where log = 'iopc' and seq = 3");
        assert_eq!(server.visitor().get("/log/tile/0/000").status, 404, "a tile that was not signed is not handed out");
        assert_eq!(written().status.code(), Some(1));
    });
}
