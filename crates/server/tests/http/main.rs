//! The server as its clients meet it: a process of its own, spoken to over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test ends at what it did not expect, says what it measured, and administers databases of its own"
)]

mod access;
mod api;
mod backup;
mod backup_keys;
mod board;
mod canary;
mod case_clocks;
mod client;
mod commands;
mod corpus;
mod crawler;
mod delegation;
#[path = "../../../store/tests/store/engines.rs"]
#[allow(dead_code, reason = "the store's tests use the rest")]
mod engines;
mod failures;
mod kill;
mod law;
mod law_pages;
mod letters;
mod limits;
mod lying_provider;
mod material;
mod mutation;
mod operator_log;
mod pages;
mod passkeys;
#[path = "../../../../xtask/src/pg.rs"]
#[allow(dead_code, reason = "xtask uses the rest")]
mod pg;
mod portal;
mod power;
mod proof;
mod provider;
#[path = "../../../store/tests/store/python.rs"]
#[allow(dead_code, reason = "the store's tests use the rest")]
mod python;
#[path = "../../../store/tests/store/raw.rs"]
#[allow(dead_code, reason = "the store's tests use the rest")]
mod raw;
mod receipt;
mod reference;
mod retention;
mod roles;
mod sealed;
mod server;
mod sign_in;
mod signer;
mod sockets;
mod soft_passkey;
mod step_up;
mod stopped;
mod within;
mod witness;
mod writers;
