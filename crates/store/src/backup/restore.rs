//! Restoring a backup: into an empty database, whole and verified, or not at all.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::file::read_file;
use super::format::{Cell, Contents, Table};
use super::keys::Keys;
use super::{Failed, check_verified, log_ends};
use crate::access_beside;
use crate::db::{Connection, Engine, Error, Tx, Value};
use crate::durable::sync_folder_of;
use crate::failure::Failure;
use crate::rebuild::Rebuilt;
use crate::record::{Sources, Write, clock_of, lock_head};
use crate::store::is_access_log;

/// Rows that are gathered before they go into a table.
const BATCH_ROWS: usize = 512;
/// Bytes that are gathered before they go into a table.
const BATCH_BYTES: usize = 8 << 20;
/// Only the account that restores may look into the folder where a database is made.
const OWNER_ONLY: u32 = 0o700;

/// How each table is asked whether it holds anything.
const HELD: [(&str, &str); 23] = [
    ("event", "select log from event limit 1"),
    ("text", "select log from text limit 1"),
    ("head", "select log from head limit 1"),
    ("account", "select log from account limit 1"),
    ("submission", "select log from submission limit 1"),
    ("file_piece", "select log from file_piece limit 1"),
    ("standing", "select log from standing limit 1"),
    ("second_factor", "select log from second_factor limit 1"),
    ("recovery_code", "select log from recovery_code limit 1"),
    ("passkey", "select log from passkey limit 1"),
    ("provider_link", "select log from provider_link limit 1"),
    ("spent", "select log from spent limit 1"),
    ("start_code", "select log from start_code limit 1"),
    ("token", "select log from token limit 1"),
    ("account_change", "select log from account_change limit 1"),
    ("upload", "select log from upload limit 1"),
    ("session", "select log from session limit 1"),
    ("attempt", "select log from attempt limit 1"),
    ("case_row", "select log from case_row limit 1"),
    ("clock_row", "select log from clock_row limit 1"),
    ("party_row", "select log from party_row limit 1"),
    ("fact", "select log from fact limit 1"),
    ("person_row", "select log from person_row limit 1"),
];

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the file holds.
    pub contents: Contents,
    /// Derived rows that were computed from it.
    pub derived: u64,
}

/// Restores the backup at `from` into the database `to`, which must hold nothing.
///
/// One under a key is opened with that of `keys`. The file is held against its own hashes before the
/// database is touched. Then its rows are put there in one transaction, the record is verified as it now
/// stands, `derive` computes what is derived from each record, and only then is it kept. A SQLite
/// database is made in a folder beside its place and moved there at the end.
pub fn restore(
    from: &Path,
    keys: Option<&Keys>,
    to: &Engine,
    sources: fn() -> Sources,
    mut derive: impl FnMut(&mut Write<'_>) -> Result<Rebuilt, Failure>,
) -> Result<Restored, Failed> {
    if let Some(path) = to.file() {
        check_absent(path)?;
    } else {
        to.read(check_empty)?;
    }
    let contents = read_file(from, keys, |_, _| Ok(()))?;
    let mut restoring = Restoring { from, keys, contents, sources, derive: &mut derive };
    let derived = match to.file() {
        Some(path) => restoring.fill_files(path)?,
        None => restoring.fill_databases(std::slice::from_ref(to))?,
    };
    Ok(Restored { contents: restoring.contents, derived })
}

/// The files of a SQLite database at a path and of the access log beside it, with what SQLite
/// keeps next to them.
fn check_absent(path: &Path) -> Result<(), Failed> {
    let access = access_beside_file(path)?;
    for file in [path, &access] {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = file.as_os_str().to_owned();
            name.push(suffix);
            let name = PathBuf::from(name);
            if name.symlink_metadata().is_ok() {
                return Err(Failed::Taken(format!(
                    "{} is there already; a backup is restored where there is nothing: move it away, or name another --database",
                    name.display()
                )));
            }
        }
    }
    Ok(())
}

fn access_beside_file(path: &Path) -> Result<PathBuf, Failed> {
    let access = access_beside(&sqlite_at(path)?);
    access
        .as_ref()
        .and_then(Engine::file)
        .map(Path::to_owned)
        .ok_or_else(|| Failed::Taken(format!("{} is no name for a database; name another --database", path.display())))
}

fn sqlite_at(path: &Path) -> Result<Engine, Error> {
    Engine::at(&format!("sqlite:{}", path.display()))
}

/// Refuses a database that holds a row of ours.
fn check_empty(tx: &mut Tx<'_>) -> Result<(), Failed> {
    let there = tx.tables()?;
    for (table, sql) in HELD {
        if there.iter().any(|name| name == table) && tx.query_one(sql, &[], |_| Ok(()))?.is_some() {
            return Err(Failed::Taken(format!(
                "the database holds something already (in its table {table}); a backup is restored where there is nothing: make an empty database and name it with --database"
            )));
        }
    }
    Ok(())
}

/// A backup whose file is as it was written, on its way into a database.
struct Restoring<'a> {
    from: &'a Path,
    keys: Option<&'a Keys>,
    contents: Contents,
    sources: fn() -> Sources,
    derive: &'a mut dyn FnMut(&mut Write<'_>) -> Result<Rebuilt, Failure>,
}

