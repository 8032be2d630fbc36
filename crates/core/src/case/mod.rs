//! A case: the events of one matter, what they add up to, and which commands they allow.
//!
//! This file only dispatches. Each area of a case has a file of its own with its commands, its
//! events, the rule that admits them (`lawful`) and what they change (`apply`).

pub mod allegation;
pub mod allocation;
pub mod chief_officer;
pub mod clocks;
pub mod closing;
pub mod correction;
pub mod course;
pub mod decision;
pub mod delay_notice;
pub mod discipline;
pub mod forecast;
pub mod handover;
pub mod history;
pub mod imported;
pub mod informed;
pub mod intake;
pub mod investigation;
pub mod letter;
pub mod made;
pub mod matter;
pub mod memorandum;
pub mod mode;
mod named;
pub mod need;
pub mod officer;
pub mod power;
pub mod proceeding;
pub mod recommendation;
pub mod reinvestigation;
pub mod report;
pub mod review;
pub mod scheme;
pub mod second;
pub mod stage;
pub mod suspension;
pub mod terms;
pub mod views;
pub mod wish;
pub mod words;

use serde::{Deserialize, Serialize};

pub use history::{Effective, Entry, Fresh, effective};
pub use stage::Stage;

use crate::day::Day;
use crate::delegation::Delegations;
use crate::law::{Calendar, Law};
use crate::permit::{Action, Permit};
use crate::profile::Profile;
use crate::reference::Reference;
use crate::refusal::Refusal;

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
    /// Something changed from a day on.
    #[serde(rename = "fact.changed")]
    Changed(correction::Changed),
    /// An entry was wrong when it was made.
    #[serde(rename = "entry.corrected")]
    Corrected(correction::Corrected),
    /// An entry should never have been made.
    #[serde(rename = "entry.rescinded")]
    Rescinded(correction::Rescinded),
    /// Something happened on the officer's side. Its kinds are those of [`officer::Event`].
    #[serde(skip)]
    Officer(officer::Event),
}

/// What may be asked of a case. Each says in its own file what it needs.
#[derive(Debug, Clone)]
pub enum Command {
    /// Record a referral or a matter received; only on a case that is still empty.
    Open(matter::Open),
    /// Relate the matter to an older one.
    Relate(scheme::Relate),
    /// Return a matter to the force: no investigation is necessary.
    ReturnMatter(need::ReturnMatter),
    /// Decide that an investigation is necessary, and its mode.
    DecideMode(mode::DecideMode),
    /// Allocate the investigation and appoint the lead investigator.
    AppointLead(investigation::AppointLead),
    /// Draft terms of reference.
    DraftTerms(terms::DraftTerms),
    /// Approve the terms of reference last drafted.
    ApproveTerms(terms::ApproveTerms),
    /// Suspend the investigation.
    Suspend(suspension::Suspend),
    /// Resume the investigation.
    Resume(suspension::Resume),
    /// Discontinue the investigation.
    Discontinue(suspension::Discontinue),
    /// Record when completion is expected.
    Forecast(forecast::Forecast),
    /// Record an allegation against a person.
    Allege(allegation::Allege),
    /// Submit the final report.
    SubmitReport(report::SubmitReport),
    /// Decide whether there is a case to answer.
    DecideCaseToAnswer(decision::DecideCaseToAnswer),
    /// Decide whether the case is referred to the prosecutor.
    DecideProsecutor(decision::DecideProsecutor),
    /// Record that a proceeding began.
    BeginProceeding(proceeding::Begin),
    /// Record news of a proceeding.
    UpdateProceeding(proceeding::Update),
    /// Record that a proceeding ended.
    EndProceeding(proceeding::End),
    /// Investigate again.
    Reinvestigate(reinvestigation::Reinvestigate),
    /// Propose a decision instead of making it.
    Propose(Box<Command>),
    /// Approve a decision that somebody else proposed.
    Approve(second::Approve),
    /// Send a proposed decision back.
    SendBack(second::SendBack),
    /// Do something about a review.
    Review(review::Act),
    /// Do something about a recommendation.
    Recommend(recommendation::Act),
    /// Close the case.
    Close(closing::Close),
    /// Seek the authority's views on the report, or record them.
    Views(views::Act),
    /// Go a step of the old scheme's path: memorandum, recommendation, answer.
    Memorandum(memorandum::Act),
    /// Decide on, direct, or withdraw the direction of proceedings.
    Discipline(discipline::Act),
    /// Decide the mode again.
    Redetermine(mode::Redetermine),
    /// Record part of a handover.
    HandOver(handover::HandOver),
    /// Record that the matter is about a chief officer.
    ConcernChiefOfficer(chief_officer::Concern),
    /// Ask the complainant, record what is wished, or decide on the public interest.
    Wish(wish::Act),
    /// Ask for information, find a referral invalid, combine or split.
    Intake(intake::Act),
    /// Give more time before a clock runs out.
    ExtendClock(clocks::acts::Extend),
    /// Record that exceptional circumstances prevented a limit from being met.
    ExcuseClock(clocks::acts::Excuse),
    /// Note that a last day went by.
    MissClock(clocks::acts::Miss),
    /// Note that a bank holiday moved a last day.
    MoveClock(clocks::acts::Move),
    /// Keep somebody informed.
    AddInformed(informed::commands::Add),
    /// Keep somebody informed no longer.
    EndInformed(informed::commands::End),
    /// Record that somebody was told of progress.
    GiveUpdate(informed::commands::GiveUpdate),
    /// Withhold an update.
    WithholdUpdate(informed::commands::Withhold),
    /// Record that somebody was told of an outcome.
    TellOutcome(informed::commands::TellOutcome),
    /// Record that the notice of a delay was given.
    GiveDelayNotice(delay_notice::Give),
    /// Issue a letter.
    IssueLetter(letter::Issue),
    /// Record that a letter was served.
    ServeLetter(letter::Serve),
    /// Add the Welsh text of a letter.
    TranslateLetter(letter::Translate),
    /// Correct an entry that was wrong.
    Correct(correction::Correct),
    /// Rescind an entry that should not have been made.
    Rescind(correction::Rescind),
    /// Change something from a day on.
    Change(correction::Change),
    /// Something on the officer's side.
    Officer(officer::Command),
}

