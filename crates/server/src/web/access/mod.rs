//! One's own access: the conflicts of interest that were declared, the cases that were opened with a
//! reason, and those that wait for somebody to review the reason.

pub mod assign;
pub mod conflicts;
pub mod glass;
pub mod portal;
pub mod purpose;
pub mod seal;

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::Own;
use candour_core::access::conflict::{About, Declared};
use candour_core::access::glass::Opening;
use candour_core::case::Case;
use candour_core::day;
use candour_core::law::Calendar;
use candour_core::permit::{Action, Object, Permit, permit};
use candour_core::reference::Reference;
use candour_store::plain::account::{self, Account};
use candour_store::{Failure, access, cases, holidays};
use serde::Serialize;

use super::case_page::opened;
use super::typed::Typed;
use super::work_list::reference_of;
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};

/// Where the page is.
const PAGE: &str = "/staff/access";

/// Opens a case for somebody who may do something to it.
async fn opened_for(
    app: &Arc<App>,
    headers: &HeaderMap,
    reference: &str,
    action: Action,
) -> Result<(Visitor, OpenCase), Problem> {
    let (visitor, open) = opened(app, headers, reference).await?;
    let stream = open.case.reference.stream();
    permit(&visitor.actor(), action, cases::object(&open.case, &stream, &app.profile))?;
    Ok((visitor, open))
}

/// The address of one of a case's pages.
fn address(open: &OpenCase, page: &str) -> String {
    format!("/staff/cases/{}{page}", open.case.reference.as_plain())
}

#[derive(Serialize)]
struct Page {
    /// Whether the visitor may declare one of their own.
    declares: bool,
    /// Whether the visitor sees those of everybody.
    keeps: bool,
    conflicts: Vec<ConflictShown>,
    own: Vec<OpeningShown>,
    to_review: Vec<OpeningShown>,
    done: &'static str,
}

#[derive(Serialize)]
struct ConflictShown {
    who: String,
    about: String,
    sort: &'static str,
    until: Option<String>,
    /// Where it is ended, for whoever may.
    end: Option<String>,
}

#[derive(Serialize)]
struct OpeningShown {
    who: String,
    reference: String,
    plain: String,
    opened: String,
    category: &'static str,
    reason: String,
    review_by: String,
    standing: &'static str,
    colour: &'static str,
    /// Where it is reviewed, for whoever may.
    review: Option<String>,
}

/// What the page shows, as the record has it.
struct Found {
    recorded: Arc<access::Recorded>,
    /// The declarations, by version, about cases that the visitor is not to know of.
    hidden: Vec<u64>,
    cases: Vec<(u64, Case)>,
    accounts: Vec<Account>,
    calendar: &'static Calendar,
    now: i64,
}

/// `GET /staff/access`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let may = |action| permit(&visitor.actor(), action, Object::Body);
    let (declares, keeps) = (may(Action::DeclareConflict), may(Action::KeepConflicts));
    if let (Err(denied), Err(_)) = (&declares, &keeps) {
        return Err(Problem::Denied(denied.to_string()));
    }
    let outside = visitor.own.clone();
    let found = app.read(move |app, tx| find(app, tx, &outside)).await?;
    let waiting = to_review(&app, &visitor, &found);
    for (opening, pass) in &waiting {
        note_reason(&app, opening, pass).await?;
    }
    if let Ok(pass) = &keeps {
        let stream = candour_core::access::conflict::STREAM.to_owned();
        app.note_reading(pass, stream, "conflicts.read", serde_json::Map::new()).await?;
    }
    let (declares, keeps) = (declares.is_ok(), keeps.is_ok());
    let own = &visitor.account.id;
    let page = Page {
        declares,
        keeps,
        conflicts: found
            .recorded
            .conflicts
            .standing(day::of_instant(found.now))
            .filter(|(version, declared)| (keeps || declared.person == *own) && !found.hidden.contains(version))
            .map(|(version, declared)| {
                conflict_shown(&app, &found, version, declared, keeps && declared.person != *own)
            })
            .collect(),
        own: found
            .recorded
            .glass
            .openings()
            .rev()
            .filter(|opening| opening.entry.actor == *own && !visitor.own.is_outside(&opening.opened.case))
            .map(|opening| opening_shown(&found, &opening, false))
            .collect(),
        to_review: waiting.iter().map(|(opening, _)| opening_shown(&found, opening, true)).collect(),
        done: match Typed::of_query(query.as_deref()).get("done") {
            "declared" => "The conflict is recorded. The cases that it is about are closed from now on.",
            "ended" => "The declaration is ended.",
            "reviewed" => "The review is recorded.",
            _ => "",
        },
    };
    app.pages.page("staff/access.html", &Frame::of(&app, Some(&visitor), "access"), &page)
}

