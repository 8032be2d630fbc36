//! Who waits for others after the report, and until when.
//!
//! First everybody gets a natural wait. Then, for the two days with published figures, those whose
//! wait ends about that day are moved across it, one way or the other, until as many wait as did,
//! for as long as they did. Where they end up is spread over months, so that nothing shows.

use jiff::civil::date;
use rand::RngExt as _;

use super::calendar::{Calendar, from_number, number};
use super::{Chance, Kind, Life, Pathway, targets};

/// How many exchanges are tried at most before a mean is left as it is.
const TRIES: u32 = 60_000;
/// The shortest wait that is ended to make room.
const SHORTEST: i32 = 20;

/// Plans the end of the last proceeding of every completed investigation that has any.
pub(super) fn wait(lives: &mut [Life], calendar: &Calendar, chance: &mut Chance) {
    wait_naturally(lives, calendar, chance);
    let old = keep_old_ones_waiting(lives, calendar, chance);
    let (first, then) = (number(targets::NEW_BODY), number(targets::DECEMBER_2019));
    let ages = |day: i32, of: &[usize]| of.iter().filter_map(|i| Some(day - lives[*i].completed()?)).sum::<i32>();
    let (old_at_first, old_then) = (ages(first, &old), ages(then, &old));
    let count_and_sum =
        |(count, mean): (u32, i32), old_sum: i32| (count as usize - old.len(), count as i32 * mean - old_sum);
    let movable = |i: &usize| !old.contains(i) && lives[*i].pathway != Pathway::ParallelAction;
    let done = |from: i32, to: i32| {
        let completed = |i: &usize| lives[*i].completed().is_some_and(|day| (from..=to).contains(&day));
        (0..lives.len()).filter(movable).filter(completed).collect::<Vec<usize>>()
    };
    let (pool_at_first, pool_then) = (done(i32::MIN, first), done(first, then));
    let at_first = count_and_sum(targets::WAITING_AT_FIRST, old_at_first);
    let linked: Vec<usize> = (0..lives.len()).filter(|i| lives[*i].pathway == Pathway::ParallelAction).collect();
    let (waiting_then, sum_then) = count_and_sum(targets::WAITING_IN_DECEMBER, old_then);
    let in_december = (waiting_then - linked.len(), sum_then - ages(then, &linked));
    settle(lives, &pool_at_first, first, at_first, calendar, chance);
    settle(lives, &pool_then, then, in_december, calendar, chance);
}

/// Lets as many wait as usually do, evenly over time, each for a natural while.
fn wait_naturally(lives: &mut [Life], calendar: &Calendar, chance: &mut Chance) {
    let mut reports: Vec<(i32, usize)> = (0..lives.len()).filter_map(|i| Some((lives[i].completed()?, i))).collect();
    reports.sort_unstable();
    // What is owed to each kind, so that chance does not heap the waiting up.
    let mut owed = [0.0; 3];
    for (report, i) in reports {
        if lives[i].pathway == Pathway::ParallelAction {
            lives[i].waits_until = Some(calendar.on_or_after(number(date(2020, 6, 1)) + chance.random_range(0..160)));
            continue;
        }
        let (owed, share) = match lives[i].kind {
            Kind::Conduct => (&mut owed[0], 0.80),
            Kind::Dsi => (&mut owed[1], 0.64),
            Kind::Complaint => (&mut owed[2], 0.38),
        };
        *owed += share * growth(report);
        if *owed + chance.random_range(-0.6..0.6) >= 0.5 {
            *owed -= 1.0;
            lives[i].waits_until = Some(calendar.about(report + natural_wait(chance), chance));
        }
    }
}

/// More was passed on from year to year, until the end of 2019.
fn growth(report: i32) -> f64 {
    match from_number(report) {
        day if day < targets::NEW_BODY => 0.90,
        day if day < date(2018, 11, 1) => 0.96,
        day if day <= targets::DECEMBER_2019 => 1.04,
        _ => 0.87,
    }
}

fn natural_wait(chance: &mut Chance) -> i32 {
    match chance.random_range(0..100) {
        0..8 => chance.random_range(25..140),
        8..93 => 125 + chance.random_range(0..120) + chance.random_range(0..120),
        _ => chance.random_range(300..480),
    }
}

