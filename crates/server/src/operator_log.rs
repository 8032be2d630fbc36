//! The operator's log: how it is written, and what it says of security. People are opaque ids in it;
//! it holds no name, no word that was typed, no query and no token.

use std::sync::{Mutex, PoisonError};

use axum::http::{Method, StatusCode};
use tracing_subscriber::EnvFilter;

/// Under what the lines about security stand, so that they can be sent elsewhere by themselves.
const SECURITY: &str = "candour_security";
/// The environment variable that asks for another form; `json` is a line of JSON for each entry.
const FORM: &str = "CANDOUR_LOG";

/// How many refusals of whoever is not signed in are listed in a minute; the others are counted.
const NOBODYS_A_MINUTE_MAX: u64 = 60;
const MINUTE_MICROS: i64 = 60 * 1_000_000;

/// The refusals of one minute.
struct Minute {
    began: i64,
    seen: u64,
}

impl Minute {
    /// Counts one at an instant: whether it is listed, and how many of a minute that is over were not.
    fn one_more(&mut self, now: i64) -> (bool, u64) {
        let mut before = 0;
        // A clock that was set back begins a minute too.
        if !(0..MINUTE_MICROS).contains(&(now - self.began)) {
            before = self.seen.saturating_sub(NOBODYS_A_MINUTE_MAX);
            *self = Self { began: now, seen: 0 };
        }
        self.seen += 1;
        (self.seen <= NOBODYS_A_MINUTE_MAX, before)
    }
}

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

/// Somebody did not sign in. `account` is empty when nobody has the name that was tried; of those only so
/// many a minute have a line of their own.
pub fn not_signed_in(account: &str, why: &'static str, now: i64) {
    if account.is_empty() && !listed(now) {
        return;
    }
    tracing::warn!(target: SECURITY, account, why, "not signed in");
}

/// Whether one more of nobody's refusals has a line of its own.
fn listed(now: i64) -> bool {
    static NOBODYS: Mutex<Minute> = Mutex::new(Minute { began: 0, seen: 0 });
    let (listed, not_listed) = NOBODYS.lock().unwrap_or_else(PoisonError::into_inner).one_more(now);
    if not_listed > 0 {
        tracing::warn!(target: SECURITY, not_listed, "refused, and not listed one by one");
    }
    listed
}

/// Somebody signed out.
pub fn signed_out(account: &str) {
    tracing::info!(target: SECURITY, account, "signed out");
}

/// A request was refused. `account` is empty when nobody was signed in; of those only so many a
/// minute have a line of their own, so that nobody can fill the disk from outside.
pub fn refused(account: &str, method: &Method, path: &str, status: StatusCode, now: i64) {
    if account.is_empty() && !listed(now) {
        return;
    }
    // The path holds a case reference at most, never anything personal.
    tracing::warn!(target: SECURITY, account, %method, path, status = status.as_u16(), "refused");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_lists_so_many_refusals_and_counts_the_others() {
        let mut minute = Minute { began: 0, seen: 0 };
        let listed = |minute: &mut Minute, now| (0..100).filter(|_| minute.one_more(now).0).count();
        assert_eq!(listed(&mut minute, 5), 60);
        assert_eq!(listed(&mut minute, MINUTE_MICROS - 1), 0, "the same minute");
        assert_eq!(minute.one_more(MINUTE_MICROS), (true, 140), "the next says how many were not listed");
        assert_eq!(listed(&mut minute, MINUTE_MICROS + 1), 59);
        assert_eq!(minute.one_more(3), (true, 41), "a clock that was set back");
    }
}
