//! The dates of every case, gathered in one pass over the facts in force.

use super::Question;
use super::facts::{FactKind, Facts, NO_DAY};
use super::filter::Field;
use crate::day;
use crate::holder::Holder;
use crate::law::holiday::{Calendar, Nation, within_working_days};
use crate::law::regime;
use crate::profile::{Population, Profile};

/// Working days within which the need or the mode of a referral should be decided: the value of the
/// rule `policy.mode-decision-3-working-days`, against which a test holds it.
pub(super) const MODE_WORKING_DAYS: u32 = 3;

/// The dates of one case, `NO_DAY` where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    pub(super) referred: bool,
    pub(super) received: i32,
    pub(super) attention: i32,
    /// The day whose law applies, where it is not the day of attention.
    law_day: i32,
    pub(super) incident: i32,
    /// The need or the mode was first decided.
    pub(super) decided: i32,
    pub(super) opened: i32,
    pub(super) completed: i32,
    pub(super) discontinued: i32,
    /// It ended without a report in another way: it is no longer of the mode that is counted, it
    /// ceased, or it was combined with another.
    left: i32,
    /// The last suspension and the last resumption by the last day asked about.
    suspended: i32,
    resumed: i32,
    /// The day of the last forecast that counts, and the completion that it expected.
    forecast: i32,
    pub(super) expected: i32,
}

const NO_DATES: Dates = Dates {
    referred: false,
    received: NO_DAY,
    attention: NO_DAY,
    law_day: NO_DAY,
    incident: NO_DAY,
    decided: NO_DAY,
    opened: NO_DAY,
    completed: NO_DAY,
    discontinued: NO_DAY,
    left: NO_DAY,
    suspended: NO_DAY,
    resumed: NO_DAY,
    forecast: NO_DAY,
    expected: NO_DAY,
};

impl Dates {
    /// The day on which the investigation ended, completed or not.
    fn ended(&self) -> i32 {
        let others = [self.discontinued, self.left].into_iter().filter(|day| *day != NO_DAY).min();
        if self.completed == NO_DAY { others.unwrap_or(NO_DAY) } else { self.completed }
    }

    /// Whether it was opened and had not ended by the end of a day.
    pub(super) fn open_at_end_of(&self, day: i32) -> bool {
        self.opened != NO_DAY && self.opened <= day && (self.ended() == NO_DAY || self.ended() > day)
    }

    /// Whether it was opened before a day and had not ended before it.
    pub(super) fn open_at_start_of(&self, day: i32) -> bool {
        self.open_at_end_of(day.saturating_sub(1))
    }

    /// Whether the need or the mode was decided within the target.
    pub(super) fn decided_in_time(&self) -> bool {
        let (received, decided) = (day::from_number(self.received), day::from_number(self.decided));
        within_working_days(Calendar::built_in(), Nation::EnglandAndWales, received, decided, MODE_WORKING_DAYS)
    }

    /// Who holds an investigation that is not finished on the last day asked about.
    pub(super) fn holder(&self) -> Holder {
        if self.suspended != NO_DAY && self.resumed < self.suspended { Holder::LawfulHold } else { Holder::Us }
    }

    /// The scheme that applies to the matter.
    pub(super) fn regime(&self) -> Option<&'static str> {
        let day = if self.law_day == NO_DAY { self.attention } else { self.law_day };
        let day = (day != NO_DAY).then(|| day::from_number(day))?;
        regime::on(day).map(|r| r.id.as_str())
    }
}

/// The dates of every case, by unit.
pub(super) fn gather(facts: &Facts, profile: &Profile, question: &Question, position: u64, last: i32) -> Vec<Dates> {
    let mut all = vec![NO_DATES; facts.units.len()];
    let matters = profile.population == Population::Matters;
    let mode = question.filters.iter().find(|f| f.field == Field::Mode).map(|f| f.words().1);
    let counted = facts.values.find(mode.as_deref().unwrap_or("independent"));
    let mut modes = vec![Modes::default(); facts.units.len()];
    let told_by = question.from.map_or(i32::MAX, day::number);
    for row in facts.in_force(position) {
        let dates = &mut all[facts.unit[row] as usize];
        let on = facts.on[row];
        match facts.kind[row] {
            FactKind::Received => {
                dates.received = on;
                if matters {
                    dates.opened = on;
                }
            }
            FactKind::Referred => dates.referred = true,
            FactKind::Attention => dates.attention = on,
            FactKind::LawDay => dates.law_day = on,
            FactKind::Incident => dates.incident = on,
            FactKind::Returned => dates.decided = earlier(dates.decided, on),
            FactKind::Mode => {
                dates.decided = earlier(dates.decided, on);
                if !matters && on <= last {
                    let is_counted = Some(facts.value[row]) == counted;
                    modes[facts.unit[row] as usize].take(is_counted, on, facts.seq[row]);
                }
            }
            FactKind::Suspended if on <= last => dates.suspended = dates.suspended.max(on),
            FactKind::Resumed if on <= last => dates.resumed = dates.resumed.max(on),
            FactKind::Discontinued => dates.discontinued = on,
            FactKind::Left if on <= last => dates.left = on,
            FactKind::Expected if on <= told_by && on >= dates.forecast => {
                dates.forecast = on;
                dates.expected = expected(facts, row);
            }
            FactKind::Report if !matters => dates.completed = on,
            FactKind::Closed if matters => dates.completed = on,
            _ => {}
        }
    }
    if !matters {
        for (dates, modes) in all.iter_mut().zip(&modes) {
            modes.settle(dates);
        }
    }
    all
}

/// The last decision for the mode that is counted and the last one for another, each with its day
/// and its place in the record, which settles decisions of one day.
#[derive(Debug, Clone, Copy, Default)]
struct Modes {
    counted: Option<(i32, u64)>,
    other: Option<(i32, u64)>,
}

impl Modes {
    fn take(&mut self, is_counted: bool, on: i32, seq: u64) {
        let of = if is_counted { &mut self.counted } else { &mut self.other };
        *of = (*of).max(Some((on, seq)));
    }

    /// A redetermination to the mode that is counted starts its clock anew; one away from it ends
    /// the count, and a report that comes afterwards completes an investigation of another mode.
    fn settle(self, dates: &mut Dates) {
        let Some((opened, _)) = self.counted else { return };
        dates.opened = opened;
        if let Some((left, _)) = self.other.filter(|_| self.other > self.counted) {
            dates.left = if dates.left == NO_DAY { left } else { dates.left.min(left) };
            if dates.completed >= left {
                dates.completed = NO_DAY;
            }
        }
    }
}

fn earlier(a: i32, b: i32) -> i32 {
    if a == NO_DAY { b } else { a.min(b) }
}

/// The day that a forecast expects.
fn expected(facts: &Facts, row: usize) -> i32 {
    let day = facts.values.name(facts.value[row]).parse();
    day.map_or(NO_DAY, day::number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{Law, id};

    #[test]
    fn the_target_is_that_of_the_law_files() {
        let law = Law::england_and_wales();
        let target = law.on(id::MODE_IN_3_DAYS, jiff::civil::date(2019, 1, 1)).unwrap();
        assert_eq!(target.value, Some(MODE_WORKING_DAYS));
    }
}
