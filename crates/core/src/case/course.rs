//! The course of the decision on one allegation against one person: what was decided, proposed and
//! directed about it, in the order in which it was.

use serde::{Deserialize, Serialize};

use super::decision::Answer;
use super::mode::Mode;
use super::{Context, State, power};
use crate::day::Day;
use crate::law::id;
use crate::profile::LawOf;

/// What follows for the person: the form of proceedings, or another action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A misconduct hearing.
    MisconductHearing,
    /// A misconduct meeting.
    MisconductMeeting,
    /// An accelerated misconduct hearing.
    AcceleratedHearing,
    /// Unsatisfactory performance procedures.
    Upp,
    /// The reflective practice review process (new scheme).
    Rprp,
    /// Management action (old scheme).
    ManagementAction,
    /// Nothing.
    None,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::MisconductHearing,
        Self::MisconductMeeting,
        Self::AcceleratedHearing,
        Self::Upp,
        Self::Rprp,
        Self::ManagementAction,
        Self::None,
    ];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::MisconductHearing => "misconduct-hearing",
            Self::MisconductMeeting => "misconduct-meeting",
            Self::AcceleratedHearing => "accelerated-hearing",
            Self::Upp => "upp",
            Self::Rprp => "rprp",
            Self::ManagementAction => "management-action",
            Self::None => "none",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::MisconductHearing => "Misconduct hearing",
            Self::MisconductMeeting => "Misconduct meeting",
            Self::AcceleratedHearing => "Accelerated misconduct hearing",
            Self::Upp => "Unsatisfactory performance procedures",
            Self::Rprp => "Reflective practice review process",
            Self::ManagementAction => "Management action",
            Self::None => "No action",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.id() == text)
    }

    /// Whether it is a form of disciplinary proceedings.
    #[must_use]
    pub fn is_disciplinary(self) -> bool {
        matches!(self, Self::MisconductHearing | Self::MisconductMeeting | Self::AcceleratedHearing)
    }

    /// Why it does not go with an answer, if it does not.
    #[must_use]
    pub fn misfit(self, answer: Answer) -> Option<&'static str> {
        match (self, answer) {
            (_, Answer::NotApplicable) if self != Self::None => {
                Some("Proceedings and performance procedures are for police officers who are known")
            }
            (Self::AcceleratedHearing, Answer::Misconduct) => {
                Some("An accelerated hearing is for a case to answer for gross misconduct")
            }
            (form, Answer::None) if form.is_disciplinary() => {
                Some("Disciplinary proceedings need a case to answer for misconduct or gross misconduct")
            }
            _ => None,
        }
    }
}

/// One step of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The authority was asked for its views (new scheme).
    ViewsRequested,
    /// Its views came.
    ViewsReceived,
    /// The time for its views ran out without any.
    ViewsExpired,
    /// It was determined whether there is a case to answer.
    Determined,
    /// The form of proceedings was decided.
    FormDecided,
    /// The authority was asked for its memorandum (old scheme).
    MemorandumRequested,
    /// Its memorandum came.
    MemorandumReceived,
    /// The memorandum was accepted.
    Accepted,
    /// Another answer or other proceedings were recommended.
    Recommended,
    /// The authority accepted the recommendation.
    AuthorityAccepts,
    /// The authority refused it.
    AuthorityRefuses,
    /// Proceedings were directed.
    Directed,
    /// The direction was withdrawn.
    DirectionWithdrawn,
}

impl Step {
    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ViewsRequested => "Views requested",
            Self::ViewsReceived => "Views received",
            Self::ViewsExpired => "Time for views ran out: none were received",
            Self::Determined => "Determined",
            Self::FormDecided => "Form of proceedings decided",
            Self::MemorandumRequested => "Memorandum requested",
            Self::MemorandumReceived => "Memorandum received",
            Self::Accepted => "Memorandum accepted",
            Self::Recommended => "Proceedings recommended",
            Self::AuthorityAccepts => "Recommendation accepted by the authority",
            Self::AuthorityRefuses => "Recommendation refused by the authority",
            Self::Directed => "Proceedings directed",
            Self::DirectionWithdrawn => "Direction withdrawn",
        }
    }
}

/// An answer and what would follow from it, as somebody proposed it.
pub type Proposed = (Answer, Form);

