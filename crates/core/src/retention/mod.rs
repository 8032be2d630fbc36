//! How long personal words are kept: a body's schedule as data (`bodies/NAME/retention.toml`), and the
//! register of what was proposed, approved and kept back ([`register`]).

pub mod register;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::case::named::named;
use crate::day::{self, Day};

/// A body's retention schedule.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The day on which it was written down.
    pub as_at: Option<toml::value::Datetime>,
    /// Its rules. Of several for the same words the first holds.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// What the law says to each ground.
    #[serde(default, rename = "ground")]
    pub grounds: Vec<GroundLaw>,
}

/// How long some words are kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in the record.
    pub id: String,
    /// Its name on a page.
    pub title: String,
    /// What it is about.
    pub of: Of,
    /// The kinds of matter, by id; all, when it names none.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// What the period runs from, in words.
    pub from: String,
    /// The period in years.
    pub years: Option<i16>,
    /// The period in days.
    pub days: Option<i32>,
    /// What happens when it is over.
    pub then: Then,
    /// How sure its figure is.
    pub mark: Mark,
    /// Where it comes from.
    pub source: String,
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// The words of cases.
    Case,
    /// The register of people.
    Person,
    /// Something that is not kept in Candour.
    Elsewhere,
}

named! {
    /// What happens when a period is over.
    Then {
        /// The words are proposed for disposal.
        Dispose = "dispose", "Dispose of them";
        /// Somebody decides whether they are still needed.
        Review = "review", "Decide whether they are still needed";
        /// They are kept, and nobody reads them without a named role.
        Restrict = "restrict", "Restrict them";
        /// They are kept for ever.
        Keep = "keep", "Keep them for ever";
    }
}

named! {
    /// How sure a figure is.
    Mark {
        /// It was read in a copy of the source that is named.
        Read = "read", "read in a copy of the source";
        /// It is from memory.
        Memory = "memory", "from memory, to be checked";
        /// The body must set it.
        Body = "body", "for the body to set";
    }
}

named! {
    /// On which ground words are disposed of.
    Ground {
        /// Their period is over.
        Schedule = "schedule", "Their retention period is over";
        /// The person asked for it.
        Request = "request", "The person asked for erasure, and no reason to keep them remains";
        /// They should not be there.
        Never = "never", "They should never have been recorded";
        /// It was ordered.
        Order = "order", "A court or the Information Commissioner ordered it";
    }
}

/// What the law says to a ground.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroundLaw {
    /// Which ground.
    pub id: Ground,
    /// The law, cited.
    pub law: String,
    /// Whether it was read.
    pub mark: Mark,
}

impl Schedule {
    /// The schedule that comes with the product for a body; empty where none does.
    #[must_use]
    pub fn of(body: &str) -> &'static Self {
        static IOPC: LazyLock<Schedule> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../../bodies/iopc/retention.toml"))
                .expect("a test reads the built-in schedule")
        });
        static NONE: LazyLock<Schedule> = LazyLock::new(Schedule::default);
        match body {
            "iopc" => &IOPC,
            _ => &NONE,
        }
    }

    /// The rule for the words of a case of that kind.
    #[must_use]
    pub fn for_case(&self, kind: &str) -> Option<&Rule> {
        let fits =
            |rule: &&Rule| rule.of == Of::Case && (rule.kinds.is_empty() || rule.kinds.iter().any(|k| k == kind));
        self.rules.iter().find(fits)
    }

    /// The rule for the register of people.
    #[must_use]
    pub fn for_people(&self) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.of == Of::Person)
    }

    /// A rule by its id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The law to a ground, with its mark.
    #[must_use]
    pub fn law(&self, ground: Ground) -> String {
        let law = self.grounds.iter().find(|law| law.id == ground);
        law.map_or_else(String::new, |law| format!("{} ({})", law.law, law.mark.label()))
    }
}

impl Rule {
    /// The first day on which the words may go that the period runs from `from`; none for what is
    /// kept for ever and where no period is set.
    #[must_use]
    pub fn due(&self, from: Day) -> Option<Day> {
        if self.then == Then::Keep {
            return None;
        }
        match (self.years, self.days) {
            (None, None) => None,
            (years, days) => {
                // 29 February runs to 28 February; days are counted last.
                let year = from.year().checked_add(years.unwrap_or(0))?;
                let last = jiff::civil::Date::new(year, from.month(), 1).ok()?.days_in_month();
                let on = Day::new(year, from.month(), from.day().min(last)).ok()?;
                let after = day::number(on).checked_add(days.unwrap_or(0))?;
                (after < day::number(day::LAST_DAY)).then(|| day::from_number(after + 1))
            }
        }
    }
}

/// What a page says in the place of words that are gone.
#[must_use]
pub fn in_their_place(on: Day, ground: &str, schedule: &str, body: &str) -> String {
    let on = day::in_words(on);
    if schedule.is_empty() {
        let why = Ground::parse(ground).map_or_else(|| ground.to_owned(), |ground| ground.label().to_owned());
        let mut letters = why.chars();
        let why: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
        return format!("Disposed of on {on}: {why}");
    }
    let under = Schedule::of(body).rule(schedule).map_or(schedule, |rule| rule.title.as_str());
    format!("Disposed of on {on} under the retention schedule: {under}")
}

#[cfg(test)]
mod tests;
