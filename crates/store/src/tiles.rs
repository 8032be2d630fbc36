//! The tiles of a log, made from its stored hashes when somebody asks for them. What is kept in
//! memory is 32 bytes for each 256 events.

use candour_core::record::Hash;
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::tiles::{Level, Tile, Tiles, WIDTH, bytes_of};

use crate::db::{Error, Tx};
use crate::proof::each_hash;

/// A log's tiles up to a checkpoint.
#[derive(Debug, Default)]
pub struct Tiled {
    tiles: Tiles,
    /// The checkpoint that the log was last found to be.
    held: Option<Checkpoint>,
    /// The checkpoint that it was last found not to be, so that nobody can have it read for ever.
    refused: Option<Checkpoint>,
}

impl Tiled {
    /// Whether a checkpoint was looked at already, and what came of it.
    #[must_use]
    pub fn knows(&self, checkpoint: &Checkpoint) -> Option<bool> {
        let is = |known: &Option<Checkpoint>| known.as_ref() == Some(checkpoint);
        if is(&self.refused) { Some(false) } else { is(&self.held).then_some(true) }
    }

    /// Goes on to a checkpoint, and says whether the log is what it signs.
    pub fn go_on(&mut self, tx: &mut Tx<'_>, log: &str, checkpoint: &Checkpoint) -> Result<bool, Error> {
        if let Some(known) = self.knows(checkpoint) {
            return Ok(known);
        }
        if checkpoint.size < self.tiles.size() {
            self.tiles = Tiles::default();
        }
        let tiles = &mut self.tiles;
        each_hash(tx, log, tiles.size(), checkpoint.size, |hash| {
            tiles.push(hash);
            Ok(())
        })?;
        if tiles.size() == checkpoint.size && tiles.root() == checkpoint.root {
            self.held = Some(checkpoint.clone());
            return Ok(true);
        }
        *self = Self { refused: Some(checkpoint.clone()), ..Self::default() };
        Ok(false)
    }

    /// The bytes of a tile; none where the checkpoint does not reach it, or the log is no longer
    /// what was found.
    pub fn bytes(&self, tx: &mut Tx<'_>, log: &str, tile: &Tile) -> Result<Option<Vec<u8>>, Error> {
        if !tile.is_in(self.tiles.size()) {
            return Ok(None);
        }
        match tile.level {
            Level::Hashes(level) if level > 0 => Ok(self.tiles.upper(level, tile).map(<[_]>::concat)),
            level => Ok(self.entries(tx, log, tile)?.map(|entries| bytes_of(level, &entries))),
        }
    }

    fn entries(&self, tx: &mut Tx<'_>, log: &str, tile: &Tile) -> Result<Option<Vec<Hash>>, Error> {
        if let Some(entries) = self.tiles.entries(tile) {
            return Ok(Some(entries.to_vec()));
        }
        let first = tile.index * WIDTH;
        let mut entries = Vec::new();
        each_hash(tx, log, first, first + WIDTH, |hash| {
            entries.push(*hash);
            Ok(())
        })?;
        // What is handed out is kept by others for ever, so it is held against what was signed.
        if !self.tiles.is_whole(tile.index, &entries) {
            return Ok(None);
        }
        entries.truncate(usize::try_from(tile.width).unwrap_or_default());
        Ok(Some(entries))
    }
}
