//! Rules and their versions, read from the law files and checked as they are read.

use std::collections::HashMap;

use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// The largest number a rule may have, in its unit: more would count past the years the product accepts.
const VALUE_MAX: u32 = 10_000;

/// One rule of the law, of guidance or of a published measure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What code calls it, such as `referral.dsi`.
    pub id: String,
    /// The domain brief's catalogue numbers, such as `D03`; several rules may share one.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What people call it.
    pub title: String,
    /// What sort of rule it is.
    pub kind: RuleKind,
    /// By which day its version is chosen.
    #[serde(default)]
    pub follows: Follows,
    /// Whether no code relies on it: it is there to be looked up.
    #[serde(default)]
    pub reference_only: bool,
    /// The law file in which it stands, such as `law/ew/challenge.toml`.
    #[serde(skip)]
    pub file: String,
    /// Whether the limit does not apply where exceptional circumstances prevent it from being met.
    #[serde(default)]
    pub exceptional_circumstances: bool,
    /// Who may give more time, where somebody may.
    pub extension: Option<Extension>,
    /// The versions in force, earliest first.
    #[serde(rename = "version")]
    pub versions: Vec<Version>,
}

/// Who may give more time than a rule does, and when it must be asked for.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Who may give it, in words: `the Director General`.
    pub by: String,
    /// Whether it must be asked for before the period ends.
    #[serde(default)]
    pub before_expiry: bool,
}

/// What sort of rule it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Something is due by a day.
    Deadline,
    /// Somebody may decide something.
    Power,
    /// Something must be so.
    Requirement,
    /// A published way of counting.
    Measure,
}

/// By which day a rule's version is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Follows {
    /// The day on which the matter came to attention: most rules.
    #[default]
    Matter,
    /// The day of the act: rules that changed for every case at once.
    Act,
}

/// A rule as it stood for a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// First day in force.
    #[serde(deserialize_with = "toml_day")]
    pub from: Day,
    /// Last day in force; none while it still is.
    #[serde(default, deserialize_with = "toml_day_option")]
    pub to: Option<Day>,
    /// Where it stands, in full.
    pub citation: String,
    /// Where it can be read, at that point in time.
    pub url: Option<String>,
    /// The number, in `unit`.
    pub value: Option<u32>,
    /// What the number counts.
    pub unit: Option<Unit>,
    /// How the number is counted.
    #[serde(default)]
    pub counted: Counted,
    /// For a window, the least number, in `unit` and counted alike; `value` is the most.
    pub least: Option<u32>,
    /// What the number bounds.
    #[serde(default)]
    pub bound: Bound,
    /// Where no number is set, what the rule asks for instead: `as soon as practicable`.
    pub standard: Option<String>,
    /// For deemed service, the London time before which a message counts on the day it is sent.
    #[serde(default, deserialize_with = "toml_time_option")]
    pub before: Option<Time>,
    /// What starts the clock, in words.
    pub trigger: Option<String>,
    /// What it says, in our own words.
    pub says: String,
    /// Whether it was read in the source.
    pub mark: Mark,
    /// Where it was read.
    pub read_in: Option<String>,
}

/// What a rule's number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Calendar days.
    Days,
    /// Days that are no weekend and no bank holiday.
    WorkingDays,
    /// Calendar months.
    Months,
    /// Weeks of seven days.
    Weeks,
    /// Hours that pass, whatever the clocks do.
    Hours,
}

/// What a rule's number bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The last day in time.
    #[default]
    By,
    /// D: to be done promptly; the number is the backstop.
    Promptly,
    /// Nothing may be done until the period has ended; there is no last day.
    NotBefore,
}

/// How a rule's number is counted (domain brief 12.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// There is no limit to count.
    #[default]
    None,
    /// A: "beginning with" the day.
    WithTheDay,
    /// B: "starting with the day after".
    FromTheDayAfter,
    /// C: working days from the first one after the day.
    WorkingDaysAfter,
    /// Days or weeks that begin with the first working day after the day (catalogue D41, D67).
    FromFirstWorkingDayAfter,
    /// E: by the end of the day after the day.
    EndOfNextDay,
    /// F: months starting with the day.
    MonthsStartingWith,
    /// A measure: completed on or before the day before the anniversary.
    MonthsCompletedBeforeAnniversary,
    /// Months after the day: the last day has the same number in its month, or is the month's last
    /// (the corresponding date rule; from memory).
    MonthsAfter,
    /// Backwards: at least so many days before the day, which itself does not count. These are no
    /// clear days: what is done on the last one is in time.
    Before,
    /// Hours from the moment of the trigger.
    HoursAfter,
    /// H: deemed given on the working day on which it was sent before a time, otherwise on the next.
    DeemedWhenSent,
    /// H: deemed given so many days after posting if that is a working day, otherwise on the first
    /// working day after posting.
    DeemedAfterPosting,
}

