//! How a notice is given to the person concerned, and the day on which it counts as given.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::case::{Context, State, power};
use crate::day::Day;
use crate::law::deadline::{Trigger, deemed_given};
use crate::law::{Nation, id};
use crate::refusal::Refusal;

/// A way of giving a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Handed to the person.
    InPerson,
    /// Sent by e-mail or other electronic means.
    Electronic,
    /// Handed over by the police friend, who agreed to it.
    PoliceFriend,
    /// In another way that the person agreed to.
    Agreed,
    /// Left with somebody at the last known address.
    LeftAtAddress,
    /// Posted to the last known address by a recorded or next-day service.
    Posted,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::InPerson, Self::Electronic, Self::PoliceFriend, Self::Agreed, Self::LeftAtAddress, Self::Posted];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::InPerson => "in-person",
            Self::Electronic => "electronic",
            Self::PoliceFriend => "police-friend",
            Self::Agreed => "agreed",
            Self::LeftAtAddress => "left-at-address",
            Self::Posted => "posted",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::InPerson => "Given in person",
            Self::Electronic => "Sent by e-mail or other electronic means",
            Self::PoliceFriend => "Handed over by the police friend, who agreed to it",
            Self::Agreed => "Given in another way that the person agreed to",
            Self::LeftAtAddress => "Left with somebody at the last known address",
            Self::Posted => "Posted to the last known address by a recorded or next-day service",
        }
    }

    /// The method of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.id() == text)
    }

    /// Whether it may be used only where the better ways are not reasonably practicable.
    #[must_use]
    pub fn is_last_resort(self, state: &State, context: Context<'_>) -> bool {
        matches!(self, Self::LeftAtAddress | Self::Posted) && electronic(state, context)
    }
}

/// Whether the law of the matter knows service by e-mail.
fn electronic(state: &State, context: Context<'_>) -> bool {
    power::cited(id::DEEMED_ELECTRONIC, state, context, context.today).is_some()
}

/// The ways that the law of the matter offers.
#[must_use]
pub fn offered(state: &State, context: Context<'_>) -> Vec<Method> {
    let agreed = power::cited(id::NOTICE_TERMS, state, context, context.today).is_some();
    let offers = |method: &Method| match method {
        Method::Electronic => electronic(state, context),
        Method::Agreed => agreed,
        _ => true,
    };
    Method::ALL.into_iter().filter(offers).collect()
}

/// How something was given: the way, and the time of day of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// The way.
    pub method: Method,
    /// The London time at which a message was sent, where it is known.
    pub at: Option<Time>,
}

impl Given {
    /// Refuses a way that the law of the matter does not offer; `why` is what was said of a way of
    /// last resort.
    pub(super) fn check(self, state: &State, context: Context<'_>, on: Day, why: &str) -> Result<(), Refusal> {
        let citation = power::cited(id::NOTICE_MANNER, state, context, on).unwrap_or_default();
        if !offered(state, context).contains(&self.method) {
            let says = format!("The law that applies to this matter does not allow this way ({citation})");
            return Err(Refusal::of("method", says));
        }
        if self.method.is_last_resort(state, context) && why.trim().is_empty() {
            let says = format!(
                "This way is only for when it is not reasonably practicable to give it in person or by e-mail ({citation}). Say why it was not"
            );
            return Err(Refusal::of("why", says));
        }
        Ok(())
    }

    /// The day on which it counts as given, where that is not the day on which it was given or sent.
    #[must_use]
    pub fn deemed(self, state: &State, context: Context<'_>, on: Day) -> Option<Day> {
        let rule = match self.method {
            Method::Electronic => id::DEEMED_ELECTRONIC,
            Method::Posted => id::DEEMED_POST,
            _ => return None,
        };
        let version = context.law.on(rule, state.law_day()?)?;
        let trigger = self.at.map_or_else(|| Trigger::from(on), |time| Trigger::london(on, time));
        let given = deemed_given(version, trigger, context.calendar, Nation::EnglandAndWales)?;
        Some(given.first_day).filter(|day| *day != on)
    }

    /// The time as it is kept.
    pub(super) fn time(self) -> Option<String> {
        self.at.map(|time| time.strftime("%H:%M").to_string())
    }
}
