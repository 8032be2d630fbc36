//! The figures that a body has published, each held against the record.
//!
//! `bodies/NAME/published.toml` says what a document states, where it states it, and which question
//! to the record should give the same number. A figure always comes from the record: nothing here
//! is compared with itself.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::figure::thousands;
use super::{Figure, Question, Sort, Value};
use crate::day::Day;
use crate::law::toml_day;
use crate::profile::Profile;

/// The document in which a body gave account, and every figure that it published.
#[derive(Debug, Clone)]
pub struct Account {
    /// What the document is called.
    pub title: String,
    /// The day as at which it speaks.
    pub on: Day,
    /// The days by which it expected what it had taken over to be completed.
    pub expected_by: Vec<Day>,
    /// The figures, of this document and of others.
    pub figures: Vec<Published>,
}

/// A figure that was published.
#[derive(Debug, Clone)]
pub struct Published {
    /// What addresses and files call it.
    pub id: String,
    /// What it is called on a page.
    pub title: String,
    /// The chapter of the report that it belongs to.
    pub chapter: Chapter,
    /// What the document says: its own words in quotation marks, or ours.
    pub says: String,
    /// Which document says it.
    pub source: String,
    /// The question that should give the same number.
    pub question: Question,
    /// The last day of the question.
    pub on: Day,
    /// Which number of the answer is compared.
    pub part: Part,
    /// The number that was published.
    pub published: Number,
}

/// A chapter of the accountability report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chapter {
    /// How long investigations take.
    Timeliness,
    /// How good they are.
    Quality,
    /// Who examines the decisions.
    Scrutiny,
    /// What comes of it all.
    Impact,
}

/// Which number of a figure is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The share in whole per cent.
    PercentWhole,
    /// Those in time.
    Met,
    /// All of which those in time are a share.
    Of,
    /// How many.
    Count,
    /// The mean number of days.
    MeanDays,
    /// The longest number of days, which may be as long as was published and no longer.
    MaxDaysAtMost,
}

/// A number as it was published: whole, or with one decimal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A whole number.
    Whole(u64),
    /// A number with one decimal, written as text so that it stays exact.
    Decimal(String),
}

/// A published figure held against the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What the record gives; null for an empty population.
    pub computed: Json,
    /// Whether it is what was published.
    pub agrees: bool,
}

/// What is wrong with a file of published figures.
#[derive(Debug, thiserror::Error)]
#[error("bodies/{body}/published.toml: {says}")]
pub struct PublishedError {
    body: String,
    says: String,
}

/// The account of a body and its published figures; none for a body without any.
pub fn account(profile: &Profile) -> Result<Option<Account>, PublishedError> {
    match profile.name.as_str() {
        "iopc" => read(profile, include_str!("../../../../bodies/iopc/published.toml")).map(Some),
        _ => Ok(None),
    }
}

/// Every published figure of a body.
pub fn all(profile: &Profile) -> Result<Vec<Published>, PublishedError> {
    Ok(account(profile)?.map_or_else(Vec::new, |account| account.figures))
}

impl Chapter {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 4] = [Self::Timeliness, Self::Quality, Self::Scrutiny, Self::Impact];

    /// What the report's files call it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Timeliness => "timeliness",
            Self::Quality => "quality",
            Self::Scrutiny => "scrutiny",
            Self::Impact => "impact",
        }
    }
}

impl Part {
    fn fits(self, sort: Sort) -> bool {
        match self {
            Self::PercentWhole | Self::Met | Self::Of => sort.is_share(),
            Self::MeanDays | Self::MaxDaysAtMost => sort.is_days(),
            Self::Count => !sort.is_share(),
        }
    }

    /// What files call it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::PercentWhole => "percent_whole",
            Self::Met => "met",
            Self::Of => "of",
            Self::Count => "count",
            Self::MeanDays => "mean_days",
            Self::MaxDaysAtMost => "max_days_at_most",
        }
    }

    /// The number of a value.
    #[must_use]
    pub fn of(self, value: &Value) -> Json {
        match (self, value) {
            (Self::PercentWhole, _) => json!(value.percent_whole()),
            (Self::Met, Value::Share { met, .. }) => json!(met),
            (Self::Of, Value::Share { of, .. }) => json!(of),
            (Self::Count, _) => json!(value.count()),
            (Self::MeanDays, _) => json!(value.mean_days()),
            (Self::MaxDaysAtMost, _) => json!(value.max_days()),
            _ => Json::Null,
        }
    }

    /// What the number is, as a person says it: `82%`, `58.0 days`.
    #[must_use]
    pub fn in_words(self, number: &Json) -> String {
        let plain = match number {
            Json::Null => return "No figure".to_owned(),
            Json::String(text) => text.clone(),
            other => other.as_u64().map_or_else(|| other.to_string(), thousands),
        };
        match self {
            Self::PercentWhole => format!("{plain}%"),
            Self::MeanDays => format!("{plain} days"),
            Self::MaxDaysAtMost => format!("longest {plain} days"),
            Self::Met | Self::Of | Self::Count => plain,
        }
    }
}

