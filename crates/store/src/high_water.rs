//! The high-water mark: how far this installation has seen each log come, kept outside the database.
//!
//! A database that was put back from an old backup verifies, and yet lacks what was acknowledged
//! since. Only somebody who remembers can notice. This file remembers the size and the root of each
//! log, and the frontier of its tree, so that a longer log can be held against it by the events that
//! are new. A checkpoint that others hold says more; this says it without them. It remembers which
//! words were disposed of as well, by their commitments, so that an old backup does not bring them back.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use candour_core::record::disposal::Disposed;
use candour_core::record::merkle::Frontier;
use candour_core::record::{Hash, hex};
use serde::{Deserialize, Serialize};

use crate::db::{Engine, Error, Tx};
use crate::durable::replace;
use crate::store::access_beside;
use crate::{access_log, disposals};

/// The file's format.
const FORMAT: u64 = 1;

/// How far a log has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// How many events it has.
    pub size: u64,
    /// The root of its tree, in hex.
    pub root: String,
    /// The roots of the tree's perfect subtrees, in hex, largest first.
    pub frontier: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u64,
    logs: BTreeMap<String, Mark>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    disposed: Vec<Gone>,
}

/// A disposal that this installation has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gone {
    /// The log.
    pub log: String,
    /// Where its event stood.
    pub seq: u64,
    /// The stream of the words.
    pub stream: String,
    /// Who approved it.
    pub approved_by: String,
    /// What its event says.
    pub disposed: Disposed,
}

/// What was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Seen {
    logs: BTreeMap<String, Mark>,
    disposed: Vec<Gone>,
}

/// A log that is not what this installation has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Its name.
    pub log: String,
    /// How far it had come.
    pub seen: Mark,
    /// How far it has come now.
    pub found: Mark,
}

impl Departure {
    /// What is wrong, in words.
    #[must_use]
    pub fn says(&self) -> String {
        let Self { log, seen, found } = self;
        if found.size < seen.size {
            let missing = seen.size - found.size;
            format!(
                "the log {log} has {} events, and this installation has seen {}: {missing} are missing",
                found.size, seen.size
            )
        } else {
            format!(
                "the log {log} is not the one that this installation has seen: its first {} events do not have the root {}",
                seen.size, seen.root
            )
        }
    }
}

/// Why the marks could not be held against the logs.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failed {
    /// The file cannot be read or written, or is not one of ours.
    #[error("the high-water mark {0}")]
    File(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] Error),
}

/// The logs of a body at an address, and the file that remembers them.
#[derive(Debug, Clone)]
pub struct HighWater {
    path: PathBuf,
    logs: Vec<(Engine, String)>,
}

impl HighWater {
    /// The marks of `body` in the file at `path`; by default beside a SQLite database, and nowhere
    /// for PostgreSQL, which does not say where this installation's own files are.
    #[must_use]
    pub fn of(record: &Engine, body: &str, path: Option<&Path>) -> Option<Self> {
        let path = path.map(Path::to_owned).or_else(|| beside(record))?;
        let access = access_beside(record).unwrap_or_else(|| record.clone());
        Some(Self { path, logs: vec![(record.clone(), body.to_owned()), (access, access_log(body))] })
    }

    /// Where the marks are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The logs that are not what was seen.
    pub fn departures(&self) -> Result<Vec<Departure>, Failed> {
        Ok(self.look(&self.read()?.logs)?.0)
    }

    /// The disposals that were seen and of whose words some are there again.
    pub fn undone(&self) -> Result<Vec<Gone>, Failed> {
        let mut undone = Vec::new();
        for gone in self.read()?.disposed {
            let engine = self.logs.iter().find(|(_, log)| *log == gone.log).map(|(engine, _)| engine);
            let Some(engine) = engine.filter(|engine| engine.file().is_none_or(Path::exists)) else { continue };
            let there = engine.read(|tx| {
                if tx.tables()?.iter().any(|table| table == "text") {
                    disposals::still_there(tx, &gone.log, &gone)
                } else {
                    Ok(Default::default())
                }
            })?;
            if !there.is_empty() {
                undone.push(gone);
            }
        }
        Ok(undone)
    }

    /// Remembers how far the logs have come. A log that departed from its mark is returned, and
    /// nothing is remembered then.
    pub fn note(&self) -> Result<Vec<Departure>, Failed> {
        let seen = self.read()?;
        let (departures, found) = self.look(&seen.logs)?;
        if departures.is_empty() {
            self.keep(seen, found)?;
        }
        Ok(departures)
    }

    /// Remembers the logs as they are, whatever was seen before.
    pub fn accept(&self) -> Result<(), Failed> {
        let (_, found) = self.look(&BTreeMap::new())?;
        self.keep(self.read()?, found)
    }

