//! A thousand ways to change a stored record, by chance, and ten thousand random logs: both verifiers
//! find every change where it was made, and say the same of every log.
//!
//! The counts are shorter unless `CANDOUR_ROUNDS` and `CANDOUR_LOGS` say otherwise.

use std::collections::BTreeMap;
use std::path::Path;

use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::merkle::Frontier;
use candour_store::db::Engine;
use candour_store::verify::verify_at;
use serde_json::Value as Json;

use crate::caseload::{Caseload, carry_out_commands};
use crate::engines::on_sqlite;
use crate::python::{self, Found};
use crate::random_logs;
use crate::raw::{Cell, Raw, Row};
use crate::verify::{Evidence, hash_of, rehashed};
use crate::world::{BODY, Chance, open};

/// The evidence tables without the keys, as a forger would have them, and with an index in place of those.
pub const BARE_TABLES: &str = "
    pragma journal_mode = off; pragma synchronous = off;
    create table event (log text, seq bigint, stream text, version bigint, kind text, data text, actor text,
                        authority text, recorded_at bigint, on_date text, prev_hash blob, hash blob);
    create table text (log text, seq bigint, field text, salt blob, value text);
    create table head (log text, size bigint, root blob, frontier blob, recorded_at bigint);
    create index event_place on event (log, seq); create index text_place on text (log, seq, field)";

/// Checks every database of a folder in one process, and prints what it finds in each.
const SCRIPT: &str = "
import json, pathlib, sys, types
sys.path.insert(0, sys.argv[1])
import verify
folder = pathlib.Path(sys.argv[2])
held = [types.SimpleNamespace(log=log, size=int(size), root=bytes.fromhex(root))
        for log, size, root in (line.split() for line in (folder / 'held').read_text().splitlines())]
for n in range(int(sys.argv[3])):
    source = verify.Sqlite.open(str(folder / f'{n}.db'))
    print(json.dumps(verify.verify(source, None, held)[2]))
    source.close()
";

/// How often, from the environment.
fn count(name: &str, short: usize) -> usize {
    std::env::var(name).map_or(short, |n| n.parse().unwrap())
}

/// A changed record, and where the change is: each of `at` lists the places of which one must be
/// named. Place 0 is the log as a whole, for what only the head can tell.
struct Changed {
    sort: &'static str,
    evidence: Evidence,
    at: Vec<Vec<u64>>,
}

#[test]
fn every_random_change_to_a_stored_record_is_found_and_located_by_both_verifiers() {
    on_sqlite(|url| {
        let rounds = count("CANDOUR_ROUNDS", 140);
        let store = open(url).unwrap();
        carry_out_commands(&store, &Caseload::new(41, 12), 80);
        drop(store);
        let right = Evidence::read(&mut Raw::open(url)).of_log(BODY);
        let held = checkpoint(&right, right.event.len() / 2);
        let folder = tempfile::tempdir().unwrap();
        let mut chance = Chance(4711);
        let made: Vec<Changed> = (0..rounds).map(|n| changed(&right, &held, n, &mut chance)).collect();
        let mut found = by_both(folder.path(), made.iter().map(|changed| &changed.evidence).chain([&right]), &held);
        assert_eq!(found.pop(), Some(Found::new()), "unchanged, it is green");
        let mut sorts: BTreeMap<&str, usize> = BTreeMap::new();
        for (n, (changed, found)) in made.iter().zip(found).enumerate() {
            assert!(changed.evidence != right, "change {n} ({}) is none", changed.sort);
            for at in &changed.at {
                let named = found.iter().any(|(_, log, seq, _)| log == BODY && at.contains(seq));
                assert!(named, "change {n} ({}): nothing at {at:?} in {found:?}", changed.sort);
            }
            *sorts.entry(changed.sort).or_default() += 1;
        }
        println!("{} of {rounds} changes found and located by both verifiers: {sorts:?}", made.len());
        assert!(sorts.len() >= 13, "{sorts:?}");
    });
}

