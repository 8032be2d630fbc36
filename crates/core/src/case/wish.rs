//! What the complainant wishes: after criminal proceedings for which an investigation was suspended
//! (SI 2020/2, regulation 41), and when a complaint seems to be withdrawn (regulations 38 and 39).
//! Nothing closes by silence: once the time for an answer has gone by, the public-interest decision
//! is due, and somebody makes it.

use serde::{Deserialize, Serialize};

use super::clocks::timer::Start;
use super::clocks::{self, Owner, Task};
use super::correction::{Attribute, Changed};
use super::matter::MatterKind;
use super::suspension::Resumed;
use super::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::permit::Action;
use crate::refusal::Refusal;

/// What the complainant is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// Whether the investigation goes on after criminal proceedings.
    Resumption,
    /// Whether the complaint is withdrawn.
    Withdrawal,
}

impl About {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Resumption, Self::Withdrawal];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Resumption => "resumption",
            Self::Withdrawal => "withdrawal",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Resumption => "Whether the investigation goes on after the criminal proceedings",
            Self::Withdrawal => "Whether the complaint is withdrawn",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.id() == text)
    }

    /// The rule that gives the time for an answer.
    #[must_use]
    pub fn clock(self) -> &'static str {
        match self {
            Self::Resumption => id::RESUME_REPLY,
            Self::Withdrawal => id::WITHDRAWAL_REPLY,
        }
    }

    /// The power to decide on the public interest: P.RESUME or P.WITHDRAWN_PI.
    #[must_use]
    pub fn power(self) -> &'static str {
        match self {
            Self::Resumption => id::RESUME,
            Self::Withdrawal => id::WITHDRAWN,
        }
    }
}

/// What the complainant answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// That it should go on.
    GoesOn,
    /// That it should stop.
    Stops,
}

impl Reply {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::GoesOn, Self::Stops];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::GoesOn => "goes-on",
            Self::Stops => "stops",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::GoesOn => "The complainant wishes it to go on",
            Self::Stops => "The complainant wishes no further steps",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == text)
    }
}

/// The criminal proceedings for which the investigation was suspended have ended. How is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriminalProceedingsEnded {}

/// The complainant indicated a wish to withdraw. How is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalIndicated {
    /// Whether in a signed notification.
    pub signed: bool,
}

/// The complainant was written to. The day is that on which the letter was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishAsked {
    /// About what.
    pub about: About,
    /// The provision, as it stood.
    pub citation: String,
}

/// The complainant said what is wished. In which words is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishAnswered {
    /// About what.
    pub about: About,
    /// What is wished.
    pub reply: Reply,
}

/// It was decided whether the public interest requires the complaint to be treated as a recordable
/// conduct matter. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicInterestDecided {
    /// About what the complainant had been asked.
    pub about: About,
    /// Whether it does.
    pub required: bool,
    /// Whether the complainant's answer was none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_answer: bool,
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
}

/// The commands about wishes, each with its words.
#[derive(Debug, Clone)]
pub struct Act {
    /// What is done.
    pub does: Does,
    /// The day.
    pub on: Day,
    /// Why, or what was said.
    pub words: String,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Record that the criminal proceedings have ended.
    EndProceedings,
    /// Record that a wish to withdraw was indicated, signed or not.
    Withdraw(bool),
    /// Record that the complainant was written to.
    Ask(About),
    /// Record what the complainant says.
    Answer(About, Reply),
    /// Decide whether the public interest requires the complaint to go on as a conduct matter
    /// (powers P.RESUME and P.WITHDRAWN_PI).
    Decide(About, bool),
}

/// What is known of one question to the complainant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Track {
    /// When the letter was sent.
    pub asked: Option<Day>,
    /// What was answered, and when.
    pub answered: Option<(Reply, Day)>,
    /// Whether the public interest requires it to go on, and when that was decided.
    pub decided: Option<(bool, Day)>,
}

/// What is known of the complainant's wishes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// When the criminal proceedings ended.
    pub proceedings_ended: Option<Day>,
    /// Whether a wish to withdraw was signed, and when it was indicated.
    pub withdrawal: Option<(bool, Day)>,
    resumption: Track,
    withdrawn: Track,
}

