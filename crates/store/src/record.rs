//! The record: appending events to the log, and loading a stream.
//!
//! Only [`Write::append`] writes evidence; [`crate::backup`] puts back what it wrote. It runs inside
//! the log's one writer, so the head it sees is the head there is.

use std::collections::HashMap;

use candour_core::day::{self, Day};
use candour_core::record::disposal::Words;
use candour_core::record::file;
use candour_core::record::merkle::Frontier;
use candour_core::record::{Hash, Header, NO_HASH, commitment, event_hash, hex};
use serde_json::{Map, Value as Json, json};

use crate::db::{Error, Tx, Value};
use crate::failure::Failure;
use crate::files;
use crate::project::Pending;

/// Fills bytes with chance.
pub type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

/// Where time and chance come from.
pub struct Sources {
    /// Microseconds since 1970.
    pub now: fn() -> i64,
    /// Fills bytes that nobody can guess; seeded only for generated caseloads.
    pub entropy: Entropy,
}

/// How a log's clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// It tells the machine's time.
    Real,
    /// It stands until it is moved.
    Demonstration,
}

impl Clock {
    fn id(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Demonstration => "demonstration",
        }
    }
}

/// A demonstration clock ticks this much with each event, so that times differ.
const TICK_MICROS: i64 = 1_000;

/// The end of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    tree: Frontier,
    recorded_at: i64,
}

/// An event on its way into the record.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// What happened.
    pub kind: String,
    /// Its data.
    pub data: Map<String, Json>,
    /// When it happened.
    pub on: Option<Day>,
    /// The personal words that belong to it, by field.
    pub words: Vec<(String, String)>,
}

/// Where in its stream an event is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The stream is new.
    Nothing,
    /// The stream's last version is this; otherwise it has moved on.
    Version(u64),
    /// Whatever is last.
    Latest,
}

/// Where an event was put.
#[derive(Debug, Clone, Copy)]
pub struct Appended {
    /// Its place in the log.
    pub seq: u64,
    /// Its place in its stream.
    pub version: u64,
    /// When it was recorded.
    pub recorded_at: i64,
}

/// A transaction of the log's writer.
pub struct Write<'t> {
    tx: Tx<'t>,
    log: &'t str,
    clock: Clock,
    head: &'t mut Head,
    sources: &'t mut Sources,
    not_before: i64,
    /// The last version and hash of each stream that this transaction appended to.
    lasts: HashMap<String, (u64, Hash)>,
    pub(crate) pending: Pending,
}

impl<'t> Write<'t> {
    pub(crate) fn new(tx: Tx<'t>, log: &'t str, clock: Clock, head: &'t mut Head, sources: &'t mut Sources) -> Self {
        Self { tx, log, clock, head, sources, not_before: i64::MIN, lasts: HashMap::new(), pending: Pending::default() }
    }

