//! Keeping people informed: who is to be told, how they wish to be told, what they were told and
//! when, and what was withheld from them (domain brief 4.7, catalogue D07 to D09).
//!
//! Each person is known by an opaque key; who they are is in personal words. The duty is owed to
//! complainants and interested persons, and it is ours while the investigation is. Subjects are
//! told by policy, so no clock runs for them.

pub mod commands;
pub mod contact;
pub mod wrote;

use serde::{Deserialize, Serialize};

use super::clocks::timer::Start;
use super::clocks::{Owner, Task};
use super::matter::MatterKind;
use super::mode::Mode;
use super::{Context, Effective, Event, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// The people kept informed about one case; more is a slip.
pub const INFORMED_MAX: usize = 100;

/// What somebody who is kept informed is to the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Made the complaint.
    Complainant,
    /// Has an interest in being kept properly informed (Police Reform Act 2002, section 21).
    InterestedPerson,
    /// Is the person whose conduct is investigated.
    Subject,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Complainant, Self::InterestedPerson, Self::Subject];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Complainant => "complainant",
            Self::InterestedPerson => "interested-person",
            Self::Subject => "subject",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Complainant => "Complainant",
            Self::InterestedPerson => "Interested person",
            Self::Subject => "Person whose conduct is investigated",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == text)
    }

    /// Whether the law owes them updates.
    #[must_use]
    pub fn is_owed(self) -> bool {
        self != Self::Subject
    }

    fn words(self) -> (&'static str, [&'static str; 3]) {
        match self {
            Self::Complainant => (
                "the complainant",
                [
                    "Tell the complainant of progress for the first time",
                    "Tell the complainant of progress again",
                    "Tell the complainant of an outcome",
                ],
            ),
            Self::InterestedPerson | Self::Subject => (
                "the interested person",
                [
                    "Tell an interested person of progress for the first time",
                    "Tell an interested person of progress again",
                    "Tell an interested person of an outcome",
                ],
            ),
        }
    }
}

/// How somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// By letter.
    Letter,
    /// By e-mail.
    Email,
    /// By telephone.
    Telephone,
    /// At a meeting.
    Meeting,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Letter, Self::Email, Self::Telephone, Self::Meeting];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Email => "email",
            Self::Telephone => "telephone",
            Self::Meeting => "meeting",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Letter => "By letter",
            Self::Email => "By e-mail",
            Self::Telephone => "By telephone",
            Self::Meeting => "At a meeting",
        }
    }

    /// The method of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.id() == text)
    }

    fn in_writing(self) -> bool {
        matches!(self, Self::Letter | Self::Email)
    }
}

/// The purposes for which information may be kept back (regulation 35(3); before, regulation 13(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// It is relevant to criminal proceedings.
    CriminalProceedings,
    /// National security.
    NationalSecurity,
    /// Preventing or detecting crime, or catching and prosecuting offenders.
    Crime,
    /// Proportionality grounds.
    Proportionality,
    /// Otherwise necessary in the public interest.
    PublicInterest,
}

impl Purpose {
    /// All of them, in the order of the regulation.
    pub const ALL: [Self; 5] =
        [Self::CriminalProceedings, Self::NationalSecurity, Self::Crime, Self::Proportionality, Self::PublicInterest];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::CriminalProceedings => "criminal-proceedings",
            Self::NationalSecurity => "national-security",
            Self::Crime => "crime",
            Self::Proportionality => "proportionality",
            Self::PublicInterest => "public-interest",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::CriminalProceedings => "Premature disclosure would touch criminal proceedings",
            Self::NationalSecurity => "The interests of national security",
            Self::Crime => "Preventing or detecting crime, or prosecuting offenders",
            Self::Proportionality => "Proportionality grounds",
            Self::PublicInterest => "Otherwise necessary in the public interest",
        }
    }

    /// The purpose of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == text)
    }
}

/// Somebody is to be kept informed. Their name is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// Their opaque key in the case.
    pub key: String,
    /// What they are to the case.
    pub role: Role,
    /// How they agreed to be told.
    pub method: Method,
    /// Whether they wish to be written to in Welsh.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub welsh: bool,
}

