//! The old scheme's path to a decision on the report: the authority decides and sends a memorandum;
//! it is accepted, or another answer is recommended, which the authority accepts or refuses
//! (Schedule 3, paragraphs 23(6) to (8) and 27(3), before 1 February 2020). The direction that may
//! follow a refusal is in [`super::discipline`].

use serde::{Deserialize, Serialize};

use super::clocks::timer::Start;
use super::clocks::{Owner, Task};
use super::course::{self, Form, Path, Step};
use super::decision::Answer;
use super::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::permit::Action;
use crate::refusal::Refusal;

/// The authority was told that it must decide and send its memorandum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemorandumRequested {
    /// The day on which the authority received the report, from which the officer is owed an explanation.
    pub report_on: Day,
    /// The provision, as it stood.
    pub citation: String,
}

/// The authority's memorandum came. What it says on one allegation; its reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemorandumReceived {
    /// The number of the allegation.
    pub n: u32,
    /// The authority's answer.
    pub answer: Answer,
    /// What it will do.
    pub form: Form,
}

/// The memorandum was accepted on one allegation. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemorandumAccepted {
    /// The number of the allegation.
    pub n: u32,
    /// The provision, as it stood.
    pub citation: String,
}

/// Another answer, or proceedings of a stated form, were recommended. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProceedingsRecommended {
    /// The number of the allegation.
    pub n: u32,
    /// The answer that is recommended.
    pub answer: Answer,
    /// The form that is recommended.
    pub form: Form,
    /// The provision, as it stood.
    pub citation: String,
}

/// The authority answered the recommendation. What it says is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecommendationAnswered {
    /// The number of the allegation.
    pub n: u32,
    /// Whether it accepts.
    pub accepts: bool,
}

/// The commands of this path.
#[derive(Debug, Clone)]
pub enum Act {
    /// Tell the authority that it must decide (power P.OLD_MEMO).
    Request {
        /// The day of the letter.
        on: Day,
        /// The day on which it received the report.
        report_on: Day,
    },
    /// Record what the memorandum says on one allegation.
    Receive {
        /// The number of the allegation.
        n: u32,
        /// The day on which it came.
        on: Day,
        /// The authority's answer.
        answer: Answer,
        /// What it will do.
        form: Form,
        /// What it says.
        says: String,
    },
    /// Accept the memorandum on one allegation (power P.OLD_MEMO).
    Accept {
        /// The number of the allegation.
        n: u32,
        /// The day of the decision.
        on: Day,
        /// Why.
        reasons: String,
    },
    /// Recommend another answer (power P.OLD_RECOMMEND).
    Recommend {
        /// The number of the allegation.
        n: u32,
        /// The day of the decision.
        on: Day,
        /// The answer that is recommended.
        answer: Answer,
        /// The form that is recommended.
        form: Form,
        /// Why.
        reasons: String,
    },
    /// Record the authority's answer to the recommendation.
    Answer {
        /// The number of the allegation.
        n: u32,
        /// The day on which it came.
        on: Day,
        /// Whether it accepts.
        accepts: bool,
        /// What it says.
        says: String,
    },
}

impl Act {
    pub(super) fn action(&self) -> Action {
        match self {
            Self::Request { .. } | Self::Accept { .. } | Self::Recommend { .. } => Action::DecideOnReport,
            Self::Receive { .. } | Self::Answer { .. } => Action::Correspond,
        }
    }

    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        if let Some(says) = Path::Memorandum.barred(state, context) {
            return Err(Refusal::new(says));
        }
        let fresh = match self {
            Self::Request { on, report_on } => {
                let citation = power::required(id::MEMORANDUM, state, context, on)?;
                Fresh::new(Event::MemorandumRequested(MemorandumRequested { report_on, citation }), Some(on))
            }
            Self::Receive { n, on, answer, form, says } => {
                let event = Event::MemorandumReceived(MemorandumReceived { n, answer, form });
                Fresh::new(event, Some(on)).with_words("says", says)
            }
            Self::Accept { n, on, reasons } => {
                let citation = power::required(id::CASE_TO_ANSWER, state, context, on)?;
                let event = Event::MemorandumAccepted(MemorandumAccepted { n, citation });
                Fresh::new(event, Some(on)).with_words("reasons", reasons)
            }
            Self::Recommend { n, on, answer, form, reasons } => {
                let citation = power::required(id::DIRECT, state, context, on)?;
                let event = ProceedingsRecommended { n, answer, form, citation };
                Fresh::new(Event::ProceedingsRecommended(event), Some(on)).with_words("reasons", reasons)
            }
            Self::Answer { n, on, accepts, says } => {
                let event = Event::AuthorityAnswered(RecommendationAnswered { n, accepts });
                Fresh::new(event, Some(on)).with_words("says", says)
            }
        };
        Ok(fresh)
    }
}

