//! Which entries start and stop the clocks of the main course. The clocks of an area of their own
//! are started and stopped in that area's file.

use super::timer::{Owner, Start, Task};
use crate::case::matter::{How, Opened};
use crate::case::mode::Mode;
use crate::case::{Effective, Event, State};
use crate::day::Day;
use crate::law::id;

/// Lets the clocks follow an entry that the case has taken in.
pub(in crate::case) fn follow(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    let by = event.version;
    match &event.event {
        Event::Referred(_) | Event::Received(_) => begin(state, by),
        Event::NeedDecided(_) => state.timers.stop(id::MODE_IN_3_DAYS, "", on, by),
        Event::ModeDecided(e) => mode_decided(state, e.mode, on, by),
        Event::ReportSubmitted(_) => {
            state.timers.stop(id::WITHIN_12_MONTHS, "", on, by);
            state.timers.stop(id::NOTICE_12_MONTHS, "", on, by);
            state.timers.stop(id::NOTICE_6_MONTHS, "", on, by);
        }
        Event::Closed(_) => state.timers.end(on, by),
        _ => {}
    }
}

fn begin(state: &mut State, by: u64) {
    let Some(Opened { how, received, matter }) = state.matter.clone() else { return };
    if let Some(route) = matter.route {
        let rule = route.rule(matter.kind);
        let refer = Start::of(rule, Owner::Force, "us", Task::Assessment).titled("Refer the matter");
        state.timers.start(refer, matter.clear_on.unwrap_or(received), by);
        state.timers.stop(rule, "", received, by);
    }
    if how == How::Referred {
        let decide = Start::of(id::MODE_IN_3_DAYS, Owner::Us, "the force", Task::DecisionMaker);
        state.timers.start(decide.titled("Decide need and mode"), received, by);
    }
}

/// The measure counts from the decision that made the investigation independent; the duty to
/// explain counts from the day the matter came to attention, whatever became of the mode.
fn mode_decided(state: &mut State, mode: Mode, on: Day, by: u64) {
    state.timers.stop(id::MODE_IN_3_DAYS, "", on, by);
    if mode == Mode::Independent {
        let complete = Start::of(id::WITHIN_12_MONTHS, Owner::Us, "the public", Task::Lead);
        state.timers.start(complete.titled("Complete the investigation"), on, by);
    } else {
        state.timers.fall(id::WITHIN_12_MONTHS, "", on, by);
    }
    let ours = matches!(mode, Mode::Independent | Mode::Directed);
    let attention = state.matter.as_ref().map(Opened::attention);
    if !ours {
        state.timers.fall(id::NOTICE_12_MONTHS, "", on, by);
    } else if let Some(attention) = attention.filter(|_| !state.timers.runs(id::NOTICE_12_MONTHS, "")) {
        let to = "the local policing body and the chief officer";
        let explain = Start::of(id::NOTICE_12_MONTHS, Owner::Us, to, Task::Lead);
        state.timers.start(explain.titled("Submit the report, or give written notice of the delay"), attention, by);
    }
}
