//! Everything that can happen in a case: the list of events, how each is stored, and what it is called.

use serde::{Deserialize, Serialize};

use super::{
    allegation, allocation, chief_officer, clocks, closing, correction, decision, delay_notice, discipline, forecast,
    handover, informed, intake, investigation, letter, made, material, matter, memorandum, mode, need, officer,
    proceeding, recommendation, reinvestigation, report, review, scheme, second, suspension, terms, views, wish,
};

/// Everything that can happen in a case. The serialised names and fields are kept for ever: see
/// `golden.jsonl`, which must always parse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A force or another authority referred the matter.
    #[serde(rename = "matter.referred")]
    Referred(matter::Matter),
    /// The matter reached the body in another way.
    #[serde(rename = "matter.received")]
    Received(matter::Matter),
    /// It was found that the matter relates to an older one.
    #[serde(rename = "matter.related")]
    LinkFound(scheme::LinkFound),
    /// It was decided whether an investigation is necessary.
    #[serde(rename = "need.decided")]
    NeedDecided(need::NeedDecided),
    /// The mode of investigation was decided.
    #[serde(rename = "mode.decided")]
    ModeDecided(mode::ModeDecided),
    /// The investigation was allocated to a directorate and a pathway.
    #[serde(rename = "investigation.allocated")]
    Allocated(allocation::Allocated),
    /// A lead investigator was designated.
    #[serde(rename = "lead.appointed")]
    LeadAppointed(investigation::LeadAppointed),
    /// Terms of reference were drafted.
    #[serde(rename = "terms.drafted")]
    TermsDrafted(terms::TermsDrafted),
    /// Terms of reference were approved.
    #[serde(rename = "terms.approved")]
    TermsApproved(terms::TermsApproved),
    /// The investigation was suspended.
    #[serde(rename = "investigation.suspended")]
    Suspended(suspension::Suspended),
    /// The investigation was resumed.
    #[serde(rename = "investigation.resumed")]
    Resumed(suspension::Resumed),
    /// The investigation was discontinued.
    #[serde(rename = "investigation.discontinued")]
    Discontinued(suspension::Discontinued),
    /// Completion is expected by a day.
    #[serde(rename = "completion.expected")]
    CompletionExpected(forecast::CompletionExpected),
    /// The final report was submitted.
    #[serde(rename = "report.submitted")]
    ReportSubmitted(report::ReportSubmitted),
    /// Allegations against named people were recorded.
    #[serde(rename = "allegations.recorded")]
    AllegationsRecorded(allegation::AllegationsRecorded),
    /// Findings on allegations were recorded.
    #[serde(rename = "findings.recorded")]
    FindingsRecorded(allegation::FindingsRecorded),
    /// It was decided whether there is a case to answer on an allegation.
    #[serde(rename = "case-to-answer.decided")]
    CaseToAnswerDecided(decision::CaseToAnswerDecided),
    /// It was decided whether the case is referred to the prosecutor.
    #[serde(rename = "prosecutor.decided")]
    ProsecutorDecided(decision::ProsecutorDecided),
    /// A proceeding began.
    #[serde(rename = "proceeding.begun")]
    ProceedingBegun(proceeding::Begun),
    /// There is news of a proceeding.
    #[serde(rename = "proceeding.updated")]
    ProceedingUpdated(proceeding::Updated),
    /// A proceeding ended.
    #[serde(rename = "proceeding.ended")]
    ProceedingEnded(proceeding::Ended),
    /// It was determined to investigate again.
    #[serde(rename = "reinvestigation.determined")]
    ReinvestigationDetermined(reinvestigation::Determined),
    /// A decision was proposed, for a second person to approve.
    #[serde(rename = "decision.proposed")]
    Proposed(second::Proposed),
    /// A proposed decision was approved; the decision is the next entry.
    #[serde(rename = "decision.approved")]
    Approved(second::Approved),
    /// A proposed decision was sent back.
    #[serde(rename = "decision.sent-back")]
    SentBack(second::SentBack),
    /// An application for a review was received.
    #[serde(rename = "review.received")]
    ReviewReceived(review::Received),
    /// An application for a review was found to be valid.
    #[serde(rename = "review.validated")]
    ReviewValidated(review::Validated),
    /// An application for a review was found to be invalid.
    #[serde(rename = "review.invalidated")]
    ReviewInvalidated(review::Invalidated),
    /// A late application for a review was accepted.
    #[serde(rename = "review.late-accepted")]
    ReviewLateAccepted(review::LateAccepted),
    /// An application was forwarded to the body that decides it.
    #[serde(rename = "review.forwarded")]
    ReviewForwarded(review::Forwarded),
    /// The papers for a review were asked for, or came.
    #[serde(rename = "review.papers")]
    ReviewPapers(review::PapersNoted),
    /// A review was allocated to a reviewer.
    #[serde(rename = "review.allocated")]
    ReviewAllocated(review::Allocated),
    /// A review was decided.
    #[serde(rename = "review.decided")]
    ReviewDecided(review::Decided),
    /// Something followed from a review that was upheld.
    #[serde(rename = "review.remedied")]
    ReviewRemedied(review::Remedied),
    /// The force answered a recommendation made on a review.
    #[serde(rename = "review.answered")]
    ReviewAnswered(review::Answered),
    /// A review ended.
    #[serde(rename = "review.ended")]
    ReviewEnded(review::Ended),
    /// A recommendation was drafted.
    #[serde(rename = "recommendation.drafted")]
    RecommendationDrafted(recommendation::Drafted),
    /// A step on the way of a recommendation.
    #[serde(rename = "recommendation.noted")]
    RecommendationNoted(recommendation::Noted),
    /// A recommendation was made.
    #[serde(rename = "recommendation.issued")]
    RecommendationIssued(recommendation::Issued),
    /// It was decided whether there is more time for an answer.
    #[serde(rename = "recommendation.extension-decided")]
    RecommendationExtension(recommendation::ExtensionDecided),
    /// A recommendation was answered.
    #[serde(rename = "recommendation.answered")]
    RecommendationAnswered(recommendation::Answered),
    /// It was decided on representations against publishing an answer.
    #[serde(rename = "recommendation.representations-decided")]
    RecommendationRepresentations(recommendation::RepresentationsDecided),
    /// A recommendation or its answer was published.
    #[serde(rename = "recommendation.published")]
    RecommendationPublished(recommendation::Published),
    /// Judicial review of a recommendation began or is over.
    #[serde(rename = "recommendation.in-court")]
    RecommendationInCourt(recommendation::InCourt),
    /// A recommendation came to its end.
    #[serde(rename = "recommendation.ended")]
    RecommendationEnded(recommendation::Ended),
    /// The case was closed.
    #[serde(rename = "case.closed")]
    Closed(closing::Closed),
    /// The authority was asked for its views on the report.
    #[serde(rename = "views.requested")]
    ViewsRequested(views::ViewsRequested),
    /// The authority's views came.
    #[serde(rename = "views.received")]
    ViewsReceived(views::ViewsReceived),
    /// The authority was told to send its memorandum.
    #[serde(rename = "memorandum.requested")]
    MemorandumRequested(memorandum::MemorandumRequested),
    /// The authority's memorandum came.
    #[serde(rename = "memorandum.received")]
    MemorandumReceived(memorandum::MemorandumReceived),
    /// The memorandum was accepted.
    #[serde(rename = "memorandum.accepted")]
    MemorandumAccepted(memorandum::MemorandumAccepted),
    /// Another answer or other proceedings were recommended.
    #[serde(rename = "proceedings.recommended")]
    ProceedingsRecommended(memorandum::ProceedingsRecommended),
    /// The authority answered that recommendation.
    #[serde(rename = "proceedings.answered")]
    AuthorityAnswered(memorandum::RecommendationAnswered),
    /// The form of proceedings was decided.
    #[serde(rename = "form.decided")]
    FormDecided(discipline::FormDecided),
    /// The authority was directed to bring proceedings.
    #[serde(rename = "direction.given")]
    DirectionGiven(discipline::DirectionGiven),
    /// That direction was withdrawn.
    #[serde(rename = "direction.withdrawn")]
    DirectionWithdrawn(discipline::DirectionWithdrawn),
    /// Part of a handover was made.
    #[serde(rename = "handover.made")]
    HandedOver(handover::HandedOver),
    /// The matter is about a chief officer.
    #[serde(rename = "chief-officer.concerned")]
    ChiefOfficerConcerned(chief_officer::ChiefOfficerConcerned),
    /// The criminal proceedings ended for which an investigation was suspended.
    #[serde(rename = "criminal-proceedings.ended")]
    CriminalProceedingsEnded(wish::CriminalProceedingsEnded),
    /// The complainant indicated a wish to withdraw.
    #[serde(rename = "withdrawal.indicated")]
    WithdrawalIndicated(wish::WithdrawalIndicated),
    /// The complainant was asked what is wished.
    #[serde(rename = "wish.asked")]
    WishAsked(wish::WishAsked),
    /// The complainant said what is wished.
    #[serde(rename = "wish.answered")]
    WishAnswered(wish::WishAnswered),
    /// It was decided whether the public interest requires a complaint to go on.
    #[serde(rename = "public-interest.decided")]
    PublicInterestDecided(wish::PublicInterestDecided),
    /// Information was asked for.
    #[serde(rename = "information.requested")]
    InformationRequested(intake::InformationRequested),
    /// The information came.
    #[serde(rename = "information.received")]
    InformationReceived(intake::InformationReceived),
    /// There is no basis for the referral.
    #[serde(rename = "matter.invalid")]
    FoundInvalid(intake::FoundInvalid),
    /// The investigation was combined with another.
    #[serde(rename = "matter.merged")]
    Merged(intake::Merged),
    /// Part of the investigation was split off.
    #[serde(rename = "matter.split")]
    Split(intake::Split),
    /// More time was given before a clock runs out.
    #[serde(rename = "clock.extended")]
    ClockExtended(clocks::acts::Extended),
    /// Exceptional circumstances prevented a limit from being met.
    #[serde(rename = "clock.excused")]
    ClockExcused(clocks::acts::Excused),
    /// A last day went by.
    #[serde(rename = "clock.missed")]
    ClockMissed(clocks::acts::Missed),
    /// A bank holiday moved a last day.
    #[serde(rename = "clock.moved")]
    ClockMoved(clocks::acts::Moved),
    /// Somebody is to be kept informed.
    #[serde(rename = "informed.added")]
    InformedAdded(informed::Added),
    /// Somebody is no longer to be kept informed.
    #[serde(rename = "informed.ended")]
    InformedEnded(informed::Ended),
    /// It was agreed how somebody may safely be reached.
    #[serde(rename = "contact.agreed")]
    ContactAgreed(informed::contact::ContactAgreed),
    /// Somebody who is kept informed wrote to us, in their own account.
    #[serde(rename = "person.wrote")]
    PersonWrote(informed::wrote::PersonWrote),
    /// Somebody was told of progress.
    #[serde(rename = "update.given")]
    UpdateGiven(informed::UpdateGiven),
    /// An update was withheld.
    #[serde(rename = "update.withheld")]
    UpdateWithheld(informed::UpdateWithheld),
    /// Somebody was told of an outcome.
    #[serde(rename = "outcome.told")]
    OutcomeTold(informed::OutcomeTold),
    /// The notice of a delay was given.
    #[serde(rename = "delay-notice.given")]
    DelayNoticeGiven(delay_notice::DelayNoticeGiven),
    /// A letter was issued.
    #[serde(rename = "letter.issued")]
    LetterIssued(letter::Issued),
    /// A letter was served.
    #[serde(rename = "letter.served")]
    LetterServed(letter::Served),
    /// The Welsh text of a letter was added.
    #[serde(rename = "letter.translated")]
    LetterTranslated(letter::Translated),
    /// Material was received with a file.
    #[serde(rename = "material.received")]
    MaterialReceived(material::MaterialReceived),
    /// Something changed from a day on.
    #[serde(rename = "fact.changed")]
    Changed(correction::Changed),
    /// An entry was wrong when it was made.
    #[serde(rename = "entry.corrected")]
    Corrected(correction::Corrected),
    /// An entry should never have been made.
    #[serde(rename = "entry.rescinded")]
    Rescinded(correction::Rescinded),
    /// Personal words of the case were disposed of.
    #[serde(rename = "words.disposed")]
    WordsDisposed(crate::record::disposal::Disposed),
    /// Something happened on the officer's side. Its kinds are those of [`officer::Event`].
    #[serde(skip)]
    Officer(officer::Event),
}

