//! The register of disposals: what was proposed, by whom it was approved or refused, and which cases
//! are on legal hold or restricted. What was disposed of stands in each stream as well
//! ([`crate::record::disposal`]); this is how it came to that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Ground;
use crate::access::{Entry, Fresh};
use crate::case::named::named;
use crate::case::words;
use crate::permit::{Action, Permit};
use crate::record::disposal::Words;
use crate::refusal::Refusal;

/// The stream that holds it.
pub const STREAM: &str = "body:retention";

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was proposed to dispose of words.
    #[serde(rename = "disposal.proposed")]
    Proposed(Proposed),
    /// A second person approved it, and they are gone.
    #[serde(rename = "disposal.approved")]
    Approved(Of),
    /// A second person refused it, or it was withdrawn.
    #[serde(rename = "disposal.refused")]
    Refused(Of),
    /// A case was put on hold or restricted.
    #[serde(rename = "restriction.placed")]
    Placed(Placed),
    /// That was lifted.
    #[serde(rename = "restriction.lifted")]
    Lifted(Of),
}

/// A proposal to dispose of exactly these words. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// Of what.
    pub scope: Scope,
    /// On which ground.
    pub ground: Ground,
    /// Under which rule of the schedule, when that is the ground.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schedule: String,
    /// The commitments of the words, by stream.
    pub words: BTreeMap<String, Words>,
}

/// The version of the entry that this is about. Why is a personal word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Of {
    /// That version.
    pub of: u64,
}

/// A case on hold or restricted. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    /// The stream of the case.
    pub case: String,
    /// Which of the two.
    pub sort: Sort,
}

named! {
    /// Of what is disposed.
    Scope {
        /// All words of a case.
        Case = "case", "All words of the case";
        /// What the register holds of a person, and the words of every entry that is about them.
        Person = "person", "The words about one person, in the register and in every case";
        /// One word of one entry, with its corrections.
        Word = "word", "One text of one entry, with its corrections";
    }
}

named! {
    /// What keeps words.
    Sort {
        /// They are kept.
        Hold = "hold", "Legal hold: nothing is disposed of";
        /// They are kept, and hidden.
        Restricted = "restricted", "Restriction: nothing is disposed of, and only decision makers of the region read the words";
    }
}

/// A proposal as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// Its entry.
    pub entry: &'a Entry<Event>,
    /// What was proposed.
    pub proposed: &'a Proposed,
    /// The answer, and whether it was approved.
    pub answer: Option<(&'a Entry<Event>, bool)>,
}

/// A hold or a restriction as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Its entry.
    pub entry: &'a Entry<Event>,
    /// What was placed.
    pub placed: &'a Placed,
}

/// Every entry of the register, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    /// The entries.
    pub entries: Vec<Entry<Event>>,
}

impl Register {
    /// Every proposal, in order.
    pub fn proposals(&self) -> impl DoubleEndedIterator<Item = Proposal<'_>> {
        self.entries.iter().filter_map(|entry| {
            let Event::Proposed(proposed) = &entry.event else { return None };
            let answer = self.entries.iter().find_map(|answer| match &answer.event {
                Event::Approved(Of { of }) if *of == entry.version => Some((answer, true)),
                Event::Refused(Of { of }) if *of == entry.version => Some((answer, false)),
                _ => None,
            });
            Some(Proposal { entry, proposed, answer })
        })
    }

    /// The holds and restrictions that were not lifted.
    pub fn standing(&self) -> impl DoubleEndedIterator<Item = Standing<'_>> {
        let lifted = |version: u64| self.entries.iter().any(|e| e.event == Event::Lifted(Of { of: version }));
        self.entries.iter().filter_map(move |entry| match &entry.event {
            Event::Placed(placed) if !lifted(entry.version) => Some(Standing { entry, placed }),
            _ => None,
        })
    }

    /// What keeps the words of a case, if anything does.
    #[must_use]
    pub fn kept(&self, case: &str) -> Option<Standing<'_>> {
        self.standing().find(|standing| standing.placed.case == case)
    }

    /// The restriction that hides the words of a case, if there is one.
    #[must_use]
    pub fn restriction(&self, case: &str) -> Option<Standing<'_>> {
        self.standing().find(|s| s.placed.case == case && s.placed.sort == Sort::Restricted)
    }

    /// The proposal that waits for an answer.
    fn waiting(&self, of: u64) -> Result<Proposal<'_>, Refusal> {
        let found = self.proposals().find(|p| p.entry.version == of);
        let found = found.ok_or_else(|| Refusal::new("There is no such proposal"))?;
        match found.answer {
            None => Ok(found),
            Some(_) => Err(Refusal::new("This proposal has already been answered")),
        }
    }

    /// Refuses what would dispose of words that are kept, or of none.
    fn check(&self, proposed: &Proposed) -> Result<(), Refusal> {
        if proposed.words.values().all(BTreeMap::is_empty) {
            return Err(Refusal::new("There are no words here that could be disposed of"));
        }
        match proposed.words.keys().find_map(|stream| self.kept(stream)) {
            None => Ok(()),
            Some(standing) => Err(Refusal::new(format!(
                "A case that holds such words is under a {}. Nothing is disposed of until that is lifted",
                if standing.placed.sort == Sort::Hold { "legal hold" } else { "restriction" }
            ))),
        }
    }
}

