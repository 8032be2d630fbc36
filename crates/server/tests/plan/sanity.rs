//! Every date is where it can be, and the same seed gives the same plan.

use candour_server::generate::plan::{ForceShare, Investigation, Owner, Proceeding, ProceedingKind, plan};
use jiff::civil::{Date, date};

use crate::count::*;

fn works(day: Date) -> bool {
    is_working_day(day) && day != date(2020, 3, 31)
}

#[test]
fn investigations_are_in_order() {
    for i in plans().iter().flat_map(|plan| &plan.investigations) {
        assert!(i.incident <= i.attention && i.attention <= i.received && i.received <= i.opened, "{i:?}");
        assert!(i.attention >= date(2012, 11, 22) && i.opened >= date(2012, 12, 1), "{i:?}");
        assert!(works(i.opened) && i.opened < date(2020, 3, 31) && i.received < date(2020, 3, 31));
        let (ended, _) = i.ended.unwrap();
        assert!(works(ended) && ended > i.opened && ended >= date(2016, 4, 1) && ended < date(2022, 12, 31));
        if let Some((from, to)) = i.suspended {
            assert!(i.opened < from && from < to && to < ended && works(from) && works(to), "{i:?}");
        }
        match completed(i) {
            Some(report) => after_report(i, report),
            None => assert!(i.proceedings.is_empty() && i.closed.is_none()),
        }
    }
}

fn after_report(i: &Investigation, report: Date) {
    for p in &i.proceedings {
        proceeding(p, i, report);
    }
    let last = i.proceedings.iter().map(|p| p.ended.unwrap_or(Date::MAX)).max();
    match i.closed {
        Some(closed) => assert!(works(closed) && closed > report && last.is_none_or(|last| last <= closed), "{i:?}"),
        // Only what reaches the end of the plan is never closed.
        None => assert!(last.unwrap_or(report) > date(2022, 3, 1), "{i:?}"),
    }
}

fn proceeding(p: &Proceeding, i: &Investigation, report: Date) {
    assert!(works(p.begun) && p.expected > p.begun && is_working_day(p.expected), "{p:?}");
    assert!(p.begun >= report || (p.kind == ProceedingKind::Inquest && p.begun > i.opened), "{i:?}");
    assert!(p.ended.is_none_or(|ended| works(ended) && ended >= p.begun && ended >= report), "{i:?}");
    assert!(p.ended.is_none_or(|ended| ended <= date(2022, 12, 31)));
    if let Some((day, owner)) = p.handed_over {
        assert!(works(day) && day > p.begun && p.ended.is_none_or(|ended| day < ended) && owner != p.owner, "{p:?}");
    }
    let usual = match p.kind {
        ProceedingKind::ChargingDecision => &[Owner::Cps][..],
        ProceedingKind::Trial => &[Owner::Court],
        ProceedingKind::Inquest => &[Owner::Coroner],
        ProceedingKind::MisconductMeeting | ProceedingKind::Performance => &[Owner::Force],
        ProceedingKind::MisconductHearing => &[Owner::Panel, Owner::Force, Owner::LawfulHold],
        ProceedingKind::Tribunal => &[Owner::Tribunal],
        ProceedingKind::Other => &[Owner::Other],
    };
    assert!(usual.contains(&p.owner), "{p:?}");
}

#[test]
fn referrals_are_in_order() {
    for r in plans().iter().flat_map(|plan| &plan.referrals) {
        assert!(r.incident <= r.attention && r.attention <= r.received, "{r:?}");
        assert!(within(r.received, (date(2016, 4, 1), date(2020, 3, 30))), "{r:?}");
        let decided = r.decided.unwrap();
        assert!(works(decided) && decided >= r.received, "{r:?}");
        assert!(r.closed.is_some_and(|closed| works(closed) && closed >= decided), "{r:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_plan() {
    for (seed, plan) in SEEDS.zip(plans()) {
        assert_eq!(&planned(seed), plan);
    }
    assert_ne!(plans()[0], plans()[1]);
}

#[test]
fn odd_arguments_do_no_harm() {
    let nothing = plan(1, &|_| false, &[]);
    assert!(nothing.investigations.is_empty());
    let weightless = plan(1, &is_working_day, &[ForceShare { weight: 0 }]);
    assert!(weightless.investigations.iter().all(|i| i.force == 0));
    assert!(!plan(1, &is_working_day, &[]).investigations.is_empty());
}
