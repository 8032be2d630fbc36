//! The days on which somebody who owes an answer is reminded: rules of the house, kept as data.

use serde::Deserialize;

use crate::case::clocks::{self, Clock};
use crate::case::{Context, State};
use crate::day;
use crate::law::Law;

/// A reminder by the day of a clock, the day that starts it being the first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// The rule whose clock it watches, by id.
    pub rule: String,
    /// The day of the clock, from 1.
    pub day: u32,
    /// What is said on that day.
    pub says: String,
}

impl Reminder {
    pub(super) fn check(&self, law: &Law) -> Result<(), String> {
        if law.rule(&self.rule).is_none() {
            return Err(format!("no rule of the law files is called {:?}", self.rule));
        }
        if self.day == 0 || self.says.trim().is_empty() {
            return Err("say the day, from 1, and what is said on it".to_owned());
        }
        Ok(())
    }
}

/// The reminders whose day has come, each with the clock that it is about; for each running clock
/// the latest one only.
#[must_use]
pub fn due<'l>(reminders: &'l [Reminder], state: &State, context: Context<'_>) -> Vec<(&'l Reminder, Clock)> {
    let running = clocks::of(state, context).into_iter().filter(Clock::runs);
    let latest = running.filter_map(|clock| {
        let of_day = day::between(clock.timer.on, context.today) + 1;
        let come = reminders.iter().filter(|r| r.rule == clock.timer.rule && i64::from(r.day) <= of_day);
        come.max_by_key(|reminder| reminder.day).map(|reminder| (reminder, clock))
    });
    latest.collect()
}
