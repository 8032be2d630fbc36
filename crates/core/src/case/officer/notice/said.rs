//! The entries and the commands of a notice: their shapes only.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::super::service::Method;
use super::Content;
use crate::case::{Event, Fresh};
use crate::day::Day;

/// A notice was drafted. The conduct that it describes is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drafted {
    /// The stream of the person.
    pub person: String,
    /// The version of the entry that holds the assessment which it states.
    pub severity: u64,
    /// What it states.
    pub states: Vec<Content>,
}

/// A draft was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// The stream of the person.
    pub person: String,
    /// The version of the entry that holds the draft.
    pub of: u64,
}

/// It was decided to withhold the notice. What it might prejudice is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// The stream of the person.
    pub person: String,
    /// When it is looked at again.
    pub review_on: Day,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// The notice was served; the day on which it was sent or handed over is the event's `on`. Why a way
/// of last resort was used is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Served {
    /// The stream of the person.
    pub person: String,
    /// The version of the entry that holds the draft.
    pub of: u64,
    /// How.
    pub method: Method,
    /// The London time at which a message was sent, as `HH:MM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<String>,
    /// The day on which it counts as given, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_on: Option<Day>,
    /// Whether the law of the matter has terms of reference follow it, from which the answer counts.
    pub terms_follow: bool,
}

/// What was given of the terms of reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Terms {
    /// A copy.
    Given,
    /// A notice that they are not given, and why.
    NotGiven,
}

impl Terms {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Given, Self::NotGiven];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::NotGiven => "not-given",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Given => "A copy of the terms of reference",
            Self::NotGiven => "A notice that they are not given, and why",
        }
    }

    /// What has that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.id() == text)
    }
}

/// The terms, or the notice, were given. Why not, and why in a way of last resort, are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsGiven {
    /// The stream of the person.
    pub person: String,
    /// What was given.
    pub terms: Terms,
    /// How.
    pub method: Method,
    /// The London time at which a message was sent, as `HH:MM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<String>,
    /// The day on which it counts as given, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_on: Option<Day>,
    /// The provision, as it stood.
    pub citation: String,
}

/// What the person answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// That it was received.
    Acknowledged,
    /// A statement or documents.
    Representations,
    /// Nothing, until the time had gone by.
    NoRepresentations,
}

impl Reply {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Acknowledged, Self::Representations, Self::NoRepresentations];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Representations => "representations",
            Self::NoRepresentations => "no-representations",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Acknowledged => "The notice was acknowledged",
            Self::Representations => "A statement or documents were received",
            Self::NoRepresentations => "The time has gone by and nothing was received",
        }
    }

    /// The reply of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == text)
    }
}

/// The person answered, or did not. What was said is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The stream of the person.
    pub person: String,
    /// What was answered.
    pub reply: Reply,
}

/// The notice was withdrawn. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The stream of the person.
    pub person: String,
}

/// The command to draft a notice.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The stream of the person.
    pub person: String,
    /// The day of the draft.
    pub on: Day,
    /// What the draft states.
    pub states: Vec<Content>,
    /// The conduct, and how it is alleged to fall below the standards.
    pub conduct: String,
}

/// The command to approve the last draft.
#[derive(Debug, Clone)]
pub struct Approve {
    /// The stream of the person.
    pub person: String,
    /// The day of approval.
    pub on: Day,
}

/// The command to withhold the notice, or to withhold it further.
#[derive(Debug, Clone)]
pub struct Withhold {
    /// The stream of the person.
    pub person: String,
    /// The day of the decision.
    pub on: Day,
    /// When it is looked at again.
    pub review_on: Day,
    /// What the notice might prejudice.
    pub reasons: String,
}

/// The command to serve the notice.
#[derive(Debug, Clone)]
pub struct Serve {
    /// The stream of the person.
    pub person: String,
    /// The day on which it was sent or handed over.
    pub on: Day,
    /// How.
    pub method: Method,
    /// The London time at which a message was sent.
    pub at: Option<Time>,
    /// Why a way of last resort had to be used; empty otherwise.
    pub why: String,
}

/// The command to give the terms of reference, or a notice that they are not given.
#[derive(Debug, Clone)]
pub struct GiveTerms {
    /// The stream of the person.
    pub person: String,
    /// What is given.
    pub terms: Terms,
    /// The day on which it was sent or handed over.
    pub on: Day,
    /// How.
    pub method: Method,
    /// The London time at which a message was sent.
    pub at: Option<Time>,
    /// Why a way of last resort had to be used; empty otherwise.
    pub why: String,
    /// Why the terms are not given; empty otherwise.
    pub reasons: String,
}

/// The command to record the answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The stream of the person.
    pub person: String,
    /// What was answered.
    pub reply: Reply,
    /// When.
    pub on: Day,
    /// What was said.
    pub note: String,
}

/// The command to withdraw the notice.
#[derive(Debug, Clone)]
pub struct Withdraw {
    /// The stream of the person.
    pub person: String,
    /// When.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

impl Answer {
    pub(in super::super) fn event(self) -> Fresh {
        let answered = Answered { person: self.person, reply: self.reply };
        let event = super::super::Event::NoticeAnswered(answered);
        Fresh::new(Event::Officer(event), Some(self.on)).with_words("note", self.note)
    }
}

impl Withdraw {
    pub(in super::super) fn event(self) -> Fresh {
        let event = super::super::Event::NoticeWithdrawn(Withdrawn { person: self.person });
        Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons)
    }
}
