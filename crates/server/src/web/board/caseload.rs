//! The Board's page on the caseload: what was referred, opened and completed, and what is open.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::measure::Figure;
use candour_store::Failure;
use candour_store::db::Tx;

use super::chart::{self, Column};
use super::numbers::{Cell, Part, Table, records};
use super::pickers::{FROM, KNOWN, ON};
use super::{Asking, Section, Sheet, Shown, capital, no_defaults};
use crate::app::App;
use crate::error::Problem;

/// The flows of the page.
const FLOWS: [&str; 3] = ["caseload.referrals", "caseload.opened", "caseload.completed"];

/// The page.
pub static SHEET: Sheet =
    Sheet { address: "/board/caseload", title: "Caseload", pickers: &[FROM, ON, KNOWN], defaults: no_defaults, answer };

/// `GET /board/caseload`
pub async fn show(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::page(&app, q, &headers, &SHEET).await
}

/// `GET /board/caseload.csv`
pub async fn csv(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::file(&app, q, &headers, &SHEET).await
}

fn answer(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Shown, Failure> {
    let mut flows = Vec::new();
    for name in FLOWS {
        flows.push(asking.period(tx, name, &[], Some("year"))?);
    }
    let years: BTreeSet<&str> = flows.iter().flat_map(|f| Part::groups(f).map(|(year, _)| year)).collect();
    let mut open = Vec::new();
    for year in &years {
        let last = last_day(year).map_or(asking.on, |last| last.min(asking.on));
        open.push(asking.figure(tx, "caseload.open", (None, last), &[], None)?);
    }
    let section = by_year(asking, &flows, &years, &open);
    let now = asking.state(tx, "caseload.open", &[], None)?;
    let population = capital(&asking.app.profile.counting.population);
    let lead =
        format!("Referrals, and {} opened and completed, {}.", population.to_lowercase(), asking.period_in_words());
    let drawn = drawn(&flows, &years);
    let sealed = asking.app.access(tx)?.seals.cases().len();
    let sections = vec![section, drawn, whole(asking, &flows, &now, sealed)];
    let figures: Vec<Figure> = flows.into_iter().chain(open).chain([now]).collect();
    let rows = records("year", &figures);
    Ok(Shown { lead, sections, figures, rows, ..Shown::default() })
}

/// The last day of a year written `2018/19`.
fn last_day(year: &str) -> Option<Day> {
    let first: i16 = year.split('/').next()?.parse().ok()?;
    Day::new(first + 1, 3, 31).ok()
}

fn by_year(asking: &Asking<'_>, flows: &[Figure], years: &BTreeSet<&str>, open: &[Figure]) -> Section {
    let title = "Year by year, April to March".to_owned();
    if years.is_empty() {
        let says = vec!["Nothing was referred, opened or completed in this period.".to_owned()];
        return Section { title, says, ..Section::default() };
    }
    let row = |(year, open): (&&str, &Figure)| {
        let count = |flow: &Figure| match Part::group(flow, year) {
            Some(part) => asking.numbers.count(part),
            None => Cell::number("0"),
        };
        let heading = std::iter::once(Cell::words(*year));
        let ends = [asking.numbers.count(open), Cell::number(day::in_words(open.on))];
        heading.chain(flows.iter().map(count)).chain(ends).collect()
    };
    let rows = years.iter().zip(open).map(row).collect();
    let head = ["Year", "Referrals", "Opened", "Completed", "Open at the end", "The end being"];
    Section {
        title,
        table: Some(Table::new(&head, rows)),
        says: vec![
            "A first or a last year is counted only as far as the period reaches. Of the years before the record began, only what was still open when it did is here.".to_owned(),
            "An investigation that is discontinued is no longer open and was never completed, so opened less completed is not always what is open.".to_owned(),
        ],
        ..Section::default()
    }
}

fn drawn(flows: &[Figure], years: &BTreeSet<&str>) -> Section {
    let [_, opened, completed] = flows else {
        return Section::default();
    };
    if years.is_empty() {
        return Section::default();
    }
    let bar = |flow: &Figure, year: &str| {
        let count = Part::group(flow, year).map_or(0, |part| part.value().count());
        Some((count, count.to_string()))
    };
    let column = |year: &&str| Column { name: (*year).to_owned(), bars: vec![bar(opened, year), bar(completed, year)] };
    let columns: Vec<Column> = years.iter().map(column).collect();
    let chart = chart::bars("Opened and completed, by year", &["Opened", "Completed"], &columns);
    Section { chart: Some(chart), ..Section::default() }
}

/// How many sealed cases there are, of which no figure counts any. Fewer than this many are not told.
const TOLD: usize = 5;

fn whole(asking: &Asking<'_>, flows: &[Figure], open: &Figure, sealed: usize) -> Section {
    let row = |figure: &Figure| vec![Cell::words(&figure.title), asking.numbers.count(figure)];
    let mut rows: Vec<Vec<Cell>> = flows.iter().map(row).collect();
    let title = format!("Open at the end of {}", day::in_words(open.on));
    rows.push(vec![Cell::words(title), asking.numbers.count(open)]);
    Section {
        title: "The whole period".to_owned(),
        table: Some(Table::new(&["What", "Number"], rows)),
        says: vec![match sealed {
            TOLD.. => format!("Sealed cases are in no figure. There are {sealed} of them today."),
            _ => format!("Sealed cases are in no figure. There are fewer than {TOLD} of them today."),
        }],
        ..Section::default()
    }
}
