//! `/.well-known/security.txt` (RFC 9116): where a fault of this installation's security is told.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use candour_core::day;

use crate::app::App;
use crate::error::Problem;

/// How long an answer is good for. The standard advises less than a year.
const GOOD_FOR_MICROS: i64 = 180 * 24 * 60 * 60 * 1_000_000;

/// `GET /.well-known/security.txt`: nothing where the configuration names no `security_contact`.
pub async fn show(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let contact = app.security_contact.as_deref().ok_or(Problem::NotFound)?;
    let until = day::of_instant((app.now)() + GOOD_FOR_MICROS);
    let text = format!("Contact: {contact}\nExpires: {until}T00:00:00Z\nPreferred-Languages: en\n");
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
