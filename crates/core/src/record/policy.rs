//! A policy (C2SP `tlog-policy`): the keys that a reader trusts, which they have from somewhere else
//! than the checkpoint that is to be checked, and which witnesses must have cosigned it.

use std::collections::BTreeSet;

use super::checkpoint::Checkpoint;
use super::cosignature::Witness;
use super::note::{Note, Verifier};
use crate::refusal::Refusal;

/// Logs, witnesses and groups in one policy, each. C2SP asks for at least 32.
const EACH_MAX: usize = 64;

/// The keys of logs that are trusted, and the witnesses of whom some must have cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Verifier>,
    witnesses: Vec<Known>,
    groups: Vec<Group>,
    quorum: Quorum,
}

/// A witness of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What the policy calls it.
    pub name: String,
    /// Its key.
    pub key: Witness,
    /// Where it is asked for cosignatures.
    pub address: Option<String>,
}

/// How many of its members must have cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: String,
    least: usize,
    members: Vec<Member>,
}

/// A witness or a group that was defined before, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    Witness(usize),
    Group(usize),
}

/// Who must have cosigned a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quorum {
    Nobody,
    Of(Member),
}

/// Between which times the quorum saw a checkpoint, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// By then a quorum had seen it: whatever it covers had been recorded.
    pub by: u64,
    /// At this time or later a quorum still knew of nothing newer: what it does not cover was not
    /// there to be seen.
    pub since: u64,
}

