//! The only HTTP and HTML, and the commands of the binary `candour`.
//!
//! [`cli`] is what the binary runs. [`app::App`] is one body's record being served, [`router`] lists
//! every address, and each page is one file under [`web`].

pub mod app;
pub mod cli;
mod components;
pub mod config;
pub mod error;
pub mod frame;
pub mod generate;
pub mod import;
pub mod law;
mod operator_log;
pub mod pages;
pub mod password;
pub mod report;
pub mod router;
pub mod session;
pub mod signer;
pub mod web;
