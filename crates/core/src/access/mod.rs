//! What the record says of somebody's own access, beside the matrix: the conflicts of interest that
//! keep them out ([`conflict`]), the sealed cases whose list they are or are not on ([`seal`]), the
//! cases that they were asked to read ([`assignment`]), the matters of which they are kept informed and
//! were given an account for ([`portal`]), for what they read ([`purpose`]), and the cases
//! that they opened with a reason ([`glass`]).

pub mod alert;
#[cfg(test)]
mod alert_tests;
pub mod assignment;
pub mod conflict;
pub mod glass;
pub mod grave;
#[cfg(test)]
mod policy;
pub mod portal;
pub mod purpose;
pub mod seal;

use std::sync::LazyLock;

use serde::Deserialize;

/// Something that somebody is kept from. A wall goes before every grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wall {
    /// Every case of a force, by its id.
    Force(String),
    /// A case, by its stream.
    Case(String),
}

/// A sealed case, as one member of staff stands to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Its stream.
    pub case: String,
    /// Whether they are on its list.
    pub inside: bool,
}

/// What the record says of somebody's own access, as it stands at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// What they are kept from.
    pub walls: Vec<Wall>,
    /// Every sealed case.
    pub sealed: Vec<Sealed>,
    /// The cases, by stream, that are open to them for a while because they gave a reason.
    pub opened: Vec<String>,
    /// The cases, by stream, of which they said today for what they read them, each with the version
    /// of the entry that holds it.
    pub purposes: Vec<(String, u64)>,
    /// The cases, by stream, that they were asked to read, each with the version of that entry.
    pub assigned: Vec<(String, u64)>,
    /// The matters of which they are kept informed and were given an account for.
    pub named: Vec<Named>,
    /// Whether their account has a last day.
    pub timed: bool,
    /// Whether that day has gone by.
    pub ended: bool,
}

/// A matter of which somebody is kept informed, as their own account knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The stream of the case.
    pub case: String,
    /// Their key in it.
    pub key: String,
    /// The version of the entry that gave them the account.
    pub by: u64,
    /// Whether they sign in with a second factor only.
    pub by_two: bool,
}

impl Own {
    /// Whether a case of that stream and force is closed to them, whatever their role.
    #[must_use]
    pub fn is_kept_from(&self, stream: &str, force: Option<&str>) -> bool {
        self.walls.iter().any(|wall| match wall {
            Wall::Force(id) => Some(id.as_str()) == force,
            Wall::Case(id) => id == stream,
        })
    }

    /// Whether a case is sealed and they are not on its list, so that to them there is no such case.
    #[must_use]
    pub fn is_outside(&self, stream: &str) -> bool {
        self.sealed.iter().any(|sealed| sealed.case == stream && !sealed.inside)
    }

    /// Whether a case is sealed and they are on its list.
    #[must_use]
    pub fn is_inside(&self, stream: &str) -> bool {
        self.sealed.iter().any(|sealed| sealed.case == stream && sealed.inside)
    }

    /// Whether lists leave a case out for them: a wall or a seal keeps them from it.
    #[must_use]
    pub fn leaves_out(&self, stream: &str, force: Option<&str>) -> bool {
        self.is_outside(stream) || self.is_kept_from(stream, force)
    }

    /// Whether a case is open to them by a reason that they gave.
    #[must_use]
    pub fn has_opened(&self, stream: &str) -> bool {
        self.opened.iter().any(|opened| opened == stream)
    }

    /// The entry in which they said today for what they read a case.
    #[must_use]
    pub fn purpose_for(&self, stream: &str) -> Option<u64> {
        newest(&self.purposes, stream)
    }

    /// What they are to a case of which they are kept informed.
    #[must_use]
    pub fn named_in(&self, stream: &str) -> Option<&Named> {
        self.named.iter().find(|named| named.case == stream)
    }

    /// The entry by which they were asked to read a case.
    #[must_use]
    pub fn assigned_to(&self, stream: &str) -> Option<u64> {
        newest(&self.assigned, stream)
    }
}

fn newest(entries: &[(String, u64)], stream: &str) -> Option<u64> {
    entries.iter().filter(|(of, _)| of == stream).map(|(_, version)| *version).max()
}

/// The rules of access that are numbers: `access/rules.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// How many years after service with a force its cases are closed to somebody.
    pub former_force_years: i8,
    /// The rules of opening a case with a reason.
    pub break_glass: BreakGlass,
    /// The rules of saying for what one reads.
    pub purpose: Purpose,
    /// The rules of asking somebody to read a case.
    pub assignment: Assignment,
    /// What is unusual about who looked.
    pub alerts: alert::Rules,
}

/// The rules of saying for what one reads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// The fewest characters of the words.
    pub characters: usize,
}

/// The rules of asking somebody to read a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// For how many days it is meant, unless somebody says otherwise.
    pub days: i32,
    /// For how many it may be at most.
    pub most_days: i32,
}

/// The rules of opening a case with a reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// The fewest characters of a reason.
    pub reason_characters: usize,
    /// For how many hours it opens the case.
    pub hours: i64,
    /// How many cases somebody may open so in `days` days.
    pub most: usize,
    /// Those days.
    pub days: i64,
    /// Within how many working days it is reviewed.
    pub review_working_days: u32,
}

impl Rules {
    /// The rules that come with the product.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static RULES: LazyLock<Rules> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../../access/rules.toml")).expect("a test reads the built-in rules")
        });
        &RULES
    }
}

/// An entry of one of these streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<E> {
    /// Its place in the stream.
    pub version: u64,
    /// When it was recorded, in microseconds since 1970.
    pub recorded_at: i64,
    /// Who recorded it, as an opaque id.
    pub actor: String,
    /// What was recorded.
    pub event: E,
    /// Its personal words, by field.
    pub words: Vec<(String, String)>,
}

impl<E> Entry<E> {
    /// One of its personal words.
    #[must_use]
    pub fn word(&self, field: &str) -> Option<&str> {
        self.words.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }
}

/// An event that is not recorded yet, with its personal words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh<E> {
    /// What is recorded.
    pub event: E,
    /// Its personal words, by field.
    pub words: Vec<(String, String)>,
}

/// Reads an event of one of the streams as stored.
///
/// # Errors
/// Says what is wrong with it.
pub fn decode<E: serde::de::DeserializeOwned>(
    kind: &str,
    mut data: serde_json::Map<String, serde_json::Value>,
) -> Result<E, String> {
    data.remove("texts");
    serde_json::from_value(serde_json::json!({ "kind": kind, "data": data })).map_err(|e| format!("{kind}: {e}"))
}

#[cfg(test)]
mod tests;
