//! Files: sent in pieces, recorded as material, held by both verifiers against what the record says of
//! them, backed up, and forgotten when nobody records them.
//!
//! The count of changes is shorter unless `CANDOUR_ROUNDS` says otherwise.

use std::collections::BTreeMap;
use std::fs;

use candour_core::case::Command;
use candour_core::case::material::{Receive, Scan, Sort, Source};
use candour_core::day::{self, Day};
use candour_core::permit::{Actor, Role};
use candour_core::reference::Reference;
use candour_store::db::Engine;
use candour_store::files::{self, Digesting, Upload};
use candour_store::{Store, verify};

use crate::disposal::referral;
use crate::engines::{on_both_engines, on_sqlite};
use crate::python::{self, Found};
use crate::raw::Raw;
use crate::world::{BODY, Chance, act, carry_out, check_whole, load, open, somebody, verify_now};

const DAY: i64 = 24 * 3_600_000_000;
/// Bytes of a piece in these tests.
const PIECE_BYTES: usize = 1_000;

fn iso(day: &str) -> Day {
    day::parse("", day).unwrap()
}

fn assessor() -> Actor {
    somebody("u-au", Role::Au)
}

fn referred(store: &Store, seed: &[u8; 8]) -> Reference {
    let reference = Reference::from_random(*seed);
    act(store, iso("2020-03-02"), &assessor(), &reference, &referral()).unwrap();
    reference
}

/// An upload of nothing yet.
fn upload_of(actor: &Actor, reference: &Reference) -> Upload {
    Upload {
        id: String::new(),
        account: actor.id.clone(),
        stream: reference.stream(),
        name: String::new(),
        holds: None,
        scan: Scan::Clean {},
        taken: false,
    }
}

/// Sends a file for a case and leaves it there.
fn sent(store: &Store, actor: &Actor, reference: &Reference, name: &str, bytes: &[u8], now: i64) -> Upload {
    let id =
        format!("{:032x}", bytes.iter().fold(7_u128, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into())));
    let mut digesting = Digesting::default();
    digesting.update(bytes);
    let holds = digesting.end();
    let upload = Upload { id, name: name.to_owned(), holds: Some(holds), ..upload_of(actor, reference) };
    let (put, pieces) = (upload.clone(), bytes.chunks(PIECE_BYTES).map(<[u8]>::to_vec).collect::<Vec<_>>());
    let write = move |w: &mut candour_store::record::Write<'_>| {
        let log = w.log();
        files::begin(w.tx()?, log, &put, now)?;
        for (n, piece) in (0..).zip(&pieces) {
            files::put(w.tx()?, log, &put.id, n, piece)?;
        }
        Ok(files::end(w.tx()?, log, &put.id, holds, &put.scan)?)
    };
    store.record.write(write).unwrap();
    upload
}

/// Records a file that was sent as material of its case, received on a day.
pub fn attach(store: &Store, actor: &Actor, reference: &Reference, on: Day, (name, words): (&str, &str), bytes: &[u8]) {
    let upload = sent(store, actor, reference, name, bytes, 0);
    let command = Command::ReceiveMaterial(Receive {
        file: upload.id.clone(),
        holds: upload.holds.unwrap(),
        scan: upload.scan.clone(),
        name: upload.name.clone(),
        on,
        from: Source::Authority,
        sort: Sort::Document,
        description: words.to_owned(),
    });
    let (actor, reference) = (actor.clone(), reference.clone());
    let write = move |w: &mut candour_store::record::Write<'_>| {
        w.not_before(day::nine_o_clock(on))?;
        let log = w.log();
        files::take(w.tx()?, log, &upload)?;
        carry_out(w, &actor, &reference, command.clone())
    };
    store.record.write(write).unwrap();
}

fn noise(chance: &mut Chance, bytes: usize) -> Vec<u8> {
    (0..bytes).map(|_| u8::try_from(chance.below(256)).unwrap()).collect()
}

