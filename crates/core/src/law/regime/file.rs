//! The file of schemes: reads it, and refuses what contradicts itself by the entry's name.

use jiff::ToSpan as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Body, Grounds, Overlay, Person, Regime, Regimes, Scheme, Trigger};
use crate::day::Day;
use crate::law::rule::toml_day_option;
use crate::law::{Mark, toml_day};

/// A file as it stands; entries are read one by one, so that a bad one can be named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: toml::Table,
    #[serde(default, rename = "regime")]
    regimes: Vec<toml::Table>,
    #[serde(default, rename = "overlay")]
    overlays: Vec<toml::Table>,
    #[serde(default, rename = "body")]
    bodies: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegimeEntry {
    id: String,
    name: String,
    #[serde(deserialize_with = "toml_day")]
    from: Day,
    #[serde(default, deserialize_with = "toml_day_option")]
    to: Option<Day>,
    citation: String,
    complaints: Grounds,
    conduct: Grounds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverlayEntry {
    id: String,
    name: String,
    over: String,
    #[serde(deserialize_with = "toml_day")]
    from: Day,
    trigger: Trigger,
    only: Option<Person>,
    complaints: Option<Grounds>,
    conduct: Option<Grounds>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyEntry {
    id: String,
    name: String,
    scheme: SchemeEntry,
    regime: Option<String>,
    #[serde(default, deserialize_with = "toml_day_option")]
    from: Option<Day>,
    citation: Option<String>,
    mark: Option<Mark>,
    read_in: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SchemeEntry {
    Current,
    Old,
}

/// Reads the text of a file.
pub(super) fn regimes(text: &str) -> Result<Regimes, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    if file.source.is_empty() {
        return Err("give the source".to_owned());
    }
    let mut read = Regimes { regimes: Vec::new(), overlays: Vec::new(), bodies: Vec::new() };
    for table in file.regimes {
        let (label, entry) = entry("regime", table)?;
        let regime = regime(entry, read.regimes.last()).map_err(|says| format!("{label}: {says}"))?;
        read.regimes.push(regime);
    }
    match read.regimes.last() {
        None => return Err("give at least one regime".to_owned()),
        Some(Regime { id, to: Some(_), .. }) => return Err(format!("regime {id}: the newest scheme has no last day")),
        Some(_) => {}
    }
    for table in file.overlays {
        let (label, entry) = entry("overlay", table)?;
        let overlay = overlay(entry, &read).map_err(|says| format!("{label}: {says}"))?;
        read.overlays.push(overlay);
    }
    for table in file.bodies {
        let (label, entry) = entry("body", table)?;
        let body = body(entry, &read).map_err(|says| format!("{label}: {says}"))?;
        read.bodies.push(body);
    }
    once("regime", read.regimes.iter().map(|r| &r.id).chain(read.overlays.iter().map(|o| &o.id)))?;
    once("body", read.bodies.iter().map(|b| &b.id))?;
    Ok(read)
}

/// One entry, and what it is called in a complaint.
fn entry<T: DeserializeOwned>(kind: &str, table: toml::Table) -> Result<(String, T), String> {
    let label = match table.get("id") {
        Some(toml::Value::String(id)) => format!("{kind} {id}"),
        _ => format!("{kind} without id"),
    };
    match table.try_into() {
        Ok(entry) => Ok((label, entry)),
        Err(e) => Err(format!("{label}: {}", toml::de::Error::message(&e))),
    }
}

fn regime(entry: RegimeEntry, older: Option<&Regime>) -> Result<Regime, String> {
    named(&entry.id, &entry.name)?;
    if entry.to.is_some_and(|to| to < entry.from) {
        return Err("it ends before it begins".to_owned());
    }
    if let Some(older) = older {
        follows(older, entry.from)?;
    }
    for (side, grounds) in [("complaints", &entry.complaints), ("conduct", &entry.conduct)] {
        let says = |says: String| format!("{side}: {says}");
        check(grounds).map_err(says)?;
        if grounds.before.is_some() != older.is_some() {
            return Err(says(
                "say with before what becomes of older matters; only the first scheme has none".to_owned(),
            ));
        }
    }
    let RegimeEntry { id, name, from, to, citation, complaints, conduct } = entry;
    if citation.is_empty() {
        return Err("give the citation".to_owned());
    }
    let mark = complaints.mark.weaker(conduct.mark);
    Ok(Regime { id, name, from, to, citation, mark, complaints, conduct })
}

/// The days of the schemes run on, in order.
fn follows(older: &Regime, from: Day) -> Result<(), String> {
    if from <= older.from {
        return Err(format!("it stands after {}, which does not begin before it", older.id));
    }
    let Some(to) = older.to else {
        return Err(format!("it overlaps {}, which has no last day", older.id));
    };
    if from <= to {
        return Err(format!("it overlaps {}, which ends on {to}", older.id));
    }
    if to.saturating_add(1.day()) < from {
        return Err(format!("there is a gap after {}, which ends on {to}", older.id));
    }
    Ok(())
}

fn overlay(entry: OverlayEntry, read: &Regimes) -> Result<Overlay, String> {
    named(&entry.id, &entry.name)?;
    let Some(over) = read.regimes.iter().find(|regime| regime.id == entry.over) else {
        return Err(format!("there is no regime {}", entry.over));
    };
    if entry.from <= over.from || over.to.is_some_and(|to| to < entry.from) {
        return Err(format!("its day is not within {}", over.id));
    }
    if let Some(older) = read.overlays.last().filter(|older| entry.from < older.from) {
        return Err(format!("it stands after {}, which begins later", older.id));
    }
    let same = |other: &&Overlay| {
        (&other.over, other.from, other.trigger, other.only) == (&entry.over, entry.from, entry.trigger, entry.only)
    };
    if let Some(other) = read.overlays.iter().find(same) {
        return Err(format!("it overlaps {}, which has the same day and trigger", other.id));
    }
    let sides = [("complaints", &entry.complaints), ("conduct", &entry.conduct)];
    if sides.iter().all(|(_, grounds)| grounds.is_none()) {
        return Err("say with complaints or conduct what it amends".to_owned());
    }
    for (side, grounds) in sides.into_iter().filter_map(|(side, g)| g.as_ref().map(|g| (side, g))) {
        let says = |says: String| format!("{side}: {says}");
        check(grounds).map_err(says)?;
        if grounds.before.is_none() {
            return Err(says("say with before to what it does not apply".to_owned()));
        }
        let steps = grounds.linked.is_some() || grounds.reinvestigated.is_some() || grounds.directed.is_some();
        if entry.trigger == Trigger::Notice && (steps || side == "complaints") {
            return Err(says(
                "a notice decides about the conduct side, and about nothing but before and new".to_owned(),
            ));
        }
    }
    let OverlayEntry { id, name, over, from, trigger, only, complaints, conduct } = entry;
    Ok(Overlay { id, name, over, from, trigger, only, complaints, conduct })
}

fn body(entry: BodyEntry, read: &Regimes) -> Result<Body, String> {
    named(&entry.id, &entry.name)?;
    let BodyEntry { id, name, scheme, regime, from, citation, mark, read_in } = entry;
    let scheme = match (scheme, regime, from, citation, mark) {
        (SchemeEntry::Current, None, None, None, None) if read_in.is_none() => Scheme::Current,
        (SchemeEntry::Current, ..) => return Err("the current scheme needs nothing but id and name".to_owned()),
        (SchemeEntry::Old, Some(regime), Some(from), Some(citation), Some(mark)) => {
            if !read.regimes.iter().any(|known| known.id == regime) {
                return Err(format!("there is no regime {regime}"));
            }
            cited(&citation, mark, read_in.as_deref())?;
            Scheme::Old { regime, from, citation, mark }
        }
        (SchemeEntry::Old, ..) => return Err("the old scheme needs regime, from, citation and mark".to_owned()),
    };
    Ok(Body { id, name, scheme })
}

fn check(grounds: &Grounds) -> Result<(), String> {
    let texts = [&grounds.before, &grounds.linked, &grounds.handled_under, &grounds.reinvestigated, &grounds.directed];
    if grounds.new.is_empty() || texts.into_iter().flatten().any(String::is_empty) {
        return Err("leave out what does not apply, and cite what does".to_owned());
    }
    if grounds.linked.is_some() != grounds.handled_under.is_some() {
        return Err("linked and handled_under go together".to_owned());
    }
    cited(&grounds.regulations, grounds.mark, grounds.read_in.as_deref())
}

fn cited(citation: &str, mark: Mark, read_in: Option<&str>) -> Result<(), String> {
    if citation.is_empty() {
        return Err("give the regulations".to_owned());
    }
    if mark == Mark::Read && read_in.is_none() {
        return Err("say where it was read".to_owned());
    }
    Ok(())
}

fn named(id: &str, name: &str) -> Result<(), String> {
    if id.is_empty() || name.is_empty() { Err("give an id and a name".to_owned()) } else { Ok(()) }
}

fn once<'a>(kind: &str, ids: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut seen = std::collections::HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(format!("{kind} {id} stands twice"));
        }
    }
    Ok(())
}
