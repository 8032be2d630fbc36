//! The mode of investigation: who investigates, decided with a power, reasons and a citation.

use serde::{Deserialize, Serialize};

use super::need::NeedDecided;
use super::{Context, Effective, Event, Fresh, State, chief_officer, handover, intake};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::profile::LawOf;
use crate::refusal::Refusal;

/// The modes of investigation under the schemes of 2012 and 2020.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// By the body's own investigators.
    Independent,
    /// By the force's investigator under the body's direction.
    Directed,
    /// By the force.
    Local,
    /// By the force under the body's direction and control (old scheme).
    Managed,
    /// By the force, with requirements set by the body (old scheme).
    Supervised,
}

impl Mode {
    /// All of them, in the order in which the law considers them.
    pub const ALL: [Self; 5] = [Self::Local, Self::Independent, Self::Directed, Self::Managed, Self::Supervised];

    /// Its name in addresses and filters.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Independent => "independent",
            Self::Directed => "directed",
            Self::Local => "local",
            Self::Managed => "managed",
            Self::Supervised => "supervised",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Independent => "Independent",
            Self::Directed => "Directed",
            Self::Local => "Local",
            Self::Managed => "Managed",
            Self::Supervised => "Supervised",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.id() == text)
    }

    /// The rule that says what the mode is, in force only while the mode may be chosen.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Independent => "mode.independent",
            Self::Directed => "mode.directed",
            Self::Local => "mode.local",
            Self::Managed => "mode.managed",
            Self::Supervised => "mode.supervised",
        }
    }
}

/// A mode decision. The reasons are personal words; the day is the event's `on`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeDecided {
    /// The mode.
    pub mode: Mode,
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
    /// The entry of the decision that this one replaces, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<u64>,
}

/// The command to decide the mode again, in place of the decision that stands (power P.MOI_CHANGE).
#[derive(Debug, Clone)]
pub struct Redetermine {
    /// The mode from then on.
    pub mode: Mode,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

/// The command to decide the mode (power P.MOI).
#[derive(Debug, Clone)]
pub struct DecideMode {
    /// The mode.
    pub mode: Mode,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
    /// The citation of the power in force, as [`power`] found it.
    pub citation: String,
}

impl DecideMode {
    /// To choose a mode is to find that an investigation is necessary: two decisions, two powers.
    pub(super) fn events(self, state: &State, context: Context<'_>) -> Result<Vec<Fresh>, Refusal> {
        let mut events = Vec::new();
        if state.need.is_none() && state.mode.is_none() {
            let citation = super::power::required(id::NEED, state, context, self.on)?;
            let need = NeedDecided { necessary: true, back: None, power: id::NEED.to_owned(), citation };
            events.push(Fresh::new(Event::NeedDecided(need), Some(self.on)));
        }
        events.push(self.event());
        Ok(events)
    }

