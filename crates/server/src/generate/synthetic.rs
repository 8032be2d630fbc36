//! A synthetic caseload by chance alone: any number of cases over any number of years.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::Mode;
use candour_core::day;
use candour_core::profile::Profile;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::act::{Act, Does};
use super::{LAST_DAY, NEW_LAW, Plan, words};

/// Everything that happens, in the order in which it does.
pub(super) fn acts(plan: Plan, profile: &Profile, chance: &mut ChaCha8Rng) -> Vec<Act> {
    let days = i32::from(plan.years.max(1)) * 365;
    let first = day::number(LAST_DAY) - days;
    let mut acts = Vec::new();
    for case in 0..plan.cases as usize {
        let received = weekday(first + chance.random_range(0..days));
        history(case, received, profile, chance, &mut acts);
    }
    acts.retain(|act| act.day < LAST_DAY);
    acts.sort_by_key(|act| (act.day, act.case));
    acts
}

/// What happens in one case.
fn history(case: usize, received: i32, profile: &Profile, chance: &mut ChaCha8Rng, acts: &mut Vec<Act>) {
    let mut act = |number: i32, does: Does| {
        let day = day::from_number(number);
        acts.push(Act { told: day, day, case, does });
    };
    let open = open(case, received, profile, chance);
    let new_law = open.matter.clear_on.unwrap_or(open.on) >= NEW_LAW;
    act(received, Does::Refer(Box::new(open)));
    let decided = weekday(received + chance.random_range(1..9));
    let mode = match chance.random_range(0..100) {
        0..58 => Mode::Independent,
        58..66 if new_law => Mode::Directed,
        _ => Mode::Local,
    };
    act(decided, Does::Decide(mode));
    if mode != Mode::Independent {
        act(weekday(decided + chance.random_range(20..200)), Does::Close);
        return;
    }
    let appointed = weekday(decided + chance.random_range(0..4));
    act(appointed, Does::Appoint(chance.random_range(0..2), Directorate::Core, Pathway::Standard));
    act(appointed, Does::Draft);
    act(weekday(appointed + chance.random_range(0..5)), Does::Approve);
    // Two draws added make a hump with a long tail, as real durations have.
    let tail = if chance.random_bool(0.12) { chance.random_range(100..420) } else { 0 };
    let reported = weekday(appointed + 25 + chance.random_range(0..150) + chance.random_range(0..150) + tail);
    act(reported, Does::Report);
    act(weekday(reported + chance.random_range(10..160)), Does::Close);
}

fn open(case: usize, received: i32, profile: &Profile, chance: &mut ChaCha8Rng) -> Open {
    let kind = match chance.random_range(0..10) {
        0..5 => MatterKind::Complaint,
        5..8 => MatterKind::Conduct,
        _ => MatterKind::Dsi,
    };
    let route = match chance.random_range(0..20) {
        0..15 => Route::Mandatory,
        15..19 => Route::Voluntary,
        _ => Route::CallIn,
    };
    let late = chance.random_bool(0.08);
    let clear = received - if late { chance.random_range(2..20) } else { chance.random_range(0..2) };
    let incident = clear - chance.random_range(0..60);
    // The Metropolitan force has about a fifth of everything.
    let force = if chance.random_bool(0.18) { profile.force("metropolitan") } else { None };
    let force = force.unwrap_or(&profile.forces[chance.random_range(0..profile.forces.len())]);
    let on = day::from_number(received);
    let matter = Matter {
        kind,
        force: force.id.clone(),
        number: Some(format!("{}/{:06}", on.year(), 100_000 + case)),
        route: Some(route),
        clear_on: (route != Route::Voluntary).then(|| day::from_number(clear)),
        incident_on: Some(day::from_number(incident.min(received))),
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    let summaries = words::summaries(kind);
    let summary = summaries[chance.random_range(0..summaries.len())].to_owned();
    Open { how: How::Referred, on, matter, summary }
}

/// The same day, or the Monday after a weekend.
fn weekday(number: i32) -> i32 {
    match day::from_number(number).weekday().to_monday_zero_offset() {
        5 => number + 2,
        6 => number + 1,
        _ => number,
    }
}
