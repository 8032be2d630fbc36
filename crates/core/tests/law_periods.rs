//! The periods of the catalogue from D36 on, each with a case worked out by hand.
//!
//! A case is a line: the rule, what starts the clock (which also chooses the version), the answer,
//! the holidays in between, and the arithmetic as a person would do it on a wall calendar.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::collections::BTreeSet;

use candour_core::day::{Day, in_words, instant_in_words, nine_o_clock};
use candour_core::law::deadline::{Limit, Trigger, worked};
use candour_core::law::{Calendar, Law, Nation, Version};
use jiff::civil::{Date, DateTime};

const FILES: &[(&str, &str)] = &[
    ("hearings-and-outcomes", include_str!("../../../law/ew/hearings-and-outcomes.toml")),
    ("appeals-tribunal", include_str!("../../../law/ew/appeals-tribunal.toml")),
    ("challenge", include_str!("../../../law/ew/challenge.toml")),
    ("information", include_str!("../../../law/ew/information.toml")),
    ("oversight-body", include_str!("../../../law/ew/oversight-body.toml")),
];

const CASES: &str = "
suspension.written-confirmation | 2019-04-18 | 25 April 2019 | 2019-04-19 2019-04-22 | Tue 23, Wed 24, Thu 25
suspension.written-confirmation | 2023-04-28 | 4 May 2023 | 2023-05-01 | Tue 2, Wed 3, Thu 4
suspension.representations | 2018-12-20 | 3 January 2019 | 2018-12-25 2018-12-26 2019-01-01 | 21, 24, 27, 28, 31 Dec, 2, 3 Jan
suspension.representations | 2024-12-20 | 3 January 2025 | 2024-12-25 2024-12-26 2025-01-01 | 23, 24, 27, 30, 31 Dec, 2, 3 Jan
suspension.notice-of-continuing | 2017-04-13 | 20 April 2017 | 2017-04-14 2017-04-17 | Tue 18, Wed 19, Thu 20
suspension.notice-of-continuing | 2022-06-01 | 8 June 2022 | 2022-06-02 2022-06-03 | Mon 6, Tue 7, Wed 8
suspension.review | 2018-12-24 | 23 January 2019 | 2018-12-25 2018-12-26 | begins Thu 27 Dec; a week ends Wed 2 Jan, four end Wed 23 Jan
suspension.review | 2023-04-06 | 8 May 2023 | 2023-04-07 2023-04-10 | begins Tue 11 Apr; four weeks end Mon 8 May, a bank holiday, and do not move
suspension.review-again | 2018-05-04 | 1 June 2018 | | begins Sat 5 May; four weeks end Fri 1 June
suspension.review-again | 2023-05-26 | 26 June 2023 | 2023-05-29 | begins Tue 30 May; four weeks end Mon 26 June
notice.terms-of-reference | 2020-04-03 | 14 April 2020 | 2020-04-10 2020-04-13 | 6, 7, 8, 9, then Tue 14
notice.first-progress-outside-schedule-3 | 2018-08-24 | 24 September 2018 | 2018-08-27 | begins Tue 28 Aug; four weeks end Mon 24 Sept
notice.first-progress-outside-schedule-3 | 2024-03-28 | 29 April 2024 | 2024-03-29 2024-04-01 | begins Tue 2 Apr; four weeks end Mon 29 Apr
notice.next-progress-outside-schedule-3 | 2019-04-18 | 20 May 2019 | 2019-04-19 2019-04-22 | begins Tue 23 Apr; four weeks end Mon 20 May
notice.next-progress-outside-schedule-3 | 2021-04-01 | 3 May 2021 | 2021-04-02 2021-04-05 | begins Tue 6 Apr; four weeks end Mon 3 May, a bank holiday
hearing.objection-chair | 2016-12-22 | 29 December 2016 | 2016-12-26 2016-12-27 | Fri 23, Wed 28, Thu 29; Christmas Day, a Sunday, is kept on Tue 27
hearing.objection-chair | 2025-08-22 | 28 August 2025 | 2025-08-25 | Tue 26, Wed 27, Thu 28
hearing.objection-panel | 2017-04-27 | 3 May 2017 | 2017-05-01 | Fri 28 Apr, Tue 2, Wed 3 May
hearing.objection-panel | 2025-04-17 | 24 April 2025 | 2025-04-18 2025-04-21 | Tue 22, Wed 23, Thu 24
hearing.documents-to-chair | 2023-12-15 | 3 January 2024 | 2023-12-25 2023-12-26 2024-01-01 | 18 to 22 Dec are 5; 27, 28, 29 Dec, 2, 3 Jan
hearing.witness-lists-to-chair | 2022-09-09 | 26 September 2022 | 2022-09-19 | 12 to 16 are 5, 20 to 23 are 9, Mon 26 is 10; the State Funeral is no working day
hearing.decide-on-pre-hearing | 2024-12-23 | 2 January 2025 | 2024-12-25 2024-12-26 2025-01-01 | 24, 27, 30, 31 Dec, 2 Jan
pre-hearing.alternative-date | 2021-04-01 | 12 April 2021 | 2021-04-02 2021-04-05 | 6, 7, 8, 9, then Mon 12
hearing.date-after-pre-hearing | 2020-05-01 | 15 June 2020 | 2020-05-08 2020-05-25 | Fri 1 May is 1; May has 19 with the two holidays out; 1 to 12 June are 29, Mon 15 is 30
pre-hearing.summary | 2022-12-22 | 30 December 2022 | 2022-12-26 2022-12-27 | Thu 22 is 1; 23, 28, 29, 30
pre-hearing.summary | 2022-12-24 | 4 January 2023 | 2022-12-26 2022-12-27 2023-01-02 | a Saturday does not count; 28, 29, 30 Dec, 3, 4 Jan
hearing.date-without-pre-hearing | 2023-04-03 | 19 May 2023 | 2023-04-07 2023-04-10 2023-05-01 2023-05-08 | 4 to 28 Apr are 17; 2 to 5 May are 21, 9 to 12 are 25, Fri 19 is 30
hearing.outside-chair-representations | 2024-08-16 | 2 September 2024 | 2024-08-26 | 19 to 23 Aug are 5, 27 to 30 are 9, Mon 2 Sept is 10
hearing.outside-chair-representations | 2025-12-19 | 7 January 2026 | 2025-12-25 2025-12-26 2026-01-01 | 22, 23, 24, 29, 30, 31 Dec, 2, 5, 6, 7 Jan
hearing.outside-chair-answer | 2024-12-20 | 7 January 2025 | 2024-12-25 2024-12-26 2025-01-01 | Fri 20 is 1; 23, 24, 27, 30, 31 Dec, 2, 3, 6, 7 Jan
hearing.outside-chair-answer | 2025-12-20 | 7 January 2026 | 2025-12-25 2025-12-26 2026-01-01 | received on a Saturday: Mon 22 is 1, Wed 7 Jan is 10
accelerated.outside-chair-representations | 2024-12-23 | 2 January 2025 | 2024-12-25 2024-12-26 2025-01-01 | 24, 27, 30, 31 Dec, 2 Jan
accelerated.outside-chair-answer | 2025-04-16 | 24 April 2025 | 2025-04-18 2025-04-21 | Wed 16 is 1; 17, 22, 23, 24
hearing.outcome-report | 2018-12-21 | promptly, 2 January 2019 | 2018-12-25 2018-12-26 2019-01-01 | 24, 27, 28, 31 Dec, 2 Jan
hearing.outcome-report | 2020-05-01 | 11 May 2020 | 2020-05-08 | 4, 5, 6, 7, then Mon 11
hearing.outcome-report-delegated | 2024-12-20 | 8 January 2025 | 2024-12-25 2024-12-26 2025-01-01 | 23, 24, 27, 30, 31 Dec, 2, 3, 6, 7, 8 Jan
hearing.outcome-draft | 2025-04-11 | 22 April 2025 | 2025-04-18 2025-04-21 | 14, 15, 16, 17, then Tue 22
hearing.outcome-publication | 2015-12-18 | 31 December 2015 to 7 January 2016 | 2015-12-25 2015-12-28 2016-01-01 | 21 to 24 are 4; 29, 30 are 6; Thu 31 is 7; 4 to 7 Jan are 8 to 11
hearing.outcome-online | 2016-03-01 | not before 30 March 2016 | | 28 days after 1 March end on 29 March
hearing.outcome-online | 2021-02-01 | not before 2 March 2021 | | 28 days after 1 February end on 1 March
accelerated.no-objection | 2025-12-19 | 7 January 2026 | 2025-12-25 2025-12-26 2026-01-01 | 22, 23, 24, 29, 30, 31 Dec, 2, 5, 6, 7 Jan
accelerated.hearing-date | 2019-12-18 | 6 January 2020 to 13 January 2020 | 2019-12-25 2019-12-26 2020-01-01 | 19, 20, 23, 24, 27, 30, 31 Dec, 2, 3 Jan are 9; Mon 6 is 10; Mon 13 is 15
accelerated.hearing-date | 2020-04-03 | 21 April 2020 to 28 April 2020 | 2020-04-10 2020-04-13 | 6 to 9 are 4; 14 to 17 are 8; Tue 21 is 10; Tue 28 is 15
accelerated.hearing-date-again | 2025-04-10 | 28 April 2025 to 6 May 2025 | 2025-04-18 2025-04-21 2025-05-05 | 11, 14 to 17 are 5; 22 to 25 are 9; Mon 28 is 10; 29, 30 Apr, 1, 2 May, Tue 6 is 15
accelerated.objection | 2024-08-23 | 29 August 2024 | 2024-08-26 | Tue 27, Wed 28, Thu 29
accelerated.outcome-report | 2017-04-12 | promptly, 21 April 2017 | 2017-04-14 2017-04-17 | 13, 18, 19, 20, 21
accelerated.outcome-report | 2021-04-01 | 12 April 2021 | 2021-04-02 2021-04-05 | 6, 7, 8, 9, then Mon 12
accelerated.outcome-report-delegated | 2025-12-22 | 8 January 2026 | 2025-12-25 2025-12-26 2026-01-01 | 23, 24, 29, 30, 31 Dec, 2, 5, 6, 7, 8 Jan
accelerated.outcome-draft | 2025-04-15 | 24 April 2025 | 2025-04-18 2025-04-21 | 16, 17, 22, 23, 24
accelerated.outcome-publication | 2016-12-20 | 3 January 2017 to 9 January 2017 | 2016-12-26 2016-12-27 2017-01-02 | 21, 22, 23, 28, 29, 30 Dec are 6; Tue 3 Jan is 7; 4, 5, 6, then Mon 9 is 11
accelerated.outcome-online | 2019-02-01 | not before 2 March 2019 | | 28 days after 1 February end on 1 March
accelerated.outcome-online | 2024-02-01 | not before 1 March 2024 | | 28 days after 1 February end on 29 February in a leap year
meeting-appeal.notice | 2018-03-28 | 10 April 2018 | 2018-03-30 2018-04-02 | 29 Mar, 3, 4, 5, 6, 9, 10 Apr
meeting-appeal.notice | 2023-12-20 | 3 January 2024 | 2023-12-25 2023-12-26 2024-01-01 | 21, 22, 27, 28, 29 Dec, 2, 3 Jan
meeting-appeal.meeting | 2018-05-25 | 4 June 2018 | 2018-05-28 | 29, 30, 31 May, 1, 4 June
meeting-appeal.meeting | 2022-05-31 | 9 June 2022 | 2022-06-02 2022-06-03 | 1, 6, 7, 8, 9 June; two holidays for the Platinum Jubilee
meeting-appeal.result | 2018-12-24 | 31 December 2018 | 2018-12-25 2018-12-26 | 27, 28, 31
meeting-appeal.result | 2025-04-17 | 24 April 2025 | 2025-04-18 2025-04-21 | 22, 23, 24
tribunal.notice | 2018-12-18 | 4 January 2019 | 2018-12-25 2018-12-26 2019-01-01 | 19, 20, 21, 24, 27, 28, 31 Dec, 2, 3, 4 Jan
tribunal.notice | 2020-12-18 | 6 January 2021 | 2020-12-25 2020-12-28 2021-01-01 | 21 to 24 are 4; 29, 30, 31 Dec, 4, 5, 6 Jan; Boxing Day is kept on Mon 28
tribunal.respondent-papers | 2017-04-07 | promptly, 3 May 2017 | 2017-04-14 2017-04-17 2017-05-01 | 10 to 13 are 4; 18 to 21 are 8; 24 to 28 are 13; 2, 3 May
tribunal.respondent-papers | 2022-04-08 | promptly, 4 May 2022 | 2022-04-15 2022-04-18 2022-05-02 | 11 to 14 are 4; 19 to 22 are 8; 25 to 29 are 13; 3, 4 May
tribunal.appellant-statement-after-transcript | 2018-12-14 | 16 January 2019 | 2018-12-25 2018-12-26 2019-01-01 | 17 to 24 Dec are 6; 27, 28, 31 are 9; 2, 3, 4 Jan are 12; 7 to 11 are 17; Wed 16 is 20
tribunal.appellant-statement-after-transcript | 2023-04-06 | 10 May 2023 | 2023-04-07 2023-04-10 2023-05-01 2023-05-08 | 11 to 28 Apr are 14; 2 to 5 May are 18; 9, 10 May
tribunal.appellant-statement | 2018-03-29 | 22 May 2018 | 2018-03-30 2018-04-02 2018-05-07 | 3 to 30 Apr are 20; 1 to 4 May are 24; 8 to 11 are 28; 14 to 18 are 33; 21, 22
tribunal.appellant-statement | 2022-04-14 | 9 June 2022 | 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 | 19 to 29 Apr are 9; 3 to 31 May are 30; 1 June, then 6 to 9 June are 32 to 35
tribunal.respondent-response | 2016-12-16 | 18 January 2017 | 2016-12-26 2016-12-27 2017-01-02 | 19 to 23 are 5; 28, 29, 30 Dec are 8; 3 to 6 Jan are 12; 9 to 13 are 17; Wed 18 is 20
tribunal.respondent-response | 2021-12-17 | 19 January 2022 | 2021-12-27 2021-12-28 2022-01-03 | 20 to 24 are 5; 29, 30, 31 Dec are 8; 4 to 7 Jan are 12; 10 to 14 are 17; Wed 19 is 20
challenge.judicial-review-claim | 2020-11-30 | promptly, 28 February 2021 | | February has no 30th, so its last day
challenge.judicial-review-claim | 2020-05-12 | promptly, 12 August 2020 | | the same number in the third month after
challenge.judicial-review-pre-action-reply | 2021-03-01 | 15 March 2021 | | 1 + 14
challenge.judicial-review-acknowledgment | 2020-02-10 | 2 March 2020 | | 19 days to 29 February, two more
challenge.appeal-old-scheme | 2019-12-31 | 28 January 2020 | | 28 days of January
complaint.unsigned-withdrawal-reply | 2018-02-01 | 1 March 2018 | | 27 days to 28 February, one more
complaint.unsigned-withdrawal-reply | 2020-02-01 | 29 February 2020 | | 28 days to 29 February in a leap year
office-holder.reply-after-suspension | 2019-06-14 | 5 July 2019 | | 16 days to 30 June, five more
information.foi | 2024-12-16 | promptly, 16 January 2025 | 2024-12-25 2024-12-26 2025-01-01 | 17 to 24 Dec are 6; 27, 30, 31 are 9; 2, 3 Jan are 11; 6 to 10 are 16; Thu 16 is 20
information.subject-access | 2023-01-31 | promptly, 28 February 2023 | | February has no 31st, so its last day
information.subject-access | 2026-03-03 | promptly, 3 April 2026 | | the same number in the next month, though it is Good Friday
information.subject-access-extended | 2023-11-30 | 29 February 2024 | | three months on, February has no 30th
information.subject-access-extended | 2026-02-05 | 5 May 2026 | | received on the first day of the new law
information.law-enforcement-access | 2026-02-04 | promptly, 4 March 2026 | | received on the last day of the old law
information.law-enforcement-access | 2026-02-05 | promptly, 5 March 2026 | | the same number in the next month
information.law-enforcement-access-extended | 2026-03-31 | 30 June 2026 | | three months on, June has no 31st
information.breach-to-commissioner | 2020-03-27 10:00 | promptly, 30 March 2020 at 11:00 | | clocks went forward on 29 March, so 72 hours show as 73
information.breach-to-commissioner | 2025-10-24 15:00 | promptly, 27 October 2025 at 14:00 | | clocks went back on 26 October, so 72 hours show as 71
inquest.prevention-report-reply | 2024-01-05 | 1 March 2024 | | 26 days to 31 January, 29 of February, one more
accreditation.investigator | 2020-03-01 | 31 August 2021 | | 18 months on is 1 September 2021; the day before
accreditation.lead-investigator | 2020-02-29 | 28 February 2022 | | 2022 has no 29 February, so the anniversary is 1 March; the day before
post-incident.detailed-account | 2026-03-28 20:00 | not before 30 March 2026 at 21:00 | | clocks went forward on 29 March, so 48 hours show as 49
premises.notice-police | 2020-03-30 10:00 | 28 March 2020 at 09:00 | | back over the change of 29 March, 48 hours show as 49
premises.notice-immigration | 2025-06-12 14:00 | 10 June 2025 at 14:00 | | two days back
policing-body.take-over-complaints | 2020-02-01 | not before 29 February 2020 | | 1 February counts, so 28 days end on 28 February
policing-body.hand-back-complaints | 2021-02-01 | not before 1 March 2021 | | 28 days are the whole of February 2021
";

