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
/// What a signature's line begins with.
pub(super) const DASH: &str = "\u{2014} ";

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
pub(super) struct Signature {
    pub(super) name: String,
    pub(super) id: [u8; 4],
    pub(super) bytes: Vec<u8>,
}

impl Verifier {
    /// Reads a key as it is handed on: `NAME+ID+BASE64`.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let (name, key) = public_key_of(line, ED25519)?;
        Ok(Self { name, key })
    }

    /// The key's id: the beginning of the hash of its name, its type and itself.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        id_of(&self.name, ED25519, &self.key)
    }

    /// Its 32 bytes, by which a key is the same whatever it is called.
    pub(super) fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether the two are one key, whatever they are called.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Whether a signature in this key's name is under the note, which may be a false one.
    #[must_use]
    pub fn is_in(&self, note: &Note) -> bool {
        note.of(&self.name, self.id()).next().is_some()
    }

    /// Whether this key signed the note. A signature under its name and id that does not hold
    /// spoils the note, even beside one that does.
    #[must_use]
    pub fn signed(&self, note: &Note) -> bool {
        let mut ours = note.of(&self.name, self.id()).peekable();
        ours.peek().is_some() && ours.all(|signature| holds(&self.key, &note.text, signature))
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_line(&self.name, ED25519, &self.key))
    }
}

impl Signer {
    /// The key that 32 bytes which nobody can guess stand for.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, Refusal> {
        Ok(Self { name: name_of(name)?, key: SigningKey::from_bytes(seed) })
    }

    /// Reads a private key's line: `PRIVATE+KEY+NAME+ID+BASE64`. A refusal does not repeat it.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let (name, key) = private_key_of(line, ED25519)?;
        Ok(Self { name, key })
    }

    /// The private key's line, for the one file that holds it.
    #[must_use]
    pub fn secret(&self) -> String {
        secret_line(&self.name, ED25519, &self.key)
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

    /// The signatures in a key's name and with its id, which have yet to be checked.
    pub(super) fn of(&self, name: &str, id: [u8; 4]) -> impl Iterator<Item = &[u8]> {
        let ours = self.signatures.iter().filter(move |s| s.name == name && s.id == id);
        ours.map(|s| &*s.bytes)
    }

    /// The same note with the signatures of these keys alone, which have yet to be checked.
    #[must_use]
    pub fn only_of(&self, keys: &[Verifier]) -> Self {
        let of_one = |s: &&Signature| keys.iter().any(|key| key.name == s.name && key.id() == s.id);
        self.under(self.signatures.iter().filter(of_one).cloned().collect())
    }

    /// The same text under other signatures, those that hold for whoever chose them.
    pub(super) fn under(&self, signatures: Vec<Signature>) -> Self {
        Self { text: self.text.clone(), signatures }
    }

    /// Its signatures, which nobody has checked yet.
    pub(super) fn signatures(&self) -> &[Signature] {
        &self.signatures
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, id, bytes } = self;
        write!(f, "{DASH}{name} {}", Base64::encode_string(&[&id[..], bytes].concat()))
    }
}

pub(super) fn signature_of(line: &str) -> Option<Signature> {
    let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = Base64::decode_vec(encoded).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    Some(Signature { name: name_of(name).ok()?, id: *id, bytes: signature.to_vec() })
}

/// A key's name: words without spaces and plus signs.
pub(super) fn name_of(name: &str) -> Result<String, Refusal> {
    if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c < ' ' || c == '+') {
        return Err(Refusal::new(format!(
            "{name:?} cannot name a key; write it like an address, without spaces and plus signs"
        )));
    }
    Ok(name.to_owned())
}

/// Whether a key signed a text.
pub(super) fn holds(key: &VerifyingKey, text: &str, signature: &[u8]) -> bool {
    Ed25519::from_slice(signature).is_ok_and(|s| key.verify_strict(text.as_bytes(), &s).is_ok())
}

/// The id of a key: the beginning of the hash of its name, its type and itself.
pub(super) fn id_of(name: &str, kind: u8, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(key.as_bytes()).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// A public key's line: `NAME+ID+BASE64`.
pub(super) fn key_line(name: &str, kind: u8, key: &VerifyingKey) -> String {
    format!("{name}+{}+{}", hex(&id_of(name, kind, key)), typed(kind, key.as_bytes()))
}

/// A private key's line: `PRIVATE+KEY+NAME+ID+BASE64`.
pub(super) fn secret_line(name: &str, kind: u8, key: &SigningKey) -> String {
    let id = hex(&id_of(name, kind, &key.verifying_key()));
    format!("{PRIVATE}{name}+{id}+{}", typed(kind, key.as_bytes()))
}

/// The name and the key that a public key's line holds, which must be of this type.
pub(super) fn public_key_of(line: &str, kind: u8) -> Result<(String, VerifyingKey), Refusal> {
    let refusal = |says: &str| Refusal::new(format!("{line:?} is no verifier key: {says}"));
    let mut parts = line.splitn(3, '+');
    let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(refusal("write it as NAME+ID+BASE64"));
    };
    let says = if kind == ED25519 { "it holds no Ed25519 key" } else { "it holds no Ed25519 key of a witness" };
    let key = public_key(kind, encoded).ok_or_else(|| refusal(says))?;
    if hex(&id_of(&name_of(name)?, kind, &key)) != id {
        return Err(refusal("its id is not that of its name and key"));
    }
    Ok((name.to_owned(), key))
}

/// The name and the key that a private key's line holds. A refusal does not repeat the line.
pub(super) fn private_key_of(line: &str, kind: u8) -> Result<(String, SigningKey), Refusal> {
    let refusal = || Refusal::new("this is no private key of its kind; the command's own init makes one");
    let mut parts = line.strip_prefix(PRIVATE).ok_or_else(refusal)?.splitn(3, '+');
    let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(refusal());
    };
    let key = SigningKey::from_bytes(&untyped(kind, encoded).ok_or_else(refusal)?);
    if hex(&id_of(&name_of(name)?, kind, &key.verifying_key())) != id {
        return Err(refusal());
    }
    Ok((name.to_owned(), key))
}

/// The base64 of the type byte and 32 bytes.
fn typed(kind: u8, bytes: &[u8; 32]) -> String {
    Base64::encode_string(&[&[kind][..], bytes].concat())
}

fn untyped(kind: u8, encoded: &str) -> Option<[u8; 32]> {
    let bytes = Base64::decode_vec(encoded).ok()?;
    bytes.strip_prefix(&[kind])?.try_into().ok()
}

/// A public key that is written in the one right way and is not of those that anything can sign for.
fn public_key(kind: u8, encoded: &str) -> Option<VerifyingKey> {
    let bytes = untyped(kind, encoded)?;
    // 2^255 - 19 and what lies above it has a second, shorter spelling.
    let beyond = bytes[31] & 0x7f == 0x7f && bytes[1..31].iter().all(|b| *b == 0xff) && bytes[0] >= 0xed;
    VerifyingKey::from_bytes(&bytes).ok().filter(|key| !beyond && !key.is_weak())
}
