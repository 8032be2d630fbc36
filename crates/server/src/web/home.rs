//! The first pages: the public one, and the one that staff land on.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::Stage;
use candour_core::permit::{Action, Object, Role, permit};
use candour_store::reads;
use serde::Serialize;

use super::tour::{self, Part};
use super::typed::encode;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::generate::demo_accounts;
use crate::session::{Face, anybody, visitor};

#[derive(Serialize)]
struct Public {
    /// The roles that a visitor of a demonstration can try, and the password of all of them.
    parts: Vec<Part>,
    password: &'static str,
}

/// `GET /`
pub async fn public(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let page = Public { parts: parts(&app), password: crate::generate::DEMO_PASSWORD };
    let visitor = anybody(&app, &headers).await.ok();
    let frame = Frame::of(&app, visitor.as_ref(), "public");
    app.pages.page("public/home.html", &frame, &page)
}

/// The first account of each role of a demonstration.
pub fn parts(app: &App) -> Vec<Part> {
    let accounts = if app.demo { demo_accounts(&app.profile) } else { Vec::new() };
    let first = |role: Role| accounts.iter().find(|a| a.role == role);
    let roles = [Role::Ned, Role::Sup, Role::Dm, Role::Inv, Role::Au, Role::Psd, Role::Aud, Role::Adm];
    let part =
        |role: Role| Some(Part { name: first(role)?.name.to_owned(), role: role.label(), says: tour::part(role) });
    roles.into_iter().filter_map(part).collect()
}

#[derive(Serialize)]
struct Staff {
    /// Whose cases are counted: a region, or everything.
    whose: Option<String>,
    /// What stands where: label, how many, the address of the list, how many overdue.
    counts: Vec<(&'static str, u64, String, u64)>,
    units: Vec<String>,
    does: &'static str,
}

/// `GET /staff`
pub async fn staff(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let lists = permit(&visitor.actor(), Action::ListCases, Object::Body).is_ok();
    let account = &visitor.account;
    // Whoever works for one region sees its caseload; everybody else sees the whole.
    let whose = account.units.first().filter(|_| account.units.len() == 1).cloned();
    let region = whose.clone().unwrap_or_default();
    let found = if lists {
        let own = visitor.own.clone();
        app.read(move |app, tx| {
            let today = app.today(tx)?;
            let hidden = own.sealed.iter().filter(|sealed| !sealed.inside).map(|sealed| sealed.case.as_str()).collect();
            Ok(reads::counts(tx, &app.store.record.log, today, &region, &hidden)?)
        })
        .await?
    } else {
        Vec::new()
    };
    let counts = Stage::ALL.into_iter().filter_map(|stage| {
        let (_, count, overdue) = found.iter().find(|(id, ..)| id == stage.id())?;
        let narrowed = whose.as_ref().map_or_else(String::new, |region| format!("&region={}", encode(region)));
        Some((stage.label(), *count, format!("/staff/cases?stage={}{narrowed}", stage.id()), *overdue))
    });
    let (counts, units, does) = (counts.collect(), account.units.clone(), does(account.role));
    let page = Staff { whose: whose.clone(), counts, units, does };
    app.pages.page("staff/home.html", &Frame::of(&app, Some(&visitor), "home"), &page)
}

/// What somebody of that role comes here for.
fn does(role: Role) -> &'static str {
    match role {
        Role::Au => "You record referrals and assess them until the mode of investigation is decided.",
        Role::Inv | Role::Lead => "You investigate the cases that you lead, and submit their final reports.",
        Role::Sup => {
            "You allocate investigations, appoint their leads, watch the clocks and close the cases of your region."
        }
        Role::Dm => {
            "You decide, for your region, who investigates, whether there is a case to answer, and what follows."
        }
        Role::Leg => "You read the cases on which you are asked for legal advice.",
        Role::Qsi => "You review the quality of the work. You say why before you read a case.",
        Role::Smn => "You read the cases on which you are asked for advice.",
        Role::Pan => "You read the cases that are put to your panel.",
        Role::Cwm => "You handle the reviews and the letters of the cases that you are asked to take.",
        Role::Com => "You see figures, never cases.",
        Role::Psd | Role::Lpb => "You see which cases there are of your force.",
        Role::Aud => {
            "You may read every case, until your last day. You say why before you read a case, and you change nothing."
        }
        Role::Cmp => "You see your own matter.",
        Role::Ned => "You see figures, never cases.",
        Role::Adm => "You look after accounts. You never see a case.",
        Role::Ops => "You run the operator's commands.",
    }
}
