//! Bank holidays that are appointed after a release: adding one, taking one back, and for each
//! change the last days that it moved and who must be told. No case content.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::day::{self, Day};
use candour_core::holidays::{Added, Command, Event, Withdrawn, decide, standing};
use candour_core::law::Nation;
use candour_core::permit::{Action, Object, Permit, permit};
use candour_core::refusal::{Check, Refusal};
use candour_store::holidays::{self, MovedClock, Recorded};
use candour_store::plain::account;
use candour_store::{Failure, clocks};
use serde::Serialize;

use super::field::{Choice, Field, Input, required_date};
use super::form::FormPage;
use super::typed::{Typed, encode};
use super::work_list::reference_of;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};

/// Where the list is.
const LIST: &str = "/staff/holidays";

#[derive(Serialize)]
struct Page {
    /// The days that stand: in words, where, name, source, and the address that takes it back.
    standing: Vec<[String; 5]>,
    changes: Vec<Change>,
    /// Whether the visitor may change them.
    may: bool,
    done: bool,
}

#[derive(Serialize)]
struct Change {
    /// What was done, as a heading.
    title: String,
    /// Who recorded it and when.
    recorded: String,
    /// Where it was appointed, or why it was taken back.
    why: String,
    moved: Vec<MovedShown>,
}

#[derive(Serialize)]
struct MovedShown {
    reference: String,
    clock: String,
    from: String,
    to: String,
    /// Who must be told, as people who are named nowhere here.
    tell: Vec<String>,
}

/// `GET /staff/holidays`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let actor = visitor.actor();
    let may = permit(&actor, Action::KeepHolidays, Object::Body);
    if let (Err(denied), Err(_)) = (&may, permit(&actor, Action::ListCases, Object::Body)) {
        return Err(Problem::Denied(denied.to_string()));
    }
    let own = visitor.own.clone();
    let (events, history, accounts) = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            let mut history = holidays::history(tx, log)?;
            for entry in &mut history {
                clocks::leave_out(tx, log, &own, &mut entry.moved, |moved| &moved.stream)?;
            }
            Ok((holidays::events(tx, log)?, history, account::all(tx, log)?))
        })
        .await?;
    let name = |id: &str| accounts.iter().find(|a| a.id == id).map_or_else(|| id.to_owned(), |a| a.name.clone());
    let page = Page {
        standing: standing(&events).iter().map(stands).collect(),
        changes: history.iter().map(|entry| change(&app, entry, &name(&entry.actor))).collect(),
        may: may.is_ok(),
        done: !Typed::of_query(query.as_deref()).get("done").is_empty(),
    };
    app.pages.page("staff/holidays.html", &Frame::of(&app, Some(&visitor), "holidays"), &page)
}

fn nation_name(key: &str) -> String {
    Nation::named(key).map_or_else(|| key.to_owned(), |nation| nation.to_string())
}

fn stands(added: &Added) -> [String; 5] {
    let back = format!("{LIST}/withdraw?day={}&nation={}", added.day, encode(&added.nation));
    [day::in_words(added.day), nation_name(&added.nation), added.name.clone(), added.source.clone(), back]
}

fn change(app: &App, entry: &Recorded, by: &str) -> Change {
    let (title, why) = match &entry.event {
        Event::Added(added) => (
            format!("{} was added: {}, {}", day::in_words(added.day), added.name, nation_name(&added.nation)),
            format!("Appointed by: {}", added.source),
        ),
        Event::Withdrawn(gone) => (
            format!("{} was taken back, {}", day::in_words(gone.day), nation_name(&gone.nation)),
            format!("Why: {}", gone.why),
        ),
    };
    let recorded = format!("Recorded by {by} on {}", day::instant_in_words(entry.recorded_at));
    Change { title, recorded, why, moved: entry.moved.iter().map(|moved| moved_shown(app, moved)).collect() }
}

/// Whoever owes the thing must be told of the new last day, and so must those to whom it is owed
/// and whoever leads the case.
fn moved_shown(app: &App, clock: &MovedClock) -> MovedShown {
    let rule = app.law.rules().iter().filter(|rule| clock.moved.clock.starts_with(&format!("{}.", rule.id)));
    let rule = rule.max_by_key(|rule| rule.id.len());
    let mut tell = Vec::new();
    for party in [clock.moved.owed_by.as_str(), clock.moved.owed_to.as_str(), "the lead investigator"] {
        if !party.is_empty() && !tell.iter().any(|known: &String| known == party) {
            tell.push(party.to_owned());
        }
    }
    MovedShown {
        reference: reference_of(&clock.stream),
        clock: rule.map_or_else(|| clock.moved.clock.clone(), |rule| rule.title.clone()),
        from: day::in_words(clock.moved.from),
        to: day::in_words(clock.moved.to),
        tell,
    }
}

/// `GET /staff/holidays/add`
pub async fn show_add(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let (visitor, _) = keeper(&app, &headers).await?;
    app.pages.page("staff/form.html", &frame(&app, &visitor), &add_page(&Typed::default()))
}

/// `POST /staff/holidays/add`
pub async fn add(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    submit(&app, &headers, Typed::of_body(&body), add_page, read_add).await
}

