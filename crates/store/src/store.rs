//! A body's record and its access log, opened together.

use std::sync::Arc;

use candour_core::day::{self, Day};

use crate::db::{Engine, Error};
use crate::failure::Failure;
use crate::record::{Clock, Sources, Write};
use crate::writer::Writer;

/// One log: its database and its one writer.
#[derive(Clone)]
pub struct Ledger {
    /// Where it is.
    pub engine: Engine,
    /// Its name.
    pub log: Arc<str>,
    /// How its clock runs.
    pub clock: Clock,
    now: fn() -> i64,
    writer: Writer,
}

/// A body's record, and the access log of this node.
#[derive(Clone)]
pub struct Store {
    /// The record.
    pub record: Ledger,
    /// Who read what.
    pub access: Ledger,
}

impl Store {
    /// Opens the record of `body` at `url`, making it with the clock `fresh` if it is not there.
    ///
    /// On SQLite the access log has a file of its own beside the record's, so that reading does
    /// not wait for the record's writer.
    pub fn open(url: &str, body: &str, fresh: Clock, sources: impl Fn() -> Sources) -> Result<Self, Failure> {
        Self::open_at(Engine::at(url)?, body, fresh, sources)
    }

    /// Opens the record of `body` at `url`, and refuses when it is not there.
    pub fn open_existing(url: &str, body: &str, sources: impl Fn() -> Sources) -> Result<Self, Failure> {
        Self::open_existing_on(Engine::at(url)?, body, sources)
    }

    /// Opens the record of `body` on an engine, and refuses when it is not there.
    pub fn open_existing_on(engine: Engine, body: &str, sources: impl Fn() -> Sources) -> Result<Self, Failure> {
        let absent =
            || Error::Away(format!("there is no record of {body} in it; candour demo, import and serve make one"));
        if engine.file().is_some_and(|path| !path.exists()) {
            return Err(absent().into());
        }
        engine.migrate()?;
        let clock = engine.read(|tx| crate::record::clock_of(tx, body))?.ok_or_else(absent)?;
        Self::open_at(engine, body, clock, sources)
    }

    fn open_at(engine: Engine, body: &str, fresh: Clock, sources: impl Fn() -> Sources) -> Result<Self, Failure> {
        let beside = access_beside(&engine).unwrap_or_else(|| engine.clone());
        let record = Ledger::open(engine, body, fresh, sources())?;
        // The access log always tells the real time: it is evidence of what people really did.
        let access = Ledger::open(beside, &access_log(body), Clock::Real, sources())?;
        Ok(Self { record, access })
    }
}

/// The access log of a body on this node.
#[must_use]
pub fn access_log(body: &str) -> String {
    format!("{body}/access/1")
}

/// Whether a log is an access log, of whatever body and node.
pub(crate) fn is_access_log(log: &str) -> bool {
    log.contains("/access/")
}

/// The database of the access log when it is not the record's own: a SQLite file beside it.
#[must_use]
pub fn access_beside(record: &Engine) -> Option<Engine> {
    let path = record.file()?;
    let name = path.file_stem().map_or_else(|| "candour".into(), |n| n.to_string_lossy());
    Engine::at(&format!("sqlite:{}", path.with_file_name(format!("{name}-access.db")).display())).ok()
}

impl Ledger {
    fn open(engine: Engine, log: &str, fresh: Clock, sources: Sources) -> Result<Self, Failure> {
        engine.migrate()?;
        let found = engine.read(|tx| crate::record::clock_of(tx, log))?;
        let clock = found.unwrap_or(fresh);
        let now = sources.now;
        let writer = Writer::start(engine.clone(), log, clock, sources);
        let ledger = Self { engine, log: log.into(), clock, now, writer };
        if found.is_none() {
            ledger.write(move |w| w.open_log())?;
        }
        Ok(ledger)
    }

    /// The London day by the log's clock, without a write.
    pub fn today(&self) -> Result<Day, Error> {
        let head = self.engine.read(|tx| crate::reads::head(tx, &self.log))?;
        let last = head.map_or(i64::MIN, |(_, _, recorded_at)| recorded_at);
        let own = match self.clock {
            Clock::Real => (self.now)(),
            Clock::Demonstration => last,
        };
        Ok(day::of_instant(own.max(last)))
    }

    /// Runs `f` in the log's next transaction and waits for the commit.
    ///
    /// `f` may run again when the database asks for the transaction to be repeated.
    pub fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Write<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        self.write_then(f, move |result| {
            // Whoever asked may have gone; what was written stays written.
            let _ = tell.send(result);
        });
        told.recv().unwrap_or_else(|_| Err(Error::Other("the writer has stopped".to_owned()).into()))
    }

    /// Runs `f` in the log's next transaction and calls `done` after the commit.
    pub fn write_then<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Write<'_>) -> Result<T, Failure> + Send + 'static,
        done: impl FnOnce(Result<T, Failure>) + Send + 'static,
    ) {
        self.writer.submit(f, done);
    }
}
