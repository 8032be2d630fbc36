//! A policy (C2SP `tlog-policy`): the keys that a reader trusts, which they have from somewhere else
//! than the checkpoint that is to be checked.

use super::checkpoint::Checkpoint;
use super::note::{Note, Verifier};
use crate::refusal::Refusal;

/// The keys of logs that are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Verifier>,
}

impl Policy {
    /// Reads a policy file: lines `log KEY [ADDRESS]` and one `quorum none`.
    ///
    /// Lines about witnesses are refused, because passing over them would promise what is not checked.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut logs: Vec<Verifier> = Vec::new();
        let mut quorum = false;
        for (number, line) in (1..).zip(text.split('\n')) {
            let refusal = |says: &str| Refusal::new(format!("line {number} of the policy: {says}"));
            if line.chars().any(|c| c != '\t' && (c < ' ' || c == '\u{7f}')) {
                return Err(refusal("it holds a control character"));
            }
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            match words[..] {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["log", key] | ["log", key, _] => {
                    let log = Verifier::parse(key).map_err(|why| refusal(&why.to_string()))?;
                    if logs.iter().any(|known| known.is_same_key(&log)) {
                        return Err(refusal("this key stands twice"));
                    }
                    logs.push(log);
                }
                ["quorum", "none"] if !quorum => quorum = true,
                _ => return Err(refusal("write log KEY [ADDRESS], or once quorum none; witnesses are not known yet")),
            }
        }
        if logs.is_empty() || !quorum {
            return Err(Refusal::new("the policy must have a line log KEY and a line quorum none"));
        }
        Ok(Self { logs })
    }

    /// Whether the log that the checkpoint names signed it, by a key of this policy.
    #[must_use]
    pub fn accepts(&self, note: &Note, checkpoint: &Checkpoint) -> bool {
        let mut ours = self.logs.iter().filter(|log| log.name == checkpoint.origin);
        ours.any(|log| log.signed(note))
    }
}
