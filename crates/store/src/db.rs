//! The database: the one module that knows which engine runs.
//!
//! SQL is the same text on SQLite and PostgreSQL: `$1` parameters, and columns that are TEXT,
//! BIGINT or BYTEA. A [`Tx`] runs it; a [`Row`] reads it. Connections are blocking: SQLite answers
//! faster than a thread hand-over, and PostgreSQL is asked from threads that may wait.

#![allow(clippy::disallowed_methods, reason = "this is the one file that opens databases")]

use std::collections::HashMap;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postgres::types::ToSql;
use rusqlite::config::DbConfig;

use crate::durable;

mod error;
mod row;
mod schema;

pub use error::Error;
use error::{chain, of_file, of_migration, of_postgres, of_sqlite};
pub use row::{Row, Value};
pub use schema::schema_known;

mod migrations {
    refinery::embed_migrations!("src/migrations");
}

/// How long a writer waits for another process's lock before it says that the database is busy.
const BUSY_MILLIS: u64 = 10_000;
/// Rows in one multi-row insert. Twelve columns of them stay far below both engines' limits.
const INSERT_ROWS: usize = 64;
/// Prepared statements that a connection keeps.
const STATEMENTS_KEPT: usize = 128;
/// Connections for reading that are kept while nobody reads.
const IDLE_MAX: usize = 16;

/// A database that can be connected to.
#[derive(Debug, Clone)]
pub struct Engine {
    address: Address,
    idle: Arc<Idle>,
}

/// Connections for reading that wait for the next read, the last used one last.
#[derive(Default)]
struct Idle(Mutex<Vec<Connection>>);

#[derive(Debug, Clone)]
enum Address {
    Sqlite(File),
    Postgres(String),
}

/// A SQLite file, how many pages it may have, and whether a commit forces what it wrote to the disk.
#[derive(Debug, Clone)]
struct File {
    path: PathBuf,
    pages: Option<u32>,
    forces: bool,
}

/// A connection.
pub(crate) enum Connection {
    Sqlite(Box<rusqlite::Connection>),
    Postgres(Box<Postgres>),
}

/// A PostgreSQL connection and the statements prepared on it.
pub(crate) struct Postgres {
    client: postgres::Client,
    statements: HashMap<String, postgres::Statement>,
}

impl Idle {
    fn take(&self) -> Option<Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn give(&self, connection: Connection) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        let idle = std::mem::take(self.0.get_mut().unwrap_or_else(PoisonError::into_inner));
        if idle.iter().any(|connection| matches!(connection, Connection::Postgres(_))) {
            // Closing one waits for the network, which a thread of an async runtime must not do.
            // When no thread can be started, the server notices that we are gone.
            let _ = std::thread::Builder::new().spawn(move || drop(idle));
        }
    }
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Idle")
    }
}

impl Engine {
    /// The engine at an address such as `sqlite:./candour-data/candour.db` or `postgres://...`.
    ///
    /// `sqlite:PATH?pages=N` keeps the file to N pages, so that a test can fill the disk.
    pub fn at(url: &str) -> Result<Self, Error> {
        let address = if let Some(path) = url.strip_prefix("sqlite:") {
            Address::Sqlite(File::named(path.trim_start_matches("//")))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Address::Postgres(url.to_owned())
        } else {
            return Err(Error::Address(format!(
                "{url:?} is no database address; write sqlite:PATH or postgres://USER@HOST/NAME"
            )));
        };
        Ok(Self { address, idle: Arc::default() })
    }

    /// The same database, whose commits a power cut may take back. It is for one test, which shows
    /// that such a loss is noticed; nothing that a user says leads here.
    #[doc(hidden)]
    #[must_use]
    pub fn that_forgets(mut self) -> Self {
        if let Address::Sqlite(file) = &mut self.address {
            file.forces = false;
        }
        self
    }

