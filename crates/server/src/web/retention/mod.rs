//! Retention: which words are due for disposal on a day, what was proposed, what is on hold or
//! restricted, and the schedule it follows. No words of a case are on the page.

pub mod forms;

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::permit::{Action, Actor, Object, permit};
use candour_core::reference::Reference;
use candour_core::retention::Schedule;
use candour_core::retention::register::{Proposal, Register};
use candour_store::db::Tx;
use candour_store::disposals::{self, Due, PersonDue};
use candour_store::plain::account::{self, Account};
use candour_store::project::case_row::CaseRow;
use candour_store::{Failure, reads};
use serde::Serialize;

use super::field::date;
use super::typed::Typed;
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, visitor};

/// Where the page is.
const PAGE: &str = "/staff/retention";
/// Cases that the page shows.
const SHOWN_MAX: usize = 100;

#[derive(Serialize)]
struct Page {
    on: String,
    parts: [String; 3],
    problem: String,
    due: Vec<DueShown>,
    people: Vec<PersonShown>,
    /// How many cases the page shows at most, when it may not show all.
    most: Option<usize>,
    proposals: Vec<ProposalShown>,
    standing: Vec<StandingShown>,
    rules: Vec<RuleShown>,
    done: &'static str,
}

#[derive(Serialize)]
struct DueShown {
    reference: String,
    plain: String,
    rule: String,
    since: String,
    closed: String,
    words: String,
    kept: Option<&'static str>,
}

#[derive(Serialize)]
struct PersonShown {
    id: String,
    cases: usize,
    since: String,
}

#[derive(Serialize)]
struct ProposalShown {
    of: u64,
    what: &'static str,
    about: String,
    words: usize,
    ground: String,
    who: String,
    when: String,
    reasons: String,
    answers: bool,
}

#[derive(Serialize)]
struct StandingShown {
    of: u64,
    reference: String,
    sort: &'static str,
    who: String,
    when: String,
    reasons: String,
}

#[derive(Serialize)]
struct RuleShown {
    title: String,
    period: String,
    then: &'static str,
    mark: &'static str,
    source: String,
    here: bool,
}

struct Found {
    today: Day,
    due: (Vec<Due>, Vec<PersonDue>),
    register: Register,
    /// The proposals that wait, each with whether the visitor may see and may answer it.
    waiting: Vec<(u64, bool, bool)>,
    /// The holds and restrictions of cases that the visitor may be told of.
    standing: Vec<u64>,
    accounts: Vec<Account>,
}

/// `GET /staff/retention`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let actor = visitor.actor();
    let pass =
        permit(&actor, Action::SeeRetention, Object::Body).map_err(|denied| Problem::Denied(denied.to_string()))?;
    // Reasons are words, so that whoever looks at them is noted first.
    app.note_reading(
        &pass,
        candour_core::retention::register::STREAM.to_owned(),
        "retention.read",
        serde_json::Map::new(),
    )
    .await?;
    let typed = Typed::of_query(query.as_deref());
    let (asked, problem) = match date(&typed, "on", "The day") {
        Ok(asked) => (asked, String::new()),
        Err(refusal) => (None, refusal.to_string()),
    };
    let reader = actor.clone();
    let found = app.read(move |app, tx| find(app, tx, &reader, asked)).await?;
    let page = page_of(&app, &found, asked, problem, typed.get("done"));
    app.pages.page("staff/retention.html", &Frame::of(&app, Some(&visitor), "retention"), &page)
}

fn find(app: &App, tx: &mut Tx<'_>, actor: &Actor, asked: Option<Day>) -> Result<Found, Failure> {
    let log = &app.store.record.log;
    let today = app.today(tx)?;
    let may = |row: &CaseRow| may(actor, Action::ProposeDisposal, row);
    let due = disposals::due(tx, log, Schedule::of(log), asked.unwrap_or(today), SHOWN_MAX, may)?;
    let register = disposals::load(tx, log)?;
    let mut waiting = Vec::new();
    for proposal in register.proposals().filter(|p| p.answer.is_none()) {
        let streams = disposals::cases_touched(tx, log, proposal.proposed)?;
        let rows = reads::rows_of(tx, log, &streams.iter().map(String::as_str).collect())?;
        let sees = rows.len() == streams.len() && rows.values().all(may);
        let answers = sees && rows.values().all(|row| self::may(actor, Action::ApproveDisposal, row));
        waiting.push((proposal.entry.version, sees, answers && proposal.entry.actor != actor.id));
    }
    let mut standing = Vec::new();
    for placed in register.standing() {
        let rows = reads::rows_of(tx, log, &[placed.placed.case.as_str()].into())?;
        if rows.values().any(|row| self::may(actor, Action::Restrict, row)) {
            standing.push(placed.entry.version);
        }
    }
    let accounts = account::all(tx, log)?;
    Ok(Found { today, due, register, waiting, standing, accounts })
}