impl Wish {
    /// What is known of one question.
    #[must_use]
    pub fn track(&self, about: About) -> &Track {
        match about {
            About::Resumption => &self.resumption,
            About::Withdrawal => &self.withdrawn,
        }
    }

    fn track_mut(&mut self, about: About) -> &mut Track {
        match about {
            About::Resumption => &mut self.resumption,
            About::Withdrawal => &mut self.withdrawn,
        }
    }
}

/// How it stands with a question to the complainant on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does not arise.
    NotAsked,
    /// The letter is to be written.
    ToAsk,
    /// An answer may come until a day; none where exceptional circumstances set the limit aside.
    Awaiting(Option<Day>),
    /// The complainant wishes it to go on.
    GoesOn,
    /// The public-interest decision is due; whether there was no answer.
    DecisionDue {
        /// Whether there was no answer.
        no_answer: bool,
    },
    /// It has been decided.
    Decided,
}

/// How it stands with a question at the end of `day`.
#[must_use]
pub fn standing(about: About, state: &State, context: Context<'_>, day: Day) -> Standing {
    let track = state.wish.track(about);
    if track.decided.is_some() {
        return Standing::Decided;
    }
    match track.answered.filter(|(_, on)| *on <= day) {
        Some((Reply::GoesOn, _)) => return Standing::GoesOn,
        Some((Reply::Stops, _)) => return Standing::DecisionDue { no_answer: false },
        None => {}
    }
    let complaint = state.kind_on(day) == Some(MatterKind::Complaint);
    if track.asked.is_none_or(|asked| asked > day) {
        let arises = match about {
            About::Resumption => complaint && state.paused().is_some() && state.wish.proceedings_ended.is_some(),
            About::Withdrawal => match state.wish.withdrawal {
                Some((true, _)) => return Standing::DecisionDue { no_answer: false },
                withdrawal => withdrawal.is_some(),
            },
        };
        return if arises { Standing::ToAsk } else { Standing::NotAsked };
    }
    let clock = clocks::of(state, context).into_iter().rfind(|clock| clock.timer.rule == about.clock());
    match clock.filter(|clock| clock.timer.excused.is_none()).and_then(|clock| clock.due) {
        Some(due) if due < day => Standing::DecisionDue { no_answer: true },
        due => Standing::Awaiting(due),
    }
}

/// The question on which a public-interest decision is due at the end of `day`, if one is.
#[must_use]
pub fn decision_due(state: &State, context: Context<'_>, day: Day) -> Option<About> {
    let due = |about: &About| matches!(standing(*about, state, context, day), Standing::DecisionDue { .. });
    About::ALL.into_iter().find(due)
}

impl Act {
    pub(super) fn action(&self) -> Action {
        match self.does {
            Does::Decide(..) => Action::DecidePublicInterest,
            _ => Action::Correspond,
        }
    }

    pub(super) fn events(self, state: &State, context: Context<'_>) -> Result<Vec<Fresh>, Refusal> {
        let on = Some(self.on);
        let (field, event) = match self.does {
            Does::EndProceedings => ("note", Event::CriminalProceedingsEnded(CriminalProceedingsEnded {})),
            Does::Withdraw(signed) => ("note", Event::WithdrawalIndicated(WithdrawalIndicated { signed })),
            Does::Ask(about) => {
                let citation = power::required(about.clock(), state, context, self.on)?;
                ("note", Event::WishAsked(WishAsked { about, citation }))
            }
            Does::Answer(about, reply) => ("says", Event::WishAnswered(WishAnswered { about, reply })),
            Does::Decide(about, required) => return self.decided(about, required, state, context),
        };
        Ok(vec![Fresh::new(event, on).with_words(field, self.words)])
    }

