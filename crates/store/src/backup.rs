//! Backup: one state of the database as one file, the same for both engines, taken while the
//! server runs.
//!
//! Evidence and plain tables are kept as they stand. What is derived is not: [`restore`] computes
//! it again, by the rules of the release that will serve it.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

pub mod format;
mod restore;

use format::{Contents, FORMAT, Header, LogEnd, TABLES, Writer};
pub use restore::{Restored, restore};

use candour_core::day;
use candour_core::record::hex;

use crate::db::{Engine, Error, Tx, schema_known};
use crate::durable::{NewFile, partial_of};
use crate::failure::Failure;
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

/// Holds a backup's lines against their own hashes, without any database.
pub fn check(lines: impl io::BufRead) -> Result<Contents, Failed> {
    format::read(lines, u64::from(schema_known()), |_, _| Ok(()))
}

/// Writes one state of the database to a new file, and returns when it is on the disk.
///
/// `record` is the database of the record; the access log beside it is kept with it. The state is
/// verified before it is written: a backup that could not be restored would be a false comfort.
pub fn backup(record: &Engine, out: &Path, taken_at: i64) -> Result<Contents, Failed> {
    let mut file = create(out)?;
    let access = access_beside(record).filter(|access| access.file().is_some_and(Path::exists));
    let header =
        Header { candour_backup: FORMAT, schema: u64::from(schema_known()), taken_at: day::instant_in_iso(taken_at) };
    let mut tell = Told { out: BufWriter::with_capacity(BUFFER_BYTES, &mut file.file), failed: None };
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
    if let Some(error) = tell.failed.take() {
        return Err(Failed::file(&partial_of(out), &error));
    }
    drop(tell);
    let contents = written?;
    file.keep().map_err(|e| Failed::file(out, &e))?;
    Ok(contents)
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
