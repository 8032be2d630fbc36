//! How somebody who is kept informed may safely be reached.
//!
//! Whoever lives with the person they complain of, or is watched, can be harmed by a letter on the mat
//! or a message on an answering machine. So it is agreed with each person which ways may be used, and
//! every other way needs a reason: what happened is recorded all the same.

use serde::{Deserialize, Serialize};

use super::{Method, current};
use crate::case::{Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::refusal::Refusal;

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// By post, or left at an address.
    Post,
    /// By e-mail.
    Email,
    /// By telephone.
    Telephone,
    /// In person.
    InPerson,
    /// Through somebody who speaks for them.
    Representative,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Post, Self::Email, Self::Telephone, Self::InPerson, Self::Representative];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Email => "email",
            Self::Telephone => "telephone",
            Self::InPerson => "in-person",
            Self::Representative => "representative",
        }
    }

    /// Its name in a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Post => "by post",
            Self::Email => "by e-mail",
            Self::Telephone => "by telephone",
            Self::InPerson => "in person",
            Self::Representative => "through their representative",
        }
    }

    /// Its name in a sentence to the person themself.
    #[must_use]
    pub fn to_you(self) -> &'static str {
        match self {
            Self::Representative => "through your representative",
            other => other.label(),
        }
    }

    /// The way that somebody is told by.
    #[must_use]
    pub fn of(method: Method) -> Self {
        match method {
            Method::Letter => Self::Post,
            Method::Email => Self::Email,
            Method::Telephone => Self::Telephone,
            Method::Meeting => Self::InPerson,
        }
    }
}

/// It was agreed how somebody may be reached. Addresses, numbers, hours and what must not be said are a
/// personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactAgreed {
    /// The key of the person.
    pub key: String,
    /// The ways that may be used, in their order; no other may.
    pub ways: Vec<Way>,
    /// Whether a message may be left where they do not answer themselves.
    pub messages: bool,
    /// Whether they could be harmed if somebody learnt of it.
    pub at_risk: bool,
}

/// What was agreed with somebody, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What was agreed.
    pub agreed: ContactAgreed,
    /// When.
    pub on: Day,
    /// The version of the entry, which holds the words.
    pub by: u64,
}

impl Contact {
    /// It in words, without those of the person.
    #[must_use]
    pub fn says(&self) -> String {
        let ways: Vec<&str> = self.agreed.ways.iter().map(|way| way.label()).collect();
        let messages = if self.agreed.messages { "A message may be left" } else { "No message may be left" };
        let risk = if self.agreed.at_risk {
            "They could be harmed if somebody learnt that they are in touch with us. "
        } else {
            ""
        };
        format!("{risk}Only {}. {messages}. Agreed on {}", ways.join(" or "), in_words(self.on))
    }
}

/// The command to record what was agreed.
#[derive(Debug, Clone)]
pub struct Agree {
    /// The key of the person.
    pub key: String,
    /// The ways that may be used.
    pub ways: Vec<Way>,
    /// Whether a message may be left.
    pub messages: bool,
    /// Whether they could be harmed if somebody learnt of it.
    pub at_risk: bool,
    /// When it was agreed.
    pub on: Day,
    /// Addresses, numbers, hours, and what must not be said.
    pub contact: String,
}

impl Agree {
    pub(in crate::case) fn event(self) -> Fresh {
        let Self { key, mut ways, messages, at_risk, on, contact } = self;
        ways.sort();
        ways.dedup();
        let event = Event::ContactAgreed(ContactAgreed { key, ways, messages, at_risk });
        Fresh::new(event, Some(on)).with_words("contact", contact)
    }
}

/// Refuses to record that somebody was reached by a way that was not agreed, unless it is said why.
pub(in crate::case) fn reached(state: &State, key: &str, way: Way, on: Day, despite: &str) -> Result<(), Refusal> {
    let contact = state.informed(key).and_then(|person| person.contact.as_ref());
    match contact.filter(|contact| contact.on <= on && !contact.agreed.ways.contains(&way)) {
        Some(contact) if despite.trim().is_empty() => {
            let says = format!(
                "They were not to be reached {}. {}. Say why it was done all the same",
                way.label(),
                contact.says()
            );
            Err(Refusal::of("despite", says))
        }
        _ => Ok(()),
    }
}

pub(super) fn lawful(state: &State, agreed: &ContactAgreed, on: Day) -> Result<(), Refusal> {
    super::after_added(current(state, &agreed.key)?, on)?;
    if agreed.ways.is_empty() {
        return Err(Refusal::of("post", "Choose at least one way that may be used"));
    }
    if !agreed.ways.is_sorted_by(|a, b| a < b) {
        return Err(Refusal::new("The ways are in their order, and none twice"));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, agreed: &ContactAgreed, event: &Effective) {
    let Some(on) = event.on else { return };
    if let Some(person) = state.informed.iter_mut().find(|person| person.key == agreed.key) {
        person.contact = Some(Contact { agreed: agreed.clone(), on, by: event.version });
    }
}
