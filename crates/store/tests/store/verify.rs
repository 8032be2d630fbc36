//! Verification: an honest log is green, and whatever is changed in the evidence is found where it
//! is, by both verifiers alike.

use std::collections::HashMap;

use candour_core::record::merkle::Frontier;
use candour_core::record::{Header, event_hash};

use crate::caseload::{Caseload, carry_out_commands};
use crate::engines::{on_both_engines, on_postgres, on_sqlite};
use crate::python;
use crate::raw::{Cell, Raw, Row};
use crate::world::{BODY, open, verify_now};

const EVENT: [&str; 12] = [
    "log",
    "seq",
    "stream",
    "version",
    "kind",
    "data",
    "actor",
    "authority",
    "recorded_at",
    "on_date",
    "prev_hash",
    "hash",
];
const SEQ: usize = 1;
const STREAM: usize = 2;
const VERSION: usize = 3;
const HASH: usize = 11;

#[test]
fn a_hundred_runs_over_a_growing_log_are_green() {
    on_both_engines("a_hundred_runs_over_a_growing_log_are_green", |url| {
        let store = open(url).unwrap();
        let caseload = Caseload::new(100, 40);
        for run in 1..=100 {
            carry_out_commands(&store, &caseload, 5);
            let report = verify_now(&store);
            assert_eq!(report.findings, [], "run {run}");
            assert!(report.events > 5 * run, "run {run} read {} events", report.events);
            if run % 10 == 0 {
                assert!(python::verify(url, &report).is_empty(), "run {run}");
            }
        }
    });
}

/// A change to the evidence, and what must be found, as code and position.
struct Plant {
    says: String,
    evidence: Evidence,
    expected: Vec<(&'static str, u64)>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Evidence {
    pub event: Vec<Row>,
    pub text: Vec<Row>,
    pub head: Vec<Row>,
}

impl Evidence {
    pub fn read(tables: &mut Raw) -> Self {
        Self {
            event: tables.rows("event", "log, seq"),
            text: tables.rows("text", "log, seq, field"),
            head: tables.rows("head", "log"),
        }
    }

    fn write(&self, over: &Self, tables: &mut Raw) {
        let parts =
            [("event", &self.event, &over.event), ("text", &self.text, &over.text), ("head", &self.head, &over.head)];
        for (table, rows, there) in parts {
            if rows != there {
                tables.replace(table, rows);
            }
        }
    }

    /// Puts all rows into tables that hold none.
    pub fn write_all(&self, tables: &mut Raw) {
        tables.run("begin");
        for (table, rows) in [("event", &self.event), ("text", &self.text), ("head", &self.head)] {
            rows.iter().for_each(|row| tables.insert(table, row));
        }
        tables.run("commit");
    }

    /// The rows of one log.
    pub fn of_log(mut self, log: &str) -> Self {
        for rows in [&mut self.event, &mut self.text, &mut self.head] {
            rows.retain(|row| row[0] == Cell::text(log));
        }
        self
    }

    /// Takes away the events after one place and up to another, with their words.
    pub fn cut(&mut self, after: u64, to: u64) {
        let stays = |row: &Row| !u64::try_from(row[1].as_int()).is_ok_and(|seq| seq > after && seq <= to);
        self.event.retain(stays);
        self.text.retain(stays);
    }

