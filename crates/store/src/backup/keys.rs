//! The keys of backups: each backup is under a key of its own, in one small file, and its words end in
//! every copy of it when that key does.
//!
//! A key is *begun* before its backup is written, and *verified* once the backup was read back under it.
//! It ends when it is old enough and a newer verified one has stood for a while; the newest verified one
//! never ends. Of an ended key the file keeps everything but the key.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use candour_core::day::{in_words, of_instant};
use candour_core::record::{hex, unhex};
use serde::{Deserialize, Serialize};

use super::Failed;
use super::seal::KEY_BYTES;
use crate::durable::replace;
use crate::record::Entropy;

/// The file's format.
const FORMAT: u64 = 1;
/// Only the account that makes and restores backups may read the file.
const OWNER_ONLY: u32 = 0o600;
/// Bytes of a key's id.
const ID_BYTES: usize = 16;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// How old a backup is when its key ends. Looked at every day, that is 28 days at most, and 35 with the
/// seven that a copy of the key file may be kept.
pub const ENDS_AFTER_DAYS: i64 = 27;
/// How long a newer verified backup has to be there before an older one ends.
pub const STANDS_DAYS: i64 = 7;
/// Times that lie further apart are not believed.
const APART_DAYS_MAX: i64 = 366;
/// How far the clocks of two machines may be apart, as those of a server and of whoever backs it up.
const SKEW: i64 = 60 * 60 * 1_000_000;
/// What to do about a time that is in the file and wrong.
const REMEDY: &str = "If a time in the key file is wrong, or no backup was taken for so long, begin another key file, \
                      and delete this one with its backups after 28 days";

/// How far a key has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its backup is being written, or was never read back.
    Begun,
    /// Its backup was read back under it.
    Verified,
    /// It is gone, and nobody can read its backup.
    Ended,
}

impl State {
    /// In one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Verified => "verified",
            Self::Ended => "ended",
        }
    }
}

/// What is said about a key, never the key. Times are microseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Its id, which the first line of its backup names.
    pub id: String,
    /// How far it has come.
    pub state: State,
    /// When its backup began.
    pub begun: i64,
    /// The newest time in its backup, once that was read back.
    pub recorded_at: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
}

/// A key as it stands in the file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    state: State,
    begun: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl Entry {
    fn known(&self) -> Known {
        let Self { id, state, begun, recorded_at, ended, .. } = self;
        Known { id: id.clone(), state: *state, begun: *begun, recorded_at: *recorded_at, ended: *ended }
    }

    /// Whether it is one that this release writes.
    fn is_whole(&self) -> bool {
        let is_id = self.id.len() == ID_BYTES * 2 && self.id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let is_key = self.key.as_deref().is_none_or(|key| unhex(key).is_some());
        let parts = (self.key.is_some(), self.recorded_at.is_some(), self.ended.is_some());
        let fits = match self.state {
            State::Begun => parts == (true, false, false),
            State::Verified => parts == (true, true, false),
            State::Ended => matches!(parts, (false, _, true)),
        };
        is_id && is_key && fits
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    format: u64,
    keys: Vec<Entry>,
}

/// What became of the keys that were due.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ending {
    /// The ids of those that ended.
    pub ended: Vec<String>,
    /// Why none was ended, where the times are not to be believed.
    pub doubt: Option<String>,
}

/// The file of the keys.
#[derive(Debug, Clone)]
pub struct Keys {
    path: PathBuf,
}

impl Keys {
    /// The keys in the file at a path, which the first backup makes.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Where they are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is known about each key, in the order in which they were begun.
    pub fn list(&self) -> Result<Vec<Known>, Failed> {
        Ok(self.there()?.iter().map(Entry::known).collect())
    }

    /// The key of an id.
    pub fn key(&self, id: &str) -> Result<[u8; KEY_BYTES], Failed> {
        let entry = self.there()?.into_iter().find(|entry| entry.id == id).ok_or_else(|| {
            let path = self.path.display();
            Failed::Refused(format!(
                "it is under the key {id}, which the key file {path} does not hold; name the one that it was made with"
            ))
        })?;
        entry.key.as_deref().and_then(unhex).ok_or_else(|| {
            let on = entry.ended.map_or_else(String::new, |at| format!(" on {}", in_words(of_instant(at))));
            Failed::Refused(format!("its key {id} ended{on}: what it held cannot be read any more"))
        })
    }

    /// Draws a key for a backup, and returns when it is on the disk.
    pub fn begin(&self, at: i64, entropy: &mut Entropy) -> Result<(String, [u8; KEY_BYTES]), Failed> {
        let (mut id, mut key) = ([0; ID_BYTES], [0; KEY_BYTES]);
        entropy(&mut id);
        entropy(&mut key);
        let id = hex(&id);
        let entry = Entry {
            id: id.clone(),
            state: State::Begun,
            begun: at,
            recorded_at: None,
            ended: None,
            key: Some(hex(&key)),
        };
        self.change(|keys| keys.push(entry))?;
        Ok((id, key))
    }

    /// Notes that a backup was read back under its key, and the newest time in it.
    pub fn verified(&self, id: &str, recorded_at: i64) -> Result<(), Failed> {
        let found = self.change(|keys| {
            let entry = keys.iter_mut().find(|entry| entry.id == id && entry.state == State::Begun)?;
            entry.state = State::Verified;
            entry.recorded_at = Some(recorded_at);
            Some(())
        })?;
        found.ok_or_else(|| self.wrong(&format!("the key {id} is not in it any more")))
    }

