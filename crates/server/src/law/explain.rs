//! A rule as data, with every version of it, as the answer that programs get.

use candour_core::day::Day;
use candour_core::law::{Rule, Version};
use serde_json::{Value, json};

use super::word;

/// A rule with every version of it, and which of them is in force on a day.
#[must_use]
pub fn answer(rule: &Rule, on: Day) -> Value {
    let versions: Vec<Value> =
        rule.versions.iter().map(|version| version_answer(version, in_force(version, on))).collect();
    json!({
        "rule": rule.id,
        "title": rule.title,
        "kind": word(rule.kind),
        "follows": word(rule.follows),
        "aliases": rule.aliases,
        "exceptional_circumstances": rule.exceptional_circumstances,
        "extension": rule.extension,
        "on": on,
        "versions": versions,
    })
}

/// One version of a rule.
#[must_use]
pub fn version_answer(version: &Version, in_force: bool) -> Value {
    json!({
        "from": version.from,
        "to": version.to,
        "in_force": in_force,
        "citation": version.citation,
        "url": version.url,
        "value": version.value,
        "least": version.least,
        "unit": word(version.unit),
        "counted": word(version.counted),
        "bound": word(version.bound),
        "standard": version.standard,
        "before": version.before.map(|time| time.strftime("%H:%M").to_string()),
        "trigger": version.trigger,
        "says": version.says,
        "mark": word(version.mark),
        "read_in": version.read_in,
    })
}

/// Whether a version is in force on a day.
#[must_use]
pub fn in_force(version: &Version, on: Day) -> bool {
    version.from <= on && version.to.is_none_or(|to| on <= to)
}
