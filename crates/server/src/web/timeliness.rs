//! The Board's page on timeliness: the figures as a table, a picture of them, the counting rule,
//! and pickers for the period, the day and what was known when.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::measure::{Figure, Question, Value};
use candour_core::permit::{Action, Object, permit};
use candour_core::record::hex;
use candour_core::refusal::{Check, Refusal};
use candour_store::{Failure, reads};
use serde::Serialize;

use super::field;
use super::typed::Typed;
use crate::app::{App, Asked};
use crate::error::Problem;
use crate::frame::Frame;
use crate::pages;
use crate::session::{Face, Visitor, visitor};

/// The measures on the page, each with its heading.
const SHARES: [(&str, &str); 5] = [
    ("timeliness.within-3-months", "Within 3 months"),
    ("timeliness.within-6-months", "Within 6 months"),
    ("timeliness.within-9-months", "Within 9 months"),
    ("timeliness.within-12-months", "Within 12 months"),
    ("timeliness.within-365-days", "Within 365 days"),
];
const DURATION: &str = "timeliness.duration";
const TARGET: &str = "timeliness.within-12-months";

/// What is asked, as typed: empty boxes mean the beginning, today and now.
struct Ask {
    from: Option<Day>,
    on: Option<Day>,
    known: Option<Day>,
}

#[derive(Serialize)]
struct Page {
    typed: std::collections::HashMap<String, String>,
    problems: Vec<(String, String)>,
    answer: Option<Answer>,
}

#[derive(Serialize)]
struct Answer {
    on: String,
    from: Option<String>,
    known_day: String,
    position: u64,
    root: String,
    population: String,
    shares: Vec<ShareShown>,
    duration: Days,
    years: Vec<Year>,
    rules: Vec<(&'static str, String, String)>,
    chart: Chart,
    csv: String,
}

#[derive(Serialize)]
struct ShareShown {
    title: &'static str,
    met: u64,
    of: u64,
    percent: String,
}

#[derive(Serialize)]
struct Days {
    count: u64,
    mean: String,
    median: String,
    longest: String,
}

#[derive(Serialize)]
struct Year {
    year: String,
    completed: u64,
    met: u64,
    percent: String,
    mean: String,
    median: String,
}

/// The bars of the picture, in its own units.
#[derive(Serialize)]
struct Chart {
    width: usize,
    height: usize,
    base: usize,
    bars: Vec<Bar>,
    describes: String,
}

#[derive(Serialize)]
struct Bar {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    middle: usize,
    label: String,
    percent: String,
}

/// `GET /board/timeliness`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = may_see(&app, &headers).await?;
    let typed = Typed::of_query(query.as_deref());
    let (status, problems, answer) = match answer(&app, &typed).await {
        Ok(answer) => (StatusCode::OK, Vec::new(), Some(answer)),
        Err(Failure::Refused(refusal)) => {
            let shown = refusal
                .problems
                .into_iter()
                .map(|p| (format!("{}-day", if p.field.is_empty() { "on" } else { p.field }), p.says));
            (StatusCode::UNPROCESSABLE_ENTITY, shown.collect(), None)
        }
        Err(other) => return Err(other.into()),
    };
    let page = Page { typed: boxes(&typed).fields().iter().cloned().collect(), problems, answer };
    app.pages.page_with(status, "board/timeliness.html", &Frame::of(&app, Some(&visitor), "timeliness"), &page)
}

