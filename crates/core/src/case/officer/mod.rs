//! The officer's side of an investigation: who is a witness and who is a subject, the severity
//! assessment, the notice of investigation, the interview, former officers, the accelerated
//! procedure, and how a death or serious injury matter becomes a conduct matter.
//!
//! Every person is known by the stream of the register, an opaque key. This file dispatches.

pub mod accelerated;
pub mod conversion;
mod events;
pub mod former;
pub mod interview;
pub mod notice;
pub mod sanction;
pub mod service;
pub mod severity;
pub mod status;

use serde::{Deserialize, Serialize};

pub use events::{fields, title};

use super::mode::Mode;
use super::{Case, Context, Effective, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::permit::{Action, Permit};
use crate::refusal::Refusal;

/// What can happen on the officer's side. The names and fields are kept for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// The status of a person was recorded.
    #[serde(rename = "person.status-set")]
    StatusSet(status::StatusSet),
    /// A person is no longer an officer.
    #[serde(rename = "person.left-service")]
    LeftService(former::LeftService),
    /// A person has an earlier warning, or was reduced in rank before.
    #[serde(rename = "person.earlier-action-stated")]
    EarlierActionStated(sanction::EarlierAction),
    /// The severity of a person's conduct was assessed.
    #[serde(rename = "severity.assessed")]
    SeverityAssessed(severity::Assessment),
    /// The assessment was revised.
    #[serde(rename = "severity.revised")]
    SeverityRevised(severity::Assessment),
    /// Somebody was told of the assessment or its revision.
    #[serde(rename = "severity.notified")]
    SeverityNotified(severity::Notified),
    /// A notice of investigation was drafted.
    #[serde(rename = "notice.drafted")]
    NoticeDrafted(notice::Drafted),
    /// The draft was approved.
    #[serde(rename = "notice.approved")]
    NoticeApproved(notice::Approved),
    /// It was decided to withhold the notice, or to withhold it further.
    #[serde(rename = "notice.withheld")]
    NoticeWithheld(notice::Withheld),
    /// The notice was served.
    #[serde(rename = "notice.served")]
    NoticeServed(notice::Served),
    /// The terms of reference, or a notice that they are not given, were given.
    #[serde(rename = "notice.terms-given")]
    TermsGiven(notice::TermsGiven),
    /// The person answered the notice, or let the time go by.
    #[serde(rename = "notice.answered")]
    NoticeAnswered(notice::Answered),
    /// The notice was withdrawn.
    #[serde(rename = "notice.withdrawn")]
    NoticeWithdrawn(notice::Withdrawn),
    /// Notice of an interview was given.
    #[serde(rename = "interview.notified")]
    InterviewNotified(interview::Notified),
    /// The interview was moved to a time that the person proposed.
    #[serde(rename = "interview.moved")]
    InterviewMoved(interview::Moved),
    /// The interview was held, or the person did not come.
    #[serde(rename = "interview.held")]
    InterviewHeld(interview::Held),
    /// It was determined whether proceedings under condition C may go on.
    #[serde(rename = "special-determination.made")]
    SpecialDetermination(former::Determined),
    /// The lead submitted that there is an indication of crime or misconduct.
    #[serde(rename = "conversion.submitted")]
    ConversionSubmitted(conversion::Submitted),
    /// It was decided whether there is.
    #[serde(rename = "conversion.decided")]
    ConversionDecided(conversion::Decided),
    /// The authority, or both, were told.
    #[serde(rename = "conversion.notified")]
    ConversionNotified(conversion::Notified),
    /// The authority recorded the conduct matter.
    #[serde(rename = "conversion.recorded")]
    ConversionRecorded(conversion::Recorded),
    /// A case was submitted for the accelerated procedure.
    #[serde(rename = "accelerated.submitted")]
    AcceleratedSubmitted(accelerated::Submitted),
    /// The authority certified it, or said in a memorandum why not.
    #[serde(rename = "accelerated.answered")]
    AcceleratedAnswered(accelerated::Answered),
    /// It was decided whether to direct the authority to certify it.
    #[serde(rename = "accelerated.decided")]
    AcceleratedDecided(accelerated::Decided),
    /// After the report the authority said in a memorandum that the special conditions are met.
    #[serde(rename = "accelerated.proposed")]
    AcceleratedProposed(accelerated::Proposed),
    /// It was decided whether to object to that.
    #[serde(rename = "accelerated.objection-decided")]
    ObjectionDecided(accelerated::ObjectionDecided),
}

