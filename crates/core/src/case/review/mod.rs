//! Reviews of what became of a matter: of the outcome of a complaint that a force handled (paragraphs
//! 6A and 25 of Schedule 3), the appeals of the old scheme in their place, and the Victims' Right to
//! Review (domain brief 6.1 to 6.3 and 11.5).
//!
//! An application lives in the case of the complaint it is about. `review.validated` and
//! `review.late-accepted` hold the provision as it stood; what a decision rests on is personal words.

pub mod acts;
mod choices;
mod follow;
mod lawful;

pub use acts::{Act, Does};
pub use choices::{Applicant, Body, Complaint, Ending, Family, Ground, Invalid, Outcome, Papers, Remedy, Sort};
pub(super) use follow::apply;
pub(super) use lawful::lawful;
pub use lawful::{may_receive, remedies};

use serde::{Deserialize, Serialize};

use super::Context;
use super::State;
use super::clocks::{self, Standing};
use crate::day::Day;

/// An application was received. Who made it is known by an opaque key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// Its number within the case, from 1.
    pub n: u32,
    /// What is to be reviewed.
    pub sort: Sort,
    /// In what capacity the applicant applies.
    pub by: Applicant,
    /// The stream of the applicant, where the person is in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// When the applicant was told of the outcome and of the right; for an appeal, the date of the letter.
    pub told_on: Day,
    /// With which other body it lay first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lay_with: Option<Body>,
    /// When that body received it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lay_from_on: Option<Day>,
    /// When that body forwarded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lay_to_on: Option<Day>,
    /// What an appeal against an investigation complains of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complains: Vec<Complaint>,
    /// Whether the investigation was designated criminal, for the Victims' Right to Review.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub criminal: bool,
}

/// An application was found to be valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validated {
    /// The number of the application.
    pub n: u32,
    /// Why we are the body that decides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// An application was found to be invalid. Why in full is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invalidated {
    /// The number of the application.
    pub n: u32,
    /// Why.
    pub why: Invalid,
}

/// An application made too late was accepted. The special circumstances are a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateAccepted {
    /// The number of the application.
    pub n: u32,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// An application was forwarded to the body that decides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forwarded {
    /// The number of the application.
    pub n: u32,
    /// To whom.
    pub to: Body,
}

/// The papers of the case were asked for, or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PapersNoted {
    /// The number of the application.
    pub n: u32,
    /// Which of the two.
    pub step: Papers,
}

/// A review was allocated to a reviewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocated {
    /// The number of the application.
    pub n: u32,
    /// The reviewer, as an opaque id.
    pub to: String,
}

/// A review was decided. The reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// The number of the application.
    pub n: u32,
    /// How.
    pub outcome: Outcome,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// Something was done, or recommended, because a review was upheld. What exactly is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedied {
    /// The number of the application.
    pub n: u32,
    /// The number of the remedy within the review, from 1.
    pub m: u32,
    /// What kind.
    pub remedy: Remedy,
    /// The provision as it stood.
    pub citation: String,
}

/// The force answered a recommendation made on a review. Its steps or reasons are a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The number of the application.
    pub n: u32,
    /// The number of the remedy.
    pub m: u32,
    /// Whether it accepts the recommendation.
    pub accepted: bool,
}

/// A review ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The number of the application.
    pub n: u32,
    /// How.
    pub how: Ending,
}

/// A remedy as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its number within the review.
    pub m: u32,
    /// What kind.
    pub remedy: Remedy,
    /// When it was made.
    pub on: Day,
    /// Whether it was accepted, and when that was said.
    pub answered: Option<(bool, Day)>,
}

/// An application as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// As it was received.
    pub received: Received,
    /// When it was.
    pub on: Day,
    /// The entry that says so.
    pub entry: u64,
    /// When it was accepted though it was late.
    pub late_accepted: Option<Day>,
    /// When it was found to be valid, and why we decide it.
    pub valid: Option<(Option<Ground>, Day)>,
    /// When it was found to be invalid, and why.
    pub invalid: Option<(Invalid, Day)>,
    /// To whom it was forwarded, and when.
    pub forwarded: Option<(Body, Day)>,
    /// The papers, each time they were asked for or came.
    pub papers: Vec<(Papers, Day)>,
    /// The reviewer, and since when.
    pub reviewer: Option<(String, Day)>,
    /// How it was decided, and when.
    pub decided: Option<(Outcome, Day)>,
    /// What was done because it was upheld.
    pub remedies: Vec<Made>,
    /// How it ended, and when.
    pub ended: Option<(Ending, Day)>,
    /// The day of the last entry about it.
    pub last: Day,
}

impl Review {
    /// Its opaque key: which of several things a clock is about.
    #[must_use]
    pub fn key(&self) -> String {
        key(self.received.n)
    }

    /// The day on which the application counts as made: when another body forwarded it, or else when
    /// we received it.
    #[must_use]
    pub fn made(&self) -> Day {
        self.received.lay_to_on.unwrap_or(self.on)
    }

    /// Whether it was made in time, the time with the wrong body left out; also where no time is set.
    #[must_use]
    pub fn in_time(&self, state: &State, context: Context<'_>) -> bool {
        let clock = clocks::of(state, context)
            .into_iter()
            .find(|c| c.timer.rule == self.received.sort.applies_by() && c.timer.about == self.key());
        clock.is_some_and(|c| matches!(c.standing(context.today), Standing::Met | Standing::NoLimit))
    }

    /// The recommendations that wait for an answer.
    pub fn unanswered(&self) -> impl Iterator<Item = &Made> {
        self.remedies.iter().filter(|made| made.remedy.is_recommended() && made.answered.is_none())
    }

    /// Where it stands, in a few words.
    #[must_use]
    pub fn standing(&self) -> String {
        if let Some((how, _)) = self.ended {
            return how.label().to_owned();
        }
        if let Some((body, _)) = self.forwarded {
            return format!("Forwarded to {}", body.to_label());
        }
        if let Some((why, _)) = self.invalid {
            return format!("Not valid: {}", why.label().to_lowercase());
        }
        if let Some((outcome, _)) = self.decided {
            let waits = if self.unanswered().next().is_some() { ", an answer of the force is due" } else { "" };
            return format!("{}{waits}", outcome.label());
        }
        match (&self.valid, &self.reviewer, self.papers.last()) {
            (None, ..) => "Received, to be checked".to_owned(),
            (_, Some(_), _) => "With the reviewer".to_owned(),
            (_, None, Some((Papers::Requested, _))) => "Valid, waiting for the papers".to_owned(),
            (_, None, _) => "Valid, to be allocated".to_owned(),
        }
    }
}

/// The opaque key of the application with that number.
pub(super) fn key(n: u32) -> String {
    format!("review-{n}")
}

/// The opaque key of one of its remedies.
pub(super) fn remedy_key(n: u32, m: u32) -> String {
    format!("review-{n}-{m}")
}

impl State {
    /// The application with that number.
    #[must_use]
    pub fn review(&self, n: u32) -> Option<&Review> {
        self.reviews.iter().find(|review| review.received.n == n)
    }
}
