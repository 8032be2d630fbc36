//! The Board's page on the legacy: how what was taken over from the body before burns down, and
//! how a forecast of its completion turned out.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::measure::published::account;
use candour_core::measure::{AsAt, Figure, Question};
use candour_core::profile::Legacy;
use candour_core::refusal::Refusal;
use candour_store::Failure;
use candour_store::db::Tx;

use super::chart;
use super::numbers::{Cell, Table, percent, records};
use super::pickers::{AT, Days, KNOWN, Picker, Until};
use super::{Asking, Section, Sheet, Shown};
use crate::app::App;
use crate::error::Problem;

const LEGACY: &str = "caseload.legacy";
const FORECAST: &str = "caseload.legacy-forecast";
/// Days in the table; of more than these, the earliest months are left out.
const DAYS_MAX: usize = 240;

const TOLD: Picker = Picker {
    name: "told",
    called: "The day of the forecast",
    legend: "Forecast as told by",
    hint: "Leave empty for the day of the published forecast",
    until: Until::Today,
};

/// The page.
pub static SHEET: Sheet =
    Sheet { address: "/board/legacy", title: "Legacy", pickers: &[AT, KNOWN, TOLD], defaults, answer };

/// `GET /board/legacy`
pub async fn show(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::page(&app, q, &headers, &SHEET).await
}

/// `GET /board/legacy.csv`
pub async fn csv(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::file(&app, q, &headers, &SHEET).await
}

fn defaults(app: &App, today: Day) -> Result<Days, Failure> {
    let account = account(&app.profile).map_err(|e| Refusal::new(e.to_string()))?;
    Ok(account.map(|account| ("told", account.on.min(today))).into_iter().collect())
}

fn answer(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Shown, Failure> {
    let Some(legacy) = asking.app.profile.legacy.as_ref() else {
        let lead = format!("{} has taken over no caseload from a body before it.", asking.app.profile.short);
        return Ok(Shown { lead, ..Shown::default() });
    };
    if asking.on < legacy.from {
        let lead = format!("The {} began on {}.", asking.app.profile.short, day::in_words(legacy.from));
        return Ok(Shown { lead, ..Shown::default() });
    }
    let mut left = Vec::new();
    for on in days_shown(legacy.from, asking.on) {
        left.push(asking.figure(tx, LEGACY, (None, on), &[], None)?);
    }
    let mut sections = vec![burn_down(asking, legacy, &left), drawn(&left)];
    let mut figures = left;
    if let Some(told) = asking.days.get("told") {
        let (section, scores) = forecast(asking, tx, *told)?;
        sections.push(section);
        figures.extend(scores);
    }
    let lead = format!(
        "What was open when the {} began on {} came from the {}. Here is what is left of it {}.",
        asking.app.profile.short,
        day::in_words(legacy.from),
        legacy.predecessor,
        asking.state_in_words()
    );
    let rows = records("group", &figures);
    Ok(Shown { lead, sections, figures, rows, ..Shown::default() })
}

/// The first day, every month's end after it, and the last day.
fn days_shown(first: Day, last: Day) -> Vec<Day> {
    let mut days = vec![first];
    let mut month = first.last_of_month();
    while month < last {
        if month > first {
            days.push(month);
        }
        month = month.tomorrow().map_or(last, |day| day.last_of_month());
    }
    if last > first {
        days.push(last);
    }
    let skipped = days.len().saturating_sub(DAYS_MAX);
    // The first day stays: it is what the others are held against.
    days.drain(1..1 + skipped);
    days
}

fn burn_down(asking: &Asking<'_>, legacy: &Legacy, left: &[Figure]) -> Section {
    let title = format!("What is left of the {}'s caseload", legacy.predecessor);
    let first = left.first().map_or(0, |figure| figure.value.count());
    let row = |figure: &Figure| {
        let gone = first.saturating_sub(figure.value.count());
        let share = if first == 0 {
            "No figure".to_owned()
        } else {
            let tenths = (gone * 2000 + first) / (2 * first);
            format!("{}.{}%", tenths / 10, tenths % 10)
        };
        vec![
            Cell::words(day::in_words(figure.on)),
            asking.numbers.count(figure),
            Cell::number(gone.to_string()),
            Cell::number(share),
        ]
    };
    let head = ["At the end of", "Left", "No longer open", "Share no longer open"];
    Section { title, table: Some(Table::new(&head, left.iter().map(row).collect())), ..Section::default() }
}

fn drawn(left: &[Figure]) -> Section {
    let points: Vec<(String, u64)> =
        left.iter().map(|f| (f.on.strftime("%b %y").to_string(), f.value.count())).collect();
    if points.len() < 2 {
        return Section::default();
    }
    Section { chart: Some(chart::line("Legacy still open, by month's end", &points)), ..Section::default() }
}

/// What was expected by when, as last told by a day, and what became of it.
fn forecast(asking: &Asking<'_>, tx: &mut Tx<'_>, told: Day) -> Result<(Section, Vec<Figure>), Failure> {
    let title = format!("The forecast of {}", day::in_words(told));
    if told > asking.on {
        let says = vec![format!("It had not been made by {}.", day::in_words(asking.on))];
        return Ok((Section { title, says, ..Section::default() }, Vec::new()));
    }
    let open = asking.figure(tx, LEGACY, (None, told), &[], None)?;
    let published = account(&asking.app.profile).map_err(|e| Refusal::new(e.to_string()))?;
    let by = published.map_or_else(Vec::new, |account| account.expected_by);
    let mut rows = vec![vec![
        Cell::words(format!("Open at the end of {}", day::in_words(told))),
        asking.numbers.count(&open),
        Cell::words(""),
        Cell::words(""),
    ]];
    let mut figures = vec![open];
    for last in by.into_iter().filter(|last| *last >= told) {
        let expected = expected(asking, tx, told, last)?;
        let heading = Cell::words(format!("Expected to be completed by {}", day::in_words(last)));
        let count = asking.numbers.count(&expected);
        // A last day that has not come gives no score, and its figure is no answer yet.
        if last <= asking.on {
            rows.push(vec![heading, count, asking.numbers.met(&expected), percent(&expected.value)]);
            figures.push(expected);
        } else {
            let not_yet = format!("Not due by {}", day::in_words(asking.on));
            rows.push(vec![heading, count, Cell::number(not_yet), Cell::words("")]);
        }
    }
    let head = ["What", "Cases", "Completed by then", "Share"];
    let section = Section {
        title,
        table: Some(Table::new(&head, rows)),
        says: vec![
            "Each case has its own expected day. What was last told by the day of the forecast counts; what was told later does not.".to_owned(),
        ],
        ..Section::default()
    };
    Ok((section, figures))
}

/// The forecast by a day that may not have come.
fn expected(asking: &Asking<'_>, tx: &mut Tx<'_>, told: Day, last: Day) -> Result<Figure, Failure> {
    let question = Question::read(FORECAST, Some(told), last, &[], None, &asking.app.profile)?;
    Ok(asking.app.answer(tx, &question, AsAt { on: last, known: asking.known })?)
}
