//! Closing a case.

use serde::{Deserialize, Serialize};

use super::allegation::Allegation;
use super::mode::Mode;
use super::{Context, Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::profile::LawOf;
use crate::refusal::Refusal;

/// What became of the report by the time the case was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publication {
    /// The report was published.
    Report,
    /// A summary of it was published.
    Summary,
    /// Neither, for exceptional reasons.
    Exception,
}

impl Publication {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Report, Self::Summary, Self::Exception];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Summary => "summary",
            Self::Exception => "exception",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Report => "The report was published",
            Self::Summary => "A summary was published",
            Self::Exception => "Neither, for exceptional reasons",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.id() == text)
    }
}

/// The case was closed. Why is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// What became of the report, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
}

/// The command to close a case.
#[derive(Debug, Clone)]
pub struct Close {
    /// The day of closing.
    pub on: Day,
    /// What became of the report, where there is one.
    pub publication: Option<Publication>,
    /// Why nothing remains to be done.
    pub reasons: String,
}

impl Close {
    pub(super) fn event(self, state: &State) -> Result<Fresh, Refusal> {
        if state.report.is_some() && self.publication.is_none() {
            return Err(Refusal::of("publication", "Say whether the report was published"));
        }
        let event = Event::Closed(Closed { publication: self.publication });
        Ok(Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons))
    }
}

/// One thing that must be so before a case is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Criterion {
    /// What must be so.
    pub title: &'static str,
    /// Whether it is.
    pub met: bool,
    /// What to do when it is not.
    pub remedy: &'static str,
}

/// What must be so before a case of this state is closed, and whether it is.
#[must_use]
pub fn criteria(state: &State) -> Vec<Criterion> {
    let criterion = |title, met, remedy| Criterion { title, met, remedy };
    let independent = state.mode.as_ref().is_some_and(|m| m.mode == Mode::Independent);
    let returned = state.need.as_ref().is_some_and(|n| !n.necessary);
    let left = super::intake::left(state);
    let mut all = vec![criterion(
        "Need and mode are decided",
        state.mode.is_some() || returned || left.is_some(),
        "Decide the mode of investigation before closing the case",
    )];
    if independent {
        all.push(criterion(
            "The investigation has ended",
            state.report.is_some() || state.discontinued.is_some() || left.is_some(),
            "An independent investigation ends with its final report. Submit it before closing the case",
        ));
    }
    if state.report.is_some() {
        all.push(criterion(
            "Every allegation is decided",
            state.allegations.iter().all(Allegation::is_decided),
            "Decide whether there is a case to answer on every allegation before closing the case",
        ));
    }
    if !state.proposals.is_empty() {
        all.push(criterion(
            "No decision waits for a second person",
            state.waiting_for_a_second().next().is_none(),
            "A proposed decision waits for a second person. Approve it or send it back before closing the case",
        ));
    }
    if !state.proceedings.is_empty() {
        all.push(criterion(
            "Every proceeding has ended",
            state.waiting_on().next().is_none(),
            "Others are still at work on this case. Record how each proceeding ended before closing it",
        ));
    }
    if !state.reviews.is_empty() {
        all.push(criterion(
            "Every review has ended",
            state.reviews.iter().all(|review| review.ended.is_some()),
            "A review in this case has not ended. Close it, or record that it was withdrawn, before closing the case",
        ));
    }
    if !state.recommendations.is_empty() {
        all.push(criterion(
            "Every recommendation is answered and published",
            state.recommendations.iter().all(super::recommendation::Recommendation::is_done),
            "A recommendation is still to be made, answered or published. See to it before closing the case",
        ));
    }
    all
}

/// The first thing that keeps a case of this state from being closed, if anything does.
#[must_use]
pub fn unmet(state: &State, context: Context<'_>) -> Option<Criterion> {
    // A case of another system keeps the dates it came with, even where they contradict each other.
    let imported = state.matter.as_ref().is_some_and(|m| m.matter.import.is_some());
    if imported || context.profile.law != LawOf::EnglandAndWales {
        return None;
    }
    criteria(state).into_iter().find(|c| !c.met)
}

pub(super) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date of closing"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is already closed"));
    }
    if matter.matter.import.is_some() {
        return Ok(());
    }
    if let Some(unmet) = unmet(state, context) {
        return Err(Refusal::new(unmet.remedy));
    }
    let last = last_step(state).unwrap_or(matter.received);
    if on < last {
        return Err(Refusal::of(
            "on",
            format!("The case must be closed on or after its last step ({})", in_words(last)),
        ));
    }
    Ok(())
}

/// The day of the last thing that happened before a case can be closed.
fn last_step(state: &State) -> Option<Day> {
    let need = state.need.as_ref().map(|n| n.on);
    let mode = state.mode.as_ref().map(|m| m.on);
    let answers = state.allegations.iter().filter_map(|a| a.answer.map(|(_, on)| on));
    let endings = state.proceedings.iter().filter_map(|p| p.ended.as_ref().map(|(on, _)| *on));
    let left = super::intake::left(state).map(|(_, on)| on);
    let received = state.matter.as_ref().map(|m| m.received);
    let steps = [received, need, mode, state.report, state.discontinued, left];
    steps.into_iter().flatten().chain(answers).chain(endings).max()
}
