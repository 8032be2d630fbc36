//! The clocks of a case: what is due by when, from whom, under which provision, and the arithmetic.

use super::State;
use super::matter::How;
use super::mode::Mode;
use super::stage::Stage;
use crate::day::Day;
use crate::law::deadline::{Worked, last_day};
use crate::law::{Law, Mark, id};
use crate::profile::{LawOf, Profile};

/// Who has to act before a clock runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The body.
    Us,
    /// The force, as appropriate authority.
    Force,
}

/// One clock of a case.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The rule, by id.
    pub rule: &'static str,
    /// What is due.
    pub title: &'static str,
    /// Who owes it.
    pub owner: Owner,
    /// The last day in time; none where the law sets no limit.
    pub worked: Option<Worked>,
    /// When it was done.
    pub done: Option<Day>,
    /// Where the rule stands.
    pub citation: String,
    /// The link to it.
    pub url: Option<String>,
    /// Whether the rule was read in the source.
    pub mark: Mark,
}

/// How a clock stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Done in time.
    Met,
    /// Done too late, by so many days.
    MetLate(i64),
    /// Running, with so many days left.
    Running(i64),
    /// Not done, so many days over.
    Overdue(i64),
    /// The law sets no limit.
    NoLimit,
}

impl Clock {
    /// How the clock stands at the end of `today`.
    #[must_use]
    pub fn standing(&self, today: Day) -> Standing {
        let Some(worked) = &self.worked else {
            return Standing::NoLimit;
        };
        let due = worked.last_day;
        match self.done {
            Some(done) if done <= due => Standing::Met,
            Some(done) => Standing::MetLate(crate::day::between(due, done)),
            None if today <= due => Standing::Running(crate::day::between(today, due)),
            None => Standing::Overdue(crate::day::between(due, today)),
        }
    }
}

/// The clocks of a case, in the order in which they started.
#[must_use]
pub fn of(state: &State, law: &Law, profile: &Profile) -> Vec<Clock> {
    let Some(matter) = &state.matter else {
        return Vec::new();
    };
    if profile.law == LawOf::None {
        return Vec::new();
    }
    let mut clocks = Vec::new();
    if let Some(route) = matter.matter.route {
        let from = matter.attention();
        let rule = route.rule(matter.matter.kind);
        clocks.extend(clock(law, rule, "Refer the matter", Owner::Force, from, Some(matter.received)));
    }
    if matter.how == How::Referred {
        let decided = state.mode.as_ref().map(|m| m.on).or(state.need.as_ref().map(|n| n.on));
        clocks.extend(clock(law, id::MODE_IN_3_DAYS, "Decide need and mode", Owner::Us, matter.received, decided));
    }
    if let Some(mode) = state.mode.as_ref().filter(|m| m.mode == Mode::Independent) {
        clocks.extend(clock(law, id::WITHIN_12_MONTHS, "Complete the investigation", Owner::Us, mode.on, state.report));
        let from = matter.attention();
        clocks.extend(clock(
            law,
            id::NOTICE_12_MONTHS,
            "Submit the report, or give written notice of the delay",
            Owner::Us,
            from,
            state.report,
        ));
    }
    clocks
}

/// The earliest unmet limit of a case that is still open, and its rule.
#[must_use]
pub fn next_due(state: &State, law: &Law, profile: &Profile) -> Option<(Day, &'static str)> {
    if Stage::of(state, profile) == Stage::Closed {
        return None;
    }
    let unmet = of(state, law, profile).into_iter().filter(|c| c.done.is_none());
    unmet.filter_map(|c| c.worked.map(|w| (w.last_day, c.rule))).min()
}

fn clock(
    law: &Law,
    rule: &'static str,
    title: &'static str,
    owner: Owner,
    from: Day,
    done: Option<Day>,
) -> Option<Clock> {
    // A rule that was not in force on that day starts no clock.
    let version = law.on(rule, from)?;
    Some(Clock {
        rule,
        title,
        owner,
        worked: last_day(version, from),
        done,
        citation: version.citation.clone(),
        url: version.url.clone(),
        mark: version.mark,
    })
}
