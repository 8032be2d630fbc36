//! Counting: the last day of a period, with the arithmetic that led to it.
//!
//! The ways of counting are those of the domain brief, section 12.0. A count starts from a
//! trigger, which is a London day and, for rules that count hours, a moment. It answers with days
//! and with the arithmetic in sentences that a person can read aloud.

use jiff::{ToSpan as _, civil::Date};

use super::holiday::{Calendar, Nation, Reached};
use super::rule::{Bound, Counted, Unit, Version};
use crate::day::{self, Day, in_words};

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;

/// What starts a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trigger {
    /// The London day.
    pub on: Day,
    /// The moment, in microseconds since 1970, where it is known.
    pub at: Option<i64>,
}

impl Trigger {
    /// A trigger at a known moment, in microseconds since 1970.
    #[must_use]
    pub fn at(micros: i64) -> Self {
        Self { on: day::of_instant(micros), at: Some(micros) }
    }

    /// A trigger at a London time of day.
    #[must_use]
    pub fn london(on: Day, time: jiff::civil::Time) -> Self {
        Self { on, at: Some(london_moment(on, time)) }
    }
}

impl From<Day> for Trigger {
    fn from(on: Day) -> Self {
        Self { on, at: None }
    }
}

/// What a rule answers once it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// There is a last day, perhaps after an earliest one.
    By(Worked),
    /// There is a first day and no last one.
    NotBefore(Opening),
    /// There is no day, for this reason.
    NoFixedLimit(String),
}

/// A last day and how it was reached, one step a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// The first day on which it may be done; only a window has one.
    pub earliest: Option<Day>,
    /// The last day on which the thing is still in time.
    pub last_day: Day,
    /// The last moment in time, in microseconds since 1970, of a rule that counts hours.
    pub last_moment: Option<i64>,
    /// Whether it is due promptly, so that the last day is only the backstop.
    pub promptly: bool,
    /// The holidays that were no working days in the count, earliest first.
    pub holidays: Vec<(Day, String)>,
    /// Whether it rests on working days of a year whose holidays are not settled.
    pub provisional: bool,
    /// The arithmetic, step by step, in words.
    pub steps: Vec<String>,
}

/// The first day or moment of something, and how it was reached, one step a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The first day: on which a thing may be done, or on which a document counts as given.
    pub first_day: Day,
    /// The first moment, in microseconds since 1970, of a rule that counts hours.
    pub first_moment: Option<i64>,
    /// The holidays that were no working days in the count, earliest first.
    pub holidays: Vec<(Day, String)>,
    /// Whether it rests on working days of a year whose holidays are not settled.
    pub provisional: bool,
    /// The arithmetic, step by step, in words.
    pub steps: Vec<String>,
}

/// The last day of `version` counted from `from`, in the built-in calendar of England and Wales.
///
/// `None` when the rule sets no last day.
#[must_use]
pub fn last_day(version: &Version, from: Day) -> Option<Worked> {
    match worked(version, from, Calendar::built_in(), Nation::EnglandAndWales) {
        Limit::By(worked) => Some(worked),
        Limit::NotBefore(_) | Limit::NoFixedLimit(_) => None,
    }
}

/// What `version` answers for a trigger, with the working days of `nation`.
///
/// Only counts of working days, and of weeks that begin with one, look at the calendar.
#[must_use]
pub fn worked(version: &Version, trigger: impl Into<Trigger>, calendar: &Calendar, nation: Nation) -> Limit {
    let trigger = trigger.into();
    let count = Count { version, trigger, calendar, nation };
    let Some(end) = version.value.and_then(|value| count.end(value)) else {
        return Limit::NoFixedLimit(no_limit(version));
    };
    let first_step = start_in_words(trigger, version.unit);
    if version.bound == Bound::NotBefore {
        return Limit::NotBefore(opening(end, first_step));
    }
    let window = version.least.and_then(|least| count.end(least));
    let mut steps = vec![first_step];
    if let Some(window) = &window {
        steps.extend([window.how.clone(), format!("Earliest day: {}", in_words(window.day))]);
    }
    steps.push(end.how);
    let promptly = version.bound == Bound::Promptly;
    steps.push(match (promptly, end.moment) {
        (true, Some(micros)) => format!("Promptly, and by {} at the latest", day::instant_in_words(micros)),
        (true, None) => format!("Promptly, and by {} at the latest", in_words(end.day)),
        (false, Some(micros)) => format!("Last moment: {}", day::instant_in_words(micros)),
        (false, None) => format!("Last day: {}", in_words(end.day)),
    });
    steps.extend(provisional_in_words(end.provisional, end.day));
    Limit::By(Worked {
        earliest: window.map(|window| window.day),
        last_day: end.day,
        last_moment: end.moment,
        promptly,
        holidays: end.holidays,
        provisional: end.provisional,
        steps,
    })
}