    /// The log's name.
    #[must_use]
    pub fn log(&self) -> &'t str {
        self.log
    }

    /// How many events the log has.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.head.tree.size()
    }

    /// The time by the log's clock.
    #[must_use]
    pub fn now(&self) -> i64 {
        let own = match self.clock {
            Clock::Real => (self.sources.now)(),
            Clock::Demonstration => self.not_before,
        };
        own.max(self.head.recorded_at)
    }

    /// The London day by the log's clock.
    #[must_use]
    pub fn today(&self) -> Day {
        day::of_instant(self.now())
    }

    /// Bytes that nobody can guess.
    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.sources.entropy)(&mut bytes);
        bytes
    }

    /// Lets a demonstration clock stand no earlier than `instant` from here on.
    pub fn not_before(&mut self, instant: i64) -> Result<(), Failure> {
        match self.clock {
            Clock::Demonstration => {
                self.not_before = self.not_before.max(instant);
                Ok(())
            }
            Clock::Real => {
                Err(candour_core::refusal::Refusal::new("this log tells the real time, which cannot be supplied")
                    .into())
            }
        }
    }

    /// Runs SQL in this transaction, after what was appended so far has been written.
    pub fn tx(&mut self) -> Result<&mut Tx<'t>, Failure> {
        self.flush()?;
        Ok(&mut self.tx)
    }

    /// Writes what was appended and derived so far.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.pending.write(&mut self.tx, self.log)
    }

    /// Begins the log.
    pub(crate) fn open_log(&mut self) -> Result<(), Failure> {
        if self.position() > 0 {
            return Ok(());
        }
        let mut data = Map::new();
        data.insert("clock".to_owned(), self.clock.id().into());
        let opened = NewEvent { kind: "log.opened".to_owned(), data, on: None, words: Vec::new() };
        self.append("operator", "OPS operate yes", "log", After::Nothing, vec![opened])?;
        Ok(())
    }

    /// Appends events to a stream: the only place where evidence is written.
    pub fn append(
        &mut self,
        actor: &str,
        authority: &str,
        stream: &str,
        after: After,
        events: Vec<NewEvent>,
    ) -> Result<Vec<Appended>, Failure> {
        let (mut version, mut prev) = self.last_of(stream, after)?;
        let mut appended = Vec::with_capacity(events.len());
        for event in events {
            let recorded_at = self.tick();
            let seq = self.position() + 1;
            version += 1;
            let data = self.seal(seq, event.data, event.words);
            let on_date = event.on.map_or_else(String::new, |on| on.to_string());
            let header = Header {
                log: self.log,
                seq,
                stream,
                version,
                kind: &event.kind,
                data: &data,
                actor,
                authority,
                recorded_at,
                on_date: &on_date,
                prev_hash: &prev,
            };
            let hash = event_hash(&header);
            self.pending.event(&header, hash);
            self.head.tree.push(&hash);
            self.head.recorded_at = recorded_at;
            prev = hash;
            appended.push(Appended { seq, version, recorded_at });
        }
        self.lasts.insert(stream.to_owned(), (version, prev));
        Ok(appended)
    }

    /// Deletes the values and salts of personal words, which an event of this transaction has to name
    /// as disposed of: the only place where anything of the evidence is deleted.
    pub(crate) fn delete_words(&mut self, words: &Words) -> Result<(), Failure> {
        let log = self.log;
        for (position, fields) in words {
            let seq: u64 = position.parse().map_err(|_| Error::Content(format!("{position:?} is no position")))?;
            for field in fields.keys() {
                let gone = self.tx()?.execute(
                    "delete from text where log = $1 and seq = $2 and field = $3",
                    &[log.into(), seq.into(), Value::from(field)],
                )?;
                if gone != 1 {
                    return Err(Failure::Moved);
                }
                self.delete_file_of(seq, field)?;
            }
        }
        Ok(())
    }

    /// Deletes what is kept of the file that an entry names, now that one of its words has gone: its
    /// name with any of them, its bytes with the one that tells what they are.
    fn delete_file_of(&mut self, seq: u64, field: &str) -> Result<(), Failure> {
        let log = self.log;
        let data = self.tx()?.query_one(
            "select data from event where log = $1 and seq = $2 and kind = $3",
            &[log.into(), seq.into(), file::RECEIVED.into()],
            |row| row.text(0),
        )?;
        let data: Json = data.and_then(|data| serde_json::from_str(&data).ok()).unwrap_or_default();
        match data[file::NAME].as_str() {
            Some(name) if field == file::FIELD => Ok(files::delete(self.tx()?, log, name)?),
            Some(name) => Ok(files::forget_name(self.tx()?, log, name)?),
            None => Ok(()),
        }
    }

    fn last_of(&mut self, stream: &str, after: After) -> Result<(u64, Hash), Failure> {
        if after == After::Nothing {
            // That it really is new is held by the unique index on (log, stream, version).
            return Ok((0, NO_HASH));
        }
        let (version, hash) = match self.lasts.get(stream) {
            Some(last) => *last,
            None => self.stored_last_of(stream)?,
        };
        match after {
            After::Version(seen) if seen != version => Err(Failure::Moved),
            _ => Ok((version, hash)),
        }
    }

    /// The last version and hash of a stream that this transaction has not appended to. What waits
    /// to be written is of other streams, so it need not be written first.
    fn stored_last_of(&mut self, stream: &str) -> Result<(u64, Hash), Failure> {
        let last = self.tx.query_one(
            "select version, hash from event where log = $1 and stream = $2 order by version desc limit 1",
            &[self.log.into(), stream.into()],
            |row| Ok((row.count(0)?, row.bytes(1)?)),
        )?;
        let Some((version, hash)) = last else {
            return Ok((0, NO_HASH));
        };
        let hash = hash.try_into().map_err(|_| Error::Content(format!("the hash of {stream} {version}")))?;
        Ok((version, hash))
    }

    fn tick(&mut self) -> i64 {
        match self.clock {
            Clock::Real => self.now(),
            Clock::Demonstration => self.not_before.max(self.head.recorded_at + TICK_MICROS),
        }
    }

    /// Puts personal words outside the chain: the data keeps only a commitment to each.
    fn seal(&mut self, seq: u64, mut data: Map<String, Json>, words: Vec<(String, String)>) -> String {
        if !words.is_empty() {
            let mut texts = Map::new();
            for (field, value) in words {
                let salt = self.random::<32>();
                texts.insert(field.clone(), json!(hex(&commitment(&salt, &field, &value))));
                self.pending.text(seq, field, salt, value);
            }
            data.insert("texts".to_owned(), Json::Object(texts));
        }
        Json::Object(data).to_string()
    }
}