impl Command {
    /// The action that a permit must be for.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::Open(open) if open.matter.reinvestigates.is_some() => Action::Reinvestigate,
            Self::Open(_) => Action::Refer,
            Self::Relate(_) => Action::Correct,
            Self::ReturnMatter(_) => Action::ReturnMatter,
            Self::DecideMode(_) => Action::DecideMode,
            Self::AppointLead(_) => Action::AppointLead,
            Self::DraftTerms(_) => Action::DraftTerms,
            Self::ApproveTerms(_) => Action::ApproveTerms,
            Self::Suspend(_) | Self::Resume(_) | Self::Discontinue(_) => Action::Suspend,
            Self::Forecast(_) => Action::Forecast,
            Self::Allege(_) => Action::Allege,
            Self::SubmitReport(_) => Action::SubmitReport,
            Self::DecideCaseToAnswer(_) | Self::DecideProsecutor(_) => Action::DecideOnReport,
            Self::BeginProceeding(_) | Self::UpdateProceeding(_) | Self::EndProceeding(_) => Action::FollowProceeding,
            Self::Reinvestigate(_) => Action::Reinvestigate,
            Self::Propose(command) => command.action(),
            Self::Approve(_) | Self::SendBack(_) => Action::ApproveDecision,
            Self::Review(act) => act.action(),
            Self::Recommend(act) => act.action(),
            Self::Close(_) => Action::Close,
            Self::Views(c) => c.action(),
            Self::Memorandum(c) => c.action(),
            Self::Discipline(c) => c.action(),
            Self::Redetermine(_) => Action::DecideMode,
            Self::HandOver(_) => Action::Correspond,
            Self::ConcernChiefOfficer(_) => Action::Correct,
            Self::Wish(c) => c.action(),
            Self::Intake(c) => c.action(),
            Self::ExtendClock(_) | Self::ExcuseClock(_) => Action::GiveTime,
            Self::MissClock(_) | Self::MoveClock(_) => Action::KeepClocks,
            Self::AddInformed(_) | Self::EndInformed(_) | Self::GiveUpdate(_) | Self::TellOutcome(_) => {
                Action::KeepInformed
            }
            Self::WithholdUpdate(_) => Action::WithholdUpdate,
            Self::GiveDelayNotice(_) | Self::IssueLetter(_) | Self::ServeLetter(_) | Self::TranslateLetter(_) => {
                Action::IssueLetter
            }
            Self::Correct(_) => Action::Correct,
            Self::Rescind(_) => Action::Rescind,
            Self::Change(change) => change.action(),
            Self::Officer(c) => c.action(),
        }
    }
}

