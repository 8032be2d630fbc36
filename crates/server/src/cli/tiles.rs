//! `candour tiles`: the tiles of the log in a folder, as any web server can hand them out; and what
//! `candour verify --tiles` says of such a folder.

use std::path::{Path, PathBuf};

use candour_core::record::check::Finding;
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::tiles::{self, Tile};
use candour_core::refusal::Refusal;
use candour_store::tiles::Tiled;
use clap::Args;

use super::verify::{Held, checkpoint_of, unfit};
use super::{COULD_NOT, DONE, Ended, NO, Setting, say};
use crate::signer::replace;

#[derive(Args)]
pub(super) struct WriteTiles {
    /// The newest checkpoint, as the signer published it
    #[arg(long, value_name = "FILE", default_value = "./candour-data/checkpoint")]
    checkpoint: PathBuf,
    /// The folder to write them to
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

impl WriteTiles {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let (note, checkpoint) = checkpoint_of(&self.checkpoint)?;
        let store = setting.existing_store()?;
        let log = &*store.record.log;
        if checkpoint.log() != Some(log) {
            return Err(unfit(&self.checkpoint, &Refusal::new(format!("it is not one of the log {log}"))));
        }
        let mut tiled = Tiled::default();
        let no = |says: &str| Ended::With(NO, format!("{says}; run candour verify"));
        if !store.record.engine.read(|tx| tiled.go_on(tx, log, &checkpoint))? {
            return Err(no(&format!("the first {} events of the log {log} are not those it signs", checkpoint.size)));
        }
        let mut written = 0_usize;
        for tile in Tile::all(checkpoint.size) {
            let path = self.out.join(tile.to_string());
            // A tile never changes.
            if path.exists() {
                continue;
            }
            let bytes = store.record.engine.read(|tx| tiled.bytes(tx, log, &tile))?;
            let bytes = bytes.ok_or_else(|| no(&format!("{tile} is not what was signed")))?;
            put(&path, &bytes).map_err(|e| Ended::With(COULD_NOT, format!("{}: {e}", path.display())))?;
            written += 1;
        }
        // Last, so that whoever reads it finds what it speaks of.
        replace(&self.out.join("checkpoint"), &note.to_string())?;
        say(&format!("{written} new tiles of a log of {} events", checkpoint.size));
        Ok(DONE)
    }
}

fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)?;
    // Whole or not at all: one that was cut off would be taken for there.
    let beside = path.with_extension("new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(beside, path)
}

/// Holds a folder of tiles against a checkpoint: of the folder, unless one is named.
pub(super) fn verified(
    folder: &Path,
    checkpoint: Option<&Path>,
    held: &Held,
) -> Result<(Checkpoint, Vec<Finding>), Ended> {
    let beside = folder.join("checkpoint");
    let (note, checkpoint) = checkpoint_of(checkpoint.unwrap_or(&beside))?;
    let mut failed = None;
    let mut findings = tiles::verify(&checkpoint, &held.trusted, |tile| {
        let path = folder.join(tile.to_string());
        let missing =
            |e: &std::io::Error| matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory);
        let read = std::fs::read(&path);
        if let Some(error) = read.as_ref().err().filter(|e| !missing(e)) {
            failed = Some(format!("{}: {error}", path.display()));
        }
        read.ok()
    });
    if let Some(says) = failed {
        return Err(Ended::With(COULD_NOT, says));
    }
    let log = checkpoint.log().unwrap_or_default();
    if log.is_empty() {
        findings.push(Finding::at(log, 0, "checkpoint-origin", ""));
    }
    if let Some(policy) = &held.policy {
        let wrong =
            [(!policy.signed(&note, &checkpoint), "checkpoint-policy"), (!policy.cosigned(&note), "checkpoint-quorum")];
        findings.extend(wrong.into_iter().filter(|(wrong, _)| *wrong).map(|(_, code)| Finding::at(log, 0, code, "")));
    }
    findings.sort();
    Ok((checkpoint, findings))
}
