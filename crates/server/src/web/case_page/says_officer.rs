//! What an entry of the officer's side says, in words.

use candour_core::case::officer::Event;
use candour_core::day;

use crate::app::OpenCase;

/// What an entry says, as it was told.
pub(super) fn says(open: &OpenCase, event: &Event) -> Vec<(String, String)> {
    let row = |label: &str, value: String| (label.to_owned(), value);
    let yes = |answer: bool| if answer { "Yes" } else { "No" }.to_owned();
    let mut says: Vec<_> = event.person().map(|person| row("About", open.person(person))).into_iter().collect();
    match event {
        Event::StatusSet(e) => says.push(row("Status", e.status.label().into())),
        Event::LeftService(e) => {
            says.push(row("Last day of service", day::in_words(e.left_on)));
            says.push(row("Allegation came to attention", day::in_words(e.surfaced_on)));
            let condition = e.condition.map_or("The disciplinary rules do not reach this person", |c| c.label());
            says.push(row("Condition", condition.to_owned()));
            says.push(row("Provision", e.citation.clone()));
        }
        Event::EarlierActionStated(e) => {
            says.push(row("Action", e.action.label().into()));
            says.push(row("From", day::in_words(e.from_on)));
            says.extend(e.until_on.map(|until| row("In force until", day::in_words(until))));
        }
        Event::SeverityAssessed(e) | Event::SeverityRevised(e) => {
            says.push(row("Severity", e.severity.label().into()));
            says.extend(e.form.map(|form| row("Likely form of proceedings", form.label().into())));
            says.push(row("Authority consulted", day::in_words(e.consulted_on)));
            says.push(row("Power", e.citation.clone()));
        }
        Event::SeverityNotified(e) => says.push(row("Told", e.told.label().into())),
        Event::NoticeWithheld(e) => {
            says.push(row("To be looked at again", day::in_words(e.review_on)));
            says.push(row("Power", e.citation.clone()));
        }
        Event::NoticeServed(e) => {
            says.push(row("How", e.method.label().into()));
            says.extend(e.sent_at.clone().map(|at| row("Sent at", at)));
            says.extend(e.given_on.map(|on| row("Counts as given on", day::in_words(on))));
        }
        Event::TermsGiven(e) => {
            says.push(row("Given", e.terms.label().into()));
            says.push(row("How", e.method.label().into()));
            says.extend(e.sent_at.clone().map(|at| row("Sent at", at)));
            says.extend(e.given_on.map(|on| row("Counts as given on", day::in_words(on))));
            says.push(row("Provision", e.citation.clone()));
        }
        Event::NoticeAnswered(e) => says.push(row("Answer", e.reply.label().into())),
        Event::InterviewNotified(e) => {
            let how = if e.agreed { "Agreed" } else { "Specified" };
            says.push(row("Interview", format!("{}, {}", day::in_words(e.for_on), how.to_lowercase())));
            says.push(row("Provision", e.citation.clone()));
        }
        Event::InterviewMoved(e) => says.push(row("Interview", day::in_words(e.for_on))),
        Event::InterviewHeld(e) => says.push(row("The person came", yes(e.attended))),
        Event::SpecialDetermination(e) => {
            says.push(row("Proceedings may go on", yes(e.goes_on)));
            says.push(row("Power", e.citation.clone()));
        }
        Event::ConversionDecided(e) => {
            says.push(row("An indication of crime or misconduct", yes(e.indicated)));
            says.push(row(
                "Decided",
                if e.submission.is_some() { "On a submission" } else { "Without a submission" }.into(),
            ));
            says.extend(e.pathway.map(|pathway| row("Pathway from then on", pathway.label().into())));
            says.push(row("Power", e.citation.clone()));
        }
        Event::ConversionNotified(e) => {
            let told =
                if e.both { "The authority of the matter and that of the person" } else { "The appropriate authority" };
            says.push(row("Told", told.to_owned()));
        }
        Event::AcceleratedSubmitted(e) => says.push(row("Power", e.citation.clone())),
        Event::AcceleratedAnswered(e) => says.push(row("Answer", e.answer.label().into())),
        Event::AcceleratedDecided(e) => says.push(row("Power", e.citation.clone())),
        Event::ObjectionDecided(e) => says.push(row("Provision", e.citation.clone())),
        Event::NoticeDrafted(_)
        | Event::NoticeApproved(_)
        | Event::NoticeWithdrawn(_)
        | Event::ConversionSubmitted(_)
        | Event::ConversionRecorded(_)
        | Event::AcceleratedProposed(_) => {}
    }
    says
}