    /// Whether reads should be made from threads that may wait for a network.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        matches!(self.address, Address::Postgres(_))
    }

    /// The SQLite file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.address {
            Address::Sqlite(file) => Some(&file.path),
            Address::Postgres(_) => None,
        }
    }

    /// Makes the database if it is a file that is absent, and brings its schema up to date.
    pub fn migrate(&self) -> Result<(), Error> {
        let fail = |e: refinery::Error| of_migration(&e);
        match &self.address {
            Address::Sqlite(file) => {
                if let Some(folder) = file.path.parent().filter(|f| !f.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder).map_err(|e| Error::Away(format!("{}: {e}", folder.display())))?;
                }
                let mut connection = open_sqlite(file, true)?;
                migrations::migrations::runner().run(&mut connection).map_err(fail)?;
            }
            Address::Postgres(_) => {
                let Connection::Postgres(mut postgres) = self.connect()? else {
                    return Ok(());
                };
                migrations::migrations::runner().run(&mut postgres.client).map_err(fail)?;
            }
        }
        Ok(())
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Result<Connection, Error> {
        match &self.address {
            Address::Sqlite(file) => Ok(Connection::Sqlite(Box::new(open_sqlite(file, false)?))),
            Address::Postgres(url) => {
                // Whatever keeps us from connecting, the database is away for us.
                let client = postgres::Client::connect(url, postgres::NoTls).map_err(|e| {
                    let detail = e.as_db_error().map_or_else(|| chain(&e), |db| db.message().to_owned());
                    Error::Away(detail)
                })?;
                let postgres = Postgres { client, statements: HashMap::new() };
                Ok(Connection::Postgres(Box::new(postgres)))
            }
        }
    }

    /// A new connection for the one writer, from which everything that it finds is on the disk.
    ///
    /// When forcing the write-ahead log to the disk failed, the system may take its pages for clean
    /// from then on: the next process reads them from memory, and forcing the file again does
    /// nothing for them. So what is there is written once more, and forced. SQLite ignores a folder
    /// that could not be forced, without which a new log may have no name after a power cut.
    pub(crate) fn connect_to_write(&self) -> Result<Connection, Error> {
        let mut connection = self.connect()?;
        if let Address::Sqlite(file) = &self.address {
            // Nobody else adds to the log meanwhile, and it is there.
            connection.begin_write()?;
            write_again(&file.log()).map_err(|e| of_file(&file.log(), &e))?;
            connection.rollback()?;
        }
        Ok(connection)
    }

    /// Makes away with what deleted words left behind: SQLite's journal is folded in and emptied, and
    /// PostgreSQL's dead rows are cleared. `thorough` writes PostgreSQL's tables of words and files anew, which
    /// keeps everybody from reading words meanwhile. Says whether nothing stood in the way.
    pub fn scrub(&self, thorough: bool) -> Result<bool, Error> {
        match &mut self.connect()? {
            Connection::Sqlite(connection) => {
                let folded = connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get::<_, i64>(0));
                Ok(folded.map_err(|e| of_sqlite(&e))? == 0)
            }
            Connection::Postgres(p) => {
                let sql =
                    if thorough { "vacuum (full) text, file_piece, upload" } else { "vacuum text, file_piece, upload" };
                p.client.batch_execute(sql).map_err(|e| of_postgres(&e))?;
                Ok(true)
            }
        }
    }

    /// Runs `f` in a read-only transaction that sees one state of the database throughout.
    pub fn read<T, E: From<Error>>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        const BEGIN: (&str, &str) = ("begin", "begin isolation level repeatable read read only");
        // Connections that the server closed while they were idle are let go.
        let kept = std::iter::from_fn(|| self.idle.take()).find_map(|mut connection| {
            let begun = connection.run(BEGIN.0, BEGIN.1);
            begun.is_ok().then_some(connection)
        });
        let mut connection = match kept {
            Some(connection) => connection,
            None => {
                let mut connection = self.connect()?;
                connection.run(BEGIN.0, BEGIN.1)?;
                connection
            }
        };
        let result = f(&mut Tx { connection: &mut connection });
        // Nothing was written; a connection that cannot even end its transaction is dropped.
        if connection.run("rollback", "rollback").is_ok() {
            self.idle.give(connection);
        }
        result
    }
}

