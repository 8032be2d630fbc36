//! Pages. One file each: what was typed, what is shown, and the handlers.

pub mod access;
pub mod asset;
pub mod behind;
pub mod beside;
pub mod board;
pub mod case_forms;
pub mod case_page;
mod deciding;
pub mod delegation;
pub mod field;
pub mod form;
pub mod health;
pub mod holidays;
pub mod home;
pub mod law;
pub mod log;
pub mod retention;
pub mod sign_in;
pub mod tour;
pub mod typed;
pub mod users;
mod when;
pub mod work;
pub mod work_list;
