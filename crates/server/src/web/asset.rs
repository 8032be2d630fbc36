//! Style sheets and scripts, embedded in the binary.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use rust_embed::RustEmbed;

use crate::error::Problem;

#[derive(RustEmbed)]
#[folder = "../../assets/static"]
struct Vendored;

#[derive(RustEmbed)]
#[folder = "static"]
struct Own;

/// `GET /assets/NAME`
pub async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let file = Own::get(&name).or_else(|| Vendored::get(&name)).ok_or(Problem::NotFound)?;
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, file.data).into_response())
}
