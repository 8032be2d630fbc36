//! The file of holidays: reads it, works every day out, and refuses what contradicts itself.
//!
//! Every complaint names the entry, because somebody has to find it in the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::holiday::{Calendar, Holiday, Nation, Recurs, is_weekend};
use super::{Mark, toml_day};
use crate::day::{Day, LAST_DAY, in_words};

/// A file as it stands; entries are read one by one, so that a bad one can be named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    first_year: i16,
    published_to: i16,
    source: toml::Table,
    #[serde(default, rename = "holiday")]
    holidays: Vec<toml::Table>,
    #[serde(default)]
    moved: Vec<toml::Table>,
    #[serde(default)]
    extra: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
}

/// How a holiday falls, for some nations and years.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    nations: Vec<String>,
    from: i16,
    to: Option<i16>,
    on: String,
    if_saturday: Option<String>,
    if_sunday: Option<String>,
    citation: String,
    mark: Mark,
    read_in: Option<String>,
}

/// A holiday kept on another day in one year.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    holiday: String,
    nations: Vec<String>,
    #[serde(deserialize_with = "toml_day")]
    from: Day,
    #[serde(deserialize_with = "toml_day")]
    to: Day,
    name: String,
    citation: String,
    mark: Mark,
    read_in: Option<String>,
}

/// A holiday of one year only.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    #[serde(deserialize_with = "toml_day")]
    day: Day,
    nations: Vec<String>,
    name: String,
    citation: String,
    mark: Mark,
    read_in: Option<String>,
}

/// The way in which a holiday falls in a year.
enum Falls {
    /// On a day of the year, with the days on which it is kept instead at a weekend.
    Fixed { on: MonthDay, if_saturday: MonthDay, if_sunday: MonthDay },
    /// So many days after Easter Sunday; negative for before.
    Easter(i32),
    /// On the first Monday of a month.
    FirstMonday(i8),
    /// On the last Monday of a month.
    LastMonday(i8),
}

/// A day that every year has.
#[derive(Clone, Copy)]
struct MonthDay {
    month: i8,
    day: i8,
}

/// A holiday that is being placed: the days, with the entry each comes from.
type Placed = BTreeMap<(Nation, Day), (String, Arc<Holiday>)>;

/// Reads the text of a file.
pub(super) fn calendar(text: &str) -> Result<Calendar, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    if file.source.is_empty() {
        return Err("give the source".to_owned());
    }
    if !(1900..=file.published_to).contains(&file.first_year) || file.published_to > LAST_DAY.year() {
        return Err("first_year and published_to must be years from 1900 to 2199, in that order".to_owned());
    }
    let mut placed = Placed::new();
    let mut ids = Vec::new();
    for table in file.holidays {
        let label = format!("holiday {}", shown(&table, "id"));
        let entry: Entry = read(&label, table)?;
        if ids.contains(&entry.id) {
            return Err(format!("{label} stands twice"));
        }
        place_entry(&mut placed, &entry, file.first_year).map_err(|says| format!("{label}: {says}"))?;
        ids.push(entry.id);
    }
    for table in file.moved {
        let label = format!("moved {} from {}", shown(&table, "holiday"), shown(&table, "from"));
        let moved = read(&label, table)?;
        place_moved(&mut placed, &moved).map_err(|says| format!("{label}: {says}"))?;
    }
    for table in file.extra {
        let label = format!("extra {}", shown(&table, "day"));
        let extra = read(&label, table)?;
        place_extra(&mut placed, &extra).map_err(|says| format!("{label}: {says}"))?;
    }
    refuse_weekends(&placed)?;
    let kept = placed.into_iter().map(|(at, (_, holiday))| (at, holiday)).collect();
    let published = file.source.get("published").and_then(toml::Value::as_str).map(str::to_owned);
    Ok(Calendar { first_year: file.first_year, published_to: file.published_to, published, kept })
}

