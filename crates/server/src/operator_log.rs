//! The operator's log: how it is written, and what it says of security. People are opaque ids in it;
//! it holds no name, no word that was typed, no query and no token.

use axum::http::{Method, StatusCode};
use tracing_subscriber::EnvFilter;

/// Under what the lines about security stand, so that they can be sent elsewhere by themselves.
const SECURITY: &str = "candour_security";
/// The environment variable that asks for another form; `json` is a line of JSON for each entry.
const FORM: &str = "CANDOUR_LOG";

/// Writes the log to standard error: in words, or as a line of JSON each where `CANDOUR_LOG=json`.
pub fn begin() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "candour_server=info,candour_store=info,candour_security=info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var(FORM).is_ok_and(|form| form == "json") {
        log.json().init();
    } else {
        log.init();
    }
}

/// Somebody signed in.
pub fn signed_in(account: &str) {
    tracing::info!(target: SECURITY, account, "signed in");
}

/// Somebody did not sign in. `account` is empty when nobody has the name that was tried.
pub fn not_signed_in(account: &str, why: &'static str) {
    tracing::warn!(target: SECURITY, account, why, "not signed in");
}

/// Somebody signed out.
pub fn signed_out(account: &str) {
    tracing::info!(target: SECURITY, account, "signed out");
}

/// A request was refused. `account` is empty when nobody was signed in.
pub fn refused(account: &str, method: &Method, path: &str, status: StatusCode) {
    // The path holds a case reference at most, never anything personal.
    tracing::warn!(target: SECURITY, account, %method, path, status = status.as_u16(), "refused");
}
