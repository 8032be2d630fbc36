//! The accelerated procedure: a case is submitted, the authority certifies it or says in a memorandum
//! why not, and may then be directed to; and, for matters from 28 May 2025, the authority's own
//! memorandum after the report, to which the Director General may object.

use serde::{Deserialize, Serialize};

use super::former::Condition;
use super::severity::Severity;
use super::{known, not_before, special};
use crate::case::clocks::{Owner, Task, timer::Start};
use crate::case::{Context, Effective, Event, Fresh, State, power};
use crate::day::Day;
use crate::law::id;
use crate::refusal::Refusal;

/// A case was submitted. The grounds for the belief are a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submitted {
    /// The stream of the person.
    pub person: String,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// What the authority answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// It certified the case.
    Certified,
    /// In a memorandum: the special conditions are not satisfied.
    NotSatisfied,
    /// In a memorandum: they are, but it would be inappropriate at present.
    Inappropriate,
}

impl Reply {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Certified, Self::NotSatisfied, Self::Inappropriate];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Certified => "certified",
            Self::NotSatisfied => "not-satisfied",
            Self::Inappropriate => "inappropriate",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Certified => "It certified the case",
            Self::NotSatisfied => "A memorandum: the special conditions are not satisfied",
            Self::Inappropriate => "A memorandum: proceedings would be inappropriate at present",
        }
    }

    /// The reply of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == text)
    }
}

/// The authority answered. Its reasons are a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The stream of the person.
    pub person: String,
    /// What it answered.
    pub answer: Reply,
}

/// It was decided whether to direct the authority. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// The stream of the person.
    pub person: String,
    /// Whether it is directed to certify the case.
    pub directed: bool,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// After the report the authority said in a memorandum that the special conditions are met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// The stream of the person.
    pub person: String,
}

/// It was decided whether to object. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionDecided {
    /// The stream of the person.
    pub person: String,
    /// Whether there is an objection.
    pub objects: bool,
    /// The provision, as it stood.
    pub citation: String,
}

/// The command to submit a case.
#[derive(Debug, Clone)]
pub struct Submit {
    /// The stream of the person.
    pub person: String,
    /// The day of the submission.
    pub on: Day,
    /// The belief and its grounds; for a second submission, why the authority would decide differently.
    pub reasons: String,
}

/// The command to record the authority's answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The stream of the person.
    pub person: String,
    /// What it answered.
    pub answer: Reply,
    /// When it was received.
    pub on: Day,
    /// Its reasons.
    pub note: String,
}

