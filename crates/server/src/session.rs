//! Who is signed in: one cookie for each face, whose token stands in the database only as a hash.
//!
//! Every request reads the session, the account and how it stands from the database, so that a
//! session that was ended, a role that was changed and an account that was disabled hold from the
//! next request on, on every node.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use candour_core::access::Own;
use candour_core::access::grave::{Grave, is_fresh};
use candour_core::permit::{Action, Actor, Role};
use candour_store::Failure;
use candour_store::plain::account::Account;
use candour_store::plain::factor::Factors;
use candour_store::plain::session::{self, Found, Session, Since};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::error::Problem;
use crate::totp;

const MINUTE_MICROS: i64 = 60 * 1_000_000;
/// A session ends after so many minutes without use.
pub const IDLE_MINUTES: i64 = 30;
/// A session ends after so many hours in any case.
pub const ABSOLUTE_HOURS: i64 = 12;
/// A sign-in whose second factor is owed ends after so many minutes.
pub const OWING_MINUTES: i64 = 10;
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
    /// Those who are kept informed of a matter.
    Own,
}

impl Face {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Board, Self::Staff, Self::Force, Self::Own];

    /// The face that a role signs in to.
    #[must_use]
    pub fn of(role: Role) -> Self {
        match role {
            Role::Ned => Self::Board,
            Role::Cmp => Self::Own,
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
            Self::Own => "/own",
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
            (Self::Own, true) => "__Host-candour-own",
            (Self::Own, false) => "candour-own",
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
    /// Their session.
    pub session: Session,
    /// Their second factors.
    pub factors: Factors,
}

/// Proof that somebody showed again, not long ago, that it is they. Only [`Visitor::fresh`] makes one.
#[derive(Debug, Clone, Copy)]
pub struct Fresh(());

impl Visitor {
    /// A program that calls with a token. It never showed that it is somebody, so that it can do
    /// nothing that is grave.
    #[must_use]
    pub fn program(account: Account, own: Own) -> Self {
        let session = Session {
            name: String::new(),
            browser: String::new(),
            made_at: 0,
            seen_at: 0,
            checked_at: i64::MIN,
            by_two: false,
        };
        Self { account, own, session, factors: Factors::default() }
    }

    /// Who they are to the access policy.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { own: self.own.clone(), ..self.account.actor() }
    }

    /// Proof that they may go on to an act without showing again that it is they; otherwise the
    /// page that asks them to. An act that is not grave needs no more than the session.
    pub fn fresh(&self, app: &App, action: Action) -> Result<Fresh, Problem> {
        let lasts = || is_fresh(self.session.checked_at, (app.now)(), app.grave_minutes);
        if !Grave::built_in().holds(action) || lasts() { Ok(Fresh(())) } else { Err(Problem::StepUp(None)) }
    }

    /// Whether their role, or what was agreed with them, asks for a second factor.
    #[must_use]
    pub fn needs_factor(&self, app: &App) -> bool {
        app.asks_two(self.account.role, &self.own)
    }

    /// Whether it asks for one that they have not set up.
    #[must_use]
    pub fn owes_factor(&self, app: &App) -> bool {
        !self.factors.any() && !self.session.by_two && self.needs_factor(app)
    }
}

/// Who is signed in to a face, or the way to the sign-in page.
///
/// Staff may also look at the Board's pages; what they may see there the access policy says.
/// Whoever owes a second factor is sent to set one up first.
pub async fn visitor(app: &Arc<App>, face: Face, headers: &HeaderMap) -> Result<Visitor, Problem> {
    let faces: &[Face] = match face {
        Face::Board => &[Face::Board, Face::Staff],
        Face::Staff => &[Face::Staff],
        Face::Force => &[Face::Force],
        Face::Own => &[Face::Own],
    };
    let visitor = of_any(app, faces, headers).await?;
    if visitor.owes_factor(app) { Err(Problem::Enrol) } else { Ok(visitor) }
}

/// Who is signed in to any face: for the pages of one's own account, on which a second factor is set
/// up, and for what stands around a page that is for everybody.
pub async fn anybody(app: &Arc<App>, headers: &HeaderMap) -> Result<Visitor, Problem> {
    of_any(app, &Face::ALL, headers).await
}

async fn of_any(app: &Arc<App>, faces: &[Face], headers: &HeaderMap) -> Result<Visitor, Problem> {
    for face in faces {
        let Some(token) = cookie_of(headers, face.cookie(app.secure_cookies)) else {
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
            let (log, today) = (&app.store.record.log, app.today(tx)?);
            let found = session::find(tx, log, &hash, since(now), today)?;
            let Some(Found { account, session, factors }) = found else { return Ok(None) };
            let own = app.own_access(tx, &account.id)?;
            Ok(Some(Visitor { account, own, session, factors }))
        })
        .await?;
    let Some(visitor) = found else {
        return Ok(None);
    };
    if now - visitor.session.seen_at > TOUCH_MICROS {
        app.write(move |_, w| Ok(session::touch(w.tx()?, &hash, now)?)).await?;
    }
    Ok(Some(visitor))
}

/// How old a session may be.
#[must_use]
pub fn since(now: i64) -> Since {
    Since { made: now - ABSOLUTE_HOURS * 60 * MINUTE_MICROS, seen: now - IDLE_MINUTES * MINUTE_MICROS }
}

