//! Which account of the identity provider signs in to which account here: one to one.

use crate::db::{Error, Tx};

/// The account to which an account of the provider signs in.
pub fn account_of(tx: &mut Tx<'_>, log: &str, issuer: &str, subject: &str) -> Result<Option<String>, Error> {
    tx.query_one(
        "select account from provider_link where log = $1 and issuer = $2 and subject = $3",
        &[log.into(), issuer.into(), subject.into()],
        |row| row.text(0),
    )
}

/// The provider to whose account one here is connected, by its address.
pub fn issuer_of(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<Option<String>, Error> {
    tx.query_one(
        "select issuer from provider_link where log = $1 and account = $2",
        &[log.into(), account.into()],
        |row| row.text(0),
    )
}

/// The accounts that are connected to one of a provider, by id.
pub fn all(tx: &mut Tx<'_>, log: &str) -> Result<Vec<String>, Error> {
    tx.query("select account from provider_link where log = $1 order by account", &[log.into()], |row| row.text(0))
}

/// Connects them; whether neither was connected to another.
pub fn link(tx: &mut Tx<'_>, log: &str, (issuer, subject): (&str, &str), account: &str) -> Result<bool, Error> {
    let linked = tx.execute(
        "insert into provider_link (log, issuer, subject, account) values ($1, $2, $3, $4) on conflict do nothing",
        &[log.into(), issuer.into(), subject.into(), account.into()],
    )?;
    Ok(linked == 1)
}

/// Parts them; whether they were connected.
pub fn unlink(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<bool, Error> {
    let unlinked =
        tx.execute("delete from provider_link where log = $1 and account = $2", &[log.into(), account.into()])?;
    Ok(unlinked == 1)
}