/// What a decision is made against besides the case itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The law as data.
    pub law: &'a Law,
    /// The body.
    pub profile: &'a Profile,
    /// Who may decide what, on which day.
    pub delegations: &'a Delegations,
    /// The day of the log's clock.
    pub today: Day,
    /// The bank holidays as known.
    pub calendar: &'a Calendar,
}

/// What the events of a case add up to, corrections folded in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// How the case began.
    pub matter: Option<matter::Opened>,
    /// The older matters to which it relates.
    pub related: Vec<scheme::Related>,
    /// The scheme recorded for it; [`State::scheme`] also answers where none was recorded.
    scheme: Option<scheme::Fixed>,
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
    /// When the final report was submitted.
    pub report: Option<Day>,
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

/// A case as it stands.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its public reference.
    pub reference: Reference,
    /// Its entries in the order of the record.
    pub entries: Vec<Entry>,
    /// What they add up to.
    pub state: State,
}

impl Case {
    /// A case from its entries; without any it is a case that does not exist yet.
    #[must_use]
    pub fn replay(reference: Reference, entries: Vec<Entry>) -> Self {
        let state = State::of(&effective(&entries));
        Self { reference, entries, state }
    }

    /// Adds the next entry. A correction may change anything before it, so then everything is
    /// folded again.
    pub fn add(&mut self, entry: Entry) {
        let corrects = matches!(entry.event, Event::Corrected(_) | Event::Rescinded(_));
        let next = Effective::of(&entry);
        self.entries.push(entry);
        if corrects {
            self.state = State::of(&effective(&self.entries));
        } else {
            self.state.apply(&next);
        }
    }

    /// The case as it would be with these events recorded next, for trying what follows from them.
    #[must_use]
    pub fn as_if(&self, events: &[Fresh]) -> Self {
        let mut next = self.clone();
        for event in events {
            let version = next.version() + 1;
            next.add(event.as_entry(version));
        }
        next
    }

    /// The version of the last entry; 0 for a case that does not exist yet.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.entries.last().map_or(0, |e| e.version)
    }

    /// How the case began; none for a case that does not exist yet.
    #[must_use]
    pub fn matter(&self) -> Option<&matter::Opened> {
        self.state.matter.as_ref()
    }
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
    fn apply(&mut self, event: &Effective) {
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
            Event::ReportSubmitted(_) => self.report = event.on,
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
        }
        officer::follow(self, event);
        informed::follow(self, event);
        clocks::follow(self, event);
    }
}

/// The value in force at the end of `day`: the latest begun by then, else the first.
fn at<T>(dated: &[(Day, T)], day: Day) -> Option<&T> {
    let begun = dated.iter().filter(|(from, _)| *from <= day);
    // `max_by_key` keeps the last of equal days, so a later entry wins.
    begun.max_by_key(|(from, _)| *from).or(dated.first()).map(|(_, value)| value)
}

/// The events that a command leads to, or why it may not be carried out.
pub fn decide(case: &Case, permit: &Permit, context: Context<'_>, command: Command) -> Result<Vec<Fresh>, Refusal> {
    if !permit.is_for(command.action(), &case.reference.stream()) {
        return Err(Refusal::new("You were not given permission for this"));
    }
    if case.state.matter.is_none() != matches!(command, Command::Open(_)) {
        return Err(Refusal::new(match case.state.matter {
            None => "There is no such case",
            Some(_) => "This case has already been opened",
        }));
    }
    let events = events_of(case, permit, context, command)?;
    admit_in_turn(case, &events, context)?;
    made::under_powers(case, permit, context, events)
}

