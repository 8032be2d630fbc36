//! The calendar of working days: weekends, and the bank holidays of each nation.
//!
//! Holidays are data: `law/holidays.toml` says by which rules they fall and which were moved or
//! added in one year, each with its citation. Everything is worked out when the file is read, so
//! that a file that contradicts itself is refused before anyone counts with it. Days are London
//! civil days; nothing here reads a clock.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use jiff::civil::Weekday;

use super::Mark;
use super::holiday_file;
use super::rule::LawError;
use crate::day::Day;

/// A nation with bank holidays of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nation {
    /// England and Wales, which share theirs.
    EnglandAndWales,
    /// Scotland.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

impl Nation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EnglandAndWales, Self::Scotland, Self::NorthernIreland];

    /// What files and commands call it, such as `england-and-wales`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "england-and-wales",
            Self::Scotland => "scotland",
            Self::NorthernIreland => "northern-ireland",
        }
    }

    /// The nation that files and commands call `key`.
    #[must_use]
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nation| nation.key() == key)
    }
}

impl fmt::Display for Nation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::EnglandAndWales => "England and Wales",
            Self::Scotland => "Scotland",
            Self::NorthernIreland => "Northern Ireland",
        })
    }
}

/// One holiday as it is kept on a day, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// What people call it, such as `Good Friday` or `Substitute day for Boxing Day`.
    pub name: String,
    /// Where it stands in law.
    pub citation: String,
    /// Whether that was read in its source.
    pub mark: Mark,
    /// Where it was read.
    pub read_in: Option<String>,
    /// Whether it is kept so every year.
    pub recurs: Recurs,
}

/// Whether a holiday is kept in the same way every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recurs {
    /// It falls by a rule, year after year.
    Yearly,
    /// It was moved in this one year.
    Moved,
    /// It was kept in this one year only.
    Once,
}

/// The days passed over while counting working days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    /// How many Saturdays and Sundays.
    pub weekend_days: u32,
    /// The holidays, in the order of the calendar.
    pub holidays: Vec<(Day, String)>,
}

/// Where a count of working days ended, and what it passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The day reached.
    pub day: Day,
    /// The days passed over.
    pub skipped: Skipped,
}

/// The bank holidays of every nation, worked out for every year the product accepts.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub(super) first_year: i16,
    pub(super) published_to: i16,
    pub(super) published: Option<String>,
    pub(super) kept: BTreeMap<(Nation, Day), Arc<Holiday>>,
}

