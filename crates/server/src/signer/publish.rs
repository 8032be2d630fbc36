//! Publishing checkpoints that witnesses cosigned. One is shown only when the quorum of the policy
//! holds; until then the last one that was shown stays. Beside it grows a file of those that were
//! shown before, which says between which times each event was recorded.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::note::{NOTE_BYTES_MAX, Note};
use candour_core::record::policy::Policy;
use candour_core::record::witnessed::seen;
use candour_store::db::Engine;

use super::witnesses::{Missing, Witnesses};
use super::{Desk, Unsigned, key_beside, replace, unusable};

/// An unchanged checkpoint is cosigned again after so long, so that the time before the next event is
/// known to have had none.
const AGAIN_SECONDS: i64 = 300;
/// Without a quorum for longer than this, it is an alarm.
pub const ALARM_SECONDS: i64 = 15 * 60;
/// How much of the file's end is looked at: more than two of the longest notes.
const END_BYTES: i64 = 4 * NOTE_BYTES_MAX as i64;

/// A signer's publication under a policy of witnesses.
pub struct Publication {
    witnesses: Witnesses,
    path: PathBuf,
    now: fn() -> i64,
    /// When it began, in seconds: what counts where nothing was ever witnessed.
    began: i64,
    /// What was said of each witness last, so that it is not said every time.
    said: BTreeMap<String, Missing>,
}

/// What came of a round.
#[derive(Debug, PartialEq, Eq)]
pub enum Round {
    /// The checkpoint of this size was published, with the cosignatures of so many witnesses.
    Published(u64, usize),
    /// The one that is published is still the newest.
    Unchanged,
    /// Too few cosigned; for so many seconds nothing newer was witnessed.
    NoQuorum(i64, String),
}

/// The file of the checkpoints that were shown before.
#[must_use]
pub fn witnessed_beside(checkpoint: &Path) -> PathBuf {
    let mut path = checkpoint.as_os_str().to_owned();
    path.push(".witnessed");
    path.into()
}

/// Whether missing a quorum for so long is an alarm.
#[must_use]
pub fn is_alarm(seconds: i64) -> bool {
    seconds > ALARM_SECONDS
}

impl Publication {
    /// A publication at a path. `now` is the time in microseconds since 1970.
    pub fn new(policy: Policy, path: &Path, now: fn() -> i64) -> Result<Self, Unsigned> {
        let witnesses = Witnesses::new(policy)?;
        mend(&witnessed_beside(path))?;
        let began = now() / 1_000_000;
        Ok(Self { witnesses, path: path.to_owned(), now, began, said: BTreeMap::new() })
    }

    /// Signs the log as it is now, asks the witnesses, and publishes what enough of them cosigned. The
    /// database is not held while they are asked.
    pub fn round(&mut self, engine: &Engine, desk: &mut Desk) -> Result<Round, Unsigned> {
        let log = desk.log().to_owned();
        let (note, checkpoint) = engine.read(|tx| {
            let note = desk.sign(tx)?.clone();
            let checkpoint = Checkpoint::of(&note).map_err(|refusal| Unsigned::Refused(refusal.to_string()))?;
            self.witnesses.follow(tx, &log, &checkpoint)?;
            Ok::<_, Unsigned>((note, checkpoint))
        })?;
        let published = self.published();
        let last = published.as_ref().and_then(|published| seen(published, self.witnesses.policy()));
        let seconds = (self.now)() / 1_000_000;
        let since = |time: u64| seconds.saturating_sub(i64::try_from(time).unwrap_or(i64::MAX));
        if last.as_ref().is_some_and(|last| last.checkpoint == checkpoint && since(last.since) < AGAIN_SECONDS) {
            return Ok(Round::Unchanged);
        }
        let asked = self.witnesses.ask(&note, &checkpoint, self.now);
        self.tell(&asked.missing);
        let policy = self.witnesses.policy();
        if !policy.accepts(&asked.note, &checkpoint) {
            let missing = last.map_or(seconds - self.began, |last| since(last.by));
            return Ok(Round::NoQuorum(missing, said(policy, &asked.note, &asked.missing)));
        }
        let cosigners = policy.cosigners(&asked.note).len();
        if policy.asks_witnesses() {
            self.keep(published.as_ref(), &asked.note)?;
        }
        replace(&key_beside(&self.path), &format!("{}\n", desk.verifier()))?;
        replace(&self.path, &asked.note.to_string())?;
        Ok(Round::Published(checkpoint.size, cosigners))
    }

