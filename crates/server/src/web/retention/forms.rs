//! Proposing to dispose of words, answering a proposal, and putting a case on hold or restricting it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::permit::{Action, Actor, permit};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_core::retention::register::{Proposed, Sort};
use candour_core::retention::{Ground, Schedule};
use candour_store::disposals::{self, Wanted};
use candour_store::record::Write;
use candour_store::{Failure, cases};

use super::{PAGE, count_of, in_full};
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};
use crate::web::access::glass::submit;
use crate::web::field::{Choice, Field, Input};
use crate::web::form::FormPage;
use crate::web::typed::Typed;

fn fact(what: &str, says: impl Into<String>) -> (String, String) {
    (what.to_owned(), says.into())
}

/// What an address or a form is about.
fn wanted(typed: &Typed) -> Option<Wanted> {
    if let Some(person) = Some(typed.get("person")).filter(|person| !person.is_empty()) {
        return Some(Wanted::Person(format!("person:{person}")));
    }
    let reference = Reference::parse(typed.get("case")).ok()?;
    match (typed.get("entry"), typed.get("field")) {
        ("", "") => Some(Wanted::Case(reference)),
        (entry, field) => Some(Wanted::Word(reference, entry.parse().ok()?, field.to_owned())),
    }
}

/// Refuses whoever may not do this to every one of the cases. One that is not there is answered as one
/// that is hidden.
async fn may(app: &Arc<App>, actor: &Actor, action: Action, streams: Vec<String>) -> Result<(), Problem> {
    let actor = actor.clone();
    let checked = app.read(move |app, tx| {
        for stream in streams {
            let Some(reference) = Reference::of_stream(&stream) else { continue };
            let case = cases::load(tx, &app.store.record.log, &reference)?;
            if case.matter().is_none() {
                return Ok(false);
            }
            permit(&actor, action, cases::object(&case, &stream, &app.profile))?;
        }
        Ok(true)
    });
    if checked.await? { Ok(()) } else { Err(Problem::NotFound) }
}

async fn propose_page(app: &Arc<App>, visitor: &Visitor, typed: &Typed) -> Result<(Wanted, FormPage), Problem> {
    let wanted = wanted(typed).ok_or(Problem::NotFound)?;
    let asked = wanted.clone();
    let (words, streams) = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            let words = disposals::named(tx, log, &asked)?;
            let streams = disposals::cases_of(tx, log, &asked)?;
            Ok((words, streams))
        })
        .await?;
    if streams.is_empty() {
        return Err(Problem::NotFound);
    }
    may(app, &visitor.actor(), Action::ProposeDisposal, streams).await?;
    let count: usize = words.values().flat_map(|words| words.values()).map(|fields| fields.len()).sum();
    let about: Vec<String> = words.keys().map(|stream| in_full(stream)).collect();
    let what = match &wanted {
        Wanted::Case(_) => "All words of the case".to_owned(),
        Wanted::Person(_) => "What the register holds of the person, and the words of every entry that is about them. \
                              Words of other entries that name them are not found by this: propose each by itself"
            .to_owned(),
        Wanted::Word(_, entry, field) => format!("The text “{field}” of entry {entry}, with its corrections"),
    };
    let schedule = Schedule::of(&app.store.record.log);
    let grounds = Ground::ALL.iter().map(|g| Choice::new(g.id(), g.label()).with_hint(schedule.law(*g))).collect();
    let fields = vec![
        Field::new("case", "", Input::Hidden),
        Field::new("person", "", Input::Hidden),
        Field::new("entry", "", Input::Hidden),
        Field::new("field", "", Input::Hidden),
        Field::new("ground", "On which ground do they go?", Input::Radios(grounds)),
        Field::new("reasons", "Why do they go?", Input::Words).with_hint("Do not repeat what the words say"),
    ];
    let facts = vec![fact("What", what), fact("Of", about.join(", ")), fact("Texts", count.to_string())];
    let title = "Propose to dispose of words";
    let page = FormPage::plain(title, &format!("{PAGE}/propose"), PAGE, fields, typed, "Propose it");
    Ok((wanted, page.with_facts(facts)))
}

/// `GET /staff/retention/propose?case=REF`
pub async fn show_propose(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let (_, page) = propose_page(&app, &visitor, &Typed::of_query(query.as_deref())).await?;
    shown(&app, &visitor, &page)
}

fn shown(app: &App, visitor: &Visitor, page: &FormPage) -> Result<Response, Problem> {
    app.pages.page_with(StatusCode::OK, "staff/form.html", &Frame::of(app, Some(visitor), "retention"), page)
}

