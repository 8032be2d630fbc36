//! Cosignatures (C2SP `tlog-cosignature`, Ed25519): what a witness says of a checkpoint. It has seen
//! that the log only grew, and at this time knew of no later state of it.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use super::note::{
    Note, Signature, holds, id_of, key_line, name_of, private_key_of, public_key_of, secret_line, signature_of,
};
use crate::refusal::Refusal;

/// The type byte of an Ed25519 key that cosigns checkpoints with a time.
const COSIGNATURE: u8 = 4;
/// The latest time that is written: times are below 2^63 seconds.
const TIME_MAX: u64 = i64::MAX as u64;

/// The key of a witness, that others check its cosignatures with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The key's name.
    pub name: String,
    key: VerifyingKey,
}

/// The key with which a witness cosigns. It never appears in what is printed or logged.
pub struct Cosigner {
    name: String,
    key: SigningKey,
}

impl Witness {
    /// Reads a key as it is handed on: `NAME+ID+BASE64`.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let (name, key) = public_key_of(line, COSIGNATURE)?;
        Ok(Self { name, key })
    }

    /// Its 32 bytes, by which a key is the same whatever it is called.
    pub(super) fn key(&self) -> &VerifyingKey {
        &self.key
    }

    fn id(&self) -> [u8; 4] {
        id_of(&self.name, COSIGNATURE, &self.key)
    }

    /// The times, in seconds since 1970, at which this witness cosigned the checkpoint. A cosignature
    /// in its name that does not hold spoils all of them.
    #[must_use]
    pub fn times(&self, note: &Note) -> Vec<u64> {
        let times: Option<Vec<u64>> = note.of(&self.name, self.id()).map(|bytes| self.time_of(note, bytes)).collect();
        times.unwrap_or_default()
    }

    fn time_of(&self, note: &Note, bytes: &[u8]) -> Option<u64> {
        let (time, signature) = bytes.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        (time <= TIME_MAX && holds(&self.key, &message(time, &note.text), signature)).then_some(time)
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_line(&self.name, COSIGNATURE, &self.key))
    }
}

impl Cosigner {
    /// The key that 32 bytes which nobody can guess stand for.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, Refusal> {
        Ok(Self { name: name_of(name)?, key: SigningKey::from_bytes(seed) })
    }

    /// Reads a private key's line. A refusal does not repeat it.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let (name, key) = private_key_of(line, COSIGNATURE)?;
        Ok(Self { name, key })
    }

    /// The private key's line, for the one file that holds it.
    #[must_use]
    pub fn secret(&self) -> String {
        secret_line(&self.name, COSIGNATURE, &self.key)
    }

    /// The key to hand to others.
    #[must_use]
    pub fn witness(&self) -> Witness {
        Witness { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The checkpoint as others signed it and with our cosignature of this time, in seconds.
    #[must_use]
    pub fn cosigned(&self, note: &Note, time: u64) -> Note {
        let mut signatures = note.signatures().to_vec();
        signatures.push(self.signature(note, time));
        note.under(signatures)
    }

    /// The line of our cosignature under a checkpoint, with its line end.
    #[must_use]
    pub fn line(&self, note: &Note, time: u64) -> String {
        format!("{}\n", self.signature(note, time))
    }

    fn signature(&self, note: &Note, time: u64) -> Signature {
        let signed = self.key.sign(message(time, &note.text).as_bytes()).to_bytes();
        let bytes = [&time.to_be_bytes()[..], &signed].concat();
        Signature { name: self.name.clone(), id: self.witness().id(), bytes }
    }
}

impl Note {
    /// The same note with those lines beside its signatures that are signatures in the name of one of
    /// these witnesses. Lines of others, and what is no signature, are left out.
    #[must_use]
    pub fn with_lines_of(&self, witness: &Witness, lines: &str) -> Self {
        let ours = |s: &Signature| s.name == witness.name && s.id == witness.id();
        let mut signatures: Vec<Signature> = self.signatures().iter().filter(|s| !ours(s)).cloned().collect();
        signatures.extend(lines.lines().filter_map(signature_of).filter(ours));
        self.under(signatures)
    }
}

/// What a cosignature signs.
fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}
