//! The measures about referrals, the legacy and what comes after the report, on facts made by hand.

use jiff::civil::date;

use super::super::*;
use super::ask;

/// A fact written as a line: stream, kind, number, day, value.
pub(super) type Line<'a> = (&'a str, FactKind, u32, &'a str, &'a str);

/// The facts in the order in which they were told: the first stands at position 1.
pub(super) fn told(lines: &[Line<'_>]) -> Facts {
    let mut facts = Facts::default();
    for (i, (stream, kind, n, on, value)) in lines.iter().enumerate() {
        let seq = i as u64 + 1;
        facts.push(stream, seq, seq, *kind, *n, Some(day::number(on.parse().unwrap())), Some(value));
    }
    facts
}

/// An investigation by its days: opened, and completed if it was.
pub(super) fn investigation<'a>(stream: &'a str, opened: &'a str, completed: &'a str) -> Vec<Line<'a>> {
    let report = (!completed.is_empty()).then_some((stream, FactKind::Report, 0, completed, ""));
    std::iter::once((stream, FactKind::Mode, 0, opened, "independent")).chain(report).collect()
}

pub(super) fn listed(facts: &Facts, name: &str, from: Option<Day>, on: Day, filters: &[&str]) -> Vec<Member> {
    let profile = Profile::named("iopc").unwrap();
    let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
    let question = Question::read(name, from, on, &filters, None, &profile).unwrap();
    members(facts, &profile, &question, AsAt { on, known: Known { position: facts.position(), day: on } })
}

#[track_caller]
pub(super) fn counts(facts: &Facts, name: &str, on: Day, filters: &[&str], wanted: u64) {
    let figure = ask(facts, name, None, on, facts.position(), filters, None);
    assert_eq!(figure.value.count(), wanted, "{name} on {on} {filters:?}");
}

const NOW: Day = date(2020, 3, 31);

#[test]
fn the_legacy_is_what_was_open_when_the_first_day_began() {
    let mut lines = investigation("case:OPEN", "2017-06-01", "2018-05-01");
    lines.extend(investigation("case:DONE-BEFORE", "2017-06-01", "2018-01-07"));
    lines.extend(investigation("case:DONE-THAT-DAY", "2017-06-01", "2018-01-08"));
    lines.extend(investigation("case:NEW", "2018-01-08", ""));
    let facts = told(&lines);
    counts(&facts, "caseload.legacy", date(2018, 1, 7), &[], 2);
    counts(&facts, "caseload.legacy", date(2018, 1, 8), &[], 1);
    counts(&facts, "caseload.legacy", date(2018, 4, 30), &[], 1);
    counts(&facts, "caseload.legacy", date(2018, 5, 1), &[], 0);
    let left = listed(&facts, "caseload.legacy", None, date(2018, 2, 1), &[]);
    assert_eq!((left[0].days(), left[0].holder), (Some(245), Some(Holder::Us)), "open so long on the day");
}

#[test]
fn a_discontinued_investigation_leaves_the_open_and_the_legacy_and_is_never_completed() {
    let mut lines = investigation("case:A", "2017-06-01", "");
    lines.push(("case:A", FactKind::Discontinued, 0, "2018-03-01", ""));
    let facts = told(&lines);
    for (name, before, after) in [("caseload.open", 1, 0), ("caseload.legacy", 1, 0), ("caseload.completed", 0, 0)] {
        counts(&facts, name, date(2018, 2, 28), &[], before);
        counts(&facts, name, date(2018, 3, 1), &[], after);
    }
}

