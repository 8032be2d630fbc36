//! Things that are not evidence: accounts and how they sign in, what waits to be changed about them,
//! sessions, tokens, and forms that were sent.

pub mod account;
pub mod account_change;
pub mod code;
pub mod factor;
pub mod passkey;
pub mod provider_link;
pub mod session;
pub mod spent;
pub mod standing;
pub mod submission;
pub mod token;
