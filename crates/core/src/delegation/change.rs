//! Changes of the scheme, and the rules that admit them.

use super::{Delegations, Ended, Event, ExclusionApplied, Fresh, GradeHeld, Holder, PowerDelegated, Rescinded};
use crate::day::{Day, in_words};
use crate::law::powers::Powers;
use crate::permit::{Action, Permit};
use crate::refusal::Refusal;
use jiff::ToSpan as _;

/// What may be asked of the scheme. `on` is the day of the instrument; first and last days are
/// whole days, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Delegate every power to its level, as `law/ew/powers.toml` has it.
    Adopt {
        /// The day of the instrument.
        on: Day,
        /// The first day.
        from: Day,
        /// The instrument.
        instrument: String,
    },
    /// Delegate powers.
    Grant {
        /// The ids of the powers.
        powers: Vec<String>,
        /// To whom.
        to: Holder,
        /// The day of the instrument.
        on: Day,
        /// The first day.
        from: Day,
        /// The last day, where it is fixed.
        until: Option<Day>,
        /// The instrument.
        instrument: String,
    },
    /// Give somebody a grade, in place of the one that they hold.
    SetGrade {
        /// Their opaque id.
        person: String,
        /// The id of the level.
        grade: String,
        /// The day of the instrument.
        on: Day,
        /// The first day.
        from: Day,
        /// The last day, where it is fixed.
        to: Option<Day>,
    },
    /// End a grade, a delegation or an exclusion.
    End {
        /// The version of its entry.
        of: u64,
        /// The day on which the end was decided.
        on: Day,
        /// The last day on which it holds.
        last: Day,
        /// Why.
        reasons: String,
    },
    /// Keep somebody from designated functions.
    Exclude {
        /// Their opaque id.
        person: String,
        /// The ids of the powers.
        powers: Vec<String>,
        /// The day of the instrument.
        on: Day,
        /// The first day.
        from: Day,
        /// Why.
        reasons: String,
    },
    /// Rescind an entry that should never have been made.
    Rescind {
        /// The version of the entry.
        of: u64,
        /// The day on which that was decided.
        on: Day,
        /// Why.
        reasons: String,
    },
}

/// The events that a change leads to, or why it may not be made.
///
/// # Errors
/// Names the field and what to do.
pub fn decide(scheme: &Delegations, permit: &Permit, today: Day, change: Change) -> Result<Vec<Fresh>, Refusal> {
    if !permit.is_for(Action::Delegate, "") {
        return Err(Refusal::new("You were not given permission for this"));
    }
    let fresh = match change {
        Change::Adopt { on, from, instrument } => adopted(on, from, None, &instrument),
        Change::Grant { powers, to, on, from, until, instrument } => {
            let event = PowerDelegated { powers, to, from, until };
            vec![Fresh::new(Event::PowerDelegated(event), on).with_words("instrument", instrument)]
        }
        Change::SetGrade { person, grade: level, on, from, to } => {
            let mut fresh = Vec::new();
            // A grade that began on the same day was a slip, which is rescinded and not ended.
            if let Some(before) = scheme.grade_on(&person, from).filter(|before| before.from < from) {
                let last = from.saturating_sub(1.day());
                fresh.push(Fresh::new(Event::Ended(Ended { of: before.of, last }), on));
            }
            fresh.push(grade(&person, &level, on, from, to));
            fresh
        }
        Change::End { of, on, last, reasons } => {
            if reasons.trim().is_empty() {
                return Err(Refusal::of("reasons", "Give the reasons"));
            }
            let excluded =
                |e: &super::Entry| matches!(&e.event, Event::ExclusionApplied(x) if x.person == permit.actor());
            if scheme.entry(of).is_some_and(excluded) {
                return Err(Refusal::of("of", "This entry is about you, so somebody else has to end it"));
            }
            vec![Fresh::new(Event::Ended(Ended { of, last }), on).with_words("reasons", reasons)]
        }
        Change::Exclude { person, powers, on, from, reasons } => {
            let citation = Powers::built_in().exclusion().citation.clone();
            let event = ExclusionApplied { person, powers, from, citation };
            vec![Fresh::new(Event::ExclusionApplied(event), on).with_words("reasons", reasons)]
        }
        Change::Rescind { of, on, reasons } => {
            vec![Fresh::new(Event::Rescinded(Rescinded { of }), on).with_words("reasons", reasons)]
        }
    };
    let mut next = scheme.clone();
    for fresh in &fresh {
        lawful(&next, permit.actor(), today, fresh)?;
        let entry = fresh.as_entry(next.version() + 1, permit.actor());
        let entries = next.entries.into_iter().chain([entry]).collect();
        next = Delegations::of(entries);
    }
    Ok(fresh)
}

/// Every power to its level: one event for each level that has any.
pub(super) fn adopted(on: Day, from: Day, until: Option<Day>, instrument: &str) -> Vec<Fresh> {
    let all = Powers::built_in();
    let granted = all.levels().iter().filter_map(|level| {
        let powers = all.powers().iter().filter(|p| p.level == level.id);
        let powers: Vec<String> = powers.map(|p| p.id.clone()).collect();
        let to = Holder::Grade(level.id.clone());
        let event = Event::PowerDelegated(PowerDelegated { powers: powers.clone(), to, from, until });
        (!powers.is_empty()).then(|| Fresh::new(event, on).with_words("instrument", instrument))
    });
    granted.collect()
}

