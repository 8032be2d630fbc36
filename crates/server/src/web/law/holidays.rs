//! The bank holidays of a nation in a year, each with its source.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::law::holiday::{Holiday, Recurs};
use candour_core::law::{Calendar, Nation};
use candour_core::refusal::{Check, Refusal};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Source, json_answer, json_refusal, shown};
use crate::app::App;
use crate::error::Problem;
use crate::law::word;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Shown {
    nations: Vec<(&'static str, String)>,
    asked: Option<Kept>,
    /// The first and the last year whose holidays are settled.
    settled: (i16, i16),
    published: Option<&'static str>,
}

/// The holidays of one nation and year.
#[derive(Serialize)]
struct Kept {
    nation: String,
    year: i16,
    provisional: bool,
    holidays: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Row {
    day: String,
    weekday: String,
    name: String,
    recurs: &'static str,
    source: Source,
}

/// Which holidays are asked for.
#[derive(Clone, Copy)]
struct Asked {
    nation: Nation,
    year: i16,
}

/// `GET /law/holidays`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut typed = Typed::of_query(query.as_deref());
    let (today, calendar) = super::today(&app).await?;
    let asked = asked(&typed, today);
    if let Ok(asked) = &asked {
        typed.set("nation", asked.nation.key());
        typed.set("year", asked.year.to_string());
    }
    let content = Shown {
        nations: Nation::ALL.iter().map(|nation| (nation.key(), nation.to_string())).collect(),
        asked: asked.as_ref().ok().map(|asked| kept(calendar, *asked)),
        settled: calendar.settled(),
        published: calendar.published(),
    };
    let json = format!("/law/holidays.json?{}", typed.to_query());
    let page = ("law/holidays.html", "Bank holidays", "/law/holidays");
    shown(&app, &headers, page, (&typed, asked.as_ref().err()), (json, content)).await
}

/// `GET /law/holidays.json`
pub async fn json(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (today, calendar) = super::today(&app).await?;
    let asked = match asked(&Typed::of_query(query.as_deref()), today) {
        Ok(asked) => asked,
        Err(refusal) => return Ok(json_refusal(&refusal)),
    };
    let (first, last) = days(asked);
    let holiday = |(on, holiday): (Day, &Holiday)| {
        json!({
            "day": on,
            "name": holiday.name,
            "recurs": recurs(holiday).0,
            "citation": holiday.citation,
            "mark": word(holiday.mark),
            "read_in": holiday.read_in,
        })
    };
    let holidays: Vec<Value> = calendar.holidays(asked.nation, first, last).map(holiday).collect();
    let (from, to) = calendar.settled();
    Ok(json_answer(&json!({
        "nation": asked.nation.key(),
        "year": asked.year,
        "provisional": calendar.provisional(first),
        "settled": {"from": from, "to": to},
        "holidays": holidays,
    })))
}

fn asked(typed: &Typed, today: Day) -> Result<Asked, Refusal> {
    let mut check = Check::default();
    let nation = match typed.get("nation") {
        "" => Some(Nation::EnglandAndWales),
        key => Nation::named(key).or_else(|| {
            check.problem("nation", "Choose England and Wales, Scotland or Northern Ireland");
            None
        }),
    };
    let (first, last) = (Calendar::built_in().settled().0, day::LAST_DAY.year());
    let year = match typed.get("year").trim() {
        "" => Some(today.year()),
        text => {
            let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
            let year = text.parse().ok().filter(|year| digits && (first..=last).contains(year));
            if year.is_none() {
                check.problem("year", format!("The year must have 4 digits and be from {first} to {last}, like 2020"));
            }
            year
        }
    };
    check.done(nation.zip(year)).map(|(nation, year)| Asked { nation, year })
}

/// The first and the last day of a year.
fn days(asked: Asked) -> (Day, Day) {
    (Day::constant(asked.year, 1, 1), Day::constant(asked.year, 12, 31))
}

fn kept(calendar: &Calendar, asked: Asked) -> Kept {
    let (first, last) = days(asked);
    let row = |(on, holiday): (Day, &Holiday)| Row {
        day: day::in_words(on),
        weekday: on.strftime("%A").to_string(),
        name: holiday.name.clone(),
        recurs: recurs(holiday).1,
        source: Source::of(&holiday.citation, None, holiday.mark, holiday.read_in.as_deref()),
    };
    let year = |year: i16| format!("/law/holidays?nation={}&year={year}", asked.nation.key());
    Kept {
        nation: asked.nation.to_string(),
        year: asked.year,
        provisional: calendar.provisional(first),
        holidays: calendar.holidays(asked.nation, first, last).map(row).collect(),
        previous: (asked.year > calendar.settled().0).then(|| year(asked.year - 1)),
        next: (asked.year < day::LAST_DAY.year()).then(|| year(asked.year + 1)),
    }
}

/// How often it is kept, for programs and in words.
fn recurs(holiday: &Holiday) -> (&'static str, &'static str) {
    match holiday.recurs {
        Recurs::Yearly => ("yearly", "Every year"),
        Recurs::Moved => ("moved", "Moved in this year"),
        Recurs::Once => ("once", "This year only"),
    }
}
