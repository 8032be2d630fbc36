//! Each published figure comes out of a count, for every seed.

use candour_server::generate::plan::{Ending, Kind, Outcome, Owner, Pathway, Plan, ProceedingKind};
use jiff::civil::date;

use crate::count::*;

fn for_each(check: impl Fn(&Plan)) {
    for plan in plans() {
        check(plan);
    }
}

#[test]
fn completed_in_2018_19_and_how_fast() {
    for_each(|plan| {
        let all = completions(plan, year(2018));
        assert_eq!(all.len(), 717);
        assert_eq!(percent_within(&all, 12), 79);
        assert_eq!(percent_within(&core(&all), 12), 82);
        assert_eq!(percent_within(&core(&all), 6), 30);
        let majors = all.len() - core(&all).len();
        assert!((25..=40).contains(&majors), "{majors}");
    });
}

#[test]
fn core_of_2017_18_within_twelve_months() {
    for_each(|plan| assert_eq!(percent_within(&core(&completions(plan, year(2017))), 12), 69));
}

#[test]
fn the_new_bodys_own_cases_within_twelve_months() {
    for_each(|plan| {
        let start = date(2018, 1, 8);
        let mut own = completions(plan, (start, date(2019, 10, 31)));
        own.retain(|i| i.opened >= start);
        assert_eq!(percent_within(&own, 12), 93);
    });
}

#[test]
fn completed_in_2019_20_and_how_fast() {
    for_each(|plan| {
        let all = completions(plan, year(2019));
        assert_eq!(all.len(), 718);
        assert_eq!(percent_within(&core(&all), 12), 83);
        assert_eq!(percent_within(&core(&all), 6), 35);
    });
}

#[test]
fn completed_by_the_new_body() {
    for_each(|plan| {
        assert_eq!(completions(plan, (date(2018, 1, 8), date(2019, 12, 16))).len(), 1254);
        let first = completions(plan, (date(2018, 1, 8), date(2018, 3, 31))).len();
        assert!((60..=100).contains(&first), "{first}");
    });
}

#[test]
fn opened_in_a_year() {
    for_each(|plan| {
        let opened = |y| plan.investigations.iter().filter(|i| within(i.opened, year(y))).count();
        assert_eq!((opened(2018), opened(2019)), (687, 508));
    });
}

#[test]
fn inherited_cases_still_open() {
    for_each(|plan| {
        let days = [date(2018, 1, 8), date(2019, 3, 31), date(2019, 12, 16), date(2020, 3, 31)];
        assert_eq!(days.map(|day| legacy_open(plan, day)), [538, 93, 27, 18]);
        for i in &plan.investigations {
            assert_ne!(i.opened, date(2018, 1, 8));
            assert_ne!(i.ended.map(|(day, _)| day), Some(date(2018, 1, 8)));
        }
    });
}

#[test]
fn forecasts_of_december_2019() {
    for_each(|plan| {
        let (december, last) = (date(2019, 12, 16), date(2020, 3, 31));
        let inherited = |i: &&candour_server::generate::plan::Investigation| {
            is_legacy(i) && i.ended.is_none_or(|(day, _)| day > december)
        };
        let open: Vec<_> = plan.investigations.iter().filter(inherited).collect();
        assert!(plan.investigations.iter().all(|i| i.expected.is_some() == inherited(&i)));
        let (mut soon, mut soon_and_done) = (0, 0);
        for i in open {
            let (on, expected) = i.expected.unwrap();
            assert!(within(on, (date(2019, 11, 18), date(2019, 12, 13))) && is_working_day(on));
            let done = completed(i).is_some_and(|day| day <= last);
            assert!(i.ended.is_none_or(|(day, ending)| day > last || ending == Ending::Completed));
            if expected <= last {
                assert!(expected >= date(2020, 1, 6) && is_working_day(expected));
                soon += 1;
                soon_and_done += usize::from(done);
            } else {
                assert!(within(expected, (date(2020, 4, 1), date(2020, 8, 31))) && !done);
            }
        }
        assert_eq!((soon, soon_and_done), (21, 9));
    });
}

#[test]
fn waiting_in_december_2019() {
    for_each(|plan| {
        let day = date(2019, 12, 16);
        let waiting = waiting(plan, day);
        assert_eq!(waiting.len(), 349);
        assert_eq!(mean_tenths(&waiting_days(plan, day)), 2000);
        let old: Vec<_> = waiting.iter().filter(|(i, _)| completed(i) < Some(date(2018, 1, 8))).collect();
        assert_eq!(old.len(), 40);
        assert!(old.iter().all(|(_, age)| *age >= 708));
        let coroner = |p: &&candour_server::generate::plan::Proceeding| {
            p.owner == Owner::Coroner && p.ended.is_none_or(|end| end > day)
        };
        let inquests = old.iter().filter(|(i, _)| i.proceedings.iter().any(|p| coroner(&p))).count();
        assert!(inquests > 20, "{inquests}");
    });
}

