//! The scheme of delegation on a day: who may decide what, since when and until when, and every
//! entry of the record that says so.

mod forms;

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use candour_core::day::{self, Day, in_words};
use candour_core::delegation::{Delegations, Entry, Event, Grant, Holder};
use candour_core::law::powers::{Power, Powers};
use candour_core::permit::{Action, Object, permit};
use candour_store::plain::account::{self, Account};
use jiff::ToSpan as _;
use serde::Serialize;

use super::field::date;
use super::typed::Typed;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, visitor};

pub use forms::{show as show_form, submit as submit_form};

/// What ends within so many days is listed by itself.
const SOON_DAYS: i64 = 30;

/// The scheme, and who its people are.
struct Scheme {
    delegations: Arc<Delegations>,
    staff: Vec<Account>,
    today: Day,
}

#[derive(Serialize)]
struct Page {
    /// The day asked about, in words.
    day: String,
    /// What was typed into its boxes.
    typed: [String; 3],
    problem: Option<String>,
    /// Whether no power has been delegated at all.
    unmade: bool,
    done: Option<&'static str>,
    /// The forms that the reader may use: address and title.
    forms: Vec<(String, &'static str)>,
    soon_days: i64,
    soon: Vec<Soon>,
    powers: Vec<PowerRow>,
    grades: Vec<[String; 4]>,
    barred: Vec<[String; 4]>,
    exclusion: Rule,
    entries: Vec<EntryRow>,
}

#[derive(Serialize)]
struct Soon {
    what: String,
    last: String,
}

#[derive(Serialize)]
struct PowerRow {
    id: String,
    name: String,
    citation: String,
    mark: &'static str,
    /// Who may decide, since when and until when.
    holders: Vec<[String; 3]>,
    eyes: Vec<String>,
    raised: Vec<String>,
    exclusion: Option<String>,
}

#[derive(Serialize)]
struct Rule {
    says: String,
    citation: String,
    mark: &'static str,
}

#[derive(Serialize)]
struct EntryRow {
    version: u64,
    title: &'static str,
    says: String,
    on: String,
    by: String,
    told: String,
    words: Vec<String>,
    rescinded: bool,
}

/// `GET /staff/delegation`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let actor = visitor.actor();
    permit(&actor, Action::SeeDelegation, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    let scheme = loaded(&app).await?;
    let typed = Typed::of_query(query.as_deref());
    let (day, problem) = asked(&typed, scheme.today);
    let may_change = permit(&actor, Action::Delegate, Object::Body).is_ok();
    let page = Page {
        day: in_words(day),
        typed: ["day", "month", "year"].map(|part| typed.get(&format!("on-{part}")).to_owned()),
        unmade: scheme.delegations.is_unmade(),
        done: forms::done(typed.get("done")),
        forms: if may_change { forms::all() } else { Vec::new() },
        soon_days: SOON_DAYS,
        soon: soon(&scheme, day),
        powers: Powers::built_in().powers().iter().map(|power| power_row(&scheme, power, day)).collect(),
        grades: grades(&scheme, day),
        barred: barred(&scheme, day),
        exclusion: exclusion(),
        entries: scheme.delegations.entries.iter().rev().map(|entry| entry_row(&scheme, entry)).collect(),
        problem,
    };
    let status = if page.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = Frame::of(&app, Some(&visitor), "delegation");
    app.pages.page_with(status, "staff/delegation.html", &frame, &page)
}

async fn loaded(app: &Arc<App>) -> Result<Scheme, Problem> {
    let read = app.read(|app, tx| {
        let staff = account::all(tx, &app.store.record.log)?;
        Ok(Scheme { delegations: app.delegations(tx)?, staff, today: app.today(tx)? })
    });
    Ok(read.await?)
}

/// The day that is asked about: of one date as `on`, or of three boxes; today where none is given.
fn asked(typed: &Typed, today: Day) -> (Day, Option<String>) {
    let read = match typed.get("on") {
        "" => date(typed, "on", "The day"),
        on => day::parse("The day", on).map(Some),
    };
    match read {
        Ok(day) => (day.unwrap_or(today), None),
        Err(refusal) => (today, Some(refusal.to_string())),
    }
}

impl Scheme {
    fn name(&self, id: &str) -> String {
        let found = self.staff.iter().find(|a| a.id == id);
        let other = if id == "operator" { "The operator" } else { id };
        found.map_or_else(|| other.to_owned(), |a| a.name.clone())
    }