/// The account of a sign-in whose second factor is owed.
pub async fn owing(app: &Arc<App>, headers: &HeaderMap) -> Result<Option<Account>, Failure> {
    let made = (app.now)() - OWING_MINUTES * MINUTE_MICROS;
    for face in Face::ALL {
        let Some(token) = cookie_of(headers, face.cookie(app.secure_cookies)) else { continue };
        let hash = token_hash(&token);
        let found = app.read(move |app, tx| {
            let (log, today) = (&app.store.record.log, app.today(tx)?);
            Ok(session::find_owing(tx, log, &hash, Since { made, seen: made }, today)?)
        });
        if let Some(found) = found.await? {
            return Ok(Some(found.account));
        }
    }
    Ok(None)
}

/// What somebody showed when they signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// What is asked of them.
    Whole,
    /// A first factor; a second is owed.
    OwesCode,
    /// Two factors, to the identity provider.
    ByProvider,
}

/// Begins a session in place of those whose tokens are in the headers, and returns the cookie that
/// holds its token. Its owner showed that it is they at `checked_at`. With a second factor owed it
/// opens nothing but the page that asks for the code.
pub async fn begin(
    app: &Arc<App>,
    headers: &HeaderMap,
    account: &Account,
    (entered, checked_at): (Entered, i64),
) -> Result<HeaderValue, Failure> {
    let (token, now) = (totp::token::<32>(), (app.now)());
    let session = Session {
        name: totp::token::<8>(),
        browser: browser(headers),
        made_at: now,
        seen_at: now,
        checked_at,
        by_two: entered == Entered::ByProvider,
    };
    let (old, hash, id) = (token_hashes(app, headers), token_hash(&token), account.id.clone());
    app.write(move |_, w| {
        let log = w.log();
        for old in &old {
            session::end(w.tx()?, old)?;
        }
        session::forget(w.tx()?, log, since(now))?;
        Ok(session::begin(w.tx()?, log, &hash, &id, &session, entered == Entered::OwesCode)?)
    })
    .await?;
    Ok(cookie(app, Face::of(account.role), &token, ABSOLUTE_HOURS * 60 * 60))
}

/// Goes on with a session under a new token, because its owner has just shown that it is they.
/// Returns the cookie, and the headers of the request as if it had come with it.
pub async fn renew(
    app: &Arc<App>,
    headers: &HeaderMap,
    visitor: &Visitor,
) -> Result<(HeaderValue, HeaderMap), Failure> {
    let (token, now) = (totp::token::<32>(), (app.now)());
    let session = Session { seen_at: now, checked_at: now, ..visitor.session.clone() };
    let (hash, id) = (token_hash(&token), visitor.account.id.clone());
    app.write(move |_, w| {
        let log = w.log();
        session::end_named(w.tx()?, log, &id, &session.name)?;
        Ok(session::begin(w.tx()?, log, &hash, &id, &session, false)?)
    })
    .await?;
    let face = Face::of(visitor.account.role);
    let headers = with_cookie(headers, face.cookie(app.secure_cookies), &token);
    Ok((cookie(app, face, &token, ABSOLUTE_HOURS * 60 * 60), headers))
}

/// Headers with one cookie in the place of the one of its name.
fn with_cookie(headers: &HeaderMap, name: &str, value: &str) -> HeaderMap {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let others = lines.flat_map(|line| line.split(';')).map(str::trim);
    let others = others.filter(|pair| pair.split_once('=').is_some_and(|(held, _)| held != name));
    let sent = others.fold(format!("{name}={value}"), |sent, other| format!("{sent}; {other}"));
    let mut headers = headers.clone();
    headers.insert(header::COOKIE, HeaderValue::from_str(&sent).unwrap_or_else(|_| HeaderValue::from_static("")));
    headers
}

/// Cookies that remove the tokens of every face but one.
pub(crate) fn without_other_faces(app: &App, face: Face) -> Vec<HeaderValue> {
    Face::ALL.into_iter().filter(|other| *other != face).map(|other| cookie(app, other, "", 0)).collect()
}

/// Ends every session whose token is in the headers, and returns cookies that remove the tokens.
pub async fn end(app: &Arc<App>, headers: &HeaderMap) -> Result<Vec<HeaderValue>, Failure> {
    let hashes = token_hashes(app, headers);
    app.write(move |_, w| hashes.iter().try_for_each(|hash| Ok(session::end(w.tx()?, hash)?))).await?;
    let held = Face::ALL.into_iter();
    let held = held.filter(|face| cookie_of(headers, face.cookie(app.secure_cookies)).is_some());
    Ok(held.map(|face| cookie(app, face, "", 0)).collect())
}

/// The hashes of the tokens that a browser brings.
pub(crate) fn token_hashes(app: &App, headers: &HeaderMap) -> Vec<[u8; 32]> {
    let tokens = Face::ALL.into_iter().filter_map(|f| cookie_of(headers, f.cookie(app.secure_cookies)));
    tokens.map(|token| token_hash(&token)).collect()
}

/// From what kind of browser a request comes: a name of a short list and no version, so that it
/// tells its owner which of their machines it was and nobody else who they are.
fn browser(headers: &HeaderMap) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chromium", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "a Mac"),
        ("Linux", "Linux"),
    ];
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let named =
        |list: &[(&str, &'static str)]| list.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => "Another program".to_owned(),
    }
}

fn cookie(app: &App, face: Face, token: &str, age_seconds: i64) -> HeaderValue {
    let name = face.cookie(app.secure_cookies);
    let secure = if app.secure_cookies { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age_seconds}{secure}");
    // The token is hex and the rest is fixed, so it is always a valid header.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The value of a cookie.
pub(crate) fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_described_without_anything_that_tells_it_from_others_of_its_kind() {
        for (agent, says) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on an iPhone"),
            ("curl/8.0 <script>", "Another program"),
            ("", "Another program"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_str(agent).unwrap());
            assert_eq!(browser(&headers), says);
        }
    }
}