    fn event(self) -> Fresh {
        let event = ModeDecided {
            mode: self.mode,
            power: id::MODE_DETERMINE.to_owned(),
            citation: self.citation,
            supersedes: None,
        };
        Fresh::new(Event::ModeDecided(event), Some(self.on)).with_words("reasons", self.reasons)
    }
}

impl Redetermine {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let Some(stands) = &state.mode else {
            return Err(Refusal::new("The mode has not been decided yet"));
        };
        let citation = super::power::required(id::MODE_DETERMINE, state, context, self.on)?;
        let (power, supersedes) = (id::MODE_DETERMINE.to_owned(), Some(stands.by));
        let event = ModeDecided { mode: self.mode, power, citation, supersedes };
        Ok(Fresh::new(Event::ModeDecided(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

/// Why the mode cannot be decided again, if it cannot.
#[must_use]
pub fn fixed(state: &State) -> Option<&'static str> {
    match state {
        State { mode: None, .. } => Some("The mode has not been decided yet"),
        State { closed: Some(_), .. } => Some("The case is closed"),
        State { report: Some(_), .. } => Some("The final report has been submitted, so the mode can no longer change"),
        State { discontinued: Some(_), .. } => Some("The investigation has been discontinued"),
        _ => super::intake::left(state).map(|(left, _)| left.says()),
    }
}

/// A mode decision that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The mode.
    pub mode: Mode,
    /// The day of the decision.
    pub on: Day,
    /// The citation of the power.
    pub citation: String,
    /// The entry.
    pub by: u64,
}

/// The citation of the power to decide the mode of a matter: that of the scheme which applies to it.
#[must_use]
pub fn power(state: &State, context: Context<'_>) -> Option<String> {
    context.law.on(id::MODE_DETERMINE, state.law_day()?).map(|v| v.citation.clone())
}

/// The modes that the scheme of a matter offers.
#[must_use]
pub fn offered(state: &State, context: Context<'_>) -> Vec<Mode> {
    let (Some(matter), Some(day)) = (&state.matter, state.law_day()) else {
        return Vec::new();
    };
    // What is investigated again is not left to the force alone (section 13B).
    let anew = matter.anew();
    let no_local = chief_officer::bound(state, context).is_some();
    let offers = |mode: &Mode| {
        let allowed = !(no_local && *mode == Mode::Local);
        allowed
            && context.law.on(mode.rule(), day).is_some()
            && (!anew || matches!(mode, Mode::Independent | Mode::Directed))
    };
    Mode::ALL.into_iter().filter(offers).collect()
}

pub(super) fn lawful(
    state: &State,
    decided: &ModeDecided,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::new("a mode is decided after the matter was referred or received, on a known day"));
    };
    if context.profile.law == LawOf::None {
        return Err(Refusal::new(format!("{} does not decide modes of investigation", context.profile.short)));
    }
    superseding(state, decided, on)?;
    if state.need.as_ref().is_some_and(|need| !need.necessary) {
        return Err(Refusal::new(
            "It was decided that no investigation is necessary. Correct or rescind that decision first",
        ));
    }
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    if on < matter.received {
        let received = in_words(matter.received);
        return Err(Refusal::of(
            "on",
            format!("The decision must be on or after the day the matter was received ({received})"),
        ));
    }
    if let Some((left, _)) = intake::left(state) {
        return Err(Refusal::new(left.says()));
    }
    if let Some(provision) = chief_officer::bound(state, context).filter(|_| decided.mode == Mode::Local) {
        return Err(Refusal::of("mode", chief_officer::no_local(&provision)));
    }
    if !offered(state, context).contains(&decided.mode) {
        let attention = in_words(matter.attention());
        let mode = decided.mode.label().to_lowercase();
        let says =
            format!("The law that applies to this matter, which came to attention on {attention}, has no {mode} mode");
        return Err(Refusal::of("mode", says));
    }
    if power(state, context).is_none() {
        return Err(Refusal::new("There is no power in the law files to decide the mode of this matter"));
    }
    Ok(())
}

/// Whether the decision takes the place of the one that stands, or is the first.
fn superseding(state: &State, decided: &ModeDecided, on: Day) -> Result<(), Refusal> {
    let Some(stands) = &state.mode else {
        return match decided.supersedes {
            None => Ok(()),
            Some(_) => Err(Refusal::new("The decision on the mode that this one replaces no longer stands")),
        };
    };
    if decided.supersedes.is_none() {
        return Err(Refusal::new("The mode has already been decided. Decide it again, or correct that decision"));
    }
    if decided.supersedes != Some(stands.by) {
        return Err(Refusal::new("The mode was decided again meanwhile"));
    }
    if let Some(says) = fixed(state) {
        return Err(Refusal::new(says));
    }
    if decided.mode == stands.mode {
        return Err(Refusal::of("mode", format!("The mode is already {}", stands.mode.label().to_lowercase())));
    }
    if on < stands.on {
        let says = format!("It must be on or after the day of the decision that it replaces ({})", in_words(stands.on));
        return Err(Refusal::of("on", says));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, decided: &ModeDecided, event: &Effective) {
    if let Some(on) = event.on {
        let before = state.mode.as_ref().map(|stands| stands.mode);
        let by = event.version;
        state.mode = Some(Decided { mode: decided.mode, on, citation: decided.citation.clone(), by });
        if let Some(before) = before {
            state.handover = handover::owed(before, decided.mode, on);
        }
    }
}
