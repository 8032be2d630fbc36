//! Showing again that it is oneself, on the way to a grave act (`access/grave.toml`).
//!
//! A page that carries one out asks [`crate::session::Visitor::fresh`] first. Where that says no,
//! the answer is a page that asks for the password, and for a code where there is a second factor,
//! and that holds what was typed. It goes to the address to which the form was going; this layer
//! takes the password and the code off it, checks them, renews the session, and lets the form pass
//! on as if it had come so. No page has to know of it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequest as _, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::app::App;
use crate::credential;
use crate::error::Problem;
use crate::operator_log;
use crate::session;
use crate::throttle::{Attempts, TOO_MANY};
use crate::web::typed::Typed;

/// The field of the password.
const PASSWORD: &str = "again-password";
/// The field of the code.
const CODE: &str = "again-code";
const WRONG: &str = "The password is wrong. Enter it again";
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
    if !contains(&bytes, PASSWORD.as_bytes()) {
        let response = next.run(Request::from_parts(parts, Body::from(bytes.clone()))).await;
        return with_typed(response, &address, || Typed::of_body(&bytes));
    }
    let typed = Typed::of_body(&bytes);
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let form = typed.without(PASSWORD).without(CODE);
    let cookie = match shown(&app, &parts.headers, peer, &typed).await {
        Ok((cookie, headers)) => {
            parts.headers = headers;
            cookie
        }
        Err(problem) => return problem.with_typed(&address, &form).into_response(),
    };
    let body = form.to_body();
    parts.headers.remove(header::CONTENT_LENGTH);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let mut response = with_typed(response, &address, || form);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// Checks what was shown; the cookie of the renewed session, and the headers that go on with it.
async fn shown(
    app: &Arc<App>,
    headers: &axum::http::HeaderMap,
    peer: Option<SocketAddr>,
    typed: &Typed,
) -> Result<(HeaderValue, axum::http::HeaderMap), Problem> {
    let visitor = session::anybody(app, headers).await?;
    let attempts = Attempts::from(&visitor.account.name, peer);
    if attempts.are_too_many(app).await? {
        operator_log::not_signed_in(&visitor.account.id, "too many attempts");
        return Err(Problem::StepUp(Some(TOO_MANY)));
    }
    let fits = credential::password_fits(app, Some(&visitor.account), typed.get(PASSWORD)).await?
        && (!visitor.second_factor || credential::code_fits(app, &visitor.account, typed.get(CODE)).await?);
    if !fits {
        operator_log::not_signed_in(&visitor.account.id, "what was shown again is wrong");
        attempts.note(app).await?;
        return Err(Problem::StepUp(Some(if visitor.second_factor { ONE_WRONG } else { WRONG })));
    }
    Ok(session::renew(app, headers, &visitor).await?)
}

/// Puts what was typed to an answer that asks somebody to show again that it is they.
fn with_typed(response: Response, address: &str, typed: impl FnOnce() -> Typed) -> Response {
    let Some(Problem::StepUp(why)) = response.extensions().get::<Problem>() else { return response };
    Problem::StepUp(*why).with_typed(address, &typed()).into_response()
}

fn contains(bytes: &Bytes, part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
