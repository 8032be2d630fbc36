//! What the events of a case add up to: the state, and taking in one event.

use super::{
    Effective, Event, allegation, allocation, chief_officer, clocks, correction, decision, delay_notice, discipline,
    forecast, handover, informed, intake, investigation, letter, material, matter, memorandum, mode, need, officer,
    proceeding, recommendation, reinvestigation, review, scheme, second, suspension, terms, views, wish,
};
use crate::day::Day;

/// What the events of a case add up to, corrections folded in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// How the case began.
    pub matter: Option<matter::Opened>,
    /// The older matters to which it relates.
    pub related: Vec<scheme::Related>,
    /// The scheme recorded for it; [`State::scheme`] also answers where none was recorded.
    pub(super) scheme: Option<scheme::Fixed>,
    /// Whether an investigation is necessary, once decided.
    pub need: Option<need::Decided>,
    /// The mode decision in force.
    pub mode: Option<mode::Decided>,
    /// The directorates that worked it, each from a day on.
    pub directorates: Vec<(Day, allocation::Directorate)>,
    /// The pathways on which it was worked, each from a day on.
    pub pathways: Vec<(Day, allocation::Pathway)>,
    /// The lead investigators, each from a day on.
    pub leads: Vec<(Day, String)>,
    /// The forces responsible, each from a day on.
    pub forces: Vec<(Day, String)>,
    /// The kinds of matter it has been, each from a day on.
    pub kinds: Vec<(Day, matter::MatterKind)>,
    /// The terms of reference.
    pub terms: terms::Terms,
    /// The times during which it stood still.
    pub pauses: Vec<suspension::Pause>,
    /// When the investigation was discontinued.
    pub discontinued: Option<Day>,
    /// When completion was expected: the day of each forecast, and the day expected.
    pub forecasts: Vec<(Day, Day)>,
    /// The material that came with a file.
    pub materials: Vec<material::Material>,
    /// When the final report was submitted.
    pub report: Option<Day>,
    /// Whether the report holds sensitive information, which is removed or obscured in copies for others.
    pub report_obscured: bool,
    /// Whether the case was referred to the prosecutor, and when that was decided.
    pub prosecutor: Option<(bool, Day)>,
    /// The proceedings that others are responsible for.
    pub proceedings: Vec<proceeding::Proceeding>,
    /// When it was determined to investigate again, and the reference of the new case.
    pub reinvestigated: Vec<(Day, String)>,
    /// The decisions that were proposed for a second person to approve.
    pub proposals: Vec<second::Proposal>,
    /// The applications for a review of what became of it.
    pub reviews: Vec<review::Review>,
    /// The recommendations.
    pub recommendations: Vec<recommendation::Recommendation>,
    /// When the case was closed.
    pub closed: Option<Day>,
    /// The allegations.
    pub allegations: Vec<allegation::Allegation>,
    /// The authority's views on the report.
    pub views: views::Views,
    /// When the authority's memorandum was requested.
    pub memorandum: Option<Day>,
    /// What changes hands with the mode, if something does.
    pub handover: Option<handover::Owed>,
    /// Whether it is about a chief officer, and what was found of it.
    pub chief_officer: Option<chief_officer::ChiefOfficerConcerned>,
    /// What the complainant wishes.
    pub wish: wish::Wish,
    /// What became of the referral besides need and mode.
    pub intake: intake::Intake,
    /// The clocks, as entries have started and stopped them.
    pub timers: clocks::Timers,
    /// The people as the officer's side knows them, in the order in which it came to.
    pub involved: Vec<officer::Involved>,
    /// How far the conversion of a death or serious injury matter has come.
    pub conversion: officer::conversion::Conversion,
    /// Who is kept informed, in the order in which they were added.
    pub informed: Vec<informed::Person>,
    /// The notices of a delay: the last day of each period, and when its notice was given.
    pub delay_notices: Vec<(Day, Day)>,
    /// The letters.
    pub letters: Vec<letter::Letter>,
}

impl State {
    /// The state that effective events add up to.
    #[must_use]
    pub fn of(events: &[Effective]) -> Self {
        let mut state = Self::default();
        for event in events {
            state.apply(event);
        }
        state
    }

    /// The force responsible at the end of `day`, or the first one before its time.
    #[must_use]
    pub fn force_on(&self, day: Day) -> Option<&str> {
        at(&self.forces, day).map(String::as_str)
    }

    /// The kind of matter it is at the end of `day`.
    #[must_use]
    pub fn kind_on(&self, day: Day) -> Option<matter::MatterKind> {
        at(&self.kinds, day).copied()
    }

    /// The force responsible now.
    #[must_use]
    pub fn force(&self) -> Option<&str> {
        self.force_on(crate::day::LAST_DAY)
    }

    /// The lead investigator now.
    #[must_use]
    pub fn lead(&self) -> Option<&str> {
        at(&self.leads, crate::day::LAST_DAY).map(String::as_str)
    }

