//! Measures: figures about the caseload, for any day and as known on any day.
//!
//! [`Facts`] are narrow columns derived with the record. A measure is one pure function of them:
//! [`compute`] takes the facts, a [`Question`] and an [`AsAt`], and the same [`Figure`] serves the
//! page, the CSV, the API and the command line.

mod attributes;
mod dates;
pub mod facts;
pub mod figure;
pub mod filter;
pub mod list;
mod population;
pub mod published;
mod waiting;

use std::collections::BTreeMap;

pub use facts::{Fact, FactKind, FactRow, Facts, facts_of};
pub use figure::{Figure, Known, Value};
pub use filter::{Field, Filter};
pub use list::{MEASURES, Measure, Sort};

use crate::day::{self, Day};
use crate::holder::Holder;
use crate::profile::Profile;
use crate::refusal::Refusal;
use population::Period;

/// For which day a figure is asked, and what the record held by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsAt {
    /// The end of this day.
    pub on: Day,
    /// What the record held.
    pub known: Known,
}

/// A question put to the facts, checked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The measure.
    pub measure: &'static Measure,
    /// The first day, for a flow.
    pub from: Option<Day>,
    /// What to count only.
    pub filters: Vec<Filter>,
    /// What to group by.
    pub by: Option<Field>,
}

impl Question {
    /// Reads a question from words, as commands and addresses put it.
    pub fn read(
        name: &str,
        from: Option<Day>,
        on: Day,
        filters: &[String],
        by: Option<&str>,
        profile: &Profile,
    ) -> Result<Self, Refusal> {
        let measure = Measure::named(name).ok_or_else(|| {
            Refusal::new(format!("there is no measure {name}; `candour measure list` names them all"))
        })?;
        if !measure.is_offered(profile) {
            return Err(Refusal::new(format!("{name} means nothing for {}", profile.short)));
        }
        if measure.sort == Sort::Forecast && from.is_none() {
            return Err(Refusal::new(format!("{name} needs the day of the forecast as its first day")));
        }
        if measure.sort.is_stock() && from.is_some() {
            return Err(Refusal::new(format!("{name} is the state at the end of a day and takes no first day")));
        }
        if from.is_some_and(|from| from > on) {
            return Err(Refusal::new("the period ends before it begins: the first day must be on or before the last"));
        }
        let filters = filters.iter().map(|f| Filter::read(f, measure, profile)).collect::<Result<_, _>>()?;
        let by = by.map(|by| Field::read_by(by, measure)).transpose()?;
        Ok(Self { measure, from, filters, by })
    }
}

/// What the group of those without a value is called.
pub const NOT_KNOWN: &str = "not known";

/// One thing that a figure counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its stream, as an index into the facts.
    pub unit: u32,
    /// The day by which it is counted; none for a person without a date.
    pub day: Option<i32>,
    /// The first and the last day of its duration.
    pub span: Option<(i32, i32)>,
    /// The day on which it was opened, as the measure counts.
    pub opened: Option<i32>,
    /// The day on which it was completed, as known.
    pub completed: Option<i32>,
    /// Who holds it on the last day, where the measure is the state on one.
    pub holder: Option<Holder>,
    /// Whether it was in time, where the measure asks.
    pub met: bool,
    /// The group it falls into.
    pub group: Option<String>,
    /// Who else is at work on it, besides its holder.
    pub also: Vec<Holder>,
}

impl Member {
    fn of(unit: u32) -> Self {
        Self {
            unit,
            day: None,
            span: None,
            opened: None,
            completed: None,
            holder: None,
            met: false,
            group: None,
            also: Vec::new(),
        }
    }

    /// The group by the name under which the figure shows it.
    #[must_use]
    pub fn group_name(&self) -> &str {
        self.group.as_deref().unwrap_or(NOT_KNOWN)
    }

    /// The days of its duration.
    #[must_use]
    pub fn days(&self) -> Option<i64> {
        self.span.map(|(first, last)| i64::from(last) - i64::from(first))
    }
}

/// The figure that answers a question.
#[must_use]
pub fn compute(facts: &Facts, profile: &Profile, question: &Question, as_at: AsAt) -> Figure {
    let members = members(facts, profile, question, as_at);
    let sort = question.measure.sort;
    let groups = question.by.map_or_else(Vec::new, |by| {
        let mut parts: BTreeMap<Option<&str>, Vec<&Member>> = BTreeMap::new();
        for member in &members {
            parts.entry(member.group.as_deref()).or_default().push(member);
        }
        let named = |(name, part): (Option<&str>, Vec<&Member>)| {
            (by.id().to_owned(), name.unwrap_or(NOT_KNOWN).to_owned(), Value::of(sort, &part))
        };
        parts.into_iter().map(named).collect()
    });
    Figure {
        measure: question.measure.name,
        title: question.measure.title(),
        from: question.from,
        on: as_at.on,
        known: as_at.known,
        filters: question.filters.iter().map(Filter::words).collect(),
        rule: question.measure.rule(profile),
        citation: question.measure.citation(profile),
        groups,
        value: Value::of(sort, &members.iter().collect::<Vec<_>>()),
    }
}

/// What a figure counts, one by one: the list behind the number.
#[must_use]
pub fn members(facts: &Facts, profile: &Profile, question: &Question, as_at: AsAt) -> Vec<Member> {
    let period = Period { from: question.from.map_or(i32::MIN, day::number), on: day::number(as_at.on) };
    let position = as_at.known.position;
    let mut members = match question.measure.sort {
        Sort::People => population::people(facts, question, position),
        Sort::Allegations => population::allegations(facts, profile, question, position, period),
        _ => population::cases(facts, profile, question, position, period),
    };
    members.retain(|member| !facts.is_left_out(member.unit));
    members
}

#[cfg(test)]
mod tests;
