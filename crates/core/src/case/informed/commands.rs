//! What may be asked about keeping people informed.

use super::contact::{Way, reached};
use super::{Added, Ended, Method, OutcomeTold, Purpose, Role, UpdateGiven, UpdateWithheld, current};
use crate::case::{Case, Context, Event, Fresh, State, power};
use crate::day::Day;
use crate::law::id;
use crate::refusal::Refusal;

/// The command to keep somebody informed.
#[derive(Debug, Clone)]
pub struct Add {
    /// What they are to the case.
    pub role: Role,
    /// How they agreed to be told.
    pub method: Method,
    /// Whether they wish to be written to in Welsh.
    pub welsh: bool,
    /// From which day.
    pub on: Day,
    /// Their name, as a letter begins with it.
    pub name: String,
}

/// The command to keep somebody informed no longer.
#[derive(Debug, Clone)]
pub struct End {
    /// Their key.
    pub key: String,
    /// From which day.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

/// The command to record that somebody was told of progress.
#[derive(Debug, Clone)]
pub struct GiveUpdate {
    /// Their key.
    pub key: String,
    /// How.
    pub method: Method,
    /// When.
    pub on: Day,
    /// What they were told.
    pub note: String,
    /// Why by a way that was not agreed, where it was not.
    pub despite: String,
}

/// The command to withhold an update: a decision under P.NONDISCLOSE.
#[derive(Debug, Clone)]
pub struct Withhold {
    /// The key of the person.
    pub key: String,
    /// For which purpose.
    pub purpose: Purpose,
    /// From which day.
    pub on: Day,
    /// When it is looked at again.
    pub review_on: Day,
    /// What the real risk of a significant adverse effect is.
    pub reasons: String,
}

/// The command to record that somebody was told of an outcome.
#[derive(Debug, Clone)]
pub struct TellOutcome {
    /// Their key.
    pub key: String,
    /// The outcome: `investigation`, or `proceeding-` and its number.
    pub of: String,
    /// How.
    pub method: Method,
    /// When.
    pub on: Day,
    /// What they were told.
    pub note: String,
    /// Why by a way that was not agreed, where it was not.
    pub despite: String,
}

impl Add {
    pub(in crate::case) fn event(self, case: &Case) -> Fresh {
        // The place of the entry is nobody else's for ever, even when an entry is rescinded.
        let key = format!("k{}", case.version() + 1);
        let added = Added { key, role: self.role, method: self.method, welsh: self.welsh };
        Fresh::new(Event::InformedAdded(added), Some(self.on)).with_words("name", self.name)
    }
}

impl End {
    pub(in crate::case) fn event(self) -> Fresh {
        let ended = Event::InformedEnded(Ended { key: self.key });
        Fresh::new(ended, Some(self.on)).with_words("reasons", self.reasons)
    }
}

impl GiveUpdate {
    pub(in crate::case) fn event(self, state: &State) -> Result<Fresh, Refusal> {
        reached(state, &self.key, Way::of(self.method), self.on, &self.despite)?;
        let given = UpdateGiven { key: self.key, method: self.method, letter: None };
        let fresh = Fresh::new(Event::UpdateGiven(given), Some(self.on)).with_words("note", self.note);
        Ok(fresh.with_words("despite", self.despite))
    }
}

impl Withhold {
    pub(in crate::case) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        current(state, &self.key)?;
        let citation = power::required(id::UPDATE_WITHHOLD, state, context, self.on)?;
        let (key, purpose, review_on) = (self.key, self.purpose, self.review_on);
        let withheld = UpdateWithheld { key, purpose, review_on, citation };
        Ok(Fresh::new(Event::UpdateWithheld(withheld), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl TellOutcome {
    pub(in crate::case) fn event(self, state: &State) -> Result<Fresh, Refusal> {
        reached(state, &self.key, Way::of(self.method), self.on, &self.despite)?;
        let told = OutcomeTold { key: self.key, of: self.of, method: self.method, letter: None };
        let fresh = Fresh::new(Event::OutcomeTold(told), Some(self.on)).with_words("note", self.note);
        Ok(fresh.with_words("despite", self.despite))
    }
}
