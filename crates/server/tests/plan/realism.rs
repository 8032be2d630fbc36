//! The caseload looks like one.

use std::collections::BTreeMap;

use candour_server::generate::plan::{Kind, Owner, Plan, ProceedingKind};
use jiff::civil::{Date, Weekday, date};
use jiff::{Span, ToSpan as _};

use crate::count::*;

const ALL: (Date, Date) = (date(2016, 4, 1), date(2020, 3, 31));

fn every_day((from, to): (Date, Date)) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |day| *day <= to)
}

fn part(some: usize, all: usize) -> f64 {
    some as f64 / all as f64
}

#[test]
fn something_is_completed_in_every_working_week() {
    for plan in plans() {
        let done: Vec<Date> = completions(plan, ALL).iter().filter_map(|i| completed(i)).collect();
        let mondays = date(2016, 3, 28).series(7.days()).take_while(|monday| *monday <= date(2020, 3, 30));
        for monday in mondays {
            let week = (monday, monday.checked_add(4.days()).unwrap());
            let works = every_day(week).any(|day| is_working_day(day) && day >= ALL.0);
            assert!(!works || done.iter().any(|day| within(*day, week)), "{monday}");
        }
    }
}

#[test]
fn no_length_and_no_day_stands_out() {
    for plan in plans() {
        let all = completions(plan, ALL);
        let (mut lengths, mut ends) = (BTreeMap::new(), BTreeMap::new());
        for i in &all {
            *lengths.entry(length(i)).or_insert(0) += 1;
            *ends.entry(completed(i)).or_insert(0) += 1;
        }
        let most = *lengths.values().max().unwrap();
        assert!(part(most, all.len()) < 0.015, "{most}");
        assert!(ends.values().all(|n| *n <= 10));
        for (m, d, y) in [(1, 5, 2018), (12, 16, 2019), (3, 29, 2019), (3, 30, 2020), (3, 29, 2018), (3, 31, 2017)] {
            assert!(ends.get(&Some(date(y, m, d))).is_none_or(|n| *n <= 8));
        }
    }
}

#[test]
fn shares_rise_with_the_months() {
    for plan in plans() {
        let spans = (2016..2020).map(year).chain([ALL]);
        for span in spans {
            let all = completions(plan, span);
            let counts = [3, 6, 9, 12].map(|m| all.iter().filter(|i| within_months(i, m)).count());
            assert!(counts[0] > 5 && counts.windows(2).all(|w| w[0] < w[1]) && counts[3] < all.len(), "{counts:?}");
        }
    }
}

#[test]
fn lengths_have_a_hump_and_a_long_tail() {
    for plan in plans() {
        let mut lengths: Vec<i64> = completions(plan, ALL).iter().map(|i| length(i)).collect();
        lengths.sort_unstable();
        let at = |percent: usize| lengths[lengths.len() * percent / 100];
        assert!(at(5) > 40 && at(50) > 180 && at(50) < 320 && at(95) > 600 && at(100 - 1) > 900, "{}", at(50));
        let bin = |from: i64| lengths.iter().filter(|n| (from..from + 60).contains(*n)).count();
        assert!(bin(180) > bin(60) && bin(180) > bin(400) && bin(400) > bin(700));
    }
}

#[test]
fn kinds_forces_and_majors_are_mixed() {
    for plan in plans() {
        let all = &plan.investigations;
        let of = |kind| part(all.iter().filter(|i| i.kind == kind).count(), all.len());
        assert!((0.45..0.55).contains(&of(Kind::Conduct)), "{}", of(Kind::Conduct));
        assert!((0.25..0.35).contains(&of(Kind::Dsi)), "{}", of(Kind::Dsi));
        assert!((0.16..0.25).contains(&of(Kind::Complaint)), "{}", of(Kind::Complaint));
        let forces: std::collections::BTreeSet<usize> = all.iter().map(|i| i.force).collect();
        assert_eq!(forces.len(), 43);
        let of_force = |force: usize| all.iter().filter(|i| i.force == force).count();
        let largest = part(forces.iter().map(|force| of_force(*force)).max().unwrap(), all.len());
        assert!((0.14..0.22).contains(&largest), "{largest}");
        let mut majors: Vec<i64> = all.iter().filter(|i| i.major).map(length).collect();
        majors.sort_unstable();
        assert!((0.03..0.05).contains(&part(majors.len(), all.len())), "{}", majors.len());
        assert!(majors[majors.len() / 2] > 400);
    }
}

#[test]
fn the_record_begins_with_a_stock() {
    for plan in plans() {
        let before = plan.investigations.iter().filter(|i| i.opened < ALL.0);
        let count = before.clone().count();
        assert!((500..=600).contains(&count), "{count}");
        assert!(before.clone().filter(|i| i.opened < date(2014, 4, 1)).count() > 5);
        assert!((2800..3200).contains(&plan.investigations.len()));
    }
}

