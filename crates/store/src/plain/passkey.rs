//! Passkeys: the public key of each, as the library that checks them writes it, by its id.

use crate::db::{Error, Row, Tx, Value};

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id, which its device chose.
    pub id: Vec<u8>,
    /// Whose it is.
    pub account: String,
    /// By what its device knows the account: bytes that say nothing of anybody, the same for all of one.
    pub handle: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// Its public key and its counter, as JSON.
    pub credential: String,
    /// When it was added.
    pub made_at: i64,
    /// When it was last used, in microseconds since 1970.
    pub used_at: i64,
}

/// The passkeys of an account, the oldest first.
pub fn of(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<Vec<Passkey>, Error> {
    tx.query(
        "select id, account, handle, name, credential, made_at, used_at from passkey \
         where log = $1 and account = $2 order by made_at, id",
        &[log.into(), account.into()],
        read,
    )
}

/// How many there are.
pub fn count(tx: &mut Tx<'_>, log: &str) -> Result<u64, Error> {
    let count = tx.query_one("select count(*) from passkey where log = $1", &[log.into()], |row| row.count(0))?;
    Ok(count.unwrap_or(0))
}

/// The passkey of that id.
pub fn by_id(tx: &mut Tx<'_>, log: &str, id: &[u8]) -> Result<Option<Passkey>, Error> {
    tx.query_one(
        "select id, account, handle, name, credential, made_at, used_at from passkey where log = $1 and id = $2",
        &[log.into(), Value::Bytes(id)],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Passkey, Error> {
    Ok(Passkey {
        id: row.bytes(0)?,
        account: row.text(1)?,
        handle: row.bytes(2)?,
        name: row.text(3)?,
        credential: row.text(4)?,
        made_at: row.int(5)?,
        used_at: row.int(6)?,
    })
}

/// Adds one; whether nobody had one of that id.
pub fn add(tx: &mut Tx<'_>, log: &str, passkey: &Passkey) -> Result<bool, Error> {
    let added = tx.execute(
        "insert into passkey (log, id, account, handle, name, credential, made_at, used_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (log, id) do nothing",
        &[
            log.into(),
            Value::Bytes(&passkey.id),
            (&passkey.account).into(),
            Value::Bytes(&passkey.handle),
            (&passkey.name).into(),
            (&passkey.credential).into(),
            passkey.made_at.into(),
            passkey.used_at.into(),
        ],
    )?;
    Ok(added == 1)
}

/// Notes that one was used, with its counter as it is now.
pub fn used(tx: &mut Tx<'_>, log: &str, id: &[u8], credential: &str, now: i64) -> Result<(), Error> {
    tx.execute(
        "update passkey set credential = $3, used_at = $4 where log = $1 and id = $2",
        &[log.into(), Value::Bytes(id), credential.into(), now.into()],
    )?;
    Ok(())
}

/// Takes one away; whether the account had it.
pub fn remove(tx: &mut Tx<'_>, log: &str, account: &str, id: &[u8]) -> Result<bool, Error> {
    let removed = tx.execute(
        "delete from passkey where log = $1 and account = $2 and id = $3",
        &[log.into(), account.into(), Value::Bytes(id)],
    )?;
    Ok(removed == 1)
}

/// Takes all of an account away.
pub fn remove_all(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<(), Error> {
    tx.execute("delete from passkey where log = $1 and account = $2", &[log.into(), account.into()])?;
    Ok(())
}
