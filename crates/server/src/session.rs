//! Who is signed in: one cookie for each face, whose token stands in the database only as a hash.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use candour_core::access::Own;
use candour_core::permit::{Actor, Role};
use candour_store::Failure;
use candour_store::plain::account::Account;
use candour_store::plain::session;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::error::Problem;

/// A session ends after this long without use.
const IDLE_MICROS: i64 = 30 * 60 * 1_000_000;
/// A session ends after this long in any case.
const ABSOLUTE_MICROS: i64 = 12 * 60 * 60 * 1_000_000;
/// Use is noted at most this often, so that reading does not become writing.
const TOUCH_MICROS: i64 = 60 * 1_000_000;

/// A face of the product, with a session of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// The body's staff.
    Staff,
    /// The Board.
    Board,
    /// The police forces, and those who oversee them locally.
    Force,
}

impl Face {
    /// The face that a role signs in to.
    #[must_use]
    pub fn of(role: Role) -> Self {
        match role {
            Role::Ned => Self::Board,
            _ if role.is_of_a_force() => Self::Force,
            _ => Self::Staff,
        }
    }

    /// The page that a role lands on.
    #[must_use]
    pub fn home(self) -> &'static str {
        match self {
            Self::Staff => "/staff",
            Self::Board => "/board",
            Self::Force => "/force",
        }
    }

    fn cookie(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Staff, true) => "__Host-candour-staff",
            (Self::Staff, false) => "candour-staff",
            (Self::Board, true) => "__Host-candour-board",
            (Self::Board, false) => "candour-board",
            (Self::Force, true) => "__Host-candour-force",
            (Self::Force, false) => "candour-force",
        }
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Their account.
    pub account: Account,
    /// What the record says of their own access, read with this request.
    pub own: Own,
}

impl Visitor {
    /// Who they are to the access policy.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { own: self.own.clone(), ..self.account.actor() }
    }
}

/// Who is signed in to a face, or the way to the sign-in page.
///
/// Staff may also look at the Board's pages; what they may see there the access policy says.
pub async fn visitor(app: &Arc<App>, face: Face, headers: &HeaderMap) -> Result<Visitor, Problem> {
    let faces: &[Face] = match face {
        Face::Board => &[Face::Board, Face::Staff],
        Face::Staff => &[Face::Staff],
        Face::Force => &[Face::Force],
    };
    of_any(app, faces, headers).await
}

/// Who is signed in to any face: for what stands around a page that is for everybody.
pub async fn anybody(app: &Arc<App>, headers: &HeaderMap) -> Result<Visitor, Problem> {
    of_any(app, &[Face::Board, Face::Staff, Face::Force], headers).await
}

async fn of_any(app: &Arc<App>, faces: &[Face], headers: &HeaderMap) -> Result<Visitor, Problem> {
    for face in faces {
        let Some(token) = token(headers, face.cookie(app.secure_cookies)) else {
            continue;
        };
        if let Some(visitor) = find(app, &token).await? {
            return Ok(visitor);
        }
    }
    Err(Problem::SignIn)
}

async fn find(app: &Arc<App>, token: &str) -> Result<Option<Visitor>, Failure> {
    let hash = token_hash(token);
    let now = (app.now)();
    let found = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            let found = session::find(tx, log, &hash, now - ABSOLUTE_MICROS, now - IDLE_MICROS)?;
            let Some((account, seen_at)) = found else { return Ok(None) };
            let own = app.own_access(tx, &account.id)?;
            Ok(Some((Visitor { account, own }, seen_at)))
        })
        .await?;
    let Some((visitor, seen_at)) = found else {
        return Ok(None);
    };
    if now - seen_at > TOUCH_MICROS {
        app.write(move |_, w| Ok(session::touch(w.tx()?, &hash, now)?)).await?;
    }
    Ok(Some(visitor))
}

/// Begins a session and returns the cookie that holds its token.
pub async fn begin(app: &Arc<App>, account: &Account) -> Result<HeaderValue, Failure> {
    let mut bytes = [0u8; 32];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    let token = candour_core::record::hex(&bytes);
    let (hash, now, id) = (token_hash(&token), (app.now)(), account.id.clone());
    app.write(move |app, w| Ok(session::begin(w.tx()?, &app.store.record.log, &hash, &id, now)?)).await?;
    Ok(cookie(app, Face::of(account.role), &token, ABSOLUTE_MICROS / 1_000_000))
}

/// Ends every session whose token is in the headers, and returns cookies that remove the tokens.
pub async fn end(app: &Arc<App>, headers: &HeaderMap) -> Result<Vec<HeaderValue>, Failure> {
    let mut cookies = Vec::new();
    for face in [Face::Staff, Face::Board, Face::Force] {
        if let Some(token) = token(headers, face.cookie(app.secure_cookies)) {
            let hash = token_hash(&token);
            app.write(move |_, w| Ok(session::end(w.tx()?, &hash)?)).await?;
            cookies.push(cookie(app, face, "", 0));
        }
    }
    Ok(cookies)
}

fn cookie(app: &App, face: Face, token: &str, age_seconds: i64) -> HeaderValue {
    let name = face.cookie(app.secure_cookies);
    let secure = if app.secure_cookies { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age_seconds}{secure}");
    // The token is hex and the rest is fixed, so it is always a valid header.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn token(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
