//! A receipt: the proof that one entry is in the log, which whoever it concerns can check without
//! the body (C2SP `tlog-proof`; decision 009).
//!
//! Its extra data hold the entry's columns, from which its hash is computed again, and the words
//! of it that whoever gets the receipt may see. Nothing of any other entry is in it.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value as Json, json};

use super::bundle::read::Part;
use super::bundle::{Event, Text};
use super::check::{Finding, escape, is_date, texts_of};
use super::checkpoint::Checkpoint;
use super::merkle::leaf;
use super::note::{Note, Verifier};
use super::policy::Policy;
use super::proof::included;
use super::{Hash, Header, event_hash, hex, unhex};

/// What the extra data begin with.
pub const FORMAT: &str = "candour/receipt1";
const FIRST: &str = "c2sp.org/tlog-proof@v1";
/// Hashes in a proof. A tree with more levels does not exist.
const PROOF_HASHES_MAX: usize = 64;

/// An entry with the proof that it is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The log.
    pub log: String,
    /// The case.
    pub stream: String,
    /// The key that is said to have signed the checkpoint.
    pub key: Verifier,
    /// The signed checkpoint.
    pub note: Note,
    /// The entry with its proof.
    pub event: Event,
    /// Those of its words that are shown, by field.
    pub texts: Vec<Text>,
}

/// What a receipt was found to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// The case, or empty when the receipt cannot be read.
    pub stream: String,
    /// How many events the checkpoint covers.
    pub size: u64,
    /// The entry.
    pub event: Option<Event>,
    /// The words that it shows: field and value.
    pub words: Vec<(String, String)>,
    /// How many words the entry has besides.
    pub hidden: usize,
    /// What is not as it should be, sorted.
    pub findings: Vec<Finding>,
}

/// A receipt as read, its parts not yet held against each other.
struct Read {
    receipt: Receipt,
    index: u64,
    checkpoint: Checkpoint,
}

impl Receipt {
    /// The receipt as it is handed out.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { event: e, .. } = self;
        let word = |t: &Text| json!({"field": t.field, "salt": hex(&t.salt), "value": t.value});
        let extra = json!({
            "format": FORMAT, "log": self.log, "stream": self.stream, "key": self.key.to_string(),
            "event": {
                "seq": e.seq, "version": e.version, "kind": e.kind, "data": e.data, "actor": e.actor,
                "authority": e.authority, "recorded_at": e.recorded_at, "on_date": e.on_date,
                "prev_hash": hex(&e.prev_hash),
            },
            "texts": self.texts.iter().map(word).collect::<Vec<_>>(),
        });
        let extra = Base64::encode_string(extra.to_string().as_bytes());
        let mut lines = vec![FIRST.to_owned(), format!("extra {extra}"), format!("index {}", e.seq.saturating_sub(1))];
        lines.extend(e.proof.iter().map(|hash| Base64::encode_string(hash)));
        format!("{}\n\n{}", lines.join("\n"), self.note)
    }
}

/// Checks a receipt by itself, against the keys of a policy when there is one, and against older
/// checkpoints that somebody holds.
#[must_use]
pub fn verify(text: &str, policy: Option<&Policy>, trusted: &[Checkpoint]) -> Verified {
    let Some(Read { receipt, index, checkpoint }) = read(text) else {
        return Verified { findings: vec![Finding::at("", 0, "receipt-unreadable", "")], ..Verified::default() };
    };
    let Receipt { log, stream, key, note, event, texts } = receipt;
    let mut findings = Vec::new();
    let mut find = |wrong: bool, code: &'static str, seq: u64, field: &str| {
        findings.extend(wrong.then(|| Finding::at(&log, seq, code, field)));
    };
    find(checkpoint.log() != Some(&log) || key.name != checkpoint.origin, "checkpoint-origin", 0, "");
    find(!key.signed(&note), "checkpoint-signature", 0, "");
    find(policy.is_some_and(|policy| !policy.signed(&note, &checkpoint)), "checkpoint-policy", 0, "");
    find(policy.is_some_and(|policy| !policy.cosigned(&note)), "checkpoint-quorum", 0, "");
    let place = event.seq - 1;
    find(index != place, "event-index", event.seq, "");
    let proven = included(&leaf(&event.hash), place, checkpoint.size, &event.proof, &checkpoint.root);
    find(!proven, "event-proof", event.seq, "");
    let named = texts_of(&event.data);
    let real = event.on_date.is_empty() || is_date(&event.on_date);
    find(named.is_none() || !real, "event-data", event.seq, "");
    let named: BTreeMap<String, Hash> = named.unwrap_or_default().into_iter().collect();
    for text in &texts {
        let committed = named.get(&text.field);
        let opens = super::commitment(&text.salt, &text.field, &text.value);
        find(committed.is_none(), "text-stray", event.seq, &text.field);
        find(committed.is_some_and(|hash| *hash != opens), "text-mismatch", event.seq, &text.field);
    }
    for held in trusted {
        let code = match held {
            held if held.origin != checkpoint.origin => Some("trusted-origin"),
            held if held.size != checkpoint.size => Some("trusted-unproven"),
            held => (held.root != checkpoint.root).then_some("trusted-root"),
        };
        find(code.is_some(), code.unwrap_or_default(), held.size, "");
    }
    findings.sort();
    let hidden = named.keys().filter(|field| texts.iter().all(|text| text.field != **field)).count();
    let words = texts.into_iter().map(|text| (text.field, text.value)).collect();
    Verified { stream, size: checkpoint.size, event: Some(event), words, hidden, findings }
}

