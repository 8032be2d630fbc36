//! People in the register.

use candour_core::measure::{FactKind, FactRow};
use candour_core::permit::{Actor, Permit};
use candour_core::person::Event;

use crate::db::{Error, Tx, Value};
use crate::failure::Failure;
use crate::project::person_row::PersonRow;
use crate::record::{After, NewEvent, Write};

/// Enters a person who is not in the register yet, with their particulars as personal words.
pub fn register(
    w: &mut Write<'_>,
    actor: &Actor,
    permit: &Permit,
    stream: &str,
    event: &Event,
    words: Vec<(String, String)>,
) -> Result<(), Failure> {
    let (kind, data) = event.encode();
    let new = NewEvent { kind, data, on: None, words };
    let appended = w.append(&actor.id, permit.authority(), stream, After::Nothing, vec![new])?;
    for at in appended {
        w.pending.facts.push(fact(stream, at.seq, event));
        w.pending.people.push(row(stream, event));
    }
    Ok(())
}

/// Who somebody in the register is, in personal words; empty where the register does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Their stream.
    pub stream: String,
    /// Their name.
    pub name: String,
    /// Their rank or number, as people write it.
    pub rank: String,
    /// Whether what the register held of them was disposed of.
    pub disposed: bool,
}

/// People asked for in one statement.
const ASKED_AT_ONCE: usize = 8;

/// Who the people of these streams are, as far as the register knows them.
pub fn known(tx: &mut Tx<'_>, log: &str, streams: &[&str]) -> Result<Vec<Known>, Error> {
    let mut found = Vec::new();
    for some in streams.chunks(ASKED_AT_ONCE) {
        let mut values: Vec<Value<'_>> = vec![log.into()];
        values.extend(some.iter().copied().map(Value::from));
        // No stream is called nothing.
        values.resize(1 + ASKED_AT_ONCE, Value::from(""));
        let rows = tx.query(
            "select stream, \
             coalesce((select value from text where log = $1 and seq = event.seq and field = 'name'), ''), \
             coalesce((select value from text where log = $1 and seq = event.seq and field = 'rank'), ''), \
             (select count(*) from event gone where gone.log = $1 and gone.stream = event.stream \
             and gone.kind = 'words.disposed') from event where log = $1 and stream in ($2, $3, $4, $5, $6, $7, $8, $9) and kind = 'person.registered'",
            &values,
            |row| Ok(Known { stream: row.text(0)?, name: row.text(1)?, rank: row.text(2)?, disposed: row.count(3)? > 0 }),
        )?;
        found.extend(rows);
    }
    Ok(found)
}

pub(crate) fn fact(stream: &str, seq: u64, event: &Event) -> FactRow {
    let Event::Registered(registered) = event;
    FactRow {
        stream: stream.to_owned(),
        seq,
        origin: seq,
        kind: FactKind::Person,
        n: 0,
        on: None,
        value: Some(registered.role.id().to_owned()),
    }
}

pub(crate) fn row(stream: &str, event: &Event) -> PersonRow {
    let Event::Registered(registered) = event;
    PersonRow { stream: stream.to_owned(), role: registered.role.id().to_owned(), number: registered.number.clone() }
}
