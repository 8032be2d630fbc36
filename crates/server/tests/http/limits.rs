//! What one client may take of the server, and that each limit holds.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use candour_server::listen::{Limits, serve};

use crate::engines::on_sqlite;
use crate::server::{Server, make};

/// A client that waits so long has met a server that hangs.
const HANGS: Duration = Duration::from_secs(60);
/// Longer than any test.
const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(200);
/// More than the buffers of both ends hold.
const LARGE: usize = 64 << 20;

const NONE_SHORT: Limits = Limits {
    connections: 100,
    headers: 10,
    header_bytes: 4096,
    header_time: LONG,
    answer_time: LONG,
    taken: 64 * 1024,
};

/// Runs `test` against a server of two pages, `/` and `/large`.
fn under(limits: Limits, test: impl FnOnce(SocketAddr)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(|| async { "small" })).route("/large", get(|| async { vec![7; LARGE] }));
    runtime.spawn(serve(listener, router, limits, std::future::pending()));
    test(address);
    runtime.shutdown_background();
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(HANGS)).unwrap();
    stream
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: here\r\n\r\n")
}

/// What comes until the server closes the connection, which it must.
fn until_closed(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    match stream.read_to_end(&mut all) {
        Err(e) if e.kind() != std::io::ErrorKind::ConnectionReset => panic!("it was not closed: {e}"),
        _ => String::from_utf8_lossy(&all).into_owned(),
    }
}

fn sent(address: SocketAddr, text: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(text.as_bytes()).unwrap();
    until_closed(stream)
}

#[test]
fn headers_that_do_not_come_end_the_connection() {
    under(Limits { header_time: SHORT, ..NONE_SHORT }, |address| {
        let answer = sent(address, "GET / HTTP/1.1\r\nhost: here\r\n");
        assert!(!answer.contains("200 OK"), "{answer}");
        assert_eq!(sent(address, ""), "", "nor does one that sends nothing stay");
    });
}

#[test]
fn a_connection_that_asks_nothing_more_is_closed_after_its_answer() {
    under(Limits { header_time: SHORT, ..NONE_SHORT }, |address| {
        let answer = sent(address, &request("/"));
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("small"), "{answer}");
    });
}

#[test]
fn more_or_longer_headers_than_are_read_are_refused() {
    under(NONE_SHORT, |address| {
        let with = |headers: &str| sent(address, &format!("GET / HTTP/1.1\r\nhost: here\r\n{headers}\r\n"));
        let few = with(&format!("connection: close\r\n{}", "a: b\r\n".repeat(8)));
        assert!(few.starts_with("HTTP/1.1 200"), "{few}");
        let many = with(&"a: b\r\n".repeat(11));
        assert!(many.starts_with("HTTP/1.1 431"), "{many}");
        let long = with(&format!("a: {}\r\n", "b".repeat(5000)));
        assert!(long.starts_with("HTTP/1.1 431"), "{long}");
    });
}

#[test]
fn a_reader_who_takes_nothing_gives_way_to_the_next() {
    under(Limits { connections: 1, answer_time: SHORT, ..NONE_SHORT }, |address| {
        let mut slow = connect(address);
        slow.write_all(request("/large").as_bytes()).unwrap();
        let mut next = connect(address);
        next.write_all(request("/").as_bytes()).unwrap();
        let mut first = [0; 12];
        next.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        assert!(until_closed(slow).len() < LARGE, "the rest was not kept for the slow one");
    });
}

#[test]
fn a_connection_too_many_waits_for_another_to_end() {
    under(Limits { connections: 1, ..NONE_SHORT }, |address| {
        let held = connect(address);
        let mut waits = connect(address);
        waits.write_all(request("/").as_bytes()).unwrap();
        waits.set_read_timeout(Some(SHORT)).unwrap();
        let mut first = [0; 12];
        assert!(waits.read_exact(&mut first).is_err(), "it is not served beside the other");
        drop(held);
        waits.set_read_timeout(Some(HANGS)).unwrap();
        waits.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
    });
}

#[test]
fn ten_thousand_headers_or_two_gigabytes_are_refused_before_they_are_read() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let address: SocketAddr = server.url.strip_prefix("http://").unwrap().parse().unwrap();
        let mut stream = connect(address);
        // The server may close before all of it is sent.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n");
        let _ = stream.write_all("a: b\r\n".repeat(10_000).as_bytes());
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 431");
        let upload = format!(
            "POST /sign-in HTTP/1.1\r\nhost: here\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n",
            2_u64 << 30
        );
        let answer = sent(address, &upload);
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("That is too much to send at once"), "{answer}");
    });
}
