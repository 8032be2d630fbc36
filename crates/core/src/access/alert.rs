//! What is unusual about who looked, computed from the access log and the record: nothing of it is
//! stored. An alert names its rule and its numbers, and says nothing of what is in a case.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use serde::Deserialize;

use crate::day::{self, Day};

/// The numbers of the rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// How many refusals across forces within an hour.
    pub refused_in_an_hour: usize,
    /// Within how many days of their last one somebody is a leaver.
    pub leaving_days: i64,
    /// How many times the median of the days before is too much.
    pub times_median: usize,
    /// Of how many days before.
    pub median_days: i64,
    /// And more than so many cases.
    pub bulk_floor: usize,
}

impl Rules {
    /// The first day whose readings count in what is usual on a day.
    #[must_use]
    pub fn first_day(&self, day: Day) -> Day {
        day.saturating_sub(self.median_days.days())
    }
}

crate::case::named::named! {
    /// What is unusual.
    Rule {
        /// A case that is not the reader's own, with a reason or a purpose that they typed.
        Unassigned = "unassigned", "Read a case outside their own work";
        /// Somebody of their own name.
        OwnName = "own-name", "Read a case in which somebody of their own name stands";
        /// Somebody of their surname.
        Surname = "surname", "Read a case in which somebody of their surname stands";
        /// What is another force's.
        OtherForce = "other-force", "Asked for what is not their force's";
        /// Many cases on one day.
        Bulk = "bulk", "Read many cases on one day";
    }
}

/// A reading in the access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who, as an opaque id.
    pub actor: String,
    /// The stream of the case.
    pub case: String,
    /// The condition under which it was allowed: a cell of the matrix, or `break-glass`.
    pub scope: String,
}

/// Something that somebody of a force asked for and that is not their force's, or nothing at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who, as an opaque id.
    pub actor: String,
}

/// What is known of the people whose names are compared.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The names of members of staff, by their opaque ids.
    pub staff: BTreeMap<String, String>,
    /// The names of the people of cases, by stream.
    pub parties: BTreeMap<String, Vec<String>>,
    /// The last days of accounts, by opaque id.
    pub leaving: BTreeMap<String, Day>,
}

/// Something unusual.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alert {
    /// When it was first so, in microseconds since 1970.
    pub at: i64,
    /// Whose doing, as an opaque id.
    pub actor: String,
    /// The name of its rule.
    pub rule: &'static str,
    /// The stream of the case, where it is about one.
    pub case: Option<String>,
    /// The numbers that made it one, in words.
    pub numbers: String,
}

const HOUR_MICROS: i64 = 3_600_000_000;

/// What was unusual on a day, oldest first. The readings may be of other days too: those before it
/// are what somebody's own usual day is told from.
#[must_use]
pub fn on(rules: &Rules, day: Day, readings: &[Reading], refused: &[Refused], known: &Known) -> Vec<Alert> {
    let of_the_day: Vec<&Reading> = readings.iter().filter(|r| day::of_instant(r.at) == day).collect();
    let mut alerts = names_and_reasons(&of_the_day, known);
    alerts.extend(bulk(rules, day, readings, known));
    let refused: Vec<&Refused> = refused.iter().filter(|r| day::of_instant(r.at) == day).collect();
    alerts.extend(probing(rules, &refused));
    alerts.sort();
    alerts
}

/// Readings of one case by one person, as one.
fn names_and_reasons(of_the_day: &[&Reading], known: &Known) -> Vec<Alert> {
    let mut looks: BTreeMap<(&str, &str), Vec<&Reading>> = BTreeMap::new();
    for reading in of_the_day {
        looks.entry((&reading.actor, &reading.case)).or_default().push(reading);
    }
    let mut alerts = Vec::new();
    for ((actor, case), readings) in looks {
        let mut tell = |rule: Rule, readings: &[&Reading], numbers: String| {
            if let Some(at) = readings.iter().map(|r| r.at).min() {
                let (actor, case) = (actor.to_owned(), Some(case.to_owned()));
                alerts.push(Alert { at, actor, rule: rule.id(), case, numbers });
            }
        };
        let typed: Vec<&Reading> =
            readings.iter().copied().filter(|r| matches!(r.scope.as_str(), "break-glass" | "reason")).collect();
        tell(Rule::Unassigned, &typed, times(typed.len()));
        if let Some(rule) = likeness(known, actor, case) {
            tell(rule, &readings, times(readings.len()));
        }
    }
    alerts
}

