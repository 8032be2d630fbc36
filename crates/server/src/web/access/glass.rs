//! Opening a case that is not one's own with a reason, and reviewing the reason of somebody else.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::access::Rules;
use candour_core::access::glass::Category;
use candour_core::case::{Case, Stage};
use candour_core::day;
use candour_core::permit::{Action, Denied, asks_purpose, permit};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::{Failure, access, cases};

use super::PAGE;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};
use crate::web::field::{Choice, Field, Input};
use crate::web::form::FormPage;
use crate::web::typed::Typed;

fn address(reference: &Reference) -> String {
    format!("/staff/cases/{}/break-glass", reference.as_plain())
}

/// What a denial to read a case becomes where the visitor could say for what they read it, or give a
/// reason.
pub(in crate::web) async fn or_challenged(
    app: &Arc<App>,
    visitor: &Visitor,
    reference: &Reference,
    denied: &Denied,
) -> Result<Problem, Problem> {
    if denied.hides() {
        return Ok(Problem::NotFound);
    }
    let case = load(app, reference).await?;
    let stream = reference.stream();
    let (actor, object) = (visitor.actor(), cases::object(&case, &stream, &app.profile));
    if asks_purpose(&actor, Action::ReadCase, object) {
        return Ok(Problem::Purposeless(super::purpose::address(reference)));
    }
    let may = permit(&actor, Action::BreakGlass, object).is_ok();
    let says = denied.to_string();
    Ok(if may { Problem::Challenged(says, address(reference)) } else { Problem::Denied(says) })
}

pub(super) async fn load(app: &Arc<App>, reference: &Reference) -> Result<Case, Failure> {
    let wanted = reference.clone();
    app.read(move |app, tx| Ok(cases::load(tx, &app.store.record.log, &wanted)?)).await
}

/// The case that a visitor asks to open, as far as everybody who lists cases knows it.
struct Wanted {
    visitor: Visitor,
    case: Case,
}

async fn wanted(app: &Arc<App>, headers: &HeaderMap, reference: &str) -> Result<Wanted, Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let reference = Reference::parse(reference).map_err(|_| Problem::NotFound)?;
    let case = load(app, &reference).await?;
    if case.matter().is_none() {
        return Err(Problem::NotFound);
    }
    let stream = reference.stream();
    permit(&visitor.actor(), Action::BreakGlass, cases::object(&case, &stream, &app.profile))?;
    Ok(Wanted { visitor, case })
}

/// `GET /staff/cases/REF/break-glass`
pub async fn show_open(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = wanted(&app, &headers, &reference).await?;
    let case = format!("/staff/cases/{}", wanted.case.reference.as_plain());
    let stream = wanted.case.reference.stream();
    let object = cases::object(&wanted.case, &stream, &app.profile);
    if permit(&wanted.visitor.actor(), Action::ReadCase, object).is_ok() {
        return Ok(Redirect::to(&case).into_response());
    }
    let page = open_page(&app, &wanted.case, &Typed::default());
    app.pages.page("staff/form.html", &Frame::of(&app, Some(&wanted.visitor), "cases"), &page)
}

/// `POST /staff/cases/REF/break-glass`
pub async fn open(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let Wanted { visitor, case } = wanted(&app, &headers, &reference).await?;
    let typed = Typed::of_body(&body);
    let page = open_page(&app, &case, &typed);
    let back = format!("/staff/cases/{}", case.reference.as_plain());
    let (actor, asked, wanted) = (visitor.actor(), typed.clone(), case.reference.clone());
    let hours = Rules::built_in().break_glass.hours;
    let follows = format!(
        "The case is open to you for {hours} hours, to be read and nothing else. Its lead investigator and the \
         supervisors and decision makers of its region see your name and your reason at once, and one of them reviews it"
    );
    let carry_out = move |app: &App, w: &mut candour_store::record::Write<'_>| {
        let log = w.log();
        let case = cases::load(w.tx()?, log, &wanted)?;
        let stream = wanted.stream();
        let category = Category::parse(asked.get("category"));
        let category = category.ok_or_else(|| Refusal::of("category", "Choose why you have to open this case"))?;
        access::open(w, &actor, cases::object(&case, &stream, &app.profile), category, asked.get("reason"))
    };
    submit(&app, &visitor, ("cases", &typed), page, &follows, &back, carry_out).await
}

fn open_page(app: &App, case: &Case, typed: &Typed) -> FormPage {
    let categories = Category::ALL.iter().map(|c| Choice::new(c.id(), c.label())).collect();
    let rules = &Rules::built_in().break_glass;
    let fields = vec![
        Field::new("category", "Why do you have to open this case?", Input::Radios(categories)),
        Field::new("reason", "Say it in your own words", Input::Words)
            .with_hint(format!("{} characters or more", rules.reason_characters)),
    ];
    let back = "/staff/cases";
    let mut facts = outline(app, case);
    facts.push(("How often".to_owned(), format!("{} cases in {} days at most", rules.most, rules.days)));
    let title = "Open a case with a reason";
    FormPage::plain(title, &address(&case.reference), back, fields, typed, "Open the case").with_facts(facts)
}

/// Which case it is, to somebody who does not read it yet: no more than lists say.
pub(super) fn outline(app: &App, case: &Case) -> Vec<(String, String)> {
    let state = &case.state;
    let fact = |what: &str, says: &str| (what.to_owned(), says.to_owned());
    vec![
        fact("Case", &case.reference.to_string()),
        fact("Force", app.profile.force_name(state.force().unwrap_or_default())),
        fact("Kind", state.kind_on(day::LAST_DAY).map_or("", |kind| kind.label())),
        fact("Stage", Stage::of(state, &app.profile).label()),
    ]
}

