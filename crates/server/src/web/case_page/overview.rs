//! A case at a glance: the step it waits for, the facts by which it is known, its clocks, and how
//! far its investigation has come.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::glass::Opening;
use candour_core::case::State as CaseState;
use candour_core::case::clocks::{self, Clock};
use candour_core::case::closing::criteria;
use candour_core::case::correction::Attribute;
use candour_core::case::handover::Owed;
use candour_core::case::intake::left;
use candour_core::case::matter::How;
use candour_core::case::scheme::{Fixed, picked};
use candour_core::case::views::{Standing, standing};
use candour_core::day::{self, Day};
use candour_core::law::{Mark, regime};
use candour_core::permit::Action;
use candour_core::profile::LawOf;
use serde::Serialize;

use super::clocks::{address_of, standing_in_words};
use super::steps::{Step, done, next, others};
use super::{Identity, Tab, allowed, opened, staff_name, tabs, word_as_corrected};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::Visitor;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Overview {
    case: Identity,
    facts: Vec<(&'static str, String)>,
    linked: Vec<LinkedShown>,
    clocks: Vec<ClockShown>,
    next: Option<Step>,
    others: Vec<(&'static str, String)>,
    changes: Vec<(&'static str, &'static str)>,
    done: Option<&'static str>,
    tabs: Vec<Tab>,
    summary: Option<String>,
    terms: Vec<TermsShown>,
    /// Times during which the investigation stood still.
    pauses: Vec<String>,
    /// When each forecast was made, and what it said.
    forecasts: Vec<(String, String)>,
    /// What must be so before the case is closed, and whether it is; empty before the report.
    criteria: Vec<(&'static str, bool)>,
    /// How many opened it with a reason that waits for review, for those who may see who has looked.
    opened_with_reason: usize,
}

#[derive(Serialize)]
struct LinkedShown {
    says: &'static str,
    reference: String,
    /// Where it is, for those who may open it.
    address: Option<String>,
}

#[derive(Serialize)]
struct TermsShown {
    title: String,
    text: String,
}

#[derive(Serialize)]
struct ClockShown {
    /// Where it is explained.
    address: String,
    title: String,
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

/// `GET /staff/cases/REF`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let state = &open.case.state;
    let next = next(&app, &visitor, &open);
    let criteria = if state.report.is_some() && state.closed.is_none() { criteria(state) } else { Vec::new() };
    let page = Overview {
        others: others(&app, &visitor, &open, next.as_ref()),
        case: Identity::of(&app, &open),
        facts: facts(&app, &open),
        linked: linked(&open),
        clocks: clocks::of(state, app.context(open.today, open.calendar)).iter().map(|c| clock(&open, c)).collect(),
        next,
        changes: changes(&app, &visitor, &open),
        done: done(Typed::of_query(query.as_deref()).get("done")),
        tabs: tabs(&app, &visitor, &open, "overview"),
        summary: word_as_corrected(&open, 1, "summary"),
        terms: terms(&open),
        pauses: pauses(&open),
        forecasts: state.forecasts.iter().map(|(on, by)| (day::in_words(*on), day::in_words(*by))).collect(),
        criteria: criteria.into_iter().map(|c| (c.title, c.met)).collect(),
        opened_with_reason: opened_with_reason(&app, &visitor, &open),
    };
    app.pages.page("staff/case.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn opened_with_reason(app: &App, visitor: &Visitor, open: &OpenCase) -> usize {
    let told = [Action::SeeReaders, Action::ReviewGlass].into_iter().any(|action| allowed(app, visitor, open, action));
    let stream = open.case.reference.stream();
    let waits = |o: &Opening<'_>| o.opened.case == stream && o.reviewed.is_none();
    if told { open.access.glass.openings().filter(waits).count() } else { 0 }
}

/// What the visitor may change from a day on.
fn changes(app: &App, visitor: &Visitor, open: &OpenCase) -> Vec<(&'static str, &'static str)> {
    let state = &open.case.state;
    let may = |action| allowed(app, visitor, open, action);
    let attributes = Attribute::ALL.into_iter().filter(|a| match a {
        Attribute::Lead | Attribute::Directorate | Attribute::Pathway => {
            may(Action::AppointLead) && !state.leads.is_empty() && state.report.is_none()
        }
        Attribute::Force | Attribute::Kind => may(Action::Correct) && state.closed.is_none(),
    });
    attributes.map(|a| (a.id(), a.label())).collect()
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
        (How::Received, _) if matter.reinvestigates.is_some() => "Opened to investigate again".to_owned(),
        (How::Received, _) => "Received in another way".to_owned(),
    };
    let need = state.need.as_ref().filter(|need| !need.necessary);
    let mode = state.mode.as_ref();
    let prosecutor = state.prosecutor.map(|(referred, on)| {
        let says = if referred { "Referred" } else { "Not referred" };
        format!("{says}, decided on {}", day::in_words(on))
    });
    let rows = [
        ("Number", matter.number.clone()),
        ("How it came", Some(how)),
        ("Received", Some(day::in_words(opened.received))),
        ("Came to the authority's attention", words(matter.clear_on)),
        ("Law that applies", scheme(app, state)),
        ("Why it applies", why_it_applies(app, state)),
        ("Law of proceedings", law_of_proceedings(app, state)),
        ("Relates to", related(open, state)),
        ("Incident", words(matter.incident_on)),
        ("Made by", matter.filed_by.clone()),
        ("Region", state.force().and_then(|f| app.profile.region(f)).map(str::to_owned)),
        ("Returned to the force", need.map(|n| format!("Decided on {}", day::in_words(n.on)))),
        ("How it goes back", need.and_then(|n| n.back).map(|back| back.label().to_owned())),
        ("Mode of investigation", mode.map(|m| format!("{}, decided on {}", m.mode.label(), day::in_words(m.on)))),
        ("Power used", mode.map(|m| m.citation.clone()).or(need.map(|n| n.citation.clone()))),
        ("Directorate", state.directorate().map(|d| d.label().to_owned())),
        ("Pathway", state.pathway().map(|p| p.label().to_owned())),
        ("Lead investigator", state.lead().map(|id| staff_name(open, id))),
        ("Concerns a chief officer", state.chief_officer.map(|_| "Yes".to_owned())),
        ("Awaiting information", words(state.intake.awaiting).map(|on| format!("Since {on}"))),
        ("Handover", state.handover.as_ref().map(handover)),
        ("Criminal proceedings ended", words(state.wish.proceedings_ended)),
        ("Ended without a report", left(state).map(|(left, on)| format!("{} ({})", left.says(), day::in_words(on)))),
        ("Authority’s views", views(app, open)),
        ("Authority’s memorandum", words(state.memorandum).map(|on| format!("Requested on {on}"))),
        ("Discontinued", words(state.discontinued)),
        ("Final report", words(state.report)),
        ("Crown Prosecution Service", prosecutor),
        ("Closed", words(state.closed)),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// What is still to be handed over after a change of mode.
fn handover(owed: &Owed) -> String {
    let left: Vec<&str> = owed.left().iter().map(|item| item.label()).collect();
    let to = if owed.to_us { "to us" } else { "to the authority" };
    if left.is_empty() {
        format!("Complete, {to}")
    } else {
        format!("Still to be handed over {to}: {}", left.join("; "))
    }
}

/// How it stands with the authority's views.
fn views(app: &App, open: &OpenCase) -> Option<String> {
    let context = app.context(open.today, open.calendar);
    Some(match standing(&open.case.state, context, open.today) {
        Standing::NotRequested => return None,
        Standing::Requested(Some(due)) => format!("Requested. They may come until {}", day::in_words(due)),
        Standing::Requested(None) => "Requested. Exceptional circumstances set the limit aside".to_owned(),
        Standing::Received(on) => format!("Received on {}", day::in_words(on)),
        Standing::Expired(due) => format!("None were received by {}", day::in_words(due)),
    })
}

/// The statutory scheme under which the matter is handled, and its overlays.
fn scheme(app: &App, state: &CaseState) -> Option<String> {
    if app.profile.law != LawOf::EnglandAndWales {
        return None;
    }
    let scheme = state.scheme()?;
    let regime = regime::all().iter().find(|regime| regime.id == scheme.regime)?;
    let name = super::says::scheme_name(&scheme);
    Some(format!("{name} ({}; {})", regime.citation, regime.mark.in_words()))
}

/// The scheme of the conduct side, where it or its overlays are not those of the complaints side.
fn law_of_proceedings(app: &App, state: &CaseState) -> Option<String> {
    let scheme = state.scheme().filter(|_| app.profile.law == LawOf::EnglandAndWales)?;
    let conduct = scheme.conduct.clone()?;
    let proceedings = Fixed { regime: conduct, overlays: scheme.conduct_overlays.clone(), ..scheme.clone() };
    let differs = proceedings.regime != scheme.regime || proceedings.overlays != scheme.overlays;
    differs.then(|| super::says::scheme_name(&proceedings))
}

/// The step of the picker that led to it.
fn why_it_applies(app: &App, state: &CaseState) -> Option<String> {
    let matter = state.matter.as_ref().filter(|_| app.profile.law == LawOf::EnglandAndWales)?;
    let picked = picked(matter.attention(), matter.anew(), &state.related).ok()?;
    picked.because.first().cloned()
}

fn related(open: &OpenCase, state: &CaseState) -> Option<String> {
    let older: Vec<String> = state.related.iter().map(|older| super::says::older_in_words(open, older)).collect();
    (!older.is_empty()).then(|| older.join("; "))
}

fn linked(open: &OpenCase) -> Vec<LinkedShown> {
    let old = open.case.matter().and_then(|m| m.matter.reinvestigates.as_deref());
    let shown = open.linked.iter().map(|other| LinkedShown {
        says: if old == Some(other.reference.as_plain()) { "Investigates again" } else { "Investigated again as" },
        reference: other.reference.to_string(),
        address: other.opens.then(|| format!("/staff/cases/{}", other.reference.as_plain())),
    });
    shown.collect()
}

/// The terms in force, and the draft that waits to be approved.
fn terms(open: &OpenCase) -> Vec<TermsShown> {
    let state = &open.case.state.terms;
    let text = |of: u64| word_as_corrected(open, of, "terms").unwrap_or_default();
    let approved = state.approved.last().map(|(of, on)| TermsShown {
        title: format!("Terms of reference, approved on {}", day::in_words(*on)),
        text: text(*of),
    });
    let waiting = state.waiting().map(|(of, on)| TermsShown {
        title: format!("Draft terms of reference of {}, not approved yet", day::in_words(on)),
        text: text(of),
    });
    approved.into_iter().chain(waiting).collect()
}

fn pauses(open: &OpenCase) -> Vec<String> {
    let said = |pause: &candour_core::case::suspension::Pause| {
        let (from, review) = (day::in_words(pause.from), day::in_words(pause.review_on));
        match pause.to {
            Some(to) => format!("From {from} to {}", day::in_words(to)),
            None if pause.review_on < open.today => format!("Since {from}. It was to be looked at again on {review}"),
            None => format!("Since {from}. It is to be looked at again on {review}"),
        }
    };
    open.case.state.pauses.iter().map(said).collect()
}

fn clock(open: &OpenCase, clock: &Clock) -> ClockShown {
    let (standing, colour) = standing_in_words(clock.standing(open.today));
    ClockShown {
        address: address_of(open, clock),
        title: clock.title.clone(),
        owner: clock.timer.owner.label(),
        due: clock.due.map_or_else(|| "No limit".to_owned(), day::in_words),
        standing,
        colour,
        citation: clock.citation.clone(),
        url: clock.url.clone(),
        mark: clock.mark.in_words(),
        from_memory: clock.mark == Mark::FromMemory,
        steps: clock.steps.clone(),
    }
}
