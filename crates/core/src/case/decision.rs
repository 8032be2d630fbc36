//! What is decided on the final report: whether there is a case to answer, for each allegation
//! against each person, and whether the prosecutor is told.

use serde::{Deserialize, Serialize};

use super::course::{Path, Step};
use super::report::Copies;
use super::views::{self, Considered};
use super::{Context, Effective, Event, Fresh, State, power, report};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// Whether a person has a case to answer on an allegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// For gross misconduct.
    GrossMisconduct,
    /// For misconduct.
    Misconduct,
    /// None.
    None,
    /// The question does not arise: staff, a contractor, or a person not identified.
    NotApplicable,
}

impl Answer {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::GrossMisconduct, Self::Misconduct, Self::None, Self::NotApplicable];

    /// Its name in forms and filters.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::GrossMisconduct => "gross-misconduct",
            Self::Misconduct => "misconduct",
            Self::None => "none",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::GrossMisconduct => "Case to answer for gross misconduct",
            Self::Misconduct => "Case to answer for misconduct",
            Self::None => "No case to answer",
            Self::NotApplicable => "Does not apply (not a police officer, or not identified)",
        }
    }

    /// The answer of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.id() == text)
    }
}

/// It was decided whether there is a case to answer. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseToAnswerDecided {
    /// The number of the allegation, which is against one person.
    pub n: u32,
    /// The answer.
    pub answer: Answer,
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
    /// What it made of the authority's views, where they must be sought. An entry from before views
    /// were recorded has none and stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<Considered>,
}

/// It was decided whether the Director of Public Prosecutions is told. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProsecutorDecided {
    /// Whether the case is referred to the CPS.
    pub referred: bool,
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
}

/// The command to decide whether there is a case to answer (power P.CTA).
#[derive(Debug, Clone)]
pub struct DecideCaseToAnswer {
    /// The number of the allegation.
    pub n: u32,
    /// The answer.
    pub answer: Answer,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

/// The command to decide whether the case is referred to the CPS (power P.CPS).
#[derive(Debug, Clone)]
pub struct DecideProsecutor {
    /// Whether it is.
    pub referred: bool,
    /// What the prosecutor is given of a report that holds sensitive information.
    pub sensitive: Option<Copies>,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

impl DecideCaseToAnswer {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::CASE_TO_ANSWER, state, context, self.on)?;
        let power = id::CASE_TO_ANSWER.to_owned();
        let views = weighed(self.answer, state, context, self.on)?;
        let event = CaseToAnswerDecided { n: self.n, answer: self.answer, power, citation, views };
        Ok(Fresh::new(Event::CaseToAnswerDecided(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

/// What the decision makes of the authority's views, or why it cannot be made yet. The question
/// whether a police officer has a case to answer is put to the authority first: for its views under
/// the new scheme, for its own decision under the old one.
fn weighed(answer: Answer, state: &State, context: Context<'_>, on: Day) -> Result<Option<Considered>, Refusal> {
    if answer == Answer::NotApplicable || state.report.is_none() {
        return Ok(None);
    }
    match Path::of(state, context) {
        Some(Path::Views) => views::weighed(state, context, on).map(Some),
        Some(Path::Memorandum) => Err(Refusal::new(Path::Views.barred(state, context).unwrap_or_default())),
        None => Ok(None),
    }
}

impl DecideProsecutor {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::REFER_TO_CPS, state, context, self.on)?;
        if self.referred {
            report::sendable(self.sensitive, state, context, self.on)?;
        }
        let event = ProsecutorDecided { referred: self.referred, power: id::REFER_TO_CPS.to_owned(), citation };
        Ok(Fresh::new(Event::ProsecutorDecided(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

pub(super) fn lawful_case_to_answer(
    state: &State,
    decided: &CaseToAnswerDecided,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    on_the_report(state, event)?;
    if let (Some(said), Some(on)) = (decided.views, event.on)
        && views::weighed(state, context, on)? != said
    {
        return Err(Refusal::new("The record of the authority's views says otherwise than this decision"));
    }
    let allegation = state.allegations.iter().find(|a| a.alleged.n == decided.n);
    match allegation {
        None => Err(Refusal::of("n", "Choose an allegation of this case")),
        Some(a) if a.answer.is_some() => {
            Err(Refusal::of("n", "This allegation has already been decided. Correct that entry instead"))
        }
        Some(a) if a.course.memorandum.is_some() => {
            Err(Refusal::of("n", "The authority's memorandum on this allegation must be accepted or answered instead"))
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn lawful_prosecutor(state: &State, event: &Effective) -> Result<(), Refusal> {
    on_the_report(state, event)?;
    if state.prosecutor.is_some() {
        return Err(Refusal::new("Whether the case is referred to the CPS has already been decided"));
    }
    Ok(())
}

fn on_the_report(state: &State, event: &Effective) -> Result<(), Refusal> {
    let Some(report) = state.report else {
        return Err(Refusal::new("This is decided on the final report. Submit it first"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    match event.on {
        None => Err(Refusal::of("on", "Enter the date of the decision")),
        Some(on) if on < report => {
            let says = format!("The decision must be on or after the day of the final report ({})", in_words(report));
            Err(Refusal::of("on", says))
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn apply_case_to_answer(state: &mut State, decided: &CaseToAnswerDecided, event: &Effective) {
    let allegation = state.allegations.iter_mut().find(|a| a.alleged.n == decided.n);
    if let (Some(allegation), Some(on)) = (allegation, event.on) {
        allegation.answer = Some((decided.answer, on));
        if decided.views == Some(Considered::NoneReceived) {
            allegation.course.steps.push((Step::ViewsExpired, on));
        }
        allegation.course.steps.push((Step::Determined, on));
    }
}

pub(super) fn apply_prosecutor(state: &mut State, decided: &ProsecutorDecided, event: &Effective) {
    state.prosecutor = event.on.map(|on| (decided.referred, on));
}
