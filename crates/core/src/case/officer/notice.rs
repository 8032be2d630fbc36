//! The notice of investigation: drafted, approved by somebody else, withheld for as long as it
//! must be, served; then the terms of reference, and the person's answer.

use super::service::Given;
use super::{Involved, known, not_before, special};
use crate::case::clocks::{self, Owner, Task, timer::Start};
use crate::case::{Case, Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::deadline::{Limit, worked};
use crate::law::{Nation, id};
use crate::permit::Permit;
use crate::refusal::Refusal;

mod content;
mod said;

pub use content::{Content, contents};
pub use said::{
    Answer, Answered, Approve, Approved, Draft, Drafted, GiveTerms, Reply, Serve, Served, Terms, TermsGiven, Withdraw,
    Withdrawn, Withheld, Withhold,
};

/// The notice of one person as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// The last draft: the version of its entry, its day, and the assessment that it states.
    pub draft: Option<(u64, Day, u64)>,
    /// The draft approved, and when.
    pub approved: Option<(u64, Day)>,
    /// Since when it is withheld, and when that is looked at again.
    pub withheld: Option<(Day, Day)>,
    /// When it was sent or handed over, and the day on which it counts as given.
    pub served: Option<(Day, Day)>,
    /// The terms of reference or the notice that they are not given, and the day on which that
    /// counts as given.
    pub terms: Option<(Terms, Day)>,
    /// What the person answered.
    pub answers: Vec<(Day, Reply)>,
    /// When it was withdrawn.
    pub withdrawn: Option<Day>,
}

/// Where a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The severity has not been assessed.
    NotNeeded,
    /// It has to be drafted, or drafted anew because the assessment was revised.
    Required,
    /// It has to be approved.
    Drafted,
    /// It has to be served.
    Approved,
    /// It is held back.
    Withheld,
    /// It was served, and the terms of reference are still owed.
    Served,
    /// The person's time to answer runs.
    Answering,
    /// The person acknowledged it.
    Acknowledged,
    /// Representations were received.
    Represented,
    /// None were received in time.
    NoRepresentations,
    /// The assessment was revised, of which the person has still to be told.
    Revised,
    /// It was withdrawn.
    Withdrawn,
}

