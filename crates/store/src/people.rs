//! People in the register.

use candour_core::measure::{FactKind, FactRow};
use candour_core::permit::{Actor, Permit};
use candour_core::person::Event;

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