/// The events that a command leads to, before anybody asks whether the law admits them.
fn events_of(case: &Case, permit: &Permit, context: Context<'_>, command: Command) -> Result<Vec<Fresh>, Refusal> {
    let state = &case.state;
    Ok(match command {
        Command::Open(c) => vec![c.event(context)?],
        Command::Relate(c) => vec![c.event(state, context)?],
        Command::ReturnMatter(c) => vec![c.event(state, context)?],
        Command::DecideMode(c) => c.events(state, context)?,
        Command::AppointLead(c) => c.events(),
        Command::DraftTerms(c) => vec![c.event()],
        Command::ApproveTerms(c) => vec![c.event(case, permit)?],
        Command::Suspend(c) => vec![c.event(state, context)?],
        Command::Resume(c) => vec![c.event(state, context)?],
        Command::Discontinue(c) => vec![c.event(state, context)?],
        Command::Forecast(c) => vec![c.event()],
        Command::Allege(c) => vec![c.event(state)],
        Command::SubmitReport(c) => vec![c.event()],
        Command::DecideCaseToAnswer(c) => vec![c.event(state, context)?],
        Command::DecideProsecutor(c) => vec![c.event(state, context)?],
        Command::BeginProceeding(c) => vec![c.event(state)],
        Command::UpdateProceeding(c) => vec![c.event(state)?],
        Command::EndProceeding(c) => vec![c.event()],
        Command::Reinvestigate(c) => vec![c.event(state, context)?],
        Command::Propose(c) => vec![second::proposed(events_of(case, permit, context, *c)?)?],
        Command::Approve(c) => c.events(case, permit)?,
        Command::SendBack(c) => vec![c.event()],
        Command::Review(c) => vec![c.event(case, permit, context)?],
        Command::Recommend(c) => vec![c.event(case, context)?],
        Command::Close(c) => vec![c.event(state)?],
        Command::Views(c) => vec![c.event(state, context)?],
        Command::Memorandum(c) => vec![c.event(state, context)?],
        Command::Discipline(c) => vec![c.event(state, context)?],
        Command::Redetermine(c) => vec![c.event(state, context)?],
        Command::HandOver(c) => vec![c.event(state, context)?],
        Command::ConcernChiefOfficer(c) => vec![c.event()],
        Command::Wish(c) => c.events(state, context)?,
        Command::Intake(c) => vec![c.event(case, context)?],
        Command::ExtendClock(c) => vec![c.event(state, context)?],
        Command::ExcuseClock(c) => vec![c.event(state, context)?],
        Command::MissClock(c) => vec![c.event(state, context)?],
        Command::MoveClock(c) => vec![c.event(state, context)?],
        Command::AddInformed(c) => vec![c.event(case)],
        Command::EndInformed(c) => vec![c.event()],
        Command::GiveUpdate(c) => vec![c.event()],
        Command::WithholdUpdate(c) => vec![c.event(state, context)?],
        Command::TellOutcome(c) => vec![c.event()],
        Command::GiveDelayNotice(c) => vec![c.event(state, context)?],
        Command::IssueLetter(c) => vec![c.event(case, context)?],
        Command::ServeLetter(c) => c.events(case, context)?,
        Command::TranslateLetter(c) => vec![c.event()],
        Command::Change(c) => c.events(case)?,
        Command::Officer(c) => c.events(case, permit, context)?,
        Command::Correct(c) => vec![c.event(case, context)?],
        Command::Rescind(c) => vec![c.event(case, context)?],
    })
}

/// Checks each event against the case as the ones before it leave it.
fn admit_in_turn(case: &Case, events: &[Fresh], context: Context<'_>) -> Result<(), Refusal> {
    let Some((first, rest)) = events.split_first() else {
        return Ok(());
    };
    admit_next(case, first, context)?;
    if rest.is_empty() {
        return Ok(());
    }
    admit_in_turn(&case.as_if(std::slice::from_ref(first)), rest, context)
}

/// Checks that the history with one more entry is lawful from beginning to end.
///
/// For an ordinary event only the last step is new; a correction may upset any later one, so the
/// whole history is walked again.
fn admit_next(case: &Case, fresh: &Fresh, context: Context<'_>) -> Result<(), Refusal> {
    if fresh.on.is_some_and(|on| on > context.today) {
        let today = crate::day::in_words(context.today);
        return Err(Refusal::of("on", format!("The date must be today ({today}) or earlier")));
    }
    let entry = fresh.as_entry(case.version() + 1);
    match &fresh.event {
        Event::Corrected(_) | Event::Rescinded(_) => {
            let entries: Vec<Entry> = case.entries.iter().cloned().chain([entry]).collect();
            admit_all(&effective(&entries), context)
                .map_err(|refusal| Refusal::new(format!("This would make the history unlawful: {refusal}")))
        }
        _ => admit(&case.state, &Effective::of(&entry), context),
    }
}

fn admit_all(events: &[Effective], context: Context<'_>) -> Result<(), Refusal> {
    let mut state = State::default();
    for event in events {
        admit(&state, event, context)?;
        state.apply(event);
    }
    if state.matter.is_none() {
        return Err(Refusal::new("a case begins with a referral or a receipt"));
    }
    Ok(())
}

