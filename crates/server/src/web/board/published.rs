//! The Board's page of published figures: what a document says, what the record gives, and
//! whether the two are the same.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::measure::published::{Account, Checked, Part, Published, account};
use candour_core::measure::{AsAt, Figure};
use candour_core::refusal::Refusal;
use candour_store::Failure;
use candour_store::db::Tx;

use super::numbers::{Cell, Table, lineage};
use super::pickers::{AT, KNOWN};
use super::{Asking, Section, Sheet, Shown, no_defaults};
use crate::app::App;
use crate::error::Problem;
use crate::report::plain;

/// The page.
pub static SHEET: Sheet = Sheet {
    address: "/board/published",
    title: "Published figures",
    pickers: &[AT, KNOWN],
    defaults: no_defaults,
    answer,
};

/// `GET /board/published`
pub async fn show(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::page(&app, q, &headers, &SHEET).await
}

/// `GET /board/published.csv`
pub async fn csv(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::file(&app, q, &headers, &SHEET).await
}

/// A published figure with what the record gives.
pub struct Held {
    /// What was published.
    pub published: Published,
    /// What the record gives.
    pub figure: Figure,
    /// Whether it is the same.
    pub checked: Checked,
}

/// The published figures of days up to one, each held against the record, and how many are later.
pub fn held(app: &App, tx: &mut Tx<'_>, as_at: AsAt) -> Result<(Vec<Held>, usize), Failure> {
    let account = account(&app.profile).map_err(|e| Refusal::new(e.to_string()))?;
    let all = account.map_or_else(Vec::new, |Account { figures, .. }| figures);
    let of = all.len();
    let mut held = Vec::new();
    for published in all.into_iter().filter(|p| p.on <= as_at.on) {
        let figure = app.answer(tx, &published.question, AsAt { on: published.on, ..as_at })?;
        let checked = published.check(&figure);
        held.push(Held { published, figure, checked });
    }
    let later = of - held.len();
    Ok((held, later))
}

fn answer(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Shown, Failure> {
    let (held, later) = held(asking.app, tx, AsAt { on: asking.on, known: asking.known })?;
    let rows = rows(&held);
    let section = section(asking, &held, later);
    let figures = held.into_iter().map(|held| held.figure).collect();
    Ok(Shown { lead: lead(asking), sections: vec![section], figures, rows, ..Shown::default() })
}

fn lead(asking: &Asking<'_>) -> String {
    format!(
        "Every figure published about days up to {}, and what the record gives for the same question, as known on {}.",
        day::in_words(asking.on),
        day::in_words(asking.known.day)
    )
}

fn section(asking: &Asking<'_>, held: &[Held], later: usize) -> Section {
    let title = "Published and computed".to_owned();
    let agree = held.iter().filter(|held| held.checked.agrees).count();
    let mut says = vec![format!("{agree} of {} agree.", held.len())];
    if asking.app.demo {
        says.push("The demonstration's cases are invented so that all of them agree as known on 30 March 2020. What its visitors enter moves the figures of today, and not those.".to_owned());
    }
    if held.is_empty() {
        says = vec!["Nothing is recorded as published by this day.".to_owned()];
    }
    if later > 0 {
        says.push(format!("{later} more are about later days and are not shown."));
    }
    let rows: Vec<Vec<Cell>> = held.iter().map(|held| row(asking, held)).collect();
    let head = ["Figure", "Period", "Published", "Computed", "Agrees", "What the document says"];
    let table = (!rows.is_empty()).then(|| Table::new(&head, rows));
    Section { title, table, says, ..Section::default() }
}

fn row(asking: &Asking<'_>, held: &Held) -> Vec<Cell> {
    let Held { published, figure, checked } = held;
    let met = (published.part == Part::Met).then_some("yes");
    let computed = published.part.in_words(&checked.computed);
    vec![
        Cell::words(&published.title),
        Cell::words(period(figure.from, figure.on)),
        Cell::number(published.in_words()),
        asking.numbers.said(computed, figure, met),
        Cell::words(if checked.agrees { "Agrees" } else { "Differs" }),
        Cell::words(format!("{} ({})", published.says, published.source)),
    ]
}

/// `1 April 2018 to 31 March 2019`, or the day alone.
fn period(from: Option<Day>, on: Day) -> String {
    let on = day::in_words(on);
    from.map_or_else(|| on.clone(), |from| format!("{} to {on}", day::in_words(from)))
}

fn rows(held: &[Held]) -> Vec<Vec<String>> {
    let head = ["id", "title", "source", "says", "value", "published", "computed", "agrees"];
    let asked = ["measure", "from", "on", "known_day", "known_position", "where", "rule"];
    let mut rows = vec![head.into_iter().chain(asked).map(str::to_owned).collect::<Vec<_>>()];
    for Held { published, figure, checked } in held {
        let mut row = vec![
            published.id.clone(),
            published.title.clone(),
            published.source.clone(),
            published.says.clone(),
            published.part.id().to_owned(),
            plain(&published.published.json()),
            plain(&checked.computed),
            if checked.agrees { "yes" } else { "no" }.to_owned(),
        ];
        row.extend(lineage(figure));
        row.push(figure.rule.clone());
        rows.push(row);
    }
    rows
}
