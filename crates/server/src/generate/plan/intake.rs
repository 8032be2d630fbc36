//! The days before a mode decision, and the referrals that were not investigated independently.

use jiff::civil::{Weekday, date};
use rand::RngExt as _;

use super::calendar::{Calendar, from_number, number};
use super::{Chance, Day, ForceShare, Investigation, Kind, Outcome, Referral, labels, targets};

/// Nothing was received or came to attention before.
const EARLIEST: Day = date(2012, 11, 22);

/// The days before a decision.
pub(super) struct Before {
    pub received: i32,
    pub attention: i32,
    pub incident: i32,
}

/// How many working days a decision takes: up to three mostly, some weeks at most.
fn days_to_decide(chance: &mut Chance) -> usize {
    match chance.random_range(0..100) {
        0..12 => 0,
        12..40 => 1,
        40..64 => 2,
        64..82 => 3,
        82..94 => chance.random_range(4..9),
        _ => chance.random_range(9..24),
    }
}

/// The days before an investigation was opened.
pub(super) fn before(opened: i32, calendar: &Calendar, chance: &mut Chance) -> Before {
    let taken = days_to_decide(chance);
    let mut received = if taken == 0 { opened } else { calendar.before(opened, taken) };
    // Now and then it came in at the weekend or on a holiday before.
    let free = received - calendar.before(received, 1) - 1;
    if free > 0 && chance.random_bool(0.2) {
        received -= chance.random_range(1..=free);
    }
    let received = received.max(number(EARLIEST));
    let attention = (received - days_to_refer(chance)).max(number(EARLIEST));
    Before { received, attention, incident: attention - days_to_notice(chance) }
}

/// A force that must refer does so by the end of the next day, but for some.
fn days_to_refer(chance: &mut Chance) -> i32 {
    match chance.random_range(0..1000) {
        0..75 => 2 + chance.random_range(0..5) * chance.random_range(0..6),
        75..520 => 0,
        _ => 1,
    }
}

/// What happened comes to attention within days mostly, and years later now and then.
fn days_to_notice(chance: &mut Chance) -> i32 {
    match chance.random_range(0..100) {
        0..55 => chance.random_range(0..4),
        55..85 => chance.random_range(4..45),
        85..97 => chance.random_range(45..300),
        _ => chance.random_range(300..1500),
    }
}

/// The referrals of each year that make up its number together with the investigations.
pub(super) fn referrals(
    investigations: &[Investigation],
    calendar: &Calendar,
    forces: &[ForceShare],
    chance: &mut Chance,
) -> Vec<Referral> {
    let mut all = Vec::new();
    for ((from, to), (least, most)) in targets::YEARS.into_iter().zip(targets::REFERRALS) {
        let investigated = investigations.iter().filter(|i| (from..=to).contains(&i.received)).count();
        let others = (chance.random_range(least..=most) as usize).saturating_sub(investigated);
        // Nothing happens on the last day of all.
        let to = if to == targets::LAST_DAY { number(to) - 1 } else { number(to) };
        let mut left = others;
        while left > 0 {
            let received = chance.random_range(number(from)..=to);
            let weekend = matches!(from_number(received).weekday(), Weekday::Saturday | Weekday::Sunday);
            if !weekend || chance.random_bool(0.3) {
                all.push(referral(received, calendar, forces, chance));
                left -= 1;
            }
        }
    }
    all.sort_by_key(|referral| referral.received);
    all
}

fn referral(received: i32, calendar: &Calendar, forces: &[ForceShare], chance: &mut Chance) -> Referral {
    let voluntary = chance.random_bool(0.13);
    let attention = received - if voluntary { chance.random_range(0..15) } else { days_to_refer(chance) };
    let kind = match chance.random_range(0..100) {
        0..42 => Kind::Complaint,
        42..68 => Kind::Conduct,
        _ => Kind::Dsi,
    };
    let reformed = attention >= number(targets::REFORM);
    let outcome = match chance.random_range(0..100) {
        0..36 => Outcome::Returned,
        36..42 if reformed => Outcome::Directed,
        _ => Outcome::Local,
    };
    let decided = match days_to_decide(chance) {
        0 => calendar.on_or_after(received),
        taken => calendar.after(received, taken),
    };
    let until_closed = match outcome {
        Outcome::Returned => chance.random_range(0..15),
        Outcome::Local => chance.random_range(30..150) + chance.random_range(0..200),
        Outcome::Directed => chance.random_range(90..420),
    };
    Referral {
        received: from_number(received),
        attention: from_number(attention),
        incident: from_number(attention - days_to_notice(chance)),
        kind,
        force: labels::force(forces, chance),
        decided: Some(from_number(decided)),
        outcome,
        closed: Some(from_number(calendar.on_or_after(decided + until_closed))),
        voluntary,
    }
}
