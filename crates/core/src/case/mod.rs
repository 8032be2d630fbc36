//! A case: the events of one matter, what they add up to, and which commands they allow.
//!
//! This file only dispatches. Each area of a case has a file of its own with its commands, its
//! events, the rule that admits them (`lawful`) and what they change (`apply`).

pub mod allegation;
pub mod allocation;
pub mod clocks;
pub mod closing;
pub mod correction;
pub mod decision;
pub mod delay_notice;
pub mod forecast;
pub mod history;
pub mod imported;
pub mod informed;
pub mod investigation;
pub mod letter;
pub mod matter;
pub mod mode;
pub mod need;
pub mod power;
pub mod proceeding;
pub mod reinvestigation;
pub mod report;
pub mod scheme;
pub mod stage;
pub mod suspension;
pub mod terms;
pub mod words;

use serde::{Deserialize, Serialize};

pub use history::{Effective, Entry, Fresh, effective};
pub use stage::Stage;

use crate::day::Day;
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
    /// The case was closed.
    #[serde(rename = "case.closed")]
    Closed(closing::Closed),
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
    /// Close the case.
    Close(closing::Close),
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
            Self::Close(_) => Action::Close,
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
    /// When the case was closed.
    pub closed: Option<Day>,
    /// The allegations.
    pub allegations: Vec<allegation::Allegation>,
    /// The clocks, as entries have started and stopped them.
    pub timers: clocks::Timers,
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
            Event::Closed(_) => self.closed = event.on,
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
            // Folded into the entries they are about before anything is applied.
            Event::Corrected(_) | Event::Rescinded(_) => {}
        }
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
    let state = &case.state;
    let events = match command {
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
        Command::Close(c) => vec![c.event(state)?],
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
        Command::Correct(c) => vec![c.event(case, context)?],
        Command::Rescind(c) => vec![c.event(case, context)?],
    };
    admit_in_turn(case, &events, context)?;
    Ok(events)
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
        Event::NeedDecided(e) => need::lawful(state, e, event),
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
        Event::CaseToAnswerDecided(e) => decision::lawful_case_to_answer(state, e, event),
        Event::ProsecutorDecided(_) => decision::lawful_prosecutor(state, event),
        Event::ProceedingBegun(e) => proceeding::lawful_begun(state, e, event, context),
        Event::ProceedingUpdated(e) => proceeding::lawful_update(state, e, event),
        Event::ProceedingEnded(e) => proceeding::lawful_end(state, e, event, context),
        Event::ReinvestigationDetermined(_) => reinvestigation::lawful(state, event, context),
        Event::Closed(_) => closing::lawful(state, event, context),
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
        Event::FindingsRecorded(_) => Ok(()),
        Event::Corrected(_) | Event::Rescinded(_) => Ok(()),
    }
}

impl Event {
    /// The kind under which it is stored, and its data.
    #[must_use]
    pub fn encode(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        crate::record::encoded(self)
    }

    /// Reads an event as stored; `None` for a kind that is no event of a case.
    pub fn decode(kind: &str, mut data: serde_json::Map<String, serde_json::Value>) -> Result<Self, String> {
        data.remove("texts");
        let whole = serde_json::json!({ "kind": kind, "data": data });
        serde_json::from_value(whole).map_err(|e| format!("{kind}: {e}"))
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
            Self::Closed(_) => "Closed",
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
            Self::Corrected(_) => "Corrected",
            Self::Rescinded(_) => "Rescinded",
        }
    }
}

#[cfg(test)]
mod tests;
