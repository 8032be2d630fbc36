//! What is done to a clock as such: more time is given, exceptional circumstances are recorded, a
//! missed last day is noted, and a bank holiday that was added late moves a last day.

use serde::{Deserialize, Serialize};

use super::{Clock, named};
use crate::case::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// More time was given. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extended {
    /// The clock, by its key.
    pub clock: String,
    /// The last day from then on.
    pub to: Day,
    /// The day on which more time was asked for, where somebody had to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_on: Option<Day>,
    /// The provision that allows it, as it stood.
    pub citation: String,
}

/// Exceptional circumstances prevented a limit from being met, so that it does not apply. Which
/// they were is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excused {
    /// The clock, by its key.
    pub clock: String,
    /// The provision, as it stood.
    pub citation: String,
}

/// A last day went by and the thing was not done. It is the work of a role from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missed {
    /// The clock, by its key.
    pub clock: String,
    /// The last day that went by.
    pub due: Day,
}

/// A bank holiday that was added late moved a last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The clock, by its key.
    pub clock: String,
    /// The last day before.
    pub from: Day,
    /// The last day from then on.
    pub to: Day,
    /// The day that was added to the bank holidays, or taken from them.
    pub holiday: Day,
    /// Who owes the thing and must be told, in words that name nobody; empty where it is the body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owed_by: String,
    /// To whom it is owed and who must be told; empty where it is the body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owed_to: String,
}

/// The command to give more time.
#[derive(Debug, Clone)]
pub struct Extend {
    /// The clock, by its key.
    pub clock: String,
    /// The last day from then on.
    pub to: Day,
    /// The day of the decision.
    pub on: Day,
    /// The day on which more time was asked for.
    pub asked_on: Option<Day>,
    /// Why.
    pub reasons: String,
}

/// The command to record exceptional circumstances.
#[derive(Debug, Clone)]
pub struct Excuse {
    /// The clock, by its key.
    pub clock: String,
    /// The day of the decision.
    pub on: Day,
    /// The circumstances, and how they prevented the limit from being met.
    pub reasons: String,
}

/// The command to note a missed last day; the system gives it, once a day.
#[derive(Debug, Clone)]
pub struct Miss {
    /// The clock, by its key.
    pub clock: String,
    /// The day on which it is noted.
    pub on: Day,
}

/// The command to note that a holiday moved a last day; the system gives it when the holiday is
/// recorded.
#[derive(Debug, Clone)]
pub struct Move {
    /// The clock, by its key.
    pub clock: String,
    /// The last day before.
    pub from: Day,
    /// The day that was added to the bank holidays, or taken from them.
    pub holiday: Day,
    /// The day on which it is noted.
    pub on: Day,
}

fn clock(key: &str, state: &State, context: Context<'_>) -> Result<Clock, Refusal> {
    named(key, state, context).ok_or_else(|| Refusal::of("clock", "There is no such clock in this case"))
}