/// Versions without a number, each with the words it answers.
const NO_NUMBER: &[(&str, &str, &str)] = &[
    ("hearing.documents-to-chair", "2012-11-22", "No fixed limit: before the misconduct proceedings"),
    ("hearing.witness-lists-to-chair", "2012-11-22", "No fixed limit: as soon as practicable"),
    (
        "hearing.outcome-publication",
        "2020-02-01",
        "No fixed limit: as soon as practicable after the officer has been notified of the outcome",
    ),
    (
        "accelerated.outcome-publication",
        "2020-02-01",
        "No fixed limit: as soon as practicable after the officer has been notified of the outcome",
    ),
    (
        "challenge.victims-review-request",
        "2020-12-01",
        "No fixed limit: the time the body's own policy sets, which was not read",
    ),
    (
        "challenge.victims-review-decision",
        "2020-12-01",
        "No fixed limit: the time the body's own policy sets, which was not read",
    ),
];

fn law() -> Law {
    Law::read(FILES).unwrap()
}

fn answer(version: &Version, trigger: Trigger) -> Limit {
    worked(version, trigger, Calendar::built_in(), Nation::EnglandAndWales)
}

/// Reads `2020-03-27` or `2020-03-27 10:00`.
fn trigger(text: &str) -> Trigger {
    let Some((day, _)) = text.split_once(' ') else {
        return text.parse::<Date>().unwrap().into();
    };
    let at: DateTime = text.parse().unwrap();
    // No change of the clocks lies between nine o'clock and the times used here.
    let minutes = (i64::from(at.hour()) - 9) * 60 + i64::from(at.minute());
    Trigger::at(nine_o_clock(day.parse().unwrap()) + minutes * 60_000_000)
}