/// Whether the law admits `event` in a case that stands at `state`.
fn admit(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    if event.on.is_some_and(|on| on > context.today) {
        return Err(Refusal::of("on", "The date must be today or earlier"));
    }
    match &event.event {
        Event::Referred(m) | Event::Received(m) => matter::lawful(state, m, event, context),
        Event::LinkFound(e) => scheme::lawful(state, e, event),
        Event::NeedDecided(e) => need::lawful(state, e, event, context),
        Event::ModeDecided(e) => mode::lawful(state, e, event, context),
        Event::Allocated(e) => allocation::lawful(state, e, event, context),
        Event::LeadAppointed(e) => investigation::lawful(state, e, event, context),
        Event::TermsDrafted(_) => terms::lawful_draft(state, event, context),
        Event::TermsApproved(e) => terms::lawful_approval(state, e, event, context),
        Event::Suspended(e) => suspension::lawful_suspension(state, e, event, context),
        Event::Resumed(_) => suspension::lawful_resumption(state, event, context),
        Event::Discontinued(_) => suspension::lawful_discontinuance(state, event, context),
        Event::CompletionExpected(e) => forecast::lawful(state, e, event, context),
        Event::ReportSubmitted(_) => report::lawful(state, event, context),
        Event::AllegationsRecorded(e) => allegation::lawful(state, e, event, context),
        Event::CaseToAnswerDecided(e) => decision::lawful_case_to_answer(state, e, event, context),
        Event::ProsecutorDecided(_) => decision::lawful_prosecutor(state, event),
        Event::ProceedingBegun(e) => proceeding::lawful_begun(state, e, event, context),
        Event::ProceedingUpdated(e) => proceeding::lawful_update(state, e, event),
        Event::ProceedingEnded(e) => proceeding::lawful_end(state, e, event, context),
        Event::ReinvestigationDetermined(_) => reinvestigation::lawful(state, event, context),
        Event::Proposed(e) => second::lawful_proposal(state, e, event, context),
        Event::Approved(second::Approved { of }) | Event::SentBack(second::SentBack { of }) => {
            second::lawful_answer(state, *of, event)
        }
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
        | Event::ReviewEnded(_) => review::lawful(state, event, context),
        Event::RecommendationDrafted(_)
        | Event::RecommendationNoted(_)
        | Event::RecommendationIssued(_)
        | Event::RecommendationExtension(_)
        | Event::RecommendationAnswered(_)
        | Event::RecommendationRepresentations(_)
        | Event::RecommendationPublished(_)
        | Event::RecommendationInCourt(_)
        | Event::RecommendationEnded(_) => recommendation::lawful(state, event, context),
        Event::Closed(_) => closing::lawful(state, event, context),
        Event::ViewsRequested(_) | Event::ViewsReceived(_) => views::lawful(state, event),
        Event::MemorandumRequested(_)
        | Event::MemorandumReceived(_)
        | Event::MemorandumAccepted(_)
        | Event::ProceedingsRecommended(_)
        | Event::AuthorityAnswered(_) => memorandum::lawful(state, event, context),
        Event::FormDecided(_) | Event::DirectionGiven(_) | Event::DirectionWithdrawn(_) => {
            discipline::lawful(state, event, context)
        }
        Event::HandedOver(e) => handover::lawful(state, e, event),
        Event::ChiefOfficerConcerned(e) => chief_officer::lawful(state, *e, event, context),
        Event::CriminalProceedingsEnded(_)
        | Event::WithdrawalIndicated(_)
        | Event::WishAsked(_)
        | Event::WishAnswered(_)
        | Event::PublicInterestDecided(_) => wish::lawful(state, event, context),
        Event::InformationRequested(_)
        | Event::InformationReceived(_)
        | Event::FoundInvalid(_)
        | Event::Merged(_)
        | Event::Split(_) => intake::lawful(state, event),
        Event::ClockExtended(_) | Event::ClockExcused(_) | Event::ClockMissed(_) | Event::ClockMoved(_) => {
            clocks::acts::lawful(state, event, context)
        }
        Event::InformedAdded(_)
        | Event::InformedEnded(_)
        | Event::UpdateGiven(_)
        | Event::UpdateWithheld(_)
        | Event::OutcomeTold(_) => informed::lawful(state, event, context),
        Event::DelayNoticeGiven(e) => delay_notice::lawful(state, e, event, context),
        Event::LetterIssued(_) | Event::LetterServed(_) | Event::LetterTranslated(_) => letter::lawful(state, event),
        Event::Changed(e) => correction::lawful_change(state, e, event, context),
        Event::Officer(e) => officer::lawful(state, e, event, context),
        Event::FindingsRecorded(_) => Ok(()),
        Event::Corrected(_) | Event::Rescinded(_) => Ok(()),
    }
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
        }
    }
}

#[cfg(test)]
mod tests;
