//! The fact table: what measures read. Rows are only ever added.

use candour_core::measure::{FactKind, FactRow, Facts};

use crate::db::{Error, Row, Tx, Value};

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
    tx.insert_many("insert into fact (log, seq, origin, kind, n, stream, on_day, value) values", 8, &values)
}

/// Brings the columns in memory up to the log's head and returns that position.
pub fn extend(tx: &mut Tx<'_>, log: &str, facts: &mut Facts) -> Result<u64, Error> {
    let head = crate::reads::position(tx, log)?;
    if head > facts.position() {
        let after = facts.position();
        tx.each(
            "select seq, origin, kind, n, stream, on_day, value from fact where log = $1 and seq > $2 \
             order by seq, origin, kind, n",
            &[log.into(), after.into()],
            |row| {
                let row = read(row).map_err(remedied)?;
                facts.push(row.stream, row.seq, row.origin, row.kind, row.n, row.on, row.value);
                Ok(())
            },
        )?;
        // A seal, and who is in a case, change only with an entry, so this is right until the next one.
        let uncounted = crate::access::uncounted(tx, log)?;
        facts.leave_out(uncounted.iter().map(String::as_str));
        facts.reached(head);
    }
    Ok(head)
}

fn remedied(error: Error) -> Error {
    match error {
        Error::Content(says) => Error::Content(format!("{says}; run candour rebuild")),
        other => other,
    }
}

/// A row as read, borrowed.
pub(crate) struct Read<'a> {
    stream: &'a str,
    seq: u64,
    origin: u64,
    kind: FactKind,
    n: u32,
    on: Option<i32>,
    value: Option<&'a str>,
}

impl Read<'_> {
    pub(crate) fn into_row(self) -> FactRow {
        FactRow {
            stream: self.stream.to_owned(),
            seq: self.seq,
            origin: self.origin,
            kind: self.kind,
            n: self.n,
            on: self.on,
            value: self.value.map(str::to_owned),
        }
    }
}

/// Reads the columns `seq, origin, kind, n, stream, on_day, value`.
pub(crate) fn read<'a>(row: &'a Row<'_>) -> Result<Read<'a>, Error> {
    let bad = |_| Error::Content("a fact's number is out of range".to_owned());
    let kind = row.str(2)?;
    let known = FactKind::parse(kind);
    Ok(Read {
        stream: row.str(4)?,
        seq: row.count(0)?,
        origin: row.count(1)?,
        kind: known.ok_or_else(|| Error::Content(format!("there is no fact kind {kind:?}")))?,
        n: u32::try_from(row.int(3)?).map_err(bad)?,
        on: row.int_or_null(5)?.map(i32::try_from).transpose().map_err(bad)?,
        value: row.str_or_null(6)?,
    })
}