/// `POST /staff/retention/propose`
pub async fn propose(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let typed = Typed::of_body(&body);
    let (wanted, page) = propose_page(&app, &visitor, &typed).await?;
    let (actor, asked) = (visitor.actor(), typed.clone());
    let follows = "Nothing goes yet. A decision maker who is not you approves or refuses it. When it is approved the \
                   words are deleted and cannot be brought back";
    let carry_out = move |app: &App, w: &mut Write<'_>| {
        let ground = Ground::parse(asked.get("ground"));
        let ground = ground.ok_or_else(|| Refusal::of("ground", "Choose on which ground the words go"))?;
        let context = app.context_of(w)?;
        disposals::propose(w, &actor, context, &wanted, ground, asked.get("reasons"))
    };
    submit(&app, &visitor, ("retention", &typed), page, follows, &format!("{PAGE}?done=proposed"), carry_out).await
}

async fn answer_page(app: &Arc<App>, visitor: &Visitor, typed: &Typed) -> Result<(u64, FormPage), Problem> {
    let of: u64 = typed.get("of").parse().map_err(|_| Problem::NotFound)?;
    let found = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            let register = disposals::load(tx, log)?;
            let found = register.proposals().find(|p| p.entry.version == of && p.answer.is_none());
            let found = found.map(|p| (p.entry.clone(), p.proposed.clone()));
            let streams = match &found {
                Some((_, proposed)) => disposals::cases_touched(tx, log, proposed)?,
                None => Vec::new(),
            };
            Ok(found.map(|(entry, proposed)| (entry, proposed, streams)))
        })
        .await?;
    let (entry, proposed, streams) = found.ok_or(Problem::NotFound)?;
    may(app, &visitor.actor(), Action::ApproveDisposal, streams).await?;
    let answers = vec![Choice::new("yes", "Yes, dispose of them"), Choice::new("no", "No, keep them")];
    let fields = vec![
        Field::new("of", "", Input::Hidden),
        Field::new("approves", "Should these words go?", Input::Radios(answers)),
        Field::new("reasons", "Why?", Input::Words).with_hint("Do not repeat what the words say"),
    ];
    let page = FormPage::plain(
        "Answer a proposal to dispose of words",
        &format!("{PAGE}/answer"),
        PAGE,
        fields,
        typed,
        "Record the answer",
    );
    Ok((of, page.with_facts(facts_of(app, &proposed, entry.word("reasons").unwrap_or_default()))))
}

fn facts_of(app: &App, proposed: &Proposed, reasons: &str) -> Vec<(String, String)> {
    let schedule = Schedule::of(&app.store.record.log);
    let about: Vec<String> = proposed.words.keys().map(|stream| in_full(stream)).collect();
    let mut facts = vec![
        fact("What", proposed.scope.label()),
        fact("Of", about.join(", ")),
        fact("Texts", count_of(proposed).to_string()),
        fact("Ground", proposed.ground.label()),
        fact("The law", schedule.law(proposed.ground)),
    ];
    facts.extend(schedule.rule(&proposed.schedule).map(|rule| fact("Schedule", rule.title.as_str())));
    facts.push(fact("Why", reasons));
    facts
}

/// `GET /staff/retention/answer?of=N`
pub async fn show_answer(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let (_, page) = answer_page(&app, &visitor, &Typed::of_query(query.as_deref())).await?;
    shown(&app, &visitor, &page)
}

/// `POST /staff/retention/answer`
pub async fn answer(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let typed = Typed::of_body(&body);
    let (of, page) = answer_page(&app, &visitor, &typed).await?;
    if typed.get("step") == "confirm" {
        visitor.fresh(&app, Action::ApproveDisposal)?;
    }
    let (actor, asked) = (visitor.actor(), typed.clone());
    let approves = typed.get("approves") == "yes";
    let (follows, done) = if approves {
        ("The words are deleted and cannot be brought back. The record keeps that they were there and went", "approved")
    } else {
        ("Nothing is disposed of. What was proposed can be proposed again", "refused")
    };
    let carry_out = move |app: &App, w: &mut Write<'_>| {
        let approves = match asked.get("approves") {
            "yes" => true,
            "no" => false,
            _ => return Err(Refusal::of("approves", "Choose whether the words should go").into()),
        };
        let context = app.context_of(w)?;
        disposals::answer(w, &actor, context, of, approves, asked.get("reasons"))
    };
    let to = format!("{PAGE}?done={done}");
    let answer = submit(&app, &visitor, ("retention", &typed), page, follows, &to, carry_out).await?;
    if approves && answer.status() == StatusCode::SEE_OTHER && !scrubbed(&app).await {
        return Ok(Redirect::to(&format!("{PAGE}?done=busy")).into_response());
    }
    Ok(answer)
}

