//! On which days the investigations were opened.

use rand::RngExt as _;

use super::calendar::{Calendar, anniversary, from_number, number};
use super::{Chance, Day, Kind, Life, Pathway, targets};

/// The earliest opening of a case still open when the record begins.
const OLDEST: Day = jiff::civil::date(2012, 12, 3);

/// Half of all investigations are over by this age, in days.
const HALF_LIFE: f64 = 275.0;

/// How much likelier than others an investigation of this age is to end now: it rises to a hump
/// and then falls slowly, which gives a hump of durations with a long tail.
pub(super) fn hazard(age: i32) -> f64 {
    if age < 12 {
        return 0.0;
    }
    let x = f64::from(age) / HALF_LIFE;
    3.0 / HALF_LIFE * (x * x + 0.03) / (1.0 + x * x * x)
}

/// How many of those opened at an age are still open: half after nine months, and a few for years.
fn still_open(age: i32) -> f64 {
    let x = f64::from(age) / 265.0;
    0.975 / (1.0 + x * x * x * x) + 0.025
}

/// Opens every investigation, in the order of the days.
pub(super) fn open(calendar: &Calendar, chance: &mut Chance) -> Vec<Life> {
    let mut opened = open_at_first(calendar, chance);
    let [in_2016_17, in_2017] = targets::OPENED_BEFORE_NEW_BODY;
    let [first, second, third, fourth] = targets::YEARS;
    let spans = [
        (first.0, first.1, in_2016_17),
        (second.0, targets::NEW_BODY, in_2017),
        (targets::NEW_BODY, second.1, targets::OPENED_Q4),
        (third.0, third.1, targets::OPENED_2018_19),
        (fourth.0, fourth.1, targets::OPENED_2019_20),
    ];
    for (from, to, count) in spans {
        let days = calendar.between(number(from), number(to));
        opened.extend(spread(days, count, (1.0, 1.0), chance));
    }
    opened.sort_unstable();
    opened.into_iter().map(begin).collect()
}

/// Those open when the record begins: the older, the fewer.
fn open_at_first(calendar: &Calendar, chance: &mut Chance) -> Vec<i32> {
    let begins = number(targets::RECORD_BEGINS);
    let days = calendar.between(number(OLDEST), begins - 1);
    let weights: Vec<f64> = days.iter().map(|day| still_open(begins - day)).collect();
    deal(days, &weights, targets::OPEN_AT_FIRST as usize, chance)
}

fn begin(opened: i32) -> Life {
    let day = from_number(opened);
    Life {
        opened,
        six: number(anniversary(day, 6)),
        twelve: number(anniversary(day, 12)),
        ended: None,
        discontinued: false,
        major: false,
        pathway: Pathway::Standard,
        kind: Kind::Conduct,
        force: 0,
        suspended: None,
        expected: None,
        waits_until: None,
    }
}

/// Spreads so many events over working days: at least one in every week if there are enough, the
/// others at a rate that goes from one value to another, with busier and quieter weeks.
pub(super) fn spread(days: &[i32], count: u32, rate: (f64, f64), chance: &mut Chance) -> Vec<i32> {
    let count = if days.is_empty() { 0 } else { count as usize };
    let mut events = Vec::new();
    let mut weights: Vec<f64> = Vec::new();
    for week in days.chunk_by(|a, b| week_of(*a) == week_of(*b)) {
        if events.len() < count {
            events.push(week[chance.random_range(0..week.len())]);
        }
        let busy = chance.random_range(0.65..1.35);
        for day in week {
            let gone = weights.len() as f64 / days.len() as f64;
            let quiet = if around_christmas(*day) { 0.4 } else { 1.0 };
            weights.push(busy * quiet * (rate.0 + (rate.1 - rate.0) * gone));
        }
    }
    events.extend(deal(days, &weights, count - events.len(), chance));
    events.sort_unstable();
    events
}

/// Deals so many events to days in proportion to their weights: evenly, so that chance neither
/// heaps them up nor moves their mean by much.
fn deal(days: &[i32], weights: &[f64], count: usize, chance: &mut Chance) -> Vec<i32> {
    let rate = count as f64 / weights.iter().sum::<f64>();
    let (mut events, mut owed) = (Vec::new(), 0.0);
    for (day, weight) in days.iter().zip(weights) {
        owed += rate * weight;
        while events.len() < count && owed + chance.random_range(-1.5..1.5) >= 0.5 {
            events.push(*day);
            owed -= 1.0;
        }
    }
    // What chance has left over may fall on any day.
    while !days.is_empty() && events.len() < count {
        events.push(days[chance.random_range(0..days.len())]);
    }
    events
}

/// 1970-01-01 was a Thursday, so that Mondays are three days before a multiple of seven.
fn week_of(day: i32) -> i32 {
    (day + 3).div_euclid(7)
}

fn around_christmas(day: i32) -> bool {
    let day = from_number(day);
    (day.month() == 12 && day.day() >= 22) || (day.month() == 1 && day.day() <= 2)
}
