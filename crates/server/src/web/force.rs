//! The face of a police force and of whoever oversees it locally: which cases there are of that
//! force, and nothing of what is in them. What is not that force's does not exist here.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::Stage;
use candour_core::case::matter::MatterKind;
use candour_core::day;
use candour_core::permit::{Action, Actor, Object, Permit, permit};
use candour_core::reference::Reference;
use candour_store::project::case_row::CaseRow;
use candour_store::reads;
use serde::Serialize;

use super::typed::Typed;
use super::work_list::{object_of, reference_of};
use crate::app::App;
use crate::error::Problem;
use crate::file;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};

/// Cases on a page.
const PAGE_ROWS: usize = 100;
/// Cases in a CSV file.
const CSV_ROWS_MAX: usize = 100_000;

#[derive(Serialize)]
struct List {
    force: String,
    rows: Vec<Stub>,
    next: Option<String>,
}

/// A case as the force that it is about knows it.
#[derive(Serialize)]
struct Stub {
    reference: String,
    plain: String,
    kind: &'static str,
    stage: &'static str,
    received: String,
    completed: String,
    closed: String,
}

impl Stub {
    fn of(row: &CaseRow) -> Self {
        let day = |text: &str| day::parse("", text).map_or_else(|_| String::new(), day::in_words);
        Self {
            reference: reference_of(&row.stream),
            plain: row.stream.strip_prefix("case:").unwrap_or(&row.stream).to_owned(),
            kind: MatterKind::parse(&row.kind).map_or("", |kind| kind.label()),
            stage: Stage::parse(&row.stage).map_or("", |stage| stage.label()),
            received: day(&row.received),
            completed: day(&row.completed),
            closed: day(&row.closed),
        }
    }
}

async fn may_see(app: &Arc<App>, headers: &HeaderMap) -> Result<(Visitor, Permit), Problem> {
    let visitor = visitor(app, Face::Force, headers).await?;
    let pass = permit(&visitor.actor(), Action::SeeStub, Object::Body);
    Ok((visitor, pass.map_err(|denied| Problem::Denied(denied.to_string()))?))
}

/// The cases of the visitor's own force from after a cursor on, newest first.
async fn stubs(app: &Arc<App>, actor: Actor, after: (String, String), most: usize) -> Result<Vec<CaseRow>, Problem> {
    let rows = app.read(move |app, tx| {
        let own = actor.tenant.as_deref().unwrap_or_default();
        let rows = reads::of_force(tx, &app.store.record.log, own, (&after.0, &after.1), most)?;
        // The statement names the force, and the policy is asked again of each row that it gives.
        Ok(rows.into_iter().filter(|row| permit(&actor, Action::SeeStub, object_of(row)).is_ok()).collect())
    });
    Ok(rows.await?)
}

/// `GET /force`
pub async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, _) = may_see(&app, &headers).await?;
    let typed = Typed::of_query(query.as_deref());
    let after = (typed.get("received").to_owned(), typed.get("after").to_owned());
    let actor = visitor.actor();
    let mut rows = stubs(&app, actor.clone(), after, PAGE_ROWS + 1).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let next = rows.last().filter(|_| more).map(|last| {
        let mut next = Typed::default();
        next.set("received", &last.received);
        next.set("after", &last.stream);
        format!("/force?{}", next.to_query())
    });
    let force = app.profile.force_name(actor.tenant.as_deref().unwrap_or_default()).to_owned();
    let page = List { force, rows: rows.iter().map(Stub::of).collect(), next };
    app.pages.page("force/list.html", &Frame::of(&app, Some(&visitor), "force"), &page)
}

/// `GET /force/cases.csv`: all the cases of that force.
pub async fn csv(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let (visitor, _) = may_see(&app, &headers).await?;
    let rows = stubs(&app, visitor.actor(), Default::default(), CSV_ROWS_MAX).await?;
    let mut lines = vec![["reference", "kind", "stage", "received", "completed", "closed"].map(str::to_owned).to_vec()];
    for row in rows {
        lines.push(vec![reference_of(&row.stream), row.kind, row.stage, row.received, row.completed, row.closed]);
    }
    file::csv("cases", &lines)
}

/// `GET /force/cases/REF`: one of them. A case of another force is answered as one that there is not,
/// and both are noted, so that neither the answer nor the time that it takes tells them apart.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, general) = may_see(&app, &headers).await?;
    let stream = Reference::parse(&reference).map_err(|_| Problem::NotFound)?.stream();
    let wanted = stream.clone();
    let row = app
        .read(move |app, tx| {
            let asked = std::iter::once(wanted.as_str()).collect();
            Ok(reads::rows_of(tx, &app.store.record.log, &asked)?.into_values().next())
        })
        .await?;
    let actor = visitor.actor();
    let seen = row.and_then(|row| Some((permit(&actor, Action::SeeStub, object_of(&row)).ok()?, row)));
    let Some((pass, row)) = seen else {
        let data = [("asked".to_owned(), stream.into())].into_iter().collect();
        app.note_reading(&general, format!("refused:{}", actor.id), "reading.refused", data).await?;
        return Err(Problem::NotFound);
    };
    app.note_reading(&pass, stream, "stub.read", serde_json::Map::new()).await?;
    app.pages.page("force/case.html", &Frame::of(&app, Some(&visitor), "force"), &Stub::of(&row))
}
