//! The event that names personal words which were disposed of, as both verifiers read it
//! (decision 013). It stands in the stream whose words it names, so that a bundle of one case holds it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Hash, json, unhex};

/// The kind of that event, whatever its stream.
pub const KIND: &str = "words.disposed";

/// The commitments of words: by the position of their event in decimal digits, then by field.
pub type Words = BTreeMap<String, BTreeMap<String, String>>;

/// Words were disposed of: their values and salts are gone, their commitments stay. What they said
/// is nowhere in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposed {
    /// On which ground, by its id in the body's retention file.
    pub ground: String,
    /// Under which rule of the schedule, when that is the ground.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schedule: String,
    /// Who proposed it, as an opaque id. Whoever approved it is the event's actor.
    pub by: String,
    /// The version of the proposal in the stream of retention.
    pub proposal: u64,
    /// Exactly which words.
    pub disposed: Words,
    /// That they came back with an older backup, and went again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Again>,
}

/// The disposal that was lost with the end of a log when an older backup was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Again {
    /// Where its event stood.
    pub seq: u64,
    /// Who approved it.
    pub approved_by: String,
}

/// A word that a disposal names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The position of the event that it belonged to.
    pub seq: u64,
    /// Its field.
    pub field: String,
    /// Its commitment.
    pub commitment: Hash,
}

/// The words that an event of this kind names, and who proposed that they go; none where its data is
/// not as it must be. `at` is the event's own position: only what came before can be disposed of.
#[must_use]
pub fn named(data: &str, at: u64) -> Option<(Vec<Named>, String)> {
    let data = json::object(data)?;
    let by = data.get("by")?.as_str()?.to_owned();
    let mut all = Vec::new();
    for (position, fields) in data.get("disposed")?.as_object()? {
        let seq = place(position).filter(|seq| *seq < at)?;
        for (field, commitment) in fields.as_object()? {
            all.push(Named { seq, field: field.clone(), commitment: unhex(commitment.as_str()?)? });
        }
    }
    Some((all, by))
}

/// A position in its one spelling.
fn place(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.len() <= 16 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits && !text.starts_with('0'))
}

impl Disposed {
    /// Reads the data of such an event.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn decode(mut data: serde_json::Map<String, Json>) -> Result<Self, String> {
        data.remove("texts");
        serde_json::from_value(Json::Object(data)).map_err(|e| format!("{KIND}: {e}"))
    }

    /// Its data as stored.
    #[must_use]
    pub fn encode(&self) -> serde_json::Map<String, Json> {
        match serde_json::to_value(self) {
            Ok(Json::Object(map)) => map,
            _ => unreachable!("a struct serialises to an object"),
        }
    }

    /// The position and field of each word.
    pub fn places(&self) -> impl Iterator<Item = (u64, &str)> {
        self.disposed.iter().flat_map(|(position, fields)| {
            let seq = place(position).unwrap_or_default();
            fields.keys().map(move |field| (seq, field.as_str()))
        })
    }
}
