//! The final report, which completes the investigation.

use serde::{Deserialize, Serialize};

use super::{Context, Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::refusal::Refusal;

/// The final report was submitted. A remark on it is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSubmitted {}

/// The command to submit the final report.
#[derive(Debug, Clone)]
pub struct SubmitReport {
    /// The day on which it was submitted.
    pub on: Day,
    /// What it concludes, in a few sentences.
    pub conclusion: String,
}

impl SubmitReport {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::ReportSubmitted(ReportSubmitted {}), Some(self.on)).with_words("conclusion", self.conclusion)
    }
}

pub(super) fn lawful(state: &State, event: &Effective, _: Context<'_>) -> Result<(), Refusal> {
    if state.leads.is_empty() {
        return Err(Refusal::new("The final report is submitted by the lead investigator. Appoint one first"));
    }
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date on which the report was submitted"));
    };
    if state.report.is_some() {
        return Err(Refusal::new("The final report has already been submitted. Correct that entry instead"));
    }
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    if state.discontinued.is_some() {
        return Err(Refusal::new("The investigation has been discontinued"));
    }
    if let Some((left, _)) = super::intake::left(state) {
        return Err(Refusal::new(left.says()));
    }
    if state.paused().is_some() {
        return Err(Refusal::new("The investigation is suspended. Resume it before the report is submitted"));
    }
    let Some((_, approved)) = state.terms.approved.first() else {
        return Err(Refusal::new("The report answers to its terms of reference. Have them approved first"));
    };
    if on < *approved {
        let since = in_words(*approved);
        let says = format!("The report must be submitted on or after the day its terms were approved ({since})");
        return Err(Refusal::of("on", says));
    }
    Ok(())
}
