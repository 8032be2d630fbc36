//! The domain brief's scenarios about figures: W8, W9 and W16.

use jiff::civil::date;

use super::super::*;
use super::after::{Line, counts, investigation, listed, told};
use super::ask;

/// What a share is, of the independent investigations completed from January to March 2020.
fn share(facts: &Facts, filters: &[&str]) -> Value {
    let (from, on) = (date(2020, 1, 1), date(2020, 3, 31));
    ask(facts, "timeliness.within-12-months", Some(from), on, facts.position(), filters, None).value
}

/// Ten completed in a quarter: eight within the year, and two of 900 and 1,400 days.
#[test]
fn w8_the_slow_ones_count_and_the_share_without_them_stands_beside() {
    let names = ["case:A", "case:B", "case:C", "case:D", "case:E", "case:F", "case:G", "case:H"];
    let mut lines: Vec<Line<'_>> =
        names.iter().flat_map(|name| investigation(name, "2019-03-15", "2020-03-02")).collect();
    // 2020-03-02 less 900 days, and less 1,400.
    lines.extend(investigation("case:LEGACY", "2017-09-14", "2020-03-02"));
    lines.extend(investigation("case:OLDEST", "2016-05-02", "2020-03-02"));
    lines.extend(investigation("case:OPEN", "2019-03-15", ""));
    let facts = told(&lines);
    let days = listed(&facts, "timeliness.duration", Some(date(2020, 1, 1)), date(2020, 3, 31), &[]);
    let days: Vec<_> = days.iter().filter_map(Member::days).collect();
    assert!(days.contains(&900) && days.contains(&1400), "{days:?}");
    assert_eq!(share(&facts, &[]), Value::Share { met: 8, of: 10 });
    assert_eq!(share(&facts, &["started=since-2018-01-08"]), Value::Share { met: 8, of: 8 }, "the legacy left out");
    // The cohort of that opening is not mature: one of it is still open, and its number stands beside.
    counts(&facts, "caseload.open", date(2020, 3, 31), &["started=since-2018-01-08"], 1);
}

/// A charge, a trial, a hearing and an appeal after the report, and an inquest beside them.
#[test]
fn w9_every_day_after_the_report_belongs_to_one_owner() {
    use FactKind::{Begun, Ended, Owner};
    let mut lines = investigation("case:A", "2018-06-01", "2019-05-01");
    lines.extend([
        ("case:A", Begun, 1, "2019-05-01", "cps"),
        ("case:A", Begun, 2, "2019-08-01", "coroner"),
        ("case:A", Owner, 1, "2019-10-01", "court"),
        ("case:A", Ended, 1, "2020-06-15", "acquitted"),
        ("case:A", Begun, 3, "2020-06-15", "force"),
        ("case:A", Ended, 2, "2020-09-01", "conclusion"),
        ("case:A", Ended, 3, "2020-12-10", "proven"),
        ("case:A", Begun, 4, "2020-12-10", "tribunal"),
        ("case:A", Ended, 4, "2021-03-01", "dismissed"),
    ]);
    let facts = told(&lines);
    let owned = |holder: &str, from: Day, to: Day| {
        let of = format!("holder={holder}");
        let days = crate::day::between(from, to);
        let each = (0..days).map(|n| from.saturating_add(jiff::Span::new().days(n)));
        each.map(|on| ask(&facts, "post-report.waiting", None, on, facts.position(), &[&of], None).value.count())
            .sum::<u64>()
    };
    let (from, to) = (date(2019, 5, 1), date(2021, 3, 1));
    let shares = ["cps", "court", "coroner", "force", "tribunal"].map(|holder| owned(holder, from, to));
    let of = |from: Day, to: Day| u64::try_from(crate::day::between(from, to)).unwrap();
    assert_eq!(shares[0], of(from, date(2019, 10, 1)), "the prosecutor's");
    assert_eq!(shares[1], of(date(2019, 10, 1), date(2020, 6, 15)), "the court's, inquest or not");
    assert_eq!(shares[2], of(date(2020, 6, 15), date(2020, 9, 1)), "the coroner's, before the force's");
    assert_eq!(shares[3], of(date(2020, 9, 1), date(2020, 12, 10)), "the force's");
    assert_eq!(shares[4], of(date(2020, 12, 10), to), "the tribunal's");
    assert_eq!(shares.iter().sum::<u64>(), of(from, to), "no day twice and none left out");
}

/// Twenty-one of twenty-seven were expected by the end of March 2020; nine were done.
#[test]
fn w16_a_forecast_that_slipped_is_shown_against_what_was_promised() {
    let names: Vec<String> = (0..27).map(|n| format!("case:C{n:02}")).collect();
    let mut lines = Vec::new();
    for (n, name) in names.iter().enumerate() {
        lines.extend(investigation(name, "2017-06-01", if n < 9 { "2020-03-20" } else { "" }));
        let expected = if n < 21 { "2020-03-31" } else { "2020-08-31" };
        lines.push((name, FactKind::Expected, 0, "2019-12-16", expected));
    }
    let facts = told(&lines);
    let told_on = Some(date(2019, 12, 16));
    let on = date(2020, 3, 31);
    let score = ask(&facts, "caseload.legacy-forecast", told_on, on, facts.position(), &[], None).value;
    assert_eq!(score, Value::Share { met: 9, of: 21 });
    counts(&facts, "caseload.legacy", date(2019, 12, 16), &[], 27);
    counts(&facts, "caseload.legacy", on, &[], 18);
}
