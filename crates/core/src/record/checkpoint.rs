//! Checkpoints (C2SP `tlog-checkpoint`): how long a log is and what its root is, as a signed note.

use base64ct::{Base64, Encoding as _};

use super::Hash;
use super::note::Note;
use crate::refusal::Refusal;

/// What stands between the signer's name and the log's in an origin.
const CANDOUR: &str = "/candour/";

/// What a checkpoint says about a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is, in the whole world: `NAME/candour/LOG`.
    pub origin: String,
    /// How many events it covers.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

impl Checkpoint {
    /// What a note says. Its signatures are for whoever holds a key to check.
    pub fn of(note: &Note) -> Result<Self, Refusal> {
        Self::read(&note.text).ok_or_else(|| {
            Refusal::new("this note is no checkpoint: its lines must be an origin, a size and a root in base64")
        })
    }

    fn read(text: &str) -> Option<Self> {
        // Further lines are allowed and mean nothing to us.
        let lines: Vec<&str> = text.strip_suffix('\n')?.split('\n').collect();
        let [origin, size, root, ..] = lines[..] else { return None };
        if lines.iter().any(|line| line.is_empty()) {
            return None;
        }
        Some(Self { origin: origin.to_owned(), size: size_of(size)?, root: root_of(root)? })
    }

    /// The text to be signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, in_base64(&self.root))
    }

    /// The name of the log inside its body's database; none when the origin is not one of ours.
    #[must_use]
    pub fn log(&self) -> Option<&str> {
        log_of(&self.origin)
    }
}

/// The origin of a log, from the name that its signer was given.
#[must_use]
pub fn origin(name: &str, log: &str) -> String {
    format!("{name}{CANDOUR}{log}")
}

/// The log that an origin names.
#[must_use]
pub fn log_of(origin: &str) -> Option<&str> {
    let (name, log) = origin.split_once(CANDOUR)?;
    (!name.is_empty() && !log.is_empty()).then_some(log)
}

/// A hash in base64.
#[must_use]
pub fn in_base64(hash: &Hash) -> String {
    Base64::encode_string(hash)
}

/// A hash in base64, written in the one right way.
#[must_use]
pub fn root_of(text: &str) -> Option<Hash> {
    Base64::decode_vec(text).ok()?.try_into().ok()
}

/// A number in decimal, written in the one right way.
#[must_use]
pub fn size_of(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}
