//! The calendar against the world: the published list, an independent package, and a day walker
//! that counts every period again by brute force.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]
#![allow(clippy::print_stdout, reason = "a test that was skipped says so")]

mod counting;
mod published;
mod walker;

use std::io::Write as _;

/// Says by name that a test was skipped: on stderr past the test harness, which would swallow it,
/// and on stdout for `cargo xtask test`, which gathers it from there.
fn skipped(name: &str, why: &str) {
    let line = format!("skipped: {name} ({why})\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    println!("skipped: {name} ({why})");
}