/// `GET /board/timeliness.csv`: the figures of the same address without `.csv`.
pub async fn csv(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    may_see(&app, &headers).await?;
    let typed = Typed::of_query(query.as_deref());
    let figures = figures(&app, &typed).await?;
    let mut file = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| Problem::Internal(e.to_string());
    file.write_record([
        "measure",
        "from",
        "on",
        "known_day",
        "known_position",
        "year",
        "met",
        "of",
        "percent",
        "count",
        "mean_days",
        "median_days",
        "max_days",
        "rule",
    ])
    .map_err(failed)?;
    for figure in &figures.all {
        let whole = std::iter::once((String::new(), figure.value));
        let groups = figure.groups.iter().map(|(_, name, value)| (name.clone(), *value));
        for (year, value) in whole.chain(groups) {
            file.write_record(csv_row(figure, &year, &value).map(|cell| pages::csv_cell(&cell))).map_err(failed)?;
        }
    }
    let bytes = file.into_inner().map_err(|e| Problem::Internal(e.to_string()))?;
    Ok(pages::csv("timeliness", String::from_utf8_lossy(&bytes).into_owned()))
}

fn csv_row(figure: &Figure, year: &str, value: &Value) -> [String; 14] {
    let json = value.json();
    let cell = |name: &str| match json.get(name) {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    [
        figure.measure.to_owned(),
        figure.from.map_or_else(String::new, |d| d.to_string()),
        figure.on.to_string(),
        figure.known.day.to_string(),
        figure.known.position.to_string(),
        year.to_owned(),
        cell("met"),
        cell("of"),
        cell("percent"),
        cell("count"),
        cell("mean_days"),
        cell("median_days"),
        cell("max_days"),
        figure.rule.clone(),
    ]
}

async fn may_see(app: &Arc<App>, headers: &HeaderMap) -> Result<Visitor, Problem> {
    let visitor = visitor(app, Face::Board, headers).await?;
    permit(&visitor.account.actor(), Action::SeeFigures, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    Ok(visitor)
}

fn read_ask(typed: &Typed) -> Result<Ask, Refusal> {
    let mut check = Check::default();
    // Addresses that people write by hand say on=2019-10-31; the pickers send three boxes.
    let mut one = |name: &'static str, called: &str| {
        let whole = typed.get(name);
        let read =
            if whole.is_empty() { field::date(typed, name, called) } else { day::parse(called, whole).map(Some) };
        check.field(name, read).flatten()
    };
    let ask =
        Ask { from: one("from", "The first day"), on: one("on", "The last day"), known: one("known", "As known on") };
    check.done(Some(ask))
}

/// The address as the pickers show it: a whole date stands in its three boxes.
fn boxes(typed: &Typed) -> Typed {
    let mut typed = typed.clone();
    for name in ["from", "on", "known"] {
        if let Ok(date) = day::parse("", typed.get(name)) {
            typed.set(&format!("{name}-day"), date.day().to_string());
            typed.set(&format!("{name}-month"), date.month().to_string());
            typed.set(&format!("{name}-year"), date.year().to_string());
        }
    }
    typed
}

/// Refuses a question that the record cannot answer, at the box that is to be changed.
fn possible(ask: &Ask, today: Day) -> Result<(), Refusal> {
    let mut check = Check::default();
    let clock = day::in_words(today);
    for (name, called, day) in [("on", "The last day", ask.on), ("known", "As known on", ask.known)] {
        if day.is_some_and(|day| day > today) {
            check.problem(name, format!("{called} must be today ({clock}) or earlier"));
        }
    }
    let on = ask.on.unwrap_or(today);
    if ask.from.is_some_and(|from| from > on) {
        let last = day::in_words(on);
        check.problem("from", format!("The first day must be on or before the last day ({last})"));
    }
    check.done(Some(()))
}

/// The figures that were asked for, all of one position.
struct Figures {
    all: Vec<Figure>,
    root: String,
}

async fn figures(app: &Arc<App>, typed: &Typed) -> Result<Figures, Failure> {
    let ask = read_ask(typed)?;
    app.read(move |app, tx| {
        let today = app.today(tx)?;
        possible(&ask, today)?;
        let on = ask.on.unwrap_or(today);
        let asked = ask.known.map_or(Asked::Now, Asked::Day);
        let names = SHARES.iter().map(|(name, _)| *name).chain([DURATION]);
        let mut all = Vec::new();
        for name in names {
            let question = Question::read(name, ask.from, on, &[], Some("year"), &app.profile)?;
            all.push(app.figure(tx, &question, on, asked)?);
        }
        let root = reads::head(tx, &app.store.record.log)?.map_or_else(String::new, |(_, root, _)| hex(&root));
        Ok(Figures { all, root })
    })
    .await
}

async fn answer(app: &Arc<App>, typed: &Typed) -> Result<Answer, Failure> {
    let Figures { all, root } = figures(app, typed).await?;
    let find = |name: &str| all.iter().find(|f| f.measure == name);
    let (Some(target), Some(duration)) = (find(TARGET), find(DURATION)) else {
        return Err(Refusal::new("This body has no timeliness figures").into());
    };
    let years = years(target, duration);
    let share = |(name, title): &(&str, &'static str)| {
        let value = find(name)?.value;
        let Value::Share { met, of } = value else {
            return None;
        };
        Some(ShareShown { title, met, of, percent: percent(&value) })
    };
    Ok(Answer {
        on: day::in_words(target.on),
        from: target.from.map(day::in_words),
        known_day: day::in_words(target.known.day),
        position: target.known.position,
        root,
        population: app.profile.counting.population.clone(),
        shares: SHARES.iter().filter_map(share).collect(),
        duration: days(&duration.value),
        rules: vec![
            ("Within 12 months", target.rule.clone(), target.citation.clone()),
            ("Days taken", duration.rule.clone(), duration.citation.clone()),
        ],
        chart: chart(&years, target),
        years,
        csv: format!("/board/timeliness.csv?{}", typed.to_query()),
    })
}

fn percent(value: &Value) -> String {
    value.percent().map_or_else(|| "No figure".to_owned(), |p| format!("{p}%"))
}

fn days(value: &Value) -> Days {
    let none = || "No figure".to_owned();
    Days {
        count: value.count(),
        mean: value.mean_days().unwrap_or_else(none),
        median: value.median_days().unwrap_or_else(none),
        longest: value.max_days().map_or_else(none, |d| d.to_string()),
    }
}

fn years(target: &Figure, duration: &Figure) -> Vec<Year> {
    let year = |(_, name, value): &(String, String, Value)| {
        let Value::Share { met, of } = *value else {
            return None;
        };
        let taken = duration.groups.iter().find(|(_, year, _)| year == name).map(|(_, _, v)| days(v))?;
        Some(Year {
            year: name.clone(),
            completed: of,
            met,
            percent: percent(value),
            mean: taken.mean,
            median: taken.median,
        })
    };
    target.groups.iter().filter_map(year).collect()
}

/// A bar for each year; the table beside it says the same in numbers.
fn chart(years: &[Year], target: &Figure) -> Chart {
    const BAR: usize = 48;
    const STEP: usize = 80;
    const HEIGHT: usize = 200;
    let bar = |(i, (year, value)): (usize, (&Year, &Value))| {
        let tall = usize::try_from(value.percent_whole().unwrap_or(0)).unwrap_or(0) * HEIGHT / 100;
        let x = 40 + i * STEP;
        Bar {
            x,
            y: 20 + HEIGHT - tall,
            width: BAR,
            height: tall,
            middle: x + BAR / 2,
            label: year.year.clone(),
            percent: year.percent.clone(),
        }
    };
    let values = target.groups.iter().map(|(_, _, value)| value);
    let says: Vec<String> = years.iter().map(|y| format!("{}: {}", y.year, y.percent)).collect();
    Chart {
        width: 40 + years.len().max(1) * STEP,
        height: HEIGHT + 60,
        base: HEIGHT + 20,
        bars: years.iter().zip(values).enumerate().map(bar).collect(),
        describes: if says.is_empty() {
            "There is nothing to show for this period.".to_owned()
        } else {
            says.join("; ")
        },
    }
}
