//! Counts invented caseloads, by rules written here and nowhere in the planner.

mod count;
mod figures;
mod realism;
mod sanity;