/// The answer in the words of the table, and the holidays on the way.
fn shown(limit: &Limit) -> (String, &[(Day, String)]) {
    let moment = |day: Day, at: Option<i64>| at.map_or_else(|| in_words(day), instant_in_words);
    match limit {
        Limit::By(by) => {
            let promptly = if by.promptly { "promptly, " } else { "" };
            let earliest = by.earliest.map(|day| format!("{} to ", in_words(day))).unwrap_or_default();
            (format!("{promptly}{earliest}{}", moment(by.last_day, by.last_moment)), by.holidays.as_slice())
        }
        Limit::NotBefore(from) => {
            (format!("not before {}", moment(from.first_day, from.first_moment)), from.holidays.as_slice())
        }
        Limit::NoFixedLimit(reason) => (reason.clone(), &[]),
    }
}

#[test]
fn every_period_ends_on_the_day_worked_out_by_hand() {
    let law = law();
    let mut covered = BTreeSet::new();
    for line in CASES.lines().filter(|line| !line.is_empty()) {
        let [id, start, expected, holidays, how] = line.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("five columns: {line}");
        };
        assert!(!how.is_empty(), "{line}");
        let start = trigger(start);
        let version = law.on(id, start.on).unwrap_or_else(|| panic!("no version of {id} on {}", start.on));
        let limit = answer(version, start);
        let (says, passed) = shown(&limit);
        assert_eq!(says, expected, "{line}");
        let passed: Vec<String> = passed.iter().map(|(day, _)| day.to_string()).collect();
        assert_eq!(passed.join(" "), holidays, "{line}");
        covered.insert((id.to_owned(), version.from));
    }
    for rule in law.rules() {
        for version in rule.versions.iter().filter(|version| version.value.is_some()) {
            assert!(covered.contains(&(rule.id.clone(), version.from)), "no case: {} of {}", rule.id, version.from);
        }
    }
}

