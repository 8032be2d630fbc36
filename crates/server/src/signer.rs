//! The signer of checkpoints: a process beside the server, with a key and a memory of its own.
//!
//! It reads the log and writes nothing to it. It remembers the last checkpoint that it signed and
//! the frontier of that tree, adds the events that came since, and signs only when the head of the
//! log is what comes out. Whoever can change the database can therefore not have a checkpoint of
//! another past.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use candour_core::record::checkpoint::{Checkpoint, log_of, origin};
use candour_core::record::merkle::Frontier;
use candour_core::record::note::{Note, Signer, Verifier};
use candour_core::record::{hex, unhex};
use candour_store::db::{Error, Tx};
use candour_store::durable::sync_folder_of;
use candour_store::{proof, reads};
use serde::{Deserialize, Serialize};

pub mod publish;
pub mod witnesses;

/// The file of the private key, which only its owner may read.
pub(crate) const KEY: &str = "key";
/// The file of the key to hand to others.
pub const PUBLIC: &str = "key.pub";
/// The file of a policy that trusts this key.
pub const POLICY: &str = "policy";
/// The file of what was signed last.
const STATE: &str = "state.json";
const LOCK: &str = "lock";

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum Unsigned {
    /// The log is not one that continues what was signed.
    #[error("{0}; nothing was signed")]
    Refused(String),
    /// It was signed, and too few witnesses cosigned it.
    #[error("{0}")]
    Unwitnessed(String),
    /// The signer's own files cannot be used.
    #[error("{0}")]
    Folder(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] Error),
}

/// A signer at work. Its folder is locked for as long as this value lives.
pub struct Desk {
    folder: PathBuf,
    signer: Signer,
    log: String,
    last: Option<Last>,
    _lock: File,
}

/// What was signed last, and the tree that goes on from there.
#[derive(Clone)]
struct Last {
    note: Note,
    tree: Frontier,
}

/// The same in its file, which is there from the beginning: one that was lost is not taken for none.
#[derive(Serialize, Deserialize)]
struct Stored {
    checkpoint: Option<String>,
    frontier: Vec<String>,
}

/// Makes the key of a log's signer in a folder of its own.
pub fn init(folder: &Path, name: &str, log: &str, seed: &[u8; 32]) -> Result<Verifier, Unsigned> {
    let origin = origin(name, log);
    if log_of(&origin) != Some(log) {
        return Err(Unsigned::Folder(format!("{name:?} cannot name a signer; write it like records.example.org")));
    }
    let signer = Signer::new(&origin, seed).map_err(|refusal| Unsigned::Folder(refusal.to_string()))?;
    fs::create_dir_all(folder).map_err(|e| unusable(folder, &e))?;
    put_key(&folder.join(KEY), &signer.secret())?;
    let verifier = signer.verifier();
    store(&folder.join(STATE), &Stored { checkpoint: None, frontier: Vec::new() })?;
    replace(&folder.join(PUBLIC), &format!("{verifier}\n"))?;
    replace(&folder.join(POLICY), &format!("log {verifier}\nquorum none\n"))?;
    Ok(verifier)
}

impl Desk {
    /// Opens a signer's folder, which one process at a time may use.
    pub fn open(folder: &Path) -> Result<Self, Unsigned> {
        let lock = locked(folder, "signer")?;
        let path = folder.join(KEY);
        let line = private_line(&path)?;
        let signer = Signer::parse(line.trim_end())
            .map_err(|refusal| Unsigned::Folder(format!("{}: {refusal}", path.display())))?;
        let name = signer.verifier().name;
        let log = log_of(&name)
            .ok_or_else(|| Unsigned::Folder(format!("{}: {name:?} names no log", path.display())))?
            .to_owned();
        let last = Last::read(&folder.join(STATE), &signer.verifier())?;
        Ok(Self { folder: folder.to_owned(), signer, log, last, _lock: lock })
    }

    /// The log whose checkpoints this signer signs.
    #[must_use]
    pub fn log(&self) -> &str {
        &self.log
    }

