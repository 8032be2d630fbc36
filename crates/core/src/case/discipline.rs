//! What follows a determination: the form of proceedings, and the direction to the authority to
//! bring them (new scheme: Schedule 3, paragraph 23(5A)(b)(ii) and (e) and (5B) to (5D); old scheme:
//! paragraph 27(4), after a recommendation that was refused).

use serde::{Deserialize, Serialize};

use super::course::{self, Form, Path, Step};
use super::memorandum::{settle, stands};
use super::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::permit::Action;
use crate::refusal::Refusal;

/// The form of proceedings was decided. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDecided {
    /// The number of the allegation.
    pub n: u32,
    /// The form, or another action.
    pub form: Form,
    /// The provision, as it stood.
    pub citation: String,
}

/// The authority was directed to bring proceedings. The statement of reasons is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectionGiven {
    /// The number of the allegation.
    pub n: u32,
    /// The provision, as it stood.
    pub citation: String,
}

/// The direction was withdrawn. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectionWithdrawn {
    /// The number of the allegation.
    pub n: u32,
    /// The provision, as it stood.
    pub citation: String,
}

/// What is done about proceedings: always the power P.FORM, and P.OLD_RECOMMEND's direction.
#[derive(Debug, Clone)]
pub struct Act {
    /// What is done.
    pub does: Does,
    /// The number of the allegation.
    pub n: u32,
    /// The day of the decision.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

/// What is done about proceedings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Decide the form (power P.FORM).
    Decide(Form),
    /// Direct the authority (power P.FORM; old scheme P.OLD_DIRECT).
    Direct,
    /// Withdraw the direction (power P.FORM; old scheme P.OLD_DIRECT).
    Withdraw,
}

impl Act {
    #[allow(clippy::unused_self, reason = "as the commands of the other areas")]
    pub(super) fn action(&self) -> Action {
        Action::DecideOnReport
    }

    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        if matches!(self.does, Does::Decide(_))
            && let Some(says) = Path::Views.barred(state, context)
        {
            return Err(Refusal::new(says));
        }
        let citation = power::required(id::DIRECT, state, context, self.on)?;
        let n = self.n;
        let event = match self.does {
            Does::Decide(form) => Event::FormDecided(FormDecided { n, form, citation }),
            Does::Direct => Event::DirectionGiven(DirectionGiven { n, citation }),
            Does::Withdraw => Event::DirectionWithdrawn(DirectionWithdrawn { n, citation }),
        };
        Ok(Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons))
    }
}

pub(super) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date of the decision"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    match &event.event {
        Event::FormDecided(e) => {
            let allegation = state.allegations.iter().find(|a| a.alleged.n == e.n);
            let allegation = allegation.ok_or_else(|| Refusal::of("n", "Choose an allegation of this case"))?;
            let Some((answer, decided)) = allegation.answer else {
                return Err(Refusal::of("n", "Decide first whether there is a case to answer on this allegation"));
            };
            if allegation.course.form.is_some() {
                return Err(Refusal::of("n", "The form of proceedings has already been decided. Correct that entry"));
            }
            if on < decided {
                let says = format!("It must be on or after the decision on the case to answer ({})", in_words(decided));
                return Err(Refusal::of("on", says));
            }
            if let Some(says) = e.form.misfit(answer) {
                return Err(Refusal::of("form", says));
            }
            if !course::forms(state, context, answer).contains(&e.form) {
                return Err(Refusal::of("form", "The scheme of this matter does not know this form"));
            }
            Ok(())
        }
        Event::DirectionGiven(e) => direction(state, e.n, on),
        Event::DirectionWithdrawn(e) => {
            stands(state, e.n, on, &[Some(Step::Directed)], "No direction stands on this allegation")
        }
        _ => Ok(()),
    }
}

/// Whether proceedings may be directed: they were determined, or recommended and refused.
fn direction(state: &State, n: u32, on: Day) -> Result<(), Refusal> {
    let from = [Step::FormDecided, Step::AuthorityRefuses, Step::DirectionWithdrawn].map(Some);
    let says = "Proceedings are directed once their form has been determined or, under the old scheme, once the \
                authority has refused a recommendation";
    stands(state, n, on, &from, says)?;
    let course = state.allegations.iter().find(|a| a.alleged.n == n).map(|a| &a.course);
    let form = course.and_then(|c| c.form.map(|(form, _)| form).or(c.recommended.map(|(_, form)| form)));
    if form.is_none_or(|form| !form.is_disciplinary()) {
        return Err(Refusal::of("n", "There are no disciplinary proceedings to direct on this allegation"));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    match &event.event {
        Event::FormDecided(e) => {
            if let Some(allegation) = course::step(state, e.n, Step::FormDecided, on) {
                allegation.course.form = Some((e.form, on));
            }
        }
        Event::DirectionGiven(e) => {
            if let Some(allegation) = course::step(state, e.n, Step::Directed, on)
                && allegation.answer.is_none()
            {
                let decided = allegation.course.recommended;
                settle(allegation, decided, on);
            }
        }
        Event::DirectionWithdrawn(e) => {
            course::step(state, e.n, Step::DirectionWithdrawn, on);
        }
        _ => {}
    }
}
