//! What verifying a database and verifying a bundle have in common: a finding, and what an event's
//! columns must be (decision 001).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::disposal::{KIND, named};
use super::{Hash, json, unhex};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The log, or empty where it cannot be read.
    pub log: String,
    /// The position, or 0 where the finding is about the log as a whole.
    pub seq: u64,
    /// What is wrong, as named in decision 001.
    pub code: &'static str,
    /// The field of a personal word, or empty.
    pub field: String,
}

impl Finding {
    /// A finding at a place.
    #[must_use]
    pub fn at(log: &str, seq: u64, code: &'static str, field: &str) -> Self {
        Self { log: log.to_owned(), seq, code, field: field.to_owned() }
    }

    /// The finding in the words that both verifiers print.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}\t{}\t{}\t{}", self.code, escape(&self.log), self.seq, escape(&self.field))
    }
}

/// The commitments that an event's data names; none where the data is not as it should be.
#[must_use]
pub fn texts_of(data: &str) -> Option<Vec<(String, Hash)>> {
    let data = json::object(data)?;
    let Some(texts) = data.get("texts") else {
        return Some(Vec::new());
    };
    let named = |(field, commitment): (&String, &Json)| Some((field.clone(), unhex(commitment.as_str()?)?));
    texts.as_object()?.iter().map(named).collect()
}

/// The words that the disposals of a log name, each until its event is met (decision 013).
#[derive(Debug, Default)]
pub struct Disposals {
    named: BTreeMap<(u64, String), Vec<Disposed>>,
}

#[derive(Debug)]
struct Disposed {
    stream: String,
    commitment: Hash,
    met: bool,
}

impl Disposals {
    /// Takes in an event that can be read, and says what is wrong with it as a disposal.
    pub fn take(&mut self, seq: u64, stream: &str, kind: &str, data: &str, actor: &str) -> Vec<&'static str> {
        // What is no object or names no texts is `event-data`, and names nothing.
        if kind != KIND || texts_of(data).is_none() {
            return Vec::new();
        }
        let Some((words, by)) = named(data, seq) else {
            return vec!["disposal-data"];
        };
        for word in words {
            let disposed = Disposed { stream: stream.to_owned(), commitment: word.commitment, met: false };
            self.named.entry((word.seq, word.field)).or_default().push(disposed);
        }
        if by == actor { vec!["disposal-approval"] } else { Vec::new() }
    }

    /// Whether a disposal in the same stream names this commitment; the first such is then met.
    pub fn names(&mut self, seq: u64, stream: &str, field: &str, commitment: &Hash) -> bool {
        if self.named.is_empty() {
            return false;
        }
        let disposed = self.named.get_mut(&(seq, field.to_owned()));
        let met = disposed
            .and_then(|all| all.iter_mut().find(|d| !d.met && d.stream == stream && d.commitment == *commitment));
        met.is_some_and(|disposed| {
            disposed.met = true;
            true
        })
    }

    /// The places that disposals name and at which no event names such a commitment.
    #[must_use]
    pub fn unknown(self) -> Vec<(u64, String)> {
        let unmet = |(_, all): &(_, Vec<Disposed>)| all.iter().any(|disposed| !disposed.met);
        self.named.into_iter().filter(unmet).map(|(place, _)| place).collect()
    }
}

/// Exactly `YYYY-MM-DD`, a day that there was or will be.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    shape && !text.starts_with("0000") && text.parse::<crate::day::Day>().is_ok()
}

/// A text as it is printed: nothing in it can start a line or a column.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if u32::from(c) < 0x20 || c == '\u{7f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}
