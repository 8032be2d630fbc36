//! `candour bundle`: one case with its proofs, for somebody outside to check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use candour_core::permit::{Action, Actor, Object, Permit, permit};
use candour_core::record::bundle::{Bundle, Older};
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::disposal::KIND;
use candour_core::record::note::{Note, Verifier};
use candour_core::record::witnessed::{Seen, seen};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::db::Tx;
use candour_store::plain::account;
use candour_store::record::{After, Clock, NewEvent};
use candour_store::{Failure, Store, access, cases, disposals, proof, reads};
use clap::Args;

use super::verify::{checkpoint_of, cosigned_of, policy_of, read_file, unfit};
use super::{COULD_NOT, DONE, Ended, NO, Setting, USAGE, say};
use crate::app::machine_time;
use crate::signer::publish::witnessed_beside;
use crate::signer::{key_beside, replace};

#[derive(Args)]
pub(super) struct Handed {
    /// The case, by its reference; for a receipt also a person, as person:ID
    case: String,
    /// The newest checkpoint, as the signer published it
    #[arg(long, value_name = "FILE", default_value = "./candour-data/checkpoint")]
    checkpoint: PathBuf,
    /// The key that signed it; without it the one beside the checkpoint
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// An older checkpoint that whoever gets the bundle holds
    #[arg(long, value_name = "FILE")]
    since: Vec<PathBuf>,
    /// Cosigned checkpoints; those on either side of each entry go with the bundle, in OUT.witnessed
    #[arg(long, value_name = "FILE", requires = "policy")]
    witnessed: Vec<PathBuf>,
    /// The policy whose witnesses count
    #[arg(long, value_name = "FILE", requires = "witnessed")]
    policy: Option<PathBuf>,
    /// On whose behalf it is handed out, by the name of their account; a sealed case needs one of its list
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
}

/// What a bundle is made against.
struct Against {
    key: Verifier,
    note: Note,
    checkpoint: Checkpoint,
    since: Vec<Checkpoint>,
    cosigned: Vec<(Seen, Note)>,
}