    fn holder(&self, holder: &Holder) -> String {
        match holder {
            Holder::Grade(level) => format!("Grade {} or higher", Powers::built_in().level_in_words(level)),
            Holder::Person(person) => self.name(person),
        }
    }
}

fn until(last: Option<Day>) -> String {
    last.map_or_else(|| "Until it is ended".to_owned(), |last| format!("Until {}", in_words(last)))
}

fn since(from: Day) -> String {
    format!("Since {}", in_words(from))
}

fn power_row(scheme: &Scheme, power: &Power, day: Day) -> PowerRow {
    let row = |grant: &Grant| [scheme.holder(&grant.to), since(grant.from), until(grant.until)];
    let raised = power.raised.iter().map(|r| {
        let level = Powers::built_in().level_in_words(&r.level);
        format!("Grade {level} when {}", r.when)
    });
    PowerRow {
        id: power.id.clone(),
        name: power.name.clone(),
        citation: power.citation.clone(),
        mark: power.mark.in_words(),
        holders: scheme.delegations.grants_on(&power.id, day).map(row).collect(),
        eyes: power.four_eyes.iter().map(|case| format!("Two people when {}", case.when)).collect(),
        raised: raised.collect(),
        exclusion: power.exclusion.clone(),
    }
}

fn grades(scheme: &Scheme, day: Day) -> Vec<[String; 4]> {
    let live = scheme.delegations.grades.iter().filter(|grade| grade.is_live(day));
    let mut rows: Vec<[String; 4]> = live
        .map(|grade| {
            let level = Powers::built_in().level_in_words(&grade.level);
            [scheme.name(&grade.person), level, since(grade.from), until(grade.to)]
        })
        .collect();
    rows.sort();
    rows
}

fn barred(scheme: &Scheme, day: Day) -> Vec<[String; 4]> {
    let live = scheme.delegations.barred.iter().filter(|barred| barred.is_live(day));
    live.map(|b| [scheme.name(&b.person), b.powers.join(", "), since(b.from), b.citation.clone()]).collect()
}

/// What ends within the next days of the one asked about.
fn soon(scheme: &Scheme, day: Day) -> Vec<Soon> {
    let limit = day.saturating_add(SOON_DAYS.days());
    let within = |last: Option<Day>| last.filter(|last| *last >= day && *last <= limit);
    let grades = scheme.delegations.grades.iter().filter_map(|grade| {
        let level = Powers::built_in().level_in_words(&grade.level);
        Some((within(grade.to)?, format!("The grade {level} of {}", scheme.name(&grade.person))))
    });
    let grants = scheme.delegations.grants.iter().filter_map(|grant| {
        let holder = lower(&scheme.holder(&grant.to));
        Some((within(grant.until)?, format!("The delegation of {} to {holder}", grant.powers.join(", "))))
    });
    let barred = scheme.delegations.barred.iter().filter_map(|b| {
        Some((within(b.to)?, format!("The exclusion of {} from {}", scheme.name(&b.person), b.powers.join(", "))))
    });
    let mut all: Vec<(Day, String)> = grades.chain(grants).chain(barred).collect();
    all.sort();
    all.into_iter().map(|(last, what)| Soon { what, last: in_words(last) }).collect()
}

/// A grade as it stands within a sentence; a name as it is.
fn lower(holder: &str) -> String {
    holder.strip_prefix("Grade ").map_or_else(|| holder.to_owned(), |rest| format!("grade {rest}"))
}

fn exclusion() -> Rule {
    let rule = Powers::built_in().exclusion();
    Rule { says: rule.says.clone(), citation: rule.citation.clone(), mark: rule.mark.in_words() }
}

fn entry_row(scheme: &Scheme, entry: &Entry) -> EntryRow {
    EntryRow {
        version: entry.version,
        title: entry.event.title(),
        says: says(scheme, &entry.event),
        on: entry.on.map_or_else(String::new, in_words),
        by: scheme.name(&entry.actor),
        told: day::instant_in_words(entry.recorded_at),
        words: entry.words.iter().map(|(_, words)| words.clone()).collect(),
        rescinded: scheme.delegations.rescinded().contains(&entry.version),
    }
}

/// What an entry of the scheme says, in words.
fn says(scheme: &Scheme, event: &Event) -> String {
    let to = |last: Option<Day>| last.map_or_else(String::new, |last| format!(" until {}", in_words(last)));
    match event {
        Event::GradeHeld(e) => {
            let level = Powers::built_in().level_in_words(&e.grade);
            format!("{}: grade {level} from {}{}", scheme.name(&e.person), in_words(e.from), to(e.to))
        }
        Event::PowerDelegated(e) => {
            let holder = lower(&scheme.holder(&e.to));
            format!("{} to {holder} from {}{}", e.powers.join(", "), in_words(e.from), to(e.until))
        }
        Event::Ended(e) => format!("Entry {}: the last day is {}", e.of, in_words(e.last)),
        Event::ExclusionApplied(e) => format!(
            "{} is kept from {} from {} under {}",
            scheme.name(&e.person),
            e.powers.join(", "),
            in_words(e.from),
            e.citation
        ),
        Event::Rescinded(e) => format!("Entry {} should never have been made", e.of),
    }
}