impl File {
    fn named(text: &str) -> Self {
        let limited = text.rsplit_once("?pages=").and_then(|(path, pages)| Some((path, pages.parse().ok()?)));
        match limited {
            Some((path, pages)) => Self { path: path.into(), pages: Some(pages), forces: true },
            None => Self { path: text.into(), pages: None, forces: true },
        }
    }

    /// Its write-ahead log.
    fn log(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push("-wal");
        name.into()
    }
}

/// Writes a file's content to where it stands, and forces it and its name to the disk.
fn write_again(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().read(true).write(true).open(path)?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&content)?;
    file.sync_all()?;
    durable::sync_folder_of(path)
}

fn open_sqlite(file: &File, create: bool) -> Result<rusqlite::Connection, Error> {
    use rusqlite::OpenFlags;
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let named = |e: &rusqlite::Error| match of_sqlite(e) {
        Error::Away(says) => Error::Away(format!("{}: {says}", file.path.display())),
        other => other,
    };
    let connection = rusqlite::Connection::open_with_flags(&file.path, flags).map_err(|e| named(&e))?;
    let set = || -> Result<(), rusqlite::Error> {
        connection.busy_timeout(Duration::from_millis(BUSY_MILLIS))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        // Otherwise the planner looks at bound values and prepares a kept statement again at each run.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if create {
            connection.pragma_update(None, "journal_mode", "wal")?;
        }
        // With NORMAL, a power cut loses acknowledged writes; with FULL none.
        connection.pragma_update(None, "synchronous", if file.forces { "full" } else { "normal" })?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "secure_delete", true)?;
        // Sorting personal words must not leave them in a file.
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "cache_size", -65_536)?;
        if let Some(pages) = file.pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(())
    };
    set().map_err(|e| named(&e))?;
    Ok(connection)
}

impl Connection {
    /// Runs a statement without parameters, of which the two engines need different texts.
    fn run(&mut self, sqlite: &'static str, postgres: &'static str) -> Result<(), Error> {
        match self {
            Self::Sqlite(connection) => {
                // Prepared once: these few words are run around every read and every write.
                let mut statement = connection.prepare_cached(sqlite).map_err(|e| of_sqlite(&e))?;
                statement.raw_execute().map_err(|e| of_sqlite(&e))?;
                Ok(())
            }
            Self::Postgres(p) => p.client.batch_execute(postgres).map_err(|e| of_postgres(&e)),
        }
    }

    /// Begins a transaction that will write. SQLite takes its one write lock at once, so that no
    /// read made in it is out of date; PostgreSQL's writers lock the log's head row first.
    pub(crate) fn begin_write(&mut self) -> Result<(), Error> {
        self.run("begin immediate", "begin")
    }

    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        self.run("commit", "commit")
    }

    pub(crate) fn rollback(&mut self) -> Result<(), Error> {
        self.run("rollback", "rollback")
    }

    pub(crate) fn savepoint(&mut self) -> Result<(), Error> {
        self.run("savepoint one", "savepoint one")
    }

    pub(crate) fn release(&mut self) -> Result<(), Error> {
        self.run("release one", "release one")
    }

    pub(crate) fn rollback_to_savepoint(&mut self) -> Result<(), Error> {
        self.run("rollback to one", "rollback to one")?;
        self.release()
    }

    /// Whether the transaction still exists: a full disk inside a SQLite savepoint ends all of it.
    pub(crate) fn in_transaction(&self) -> bool {
        match self {
            Self::Sqlite(connection) => !connection.is_autocommit(),
            Self::Postgres(p) => !p.client.is_closed(),
        }
    }

    pub(crate) fn tx(&mut self) -> Tx<'_> {
        Tx { connection: self }
    }
}

/// A transaction that runs SQL.
pub struct Tx<'c> {
    connection: &'c mut Connection,
}

