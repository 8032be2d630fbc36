//! One's own passkeys: a list, a new one, and taking one away.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::day;
use candour_core::permit::Action;
use candour_store::accounts::Own;
use candour_store::plain::passkey::{self, Passkey};
use serde::Serialize;
use webauthn_rs::prelude::PasskeyRegistration;

use super::PAGE;
use super::factor::{carry_out, codes_page, recovery_codes};
use crate::app::App;
use crate::errand::Errand;
use crate::error::Problem;
use crate::frame::Frame;
use crate::passkeys::name_of;
use crate::session::{Visitor, anybody};
use crate::web::typed::Typed;

/// The longest name of a passkey, in characters.
const NAME_CHARS_MAX: usize = 40;

const NAMELESS: &str = "Give the passkey a name of at most 40 characters";

#[derive(Serialize)]
struct Page {
    /// Whether one can be added here at all.
    possible: bool,
    passkeys: Vec<Shown>,
    /// Whether the last one has to stay, as the role asks for a second factor and there is no app.
    keeps_last: bool,
    problem: Option<&'static str>,
    /// Whether that is about the name.
    of_name: bool,
    name: String,
    longest: usize,
}

#[derive(Serialize)]
struct Shown {
    key: String,
    name: String,
    made: String,
    used: String,
}

/// `GET /account/passkeys`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    render(&app, &visitor, StatusCode::OK, "", None).await
}

/// `POST /account/passkeys`
pub async fn submit(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    visitor.fresh(&app, Action::KeepOwnAccount)?;
    let typed = Typed::of_body(&body);
    match typed.get("step") {
        "add" => add(&app, &headers, &visitor, &typed).await,
        "remove" => remove(&app, &visitor, typed.get("passkey")).await,
        _ => Err(Problem::Bad("Your passkeys are not as this page had them. Open the page again".to_owned())),
    }
}

async fn add(app: &Arc<App>, headers: &HeaderMap, visitor: &Visitor, typed: &Typed) -> Result<Response, Problem> {
    let name = typed.get("name").trim();
    let refused = |says| render(app, visitor, StatusCode::UNPROCESSABLE_ENTITY, name, Some(says));
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return refused(NAMELESS).await;
    }
    let passkeys = app.passkeys.as_ref().ok_or(Problem::NotFound)?;
    let asked = Errand::Add.back::<(String, Vec<u8>, PasskeyRegistration)>(app, headers);
    let Some(((_, handle, asked), spent)) = asked.filter(|((of, ..), _)| *of == visitor.account.id) else {
        return refused("This took too long. Add the passkey again").await;
    };
    let Some((id, credential)) = passkeys.made(typed.get("passkey"), &asked) else {
        return refused("The answer of your device could not be read. Add the passkey again").await;
    };
    let now = (app.now)();
    let account = visitor.account.id.clone();
    let new = Passkey { id, account, handle, name: name.to_owned(), credential, made_at: now, used_at: now };
    // Whoever has no other second factor gets codes for the day on which the device is lost.
    let (codes, digests) = if visitor.factors.any() { Default::default() } else { recovery_codes() };
    carry_out(app, visitor, Own::AddPasskey(new, spent, digests)).await?;
    if codes.is_empty() {
        return Ok(Redirect::to(&format!("{PAGE}?done=passkey")).into_response());
    }
    codes_page(app, visitor, codes, true)
}

async fn remove(app: &Arc<App>, visitor: &Visitor, key: &str) -> Result<Response, Problem> {
    let held = held(app, visitor).await?;
    let gone = || Problem::Bad("You have no such passkey. Open the page again".to_owned());
    let found = held.iter().find(|passkey| name_of(&passkey.id) == key).ok_or_else(gone)?;
    if keeps_last(app, visitor) && held.len() == 1 {
        return Err(Problem::Bad("Your role needs a second factor. Add another first".to_owned()));
    }
    carry_out(app, visitor, Own::RemovePasskey(found.id.clone(), visitor.session.name.clone())).await?;
    Ok(Redirect::to(&format!("{PAGE}?done=passkey-removed")).into_response())
}

fn keeps_last(app: &App, visitor: &Visitor) -> bool {
    visitor.needs_factor(app) && !visitor.factors.app
}

async fn held(app: &Arc<App>, visitor: &Visitor) -> Result<Vec<Passkey>, Problem> {
    let id = visitor.account.id.clone();
    Ok(app.read(move |app, tx| Ok(passkey::of(tx, &app.store.record.log, &id)?)).await?)
}

async fn render(
    app: &Arc<App>,
    visitor: &Visitor,
    status: StatusCode,
    name: &str,
    problem: Option<&'static str>,
) -> Result<Response, Problem> {
    let shown = |passkey: Passkey| Shown {
        key: name_of(&passkey.id),
        name: passkey.name,
        made: day::instant_in_words(passkey.made_at),
        used: day::instant_in_words(passkey.used_at),
    };
    let held = held(app, visitor).await?;
    let page = Page {
        possible: app.passkeys.is_some(),
        keeps_last: keeps_last(app, visitor) && held.len() == 1,
        passkeys: held.into_iter().map(shown).collect(),
        of_name: problem == Some(NAMELESS),
        problem,
        name: name.to_owned(),
        longest: NAME_CHARS_MAX,
    };
    app.pages.page_with(status, "account/passkeys.html", &Frame::of(app, Some(visitor), "account"), &page)
}
