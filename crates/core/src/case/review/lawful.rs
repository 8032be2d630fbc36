//! Which entries about a review the law admits, and why the others are refused.

use super::follow::number;
use super::{
    Allocated, Answered, Applicant, Body, Decided, Ended, Ending, Family, Ground, Invalid, Invalidated, Outcome,
    Received, Remedied, Remedy, Review, Sort, Validated,
};
use crate::case::matter::MatterKind;
use crate::case::mode::Mode;
use crate::case::{Context, Effective, Event, State, power};
use crate::day::{Day, in_words};
use crate::refusal::Refusal;

/// Whether the law admits an entry about a review.
pub(in crate::case) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    if let Event::ReviewReceived(e) = &event.event {
        return lawful_received(state, e, on, context);
    }
    let review = number(&event.event).and_then(|n| state.review(n));
    let review = review.ok_or_else(|| Refusal::of("n", "Choose an application of this case"))?;
    open(review)?;
    not_before(on, review.last, "the last step of the review")?;
    match &event.event {
        Event::ReviewValidated(e) => lawful_validated(state, review, e, context),
        Event::ReviewInvalidated(e) => lawful_invalidated(state, review, e, context),
        Event::ReviewLateAccepted(_) => lawful_late(state, review, context),
        Event::ReviewForwarded(e) => lawful_forwarded(review, e.to),
        Event::ReviewPapers(_) => {
            valid(review)?;
            undecided(review)
        }
        Event::ReviewAllocated(e) => lawful_allocated(review, e),
        Event::ReviewDecided(e) => lawful_decided(review, e),
        Event::ReviewRemedied(e) => lawful_remedied(review, e),
        Event::ReviewAnswered(e) => lawful_answered(review, e),
        Event::ReviewEnded(e) => lawful_ended(review, e),
        _ => Ok(()),
    }
}

/// Why no application of that sort can be recorded in a case as it stands, if none can.
pub fn may_receive(state: &State, sort: Sort, on: Day, context: Context<'_>) -> Result<(), Refusal> {
    let says = |says: &str| Err(Refusal::of("sort", says));
    let family = sort.family();
    if family == Family::Victims {
        if power::cited(sort.decided_under(), state, context, on).is_none() {
            return says("The body had no Victims' Right to Review on that day");
        }
        return match state.prosecutor {
            Some((false, _)) => Ok(()),
            Some((true, _)) => says("The case was referred to the prosecutor, so nothing is left to review"),
            None => says("It reviews a decision not to refer a case to the prosecutor, and none was made in this case"),
        };
    }
    if state.kind_on(on) != Some(MatterKind::Complaint) {
        return says("Only the complainant has a right to a review, and this matter is no complaint");
    }
    if power::cited(sort.decided_under(), state, context, on).is_none() {
        return says(match family {
            Family::Review => {
                "Reviews are of the scheme for complaints made from 1 February 2020 on. This complaint is under the older scheme, which has appeals"
            }
            _ => {
                "Appeals are of the older scheme. This complaint is under the scheme for complaints made from 1 February 2020 on, which has reviews"
            }
        });
    }
    if state.closed.is_some() {
        return says("The case is closed");
    }
    let mode = state.mode.as_ref().map(|decided| decided.mode);
    if matches!(mode, Some(Mode::Independent | Mode::Directed | Mode::Managed)) {
        return says("There is no review of the outcome of an investigation that was ours or under our direction");
    }
    if sort == Sort::Handling && mode.is_some() {
        return says("This complaint was investigated. The review is one of the outcome of an investigation");
    }
    Ok(())
}

