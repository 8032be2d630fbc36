//! One thing that somebody does in a generated case on a day, and carrying it out: by the command
//! that people use, with a permit, through the record's one writer.

use std::collections::HashMap;

use candour_core::case::allegation::Allege;
use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::closing::{Close, Publication};
use candour_core::case::correction::Correct;
use candour_core::case::decision::{Answer, DecideProsecutor};
use candour_core::case::forecast::Forecast;
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::Open;
use candour_core::case::mode::{DecideMode, Mode, power};
use candour_core::case::need::{Back, ReturnMatter};
use candour_core::case::proceeding::{Begin, End, Update};
use candour_core::case::report::SubmitReport;
use candour_core::case::second::{self, Approve};
use candour_core::case::suspension::{Discontinue, Resume, Suspend};
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::{self, Case, Command, Context};
use candour_core::day::{self, Day};
use candour_core::delegation::Delegations;
use candour_core::holder::Holder;
use candour_core::law::{Calendar, Law};
use candour_core::permit::{Actor, Role, permit};
use candour_core::person::{self, PersonRole, Registered};
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use candour_store::record::Write;
use candour_store::{Failure, cases, people};

use super::accounts::DemoAccount;
use super::{on_report, words};

/// Something that somebody does.
#[derive(Debug, Clone)]
pub(super) struct Act {
    /// The day on which it is recorded, unless the log's clock stands later.
    pub(super) told: Day,
    /// The day on which it happened.
    pub(super) day: Day,
    /// The number of the case.
    pub(super) case: usize,
    /// What is done.
    pub(super) does: Does,
}

