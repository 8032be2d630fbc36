//! Going to a passkey: what is asked of the browser, and signing in with its answer.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use candour_store::plain::account::Account;
use candour_store::plain::passkey::{self, Passkey};

use super::sign_in;
use super::typed::Typed;
use crate::app::App;
use crate::errand::Errand;
use crate::error::Problem;
use crate::passkeys::{self, Passkeys, new_handle};
use crate::{operator_log, session};

/// What is said to whoever has no passkey here; it says nothing of anybody's account.
const UNKNOWN: &str = "This passkey does not sign in here. Sign in with your name and your password";

/// `POST /passkey`: what is asked of the browser, as JSON, for the errand that `for` names.
pub async fn begin(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let wanted = Typed::of_body(&body);
    let passkeys = app.passkeys.as_ref().ok_or(Problem::NotFound)?;
    let errands = [Errand::SignIn, Errand::Code, Errand::Again, Errand::Add];
    let errand = errands.into_iter().find(|errand| errand.name() == wanted.get("for"));
    let (options, cookie) = match errand.ok_or(Problem::NotFound)? {
        errand @ Errand::SignIn => ask(&app, passkeys, errand, None).await?,
        errand @ Errand::Code => {
            let account = session::owing(&app, &headers).await?.ok_or(Problem::SignIn)?;
            ask(&app, passkeys, errand, Some(&account)).await?
        }
        errand @ Errand::Again => {
            let visitor = session::anybody(&app, &headers).await?;
            ask(&app, passkeys, errand, Some(&visitor.account)).await?
        }
        errand @ Errand::Add => {
            let visitor = session::anybody(&app, &headers).await?;
            let (account, held) = (&visitor.account, held_by(&app, &visitor.account).await?);
            // One for all passkeys of an account, so that a device knows them for the same.
            let handle = held.first().map_or_else(new_handle, |passkey| passkey.handle.clone());
            let ids = held.into_iter().map(|passkey| passkey.id).collect();
            let (options, asked) = passkeys.ask_for_new(&handle, account, ids)?;
            (options, errand.begin(&app, &(&account.id, handle, asked))?)
        }
        Errand::Provider | Errand::Finish => return Err(Problem::NotFound),
    };
    let kind = axum::http::HeaderValue::from_static("application/json");
    Ok(([(header::SET_COOKIE, cookie), (header::CONTENT_TYPE, kind)], options.to_string()).into_response())
}

/// Asks for a passkey of an account, or for any.
async fn ask(
    app: &Arc<App>,
    passkeys: &Passkeys,
    errand: Errand,
    of: Option<&Account>,
) -> Result<(serde_json::Value, axum::http::HeaderValue), Problem> {
    let ids = match of {
        Some(account) => held_by(app, account).await?.into_iter().map(|passkey| passkey.id).collect(),
        None => Vec::new(),
    };
    let (options, asked) = passkeys.ask(&ids)?;
    Ok((options, errand.begin(app, &asked)?))
}

async fn held_by(app: &Arc<App>, account: &Account) -> Result<Vec<Passkey>, Problem> {
    let id = account.id.clone();
    Ok(app.read(move |app, tx| Ok(passkey::of(tx, &app.store.record.log, &id)?)).await?)
}

/// `POST /sign-in/passkey`
pub async fn sign_in(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let typed = Typed::of_body(&body);
    if app.passkeys.is_none() {
        return Err(Problem::NotFound);
    }
    match passkeys::answered(&app, &headers, Errand::SignIn, typed.get("passkey"), None).await? {
        Ok(account) => sign_in::enter(&app, &headers, &account, false).await,
        Err(why) => {
            operator_log::not_signed_in("", why, (app.now)());
            sign_in::again(&app, UNKNOWN)
        }
    }
}
