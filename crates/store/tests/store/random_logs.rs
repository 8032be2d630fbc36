//! Small logs by chance, with entries that the rules are about; about half of them changed afterwards
//! in ways that no database with its keys would allow.

use candour_core::record::{commitment, hex};
use serde_json::{Map, Value as Json, json};

use crate::raw::{Cell, Row};
use crate::verify::{Evidence, hash_of, rehashed};
use crate::world::Chance;

const PEOPLE: [&str; 3] = ["u1", "u2", "u3"];
const DAYS: [&str; 4] = ["2019-01-01", "2020-02-29", "2020-06-01", "2021-12-31"];
const LEVELS: [&str; 4] = ["L1", "L3", "L5", "chief"];
const POWERS: [&str; 3] = ["P.MOI", "P.CPS", "P.TOR"];
const ODD: [&str; 9] = [
    "{\"n\":1.0}",
    "{\"a\":1,\"a\":2}",
    "[]",
    "{\"texts\":[]}",
    "{\"n\":1e400}",
    "{\"half\":\"\\ud800\"}",
    "{\"made\":3}",
    "not JSON",
    " { } ",
];

/// A log by chance, and what was done to it.
pub fn log(name: &str, chance: &mut Chance) -> Evidence {
    let mut made =
        Making { name, chance, evidence: Evidence { event: Vec::new(), text: Vec::new(), head: Vec::new() } };
    let clock = if made.chance.one_in(20) { "sundial" } else { "real" };
    made.event("log", "log.opened", &json!({"clock": clock}));
    // Where nobody decides anything, no rule is broken, and what is found is what was done to it.
    let calm = made.chance.one_in(2);
    if !calm && !made.chance.one_in(3) {
        made.scheme();
    }
    for _ in 0..made.chance.below(12) {
        if calm { made.worded("case:a") } else { made.some_event() }
    }
    let head: Row =
        vec![Cell::text(name), Cell::Int(0), Cell::Bytes(vec![0; 32]), Cell::Bytes(Vec::new()), Cell::Int(0)];
    made.evidence.head.push(head);
    let mut evidence = rehashed(&made.evidence);
    if !chance.one_in(2) {
        for _ in 0..=chance.below(2) {
            spoil(&mut evidence, chance);
        }
    }
    evidence
}

struct Making<'c> {
    name: &'c str,
    chance: &'c mut Chance,
    evidence: Evidence,
}