/// What was decided, proposed and directed about one allegation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    /// The steps, in the order of the record.
    pub steps: Vec<(Step, Day)>,
    /// What the authority's memorandum says.
    pub memorandum: Option<Proposed>,
    /// What we recommended instead.
    pub recommended: Option<Proposed>,
    /// What follows for the person, once it stands.
    pub form: Option<(Form, Day)>,
}

impl Course {
    /// The last step.
    #[must_use]
    pub fn at(&self) -> Option<Step> {
        self.steps.last().map(|(step, _)| *step)
    }

    /// The day of the last step.
    #[must_use]
    pub fn since(&self) -> Option<Day> {
        self.steps.last().map(|(_, on)| *on)
    }

    /// Whether disciplinary proceedings were determined and have not been directed since.
    #[must_use]
    pub fn direction_owed(&self) -> bool {
        self.at() == Some(Step::FormDecided) && self.form.is_some_and(|(form, _)| form.is_disciplinary())
    }
}

/// By which path the decision on a report is reached: this follows from the scheme of the matter
/// and from the form of its investigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// The authority's views are sought, then it is determined (Schedule 3, paragraph 23(5A)).
    Views,
    /// The authority decides in a memorandum, which is accepted or followed by a recommendation and
    /// a direction (paragraphs 23(6) to (8) and 27(3) and (4) as they stood).
    Memorandum,
}

impl Path {
    /// The path of a matter; none where the decision is the authority's alone.
    #[must_use]
    pub fn of(state: &State, context: Context<'_>) -> Option<Self> {
        let matter = state.matter.as_ref()?;
        if context.profile.law == LawOf::None || matter.matter.import.is_some() {
            return None;
        }
        let day = state.law_day()?;
        let applies = |rule| context.law.on(rule, day).is_some();
        match state.mode.as_ref()?.mode {
            Mode::Independent | Mode::Directed if applies(id::VIEWS) => Some(Self::Views),
            Mode::Independent | Mode::Managed if applies(id::MEMORANDUM) => Some(Self::Memorandum),
            _ => None,
        }
    }

    /// The rule whose provision describes it.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Views => id::VIEWS,
            Self::Memorandum => id::MEMORANDUM,
        }
    }

    /// Why a step of the other path cannot be taken, with the scheme and its provision; none where
    /// `self` is the path of the matter.
    #[must_use]
    pub fn barred(self, state: &State, context: Context<'_>) -> Option<String> {
        let own = Self::of(state, context);
        if own == Some(self) {
            return None;
        }
        let Some(own) = own else {
            return Some("The decision on this report is the authority's: no views or memorandum are asked for".into());
        };
        let provision = state.law_day().and_then(|day| power::cited(own.rule(), state, context, day));
        let provision = provision.unwrap_or_default();
        let scheme = state.scheme().map_or_else(String::new, |scheme| scheme.regime);
        Some(match own {
            Self::Views => format!(
                "Under the scheme of this matter ({scheme}) the authority's views are sought and then it is determined \
                 ({provision}). There is no memorandum"
            ),
            Self::Memorandum => format!(
                "Under the scheme of this matter ({scheme}) the authority decides first and sends a memorandum \
                 ({provision}). There is no request for views"
            ),
        })
    }
}

/// The forms that the scheme of a matter knows and that go with an answer.
#[must_use]
pub fn forms(state: &State, context: Context<'_>, answer: Answer) -> Vec<Form> {
    let old = Path::of(state, context) == Some(Path::Memorandum);
    let known = |form: &Form| match form {
        Form::Rprp => !old,
        Form::ManagementAction => old,
        _ => true,
    };
    Form::ALL.into_iter().filter(known).filter(|form| form.misfit(answer).is_none()).collect()
}

/// Adds a step to the course of every allegation that is not decided yet.
pub(super) fn step_for_all(state: &mut State, step: Step, on: Day) {
    for allegation in state.allegations.iter_mut().filter(|a| !a.is_decided()) {
        allegation.course.steps.push((step, on));
    }
}

/// Adds a step to the course of one allegation, and gives its course.
pub(super) fn step(state: &mut State, n: u32, step: Step, on: Day) -> Option<&mut super::allegation::Allegation> {
    let allegation = state.allegations.iter_mut().find(|a| a.alleged.n == n)?;
    allegation.course.steps.push((step, on));
    Some(allegation)
}