fn find(app: &App, tx: &mut candour_store::db::Tx<'_>, own: &Own) -> Result<Found, Failure> {
    let log = &app.store.record.log;
    let recorded = app.access(tx)?;
    let mut hidden = Vec::new();
    for (version, declared) in recorded.conflicts.standing(app.today(tx)?) {
        if recorded.is_hidden(tx, log, own, &declared.about)? {
            hidden.push(version);
        }
    }
    let mut waiting = Vec::new();
    for opening in recorded.glass.openings().filter(|o| o.reviewed.is_none()) {
        if let Some(reference) = Reference::of_stream(&opening.opened.case) {
            waiting.push((opening.entry.version, cases::load(tx, log, &reference)?));
        }
    }
    let (accounts, calendar, now) = (account::all(tx, log)?, holidays::known(tx, log)?, app.log_time(tx)?);
    Ok(Found { recorded, hidden, cases: waiting, accounts, calendar, now })
}

/// The openings whose reason the visitor may review, each with what lets them.
fn to_review<'a>(app: &App, visitor: &Visitor, found: &'a Found) -> Vec<(Opening<'a>, Permit)> {
    let actor = visitor.actor();
    let waiting = found.recorded.glass.openings().filter(|o| o.reviewed.is_none() && o.entry.actor != actor.id);
    let may = |opening: Opening<'a>| {
        let (_, case) = found.cases.iter().find(|(version, _)| *version == opening.entry.version)?;
        let stream = case.reference.stream();
        let pass = permit(&actor, Action::ReviewGlass, cases::object(case, &stream, &app.profile)).ok()?;
        Some((opening, pass))
    };
    waiting.filter_map(may).collect()
}

/// Puts into the access log that somebody reads another's reason for opening a case.
async fn note_reason(app: &App, opening: &Opening<'_>, pass: &Permit) -> Result<(), Failure> {
    let data = [("of".to_owned(), opening.entry.version.into())].into_iter().collect();
    app.note_reading(pass, opening.opened.case.clone(), "reason.read", data).await
}

fn name_of(found: &Found, id: &str) -> String {
    found.accounts.iter().find(|a| a.id == id).map_or_else(|| id.to_owned(), |a| a.name.clone())
}

fn conflict_shown(app: &App, found: &Found, version: u64, declared: &Declared, ends: bool) -> ConflictShown {
    ConflictShown {
        who: name_of(found, &declared.person),
        about: match &declared.about {
            About::Force(id) => format!("Every case of {}", app.profile.force_name(id)),
            About::Case(stream) => format!("Case {}", reference_of(stream)),
            // Who it is stands in the register, which this page does not open.
            About::Person(_) => "Every case that one person of the register is in".to_owned(),
        },
        sort: declared.sort.label(),
        until: declared.until.map(day::in_words),
        end: ends.then(|| format!("{PAGE}/end?of={version}")),
    }
}

fn opening_shown(found: &Found, opening: &Opening<'_>, reviews: bool) -> OpeningShown {
    let due = opening.review_due(found.calendar);
    let late = due < day::of_instant(found.now);
    let (standing, colour) = match opening.reviewed {
        Some((_, true)) => ("Good reason", "green"),
        Some((_, false)) => ("No good reason", "red"),
        None if late => ("Review overdue", "red"),
        None if found.now < opening.opened.until => ("Open now", "yellow"),
        None => ("Waits for review", "blue"),
    };
    let stream = &opening.opened.case;
    OpeningShown {
        who: name_of(found, &opening.entry.actor),
        reference: reference_of(stream),
        plain: stream.strip_prefix("case:").unwrap_or(stream).to_owned(),
        opened: day::instant_in_words(opening.entry.recorded_at),
        category: opening.opened.category.label(),
        reason: opening.entry.word("reason").unwrap_or_default().to_owned(),
        review_by: day::in_words(due),
        standing,
        colour,
        review: reviews.then(|| format!("{PAGE}/review?of={}", opening.entry.version)),
    }
}
