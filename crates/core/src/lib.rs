//! What the law says and what may be done.
//!
//! Everything here is a pure function of its arguments: no clock, no database, no network.
//! The record's encoding, a case and its rules, the law as data, permission, and the measures.

pub mod access;
pub mod account;
pub mod case;
pub mod day;
pub mod delegation;
pub mod holder;
pub mod holidays;
pub mod law;
pub mod letters;
pub mod lists;
pub mod measure;
pub mod permit;
pub mod person;
pub mod profile;
pub mod record;
pub mod reference;
pub mod refusal;
pub mod retention;