impl Event {
    /// The kind under which it is stored, and its data.
    #[must_use]
    pub fn encode(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        match self {
            Self::Officer(event) => crate::record::encoded(event),
            event => crate::record::encoded(event),
        }
    }

    /// Reads an event as stored; `None` for a kind that is no event of a case.
    pub fn decode(kind: &str, mut data: serde_json::Map<String, serde_json::Value>) -> Result<Self, String> {
        data.remove("texts");
        data.remove(made::KEY);
        let whole = serde_json::json!({ "kind": kind, "data": data });
        let read = if officer::Event::KINDS.contains(&kind) {
            serde_json::from_value(whole).map(Self::Officer)
        } else {
            serde_json::from_value(whole)
        };
        read.map_err(|e| format!("{kind}: {e}"))
    }

    /// What the entry is called on a page.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::Referred(_) => "Referred",
            Self::Received(_) => "Received",
            Self::LinkFound(_) => "Relates to an older matter",
            Self::NeedDecided(e) if e.necessary => "An investigation is necessary",
            Self::NeedDecided(_) => "No investigation is necessary: returned to the force",
            Self::ModeDecided(e) if e.supersedes.is_some() => "Mode of investigation decided again",
            Self::ModeDecided(_) => "Mode of investigation decided",
            Self::Allocated(_) => "Investigation allocated",
            Self::LeadAppointed(_) => "Lead investigator appointed",
            Self::TermsDrafted(_) => "Terms of reference drafted",
            Self::TermsApproved(_) => "Terms of reference approved",
            Self::Suspended(_) => "Investigation suspended",
            Self::Resumed(_) => "Investigation resumed",
            Self::Discontinued(_) => "Investigation discontinued",
            Self::CompletionExpected(_) => "Completion expected",
            Self::MaterialReceived(_) => "Material received",
            Self::ContactAgreed(_) => "Safe contact agreed",
            Self::PersonWrote(_) => "Message from somebody who is kept informed",
            Self::ReportSubmitted(_) => "Final report submitted",
            Self::CaseToAnswerDecided(_) => "Case to answer decided",
            Self::ProsecutorDecided(e) if e.referred => "Referred to the Crown Prosecution Service",
            Self::ProsecutorDecided(_) => "Not referred to the Crown Prosecution Service",
            Self::ProceedingBegun(_) => "Proceeding begun",
            Self::ProceedingUpdated(_) => "News of a proceeding",
            Self::ProceedingEnded(_) => "Proceeding ended",
            Self::ReinvestigationDetermined(_) => "To be investigated again",
            Self::AllegationsRecorded(e) if e.allegations.len() == 1 => "Allegation recorded",
            Self::AllegationsRecorded(_) => "Allegations recorded",
            Self::FindingsRecorded(_) => "Findings recorded",
            Self::Proposed(_) => "Decision proposed",
            Self::Approved(_) => "Proposed decision approved",
            Self::SentBack(_) => "Proposed decision sent back",
            Self::ReviewReceived(_) => "Application for a review received",
            Self::ReviewValidated(_) => "Application found valid",
            Self::ReviewInvalidated(_) => "Application found invalid",
            Self::ReviewLateAccepted(_) => "Late application accepted",
            Self::ReviewForwarded(_) => "Application forwarded",
            Self::ReviewPapers(_) => "Papers for a review",
            Self::ReviewAllocated(_) => "Review allocated",
            Self::ReviewDecided(_) => "Review decided",
            Self::ReviewRemedied(_) => "Remedy after a review",
            Self::ReviewAnswered(_) => "Recommendation of a review answered",
            Self::ReviewEnded(_) => "Review ended",
            Self::RecommendationDrafted(_) => "Recommendation drafted",
            Self::RecommendationNoted(_) => "Step of a recommendation",
            Self::RecommendationIssued(_) => "Recommendation made",
            Self::RecommendationExtension(_) => "More time for an answer decided",
            Self::RecommendationAnswered(_) => "Recommendation answered",
            Self::RecommendationRepresentations(_) => "Representations against publishing decided",
            Self::RecommendationPublished(_) => "Published",
            Self::RecommendationInCourt(_) => "Judicial review of a recommendation",
            Self::RecommendationEnded(_) => "Recommendation ended",
            Self::Closed(_) => "Closed",
            Self::ViewsRequested(_) => "Authority's views requested",
            Self::ViewsReceived(_) => "Authority's views received",
            Self::MemorandumRequested(_) => "Memorandum requested",
            Self::MemorandumReceived(_) => "Memorandum received",
            Self::MemorandumAccepted(_) => "Memorandum accepted",
            Self::ProceedingsRecommended(_) => "Proceedings recommended",
            Self::AuthorityAnswered(e) if e.accepts => "Recommendation accepted by the authority",
            Self::AuthorityAnswered(_) => "Recommendation refused by the authority",
            Self::FormDecided(_) => "Form of proceedings decided",
            Self::DirectionGiven(_) => "Proceedings directed",
            Self::DirectionWithdrawn(_) => "Direction withdrawn",
            Self::HandedOver(_) => "Handed over",
            Self::ChiefOfficerConcerned(_) => "Concerns a chief officer",
            Self::CriminalProceedingsEnded(_) => "Criminal proceedings ended",
            Self::WithdrawalIndicated(_) => "Wish to withdraw indicated",
            Self::WishAsked(_) => "Complainant asked",
            Self::WishAnswered(_) => "Complainant answered",
            Self::PublicInterestDecided(e) if e.required => "The public interest requires it to go on",
            Self::PublicInterestDecided(_) => "The public interest does not require it to go on",
            Self::InformationRequested(_) => "Information requested",
            Self::InformationReceived(_) => "Information received",
            Self::FoundInvalid(_) => "Found invalid",
            Self::Merged(_) => "Combined with another investigation",
            Self::Split(_) => "Part split off",
            Self::ClockExtended(_) => "More time given",
            Self::ClockExcused(_) => "Exceptional circumstances recorded",
            Self::ClockMissed(_) => "A last day went by",
            Self::ClockMoved(_) => "A bank holiday moved a last day",
            Self::InformedAdded(_) => "Somebody is to be kept informed",
            Self::InformedEnded(_) => "Somebody is no longer kept informed",
            Self::UpdateGiven(_) => "Update given",
            Self::UpdateWithheld(_) => "Update withheld",
            Self::OutcomeTold(_) => "Outcome told",
            Self::DelayNoticeGiven(_) => "Notice of the delay given",
            Self::LetterIssued(_) => "Letter issued",
            Self::LetterServed(_) => "Letter served",
            Self::LetterTranslated(_) => "Letter translated",
            Self::Changed(_) => "Changed from a day on",
            Self::Officer(e) => officer::title(e),
            Self::Corrected(_) => "Corrected",
            Self::Rescinded(_) => "Rescinded",
            Self::WordsDisposed(_) => "Personal words disposed of",
        }
    }
}
