//! Which fields of an entry can be corrected, and how each is entered.

use super::Event;

/// A field of an entry that can be corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in the record.
    pub name: &'static str,
    /// Its name on a page.
    pub label: &'static str,
    /// How it is entered.
    pub input: Input,
}

/// How a field is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A date.
    Date,
    /// A date that may be left empty.
    OptionalDate,
    /// A force of the profile.
    Force,
    /// A kind of matter.
    Kind,
    /// A route of referral.
    Route,
    /// A mode of investigation.
    Mode,
    /// A member of staff.
    Staff,
    /// How a matter goes back to the force.
    Back,
    /// A directorate.
    Directorate,
    /// A pathway.
    Pathway,
    /// Whether there is a case to answer.
    Answer,
    /// What follows for a person: the form of proceedings, or another action.
    Form,
    /// Who is responsible for a proceeding.
    Owner,
    /// A sort of proceeding.
    Stage,
    /// One line of text.
    Line,
    /// Personal words.
    Words,
}

/// The fields of an event that can be corrected. Corrections themselves are rescinded, not corrected.
#[must_use]
pub fn fields(event: &Event) -> &'static [Field] {
    const fn field(name: &'static str, label: &'static str, input: Input) -> Field {
        Field { name, label, input }
    }
    const MATTER: &[Field] = &[
        field("on", "Date received", Input::Date),
        field("clear_on", "Date it became clear that it had to be referred", Input::OptionalDate),
        field("incident_on", "Date of the incident", Input::OptionalDate),
        field("force", "Force", Input::Force),
        field("kind", "Kind of matter", Input::Kind),
        field("route", "How it was referred", Input::Route),
        field("number", "Reference number", Input::Line),
        field("text:summary", "Summary", Input::Words),
    ];
    const RECEIVED: &[Field] = &[
        field("on", "Date received", Input::Date),
        field("incident_on", "Date of the incident", Input::OptionalDate),
        field("force", "Force", Input::Force),
        field("kind", "Kind of matter", Input::Kind),
        field("number", "Reference number", Input::Line),
        field("text:summary", "Summary", Input::Words),
    ];
    const MODE: &[Field] = &[
        field("on", "Date of the decision", Input::Date),
        field("mode", "Mode of investigation", Input::Mode),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const LEAD: &[Field] =
        &[field("on", "Date of the appointment", Input::Date), field("lead", "Lead investigator", Input::Staff)];
    const NEED: &[Field] = &[
        field("on", "Date of the decision", Input::Date),
        field("back", "How the matter goes back", Input::Back),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const ALLOCATED: &[Field] = &[
        field("on", "Date of the allocation", Input::Date),
        field("directorate", "Directorate", Input::Directorate),
        field("pathway", "Pathway", Input::Pathway),
    ];
    const TERMS: &[Field] =
        &[field("on", "Date of the draft", Input::Date), field("text:terms", "Terms of reference", Input::Words)];
    const APPROVED: &[Field] = &[field("on", "Date of the decision", Input::Date)];
    const SUSPENDED: &[Field] = &[
        field("on", "Date of the suspension", Input::Date),
        field("review_on", "Date of the review", Input::Date),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const DECIDED: &[Field] =
        &[field("on", "Date of the decision", Input::Date), field("text:reasons", "Reasons", Input::Words)];
    const EXPECTED: &[Field] = &[
        field("on", "Date of the forecast", Input::Date),
        field("expected_on", "Expected date of completion", Input::Date),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const MATERIAL: &[Field] = &[
        field("on", "Date on which it was received", Input::Date),
        field("text:name", "Name of the file", Input::Words),
        field("text:description", "Description", Input::Words),
    ];
    const ANSWER: &[Field] = &[
        field("on", "Date of the decision", Input::Date),
        field("answer", "Case to answer", Input::Answer),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const BEGUN: &[Field] = &[
        field("on", "Date it began", Input::Date),
        field("stage", "Sort of proceeding", Input::Stage),
        field("owner", "Who is responsible", Input::Owner),
        field("expected_on", "Date of the next expected step", Input::Date),
        field("text:note", "Note", Input::Words),
    ];
    const UPDATED: &[Field] = &[
        field("on", "Date of the news", Input::Date),
        field("owner", "Who is responsible", Input::Owner),
        field("expected_on", "Date of the next expected step", Input::Date),
        field("text:note", "Note", Input::Words),
    ];
    const ENDED: &[Field] = &[field("on", "Date it ended", Input::Date), field("text:note", "Note", Input::Words)];
    const REPORT: &[Field] = &[
        field("on", "Date the report was submitted", Input::Date),
        field("text:conclusion", "Conclusion", Input::Words),
    ];
    const CLOSED: &[Field] =
        &[field("on", "Date of closing", Input::Date), field("text:reasons", "Reasons", Input::Words)];
    const ALLEGED: &[Field] = &[
        field("on", "Date it was recorded as an allegation", Input::Date),
        field("text:what", "What is alleged", Input::Words),
    ];
    const LINKED: &[Field] =
        &[field("on", "Date on which it was found", Input::Date), field("text:reasons", "Reasons", Input::Words)];
    const EXTENDED: &[Field] = &[
        field("on", "Date of the decision", Input::Date),
        field("to", "New last day", Input::Date),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const OPINION: &[Field] =
        &[field("on", "Date of the letter", Input::Date), field("text:opinion", "Our opinion", Input::Words)];
    const VIEWS: &[Field] = &[
        field("on", "Date on which they came", Input::Date),
        field("text:views", "The authority's views", Input::Words),
    ];
    const ASKED: &[Field] = &[
        field("on", "Date of the letter", Input::Date),
        field("report_on", "Date the authority received the report", Input::Date),
    ];
    const MEMORANDUM: &[Field] = &[
        field("on", "Date on which it came", Input::Date),
        field("answer", "Case to answer", Input::Answer),
        field("form", "What follows", Input::Form),
        field("text:says", "What it says", Input::Words),
    ];
    const RECOMMENDED: &[Field] = &[
        field("on", "Date of the decision", Input::Date),
        field("answer", "Case to answer", Input::Answer),
        field("form", "What follows", Input::Form),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const SAID: &[Field] =
        &[field("on", "Date on which it came", Input::Date), field("text:says", "What it says", Input::Words)];
    const FORM: &[Field] = &[
        field("on", "Date of the decision", Input::Date),
        field("form", "What follows", Input::Form),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const HANDED: &[Field] =
        &[field("on", "Date of the handover", Input::Date), field("text:what", "What was handed over", Input::Words)];
    const NOTED: &[Field] = &[field("on", "Date", Input::Date), field("text:note", "Note", Input::Words)];
    const APPLIED: &[Field] = &[
        field("on", "Date it reached us", Input::Date),
        field("told_on", "Date on which the applicant was told", Input::Date),
        field("lay_from_on", "Date on which the other body received it", Input::OptionalDate),
        field("lay_to_on", "Date on which the other body forwarded it", Input::OptionalDate),
        field("text:says", "What the applicant says", Input::Words),
    ];
    const LEARNING: &[Field] = &[
        field("on", "Date of the draft", Input::Date),
        field("text:recipient", "Recipient", Input::Words),
        field("text:text", "Recommendation", Input::Words),
    ];
    const REMEDIED: &[Field] = &[field("on", "Date", Input::Date), field("text:what", "What follows", Input::Words)];
    const CONTACT: &[Field] = &[
        field("on", "Date on which it was agreed", Input::Date),
        field("text:contact", "Addresses, numbers, hours, and what must not be said", Input::Words),
    ];
    const INFORMED: &[Field] = &[field("on", "Date", Input::Date), field("text:name", "Name", Input::Words)];
    const UPDATE: &[Field] = &[
        field("on", "Date on which they were told", Input::Date),
        field("text:note", "What they were told", Input::Words),
    ];
    const WITHHELD: &[Field] = &[
        field("on", "Date of the decision", Input::Date),
        field("review_on", "Date of the review", Input::Date),
        field("text:reasons", "Reasons", Input::Words),
    ];
    const SERVED: &[Field] = &[
        field("on", "Date from which it counts as given", Input::Date),
        field("sent_on", "Date on which it was sent", Input::Date),
        field("text:proof", "How that is known", Input::Words),
    ];
    const TRANSLATED: &[Field] =
        &[field("on", "Date of the translation", Input::Date), field("text:text_cy", "Welsh text", Input::Words)];
    const CHANGED: &[Field] = &[field("on", "Day from which it changed", Input::Date)];
    match event {
        Event::Referred(_) => MATTER,
        Event::Received(_) => RECEIVED,
        Event::NeedDecided(e) if !e.necessary => NEED,
        Event::NeedDecided(_) | Event::TermsApproved(_) => APPROVED,
        Event::ModeDecided(_) => MODE,
        Event::Allocated(_) => ALLOCATED,
        Event::TermsDrafted(_) => TERMS,
        Event::Suspended(_) => SUSPENDED,
        Event::Resumed(_)
        | Event::Discontinued(_)
        | Event::ProsecutorDecided(_)
        | Event::ReinvestigationDetermined(_) => DECIDED,
        Event::CompletionExpected(_) => EXPECTED,
        Event::MaterialReceived(_) => MATERIAL,
        Event::CaseToAnswerDecided(_) => ANSWER,
        Event::ProceedingBegun(_) => BEGUN,
        Event::ProceedingUpdated(_) => UPDATED,
        Event::ProceedingEnded(_) => ENDED,
        Event::LeadAppointed(_) => LEAD,
        Event::ReportSubmitted(_) => REPORT,
        Event::SentBack(_) => DECIDED,
        Event::Closed(_) => CLOSED,
        Event::Changed(_) => CHANGED,
        Event::LinkFound(_) => LINKED,
        Event::Officer(e) => super::officer::fields(e),
        Event::ViewsRequested(_) => OPINION,
        Event::ViewsReceived(_) => VIEWS,
        Event::MemorandumRequested(_) => ASKED,
        Event::MemorandumReceived(_) => MEMORANDUM,
        Event::ProceedingsRecommended(_) => RECOMMENDED,
        Event::AuthorityAnswered(_) | Event::WishAnswered(_) => SAID,
        Event::FormDecided(_) => FORM,
        Event::MemorandumAccepted(_)
        | Event::DirectionGiven(_)
        | Event::DirectionWithdrawn(_)
        | Event::ChiefOfficerConcerned(_)
        | Event::PublicInterestDecided(_)
        | Event::InformationRequested(_)
        | Event::InformationReceived(_)
        | Event::FoundInvalid(_)
        | Event::Merged(_)
        | Event::Split(_) => DECIDED,
        Event::HandedOver(_) => HANDED,
        Event::CriminalProceedingsEnded(_) | Event::WithdrawalIndicated(_) | Event::WishAsked(_) => NOTED,
        Event::ClockExtended(_) => EXTENDED,
        Event::ReviewReceived(_) => APPLIED,
        Event::ReviewInvalidated(_)
        | Event::ReviewLateAccepted(_)
        | Event::ReviewDecided(_)
        | Event::RecommendationExtension(_)
        | Event::RecommendationRepresentations(_)
        | Event::RecommendationEnded(_) => DECIDED,
        Event::ReviewAnswered(_)
        | Event::ReviewEnded(_)
        | Event::RecommendationNoted(_)
        | Event::RecommendationAnswered(_) => NOTED,
        Event::ReviewRemedied(_) => REMEDIED,
        Event::RecommendationDrafted(_) => LEARNING,
        Event::ReviewValidated(_)
        | Event::ReviewForwarded(_)
        | Event::ReviewPapers(_)
        | Event::ReviewAllocated(_)
        | Event::RecommendationIssued(_)
        | Event::RecommendationPublished(_)
        | Event::RecommendationInCourt(_) => APPROVED,
        Event::ClockExcused(_) => DECIDED,
        Event::InformedAdded(_) => INFORMED,
        Event::ContactAgreed(_) => CONTACT,
        Event::InformedEnded(_) => DECIDED,
        Event::UpdateGiven(_) | Event::OutcomeTold(_) | Event::DelayNoticeGiven(_) => UPDATE,
        Event::UpdateWithheld(_) => WITHHELD,
        Event::LetterServed(_) => SERVED,
        Event::LetterTranslated(_) => TRANSLATED,
        // What a letter said stays as it was sent; one that is wrong is rescinded and written again.
        Event::LetterIssued(_) => &[],
        // What somebody wrote stays as they wrote it.
        Event::PersonWrote(_) => &[],
        // The system's own notes: they are rescinded, if they are wrong.
        Event::ClockMissed(_) | Event::ClockMoved(_) => &[],
        // Several at once came with another system's case, which has no words of its own.
        Event::AllegationsRecorded(e) if e.allegations.len() == 1 => ALLEGED,
        // What a second person approved is not changed under them; a proposal is rescinded.
        Event::Proposed(_) | Event::Approved(_) => &[],
        // What is gone is gone.
        Event::WordsDisposed(_) => &[],
        Event::AllegationsRecorded(_) | Event::FindingsRecorded(_) | Event::Corrected(_) | Event::Rescinded(_) => &[],
    }
}
