//! The bound on backdating: an event came into the log after the last cosigned checkpoint that does
//! not cover it, and before the first that does. A recorded time outside those two is a false one.

use serde_json::{Value as Json, json};

use super::checkpoint::Checkpoint;
use super::note::{DASH, Note};
use super::policy::Policy;
use crate::refusal::Refusal;

/// How far a recorded time may lie outside its bound: clocks differ, and asking a witness takes time.
pub const TOLERANCE_SECONDS: u64 = 120;
/// Within what time after it was recorded an event should be covered.
pub const SOON_SECONDS: u64 = 600;
const MICROS: i128 = 1_000_000;

/// A checkpoint that enough witnesses cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// By when a quorum had seen it, in seconds since 1970.
    pub by: u64,
    /// At what time or later a quorum still knew of nothing newer.
    pub since: u64,
}

/// The cosigned checkpoints of a file, as far as a policy accepts them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// Those that it accepts, by size.
    pub seen: Vec<Seen>,
    /// How many there are in the file.
    pub of: usize,
}

/// Reads a file of cosigned checkpoints: signed notes, one behind the other.
pub fn read(text: &str) -> Result<Vec<Note>, Refusal> {
    let mut notes = Vec::new();
    let (mut start, mut signed) = (0, false);
    for (at, line) in lines_at(text) {
        // A text has no signatures in it, so a line after them that is none begins the next note.
        if signed && !line.starts_with(DASH) {
            notes.push(Note::parse(&text[start..at])?);
            start = at;
        }
        signed = line.starts_with(DASH);
    }
    if start < text.len() {
        notes.push(Note::parse(&text[start..])?);
    }
    Ok(notes)
}

/// Each line and where it begins.
fn lines_at(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let begins = *at;
        *at += line.len();
        Some((begins, line))
    })
}

impl Witnessed {
    /// The checkpoints among the notes that the policy's log signed and its quorum cosigned. The rest
    /// prove nothing and are only counted.
    #[must_use]
    pub fn of(notes: &[Note], policy: &Policy) -> Self {
        let mut seen: Vec<Seen> = notes.iter().filter_map(|note| seen(note, policy)).collect();
        seen.sort_by_key(|seen| seen.checkpoint.size);
        Self { seen, of: notes.len() }
    }
}

/// A note as a checkpoint that was witnessed; none when it was not.
#[must_use]
pub fn seen(note: &Note, policy: &Policy) -> Option<Seen> {
    let checkpoint = Checkpoint::of(note).ok().filter(|checkpoint| policy.signed(note, checkpoint))?;
    let times = policy.times(note)?;
    Some(Seen { checkpoint, by: times.by, since: times.since })
}

/// When events were recorded, as far as witnesses know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Sizes, rising.
    sizes: Vec<u64>,
    /// Up to each size, the latest time at which nothing newer was known.
    since: Vec<u64>,
    /// From each size on, the earliest time by which it had been seen.
    by: Vec<u64>,
}

/// Between which times an event was recorded, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Not before; none when no cosigned checkpoint is older than the event.
    pub after: Option<u64>,
    /// Not after; none when no cosigned checkpoint covers it.
    pub before: Option<u64>,
}

impl Bounds {
    /// The bounds that these checkpoints of one log set, which must all be of one history.
    #[must_use]
    pub fn of<'s>(seen: impl IntoIterator<Item = &'s Seen>) -> Self {
        let mut seen: Vec<&Seen> = seen.into_iter().collect();
        seen.sort_by_key(|seen| seen.checkpoint.size);
        let latest = |last: &mut u64, seen: &&Seen| {
            *last = seen.since.max(*last);
            Some(*last)
        };
        let earliest = |first: &mut u64, seen: &&Seen| {
            *first = seen.by.min(*first);
            Some(*first)
        };
        let since = seen.iter().scan(0, latest).collect();
        let mut by: Vec<u64> = seen.iter().rev().scan(u64::MAX, earliest).collect();
        by.reverse();
        Self { sizes: seen.iter().map(|seen| seen.checkpoint.size).collect(), since, by }
    }

    /// Between which times the event at a place of the log was recorded.
    #[must_use]
    pub fn bound(&self, seq: u64) -> Bound {
        let covering = self.sizes.partition_point(|size| *size < seq);
        let after = covering.checked_sub(1).map(|older| self.since[older]);
        Bound { after, before: self.by.get(covering).copied() }
    }
}

impl Bound {
    /// Whether a time in microseconds since 1970 lies within the bound and its tolerance.
    #[must_use]
    pub fn holds(&self, recorded_at: i64) -> bool {
        let (at, tolerance) = (i128::from(recorded_at), i128::from(TOLERANCE_SECONDS));
        let early = self.after.is_some_and(|after| at < (i128::from(after) - tolerance) * MICROS);
        let late = self.before.is_some_and(|before| at > (i128::from(before) + tolerance) * MICROS);
        !early && !late
    }
}

/// How much of what was checked lies between cosigned checkpoints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Checkpoints that were witnessed.
    pub checkpoints: usize,
    /// Of how many in the file.
    pub of: usize,
    /// Events that were held against them.
    pub events: u64,
    /// Those with a cosigned checkpoint on either side.
    pub between: u64,
    /// Those that were covered soon after they were recorded.
    pub soon: u64,
}

impl Extent {
    /// Counts an event.
    pub fn count(&mut self, bound: Bound, recorded_at: i64) {
        self.events += 1;
        self.between += u64::from(bound.after.is_some() && bound.before.is_some());
        let by = i128::from(recorded_at) + i128::from(SOON_SECONDS) * MICROS;
        self.soon += u64::from(bound.before.is_some_and(|before| i128::from(before) * MICROS <= by));
    }

    /// It in the words that both verifiers print.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { checkpoints, of, events, between, soon } = self;
        format!(
            "witnessed: {checkpoints} of {of} checkpoints hold; of {events} events {between} lie between two of them, \
             {soon} were covered within {} minutes",
            SOON_SECONDS / 60
        )
    }

    /// The same as data.
    #[must_use]
    pub fn json(&self) -> Json {
        let Self { checkpoints, of, events, between, soon } = self;
        json!({"checkpoints": checkpoints, "of": of, "events": events, "between": between, "soon": soon})
    }
}
