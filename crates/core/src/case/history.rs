//! The entries of a stream, and the history that remains when corrections are folded into them.

use super::Event;
use super::correction::{self};
use super::made::Made;
use crate::day::Day;

/// One event of a case as the record holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the case, from 1.
    pub version: u64,
    /// Its place in the log, from 1.
    pub seq: u64,
    /// When we were told, in microseconds since 1970.
    pub recorded_at: i64,
    /// Who recorded it, as an opaque id.
    pub actor: String,
    /// By what role and rule they were allowed to.
    pub authority: String,
    /// When it happened.
    pub on: Option<Day>,
    /// What happened.
    pub event: Event,
    /// Under which powers it was decided, when it is a decision.
    pub made: Option<Made>,
    /// The personal words that belong to it, by field.
    pub words: Vec<(String, String)>,
}

/// An event that is about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// What happened.
    pub event: Event,
    /// When it happened.
    pub on: Option<Day>,
    /// Under which powers it is decided, when it is a decision.
    pub made: Option<Made>,
    /// The personal words that belong to it, by field.
    pub words: Vec<(String, String)>,
}

impl Fresh {
    /// An event without personal words.
    #[must_use]
    pub fn new(event: Event, on: Option<Day>) -> Self {
        Self { event, on, made: None, words: Vec::new() }
    }

    /// The same event with personal words; blank ones are left out.
    #[must_use]
    pub fn with_words(mut self, field: &str, words: impl Into<String>) -> Self {
        let words = words.into();
        if !words.is_empty() {
            self.words.push((field.to_owned(), words));
        }
        self
    }

    pub(super) fn as_entry(&self, version: u64) -> Entry {
        Entry {
            version,
            seq: 0,
            recorded_at: 0,
            actor: String::new(),
            authority: String::new(),
            on: self.on,
            event: self.event.clone(),
            made: self.made.clone(),
            words: Vec::new(),
        }
    }
}

impl Fresh {
    /// The event's data as stored, with the powers it was decided under.
    #[must_use]
    pub fn encode(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        let (kind, mut data) = self.event.encode();
        if let Some(made) = &self.made {
            made.put(&mut data);
        }
        (kind, data)
    }
}

impl Entry {
    /// The personal words of a field.
    #[must_use]
    pub fn word(&self, field: &str) -> Option<&str> {
        self.words.iter().find(|(name, _)| name == field).map(|(_, words)| words.as_str())
    }
}

/// An event as corrected: what the record now says happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The entry's place in the case.
    pub version: u64,
    /// The entry's place in the log.
    pub seq: u64,
    /// When it happened, as corrected.
    pub on: Option<Day>,
    /// What happened, as corrected.
    pub event: Event,
}

impl Effective {
    pub(super) fn of(entry: &Entry) -> Self {
        Self { version: entry.version, seq: entry.seq, on: entry.on, event: entry.event.clone() }
    }
}

/// The history with corrections folded in: rescinded entries are left out, corrected ones carry
/// their last correction, and the corrections themselves are gone.
#[must_use]
pub fn effective(entries: &[Entry]) -> Vec<Effective> {
    let rescinded: Vec<u64> = entries
        .iter()
        .filter_map(|e| match &e.event {
            Event::Rescinded(r) => Some(r.of),
            _ => None,
        })
        .collect();
    let stands = |entry: &&Entry| !rescinded.contains(&entry.version);
    let mut events: Vec<Effective> = entries
        .iter()
        .filter(stands)
        .filter(|e| !matches!(e.event, Event::Corrected(_) | Event::Rescinded(_)))
        .map(Effective::of)
        .collect();
    for entry in entries.iter().filter(stands) {
        if let Event::Corrected(corrected) = &entry.event
            && let Some(target) = events.iter_mut().find(|e| e.version == corrected.of)
        {
            correction::fold(target, corrected);
        }
    }
    events
}
