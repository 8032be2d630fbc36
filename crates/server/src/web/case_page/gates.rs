//! What can be done in a case now and, for everything else, why not: the gates of the law and of the
//! case's own course, with the rules on which each step rests.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::law::Follows;
use candour_core::permit::{Denied, permit};
use candour_store::cases;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Identity, Tab, opened, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::Visitor;
use crate::web::case_forms::FORMS;
use crate::web::form::{Asked, CaseForm};
use crate::web::law::json_answer;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Page {
    case: Identity,
    tabs: Vec<Tab>,
    /// What the visitor can do now.
    yours: Vec<Gate>,
    /// What somebody else can do now.
    others: Vec<Gate>,
    /// What nobody can do now.
    shut: Vec<Gate>,
    json: String,
}

/// A step, and what keeps it from being taken.
#[derive(Debug, Clone, Serialize)]
struct Gate {
    step: &'static str,
    title: String,
    /// Why nobody can take it now.
    not_now: Option<String>,
    /// Why the visitor may not take it, though somebody may.
    not_yours: Option<String>,
    rules: Vec<RuleOfGate>,
}

/// A rule on which a step rests.
#[derive(Debug, Clone, Serialize)]
struct RuleOfGate {
    rule: String,
    title: String,
    /// Where it stands; none where no version of it applies to the matter.
    citation: Option<String>,
}

/// `GET /staff/cases/REF/gates`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let (shut, open_to_some): (Vec<_>, Vec<_>) =
        gates(&app, &visitor, &open).into_iter().partition(|gate| gate.not_now.is_some());
    let (others, yours) = open_to_some.into_iter().partition(|gate| gate.not_yours.is_some());
    let page = Page {
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "gates"),
        yours,
        others,
        shut,
        json: format!("/staff/cases/{}/gates.json", open.case.reference.as_plain()),
    };
    app.pages.page("staff/gates.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// `GET /staff/cases/REF/gates.json`
pub async fn json(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    Ok(json_answer(&answers(&app, &visitor, &open)))
}

/// Every step for programs.
pub(crate) fn answers(app: &App, visitor: &Visitor, open: &OpenCase) -> Value {
    gates(app, visitor, open).iter().map(|gate| json!(gate)).collect()
}

/// Every step that a case's page may offer, in the order in which a case comes to it.
fn gates(app: &App, visitor: &Visitor, open: &OpenCase) -> Vec<Gate> {
    let typed = Typed::default();
    let asked = Asked { app, open, typed: &typed };
    FORMS.iter().filter(|form| form.stands_alone()).map(|form| gate(&asked, visitor, *form)).collect()
}

fn gate(asked: &Asked<'_>, visitor: &Visitor, form: &dyn CaseForm) -> Gate {
    let (app, open) = (asked.app, asked.open);
    let stream = open.case.reference.stream();
    let object = cases::object(&open.case, &stream, &app.profile);
    let denied = permit(&visitor.actor(), form.action(asked.typed), object).err();
    let rules = form.rules(asked);
    Gate {
        step: form.slug(),
        title: form.title(asked),
        not_now: form.why_not(asked),
        not_yours: denied.map(|denied: Denied| denied.to_string()),
        rules: rules.into_iter().filter_map(|id| rule_of(asked, id)).collect(),
    }
}

fn rule_of(asked: &Asked<'_>, id: &str) -> Option<RuleOfGate> {
    let rule = asked.app.law.rule(id)?;
    let day = match rule.follows {
        Follows::Matter => asked.case().state.law_day().unwrap_or(asked.open.today),
        Follows::Act => asked.open.today,
    };
    let citation = rule.on(day).map(|version| version.citation.clone());
    Some(RuleOfGate { rule: rule.id.clone(), title: rule.title.clone(), citation })
}
