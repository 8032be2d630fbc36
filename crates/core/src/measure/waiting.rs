//! Who is at work on a case after its report, at the end of a day.

use std::collections::HashMap;

use super::facts::{FactKind, Facts};
use crate::holder::Holder;
use crate::profile::Profile;

/// The holders of every case with a proceeding that has begun and not ended, in the profile's order.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    by_unit: HashMap<u32, Vec<Holder>>,
}

/// One proceeding by the end of the day.
struct Proceeding {
    begun: bool,
    /// From which day the last owner is responsible, and who.
    owner: (i32, Holder),
    ended: bool,
}

impl Waiting {
    pub(super) fn gather(facts: &Facts, profile: &Profile, position: u64, on: i32) -> Self {
        let mut proceedings: HashMap<(u32, u32), Proceeding> = HashMap::new();
        for row in facts.in_force(position).filter(|row| facts.on[*row] <= on) {
            let kind = facts.kind[row];
            if !matches!(kind, FactKind::Begun | FactKind::Owner | FactKind::Ended) {
                continue;
            }
            let nobody = Proceeding { begun: false, owner: (i32::MIN, Holder::Other), ended: false };
            let proceeding = proceedings.entry((facts.unit[row], facts.n[row])).or_insert(nobody);
            proceeding.begun |= kind == FactKind::Begun;
            proceeding.ended |= kind == FactKind::Ended;
            // Of owners from the same day on, the one told last is right.
            if kind != FactKind::Ended && facts.on[row] >= proceeding.owner.0 {
                let owner = Holder::parse(facts.values.name(facts.value[row])).unwrap_or(Holder::Other);
                proceeding.owner = (facts.on[row], owner);
            }
        }
        let mut by_unit: HashMap<u32, Vec<Holder>> = HashMap::new();
        for ((unit, _), proceeding) in proceedings {
            if proceeding.begun && !proceeding.ended {
                by_unit.entry(unit).or_default().push(proceeding.owner.1);
            }
        }
        let place = |holder: &Holder| profile.holders.iter().position(|h| h == holder).unwrap_or(usize::MAX);
        for holders in by_unit.values_mut() {
            holders.sort_by_key(|holder| (place(holder), *holder));
            holders.dedup();
        }
        Self { by_unit }
    }

    /// Who is at work on a case: its holder first, then the others.
    pub(super) fn holders(&self, unit: u32) -> &[Holder] {
        self.by_unit.get(&unit).map_or(&[], Vec::as_slice)
    }
}
