//! Files: their bytes in pieces, and those that were sent and are not in the record yet.
//!
//! A file comes in pieces under a name that nobody can guess. Whoever sent it records it as material
//! of a case, which an entry then says; until then it waits as an upload, for a day at most.
//! [`crate::verify`] holds the bytes against the entry.

use candour_core::case::material::Scan;
use candour_core::record::file::{FileWord, NAME, RECEIVED};
use candour_core::refusal::Refusal;
use sha2::{Digest as _, Sha256};

use crate::db::{Error, Row, Tx, Value};
use crate::failure::Failure;

/// The most bytes of a piece: small enough that others' writes go on between two.
pub const PIECE_BYTES_MAX: usize = 256 * 1024;
/// Files of one account that wait to be recorded; more are a slip, or fill the disk.
const WAITING_MAX: u64 = 20;
/// How long a file waits to be recorded, in microseconds.
const WAITS: i64 = 24 * 3_600_000_000;
/// How long one may take to come; after that it has broken off.
const COMES: i64 = 3_600_000_000;

/// A file that was sent and is not in the record yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The name under which its bytes are kept.
    pub id: String,
    /// Who sent it.
    pub account: String,
    /// The case it was sent for, by its stream.
    pub stream: String,
    /// What the file was called.
    pub name: String,
    /// What it holds, once it is whole.
    pub holds: Option<FileWord>,
    /// What the scanner said.
    pub scan: Scan,
    /// Whether it is in the record. It is still known for a day, so that its form sent twice is the
    /// same form.
    pub taken: bool,
}

/// Forgets the files that broke off, and those that nobody recorded within a day, with their bytes; and
/// that the others were sent here.
pub fn sweep(tx: &mut Tx<'_>, log: &str, now: i64) -> Result<(), Error> {
    let left = tx.query(
        "select id from upload where log = $1 and (begun_at < $2 or holds = '' and begun_at < $3)",
        &[log.into(), now.saturating_sub(WAITS).into(), now.saturating_sub(COMES).into()],
        |row| row.text(0),
    )?;
    left.into_iter().try_for_each(|id| forget(tx, log, &id))
}

/// Begins a file.
pub fn begin(tx: &mut Tx<'_>, log: &str, upload: &Upload, now: i64) -> Result<(), Failure> {
    sweep(tx, log, now)?;
    let waiting = tx.query_one(
        "select count(*) from upload where log = $1 and account = $2 and taken = 0",
        &[log.into(), (&upload.account).into()],
        |row| row.count(0),
    )?;
    if waiting.unwrap_or(0) >= WAITING_MAX {
        let says = format!("{WAITING_MAX} files of yours wait to be recorded. Record them before you send another");
        return Err(Refusal::new(says).into());
    }
    let Upload { id, account, stream, name, .. } = upload;
    tx.execute(
        "insert into upload (log, id, account, stream, begun_at, name, holds, scan, taken) \
         values ($1, $2, $3, $4, $5, $6, '', '', 0)",
        &[log.into(), id.into(), account.into(), stream.into(), now.into(), name.into()],
    )?;
    Ok(())
}

/// Puts a piece of a file that was begun.
pub fn put(tx: &mut Tx<'_>, log: &str, id: &str, n: u64, bytes: &[u8]) -> Result<(), Failure> {
    let begun = tx.query_one(
        "select id from upload where log = $1 and id = $2 and holds = ''",
        &[log.into(), id.into()],
        |_| Ok(()),
    )?;
    if begun.is_none() {
        return Err(Refusal::new("The file took longer than an hour. Send it again").into());
    }
    tx.execute(
        "insert into file_piece (log, file, n, bytes) values ($1, $2, $3, $4)",
        &[log.into(), id.into(), n.into(), Value::Bytes(bytes)],
    )?;
    Ok(())
}

/// Says what a file holds, once all of it is there, and what the scanner said.
pub fn end(tx: &mut Tx<'_>, log: &str, id: &str, holds: FileWord, scan: &Scan) -> Result<(), Error> {
    let scan = serde_json::to_string(scan).map_err(|e| Error::Content(e.to_string()))?;
    tx.execute(
        "update upload set holds = $3, scan = $4 where log = $1 and id = $2",
        &[log.into(), id.into(), (&holds.to_string()).into(), (&scan).into()],
    )?;
    Ok(())
}