#[test]
fn both_verifiers_agree_on_random_logs() {
    const TOGETHER: usize = 250;
    let logs = count("CANDOUR_LOGS", 750);
    let mut chance = Chance(1009);
    let (mut codes, mut green): (BTreeMap<String, usize>, usize) = (BTreeMap::new(), 0);
    for from in (0..logs).step_by(TOGETHER) {
        let names: Vec<String> = (from..logs.min(from + TOGETHER)).map(|n| format!("log{n}")).collect();
        let mut all = Evidence { event: Vec::new(), text: Vec::new(), head: Vec::new() };
        for name in &names {
            let log = random_logs::log(name, &mut chance);
            all.event.extend(log.event);
            all.text.extend(log.text);
            all.head.extend(log.head);
        }
        let folder = tempfile::tempdir().unwrap();
        let held =
            Checkpoint { origin: "records.example/candour/log0".to_owned(), size: 0, root: Frontier::default().root() };
        let found = by_both(folder.path(), std::iter::once(&all), &held).remove(0);
        for (code, ..) in &found {
            *codes.entry(code.clone()).or_default() += 1;
        }
        green += names.iter().filter(|name| found.iter().all(|(_, log, ..)| log != *name)).count();
    }
    println!("both verifiers agree on {logs} of {logs} random logs, {green} of them without a finding: {codes:?}");
    assert!(green * 10 > logs, "too few honest logs");
    assert!(codes.len() >= 17, "only {codes:?}");
    assert!(codes.contains_key("rule-delegation") && codes.contains_key("rule-second-person"));
}

/// What is found in each of these records; both verifiers must find the same.
fn by_both<'e>(folder: &Path, all: impl Iterator<Item = &'e Evidence>, held: &Checkpoint) -> Vec<Found> {
    let log = held.log().unwrap().to_owned();
    let root = candour_core::record::hex(&held.root);
    std::fs::write(folder.join("held"), format!("{log} {} {root}\n", held.size)).unwrap();
    let mut rust = Vec::new();
    for (n, evidence) in all.enumerate() {
        let url = format!("sqlite:{}", folder.join(format!("{n}.db")).display());
        let mut tables = Raw::open(&url);
        tables.run(BARE_TABLES);
        evidence.write_all(&mut tables);
        drop(tables);
        let engine = Engine::at(&url).unwrap();
        let mut report = engine.read(|tx| verify_at(tx, &[(&log, held.size)])).unwrap();
        report.hold_against(&log, held);
        rust.push(python::of_report(&report));
    }
    let (folder, n) = (folder.display().to_string(), rust.len().to_string());
    let out = python::run(&["-c", SCRIPT, python::VERIFY, &folder, &n]);
    let said = String::from_utf8(out.stdout).unwrap();
    assert_eq!(said.lines().count(), rust.len(), "{}", String::from_utf8_lossy(&out.stderr));
    for (n, (line, rust)) in said.lines().zip(&rust).enumerate() {
        let python: Json = serde_json::from_str(line).unwrap();
        let one = |f: &Json| -> Option<(String, String, u64, String)> {
            let text = |n: usize| f[n].as_str().map(str::to_owned);
            Some((text(0)?, text(1)?, f[2].as_u64()?, text(3)?))
        };
        let python: Found = python.as_array().unwrap().iter().map(|f| one(f).unwrap()).collect();
        let only = |a: &Found, b: &Found| a.difference(b).cloned().collect::<Vec<_>>();
        assert_eq!((only(rust, &python), only(&python, rust)), (vec![], vec![]), "record {n}: the verifiers differ");
    }
    rust
}

fn checkpoint(of: &Evidence, size: usize) -> Checkpoint {
    let mut tree = Frontier::default();
    of.event.iter().take(size).for_each(|row| tree.push(&row[11].as_bytes().try_into().unwrap()));
    let origin = candour_core::record::checkpoint::origin("records.example", BODY);
    Checkpoint { origin, size: tree.size(), root: tree.root() }
}

