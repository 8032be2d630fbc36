//! What anybody may have of the log: its newest checkpoint, as the signer published it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::app::App;

/// `GET /log/checkpoint`: the newest checkpoint as a signed note, or in words why there is none.
pub async fn checkpoint(State(app): State<Arc<App>>) -> Response {
    const TEXT: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    let none = |says: &str| (StatusCode::NOT_FOUND, TEXT, format!("There is no checkpoint: {says}.\n")).into_response();
    let Some(path) = app.checkpoint.clone() else {
        return none("this server was not told where its signer publishes one (candour serve --checkpoint FILE)");
    };
    // A file of a few hundred bytes, put in place whole.
    match std::fs::read_to_string(path) {
        Ok(note) => (TEXT, note).into_response(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => none("the signer has not published one yet"),
        Err(error) => {
            tracing::error!(%error, "the checkpoint cannot be read");
            none("it cannot be read")
        }
    }
}