impl Calendar {
    /// The calendar that comes with the product.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Calendar> = LazyLock::new(|| {
            let text = include_str!("../../../../law/holidays.toml");
            Calendar::read("law/holidays.toml", text).expect("the built-in holidays are checked by a test")
        });
        &BUILT_IN
    }

    /// Reads a file of holidays, given as name and text.
    ///
    /// # Errors
    /// Names the file and the entry when a key is unknown, a nation is unknown, a day does not
    /// exist, the years of an entry overlap or leave a gap, or two holidays share a day.
    pub fn read(name: &str, text: &str) -> Result<Self, LawError> {
        holiday_file::calendar(text).map_err(|says| LawError::new(name, says))
    }

    /// Against what published list the days are held, in words.
    #[must_use]
    pub fn published(&self) -> Option<&str> {
        self.published.as_deref()
    }

    /// The name of the holiday kept in `nation` on `day`, where there is one.
    ///
    /// A holiday that falls on a weekend is found on its substitute day only.
    #[must_use]
    pub fn holiday(&self, day: Day, nation: Nation) -> Option<&str> {
        self.kept.get(&(nation, day)).map(|holiday| holiday.name.as_str())
    }

    /// The holidays of a nation from `first` to `last`, both included, earliest first.
    pub fn holidays(&self, nation: Nation, first: Day, last: Day) -> impl Iterator<Item = (Day, &Holiday)> {
        let days = (first <= last).then(|| self.kept.range((nation, first)..=(nation, last)));
        days.into_iter().flatten().map(|((_, day), holiday)| (*day, holiday.as_ref()))
    }

    /// Whether `day` is no weekend and no holiday in `nation`.
    #[must_use]
    pub fn is_working_day(&self, day: Day, nation: Nation) -> bool {
        !is_weekend(day) && self.holiday(day, nation).is_none()
    }

    /// The first and the last year whose holidays are settled: known here, and published.
    #[must_use]
    pub fn settled(&self) -> (i16, i16) {
        (self.first_year, self.published_to)
    }

    /// Whether the holidays of that year are not settled: no list is published for it yet, or it
    /// lies before the first year of the file, whose holidays are not known here at all.
    #[must_use]
    pub fn provisional(&self, day: Day) -> bool {
        !(self.first_year..=self.published_to).contains(&day.year())
    }

    /// The first working day after `day`, which itself does not count.
    #[must_use]
    pub fn next_working_day(&self, day: Day, nation: Nation) -> Day {
        self.working_days_after(day, 1, nation).day
    }

    /// The `n`-th working day after `from`, which itself does not count; `from` when `n` is 0.
    #[must_use]
    pub fn working_days_after(&self, from: Day, n: u32, nation: Nation) -> Reached {
        self.walk(from, n, nation, |day| day.tomorrow().unwrap_or(Day::MAX))
    }

    /// The `n`-th working day before `from`, which itself does not count; `from` when `n` is 0.
    #[must_use]
    pub fn working_days_before(&self, from: Day, n: u32, nation: Nation) -> Reached {
        let mut reached = self.walk(from, n, nation, |day| day.yesterday().unwrap_or(Day::MIN));
        reached.skipped.holidays.reverse();
        reached
    }

    /// The same calendar with a holiday that was appointed later.
    ///
    /// A day that is a holiday already keeps its name, so that a record which added a holiday can
    /// still be folded in when a later file has it too.
    #[must_use]
    pub fn with_added(mut self, day: Day, nation: Nation, name: &str) -> Self {
        let citation = "Added by the body to its own calendar".to_owned();
        let (mark, recurs) = (Mark::FromMemory, Recurs::Once);
        let added = Holiday { name: name.to_owned(), citation, mark, read_in: None, recurs };
        self.kept.entry((nation, day)).or_insert_with(|| Arc::new(added));
        self
    }

    fn walk(&self, from: Day, n: u32, nation: Nation, step: fn(Day) -> Day) -> Reached {
        let (mut day, mut left, mut skipped) = (from, n, Skipped::default());
        while left > 0 {
            day = step(day);
            if is_weekend(day) {
                skipped.weekend_days += 1;
            } else if let Some(name) = self.holiday(day, nation) {
                skipped.holidays.push((day, name.to_owned()));
            } else {
                left -= 1;
            }
        }
        Reached { day, skipped }
    }
}

/// Whether `done` is on or before the `n`-th working day after `from`.
#[must_use]
pub fn within_working_days(calendar: &Calendar, nation: Nation, from: Day, done: Day, n: u32) -> bool {
    done <= calendar.working_days_after(from, n, nation).day
}