/// `GET /staff/holidays/withdraw?day=2022-09-19&nation=england-and-wales`
pub async fn show_withdraw(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, _) = keeper(&app, &headers).await?;
    let typed = Typed::of_query(query.as_deref());
    read_day(&typed).map_err(Failure::from)?;
    app.pages.page("staff/form.html", &frame(&app, &visitor), &withdraw_page(&typed))
}

/// `POST /staff/holidays/withdraw`
pub async fn withdraw(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    submit(&app, &headers, Typed::of_body(&body), withdraw_page, read_withdraw).await
}

/// The visitor, if they may change the bank holidays.
async fn keeper(app: &Arc<App>, headers: &HeaderMap) -> Result<(Visitor, Permit), Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let given = permit(&visitor.actor(), Action::KeepHolidays, Object::Body);
    let given = given.map_err(|denied| Problem::Denied(denied.to_string()))?;
    Ok((visitor, given))
}

fn frame(app: &App, visitor: &Visitor) -> Frame {
    Frame::of(app, Some(visitor), "holidays")
}

/// Tries what was typed and shows how many clocks it would count again; then carries it out.
async fn submit(
    app: &Arc<App>,
    headers: &HeaderMap,
    typed: Typed,
    page: fn(&Typed) -> FormPage,
    read: fn(&Typed) -> Result<Command, Refusal>,
) -> Result<Response, Problem> {
    let (visitor, given) = keeper(app, headers).await?;
    let frame = frame(app, &visitor);
    let refused = |refusal: Refusal| {
        let page = page(&typed).with_problems(refusal);
        app.pages.page_with(StatusCode::UNPROCESSABLE_ENTITY, "staff/form.html", &frame, &page)
    };
    if typed.get("step") == "edit" {
        return app.pages.page("staff/form.html", &frame, &page(&typed));
    }
    let command = match read(&typed) {
        Ok(command) => command,
        Err(refusal) => return refused(refusal),
    };
    if typed.get("step") != "confirm" {
        let (tried, own) = (command.clone(), visitor.own.clone());
        let counted = app
            .read(move |app, tx| {
                let log = &app.store.record.log;
                let event = decide(&holidays::events(tx, log)?, &given, tried.clone())?;
                let mut running = clocks::running(tx, log, event.day())?;
                clocks::leave_out(tx, log, &own, &mut running, |row| &row.stream)?;
                Ok(running.len())
            })
            .await;
        return match counted {
            Ok(counted) => {
                let says = format!("{counted} that end on that day or later");
                let page = page(&typed).checked(("Clocks to be counted again".to_owned(), says));
                app.pages.page("staff/form.html", &frame, &page)
            }
            Err(Failure::Refused(refusal)) => refused(refusal),
            Err(other) => Err(other.into()),
        };
    }
    let actor = visitor.actor();
    let changed = app
        .write(move |app, w| {
            let context = app.context_of(w)?;
            holidays::change(w, &actor, context, command.clone())
        })
        .await;
    match changed {
        Ok(_) => Ok(Redirect::to("/staff/holidays?done=1").into_response()),
        Err(Failure::Refused(refusal)) => refused(refusal),
        Err(other) => Err(other.into()),
    }
}

fn add_page(typed: &Typed) -> FormPage {
    let nations = Nation::ALL.into_iter().map(|n| Choice::new(n.key(), n.to_string())).collect();
    let fields = vec![
        Field::new("day", "Which day is it?", Input::Date).with_hint("For example, 19 9 2022"),
        Field::new("nation", "Where is it kept?", Input::Radios(nations)),
        Field::new("name", "What is it called?", Input::Line)
            .with_hint("For example, Bank holiday for the State Funeral of Queen Elizabeth II"),
        Field::new("source", "Where was it appointed?", Input::Line)
            .with_hint("A proclamation, or the address of the page that announces it"),
    ];
    FormPage::plain("Add a bank holiday", &format!("{LIST}/add"), LIST, fields, typed, "Add the bank holiday")
}

fn withdraw_page(typed: &Typed) -> FormPage {
    let fields = vec![
        Field::new("day", "", Input::Hidden),
        Field::new("nation", "", Input::Hidden),
        Field::new("why", "Why is it taken back?", Input::Line).with_hint("For example, it was moved to another day"),
    ];
    let day = read_day(typed).map_or_else(|_| String::new(), day::in_words);
    let title = format!("Take back the bank holiday on {day}");
    FormPage::plain(&title, &format!("{LIST}/withdraw"), LIST, fields, typed, "Take it back")
}

fn read_day(typed: &Typed) -> Result<Day, Refusal> {
    day::parse("The day", typed.get("day")).map_err(|refusal| refusal.about("day"))
}

fn read_add(typed: &Typed) -> Result<Command, Refusal> {
    let mut check = Check::default();
    let day = required_date(&mut check, typed, "day", "The day");
    let text = |name: &str| typed.get(name).trim().to_owned();
    let added = day.map(|day| Added { day, nation: text("nation"), name: text("name"), source: text("source") });
    check.done(added.map(Command::Add))
}

fn read_withdraw(typed: &Typed) -> Result<Command, Refusal> {
    let (nation, why) = (typed.get("nation").to_owned(), typed.get("why").trim().to_owned());
    Ok(Command::Withdraw(Withdrawn { day: read_day(typed)?, nation, why }))
}