/// Three of the legacy that are still open in December 2019, each with what was expected of it.
fn expectations() -> Facts {
    let mut lines = investigation("case:KEPT", "2017-01-02", "2020-03-01");
    lines.extend(investigation("case:MISSED", "2017-01-02", ""));
    lines.extend(investigation("case:AUGUST", "2017-01-02", ""));
    lines.extend(investigation("case:GONE", "2017-01-02", "2019-12-16"));
    for case in ["case:KEPT", "case:MISSED", "case:GONE"] {
        lines.push((case, FactKind::Expected, 0, "2019-11-01", "2020-02-28"));
    }
    lines.push(("case:AUGUST", FactKind::Expected, 0, "2019-11-01", "2020-01-31"));
    // The last that was told by the day counts, and what was told after it does not.
    lines.push(("case:AUGUST", FactKind::Expected, 0, "2019-12-16", "2020-08-31"));
    lines.push(("case:MISSED", FactKind::Expected, 0, "2019-12-17", "2020-08-31"));
    told(&lines)
}

#[test]
fn a_forecast_is_scored_by_what_was_last_told_by_its_day() {
    let facts = expectations();
    let told = Some(date(2019, 12, 16));
    let score = |on| ask(&facts, "caseload.legacy-forecast", told, on, facts.position(), &[], None).value;
    assert_eq!(score(date(2020, 3, 31)), Value::Share { met: 1, of: 2 });
    assert_eq!(score(date(2020, 2, 29)), Value::Share { met: 0, of: 2 }, "completed by then, not later");
    assert_eq!(score(date(2020, 8, 31)), Value::Share { met: 1, of: 3 });
    assert_eq!(score(date(2019, 12, 31)), Value::Share { met: 0, of: 0 });
}

#[test]
fn a_forecast_needs_its_day() {
    let profile = Profile::named("iopc").unwrap();
    let without = Question::read("caseload.legacy-forecast", None, NOW, &[], None, &profile);
    assert!(without.unwrap_err().to_string().contains("needs the day of the forecast"));
}

/// Two proceedings at once after a report of 1 May 2019: the force's from June, and a prosecution
/// that goes to court in September and ends in December.
fn two_at_once() -> Facts {
    let mut lines = investigation("case:A", "2018-06-01", "2019-05-01");
    lines.push(("case:A", FactKind::Begun, 1, "2019-06-01", "force"));
    lines.push(("case:A", FactKind::Begun, 2, "2019-06-03", "cps"));
    lines.push(("case:A", FactKind::Owner, 2, "2019-09-02", "court"));
    lines.push(("case:A", FactKind::Ended, 2, "2019-12-02", "acquitted"));
    told(&lines)
}

#[test]
fn a_day_belongs_to_the_first_of_several_owners_and_the_others_are_named_beside() {
    let facts = two_at_once();
    let who = |on| {
        let all = listed(&facts, "post-report.waiting", None, on, &[]);
        all.first().map(|m| (m.holder.unwrap(), m.also.clone()))
    };
    assert_eq!(who(date(2019, 5, 31)), None, "nothing has begun");
    assert_eq!(who(date(2019, 6, 2)), Some((Holder::Force, vec![])));
    assert_eq!(who(date(2019, 6, 3)), Some((Holder::Cps, vec![Holder::Force])));
    assert_eq!(who(date(2019, 9, 1)), Some((Holder::Cps, vec![Holder::Force])));
    assert_eq!(who(date(2019, 9, 2)), Some((Holder::Court, vec![Holder::Force])), "news moved the owner");
    assert_eq!(who(date(2019, 12, 2)), Some((Holder::Force, vec![])), "the day of ending belongs to who is left");
    counts(&facts, "post-report.waiting", date(2019, 7, 1), &["holder=cps"], 1);
    counts(&facts, "post-report.waiting", date(2019, 7, 1), &["holder=force"], 0);
    counts(&facts, "post-report.waiting", date(2019, 7, 1), &[], 1);
}