fn lawful_received(state: &State, received: &Received, on: Day, context: Context<'_>) -> Result<(), Refusal> {
    may_receive(state, received.sort, on, context)?;
    if state.review(received.n).is_some() {
        return Err(Refusal::of("n", "There is an application with this number already"));
    }
    let attention = state.matter.as_ref().map(super::super::matter::Opened::attention);
    if let Some(attention) = attention.filter(|day| received.told_on < *day) {
        let says =
            format!("The applicant must have been told on or after the day of the complaint ({})", in_words(attention));
        return Err(Refusal::of("told_on", says));
    }
    if let (Family::Victims, Some((_, decided))) = (received.sort.family(), state.prosecutor) {
        let late = Refusal::of("told_on", "The victim must have been told on or after the day of the decision");
        if received.told_on < decided {
            return Err(late);
        }
    }
    if on < received.told_on {
        return Err(Refusal::of("on", "It must be received on or after the day on which the applicant was told"));
    }
    lawful_lay(received, on)?;
    if !received.complains.is_empty() && received.sort != Sort::OldInvestigation {
        return Err(Refusal::of("complains", "Only an appeal against an investigation has these grounds"));
    }
    Ok(())
}

/// The days on which the application lay elsewhere come in their order.
fn lawful_lay(received: &Received, on: Day) -> Result<(), Refusal> {
    match (received.lay_with, received.lay_from_on, received.lay_to_on) {
        (None, None, None) => Ok(()),
        (None, ..) => Err(Refusal::of("lay_with", "Choose the body with which the application lay first")),
        (Some(_), None, _) => Err(Refusal::of("lay_from_on", "Enter the date on which that body received it")),
        (Some(_), _, None) => Err(Refusal::of("lay_to_on", "Enter the date on which that body forwarded it")),
        (Some(_), Some(from), Some(_)) if from < received.told_on => {
            let says = "That body must have received it on or after the day on which the applicant was told";
            Err(Refusal::of("lay_from_on", says))
        }
        (Some(_), Some(from), Some(to)) if to < from => {
            Err(Refusal::of("lay_to_on", "It must have been forwarded on or after the day it was received there"))
        }
        (Some(_), _, Some(to)) if on < to => {
            Err(Refusal::of("on", "It must have reached us on or after the day on which it was forwarded"))
        }
        _ => Ok(()),
    }
}

fn open(review: &Review) -> Result<(), Refusal> {
    if review.ended.is_some() {
        return Err(Refusal::of("n", "This review has already ended"));
    }
    Ok(())
}

fn unchecked(review: &Review) -> Result<(), Refusal> {
    if review.valid.is_some() || review.invalid.is_some() {
        return Err(Refusal::new(
            "Whether the application is valid has already been decided. Correct that entry instead",
        ));
    }
    Ok(())
}

fn valid(review: &Review) -> Result<(), Refusal> {
    if review.valid.is_none() {
        return Err(Refusal::new("The application has not been found to be valid. Check it first"));
    }
    Ok(())
}

fn undecided(review: &Review) -> Result<(), Refusal> {
    if review.decided.is_some() {
        return Err(Refusal::new("The review has already been decided. Correct that entry instead"));
    }
    Ok(())
}

fn not_before(on: Day, earliest: Day, what: &str) -> Result<(), Refusal> {
    if on < earliest {
        return Err(Refusal::of("on", format!("It must be on or after the day of {what} ({})", in_words(earliest))));
    }
    Ok(())
}

fn last_day(review: &Review, state: &State, context: Context<'_>) -> String {
    let clocks = crate::case::clocks::of(state, context);
    let rule = review.received.sort.applies_by();
    let clock = clocks.iter().find(|c| c.timer.rule == rule && c.timer.about == review.key());
    clock.and_then(|c| c.due).map_or_else(String::new, in_words)
}

