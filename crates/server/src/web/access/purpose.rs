//! Saying for what one reads a case, where the table of roles asks for it. What is said is good for
//! that case and that day.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::access::Rules;
use candour_core::access::purpose::Category;
use candour_core::case::Case;
use candour_core::permit::{Action, asks_purpose, permit};
use candour_core::reference::Reference;
use candour_store::{Failure, access, cases};

use super::glass::{load, outline};
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};
use crate::web::field::{Choice, Field, Input};
use crate::web::form::FormPage;
use crate::web::typed::Typed;

/// Where somebody says for what they read a case.
pub(super) fn address(reference: &Reference) -> String {
    format!("/staff/cases/{}/purpose", reference.as_plain())
}

/// Who asks to read a case, and the case as far as they know it; or where they go at once.
enum Wanted {
    Says(Box<(Visitor, Case)>),
    /// They may read it as it is.
    Reads(String),
}

async fn wanted(app: &Arc<App>, headers: &HeaderMap, reference: &str) -> Result<Wanted, Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let reference = Reference::parse(reference).map_err(|_| Problem::NotFound)?;
    let case = load(app, &reference).await?;
    if case.matter().is_none() {
        return Err(Problem::NotFound);
    }
    let (stream, actor) = (reference.stream(), visitor.actor());
    let object = cases::object(&case, &stream, &app.profile);
    permit(&actor, Action::GivePurpose, object)?;
    if asks_purpose(&actor, Action::ReadCase, object) {
        return Ok(Wanted::Says(Box::new((visitor, case))));
    }
    permit(&actor, Action::ReadCase, object)?;
    Ok(Wanted::Reads(page_of(&case)))
}

fn page_of(case: &Case) -> String {
    format!("/staff/cases/{}", case.reference.as_plain())
}

/// `GET /staff/cases/REF/purpose`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match wanted(&app, &headers, &reference).await? {
        Wanted::Reads(page) => Ok(Redirect::to(&page).into_response()),
        Wanted::Says(says) => {
            let (visitor, case) = *says;
            let page = form(&app, &case, &Typed::default());
            app.pages.page("staff/form.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
        }
    }
}

/// `POST /staff/cases/REF/purpose`
pub async fn give(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (visitor, case) = match wanted(&app, &headers, &reference).await? {
        Wanted::Reads(page) => return Ok(Redirect::to(&page).into_response()),
        Wanted::Says(says) => *says,
    };
    let typed = Typed::of_body(&body);
    let (actor, asked, wanted) = (visitor.actor(), typed.clone(), case.reference.clone());
    let outcome = app
        .write(move |app, w| {
            let log = w.log();
            let case = cases::load(w.tx()?, log, &wanted)?;
            let stream = wanted.stream();
            let category = Category::parse(asked.get("category"));
            access::give_purpose(w, &actor, cases::object(&case, &stream, &app.profile), category, asked.get("says"))
        })
        .await;
    match outcome {
        Ok(()) => Ok(Redirect::to(&page_of(&case)).into_response()),
        Err(Failure::Refused(refusal)) => {
            let page = form(&app, &case, &typed).with_problems(refusal);
            let frame = Frame::of(&app, Some(&visitor), "cases");
            app.pages.page_with(StatusCode::UNPROCESSABLE_ENTITY, "staff/form.html", &frame, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn form(app: &App, case: &Case, typed: &Typed) -> FormPage {
    let categories = Category::ALL.iter().map(|c| Choice::new(c.id(), c.label())).collect();
    let least = Rules::built_in().purpose.characters;
    let fields = vec![
        Field::new("category", "Why are you reading this case?", Input::Radios(categories)),
        Field::new("says", "Say more in your own words", Input::Words)
            .with_hint(format!("{least} characters or more. Those who answer for the case see it beside your name")),
    ];
    let mut facts = outline(app, case);
    facts.push(("What you say covers".to_owned(), "This case, today".to_owned()));
    let title = "Say why you are reading this case";
    FormPage::plain(title, &address(&case.reference), "/staff/cases", fields, typed, "Read the case").with_facts(facts)
}
