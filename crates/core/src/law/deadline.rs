//! Counting: the last day of a period, with the arithmetic that led to it.

use jiff::{ToSpan as _, civil::Date};

use super::rule::{Counted, Unit, Version};
use crate::day::{Day, in_words};

/// A last day and how it was reached, one step a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// The last day on which the thing is still in time.
    pub last_day: Day,
    /// The arithmetic, step by step, in words.
    pub steps: Vec<String>,
}

/// The last day of `version` counted from `from`.
///
/// `None` when the rule sets no limit, and for working days, whose calendar is a later part.
#[must_use]
pub fn last_day(version: &Version, from: Day) -> Option<Worked> {
    let value = i32::try_from(version.value?).ok()?;
    let days = match version.unit? {
        Unit::Weeks => value * 7,
        Unit::Days | Unit::Months => value,
        Unit::WorkingDays => return None,
    };
    let start = format!("Start from {}", in_words(from));
    let worked = |last_day: Day, how: String| {
        Some(Worked { last_day, steps: vec![start, how, format!("Last day: {}", in_words(last_day))] })
    };
    match version.counted {
        Counted::None | Counted::WorkingDaysAfter => None,
        Counted::WithTheDay => worked(add_days(from, days - 1), format!("Count {days} days, that day included")),
        Counted::FromTheDayAfter => {
            worked(add_days(from, days), format!("Count {days} days, beginning with the day after"))
        }
        Counted::EndOfNextDay => {
            worked(add_days(from, days), "By the end of the next day, weekends included".to_owned())
        }
        Counted::MonthsStartingWith | Counted::MonthsCompletedBeforeAnniversary => {
            let anniversary = months_later(from, value);
            worked(
                add_days(anniversary, -1),
                format!("{value} months later is {}; the last day is the day before", in_words(anniversary)),
            )
        }
    }
}

/// The day `months` later; a day that the month lacks counts as the first of the next month.
#[must_use]
pub fn months_later(from: Day, months: i32) -> Day {
    let first = from.first_of_month().saturating_add(months.months());
    if from.day() > first.days_in_month() {
        first.saturating_add(1.month())
    } else {
        Date::new(first.year(), first.month(), from.day()).unwrap_or(first)
    }
}

/// Whether something that began on `start` and was done on `done` took at most `months` months.
#[must_use]
pub fn within_months(start: Day, done: Day, months: i32) -> bool {
    done < months_later(start, months)
}

fn add_days(day: Day, days: i32) -> Day {
    day.saturating_add(days.days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(counted: &str, value: u32, unit: &str, from: Day, last: Day) {
        let text = format!(
            "from = 2000-01-01\ncitation = \"c\"\nsays = \"s\"\nmark = \"from-memory\"\n\
             value = {value}\nunit = \"{unit}\"\ncounted = \"{counted}\""
        );
        let version: Version = toml::from_str(&text).unwrap();
        assert_eq!(last_day(&version, from).unwrap().last_day, last, "{counted} {value} {unit} from {from}");
    }

    // The fixtures of the domain brief, section 12.0.
    #[test]
    fn periods_end_on_the_day_the_brief_works_out() {
        check("with-the-day", 56, "days", date(2020, 3, 2), date(2020, 4, 26));
        check("with-the-day", 21, "days", date(2020, 4, 20), date(2020, 5, 10));
        check("from-the-day-after", 28, "days", date(2020, 6, 1), date(2020, 6, 29));
        check("from-the-day-after", 4, "weeks", date(2020, 2, 1), date(2020, 2, 29));
        check("end-of-next-day", 1, "days", date(2020, 2, 28), date(2020, 2, 29));
        check("months-starting-with", 12, "months", date(2020, 2, 10), date(2021, 2, 9));
        check("months-starting-with", 6, "months", date(2021, 2, 10), date(2021, 8, 9));
        check("months-starting-with", 12, "months", date(2020, 2, 29), date(2021, 2, 28));
        check("months-starting-with", 6, "months", date(2019, 8, 31), date(2020, 2, 29));
    }

    #[test]
    fn twelve_months_end_the_day_before_the_anniversary() {
        assert!(within_months(date(2018, 4, 1), date(2019, 3, 31), 12));
        assert!(!within_months(date(2018, 4, 1), date(2019, 4, 1), 12));
    }
}
