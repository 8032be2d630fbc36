//! Numbers on a page: each with the way to its cases for those who may see cases, in tables, and
//! as the rows of a CSV file.

use candour_core::measure::figure::thousands;
use candour_core::measure::{Figure, Value};
use serde::Serialize;

use crate::web::typed::encode;

/// A figure, or one of its groups.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    figure: &'a Figure,
    group: Option<&'a (String, String, Value)>,
}

/// A cell of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    text: String,
    /// The cases behind a number.
    href: Option<String>,
    words: bool,
}

/// A table. The first cell of a row is its heading.
#[derive(Debug, Serialize)]
pub struct Table {
    /// Headings over several columns: what they say, and over how many.
    pub over: Vec<(String, usize)>,
    /// The headings of the columns.
    pub head: Vec<String>,
    /// Whether a column holds numbers, and so is set to the right.
    pub numeric: Vec<bool>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl<'a> From<&'a Figure> for Part<'a> {
    fn from(figure: &'a Figure) -> Self {
        Self { figure, group: None }
    }
}

impl<'a> Part<'a> {
    /// The group of that name.
    #[must_use]
    pub fn group(figure: &'a Figure, name: &str) -> Option<Self> {
        let group = figure.groups.iter().find(|(_, group, _)| group == name)?;
        Some(Self { figure, group: Some(group) })
    }

    /// Every group, in order.
    pub fn groups(figure: &'a Figure) -> impl Iterator<Item = (&'a str, Self)> {
        figure.groups.iter().map(move |group| (group.1.as_str(), Self { figure, group: Some(group) }))
    }

    /// The numbers.
    #[must_use]
    pub fn value(self) -> Value {
        self.group.map_or(self.figure.value, |(_, _, value)| *value)
    }

    /// The address of the cases behind the number, of a position that never changes.
    fn address(self, met: Option<&str>, more: &[(&str, &str)]) -> String {
        let figure = self.figure;
        let mut pairs = vec![("measure", figure.measure.to_owned())];
        pairs.extend(figure.from.map(|day| ("from", day.to_string())));
        pairs.push(("on", figure.on.to_string()));
        pairs.push(("known", figure.known.position.to_string()));
        pairs.extend(figure.filters.iter().map(|(field, value)| ("where", format!("{field}={value}"))));
        if let Some((by, value, _)) = self.group {
            pairs.push(("by", by.clone()));
            pairs.push(("value", value.clone()));
        }
        pairs.extend(met.map(|met| ("met", met.to_owned())));
        pairs.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        format!("/staff/behind?{}", pairs.join("&"))
    }
}

/// Whether numbers lead to their cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// For those who may see which cases there are.
    Linked,
    /// For everybody else.
    Plain,
}

impl Numbers {
    /// How many there are; of a share, all of which it is one.
    #[must_use]
    pub fn count<'a>(self, part: impl Into<Part<'a>>) -> Cell {
        let part = part.into();
        self.number(part.value().count(), part, None, &[])
    }

    /// Of a share, those in time.
    #[must_use]
    pub fn met<'a>(self, part: impl Into<Part<'a>>) -> Cell {
        let part = part.into();
        let Value::Share { met, .. } = part.value() else {
            return Cell::number("No figure");
        };
        self.number(met, part, Some("yes"), &[])
    }

    /// A number of those that a figure counts, which some more words in the address pick out.
    #[must_use]
    pub fn picked<'a>(self, number: u64, part: impl Into<Part<'a>>, more: &[(&str, &str)]) -> Cell {
        self.number(number, part.into(), None, more)
    }

    /// What one number of a figure is, in words that lead to its cases.
    #[must_use]
    pub fn said<'a>(self, words: String, part: impl Into<Part<'a>>, met: Option<&str>) -> Cell {
        let part = part.into();
        let leads = self == Self::Linked && part.value().count() > 0;
        Cell { text: words, href: leads.then(|| part.address(met, &[])), words: false }
    }

    fn number(self, number: u64, part: Part<'_>, met: Option<&str>, more: &[(&str, &str)]) -> Cell {
        // Behind a nought there is nothing to see.
        let leads = self == Self::Linked && number > 0;
        Cell { text: thousands(number), href: leads.then(|| part.address(met, more)), words: false }
    }
}

impl Cell {
    /// A number that is no count of cases, such as a share or a mean.
    #[must_use]
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, words: false }
    }

    /// Words.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, words: true }
    }

    /// Words that lead to another page.
    #[must_use]
    pub fn link(text: impl Into<String>, address: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(address.into()), words: true }
    }
}

impl Table {
    /// A table with one row of headings.
    #[must_use]
    pub fn new(head: &[&str], rows: Vec<Vec<Cell>>) -> Self {
        let holds_numbers = |column: usize| rows.iter().filter_map(|row| row.get(column)).any(|cell| !cell.words);
        let numeric = (0..head.len()).map(|column| column > 0 && holds_numbers(column)).collect();
        Self { over: Vec::new(), head: head.iter().map(ToString::to_string).collect(), numeric, rows }
    }
}

/// A share in per cent.
#[must_use]
pub fn percent(value: &Value) -> Cell {
    Cell::number(value.percent().map_or_else(none, |p| format!("{p}%")))
}

/// The mean, the median and the longest number of days.
#[must_use]
pub fn days(value: &Value) -> [Cell; 3] {
    [
        Cell::number(value.mean_days().unwrap_or_else(none)),
        Cell::number(value.median_days().unwrap_or_else(none)),
        Cell::number(value.max_days().map_or_else(none, |days| days.to_string())),
    ]
}

/// What stands where an empty population has no figure.
#[must_use]
pub fn none() -> String {
    "No figure".to_owned()
}

/// Figures as the rows of a CSV file, their groups under them; `group` is what the groups are.
#[must_use]
pub fn records(group: &str, figures: &[Figure]) -> Vec<Vec<String>> {
    let numbers = ["met", "of", "percent", "count", "mean_days", "median_days", "max_days"];
    let head = ["measure", "from", "on", "known_day", "known_position", "where", group];
    let mut rows = vec![head.into_iter().chain(numbers).chain(["rule"]).map(str::to_owned).collect::<Vec<_>>()];
    for figure in figures {
        let whole = std::iter::once(("", figure.value));
        let groups = figure.groups.iter().map(|(_, name, value)| (name.as_str(), *value));
        for (name, value) in whole.chain(groups) {
            let json = value.json();
            let number = |name: &str| match json.get(name) {
                None | Some(serde_json::Value::Null) => String::new(),
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            let mut row = lineage(figure).to_vec();
            row.push(name.to_owned());
            row.extend(numbers.iter().map(|name| number(name)));
            row.push(figure.rule.clone());
            rows.push(row);
        }
    }
    rows
}

/// What a figure was asked, as the first cells of a CSV row.
#[must_use]
pub fn lineage(figure: &Figure) -> [String; 6] {
    [
        figure.measure.to_owned(),
        figure.from.map_or_else(String::new, |day| day.to_string()),
        figure.on.to_string(),
        figure.known.day.to_string(),
        figure.known.position.to_string(),
        filters(figure),
    ]
}

/// The filters of a figure, as addresses write them.
#[must_use]
pub fn filters(figure: &Figure) -> String {
    let pairs: Vec<String> = figure.filters.iter().map(|(field, value)| format!("{field}={value}")).collect();
    pairs.join(" ")
}