    /// The rows of the record's log, by their place in the table.
    fn of_record(rows: &[Row]) -> Vec<usize> {
        (0..rows.len()).filter(|i| rows[*i][0] == Cell::text(BODY)).collect()
    }
}

#[test]
fn a_hundred_changes_to_the_evidence_are_each_found_by_both_verifiers_on_sqlite() {
    on_sqlite(both_verifiers_find_every_change);
}

#[test]
fn a_hundred_changes_to_the_evidence_are_each_found_by_both_verifiers_on_postgres() {
    let name = "a_hundred_changes_to_the_evidence_are_each_found_by_both_verifiers";
    on_postgres(name, both_verifiers_find_every_change);
}

fn both_verifiers_find_every_change(url: &str) {
    let store = open(url).unwrap();
    carry_out_commands(&store, &Caseload::new(101, 12), 90);
    let mut tables = Raw::open(url);
    let right = Evidence::read(&mut tables);
    let plants = plants(&right);
    assert!(plants.len() >= 100, "only {} changes", plants.len());
    for plant in plants {
        plant.evidence.write(&right, &mut tables);
        let report = verify_now(&store);
        let found = python::of_report(&report);
        for (code, seq) in &plant.expected {
            let located = found.iter().any(|f| f.0 == *code && f.2 == *seq);
            assert!(located, "{}: no {code} at {seq} in {found:?}", plant.says);
        }
        assert_eq!(python::verify(url, &report), found, "{}: the verifiers differ", plant.says);
        right.write(&plant.evidence, &mut tables);
        assert_eq!(verify_now(&store).findings, [], "{} was taken back", plant.says);
    }
    assert_eq!(Evidence::read(&mut tables), right);
}

fn plants(right: &Evidence) -> Vec<Plant> {
    let mut plants = Vec::new();
    edited_events(right, &mut plants);
    events_out_of_place(right, &mut plants);
    inserted_events(right, &mut plants);
    changed_texts(right, &mut plants);
    changed_heads(right, &mut plants);
    plants
}

fn plant(plants: &mut Vec<Plant>, says: String, evidence: Evidence, expected: &[(&'static str, u64)]) {
    plants.push(Plant { says, evidence, expected: expected.to_vec() });
}

/// Every column of events at the beginning, in the middle and at the end, the last one included.
fn edited_events(right: &Evidence, plants: &mut Vec<Plant>) {
    let rows = Evidence::of_record(&right.event);
    let (last, middle) = (rows.len() - 1, rows.len() / 2);
    for at in [1, middle / 2, middle, last - 1, last] {
        let row = rows[at];
        let seq = u64::try_from(right.event[row][SEQ].as_int()).unwrap();
        for (column, name) in EVENT.iter().enumerate() {
            let mut evidence = right.clone();
            let cell = &mut evidence.event[row][column];
            *cell = cell.changed();
            let mut expected = vec![("event-hash", seq)];
            let log_is_short = [("head-size", 0), ("head-root", 0)];
            match *name {
                "log" => expected = log_is_short.to_vec(),
                "seq" => expected = vec![("event-gap", seq), ("event-hash", seq + 1_000_000)],
                "version" => expected.push(("event-version", seq)),
                "data" | "on_date" => expected.push(("event-data", seq)),
                "prev_hash" => expected.push(("event-link", seq)),
                // Later by a second: later than the next entry, when that is of the same day.
                "recorded_at" if at < last => {
                    let next = right.event[rows[at + 1]][column].as_int();
                    expected.extend((cell.as_int() > next).then_some(("event-order", seq + 1)));
                }
                "recorded_at" => expected.push(("head-time", 0)),
                "hash" => {
                    expected.extend(next_of_stream(right, row).map(|next| ("event-link", next)));
                }
                _ => {}
            }
            if *name != "log" && *name != "hash" {
                expected.push(("head-root", 0));
            }
            plant(plants, format!("{name} of event {seq}"), evidence, &expected);
        }
    }
}

/// The position of the next event of the same stream.
fn next_of_stream(right: &Evidence, row: usize) -> Option<u64> {
    let same = |e: &&Row| e[0] == right.event[row][0] && e[STREAM] == right.event[row][STREAM];
    let next = right.event[row + 1..].iter().find(same)?;
    u64::try_from(next[SEQ].as_int()).ok()
}

fn events_out_of_place(right: &Evidence, plants: &mut Vec<Plant>) {
    let rows = Evidence::of_record(&right.event);
    let last = rows.len() - 1;
    let end = rows.len() as u64;
    for (at, code, seq) in [
        (0, "log-opening", 0),
        (0, "event-gap", 1),
        (1, "event-gap", 2),
        (last / 2, "event-gap", last as u64 / 2 + 1),
        (last, "head-size", 0),
        (last, "head-root", 0),
    ] {
        let mut evidence = right.clone();
        evidence.event.remove(rows[at]);
        plant(plants, format!("event {} deleted", at + 1), evidence, &[(code, seq), ("head-frontier", 0)]);
    }
    for (a, b) in [(1, 2), (last / 2, last / 2 + 3), (last - 1, last), (1, last)] {
        let mut evidence = right.clone();
        let (one, other) = (evidence.event[rows[a]][SEQ].clone(), evidence.event[rows[b]][SEQ].clone());
        evidence.event[rows[a]][SEQ] = other;
        evidence.event[rows[b]][SEQ] = one;
        let expected = [("event-hash", a as u64 + 1), ("event-hash", b as u64 + 1), ("head-root", 0)];
        plant(plants, format!("events {} and {} swapped", a + 1, b + 1), evidence, &expected);
    }
    let mut evidence = right.clone();
    for row in rows {
        evidence.event[row][SEQ] = Cell::Int(evidence.event[row][SEQ].as_int() + 1);
    }
    let expected = [("event-gap", 1), ("event-hash", 2), ("event-hash", end + 1)];
    plant(plants, "every event one later".to_owned(), evidence, &expected);
}

/// Events that were never appended, with a hash that is right, so that only the head tells.
fn inserted_events(right: &Evidence, plants: &mut Vec<Plant>) {
    let rows = Evidence::of_record(&right.event);
    let end = rows.len() as u64;
    for source in [1, rows.len() / 2, rows.len() - 1] {
        for kind in ["case.closed", "fact.changed"] {
            let mut evidence = right.clone();
            let mut forged = right.event[rows[source]].clone();
            forged[SEQ] = Cell::Int(i64::try_from(end + 1).unwrap());
            forged[STREAM] = Cell::text("case:FORGED");
            forged[VERSION] = Cell::Int(1);
            forged[4] = Cell::text(kind);
            forged[5] = Cell::text("{}");
            forged[8] = right.event[rows[rows.len() - 1]][8].clone();
            forged[10] = Cell::Bytes(vec![0; 32]);
            forged[HASH] = Cell::Bytes(hash_of(&forged));
            evidence.event.push(forged);
            let expected = [("head-size", 0), ("head-root", 0), ("head-frontier", 0)];
            plant(plants, format!("a forged {kind} after event {end}"), evidence, &expected);
        }
    }
}

/// The hash that an event's columns come to.
pub fn hash_of(row: &Row) -> Vec<u8> {
    let number = |cell: &Cell| u64::try_from(cell.as_int()).unwrap();
    let header = Header {
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
        prev_hash: row[10].as_bytes().try_into().unwrap(),
    };
    event_hash(&header).to_vec()
}

/// The rows of one log with every hash and its head computed anew: what somebody can do who has the
/// database and time.
pub fn rehashed(evidence: &Evidence) -> Evidence {
    let mut anew = evidence.clone();
    let mut lasts: HashMap<String, Vec<u8>> = HashMap::new();
    let mut tree = Frontier::default();
    for row in &mut anew.event {
        row[10] = Cell::Bytes(lasts.get(row[2].as_text()).cloned().unwrap_or_else(|| vec![0; 32]));
        let hash = hash_of(row);
        tree.push(&hash.clone().try_into().unwrap());
        row[11] = Cell::Bytes(hash.clone());
        lasts.insert(row[2].as_text().to_owned(), hash);
    }
    let head = &mut anew.head[0];
    head[1] = Cell::Int(i64::try_from(tree.size()).unwrap());
    (head[2], head[3]) = (Cell::Bytes(tree.root().to_vec()), Cell::Bytes(tree.to_bytes()));
    head[4] = anew.event.last().unwrap()[8].clone();
    anew
}

fn changed_texts(right: &Evidence, plants: &mut Vec<Plant>) {
    let rows = Evidence::of_record(&right.text);
    let seq_of = |row: usize| u64::try_from(right.text[row][1].as_int()).unwrap();
    for row in [rows[0], rows[rows.len() / 2], rows[rows.len() - 1]] {
        let seq = seq_of(row);
        for (column, name) in ["log", "seq", "field", "salt", "value"].iter().enumerate() {
            let mut evidence = right.clone();
            let cell = &mut evidence.text[row][column];
            *cell = cell.changed();
            let expected: &[_] = match *name {
                "log" => &[("text-missing", seq), ("text-stray", seq)],
                "seq" => &[("text-missing", seq), ("text-stray", seq + 1_000_000)],
                "field" => &[("text-missing", seq), ("text-stray", seq)],
                _ => &[("text-mismatch", seq)],
            };
            plant(plants, format!("{name} of a text of event {seq}"), evidence, expected);
        }
        let mut evidence = right.clone();
        evidence.text.remove(row);
        plant(plants, format!("a text of event {seq} deleted"), evidence, &[("text-missing", seq)]);
        let mut evidence = right.clone();
        evidence.text.push(vec![
            Cell::text(BODY),
            Cell::Int(i64::try_from(seq).unwrap()),
            Cell::text("added"),
            Cell::Bytes(vec![7; 32]),
            Cell::text("never said"),
        ]);
        plant(plants, format!("a text of event {seq} inserted"), evidence, &[("text-stray", seq)]);
    }
    let different = |pair: &&[usize]| right.text[pair[0]][4] != right.text[pair[1]][4];
    let pairs: Vec<&[usize]> = rows.windows(2).filter(different).take(3).collect();
    assert_eq!(pairs.len(), 3, "there are texts to swap");
    for pair in pairs {
        let mut evidence = right.clone();
        evidence.text[pair[0]][4] = right.text[pair[1]][4].clone();
        evidence.text[pair[1]][4] = right.text[pair[0]][4].clone();
        let expected = [("text-mismatch", seq_of(pair[0])), ("text-mismatch", seq_of(pair[1]))];
        plant(plants, format!("the words of events {expected:?} swapped"), evidence, &expected);
    }
}

fn changed_heads(right: &Evidence, plants: &mut Vec<Plant>) {
    let row = Evidence::of_record(&right.head)[0];
    let columns = [
        ("log", "head-missing"),
        ("size", "head-size"),
        ("root", "head-root"),
        ("frontier", "head-frontier"),
        ("recorded_at", "head-time"),
    ];
    for (column, (name, code)) in columns.iter().enumerate() {
        let mut evidence = right.clone();
        let cell = &mut evidence.head[row][column];
        *cell = cell.changed();
        plant(plants, format!("{name} of the head"), evidence, &[(code, 0)]);
    }
    let mut evidence = right.clone();
    evidence.head.remove(row);
    plant(plants, "the head deleted".to_owned(), evidence, &[("head-missing", 0)]);
    let mut evidence = right.clone();
    evidence.head[row][3] = Cell::Bytes(Vec::new());
    plant(plants, "the frontier emptied".to_owned(), evidence, &[("head-frontier", 0)]);
}
