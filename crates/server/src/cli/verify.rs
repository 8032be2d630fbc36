//! `candour verify`: the whole record, or a bundle, a receipt or tiles without any database, alone or
//! against what somebody outside has kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candour_core::record::bundle::{self, Verified};
use candour_core::record::check::{Finding, escape};
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::note::Note;
use candour_core::record::policy::Policy;
use candour_core::record::witnessed::{self, Bounds, Seen, Witnessed};
use candour_core::refusal::Refusal;
use candour_store::db::Engine;
use candour_store::high_water::HighWater;
use candour_store::verify::{Report, verify_within};
use clap::Args;
use serde_json::{Value as Json, json};

use super::{COULD_NOT, DONE, Ended, Format, NO, Setting, USAGE, high_water, receipt, say, tiles};

/// The largest bundle that is read. A case with thousands of entries is far smaller.
const BUNDLE_BYTES_MAX: u64 = 256 * 1024 * 1024;

#[derive(Args)]
pub(super) struct Verify {
    /// Check this bundle, without a database
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Check this receipt of one entry, without a database
    #[arg(long, value_name = "FILE", conflicts_with = "bundle")]
    receipt: Option<PathBuf>,
    /// Check the tiles in this folder, without a database
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["bundle", "receipt"])]
    tiles: Option<PathBuf>,
    /// The checkpoint of the tiles; without it the one beside them
    #[arg(long, value_name = "FILE", requires = "tiles")]
    checkpoint: Option<PathBuf>,
    /// An older checkpoint that was kept elsewhere
    #[arg(long, value_name = "FILE")]
    trusted: Vec<PathBuf>,
    /// The keys that are trusted
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Cosigned checkpoints, between which the recorded times must lie
    #[arg(long, value_name = "FILE", requires = "policy")]
    witnessed: Vec<PathBuf>,
}

/// What the question rests on: keys and checkpoints that did not come with what is checked.
pub(super) struct Held {
    pub(super) policy: Option<Policy>,
    pub(super) trusted: Vec<Checkpoint>,
    /// The cosigned checkpoints, where there are any to hold times against.
    cosigned: Option<Vec<Note>>,
}

impl Verify {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let held = Held::read(self.policy.as_deref(), &self.trusted, &self.witnessed)?;
        if let Some(path) = &self.receipt {
            return Ok(if receipt::verified(setting, path, &held)? { DONE } else { NO });
        }
        let findings = match (&self.bundle, &self.tiles) {
            (Some(path), _) => whole_bundle(setting, path, &held)?,
            (None, Some(folder)) => whole_tree(setting, folder, self.checkpoint.as_deref(), &held)?,
            (None, None) => whole_record(setting, &held)?,
        };
        Ok(if findings.is_empty() { DONE } else { NO })
    }
}

impl Held {
    fn read(policy: Option<&Path>, trusted: &[PathBuf], cosigned: &[PathBuf]) -> Result<Self, Ended> {
        let policy = policy.map(policy_of).transpose()?;
        let trusted = trusted.iter().map(|path| trusted_checkpoint(path, policy.as_ref())).collect::<Result<_, _>>()?;
        let cosigned = if cosigned.is_empty() { None } else { Some(cosigned_of(cosigned, policy.as_ref())?) };
        Ok(Self { policy, trusted, cosigned })
    }

    /// The cosigned checkpoints that the policy accepts, and how many were given.
    fn witnessed(&self) -> Witnessed {
        let given = self.policy.as_ref().zip(self.cosigned.as_deref());
        given.map_or_else(Witnessed::default, |(policy, notes)| Witnessed::of(notes, policy))
    }
}

/// Reads a policy.
pub(super) fn policy_of(path: &Path) -> Result<Policy, Ended> {
    Policy::parse(&read_file(path)?).map_err(|refusal| unfit(path, &refusal))
}

