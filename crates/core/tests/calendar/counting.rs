//! Every way of counting, over random days, numbers and nations, against a walk from day to day.

use candour_core::day::Day;
use candour_core::law::deadline::{Limit, Trigger, deemed_given, worked};
use candour_core::law::holiday::within_working_days;
use candour_core::law::{Calendar, Law, Nation, Version};

use crate::walker::{Date, next, previous, working};

const CASES: u32 = 120_000;
/// 2004-01-01 and 2030-12-31 as days since 1970.
const FIRST_DAY: i32 = 12_418;
const LAST_DAY: i32 = 22_279;

/// The ways of counting, as they stand in law files, and the walk that each has to agree with.
const WAYS: &[(&str, Walk)] = &[
    ("value = 1\nunit = \"days\"\ncounted = \"with-the-day\"", |d, n, _| forward(d, n - 1)),
    ("value = 1\nunit = \"weeks\"\ncounted = \"with-the-day\"", |d, n, _| forward(d, 7 * n - 1)),
    ("value = 1\nunit = \"days\"\ncounted = \"from-the-day-after\"", |d, n, _| forward(d, n)),
    ("value = 1\nunit = \"weeks\"\ncounted = \"from-the-day-after\"", |d, n, _| forward(d, 7 * n)),
    ("value = 1\nunit = \"working-days\"\ncounted = \"working-days-after\"", |d, n, at| working_from(next(d), n, at)),
    ("value = 1\nunit = \"working-days\"\ncounted = \"from-the-day-after\"", |d, n, at| working_from(next(d), n, at)),
    ("value = 1\nunit = \"working-days\"\ncounted = \"with-the-day\"", working_from),
    ("value = 1\nunit = \"working-days\"\ncounted = \"before\"", working_back),
    ("value = 1\nunit = \"days\"\ncounted = \"before\"", |d, n, _| (0..n).fold(d, |d, _| previous(d))),
    ("value = 1\nunit = \"weeks\"\ncounted = \"from-first-working-day-after\"", |d, n, at| {
        forward(working_from(next(d), 1, at), 7 * n - 1)
    }),
    ("value = 1\nunit = \"months\"\ncounted = \"months-starting-with\"", |d, n, _| previous(anniversary(d, n))),
    ("value = 1\nunit = \"months\"\ncounted = \"months-after\"", |d, n, _| same_number_or_month_end(d, n)),
    ("value = 1\nunit = \"days\"\ncounted = \"with-the-day\"\nbound = \"not-before\"", |d, n, _| forward(d, n)),
];

/// From a day, a number and a nation to the day a period ends.
type Walk = fn(Date, u32, Nation) -> Date;

fn forward(day: Date, days: u32) -> Date {
    (0..days).fold(day, |day, _| next(day))
}

/// The `n`-th working day, the first of which may be `day`.
fn working_from(mut day: Date, n: u32, nation: Nation) -> Date {
    let mut left = n;
    loop {
        left -= u32::from(working(day, nation));
        if left == 0 {
            return day;
        }
        day = next(day);
    }
}

fn working_back(mut day: Date, n: u32, nation: Nation) -> Date {
    let mut left = n;
    while left > 0 {
        day = previous(day);
        left -= u32::from(working(day, nation));
    }
    day
}

/// The first day, `months` months on, that has the same number or comes after the month ran out.
fn anniversary(from: Date, months: u32) -> Date {
    let month = |day: Date| day.0 * 12 + day.1;
    let target = month(from) + i32::try_from(months).unwrap();
    let mut day = from;
    while month(day) < target || (month(day) == target && day.2 < from.2) {
        day = next(day);
    }
    day
}

fn same_number_or_month_end(from: Date, months: u32) -> Date {
    let day = anniversary(from, months);
    if day.2 == from.2 { day } else { previous(day) }
}

/// A small generator with a fixed stream (splitmix64), so that a failure can be had again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(limit)).unwrap()
    }

    fn day(&mut self) -> Day {
        let span = u32::try_from(LAST_DAY - FIRST_DAY + 1).unwrap();
        candour_core::day::from_number(FIRST_DAY + i32::try_from(self.below(span)).unwrap())
    }
}

