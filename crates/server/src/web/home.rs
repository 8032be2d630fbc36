//! The first pages: the public one, and the one that staff land on.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::Stage;
use candour_core::permit::{Action, Object, permit};
use candour_store::reads;
use serde::Serialize;

use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, visitor};

#[derive(Serialize)]
struct Public {
    demo: bool,
}

/// `GET /`
pub async fn public(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let page = Public { demo: app.demo };
    let visitor = visitor(&app, Face::Board, &headers).await.ok();
    let frame = Frame::of(&app, visitor.as_ref(), "public");
    app.pages.page("public/home.html", &frame, &page)
}

#[derive(Serialize)]
struct Staff {
    /// What stands where: label, how many, the address of the list, how many overdue.
    counts: Vec<(&'static str, u64, String, u64)>,
    units: Vec<String>,
    does: &'static str,
}

/// `GET /staff`
pub async fn staff(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let lists = permit(&visitor.account.actor(), Action::ListCases, Object::Body).is_ok();
    let found = if lists {
        app.read(|app, tx| {
            let today = app.today(tx)?;
            Ok(reads::counts(tx, &app.store.record.log, today)?)
        })
        .await?
    } else {
        Vec::new()
    };
    let counts = Stage::ALL.into_iter().filter_map(|stage| {
        let (_, count, overdue) = found.iter().find(|(id, ..)| id == stage.id())?;
        Some((stage.label(), *count, format!("/staff/cases?stage={}", stage.id()), *overdue))
    });
    let page =
        Staff { counts: counts.collect(), units: visitor.account.units.clone(), does: does(visitor.account.role) };
    app.pages.page("staff/home.html", &Frame::of(&app, Some(&visitor), "home"), &page)
}

/// What somebody of that role comes here for.
fn does(role: candour_core::permit::Role) -> &'static str {
    use candour_core::permit::Role;
    match role {
        Role::Au => "You record referrals and assess them until the mode of investigation is decided.",
        Role::Inv | Role::Lead => "You investigate the cases that you lead, and submit their final reports.",
        Role::Sup => "You appoint leads, watch the clocks and close the cases of your region.",
        Role::Dm => "You decide the mode of investigation for matters of your region.",
        Role::Ned => "You see figures, never cases.",
        Role::Adm => "You look after accounts. You never see a case.",
        Role::Ops => "You run the operator's commands.",
    }
}