impl Counted {
    /// Whether a number in `unit` can be counted in this way.
    fn takes(self, unit: Unit) -> bool {
        match self {
            Self::None | Self::DeemedWhenSent => false,
            Self::WithTheDay | Self::FromTheDayAfter | Self::FromFirstWorkingDayAfter => {
                matches!(unit, Unit::Days | Unit::Weeks | Unit::WorkingDays)
            }
            Self::WorkingDaysAfter => unit == Unit::WorkingDays,
            Self::EndOfNextDay | Self::DeemedAfterPosting => unit == Unit::Days,
            Self::MonthsStartingWith | Self::MonthsCompletedBeforeAnniversary | Self::MonthsAfter => {
                unit == Unit::Months
            }
            Self::Before => unit != Unit::Months,
            Self::HoursAfter => unit == Unit::Hours,
        }
    }

    /// Whether it says when something counts as given, and so sets no limit.
    #[must_use]
    pub fn deems(self) -> bool {
        matches!(self, Self::DeemedWhenSent | Self::DeemedAfterPosting)
    }
}

/// Whether a rule's text was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Read in the source.
    Read,
    /// From memory; a lawyer has to check it.
    FromMemory,
}

impl Mark {
    /// The mark of what rests on both: from memory, if one of the two is.
    #[must_use]
    pub fn weaker(self, other: Self) -> Self {
        if self == Self::Read { other } else { self }
    }

    /// The words shown wherever the rule is.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Read => "read in the source",
            Self::FromMemory => "from memory, to be checked by a lawyer",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    nation: String,
    source: toml::Table,
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
}

/// Why a law file was not accepted. It names the file and the rule.
#[derive(Debug, thiserror::Error)]
#[error("law file {file}: {says}")]
pub struct LawError {
    file: String,
    says: String,
}

impl LawError {
    pub(super) fn new(file: &str, says: String) -> Self {
        Self { file: file.to_owned(), says }
    }
}

/// All rules.
#[derive(Debug, Clone, Default)]
pub struct Law {
    rules: Vec<Rule>,
    by_id: HashMap<String, usize>,
}

impl Law {
    /// The law of England and Wales that comes with the product.
    #[must_use]
    pub fn england_and_wales() -> Self {
        let files = [
            ("law/ew/referral-and-mode.toml", include_str!("../../../../law/ew/referral-and-mode.toml")),
            ("law/ew/investigation-and-after.toml", include_str!("../../../../law/ew/investigation-and-after.toml")),
            (
                "law/ew/informing-and-the-officer.toml",
                include_str!("../../../../law/ew/informing-and-the-officer.toml"),
            ),
            (
                "law/ew/review-and-recommendation.toml",
                include_str!("../../../../law/ew/review-and-recommendation.toml"),
            ),
            ("law/ew/misconduct-proceedings.toml", include_str!("../../../../law/ew/misconduct-proceedings.toml")),
            ("law/ew/hearings-and-outcomes.toml", include_str!("../../../../law/ew/hearings-and-outcomes.toml")),
            ("law/ew/appeals-tribunal.toml", include_str!("../../../../law/ew/appeals-tribunal.toml")),
            ("law/ew/challenge.toml", include_str!("../../../../law/ew/challenge.toml")),
            ("law/ew/information.toml", include_str!("../../../../law/ew/information.toml")),
            ("law/ew/oversight-body.toml", include_str!("../../../../law/ew/oversight-body.toml")),
        ];
        Self::read(&files).expect("the built-in law files are checked by a test")
    }