/// Somebody is no longer to be kept informed. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// Their key.
    pub key: String,
}

/// Somebody was told of progress. What they were told is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateGiven {
    /// Their key.
    pub key: String,
    /// How.
    pub method: Method,
    /// The number of the letter that told them, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<u32>,
}

/// An update was withheld. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateWithheld {
    /// The key of the person.
    pub key: String,
    /// For which purpose.
    pub purpose: Purpose,
    /// When it is looked at again.
    pub review_on: Day,
    /// The exception used, as it stood.
    pub citation: String,
}

/// Somebody was told of an outcome. What they were told is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeTold {
    /// Their key.
    pub key: String,
    /// The outcome: `investigation`, or `proceeding-` and its number.
    pub of: String,
    /// How.
    pub method: Method,
    /// The number of the letter that told them, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<u32>,
}

/// What is withheld from somebody now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withheld {
    /// Since when.
    pub on: Day,
    /// For which purpose.
    pub purpose: Purpose,
    /// When it is looked at again.
    pub review_on: Day,
}

/// Somebody who is kept informed, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their key.
    pub key: String,
    /// What they are to the case.
    pub role: Role,
    /// How they agreed to be told.
    pub method: Method,
    /// Whether they wish to be written to in Welsh.
    pub welsh: bool,
    /// From which day.
    pub since: Day,
    /// The version of the entry that holds their name.
    pub added_by: u64,
    /// Until which day, once they no longer are.
    pub ended: Option<Day>,
    /// When they were told of progress.
    pub updates: Vec<Day>,
    /// The outcomes of which they were told: which, and when.
    pub outcomes: Vec<(String, Day)>,
    /// What is withheld from them now.
    pub withheld: Option<Withheld>,
    /// How they may be reached, once that was agreed.
    pub contact: Option<contact::Contact>,
    /// When they wrote in their own account, each with the version of the entry that holds the words.
    pub wrote: Vec<(Day, u64)>,
}

impl State {
    /// Somebody who is kept informed, by their key.
    #[must_use]
    pub fn informed(&self, key: &str) -> Option<&Person> {
        self.informed.iter().find(|person| person.key == key)
    }

    /// Since when the duty to keep people informed has been ours; none while it is the authority's.
    #[must_use]
    pub fn informs_since(&self) -> Option<Day> {
        let ours = |mode| matches!(mode, Mode::Independent | Mode::Directed | Mode::Managed);
        self.mode.as_ref().filter(|decided| ours(decided.mode)).map(|decided| decided.on)
    }

    /// The outcomes that there are to tell: `investigation`, or `proceeding-` and its number.
    #[must_use]
    pub fn outcomes(&self) -> Vec<String> {
        let decided = self.report.is_some() && self.allegations.iter().all(super::allegation::Allegation::is_decided);
        let investigation = decided.then(|| INVESTIGATION.to_owned());
        let ended = self.proceedings.iter().filter(|p| p.ended.is_some()).map(|p| of_proceeding(p.n));
        investigation.into_iter().chain(ended).collect()
    }
}

/// The outcome of the investigation itself.
pub const INVESTIGATION: &str = "investigation";

/// The outcome of a proceeding.
#[must_use]
pub fn of_proceeding(n: u32) -> String {
    format!("proceeding-{n}")
}

fn about(key: &str, of: &str) -> String {
    format!("{key}-{of}")
}

/// The person of that key, still to be informed.
pub(super) fn current<'s>(state: &'s State, key: &str) -> Result<&'s Person, Refusal> {
    match state.informed(key) {
        None => Err(Refusal::of("key", "Choose somebody who is kept informed in this case")),
        Some(person) if person.ended.is_some() => {
            Err(Refusal::of("key", "They are no longer kept informed. Choose somebody else"))
        }
        Some(person) => Ok(person),
    }
}

