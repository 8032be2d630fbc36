use super::*;
use Nation::{EnglandAndWales, Scotland};
use jiff::civil::date;

const HEAD: &str = "nation = \"england-and-wales\"\n[source]\nx = 1\n[[rule]]\nid = \"a\"\ntitle = \"A\"\n\
    kind = \"deadline\"\n[[rule.version]]\nfrom = 2000-01-01\ncitation = \"The Rules, rule 1\"\nsays = \"s\"\n\
    mark = \"from-memory\"\n";

/// A version with these lines, checked as a law file is.
fn version(lines: &str) -> Version {
    let text = format!("{HEAD}{lines}");
    let law = crate::law::Law::read(&[("a.toml", &text)]).unwrap();
    law.rule("a").unwrap().versions[0].clone()
}

fn counted(counted: &str, value: u32, unit: &str, more: &str) -> Version {
    version(&format!("value = {value}\nunit = \"{unit}\"\ncounted = \"{counted}\"\n{more}"))
}

fn by(version: &Version, trigger: impl Into<Trigger>) -> Worked {
    match worked(version, trigger, Calendar::built_in(), EnglandAndWales) {
        Limit::By(worked) => worked,
        other => panic!("{other:?}"),
    }
}

fn opens(version: &Version, trigger: impl Into<Trigger>) -> Opening {
    match worked(version, trigger, Calendar::built_in(), EnglandAndWales) {
        Limit::NotBefore(opening) => opening,
        other => panic!("{other:?}"),
    }
}

fn check(way: &str, value: u32, unit: &str, from: Day, last: Day) {
    let version = counted(way, value, unit, "");
    assert_eq!(last_day(&version, from).unwrap().last_day, last, "{way} {value} {unit} from {from}");
}

// The fixtures of the domain brief, section 12.0.
#[test]
fn periods_end_on_the_day_the_brief_works_out() {
    check("with-the-day", 56, "days", date(2020, 3, 2), date(2020, 4, 26));
    check("with-the-day", 21, "days", date(2020, 4, 20), date(2020, 5, 10));
    check("from-the-day-after", 28, "days", date(2020, 6, 1), date(2020, 6, 29));
    check("from-the-day-after", 28, "days", date(2020, 2, 1), date(2020, 2, 29));
    check("from-the-day-after", 4, "weeks", date(2020, 2, 1), date(2020, 2, 29));
    check("end-of-next-day", 1, "days", date(2020, 2, 28), date(2020, 2, 29));
    check("months-starting-with", 12, "months", date(2020, 2, 10), date(2021, 2, 9));
    check("months-starting-with", 6, "months", date(2021, 2, 10), date(2021, 8, 9));
    check("months-starting-with", 12, "months", date(2020, 2, 29), date(2021, 2, 28));
    check("months-starting-with", 6, "months", date(2019, 8, 31), date(2020, 2, 29));
}

#[test]
fn working_days_end_on_the_day_the_brief_works_out() {
    let from = date(2020, 4, 3);
    for (n, last) in [(3, (4, 8)), (5, (4, 14)), (10, (4, 21)), (15, (4, 28)), (20, (5, 5)), (100, (8, 27))] {
        check("working-days-after", n, "working-days", from, date(2020, last.0, last.1));
        check("from-the-day-after", n, "working-days", from, date(2020, last.0, last.1));
    }
    check("working-days-after", 10, "working-days", date(2020, 12, 18), date(2021, 1, 6));
    check("working-days-after", 5, "working-days", date(2020, 5, 1), date(2020, 5, 11));
    let hundred = by(&counted("working-days-after", 100, "working-days", ""), from);
    let skipped: Vec<Day> = hundred.holidays.iter().map(|(day, _)| *day).collect();
    assert_eq!(skipped, [date(2020, 4, 10), date(2020, 4, 13), date(2020, 5, 8), date(2020, 5, 25)]);
}

