//! A person in the register: an officer, or another person who is in more than one case.
//!
//! Who they are is in personal words; the chain holds their role and the source's own number.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// What can happen to a person in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// The person was entered.
    #[serde(rename = "person.registered")]
    Registered(Registered),
}

/// A person as entered. Particulars such as race and birth year are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// What they are to the body.
    pub role: PersonRole,
    /// The number by which the source knows them.
    pub number: String,
    /// When an officer joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_on: Option<Day>,
    /// When an officer left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_on: Option<Day>,
    /// The import that brought them, when one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<String>,
}

/// What a person is to the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonRole {
    /// Serves, or served, with the police.
    Officer,
    /// Works for the police without being an officer.
    Staff,
    /// Made a complaint.
    Complainant,
    /// Was harmed.
    Victim,
    /// Saw or heard something.
    Witness,
}

impl PersonRole {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Officer, Self::Staff, Self::Complainant, Self::Victim, Self::Witness];

    /// Its name in addresses and filters.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Staff => "staff",
            Self::Complainant => "complainant",
            Self::Victim => "victim",
            Self::Witness => "witness",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Officer => "A police officer, serving or former",
            Self::Staff => "Police staff, a volunteer or a contractor",
            Self::Complainant => "A complainant",
            Self::Victim => "Somebody who was harmed",
            Self::Witness => "A witness",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == text)
    }
}

/// The stream of a person of another system, always the same for the same number.
#[must_use]
pub fn derived_stream(source: &str, number: &str) -> String {
    format!("person:{}", crate::reference::Reference::derived(source, number).as_plain())
}

impl Event {
    /// The kind under which it is stored, and its data.
    #[must_use]
    pub fn encode(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        let Self::Registered(registered) = self;
        match serde_json::to_value(registered) {
            Ok(serde_json::Value::Object(data)) => ("person.registered".to_owned(), data),
            _ => unreachable!("a person serialises to an object"),
        }
    }
}
