//! The only SQL: the record, what is derived from it, and the plain tables beside it.
//!
//! [`db`] alone knows which engine runs. [`record`] appends and loads, [`project`] derives in the
//! same transaction, [`plain`] holds what is not evidence, and [`Store`] joins a body's record to
//! its access log. [`backup`] keeps all of it in one file.

pub mod access;
pub mod accounts;
pub mod alerts;
pub mod backup;
pub mod cases;
pub mod clocks;
pub mod db;
pub mod delegations;
pub mod disposals;
pub mod durable;
mod failure;
pub mod files;
pub mod high_water;
pub mod holidays;
pub mod links;
pub mod people;
pub mod plain;
pub mod project;
pub mod proof;
pub mod reads;
pub mod rebuild;
pub mod record;
mod store;
pub mod tiles;
pub mod verify;
mod verify_files;
mod writer;

pub use failure::Failure;
pub use record::Sources;
pub use store::{Ledger, Store, access_beside, access_log};