#[test]
fn days_of_judicial_review_are_added() {
    let worked = by(&counted("with-the-day", 56, "days", ""), date(2020, 3, 2));
    let later = worked.extended(30, "a judicial review was in progress");
    assert_eq!(later.last_day, date(2020, 5, 26));
    assert_eq!(later.steps[3], "Add 30 days: a judicial review was in progress");
}

#[test]
fn twelve_months_end_the_day_before_the_anniversary() {
    assert!(within_months(date(2018, 4, 1), date(2019, 3, 31), 12));
    assert!(!within_months(date(2018, 4, 1), date(2019, 4, 1), 12));
}

#[test]
fn months_after_a_day_end_on_its_number_or_with_the_month() {
    check("months-after", 3, "months", date(2020, 11, 30), date(2021, 2, 28));
    check("months-after", 3, "months", date(2020, 5, 12), date(2020, 8, 12));
}

#[test]
fn working_days_with_the_day_begin_on_it_or_on_the_next_working_day() {
    check("with-the-day", 5, "working-days", date(2020, 4, 6), date(2020, 4, 14));
    check("with-the-day", 5, "working-days", date(2020, 4, 4), date(2020, 4, 14));
    check("with-the-day", 1, "working-days", date(2020, 4, 3), date(2020, 4, 3));
}

#[test]
fn four_weeks_can_begin_with_the_first_working_day_after() {
    // The first working day after Maundy Thursday 2020 is Tuesday 14 April.
    check("from-first-working-day-after", 4, "weeks", date(2020, 4, 9), date(2020, 5, 11));
    let worked = by(&counted("from-first-working-day-after", 4, "weeks", ""), date(2020, 4, 9));
    assert_eq!(
        worked.steps[1],
        "Count 28 days, beginning with 14 April 2020, the first working day after; Good Friday (10 April 2020) and \
         Easter Monday (13 April 2020) are not working days"
    );
}

#[test]
fn counting_backwards_leaves_the_day_itself_out() {
    check("before", 14, "days", date(2020, 3, 15), date(2020, 3, 1));
    check("before", 3, "working-days", date(2020, 4, 15), date(2020, 4, 8));
    check("before", 2, "weeks", date(2020, 3, 15), date(2020, 3, 1));
    let worked = by(&counted("before", 3, "working-days", ""), date(2020, 4, 15));
    let holidays: Vec<&str> = worked.holidays.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(holidays, ["Good Friday", "Easter Monday"]);
}

#[test]
fn a_window_has_an_earliest_and_a_last_day() {
    let worked = by(&counted("from-the-day-after", 15, "working-days", "least = 10"), date(2020, 4, 3));
    assert_eq!((worked.earliest, worked.last_day), (Some(date(2020, 4, 21)), date(2020, 4, 28)));
    assert_eq!(worked.steps[2], "Earliest day: 21 April 2020");
}

#[test]
fn promptly_has_the_last_day_as_its_backstop() {
    let worked = by(&counted("working-days-after", 5, "working-days", "bound = \"promptly\""), date(2020, 5, 1));
    assert!(worked.promptly);
    assert_eq!(worked.steps[2], "Promptly, and by 11 May 2020 at the latest");
}

#[test]
fn not_before_opens_when_the_period_has_ended() {
    let opening = opens(&counted("with-the-day", 28, "days", "bound = \"not-before\""), date(2020, 2, 1));
    assert_eq!(opening.first_day, date(2020, 2, 29));
    assert_eq!(opening.steps[2], "That period ends with 28 February 2020; not before 29 February 2020");
}

