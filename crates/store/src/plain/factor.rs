//! Second factors: the secret of an authenticator app, sealed under a key that is not in the
//! database, and the step of the last code that was used.

use crate::db::{Error, Tx, Value};

/// The sealed secret of an account's second factor, and the step of the last code used.
pub fn of(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<Option<(Vec<u8>, i64)>, Error> {
    tx.query_one(
        "select sealed, last_step from second_factor where log = $1 and account = $2",
        &[log.into(), account.into()],
        |row| Ok((row.bytes(0)?, row.int(1)?)),
    )
}

/// The accounts that have one, by id.
pub fn all(tx: &mut Tx<'_>, log: &str) -> Result<Vec<String>, Error> {
    tx.query("select account from second_factor where log = $1 order by account", &[log.into()], |row| row.text(0))
}

/// Puts it; `step` is that of the code by which it was confirmed, which is used up with it.
pub fn put(tx: &mut Tx<'_>, log: &str, account: &str, sealed: &[u8], step: i64) -> Result<(), Error> {
    tx.execute(
        "insert into second_factor (log, account, sealed, last_step) values ($1, $2, $3, $4) \
         on conflict (log, account) do update set sealed = excluded.sealed, last_step = excluded.last_step",
        &[log.into(), account.into(), Value::Bytes(sealed), step.into()],
    )?;
    Ok(())
}

/// Uses the code of a step up; whether no code of that step or a later one was used before.
pub fn use_step(tx: &mut Tx<'_>, log: &str, account: &str, step: i64) -> Result<bool, Error> {
    let used = tx.execute(
        "update second_factor set last_step = $3 where log = $1 and account = $2 and last_step < $3",
        &[log.into(), account.into(), step.into()],
    )?;
    Ok(used == 1)
}

/// Takes it away.
pub fn remove(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<(), Error> {
    tx.execute("delete from second_factor where log = $1 and account = $2", &[log.into(), account.into()])?;
    Ok(())
}