/// Forgets that a file was sent here, with its bytes if it is not in the record.
pub fn forget(tx: &mut Tx<'_>, log: &str, id: &str) -> Result<(), Error> {
    let waits = tx.query_one(
        "select stream from upload where log = $1 and id = $2 and taken = 0",
        &[log.into(), id.into()],
        |row| row.text(0),
    )?;
    if let Some(stream) = waits
        && !is_recorded(tx, log, &stream, id)?
    {
        tx.execute("delete from file_piece where log = $1 and file = $2", &[log.into(), id.into()])?;
    }
    tx.execute("delete from upload where log = $1 and id = $2", &[log.into(), id.into()])?;
    Ok(())
}

/// Whether an entry of a case names a file, whatever its upload says.
fn is_recorded(tx: &mut Tx<'_>, log: &str, stream: &str, file: &str) -> Result<bool, Error> {
    let named = tx.query(
        "select data from event where log = $1 and stream = $2 and kind = $3",
        &[log.into(), stream.into(), RECEIVED.into()],
        |row| Ok(serde_json::from_str::<serde_json::Value>(row.str(0)?).is_ok_and(|data| data[NAME] == file)),
    )?;
    Ok(named.contains(&true))
}

/// The whole files that somebody sent for a case, recorded within the last day or not yet.
pub fn sent(tx: &mut Tx<'_>, log: &str, account: &str, stream: &str) -> Result<Vec<Upload>, Error> {
    tx.query(
        "select id, account, stream, name, holds, scan, taken from upload \
         where log = $1 and account = $2 and stream = $3 and holds <> '' order by begun_at, id",
        &[log.into(), account.into(), stream.into()],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Upload, Error> {
    let id = row.text(0)?;
    let scan = serde_json::from_str(row.str(5)?);
    Ok(Upload {
        scan: scan.map_err(|e| Error::Content(format!("what the scanner said of upload {id}: {e}")))?,
        id,
        account: row.text(1)?,
        stream: row.text(2)?,
        name: row.text(3)?,
        holds: FileWord::parse(row.str(4)?),
        taken: row.int(6)? != 0,
    })
}

/// Takes a file into the record: it waits no more. Refused when it does not wait as it was seen.
pub fn take(tx: &mut Tx<'_>, log: &str, upload: &Upload) -> Result<(), Failure> {
    let as_seen = sent(tx, log, &upload.account, &upload.stream)?.contains(upload);
    let taken = tx.execute(
        "update upload set taken = 1 where log = $1 and id = $2 and taken = 0",
        &[log.into(), (&upload.id).into()],
    )?;
    if as_seen && taken == 1 { Ok(()) } else { Err(Refusal::new("The file is no longer here. Send it again").into()) }
}

/// A piece of a file.
pub fn piece(tx: &mut Tx<'_>, log: &str, file: &str, n: u64) -> Result<Option<Vec<u8>>, Error> {
    tx.query_one(
        "select bytes from file_piece where log = $1 and file = $2 and n = $3",
        &[log.into(), file.into(), n.into()],
        |row| row.bytes(0),
    )
}

/// Deletes what a file was called when it was sent.
pub(crate) fn forget_name(tx: &mut Tx<'_>, log: &str, file: &str) -> Result<(), Error> {
    tx.execute("delete from upload where log = $1 and id = $2", &[log.into(), file.into()])?;
    Ok(())
}

/// Deletes the bytes of a file, and what it was called when it was sent.
pub(crate) fn delete(tx: &mut Tx<'_>, log: &str, file: &str) -> Result<(), Error> {
    forget_name(tx, log, file)?;
    tx.execute("delete from file_piece where log = $1 and file = $2", &[log.into(), file.into()])?;
    Ok(())
}

/// Computes what a file holds while its pieces go by.
#[derive(Default)]
pub struct Digesting {
    digest: Sha256,
    bytes: u64,
}

impl Digesting {
    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
    }

    /// How many bytes there were so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What they are.
    #[must_use]
    pub fn end(self) -> FileWord {
        FileWord { digest: self.digest.finalize().into(), bytes: self.bytes }
    }
}
