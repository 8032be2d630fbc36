//! Backdated entries: given away by the checkpoints that witnesses cosigned before them, to both
//! verifiers and on the page of the case.

use candour_core::permit::Role;
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::cosignature::Cosigner;
use candour_core::reference::Reference;

use super::{HOUR, ORIGIN, Three, goes_on, hashes, real, said, verified};
use crate::engines::on_sqlite;
use crate::proof::{both, hashed_anew, longest};
use crate::raw::{Cell, Raw, Row};
use crate::server::{Server, candour, make};

#[test]
fn an_entry_that_is_backdated_by_an_hour_is_found_by_both_verifiers_and_contradicted_on_its_page() {
    on_sqlite(|database| {
        real(database);
        let three = Three::new(database);
        assert_eq!(three.sign(database).status.code(), Some(0));
        let (_, before) = three.published();
        // With the database and the clock, an entry of now is written as one of an hour ago, before
        // anybody signs: every hash fits, and the log only grew.
        goes_on(database, "2031-06-02");
        let (policy, published) = (three.signer.path("policy"), three.signer.path("checkpoint"));
        let kept = three.signer.path("checkpoint.witnessed");
        let files = ["--policy", &policy, "--witnessed", &kept];
        let case = longest(database);
        let mut tables = Raw::open(database);
        let honest = tables.rows("event", "log, seq");
        let stream = Reference::parse(&case).unwrap().stream();
        let ours = |row: &Row| row[0] == Cell::text("iopc");
        let next = honest.iter().filter(|row| ours(row) && row[2] == Cell::text(&stream)).count() + 1;
        let mut rows = honest;
        rows.retain(|row| !ours(row) || row[1].as_int() <= i64::try_from(before.size).unwrap() + 1);
        // The entry is made one of the case, so that a page and a bundle have it.
        let template = rows.iter().rfind(|row| ours(row) && row[2] == Cell::text(&stream)).unwrap().clone();
        let added = rows.iter_mut().rfind(|row| ours(row)).unwrap();
        let (seq, now) = (added[1].as_int(), added[8].as_int());
        assert_eq!(u64::try_from(seq).unwrap(), before.size + 1);
        (added[2], added[3]) = (Cell::text(&stream), Cell::Int(i64::try_from(next).unwrap()));
        (added[4], added[5]) = (template[4].clone(), Cell::text(&without_texts(template[5].as_text())));
        let truthful = rows.clone();
        rows.iter_mut().rfind(|row| ours(row)).unwrap()[8] = Cell::Int(now - HOUR);
        tables.run(&format!("delete from text where log = 'iopc' and seq >= {seq}"));
        hashed_anew(&mut tables, rows);
        drop(tables);
        let out = three.sign(database);
        assert_eq!(out.status.code(), Some(0), "it goes on from what was signed: {}", said(&out));
        assert_eq!(verified(database, &[]), (Some(0), String::new()), "nothing is wrong with it by itself");
        let (code, found) = verified(database, &files);
        assert_eq!(code, Some(1));
        assert!(found.starts_with(&format!("event-time\tiopc\t{seq}\t\niopc: witnessed: 2 of 2")), "{found}");
        // The bundle of the case says the same, with the two checkpoints that are around the entry.
        let bundle = three.signer.path("bundle.json");
        let made = candour(
            database,
            &[
                &["bundle", &case, "--checkpoint", &published, "--out", &bundle][..],
                &["--policy", &policy, "--witnessed", &three.signer.path("checkpoint.witnessed")],
            ]
            .concat(),
        );
        assert!(made.status.success(), "{}", said(&made));
        let around = format!("{bundle}.witnessed");
        let (code, found) = both(&["--bundle", &bundle, "--policy", &policy, "--witnessed", &around]);
        assert!(code == Some(1) && found.starts_with(&format!("event-time\tiopc\t{seq}\t\nverified")), "{found}");
        assert_eq!(both(&["--bundle", &bundle, "--policy", &policy]).0, Some(0), "without witnesses nothing shows it");
        // A bundle without the proof of the checkpoint before cannot be green either.
        let text = std::fs::read_to_string(&bundle).unwrap();
        let mut whole: serde_json::Value = serde_json::from_str(&text).unwrap();
        whole["consistency"] = serde_json::json!([]);
        std::fs::write(&bundle, whole.to_string()).unwrap();
        let (code, found) = both(&["--bundle", &bundle, "--policy", &policy, "--witnessed", &around]);
        assert!(code == Some(1) && found.contains("witnessed-unproven\tiopc\t"), "{found}");
        let body = timeline(database, &case, &published, &policy);
        assert!(body.contains("This time does not fit: the entry was recorded between "), "{body}");
        assert!(body.contains("witnessed by pirc.example, gsoc.example, audit.example"), "{body}");
        // The control: the same entry with its own time, in a record that witnesses have not seen yet.
        let _ = std::fs::remove_file(database.trim_start_matches("sqlite:").replace(".db", "-high-water.json"));
        hashed_anew(&mut Raw::open(database), truthful);
        let three = Three::new(database);
        let before = first_of(&three, database, before.size, u64::try_from(now / 1_000_000).unwrap() - 5);
        assert_eq!(three.sign(database).status.code(), Some(0));
        let (policy, published) = (three.signer.path("policy"), three.signer.path("checkpoint"));
        let files = ["--policy", &policy, "--witnessed", &before, "--witnessed", &published];
        let (code, found) = verified(database, &files);
        assert_eq!(code, Some(0), "{found}");
        assert!(found.contains("witnessed: 2 of 2 checkpoints hold"), "{found}");
        let kept = std::fs::read_to_string(&before).unwrap() + &std::fs::read_to_string(&published).unwrap();
        std::fs::write(three.signer.file("checkpoint.witnessed"), kept).unwrap();
        let body = timeline(database, &case, &published, &policy);
        assert!(body.contains("Recorded between ") && body.contains("Recorded before "), "{body}");
        assert!(!body.contains("does not fit"), "{body}");
    });
}

