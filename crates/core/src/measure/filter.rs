//! Filters and groupings: the words in which a question can be narrowed or split.

use super::list::{Measure, Sort};
use crate::case::allocation::{Directorate, Pathway};
use crate::case::matter::MatterKind;
use crate::case::mode::Mode;
use crate::day::{self, Day};
use crate::holder::Holder;
use crate::law::regime;
use crate::person::PersonRole;
use crate::profile::Profile;
use crate::refusal::Refusal;

/// A field that a question can filter or group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Kind of matter.
    Kind,
    /// Mode of investigation.
    Mode,
    /// Force.
    Force,
    /// The body's region.
    Region,
    /// Who made the complaint.
    FiledBy,
    /// What was found in the end.
    Finding,
    /// Role of a person.
    Role,
    /// The directorate that works it.
    Directorate,
    /// The way in which it is worked.
    Pathway,
    /// Who holds it on the last day.
    Holder,
    /// The statutory scheme that applies.
    Regime,
    /// Day of the incident.
    Incident,
    /// Day of opening.
    Started,
    /// Day of completion.
    Completed,
    /// Calendar month.
    Month,
    /// Quarter of the year from April to March.
    Quarter,
    /// Year from April to March.
    Year,
}

impl Field {
    const ALL: [Self; 17] = [
        Self::Kind,
        Self::Mode,
        Self::Force,
        Self::Region,
        Self::FiledBy,
        Self::Finding,
        Self::Role,
        Self::Directorate,
        Self::Pathway,
        Self::Holder,
        Self::Regime,
        Self::Incident,
        Self::Started,
        Self::Completed,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// Its name in commands and addresses.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Mode => "mode",
            Self::Force => "force",
            Self::Region => "region",
            Self::FiledBy => "filed-by",
            Self::Finding => "finding",
            Self::Role => "role",
            Self::Directorate => "directorate",
            Self::Pathway => "pathway",
            Self::Holder => "holder",
            Self::Regime => "regime",
            Self::Incident => "incident",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    fn is_day(self) -> bool {
        matches!(self, Self::Incident | Self::Started | Self::Completed)
    }

    fn is_period(self) -> bool {
        matches!(self, Self::Month | Self::Quarter | Self::Year)
    }

    /// Whether the field means something for what a measure counts.
    fn applies(self, sort: Sort) -> bool {
        match sort {
            Sort::People => self == Self::Role,
            Sort::Allegations => !matches!(self, Self::Role | Self::Holder),
            // Only what is open on a day is held by somebody on it.
            _ if self == Self::Holder => sort.is_stock(),
            _ => !matches!(self, Self::Role | Self::Finding),
        }
    }

    fn read(text: &str, measure: &Measure, usable: impl Fn(Self) -> bool) -> Result<Self, Refusal> {
        let fits = |f: &Self| usable(*f) && f.applies(measure.sort);
        Self::ALL.into_iter().filter(fits).find(|f| f.id() == text).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.into_iter().filter(fits).map(Self::id).collect();
            Refusal::new(format!("{} has no field {text:?}; it has {}", measure.name, known.join(", ")))
        })
    }

    /// Reads a field to group by.
    pub(super) fn read_by(text: &str, measure: &Measure) -> Result<Self, Refusal> {
        let periods = !measure.sort.is_stock();
        Self::read(text, measure, |f| !f.is_day() && (periods || !f.is_period()))
    }

    /// The period that a day falls into, for the fields that are periods.
    pub(super) fn period(self, number: i32) -> Option<String> {
        let day = day::from_number(number);
        let year = if day.month() >= 4 { day.year() } else { day.year() - 1 };
        let span = format!("{year}/{:02}", (year + 1).rem_euclid(100));
        match self {
            Self::Month => Some(format!("{:04}-{:02}", day.year(), day.month())),
            Self::Quarter => Some(format!("{span} Q{}", (day.month() + 8) % 12 / 3 + 1)),
            Self::Year => Some(span),
            _ => None,
        }
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The field.
    pub field: Field,
    /// What it must be.
    pub test: Test,
}

/// What a field must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Exactly this value.
    Is(String),
    /// On or after this day.
    Since(Day),
    /// Before this day.
    Before(Day),
}

impl Filter {
    /// Reads `FIELD=VALUE`.
    pub fn read(text: &str, measure: &Measure, profile: &Profile) -> Result<Self, Refusal> {
        let (field, value) = text
            .split_once('=')
            .ok_or_else(|| Refusal::new(format!("{text:?} is no filter; write FIELD=VALUE, like kind=dsi")))?;
        let field = Field::read(field, measure, |f| !f.is_period())?;
        let test = if field.is_day() { read_days(field, value)? } else { Test::Is(read_value(field, value, profile)?) };
        Ok(Self { field, test })
    }

    /// The filter as field and value.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        let value = match &self.test {
            Test::Is(value) => value.clone(),
            Test::Since(day) => format!("since-{day}"),
            Test::Before(day) => format!("before-{day}"),
        };
        (self.field.id().to_owned(), value)
    }

    /// Whether a value passes.
    pub(super) fn passes(&self, value: Option<&str>) -> bool {
        matches!(&self.test, Test::Is(wanted) if value == Some(wanted))
    }

    /// Whether a day passes.
    pub(super) fn passes_day(&self, number: Option<i32>) -> bool {
        match (&self.test, number) {
            (Test::Since(day), Some(number)) => number >= day::number(*day),
            (Test::Before(day), Some(number)) => number < day::number(*day),
            _ => false,
        }
    }
}

fn read_days(field: Field, value: &str) -> Result<Test, Refusal> {
    let name = format!("the date of {}", field.id());
    if let Some(day) = value.strip_prefix("since-") {
        Ok(Test::Since(day::parse(&name, day)?))
    } else if let Some(day) = value.strip_prefix("before-") {
        Ok(Test::Before(day::parse(&name, day)?))
    } else {
        Err(Refusal::new(format!("{0} takes since-DATE or before-DATE, like {0}=since-2018-01-08", field.id())))
    }
}

fn read_value(field: Field, value: &str, profile: &Profile) -> Result<String, Refusal> {
    let known: Vec<&str> = match field {
        Field::Kind => MatterKind::ALL.into_iter().map(MatterKind::id).collect(),
        Field::Mode => Mode::ALL.into_iter().map(Mode::id).collect(),
        Field::Force => profile.forces.iter().map(|f| f.id.as_str()).collect(),
        Field::Region => profile.regions(),
        Field::Role => PersonRole::ALL.into_iter().map(PersonRole::id).collect(),
        Field::FiledBy => vec!["civilian", "officer"],
        Field::Directorate => Directorate::ALL.into_iter().map(Directorate::id).collect(),
        Field::Pathway => Pathway::ALL.into_iter().map(Pathway::id).collect(),
        Field::Holder => Holder::ALL.into_iter().map(Holder::id).collect(),
        Field::Regime => regime::all().iter().map(|r| r.id.as_str()).collect(),
        // Findings are coded by each body's own list; an unknown one simply finds nothing.
        _ => return Ok(value.to_owned()),
    };
    if known.contains(&value) {
        Ok(value.to_owned())
    } else {
        Err(Refusal::new(format!("{:?} is no {}; it is one of {}", value, field.id(), known.join(", "))))
    }
}
