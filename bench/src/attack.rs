//! What slow and greedy clients do to everybody else, and to the server's memory.
//!
//! A few users ask for pages one after another, over connections that are kept, while one attack at
//! a time goes on; before and after there is nobody else. Each phase lasts so many seconds and then
//! stops by itself. Everything stays on this machine, and attackers, users and server share its cores.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::client::Client;
use crate::machine::{self, timed};
use crate::progress;
use crate::server::{self, Candour};

/// Cases of the record that is served.
const CASES: u32 = 2_000;
/// Connections that are slow at once.
const SLOW: usize = 2_000;
/// Users who only do their work.
const USERS: usize = 2;
const UPLOADS: usize = 8;
const UPLOAD_BYTES: u64 = 2 << 30;
const HEADERS: usize = 10_000;
/// Between two looks at the memory, and between two bytes of whoever is slow.
const LOOK: Duration = Duration::from_millis(200);
/// What the goals allow.
const P99_TIMES: f64 = 2.0;
const MEMORY_MIB: f64 = 64.0;

/// An attack: what it does until it is over, and how often it was turned away.
type Attack = fn(SocketAddr, &Phase);

const PHASES: [(&str, Attack); 7] = [
    ("nobody else, before", |_, phase| phase.wait()),
    ("2,000 connections whose headers never end", slow_headers),
    ("2,000 connections that do not read their answer", slow_reads),
    ("8 uploads of 2 GB, announced", |address, phase| uploads(address, phase, true)),
    ("8 uploads of 2 GB, in chunks", |address, phase| uploads(address, phase, false)),
    ("8 connections that send 10,000 headers", many_headers),
    ("nobody else, after", |_, phase| phase.wait()),
];

/// What attackers and users share during a phase.
#[derive(Default)]
struct Phase {
    over: AtomicBool,
    /// Connections that the server ended, or requests that it refused.
    refused: AtomicU64,
    /// Bytes that attackers could send.
    sent: AtomicU64,
}

impl Phase {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    fn wait(&self) {
        while self.goes_on() {
            std::thread::sleep(LOOK);
        }
    }
}

/// What a phase did.
struct Seen {
    p50: f64,
    p99: f64,
    answers: usize,
    memory: f64,
    refused: u64,
    sent: u64,
}

/// Makes a record, serves it, and prints what each attack does.
pub fn measure(folder: &Path, seconds: u64) -> Result<String> {
    let data = folder.join("attack");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let database = data.join("candour.db");
    server::generate(&database, CASES)?;
    let candour = Candour::start(&database)?;
    let facts = machine::facts(&data)?;
    // What the first requests load is no effect of an attack.
    during(&candour, PHASES[0].1, seconds)?;
    let mut text = format!(
        "Candour {} on {}, {} cores, {}. {CASES} cases, {USERS} users, {seconds} s each; all share the cores.\n",
        facts.commit, facts.processor, facts.cores, facts.date
    );
    let mut base = None;
    for (what, attack) in PHASES {
        progress(what);
        let seen = during(&candour, attack, seconds)?;
        let (p99, memory) = *base.get_or_insert((seen.p99, seen.memory));
        let (times, more) = (seen.p99 / p99, seen.memory - memory);
        let met = if times < P99_TIMES && more < MEMORY_MIB { "met" } else { "MISSED" };
        let _ = writeln!(
            text,
            "{what}: p50 {:.2} ms, p99 {:.2} ms ({times:.2} times), {} answers, memory {:.0} MiB ({more:+.0}); \
             {} turned away, {:.0} MiB sent. Goal p99 < {P99_TIMES} times, memory < +{MEMORY_MIB} MiB: {met}",
            seen.p50,
            seen.p99,
            seen.answers,
            seen.memory,
            seen.refused,
            mib(seen.sent),
        );
    }
    drop(candour);
    let _ = writeln!(text, "Afterwards: {}", server::verify(&database)?);
    Ok(text)
}

/// Has users work for so many seconds while an attack goes on.
fn during(candour: &Candour, attack: Attack, seconds: u64) -> Result<Seen> {
    let (address, phase) = (candour.server.address, Phase::default());
    let (mut times, memory) = std::thread::scope(|scope| {
        let phase = &phase;
        let attacker = scope.spawn(move || attack(address, phase));
        let users: Vec<_> = (0..USERS).map(|_| scope.spawn(move || work(address, &candour.decider, phase))).collect();
        let mut memory = 0.0_f64;
        for _ in 0..seconds * 1000 / LOOK.as_millis() as u64 {
            std::thread::sleep(LOOK);
            memory = memory.max(candour.server.memory_mib().unwrap_or_default());
        }
        phase.over.store(true, Ordering::Relaxed);
        let joined: Result<Vec<Vec<f64>>> =
            users.into_iter().map(|user| user.join().ok().context("a user panicked")?).collect();
        attacker.join().ok().context("an attacker panicked")?;
        anyhow::Ok((joined?.concat(), memory))
    })?;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(f64::INFINITY);
    Ok(Seen {
        p50: at(0.5),
        p99: at(0.99),
        answers: times.len(),
        memory,
        refused: phase.refused.load(Ordering::Relaxed),
        sent: phase.sent.load(Ordering::Relaxed),
    })
}

