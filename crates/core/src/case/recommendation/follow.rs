//! What an entry about a recommendation changes, and the clocks that follow it.

use super::{CourtStep, InCourt, Over, Recommendation, Representations, Sort, What, key};
use crate::case::clocks::timer::{Owner, Start, Task};
use crate::case::{Effective, Event, State};
use crate::day::Day;
use crate::law::id;

/// Takes in an entry about a recommendation.
pub(in crate::case) fn apply(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    if let Event::RecommendationDrafted(e) = &event.event {
        state.recommendations.push(Recommendation {
            drafted: e.clone(),
            on,
            entry: event.version,
            steps: Vec::new(),
            issued: None,
            extensions: Vec::new(),
            answered: None,
            representations: None,
            published: Vec::new(),
            in_court: None,
            ended: None,
            last: on,
        });
        return;
    }
    let Some(n) = number(&event.event) else { return };
    clocks(state, &event.event, on, event.version);
    let Some(r) = state.recommendations.iter_mut().find(|r| r.drafted.n == n) else { return };
    r.last = r.last.max(on);
    match &event.event {
        Event::RecommendationNoted(e) => r.steps.push((e.step, on)),
        Event::RecommendationIssued(_) => r.issued = Some(on),
        Event::RecommendationExtension(e) => r.extensions.push((on, e.to)),
        Event::RecommendationAnswered(e) => {
            r.answered = Some((e.answer, on));
            r.representations = e.represents.then_some(Representations::Waiting);
        }
        Event::RecommendationRepresentations(e) => {
            let told = if e.accepted { Representations::Accepted(on) } else { Representations::Rejected(on) };
            r.representations = Some(told);
        }
        Event::RecommendationPublished(e) => r.published.push((e.what, on)),
        Event::RecommendationInCourt(e) => {
            r.in_court = (e.step == CourtStep::Started).then_some((e.over, on));
        }
        Event::RecommendationEnded(e) => r.ended = Some((e.how, on)),
        _ => {}
    }
}

/// The number of the recommendation that an entry is about.
pub(super) fn number(event: &Event) -> Option<u32> {
    Some(match event {
        Event::RecommendationDrafted(e) => e.n,
        Event::RecommendationNoted(e) => e.n,
        Event::RecommendationIssued(e) => e.n,
        Event::RecommendationExtension(e) => e.n,
        Event::RecommendationAnswered(e) => e.n,
        Event::RecommendationRepresentations(e) => e.n,
        Event::RecommendationPublished(e) => e.n,
        Event::RecommendationInCourt(e) => e.n,
        Event::RecommendationEnded(e) => e.n,
        _ => return None,
    })
}

fn clocks(state: &mut State, event: &Event, on: Day, by: u64) {
    let Some(n) = number(event) else { return };
    let Some(sort) = state.recommendation(n).map(|r| r.drafted.sort) else { return };
    let about = key(n);
    match event {
        Event::RecommendationIssued(_) => {
            if let Some(rule) = sort.answered_under() {
                let owner = if sort == Sort::Remedy { Owner::Force } else { Owner::Recipient };
                state.timers.start(Start::of(rule, owner, "us", Task::DecisionMaker).about(&about), on, by);
            }
        }
        Event::RecommendationExtension(e) => {
            if let (Some(rule), Some(to)) = (sort.answered_under(), e.to) {
                for timer in state.timers.running(rule, &about) {
                    timer.extended = Some((to, by));
                }
            }
        }
        Event::RecommendationAnswered(_) => {
            if let Some(rule) = sort.answered_under() {
                state.timers.stop(rule, &about, on, by);
            }
            if sort == Sort::Learning {
                state.timers.start(publish(id::PUBLISH_RESPONSE, &about), on, by);
            }
        }
        Event::RecommendationRepresentations(e) if !e.accepted => {
            state.timers.fall(id::PUBLISH_RESPONSE, &about, on, by);
            state.timers.start(publish(id::PUBLISH_AFTER_REJECTION, &about), on, by);
        }
        Event::RecommendationPublished(e) if e.what == What::Answer => {
            for rule in [id::PUBLISH_RESPONSE, id::PUBLISH_AFTER_REJECTION, id::PUBLISH_AFTER_COURT] {
                state.timers.stop(rule, &about, on, by);
            }
        }
        Event::RecommendationInCourt(e) => in_court(state, e, &about, on, by),
        Event::RecommendationEnded(_) => {
            let rules = [
                id::LEARNING_RESPONSE,
                id::REMEDY_RESPONSE,
                id::PUBLISH_RESPONSE,
                id::PUBLISH_AFTER_REJECTION,
                id::PUBLISH_AFTER_COURT,
            ];
            for rule in rules {
                state.timers.fall(rule, &about, on, by);
            }
        }
        _ => {}
    }
}

fn publish(rule: &'static str, about: &str) -> Start {
    Start::of(rule, Owner::Us, "the public", Task::Lead).about(about)
}

/// The period for the answer stands still while judicial review of the recommendation is in progress.
/// Nothing is published while that of the rejected representations is, and seven days are left after it.
fn in_court(state: &mut State, court: &InCourt, about: &str, on: Day, by: u64) {
    match (court.over, court.step) {
        (Over::Recommendation, CourtStep::Started) => {
            for timer in state.timers.running(id::LEARNING_RESPONSE, about) {
                timer.pauses.push((on, None));
            }
        }
        (Over::Recommendation, _) => {
            for timer in state.timers.running(id::LEARNING_RESPONSE, about) {
                if let Some(pause) = timer.pauses.last_mut() {
                    pause.1 = Some(on);
                }
            }
            if court.step == CourtStep::Quashed {
                state.timers.fall(id::LEARNING_RESPONSE, about, on, by);
            }
        }
        (Over::Publication, CourtStep::Started) => {
            state.timers.fall(id::PUBLISH_AFTER_REJECTION, about, on, by);
        }
        (Over::Publication, CourtStep::Stands) => {
            state.timers.start(publish(id::PUBLISH_AFTER_COURT, about), on, by);
        }
        (Over::Publication, CourtStep::Quashed) => {}
    }
}
