//! How a death or serious injury matter becomes a conduct matter: the lead submits that there is an
//! indication and a decision maker decides, or the decision maker decides without a submission; then
//! the authority is told, and records the conduct matter.

use serde::{Deserialize, Serialize};

use super::{not_before, under_way};
use crate::case::allocation::Pathway;
use crate::case::clocks::{Owner, Task, timer::Start};
use crate::case::matter::MatterKind;
use crate::case::{Context, Effective, Event, Fresh, State, power};
use crate::day::Day;
use crate::law::id;
use crate::refusal::Refusal;

/// The lead submitted that there is an indication. What indicates it is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submitted {}

/// It was decided whether there is an indication. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// Whether there is.
    pub indicated: bool,
    /// The version of the entry with the submission; none for a decision without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<u64>,
    /// The pathway from then on, where the streamlined one ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pathway: Option<Pathway>,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// The authority was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notified {
    /// Whether the person's authority is another one, which was told too.
    pub both: bool,
}

/// The authority recorded the conduct matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {}

/// The command to submit.
#[derive(Debug, Clone)]
pub struct Submit {
    /// The day of the submission.
    pub on: Day,
    /// What indicates crime or misconduct.
    pub reasons: String,
}

/// The command to decide.
#[derive(Debug, Clone)]
pub struct Decide {
    /// Whether there is an indication.
    pub indicated: bool,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

/// The command to record that the authority was told.
#[derive(Debug, Clone)]
pub struct Notify {
    /// When.
    pub on: Day,
    /// Whether the person's authority is another one, which was told too.
    pub both: bool,
}

/// The command to record that the authority recorded the matter.
#[derive(Debug, Clone)]
pub struct Record {
    /// When.
    pub on: Day,
}

/// How far a conversion has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversion {
    /// The submission that waits for a decision: the version of its entry, and its day.
    pub submitted: Option<(u64, Day)>,
    /// When it was decided that there is an indication.
    pub converted: Option<Day>,
    /// When the authority was told.
    pub notified: Option<Day>,
    /// When the authority recorded the conduct matter.
    pub recorded: Option<Day>,
}

impl Submit {
    pub(super) fn event(self) -> Fresh {
        let event = super::Event::ConversionSubmitted(Submitted {});
        Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons)
    }
}

impl Decide {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::DSI_CONVERT, state, context, self.on)?;
        let streamlined = self.indicated && state.pathway() == Some(Pathway::StreamlinedDsi);
        let decided = Decided {
            indicated: self.indicated,
            submission: state.conversion.submitted.map(|(version, _)| version),
            pathway: streamlined.then_some(Pathway::Standard),
            power: id::DSI_CONVERT.to_owned(),
            citation,
        };
        let event = super::Event::ConversionDecided(decided);
        Ok(Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Notify {
    pub(super) fn event(self) -> Fresh {
        let event = super::Event::ConversionNotified(Notified { both: self.both });
        Fresh::new(Event::Officer(event), Some(self.on))
    }
}

impl Record {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::Officer(super::Event::ConversionRecorded(Recorded {})), Some(self.on))
    }
}

/// Why there is nothing to convert, if there is nothing.
#[must_use]
pub fn not_convertible(state: &State) -> Option<&'static str> {
    if let Some(says) = super::not_special(state) {
        return Some(says);
    }
    (state.kind_on(crate::day::LAST_DAY) != Some(MatterKind::Dsi))
        .then_some("This is for a death or serious injury matter, which this matter is not")
}

fn dsi(state: &State, event: &Effective) -> Result<Day, Refusal> {
    let on = under_way(state, event)?;
    match not_convertible(state) {
        Some(says) => Err(Refusal::new(says)),
        None => Ok(on),
    }
}

pub(super) fn lawful_submission(state: &State, event: &Effective) -> Result<(), Refusal> {
    dsi(state, event)?;
    match state.conversion.submitted {
        Some(_) => Err(Refusal::new("A submission already waits for a decision")),
        None => Ok(()),
    }
}

pub(super) fn lawful_decision(state: &State, decided: &Decided, event: &Effective) -> Result<(), Refusal> {
    let on = dsi(state, event)?;
    match state.conversion.submitted {
        Some((_, submitted)) => not_before(on, submitted, "of the submission"),
        None if decided.indicated => Ok(()),
        None => Err(Refusal::of("indicated", "Nothing has been submitted that could be turned down")),
    }
}

pub(super) fn lawful_notice(state: &State, event: &Effective) -> Result<(), Refusal> {
    let (Some(converted), Some(on)) = (state.conversion.converted, event.on) else {
        return Err(Refusal::new("It has not been decided that the matter is one of conduct"));
    };
    if state.conversion.notified.is_some() {
        return Err(Refusal::new("The authority has already been told"));
    }
    not_before(on, converted, "of the decision")
}

pub(super) fn lawful_record(state: &State, event: &Effective) -> Result<(), Refusal> {
    let (Some(notified), Some(on)) = (state.conversion.notified, event.on) else {
        return Err(Refusal::new("The authority records the conduct matter once it has been told. Record that first"));
    };
    if state.conversion.recorded.is_some() {
        return Err(Refusal::new("The authority has already recorded the conduct matter"));
    }
    not_before(on, notified, "on which the authority was told")
}

pub(super) fn apply_decision(state: &mut State, decided: &Decided, on: Day, by: u64) {
    state.conversion.submitted = None;
    if !decided.indicated {
        return;
    }
    state.conversion.converted = Some(on);
    state.kinds.push((on, MatterKind::Conduct));
    state.pathways.extend(decided.pathway.map(|pathway| (on, pathway)));
    let record = Start::of(id::DSI_RECORD, Owner::Force, "us", Task::Lead);
    state.timers.start(record, on, by);
}

pub(super) fn apply_record(state: &mut State, on: Day, by: u64) {
    state.conversion.recorded = Some(on);
    state.timers.stop(id::DSI_RECORD, "", on, by);
}