impl Making<'_> {
    fn event(&mut self, stream: &str, kind: &str, data: &Json) {
        let (text, actor, day) = (data.to_string(), *self.chance.pick(&PEOPLE), *self.chance.pick(&DAYS));
        self.row(stream, kind, &text, actor, day);
    }

    fn row(&mut self, stream: &str, kind: &str, data: &str, actor: &str, day: &str) {
        let rows = &self.evidence.event;
        let seq = 1 + i64::try_from(rows.len()).unwrap();
        let version = 1 + i64::try_from(rows.iter().filter(|row| row[2] == Cell::text(stream)).count()).unwrap();
        let authority = if self.chance.one_in(9) { "OPS import yes" } else { "DM decide unit" };
        self.evidence.event.push(vec![
            Cell::text(self.name),
            Cell::Int(seq),
            Cell::text(stream),
            Cell::Int(version),
            Cell::text(kind),
            Cell::text(data),
            Cell::text(actor),
            Cell::text(authority),
            Cell::Int(1_600_000_000_000_000 + seq),
            Cell::text(day),
            Cell::Bytes(vec![0; 32]),
            Cell::Bytes(vec![0; 32]),
        ]);
    }

    /// Grades and powers that decisions of the log may name.
    fn scheme(&mut self) {
        for person in PEOPLE {
            let data = json!({"person": person, "grade": "L3", "from": "2019-01-01"}).to_string();
            self.row("body:delegation", "grade.held", &data, "operator", "2019-01-01");
        }
        let data = json!({"powers": POWERS, "to": {"grade": "L3"}, "from": "2019-01-01"}).to_string();
        self.row("body:delegation", "power.delegated", &data, "operator", "2019-01-01");
    }

    fn some_event(&mut self) {
        let stream = *self.chance.pick(&["case:a", "case:b", "person:c"]);
        match self.chance.below(16) {
            0 | 1 => self.delegation(),
            2 => self.event(stream, "terms.drafted", &json!({})),
            3 => self.of(stream, "terms.approved", true),
            4 => self.of(stream, "decision.approved", false),
            5 => self.of(stream, "decision.sent-back", false),
            6 => self.event(stream, "notice.drafted", &json!({})),
            7 => self.of(stream, "notice.approved", false),
            8 | 9 => self.two_people(stream),
            10 => {
                let data = json!({"of": self.version(), "field": "on", "new": self.chance.pick(&DAYS)});
                self.event(stream, "entry.corrected", &data);
            }
            11 => {
                let (text, actor) = (*self.chance.pick(&ODD), *self.chance.pick(&PEOPLE));
                let kind = *self.chance.pick(&["noted", "prosecutor.decided", "terms.approved", "decision.proposed"]);
                self.row(stream, kind, text, actor, "");
            }
            12 => self.worded(stream),
            _ => {
                let (kind, mut data) = self.decision();
                if !self.chance.one_in(4) {
                    self.put_made(&mut data, kind);
                }
                self.event(stream, kind, &Json::Object(data));
            }
        }
    }

    fn version(&mut self) -> Json {
        [json!(1), json!(2), json!(3), json!(2.0), json!(-1), json!("1"), Json::Null][self.chance.below(7)].clone()
    }

    fn of(&mut self, stream: &str, kind: &'static str, decides: bool) {
        let mut data = Map::new();
        data.insert("of".to_owned(), self.version());
        if decides && !self.chance.one_in(3) {
            self.put_made(&mut data, kind);
        }
        self.event(stream, kind, &Json::Object(data));
    }

    fn decision(&mut self) -> (&'static str, Map<String, Json>) {
        let (kind, data) = match self.chance.below(4) {
            0 => ("mode.decided", json!({"mode": "independent"})),
            1 => ("fact.changed", json!({"what": if self.chance.one_in(2) { "lead" } else { "force" }})),
            _ => ("prosecutor.decided", json!({"referred": !self.chance.one_in(3)})),
        };
        (kind, data.as_object().unwrap().clone())
    }

    /// Says under what something was decided: mostly as the scheme has it.
    fn put_made(&mut self, data: &mut Map<String, Json>, kind: &str) {
        let fitting = match kind {
            "mode.decided" => "P.MOI",
            "terms.approved" => "P.TOR",
            _ => "P.CPS",
        };
        let power = if self.chance.one_in(8) { *self.chance.pick(&POWERS) } else { fitting };
        let mut under = json!({"power": power, "delegation": 4});
        under["grade"] = json!(1 + self.chance.below(3));
        if self.chance.one_in(8) {
            under["delegation"] = self.version();
        }
        let mut made = json!({"under": [under]});
        if self.chance.one_in(6) {
            made["proposed"] = json!({"of": self.version(), "by": self.chance.pick(&PEOPLE)});
        }
        data.insert("made".to_owned(), made);
    }

    /// A decision that somebody proposes and somebody approves, not always another.
    fn two_people(&mut self, stream: &str) {
        let (one, two) = (*self.chance.pick(&PEOPLE), *self.chance.pick(&PEOPLE));
        let held = |person: &str| 1 + PEOPLE.iter().position(|p| *p == person).unwrap();
        let under = |person: &str| json!([{"power": "P.CPS", "delegation": 4, "grade": held(person)}]);
        let facts = json!({"referred": false, "n": 1});
        let of = 1 + self.evidence.event.iter().filter(|row| row[2] == Cell::text(stream)).count();
        let decision = json!({"kind": "prosecutor.decided", "data": facts});
        let proposed = json!({"decision": decision, "made": {"under": under(one)}});
        self.row(stream, "decision.proposed", &proposed.to_string(), one, "2020-06-01");
        self.row(stream, "decision.approved", &json!({"of": of}).to_string(), two, "2020-06-01");
        let n = if self.chance.one_in(6) { json!(2) } else { json!(1.0) };
        let made = json!({"under": under(two), "proposed": {"of": of, "by": one}});
        let decided = json!({"referred": false, "n": n, "made": made});
        self.row(stream, "prosecutor.decided", &decided.to_string(), two, "2020-06-01");
    }

    fn delegation(&mut self) {
        let (person, day) = (*self.chance.pick(&PEOPLE), *self.chance.pick(&DAYS));
        let (kind, mut data) = match self.chance.below(5) {
            0 => ("grade.held", json!({"person": person, "grade": self.chance.pick(&LEVELS), "from": day})),
            1 => {
                let to = [json!({"person": person}), json!({"grade": "L1"}), json!("L1")][self.chance.below(3)].clone();
                ("power.delegated", json!({"powers": POWERS, "to": to, "from": day, "until": self.chance.pick(&DAYS)}))
            }
            2 => ("delegation.ended", json!({"of": self.version(), "last": day})),
            3 => ("exclusion.applied", json!({"person": person, "powers": ["P.CPS"], "from": day, "citation": "c"})),
            _ => ("delegation.rescinded", json!({"of": self.version()})),
        };
        if self.chance.one_in(10) {
            let key = data.as_object().unwrap().keys().next().unwrap().clone();
            data[key] = self.version();
        }
        self.event("body:delegation", kind, &data);
    }

    /// An entry with personal words.
    fn worded(&mut self, stream: &str) {
        let seq = i64::try_from(self.evidence.event.len()).unwrap() + 1;
        let mut texts = Map::new();
        for field in ["name", "summary"].iter().take(1 + self.chance.below(2)) {
            let mut salt = [0; 32];
            salt[..8].copy_from_slice(&self.chance.next().to_be_bytes());
            let value = *self.chance.pick(&["", "Siân Ŵyn", "警察"]);
            texts.insert((*field).to_owned(), json!(hex(&commitment(&salt, field, value))));
            let (log, field) = (Cell::text(self.name), Cell::text(field));
            self.evidence.text.push(vec![log, Cell::Int(seq), field, Cell::Bytes(salt.to_vec()), Cell::text(value)]);
        }
        self.event(stream, "noted", &json!({"texts": texts}));
    }
}