/// The command to decide whether to direct it.
#[derive(Debug, Clone)]
pub struct Decide {
    /// The stream of the person.
    pub person: String,
    /// Whether it is directed.
    pub directed: bool,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

/// The command to record the authority's memorandum after the report.
#[derive(Debug, Clone)]
pub struct Propose {
    /// The stream of the person.
    pub person: String,
    /// When it was received.
    pub on: Day,
}

/// The command to decide whether to object.
#[derive(Debug, Clone)]
pub struct DecideObjection {
    /// The stream of the person.
    pub person: String,
    /// Whether there is an objection.
    pub objects: bool,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

/// How far the accelerated procedure of a person has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accelerated {
    /// When the case was last submitted.
    pub submitted: Option<Day>,
    /// What the authority answered to that.
    pub answer: Option<(Reply, Day)>,
    /// Whether it was then directed.
    pub directed: Option<(bool, Day)>,
    /// When the authority's own memorandum after the report was received.
    pub proposed: Option<Day>,
    /// Whether there was an objection to it.
    pub objection: Option<(bool, Day)>,
}

impl Submit {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::ACCELERATED_SUBMIT, state, context, self.on)?;
        let submitted = Submitted { person: self.person, power: id::ACCELERATED_SUBMIT.to_owned(), citation };
        let event = super::Event::AcceleratedSubmitted(submitted);
        Ok(Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Answer {
    pub(super) fn event(self) -> Fresh {
        let answered = Answered { person: self.person, answer: self.answer };
        let event = super::Event::AcceleratedAnswered(answered);
        Fresh::new(Event::Officer(event), Some(self.on)).with_words("note", self.note)
    }
}

impl Decide {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::ACCELERATED_DIRECT, state, context, self.on)?;
        let (person, directed) = (self.person, self.directed);
        let decided = Decided { person, directed, power: id::ACCELERATED_DIRECT.to_owned(), citation };
        let event = super::Event::AcceleratedDecided(decided);
        Ok(Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Propose {
    pub(super) fn event(self) -> Fresh {
        let event = super::Event::AcceleratedProposed(Proposed { person: self.person });
        Fresh::new(Event::Officer(event), Some(self.on))
    }
}

impl DecideObjection {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::ACCELERATED_NO_OBJECTION, state, context, self.on)?;
        let decided = ObjectionDecided { person: self.person, objects: self.objects, citation };
        let event = super::Event::ObjectionDecided(decided);
        Ok(Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

pub(super) fn lawful_submission(
    state: &State,
    submitted: &Submitted,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &submitted.person)?;
    let citation = &submitted.citation;
    if involved.left.as_ref().and_then(|left| left.condition) == Some(Condition::C) {
        let says = format!("The accelerated procedure is not for a former officer under condition C ({citation})");
        return Err(Refusal::new(says));
    }
    match involved.severity() {
        Some(severity) if severity.severity == Severity::GrossMisconduct => {
            not_before(on, severity.on, "of the severity assessment")?;
        }
        _ => {
            let says = format!(
                "The special conditions are about gross misconduct ({citation}), as which the conduct has not been assessed"
            );
            return Err(Refusal::new(says));
        }
    }
    let before = &involved.accelerated;
    let waits = match (before.submitted, before.answer, before.directed) {
        (None, ..) | (Some(_), Some(_), Some((false, _))) => return Ok(()),
        (_, None, _) => "The authority has not answered the last submission yet",
        (_, Some((Reply::Certified, _)), _) | (.., Some((true, _))) => "The case is already to be certified",
        (_, Some(_), None) => "Decide first whether to direct the authority, which answered with a memorandum",
    };
    Err(Refusal::new(waits))
}

pub(super) fn lawful_answer(state: &State, answered: &Answered, event: &Effective) -> Result<(), Refusal> {
    let involved = known(state, &answered.person)?;
    let before = &involved.accelerated;
    match (before.submitted, before.answer, event.on) {
        (Some(submitted), None, Some(on)) => not_before(on, submitted, "of the submission"),
        (Some(_), Some(_), _) => Err(Refusal::new("The authority has already answered")),
        _ => Err(Refusal::new("The case has not been submitted for the accelerated procedure")),
    }
}

pub(super) fn lawful_decision(state: &State, decided: &Decided, event: &Effective) -> Result<(), Refusal> {
    let involved = known(state, &decided.person)?;
    let before = &involved.accelerated;
    match (before.answer, before.directed, event.on) {
        (Some((Reply::Certified, _)), ..) => {
            Err(Refusal::new("The authority certified the case, so nothing is directed"))
        }
        (Some((_, answered)), None, Some(on)) => not_before(on, answered, "on which the memorandum was received"),
        (Some(_), Some(_), _) => Err(Refusal::new("This has already been decided")),
        _ => Err(Refusal::new("A direction answers the authority's memorandum, and none has been received")),
    }
}

pub(super) fn lawful_proposal(
    state: &State,
    proposed: &Proposed,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let involved = known(state, &proposed.person)?;
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date on which the memorandum was received"));
    };
    power::required(id::ACCELERATED_NO_OBJECTION, state, context, on)?;
    let Some(report) = state.report else {
        return Err(Refusal::new("This is for after the final report, which has not been submitted"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    if involved.accelerated.proposed.is_some() && involved.accelerated.objection.is_none() {
        return Err(Refusal::new("A memorandum already waits for an answer"));
    }
    not_before(on, report, "the report was submitted")
}

pub(super) fn lawful_objection(state: &State, decided: &ObjectionDecided, event: &Effective) -> Result<(), Refusal> {
    let involved = known(state, &decided.person)?;
    let before = &involved.accelerated;
    match (before.proposed, before.objection, event.on) {
        (Some(proposed), None, Some(on)) => not_before(on, proposed, "on which the memorandum was received"),
        _ => Err(Refusal::new("No memorandum of the authority waits for an answer")),
    }
}

pub(super) fn apply_submission(state: &mut State, submitted: &Submitted, on: Day) {
    let accelerated = &mut state.involve(&submitted.person).accelerated;
    *accelerated = Accelerated { submitted: Some(on), ..Accelerated::default() };
}

pub(super) fn apply_proposal(state: &mut State, proposed: &Proposed, on: Day, by: u64) {
    let accelerated = &mut state.involve(&proposed.person).accelerated;
    accelerated.proposed = Some(on);
    accelerated.objection = None;
    let answer = Start::of(id::ACCELERATED_NO_OBJECTION, Owner::Us, "the appropriate authority", Task::DecisionMaker);
    state.timers.start(answer.about(&proposed.person), on, by);
}

pub(super) fn apply_objection(state: &mut State, decided: &ObjectionDecided, on: Day, by: u64) {
    state.involve(&decided.person).accelerated.objection = Some((decided.objects, on));
    state.timers.stop(id::ACCELERATED_NO_OBJECTION, &decided.person, on, by);
}
