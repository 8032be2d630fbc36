//! Rebuilding: every derived row is computed again from the record, in bulk and by other
//! statements than the live path, compared with what stands, and put right where it differs.

use std::collections::{BTreeMap, BTreeSet};

use candour_core::case::{Case, Context, Effective, Entry, effective};
use candour_core::measure::FactRow;
use candour_core::measure::facts::rows_between;
use candour_core::person;
use candour_core::reference::Reference;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Tx, Value};
use crate::people;
use crate::project::case_row::CaseRow;
use crate::project::fact;
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

/// What the record gives.
#[derive(Default)]
struct Expected {
    cases: BTreeMap<String, CaseRow>,
    facts: BTreeSet<FactRow>,
    people: BTreeSet<PersonRow>,
}

/// Computes every derived row again, says what differed, and puts it right.
pub fn rebuild(w: &mut Write<'_>, context: Context<'_>) -> Result<Rebuilt, Error> {
    let log = w.log().to_owned();
    let tx = w.tx()?;
    let expected = expected(tx, &log, context)?;
    let mut rebuilt = Rebuilt {
        rows: (expected.cases.len() + expected.facts.len() + expected.people.len()) as u64,
        ..Rebuilt::default()
    };
    compare_cases(tx, &log, &expected, &mut rebuilt)?;
    compare_facts(tx, &log, &expected, &mut rebuilt)?;
    compare_people(tx, &log, &expected, &mut rebuilt)?;
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
            } else if of.starts_with("person:") {
                expected.person(of, row.count(1)?, row.str(6)?, row.str(7)?)?;
            }
            Ok(())
        },
    )?;
    expected.case(&stream, entries, context);
    Ok(expected)
}

impl Expected {
    fn case(&mut self, stream: &str, entries: Vec<Entry>, context: Context<'_>) {
        let Some(reference) = Reference::of_stream(stream).filter(|_| !entries.is_empty()) else {
            return;
        };
        let mut before: Vec<Effective> = Vec::new();
        for upto in 1..=entries.len() {
            let after = effective(&entries[..upto]);
            self.facts
                .extend(rows_between(stream, entries[upto - 1].seq, &before, &after));
            before = after;
        }
        if let Some(row) = CaseRow::of(&Case::replay(reference, entries), context) {
            self.cases.insert(stream.to_owned(), row);
        }
    }

    fn person(&mut self, stream: &str, seq: u64, kind: &str, data: &str) -> Result<(), Error> {
        let bad =
            |e: serde_json::Error| Error::Content(format!("event {seq}: {e}; run candour verify"));
        let mut data: Map<String, Json> = serde_json::from_str(data).map_err(bad)?;
        data.remove("texts");
        let event: person::Event =
            serde_json::from_value(serde_json::json!({"kind": kind, "data": data})).map_err(bad)?;
        self.facts.insert(people::fact(stream, seq, &event));
        self.people.insert(people::row(stream, &event));
        Ok(())
    }
}

fn compare_cases(
    tx: &mut Tx<'_>,
    log: &str,
    expected: &Expected,
    rebuilt: &mut Rebuilt,
) -> Result<(), Error> {
    let mut found = 0;
    tx.each(
        "select stream, number, kind, force, region, stage, mode, lead, received, opened, completed, closed, due, \
         due_rule, version from case_row where log = $1",
        &[log.into()],
        |row| {
            let row = CaseRow::read(row)?;
            match expected.cases.get(&row.stream) {
                Some(right) => {
                    found += 1;
                    if *right != row {
                        rebuilt.differs(|| format!("case_row {}: {row:?} should be {right:?}", row.stream));
                    }
                }
                None => rebuilt.differs(|| format!("case_row {}: no such case in the record", row.stream)),
            }
            Ok(())
        },
    )?;
    missing(rebuilt, "case_row", expected.cases.len(), found);
    Ok(())
}

fn compare_facts(
    tx: &mut Tx<'_>,
    log: &str,
    expected: &Expected,
    rebuilt: &mut Rebuilt,
) -> Result<(), Error> {
    let mut found = 0;
    fact::each(tx, log, 0, |row| {
        let row = FactRow {
            stream: row.stream.to_owned(),
            seq: row.seq,
            origin: row.origin,
            kind: row.kind,
            n: row.n,
            on: row.on,
            value: row.value.map(str::to_owned),
        };
        if expected.facts.contains(&row) {
            found += 1;
        } else {
            rebuilt.differs(|| {
                format!(
                    "fact {} at {}: not what the record gives: {row:?}",
                    row.stream, row.seq
                )
            });
        }
        Ok(())
    })?;
    missing(rebuilt, "fact", expected.facts.len(), found);
    Ok(())
}

fn compare_people(
    tx: &mut Tx<'_>,
    log: &str,
    expected: &Expected,
    rebuilt: &mut Rebuilt,
) -> Result<(), Error> {
    let mut found = 0;
    tx.each(
        "select stream, role, number from person_row where log = $1",
        &[log.into()],
        |row| {
            let row = PersonRow {
                stream: row.text(0)?,
                role: row.text(1)?,
                number: row.text(2)?,
            };
            if expected.people.contains(&row) {
                found += 1;
            } else {
                rebuilt.differs(|| format!("person_row {}: not what the record gives", row.stream));
            }
            Ok(())
        },
    )?;
    missing(rebuilt, "person_row", expected.people.len(), found);
    Ok(())
}

/// Rows that the record gives and that do not stand as they should. A row that stands wrongly was
/// counted when it was met, so only the surplus is new; for cases it was matched by its key.
fn missing(rebuilt: &mut Rebuilt, table: &str, expected: usize, found: usize) {
    for _ in found..expected {
        rebuilt.differs(|| format!("{table}: a row that the record gives is missing or wrong"));
    }
}

fn replace(w: &mut Write<'_>, log: &str, expected: Expected) -> Result<(), Error> {
    let tx = w.tx()?;
    let log: [Value<'_>; 1] = [log.into()];
    tx.execute("delete from case_row where log = $1", &log)?;
    tx.execute("delete from fact where log = $1", &log)?;
    tx.execute("delete from person_row where log = $1", &log)?;
    w.pending.cases = expected
        .cases
        .into_values()
        .map(|row| (true, row))
        .collect();
    w.pending.facts = expected.facts.into_iter().collect();
    w.pending.people = expected.people.into_iter().collect();
    w.flush()
}
