//! A case: the events of one matter, what they add up to, and which commands they allow.
//!
//! This file only dispatches. Each area of a case has a file of its own with its commands, its
//! events, the rule that admits them (`lawful`) and what they change (`apply`).

pub mod allegation;
pub mod allocation;
pub mod chief_officer;
pub mod clocks;
pub mod closing;
mod command;
mod correctable;
pub mod correction;
pub mod course;
pub mod decision;
pub mod delay_notice;
pub mod discipline;
mod event;
pub mod forecast;
pub mod handover;
pub mod history;
pub mod imported;
pub mod informed;
pub mod intake;
pub mod investigation;
pub mod letter;
pub mod made;
pub mod material;
pub mod matter;
pub mod memorandum;
pub mod mode;
pub(crate) mod named;
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
mod state;
pub mod suspension;
pub mod terms;
pub mod views;
pub mod wish;
pub mod words;

pub use command::Command;
pub use event::Event;
pub use history::{Effective, Entry, Fresh, effective};
pub use stage::Stage;
pub use state::State;
use state::at;

use crate::day::Day;
use crate::delegation::Delegations;
use crate::law::{Calendar, Law};
use crate::permit::Permit;
use crate::profile::Profile;
use crate::reference::Reference;
use crate::refusal::Refusal;

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

    /// Puts a sentence into the place of every personal word, for whoever may not read them. What is
    /// decided next is decided on the case as loaded again.
    pub fn hide_words(&mut self, says: &str) {
        for (_, words) in self.entries.iter_mut().flat_map(|entry| &mut entry.words) {
            says.clone_into(words);
        }
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
        Command::SubmitReport(c) => vec![c.event(state, context)?],
        Command::ReceiveReport(c) => vec![c.event(state, context)?],
        Command::DecideCaseToAnswer(c) => vec![c.event(state, context)?],
        Command::DecideProsecutor(c) => vec![c.event(state, context)?],
        Command::BeginProceeding(c) => vec![c.event(state)],
        Command::UpdateProceeding(c) => vec![c.event(state)?],
        Command::EndProceeding(c) => vec![c.event()],
        Command::Reinvestigate(c) => vec![c.event(case, permit, context)?],
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
        Command::AgreeContact(c) => vec![c.event()],
        Command::Write(c) => vec![c.event(context)],
        Command::GiveUpdate(c) => vec![c.event(state)?],
        Command::WithholdUpdate(c) => vec![c.event(state, context)?],
        Command::TellOutcome(c) => vec![c.event(state)?],
        Command::GiveDelayNotice(c) => vec![c.event(state, context)?],
        Command::ReceiveMaterial(c) => vec![c.event()],
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
        | Event::ContactAgreed(_)
        | Event::PersonWrote(_)
        | Event::UpdateGiven(_)
        | Event::UpdateWithheld(_)
        | Event::OutcomeTold(_) => informed::lawful(state, event, context),
        Event::DelayNoticeGiven(e) => delay_notice::lawful(state, e, event, context),
        Event::LetterIssued(_) | Event::LetterServed(_) | Event::LetterTranslated(_) => letter::lawful(state, event),
        Event::MaterialReceived(e) => material::lawful(state, e, event),
        Event::Changed(e) => correction::lawful_change(state, e, event, context),
        Event::Officer(e) => officer::lawful(state, e, event, context),
        Event::FindingsRecorded(_) => Ok(()),
        Event::Corrected(_) | Event::Rescinded(_) | Event::WordsDisposed(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