impl Stage {
    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NotNeeded => "Not needed yet",
            Self::Required => "To be drafted",
            Self::Drafted => "To be approved",
            Self::Approved => "To be served",
            Self::Withheld => "Withheld",
            Self::Served => "Served, terms of reference owed",
            Self::Answering => "Served",
            Self::Acknowledged => "Served and acknowledged",
            Self::Represented => "Representations received",
            Self::NoRepresentations => "No representations received",
            Self::Revised => "Revised assessment to be told",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// Where the notice of a person stands.
#[must_use]
pub fn stage(state: &State, involved: &Involved) -> Stage {
    let notice = &involved.notice;
    let Some(severity) = involved.severity() else { return Stage::NotNeeded };
    if notice.withdrawn.is_some() {
        return Stage::Withdrawn;
    }
    if notice.served.is_some() {
        let about = &involved.person;
        return match notice.answers.last() {
            _ if state.timers.runs(id::SEVERITY_REVISED_NOTICE, about) => Stage::Revised,
            _ if state.timers.runs(id::NOTICE_TERMS, about) => Stage::Served,
            Some((_, Reply::Representations)) => Stage::Represented,
            Some((_, Reply::NoRepresentations)) => Stage::NoRepresentations,
            Some((_, Reply::Acknowledged)) => Stage::Acknowledged,
            None => Stage::Answering,
        };
    }
    if notice.withheld.is_some() {
        return Stage::Withheld;
    }
    match (notice.draft, notice.approved) {
        (Some((draft, _, of)), Some((approved, _))) if draft == approved && of == severity.version => Stage::Approved,
        (Some((_, _, of)), _) if of == severity.version => Stage::Drafted,
        _ => Stage::Required,
    }
}

impl Draft {
    pub(super) fn event(self, state: &State) -> Result<Fresh, Refusal> {
        let involved = known(state, &self.person)?;
        let severity = assessed(&involved)?.version;
        let drafted = Drafted { person: self.person, severity, states: self.states };
        let event = super::Event::NoticeDrafted(drafted);
        Ok(Fresh::new(Event::Officer(event), Some(self.on)).with_words("conduct", self.conduct))
    }
}

impl Approve {
    pub(super) fn event(self, case: &Case, permit: &Permit) -> Result<Fresh, Refusal> {
        let involved = known(&case.state, &self.person)?;
        let (of, ..) = involved.notice.draft.ok_or_else(|| Refusal::new("There is no draft to approve"))?;
        // Creator is not approver, as with terms of reference.
        if case.entries.iter().any(|e| e.version == of && e.actor == permit.actor()) {
            return Err(Refusal::new("You drafted this notice, so somebody else has to approve it"));
        }
        let event = super::Event::NoticeApproved(Approved { person: self.person, of });
        Ok(Fresh::new(Event::Officer(event), Some(self.on)))
    }
}

impl Withhold {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::NOTICE_WITHHOLD, state, context, self.on)?;
        let (person, review_on) = (self.person, self.review_on);
        let withheld = Withheld { person, review_on, power: id::NOTICE_WITHHOLD.to_owned(), citation };
        let event = super::Event::NoticeWithheld(withheld);
        Ok(Fresh::new(Event::Officer(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Serve {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let involved = known(state, &self.person)?;
        let draft = involved.notice.approved.map(|(of, _)| of);
        let of = draft.ok_or_else(|| Refusal::new("A notice is served once it has been drafted and approved"))?;
        let given = Given { method: self.method, at: self.at };
        given.check(state, context, self.on, &self.why)?;
        let served = Served {
            person: self.person,
            of,
            method: self.method,
            sent_at: given.time(),
            given_on: given.deemed(state, context, self.on),
            terms_follow: power::cited(id::NOTICE_TERMS, state, context, self.on).is_some(),
        };
        let event = super::Event::NoticeServed(served);
        Ok(Fresh::new(Event::Officer(event), Some(self.on)).with_words("why", self.why))
    }
}

impl GiveTerms {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::NOTICE_TERMS, state, context, self.on)?;
        let given = Given { method: self.method, at: self.at };
        given.check(state, context, self.on, &self.why)?;
        // Deemed service names the copy of the terms, not the notice that they are not given.
        let deemed = given.deemed(state, context, self.on).filter(|_| self.terms == Terms::Given);
        if self.terms == Terms::NotGiven && self.reasons.trim().is_empty() {
            let says = format!("The notice must explain why the terms are not given ({citation}). Say why");
            return Err(Refusal::of("reasons", says));
        }
        let terms = TermsGiven {
            person: self.person,
            terms: self.terms,
            method: self.method,
            sent_at: given.time(),
            given_on: deemed,
            citation,
        };
        let event = Fresh::new(Event::Officer(super::Event::TermsGiven(terms)), Some(self.on));
        Ok(event.with_words("why", self.why).with_words("reasons", self.reasons))
    }
}

fn assessed(involved: &Involved) -> Result<&super::severity::Assessed, Refusal> {
    let says = "A notice states the result of the severity assessment. Assess the severity first";
    involved.severity().ok_or_else(|| Refusal::new(says))
}

fn unserved(involved: &Involved) -> Result<(), Refusal> {
    match &involved.notice {
        Notice { withdrawn: Some(_), .. } => Err(Refusal::new("The notice was withdrawn")),
        Notice { served: Some((on, _)), .. } => {
            Err(Refusal::new(format!("The notice was served on {}", in_words(*on))))
        }
        _ => Ok(()),
    }
}

pub(super) fn lawful_draft(
    state: &State,
    drafted: &Drafted,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &drafted.person)?;
    let severity = assessed(&involved)?;
    unserved(&involved)?;
    not_before(on, severity.on, "of the severity assessment")?;
    if drafted.severity != severity.version {
        return Err(Refusal::new("The assessment was revised. Draft the notice anew"));
    }
    let missing = contents(state, context, &involved).into_iter().find(|c| !drafted.states.contains(c));
    match missing {
        Some(content) => {
            let citation = power::cited(id::NOTICE, state, context, on).unwrap_or_default();
            Err(Refusal::of("states", format!("The notice must also state {} ({citation})", content.label())))
        }
        None => Ok(()),
    }
}