/// One thing done to a log from outside.
fn spoil(evidence: &mut Evidence, chance: &mut Chance) {
    let sort = chance.below(9);
    if sort >= 7 && !evidence.event.is_empty() {
        return spoil_order(evidence, chance, sort == 8);
    }
    let table = match sort {
        0..=3 => &mut evidence.event,
        4 | 5 if !evidence.text.is_empty() => &mut evidence.text,
        _ => &mut evidence.head,
    };
    if table.is_empty() {
        return;
    }
    let at = chance.below(table.len());
    match chance.below(5) {
        0 => drop(table.remove(at)),
        1 => {
            let row = table[at].clone();
            table.insert(at, row);
        }
        // The log's name stays, so that each log is a case of its own.
        n => {
            let column = 1 + chance.below(table[at].len() - 1);
            let cell = &mut table[at][column];
            *cell = if n == 2 { other_type(chance) } else { other(cell, chance) };
        }
    }
}

/// Two events in each other's place, or one whose own hash is made to fit after a change.
fn spoil_order(evidence: &mut Evidence, chance: &mut Chance, swap: bool) {
    let (a, b) = (chance.below(evidence.event.len()), chance.below(evidence.event.len()));
    if swap {
        let (one, two) = (evidence.event[a][1].clone(), evidence.event[b][1].clone());
        (evidence.event[a][1], evidence.event[b][1]) = (two, one);
        return;
    }
    let row = &mut evidence.event[a];
    let whole = row.iter().all(|cell| matches!(cell, Cell::Int(_) | Cell::Text(_) | Cell::Bytes(_)));
    if whole && matches!((&row[1], &row[3]), (Cell::Int(seq), Cell::Int(version)) if *seq > 0 && *version > 0) {
        row[6] = Cell::text(PEOPLE[chance.below(PEOPLE.len())]);
        if row[10].as_bytes().len() == 32 && row.iter().enumerate().all(|(n, cell)| has_type(n, cell)) {
            row[11] = Cell::Bytes(hash_of(row));
        }
    }
}

fn has_type(column: usize, cell: &Cell) -> bool {
    match column {
        1 | 3 | 8 => matches!(cell, Cell::Int(_)),
        10 | 11 => matches!(cell, Cell::Bytes(_)),
        _ => matches!(cell, Cell::Text(_)),
    }
}

fn other(cell: &Cell, chance: &mut Chance) -> Cell {
    match cell {
        Cell::Int(int) => Cell::Int(int + [1, -1, 100, -1_000_000][chance.below(4)]),
        Cell::Bytes(bytes) if bytes.is_empty() => Cell::Bytes(vec![0]),
        cell @ (Cell::Text(_) | Cell::Bytes(_)) => cell.changed(),
        other => other.clone(),
    }
}

fn other_type(chance: &mut Chance) -> Cell {
    let cells =
        [Cell::Null, Cell::Real(1.5), Cell::Bytes(vec![255]), Cell::BadText(vec![255]), Cell::Int(7), Cell::text("x")];
    cells[chance.below(cells.len())].clone()
}
