//! The day by which an investigation is expected to be completed. Every forecast is kept, so that
//! it can be scored by what happened.

use serde::{Deserialize, Serialize};

use super::{Context, Effective, Event, Fresh, State, investigation};
use crate::day::Day;
use crate::refusal::Refusal;

/// Completion is expected by a day. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionExpected {
    /// By which day.
    pub expected_on: Day,
}

/// The command to record when completion is expected.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The day of the forecast.
    pub on: Day,
    /// By which day completion is expected.
    pub by: Day,
    /// On what it rests.
    pub reasons: String,
}

impl Forecast {
    pub(super) fn event(self) -> Fresh {
        let event = Event::CompletionExpected(CompletionExpected { expected_on: self.by });
        Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons)
    }
}

pub(super) fn lawful(
    state: &State,
    expected: &CompletionExpected,
    event: &Effective,
    _: Context<'_>,
) -> Result<(), Refusal> {
    let on = investigation::under_way(state, event, "forecast")?;
    if expected.expected_on < on {
        return Err(Refusal::of("by", "The expected day must be on or after the day of the forecast"));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, expected: &CompletionExpected, event: &Effective) {
    if let Some(on) = event.on {
        state.forecasts.push((on, expected.expected_on));
    }
}
