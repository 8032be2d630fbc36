//! What a person is to the investigation, each from a day on, and the commitment to confirm it
//! within three months.
//!
//! That somebody is a subject follows from the severity assessment and is not set by hand.

use serde::{Deserialize, Serialize};

use crate::case::clocks::{Owner, Task, timer::Start};
use crate::case::mode::Mode;
use crate::case::{Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// What a person is to the investigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not known yet.
    Unassessed,
    /// A witness.
    Witness,
    /// A subject whose conduct, if proved, would be misconduct.
    SubjectMisconduct,
    /// A subject whose conduct, if proved, would be gross misconduct.
    SubjectGrossMisconduct,
    /// Suspected of a crime.
    Suspect,
    /// Told that nothing more follows for them.
    NoFurtherAction,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Unassessed,
        Self::Witness,
        Self::SubjectMisconduct,
        Self::SubjectGrossMisconduct,
        Self::Suspect,
        Self::NoFurtherAction,
    ];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Unassessed => "unassessed",
            Self::Witness => "witness",
            Self::SubjectMisconduct => "subject-misconduct",
            Self::SubjectGrossMisconduct => "subject-gross-misconduct",
            Self::Suspect => "suspect",
            Self::NoFurtherAction => "no-further-action",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Unassessed => "Not assessed yet",
            Self::Witness => "Witness",
            Self::SubjectMisconduct => "Subject (misconduct)",
            Self::SubjectGrossMisconduct => "Subject (gross misconduct)",
            Self::Suspect => "Criminal suspect",
            Self::NoFurtherAction => "Told that there is no further action",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == text)
    }

    /// Whether it follows from the severity assessment alone.
    #[must_use]
    pub fn of_severity(self) -> bool {
        matches!(self, Self::SubjectMisconduct | Self::SubjectGrossMisconduct)
    }
}

/// The status of a person from a day on. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusSet {
    /// The stream of the person.
    pub person: String,
    /// What they are.
    pub status: Status,
}

/// The command to record a status, of somebody of the case or somebody new.
#[derive(Debug, Clone)]
pub struct SetStatus {
    /// The stream of the person.
    pub person: String,
    /// What they are.
    pub status: Status,
    /// From which day.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

impl SetStatus {
    pub(super) fn event(self) -> Fresh {
        let event = super::Event::StatusSet(StatusSet { person: self.person, status: self.status });
        Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons)
    }
}

pub(super) fn lawful(state: &State, set: &StatusSet, event: &Effective) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date from which it is so"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    if set.person.is_empty() {
        return Err(Refusal::of("person", "Choose one of the people of this case"));
    }
    if set.status.of_severity() {
        let says = "The severity assessment makes a person a subject. Assess the severity instead";
        return Err(Refusal::of("status", says));
    }
    if on < matter.received {
        let says = format!("It must be on or after the day the matter was received ({})", in_words(matter.received));
        return Err(Refusal::of("on", says));
    }
    let known = state.involved(&set.person);
    if known.is_some_and(|i| !i.statuses.is_empty() && i.status_on(on) == set.status) {
        return Err(Refusal::of("status", "This person already has this status. Choose another"));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, set: &StatusSet, on: Day, by: u64) {
    state.involve(&set.person).statuses.push((on, set.status));
    start(state, by);
    if set.status != Status::Unassessed {
        state.timers.stop(id::STATUS_3_MONTHS, &set.person, on, by);
    }
}

/// Starts the clock of everybody who has none, once the investigation is independent; the count
/// runs from the day it became that, whenever the person came into the case.
fn start(state: &mut State, by: u64) {
    let independent = state.mode.as_ref().filter(|mode| mode.mode == Mode::Independent).map(|mode| mode.on);
    let Some(since) = independent.filter(|_| state.report.is_none()) else { return };
    let people: Vec<String> = state.people().into_iter().map(str::to_owned).collect();
    for person in people {
        if state.timers.all().iter().any(|t| t.rule == id::STATUS_3_MONTHS && t.about == person) {
            continue;
        }
        let confirm = Start::of(id::STATUS_3_MONTHS, Owner::Us, "the person", Task::Lead)
            .titled("Confirm whether the person is a witness or a subject");
        state.timers.start(confirm.about(&person), since, by);
        let settled = state.involved(&person).and_then(|i| i.statuses.iter().find(|(_, s)| *s != Status::Unassessed));
        if let Some((on, _)) = settled.copied() {
            state.timers.stop(id::STATUS_3_MONTHS, &person, on, by);
        }
    }
}

/// Lets the clocks follow an entry of the main course.
pub(super) fn follow(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    match &event.event {
        Event::ModeDecided(_) | Event::AllegationsRecorded(_) => start(state, event.version),
        Event::ReportSubmitted(_) => {
            let people: Vec<String> = state.people().into_iter().map(str::to_owned).collect();
            for person in people {
                state.timers.fall(id::STATUS_3_MONTHS, &person, on, event.version);
            }
        }
        _ => {}
    }
}
