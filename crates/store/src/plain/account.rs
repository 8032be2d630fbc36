//! Accounts, and the throttle on signing in.

use candour_core::permit::{Actor, Role};

use crate::db::{Error, Row, Tx};

/// An account.
#[derive(Clone)]
pub struct Account {
    /// An opaque id, the only trace of the person in the record.
    pub id: String,
    /// The name they sign in with, and are shown by.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// The regions whose cases they work on.
    pub units: Vec<String>,
    /// The hash of their password.
    pub password: String,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

impl Account {
    /// Who they are to the access policy.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::new(self.id.clone(), self.role, self.units.clone())
    }
}

const SEPARATOR: &str = "; ";

/// Adds an account.
pub fn add(tx: &mut Tx<'_>, log: &str, account: &Account, now: i64) -> Result<(), Error> {
    let units = account.units.join(SEPARATOR);
    tx.execute(
        "insert into account (log, id, name, role, units, password, made_at) values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            log.into(),
            (&account.id).into(),
            (&account.name).into(),
            account.role.id().into(),
            (&units).into(),
            (&account.password).into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// The account of that name.
pub fn named(tx: &mut Tx<'_>, log: &str, name: &str) -> Result<Option<Account>, Error> {
    tx.query_one(
        "select id, name, role, units, password from account where log = $1 and name = $2",
        &[log.into(), name.into()],
        read,
    )
}

/// The account of a name as it was typed: names of those who are kept informed are letters and digits, and
/// may be typed in either case.
pub fn as_typed(tx: &mut Tx<'_>, log: &str, typed: &str) -> Result<Option<Account>, Error> {
    match named(tx, log, typed)? {
        Some(account) => Ok(Some(account)),
        None => Ok(named(tx, log, &typed.to_ascii_uppercase())?.filter(|account| account.role == Role::Cmp)),
    }
}

/// The account of that id.
pub fn by_id(tx: &mut Tx<'_>, log: &str, id: &str) -> Result<Option<Account>, Error> {
    tx.query_one(
        "select id, name, role, units, password from account where log = $1 and id = $2",
        &[log.into(), id.into()],
        read,
    )
}

/// Every account, by name.
pub fn all(tx: &mut Tx<'_>, log: &str) -> Result<Vec<Account>, Error> {
    tx.query("select id, name, role, units, password from account where log = $1 order by name", &[log.into()], read)
}

fn read(row: &Row<'_>) -> Result<Account, Error> {
    let role = row.text(2)?;
    let role = Role::parse(&role).ok_or_else(|| Error::Content(format!("an account has the role {role:?}")))?;
    let units = row.text(3)?;
    Ok(Account {
        id: row.text(0)?,
        name: row.text(1)?,
        role,
        units: units.split(SEPARATOR).filter(|u| !u.is_empty()).map(str::to_owned).collect(),
        password: row.text(4)?,
    })
}

/// Puts the hash of a password; an empty one fits no password.
pub fn set_password(tx: &mut Tx<'_>, log: &str, id: &str, hash: &str) -> Result<(), Error> {
    tx.execute("update account set password = $3 where log = $1 and id = $2", &[log.into(), id.into(), hash.into()])?;
    Ok(())
}

/// The same if the one before is still `old`, for a hash that is only made again.
pub fn rehash(tx: &mut Tx<'_>, log: &str, id: &str, old: &str, hash: &str) -> Result<(), Error> {
    tx.execute(
        "update account set password = $4 where log = $1 and id = $2 and password = $3",
        &[log.into(), id.into(), old.into(), hash.into()],
    )?;
    Ok(())
}

/// Puts a role and its regions.
pub fn set_role(tx: &mut Tx<'_>, log: &str, id: &str, role: Role, units: &[String]) -> Result<(), Error> {
    let units = units.join(SEPARATOR);
    tx.execute(
        "update account set role = $3, units = $4 where log = $1 and id = $2",
        &[log.into(), id.into(), role.id().into(), (&units).into()],
    )?;
    Ok(())
}

/// Notes a failed attempt to sign in, and forgets those before `since`.
pub fn note_attempt(tx: &mut Tx<'_>, log: &str, who: &str, now: i64, since: i64) -> Result<(), Error> {
    tx.execute("delete from attempt where log = $1 and at < $2", &[log.into(), since.into()])?;
    tx.execute(
        "insert into attempt (log, who, at) values ($1, $2, $3) on conflict (log, who, at) do nothing",
        &[log.into(), who.into(), now.into()],
    )?;
    Ok(())
}

/// How many attempts failed since then.
pub fn attempts(tx: &mut Tx<'_>, log: &str, who: &str, since: i64) -> Result<u64, Error> {
    let count = tx.query_one(
        "select count(*) from attempt where log = $1 and who = $2 and at >= $3",
        &[log.into(), who.into(), since.into()],
        |row| row.count(0),
    )?;
    Ok(count.unwrap_or(0))
}
