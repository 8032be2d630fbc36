//! The written notices of an investigation that is not finished: after twelve months, and after
//! each further six (regulation 13; catalogue D11 and D12).
//!
//! The end of a period is no limit on the investigation: it is what makes the notice due, as soon
//! as practicable. Each period starts the day after the last one ended, whenever the notice went.

use serde::{Deserialize, Serialize};

use super::clocks::timer::Start;
use super::clocks::{self, Clock, Owner, Task};
use super::{Context, Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// A notice was given for a period. What it said beyond the record is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelayNoticeGiven {
    /// Which period: 1 is the first twelve months, 2 the six after them, and so on.
    pub period: u32,
    /// The last day of that period.
    pub ended: Day,
    /// The provision, as it stood.
    pub citation: String,
    /// The number of the letter that gave it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<u32>,
}

/// The command to record that the notice for the period that ended last was given.
#[derive(Debug, Clone)]
pub struct Give {
    /// When it was given.
    pub on: Day,
    /// What it said.
    pub note: String,
}

/// The period that runs or has ended without its notice: its number and its clock.
#[must_use]
pub fn period(state: &State, context: Context<'_>) -> Option<(u32, Clock)> {
    let mut clocks = clocks::of(state, context).into_iter();
    let rules = [id::NOTICE_12_MONTHS, id::NOTICE_6_MONTHS];
    let clock = clocks.rfind(|clock| rules.contains(&clock.timer.rule) && clock.timer.runs())?;
    Some((u32::try_from(state.delay_notices.len()).unwrap_or(u32::MAX).saturating_add(1), clock))
}

/// The notice that is owed on a day, without its letter; or why none is.
pub(super) fn owed(state: &State, context: Context<'_>, on: Day) -> Result<DelayNoticeGiven, Refusal> {
    let Some((period, clock)) = period(state, context) else {
        return Err(Refusal::new("No period runs after which a written notice of the delay would be owed"));
    };
    let Some(ended) = clock.due else {
        return Err(Refusal::new("The law that applies to this matter knows no written notice of the delay"));
    };
    if on <= ended {
        let says = format!("The period ends on {}. The notice is owed once it has ended", in_words(ended));
        return Err(Refusal::of("on", says));
    }
    Ok(DelayNoticeGiven { period, ended, citation: clock.citation, letter: None })
}

impl Give {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let given = owed(state, context, self.on)?;
        Ok(Fresh::new(Event::DelayNoticeGiven(given), Some(self.on)).with_words("note", self.note))
    }
}

pub(super) fn lawful(
    state: &State,
    given: &DelayNoticeGiven,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date on which the notice was given"));
    };
    let owed = owed(state, context, on)?;
    if (owed.period, owed.ended) != (given.period, given.ended) {
        return Err(Refusal::new("The notice is not that of the period that ended last"));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, given: &DelayNoticeGiven, event: &Effective) {
    let Some(on) = event.on else { return };
    let by = event.version;
    state.delay_notices.push((given.ended, on));
    // The period was no limit, so the notice that follows it is never late by it.
    state.timers.fall(id::NOTICE_12_MONTHS, "", on, by);
    state.timers.fall(id::NOTICE_6_MONTHS, "", on, by);
    if let Ok(next) = given.ended.tomorrow() {
        let to = "the local policing body and the chief officer";
        let explain = Start::of(id::NOTICE_6_MONTHS, Owner::Us, to, Task::Lead);
        state.timers.start(explain.titled("Submit the report, or give written notice of the delay again"), next, by);
    }
}
