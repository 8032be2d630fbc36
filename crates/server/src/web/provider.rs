//! Signing in through the identity provider: going there, and coming back.
//!
//! Whoever comes back comes from another site, so that the browser brings no session along: what they
//! went for is in the errand's cookie. The answer is a page with a link, because only what is asked
//! for from a page of ours brings the session.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_store::accounts::{self, Own, Spent};
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
use crate::session::{self, Entered, Face, Visitor, since};

/// What is said to whoever is not let in; it says nothing of anybody's account.
const UNKNOWN: &str = "This did not sign you in. Your account here may not be connected: sign in with your password, and connect it on the page of your account";

/// `GET /sign-in/provider`
pub async fn begin(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let (address, cookie) = errand(&app, For::SignIn).await?;
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
    /// Where it goes on, and what the link says.
    on: &'static str,
    link: &'static str,
    /// Whether the browser goes on by itself.
    at_once: bool,
}

/// `GET /sign-in/provider/back`
pub async fn back(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = Typed::of_query(query.as_deref());
    let text = |name| query.get(name).to_owned();
    let answer = Answer { code: text("code"), state: text("state"), issuer: text("iss") };
    if app.provider.is_none() {
        return Err(Problem::NotFound);
    }
    let Some((asked, spent)) = Errand::Provider.back::<Asked>(&app, &headers) else {
        return refused(&app, "", "nothing was asked of this browser, or too long ago");
    };
    if !spend(&app, spent).await? {
        return refused(&app, "", "the answer was given before");
    }
    let what = asked.what.clone();
    let mut response = match Provider::shown(&app, asked, answer).await? {
        Err(wrong) => refused(&app, "", wrong.0)?,
        Ok(shown) => match what {
            For::SignIn => enter(&app, &headers, shown).await?,
            For::Connect(account, session) => connect(&app, &account, &session, shown).await?,
            For::Again(account, session) => again(&app, &headers, &account, &session, shown).await?,
        },
    };
    if let Some(cookie) = Errand::Provider.ended(&app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn spend(app: &Arc<App>, spent: Spent) -> Result<bool, Problem> {
    let spent = app.write(move |_, w| {
        let log = w.log();
        match spent.spend(w.tx()?, log) {
            Ok(()) => Ok(true),
            Err(candour_store::Failure::Refused(_)) => Ok(false),
            Err(other) => Err(other),
        }
    });
    Ok(spent.await?)
}

fn refused(app: &App, account: &str, why: &'static str) -> Result<Response, Problem> {
    operator_log::not_signed_in(account, why);
    sign_in::again(app, UNKNOWN)
}

/// The account to which somebody signs in, while it can be used, and whether it has a second factor.
async fn account_of(app: &Arc<App>, shown: &Shown) -> Result<Option<(Account, bool)>, Problem> {
    let Shown { issuer, subject, .. } = shown.clone();
    let found = app.read(move |app, tx| {
        let log = &app.store.record.log;
        let Some(id) = provider_link::account_of(tx, log, &issuer, &subject)? else { return Ok(None) };
        let open = standing::of(tx, log, &id)?.is_open(app.today(tx)?);
        let account = account::by_id(tx, log, &id)?.filter(|_| open);
        let second_factor = factor::factors(tx, log, &id)?.any();
        Ok(account.map(|account| (account, second_factor)))
    });
    Ok(found.await?)
}

async fn enter(app: &Arc<App>, headers: &HeaderMap, shown: Shown) -> Result<Response, Problem> {
    let Some((account, second_factor)) = account_of(app, &shown).await? else {
        return refused(app, "", "nobody's account is connected, or it is closed");
    };
    let entered = match (shown.by_two, second_factor) {
        (true, _) => Entered::ByProvider,
        (false, true) => Entered::OwesCode,
        (false, false) => Entered::Whole,
    };
    let cookie = session::begin(app, headers, &account, entered).await?;
    if entered != Entered::OwesCode {
        operator_log::signed_in(&account.id);
    }
    let page = Page {
        title: "You are signed in",
        says: "",
        on: if entered == Entered::OwesCode { sign_in::CODE } else { Face::of(account.role).home() },
        link: "Go on",
        at_once: true,
    };
    let page = Page { title: if entered == Entered::OwesCode { "One thing more" } else { page.title }, ..page };
    let mut response = render(app, &page)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Whoever went from a session that still lasts.
async fn went(app: &Arc<App>, account: &str, session: &str) -> Result<Option<Visitor>, Problem> {
    let (id, name, now) = (account.to_owned(), session.to_owned(), (app.now)());
    let found = app.read(move |app, tx| {
        let (log, today) = (&app.store.record.log, app.today(tx)?);
        let session = sessions::all(tx, log, &id, since(now))?.into_iter().find(|session| session.name == name);
        let open = standing::of(tx, log, &id)?.is_open(today);
        let account = account::by_id(tx, log, &id)?.filter(|_| open);
        let (Some(session), Some(account)) = (session, account) else { return Ok(None) };
        let (own, factors) = (app.own_access(tx, &account.id)?, factor::factors(tx, log, &account.id)?);
        Ok(Some(Visitor { account, own, session, factors }))
    });
    Ok(found.await?)
}

async fn connect(app: &Arc<App>, account: &str, session: &str, shown: Shown) -> Result<Response, Problem> {
    let Some(visitor) = went(app, account, session).await? else {
        return refused(app, account, "the session from which they went has ended");
    };
    let (actor, change) = (visitor.actor(), Own::LinkProvider(shown.issuer, shown.subject));
    app.write(move |_, w| accounts::change_own(w, &actor, &change)).await?;
    render(
        app,
        &Page {
            title: "Your account is connected",
            says: "You can sign in without your password here from now on.",
            on: super::account::PAGE,
            link: "Go to your account",
            at_once: false,
        },
    )
}

async fn again(
    app: &Arc<App>,
    headers: &HeaderMap,
    account: &str,
    session: &str,
    shown: Shown,
) -> Result<Response, Problem> {
    let (Some(visitor), Some((of, second_factor))) =
        (went(app, account, session).await?, account_of(app, &shown).await?)
    else {
        return refused(app, account, "the session has ended, or nobody's account is connected");
    };
    if of.id != visitor.account.id || (second_factor && !shown.by_two) {
        return refused(app, account, "what was shown again is another's, or by one factor of two");
    }
    let (cookie, _) = session::renew(app, headers, &visitor).await?;
    let page = Page {
        title: "You have shown that it is you",
        says: "Go back to the page that asked you, and press “Go on”. You can close this one.",
        on: super::account::PAGE,
        link: "Or go to your account",
        at_once: false,
    };
    let mut response = render(app, &page)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn render(app: &App, page: &Page) -> Result<Response, Problem> {
    app.pages.page_with(StatusCode::OK, "public/provider_back.html", &Frame::of(app, None, "sign-in"), page)
}
