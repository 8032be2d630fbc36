//! What the investigations are: directorate, kind, pathway, force, suspension and forecast.
//!
//! Labels change no date. So the published means of a kind or pathway are reached by passing the
//! label on from one investigation to another of a more fitting length.

use jiff::civil::date;
use rand::RngExt as _;
use rand::seq::SliceRandom as _;

use super::calendar::{Calendar, from_number, number};
use super::{Chance, Day, ForceShare, Kind, Life, Pathway, targets};

/// How many times a label is offered at most before a mean is left as it is.
const OFFERS: u32 = 100_000;

/// Labels all investigations.
pub(super) fn label(lives: &mut [Life], calendar: &Calendar, forces: &[ForceShare], chance: &mut Chance) {
    set_major(lives, chance);
    for life in lives.iter_mut() {
        life.kind = kind(life, chance);
    }
    settle_streamlined(lives, chance);
    settle_dsi(lives, chance);
    deal_forces(lives, forces, chance);
    suspend(lives, calendar, chance);
    forecast(lives, calendar, chance);
}

/// A few of each year's completed, mostly very long ones, and a few of those still open.
fn set_major(lives: &mut [Life], chance: &mut Chance) {
    let completed_after = (from_number(number(targets::LAST_DAY) + 1), Day::MAX);
    let years = targets::YEARS.iter().chain([&completed_after]);
    let open = (15, 1);
    let wanted = targets::MAJORS.into_iter().zip(targets::MAJORS_WITHIN_12).chain([open]);
    for ((from, to), (majors, within)) in years.zip(wanted) {
        let mut of_year: Vec<usize> =
            (0..lives.len()).filter(|i| may_be_major(&lives[*i]) && lives[*i].completed_in(*from, *to)).collect();
        of_year.shuffle(chance);
        let is_long = |i: &usize| lives[*i].ended >= Some(lives[*i].twelve);
        let (long, short): (Vec<usize>, Vec<usize>) = of_year.into_iter().partition(is_long);
        // Whatever is major takes more than six months.
        let short = short.into_iter().filter(|i| lives[*i].ended >= Some(lives[*i].six));
        let chosen: Vec<usize> =
            short.take(within as usize).chain(long.into_iter().take((majors - within) as usize)).collect();
        for i in chosen {
            lives[i].major = true;
        }
    }
}

fn may_be_major(life: &Life) -> bool {
    life.pathway == Pathway::Standard
}

/// The shorter, the likelier a death or serious injury matter; the longer, the likelier conduct.
fn kind(life: &Life, chance: &mut Chance) -> Kind {
    let dsi = match (life.pathway, life.days()) {
        (Pathway::StreamlinedDsi, _) => 1.0,
        (Pathway::ParallelAction, _) => return Kind::Conduct,
        _ if life.major => 0.06,
        (_, ..=180) => 0.50,
        (_, ..=270) => 0.36,
        (_, ..=365) => 0.22,
        (_, ..=500) => 0.09,
        _ => 0.03,
    };
    if chance.random_bool(dsi) {
        Kind::Dsi
    } else if chance.random_bool(0.70) {
        Kind::Conduct
    } else {
        Kind::Complaint
    }
}

/// Passes a label on between those who may have it until the mean of those who do is the wanted
/// one. `has` tells who has it, and `pass` takes it from the first and gives it to the second.
fn settle(
    lives: &mut [Life],
    may: &[usize],
    mean: i32,
    has: impl Fn(&Life) -> bool,
    pass: impl Fn(&mut [Life], usize, usize),
    chance: &mut Chance,
) {
    let holders: Vec<usize> = may.iter().copied().filter(|i| has(&lives[*i])).collect();
    let count = holders.len() as i32;
    let mut off: i32 = holders.iter().map(|i| lives[*i].days()).sum::<i32>() - mean * count;
    for _ in 0..OFFERS {
        // A quarter of what one decimal forgives.
        if may.is_empty() || off.abs() * 80 <= count {
            return;
        }
        let (from, to) = (may[chance.random_range(0..may.len())], may[chance.random_range(0..may.len())]);
        if !has(&lives[from]) || has(&lives[to]) {
            continue;
        }
        let then = off + lives[to].days() - lives[from].days();
        if then.abs() < off.abs() {
            pass(lives, from, to);
            off = then;
        }
    }
}

