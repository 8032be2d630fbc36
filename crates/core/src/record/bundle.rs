//! A bundle: one case with its proofs, which anybody can check without the database (decision 005).
//!
//! Everything in a bundle is held by something else in it, down to the signature under its
//! checkpoint, so that there is no place in which to change anything unseen. Only the key of that
//! signature must be known from elsewhere.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::check::{Disposals, Finding, is_date, texts_of};
use super::checkpoint::Checkpoint;
use super::merkle::{Frontier, leaf};
use super::note::{Note, Verifier};
use super::policy::Policy;
use super::proof::{extends, included};
use super::replay::Replay;
use super::witnessed::{Bounds, Extent, Seen, Witnessed};
use super::{Hash, Header, NO_HASH, commitment, event_hash, hex};

pub(super) mod read;

/// What the first key of a bundle says.
pub const FORMAT: &str = "candour/bundle1";

/// A case with its proofs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The log that the case is in.
    pub log: String,
    /// The case.
    pub stream: String,
    /// The key that is said to have signed the checkpoint.
    pub key: Verifier,
    /// The signed checkpoint against which everything is proven.
    pub note: Note,
    /// What that note says.
    pub checkpoint: Checkpoint,
    /// The events of the case, in their order.
    pub events: Vec<Event>,
    /// Their personal words.
    pub texts: Vec<Text>,
    /// Older trees that are the beginning of the checkpoint's.
    pub consistency: Vec<Older>,
}

/// An event as stored, and the proof that it stands at its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Place in the log, from 1.
    pub seq: u64,
    /// Place in the stream, from 1.
    pub version: u64,
    /// What happened.
    pub kind: String,
    /// Its data, exactly as stored.
    pub data: String,
    /// Who did it.
    pub actor: String,
    /// The role and rule by which they were allowed to.
    pub authority: String,
    /// When we were told, in microseconds since 1970.
    pub recorded_at: i64,
    /// The day on which it happened, or empty.
    pub on_date: String,
    /// The hash of the case's event before it.
    pub prev_hash: Hash,
    /// Its own hash.
    pub hash: Hash,
    /// The siblings from its leaf to the root.
    pub proof: Vec<Hash>,
}

/// A personal word as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The event that it belongs to.
    pub seq: u64,
    /// Its field.
    pub field: String,
    /// What hides it in the commitment.
    pub salt: [u8; 32],
    /// The word.
    pub value: String,
}

/// An older tree, and the proof that the checkpoint's goes on from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Older {
    /// How many events it had.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// The proof.
    pub proof: Vec<Hash>,
}

/// What a bundle was found to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// The case, or empty when the bundle cannot be read.
    pub stream: String,
    /// How many events it has.
    pub events: usize,
    /// How many events the checkpoint covers.
    pub size: u64,
    /// What is not as it should be, sorted.
    pub findings: Vec<Finding>,
    /// How much of it lies between cosigned checkpoints, where it was held against any.
    pub witnessed: Option<Extent>,
}

/// Checks a bundle by itself, against the keys of a policy when there is one, and against older
/// checkpoints that somebody holds.
#[must_use]
pub fn verify(text: &str, policy: Option<&Policy>, trusted: &[Checkpoint]) -> Verified {
    verify_within(text, policy, trusted, None)
}

/// The same, and where there are cosigned checkpoints and a policy to judge them, whether each event
/// was recorded when it says.
#[must_use]
pub fn verify_within(
    text: &str,
    policy: Option<&Policy>,
    trusted: &[Checkpoint],
    cosigned: Option<&[Note]>,
) -> Verified {
    let Some(bundle) = Bundle::read(text) else {
        return Verified { findings: vec![Finding::at("", 0, "bundle-unreadable", "")], ..Verified::default() };
    };
    let mut check = Check { bundle: &bundle, findings: Vec::new() };
    check.checkpoint(policy);
    check.events();
    check.older(trusted);
    let witnessed = policy.zip(cosigned).map(|(policy, notes)| check.witnessed(policy, notes));
    let mut findings = check.findings;
    findings.sort();
    findings.dedup();
    Verified { stream: bundle.stream, events: bundle.events.len(), size: bundle.checkpoint.size, findings, witnessed }
}

struct Check<'b> {
    bundle: &'b Bundle,
    findings: Vec<Finding>,
}

