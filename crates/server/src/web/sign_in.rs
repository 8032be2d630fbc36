//! Signing in and out: the password, and then the code or a passkey where there is a second factor. Failed
//! attempts are throttled, and every failure gets the same answer.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_store::plain::account::{self, Account};
use candour_store::plain::factor::{self, Factors};
use candour_store::plain::standing;
use serde::Serialize;

use super::typed::Typed;
use crate::app::App;
use crate::credential;
use crate::errand::Errand;
use crate::error::Problem;
use crate::frame::Frame;
use crate::generate::demo_accounts;
use crate::operator_log;
use crate::passkeys;
use crate::provider::Provider;
use crate::session::{self, Entered, Face, OWING_MINUTES};
use crate::throttle::{Attempts, Peer, TOO_MANY};

/// What is said to whoever has their second factor at the identity provider only, once the password was right.
const ELSEWHERE: &str =
    "Your role needs a second factor, and you have none here. Sign in by the link below that names the other sign-in";

/// Where the code of a second factor is asked for.
pub(super) const CODE: &str = "/sign-in/code";

#[derive(Serialize)]
struct Page {
    name: String,
    problem: Option<&'static str>,
    /// Whether a passkey may do.
    passkeys: bool,
    /// What people call the identity provider, where there is one.
    provider: Option<String>,
    /// The demonstration's accounts: name, password, role, what they do.
    demo: Vec<(String, String, &'static str, String)>,
}

/// `GET /sign-in`
pub async fn show(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    render(&app, StatusCode::OK, "", None)
}

/// The same page, with what was wrong.
pub(super) fn again(app: &App, problem: &'static str) -> Result<Response, Problem> {
    render(app, StatusCode::UNPROCESSABLE_ENTITY, "", Some(problem))
}

/// `POST /sign-in`
pub async fn submit(
    State(app): State<Arc<App>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let typed = Typed::of_body(&body);
    let name = typed.get("name").trim().to_owned();
    let attempts = Attempts::of(&name, &peer);
    if attempts.are_too_many(&app).await? {
        operator_log::not_signed_in("", "too many attempts", (app.now)());
        return render(&app, StatusCode::TOO_MANY_REQUESTS, &name, Some(TOO_MANY));
    }
    let wanted = name.clone();
    let found = app.read(move |app, tx| {
        let log = &app.store.record.log;
        let account = account::as_typed(tx, log, &wanted)?;
        // Asked for a name that nobody has as well, so that it takes as long.
        let id = account.as_ref().map_or("", |account| account.id.as_str());
        let open = standing::of(tx, log, id)?.is_open(app.today(tx)?);
        let second_factor = factor::factors(tx, log, id)?.any();
        let (linked, own) = (Provider::links(app, tx, id)?, app.own_access(tx, id)?);
        Ok(account.map(|account| {
            // Whoever shows a second factor elsewhere, and has none here, shows it there.
            let elsewhere = linked && !second_factor && app.asks_two(account.role, &own);
            (account, open, (second_factor, elsewhere))
        }))
    });
    let found = found.await?;
    let fits =
        credential::password_fits(&app, found.as_ref().map(|(account, ..)| account), typed.get("password")).await?;
    let known = found.as_ref().map_or(String::new(), |(account, ..)| account.id.clone());
    // Whoever may no longer sign in learns no more than somebody who guesses.
    match found.filter(|(_, open, _)| fits && *open) {
        Some((account, _, (_, true))) => {
            operator_log::not_signed_in(
                &account.id,
                "the second factor is shown to the identity provider",
                (app.now)(),
            );
            again(&app, ELSEWHERE)
        }
        Some((account, _, (second_factor, false))) => enter(&app, &headers, &account, second_factor).await,
        None => {
            operator_log::not_signed_in(
                &known,
                "the name or the password is wrong, or the account is closed",
                (app.now)(),
            );
            attempts.note(&app).await?;
            let says = "The name or the password is wrong. Check both and try again";
            render(&app, StatusCode::UNPROCESSABLE_ENTITY, &name, Some(says))
        }
    }
}

/// Begins a session and goes on: to where the account lands, or to the page that asks for the code.
pub(super) async fn enter(
    app: &Arc<App>,
    headers: &HeaderMap,
    account: &Account,
    owes_code: bool,
) -> Result<Response, Problem> {
    let entered = if owes_code { Entered::OwesCode } else { Entered::Whole };
    let cookie = session::begin(app, headers, account, (entered, (app.now)())).await?;
    if !owes_code {
        operator_log::signed_in(&account.id);
    }
    let to = if owes_code { CODE } else { Face::of(account.role).home() };
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response())
}

