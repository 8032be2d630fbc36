//! The scheme of delegation in the record: loading it, and recording changes of it.
//!
//! It is a stream like any other, so that what verifies the record verifies it; nothing is derived
//! from it into tables.

use candour_core::delegation::{self, Change, Delegations, Entry, Event, STREAM};
use candour_core::permit::{Actor, Permit};
use serde_json::{Map, Value as Json};

use crate::cases::on_date;
use crate::db::{Error, Row, Tx};
use crate::failure::Failure;
use crate::reads;
use crate::record::{After, NewEvent, Write};

/// The version of the scheme's last entry; 0 without any.
pub fn version(tx: &mut Tx<'_>, log: &str) -> Result<u64, Error> {
    let last = tx.query_one(
        "select version from event where log = $1 and stream = $2 order by version desc limit 1",
        &[log.into(), STREAM.into()],
        |row| row.count(0),
    )?;
    Ok(last.unwrap_or(0))
}

/// Loads the scheme; without entries nobody holds anything.
pub fn load(tx: &mut Tx<'_>, log: &str) -> Result<Delegations, Error> {
    let mut entries = tx.query(
        "select version, seq, recorded_at, actor, on_date, kind, data from event \
         where log = $1 and stream = $2 order by version",
        &[log.into(), STREAM.into()],
        entry,
    )?;
    let words = reads::words_of(tx, log, STREAM)?;
    for (seq, field, value) in words {
        if let Some((_, entry)) = entries.iter_mut().find(|(of, _)| *of == seq) {
            entry.words.push((field, value));
        }
    }
    Ok(Delegations::of(entries.into_iter().map(|(_, entry)| entry).collect()))
}

/// An entry and its place in the log.
fn entry(row: &Row<'_>) -> Result<(u64, Entry), Error> {
    let seq = row.count(1)?;
    let bad = |says: String| Error::Content(format!("event {seq}: {says}; run candour verify"));
    let data: Map<String, Json> = serde_json::from_str(row.str(6)?).map_err(|e| bad(e.to_string()))?;
    let entry = Entry {
        version: row.count(0)?,
        recorded_at: row.int(2)?,
        actor: row.text(3)?,
        on: on_date(row.str(4)?).map_err(bad)?,
        event: Event::decode(row.str(5)?, data).map_err(bad)?,
        words: Vec::new(),
    };
    Ok((seq, entry))
}

/// Decides a change of the scheme as it stands in this transaction, and records it.
pub fn change(w: &mut Write<'_>, actor: &Actor, permit: &Permit, change: Change) -> Result<(), Failure> {
    let (log, today) = (w.log(), w.today());
    let scheme = load(w.tx()?, log)?;
    let fresh = delegation::decide(&scheme, permit, today, change)?;
    let new = fresh.into_iter().map(|fresh| {
        let (kind, data) = fresh.event.encode();
        NewEvent { kind, data, on: Some(fresh.on), words: fresh.words }
    });
    let after = if scheme.entries.is_empty() { After::Nothing } else { After::Version(scheme.version()) };
    w.append(&actor.id, permit.authority(), STREAM, after, new.collect())?;
    Ok(())
}
