//! What was proposed to change about an account and waits for a second person; one thing at a time.

use candour_core::account::Proposed;

use crate::db::{Error, Row, Tx};

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The account that it is about.
    pub account: String,
    /// Whoever proposed it.
    pub proposed_by: String,
    /// What it is.
    pub proposal: Proposed,
}

/// What waits about an account.
pub fn of(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<Option<Waiting>, Error> {
    tx.query_one(
        "select account, proposed_by, proposal from account_change where log = $1 and account = $2",
        &[log.into(), account.into()],
        read,
    )
}

/// Everything that waits.
pub fn all(tx: &mut Tx<'_>, log: &str) -> Result<Vec<Waiting>, Error> {
    tx.query(
        "select account, proposed_by, proposal from account_change where log = $1 order by account",
        &[log.into()],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Waiting, Error> {
    let account = row.text(0)?;
    let proposal = serde_json::from_str(row.str(2)?);
    let proposal = proposal.map_err(|e| Error::Content(format!("what is proposed for account {account}: {e}")))?;
    Ok(Waiting { account, proposed_by: row.text(1)?, proposal })
}

/// Puts it.
pub fn put(tx: &mut Tx<'_>, log: &str, waiting: &Waiting) -> Result<(), Error> {
    let proposal = serde_json::to_string(&waiting.proposal).map_err(|e| Error::Content(e.to_string()))?;
    let Waiting { account, proposed_by, .. } = waiting;
    tx.execute(
        "insert into account_change (log, account, proposed_by, proposal) values ($1, $2, $3, $4)",
        &[log.into(), account.into(), proposed_by.into(), (&proposal).into()],
    )?;
    Ok(())
}

/// Nothing waits any more.
pub fn remove(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<(), Error> {
    tx.execute("delete from account_change where log = $1 and account = $2", &[log.into(), account.into()])?;
    Ok(())
}
