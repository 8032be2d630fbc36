//! The authority's views on the report: sought before it is determined whether there is a case to
//! answer (new scheme, Schedule 3, paragraph 23(5A); SI 2020/2, regulation 27).

use serde::{Deserialize, Serialize};

use super::clocks::timer::Start;
use super::clocks::{self, Owner, Task};
use super::course::{self, Path, Step};
use super::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::permit::Action;
use crate::refusal::Refusal;

/// The authority was asked for its views. Our own opinion, which it is told under the special
/// procedure, is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewsRequested {
    /// Whether the special procedure applies to the investigation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub special: bool,
    /// The provision, as it stood.
    pub citation: String,
}

/// The authority's views came. What they are is a personal word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewsReceived {}

/// What a determination made of the authority's views.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Considered {
    /// They were considered.
    Considered,
    /// None were received before the time for them ran out.
    NoneReceived,
}

impl Considered {
    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Considered => "Considered",
            Self::NoneReceived => "None were received in time",
        }
    }
}

/// The commands about views.
#[derive(Debug, Clone)]
pub enum Act {
    /// Seek the authority's views (power P.CTA).
    Request {
        /// The day of the letter.
        on: Day,
        /// Whether the special procedure applies.
        special: bool,
        /// Our own opinion; needed under the special procedure.
        opinion: String,
    },
    /// Record the views that came.
    Receive {
        /// The day on which they came.
        on: Day,
        /// What they are.
        views: String,
    },
}

/// What is known of the views.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Views {
    /// When they were sought.
    pub requested: Option<Day>,
    /// When they came.
    pub received: Option<Day>,
}

/// How it stands with the views on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They have not been sought.
    NotRequested,
    /// They were sought, and may come until a day; none where exceptional circumstances set the limit aside.
    Requested(Option<Day>),
    /// They came on a day.
    Received(Day),
    /// The last day went by, and none had come.
    Expired(Day),
}

/// How it stands with the views at the end of `day`.
#[must_use]
pub fn standing(state: &State, context: Context<'_>, day: Day) -> Standing {
    if let Some(received) = state.views.received.filter(|received| *received <= day) {
        return Standing::Received(received);
    }
    if state.views.requested.is_none_or(|requested| requested > day) {
        return Standing::NotRequested;
    }
    let clock = clocks::of(state, context).into_iter().rfind(|clock| clock.timer.rule == id::VIEWS);
    let due = clock.filter(|clock| clock.timer.excused.is_none()).and_then(|clock| clock.due);
    match due {
        Some(due) if due < day => Standing::Expired(due),
        due => Standing::Requested(due),
    }
}

/// What a determination on a day makes of the views, or why the day has not come.
pub(super) fn weighed(state: &State, context: Context<'_>, on: Day) -> Result<Considered, Refusal> {
    let provision = power::cited(id::VIEWS, state, context, on).unwrap_or_default();
    match standing(state, context, on) {
        Standing::Received(_) => Ok(Considered::Considered),
        Standing::Expired(_) => Ok(Considered::NoneReceived),
        Standing::NotRequested => {
            Err(Refusal::new(format!("Seek the authority's views first. They must be considered ({provision})")))
        }
        Standing::Requested(Some(due)) => {
            let due = in_words(due);
            let says = format!(
                "The authority has until the end of {due} to give its views ({provision}). \
                 Decide once they have come or that day has gone by"
            );
            Err(Refusal::of("on", says))
        }
        Standing::Requested(None) => Err(Refusal::new(format!(
            "Exceptional circumstances keep the authority from giving its views ({provision}). Wait for them, or \
             rescind that entry"
        ))),
    }
}

impl Act {
    pub(super) fn action(&self) -> Action {
        match self {
            Self::Request { .. } => Action::DecideOnReport,
            Self::Receive { .. } => Action::Correspond,
        }
    }

    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        match self {
            Self::Request { on, special, opinion } => {
                if let Some(says) = Path::Views.barred(state, context) {
                    return Err(Refusal::new(says));
                }
                if special && opinion.is_empty() {
                    let says = "Under the special procedure the authority is told our own opinion. Enter it";
                    return Err(Refusal::of("opinion", says));
                }
                let citation = power::required(id::VIEWS, state, context, on)?;
                let event = Event::ViewsRequested(ViewsRequested { special, citation });
                Ok(Fresh::new(event, Some(on)).with_words("opinion", opinion))
            }
            Self::Receive { on, views } => {
                Ok(Fresh::new(Event::ViewsReceived(ViewsReceived {}), Some(on)).with_words("views", views))
            }
        }
    }
}

pub(super) fn lawful(state: &State, event: &Effective) -> Result<(), Refusal> {
    let (Some(report), Some(on)) = (state.report, event.on) else {
        return Err(Refusal::new("The authority gives its views on the final report. Submit it first"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    match (&event.event, state.views.requested) {
        (Event::ViewsRequested(_), Some(_)) => {
            Err(Refusal::new("The authority's views have already been sought. Give it more time instead"))
        }
        (Event::ViewsRequested(_), None) if on < report => {
            let says = format!("They must be sought on or after the day of the final report ({})", in_words(report));
            Err(Refusal::of("on", says))
        }
        (Event::ViewsReceived(_), None) => Err(Refusal::new("The authority's views have not been sought")),
        (Event::ViewsReceived(_), Some(_)) if state.views.received.is_some() => {
            Err(Refusal::new("The authority's views have already been received. Correct that entry instead"))
        }
        (Event::ViewsReceived(_), Some(requested)) if on < requested => {
            let says = format!("They must have come on or after the day they were sought ({})", in_words(requested));
            Err(Refusal::of("on", says))
        }
        _ => Ok(()),
    }
}

pub(super) fn apply(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    match &event.event {
        Event::ViewsRequested(_) => {
            state.views = Views { requested: Some(on), received: None };
            let start = Start::of(id::VIEWS, Owner::Force, "us", Task::DecisionMaker);
            state.timers.start(start, on, event.version);
            course::step_for_all(state, Step::ViewsRequested, on);
        }
        Event::ViewsReceived(_) => {
            state.views.received = Some(on);
            state.timers.stop(id::VIEWS, "", on, event.version);
            course::step_for_all(state, Step::ViewsReceived, on);
        }
        _ => {}
    }
}
