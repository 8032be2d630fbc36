//! Accounts for those who are kept informed of a matter: complainants, families and others. Each is
//! given in the case, by whoever keeps people informed there, to somebody with whom it was agreed how
//! they may safely be reached; and ended there.

use serde::{Deserialize, Serialize};

use super::{Entry, Fresh};
use crate::case::State;
use crate::case::informed::Person;
use crate::case::words;
use crate::permit::{Action, Permit};
use crate::refusal::{Check, Refusal};

/// The stream that holds them.
pub const STREAM: &str = "body:portal";

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// Somebody was given an account for a matter.
    #[serde(rename = "portal.opened")]
    Opened(Opened),
    /// That was ended.
    #[serde(rename = "portal.closed")]
    Closed(Closed),
}

/// Somebody was given an account for a matter. How it was made sure who they are is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// The account, by its opaque id.
    pub account: String,
    /// The stream of the case.
    pub case: String,
    /// Their key in the case.
    pub key: String,
    /// Whether they sign in with a second factor only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_two: bool,
}

/// The end of it. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// The version of the entry that gave it.
    pub of: u64,
}

/// The accounts as recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portal {
    /// Every entry, in order.
    pub entries: Vec<Entry<Event>>,
}

impl Portal {
    /// Those that were not ended, each with its entry.
    pub fn standing(&self) -> impl Iterator<Item = (&Entry<Event>, &Opened)> {
        let ended =
            |version: u64| self.entries.iter().any(|entry| matches!(&entry.event, Event::Closed(e) if e.of == version));
        self.entries.iter().filter_map(move |entry| match &entry.event {
            Event::Opened(opened) if !ended(entry.version) => Some((entry, opened)),
            _ => None,
        })
    }

    /// Every one of a case, with the entry that ended it where one did, oldest first.
    pub fn about<'a>(&'a self, case: &'a str) -> impl Iterator<Item = About<'a>> {
        let end_of = |version: u64| {
            self.entries.iter().find(move |entry| matches!(&entry.event, Event::Closed(e) if e.of == version))
        };
        self.entries.iter().filter_map(move |entry| match &entry.event {
            Event::Opened(opened) if opened.case == case => Some(About { entry, opened, ended: end_of(entry.version) }),
            _ => None,
        })
    }

    /// The one that somebody of a case has.
    pub fn of<'a>(&'a self, case: &'a str, key: &'a str) -> Option<(&'a Entry<Event>, &'a Opened)> {
        self.standing().find(move |(_, opened)| opened.case == case && opened.key == key)
    }
}

/// An account of a case, and how it came about.
pub struct About<'a> {
    /// The entry that gave it.
    pub entry: &'a Entry<Event>,
    /// What it says.
    pub opened: &'a Opened,
    /// The entry that ended it.
    pub ended: Option<&'a Entry<Event>>,
}

/// Whether somebody can be given an account: they are kept informed, it was agreed how they may be
/// reached, and they have none.
///
/// # Errors
/// Says what stands against it.
pub fn can_open<'s>(portal: &Portal, state: &'s State, stream: &str, key: &str) -> Result<&'s Person, Refusal> {
    let of = |says: &'static str| Refusal::of("key", says);
    let person = state.informed(key).ok_or_else(|| of("Choose somebody who is kept informed in this case"))?;
    if person.ended.is_some() {
        return Err(of("They are no longer kept informed. Choose somebody else"));
    }
    // Whoever is investigated is told by the notices that the law asks for.
    if !person.role.is_owed() {
        return Err(of("An account is for complainants and interested persons"));
    }
    if person.contact.is_none() {
        return Err(of("Agree with them first how they may safely be reached, and record it"));
    }
    if portal.of(stream, key).is_some() {
        return Err(of("They have an account already. End it first, if it is to be another"));
    }
    Ok(person)
}

/// The event by which somebody gets an account.
///
/// # Errors
/// In words and by field: no permission, somebody who cannot be given one, and nothing said of how it was
/// made sure who they are.
pub fn open(
    portal: &Portal,
    permit: &Permit,
    (state, stream): (&State, &str),
    (account, key): (&str, &str),
    sure: &str,
) -> Result<Fresh<Event>, Refusal> {
    given(permit, stream)?;
    let mut check = Check::default();
    let person = check.field("key", can_open(portal, state, stream, key));
    let sure = check
        .field("sure", words::required("Say how you made sure who they are", "How you made sure who they are", sure));
    let at_risk = person.and_then(|person| person.contact.as_ref()).is_some_and(|contact| contact.agreed.at_risk);
    let opened = Opened { account: account.to_owned(), case: stream.to_owned(), key: key.to_owned(), by_two: at_risk };
    check.done(sure.map(|sure| Fresh { event: Event::Opened(opened), words: vec![("sure".to_owned(), sure)] }))
}

/// The event that ends it.
///
/// # Errors
/// In words and by field: no permission, nobody who has one, and no reasons.
pub fn close(
    portal: &Portal,
    permit: &Permit,
    (stream, key): (&str, &str),
    reasons: &str,
) -> Result<(Fresh<Event>, String), Refusal> {
    given(permit, stream)?;
    let (entry, opened) = portal.of(stream, key).ok_or_else(|| Refusal::of("key", "They have no account"))?;
    let mut check = Check::default();
    let reasons = check.field("reasons", words::required("Give the reasons", "The reasons", reasons));
    let event = Event::Closed(Closed { of: entry.version });
    let account = opened.account.clone();
    check.done(reasons.map(|why| (Fresh { event, words: vec![("reasons".to_owned(), why)] }, account)))
}

fn given(permit: &Permit, stream: &str) -> Result<(), Refusal> {
    if permit.is_for(Action::KeepPortal, stream) {
        Ok(())
    } else {
        Err(Refusal::new("You were not given permission for this"))
    }
}
