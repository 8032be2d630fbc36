//! What follows a report: who decides what, in which order, until the wait is over; and the
//! closing of the case.

use rand::RngExt as _;

use super::calendar::{Calendar, from_number, number};
use super::{Chance, Kind, Life, Owner, Pathway, Proceeding, ProceedingKind, targets};
use ProceedingKind as P;

/// The last day of the plan's future.
const LAST: super::Day = jiff::civil::date(2022, 12, 30);
/// A wait of at least so many days has room for one proceeding after another.
const ROOM_FOR_TWO: i32 = 150;

/// A proceeding with its days as numbers.
struct Step {
    kind: P,
    owner: Owner,
    begun: i32,
    until: i32,
    handed_over: Option<(i32, Owner)>,
}

/// The proceedings of an investigation. Together they cover its whole wait.
pub(super) fn follow(life: &Life, calendar: &Calendar, chance: &mut Chance) -> Vec<Proceeding> {
    let (Some(report), Some(until)) = (life.completed(), life.waits_until) else { return Vec::new() };
    let begun = beginning(life, report, until, calendar, chance);
    let steps = match life.kind {
        _ if life.pathway == Pathway::ParallelAction => vec![step(P::ChargingDecision, begun, until)],
        Kind::Dsi => after_death_or_injury(life, begun, until, calendar, chance),
        Kind::Conduct => after_conduct(begun, until, calendar, chance),
        Kind::Complaint => after_complaint(begun, until, calendar, chance),
    };
    let planned = steps.into_iter().filter(|step| step.begun <= number(LAST));
    planned.map(|step| proceeding(&step, calendar, chance)).collect()
}

/// The day on which the first one begins: soon after the report. Around the days with published
/// figures it is the day of the report, so that nobody is between the two.
fn beginning(life: &Life, report: i32, until: i32, calendar: &Calendar, chance: &mut Chance) -> i32 {
    if life.pathway == Pathway::ParallelAction {
        return if chance.random_bool(0.5) { report } else { calendar.after(report, 1) };
    }
    let late = chance.random_bool(0.6);
    let begun = if late { calendar.after(report, chance.random_range(1..9)) } else { report };
    let struck = [targets::NEW_BODY, targets::DECEMBER_2019].map(number);
    let between = struck.iter().any(|day| report <= *day && *day < begun);
    if between || begun >= until { report } else { begun }
}

fn step(kind: P, begun: i32, until: i32) -> Step {
    let owner = match kind {
        P::ChargingDecision => Owner::Cps,
        P::Trial => Owner::Court,
        P::Inquest => Owner::Coroner,
        P::MisconductHearing => Owner::Panel,
        P::Tribunal => Owner::Tribunal,
        P::MisconductMeeting | P::Performance => Owner::Force,
        P::Other => Owner::Other,
    };
    Step { kind, owner, begun, until, handed_over: None }
}

/// A working day so many hundredths of the way through a span, never outside it.
fn part(begun: i32, until: i32, hundredths: std::ops::Range<i32>, calendar: &Calendar, chance: &mut Chance) -> i32 {
    let day = begun + (until - begun) * chance.random_range(hundredths) / 100;
    calendar.on_or_after(day).clamp(begun, until)
}

/// A hearing that the force prepares and a panel holds.
fn prepared_hearing(begun: i32, until: i32, calendar: &Calendar, chance: &mut Chance) -> Step {
    let passed = part(begun, until, 25..60, calendar, chance);
    Step { owner: Owner::Force, handed_over: Some((passed, Owner::Panel)), ..step(P::MisconductHearing, begun, until) }
}

/// A hearing that has to wait for a criminal court, and is the panel's turn after that.
fn held_hearing(begun: i32, until: i32, calendar: &Calendar, chance: &mut Chance) -> Step {
    let passed = part(begun, until, 65..95, calendar, chance);
    let passed = (passed > begun && passed < until).then_some((passed, Owner::Panel));
    Step { owner: Owner::LawfulHold, handed_over: passed, ..step(P::MisconductHearing, begun, until) }
}

