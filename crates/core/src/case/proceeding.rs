//! What follows the final report: proceedings that others are responsible for, several at once,
//! each with its owner, its clock and the day on which the next step is expected.

use serde::{Deserialize, Serialize};

use super::{Context, Effective, Event, Fresh, State, at};
use crate::day::{Day, LAST_DAY, in_words};
use crate::holder::Holder;
use crate::refusal::Refusal;

/// A proceeding began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// Its number within the case, from 1.
    pub n: u32,
    /// What sort of proceeding, as the body's lists name it.
    pub stage: String,
    /// Who is responsible for it.
    pub owner: Holder,
    /// When the next step is expected.
    pub expected_on: Day,
    /// The stream of the person it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// There is news of a proceeding: from the event's day on, another owner, another expected day, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Updated {
    /// The number of the proceeding.
    pub n: u32,
    /// Who is responsible from then on.
    pub owner: Holder,
    /// When the next step is expected.
    pub expected_on: Day,
}

/// A proceeding ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The number of the proceeding.
    pub n: u32,
    /// How, as the body's lists name it.
    pub outcome: String,
}

/// The command to record that a proceeding began.
#[derive(Debug, Clone)]
pub struct Begin {
    /// What sort of proceeding.
    pub stage: String,
    /// Who is responsible for it.
    pub owner: Holder,
    /// When it began.
    pub on: Day,
    /// When the next step is expected.
    pub expected_on: Day,
    /// The stream of the person it is about.
    pub person: Option<String>,
    /// What is known of it.
    pub note: String,
}

/// The command to record news of a proceeding.
#[derive(Debug, Clone)]
pub struct Update {
    /// The number of the proceeding.
    pub n: u32,
    /// Who is responsible from then on.
    pub owner: Holder,
    /// From which day.
    pub on: Day,
    /// When the next step is expected.
    pub expected_on: Day,
    /// What is known.
    pub note: String,
}

/// The command to record that a proceeding ended.
#[derive(Debug, Clone)]
pub struct End {
    /// The number of the proceeding.
    pub n: u32,
    /// How.
    pub outcome: String,
    /// When.
    pub on: Day,
    /// What is known.
    pub note: String,
}

/// A proceeding as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proceeding {
    /// Its number within the case.
    pub n: u32,
    /// What sort of proceeding.
    pub stage: String,
    /// The person it is about.
    pub person: Option<String>,
    /// When it began.
    pub begun: Day,
    /// Who was responsible, each from a day on.
    pub owners: Vec<(Day, Holder)>,
    /// When the next step was expected, each from a day on.
    pub expected: Vec<(Day, Day)>,
    /// When it ended, and how.
    pub ended: Option<(Day, String)>,
}

impl Proceeding {
    /// Who is responsible now.
    #[must_use]
    pub fn owner(&self) -> Holder {
        at(&self.owners, LAST_DAY).copied().unwrap_or(Holder::Other)
    }

    /// When the next step is expected, as last told.
    #[must_use]
    pub fn next_expected(&self) -> Option<Day> {
        at(&self.expected, LAST_DAY).copied()
    }
}

impl State {
    /// The proceedings that have not ended.
    pub fn waiting_on(&self) -> impl Iterator<Item = &Proceeding> {
        self.proceedings.iter().filter(|p| p.ended.is_none())
    }

    /// Whether all that remains to be done is in other hands.
    #[must_use]
    pub fn with_others(&self) -> bool {
        let decided = self.allegations.iter().all(super::allegation::Allegation::is_decided);
        decided && self.waiting_on().next().is_some()
    }

    fn proceeding(&self, n: u32) -> Result<&Proceeding, Refusal> {
        let found = self.proceedings.iter().find(|p| p.n == n);
        found.ok_or_else(|| Refusal::of("n", "Choose a proceeding of this case"))
    }
}

impl Begin {
    pub(super) fn event(self, state: &State) -> Fresh {
        let n = state.proceedings.iter().map(|p| p.n).max().unwrap_or(0) + 1;
        let Self { stage, owner, on, expected_on, person, note } = self;
        let event = Event::ProceedingBegun(Begun { n, stage, owner, expected_on, person });
        Fresh::new(event, Some(on)).with_words("note", note)
    }
}

impl Update {
    pub(super) fn event(self, state: &State) -> Result<Fresh, Refusal> {
        let Self { n, owner, on, expected_on, note } = self;
        let now = state.proceeding(n)?;
        if now.owner() == owner && now.next_expected() == Some(expected_on) {
            return Err(Refusal::of("owner", "Nothing is different. Change who is responsible or the expected date"));
        }
        let event = Event::ProceedingUpdated(Updated { n, owner, expected_on });
        Ok(Fresh::new(event, Some(on)).with_words("note", note))
    }
}

