//! The step that a case waits for, and what else can be done now.

use candour_core::case::{Stage, State};
use candour_core::permit::Action;
use serde::Serialize;

use super::allowed;
use crate::app::{App, OpenCase};
use crate::session::Visitor;
use crate::web::case_forms::FORMS;
use crate::web::deciding;
use crate::web::form::Asked;
use crate::web::typed::Typed;

/// The step that a case waits for.
#[derive(Serialize)]
pub(super) struct Step {
    slug: &'static str,
    title: &'static str,
    /// Why the visitor cannot take it, if they cannot.
    not_yours: Option<String>,
}

/// The address of a step, what it is called, who may take it and who that is in words.
type Next = (&'static str, &'static str, Action, &'static str);

/// The step that the case waits for.
pub(super) fn next(app: &App, visitor: &Visitor, open: &OpenCase) -> Option<Step> {
    let state = &open.case.state;
    let (slug, title, action, who) = waits_for(state, Stage::of(state, &app.profile))?;
    if !offered(app, open, slug) {
        return None;
    }
    let not_yours = match allowed(app, visitor, open, action) {
        true if slug == "second" && proposed_all(visitor, open) => {
            Some("You proposed a decision, and it waits for somebody else to approve it.".to_owned())
        }
        true => None,
        false => Some(format!("The next step is for {who}: {}.", lower_first(title))),
    };
    Some(Step { slug, title, not_yours })
}

/// Whether the visitor proposed every decision that waits for a second person.
fn proposed_all(visitor: &Visitor, open: &OpenCase) -> bool {
    let by = |of: u64| open.case.entries.iter().find(|e| e.version == of).map(|e| e.actor.as_str());
    open.case.state.waiting_for_a_second().all(|p| by(p.of) == Some(visitor.account.id.as_str()))
}

/// Whether a form can be filled in now, by whoever may.
pub(super) fn offered(app: &App, open: &OpenCase, slug: &str) -> bool {
    let asked = Asked { app, open, typed: &Typed::default() };
    FORMS.iter().find(|form| form.slug() == slug).is_some_and(|form| form.not_now(&asked).is_none())
}

fn waits_for(state: &State, stage: Stage) -> Option<Next> {
    const DECISION_MAKER: &str = "a decision maker of this region";
    const EITHER: &str = "a supervisor or decision maker of this region";
    const LEAD: &str = "the lead investigator";
    const FOLLOW: Next = (
        "proceeding-news",
        "Record news of a proceeding",
        Action::FollowProceeding,
        "the lead investigator, or a supervisor or decision maker of this region",
    );
    if state.waiting_for_a_second().next().is_some() {
        let title = "Approve a proposed decision, or send it back";
        return Some(("second", title, Action::ApproveDecision, EITHER));
    }
    let undecided = state.allegations.iter().any(|a| !a.is_decided());
    let next = match stage {
        Stage::Assessment => ("mode", "Decide the mode of investigation", Action::DecideMode, DECISION_MAKER),
        Stage::AwaitingLead => ("lead", "Appoint the lead investigator", Action::AppointLead, EITHER),
        Stage::Investigation if state.terms.approved.is_empty() => match state.terms.waiting() {
            None => ("terms", "Draft the terms of reference", Action::DraftTerms, LEAD),
            Some(_) => ("approve-terms", "Approve the terms of reference", Action::ApproveTerms, EITHER),
        },
        Stage::Investigation => ("report", "Submit the final report", Action::SubmitReport, LEAD),
        Stage::Suspended => ("resume", "Resume the investigation", Action::Suspend, DECISION_MAKER),
        Stage::AfterReport if undecided => {
            ("case-to-answer", "Decide whether there is a case to answer", Action::DecideOnReport, DECISION_MAKER)
        }
        Stage::Waiting => FOLLOW,
        Stage::WithForce if state.waiting_on().next().is_some() => FOLLOW,
        Stage::AfterReport | Stage::WithForce | Stage::Open => ("close", "Close the case", Action::Close, EITHER),
        Stage::Closed => return None,
    };
    Some(next)
}

/// The forms that can be filled in now besides the next step, each with its address and title.
pub(super) fn others(
    app: &App,
    visitor: &Visitor,
    open: &OpenCase,
    next: Option<&Step>,
) -> Vec<(&'static str, String)> {
    let typed = Typed::default();
    let asked = Asked { app, open, typed: &typed };
    let offered = FORMS.iter().filter(|form| {
        form.stands_alone()
            && next.is_none_or(|n| n.slug != form.slug())
            && form.not_now(&asked).is_none()
            && allowed(app, visitor, open, form.action(&typed))
    });
    offered.map(|form| (form.slug(), form.title(&asked))).collect()
}

/// What was done, in words that hold nothing of the case.
pub(super) fn done(slug: &str) -> Option<&'static str> {
    if slug == "refer" {
        return Some("The matter is recorded. The case now waits for a decision on the mode of investigation.");
    }
    if slug == deciding::PROPOSED {
        return Some("The decision is proposed. It is made once a second person approves it.");
    }
    FORMS.iter().find(|form| form.slug() == slug).map(|form| form.done())
}

fn lower_first(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_lowercase(), letters.as_str()))
}
