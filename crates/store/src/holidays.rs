//! The bank holidays that the body has added, the calendar with them, and the last days they moved.

use std::collections::HashMap;
use std::sync::Mutex;

use candour_core::case::clocks::acts::{Move, Moved};
use candour_core::case::{self, Context};
use candour_core::day::{self, Day};
use candour_core::holidays::{Command, Event, STREAM, calendar, decide};
use candour_core::law::Calendar;
use candour_core::permit::{Action, Actor, Object, permit};
use candour_core::reference::Reference;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Tx};
use crate::failure::Failure;
use crate::project::clock_row::ClockRow;
use crate::record::{After, NewEvent, Write};
use crate::{cases, clocks};

/// What was added and taken back, in the order of the record.
pub fn events(tx: &mut Tx<'_>, log: &str) -> Result<Vec<Event>, Error> {
    let rows = tx.query(
        "select kind, data from event where log = $1 and stream = $2 order by version",
        &[log.into(), STREAM.into()],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )?;
    rows.into_iter().map(|(kind, data)| read(&kind, &data)).collect()
}

fn read(kind: &str, data: &str) -> Result<Event, Error> {
    let bad = |says: String| Error::Content(format!("{STREAM}: {says}; run candour verify"));
    let data: Map<String, Json> = serde_json::from_str(data).map_err(|e| bad(e.to_string()))?;
    Event::decode(kind, &data).map_err(bad)
}

/// The calendar as known to this transaction.
///
/// Calendars are kept for the life of the process, one for each set of added days: a body adds a
/// day every few years.
pub fn known(tx: &mut Tx<'_>, log: &str) -> Result<&'static Calendar, Error> {
    static KEPT: Mutex<Option<HashMap<String, &'static Calendar>>> = Mutex::new(None);
    let events = events(tx, log)?;
    if events.is_empty() {
        return Ok(Calendar::built_in());
    }
    let key = format!("{events:?}");
    let mut kept = KEPT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let kept = kept.get_or_insert_with(HashMap::new);
    Ok(kept.entry(key).or_insert_with(|| Box::leak(Box::new(calendar(&events)))))
}

/// A last day that a change of the bank holidays moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedClock {
    /// The stream of its case.
    pub stream: String,
    /// What the entry of the case says.
    pub moved: Moved,
}

/// Records a change of the bank holidays, counts every clock that runs again, and records in each
/// case the last days that moved. `law` and `profile` are those of `context`.
///
/// The clocks are counted in the same transaction, so that no page ever shows a last day by the old
/// calendar beside one by the new.
pub fn change(
    w: &mut Write<'_>,
    actor: &Actor,
    context: Context<'_>,
    command: Command,
) -> Result<Vec<MovedClock>, Failure> {
    let log = w.log();
    let given = permit(actor, Action::KeepHolidays, Object::Body)?;
    let before = events(w.tx()?, log)?;
    let event = decide(&before, &given, command)?;
    let holiday = event.day();
    let (kind, data) = event.encode();
    let new = NewEvent { kind, data, on: Some(context.today), words: Vec::new() };
    w.append(&actor.id, given.authority(), STREAM, After::Latest, vec![new])?;
    let context = Context { calendar: known(w.tx()?, log)?, ..context };
    let mut moved = Vec::new();
    for row in clocks::running(w.tx()?, log, holiday)? {
        moved.extend(count_again(w, actor, context, &row, holiday)?);
    }
    Ok(moved)
}

/// Counts one clock again and records in its case that its last day moved, if it did.
fn count_again(
    w: &mut Write<'_>,
    actor: &Actor,
    context: Context<'_>,
    row: &ClockRow,
    holiday: Day,
) -> Result<Option<MovedClock>, Failure> {
    let log = w.log();
    let bad = || Error::Content(format!("clock_row {}: cannot be read; run candour rebuild", row.stream));
    let reference = Reference::of_stream(&row.stream).ok_or_else(bad)?;
    let from = day::parse("due", &row.due).map_err(|_| bad())?;
    let case = cases::load(w.tx()?, log, &reference)?;
    let due = case::clocks::named(&row.clock, &case.state, context).and_then(|clock| clock.due);
    if due == Some(from) {
        return Ok(None);
    }
    let command = case::Command::MoveClock(Move { clock: row.clock.clone(), from, holiday, on: context.today });
    let given = permit(actor, command.action(), cases::object(&case, &row.stream, context.profile))?;
    let fresh = case::decide(&case, &given, context, command)?;
    let moved = fresh.iter().find_map(|fresh| match &fresh.event {
        case::Event::ClockMoved(moved) => Some(MovedClock { stream: row.stream.clone(), moved: moved.clone() }),
        _ => None,
    });
    cases::record(w, actor, &given, &case, context, fresh)?;
    Ok(moved)
}

/// A change of the bank holidays as recorded, and what it moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in its stream.
    pub version: u64,
    /// Who recorded it, as an opaque id.
    pub actor: String,
    /// When, in microseconds since 1970.
    pub recorded_at: i64,
    /// What it was.
    pub event: Event,
    /// The last days that it moved, in the order in which they were recorded.
    pub moved: Vec<MovedClock>,
}

/// Every change of the bank holidays, the last first.
pub fn history(tx: &mut Tx<'_>, log: &str) -> Result<Vec<Recorded>, Error> {
    let rows = tx.query(
        "select seq, version, actor, recorded_at, kind, data from event where log = $1 and stream = $2 \
         order by version desc",
        &[log.into(), STREAM.into()],
        |row| Ok((row.count(0)?, row.count(1)?, row.text(2)?, row.int(3)?, row.text(4)?, row.text(5)?)),
    )?;
    let mut all = Vec::new();
    for (seq, version, actor, recorded_at, kind, data) in rows {
        let event = read(&kind, &data)?;
        all.push(Recorded { version, actor, recorded_at, event, moved: moved_after(tx, log, seq)? });
    }
    Ok(all)
}

/// The last days that were moved in one go after the entry at `seq`.
fn moved_after(tx: &mut Tx<'_>, log: &str, seq: u64) -> Result<Vec<MovedClock>, Error> {
    // They were recorded in one transaction, so they follow it without a gap.
    let rows = tx.query(
        "select stream, data from event where log = $1 and kind = 'clock.moved' and seq > $2 \
         and seq < coalesce((select min(seq) from event where log = $1 and seq > $2 and kind <> 'clock.moved'), $3) \
         order by seq",
        &[log.into(), seq.into(), i64::MAX.into()],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )?;
    let read = |(stream, data): (String, String)| {
        let moved = serde_json::from_str(&data);
        let moved = moved.map_err(|e| Error::Content(format!("{stream}: {e}; run candour verify")))?;
        Ok(MovedClock { stream, moved })
    };
    rows.into_iter().map(read).collect()
}
