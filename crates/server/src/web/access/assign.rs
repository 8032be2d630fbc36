//! Asking somebody to read a case until a day, and ending that.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::Rules;
use candour_core::access::assignment::{ASKED, Command};
use candour_core::day;
use candour_core::permit::Action;
use candour_core::refusal::Refusal;
use candour_store::{access, cases};

use super::glass::submit;
use super::{address, opened_for};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::web::field::{Choice, Field, Input, date};
use crate::web::form::FormPage;
use crate::web::typed::Typed;

/// `GET /staff/cases/REF/assign`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened_for(&app, &headers, &reference, Action::AssignReader).await?;
    let page = assign_page(&open, &usually(&open));
    app.pages.page("staff/form.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// `POST /staff/cases/REF/assign`
pub async fn assign(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (visitor, open) = opened_for(&app, &headers, &reference, Action::AssignReader).await?;
    let typed = Typed::of_body(&body);
    let page = assign_page(&open, &typed);
    let person = open.staff.iter().find(|a| a.id == typed.get("person")).map(|a| (a.id.clone(), a.role));
    let (actor, wanted, asked) = (visitor.actor(), open.case.reference.clone(), typed.clone());
    let carry_out = move |app: &App, w: &mut candour_store::record::Write<'_>| {
        let log = w.log();
        let case = cases::load(w.tx()?, log, &wanted)?;
        let stream = wanted.stream();
        let until = date(&asked, "until", "The last day").map_err(|refusal| refusal.about("until"))?;
        let command = Command::Assign { person: person.clone(), until, what: asked.get("what").to_owned() };
        access::change_assignments(w, &actor, cases::object(&case, &stream, &app.profile), command)
    };
    let follows = "They can read the case until that day and do what their role does with it. Tell them: nothing is sent from here";
    let done = address(&open, "/readers");
    submit(&app, &visitor, ("cases", &typed), page, follows, &done, carry_out).await
}

/// What the form holds when it is opened: the last day that is meant unless another is named.
fn usually(open: &OpenCase) -> Typed {
    let until = day::from_number(day::number(open.today) + Rules::built_in().assignment.days);
    let mut typed = Typed::default();
    for (part, number) in
        [("day", i32::from(until.day())), ("month", until.month().into()), ("year", until.year().into())]
    {
        typed.set(&format!("until-{part}"), number.to_string());
    }
    typed
}

fn assign_page(open: &OpenCase, typed: &Typed) -> FormPage {
    let mut people: Vec<_> = open.staff.iter().filter(|a| ASKED.contains(&a.role)).collect();
    people.sort_by_key(|a| (ASKED.iter().position(|role| *role == a.role), a.name.clone()));
    let choice = |a: &&candour_store::plain::account::Account| {
        Choice::new(&a.id, format!("{}, {}", a.name, a.role.label().to_lowercase()))
    };
    let fields = vec![
        Field::new("person", "Who is to read this case?", Input::Select(people.iter().map(choice).collect())),
        Field::new("what", "What are they asked to do?", Input::Words),
        Field::new("until", "Until when may they read it?", Input::Date),
    ];
    let facts = vec![("Case".to_owned(), open.case.reference.to_string())];
    let (to, back) = (address(open, "/assign"), address(open, "/readers"));
    FormPage::plain("Ask somebody to read this case", &to, &back, fields, typed, "Ask them").with_facts(facts)
}

/// `GET /staff/cases/REF/assign-end?of=N`
pub async fn show_end(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened_for(&app, &headers, &reference, Action::AssignReader).await?;
    let page = end_page(&open, &Typed::of_query(query.as_deref()))?;
    app.pages.page("staff/form.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// `POST /staff/cases/REF/assign-end`
pub async fn end(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (visitor, open) = opened_for(&app, &headers, &reference, Action::AssignReader).await?;
    let typed = Typed::of_body(&body);
    let page = end_page(&open, &typed)?;
    let (actor, wanted, of) = (visitor.actor(), open.case.reference.clone(), typed.get("of").parse());
    let carry_out = move |app: &App, w: &mut candour_store::record::Write<'_>| {
        let log = w.log();
        let case = cases::load(w.tx()?, log, &wanted)?;
        let stream = wanted.stream();
        let of = of.clone().map_err(|_| Refusal::of("of", "Nobody is asked to read this case by that entry"))?;
        access::change_assignments(w, &actor, cases::object(&case, &stream, &app.profile), Command::End { of })
    };
    let follows = "They cannot open the case any more";
    let done = address(&open, "/readers");
    submit(&app, &visitor, ("cases", &typed), page, follows, &done, carry_out).await
}

fn end_page(open: &OpenCase, typed: &Typed) -> Result<FormPage, Problem> {
    let of: u64 = typed.get("of").parse().map_err(|_| Problem::NotFound)?;
    let stream = open.case.reference.stream();
    let standing = open.access.assignments.standing(open.today);
    let found = standing.into_iter().find(|(entry, assigned)| entry.version == of && assigned.case == stream);
    let (entry, assigned) = found.ok_or(Problem::NotFound)?;
    let facts = vec![
        ("Case".to_owned(), open.case.reference.to_string()),
        ("Who".to_owned(), crate::web::case_page::staff_name(open, &assigned.person)),
        ("For what".to_owned(), entry.word("what").unwrap_or_default().to_owned()),
        ("Until".to_owned(), day::in_words(assigned.until)),
    ];
    let fields = vec![Field::new("of", "", Input::Hidden)];
    let (to, back) = (address(open, "/assign-end"), address(open, "/readers"));
    Ok(FormPage::plain("End that somebody may read this case", &to, &back, fields, typed, "End it").with_facts(facts))
}
