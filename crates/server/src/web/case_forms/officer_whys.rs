//! Why a step on the officer's side is not offered now, for one person or for the matter.

use candour_core::case::matter::MatterKind;
use candour_core::case::officer::accelerated::Reply;
use candour_core::case::officer::severity::Severity;
use candour_core::case::officer::{Involved, conversion, former, not_special};
use candour_core::law::id;

use super::asks::has_power;
use crate::web::form::Asked;

/// The reason in a sentence; none where the step can be taken now.
pub(super) type Why = Option<&'static str>;

fn closed(asked: &Asked<'_>) -> Why {
    asked.case().state.closed.is_some().then_some("The case is closed")
}

fn unless(so: bool, says: &'static str) -> Why {
    (!so).then_some(says)
}

/// The special procedure, which does not apply to a death or serious injury matter as such.
fn special(asked: &Asked<'_>) -> Why {
    let state = &asked.case().state;
    let dsi = state.kind_on(asked.open.today) == Some(MatterKind::Dsi);
    let says = "The special procedure begins when the death or serious injury matter has become a conduct matter";
    not_special(state).or_else(|| dsi.then_some(says))
}

fn unserved(involved: &Involved) -> Why {
    let notice = &involved.notice;
    unless(!involved.severities.is_empty(), "The severity has not been assessed")
        .or_else(|| notice.withdrawn.map(|_| "The notice was withdrawn"))
        .or_else(|| notice.served.map(|_| "The notice has been served"))
}

fn served(involved: &Involved) -> Why {
    let notice = &involved.notice;
    unless(notice.served.is_some(), "The notice of investigation has not been served")
        .or_else(|| notice.withdrawn.map(|_| "The notice was withdrawn"))
}

/// Whether the last draft states the assessment that stands.
fn draft_stands(involved: &Involved) -> bool {
    involved.notice.draft.is_some_and(|(_, _, of)| involved.severity().is_some_and(|s| s.version == of))
}

fn draft_approved(involved: &Involved) -> bool {
    let draft = involved.notice.draft.map(|(draft, ..)| draft);
    draft.is_some() && draft == involved.notice.approved.map(|(of, _)| of)
}

pub(super) fn left(asked: &Asked<'_>, involved: &Involved) -> Why {
    let power = has_power(asked, id::FORMER_CONDITION);
    closed(asked)
        .or_else(|| involved.left.as_ref().map(|_| "It is recorded that this person left"))
        .or_else(|| unless(power, "The law that applies to this matter knows no rules for former officers"))
}

pub(super) fn earlier(asked: &Asked<'_>, _: &Involved) -> Why {
    closed(asked)
}

pub(super) fn severity(asked: &Asked<'_>, involved: &Involved) -> Why {
    special(asked)
        .or_else(|| unless(involved.severities.is_empty(), "The severity has been assessed; it can be revised"))
}

pub(super) fn revise(asked: &Asked<'_>, involved: &Involved) -> Why {
    special(asked).or_else(|| unless(!involved.severities.is_empty(), "The severity has not been assessed"))
}

pub(super) fn told(asked: &Asked<'_>, involved: &Involved) -> Why {
    let timers = &asked.case().state.timers;
    let owed = [id::SEVERITY_AUTHORITY, id::SEVERITY_REVISED_NOTICE];
    let owed = owed.iter().any(|rule| timers.runs(rule, &involved.person));
    unless(owed, "Nobody has still to be told of a severity assessment")
}

pub(super) fn draft(asked: &Asked<'_>, involved: &Involved) -> Why {
    special(asked).or_else(|| unserved(involved))
}

pub(super) fn approve(asked: &Asked<'_>, involved: &Involved) -> Why {
    special(asked)
        .or_else(|| unserved(involved))
        .or_else(|| unless(draft_stands(involved), "There is no draft that states the assessment which stands"))
        .or_else(|| unless(!draft_approved(involved), "The draft has been approved"))
}

pub(super) fn serve(asked: &Asked<'_>, involved: &Involved) -> Why {
    special(asked)
        .or_else(|| unserved(involved))
        .or_else(|| unless(draft_stands(involved), "There is no draft that states the assessment which stands"))
        .or_else(|| unless(draft_approved(involved), "The draft has not been approved"))
}

pub(super) fn terms(asked: &Asked<'_>, involved: &Involved) -> Why {
    let power = has_power(asked, id::NOTICE_TERMS);
    special(asked)
        .or_else(|| unless(power, "Under the law of this matter no terms of reference are given to the person"))
        .or_else(|| served(involved))
}

