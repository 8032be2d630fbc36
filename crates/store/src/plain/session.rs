//! Sessions on the server: the cookie holds a random token, the table only its hash.

use super::account::{self, Account};
use crate::db::{Error, Tx, Value};

/// Begins a session.
pub fn begin(tx: &mut Tx<'_>, log: &str, token_hash: &[u8], account: &str, now: i64) -> Result<(), Error> {
    tx.execute(
        "insert into session (id, log, account, made_at, seen_at) values ($1, $2, $3, $4, $4)",
        &[Value::Bytes(token_hash), log.into(), account.into(), now.into()],
    )?;
    Ok(())
}

/// The account of a session that is younger than `made_since` and was used after `seen_since`,
/// and when it was last noted as used.
pub fn find(
    tx: &mut Tx<'_>,
    log: &str,
    token_hash: &[u8],
    made_since: i64,
    seen_since: i64,
) -> Result<Option<(Account, i64)>, Error> {
    let found = tx.query_one(
        "select account, seen_at from session where id = $1 and log = $2 and made_at >= $3 and seen_at >= $4",
        &[Value::Bytes(token_hash), log.into(), made_since.into(), seen_since.into()],
        |row| Ok((row.text(0)?, row.int(1)?)),
    )?;
    let Some((account, seen_at)) = found else {
        return Ok(None);
    };
    Ok(account::by_id(tx, log, &account)?.map(|account| (account, seen_at)))
}

/// Notes that a session was used.
pub fn touch(tx: &mut Tx<'_>, token_hash: &[u8], now: i64) -> Result<(), Error> {
    tx.execute("update session set seen_at = $2 where id = $1", &[Value::Bytes(token_hash), now.into()])?;
    Ok(())
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<(), Error> {
    tx.execute("delete from session where id = $1", &[Value::Bytes(token_hash)])?;
    Ok(())
}
