//! The pages of a case, each in a file of its own, and what stands on all of them: the bar by which
//! a person knows that this is the right case, and the way from page to page.

pub mod after;
pub mod allegations;
pub mod clocks;
pub mod gates;
pub mod learning;
pub mod letters;
pub mod overview;
pub mod people;
pub mod readers;
pub mod receipt;
pub(crate) mod says;
mod says_of_decisions;
mod says_officer;
mod says_reviews;
pub mod seal;
mod steps;
pub mod timeline;

use std::sync::Arc;

use axum::http::HeaderMap;
use candour_core::case::correction::{self, rescinded};
use candour_core::case::{Event, Stage};
use candour_core::day;
use candour_core::law::Follows;
use candour_core::permit::{Action, Role, permit};
use candour_core::reference::Reference;
use candour_store::{Failure, cases};
use serde::Serialize;

use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::session::{Face, Visitor, visitor};
use crate::web::access::glass;

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
    /// Whether it is sealed, and the reader is on its list.
    sealed: bool,
    /// Until when it is open to the reader, where a reason opened it.
    until: Option<String>,
}

/// A rule as it is shown: what it says, where it stands, whether it was read.
#[derive(Serialize)]
pub struct RuleShown {
    id: String,
    title: String,
    says: String,
    citation: String,
    url: Option<String>,
    mark: &'static str,
    from_memory: bool,
}

#[derive(Serialize)]
pub(super) struct Tab {
    title: &'static str,
    address: String,
    current: bool,
}

impl Identity {
    /// The identity of an open case.
    #[must_use]
    pub fn of(app: &App, open: &OpenCase) -> Self {
        let state = &open.case.state;
        Self {
            reference: open.case.reference.to_string(),
            plain: open.case.reference.as_plain().to_owned(),
            number: state.matter.as_ref().and_then(|m| m.matter.number.clone()).unwrap_or_default(),
            force: app.profile.force_name(state.force().unwrap_or_default()).to_owned(),
            kind: state.kind_on(day::LAST_DAY).map_or("", |k| k.label()),
            stage: Stage::of(state, &app.profile).label(),
            people: state.people().len(),
            demonstration: app.store.record.clock == candour_store::record::Clock::Demonstration,
            sealed: open.access.seals.list(&open.case.reference.stream()).is_some(),
            until: open.until.map(day::instant_in_words),
        }
    }
}

/// Rules by id, as they apply to the matter (as in force today for a case not yet opened).
#[must_use]
pub fn rules(app: &App, open: &OpenCase, ids: &[&'static str]) -> Vec<RuleShown> {
    let law_day = open.case.state.law_day().unwrap_or(open.today);
    let shown = ids.iter().filter_map(|id| {
        let rule = app.law.rule(id)?;
        let version = rule.on(match rule.follows {
            Follows::Matter => law_day,
            Follows::Act => open.today,
        })?;
        Some(RuleShown {
            id: rule.id.clone(),
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

pub(super) async fn opened(
    app: &Arc<App>,
    headers: &HeaderMap,
    reference: &str,
) -> Result<(Visitor, OpenCase), Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let reference = Reference::parse(reference).map_err(|_| Problem::NotFound)?;
    let open = open_for(app, &visitor, &reference).await?;
    Ok((visitor, open))
}

/// Opens a case for a visitor; where they may not but could give a reason, the answer says where.
pub(super) async fn open_for(app: &Arc<App>, visitor: &Visitor, reference: &Reference) -> Result<OpenCase, Problem> {
    match app.open_case(&visitor.actor(), reference).await {
        Ok(Some(open)) => Ok(open),
        Ok(None) => Err(Problem::NotFound),
        Err(Failure::Denied(denied)) => Err(glass::or_challenged(app, visitor, reference, &denied).await?),
        Err(other) => Err(other.into()),
    }
}

pub(super) fn allowed(app: &App, visitor: &Visitor, open: &OpenCase, action: Action) -> bool {
    let stream = open.case.reference.stream();
    permit(&visitor.actor(), action, cases::object(&open.case, &stream, &app.profile)).is_ok()
}

pub(super) fn tabs(app: &App, visitor: &Visitor, open: &OpenCase, current: &str) -> Vec<Tab> {
    let base = format!("/staff/cases/{}", open.case.reference.as_plain());
    let mut tabs = vec![
        ("overview", "Overview", base.clone()),
        ("timeline", "Timeline", format!("{base}/timeline")),
        ("clocks", "Clocks", format!("{base}/clocks")),
        ("gates", "What can be done", format!("{base}/gates")),
        ("letters", "Letters", format!("{base}/letters")),
        ("material", "Material", format!("{base}/material")),
    ];
    let state = &open.case.state;
    if state.mode.is_some() || !state.people().is_empty() {
        tabs.push(("people", "People and notices", format!("{base}/people")));
    }
    if !state.allegations.is_empty() {
        tabs.push(("allegations", "Allegations", format!("{base}/allegations")));
    }
    if state.report.is_some() || !state.proceedings.is_empty() {
        tabs.push(("after", "After the report", format!("{base}/after")));
    }
    if app.profile.law != candour_core::profile::LawOf::None {
        tabs.push(("learning", "Learning and reviews", format!("{base}/learning")));
    }
    if seal::is_for(app, visitor, open) {
        tabs.push(("seal", "Seal", format!("{base}/seal")));
    }
    if allowed(app, visitor, open, Action::SeeReaders) {
        tabs.push(("readers", "Who has looked", format!("{base}/readers")));
    }
    tabs.into_iter().map(|(id, title, address)| Tab { title, address, current: id == current }).collect()
}

/// The name of a member of staff.
pub(crate) fn staff_name(open: &OpenCase, id: &str) -> String {
    let account = open.staff.iter().find(|a| a.id == id);
    account.map_or_else(
        || match id.strip_prefix('t') {
            _ if id == "operator" => "The operator".to_owned(),
            Some(_) => format!("A program (token {id})"),
            None => id.to_owned(),
        },
        |a| match a.role {
            Role::Cmp => format!("Somebody who is kept informed, in their own account ({})", a.id),
            _ => a.name.clone(),
        },
    )
}

/// A personal word of an entry, as last corrected.
pub(crate) fn word_as_corrected(open: &OpenCase, version: u64, field: &str) -> Option<String> {
    correction::word_as_corrected(&open.case, version, field)
}

/// What is alleged, as last corrected; several that came at once have no words of their own.
pub(crate) fn alleged_words(open: &OpenCase, n: u32) -> Option<String> {
    let entry = open.case.entries.iter().rev().find(|entry| {
        let recorded = matches!(&entry.event, Event::AllegationsRecorded(e) if e.allegations.iter().any(|a| a.n == n));
        recorded && !rescinded(&open.case, entry.version)
    });
    word_as_corrected(open, entry?.version, "what")
}
