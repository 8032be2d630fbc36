//! Things that are not evidence: accounts, sessions, tokens, and forms that were sent.

pub mod account;
pub mod session;
pub mod submission;
pub mod token;
