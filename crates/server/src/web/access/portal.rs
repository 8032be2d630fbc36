//! Giving somebody who is kept informed an account for their matter, and ending it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use candour_core::access::portal::can_open;
use candour_core::day;
use candour_core::permit::{Action, Role};
use candour_store::access;
use candour_store::plain::account::Account;
use serde::Serialize;

use super::glass::submit;
use super::{address, opened_for};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::totp;
use crate::web::case_forms::contact;
use crate::web::case_page::letters::informed_name;
use crate::web::field::{Field, Input};
use crate::web::form::FormPage;
use crate::web::typed::{Typed, encode};
use crate::web::users::forms::start_code;

/// For how many days the start code is good: it may go by post.
const START_CODE_DAYS: i64 = 7;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// `GET /staff/cases/REF/account?key=KEY`
pub async fn show_open(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened_for(&app, &headers, &reference, Action::KeepPortal).await?;
    let page = open_page(&open, &Typed::of_query(query.as_deref()))?;
    app.pages.page("staff/form.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// `POST /staff/cases/REF/account`
pub async fn open(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (visitor, open) = opened_for(&app, &headers, &reference, Action::KeepPortal).await?;
    let typed = Typed::of_body(&body);
    let page = open_page(&open, &typed)?;
    if typed.get("step") == "confirm" {
        visitor.fresh(&app, Action::KeepPortal)?;
    }
    let (code, digest, _) = start_code(&app);
    let until = (app.now)() + START_CODE_DAYS * DAY_MICROS;
    let account = Account {
        id: format!("u{}", totp::token::<6>()),
        name: name(),
        role: Role::Cmp,
        units: Vec::new(),
        password: String::new(),
    };
    let (actor, wanted, asked, given) = (visitor.actor(), open.case.reference.clone(), typed.clone(), account.clone());
    let carry_out = move |app: &App, w: &mut candour_store::record::Write<'_>| {
        let of = (asked.get("key"), asked.get("sure"));
        access::open_portal(w, &actor, &app.profile, &wanted, of, (&given, (&digest, until)))
    };
    let follows = "They can see when they were told of progress and the letters that were sent to them, and write to you. \
                   You are shown a name and a start code once; give them both yourself, by a way that was agreed";
    let answer = submit(&app, &visitor, ("cases", &typed), page, follows, "", carry_out).await?;
    if answer.status() != StatusCode::SEE_OTHER {
        return Ok(answer);
    }
    let person = open.case.state.informed(typed.get("key"));
    let page = Given {
        person: informed_name(&open, typed.get("key")),
        name: account.name,
        code,
        until: day::instant_in_words(until),
        back: address(&open, "/letters"),
        reached: person.map(|person| contact::in_words(&open, person)).unwrap_or_default(),
        by_two: person.and_then(|person| person.contact.as_ref()).is_some_and(|contact| contact.agreed.at_risk),
    };
    app.pages.page("staff/account_given.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

#[derive(Serialize)]
struct Given {
    person: String,
    name: String,
    code: String,
    until: String,
    back: String,
    /// How they may safely be reached.
    reached: String,
    by_two: bool,
}

/// A name to sign in with that says nothing of anybody.
fn name() -> String {
    let (code, _) = totp::new_code();
    code[..9].to_owned()
}

fn open_page(open: &OpenCase, typed: &Typed) -> Result<FormPage, Problem> {
    let (key, stream) = (typed.get("key"), open.case.reference.stream());
    let person = can_open(&open.access.portal, &open.case.state, &stream, key)?;
    let fields = vec![
        Field::new("key", "", Input::Hidden),
        Field::new(
            "sure",
            "How did you make sure who they are, and that nobody else can read what you give them?",
            Input::Words,
        )
        .with_hint(
            "For example, you spoke to them on the number that was agreed, and they gave the reference of the case",
        ),
    ];
    let facts = vec![
        ("Who".to_owned(), informed_name(open, key)),
        ("How they may be reached".to_owned(), contact::in_words(open, person)),
        ("Case".to_owned(), open.case.reference.to_string()),
    ];
    let (to, back) = (address(open, &format!("/account?key={}", encode(key))), address(open, "/letters"));
    let page = FormPage::plain("Give them an account of their own", &to, &back, fields, typed, "Give the account");
    Ok(page.with_facts(facts))
}

/// `GET /staff/cases/REF/account-end?key=KEY`
pub async fn show_end(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened_for(&app, &headers, &reference, Action::KeepPortal).await?;
    let page = end_page(&open, &Typed::of_query(query.as_deref()))?;
    app.pages.page("staff/form.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// `POST /staff/cases/REF/account-end`
pub async fn end(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (visitor, open) = opened_for(&app, &headers, &reference, Action::KeepPortal).await?;
    let typed = Typed::of_body(&body);
    let page = end_page(&open, &typed)?;
    if typed.get("step") == "confirm" {
        visitor.fresh(&app, Action::KeepPortal)?;
    }
    let (actor, wanted, asked) = (visitor.actor(), open.case.reference.clone(), typed.clone());
    let carry_out = move |app: &App, w: &mut candour_store::record::Write<'_>| {
        access::close_portal(w, &actor, &app.profile, &wanted, (asked.get("key"), asked.get("reasons")))
    };
    let follows = "The account can no longer be used, at once. What they wrote stays in the case";
    let done = address(&open, "/letters");
    submit(&app, &visitor, ("cases", &typed), page, follows, &done, carry_out).await
}

fn end_page(open: &OpenCase, typed: &Typed) -> Result<FormPage, Problem> {
    let (key, stream) = (typed.get("key"), open.case.reference.stream());
    open.access.portal.of(&stream, key).ok_or(Problem::NotFound)?;
    let fields =
        vec![Field::new("key", "", Input::Hidden), Field::new("reasons", "Why is their account ended?", Input::Words)];
    let facts =
        vec![("Who".to_owned(), informed_name(open, key)), ("Case".to_owned(), open.case.reference.to_string())];
    let (to, back) = (address(open, &format!("/account-end?key={}", encode(key))), address(open, "/letters"));
    let page = FormPage::plain("End their account", &to, &back, fields, typed, "End the account");
    Ok(page.with_facts(facts))
}
