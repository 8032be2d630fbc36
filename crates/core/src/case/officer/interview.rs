//! The interview of the person concerned: its notice, another time, and what became of it.

use serde::{Deserialize, Serialize};

use super::{known, not_before, special};
use crate::case::clocks::{self, Owner, Task, timer::Start};
use crate::case::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// Notice of an interview was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notified {
    /// The stream of the person.
    pub person: String,
    /// The day of the interview.
    pub for_on: Day,
    /// Whether that day was agreed; otherwise it was specified.
    pub agreed: bool,
    /// Whether the law limits how much later the person may propose; not for a former officer.
    pub limited: bool,
    /// The provision, as it stood.
    pub citation: String,
}

/// The interview was moved to a time that the person proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The stream of the person.
    pub person: String,
    /// The day proposed.
    pub for_on: Day,
}

/// The interview was held, or the person did not come. What was said of it is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The stream of the person.
    pub person: String,
    /// Whether the person came.
    pub attended: bool,
}

/// The command to give notice of an interview.
#[derive(Debug, Clone)]
pub struct Notify {
    /// The stream of the person.
    pub person: String,
    /// The day of the notice.
    pub on: Day,
    /// The day of the interview.
    pub for_on: Day,
    /// Whether it was agreed.
    pub agreed: bool,
}

/// The command to move it.
#[derive(Debug, Clone)]
pub struct Move {
    /// The stream of the person.
    pub person: String,
    /// The day on which another time was proposed.
    pub on: Day,
    /// The day proposed.
    pub for_on: Day,
}

/// The command to record that it was held.
#[derive(Debug, Clone)]
pub struct Hold {
    /// The stream of the person.
    pub person: String,
    /// When.
    pub on: Day,
    /// Whether the person came.
    pub attended: bool,
    /// What else is known.
    pub note: String,
}

/// An interview as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interview {
    /// When notice of it was given.
    pub notified: Day,
    /// The day of the interview.
    pub for_on: Day,
    /// Whether that day was agreed.
    pub agreed: bool,
    /// Whether it was moved.
    pub moved: bool,
    /// When it was held, and whether the person came.
    pub held: Option<(Day, bool)>,
}

impl Notify {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::INTERVIEW, state, context, self.on)?;
        let involved = known(state, &self.person)?;
        let former = involved.left.as_ref().is_some_and(|left| left.condition.is_some());
        let unlimited = former && power::cited(id::INTERVIEW_FORMER, state, context, self.on).is_some();
        let (person, for_on, agreed) = (self.person, self.for_on, self.agreed);
        let notified = Notified { person, for_on, agreed, limited: !unlimited, citation };
        Ok(Fresh::new(Event::Officer(super::Event::InterviewNotified(notified)), Some(self.on)))
    }
}

impl Move {
    pub(super) fn event(self) -> Fresh {
        let moved = Moved { person: self.person, for_on: self.for_on };
        Fresh::new(Event::Officer(super::Event::InterviewMoved(moved)), Some(self.on))
    }
}

impl Hold {
    pub(super) fn event(self) -> Fresh {
        let held = Held { person: self.person, attended: self.attended };
        Fresh::new(Event::Officer(super::Event::InterviewHeld(held)), Some(self.on)).with_words("note", self.note)
    }
}

pub(super) fn lawful_notice(
    state: &State,
    notified: &Notified,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &notified.person)?;
    let notice = &involved.notice;
    let terms = power::cited(id::NOTICE_TERMS, state, context, on).is_some();
    let ready = if terms { notice.terms.map(|(_, day)| day) } else { notice.served.map(|(_, day)| day) };
    let Some(ready) = ready.filter(|_| notice.withdrawn.is_none()) else {
        let what = if terms { "the terms of reference, or a notice that they are not given," } else { "the notice" };
        let says = format!("A person is interviewed only after {what} has been given ({})", notified.citation);
        return Err(Refusal::new(says));
    };
    not_before(on, ready, "on which that was given")?;
    if notified.for_on < on {
        return Err(Refusal::of("for_on", "The interview must be on or after the day of its notice"));
    }
    if involved.interview.is_some_and(|i| i.held.is_none() && i.for_on >= on) {
        return Err(Refusal::new("An interview has already been arranged. Move it, or record that it was held"));
    }
    Ok(())
}

pub(super) fn lawful_move(
    state: &State,
    moved: &Moved,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &moved.person)?;
    let Some(interview) = involved.interview.filter(|i| i.held.is_none()) else {
        return Err(Refusal::new("No interview has been arranged that could be moved"));
    };
    not_before(on, interview.notified, "of its notice")?;
    if interview.agreed || interview.moved {
        return Err(Refusal::new("Only a time that was specified can be moved in this way, and only once"));
    }
    if moved.for_on < on {
        return Err(Refusal::of("for_on", "The interview must be on or after the day on which the time was proposed"));
    }
    let clocks = clocks::of(state, context);
    let clock = clocks
        .iter()
        .find(|c| c.timer.rule == id::INTERVIEW_OTHER_TIME && c.timer.about == moved.person && c.timer.runs());
    if let Some((due, citation)) = clock.and_then(|c| Some((c.due?, &c.citation)))
        && moved.for_on > due
    {
        let says = format!("The other time must be reasonable and no later than {} ({citation})", in_words(due));
        return Err(Refusal::of("for_on", says));
    }
    Ok(())
}

pub(super) fn lawful_held(state: &State, held: &Held, event: &Effective) -> Result<(), Refusal> {
    let involved = known(state, &held.person)?;
    let (Some(interview), Some(on)) = (involved.interview.filter(|i| i.held.is_none()), event.on) else {
        return Err(Refusal::new("No interview has been arranged"));
    };
    not_before(on, interview.notified, "of its notice")
}

pub(super) fn apply_notice(state: &mut State, notified: &Notified, on: Day, by: u64) {
    let person = &notified.person;
    let (for_on, agreed) = (notified.for_on, notified.agreed);
    state.involve(person).interview = Some(Interview { notified: on, for_on, agreed, moved: false, held: None });
    state.timers.fall(id::INTERVIEW_OTHER_TIME, person, on, by);
    if !agreed && notified.limited {
        let other = Start::of(id::INTERVIEW_OTHER_TIME, Owner::Officer, "the person investigating", Task::Lead);
        state.timers.start(other.about(person), for_on, by);
    }
}

pub(super) fn apply_move(state: &mut State, moved: &Moved, on: Day, by: u64) {
    if let Some(interview) = &mut state.involve(&moved.person).interview {
        interview.for_on = moved.for_on;
        interview.moved = true;
    }
    state.timers.stop(id::INTERVIEW_OTHER_TIME, &moved.person, on, by);
}

pub(super) fn apply_held(state: &mut State, held: &Held, on: Day, by: u64) {
    if let Some(interview) = &mut state.involve(&held.person).interview {
        interview.held = Some((on, held.attended));
    }
    state.timers.fall(id::INTERVIEW_OTHER_TIME, &held.person, on, by);
}
