//! Tokens: what a program shows instead of a password. The table holds only the hash of each.

use candour_core::permit::{Actor, Role};

use crate::db::{Error, Row, Tx, Value};

/// Who a program is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// An opaque id, by which the record and the access log know the program.
    pub id: String,
    /// What whoever made it calls it.
    pub name: String,
    /// The role in which it reads.
    pub role: Role,
    /// The regions whose cases it works on.
    pub units: Vec<String>,
    /// When it ends, in microseconds since 1970.
    pub ends_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

impl Token {
    /// Who it is to the access policy.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::new(self.id.clone(), self.role, self.units.clone())
    }
}

const SEPARATOR: &str = "; ";

/// Adds a token.
pub fn add(tx: &mut Tx<'_>, log: &str, token: &Token, hash: &[u8], now: i64) -> Result<(), Error> {
    let units = token.units.join(SEPARATOR);
    tx.execute(
        "insert into token (log, id, name, role, units, hash, made_at, ends_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            log.into(),
            (&token.id).into(),
            (&token.name).into(),
            token.role.id().into(),
            (&units).into(),
            Value::Bytes(hash),
            now.into(),
            token.ends_at.into(),
        ],
    )?;
    Ok(())
}

/// The token of that hash, unless it has ended or was revoked.
pub fn live(tx: &mut Tx<'_>, log: &str, hash: &[u8], now: i64) -> Result<Option<Token>, Error> {
    tx.query_one(
        "select id, name, role, units, ends_at, revoked_at from token \
         where hash = $1 and log = $2 and ends_at > $3 and revoked_at is null",
        &[Value::Bytes(hash), log.into(), now.into()],
        read,
    )
}

/// Every token, those that ended too, by name.
pub fn all(tx: &mut Tx<'_>, log: &str) -> Result<Vec<Token>, Error> {
    tx.query(
        "select id, name, role, units, ends_at, revoked_at from token where log = $1 order by name, made_at",
        &[log.into()],
        read,
    )
}

/// Revokes every token of that name which was not yet, and says how many.
pub fn revoke(tx: &mut Tx<'_>, log: &str, name: &str, now: i64) -> Result<u64, Error> {
    tx.execute(
        "update token set revoked_at = $3 where log = $1 and name = $2 and revoked_at is null",
        &[log.into(), name.into(), now.into()],
    )
}

fn read(row: &Row<'_>) -> Result<Token, Error> {
    let role = row.text(2)?;
    let role = Role::parse(&role).ok_or_else(|| Error::Content(format!("a token has the role {role:?}")))?;
    let units = row.text(3)?;
    Ok(Token {
        id: row.text(0)?,
        name: row.text(1)?,
        role,
        units: units.split(SEPARATOR).filter(|u| !u.is_empty()).map(str::to_owned).collect(),
        ends_at: row.int(4)?,
        revoked_at: row.int_or_null(5)?,
    })
}
