//! Choosing a password with a start code, for a new account or after a reset. The code is good once
//! and for a day; it signs nobody in, so that a second factor is still asked for.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::refusal::{Problem as Wrong, Refusal};
use candour_store::Failure;
use candour_store::accounts::{self, Own};
use candour_store::plain::{account, code, standing};
use serde::Serialize;

use super::typed::Typed;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::operator_log;
use crate::password::policy::{CHARS_ADVISED, CHARS_MIN, Policy};
use crate::throttle::{Attempts, Peer, TOO_MANY};
use crate::{credential, totp};

const WRONG: &str = "The name or the start code is wrong, or the code was used before or is too old. Check both, or ask \
                     the administrator for another code";

#[derive(Serialize)]
struct Page {
    name: String,
    /// What is wrong, by field.
    problems: Vec<(&'static str, String)>,
    least: usize,
    advised: usize,
}

/// `GET /start`
pub async fn show(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    render(&app, StatusCode::OK, "", Vec::new())
}

/// `POST /start`
pub async fn submit(State(app): State<Arc<App>>, peer: Peer, body: Bytes) -> Result<Response, Problem> {
    let typed = Typed::of_body(&body);
    let name = typed.get("name").trim().to_owned();
    let attempts = Attempts::of(&name, &peer);
    if attempts.are_too_many(&app).await? {
        return render(&app, StatusCode::TOO_MANY_REQUESTS, &name, of("name", TOO_MANY));
    }
    let (digest, now, wanted) = (totp::digest(typed.get("code")), (app.now)(), name.clone());
    let asked = digest.clone();
    let found = app.read(move |app, tx| {
        let log = &app.store.record.log;
        let account = account::as_typed(tx, log, &wanted)?;
        // Asked for a name that nobody has as well, so that it takes as long.
        let id = account.as_ref().map_or("", |account| account.id.as_str());
        let (good, standing) = (code::start_fits(tx, log, id, &asked, now)?, standing::of(tx, log, id)?);
        let open = standing.is_open(app.today(tx)?);
        Ok(account.filter(|_| good && open))
    });
    let found = found.await?;
    // Before the code is looked at, so that the answer to a bad password says nothing of the code.
    let policy = Policy { profile: &app.profile, breached: app.breached.as_ref() };
    let problems = policy.check(&name, typed.get("new")).err().map_or_else(Vec::new, |refusal| refusal.problems);
    if !problems.is_empty() {
        let problems = problems.into_iter().map(|Wrong { field, says }| (field, says)).collect();
        return render(&app, StatusCode::UNPROCESSABLE_ENTITY, &name, problems);
    }
    let hash = credential::hashed(&app, typed.get("new")).await?;
    let started = match found {
        Some(account) => {
            let (actor, change) = (account.actor(), Own::Start(digest, hash, now));
            app.write(move |_, w| accounts::change_own(w, &actor, &change)).await
        }
        None => Err(Refusal::new(WRONG).into()),
    };
    match started {
        Ok(()) => Ok(Redirect::to("/sign-in").into_response()),
        Err(Failure::Refused(_)) => {
            operator_log::not_signed_in("", "the start code is wrong", (app.now)());
            attempts.note(&app).await?;
            render(&app, StatusCode::UNPROCESSABLE_ENTITY, &name, of("name", WRONG))
        }
        Err(other) => Err(other.into()),
    }
}

fn of(field: &'static str, says: &str) -> Vec<(&'static str, String)> {
    vec![(field, says.to_owned())]
}

fn render(
    app: &App,
    status: StatusCode,
    name: &str,
    problems: Vec<(&'static str, String)>,
) -> Result<Response, Problem> {
    let page = Page { name: name.to_owned(), problems, least: CHARS_MIN, advised: CHARS_ADVISED };
    app.pages.page_with(status, "public/start.html", &Frame::of(app, None, "start"), &page)
}