fn times(count: usize) -> String {
    if count == 1 { "1 reading".to_owned() } else { format!("{count} readings") }
}

/// Whether somebody of the reader's own name, or else of their surname, stands in the case.
fn likeness(known: &Known, actor: &str, case: &str) -> Option<Rule> {
    let own = plain(known.staff.get(actor)?);
    let parties: Vec<Vec<String>> = known.parties.get(case)?.iter().map(|name| plain(name)).collect();
    if own.is_empty() {
        return None;
    }
    if parties.contains(&own) {
        return Some(Rule::OwnName);
    }
    parties.iter().any(|name| name.last() == own.last()).then_some(Rule::Surname)
}

/// The words of a name, without what people write differently.
fn plain(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whoever read more cases on the day than they usually do, or than somebody who leaves should.
fn bulk(rules: &Rules, day: Day, readings: &[Reading], known: &Known) -> Vec<Alert> {
    let first = rules.first_day(day);
    let mut cases: BTreeMap<&str, BTreeMap<Day, BTreeSet<&str>>> = BTreeMap::new();
    for reading in readings {
        let read_on = day::of_instant(reading.at);
        if read_on >= first && read_on <= day {
            cases.entry(&reading.actor).or_default().entry(read_on).or_default().insert(&reading.case);
        }
    }
    let mut alerts = Vec::new();
    for (actor, mut days) in cases {
        let count = days.remove(&day).map_or(0, |cases| cases.len());
        let mut usual: Vec<usize> = days.values().map(BTreeSet::len).collect();
        usual.sort_unstable();
        let median = usual.get(usual.len() / 2).copied().unwrap_or(0);
        let leaves = known.leaving.get(actor).filter(|last| {
            let left = day::between(day, **last);
            (0..=rules.leaving_days).contains(&left)
        });
        if count <= rules.bulk_floor || (leaves.is_none() && count <= rules.times_median * median) {
            continue;
        }
        let until = leaves.map_or_else(String::new, |last| format!(" Their last day is {}.", day::in_words(*last)));
        let numbers =
            format!("{count} cases; their median of the {} days before is {median}.{until}", rules.median_days);
        let on_the_day = readings.iter().filter(|r| r.actor == actor && day::of_instant(r.at) == day);
        let at = at_the_case(on_the_day, rules.bulk_floor);
        alerts.push(Alert { at, actor: actor.to_owned(), rule: Rule::Bulk.id(), case: None, numbers });
    }
    alerts
}

/// When the case was read that was one more than `most`.
fn at_the_case<'a>(readings: impl Iterator<Item = &'a Reading>, most: usize) -> i64 {
    let mut seen = BTreeSet::new();
    let mut last = 0;
    for reading in readings {
        last = reading.at;
        seen.insert(&reading.case);
        if seen.len() > most {
            break;
        }
    }
    last
}

/// Whoever asked so often within an hour for what is not their force's.
fn probing(rules: &Rules, refused: &[&Refused]) -> Vec<Alert> {
    let mut of: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for asked in refused {
        of.entry(&asked.actor).or_default().push(asked.at);
    }
    let mut alerts = Vec::new();
    for (actor, mut times) in of {
        times.sort_unstable();
        let enough = times.windows(rules.refused_in_an_hour.max(1)).find(|some| match (some.first(), some.last()) {
            (Some(first), Some(last)) => last - first < HOUR_MICROS,
            _ => false,
        });
        if let Some(at) = enough.and_then(|some| some.last()) {
            let numbers =
                format!("{} on the day, {} or more of them within an hour", times.len(), rules.refused_in_an_hour);
            let (actor, rule) = (actor.to_owned(), Rule::OtherForce.id());
            alerts.push(Alert { at: *at, actor, rule, case: None, numbers });
        }
    }
    alerts
}