/// The day on which a document that was sent counts as given, by a rule of deemed service.
///
/// `None` when `version` is no such rule. A message whose time is not known counts as sent too
/// late for its own day, which never shortens the time of the person who gets it.
#[must_use]
pub fn deemed_given(
    version: &Version,
    sent: impl Into<Trigger>,
    calendar: &Calendar,
    nation: Nation,
) -> Option<Opening> {
    let sent = sent.into();
    let next = calendar.working_days_after(sent.on, 1, nation);
    let (reached, how) = match version.counted {
        Counted::DeemedWhenSent => {
            let before = version.before?;
            let cutoff = london_moment(sent.on, before);
            let clock = before.strftime("%H:%M");
            if calendar.is_working_day(sent.on, nation) && sent.at.is_some_and(|at| at < cutoff) {
                let same_day = calendar.working_days_after(sent.on, 0, nation);
                (same_day, format!("Sent on a working day before {clock}, it counts as given on that day"))
            } else {
                (next, format!("Not sent on a working day before {clock}, it counts as given on the next working day"))
            }
        }
        Counted::DeemedAfterPosting => {
            let days = i32::try_from(version.value?).unwrap_or(i32::MAX);
            let day = add_days(sent.on, days);
            let after = format!("{} after posting, {}, is", counted_in_words(days, "day"), in_words(day));
            if calendar.is_working_day(day, nation) {
                let reached = calendar.working_days_after(day, 0, nation);
                (reached, format!("{after} a working day, and it counts as given then"))
            } else {
                (next, format!("{after} no working day, so it counts as given on the first working day after posting"))
            }
        }
        _ => return None,
    };
    let provisional = calendar.provisional(sent.on) || calendar.provisional(reached.day);
    let how = format!("{how}{}", holidays_in_words(&reached.skipped.holidays));
    let sent_on = sent.at.map_or_else(|| in_words(sent.on), day::instant_in_words);
    let given = format!("Counts as given on {}", in_words(reached.day));
    let mut steps = vec![format!("Sent on {sent_on}"), how, given];
    steps.extend(provisional_in_words(provisional, reached.day));
    Some(Opening { first_day: reached.day, first_moment: None, holidays: reached.skipped.holidays, provisional, steps })
}

impl Worked {
    /// The same limit with `days` calendar days that do not count, or that were granted on top;
    /// `why` says so in words: `the judicial review lasted 30 days`.
    #[must_use]
    pub fn extended(mut self, days: u32, why: &str) -> Self {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        self.last_moment = self.last_moment.map(|at| at.saturating_add(i64::from(days) * 24 * MICROS_PER_HOUR));
        self.last_day = self.last_moment.map_or_else(|| add_days(self.last_day, days), day::of_instant);
        self.steps.push(format!("Add {}: {why}", counted_in_words(days, "day")));
        self.steps.push(format!("Last day: {}", in_words(self.last_day)));
        self
    }
}

/// The day `months` later; a day that the month lacks counts as the first of the next month.
#[must_use]
pub fn months_later(from: Day, months: i32) -> Day {
    let first = from.first_of_month().saturating_add(months.months());
    if from.day() > first.days_in_month() {
        first.saturating_add(1.month())
    } else {
        Date::new(first.year(), first.month(), from.day()).unwrap_or(first)
    }
}