fn after_death_or_injury(life: &Life, begun: i32, until: i32, calendar: &Calendar, chance: &mut Chance) -> Vec<Step> {
    let (Some(report), roll) = (life.completed(), chance.random_range(0..100)) else { return Vec::new() };
    if until - begun < ROOM_FOR_TWO && roll < 40 {
        let kind = if roll < 20 { P::Performance } else { P::Other };
        return vec![step(kind, begun, until)];
    }
    // An inquest may have been opened while the investigation still ran.
    let earlier = calendar.on_or_after(report - chance.random_range(1..60));
    let opened = if roll % 6 == 0 && earlier > life.opened { earlier } else { begun };
    let mut steps = vec![step(P::Inquest, opened, until)];
    match roll {
        70..80 => steps.push(step(P::MisconductMeeting, begun, part(begun, until, 20..50, calendar, chance))),
        80..86 => steps.push(step(P::Performance, begun, part(begun, until, 20..60, calendar, chance))),
        86..92 => steps.push(step(P::ChargingDecision, begun, part(begun, until, 30..70, calendar, chance))),
        _ => {}
    }
    steps
}

fn after_conduct(begun: i32, until: i32, calendar: &Calendar, chance: &mut Chance) -> Vec<Step> {
    let roll = chance.random_range(0..100);
    if until - begun < ROOM_FOR_TWO {
        return match roll {
            0..50 => vec![step(P::ChargingDecision, begun, until)],
            50..80 => vec![step(P::MisconductMeeting, begun, until)],
            80..92 => vec![prepared_hearing(begun, until, calendar, chance)],
            _ => vec![step(P::Performance, begun, until)],
        };
    }
    let decided = part(begun, until, 25..50, calendar, chance);
    let charging = step(P::ChargingDecision, begun, decided);
    // What follows begins when the charging decision is made, so that the wait has no gap.
    match roll {
        0..24 => vec![charging, step(P::Trial, decided, until)],
        24..38 => {
            let verdict = part(decided, until, 45..70, calendar, chance);
            vec![charging, step(P::Trial, decided, verdict), step(P::MisconductHearing, verdict, until)]
        }
        38..48 => {
            let hearing = held_hearing(decided, until, calendar, chance);
            let verdict = hearing.handed_over.map_or(until, |(day, _)| day);
            vec![charging, step(P::Trial, decided, verdict), hearing]
        }
        48..66 => vec![charging, prepared_hearing(decided, until, calendar, chance)],
        66..78 => vec![charging, step(P::MisconductMeeting, decided, until)],
        78..86 => vec![step(P::MisconductHearing, begun, until), charging],
        86..94 => vec![prepared_hearing(begun, until, calendar, chance)],
        _ => {
            let heard = part(begun, until, 50..70, calendar, chance);
            vec![prepared_hearing(begun, heard, calendar, chance), step(P::Tribunal, heard, until)]
        }
    }
}

fn after_complaint(begun: i32, until: i32, calendar: &Calendar, chance: &mut Chance) -> Vec<Step> {
    let half = part(begun, until, 35..65, calendar, chance);
    match chance.random_range(0..100) {
        0..40 => vec![step(P::MisconductMeeting, begun, until)],
        40..60 => vec![prepared_hearing(begun, until, calendar, chance)],
        60..75 => vec![step(P::ChargingDecision, begun, half), step(P::Trial, half, until)],
        75..87 => vec![step(P::Performance, begun, until)],
        _ => vec![step(P::Other, begun, until)],
    }
}

fn proceeding(step: &Step, calendar: &Calendar, chance: &mut Chance) -> Proceeding {
    let typical = match step.kind {
        P::ChargingDecision => 90,
        P::Trial | P::Inquest => 240,
        P::MisconductHearing | P::Tribunal => 150,
        P::MisconductMeeting | P::Performance | P::Other => 120,
    };
    // People expect something between the usual and what it then takes.
    let days = (typical + step.until - step.begun) / 2 * chance.random_range(75..125) / 100;
    let expected = calendar.on_or_before((step.begun + days.max(14)).min(calendar.last()));
    let handed_over = step.handed_over.filter(|(day, _)| *day > step.begun && *day < step.until);
    Proceeding {
        kind: step.kind,
        owner: step.owner,
        begun: from_number(step.begun),
        expected: from_number(expected),
        ended: (step.until <= number(LAST)).then(|| from_number(step.until)),
        handed_over: handed_over.map(|(day, owner)| (from_number(day), owner)),
    }
}

/// A completed case is closed some weeks after the last thing that had to happen.
pub(super) fn closing(life: &Life, calendar: &Calendar, chance: &mut Chance) -> Option<i32> {
    let last = life.completed()?.max(life.waits_until.unwrap_or(i32::MIN));
    let closed = calendar.on_or_after(last + chance.random_range(8..60));
    (closed <= number(LAST)).then_some(closed)
}