/// A version with these lines, checked as a law file is.
fn version(lines: &str) -> Version {
    let text = format!(
        "nation = \"england-and-wales\"\n[source]\nx = 1\n[[rule]]\nid = \"a\"\ntitle = \"A\"\nkind = \"deadline\"\n\
         [[rule.version]]\nfrom = 2000-01-01\ncitation = \"c\"\nsays = \"s\"\nmark = \"from-memory\"\n{lines}"
    );
    Law::read(&[("a.toml", &text)]).unwrap().rule("a").unwrap().versions[0].clone()
}

fn parts(day: Day) -> Date {
    (i32::from(day.year()), i32::from(day.month()), i32::from(day.day()))
}

#[test]
fn every_way_of_counting_agrees_with_a_walk_from_day_to_day() {
    let mut random = Random(2020);
    let mut versions: Vec<(Version, Walk)> = WAYS.iter().map(|(lines, walk)| (version(lines), *walk)).collect();
    let calendar = Calendar::built_in();
    for case in 0..CASES {
        let from = random.day();
        let nation = Nation::ALL[usize::try_from(random.below(3)).unwrap()];
        let (version, walk) = &mut versions[usize::try_from(random.below(13)).unwrap()];
        let n = 1 + random.below(if case % 20 == 0 { 110 } else { 30 });
        version.value = Some(n);
        let answer = match worked(version, from, calendar, nation) {
            Limit::By(worked) => worked.last_day,
            Limit::NotBefore(opening) => opening.first_day,
            Limit::NoFixedLimit(reason) => panic!("{reason}"),
        };
        let (counted, unit) = (version.counted, version.unit);
        assert_eq!(parts(answer), walk(parts(from), n, nation), "{counted:?} {n} {unit:?} from {from} in {nation}");
    }
}

#[test]
fn every_window_and_every_measure_in_working_days_agrees_with_a_walk() {
    let mut random = Random(2021);
    let mut window = version("value = 15\nleast = 10\nunit = \"working-days\"\ncounted = \"from-the-day-after\"");
    for _ in 0..10_000 {
        let from = random.day();
        let nation = Nation::ALL[usize::try_from(random.below(3)).unwrap()];
        let (least, most) = (1 + random.below(10), 10 + random.below(10));
        (window.least, window.value) = (Some(least), Some(most));
        let Limit::By(worked) = worked(&window, from, Calendar::built_in(), nation) else { panic!("a window") };
        let last = working_from(next(parts(from)), most, nation);
        assert_eq!(parts(worked.earliest.unwrap()), working_from(next(parts(from)), least, nation), "{from} {nation}");
        assert_eq!(parts(worked.last_day), last, "{from} {nation}");
        let within = |done| within_working_days(Calendar::built_in(), nation, from, done, most);
        assert!(within(worked.last_day) && !within(worked.last_day.tomorrow().unwrap()), "{from} {nation}");
    }
}

#[test]
fn every_deemed_day_agrees_with_a_walk() {
    let mut random = Random(2022);
    let email = version("counted = \"deemed-when-sent\"\nbefore = 16:30:00");
    let post = version("counted = \"deemed-after-posting\"\nvalue = 2\nunit = \"days\"");
    let calendar = Calendar::built_in();
    for _ in 0..10_000 {
        let sent = random.day();
        let nation = Nation::ALL[usize::try_from(random.below(3)).unwrap()];
        let minute = random.below(1_440);
        let date = parts(sent);
        let next_working = working_from(next(date), 1, nation);
        // Counted from 09:00, because on two Sundays a year midnight is an hour nearer or farther.
        let nine = candour_core::day::nine_o_clock(sent);
        let at = Trigger { on: sent, at: Some(nine + (i64::from(minute) - 540) * 60_000_000) };
        let given = parts(deemed_given(&email, at, calendar, nation).unwrap().first_day);
        let same_day = minute < 16 * 60 + 30 && working(date, nation);
        assert_eq!(given, if same_day { date } else { next_working }, "e-mail of {sent} at minute {minute}");
        let given = parts(deemed_given(&post, sent, calendar, nation).unwrap().first_day);
        let second = next(next(date));
        assert_eq!(given, if working(second, nation) { second } else { next_working }, "letter of {sent}");
    }
}

#[test]
fn every_day_to_2199_is_a_working_day_by_both_calendars_or_by_neither() {
    let mut day = jiff::civil::date(2003, 1, 1);
    while day.year() < 2200 {
        for nation in Nation::ALL {
            let ours = Calendar::built_in().is_working_day(day, nation);
            assert_eq!(ours, working(parts(day), nation), "{day} in {nation}");
        }
        day = day.tomorrow().unwrap();
    }
}