    /// Reads law files, given as name and text.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, LawError> {
        let mut law = Self::default();
        for (name, text) in files {
            let fail = |says: String| LawError::new(name, says);
            let file: File = toml::from_str(text).map_err(|e| fail(e.to_string()))?;
            if file.nation.is_empty() || file.source.is_empty() {
                return Err(fail("give the nation and the source".to_owned()));
            }
            for mut rule in file.rules {
                (*name).clone_into(&mut rule.file);
                check(&rule).map_err(|says| fail(format!("rule {}: {says}", rule.id)))?;
                law.add(rule).map_err(fail)?;
            }
        }
        Ok(law)
    }

    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|i| &self.rules[*i])
    }

    /// The rule with this id, or every rule with this catalogue number, in the order of the files.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<&Rule> {
        match self.rule(name) {
            Some(rule) => vec![rule],
            None => self.rules.iter().filter(|rule| rule.aliases.iter().any(|alias| alias == name)).collect(),
        }
    }

    /// The version of a rule in force on a day.
    #[must_use]
    pub fn on(&self, id: &str, day: Day) -> Option<&Version> {
        self.rule(id)?.on(day)
    }

    /// Every rule, in the order of the files.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    fn add(&mut self, rule: Rule) -> Result<(), String> {
        let twice = |name: &String| Err(format!("{name} stands twice"));
        let taken = |name: &String| self.rules.iter().any(|other| other.id == *name || other.aliases.contains(name));
        if taken(&rule.id) {
            return twice(&rule.id);
        }
        // A catalogue number may name several rules, but it is no id, and stands once in a rule.
        for (i, alias) in rule.aliases.iter().enumerate() {
            if *alias == rule.id || self.by_id.contains_key(alias) || rule.aliases[..i].contains(alias) {
                return twice(alias);
            }
        }
        self.by_id.insert(rule.id.clone(), self.rules.len());
        self.rules.push(rule);
        Ok(())
    }
}

impl Rule {
    /// The version in force on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> Option<&Version> {
        self.versions.iter().find(|v| v.from <= day && v.to.is_none_or(|to| day <= to))
    }
}

fn check(rule: &Rule) -> Result<(), String> {
    if rule.versions.is_empty() {
        return Err("has no version".to_owned());
    }
    for version in &rule.versions {
        check_version(version).map_err(|says| format!("version of {}: {says}", version.from))?;
    }
    for pair in rule.versions.windows(2) {
        let ends = pair[0].to.unwrap_or(crate::day::LAST_DAY);
        if ends.saturating_add(1.day()) > pair[1].from {
            return Err(format!("the versions of {} and {} overlap", pair[0].from, pair[1].from));
        }
    }
    Ok(())
}

fn check_version(version: &Version) -> Result<(), &'static str> {
    if version.mark == Mark::Read && version.read_in.is_none() {
        return Err("say where it was read");
    }
    if version.to.is_some_and(|to| to < version.from) {
        return Err("it ends before it begins");
    }
    if (version.counted == Counted::DeemedWhenSent) != version.before.is_some() {
        return Err("deemed-when-sent needs before, and nothing else has it");
    }
    match (version.value, version.unit) {
        (None, None) if matches!(version.counted, Counted::None | Counted::DeemedWhenSent) => {}
        (Some(value), Some(unit)) if version.counted.takes(unit) => {
            if !(1..=VALUE_MAX).contains(&value) {
                return Err("its value must be from 1 to 10,000");
            }
        }
        (Some(_), Some(_)) if version.counted != Counted::None => return Err("its unit cannot be counted in that way"),
        _ => return Err("a number needs value, unit and counted, and none of them goes alone"),
    }
    check_bound(version)
}

fn check_bound(version: &Version) -> Result<(), &'static str> {
    let sets_a_limit = version.value.is_some() && !version.counted.deems();
    if !sets_a_limit && (version.least.is_some() || version.bound != Bound::By) {
        return Err("least and bound need a limit");
    }
    if sets_a_limit && version.standard.is_some() {
        return Err("standard is for rules without a number");
    }
    let backwards = version.counted == Counted::Before;
    if version.bound == Bound::NotBefore && (version.least.is_some() || backwards) {
        return Err("not-before goes neither with least nor with counting backwards");
    }
    let forwards = !backwards && version.unit != Some(Unit::Hours);
    match version.least {
        Some(least) if !forwards || least == 0 || Some(least) > version.value => {
            Err("least must be from 1 to value, counted forwards and not in hours")
        }
        _ => Ok(()),
    }
}