    /// Ends the keys that are due, unless the times are not to be believed.
    pub fn end_due(&self, now: i64) -> Result<Ending, Failed> {
        self.change(|keys| {
            let all: Vec<Known> = keys.iter().map(Entry::known).collect();
            if let Some(says) = doubt(&all, now) {
                return Ending { ended: Vec::new(), doubt: Some(says) };
            }
            let mut ending = Ending::default();
            let is_due = |known: &Known| due_at(&all, known).is_some_and(|at| at <= now);
            for (entry, _) in keys.iter_mut().zip(&all).filter(|(_, known)| is_due(known)) {
                entry.key = None;
                entry.state = State::Ended;
                entry.ended = Some(now);
                ending.ended.push(entry.id.clone());
            }
            ending
        })
    }

    /// Changes the file under its lock, so that no key is lost when several do.
    fn change<T>(&self, change: impl FnOnce(&mut Vec<Entry>) -> T) -> Result<T, Failed> {
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(OWNER_ONLY).open(self.lock());
        let lock = lock.and_then(|lock| lock.lock().map(|()| lock)).map_err(|e| Failed::file(&self.lock(), &e))?;
        let before = self.read()?.unwrap_or_default();
        let mut keys = before.clone();
        let answer = change(&mut keys);
        if keys != before {
            self.write(keys).map_err(|e| Failed::file(&self.path, &e))?;
        }
        drop(lock);
        Ok(answer)
    }

    /// Puts the file in the place of the one before, and overwrites that where nothing else names it.
    fn write(&self, keys: Vec<Entry>) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(&Held { format: FORMAT, keys })?;
        text.push(b'\n');
        let before = match OpenOptions::new().write(true).open(&self.path) {
            Ok(before) => Some(before),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(e),
        };
        replace(&self.path, &text)?;
        let Some(mut before) = before else { return Ok(()) };
        let left = before.metadata()?;
        if left.nlink() == 0 {
            before.write_all(&vec![0; usize::try_from(left.len()).unwrap_or(0)])?;
            before.sync_all()?;
        }
        Ok(())
    }

    /// The keys of a file that must be there.
    fn there(&self) -> Result<Vec<Entry>, Failed> {
        // Whoever changes the file overwrites what it held before, which nobody may be reading then. Where
        // no lock can be had, as on a disk that is only read, nobody changes it.
        let lock = File::open(self.lock()).and_then(|lock| lock.lock_shared().map(|()| lock)).ok();
        let keys = self.read()?.ok_or_else(|| Failed::file(&self.path, &io::ErrorKind::NotFound.into()));
        drop(lock);
        keys
    }

    fn read(&self) -> Result<Option<Vec<Entry>>, Failed> {
        let failed = |e: io::Error| Failed::file(&self.path, &e);
        let found = match fs::symlink_metadata(&self.path) {
            Ok(found) => found,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(failed(e)),
        };
        let named = |says: &str| Failed::File(format!("the key file of backups {} {says}", self.path.display()));
        if found.is_symlink() {
            return Err(named("is a link, and keys that end would stay where it leads; name the file itself"));
        }
        if found.mode() & 0o077 != 0 {
            return Err(named("may be read by others; run chmod 600 on it"));
        }
        let text = fs::read_to_string(&self.path).map_err(failed)?;
        let held: Held = serde_json::from_str(&text).map_err(|e| self.wrong(&e.to_string()))?;
        if held.format != FORMAT {
            let says = format!("it is of format {}, and this release reads format {FORMAT}", held.format);
            return Err(self.wrong(&says));
        }
        match held.keys.iter().position(|entry| !entry.is_whole()) {
            Some(at) => Err(self.wrong(&format!("its entry {} is no key", at + 1))),
            None => Ok(Some(held.keys)),
        }
    }

    fn wrong(&self, says: &str) -> Failed {
        Failed::File(format!(
            "the key file of backups {} is not as it was written ({says}). Put it back from a copy; without it no backup under its keys can be restored",
            self.path.display()
        ))
    }

    fn lock(&self) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".lock");
        name.into()
    }
}

/// When a key is due to end: when its backup is old enough, and the first newer one that was verified
/// has stood long enough. Never, as long as there is no such one.
#[must_use]
pub fn due_at(all: &[Known], known: &Known) -> Option<i64> {
    if known.state == State::Ended {
        return None;
    }
    let newer = all.iter().filter(|other| other.begun > known.begun && other.recorded_at.is_some());
    let newer = newer.map(|other| other.begun).min()?;
    Some((known.begun + ENDS_AFTER_DAYS * DAY).max(newer + STANDS_DAYS * DAY))
}

/// When the newest verified backup began.
#[must_use]
pub fn newest_verified(all: &[Known]) -> Option<i64> {
    all.iter().filter(|known| known.state == State::Verified).map(|known| known.begun).max()
}

/// Why the times are not to be believed: the machine's lies before one that is known, or too much time
/// lies between two.
fn doubt(all: &[Known], now: i64) -> Option<String> {
    let held: Vec<&Known> = all.iter().filter(|known| known.state != State::Ended).collect();
    let newest = held.iter().flat_map(|known| [Some(known.begun), known.recorded_at]).flatten().max()?;
    let day = |at: i64| in_words(of_instant(at));
    if now + SKEW < newest {
        return Some(format!(
            "no key was ended: the machine's time, {}, lies before {}, which its key file knows. Set the clock. {REMEDY}",
            day(now),
            day(newest)
        ));
    }
    let mut times: Vec<i64> = held.iter().map(|known| known.begun).chain([now]).collect();
    times.sort_unstable();
    let apart = times.windows(2).find(|pair| pair[1] - pair[0] > APART_DAYS_MAX * DAY)?;
    Some(format!(
        "no key was ended: between {} and {} lies more than a year. Check the clock. {REMEDY}",
        day(apart[0]),
        day(apart[1])
    ))
}