impl Restoring<'_> {
    /// Makes the database's files in a folder beside their place and moves them there.
    fn fill_files(&mut self, path: &Path) -> Result<u64, Failed> {
        let access = access_beside_file(path)?;
        let making = Making::beside(path)?;
        let made = |file: &Path| making.0.join(file.file_name().unwrap_or_default());
        let moves = [(made(&access), access.as_path()), (made(path), path)];
        let derived = self.fill_databases(&[sqlite_at(&moves[1].0)?, sqlite_at(&moves[0].0)?])?;
        // The record comes last: its presence says that all is there.
        for (made, _) in &moves {
            check_folded_in(made)?;
        }
        for (made, place) in &moves {
            File::open(made).and_then(|file| file.sync_all()).map_err(|e| Failed::file(made, &e))?;
            fs::rename(made, place).map_err(|e| Failed::file(place, &e))?;
            sync_folder_of(place).map_err(|e| Failed::file(place, &e))?;
        }
        Ok(derived)
    }

    /// Fills databases that hold nothing: the record's, and the access log's where it has its own.
    fn fill_databases(&mut self, engines: &[Engine]) -> Result<u64, Failed> {
        let mut parts = Vec::with_capacity(engines.len());
        for engine in engines {
            engine.migrate()?;
            let mut connection = engine.connect()?;
            connection.begin_write()?;
            parts.push(connection);
        }
        match self.fill(&mut parts) {
            Ok(derived) => {
                for part in &mut parts {
                    part.commit()?;
                }
                Ok(derived)
            }
            Err(failed) => {
                for part in &mut parts {
                    // What is not committed ends with its connection at the latest.
                    let _ = part.rollback();
                }
                Err(failed)
            }
        }
    }

    fn fill(&mut self, parts: &mut [Connection]) -> Result<u64, Failed> {
        for part in parts.iter_mut() {
            check_empty(&mut part.tx())?;
        }
        let mut load = Load { parts, batch: Vec::with_capacity(BATCH_ROWS), bytes: 0, of: None };
        let read = read_file(self.from, self.keys, |table, cells| load.row(table, cells))?;
        load.flush().map_err(|failed| failed.about(self.from))?;
        if read != self.contents {
            return Err(Failed::Refused("the file changed while it was read".to_owned()).about(self.from));
        }
        for part in parts.iter_mut() {
            check_verified(&mut part.tx()).map_err(|failed| failed.about(self.from))?;
        }
        let ends = log_ends(&mut parts.iter_mut().map(Connection::tx).collect::<Vec<_>>())?;
        if ends != self.contents.manifest.logs {
            let says = "the ends of its logs are not those that its manifest names".to_owned();
            return Err(Failed::Refused(says).about(self.from));
        }
        let mut derived = 0;
        for end in ends.iter().filter(|end| !is_access_log(&end.log)) {
            derived += self.derive(&mut parts[0], &end.log)?;
        }
        Ok(derived)
    }

    fn derive(&mut self, record: &mut Connection, log: &str) -> Result<u64, Failed> {
        let mut head = lock_head(&mut record.tx(), log)?;
        let clock = clock_of(&mut record.tx(), log)?
            .ok_or_else(|| Error::Content(format!("log {log} has a head and no events")))?;
        let mut sources = (self.sources)();
        let mut write = Write::new(record.tx(), log, clock, &mut head, &mut sources);
        let rebuilt = (self.derive)(&mut write).map_err(|failure| match failure {
            // It verified, so these are events of a release that knows more.
            Failure::Db(Error::Content(says)) => Failed::Refused(format!(
                "this release cannot read all of its record ({says}); restore it with the release that made it, or a newer one"
            ))
            .about(self.from),
            failure => failure.into(),
        })?;
        write.flush()?;
        Ok(rebuilt.rows)
    }
}

/// SQLite folds its journal into the database when that is closed, and says nothing when it cannot.
fn check_folded_in(made: &Path) -> Result<(), Failed> {
    let mut journal = made.as_os_str().to_owned();
    journal.push("-wal");
    match fs::metadata(PathBuf::from(journal)) {
        Ok(left) if left.len() > 0 => Err(Failed::file(made, &io::ErrorKind::StorageFull.into())),
        _ => Ok(()),
    }
}

/// The folder in which a SQLite database is made; it is gone with this value.
struct Making(PathBuf);

impl Making {
    fn beside(path: &Path) -> Result<Self, Failed> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = path.with_file_name(format!(".{name}.restoring"));
        if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(|e| Failed::file(parent, &e))?;
        }
        DirBuilder::new().mode(OWNER_ONLY).create(&folder).map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => Failed::Taken(format!(
                "{} is there already: another backup is being restored, or a restore was interrupted and this folder can be removed",
                folder.display()
            )),
            _ => Failed::file(&folder, &e),
        })?;
        Ok(Self(folder))
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Gathers rows and puts them into the tables of the part that they belong to.
struct Load<'c> {
    parts: &'c mut [Connection],
    batch: Vec<Vec<Cell>>,
    bytes: usize,
    of: Option<(&'static Table, usize)>,
}

impl Load<'_> {
    fn row(&mut self, table: &'static Table, cells: Vec<Cell>) -> Result<(), Failed> {
        let beside = self.parts.len() > 1 && cells.first().is_some_and(|log| is_access_log(log.text()));
        let of = Some((table, usize::from(beside)));
        if self.of != of || self.batch.len() == BATCH_ROWS || self.bytes >= BATCH_BYTES {
            self.flush()?;
            self.of = of;
        }
        self.bytes += cells.iter().map(Cell::size).sum::<usize>();
        self.batch.push(cells);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failed> {
        let Some((table, part)) = self.of else { return Ok(()) };
        let values: Vec<Value<'_>> = self.batch.iter().flatten().map(Cell::value).collect();
        let put = self.parts[part].tx().insert_many(table.insert, table.columns.len(), &values);
        put.map_err(|error| match error {
            Error::Exists(says) => Failed::Refused(format!("a row of its table {} is there twice: {says}", table.name)),
            error => error.into(),
        })?;
        self.batch.clear();
        self.bytes = 0;
        Ok(())
    }
}
