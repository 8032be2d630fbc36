//! London civil days: the only notion of date in the product.
//!
//! A day is a plain `jiff` date; this module reads what people type, says it back in words, and
//! finds the instants at which a London day begins.

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use crate::refusal::Refusal;

/// A London civil day.
pub type Day = Date;

/// The earliest day the product accepts: before any officer alive could have served.
pub const FIRST_DAY: Day = jiff::civil::date(1900, 1, 1);
/// The latest day the product accepts.
pub const LAST_DAY: Day = jiff::civil::date(2199, 12, 31);

/// Reads an ISO date such as `2019-03-27`; `name` is what the person calls the field.
pub fn parse(name: &str, text: &str) -> Result<Day, Refusal> {
    let text = text.trim();
    let iso = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let day: Option<Day> = if iso { text.parse().ok() } else { None };
    match day {
        Some(day) if (FIRST_DAY..=LAST_DAY).contains(&day) => Ok(day),
        _ => Err(Refusal::new(format!("{name} must be a real date, like 2019-03-27"))),
    }
}

/// Reads an ISO date with or without a London time: `2019-03-27` or `2019-03-27T16:30`; with a time
/// it answers the moment too, in microseconds since 1970. A time that the clocks showed twice is the
/// first of the two, so that a limit counted from it never comes out too late.
pub fn parse_with_time(name: &str, text: &str) -> Result<(Day, Option<i64>), Refusal> {
    let Some((date, clock)) = text.trim().split_once('T') else {
        return Ok((parse(name, text)?, None));
    };
    let day = parse(name, date)?;
    let refused = || Refusal::new(format!("{name} must have a real London time, like 2019-03-27T16:30"));
    let iso = clock.len() == 5 && clock.as_bytes()[2] == b':';
    let time: jiff::civil::Time = if iso { clock.parse().ok() } else { None }.ok_or_else(refused)?;
    let zoned = day.to_datetime(time).to_zoned(london()).map_err(|_| refused())?;
    // Where the clocks skip a time, it would come back as another one.
    if zoned.time() != time {
        return Err(refused());
    }
    Ok((day, Some(zoned.timestamp().as_microsecond())))
}

/// Reads the three boxes of a date input. All empty gives `None`.
pub fn parse_parts(name: &str, day: &str, month: &str, year: &str) -> Result<Option<Day>, Refusal> {
    let [day, month, year] = [day.trim(), month.trim(), year.trim()];
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return Ok(None);
    }
    for (part, text) in [("day", day), ("month", month), ("year", year)] {
        if text.is_empty() {
            return Err(Refusal::new(format!("{name} must include a {part}")));
        }
    }
    let digits = |text: &str, most: usize| {
        let plain = text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
        if plain { text.parse::<i16>().ok() } else { None }
    };
    if year.len() != 4 {
        return Err(Refusal::new(format!("{name} must include a year of 4 digits, like 2019")));
    }
    let date = (|| {
        let small = |n: i16| i8::try_from(n).ok();
        Date::new(digits(year, 4)?, small(digits(month, 2)?)?, small(digits(day, 2)?)?).ok()
    })();
    match date {
        Some(date) if (FIRST_DAY..=LAST_DAY).contains(&date) => Ok(Some(date)),
        _ => Err(Refusal::new(format!("{name} must be a real date, like 27 3 2019"))),
    }
}

/// `12 March 2020`.
#[must_use]
pub fn in_words(day: Day) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// `12 March 2020 at 09:00`, in London.
#[must_use]
pub fn instant_in_words(micros: i64) -> String {
    let zoned = at(micros).to_zoned(london());
    zoned.strftime("%-d %B %Y at %H:%M").to_string()
}

/// `2020-03-12T09:00+00:00`, in London, for programs.
#[must_use]
pub fn instant_in_iso(micros: i64) -> String {
    at(micros).to_zoned(london()).strftime("%Y-%m-%dT%H:%M%:z").to_string()
}

/// The whole days from `earlier` to `later`; negative when they are the other way round.
#[must_use]
pub fn between(earlier: Day, later: Day) -> i64 {
    i64::from(number(later)) - i64::from(number(earlier))
}