/// `GET /staff/access/review?of=N`
pub async fn show_review(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let typed = Typed::of_query(query.as_deref());
    let (_, page) = review_page(&app, &visitor, &typed).await?;
    app.pages.page("staff/form.html", &Frame::of(&app, Some(&visitor), "access"), &page)
}

/// `POST /staff/access/review`
pub async fn review(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let typed = Typed::of_body(&body);
    let (of, page) = review_page(&app, &visitor, &typed).await?;
    let (actor, asked) = (visitor.actor(), typed.clone());
    let follows = "Whoever opened the case sees what you found. Without good reason they can open no other in this way";
    let carry_out = move |app: &App, w: &mut candour_store::record::Write<'_>| {
        let log = w.log();
        let recorded = access::load(w.tx()?, log)?;
        let case = case_of(w.tx()?, log, &recorded, of)?;
        let stream = case.reference.stream();
        let justified = match asked.get("justified") {
            "yes" => true,
            "no" => false,
            _ => return Err(Refusal::of("justified", "Choose whether there was good reason").into()),
        };
        let found = (justified, asked.get("reasons"));
        access::review(w, &actor, cases::object(&case, &stream, &app.profile), of, found)
    };
    let done = format!("{PAGE}?done=reviewed");
    submit(&app, &visitor, ("access", &typed), page, follows, &done, carry_out).await
}

fn case_of(
    tx: &mut candour_store::db::Tx<'_>,
    log: &str,
    recorded: &access::Recorded,
    of: u64,
) -> Result<Case, Failure> {
    let opening = recorded.glass.openings().find(|o| o.entry.version == of);
    let reference = opening.and_then(|o| Reference::of_stream(&o.opened.case));
    let reference = reference.ok_or_else(no_such_opening)?;
    Ok(cases::load(tx, log, &reference)?)
}

/// What is answered where there is none, or where it is of a case that the visitor is not to know of.
fn no_such_opening() -> Refusal {
    Refusal::of("of", "There is no such opening that you may review")
}

/// The form for an opening that the visitor may review, and which it is.
async fn review_page(app: &Arc<App>, visitor: &Visitor, typed: &Typed) -> Result<(u64, FormPage), Problem> {
    let of: u64 = typed.get("of").parse().map_err(|_| Problem::NotFound)?;
    let (recorded, case, accounts) = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            let recorded = app.access(tx)?;
            let case = case_of(tx, log, &recorded, of)?;
            Ok((recorded, case, candour_store::plain::account::all(tx, log)?))
        })
        .await?;
    let stream = case.reference.stream();
    let pass = match permit(&visitor.actor(), Action::ReviewGlass, cases::object(&case, &stream, &app.profile)) {
        Err(denied) if denied.hides() => return Err(no_such_opening().into()),
        other => other?,
    };
    let opening = recorded.glass.openings().find(|o| o.entry.version == of).ok_or(Problem::NotFound)?;
    super::note_reason(app, &opening, &pass).await?;
    let (entry, opened) = (opening.entry, opening.opened);
    let who = accounts.iter().find(|a| a.id == entry.actor).map_or(entry.actor.as_str(), |a| a.name.as_str());
    let fact = |what: &str, says: &str| (what.to_owned(), says.to_owned());
    let facts = vec![
        fact("Case", &case.reference.to_string()),
        fact("Opened by", who),
        fact("When", &day::instant_in_words(entry.recorded_at)),
        fact("Why", opened.category.label()),
        fact("In their words", entry.word("reason").unwrap_or_default()),
    ];
    let answers = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
    let fields = vec![
        Field::new("of", "", Input::Hidden),
        Field::new("justified", "Was there good reason to open the case?", Input::Radios(answers)),
        Field::new("reasons", "What did you find?", Input::Words),
    ];
    let title = "Review why a case was opened";
    let page = FormPage::plain(title, &format!("{PAGE}/review"), PAGE, fields, typed, "Record the review");
    Ok((of, page.with_facts(facts)))
}

/// Tries what was typed in a transaction that is undone and shows what follows; then carries it out.
pub(in crate::web) async fn submit(
    app: &Arc<App>,
    visitor: &Visitor,
    (section, typed): (&'static str, &Typed),
    page: FormPage,
    follows: &str,
    done: &str,
    mut carry_out: impl FnMut(&App, &mut candour_store::record::Write<'_>) -> Result<(), Failure> + Send + 'static,
) -> Result<Response, Problem> {
    let frame = Frame::of(app, Some(visitor), section);
    if typed.get("step") == "edit" {
        return app.pages.page("staff/form.html", &frame, &page);
    }
    let confirmed = typed.get("step") == "confirm";
    // A refusal undoes what was recorded, so a first step ends in one that says nothing.
    let outcome = app
        .write(move |app, w| {
            carry_out(app, w)?;
            if confirmed { Ok(()) } else { Err(Refusal { problems: Vec::new() }.into()) }
        })
        .await;
    match outcome {
        Ok(()) => Ok(Redirect::to(done).into_response()),
        Err(Failure::Refused(refusal)) if refusal.problems.is_empty() => {
            let page = page.checked(("What follows".to_owned(), follows.to_owned()));
            app.pages.page("staff/form.html", &frame, &page)
        }
        Err(Failure::Refused(refusal)) => {
            let page = page.with_problems(refusal);
            app.pages.page_with(StatusCode::UNPROCESSABLE_ENTITY, "staff/form.html", &frame, &page)
        }
        Err(other) => Err(other.into()),
    }
}
