use jiff::civil::date;

use super::*;

mod after;
mod scenarios;

/// A fact written as a line: position, origin, stream, kind, day, value.
type Line<'a> = (u64, u64, &'a str, FactKind, &'a str, Option<&'a str>);

fn facts(rows: &[Line<'_>]) -> Facts {
    let mut facts = Facts::default();
    for (seq, origin, stream, kind, on, value) in rows {
        let on = (!on.is_empty()).then(|| day::number(on.parse().unwrap()));
        facts.push(stream, *seq, *origin, *kind, 0, on, *value);
    }
    facts
}

fn ask(
    facts: &Facts,
    name: &str,
    from: Option<Day>,
    on: Day,
    position: u64,
    filters: &[&str],
    by: Option<&str>,
) -> Figure {
    let profile = Profile::named("iopc").unwrap();
    let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
    let question = Question::read(name, from, on, &filters, by, &profile).unwrap();
    compute(facts, &profile, &question, AsAt { on, known: Known { position, day: on } })
}

fn three_cases() -> Facts {
    use FactKind::{Force, Mode, Report};
    facts(&[
        (1, 1, "case:A", Force, "2018-01-01", Some("kent")),
        (2, 2, "case:A", Mode, "2018-01-10", Some("independent")),
        (3, 3, "case:B", Force, "2018-01-01", Some("sussex")),
        (4, 4, "case:B", Mode, "2018-02-01", Some("independent")),
        (5, 5, "case:C", Mode, "2018-02-01", Some("local")),
        (6, 6, "case:A", Report, "2019-01-09", Some("")),
        (7, 7, "case:B", Report, "2019-01-31", Some("")),
        // B's report was a day later than first told, which is the anniversary.
        (8, 7, "case:B", Report, "2019-02-01", Some("")),
        // A's force changed after its report.
        (9, 9, "case:A", Force, "2019-06-01", Some("surrey")),
    ])
}

#[test]
fn a_correction_moves_the_figure_known_now_and_not_the_one_known_then() {
    let facts = three_cases();
    let on = date(2019, 12, 31);
    let value = |position| ask(&facts, "timeliness.within-12-months", None, on, position, &[], None).value;
    assert_eq!(value(7), Value::Share { met: 2, of: 2 });
    assert_eq!(value(8), Value::Share { met: 1, of: 2 });
}

#[test]
fn what_was_withdrawn_counts_only_before_it_was() {
    let mut facts = three_cases();
    facts.push("case:A", 10, 6, FactKind::Report, 0, None, None);
    let on = date(2019, 12, 31);
    let completed = |position| ask(&facts, "caseload.completed", None, on, position, &[], None).value;
    assert_eq!(completed(9), Value::Count(2));
    assert_eq!(completed(10), Value::Count(1));
    assert_eq!(ask(&facts, "caseload.open", None, on, 10, &[], None).value, Value::Count(1));
}

#[test]
fn a_stock_is_the_state_at_the_end_of_the_day() {
    let facts = three_cases();
    let open = |on| ask(&facts, "caseload.open", None, on, 9, &[], None).value.count();
    assert_eq!(open(date(2018, 1, 9)), 0);
    assert_eq!(open(date(2018, 1, 10)), 1);
    assert_eq!(open(date(2019, 1, 8)), 2);
    assert_eq!(open(date(2019, 1, 9)), 1);
    assert_eq!(open(date(2019, 2, 1)), 0);
}

#[test]
fn a_flow_counts_both_ends_of_its_period() {
    let facts = three_cases();
    let opened = |from, on| ask(&facts, "caseload.opened", Some(from), on, 9, &[], None).value.count();
    assert_eq!(opened(date(2018, 1, 10), date(2018, 2, 1)), 2);
    assert_eq!(opened(date(2018, 1, 11), date(2018, 1, 31)), 0);
}

#[test]
fn attributes_are_those_at_completion() {
    let facts = three_cases();
    let on = date(2019, 12, 31);
    let of = |force: &str| ask(&facts, "timeliness.duration", None, on, 9, &[force], None).value;
    assert_eq!(of("force=kent").mean_days().unwrap(), "364.0");
    assert_eq!(of("force=surrey").mean_days(), None);
    assert_eq!(of("region=South East").count(), 2);
}

#[test]
fn another_mode_is_counted_when_asked_for() {
    let facts = three_cases();
    let on = date(2019, 12, 31);
    assert_eq!(ask(&facts, "caseload.opened", None, on, 9, &["mode=local"], None).value, Value::Count(1));
    assert_eq!(ask(&facts, "caseload.opened", None, on, 9, &[], None).value, Value::Count(2));
}

#[test]
fn groups_add_up_to_the_whole() {
    let facts = three_cases();
    let figure = ask(&facts, "caseload.opened", None, date(2019, 12, 31), 9, &[], Some("month"));
    let names: Vec<&str> = figure.groups.iter().map(|(_, name, _)| name.as_str()).collect();
    assert_eq!(names, ["2018-01", "2018-02"]);
    assert_eq!(figure.groups.iter().map(|(_, _, v)| v.count()).sum::<u64>(), figure.value.count());
    let years = ask(&facts, "caseload.completed", None, date(2019, 12, 31), 9, &[], Some("year"));
    assert_eq!(years.groups[0].1, "2018/19");
    let quarters = ask(&facts, "caseload.completed", None, date(2019, 12, 31), 9, &[], Some("quarter"));
    assert_eq!(quarters.groups[0].1, "2018/19 Q4");
}

#[test]
fn impossible_questions_are_refused_in_words() {
    let profile = Profile::named("iopc").unwrap();
    let says = |name: &str, from: Option<Day>, filter: &str, by: Option<&str>| {
        let filters: Vec<String> = if filter.is_empty() { vec![] } else { vec![filter.to_owned()] };
        Question::read(name, from, date(2019, 12, 31), &filters, by, &profile).unwrap_err().to_string()
    };
    assert!(says("caseload.opne", None, "", None).contains("no measure"));
    assert!(says("caseload.open", Some(date(2018, 1, 1)), "", None).contains("takes no first day"));
    assert!(says("caseload.opened", Some(date(2020, 1, 1)), "", None).contains("ends before it begins"));
    assert!(says("caseload.opened", None, "colour=red", None).contains("no field"));
    assert!(says("caseload.opened", None, "kind=murder", None).contains("complaint, conduct, dsi"));
    assert!(says("caseload.opened", None, "started=2018", None).contains("since-DATE"));
    assert!(says("caseload.opened", None, "role=officer", None).contains("no field"));
    assert!(says("caseload.open", None, "", Some("month")).contains("no field"));
}

#[test]
fn json_keeps_its_promised_keys_in_order() {
    let facts = three_cases();
    let on = date(2019, 12, 31);
    let figure =
        ask(&facts, "timeliness.within-12-months", Some(date(2019, 1, 1)), on, 9, &["force=kent"], Some("kind"));
    let json = figure.json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    let promised = [
        "measure",
        "from",
        "on",
        "known",
        "where",
        "rule",
        "citation",
        "groups",
        "met",
        "of",
        "percent",
        "percent_whole",
    ];
    assert_eq!(keys, promised);
    assert_eq!(json["where"]["force"], "kent");
    assert_eq!(json["known"]["position"], 9);
    assert_eq!(json["groups"][0]["by"]["kind"], "not known");
}

#[test]
fn a_case_that_is_left_out_changes_no_figure_from_what_it_would_be_without_it() {
    let on = date(2019, 12, 31);
    let mut with = three_cases();
    with.leave_out(["case:A", "case:NOT-THERE"]);
    let rows = three_cases();
    let mut without = Facts::default();
    for row in (0..rows.len()).filter(|row| rows.stream(rows.unit[*row]) != "case:A") {
        let day = (rows.on[row] != facts::NO_DAY).then_some(rows.on[row]);
        let (stream, value) = (rows.stream(rows.unit[row]), rows.values.name(rows.value[row]));
        without.push(stream, rows.seq[row], rows.seq[row].min(7), rows.kind[row], 0, day, Some(value));
    }
    for name in ["caseload.opened", "caseload.completed", "caseload.open", "timeliness.within-12-months"] {
        for by in [None, Some("force")] {
            let figure = |facts: &Facts| ask(facts, name, None, on, 9, &[], by);
            assert_eq!(figure(&with), figure(&without), "{name}");
        }
    }
    with.leave_out([]);
    assert_eq!(ask(&with, "caseload.opened", None, on, 9, &[], None).value, Value::Count(2));
}