/// Reads files of cosigned checkpoints, which mean something under a policy that names witnesses only.
pub(super) fn cosigned_of(paths: &[PathBuf], policy: Option<&Policy>) -> Result<Vec<Note>, Ended> {
    if !policy.is_some_and(Policy::asks_witnesses) {
        let says = "cosigned checkpoints are held against the quorum of a policy; give --policy with one";
        return Err(Ended::With(USAGE, says.to_owned()));
    }
    let mut notes = Vec::new();
    for path in paths {
        notes.extend(witnessed::read(&read_file(path)?).map_err(|refusal| unfit(path, &refusal))?);
    }
    Ok(notes)
}

fn trusted_checkpoint(path: &Path, policy: Option<&Policy>) -> Result<Checkpoint, Ended> {
    let (note, checkpoint) = checkpoint_of(path)?;
    match policy {
        _ if checkpoint.log().is_none() => Err(unfit(path, &Refusal::new("its origin names no log of Candour"))),
        Some(policy) if !policy.signed(&note, &checkpoint) => {
            Err(unfit(path, &Refusal::new("no key of the policy signed it; leave it out, or the policy")))
        }
        Some(policy) if !policy.cosigned(&note) => {
            Err(unfit(path, &Refusal::new("too few witnesses of the policy cosigned it; leave it out, or the policy")))
        }
        _ => Ok(checkpoint),
    }
}

/// Reads a checkpoint and the note that it is.
pub(super) fn checkpoint_of(path: &Path) -> Result<(Note, Checkpoint), Ended> {
    let note = Note::parse(&read_file(path)?).map_err(|refusal| unfit(path, &refusal))?;
    let checkpoint = Checkpoint::of(&note).map_err(|refusal| unfit(path, &refusal))?;
    Ok((note, checkpoint))
}

/// Reads a file that was named on the command line.
pub(super) fn read_file(path: &Path) -> Result<String, Ended> {
    let could_not = |says: String| Ended::With(COULD_NOT, format!("{}: {says}", path.display()));
    let size = std::fs::metadata(path).map_err(|e| could_not(e.to_string()))?.len();
    if size > BUNDLE_BYTES_MAX {
        return Err(could_not(format!("it has {size} bytes, and at most {BUNDLE_BYTES_MAX} are read")));
    }
    let bytes = std::fs::read(path).map_err(|e| could_not(e.to_string()))?;
    // What is no text is no bundle, note or policy either, and is refused as such.
    Ok(String::from_utf8(bytes).unwrap_or_else(|_| "\0".to_owned()))
}

/// A file that is not what it was named as.
pub(super) fn unfit(path: &Path, refusal: &Refusal) -> Ended {
    Ended::With(USAGE, format!("{}: {refusal}", path.display()))
}

fn whole_bundle(setting: &Setting, path: &Path, held: &Held) -> Result<Vec<Finding>, Ended> {
    let text = read_file(path)?;
    let found = bundle::verify_within(&text, held.policy.as_ref(), &held.trusted, held.cosigned.as_deref());
    let Verified { stream, events, size, findings, witnessed } = &found;
    if setting.format == Format::Json {
        say(&json!({
            "stream": stream, "events": events, "size": size, "policy": held.policy.is_some(),
            "trusted": held.trusted.len(), "findings": as_json(findings),
            "witnessed": witnessed.as_ref().map(witnessed::Extent::json),
        })
        .to_string());
        return Ok(found.findings);
    }
    say_findings(findings);
    say(&format!("verified {events} events of {stream} in a log of {size}: {} findings", findings.len()));
    if let Some(extent) = witnessed {
        say(&extent.line());
    }
    if held.policy.is_none() {
        say("the key came with the bundle and was not checked against any that you hold: give --policy");
    }
    Ok(found.findings)
}