fn lawful_validated(
    state: &State,
    review: &Review,
    validated: &Validated,
    context: Context<'_>,
) -> Result<(), Refusal> {
    unchecked(review)?;
    let sort = review.received.sort;
    if !review.received.by.may(sort.family()) {
        return Err(Refusal::new(match sort.family() {
            Family::Victims => "Only a victim of the suspected offence, or their family, may ask for this review",
            _ => "Only the complainant may apply, or somebody who acts for the complainant",
        }));
    }
    if sort.family() == Family::Victims && !review.received.criminal {
        return Err(Refusal::new("The right is to a review of an investigation that was designated criminal"));
    }
    if !review.in_time(state, context) && review.late_accepted.is_none() {
        let says = format!(
            "The application is out of time: its last day was {}. Accept it late first, if special circumstances make that just, or find it invalid",
            last_day(review, state, context)
        );
        return Err(Refusal::new(says));
    }
    lawful_ground(sort, validated.ground)
}

fn lawful_ground(sort: Sort, ground: Option<Ground>) -> Result<(), Refusal> {
    match (sort, ground) {
        (Sort::NonRecording | Sort::VictimsRight, None) => Ok(()),
        (Sort::NonRecording, Some(_)) => Err(Refusal::of("ground", "Appeals against non-recording are always ours")),
        (Sort::VictimsRight, Some(_)) => Err(Refusal::of("ground", "This review is always ours")),
        (_, None) => Err(Refusal::of("ground", "Choose why it is for us to decide, or find the application invalid")),
        (_, Some(Ground::TreatedAsReferred)) if sort.family() == Family::Appeal => {
            Err(Refusal::of("ground", "The older scheme has no power to treat a complaint as referred"))
        }
        (_, Some(_)) => Ok(()),
    }
}

fn lawful_invalidated(
    state: &State,
    review: &Review,
    invalidated: &Invalidated,
    context: Context<'_>,
) -> Result<(), Refusal> {
    unchecked(review)?;
    let sort = review.received.sort;
    match invalidated.why {
        Invalid::OutOfTime if review.late_accepted.is_some() => {
            Err(Refusal::of("why", "The application was accepted though it was late"))
        }
        Invalid::OutOfTime if review.in_time(state, context) => {
            let says = match last_day(review, state, context).as_str() {
                "" => "No time is set for this application, so it cannot be out of time".to_owned(),
                last => format!("The application was made in time: its last day was {last}"),
            };
            Err(Refusal::of("why", says))
        }
        Invalid::NotComplainant if review.received.by.may(sort.family()) => {
            let applicant: Applicant = review.received.by;
            let says = format!("It is recorded that it was made by {}", applicant.label().to_lowercase());
            Err(Refusal::of("why", says))
        }
        Invalid::WrongBody if matches!(sort, Sort::NonRecording | Sort::VictimsRight) => {
            Err(Refusal::of("why", "This sort of application is always for us to decide"))
        }
        _ => Ok(()),
    }
}

fn lawful_late(state: &State, review: &Review, context: Context<'_>) -> Result<(), Refusal> {
    unchecked(review)?;
    if review.late_accepted.is_some() {
        return Err(Refusal::new("The application has already been accepted though it was late"));
    }
    if review.in_time(state, context) {
        return Err(Refusal::new("The application was made in time, so that nothing needs to be extended"));
    }
    Ok(())
}

fn lawful_forwarded(review: &Review, to: Body) -> Result<(), Refusal> {
    if !matches!(review.invalid, Some((Invalid::WrongBody, _))) {
        return Err(Refusal::new(
            "Only an application that is for another body to decide is forwarded. Find that first",
        ));
    }
    if review.forwarded.is_some() {
        return Err(Refusal::new("The application has already been forwarded"));
    }
    let right = match review.received.sort.family() {
        Family::Appeal => Body::Force,
        _ => Body::LocalPolicingBody,
    };
    if to != right {
        let says = format!("Where it is not for us, it is decided by {}", right.to_label());
        return Err(Refusal::of("to", says));
    }
    Ok(())
}

fn lawful_allocated(review: &Review, allocated: &Allocated) -> Result<(), Refusal> {
    valid(review)?;
    undecided(review)?;
    if allocated.to.is_empty() {
        return Err(Refusal::of("to", "Choose the reviewer"));
    }
    if review.reviewer.as_ref().is_some_and(|(who, _)| *who == allocated.to) {
        return Err(Refusal::of("to", "The review is already with this reviewer. Choose another"));
    }
    Ok(())
}

