//! The witness over HTTP: the two addresses of `tlog-witness` that every witness has.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use candour_core::record::note::NOTE_BYTES_MAX;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use super::{Desk, Refused};

/// The largest request: a note, and 63 hashes in base64 with their line ends before it.
const BODY_BYTES_MAX: usize = NOTE_BYTES_MAX + 4 * 1024;
/// No request takes longer.
const REQUEST_SECONDS_MAX: u64 = 20;
const TEXT: &str = "text/plain; charset=utf-8";

/// A witness's addresses. `now` is the time in microseconds since 1970.
pub fn router(desk: Arc<Desk>, now: fn() -> i64) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin_hash}/checkpoint", get(newest))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(REQUEST_SECONDS_MAX),
        ))
        .layer(CatchPanicLayer::new())
        .with_state((desk, now))
}

type Witnessing = (Arc<Desk>, fn() -> i64);

/// `POST /add-checkpoint`: cosigns a checkpoint that goes on from the last one.
async fn add_checkpoint(State((desk, now)): State<Witnessing>, body: String) -> Response {
    let time = u64::try_from(now() / 1_000_000).unwrap_or_default();
    // It waits for the disk, so it has a thread of its own.
    let added = tokio::task::spawn_blocking(move || desk.add_checkpoint(&body, time)).await;
    let refusal = |status: StatusCode, says: &str| (status, [(header::CONTENT_TYPE, TEXT)], format!("{says}\n"));
    match added {
        Ok(Ok(line)) => ([(header::CONTENT_TYPE, TEXT)], line).into_response(),
        Ok(Err(Refused::Elsewhere(size))) => {
            let kind = [(header::CONTENT_TYPE, "text/x.tlog.size")];
            (StatusCode::CONFLICT, kind, format!("{size}\n")).into_response()
        }
        Ok(Err(Refused::Malformed)) => {
            refusal(StatusCode::BAD_REQUEST, "this is no request as tlog-witness has them").into_response()
        }
        Ok(Err(Refused::Unknown)) => refusal(StatusCode::NOT_FOUND, "this log is not witnessed here").into_response(),
        Ok(Err(Refused::Unsigned)) => {
            refusal(StatusCode::FORBIDDEN, "no key of this log signed the checkpoint").into_response()
        }
        Ok(Err(Refused::Unproven)) => {
            tracing::error!("a signed checkpoint does not go on from the one that was cosigned");
            let says = "the checkpoint does not go on from the last one that was cosigned";
            refusal(StatusCode::UNPROCESSABLE_ENTITY, says).into_response()
        }
        Ok(Err(Refused::Unkept(why))) => {
            tracing::error!(why, "nothing was cosigned");
            refusal(StatusCode::INTERNAL_SERVER_ERROR, "it could not be kept, so it was not cosigned").into_response()
        }
        Err(error) => {
            tracing::error!(%error, "nothing was cosigned");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `GET /HASH/checkpoint`: the newest cosigned checkpoint of a log, by the hash of its origin.
async fn newest(State((desk, _)): State<Witnessing>, Path(origin_hash): Path<String>) -> Response {
    match desk.newest(&origin_hash) {
        Some(note) => ([(header::CONTENT_TYPE, TEXT)], note).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
