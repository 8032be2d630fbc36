//! Reading a bundle: exactly the keys that it must have, each of its type, and nothing else.

use serde_json::{Map, Value as Json};

use super::{Bundle, Event, FORMAT, Older, Text};
use crate::record::checkpoint::Checkpoint;
use crate::record::note::{Note, Verifier};
use crate::record::{Hash, json, unhex};

/// The largest position: 2^53, as for a database.
const SEQ_MAX: u64 = 1 << 53;
/// Hashes in a proof. A tree with more levels does not exist.
const PROOF_HASHES_MAX: usize = 64;

/// One object of the bundle, with all the keys that it may have.
pub(in crate::record) struct Part<'j>(&'j Map<String, Json>);

impl Bundle {
    /// Reads a bundle; none when any part of it is not as it must be.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        const KEYS: [&str; 8] = ["format", "log", "stream", "key", "checkpoint", "events", "texts", "consistency"];
        let object = json::object(text)?;
        let part = Part::of(&object, &KEYS)?;
        let note = Note::parse(part.text("checkpoint")?).ok()?;
        let bundle = Self {
            log: part.text("log")?.to_owned(),
            stream: part.text("stream")?.to_owned(),
            key: Verifier::parse(part.text("key")?).ok()?,
            checkpoint: Checkpoint::of(&note).ok()?,
            note,
            events: part.list("events", event)?,
            texts: part.list("texts", word)?,
            consistency: part.list("consistency", older)?,
        };
        let sound = part.text("format")? == FORMAT
            && !bundle.log.is_empty()
            && !bundle.stream.is_empty()
            && !bundle.events.is_empty()
            && bundle.texts.windows(2).all(|pair| pair[0].place() < pair[1].place())
            && bundle.consistency.windows(2).all(|pair| pair[0].size < pair[1].size);
        sound.then_some(bundle)
    }
}

fn event(value: &Json) -> Option<Event> {
    const KEYS: [&str; 11] = [
        "seq",
        "version",
        "kind",
        "data",
        "actor",
        "authority",
        "recorded_at",
        "on_date",
        "prev_hash",
        "hash",
        "proof",
    ];
    let part = Part::of(value.as_object()?, &KEYS)?;
    Some(Event {
        seq: part.position("seq")?,
        version: part.position("version")?,
        kind: part.text("kind")?.to_owned(),
        data: part.text("data")?.to_owned(),
        actor: part.text("actor")?.to_owned(),
        authority: part.text("authority")?.to_owned(),
        recorded_at: part.get("recorded_at")?.as_i64()?,
        on_date: part.text("on_date")?.to_owned(),
        prev_hash: part.hash("prev_hash")?,
        hash: part.hash("hash")?,
        proof: part.proof()?,
    })
}

fn word(value: &Json) -> Option<Text> {
    let part = Part::of(value.as_object()?, &["seq", "field", "salt", "value"])?;
    Some(Text {
        seq: part.position("seq")?,
        field: part.text("field")?.to_owned(),
        salt: part.hash("salt")?,
        value: part.text("value")?.to_owned(),
    })
}

fn older(value: &Json) -> Option<Older> {
    let part = Part::of(value.as_object()?, &["size", "root", "proof"])?;
    Some(Older { size: part.position("size")?, root: part.hash("root")?, proof: part.proof()? })
}

impl<'j> Part<'j> {
    pub(in crate::record) fn of(object: &'j Map<String, Json>, keys: &[&str]) -> Option<Self> {
        (object.len() == keys.len() && keys.iter().all(|key| object.contains_key(*key))).then_some(Self(object))
    }

    pub(in crate::record) fn get(&self, key: &str) -> Option<&'j Json> {
        self.0.get(key)
    }

    pub(in crate::record) fn text(&self, key: &str) -> Option<&'j str> {
        self.get(key)?.as_str()
    }

    pub(in crate::record) fn position(&self, key: &str) -> Option<u64> {
        self.get(key)?.as_u64().filter(|n| (1..=SEQ_MAX).contains(n))
    }

    pub(in crate::record) fn hash(&self, key: &str) -> Option<Hash> {
        unhex(self.text(key)?)
    }

    pub(in crate::record) fn proof(&self) -> Option<Vec<Hash>> {
        let proof = self.list("proof", |hash| unhex(hash.as_str()?))?;
        (proof.len() <= PROOF_HASHES_MAX).then_some(proof)
    }

    pub(in crate::record) fn list<T>(&self, key: &str, read: impl FnMut(&'j Json) -> Option<T>) -> Option<Vec<T>> {
        self.get(key)?.as_array()?.iter().map(read).collect()
    }
}
