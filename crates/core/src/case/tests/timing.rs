//! Clocks: what starts, extends, excuses and ends them.

use super::*;
use crate::case::clocks::acts::{Excuse, Extend, Miss};
use crate::case::clocks::{Standing, named, of};

/// The key of the one clock of a rule.
fn key(desk: &Desk, rule: &str) -> String {
    let of_rule: Vec<String> =
        desk.case.state.timers.all().iter().filter(|t| t.rule == rule).map(|t| t.key()).collect();
    assert_eq!(of_rule.len(), 1, "{rule}");
    of_rule[0].clone()
}

/// Holds a refusal against words of it.
fn says(result: Result<Vec<Fresh>, Refusal>, words: &str) {
    let refusal = result.unwrap_err().to_string();
    assert!(refusal.contains(words), "{refusal:?}");
}

fn excuse(clock: String) -> Command {
    Command::ExcuseClock(Excuse { clock, on: date(2018, 6, 10), reasons: "The station had flooded.".to_owned() })
}

#[test]
fn a_late_referral_is_excused_by_exceptional_circumstances_and_the_limit_stays_visible() {
    let mut desk = Desk::after(vec![refer_with(|o| o.on = date(2018, 6, 3))]);
    let rule = crate::law::id::REFER_COMPLAINT;
    let clock = key(&desk, rule);
    let standing = |desk: &Desk| named(&clock, &desk.case.state, desk.context()).unwrap().standing(TODAY);
    assert_eq!(standing(&desk), Standing::MetLate(1));
    desk.give(excuse(clock.clone())).unwrap();
    assert_eq!(standing(&desk), Standing::Excused);
    let due = named(&clock, &desk.case.state, desk.context()).unwrap().due;
    assert_eq!(due, Some(date(2018, 6, 2)), "the limit stays beside the excuse");
    says(desk.decide(excuse(clock.clone())), "already been recorded");
}

#[test]
fn a_target_of_the_body_gives_way_to_nothing() {
    let desk = Desk::after(whole().into_iter().take(3).collect());
    let target = key(&desk, crate::law::id::WITHIN_12_MONTHS);
    says(desk.decide(excuse(target.clone())), "does not give way");
    let more = Extend {
        clock: target,
        to: date(2019, 8, 1),
        on: date(2019, 3, 1),
        asked_on: None,
        reasons: "It is complex.".to_owned(),
    };
    says(desk.decide(Command::ExtendClock(more)), "lets nobody give more time");
}

#[test]
fn a_last_day_is_missed_from_the_day_after_it_and_noted_once() {
    let mut desk = Desk::after(whole().into_iter().take(3).collect());
    let clock = key(&desk, crate::law::id::WITHIN_12_MONTHS);
    let miss = |on| Command::MissClock(Miss { clock: clock.clone(), on });
    let due = named(&clock, &desk.case.state, desk.context()).unwrap().due.unwrap();
    says(desk.decide(miss(due)), "has not gone by");
    let next = due.tomorrow().unwrap();
    desk.give(miss(next)).unwrap();
    says(desk.decide(miss(next)), "already been noted");
    let timer = named(&clock, &desk.case.state, desk.context()).unwrap().timer;
    assert_eq!(timer.missed.map(|(day, _)| day), Some(due));
}

#[test]
fn a_rescinded_start_takes_its_clock_away_and_leaves_the_note_that_it_was_missed() {
    let mut desk = Desk::after(vec![refer_with(|_| {})]);
    let clock = key(&desk, crate::law::id::MODE_IN_3_DAYS);
    let due = named(&clock, &desk.case.state, desk.context()).unwrap().due.unwrap();
    desk.give(Command::MissClock(Miss { clock, on: due.tomorrow().unwrap() })).unwrap();
    let on = Correct {
        of: 1,
        field: "on".to_owned(),
        new: "2018-06-01".to_owned(),
        on: TODAY,
        reasons: "Slip of the pen.".to_owned(),
    };
    desk.give(Command::Correct(on)).unwrap();
    let clocks = of(&desk.case.state, desk.context());
    let decide = clocks.iter().find(|c| c.timer.rule == crate::law::id::MODE_IN_3_DAYS).unwrap();
    assert_eq!(decide.due, Some(date(2018, 6, 6)), "counted anew from the corrected day");
}
