//! What witnesses know of when an entry was recorded, for the pages: read from the file that the
//! signer publishes, and counted only where the policy and the record bear it out.

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use candour_core::record::Hash;
use candour_core::record::merkle::Frontier;
use candour_core::record::note::Note;
use candour_core::record::policy::Policy;
use candour_core::record::witnessed::{self, Bound, Bounds, Seen, seen};
use candour_store::db::{Error, Tx};
use candour_store::proof;

use crate::signer::publish::witnessed_beside;

/// The cosigned checkpoints of a record, as far as they have been read.
pub struct Witnessing {
    policy: Policy,
    checkpoint: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Where in the file reading goes on: at the last checkpoint that was read.
    read: u64,
    /// How long the file was.
    length: u64,
    /// The record's tree as far as it was held against checkpoints.
    tree: Frontier,
    roots: BTreeMap<u64, Hash>,
    seen: Vec<Seen>,
    /// Who cosigned, by size.
    cosigners: BTreeMap<u64, Vec<String>>,
    /// What was published when this was read last.
    newest: String,
    bounds: Bounds,
}

/// Between which times an entry was recorded, and who bears it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Borne {
    /// The times.
    pub bound: Bound,
    /// The names of the witnesses that cosigned the first checkpoint that covers it.
    pub by: Vec<String>,
}

impl Witnessing {
    /// What the signer publishes at a path, under a policy that names witnesses.
    #[must_use]
    pub fn new(policy: Policy, checkpoint: PathBuf) -> Self {
        Self { policy, checkpoint, state: Mutex::default() }
    }

    /// What is known of each of these places of a log: none where no cosigned checkpoint covers it.
    pub fn of(&self, tx: &mut Tx<'_>, log: &str, places: &[u64]) -> Result<Vec<Option<Borne>>, Error> {
        let mut state =
            self.state.lock().map_err(|_| Error::Other("reading of witnesses ended half-way".to_owned()))?;
        if let Err(error) = self.follow(&mut state, tx, log)? {
            tracing::error!(%error, "the file of cosigned checkpoints cannot be read");
        }
        let borne = |seq: &u64| {
            let bound = state.bounds.bound(*seq);
            bound.before?;
            let (_, by) = state.cosigners.range(*seq..).next()?;
            Some(Borne { bound, by: by.clone() })
        };
        Ok(places.iter().map(borne).collect())
    }

    /// Reads what was added since. What cannot be read is left for the next time.
    fn follow(
        &self,
        state: &mut MutexGuard<'_, State>,
        tx: &mut Tx<'_>,
        log: &str,
    ) -> Result<Result<(), std::io::Error>, Error> {
        let added = match self.added(state.read) {
            Ok(added) => added,
            Err(error) => return Ok(Err(error)),
        };
        let newest = std::fs::read_to_string(&self.checkpoint).unwrap_or_default();
        if added.len() as u64 + state.read == state.length && newest == state.newest {
            return Ok(Ok(()));
        }
        // Read while the signer was writing, its end may not be whole yet.
        let Ok(notes) = witnessed::read(&added) else { return Ok(Err(std::io::ErrorKind::InvalidData.into())) };
        for note in notes.iter().chain(&Note::parse(&newest).ok()) {
            self.take(state, tx, log, note)?;
        }
        // The last one is read again, in case it was not whole and only looked it.
        let last = notes.last().map_or(0, |note| note.to_string().len());
        state.read += added.len().saturating_sub(last) as u64;
        state.newest = newest;
        state.length = state.read + last as u64;
        state.bounds = Bounds::of(&state.seen);
        Ok(Ok(()))
    }

    /// Whole notes that stand in the file from a place on.
    fn added(&self, from: u64) -> Result<String, std::io::Error> {
        let mut file = match std::fs::File::open(witnessed_beside(&self.checkpoint)) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
            opened => opened?,
        };
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_| std::io::ErrorKind::InvalidData.into())
    }

    /// Counts a checkpoint that a quorum cosigned, if it is one of this record as it stands.
    fn take(&self, state: &mut State, tx: &mut Tx<'_>, log: &str, note: &Note) -> Result<(), Error> {
        let Some(one) = seen(note, &self.policy).filter(|one| one.checkpoint.log() == Some(log)) else {
            return Ok(());
        };
        let size = one.checkpoint.size;
        if size > state.tree.size() {
            let tree = &mut state.tree;
            proof::each_hash(tx, log, tree.size(), size, |hash| {
                tree.push(hash);
                Ok(())
            })?;
            if state.tree.size() == size {
                let root = state.tree.root();
                state.roots.insert(size, root);
            }
        }
        if state.roots.get(&size) != Some(&one.checkpoint.root) {
            tracing::error!(size, "witnesses cosigned another record than this; run candour verify --witnessed");
            return Ok(());
        }
        let by = self.policy.cosigners(note).iter().map(|known| known.key.name.clone()).collect();
        state.cosigners.entry(size).or_insert(by);
        if !state.seen.iter().rev().take(4).any(|known| *known == one) {
            state.seen.push(one);
        }
        Ok(())
    }
}