    /// If it goes on, it goes on as a recordable conduct matter, and an investigation that stood
    /// still is resumed.
    fn decided(self, about: About, required: bool, state: &State, context: Context<'_>) -> Result<Vec<Fresh>, Refusal> {
        let on = Some(self.on);
        let citation = power::required(about.power(), state, context, self.on)?;
        let no_answer = standing(about, state, context, self.on) == Standing::DecisionDue { no_answer: true };
        let power = about.power().to_owned();
        let event = PublicInterestDecided { about, required, no_answer, power, citation: citation.clone() };
        let mut events = vec![Fresh::new(Event::PublicInterestDecided(event), on).with_words("reasons", self.words)];
        if required && state.kind_on(self.on) == Some(MatterKind::Complaint) {
            let to = MatterKind::Conduct.id().to_owned();
            events.push(Fresh::new(Event::Changed(Changed { what: Attribute::Kind, to }), on));
        }
        if required && about == About::Resumption {
            let resumed = Resumed { power: about.power().to_owned(), citation };
            events.push(Fresh::new(Event::Resumed(resumed), on));
        }
        Ok(events)
    }
}

/// Why nothing can be asked of or heard from the complainant, if nothing can.
#[must_use]
pub fn barred(state: &State) -> Option<&'static str> {
    if state.closed.is_some() {
        return Some("The case is closed");
    }
    super::intake::left(state).map(|(left, _)| left.says())
}

/// Why the complainant cannot have withdrawn, if that cannot be.
#[must_use]
pub fn no_withdrawal(state: &State) -> Option<&'static str> {
    if let Some(says) = barred(state) {
        return Some(says);
    }
    if state.kind_on(crate::day::LAST_DAY) != Some(MatterKind::Complaint) {
        return Some("Only a complaint can be withdrawn");
    }
    if state.need.as_ref().is_some_and(|need| !need.necessary) {
        return Some("The complaint has gone back to the authority, which decides on its withdrawal");
    }
    if state.report.is_some() {
        return Some("The final report has been submitted");
    }
    state.wish.withdrawal.is_some().then_some("A wish to withdraw has already been recorded")
}

/// Why the end of criminal proceedings cannot be recorded, if it cannot.
#[must_use]
pub fn no_proceedings(state: &State) -> Option<&'static str> {
    if let Some(says) = barred(state) {
        return Some(says);
    }
    if state.paused().is_none() {
        return Some("The investigation is not suspended");
    }
    let since = state.paused().map(|pause| pause.from);
    let ended = state.wish.proceedings_ended.filter(|on| since.is_some_and(|since| *on >= since));
    ended.map(|_| "The end of the criminal proceedings has already been recorded")
}

pub(super) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    if let Some(says) = barred(state) {
        return Err(Refusal::new(says));
    }
    let since = match &event.event {
        Event::CriminalProceedingsEnded(_) => {
            if let Some(says) = no_proceedings(state) {
                return Err(Refusal::new(says));
            }
            state.paused().map(|pause| pause.from)
        }
        Event::WithdrawalIndicated(_) => {
            if let Some(says) = no_withdrawal(state) {
                return Err(Refusal::new(says));
            }
            None
        }
        Event::WishAsked(e) => may_ask(e.about, state, context)?,
        Event::WishAnswered(e) => may_answer(e, state)?,
        Event::PublicInterestDecided(e) => return may_decide(e.about, state, context, on),
        _ => None,
    };
    let since = since.unwrap_or(matter.received);
    if on < since {
        return Err(Refusal::of("on", format!("It must be on or after the step before it ({})", in_words(since))));
    }
    Ok(())
}

fn may_ask(about: About, state: &State, context: Context<'_>) -> Result<Option<Day>, Refusal> {
    let track = state.wish.track(about);
    if track.asked.is_some() {
        return Err(Refusal::of("about", "The complainant has already been written to about this"));
    }
    if standing(about, state, context, crate::day::LAST_DAY) == Standing::ToAsk {
        return Ok(match about {
            About::Resumption => state.wish.proceedings_ended,
            About::Withdrawal => state.wish.withdrawal.map(|(_, on)| on),
        });
    }
    Err(Refusal::of(
        "about",
        match about {
            _ if track.answered.is_some() => "The complainant has already said what is wished",
            About::Resumption if state.kind_on(crate::day::LAST_DAY) != Some(MatterKind::Complaint) => {
                "Only a complainant is asked whether an investigation goes on"
            }
            About::Resumption => "The complainant is asked once the criminal proceedings have ended. Record that first",
            About::Withdrawal => "The complainant is asked once a wish to withdraw was indicated without a signature",
        },
    ))
}

