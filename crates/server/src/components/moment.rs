//! The part of the JavaScript library Moment that MoJ Frontend's date filters
//! use: reading an ISO 8601 time and printing it in UK time.
//!
//! Moment prints the time of the machine's own zone. A server's zone is an
//! accident; the readers of this system are in the United Kingdom, so this
//! module knows that one zone's rule instead.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
/// Longest first, so that `MMMM` is never read as `MM` twice.
const TOKENS: [&str; 17] =
    ["YYYY", "MMMM", "dddd", "MMM", "ddd", "MM", "DD", "HH", "hh", "mm", "ss", "M", "D", "H", "h", "m", "s"];
const DAY: i64 = 86_400;

/// Prints an ISO 8601 time. Without an offset it is UK time already. Letters
/// in square brackets are printed as they are.
pub fn format(timestamp: &str, pattern: Option<&str>) -> String {
    let Some(seconds) = parse(timestamp) else {
        return "Invalid date".to_owned();
    };
    let mut rest = pattern.unwrap_or("YYYY-MM-DD[T]HH:mm:ss");
    let mut out = String::new();
    while let Some(first) = rest.chars().next() {
        let token = TOKENS.iter().find(|token| rest.starts_with(**token));
        let bracketed = rest.strip_prefix('[').and_then(|r| r.split_once(']'));
        if let Some((literal, after)) = bracketed {
            out.push_str(literal);
            rest = after;
        } else if let Some(token) = token {
            out.push_str(&field(token, seconds));
            rest = &rest[token.len()..];
        } else {
            let afternoon = seconds.rem_euclid(DAY) >= DAY / 2;
            match (first, afternoon) {
                ('a', false) => out.push_str("am"),
                ('a', true) => out.push_str("pm"),
                ('A', false) => out.push_str("AM"),
                ('A', true) => out.push_str("PM"),
                (other, _) => out.push(other),
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn field(token: &str, seconds: i64) -> String {
    let days = seconds.div_euclid(DAY);
    let clock = seconds.rem_euclid(DAY);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    let month_name = MONTHS[(month - 1) as usize % 12];
    let day_name = DAYS[days.rem_euclid(7) as usize % 7];
    let number = match &token[..1] {
        "M" => month,
        "D" => day,
        "H" => hour,
        "h" => (hour + 11) % 12 + 1,
        "m" => minute,
        _ => second,
    };
    match token {
        "YYYY" => format!("{year:04}"),
        "MMMM" => month_name.to_owned(),
        "MMM" => month_name[..3].to_owned(),
        "dddd" => day_name.to_owned(),
        "ddd" => day_name[..3].to_owned(),
        token if token.len() == 2 => format!("{number:02}"),
        _ => number.to_string(),
    }
}

/// Seconds since 1970-01-01 on a UK clock.
fn parse(timestamp: &str) -> Option<i64> {
    let (date, time) = match timestamp.split_once(['T', ' ']) {
        Some((date, time)) => (date, time),
        None => (timestamp, ""),
    };
    let [year, month, day] = numbers(date, '-')?;
    let possible = (0..=9999).contains(&year) && (1..=12).contains(&month);
    if !possible || !(1..=31).contains(&day) {
        return None;
    }
    let midnight = days_from_civil(year, month, day) * DAY;
    if time.is_empty() {
        return Some(midnight);
    }
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let clock = clock.split('.').next().unwrap_or_default();
    let [hour, minute, second] = numbers(clock, ':')?;
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let local = midnight + hour * 3600 + minute * 60 + second;
    if zone.is_empty() {
        return Some(local);
    }
    let digits: String = zone.chars().filter(char::is_ascii_digit).take(4).collect();
    let offset = digits.parse::<i64>().unwrap_or(0);
    let offset = (offset / 100 * 60 + offset % 100) * 60;
    let utc = if zone.starts_with('-') { local + offset } else { local - offset };
    Some(utc + summer_time(utc))
}

/// Three numbers with a separator; those left out at the end are zero.
fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut all = [0; 3];
    for (index, part) in text.split(separator).enumerate() {
        *all.get_mut(index)? = part.parse().ok()?;
    }
    Some(all)
}

/// Clocks go forward at 01:00 UTC on the last Sunday of March and back at
/// 01:00 UTC on the last Sunday of October.
fn summer_time(utc: i64) -> i64 {
    let (year, ..) = civil(utc.div_euclid(DAY));
    let change = |month| {
        let last = days_from_civil(year, month, 31);
        // Day 3 of 1970 was a Sunday.
        (last - (last - 3).rem_euclid(7)) * DAY + 3600
    };
    if (change(3)..change(10)).contains(&utc) { 3600 } else { 0 }
}

/// Days since 1970-01-01 of a date in the Gregorian calendar, counting years
/// from March so that the leap day comes last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`]: year, month and day.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = (shifted + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn prints_uk_time_in_summer_and_winter() {
        let pattern = Some("dddd D MMMM YYYY [at] h:mma");
        let cases = [
            ("2026-07-01T12:05:00Z", "Wednesday 1 July 2026 at 1:05pm"),
            ("2026-01-31T23:30:00Z", "Saturday 31 January 2026 at 11:30pm"),
            ("2026-03-29T00:59:59Z", "Sunday 29 March 2026 at 12:59am"),
            ("2026-03-29T01:00:00Z", "Sunday 29 March 2026 at 2:00am"),
            ("2026-10-25T01:00:00Z", "Sunday 25 October 2026 at 1:00am"),
            ("2026-07-01T12:05:00+02:00", "Wednesday 1 July 2026 at 11:05am"),
            ("2024-02-29", "Thursday 29 February 2024 at 12:00am"),
        ];
        for (timestamp, expected) in cases {
            assert_eq!(format(timestamp, pattern), expected, "{timestamp}");
        }
    }

    #[test]
    fn says_when_a_time_is_not_one() {
        for wrong in ["", "yesterday", "2026-13-01", "2026-01-01T99:00", "9999999999999-01-01"] {
            assert_eq!(format(wrong, None), "Invalid date", "{wrong}");
        }
    }
}