/// Whether a day is a Saturday or a Sunday.
#[must_use]
pub fn is_weekend(day: Day) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    use Nation::{EnglandAndWales, NorthernIreland, Scotland};

    fn name(day: Day, nation: Nation) -> Option<&'static str> {
        Calendar::built_in().holiday(day, nation)
    }

    #[test]
    fn holidays_differ_by_nation() {
        assert_eq!(name(date(2020, 4, 13), EnglandAndWales), Some("Easter Monday"));
        assert_eq!(name(date(2020, 4, 13), Scotland), None);
        assert_eq!(name(date(2020, 1, 2), Scotland), Some("2nd January"));
        assert_eq!(name(date(2025, 7, 14), NorthernIreland), Some("Substitute day for Battle of the Boyne"));
        assert_eq!(name(date(2006, 11, 30), Scotland), None);
        assert_eq!(name(date(2007, 11, 30), Scotland), Some("St Andrew's Day"));
    }

    #[test]
    fn a_holiday_at_the_weekend_is_kept_on_its_substitute_day() {
        assert_eq!(name(date(2021, 12, 25), EnglandAndWales), None);
        assert_eq!(name(date(2021, 12, 27), EnglandAndWales), Some("Substitute day for Christmas Day"));
        assert_eq!(name(date(2021, 12, 28), EnglandAndWales), Some("Substitute day for Boxing Day"));
        assert_eq!(name(date(2022, 12, 26), EnglandAndWales), Some("Boxing Day"));
    }

    #[test]
    fn moved_and_extra_holidays_are_kept() {
        assert_eq!(name(date(2020, 5, 4), EnglandAndWales), None);
        assert_eq!(name(date(2020, 5, 8), EnglandAndWales), Some("Early May bank holiday for VE Day"));
        assert_eq!(name(date(2011, 4, 29), Scotland), Some("Royal Wedding bank holiday"));
        assert_eq!(name(date(2026, 6, 15), Scotland), Some("World Cup bank holiday"));
        assert_eq!(name(date(2026, 6, 15), EnglandAndWales), None);
    }

    #[test]
    fn counting_names_the_holidays_it_passes_over() {
        let reached = Calendar::built_in().working_days_after(date(2020, 4, 3), 5, EnglandAndWales);
        assert_eq!(reached.day, date(2020, 4, 14));
        assert_eq!(reached.skipped.weekend_days, 4);
        let names: Vec<&str> = reached.skipped.holidays.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["Good Friday", "Easter Monday"]);
        let back = Calendar::built_in().working_days_before(date(2020, 4, 14), 2, EnglandAndWales);
        assert_eq!((back.day, &back.skipped.holidays), (date(2020, 4, 8), &reached.skipped.holidays));
    }

    #[test]
    fn a_holiday_of_one_year_is_told_from_those_of_every_year() {
        let calendar = Calendar::built_in();
        let recurs = |day| calendar.holidays(EnglandAndWales, day, day).next().unwrap().1.recurs;
        assert_eq!(recurs(date(2020, 4, 10)), Recurs::Yearly);
        assert_eq!(recurs(date(2020, 5, 8)), Recurs::Moved);
        assert_eq!(recurs(date(2023, 5, 8)), Recurs::Once);
        let read_in = |holiday: &Holiday| holiday.mark == Mark::FromMemory || holiday.read_in.is_some();
        assert!(calendar.kept.values().all(|holiday| read_in(holiday)));
    }

    #[test]
    fn years_outside_the_published_list_are_provisional() {
        let calendar = Calendar::built_in();
        assert!(!calendar.provisional(date(2028, 12, 31)) && !calendar.provisional(date(2003, 1, 1)));
        assert!(calendar.provisional(date(2029, 1, 1)) && calendar.provisional(date(2002, 12, 31)));
    }

    #[test]
    fn a_holiday_added_later_counts_in_its_nation_only_and_never_renames_another() {
        let calendar = Calendar::built_in().clone();
        let calendar = calendar.with_added(date(2027, 6, 1), EnglandAndWales, "Jubilee");
        assert_eq!(calendar.next_working_day(date(2027, 5, 31), EnglandAndWales), date(2027, 6, 2));
        assert_eq!(calendar.next_working_day(date(2027, 5, 31), Scotland), date(2027, 6, 1));
        let again = calendar.with_added(date(2027, 6, 1), EnglandAndWales, "Again");
        assert_eq!(again.holiday(date(2027, 6, 1), EnglandAndWales), Some("Jubilee"));
    }

    #[test]
    fn the_last_working_day_of_a_measure_is_within_it() {
        let within = |done, n| within_working_days(Calendar::built_in(), EnglandAndWales, date(2020, 4, 3), done, n);
        assert!(within(date(2020, 4, 8), 3) && !within(date(2020, 4, 9), 3));
        assert!(within(date(2020, 4, 3), 0) && !within(date(2020, 4, 4), 0));
    }

    #[test]
    fn holidays_are_listed_in_order_with_their_citations() {
        let calendar = Calendar::built_in();
        let year: Vec<_> = calendar.holidays(EnglandAndWales, date(2022, 1, 1), date(2022, 12, 31)).collect();
        assert_eq!(year.len(), 10);
        assert!(year.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(calendar.kept.values().all(|holiday| !holiday.citation.is_empty()));
        assert_eq!(calendar.holidays(Scotland, date(2022, 2, 1), date(2022, 1, 1)).count(), 0);
    }
}
