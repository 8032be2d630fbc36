//! Accounts: who may sign in, with which role, and what each role may do. No case content.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::permit::{Action, Object, permit};
use candour_store::plain::account;
use serde::Serialize;

use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, visitor};

#[derive(Serialize)]
struct Page {
    accounts: Vec<(String, &'static str, String)>,
}

/// `GET /staff/users`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let pass = permit(&visitor.actor(), Action::ListUsers, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    app.note_reading(&pass, "body:accounts".to_owned(), "accounts.read", serde_json::Map::new()).await?;
    let accounts = app.read(|app, tx| Ok(account::all(tx, &app.store.record.log)?)).await?;
    let place = |account: &account::Account| {
        let named = |unit: &String| match account.role.is_of_a_force() {
            true => app.profile.force_name(unit).to_owned(),
            false => unit.clone(),
        };
        account.units.iter().map(named).collect::<Vec<_>>().join(", ")
    };
    let row = |account: account::Account| {
        let place = place(&account);
        (account.name, account.role.label(), place)
    };
    let page = Page { accounts: accounts.into_iter().map(row).collect() };
    app.pages.page("staff/users.html", &Frame::of(&app, Some(&visitor), "users"), &page)
}
