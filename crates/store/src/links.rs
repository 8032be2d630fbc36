//! Links from a matter to older ones, held against the record: what is typed about a matter that is
//! in the record must be what the record says, and no chain of links may come back.

use std::collections::BTreeSet;

use candour_core::access::Own;
use candour_core::case::scheme::Related;
use candour_core::case::{Case, Event, Fresh};
use candour_core::day::{Day, in_words};
use candour_core::law::regime::LINKED_MAX;
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;

use crate::cases;
use crate::db::Tx;
use crate::failure::Failure;

/// Checks the links that events are about to record. Matters that are not in the record, known by
/// the authority's number alone, are taken as they are told.
///
/// `own` is what the record says of whoever records them: to somebody outside a seal there is no such case.
pub fn check(tx: &mut Tx<'_>, log: &str, own: &Own, case: &Case, fresh: &[Fresh]) -> Result<(), Failure> {
    for event in fresh {
        let (related, attention) = match &event.event {
            Event::Referred(m) | Event::Received(m) => (m.related.as_slice(), m.clear_on.or(event.on)),
            Event::LinkFound(found) => {
                (std::slice::from_ref(&found.older), case.matter().map(|matter| matter.attention()))
            }
            _ => continue,
        };
        let Some(attention) = attention else { continue };
        for older in related {
            agrees(tx, log, own, older, attention)?;
            comes_not_back(tx, log, own, &case.reference, older)?;
        }
    }
    Ok(())
}

fn wrong(says: String) -> Failure {
    Refusal::of("related", says).into()
}

/// What is said of an older matter must be what its own case says.
fn agrees(tx: &mut Tx<'_>, log: &str, own: &Own, older: &Related, attention: Day) -> Result<(), Failure> {
    let Ok(reference) = Reference::parse(&older.to) else { return Ok(()) };
    let known = cases::load(tx, log, &reference)?;
    let Some(matter) = known.matter().filter(|_| !own.is_outside(&reference.stream())) else {
        return Err(wrong(format!("There is no case {reference}. Check the reference")));
    };
    if matter.attention() != older.attention {
        let says = format!("{reference} came to attention on {}. Enter that day", in_words(matter.attention()));
        return Err(Refusal::of("related_attention", says).into());
    }
    let open_then = known.state.closed.is_none_or(|closed| attention <= closed);
    if open_then != older.open_then {
        let says = match known.state.closed {
            Some(closed) if !open_then => {
                format!("{reference} was closed on {}, before this matter came to attention", in_words(closed))
            }
            _ => format!("{reference} was still being handled when this matter came to attention"),
        };
        return Err(Refusal::of("related_open", says).into());
    }
    Ok(())
}

/// Follows the links of an older matter; none may lead to `own`.
fn comes_not_back(tx: &mut Tx<'_>, log: &str, own: &Own, case: &Reference, older: &Related) -> Result<(), Failure> {
    let (mut left, mut seen) = (vec![older.to.clone()], BTreeSet::new());
    while let Some(next) = left.pop() {
        let Ok(reference) = Reference::parse(&next) else { continue };
        // A link through a sealed case is nobody's to follow who is outside.
        if own.is_outside(&reference.stream()) {
            continue;
        }
        if reference == *case {
            return Err(wrong(format!("The links between matters come back to {case}. Remove one of them")));
        }
        if !seen.insert(next) {
            continue;
        }
        if seen.len() > LINKED_MAX {
            return Err(wrong(format!("It is linked to more than {LINKED_MAX} matters. Remove some links")));
        }
        let linked = cases::load(tx, log, &reference)?;
        left.extend(linked.state.related.iter().map(|related| related.to.clone()));
    }
    Ok(())
}
