//! A witness for other bodies' logs (C2SP `tlog-witness`): it cosigns a checkpoint when that goes on
//! from the last one it cosigned, and remembers it first. It never sees more than sizes and roots.
//!
//! Its folder holds the key, and one file per log: the keys it is trusted by and what was cosigned
//! last. A log's file is made by `candour witness trust` and never by a request.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::cosignature::{Cosigner, Witness};
use candour_core::record::merkle::Frontier;
use candour_core::record::note::{Note, Verifier};
use candour_core::record::proof::extends;
use candour_core::record::{Hash, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::signer::{KEY, PUBLIC, Unsigned, locked, private_line, put_key, replace, unusable};

pub mod serve;

/// The folder of the logs' files.
const LOGS: &str = "logs";
/// Hashes in a proof, as `tlog-witness` says.
const PROOF_LINES_MAX: usize = 63;

/// A witness at work. Its folder is locked for as long as this value lives.
pub struct Desk {
    folder: PathBuf,
    cosigner: Cosigner,
    logs: Mutex<BTreeMap<String, Log>>,
    _lock: File,
}

/// What is known of a log.
#[derive(Debug, Clone)]
struct Log {
    keys: Vec<Verifier>,
    last: Option<(Checkpoint, Note)>,
}

/// The same in its file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    origin: String,
    keys: Vec<String>,
    cosigned: Option<String>,
}

/// A request to cosign.
struct Asked {
    old: u64,
    proof: Vec<Hash>,
    note: Note,
    checkpoint: Checkpoint,
}

/// Why a checkpoint was not cosigned.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// The request cannot be read.
    Malformed,
    /// The log is not one of those that are witnessed.
    Unknown,
    /// No key of the log signed the checkpoint, or a signature in its name is false.
    Unsigned,
    /// It does not begin at what was cosigned last, which has this size.
    Elsewhere(u64),
    /// It does not go on from what was cosigned last.
    Unproven,
    /// It could not be remembered, and so was not cosigned.
    Unkept(String),
}

/// Makes the key of a witness in a folder of its own.
pub fn init(folder: &Path, name: &str, seed: &[u8; 32]) -> Result<Witness, Unsigned> {
    let cosigner = Cosigner::new(name, seed).map_err(|refusal| Unsigned::Folder(refusal.to_string()))?;
    let logs = folder.join(LOGS);
    fs::create_dir_all(&logs).map_err(|e| unusable(&logs, &e))?;
    put_key(&folder.join(KEY), &cosigner.secret())?;
    let witness = cosigner.witness();
    replace(&folder.join(PUBLIC), &format!("{witness}\n"))?;
    Ok(witness)
}

impl Desk {
    /// Opens a witness's folder, which one process at a time may use.
    pub fn open(folder: &Path) -> Result<Self, Unsigned> {
        let lock = locked(folder, "witness")?;
        let path = folder.join(KEY);
        let cosigner = Cosigner::parse(private_line(&path)?.trim_end())
            .map_err(|refusal| Unsigned::Folder(format!("{}: {refusal}", path.display())))?;
        let mut logs = BTreeMap::new();
        let files = folder.join(LOGS);
        for entry in fs::read_dir(&files).map_err(|e| unusable(&files, &e))? {
            let path = entry.map_err(|e| unusable(&files, &e))?.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let (origin, log) = Log::read(&path, &cosigner.witness())?;
                logs.insert(origin, log);
            }
        }
        Ok(Self { folder: folder.to_owned(), cosigner, logs: Mutex::new(logs), _lock: lock })
    }

    /// The key to hand to others.
    #[must_use]
    pub fn witness(&self) -> Witness {
        self.cosigner.witness()
    }

    /// How many logs are witnessed.
    #[must_use]
    pub fn logs(&self) -> usize {
        self.logs.lock().map_or(0, |logs| logs.len())
    }

    /// From now on witnesses the log whose name is that of the key. What was cosigned stays.
    pub fn trust(&self, key: &Verifier) -> Result<(), Unsigned> {
        let mut logs = self.logs.lock().map_err(|_| Unsigned::Folder("a request ended half-way".to_owned()))?;
        let mut log = logs.get(&key.name).cloned().unwrap_or(Log { keys: Vec::new(), last: None });
        if !log.keys.contains(key) {
            log.keys.push(key.clone());
            log.write(&self.path(&key.name), &key.name)?;
            logs.insert(key.name.clone(), log);
        }
        Ok(())
    }

    /// Cosigns the checkpoint of a request at this time, in seconds since 1970: the line of the
    /// cosignature. Requests are taken one after another, so that what is compared with is the last.
    pub fn add_checkpoint(&self, body: &str, time: u64) -> Result<String, Refused> {
        let asked = Asked::read(body).ok_or(Refused::Malformed)?;
        let half_way = |_| Refused::Unkept("a request ended half-way; start the witness again".to_owned());
        let mut logs = self.logs.lock().map_err(half_way)?;
        let log = logs.get_mut(&asked.checkpoint.origin).ok_or(Refused::Unknown)?;
        log.check(&asked)?;
        // The log's own signatures are kept and shown; those of strangers are not ours to hand on.
        let ours = asked.note.only_of(&log.keys);
        let cosigned = self.cosigner.cosigned(&ours, time);
        let next = Log { keys: log.keys.clone(), last: Some((asked.checkpoint.clone(), cosigned)) };
        let origin = &asked.checkpoint.origin;
        next.write(&self.path(origin), origin).map_err(|unkept| Refused::Unkept(unkept.to_string()))?;
        *log = next;
        Ok(self.cosigner.line(&asked.note, time))
    }

    /// The newest cosigned checkpoint of the log whose origin has this hash, in hex.
    #[must_use]
    pub fn newest(&self, origin_hash: &str) -> Option<String> {
        let logs = self.logs.lock().ok()?;
        let (_, log) = logs.iter().find(|(origin, _)| hash_of(origin) == origin_hash)?;
        log.last.as_ref().map(|(_, note)| note.to_string())
    }

    fn path(&self, origin: &str) -> PathBuf {
        self.folder.join(LOGS).join(format!("{}.json", hash_of(origin)))
    }
}