impl Tx<'_> {
    /// The same transaction, lent for a shorter time.
    pub(crate) fn again(&mut self) -> Tx<'_> {
        Tx { connection: self.connection }
    }

    /// Runs a statement and returns how many rows it touched.
    pub fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, Error> {
        self.run(sql, values, bind)
    }

    /// Runs a query and reads each row.
    pub fn query<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        self.each(sql, values, |row| {
            all.push(read(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// Runs a query that returns at most one row.
    pub fn query_one<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        Ok(self.query(sql, values, read)?.pop())
    }

    /// Runs a query and hands over one row after another, without keeping them all.
    pub fn each(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match self.connection {
            Connection::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql).map_err(|e| of_sqlite(&e))?;
                bind(&mut statement, values)?;
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next().map_err(|e| of_sqlite(&e))? {
                    read(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            Connection::Postgres(p) => {
                use postgres::fallible_iterator::FallibleIterator as _;
                let statement = p.prepare(sql)?;
                let mut rows = p.client.query_raw(&statement, values.iter()).map_err(|e| of_postgres(&e))?;
                while let Some(row) = rows.next().map_err(|e| of_postgres(&e))? {
                    read(&Row::Postgres(&row))?;
                }
                Ok(())
            }
        }
    }

    /// Inserts many rows. `sql` is everything before the first row: `insert into t (a, b) values`.
    pub fn insert_many(&mut self, sql: &'static str, width: usize, values: &[Value<'_>]) -> Result<(), Error> {
        self.upsert_many(sql, "", width, values)
    }

    /// Inserts many rows, with what comes after the last one: `on conflict ...`.
    pub fn upsert_many(
        &mut self,
        sql: &'static str,
        tail: &'static str,
        width: usize,
        values: &[Value<'_>],
    ) -> Result<(), Error> {
        let mut statement = (0, String::new());
        for chunk in values.chunks(width * INSERT_ROWS) {
            if statement.0 != chunk.len() {
                let text = format!("{} {tail}", insert_statement(sql, width, chunk.len() / width));
                statement = (chunk.len(), text);
            }
            self.run(&statement.1, chunk, bind_in_order)?;
        }
        Ok(())
    }

    fn run(&mut self, sql: &str, values: &[Value<'_>], bind: Bind) -> Result<u64, Error> {
        match self.connection {
            Connection::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql).map_err(|e| of_sqlite(&e))?;
                bind(&mut statement, values)?;
                let touched = statement.raw_execute().map_err(|e| of_sqlite(&e))?;
                Ok(touched as u64)
            }
            Connection::Postgres(p) => {
                let statement = p.prepare(sql)?;
                let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as _).collect();
                p.client.execute(&statement, &values).map_err(|e| of_postgres(&e))
            }
        }
    }
}

fn insert_statement(sql: &str, width: usize, rows: usize) -> String {
    let row = |r: usize| {
        let marks: Vec<String> = (1..=width).map(|c| format!("${}", r * width + c)).collect();
        format!("({})", marks.join(","))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("{sql} {}", rows.join(","))
}

impl Postgres {
    fn prepare(&mut self, sql: &str) -> Result<postgres::Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(|e| of_postgres(&e))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

type Bind = fn(&mut rusqlite::CachedStatement<'_>, &[Value<'_>]) -> Result<(), Error>;

/// Binds the values of a statement whose parameters stand in rising order, each once. SQLite finds
/// a name by going through all of them, which in an insert of many rows takes most of the time.
fn bind_in_order(statement: &mut rusqlite::CachedStatement<'_>, values: &[Value<'_>]) -> Result<(), Error> {
    for (index, value) in (1..).zip(values) {
        statement.raw_bind_parameter(index, value).map_err(|e| of_sqlite(&e))?;
    }
    Ok(())
}

/// Binds by name: SQLite numbers `$2` before `$1` when it meets it first.
fn bind(statement: &mut rusqlite::CachedStatement<'_>, values: &[Value<'_>]) -> Result<(), Error> {
    for (i, value) in values.iter().enumerate() {
        let name = format!("${}", i + 1);
        let index = statement.parameter_index(&name).map_err(|e| of_sqlite(&e))?;
        let Some(index) = index else {
            return Err(Error::Other(format!("a statement has no parameter {name}")));
        };
        statement.raw_bind_parameter(index, value).map_err(|e| of_sqlite(&e))?;
    }
    Ok(())
}