/// Days since 1970-01-01, the form in which measures keep dates.
#[must_use]
pub fn number(day: Day) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    // The whole supported range of dates is under four million days.
    day.since((jiff::Unit::Day, epoch)).map_or(0, |span| span.get_days())
}

/// The day that a number of days since 1970-01-01 stands for.
#[must_use]
pub fn from_number(days: i32) -> Day {
    jiff::civil::date(1970, 1, 1).saturating_add(days.days())
}

/// The London day of an instant in microseconds since 1970.
#[must_use]
pub fn of_instant(micros: i64) -> Day {
    at(micros).to_zoned(london()).date()
}

/// The instant at which the London day after `day` begins, in microseconds since 1970.
#[must_use]
pub fn end_of(day: Day) -> i64 {
    start_of(day.saturating_add(1.day()))
}

/// 09:00 London on `day`, in microseconds since 1970.
#[must_use]
pub fn nine_o_clock(day: Day) -> i64 {
    london_instant(day, 9)
}

fn start_of(day: Day) -> i64 {
    london_instant(day, 0)
}

fn london_instant(day: Day, hour: i8) -> i64 {
    // London's clocks change at 01:00, so 00:00 and 09:00 always exist.
    day.at(hour, 0, 0, 0).to_zoned(london()).map_or(0, |z| z.timestamp().as_microsecond())
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

fn london() -> TimeZone {
    static LONDON: std::sync::LazyLock<TimeZone> =
        std::sync::LazyLock::new(|| TimeZone::get("Europe/London").expect("the zone database is built in"));
    LONDON.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for bad in ["2019-02-29", "2019-04-31", "19-04-30", "2019-4-3", "0000-01-01", "tomorrow", "", "2019-13-01"] {
            assert!(parse("The date", bad).is_err(), "{bad}");
        }
        assert_eq!(parse("The date", " 2020-02-29 ").unwrap(), date(2020, 2, 29));
    }

    #[test]
    fn a_time_is_londons_and_must_be_on_its_clocks() {
        let read = |text| parse_with_time("The date", text);
        assert_eq!(read("2020-03-02").unwrap(), (date(2020, 3, 2), None));
        let (day, at) = read("2020-07-02T16:30").unwrap();
        assert_eq!(instant_in_iso(at.unwrap()), "2020-07-02T16:30+01:00");
        assert_eq!((day, instant_in_words(at.unwrap())), (date(2020, 7, 2), "2 July 2020 at 16:30".to_owned()));
        for bad in ["2020-03-02T24:00", "2020-03-02T9:00", "2020-03-02T", "2020-03-29T01:30", "2020-02-30T10:00"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        // On 25 October 2020 the clocks showed 01:30 twice; the first is in summer time.
        assert_eq!(read("2020-10-25T01:30").unwrap().1, Some(1_603_585_800_000_000));
    }

    #[test]
    fn a_date_input_names_the_box_that_is_missing() {
        let says = |d, m, y| parse_parts("Date received", d, m, y).unwrap_err().to_string();
        assert_eq!(says("1", "", "2019"), "Date received must include a month");
        assert_eq!(says("1", "2", "19"), "Date received must include a year of 4 digits, like 2019");
        assert_eq!(says("31", "4", "2019"), "Date received must be a real date, like 27 3 2019");
        assert_eq!(says("٣", "4", "2019"), "Date received must be a real date, like 27 3 2019");
        assert_eq!(parse_parts("Date received", "", " ", "").unwrap(), None);
    }

    #[test]
    fn a_london_day_ends_at_midnight_in_london_through_clock_changes() {
        // 31 March 2019 is the 23-hour day on which summer time began.
        assert_eq!(end_of(date(2019, 3, 31)) - end_of(date(2019, 3, 30)), 23 * 3_600_000_000);
        assert_eq!(of_instant(end_of(date(2019, 7, 1)) - 1), date(2019, 7, 1));
        assert_eq!(of_instant(end_of(date(2019, 7, 1))), date(2019, 7, 2));
    }

    #[test]
    fn day_numbers_go_there_and_back() {
        for day in [date(1970, 1, 1), date(2000, 2, 29), date(1936, 5, 4), date(2019, 12, 16)] {
            assert_eq!(from_number(number(day)), day);
        }
        assert_eq!(between(date(2019, 3, 1), date(2020, 3, 1)), 366);
    }
}
