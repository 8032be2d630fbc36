//! The Board's page on what waits for others after the report: by who is responsible, how long,
//! and how old the whole of it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::holder::Holder;
use candour_core::measure::{AsAt, Figure, Question};
use candour_store::Failure;
use candour_store::db::Tx;

use super::chart::{self, Column};
use super::numbers::{Cell, Part, Table, days, records};
use super::pickers::{AT, KNOWN};
use super::{Asking, Section, Sheet, Shown, no_defaults};
use crate::app::App;
use crate::error::Problem;

const WAITING: &str = "post-report.waiting";
/// How many days one bar of the ages covers.
const AGE_DAYS: i32 = 60;
/// Bars of the ages; the last one is of everything older.
const AGES: i32 = 13;

/// The page.
pub static SHEET: Sheet = Sheet {
    address: "/board/waiting",
    title: "After the report",
    pickers: &[AT, KNOWN],
    defaults: no_defaults,
    answer,
};

/// `GET /board/waiting`
pub async fn show(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::page(&app, q, &headers, &SHEET).await
}

/// `GET /board/waiting.csv`
pub async fn csv(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::file(&app, q, &headers, &SHEET).await
}

fn answer(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Shown, Failure> {
    let all = asking.state(tx, WAITING, &[], Some("holder"))?;
    let mut sections = vec![by_holder(asking, tx, &all)?];
    let mut figures = vec![all];
    if let Some(legacy) = asking.app.profile.legacy.as_ref() {
        let before = asking.state(tx, WAITING, &[&format!("completed=before-{}", legacy.from)], None)?;
        sections.push(before_us(asking, legacy.from, &before));
        figures.push(before);
    }
    let ages = ages(asking, tx)?;
    sections.extend(histogram(asking, &ages));
    figures.extend(ages.into_iter().map(|(_, figure)| figure));
    let lead = format!(
        "Completed by us and waiting for others {}. Days are counted from our completion.",
        asking.state_in_words()
    );
    let rows = records("holder", &figures);
    Ok(Shown { lead, sections, figures, rows, ..Shown::default() })
}

fn by_holder(asking: &Asking<'_>, tx: &mut Tx<'_>, all: &Figure) -> Result<Section, Failure> {
    let also = also(asking, tx)?;
    let row = |title: String, part: Part<'_>, more: Cell| {
        let heading = [Cell::words(title), asking.numbers.count(part)];
        heading.into_iter().chain(days(&part.value())).chain([more]).collect::<Vec<_>>()
    };
    let beside = |id: &str| asking.numbers.picked(also.get(id).copied().unwrap_or(0), all, &[("also", id)]);
    let mut groups: Vec<(&str, Part<'_>)> = Part::groups(all).collect();
    let place = |id: &str| asking.app.profile.holders.iter().position(|holder| holder.id() == id);
    groups.sort_by_key(|(id, _)| place(id).unwrap_or(usize::MAX));
    let mut rows: Vec<Vec<Cell>> = groups.into_iter().map(|(id, part)| row(named(id), part, beside(id))).collect();
    let only_beside = also.keys().filter(|id| Part::group(all, id).is_none());
    for id in only_beside {
        let none = [named(id), "0".to_owned()].map(Cell::words);
        let cells = none.into_iter().chain([(); 3].map(|()| Cell::number("No figure")));
        rows.push(cells.chain([beside(id)]).collect());
    }
    rows.push(row("All".to_owned(), Part::from(all), Cell::words("")));
    let head = ["Responsible", "Cases", "Mean days", "Median days", "Longest", "Also waiting on"];
    Ok(Section {
        title: "Who is responsible".to_owned(),
        table: Some(Table::new(&head, rows)),
        says: vec![
            "The mean and the median stand beside each other because such ages tend to have two humps: many wait for weeks, and some for years, for an inquest or a trial. The mean alone then says little about either. The picture below shows how it is here.".to_owned(),
            "Each case is counted once, for the first of those responsible. “Also waiting on” says how many more wait on somebody else at the same time; these are not added.".to_owned(),
        ],
        ..Section::default()
    })
}

/// What a holder is called.
#[must_use]
pub fn named(id: &str) -> String {
    Holder::parse(id).map_or_else(|| id.to_owned(), |holder| holder.label().to_owned())
}

/// For each holder, the cases that wait on it besides the first.
fn also(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<BTreeMap<&'static str, u64>, Failure> {
    let question = Question::read(WAITING, None, asking.on, &[], None, &asking.app.profile)?;
    let mut also = BTreeMap::new();
    for counted in asking.app.behind(tx, &question, AsAt { on: asking.on, known: asking.known })? {
        for holder in counted.member.also {
            *also.entry(holder.id()).or_insert(0) += 1;
        }
    }
    Ok(also)
}

fn before_us(asking: &Asking<'_>, began: Day, before: &Figure) -> Section {
    let short = &asking.app.profile.short;
    let heading = [Cell::words(format!("Completed before {}", day::in_words(began))), asking.numbers.count(before)];
    let row = heading.into_iter().chain(days(&before.value)).collect();
    Section {
        title: format!("Completed before the {short} began"),
        table: Some(Table::new(&["Which", "Cases", "Mean days", "Median days", "Longest"], vec![row])),
        says: vec!["They are among those above.".to_owned()],
        ..Section::default()
    }
}

/// The ages in steps, each with its figure.
fn ages(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Vec<(String, Figure)>, Failure> {
    let last = day::number(asking.on);
    let mut ages = Vec::new();
    for step in 0..AGES {
        // So many days or more: completed on or before the day that long ago.
        let age = |days: i32| day::from_number(last - days + 1).max(day::FIRST_DAY);
        let (youngest, oldest) = (age(step * AGE_DAYS), age((step + 1) * AGE_DAYS));
        let before = format!("completed=before-{youngest}");
        let since = format!("completed=since-{oldest}");
        let (from, to) = (step * AGE_DAYS, (step + 1) * AGE_DAYS - 1);
        let (name, filters) = if step + 1 == AGES {
            (format!("{from} or more"), vec![before.as_str()])
        } else {
            (format!("{from}–{to}"), vec![before.as_str(), since.as_str()])
        };
        ages.push((name, asking.state(tx, WAITING, &filters, None)?));
    }
    Ok(ages)
}

fn histogram(asking: &Asking<'_>, ages: &[(String, Figure)]) -> Vec<Section> {
    let title = "How long they have waited".to_owned();
    if ages.iter().all(|(_, figure)| figure.value.count() == 0) {
        let says = vec!["Nothing waits.".to_owned()];
        return vec![Section { title, says, ..Section::default() }];
    }
    let row = |(name, figure): &(String, Figure)| vec![Cell::words(name), asking.numbers.count(figure)];
    let column = |(name, figure): &(String, Figure)| {
        let count = figure.value.count();
        Column { name: name.clone(), bars: vec![Some((count, count.to_string()))] }
    };
    let columns: Vec<Column> = ages.iter().map(column).collect();
    let table = Some(Table::new(&["Days since completion", "Cases"], ages.iter().map(row).collect()));
    let chart = Some(chart::bars("Cases by days since completion", &["Cases"], &columns));
    vec![Section { title, table, chart, ..Section::default() }]
}
