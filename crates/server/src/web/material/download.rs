//! Taking a file away. It leaves as a download that no browser shows, after the reading is in the
//! access log, and whole only when it is what the record says.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use candour_core::case::material::{Scan, file_name};
use candour_core::permit::{Action, permit};
use candour_core::record::file::FileWord;
use candour_store::files::{self, Digesting};
use candour_store::{Failure, cases};
use hyper::body::Frame;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::mpsc;

use super::holds_of;
use super::upload::not_scanned;
use crate::app::App;
use crate::error::Problem;
use crate::scan::Unscanned;
use crate::web::case_page::{opened, word_as_corrected};

/// Pieces that wait for a slow reader.
const AHEAD: usize = 2;
/// What RFC 8187 lets stand unencoded, and is in no name a danger.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// `GET /staff/cases/REF/material/FILE`
pub async fn take(
    State(app): State<Arc<App>>,
    Path((reference, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let stream = open.case.reference.stream();
    let pass = permit(&visitor.actor(), Action::ReadMaterial, cases::object(&open.case, &stream, &app.profile))?;
    let material = open.case.state.materials.iter().find(|material| material.received.file == file);
    let material = material.ok_or(Problem::NotFound)?;
    if let Scan::Found { .. } = &material.received.scan {
        return Err(Problem::Denied(material.received.scan.says()));
    }
    let holds = holds_of(&open, material).map_err(Problem::Denied)?;
    // Signatures are newer than the file, and it may have come before there was a scanner.
    scanned_again(&app, &file).await?;
    let name = file_name(&word_as_corrected(&open, material.version, "name").unwrap_or_default());
    let read = [("file".to_owned(), file.clone().into())].into_iter().collect();
    app.note_reading(&pass, stream, "material.read", read).await?;
    let mut response = Body::new(Pieces(sent(&app, file, holds))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, holds.bytes.into());
    headers.insert(header::CONTENT_DISPOSITION, disposition(&name));
    Ok(response)
}

/// The name of a download: in ASCII for old readers, and as it is (RFC 6266, RFC 8187).
fn disposition(name: &str) -> HeaderValue {
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let text = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

async fn scanned_again(app: &Arc<App>, file: &str) -> Result<(), Problem> {
    let Some(scanner) = &app.scanner else { return Ok(()) };
    let away = |why: &Unscanned| not_scanned(why, "it is not handed out");
    let mut scanning = scanner.begin().await.map_err(|why| away(&why))?;
    let mut n = 0;
    while let Some(piece) = piece(app, file, n).await? {
        scanning.next(&piece).await.map_err(|why| away(&why))?;
        n += 1;
    }
    match scanning.end().await.map_err(|why| away(&why))? {
        Scan::Clean {} => Ok(()),
        scan => Err(Problem::Denied(scan.says())),
    }
}

async fn piece(app: &Arc<App>, file: &str, n: u64) -> Result<Option<Vec<u8>>, Failure> {
    let file = file.to_owned();
    app.read(move |app, tx| Ok(files::piece(tx, &app.store.record.log, &file, n)?)).await
}

type Sent = mpsc::Receiver<Result<Bytes, String>>;

/// Sends the pieces on as they are asked for. The last one leaves only when all of them are what the
/// record says; otherwise the download breaks off.
fn sent(app: &Arc<App>, file: String, holds: FileWord) -> Sent {
    let (send, receive) = mpsc::channel(AHEAD);
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let (mut digesting, mut n, mut held) = (Digesting::default(), 0, None);
        let ended = loop {
            match piece(&app, &file, n).await {
                Ok(Some(piece)) => {
                    digesting.update(&piece);
                    n += 1;
                    if let Some(before) = held.replace(Bytes::from(piece))
                        && send.send(Ok(before)).await.is_err()
                    {
                        return;
                    }
                }
                Ok(None) if digesting.end() == holds => break Ok(()),
                Ok(None) => break Err("a file is not what the record says; run candour verify".to_owned()),
                Err(failure) => break Err(failure.to_string()),
            }
        };
        let last = match ended {
            Ok(()) => held.map(Ok),
            Err(says) => {
                tracing::error!(says, "a download was broken off");
                Some(Err(says))
            }
        };
        if let Some(last) = last {
            // Whoever no longer listens needs no end.
            let _ = send.send(last).await;
        }
    });
    receive
}

/// The pieces as the body of an answer.
struct Pieces(Sent);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = String;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, String>>> {
        self.0.poll_recv(context).map(|next| next.map(|piece| piece.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_header_or_show_another_ending() {
        let named = |name: &str| disposition(&file_name(name)).to_str().unwrap().to_owned();
        assert_eq!(named("a.pdf"), "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf");
        assert_eq!(
            named("x\"; filename=evil.exe\r\nSet-Cookie: a"),
            "attachment; filename=\"x__ filename_evil.exeSet-Cookie_ a\"; \
             filename*=UTF-8''x%22%3B%20filename%3Devil.exeSet-Cookie%3A%20a"
        );
        assert_eq!(named("ŵ.pdf"), "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C5%B5.pdf");
    }
}
