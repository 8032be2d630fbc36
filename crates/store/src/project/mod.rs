//! What is derived from the record in the same transaction: one file per derived table.
//!
//! Rows gather in [`Pending`] and are written together, so that an import needs few statements.

pub mod case_row;
pub mod clock_row;
pub mod fact;
pub mod party_row;
pub mod person_row;

use std::collections::BTreeMap;

use candour_core::record::{Hash, Header};

use crate::db::{Error, Tx, Value};
use crate::failure::Failure;

/// Rows that wait to be written at the end of a closure.
#[derive(Default)]
pub(crate) struct Pending {
    events: Vec<EventRow>,
    texts: Vec<(u64, String, [u8; 32], String)>,
    pub(crate) facts: Vec<candour_core::measure::FactRow>,
    pub(crate) cases: Vec<case_row::CaseRow>,
    pub(crate) clocks: Vec<(String, Vec<clock_row::ClockRow>)>,
    pub(crate) parties: Vec<(String, Vec<party_row::PartyRow>)>,
    pub(crate) people: Vec<person_row::PersonRow>,
}

/// Streams whose rows are deleted in one statement.
const DELETED_AT_ONCE: usize = 8;

/// Deletes the rows of some streams by a statement that takes [`DELETED_AT_ONCE`] of them.
fn clear<T>(tx: &mut Tx<'_>, log: &str, sql: &'static str, streams: &BTreeMap<&str, T>) -> Result<(), Error> {
    let streams: Vec<&str> = streams.keys().copied().collect();
    for some in streams.chunks(DELETED_AT_ONCE) {
        let mut values: Vec<Value<'_>> = vec![log.into()];
        values.extend(some.iter().copied().map(Value::from));
        // No stream is called nothing.
        values.resize(1 + DELETED_AT_ONCE, Value::from(""));
        tx.execute(sql, &values)?;
    }
    Ok(())
}

struct EventRow {
    seq: u64,
    stream: String,
    version: u64,
    kind: String,
    data: String,
    actor: String,
    authority: String,
    recorded_at: i64,
    on_date: String,
    prev_hash: Hash,
    hash: Hash,
}

impl Pending {
    pub(crate) fn event(&mut self, header: &Header<'_>, hash: Hash) {
        self.events.push(EventRow {
            seq: header.seq,
            stream: header.stream.to_owned(),
            version: header.version,
            kind: header.kind.to_owned(),
            data: header.data.to_owned(),
            actor: header.actor.to_owned(),
            authority: header.authority.to_owned(),
            recorded_at: header.recorded_at,
            on_date: header.on_date.to_owned(),
            prev_hash: *header.prev_hash,
            hash,
        });
    }

    pub(crate) fn text(&mut self, seq: u64, field: String, salt: [u8; 32], value: String) {
        self.texts.push((seq, field, salt, value));
    }

    pub(crate) fn write(&mut self, tx: &mut Tx<'_>, log: &str) -> Result<(), Failure> {
        self.write_events(tx, log).map_err(|error| match error {
            // Somebody made the same stream at once and was first.
            Error::Exists(_) => Failure::Moved,
            other => other.into(),
        })?;
        self.write_texts(tx, log)?;
        fact::insert(tx, log, &self.facts)?;
        case_row::write(tx, log, &self.cases)?;
        clock_row::write(tx, log, &self.clocks)?;
        party_row::write(tx, log, &self.parties)?;
        person_row::insert(tx, log, &self.people)?;
        *self = Self::default();
        Ok(())
    }

    fn write_events(&self, tx: &mut Tx<'_>, log: &str) -> Result<(), Error> {
        let mut values: Vec<Value<'_>> = Vec::with_capacity(self.events.len() * 12);
        for e in &self.events {
            values.extend([
                Value::from(log),
                e.seq.into(),
                Value::from(&e.stream),
                e.version.into(),
                Value::from(&e.kind),
                Value::from(&e.data),
                Value::from(&e.actor),
                Value::from(&e.authority),
                e.recorded_at.into(),
                Value::from(&e.on_date),
                Value::Bytes(&e.prev_hash),
                Value::Bytes(&e.hash),
            ]);
        }
        tx.insert_many(
            "insert into event (log, seq, stream, version, kind, data, actor, authority, recorded_at, on_date, \
             prev_hash, hash) values",
            12,
            &values,
        )
    }

    fn write_texts(&self, tx: &mut Tx<'_>, log: &str) -> Result<(), Error> {
        let mut values: Vec<Value<'_>> = Vec::with_capacity(self.texts.len() * 5);
        for (seq, field, salt, value) in &self.texts {
            values.extend([Value::from(log), (*seq).into(), field.into(), Value::Bytes(salt), value.into()]);
        }
        tx.insert_many("insert into text (log, seq, field, salt, value) values", 5, &values)
    }
}
