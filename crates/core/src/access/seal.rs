//! Sealed cases: there is a list of the members of staff who know of such a case, and to everybody else
//! there is no such case. Sealing, changing the list and unsealing each take two people.

use serde::{Deserialize, Serialize};

use super::{Entry, Fresh, Sealed};
use crate::case::words;
use crate::permit::{Action, Permit};
use crate::refusal::Refusal;

/// The stream that holds them. It is one for the whole body, so that a case's own history, and what is
/// derived from it, stays as it was.
pub const STREAM: &str = "body:seals";

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// Somebody proposed a list, or that there is none any more.
    #[serde(rename = "seal.proposed")]
    Proposed(Proposed),
    /// Somebody else approved it, and from then on it holds.
    #[serde(rename = "seal.approved")]
    Approved(Answered),
    /// Somebody else sent it back.
    #[serde(rename = "seal.sent-back")]
    SentBack(Answered),
}

/// A proposal. Its reasons are a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// The stream of the case.
    pub case: String,
    /// Who would be on the list, by their opaque ids; none to unseal the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<String>>,
}

/// The answer to a proposal. Its reasons are a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The version of the proposal.
    pub of: u64,
}

/// A member of staff who would be on a list, and what their role lets them do to the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their opaque id.
    pub id: String,
    /// Whether they may read it.
    pub reads: bool,
    /// Whether they may propose a change of the list.
    pub proposes: bool,
    /// Whether they may approve one.
    pub approves: bool,
}

/// How a proposal was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Approve,
    /// It does not.
    SendBack,
}

/// A proposal as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// Its entry.
    pub entry: &'a Entry<Event>,
    /// What was proposed.
    pub proposed: &'a Proposed,
    /// How it was answered, and by which entry.
    pub answered: Option<(&'a Entry<Event>, Answer)>,
}

/// What was proposed and answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seals {
    /// Every entry, in order.
    pub entries: Vec<Entry<Event>>,
}

impl Seals {
    /// Every proposal about every case, in order.
    pub fn proposals(&self) -> impl DoubleEndedIterator<Item = Proposal<'_>> {
        self.entries.iter().filter_map(|entry| {
            let Event::Proposed(proposed) = &entry.event else { return None };
            let answered = self.entries.iter().find_map(|answer| match &answer.event {
                Event::Approved(a) if a.of == entry.version => Some((answer, Answer::Approve)),
                Event::SentBack(a) if a.of == entry.version => Some((answer, Answer::SendBack)),
                _ => None,
            });
            Some(Proposal { entry, proposed, answered })
        })
    }

    /// The proposals about one case, in order.
    pub fn about<'a>(&'a self, case: &'a str) -> impl DoubleEndedIterator<Item = Proposal<'a>> {
        self.proposals().filter(move |proposal| proposal.proposed.case == case)
    }

    /// The proposal about a case that waits for an answer.
    #[must_use]
    pub fn waiting(&self, case: &str) -> Option<Proposal<'_>> {
        self.proposals().find(|proposal| proposal.proposed.case == case && proposal.answered.is_none())
    }

    /// Who is on the list of a case; none when it is not sealed.
    #[must_use]
    pub fn list(&self, case: &str) -> Option<&[String]> {
        let holds = self.entries.iter().rev().find_map(|entry| match &entry.event {
            Event::Approved(approved) => self.proposed(approved.of).filter(|proposed| proposed.case == case),
            _ => None,
        });
        holds?.members.as_deref()
    }

    /// The sealed cases, by stream, each once.
    #[must_use]
    pub fn cases(&self) -> Vec<&str> {
        let mut cases: Vec<&str> = self.entries.iter().filter_map(|entry| self.case_of(entry)).collect();
        cases.sort_unstable();
        cases.dedup();
        cases.retain(|case| self.list(case).is_some());
        cases
    }

    /// How somebody stands to every sealed case.
    #[must_use]
    pub fn of(&self, person: &str) -> Vec<Sealed> {
        let stands = |case: &str| {
            let list = self.list(case)?;
            Some(Sealed { case: case.to_owned(), inside: list.iter().any(|member| member == person) })
        };
        self.cases().into_iter().filter_map(stands).collect()
    }

    fn proposed(&self, version: u64) -> Option<&Proposed> {
        self.entries.iter().find(|entry| entry.version == version).and_then(|entry| match &entry.event {
            Event::Proposed(proposed) => Some(proposed),
            _ => None,
        })
    }

    fn case_of<'a>(&'a self, entry: &'a Entry<Event>) -> Option<&'a str> {
        match &entry.event {
            Event::Proposed(proposed) => Some(&proposed.case),
            _ => None,
        }
    }
}

