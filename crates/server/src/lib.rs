//! The only HTTP and HTML, and the commands of the binary `candour`.
//!
//! [`cli`] is what the binary runs. [`app::App`] is one body's record being served, [`router`] lists
//! every address, each page is one file under [`web`], and [`api`] is the door for programs.

pub mod api;
pub mod app;
pub mod cli;
mod components;
pub mod config;
pub mod credential;
mod errand;
pub mod error;
pub mod factor_key;
mod file;
pub mod frame;
pub mod generate;
pub mod import;
pub mod law;
pub mod listen;
mod operator_log;
pub mod origin;
pub mod pages;
pub mod passkeys;
pub mod password;
pub mod provider;
pub mod receipt;
pub mod report;
pub mod router;
pub mod scan;
pub mod session;
pub mod signer;
pub mod step_up;
mod throttle;
pub mod totp;
pub mod web;
pub mod witness;
pub mod witnessing;