/// Some of those whom the predecessor had completed still wait in December 2019: deaths for an
/// inquest, and a few others for a trial.
fn keep_old_ones_waiting(lives: &mut [Life], calendar: &Calendar, chance: &mut Chance) -> Vec<usize> {
    let wanted = targets::WAITING_FROM_PREDECESSOR as usize;
    let inquests = wanted * 7 / 10;
    let (from, to) = (number(date(2017, 6, 15)), number(targets::NEW_BODY));
    let pool: Vec<usize> =
        (0..lives.len()).filter(|i| lives[*i].completed().is_some_and(|day| day >= from && day < to)).collect();
    let mut old: Vec<usize> = Vec::new();
    while old.len() < wanted.min(pool.len()) {
        let i = pool[chance.random_range(0..pool.len())];
        let kind = if old.len() < inquests { Kind::Dsi } else { Kind::Conduct };
        let gone = f64::from(lives[i].completed().unwrap_or(from) - from) / f64::from(to - from);
        // The later it was completed, the likelier it still waits.
        if lives[i].kind == kind && !old.contains(&i) && chance.random_bool(gone * gone) {
            old.push(i);
        }
    }
    let december = number(targets::DECEMBER_2019);
    for i in &old {
        lives[*i].waits_until = Some(calendar.about(december + chance.random_range(20..900), chance));
    }
    old
}

/// One that may wait at the end of a day or not.
#[derive(Clone, Copy)]
struct Candidate {
    life: usize,
    /// The end of its wait; none when nothing follows its report.
    until: Option<i32>,
    /// The days since the report.
    age: i32,
}

/// Makes so many of a pool wait at the end of a day, for so many days in all.
fn settle(
    lives: &mut [Life],
    pool: &[usize],
    day: i32,
    (count, sum): (usize, i32),
    calendar: &Calendar,
    chance: &mut Chance,
) {
    let candidate = |i: &usize| {
        let age = day - lives[*i].completed()?;
        Some(Candidate { life: *i, until: lives[*i].waits_until, age })
    };
    let mut able: Vec<Candidate> = pool.iter().filter_map(candidate).collect();
    // The longer the wait would still last, the sooner is it one of those that wait.
    able.sort_by_key(|one| (std::cmp::Reverse(one.until), one.life));
    let (waiting, over) = able.split_at_mut(count.min(pool.len()));
    exchange_until_sum_fits(waiting, over, sum, chance);
    for one in waiting.iter().filter(|one| one.until.is_none_or(|until| until <= day)) {
        let missing = one.until.map_or(60, |until| (day - until).min(40));
        lives[one.life].waits_until = Some(calendar.about(day + 1 + missing + chance.random_range(0..90), chance));
    }
    for one in over.iter().filter(|one| one.until.is_some_and(|until| until > day)) {
        let earliest = (one.age - 120).max(SHORTEST.min(one.age));
        let ended = day - one.age + chance.random_range(earliest..=one.age);
        lives[one.life].waits_until = Some(calendar.on_or_before(ended));
    }
}

/// Exchanges those that wait with those that do not, until the former have waited so many days in
/// all. Somebody whom nothing follows is made to wait only when the others do not suffice.
fn exchange_until_sum_fits(waiting: &mut [Candidate], over: &mut [Candidate], sum: i32, chance: &mut Chance) {
    let followed = over.partition_point(|one| one.until.is_some());
    let mut off: i32 = waiting.iter().map(|one| one.age).sum::<i32>() - sum;
    for attempt in 0..TRIES {
        let reach = if attempt < TRIES / 2 { followed } else { over.len() };
        if off == 0 || waiting.is_empty() {
            return;
        }
        if reach == 0 {
            continue;
        }
        let (a, b) = (chance.random_range(0..waiting.len()), chance.random_range(0..reach));
        let then = off + over[b].age - waiting[a].age;
        if over[b].age >= SHORTEST && waiting[a].age >= SHORTEST && then.abs() < off.abs() {
            std::mem::swap(&mut waiting[a], &mut over[b]);
            off = then;
        }
    }
}
