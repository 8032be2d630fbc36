//! The clocks of a case: what is due by when, from whom and to whom, under which provision, and
//! the arithmetic.
//!
//! A clock is started, paused, extended and stopped by entries only ([`timer`], [`runs`]). How its
//! last day follows from them is counted here, by the version of its rule that applies and the
//! bank holidays as known; nothing here knows what day it is.

pub mod acts;
mod runs;
pub mod timer;

pub(super) use runs::follow;
pub use timer::{Owner, Task, Timer, Timers};

use super::stage::Stage;
use super::{Context, State};
use crate::day::{self, Day, in_words};
use crate::law::deadline::{Limit, worked};
use crate::law::{Calendar, Follows, Law, Mark, Nation, Rule, Version};
use crate::profile::LawOf;

/// One clock of a case, counted.
#[derive(Debug, Clone)]
pub struct Clock {
    /// What entries started, paused, extended and stopped it.
    pub timer: Timer,
    /// What is due.
    pub title: String,
    /// What its rule answers, without pauses and extensions.
    pub limit: Limit,
    /// The last day in time, pauses and extensions included; none where the law sets no limit.
    pub due: Option<Day>,
    /// The arithmetic, step by step, pauses and extensions included.
    pub steps: Vec<String>,
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
    /// Not done; the days do not count for now, so its last day moves on with each of them.
    Still,
    /// The limit does not apply, because exceptional circumstances prevented it from being met.
    Excused,
    /// No longer owed.
    Fallen,
    /// The law sets no limit.
    NoLimit,
}

impl Clock {
    /// How the clock stands at the end of `today`.
    #[must_use]
    pub fn standing(&self, today: Day) -> Standing {
        let Some(due) = self.due else {
            return Standing::NoLimit;
        };
        match self.timer.stopped {
            Some((done, _)) if done <= due => Standing::Met,
            _ if self.timer.excused.is_some() => Standing::Excused,
            Some((done, _)) => Standing::MetLate(day::between(due, done)),
            None if self.timer.fallen.is_some() => Standing::Fallen,
            None if self.timer.stands_still() => Standing::Still,
            None if today <= due => Standing::Running(day::between(today, due)),
            None => Standing::Overdue(day::between(due, today)),
        }
    }

    /// Whether it is still to be met, and does not stand still.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.timer.runs() && self.timer.excused.is_none() && !self.timer.stands_still()
    }
}

/// The clocks of a case, in the order in which they started. A rule that does not apply to the
/// matter starts none.
#[must_use]
pub fn of(state: &State, context: Context<'_>) -> Vec<Clock> {
    if context.profile.law == LawOf::None {
        return Vec::new();
    }
    state.timers.all().iter().filter_map(|timer| counted(timer, state, context.law, context.calendar)).collect()
}

/// The clock of that key.
#[must_use]
pub fn named(key: &str, state: &State, context: Context<'_>) -> Option<Clock> {
    let timer = state.timers.all().iter().find(|timer| timer.key() == key)?;
    counted(timer, state, context.law, context.calendar)
}

/// The earliest unmet limit of a case that is still open, and its rule.
#[must_use]
pub fn next_due(state: &State, context: Context<'_>) -> Option<(Day, &'static str)> {
    if Stage::of(state, context.profile) == Stage::Closed {
        return None;
    }
    let unmet = of(state, context).into_iter().filter(Clock::runs);
    unmet.filter_map(|c| c.due.map(|due| (due, c.timer.rule))).min()
}

/// The version of a rule that applies to something that began on a day.
#[must_use]
pub fn version<'l>(rule: &'l Rule, state: &State, began: Day) -> Option<&'l Version> {
    let follows_act = rule.follows == Follows::Act || rule.kind == crate::law::RuleKind::Measure;
    rule.on(if follows_act { began } else { state.law_day()? })
}

fn counted(timer: &Timer, state: &State, law: &Law, calendar: &Calendar) -> Option<Clock> {
    let rule = law.rule(timer.rule)?;
    let version = version(rule, state, timer.on)?;
    let limit = worked(version, timer.on, calendar, Nation::EnglandAndWales);
    let (due, steps) = match &limit {
        Limit::By(worked) => {
            let (due, more) = lengthened(timer, worked.last_day);
            (Some(due), worked.steps.iter().cloned().chain(more).collect())
        }
        Limit::NotBefore(opening) => (None, opening.steps.clone()),
        Limit::NoFixedLimit(reason) => (None, vec![reason.clone()]),
    };
    Some(Clock {
        title: timer.title.map_or_else(|| rule.title.clone(), str::to_owned),
        timer: timer.clone(),
        limit,
        due,
        steps,
        citation: version.citation.clone(),
        url: version.url.clone(),
        mark: version.mark,
    })
}

/// The last day with the days that did not count and the extensions, and how it came about.
fn lengthened(timer: &Timer, last: Day) -> (Day, Vec<String>) {
    let (mut last, mut steps) = (last, Vec::new());
    for (from, to) in &timer.pauses {
        let Some(to) = to else {
            steps.push(format!("It stands still since {}", in_words(*from)));
            continue;
        };
        let days = day::between(*from, *to);
        last = last.saturating_add(jiff::Span::new().days(days));
        let (from, to) = (in_words(*from), in_words(*to));
        steps.push(format!("Add {days} days, during which it stood still: from {from} to {to}"));
        steps.push(format!("Last day: {}", in_words(last)));
    }
    if let Some((to, _)) = timer.extended {
        last = to;
        steps.push(format!("Extended to {}", in_words(to)));
    }
    (last, steps)
}