#[derive(Serialize)]
struct CodePage {
    problem: Option<&'static str>,
    /// Whether there is an app whose code is asked for, and a passkey that may do in its place.
    app: bool,
    passkey: bool,
    minutes: i64,
}

/// `GET /sign-in/code`
pub async fn show_code(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let account = session::owing(&app, &headers).await?;
    render_code(&app, account.as_ref(), StatusCode::OK, None).await
}

/// `POST /sign-in/code`
pub async fn submit_code(
    State(app): State<Arc<App>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let Some(account) = session::owing(&app, &headers).await? else { return Err(Problem::SignIn) };
    let attempts = Attempts::of(&account.name, &peer);
    if attempts.are_too_many(&app).await? {
        operator_log::not_signed_in(&account.id, "too many attempts", (app.now)());
        return render_code(&app, Some(&account), StatusCode::TOO_MANY_REQUESTS, Some(TOO_MANY)).await;
    }
    let typed = Typed::of_body(&body);
    if !typed.get("passkey").is_empty() {
        let answered = passkeys::answered(&app, &headers, Errand::Code, typed.get("passkey"), Some(&account)).await?;
        let Err(why) = answered else { return enter(&app, &headers, &account, false).await };
        operator_log::not_signed_in(&account.id, why, (app.now)());
        let says = "The passkey is none of yours, or was asked for too long ago. Try again";
        return render_code(&app, Some(&account), StatusCode::UNPROCESSABLE_ENTITY, Some(says)).await;
    }
    if credential::code_fits(&app, &account, typed.get("code")).await? {
        return enter(&app, &headers, &account, false).await;
    }
    operator_log::not_signed_in(&account.id, "the code is wrong", (app.now)());
    attempts.note(&app).await?;
    let says = "The code is wrong, was used before, or is too old. Wait for the next one and enter it";
    render_code(&app, Some(&account), StatusCode::UNPROCESSABLE_ENTITY, Some(says)).await
}

/// `POST /sign-out`
pub async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Ok(visitor) = session::anybody(&app, &headers).await {
        operator_log::signed_out(&visitor.account.id);
    }
    let cookies = session::end(&app, &headers).await?;
    // A demonstration's visitor chooses another role there.
    let mut response = Redirect::to(if app.demo { "/" } else { "/sign-in" }).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert("clear-site-data", axum::http::HeaderValue::from_static("\"cache\""));
    Ok(response)
}

fn render(app: &App, status: StatusCode, name: &str, problem: Option<&'static str>) -> Result<Response, Problem> {
    let demo = if app.demo { demo_accounts(&app.profile) } else { Vec::new() };
    let demo = demo
        .into_iter()
        .map(|a| (a.name.to_owned(), crate::generate::DEMO_PASSWORD.to_owned(), a.role.label(), a.units.join(", ")));
    let page = Page {
        name: name.to_owned(),
        problem,
        passkeys: app.passkeys.is_some(),
        provider: app.provider.as_ref().map(|p| p.name.clone()),
        demo: demo.collect(),
    };
    app.pages.page_with(status, "public/sign_in.html", &Frame::of(app, None, "sign-in"), &page)
}

/// Whoever owes nothing sees the page as if they had an app.
async fn render_code(
    app: &Arc<App>,
    account: Option<&Account>,
    status: StatusCode,
    problem: Option<&'static str>,
) -> Result<Response, Problem> {
    let factors = match account.map(|account| account.id.clone()) {
        Some(id) => app.read(move |app, tx| Ok(factor::factors(tx, &app.store.record.log, &id)?)).await?,
        None => Factors { app: true, passkeys: 0 },
    };
    let passkey = app.passkeys.is_some() && factors.passkeys > 0;
    let page = CodePage { problem, app: factors.app, passkey, minutes: OWING_MINUTES };
    app.pages.page_with(status, "public/code.html", &Frame::of(app, None, "sign-in"), &page)
}