impl<'b> Check<'b> {
    fn find(&mut self, wrong: bool, code: &'static str, seq: u64, field: &str) {
        if wrong {
            self.findings.push(Finding::at(&self.bundle.log, seq, code, field));
        }
    }

    fn checkpoint(&mut self, policy: Option<&Policy>) {
        let Bundle { log, key, note, checkpoint, .. } = self.bundle;
        let other_log = checkpoint.log() != Some(log) || key.name != checkpoint.origin;
        self.find(other_log, "checkpoint-origin", 0, "");
        self.find(!key.signed(note), "checkpoint-signature", 0, "");
        self.find(policy.is_some_and(|p| !p.signed(note, checkpoint)), "checkpoint-policy", 0, "");
        self.find(policy.is_some_and(|p| !p.cosigned(note)), "checkpoint-quorum", 0, "");
    }

    fn events(&mut self) {
        let bundle = self.bundle;
        let mut texts: BTreeMap<(u64, String), &'b Text> =
            bundle.texts.iter().map(|text| ((text.seq, text.field.clone()), text)).collect();
        let mut rules = Replay::of_case();
        let mut disposals = self.disposals();
        let (mut seq, mut recorded_at, mut prev) = (0, i64::MIN, NO_HASH);
        for (version, event) in (1..).zip(&bundle.events) {
            let computed = event_hash(&event.header(bundle));
            let Checkpoint { size, root, .. } = &bundle.checkpoint;
            let proven = included(&leaf(&computed), event.seq - 1, *size, &event.proof, root);
            self.find(computed != event.hash, "event-hash", event.seq, "");
            self.find(event.version != version, "event-version", event.seq, "");
            self.find(event.prev_hash != prev, "event-link", event.seq, "");
            self.find(event.seq <= seq || event.recorded_at < recorded_at, "event-order", event.seq, "");
            self.find(!proven, "event-proof", event.seq, "");
            self.words(event, &mut texts, &mut disposals);
            for code in rules.event(&event.header(bundle)) {
                self.find(true, code, event.seq, "");
            }
            (seq, recorded_at, prev) = (event.seq, event.recorded_at, event.hash);
        }
        for (seq, field) in texts.into_keys() {
            self.find(true, "text-stray", seq, &field);
        }
        for (seq, field) in disposals.unknown() {
            self.find(true, "disposal-unknown", seq, &field);
        }
    }

    /// What the events of the bundle dispose of.
    fn disposals(&mut self) -> Disposals {
        let mut disposals = Disposals::default();
        for event in &self.bundle.events {
            let Event { seq, kind, data, actor, .. } = event;
            for code in disposals.take(*seq, &self.bundle.stream, kind, data, actor) {
                self.find(true, code, *seq, "");
            }
        }
        disposals
    }

    /// Holds the words of an event against the commitments that it names, and takes them away.
    fn words(&mut self, event: &Event, texts: &mut BTreeMap<(u64, String), &'b Text>, disposals: &mut Disposals) {
        let named = texts_of(&event.data);
        let real = event.on_date.is_empty() || is_date(&event.on_date);
        self.find(named.is_none() || !real, "event-data", event.seq, "");
        for (field, committed) in named.unwrap_or_default() {
            let text = texts.remove(&(event.seq, field.clone()));
            let opens = |text: &Text| commitment(&text.salt, &field, &text.value) == committed;
            let disposed = disposals.names(event.seq, &self.bundle.stream, &field, &committed);
            self.find(text.is_none() && !disposed, "text-missing", event.seq, &field);
            self.find(text.is_some() && disposed, "disposal-undone", event.seq, &field);
            self.find(text.is_some_and(|text| !opens(text)), "text-mismatch", event.seq, &field);
        }
    }

    fn older(&mut self, trusted: &[Checkpoint]) {
        let Bundle { checkpoint, consistency, .. } = self.bundle;
        for Older { size, root, proof } in consistency {
            let holds = extends(*size, root, checkpoint.size, &checkpoint.root, proof);
            self.find(!holds, "consistency-proof", *size, "");
        }
        for held in trusted {
            let at_its_size = match consistency.iter().find(|older| older.size == held.size) {
                _ if held.size == checkpoint.size => Some(checkpoint.root),
                older => older.map(|older| older.root),
            };
            if held.origin != checkpoint.origin {
                self.find(true, "trusted-origin", held.size, "");
            } else if let Some(root) = at_its_size {
                self.find(root != held.root, "trusted-root", held.size, "");
            } else {
                self.find(true, "trusted-unproven", held.size, "");
            }
        }
    }

