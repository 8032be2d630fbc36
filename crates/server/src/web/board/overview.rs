//! The Board's first page: one line for each chapter, with its headline figure and the way to it.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day;
use candour_core::measure::figure::thousands;
use candour_core::measure::{AsAt, Figure};
use candour_store::Failure;
use candour_store::db::Tx;

use super::numbers::{Cell, Table, none, records};
use super::pickers::{AT, KNOWN};
use super::{Asking, Section, Sheet, Shown, no_defaults, published, streamlined};
use crate::app::App;
use crate::error::Problem;
use crate::report::year_of;

/// The page.
pub static SHEET: Sheet =
    Sheet { address: "/board", title: "Overview", pickers: &[AT, KNOWN], defaults: no_defaults, answer };

/// `GET /board`
pub async fn show(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::page(&app, q, &headers, &SHEET).await
}

/// `GET /board.csv`
pub async fn csv(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::file(&app, q, &headers, &SHEET).await
}

fn answer(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Shown, Failure> {
    let first = year_of(asking.on);
    let (year, since) = ((Some(first), asking.on), day::in_words(first));
    let numbers = asking.numbers;
    let mut lines: Vec<Vec<Cell>> = Vec::new();
    let mut figures = Vec::new();

    let within = asking.figure(tx, "timeliness.within-12-months", year, &["directorate=core"], None)?;
    let share = within.value.percent().map_or_else(none, |p| format!("{p}%"));
    let what = format!("Completed within 12 months since {since}, without major investigations");
    lines.push(line(asking, "timeliness", "Timeliness", what, numbers.said(share, &within, None)));
    let open = asking.state(tx, "caseload.open", &[], None)?;
    lines.push(line(asking, "caseload", "Caseload", "Open investigations".to_owned(), numbers.count(&open)));
    figures.extend([within, open]);
    if let Some(legacy) = asking.app.profile.legacy.as_ref() {
        let left = asking.state(tx, "caseload.legacy", &[], None)?;
        let what = format!("Left of what came from the {}", legacy.predecessor);
        lines.push(line(asking, "legacy", "Legacy", what, numbers.count(&left)));
        figures.push(left);
    }
    let waiting = asking.state(tx, "post-report.waiting", &[], None)?;
    let words = waiting.value.mean_days().map_or_else(
        || "0".to_owned(),
        |mean| format!("{}, on average for {mean} days", thousands(waiting.value.count())),
    );
    let what = "Waiting for others after the report".to_owned();
    lines.push(line(asking, "waiting", "After the report", what, numbers.said(words, &waiting, None)));
    let streamlined = streamlined::so_far(asking, tx)?;
    let mean = streamlined.value.mean_days().map_or_else(none, |mean| format!("{mean} days"));
    let what = "Mean of streamlined investigations so far".to_owned();
    lines.push(line(asking, "streamlined", "Streamlined", what, numbers.said(mean, &streamlined, None)));
    figures.extend([waiting, streamlined]);
    let (held, _) = published::held(asking.app, tx, AsAt { on: asking.on, known: asking.known })?;
    let agree = held.iter().filter(|held| held.checked.agrees).count();
    let words = format!("{agree} of {}", held.len());
    let what = "Published figures that the record gives too".to_owned();
    lines.push(line(asking, "published", "Published figures", what, Cell::number(words)));
    Ok(shown(asking, lines, figures))
}

/// A line with the way to its chapter, for the same days.
fn line(asking: &Asking<'_>, page: &str, title: &str, what: String, number: Cell) -> Vec<Cell> {
    let days: Vec<String> = asking.days.iter().map(|(name, day)| format!("{name}={day}")).collect();
    let address = if days.is_empty() { format!("/board/{page}") } else { format!("/board/{page}?{}", days.join("&")) };
    vec![Cell::link(title, address), Cell::words(what), number]
}

fn shown(asking: &Asking<'_>, lines: Vec<Vec<Cell>>, figures: Vec<Figure>) -> Shown {
    let table = Some(Table::new(&["Chapter", "Headline", "Figure"], lines));
    let title = "Chapter by chapter".to_owned();
    let rows = records("group", &figures);
    let lead = format!("How the {} stands {}.", asking.app.profile.short, asking.state_in_words());
    Shown { lead, sections: vec![Section { title, table, ..Section::default() }], figures, rows, ..Shown::default() }
}