#[test]
fn hours_run_through_clock_changes() {
    let at = |day, minutes: i64| Trigger::at(start_of(day) + minutes * MICROS_PER_MINUTE);
    let breach = counted("hours-after", 72, "hours", "");
    // Summer time began on 29 March 2020, so 72 hours later the clock shows an hour more.
    let worked = by(&breach, at(date(2020, 3, 27), 10 * 60));
    assert_eq!(worked.steps[2], "Last moment: 30 March 2020 at 11:00");
    assert_eq!(worked.last_day, date(2020, 3, 30));
    let opening = opens(&counted("hours-after", 48, "hours", "bound = \"not-before\""), at(date(2020, 3, 2), 90));
    assert_eq!((opening.first_day, opening.first_moment), (date(2020, 3, 4), at(date(2020, 3, 4), 90).at));
    let notice = by(&counted("before", 48, "hours", ""), at(date(2020, 3, 4), 90));
    assert_eq!(notice.last_moment, at(date(2020, 3, 2), 90).at);
}

#[test]
fn hours_of_a_day_without_a_time_are_counted_on_the_safe_side() {
    let limit = by(&counted("hours-after", 72, "hours", ""), date(2020, 3, 2));
    assert_eq!(limit.steps[2], "Last moment: 5 March 2020 at 00:00");
    let opening = opens(&counted("hours-after", 48, "hours", "bound = \"not-before\""), date(2020, 3, 2));
    assert_eq!(opening.steps[2], "Not before 5 March 2020 at 00:00");
}

#[test]
fn no_fixed_limit_gives_the_reason_and_no_date() {
    let reason = |lines| match worked(&version(lines), date(2020, 1, 1), Calendar::built_in(), EnglandAndWales) {
        Limit::NoFixedLimit(reason) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(""), "No fixed limit: The Rules, rule 1 sets no number");
    assert_eq!(reason("standard = \"as soon as practicable\""), "No fixed limit: as soon as practicable");
    assert!(reason("counted = \"deemed-when-sent\"\nbefore = 16:30:00").contains("sets no limit"));
    assert_eq!(last_day(&version(""), date(2020, 1, 1)), None);
}

#[test]
fn an_email_counts_on_its_working_day_before_half_past_four() {
    let rule = version("counted = \"deemed-when-sent\"\nbefore = 16:30:00");
    let given = |sent: Trigger| deemed_given(&rule, sent, Calendar::built_in(), EnglandAndWales).unwrap();
    let at = |day, hour: i64, minute: i64| Trigger::at(start_of(day) + (hour * 60 + minute) * MICROS_PER_MINUTE);
    // Thursday before the Spring bank holiday weekend of 2025, then its Friday.
    assert_eq!(given(at(date(2025, 5, 29), 16, 29)).first_day, date(2025, 5, 29));
    assert_eq!(given(at(date(2025, 5, 29), 16, 30)).first_day, date(2025, 5, 30));
    assert_eq!(given(at(date(2025, 5, 30), 16, 30)).first_day, date(2025, 6, 2));
    assert_eq!(given(at(date(2025, 5, 31), 9, 0)).first_day, date(2025, 6, 2));
    assert_eq!(given(date(2025, 5, 29).into()).first_day, date(2025, 5, 30));
    let late = given(at(date(2025, 8, 22), 17, 0));
    assert_eq!(late.first_day, date(2025, 8, 26));
    assert_eq!(
        late.steps,
        [
            "Sent on 22 August 2025 at 17:00",
            "Not sent on a working day before 16:30, it counts as given on the next working day; Summer bank holiday \
             (25 August 2025) is not a working day",
            "Counts as given on 26 August 2025",
        ]
    );
    assert_eq!(late.holidays, [(date(2025, 8, 25), "Summer bank holiday".to_owned())]);
}

#[test]
fn a_letter_counts_on_the_second_day_or_the_next_working_day_after_posting() {
    let rule = version("counted = \"deemed-after-posting\"\nvalue = 2\nunit = \"days\"");
    let given = |sent: Day| deemed_given(&rule, sent, Calendar::built_in(), EnglandAndWales).unwrap().first_day;
    assert_eq!(given(date(2025, 6, 2)), date(2025, 6, 4));
    // Posted on a Thursday: the second day is a Saturday, so Friday, the next working day after posting.
    assert_eq!(given(date(2025, 6, 5)), date(2025, 6, 6));
    assert_eq!(given(date(2025, 6, 6)), date(2025, 6, 9));
    assert!(deemed_given(&version(""), date(2025, 6, 6), Calendar::built_in(), EnglandAndWales).is_none());
}