/// Locks the end of the log for this transaction and reads it.
pub(crate) fn lock_head(tx: &mut Tx<'_>, log: &str) -> Result<Head, Error> {
    let row = tx.query_one(
        "update head set size = size where log = $1 returning size, frontier, recorded_at",
        &[log.into()],
        |row| Ok((row.count(0)?, row.bytes(1)?, row.int(2)?)),
    )?;
    let Some((size, frontier, recorded_at)) = row else {
        // Beginning again at 1 would only ever meet the events that are there.
        return match clock_of(tx, log)? {
            Some(_) => Err(Error::Content(format!("log {log} has events but no head; run candour verify"))),
            None => Ok(Head::default()),
        };
    };
    let tree = Frontier::from_bytes(size, &frontier)
        .ok_or_else(|| Error::Content("the head's frontier does not fit its size; run candour verify".to_owned()))?;
    Ok(Head { tree, recorded_at })
}

pub(crate) fn store_head(tx: &mut Tx<'_>, log: &str, head: &Head) -> Result<(), Error> {
    tx.execute(
        "insert into head (log, size, root, frontier, recorded_at) values ($1, $2, $3, $4, $5) \
         on conflict (log) do update set size = excluded.size, root = excluded.root, \
         frontier = excluded.frontier, recorded_at = excluded.recorded_at",
        &[
            log.into(),
            head.tree.size().into(),
            Value::Bytes(&head.tree.root()),
            Value::Bytes(&head.tree.to_bytes()),
            head.recorded_at.into(),
        ],
    )?;
    Ok(())
}

/// How the clock of a log runs; none when there is no such log yet.
pub(crate) fn clock_of(tx: &mut Tx<'_>, log: &str) -> Result<Option<Clock>, Error> {
    let data = tx.query_one("select data from event where log = $1 and seq = 1", &[log.into()], |row| row.text(0))?;
    let Some(data) = data else { return Ok(None) };
    let data: Json = serde_json::from_str(&data).unwrap_or_default();
    match data["clock"].as_str() {
        Some("real") => Ok(Some(Clock::Real)),
        Some("demonstration") => Ok(Some(Clock::Demonstration)),
        _ => Err(Error::Content(format!("the first event of log {log} names no clock; run candour verify"))),
    }
}