/// A grade for somebody.
pub(super) fn grade(person: &str, level: &str, on: Day, from: Day, to: Option<Day>) -> Fresh {
    let (person, grade) = (person.to_owned(), level.to_owned());
    Fresh::new(Event::GradeHeld(GradeHeld { person, grade, from, to }), on)
}

/// Whether an event may be the next of the scheme.
fn lawful(scheme: &Delegations, actor: &str, today: Day, fresh: &Fresh) -> Result<(), Refusal> {
    if fresh.on > today {
        let says = format!("The date of the instrument must be today ({}) or earlier", in_words(today));
        return Err(Refusal::of("on", says));
    }
    match &fresh.event {
        Event::GradeHeld(e) => lawful_grade(scheme, actor, e, fresh.on),
        Event::PowerDelegated(e) => lawful_grant(scheme, actor, e, fresh.on),
        Event::Ended(e) => lawful_end(scheme, e, fresh.on),
        Event::ExclusionApplied(e) => lawful_exclusion(scheme, e, fresh),
        Event::Rescinded(e) => lawful_rescission(scheme, actor, e, fresh),
    }
}

/// A first day is no earlier than the instrument, and a last day no earlier than the first.
fn lawful_time(on: Day, from: Day, to: Option<Day>, to_field: &'static str) -> Result<(), Refusal> {
    if from < on {
        let says = format!(
            "The first day must be on or after the day of the instrument ({}): nothing is delegated backwards",
            in_words(on)
        );
        return Err(Refusal::of("from", says));
    }
    match to {
        Some(to) if to < from => {
            let says = format!("The last day must be on or after the first day ({})", in_words(from));
            Err(Refusal::of(to_field, says))
        }
        _ => Ok(()),
    }
}

/// Whether two times have a day in common.
fn meet((from, to): (Day, Option<Day>), (other, other_to): (Day, Option<Day>)) -> bool {
    to.is_none_or(|to| other <= to) && other_to.is_none_or(|other_to| from <= other_to)
}

fn known_level(level: &str, field: &'static str) -> Result<(), Refusal> {
    let levels = Powers::built_in().levels();
    if levels.iter().any(|l| l.id == level) {
        return Ok(());
    }
    let ids: Vec<&str> = levels.iter().map(|l| l.id.as_str()).collect();
    Err(Refusal::of(field, format!("There is no grade {level:?}; the grades are {}", ids.join(", "))))
}

fn known_powers(powers: &[String]) -> Result<(), Refusal> {
    if powers.is_empty() {
        return Err(Refusal::of("powers", "Choose at least one power"));
    }
    for (n, power) in powers.iter().enumerate() {
        if Powers::built_in().power(power).is_none() {
            return Err(Refusal::of("powers", format!("There is no power {power:?}; docs/delegation.md has the list")));
        }
        if powers.iter().take(n).any(|other| other == power) {
            return Err(Refusal::of("powers", format!("{power} stands twice")));
        }
    }
    Ok(())
}

fn known_person(person: &str) -> Result<(), Refusal> {
    if person.trim().is_empty() { Err(Refusal::of("person", "Choose a person")) } else { Ok(()) }
}

fn lawful_grade(scheme: &Delegations, actor: &str, held: &GradeHeld, on: Day) -> Result<(), Refusal> {
    known_person(&held.person)?;
    known_level(&held.grade, "grade")?;
    lawful_time(on, held.from, held.to, "to")?;
    if held.person == actor {
        return Err(Refusal::of("person", "This is your own grade, so somebody else has to record it"));
    }
    let overlaps = |g: &&super::Grade| g.person == held.person && meet((g.from, g.to), (held.from, held.to));
    match scheme.grades.iter().find(overlaps) {
        Some(other) => {
            let level = Powers::built_in().level_in_words(&other.level);
            let says = format!(
                "They hold the grade {level} from {} (entry {}). End or rescind that entry first, or choose another \
                 first day",
                in_words(other.from),
                other.of
            );
            Err(Refusal::of("from", says))
        }
        None => Ok(()),
    }
}

fn lawful_grant(scheme: &Delegations, actor: &str, granted: &PowerDelegated, on: Day) -> Result<(), Refusal> {
    known_powers(&granted.powers)?;
    match &granted.to {
        Holder::Grade(level) => known_level(level, "to")?,
        Holder::Person(person) => known_person(person)?,
    }
    lawful_time(on, granted.from, granted.until, "until")?;
    let own = match &granted.to {
        Holder::Person(person) => person == actor,
        Holder::Grade(level) => {
            scheme.grade_on(actor, granted.from).is_some_and(|g| Powers::built_in().reaches(&g.level, level))
        }
    };
    if own {
        return Err(Refusal::of("to", "Nobody delegates to themselves: somebody else has to record this"));
    }
    let times = (granted.from, granted.until);
    let overlaps = |g: &&super::Grant| g.to == granted.to && meet((g.from, g.until), times);
    for other in scheme.grants.iter().filter(overlaps) {
        if let Some(power) = granted.powers.iter().find(|power| other.powers.contains(power)) {
            let says = format!(
                "{power} is already delegated there from {} (entry {}). End that entry first, or leave {power} out",
                in_words(other.from),
                other.of
            );
            return Err(Refusal::of("powers", says));
        }
    }
    Ok(())
}