fn settle_streamlined(lives: &mut [Life], chance: &mut Chance) {
    let could = |life: &Life| {
        !life.major
            && life.pathway != Pathway::ParallelAction
            && life.opened >= number(targets::STREAMLINED_SINCE)
            && (25..=110).contains(&life.days())
            && life.completed_in(date(2018, 11, 1), targets::DECEMBER_2019)
    };
    let may: Vec<usize> = (0..lives.len()).filter(|i| could(&lives[*i])).collect();
    let has = |life: &Life| life.pathway == Pathway::StreamlinedDsi;
    let pass = |lives: &mut [Life], from: usize, to: usize| {
        lives[from].pathway = Pathway::Standard;
        lives[to].pathway = Pathway::StreamlinedDsi;
        lives[to].kind = Kind::Dsi;
    };
    settle(lives, &may, targets::STREAMLINED_MEAN, has, pass, chance);
}

fn settle_dsi(lives: &mut [Life], chance: &mut Chance) {
    let could = |life: &Life| {
        life.pathway == Pathway::Standard && life.completed_in(targets::RECORD_BEGINS, targets::DSI_UNTIL)
    };
    let may: Vec<usize> = (0..lives.len()).filter(|i| could(&lives[*i])).collect();
    let pass = |lives: &mut [Life], from: usize, to: usize| {
        let other = lives[to].kind;
        (lives[from].kind, lives[to].kind) = (other, Kind::Dsi);
    };
    settle(lives, &may, targets::DSI_MEAN, |life| life.kind == Kind::Dsi, pass, chance);
}

/// Deals the investigations to the forces by weight, after one for each. Linked ones stay together.
fn deal_forces(lives: &mut [Life], forces: &[ForceShare], chance: &mut Chance) {
    let mut order: Vec<usize> = (0..lives.len()).collect();
    order.shuffle(chance);
    for (nth, i) in order.into_iter().enumerate() {
        lives[i].force = if nth < forces.len() { nth } else { force(forces, chance) };
    }
    let linked: Vec<usize> = (0..lives.len()).filter(|i| lives[*i].pathway == Pathway::ParallelAction).collect();
    if let Some(first) = linked.first().map(|i| lives[*i].force) {
        linked.into_iter().for_each(|i| lives[i].force = first);
    }
}

/// One of the forces, by weight; the first when no force has any.
pub(super) fn force(forces: &[ForceShare], chance: &mut Chance) -> usize {
    let total: u32 = forces.iter().map(|force| force.weight).sum();
    let mut left = chance.random_range(0..total.max(1));
    let mut within = |force: &ForceShare| {
        let here = left < force.weight;
        left = left.saturating_sub(force.weight);
        here
    };
    forces.iter().position(&mut within).unwrap_or(0)
}

/// Pauses some of the longer ones while a criminal court has the matter.
fn suspend(lives: &mut [Life], calendar: &Calendar, chance: &mut Chance) {
    let mut owed = 0.0;
    for life in lives.iter_mut().filter(|life| life.days() > 150) {
        owed += if life.kind == Kind::Dsi { 0.02 } else { 0.06 };
        if owed + chance.random_range(-0.5..0.5) >= 0.5 {
            owed -= 1.0;
            life.suspended = suspension(life, calendar, chance);
        }
    }
}

/// A pause inside a long investigation.
fn suspension(life: &Life, calendar: &Calendar, chance: &mut Chance) -> Option<(i32, i32)> {
    let (days, ended) = (life.days(), life.ended?);
    let from = calendar.on_or_after(life.opened + chance.random_range(20..days / 2));
    let longest = (ended - from - 14).min(320);
    let to = calendar.on_or_before(from + chance.random_range(longest / 3..=longest));
    (from < to && to < ended).then_some((from, to))
}

/// In late 2019 a completion was forecast for each inherited case that was still open. Those that
/// were completed by the last figures are among the ones expected by then.
fn forecast(lives: &mut [Life], calendar: &Calendar, chance: &mut Chance) {
    let (december, last) = (number(targets::DECEMBER_2019), number(targets::LAST_DAY));
    let open = |life: &Life| life.legacy() && life.ended.is_none_or(|ended| ended > december);
    let mut left: Vec<usize> = (0..lives.len()).filter(|i| open(&lives[*i])).collect();
    left.shuffle(chance);
    left.sort_by_key(|i| lives[*i].ended > Some(last));
    let recorded = calendar.between(number(date(2019, 11, 18)), number(date(2019, 12, 13)));
    let soon = calendar.between(number(date(2020, 1, 6)), last);
    let later = calendar.between(number(date(2020, 4, 1)), number(date(2020, 8, 31)));
    for (nth, i) in left.into_iter().enumerate() {
        let days = if nth < targets::EXPECTED_SOON as usize { soon } else { later };
        if recorded.is_empty() || days.is_empty() {
            return;
        }
        let on = recorded[chance.random_range(0..recorded.len())];
        lives[i].expected = Some((on, days[chance.random_range(0..days.len())]));
    }
}
