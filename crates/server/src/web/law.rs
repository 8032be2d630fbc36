//! The law on screen: a page for every rule, power and scheme, and the bank holidays. Anybody may
//! read them; they hold nothing about anybody.

pub mod holidays;
pub mod index;
pub mod powers;
pub mod rule;
pub mod schemes;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use candour_core::day::{self, Day};
use candour_core::law::{Calendar, Mark};
use candour_core::profile::LawOf;
use candour_core::refusal::{Check, Refusal};
use candour_store::db::Tx;
use candour_store::holidays::known as holidays_known;
use serde::Serialize;
use serde_json::{Value, json};

use super::field;
use super::typed::Typed;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, visitor};

/// The pages of the law: address and title.
const TABS: [(&str, &str); 4] = [
    ("/law", "Rules"),
    ("/law/powers", "Powers of decision"),
    ("/law/schemes", "Schemes"),
    ("/law/holidays", "Bank holidays"),
];

/// Where something stands, and whether that was read.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    citation: String,
    url: Option<String>,
    mark: &'static str,
    from_memory: bool,
    read_in: Option<String>,
}

impl Source {
    /// Where a provision stands, and whether that was read.
    #[must_use]
    pub fn of(citation: &str, url: Option<&str>, mark: Mark, read_in: Option<&str>) -> Self {
        Self {
            citation: citation.to_owned(),
            url: url.map(str::to_owned),
            mark: mark.in_words(),
            from_memory: mark == Mark::FromMemory,
            read_in: read_in.map(str::to_owned),
        }
    }
}

/// What surrounds the content of each page of the law.
#[derive(Serialize)]
struct Page<'a, T> {
    title: &'a str,
    tabs: [(&'static str, &'static str); 4],
    /// Which tab the page is under.
    under: &'static str,
    /// What was asked, field by field, to be given back.
    typed: BTreeMap<&'a str, &'a str>,
    /// What is wrong with it: the field, where its box is, and the words.
    problems: Vec<(&'static str, String, String)>,
    /// The same content for programs.
    json: String,
    content: T,
}

/// Whether the body follows the law files at all.
fn follows_them(app: &App) -> Result<(), Problem> {
    if app.profile.law == LawOf::None { Err(Problem::NotFound) } else { Ok(()) }
}

/// Shows a page of the law, with what was asked and what is wrong with it.
async fn shown<T: Serialize>(
    app: &Arc<App>,
    headers: &HeaderMap,
    (template, title, under): (&str, &str, &'static str),
    (typed, refused): (&Typed, Option<&Refusal>),
    (json, content): (String, T),
) -> Result<Response, Problem> {
    let visitor = visitor(app, Face::Board, headers).await.ok();
    let problems: Vec<_> = refused.map_or_else(Vec::new, |refusal| {
        let dated = |field: &str| typed.fields().iter().any(|(name, _)| name.starts_with(&format!("{field}-")));
        let place = |field: &str| if dated(field) { format!("{field}-day") } else { field.to_owned() };
        refusal.problems.iter().map(|p| (p.field, place(p.field), p.says.clone())).collect()
    });
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let typed = typed.fields().iter().rev().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = Page { title, tabs: TABS, under, typed, problems, json, content };
    app.pages.page_with(status, template, &Frame::of(app, visitor.as_ref(), "law"), &page)
}

/// Today by the log's clock, and the bank holidays as known.
async fn today(app: &Arc<App>) -> Result<(Day, &'static Calendar), Problem> {
    let known = |app: &App, tx: &mut Tx<'_>| Ok((app.today(tx)?, holidays_known(tx, &app.store.record.log)?));
    Ok(app.read(known).await?)
}

/// An answer for programs.
#[must_use]
pub fn json_answer(answer: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

/// A refusal for programs: what is wrong, field by field (RFC 9457).
fn json_refusal(refusal: &Refusal) -> Response {
    let errors: Vec<Value> = refusal.problems.iter().map(|p| json!({"pointer": p.field, "detail": p.says})).collect();
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let body = json!({"title": "The question cannot be answered", "status": status.as_u16(), "errors": errors});
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

/// A day that was written whole, `from=2020-03-02`, or in three boxes; none where nothing was.
fn day_asked(check: &mut Check, typed: &Typed, name: &'static str, called: &str) -> Option<Day> {
    let read = match typed.get(name) {
        "" => field::date(typed, name, called),
        whole => day::parse(called, whole).map(Some),
    };
    check.field(name, read).flatten()
}

/// The same question with its whole days in boxes, so that a page can show them there.
fn in_boxes(typed: &Typed, names: &[&'static str]) -> Typed {
    let mut boxed = typed.clone();
    for name in names {
        let whole = typed.get(name).split('T').next().unwrap_or_default();
        let mut parts = whole.splitn(3, '-').map(str::to_owned);
        for part in ["year", "month", "day"] {
            let key = format!("{name}-{part}");
            if let Some(value) = parts.next().filter(|_| !whole.is_empty()) {
                boxed.set(&key, value.trim_start_matches('0'));
            } else if boxed.get(&key).is_empty() {
                boxed.set(&key, "");
            }
        }
    }
    boxed
}

/// A name in an address, and whether what is wanted is for programs.
#[must_use]
pub fn for_programs(name: &str) -> (&str, bool) {
    name.strip_suffix(".json").map_or((name, false), |name| (name, true))
}

/// `From 1 February 2020`, `From 22 November 2012 to 31 January 2020`.
#[must_use]
pub fn period(from: Day, to: Option<Day>) -> String {
    let from = day::in_words(from);
    match to {
        Some(to) => format!("From {from} to {}", day::in_words(to)),
        None => format!("From {from}"),
    }
}
