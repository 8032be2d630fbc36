//! Receipts as they are made, by a page and by a command: the newest checkpoint, the entry, its
//! place in the tree, and those of its words that are shown.

use std::path::Path;

use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::note::{Note, Verifier};
use candour_core::record::receipt::Receipt;
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::db::Tx;
use candour_store::record::{After, NewEvent, Write};
use candour_store::{Failure, disposals, proof, reads};
use serde_json::json;

use crate::signer::key_beside;

/// What somebody asks a receipt of.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The case.
    pub reference: Reference,
    /// The version of its entry.
    pub entry: u64,
    /// The fields of the words that are shown.
    pub words: Vec<String>,
}

/// The newest checkpoint and the key that signed it.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The note as published.
    pub note: Note,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The key beside it.
    pub key: Verifier,
}

/// What came of asking.
pub enum Made {
    /// The receipt.
    Receipt(Box<Receipt>),
    /// The checkpoint does not cover the entry yet.
    Newer {
        /// How many events it covers.
        size: u64,
    },
    /// The record is not what the checkpoint signs.
    Unlike,
}

impl Signed {
    /// Reads the newest checkpoint and the key beside it.
    pub fn read(path: &Path) -> Result<Self, Refusal> {
        let read = |path: &Path| {
            let unread = |e: std::io::Error| Refusal::new(format!("{} cannot be read: {e}", path.display()));
            std::fs::read_to_string(path).map_err(unread)
        };
        let note = Note::parse(&read(path)?)?;
        let checkpoint = Checkpoint::of(&note)?;
        let key = Verifier::parse(read(&key_beside(path))?.trim_end())?;
        if !key.signed(&note) {
            return Err(Refusal::new("the key beside the checkpoint did not sign it"));
        }
        Ok(Self { note, checkpoint, key })
    }
}

/// That there is no such entry, or no such case, as far as whoever asks is to know.
#[must_use]
pub fn no_such_entry(asked: &Asked) -> Refusal {
    Refusal::of("entry", format!("there is no entry {} in the case {}", asked.entry, asked.reference))
}

/// Makes the receipt of an entry.
pub fn make(tx: &mut Tx<'_>, log: &str, asked: &Asked, signed: Signed) -> Result<Made, Failure> {
    let Signed { note, checkpoint, key } = signed;
    if checkpoint.log() != Some(log) {
        return Err(Refusal::new(format!("the checkpoint is not one of the log {log}")).into());
    }
    let (stream, head) = (asked.reference.stream(), reads::position(tx, log)?);
    let event = proof::events(tx, log, &stream, head)?.into_iter().find(|event| event.version == asked.entry);
    let mut event = event.ok_or_else(|| no_such_entry(asked))?;
    if !asked.words.is_empty() && disposals::kept(tx, log)?.restriction(&stream).is_some() {
        let says = "the words of this case are restricted, so that a receipt can hold none of them";
        return Err(Refusal::of("word", says).into());
    }
    if event.seq > checkpoint.size {
        return Ok(Made::Newer { size: checkpoint.size });
    }
    let mut texts = proof::texts(tx, log, &stream, event.seq)?;
    texts.retain(|text| text.seq == event.seq);
    if let Some(field) = asked.words.iter().find(|field| texts.iter().all(|text| text.field != **field)) {
        let fields: Vec<&str> = texts.iter().map(|text| text.field.as_str()).collect();
        let says = format!("the entry has no word {field:?}; it has: {}", fields.join(", "));
        return Err(Refusal::of("word", says).into());
    }
    texts.retain(|text| asked.words.contains(&text.field));
    let tree = proof::tree(tx, log, checkpoint.size)?;
    let proof = tree.inclusion(event.seq.saturating_sub(1), checkpoint.size);
    let Some(proof) = proof.filter(|_| tree.root(checkpoint.size) == Some(checkpoint.root)) else {
        return Ok(Made::Unlike);
    };
    event.proof = proof;
    Ok(Made::Receipt(Box::new(Receipt { log: log.to_owned(), stream, key, note, event, texts })))
}

/// Puts into the access log that an entry was handed out, and which of its words.
pub fn note(w: &mut Write<'_>, actor: &str, authority: &str, asked: &Asked) -> Result<(), Failure> {
    let mut data = serde_json::Map::new();
    data.insert("entry".to_owned(), json!(asked.entry));
    data.insert("words".to_owned(), json!(asked.words));
    let made = NewEvent { kind: "receipt.made".to_owned(), data, on: None, words: Vec::new() };
    w.append(actor, authority, &asked.reference.stream(), After::Latest, vec![made]).map(|_| ())
}