#[test]
fn a_case_waits_from_its_completion_until_the_last_proceeding_ends() {
    let mut facts = two_at_once();
    let figure = ask(&facts, "post-report.waiting", None, date(2019, 11, 17), facts.position(), &[], Some("holder"));
    assert_eq!(figure.value.mean_days().unwrap(), "200.0");
    assert_eq!(figure.groups.iter().map(|(_, name, _)| name.as_str()).collect::<Vec<_>>(), ["court"]);
    facts.push("case:A", 7, 7, FactKind::Ended, 1, Some(day::number(date(2020, 1, 6))), Some("no action"));
    counts(&facts, "post-report.waiting", date(2020, 1, 5), &[], 1);
    counts(&facts, "post-report.waiting", date(2020, 1, 6), &[], 0);
    counts(&facts, "post-report.waiting", date(2020, 1, 5), &["completed=before-2019-05-01"], 0);
    counts(&facts, "post-report.waiting", date(2020, 1, 5), &["completed=before-2019-05-02"], 1);
}

#[test]
fn who_waits_is_told_by_what_was_known() {
    let facts = two_at_once();
    let at = |position| ask(&facts, "post-report.waiting", None, NOW, position, &[], Some("holder")).groups;
    let names = |position| at(position).into_iter().map(|(_, name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(2), Vec::<String>::new());
    assert_eq!(names(3), ["force"]);
    assert_eq!(names(4), ["cps"], "the court and the ending had not been told yet");
    assert_eq!(names(6), ["force"]);
}

#[test]
fn referrals_are_counted_whatever_their_mode_and_other_receipts_are_not() {
    use FactKind::{Mode, Received, Referred};
    let facts = told(&[
        ("case:A", Received, 0, "2019-03-01", ""),
        ("case:A", Referred, 0, "2019-03-01", ""),
        ("case:A", Mode, 0, "2019-03-04", "local"),
        ("case:B", Received, 0, "2019-03-02", ""),
        ("case:B", Referred, 0, "2019-03-02", ""),
        ("case:C", Received, 0, "2019-03-02", ""),
    ]);
    counts(&facts, "caseload.referrals", NOW, &[], 2);
    counts(&facts, "caseload.referrals", NOW, &["mode=local"], 1);
    counts(&facts, "count.matters", NOW, &[], 3);
}

#[test]
fn a_referral_is_decided_in_time_on_the_third_working_day_whether_returned_or_given_a_mode() {
    use FactKind::{Mode, Received, Referred, Returned};
    // Thursday 7 March 2019: the third working day after it is Tuesday 12 March.
    let decided = |kind, on, value| {
        let facts = told(&[
            ("case:A", Received, 0, "2019-03-07", ""),
            ("case:A", Referred, 0, "2019-03-07", ""),
            ("case:A", kind, 0, on, value),
            // A later decision does not undo the first.
            ("case:A", Mode, 0, "2019-06-03", "independent"),
        ]);
        ask(&facts, "timeliness.mode-decision", None, NOW, facts.position(), &[], None).value
    };
    assert_eq!(decided(Mode, "2019-03-12", "local"), Value::Share { met: 1, of: 1 });
    assert_eq!(decided(Mode, "2019-03-13", "local"), Value::Share { met: 0, of: 1 });
    assert_eq!(decided(Returned, "2019-03-12", ""), Value::Share { met: 1, of: 1 });
}

#[test]
fn the_directorate_and_the_pathway_are_those_at_completion() {
    use FactKind::{Directorate, Pathway};
    let mut lines = investigation("case:A", "2018-06-01", "2019-05-01");
    lines.push(("case:A", Directorate, 0, "2018-06-04", "core"));
    lines.push(("case:A", Directorate, 0, "2019-02-01", "major"));
    lines.push(("case:A", Directorate, 0, "2019-06-01", "core"));
    lines.push(("case:A", Pathway, 0, "2018-06-04", "standard"));
    let facts = told(&lines);
    counts(&facts, "timeliness.within-12-months", NOW, &["directorate=major"], 1);
    counts(&facts, "timeliness.within-12-months", NOW, &["directorate=core"], 0);
    counts(&facts, "caseload.open", date(2018, 12, 31), &["directorate=core"], 1);
    counts(&facts, "timeliness.duration", NOW, &["pathway=standard"], 1);
}

#[test]
fn the_scheme_is_that_of_the_day_on_which_the_matter_came_to_attention() {
    let mut lines = investigation("case:OLD", "2020-02-20", "");
    lines.push(("case:OLD", FactKind::Attention, 0, "2020-01-31", ""));
    lines.extend(investigation("case:NEW", "2020-02-20", ""));
    lines.push(("case:NEW", FactKind::Attention, 0, "2020-02-01", ""));
    let facts = told(&lines);
    counts(&facts, "caseload.open", NOW, &["regime=ew-2012"], 1);
    counts(&facts, "caseload.open", NOW, &["regime=ew-2020"], 1);
}

#[test]
fn a_suspended_investigation_is_on_hold_by_law_until_it_is_resumed() {
    let mut lines = investigation("case:A", "2019-01-07", "");
    lines.push(("case:A", FactKind::Suspended, 0, "2019-03-04", ""));
    lines.push(("case:A", FactKind::Resumed, 0, "2019-06-03", ""));
    let facts = told(&lines);
    counts(&facts, "caseload.open", date(2019, 3, 3), &["holder=us"], 1);
    counts(&facts, "caseload.open", date(2019, 3, 4), &["holder=lawful-hold"], 1);
    counts(&facts, "caseload.open", date(2019, 6, 3), &["holder=us"], 1);
}

/// The mode decisions of one case, in the order in which they were told.
fn modes(decisions: &[(&'static str, &'static str)]) -> Facts {
    told(&decisions.iter().map(|(on, mode)| ("case:A", FactKind::Mode, 0, *on, *mode)).collect::<Vec<_>>())
}

#[test]
fn an_investigation_counts_from_its_last_decision_to_be_independent() {
    let facts = modes(&[("2019-01-07", "directed"), ("2019-01-28", "independent")]);
    counts(&facts, "caseload.open", date(2019, 1, 27), &[], 0);
    counts(&facts, "caseload.open", date(2019, 1, 28), &[], 1);
    let open = listed(&facts, "caseload.open", None, date(2019, 2, 28), &[]);
    assert_eq!(open[0].days(), Some(31), "from 28 January");
}

#[test]
fn a_step_down_ends_the_count_and_completes_nothing() {
    let mut lines = vec![("case:A", FactKind::Mode, 0, "2019-01-07", "independent")];
    lines.push(("case:A", FactKind::Mode, 0, "2019-03-04", "directed"));
    lines.push(("case:A", FactKind::Report, 0, "2019-06-03", ""));
    let facts = told(&lines);
    counts(&facts, "caseload.open", date(2019, 3, 3), &[], 1);
    counts(&facts, "caseload.open", date(2019, 3, 4), &[], 0);
    let completed = ask(&facts, "caseload.completed", Some(date(2019, 1, 1)), NOW, facts.position(), &[], None);
    assert_eq!(completed.value.count(), 0);
    let back = modes(&[("2019-01-07", "independent"), ("2019-03-04", "directed"), ("2019-04-01", "independent")]);
    counts(&back, "caseload.open", date(2019, 3, 15), &[], 0);
    counts(&back, "caseload.open", date(2019, 4, 1), &[], 1);
}

#[test]
fn a_date_of_the_first_decision_that_is_corrected_later_does_not_undo_the_second() {
    let facts = modes(&[("2019-01-28", "independent"), ("2019-01-08", "directed")]);
    counts(&facts, "caseload.open", date(2019, 2, 28), &[], 1);
}

#[test]
fn an_investigation_that_ceased_is_no_longer_open() {
    let mut lines = investigation("case:A", "2019-01-07", "");
    lines.push(("case:A", FactKind::Left, 0, "2019-09-02", "ceased"));
    let facts = told(&lines);
    counts(&facts, "caseload.open", date(2019, 9, 1), &[], 1);
    counts(&facts, "caseload.open", date(2019, 9, 2), &[], 0);
}
