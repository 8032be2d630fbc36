//! Writing to whoever deals with one's own matter, and the receipt for it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::case::informed::wrote::Write;
use candour_core::case::{Command, words};
use candour_core::permit::{Action, permit};
use candour_core::profile::Help;
use candour_core::refusal::{Check, Refusal};
use candour_store::{Failure, cases};
use serde::Serialize;

use super::Own;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::receipt::Asked;
use crate::web::case_page::receipt::handed_out;
use crate::web::form::drawn::{SUBMISSION_HEX, new_id};
use crate::web::form::{Sent, fingerprint};
use crate::web::typed::{Typed, encode};

#[derive(Serialize)]
struct Page {
    reference: String,
    address: String,
    back: String,
    message: String,
    problem: Option<String>,
    longest: usize,
    help: Vec<Help>,
    /// What makes a form that is sent twice count once.
    submission: String,
}

/// `GET /own/cases/REF/write`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let own = Own::open(&app, &headers, &reference).await?;
    render(&app, &own, StatusCode::OK, &Typed::default(), None)
}

/// `POST /own/cases/REF/write`
pub async fn submit(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let typed = Typed::of_body(&body);
    let address = format!("/own/cases/{}/write", encode(&reference));
    submitted(&app, &headers, &reference, &typed).await.map_err(|problem| problem.with_typed(&address, &typed))
}

async fn submitted(app: &Arc<App>, headers: &HeaderMap, reference: &str, typed: &Typed) -> Result<Response, Problem> {
    let own = Own::open(app, headers, reference).await?;
    match write(app, &own, typed).await {
        Ok(_) => Ok(Redirect::to(&own.address("?done=sent")).into_response()),
        Err(Failure::Refused(refusal)) => {
            render(app, &own, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(refusal.to_string()))
        }
        Err(other) => Err(other.into()),
    }
}

/// Records what was written, once however often it is sent.
async fn write(app: &Arc<App>, own: &Own, typed: &Typed) -> Result<String, Failure> {
    let mut check = Check::default();
    let message = words::required("Write what you want to say", "Your message", typed.get("message"));
    let message = check.field("message", message);
    let message = check.done(message)?;
    if typed.get("submission").len() != SUBMISSION_HEX {
        return Err(Refusal::of("message", "This form arrived incomplete and nothing was sent. Send it again").into());
    }
    let fresh = own.visitor.fresh(app, Action::WriteOfOwnMatter);
    let fresh = fresh.map_err(|_| Refusal::of("message", "Sign in again, and send it then"))?;
    let command = Command::Write(Write { key: own.key.clone(), message });
    let reference = own.open.case.reference.clone();
    let sent = Sent {
        id: typed.get("submission").to_owned(),
        form: fingerprint("write", &reference, &command, None),
        answer: own.address("?done=sent"),
        seen: None,
        reference,
        visitor: own.visitor.clone(),
        fresh,
        command,
        beside: None,
    };
    app.write(move |app, w| sent.carry_out(app, w)).await
}

/// `POST /own/cases/REF/receipt`: the receipt of something that they wrote, with its words.
pub async fn receipt(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let own = Own::open(&app, &headers, &reference).await?;
    let entry: u64 = Typed::of_body(&body).get("entry").parse().map_err(|_| Problem::NotFound)?;
    if !own.person()?.wrote.iter().any(|(_, version)| *version == entry) {
        return Err(Problem::NotFound);
    }
    let (case, actor) = (&own.open.case, own.visitor.actor());
    let stream = case.reference.stream();
    let pass = permit(&actor, Action::SeeOwnMatter, cases::object(case, &stream, &app.profile))?;
    let asked = Asked { reference: case.reference.clone(), entry, words: vec!["message".to_owned()] };
    let Ok(mut receipt) = handed_out(&app, (actor.id, pass.authority().to_owned()), asked).await? else {
        return Err(Problem::NotNow("The receipt is not ready yet. Come back later and save it then".to_owned()));
    };
    // The name of a file is seen by whoever looks where files are kept.
    let name = HeaderValue::from_static("attachment; filename=\"receipt.tlog-proof\"");
    receipt.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(receipt)
}

fn render(
    app: &App,
    own: &Own,
    status: StatusCode,
    typed: &Typed,
    problem: Option<String>,
) -> Result<Response, Problem> {
    let page = Page {
        reference: own.open.case.reference.to_string(),
        address: own.address("/write"),
        back: own.address(""),
        message: typed.get("message").to_owned(),
        problem,
        longest: words::WORDS_CHARS_MAX,
        help: app.profile.help.clone(),
        submission: new_id(),
    };
    app.pages.page_with(status, "own/write.html", &Frame::of(app, Some(&own.visitor), "own"), &page)
}
