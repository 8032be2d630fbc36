//! The store on both engines: what it promises, held by doing it.
//!
//! PostgreSQL takes part when `CANDOUR_TEST_POSTGRES` names one, as `cargo xtask pg` does.

#![allow(missing_docs, reason = "the names of the tests say what they hold")]
#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]
#![allow(clippy::print_stdout, reason = "a seed is shown when its test fails")]
#![allow(clippy::disallowed_methods, reason = "the tests also look at the tables from outside")]

mod access;
mod away;
mod backup;
mod backup_keys;
mod backup_refused;
mod caseload;
mod crash;
mod delegation;
mod disk_full;
mod disposal;
mod engines;
mod files;
mod group;
mod holidays;
mod letters;
mod lost_answer;
mod mutations;
mod on_the_report;
mod python;
mod random_logs;
mod raw;
mod rebuild;
mod register;
mod schemes;
mod small_disk;
mod story;
mod vectors;
mod verify;
mod w01_dsi_to_conduct;
mod w05_recommendation;
mod w19_former_officer;
mod world;

#[allow(dead_code, reason = "shared with cargo xtask pg")]
#[path = "../../../../xtask/src/pg.rs"]
mod pg;
