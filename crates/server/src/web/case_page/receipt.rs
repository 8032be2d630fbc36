//! A receipt for one entry: what it shows, which words of the entry go with it, and the file.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use candour_core::case::Entry;
use candour_core::day;
use candour_core::permit::{Action, permit};
use candour_core::refusal::Refusal;
use candour_store::{cases, reads};
use serde::Serialize;
use tokio::sync::oneshot;

use super::says::{says, word_label};
use super::{Identity, Tab, opened, staff_name, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::receipt::{self, Asked, Made, Signed};
use crate::session::Visitor;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Page {
    case: Identity,
    tabs: Vec<Tab>,
    version: u64,
    title: &'static str,
    facts: Vec<(String, String)>,
    words: Vec<WordShown>,
    /// Why there can be no receipt now.
    not_now: Option<String>,
    problem: Option<String>,
}

#[derive(Serialize)]
struct WordShown {
    field: String,
    label: String,
    words: String,
}

/// `GET /staff/cases/REF/receipt?entry=N`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let entry = entry_of(&open, &Typed::of_query(query.as_deref()))?;
    authority(&app, &visitor, &open)?;
    let signed = signed(&app);
    let not_now = match &signed {
        Ok(signed) if entry.seq <= signed.checkpoint.size => None,
        Ok(signed) => Some(newer(&app, signed.checkpoint.size).await?),
        Err(says) => Some(says.clone()),
    };
    page(&app, &visitor, &open, entry, (not_now, None))
}

/// `POST /staff/cases/REF/receipt`
pub async fn make(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let typed = Typed::of_body(&body);
    let entry = entry_of(&open, &typed)?;
    let authority = authority(&app, &visitor, &open)?;
    let words = typed.fields().iter().filter(|(name, _)| name == "word").map(|(_, field)| field.clone()).collect();
    let asked = Asked { reference: open.case.reference.clone(), entry: entry.version, words };
    let known = |field: &String| entry.words.iter().any(|(name, _)| name == field);
    if !asked.words.iter().all(known) {
        return page(&app, &visitor, &open, entry, (None, Some("Choose from the words of this entry".to_owned())));
    }
    match handed_out(&app, (visitor.actor().id, authority), asked).await? {
        Ok(receipt) => Ok(receipt),
        Err(says) => page(&app, &visitor, &open, entry, (Some(says), None)),
    }
}

/// Makes a receipt and hands it out once that is in the access log, by whom and by what authority; or says
/// why there is none now.
pub(crate) async fn handed_out(
    app: &Arc<App>,
    (actor, authority): (String, String),
    asked: Asked,
) -> Result<Result<Response, String>, Problem> {
    let signed = match signed(app) {
        Ok(signed) => signed,
        Err(says) => return Ok(Err(says)),
    };
    let made = match proven(app, asked.clone(), signed).await? {
        Made::Receipt(made) => made,
        Made::Newer { size } => return Ok(Err(newer(app, size).await?)),
        Made::Unlike => {
            tracing::error!("the record is not what its checkpoint signs; run candour verify");
            let says = "The record is not what its newest checkpoint signs, so no receipt is made. Tell the operator";
            return Ok(Err(says.to_owned()));
        }
    };
    let name = format!("receipt-{}-{}.tlog-proof", asked.reference.as_plain(), asked.entry);
    noted(app, actor, authority, asked).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok(Ok((headers, made.text()).into_response()))
}

/// The entry that is asked about: the first one unless it is said.
fn entry_of<'o>(open: &'o OpenCase, typed: &Typed) -> Result<&'o Entry, Problem> {
    let wanted = typed.get("entry");
    let version = if wanted.is_empty() { Some(1) } else { wanted.parse().ok() };
    open.case.entries.iter().find(|entry| Some(entry.version) == version).ok_or(Problem::NotFound)
}

/// By what the visitor may make a receipt.
fn authority(app: &App, visitor: &Visitor, open: &OpenCase) -> Result<String, Problem> {
    let stream = open.case.reference.stream();
    let pass = permit(&visitor.actor(), Action::MakeReceipt, cases::object(&open.case, &stream, &app.profile));
    Ok(pass.map(|pass| pass.authority().to_owned())?)
}

/// The newest checkpoint and its key, or in words why there is none.
fn signed(app: &App) -> Result<Signed, String> {
    let none = "Receipts are made against a signed checkpoint of the record. ";
    let Some(path) = app.checkpoint.as_ref() else {
        return Err(format!("{none}This server was not told where its signer publishes one. Ask the operator"));
    };
    if !path.exists() {
        return Err(format!("{none}The signer has not published one yet. Try again later, or ask the operator"));
    }
    Signed::read(path).map_err(|refusal: Refusal| {
        tracing::error!(%refusal, "the checkpoint cannot be used for a receipt");
        format!("{none}The one that was published cannot be used. Tell the operator")
    })
}

/// Makes the receipt beside the pages: the whole tree is read for it.
async fn proven(app: &Arc<App>, asked: Asked, signed: Signed) -> Result<Made, Problem> {
    let record = app.store.record.clone();
    let make = move || record.engine.read(|tx| receipt::make(tx, &record.log, &asked, signed));
    let made = tokio::task::spawn_blocking(make).await;
    Ok(made.map_err(|error| Problem::Internal(format!("a receipt was not made: {error}")))??)
}

/// From when there can be a receipt for an entry that the checkpoint does not cover.
async fn newer(app: &Arc<App>, size: u64) -> Result<String, Problem> {
    let at = app.read(move |app, tx| Ok(reads::recorded_at(tx, &app.store.record.log, size)?)).await?;
    Ok(format!(
        "The newest checkpoint covers what was recorded up to {}. This entry is newer. A receipt can be made as soon \
         as the next checkpoint is published",
        day::instant_in_words(at)
    ))
}

/// Puts into the access log that the entry is handed out, before it is.
async fn noted(app: &Arc<App>, actor: String, authority: String, asked: Asked) -> Result<(), Problem> {
    let (tell, told) = oneshot::channel();
    let append = move |w: &mut candour_store::record::Write<'_>| receipt::note(w, &actor, &authority, &asked);
    app.store.access.write_then(append, move |result| drop(tell.send(result)));
    let stopped = |_| Problem::Database(candour_store::db::Error::Other("the access log has stopped".to_owned()));
    Ok(told.await.map_err(stopped)??)
}

fn page(
    app: &App,
    visitor: &Visitor,
    open: &OpenCase,
    entry: &Entry,
    (not_now, problem): (Option<String>, Option<String>),
) -> Result<Response, Problem> {
    let fact = |what: &str, says: String| (what.to_owned(), says);
    let mut facts = vec![
        fact("Recorded", day::instant_in_words(entry.recorded_at)),
        fact("By", staff_name(open, &entry.actor)),
        fact("Place in the record", entry.seq.to_string()),
    ];
    facts.extend(entry.on.map(|on| fact("Happened", day::in_words(on))));
    facts.extend(says(app, open, entry));
    let word = |(field, words): &(String, String)| WordShown {
        field: field.clone(),
        label: word_label(field),
        words: words.clone(),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page {
        case: Identity::of(app, open),
        tabs: tabs(app, visitor, open, "timeline"),
        version: entry.version,
        title: entry.event.title(),
        facts,
        words: entry.words.iter().map(word).collect(),
        not_now,
        problem,
    };
    app.pages.page_with(status, "staff/receipt.html", &Frame::of(app, Some(visitor), "cases"), &page)
}