    /// Holds the recorded times against the checkpoints that witnesses cosigned. Of those only the
    /// ones count that the bundle proves to be of its own log.
    fn witnessed(&mut self, policy: &Policy, notes: &[Note]) -> Extent {
        let bundle = self.bundle;
        let all = Witnessed::of(&[notes, std::slice::from_ref(&bundle.note)].concat(), policy);
        let of_ours = |seen: &&Seen| {
            seen.checkpoint.origin == bundle.checkpoint.origin && seen.checkpoint.size <= bundle.checkpoint.size
        };
        let (mut proven, mut known) = (Vec::new(), Vec::new());
        for seen in all.seen.iter().filter(of_ours) {
            match bundle.root_at(seen.checkpoint.size) {
                Some(root) if root != seen.checkpoint.root => {
                    self.find(true, "witnessed-root", seen.checkpoint.size, "");
                    continue;
                }
                Some(_) => proven.push(seen),
                None => {}
            }
            known.push(seen);
        }
        let mut extent = Extent { checkpoints: proven.len(), of: all.of, ..Extent::default() };
        let (bounds, tightest) = (Bounds::of(proven), Bounds::of(known));
        for event in &bundle.events {
            let bound = bounds.bound(event.seq);
            self.find(bound != tightest.bound(event.seq), "witnessed-unproven", event.seq, "");
            self.find(!bound.holds(event.recorded_at), "event-time", event.seq, "");
            extent.count(bound, event.recorded_at);
        }
        extent
    }
}

impl Text {
    /// Where it stands among the texts of a bundle.
    #[must_use]
    pub fn place(&self) -> (u64, &str) {
        (self.seq, &self.field)
    }
}

impl Event {
    fn header<'a>(&'a self, bundle: &'a Bundle) -> Header<'a> {
        Header {
            log: &bundle.log,
            seq: self.seq,
            stream: &bundle.stream,
            version: self.version,
            kind: &self.kind,
            data: &self.data,
            actor: &self.actor,
            authority: &self.authority,
            recorded_at: self.recorded_at,
            on_date: &self.on_date,
            prev_hash: &self.prev_hash,
        }
    }

    fn json(&self) -> Json {
        json!({
            "seq": self.seq, "version": self.version, "kind": self.kind, "data": self.data,
            "actor": self.actor, "authority": self.authority, "recorded_at": self.recorded_at,
            "on_date": self.on_date, "prev_hash": hex(&self.prev_hash), "hash": hex(&self.hash),
            "proof": hashes(&self.proof),
        })
    }
}

impl Bundle {
    /// The root of its log at a size, where the bundle proves it.
    fn root_at(&self, size: u64) -> Option<Hash> {
        let Checkpoint { size: last, root, .. } = &self.checkpoint;
        let mut older = self.consistency.iter().filter(|o| o.size == size);
        match size {
            0 => Some(Frontier::default().root()),
            _ if size == *last => Some(*root),
            _ => older.find(|o| extends(o.size, &o.root, *last, root, &o.proof)).map(|o| o.root),
        }
    }

    /// The bundle as it is handed out.
    #[must_use]
    pub fn json(&self) -> Json {
        let text = |t: &Text| json!({"seq": t.seq, "field": t.field, "salt": hex(&t.salt), "value": t.value});
        let older = |o: &Older| json!({"size": o.size, "root": hex(&o.root), "proof": hashes(&o.proof)});
        json!({
            "format": FORMAT, "log": self.log, "stream": self.stream,
            "key": self.key.to_string(), "checkpoint": self.note.to_string(),
            "events": self.events.iter().map(Event::json).collect::<Vec<_>>(),
            "texts": self.texts.iter().map(text).collect::<Vec<_>>(),
            "consistency": self.consistency.iter().map(older).collect::<Vec<_>>(),
        })
    }
}

fn hashes(proof: &[Hash]) -> Vec<String> {
    proof.iter().map(|hash| hex(hash)).collect()
}
