//! Rebuilding: every derived row is computed again from the record, in bulk and by other
//! statements than the live path, compared with what stands, and put right where it differs.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;

use candour_core::case::{Case, Context, Effective, Entry, effective};
use candour_core::measure::FactRow;
use candour_core::measure::facts::rows_between;
use candour_core::person;
use candour_core::reference::Reference;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Row, Tx, Value};
use crate::failure::Failure;
use crate::people;
use crate::project::case_row::CaseRow;
use crate::project::clock_row::{self, ClockRow};
use crate::project::fact;
use crate::project::party_row::{self, PartyRow};
use crate::project::person_row::PersonRow;
use crate::record::Write;

/// Differences listed one by one; further ones are only counted.
const LISTED_MAX: usize = 100;

/// What a rebuild found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Rows that the record gives.
    pub rows: u64,
    /// How many rows differed.
    pub differences: u64,
    /// The first differences, each naming its table and row.
    pub listed: Vec<String>,
}

/// What the record gives, each row under what names it in a report.
#[derive(Default)]
struct Expected {
    cases: BTreeMap<String, CaseRow>,
    clocks: BTreeMap<String, ClockRow>,
    parties: BTreeMap<String, PartyRow>,
    facts: BTreeMap<String, FactRow>,
    people: BTreeMap<String, PersonRow>,
}

/// Computes every derived row again, says what differed, and puts it right.
pub fn rebuild(w: &mut Write<'_>, context: Context<'_>) -> Result<Rebuilt, Failure> {
    let log = w.log().to_owned();
    let tx = w.tx()?;
    let expected = expected(tx, &log, context)?;
    let mut rebuilt = Rebuilt { rows: expected.rows(), ..Rebuilt::default() };
    compare_cases(tx, &log, &expected.cases, &mut rebuilt)?;
    compare_clocks(tx, &log, &expected.clocks, &mut rebuilt)?;
    compare_parties(tx, &log, &expected.parties, &mut rebuilt)?;
    compare_facts(tx, &log, &expected.facts, &mut rebuilt)?;
    compare_people(tx, &log, &expected.people, &mut rebuilt)?;
    if rebuilt.differences > 0 {
        replace(w, &log, expected)?;
    }
    Ok(rebuilt)
}

impl Rebuilt {
    fn differs(&mut self, says: impl FnOnce() -> String) {
        self.differences += 1;
        if self.listed.len() < LISTED_MAX {
            self.listed.push(says());
        }
    }
}

/// Reads the whole record once, stream by stream.
fn expected(tx: &mut Tx<'_>, log: &str, context: Context<'_>) -> Result<Expected, Error> {
    let mut expected = Expected::default();
    let mut stream = String::new();
    let mut entries: Vec<Entry> = Vec::new();
    tx.each(
        "select version, seq, recorded_at, actor, authority, on_date, kind, data, stream from event \
         where log = $1 order by stream, version",
        &[log.into()],
        |row| {
            let of = row.str(8)?;
            if of != stream {
                expected.case(&stream, std::mem::take(&mut entries), context);
                of.clone_into(&mut stream);
            }
            if of.starts_with("case:") {
                entries.push(crate::cases::entry(row, 0)?.0);
            } else if of.starts_with("person:") && row.str(6)? != candour_core::record::disposal::KIND {
                expected.person(of, row.count(1)?, row.str(6)?, row.str(7)?)?;
            }
            Ok(())
        },
    )?;
    expected.case(&stream, entries, context);
    Ok(expected)
}

impl Expected {
    fn rows(&self) -> u64 {
        let Self { cases, clocks, parties, facts, people } = self;
        (cases.len() + clocks.len() + parties.len() + facts.len() + people.len()) as u64
    }

    fn case(&mut self, stream: &str, entries: Vec<Entry>, context: Context<'_>) {
        let Some(reference) = Reference::of_stream(stream).filter(|_| !entries.is_empty()) else {
            return;
        };
        let mut before: Vec<Effective> = Vec::new();
        for upto in 1..=entries.len() {
            let after = effective(&entries[..upto]);
            let rows = rows_between(stream, entries[upto - 1].seq, &before, &after);
            self.facts.extend(rows.into_iter().map(|row| (fact_name(&row), row)));
            before = after;
        }
        let case = Case::replay(reference, entries);
        if let Some(row) = CaseRow::of(&case, context) {
            self.cases.insert(stream.to_owned(), row);
            let clocks = clock_row::rows_of(&case, context);
            self.clocks.extend(clocks.into_iter().map(|row| (clock_name(&row), row)));
            self.parties.extend(party_row::rows_of(&case).into_iter().map(|row| (party_name(&row), row)));
        }
    }

    fn person(&mut self, stream: &str, seq: u64, kind: &str, data: &str) -> Result<(), Error> {
        let bad = |e: serde_json::Error| Error::Content(format!("event {seq}: {e}; run candour verify"));
        let mut data: Map<String, Json> = serde_json::from_str(data).map_err(bad)?;
        data.remove("texts");
        let event: person::Event =
            serde_json::from_value(serde_json::json!({"kind": kind, "data": data})).map_err(bad)?;
        let fact = people::fact(stream, seq, &event);
        self.facts.insert(fact_name(&fact), fact);
        self.people.insert(stream.to_owned(), people::row(stream, &event));
        Ok(())
    }
}

fn fact_name(row: &FactRow) -> String {
    format!("{} {} {} {}", row.seq, row.origin, row.kind.id(), row.n)
}