/// Whether something that began on `start` and was done on `done` took at most `months` months.
#[must_use]
pub fn within_months(start: Day, done: Day, months: i32) -> bool {
    done < months_later(start, months)
}

/// Everything that a count rests on.
struct Count<'a> {
    version: &'a Version,
    trigger: Trigger,
    calendar: &'a Calendar,
    nation: Nation,
}

/// Where a period ends.
struct End {
    day: Day,
    moment: Option<i64>,
    holidays: Vec<(Day, String)>,
    provisional: bool,
    how: String,
}

impl Count<'_> {
    /// Where a period of `value` ends; `None` where the rule sets none.
    fn end(&self, value: u32) -> Option<End> {
        let from = self.trigger.on;
        let number = i32::try_from(value).ok()?;
        let unit = self.version.unit?;
        let days = if unit == Unit::Weeks { number.saturating_mul(7) } else { number };
        let count = format!("Count {}", counted_in_words(days, "day"));
        Some(match (self.version.counted, unit) {
            (Counted::None | Counted::DeemedWhenSent | Counted::DeemedAfterPosting, _) => return None,
            (Counted::HoursAfter, _) => self.hours(number),
            (Counted::Before, Unit::Hours) => self.hours(-number),
            (Counted::Before, Unit::WorkingDays) => self.working_days_before(value),
            (Counted::Before, _) => plain(add_days(from, -days), format!("{count} back, that day not included")),
            (Counted::WithTheDay, Unit::WorkingDays) => self.working_days(from.yesterday().ok()?, value),
            (Counted::WithTheDay, _) => plain(add_days(from, days - 1), format!("{count}, that day included")),
            (Counted::WorkingDaysAfter, _)
            | (Counted::FromTheDayAfter | Counted::FromFirstWorkingDayAfter, Unit::WorkingDays) => {
                self.working_days(from, value)
            }
            (Counted::FromTheDayAfter, _) => {
                plain(add_days(from, days), format!("{count}, beginning with the day after"))
            }
            (Counted::FromFirstWorkingDayAfter, _) => self.beginning_on_a_working_day(days),
            (Counted::EndOfNextDay, _) => {
                plain(add_days(from, days), "By the end of the next day, weekends included".to_owned())
            }
            (Counted::MonthsStartingWith | Counted::MonthsCompletedBeforeAnniversary, _) => {
                let anniversary = months_later(from, number);
                let later = format!("{} later is {}", counted_in_words(number, "month"), in_words(anniversary));
                plain(add_days(anniversary, -1), format!("{later}; the last day is the day before"))
            }
            (Counted::MonthsAfter, _) => {
                let last = from.saturating_add(number.months());
                plain(last, format!("{} later is {}", counted_in_words(number, "month"), in_words(last)))
            }
        })
    }

    fn working_days(&self, from: Day, n: u32) -> End {
        let first = self.calendar.next_working_day(from, self.nation);
        let reached = self.calendar.working_days_after(from, n, self.nation);
        let count = counted_in_words(i32::try_from(n).unwrap_or(i32::MAX), "working day");
        self.by_calendar(reached, &format!("Count {count}, beginning with {}", in_words(first)))
    }

    fn working_days_before(&self, n: u32) -> End {
        let reached = self.calendar.working_days_before(self.trigger.on, n, self.nation);
        let count = counted_in_words(i32::try_from(n).unwrap_or(i32::MAX), "working day");
        self.by_calendar(reached, &format!("Count {count} back, that day not included"))
    }

    fn beginning_on_a_working_day(&self, days: i32) -> End {
        let first = self.calendar.working_days_after(self.trigger.on, 1, self.nation);
        let count = counted_in_words(days, "day");
        let how = format!("Count {count}, beginning with {}, the first working day after", in_words(first.day));
        let last = add_days(first.day, days - 1);
        End { day: last, ..self.by_calendar(first, &how) }
    }

    /// An end that rests on working days, whose holidays it names.
    fn by_calendar(&self, reached: Reached, how: &str) -> End {
        let holidays = reached.skipped.holidays;
        let provisional = self.calendar.provisional(self.trigger.on) || self.calendar.provisional(reached.day);
        let how = format!("{how}{}", holidays_in_words(&holidays));
        End { day: reached.day, moment: None, holidays, provisional, how }
    }

    /// Hours after the trigger, or before it when negative.
    ///
    /// Where only the day is known, the count takes the moment of that day that is on the safe
    /// side: its start for a limit, its end for something that may not be done before.
    fn hours(&self, hours: i32) -> End {
        let not_before = self.version.bound == Bound::NotBefore;
        let (from, assumed) = match self.trigger.at {
            Some(micros) => (micros, ""),
            None if not_before => {
                (day::end_of(self.trigger.on), ", from the end of that day, as its time is not known")
            }
            None => (start_of(self.trigger.on), ", from the start of that day, as its time is not known"),
        };
        let back = if hours < 0 { " back" } else { "" };
        let moment = from.saturating_add(i64::from(hours) * MICROS_PER_HOUR);
        let how = format!("Count {}{back}{assumed}", counted_in_words(hours.abs(), "hour"));
        End { moment: Some(moment), ..plain(day::of_instant(moment), how) }
    }
}

