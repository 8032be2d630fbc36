//! Which entries about a recommendation the law admits, and why the others are refused.

use super::follow::number;
use super::{
    Answered, CourtStep, Drafted, Ended, Ending, ExtensionDecided, InCourt, Listed, Noted, Over, Published, Recipient,
    Recommendation, Representations, Sort, Step, What,
};
use crate::case::matter::{MatterKind, Route};
use crate::case::review::Family;
use crate::case::{Context, Effective, Event, State, power};
use crate::day::{Day, in_words};
use crate::law::deadline::{Limit, worked};
use crate::law::{Nation, id};
use crate::refusal::Refusal;

/// Whether the law admits an entry about a recommendation.
pub(in crate::case) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    if let Event::RecommendationDrafted(e) = &event.event {
        return lawful_drafted(state, e, on, context);
    }
    let found = number(&event.event).and_then(|n| state.recommendation(n));
    let r = found.ok_or_else(|| Refusal::of("n", "Choose a recommendation of this case"))?;
    if r.ended.is_some() {
        return Err(Refusal::of("n", "This recommendation has already come to its end"));
    }
    if on < r.last {
        let says = format!("It must be on or after the day of the last step ({})", in_words(r.last));
        return Err(Refusal::of("on", says));
    }
    match &event.event {
        Event::RecommendationNoted(e) => lawful_noted(r, e),
        Event::RecommendationIssued(_) => lawful_issued(state, r, on, context),
        Event::RecommendationExtension(e) => lawful_extension(state, r, e, on, context),
        Event::RecommendationAnswered(e) => lawful_answered(r, e),
        Event::RecommendationRepresentations(_) => lawful_representations(r),
        Event::RecommendationPublished(e) => lawful_published(r, e, on, context),
        Event::RecommendationInCourt(e) => lawful_in_court(state, r, e, on, context),
        Event::RecommendationEnded(e) => lawful_ended(state, r, e),
        _ => Ok(()),
    }
}

/// Why no recommendation of that sort can be made in a case as it stands, if none can.
pub fn may_draft(state: &State, sort: Sort, on: Day, context: Context<'_>) -> Result<(), Refusal> {
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    power::required(sort.made_under(), state, context, on).map_err(|refusal| refusal.about("sort"))?;
    match sort {
        Sort::Learning => after_report(state, on),
        Sort::Remedy => {
            if state.kind_on(on) != Some(MatterKind::Complaint) {
                let says = "A recommendation under paragraph 28ZA remedies a complaint, and this matter is none";
                return Err(Refusal::of("sort", says));
            }
            after_report(state, on)
        }
        Sort::Early if state.report.is_some() => {
            let says = "The final report has been submitted, so it is no longer early. Choose another sort";
            Err(Refusal::of("sort", says))
        }
        Sort::General | Sort::Early => Ok(()),
    }
}

/// Paragraphs 28A and 28ZA look back at a report, or at the decision of a review.
fn after_report(state: &State, on: Day) -> Result<(), Refusal> {
    let reported = state.report.is_some_and(|report| report <= on);
    let of_complaint = state.reviews.iter().filter(|r| r.received.sort.family() != Family::Victims);
    let reviewed = of_complaint.filter_map(|r| r.decided).any(|(_, decided)| decided <= on);
    if reported || reviewed {
        return Ok(());
    }
    let says = "It is made on a matter dealt with in a final report or in the decision of a review, and there is \
                neither yet. Early learning can be recommended under section 10(1)(e)";
    Err(Refusal::of("sort", says))
}

/// Whether a recommendation under paragraph 28A may go to that recipient, on the type of matter named.
pub fn recipient_allowed(state: &State, to: Recipient, listed: Option<Listed>, on: Day) -> Result<(), Refusal> {
    let kind = state.kind_on(on);
    if to == Recipient::Authority || kind == Some(MatterKind::Dsi) {
        return Ok(());
    }
    let called_in = state.matter.as_ref().is_some_and(|m| m.matter.route == Some(Route::CallIn));
    match listed {
        Some(Listed::CalledIn) if !called_in => {
            Err(Refusal::of("listed", "This matter was not called in. Choose the type of matter that it is"))
        }
        Some(_) => Ok(()),
        None => {
            let kind = kind.map_or("matter".to_owned(), |kind| kind.label().to_lowercase());
            let says = format!(
                "Under paragraph 28A this {kind} allows a recommendation to the appropriate authority only: it is of no type listed in regulation 31. Advise this recipient under section 10(1)(e) instead, which nobody has to answer"
            );
            Err(Refusal::of("to", says))
        }
    }
}