    /// What is published now; none when it is not what the policy accepts.
    fn published(&self) -> Option<Note> {
        let note = Note::parse(&std::fs::read_to_string(&self.path).ok()?).ok()?;
        let checkpoint = Checkpoint::of(&note).ok()?;
        self.witnesses.policy().accepts(&note, &checkpoint).then_some(note)
    }

    /// Adds to the file what is about to be published, and before it what was cosigned last of the one
    /// that it follows. Of a size that is cosigned again and again the file has the first and the last.
    fn keep(&self, published: Option<&Note>, note: &Note) -> Result<(), Unsigned> {
        let path = witnessed_beside(&self.path);
        let mut more = String::new();
        match published {
            Some(before) if before.text == note.text => return Ok(()),
            Some(before) if !end_of(&path)?.ends_with(&before.to_string()) => more.push_str(&before.to_string()),
            _ => {}
        }
        more.push_str(&note.to_string());
        let add = || {
            let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
            file.write_all(more.as_bytes())?;
            file.sync_all()
        };
        add().map_err(|e| unusable(&path, &e))
    }

    /// Says what is new about the witnesses.
    fn tell(&mut self, missing: &[(String, Missing)]) {
        for (name, why) in missing {
            if self.said.get(name) == Some(why) {
                continue;
            }
            match why {
                Missing::Ahead(_) | Missing::Branch => tracing::error!(witness = name, %why, "a witness disagrees"),
                _ => tracing::warn!(witness = name, %why, "a witness did not cosign"),
            }
        }
        self.said = missing.iter().cloned().collect();
    }
}

/// What is missing, in words.
fn said(policy: &Policy, note: &Note, missing: &[(String, Missing)]) -> String {
    let (have, all) = (policy.cosigners(note).len(), policy.witnesses().len());
    let why: Vec<String> = missing.iter().map(|(name, why)| format!("{name}: {why}")).collect();
    format!("{have} of {all} witnesses cosigned, which is no quorum of the policy ({})", why.join("; "))
}

/// The end of the file, as much as the longest note may take.
fn end_of(path: &Path) -> Result<String, Unsigned> {
    let read = || {
        let mut file = match std::fs::File::open(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            opened => opened?,
        };
        let length = i64::try_from(file.metadata()?.len()).unwrap_or(i64::MAX);
        file.seek(SeekFrom::End(-length.min(END_BYTES)))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        Ok(end)
    };
    // The beginning may be in the middle of a letter, which is none of those that are compared.
    Ok(String::from_utf8_lossy(&read().map_err(|e| unusable(path, &e))?).into_owned())
}

/// Takes away what a power cut left of a note that was being added.
fn mend(path: &Path) -> Result<(), Unsigned> {
    let end = end_of(path)?;
    let mut whole = 0;
    for (at, _) in end.match_indices('\n') {
        let line = end[..at].rsplit('\n').next().unwrap_or_default();
        if line.starts_with('\u{2014}') {
            whole = at + 1;
        }
    }
    let broken = (end.len() - whole) as u64;
    if broken == 0 {
        return Ok(());
    }
    let cut = || {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(file.metadata()?.len().saturating_sub(broken))?;
        file.sync_all()
    };
    cut().map_err(|e| unusable(path, &e))
}
