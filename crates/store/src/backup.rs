//! Backup: one state of the database as one file, the same for both engines, taken while the
//! server runs.
//!
//! Evidence and plain tables are kept as they stand. What is derived is not: [`restore`] computes
//! it again, by the rules of the release that will serve it.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

mod file;
pub mod format;
pub mod keys;
mod restore;
pub mod seal;

pub use file::{check, check_under};
use format::{Contents, FORMAT, Header, LogEnd, TABLES, Writer};
use keys::Keys;
pub use restore::{Restored, restore};
use seal::{NONCE_BYTES, Sealing};

use candour_core::day;
use candour_core::record::hex;

use crate::db::{Engine, Error, Tx, schema_known};
use crate::durable::{NewFile, partial_of};
use crate::failure::Failure;
use crate::record::Entropy;
use crate::{access_beside, verify};

/// How many bytes go to the file at once.
const BUFFER_BYTES: usize = 1 << 18;
/// Findings named in one line; further ones are only counted.
const FINDINGS_NAMED_MAX: usize = 5;

/// Why there is no backup, or why one was not restored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failed {
    /// What is to be kept or restored is not what it should be.
    #[error("{0}")]
    Refused(String),
    /// Where it is to go there is something already.
    #[error("{0}")]
    Taken(String),
    /// A file could not be read or written.
    #[error("{0}")]
    File(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] Failure),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Store(error.into())
    }
}

impl Failed {
    fn file(path: &Path, error: &io::Error) -> Self {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound => "; check the path",
            io::ErrorKind::PermissionDenied => "; give the account that runs this permission, or choose another place",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; make room, nothing was kept",
            io::ErrorKind::IsADirectory => "; name a file",
            _ => "",
        };
        Self::File(format!("{}: {error}{remedy}", path.display()))
    }

    /// Says which backup is meant, where the reader of its lines could not.
    fn about(self, path: &Path) -> Self {
        match self {
            Self::Refused(says) => {
                Self::Refused(format!("the backup {} was refused, and nothing restored: {says}", path.display()))
            }
            Self::File(says) => Self::File(format!("{}: {says}", path.display())),
            other => other,
        }
    }
}

/// Writes one state of the database to a new file, and returns when it is on the disk.
///
/// `record` is the database of the record; the access log beside it is kept with it. The state is
/// verified before it is written: a backup that could not be restored would be a false comfort.
pub fn backup(record: &Engine, out: &Path, taken_at: i64) -> Result<Contents, Failed> {
    let mut file = create(out)?;
    let to = BufWriter::with_capacity(BUFFER_BYTES, &mut file.file);
    let (contents, _) = write_state(record, out, header(taken_at, None), to)?;
    file.keep().map_err(|e| Failed::file(out, &e))?;
    Ok(contents)
}

/// Writes one state of the database to a new file as [`backup`] does, under a key of its own.
///
/// The key is on the disk before the file has its name. Then the file is read back under it, and only
/// what opened from end to end is noted as verified and lets older keys end ([`Keys::end_due`]). Whatever
/// is killed in between has lost nothing.
pub fn backup_under(
    keys: &Keys,
    record: &Engine,
    out: &Path,
    taken_at: i64,
    entropy: &mut Entropy,
) -> Result<Contents, Failed> {
    let mut file = create(out)?;
    let (id, key) = keys.begin(taken_at, entropy)?;
    let mut nonce = [0; NONCE_BYTES];
    entropy(&mut nonce);
    let to = Sealing::new(BufWriter::with_capacity(BUFFER_BYTES, &mut file.file), key, nonce);
    let (written, to) = write_state(record, out, header(taken_at, Some(&id)), to)?;
    drop(to.finish().map_err(|e| Failed::file(&partial_of(out), &e))?);
    file.keep().map_err(|e| Failed::file(out, &e))?;
    let contents = read_back(keys, out, &written)?;
    keys.verified(&id, contents.manifest.logs.iter().map(|end| end.recorded_at).max().unwrap_or(taken_at))?;
    Ok(contents)
}

/// Reads a backup under its key as it now stands, and answers with the hash of the file.
fn read_back(keys: &Keys, out: &Path, written: &Contents) -> Result<Contents, Failed> {
    let bad = |says: &str| {
        Failed::Refused(format!(
            "the backup {} was written and cannot be read back ({says}); no key was ended. Take another, to another disk",
            out.display()
        ))
    };
    let contents = file::read_file(out, Some(keys), |_, _| Ok(())).map_err(|failed| bad(&failed.to_string()))?;
    if (&contents.header, &contents.manifest) == (&written.header, &written.manifest) {
        Ok(contents)
    } else {
        Err(bad("it holds something else"))
    }
}

