//! The power under which something is decided: a rule of the law files, as in force for the matter.

use super::{Context, State};
use crate::day::Day;
use crate::law::Follows;
use crate::refusal::Refusal;

/// The citation of a rule as it applies to an act on `on`: by the day of the matter, or by the day
/// of the act for the rules that changed for every case at once.
#[must_use]
pub fn cited(rule: &str, state: &State, context: Context<'_>, on: Day) -> Option<String> {
    let found = context.law.rule(rule)?;
    let day = match found.follows {
        Follows::Matter => state.law_day()?,
        Follows::Act => on,
    };
    found.on(day).map(|version| version.citation.clone())
}

/// The same, or the words that say that the law gives no such power for this matter.
pub(super) fn required(rule: &str, state: &State, context: Context<'_>, on: Day) -> Result<String, Refusal> {
    cited(rule, state, context, on).ok_or_else(|| {
        let title = context.law.rule(rule).map_or_else(|| rule.to_owned(), |r| r.title.to_lowercase());
        Refusal::new(format!("The law that applies to this matter gives no power to {title}"))
    })
}
