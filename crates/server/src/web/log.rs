//! What anybody may have of the log: its newest checkpoint, as the signer published it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::app::App;

/// `GET /log/checkpoint`: the newest checkpoint as a signed note, or in words why there is none.
pub async fn checkpoint(State(app): State<Arc<App>>) -> Response {
    const TEXT: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    match published(&app) {
        Ok(note) => (TEXT, note).into_response(),
        Err(says) => (StatusCode::NOT_FOUND, TEXT, format!("There is no checkpoint: {says}.\n")).into_response(),
    }
}

/// The newest checkpoint as a signed note, or in words why there is none.
pub(crate) fn published(app: &App) -> Result<String, &'static str> {
    let Some(path) = &app.checkpoint else {
        return Err("this server was not told where its signer publishes one (candour serve --checkpoint FILE)");
    };
    // A file of a few hundred bytes, put in place whole.
    std::fs::read_to_string(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return "the signer has not published one yet";
        }
        tracing::error!(%error, "the checkpoint cannot be read");
        "it cannot be read"
    })
}
