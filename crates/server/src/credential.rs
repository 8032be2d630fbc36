//! Whether a password or a code is somebody's. An unknown name takes as long as a wrong password.

use std::sync::Arc;

use candour_core::permit::Actor;
use candour_store::Failure;
use candour_store::accounts::{self, Own};
use candour_store::plain::account::{self, Account};
use candour_store::plain::factor;

use crate::app::App;
use crate::error::Problem;
use crate::{password, totp};

/// Whether the password is the account's; without an account it takes as long and says no. A hash
/// of a lower cost than is asked now is made again.
pub async fn password_fits(app: &Arc<App>, account: Option<&Account>, typed: &str) -> Result<bool, Problem> {
    let (typed, hash) = (typed.to_owned(), account.map(|a| a.password.clone()));
    let checked = hashing(app, move || {
        let fits = password::matches(&typed, hash.as_deref());
        let dated = hash.filter(|hash| fits && password::is_dated(hash));
        (fits, dated.and_then(|old| Some((old, password::hash(&typed).ok()?))))
    });
    let (fits, again) = checked.await?;
    if let (Some(account), Some((old, new))) = (account, again) {
        let id = account.id.clone();
        app.write(move |_, w| {
            let log = w.log();
            Ok(account::rehash(w.tx()?, log, &id, &old, &new)?)
        })
        .await?;
    }
    Ok(fits)
}

/// The hash of a new password.
pub async fn hashed(app: &Arc<App>, new: &str) -> Result<String, Problem> {
    let new = new.to_owned();
    Ok(hashing(app, move || password::hash(&new)).await??)
}

async fn hashing<T: Send + 'static>(app: &Arc<App>, f: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let _turn = app.hashing.acquire().await.map_err(|e| Problem::Internal(e.to_string()))?;
    tokio::task::spawn_blocking(f).await.map_err(|e| Problem::Internal(e.to_string()))
}

/// Whether what was typed is a code of the account's app or one of its recovery codes, not used
/// before. It is used up.
pub async fn code_fits(app: &Arc<App>, account: &Account, typed: &str) -> Result<bool, Problem> {
    let (actor, typed, now) = (account.actor(), typed.to_owned(), (app.now)());
    let used = app.write(move |app, w| {
        if totp::is_app_code(&typed) {
            use_app_code(app, w, &actor.id, &typed, now)
        } else {
            use_recovery(w, &actor, &typed)
        }
    });
    Ok(used.await?)
}

fn use_app_code(
    app: &App,
    w: &mut candour_store::record::Write<'_>,
    id: &str,
    typed: &str,
    now: i64,
) -> Result<bool, Failure> {
    let log = w.log();
    let Some((sealed, last)) = factor::of(w.tx()?, log, id)? else { return Ok(false) };
    let Some(secret) = app.factor_key.as_ref().and_then(|key| key.open(log, id, &sealed)) else {
        tracing::error!("a second factor cannot be read: the key file is missing or another one");
        return Ok(false);
    };
    let Some(step) = totp::step_typed(&secret, typed, now, last) else { return Ok(false) };
    Ok(factor::use_step(w.tx()?, log, id, step)?)
}

fn use_recovery(w: &mut candour_store::record::Write<'_>, actor: &Actor, typed: &str) -> Result<bool, Failure> {
    match accounts::change_own(w, actor, &Own::UseRecovery(totp::digest(typed))) {
        Ok(()) => Ok(true),
        Err(Failure::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}
