//! What anybody may have of the log: its newest checkpoint, as the signer published it, and the
//! tiles of its tree up to there. Neither shows anything of an entry.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::note::Note;
use candour_core::record::tiles::Tile;
use candour_store::db::Error;

use crate::app::App;
use crate::error::Problem;

const TEXT: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];

/// `GET /log/checkpoint`: the newest checkpoint as a signed note, or in words why there is none.
pub async fn checkpoint(State(app): State<Arc<App>>) -> Response {
    match published(&app) {
        Ok(note) => (TEXT, note).into_response(),
        Err(says) => (StatusCode::NOT_FOUND, TEXT, format!("There is no checkpoint: {says}.\n")).into_response(),
    }
}

/// The newest checkpoint as the signer published it, or why there is none.
pub(crate) fn published(app: &App) -> Result<String, &'static str> {
    let Some(path) = &app.checkpoint else {
        return Err("this server was not told where its signer publishes one (candour serve --checkpoint FILE)");
    };
    // A file of a few hundred bytes, put in place whole.
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "the signer has not published one yet",
        _ => {
            tracing::error!(%error, "the checkpoint cannot be read");
            "it cannot be read"
        }
    })
}

/// `GET /log/tile/LEVEL/INDEX`: a tile of the tree, which never changes.
pub async fn tile(State(app): State<Arc<App>>, Path(path): Path<String>) -> Result<Response, Problem> {
    const TILE: [(header::HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    let tile = Tile::parse(&path).ok_or(Problem::NotFound)?;
    let note = published(&app).ok().and_then(|note| Note::parse(&note).ok());
    let checkpoint = note.and_then(|note| Checkpoint::of(&note).ok()).ok_or(Problem::NotFound)?;
    if !tile.is_in(checkpoint.size) {
        return Err(Problem::NotFound);
    }
    // The first one after a checkpoint reads the hashes that came since.
    let read = tokio::task::spawn_blocking(move || tile_of(&app, &tile, &checkpoint));
    let bytes = read.await.map_err(|error| Problem::Internal(format!("a tile was not made: {error}")))??;
    Ok((TILE, bytes.ok_or(Problem::NotFound)?).into_response())
}

fn tile_of(app: &App, tile: &Tile, checkpoint: &Checkpoint) -> Result<Option<Vec<u8>>, Error> {
    let poisoned = || Error::Other("the tiles in memory were left half-way; restart the server".to_owned());
    let log = &app.store.record.log;
    if checkpoint.log() != Some(log) {
        return Ok(None);
    }
    app.store.record.engine.read(|tx| {
        let known = app.tiled.read().map_err(|_| poisoned())?.knows(checkpoint);
        let is_held = match known {
            Some(known) => known,
            None => {
                let held = app.tiled.write().map_err(|_| poisoned())?.go_on(tx, log, checkpoint)?;
                if !held {
                    tracing::error!(size = checkpoint.size, "the log is not what its checkpoint signs; verify it");
                }
                held
            }
        };
        if !is_held {
            return Ok(None);
        }
        app.tiled.read().map_err(|_| poisoned())?.bytes(tx, log, tile)
    })
}
