//! What verifying a database and verifying a bundle have in common: a finding, and what an event's
//! columns must be (decision 001).

use serde_json::Value as Json;

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