/// Asks for the work list until it is over. Returns how many milliseconds each answer took.
fn work(address: SocketAddr, cookie: &str, phase: &Phase) -> Result<Vec<f64>> {
    let mut client = Client::connect(address, cookie)?;
    let mut times = Vec::new();
    while phase.goes_on() {
        let (answer, seconds) = timed(|| client.get("/staff/cases"));
        if answer?.status != 200 {
            bail!("the work list was not shown");
        }
        times.push(seconds * 1e3);
    }
    Ok(times)
}

/// Holds connections that begin with `first` and go on with one `more` at each look; those that the
/// server ends are opened again.
fn hold(address: SocketAddr, phase: &Phase, first: &[u8], more: &[u8]) {
    let open = || -> Option<TcpStream> {
        let mut stream = TcpStream::connect_timeout(&address, LOOK).ok()?;
        stream.write_all(first).ok()?;
        stream.set_nonblocking(true).ok()?;
        Some(stream)
    };
    let mut held: Vec<Option<TcpStream>> = (0..SLOW).map(|_| None).collect();
    while phase.goes_on() {
        for stream in &mut held {
            if !phase.goes_on() {
                break;
            }
            let ended = stream.as_mut().is_some_and(|stream| is_ended(stream, more));
            if ended {
                phase.refused.fetch_add(1, Ordering::Relaxed);
            }
            if ended || stream.is_none() {
                *stream = open();
            }
        }
        std::thread::sleep(LOOK);
    }
}

/// Sends a little more, and looks whether the server has ended the connection.
fn is_ended(stream: &mut TcpStream, more: &[u8]) -> bool {
    let would_wait = |e: &std::io::Error| e.kind() == std::io::ErrorKind::WouldBlock;
    if more.is_empty() {
        // Whoever does not read notices only a reset.
        return stream.take_error().map_or(true, |error| error.is_some());
    }
    let written = stream.write(more);
    let read = stream.read(&mut [0; 1]);
    written.is_err_and(|e| !would_wait(&e)) || matches!(read, Ok(0)) || read.is_err_and(|e| !would_wait(&e))
}

fn slow_headers(address: SocketAddr, phase: &Phase) {
    hold(address, phase, b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ", b"y");
}

fn slow_reads(address: SocketAddr, phase: &Phase) {
    let largest = "GET /assets/govuk-frontend.min.css HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    // Asked for often enough that the buffers on the way are full.
    hold(address, phase, largest.repeat(64).as_bytes(), b"");
}

/// Sends forms of two gigabytes, several at once, each anew when it is refused.
fn uploads(address: SocketAddr, phase: &Phase, announced: bool) {
    let framing =
        if announced { format!("content-length: {UPLOAD_BYTES}") } else { "transfer-encoding: chunked".to_owned() };
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\n{framing}\r\n\r\n"
    );
    let mut piece = vec![b'a'; 64 * 1024];
    if !announced {
        piece = [&b"10000\r\n"[..], &piece, b"\r\n"].concat();
    }
    several(UPLOADS, phase, || {
        let mut stream = TcpStream::connect(address)?;
        stream.set_write_timeout(Some(LOOK))?;
        stream.write_all(head.as_bytes())?;
        let mut sent = 0;
        while phase.goes_on() && sent < UPLOAD_BYTES {
            match stream.write(&piece) {
                Ok(bytes) => sent += bytes as u64,
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(e) => {
                    phase.sent.fetch_add(sent, Ordering::Relaxed);
                    return Err(e);
                }
            }
        }
        phase.sent.fetch_add(sent, Ordering::Relaxed);
        Ok(())
    });
}

fn many_headers(address: SocketAddr, phase: &Phase) {
    let request = format!("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n{}\r\n", "x: y\r\n".repeat(HEADERS));
    several(UPLOADS, phase, || {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(request.as_bytes())?;
        phase.sent.fetch_add(request.len() as u64, Ordering::Relaxed);
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        if answer.ends_with(b"431") { Err(std::io::ErrorKind::InvalidInput.into()) } else { Ok(()) }
    });
}

/// Does the same over and over in several threads, and counts what is refused.
fn several(threads: usize, phase: &Phase, one: impl Fn() -> std::io::Result<()> + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while phase.goes_on() {
                    if one().is_err() {
                        phase.refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1 << 20) as f64
}
