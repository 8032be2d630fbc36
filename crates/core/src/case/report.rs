//! The final report, which completes the investigation, and what of it others may be given.

use serde::{Deserialize, Serialize};

use super::mode::Mode;
use super::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// The final report was submitted. A remark on it is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSubmitted {
    /// Where the report holds sensitive information: the citation of the rule by which the copies
    /// for others have it removed or obscured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obscured_under: Option<String>,
}

/// What others are given of a report that holds sensitive information.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// Copies with the information removed or obscured.
    Obscured,
    /// The report as it is.
    Whole,
}

/// The command to submit the final report.
#[derive(Debug, Clone)]
pub struct SubmitReport {
    /// The day on which it was submitted.
    pub on: Day,
    /// What it concludes, in a few sentences.
    pub conclusion: String,
    /// What others are given of it; none where it holds no sensitive information.
    pub sensitive: Option<Copies>,
}

/// The command to record the report that the force's investigator submitted to the body: of a
/// directed investigation, and under the old scheme of a managed or supervised one.
#[derive(Debug, Clone)]
pub struct ReceiveReport(pub SubmitReport);

impl SubmitReport {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let obscured_under = match self.sensitive {
            None => None,
            Some(copies) => obscured(copies, state, context, self.on)?,
        };
        let event = Event::ReportSubmitted(ReportSubmitted { obscured_under });
        Ok(Fresh::new(event, Some(self.on)).with_words("conclusion", self.conclusion))
    }
}

impl ReceiveReport {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        if let Some(says) = not_received(state) {
            return Err(Refusal::new(says));
        }
        self.0.event(state, context)
    }
}

/// Why no report is received from the force, if none is.
#[must_use]
pub fn not_received(state: &State) -> Option<&'static str> {
    match state.mode.as_ref().map(|m| m.mode) {
        None => Some("The mode of investigation has not been decided"),
        Some(Mode::Independent) => Some("The lead investigator submits the report of an independent investigation"),
        Some(Mode::Local) => Some("The report of a local investigation goes to the appropriate authority"),
        Some(Mode::Directed | Mode::Managed | Mode::Supervised) => not_ready(state),
    }
}

/// Why no report can be submitted in any mode, if none can.
fn not_ready(state: &State) -> Option<&'static str> {
    match state {
        State { report: Some(_), .. } => {
            Some("The final report has already been submitted. Correct that entry instead")
        }
        State { closed: Some(_), .. } => Some("The case is closed"),
        State { discontinued: Some(_), .. } => Some("The investigation has been discontinued"),
        _ => match super::intake::left(state) {
            Some((left, _)) => Some(left.says()),
            None if state.paused().is_some() => {
                Some("The investigation is suspended. Resume it before the report is submitted")
            }
            None => None,
        },
    }
}

/// The rule by which copies have sensitive information removed or obscured; none where no rule of
/// the matter's law asks for it. A whole copy is refused where one does.
fn obscured(copies: Copies, state: &State, context: Context<'_>, on: Day) -> Result<Option<String>, Refusal> {
    let citation = power::cited(id::SENSITIVE_REPORT, state, context, on);
    match (copies, citation) {
        (Copies::Whole, Some(citation)) => {
            let says = format!(
                "A report that holds sensitive information is not given whole. Have it removed or obscured in the copy first ({citation})"
            );
            Err(Refusal::of("sensitive", says))
        }
        (_, citation) => Ok(citation),
    }
}

/// Refuses to send a whole report to the Director of Public Prosecutions where it holds sensitive
/// information.
pub(super) fn sendable(copies: Option<Copies>, state: &State, context: Context<'_>, on: Day) -> Result<(), Refusal> {
    match (state.report_obscured, copies) {
        (true, None) => Err(Refusal::of("sensitive", "Say which version of the report the prosecutor is given")),
        (true, Some(copies)) => obscured(copies, state, context, on).map(|_| ()),
        (false, _) => Ok(()),
    }
}

pub(super) fn lawful(state: &State, event: &Effective, _: Context<'_>) -> Result<(), Refusal> {
    let by_force = state.mode.as_ref().filter(|_| not_received(state).is_none());
    if by_force.is_none() && state.leads.is_empty() {
        return Err(Refusal::new("The final report is submitted by the lead investigator. Appoint one first"));
    }
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date on which the report was submitted"));
    };
    if let Some(says) = not_ready(state) {
        return Err(Refusal::new(says));
    }
    let (since, what) = match (by_force, state.terms.approved.first()) {
        (Some(mode), _) => (mode.on, "of the mode decision"),
        (None, Some((_, approved))) => (*approved, "its terms were approved"),
        (None, None) => {
            return Err(Refusal::new("The report answers to its terms of reference. Have them approved first"));
        }
    };
    if on < since {
        let says = format!("The report must be submitted on or after the day {what} ({})", in_words(since));
        return Err(Refusal::of("on", says));
    }
    Ok(())
}