impl Log {
    /// Whether a checkpoint may be cosigned after the last one, in the order that the protocol says.
    fn check(&self, asked: &Asked) -> Result<(), Refused> {
        let Asked { old, proof, note, checkpoint } = asked;
        let (signed, false_ones) = self.keys.iter().fold((false, false), |(signed, bad), key| {
            let holds = key.signed(note);
            (signed || holds, bad || (key.is_in(note) && !holds))
        });
        if !signed || false_ones {
            return Err(Refused::Unsigned);
        }
        if *old > checkpoint.size {
            return Err(Refused::Malformed);
        }
        let nothing = (0, Frontier::default().root());
        let (size, root) = self.last.as_ref().map_or(nothing, |(last, _)| (last.size, last.root));
        if *old != size {
            return Err(Refused::Elsewhere(size));
        }
        let goes_on = match (size, checkpoint.size) {
            (0, 0) => proof.is_empty() && checkpoint.root == Frontier::default().root(),
            (0, _) => proof.is_empty(),
            _ => extends(size, &root, checkpoint.size, &checkpoint.root, proof),
        };
        if goes_on { Ok(()) } else { Err(Refused::Unproven) }
    }

    fn read(path: &Path, witness: &Witness) -> Result<(String, Self), Unsigned> {
        let text = fs::read_to_string(path).map_err(|e| unusable(path, &e))?;
        let read = || {
            let stored: Stored = serde_json::from_str(&text).ok()?;
            let keys: Vec<Verifier> = stored.keys.iter().map(|key| Verifier::parse(key).ok()).collect::<Option<_>>()?;
            let last = match stored.cosigned {
                None => None,
                Some(text) => {
                    let note = Note::parse(&text).ok().filter(|note| !witness.times(note).is_empty())?;
                    Some((Checkpoint::of(&note).ok().filter(|last| last.origin == stored.origin)?, note))
                }
            };
            let named = path.file_stem().is_some_and(|name| *name == *hash_of(&stored.origin));
            named.then_some((stored.origin, Self { keys, last }))
        };
        read().ok_or_else(|| {
            Unsigned::Folder(format!(
                "{} is not as this witness left it; put it back, because without it another past could be cosigned",
                path.display()
            ))
        })
    }

    fn write(&self, path: &Path, origin: &str) -> Result<(), Unsigned> {
        let stored = Stored {
            origin: origin.to_owned(),
            keys: self.keys.iter().map(Verifier::to_string).collect(),
            cosigned: self.last.as_ref().map(|(_, note)| note.to_string()),
        };
        let text = serde_json::to_string(&stored).map_err(|e| Unsigned::Folder(e.to_string()))?;
        replace(path, &text)
    }
}

impl Asked {
    /// Reads `old SIZE`, lines of a proof, an empty line, and the checkpoint.
    fn read(body: &str) -> Option<Self> {
        let (head, note) = body.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let old = candour_core::record::checkpoint::size_of(lines.next()?.strip_prefix("old ")?)?;
        let proof: Vec<Hash> = lines.map(candour_core::record::checkpoint::root_of).collect::<Option<_>>()?;
        let note = Note::parse(note).ok()?;
        let checkpoint = Checkpoint::of(&note).ok()?;
        (proof.len() <= PROOF_LINES_MAX).then_some(Self { old, proof, note, checkpoint })
    }
}

/// The SHA-256 of an origin in hex, as its files and addresses are called.
fn hash_of(origin: &str) -> String {
    hex(&Sha256::digest(origin))
}
