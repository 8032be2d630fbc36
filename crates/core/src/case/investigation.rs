//! The investigation: the lead investigator, who is designated to take charge of it.

use serde::{Deserialize, Serialize};

use super::allocation::{Allocated, Directorate, Pathway};
use super::mode::Mode;
use super::{Context, Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::refusal::Refusal;

/// A lead investigator was designated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadAppointed {
    /// The opaque id of the member of staff.
    pub lead: String,
}

/// The command to appoint the lead.
#[derive(Debug, Clone)]
pub struct AppointLead {
    /// The opaque id of the member of staff.
    pub lead: String,
    /// From which day.
    pub on: Day,
    /// The directorate that works the investigation.
    pub directorate: Directorate,
    /// The way in which it is worked.
    pub pathway: Pathway,
}

impl AppointLead {
    pub(super) fn events(self) -> Vec<Fresh> {
        let allocated = Allocated { directorate: self.directorate, pathway: self.pathway };
        let appointed = LeadAppointed { lead: self.lead };
        vec![
            Fresh::new(Event::Allocated(allocated), Some(self.on)),
            Fresh::new(Event::LeadAppointed(appointed), Some(self.on)),
        ]
    }
}

/// Why no independent investigation is under way, if none is.
#[must_use]
pub fn not_under_way(state: &State) -> Option<&'static str> {
    match state {
        State { mode: None, .. } => Some("This is for an investigation that has been decided to be independent"),
        State { mode: Some(m), .. } if m.mode != Mode::Independent => {
            Some("This is for an investigation that has been decided to be independent")
        }
        State { closed: Some(_), .. } => Some("The case is closed"),
        State { discontinued: Some(_), .. } => Some("The investigation has been discontinued"),
        State { report: Some(_), .. } => Some("The final report has been submitted"),
        _ => super::intake::left(state).map(|(left, _)| left.says()),
    }
}

/// The day of an event that needs an independent investigation under way; `done` is what it would be.
pub(super) fn under_way(state: &State, event: &Effective, done: &str) -> Result<Day, Refusal> {
    if let Some(says) = not_under_way(state) {
        return Err(Refusal::new(says));
    }
    let (Some(mode), Some(on)) = (&state.mode, event.on) else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    if on < mode.on {
        let decided = in_words(mode.on);
        let says = format!("It must be {done} on or after the day of the mode decision ({decided})");
        return Err(Refusal::of("on", says));
    }
    Ok(on)
}

pub(super) fn lawful(
    state: &State,
    appointed: &LeadAppointed,
    event: &Effective,
    _: Context<'_>,
) -> Result<(), Refusal> {
    if state.mode.as_ref().is_none_or(|m| m.mode != Mode::Independent) {
        return Err(Refusal::new(
            "A lead investigator is appointed once the investigation has been decided to be independent",
        ));
    }
    if appointed.lead.is_empty() {
        return Err(Refusal::of("lead", "Choose the lead investigator"));
    }
    if !state.leads.is_empty() {
        return Err(Refusal::new(
            "A lead investigator has already been appointed. Change the lead from a day on instead",
        ));
    }
    under_way(state, event, "made").map(drop)
}

pub(super) fn apply(state: &mut State, appointed: &LeadAppointed, event: &Effective) {
    if let Some(on) = event.on {
        state.leads.push((on, appointed.lead.clone()));
    }
}
