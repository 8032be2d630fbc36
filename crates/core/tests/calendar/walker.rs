//! A calendar that shares no code with the product: its own dates, weekdays, Easter and holidays.
//!
//! It is slow and plain on purpose: it walks day by day and asks of each day what it is.

use candour_core::law::Nation;

/// A date as year, month and day.
pub type Date = (i32, i32, i32);

fn leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i32, month: i32) -> i32 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub fn next((year, month, day): Date) -> Date {
    if day < days_in(year, month) {
        (year, month, day + 1)
    } else if month < 12 {
        (year, month + 1, 1)
    } else {
        (year + 1, 1, 1)
    }
}

pub fn previous((year, month, day): Date) -> Date {
    if day > 1 {
        (year, month, day - 1)
    } else if month > 1 {
        (year, month - 1, days_in(year, month - 1))
    } else {
        (year - 1, 12, 31)
    }
}

/// 0 is Sunday (Sakamoto's method).
fn weekday((year, month, day): Date) -> i32 {
    const SHIFT: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    (year + year / 4 - year / 100 + year / 400 + SHIFT[usize::try_from(month - 1).unwrap()] + day) % 7
}

/// Easter Sunday: the Sunday after the ecclesiastical full moon, found through the epact as Knuth
/// does it, and then by walking to the Sunday.
fn easter(year: i32) -> Date {
    let golden = year % 19 + 1;
    let century = year / 100 + 1;
    let dropped_leap_years = 3 * century / 4 - 12;
    let moon_drift = (8 * century + 5) / 25 - 5;
    let mut epact = (11 * golden + 20 + moon_drift - dropped_leap_years).rem_euclid(30);
    if epact == 24 || (epact == 25 && golden > 11) {
        epact += 1;
    }
    let after_first_of_march = if epact > 23 { 74 - epact } else { 44 - epact };
    let mut day = (year, 3, 1);
    for _ in 1..after_first_of_march {
        day = next(day);
    }
    day = next(day);
    while weekday(day) != 0 {
        day = next(day);
    }
    day
}

/// The years in which a day of the nation's usual holidays was not one, or another day was.
const MOVED_AWAY: [Date; 3] = [(2012, 5, 28), (2020, 5, 4), (2022, 5, 30)];
const EXTRA: [Date; 9] = [
    (2011, 4, 29),
    (2012, 6, 4),
    (2012, 6, 5),
    (2020, 5, 8),
    (2022, 6, 2),
    (2022, 6, 3),
    (2022, 9, 19),
    (2023, 5, 8),
    (2026, 6, 15),
];

/// Whether a nation keeps a holiday on a weekday.
fn holiday(date: Date, nation: Nation) -> bool {
    let (year, month, day) = date;
    let scotland = nation == Nation::Scotland;
    if EXTRA.contains(&date) {
        return scotland || date != (2026, 6, 15);
    }
    if MOVED_AWAY.contains(&date) {
        return false;
    }
    let monday = weekday(date) == 1;
    let last_week = day + 7 > days_in(year, month);
    if monday && (month == 5 && (day <= 7 || last_week) || month == 8 && if scotland { day <= 7 } else { last_week }) {
        return true;
    }
    let sunday = easter(year);
    if date == previous(previous(sunday)) || (date == next(sunday) && !scotland) {
        return true;
    }
    let mut fixed = vec![(1, 1), (12, 25), (12, 26)];
    match nation {
        Nation::Scotland if year >= 2007 => fixed.extend([(1, 2), (11, 30)]),
        Nation::Scotland => fixed.push((1, 2)),
        Nation::NorthernIreland => fixed.extend([(3, 17), (7, 12)]),
        Nation::EnglandAndWales => {}
    }
    kept_on_weekdays(year, &fixed).contains(&(month, day))
}

/// Days of the year as they are kept: one at a weekend goes to the next weekday that is no other.
fn kept_on_weekdays(year: i32, fixed: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let at_weekend = |(month, day): &(i32, i32)| weekday((year, *month, *day)) % 6 == 0;
    let mut kept: Vec<(i32, i32)> = fixed.iter().copied().filter(|day| !at_weekend(day)).collect();
    for (month, day) in fixed.iter().filter(|day| at_weekend(day)) {
        let mut at = (year, *month, *day);
        while weekday(at) % 6 == 0 || kept.contains(&(at.1, at.2)) {
            at = next(at);
        }
        kept.push((at.1, at.2));
    }
    kept
}

pub fn working(date: Date, nation: Nation) -> bool {
    weekday(date) % 6 != 0 && !holiday(date, nation)
}