/// What may be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Record a status.
    SetStatus(status::SetStatus),
    /// Record that a person is no longer an officer.
    StateLeft(former::StateLeft),
    /// Record an earlier warning or reduction in rank.
    StateEarlierAction(sanction::StateEarlierAction),
    /// Assess severity (power key `P.SEVERITY`).
    Assess(severity::Assess),
    /// Revise the assessment (power key `P.SEVERITY`).
    Revise(severity::Assess),
    /// Record that somebody was told of it.
    NotifySeverity(severity::Notify),
    /// Draft a notice.
    Draft(notice::Draft),
    /// Approve the draft.
    Approve(notice::Approve),
    /// Withhold the notice (power key `P.NOTICE`).
    Withhold(notice::Withhold),
    /// Serve it (power key `P.NOTICE`).
    Serve(notice::Serve),
    /// Give the terms of reference, or a notice that they are not given.
    GiveTerms(notice::GiveTerms),
    /// Record the answer.
    Answer(notice::Answer),
    /// Withdraw the notice.
    Withdraw(notice::Withdraw),
    /// Give notice of an interview.
    Interview(interview::Notify),
    /// Move it.
    MoveInterview(interview::Move),
    /// Record that it was held.
    HoldInterview(interview::Hold),
    /// Make the special determination that condition C needs.
    Determine(former::Determine),
    /// Submit that there is an indication.
    SubmitConversion(conversion::Submit),
    /// Decide whether there is (power key `P.DSI_CONVERT`).
    DecideConversion(conversion::Decide),
    /// Record that the authority was told.
    NotifyConversion(conversion::Notify),
    /// Record that the authority recorded it.
    RecordConversion(conversion::Record),
    /// Submit a case for the accelerated procedure.
    Accelerate(accelerated::Submit),
    /// Record the authority's answer.
    AnswerAccelerated(accelerated::Answer),
    /// Decide whether to direct it (power key `P.ACCEL_DIRECT`).
    DecideAccelerated(accelerated::Decide),
    /// Record the authority's memorandum after the report.
    ProposeAccelerated(accelerated::Propose),
    /// Decide whether to object.
    DecideObjection(accelerated::DecideObjection),
}