/// The nth change: every sort comes in its turn, its place by chance.
fn changed(right: &Evidence, held: &Checkpoint, n: usize, chance: &mut Chance) -> Changed {
    const COLUMNS: [usize; 9] = [2, 3, 4, 5, 6, 7, 9, 10, 11];
    let mut evidence = right.clone();
    let (events, texts) = (right.event.len(), right.text.len());
    let at = chance.below(events);
    let seq = place(&right.event[at]);
    let (sort, places) = match n % 14 {
        0 => {
            let cell = &mut evidence.event[at][*chance.pick(&COLUMNS)];
            *cell = slipped(cell, chance);
            ("an event edited", vec![vec![seq]])
        }
        1 => {
            evidence.event.remove(at);
            ("an event deleted", vec![vec![if at + 1 == events { 0 } else { seq }]])
        }
        2 => {
            let other = (at + 1 + chance.below(events - 1)) % events;
            let (one, two) = (right.event[at][1].clone(), right.event[other][1].clone());
            (evidence.event[at][1], evidence.event[other][1]) = (two, one);
            ("two events in each other's place", vec![vec![seq], vec![place(&right.event[other])]])
        }
        3 => {
            backdate(&mut evidence.event[at], chance);
            ("an event backdated", vec![vec![seq]])
        }
        4 => {
            let row = &mut evidence.event[at];
            backdate(row, chance);
            row[11] = Cell::Bytes(hash_of(row));
            // Its own hash fits; the next of its stream does not link to it, or the root is not that of the head.
            let next = right.event[at + 1..].iter().find(|row| row[2] == right.event[at][2]);
            ("an event backdated and hashed anew", vec![vec![next.map_or(0, place)]])
        }
        5 => {
            let left = 1 + chance.below(events - 1);
            evidence.cut(left as u64, u64::MAX);
            ("the tail cut off", vec![vec![0]])
        }
        6 => {
            let left = 1 + chance.below(usize::try_from(held.size).unwrap() - 1);
            evidence.cut(left as u64, u64::MAX);
            ("the tail cut off and the head made to fit", vec![vec![held.size]]).also(|| evidence = rehashed(&evidence))
        }
        7 => {
            let gone = 1 + chance.below(events - 1);
            let from = place(&right.event[gone]);
            evidence.event.drain(..gone);
            evidence.text.retain(|row| place(row) >= from);
            ("the beginning cut off", vec![vec![1]])
        }
        8 => {
            let (a, b) = (chance.below(texts), chance.below(texts));
            let words = |row: &Row| (row[3].clone(), row[4].clone());
            let (one, two) = (words(&right.text[a]), words(&right.text[b]));
            if one == two {
                evidence.text.remove(a);
                ("a word deleted", vec![vec![place(&right.text[a])]])
            } else {
                (evidence.text[a][3], evidence.text[a][4]) = two;
                (evidence.text[b][3], evidence.text[b][4]) = one;
                let places = vec![vec![place(&right.text[a])], vec![place(&right.text[b])]];
                ("the words of two entries swapped", places)
            }
        }
        9 => {
            let a = chance.below(texts);
            let cell = &mut evidence.text[a][3 + chance.below(2)];
            *cell = slipped(cell, chance);
            ("a word edited", vec![vec![place(&right.text[a])]])
        }
        10 => {
            let a = chance.below(texts);
            evidence.text.remove(a);
            ("a word deleted", vec![vec![place(&right.text[a])]])
        }
        11 => {
            let mut row = right.event[at].clone();
            row[1] = Cell::Int(events as i64 + 1);
            row[11] = Cell::Bytes(hash_of(&row));
            evidence.event.push(row);
            // It repeats a version of its stream, and the head does not know of it.
            ("an event put in at the end", vec![vec![events as u64 + 1], vec![0]])
        }
        12 => {
            let column = 1 + chance.below(4);
            let cell = &mut evidence.head[0][column];
            *cell = slipped(cell, chance);
            ("the head edited", vec![vec![0]])
        }
        _ => {
            let early = chance.below(usize::try_from(held.size).unwrap());
            let row = &mut evidence.event[early];
            row[7] = slipped(&row[7], chance);
            ("everything written anew", vec![vec![held.size]]).also(|| evidence = rehashed(&evidence))
        }
    };
    Changed { sort, evidence, at: places }
}

/// Does one thing more with a value in hand.
trait Also: Sized {
    fn also(self, then: impl FnOnce()) -> Self {
        then();
        self
    }
}

impl<T> Also for T {}

fn place(row: &Row) -> u64 {
    u64::try_from(row[1].as_int()).unwrap()
}

fn backdate(row: &mut Row, chance: &mut Chance) {
    if chance.one_in(2) || row[9] == Cell::text("") {
        row[8] = Cell::Int(row[8].as_int() - 1 - chance.below(86_400_000_000) as i64);
    } else {
        row[9] = Cell::Text(format!("2009{}", &row[9].as_text()[4..]));
    }
}

/// Another value of the same type, a little or quite different.
fn slipped(cell: &Cell, chance: &mut Chance) -> Cell {
    match cell {
        Cell::Int(int) => Cell::Int((int + 1 + chance.below(1000) as i64).max(1)),
        Cell::Bytes(bytes) => {
            let mut bytes = bytes.clone();
            let at = chance.below(bytes.len());
            bytes[at] ^= 1 << chance.below(8);
            Cell::Bytes(bytes)
        }
        Cell::Text(text) => {
            let mut letters: Vec<char> = text.chars().collect();
            let at = chance.below(letters.len() + 1);
            letters.insert(at, *chance.pick(&['a', '0', 'ŵ', ' ', '"', '{', '1']));
            Cell::Text(letters.into_iter().collect())
        }
        other => panic!("{other:?} is not slipped"),
    }
}

