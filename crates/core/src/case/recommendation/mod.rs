//! Recommendations: under paragraph 28A, which must be published and answered; to remedy a complaint;
//! general advice under section 10; and early learning (domain brief 7 and 11.6).
//!
//! The text and the name of the recipient are personal words; the chain holds what sort of body it is.

pub mod acts;
mod choices;
mod follow;
mod lawful;

pub use acts::{Act, Does};
pub use choices::{Answer, CourtStep, Ending, Listed, Over, Recipient, Sort, Step, What};
pub(super) use follow::apply;
pub(super) use lawful::lawful;
pub use lawful::{may_draft, recipient_allowed};

use serde::{Deserialize, Serialize};

use super::{Context, State, clocks};
use crate::day::Day;
use crate::law::id;

/// A recommendation was drafted. Its text and the name of its recipient are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drafted {
    /// Its number within the case, from 1.
    pub n: u32,
    /// The set with which it is made, from 1: those made together count as one set.
    pub set: u32,
    /// What sort.
    pub sort: Sort,
    /// To what sort of body.
    pub to: Recipient,
    /// The type of matter of regulation 31 that lets it go to others than the appropriate authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<Listed>,
}

/// A step on the way, besides the ones that have an entry of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// The number of the recommendation.
    pub n: u32,
    /// Which step.
    pub step: Step,
}

/// A recommendation was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// The number of the recommendation.
    pub n: u32,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// It was decided whether there is more time for the answer. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionDecided {
    /// The number of the recommendation.
    pub n: u32,
    /// When the application for more time was received.
    pub asked_on: Day,
    /// The last day from then on; none where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// The provision as it stood.
    pub citation: String,
}

/// The answer was received. What it says is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The number of the recommendation.
    pub n: u32,
    /// What it says.
    pub answer: Answer,
    /// Whether it came with representations against being published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub represents: bool,
}

/// The respondent was told what was decided on the representations. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepresentationsDecided {
    /// The number of the recommendation.
    pub n: u32,
    /// Whether all of them were accepted.
    pub accepted: bool,
    /// The provision as it stood.
    pub citation: String,
}

/// The recommendation or its answer was published, and sent to those who are to have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The number of the recommendation.
    pub n: u32,
    /// Which of the two.
    pub what: What,
}

/// Judicial review began, or is no longer in progress from the entry's day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InCourt {
    /// The number of the recommendation.
    pub n: u32,
    /// Of which decision.
    pub over: Over,
    /// Which of the two, and for the end what the court said of the decision.
    pub step: CourtStep,
    /// The provision as it stood.
    pub citation: String,
}

/// A recommendation came to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The number of the recommendation.
    pub n: u32,
    /// How.
    pub how: Ending,
    /// The recommendation that takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<u32>,
}

/// A recommendation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// As it was drafted.
    pub drafted: Drafted,
    /// When it was.
    pub on: Day,
    /// The entry that says so, which holds its text.
    pub entry: u64,
    /// The steps on the way, each with its day.
    pub steps: Vec<(Step, Day)>,
    /// When it was made.
    pub issued: Option<Day>,
    /// When it was decided on more time: until when, if any was given.
    pub extensions: Vec<(Day, Option<Day>)>,
    /// The answer, and when it was received.
    pub answered: Option<(Answer, Day)>,
    /// Whether representations against publishing wait for a decision, or whether all were accepted.
    pub representations: Option<Representations>,
    /// What was published, and when.
    pub published: Vec<(What, Day)>,
    /// The judicial review that is in progress, and since when.
    pub in_court: Option<(Over, Day)>,
    /// How it ended, and when.
    pub ended: Option<(Ending, Day)>,
    /// The day of the last entry about it.
    pub last: Day,
}

/// What became of representations against publishing an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representations {
    /// They wait for a decision.
    Waiting,
    /// All were accepted, and the respondent was told on that day.
    Accepted(Day),
    /// Some were rejected, and the respondent was told on that day.
    Rejected(Day),
}

impl Recommendation {
    /// Its opaque key: which of several things a clock is about.
    #[must_use]
    pub fn key(&self) -> String {
        key(self.drafted.n)
    }

