//! Cases for programs: which there are, and one of them as its reader may see it. Every field is
//! named here; none gets out because a structure happens to hold it. Names of people stay on the
//! pages: a program gets the places of the register.

use candour_core::case::matter::{How, MatterKind};
use candour_core::case::{Entry, Event, Stage};
use candour_core::day;
use candour_core::permit::Action;
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::Failure;
use candour_store::project::case_row::{CaseRow, NOTHING_DUE};
use serde_json::{Value, json};

use super::answer::{Answer, Part, Refused};
use super::asks::{Asks, Kind};
use super::schema::{at_least, count, day as a_day, exactly, flag, list, maybe, maybe_day, maybe_text, text};
use super::{Call, Endpoint, Verb};
use crate::app::{App, OpenCase};
use crate::web::case_page::{alleged_words, clocks, gates, staff_name, word_as_corrected};
use crate::web::work_list::{filter, may_open, rows};

/// Cases on a page, unless fewer are asked for.
const PAGE_CASES: usize = 50;
const PAGE_CASES_MAX: u64 = 200;

pub(super) const LIST: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/cases",
    name: "listCases",
    says: "Which cases there are, by what is due first. Only open ones, unless `closed` is true.",
    needs: Some(Action::ListCases),
    query: &[
        Asks::may("force", Kind::Choice(forces), "Only of this force."),
        Asks::may("kind", Kind::Choice(kinds), "Only of this kind."),
        Asks::may("stage", Kind::Choice(stages), "Only where they stand here."),
        Asks::may("region", Kind::Choice(regions), "Only of this region."),
        Asks::may("number", Kind::Line, "Only of this number: ours, the force's, or the reference."),
        Asks::may("closed", Kind::Flag, "Closed ones too."),
        Asks::may("limit", Kind::Number(PAGE_CASES_MAX), "Cases on a page; 50, unless given."),
        Asks::may("cursor", Kind::Cursor, "Where to go on: `next` of the page before."),
    ],
    body: &[],
    changes: false,
    answers: || exactly(&[("cases", list(&a_stub())), ("next", maybe_text())]),
    handle: |app, call| {
        Box::pin(async move {
            let after = after(call.asked.get("cursor")).map_err(|refusal| Refused::by_rule(refusal, Part::Query))?;
            let mut asked = call.asked.clone();
            if asked.get("closed") == "false" {
                asked = asked.without("closed");
            }
            let limit = asked.get("limit").parse().unwrap_or(PAGE_CASES);
            let mut found = rows(app, &call.visitor, filter(app, &call.visitor, &asked)?, after, limit + 1).await?;
            let more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().filter(|_| more).map(|row| format!("{}.{}", row.due, plain(row)));
            let actor = call.visitor.actor();
            let stubs: Vec<Value> = found.iter().map(|row| stub(row, may_open(&actor, row))).collect();
            Ok(Answer::of(json!({"cases": stubs, "next": next})))
        })
    },
};

pub(super) const ONE: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/cases/{reference}",
    name: "getCase",
    says: "One case. The reading is in the access log before it is answered. Its ETag is its version.",
    needs: Some(Action::ListCases),
    query: &[],
    body: &[],
    changes: false,
    answers: a_case,
    handle: |app, call| {
        Box::pin(async move {
            let open = opened(app, call).await?;
            Ok(Answer::of(whole(app, &open)).at_version(open.case.version()))
        })
    },
};

pub(super) const CLOCKS: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/cases/{reference}/clocks",
    name: "listClocks",
    says: "The clocks of a case, each explained: its rule, what started it, how it was counted, what would move it.",
    needs: Some(Action::ListCases),
    query: &[],
    body: &[],
    changes: false,
    answers: || {
        list(&at_least(&[
            ("clock", text()),
            ("case", text()),
            ("title", text()),
            ("rule", text()),
            ("owed_by", text()),
            ("due", maybe_day()),
            ("standing", text()),
            ("as_at", a_day()),
            ("steps", list(&text())),
            ("citation", text()),
        ]))
    },
    handle: |app, call| {
        Box::pin(async move {
            let open = opened(app, call).await?;
            Ok(Answer::of(clocks::answers(app, &call.visitor, &open)))
        })
    },
};