fn lawful_recipient(state: &State, drafted: &Drafted, on: Day) -> Result<(), Refusal> {
    match drafted.sort {
        Sort::Learning => recipient_allowed(state, drafted.to, drafted.listed, on),
        Sort::Remedy if drafted.to != Recipient::Authority => {
            let says = "A recommendation to remedy a complaint is made to the appropriate authority (regulation 30(2))";
            Err(Refusal::of("to", says))
        }
        _ => Ok(()),
    }
}

fn lawful_drafted(state: &State, drafted: &Drafted, on: Day, context: Context<'_>) -> Result<(), Refusal> {
    may_draft(state, drafted.sort, on, context)?;
    if state.recommendation(drafted.n).is_some() {
        return Err(Refusal::of("n", "There is a recommendation with this number already"));
    }
    let received = state.matter.as_ref().map(|m| m.received);
    if let Some(received) = received.filter(|day| on < *day) {
        let says = format!("It must be drafted on or after the day the matter was received ({})", in_words(received));
        return Err(Refusal::of("on", says));
    }
    lawful_recipient(state, drafted, on)
}

fn lawful_noted(r: &Recommendation, noted: &Noted) -> Result<(), Refusal> {
    match noted.step {
        Step::LegalCheck | Step::Consulted if r.issued.is_some() => {
            Err(Refusal::of("step", "The recommendation has already been made"))
        }
        Step::FollowedUp if r.issued.is_none() => {
            Err(Refusal::of("step", "The recommendation has not been made, so there is nothing to follow up"))
        }
        Step::FollowedUp if r.must_be_answered() && r.answered.is_none() => {
            Err(Refusal::of("step", "It has not been answered yet. Record the answer first"))
        }
        _ => Ok(()),
    }
}

fn lawful_issued(state: &State, r: &Recommendation, on: Day, context: Context<'_>) -> Result<(), Refusal> {
    if r.issued.is_some() {
        return Err(Refusal::new("This recommendation has already been made"));
    }
    if r.drafted.sort != Sort::Early && !r.has(Step::LegalCheck) {
        return Err(Refusal::new("Have it checked by legal and quality assurance first"));
    }
    may_draft(state, r.drafted.sort, on, context)?;
    lawful_recipient(state, &r.drafted, on)
}

fn made(r: &Recommendation) -> Result<Day, Refusal> {
    r.issued.ok_or_else(|| Refusal::new("This recommendation has not been made yet"))
}

fn lawful_extension(
    state: &State,
    r: &Recommendation,
    decided: &ExtensionDecided,
    on: Day,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let issued = made(r)?;
    let Some(rule) = r.drafted.sort.answered_under() else {
        return Err(Refusal::new("Nobody has to answer this recommendation, so that there is no time to extend"));
    };
    if r.answered.is_some() {
        return Err(Refusal::new("The recommendation has already been answered"));
    }
    if decided.asked_on < issued {
        return Err(Refusal::of("asked_on", "More time must be asked for on or after the day it was made"));
    }
    if decided.asked_on > on {
        return Err(Refusal::of("asked_on", "More time must be asked for on or before the day of the decision"));
    }
    let Some(to) = decided.to else { return Ok(()) };
    let due = r.answer_due(state, context);
    let before_expiry = context.law.rule(rule).and_then(|r| r.extension.as_ref()).is_some_and(|e| e.before_expiry);
    if let Some(due) = due.filter(|due| before_expiry && r.in_court.is_none() && decided.asked_on > *due) {
        let says = format!(
            "The application came out of time: more time had to be asked for by {} (paragraph 28B(3)). It can only be refused, and a late answer can still be recorded",
            in_words(due)
        );
        return Err(Refusal::of("asked_on", says));
    }
    if due.is_some_and(|due| to <= due) {
        return Err(Refusal::of("to", "The new last day must be after the one there is"));
    }
    Ok(())
}

fn lawful_answered(r: &Recommendation, answered: &Answered) -> Result<(), Refusal> {
    made(r)?;
    if r.answered.is_some() {
        return Err(Refusal::new("The recommendation has already been answered. Correct that entry instead"));
    }
    if answered.represents && r.drafted.sort != Sort::Learning {
        let says =
            "Only the answer to a learning recommendation must be published, so that there is nothing to object to";
        return Err(Refusal::of("represents", says));
    }
    Ok(())
}

