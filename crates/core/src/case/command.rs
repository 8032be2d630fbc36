//! What may be asked of a case: the list of commands, and the action that each needs a permit for.

use super::{
    allegation, chief_officer, clocks, closing, correction, decision, delay_notice, discipline, forecast, handover,
    informed, intake, investigation, letter, material, matter, memorandum, mode, need, officer, proceeding,
    recommendation, reinvestigation, report, review, scheme, second, suspension, terms, views, wish,
};
use crate::permit::Action;

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
    /// Record the report that the force's investigator submitted.
    ReceiveReport(report::ReceiveReport),
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
    /// Record how somebody may safely be reached.
    AgreeContact(informed::contact::Agree),
    /// Write to whoever deals with one's own matter.
    Write(informed::wrote::Write),
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
    /// Record that material was received with a file.
    ReceiveMaterial(material::Receive),
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
            Self::ReceiveMaterial(_) => Action::AddMaterial,
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
            Self::HandOver(_) | Self::ReceiveReport(_) => Action::Correspond,
            Self::ConcernChiefOfficer(_) => Action::Correct,
            Self::Wish(c) => c.action(),
            Self::Intake(c) => c.action(),
            Self::ExtendClock(_) | Self::ExcuseClock(_) => Action::GiveTime,
            Self::MissClock(_) | Self::MoveClock(_) => Action::KeepClocks,
            Self::AddInformed(_)
            | Self::AgreeContact(_)
            | Self::EndInformed(_)
            | Self::GiveUpdate(_)
            | Self::TellOutcome(_) => Action::KeepInformed,
            Self::Write(_) => Action::WriteOfOwnMatter,
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
