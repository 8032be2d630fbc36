//! Closing a case.

use serde::{Deserialize, Serialize};

use super::mode::Mode;
use super::{Context, Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::profile::LawOf;
use crate::refusal::Refusal;

/// The case was closed. Why is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {}

/// The command to close a case.
#[derive(Debug, Clone)]
pub struct Close {
    /// The day of closing.
    pub on: Day,
    /// Why nothing remains to be done.
    pub reasons: String,
}

impl Close {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::Closed(Closed {}), Some(self.on)).with_words("reasons", self.reasons)
    }
}

pub(super) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date of closing"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is already closed"));
    }
    // A case of another system keeps the dates it came with, even where they contradict each other.
    if matter.matter.import.is_some() {
        return Ok(());
    }
    if context.profile.law == LawOf::EnglandAndWales {
        match &state.mode {
            None => {
                return Err(Refusal::new("Decide the mode of investigation before closing the case"));
            }
            Some(mode) if mode.mode == Mode::Independent && state.report.is_none() => {
                return Err(Refusal::new(
                    "An independent investigation ends with its final report. Submit it before closing the case",
                ));
            }
            Some(_) => {}
        }
    }
    let last = [Some(matter.received), state.mode.as_ref().map(|m| m.on), state.report];
    let last = last.into_iter().flatten().max().unwrap_or(matter.received);
    if on < last {
        return Err(Refusal::of(
            "on",
            format!("The case must be closed on or after its last step ({})", in_words(last)),
        ));
    }
    Ok(())
}
