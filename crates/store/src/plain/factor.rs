//! Second factors: the secret of an authenticator app, sealed under a key that is not in the
//! database, and the step of the last code that was used.

use crate::db::{Error, Row, Tx, Value};

/// The second factors of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Factors {
    /// Whether there is an authenticator app.
    pub app: bool,
    /// How many passkeys there are.
    pub passkeys: u64,
}

impl Factors {
    /// Whether there is any.
    #[must_use]
    pub fn any(self) -> bool {
        self.app || self.passkeys > 0
    }

    /// Reads them from two columns that count the rows.
    pub(super) fn read(row: &Row<'_>, from: usize) -> Result<Self, Error> {
        Ok(Self { app: row.int(from)? > 0, passkeys: row.count(from + 1)? })
    }
}

/// The second factors of an account.
pub fn factors(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<Factors, Error> {
    let found = tx.query_one(
        "select (select count(*) from second_factor where log = $1 and account = $2), \
         (select count(*) from passkey where log = $1 and account = $2)",
        &[log.into(), account.into()],
        |row| Factors::read(row, 0),
    )?;
    Ok(found.unwrap_or_default())
}

/// The sealed secret of an account's second factor, and the step of the last code used.
pub fn of(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<Option<(Vec<u8>, i64)>, Error> {
    tx.query_one(
        "select sealed, last_step from second_factor where log = $1 and account = $2",
        &[log.into(), account.into()],
        |row| Ok((row.bytes(0)?, row.int(1)?)),
    )
}

/// The accounts that have an authenticator app, by id.
pub fn all(tx: &mut Tx<'_>, log: &str) -> Result<Vec<String>, Error> {
    tx.query("select account from second_factor where log = $1 order by account", &[log.into()], |row| row.text(0))
}

/// The accounts that have any second factor, by id.
pub fn all_of_any(tx: &mut Tx<'_>, log: &str) -> Result<Vec<String>, Error> {
    tx.query(
        "select account from second_factor where log = $1 union select account from passkey where log = $1",
        &[log.into()],
        |row| row.text(0),
    )
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