impl Number {
    /// The number as JSON: a whole one as a number, another as a string.
    #[must_use]
    pub fn json(&self) -> Json {
        match self {
            Self::Whole(number) => json!(number),
            Self::Decimal(text) => json!(text),
        }
    }
}

impl Published {
    /// Holds the answer to the question against what was published.
    #[must_use]
    pub fn check(&self, figure: &Figure) -> Checked {
        let computed = self.part.of(&figure.value);
        let agrees = match (self.part, &self.published) {
            (Part::MaxDaysAtMost, Number::Whole(most)) => computed.as_u64().is_some_and(|days| days <= *most),
            (_, published) => computed == published.json(),
        };
        Checked { computed, agrees }
    }

    /// What was published, as a person says it.
    #[must_use]
    pub fn in_words(&self) -> String {
        let words = self.part.in_words(&self.published.json());
        if self.part == Part::MaxDaysAtMost { words.replacen("longest", "at most", 1) } else { words }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    document: FileDocument,
    #[serde(rename = "source")]
    sources: Vec<FileSource>,
    #[serde(rename = "figure")]
    figures: Vec<FileFigure>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDocument {
    title: String,
    #[serde(deserialize_with = "toml_day")]
    on: Day,
    expected_by: Vec<TomlDay>,
}

#[derive(Deserialize)]
struct TomlDay(#[serde(deserialize_with = "toml_day")] Day);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSource {
    id: String,
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileFigure {
    id: String,
    title: String,
    chapter: Chapter,
    source: String,
    /// The document's own words.
    quote: Option<String>,
    /// What it says, in ours.
    says: Option<String>,
    measure: String,
    from: Option<TomlDay>,
    on: TomlDay,
    #[serde(default)]
    r#where: Vec<String>,
    value: Part,
    published: Number,
}

fn read(profile: &Profile, text: &str) -> Result<Account, PublishedError> {
    let bad = |says: String| PublishedError { body: profile.name.clone(), says };
    let file: File = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
    once("source", file.sources.iter().map(|s| s.id.as_str())).map_err(bad)?;
    once("figure", file.figures.iter().map(|f| f.id.as_str())).map_err(bad)?;
    if let Some(unused) = file.sources.iter().find(|s| file.figures.iter().all(|f| f.source != s.id)) {
        return Err(bad(format!("source {} is used by no figure", unused.id)));
    }
    let figures = file.figures.into_iter().map(|figure| {
        let id = figure.id.clone();
        published(profile, &file.sources, figure).map_err(|says| bad(format!("figure {id}: {says}")))
    });
    let figures: Vec<Published> = figures.collect::<Result<_, _>>()?;
    same_question_once(&figures).map_err(bad)?;
    let expected_by = file.document.expected_by.into_iter().map(|day| day.0).collect();
    Ok(Account { title: file.document.title, on: file.document.on, expected_by, figures })
}

fn published(profile: &Profile, sources: &[FileSource], figure: FileFigure) -> Result<Published, String> {
    let says = match (figure.quote, figure.says) {
        (Some(quote), None) => format!("\u{201c}{quote}\u{201d}"),
        (None, Some(says)) => says,
        _ => return Err("give either the document's own words as quote, or ours as says".to_owned()),
    };
    let source = sources.iter().find(|s| s.id == figure.source);
    let source = source.ok_or_else(|| format!("there is no source {:?}", figure.source))?;
    let from = figure.from.map(|day| day.0);
    let question = Question::read(&figure.measure, from, figure.on.0, &figure.r#where, None, profile);
    let question = question.map_err(|refusal| refusal.to_string())?;
    if !figure.value.fits(question.measure.sort) {
        return Err(format!("{} has no value {:?}", figure.measure, figure.value));
    }
    let decimal = matches!(&figure.published, Number::Decimal(text) if has_one_decimal(text));
    let whole = matches!(figure.published, Number::Whole(_));
    if if figure.value == Part::MeanDays { !decimal } else { !whole } {
        return Err("published is a whole number, or for mean_days text with one decimal, like \"58.0\"".to_owned());
    }
    Ok(Published {
        id: figure.id,
        title: figure.title,
        chapter: figure.chapter,
        says,
        source: source.title.clone(),
        question,
        on: figure.on.0,
        part: figure.value,
        published: figure.published,
    })
}

fn has_one_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, tenth)| digits(whole) && digits(tenth) && tenth.len() == 1)
}

fn once<'a>(what: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(format!("{what} {id} stands twice"));
        }
    }
    Ok(())
}

