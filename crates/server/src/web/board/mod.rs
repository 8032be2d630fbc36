//! The Board's pages: figures as tables first and pictures second, each with its counting rule, its
//! source and its position in the record. What the pages share is here; each page is a [`Sheet`].

pub mod caseload;
pub mod chart;
pub mod legacy;
pub mod numbers;
pub mod overview;
pub mod pickers;
pub mod published;
pub mod report;
pub mod streamlined;
pub mod timeliness;
pub mod waiting;

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::measure::{AsAt, Figure, Known, Question};
use candour_core::permit::{Action, Object, permit};
use candour_core::record::hex;
use candour_store::db::{Error, Tx};
use candour_store::{Failure, reads};
use serde::Serialize;

use crate::app::{App, Asked};
use crate::error::Problem;
use crate::file;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};
use crate::web::typed::Typed;
use chart::Chart;
use numbers::{Numbers, Table};
use pickers::{Boxes, Days, Picker};

/// A page of the Board.
pub struct Sheet {
    /// Its address; with `.csv` it gives the same figures as a file.
    pub address: &'static str,
    /// Its heading, and its entry in the navigation.
    pub title: &'static str,
    /// The days that it can be asked for.
    pub pickers: &'static [Picker],
    /// The days that stand where none are picked.
    pub defaults: fn(&App, Day) -> Result<Days, Failure>,
    /// What it shows.
    pub answer: fn(&Asking<'_>, &mut Tx<'_>) -> Result<Shown, Failure>,
}

/// The pages, in the order of the navigation.
pub static SHEETS: [&Sheet; 8] = [
    &overview::SHEET,
    &timeliness::SHEET,
    &caseload::SHEET,
    &legacy::SHEET,
    &waiting::SHEET,
    &streamlined::SHEET,
    &published::SHEET,
    &report::SHEET,
];

/// Who asks a page for which days.
pub struct Asking<'a> {
    /// The body's record.
    pub app: &'a App,
    /// The day of the log's clock.
    pub today: Day,
    /// The day at the end of which figures are asked for.
    pub on: Day,
    /// What the record held: the same for every figure of the page.
    pub known: Known,
    /// The days picked.
    pub days: Days,
    /// Whether numbers lead to their cases.
    pub numbers: Numbers,
}

/// What a page shows.
#[derive(Default)]
pub struct Shown {
    /// What the figures are about, in a sentence.
    pub lead: String,
    /// Its parts.
    pub sections: Vec<Section>,
    /// Every figure on it, for the rules under it.
    pub figures: Vec<Figure>,
    /// The rows of its CSV file, the heading first.
    pub rows: Vec<Vec<String>>,
    /// Endings under which the same is had in another form, each with what it is called.
    pub forms: Vec<(&'static str, &'static str)>,
}

/// A part of a page: a table first, then a picture of it.
#[derive(Default, Serialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What must be known before the numbers are read.
    pub warning: Option<String>,
    /// The numbers.
    pub table: Option<Table>,
    /// What stands instead of a table, or under it.
    pub says: Vec<String>,
    /// The picture.
    pub chart: Option<Chart>,
}

#[derive(Serialize)]
struct Page {
    title: &'static str,
    address: &'static str,
    pickers: Vec<Boxes>,
    problems: Vec<(String, String)>,
    answer: Option<Answer>,
}

#[derive(Serialize)]
struct Answer {
    lead: String,
    sections: Vec<Section>,
    rules: Vec<Rule>,
    /// The same figures in other forms: what they are called, and where they are.
    downloads: Vec<(&'static str, String)>,
    known_day: String,
    position: u64,
    root: String,
}

/// How a figure is counted.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Rule {
    title: String,
    rule: String,
    citation: String,
}

/// A page of the Board.
pub async fn page(
    app: &Arc<App>,
    query: Option<String>,
    headers: &HeaderMap,
    sheet: &'static Sheet,
) -> Result<Response, Problem> {
    let visitor = may_see(app, headers).await?;
    let typed = Typed::of_query(query.as_deref());
    let asked = ask(app, &typed, numbers_for(&visitor), sheet).await?;
    let (status, problems, answer) = match asked.shown {
        Ok((shown, known, root)) => (StatusCode::OK, Vec::new(), Some(answer(shown, known, root, &typed, sheet))),
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems, None),
    };
    let pickers = pickers::boxes(sheet.pickers, &typed, &asked.standing, &problems);
    let page = Page { title: sheet.title, address: sheet.address, pickers, problems, answer };
    let frame = Frame::of(app, Some(&visitor), sheet.address);
    app.pages.page_with(status, "board/page.html", &frame, &page)
}

/// The figures of a page as a file.
pub async fn file(
    app: &Arc<App>,
    query: Option<String>,
    headers: &HeaderMap,
    sheet: &'static Sheet,
) -> Result<Response, Problem> {
    may_see(app, headers).await?;
    let shown = with_asking(app, query, sheet, sheet.answer).await?;
    let name = sheet.address.rsplit('/').next().unwrap_or_default();
    file::csv(name, &shown.rows)
}

