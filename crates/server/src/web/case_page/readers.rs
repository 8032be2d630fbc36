//! Who has looked at a case, by person and day, under what, and for what.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::conflict::About;
use candour_core::access::glass::Opening;
use candour_core::access::{Entry, assignment, purpose};
use candour_core::day::{self, Day};
use candour_core::permit::{Action, Role};
use candour_store::access;
use candour_store::db::Error;
use candour_store::reads::{self, Reading};
use serde::Serialize;

use super::{Identity, Tab, allowed, opened, staff_name, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::file;
use crate::frame::Frame;
use crate::session::Visitor;

/// Readings that are looked at; older ones stay in the access log.
const READINGS_MAX: usize = 10_000;

#[derive(Serialize)]
struct Readers {
    case: Identity,
    tabs: Vec<Tab>,
    looks: Vec<Look>,
    most: usize,
    csv: String,
    /// Whoever was asked to read it: who, until when, for what, and where it is ended.
    asked: Vec<[String; 4]>,
    /// Where somebody is asked, for whoever may.
    ask: Option<String>,
    /// Whoever opened it with a reason: who, when, why, and what the review found.
    openings: Vec<[String; 4]>,
    /// Whoever is kept from it by a declared conflict.
    walled: Vec<String>,
}

/// What one person read of the case on one day.
#[derive(Serialize)]
struct Look {
    who: String,
    day: String,
    #[serde(skip)]
    on: Day,
    readings: usize,
    first: String,
    last: String,
    /// What allowed it, each once.
    allowed: Vec<String>,
    /// For what they said that they read it, each once.
    purposes: Vec<String>,
}

/// The row and cell of the access table that allowed something, as people say it.
fn authority_in_words(authority: &str) -> String {
    let mut parts = authority.split(' ');
    let (role, scope) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
    let role = match role {
        "LEAD" => Role::Lead.label(),
        "OPS" => Role::Ops.label(),
        other => Role::parse(other).map_or(authority, |r| r.label()),
    };
    match scope {
        "unit" => format!("{role} of the case's region"),
        "assessment" => format!("{role}, while it is assessed"),
        "break-glass" => format!("A reason that they gave ({})", role.to_lowercase()),
        "reason" => format!("A purpose that they gave ({})", role.to_lowercase()),
        "assigned" => format!("They were asked to ({})", role.to_lowercase()),
        "own-force" => format!("{role} of the force: that the case exists, not what is in it"),
        _ => role.to_owned(),
    }
}

/// For what somebody said that they read it; the purposes are those of the reader.
fn said(open: &OpenCase, reading: &Reading, purposes: &[Entry<purpose::Event>]) -> Option<String> {
    let version = reading.said_in?;
    match reading.scope() {
        "reason" => {
            let entry = purposes.iter().find(|entry| entry.version == version)?;
            let words = entry.word("says").unwrap_or_default();
            Some(format!("{}: {words}", entry.given().category.label()))
        }
        "assigned" => {
            let entry = open.access.assignments.entries.iter().find(|entry| entry.version == version)?;
            entry.word("what").map(str::to_owned)
        }
        _ => {
            let opening = open.access.glass.openings().find(|o| o.entry.version == version)?;
            let words = opening.entry.word("reason").unwrap_or_default();
            Some(format!("{}: {words}", opening.opened.category.label()))
        }
    }
}

/// The readings by person and day, those of the last day first.
fn by_person_and_day(open: &OpenCase, readings: &[Reading], purposes: &Purposes) -> Vec<Look> {
    let mut looks: Vec<(&str, Look)> = Vec::new();
    for reading in readings {
        let on = day::of_instant(reading.at);
        let time = time_of(reading.at);
        let none = Vec::new();
        let says = said(open, reading, purposes.get(&reading.actor).unwrap_or(&none));
        let allowed = match reading.kind.as_str() {
            "reason.read" => format!("{}, of why somebody opened it", authority_in_words(&reading.authority)),
            _ => authority_in_words(&reading.authority),
        };
        let found = looks.iter_mut().find(|(actor, look)| *actor == reading.actor && look.on == on);
        let (_, look) = match found {
            Some(look) => look,
            None => {
                let who = staff_name(open, &reading.actor);
                let (first, last) = (time.clone(), time.clone());
                let (allowed, purposes) = (Vec::new(), Vec::new());
                let look = Look { who, day: day::in_words(on), on, readings: 0, first, last, allowed, purposes };
                looks.push((&reading.actor, look));
                let Some(look) = looks.last_mut() else { continue };
                look
            }
        };
        look.readings += 1;
        // They come newest first.
        look.first = time;
        for (list, one) in [(&mut look.allowed, Some(allowed)), (&mut look.purposes, says)] {
            list.extend(one.filter(|one| !list.contains(one)));
        }
    }
    looks.into_iter().map(|(_, look)| look).collect()
}

/// The time of a day, as 14:05.
fn time_of(micros: i64) -> String {
    let iso = day::instant_in_iso(micros);
    iso.get(11..16).unwrap_or_default().to_owned()
}

/// What people said for what they read, by reader.
type Purposes = HashMap<String, Vec<Entry<purpose::Event>>>;

/// Opens the case for somebody who may see who has looked, and says who has.
async fn looked(
    app: &Arc<App>,
    headers: &HeaderMap,
    reference: &str,
) -> Result<(Visitor, OpenCase, Vec<Look>), Problem> {
    let (visitor, open) = opened(app, headers, reference).await?;
    if !allowed(app, &visitor, &open, Action::SeeReaders) {
        return Err(Problem::Denied("Who has looked at a case is for its lead investigator and supervisor".to_owned()));
    }
    let (store, stream) = (app.store.clone(), open.case.reference.stream());
    let find = move || {
        let access = &store.access;
        let found = access.engine.read(|tx| reads::readers(tx, &access.log, &stream, READINGS_MAX))?;
        let mut purposes = Purposes::new();
        store.record.engine.read(|tx| {
            for reading in found.iter().filter(|reading| reading.scope() == "reason") {
                if !purposes.contains_key(&reading.actor) {
                    let said = access::purposes(tx, &store.record.log, &reading.actor)?;
                    purposes.insert(reading.actor.clone(), said);
                }
            }
            Ok::<_, Error>(())
        })?;
        Ok::<_, Error>((found, purposes))
    };
    let (found, purposes) = if app.store.access.engine.is_remote() {
        tokio::task::spawn_blocking(find).await.map_err(|e| Problem::Internal(e.to_string()))??
    } else {
        find()?
    };
    let looks = by_person_and_day(&open, &found, &purposes);
    Ok((visitor, open, looks))
}

/// Whoever is asked to read it: who, until when, for what, and where it is ended.
fn asked(open: &OpenCase, ends: bool) -> Vec<[String; 4]> {
    let stream = open.case.reference.stream();
    let of_it = open.access.assignments.standing(open.today).filter(|(_, assigned)| assigned.case == stream);
    let row = |(entry, assigned): (&Entry<assignment::Event>, &assignment::Assigned)| {
        let end = format!("/staff/cases/{}/assign-end?of={}", open.case.reference.as_plain(), entry.version);
        [
            staff_name(open, &assigned.person),
            day::in_words(assigned.until),
            entry.word("what").unwrap_or_default().to_owned(),
            if ends { end } else { String::new() },
        ]
    };
    of_it.map(row).collect()
}

fn opening(open: &OpenCase, opening: &Opening<'_>) -> [String; 4] {
    let found = match opening.reviewed {
        Some((_, true)) => "Good reason",
        Some((_, false)) => "No good reason",
        None => "Not reviewed yet",
    };
    [
        staff_name(open, &opening.entry.actor),
        day::instant_in_words(opening.entry.recorded_at),
        format!("{}: {}", opening.opened.category.label(), opening.entry.word("reason").unwrap_or_default()),
        found.to_owned(),
    ]
}

/// The members of staff to whom the case is closed, each once. Why is not for this page.
fn walled(open: &OpenCase) -> Vec<String> {
    let (stream, state) = (open.case.reference.stream(), &open.case.state);
    let about = |about: &About| match about {
        About::Force(id) => state.force() == Some(id),
        About::Case(case) => *case == stream,
        About::Person(person) => state.people().contains(&person.as_str()),
    };
    let standing = open.access.conflicts.standing(open.today).filter(|(_, declared)| about(&declared.about));
    let mut names: Vec<String> = standing.map(|(_, declared)| staff_name(open, &declared.person)).collect();
    names.sort();
    names.dedup();
    names
}

/// `GET /staff/cases/REF/readers`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open, looks) = looked(&app, &headers, &reference).await?;
    let stream = open.case.reference.stream();
    let base = format!("/staff/cases/{}", open.case.reference.as_plain());
    let asks = allowed(&app, &visitor, &open, Action::AssignReader);
    let openings = open.access.glass.openings().rev().filter(|o| o.opened.case == stream);
    let page = Readers {
        openings: openings.map(|o| opening(&open, &o)).collect(),
        walled: walled(&open),
        asked: asked(&open, asks),
        ask: asks.then(|| format!("{base}/assign")),
        looks,
        csv: format!("{base}/readers.csv"),
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "readers"),
        most: READINGS_MAX,
    };
    app.pages.page("staff/readers.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// `GET /staff/cases/REF/readers.csv`: the same, a line for each person and day.
pub async fn csv(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, _, looks) = looked(&app, &headers, &reference).await?;
    let head = ["day", "who", "readings", "first", "last", "allowed_by", "purpose"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    lines.extend(looks.into_iter().map(|look| {
        let (allowed, purposes) = (look.allowed.join("; "), look.purposes.join("; "));
        vec![look.on.to_string(), look.who, look.readings.to_string(), look.first, look.last, allowed, purposes]
    }));
    file::csv("who-has-looked", &lines)
}
