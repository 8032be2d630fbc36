//! The commands of a review: an application is received, checked, allocated, decided and followed up.

use super::{
    Allocated, Answered, Applicant, Body, Complaint, Decided, Ended, Ending, Family, Forwarded, Ground, Invalid,
    Invalidated, LateAccepted, Outcome, Papers, PapersNoted, Received, Remedied, Remedy, Review, Sort, Validated,
};
use crate::case::{Case, Context, Event, Fresh, State, power, second};
use crate::day::Day;
use crate::law::id;
use crate::permit::{Action, Permit};
use crate::refusal::Refusal;

/// An application as it came.
#[derive(Debug, Clone)]
pub struct Receive {
    /// What is to be reviewed.
    pub sort: Sort,
    /// In what capacity the applicant applies.
    pub by: Applicant,
    /// The stream of the applicant in the register.
    pub person: Option<String>,
    /// When the applicant was told of the outcome and of the right.
    pub told_on: Day,
    /// With which other body it lay first, from its receipt there until it was forwarded.
    pub lay: Option<(Body, Day, Day)>,
    /// What an appeal against an investigation complains of.
    pub complains: Vec<Complaint>,
    /// Whether the investigation was designated criminal.
    pub criminal: bool,
}

/// A command about an application.
#[derive(Debug, Clone)]
pub struct Act {
    /// The number of the application; one that is received is given its own.
    pub n: u32,
    /// The day.
    pub on: Day,
    /// What is done.
    pub does: Does,
    /// Reasons, or what else there is to say: personal words.
    pub words: String,
}

/// What is done about an application.
#[derive(Debug, Clone)]
pub enum Does {
    /// It is received.
    Receive(Receive),
    /// It is found valid; the ground says why we decide it.
    Validate(Option<Ground>),
    /// It is found invalid.
    Invalidate(Invalid),
    /// It is accepted though it was late: special circumstances make that just (power `P.OUT_OF_TIME`).
    AcceptLate,
    /// It is forwarded to the body that decides it.
    Forward(Body),
    /// The papers were asked for, or came.
    NotePapers(Papers),
    /// It is allocated to somebody who had no part in what is reviewed, by an opaque id.
    Allocate(String),
    /// It is decided (power `P.REVIEW`; for the Victims' Right to Review `P.VRR`).
    Decide(Outcome),
    /// Something follows from it (power `P.REVIEW`; for the kinds of regulation 30 `P.28ZA`).
    Remedy(Remedy),
    /// The force answered the recommendation of that number, and accepts it or not.
    Answer(u32, bool),
    /// It ends.
    End(Ending),
}

impl Act {
    /// The action that a permit must be for.
    #[must_use]
    pub fn action(&self) -> Action {
        match self.does {
            Does::AcceptLate | Does::Allocate(_) | Does::Decide(_) | Does::Remedy(_) => Action::DecideReview,
            _ => Action::HandleReview,
        }
    }