fn may_answer(answered: &WishAnswered, state: &State) -> Result<Option<Day>, Refusal> {
    let track = state.wish.track(answered.about);
    if track.answered.is_some() || track.decided.is_some() {
        return Err(Refusal::of("about", "This has already been answered or decided. Correct that entry instead"));
    }
    let spoken = match answered.about {
        About::Resumption => state.wish.proceedings_ended,
        About::Withdrawal => state.wish.withdrawal.filter(|(signed, _)| !signed).map(|(_, on)| on),
    };
    match track.asked.or(spoken) {
        Some(since) => Ok(Some(since)),
        None => Err(Refusal::of("about", "Nothing waits for an answer of the complainant on this")),
    }
}

fn may_decide(about: About, state: &State, context: Context<'_>, on: Day) -> Result<(), Refusal> {
    match standing(about, state, context, on) {
        Standing::DecisionDue { .. } => {
            let since = match about {
                About::Resumption => state.wish.proceedings_ended,
                About::Withdrawal => state.wish.withdrawal.map(|(_, on)| on),
            };
            match since {
                Some(since) if on < since => {
                    Err(Refusal::of("on", format!("It must be on or after {}", in_words(since))))
                }
                _ => Ok(()),
            }
        }
        Standing::Awaiting(Some(due)) => {
            let provision = power::cited(about.clock(), state, context, on).unwrap_or_default();
            let due = in_words(due);
            Err(Refusal::of("on", format!("The complainant has until the end of {due} to answer ({provision})")))
        }
        Standing::Awaiting(None) => {
            Err(Refusal::new("Exceptional circumstances keep the complainant from answering. Wait for the answer"))
        }
        Standing::GoesOn => Err(Refusal::new("The complainant wishes it to go on, so nothing is left to decide")),
        Standing::Decided => Err(Refusal::new("This has already been decided. Correct that entry instead")),
        Standing::ToAsk => Err(Refusal::new("Write to the complainant first")),
        Standing::NotAsked => Err(Refusal::of("about", "This question does not arise in this case")),
    }
}

/// Why a suspended investigation may not simply be resumed, if it may not.
pub(super) fn holds(state: &State, context: Context<'_>, on: Day) -> Option<String> {
    let provision = power::cited(id::RESUME, state, context, on).unwrap_or_default();
    match standing(About::Resumption, state, context, on) {
        Standing::ToAsk => {
            Some(format!("The criminal proceedings have ended, so the complainant is asked first ({provision})"))
        }
        Standing::Awaiting(due) => {
            let until = due.map_or_else(String::new, |due| format!(" until the end of {}", in_words(due)));
            Some(format!("The complainant has been asked and may answer{until} ({provision})"))
        }
        Standing::DecisionDue { .. } => Some(format!(
            "Decide first whether the public interest requires the complaint to be treated as a recordable conduct \
             matter ({provision})"
        )),
        Standing::NotAsked | Standing::GoesOn | Standing::Decided => None,
    }
}

pub(super) fn apply(state: &mut State, event: &Effective) {
    let (Some(on), by) = (event.on, event.version) else { return };
    match &event.event {
        Event::CriminalProceedingsEnded(_) => {
            state.wish.proceedings_ended = Some(on);
            state.wish.resumption = Track::default();
        }
        Event::WithdrawalIndicated(e) => state.wish.withdrawal = Some((e.signed, on)),
        Event::WishAsked(e) => {
            state.wish.track_mut(e.about).asked = Some(on);
            let to = match e.about {
                About::Resumption => "us",
                About::Withdrawal => "the force",
            };
            state.timers.start(Start::of(e.about.clock(), Owner::Complainant, to, Task::DecisionMaker), on, by);
        }
        Event::WishAnswered(e) => {
            state.wish.track_mut(e.about).answered = Some((e.reply, on));
            state.timers.stop(e.about.clock(), "", on, by);
        }
        Event::PublicInterestDecided(e) => {
            state.wish.track_mut(e.about).decided = Some((e.required, on));
            if e.required {
                state.timers.fall(e.about.clock(), "", on, by);
            } else {
                state.timers.end(on, by);
            }
        }
        _ => {}
    }
}
