//! The scanner for malicious software: clamd, on this machine, asked through its socket with
//! `INSTREAM`. The bytes go to it as they come and nowhere else; what it says is believed only when
//! it says it in so many words.

use std::path::PathBuf;
use std::time::Duration;

use candour_core::case::material::Scan;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// How long the scanner may take to take a piece, or to answer.
const ANSWER_SECONDS_MAX: u64 = 60;
/// The longest answer read, in bytes.
const ANSWER_BYTES_MAX: u64 = 4 * 1024;
/// The longest name of what was found that is kept, in characters.
const NAME_CHARS_MAX: usize = 100;

/// How clamd names a file that is beyond its limits.
const EXCEEDED: &str = "Heuristics.Limits.Exceeded";
/// What clamd says when more is sent than its `StreamMaxLength`.
const STREAM_EXCEEDED: &str = "INSTREAM size limit exceeded";

/// Where the scanner listens.
#[derive(Debug, Clone)]
pub struct Scanner {
    socket: PathBuf,
}

/// Why a file was not scanned: what the operator is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unscanned {
    /// The scanner does not answer, or not in its own words.
    Away(String),
    /// The file is longer than the scanner looks.
    TooLong(String),
}

/// A file on its way through the scanner.
pub struct Scanning(UnixStream);

impl Scanner {
    /// The scanner at a socket.
    #[must_use]
    pub fn at(socket: PathBuf) -> Self {
        Self { socket }
    }

    /// Begins with a file.
    ///
    /// # Errors
    /// The scanner cannot be reached.
    pub async fn begin(&self) -> Result<Scanning, Unscanned> {
        let mut stream = in_time(UnixStream::connect(&self.socket)).await.map_err(Unscanned::Away)?;
        in_time(stream.write_all(b"zINSTREAM\0")).await.map_err(Unscanned::Away)?;
        Ok(Scanning(stream))
    }
}

impl Scanning {
    /// The next bytes.
    ///
    /// # Errors
    /// The scanner takes no more.
    pub async fn next(&mut self, bytes: &[u8]) -> Result<(), Unscanned> {
        let length = u32::try_from(bytes.len()).map_err(|e| Unscanned::Away(e.to_string()))?;
        if length == 0 {
            return Ok(());
        }
        let sent = match in_time(self.0.write_all(&length.to_be_bytes())).await {
            Ok(()) => in_time(self.0.write_all(bytes)).await,
            other => other,
        };
        match sent {
            Ok(()) => Ok(()),
            // It ends the connection when it has said why it takes no more.
            Err(broken) => Err(self.answer().await.err().unwrap_or(Unscanned::Away(broken))),
        }
    }

    /// What it says once there are no more.
    ///
    /// # Errors
    /// It says nothing, or that it could not look.
    pub async fn end(mut self) -> Result<Scan, Unscanned> {
        let sent = in_time(self.0.write_all(&0_u32.to_be_bytes())).await;
        let answer = self.answer().await;
        match (sent, answer) {
            (Ok(()), answer) => answer,
            (Err(_), Err(said)) => Err(said),
            (Err(broken), Ok(_)) => Err(Unscanned::Away(broken)),
        }
    }

    /// Its answer, up to the NUL that ends it. It closes the connection with what it did not take
    /// still in it, which breaks reading after the answer, and does not unsay it.
    async fn answer(&mut self) -> Result<Scan, Unscanned> {
        let mut answer = Vec::new();
        let mut from = BufReader::new((&mut self.0).take(ANSWER_BYTES_MAX));
        in_time(from.read_until(0, &mut answer)).await.map_err(Unscanned::Away)?;
        match answer.strip_suffix(&[0]) {
            Some(whole) => read(String::from_utf8_lossy(whole).trim()),
            None => Err(Unscanned::Away(format!("its answer broke off: {}", String::from_utf8_lossy(&answer)))),
        }
    }
}

fn read(answer: &str) -> Result<Scan, Unscanned> {
    let away = || Unscanned::Away(answer.to_owned());
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Scan::Clean {}),
        Some(said) => match said.strip_suffix(" FOUND") {
            // It says so, where `AlertExceedsMax yes` is set, of what it did not look through.
            Some(name) if name.starts_with(EXCEEDED) => Err(Unscanned::TooLong(answer.to_owned())),
            Some(name) => Ok(Scan::Found { name: name.chars().take(NAME_CHARS_MAX).collect() }),
            None => Err(away()),
        },
        None if answer.starts_with(STREAM_EXCEEDED) => Err(Unscanned::TooLong(answer.to_owned())),
        None => Err(away()),
    }
}

async fn in_time<T>(asked: impl Future<Output = std::io::Result<T>>) -> Result<T, String> {
    match timeout(Duration::from_secs(ANSWER_SECONDS_MAX), asked).await {
        Ok(answer) => answer.map_err(|e| e.to_string()),
        Err(_) => Err("it took too long".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_answers_are_believed() {
        assert_eq!(read("stream: OK"), Ok(Scan::Clean {}));
        assert_eq!(read("stream: Eicar-Test FOUND"), Ok(Scan::Found { name: "Eicar-Test".to_owned() }));
        for other in ["", "OK", "stream: ", "stream: OKAY", "stream: x ERROR"] {
            assert!(matches!(read(other), Err(Unscanned::Away(_))), "{other}");
        }
        for long in ["INSTREAM size limit exceeded. ERROR", "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND"] {
            assert!(matches!(read(long), Err(Unscanned::TooLong(_))), "{long}");
        }
    }

    /// A scanner that takes so many bytes, says something and closes with the rest unread.
    async fn scanned_by(takes: usize, says: &'static [u8], mib: usize) -> Result<Scan, Unscanned> {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let listener = tokio::net::UnixListener::bind(&socket).unwrap();
        let scanner = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_exact(&mut vec![0; takes]).await.unwrap();
            stream.write_all(says).await.unwrap();
        });
        let mut scanning = Scanner::at(socket).begin().await?;
        for _ in 0..mib {
            scanning.next(&[7; 1024 * 1024]).await?;
        }
        scanner.await.unwrap();
        scanning.end().await
    }

    #[tokio::test]
    async fn what_it_said_before_it_closed_is_read_whatever_became_of_the_rest() {
        let too_long = Err(Unscanned::TooLong("INSTREAM size limit exceeded. ERROR".to_owned()));
        for (takes, mib) in [(10, 1), (2 * 1024 * 1024, 3), (10, 0)] {
            assert_eq!(
                scanned_by(takes, b"INSTREAM size limit exceeded. ERROR\0", mib).await,
                too_long,
                "{takes} {mib}"
            );
        }
        for broken in [&b""[..], b"stream: OK", b"stream: "] {
            let answer = scanned_by(10, broken, 0).await;
            assert!(matches!(answer, Err(Unscanned::Away(_))), "{answer:?}");
        }
    }
}
