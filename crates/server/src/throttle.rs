//! How often somebody may try: passwords, codes and start codes alike, counted together. The counts
//! are in the database, so that they hold for every node.
//!
//! Most of the limit is on a name from one address, so that nobody keeps a colleague out by typing
//! their name wrongly from somewhere else (ASVS 5.0 V6.1.1).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Extension};
use candour_core::record::hex;
use candour_store::plain::account;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::error::Problem;

/// Where a request comes from, if the server knows.
pub type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

/// Failed attempts for one name from one address in the window before more are refused.
const FOR_NAME_FROM_ADDRESS: u64 = 5;
/// Failed attempts from one address.
const FROM_ADDRESS: u64 = 50;
/// Failed attempts for one name, wherever from.
const FOR_NAME: u64 = 100;
/// The window.
const WINDOW_MICROS: i64 = 15 * 60 * 1_000_000;

/// What is said when there were too many.
pub const TOO_MANY: &str = "Too many attempts. Wait 15 minutes and try again";

/// Whose attempts are counted.
#[derive(Clone)]
pub struct Attempts(Vec<(String, u64)>);

impl Attempts {
    /// Those for a name from an address.
    pub fn of(name: &str, peer: &Peer) -> Self {
        Self::from(name, peer.as_ref().map(|Extension(ConnectInfo(peer))| *peer))
    }

    /// The same where the address is known otherwise.
    pub fn from(name: &str, peer: Option<SocketAddr>) -> Self {
        let (name, from) =
            (name.trim().to_lowercase(), peer.map_or_else(|| "unknown".to_owned(), |peer| peer.ip().to_string()));
        Self(vec![
            (key("both", &format!("{name}\0{from}")), FOR_NAME_FROM_ADDRESS),
            (key("address", &from), FROM_ADDRESS),
            (key("name", &name), FOR_NAME),
        ])
    }

    /// Those from an address, whoever it was for.
    pub fn from_address(peer: &Peer) -> Self {
        let mut attempts = Self::of("", peer);
        attempts.0.retain(|(_, most)| *most == FROM_ADDRESS);
        attempts
    }

    /// Whether there were too many.
    pub async fn are_too_many(&self, app: &Arc<App>) -> Result<bool, Problem> {
        let (keys, since) = (self.0.clone(), (app.now)() - WINDOW_MICROS);
        let many = app.read(move |app, tx| {
            for (key, most) in &keys {
                if account::attempts(tx, &app.store.record.log, key, since)? >= *most {
                    return Ok(true);
                }
            }
            Ok(false)
        });
        Ok(many.await?)
    }

    /// Notes one that failed.
    pub async fn note(&self, app: &Arc<App>) -> Result<(), Problem> {
        let (keys, now) = (self.0.clone(), (app.now)());
        app.write(move |app, w| {
            let log = app.store.record.log.clone();
            for (key, _) in &keys {
                account::note_attempt(w.tx()?, &log, key, now, now - WINDOW_MICROS)?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}

/// What an attempt is counted under: a hash, because neither a name nor an address is kept.
fn key(kind: &str, value: &str) -> String {
    format!("{kind}:{}", &hex(&Sha256::digest(value.as_bytes()))[..32])
}
