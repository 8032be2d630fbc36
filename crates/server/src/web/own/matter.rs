//! One's own matter, and a letter that was sent to oneself. Both say what was told, and nothing that was not:
//! how far the case has come is told by whoever deals with it, when they tell it.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::informed::Person;
use candour_core::case::letter::Letter;
use candour_core::day::{self, Day};
use candour_core::profile::Help;
use serde::Serialize;

use super::{Own, Words};
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Page {
    reference: String,
    plain: String,
    facts: Vec<(&'static str, String)>,
    /// What they were told, and when, the last first.
    told: Vec<(String, &'static str)>,
    letters: Vec<LetterShown>,
    /// How they may be reached, without the words of it.
    reached: Option<String>,
    wrote: Vec<Wrote>,
    /// Whom they may call who cannot wait.
    help: Vec<Help>,
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
    at: String,
    words: String,
    /// Whether there are words, so that a receipt can hold them.
    kept: bool,
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
    let mut letters: Vec<&Letter> = sent(&own).collect();
    letters.reverse();
    let page = Page {
        reference: open.case.reference.to_string(),
        plain: open.case.reference.as_plain().to_owned(),
        facts: facts(&app, &own),
        told: told(person),
        letters: letters.into_iter().map(letter_shown).collect(),
        reached: person.contact.as_ref().map(|contact| {
            let ways: Vec<&str> = contact.agreed.ways.iter().map(|way| way.to_you()).collect();
            let messages = if contact.agreed.messages { "We may leave messages" } else { "We do not leave messages" };
            format!("Only {}. {messages}", ways.join(" or "))
        }),
        wrote: person.wrote.iter().rev().map(|(on, version)| wrote(&own, *on, *version)).collect(),
        help: app.profile.help.clone(),
        done: (Typed::of_query(query.as_deref()).get("done") == "sent").then_some("Your message is recorded."),
    };
    app.pages.page("own/matter.html", &Frame::of(&app, Some(&own.visitor), "own"), &page)
}

fn facts(app: &App, own: &Own) -> Vec<(&'static str, String)> {
    let state = &own.open.case.state;
    let mut facts = vec![("Police force", app.profile.force_name(state.force().unwrap_or_default()).to_owned())];
    if let Some(matter) = own.open.case.matter() {
        facts.push(("We received it on", day::in_words(matter.received)));
    }
    let stream = own.open.case.reference.stream();
    if let Some((entry, _)) = own.open.access.portal.of(&stream, &own.key) {
        facts.push(("You were given this account on", day::in_words(day::of_instant(entry.recorded_at))));
    }
    facts
}

/// When they were told of progress and of outcomes. What they were told is in the letters, or was said.
fn told(person: &Person) -> Vec<(String, &'static str)> {
    let updates = person.updates.iter().map(|on| (*on, "We told you how far it has come"));
    let outcomes = person.outcomes.iter().map(|(_, on)| (*on, "We told you of an outcome"));
    let mut told: Vec<(Day, &'static str)> = updates.chain(outcomes).collect();
    told.sort_by_key(|(on, _)| std::cmp::Reverse(*on));
    told.into_iter().map(|(on, says)| (day::in_words(on), says)).collect()
}

fn wrote(own: &Own, on: Day, version: u64) -> Wrote {
    let entry = own.open.case.entries.iter().find(|entry| entry.version == version);
    let words = own.words(version, "message");
    Wrote {
        version,
        at: entry.map_or_else(|| day::in_words(on), |entry| day::instant_in_words(entry.recorded_at)),
        kept: matches!(words, Words::Shown(_)),
        words: words.says(),
    }
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
    let LetterShown { name, on, .. } = letter_shown(letter);
    let page = LetterPage {
        reference: own.open.case.reference.to_string(),
        back: own.address(""),
        name,
        on,
        text: own.words(letter.issued_by, "text").says(),
        // A translation that was made later was not sent with it.
        welsh: letter.welsh.then(|| own.words(letter.issued_by, "text_cy").says()),
    };
    app.pages.page("own/letter.html", &Frame::of(&app, Some(&own.visitor), "own"), &page)
}
