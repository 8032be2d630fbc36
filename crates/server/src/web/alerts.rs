//! What was unusual about who looked: for those who answer for a case, and for administrators, who
//! see no case. Nobody sees here what is about themselves.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::Own;
use candour_core::access::alert::{Alert, Rule};
use candour_core::day::{self, Day};
use candour_core::permit::{Action, Actor, Object, Role, may_somewhere, permit};
use candour_store::db::Error;
use candour_store::plain::account::{self, Account};
use candour_store::project::case_row::CaseRow;
use candour_store::{Store, alerts, reads};
use serde::Serialize;

use super::typed::Typed;
use super::work_list::{may_know, object_of, reference_of};
use crate::app::App;
use crate::error::Problem;
use crate::file;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};

#[derive(Serialize)]
struct Page {
    on: String,
    /// The days before and after, as they stand in addresses.
    before: String,
    after: Option<String>,
    rows: Vec<Row>,
    csv: String,
}

#[derive(Serialize)]
struct Row {
    at: String,
    who: String,
    rule: &'static str,
    numbers: String,
    /// The case, for whoever may know that it exists.
    reference: String,
    plain: String,
    rule_id: &'static str,
}

/// Whether there is a page of alerts for somebody.
pub(crate) fn are_for(actor: &Actor) -> bool {
    may_somewhere(actor, Action::SeeAlerts)
}

/// `GET /staff/alerts?on=DATE`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, day, rows) = asked(&app, query.as_deref(), &headers).await?;
    let today = day::of_instant((app.now)());
    let page = Page {
        on: day::in_words(day),
        before: day::from_number(day::number(day) - 1).to_string(),
        after: (day < today).then(|| day::from_number(day::number(day) + 1).to_string()),
        rows,
        csv: format!("/staff/alerts.csv?on={day}"),
    };
    app.pages.page("staff/alerts.html", &Frame::of(&app, Some(&visitor), "alerts"), &page)
}

/// `GET /staff/alerts.csv?on=DATE`
pub async fn csv(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, _, rows) = asked(&app, query.as_deref(), &headers).await?;
    let mut lines = vec![["at", "who", "rule", "numbers", "case"].map(str::to_owned).to_vec()];
    lines.extend(rows.into_iter().map(|r| vec![r.at, r.who, r.rule_id.to_owned(), r.numbers, r.reference]));
    file::csv("alerts", &lines)
}

async fn asked(app: &Arc<App>, query: Option<&str>, headers: &HeaderMap) -> Result<(Visitor, Day, Vec<Row>), Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let actor = visitor.actor();
    let general = permit(&actor, Action::SeeAlerts, Object::Body);
    // Whoever sees the alerts of some cases only is one of those who list cases.
    let pass =
        if are_for(&actor) { general.or_else(|_| permit(&actor, Action::ListCases, Object::Body)) } else { general };
    let pass = pass.map_err(|denied| Problem::Denied(denied.to_string()))?;
    let today = day::of_instant((app.now)());
    let day = match Typed::of_query(query).get("on") {
        "" => today,
        text => day::parse("The day", text)?,
    };
    let (store, own) = (app.store.clone(), visitor.own.clone());
    let found = tokio::task::spawn_blocking(move || find(&store, day, &own)).await;
    let found = found.map_err(|e| Problem::Internal(e.to_string()))??;
    let note = [("on".to_owned(), day.to_string().into())].into_iter().collect();
    app.note_reading(&pass, "body:alerts".to_owned(), "alerts.read", note).await?;
    let rows = found.alerts.iter().filter_map(|alert| row(&visitor.account, &actor, alert, &found)).collect();
    Ok((visitor, day, rows))
}

/// The alerts of a day, the cases that they are about, and everybody's account.
struct Found {
    alerts: Vec<Alert>,
    cases: HashMap<String, CaseRow>,
    accounts: Vec<Account>,
}

fn find(store: &Store, day: Day, own: &Own) -> Result<Found, Error> {
    let alerts = alerts::on(store, day, own)?;
    let streams: HashSet<&str> = alerts.iter().filter_map(|alert| alert.case.as_deref()).collect();
    let (cases, accounts) = store.record.engine.read(|tx| {
        let log = &store.record.log;
        Ok::<_, Error>((reads::rows_of(tx, log, &streams)?, account::all(tx, log)?))
    })?;
    Ok(Found { alerts, cases, accounts })
}

/// An alert as a visitor sees it, where they do.
fn row(own: &Account, actor: &Actor, alert: &Alert, found: &Found) -> Option<Row> {
    if alert.actor == own.id {
        return None;
    }
    let who = found.accounts.iter().find(|account| account.id == alert.actor);
    let case = alert.case.as_ref().and_then(|stream| found.cases.get(stream));
    let everything = permit(actor, Action::SeeAlerts, Object::Body).is_ok();
    let theirs = match (case, who) {
        (Some(case), _) => permit(actor, Action::SeeAlerts, object_of(case)).is_ok(),
        // What is about no case is for the supervisor of whoever did it.
        (None, Some(who)) => own.role == Role::Sup && who.units.iter().any(|unit| own.units.contains(unit)),
        (None, None) => false,
    };
    let known = case.filter(|case| may_know(actor, case));
    let rule = Rule::parse(alert.rule)?;
    (everything || theirs).then(|| Row {
        at: day::instant_in_words(alert.at),
        who: who.map_or_else(|| alert.actor.clone(), |who| who.name.clone()),
        rule: rule.label(),
        rule_id: rule.id(),
        numbers: alert.numbers.clone(),
        reference: known.map_or_else(String::new, |case| reference_of(&case.stream)),
        plain: known.map_or_else(String::new, |case| case.stream.trim_start_matches("case:").to_owned()),
    })
}
