//! Proofs about a log's tree (RFC 9162, 2.1.3 and 2.1.4): that an event stands at its place in a
//! tree whose root is known, and that one tree is the beginning of another.
//!
//! [`Tree`] makes them and keeps every whole subtree; [`included`] and [`extends`] check them and
//! need nothing but the proof.

use super::Hash;
use super::merkle::{leaf, node};
use sha2::{Digest, Sha256};

/// All of a log's tree, from which proofs are made.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `levels[k]` holds the roots of the whole subtrees of 2^k leaves, in their order.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, Vec::len) as u64
    }

    /// Adds the next event.
    pub fn push(&mut self, event_hash: &Hash) {
        let mut top = leaf(event_hash);
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(top);
            match row.as_slice() {
                [.., left, right] if row.len().is_multiple_of(2) => top = node(left, right),
                _ => break,
            }
        }
    }

    /// The root of the first `size` leaves; none when there are not so many.
    #[must_use]
    pub fn root(&self, size: u64) -> Option<Hash> {
        match size {
            0 => Some(Sha256::digest([]).into()),
            _ => (size <= self.size()).then(|| self.over(0, size)),
        }
    }

    /// The proof that the leaf at `index` is in the tree of the first `size` leaves, nearest sibling
    /// first; none when it is not.
    #[must_use]
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index >= size || size > self.size() {
            return None;
        }
        let mut siblings = Vec::new();
        let (mut start, mut end) = (0, size);
        while end - start > 1 {
            let middle = start + left_of(end - start);
            if index < middle {
                siblings.push(self.over(middle, end));
                end = middle;
            } else {
                siblings.push(self.over(start, middle));
                start = middle;
            }
        }
        siblings.reverse();
        Some(siblings)
    }

    /// The proof that the tree of the first `old` leaves is the beginning of that of the first
    /// `size`; none when it is not, or is empty, which begins everything and proves nothing.
    #[must_use]
    pub fn consistency(&self, old: u64, size: u64) -> Option<Vec<Hash>> {
        if old == 0 || old > size || size > self.size() {
            return None;
        }
        let mut parts = Vec::new();
        let (mut start, mut end) = (0, size);
        while end != old {
            let middle = start + left_of(end - start);
            if old <= middle {
                parts.push(self.over(middle, end));
                end = middle;
            } else {
                parts.push(self.over(start, middle));
                start = middle;
            }
        }
        // Whoever checks holds the old root, which is this part itself when it begins at the first leaf.
        if start > 0 {
            parts.push(self.over(start, end));
        }
        parts.reverse();
        Some(parts)
    }

    /// The root of the leaves from `start` to before `end`. Splitting as RFC 6962 does only ever
    /// leads to ranges that begin at a multiple of their largest power of two, so that a range of
    /// 2^k leaves is one of the kept subtrees.
    fn over(&self, start: u64, end: u64) -> Hash {
        let width = end - start;
        if width.is_power_of_two() {
            let level = width.trailing_zeros();
            let at = usize::try_from(start >> level).expect("a tree that is in memory has a place for each leaf");
            return self.levels[level as usize][at];
        }
        let middle = start + left_of(width);
        node(&self.over(start, middle), &self.over(middle, end))
    }
}

/// How many of `width` leaves, at least two, stand on the left: the largest power of two below it.
fn left_of(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// Whether `proof` shows that `leaf` stands at `index` of the tree with `size` leaves and that root.
#[must_use]
pub fn included(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let mut climb = Climb { at: index, last: size - 1 };
    let mut top = *leaf;
    for sibling in proof {
        top = match climb.up() {
            Some(Side::Left) => node(sibling, &top),
            Some(Side::Right) => node(&top, sibling),
            None => return false,
        };
    }
    climb.last == 0 && top == *root
}

/// Whether `proof` shows that the tree with `old_size` leaves is the beginning of the one with `size`.
///
/// An old size of 0 is refused: everything extends the empty tree, so such a proof says nothing and
/// should not be taken for one.
#[must_use]
pub fn extends(old_size: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old_size == 0 || old_size >= size {
        return old_size > 0 && old_size == size && proof.is_empty() && old_root == root;
    }
    let begun = if old_size.is_power_of_two() { Some((old_root, proof)) } else { proof.split_first() };
    let Some((first, rest)) = begun else {
        return false;
    };
    let mut climb = Climb { at: old_size - 1, last: size - 1 };
    // The old tree's last whole subtree is where the proof begins.
    while climb.at & 1 == 1 {
        climb.level();
    }
    let (mut old, mut new) = (*first, *first);
    for sibling in rest {
        match climb.up() {
            Some(Side::Left) => (old, new) = (node(sibling, &old), node(sibling, &new)),
            Some(Side::Right) => new = node(&new, sibling),
            None => return false,
        }
    }
    climb.last == 0 && old == *old_root && new == *root
}

/// On which side of us a sibling stands.
enum Side {
    Left,
    Right,
}

/// The way from a leaf to the root: our place and the last place, level by level.
struct Climb {
    at: u64,
    last: u64,
}

impl Climb {
    /// Goes up past the next sibling and says where it stood; none when this is the root.
    fn up(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.at & 1 == 1 || self.at == self.last { Side::Left } else { Side::Right };
        if matches!(side, Side::Left) {
            // The right edge has no sibling at some levels.
            while self.at & 1 == 0 && self.at > 0 {
                self.level();
            }
        }
        self.level();
        Some(side)
    }

    fn level(&mut self) {
        self.at >>= 1;
        self.last >>= 1;
    }
}
