//! The letters of a case: who is kept informed, what was issued and served, what can be issued now,
//! and why the rest cannot; and one letter to be printed.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::Entry;
use candour_core::access::portal::{self, can_open};
use candour_core::case::informed::Person;
use candour_core::case::letter::Letter;
use candour_core::day;
use candour_core::letters::fill::{may_issue, recipients};
use candour_core::letters::{Addressee, Letters, Template, reminders};
use candour_core::permit::Action;
use serde::Serialize;

use super::{Identity, Tab, allowed, opened, staff_name, tabs, word_as_corrected};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::web::case_forms::contact;
use crate::web::typed::encode;

#[derive(Serialize)]
struct Page {
    case: Identity,
    tabs: Vec<Tab>,
    people: Vec<PersonShown>,
    issued: Vec<IssuedShown>,
    now: Vec<Offered>,
    not_now: Vec<NotOffered>,
    reminders: Vec<String>,
    /// Whether the visitor may say who is kept informed.
    keeps: bool,
    /// Whether the visitor may withhold an update.
    withholds: bool,
    /// Whether the visitor may issue letters.
    issues: bool,
    /// The accounts that were given to those who are kept informed, and how.
    accounts: Vec<AccountShown>,
    /// Whether the visitor may give one, or end one.
    gives: bool,
}

#[derive(Serialize)]
struct AccountShown {
    name: String,
    given: String,
    sure: String,
    ended: Option<(String, String)>,
    /// Where it is ended, while it lasts.
    end: Option<String>,
}

#[derive(Serialize)]
struct PersonShown {
    name: String,
    role: &'static str,
    method: &'static str,
    since: String,
    /// How they may be reached.
    reached: String,
    /// Whether that was agreed.
    agreed: bool,
    told: String,
    withheld: Option<String>,
    ended: Option<String>,
    /// When they last wrote in their own account.
    wrote: Option<String>,
    /// Where an account is given to them, where one can be.
    account: Option<String>,
}

#[derive(Serialize)]
struct IssuedShown {
    n: u32,
    key: String,
    name: String,
    to: String,
    on: String,
    served: Option<String>,
    translation_due: bool,
    asked_for_welsh: bool,
}

#[derive(Serialize)]
struct Offered {
    key: String,
    name: String,
    /// To whom it can go, each with its address.
    to: Vec<(String, String)>,
    translation_due: bool,
}

#[derive(Serialize)]
struct NotOffered {
    key: String,
    name: String,
    why: String,
    translation_due: bool,
}

#[derive(Serialize)]
struct Printed {
    case: Identity,
    tabs: Vec<Tab>,
    n: u32,
    name: String,
    to: String,
    text: String,
    welsh: Option<String>,
    served: Option<String>,
    template: Option<String>,
}

/// What somebody who is kept informed is called: their name, as last corrected.
pub(crate) fn informed_name(open: &OpenCase, key: &str) -> String {
    let person = open.case.state.informed(key);
    person.and_then(|p| word_as_corrected(open, p.added_by, "name")).unwrap_or_else(|| key.to_owned())
}

/// What an addressee is called: an office with its force, or a name.
pub(crate) fn recipient_name(app: &App, open: &OpenCase, to: &str) -> String {
    match Addressee::office(to) {
        None => informed_name(open, to),
        Some(office @ (Addressee::Authority | Addressee::ChiefOfficer | Addressee::PolicingBody)) => {
            let force = open.case.state.force().unwrap_or_default();
            format!("{}, {}", office.label(), app.profile.force_name(force))
        }
        Some(office) => office.label().to_owned(),
    }
}

/// What a letter is called on a case's pages.
pub(crate) fn letter_name(app: &App, open: &OpenCase, letter: &Letter) -> String {
    let name = letter.template().map_or(letter.letter.as_str(), |template| template.name.as_str());
    format!("{}. {name}, to {}", letter.n, recipient_name(app, open, &letter.to))
}

/// `GET /staff/cases/REF/letters`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let state = &open.case.state;
    let context = app.context(open.today, open.calendar);
    let (mut now, mut not_now) = (Vec::new(), Vec::new());
    for template in Letters::built_in().all() {
        match may_issue(template, state, context) {
            Ok(()) if !recipients(template, state).is_empty() => now.push(offered(&app, &open, template)),
            Ok(()) => not_now.push(not_offered(template, "Nobody to whom it goes is kept informed in this case")),
            Err(why) => not_now.push(not_offered(template, &why)),
        }
    }
    let due = reminders::due(Letters::built_in().reminders(), state, context);
    let page = Page {
        people: state.informed.iter().map(|person| person_shown(&open, person)).collect(),
        issued: state.letters.iter().rev().map(|letter| issued(&app, &open, letter)).collect(),
        now,
        not_now,
        reminders: due.into_iter().map(|(reminder, clock)| format!("{}: {}", clock.title, reminder.says)).collect(),
        keeps: allowed(&app, &visitor, &open, Action::KeepInformed),
        withholds: allowed(&app, &visitor, &open, Action::WithholdUpdate),
        issues: allowed(&app, &visitor, &open, Action::IssueLetter),
        accounts: accounts(&open),
        gives: allowed(&app, &visitor, &open, Action::KeepPortal),
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "letters"),
    };
    app.pages.page("staff/letters.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn person_shown(open: &OpenCase, person: &Person) -> PersonShown {
    let told = person.updates.iter().max();
    let withheld = person.withheld.map(|withheld| {
        let (since, review) = (day::in_words(withheld.on), day::in_words(withheld.review_on));
        let verb = if withheld.review_on < open.today { "was" } else { "is" };
        format!("Withheld since {since}. It {verb} to be looked at again on {review}")
    });
    PersonShown {
        name: informed_name(open, &person.key),
        role: person.role.label(),
        method: person.method.label(),
        since: day::in_words(person.since),
        reached: contact::in_words(open, person),
        agreed: person.contact.is_some(),
        told: told.map_or_else(|| "Not yet".to_owned(), |on| day::in_words(*on)),
        withheld,
        ended: person.ended.map(day::in_words),
        wrote: person.wrote.last().map(|(on, _)| day::in_words(*on)),
        account: account_of(open, person),
    }
}