impl End {
    pub(super) fn event(self) -> Fresh {
        let Self { n, outcome, on, note } = self;
        Fresh::new(Event::ProceedingEnded(Ended { n, outcome }), Some(on)).with_words("note", note)
    }
}

pub(super) fn lawful_begun(state: &State, begun: &Begun, event: &Effective, c: Context<'_>) -> Result<(), Refusal> {
    // An inquest may open, and a prosecutor be asked, long before the report is done.
    let Some(mode) = &state.mode else {
        return Err(Refusal::new("Proceedings follow an investigation. Decide the mode first"));
    };
    let on = still_open(state, event)?;
    if c.profile.lists.stage(&begun.stage).is_none() {
        return Err(Refusal::of("stage", "Choose the sort of proceeding"));
    }
    if state.proceedings.iter().any(|p| p.n == begun.n) {
        return Err(Refusal::of("n", "There is a proceeding with this number already"));
    }
    if on < mode.on {
        let says = format!("It must have begun on or after the day of the mode decision ({})", in_words(mode.on));
        return Err(Refusal::of("on", says));
    }
    owned_by_others(begun.owner)?;
    expected_after(begun.expected_on, on)
}

pub(super) fn lawful_update(state: &State, updated: &Updated, event: &Effective) -> Result<(), Refusal> {
    let on = still_open(state, event)?;
    let proceeding = running(state, updated.n)?;
    let since = proceeding.owners.last().map_or(proceeding.begun, |(day, _)| *day);
    if on < since {
        let says = format!("The news must be dated on or after the last news of it ({})", in_words(since));
        return Err(Refusal::of("on", says));
    }
    owned_by_others(updated.owner)?;
    expected_after(updated.expected_on, on)
}

pub(super) fn lawful_end(state: &State, ended: &Ended, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let on = still_open(state, event)?;
    let proceeding = running(state, ended.n)?;
    let stage = context.profile.lists.stage(&proceeding.stage);
    if stage.is_none_or(|s| s.outcomes.iter().all(|o| o.id != ended.outcome)) {
        return Err(Refusal::of("outcome", "Choose how it ended"));
    }
    let since = proceeding.owners.last().map_or(proceeding.begun, |(day, _)| *day);
    if on < since {
        let says = format!("It must have ended on or after the last news of it ({})", in_words(since));
        return Err(Refusal::of("on", says));
    }
    Ok(())
}

fn still_open(state: &State, event: &Effective) -> Result<Day, Refusal> {
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    event.on.ok_or_else(|| Refusal::of("on", "Enter the date"))
}

fn running(state: &State, n: u32) -> Result<&Proceeding, Refusal> {
    let proceeding = state.proceeding(n)?;
    if proceeding.ended.is_some() {
        return Err(Refusal::of("n", "This proceeding has already ended"));
    }
    Ok(proceeding)
}

fn owned_by_others(owner: Holder) -> Result<(), Refusal> {
    if owner == Holder::Us {
        return Err(Refusal::of("owner", "Choose who is responsible for it: a proceeding is in other hands than ours"));
    }
    Ok(())
}

fn expected_after(expected: Day, on: Day) -> Result<(), Refusal> {
    if expected < on {
        return Err(Refusal::of("expected_on", "The next step must be expected on or after the day of the news"));
    }
    Ok(())
}

pub(super) fn apply_begun(state: &mut State, begun: &Begun, event: &Effective) {
    let Some(on) = event.on else { return };
    state.proceedings.push(Proceeding {
        n: begun.n,
        stage: begun.stage.clone(),
        person: begun.person.clone(),
        begun: on,
        owners: vec![(on, begun.owner)],
        expected: vec![(on, begun.expected_on)],
        ended: None,
    });
}

pub(super) fn apply_update(state: &mut State, updated: &Updated, event: &Effective) {
    let found = state.proceedings.iter_mut().find(|p| p.n == updated.n);
    if let (Some(proceeding), Some(on)) = (found, event.on) {
        proceeding.owners.push((on, updated.owner));
        proceeding.expected.push((on, updated.expected_on));
    }
}

pub(super) fn apply_end(state: &mut State, ended: &Ended, event: &Effective) {
    let found = state.proceedings.iter_mut().find(|p| p.n == ended.n);
    if let (Some(proceeding), Some(on)) = (found, event.on) {
        proceeding.ended = Some((on, ended.outcome.clone()));
    }
}