impl Handed {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let reference = Reference::parse(&self.case).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))?;
        self.hand_out(setting, &reference.to_string(), &reference.stream(), false)
    }

    /// A receipt that the words of a stream are gone: the stream with its proofs, once none is left in it.
    pub(super) fn receipt(&self, setting: &Setting) -> Result<u8, Ended> {
        if self.case.starts_with("person:") {
            return self.hand_out(setting, &self.case, &self.case, true);
        }
        let reference = Reference::parse(&self.case).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))?;
        self.hand_out(setting, &reference.to_string(), &reference.stream(), true)
    }

    fn hand_out(&self, setting: &Setting, reference: &str, stream: &str, receipt: bool) -> Result<u8, Ended> {
        let against = self.against()?;
        let store = setting.existing_store()?;
        let log = &*store.record.log;
        if against.checkpoint.log() != Some(log) {
            return Err(unfit(&self.checkpoint, &Refusal::new(format!("it is not one of the log {log}"))));
        }
        let unknown = || Ended::With(USAGE, format!("there is no case {reference} in the log {log}"));
        if !store.record.engine.read(|tx| reads::exists(tx, log, stream))? {
            return Err(unknown());
        }
        if !self.witnessed.is_empty() && store.record.clock == Clock::Demonstration {
            let says = "the clock of a demonstration is not real, so no witness can bear out its times";
            return Err(Ended::With(USAGE, format!("{says}; leave out --witnessed")));
        }
        let (pass, member) = self.pass(setting, &store, stream)?.ok_or_else(unknown)?;
        if store.record.engine.read(|tx| disposals::kept(tx, log))?.restriction(stream).is_some() {
            let says = format!("the words of {reference} are restricted; nothing is handed out until that is lifted");
            return Err(Ended::With(USAGE, says));
        }
        // Whoever takes a case out of the system has read it, and that is noted before it is written.
        note_reading(&store, stream, &pass, member)?;
        let (bundle, newer, around) = store.record.engine.read(|tx| made(tx, log, stream, against))?;
        let gone = bundle.events.iter().filter(|event| event.kind == KIND).count();
        if receipt && (gone == 0 || !bundle.texts.is_empty()) {
            let left = bundle.texts.len();
            let says = format!(
                "{reference}: {gone} disposals under the checkpoint, and {left} texts that are still there; a receipt is given when all are gone"
            );
            return Err(Ended::With(USAGE, says));
        }
        replace(&self.out, &format!("{}\n", bundle.json()))?;
        if !self.witnessed.is_empty() {
            let around: String = around.iter().map(Note::to_string).collect();
            replace(&witnessed_beside(&self.out), &around)?;
        }
        say(&format!(
            "{reference}: {} events with their proofs in a log of {} events",
            bundle.events.len(),
            bundle.checkpoint.size
        ));
        if newer > 0 {
            say(&format!("{newer} entries are newer than the checkpoint and not in it; sign again for a whole bundle"));
        }
        Ok(DONE)
    }

    /// What allows the operator to take the case out; none where to them there is no such case. Whoever
    /// they name must be allowed to read it. A person of the register is no case.
    fn pass(&self, setting: &Setting, store: &Store, stream: &str) -> Result<Option<(Permit, Option<String>)>, Ended> {
        let (log, profile) = (&*store.record.log, setting.profile()?);
        let Some(reference) = Reference::of_stream(stream) else {
            let given = permit(&Actor::operator(), Action::Operate, Object::Body).map_err(Failure::from)?;
            return Ok(Some((given, None)));
        };
        let given = store.record.engine.read(|tx| -> Result<_, Failure> {
            let case = cases::load(tx, log, &reference)?;
            let object = cases::object(&case, stream, &profile);
            let operator = access::operator(tx, log)?;
            let given = permit(&operator, Action::Operate, object);
            let Some(name) = &self.member else { return Ok((given?, None)) };
            let Some(account) = account::named(tx, log, name)? else {
                // A name that nobody has must not tell more of a sealed case than no name does.
                given?;
                return Err(Refusal::new(format!("there is no account called {name}")).into());
            };
            let (recorded, now) = (access::load(tx, log)?, time(tx, store)?);
            let own = recorded.own(tx, log, &account.id, now)?;
            permit(&Actor { own: own.clone(), ..account.actor() }, Action::ReadCase, object)?;
            Ok((permit(&Actor { own, ..operator }, Action::Operate, object)?, Some(account.id)))
        });
        match given {
            Err(Failure::Denied(denied)) if denied.hides() => Ok(None),
            other => Ok(Some(other?)),
        }
    }

    fn against(&self) -> Result<Against, Ended> {
        if !self.checkpoint.exists() {
            let at = self.checkpoint.display();
            let says = format!("there is no checkpoint at {at}; publish one there with candour signer sign --out {at}");
            return Err(Ended::With(COULD_NOT, says));
        }
        let (note, checkpoint) = checkpoint_of(&self.checkpoint)?;
        let path = self.key.clone().unwrap_or_else(|| key_beside(&self.checkpoint));
        let key = Verifier::parse(read_file(&path)?.trim_end()).map_err(|refusal| unfit(&path, &refusal))?;
        if !key.signed(&note) {
            let says = format!("the key of {} did not sign it", path.display());
            return Err(unfit(&self.checkpoint, &Refusal::new(says)));
        }
        let older = |path: &PathBuf| older_than(&checkpoint, path);
        let mut since: Vec<Checkpoint> = self.since.iter().map(older).collect::<Result<_, _>>()?;
        since.sort_by_key(|older| older.size);
        since.dedup_by_key(|older| older.size);
        let cosigned = self.cosigned(&checkpoint)?;
        Ok(Against { key, note, checkpoint, since, cosigned })
    }

    /// The cosigned checkpoints of this log that are not newer than the one of the bundle.
    fn cosigned(&self, checkpoint: &Checkpoint) -> Result<Vec<(Seen, Note)>, Ended> {
        let Some(policy) = self.policy.as_deref().map(policy_of).transpose()? else {
            return Ok(Vec::new());
        };
        let of_ours = |seen: &Seen| {
            seen.checkpoint.origin == checkpoint.origin && (1..=checkpoint.size).contains(&seen.checkpoint.size)
        };
        let notes = cosigned_of(&self.witnessed, Some(&policy))?;
        let all = notes.into_iter().filter_map(|note| Some((seen(&note, &policy)?, note)));
        Ok(all.filter(|(seen, _)| of_ours(seen)).collect())
    }
}