    fn look(&self, seen: &BTreeMap<String, Mark>) -> Result<(Vec<Departure>, BTreeMap<String, Mark>), Failed> {
        let mut departures = Vec::new();
        let mut found = BTreeMap::new();
        for (engine, log) in &self.logs {
            // Opening a file that is gone would be no answer; that it is gone is one.
            let there = engine.file().is_none_or(Path::exists);
            let before = seen.get(log);
            let tree = before.map(|mark| self.tree(mark)).transpose()?;
            let now = if there { engine.read(|tx| come(tx, log, tree.clone()))? } else { Come::default() };
            let mark = mark_of(&now.head);
            match before {
                Some(before) if !now.goes_on => {
                    departures.push(Departure { log: log.clone(), seen: before.clone(), found: mark });
                }
                _ => drop(found.insert(log.clone(), mark)),
            }
        }
        Ok((departures, found))
    }

    fn tree(&self, mark: &Mark) -> Result<Frontier, Failed> {
        let peaks: Option<Vec<Hash>> = mark.frontier.iter().map(|peak| candour_core::record::unhex(peak)).collect();
        let tree = peaks.and_then(|peaks| Frontier::from_bytes(mark.size, &peaks.concat()));
        tree.filter(|tree| hex(&tree.root()) == mark.root)
            .ok_or_else(|| self.wrong("its frontier does not fit its root"))
    }

    fn read(&self) -> Result<Seen, Failed> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Seen::default()),
            Err(e) => return Err(Failed::File(format!("{} cannot be read: {e}", self.path.display()))),
        };
        let file: File = serde_json::from_str(&text).map_err(|e| self.wrong(&e.to_string()))?;
        if file.format != FORMAT {
            return Err(self.wrong(&format!("it is of format {}, and this release reads format {FORMAT}", file.format)));
        }
        Ok(Seen { logs: file.logs, disposed: file.disposed })
    }

    fn wrong(&self, says: &str) -> Failed {
        Failed::File(format!(
            "{} is not as it was written ({says}). Put it back from a copy; without it an old backup is not noticed",
            self.path.display()
        ))
    }

    fn keep(&self, mut seen: Seen, found: BTreeMap<String, Mark>) -> Result<(), Failed> {
        let before = seen.clone();
        for (engine, log) in &self.logs {
            let Some(to) = found.get(log).map(|mark| mark.size) else { continue };
            // A log that was put back begins again where it ends now; what went before stays known.
            let after = seen.logs.get(log).map_or(0, |mark| mark.size).min(to);
            if after < to {
                seen.disposed.extend(engine.read(|tx| disposals::between(tx, log, after, to))?);
            }
        }
        seen.logs.extend(found.into_iter().filter(|(_, mark)| mark.size > 0));
        if seen == before {
            return Ok(());
        }
        let Seen { logs, disposed } = seen;
        let unwritten = |e: io::Error| Failed::File(format!("{} cannot be written: {e}", self.path.display()));
        let mut text =
            serde_json::to_vec_pretty(&File { format: FORMAT, logs, disposed }).map_err(|e| unwritten(e.into()))?;
        text.push(b'\n');
        replace(&self.path, &text).map_err(unwritten)
    }
}

/// The marks' file beside a SQLite database.
fn beside(record: &Engine) -> Option<PathBuf> {
    let path = record.file()?;
    let name = path.file_stem().map_or_else(|| "candour".into(), |name| name.to_string_lossy());
    Some(path.with_file_name(format!("{name}-high-water.json")))
}

/// How far a log has come, and whether it goes on from a tree.
#[derive(Default)]
struct Come {
    head: Frontier,
    goes_on: bool,
}

fn come(tx: &mut Tx<'_>, log: &str, from: Option<Frontier>) -> Result<Come, Error> {
    if !tx.tables()?.iter().any(|table| table == "head") {
        return Ok(Come { head: Frontier::default(), goes_on: from.is_none() });
    }
    let row = tx.query_one("select size, frontier from head where log = $1", &[log.into()], |row| {
        Ok((row.count(0)?, row.bytes(1)?))
    })?;
    let head = match row {
        None => Frontier::default(),
        Some((size, frontier)) => Frontier::from_bytes(size, &frontier).ok_or_else(|| {
            Error::Content(format!("the head of log {log} does not fit its size; run candour verify"))
        })?,
    };
    let Some(mut tree) = from else {
        return Ok(Come { head, goes_on: true });
    };
    let after = tree.size();
    tx.each(
        "select hash from event where log = $1 and seq > $2 and seq <= $3 order by seq",
        &[log.into(), after.into(), head.size().into()],
        |row| {
            let hash = row.bytes(0)?.try_into().map_err(|_| Error::Content(format!("a hash of log {log}")))?;
            tree.push(&hash);
            Ok(())
        },
    )?;
    let goes_on = tree == head;
    Ok(Come { head, goes_on })
}

fn mark_of(tree: &Frontier) -> Mark {
    let frontier = tree.to_bytes().chunks(32).map(hex).collect();
    Mark { size: tree.size(), root: hex(&tree.root()), frontier }
}
