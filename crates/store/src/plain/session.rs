//! Sessions on the server: the cookie holds a random token, the table only its hash.
//!
//! A session that awaits a code opens nothing: its password was right, its second factor is owed.

use candour_core::day::Day;

use super::account::{self, Account};
use super::factor::Factors;
use super::standing;
use crate::db::{Error, Row, Tx, Value};

/// What a session that opens everything awaits.
const NOTHING: &str = "";
/// What a session awaits whose second factor is owed.
const CODE: &str = "code";

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What pages call it. It opens nothing.
    pub name: String,
    /// From what kind of browser it began.
    pub browser: String,
    /// When its owner signed in.
    pub made_at: i64,
    /// When it was last noted as used.
    pub seen_at: i64,
    /// When its owner last showed that it is they.
    pub checked_at: i64,
    /// Whether the identity provider asked for two factors when it began.
    pub by_two: bool,
}

/// What is found under a token.
#[derive(Debug, Clone)]
pub struct Found {
    /// Whose it is.
    pub account: Account,
    /// The session.
    pub session: Session,
    /// Their second factors.
    pub factors: Factors,
}

/// How old a session may be.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    /// It began then or later.
    pub made: i64,
    /// It was used then or later.
    pub seen: i64,
}

/// Begins a session, with or without a second factor that is owed.
pub fn begin(
    tx: &mut Tx<'_>,
    log: &str,
    token_hash: &[u8],
    account: &str,
    session: &Session,
    owes_code: bool,
) -> Result<(), Error> {
    tx.execute(
        "insert into session (id, log, account, name, browser, awaits, made_at, seen_at, checked_at, by_two) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            Value::Bytes(token_hash),
            log.into(),
            account.into(),
            (&session.name).into(),
            (&session.browser).into(),
            if owes_code { CODE } else { NOTHING }.into(),
            session.made_at.into(),
            session.seen_at.into(),
            session.checked_at.into(),
            i64::from(session.by_two).into(),
        ],
    )?;
    Ok(())
}

/// The session of a token, if it is young enough and its account can be used on that day.
pub fn find(tx: &mut Tx<'_>, log: &str, token_hash: &[u8], since: Since, today: Day) -> Result<Option<Found>, Error> {
    found(tx, log, token_hash, since, today, NOTHING)
}

/// The same for one whose second factor is owed.
pub fn find_owing(
    tx: &mut Tx<'_>,
    log: &str,
    token_hash: &[u8],
    since: Since,
    today: Day,
) -> Result<Option<Found>, Error> {
    found(tx, log, token_hash, since, today, CODE)
}

fn found(
    tx: &mut Tx<'_>,
    log: &str,
    token_hash: &[u8],
    since: Since,
    today: Day,
    awaits: &str,
) -> Result<Option<Found>, Error> {
    let found = tx.query_one(
        "select name, browser, made_at, seen_at, checked_at, by_two, account, \
         (select count(*) from second_factor f where f.log = s.log and f.account = s.account), \
         (select count(*) from passkey p where p.log = s.log and p.account = s.account) \
         from session s where id = $1 and log = $2 and made_at >= $3 and seen_at >= $4 and awaits = $5",
        &[Value::Bytes(token_hash), log.into(), since.made.into(), since.seen.into(), awaits.into()],
        |row| Ok((read(row)?, row.text(6)?, Factors::read(row, 7)?)),
    )?;
    let Some((session, id, factors)) = found else {
        return Ok(None);
    };
    if !standing::of(tx, log, &id)?.is_open(today) {
        return Ok(None);
    }
    Ok(account::by_id(tx, log, &id)?.map(|account| Found { account, session, factors }))
}

/// The sessions of an account that are young enough, the last used first.
pub fn all(tx: &mut Tx<'_>, log: &str, account: &str, since: Since) -> Result<Vec<Session>, Error> {
    tx.query(
        "select name, browser, made_at, seen_at, checked_at, by_two from session \
         where log = $1 and account = $2 and made_at >= $3 and seen_at >= $4 and awaits = $5 \
         order by seen_at desc, made_at desc, name",
        &[log.into(), account.into(), since.made.into(), since.seen.into(), NOTHING.into()],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Session, Error> {
    Ok(Session {
        name: row.text(0)?,
        browser: row.text(1)?,
        made_at: row.int(2)?,
        seen_at: row.int(3)?,
        checked_at: row.int(4)?,
        by_two: row.int(5)? != 0,
    })
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

/// Ends the session of that name, if it is of that account.
pub fn end_named(tx: &mut Tx<'_>, log: &str, account: &str, name: &str) -> Result<(), Error> {
    tx.execute(
        "delete from session where log = $1 and account = $2 and name = $3",
        &[log.into(), account.into(), name.into()],
    )?;
    Ok(())
}

/// Ends every session of an account but the one of that name; with no name, every one.
pub fn end_all(tx: &mut Tx<'_>, log: &str, account: &str, but: Option<&str>) -> Result<u64, Error> {
    tx.execute(
        "delete from session where log = $1 and account = $2 and name <> $3",
        &[log.into(), account.into(), but.unwrap_or_default().into()],
    )
}

/// Forgets the sessions that are too old to be found.
pub fn forget(tx: &mut Tx<'_>, log: &str, since: Since) -> Result<(), Error> {
    tx.execute(
        "delete from session where log = $1 and (made_at < $2 or seen_at < $3)",
        &[log.into(), since.made.into(), since.seen.into()],
    )?;
    Ok(())
}
