//! Accounts: who may sign in, with which role, and how each stands. No case content.

pub mod forms;
pub mod second;

pub(crate) use forms::START_CODE_HOURS;

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::permit::{Action, Object, permit};
use candour_store::accounts::{self, Ways};
use candour_store::plain::account::{self, Account};
use candour_store::plain::account_change::{self, Waiting};
use candour_store::plain::standing::{self, Standing};
use candour_store::plain::{code, factor, provider_link, session};
use serde::Serialize;

use super::account::{HistoryShown, SessionShown};
use super::typed::Typed;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, since, visitor};

/// Where the list is.
pub(super) const LIST: &str = "/staff/users";

#[derive(Serialize)]
struct Page {
    accounts: Vec<Row>,
    /// Whether the reader may change them.
    keeps: bool,
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    role: &'static str,
    units: String,
    stands: String,
    second_factor: bool,
    /// Whether something is proposed about it.
    proposed: bool,
}

/// `GET /staff/users`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = keeper(&app, &headers, Action::ListUsers).await?;
    let (accounts, standings, factors, linked, waiting, today) = app
        .read(|app, tx| {
            let log = &app.store.record.log;
            let (accounts, standings) = (account::all(tx, log)?, standing::all(tx, log)?);
            Ok((
                accounts,
                standings,
                factor::all_of_any(tx, log)?,
                provider_link::all(tx, log)?,
                account_change::all(tx, log)?,
                app.today(tx)?,
            ))
        })
        .await?;
    let keeps = permit(&visitor.actor(), Action::KeepAccounts, Object::Body).is_ok();
    let row = |a: Account| {
        let found = standings.iter().find(|(id, _)| *id == a.id).map(|(_, standing)| *standing);
        Row {
            stands: stands(&a, found.unwrap_or_default(), (None, linked.contains(&a.id)), today),
            second_factor: factors.contains(&a.id),
            proposed: waiting.iter().any(|waiting| waiting.account == a.id),
            role: a.role.label(),
            units: place(&app, &a),
            name: a.name,
            id: a.id,
        }
    };
    let page = Page { accounts: accounts.into_iter().map(row).collect(), keeps };
    app.pages.page("staff/users.html", &Frame::of(&app, Some(&visitor), "users"), &page)
}

/// The regions of an account, or its force.
fn place(app: &App, account: &Account) -> String {
    let named = |unit: &String| match account.role.is_of_a_force() {
        true => app.profile.force_name(unit).to_owned(),
        false => unit.clone(),
    };
    account.units.iter().map(named).collect::<Vec<_>>().join(", ")
}

/// The visitor, if they may do that to accounts; that they looked is in the access log first.
async fn keeper(app: &Arc<App>, headers: &HeaderMap, action: Action) -> Result<Visitor, Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let pass = permit(&visitor.actor(), action, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    app.note_reading(&pass, "body:accounts".to_owned(), "accounts.read", serde_json::Map::new()).await?;
    Ok(visitor)
}

/// How an account stands, in words; `until` is until when it has a start code.
/// and whether an account of the identity provider signs in.
pub(crate) fn stands(
    account: &Account,
    standing: Standing,
    (until, linked): (Option<i64>, bool),
    today: Day,
) -> String {
    match (standing, until) {
        (Standing { disabled: true, .. }, _) => "Disabled".to_owned(),
        (Standing { last_day: Some(last), .. }, _) if last < today => format!("Closed after {}", day::in_words(last)),
        (_, Some(until)) => format!("Start code given, good until {}", day::instant_in_words(until)),
        _ if account.password.is_empty() && !linked => "No password yet".to_owned(),
        (Standing { last_day: Some(last), .. }, _) => format!("Last day {}", day::in_words(last)),
        _ => "In use".to_owned(),
    }
}

/// The second factors of an account, in words.
fn factors(ways: Ways) -> String {
    let app = ways.factors.app.then(|| "An app".to_owned());
    let passkeys = match ways.factors.passkeys {
        0 => None,
        1 => Some("one passkey".to_owned()),
        many => Some(format!("{many} passkeys")),
    };
    let all: Vec<String> = app.into_iter().chain(passkeys).collect();
    if all.is_empty() { "Not set up".to_owned() } else { all.join(" and ") }
}

#[derive(Serialize)]
struct One {
    name: String,
    facts: Vec<(&'static str, String)>,
    sessions: Vec<SessionShown>,
    history: Vec<HistoryShown>,
    /// What can be changed: address and title. Empty for one's own account.
    changes: Vec<(String, &'static str)>,
    own: bool,
    /// What is proposed, by whom and why, and what the reader can do with it.
    proposed: Vec<(String, String)>,
    answers: Vec<(String, &'static str)>,
    done: Option<&'static str>,
}

/// `GET /staff/users/ID`
pub async fn one(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = keeper(&app, &headers, Action::KeepAccounts).await?;
    let (account, state) = found(&app, &id).await?;
    let own = account.id == visitor.account.id;
    let waiting = state.waiting.as_ref();
    let done = Typed::of_query(query.as_deref());
    let page = One {
        proposed: waiting.map(|waiting| second::facts(&state, waiting)).unwrap_or_default(),
        answers: match waiting {
            Some(waiting) if !own => second::offered(&visitor.account.id, waiting),
            _ => Vec::new(),
        },
        facts: vec![
            ("Role", account.role.label().to_owned()),
            ("Regions or force", if account.units.is_empty() { "None".to_owned() } else { place(&app, &account) }),
            ("How it stands", stands(&account, state.standing, (state.until, state.ways.linked), state.today)),
            ("Second factor", factors(state.ways)),
            ("Identity provider", if state.ways.linked { "Connected" } else { "Not connected" }.to_owned()),
        ],
        sessions: super::account::sessions(state.sessions, &visitor.session.name),
        history: super::account::history(state.entries, &state.accounts, &account.id),
        changes: if own { Vec::new() } else { forms::offered(&account.id, state.standing, state.ways) },
        own,
        done: forms::done(done.get("done")).or_else(|| second::done(done.get("done"))),
        name: account.name,
    };
    app.pages.page("staff/user.html", &Frame::of(&app, Some(&visitor), "users"), &page)
}

/// What there is to know of an account.
pub(super) struct Known {
    standing: Standing,
    waiting: Option<Waiting>,
    until: Option<i64>,
    ways: Ways,
    sessions: Vec<session::Session>,
    entries: Vec<accounts::Entry>,
    accounts: Vec<Account>,
    today: Day,
}

async fn found(app: &Arc<App>, id: &str) -> Result<(Account, Known), Problem> {
    let (id, now) = (id.to_owned(), (app.now)());
    let found = app.read(move |app, tx| {
        let log = &app.store.record.log;
        let Some(account) = account::by_id(tx, log, &id)? else { return Ok(None) };
        let state = Known {
            standing: standing::of(tx, log, &id)?,
            waiting: account_change::of(tx, log, &id)?,
            until: code::start_until(tx, log, &id, now)?,
            ways: Ways::of(tx, log, &id)?,
            sessions: session::all(tx, log, &id, since(now))?,
            entries: accounts::history(tx, log, &id)?,
            accounts: account::all(tx, log)?,
            today: app.today(tx)?,
        };
        Ok(Some((account, state)))
    });
    found.await?.ok_or(Problem::NotFound)
}