pub(super) const GATES: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/cases/{reference}/gates",
    name: "listGates",
    says: "What can be done in a case now and, for every other step, why not.",
    needs: Some(Action::ListCases),
    query: &[],
    body: &[],
    changes: false,
    answers: || {
        let rule = exactly(&[("rule", text()), ("title", text()), ("citation", maybe_text())]);
        list(&exactly(&[
            ("step", text()),
            ("title", text()),
            ("not_now", maybe_text()),
            ("not_yours", maybe_text()),
            ("rules", list(&rule)),
        ]))
    },
    handle: |app, call| {
        Box::pin(async move {
            let open = opened(app, call).await?;
            Ok(Answer::of(gates::answers(app, &call.visitor, &open)))
        })
    },
};

pub(super) fn forces(profile: &Profile) -> Vec<String> {
    profile.forces.iter().map(|force| force.id.clone()).collect()
}

fn kinds(_: &Profile) -> Vec<String> {
    MatterKind::ALL.into_iter().map(|kind| kind.id().to_owned()).collect()
}

fn stages(_: &Profile) -> Vec<String> {
    Stage::ALL.into_iter().map(|stage| stage.id().to_owned()).collect()
}

fn regions(profile: &Profile) -> Vec<String> {
    profile.regions().into_iter().map(str::to_owned).collect()
}

/// Opens the case that the path names. A case that is not there and one that the caller may not
/// read are the same answer, byte for byte.
pub(super) async fn opened(app: &std::sync::Arc<App>, call: &Call) -> Result<OpenCase, Refused> {
    let reference = Reference::parse(&call.named).map_err(|_| Refused::no_such_case())?;
    match app.open_case(&call.visitor.actor(), &reference).await {
        Ok(Some(open)) => Ok(open),
        Ok(None) | Err(Failure::Denied(_)) => Err(Refused::no_such_case()),
        Err(other) => Err(other.into()),
    }
}

/// A cursor is the day and the case of the last row: `2019-03-27.7K2QM9XW4DC`.
fn after(cursor: &str) -> Result<(String, String), Refusal> {
    if cursor.is_empty() {
        return Ok((String::new(), String::new()));
    }
    let read = cursor.split_once('.').and_then(|(due, case)| {
        let is_due = due == NOTHING_DUE || day::parse("due", due).is_ok();
        Some((due.to_owned(), Reference::parse(case).ok().filter(|_| is_due)?.stream()))
    });
    read.ok_or_else(|| Refusal::of("cursor", "The cursor is none that a page of this list gave"))
}