/// A case with three files: their names and the positions of their entries.
fn three(store: &Store) -> Vec<(String, u64)> {
    let (reference, mut chance) = (referred(store, b"material"), Chance(11));
    for n in 0..3 {
        let bytes = noise(&mut chance, 2_500 + n);
        attach(store, &assessor(), &reference, iso("2020-03-03"), (&format!("{n}.pdf"), "From the force"), &bytes);
    }
    let materials = load(store, &reference).state.materials;
    let places = store.record.engine.read(|tx| {
        tx.query(
            "select seq, version from event where log = $1 and stream = $2",
            &[BODY.into(), (&reference.stream()).into()],
            |row| Ok((row.count(0)?, row.count(1)?)),
        )
    });
    let places = places.unwrap();
    let seq = |version: u64| places.iter().find(|(_, of)| *of == version).unwrap().0;
    materials.iter().map(|material| (material.received.file.clone(), seq(material.version))).collect()
}

/// A change of some files: what it is, the statements, and the positions at which it must be found.
fn change(n: usize, files: &[(String, u64)], chance: &mut Chance) -> (&'static str, String, Vec<u64>) {
    let at = chance.below(files.len());
    let (file, seq) = &files[at];
    let (other, other_seq) = &files[(at + 1 + chance.below(files.len() - 1)) % files.len()];
    let piece = chance.below(3);
    let of = format!("where file = '{file}' and n = {piece}");
    let set = |bytes: String| format!("update file_piece set bytes = {bytes} {of}");
    let one = vec![*seq];
    match n % 8 {
        0 => {
            let byte = 1 + chance.below(400);
            let flipped = format!(
                "substr(bytes, 1, {byte}) || case when substr(bytes, {next}, 1) = {zero} then {one} else {zero} end \
                 || substr(bytes, {after})",
                next = byte + 1,
                after = byte + 2,
                zero = blob("00"),
                one = blob("01")
            );
            ("a byte", set(flipped), one)
        }
        1 => ("cut short", set("substr(bytes, 1, 200)".to_owned()), one),
        2 => ("a piece gone", format!("delete from file_piece {of}"), one),
        3 => ("a file gone", format!("delete from file_piece where file = '{file}'"), one),
        4 => {
            let to = |from: &str, to: &str| format!("update file_piece set file = '{to}' where file = '{from}'");
            let swap = format!("{}; {}; {}", to(file, "between"), to(other, file), to("between", other));
            ("two files swapped", swap, vec![*seq, *other_seq])
        }
        5 => {
            let (first, second) = (piece % 2, piece % 2 + 1);
            let to =
                |from: i64, to: i64| format!("update file_piece set n = {to} where file = '{file}' and n = {from}");
            let (first, second) = (i64::try_from(first).unwrap(), i64::try_from(second).unwrap());
            ("two pieces swapped", format!("{}; {}; {}", to(first, -1), to(second, first), to(-1, second)), one)
        }
        6 => {
            let more = format!(
                "insert into file_piece select log, file, 3, bytes from file_piece where file = '{file}' and n = 0"
            );
            ("a piece more", more, one)
        }
        _ => {
            let copy = format!(
                "delete from file_piece where file = '{file}'; insert into file_piece \
                 select log, '{file}', n, bytes from file_piece where file = '{other}'"
            );
            ("another in its place", copy, one)
        }
    }
}

/// Bytes as both engines write them.
fn blob(hex: &str) -> String {
    format!("BLOB('{hex}')")
}

/// The statements in the words of an engine.
fn for_engine(sql: &str, sqlite: bool) -> String {
    if sqlite {
        sql.replace("BLOB('", "x'").replace("')", "'")
    } else {
        sql.replace("BLOB('", "decode('").replace("')", "', 'hex')")
    }
}

fn count(name: &str, short: usize) -> usize {
    std::env::var(name).map_or(short, |n| n.parse().unwrap())
}

/// Checks every database of a folder in one process, and prints what it finds in each.
const SCRIPT: &str = "
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import verify
for n in range(int(sys.argv[3])):
    source = verify.Sqlite.open(str(pathlib.Path(sys.argv[2]) / f'{n}.db'))
    print(json.dumps(verify.verify(source)[2]))
    source.close()