/// Reads a date written as `2020-02-01`.
pub(crate) fn toml_day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Day, D::Error> {
    use serde::de::Error as _;
    let date = toml::value::Datetime::deserialize(from)?;
    let plain = date.date.filter(|_| date.time.is_none());
    let part = |n: u8| i8::try_from(n).unwrap_or(0);
    plain
        .and_then(|d| Date::new(i16::try_from(d.year).ok()?, part(d.month), part(d.day)).ok())
        .ok_or_else(|| D::Error::custom("write a date as 2020-02-01"))
}

fn toml_time_option<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Time>, D::Error> {
    use serde::de::Error as _;
    let date = toml::value::Datetime::deserialize(from)?;
    let plain = date.time.filter(|_| date.date.is_none());
    let part = |n: u8| i8::try_from(n).unwrap_or(-1);
    let time = plain.and_then(|t| Time::new(part(t.hour), part(t.minute), part(t.second.unwrap_or(0)), 0).ok());
    time.map(Some).ok_or_else(|| D::Error::custom("write a time as 16:30:00"))
}

/// Reads a date that may be absent.
pub(super) fn toml_day_option<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Day>, D::Error> {
    toml_day(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const GOOD: &str = r#"
        nation = "england-and-wales"
        [source]
        checked_on = 2026-11-22
        [[rule]]
        id = "a.b"
        title = "A rule"
        kind = "deadline"
        [[rule.version]]
        from = 2012-11-22
        to = 2020-01-31
        citation = "Old"
        value = 1
        unit = "days"
        counted = "end-of-next-day"
        says = "Old words."
        mark = "from-memory"
        [[rule.version]]
        from = 2020-02-01
        citation = "New"
        says = "New words."
        mark = "read"
        read_in = "somewhere"
    "#;

    fn refused(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        Law::read(&[("a.toml", &GOOD.replacen(from, to, 1))]).unwrap_err().to_string()
    }

    #[test]
    fn the_version_in_force_is_chosen_by_day() {
        let law = Law::read(&[("a.toml", GOOD)]).unwrap();
        let cites = |d| law.on("a.b", d).map(|v| v.citation.as_str());
        assert_eq!(cites(date(2012, 11, 21)), None);
        assert_eq!(cites(date(2020, 1, 31)), Some("Old"));
        assert_eq!(cites(date(2020, 2, 1)), Some("New"));
    }

    #[test]
    fn a_law_file_that_contradicts_itself_is_refused_by_name() {
        assert!(refused("2020-01-31", "2020-02-01").contains("overlap"));
        assert!(refused("unit = \"days\"", "unit = \"moons\"").contains("moons"));
        assert!(refused("value = 1", "").contains("a number needs"));
        assert!(refused("read_in = \"somewhere\"", "").contains("where it was read"));
        assert!(refused("2020-01-31", "2020-01-31T10:00:00").contains("write a date"));
        assert!(refused("2012-11-22", "2021-11-22").contains("ends before it begins"));
        assert!(refused("says = \"Old", "sais = \"Old").contains("sais"));
        assert!(refused("id = \"a.b\"", "id = \"a.b\"\naliases = [\"a.b\"]").contains("twice"));
    }

    #[test]
    fn a_catalogue_number_names_every_rule_that_has_it_in_file_order() {
        let with =
            |id: &str, aliases: &str| GOOD.replacen("id = \"a.b\"", &format!("id = \"{id}\"\naliases = {aliases}"), 1);
        let two = |b: &str| Law::read(&[("a.toml", &with("z.one", "[\"D24\"]")), ("b.toml", b)]);
        let law = two(&with("a.two", "[\"D24\", \"D25\"]")).unwrap();
        let named = |name| law.named(name).iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>();
        assert_eq!(named("D24"), ["z.one", "a.two"]);
        assert_eq!(named("D25"), ["a.two"]);
        assert_eq!(named("a.two"), ["a.two"]);
        assert!(named("D99").is_empty());
        assert!(law.rule("D24").is_none());
        for (id, aliases) in [("z.one", "[]"), ("a.two", "[\"z.one\"]"), ("D24", "[]"), ("a.two", "[\"D1\", \"D1\"]")] {
            assert!(two(&with(id, aliases)).unwrap_err().to_string().contains("twice"), "{id} {aliases}");
        }
    }

    #[test]
    fn every_rule_that_code_names_stands_in_the_law_files() {
        let law = Law::england_and_wales();
        for id in crate::law::id::ALL {
            assert!(law.rule(id).is_some(), "{id} is in no law file");
        }
    }
}