impl Command {
    /// The action that a permit must be for.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::SetStatus(_) | Self::StateLeft(_) | Self::StateEarlierAction(_) => Action::SetStatus,
            Self::Assess(_) | Self::Revise(_) => Action::AssessSeverity,
            Self::Draft(_) => Action::DraftNotice,
            Self::Approve(_) | Self::Withhold(_) | Self::Withdraw(_) => Action::ApproveNotice,
            Self::Serve(_) | Self::GiveTerms(_) | Self::Answer(_) => Action::ServeNotice,
            Self::Interview(_) | Self::MoveInterview(_) | Self::HoldInterview(_) => Action::ServeNotice,
            Self::Determine(_) => Action::DetermineSpecially,
            Self::SubmitConversion(_) | Self::Accelerate(_) => Action::SubmitIndication,
            Self::DecideConversion(_) => Action::ConvertDsi,
            Self::NotifySeverity(_) | Self::NotifyConversion(_) | Self::RecordConversion(_) => Action::FollowAuthority,
            Self::AnswerAccelerated(_) | Self::ProposeAccelerated(_) => Action::FollowAuthority,
            Self::DecideAccelerated(_) | Self::DecideObjection(_) => Action::DirectAccelerated,
        }
    }

    /// The events that it leads to.
    pub(super) fn events(self, case: &Case, permit: &Permit, context: Context<'_>) -> Result<Vec<Fresh>, Refusal> {
        let state = &case.state;
        let event = match self {
            Self::SetStatus(c) => c.event(),
            Self::StateLeft(c) => c.event(state, context)?,
            Self::StateEarlierAction(c) => c.event(),
            Self::Assess(c) => c.assessment(state, context)?,
            Self::Revise(c) => c.revision(state, context)?,
            Self::NotifySeverity(c) => c.event(),
            Self::Draft(c) => c.event(state)?,
            Self::Approve(c) => c.event(case, permit)?,
            Self::Withhold(c) => c.event(state, context)?,
            Self::Serve(c) => c.event(state, context)?,
            Self::GiveTerms(c) => c.event(state, context)?,
            Self::Answer(c) => c.event(),
            Self::Withdraw(c) => c.event(),
            Self::Interview(c) => c.event(state, context)?,
            Self::MoveInterview(c) => c.event(),
            Self::HoldInterview(c) => c.event(),
            Self::Determine(c) => c.event(state, context)?,
            Self::SubmitConversion(c) => c.event(),
            Self::DecideConversion(c) => c.event(state, context)?,
            Self::NotifyConversion(c) => c.event(),
            Self::RecordConversion(c) => c.event(),
            Self::Accelerate(c) => c.event(state, context)?,
            Self::AnswerAccelerated(c) => c.event(),
            Self::DecideAccelerated(c) => c.event(state, context)?,
            Self::ProposeAccelerated(c) => c.event(),
            Self::DecideObjection(c) => c.event(state, context)?,
        };
        Ok(vec![event])
    }
}

/// Somebody of the case as the officer's side knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Involved {
    /// The stream of the person.
    pub person: String,
    /// What they are, each from a day on.
    pub statuses: Vec<(Day, status::Status)>,
    /// When they ceased to be an officer, if they did.
    pub left: Option<former::Left>,
    /// Earlier warnings and reductions in rank.
    pub earlier: Vec<sanction::EarlierAction>,
    /// The severity assessment and its revisions, in the order in which they were made.
    pub severities: Vec<severity::Assessed>,
    /// The notice of investigation.
    pub notice: notice::Notice,
    /// The interview last arranged.
    pub interview: Option<interview::Interview>,
    /// How far the accelerated procedure has come.
    pub accelerated: accelerated::Accelerated,
    /// Whether proceedings under condition C may go on, and when that was determined.
    pub special: Option<(bool, Day)>,
}

impl Involved {
    /// What they are at the end of `day`.
    #[must_use]
    pub fn status_on(&self, day: Day) -> status::Status {
        let begun = self.statuses.iter().filter(|(from, _)| *from <= day);
        begun.max_by_key(|(from, _)| *from).map_or(status::Status::Unassessed, |(_, status)| *status)
    }

    /// The assessment in force.
    #[must_use]
    pub fn severity(&self) -> Option<&severity::Assessed> {
        self.severities.last()
    }
}

impl State {
    /// A person as the officer's side knows them.
    #[must_use]
    pub fn involved(&self, person: &str) -> Option<&Involved> {
        self.involved.iter().find(|i| i.person == person)
    }

    fn involve(&mut self, person: &str) -> &mut Involved {
        let at = self.involved.iter().position(|i| i.person == person).unwrap_or_else(|| {
            self.involved.push(Involved { person: person.to_owned(), ..Involved::default() });
            self.involved.len() - 1
        });
        // The place was found or made just now.
        #[expect(clippy::indexing_slicing, reason = "the place was found or made just now")]
        &mut self.involved[at]
    }
}

