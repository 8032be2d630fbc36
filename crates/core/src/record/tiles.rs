//! Tiles (C2SP `tlog-tiles`): the log's tree cut into pieces that never change, so that anybody can
//! fetch what they need and compute any proof themselves.
//!
//! An entry of the log is here the 32-byte hash of an event, and so shows nothing of it.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::Hash;
use super::check::Finding;
use super::checkpoint::Checkpoint;
use super::merkle::{Frontier, leaf, node};

/// Hashes in a whole tile.
pub const WIDTH: u64 = 256;
/// A level above which no tree reaches.
const LEVELS: u32 = 8;
/// Bytes of an entry in a bundle: its length in two, and its 32.
const ENTRY_BYTES: usize = 34;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The entries themselves.
    Entries,
    /// Hashes of the tree; each is that of 256 of the level below, and at level 0 of one entry.
    Hashes(u32),
}

/// One piece of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// What it holds.
    pub level: Level,
    /// Its place in the level, from 0.
    pub index: u64,
    /// How many it holds, from 1 to 256.
    pub width: u64,
}

impl Tile {
    /// Reads what stands after `tile/` in an address; none when it is not written in the one right way.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let level = match level {
            "entries" => Level::Entries,
            level => Level::Hashes(plain(level)?.try_into().ok().filter(|level| *level < 64)?),
        };
        let (place, width) = match rest.split_once(".p/") {
            Some((place, width)) => (place, plain(width).filter(|width| (1..WIDTH).contains(width))?),
            None => (rest, WIDTH),
        };
        let parts: Vec<&str> = place.split('/').collect();
        let (last, before) = parts.split_last()?;
        let mut index: u64 = 0;
        for part in before.iter().map(|part| part.strip_prefix('x')).chain([Some(*last)]) {
            let digits = part.filter(|part| part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))?;
            index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        let tile = Self { level, index, width };
        // x000/001 is another spelling of 001.
        (tile.place() == place).then_some(tile)
    }

    fn place(&self) -> String {
        let mut place = format!("{:03}", self.index % 1000);
        let mut left = self.index / 1000;
        while left > 0 {
            place.insert_str(0, &format!("x{:03}/", left % 1000));
            left /= 1000;
        }
        place
    }

    /// How many entries stand below each hash of this tile.
    fn below(&self) -> Option<u64> {
        match self.level {
            Level::Entries => Some(1),
            Level::Hashes(level) => WIDTH.checked_pow(level),
        }
    }

    /// Whether a tree of that size has all of this tile.
    #[must_use]
    pub fn is_in(&self, size: u64) -> bool {
        let last = self.index.checked_mul(WIDTH).and_then(|first| first.checked_add(self.width));
        let entries = last.zip(self.below()).and_then(|(last, below)| last.checked_mul(below));
        entries.is_some_and(|entries| entries <= size)
    }

    /// The position of the first event under it.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.index.saturating_mul(WIDTH).saturating_mul(self.below().unwrap_or(u64::MAX)).saturating_add(1)
    }

    /// The tiles of one level of a tree.
    pub fn of_level(level: Level, size: u64) -> impl Iterator<Item = Self> {
        let hashes = match level {
            Level::Entries => size,
            Level::Hashes(level) => WIDTH.checked_pow(level).map_or(0, |below| size / below),
        };
        (0..hashes.div_ceil(WIDTH)).map(move |index| Self { level, index, width: (hashes - index * WIDTH).min(WIDTH) })
    }

    /// Every tile of a tree.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        let levels = std::iter::once(Level::Entries).chain((0..LEVELS).map(Level::Hashes));
        levels.flat_map(move |level| Self::of_level(level, size))
    }
}

impl fmt::Display for Tile {
    /// The address of the tile under that of its log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => write!(f, "tile/entries/{}", self.place())?,
            Level::Hashes(level) => write!(f, "tile/{level}/{}", self.place())?,
        }
        if self.width < WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// A number in decimal, written in the one right way.
