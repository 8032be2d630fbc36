//! Asking the witnesses of a policy for cosignatures. Nothing of what they answer is taken on trust:
//! a cosignature counts when it holds and its time is ours.
//!
//! The addresses come from the operator's policy file alone. What is sent is public anyway and what
//! comes back is signed, so that plain HTTP gives nothing away.

use std::time::Duration;

use candour_core::record::checkpoint::{Checkpoint, in_base64, size_of};
use candour_core::record::cosignature::Witness;
use candour_core::record::note::Note;
use candour_core::record::policy::{Known, Policy};
use candour_core::record::proof::Tree;
use candour_core::record::witnessed::TOLERANCE_SECONDS;
use candour_store::db::Tx;
use candour_store::proof;

use super::Unsigned;

/// How long a witness may take to answer.
const ANSWER_SECONDS_MAX: u64 = 10;
/// The longest answer that is read: sixteen cosignatures are far shorter.
const ANSWER_BYTES_MAX: u64 = 16 * 1024;

/// The witnesses of a policy, and what is needed to ask them.
pub struct Witnesses {
    policy: Policy,
    agent: ureq::Agent,
    /// All of the log's tree, from which the proofs are made.
    tree: Tree,
    /// How much each had cosigned when it was heard of last.
    heard: Vec<u64>,
}

/// Why a witness's cosignature is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// It could not be asked, or did not answer in time.
    #[error("it did not answer: {0}")]
    Silent(String),
    /// It answered something else than the protocol has.
    #[error("it answered with {0}")]
    Refused(u16),
    /// It has cosigned more than this log has.
    #[error("it has cosigned {0} events, which are more than this log has: the log was cut short, or the witness errs")]
    Ahead(u64),
    /// It has cosigned another past.
    #[error("what it cosigned before is not the beginning of this log: one of the two was changed")]
    Branch,
    /// Its answer holds no cosignature of its key under this checkpoint.
    #[error("its answer holds no cosignature of its key under this checkpoint")]
    False,
    /// Its cosignature holds and says another time than it is.
    #[error("its cosignature is {0} seconds away from our clock, so that it was not taken")]
    Clock(i64),
}

/// A checkpoint with the cosignatures that were got for it.
pub struct Asked {
    /// The checkpoint.
    pub note: Note,
    /// The witnesses whose cosignature is missing, and why.
    pub missing: Vec<(String, Missing)>,
}

impl Witnesses {
    /// The witnesses of a policy. Those without an address are not asked.
    pub fn new(policy: Policy) -> Result<Self, Unsigned> {
        let wrong = |says: String| Err(Unsigned::Folder(format!("the policy cannot be used to ask witnesses: {says}")));
        let mut addresses = policy.witnesses().iter().filter_map(|known| known.address.as_deref()).peekable();
        if addresses.peek().is_none() {
            return wrong("no witness in it has an address".to_owned());
        }
        if let Some(other) = addresses.find(|address| !address.starts_with("http://")) {
            return wrong(format!("{other} does not begin with http://; put a proxy that speaks TLS before it"));
        }
        // Neither the environment nor an answer may send a request somewhere else.
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(ANSWER_SECONDS_MAX)))
            .build();
        let heard = vec![0; policy.witnesses().len()];
        Ok(Self { policy, agent: config.into(), tree: Tree::default(), heard })
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads the log's tree up to a checkpoint that was just signed.
    pub fn follow(&mut self, tx: &mut Tx<'_>, log: &str, checkpoint: &Checkpoint) -> Result<(), Unsigned> {
        let tree = &mut self.tree;
        proof::each_hash(tx, log, tree.size(), checkpoint.size, |hash| {
            tree.push(hash);
            Ok(())
        })?;
        if self.tree.root(checkpoint.size) == Some(checkpoint.root) {
            return Ok(());
        }
        self.tree = Tree::default();
        Err(Unsigned::Refused(format!(
            "the stored hashes of the log {log} are not those that were signed; run candour verify"
        )))
    }

    /// Asks every witness that has an address, all at once, for its cosignature under a checkpoint
    /// that [`Self::follow`] has read. `now` is the time in microseconds since 1970.
    pub fn ask(&mut self, note: &Note, checkpoint: &Checkpoint, now: fn() -> i64) -> Asked {
        let one = |known: &Known, heard: u64| {
            let address = known.address.as_deref()?;
            let question = Question { agent: &self.agent, tree: &self.tree, address, note, checkpoint };
            Some(question.put(&known.key, heard, now))
        };
        let answers: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = self
                .policy
                .witnesses()
                .iter()
                .zip(&self.heard)
                .map(|(known, heard)| scope.spawn(move || one(known, *heard)))
                .collect();
            asked.into_iter().map(|thread| thread.join().unwrap_or(None)).collect()
        });
        let mut asked = Asked { note: note.clone(), missing: Vec::new() };
        for ((known, heard), answer) in self.policy.witnesses().iter().zip(&mut self.heard).zip(answers) {
            match answer {
                Some(Ok(lines)) => {
                    asked.note = asked.note.with_lines_of(&known.key, &lines);
                    *heard = checkpoint.size;
                }
                Some(Err(missing)) => asked.missing.push((known.name.clone(), missing)),
                None => {}
            }
        }
        asked
    }
}

/// What one witness is asked.
struct Question<'q> {
    agent: &'q ureq::Agent,
    tree: &'q Tree,
    address: &'q str,
    note: &'q Note,
    checkpoint: &'q Checkpoint,
}

impl Question<'_> {
    /// The lines of cosignatures that a witness answers with, which hold. It is asked a second time
    /// where it says how much it has cosigned.
    fn put(&self, key: &Witness, heard: u64, now: fn() -> i64) -> Result<String, Missing> {
        let (status, answer) = self.send(heard.min(self.checkpoint.size))?;
        let (status, answer) = match (status, answer.strip_suffix('\n').and_then(size_of)) {
            (409, Some(size)) if size > self.checkpoint.size => return Err(Missing::Ahead(size)),
            (409, Some(size)) => self.send(size)?,
            _ => (status, answer),
        };
        match status {
            200 => {}
            422 => return Err(Missing::Branch),
            other => return Err(Missing::Refused(other)),
        }
        let times = key.times(&self.note.with_lines_of(key, &answer));
        let ours = now() / 1_000_000;
        let off = |time: &u64| i64::try_from(*time).unwrap_or(i64::MAX).saturating_sub(ours);
        match times.iter().map(off).max_by_key(|off| off.unsigned_abs()) {
            None => Err(Missing::False),
            Some(off) if off.unsigned_abs() > TOLERANCE_SECONDS => Err(Missing::Clock(off)),
            Some(_) => Ok(answer),
        }
    }

    fn send(&self, old: u64) -> Result<(u16, String), Missing> {
        let address = format!("{}/add-checkpoint", self.address.trim_end_matches('/'));
        let silent = |error: ureq::Error| Missing::Silent(error.to_string());
        let mut response = self.agent.post(address).send(self.body(old)).map_err(silent)?;
        let status = response.status().as_u16();
        let answer = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string().map_err(silent)?;
        Ok((status, answer))
    }

    fn body(&self, old: u64) -> String {
        let proof = self.tree.consistency(old, self.checkpoint.size).unwrap_or_default();
        let lines: String = proof.iter().map(|hash| format!("{}\n", in_base64(hash))).collect();
        format!("old {old}\n{lines}\n{}", self.note)
    }
}
