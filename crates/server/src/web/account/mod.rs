//! One's own account: how one signs in, where one is signed in, and what happened to the account.

pub mod factor;
pub mod passkeys;
pub mod password;
pub mod provider;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::day;
use candour_core::permit::{Action, Role};
use candour_store::accounts::{self, Entry};
use candour_store::plain::account::{self, Account};
use candour_store::plain::code;
use candour_store::plain::session::Session;
use serde::Serialize;

use super::typed::Typed;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{self, ABSOLUTE_HOURS, IDLE_MINUTES, anybody, since};

/// Where the page is.
pub(super) const PAGE: &str = "/account";

#[derive(Serialize)]
struct Page {
    name: String,
    role: &'static str,
    units: String,
    /// Whether there is an authenticator app.
    app: bool,
    /// How many passkeys there are, and whether one can be added here.
    passkeys: u64,
    passkeys_possible: bool,
    /// What people call the identity provider, where there is one, and whether it is connected.
    provider: Option<String>,
    linked: bool,
    /// Whether the role asks for a second factor.
    required: bool,
    codes_left: u64,
    sessions: Vec<SessionShown>,
    history: Vec<HistoryShown>,
    idle_minutes: i64,
    absolute_hours: i64,
    done: Option<&'static str>,
}

/// A session in words.
#[derive(Serialize)]
pub(super) struct SessionShown {
    name: String,
    browser: String,
    began: String,
    used: String,
    /// Whether it is the reader's own.
    own: bool,
}

/// Something that happened to an account, in words.
#[derive(Serialize)]
pub(super) struct HistoryShown {
    says: String,
    recorded: String,
    reasons: String,
}

/// The sessions of an account in words.
pub(super) fn sessions(sessions: Vec<Session>, own: &str) -> Vec<SessionShown> {
    let shown = |s: Session| SessionShown {
        own: s.name == own,
        name: s.name,
        browser: s.browser,
        began: day::instant_in_words(s.made_at),
        used: day::instant_in_words(s.seen_at),
    };
    sessions.into_iter().map(shown).collect()
}

/// What happened to an account, in words.
pub(super) fn history(entries: Vec<Entry>, accounts: &[Account], of: &str) -> Vec<HistoryShown> {
    let informed = accounts.iter().any(|a| a.id == of && a.role == Role::Cmp);
    let by = |id: &str| match accounts.iter().find(|a| a.id == id) {
        Some(account) if account.id == of => "by its owner".to_owned(),
        // Somebody who is kept informed knows us, and no names of ours.
        Some(_) if informed => "by us".to_owned(),
        Some(account) => format!("by {}", account.name),
        None => "by the operator".to_owned(),
    };
    let shown = |entry: Entry| HistoryShown {
        says: entry.event.says(),
        recorded: format!("{}, {}", day::instant_in_words(entry.recorded_at), by(&entry.actor)),
        reasons: entry.reasons,
    };
    entries.into_iter().map(shown).collect()
}

/// `GET /account`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    let (id, now) = (visitor.account.id.clone(), (app.now)());
    let linked = provider::is_linked(&app, &visitor).await?;
    let (found, left, entries, accounts) = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            let found = candour_store::plain::session::all(tx, log, &id, since(now))?;
            let left = code::recovery_left(tx, log, &id)?;
            Ok((found, left, accounts::history(tx, log, &id)?, account::all(tx, log)?))
        })
        .await?;
    let account = &visitor.account;
    let page = Page {
        name: account.name.clone(),
        role: account.role.label(),
        units: account.units.join(", "),
        app: visitor.factors.app,
        passkeys: visitor.factors.passkeys,
        passkeys_possible: app.passkeys.is_some(),
        provider: app.provider.as_ref().map(|provider| provider.name.clone()),
        linked,
        required: visitor.needs_factor(&app),
        codes_left: left,
        sessions: sessions(found, &visitor.session.name),
        history: history(entries, &accounts, &account.id),
        idle_minutes: IDLE_MINUTES,
        absolute_hours: ABSOLUTE_HOURS,
        done: done(Typed::of_query(query.as_deref()).get("done")),
    };
    app.pages.page("account/account.html", &Frame::of(&app, Some(&visitor), "account"), &page)
}

fn done(what: &str) -> Option<&'static str> {
    match what {
        "password" => Some("Your password is changed. You are signed out everywhere else."),
        "removed" => Some("The app is turned off. If you have passkeys, they stay your second factor."),
        "passkey" => Some("The passkey is added."),
        "passkey-removed" => Some("The passkey is taken away."),
        "connected" => Some("Your account is connected. You can sign in there from now on."),
        "shown" => Some("You have shown that it is you. Go back to the page that asked you, and press “Go on”."),
        "disconnected" => Some("Your account is no longer connected."),
        "ended" => Some("The session is ended."),
        "others" => Some("You are signed out everywhere else."),
        _ => None,
    }
}

/// `POST /account/sessions`: ends the one of that name, or all others without a name.
pub async fn end_sessions(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    visitor.fresh(&app, Action::KeepOwnAccount)?;
    let (id, own) = (visitor.account.id.clone(), visitor.session.name.clone());
    let name = Typed::of_body(&body).get("session").to_owned();
    if name == own {
        let mut response = Redirect::to("/sign-in").into_response();
        for cookie in session::end(&app, &headers).await? {
            response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
        }
        return Ok(response);
    }
    let to = if name.is_empty() { "others" } else { "ended" };
    app.write(move |_, w| {
        let log = w.log();
        if name.is_empty() {
            candour_store::plain::session::end_all(w.tx()?, log, &id, Some(&own))?;
        } else {
            candour_store::plain::session::end_named(w.tx()?, log, &id, &name)?;
        }
        Ok(())
    })
    .await?;
    Ok(Redirect::to(&format!("{PAGE}?done={to}")).into_response())
}