    /// The key to hand to others.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.signer.verifier()
    }

    /// Signs the log as it is now, and gives the newest checkpoint. It is remembered, safe from a
    /// power cut, before anybody gets it.
    pub fn sign(&mut self, tx: &mut Tx<'_>) -> Result<&Note, Unsigned> {
        let tree = self.grown(tx)?;
        let last = match self.last.take() {
            Some(last) if last.tree.size() == tree.size() => last,
            _ => {
                let origin = self.signer.verifier().name;
                let checkpoint = Checkpoint { origin, size: tree.size(), root: tree.root() };
                let fresh = Last { note: self.signer.note(&checkpoint.text()), tree };
                fresh.write(&self.folder.join(STATE))?;
                fresh
            }
        };
        Ok(&self.last.insert(last).note)
    }

    /// The tree that was signed last with the events since, which must be the tree of the log's head.
    fn grown(&self, tx: &mut Tx<'_>) -> Result<Frontier, Unsigned> {
        let log = &self.log;
        let mut tree = self.last.as_ref().map_or_else(Frontier::default, |last| last.tree.clone());
        let signed = tree.size();
        let (size, root) = match reads::head(tx, log)? {
            Some((size, root, _)) => (size, root),
            None if signed == 0 => return Err(Error::Away(format!("there is no log {log} in it")).into()),
            None => (0, Vec::new()),
        };
        if size < signed {
            return Err(Unsigned::Refused(format!(
                "the log {log} has {size} events, and a checkpoint of {signed} was signed: it was cut short, or an \
                 older copy was put back"
            )));
        }
        proof::each_hash(tx, log, signed, size, |hash| {
            tree.push(hash);
            Ok(())
        })?;
        if tree.size() != size {
            return Err(Unsigned::Refused(format!(
                "the head of the log {log} says {size} events, and there are {}; run candour verify",
                tree.size()
            )));
        }
        if tree.root()[..] != root[..] {
            return Err(Unsigned::Refused(format!(
                "the {size} events of the log {log} do not continue the {signed} that were signed: the record was \
                 changed; run candour verify --trusted with an older checkpoint"
            )));
        }
        Ok(tree)
    }
}

impl Last {
    /// What was signed last; none when nothing was yet. A file that is lost or not ours is refused.
    fn read(path: &Path, key: &Verifier) -> Result<Option<Self>, Unsigned> {
        let text = fs::read_to_string(path).unwrap_or_default();
        let read = || {
            let stored: Stored = serde_json::from_str(&text).ok()?;
            let Some(checkpoint) = stored.checkpoint else { return Some(None) };
            let note = Note::parse(&checkpoint).ok().filter(|note| key.signed(note))?;
            let checkpoint = Checkpoint::of(&note).ok()?;
            let peaks: Vec<_> = stored.frontier.iter().map(|peak| unhex(peak)).collect::<Option<_>>()?;
            let tree = Frontier::from_bytes(checkpoint.size, &peaks.concat())?;
            (tree.root() == checkpoint.root).then_some(Some(Self { note, tree }))
        };
        read().ok_or_else(|| {
            Unsigned::Folder(format!(
                "{} is not as this signer left it; put it back, because without it another past could be signed",
                path.display()
            ))
        })
    }

    fn write(&self, path: &Path) -> Result<(), Unsigned> {
        let frontier = self.tree.to_bytes().chunks(32).map(hex).collect();
        let stored = Stored { checkpoint: Some(self.note.to_string()), frontier };
        store(path, &stored)
    }
}

fn store(path: &Path, stored: &Stored) -> Result<(), Unsigned> {
    let text = serde_json::to_string(stored).map_err(|e| Unsigned::Folder(e.to_string()))?;
    replace(path, &text)
}

/// Writes a private key into a new file that only its owner may read.
pub(crate) fn put_key(path: &Path, secret: &str) -> Result<(), Unsigned> {
    let mut key = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| {
        Unsigned::Folder(format!("{}: {e}; a key is never overwritten, choose another folder", path.display()))
    })?;
    let kept = writeln!(key, "{secret}").and_then(|()| key.sync_all()).and_then(|()| sync_folder_of(path));
    kept.map_err(|e| unusable(path, &e))
}

/// The line of a private key, from a file that only its owner may read.
pub(crate) fn private_line(path: &Path) -> Result<String, Unsigned> {
    let open_to_others = fs::metadata(path).map_err(|e| unusable(path, &e))?.permissions().mode() & 0o077 != 0;
    if open_to_others {
        return Err(Unsigned::Folder(format!("others may read {0}; run chmod 600 {0}", path.display())));
    }
    fs::read_to_string(path).map_err(|e| unusable(path, &e))
}

/// Takes a folder for this process alone.
pub(crate) fn locked(folder: &Path, who: &str) -> Result<File, Unsigned> {
    let lock = File::create(folder.join(LOCK)).map_err(|e| unusable(folder, &e))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            Err(Unsigned::Folder(format!("another {who} uses {}; stop it first", folder.display())))
        }
        Err(TryLockError::Error(e)) => Err(unusable(folder, &e)),
    }
}

/// Where the key stands that belongs to a published checkpoint.
#[must_use]
pub fn key_beside(checkpoint: &Path) -> PathBuf {
    let mut path = checkpoint.as_os_str().to_owned();
    path.push(".pub");
    path.into()
}

/// Puts a file in place so that after a power cut there is the old one or the new one, whole.
pub fn replace(path: &Path, text: &str) -> Result<(), Unsigned> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let put = || {
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        sync_folder_of(path)
    };
    put().map_err(|e| unusable(path, &e))
}

pub(crate) fn unusable(path: &Path, e: &std::io::Error) -> Unsigned {
    Unsigned::Folder(format!("{}: {e}", path.display()))
}
