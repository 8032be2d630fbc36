//! What a measure counts: cases, allegations or people, gathered from the facts in force.

use super::attributes::Attributes;
use super::dates::{Dates, gather};
use super::facts::{FactKind, Facts, NO_DAY};
use super::filter::Field;
use super::list::Sort;
use super::waiting::Waiting;
use super::{Member, Question};
use crate::day;
use crate::law::deadline::within_months;
use crate::profile::Profile;

/// The days between which a question asks, as numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period {
    pub(super) from: i32,
    pub(super) on: i32,
}

impl Period {
    fn has(self, day: i32) -> bool {
        day != NO_DAY && (self.from..=self.on).contains(&day)
    }
}

/// Everything about the cases that a question may need, gathered in a few passes over the facts.
struct Gathered<'a> {
    question: &'a Question,
    profile: &'a Profile,
    dates: Vec<Dates>,
    waiting: Waiting,
    attributes: Attributes<'a>,
}

impl<'a> Gathered<'a> {
    fn of(facts: &'a Facts, profile: &'a Profile, question: &'a Question, position: u64, period: Period) -> Self {
        let dates = gather(facts, profile, question, position, period.on);
        let attributes =
            Attributes::gather(facts, question, position, |unit| as_at_day(&dates[unit as usize], period.on));
        let waiting = match question.measure.sort {
            Sort::Waiting => Waiting::gather(facts, profile, position, period.on),
            _ => Waiting::default(),
        };
        Self { question, profile, dates, waiting, attributes }
    }

    /// The value of a field for a case, or for one of its allegations.
    fn value(&self, field: Field, (unit, n): (u32, u32)) -> Option<&str> {
        match field {
            Field::Holder => Some(self.holder(unit).id()),
            Field::Regime => self.dates[unit as usize].regime(),
            _ => self.attributes.value(field, self.profile, (unit, n)),
        }
    }

    /// Who holds a case at the end of the last day.
    fn holder(&self, unit: u32) -> crate::holder::Holder {
        match self.waiting.holders(unit).first() {
            Some(holder) => *holder,
            None => self.dates[unit as usize].holder(),
        }
    }

    fn passes(&self, key: (u32, u32)) -> bool {
        let dates = &self.dates[key.0 as usize];
        let day = |number: i32| (number != NO_DAY).then_some(number);
        self.question.filters.iter().all(|filter| match filter.field {
            Field::Incident => filter.passes_day(day(dates.incident)),
            Field::Started => filter.passes_day(day(dates.opened)),
            Field::Completed => filter.passes_day(day(dates.completed)),
            field => filter.passes(self.value(field, key)),
        })
    }

    fn group(&self, key: (u32, u32), day: Option<i32>) -> Option<String> {
        let by = self.question.by?;
        let period = day.and_then(|day| by.period(day));
        period.or_else(|| self.value(by, key).filter(|value| !value.is_empty()).map(str::to_owned))
    }
}

/// The cases that a question counts.
pub(super) fn cases(
    facts: &Facts,
    profile: &Profile,
    question: &Question,
    position: u64,
    period: Period,
) -> Vec<Member> {
    let gathered = Gathered::of(facts, profile, question, position, period);
    let legacy = profile.legacy.as_ref().map_or(i32::MIN, |l| day::number(l.from));
    let mut members = Vec::new();
    for (unit, dates) in (0u32..).zip(&gathered.dates) {
        let waits = !gathered.waiting.holders(unit).is_empty();
        let Some(member) = count(question.measure.sort, unit, dates, period, legacy, waits) else {
            continue;
        };
        if gathered.passes((unit, 0)) {
            let group = gathered.group((unit, 0), member.day);
            let also = gathered.waiting.holders(unit).get(1..).unwrap_or_default().to_vec();
            let holder = question.measure.sort.is_stock().then(|| gathered.holder(unit));
            members.push(Member { group, also, holder, ..member });
        }
    }
    members
}

