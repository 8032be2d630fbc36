//! Which investigations ended on which days.
//!
//! The days come first, spread smoothly. Then time is walked through, and for each end one of the
//! investigations open on that day is taken that suits: mostly one at the age at which many end.

use jiff::civil::date;
use rand::RngExt as _;

use super::calendar::{Calendar, number};
use super::openings::{hazard, spread};
use super::quotas::{Age, DISCONTINUED, Line, Origin, Period, Shape, periods};
use super::{Chance, Day, Life, Pathway, targets};

/// How many exchanges are tried at most before the means are left as they are.
const TRIES: u32 = 200_000;
/// The last day of the plan's future on which an investigation ends.
const LAST_END: Day = date(2022, 6, 30);

/// An end that is to be given to somebody.
struct Slot {
    day: i32,
    line: Line,
    discontinues: bool,
}

/// Ends the investigations: what the figures count, and then what is still open.
pub(super) fn end(lives: &mut [Life], calendar: &Calendar, chance: &mut Chance) {
    take_parallel_action(lives, calendar, chance);
    let mut slots: Vec<Slot> = periods().iter().flat_map(|period| days_of(period, calendar, chance)).collect();
    slots.extend(DISCONTINUED.iter().filter_map(|(from, to, origin)| {
        let days = calendar.between(number(*from), number(*to));
        let day = *days.get(chance.random_range(0..days.len().max(1)))?;
        Some(Slot { day, line: any_age(*origin), discontinues: true })
    }));
    slots.sort_by_key(|slot| slot.day);
    fill(lives, &slots, chance);
    exchange_until_means_fit(lives, chance);
    end_the_open_ones(lives, calendar, chance);
}

fn any_age(origin: Origin) -> Line {
    Line { origin, age: Age::Any, count: 1, window: (i32::MIN, i32::MAX), shape: Shape::Level }
}

/// Two linked investigations, opened together in 2019 and over within the month.
fn take_parallel_action(lives: &mut [Life], calendar: &Calendar, chance: &mut Chance) {
    let (from, to) = (number(date(2019, 5, 8)), number(date(2019, 7, 31)));
    let first = lives.partition_point(|life| life.opened < from + chance.random_range(0..60));
    let pairs = (first..lives.len().saturating_sub(1)).filter(|i| lives[*i].opened <= to);
    let Some(pair) = pairs.clone().find(|i| lives[i + 1].opened - lives[*i].opened <= 1) else { return };
    for (nth, life) in lives[pair..pair + targets::PARALLEL].iter_mut().enumerate() {
        life.pathway = Pathway::ParallelAction;
        life.ended = Some(calendar.on_or_before(life.opened + 22 + chance.random_range(0..4) + 3 * nth as i32));
    }
}

/// The days of the ends in a period, dealt to its lines.
fn days_of(period: &Period, calendar: &Calendar, chance: &mut Chance) -> Vec<Slot> {
    let total = period.lines.iter().map(|line| line.count).sum();
    let mut free = spread(calendar.between(number(period.from), number(period.to)), total, period.rate, chance);
    let mut slots = Vec::new();
    for line in &period.lines {
        for _ in 0..line.count {
            let Some(i) = pick(&free, line, chance) else { break };
            slots.push(Slot { day: free.remove(i), line: *line, discontinues: false });
        }
    }
    slots
}

/// One of the free days in a line's window, by its shape.
fn pick(free: &[i32], line: &Line, chance: &mut Chance) -> Option<usize> {
    let (from, to) = line.window;
    let start = free.partition_point(|day| *day < from);
    let end = free.partition_point(|day| *day <= to);
    if start == end {
        return None;
    }
    loop {
        let i = chance.random_range(start..end);
        let gone = if line.shape == Shape::Level { 0.0 } else { f64::from(free[i] - from) / f64::from(to - from) };
        let likely = match line.shape {
            Shape::Level => 1.0,
            Shape::Rising => 0.05 + 0.95 * gone,
            Shape::Falling => 1.0 - 0.95 * gone,
        };
        if chance.random_bool(likely) {
            return Some(i);
        }
    }
}

/// Walks through time and gives each end to somebody.
fn fill(lives: &mut [Life], slots: &[Slot], chance: &mut Chance) {
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for slot in slots {
        while next < lives.len() && lives[next].opened < slot.day {
            if lives[next].ended.is_none() {
                open.push(next);
            }
            next += 1;
        }
        let weights: Vec<f64> = open.iter().map(|i| weight(&lives[*i], slot)).collect();
        let Some(chosen) = draw(&weights, chance) else { continue };
        let life = &mut lives[open.remove(chosen)];
        life.ended = Some(slot.day);
        life.discontinued = slot.discontinues;
        if slot.line.age == Age::Streamlined {
            life.pathway = Pathway::StreamlinedDsi;
        }
    }
}