    /// The power of `law/ew/powers.toml` that it uses, where it decides something.
    #[must_use]
    pub fn power(&self, state: &State) -> Option<&'static str> {
        match self.does {
            Does::AcceptLate => Some("P.OUT_OF_TIME"),
            Does::Remedy(remedy) if remedy.is_recommended() => Some("P.28ZA"),
            Does::Decide(_) | Does::Remedy(_) => match state.review(self.n)?.received.sort.family() {
                Family::Victims => Some("P.VRR"),
                Family::Review => Some("P.REVIEW"),
                // The catalogue of powers has none for the appeals of the old scheme.
                Family::Appeal => None,
            },
            _ => None,
        }
    }

    pub(in crate::case) fn event(self, case: &Case, permit: &Permit, context: Context<'_>) -> Result<Fresh, Refusal> {
        let Self { n, on, does, words } = self;
        let state = &case.state;
        let (event, field) = match does {
            Does::Receive(receive) => (receive.event(state), "says"),
            Does::Validate(ground) => (validated(found(state, n)?, ground, state, context, on)?, "note"),
            Does::Invalidate(why) => (Event::ReviewInvalidated(Invalidated { n, why }), "reasons"),
            Does::AcceptLate => {
                let citation = power::required(id::REVIEW_LATE, state, context, on)?;
                let accepted = LateAccepted { n, power: id::REVIEW_LATE.to_owned(), citation };
                (Event::ReviewLateAccepted(accepted), "reasons")
            }
            Does::Forward(to) => (Event::ReviewForwarded(Forwarded { n, to }), "note"),
            Does::NotePapers(step) => (Event::ReviewPapers(PapersNoted { n, step }), "note"),
            Does::Allocate(to) => {
                not_involved(case, found(state, n)?, &to).map_err(|refusal| refusal.about("to"))?;
                (Event::ReviewAllocated(Allocated { n, to }), "note")
            }
            Does::Decide(outcome) => {
                let review = found(state, n)?;
                decided_by(case, review, permit.actor())?;
                let rule = review.received.sort.decided_under();
                let citation = power::required(rule, state, context, on)?;
                (Event::ReviewDecided(Decided { n, outcome, power: rule.to_owned(), citation }), "reasons")
            }
            Does::Remedy(remedy) => {
                let review = found(state, n)?;
                let m = review.remedies.iter().map(|made| made.m).max().unwrap_or(0) + 1;
                let sort = review.received.sort;
                let of_review = remedy.is_recommended() && sort.family() == Family::Review;
                let rule = if of_review { id::REMEDY } else { sort.decided_under() };
                let citation = power::required(rule, state, context, on)?;
                (Event::ReviewRemedied(Remedied { n, m, remedy, citation }), "what")
            }
            Does::Answer(m, accepted) => (Event::ReviewAnswered(Answered { n, m, accepted }), "note"),
            Does::End(how) => (Event::ReviewEnded(Ended { n, how }), "note"),
        };
        Ok(Fresh::new(event, Some(on)).with_words(field, words))
    }
}

impl Receive {
    fn event(self, state: &State) -> Event {
        let n = state.reviews.iter().map(|review| review.received.n).max().unwrap_or(0) + 1;
        let (lay_with, lay_from_on, lay_to_on) = match self.lay {
            Some((body, from, to)) => (Some(body), Some(from), Some(to)),
            None => (None, None, None),
        };
        let received = Received {
            n,
            sort: self.sort,
            by: self.by,
            person: self.person,
            told_on: self.told_on,
            lay_with,
            lay_from_on,
            lay_to_on,
            complains: self.complains,
            criminal: self.criminal,
        };
        Event::ReviewReceived(received)
    }
}

fn found(state: &State, n: u32) -> Result<&Review, Refusal> {
    state.review(n).ok_or_else(|| Refusal::of("n", "Choose an application of this case"))
}

fn validated(
    review: &Review,
    ground: Option<Ground>,
    state: &State,
    context: Context<'_>,
    on: Day,
) -> Result<Event, Refusal> {
    let rule = match review.received.sort.family() {
        Family::Review => id::REVIEW_BODY,
        _ => review.received.sort.decided_under(),
    };
    let citation = power::required(rule, state, context, on)?;
    Ok(Event::ReviewValidated(Validated { n: review.received.n, ground, power: rule.to_owned(), citation }))
}

/// Refuses a reviewer who had a part in what is reviewed: in a review and an appeal, who decided
/// something in the case before the application; in the Victims' Right to Review, who did anything.
fn not_involved(case: &Case, review: &Review, who: &str) -> Result<(), Refusal> {
    if review.received.sort.family() == Family::Victims {
        return second::not_involved(case, who, review.entry);
    }
    let before = case.entries.iter().filter(|entry| entry.version < review.entry && entry.actor == who);
    match before.into_iter().find(|entry| decides(&entry.event)) {
        None => Ok(()),
        Some(entry) => Err(Refusal::new(format!(
            "A review is decided by somebody else than the original decision maker, and this person made the entry: {}",
            entry.event.title()
        ))),
    }
}

/// Whether an entry is a decision that a review may come to look at.
fn decides(event: &Event) -> bool {
    matches!(
        event,
        Event::NeedDecided(_)
            | Event::ModeDecided(_)
            | Event::Discontinued(_)
            | Event::CaseToAnswerDecided(_)
            | Event::ProsecutorDecided(_)
            | Event::ReviewDecided(_)
    )
}

fn decided_by(case: &Case, review: &Review, who: &str) -> Result<(), Refusal> {
    not_involved(case, review, who)?;
    match &review.reviewer {
        Some((reviewer, _)) if reviewer != who => {
            Err(Refusal::new("The review is with another reviewer, who decides it. Have it allocated to you first"))
        }
        _ => Ok(()),
    }
}
