//! What a measure counts: cases, allegations or people, gathered from the facts in force.

use std::collections::HashMap;

use super::facts::{FactKind, Facts, NO_DAY};
use super::filter::Field;
use super::list::Sort;
use super::{Member, Question};
use crate::day;
use crate::law::deadline::within_months;
use crate::profile::{Population, Profile};

/// The dates of one case, `NO_DAY` where there is none.
#[derive(Debug, Clone, Copy)]
struct Dates {
    received: i32,
    incident: i32,
    opened: i32,
    completed: i32,
}

const NO_DATES: Dates = Dates { received: NO_DAY, incident: NO_DAY, opened: NO_DAY, completed: NO_DAY };

/// The cases that a question counts.
pub(super) fn cases(
    facts: &Facts,
    profile: &Profile,
    question: &Question,
    position: u64,
    from: i32,
    on: i32,
) -> Vec<Member> {
    let dates = dates(facts, profile, question, position);
    let attributes = Attributes::gather(facts, question, position, |unit| as_at_day(&dates[unit as usize], on));
    let mut members = Vec::new();
    for (unit, dates) in (0u32..).zip(&dates) {
        let Some(member) = count(question.measure.sort, unit, dates, from, on) else {
            continue;
        };
        if passes(question, &attributes, dates, profile, (unit, 0)) {
            let group = group(question, &attributes, profile, (unit, 0), member.day);
            members.push(Member { group, ..member });
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
    from: i32,
    on: i32,
) -> Vec<Member> {
    let dates = dates(facts, profile, question, position);
    let attributes = Attributes::gather(facts, question, position, |unit| as_at_day(&dates[unit as usize], on));
    let mut members = Vec::new();
    for row in facts.in_force(position).filter(|row| facts.kind[*row] == FactKind::Allegation) {
        let key = (facts.unit[row], facts.n[row]);
        let dates = &dates[key.0 as usize];
        let in_period = dates.received != NO_DAY && (from..=on).contains(&dates.received);
        if in_period && passes(question, &attributes, dates, profile, key) {
            let day = Some(dates.received);
            let group = group(question, &attributes, profile, key, day);
            members.push(Member { unit: key.0, day, span: None, met: false, group });
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
        unit: facts.unit[row],
        day: None,
        span: None,
        met: false,
        group: question.by.map(|_| facts.values.name(facts.value[row]).to_owned()),
    })
    .collect()
}

/// One pass over the facts in force: the dates of every case.
fn dates(facts: &Facts, profile: &Profile, question: &Question, position: u64) -> Vec<Dates> {
    let mut all = vec![NO_DATES; facts.units.len()];
    let matters = profile.population == Population::Matters;
    let mode = question.filters.iter().find(|f| f.field == Field::Mode).map(|f| f.words().1);
    let counted = facts.values.find(mode.as_deref().unwrap_or("independent"));
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
            FactKind::Incident => dates.incident = on,
            FactKind::Mode if !matters && Some(facts.value[row]) == counted => dates.opened = on,
            FactKind::Report if !matters => dates.completed = on,
            FactKind::Closed if matters => dates.completed = on,
            _ => {}
        }
    }
    all
}

/// The day as at which a case's attributes are read: completion, or the day asked about.
fn as_at_day(dates: &Dates, on: i32) -> i32 {
    if dates.completed == NO_DAY { on } else { dates.completed.min(on) }
}

/// Whether a case is counted, and as what.
fn count(sort: Sort, unit: u32, dates: &Dates, from: i32, on: i32) -> Option<Member> {
    let Dates { received, opened, completed, .. } = *dates;
    let in_period = |day: i32| day != NO_DAY && (from..=on).contains(&day);
    let day = match sort {
        Sort::Matters => in_period(received).then_some(received),
        Sort::Opened => in_period(opened).then_some(opened),
        Sort::Open => {
            let open = opened != NO_DAY && opened <= on && (completed == NO_DAY || completed > on);
            open.then_some(opened)
        }
        _ => (opened != NO_DAY && in_period(completed)).then_some(completed),
    }?;
    if sort.needs_span() && completed < opened {
        return None;
    }
    let span = (opened != NO_DAY && completed != NO_DAY).then_some((opened, completed));
    let met = match sort {
        Sort::WithinMonths(n) => within_months(day::from_number(opened), day::from_number(completed), n),
        Sort::WithinDays(n) => completed - opened <= n,
        _ => false,
    };
    Some(Member { unit, day: Some(day), span, met, group: None })
}

fn passes(question: &Question, attributes: &Attributes<'_>, dates: &Dates, profile: &Profile, key: (u32, u32)) -> bool {
    let day = |number: i32| (number != NO_DAY).then_some(number);
    question.filters.iter().all(|filter| match filter.field {
        Field::Incident => filter.passes_day(day(dates.incident)),
        Field::Started => filter.passes_day(day(dates.opened)),
        Field::Completed => filter.passes_day(day(dates.completed)),
        field => filter.passes(attributes.value(field, profile, key)),
    })
}

fn group(
    question: &Question,
    attributes: &Attributes<'_>,
    profile: &Profile,
    key: (u32, u32),
    day: Option<i32>,
) -> Option<String> {
    let by = question.by?;
    let period = day.and_then(|day| by.period(day));
    period.or_else(|| attributes.value(by, profile, key).map(str::to_owned))
}

/// The attributes that a question asks about, each as at its case's own day.
struct Attributes<'a> {
    facts: &'a Facts,
    /// By kind of fact, unit and number: from which day, and the value.
    values: HashMap<(FactKind, u32, u32), (i32, u32)>,
}

impl<'a> Attributes<'a> {
    fn gather(facts: &'a Facts, question: &Question, position: u64, as_at: impl Fn(u32) -> i32) -> Self {
        let fields = question.filters.iter().map(|f| f.field).chain(question.by);
        let wanted: Vec<FactKind> = fields.filter_map(fact_of).collect();
        let mut values: HashMap<(FactKind, u32, u32), (i32, u32)> = HashMap::new();
        if wanted.is_empty() {
            return Self { facts, values };
        }
        for row in facts.in_force(position).filter(|row| wanted.contains(&facts.kind[*row])) {
            let (kind, unit, from) = (facts.kind[row], facts.unit[row], facts.on[row]);
            let dated = matches!(kind, FactKind::Kind | FactKind::Force);
            let key = (kind, unit, facts.n[row] * u32::from(kind == FactKind::Finding));
            let new = (from, facts.value[row]);
            match values.get(&key) {
                // Before any value had begun, the first one stands.
                Some((old, _)) if dated && (from > as_at(unit) || from < *old) => {}
                _ => {
                    values.insert(key, new);
                }
            }
        }
        Self { facts, values }
    }

    fn value<'b>(&'b self, field: Field, profile: &'b Profile, (unit, n): (u32, u32)) -> Option<&'b str> {
        let kind = fact_of(field)?;
        let n = if kind == FactKind::Finding { n } else { 0 };
        let (_, value) = self.values.get(&(kind, unit, n))?;
        let value = self.facts.values.name(*value);
        if field == Field::Region { profile.region(value) } else { Some(value) }
    }
}

fn fact_of(field: Field) -> Option<FactKind> {
    match field {
        Field::Kind => Some(FactKind::Kind),
        Field::Mode => Some(FactKind::Mode),
        Field::Force | Field::Region => Some(FactKind::Force),
        Field::FiledBy => Some(FactKind::FiledBy),
        Field::Finding => Some(FactKind::Finding),
        _ => None,
    }
}
