//! The commands of a recommendation: it is drafted, made, answered, published and followed up.

use super::{
    Answer, Answered, CourtStep, Drafted, Ended, Ending, ExtensionDecided, InCourt, Issued, Listed, Noted, Over,
    Published, Recipient, RepresentationsDecided, Sort, Step, What,
};
use crate::case::{Case, Context, Event, Fresh, State, power};
use crate::day::Day;
use crate::law::id;
use crate::permit::Action;
use crate::refusal::Refusal;

/// A recommendation to be drafted.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What sort.
    pub sort: Sort,
    /// To what sort of body.
    pub to: Recipient,
    /// The name of the recipient.
    pub recipient: String,
    /// The type of matter of regulation 31.
    pub listed: Option<Listed>,
    /// Whether it is made together with the last one drafted, as one set.
    pub together: bool,
}

/// A command about a recommendation.
#[derive(Debug, Clone)]
pub struct Act {
    /// The number of the recommendation; one that is drafted is given its own.
    pub n: u32,
    /// The day.
    pub on: Day,
    /// What is done.
    pub does: Does,
    /// The text, reasons, or what else there is to say: personal words.
    pub words: String,
}

/// What is done about a recommendation.
#[derive(Debug, Clone)]
pub enum Does {
    /// It is drafted.
    Draft(Draft),
    /// A step on the way is noted.
    Note(Step),
    /// It is made (power `P.28A`, `P.28ZA` or `P.S10`).
    Issue,
    /// It is decided on an application for more time, received on the first day: until the second, or
    /// not at all (power `P.28B_EXT`).
    Extend(Day, Option<Day>),
    /// It is answered, perhaps with representations against publishing the answer.
    Answer(Answer, bool),
    /// The respondent is told whether all of the representations are accepted (power `P.28B_WITHHOLD`).
    DecideRepresentations(bool),
    /// It or its answer is published.
    Publish(What),
    /// Judicial review of a decision begins or is over.
    Court(Over, CourtStep),
    /// It ends, perhaps because another takes its place.
    End(Ending, Option<u32>),
}

impl Act {
    /// The action that a permit must be for.
    #[must_use]
    pub fn action(&self) -> Action {
        match self.does {
            Does::Draft(_) | Does::Note(_) => Action::DraftRecommendation,
            Does::Issue
            | Does::Extend(..)
            | Does::DecideRepresentations(_)
            | Does::End(Ending::Withdrawn | Ending::Superseded, _) => Action::DecideRecommendation,
            Does::Answer(..) | Does::Publish(_) | Does::Court(..) | Does::End(..) => Action::FollowRecommendation,
        }
    }

    /// The power of `law/ew/powers.toml` that it uses, where it decides something.
    #[must_use]
    pub fn power(&self, state: &State) -> Option<&'static str> {
        let sort = state.recommendation(self.n).map(|r| r.drafted.sort);
        match self.does {
            Does::Issue => Some(match sort? {
                Sort::Learning => "P.28A",
                Sort::Remedy => "P.28ZA",
                Sort::General | Sort::Early => "P.S10",
            }),
            Does::Extend(..) if sort == Some(Sort::Learning) => Some("P.28B_EXT"),
            Does::DecideRepresentations(_) => Some("P.28B_WITHHOLD"),
            _ => None,
        }
    }

    pub(in crate::case) fn event(self, case: &Case, context: Context<'_>) -> Result<Fresh, Refusal> {
        let Self { n, on, does, words } = self;
        let cited = |rule| power::required(rule, &case.state, context, on);
        let (event, field) = match does {
            Does::Draft(draft) => return Ok(draft.event(case, on, words)),
            Does::Note(step) => (Event::RecommendationNoted(Noted { n, step }), "note"),
            Does::Issue => {
                let rule = sort(case, n)?.made_under();
                let issued = Issued { n, power: rule.to_owned(), citation: cited(rule)? };
                (Event::RecommendationIssued(issued), "note")
            }
            Does::Extend(asked_on, to) => {
                let rule = match sort(case, n)? {
                    Sort::Remedy => id::REMEDY_RESPONSE,
                    _ => id::LEARNING_EXTENSION,
                };
                let decided = ExtensionDecided { n, asked_on, to, citation: cited(rule)? };
                (Event::RecommendationExtension(decided), "reasons")
            }
            Does::Answer(answer, represents) => {
                (Event::RecommendationAnswered(Answered { n, answer, represents }), "note")
            }
            Does::DecideRepresentations(accepted) => {
                let rule = if accepted { id::PUBLISH_RESPONSE } else { id::PUBLISH_AFTER_REJECTION };
                let decided = RepresentationsDecided { n, accepted, citation: cited(rule)? };
                (Event::RecommendationRepresentations(decided), "reasons")
            }
            Does::Publish(what) => (Event::RecommendationPublished(Published { n, what }), "note"),
            Does::Court(over, step) => {
                let rule = match over {
                    Over::Recommendation => id::LEARNING_IN_COURT,
                    Over::Publication => id::PUBLISH_AFTER_COURT,
                };
                (Event::RecommendationInCourt(InCourt { n, over, step, citation: cited(rule)? }), "note")
            }
            Does::End(how, by) => (Event::RecommendationEnded(Ended { n, how, by }), "reasons"),
        };
        Ok(Fresh::new(event, Some(on)).with_words(field, words))
    }
}

impl Draft {
    fn event(self, case: &Case, on: Day, text: String) -> Fresh {
        let all = &case.state.recommendations;
        let n = all.iter().map(|r| r.drafted.n).max().unwrap_or(0) + 1;
        let last = all.iter().map(|r| r.drafted.set).max().unwrap_or(0);
        let set = if self.together && last > 0 { last } else { last + 1 };
        let drafted = Drafted { n, set, sort: self.sort, to: self.to, listed: self.listed };
        Fresh::new(Event::RecommendationDrafted(drafted), Some(on))
            .with_words("recipient", self.recipient)
            .with_words("text", text)
    }
}

fn sort(case: &Case, n: u32) -> Result<Sort, Refusal> {
    let found = case.state.recommendation(n).map(|r| r.drafted.sort);
    found.ok_or_else(|| Refusal::of("n", "Choose a recommendation of this case"))
}