impl Extend {
    pub(in crate::case) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let clock = clock(&self.clock, state, context)?;
        let rule = context.law.rule(clock.timer.rule);
        let Some(extension) = rule.and_then(|rule| rule.extension.as_ref()) else {
            return Err(Refusal::of("clock", "The rule of this clock lets nobody give more time"));
        };
        let asked = self.asked_on.unwrap_or(self.on);
        if asked > self.on {
            return Err(Refusal::of("asked_on", "More time must be asked for on or before the day it is given"));
        }
        if let Some(due) = clock.due.filter(|due| extension.before_expiry && asked > *due) {
            let says = format!(
                "More time must be asked for before the period ends, which it did on {}. It cannot be extended any more",
                in_words(due)
            );
            return Err(Refusal::of(if self.asked_on.is_some() { "asked_on" } else { "on" }, says));
        }
        let (to, asked_on, citation) = (self.to, self.asked_on, clock.citation.clone());
        let event = Event::ClockExtended(Extended { clock: self.clock, to, asked_on, citation });
        Ok(Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Excuse {
    pub(in crate::case) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let clock = clock(&self.clock, state, context)?;
        if !context.law.rule(clock.timer.rule).is_some_and(|rule| rule.exceptional_circumstances) {
            let says = "The rule of this clock does not give way to exceptional circumstances";
            return Err(Refusal::of("clock", says));
        }
        let citation = power::required(id::EXCEPTIONAL, state, context, self.on)?;
        let event = Event::ClockExcused(Excused { clock: self.clock, citation });
        Ok(Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Miss {
    pub(in crate::case) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let due = running(&self.clock, state, context)?.due;
        let due = due.ok_or_else(|| Refusal::of("clock", "This clock has no last day that could be missed"))?;
        Ok(Fresh::new(Event::ClockMissed(Missed { clock: self.clock, due }), Some(self.on)))
    }
}

impl Move {
    pub(in crate::case) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let clock = running(&self.clock, state, context)?;
        let none = || Refusal::of("clock", "This clock has no last day that could be moved");
        let to = clock.due.ok_or_else(none)?;
        let others = |party: &str| if party == "us" { String::new() } else { party.to_owned() };
        let owed_by = others(&clock.timer.owner.label().to_lowercase());
        let owed_to = others(clock.timer.to);
        let (from, holiday) = (self.from, self.holiday);
        let moved = Moved { clock: self.clock, from, to, holiday, owed_by, owed_to };
        Ok(Fresh::new(Event::ClockMoved(moved), Some(self.on)))
    }
}

pub(in crate::case) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    match &event.event {
        Event::ClockExtended(e) => {
            let clock = running(&e.clock, state, context)?;
            if clock.due.is_some_and(|due| e.to <= due) {
                return Err(Refusal::of("to", "The new last day must be after the one there is"));
            }
            if e.to <= on {
                return Err(Refusal::of("to", "The new last day must be after the day on which it is given"));
            }
            Ok(())
        }
        Event::ClockExcused(e) => {
            let clock = clock(&e.clock, state, context)?;
            match clock.timer.excused {
                Some(_) => Err(Refusal::of("clock", "The exceptional circumstances have already been recorded")),
                None if on < clock.timer.on => {
                    Err(Refusal::of("on", "It must be on or after the day the clock started"))
                }
                None => Ok(()),
            }
        }
        Event::ClockMissed(e) => {
            let Some(clock) = named(&e.clock, state, context) else {
                // Its start was rescinded since; the note stays as it was made.
                return Ok(());
            };
            if clock.timer.missed.is_some_and(|(due, _)| due == e.due) {
                return Err(Refusal::of("clock", "That it was missed has already been noted"));
            }
            if on <= e.due {
                return Err(Refusal::of("on", "Its last day has not gone by"));
            }
            Ok(())
        }
        Event::ClockMoved(e) if e.from == e.to => Err(Refusal::of("clock", "The last day did not move")),
        _ => Ok(()),
    }
}

fn running(key: &str, state: &State, context: Context<'_>) -> Result<Clock, Refusal> {
    let clock = clock(key, state, context)?;
    if clock.runs() { Ok(clock) } else { Err(Refusal::of("clock", "This clock no longer runs")) }
}

pub(in crate::case) fn apply(state: &mut State, event: &Effective) {
    let by = event.version;
    match &event.event {
        Event::ClockExtended(e) => {
            if let Some(timer) = state.timers.named(&e.clock) {
                timer.extended = Some((e.to, by));
            }
        }
        Event::ClockExcused(e) => {
            if let Some(timer) = state.timers.named(&e.clock) {
                timer.excused = Some(by);
            }
        }
        Event::ClockMissed(e) => {
            if let Some(timer) = state.timers.named(&e.clock) {
                timer.missed = Some((e.due, by));
            }
        }
        Event::ClockMoved(e) => {
            if let Some(timer) = state.timers.named(&e.clock) {
                timer.moved.push((e.from, e.to, by));
            }
        }
        _ => {}
    }
}
