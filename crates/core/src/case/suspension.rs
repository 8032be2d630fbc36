//! Suspending an investigation that would prejudice criminal proceedings, resuming it, and, under
//! the old scheme only, discontinuing it.

use serde::{Deserialize, Serialize};

use super::{Context, Effective, Event, Fresh, State, investigation, power, wish};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// The investigation was suspended. What would be prejudiced is in the reasons, personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspended {
    /// When the suspension is looked at again.
    pub review_on: Day,
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
}

/// The investigation was resumed. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resumed {
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
}

/// The investigation was discontinued. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discontinued {
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
}

/// The command to suspend.
#[derive(Debug, Clone)]
pub struct Suspend {
    /// From which day.
    pub on: Day,
    /// When it is looked at again.
    pub review_on: Day,
    /// What would be prejudiced by going on.
    pub reasons: String,
}

/// The command to resume.
#[derive(Debug, Clone)]
pub struct Resume {
    /// From which day.
    pub on: Day,
    /// Why it can go on.
    pub reasons: String,
}

/// The command to discontinue.
#[derive(Debug, Clone)]
pub struct Discontinue {
    /// The day of the decision.
    pub on: Day,
    /// On which ground.
    pub reasons: String,
}

/// A time during which the investigation stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// From which day.
    pub from: Day,
    /// Until which day; none while it lasts.
    pub to: Option<Day>,
    /// When it is looked at again.
    pub review_on: Day,
}

impl Suspend {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::SUSPEND, state, context, self.on)?;
        let event = Suspended { review_on: self.review_on, power: id::SUSPEND.to_owned(), citation };
        Ok(Fresh::new(Event::Suspended(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Resume {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::RESUME, state, context, self.on)?;
        let event = Resumed { power: id::RESUME.to_owned(), citation };
        Ok(Fresh::new(Event::Resumed(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Discontinue {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::DISCONTINUE, state, context, self.on)?;
        let event = Discontinued { power: id::DISCONTINUE.to_owned(), citation };
        Ok(Fresh::new(Event::Discontinued(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl State {
    /// The pause that lasts now, if one does.
    #[must_use]
    pub fn paused(&self) -> Option<&Pause> {
        self.pauses.last().filter(|p| p.to.is_none())
    }
}

pub(super) fn lawful_suspension(
    state: &State,
    suspended: &Suspended,
    event: &Effective,
    _: Context<'_>,
) -> Result<(), Refusal> {
    let on = investigation::under_way(state, event, "suspended")?;
    if state.paused().is_some() {
        return Err(Refusal::new("The investigation is already suspended"));
    }
    let resumed = state.pauses.last().and_then(|p| p.to);
    if let Some(resumed) = resumed.filter(|day| on < *day) {
        let says = format!("It must be suspended on or after the day it was last resumed ({})", in_words(resumed));
        return Err(Refusal::of("on", says));
    }
    if suspended.review_on <= on {
        return Err(Refusal::of("review_on", "The review must be after the day of the suspension"));
    }
    Ok(())
}

pub(super) fn lawful_resumption(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let on = investigation::under_way(state, event, "resumed")?;
    let Some(pause) = state.paused() else {
        return Err(Refusal::new("The investigation is not suspended"));
    };
    if on < pause.from {
        let says = format!("It must be resumed on or after the day it was suspended ({})", in_words(pause.from));
        return Err(Refusal::of("on", says));
    }
    wish::holds(state, context, on).map_or(Ok(()), |says| Err(Refusal::new(says)))
}

pub(super) fn lawful_discontinuance(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let on = investigation::under_way(state, event, "discontinued")?;
    power::required(id::DISCONTINUE, state, context, on).map(drop)
}

pub(super) fn apply_suspension(state: &mut State, suspended: &Suspended, event: &Effective) {
    if let Some(from) = event.on {
        state.pauses.push(Pause { from, to: None, review_on: suspended.review_on });
    }
}

pub(super) fn apply_resumption(state: &mut State, event: &Effective) {
    if let Some(pause) = state.pauses.last_mut() {
        pause.to = event.on;
    }
}