pub(super) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    if on < matter.received {
        let received = in_words(matter.received);
        return Err(Refusal::of("on", format!("It must be on or after the day the matter was received ({received})")));
    }
    match &event.event {
        Event::InformedAdded(e) => lawful_addition(state, e),
        Event::InformedEnded(e) => after_added(current(state, &e.key)?, on),
        Event::ContactAgreed(e) => contact::lawful(state, e, on),
        Event::PersonWrote(e) => after_added(current(state, &e.key)?, on),
        Event::UpdateGiven(e) => {
            after_added(current(state, &e.key)?, on)?;
            in_writing(state, e.method, context, on)
        }
        Event::UpdateWithheld(e) => {
            let person = current(state, &e.key)?;
            after_added(person, on)?;
            if !person.role.is_owed() {
                let says = "Updates are owed to complainants and interested persons, so there is none to withhold";
                return Err(Refusal::of("key", says));
            }
            if e.review_on <= on {
                return Err(Refusal::of("review_on", "The review must be after the day from which it is withheld"));
            }
            Ok(())
        }
        Event::OutcomeTold(e) => {
            after_added(current(state, &e.key)?, on)?;
            in_writing(state, e.method, context, on)?;
            lawful_outcome(state, e, on)
        }
        _ => Ok(()),
    }
}

fn lawful_addition(state: &State, added: &Added) -> Result<(), Refusal> {
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    if state.informed.len() >= INFORMED_MAX {
        return Err(Refusal::new(format!("A case keeps {INFORMED_MAX} people informed at most")));
    }
    if state.informed(&added.key).is_some() {
        return Err(Refusal::new("There is already somebody with this key"));
    }
    let complaint = state.kinds.iter().any(|(_, kind)| *kind == MatterKind::Complaint);
    if added.role == Role::Complainant && !complaint {
        let says = "The matter is not a complaint, so nobody is its complainant. Choose interested person";
        return Err(Refusal::of("role", says));
    }
    Ok(())
}

fn after_added(person: &Person, on: Day) -> Result<(), Refusal> {
    if on < person.since {
        let since = in_words(person.since);
        let says = format!("It must be on or after the day from which they are kept informed ({since})");
        return Err(Refusal::of("on", says));
    }
    Ok(())
}

fn in_writing(state: &State, method: Method, context: Context<'_>, on: Day) -> Result<(), Refusal> {
    match power::cited(id::UPDATE_IN_WRITING, state, context, on) {
        Some(citation) if !method.in_writing() => Err(Refusal::of(
            "method",
            format!("It must be given in writing ({citation}). Write, and tell of the call or meeting in the note"),
        )),
        _ => Ok(()),
    }
}

