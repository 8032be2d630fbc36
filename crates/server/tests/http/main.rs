//! The server as its clients meet it: a process of its own, spoken to over HTTP.

mod client;
mod commands;
#[path = "../../../store/tests/store/engines.rs"]
#[allow(dead_code, reason = "the store's tests use the rest")]
mod engines;
mod failures;
mod kill;
mod pages;
#[path = "../../../../xtask/src/pg.rs"]
#[allow(dead_code, reason = "xtask uses the rest")]
mod pg;
mod server;
mod writers;
