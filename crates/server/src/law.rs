//! What the law files answer, for the command line, the pages and programs alike. `docs/law.md`
//! describes the answers.

pub mod deadline;
pub mod explain;
pub mod named;
pub mod regime;

use candour_core::day::Day;
use candour_core::law::Rule;
use serde::Serialize;
use serde_json::Value;

/// Why no version of a rule governs a day.
#[must_use]
pub fn not_in_force(rule: &Rule, on: Day) -> String {
    let earlier = rule.versions.iter().filter_map(|version| version.to).rfind(|to| *to < on);
    let later = rule.versions.iter().map(|version| version.from).find(|from| on < *from);
    match (earlier, later) {
        (None, Some(first)) => {
            format!(
                "{} is not in force on {on}: its first version begins on {first}; ask for that day or later",
                rule.id
            )
        }
        (Some(last), _) => format!(
            "{} is not in force on {on}: it ended on {last}; ask for that day or earlier, or give the day of attention where the matter is older",
            rule.id
        ),
        (None, None) => format!("{} has no version on {on}", rule.id),
    }
}

/// The word that the law files use, such as `from-memory`.
#[must_use]
pub fn word(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