#[test]
fn some_are_paused_and_some_are_late() {
    for plan in plans() {
        let long = plan.investigations.iter().filter(|i| length(i) > 150).count();
        let paused = plan.investigations.iter().filter(|i| i.suspended.is_some()).count();
        assert!((0.04..=0.06).contains(&part(paused, long)), "{paused} {long}");
        let late = |attention: Date, received: Date| days(attention, received) > 1;
        let mandatory = plan.referrals.iter().filter(|r| !r.voluntary).map(|r| (r.attention, r.received));
        let gaps: Vec<_> = mandatory.chain(plan.investigations.iter().map(|i| (i.attention, i.received))).collect();
        let share = part(gaps.iter().filter(|(a, r)| late(*a, *r)).count(), gaps.len());
        assert!((0.06..=0.09).contains(&share), "{share}");
    }
}

#[test]
fn decisions_come_soon_and_weekends_are_quiet() {
    for plan in plans() {
        let taken = |received: Date, decided: Date| {
            every_day((received, decided)).filter(|day| *day > received && is_working_day(*day)).count()
        };
        let decided = plan.referrals.iter().map(|r| (r.received, r.decided.unwrap()));
        let all: Vec<_> = decided.chain(plan.investigations.iter().map(|i| (i.received, i.opened))).collect();
        let soon = part(all.iter().filter(|(a, b)| taken(*a, *b) <= 3).count(), all.len());
        assert!((0.76..0.84).contains(&soon), "{soon}");
        assert!(all.iter().all(|(a, b)| taken(*a, *b) <= 30));
        let weekend = |day: Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let share = part(all.iter().filter(|(a, _)| weekend(*a)).count(), all.len());
        assert!((0.05..0.16).contains(&share), "{share}");
    }
}

#[test]
fn most_reports_are_followed_by_something() {
    for plan in plans() {
        let done = completions(plan, ALL);
        let share = part(done.iter().filter(|i| !i.proceedings.is_empty()).count(), done.len());
        assert!((0.55..=0.65).contains(&share), "{share}");
        let all: Vec<_> = plan.investigations.iter().flat_map(|i| &i.proceedings).collect();
        for owner in [Owner::LawfulHold, Owner::Cps, Owner::Court, Owner::Coroner, Owner::Tribunal, Owner::Force] {
            assert!(all.iter().filter(|p| p.owner == owner).count() > 10, "{owner:?}");
        }
        assert!(all.iter().filter(|p| p.handed_over.is_some()).count() > 50);
        let passed = all.iter().filter(|p| p.ended.is_some_and(|ended| ended > p.expected)).count();
        assert!((0.2..0.8).contains(&part(passed, all.len())), "{passed}");
        let early = |i: &candour_server::generate::plan::Investigation| {
            let report = completed(i);
            i.proceedings.iter().any(|p| p.kind == ProceedingKind::Inquest && Some(p.begun) < report)
        };
        assert!(plan.investigations.iter().any(early));
    }
}

#[test]
fn the_waiting_stock_is_smooth_about_the_published_days() {
    for plan in plans() {
        for day in [date(2018, 1, 8), date(2019, 12, 16)] {
            let at = |offset: i32| waiting_days(plan, day.checked_add(Span::new().days(offset)).unwrap()).len() as i32;
            let stocks: Vec<i32> = (-4..=4).map(|weeks| at(weeks * 7)).collect();
            assert!(stocks.windows(2).all(|w| (w[1] - w[0]).abs() <= 22), "{day} {stocks:?}");
            assert!(most_ends_on_one_day(plan, day) <= 12);
        }
        let quarters = (2017..2020).flat_map(|y| [(3, 31), (6, 30), (9, 30), (12, 31)].map(|(m, d)| date(y, m, d)));
        let stocks: Vec<i32> = quarters.map(|day| waiting_days(plan, day).len() as i32).collect();
        assert!(stocks.windows(2).all(|w| (w[1] - w[0]).abs() <= 90), "{stocks:?}");
    }
}

/// The most investigations whose last proceeding ended on one day of the two months about a day.
fn most_ends_on_one_day(plan: &Plan, day: Date) -> usize {
    let near = |end: &Date| days(*end, day).abs() <= 30;
    let mut ends = BTreeMap::new();
    let last = |i: &candour_server::generate::plan::Investigation| i.proceedings.iter().filter_map(|p| p.ended).max();
    for end in plan.investigations.iter().filter_map(last).filter(near) {
        *ends.entry(end).or_insert(0) += 1;
    }
    ends.into_values().max().unwrap_or(0)
}

#[test]
fn those_who_wait_are_of_two_sorts() {
    for plan in plans() {
        let ages = waiting_days(plan, date(2019, 12, 16));
        let young = ages.iter().filter(|age| **age < 365).count();
        let middle = ages.iter().filter(|age| (365..700).contains(*age)).count();
        assert!(young > 280 && middle < 30, "{young} {middle}");
    }
}
