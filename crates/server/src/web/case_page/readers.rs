//! Who has looked at a case.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day;
use candour_core::permit::{Action, Role};
use candour_store::reads;
use serde::Serialize;

use super::{Identity, Tab, allowed, opened, staff_name, tabs};
use crate::app::App;
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
        _ => role.to_owned(),
    }
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
        rows: rows.collect(),
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "readers"),
        most: READERS_MAX,
    };
    app.pages.page("staff/readers.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}