    /// Whether the law asks for an answer to it.
    #[must_use]
    pub fn must_be_answered(&self) -> bool {
        self.drafted.sort.answered_under().is_some()
    }

    /// Whether a step was taken.
    #[must_use]
    pub fn has(&self, step: Step) -> bool {
        self.steps.iter().any(|(taken, _)| *taken == step)
    }

    /// Whether it was published, or its answer.
    #[must_use]
    pub fn is_published(&self, what: What) -> bool {
        self.published.iter().any(|(published, _)| *published == what)
    }

    /// Whether nothing more is owed by or to us under the law.
    #[must_use]
    pub fn is_done(&self) -> bool {
        if self.ended.is_some() {
            return true;
        }
        let answered = self.answered.is_some() || !self.must_be_answered();
        let published = self.drafted.sort != Sort::Learning || self.is_published(What::Answer);
        self.issued.is_some() && answered && published
    }

    /// The last day for the answer, if the law sets one.
    #[must_use]
    pub fn answer_due(&self, state: &State, context: Context<'_>) -> Option<Day> {
        let rule = self.drafted.sort.answered_under()?;
        let all = clocks::of(state, context).into_iter();
        all.filter(|c| c.timer.rule == rule && c.timer.about == self.key()).find_map(|c| c.due)
    }

    /// Whether the answer is overdue at the end of `today`.
    #[must_use]
    pub fn is_overdue(&self, state: &State, context: Context<'_>) -> bool {
        let waits = self.answered.is_none() && self.ended.is_none() && self.in_court.is_none();
        waits && self.answer_due(state, context).is_some_and(|due| context.today > due)
    }

    /// Where it stands, in a few words.
    #[must_use]
    pub fn standing(&self, state: &State, context: Context<'_>) -> &'static str {
        match (&self.ended, &self.answered, self.issued) {
            (Some((how, _)), ..) => how.label(),
            (None, Some(_), _) if self.has(Step::FollowedUp) => "Followed up",
            (None, Some(_), _) if self.is_published(What::Answer) => "Answer published",
            (None, Some((answer, _)), _) => answer.label(),
            (None, None, Some(_)) if self.in_court.is_some() => "Before the court",
            (None, None, Some(_)) if self.is_overdue(state, context) => "Answer overdue",
            (None, None, Some(_)) if self.must_be_answered() => "Made, answer due",
            (None, None, Some(_)) => "Made",
            (None, None, None) if self.has(Step::LegalCheck) => "Drafted and checked",
            (None, None, None) => "Drafted",
        }
    }
}

/// The opaque key of the recommendation with that number.
pub(super) fn key(n: u32) -> String {
    format!("recommendation-{n}")
}

/// How many recommendations were made in a case: each one, and the sets in which they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Recommendations, each counted.
    pub made: usize,
    /// Sets of them.
    pub sets: usize,
}

impl State {
    /// The recommendation with that number.
    #[must_use]
    pub fn recommendation(&self, n: u32) -> Option<&Recommendation> {
        self.recommendations.iter().find(|r| r.drafted.n == n)
    }

    /// How many recommendations were made: those only drafted do not count, and those withdrawn or
    /// superseded afterwards do.
    #[must_use]
    pub fn recommendations_made(&self) -> Counts {
        let made: Vec<u32> =
            self.recommendations.iter().filter(|r| r.issued.is_some()).map(|r| r.drafted.set).collect();
        let sets: std::collections::BTreeSet<u32> = made.iter().copied().collect();
        Counts { made: made.len(), sets: sets.len() }
    }
}

impl Sort {
    /// The rule that says by when it must be answered; none where nobody has to answer.
    #[must_use]
    pub fn answered_under(self) -> Option<&'static str> {
        match self {
            Self::Learning => Some(id::LEARNING_RESPONSE),
            Self::Remedy => Some(id::REMEDY_RESPONSE),
            Self::General | Self::Early => None,
        }
    }

    /// The rule that gives the power to make it.
    #[must_use]
    pub fn made_under(self) -> &'static str {
        match self {
            Self::Learning => id::LEARNING,
            Self::Remedy => id::REMEDY,
            Self::General | Self::Early => id::ADVICE,
        }
    }
}