/// The allegations that a question counts: those of matters received in the period.
pub(super) fn allegations(
    facts: &Facts,
    profile: &Profile,
    question: &Question,
    position: u64,
    period: Period,
) -> Vec<Member> {
    let gathered = Gathered::of(facts, profile, question, position, period);
    let mut members = Vec::new();
    for row in facts.in_force(position).filter(|row| facts.kind[*row] == FactKind::Allegation) {
        let key = (facts.unit[row], facts.n[row]);
        let received = gathered.dates[key.0 as usize].received;
        if period.has(received) && gathered.passes(key) {
            let day = Some(received);
            let group = gathered.group(key, day);
            members.push(Member { group, day, ..dated(key.0, &gathered.dates[key.0 as usize]) });
        }
    }
    members
}

/// The people that a question counts.
pub(super) fn people(facts: &Facts, question: &Question, position: u64) -> Vec<Member> {
    let rows = facts.in_force(position).filter(|row| facts.kind[*row] == FactKind::Person);
    let rows = rows.filter(|row| {
        let role = facts.values.name(facts.value[*row]);
        question.filters.iter().all(|f| f.passes(Some(role)))
    });
    rows.map(|row| Member {
        group: question.by.map(|_| facts.values.name(facts.value[row]).to_owned()),
        ..Member::of(facts.unit[row])
    })
    .collect()
}

/// The day as at which a case's attributes are read: completion, or the day asked about.
fn as_at_day(dates: &Dates, on: i32) -> i32 {
    if dates.completed == NO_DAY { on } else { dates.completed.min(on) }
}

/// Whether a case is counted, and as what.
fn count(sort: Sort, unit: u32, dates: &Dates, period: Period, legacy: i32, waits: bool) -> Option<Member> {
    let Dates { received, opened, completed, .. } = *dates;
    let on = period.on;
    let day = match sort {
        Sort::Matters => period.has(received).then_some(received),
        Sort::Referrals => (dates.referred && period.has(received)).then_some(received),
        Sort::ModeDecision => (dates.referred && period.has(dates.decided)).then_some(dates.decided),
        Sort::Opened => period.has(opened).then_some(opened),
        Sort::Open => dates.open_at_end_of(on).then_some(opened),
        Sort::Legacy => (dates.open_at_start_of(legacy) && dates.open_at_end_of(on)).then_some(opened),
        Sort::Forecast => {
            let open = dates.open_at_start_of(legacy) && dates.open_at_end_of(period.from);
            (open && dates.expected != NO_DAY && dates.expected <= on).then_some(dates.expected)
        }
        Sort::Waiting => (waits && opened != NO_DAY && completed != NO_DAY && completed <= on).then_some(completed),
        _ => (opened != NO_DAY && period.has(completed)).then_some(completed),
    }?;
    if sort.needs_span() && completed < opened {
        return None;
    }
    let met = match sort {
        Sort::WithinMonths(n) => within_months(day::from_number(opened), day::from_number(completed), n),
        Sort::WithinDays(n) => completed - opened <= n,
        Sort::Forecast => completed != NO_DAY && completed <= on,
        Sort::ModeDecision => dates.decided_in_time(),
        _ => false,
    };
    let span = match sort {
        Sort::Waiting => Some((completed, on)),
        Sort::Open | Sort::Legacy => Some((opened, on)),
        Sort::ModeDecision => Some((received, dates.decided)),
        _ => (opened != NO_DAY && completed != NO_DAY).then_some((opened, completed)),
    };
    Some(Member { day: Some(day), span, met, ..dated(unit, dates) })
}

/// A member with the days on which its case was opened and completed.
fn dated(unit: u32, dates: &Dates) -> Member {
    let day = |number: i32| (number != NO_DAY).then_some(number);
    Member { opened: day(dates.opened), completed: day(dates.completed), ..Member::of(unit) }
}
