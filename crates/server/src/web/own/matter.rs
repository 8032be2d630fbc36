//! One's own matter, and a letter that was sent to oneself.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::informed::Person;
use candour_core::case::letter::Letter;
use candour_core::case::{Stage, clocks};
use candour_core::day;
use candour_core::law::id;
use serde::Serialize;

use super::Own;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::web::case_page::word_as_corrected;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Page {
    reference: String,
    plain: String,
    facts: Vec<(&'static str, String)>,
    /// What the stage means.
    means: &'static str,
    letters: Vec<LetterShown>,
    /// How they may be reached, without the words of it.
    reached: Option<String>,
    wrote: Vec<Wrote>,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct LetterShown {
    n: u32,
    name: String,
    on: String,
}

#[derive(Serialize)]
struct Wrote {
    version: u64,
    on: String,
    words: String,
}

/// `GET /own/cases/REF`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let own = Own::open(&app, &headers, &reference).await?;
    let (open, person) = (&own.open, own.person()?);
    let stage = Stage::of(&open.case.state, &app.profile);
    let wrote = person.wrote.iter().rev().map(|(on, version)| Wrote {
        version: *version,
        on: day::in_words(*on),
        words: word_as_corrected(open, *version, "message").unwrap_or_default(),
    });
    let mut letters: Vec<&Letter> = sent(&own).collect();
    letters.reverse();
    let page = Page {
        reference: open.case.reference.to_string(),
        plain: open.case.reference.as_plain().to_owned(),
        facts: facts(&app, &own, person, stage),
        means: if person.withheld.is_some() { "" } else { means(stage) },
        letters: letters.into_iter().map(letter_shown).collect(),
        reached: person.contact.as_ref().map(|contact| {
            let ways: Vec<&str> = contact.agreed.ways.iter().map(|way| way.label()).collect();
            let messages = if contact.agreed.messages { "may" } else { "do not" };
            format!("Only {}, and we {messages} leave messages", ways.join(" or "))
        }),
        wrote: wrote.collect(),
        done: (Typed::of_query(query.as_deref()).get("done") == "sent")
            .then_some("Your message is recorded. Those who deal with your matter see it."),
    };
    app.pages.page("own/matter.html", &Frame::of(&app, Some(&own.visitor), "own"), &page)
}

/// What there is to know at a glance. While an update is withheld from somebody, how far the matter has
/// come is not told here either.
fn facts(app: &App, own: &Own, person: &Person, stage: Stage) -> Vec<(&'static str, String)> {
    let state = &own.open.case.state;
    let mut facts = vec![("Police force", app.profile.force_name(state.force().unwrap_or_default()).to_owned())];
    if let Some(matter) = own.open.case.matter() {
        facts.push(("We received it on", day::in_words(matter.received)));
    }
    if person.withheld.is_none() {
        facts.push(("How far it has come", stage.label().to_owned()));
    }
    if let Some(last) = person.updates.iter().max() {
        facts.push(("We last told you of progress on", day::in_words(*last)));
    }
    if let Some(next) = next(app, own).filter(|_| person.withheld.is_none()) {
        facts.push(("We are to tell you of progress by", day::in_words(next)));
    }
    facts
}

/// By when they are to be told of progress, where the law says so.
fn next(app: &App, own: &Own) -> Option<day::Day> {
    let context = app.context(own.open.today, own.open.calendar);
    let mut running = clocks::of(&own.open.case.state, context).into_iter().filter(clocks::Clock::runs);
    let clock = running
        .find(|clock| matches!(clock.timer.rule, id::UPDATE_FIRST | id::UPDATE_NEXT) && clock.timer.about == own.key);
    clock.and_then(|clock| clock.due)
}

/// The letters that were sent to them.
fn sent(own: &Own) -> impl Iterator<Item = &Letter> {
    own.open
        .case
        .state
        .letters
        .iter()
        .filter(|letter| letter.to == own.key && letter.served.is_some_and(|(_, sent, _)| sent <= own.open.today))
}

fn letter_shown(letter: &Letter) -> LetterShown {
    LetterShown {
        n: letter.n,
        name: letter.template().map_or_else(|| letter.letter.clone(), |template| template.name.clone()),
        on: day::in_words(letter.on),
    }
}

/// What a stage means to somebody who does not work here.
fn means(stage: Stage) -> &'static str {
    match stage {
        Stage::Assessment => "We are deciding whether it is to be investigated, and by whom.",
        Stage::AwaitingLead => "We have decided to investigate it ourselves. Somebody is being appointed to lead that.",
        Stage::Investigation => "We are investigating it ourselves.",
        Stage::Suspended => "Our investigation is suspended, because something else has to come first.",
        Stage::WithForce => "The police force deals with it, in the way that we decided.",
        Stage::AfterReport => "The report is there. We are deciding what follows from it.",
        Stage::Waiting => {
            "The report is there, and others, such as a prosecutor or a court, are deciding what follows from it."
        }
        Stage::Open => "We are dealing with it.",
        Stage::Closed => "We have closed it.",
    }
}

#[derive(Serialize)]
struct LetterPage {
    reference: String,
    back: String,
    name: String,
    on: String,
    text: String,
    welsh: Option<String>,
}

/// `GET /own/cases/REF/letters/N`: a letter that was sent to them, as it was sent.
pub async fn letter(
    State(app): State<Arc<App>>,
    Path((reference, n)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let own = Own::open(&app, &headers, &reference).await?;
    let n: u32 = n.parse().map_err(|_| Problem::NotFound)?;
    let letter = sent(&own).find(|letter| letter.n == n).ok_or(Problem::NotFound)?;
    let later = letter.translated.and_then(|(_, by)| word_as_corrected(&own.open, by, "text_cy"));
    let LetterShown { name, on, .. } = letter_shown(letter);
    let page = LetterPage {
        reference: own.open.case.reference.to_string(),
        back: own.address(""),
        name,
        on,
        text: word_as_corrected(&own.open, letter.issued_by, "text").unwrap_or_default(),
        welsh: later.or_else(|| word_as_corrected(&own.open, letter.issued_by, "text_cy")),
    };
    app.pages.page("own/letter.html", &Frame::of(&app, Some(&own.visitor), "own"), &page)
}