pub(super) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let (Some(report), Some(on)) = (state.report, event.on) else {
        return Err(Refusal::new("The authority decides on the final report. Submit it first"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    match &event.event {
        Event::MemorandumRequested(_) if state.memorandum.is_some() => {
            Err(Refusal::new("The authority's memorandum has already been requested"))
        }
        Event::MemorandumRequested(e) if e.report_on < report || e.report_on > on => Err(Refusal::of(
            "report_on",
            "The authority must have received the report between the day it was submitted and the day of the request",
        )),
        Event::MemorandumRequested(_) if on < report => {
            let says = format!("It must be requested on or after the day of the final report ({})", in_words(report));
            Err(Refusal::of("on", says))
        }
        Event::MemorandumReceived(e) => {
            let Some(requested) = state.memorandum else {
                return Err(Refusal::new("The authority's memorandum has not been requested"));
            };
            if on < requested {
                let requested = in_words(requested);
                let says = format!("It must have come on or after the day it was requested ({requested})");
                return Err(Refusal::of("on", says));
            }
            fits(state, context, e.answer, e.form)?;
            stands(state, e.n, on, &[None, Some(Step::MemorandumRequested)], "The memorandum has already been received")
        }
        Event::MemorandumAccepted(e) => {
            let from = [Step::MemorandumReceived, Step::AuthorityRefuses].map(Some);
            stands(state, e.n, on, &from, "This is decided on the authority's memorandum")
        }
        Event::ProceedingsRecommended(e) => {
            stands(state, e.n, on, &[Some(Step::MemorandumReceived)], "This is decided on the authority's memorandum")?;
            fits(state, context, e.answer, e.form)?;
            let same =
                state.allegations.iter().any(|a| a.alleged.n == e.n && a.course.memorandum == Some((e.answer, e.form)));
            if same {
                Err(Refusal::new("The authority's memorandum already says this. Accept it instead"))
            } else {
                Ok(())
            }
        }
        Event::AuthorityAnswered(e) => {
            stands(state, e.n, on, &[Some(Step::Recommended)], "Nothing has been recommended on this allegation")
        }
        _ => Ok(()),
    }
}

/// Whether an answer and a form go together under the scheme of the matter.
fn fits(state: &State, context: Context<'_>, answer: Answer, form: Form) -> Result<(), Refusal> {
    if let Some(says) = form.misfit(answer) {
        return Err(Refusal::of("form", says));
    }
    if !course::forms(state, context, answer).contains(&form) {
        return Err(Refusal::of("form", "The scheme of this matter does not know this form"));
    }
    Ok(())
}

/// Whether an allegation of that number has come as far as one of the steps and no further.
pub(super) fn stands(state: &State, n: u32, on: Day, at: &[Option<Step>], says: &str) -> Result<(), Refusal> {
    let allegation = state.allegations.iter().find(|a| a.alleged.n == n);
    let course = &allegation.ok_or_else(|| Refusal::of("n", "Choose an allegation of this case"))?.course;
    if !at.contains(&course.at()) {
        let stood = course.at().map_or("nothing has been recorded yet", Step::label);
        return Err(Refusal::of("n", format!("{says}. It stands at: {}", lower_first(stood))));
    }
    match course.since() {
        Some(since) if on < since => {
            Err(Refusal::of("on", format!("It must be on or after the step before it ({})", in_words(since))))
        }
        _ => Ok(()),
    }
}

fn lower_first(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_lowercase(), letters.as_str()))
}

pub(super) fn apply(state: &mut State, event: &Effective) {
    let (Some(on), by) = (event.on, event.version) else { return };
    match &event.event {
        Event::MemorandumRequested(e) => {
            state.memorandum = Some(on);
            let memorandum = Start::of(id::MEMORANDUM, Owner::Force, "us", Task::DecisionMaker);
            state.timers.start(memorandum, on, by);
            let explain = Start::of(id::EXPLAIN_DELAY, Owner::Force, "the officer", Task::Supervisor);
            state.timers.start(explain, e.report_on, by);
            course::step_for_all(state, Step::MemorandumRequested, on);
        }
        Event::MemorandumReceived(e) => {
            if let Some(allegation) = course::step(state, e.n, Step::MemorandumReceived, on) {
                allegation.course.memorandum = Some((e.answer, e.form));
            }
            if state.allegations.iter().all(|a| a.is_decided() || a.course.memorandum.is_some()) {
                state.timers.stop(id::MEMORANDUM, "", on, by);
                state.timers.stop(id::EXPLAIN_DELAY, "", on, by);
            }
        }
        Event::MemorandumAccepted(e) => {
            if let Some(allegation) = course::step(state, e.n, Step::Accepted, on) {
                let decided = allegation.course.memorandum;
                settle(allegation, decided, on);
            }
        }
        Event::ProceedingsRecommended(e) => {
            if let Some(allegation) = course::step(state, e.n, Step::Recommended, on) {
                allegation.course.recommended = Some((e.answer, e.form));
            }
            let answer = Start::of(id::PROCEEDINGS_ANSWER, Owner::Force, "us", Task::DecisionMaker);
            state.timers.start(answer.about(&e.n.to_string()), on, by);
        }
        Event::AuthorityAnswered(e) => {
            state.timers.stop(id::PROCEEDINGS_ANSWER, &e.n.to_string(), on, by);
            let next = if e.accepts { Step::AuthorityAccepts } else { Step::AuthorityRefuses };
            if let Some(allegation) = course::step(state, e.n, next, on).filter(|_| e.accepts) {
                let decided = allegation.course.recommended;
                settle(allegation, decided, on);
            }
        }
        _ => {}
    }
}

/// Lets an answer and a form stand.
pub(super) fn settle(allegation: &mut super::allegation::Allegation, decided: Option<course::Proposed>, on: Day) {
    if let Some((answer, form)) = decided {
        allegation.answer = Some((answer, on));
        allegation.course.form = Some((form, on));
    }
}
