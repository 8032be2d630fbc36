//! The mode of investigation: who investigates, decided with a power, reasons and a citation.

use serde::{Deserialize, Serialize};

use super::need::NeedDecided;
use super::{Context, Effective, Event, Fresh, State};
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
}

/// The command to decide the mode.
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
        let event = ModeDecided { mode: self.mode, power: id::MODE_DETERMINE.to_owned(), citation: self.citation };
        Fresh::new(Event::ModeDecided(event), Some(self.on)).with_words("reasons", self.reasons)
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
    let offers = |mode: &Mode| {
        context.law.on(mode.rule(), day).is_some() && (!anew || matches!(mode, Mode::Independent | Mode::Directed))
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
    if state.mode.is_some() {
        return Err(Refusal::new("The mode has already been decided. Correct or rescind that decision instead"));
    }
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

pub(super) fn apply(state: &mut State, decided: &ModeDecided, event: &Effective) {
    if let Some(on) = event.on {
        state.mode = Some(Decided { mode: decided.mode, on, citation: decided.citation.clone() });
    }
}
