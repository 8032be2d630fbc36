//! The seal of a case: what it means, who is on the list, and what was proposed and answered.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::seal::{Answer, Proposal};
use candour_core::day;
use candour_core::permit::Action;
use serde::Serialize;

use super::{Identity, Tab, allowed, opened, staff_name, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::Visitor;
use crate::web::access::seal::MEANS;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Page {
    case: Identity,
    tabs: Vec<Tab>,
    /// Who is on the list; none when the case is not sealed.
    members: Option<Vec<String>>,
    waiting: Option<ProposalShown>,
    /// Where the waiting proposal is answered, for whoever may.
    answer: Option<String>,
    /// Whether the reader may propose anything now.
    proposes: bool,
    address: String,
    /// What was answered, the last first.
    answered: Vec<ProposalShown>,
    done: &'static str,
    /// What a seal does, in words.
    means: &'static str,
}

#[derive(Serialize)]
struct ProposalShown {
    /// What it was for.
    what: &'static str,
    /// Who would be on the list.
    members: String,
    by: String,
    reasons: String,
    /// How it was answered, by whom and when, and why.
    answer: Option<(&'static str, String, String)>,
}

/// Whether the page of a case's seal is for somebody: they may propose one, or are on its list.
pub(super) fn is_for(app: &App, visitor: &Visitor, open: &OpenCase) -> bool {
    visitor.own.is_inside(&open.case.reference.stream()) || allowed(app, visitor, open, Action::ProposeSeal)
}

/// `GET /staff/cases/REF/seal`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    if !is_for(&app, &visitor, &open) {
        let says = "Sealing a case is for its lead investigator and the supervisors and decision makers of its region";
        return Err(Problem::Denied(says.to_owned()));
    }
    let (stream, seals) = (open.case.reference.stream(), &open.access.seals);
    let names = |members: &[String]| members.iter().map(|id| staff_name(&open, id)).collect::<Vec<_>>();
    let waiting = seals.waiting(&stream);
    let answers = waiting.is_some_and(|proposal| proposal.entry.actor != visitor.account.id)
        && allowed(&app, &visitor, &open, Action::ApproveSeal);
    let address = format!("/staff/cases/{}/seal", open.case.reference.as_plain());
    let page = Page {
        members: seals.list(&stream).map(names),
        proposes: waiting.is_none() && allowed(&app, &visitor, &open, Action::ProposeSeal),
        answer: waiting.filter(|_| answers).map(|proposal| format!("{address}/answer?of={}", proposal.entry.version)),
        waiting: waiting.map(|proposal| shown(&open, &proposal)),
        answered: seals.about(&stream).rev().filter(|p| p.answered.is_some()).map(|p| shown(&open, &p)).collect(),
        done: match Typed::of_query(query.as_deref()).get("done") {
            "proposed" => "The proposal is recorded. Somebody else has to approve it before anything changes.",
            "answered" => "The answer is recorded.",
            _ => "",
        },
        means: MEANS,
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "seal"),
        address,
    };
    app.pages.page("staff/seal.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// What a proposal is for, as people say it.
pub(crate) fn what(open: &OpenCase, proposal: &Proposal<'_>) -> &'static str {
    let earlier = |other: &Proposal<'_>| {
        other.entry.version < proposal.entry.version && matches!(other.answered, Some((_, Answer::Approve)))
    };
    let stream = &proposal.proposed.case;
    let sealed = open.access.seals.about(stream).rev().find(earlier).is_some_and(|p| p.proposed.members.is_some());
    match (&proposal.proposed.members, sealed) {
        (None, _) => "Unseal the case",
        (Some(_), false) => "Seal the case",
        (Some(_), true) => "Change the list",
    }
}

/// Who would be on the list of a proposal.
pub(crate) fn listed(open: &OpenCase, proposal: &Proposal<'_>) -> String {
    let names = |members: &Vec<String>| members.iter().map(|id| staff_name(open, id)).collect::<Vec<_>>().join(", ");
    proposal.proposed.members.as_ref().map_or_else(|| "Nobody: the case would be open again".to_owned(), names)
}

fn shown(open: &OpenCase, proposal: &Proposal<'_>) -> ProposalShown {
    let when = |actor: &str, at: i64| format!("{}, {}", staff_name(open, actor), day::instant_in_words(at));
    ProposalShown {
        what: what(open, proposal),
        members: listed(open, proposal),
        by: when(&proposal.entry.actor, proposal.entry.recorded_at),
        reasons: proposal.entry.word("reasons").unwrap_or_default().to_owned(),
        answer: proposal.answered.map(|(entry, answer)| {
            let says = if answer == Answer::Approve { "Approved" } else { "Sent back" };
            (says, when(&entry.actor, entry.recorded_at), entry.word("reasons").unwrap_or_default().to_owned())
        }),
    }
}
