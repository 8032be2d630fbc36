//! Whether the server lives, and whether it can serve.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use candour_store::reads;

use crate::app::App;

/// `GET /healthz`: alive.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the record can be read and written to, and the access log too.
pub async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    let head = app.read(|app, tx| Ok(reads::position(tx, &app.store.record.log)?)).await;
    // A write that changes nothing still takes the lock and ends with a commit.
    let writes = app.write(|_, _| Ok(())).await;
    match (head, writes) {
        (Ok(1..), Ok(())) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready: the database cannot be read or written to\n"),
    }
}