/// Somebody of the case, or words that ask for one.
fn known<'a>(state: &'a State, person: &str) -> Result<std::borrow::Cow<'a, Involved>, Refusal> {
    if let Some(known) = state.involved(person) {
        return Ok(std::borrow::Cow::Borrowed(known));
    }
    if state.people().contains(&person) {
        let new = Involved { person: person.to_owned(), ..Involved::default() };
        return Ok(std::borrow::Cow::Owned(new));
    }
    Err(Refusal::of("person", "Choose one of the people of this case"))
}

/// Why the special procedure cannot go on, if it cannot, without regard to a day.
#[must_use]
pub fn not_special(state: &State) -> Option<&'static str> {
    match &state.mode {
        None => return Some("The mode of investigation has not been decided"),
        Some(mode) if !matches!(mode.mode, Mode::Independent | Mode::Directed) => {
            return Some("In this mode the person investigating does this for the force, and reports it");
        }
        Some(_) => {}
    }
    if state.closed.is_some() {
        return Some("The case is closed");
    }
    if state.discontinued.is_some() {
        return Some("The investigation has been discontinued");
    }
    state.report.is_some().then_some("The final report has been submitted")
}

/// The day of an event in an independent or directed investigation under way.
fn under_way(state: &State, event: &Effective) -> Result<Day, Refusal> {
    if let Some(says) = not_special(state) {
        return Err(Refusal::new(says));
    }
    let (Some(mode), Some(on)) = (&state.mode, event.on) else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    if on < mode.on {
        let says = format!("It must be on or after the day of the mode decision ({})", in_words(mode.on));
        return Err(Refusal::of("on", says));
    }
    Ok(on)
}

/// The same where the special procedure applies: not to a death or serious injury matter as such.
fn special(state: &State, event: &Effective, context: Context<'_>) -> Result<Day, Refusal> {
    let on = under_way(state, event)?;
    if let Some(says) = not_yet_conduct(state, context, on) {
        return Err(Refusal::new(says));
    }
    Ok(on)
}

/// Why the special procedure has not begun, if the matter is still one of death or serious injury.
#[must_use]
pub fn not_yet_conduct(state: &State, context: Context<'_>, on: Day) -> Option<String> {
    let dsi = state.kind_on(on) == Some(super::matter::MatterKind::Dsi);
    let citation = power::cited(id::DSI_CONVERT, state, context, on).unwrap_or_default();
    dsi.then(|| {
        format!(
            "This is a death or serious injury matter. The special procedure begins when it has become a conduct matter ({citation})"
        )
    })
}

/// Refuses a day before another one; `what` says what that was.
fn not_before(on: Day, earliest: Day, what: &str) -> Result<(), Refusal> {
    if on < earliest {
        return Err(Refusal::of("on", format!("It must be on or after the day {what} ({})", in_words(earliest))));
    }
    Ok(())
}