/// A breach of the rules with right hashes, so that nothing but the rules tells.
#[test]
fn a_breach_of_a_rule_with_right_hashes_is_found_by_both_verifiers() {
    on_sqlite(|url| {
        let store = open(url).unwrap();
        carry_out_commands(&store, &Caseload::new(6, 40), 1_200);
        drop(store);
        let right = Evidence::read(&mut Raw::open(url)).of_log(BODY);
        let plants = breaches(&right);
        let anew: Vec<Evidence> = plants.iter().map(|(_, evidence, ..)| rehashed(evidence)).collect();
        let none = checkpoint(&right, 0);
        let folder = tempfile::tempdir().unwrap();
        let found = by_both(folder.path(), anew.iter(), &none);
        for ((says, _, code, seq), found) in plants.iter().zip(found) {
            let expected = (code.to_string(), BODY.to_owned(), *seq, String::new());
            assert!(found.contains(&expected), "{says}: {found:?}");
            assert!(found.iter().all(|(code, ..)| code.starts_with("rule-")), "{says}: {found:?}");
        }
    });
}

type Breach = (&'static str, Evidence, &'static str, u64);

fn breaches(right: &Evidence) -> Vec<Breach> {
    let first = |kind: &str, holds: &dyn Fn(&Row) -> bool| {
        let found = right.event.iter().position(|row| row[4] == Cell::text(kind) && holds(row));
        found.unwrap_or_else(|| panic!("no {kind} in the caseload"))
    };
    let any = |_: &Row| true;
    let two = |row: &Row| row[5].as_text().contains("\"proposed\"");
    let mut plants = Vec::new();
    let mut plant = |says, at: usize, code, change: &dyn Fn(&mut Evidence, usize)| {
        let mut evidence = right.clone();
        change(&mut evidence, at);
        plants.push((says, evidence, code, place(&right.event[at])));
    };
    let by = |who: &'static str| move |e: &mut Evidence, at: usize| e.event[at][6] = Cell::text(who);
    let to_day = |e: &mut Evidence, at: usize| e.event[at][9] = Cell::text("2009-01-01");
    let later = first("mode.decided", &|row| row[5].as_text().contains("\"made\"") && place(row) > 60);
    plant("somebody without a grade", later, "rule-delegation", &by("u-nobody"));
    plant("before the delegation began", later, "rule-delegation", &to_day);
    plant("nothing is named", later, "rule-delegation", &|e, at| {
        let data: Json = serde_json::from_str(e.event[at][5].as_text()).unwrap();
        let mut data = data.as_object().unwrap().clone();
        data.remove("made");
        e.event[at][5] = Cell::Text(Json::Object(data).to_string());
    });
    let terms = first("terms.approved", &any);
    let drafted = right.event[..terms]
        .iter()
        .rfind(|row| row[2] == right.event[terms][2] && row[4] == Cell::text("terms.drafted"));
    let drafter = drafted.unwrap()[6].clone();
    plant("terms approved by their drafter", terms, "rule-second-person", &|e, at| e.event[at][6] = drafter.clone());
    let decided = first("prosecutor.decided", &two);
    let proposal = right.event[..decided]
        .iter()
        .rfind(|row| row[2] == right.event[decided][2] && row[4] == Cell::text("decision.proposed"));
    let proposer = proposal.unwrap()[6].clone();
    plant("a decision approved by whoever proposed it", decided, "rule-second-person", &|e, at| {
        e.event[at][6] = proposer.clone();
    });
    plant("another decision than the proposed one", decided, "rule-second-person", &|e, at| {
        let text = e.event[at][5].as_text().replace("\"referred\":false", "\"referred\":true");
        assert_ne!(text, e.event[at][5].as_text(), "a decision not to refer");
        e.event[at][5] = Cell::Text(text);
    });
    let grade = first("grade.held", &any);
    plant("a grade of one's own", grade, "rule-second-person", &|e, at| {
        let data: Json = serde_json::from_str(e.event[at][5].as_text()).unwrap();
        e.event[at][6] = Cell::text(data["person"].as_str().unwrap());
    });
    plants
}