";

#[test]
fn every_random_change_to_a_stored_file_is_found_and_located_by_both_verifiers() {
    on_sqlite(|url| {
        let store = open(url).unwrap();
        let files = three(&store);
        check_whole(&store);
        drop(store);
        Raw::open(url).run("pragma wal_checkpoint(truncate)");
        let (folder, mut chance) = (tempfile::tempdir().unwrap(), Chance(815));
        let rounds = count("CANDOUR_ROUNDS", 160);
        let (mut made, mut sorts) = (Vec::new(), BTreeMap::<&str, usize>::new());
        for n in 0..rounds {
            let path = folder.path().join(format!("{n}.db"));
            fs::copy(url.strip_prefix("sqlite:").unwrap(), &path).unwrap();
            let url = format!("sqlite:{}", path.display());
            let (sort, sql, at) = change(n, &files, &mut chance);
            Raw::open(&url).run(&for_engine(&sql, true));
            let report = Engine::at(&url).unwrap().read(verify::verify).unwrap();
            *sorts.entry(sort).or_default() += 1;
            made.push((sort, at, python::of_report(&report)));
        }
        let at = folder.path().display().to_string();
        let output = python::run(&["-c", SCRIPT, python::VERIFY, &at, &rounds.to_string()]);
        let said = String::from_utf8(output.stdout).unwrap();
        let theirs: Vec<Found> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(theirs.len(), rounds, "{}", String::from_utf8_lossy(&output.stderr));
        for (n, ((sort, at, ours), theirs)) in made.iter().zip(&theirs).enumerate() {
            assert_eq!(ours, theirs, "change {n} ({sort}): both say the same");
            let found: Vec<u64> = ours.iter().filter(|(_, log, ..)| log == BODY).map(|(_, _, seq, _)| *seq).collect();
            assert!(at.iter().all(|seq| found.contains(seq)), "change {n} ({sort}): not at {at:?} but at {found:?}");
        }
        println!("{rounds} of {rounds} changes to stored files found and located by both verifiers: {sorts:?}");
    });
}

#[test]
fn files_are_held_against_the_record_on_each_engine() {
    on_both_engines("files_are_held_against_the_record_on_each_engine", |url| {
        let store = open(url).unwrap();
        let files = three(&store);
        check_whole(&store);
        assert_eq!(python::verify(url, &verify_now(&store)), Found::new());
        let mut chance = Chance(4);
        let mut raw = Raw::open(url);
        let kept = raw.rows("file_piece", "log, file, n");
        for n in 0..8 {
            let (sort, sql, at) = change(n, &files, &mut chance);
            raw.run(&for_engine(&sql, raw.is_sqlite()));
            let report = verify_now(&store);
            let found = python::of_report(&report);
            assert_eq!(python::verify(url, &report), found, "{sort}");
            let seqs: Vec<u64> = found.iter().map(|(_, _, seq, _)| *seq).collect();
            assert!(at.iter().all(|seq| seqs.contains(seq)), "{sort}: {found:?}");
            raw.run("delete from file_piece");
            kept.iter().for_each(|row| raw.insert("file_piece", row));
        }
        check_whole(&store);
        // One that is recorded and said to wait would be in no backup, and go after a day.
        raw.run("update upload set taken = 0");
        let report = verify_now(&store);
        let waiting =
            files.iter().map(|(_, seq)| ("file-waiting".to_owned(), BODY.to_owned(), *seq, "file".to_owned()));
        assert_eq!(python::of_report(&report), waiting.collect::<Found>());
        assert_eq!(python::verify(url, &report), python::of_report(&report));
        let folder = tempfile::tempdir().unwrap();
        assert!(crate::backup::back_up(url, &folder.path().join("backup")).is_err(), "no backup without them");
        let sweep = |w: &mut candour_store::record::Write<'_>| {
            let log = w.log();
            Ok(files::sweep(w.tx()?, log, 2 * DAY)?)
        };
        store.record.write(sweep).unwrap();
        check_whole(&store);
        let first = &files[0].0;
        raw.run(&format!(
            "insert into file_piece select log, 'unheard-of', n, bytes from file_piece where file = '{first}'"
        ));
        let report = verify_now(&store);
        let stray = ("file-stray".to_owned(), BODY.to_owned(), 0, "unheard-of".to_owned());
        assert_eq!(python::of_report(&report), Found::from([stray]));
        assert_eq!(python::verify(url, &report), python::of_report(&report));
    });
}

