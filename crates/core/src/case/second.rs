//! Two people to one decision. For the powers whose `four_eyes` cases apply, one holder records a
//! proposal and another approves it; only then is the decision recorded, and it names both. Beside
//! it the rule that keeps a reviewer from what they took part in.

use serde::{Deserialize, Serialize};

use super::decision::Answer;
use super::made::{self, Made, ProposedBy};
use super::officer;
use super::{Case, Command, Context, Effective, Entry, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::law::powers::{Fact, Powers};
use crate::permit::Permit;
use crate::refusal::Refusal;

/// A decision was proposed. Its reasons are personal words, under the names that they have in the
/// decision; the event's `on` is the day of the proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// The decision as it is to be recorded.
    pub decision: Box<Event>,
}

/// A proposed decision was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// The version of the proposal's entry.
    pub of: u64,
}

/// A proposed decision was sent back. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentBack {
    /// The version of the proposal's entry.
    pub of: u64,
}

/// The command to approve a proposed decision, which is made by that.
#[derive(Debug, Clone)]
pub struct Approve {
    /// The version of the proposal's entry.
    pub of: u64,
    /// The day of the approval, which is the day of the decision.
    pub on: Day,
}

/// The command to send a proposed decision back.
#[derive(Debug, Clone)]
pub struct SendBack {
    /// The version of the proposal's entry.
    pub of: u64,
    /// The day.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

/// A proposal as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The version of its entry.
    pub of: u64,
    /// The day of the proposal.
    pub on: Day,
    /// The decision that it proposes.
    pub decision: Event,
    /// When it was approved or sent back.
    pub settled: Option<Day>,
}

impl State {
    /// The proposals that wait for a second person.
    pub fn waiting_for_a_second(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|p| p.settled.is_none())
    }
}

impl Approve {
    pub(super) fn events(self, case: &Case, permit: &Permit) -> Result<Vec<Fresh>, Refusal> {
        let (proposal, entry) = open_proposal(case, self.of)?;
        if entry.actor == permit.actor() {
            return Err(Refusal::new("You proposed this decision, so somebody else has to approve it"));
        }
        let approved = Fresh::new(Event::Approved(Approved { of: self.of }), Some(self.on));
        let mut decision = Fresh::new(proposal.decision.clone(), Some(self.on));
        decision.words.clone_from(&entry.words);
        let by = ProposedBy { of: self.of, by: entry.actor.clone() };
        decision.made = Some(Made { under: Vec::new(), proposed: Some(by) });
        Ok(vec![approved, decision])
    }
}

impl SendBack {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::SentBack(SentBack { of: self.of }), Some(self.on)).with_words("reasons", self.reasons)
    }
}

/// The proposal of that entry while it waits, and the entry.
fn open_proposal(case: &Case, of: u64) -> Result<(&Proposal, &Entry), Refusal> {
    let proposal = case.state.waiting_for_a_second().find(|p| p.of == of);
    let entry = case.entries.iter().find(|e| e.version == of);
    proposal.zip(entry).ok_or_else(|| Refusal::of("of", "There is no such proposal that waits to be approved"))
}

/// The proposal of a decision, in place of the decision.
pub(super) fn proposed(events: Vec<Fresh>) -> Result<Fresh, Refusal> {
    let [decision]: [Fresh; 1] = events
        .try_into()
        .map_err(|_| Refusal::new("This is more than one decision, so it cannot be proposed as one"))?;
    let event = Event::Proposed(Proposed { decision: Box::new(decision.event) });
    Ok(Fresh { event, on: decision.on, made: None, words: decision.words })
}

/// Whether a second person has to approve the decision of a command, as far as the record tells.
#[must_use]
pub fn is_needed(case: &Case, permit: &Permit, context: Context<'_>, command: &Command) -> bool {
    let events = super::events_of(case, permit, context, command.clone()).unwrap_or_default();
    events.iter().any(|fresh| fresh.made.is_none() && applies(&case.state, &fresh.event).is_some())
}

/// The case in which a second person has to approve, in words, where the record tells that it is so.
fn applies(state: &State, event: &Event) -> Option<&'static str> {
    if matches!(event, Event::Proposed(_)) {
        return None;
    }
    let powers = made::powers_of(state, event).iter().filter_map(|id| Powers::built_in().power(id));
    let mut cases = powers.flat_map(|power| &power.four_eyes);
    cases.find(|case| tells(case.fact, state, event) == Some(true)).map(|case| case.when.as_str())
}

/// Whether the record always tells of a fact by the decision itself.
#[must_use]
pub fn is_told(fact: Fact) -> bool {
    matches!(fact, Fact::NotReferred | Fact::Directed)
}