fn lawful_representations(r: &Recommendation) -> Result<(), Refusal> {
    if r.is_published(What::Answer) {
        return Err(Refusal::new("The answer has already been published"));
    }
    match r.representations {
        Some(Representations::Waiting) => Ok(()),
        Some(_) => Err(Refusal::new("It has already been decided on these representations")),
        None => Err(Refusal::new("The answer came without representations against its publication")),
    }
}

fn lawful_published(r: &Recommendation, published: &Published, on: Day, context: Context<'_>) -> Result<(), Refusal> {
    made(r)?;
    if r.is_published(published.what) {
        return Err(Refusal::of("what", "It has already been published"));
    }
    if published.what == What::Recommendation {
        return Ok(());
    }
    if r.answered.is_none() {
        return Err(Refusal::of("what", "The recommendation has not been answered yet"));
    }
    if matches!(r.in_court, Some((Over::Publication, _))) {
        return Err(Refusal::of(
            "what",
            "Nothing is published while judicial review is in progress (paragraph 28B(9))",
        ));
    }
    match r.representations {
        Some(Representations::Waiting) => {
            let says = "The respondent made representations against publishing. Decide on them first";
            Err(Refusal::of("what", says))
        }
        Some(Representations::Rejected(told)) => match first_day(told, context) {
            Some(first) if on < first => {
                let says = format!("It may be published from {} on (paragraph 28B(8)(b))", in_words(first));
                Err(Refusal::of("on", says))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The first day on which an answer may be published after representations were rejected.
fn first_day(told: Day, context: Context<'_>) -> Option<Day> {
    let version = context.law.on(id::PUBLISH_AFTER_REJECTION, told)?;
    match worked(version, told, context.calendar, Nation::EnglandAndWales) {
        Limit::By(worked) => worked.earliest,
        _ => None,
    }
}

fn lawful_in_court(
    state: &State,
    r: &Recommendation,
    court: &InCourt,
    on: Day,
    context: Context<'_>,
) -> Result<(), Refusal> {
    made(r)?;
    if r.drafted.sort != Sort::Learning {
        return Err(Refusal::new("Paragraph 28B is about learning recommendations only"));
    }
    if court.step != CourtStep::Started {
        return match r.in_court {
            Some((over, _)) if over == court.over => Ok(()),
            _ => Err(Refusal::of("step", "No judicial review of this decision is in progress")),
        };
    }
    if r.in_court.is_some() {
        return Err(Refusal::of("step", "Judicial review is already in progress"));
    }
    if court.over == Over::Publication {
        return match r.representations {
            Some(Representations::Rejected(told)) if first_day(told, context).is_some_and(|first| on < first) => Ok(()),
            Some(Representations::Rejected(_)) => {
                Err(Refusal::of("on", "It counts only if it is started before the answer may be published"))
            }
            _ => Err(Refusal::of("over", "No representations against publishing were rejected")),
        };
    }
    if r.answered.is_some() {
        return Err(Refusal::of(
            "over",
            "The recommendation has already been answered, so that no time is left to add",
        ));
    }
    if let Some(due) = r.answer_due(state, context).filter(|due| on > *due) {
        let says = format!(
            "It adds days only if it is started within the period for the answer, which ended on {} (paragraph 28B(4))",
            in_words(due)
        );
        return Err(Refusal::of("on", says));
    }
    Ok(())
}

fn lawful_ended(state: &State, r: &Recommendation, ended: &Ended) -> Result<(), Refusal> {
    match (ended.how, ended.by) {
        (Ending::Superseded, None) => Err(Refusal::of("by", "Choose the recommendation that takes its place")),
        (Ending::Superseded, Some(by)) if by == r.drafted.n || state.recommendation(by).is_none() => {
            Err(Refusal::of("by", "Choose another recommendation of this case"))
        }
        (Ending::Closed | Ending::Withdrawn, Some(_)) => {
            Err(Refusal::of("by", "Only a recommendation that is superseded has another in its place"))
        }
        (Ending::Closed, None) if r.issued.is_none() => {
            Err(Refusal::of("how", "The recommendation has not been made. Withdraw it if it is not to be"))
        }
        (Ending::Closed, None) if r.must_be_answered() && r.answered.is_none() => Err(Refusal::of(
            "how",
            "The recommendation has not been answered yet, however late. Record the answer first",
        )),
        (Ending::Closed, None) if !r.is_done() => {
            Err(Refusal::of("how", "The answer must be published before the recommendation is closed"))
        }
        _ => Ok(()),
    }
}