/// How readily an open investigation takes an end.
fn weight(life: &Life, slot: &Slot) -> f64 {
    let age = slot.day - life.opened;
    if !slot.line.suits(life, slot.day) {
        return 0.0;
    }
    match slot.line.age {
        Age::Streamlined => streamlined_hump(age),
        // The closer a case came to a year, the more the new body pressed it.
        Age::SixToTwelve if slot.line.origin == Origin::Any => 1.0,
        Age::SixToTwelve => f64::from(age - 120),
        // Of the new body's long ones, most are done soon after the year; of the others, the
        // oldest are pressed most.
        Age::OverTwelve if slot.line.origin == Origin::New => 1.0 / f64::from(age - 330),
        Age::OverTwelve => f64::from(age * age),
        _ => hazard(age),
    }
}

/// Streamlined ones take about eight weeks.
fn streamlined_hump(age: i32) -> f64 {
    f64::from(if age < 44 { (age - 22) * 70 } else { (110 - age) * 23 }.max(0))
}

/// One of several, in proportion to their weights.
fn draw(weights: &[f64], chance: &mut Chance) -> Option<usize> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let mut left = chance.random_range(0.0..total);
    let within = |weight: &f64| {
        left -= weight;
        left < 0.0
    };
    weights.iter().position(within).or(weights.iter().rposition(|weight| *weight > 0.0))
}

/// Exchanges the ends of pairs of long investigations until the mean of each year is as published.
/// Both stay over twelve months and of the same origin, so that no count changes.
fn exchange_until_means_fit(lives: &mut [Life], chance: &mut Chance) {
    let long: Vec<usize> =
        (0..lives.len()).filter(|i| lives[*i].completed().is_some_and(|day| day >= lives[*i].twelve)).collect();
    let mut off = off_the_means(lives);
    for _ in 0..TRIES {
        if long.is_empty() || off.iter().all(|(sum, count)| sum.abs() * 5.0 <= f64::from(*count)) {
            return;
        }
        let (a, b) = (long[chance.random_range(0..long.len())], long[chance.random_range(0..long.len())]);
        let (Some(end_a), Some(end_b)) = (lives[a].ended, lives[b].ended) else { continue };
        if lives[a].legacy() != lives[b].legacy() || end_b < lives[a].twelve || end_a < lives[b].twelve {
            continue;
        }
        let longer = f64::from(lives[a].opened - lives[b].opened);
        let mut changed = off;
        for (year, (sum, _)) in changed.iter_mut().enumerate() {
            *sum += if in_year(end_a, year) { longer } else { 0.0 } - if in_year(end_b, year) { longer } else { 0.0 };
        }
        let badness = |off: &[(f64, u32); 3]| off.iter().map(|(sum, _)| sum.abs()).sum::<f64>();
        // As bad as before will do: what one year has too much may go to another by way of a third.
        if badness(&changed) < badness(&off) + 0.5 {
            (lives[a].ended, lives[b].ended, off) = (Some(end_b), Some(end_a), changed);
        }
    }
}

fn in_year(day: i32, year: usize) -> bool {
    let (from, to) = targets::YEARS[year];
    (number(from)..=number(to)).contains(&day)
}

/// For each year with a published mean, by how many days in all its completions miss it, and how
/// many they are. Only the distances between the years are published. The level is a little below
/// the one that these completions have on the whole, and below that of the first year: a year can
/// pass its long cases on to 2019/20 more easily than it gets any from there.
fn off_the_means(lives: &[Life]) -> [(f64, u32); 3] {
    let years = [0, 1, 2].map(|year| {
        let (from, to) = targets::YEARS[year];
        let done: Vec<&Life> = lives.iter().filter(|life| life.completed_in(from, to)).collect();
        let days: i32 = done.iter().map(|life| life.days()).sum();
        let count = done.len() as f64;
        (f64::from(days) - targets::MEAN_ABOVE_2018_19[year] * count, count)
    });
    let (days, count) = years.iter().fold((0.0, 0.0), |all, year| (all.0 + year.0, all.1 + year.1));
    let level = (days / count).min(years[0].0 / years[0].1) - 1.5;
    years.map(|(days, count)| (days - level * count, count as u32))
}

/// Gives what is open after the last figures an end in the future.
fn end_the_open_ones(lives: &mut [Life], calendar: &Calendar, chance: &mut Chance) {
    let last = number(targets::LAST_DAY);
    let future = calendar.between(last + 1, number(LAST_END));
    for life in lives.iter_mut().filter(|life| life.ended.is_none()) {
        let short = last - life.opened < 70 && chance.random_bool(0.12);
        if short {
            life.pathway = Pathway::StreamlinedDsi;
        }
        let likely = |age: i32| match short {
            true if age > 100 => 1.0,
            true => streamlined_hump(age) / 40_000.0,
            // Seven days of the week in five.
            false => hazard(age) * 1.4,
        };
        let ends = future.iter().find(|day| chance.random_bool(likely(**day - life.opened).min(1.0)));
        // The very long ones would pile up on the last day.
        let any = future.get(chance.random_range(0..future.len().max(1)));
        life.ended = ends.or(any).copied();
    }
}
