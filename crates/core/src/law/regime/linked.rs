//! The links between matters, followed to every older matter that one relates to.

use std::collections::BTreeSet;

use super::{Against, Linked};
use crate::day::Day;
use crate::refusal::Refusal;

/// How many matters one matter may be linked to, directly and through others.
pub const LINKED_MAX: usize = 1_000;

/// A matter as the links between matters see it.
#[derive(Debug, Clone)]
pub struct Related<'a> {
    /// The day on which it came to attention.
    pub attention: Day,
    /// The day on which its handling ended; none while it is being handled.
    pub ended: Option<Day>,
    /// Whether it was against the officer of the matter that is asked about.
    pub against: Against,
    /// The references of the matters that it relates to.
    pub relates_to: Vec<&'a str>,
}

/// Every matter that `start` relates to, directly or through others, as it stood when `start` came
/// to attention. A matter that ended on that very day was still being handled on it.
///
/// # Errors
/// Names the matters where the links come back to where they were, where one leads to a matter
/// that `matter` does not know, and where there are more than [`LINKED_MAX`].
pub fn linked<'a>(start: &'a str, matter: impl Fn(&str) -> Option<Related<'a>>) -> Result<Vec<Linked>, Refusal> {
    let first = matter(start).ok_or_else(|| Refusal::new(format!("There is no matter {start}")))?;
    let at = first.attention;
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    // The matters between the start and here, each with the links that are still to be followed.
    let mut path = vec![(start, first.relates_to)];
    while let Some((here, left)) = path.last_mut() {
        let here = *here;
        let Some(next) = left.pop() else {
            path.pop();
            continue;
        };
        if let Some(back) = path.iter().position(|(name, _)| *name == next) {
            let round: Vec<&str> = path.iter().skip(back).map(|(name, _)| *name).chain([next]).collect();
            let says = format!("The links between matters come back to {next}: {}; remove one", round.join(", then "));
            return Err(Refusal::new(says));
        }
        if !seen.insert(next) {
            continue;
        }
        if seen.len() > LINKED_MAX {
            let says = format!("{start} is linked to more than {LINKED_MAX} matters; remove some links");
            return Err(Refusal::new(says));
        }
        let Some(older) = matter(next) else {
            let says = format!("{here} is linked to {next}, which is not there; correct or remove that link");
            return Err(Refusal::new(says));
        };
        let open_then = older.ended.is_none_or(|ended| at <= ended);
        found.push(Linked { attention: Some(older.attention), open_then, against: older.against });
        path.push((next, older.relates_to));
    }
    Ok(found)
}
