//! Changing one's own password: the one before, and a new one.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_store::accounts::{self, Own};
use serde::Serialize;

use super::PAGE;
use crate::app::App;
use crate::credential;
use crate::error::Problem;
use crate::frame::Frame;
use crate::password::policy::{CHARS_ADVISED, CHARS_MIN, Policy};
use crate::session::{self, Visitor, anybody};
use crate::throttle::{Attempts, Peer, TOO_MANY};
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Page {
    /// The name, which password managers keep it under.
    name: String,
    /// What is wrong, by field.
    problems: Vec<(&'static str, String)>,
    least: usize,
    advised: usize,
}

/// `GET /account/password`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    render(&app, &visitor, StatusCode::OK, Vec::new())
}

/// `POST /account/password`
pub async fn submit(
    State(app): State<Arc<App>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    let typed = Typed::of_body(&body);
    let attempts = Attempts::of(&visitor.account.name, &peer);
    if attempts.are_too_many(&app).await? {
        return render(&app, &visitor, StatusCode::TOO_MANY_REQUESTS, vec![("current", TOO_MANY.to_owned())]);
    }
    let mut problems = Vec::new();
    if !credential::password_fits(&app, Some(&visitor.account), typed.get("current")).await? {
        attempts.note(&app).await?;
        problems.push(("current", "This is not your current password. Enter it again".to_owned()));
    }
    let policy = Policy { profile: &app.profile, breached: app.breached.as_ref() };
    if let Err(refusal) = policy.check(&visitor.account.name, typed.get("new")) {
        problems.extend(refusal.problems.into_iter().map(|p| (p.field, p.says)));
    } else if typed.get("new") == typed.get("current") {
        problems.push(("new", "The new password is the current one. Choose another".to_owned()));
    }
    if !problems.is_empty() {
        return render(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, problems);
    }
    let hash = credential::hashed(&app, typed.get("new")).await?;
    // The session goes on under a new token; every other one ends.
    let (cookie, _) = session::renew(&app, &headers, &visitor).await?;
    let (actor, change) = (visitor.actor(), Own::Password(hash, visitor.session.name.clone()));
    app.write(move |_, w| accounts::change_own(w, &actor, &change)).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&format!("{PAGE}?done=password"))).into_response())
}

fn render(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    problems: Vec<(&'static str, String)>,
) -> Result<Response, Problem> {
    let page = Page { name: visitor.account.name.clone(), problems, least: CHARS_MIN, advised: CHARS_ADVISED };
    app.pages.page_with(status, "account/password.html", &Frame::of(app, Some(visitor), "account"), &page)
}
