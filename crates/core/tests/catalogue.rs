//! The catalogue's limits D06 to D35, each worked by hand once, and its rules without a number.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use candour_core::day::Day;
use candour_core::law::deadline::{Limit, Worked, worked};
use candour_core::law::{Bound, Calendar, Law, Nation, Rule, Version};

/// A rule, the day that starts its clock, the last day, and how that was worked out by hand. The version
/// is the one in force on the first day.
type Case = (&'static str, &'static str, &'static str, &'static str);

const INFORMING_AND_THE_OFFICER: &[Case] = &[
    (
        "recording.guidance-10-working-days",
        "2019-04-15",
        "2019-05-01",
        "16-18, not 19 and 22 (Easter), 23-26, 29-30, 1",
    ),
    ("update.first", "2019-12-05", "2020-01-02", "four weeks later, the same weekday: 5 + 28 = 33 December"),
    ("update.first", "2020-02-03", "2020-03-02", "four weeks later: 3 + 28 = 31, less 29 days of February"),
    ("update.next", "2019-11-01", "2019-11-29", "four weeks later: 1 + 28"),
    ("update.next", "2020-03-02", "2020-03-30", "four weeks later: 2 + 28"),
    ("update.outcome", "2020-04-07", "2020-04-16", "8-9, not 10 and 13 (Easter), 14-16"),
    ("update.review-right", "2020-12-22", "2020-12-31", "23-24, not 25 and 28 (Christmas), 29-31"),
    ("notice.12-months", "2020-03-14", "2021-03-13", "the day before the anniversary (brief, W1)"),
    ("notice.6-months", "2021-03-14", "2021-09-13", "the day before six months on"),
    ("representations.officer", "2019-04-15", "2019-05-01", "ten: 16-18, 23-26, 29-30, 1"),
    ("representations.officer", "2020-04-07", "2020-04-23", "8-9, 14-17, 20-23 (brief, W1)"),
    ("representations.officer", "2025-12-22", "2026-01-08", "23-24, 29-31, not 1 January, 2, 5-8"),
    ("representations.officer-internal", "2019-04-15", "2019-05-01", "ten: 16-18, 23-26, 29-30, 1"),
    ("representations.officer-internal", "2020-04-07", "2020-04-23", "8-9, 14-17, 20-23"),
    ("representations.officer-internal", "2025-12-22", "2026-01-08", "23-24, 29-31, 2, 5-8"),
    ("interview.alternative-time", "2019-08-22", "2019-08-30", "23, not 26 (bank holiday), 27-30"),
    ("interview.alternative-time", "2020-05-05", "2020-05-13", "6-7, not 8 (VE Day), 11-13"),
    ("interview.alternative-time-internal", "2019-08-22", "2019-08-30", "23, 27-30"),
    ("interview.alternative-time-internal", "2020-05-05", "2020-05-13", "6-7, 11-13"),
    ("policy.status-3-months", "2020-04-06", "2020-07-05", "the day before three months on"),
    ("resume.complainant-reply", "2019-08-05", "2019-09-02", "5 + 28 = 33 August"),
    ("resume.complainant-reply", "2020-08-03", "2020-08-31", "3 + 28, bank holiday or not (brief, W7)"),
];

const REVIEW_AND_RECOMMENDATION: &[Case] = &[
    ("views.authority", "2020-03-04", "2020-04-01", "4 + 28 = 32 March"),
    ("determination.explain-delay", "2019-04-10", "2019-05-03", "11-12, 15-18, 23-26, 29-30, 1-3"),
    ("determination.explain-delay", "2020-04-01", "2020-04-24", "2-3, 6-9, 14-17, 20-24"),
    ("review.apply", "2020-06-01", "2020-06-29", "1 + 28"),
    ("recommendation.remedy-response", "2020-02-03", "2020-03-02", "3 + 28 = 31, less 29"),
    ("recommendation.response", "2014-10-01", "2014-11-25", "31 days of October and 25"),
    ("recommendation.response", "2020-03-02", "2020-04-26", "30 days of March and 26 (brief, W5)"),
    ("recommendation.extension-request", "2020-03-02", "2020-04-26", "the same 56 days"),
    ("recommendation.publish-response", "2020-04-20", "2020-05-10", "11 days of April and 10"),
    ("recommendation.publish-after-rejection", "2020-06-01", "2020-06-21", "1 + 20"),
    ("recommendation.publish-after-court", "2020-07-10", "2020-07-16", "10 + 6"),
    ("super-complaint.acknowledge", "2020-02-03", "2020-02-07", "3-7, the first counted"),
    ("super-complaint.acknowledge", "2019-04-13", "2019-04-23", "a Saturday, so 15-18, not 19 and 22, 23"),
    ("super-complaint.progress-first", "2020-01-06", "2020-03-23", "eleven weeks of five to 20 March, and one"),
    (
        "super-complaint.progress-next",
        "2020-03-23",
        "2020-06-15",
        "4 to 27 March, 9, 13 to 9 April, 17, 22, 27, 31 to 7 May, 36, 41 to 22 May, 45, 50, 55 to 12 June, 56",
    ),
];

