//! Setting a second factor up, and turning it off: an authenticator app's key as a picture and in
//! letters, confirmed by a code, and ten recovery codes that are shown once.
//!
//! Until it is confirmed the key is nowhere but in the form, sealed for the account.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::permit::{Action, Role};
use candour_core::record::hex;
use candour_store::accounts::{self, Own};
use candour_store::plain::account::Account;
use serde::Serialize;

use super::PAGE;
use crate::app::App;
use crate::error::Problem;
use crate::factor_key::FactorKey;
use crate::frame::Frame;
use crate::session::{Face, Visitor, anybody};
use crate::totp;
use crate::web::typed::Typed;

/// Recovery codes made at once.
const RECOVERY_CODES: usize = 10;

#[derive(Serialize)]
struct Page {
    /// Whether one can be set up here at all.
    possible: bool,
    /// Whether there is one already.
    has: bool,
    /// Whether there is any second factor.
    any: bool,
    /// Whether there are passkeys.
    others: bool,
    /// Whether a passkey could be one.
    passkeys: bool,
    /// Whether the role asks for one, and there is no other.
    required: bool,
    problem: Option<&'static str>,
    /// The key, sealed, as the form gives it back.
    sealed: String,
    /// The key in letters, in groups of four.
    letters: String,
    /// The picture: its path, and how many units wide it is.
    picture: String,
    wide: i32,
}

/// `GET /account/second-factor`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    render(&app, &visitor, StatusCode::OK, &totp::new_secret(), None)
}

/// `POST /account/second-factor`
pub async fn submit(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    visitor.fresh(&app, Action::KeepOwnAccount)?;
    let typed = Typed::of_body(&body);
    match typed.get("step") {
        "set" if !visitor.factors.app => set(&app, &visitor, &typed).await,
        "codes" if visitor.factors.any() => {
            let (codes, digests) = recovery_codes();
            carry_out(&app, &visitor, Own::RecoveryCodes(digests)).await?;
            codes_page(&app, &visitor, codes, false)
        }
        "remove" if visitor.factors.app && !needs_app(&app, &visitor) => {
            carry_out(&app, &visitor, Own::RemoveFactor).await?;
            Ok(Redirect::to(&format!("{PAGE}?done=removed")).into_response())
        }
        _ => Err(Problem::Bad("Your second factor is not as this page had it. Open the page again".to_owned())),
    }
}

/// Whether somebody could not sign in without the app.
fn needs_app(app: &App, visitor: &Visitor) -> bool {
    visitor.needs_factor(app) && (visitor.factors.passkeys == 0 || app.passkeys.is_none())
}

async fn set(app: &Arc<App>, visitor: &Visitor, typed: &Typed) -> Result<Response, Problem> {
    let (log, id) = (&app.store.record.log, &visitor.account.id);
    let sealed = unhex(typed.get("sealed"));
    let secret = key(app)?.open(log, id, &sealed);
    let Some(secret) = secret else {
        return Err(Problem::Bad(
            "The key of this page is not one that was made for you. Open the page again".to_owned(),
        ));
    };
    let Some(step) = totp::step_typed(&secret, typed.get("code"), (app.now)(), i64::MIN) else {
        let says = "The code is not the one of this key now. Wait for the next one and enter it";
        return render(app, visitor, StatusCode::UNPROCESSABLE_ENTITY, &secret, Some(says));
    };
    let (codes, digests) = recovery_codes();
    carry_out(app, visitor, Own::SetFactor(sealed, step, digests)).await?;
    codes_page(app, visitor, codes, true)
}

pub(super) async fn carry_out(app: &Arc<App>, visitor: &Visitor, change: Own) -> Result<(), Problem> {
    let actor = visitor.actor();
    Ok(app.write(move |_, w| accounts::change_own(w, &actor, &change)).await?)
}

pub(super) fn recovery_codes() -> (Vec<String>, Vec<Vec<u8>>) {
    (0..RECOVERY_CODES).map(|_| totp::new_code()).unzip()
}

fn key(app: &App) -> Result<&FactorKey, Problem> {
    let missing =
        || Problem::Bad("No second factor can be set up here. The operator has to name a key file".to_owned());
    app.factor_key.as_ref().ok_or_else(missing)
}

fn render(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    secret: &[u8],
    problem: Option<&'static str>,
) -> Result<Response, Problem> {
    let (log, account) = (&app.store.record.log, &visitor.account);
    let sealed = app.factor_key.as_ref().and_then(|key| key.seal(log, &account.id, secret));
    let (picture, wide) =
        totp::picture(&totp::address(secret, &issuer(app, account), &account.name)).unwrap_or_default();
    let letters = totp::in_letters(secret);
    let groups: Vec<&str> = (0..letters.len()).step_by(4).map(|at| &letters[at..(at + 4).min(letters.len())]).collect();
    let page = Page {
        possible: sealed.is_some(),
        has: visitor.factors.app,
        any: visitor.factors.any(),
        others: visitor.factors.passkeys > 0,
        passkeys: app.passkeys.is_some(),
        required: needs_app(app, visitor),
        problem,
        sealed: sealed.map_or_else(String::new, |sealed| hex(&sealed)),
        letters: groups.join(" "),
        picture,
        wide,
    };
    app.pages.page_with(status, "account/factor.html", &Frame::of(app, Some(visitor), "account"), &page)
}

/// What an app calls the account. On the telephone of somebody who is kept informed it says nothing.
fn issuer(app: &App, account: &Account) -> String {
    match account.role {
        Role::Cmp => "Sign-in".to_owned(),
        _ => format!("Candour {}", app.profile.short),
    }
}

#[derive(Serialize)]
struct CodesPage {
    codes: Vec<String>,
    /// Whether the second factor was just set up.
    set: bool,
    /// Where its owner goes on.
    home: &'static str,
}

pub(super) fn codes_page(app: &App, visitor: &Visitor, codes: Vec<String>, set: bool) -> Result<Response, Problem> {
    let page = CodesPage { codes, set, home: Face::of(visitor.account.role).home() };
    app.pages.page("account/codes.html", &Frame::of(app, Some(visitor), "account"), &page)
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok().filter(|p| p.len() == 2)?, 16).ok())
        .collect();
    bytes.unwrap_or_default()
}
