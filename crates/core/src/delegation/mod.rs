//! The scheme of delegation: who may decide under which power, from which day to which.
//!
//! Statute gives the powers to one office holder; in practice each decision is delegated. The
//! scheme is a stream of the record of its own, [`STREAM`]: grades held by people, powers delegated
//! to a grade or to a person, their ends, and exclusions. Nothing in it is edited or deleted. What
//! it adds up to, [`Delegations`], is asked for any day; `case::decide` refuses a deciding command
//! whose author held no live delegation of its power on the day of the decision.

mod change;
mod scheme;

use serde::{Deserialize, Serialize};

pub use change::{Change, decide};
pub use scheme::{Barred, Delegations, Grade, Grant, Held, Lacking};

use crate::day::Day;

/// The stream of the scheme, in the body's own log.
pub const STREAM: &str = "body:delegation";

/// To whom a power is delegated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// To everybody of a level, and of the levels above it; the id of the level.
    Grade(String),
    /// To one person, whatever their grade; their opaque id.
    Person(String),
}

/// Everything that can happen to the scheme. The serialised names and fields are kept for ever. The
/// event's `on` is the day of the instrument: the day on which it was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// Somebody has a grade from a day on.
    #[serde(rename = "grade.held")]
    GradeHeld(GradeHeld),
    /// Powers were delegated.
    #[serde(rename = "power.delegated")]
    PowerDelegated(PowerDelegated),
    /// A grade, a delegation or an exclusion ends.
    #[serde(rename = "delegation.ended")]
    Ended(Ended),
    /// Somebody is kept from designated functions.
    #[serde(rename = "exclusion.applied")]
    ExclusionApplied(ExclusionApplied),
    /// An entry should never have been made.
    #[serde(rename = "delegation.rescinded")]
    Rescinded(Rescinded),
}

/// Somebody has a grade from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeHeld {
    /// The opaque id of their account.
    pub person: String,
    /// The id of the level.
    pub grade: String,
    /// The first day.
    pub from: Day,
    /// The last day, where it was fixed at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
}

/// Powers were delegated. The instrument, as somebody typed it, is personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerDelegated {
    /// The ids of the powers.
    pub powers: Vec<String>,
    /// To whom.
    pub to: Holder,
    /// The first day.
    pub from: Day,
    /// The last day, where it was fixed at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// A grade, a delegation or an exclusion ends. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The version of the entry that ends.
    pub of: u64,
    /// The last day on which it holds.
    pub last: Day,
}

/// Somebody is kept from designated functions. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExclusionApplied {
    /// The opaque id of their account.
    pub person: String,
    /// The ids of the powers whose exercise is a designated function.
    pub powers: Vec<String>,
    /// The first day.
    pub from: Day,
    /// The provision under which they are kept from it.
    pub citation: String,
}

/// An entry should never have been made. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rescinded {
    /// The version of that entry.
    pub of: u64,
}

/// An entry of the scheme as the record holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the stream, from 1. Decisions name it as the delegation they were made under.
    pub version: u64,
    /// When it was recorded, in microseconds since 1970.
    pub recorded_at: i64,
    /// Who recorded it, as an opaque id.
    pub actor: String,
    /// The day of the instrument.
    pub on: Option<Day>,
    /// What happened.
    pub event: Event,
    /// The personal words that belong to it, by field.
    pub words: Vec<(String, String)>,
}

impl Entry {
    /// The personal words of a field.
    #[must_use]
    pub fn word(&self, field: &str) -> Option<&str> {
        self.words.iter().find(|(name, _)| name == field).map(|(_, words)| words.as_str())
    }
}

/// An event of the scheme that is about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// What happened.
    pub event: Event,
    /// The day of the instrument.
    pub on: Day,
    /// The personal words that belong to it, by field.
    pub words: Vec<(String, String)>,
}

impl Fresh {
    fn new(event: Event, on: Day) -> Self {
        Self { event, on, words: Vec::new() }
    }

    /// The same event with personal words; blank ones are left out.
    fn with_words(mut self, field: &str, words: impl Into<String>) -> Self {
        let words = words.into();
        if !words.trim().is_empty() {
            self.words.push((field.to_owned(), words));
        }
        self
    }

    /// The entry that it becomes.
    #[must_use]
    pub fn as_entry(&self, version: u64, actor: &str) -> Entry {
        let (event, words) = (self.event.clone(), self.words.clone());
        Entry { version, recorded_at: 0, actor: actor.to_owned(), on: Some(self.on), event, words }
    }
}

impl Event {
    /// The kind under which it is stored, and its data.
    #[must_use]
    pub fn encode(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        use serde_json::Value;
        match serde_json::to_value(self) {
            Ok(Value::Object(mut map)) => match (map.remove("kind"), map.remove("data")) {
                (Some(Value::String(kind)), Some(Value::Object(data))) => (kind, data),
                _ => unreachable!("every event serialises to a kind and an object"),
            },
            _ => unreachable!("every event serialises to a kind and an object"),
        }
    }

    /// Reads an event as stored.
    ///
    /// # Errors
    /// Names the kind when it is no event of the scheme, or its data are not what they should be.
    pub fn decode(kind: &str, mut data: serde_json::Map<String, serde_json::Value>) -> Result<Self, String> {
        data.remove("texts");
        let whole = serde_json::json!({ "kind": kind, "data": data });
        serde_json::from_value(whole).map_err(|e| format!("{kind}: {e}"))
    }

    /// What the entry is called on a page.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::GradeHeld(_) => "Grade held",
            Self::PowerDelegated(_) => "Powers delegated",
            Self::Ended(_) => "Ended",
            Self::ExclusionApplied(_) => "Kept from designated functions",
            Self::Rescinded(_) => "Rescinded",
        }
    }
}

#[cfg(test)]
mod tests;
