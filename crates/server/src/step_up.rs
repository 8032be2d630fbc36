//! Showing again that it is oneself, on the way to a grave act (`access/grave.toml`).
//!
//! A page that carries one out asks [`crate::session::Visitor::fresh`] first. Where that says no,
//! the answer is a page that asks for the password, and for a code where there is a second factor, or
//! for a passkey, and that holds what was typed. It goes to the address to which the form was going;
//! this layer takes what was shown off it, checks it, renews the session, and lets the form pass on as
//! if it had come so. No page has to know of it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequest as _, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use candour_core::access::grave::is_fresh;

use crate::app::App;
use crate::credential;
use crate::errand::Errand;
use crate::error::Problem;
use crate::operator_log;
use crate::passkeys;
use crate::session;
use crate::throttle::{Attempts, TOO_MANY};
use crate::web::typed::Typed;

/// The field of the password.
const PASSWORD: &str = "again-password";
/// The field of the code.
const CODE: &str = "again-code";
/// The field of a passkey's answer, in place of both.
const PASSKEY: &str = "again-passkey";
/// What the fields of this page begin with.
const AGAIN: &str = "again-pass";
const WRONG: &str = "The password is wrong. Enter it again";
const NOT_YOURS: &str = "The passkey is none of yours, or was asked for too long ago. Try again";
const NOTHING: &str = "Enter your password, or show it elsewhere first";
const ELSEWHERE: &str = "You signed in elsewhere with two factors, and have none here. Show it there again";
const ONE_WRONG: &str = "The password or the code is wrong. Check both and try again";

/// The layer.
pub async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let form = request.headers().get(header::CONTENT_TYPE);
    let form = form.is_some_and(|v| v.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if request.method() != Method::POST || !form {
        return next.run(request).await;
    }
    let address = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let (mut parts, body) = request.into_parts();
    let bytes = match Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await {
        Ok(bytes) => bytes,
        Err(why) if why.status() == StatusCode::PAYLOAD_TOO_LARGE => return Problem::TooLarge.into_response(),
        Err(_) => return Problem::Unreadable.into_response(),
    };
    if !contains(&bytes, AGAIN.as_bytes()) {
        let response = next.run(Request::from_parts(parts, Body::from(bytes.clone()))).await;
        return with_typed(response, &address, || Typed::of_body(&bytes));
    }
    let typed = Typed::of_body(&bytes);
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let form = typed.without(PASSWORD).without(CODE).without(PASSKEY);
    let cookie = match shown(&app, &parts.headers, peer, &typed).await {
        Ok(None) => None,
        Ok(Some((cookie, headers))) => {
            parts.headers = headers;
            Some(cookie)
        }
        Err(problem) => return problem.with_typed(&address, &form).into_response(),
    };
    let body = form.to_body();
    parts.headers.remove(header::CONTENT_LENGTH);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let mut response = with_typed(response, &address, || form);
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

/// Checks what was shown; the cookie of the renewed session, and the headers that go on with it. None
/// when nothing was, because they have just shown it elsewhere.
async fn shown(
    app: &Arc<App>,
    headers: &axum::http::HeaderMap,
    peer: Option<SocketAddr>,
    typed: &Typed,
) -> Result<Option<(HeaderValue, axum::http::HeaderMap)>, Problem> {
    let visitor = session::anybody(app, headers).await?;
    let nothing = [PASSWORD, CODE, PASSKEY].iter().all(|field| typed.get(field).is_empty());
    if nothing {
        let fresh = is_fresh(visitor.session.checked_at, (app.now)(), app.grave_minutes);
        return if fresh { Ok(None) } else { Err(Problem::StepUp(Some(NOTHING))) };
    }
    let attempts = Attempts::from(&visitor.account.name, peer);
    if attempts.are_too_many(app).await? {
        operator_log::not_signed_in(&visitor.account.id, "too many attempts", (app.now)());
        return Err(Problem::StepUp(Some(TOO_MANY)));
    }
    if !typed.get(PASSKEY).is_empty() {
        let account = &visitor.account;
        let answered = passkeys::answered(app, headers, Errand::Again, typed.get(PASSKEY), Some(account)).await?;
        if let Err(why) = answered {
            operator_log::not_signed_in(&account.id, why, (app.now)());
            return Err(Problem::StepUp(Some(NOT_YOURS)));
        }
        return Ok(Some(session::renew(app, headers, &visitor).await?));
    }
    let second_factor = visitor.factors.any();
    if visitor.session.by_two && !second_factor && app.provider.is_some() {
        return Err(Problem::StepUp(Some(ELSEWHERE)));
    }
    let fits = credential::password_fits(app, Some(&visitor.account), typed.get(PASSWORD)).await?
        && (!second_factor || credential::code_fits(app, &visitor.account, typed.get(CODE)).await?);
    if !fits {
        operator_log::not_signed_in(&visitor.account.id, "what was shown again is wrong", (app.now)());
        attempts.note(app).await?;
        return Err(Problem::StepUp(Some(if second_factor { ONE_WRONG } else { WRONG })));
    }
    Ok(Some(session::renew(app, headers, &visitor).await?))
}

/// Puts what was typed to an answer that asks somebody to show again that it is they.
fn with_typed(response: Response, address: &str, typed: impl FnOnce() -> Typed) -> Response {
    let Some(Problem::StepUp(why)) = response.extensions().get::<Problem>() else { return response };
    Problem::StepUp(*why).with_typed(address, &typed()).into_response()
}

fn contains(bytes: &Bytes, part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