fn lawful_end(scheme: &Delegations, ended: &Ended, on: Day) -> Result<(), Refusal> {
    let grades = scheme.grades.iter().map(|g| (g.of, g.from, g.to));
    let grants = scheme.grants.iter().map(|g| (g.of, g.from, g.until));
    let barred = scheme.barred.iter().map(|b| (b.of, b.from, b.to));
    let found = grades.chain(grants).chain(barred).find(|(of, ..)| *of == ended.of);
    let Some((_, from, to)) = found else {
        return Err(Refusal::of("of", format!("There is no entry {} that could end", ended.of)));
    };
    if ended.last < from {
        let says = format!(
            "It cannot end before it began ({}). If it should never have been made, rescind it",
            in_words(from)
        );
        return Err(Refusal::of("last", says));
    }
    // What was decided while it was in force stays decided under it. The last day may be the day
    // before: somebody's new grade takes the place of the old one from the day of the instrument.
    if ended.last < on.saturating_sub(1.day()) {
        let says = format!("It cannot end before the day on which its end was decided ({})", in_words(on));
        return Err(Refusal::of("last", says));
    }
    match to {
        Some(to) if to <= ended.last => Err(Refusal::of("last", format!("It ends on {} already", in_words(to)))),
        _ => Ok(()),
    }
}

fn lawful_exclusion(scheme: &Delegations, applied: &ExclusionApplied, fresh: &Fresh) -> Result<(), Refusal> {
    known_person(&applied.person)?;
    known_powers(&applied.powers)?;
    lawful_time(fresh.on, applied.from, None, "from")?;
    if fresh.words.is_empty() {
        return Err(Refusal::of("reasons", "Give the reasons"));
    }
    let twice = |b: &&super::Barred| b.person == applied.person && meet((b.from, b.to), (applied.from, None));
    for other in scheme.barred.iter().filter(twice) {
        if let Some(power) = applied.powers.iter().find(|power| other.powers.contains(power)) {
            let says = format!("They are already kept from {power} by entry {}", other.of);
            return Err(Refusal::of("powers", says));
        }
    }
    Ok(())
}

fn lawful_rescission(scheme: &Delegations, actor: &str, rescinded: &Rescinded, fresh: &Fresh) -> Result<(), Refusal> {
    let Some(entry) = scheme.entry(rescinded.of) else {
        return Err(Refusal::of("of", format!("There is no entry {}", rescinded.of)));
    };
    if matches!(entry.event, Event::Rescinded(_)) {
        return Err(Refusal::of("of", "That entry rescinds another. Record again what should hold"));
    }
    if scheme.rescinded().contains(&rescinded.of) {
        return Err(Refusal::of("of", format!("Entry {} has been rescinded already", rescinded.of)));
    }
    if fresh.words.is_empty() {
        return Err(Refusal::of("reasons", "Give the reasons"));
    }
    if is_about(scheme, entry, actor) {
        return Err(Refusal::of("of", "This entry is about you, so somebody else has to rescind it"));
    }
    let left = scheme.entries.iter().cloned().chain([fresh.as_entry(scheme.version() + 1, actor)]).collect();
    if has_overlaps(&Delegations::of(left)) {
        let says = "Without that entry two others would hold at once. Rescind or end one of them first";
        return Err(Refusal::of("of", says));
    }
    Ok(())
}

/// Whether an entry, or the one that it ends, is about somebody.
fn is_about(scheme: &Delegations, entry: &super::Entry, person: &str) -> bool {
    match &entry.event {
        Event::GradeHeld(e) => e.person == person,
        Event::PowerDelegated(e) => e.to == Holder::Person(person.to_owned()),
        Event::ExclusionApplied(e) => e.person == person,
        Event::Ended(e) => scheme.entry(e.of).is_some_and(|of| is_about(scheme, of, person)),
        Event::Rescinded(_) => false,
    }
}

/// Whether somebody holds two grades at once, or a power is delegated twice to the same holder.
fn has_overlaps(scheme: &Delegations) -> bool {
    let grades = scheme.grades.iter().enumerate().any(|(n, a)| {
        let mut others = scheme.grades.iter().skip(n + 1);
        others.any(|b| a.person == b.person && meet((a.from, a.to), (b.from, b.to)))
    });
    let grants = scheme.grants.iter().enumerate().any(|(n, a)| {
        let mut others = scheme.grants.iter().skip(n + 1);
        others.any(|b| {
            a.to == b.to && meet((a.from, a.until), (b.from, b.until)) && a.powers.iter().any(|p| b.powers.contains(p))
        })
    });
    grades || grants
}