/// Proposes a list for a case, or that it is unsealed. Nothing changes until somebody else approves it.
///
/// # Errors
/// In words and by field: no permission, a proposal that waits already, a list that cannot be, and
/// reasons that are missing.
pub fn propose(
    seals: &Seals,
    permit: &Permit,
    case: &str,
    people: Option<&[Person]>,
    reasons: &str,
) -> Result<Fresh<Event>, Refusal> {
    if !permit.is_for(Action::ProposeSeal, case) {
        return Err(Refusal::new("You were not given permission for this"));
    }
    if seals.waiting(case).is_some() {
        return Err(Refusal::new("A proposal about this case waits already. Answer it first"));
    }
    let members = match (people, seals.list(case)) {
        (None, None) => return Err(Refusal::new("This case is not sealed")),
        (None, Some(_)) => None,
        (Some(people), list) => {
            fits(people)?;
            let mut members: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
            members.sort();
            members.dedup();
            if list.is_some_and(|list| list == members) {
                return Err(Refusal::of("members", "This is the list as it is. Choose who comes or goes"));
            }
            Some(members)
        }
    };
    let reasons = words::required("Say why", "The reasons", reasons).map_err(|refusal| refusal.about("reasons"))?;
    let event = Event::Proposed(Proposed { case: case.to_owned(), members });
    Ok(Fresh { event, words: vec![("reasons".to_owned(), reasons)] })
}

/// Answers a proposal of somebody else. `people` are those who would be on its list, as their roles
/// stand now.
///
/// # Errors
/// In words and by field: no permission, no such proposal, one's own, a list that cannot be any more or
/// that leaves the approver out, and reasons that are missing.
pub fn answer(
    seals: &Seals,
    permit: &Permit,
    of: u64,
    answer: Answer,
    people: Option<&[Person]>,
    reasons: &str,
) -> Result<Fresh<Event>, Refusal> {
    let proposal = seals.proposals().find(|proposal| proposal.entry.version == of);
    let proposal = proposal.filter(|proposal| permit.is_for(Action::ApproveSeal, &proposal.proposed.case));
    let Some(proposal) = proposal else {
        return Err(Refusal::of("of", "There is no such proposal that you may answer"));
    };
    if proposal.answered.is_some() {
        return Err(Refusal::of("of", "This proposal has already been answered"));
    }
    if proposal.entry.actor == permit.actor() {
        return Err(Refusal::of("of", "You made this proposal, so somebody else has to answer it"));
    }
    if let (Answer::Approve, Some(people)) = (answer, people) {
        fits(people)?;
        if people.iter().all(|person| person.id != permit.actor()) {
            let says =
                "You are not on this list. Whoever approves a list is on it, so that somebody answers for the case";
            return Err(Refusal::of("answer", says));
        }
    }
    let reasons = words::required("Say why", "The reasons", reasons).map_err(|refusal| refusal.about("reasons"))?;
    let answered = Answered { of };
    let event = match answer {
        Answer::Approve => Event::Approved(answered),
        Answer::SendBack => Event::SentBack(answered),
    };
    Ok(Fresh { event, words: vec![("reasons".to_owned(), reasons)] })
}

/// Refuses a list that could never be changed again, or that names somebody in vain.
fn fits(people: &[Person]) -> Result<(), Refusal> {
    if people.iter().any(|person| !person.reads) {
        let says = "Somebody on this list may not read the case, by their role or by a conflict of interest. The list lets nobody in";
        return Err(Refusal::of("members", says));
    }
    if !people.iter().any(|person| person.approves) {
        return Err(Refusal::of("members", "Choose at least one decision maker or supervisor of the region"));
    }
    let changes = |person: &&Person| person.proposes || person.approves;
    let mut ids: Vec<&str> = people.iter().filter(changes).map(|person| person.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() < 2 {
        let says = "Choose at least two who may change the list: its lead investigator, or supervisors or decision makers of the region. \
                    A change takes two people";
        return Err(Refusal::of("members", says));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
