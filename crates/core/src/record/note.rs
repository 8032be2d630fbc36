//! Signed notes (C2SP `signed-note`): a text and the signatures under it, each by a named Ed25519
//! key. Checkpoints are such notes, so that any log's tools read ours and ours read theirs.

use std::fmt;

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{Signature as Ed25519, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use super::hex;
use crate::refusal::Refusal;

/// The largest note that is read. A checkpoint with sixteen signatures is far smaller.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;
/// The type byte of an Ed25519 key that signs a note's text as it stands.
const ED25519: u8 = 1;
/// What a private key's line begins with.
const PRIVATE: &str = "PRIVATE+KEY+";
const DASH: &str = "\u{2014} ";

/// A key that others hold, and check signatures with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    /// The key's name: for a log, its origin.
    pub name: String,
    key: VerifyingKey,
}

/// A key that signs. It never appears in what is printed or logged.
pub struct Signer {
    name: String,
    key: SigningKey,
}

/// A note as read: nothing is known about its signatures yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text that is signed, with its last line end.
    pub text: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl Verifier {
    /// Reads a key as it is handed on: `NAME+ID+BASE64`.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let refusal = |says: &str| Refusal::new(format!("{line:?} is no verifier key: {says}"));
        let mut parts = line.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refusal("write it as NAME+ID+BASE64"));
        };
        let key = public_key(encoded).ok_or_else(|| refusal("it holds no Ed25519 key"))?;
        let verifier = Self { name: name_of(name)?, key };
        if hex(&verifier.id()) != id {
            return Err(refusal("its id is not that of its name and key"));
        }
        Ok(verifier)
    }

    /// The key's id: the beginning of the hash of its name, its type and itself.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// Whether the two are one key, whatever they are called.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Whether this key signed the note. A signature under its name and id that does not hold
    /// spoils the note, even beside one that does.
    #[must_use]
    pub fn signed(&self, note: &Note) -> bool {
        let mut ours = note.signatures.iter().filter(|s| s.name == self.name && s.id == self.id()).peekable();
        ours.peek().is_some() && ours.all(|signature| self.holds(&note.text, &signature.bytes))
    }

    fn holds(&self, text: &str, signature: &[u8]) -> bool {
        Ed25519::from_slice(signature).is_ok_and(|s| self.key.verify_strict(text.as_bytes(), &s).is_ok())
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, hex(&self.id()), typed(self.key.as_bytes()))
    }
}

impl Signer {
    /// The key that 32 bytes which nobody can guess stand for.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, Refusal> {
        Ok(Self { name: name_of(name)?, key: SigningKey::from_bytes(seed) })
    }

    /// Reads a private key's line: `PRIVATE+KEY+NAME+ID+BASE64`. A refusal does not repeat it.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let refusal = || Refusal::new("this is no private key; candour signer init makes one");
        let mut parts = line.strip_prefix(PRIVATE).ok_or_else(refusal)?.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refusal());
        };
        let signer = Self::new(name, &untyped(encoded).ok_or_else(refusal)?)?;
        if hex(&signer.verifier().id()) != id {
            return Err(refusal());
        }
        Ok(signer)
    }

    /// The private key's line, for the one file that holds it.
    #[must_use]
    pub fn secret(&self) -> String {
        format!("{PRIVATE}{}+{}+{}", self.name, hex(&self.verifier().id()), typed(self.key.as_bytes()))
    }

    /// The key to hand to others.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// A note of this text, which ends with a line end, signed.
    #[must_use]
    pub fn note(&self, text: &str) -> Note {
        let bytes = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        let signature = Signature { name: self.name.clone(), id: self.verifier().id(), bytes };
        Note { text: text.to_owned(), signatures: vec![signature] }
    }
}

impl Note {
    /// Reads a note.
    pub fn parse(note: &str) -> Result<Self, Refusal> {
        let refusal = |says: &str| Refusal::new(format!("this is no signed note: {says}"));
        if note.len() > NOTE_BYTES_MAX || note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(refusal("it is too long or holds control characters"));
        }
        let Some((text, signatures)) = note.rsplit_once("\n\n") else {
            return Err(refusal("no empty line stands between its text and its signatures"));
        };
        let lines = signatures.strip_suffix('\n').ok_or_else(|| refusal("its last line does not end"))?;
        let signature = |line| signature_of(line).ok_or_else(|| refusal("a line of its signatures is not one"));
        Ok(Self { text: format!("{text}\n"), signatures: lines.split('\n').map(signature).collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for Signature { name, id, bytes } in &self.signatures {
            writeln!(f, "{DASH}{name} {}", Base64::encode_string(&[&id[..], bytes].concat()))?;
        }
        Ok(())
    }
}

fn signature_of(line: &str) -> Option<Signature> {
    let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = Base64::decode_vec(encoded).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    Some(Signature { name: name_of(name).ok()?, id: *id, bytes: signature.to_vec() })
}

/// A key's name: words without spaces and plus signs.
fn name_of(name: &str) -> Result<String, Refusal> {
    if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c < ' ' || c == '+') {
        return Err(Refusal::new(format!(
            "{name:?} cannot name a key; write it like an address, without spaces and plus signs"
        )));
    }
    Ok(name.to_owned())
}

/// The base64 of the type byte and 32 bytes.
fn typed(bytes: &[u8; 32]) -> String {
    Base64::encode_string(&[&[ED25519][..], bytes].concat())
}

fn untyped(encoded: &str) -> Option<[u8; 32]> {
    let bytes = Base64::decode_vec(encoded).ok()?;
    bytes.strip_prefix(&[ED25519])?.try_into().ok()
}

/// A public key that is written in the one right way and is not of those that anything can sign for.
fn public_key(encoded: &str) -> Option<VerifyingKey> {
    let bytes = untyped(encoded)?;
    // 2^255 - 19 and what lies above it has a second, shorter spelling.
    let beyond = bytes[31] & 0x7f == 0x7f && bytes[1..31].iter().all(|b| *b == 0xff) && bytes[0] >= 0xed;
    VerifyingKey::from_bytes(&bytes).ok().filter(|key| !beyond && !key.is_weak())
}
