//! The cases behind a number: what a figure counts, one by one, for those who may see which cases
//! there are. The address holds the question and nothing about anybody.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::matter::MatterKind;
use candour_core::day::{self, Day};
use candour_core::holder::Holder;
use candour_core::measure::figure::thousands;
use candour_core::measure::{AsAt, Question, Sort};
use candour_core::permit::Actor;
use candour_core::refusal::Refusal;
use candour_store::db::Tx;
use candour_store::project::case_row::CaseRow;
use candour_store::{Failure, reads};
use serde::Serialize;

use super::typed::Typed;
use super::work_list::{may_know, may_list, may_open, reference_of};
use crate::app::{App, Asked, Counted};
use crate::error::Problem;
use crate::file;
use crate::frame::Frame;

/// Cases on a page.
const PAGE_ROWS: usize = 100;
/// Cases in a CSV file.
const CSV_ROWS_MAX: usize = 100_000;

#[derive(Serialize)]
struct Page {
    title: String,
    /// What was asked, line by line.
    asked: Vec<(&'static str, String)>,
    rule: String,
    citation: String,
    count: String,
    /// Which of them are on this page.
    range: String,
    /// How many of them are not named, because they are closed to the reader.
    left_out: usize,
    columns: Columns,
    rows: Vec<RowShown>,
    previous: Option<String>,
    next: Option<String>,
    csv: String,
}

/// Which columns a list has besides those that every one has.
#[derive(Clone, Copy, Serialize)]
struct Columns {
    days: Option<&'static str>,
    in_time: bool,
    holder: bool,
    also: bool,
}

#[derive(Serialize)]
struct RowShown {
    /// Whether the visitor may open it.
    opens: bool,
    reference: String,
    plain: String,
    number: String,
    force: String,
    kind: String,
    opened: String,
    completed: String,
    days: String,
    in_time: &'static str,
    holder: &'static str,
    also: String,
}

/// The list that an address asks for.
struct List {
    question: Question,
    as_at: AsAt,
    counted: Vec<Counted>,
    /// How many more there would be here if they were not closed to the reader.
    left_out: usize,
    rows: std::collections::HashMap<String, CaseRow>,
}

/// `GET /staff/behind`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = may_list(&app, &headers).await?;
    let typed = Typed::of_query(query.as_deref());
    let page = page_number(&typed)?;
    let asked = typed.clone();
    let reader = visitor.actor();
    let (list, of) =
        app.read(move |app, tx| list(app, tx, (&asked, &reader), (page - 1) * PAGE_ROWS, PAGE_ROWS)).await?;
    let actor = visitor.actor();
    let columns = columns(list.question.measure.sort);
    let first = (page - 1) * PAGE_ROWS;
    let leaf = |page: usize| {
        let mut typed = typed.clone();
        typed.set("page", page.to_string());
        format!("/staff/behind?{}", typed.to_query())
    };
    let page = Page {
        title: title(&list, &typed),
        asked: asked_in_words(&list, &typed),
        rule: list.question.measure.rule(&app.profile),
        citation: list.question.measure.citation(&app.profile),
        count: thousands(of as u64),
        left_out: list.left_out,
        range: match (of, list.counted.len() + list.left_out) {
            (0, _) => "No case is counted.".to_owned(),
            (_, 0) => format!("The list ends before this page; it has {} pages.", of.div_ceil(PAGE_ROWS)),
            (of, shown) if shown == of => "All of them are below.".to_owned(),
            (_, shown) => format!("Numbers {} to {} are below.", first + 1, first + shown),
        },
        columns,
        rows: list.counted.iter().map(|counted| row_shown(&app, &actor, &list, counted)).collect(),
        previous: (page > 1).then(|| leaf(page - 1)),
        next: (first + PAGE_ROWS < of).then(|| leaf(page + 1)),
        csv: format!("/staff/behind.csv?{}", typed.without("page").to_query()),
    };
    app.pages.page("staff/behind.html", &Frame::of(&app, Some(&visitor), "/board/behind"), &page)
}