pub(super) fn lawful(state: &State, event: &Event, entry: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    match event {
        Event::StatusSet(e) => status::lawful(state, e, entry),
        Event::LeftService(e) => former::lawful_left(state, e, entry),
        Event::EarlierActionStated(e) => sanction::lawful(state, e, entry),
        Event::SeverityAssessed(e) => severity::lawful_assessment(state, e, entry, context),
        Event::SeverityRevised(e) => severity::lawful_revision(state, e, entry, context),
        Event::SeverityNotified(e) => severity::lawful_notice(state, e, entry),
        Event::NoticeDrafted(e) => notice::lawful_draft(state, e, entry, context),
        Event::NoticeApproved(e) => notice::lawful_approval(state, e, entry, context),
        Event::NoticeWithheld(e) => notice::lawful_withholding(state, e, entry, context),
        Event::NoticeServed(e) => notice::lawful_service(state, e, entry, context),
        Event::TermsGiven(e) => notice::lawful_terms(state, e, entry, context),
        Event::NoticeAnswered(e) => notice::lawful_answer(state, e, entry, context),
        Event::NoticeWithdrawn(e) => notice::lawful_withdrawal(state, e, entry),
        Event::InterviewNotified(e) => interview::lawful_notice(state, e, entry, context),
        Event::InterviewMoved(e) => interview::lawful_move(state, e, entry, context),
        Event::InterviewHeld(e) => interview::lawful_held(state, e, entry),
        Event::SpecialDetermination(e) => former::lawful_determination(state, e, entry),
        Event::ConversionSubmitted(_) => conversion::lawful_submission(state, entry),
        Event::ConversionDecided(e) => conversion::lawful_decision(state, e, entry),
        Event::ConversionNotified(_) => conversion::lawful_notice(state, entry),
        Event::ConversionRecorded(_) => conversion::lawful_record(state, entry),
        Event::AcceleratedSubmitted(e) => accelerated::lawful_submission(state, e, entry, context),
        Event::AcceleratedAnswered(e) => accelerated::lawful_answer(state, e, entry),
        Event::AcceleratedDecided(e) => accelerated::lawful_decision(state, e, entry),
        Event::AcceleratedProposed(e) => accelerated::lawful_proposal(state, e, entry, context),
        Event::ObjectionDecided(e) => accelerated::lawful_objection(state, e, entry),
    }
}

pub(super) fn apply(state: &mut State, event: &Event, entry: &Effective) {
    let Some(on) = entry.on else { return };
    let by = entry.version;
    match event {
        Event::StatusSet(e) => status::apply(state, e, on, by),
        Event::LeftService(e) => former::apply_left(state, e),
        Event::EarlierActionStated(e) => state.involve(&e.person).earlier.push(e.clone()),
        Event::SeverityAssessed(e) | Event::SeverityRevised(e) => severity::apply(state, e, on, by),
        Event::SeverityNotified(e) => severity::apply_notice(state, e, on, by),
        Event::NoticeDrafted(e) => notice::apply_draft(state, e, on, by),
        Event::NoticeApproved(e) => state.involve(&e.person).notice.approved = Some((e.of, on)),
        Event::NoticeWithheld(e) => notice::apply_withholding(state, e, on, by),
        Event::NoticeServed(e) => notice::apply_service(state, e, on, by),
        Event::TermsGiven(e) => notice::apply_terms(state, e, on, by),
        Event::NoticeAnswered(e) => notice::apply_answer(state, e, on, by),
        Event::NoticeWithdrawn(e) => notice::apply_withdrawal(state, e, on, by),
        Event::InterviewNotified(e) => interview::apply_notice(state, e, on, by),
        Event::InterviewMoved(e) => interview::apply_move(state, e, on, by),
        Event::InterviewHeld(e) => interview::apply_held(state, e, on, by),
        Event::SpecialDetermination(e) => state.involve(&e.person).special = Some((e.goes_on, on)),
        Event::ConversionSubmitted(_) => state.conversion.submitted = Some((by, on)),
        Event::ConversionDecided(e) => conversion::apply_decision(state, e, on, by),
        Event::ConversionNotified(_) => state.conversion.notified = Some(on),
        Event::ConversionRecorded(_) => conversion::apply_record(state, on, by),
        Event::AcceleratedSubmitted(e) => accelerated::apply_submission(state, e, on),
        Event::AcceleratedAnswered(e) => state.involve(&e.person).accelerated.answer = Some((e.answer, on)),
        Event::AcceleratedDecided(e) => state.involve(&e.person).accelerated.directed = Some((e.directed, on)),
        Event::AcceleratedProposed(e) => accelerated::apply_proposal(state, e, on, by),
        Event::ObjectionDecided(e) => accelerated::apply_objection(state, e, on, by),
    }
}

/// Lets the officer's side follow an entry of the main course.
pub(super) fn follow(state: &mut State, event: &Effective) {
    status::follow(state, event);
}