pub(super) fn lawful_approval(
    state: &State,
    approved: &Approved,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &approved.person)?;
    unserved(&involved)?;
    match involved.notice.draft {
        Some((draft, drafted, of)) if draft == approved.of => {
            if Some(of) != involved.severity().map(|s| s.version) {
                return Err(Refusal::new("The assessment was revised after this draft. Draft the notice anew"));
            }
            if involved.notice.approved.is_some_and(|(of, _)| of == draft) {
                return Err(Refusal::new("This draft has already been approved"));
            }
            not_before(on, drafted, "of the draft")
        }
        _ => Err(Refusal::new("There is no such draft to approve")),
    }
}

/// The last day on which a notice that is withheld from `on` must be looked at again: a house rule.
#[must_use]
pub fn review_by(context: Context<'_>, on: Day) -> Option<Day> {
    let version = context.law.on(id::NOTICE_WITHHELD_REVIEW, on)?;
    match worked(version, on, context.calendar, Nation::EnglandAndWales) {
        Limit::By(worked) => Some(worked.last_day),
        _ => None,
    }
}

pub(super) fn lawful_withholding(
    state: &State,
    withheld: &Withheld,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &withheld.person)?;
    let severity = assessed(&involved)?;
    unserved(&involved)?;
    not_before(on, severity.on, "of the severity assessment")?;
    if let Some((since, _)) = involved.notice.withheld {
        not_before(on, since, "from which it is withheld")?;
    }
    if withheld.review_on <= on {
        return Err(Refusal::of("review_on", "The review must be after the day of this decision"));
    }
    if let Some(last) = review_by(context, on).filter(|last| withheld.review_on > *last) {
        let says = format!("Whether it must still be withheld is looked at again by {} at the latest", in_words(last));
        return Err(Refusal::of("review_on", says));
    }
    Ok(())
}

pub(super) fn lawful_service(
    state: &State,
    served: &Served,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &served.person)?;
    let severity = assessed(&involved)?;
    unserved(&involved)?;
    let notice = &involved.notice;
    let Some((draft, _, of)) = notice.draft else {
        return Err(Refusal::new("A notice is served once it has been drafted and approved"));
    };
    if of != severity.version {
        return Err(Refusal::new("The assessment was revised after this draft. Draft the notice anew"));
    }
    match notice.approved {
        Some((approved, day)) if approved == draft && served.of == draft => {
            not_before(on, day, "on which the notice was approved")
        }
        _ => Err(Refusal::new("The draft has not been approved yet")),
    }
}

pub(super) fn lawful_terms(
    state: &State,
    given: &TermsGiven,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &given.person)?;
    let Some((served, _)) = involved.notice.served.filter(|_| involved.notice.withdrawn.is_none()) else {
        return Err(Refusal::new("The terms of reference go with the notice of investigation. Serve the notice first"));
    };
    if given.terms == Terms::NotGiven && involved.notice.terms.is_some() {
        return Err(Refusal::of("terms", "The terms, or a notice that they are not given, have already been given"));
    }
    not_before(on, served, "on which the notice was served")
}