fn read<T: DeserializeOwned>(label: &str, table: toml::Table) -> Result<T, String> {
    table.try_into().map_err(|e: toml::de::Error| format!("{label}: {}", e.message()))
}

/// What an entry is called in a complaint, before it is known to be well formed.
fn shown(table: &toml::Table, key: &str) -> String {
    match table.get(key) {
        Some(toml::Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => format!("without {key}"),
    }
}

fn place_entry(placed: &mut Placed, entry: &Entry, first_year: i16) -> Result<(), String> {
    for rule in &entry.rules {
        if rule.to.is_some_and(|to| to < rule.from) {
            return Err(format!("its rule from {} ends before it begins", rule.from));
        }
        if rule.from < first_year {
            return Err(format!("its rule from {} begins before first_year, {first_year}", rule.from));
        }
    }
    for nation in Nation::ALL {
        refuse_gaps(entry, nation)?;
    }
    for rule in &entry.rules {
        let falls = falls(rule)?;
        let nations = nations(&rule.nations)?;
        let holiday = |name: String| -> Result<Arc<Holiday>, String> {
            cited(Recurs::Yearly, &name, &rule.citation, rule.mark, rule.read_in.as_deref())
        };
        let own = holiday(entry.name.clone())?;
        let substitute = holiday(format!("Substitute day for {}", entry.name))?;
        for year in rule.from..=rule.to.unwrap_or(LAST_DAY.year()) {
            let (day, is_substitute) = falls.in_year(year)?;
            for nation in &nations {
                let holiday = if is_substitute { &substitute } else { &own };
                place(placed, &entry.id, *nation, day, holiday)?;
            }
        }
    }
    Ok(())
}

/// Refuses years that two rules of one holiday and nation both claim, or that neither does.
fn refuse_gaps(entry: &Entry, nation: Nation) -> Result<(), String> {
    let mut rules: Vec<&Rule> =
        entry.rules.iter().filter(|rule| rule.nations.iter().any(|key| key == nation.key())).collect();
    rules.sort_by_key(|rule| rule.from);
    for pair in rules.windows(2) {
        let next = pair[0].to.map_or(i16::MAX, |to| to.saturating_add(1));
        if next > pair[1].from {
            return Err(format!("its rules from {} and {} overlap in {nation}", pair[0].from, pair[1].from));
        }
        if next < pair[1].from {
            return Err(format!("its rules leave a gap from {next} to {} in {nation}", pair[1].from - 1));
        }
    }
    Ok(())
}

fn place_moved(placed: &mut Placed, moved: &Moved) -> Result<(), String> {
    let holiday = cited(Recurs::Moved, &moved.name, &moved.citation, moved.mark, moved.read_in.as_deref())?;
    for nation in nations(&moved.nations)? {
        let there = placed.get(&(nation, moved.from)).is_some_and(|(id, _)| *id == moved.holiday);
        if !there || moved.from.year() != moved.to.year() {
            return Err(format!(
                "{} is not kept in {nation} on {}, or not moved within its year",
                moved.holiday,
                in_words(moved.from)
            ));
        }
        placed.remove(&(nation, moved.from));
        place(placed, &moved.holiday, nation, moved.to, &holiday)?;
    }
    Ok(())
}

fn place_extra(placed: &mut Placed, extra: &Extra) -> Result<(), String> {
    let holiday = cited(Recurs::Once, &extra.name, &extra.citation, extra.mark, extra.read_in.as_deref())?;
    for nation in nations(&extra.nations)? {
        place(placed, &extra.name, nation, extra.day, &holiday)?;
    }
    Ok(())
}

fn place(placed: &mut Placed, id: &str, nation: Nation, day: Day, holiday: &Arc<Holiday>) -> Result<(), String> {
    match placed.insert((nation, day), (id.to_owned(), Arc::clone(holiday))) {
        None => Ok(()),
        Some((other, _)) => Err(format!("{} is a holiday in {nation} already: {other}", in_words(day))),
    }
}

/// A substitute, a moved or an extra day that is a weekend would be no holiday at all.
fn refuse_weekends(placed: &Placed) -> Result<(), String> {
    match placed.iter().find(|((_, day), _)| is_weekend(*day)) {
        None => Ok(()),
        Some(((nation, day), (id, _))) => Err(format!("{id}: {} is a weekend day ({nation})", in_words(*day))),
    }
}

fn nations(keys: &[String]) -> Result<Vec<Nation>, String> {
    if keys.is_empty() {
        return Err("name a nation".to_owned());
    }
    let known = |key: &String| Nation::named(key).ok_or_else(|| format!("unknown nation {key}"));
    keys.iter().map(known).collect()
}

fn cited(
    recurs: Recurs,
    name: &str,
    citation: &str,
    mark: Mark,
    read_in: Option<&str>,
) -> Result<Arc<Holiday>, String> {
    if name.is_empty() || citation.is_empty() {
        return Err("give a name and a citation".to_owned());
    }
    if mark == Mark::Read && read_in.is_none() {
        return Err("say where it was read".to_owned());
    }
    let read_in = read_in.map(str::to_owned);
    Ok(Arc::new(Holiday { name: name.to_owned(), citation: citation.to_owned(), mark, read_in, recurs }))
}

/// Reads `on`: `25 December`, `last Monday in May`, or `2 days before Easter`.
fn falls(rule: &Rule) -> Result<Falls, String> {
    let unclear = || format!("\"{}\" is no day; write 25 December, last Monday in May or 1 day after Easter", rule.on);
    let words: Vec<&str> = rule.on.split(' ').collect();
    let moving = match words.as_slice() {
        ["first", "Monday", "in", name] => Some(Falls::FirstMonday(month(name).ok_or_else(unclear)?)),
        ["last", "Monday", "in", name] => Some(Falls::LastMonday(month(name).ok_or_else(unclear)?)),
        [days, "day" | "days", way @ ("before" | "after"), "Easter"] => {
            let days: u8 = days.parse().map_err(|_| unclear())?;
            Some(Falls::Easter(if *way == "before" { -i32::from(days) } else { i32::from(days) }))
        }
        _ => None,
    };
    match (moving, &rule.if_saturday, &rule.if_sunday) {
        (Some(falls), None, None) => Ok(falls),
        (Some(_), ..) => Err(format!("{} is never at a weekend and needs no substitute", rule.on)),
        (None, Some(saturday), Some(sunday)) => Ok(Falls::Fixed {
            on: month_day(&rule.on).map_err(|says| format!("{}: {says}", unclear()))?,
            if_saturday: month_day(saturday)?,
            if_sunday: month_day(sunday)?,
        }),
        (None, ..) => Err(format!("{} needs if_saturday and if_sunday", rule.on)),
    }
}

/// Reads `25 December`.
fn month_day(text: &str) -> Result<MonthDay, String> {
    let (day, name) = text.split_once(' ').ok_or_else(|| format!("\"{text}\" is no day of a year"))?;
    let (day, month) = (day.parse::<i8>().ok(), month(name));
    match (day, month) {
        (Some(29), Some(2)) => Err("29 February is no day of every year".to_owned()),
        // 2001 is a common year: what it has, every year has.
        (Some(day), Some(month)) if Date::new(2001, month, day).is_ok() => Ok(MonthDay { month, day }),
        _ => Err(format!("\"{text}\" is no day of a year")),
    }
}

fn month(name: &str) -> Option<i8> {
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
    (1..).zip(MONTHS).find(|(_, month)| *month == name).map(|(number, _)| number)
}

impl Falls {
    /// The day on which it is kept in a year, and whether that is a substitute.
    fn in_year(&self, year: i16) -> Result<(Day, bool), String> {
        let no_day = |e: jiff::Error| format!("no such day in {year}: {e}");
        match self {
            Self::Fixed { on, if_saturday, if_sunday } => {
                let own = on.in_year(year).map_err(no_day)?;
                let substitute = match own.weekday() {
                    Weekday::Saturday => if_saturday,
                    Weekday::Sunday => if_sunday,
                    _ => return Ok((own, false)),
                };
                Ok((substitute.in_year(year).map_err(no_day)?, true))
            }
            Self::Easter(days) => Ok((easter(year).map_err(no_day)?.saturating_add(days.days()), false)),
            Self::FirstMonday(month) => monday(year, *month, 1).map_err(no_day),
            Self::LastMonday(month) => monday(year, *month, -1).map_err(no_day),
        }
    }
}

impl MonthDay {
    fn in_year(self, year: i16) -> Result<Day, jiff::Error> {
        Date::new(year, self.month, self.day)
    }
}

/// The `nth` Monday of a month; -1 is the last.
fn monday(year: i16, month: i8, nth: i8) -> Result<(Day, bool), jiff::Error> {
    let monday = Date::new(year, month, 1)?.nth_weekday_of_month(nth, Weekday::Monday)?;
    Ok((monday, false))
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm, as printed by Meeus).
fn easter(year: i16) -> Result<Day, jiff::Error> {
    let year = i32::from(year);
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let leap_correction = (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * golden + century - century / 4 - leap_correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    let days = moon + weekday - 7 * late;
    // 22 March is the earliest Easter, so what is left is days after it.
    let earliest = Date::new(i16::try_from(year).unwrap_or_default(), 3, 22)?;
    Ok(earliest.saturating_add(days.days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        first_year = 2004
        published_to = 2028
        [source]
        checked_on = 2026-11-22
        [[holiday]]
        id = "christmas"
        name = "Christmas Day"
        [[holiday.rule]]
        nations = ["scotland"]
        from = 2004
        to = 2010
        on = "25 December"
        if_saturday = "27 December"
        if_sunday = "27 December"
        citation = "Old"
        mark = "from-memory"
        [[holiday.rule]]
        nations = ["scotland"]
        from = 2011
        on = "25 December"
        if_saturday = "27 December"
        if_sunday = "26 December"
        citation = "New"
        mark = "read"
        read_in = "somewhere"
        [[holiday]]
        id = "summer"
        name = "Summer"
        [[holiday.rule]]
        nations = ["scotland"]
        from = 2004
        on = "first Monday in August"
        citation = "c"
        mark = "from-memory"
        [[moved]]
        holiday = "summer"
        nations = ["scotland"]
        from = 2020-08-03
        to = 2020-08-07
        name = "Late summer"
        citation = "m"
        mark = "from-memory"
        [[extra]]
        day = 2021-06-01
        nations = ["scotland"]
        name = "Jubilee"
        citation = "e"
        mark = "from-memory"
    "#;

    /// The good file with one thing changed is refused, and the complaint says `wanted`.
    #[track_caller]
    fn refused(from: &str, to: &str, wanted: &str) {
        assert!(GOOD.contains(from), "{from}");
        let says = Calendar::read("h.toml", &GOOD.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(says.contains("h.toml") && says.contains(wanted), "{says}");
    }

    #[test]
    fn a_good_file_is_read() {
        let calendar = Calendar::read("h.toml", GOOD).unwrap();
        let first = jiff::civil::date(2004, 1, 1);
        let last = jiff::civil::date(2199, 12, 31);
        assert_eq!(calendar.holidays(Nation::Scotland, first, last).count(), 196 * 2 + 1);
        assert_eq!(calendar.holiday(jiff::civil::date(2020, 8, 7), Nation::Scotland), Some("Late summer"));
    }

    #[test]
    fn days_that_do_not_exist_are_refused_by_entry() {
        refused("\"25 December\"", "\"29 February\"", "holiday christmas: \"29 February\" is no day");
        refused("\"25 December\"", "\"31 April\"", "holiday christmas");
        refused("\"27 December\"", "\"27 Decembre\"", "holiday christmas: \"27 Decembre\"");
        refused("first Monday in August", "first Monday in Augst", "holiday summer");
        refused("first Monday in August", "second Monday in August", "holiday summer");
        refused("2021-06-01", "2021-02-29", "day = 2021-02-29");
        refused("2021-06-01", "2021-06-01T10:00:00", "extra 2021-06-01T10:00:00: write a date");
    }

    #[test]
    fn unknown_keys_and_nations_are_refused_by_entry() {
        refused("name = \"Summer\"", "name = \"Summer\"\nnam = \"S\"", "holiday summer: unknown field `nam`");
        refused("on = \"25", "onn = \"x\"\non = \"25", "holiday christmas: unknown field `onn`");
        refused("citation = \"e\"", "citatoin = \"e\"", "extra 2021-06-01");
        refused("published_to", "published_til", "published_til");
        refused("nations = [\"scotland\"]", "nations = [\"wales\"]", "holiday christmas: unknown nation wales");
        refused(
            "day = 2021-06-01\n        nations = [\"scotland\"]",
            "day = 2021-06-01\nnations = []",
            "name a nation",
        );
    }

    #[test]
    fn two_holidays_on_one_day_are_refused_by_entry() {
        refused("day = 2021-06-01", "day = 2021-08-02", "extra 2021-08-02: 2 August 2021 is a holiday in Scotland");
        refused("to = 2020-08-07", "to = 2020-12-25", "25 December 2020 is a holiday in Scotland already: christmas");
        refused("id = \"summer\"", "id = \"christmas\"", "holiday christmas stands twice");
        refused("first Monday in August", "1 day after Easter\"\nif_sunday = \"1 May", "needs no substitute");
        // In 2010 Christmas Day was a Saturday; its substitute would be the extra day below.
        refused("day = 2021-06-01", "day = 2010-12-27", "27 December 2010 is a holiday in Scotland already: christmas");
    }

    #[test]
    fn substitutes_never_land_on_a_weekend_or_on_another_holiday() {
        refused(
            "if_sunday = \"26 December\"",
            "if_sunday = \"31 December\"",
            "christmas: 31 December 2011 is a weekend",
        );
        // A Christmas Eve on a Saturday goes before a Christmas Day on a Sunday.
        let eve = "24 December\"\nif_saturday = \"27 December\"\nif_sunday = \"27 December";
        refused(
            "first Monday in August",
            eve,
            "holiday summer: 27 December 2005 is a holiday in Scotland already: christmas",
        );
    }

    #[test]
    fn gaps_and_overlaps_of_years_are_refused_by_entry() {
        refused("to = 2010", "to = 2009", "holiday christmas: its rules leave a gap from 2010 to 2010 in Scotland");
        refused("to = 2010", "to = 2011", "holiday christmas: its rules from 2004 and 2011 overlap in Scotland");
        refused("to = 2010", "", "overlap");
        refused("to = 2010", "to = 2003", "ends before it begins");
        refused("from = 2004", "from = 2003", "begins before first_year, 2004");
    }

    #[test]
    fn a_move_needs_the_holiday_it_moves_and_a_mark_needs_its_source() {
        refused("from = 2020-08-03", "from = 2020-08-04", "moved summer from 2020-08-04: summer is not kept");
        refused("to = 2020-08-07", "to = 2020-08-08", "8 August 2020 is a weekend day");
        refused("read_in = \"somewhere\"", "", "holiday christmas: say where it was read");
        refused("citation = \"c\"", "citation = \"\"", "holiday summer: give a name and a citation");
        refused("published_to = 2028", "published_to = 2003", "in that order");
        refused("checked_on = 2026-11-22", "", "give the source");
    }

    #[test]
    fn the_built_in_file_is_read() {
        assert_eq!(Calendar::built_in().published_to, 2028);
    }
}
