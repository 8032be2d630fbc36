//! The work list: cases by what is due first. Its filters are in its address.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::Stage;
use candour_core::case::matter::MatterKind;
use candour_core::day::{self, Day};
use candour_core::permit::{Action, Actor, Object, Role, permit};
use candour_core::reference::Reference;
use candour_store::project::case_row::{CaseRow, NOTHING_DUE};
use candour_store::reads::{self, ListFilter};
use serde::Serialize;

use super::field::Choice;
use super::typed::Typed;
use super::when::from_today;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::pages;
use crate::session::{Face, Visitor, visitor};

/// Cases on a page.
const PAGE_ROWS: usize = 50;
/// Cases in a CSV file.
const CSV_ROWS_MAX: usize = 100_000;
/// A case is due soon when its limit is at most this far off.
const SOON_DAYS: i64 = 28;
/// A case is critically overdue when its limit passed longer ago than this.
const CRITICAL_DAYS: i64 = 90;

#[derive(Serialize)]
struct Page {
    groups: Vec<Group>,
    shown: usize,
    forces: Vec<Choice>,
    kinds: Vec<Choice>,
    stages: Vec<Choice>,
    regions: Vec<Choice>,
    chosen: Chosen,
    /// The filters in force: what they are called, and the address without them.
    tags: Vec<(String, String)>,
    next: Option<String>,
    csv: String,
    /// Said when the page was narrowed without being asked.
    narrowed: Option<&'static str>,
}

#[derive(Serialize)]
struct Chosen {
    force: String,
    kind: String,
    stage: String,
    region: String,
    number: String,
    mine: bool,
    closed: bool,
}

#[derive(Serialize)]
struct Group {
    title: &'static str,
    rows: Vec<RowShown>,
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
    stage: String,
    received: String,
    due: String,
    left: String,
}

