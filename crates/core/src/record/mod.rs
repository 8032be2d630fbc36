//! The record's encoding: how an event, a personal word and the whole log are hashed.
//!
//! Fixed for ever by `docs/decisions/001-record-encoding.md`; the vectors in `verify/vectors.json`
//! come from a second implementation and are what the tests here compare with.

pub mod bundle;
pub mod check;
pub mod checkpoint;
pub mod cosignature;
pub mod disposal;
pub mod file;
pub mod json;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod proof;
pub mod receipt;
pub mod replay;
pub mod tiles;
pub mod witnessed;

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// What a stream's first event links to.
pub const NO_HASH: Hash = [0; 32];

/// The columns of an event that its hash covers, in their stored form.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    /// The log, which is the body (`iopc`) or its access log.
    pub log: &'a str,
    /// Place in the log, from 1.
    pub seq: u64,
    /// The stream: a case, a person, the log itself.
    pub stream: &'a str,
    /// Place in the stream, from 1.
    pub version: u64,
    /// What happened, such as `mode.decided`.
    pub kind: &'a str,
    /// The JSON object exactly as stored.
    pub data: &'a str,
    /// An opaque id of who did it.
    pub actor: &'a str,
    /// The role and rule by which they were allowed to.
    pub authority: &'a str,
    /// When we were told, in microseconds since 1970 (UTC).
    pub recorded_at: i64,
    /// The London day on which it happened, or empty.
    pub on_date: &'a str,
    /// The hash of the stream's event before this one.
    pub prev_hash: &'a Hash,
}

/// The kind under which an event is stored, and its data. `event` serialises to `kind` and `data`.
#[must_use]
pub fn encoded(event: &impl serde::Serialize) -> (String, serde_json::Map<String, serde_json::Value>) {
    use serde_json::Value;
    match serde_json::to_value(event) {
        Ok(Value::Object(mut map)) => match (map.remove("kind"), map.remove("data")) {
            (Some(Value::String(kind)), Some(Value::Object(data))) => (kind, data),
            _ => unreachable!("every event serialises to a kind and an object"),
        },
        _ => unreachable!("every event serialises to a kind and an object"),
    }
}

/// The hash of an event.
#[must_use]
pub fn event_hash(header: &Header<'_>) -> Hash {
    let mut h = Sha256::new();
    h.update(b"candour/ev1");
    put(&mut h, header.log);
    h.update(header.seq.to_be_bytes());
    put(&mut h, header.stream);
    h.update(header.version.to_be_bytes());
    put(&mut h, header.kind);
    put(&mut h, header.data);
    put(&mut h, header.actor);
    put(&mut h, header.authority);
    h.update(header.recorded_at.to_be_bytes());
    put(&mut h, header.on_date);
    h.update(header.prev_hash);
    h.finalize().into()
}

/// The commitment to a personal word, which hides it and can later be opened by `salt` and `value`.
#[must_use]
pub fn commitment(salt: &[u8; 32], field: &str, value: &str) -> Hash {
    let mut h = Sha256::new();
    h.update(b"candour/f1");
    h.update(salt);
    put(&mut h, field);
    put(&mut h, value);
    h.finalize().into()
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}

/// The hash that 64 lower-case hex digits stand for.
#[must_use]
pub fn unhex(text: &str) -> Option<Hash> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let bytes = text.as_bytes();
    if bytes.len() != 64 {
        return None;
    }
    let mut hash = NO_HASH;
    for (to, pair) in hash.iter_mut().zip(bytes.chunks_exact(2)) {
        *to = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(hash)
}

fn put(h: &mut Sha256, text: &str) {
    // A text is stored only below 4 GiB (`TEXT_BYTES_MAX` is far less), so the length fits.
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    h.update(length.to_be_bytes());
    h.update(text.as_bytes());
}
