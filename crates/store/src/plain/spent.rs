//! What was answered once and is not taken again: the digests of the cookies under which somebody
//! went to a passkey or to the identity provider and came back.

use crate::db::{Error, Tx, Value};

/// Uses one up, and forgets those before `since`; whether it was not used before.
pub fn spend(tx: &mut Tx<'_>, log: &str, digest: &[u8], now: i64, since: i64) -> Result<bool, Error> {
    tx.execute("delete from spent where log = $1 and at < $2", &[log.into(), since.into()])?;
    let spent = tx.execute(
        "insert into spent (log, digest, at) values ($1, $2, $3) on conflict (log, digest) do nothing",
        &[log.into(), Value::Bytes(digest), now.into()],
    )?;
    Ok(spent == 1)
}
