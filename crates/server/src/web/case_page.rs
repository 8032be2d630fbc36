//! The pages of a case: overview with its clocks, timeline, allegations, and who has looked.

pub(crate) mod says;
mod steps;

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::clocks::{self, Clock, Owner, Standing};
use candour_core::case::correction::{Attribute, fields, rescinded};
use candour_core::case::matter::How;
use candour_core::case::{Effective, Entry, Event, Stage, effective};
use candour_core::day::{self, Day};
use candour_core::law::Follows;
use candour_core::permit::{Action, Role, permit};
use candour_core::reference::Reference;
use candour_store::{cases, reads};
use serde::Serialize;

use super::typed::Typed;
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};
use says::word_label;
use steps::{Step, done, next, others};

/// Readers listed on the page of who has looked.
const READERS_MAX: usize = 200;

/// The identity bar: the facts by which a person knows that this is the right case.
#[derive(Serialize)]
pub struct Identity {
    reference: String,
    plain: String,
    number: String,
    force: String,
    kind: &'static str,
    stage: &'static str,
    people: usize,
    demonstration: bool,
}

/// A rule as it is shown: what it says, where it stands, whether it was read.
#[derive(Serialize)]
pub struct RuleShown {
    title: String,
    says: String,
    citation: String,
    url: Option<String>,
    mark: &'static str,
    from_memory: bool,
}

