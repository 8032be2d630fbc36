//! One row for each person of a case, so that a conflict with a person closes every case they are in.

use std::collections::BTreeMap;

use candour_core::case::Case;

use crate::db::{Error, Tx, Value};

/// A person of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyRow {
    /// The stream of the case.
    pub stream: String,
    /// The stream of the person.
    pub person: String,
}

/// The people of a case.
pub(crate) fn rows_of(case: &Case) -> Vec<PartyRow> {
    let stream = case.reference.stream();
    let row = |person: &str| PartyRow { stream: stream.clone(), person: person.to_owned() };
    case.state.people().into_iter().map(row).collect()
}

/// The cases, by stream, that somebody is in.
pub(crate) fn cases_of(tx: &mut Tx<'_>, log: &str, person: &str) -> Result<Vec<String>, Error> {
    let asked = [log.into(), person.into()];
    tx.query("select stream from party_row where log = $1 and person = $2 order by stream", &asked, |row| row.text(0))
}

/// The people, by stream, that are in a case.
pub(crate) fn people_of(tx: &mut Tx<'_>, log: &str, case: &str) -> Result<Vec<String>, Error> {
    let asked = [log.into(), case.into()];
    tx.query("select person from party_row where log = $1 and stream = $2 order by person", &asked, |row| row.text(0))
}

/// Writes the people of cases. Of several lists of one case only the last is written.
pub(super) fn write(tx: &mut Tx<'_>, log: &str, cases: &[(String, Vec<PartyRow>)]) -> Result<(), Error> {
    let lasts: BTreeMap<&str, &Vec<PartyRow>> = cases.iter().map(|(stream, rows)| (stream.as_str(), rows)).collect();
    super::clear(
        tx,
        log,
        "delete from party_row where log = $1 and stream in ($2, $3, $4, $5, $6, $7, $8, $9)",
        &lasts,
    )?;
    let row = |row: &'_ PartyRow| [log.to_owned(), row.stream.clone(), row.person.clone()];
    let rows: Vec<[String; 3]> = lasts.into_values().flatten().map(row).collect();
    let values: Vec<Value<'_>> = rows.iter().flatten().map(Value::from).collect();
    tx.insert_many("insert into party_row (log, stream, person) values", 3, &values)
}