/// Makes away with what the words left in the files; says whether nothing stood in the way.
async fn scrubbed(app: &Arc<App>) -> bool {
    let engine = app.store.record.engine.clone();
    let scrubbed = tokio::task::spawn_blocking(move || engine.scrub(false)).await;
    match scrubbed {
        Ok(Ok(whole)) => whole,
        Ok(Err(error)) => {
            tracing::error!(%error, "words that were disposed of may still be in the files; run candour retention scrub");
            false
        }
        Err(_) => false,
    }
}

/// The form for a case that the visitor may put on hold.
async fn restrict_page(app: &Arc<App>, visitor: &Visitor, typed: &Typed) -> Result<(Reference, FormPage), Problem> {
    let reference = Reference::parse(typed.get("case")).map_err(|_| Problem::NotFound)?;
    let wanted = reference.clone();
    let case = app.read(move |app, tx| Ok(cases::load(tx, &app.store.record.log, &wanted)?)).await?;
    if case.matter().is_none() {
        return Err(Problem::NotFound);
    }
    may(app, &visitor.actor(), Action::Restrict, vec![reference.stream()]).await?;
    let sorts = Sort::ALL.iter().map(|sort| Choice::new(sort.id(), sort.label())).collect();
    let fields = vec![
        Field::new("case", "", Input::Hidden),
        Field::new("sort", "What should happen to the words of the case?", Input::Radios(sorts)),
        Field::new("reasons", "Why do they have to be kept?", Input::Words),
    ];
    let title = "Put a case on hold, or restrict it";
    let page = FormPage::plain(title, &format!("{PAGE}/restrict"), PAGE, fields, typed, "Record it");
    let facts = vec![
        fact("Case", reference.to_string()),
        fact("The law", "Restriction in the place of erasure: DPA 2018 section 47 (from memory, to be checked)"),
    ];
    Ok((reference, page.with_facts(facts)))
}

/// `GET /staff/retention/restrict?case=REF`
pub async fn show_restrict(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let (_, page) = restrict_page(&app, &visitor, &Typed::of_query(query.as_deref())).await?;
    shown(&app, &visitor, &page)
}

/// `POST /staff/retention/restrict`
pub async fn restrict(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let typed = Typed::of_body(&body);
    let (reference, page) = restrict_page(&app, &visitor, &typed).await?;
    let (actor, asked) = (visitor.actor(), typed.clone());
    let follows = "Nothing of the case is disposed of until somebody lifts this, with reasons";
    let carry_out = move |app: &App, w: &mut Write<'_>| {
        let sort = Sort::parse(asked.get("sort"));
        let sort = sort.ok_or_else(|| Refusal::of("sort", "Choose what should happen to the words"))?;
        let context = app.context_of(w)?;
        disposals::place(w, &actor, context, (&reference, sort), asked.get("reasons"))
    };
    submit(&app, &visitor, ("retention", &typed), page, follows, &format!("{PAGE}?done=placed"), carry_out).await
}

async fn lift_page(app: &Arc<App>, visitor: &Visitor, typed: &Typed) -> Result<(u64, FormPage), Problem> {
    let of: u64 = typed.get("of").parse().map_err(|_| Problem::NotFound)?;
    let register = app.read(|app, tx| Ok(disposals::load(tx, &app.store.record.log)?)).await?;
    let standing = register.standing().find(|s| s.entry.version == of).ok_or(Problem::NotFound)?;
    may(app, &visitor.actor(), Action::Restrict, vec![standing.placed.case.clone()]).await?;
    let fields =
        vec![Field::new("of", "", Input::Hidden), Field::new("reasons", "Why is it no longer needed?", Input::Words)];
    let facts = vec![
        fact("Case", in_full(&standing.placed.case)),
        fact("What", standing.placed.sort.label()),
        fact("Why", standing.entry.word("reasons").unwrap_or_default()),
    ];
    let title = "Lift a hold or a restriction";
    let page = FormPage::plain(title, &format!("{PAGE}/lift"), PAGE, fields, typed, "Lift it");
    Ok((of, page.with_facts(facts)))
}

/// `GET /staff/retention/lift?of=N`
pub async fn show_lift(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let (_, page) = lift_page(&app, &visitor, &Typed::of_query(query.as_deref())).await?;
    shown(&app, &visitor, &page)
}

/// `POST /staff/retention/lift`
pub async fn lift(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let typed = Typed::of_body(&body);
    let (of, page) = lift_page(&app, &visitor, &typed).await?;
    let (actor, asked) = (visitor.actor(), typed.clone());
    let follows = "From then on its words can be read as before, and disposed of when they are due";
    let carry_out = move |app: &App, w: &mut Write<'_>| -> Result<(), Failure> {
        let context = app.context_of(w)?;
        disposals::lift(w, &actor, context, of, asked.get("reasons"))
    };
    submit(&app, &visitor, ("retention", &typed), page, follows, &format!("{PAGE}?done=lifted"), carry_out).await
}
