//! Whether an investigation is necessary; if it is not, how the matter goes back to the force.

use serde::{Deserialize, Serialize};

use super::{Context, Effective, Event, Fresh, State, chief_officer, intake, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// How a matter goes back to the force when no investigation by the body is necessary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Back {
    /// The force is to complete the investigation that it has begun.
    Complete,
    /// The force is to handle the matter as it sees fit.
    Handle,
}

impl Back {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Complete, Self::Handle];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Handle => "handle",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Complete => "The force completes the investigation it has begun",
            Self::Handle => "The force handles the matter as it sees fit",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.id() == text)
    }
}

/// It was decided whether an investigation is necessary. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedDecided {
    /// Whether it is.
    pub necessary: bool,
    /// How the matter goes back, when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Back>,
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
}

/// The command to return a matter to the force because no investigation is necessary.
///
/// That one *is* necessary is decided together with its mode, by [`super::mode::DecideMode`].
#[derive(Debug, Clone)]
pub struct ReturnMatter {
    /// How it goes back.
    pub back: Back,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

impl ReturnMatter {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::RETURN, state, context, self.on)?;
        let power = id::RETURN.to_owned();
        let event = NeedDecided { necessary: false, back: Some(self.back), power, citation };
        Ok(Fresh::new(Event::NeedDecided(event), Some(self.on)).with_words("reasons", self.reasons))
    }
}

/// A decision on need that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Whether an investigation is necessary.
    pub necessary: bool,
    /// How the matter goes back, when it is not.
    pub back: Option<Back>,
    /// The day of the decision.
    pub on: Day,
    /// The citation of the power.
    pub citation: String,
}

pub(super) fn lawful(
    state: &State,
    decided: &NeedDecided,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date of the decision"));
    };
    if state.need.is_some() {
        return Err(Refusal::new("Whether an investigation is necessary has already been decided"));
    }
    if state.mode.is_some() {
        return Err(Refusal::new("The mode has been decided, so an investigation is necessary"));
    }
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    if on < matter.received {
        let received = in_words(matter.received);
        let says = format!("The decision must be on or after the day the matter was received ({received})");
        return Err(Refusal::of("on", says));
    }
    if let Some((left, _)) = intake::left(state) {
        return Err(Refusal::new(left.says()));
    }
    if let Some(provision) = chief_officer::bound(state, context).filter(|_| !decided.necessary) {
        return Err(Refusal::new(chief_officer::no_return(&provision)));
    }
    if decided.necessary == decided.back.is_some() {
        return Err(Refusal::of("back", "Choose how the matter goes back to the force"));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, decided: &NeedDecided, event: &Effective) {
    if let Some(on) = event.on {
        let (necessary, back, citation) = (decided.necessary, decided.back, decided.citation.clone());
        state.need = Some(Decided { necessary, back, on, citation });
    }
}
