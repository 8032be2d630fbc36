//! Who has looked at a case.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::conflict::About;
use candour_core::access::glass::Opening;
use candour_core::day;
use candour_core::permit::{Action, Role};
use candour_store::reads;
use serde::Serialize;

use super::{Identity, Tab, allowed, opened, staff_name, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;

/// Readers listed on the page.
const READERS_MAX: usize = 200;

#[derive(Serialize)]
struct Readers {
    case: Identity,
    tabs: Vec<Tab>,
    rows: Vec<(String, String, String)>,
    most: usize,
    /// Whoever opened it with a reason: who, when, why, and what the review found.
    openings: Vec<[String; 4]>,
    /// Whoever is kept from it by a declared conflict.
    walled: Vec<String>,
}

/// The row and cell of the access table that allowed something, as people say it.
fn authority_in_words(authority: &str) -> String {
    let mut parts = authority.split(' ');
    let (role, scope) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
    let role = match role {
        "LEAD" => Role::Lead.label(),
        "OPS" => Role::Ops.label(),
        other => Role::parse(other).map_or(authority, |r| r.label()),
    };
    match scope {
        "unit" => format!("{role} of the case's region"),
        "assessment" => format!("{role}, while it is assessed"),
        "break-glass" => format!("A reason that they gave ({})", role.to_lowercase()),
        _ => role.to_owned(),
    }
}

fn opening(open: &OpenCase, opening: &Opening<'_>) -> [String; 4] {
    let found = match opening.reviewed {
        Some((_, true)) => "Good reason",
        Some((_, false)) => "No good reason",
        None => "Not reviewed yet",
    };
    [
        staff_name(open, &opening.entry.actor),
        day::instant_in_words(opening.entry.recorded_at),
        format!("{}: {}", opening.opened.category.label(), opening.entry.word("reason").unwrap_or_default()),
        found.to_owned(),
    ]
}

/// The members of staff to whom the case is closed, each once. Why is not for this page.
fn walled(open: &OpenCase) -> Vec<String> {
    let (stream, state) = (open.case.reference.stream(), &open.case.state);
    let about = |about: &About| match about {
        About::Force(id) => state.force() == Some(id),
        About::Case(case) => *case == stream,
        About::Person(person) => state.people().contains(&person.as_str()),
    };
    let standing = open.access.conflicts.standing(open.today).filter(|(_, declared)| about(&declared.about));
    let mut names: Vec<String> = standing.map(|(_, declared)| staff_name(open, &declared.person)).collect();
    names.sort();
    names.dedup();
    names
}

/// `GET /staff/cases/REF/readers`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    if !allowed(&app, &visitor, &open, Action::SeeReaders) {
        return Err(Problem::Denied("Who has looked at a case is for its lead investigator and supervisor".to_owned()));
    }
    let stream = open.case.reference.stream();
    let access = app.store.access.clone();
    let read = move || access.engine.read(|tx| reads::readers(tx, &access.log, &stream, READERS_MAX));
    let found = if app.store.access.engine.is_remote() {
        tokio::task::spawn_blocking(read).await.map_err(|e| Problem::Internal(e.to_string()))??
    } else {
        read()?
    };
    let rows = found.into_iter().map(|(actor, at, authority)| {
        (staff_name(&open, &actor), day::instant_in_words(at), authority_in_words(&authority))
    });
    let page = Readers {
        openings: open
            .access
            .glass
            .openings()
            .rev()
            .filter(|o| o.opened.case == open.case.reference.stream())
            .map(|o| opening(&open, &o))
            .collect(),
        walled: walled(&open),
        rows: rows.collect(),
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "readers"),
        most: READERS_MAX,
    };
    app.pages.page("staff/readers.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}
