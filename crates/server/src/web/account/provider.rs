//! One's own account and the identity provider: connecting the two, parting them, and showing there
//! that it is oneself.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::permit::Action;
use candour_store::accounts::Own;
use candour_store::plain::provider_link;
use serde::Serialize;

use super::PAGE;
use super::factor::carry_out;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::provider::For;
use crate::session::{Visitor, anybody};
use crate::web::provider::errand;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Page {
    /// What people call the provider.
    name: String,
    linked: bool,
    /// Whether there is a password, so that one can still sign in when they are parted.
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
    visitor.fresh(&app, Action::KeepOwnAccount)?;
    if app.provider.is_none() {
        return Err(Problem::NotFound);
    }
    match Typed::of_body(&body).get("step") {
        "connect" => {
            let what = For::Connect(visitor.account.id.clone(), visitor.session.name.clone());
            let (address, cookie) = errand(&app, what).await?;
            let page = render(&app, &visitor, Some(address)).await?;
            Ok(([(header::SET_COOKIE, cookie)], page).into_response())
        }
        "part" => {
            carry_out(&app, &visitor, Own::UnlinkProvider).await?;
            Ok(Redirect::to(&format!("{PAGE}?done=parted")).into_response())
        }
        _ => Err(Problem::Bad("Your account is not as this page had it. Open the page again".to_owned())),
    }
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
    let id = visitor.account.id.clone();
    let linked = app.read(move |app, tx| Ok(provider_link::is_linked(tx, &app.store.record.log, &id)?)).await?;
    let page = Page { name, linked, password: !visitor.account.password.is_empty(), go };
    app.pages.page("account/provider.html", &Frame::of(app, Some(visitor), "account"), &page)
}
