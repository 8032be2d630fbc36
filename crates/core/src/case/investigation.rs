//! The investigation: the lead investigator, who is designated to take charge of it.

use serde::{Deserialize, Serialize};

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
}

impl AppointLead {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::LeadAppointed(LeadAppointed { lead: self.lead }), Some(self.on))
    }
}

pub(super) fn lawful(
    state: &State,
    appointed: &LeadAppointed,
    event: &Effective,
    _: Context<'_>,
) -> Result<(), Refusal> {
    let Some(mode) = state.mode.as_ref().filter(|m| m.mode == Mode::Independent) else {
        return Err(Refusal::new(
            "A lead investigator is appointed once the investigation has been decided to be independent",
        ));
    };
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date of the appointment"));
    };
    if appointed.lead.is_empty() {
        return Err(Refusal::of("lead", "Choose the lead investigator"));
    }
    if !state.leads.is_empty() {
        return Err(Refusal::new(
            "A lead investigator has already been appointed. Change the lead from a day on instead",
        ));
    }
    if state.report.is_some() || state.closed.is_some() {
        return Err(Refusal::new("The final report has been submitted"));
    }
    if on < mode.on {
        let decided = in_words(mode.on);
        return Err(Refusal::of(
            "on",
            format!("The appointment must be on or after the day of the mode decision ({decided})"),
        ));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, appointed: &LeadAppointed, event: &Effective) {
    if let Some(on) = event.on {
        state.leads.push((on, appointed.lead.clone()));
    }
}
