//! What the record says of the bytes of a file: the word `file` of an event of kind
//! [`RECEIVED`], which is its SHA-256 and its length (decision 015). `verify/files.py` reads the same.

use std::fmt;

use super::{Hash, hex, unhex};

/// The kind of an event that has a file.
pub const RECEIVED: &str = "material.received";
/// The field of its words that says what the file holds.
pub const FIELD: &str = "file";
/// The field of its data with the opaque name of the bytes.
pub const NAME: &str = "file";

/// The digest and the length of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileWord {
    /// The SHA-256 of its bytes.
    pub digest: Hash,
    /// How many they are.
    pub bytes: u64,
}

impl fmt::Display for FileWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", hex(&self.digest), self.bytes)
    }
}

impl FileWord {
    /// Reads it as it is stored: 64 lower-case hex digits, a space, and the length without leading zeros.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let (digest, bytes) = word.split_once(' ')?;
        let read = Self { digest: unhex(digest)?, bytes: bytes.parse().ok()? };
        (read.to_string() == word).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written_and_otherwise_not() {
        let word = FileWord { digest: [0xab; 32], bytes: 12_345 };
        assert_eq!(FileWord::parse(&word.to_string()), Some(word));
        let hex = "ab".repeat(32);
        for bad in ["", "Restricted since", &hex, &format!("{hex} 012"), &format!("{hex}  1"), &format!("{hex} -1")] {
            assert_eq!(FileWord::parse(bad), None, "{bad}");
        }
        assert_eq!(FileWord::parse(&format!("{} 1", hex.to_uppercase())), None);
    }
}