/// Who may see figures.
pub async fn may_see(app: &Arc<App>, headers: &HeaderMap) -> Result<Visitor, Problem> {
    let visitor = visitor(app, Face::Board, headers).await?;
    permit(&visitor.actor(), Action::SeeFigures, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    Ok(visitor)
}

/// Numbers lead to their cases only for those who may see which cases there are.
#[must_use]
pub fn numbers_for(visitor: &Visitor) -> Numbers {
    match permit(&visitor.actor(), Action::ListCases, Object::Body) {
        Ok(_) => Numbers::Linked,
        Err(_) => Numbers::Plain,
    }
}

/// What was asked and answered.
struct Reply {
    /// The days that stand in boxes into which nothing was typed.
    standing: Days,
    /// What is shown, what was known and the root of the record; or what is wrong with which box.
    shown: Result<(Shown, Known, String), Vec<(String, String)>>,
}

/// Answers a page for an address.
async fn ask(app: &Arc<App>, typed: &Typed, numbers: Numbers, sheet: &'static Sheet) -> Result<Reply, Failure> {
    let typed = typed.clone();
    app.read(move |app, tx| {
        let today = app.today(tx)?;
        let defaults = (sheet.defaults)(app, today)?;
        let answered = asking(app, tx, &typed, &defaults, today, numbers, sheet).and_then(|asking| {
            let shown = (sheet.answer)(&asking, tx)?;
            Ok((shown, asking.known, root(app, tx)?, asking.days))
        });
        match answered {
            Ok((shown, known, root, standing)) => Ok(Reply { standing, shown: Ok((shown, known, root)) }),
            Err(Failure::Refused(refusal)) => {
                let id = |field: &str| format!("{}-day", if field.is_empty() { "on" } else { field });
                let problems = refusal.problems.into_iter().map(|p| (id(p.field), p.says)).collect();
                Ok(Reply { standing: defaults, shown: Err(problems) })
            }
            Err(other) => Err(other),
        }
    })
    .await
}

/// Answers an address otherwise than as a page; what is wrong with it is refused.
pub async fn with_asking<T: Send + 'static>(
    app: &Arc<App>,
    query: Option<String>,
    sheet: &'static Sheet,
    f: fn(&Asking<'_>, &mut Tx<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let typed = Typed::of_query(query.as_deref());
    app.read(move |app, tx| {
        let today = app.today(tx)?;
        let defaults = (sheet.defaults)(app, today)?;
        let asking = asking(app, tx, &typed, &defaults, today, Numbers::Plain, sheet)?;
        f(&asking, tx)
    })
    .await
}

fn asking<'a>(
    app: &'a App,
    tx: &mut Tx<'_>,
    typed: &Typed,
    defaults: &Days,
    today: Day,
    numbers: Numbers,
    sheet: &Sheet,
) -> Result<Asking<'a>, Failure> {
    let days = pickers::read(sheet.pickers, typed, defaults, today)?;
    let on = days.get("on").copied().unwrap_or(today);
    let known = app.known(tx, days.get("known").copied().map_or(Asked::Now, Asked::Day))?;
    Ok(Asking { app, today, on, known, days, numbers })
}

fn root(app: &App, tx: &mut Tx<'_>) -> Result<String, Error> {
    Ok(reads::head(tx, &app.store.record.log)?.map_or_else(String::new, |(_, root, _)| hex(&root)))
}

fn answer(shown: Shown, known: Known, root: String, typed: &Typed, sheet: &Sheet) -> Answer {
    let query = match typed.to_query() {
        query if query.is_empty() => query,
        query => format!("?{query}"),
    };
    let forms = std::iter::once(("csv", "Download these figures as CSV")).chain(shown.forms);
    Answer {
        rules: rules(&shown.figures),
        downloads: forms.map(|(ending, says)| (says, format!("{}.{ending}{query}", sheet.address))).collect(),
        lead: shown.lead,
        sections: shown.sections,
        known_day: day::in_words(known.day),
        position: known.position,
        root,
    }
}

/// The rules of some figures, each once.
#[must_use]
pub fn rules(figures: &[Figure]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for figure in figures {
        let rule = Rule { title: figure.title.clone(), rule: figure.rule.clone(), citation: figure.citation.clone() };
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

/// The days of a page whose empty boxes mean the beginning, today and now.
pub fn no_defaults(_: &App, _: Day) -> Result<Days, Failure> {
    Ok(Days::new())
}

impl Asking<'_> {
    /// A figure from the picked first day to the picked last one.
    pub fn period(&self, tx: &mut Tx<'_>, name: &str, filters: &[&str], by: Option<&str>) -> Result<Figure, Failure> {
        self.figure(tx, name, (self.days.get("from").copied(), self.on), filters, by)
    }

    /// The state at the end of the picked day.
    pub fn state(&self, tx: &mut Tx<'_>, name: &str, filters: &[&str], by: Option<&str>) -> Result<Figure, Failure> {
        self.figure(tx, name, (None, self.on), filters, by)
    }

    /// A figure between other days than those picked.
    pub fn figure(
        &self,
        tx: &mut Tx<'_>,
        name: &str,
        (from, on): (Option<Day>, Day),
        filters: &[&str],
        by: Option<&str>,
    ) -> Result<Figure, Failure> {
        let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
        let question = Question::read(name, from, on, &filters, by, &self.app.profile)?;
        Ok(self.app.answer(tx, &question, AsAt { on, known: self.known })?)
    }

    /// `from 1 April 2018 to 31 March 2019, as known on 5 December 2019`.
    #[must_use]
    pub fn period_in_words(&self) -> String {
        let on = day::in_words(self.on);
        let known = day::in_words(self.known.day);
        match self.days.get("from") {
            Some(from) => format!("from {} to {on}, as known on {known}", day::in_words(*from)),
            None => format!("up to {on}, as known on {known}"),
        }
    }

    /// `at the end of 31 March 2019, as known on 5 December 2019`.
    #[must_use]
    pub fn state_in_words(&self) -> String {
        format!("at the end of {}, as known on {}", day::in_words(self.on), day::in_words(self.known.day))
    }
}

/// The same words with a capital first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}