#[derive(Serialize)]
struct Overview {
    case: Identity,
    facts: Vec<(&'static str, String)>,
    clocks: Vec<ClockShown>,
    next: Option<Step>,
    others: Vec<(&'static str, String)>,
    changes: Vec<(&'static str, &'static str)>,
    done: Option<&'static str>,
    tabs: Vec<Tab>,
    summary: Option<String>,
}

#[derive(Serialize)]
struct Tab {
    title: &'static str,
    address: String,
    current: bool,
}

#[derive(Serialize)]
struct ClockShown {
    title: &'static str,
    owner: &'static str,
    due: String,
    standing: String,
    colour: &'static str,
    citation: String,
    url: Option<String>,
    mark: &'static str,
    from_memory: bool,
    steps: Vec<String>,
}

impl Identity {
    /// The identity of an open case.
    #[must_use]
    pub fn of(app: &App, open: &OpenCase) -> Self {
        let state = &open.case.state;
        let mut people: Vec<&str> = state.allegations.iter().map(|a| a.alleged.person.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        Self {
            reference: open.case.reference.to_string(),
            plain: open.case.reference.as_plain().to_owned(),
            number: state.matter.as_ref().and_then(|m| m.matter.number.clone()).unwrap_or_default(),
            force: app.profile.force_name(state.force().unwrap_or_default()).to_owned(),
            kind: state.kind_on(day::LAST_DAY).map_or("", |k| k.label()),
            stage: Stage::of(state, &app.profile).label(),
            people: people.len(),
            demonstration: app.store.record.clock == candour_store::record::Clock::Demonstration,
        }
    }
}

/// Rules by id, as in force when the matter came to attention (today for a case not yet opened).
#[must_use]
pub fn rules(app: &App, open: &OpenCase, ids: &[&'static str]) -> Vec<RuleShown> {
    let attention = open.case.matter().map_or(open.today, |m| m.attention());
    let shown = ids.iter().filter_map(|id| {
        let rule = app.law.rule(id)?;
        let version = rule.on(match rule.follows {
            Follows::Matter => attention,
            Follows::Act => open.today,
        })?;
        Some(RuleShown {
            title: rule.title.clone(),
            says: version.says.clone(),
            citation: version.citation.clone(),
            url: version.url.clone(),
            mark: version.mark.in_words(),
            from_memory: version.mark == candour_core::law::Mark::FromMemory,
        })
    });
    shown.collect()
}

async fn opened(app: &Arc<App>, headers: &HeaderMap, reference: &str) -> Result<(Visitor, OpenCase), Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let reference = Reference::parse(reference).map_err(|_| Problem::NotFound)?;
    let open = app.open_case(&visitor.account.actor(), &reference).await?.ok_or(Problem::NotFound)?;
    Ok((visitor, open))
}

/// `GET /staff/cases/REF`
pub async fn overview(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let state = &open.case.state;
    let may = |action| allowed(&app, &visitor, &open, action);
    let attributes = Attribute::ALL.into_iter().filter(|a| match a {
        Attribute::Lead | Attribute::Directorate | Attribute::Pathway => {
            may(Action::AppointLead) && !state.leads.is_empty() && state.report.is_none()
        }
        Attribute::Force | Attribute::Kind => may(Action::Correct) && state.closed.is_none(),
    });
    let next = next(&app, &visitor, &open);
    let page = Overview {
        others: others(&app, &visitor, &open, next.as_ref()),
        case: Identity::of(&app, &open),
        facts: facts(&app, &open),
        clocks: clocks::of(state, &app.law, &app.profile).iter().map(|c| clock(c, open.today)).collect(),
        next,
        changes: attributes.map(|a| (a.id(), a.label())).collect(),
        done: done(Typed::of_query(query.as_deref()).get("done")),
        tabs: tabs(&app, &visitor, &open, "overview"),
        summary: word_as_corrected(&open, 1, "summary"),
    };
    app.pages.page("staff/case.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn allowed(app: &App, visitor: &Visitor, open: &OpenCase, action: Action) -> bool {
    let stream = open.case.reference.stream();
    permit(&visitor.account.actor(), action, cases::object(&open.case, &stream, &app.profile)).is_ok()
}

fn tabs(app: &App, visitor: &Visitor, open: &OpenCase, current: &str) -> Vec<Tab> {
    let base = format!("/staff/cases/{}", open.case.reference.as_plain());
    let mut tabs = vec![("overview", "Overview", base.clone()), ("timeline", "Timeline", format!("{base}/timeline"))];
    if !open.case.state.allegations.is_empty() {
        tabs.push(("allegations", "Allegations", format!("{base}/allegations")));
    }
    if allowed(app, visitor, open, Action::SeeReaders) {
        tabs.push(("readers", "Who has looked", format!("{base}/readers")));
    }
    tabs.into_iter().map(|(id, title, address)| Tab { title, address, current: id == current }).collect()
}

fn facts(app: &App, open: &OpenCase) -> Vec<(&'static str, String)> {
    let state = &open.case.state;
    let Some(opened) = &state.matter else {
        return Vec::new();
    };
    let matter = &opened.matter;
    let words = |day: Option<Day>| day.map(day::in_words);
    let how = match (opened.how, matter.route) {
        (How::Referred, Some(route)) => format!("Referred ({})", route.label().to_lowercase()),
        (How::Referred, None) => "Referred".to_owned(),
        (How::Received, _) => "Received in another way".to_owned(),
    };
    let mode = state.mode.as_ref();
    let rows = [
        ("Number", matter.number.clone()),
        ("How it came", Some(how)),
        ("Received", Some(day::in_words(opened.received))),
        ("Came to the authority's attention", words(matter.clear_on)),
        ("Incident", words(matter.incident_on)),
        ("Made by", matter.filed_by.clone()),
        ("Region", state.force().and_then(|f| app.profile.region(f)).map(str::to_owned)),
        ("Mode of investigation", mode.map(|m| format!("{}, decided on {}", m.mode.label(), day::in_words(m.on)))),
        ("Power used", mode.map(|m| m.citation.clone())),
        ("Lead investigator", state.lead().map(|id| name(open, id))),
        ("Final report", words(state.report)),
        ("Closed", words(state.closed)),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

fn clock(clock: &Clock, today: Day) -> ClockShown {
    let days = |n: i64| {
        if n == 1 { "1 day".to_owned() } else { format!("{n} days") }
    };
    let (standing, colour) = match clock.standing(today) {
        Standing::Met => ("Done in time".to_owned(), "green"),
        Standing::MetLate(n) => (format!("Done {} late", days(n)), "orange"),
        Standing::Running(0) => ("Due today".to_owned(), "yellow"),
        Standing::Running(n) => (format!("{} left", days(n)), "blue"),
        Standing::Overdue(n) => (format!("{} overdue", days(n)), "red"),
        Standing::NoLimit => ("The law sets no limit".to_owned(), "grey"),
    };
    ClockShown {
        title: clock.title,
        owner: match clock.owner {
            Owner::Us => "Us",
            Owner::Force => "The force",
        },
        due: clock.worked.as_ref().map_or_else(|| "No limit".to_owned(), |w| day::in_words(w.last_day)),
        standing,
        colour,
        citation: clock.citation.clone(),
        url: clock.url.clone(),
        mark: clock.mark.in_words(),
        from_memory: clock.mark == candour_core::law::Mark::FromMemory,
        steps: clock.worked.as_ref().map_or_else(Vec::new, |w| w.steps.clone()),
    }
}

fn name(open: &OpenCase, id: &str) -> String {
    let account = open.staff.iter().find(|a| a.id == id);
    account.map_or_else(
        || {
            if id == "operator" { "The operator".to_owned() } else { id.to_owned() }
        },
        |a| a.name.clone(),
    )
}

#[derive(Serialize)]
struct Timeline {
    case: Identity,
    tabs: Vec<Tab>,
    days: Vec<DayShown>,
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
    rescinded: bool,
    corrected: bool,
    correctable: Vec<(&'static str, &'static str)>,
    rescindable: bool,
}

/// `GET /staff/cases/REF/timeline`
pub async fn timeline(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let may_correct = allowed(&app, &visitor, &open, Action::Correct);
    let may_rescind = allowed(&app, &visitor, &open, Action::Rescind);
    let shown = |entry: &Entry| entry_shown(&app, &open, entry, may_correct, may_rescind);
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
    let page = Timeline { case: Identity::of(&app, &open), tabs: tabs(&app, &visitor, &open, "timeline"), days };
    app.pages.page("staff/timeline.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// When an entry happened, as corrected; a rescinded one as it was told.
fn happened(effective: &[Effective], entry: &Entry) -> Option<Day> {
    effective.iter().find(|e| e.version == entry.version).map_or(entry.on, |e| e.on)
}

fn entry_shown(app: &App, open: &OpenCase, entry: &Entry, may_correct: bool, may_rescind: bool) -> EntryShown {
    let case = &open.case;
    let rescinded = rescinded(case, entry.version);
    let corrected = case.entries.iter().any(|e| {
        matches!(&e.event, Event::Corrected(c) if c.of == entry.version)
            && !candour_core::case::correction::rescinded(case, e.version)
    });
    let told = day::of_instant(entry.recorded_at);
    let correctable = may_correct && !rescinded;
    EntryShown {
        version: entry.version,
        title: entry.event.title(),
        says: says::says(app, open, entry),
        words: entry.words.iter().map(|(field, words)| (word_label(field), words.clone())).collect(),
        who: name(open, &entry.actor),
        told: day::instant_in_words(entry.recorded_at),
        told_later: entry.on.is_some_and(|on| on != told),
        rescinded,
        corrected,
        correctable: if correctable {
            fields(&entry.event).iter().map(|f| (f.name, f.label)).collect()
        } else {
            Vec::new()
        },
        rescindable: may_rescind && !rescinded && entry.version > 1 && !matches!(entry.event, Event::Rescinded(_)),
    }
}

/// A personal word of an entry, as last corrected.
fn word_as_corrected(open: &OpenCase, version: u64, field: &str) -> Option<String> {
    let entries = &open.case.entries;
    let name = format!("text:{field}");
    let corrections = entries.iter().rev().filter(|e| {
        matches!(&e.event, Event::Corrected(c) if c.of == version && c.field == name)
            && !rescinded(&open.case, e.version)
    });
    let corrected = corrections.map(|e| e.word("new").unwrap_or_default()).next();
    let original = entries.iter().find(|e| e.version == version).and_then(|e| e.word(field));
    corrected.or(original).map(str::to_owned)
}

#[derive(Serialize)]
struct Allegations {
    case: Identity,
    tabs: Vec<Tab>,
    rows: Vec<(u32, String, String, String, String)>,
}

/// `GET /staff/cases/REF/allegations`
pub async fn allegations(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let row = |a: &candour_core::case::allegation::Allegation| {
        let (ours, theirs) =
            a.finding.as_ref().map_or((String::new(), String::new()), |f| (f.ours.clone(), f.theirs.clone()));
        let person = a.alleged.person.strip_prefix("person:").unwrap_or(&a.alleged.person).to_owned();
        (a.alleged.n, a.alleged.category.clone(), person, ours, theirs)
    };
    let page = Allegations {
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "allegations"),
        rows: open.case.state.allegations.iter().map(row).collect(),
    };
    app.pages.page("staff/allegations.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

#[derive(Serialize)]
struct Readers {
    case: Identity,
    tabs: Vec<Tab>,
    rows: Vec<(String, String, String)>,
    most: usize,
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
        _ => role.to_owned(),
    }
}

/// `GET /staff/cases/REF/readers`
pub async fn readers(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    if !allowed(&app, &visitor, &open, Action::SeeReaders) {
        return Err(Problem::Denied("Who has looked at a case is for its lead investigator and supervisor".to_owned()));
    }
    let stream = open.case.reference.stream();
    let access = app.store.access.clone();
    let read = move || access.engine.read(|tx| reads::readers(tx, &access.log, &stream, READERS_MAX));
    let found = if app.store.access.engine.is_remote() {
        tokio::task::spawn_blocking(read).await.map_err(|e| Problem::Internal(e.to_string()))??
    } else {
        read()?
    };
    let rows = found
        .into_iter()
        .map(|(actor, at, authority)| (name(&open, &actor), day::instant_in_words(at), authority_in_words(&authority)));
    let page = Readers {
        rows: rows.collect(),
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "readers"),
        most: READERS_MAX,
    };
    app.pages.page("staff/readers.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}
