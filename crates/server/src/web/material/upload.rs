//! Sending a file for a case. Its bytes go to the scanner and into the database as they come, a piece
//! at a time; what does not come to its end is forgotten.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
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
use tokio::time::timeout;

use crate::app::App;
use crate::error::Problem;
use crate::scan::{Scanning, Unscanned};
use crate::web::case_page::opened;

/// Files that are received at once, from everybody and from one account.
const AT_ONCE: usize = 8;
const OF_ONE_AT_ONCE: usize = 2;
/// Whoever sends nothing for so long has stopped.
const CHUNK_SECONDS_MAX: u64 = 30;
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
    let _turn = app.sending.turn(&visitor.account.id)?;
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
        files::begin(w.tx()?, log, &upload, now)
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

/// Who is sending files now.
#[derive(Default)]
pub struct Sending(Mutex<Vec<String>>);

/// A turn to send a file; it ends with this value.
struct Turn<'a>(&'a Sending, String);

impl Sending {
    fn turn(&self, account: &str) -> Result<Turn<'_>, Problem> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.iter().filter(|of| *of == account).count();
        let says = match (own >= OF_ONE_AT_ONCE, all.len() >= AT_ONCE) {
            (true, _) => "You are sending other files just now. Wait until they have arrived",
            (_, true) => "Others are sending files just now. Try again in a few minutes",
            _ => {
                all.push(account.to_owned());
                return Ok(Turn(self, account.to_owned()));
            }
        };
        Err(Problem::NotNow(says.to_owned()))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut all = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = all.iter().position(|of| *of == self.1) {
            all.swap_remove(at);
        }
    }
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
        return Problem::Bad("The file is much too long. Nothing was kept".to_owned());
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
    while let Some(bytes) = next_of(&mut field).await? {
        if digesting.bytes() + (piece.len() + bytes.len()) as u64 > app.upload_bytes_max {
            // Whoever is still sending when the connection ends never sees the page that says why.
            while next_of(&mut field).await?.is_some() {}
            return Err(too_long(app));
        }
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

async fn next_of(field: &mut Field<'_>) -> Result<Option<Bytes>, Problem> {
    let next = timeout(Duration::from_secs(CHUNK_SECONDS_MAX), field.chunk()).await;
    let stopped = || Problem::Bad("The file stopped coming. Nothing was kept. Send it again".to_owned());
    next.map_err(|_| stopped())?.map_err(|e| of_sending(&e))
}

fn too_long(app: &App) -> Problem {
    let most = app.upload_bytes_max / super::MIB;
    Problem::Bad(format!("The file is longer than {most} MiB, which is the most that is taken here. Nothing was kept"))
}

/// Without the scanner that the operator set up, nothing is taken.
fn unscanned(why: &Unscanned) -> Problem {
    not_scanned(why, "nothing was kept")
}

/// What is said of a file that was not scanned, to the operator and to whoever wants it.
pub(super) fn not_scanned(why: &Unscanned, follows: &str) -> Problem {
    tracing::error!(?why, "a file was not scanned for malicious software");
    Problem::NotNow(match why {
        Unscanned::Away(_) => {
            format!("The file could not be scanned for malicious software, so {follows}. Try again later")
        }
        Unscanned::TooLong(_) => format!(
            "The file is longer than the scanner for malicious software looks through, so {follows}. The administrator \
             has to raise its limits"
        ),
    })
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