#[test]
fn a_file_that_nobody_records_is_forgotten_after_a_day_and_is_in_no_backup() {
    on_both_engines("a_file_that_nobody_records_is_forgotten_after_a_day_and_is_in_no_backup", |url| {
        let store = open(url).unwrap();
        let (actor, reference) = (assessor(), referred(&store, b"uploaded"));
        let pieces = || Raw::open(url).rows("file_piece", "log, file, n").len();
        let upload = sent(&store, &actor, &reference, "one.pdf", &[1; 2_500], 0);
        assert_eq!(pieces(), 3);
        check_whole(&store);
        assert_eq!(python::verify(url, &verify_now(&store)), Found::new(), "it waits, and is no finding");
        let folder = tempfile::tempdir().unwrap();
        let contents = crate::backup::back_up(url, &folder.path().join("backup")).unwrap();
        let kept = contents.manifest.tables.iter().find(|table| table.table == "file_piece").unwrap();
        assert_eq!(kept.rows, 0, "{:?}", contents.manifest);
        let waits = |actor: &Actor| {
            let read = store.record.engine.read(|tx| files::sent(tx, BODY, &actor.id, &reference.stream()));
            read.unwrap().len()
        };
        assert_eq!((waits(&actor), waits(&somebody("u-other", Role::Au))), (1, 0), "for whoever sent it only");
        let other = sent(&store, &actor, &reference, "two.pdf", &[2; 500], DAY);
        assert_eq!((pieces(), waits(&actor)), (4, 2), "the day is not over");
        let sweep = |now| {
            store.record.write(move |w| {
                let log = w.log();
                Ok(files::sweep(w.tx()?, log, now)?)
            })
        };
        sweep(DAY + 1).unwrap();
        assert_eq!((pieces(), waits(&actor)), (1, 1));
        let take = |upload: Upload| {
            store.record.write(move |w| {
                let log = w.log();
                files::take(w.tx()?, log, &upload)
            })
        };
        assert!(take(upload).is_err(), "it is gone");
        assert!(take(Upload { account: "u-other".to_owned(), ..other.clone() }).is_err(), "it is somebody else's");
        take(other.clone()).unwrap();
        assert!(take(other).is_err(), "once");
        sweep(2 * DAY + 1).unwrap();
        assert_eq!((pieces(), waits(&actor)), (1, 0), "what was recorded keeps its bytes");
        // One that broke off goes after an hour, and so many wait at most.
        let id = "broke-off".to_owned();
        let begun = Upload { id, name: "half.pdf".to_owned(), holds: None, ..upload_of(&actor, &reference) };
        let begin = |begun: Upload, now: i64| {
            store.record.write(move |w| {
                let log = w.log();
                files::begin(w.tx()?, log, &begun, now)?;
                files::put(w.tx()?, log, &begun.id, 0, b"half")
            })
        };
        begin(begun, 3 * DAY).unwrap();
        sweep(3 * DAY + DAY / 24).unwrap();
        assert_eq!(pieces(), 2, "the hour is not over");
        sweep(3 * DAY + DAY / 24 + 1).unwrap();
        assert_eq!(pieces(), 1);
        let many = (0..21).map(|n| begin(Upload { id: n.to_string(), ..upload_of(&actor, &reference) }, 4 * DAY));
        let kept: Vec<bool> = many.map(|sent| sent.is_ok()).collect();
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 20, "{kept:?}");
    });
}
