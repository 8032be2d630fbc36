//! One row for each person in the register. It holds no personal words.

use crate::db::{Error, Tx, Value};

/// A person as the register lists them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonRow {
    /// Their stream.
    pub stream: String,
    /// What they are to the body.
    pub role: String,
    /// The number by which the source knows them.
    pub number: String,
}

pub(super) fn insert(tx: &mut Tx<'_>, log: &str, rows: &[PersonRow]) -> Result<(), Error> {
    let row = |r: &PersonRow| -> [String; 3] { [r.stream.clone(), r.role.clone(), r.number.clone()] };
    let rows: Vec<[String; 3]> = rows.iter().map(row).collect();
    let values: Vec<Value<'_>> = rows
        .iter()
        .flat_map(|[stream, role, number]| [log.into(), stream.into(), role.into(), number.into()])
        .collect();
    tx.insert_many("insert into person_row (log, stream, role, number) values", 4, &values)
}