/// The same number of the same answer published twice would count one agreement as two.
fn same_question_once(figures: &[Published]) -> Result<(), String> {
    let mut seen = HashSet::new();
    for figure in figures {
        let question = &figure.question;
        let mut filters: Vec<_> = question.filters.iter().map(super::Filter::words).collect();
        filters.sort();
        if !seen.insert((question.measure.name, question.from, figure.on, filters, figure.part)) {
            return Err(format!("figure {}: another figure asks the same", figure.id));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{AsAt, FactKind, Facts, Known, compute};

    const FILE: &str = include_str!("../../../../bodies/iopc/published.toml");

    fn iopc() -> Profile {
        Profile::named("iopc").unwrap()
    }

    #[track_caller]
    fn refused(from: &str, to: &str, says: &str) {
        assert!(FILE.contains(from), "the file has {from:?}");
        let refusal = read(&iopc(), &FILE.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(refusal.contains(says), "{refusal}");
    }

    #[test]
    fn every_published_figure_is_a_question_that_can_be_asked() {
        let account = account(&iopc()).unwrap().unwrap();
        assert_eq!(account.figures.len(), 29);
        assert!(account.figures.iter().all(|f| !f.says.is_empty() && !f.source.is_empty()));
        assert!(all(&Profile::named("copa").unwrap()).unwrap().is_empty());
    }

    #[test]
    fn a_slip_in_the_file_is_refused_and_the_entry_named() {
        refused("quote =", "quoet =", "quoet");
        refused(
            "\"caseload.legacy-forecast\"",
            "\"caseload.legacy-forcast\"",
            "figure legacy-forecast-of: there is no measure",
        );
        refused("\"kind=dsi\"", "\"sort=dsi\"", "figure standard-dsi-mean: ");
        refused("\"kind=dsi\"", "\"kind=death\"", "complaint, conduct, dsi");
        refused("value = \"percent_whole\"", "value = \"mean_days\"", "has no value MeanDays");
        refused("value = \"percent_whole\"", "value = \"most\"", "most");
        refused("published = \"58.0\"", "published = 58", "one decimal");
        refused("id = \"all-completed-2018-19\"", "id = \"core-within-12-months-2018-19\"", "stands twice");
        refused("source = \"AR18\"", "source = \"AR99\"", "there is no source");
        refused("chapter = \"timeliness\"", "chapter = \"weather\"", "weather");
    }

    #[test]
    fn the_same_number_is_not_published_twice_under_two_names() {
        let whole = FILE.find("[[figure]]").unwrap();
        let next = whole + 1 + FILE[whole + 1..].find("[[figure]]").unwrap();
        let again = FILE[whole..next].replacen("id = \"", "id = \"again-", 1);
        let says = read(&iopc(), &format!("{FILE}\n{again}")).unwrap_err().to_string();
        assert!(says.contains("another figure asks the same"), "{says}");
    }

    #[test]
    fn what_the_record_gives_is_compared_and_an_empty_record_agrees_with_nothing() {
        let profile = iopc();
        let facts = Facts::default();
        for published in all(&profile).unwrap() {
            let as_at = AsAt { on: published.on, known: Known { position: 0, day: published.on } };
            let checked = published.check(&compute(&facts, &profile, &published.question, as_at));
            assert!(!checked.agrees, "{}", published.id);
        }
    }

    #[test]
    fn a_longest_number_of_days_may_be_shorter_but_not_longer() {
        let profile = iopc();
        let mut pilot = all(&profile).unwrap().into_iter().find(|f| f.id == "parallel-action-longest").unwrap();
        let mut facts = Facts::default();
        for (n, (kind, on, value)) in [
            (FactKind::Mode, "2019-09-02", "independent"),
            (FactKind::Pathway, "2019-09-02", "parallel-action"),
            (FactKind::Report, "2019-09-30", ""),
        ]
        .into_iter()
        .enumerate()
        {
            let seq = n as u64 + 1;
            facts.push("case:A", seq, seq, kind, 0, Some(crate::day::number(on.parse().unwrap())), Some(value));
        }
        let as_at = AsAt { on: pilot.on, known: Known { position: 3, day: pilot.on } };
        let figure = compute(&facts, &profile, &pilot.question, as_at);
        assert_eq!(pilot.check(&figure), Checked { computed: json!(28), agrees: true });
        pilot.published = Number::Whole(27);
        assert!(!pilot.check(&figure).agrees);
    }
}
