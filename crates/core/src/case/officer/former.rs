//! Former officers: which of the conditions A, B and C holds, and the special determination that
//! condition C needs before proceedings may go on.

use serde::{Deserialize, Serialize};

use super::known;
use super::severity::Severity;
use crate::case::decision::Answer;
use crate::case::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::deadline::{Limit, worked};
use crate::law::{Nation, id};
use crate::refusal::Refusal;

/// Under which condition the disciplinary rules reach a former officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The allegation came to attention first.
    A,
    /// The person left first, and not long before.
    B,
    /// The person left long before.
    C,
}

impl Condition {
    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::A => "Condition A: left after the allegation came to attention",
            Self::B => "Condition B: left no more than 12 months before the allegation came to attention",
            Self::C => "Condition C: left more than 12 months before the allegation came to attention",
        }
    }
}

/// A person is no longer an officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftService {
    /// The stream of the person.
    pub person: String,
    /// The last day of service.
    pub left_on: Day,
    /// When the allegation first came to the attention of a chief officer, a local policing body or
    /// the oversight body.
    pub surfaced_on: Day,
    /// The condition that holds; none where the rules do not reach the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// The provision, as it stood.
    pub citation: String,
}

/// What is known of a person who left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The last day of service.
    pub on: Day,
    /// When the allegation first came to attention.
    pub surfaced: Day,
    /// The condition that holds; none where the rules do not reach the person.
    pub condition: Option<Condition>,
    /// The provision, as it stood.
    pub citation: String,
}

/// It was determined whether proceedings under condition C may go on. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Determined {
    /// The stream of the person.
    pub person: String,
    /// Whether they would be reasonable and proportionate.
    pub goes_on: bool,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// The command to record that a person left.
#[derive(Debug, Clone)]
pub struct StateLeft {
    /// The stream of the person.
    pub person: String,
    /// The last day of service.
    pub left_on: Day,
    /// When the allegation first came to attention.
    pub surfaced_on: Day,
    /// The day on which this was established.
    pub on: Day,
}

/// The command to make the special determination.
#[derive(Debug, Clone)]
pub struct Determine {
    /// The stream of the person.
    pub person: String,
    /// Whether proceedings may go on.
    pub goes_on: bool,
    /// The day of the determination.
    pub on: Day,
    /// Why: seriousness, public confidence, the public interest.
    pub reasons: String,
}

/// The condition that holds for a person who left on one day and against whom an allegation came to
/// attention on another, and the provision; no condition where the rules do not reach the person.
pub fn condition(
    left: Day,
    surfaced: Day,
    state: &State,
    context: Context<'_>,
) -> Result<(Option<Condition>, String), Refusal> {
    let Some(version) = state.law_day().and_then(|day| context.law.on(id::FORMER_CONDITION, day)) else {
        return Err(Refusal::new("The law that applies to this matter knows no rules for former officers"));
    };
    let citation = version.citation.clone();
    if context.law.on(id::FORMER_REACHED, left).is_none() {
        return Ok((None, citation));
    }
    if surfaced <= left {
        return Ok((Some(Condition::A), citation));
    }
    let condition = match worked(version, left, context.calendar, Nation::EnglandAndWales) {
        Limit::By(worked) if surfaced <= worked.last_day => Condition::B,
        _ => Condition::C,
    };
    Ok((Some(condition), citation))
}

impl StateLeft {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let (condition, citation) = condition(self.left_on, self.surfaced_on, state, context)?;
        let (person, left_on, surfaced_on) = (self.person, self.left_on, self.surfaced_on);
        let left = LeftService { person, left_on, surfaced_on, condition, citation };
        Ok(Fresh::new(Event::Officer(super::Event::LeftService(left)), Some(self.on)))
    }
}

impl Determine {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::SPECIAL_DETERMINATION, state, context, self.on)?;
        let (person, goes_on) = (self.person, self.goes_on);
        let determined = Determined { person, goes_on, power: id::SPECIAL_DETERMINATION.to_owned(), citation };
        let event = super::Event::SpecialDetermination(determined);
        Ok(Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

pub(super) fn lawful_left(state: &State, left: &LeftService, event: &Effective) -> Result<(), Refusal> {
    known(state, &left.person)?;
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date on which this was established"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    if left.left_on > on {
        return Err(Refusal::of(
            "left_on",
            "The last day of service must be on or before the day this was established",
        ));
    }
    if left.surfaced_on > on {
        let says = "The allegation must have come to attention on or before the day this was established";
        return Err(Refusal::of("surfaced_on", says));
    }
    Ok(())
}

/// Why the special determination cannot be made for a person now, if it cannot.
#[must_use]
pub fn not_determinable(state: &State, person: &str) -> Option<&'static str> {
    let involved = state.involved(person);
    let left = involved.and_then(|i| i.left.as_ref());
    if left.and_then(|left| left.condition) != Some(Condition::C) {
        return Some("A special determination is needed only for a former officer under condition C");
    }
    if involved.is_some_and(|i| i.special.is_some()) {
        return Some("The special determination has been made");
    }
    if state.closed.is_some() {
        return Some("The case is closed");
    }
    if state.report.is_none() {
        return Some("A special determination is made on the final report. It has not been submitted");
    }
    let gross = |answer: &Option<(Answer, Day)>| matches!(answer, Some((Answer::GrossMisconduct, _)));
    let answered = state.allegations.iter().any(|a| a.alleged.person == person && gross(&a.answer));
    (!answered).then_some("It has not been decided that there is a case to answer for gross misconduct")
}

pub(super) fn lawful_determination(state: &State, made: &Determined, event: &Effective) -> Result<(), Refusal> {
    let involved = known(state, &made.person)?;
    if let Some(says) = not_determinable(state, &made.person) {
        return Err(Refusal::new(says));
    }
    if involved.severity().is_some_and(|s| s.severity != Severity::GrossMisconduct) {
        return Err(Refusal::new("The conduct was not assessed as gross misconduct"));
    }
    match (state.report, event.on) {
        (Some(report), Some(on)) if on >= report => Ok(()),
        (Some(report), _) => {
            let says = format!("It must be on or after the day the report was submitted ({})", in_words(report));
            Err(Refusal::of("on", says))
        }
        (None, _) => Ok(()),
    }
}

pub(super) fn apply_left(state: &mut State, left: &LeftService) {
    let (condition, citation) = (left.condition, left.citation.clone());
    state.involve(&left.person).left = Some(Left { on: left.left_on, surfaced: left.surfaced_on, condition, citation });
}