fn header(taken_at: i64, key: Option<&str>) -> Header {
    Header {
        candour_backup: FORMAT,
        schema: u64::from(schema_known()),
        taken_at: day::instant_in_iso(taken_at),
        key: key.map(str::to_owned),
    }
}

/// Writes one state of the database, and gives back what it was written to.
fn write_state<W: io::Write>(record: &Engine, out: &Path, header: Header, to: W) -> Result<(Contents, W), Failed> {
    let access = access_beside(record).filter(|access| access.file().is_some_and(Path::exists));
    let mut tell = Told { out: to, failed: None };
    let written = record.read(|tx| {
        // From its first look on, a transaction sees one state. The access log's comes second, so
        // that every reading that led to something in the record is in it.
        check_schema(tx)?;
        match &access {
            None => write(&mut [tx.again()], &mut tell, header),
            Some(access) => access.read(|beside| {
                check_schema(beside)?;
                write(&mut [tx.again(), beside.again()], &mut tell, header)
            }),
        }
    });
    match tell.failed {
        Some(error) => Err(Failed::file(&partial_of(out), &error)),
        None => Ok((written?, tell.out)),
    }
}

fn create(out: &Path) -> Result<NewFile, Failed> {
    if out.is_dir() {
        return Err(Failed::Taken(format!("{} is a folder; name a file in it", out.display())));
    }
    if out.symlink_metadata().is_ok() {
        return Err(Failed::Taken(format!("{} is there already; name a file that is not", out.display())));
    }
    let partial: PathBuf = partial_of(out);
    NewFile::create(out).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => Failed::Taken(format!(
            "{} is there already: another backup is being written, or one was interrupted and this file can be removed",
            partial.display()
        )),
        _ => Failed::file(&partial, &e),
    })
}

/// Keeps what the file system said while a query's closure wrote to it.
struct Told<W> {
    out: W,
    failed: Option<io::Error>,
}

impl<W: io::Write> io::Write for Told<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).inspect_err(|e| self.failed = Some(copy(e)))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().inspect_err(|e| self.failed = Some(copy(e)))
    }
}

fn copy(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

fn check_schema(tx: &mut Tx<'_>) -> Result<(), Failed> {
    let (found, known) = (tx.schema()?, schema_known());
    if found == i64::from(known) {
        return Ok(());
    }
    let remedy = if found < i64::from(known) {
        "back it up with the release that it was made with, or run candour migrate first"
    } else {
        "use the release that it belongs to"
    };
    Err(Failed::Taken(format!("the database has schema {found}, and this release schema {known}; {remedy}")))
}

fn write(parts: &mut [Tx<'_>], out: &mut impl io::Write, header: Header) -> Result<Contents, Failed> {
    for part in parts.iter_mut() {
        check_verified(part)?;
    }
    let mut writer = Writer::begin(out, header)?;
    for table in &TABLES {
        writer.table(table)?;
        for part in parts.iter_mut() {
            part.each(table.select, &[], |row| writer.row(table, row))?;
        }
        writer.end_table();
    }
    Ok(writer.finish(log_ends(parts)?)?)
}

/// Refuses a record with findings.
fn check_verified(tx: &mut Tx<'_>) -> Result<(), Failed> {
    let findings = verify::verify(tx)?.findings;
    if findings.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = findings.iter().take(FINDINGS_NAMED_MAX).map(|f| f.line().replace('\t', " ")).collect();
    let (count, named) = (findings.len(), named.join("; "));
    Err(Failed::Refused(format!("the record does not verify, with {count} findings: {}", named.trim_end())))
}

/// The ends of all logs, by name.
fn log_ends(parts: &mut [Tx<'_>]) -> Result<Vec<LogEnd>, Error> {
    let mut ends = Vec::new();
    for part in parts {
        ends.extend(part.query("select log, size, root, recorded_at from head", &[], |row| {
            Ok(LogEnd { log: row.text(0)?, size: row.count(1)?, root: hex(&row.bytes(2)?), recorded_at: row.int(3)? })
        })?);
    }
    ends.sort();
    Ok(ends)
}
