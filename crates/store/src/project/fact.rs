//! The fact table: what measures read. Rows are only ever added.

use candour_core::measure::{FactKind, FactRow, Facts};

use crate::db::{Error, Tx, Value};

pub(super) fn insert(tx: &mut Tx<'_>, log: &str, rows: &[FactRow]) -> Result<(), Error> {
    let mut values: Vec<Value<'_>> = Vec::with_capacity(rows.len() * 8);
    for row in rows {
        values.extend([
            Value::from(log),
            row.seq.into(),
            row.origin.into(),
            row.kind.id().into(),
            i64::from(row.n).into(),
            Value::from(&row.stream),
            row.on.map(i64::from).into(),
            row.value.as_ref().into(),
        ]);
    }
    tx.insert_many(
        "insert into fact (log, seq, origin, kind, n, stream, on_day, value) values",
        8,
        &values,
    )
}

/// Brings the columns in memory up to the log's head and returns that position.
pub fn extend(tx: &mut Tx<'_>, log: &str, facts: &mut Facts) -> Result<u64, Error> {
    let head = crate::reads::position(tx, log)?;
    if head > facts.position() {
        let after = facts.position();
        each(tx, log, after, |row| {
            facts.push(
                row.stream, row.seq, row.origin, row.kind, row.n, row.on, row.value,
            );
            Ok(())
        })?;
        facts.reached(head);
    }
    Ok(head)
}

/// A row as read, borrowed.
pub(crate) struct Read<'a> {
    pub(crate) stream: &'a str,
    pub(crate) seq: u64,
    pub(crate) origin: u64,
    pub(crate) kind: FactKind,
    pub(crate) n: u32,
    pub(crate) on: Option<i32>,
    pub(crate) value: Option<&'a str>,
}

/// Hands over the rows after a position, in their order.
pub(crate) fn each(
    tx: &mut Tx<'_>,
    log: &str,
    after: u64,
    mut read: impl FnMut(Read<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    tx.each(
        "select seq, origin, kind, n, stream, on_day, value from fact where log = $1 and seq > $2 \
         order by seq, origin, kind, n",
        &[log.into(), after.into()],
        |row| {
            let kind = row.str(2)?;
            let kind = FactKind::parse(kind).ok_or_else(|| {
                Error::Content(format!("fact kind {kind:?}; run candour rebuild"))
            })?;
            let value = row.text_or_null(6)?;
            let bad = |_| {
                Error::Content("a fact's number is out of range; run candour rebuild".to_owned())
            };
            read(Read {
                stream: row.str(4)?,
                seq: row.count(0)?,
                origin: row.count(1)?,
                kind,
                n: u32::try_from(row.int(3)?).map_err(bad)?,
                on: row
                    .int_or_null(5)?
                    .map(i32::try_from)
                    .transpose()
                    .map_err(bad)?,
                value: value.as_deref(),
            })
        },
    )
}