/// Where somebody is given an account of their own, if they can be.
fn account_of(open: &OpenCase, person: &Person) -> Option<String> {
    let stream = open.case.reference.stream();
    let can = can_open(&open.access.portal, &open.case.state, &stream, &person.key).is_ok();
    can.then(|| account_address(open, "account", &person.key))
}

fn account_address(open: &OpenCase, form: &str, key: &str) -> String {
    format!("/staff/cases/{}/{form}?key={}", open.case.reference.as_plain(), encode(key))
}

/// The accounts that were given in the case, the last first: by whom, how they were sure, and what ended them.
fn accounts(open: &OpenCase) -> Vec<AccountShown> {
    let stream = open.case.reference.stream();
    let by = |entry: &Entry<portal::Event>| {
        format!("{}, {}", day::instant_in_words(entry.recorded_at), staff_name(open, &entry.actor))
    };
    let word = |entry: &Entry<portal::Event>, field| entry.word(field).unwrap_or_default().to_owned();
    let shown = open.access.portal.about(&stream).map(|about| AccountShown {
        name: informed_name(open, &about.opened.key),
        given: by(about.entry),
        sure: word(about.entry, "sure"),
        ended: about.ended.map(|entry| (by(entry), word(entry, "reasons"))),
        end: about.ended.is_none().then(|| account_address(open, "account-end", &about.opened.key)),
    });
    let mut shown: Vec<AccountShown> = shown.collect();
    shown.reverse();
    shown
}

fn issued(app: &App, open: &OpenCase, letter: &Letter) -> IssuedShown {
    IssuedShown {
        n: letter.n,
        key: letter.letter.clone(),
        name: letter.template().map_or_else(|| letter.letter.clone(), |template| template.name.clone()),
        to: recipient_name(app, open, &letter.to),
        on: day::in_words(letter.on),
        served: served(letter),
        translation_due: letter.translation_due(),
        asked_for_welsh: open.case.state.informed(&letter.to).is_some_and(|person| person.welsh),
    }
}

fn served(letter: &Letter) -> Option<String> {
    let (by, sent, given) = letter.served?;
    let way = by.label().to_lowercase();
    Some(format!("Sent on {} ({way}); counts as given on {}", day::in_words(sent), day::in_words(given)))
}

fn offered(app: &App, open: &OpenCase, template: &Template) -> Offered {
    let at = format!("/staff/cases/{}/issue-letter?letter={}", open.case.reference.as_plain(), encode(&template.key));
    let to = recipients(template, &open.case.state).into_iter();
    Offered {
        key: template.key.clone(),
        name: template.name.clone(),
        to: to.map(|to| (recipient_name(app, open, &to), format!("{at}&to={}", encode(&to)))).collect(),
        translation_due: template.cy.is_none(),
    }
}

fn not_offered(template: &Template, why: &str) -> NotOffered {
    NotOffered {
        key: template.key.clone(),
        name: template.name.clone(),
        why: why.to_owned(),
        translation_due: template.cy.is_none(),
    }
}

/// `GET /staff/cases/REF/letters/N`
pub async fn print(
    State(app): State<Arc<App>>,
    Path((reference, n)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let letter = n.parse().ok().and_then(|n| open.case.state.letter(n)).ok_or(Problem::NotFound)?;
    let later = letter.translated.and_then(|(_, by)| word_as_corrected(&open, by, "text_cy"));
    let page = Printed {
        n: letter.n,
        name: letter.template().map_or_else(|| letter.letter.clone(), |template| template.name.clone()),
        to: recipient_name(&app, &open, &letter.to),
        text: word_as_corrected(&open, letter.issued_by, "text").unwrap_or_default(),
        welsh: later.or_else(|| word_as_corrected(&open, letter.issued_by, "text_cy")),
        served: served(letter),
        template: template_of(&open, letter),
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "letters"),
    };
    app.pages.page("staff/letter.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// The version of the template from which a letter was made.
fn template_of(open: &OpenCase, letter: &Letter) -> Option<String> {
    let entry = open.case.entries.iter().find(|entry| entry.version == letter.issued_by)?;
    match &entry.event {
        candour_core::case::Event::LetterIssued(issued) => Some(issued.template.clone()),
        _ => None,
    }
}
