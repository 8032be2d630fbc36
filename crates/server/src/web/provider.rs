//! Signing in through the identity provider: going there, and coming back.
//!
//! Whoever comes back comes from another site, so that the browser brings no session along: what they
//! went for is in the errand's cookie. The answer is a page, because only what is asked for from a page
//! of ours brings the session; what was shown for a session is finished there.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::record::{hex, unhex};
use candour_store::Failure;
use candour_store::accounts::Spent;
use candour_store::plain::account::{self, Account};
use candour_store::plain::{factor, provider_link, session as sessions, standing};
use serde::Serialize;

use super::sign_in;
use super::typed::Typed;
use crate::app::App;
use crate::errand::Errand;
use crate::error::Problem;
use crate::frame::Frame;
use crate::operator_log;
use crate::provider::{Answer, Asked, For, Provider, Shown};
use crate::session::{self, Entered, Face};
use crate::throttle::{Attempts, Peer, TOO_MANY};

/// What is said to whoever is not let in; it says nothing of anybody's account.
const UNKNOWN: &str = "This did not sign you in. Your account here may not be connected: sign in with your password, and connect it on the page of your account";

/// `GET /sign-in/provider`
pub async fn begin(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    // No other site begins a session for whoever looks at it.
    let from = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok()).unwrap_or("none");
    if app.provider.is_some() && !matches!(from, "none" | "same-origin") {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let held = session::token_hashes(&app, &headers).iter().map(|hash| hex(hash)).collect();
    let (address, cookie) = errand(&app, For::SignIn(held)).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&address)).into_response())
}

/// Where a browser is sent, and the cookie that it takes along.
pub(super) async fn errand(app: &Arc<App>, what: For) -> Result<(String, HeaderValue), Problem> {
    let (address, asked) = Provider::ask(app, what).await?;
    Ok((address, Errand::Provider.begin(app, &asked)?))
}

#[derive(Serialize)]
struct Page {
    title: &'static str,
    says: &'static str,
    /// Where it goes on; empty where a form finishes it.
    on: &'static str,
}

/// `GET /sign-in/provider/back`
pub async fn back(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = Typed::of_query(query.as_deref());
    let text = |name| query.get(name).to_owned();
    let answer = Answer { code: text("code"), state: text("state"), issuer: text("iss") };
    if app.provider.is_none() {
        return Err(Problem::NotFound);
    }
    let attempts = Attempts::from_address(&peer);
    if attempts.are_too_many(&app).await? {
        return sign_in::again(&app, TOO_MANY);
    }
    let Some((asked, spent)) = Errand::Provider.back::<Asked>(&app, &headers) else {
        return refused(&app, "nothing was asked of this browser, or too long ago");
    };
    if let Err(wrong) = Provider::is_to(&app, &asked, &answer) {
        return refused(&app, wrong.0);
    }
    if !spend(&app, spent).await? {
        return refused(&app, "the answer was given before");
    }
    let what = asked.what.clone();
    let mut response = match Provider::shown(&app, asked, answer).await? {
        Err(wrong) => {
            attempts.note(&app).await?;
            refused(&app, wrong.0)?
        }
        Ok(shown) => match what {
            For::SignIn(held) => enter(&app, &headers, &held, shown).await?,
            For::Connect(..) | For::Again(..) => to_finish(&app, &(what, shown))?,
        },
    };
    response.headers_mut().extend(Errand::Provider.ended(&app).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Uses an errand up; whether it was not used before.
pub(super) async fn spend(app: &Arc<App>, spent: Spent) -> Result<bool, Problem> {
    let spent = app.write(move |_, w| {
        let log = w.log();
        match spent.spend(w.tx()?, log) {
            Ok(()) => Ok(true),
            Err(Failure::Refused(_)) => Ok(false),
            Err(other) => Err(other),
        }
    });
    Ok(spent.await?)
}

fn refused(app: &App, why: &'static str) -> Result<Response, Problem> {
    operator_log::not_signed_in("", why, (app.now)());
    sign_in::again(app, UNKNOWN)
}

/// The account to which somebody signs in, while it can be used; whether it has a second factor, and
/// whether it needs one.
pub(super) async fn account_of(app: &Arc<App>, shown: &Shown) -> Result<Option<(Account, bool, bool)>, Problem> {
    let Shown { issuer, subject, .. } = shown.clone();
    let found = app.read(move |app, tx| {
        let log = &app.store.record.log;
        let Some(id) = provider_link::account_of(tx, log, &issuer, &subject)? else { return Ok(None) };
        let open = standing::of(tx, log, &id)?.is_open(app.today(tx)?);
        let account = account::by_id(tx, log, &id)?.filter(|_| open);
        let has = factor::factors(tx, log, &id)?.any();
        let own = app.own_access(tx, &id)?;
        Ok(account.map(|account| {
            let needs = app.asks_two(account.role, &own);
            (account, has, needs)
        }))
    });
    Ok(found.await?)
}

async fn enter(app: &Arc<App>, headers: &HeaderMap, held: &[String], shown: Shown) -> Result<Response, Problem> {
    let Some((account, has, needs)) = account_of(app, &shown).await? else {
        return refused(app, "nobody's account is connected, or it is closed");
    };
    let entered = match (shown.by_two, has) {
        (true, _) => Entered::ByProvider,
        (false, true) => Entered::OwesCode,
        // One factor cannot be what lets somebody set another up.
        (false, false) if needs => return refused(app, "one factor was shown, and two are needed"),
        (false, false) => Entered::Whole,
    };
    // What the browser held ends as with every other way to sign in.
    let ended: Vec<[u8; 32]> = held.iter().filter_map(|hash| unhex(hash)).collect();
    app.write(move |_, w| ended.iter().try_for_each(|hash| Ok(sessions::end(w.tx()?, hash)?))).await?;
    // When they last showed it is for the provider to say: it may not have asked them now.
    let cookie = session::begin(app, headers, &account, (entered, shown.at.unwrap_or_default())).await?;
    if entered != Entered::OwesCode {
        operator_log::signed_in(&account.id);
    }
    let face = Face::of(account.role);
    let page = match entered {
        Entered::OwesCode => Page { title: "One thing more", says: "", on: sign_in::CODE },
        Entered::Whole | Entered::ByProvider => Page { title: "You are signed in", says: "", on: face.home() },
    };
    let mut response = render(app, &page)?;
    for cookie in std::iter::once(cookie).chain(session::without_other_faces(app, face)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A page that brings the session, to which what was shown is handed on.
fn to_finish(app: &App, shown: &(For, Shown)) -> Result<Response, Problem> {
    let cookie = Errand::Finish.begin(app, shown)?;
    let page = match shown.0 {
        For::Again(..) => Page {
            title: "You have shown that it is you",
            says: "Press the button, and then go back to the page that asked you.",
            on: "",
        },
        For::Connect(..) | For::SignIn(_) => Page {
            title: "One thing more",
            says: "Press the button, and your account here is connected with the one to which you have just signed in.",
            on: "",
        },
    };
    let mut response = render(app, &page)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn render(app: &App, page: &Page) -> Result<Response, Problem> {
    app.pages.page_with(StatusCode::OK, "public/provider_back.html", &Frame::of(app, None, "sign-in"), page)
}
