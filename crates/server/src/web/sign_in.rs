//! Signing in and out. Failed attempts are throttled by name and by address, and every failure
//! gets the same answer.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::record::hex;
use candour_store::plain::account::{self, Account};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::typed::Typed;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::generate::demo_accounts;
use crate::operator_log;
use crate::session::{self, Face};

/// Failed attempts for one name in the window before more are refused.
const ATTEMPTS_MAX: u64 = 5;
/// Failed attempts from one address in the window before more are refused.
const ATTEMPTS_FROM_ADDRESS_MAX: u64 = 50;
/// The window.
const WINDOW_MICROS: i64 = 15 * 60 * 1_000_000;

#[derive(Serialize)]
struct Page {
    name: String,
    problem: Option<&'static str>,
    /// The demonstration's accounts: name, password, role, what they do.
    demo: Vec<(String, String, &'static str, String)>,
}

/// `GET /sign-in`
pub async fn show(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    render(&app, StatusCode::OK, "", None)
}

/// `POST /sign-in`
pub async fn submit(
    State(app): State<Arc<App>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    body: Bytes,
) -> Result<Response, Problem> {
    let typed = Typed::of_body(&body);
    let name = typed.get("name").trim().to_owned();
    let from = peer.map_or_else(|| "unknown".to_owned(), |Extension(ConnectInfo(peer))| peer.ip().to_string());
    let keys = [key("name", &name.to_lowercase()), key("address", &from)];
    if throttled(&app, &keys).await? {
        operator_log::not_signed_in("", "too many attempts");
        let says = "Too many attempts. Wait 15 minutes and try again";
        return render(&app, StatusCode::TOO_MANY_REQUESTS, &name, Some(says));
    }
    match check(&app, &name, typed.get("password").to_owned()).await? {
        Some(account) => {
            operator_log::signed_in(&account.id);
            let cookie = session::begin(&app, &account).await?;
            let home = Face::of(account.role).home();
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(home)).into_response())
        }
        None => {
            note(&app, keys).await?;
            let says = "The name or the password is wrong. Check both and try again";
            render(&app, StatusCode::UNPROCESSABLE_ENTITY, &name, Some(says))
        }
    }
}

/// `POST /sign-out`
pub async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Ok(visitor) = session::visitor(&app, Face::Board, &headers).await {
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

async fn check(app: &Arc<App>, name: &str, password: String) -> Result<Option<Account>, Problem> {
    let wanted = name.to_owned();
    let account = app.read(move |app, tx| Ok(account::named(tx, &app.store.record.log, &wanted)?)).await?;
    let known = account.as_ref().map_or(String::new(), |a| a.id.clone());
    let hash = account.as_ref().map(|a| a.password.clone());
    let _turn = app.hashing.acquire().await.map_err(|e| Problem::Internal(e.to_string()))?;
    let checked = tokio::task::spawn_blocking(move || crate::password::matches(&password, hash.as_deref()));
    let matches = checked.await.map_err(|e| Problem::Internal(e.to_string()))?;
    if !matches {
        operator_log::not_signed_in(&known, "the name or the password is wrong");
    }
    Ok(account.filter(|_| matches))
}

async fn throttled(app: &Arc<App>, keys: &[String; 2]) -> Result<bool, Problem> {
    let (keys, since) = (keys.clone(), (app.now)() - WINDOW_MICROS);
    let counts = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            Ok((account::attempts(tx, log, &keys[0], since)?, account::attempts(tx, log, &keys[1], since)?))
        })
        .await?;
    Ok(counts.0 >= ATTEMPTS_MAX || counts.1 >= ATTEMPTS_FROM_ADDRESS_MAX)
}

async fn note(app: &Arc<App>, keys: [String; 2]) -> Result<(), Problem> {
    let now = (app.now)();
    app.write(move |app, w| {
        let log = app.store.record.log.clone();
        for key in &keys {
            account::note_attempt(w.tx()?, &log, key, now, now - WINDOW_MICROS)?;
        }
        Ok(())
    })
    .await?;
    Ok(())
}

/// What an attempt is counted under: a hash, because neither a name nor an address is kept.
fn key(kind: &str, value: &str) -> String {
    format!("{kind}:{}", &hex(&Sha256::digest(value.as_bytes()))[..32])
}

fn render(app: &App, status: StatusCode, name: &str, problem: Option<&'static str>) -> Result<Response, Problem> {
    let demo = if app.demo { demo_accounts(&app.profile) } else { Vec::new() };
    let demo = demo
        .into_iter()
        .map(|a| (a.name.to_owned(), crate::generate::DEMO_PASSWORD.to_owned(), a.role.label(), a.units.join(", ")));
    let page = Page { name: name.to_owned(), problem, demo: demo.collect() };
    app.pages.page_with(status, "public/sign_in.html", &Frame::of(app, None, "sign-in"), &page)
}
