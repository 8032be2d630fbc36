//! The working days on which the plan lets anything be decided, and days as plain numbers.

pub(super) use candour_core::day::{from_number, number};
pub(super) use candour_core::law::deadline::months_later as anniversary;
use rand::RngExt as _;

use super::{Chance, Day, targets};

/// The first and the last day that the planner looks at.
const FIRST: Day = jiff::civil::date(2012, 11, 22);
const LAST: Day = jiff::civil::date(2023, 6, 30);

/// Every working day on which something may happen, in order.
pub(super) struct Calendar {
    days: Vec<i32>,
}

impl Calendar {
    /// Two working days stay empty, so that figures struck on them are the same at their beginning
    /// and at their end.
    pub(super) fn new(is_working_day: &dyn Fn(Day) -> bool) -> Self {
        let all = (number(FIRST)..=number(LAST)).map(|n| (n, from_number(n)));
        let kept = all.filter(|(_, day)| ![targets::NEW_BODY, targets::LAST_DAY].contains(day) && is_working_day(*day));
        Self { days: kept.map(|(n, _)| n).collect() }
    }

    /// The last day that the planner looks at.
    pub(super) fn last(&self) -> i32 {
        number(LAST)
    }

    /// The working days of a span, both ends included.
    pub(super) fn between(&self, from: i32, to: i32) -> &[i32] {
        let start = self.days.partition_point(|day| *day < from);
        let end = self.days.partition_point(|day| *day <= to);
        self.days.get(start..end).unwrap_or_default()
    }

    /// That day, or the next working day.
    pub(super) fn on_or_after(&self, day: i32) -> i32 {
        self.after(day - 1, 1)
    }

    /// That day, or the working day before it.
    pub(super) fn on_or_before(&self, day: i32) -> i32 {
        self.before(day + 1, 1)
    }

    /// That day if it is a working day, or else one of the working days after it: all of them, so
    /// that the first day after a holiday is not the day of everything.
    pub(super) fn about(&self, day: i32, chance: &mut Chance) -> i32 {
        if self.days.binary_search(&day).is_ok() { day } else { self.after(day, chance.random_range(1..6)) }
    }

    /// The so-many-th working day after a day.
    pub(super) fn after(&self, day: i32, nth: usize) -> i32 {
        let next = self.days.partition_point(|d| *d <= day);
        self.days.get(next + nth - 1).copied().unwrap_or(day + 1)
    }

    /// The so-many-th working day before a day.
    pub(super) fn before(&self, day: i32, nth: usize) -> i32 {
        let here = self.days.partition_point(|d| *d < day);
        here.checked_sub(nth).and_then(|i| self.days.get(i)).copied().unwrap_or(day - 1)
    }
}