fn plain(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

/// What is kept of a tree so that any tile of it can be made: the entries after the last whole tile,
/// and the hashes of all levels but the lowest, which are read again when they are asked for.
#[derive(Debug, Clone, Default)]
pub struct Tiles {
    size: u64,
    tail: Vec<Hash>,
    /// `levels[k]` holds the hashes of level k + 1.
    levels: Vec<Vec<Hash>>,
}

impl Tiles {
    /// How many entries there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the next event.
    pub fn push(&mut self, event_hash: &Hash) {
        self.size += 1;
        self.tail.push(*event_hash);
        if self.tail.len() as u64 != WIDTH {
            return;
        }
        let leaves: Vec<Hash> = self.tail.drain(..).map(|entry| leaf(&entry)).collect();
        let mut top = root_of(&leaves);
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(top);
            if !(row.len() as u64).is_multiple_of(WIDTH) {
                break;
            }
            top = root_of(&row[row.len() - 256..]);
        }
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let rest = |row: &'_ Vec<Hash>| row[row.len() - row.len() % 256..].to_vec();
        let upper = self.levels.iter().map(rest);
        let tail = self.tail.iter().map(leaf).collect();
        let rows: Vec<Vec<Hash>> = std::iter::once(tail).chain(upper).collect();
        joined(&rows)
    }

    /// The entries of a tile of the lowest level, where they are kept.
    #[must_use]
    pub fn entries(&self, tile: &Tile) -> Option<&[Hash]> {
        let kept = tile.index == self.size / WIDTH;
        self.tail.get(..usize::try_from(tile.width).ok()?).filter(|_| kept)
    }

    /// The hashes of a tile above the lowest level.
    #[must_use]
    pub fn upper(&self, level: u32, tile: &Tile) -> Option<&[Hash]> {
        let row = self.levels.get(usize::try_from(level.checked_sub(1)?).ok()?)?;
        let first = usize::try_from(tile.index.checked_mul(WIDTH)?).ok()?;
        row.get(first..first.checked_add(usize::try_from(tile.width).ok()?)?)
    }

    /// Whether these are the entries of a whole tile.
    #[must_use]
    pub fn is_whole(&self, index: u64, entries: &[Hash]) -> bool {
        let known = usize::try_from(index).ok().and_then(|index| self.levels.first()?.get(index));
        let leaves: Vec<Hash> = entries.iter().map(leaf).collect();
        leaves.len() as u64 == WIDTH && known == Some(&root_of(&leaves))
    }
}

/// The bytes of a tile of the lowest level.
#[must_use]
pub fn bytes_of(level: Level, entries: &[Hash]) -> Vec<u8> {
    match level {
        Level::Entries => entries.iter().flat_map(|entry| [&[0, 32][..], entry].concat()).collect(),
        Level::Hashes(_) => entries.iter().flat_map(leaf).collect(),
    }
}

/// The root over hashes of one level, of which there is at least one.
fn root_of(hashes: &[Hash]) -> Hash {
    joined(&[hashes.to_vec()])
}

/// The root of a tree from the hashes of its levels that no higher one covers, lowest level first.
fn joined(rows: &[Vec<Hash>]) -> Hash {
    let mut peaks: Vec<(usize, Hash)> = Vec::new();
    for (level, row) in rows.iter().enumerate().rev() {
        for hash in row {
            let (mut height, mut top) = (8 * level, *hash);
            while let Some((_, left)) = peaks.pop_if(|(below, _)| *below == height) {
                (height, top) = (height + 1, node(&left, &top));
            }
            peaks.push((height, top));
        }
    }
    let tops = peaks.into_iter().rev().map(|(_, top)| top);
    tops.reduce(|right, left| node(&left, &right)).unwrap_or_else(|| Sha256::digest([]).into())
}

/// Holds a set of tiles against a checkpoint, and against older ones that somebody keeps: every hash
/// is that of the tile below it, every entry that of its leaf, and all of them come to the root.
pub fn verify(
    checkpoint: &Checkpoint,
    trusted: &[Checkpoint],
    mut read: impl FnMut(&Tile) -> Option<Vec<u8>>,
) -> Vec<Finding> {
    let log = checkpoint.log().unwrap_or_default();
    let mut check = Check { log, findings: Vec::new() };
    let entries = check.entries(checkpoint.size, &mut read);
    check.checkpoints(checkpoint, trusted, entries.as_deref());
    let (mut below, mut rests) = (entries.map(|entries| entries.iter().map(leaf).map(Some).collect()), Vec::new());
    for level in 0..LEVELS {
        let (mut above, mut rest): (Vec<Option<Hash>>, Option<Vec<Hash>>) = (Vec::new(), Some(Vec::new()));
        for tile in Tile::of_level(Level::Hashes(level), checkpoint.size) {
            let hashes = check.hashes(&tile, below.as_deref().unwrap_or_default(), &mut read);
            match hashes {
                hashes if tile.width == WIDTH => above.push(hashes.map(|hashes| root_of(&hashes))),
                hashes => rest = hashes,
            }
        }
        below = Some(above);
        rests.push(rest);
    }
    let rests: Option<Vec<Vec<Hash>>> = rests.into_iter().collect();
    if rests.is_some_and(|rests| joined(&rests) != checkpoint.root) {
        check.find(0, "checkpoint-root", "");
    }
    check.findings.sort();
    check.findings.dedup();
    check.findings
}

