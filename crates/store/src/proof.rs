//! What proofs are made from: the hashes of a log's events in their order, and a case with its words
//! as stored.

use candour_core::record::Hash;
use candour_core::record::bundle::{Event, Text};
use candour_core::record::proof::Tree;

use crate::db::{Error, Row, Tx};

/// The tree of the first `size` events of a log.
pub fn tree(tx: &mut Tx<'_>, log: &str, size: u64) -> Result<Tree, Error> {
    let mut tree = Tree::default();
    each_hash(tx, log, 0, size, |hash| {
        tree.push(hash);
        Ok(())
    })?;
    Ok(tree)
}

/// The events of a stream up to a position, as stored, without their proofs.
pub fn events(tx: &mut Tx<'_>, log: &str, stream: &str, to: u64) -> Result<Vec<Event>, Error> {
    tx.query(
        "select seq, version, kind, data, actor, authority, recorded_at, on_date, prev_hash, hash from event \
         where log = $1 and stream = $2 and seq <= $3 order by version",
        &[log.into(), stream.into(), to.into()],
        |row| {
            Ok(Event {
                seq: row.count(0)?,
                version: row.count(1)?,
                kind: row.text(2)?,
                data: row.text(3)?,
                actor: row.text(4)?,
                authority: row.text(5)?,
                recorded_at: row.int(6)?,
                on_date: row.text(7)?,
                prev_hash: hash(row, 8)?,
                hash: hash(row, 9)?,
                proof: Vec::new(),
            })
        },
    )
}

/// The personal words of a stream up to a position, as stored, by event and then by the bytes of the
/// field, whatever collation the database has.
pub fn texts(tx: &mut Tx<'_>, log: &str, stream: &str, to: u64) -> Result<Vec<Text>, Error> {
    let mut texts = tx.query(
        "select seq, field, salt, value from text where log = $1 \
         and seq in (select seq from event where log = $1 and stream = $2 and seq <= $3)",
        &[log.into(), stream.into(), to.into()],
        |row| Ok(Text { seq: row.count(0)?, field: row.text(1)?, salt: hash(row, 2)?, value: row.text(3)? }),
    )?;
    texts.sort_by(|a, b| a.place().cmp(&b.place()));
    Ok(texts)
}

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
        |row| f(&hash(row, 1)?),
    )
}

/// 32 bytes of a row whose first column is a position.
fn hash(row: &Row<'_>, column: usize) -> Result<Hash, Error> {
    let hash = row.maybe_bytes(column).and_then(|hash| hash.try_into().ok());
    hash.ok_or_else(|| {
        Error::Content(format!("event {} has no whole hash; run candour verify", row.count(0).unwrap_or(0)))
    })
}
