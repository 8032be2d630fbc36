//! What an entry of the officer's side is called, which of its fields can be corrected, and its kinds.

use super::Event;
use crate::case::correction::{Field, Input};

impl Event {
    /// The kinds under which they are stored.
    pub const KINDS: [&str; 26] = [
        "person.status-set",
        "person.left-service",
        "person.earlier-action-stated",
        "severity.assessed",
        "severity.revised",
        "severity.notified",
        "notice.drafted",
        "notice.approved",
        "notice.withheld",
        "notice.served",
        "notice.terms-given",
        "notice.answered",
        "notice.withdrawn",
        "interview.notified",
        "interview.moved",
        "interview.held",
        "special-determination.made",
        "conversion.submitted",
        "conversion.decided",
        "conversion.notified",
        "conversion.recorded",
        "accelerated.submitted",
        "accelerated.answered",
        "accelerated.decided",
        "accelerated.proposed",
        "accelerated.objection-decided",
    ];

    /// Whom it is about, as the stream of the person; nobody for the conversion of a matter.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        Some(match self {
            Self::StatusSet(e) => &e.person,
            Self::LeftService(e) => &e.person,
            Self::EarlierActionStated(e) => &e.person,
            Self::SeverityAssessed(e) | Self::SeverityRevised(e) => &e.person,
            Self::SeverityNotified(e) => &e.person,
            Self::NoticeDrafted(e) => &e.person,
            Self::NoticeApproved(e) => &e.person,
            Self::NoticeWithheld(e) => &e.person,
            Self::NoticeServed(e) => &e.person,
            Self::TermsGiven(e) => &e.person,
            Self::NoticeAnswered(e) => &e.person,
            Self::NoticeWithdrawn(e) => &e.person,
            Self::InterviewNotified(e) => &e.person,
            Self::InterviewMoved(e) => &e.person,
            Self::InterviewHeld(e) => &e.person,
            Self::SpecialDetermination(e) => &e.person,
            Self::AcceleratedSubmitted(e) => &e.person,
            Self::AcceleratedAnswered(e) => &e.person,
            Self::AcceleratedDecided(e) => &e.person,
            Self::AcceleratedProposed(e) => &e.person,
            Self::ObjectionDecided(e) => &e.person,
            Self::ConversionSubmitted(_)
            | Self::ConversionDecided(_)
            | Self::ConversionNotified(_)
            | Self::ConversionRecorded(_) => return None,
        })
    }
}

/// What the entry is called on a page.
#[must_use]
pub fn title(event: &Event) -> &'static str {
    match event {
        Event::StatusSet(_) => "Status of a person recorded",
        Event::LeftService(_) => "A former officer",
        Event::EarlierActionStated(_) => "Earlier disciplinary action recorded",
        Event::SeverityAssessed(_) => "Severity assessed",
        Event::SeverityRevised(_) => "Severity assessment revised",
        Event::SeverityNotified(_) => "Told of the severity assessment",
        Event::NoticeDrafted(_) => "Notice of investigation drafted",
        Event::NoticeApproved(_) => "Notice of investigation approved",
        Event::NoticeWithheld(_) => "Notice of investigation withheld",
        Event::NoticeServed(_) => "Notice of investigation served",
        Event::TermsGiven(e) if e.terms == super::notice::Terms::Given => "Terms of reference given to the person",
        Event::TermsGiven(_) => "Notice given that the terms of reference are not",
        Event::NoticeAnswered(_) => "Answer to the notice of investigation",
        Event::NoticeWithdrawn(_) => "Notice of investigation withdrawn",
        Event::InterviewNotified(_) => "Notice of an interview given",
        Event::InterviewMoved(_) => "Interview moved",
        Event::InterviewHeld(e) if e.attended => "Interview held",
        Event::InterviewHeld(_) => "The person did not come to the interview",
        Event::SpecialDetermination(e) if e.goes_on => "Special determination: proceedings may go on",
        Event::SpecialDetermination(_) => "Special determination: no proceedings",
        Event::ConversionSubmitted(_) => "Indication of crime or misconduct submitted",
        Event::ConversionDecided(e) if e.indicated => "Became a conduct matter",
        Event::ConversionDecided(_) => "No indication of crime or misconduct",
        Event::ConversionNotified(_) => "Authority told of the indication",
        Event::ConversionRecorded(_) => "Authority recorded the conduct matter",
        Event::AcceleratedSubmitted(_) => "Submitted for the accelerated procedure",
        Event::AcceleratedAnswered(_) => "Authority answered on the accelerated procedure",
        Event::AcceleratedDecided(e) if e.directed => "Authority directed to certify the case",
        Event::AcceleratedDecided(_) => "Authority not directed to certify the case",
        Event::AcceleratedProposed(_) => "Authority proposes the accelerated procedure",
        Event::ObjectionDecided(e) if e.objects => "Objection to the accelerated procedure",
        Event::ObjectionDecided(_) => "No objection to the accelerated procedure",
    }
}

/// The fields that can be corrected. The date of a severity assessment is none of them, because the
/// law goes by it, nor is the date of a service, from which other days were counted: what is wrong
/// there is rescinded and recorded again.
#[must_use]
pub fn fields(event: &Event) -> &'static [Field] {
    const fn field(name: &'static str, label: &'static str, input: Input) -> Field {
        Field { name, label, input }
    }
    const ON: &[Field] = &[field("on", "Date", Input::Date)];
    const REASONED: &[Field] = &[field("on", "Date", Input::Date), field("text:reasons", "Reasons", Input::Words)];
    const REASONS: &[Field] = &[field("text:reasons", "Reasons", Input::Words)];
    const NOTED: &[Field] = &[field("on", "Date", Input::Date), field("text:note", "Note", Input::Words)];
    const CONDUCT: &[Field] =
        &[field("on", "Date of the draft", Input::Date), field("text:conduct", "Conduct", Input::Words)];
    const WITHHELD: &[Field] = &[
        field("on", "Date of the decision", Input::Date),
        field("review_on", "Date of the review", Input::Date),
        field("text:reasons", "Reasons", Input::Words),
    ];
    match event {
        Event::StatusSet(_)
        | Event::SpecialDetermination(_)
        | Event::ConversionSubmitted(_)
        | Event::ConversionDecided(_)
        | Event::NoticeWithdrawn(_)
        | Event::AcceleratedSubmitted(_)
        | Event::AcceleratedDecided(_)
        | Event::ObjectionDecided(_) => REASONED,
        Event::SeverityAssessed(_) | Event::SeverityRevised(_) => REASONS,
        Event::NoticeDrafted(_) => CONDUCT,
        Event::NoticeWithheld(_) => WITHHELD,
        Event::NoticeAnswered(_) | Event::InterviewHeld(_) | Event::AcceleratedAnswered(_) => NOTED,
        Event::SeverityNotified(_)
        | Event::NoticeApproved(_)
        | Event::ConversionNotified(_)
        | Event::ConversionRecorded(_)
        | Event::AcceleratedProposed(_) => ON,
        Event::LeftService(_)
        | Event::EarlierActionStated(_)
        | Event::NoticeServed(_)
        | Event::TermsGiven(_)
        | Event::InterviewNotified(_)
        | Event::InterviewMoved(_) => &[],
    }
}