struct Check<'l> {
    log: &'l str,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn find(&mut self, seq: u64, code: &'static str, field: &str) {
        self.findings.push(Finding::at(self.log, seq, code, field));
    }

    /// The bytes of a tile, when there are as many as there must be.
    fn bytes(&mut self, tile: &Tile, each: usize, read: &mut impl FnMut(&Tile) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        let bytes = read(tile);
        let whole = usize::try_from(tile.width).ok()? * each;
        match bytes {
            Some(bytes) if bytes.len() == whole => return Some(bytes),
            Some(_) => self.find(tile.first(), "tile-size", &tile.to_string()),
            None => self.find(tile.first(), "tile-missing", &tile.to_string()),
        }
        None
    }

    /// All entries; none where some are missing.
    fn entries(&mut self, size: u64, read: &mut impl FnMut(&Tile) -> Option<Vec<u8>>) -> Option<Vec<Hash>> {
        let mut entries = Some(Vec::new());
        for tile in Tile::of_level(Level::Entries, size) {
            let bytes = self.bytes(&tile, ENTRY_BYTES, read);
            let read: Option<Vec<Hash>> = bytes.and_then(|bytes| {
                let entry = |bytes: &[u8]| bytes.strip_prefix(&[0, 32])?.try_into().ok();
                let entries: Option<Vec<Hash>> = bytes.chunks(ENTRY_BYTES).map(entry).collect();
                if entries.is_none() {
                    self.find(tile.first(), "tile-size", &tile.to_string());
                }
                entries
            });
            entries = entries.zip(read).map(|(entries, read)| [entries, read].concat());
        }
        entries
    }

    /// The hashes of a tile, held against what the level below comes to.
    fn hashes(
        &mut self,
        tile: &Tile,
        below: &[Option<Hash>],
        read: &mut impl FnMut(&Tile) -> Option<Vec<u8>>,
    ) -> Option<Vec<Hash>> {
        let bytes = self.bytes(tile, 32, read)?;
        let hashes: Vec<Hash> = bytes.chunks_exact(32).map(|hash| hash.try_into().expect("chunks of 32")).collect();
        let first = usize::try_from(tile.index * WIDTH).ok()?;
        for (n, hash) in (0..).zip(&hashes) {
            if below.get(first + n).copied().flatten().is_some_and(|known| known != *hash) {
                let seq = tile.first() + n as u64 * tile.below().unwrap_or(1);
                self.find(seq, "tile-hash", &tile.to_string());
            }
        }
        Some(hashes)
    }

    fn checkpoints(&mut self, checkpoint: &Checkpoint, trusted: &[Checkpoint], entries: Option<&[Hash]>) {
        for held in trusted {
            if held.origin != checkpoint.origin {
                self.find(held.size, "trusted-origin", "");
            } else if held.size > checkpoint.size {
                self.find(held.size, "trusted-size", "");
            } else if let Some(entries) = entries {
                let mut tree = Frontier::default();
                let known = usize::try_from(held.size).unwrap_or(usize::MAX);
                entries.iter().take(known).for_each(|entry| tree.push(entry));
                if tree.root() != held.root {
                    self.find(held.size, "trusted-root", "");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::proof::Tree;

    fn entry(n: u64) -> Hash {
        Sha256::digest(n.to_be_bytes()).into()
    }

    #[test]
    fn addresses_are_read_in_their_one_spelling() {
        for path in ["0/000", "0/000.p/1", "3/x001/x234/067", "entries/999.p/255", "63/000"] {
            assert_eq!(format!("tile/{path}"), Tile::parse(path).unwrap().to_string());
        }
        assert_eq!(Tile::parse("3/x001/x234/067").unwrap().index, 1_234_067);
        for path in [
            "",
            "0",
            "0/",
            "00/000",
            "0/0",
            "0/0000",
            "0/x000/001",
            "0/001/001",
            "0/x001",
            "64/000",
            "-1/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000.p/1/",
            "0/000/",
            "entries",
            "Entries/000",
            "0/00a",
            "0/+01",
            "0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Tile::parse(path), None, "{path}");
        }
    }

    /// The example of the specification.
    #[test]
    fn seventy_thousand_entries_make_these_tiles() {
        let of = |level| Tile::of_level(Level::Hashes(level), 70_000).collect::<Vec<_>>();
        let widths = |level| of(level).iter().map(|tile| tile.width).filter(|width| *width < 256).collect::<Vec<_>>();
        assert_eq!((of(0).len(), widths(0)), (274, vec![112]));
        assert_eq!((of(1).len(), widths(1)), (2, vec![17]));
        assert_eq!((of(2).len(), widths(2), of(3).len()), (1, vec![1], 0));
        assert!(Tile::all(70_000).all(|tile| tile.is_in(70_000)));
        let beyond = Tile { level: Level::Hashes(0), index: 273, width: 113 };
        assert!(!beyond.is_in(70_000));
        assert!(!Tile { level: Level::Hashes(63), index: u64::MAX, width: 256 }.is_in(u64::MAX));
    }

    /// Every tile as a server makes it.
    fn all(tiles: &Tiles, entries: &[Hash]) -> Vec<(Tile, Vec<u8>)> {
        let bytes = |tile: Tile| match tile.level {
            Level::Hashes(level) if level > 0 => tiles.upper(level, &tile).unwrap().concat(),
            level => {
                let first = (tile.index * WIDTH) as usize;
                bytes_of(level, &entries[first..first + tile.width as usize])
            }
        };
        Tile::all(tiles.size()).map(|tile| (tile, bytes(tile))).collect()
    }

    #[test]
    fn the_root_comes_out_of_the_tiles_at_any_size() {
        let (mut tiles, mut tree, mut entries) = (Tiles::default(), Tree::default(), Vec::new());
        assert_eq!(tiles.root(), tree.root(0).unwrap());
        for n in 0..66_100_u64 {
            entries.push(entry(n));
            tiles.push(&entry(n));
            tree.push(&entry(n));
            if n < 600 || n.is_multiple_of(997) || (65_535..65_540).contains(&n) {
                assert_eq!(tiles.root(), tree.root(n + 1).unwrap(), "{n}");
            }
            if [0, 254, 255, 256, 511, 512, 700, 65_535, 65_536, 66_000].contains(&n) {
                let held =
                    Checkpoint { origin: "n/candour/l".to_owned(), size: n / 2, root: tree.root(n / 2).unwrap() };
                let checkpoint = Checkpoint { size: n + 1, root: tiles.root(), ..held.clone() };
                let all = all(&tiles, &entries);
                let read = |tile: &Tile| all.iter().find(|(t, _)| t == tile).map(|(_, bytes)| bytes.clone());
                assert_eq!(verify(&checkpoint, &[held], read), [], "{n}");
            }
        }
    }

    #[test]
    fn a_tile_that_was_changed_taken_away_or_cut_is_named() {
        let mut tiles = Tiles::default();
        let entries: Vec<Hash> = (0..700).map(entry).collect();
        entries.iter().for_each(|entry| tiles.push(entry));
        let checkpoint = Checkpoint { origin: "n/candour/l".to_owned(), size: 700, root: tiles.root() };
        let honest = all(&tiles, &entries);
        for (n, (changed, bytes)) in honest.iter().enumerate() {
            for (code, other) in [("tile-hash", true), ("tile-size", false), ("tile-missing", false)] {
                let read = |tile: &Tile| {
                    let mut bytes = honest.iter().find(|(t, _)| t == tile)?.1.clone();
                    match code {
                        _ if tile != changed => {}
                        "tile-hash" => *bytes.last_mut().unwrap() ^= 1,
                        "tile-size" => drop(bytes.pop()),
                        _ => return None,
                    }
                    Some(bytes)
                };
                let found = verify(&checkpoint, &[], read);
                let named = found.iter().any(|f| f.code == code && (other || f.field == changed.to_string()));
                assert!(named && !bytes.is_empty(), "{n} {changed}: {found:?}");
            }
        }
    }
}