/// An end that rests on no calendar.
fn plain(day: Day, how: String) -> End {
    End { day, moment: None, holidays: Vec::new(), provisional: false, how }
}

/// The first day or moment after a period that has to end first.
fn opening(end: End, first_step: String) -> Opening {
    // Days end at midnight, so the next one is the first; hours end at a moment, which is the first.
    let first_day = if end.moment.is_some() { end.day } else { add_days(end.day, 1) };
    let last_step = match end.moment {
        Some(micros) => format!("Not before {}", day::instant_in_words(micros)),
        None => format!("That period ends with {}; not before {}", in_words(end.day), in_words(first_day)),
    };
    let mut steps = vec![first_step, end.how, last_step];
    steps.extend(provisional_in_words(end.provisional, end.day));
    Opening { first_day, first_moment: end.moment, holidays: end.holidays, provisional: end.provisional, steps }
}

fn no_limit(version: &Version) -> String {
    match &version.standard {
        _ if version.counted.deems() => "This rule says when something counts as given and sets no limit".to_owned(),
        Some(standard) => format!("No fixed limit: {standard}"),
        None => format!("No fixed limit: {} sets no number", version.citation),
    }
}

fn start_in_words(trigger: Trigger, unit: Option<Unit>) -> String {
    match trigger.at {
        Some(micros) if unit == Some(Unit::Hours) => format!("Start from {}", day::instant_in_words(micros)),
        _ => format!("Start from {}", in_words(trigger.on)),
    }
}

/// `; Good Friday (10 April 2020) and Easter Monday (13 April 2020) are not working days`.
fn holidays_in_words(holidays: &[(Day, String)]) -> String {
    let named: Vec<String> = holidays.iter().map(|(day, name)| format!("{name} ({})", in_words(*day))).collect();
    match named.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} is not a working day"),
        [most @ .., last] => format!("; {} and {last} are not working days", most.join(", ")),
    }
}

fn provisional_in_words(provisional: bool, day: Day) -> Option<String> {
    provisional.then(|| format!("Provisional: the holidays of {} are not published or not known here", day.year()))
}

/// `1 day`, `3 days`.
fn counted_in_words(number: i32, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {one}{plural}")
}

fn add_days(day: Day, days: i32) -> Day {
    day.saturating_add(days.days())
}

fn start_of(day: Day) -> i64 {
    day::end_of(add_days(day, -1))
}

/// The moment at which London's clocks show `time` on a day.
fn london_moment(day: Day, time: jiff::civil::Time) -> i64 {
    // The clocks change at 01:00, so from 09:00 the minutes are as many as they show.
    let minutes_after_nine = (i64::from(time.hour()) - 9) * 60 + i64::from(time.minute());
    day::nine_o_clock(day).saturating_add(minutes_after_nine * MICROS_PER_MINUTE)
}

#[cfg(test)]
mod tests;