pub(super) fn lawful_answer(
    state: &State,
    answered: &Answered,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let involved = known(state, &answered.person)?;
    let (Some((served, _)), Some(on)) = (involved.notice.served, event.on) else {
        return Err(Refusal::new("The notice has not been served, so there is nothing to answer"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    not_before(on, served, "on which the notice was served")?;
    if answered.reply != Reply::NoRepresentations {
        return Ok(());
    }
    let clocks = clocks::of(state, context);
    let clock = clocks.iter().find(|c| c.timer.rule == id::REPRESENTATIONS && c.timer.about == answered.person);
    let Some(clock) = clock.filter(|c| c.timer.runs()) else {
        return Err(Refusal::of("reply", "The person's time to answer does not run"));
    };
    if let Some(due) = clock.due.filter(|due| on <= *due) {
        let says = format!("The person may still answer until {} ({})", in_words(due), clock.citation);
        return Err(Refusal::of("reply", says));
    }
    Ok(())
}

pub(super) fn lawful_withdrawal(state: &State, withdrawn: &Withdrawn, event: &Effective) -> Result<(), Refusal> {
    let involved = known(state, &withdrawn.person)?;
    match (&involved.notice, event.on) {
        (Notice { withdrawn: Some(_), .. }, _) => Err(Refusal::new("The notice has already been withdrawn")),
        (Notice { served: Some((served, _)), .. }, Some(on)) => {
            not_before(on, *served, "on which the notice was served")
        }
        _ => Err(Refusal::new("The notice has not been served, so there is nothing to withdraw")),
    }
}

pub(super) fn apply_draft(state: &mut State, drafted: &Drafted, on: Day, by: u64) {
    state.involve(&drafted.person).notice.draft = Some((by, on, drafted.severity));
}

pub(super) fn apply_withholding(state: &mut State, withheld: &Withheld, on: Day, by: u64) {
    let person = &withheld.person;
    let notice = &mut state.involve(person).notice;
    let since = notice.withheld.map_or(on, |(since, _)| since);
    notice.withheld = Some((since, withheld.review_on));
    state.timers.stop(id::NOTICE_WITHHELD_REVIEW, person, on, by);
    let review = Start::of(id::NOTICE_WITHHELD_REVIEW, Owner::Us, "the officer", Task::DecisionMaker);
    state.timers.start(review.about(person), on, by);
}

pub(super) fn apply_service(state: &mut State, served: &Served, on: Day, by: u64) {
    let person = &served.person;
    let given = served.given_on.unwrap_or(on);
    let notice = &mut state.involve(person).notice;
    notice.served = Some((on, given));
    notice.withheld = None;
    state.timers.stop(id::NOTICE, person, on, by);
    state.timers.fall(id::NOTICE_WITHHELD_REVIEW, person, on, by);
    state.timers.stop(id::STATUS_3_MONTHS, person, given, by);
    if served.terms_follow {
        let terms = Start::of(id::NOTICE_TERMS, Owner::Us, "the officer", Task::Lead);
        state.timers.start(terms.about(person), given, by);
    } else {
        // The old scheme counts the answer from the notice itself.
        answer_runs(state, person, given, by);
    }
}

fn answer_runs(state: &mut State, person: &str, given: Day, by: u64) {
    let answer = Start::of(id::REPRESENTATIONS, Owner::Officer, "the person investigating", Task::Lead);
    state.timers.start(answer.about(person), given, by);
}

pub(super) fn apply_terms(state: &mut State, given: &TermsGiven, on: Day, by: u64) {
    let person = &given.person;
    let day = given.given_on.unwrap_or(on);
    let first = state.involve(person).notice.terms.replace((given.terms, day)).is_none();
    state.timers.stop(id::NOTICE_TERMS, person, day, by);
    // Terms that are given later, or revised, do not give the time again.
    if first {
        answer_runs(state, person, day, by);
    }
}

pub(super) fn apply_answer(state: &mut State, answered: &Answered, on: Day, by: u64) {
    let person = &answered.person;
    state.involve(person).notice.answers.push((on, answered.reply));
    match answered.reply {
        Reply::Acknowledged => {}
        Reply::Representations => state.timers.stop(id::REPRESENTATIONS, person, on, by),
        Reply::NoRepresentations => state.timers.fall(id::REPRESENTATIONS, person, on, by),
    }
}

pub(super) fn apply_withdrawal(state: &mut State, withdrawn: &Withdrawn, on: Day, by: u64) {
    let person = &withdrawn.person;
    state.involve(person).notice.withdrawn = Some(on);
    for rule in [id::NOTICE_TERMS, id::REPRESENTATIONS, id::SEVERITY_REVISED_NOTICE, id::INTERVIEW_OTHER_TIME] {
        state.timers.fall(rule, person, on, by);
    }
}