const MISCONDUCT_PROCEEDINGS: &[Case] = &[
    ("hearing.officer-response", "2019-04-03", "2019-04-25", "fourteen: 4-5, 8-12, 15-18, 23-25"),
    ("hearing.officer-response", "2020-04-03", "2020-04-28", "fifteen: 6-9, 14-17, 20-24, 27-28"),
    ("hearing.officer-response", "2025-12-15", "2026-01-08", "fifteen: 16-19, 22-24, 29-31, 2, 5-8"),
    ("hearing.witness-lists", "2019-04-17", "2019-04-24", "18, 23-24"),
    ("hearing.witness-lists", "2020-04-28", "2020-05-01", "29-30, 1"),
    ("hearing.pre-hearing", "2020-05-01", "2020-05-26", "4-7, not 8, 11-15, 18-22, not 25, 26"),
    ("meeting.held", "2019-11-01", "2019-11-29", "four weeks of five"),
    ("meeting.held", "2020-04-28", "2020-05-28", "29-30, 1, 4-7, 11-15, 18-22, 26-28"),
    ("hearing.first-day", "2019-11-01", "2019-12-13", "six weeks of five"),
    (
        "hearing.first-day",
        "2020-02-03",
        "2020-06-26",
        "4, 44 to 3 April, 48 to 9 April, 52, 57, 62, 66 to 7 May, 71, 76, 80 to 29 May, 85, 90, 95, 100",
    ),
    (
        "hearing.first-day",
        "2025-06-02",
        "2025-10-21",
        "4, eleven weeks to 59 on 22 August, 63 to 29 August, seven weeks to 98 on 17 October, 20-21",
    ),
    ("hearing.public-notice", "2019-04-29", "2019-04-18", "back: 26-23, not 22 and 19, 18"),
];

fn cases() -> impl Iterator<Item = &'static Case> {
    INFORMING_AND_THE_OFFICER.iter().chain(REVIEW_AND_RECOMMENDATION).chain(MISCONDUCT_PROCEEDINGS)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn limit(version: &Version, from: &str) -> Limit {
    worked(version, day(from), Calendar::built_in(), Nation::EnglandAndWales)
}

fn by(law: &Law, rule: &str, from: &str) -> Worked {
    match limit(law.on(rule, day(from)).unwrap(), from) {
        Limit::By(worked) => worked,
        other => panic!("{rule}: {other:?}"),
    }
}

/// The rules that have a catalogue number from D06 to D35.
fn catalogued(law: &Law) -> Vec<&Rule> {
    (6..=35).flat_map(|number| law.named(&format!("D{number:02}"))).collect()
}

#[test]
fn every_limit_agrees_with_the_hand_work() {
    let law = Law::england_and_wales();
    for (rule, from, expected, arithmetic) in cases() {
        let worked = by(&law, rule, from);
        assert_eq!(worked.last_day, day(expected), "{rule} from {from}: {arithmetic}; {:?}", worked.steps);
        assert!(!worked.provisional, "{rule} from {from}");
    }
}

#[test]
fn every_version_with_a_number_was_worked_by_hand() {
    let law = Law::england_and_wales();
    for rule in catalogued(&law) {
        for version in rule.versions.iter().filter(|version| version.value.is_some()) {
            let worked = cases().any(|(id, from, ..)| {
                *id == rule.id && law.on(id, day(from)).is_some_and(|found| found.from == version.from)
            });
            assert!(worked, "{} of {}", rule.id, version.from);
        }
    }
}

#[test]
fn every_catalogue_number_names_a_rule_and_some_name_several() {
    let law = Law::england_and_wales();
    for number in 1..=35 {
        assert!(!law.named(&format!("D{number:02}")).is_empty(), "D{number:02}");
    }
    let ids: Vec<&str> = law.named("D26").iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "recommendation.publish-response",
            "recommendation.publish-after-rejection",
            "recommendation.publish-after-court"
        ]
    );
}

#[test]
fn every_rule_without_a_number_says_so_with_its_words() {
    let law = Law::england_and_wales();
    let mut found = 0;
    for rule in catalogued(&law) {
        for version in rule.versions.iter().filter(|version| version.value.is_none()) {
            let standard = version.standard.as_ref().unwrap_or_else(|| panic!("{} has no words", rule.id));
            let answer = limit(version, "2020-03-02");
            assert_eq!(answer, Limit::NoFixedLimit(format!("No fixed limit: {standard}")), "{}", rule.id);
            found += 1;
        }
    }
    assert_eq!(found, 16);
}

#[test]
fn what_is_due_promptly_has_its_limit_as_a_backstop_only() {
    let law = Law::england_and_wales();
    for number in ["D07", "D08", "D09", "D10"] {
        for rule in law.named(number) {
            let counted = rule.versions.iter().filter(|version| version.value.is_some());
            assert!(counted.clone().count() > 0 && counted.clone().all(|v| v.bound == Bound::Promptly), "{}", rule.id);
        }
    }
    assert!(by(&law, "update.outcome", "2020-04-07").promptly);
}

#[test]
fn a_rejected_respondent_has_seven_days_before_anything_is_published() {
    let law = Law::england_and_wales();
    let worked = by(&law, "recommendation.publish-after-rejection", "2020-06-01");
    // Seven days beginning with 1 June end with the 7th.
    assert_eq!(worked.earliest, Some(day("2020-06-08")));
}

#[test]
fn a_rule_of_one_scheme_has_no_version_in_the_other() {
    let law = Law::england_and_wales();
    let (old, new) = (day("2020-01-31"), day("2020-02-01"));
    for id in ["views.authority", "review.apply", "recommendation.remedy-response", "hearing.pre-hearing"] {
        assert!(law.on(id, old).is_none() && law.on(id, new).is_some(), "{id}");
    }
    for id in ["memorandum.authority", "recording.guidance-10-working-days"] {
        assert!(law.on(id, old).is_some() && law.on(id, new).is_none(), "{id}");
    }
    assert!(law.on("recommendation.response", day("2014-09-30")).is_none());
}
