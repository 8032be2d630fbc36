//! Sending a file for a case. Its bytes go to the scanner and into the database as they come, a piece
//! at a time; what does not come to its end is forgotten.

use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::case::material::{Scan, file_name};
use candour_core::permit::{Action, permit};
use candour_core::record::file::FileWord;
use candour_core::record::hex;
use candour_store::files::{self, Digesting, PIECE_BYTES_MAX, Upload};
use candour_store::{Failure, cases};

use crate::app::App;
use crate::error::Problem;
use crate::scan::Scanning;
use crate::web::case_page::opened;

/// Files that are received at once.
pub const AT_ONCE: usize = 8;
/// Bytes of the name under which a file is kept.
const NAME_BYTES: usize = 16;

/// `POST /staff/cases/REF/material/upload`
pub async fn upload(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let stream = open.case.reference.stream();
    permit(&visitor.actor(), Action::AddMaterial, cases::object(&open.case, &stream, &app.profile))?;
    let Ok(_turn) = app.uploads.try_acquire() else {
        return Err(Problem::NotNow("Others are sending files just now. Try again in a few minutes".to_owned()));
    };
    let mut sent = sent.map_err(|_| no_file())?;
    let Some(field) = file_of(&mut sent).await? else { return Err(no_file()) };
    let mut name = [0; NAME_BYTES];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut name);
    let upload = Upload {
        id: hex(&name),
        account: visitor.account.id.clone(),
        stream,
        name: file_name(field.file_name().unwrap_or_default()),
        holds: None,
        scan: Scan::None {},
        taken: false,
    };
    let (id, now) = (upload.id.clone(), (app.now)());
    app.write(move |_, w| {
        let log = w.log();
        Ok(files::begin(w.tx()?, log, &upload, now)?)
    })
    .await?;
    let received = receive(&app, &id, field).await;
    let kept = match received {
        Ok((holds, scan)) => end(&app, &id, holds, scan).await,
        Err(problem) => Err(problem),
    };
    if let Err(problem) = kept {
        let id = id.clone();
        // What cannot be forgotten now is when a day has passed.
        let _ = app
            .write(move |_, w| {
                let log = w.log();
                Ok(files::forget(w.tx()?, log, &id)?)
            })
            .await;
        return Err(problem);
    }
    let case = open.case.reference.as_plain();
    Ok(Redirect::to(&format!("/staff/cases/{case}/material-received?file={id}")).into_response())
}

fn no_file() -> Problem {
    Problem::Bad("No file was chosen. Go back, choose one and send it".to_owned())
}

/// The field with the file. A browser sends one without a name when none was chosen.
async fn file_of(sent: &mut Multipart) -> Result<Option<Field<'_>>, Problem> {
    // The form has this one field; what came before it is none of ours.
    let field = sent.next_field().await.map_err(|e| of_sending(&e))?;
    Ok(field.filter(|field| field.name() == Some("file") && field.file_name().is_some_and(|name| !name.is_empty())))
}

fn of_sending(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::TooLarge;
    }
    Problem::Bad("The file did not come whole. Nothing was kept. Send it again".to_owned())
}

/// Takes the bytes in, and says what they are.
async fn receive(app: &Arc<App>, id: &str, mut field: Field<'_>) -> Result<(FileWord, Scan), Problem> {
    let mut scanning = match &app.scanner {
        Some(scanner) => Some(scanner.begin().await.map_err(|why| unscanned(&why))?),
        None => None,
    };
    let (mut digesting, mut piece, mut n) = (Digesting::default(), Vec::with_capacity(PIECE_BYTES_MAX), 0);
    while let Some(bytes) = field.chunk().await.map_err(|e| of_sending(&e))? {
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(PIECE_BYTES_MAX - piece.len()));
            piece.extend_from_slice(now);
            rest = later;
            if piece.len() == PIECE_BYTES_MAX {
                put(app, id, n, &mut piece, &mut digesting, scanning.as_mut()).await?;
                n += 1;
            }
        }
        if digesting.bytes() + piece.len() as u64 > app.upload_bytes_max {
            return Err(too_long(app));
        }
    }
    if !piece.is_empty() {
        put(app, id, n, &mut piece, &mut digesting, scanning.as_mut()).await?;
    }
    if digesting.bytes() == 0 {
        return Err(Problem::Bad("The file is empty. Nothing was kept".to_owned()));
    }
    let scan = match scanning {
        Some(scanning) => scanning.end().await.map_err(|why| unscanned(&why))?,
        None => Scan::None {},
    };
    Ok((digesting.end(), scan))
}

fn too_long(app: &App) -> Problem {
    let most = app.upload_bytes_max / super::MIB;
    Problem::Bad(format!("The file is longer than {most} MiB, which is the most that is taken here. Nothing was kept"))
}

/// Without the scanner that the operator set up, nothing is taken.
fn unscanned(why: &str) -> Problem {
    tracing::error!(why, "the scanner for malicious software did not answer");
    Problem::NotNow(
        "The file could not be scanned for malicious software, so nothing was kept. Try again later".to_owned(),
    )
}

async fn put(
    app: &Arc<App>,
    id: &str,
    n: u64,
    piece: &mut Vec<u8>,
    digesting: &mut Digesting,
    scanning: Option<&mut Scanning>,
) -> Result<(), Problem> {
    digesting.update(piece);
    if let Some(scanning) = scanning {
        scanning.next(piece).await.map_err(|why| unscanned(&why))?;
    }
    let (id, bytes) = (id.to_owned(), std::mem::replace(piece, Vec::with_capacity(PIECE_BYTES_MAX)));
    let kept = app.write(move |_, w| {
        let log = w.log();
        files::put(w.tx()?, log, &id, n, &bytes)
    });
    kept.await.map_err(|failure: Failure| failure.into())
}

async fn end(app: &Arc<App>, id: &str, holds: FileWord, scan: Scan) -> Result<(), Problem> {
    let id = id.to_owned();
    let ended = app.write(move |_, w| {
        let log = w.log();
        Ok(files::end(w.tx()?, log, &id, holds, &scan)?)
    });
    ended.await.map_err(|failure: Failure| failure.into())
}
