//! The material of a case that came with a file: what there is, sending a file, and taking one away.
//!
//! A file is sent first and recorded then, by the form `material-received`. What it holds is opaque: it
//! is never unpacked, converted or shown, only kept, scanned and handed out as a download.

pub mod download;
pub mod upload;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::material::{Material, Scan};
use candour_core::day;
use candour_core::permit::Action;
use candour_core::record::file::{FIELD, FileWord};
use candour_core::record::hex;
use serde::Serialize;

use super::case_page::{Identity, Tab, allowed, opened, staff_name, tabs, word_as_corrected};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::Visitor;

/// Bytes of a mebibyte.
const MIB: u64 = 1024 * 1024;

#[derive(Serialize)]
struct Page {
    case: Identity,
    tabs: Vec<Tab>,
    materials: Vec<Shown>,
    /// Files of the reader's own that wait to be recorded: name, length and the form's address.
    waiting: Vec<(String, String, String)>,
    /// Whether the visitor may add material.
    adds: bool,
    most_mib: u64,
    scanned: bool,
}

#[derive(Serialize)]
struct Shown {
    n: u32,
    name: String,
    description: String,
    sort: &'static str,
    from: &'static str,
    on: String,
    /// Its length and digest; or, where its bytes are gone or kept from the reader, the words that say so.
    holds: String,
    sha256: String,
    scan: String,
    found: bool,
    by: String,
    /// Where it can be taken away, for whoever may.
    address: Option<String>,
}

/// `GET /staff/cases/REF/material`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let base = format!("/staff/cases/{}", open.case.reference.as_plain());
    let waiting = open.uploads.iter().filter(|upload| !upload.taken).map(|upload| {
        let bytes = upload.holds.map_or(0, |holds| holds.bytes);
        (upload.name.clone(), in_words(bytes), format!("{base}/material-received?file={}", upload.id))
    });
    let page = Page {
        materials: open.case.state.materials.iter().rev().map(|m| shown(&app, &visitor, &open, m)).collect(),
        waiting: waiting.collect(),
        adds: allowed(&app, &visitor, &open, Action::AddMaterial),
        most_mib: app.upload_bytes_max / MIB,
        scanned: app.scanner.is_some(),
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "material"),
    };
    app.pages.page("staff/material.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn shown(app: &App, visitor: &Visitor, open: &OpenCase, material: &Material) -> Shown {
    let word = |field| word_as_corrected(open, material.version, field).unwrap_or_default();
    let holds = holds_of(open, material);
    let found = matches!(material.received.scan, Scan::Found { .. });
    let actor = open.case.entries.iter().find(|entry| entry.version == material.version).map(|entry| &entry.actor);
    let may = holds.is_ok() && !found && allowed(app, visitor, open, Action::ReadMaterial);
    let base = format!("/staff/cases/{}/material", open.case.reference.as_plain());
    Shown {
        n: material.n,
        name: word("name"),
        description: word("description"),
        sort: material.received.sort.label(),
        from: material.received.from.label(),
        on: day::in_words(material.on),
        sha256: holds.as_ref().map(|holds| hex(&holds.digest)).unwrap_or_default(),
        holds: holds.map_or_else(|says| says, |holds| in_words(holds.bytes)),
        scan: material.received.scan.says(),
        found,
        by: actor.map(|actor| staff_name(open, actor)).unwrap_or_default(),
        address: may.then(|| format!("{base}/{}", material.received.file)),
    }
}

/// What the file of a piece of material holds; or, where that word is gone or kept from the reader,
/// the sentence in its place.
fn holds_of(open: &OpenCase, material: &Material) -> Result<FileWord, String> {
    let entry = open.case.entries.iter().find(|entry| entry.version == material.version);
    let word = entry.and_then(|entry| entry.words.iter().find(|(field, _)| field == FIELD)).map(|(_, word)| word);
    let word = word.ok_or_else(|| "Its file is not known".to_owned())?;
    FileWord::parse(word).ok_or_else(|| word.clone())
}

/// A length, to a tenth of its unit.
pub(crate) fn in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