/// An older checkpoint of the same log, from which the newer one can be shown to go on.
fn older_than(checkpoint: &Checkpoint, path: &Path) -> Result<Checkpoint, Ended> {
    let (_, older) = checkpoint_of(path)?;
    if older.origin != checkpoint.origin || older.size == 0 || older.size > checkpoint.size {
        let says = format!("it is no older checkpoint of {}", checkpoint.origin);
        return Err(unfit(path, &Refusal::new(says)));
    }
    Ok(older)
}

/// The time by the log's clock, in microseconds since 1970.
fn time(tx: &mut Tx<'_>, store: &Store) -> Result<i64, Failure> {
    Ok(match store.record.clock {
        Clock::Real => machine_time(),
        Clock::Demonstration => reads::head(tx, &store.record.log)?.map_or(0, |(_, _, at)| at),
    })
}

/// Puts into the access log that the operator took the case out, and on whose behalf.
fn note_reading(store: &Store, stream: &str, pass: &Permit, member: Option<String>) -> Result<(), Ended> {
    let (operator, authority, stream) = (pass.actor().to_owned(), pass.authority().to_owned(), stream.to_owned());
    store.access.write(move |w| {
        let mut data = serde_json::Map::new();
        data.extend(member.clone().map(|member| ("for".to_owned(), member.into())));
        let read = NewEvent { kind: "case.read".to_owned(), data, on: None, words: Vec::new() };
        w.append(&operator, &authority, &stream, After::Latest, vec![read])
    })?;
    Ok(())
}

/// The bundle, how many entries of the case are newer than its checkpoint, and the cosigned
/// checkpoints on either side of each entry.
fn made(tx: &mut Tx<'_>, log: &str, stream: &str, against: Against) -> Result<(Bundle, usize, Vec<Note>), Ended> {
    let Against { key, note, checkpoint, mut since, cosigned } = against;
    let no = |says: String| Ended::With(NO, format!("{says}; no bundle was written, run candour verify"));
    let size = checkpoint.size;
    let tree = proof::tree(tx, log, size)?;
    if tree.root(size) != Some(checkpoint.root) {
        return Err(no(format!("the first {size} events of the log {log} are not those that the checkpoint signs")));
    }
    let head = reads::position(tx, log)?;
    let mut events = proof::events(tx, log, stream, head)?;
    let all = events.len();
    events.retain(|event| event.seq <= size);
    if events.is_empty() {
        let says = format!("the case is newer than the checkpoint, which covers {size} events; sign a newer one");
        return Err(Ended::With(USAGE, says));
    }
    for event in &mut events {
        let missing = || no(format!("event {} has no place in the log", event.seq));
        event.proof = tree.inclusion(event.seq.saturating_sub(1), size).ok_or_else(missing)?;
    }
    let around = around(&cosigned, events.iter().map(|event| event.seq));
    since.extend(around.iter().map(|(seen, _)| seen.checkpoint.clone()));
    since.sort_by_key(|older| older.size);
    since.dedup_by(|a, b| a == b);
    let older = |older: Checkpoint| match tree.consistency(older.size, size) {
        Some(proof) if tree.root(older.size) == Some(older.root) => {
            Ok(Older { size: older.size, root: older.root, proof })
        }
        _ => Err(no(format!("the log {log} does not go on from the checkpoint of {} events", older.size))),
    };
    let newer = all - events.len();
    let bundle = Bundle {
        log: log.to_owned(),
        stream: stream.to_owned(),
        key,
        note,
        checkpoint,
        texts: proof::texts(tx, log, stream, size)?,
        events,
        consistency: since.into_iter().map(older).collect::<Result<_, _>>()?,
    };
    Ok((bundle, newer, around.into_iter().map(|(_, note)| note.clone()).collect()))
}

/// Those of the cosigned checkpoints that are next to one of the places, on either side.
fn around(cosigned: &[(Seen, Note)], places: impl Iterator<Item = u64>) -> Vec<&(Seen, Note)> {
    let all: BTreeSet<u64> = cosigned.iter().map(|(seen, _)| seen.checkpoint.size).collect();
    let mut next: BTreeSet<u64> = BTreeSet::new();
    for place in places {
        next.extend(all.range(..place).next_back());
        next.extend(all.range(place..).next());
    }
    cosigned.iter().filter(|(seen, _)| next.contains(&seen.checkpoint.size)).collect()
}