    /// Takes in one event. It cannot fail and decides nothing.
    pub(super) fn apply(&mut self, event: &Effective) {
        match &event.event {
            Event::Referred(m) => matter::apply(self, m, event, matter::How::Referred),
            Event::Received(m) => matter::apply(self, m, event, matter::How::Received),
            Event::LinkFound(e) => scheme::apply(self, e),
            Event::NeedDecided(e) => need::apply(self, e, event),
            Event::ModeDecided(e) => mode::apply(self, e, event),
            Event::Allocated(e) => allocation::apply(self, e, event),
            Event::LeadAppointed(e) => investigation::apply(self, e, event),
            Event::TermsDrafted(_) => terms::apply_draft(self, event),
            Event::TermsApproved(e) => terms::apply_approval(self, e, event),
            Event::Suspended(e) => suspension::apply_suspension(self, e, event),
            Event::Resumed(_) => suspension::apply_resumption(self, event),
            Event::Discontinued(_) => self.discontinued = event.on,
            Event::CompletionExpected(e) => forecast::apply(self, e, event),
            Event::MaterialReceived(e) => material::apply(self, e, event),
            Event::ReportSubmitted(e) => {
                self.report = event.on;
                self.report_obscured = e.obscured_under.is_some();
            }
            Event::CaseToAnswerDecided(e) => decision::apply_case_to_answer(self, e, event),
            Event::ProsecutorDecided(e) => decision::apply_prosecutor(self, e, event),
            Event::ProceedingBegun(e) => proceeding::apply_begun(self, e, event),
            Event::ProceedingUpdated(e) => proceeding::apply_update(self, e, event),
            Event::ProceedingEnded(e) => proceeding::apply_end(self, e, event),
            Event::ReinvestigationDetermined(e) => reinvestigation::apply(self, e, event),
            Event::AllegationsRecorded(e) => allegation::apply_recorded(self, e),
            Event::FindingsRecorded(e) => allegation::apply_findings(self, e),
            Event::Proposed(e) => second::apply_proposal(self, e, event),
            Event::Approved(e) => second::settle(self, e.of, event),
            Event::SentBack(e) => second::settle(self, e.of, event),
            Event::ReviewReceived(_)
            | Event::ReviewValidated(_)
            | Event::ReviewInvalidated(_)
            | Event::ReviewLateAccepted(_)
            | Event::ReviewForwarded(_)
            | Event::ReviewPapers(_)
            | Event::ReviewAllocated(_)
            | Event::ReviewDecided(_)
            | Event::ReviewRemedied(_)
            | Event::ReviewAnswered(_)
            | Event::ReviewEnded(_) => review::apply(self, event),
            Event::RecommendationDrafted(_)
            | Event::RecommendationNoted(_)
            | Event::RecommendationIssued(_)
            | Event::RecommendationExtension(_)
            | Event::RecommendationAnswered(_)
            | Event::RecommendationRepresentations(_)
            | Event::RecommendationPublished(_)
            | Event::RecommendationInCourt(_)
            | Event::RecommendationEnded(_) => recommendation::apply(self, event),
            Event::Closed(_) => self.closed = event.on,
            Event::ViewsRequested(_) | Event::ViewsReceived(_) => views::apply(self, event),
            Event::MemorandumRequested(_)
            | Event::MemorandumReceived(_)
            | Event::MemorandumAccepted(_)
            | Event::ProceedingsRecommended(_)
            | Event::AuthorityAnswered(_) => memorandum::apply(self, event),
            Event::FormDecided(_) | Event::DirectionGiven(_) | Event::DirectionWithdrawn(_) => {
                discipline::apply(self, event);
            }
            Event::HandedOver(e) => handover::apply(self, e, event),
            Event::ChiefOfficerConcerned(e) => self.chief_officer = Some(*e),
            Event::CriminalProceedingsEnded(_)
            | Event::WithdrawalIndicated(_)
            | Event::WishAsked(_)
            | Event::WishAnswered(_)
            | Event::PublicInterestDecided(_) => wish::apply(self, event),
            Event::InformationRequested(_)
            | Event::InformationReceived(_)
            | Event::FoundInvalid(_)
            | Event::Merged(_)
            | Event::Split(_) => intake::apply(self, event),
            Event::ClockExtended(_) | Event::ClockExcused(_) | Event::ClockMissed(_) | Event::ClockMoved(_) => {
                clocks::acts::apply(self, event);
            }
            Event::InformedAdded(_)
            | Event::ContactAgreed(_)
            | Event::PersonWrote(_)
            | Event::InformedEnded(_)
            | Event::UpdateGiven(_)
            | Event::UpdateWithheld(_)
            | Event::OutcomeTold(_) => informed::apply(self, event),
            Event::DelayNoticeGiven(e) => delay_notice::apply(self, e, event),
            Event::LetterIssued(_) | Event::LetterServed(_) | Event::LetterTranslated(_) => letter::apply(self, event),
            Event::Changed(e) => correction::apply_changed(self, e, event),
            Event::Officer(e) => officer::apply(self, e, event),
            // Folded into the entries they are about before anything is applied.
            Event::Corrected(_) | Event::Rescinded(_) => {}
            // Nothing is decided by personal words.
            Event::WordsDisposed(_) => {}
        }
        officer::follow(self, event);
        informed::follow(self, event);
        clocks::follow(self, event);
    }
}

/// The value in force at the end of `day`: the latest begun by then, else the first.
pub(super) fn at<T>(dated: &[(Day, T)], day: Day) -> Option<&T> {
    let begun = dated.iter().filter(|(from, _)| *from <= day);
    // `max_by_key` keeps the last of equal days, so a later entry wins.
    begun.max_by_key(|(from, _)| *from).or(dated.first()).map(|(_, value)| value)
}
