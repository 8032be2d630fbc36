//! `candour law`: keys and exit codes that scripts rely on, without a database.

use std::process::Output;

use serde_json::{Value, json};

use crate::server::candour;

/// A database that nobody could open; `law` must never try.
const NO_DATABASE: &str = "postgres://postgres@127.0.0.1:1/nowhere";

const DEADLINE_KEYS: [&str; 17] = [
    "rule",
    "title",
    "from",
    "nation",
    "last_day",
    "earliest",
    "first_day",
    "last_moment",
    "first_moment",
    "promptly",
    "steps",
    "holidays",
    "provisional",
    "citation",
    "url",
    "mark",
    "because",
];

fn law(arguments: &str) -> Output {
    let arguments: Vec<&str> = std::iter::once("law").chain(arguments.split(' ')).collect();
    candour(NO_DATABASE, &arguments)
}

fn text(arguments: &str) -> String {
    let out = law(arguments);
    assert!(out.status.success(), "{arguments}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn json(arguments: &str) -> Value {
    serde_json::from_str(&text(&format!("{arguments} --format json"))).unwrap()
}

fn keys(answer: &Value) -> Vec<&str> {
    answer.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The question ends with 2 and one line that says `wanted`.
#[track_caller]
fn impossible(arguments: &str, wanted: &str) {
    let out = law(arguments);
    let says = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{arguments}: {says}");
    assert!(says.starts_with("candour: ") && says.trim().lines().count() == 1, "{arguments}: {says}");
    assert!(says.contains(wanted), "{arguments}: {says}");
    assert!(out.stdout.is_empty(), "{arguments}");
}

#[test]
fn a_deadline_keeps_its_promised_keys() {
    let answer = json("deadline referral.dsi --from 2020-03-14");
    assert_eq!(keys(&answer), DEADLINE_KEYS);
    assert_eq!((&answer["last_day"], &answer["mark"]), (&json!("2020-03-15"), &json!("read")));
    assert_eq!(answer["steps"].as_array().unwrap().len(), 3);
    for null in ["earliest", "first_day", "last_moment", "first_moment"] {
        assert_eq!(answer[null], Value::Null, "{null}");
    }
    assert!(answer["url"].as_str().unwrap().starts_with("https://www.legislation.gov.uk/"));
    assert_eq!(json("deadline D03 --from 2020-03-14"), answer, "the catalogue number is the same rule");
    assert_eq!(json("deadline d03 --from 2020-03-14"), answer);
}

#[test]
fn the_version_is_that_of_the_first_day_unless_the_matter_is_older() {
    let cites = |arguments: &str| json(arguments)["citation"].as_str().unwrap().to_owned();
    assert!(cites("deadline D03 --from 2020-01-31").contains("Regulations 2012, regulation 8"));
    assert!(cites("deadline D03 --from 2020-02-01").contains("Regulations 2020, regulation 9"));
    assert!(cites("deadline D03 --from 2020-02-01 --attention 2020-01-31").contains("Regulations 2012"));
    // This one changed for every case at once.
    let act = json("deadline case.reinvestigate --from 2020-02-01 --attention 2015-01-01");
    assert!(act["because"].as_str().unwrap().contains("sets no number"), "{act}");
}

#[test]
fn working_days_skip_the_holidays_of_their_nation_by_name() {
    let answer = json("deadline D05 --from 2020-04-09");
    assert_eq!(answer["last_day"], "2020-04-16");
    let skipped = json!([{"day": "2020-04-10", "name": "Good Friday"}, {"day": "2020-04-13", "name": "Easter Monday"}]);
    assert_eq!(answer["holidays"], skipped);
    let scotland = json("deadline D05 --from 2020-04-09 --nation scotland");
    assert_eq!((&scotland["last_day"], &scotland["nation"]), (&json!("2020-04-15"), &json!("scotland")));
    assert_eq!(json("deadline D05 --from 2031-01-06")["provisional"], true);
    assert!(text("deadline D05 --from 2031-01-06").contains("(provisional)"));
}

#[test]
fn no_fixed_limit_is_null_with_the_reason_and_no_failure() {
    let answer = json("deadline referral.voluntary --from 2020-02-10");
    assert_eq!((&answer["last_day"], &answer["steps"]), (&Value::Null, &json!([])));
    assert!(answer["because"].as_str().unwrap().starts_with("No fixed limit: "));
    assert!(text("deadline referral.voluntary --from 2020-02-10").starts_with("referral.voluntary: no fixed limit\n"));
}

#[test]
fn a_deadline_is_told_in_text_and_csv_too() {
    let plain = text("deadline D03 --from 2020-03-14T23:30");
    assert!(plain.starts_with("referral.dsi: by 2020-03-15\n"), "{plain}");
    assert!(plain.contains("Last day: 15 March 2020") && plain.contains("read in the source"), "{plain}");
    let csv = text("deadline D03 --from 2020-03-14 --format csv");
    let mut lines = csv.lines();
    assert!(lines.next().unwrap().starts_with("rule,from,nation,last_day,earliest,first_day,"));
    assert!(lines.next().unwrap().starts_with("referral.dsi,2020-03-14,england-and-wales,2020-03-15,,,"));
    assert_eq!(lines.next(), None);
    let at = json("deadline D03 --from 2020-07-14T23:30");
    assert_eq!((&at["from"], &at["last_day"]), (&json!("2020-07-14T23:30+01:00"), &json!("2020-07-15")));
}

#[test]
fn a_number_that_covers_several_rules_answers_all_of_them() {
    assert_eq!(json("deadline D24 --from 2020-03-02")["last_day"], "2020-04-26");
    let answers = json("deadline D40 --from 2020-04-03");
    let [hearing, again] = answers.as_array().unwrap().as_slice() else { panic!("{answers}") };
    assert_eq!((&hearing["earliest"], &hearing["last_day"]), (&json!("2020-04-21"), &json!("2020-04-28")));
    // The other one came in 2024.
    assert_eq!((&again["last_day"], &again["citation"]), (&Value::Null, &Value::Null));
    assert!(again["because"].as_str().unwrap().contains("not in force on 2020-04-03"), "{again}");
    let plain = text("deadline D40 --from 2020-04-03");
    let lines: Vec<&str> = plain.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        lines,
        ["accelerated.hearing-date: from 2020-04-21 to 2020-04-28", "accelerated.hearing-date-again: not in force"]
    );
    assert_eq!(text("deadline D40 --from 2020-04-03 --format csv").lines().count(), 3);
    assert_eq!(json("explain D40 --on 2020-04-03").as_array().unwrap().len(), 2);
}

#[test]
fn a_rule_is_explained_with_all_its_versions() {
    let answer = json("explain D03 --on 2020-03-05");
    assert_eq!(
        keys(&answer),
        ["rule", "title", "kind", "follows", "aliases", "exceptional_circumstances", "extension", "on", "versions"]
    );
    assert_eq!((&answer["kind"], &answer["follows"]), (&json!("deadline"), &json!("matter")));
    let versions = answer["versions"].as_array().unwrap();
    let in_force: Vec<&Value> = versions.iter().map(|version| &version["in_force"]).collect();
    assert_eq!(in_force, [&json!(false), &json!(true)]);
    assert_eq!(
        keys(&versions[0]),
        [
            "from", "to", "in_force", "citation", "url", "value", "least", "unit", "counted", "bound", "standard",
            "before", "trigger", "says", "mark", "read_in"
        ]
    );
    assert_eq!((&versions[0]["unit"], &versions[0]["counted"]), (&json!("days"), &json!("end-of-next-day")));
    assert_eq!(text("explain D03 --on 2020-03-05 --format csv").lines().count(), 3);
    let plain = text("explain D03 --on 2020-03-05");
    assert!(plain.contains("from 2020-02-01 on, in force on 2020-03-05"), "{plain}");
    // It ended with the old scheme, and is still explained.
    let ended = json("explain investigation.discontinue --on 2024-01-01");
    assert!(ended["versions"].as_array().unwrap().iter().all(|version| version["in_force"] == false));
    impossible("deadline investigation.discontinue --from 2024-01-01", "it ended on 2020-01-31");
}

#[test]
fn the_scheme_of_a_matter_is_picked_with_its_step() {
    let picked = |arguments: &str| {
        let answer = json(&format!("regime --attention {arguments}"));
        (answer["regime"].as_str().unwrap().to_owned(), answer["step"].clone(), answer["overlays"].clone())
    };
    let is = |regime: &str, step: Value, overlays: Value| (regime.to_owned(), step, overlays);
    assert_eq!(picked("2020-03-05 --linked-open"), is("ew-2012", json!(2), json!([])));
    assert_eq!(picked("2020-01-31"), is("ew-2012", json!(1), json!([])));
    assert_eq!(picked("2020-02-01"), is("ew-2020", json!(3), json!(["ew-2024"])));
    assert_eq!(picked("2020-02-01 --notice 2023-01-09"), is("ew-2020", json!(3), json!([])));
    assert_eq!(picked("2019-06-01 --reinvestigation"), is("ew-2020", json!(4), json!(["ew-2024"])));
    assert_eq!(picked("2020-03-05 --linked-open --reinvestigation"), is("ew-2020", json!(4), json!(["ew-2024"])));
    assert_eq!(picked("2025-06-01 --linked-open 2025-05-12"), is("ew-2020", json!(3), json!(["ew-2024"])));
    let both = json!(["ew-2024", "ew-2025"]);
    assert_eq!(picked("2021-07-01 --reinvestigation 2026-03-01"), is("ew-2020", json!(4), both.clone()));
    assert_eq!(picked("2021-07-01 --directed 2026-03-01"), is("ew-2020", json!(4), both));
    assert_eq!(picked("2024-07-01 --about nca"), is("ew-2012", Value::Null, json!([])));
}

#[test]
fn the_answer_about_a_scheme_keeps_its_promised_keys() {
    let answer = json("regime --attention 2020-03-05 --linked-open --linked-other-officer");
    assert_eq!(
        keys(&answer),
        [
            "attention",
            "regime",
            "name",
            "step",
            "basis",
            "regulations",
            "citation",
            "url",
            "conduct_regime",
            "conduct_step",
            "conduct_basis",
            "conduct_regulations",
            "conduct_citation",
            "overlays",
            "overlay_grounds",
            "because",
            "assumed",
            "mark"
        ]
    );
    assert_eq!((&answer["basis"], &answer["conduct_regime"]), (&json!("linked-open"), &json!("ew-2020")));
    assert_eq!(answer["citation"], "SI 2020/2, regulation 2(2)(b)");
    assert_eq!(answer["assumed"].as_array().unwrap().len(), 1);
    let ground = &answer["overlay_grounds"][0];
    assert_eq!(keys(ground), ["overlay", "name", "applies", "complaints", "conduct"]);
    assert_eq!(keys(&ground["conduct"]), ["applies", "step", "basis", "citation", "url"]);
    let plain = text("regime --attention 2020-03-05 --linked-open");
    assert!(plain.starts_with("ew-2012: step 2\n"), "{plain}");
    assert!(text("regime --attention 2020-03-05 --format csv").lines().nth(1).unwrap().contains(",ew-2020,"));
}

#[test]
fn impossible_questions_are_exit_two_with_one_line_that_says_the_remedy() {
    impossible("deadline referal.dsi --from 2020-01-01", "did you mean referral.dsi");
    impossible("deadline D99 --from 2020-01-01", "no rule is called D99");
    impossible("deadline D03 --from 2020-02-30", "--from must be a real date");
    impossible("deadline D03 --from 2020-03-29T01:30", "real London time");
    impossible("deadline D03 --from 2020-03-02 --attention yesterday", "--attention must be a real date");
    impossible("deadline D03 --from 2001-01-01", "its first version begins on 2012-11-22");
    impossible("deadline D03 --from 2020-01-01 --nation wales", "choose one of england-and-wales");
    impossible("explain D03 --on 2001-01-01", "its first version begins on 2012-11-22");
    impossible("explain nothing --on 2020-01-01", "no rule is called nothing");
    impossible("explain D03 --on 2020-13-01", "--on must be a real date");
    impossible("regime --attention 2020-02-30", "--attention must be a real date");
    impossible("regime --attention 2004-03-31", "no scheme before 2004-04-01");
    impossible("regime --attention 2021-01-02 --reinvestigation 2021-01-01", "before the matter came to attention");
    impossible("regime --attention 2021-01-02 --linked-open 2021-01-03", "cannot relate back");
    impossible("regime --attention 2021-01-02 --about mi5", "choose one of police, nca");
    impossible("regime --attention 2021-01-02 --body copa", "follows none of the law files");
    for unclear in ["deadline D03", "explain D03", "regime", "regime --attention 2020-01-01 --linked-other-officer"] {
        assert_eq!(law(unclear).status.code(), Some(2), "{unclear}");
    }
}