impl Policy {
    /// Reads a policy file: lines `log KEY [ADDRESS]`, `witness NAME KEY [ADDRESS]`,
    /// `group NAME all|any|K NAME...` and one `quorum NAME|none`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut policy = Self { logs: Vec::new(), witnesses: Vec::new(), groups: Vec::new(), quorum: Quorum::Nobody };
        let (mut quorum, mut taken) = (None, BTreeSet::new());
        for (number, line) in (1..).zip(text.split('\n')) {
            let refusal = |says: &str| Refusal::new(format!("line {number} of the policy: {says}"));
            if line.chars().any(|c| c != '\t' && (c < ' ' || c == '\u{7f}')) {
                return Err(refusal("it holds a control character"));
            }
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            let read = match words[..] {
                [] => Ok(()),
                [first, ..] if first.starts_with('#') => Ok(()),
                ["log", key] | ["log", key, _] => policy.log(key),
                ["witness", name, key] => policy.witness(name, key, None),
                ["witness", name, key, address] => policy.witness(name, key, Some(address)),
                ["group", name, least, ref members @ ..] => policy.group(name, least, members, &mut taken),
                ["quorum", name] if quorum.is_none() => policy.quorum(name).map(|named| quorum = Some(named)),
                _ => Err("write log KEY, witness NAME KEY, group NAME K NAME..., or once quorum NAME".to_owned()),
            };
            read.map_err(|says| refusal(&says))?;
        }
        let Some(quorum) = quorum.filter(|_| !policy.logs.is_empty()) else {
            return Err(Refusal::new("the policy must have a line log KEY and a line quorum NAME or quorum none"));
        };
        Ok(Self { quorum, ..policy })
    }

    fn log(&mut self, key: &str) -> Result<(), String> {
        let log = Verifier::parse(key).map_err(|why| why.to_string())?;
        self.fresh(log.key(), self.logs.len())?;
        self.logs.push(log);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, address: Option<&str>) -> Result<(), String> {
        let key = Witness::parse(key).map_err(|why| why.to_string())?;
        self.fresh(key.key(), self.witnesses.len())?;
        self.unnamed(name)?;
        self.witnesses.push(Known { name: name.to_owned(), key, address: address.map(str::to_owned) });
        Ok(())
    }

    fn group(&mut self, name: &str, least: &str, members: &[&str], taken: &mut BTreeSet<Member>) -> Result<(), String> {
        self.unnamed(name)?;
        let members: Vec<Member> = members.iter().map(|member| self.named(member)).collect::<Result<_, _>>()?;
        // Each counts in one place only, so that no witness is counted twice.
        if !members.iter().all(|member| taken.insert(*member)) {
            return Err("a member stands in a group already".to_owned());
        }
        let digits = least.bytes().all(|b| b.is_ascii_digit()) && !least.starts_with('0');
        let least = match least {
            "all" => members.len(),
            "any" => 1,
            least => least.parse().ok().filter(|_| digits).unwrap_or(0),
        };
        if least == 0 || least > members.len() || self.groups.len() == EACH_MAX {
            return Err("a group is NAME all|any|K NAME..., and K at least 1 and at most its members".to_owned());
        }
        self.groups.push(Group { name: name.to_owned(), least, members });
        Ok(())
    }

    fn quorum(&self, name: &str) -> Result<Quorum, String> {
        if name == "none" { Ok(Quorum::Nobody) } else { self.named(name).map(Quorum::Of) }
    }

    fn named(&self, name: &str) -> Result<Member, String> {
        let witness = self.witnesses.iter().position(|witness| witness.name == name).map(Member::Witness);
        let group = || self.groups.iter().position(|group| group.name == name).map(Member::Group);
        witness.or_else(group).ok_or_else(|| format!("{name} is not defined above this line"))
    }

    fn unnamed(&self, name: &str) -> Result<(), String> {
        if name == "none" || self.named(name).is_ok() {
            return Err(format!("the name {name} is taken"));
        }
        Ok(())
    }

    /// A key that stands nowhere yet. A log's key is no witness of that log, whatever it is called.
    fn fresh(&self, key: &ed25519_dalek::VerifyingKey, lines: usize) -> Result<(), String> {
        let log = self.logs.iter().any(|log| log.key() == key);
        if log || self.witnesses.iter().any(|witness| witness.key.key() == key) {
            return Err("this key stands twice".to_owned());
        }
        if lines == EACH_MAX {
            return Err(format!("there are more than {EACH_MAX} of its kind"));
        }
        Ok(())
    }

    /// The witnesses that it names, in their order.
    #[must_use]
    pub fn witnesses(&self) -> &[Known] {
        &self.witnesses
    }

    /// Whether any cosignature is asked for.
    #[must_use]
    pub fn asks_witnesses(&self) -> bool {
        self.quorum != Quorum::Nobody
    }

    /// Whether the log that the checkpoint names signed it, by a key of this policy.
    #[must_use]
    pub fn signed(&self, note: &Note, checkpoint: &Checkpoint) -> bool {
        let mut ours = self.logs.iter().filter(|log| log.name == checkpoint.origin);
        ours.any(|log| log.signed(note))
    }

    /// Whether enough of its witnesses cosigned the note. Cosignatures of others count for nothing.
    #[must_use]
    pub fn cosigned(&self, note: &Note) -> bool {
        !self.asks_witnesses() || self.times(note).is_some()
    }

    /// Whether the log signed the checkpoint and enough witnesses cosigned it.
    #[must_use]
    pub fn accepts(&self, note: &Note, checkpoint: &Checkpoint) -> bool {
        self.signed(note, checkpoint) && self.cosigned(note)
    }

    /// The witnesses that cosigned the note.
    #[must_use]
    pub fn cosigners(&self, note: &Note) -> Vec<&Known> {
        self.witnesses.iter().filter(|witness| !witness.key.times(note).is_empty()).collect()
    }

    /// Between which times a quorum saw the checkpoint; none where there was no quorum, or none is
    /// asked for. Both hold as long as one witness of each quorum is honest.
    #[must_use]
    pub fn times(&self, note: &Note) -> Option<Times> {
        let Quorum::Of(quorum) = self.quorum else { return None };
        let times: Vec<Vec<u64>> = self.witnesses.iter().map(|witness| witness.key.times(note)).collect();
        let all: BTreeSet<u64> = times.iter().flatten().copied().collect();
        let enough = |counts: &dyn Fn(u64) -> bool| {
            self.holds(quorum, &|witness| times[witness].iter().any(|time| counts(*time)))
        };
        let by = all.iter().copied().find(|by| enough(&|time| time <= *by))?;
        let since = all.iter().rev().copied().find(|since| enough(&|time| time >= *since))?;
        Some(Times { by, since })
    }

    fn holds(&self, member: Member, cosigned: &dyn Fn(usize) -> bool) -> bool {
        match member {
            Member::Witness(witness) => cosigned(witness),
            // A group has only members that were defined before it, so this ends.
            Member::Group(group) => {
                let Group { least, members, .. } = &self.groups[group];
                members.iter().filter(|member| self.holds(**member, cosigned)).count() >= *least
            }
        }
    }
}
