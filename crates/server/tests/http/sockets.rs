//! Requests that no well-behaved client sends, byte by byte, each with the answer that is right.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::engines::on_sqlite;
use crate::server::{Server, make};

/// What came back until the server closed or was silent: every status line, and all of it.
struct Heard {
    statuses: Vec<u16>,
    text: String,
}

fn send(server: &Server, bytes: &[u8]) -> Heard {
    send_for(server, bytes, Duration::from_secs(10))
}

fn send_for(server: &Server, bytes: &[u8], patience: Duration) -> Heard {
    let mut socket = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    socket.set_read_timeout(Some(patience)).unwrap();
    // A server that has heard enough may close before all of it was sent.
    let _ = socket.write_all(bytes);
    let mut heard = Vec::new();
    let _ = socket.read_to_end(&mut heard);
    let text = String::from_utf8_lossy(&heard).into_owned();
    let statuses =
        text.match_indices("HTTP/1.1 ").filter_map(|(at, _)| text.get(at + 9..at + 12)?.parse().ok()).collect();
    Heard { statuses, text }
}

/// Keeps a connection open for what may follow.
const KEPT_OPEN: &str = "connection: keep-alive";

/// A request in one piece, the last of its connection.
fn asked(line: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let mut text = format!("{line} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    if !headers.contains(&KEPT_OPEN) {
        text.push_str("connection: close\r\n");
    }
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    format!("{text}\r\n{body}").into_bytes()
}

#[test]
fn a_request_that_could_be_read_in_two_ways_is_read_in_one_or_refused() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let smuggled = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
        let form = "content-type: application/x-www-form-urlencoded";
        let many: Vec<String> = (0..10_000).map(|n| format!("x-{n}: 1")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let ranges = format!("range: bytes={}", vec!["0-1"; 1000].join(","));
        let cookie = format!("cookie: a={}", "b".repeat(64 * 1024));
        let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
            (
                "two different lengths",
                asked("POST /sign-in", &[form, "content-length: 3", "content-length: 60"], &format!("a=b{smuggled}")),
                &[400],
            ),
            ("a length with a sign", asked("POST /sign-in", &[form, "content-length: +3"], "a=b"), &[400]),
            ("an encoding that is none", asked("POST /sign-in", &[form, "transfer-encoding: cow"], smuggled), &[400]),
            (
                "chunked, but not last",
                asked("POST /sign-in", &[form, "transfer-encoding: chunked, identity"], "0\r\n\r\n"),
                &[400],
            ),
            ("a folded header", asked("GET /healthz", &["x-a: 1", " 2"], ""), &[400]),
            ("a blank before the colon", asked("GET /healthz", &["x-a : 1"], ""), &[400]),
            ("a NUL in a header", asked("GET /healthz", &["x-a: \0"], ""), &[400]),
            ("10,000 headers", asked("GET /healthz", &many, ""), &[431]),
            ("no host", b"GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n".to_vec(), &[400]),
            ("two hosts", asked("GET /healthz", &["host: elsewhere.example"], ""), &[400]),
            ("a blank line between lines", b"GET /healthz\r\n\r\nHTTP/1.1\r\n".to_vec(), &[400]),
            ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[400]),
            ("another version", b"GET /healthz HTTP/9.9\r\nhost: a\r\n\r\n".to_vec(), &[400]),
            ("TRACE", asked("TRACE /healthz", &[], ""), &[405]),
            ("a verb of one's own", asked("FROB /healthz", &[], ""), &[405]),
            ("a verb in a header", asked("GET /sign-out", &["x-http-method-override: POST"], ""), &[405]),
            ("CONNECT", asked("CONNECT 127.0.0.1:22", &[], ""), &[400, 404, 405]),
            ("1,000 ranges", asked("GET /healthz", &[&ranges], ""), &[200]),
            ("a cookie of 64 kB", asked("GET /healthz", &[&cookie], ""), &[200, 431]),
            (
                "a chunk with an extension",
                asked("POST /sign-in", &[form, "transfer-encoding: chunked"], "3;a=b\r\na=b\r\n0\r\n\r\n"),
                &[422],
            ),
            (
                "a chunk without end",
                asked("POST /sign-in", &[form, "transfer-encoding: chunked"], "fffffffffffffffff\r\na=b"),
                &[400],
            ),
            (
                "a chunk whose size is none",
                asked("POST /sign-in", &[form, "transfer-encoding: chunked"], "g\r\na\r\n0\r\n\r\n"),
                &[400],
            ),
            (
                "another charset",
                asked(
                    "POST /sign-in",
                    &["content-type: application/x-www-form-urlencoded; charset=utf-16", "content-length: 3"],
                    "a=b",
                ),
                &[422],
            ),
            ("a path out of the site", asked("GET /assets/../../Cargo.toml", &[], ""), &[404]),
            ("the same, escaped", asked("GET /assets/%2e%2e%2f%2e%2e%2fCargo.toml", &[], ""), &[404]),
            ("a path that is no text", asked("GET /staff/cases/%ff%fe", &[], ""), &[303, 400, 422]),
        ];
        for (name, bytes, wanted) in &cases {
            let heard = send(&server, bytes);
            assert_eq!(heard.statuses.len(), 1, "{name}: one answer, but it was {}", heard.text);
            assert!(wanted.contains(&heard.statuses[0]), "{name}: {wanted:?}, but it was {}", heard.text);
        }
        println!("{} requests, each answered once and as it should be", cases.len());
    });
}

#[test]
fn a_length_beside_chunks_ends_the_connection_after_one_answer() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        for order in
            [["content-length: 4", "transfer-encoding: chunked"], ["transfer-encoding: chunked", "content-length: 4"]]
        {
            let headers = ["content-type: application/x-www-form-urlencoded", KEPT_OPEN, order[0], order[1]];
            let smuggled = "0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
            let heard = send_for(&server, &asked("POST /sign-in", &headers, smuggled), Duration::from_secs(3));
            assert!(matches!(heard.statuses[..], [400 | 422]), "{}", heard.text);
        }
    });
}

#[test]
fn no_header_about_where_a_request_came_from_changes_an_answer() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let spoofed = [
            "x-forwarded-host: elsewhere.example",
            "x-forwarded-for: 10.0.0.1",
            "x-forwarded-proto: https",
            "forwarded: for=10.0.0.1;host=elsewhere.example",
            "x-original-url: /staff/users",
            "x-rewrite-url: /staff/users",
        ];
        for path in ["/", "/staff", "/sign-in", "/law", "/api/v1/log", "/nowhere"] {
            let plain = send(&server, &asked(&format!("GET {path}"), &[], ""));
            let spoofed = send(&server, &asked(&format!("GET {path}"), &spoofed, ""));
            assert_eq!(plain.statuses, spoofed.statuses, "{path}");
            assert!(!spoofed.text.contains("elsewhere.example"), "{path}: {}", spoofed.text);
            let strange = format!("GET {path} HTTP/1.1\r\nhost: elsewhere.example\r\nconnection: close\r\n\r\n");
            assert!(!send(&server, strange.as_bytes()).text.contains("elsewhere.example"), "{path}");
        }
    });
}