/// Refuses whoever lacks the permission for one of the streams, and gives the authority to record.
fn authority<'p>(permits: &'p [Permit], action: Action, proposed: &Proposed) -> Result<&'p str, Refusal> {
    let denied = || Refusal::new("You were not given permission for this");
    let mut cases = proposed.words.keys().filter(|stream| stream.starts_with("case:"));
    if !cases.all(|stream| permits.iter().any(|p| p.is_for(action, stream))) {
        return Err(denied());
    }
    permits.first().map(Permit::authority).ok_or_else(denied)
}

/// Proposes to dispose of words, and by which authority.
///
/// # Errors
/// In words and by field: no permission, nothing to dispose of, a hold, and reasons that are missing.
pub fn propose<'p>(
    register: &Register,
    permits: &'p [Permit],
    proposed: Proposed,
    reasons: &str,
) -> Result<(Fresh<Event>, &'p str), Refusal> {
    let authority = authority(permits, Action::ProposeDisposal, &proposed)?;
    register.check(&proposed)?;
    let reasons = required("Say why these words should go, without repeating them", reasons)?;
    Ok((Fresh { event: Event::Proposed(proposed), words: vec![("reasons".to_owned(), reasons)] }, authority))
}

/// Answers a proposal, and by which authority.
///
/// # Errors
/// In words and by field: no permission, no such proposal, one's own, a hold, and reasons that are missing.
pub fn answer<'p>(
    register: &Register,
    permits: &'p [Permit],
    of: u64,
    approves: bool,
    reasons: &str,
) -> Result<(Fresh<Event>, &'p str), Refusal> {
    let proposal = register.waiting(of)?;
    let authority = authority(permits, Action::ApproveDisposal, proposal.proposed)?;
    let own = permits.iter().any(|permit| permit.actor() == proposal.entry.actor);
    if own && approves {
        return Err(Refusal::new("You proposed this, so somebody else has to approve it"));
    }
    if approves {
        register.check(proposal.proposed)?;
    }
    let reasons = required("Say why, without repeating the words", reasons)?;
    let event = if approves { Event::Approved(Of { of }) } else { Event::Refused(Of { of }) };
    Ok((Fresh { event, words: vec![("reasons".to_owned(), reasons)] }, authority))
}

/// Puts the case of a permit on hold, or restricts it.
///
/// # Errors
/// In words and by field: it is under one already, and reasons that are missing.
pub fn place(register: &Register, permit: &Permit, placed: Placed, reasons: &str) -> Result<Fresh<Event>, Refusal> {
    if !permit.is_for(Action::Restrict, &placed.case) {
        return Err(Refusal::new("You were not given permission for this"));
    }
    if register.standing().any(|s| *s.placed == placed) {
        return Err(Refusal::of("sort", "The case is under this already"));
    }
    let reasons = required("Say why the words have to be kept", reasons)?;
    Ok(Fresh { event: Event::Placed(placed), words: vec![("reasons".to_owned(), reasons)] })
}

/// Lifts a hold or a restriction of the case of a permit.
///
/// # Errors
/// In words and by field: there is none, and reasons that are missing.
pub fn lift(register: &Register, permit: &Permit, of: u64, reasons: &str) -> Result<Fresh<Event>, Refusal> {
    let standing = register.standing().find(|s| s.entry.version == of);
    if !standing.is_some_and(|s| permit.is_for(Action::Restrict, &s.placed.case)) {
        return Err(Refusal::new("There is no such hold or restriction that you may lift"));
    }
    let reasons = required("Say why it is no longer needed", reasons)?;
    Ok(Fresh { event: Event::Lifted(Of { of }), words: vec![("reasons".to_owned(), reasons)] })
}

fn required(blank_says: &str, reasons: &str) -> Result<String, Refusal> {
    words::required(blank_says, "The reasons", reasons).map_err(|refusal| refusal.about("reasons"))
}