fn plain(row: &CaseRow) -> &str {
    row.stream.strip_prefix("case:").unwrap_or(&row.stream)
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn stub(row: &CaseRow, opens: bool) -> Value {
    json!({
        "reference": plain(row),
        "number": some(&row.number),
        "kind": row.kind,
        "force": row.force,
        "region": some(&row.region),
        "stage": row.stage,
        "mode": some(&row.mode),
        "received": row.received,
        "opened": some(&row.opened),
        "completed": some(&row.completed),
        "closed": some(&row.closed),
        "due": some(&row.due).filter(|due| *due != NOTHING_DUE),
        "opens": opens,
    })
}

fn a_stub() -> Value {
    exactly(&[
        ("reference", text()),
        ("number", maybe_text()),
        ("kind", text()),
        ("force", text()),
        ("region", maybe_text()),
        ("stage", text()),
        ("mode", maybe_text()),
        ("received", a_day()),
        ("opened", maybe_day()),
        ("completed", maybe_day()),
        ("closed", maybe_day()),
        ("due", maybe_day()),
        ("opens", flag()),
    ])
}

/// A case, field by field.
fn whole(app: &App, open: &OpenCase) -> Value {
    let (case, state) = (&open.case, &open.case.state);
    let force = state.force().unwrap_or_default();
    let opened = state.matter.as_ref();
    let matter = opened.map(|opened| &opened.matter);
    let mode = state.mode.as_ref();
    let allegations = state.allegations.iter().map(|one| {
        json!({
            "n": one.alleged.n,
            "person": one.alleged.person,
            "category": some(&one.alleged.category),
            "what": alleged_words(open, one.alleged.n),
            "case_to_answer_decided": one.answer.as_ref().map(|(_, on)| *on),
        })
    });
    json!({
        "reference": case.reference.as_plain(),
        "version": case.version(),
        "number": matter.and_then(|m| m.number.as_deref()),
        "kind": state.kind_on(day::LAST_DAY).map(MatterKind::id),
        "force": force,
        "region": app.profile.region(force),
        "stage": Stage::of(state, &app.profile).id(),
        "scheme": state.scheme().map(|scheme| scheme.regime),
        "came": opened.map(|o| if o.how == How::Referred { "referred" } else { "received" }),
        "route": matter.and_then(|m| m.route).map(|route| route.id()),
        "received": opened.map(|o| o.received),
        "clear_on": matter.and_then(|m| m.clear_on),
        "incident_on": matter.and_then(|m| m.incident_on),
        "summary": word_as_corrected(open, 1, "summary"),
        "mode": mode.map(|m| json!({"mode": m.mode.id(), "on": m.on, "citation": m.citation})),
        "lead": state.lead().map(|id| staff_name(open, id)),
        "forecasts": state.forecasts.iter().map(|(on, by)| json!({"on": on, "by": by})).collect::<Vec<_>>(),
        "report": state.report,
        "closed": state.closed,
        "people": state.people(),
        "allegations": allegations.collect::<Vec<_>>(),
        "entries": case.entries.iter().map(|entry| an_entry(open, entry)).collect::<Vec<_>>(),
    })
}

/// That something was recorded, by whom and when. What it says stands in the fields above.
fn an_entry(open: &OpenCase, entry: &Entry) -> Value {
    json!({
        "version": entry.version,
        "event": Event::encode(&entry.event).0,
        "title": entry.event.title(),
        "on": entry.on,
        "recorded_at": day::instant_in_iso(entry.recorded_at),
        "by": staff_name(open, &entry.actor),
        "position": entry.seq,
    })
}

fn a_case() -> Value {
    let mode = maybe(exactly(&[("mode", text()), ("on", a_day()), ("citation", text())]));
    let allegation = exactly(&[
        ("n", count()),
        ("person", text()),
        ("category", maybe_text()),
        ("what", maybe_text()),
        ("case_to_answer_decided", maybe_day()),
    ]);
    let entry = exactly(&[
        ("version", count()),
        ("event", text()),
        ("title", text()),
        ("on", maybe_day()),
        ("recorded_at", text()),
        ("by", text()),
        ("position", count()),
    ]);
    exactly(&[
        ("reference", text()),
        ("version", count()),
        ("number", maybe_text()),
        ("kind", maybe_text()),
        ("force", text()),
        ("region", maybe_text()),
        ("stage", text()),
        ("scheme", maybe_text()),
        ("came", maybe_text()),
        ("route", maybe_text()),
        ("received", maybe_day()),
        ("clear_on", maybe_day()),
        ("incident_on", maybe_day()),
        ("summary", maybe_text()),
        ("mode", mode),
        ("lead", maybe_text()),
        ("forecasts", list(&exactly(&[("on", a_day()), ("by", a_day())]))),
        ("report", maybe_day()),
        ("closed", maybe_day()),
        ("people", list(&text())),
        ("allegations", list(&allegation)),
        ("entries", list(&entry)),
    ])
}