/// Whether somebody may do something to the case of a row.
pub(super) fn may(actor: &Actor, action: Action, row: &CaseRow) -> bool {
    let object = Object::Case {
        stream: &row.stream,
        force: Some(row.force.as_str()),
        region: Some(row.region.as_str()),
        lead: Some(row.lead.as_str()),
        decided: !row.mode.is_empty(),
    };
    permit(actor, action, object).is_ok()
}

fn page_of(app: &App, found: &Found, asked: Option<Day>, problem: String, done: &str) -> Page {
    let on = asked.unwrap_or(found.today);
    let who = |id: &str| found.accounts.iter().find(|a| a.id == id).map_or_else(|| id.to_owned(), |a| a.name.clone());
    let (due, people) = &found.due;
    let waiting = found.register.proposals().filter_map(|proposal| {
        let shown = found.waiting.iter().find(|(of, sees, _)| *of == proposal.entry.version && *sees)?;
        Some(proposal_shown(&proposal, who(&proposal.entry.actor), shown.2))
    });
    let standing = found.register.standing().filter(|s| found.standing.contains(&s.entry.version));
    Page {
        on: day::in_words(on),
        parts: [on.day().to_string(), on.month().to_string(), on.year().to_string()],
        problem,
        due: due.iter().map(due_shown).collect(),
        people: people.iter().map(person_shown).collect(),
        most: (due.len() == SHOWN_MAX).then_some(SHOWN_MAX),
        proposals: waiting.collect(),
        standing: standing
            .map(|s| StandingShown {
                of: s.entry.version,
                reference: in_full(&s.placed.case),
                sort: s.placed.sort.label(),
                who: who(&s.entry.actor),
                when: day::instant_in_words(s.entry.recorded_at),
                reasons: s.entry.word("reasons").unwrap_or_default().to_owned(),
            })
            .collect(),
        rules: rules(&app.store.record.log),
        done: match done {
            "proposed" => "The proposal is recorded. A decision maker who did not make it approves or refuses it.",
            "approved" => "The words are disposed of.",
            "busy" => "The words are disposed of. Somebody was reading, so the files are cleared a little later.",
            "refused" => "The refusal is recorded. Nothing was disposed of.",
            "placed" => "The hold or restriction is recorded.",
            "lifted" => "The hold or restriction is lifted.",
            _ => "",
        },
    }
}

fn due_shown(due: &Due) -> DueShown {
    let reference = Reference::of_stream(&due.row.stream);
    let (letters, others) = due.words;
    let count = |n: u64, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let letters = (letters > 0).then(|| count(letters, "text of letters", "texts of letters"));
    let others = (others > 0).then(|| count(others, "other text", "other texts"));
    DueShown {
        reference: in_full(&due.row.stream),
        plain: reference.map_or_else(String::new, |reference| reference.as_plain().to_owned()),
        rule: due.rule.title.clone(),
        since: day::in_words(due.on),
        closed: day::parse("", &due.row.closed).map_or_else(|_| String::new(), day::in_words),
        words: [letters, others].into_iter().flatten().collect::<Vec<_>>().join(" and "),
        kept: due.kept.map(candour_core::retention::register::Sort::label),
    }
}

fn person_shown(due: &PersonDue) -> PersonShown {
    let id = due.stream.strip_prefix("person:").unwrap_or(&due.stream).to_owned();
    PersonShown { id, cases: due.cases, since: day::in_words(due.on) }
}

fn proposal_shown(proposal: &Proposal<'_>, who: String, answers: bool) -> ProposalShown {
    let about: Vec<String> = proposal.proposed.words.keys().map(|stream| in_full(stream)).collect();
    ProposalShown {
        of: proposal.entry.version,
        what: proposal.proposed.scope.label(),
        about: about.join(", "),
        words: count_of(proposal.proposed),
        ground: proposal.proposed.ground.label().to_owned(),
        who,
        when: day::instant_in_words(proposal.entry.recorded_at),
        reasons: proposal.entry.word("reasons").unwrap_or_default().to_owned(),
        answers,
    }
}

/// How many texts a proposal names.
pub(super) fn count_of(proposed: &candour_core::retention::register::Proposed) -> usize {
    proposed.words.values().flat_map(|words| words.values()).map(std::collections::BTreeMap::len).sum()
}

/// What a stream is called on a page.
pub(crate) fn in_full(stream: &str) -> String {
    match Reference::of_stream(stream) {
        Some(reference) => reference.to_string(),
        None => stream.replacen("person:", "Person ", 1),
    }
}

fn rules(body: &str) -> Vec<RuleShown> {
    let period = |rule: &candour_core::retention::Rule| match (rule.years, rule.days) {
        (Some(years), _) => format!("{years} years from {}", rule.from),
        (None, Some(days)) => format!("{days} days from {}", rule.from),
        (None, None) => format!("From {}, no period of its own", rule.from),
    };
    let shown = |rule: &candour_core::retention::Rule| RuleShown {
        title: rule.title.clone(),
        period: period(rule),
        then: rule.then.label(),
        mark: rule.mark.label(),
        source: rule.source.clone(),
        here: rule.of != candour_core::retention::Of::Elsewhere,
    };
    Schedule::of(body).rules.iter().map(shown).collect()
}
