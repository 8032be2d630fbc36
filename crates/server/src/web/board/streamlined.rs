//! The Board's page on the streamlined way of investigating deaths and serious injuries: before
//! and after, what it saves, and the pilot that ran actions in parallel.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::measure::Figure;
use candour_core::measure::published::all;
use candour_core::refusal::Refusal;
use candour_store::Failure;
use candour_store::db::Tx;

use super::chart::{self, Column};
use super::numbers::{Cell, Table, days, records};
use super::pickers::{Days, KNOWN, Picker, Until};
use super::{Asking, Section, Sheet, Shown};
use crate::app::App;
use crate::error::Problem;

const DURATION: &str = "timeliness.duration";
/// The published figures whose periods the page shows when no others are picked.
const PUBLISHED: [(&str, &str, &str); 2] =
    [("standard-dsi-mean", "before-from", "before-on"), ("streamlined-dsi-mean", "from", "on")];

const fn first(name: &'static str, last: &'static str, called: &'static str, legend: &'static str) -> Picker {
    Picker { name, called, legend, hint: "Leave empty for the published period", until: Until::Other(last) }
}

const fn last(name: &'static str, called: &'static str, legend: &'static str) -> Picker {
    Picker { name, called, legend, hint: "Leave empty for the published period", until: Until::Today }
}

/// The page.
pub static SHEET: Sheet = Sheet {
    address: "/board/streamlined",
    title: "Streamlined",
    pickers: &[
        first("before-from", "before-on", "The first day before", "Before: from"),
        last("before-on", "The last day before", "Before: to the end of"),
        first("from", "on", "The first day after", "After: from"),
        last("on", "The last day after", "After: to the end of"),
        KNOWN,
    ],
    defaults,
    answer,
};

/// `GET /board/streamlined`
pub async fn show(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::page(&app, q, &headers, &SHEET).await
}

/// `GET /board/streamlined.csv`
pub async fn csv(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::file(&app, q, &headers, &SHEET).await
}

/// What the streamlined way has taken up to the picked day.
pub fn so_far(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Figure, Failure> {
    asking.figure(tx, DURATION, (None, asking.on), &["pathway=streamlined-dsi"], None)
}

fn defaults(app: &App, today: Day) -> Result<Days, Failure> {
    let published = all(&app.profile).map_err(|e| Refusal::new(e.to_string()))?;
    let mut days = Days::new();
    for (id, from, on) in PUBLISHED {
        if let Some(figure) = published.iter().find(|f| f.id == id) {
            days.extend(figure.question.from.map(|day| (from, day.min(today))));
            days.insert(on, figure.on.min(today));
        }
    }
    Ok(days)
}

fn answer(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Shown, Failure> {
    let picked = |name: &str| asking.days.get(name).copied();
    let before_days = (picked("before-from"), picked("before-on").unwrap_or(asking.today));
    let before = asking.figure(tx, DURATION, before_days, &["kind=dsi", "pathway=standard"], None)?;
    let after = asking.period(tx, DURATION, &["pathway=streamlined-dsi"], None)?;
    let pilot = asking.figure(tx, DURATION, (None, asking.on), &["pathway=parallel-action"], None)?;
    let cps = asking.state(tx, "post-report.waiting", &["pathway=parallel-action", "holder=cps"], None)?;
    let sections = vec![compared(asking, &before, &after), drawn(&before, &after), parallel(asking, &pilot, &cps)];
    let known = day::in_words(asking.known.day);
    let lead = format!(
        "Deaths and serious injuries without an indication of misconduct: how long they took in the standard way before, and in the streamlined way after, as known on {known}."
    );
    let figures = vec![before, after, pilot, cps];
    let rows = records("group", &figures);
    Ok(Shown { lead, sections, figures, rows, ..Shown::default() })
}

fn compared(asking: &Asking<'_>, before: &Figure, after: &Figure) -> Section {
    let row = |title: &str, figure: &Figure| {
        let heading = [Cell::words(title), Cell::words(period(figure)), asking.numbers.count(figure)];
        heading.into_iter().chain(days(&figure.value)).collect::<Vec<_>>()
    };
    let saved = match (before.value.mean_tenths(), after.value.mean_tenths()) {
        (Some(before), Some(after)) => in_tenths(before - after),
        _ => "No figure".to_owned(),
    };
    let saving = [
        Cell::words("Saved on average"),
        Cell::words(""),
        Cell::words(""),
        Cell::number(saved),
        Cell::words(""),
        Cell::words(""),
    ];
    let rows = vec![row("Before: standard", before), row("After: streamlined", after), saving.to_vec()];
    Section {
        title: "Before and after".to_owned(),
        table: Some(Table::new(&["Which", "Completed in", "Number", "Mean days", "Median days", "Longest"], rows)),
        says: vec![
            "What is saved is the difference of the two means as shown. The cases are not the same ones: those chosen for the streamlined way may have been simpler.".to_owned(),
        ],
        ..Section::default()
    }
}

/// `1 April 2016 to 31 October 2018`.
fn period(figure: &Figure) -> String {
    let on = day::in_words(figure.on);
    figure.from.map_or_else(|| format!("up to {on}"), |from| format!("{} to {on}", day::in_words(from)))
}

fn in_tenths(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

fn drawn(before: &Figure, after: &Figure) -> Section {
    let column = |name: &str, figure: &Figure| {
        let tenths = figure.value.mean_tenths().and_then(|tenths| u64::try_from(tenths).ok());
        Column { name: name.to_owned(), bars: vec![tenths.zip(figure.value.mean_days())] }
    };
    let columns = [column("Before", before), column("After", after)];
    if columns.iter().all(|column| column.bars.iter().all(Option::is_none)) {
        return Section::default();
    }
    Section { chart: Some(chart::bars("Mean days, before and after", &["Mean days"], &columns)), ..Section::default() }
}

fn parallel(asking: &Asking<'_>, pilot: &Figure, cps: &Figure) -> Section {
    let heading = [Cell::words("Completed"), asking.numbers.count(pilot)];
    let with_cps = [Cell::words("Of these, with the Crown Prosecution Service"), asking.numbers.count(cps)];
    let rows = vec![
        heading.into_iter().chain(days(&pilot.value)).collect(),
        with_cps.into_iter().chain(days(&cps.value)).collect(),
    ];
    Section {
        title: "The parallel-action pilot".to_owned(),
        table: Some(Table::new(&["Which", "Number", "Mean days", "Median days", "Longest"], rows)),
        says: vec![
            format!("Investigations whose actions ran in parallel, up to the end of {}.", day::in_words(asking.on)),
            "The days of those completed are the days of the investigation; the days of those with the prosecutor are the days since.".to_owned(),
        ],
        ..Section::default()
    }
}