impl Verified {
    /// What the entry says, for somebody to read: the same lines from both verifiers.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let Some(event) = &self.event else { return Vec::new() };
        let mut lines = vec![
            format!("entry\t{} of {}", event.version, escape(&self.stream)),
            format!("kind\t{}", escape(&event.kind)),
            format!("day\t{}", escape(&event.on_date)),
            format!("recorded\t{}", recorded(event.recorded_at)),
        ];
        lines.extend(self.words.iter().map(|(field, value)| format!("word\t{}\t{}", escape(field), escape(value))));
        lines.push(format!("words not shown\t{}", self.hidden));
        lines
    }
}

/// When something was recorded, in UTC; as a number where no calendar has it.
fn recorded(micros: i64) -> String {
    /// The end of the year 9999.
    const END: i64 = 253_402_300_800_000_000;
    let at = jiff::Timestamp::from_microsecond(micros).ok().filter(|_| (0..END).contains(&micros));
    at.map_or_else(|| micros.to_string(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn read(text: &str) -> Option<Read> {
    let (proof, note) = text.split_once("\n\n")?;
    let mut lines = proof.split('\n');
    if lines.next()? != FIRST {
        return None;
    }
    let extra = Base64::decode_vec(lines.next()?.strip_prefix("extra ")?).ok()?;
    let index = lines.next()?.strip_prefix("index ")?;
    let plain = index.bytes().all(|b| b.is_ascii_digit()) && (index == "0" || !index.starts_with('0'));
    let index = index.parse().ok().filter(|_| plain)?;
    let hash = |line: &str| Base64::decode_vec(line).ok()?.try_into().ok();
    let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>()?;
    let note = Note::parse(note).ok()?;
    let checkpoint = Checkpoint::of(&note).ok()?;
    let receipt = of_extra(&String::from_utf8(extra).ok()?, proof, note)?;
    Some(Read { receipt, index, checkpoint })
}

fn of_extra(extra: &str, proof: Vec<Hash>, note: Note) -> Option<Receipt> {
    const EVENT: [&str; 9] =
        ["seq", "version", "kind", "data", "actor", "authority", "recorded_at", "on_date", "prev_hash"];
    let object = super::json::object(extra)?;
    let part = Part::of(&object, &["format", "log", "stream", "key", "event", "texts"])?;
    let (log, stream) = (part.text("log")?.to_owned(), part.text("stream")?.to_owned());
    let columns = Part::of(part.get("event")?.as_object()?, &EVENT)?;
    let mut event = Event {
        seq: columns.position("seq")?,
        version: columns.position("version")?,
        kind: columns.text("kind")?.to_owned(),
        data: columns.text("data")?.to_owned(),
        actor: columns.text("actor")?.to_owned(),
        authority: columns.text("authority")?.to_owned(),
        recorded_at: columns.get("recorded_at")?.as_i64()?,
        on_date: columns.text("on_date")?.to_owned(),
        prev_hash: unhex(columns.text("prev_hash")?)?,
        hash: super::NO_HASH,
        proof,
    };
    event.hash = hash_of(&log, &stream, &event);
    let word = |value: &Json| {
        let part = Part::of(value.as_object()?, &["field", "salt", "value"])?;
        let (field, value) = (part.text("field")?.to_owned(), part.text("value")?.to_owned());
        Some(Text { seq: event.seq, field, salt: unhex(part.text("salt")?)?, value })
    };
    let texts = part.list("texts", word)?;
    let sound = part.text("format")? == FORMAT
        && !log.is_empty()
        && !stream.is_empty()
        && event.proof.len() <= PROOF_HASHES_MAX
        && texts.windows(2).all(|pair| pair[0].field < pair[1].field);
    let key = Verifier::parse(part.text("key")?).ok()?;
    sound.then_some(Receipt { log, stream, key, note, event, texts })
}

/// The hash that an event's columns come to.
fn hash_of(log: &str, stream: &str, event: &Event) -> Hash {
    event_hash(&Header {
        log,
        seq: event.seq,
        stream,
        version: event.version,
        kind: &event.kind,
        data: &event.data,
        actor: &event.actor,
        authority: &event.authority,
        recorded_at: event.recorded_at,
        on_date: &event.on_date,
        prev_hash: &event.prev_hash,
    })
}