/// The timeline of a case, as whoever may read it sees it.
fn timeline(database: &str, case: &str, checkpoint: &str, policy: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("candour.toml");
    // A real log asks for second factors, which a demonstration's accounts have not set up.
    std::fs::write(&config, "second_factor = []\n").unwrap();
    let config = config.display().to_string();
    let server =
        Server::start_with(database, &["--checkpoint", checkpoint, "--witnesses", policy, "--config", &config]);
    let profile = candour_core::profile::Profile::named("iopc").unwrap();
    let accounts = candour_server::generate::demo_accounts(&profile);
    let address = format!("/staff/cases/{}/timeline", case.replace('-', ""));
    // By the real clock the demonstration's auditor has had their last day.
    let may_read = accounts.iter().filter(|account| account.role != Role::Aud);
    let mut pages = may_read.map(|account| server.signed_in(account.name).get(&address));
    pages.find(|page| page.status == 200).unwrap().body
}

/// A checkpoint of the first events that was cosigned at a time, as a file beside the signer's.
fn first_of(three: &Three, database: &str, size: u64, time: u64) -> String {
    let tree = hashes(database);
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root: tree.root(size).unwrap() };
    let note = three.stolen().note(&checkpoint.text());
    let cosigned = three.witnesses.iter().fold(note, |note, witness| {
        let secret = std::fs::read_to_string(witness.folder.path().join("key")).unwrap();
        Cosigner::parse(secret.trim()).unwrap().cosigned(&note, time)
    });
    std::fs::write(three.signer.file("first"), cosigned.to_string()).unwrap();
    three.signer.path("first")
}

/// An event's data without the commitments to its words.
fn without_texts(data: &str) -> String {
    let mut data: serde_json::Map<String, serde_json::Value> = serde_json::from_str(data).unwrap();
    data.remove("texts");
    serde_json::Value::Object(data).to_string()
}

#[test]
fn the_times_of_a_demonstration_are_not_held_against_witnesses_and_that_is_said() {
    on_sqlite(|database| {
        make(database, 4);
        let three = Three::new(database);
        assert_eq!(three.sign(database).status.code(), Some(0));
        let (policy, kept) = (three.signer.path("policy"), three.signer.path("checkpoint.witnessed"));
        let (code, found) = verified(database, &["--policy", &policy, "--witnessed", &kept]);
        assert!(code == Some(0) && found.starts_with("iopc: the clock of a demonstration is not real"), "{found}");
        let case = longest(database);
        let bundle = three.signer.path("bundle.json");
        let published = three.signer.path("checkpoint");
        let arguments = ["--checkpoint", &published, "--out", &bundle, "--policy", &policy, "--witnessed", &kept];
        let out = candour(database, &[&["bundle", &case][..], &arguments].concat());
        assert!(out.status.code() == Some(2) && said(&out).contains("leave out --witnessed"), "{}", said(&out));
        let out = candour(database, &["verify", "--witnessed", &kept]);
        assert_eq!(out.status.code(), Some(2), "without a policy nobody is believed");
        let plain = three.signer.path("signer/policy");
        assert_eq!(both(&["--bundle", &kept, "--policy", &plain, "--witnessed", &kept]).0, Some(2));
    });
}
