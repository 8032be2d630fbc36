//! Who calls: the token in the request, the account-like visitor it stands for, and how often it may
//! ask.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, header};
use candour_core::permit::{Action, Object, permit};
use candour_core::record::hex;
use candour_store::plain::account::Account;
use candour_store::plain::token::{self, Token};
use sha2::{Digest as _, Sha256};

use super::Refused;
use crate::app::App;
use crate::session::Visitor;

/// How every token begins, so that one that was left somewhere is recognised.
const PREFIX: &str = "candour_";
/// Bytes of chance in a token.
const SECRET_BYTES: usize = 32;
/// Requests of one token in a minute, unless the server is told otherwise.
pub const USUAL_PER_MINUTE: u32 = 600;
const MINUTE_MICROS: i64 = 60 * 1_000_000;

/// A new token, to be shown once.
#[must_use]
pub fn new_secret() -> String {
    let mut bytes = [0u8; SECRET_BYTES];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    format!("{PREFIX}{}", hex(&bytes))
}

/// What the database keeps of a token. It holds 256 bits of chance, so a plain hash cannot be undone
/// by guessing.
#[must_use]
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// How often each token asked in the minute that runs. Only live tokens are counted, so it stays small.
#[derive(Debug)]
pub struct Rate {
    per_minute: u32,
    counted: Mutex<HashMap<String, (i64, u32)>>,
}

impl Rate {
    /// So many requests a minute for each token.
    #[must_use]
    pub fn of(per_minute: u32) -> Self {
        Self { per_minute, counted: Mutex::default() }
    }

    /// Counts a request; where there were too many, the seconds until the next is answered.
    fn count(&self, id: &str, now: i64) -> Result<(), i64> {
        let minute = now.div_euclid(MINUTE_MICROS);
        // A count is whole or not there, whatever happened to another thread.
        let mut counted = self.counted.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (of, count) = counted.entry(id.to_owned()).or_insert((minute, 0));
        if *of != minute {
            (*of, *count) = (minute, 0);
        }
        if *count >= self.per_minute {
            return Err(60 - now.rem_euclid(MINUTE_MICROS) / 1_000_000);
        }
        *count += 1;
        Ok(())
    }
}

/// Who calls. A token that ended, was revoked or never was gets one answer.
pub(super) async fn visitor(app: &Arc<App>, headers: &HeaderMap) -> Result<Visitor, Refused> {
    let secret = bearer(headers).ok_or_else(Refused::unknown_caller)?;
    let (hash, now) = (hash(secret), (app.now)());
    let found = app
        .read(move |app, tx| {
            let Some(token) = token::live(tx, &app.store.record.log, &hash, now)? else { return Ok(None) };
            let own = app.own_access(tx, &token.id)?;
            Ok(Some(Visitor::program(account(token), own)))
        })
        .await?;
    let visitor = found.ok_or_else(Refused::unknown_caller)?;
    app.rate.count(&visitor.account.id, now).map_err(Refused::too_often)?;
    Ok(visitor)
}

/// A program is to the pages' code what somebody with an account is; it has no password.
fn account(token: Token) -> Account {
    Account { id: token.id, name: token.name, role: token.role, units: token.units, password: String::new() }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    let (scheme, secret) = value.to_str().ok()?.split_once(' ')?;
    let digits = secret.strip_prefix(PREFIX)?;
    let whole = digits.len() == 2 * SECRET_BYTES && digits.bytes().all(|b| b.is_ascii_hexdigit());
    (scheme.eq_ignore_ascii_case("bearer") && whole).then_some(secret)
}

/// Whether the caller's role may use an endpoint at all.
pub(super) fn may(visitor: &Visitor, needs: Option<Action>) -> Result<(), Refused> {
    let Some(action) = needs else { return Ok(()) };
    permit(&visitor.actor(), action, Object::Body).map(drop).map_err(|denied| Refused::denied(denied.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_answered_so_often_a_minute_and_again_in_the_next() {
        let rate = Rate::of(2);
        let at = |seconds: i64| seconds * 1_000_000;
        assert_eq!((rate.count("t1", at(60)), rate.count("t1", at(61))), (Ok(()), Ok(())));
        assert_eq!(rate.count("t1", at(90)), Err(30));
        assert_eq!(rate.count("t2", at(90)), Ok(()), "another token is not kept waiting");
        assert_eq!(rate.count("t1", at(120)), Ok(()));
    }

    #[test]
    fn only_a_whole_token_under_the_bearer_scheme_is_looked_up() {
        let with = |value: &str| HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
        let secret = new_secret();
        assert_eq!(bearer(&with(&format!("Bearer {secret}"))), Some(secret.as_str()));
        assert_eq!(bearer(&with(&format!("bearer {secret}"))), Some(secret.as_str()));
        for bad in [format!("Basic {secret}"), secret.clone(), format!("Bearer {secret}0"), "Bearer candour_".into()] {
            assert_eq!(bearer(&with(&bad)), None, "{bad}");
        }
        let mut twice = with(&format!("Bearer {secret}"));
        twice.append(header::AUTHORIZATION, format!("Bearer {secret}").parse().unwrap());
        assert_eq!(bearer(&twice), None, "two readers could take different ones");
    }
}