/// What the record tells of a fact, in a decision on a case of this state; none when it cannot tell.
#[must_use]
pub fn tells(fact: Fact, _: &State, event: &Event) -> Option<bool> {
    match (fact, event) {
        (Fact::NotReferred, Event::ProsecutorDecided(e)) => Some(!e.referred),
        (Fact::Directed, Event::DirectionGiven(_)) => Some(true),
        (Fact::Directed, Event::Officer(officer::Event::AcceleratedDecided(e))) => Some(e.directed),
        (Fact::Directed, _) => Some(false),
        // Where there is a case to answer, something follows.
        (Fact::Article2NoAction, Event::CaseToAnswerDecided(e))
            if matches!(e.answer, Answer::GrossMisconduct | Answer::Misconduct) =>
        {
            Some(false)
        }
        _ => None,
    }
}

/// Refuses a decision made alone that takes two, and one on a question that waits for a second
/// person.
pub(super) fn demand(state: &State, fresh: &Fresh) -> Result<(), Refusal> {
    let approved = fresh.made.as_ref().and_then(|made| made.proposed.as_ref());
    if approved.is_some() || matches!(fresh.event, Event::Proposed(_)) {
        return Ok(());
    }
    if let Some(when) = applies(state, &fresh.event) {
        let says = format!("A second person has to approve this decision, because {when}. Propose it instead");
        return Err(Refusal::new(says));
    }
    if state.waiting_for_a_second().any(|p| same_question(&p.decision, &fresh.event)) {
        return Err(Refusal::new(WAITS));
    }
    Ok(())
}

const WAITS: &str =
    "A decision on this has been proposed and waits for a second person. Approve it or send it back first";

/// Whether two decisions answer the same question.
fn same_question(one: &Event, other: &Event) -> bool {
    match (one, other) {
        (Event::CaseToAnswerDecided(one), Event::CaseToAnswerDecided(other)) => one.n == other.n,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

pub(super) fn lawful_proposal(
    state: &State,
    proposed: &Proposed,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    if made::powers_of(state, &proposed.decision).is_empty() || matches!(*proposed.decision, Event::Proposed(_)) {
        return Err(Refusal::new("Only a decision can be proposed"));
    }
    if state.waiting_for_a_second().any(|p| same_question(&p.decision, &proposed.decision)) {
        return Err(Refusal::new(WAITS));
    }
    // What could not be decided on that day cannot be proposed on it either.
    super::admit(state, &Effective { event: (*proposed.decision).clone(), ..event.clone() }, context)
}

/// An approval or a sending back.
pub(super) fn lawful_answer(state: &State, of: u64, event: &Effective) -> Result<(), Refusal> {
    let waiting = state.waiting_for_a_second().find(|p| p.of == of);
    let proposal = waiting.ok_or_else(|| Refusal::of("of", "There is no such proposal that waits to be approved"))?;
    if event.on.is_none_or(|on| on < proposal.on) {
        let says = format!("The date must be on or after the day of the proposal ({})", in_words(proposal.on));
        return Err(Refusal::of("on", says));
    }
    Ok(())
}

pub(super) fn apply_proposal(state: &mut State, proposed: &Proposed, event: &Effective) {
    if let Some(on) = event.on {
        let (of, decision) = (event.version, (*proposed.decision).clone());
        state.proposals.push(Proposal { of, on, decision, settled: None });
    }
}

pub(super) fn settle(state: &mut State, of: u64, event: &Effective) {
    if let Some(proposal) = state.proposals.iter_mut().find(|p| p.of == of) {
        proposal.settled = event.on;
    }
}

/// The first entry, of those before a version, by which somebody took part in a case: one that they
/// made, or that put them in charge. Reading a case is no entry.
#[must_use]
pub fn took_part<'a>(case: &'a Case, person: &str, before: u64) -> Option<&'a Entry> {
    let mut earlier = case.entries.iter().filter(|entry| entry.version < before);
    earlier.find(|entry| entry.actor == person || names(&entry.event, person))
}

fn names(event: &Event, person: &str) -> bool {
    match event {
        Event::LeadAppointed(e) => e.lead == person,
        Event::Changed(e) => e.what == super::correction::Attribute::Lead && e.to == person,
        _ => false,
    }
}

/// Refuses a reviewer who took part in what is reviewed, the entries before a version.
///
/// # Errors
/// Says by what they took part.
pub fn not_involved(case: &Case, person: &str, before: u64) -> Result<(), Refusal> {
    let Some(entry) = took_part(case, person, before) else {
        return Ok(());
    };
    let day = entry.on.map_or_else(String::new, |on| format!(", {}", in_words(on)));
    let says = format!(
        "This review needs somebody who had no involvement before. This person took part (entry {}: {}{day})",
        entry.version,
        entry.event.title()
    );
    Err(Refusal::new(says))
}
