//! The timeline of a case: every entry, with what it says, who recorded it and when.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::correction::{fields, rescinded};
use candour_core::case::{Effective, Entry, Event, effective};
use candour_core::day::{self, Day};
use candour_core::permit::Action;
use candour_store::record::Clock;
use serde::Serialize;

use super::says::{says, word_label};
use super::{Identity, Tab, allowed, opened, staff_name, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::web::deciding::to_in_words;
use crate::witnessing::Borne;

#[derive(Serialize)]
struct Timeline {
    case: Identity,
    tabs: Vec<Tab>,
    days: Vec<DayShown>,
    /// Whether the visitor may make receipts, and there is a checkpoint to make them against.
    receipts: bool,
}

#[derive(Serialize)]
struct DayShown {
    day: String,
    entries: Vec<EntryShown>,
}

#[derive(Serialize)]
struct EntryShown {
    version: u64,
    title: &'static str,
    says: Vec<(String, String)>,
    words: Vec<(String, String)>,
    who: String,
    told: String,
    /// Whether it was told on another day than it happened.
    told_later: bool,
    /// Between which times it was recorded, where witnesses bear that out.
    witnessed: Option<String>,
    /// Whether witnesses contradict when it says that it was recorded.
    contradicted: bool,
    rescinded: bool,
    corrected: bool,
    correctable: Vec<(&'static str, &'static str)>,
    rescindable: bool,
}

/// `GET /staff/cases/REF/timeline`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let may_correct = allowed(&app, &visitor, &open, Action::Correct);
    let may_rescind = allowed(&app, &visitor, &open, Action::Rescind);
    let mut borne = witnessed(&app, &open).await?;
    let mut shown = |entry: &Entry| {
        let borne = borne.remove(&entry.version);
        EntryShown {
            contradicted: borne.as_ref().is_some_and(|borne| !borne.bound.holds(entry.recorded_at)),
            witnessed: borne.as_ref().map(in_words),
            ..entry_shown(&app, &open, entry, may_correct, may_rescind)
        }
    };
    // Days newest first, oldest first within a day.
    let effective = effective(&open.case.entries);
    let mut entries: Vec<(Option<Day>, &Entry)> =
        open.case.entries.iter().map(|entry| (happened(&effective, entry), entry)).collect();
    entries.sort_by_key(|(day, entry)| (std::cmp::Reverse(*day), entry.version));
    let mut days: Vec<DayShown> = Vec::new();
    for (day, entry) in entries {
        let day = day.map_or_else(|| "Without a date".to_owned(), day::in_words);
        match days.last_mut().filter(|last| last.day == day) {
            Some(last) => last.entries.push(shown(entry)),
            None => days.push(DayShown { day, entries: vec![shown(entry)] }),
        }
    }
    let page = Timeline {
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "timeline"),
        days,
        receipts: app.checkpoint.is_some() && allowed(&app, &visitor, &open, Action::MakeReceipt),
    };
    app.pages.page("staff/timeline.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// What witnesses know of when the entries were recorded, by version. Nothing of a demonstration,
/// whose times are invented.
async fn witnessed(app: &Arc<App>, open: &OpenCase) -> Result<HashMap<u64, Borne>, Problem> {
    if app.witnessing.is_none() || app.store.record.clock == Clock::Demonstration {
        return Ok(HashMap::new());
    }
    let places: Vec<(u64, u64)> = open.case.entries.iter().map(|entry| (entry.version, entry.seq)).collect();
    let found = app.read(move |app, tx| {
        let Some(witnessing) = &app.witnessing else { return Ok(HashMap::new()) };
        let (versions, seqs): (Vec<u64>, Vec<u64>) = places.into_iter().unzip();
        let borne = witnessing.of(tx, &app.store.record.log, &seqs)?;
        Ok(versions.into_iter().zip(borne).filter_map(|(version, borne)| Some((version, borne?))).collect())
    });
    Ok(found.await?)
}

/// A bound in words. Whole minutes, so the end is the minute after.
fn in_words(borne: &Borne) -> String {
    let at = |seconds: u64| day::instant_in_words(i64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000));
    let by = borne.by.join(", ");
    match (borne.bound.after, borne.bound.before.map(|before| before.div_ceil(60) * 60)) {
        (Some(after), Some(before)) => format!("between {} and {}, witnessed by {by}", at(after), at(before)),
        (_, Some(before)) => format!("before {}, witnessed by {by}", at(before)),
        _ => String::new(),
    }
}

/// When an entry happened, as corrected; a rescinded one as it was told.
fn happened(effective: &[Effective], entry: &Entry) -> Option<Day> {
    effective.iter().find(|e| e.version == entry.version).map_or(entry.on, |e| e.on)
}

fn entry_shown(app: &App, open: &OpenCase, entry: &Entry, may_correct: bool, may_rescind: bool) -> EntryShown {
    let case = &open.case;
    let gone = rescinded(case, entry.version);
    let corrected = case
        .entries
        .iter()
        .any(|e| matches!(&e.event, Event::Corrected(c) if c.of == entry.version) && !rescinded(case, e.version));
    let told = day::of_instant(entry.recorded_at);
    let correctable = may_correct && !gone;
    EntryShown {
        version: entry.version,
        title: entry.event.title(),
        says: says(app, open, entry).into_iter().chain(made(open, entry)).collect(),
        words: entry.words.iter().map(|(field, words)| (word_label(field), words.clone())).collect(),
        who: staff_name(open, &entry.actor),
        told: day::instant_in_words(entry.recorded_at),
        told_later: entry.on.is_some_and(|on| on != told),
        witnessed: None,
        contradicted: false,
        rescinded: gone,
        corrected,
        correctable: if correctable {
            fields(&entry.event).iter().map(|f| (f.name, f.label)).collect()
        } else {
            Vec::new()
        },
        rescindable: may_rescind && !gone && entry.version > 1 && !matches!(entry.event, Event::Rescinded(_)),
    }
}

/// Under which powers an entry was decided, and who proposed it.
fn made(open: &OpenCase, entry: &Entry) -> Vec<(String, String)> {
    let Some(made) = &entry.made else {
        return Vec::new();
    };
    let under = made.under.iter().map(|under| {
        let to = to_in_words(&open.delegations, under.delegation);
        let says = format!("{}, delegated to {to} (entry {} of the scheme)", under.power, under.delegation);
        ("Decided under".to_owned(), says)
    });
    let proposed = made.proposed.as_ref().map(|p| ("Proposed by".to_owned(), staff_name(open, &p.by)));
    under.chain(proposed).collect()
}