#[test]
fn waiting_when_the_new_body_began() {
    for_each(|plan| {
        let days = waiting_days(plan, date(2018, 1, 8));
        assert_eq!((days.len(), mean_tenths(&days)), (303, 1220));
    });
}

#[test]
fn streamlined_ones() {
    for_each(|plan| {
        let span = (date(2018, 11, 1), date(2019, 12, 16));
        let lengths: Vec<i64> = of_pathway(plan, Pathway::StreamlinedDsi, span).iter().map(|i| length(i)).collect();
        assert!((55..=75).contains(&lengths.len()), "{}", lengths.len());
        assert_eq!(mean_tenths(&lengths), 580);
        let (least, most) = (lengths.iter().min().unwrap(), lengths.iter().max().unwrap());
        assert!(*least >= 25 && *least < 40 && *most <= 110 && *most > 75, "{least} {most}");
        let all: Vec<_> = plan.investigations.iter().filter(|i| i.pathway == Pathway::StreamlinedDsi).collect();
        assert!(all.iter().all(|i| i.kind == Kind::Dsi && i.opened >= date(2018, 9, 1)));
        assert!(all.iter().all(|i| i.ended.unwrap().0 >= date(2018, 11, 1)));
        assert!(!of_pathway(plan, Pathway::StreamlinedDsi, (date(2020, 1, 1), date(2020, 3, 31))).is_empty());
    });
}

#[test]
fn ordinary_death_and_serious_injury_ones() {
    for_each(|plan| {
        let mut all = of_pathway(plan, Pathway::Standard, (date(2016, 4, 1), date(2018, 10, 31)));
        all.retain(|i| i.kind == Kind::Dsi);
        let lengths: Vec<i64> = all.iter().map(|i| length(i)).collect();
        assert_eq!(mean_tenths(&lengths), 2080);
    });
}

#[test]
fn parallel_action() {
    for_each(|plan| {
        let all: Vec<_> = plan.investigations.iter().filter(|i| i.pathway == Pathway::ParallelAction).collect();
        assert_eq!(all.len(), 2);
        assert!(days(all[0].opened, all[1].opened) <= 1 && all[0].opened.year() == 2019);
        assert_eq!(all[0].force, all[1].force);
        for i in all {
            let report = completed(i).unwrap();
            assert!(report <= date(2019, 12, 16) && length(i) <= 30 && i.kind == Kind::Conduct);
            assert_eq!(i.proceedings.len(), 1);
            let charging = &i.proceedings[0];
            assert_eq!((charging.kind, charging.owner), (ProceedingKind::ChargingDecision, Owner::Cps));
            let next = (1..9).map(|n| report.checked_add(jiff::Span::new().days(n)).unwrap());
            let next = next.into_iter().find(|day| is_working_day(*day)).unwrap();
            assert!(charging.begun == report || charging.begun == next);
            assert!(charging.ended.is_none_or(|day| day > date(2020, 3, 31)));
        }
    });
}

#[test]
fn referrals_received() {
    for_each(|plan| {
        let received = |y| {
            plan.investigations.iter().filter(|i| within(i.received, year(y))).count()
                + plan.referrals.iter().filter(|r| within(r.received, year(y))).count()
        };
        assert_eq!(received(2018), 4097);
        assert!((3600..=3700).contains(&received(2016)));
        assert!((3850..=3950).contains(&received(2017)));
        assert!((4250..=4350).contains(&received(2019)));
        let directed = plan.referrals.iter().filter(|r| r.outcome == Outcome::Directed);
        assert!(directed.clone().count() > 3);
        assert!(directed.into_iter().all(|r| r.attention >= date(2020, 2, 1)));
    });
}

#[test]
fn discontinued_ones_are_rare_and_of_the_old_law() {
    for_each(|plan| {
        let all = plan.investigations.iter().filter(|i| i.ended.is_some_and(|(_, how)| how == Ending::Discontinued));
        let all: Vec<_> = all.collect();
        assert!((6..=12).contains(&all.len()), "{}", all.len());
        for i in all {
            assert!(i.attention < date(2020, 2, 1) && i.proceedings.is_empty() && i.closed.is_none());
        }
    });
}

#[test]
fn mean_lengths_fall_from_year_to_year() {
    for_each(|plan| {
        let mean = |y| {
            let all = completions(plan, year(y));
            all.iter().map(|i| length(i)).sum::<i64>() as f64 / all.len() as f64
        };
        let now = mean(2018);
        assert!((19.0..=20.0).contains(&(mean(2017) - now)), "{} {now}", mean(2017));
        assert!((40.0..=41.0).contains(&(mean(2016) - now)), "{} {now}", mean(2016));
        assert!(mean(2019) < now, "{} {now}", mean(2019));
    });
}
