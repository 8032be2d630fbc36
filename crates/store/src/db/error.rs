//! What went wrong with the database, told apart by what the operator can do about it.

use std::io::ErrorKind;
use std::path::Path;

/// What went wrong with the database, in words for the log and a remedy for the operator.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// It cannot be reached.
    #[error("the database is away ({0}). Start it, or check --database")]
    Away(String),
    /// It went away while it committed, so that nobody knows yet whether it did.
    #[error(
        "the database went away while it saved ({0}), so the last change may have been kept. Send the same form again: it counts once"
    )]
    Unanswered(String),
    /// It can be read but not written.
    #[error("the database is read-only ({0}). Give the service permission to write to it")]
    ReadOnly(String),
    /// There is no room.
    #[error("the disk is full ({0}). Make room; nothing was changed")]
    Full(String),
    /// The disk did not take what was written, or did not give what was asked for.
    #[error("the disk failed ({0}). Look at it, or give the service another; nothing was changed")]
    Disk(String),
    /// Another process holds its lock.
    #[error("the database is busy ({0}). Try again")]
    Busy(String),
    /// The address is not one we know.
    #[error("{0}")]
    Address(String),
    /// A row of that key is there already.
    #[error("it is in the database already ({0})")]
    Exists(String),
    /// Its content is not what it should be.
    #[error("the database does not hold what it should: {0}")]
    Content(String),
    /// Anything else.
    #[error("the database failed: {0}")]
    Other(String),
}

pub(super) fn of_sqlite(e: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as Code;
    let says = e.to_string();
    match e.sqlite_error_code() {
        Some(Code::DiskFull) => Error::Full(says),
        Some(Code::SystemIoFailure) => Error::Disk(says),
        Some(Code::ReadOnly | Code::PermissionDenied) => Error::ReadOnly(says),
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => Error::Busy(says),
        Some(Code::CannotOpen | Code::NotADatabase) => Error::Away(says),
        Some(Code::DatabaseCorrupt) => Error::Content(says),
        Some(Code::ConstraintViolation) => Error::Exists(says),
        _ => match e {
            rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..) => {
                Error::Content(says)
            }
            _ => Error::Other(says),
        },
    }
}

pub(super) fn of_file(path: &Path, e: &std::io::Error) -> Error {
    let says = format!("{}: {e}", path.display());
    match e.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full(says),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::ReadOnly(says),
        _ => Error::Disk(says),
    }
}

pub(super) fn of_postgres(e: &postgres::Error) -> Error {
    use postgres::error::SqlState;
    let detail = e.as_db_error().map_or_else(|| chain(e), |db| db.message().to_owned());
    if e.is_closed() || e.as_db_error().is_none() && e.code().is_none() {
        return Error::Away(detail);
    }
    match e.code() {
        Some(code) if *code == SqlState::DISK_FULL => Error::Full(detail),
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => Error::Exists(detail),
        Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION || *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            Error::ReadOnly(detail)
        }
        Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED => {
            Error::Busy(detail)
        }
        // Class 08 is the connection, 57P is the server shutting down or starting up.
        Some(code)
            if code.code().starts_with("08")
                || code.code().starts_with("57P")
                || code.code().starts_with("28")
                || code.code().starts_with("3D") =>
        {
            Error::Away(detail)
        }
        _ => Error::Other(detail),
    }
}

/// What really failed when a migration did: it may well be the disk or the connection.
pub(super) fn of_migration(e: &refinery::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(found) = cause {
        if let Some(e) = found.downcast_ref::<rusqlite::Error>() {
            return of_sqlite(e);
        }
        if let Some(e) = found.downcast_ref::<postgres::Error>() {
            return of_postgres(e);
        }
        cause = found.source();
    }
    Error::Other(format!("bringing the schema up to date: {e}"))
}

pub(super) fn chain(e: &dyn std::error::Error) -> String {
    let mut says = e.to_string();
    let mut source = e.source();
    while let Some(cause) = source {
        says = format!("{says}: {cause}");
        source = cause.source();
    }
    says
}