pub(super) fn answer(asked: &Asked<'_>, involved: &Involved) -> Why {
    closed(asked).or_else(|| served(involved))
}

pub(super) fn interview(asked: &Asked<'_>, involved: &Involved) -> Why {
    let ready = involved.notice.terms.is_some() || !has_power(asked, id::NOTICE_TERMS);
    let waits = involved.interview.is_some_and(|i| i.held.is_none() && i.for_on >= asked.open.today);
    special(asked)
        .or_else(|| served(involved))
        .or_else(|| unless(ready, "The terms of reference, or a notice that they are not given, have not been given"))
        .or_else(|| unless(!waits, "An interview is arranged"))
}

pub(super) fn moved(asked: &Asked<'_>, involved: &Involved) -> Why {
    let specified = involved.interview.is_some_and(|i| i.held.is_none() && !i.agreed && !i.moved);
    special(asked).or_else(|| unless(specified, "No interview waits whose time was specified"))
}

pub(super) fn held(asked: &Asked<'_>, involved: &Involved) -> Why {
    let waits = involved.interview.is_some_and(|i| i.held.is_none());
    closed(asked).or_else(|| unless(waits, "No interview is arranged"))
}

pub(super) fn determine(asked: &Asked<'_>, involved: &Involved) -> Why {
    former::not_determinable(&asked.case().state, &involved.person)
}

pub(super) fn accelerate(asked: &Asked<'_>, involved: &Involved) -> Why {
    let gross = involved.severity().is_some_and(|s| s.severity == Severity::GrossMisconduct);
    let condition_c = involved.left.as_ref().and_then(|l| l.condition) == Some(former::Condition::C);
    let before = &involved.accelerated;
    let open = before.submitted.is_none() || matches!(before.directed, Some((false, _)));
    special(asked)
        .or_else(|| unless(gross, "The conduct has not been assessed as gross misconduct"))
        .or_else(|| unless(!condition_c, "The accelerated procedure is not for a former officer under condition C"))
        .or_else(|| unless(open, "The case has been submitted already"))
}

pub(super) fn authority(_: &Asked<'_>, involved: &Involved) -> Why {
    let before = &involved.accelerated;
    unless(before.submitted.is_some(), "The case has not been submitted for the accelerated procedure")
        .or_else(|| before.answer.map(|_| "The authority has answered"))
}

pub(super) fn direct(_: &Asked<'_>, involved: &Involved) -> Why {
    let before = &involved.accelerated;
    let memorandum = matches!(before.answer, Some((Reply::NotSatisfied | Reply::Inappropriate, _)));
    unless(memorandum, "No memorandum of the authority has been received")
        .or_else(|| before.directed.map(|_| "This has been decided"))
}

pub(super) fn memorandum(asked: &Asked<'_>, involved: &Involved) -> Why {
    let before = &involved.accelerated;
    let power = has_power(asked, id::ACCELERATED_NO_OBJECTION);
    closed(asked)
        .or_else(|| unless(power, "Under the law of this matter the authority sends no such memorandum"))
        .or_else(|| unless(asked.case().state.report.is_some(), "The final report has not been submitted"))
        .or_else(|| unless(before.proposed.is_none() || before.objection.is_some(), "A memorandum waits for an answer"))
}

pub(super) fn objection(_: &Asked<'_>, involved: &Involved) -> Why {
    let before = &involved.accelerated;
    unless(
        before.proposed.is_some() && before.objection.is_none(),
        "No memorandum of the authority waits for an answer",
    )
}

pub(super) fn submit(asked: &Asked<'_>, _: &Involved) -> Why {
    let state = &asked.case().state;
    let waits = state.conversion.submitted.map(|_| "A submission waits for a decision");
    conversion::not_convertible(state).or(waits)
}

pub(super) fn convert(asked: &Asked<'_>, _: &Involved) -> Why {
    conversion::not_convertible(&asked.case().state)
}

pub(super) fn converted(asked: &Asked<'_>, _: &Involved) -> Why {
    let conversion = &asked.case().state.conversion;
    unless(conversion.converted.is_some(), "It has not been decided that the matter is one of conduct")
        .or_else(|| conversion.notified.map(|_| "The authority has been told"))
}

pub(super) fn recorded(asked: &Asked<'_>, _: &Involved) -> Why {
    let conversion = &asked.case().state.conversion;
    unless(conversion.notified.is_some(), "The authority has not been told that the matter is one of conduct")
        .or_else(|| conversion.recorded.map(|_| "The authority has recorded the conduct matter"))
}
