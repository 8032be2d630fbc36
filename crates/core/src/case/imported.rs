//! Cases of another system, taken over with the dates they came with.
//!
//! An imported case is not decided here: its steps were taken elsewhere. What is checked is that
//! it can be read at all; what looks wrong is kept and said.

use super::allegation::{AllegationsRecorded, Alleged, Finding, FindingsRecorded};
use super::closing::Closed;
use super::matter::Matter;
use super::{Case, Context, Event, Fresh, effective};
use crate::day::Day;
use crate::permit::{Action, Permit};
use crate::refusal::Refusal;

/// A case of another system.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What was received.
    pub matter: Matter,
    /// When.
    pub received: Day,
    /// When it was closed, if it was.
    pub closed: Option<Day>,
    /// The allegations.
    pub allegations: Vec<Alleged>,
    /// The findings.
    pub findings: Vec<Finding>,
}

/// The events of an imported case, or why it cannot be taken over.
pub fn decide(case: &Case, permit: &Permit, context: Context<'_>, imported: Imported) -> Result<Vec<Fresh>, Refusal> {
    if !permit.is_for(Action::Import, &case.reference.stream()) {
        return Err(Refusal::new("You were not given permission to import"));
    }
    if case.matter().is_some() {
        return Err(Refusal::new("This case is in the record already"));
    }
    let mut events = vec![Fresh::new(Event::Received(imported.matter), Some(imported.received))];
    if !imported.allegations.is_empty() {
        let recorded = AllegationsRecorded { allegations: imported.allegations };
        events.push(Fresh::new(Event::AllegationsRecorded(recorded), Some(imported.received)));
    }
    if !imported.findings.is_empty() {
        let recorded = FindingsRecorded { findings: imported.findings };
        events.push(Fresh::new(Event::FindingsRecorded(recorded), imported.closed));
    }
    if let Some(closed) = imported.closed {
        events.push(Fresh::new(Event::Closed(Closed::default()), Some(closed)));
    }
    let entries: Vec<_> = events.iter().zip(1..).map(|(fresh, version)| fresh.as_entry(version)).collect();
    super::admit_all(&effective(&entries), context)?;
    Ok(events)
}

/// The events that add allegations to a case that an import brought, with their findings.
///
/// A row that an import refused can so be corrected and taken over later.
pub fn add(
    case: &Case,
    permit: &Permit,
    context: Context<'_>,
    allegations: Vec<Alleged>,
    findings: Vec<Finding>,
) -> Result<Vec<Fresh>, Refusal> {
    if !permit.is_for(Action::Import, &case.reference.stream()) {
        return Err(Refusal::new("You were not given permission to import"));
    }
    let Some(opened) = case.matter().filter(|m| m.matter.import.is_some()) else {
        return Err(Refusal::new("An import adds allegations only to a case that an import brought"));
    };
    let stands = |a: &Alleged| case.state.allegations.iter().any(|b| b.alleged.n == a.n);
    if let Some(twice) = allegations.iter().find(|a| stands(a)) {
        return Err(Refusal::new(format!("Allegation {} stands in this case already", twice.n)));
    }
    let received = Some(opened.received);
    let recorded = AllegationsRecorded { allegations };
    let mut events = vec![Fresh::new(Event::AllegationsRecorded(recorded), received)];
    if !findings.is_empty() {
        let recorded = FindingsRecorded { findings };
        events.push(Fresh::new(Event::FindingsRecorded(recorded), case.state.closed));
    }
    super::admit_in_turn(case, &events, context)?;
    Ok(events)
}

/// What looks wrong in an imported case but is kept as it came.
#[must_use]
pub fn warnings(imported: &Imported) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(closed) = imported.closed.filter(|closed| *closed < imported.received) {
        warnings.push(format!(
            "closed on {closed}, before it was received on {}: kept, counted as closed and left out of durations",
            imported.received
        ));
    }
    warnings
}