fn compare_cases(
    tx: &mut Tx<'_>,
    log: &str,
    expected: &BTreeMap<String, CaseRow>,
    rebuilt: &mut Rebuilt,
) -> Result<(), Error> {
    let mut compare = Compare::new("case_row", expected, rebuilt);
    tx.each(
        "select stream, number, kind, force, region, stage, mode, lead, received, opened, completed, closed, due, \
         due_rule, version from case_row where log = $1",
        &[log.into()],
        |row| compare.row(CaseRow::read(row), |row| row.stream.clone()),
    )?;
    compare.finish();
    Ok(())
}

fn clock_name(row: &ClockRow) -> String {
    format!("{} {}", row.stream, row.clock)
}

fn compare_clocks(
    tx: &mut Tx<'_>,
    log: &str,
    expected: &BTreeMap<String, ClockRow>,
    rebuilt: &mut Rebuilt,
) -> Result<(), Error> {
    let mut compare = Compare::new("clock_row", expected, rebuilt);
    tx.each(
        "select stream, clock, rule, title, owner, task, region, lead, due, missed from clock_row where log = $1",
        &[log.into()],
        |row| compare.row(ClockRow::read(row), clock_name),
    )?;
    compare.finish();
    Ok(())
}

fn party_name(row: &PartyRow) -> String {
    format!("{} {}", row.stream, row.person)
}

fn compare_parties(
    tx: &mut Tx<'_>,
    log: &str,
    expected: &BTreeMap<String, PartyRow>,
    rebuilt: &mut Rebuilt,
) -> Result<(), Error> {
    let mut compare = Compare::new("party_row", expected, rebuilt);
    tx.each("select stream, person from party_row where log = $1", &[log.into()], |row| {
        compare.row(Ok(PartyRow { stream: row.text(0)?, person: row.text(1)? }), party_name)
    })?;
    compare.finish();
    Ok(())
}

fn compare_facts(
    tx: &mut Tx<'_>,
    log: &str,
    expected: &BTreeMap<String, FactRow>,
    rebuilt: &mut Rebuilt,
) -> Result<(), Error> {
    let mut compare = Compare::new("fact", expected, rebuilt);
    tx.each("select seq, origin, kind, n, stream, on_day, value from fact where log = $1", &[log.into()], |row| {
        compare.row(fact::read(row).map(fact::Read::into_row), fact_name)
    })?;
    compare.finish();
    Ok(())
}

fn compare_people(
    tx: &mut Tx<'_>,
    log: &str,
    expected: &BTreeMap<String, PersonRow>,
    rebuilt: &mut Rebuilt,
) -> Result<(), Error> {
    let mut compare = Compare::new("person_row", expected, rebuilt);
    let read = |row: &Row<'_>| Ok(PersonRow { stream: row.text(0)?, role: row.text(1)?, number: row.text(2)? });
    tx.each("select stream, role, number from person_row where log = $1", &[log.into()], |row| {
        compare.row(read(row), |row| row.stream.clone())
    })?;
    compare.finish();
    Ok(())
}

/// Holds the rows of one table against those that the record gives.
struct Compare<'a, R> {
    table: &'static str,
    expected: &'a BTreeMap<String, R>,
    met: HashSet<&'a str>,
    rebuilt: &'a mut Rebuilt,
}

impl<'a, R: PartialEq + Debug> Compare<'a, R> {
    fn new(table: &'static str, expected: &'a BTreeMap<String, R>, rebuilt: &'a mut Rebuilt) -> Self {
        Self { table, expected, met: HashSet::new(), rebuilt }
    }

    /// Takes a row that stands. One that cannot even be read is a difference like any other.
    fn row(&mut self, row: Result<R, Error>, name: impl Fn(&R) -> String) -> Result<(), Error> {
        let table = self.table;
        let row = match row {
            Ok(row) => row,
            Err(Error::Content(says)) => {
                self.rebuilt.differs(|| format!("{table}: a row that cannot be read: {says}"));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let name = name(&row);
        match self.expected.get_key_value(&name) {
            Some((name, right)) => {
                self.met.insert(name);
                if *right != row {
                    self.rebuilt.differs(|| format!("{table} {name}: {row:?} should be {right:?}"));
                }
            }
            None => self.rebuilt.differs(|| format!("{table} {name}: the record gives no such row: {row:?}")),
        }
        Ok(())
    }

    /// Counts the rows that the record gives and that were not met.
    fn finish(self) {
        let missing = self.expected.keys().filter(|name| !self.met.contains(name.as_str()));
        for name in missing {
            self.rebuilt.differs(|| format!("{} {name}: missing", self.table));
        }
    }
}

fn replace(w: &mut Write<'_>, log: &str, expected: Expected) -> Result<(), Failure> {
    let tx = w.tx()?;
    let log: [Value<'_>; 1] = [log.into()];
    tx.execute("delete from case_row where log = $1", &log)?;
    tx.execute("delete from clock_row where log = $1", &log)?;
    tx.execute("delete from party_row where log = $1", &log)?;
    tx.execute("delete from fact where log = $1", &log)?;
    tx.execute("delete from person_row where log = $1", &log)?;
    w.pending.cases = expected.cases.into_values().collect();
    let mut clocks: BTreeMap<String, Vec<ClockRow>> = BTreeMap::new();
    for row in expected.clocks.into_values() {
        clocks.entry(row.stream.clone()).or_default().push(row);
    }
    w.pending.clocks = clocks.into_iter().collect();
    let mut parties: BTreeMap<String, Vec<PartyRow>> = BTreeMap::new();
    for row in expected.parties.into_values() {
        parties.entry(row.stream.clone()).or_default().push(row);
    }
    w.pending.parties = parties.into_iter().collect();
    w.pending.facts = expected.facts.into_values().collect();
    w.pending.people = expected.people.into_values().collect();
    w.flush()
}