/// `GET /staff/behind.csv`: all the cases of the same address, not only those of a page.
pub async fn csv(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = may_list(&app, &headers).await?;
    let typed = Typed::of_query(query.as_deref());
    let reader = visitor.actor();
    let (list, _) = app.read(move |app, tx| list(app, tx, (&typed, &reader), 0, CSV_ROWS_MAX)).await?;
    let actor = visitor.actor();
    let head = ["reference", "number", "force", "kind", "opened", "completed", "days", "in_time", "holder", "also"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for counted in &list.counted {
        let row = row_shown(&app, &actor, &list, counted);
        let (force, kind) =
            list.rows.get(&counted.stream).map_or(("", ""), |row| (row.force.as_str(), row.kind.as_str()));
        let member = &counted.member;
        let iso = |number: Option<i32>| number.map_or_else(String::new, |n| day::from_number(n).to_string());
        let also: Vec<&str> = member.also.iter().map(|holder| holder.id()).collect();
        rows.push(vec![
            row.reference,
            row.number,
            force.to_owned(),
            kind.to_owned(),
            iso(member.opened),
            iso(member.completed),
            row.days,
            row.in_time.to_lowercase(),
            member.holder.map_or("", Holder::id).to_owned(),
            also.join(" "),
        ]);
    }
    file::csv("cases", &rows)
}

/// Which page of the list is wanted; the first when none is named.
fn page_number(typed: &Typed) -> Result<usize, Problem> {
    match typed.get("page") {
        "" => Ok(1),
        page => page
            .parse()
            .ok()
            .filter(|page| (1..=CSV_ROWS_MAX).contains(page))
            .ok_or_else(|| Problem::Bad(format!("There is no page {page:?}. Pages are numbered from 1"))),
    }
}

/// Some of the cases that an address asks for, and how many there are in all.
fn list(
    app: &App,
    tx: &mut Tx<'_>,
    (typed, reader): (&Typed, &Actor),
    from: usize,
    most: usize,
) -> Result<(List, usize), Failure> {
    let (question, as_at) = question(app, tx, typed)?;
    let mut counted = app.behind(tx, &question, as_at)?;
    let sort = question.measure.sort;
    match typed.get("met") {
        "" => {}
        wanted @ ("yes" | "no") if sort.is_share() => counted.retain(|c| c.member.met == (wanted == "yes")),
        _ => return Err(Refusal::new(format!("{} is not asked with met", question.measure.name)).into()),
    }
    if question.by.is_some() && typed.fields().iter().any(|(name, _)| name == "value") {
        counted.retain(|c| c.member.group_name() == typed.get("value"));
    }
    if let Some(also) = Some(typed.get("also")).filter(|also| !also.is_empty()) {
        let also = Holder::parse(also).ok_or_else(|| Refusal::new(format!("{also:?} is no holder")))?;
        counted.retain(|c| c.member.also.contains(&also));
    }
    counted.sort_by(|a, b| (a.member.opened, &a.stream).cmp(&(b.member.opened, &b.stream)));
    // They count in the number; which cases they are is not said to whoever is kept from them.
    let of = counted.len();
    let counted: Vec<Counted> = counted.into_iter().skip(from).take(most).collect();
    let streams: HashSet<&str> = counted.iter().map(|c| c.stream.as_str()).collect();
    let rows = reads::rows_of(tx, &app.store.record.log, &streams)?;
    let may = |c: &Counted| rows.get(&c.stream).is_some_and(|row| may_know(reader, row));
    let on_page = counted.len();
    let counted: Vec<Counted> = counted.iter().filter(|c| may(c)).cloned().collect();
    let left_out = on_page - counted.len();
    Ok((List { question, as_at, counted, left_out, rows }, of))
}

/// The question of an address, and as at when.
fn question(app: &App, tx: &mut Tx<'_>, typed: &Typed) -> Result<(Question, AsAt), Failure> {
    let given = |name: &'static str| Some(typed.get(name)).filter(|value| !value.is_empty());
    let date = |name: &'static str, called: &str| given(name).map(|text| day::parse(called, text)).transpose();
    let from = date("from", "The first day")?;
    let on = date("on", "The last day")?.ok_or_else(|| Refusal::new("Give the last day as on=DATE"))?;
    let filters = typed.fields().iter().filter(|(name, _)| name == "where").map(|(_, value)| value.clone());
    let filters: Vec<String> = filters.collect();
    let question = Question::read(typed.get("measure"), from, on, &filters, given("by"), &app.profile)?;
    if !question.measure.sort.counts_cases() {
        return Err(Refusal::new(format!("{} counts no cases", question.measure.name)).into());
    }
    let asked = Asked::read("As known on", given("known"))?;
    // A forecast is about days to come: what was expected by one of them can be listed before it.
    let as_at = if question.measure.sort == Sort::Forecast {
        AsAt { on, known: app.known(tx, asked)? }
    } else {
        app.as_at(tx, on, asked)?
    };
    Ok((question, as_at))
}

/// What the list holds, as its heading says it.
fn title(list: &List, typed: &Typed) -> String {
    let title = list.question.measure.title();
    match typed.get("met") {
        "yes" => format!("{title}, those in time"),
        "no" => format!("{title}, those not in time"),
        _ if list.question.measure.sort.is_share() => format!("{title}, in time or not"),
        _ => title,
    }
}

fn columns(sort: Sort) -> Columns {
    Columns {
        days: match sort {
            Sort::Open | Sort::Legacy => Some("Days open"),
            Sort::Waiting => Some("Days since completion"),
            Sort::ModeDecision => Some("Days to the decision"),
            Sort::Referrals | Sort::Matters | Sort::Allegations => None,
            _ => Some("Days"),
        },
        in_time: sort.is_share(),
        holder: sort.is_stock(),
        also: sort == Sort::Waiting,
    }
}

fn asked_in_words(list: &List, typed: &Typed) -> Vec<(&'static str, String)> {
    let List { question, as_at, .. } = list;
    let on = day::in_words(as_at.on);
    let mut asked = vec![("Measure", question.measure.name.to_owned())];
    asked.push(match question.from {
        Some(from) => ("Period", format!("{} to {on}", day::in_words(from))),
        None if question.measure.sort.is_stock() => ("At the end of", on),
        None => ("Period", format!("up to {on}")),
    });
    let known = as_at.known;
    asked.push(("As known on", format!("{} (position {} of the record)", day::in_words(known.day), known.position)));
    for (field, value) in question.filters.iter().map(candour_core::measure::Filter::words) {
        asked.push(("Only", format!("{field} is {value}")));
    }
    if let Some(by) = question.by.filter(|_| !typed.get("value").is_empty()) {
        asked.push(("Only", format!("{} is {}", by.id(), typed.get("value"))));
    }
    match typed.get("met") {
        "yes" => asked.push(("Only", "those in time".to_owned())),
        "no" => asked.push(("Only", "those not in time".to_owned())),
        _ => {}
    }
    if let Some(also) = Holder::parse(typed.get("also")) {
        asked.push(("Only", format!("also waiting on: {}", also.label())));
    }
    asked
}

fn row_shown(app: &App, actor: &Actor, list: &List, counted: &Counted) -> RowShown {
    let Counted { stream, member } = counted;
    let row = list.rows.get(stream);
    let sort = list.question.measure.sort;
    let words = |number: Option<i32>| number.map_or_else(String::new, |n| day::in_words(day::from_number(n)));
    let also: Vec<&str> = member.also.iter().map(|holder| holder.label()).collect();
    let in_time = match (sort.is_share(), member.met) {
        (false, _) => "",
        (true, true) => "Yes",
        // What is expected by a day that has not come is not late.
        (true, false) if sort == Sort::Forecast && !has_come(list.as_at.on, list.as_at.known.day) => "Not due",
        (true, false) => "No",
    };
    RowShown {
        opens: row.is_some_and(|row| may_open(actor, row)),
        reference: reference_of(stream),
        plain: stream.strip_prefix("case:").unwrap_or(stream).to_owned(),
        number: row.map_or_else(String::new, |row| row.number.clone()),
        force: row.map_or_else(String::new, |row| app.profile.force_name(&row.force).to_owned()),
        kind: row.and_then(|row| MatterKind::parse(&row.kind)).map_or("", |k| k.label()).to_owned(),
        opened: words(member.opened),
        completed: words(member.completed),
        days: member.days().filter(|_| columns(sort).days.is_some()).map_or_else(String::new, |d| d.to_string()),
        in_time,
        holder: member.holder.map_or("", Holder::label),
        also: also.join(", "),
    }
}

fn has_come(day: Day, today: Day) -> bool {
    day <= today
}