/// What somebody does.
#[derive(Debug, Clone)]
pub(super) enum Does {
    Refer(Box<Open>),
    Return(Back),
    Decide(Mode),
    /// Which investigator of the region leads, and how the investigation is worked.
    Appoint(usize, Directorate, Pathway),
    Draft,
    Approve,
    Suspend(Day),
    Resume,
    Discontinue,
    Forecast(Day),
    /// Which person of the case, counted from 0, and the category.
    Allege(usize, &'static str),
    Report,
    /// Ask the authority for what its scheme has it give on the report: its views or its memorandum.
    AskForce,
    /// Record what the authority gives on an allegation.
    HearForce(u32, Answer),
    Answer(u32, Answer),
    Prosecutor(bool),
    Begin(&'static str, Holder, Day),
    News(u32, Holder, Day),
    End(u32, &'static str),
    Close,
    /// Puts right the day of the last entry of a sort that was told wrongly.
    CorrectDay(&'static str),
}

/// Whether the authority has given its views already: they are about the whole report.
fn has_been_heard(act: &Act, case: &Case) -> bool {
    matches!(act.does, Does::HearForce(..)) && case.state.views.received.is_some()
}

/// Who and what is there to carry acts out with.
pub(super) struct Stage<'a> {
    pub(super) law: &'a Law,
    pub(super) profile: &'a Profile,
    pub(super) delegations: &'a Delegations,
    pub(super) accounts: &'a [DemoAccount],
    /// The references of the cases, by number.
    pub(super) references: &'a [Reference],
}

impl Stage<'_> {
    /// Carries an act out on the case as `held` has it, or as the record has it, and keeps what
    /// becomes of it.
    pub(super) fn carry_out(
        &self,
        w: &mut Write<'_>,
        held: &mut HashMap<usize, Case>,
        act: &Act,
    ) -> Result<(), Failure> {
        w.not_before(day::nine_o_clock(act.told))?;
        let (log, reference) = (w.log(), &self.references[act.case]);
        let case = match held.remove(&act.case) {
            Some(case) => case,
            None if matches!(act.does, Does::Refer(_)) => Case::replay(reference.clone(), Vec::new()),
            None => cases::load(w.tx()?, log, reference)?,
        };
        let (delegations, calendar) = (self.delegations, Calendar::built_in());
        let context = Context { law: self.law, profile: self.profile, delegations, today: w.today(), calendar };
        if has_been_heard(act, &case) {
            held.insert(act.case, case);
            return Ok(());
        }
        let (actor, command) = self.command(act, &case, context);
        let stream = reference.stream();
        let given = permit(&actor, command.action(), cases::object(&case, &stream, self.profile))?;
        let second = second::is_needed(&case, &given, context, &command);
        let command = if second { Command::Propose(Box::new(command)) } else { command };
        let fresh = case::decide(&case, &given, context, command)?;
        if let Does::Allege(nth, _) = act.does {
            self.register(w, &actor, &given, act.case, nth, &case)?;
        }
        let case = cases::record(w, &actor, &given, &case, context, fresh)?;
        let case = if second { self.approve(w, &case, act.day)? } else { case };
        if !matches!(act.does, Does::Close) {
            held.insert(act.case, case);
        }
        Ok(())
    }

    /// Has the proposal that was just recorded approved by the supervisor of the region.
    fn approve(&self, w: &mut Write<'_>, case: &Case, on: Day) -> Result<Case, Failure> {
        let (delegations, stream) = (self.delegations, case.reference.stream());
        let region = case.state.force().and_then(|f| self.profile.region(f)).unwrap_or_default();
        let second = self.staff(Role::Sup, region, 0);
        let command = Command::Approve(Approve { of: case.version(), on });
        let (today, calendar) = (w.today(), Calendar::built_in());
        let context = Context { law: self.law, profile: self.profile, delegations, today, calendar };
        let given = permit(&second, command.action(), cases::object(case, &stream, self.profile))?;
        let fresh = case::decide(case, &given, context, command)?;
        cases::record(w, &second, &given, case, context, fresh)
    }

    /// Enters the person of an allegation, unless an earlier allegation has.
    fn register(
        &self,
        w: &mut Write<'_>,
        actor: &Actor,
        given: &candour_core::permit::Permit,
        number: usize,
        nth: usize,
        case: &Case,
    ) -> Result<(), Failure> {
        let stream = self.person(number, nth);
        if case.state.allegations.iter().any(|a| a.alleged.person == stream) {
            return Ok(());
        }
        let (role, number_of) = (PersonRole::Officer, String::new());
        let registered = Registered { role, number: number_of, joined_on: None, left_on: None, import: None };
        let words = vec![("name".to_owned(), words::person(number, nth))];
        people::register(w, actor, given, &stream, &person::Event::Registered(registered), words)
    }

    fn person(&self, number: usize, nth: usize) -> String {
        person::derived_stream(self.references[number].as_plain(), &nth.to_string())
    }

    fn staff(&self, role: Role, region: &str, nth: usize) -> Actor {
        let mut held = self
            .accounts
            .iter()
            .filter(|a| a.role == role && (a.units.is_empty() || a.units.iter().any(|u| u == region)));
        let found = held.nth(nth).or(self.accounts.first());
        found.map_or_else(Actor::operator, |a| Actor::new(a.id.clone(), a.role, a.units.clone()))
    }

    /// Who does it, and the command they give.
    fn command(&self, act: &Act, case: &Case, context: Context<'_>) -> (Actor, Command) {
        let on = act.day;
        let region = case.state.force().and_then(|f| self.profile.region(f)).unwrap_or_default();
        let decision_maker = || self.staff(Role::Dm, region, 0);
        let supervisor = || self.staff(Role::Sup, region, 0);
        let lead = || {
            let id = case.state.lead().unwrap_or_default().to_owned();
            Actor::new(id, Role::Inv, vec![region.to_owned()])
        };
        match &act.does {
            Does::Refer(open) => (self.staff(Role::Au, region, 0), Command::Open((**open).clone())),
            Does::Return(back) => {
                let reasons = words::RETURNED.to_owned();
                (decision_maker(), Command::ReturnMatter(ReturnMatter { back: *back, on, reasons }))
            }
            Does::Decide(mode) => {
                let citation = power(&case.state, context).unwrap_or_default();
                let reasons = words::MODE.to_owned();
                (decision_maker(), Command::DecideMode(DecideMode { mode: *mode, on, reasons, citation }))
            }
            Does::Appoint(nth, directorate, pathway) => {
                let (directorate, pathway) = (*directorate, *pathway);
                let lead = self.staff(Role::Inv, region, *nth).id;
                (supervisor(), Command::AppointLead(AppointLead { lead, on, directorate, pathway }))
            }
            Does::Draft => (lead(), Command::DraftTerms(DraftTerms { on, terms: words::TERMS.to_owned() })),
            Does::Approve => (supervisor(), Command::ApproveTerms(ApproveTerms { on })),
            Does::Suspend(review_on) => {
                let (review_on, reasons) = (*review_on, words::SUSPENDED.to_owned());
                (decision_maker(), Command::Suspend(Suspend { on, review_on, reasons }))
            }
            Does::Resume => (decision_maker(), Command::Resume(Resume { on, reasons: words::RESUMED.to_owned() })),
            Does::Discontinue => {
                let reasons = words::DISCONTINUED.to_owned();
                (decision_maker(), Command::Discontinue(Discontinue { on, reasons }))
            }
            Does::Forecast(by) => {
                let reasons = words::FORECAST.to_owned();
                (supervisor(), Command::Forecast(Forecast { on, by: *by, reasons }))
            }
            Does::Allege(nth, category) => {
                let (person, category) = (self.person(act.case, *nth), (*category).to_owned());
                (lead(), Command::Allege(Allege { person, category, on, what: words::ALLEGED.to_owned() }))
            }
            Does::Report => (
                lead(),
                Command::SubmitReport(SubmitReport { on, conclusion: words::CONCLUSION.to_owned(), sensitive: None }),
            ),
            Does::AskForce => (decision_maker(), on_report::ask(case, context, on)),
            Does::HearForce(n, answer) => (supervisor(), on_report::hear(case, context, *n, *answer, on)),
            Does::Answer(n, answer) => (decision_maker(), on_report::answer(case, context, *n, *answer, on)),
            Does::Prosecutor(referred) => {
                let reasons = words::prosecutor(*referred).to_owned();
                (
                    decision_maker(),
                    Command::DecideProsecutor(DecideProsecutor { referred: *referred, on, reasons, sensitive: None }),
                )
            }
            Does::Begin(stage, owner, expected_on) => {
                let (stage, person, note) = ((*stage).to_owned(), None, String::new());
                let (owner, expected_on) = (*owner, *expected_on);
                (supervisor(), Command::BeginProceeding(Begin { stage, owner, on, expected_on, person, note }))
            }
            Does::News(n, owner, expected_on) => {
                let (n, owner, expected_on, note) = (*n, *owner, *expected_on, words::NEWS.to_owned());
                (supervisor(), Command::UpdateProceeding(Update { n, owner, on, expected_on, note }))
            }
            Does::End(n, outcome) => {
                let (n, outcome, note) = (*n, (*outcome).to_owned(), String::new());
                (supervisor(), Command::EndProceeding(End { n, outcome, on, note }))
            }
            Does::Close => {
                let publication = case.state.report.map(|_| Publication::Summary);
                (supervisor(), Command::Close(Close { on, publication, reasons: words::CLOSED.to_owned() }))
            }
            Does::CorrectDay(kind) => {
                let of = case.entries.iter().rev().find(|e| e.event.encode().0 == *kind).map_or(0, |e| e.version);
                let (field, new, reasons) = ("on".to_owned(), on.to_string(), words::CORRECTED.to_owned());
                (supervisor(), Command::Correct(Correct { of, field, new, on: act.told, reasons }))
            }
        }
    }
}