/// `GET /staff/cases`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = may_list(&app, &headers).await?;
    let asked = Typed::of_query(query.as_deref());
    let (typed, narrowed) = narrow(&visitor, asked);
    let filter = filter(&app, &visitor, &typed)?;
    let (after_due, after_stream) = (typed.get("after_due").to_owned(), typed.get("after").to_owned());
    let own = visitor.own.clone();
    let (mut rows, today) = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            let kept_from = |row: &CaseRow| own.leaves_out(&row.stream, Some(&row.force));
            let rows = reads::list(tx, log, &filter, (&after_due, &after_stream), PAGE_ROWS + 1, kept_from)?;
            Ok((rows, app.today(tx)?))
        })
        .await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let next = rows.last().filter(|_| more).map(|last| {
        let mut next = typed.clone();
        next.set("after_due", &last.due);
        next.set("after", &last.stream);
        format!("/staff/cases?{}", next.to_query())
    });
    let page = Page {
        shown: rows.len(),
        groups: grouped(&app, &visitor, rows, today),
        forces: app.profile.forces.iter().map(|f| Choice::new(&f.id, &f.name)).collect(),
        kinds: app.profile.kinds.iter().map(|k| Choice::new(k.id(), k.label())).collect(),
        stages: Stage::ALL.into_iter().map(|s| Choice::new(s.id(), s.label())).collect(),
        regions: app.profile.regions().into_iter().map(|r| Choice::new(r, r)).collect(),
        tags: tags(&app, &typed),
        csv: format!("/staff/cases.csv?{}", typed.to_query()),
        chosen: Chosen {
            force: typed.get("force").to_owned(),
            kind: typed.get("kind").to_owned(),
            stage: typed.get("stage").to_owned(),
            region: typed.get("region").to_owned(),
            number: typed.get("number").to_owned(),
            mine: !typed.get("mine").is_empty(),
            closed: !typed.get("closed").is_empty(),
        },
        next,
        narrowed,
    };
    app.pages.page("staff/work_list.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// `GET /staff/cases.csv`: exactly the cases that the same address without `.csv` shows, all of them.
pub async fn csv(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = may_list(&app, &headers).await?;
    let typed = Typed::of_query(query.as_deref());
    let filter = filter(&app, &visitor, &typed)?;
    let own = visitor.own.clone();
    let rows = app
        .read(move |app, tx| {
            let kept_from = |row: &CaseRow| own.leaves_out(&row.stream, Some(&row.force));
            Ok(reads::list(tx, &app.store.record.log, &filter, ("", ""), CSV_ROWS_MAX, kept_from)?)
        })
        .await?;
    let mut file = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| Problem::Internal(e.to_string());
    file.write_record([
        "reference",
        "number",
        "kind",
        "force",
        "region",
        "stage",
        "mode",
        "received",
        "opened",
        "completed",
        "closed",
        "due",
    ])
    .map_err(failed)?;
    for row in &rows {
        let reference = reference_of(&row.stream);
        let due = if row.due == NOTHING_DUE { "" } else { &row.due };
        let cells = [
            &reference,
            &row.number,
            &row.kind,
            &row.force,
            &row.region,
            &row.stage,
            &row.mode,
            &row.received,
            &row.opened,
            &row.completed,
            &row.closed,
            due,
        ];
        file.write_record(cells.map(pages::csv_cell)).map_err(failed)?;
    }
    let bytes = file.into_inner().map_err(|e| Problem::Internal(e.to_string()))?;
    Ok(pages::csv("cases", String::from_utf8_lossy(&bytes).into_owned()))
}

/// Who may see which cases there are.
pub(super) async fn may_list(app: &Arc<App>, headers: &HeaderMap) -> Result<Visitor, Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    permit(&visitor.actor(), Action::ListCases, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    Ok(visitor)
}

/// Without any filter in the address, a person sees first what is theirs to do.
fn narrow(visitor: &Visitor, asked: Typed) -> (Typed, Option<&'static str>) {
    if !asked.is_empty() {
        return (asked, None);
    }
    let mut typed = asked;
    let says = match visitor.account.role {
        Role::Inv => {
            typed.set("mine", "1");
            "These are the open cases that you lead."
        }
        Role::Au => {
            typed.set("stage", Stage::Assessment.id());
            "These are the cases in assessment."
        }
        _ => match visitor.account.units.first() {
            Some(unit) => {
                typed.set("region", unit);
                "These are the open cases of your region."
            }
            None => return (typed, None),
        },
    };
    (typed, Some(says))
}

fn filter(app: &App, visitor: &Visitor, typed: &Typed) -> Result<ListFilter, Problem> {
    let known = |name: &str, valid: bool| {
        if valid || typed.get(name).is_empty() {
            Ok(typed.get(name).to_owned())
        } else {
            Err(Problem::Bad(format!("There is no {name} called {:?}. Choose one from the list", typed.get(name))))
        }
    };
    Ok(ListFilter {
        lead: if typed.get("mine").is_empty() { String::new() } else { visitor.account.id.clone() },
        stage: known("stage", Stage::parse(typed.get("stage")).is_some())?,
        force: known("force", app.profile.force(typed.get("force")).is_some())?,
        kind: known("kind", MatterKind::parse(typed.get("kind")).is_some())?,
        region: known("region", app.profile.regions().contains(&typed.get("region")))?,
        number: typed.get("number").trim().to_owned(),
        closed: !typed.get("closed").is_empty(),
    })
}

fn tags(app: &App, typed: &Typed) -> Vec<(String, String)> {
    let called = |name: &str, value: &str| match name {
        "force" => Some(app.profile.force_name(value).to_owned()),
        "kind" => MatterKind::parse(value).map(|k| k.label().to_owned()),
        "stage" => Stage::parse(value).map(|s| s.label().to_owned()),
        "region" => Some(value.to_owned()),
        "number" => Some(format!("Number {value}")),
        "mine" => Some("Led by me".to_owned()),
        "closed" => Some("Closed cases too".to_owned()),
        _ => None,
    };
    let filters = typed.fields().iter().filter(|(_, value)| !value.is_empty());
    let tag = |(name, value): &(String, String)| {
        let rest = typed.without(name).without("after").without("after_due");
        let query = rest.to_query();
        let address = if query.is_empty() { "/staff/cases?all=1".to_owned() } else { format!("/staff/cases?{query}") };
        Some((called(name, value)?, address))
    };
    filters.filter_map(tag).collect()
}

fn grouped(app: &App, visitor: &Visitor, rows: Vec<CaseRow>, today: Day) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let actor = visitor.actor();
    for row in rows {
        let due = day::parse("due", &row.due).ok().filter(|_| row.due != NOTHING_DUE);
        let left = due.map(|due| day::between(today, due));
        let title = match left {
            _ if row.stage == Stage::Closed.id() => "Closed",
            None => "Nothing due",
            Some(left) if left < -CRITICAL_DAYS => "Critically overdue",
            Some(left) if left < 0 => "Overdue",
            Some(left) if left <= SOON_DAYS => "Due soon",
            Some(_) => "Not due yet",
        };
        let shown = row_shown(app, may_open(&actor, &row), &row, due, left);
        match groups.iter_mut().find(|g| g.title == title) {
            Some(group) => group.rows.push(shown),
            None => groups.push(Group { title, rows: vec![shown] }),
        }
    }
    groups
}

/// Whether somebody may open the case of a row.
pub(super) fn may_open(actor: &Actor, row: &CaseRow) -> bool {
    let object = Object::Case {
        stream: &row.stream,
        force: Some(&row.force),
        region: Some(&row.region),
        lead: Some(row.lead.as_str()).filter(|lead| !lead.is_empty()),
        decided: !row.mode.is_empty(),
    };
    permit(actor, Action::ReadCase, object).is_ok()
}

fn row_shown(app: &App, opens: bool, row: &CaseRow, due: Option<Day>, left: Option<i64>) -> RowShown {
    let due = due.zip(left).map(|(due, left)| (day::in_words(due), from_today(left)));
    let (due, left) = due.unwrap_or_default();
    RowShown {
        opens,
        reference: reference_of(&row.stream),
        plain: row.stream.strip_prefix("case:").unwrap_or(&row.stream).to_owned(),
        number: row.number.clone(),
        force: app.profile.force_name(&row.force).to_owned(),
        kind: MatterKind::parse(&row.kind).map_or("", |k| k.label()).to_owned(),
        stage: Stage::parse(&row.stage).map_or("", |s| s.label()).to_owned(),
        received: day::parse("", &row.received).map_or_else(|_| String::new(), day::in_words),
        due,
        left,
    }
}

/// The reference of a case as people write it.
pub(super) fn reference_of(stream: &str) -> String {
    Reference::of_stream(stream).map_or_else(|| stream.to_owned(), |r| r.to_string())
}
