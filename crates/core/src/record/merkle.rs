//! The RFC 6962 Merkle tree over a log, kept as its frontier: the roots of the perfect subtrees,
//! largest first. That is all an append needs, and the root follows from it.

use super::Hash;
use sha2::{Digest, Sha256};

/// The leaf hash of an event hash.
#[must_use]
pub fn leaf(event_hash: &Hash) -> Hash {
    Sha256::new().chain_update([0]).chain_update(event_hash).finalize().into()
}

/// The hash of an inner node.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A log's tree, ready for the next leaf.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier stored as `size` and joined hashes; `None` when the two do not fit together.
    #[must_use]
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let peaks: Vec<Hash> = bytes.chunks_exact(32).map(|c| c.try_into().expect("chunks of 32 bytes")).collect();
        let fits = bytes.len().is_multiple_of(32) && peaks.len() == size.count_ones() as usize;
        fits.then_some(Self { size, peaks })
    }

    /// The hashes joined, largest subtree first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the next event.
    pub fn push(&mut self, event_hash: &Hash) {
        let mut top = leaf(event_hash);
        // Each trailing one bit of the old size is a full subtree that the new leaf completes.
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("a peak for each one bit of the size");
            top = node(&left, &top);
        }
        self.peaks.push(top);
        self.size += 1;
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node(&left, &right))
            .unwrap_or_else(|| Sha256::digest([]).into())
    }
}
