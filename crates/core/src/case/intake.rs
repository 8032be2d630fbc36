//! What can become of a matter besides a decision on need and mode: information is asked for, there
//! is no basis for it, it is withdrawn, or it is combined with another or split (SI 2020/2,
//! regulation 14).

use serde::{Deserialize, Serialize};

use super::mode::Mode;
use super::wish::About;
use super::{Case, Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::permit::Action;
use crate::reference::Reference;
use crate::refusal::Refusal;

/// Information was asked for. What is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InformationRequested {}

/// The information came. What it is is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InformationReceived {}

/// There is no basis in Schedule 3 for the referral. Why is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundInvalid {}

/// The investigation was combined with another one, which goes on. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// The reference of the case that goes on.
    pub into: String,
    /// The provision, as it stood.
    pub citation: String,
}

/// Part of the investigation was split off. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The reference of the case in which that part goes on.
    pub off: String,
    /// The provision, as it stood.
    pub citation: String,
}

/// The commands of intake, each with its words.
#[derive(Debug, Clone)]
pub struct Act {
    /// What is done.
    pub does: Does,
    /// The day.
    pub on: Day,
    /// Why, or what.
    pub reasons: String,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// Ask for information.
    Ask,
    /// Record that it came.
    Receive,
    /// Find that there is no basis for the referral.
    Invalid,
    /// Combine with the case of that reference.
    Merge(Reference),
    /// Split off a part, which goes on in the case of that reference.
    Split(Reference),
}

/// How a matter left the course without a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// The investigation ceased: the public interest does not require it to go on.
    Ceased,
    /// The complaint was withdrawn, and the public interest does not require it to go on.
    Withdrawn,
    /// There was no basis for the referral.
    Invalid,
    /// It was combined with another.
    Merged,
}

impl Left {
    /// Its name in the derived table.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Ceased => "ceased",
            Self::Withdrawn => "withdrawn",
            Self::Invalid => "invalid",
            Self::Merged => "merged",
        }
    }

    /// The sentence that says so, and keeps the case from going on.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Ceased => "The investigation has ceased: the public interest does not require it to go on",
            Self::Withdrawn => "The complaint was withdrawn, and the public interest does not require it to go on",
            Self::Invalid => "There is no basis in Schedule 3 for this referral",
            Self::Merged => "The investigation was combined with another one",
        }
    }
}

/// What is known of intake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intake {
    /// When information was asked for that has not come.
    pub awaiting: Option<Day>,
    /// When it was found that there is no basis.
    pub invalid: Option<Day>,
    /// When, and with which case, it was combined.
    pub merged: Option<(Day, String)>,
    /// The cases in which split parts go on.
    pub split: Vec<(Day, String)>,
}

/// How and when the matter left the course, if it did.
#[must_use]
pub fn left(state: &State) -> Option<(Left, Day)> {
    let intake = &state.intake;
    let ceased = |about: About| state.wish.track(about).decided.filter(|(required, _)| !required).map(|(_, on)| on);
    let merged = intake.merged.as_ref().map(|(on, _)| (Left::Merged, *on));
    let invalid = intake.invalid.map(|on| (Left::Invalid, on));
    let withdrawn = ceased(About::Withdrawal).map(|on| (Left::Withdrawn, on));
    merged.or(invalid).or(withdrawn).or(ceased(About::Resumption).map(|on| (Left::Ceased, on)))
}

impl Act {
    pub(super) fn action(&self) -> Action {
        match self.does {
            Does::Ask | Does::Receive => Action::Correspond,
            Does::Invalid | Does::Merge(_) | Does::Split(_) => Action::DecideMode,
        }
    }

    pub(super) fn event(self, case: &Case, context: Context<'_>) -> Result<Fresh, Refusal> {
        let combine = || power::required(id::COMBINE, &case.state, context, self.on);
        let other = |reference: &Reference| {
            if *reference == case.reference {
                return Err(Refusal::of("other", "Enter the reference of another case"));
            }
            Ok(reference.as_plain().to_owned())
        };
        let event = match &self.does {
            Does::Ask => Event::InformationRequested(InformationRequested {}),
            Does::Receive => Event::InformationReceived(InformationReceived {}),
            Does::Invalid => Event::FoundInvalid(FoundInvalid {}),
            Does::Merge(into) => Event::Merged(Merged { into: other(into)?, citation: combine()? }),
            Does::Split(off) => Event::Split(Split { off: other(off)?, citation: combine()? }),
        };
        Ok(Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons))
    }
}

/// Why intake is over, if it is.
#[must_use]
pub fn over(state: &State) -> Option<&'static str> {
    if state.closed.is_some() {
        return Some("The case is closed");
    }
    if state.mode.is_some() || state.need.is_some() {
        return Some("Need and mode have been decided, so the assessment is over");
    }
    left(state).map(|(left, _)| left.says())
}

/// Why nothing can be combined or split, if nothing can.
#[must_use]
pub fn not_ours(state: &State) -> Option<&'static str> {
    if state.closed.is_some() {
        return Some("The case is closed");
    }
    if let Some((left, _)) = left(state) {
        return Some(left.says());
    }
    if state.report.is_some() {
        return Some("The final report has been submitted");
    }
    let ours = state.mode.as_ref().is_some_and(|m| matches!(m.mode, Mode::Independent | Mode::Directed));
    (!ours).then_some("Only an independent or a directed investigation is combined or split by us")
}

pub(super) fn lawful(state: &State, event: &Effective) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    let barred = match &event.event {
        Event::Merged(_) | Event::Split(_) => not_ours(state),
        _ => over(state),
    };
    if let Some(says) = barred {
        return Err(Refusal::new(says));
    }
    let since = match (&event.event, &state.mode, state.intake.awaiting) {
        (Event::InformationRequested(_), _, Some(_)) => {
            return Err(Refusal::new("Information has already been asked for and has not come"));
        }
        (Event::InformationReceived(_), _, None) => return Err(Refusal::new("No information has been asked for")),
        (Event::InformationReceived(_), _, Some(asked)) => asked,
        (Event::Merged(_) | Event::Split(_), Some(mode), _) => mode.on,
        _ => matter.received,
    };
    if on < since {
        return Err(Refusal::of("on", format!("It must be on or after the step before it ({})", in_words(since))));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    match &event.event {
        Event::InformationRequested(_) => state.intake.awaiting = Some(on),
        Event::InformationReceived(_) => state.intake.awaiting = None,
        Event::FoundInvalid(_) => {
            state.intake.invalid = Some(on);
            state.timers.end(on, event.version);
        }
        Event::Merged(e) => {
            state.intake.merged = Some((on, e.into.clone()));
            state.timers.end(on, event.version);
        }
        Event::Split(e) => state.intake.split.push((on, e.off.clone())),
        _ => {}
    }
}
