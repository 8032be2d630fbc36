//! What an entry about a review changes, and the clocks that follow it.

use super::{Ending, Invalid, Made, Received, Review, key, remedy_key};
use crate::case::clocks::timer::{Owner, Start, Task};
use crate::case::{Effective, Event, State};
use crate::day::Day;
use crate::law::id;

/// Takes in an entry about a review.
pub(in crate::case) fn apply(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    let by = event.version;
    if let Event::ReviewReceived(e) = &event.event {
        begin(state, e, on, by);
        return;
    }
    let Some(n) = number(&event.event) else { return };
    clocks(state, &event.event, on, by);
    let Some(review) = state.reviews.iter_mut().find(|r| r.received.n == n) else { return };
    review.last = review.last.max(on);
    match &event.event {
        Event::ReviewValidated(e) => review.valid = Some((e.ground, on)),
        Event::ReviewInvalidated(e) => review.invalid = Some((e.why, on)),
        Event::ReviewLateAccepted(_) => review.late_accepted = Some(on),
        Event::ReviewForwarded(e) => review.forwarded = Some((e.to, on)),
        Event::ReviewPapers(e) => review.papers.push((e.step, on)),
        Event::ReviewAllocated(e) => review.reviewer = Some((e.to.clone(), on)),
        Event::ReviewDecided(e) => review.decided = Some((e.outcome, on)),
        Event::ReviewRemedied(e) => {
            review.remedies.push(Made { m: e.m, remedy: e.remedy, on, answered: None });
        }
        Event::ReviewAnswered(e) => {
            if let Some(made) = review.remedies.iter_mut().find(|made| made.m == e.m) {
                made.answered = Some((e.accepted, on));
            }
        }
        Event::ReviewEnded(e) => review.ended = Some((e.how, on)),
        _ => {}
    }
}

/// The number of the application that an entry is about.
pub(super) fn number(event: &Event) -> Option<u32> {
    Some(match event {
        Event::ReviewReceived(e) => e.n,
        Event::ReviewValidated(e) => e.n,
        Event::ReviewInvalidated(e) => e.n,
        Event::ReviewLateAccepted(e) => e.n,
        Event::ReviewForwarded(e) => e.n,
        Event::ReviewPapers(e) => e.n,
        Event::ReviewAllocated(e) => e.n,
        Event::ReviewDecided(e) => e.n,
        Event::ReviewRemedied(e) => e.n,
        Event::ReviewAnswered(e) => e.n,
        Event::ReviewEnded(e) => e.n,
        _ => return None,
    })
}

/// The time to apply ran from the day on which the applicant was told, and is over with the
/// application; the time with the wrong body is left out where the law says so.
fn begin(state: &mut State, received: &Received, on: Day, by: u64) {
    let (rule, about) = (received.sort.applies_by(), key(received.n));
    let apply = Start::of(rule, Owner::Complainant, "us", Task::Assessment).about(&about);
    state.timers.start(apply, received.told_on, by);
    let family = received.sort.family();
    let lay = (received.lay_with.filter(|body| body.is_left_out(family)), received.lay_from_on, received.lay_to_on);
    if let (Some(_), Some(from), Some(to)) = lay {
        for timer in state.timers.running(rule, &about) {
            timer.pauses.push((from, Some(to)));
        }
    }
    state.timers.stop(rule, &about, received.lay_to_on.unwrap_or(on), by);
    if received.sort.decided_under() == id::VICTIMS_REVIEW_DECIDE {
        let decide = Start::of(id::VICTIMS_REVIEW_DECIDE, Owner::Us, "the victim", Task::DecisionMaker);
        state.timers.start(decide.about(&about), on, by);
    }
    state.reviews.push(Review {
        received: received.clone(),
        on,
        entry: by,
        late_accepted: None,
        valid: None,
        invalid: None,
        forwarded: None,
        papers: Vec::new(),
        reviewer: None,
        decided: None,
        remedies: Vec::new(),
        ended: None,
        last: on,
    });
}

fn clocks(state: &mut State, event: &Event, on: Day, by: u64) {
    match event {
        Event::ReviewInvalidated(e) if e.why == Invalid::WrongBody => {
            let received = state.review(e.n).map_or(on, |review| review.on);
            let forward = Start::of(id::REVIEW_FORWARD, Owner::Us, "the body that decides it", Task::Assessment);
            state.timers.start(forward.about(&key(e.n)), received, by);
        }
        Event::ReviewInvalidated(e) => state.timers.fall(id::VICTIMS_REVIEW_DECIDE, &key(e.n), on, by),
        Event::ReviewForwarded(e) => state.timers.stop(id::REVIEW_FORWARD, &key(e.n), on, by),
        Event::ReviewDecided(e) => state.timers.stop(id::VICTIMS_REVIEW_DECIDE, &key(e.n), on, by),
        Event::ReviewRemedied(e) if e.remedy.is_recommended() => {
            let answer = Start::of(id::REMEDY_RESPONSE, Owner::Force, "us", Task::DecisionMaker);
            state.timers.start(answer.about(&remedy_key(e.n, e.m)), on, by);
        }
        Event::ReviewAnswered(e) => state.timers.stop(id::REMEDY_RESPONSE, &remedy_key(e.n, e.m), on, by),
        Event::ReviewEnded(e) if e.how == Ending::Withdrawn => {
            state.timers.fall(id::VICTIMS_REVIEW_DECIDE, &key(e.n), on, by);
            state.timers.fall(id::REVIEW_FORWARD, &key(e.n), on, by);
        }
        _ => {}
    }
}