fn whole_tree(setting: &Setting, folder: &Path, checkpoint: Option<&Path>, held: &Held) -> Result<Vec<Finding>, Ended> {
    let (checkpoint, findings) = tiles::verified(folder, checkpoint, held)?;
    let (log, size) = (checkpoint.log().unwrap_or_default(), checkpoint.size);
    if setting.format == Format::Json {
        let report = json!({
            "log": log, "size": size, "policy": held.policy.is_some(), "trusted": held.trusted.len(),
            "findings": as_json(&findings),
        });
        say(&report.to_string());
        return Ok(findings);
    }
    say_findings(&findings);
    say(&format!("verified the tiles of {}, a log of {size}: {} findings", escape(log), findings.len()));
    say_unknown_key(held);
    Ok(findings)
}

/// Says so where nobody named a key that they trust.
pub(super) fn say_unknown_key(held: &Held) {
    if held.policy.is_none() {
        say("nothing shows whose key signed the checkpoint: give --policy");
    }
}

fn whole_record(setting: &Setting, held: &Held) -> Result<Vec<Finding>, Ended> {
    let witnessed = held.witnessed();
    let mut seen: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
    for one in &witnessed.seen {
        seen.entry(one.checkpoint.log().unwrap_or_default()).or_default().push(one);
    }
    let logs: Vec<(&str, u64)> =
        held.trusted.iter().filter_map(|checkpoint| Some((checkpoint.log()?, checkpoint.size))).collect();
    let of_seen = seen.iter().flat_map(|(log, all)| all.iter().map(|one| (*log, one.checkpoint.size)));
    let sizes: Vec<(&str, u64)> = logs.iter().copied().chain(of_seen).collect();
    let bounds: BTreeMap<String, Bounds> =
        seen.iter().map(|(log, all)| ((*log).to_owned(), Bounds::of(all.iter().copied()))).collect();
    let engine = Engine::at(&setting.database)?;
    let mut report = engine.read(|tx| verify_within(tx, &sizes, &bounds))?;
    // The access log of a SQLite record has a file of its own.
    if let Some(access) = candour_store::access_beside(&engine).filter(|a| a.file().is_some_and(Path::exists)) {
        report.join(access.read(|tx| verify_within(tx, &sizes, &bounds))?);
    }
    for ((log, _), checkpoint) in logs.iter().zip(&held.trusted) {
        report.hold_against(log, checkpoint);
    }
    for (log, all) in &seen {
        for one in all {
            report.hold_against_witnessed(log, one);
        }
        if let Some(extent) = report.witnessed.get_mut(*log) {
            (extent.checkpoints, extent.of) = (all.len(), witnessed.of);
        }
    }
    print(setting, &report, bounds.keys());
    // Only looked at: whoever verifies need not be allowed to write beside the database.
    high_water::check(HighWater::of(&engine, &setting.body, setting.high_water.as_deref()).as_ref())?;
    Ok(report.findings)
}

fn print<'l>(setting: &Setting, report: &Report, bounded: impl Iterator<Item = &'l String>) {
    if setting.format == Format::Json {
        let findings = as_json(&report.findings);
        let witnessed: BTreeMap<_, _> = report.witnessed.iter().map(|(log, extent)| (log, extent.json())).collect();
        let answer = json!({
            "events": report.events, "logs": report.logs, "findings": findings, "witnessed": witnessed,
        });
        say(&answer.to_string());
        return;
    }
    say_findings(&report.findings);
    say(&format!("verified {} events of {} logs: {} findings", report.events, report.logs, report.findings.len()));
    for (log, extent) in &report.witnessed {
        say(&format!("{log}: {}", extent.line()));
    }
    for log in bounded.filter(|log| report.demonstrations.contains(*log)) {
        say(&format!("{log}: the clock of a demonstration is not real, so its times were not held against witnesses"));
    }
}

pub(super) fn as_json(findings: &[Finding]) -> Vec<Json> {
    let one = |f: &Finding| json!({"code": f.code, "log": f.log, "seq": f.seq, "field": f.field});
    findings.iter().map(one).collect()
}

pub(super) fn say_findings(findings: &[Finding]) {
    for finding in findings {
        say(&finding.line());
    }
}
