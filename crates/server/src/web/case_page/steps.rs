//! The step that a case waits for, and what else can be done now.

use candour_core::case::course::{Path, Step as Reached};
use candour_core::case::intake::left;
use candour_core::case::report::not_received;
use candour_core::case::wish::{About, Standing, standing};
use candour_core::case::{Context, Stage, State, views};
use candour_core::day::Day;
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
    let context = app.context(open.today, open.calendar);
    let (slug, title, action, who) = waits_for(state, Stage::of(state, &app.profile), context, open.today)?;
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

/// What a suspended investigation waits for once criminal proceedings have ended, or a withdrawn
/// complaint: the complainant's answer, or the decision that follows without one.
fn wished(state: &State, context: Context<'_>, today: Day) -> Option<Next> {
    const DECISION_MAKER: &str = "a decision maker of this region";
    const ANYBODY: &str = "the lead investigator, or a supervisor or decision maker of this region";
    let next = |about: About| match standing(about, state, context, today) {
        Standing::DecisionDue { .. } => Some((
            "public-interest",
            "Decide whether the public interest requires the complaint to go on",
            Action::DecidePublicInterest,
            DECISION_MAKER,
        )),
        Standing::ToAsk => {
            Some(("ask-complainant", "Record the letter to the complainant", Action::Correspond, ANYBODY))
        }
        Standing::Awaiting(_) => {
            Some(("complainant-answer", "Record what the complainant wishes", Action::Correspond, ANYBODY))
        }
        Standing::NotAsked | Standing::GoesOn | Standing::Decided => None,
    };
    About::ALL.into_iter().find_map(next)
}

/// The next step to an answer on an allegation, by the path of the matter's scheme.
fn on_the_report(state: &State, context: Context<'_>, today: Day) -> Option<Next> {
    const DECISION_MAKER: &str = "a decision maker of this region";
    const ANYBODY: &str = "the lead investigator, or a supervisor or decision maker of this region";
    let decide = |slug, title| Some((slug, title, Action::DecideOnReport, DECISION_MAKER));
    let record = |slug, title| Some((slug, title, Action::Correspond, ANYBODY));
    let owed = state.allegations.iter().any(|a| a.course.direction_owed());
    let Some(undecided) = state.allegations.iter().find(|a| !a.is_decided()) else {
        return owed.then_some(()).and_then(|()| decide("direction", "Direct disciplinary proceedings"));
    };
    match (Path::of(state, context), undecided.course.at()) {
        (Some(Path::Memorandum), _) if state.memorandum.is_none() => {
            decide("memorandum", "Request the authority’s memorandum")
        }
        (Some(Path::Memorandum), Some(Reached::MemorandumReceived)) => {
            decide("memorandum-answer", "Accept the memorandum, or recommend otherwise")
        }
        (Some(Path::Memorandum), Some(Reached::Recommended)) => {
            record("authority-answer", "Record the authority’s answer to the recommendation")
        }
        (Some(Path::Memorandum), Some(Reached::AuthorityRefuses)) => {
            decide("direction", "Direct disciplinary proceedings")
        }
        (Some(Path::Memorandum), _) => record("memorandum-received", "Record the authority’s memorandum"),
        (Some(Path::Views), _) => match views::standing(state, context, today) {
            views::Standing::NotRequested => decide("views", "Seek the authority’s views on the report"),
            views::Standing::Requested(_) => record("views-received", "Record the authority’s views"),
            views::Standing::Received(_) | views::Standing::Expired(_) => {
                decide("case-to-answer", "Decide whether there is a case to answer")
            }
        },
        (None, _) => decide("case-to-answer", "Decide whether there is a case to answer"),
    }
}

fn waits_for(state: &State, stage: Stage, context: Context<'_>, today: Day) -> Option<Next> {
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
    if stage != Stage::Closed {
        if left(state).is_some() {
            return Some(("close", "Close the case", Action::Close, EITHER));
        }
        if let Some(next) = wished(state, context, today) {
            return Some(next);
        }
    }
    let on_report = on_the_report(state, context, today);
    let next = match stage {
        Stage::Assessment => ("mode", "Decide the mode of investigation", Action::DecideMode, DECISION_MAKER),
        Stage::AwaitingLead => ("lead", "Appoint the lead investigator", Action::AppointLead, EITHER),
        Stage::Investigation if state.terms.approved.is_empty() => match state.terms.waiting() {
            None => ("terms", "Draft the terms of reference", Action::DraftTerms, LEAD),
            Some(_) => ("approve-terms", "Approve the terms of reference", Action::ApproveTerms, EITHER),
        },
        Stage::Investigation => ("report", "Submit the final report", Action::SubmitReport, LEAD),
        Stage::Suspended => ("resume", "Resume the investigation", Action::Suspend, DECISION_MAKER),
        Stage::AfterReport if state.report.is_some() && on_report.is_some() => return on_report,
        Stage::Waiting => FOLLOW,
        Stage::WithForce if not_received(state).is_none() => {
            ("report-received", "Record the report of the force’s investigator", Action::Correspond, EITHER)
        }
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