#[test]
fn steps_can_be_read_aloud() {
    let worked = by(&counted("working-days-after", 15, "working-days", ""), date(2020, 4, 7));
    assert_eq!(
        worked.steps,
        [
            "Start from 7 April 2020",
            "Count 15 working days, beginning with 8 April 2020; Good Friday (10 April 2020) and Easter Monday \
             (13 April 2020) are not working days",
            "Last day: 30 April 2020",
        ]
    );
    let one = by(&counted("working-days-after", 1, "working-days", ""), date(2020, 5, 7));
    assert_eq!(
        one.steps[1],
        "Count 1 working day, beginning with 11 May 2020; Early May bank holiday for VE Day (8 May 2020) is not a \
         working day"
    );
}

#[test]
fn a_count_into_a_year_without_a_published_list_is_provisional() {
    let rule = counted("working-days-after", 10, "working-days", "");
    assert!(!by(&rule, date(2028, 12, 1)).provisional);
    let late = by(&rule, date(2028, 12, 22));
    assert!(late.provisional && late.last_day == date(2029, 1, 10));
    assert_eq!(late.steps[3], "Provisional: the holidays of 2029 are not published or not known here");
    assert!(!by(&counted("with-the-day", 28, "days", ""), date(2030, 1, 1)).provisional);
}

#[test]
fn another_nation_and_a_holiday_added_later_change_the_count() {
    let rule = counted("working-days-after", 5, "working-days", "");
    let last = |calendar: &Calendar, nation| match worked(&rule, date(2020, 4, 9), calendar, nation) {
        Limit::By(worked) => worked.last_day,
        other => panic!("{other:?}"),
    };
    assert_eq!(last(Calendar::built_in(), EnglandAndWales), date(2020, 4, 20));
    assert_eq!(last(Calendar::built_in(), Scotland), date(2020, 4, 17));
    let added = Calendar::built_in().clone().with_added(date(2020, 4, 15), EnglandAndWales, "An extra day");
    assert_eq!(last(&added, EnglandAndWales), date(2020, 4, 21));
}

#[test]
fn versions_that_cannot_be_counted_are_refused() {
    let refused = |lines: &str, wanted: &str| {
        let text = format!("{HEAD}{lines}");
        let says = crate::law::Law::read(&[("a.toml", &text)]).unwrap_err().to_string();
        assert!(says.contains("a.toml") && says.contains(wanted), "{says}");
    };
    let days = "value = 5\nunit = \"days\"\ncounted = \"with-the-day\"\n";
    refused(&days.replace("days", "months"), "rule a: version of 2000-01-01: its unit cannot be counted");
    refused(&days.replace("with-the-day", "working-days-after"), "its unit cannot be counted");
    refused(&days.replace('5', "0"), "from 1 to 10,000");
    refused(&days.replace('5', "10001"), "from 1 to 10,000");
    refused(&format!("{days}least = 6"), "least must be");
    refused(&format!("{days}least = 2\nbound = \"not-before\""), "not-before goes neither");
    refused(&format!("{days}standard = \"promptly\""), "standard is for rules without a number");
    refused(&format!("{days}before = 16:30:00"), "deemed-when-sent needs before");
    refused("counted = \"deemed-when-sent\"", "deemed-when-sent needs before");
    refused("counted = \"deemed-when-sent\"\nbefore = 2020-01-01", "write a time as 16:30:00");
    refused("counted = \"with-the-day\"", "a number needs");
    refused("bound = \"promptly\"", "least and bound need a limit");
}
