//! What changes hands when the form of an investigation changes: a checklist of what was gathered.
//! Regulation 15 of SI 2020/2 asks for it when an investigation steps down; that it is also kept
//! when one becomes independent is a rule of the house.

use serde::{Deserialize, Serialize};

use super::mode::Mode;
use super::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// What is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// The documentation.
    Documentation,
    /// The evidence.
    Evidence,
}

impl Item {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Documentation, Self::Evidence];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Evidence => "evidence",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Documentation => "The documentation gathered so far",
            Self::Evidence => "The evidence gathered so far",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|i| i.id() == text)
    }
}

/// Part of the handover was made. What it was is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOver {
    /// What was handed over.
    pub item: Item,
    /// The provision, as it stood.
    pub citation: String,
}

/// The command to record part of a handover.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// What was handed over.
    pub item: Item,
    /// The day.
    pub on: Day,
    /// What it was, or that there was nothing to hand over.
    pub what: String,
}

/// A handover that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Whether it comes to us; otherwise it goes to the authority.
    pub to_us: bool,
    /// The day of the decision that asks for it.
    pub since: Day,
    /// What has been handed over, and when.
    pub done: Vec<(Item, Day)>,
}

impl Owed {
    /// What is still to be handed over.
    #[must_use]
    pub fn left(&self) -> Vec<Item> {
        Item::ALL.into_iter().filter(|item| self.done.iter().all(|(done, _)| done != item)).collect()
    }

    /// The rule behind it.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        if self.to_us { id::HANDOVER_TO_US } else { id::HANDOVER }
    }
}

/// The handover that a change of mode asks for.
pub(super) fn owed(before: Mode, after: Mode, since: Day) -> Option<Owed> {
    let to_us = match (before, after) {
        (_, Mode::Independent) => true,
        (Mode::Independent, _) | (Mode::Directed, Mode::Local) => false,
        _ => return None,
    };
    Some(Owed { to_us, since, done: Vec::new() })
}

impl HandOver {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let rule = state.handover.as_ref().map_or(id::HANDOVER, Owed::rule);
        let citation = power::required(rule, state, context, self.on)?;
        let event = Event::HandedOver(HandedOver { item: self.item, citation });
        Ok(Fresh::new(event, Some(self.on)).with_words("what", self.what))
    }
}

pub(super) fn lawful(state: &State, handed: &HandedOver, event: &Effective) -> Result<(), Refusal> {
    let Some(owed) = &state.handover else {
        return Err(Refusal::new("No change of mode asks for a handover"));
    };
    if !owed.left().contains(&handed.item) {
        return Err(Refusal::of("item", "This has already been handed over. Correct that entry instead"));
    }
    match event.on {
        Some(on) if on >= owed.since => Ok(()),
        _ => Err(Refusal::of("on", format!("It must be on or after the change of mode ({})", in_words(owed.since)))),
    }
}

pub(super) fn apply(state: &mut State, handed: &HandedOver, event: &Effective) {
    if let (Some(owed), Some(on)) = (&mut state.handover, event.on) {
        owed.done.push((handed.item, on));
    }
}