fn lawful_decided(review: &Review, decided: &Decided) -> Result<(), Refusal> {
    valid(review)?;
    undecided(review)?;
    if review.reviewer.is_none() {
        return Err(Refusal::new("The review has not been allocated. Allocate it to a reviewer first"));
    }
    if review.received.sort == Sort::VictimsRight && decided.outcome == Outcome::Part {
        return Err(Refusal::of("outcome", "Either the case should have been referred to the prosecutor or not"));
    }
    Ok(())
}

/// What may follow when a review of that sort is upheld.
#[must_use]
pub fn remedies(sort: Sort) -> &'static [Remedy] {
    match sort {
        Sort::Handling => {
            &[Remedy::Investigate, Remedy::Apology, Remedy::ReturnProperty, Remedy::Reflective, Remedy::Other]
        }
        Sort::Investigation => &[
            Remedy::OwnFindings,
            Remedy::InvestigateAgain,
            Remedy::Proceedings,
            Remedy::NotifyProsecutor,
            Remedy::Apology,
            Remedy::ReturnProperty,
            Remedy::Reflective,
            Remedy::Other,
        ],
        Sort::VictimsRight => &[Remedy::NotifyProsecutor],
        _ => &[Remedy::Directions],
    }
}

fn lawful_remedied(review: &Review, remedied: &Remedied) -> Result<(), Refusal> {
    match review.decided {
        None => return Err(Refusal::new("Remedies follow the decision of the review. Decide it first")),
        Some((Outcome::NotUpheld, _)) => {
            return Err(Refusal::new("The review was not upheld, so that no remedy follows from it"));
        }
        Some(_) => {}
    }
    if remedied.remedy == Remedy::Compensation {
        let says = "Compensation cannot be recommended: regulation 30(1)(d) leaves it out. Choose another remedy";
        return Err(Refusal::of("remedy", says));
    }
    if !remedies(review.received.sort).contains(&remedied.remedy) {
        let sort = review.received.sort.label().to_lowercase();
        return Err(Refusal::of("remedy", format!("This cannot follow from this sort of application: {sort}")));
    }
    if review.remedies.iter().any(|made| made.m == remedied.m) {
        return Err(Refusal::of("m", "There is a remedy with this number already"));
    }
    Ok(())
}

fn lawful_answered(review: &Review, answered: &Answered) -> Result<(), Refusal> {
    let made = review.remedies.iter().find(|made| made.m == answered.m);
    match made {
        None => Err(Refusal::of("m", "Choose a recommendation of this review")),
        Some(made) if !made.remedy.is_recommended() => {
            Err(Refusal::of("m", "This is no recommendation that the force answers under regulation 30"))
        }
        Some(made) if made.answered.is_some() => Err(Refusal::of("m", "This recommendation has already been answered")),
        Some(_) => Ok(()),
    }
}

fn lawful_ended(review: &Review, ended: &Ended) -> Result<(), Refusal> {
    match ended.how {
        Ending::Withdrawn => {
            if review.forwarded.is_some() {
                return Err(Refusal::of("how", "The application was forwarded, so it can be withdrawn only there"));
            }
            undecided(review)
        }
        Ending::Closed => {
            let sent_back = matches!(review.invalid, Some((Invalid::WrongBody, _))) && review.forwarded.is_none();
            if sent_back {
                return Err(Refusal::of("how", "The application is for another body. Forward it before closing it"));
            }
            if review.decided.is_none() && review.invalid.is_none() {
                return Err(Refusal::of("how", "Decide the review before closing it, or record that it was withdrawn"));
            }
            if review.unanswered().next().is_some() {
                let says =
                    "The force has not answered every recommendation made on this review. Record its answers first";
                return Err(Refusal::of("how", says));
            }
            Ok(())
        }
    }
}
