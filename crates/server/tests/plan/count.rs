//! How figures are counted, written from the published rules alone.

#![allow(clippy::unwrap_used, reason = "a count that fails fails its test")]

use std::sync::OnceLock;

use candour_core::profile::Profile;
use candour_server::generate::plan::{Ending, Investigation, Pathway, Plan};
use candour_server::generate::reference;
pub use candour_server::generate::reference::is_working_day;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// Seeds whose plans are counted; the first is that of the demonstration.
pub const SEEDS: std::ops::RangeInclusive<u64> = 1..=4;

pub fn planned(seed: u64) -> Plan {
    reference::planned(seed, &Profile::named("iopc").unwrap())
}

/// The plans of all seeds, made once.
pub fn plans() -> &'static [Plan] {
    static PLANS: OnceLock<Vec<Plan>> = OnceLock::new();
    PLANS.get_or_init(|| SEEDS.map(planned).collect())
}

/// The first and last day of the year that begins in April.
pub fn year(starting: i16) -> (Date, Date) {
    (date(starting, 4, 1), date(starting + 1, 3, 31))
}

pub fn days(from: Date, to: Date) -> i64 {
    i64::from(from.until((jiff::Unit::Day, to)).unwrap().get_days())
}

pub fn within(day: Date, (from, to): (Date, Date)) -> bool {
    from <= day && day <= to
}

pub fn completed(i: &Investigation) -> Option<Date> {
    i.ended.filter(|(_, ending)| *ending == Ending::Completed).map(|(day, _)| day)
}

/// The completed of a span.
pub fn completions(plan: &Plan, span: (Date, Date)) -> Vec<&Investigation> {
    plan.investigations.iter().filter(|i| completed(i).is_some_and(|day| within(day, span))).collect()
}

pub fn length(i: &Investigation) -> i64 {
    days(i.opened, i.ended.unwrap().0)
}

/// Completed no later than the day before the anniversary.
pub fn within_months(i: &Investigation, months: i8) -> bool {
    let month_index = i32::from(i.opened.year()) * 12 + i32::from(i.opened.month()) - 1 + i32::from(months);
    let (year, month) = (month_index.div_euclid(12) as i16, month_index.rem_euclid(12) as i8 + 1);
    let anniversary = Date::new(year, month, i.opened.day())
        .unwrap_or_else(|_| date(year, month, 1).last_of_month().checked_add(1.day()).unwrap());
    completed(i).unwrap() <= anniversary.checked_sub(1.day()).unwrap()
}

/// Whole percentage, half up, of exact numbers.
pub fn percent_whole(part: usize, of: usize) -> usize {
    (part * 200 + of) / (of * 2)
}

/// Tenths of the mean, half up.
pub fn mean_tenths(numbers: &[i64]) -> i64 {
    let (sum, n) = (numbers.iter().sum::<i64>(), numbers.len() as i64);
    (sum * 20 + n).div_euclid(n * 2)
}

pub fn percent_within(of: &[&Investigation], months: i8) -> usize {
    percent_whole(of.iter().filter(|i| within_months(i, months)).count(), of.len())
}

pub fn core<'p>(of: &[&'p Investigation]) -> Vec<&'p Investigation> {
    of.iter().copied().filter(|i| !i.major).collect()
}

pub fn is_legacy(i: &Investigation) -> bool {
    let start = date(2018, 1, 8);
    i.opened < start && i.ended.is_none_or(|(ended, _)| ended >= start)
}

pub fn legacy_open(plan: &Plan, day: Date) -> usize {
    plan.investigations.iter().filter(|i| is_legacy(i) && i.ended.is_none_or(|(ended, _)| ended > day)).count()
}

/// Those that wait at the end of a day, and for how many days each.
pub fn waiting(plan: &Plan, day: Date) -> Vec<(&Investigation, i64)> {
    let waits = |i: &Investigation| {
        let report = completed(i).filter(|report| *report <= day)?;
        let on = i.proceedings.iter().any(|p| p.begun <= day && p.ended.is_none_or(|ended| ended > day));
        on.then(|| days(report, day))
    };
    plan.investigations.iter().filter_map(|i| waits(i).map(|age| (i, age))).collect()
}

pub fn waiting_days(plan: &Plan, day: Date) -> Vec<i64> {
    waiting(plan, day).into_iter().map(|(_, age)| age).collect()
}

pub fn of_pathway(plan: &Plan, pathway: Pathway, span: (Date, Date)) -> Vec<&Investigation> {
    completions(plan, span).into_iter().filter(|i| i.pathway == pathway).collect()
}
