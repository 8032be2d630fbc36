//! Codes that somebody types once: the start code with which a password is chosen, and the recovery
//! codes of a second factor. Only their SHA-256 is kept; each is random and of 112 bits or more.

use crate::db::{Error, Tx, Value};

/// Puts the start code of an account in the place of the one before.
pub fn put_start(tx: &mut Tx<'_>, log: &str, account: &str, digest: &[u8], expires_at: i64) -> Result<(), Error> {
    tx.execute(
        "insert into start_code (log, account, digest, expires_at) values ($1, $2, $3, $4) \
         on conflict (log, account) do update set digest = excluded.digest, expires_at = excluded.expires_at",
        &[log.into(), account.into(), Value::Bytes(digest), expires_at.into()],
    )?;
    Ok(())
}

/// Whether that is the start code of the account, and good at `now`.
pub fn start_fits(tx: &mut Tx<'_>, log: &str, account: &str, digest: &[u8], now: i64) -> Result<bool, Error> {
    let found = tx.query_one(
        "select 1 from start_code where log = $1 and account = $2 and digest = $3 and expires_at > $4",
        &[log.into(), account.into(), Value::Bytes(digest), now.into()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Until when an account has a start code, if it has one that is good at `now`.
pub fn start_until(tx: &mut Tx<'_>, log: &str, account: &str, now: i64) -> Result<Option<i64>, Error> {
    tx.query_one(
        "select expires_at from start_code where log = $1 and account = $2 and expires_at > $3",
        &[log.into(), account.into(), now.into()],
        |row| row.int(0),
    )
}

/// Uses the start code up; whether it was the account's and good at `now`.
pub fn use_start(tx: &mut Tx<'_>, log: &str, account: &str, digest: &[u8], now: i64) -> Result<bool, Error> {
    let used = tx.execute(
        "delete from start_code where log = $1 and account = $2 and digest = $3 and expires_at > $4",
        &[log.into(), account.into(), Value::Bytes(digest), now.into()],
    )?;
    Ok(used == 1)
}

/// Forgets the start code of an account.
pub fn forget_start(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<(), Error> {
    tx.execute("delete from start_code where log = $1 and account = $2", &[log.into(), account.into()])?;
    Ok(())
}

/// Puts the recovery codes of an account in the place of those before.
pub fn put_recovery(tx: &mut Tx<'_>, log: &str, account: &str, digests: &[Vec<u8>]) -> Result<(), Error> {
    tx.execute("delete from recovery_code where log = $1 and account = $2", &[log.into(), account.into()])?;
    for digest in digests {
        tx.execute(
            "insert into recovery_code (log, account, digest) values ($1, $2, $3)",
            &[log.into(), account.into(), Value::Bytes(digest)],
        )?;
    }
    Ok(())
}

/// How many recovery codes of an account are left.
pub fn recovery_left(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<u64, Error> {
    let left = tx.query_one(
        "select count(*) from recovery_code where log = $1 and account = $2",
        &[log.into(), account.into()],
        |row| row.count(0),
    )?;
    Ok(left.unwrap_or(0))
}

/// Uses a recovery code up; whether it was one of the account's.
pub fn use_recovery(tx: &mut Tx<'_>, log: &str, account: &str, digest: &[u8]) -> Result<bool, Error> {
    let used = tx.execute(
        "delete from recovery_code where log = $1 and account = $2 and digest = $3",
        &[log.into(), account.into(), Value::Bytes(digest)],
    )?;
    Ok(used == 1)
}
