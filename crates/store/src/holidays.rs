//! The bank holidays that the body has added, and the calendar with them.

use std::collections::HashMap;
use std::sync::Mutex;

use candour_core::holidays::{Event, STREAM, calendar};
use candour_core::law::Calendar;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Tx};

/// What was added and taken back, in the order of the record.
pub fn events(tx: &mut Tx<'_>, log: &str) -> Result<Vec<Event>, Error> {
    let rows = tx.query(
        "select kind, data from event where log = $1 and stream = $2 order by version",
        &[log.into(), STREAM.into()],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )?;
    let bad = |says: String| Error::Content(format!("{STREAM}: {says}; run candour verify"));
    let event = |(kind, data): (String, String)| {
        let data: Map<String, Json> = serde_json::from_str(&data).map_err(|e| bad(e.to_string()))?;
        Event::decode(&kind, &data).map_err(bad)
    };
    rows.into_iter().map(event).collect()
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