#[test]
fn every_rule_without_a_number_says_what_it_asks_for_instead() {
    let law = law();
    let mut left: BTreeSet<(&str, String)> = BTreeSet::new();
    for rule in law.rules() {
        let without = rule.versions.iter().filter(|version| version.value.is_none());
        left.extend(without.map(|version| (rule.id.as_str(), version.from.to_string())));
    }
    for (id, from, words) in NO_NUMBER {
        let day: Date = from.parse().unwrap();
        assert_eq!(answer(law.on(id, day).unwrap(), day.into()), Limit::NoFixedLimit((*words).to_owned()), "{id}");
        assert!(left.remove(&(*id, (*from).to_owned())), "{id} of {from} has a number");
    }
    assert!(left.is_empty(), "no words: {left:?}");
}

#[test]
fn every_catalogue_number_from_d36_on_finds_a_rule_that_is_only_looked_up() {
    let whole = Law::england_and_wales();
    for number in 36..=70 {
        assert!(!whole.named(&format!("D{number}")).is_empty(), "D{number}");
    }
    for rule in law().rules() {
        // One is a clock of a case: the complainant's answer on a withdrawal.
        let runs = rule.id == "complaint.unsigned-withdrawal-reply";
        assert!(
            rule.reference_only != runs && whole.rule(&rule.id).is_some() && rule.aliases.len() == 1,
            "{}",
            rule.id
        );
        assert!(rule.versions.iter().all(|v| v.trigger.is_some() && v.says.ends_with('.')), "{}", rule.id);
    }
}

#[test]
fn the_law_of_a_later_day_begins_on_that_day() {
    let law = law();
    let on = |id: &str, day: &str| law.on(id, day.parse().unwrap()).map(|version| version.citation.clone());
    for id in ["hearing.outcome-report-delegated", "accelerated.hearing-date-again", "hearing.outside-chair-answer"] {
        assert!(on(id, "2024-05-06").is_none() && on(id, "2024-05-07").is_some(), "{id}");
    }
    assert!(on("accelerated.no-objection", "2025-05-27").is_none());
    assert!(on("accelerated.no-objection", "2025-05-28").is_some());
    assert!(on("hearing.outside-chair-representations", "2025-05-28").unwrap().contains("SI 2025/558"));
    assert!(on("information.law-enforcement-access-extended", "2026-02-04").is_none());
    assert!(on("information.law-enforcement-access-extended", "2026-02-05").is_some());
    assert_ne!(on("information.subject-access", "2026-02-04"), on("information.subject-access", "2026-02-05"));
}
