//! What proofs are made from: the hashes of a log's events in their order.

use candour_core::record::Hash;

use crate::db::{Error, Tx};

/// Hands over the stored hash of each event after position `after`, up to and including `to`.
pub fn each_hash(
    tx: &mut Tx<'_>,
    log: &str,
    after: u64,
    to: u64,
    mut f: impl FnMut(&Hash) -> Result<(), Error>,
) -> Result<(), Error> {
    tx.each(
        "select seq, hash from event where log = $1 and seq > $2 and seq <= $3 order by seq",
        &[log.into(), after.into(), to.into()],
        |row| {
            let hash = row.maybe_bytes(1).and_then(|hash| hash.try_into().ok());
            f(&hash.ok_or_else(|| {
                Error::Content(format!("event {} has no hash; run candour verify", row.count(0).unwrap_or(0)))
            })?)
        },
    )
}