fn lawful_outcome(state: &State, told: &OutcomeTold, on: Day) -> Result<(), Refusal> {
    let since = match told.of.strip_prefix("proceeding-") {
        None if told.of == INVESTIGATION && state.outcomes().iter().any(|of| of == INVESTIGATION) => state.report,
        None => None,
        Some(n) => {
            let found = state.proceedings.iter().find(|p| p.n.to_string() == n);
            found.and_then(|p| p.ended.as_ref()).map(|(ended, _)| *ended)
        }
    };
    match since {
        None => Err(Refusal::of("of", "There is no such outcome in the record yet")),
        Some(since) if on < since => {
            Err(Refusal::of("on", format!("It must be told on or after the day of the outcome ({})", in_words(since))))
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn apply(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    let by = event.version;
    match &event.event {
        Event::InformedAdded(e) => {
            state.informed.push(Person {
                key: e.key.clone(),
                role: e.role,
                method: e.method,
                welsh: e.welsh,
                since: on,
                added_by: by,
                ended: None,
                updates: Vec::new(),
                outcomes: Vec::new(),
                withheld: None,
                contact: None,
                wrote: Vec::new(),
            });
            begin(state, &e.key, by);
        }
        Event::ContactAgreed(e) => contact::apply(state, e, event),
        Event::PersonWrote(e) => with(state, &e.key, |person| person.wrote.push((on, by))),
        Event::InformedEnded(e) => {
            with(state, &e.key, |person| person.ended = Some(on));
            fall(state, &e.key, on, by);
        }
        Event::UpdateGiven(e) => {
            with(state, &e.key, |person| {
                person.updates.push(on);
                person.withheld = None;
            });
            state.timers.stop(id::UPDATE_FIRST, &e.key, on, by);
            state.timers.stop(id::UPDATE_NEXT, &e.key, on, by);
            start(state, &e.key, id::UPDATE_NEXT, &e.key, on, by);
        }
        Event::UpdateWithheld(e) => {
            let withheld = Withheld { on, purpose: e.purpose, review_on: e.review_on };
            with(state, &e.key, |person| person.withheld = Some(withheld));
            // The duty does not apply while the exception does; the next update starts it again.
            state.timers.fall(id::UPDATE_FIRST, &e.key, on, by);
            state.timers.fall(id::UPDATE_NEXT, &e.key, on, by);
        }
        Event::OutcomeTold(e) => {
            with(state, &e.key, |person| person.outcomes.push((e.of.clone(), on)));
            state.timers.stop(id::UPDATE_OUTCOME, &about(&e.key, &e.of), on, by);
        }
        _ => {}
    }
}

/// Lets the clocks of those who are kept informed follow an entry of another area.
pub(super) fn follow(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    let by = event.version;
    let new = match &event.event {
        Event::ModeDecided(_) => {
            for key in keys(state) {
                if state.informs_since().is_some() { begin(state, &key, by) } else { fall(state, &key, on, by) }
            }
            return;
        }
        Event::ProceedingEnded(e) => of_proceeding(e.n),
        // Without allegations the report itself is the outcome; with them, the last decision is.
        Event::ReportSubmitted(_) | Event::CaseToAnswerDecided(_)
            if state.outcomes().iter().any(|of| of == INVESTIGATION) =>
        {
            INVESTIGATION.to_owned()
        }
        _ => return,
    };
    for key in keys(state) {
        let about = about(&key, &new);
        if !state.timers.all().iter().any(|timer| timer.rule == id::UPDATE_OUTCOME && timer.about == about) {
            start(state, &key, id::UPDATE_OUTCOME, &about, on, by);
        }
    }
}

fn keys(state: &State) -> Vec<String> {
    state.informed.iter().filter(|person| person.ended.is_none()).map(|person| person.key.clone()).collect()
}

/// Starts the first update of somebody, from the start of the handling. Somebody who came to have
/// an interest only later is counted from that day.
fn begin(state: &mut State, key: &str, by: u64) {
    let (Some(person), Some(handled)) = (state.informed(key), state.informs_since()) else { return };
    let from = if person.role == Role::Complainant { handled } else { handled.max(person.since) };
    let told = !person.updates.is_empty() || state.timers.runs(id::UPDATE_FIRST, key);
    if !told {
        start(state, key, id::UPDATE_FIRST, key, from, by);
    }
}

fn start(state: &mut State, key: &str, rule: &'static str, about: &str, on: Day, by: u64) {
    let Some(person) = state.informed(key).filter(|person| person.role.is_owed() && person.ended.is_none()) else {
        return;
    };
    if state.informs_since().is_none() || state.closed.is_some() {
        return;
    }
    let (to, [first, next, outcome]) = person.role.words();
    let title = match rule {
        id::UPDATE_FIRST => first,
        id::UPDATE_NEXT => next,
        _ => outcome,
    };
    state.timers.start(Start::of(rule, Owner::Us, to, Task::Lead).titled(title).about(about), on, by);
}

fn fall(state: &mut State, key: &str, on: Day, by: u64) {
    state.timers.fall(id::UPDATE_FIRST, key, on, by);
    state.timers.fall(id::UPDATE_NEXT, key, on, by);
    for of in state.outcomes() {
        state.timers.fall(id::UPDATE_OUTCOME, &about(key, &of), on, by);
    }
}

fn with(state: &mut State, key: &str, change: impl FnOnce(&mut Person)) {
    if let Some(person) = state.informed.iter_mut().find(|person| person.key == key) {
        change(person);
    }
}
