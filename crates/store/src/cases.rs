//! Cases in the record: loading one, and recording what was decided about it.

use candour_core::case::made::Made;
use candour_core::case::{Case, Context, Entry, Event, Fresh, effective};
use candour_core::day::{self, Day};
use candour_core::measure::facts::rows_between;
use candour_core::permit::{Actor, Object, Permit};
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use candour_core::retention::in_their_place;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Row, Tx};
use crate::failure::Failure;
use crate::project::case_row::CaseRow;
use crate::project::{clock_row, party_row};
use crate::reads;
use crate::record::{After, NewEvent, Write};

/// Loads a case; one without entries does not exist.
pub fn load(tx: &mut Tx<'_>, log: &str, reference: &Reference) -> Result<Case, Error> {
    let stream = reference.stream();
    let mut entries = tx.query(
        "select version, seq, recorded_at, actor, authority, on_date, kind, data from event \
         where log = $1 and stream = $2 order by version",
        &[log.into(), Value::from(&stream)],
        |row| entry(row, 0),
    )?;
    if entries.iter().any(|(_, has_words)| *has_words) {
        let words = reads::words_of(tx, log, &stream)?;
        for (seq, field, value) in words {
            if let Some((entry, _)) = entries.iter_mut().find(|(e, _)| e.seq == seq) {
                entry.words.push((field, value));
            }
        }
    }
    let mut entries: Vec<Entry> = entries.into_iter().map(|(entry, _)| entry).collect();
    say_what_is_gone(&mut entries, log);
    Ok(Case::replay(reference.clone(), entries))
}

/// Puts into the place of each word that was disposed of the sentence that says so, so that whatever
/// shows the word shows that.
fn say_what_is_gone(entries: &mut [Entry], body: &str) {
    let mut gone: Vec<(u64, String, String)> = Vec::new();
    for entry in entries.iter() {
        if let Event::WordsDisposed(disposed) = &entry.event {
            let on = entry.on.unwrap_or_else(|| day::of_instant(entry.recorded_at));
            let says = in_their_place(on, &disposed.ground, &disposed.schedule, body);
            gone.extend(disposed.places().map(|(seq, field)| (seq, field.to_owned(), says.clone())));
        }
    }
    for (seq, field, says) in gone {
        if let Some(entry) = entries.iter_mut().find(|entry| entry.seq == seq)
            && entry.word(&field).is_none()
        {
            entry.words.push((field, says));
            entry.words.sort();
        }
    }
}

use crate::db::Value;

/// Reads an entry from the columns that begin at `first`, and whether it has personal words.
pub(crate) fn entry(row: &Row<'_>, first: usize) -> Result<(Entry, bool), Error> {
    let seq = row.count(first + 1)?;
    let bad = |says: String| Error::Content(format!("event {seq}: {says}; run candour verify"));
    let data: Map<String, Json> = serde_json::from_str(row.str(first + 7)?).map_err(|e| bad(e.to_string()))?;
    let has_words = data.contains_key("texts");
    let entry = Entry {
        version: row.count(first)?,
        seq,
        recorded_at: row.int(first + 2)?,
        actor: row.text(first + 3)?,
        authority: row.text(first + 4)?,
        on: on_date(row.str(first + 5)?).map_err(bad)?,
        made: Made::read(&data).map_err(bad)?,
        event: Event::decode(row.str(first + 6)?, data).map_err(bad)?,
        words: Vec::new(),
    };
    Ok((entry, has_words))
}

pub(crate) fn on_date(text: &str) -> Result<Option<Day>, String> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| format!("no date: {text:?}")) }
}

/// Records what was decided about a case, and everything derived from it.
///
/// `case` is the case as loaded in this transaction; the record refuses when it has moved on.
pub fn record(
    w: &mut Write<'_>,
    actor: &Actor,
    permit: &Permit,
    case: &Case,
    context: Context<'_>,
    fresh: Vec<Fresh>,
) -> Result<Case, Failure> {
    let stream = case.reference.stream();
    let after = if case.entries.is_empty() { After::Nothing } else { After::Version(case.version()) };
    let new = |fresh: &Fresh| {
        let (kind, data) = fresh.encode();
        NewEvent { kind, data, on: fresh.on, words: fresh.words.clone() }
    };
    let appended = w.append(&actor.id, permit.authority(), &stream, after, fresh.iter().map(new).collect())?;
    let mut next = case.clone();
    for (fresh, at) in fresh.into_iter().zip(appended) {
        let before = effective(&next.entries);
        let entry = Entry {
            version: at.version,
            seq: at.seq,
            recorded_at: at.recorded_at,
            actor: actor.id.clone(),
            authority: permit.authority().to_owned(),
            on: fresh.on,
            event: fresh.event,
            made: fresh.made,
            words: fresh.words,
        };
        next.add(entry);
        w.pending.facts.extend(rows_between(&stream, at.seq, &before, &effective(&next.entries)));
    }
    if let Some(row) = CaseRow::of(&next, context) {
        w.pending.cases.push(row);
        w.pending.clocks.push((stream.clone(), clock_row::rows_of(&next, context)));
        w.pending.parties.push((stream, party_row::rows_of(&next)));
    }
    Ok(next)
}

/// What a permit for a case is asked about.
#[must_use]
pub fn object<'a>(case: &'a Case, stream: &'a str, profile: &'a Profile) -> Object<'a> {
    Object::Case {
        stream,
        force: case.state.force(),
        region: case.state.force().and_then(|force| profile.region(force)),
        lead: case.state.lead(),
        decided: case.state.mode.is_some(),
    }
}
