//! One's own account and the identity provider: connecting the two, disconnecting them, and showing there
//! that it is oneself.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::permit::Action;
use candour_store::accounts::Own;
use serde::Serialize;

use super::PAGE;
use super::factor::carry_out;
use crate::app::App;
use crate::errand::Errand;
use crate::error::Problem;
use crate::frame::Frame;
use crate::provider::{For, Provider, Shown};
use crate::session::{self, Visitor, anybody};
use crate::web::provider::{account_of, errand, spend};
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Page {
    /// What people call the provider.
    name: String,
    linked: bool,
    /// Whether there is a password, so that one can still sign in when they are disconnected.
    password: bool,
    /// Where the browser goes on to, once it is asked for.
    go: Option<String>,
}

/// `GET /account/provider`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    render(&app, &visitor, None).await
}

/// `POST /account/provider`
pub async fn submit(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    let typed = Typed::of_body(&body);
    if app.provider.is_none() {
        return Err(Problem::NotFound);
    }
    if typed.get("step") == "finish" {
        return finish(&app, &visitor, &headers).await;
    }
    visitor.fresh(&app, Action::KeepOwnAccount)?;
    match typed.get("step") {
        "connect" => {
            let what = For::Connect(visitor.account.id.clone(), visitor.session.name.clone());
            let (address, cookie) = errand(&app, what).await?;
            let page = render(&app, &visitor, Some(address)).await?;
            Ok(([(header::SET_COOKIE, cookie)], page).into_response())
        }
        "disconnect" => {
            let stays = visitor.session.name.clone();
            carry_out(&app, &visitor, Own::UnlinkProvider(stays)).await?;
            Ok(Redirect::to(&format!("{PAGE}?done=disconnected")).into_response())
        }
        _ => Err(Problem::Bad("Your account is not as this page had it. Open the page again".to_owned())),
    }
}

/// What the provider showed for this session, and what follows from it.
async fn finish(app: &Arc<App>, visitor: &Visitor, headers: &HeaderMap) -> Result<Response, Problem> {
    let of = |account: &String, session: &String| *account == visitor.account.id && *session == visitor.session.name;
    let too_late =
        || Problem::Bad("This took too long, or was done already. Begin again on the page of your account".to_owned());
    let Some(((what, shown), spent)) = Errand::Finish.back::<(For, Shown)>(app, headers) else {
        return Err(too_late());
    };
    match what {
        For::Connect(account, session) if of(&account, &session) => {
            visitor.fresh(app, Action::KeepOwnAccount)?;
            if !spend(app, spent).await? {
                return Err(too_late());
            }
            carry_out(app, visitor, Own::LinkProvider(shown.issuer, shown.subject)).await?;
            Ok(Redirect::to(&format!("{PAGE}?done=connected")).into_response())
        }
        For::Again(account, session) if of(&account, &session) => {
            if !spend(app, spent).await? {
                return Err(too_late());
            }
            again_shown(app, visitor, headers, &shown).await
        }
        _ => Err(too_late()),
    }
}

/// The session goes on as one whose owner has just shown that it is they: by as many factors as it began
/// with, and as they have.
async fn again_shown(
    app: &Arc<App>,
    visitor: &Visitor,
    headers: &HeaderMap,
    shown: &Shown,
) -> Result<Response, Problem> {
    let found = account_of(app, shown).await?.filter(|(account, ..)| account.id == visitor.account.id);
    let Some((_, has, needs)) = found else {
        return Err(Problem::Denied("The account to which you signed in there is not connected with yours".to_owned()));
    };
    if !shown.by_two && (has || needs || visitor.session.by_two) {
        return Err(Problem::Denied("You signed in there with one factor, and two are needed".to_owned()));
    }
    let (cookie, _) = session::renew(app, headers, visitor).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&format!("{PAGE}?done=shown"))).into_response())
}

/// `GET /account/provider/again`: goes there to show that it is oneself.
pub async fn again(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = anybody(&app, &headers).await?;
    let what = For::Again(visitor.account.id.clone(), visitor.session.name.clone());
    let (address, cookie) = errand(&app, what).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&address)).into_response())
}

async fn render(app: &Arc<App>, visitor: &Visitor, go: Option<String>) -> Result<Response, Problem> {
    let name = app.provider.as_ref().ok_or(Problem::NotFound)?.name.clone();
    let linked = is_linked(app, visitor).await?;
    let page = Page { name, linked, password: !visitor.account.password.is_empty(), go };
    app.pages.page("account/provider.html", &Frame::of(app, Some(visitor), "account"), &page)
}

/// Whether the visitor's account is connected with one of the provider that there is now.
pub(super) async fn is_linked(app: &Arc<App>, visitor: &Visitor) -> Result<bool, Problem> {
    let id = visitor.account.id.clone();
    Ok(app.read(move |app, tx| Ok(Provider::links(app, tx, &id)?)).await?)
}
