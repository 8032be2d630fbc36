//! The attributes of cases that a question filters or groups by, each as at its case's own day.

use std::collections::HashMap;

use super::Question;
use super::facts::{FactKind, Facts};
use super::filter::Field;
use crate::profile::Profile;

/// The attributes that a question asks about.
pub(super) struct Attributes<'a> {
    facts: &'a Facts,
    /// By kind of fact, unit and number: from which day, and the value.
    values: HashMap<(FactKind, u32, u32), (i32, u32)>,
}

impl<'a> Attributes<'a> {
    pub(super) fn gather(facts: &'a Facts, question: &Question, position: u64, as_at: impl Fn(u32) -> i32) -> Self {
        let fields = question.filters.iter().map(|f| f.field).chain(question.by);
        let wanted: Vec<FactKind> = fields.filter_map(fact_of).collect();
        let mut values: HashMap<(FactKind, u32, u32), (i32, u32)> = HashMap::new();
        if wanted.is_empty() {
            return Self { facts, values };
        }
        for row in facts.in_force(position).filter(|row| wanted.contains(&facts.kind[*row])) {
            let (kind, unit, from) = (facts.kind[row], facts.unit[row], facts.on[row]);
            let key = (kind, unit, facts.n[row] * u32::from(kind == FactKind::Finding));
            let new = (from, facts.value[row]);
            match values.get(&key) {
                // Before any value had begun, the first one stands.
                Some((old, _)) if is_dated(kind) && (from > as_at(unit) || from < *old) => {}
                _ => {
                    values.insert(key, new);
                }
            }
        }
        Self { facts, values }
    }

    /// The value of a field for a case, or for one of its allegations.
    pub(super) fn value<'b>(&'b self, field: Field, profile: &'b Profile, (unit, n): (u32, u32)) -> Option<&'b str> {
        let kind = fact_of(field)?;
        let n = if kind == FactKind::Finding { n } else { 0 };
        let (_, value) = self.values.get(&(kind, unit, n))?;
        let value = self.facts.values.name(*value);
        if field == Field::Region { profile.region(value) } else { Some(value) }
    }
}

/// Whether the value holds from a day on, rather than for good.
fn is_dated(kind: FactKind) -> bool {
    matches!(kind, FactKind::Kind | FactKind::Force | FactKind::Directorate | FactKind::Pathway)
}

fn fact_of(field: Field) -> Option<FactKind> {
    match field {
        Field::Kind => Some(FactKind::Kind),
        Field::Mode => Some(FactKind::Mode),
        Field::Force | Field::Region => Some(FactKind::Force),
        Field::FiledBy => Some(FactKind::FiledBy),
        Field::Finding => Some(FactKind::Finding),
        Field::Directorate => Some(FactKind::Directorate),
        Field::Pathway => Some(FactKind::Pathway),
        _ => None,
    }
}
