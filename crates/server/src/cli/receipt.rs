//! `candour receipt`: the proof that one entry is in the record, for whoever it concerns.

use std::path::PathBuf;

use candour_core::permit::{Action, permit};
use candour_core::record::receipt::{self, Verified};
use candour_core::reference::Reference;
use candour_store::{Failure, access, cases};
use clap::Args;
use serde_json::{Value as Json, json};

use super::verify::{Held, checkpoint_of, read_file, say_findings, unfit};
use super::{DONE, Ended, Format, NO, Setting, USAGE, say};
use crate::receipt::{Asked, Made, Signed, make, no_such_entry, note};
use crate::signer::replace;

#[derive(Args)]
pub(super) struct Handed {
    /// The case, by its reference
    case: String,
    /// The entry of the case, by its number on the timeline
    #[arg(long, value_name = "NUMBER")]
    entry: u64,
    /// A word of the entry that whoever gets the receipt may see, by its field; without it none is shown
    #[arg(long, value_name = "FIELD")]
    word: Vec<String>,
    /// The newest checkpoint, as the signer published it, with its key beside it
    #[arg(long, value_name = "FILE", default_value = "./candour-data/checkpoint")]
    checkpoint: PathBuf,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
}

impl Handed {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let reference = Reference::parse(&self.case).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))?;
        checkpoint_of(&self.checkpoint)?;
        let signed = Signed::read(&self.checkpoint).map_err(|refusal| unfit(&self.checkpoint, &refusal))?;
        let store = setting.existing_store()?;
        let asked = Asked { reference: reference.clone(), entry: self.entry, words: self.word.clone() };
        let (log, stream) = (&*store.record.log, reference.stream());
        let profile = setting.profile()?;
        let given = store.record.engine.read(|tx| -> Result<_, Failure> {
            let case = cases::load(tx, log, &reference)?;
            Ok(permit(&access::operator(tx, log)?, Action::MakeReceipt, cases::object(&case, &stream, &profile)))
        })?;
        let pass = match given {
            // What is hidden is answered as what is not there.
            Err(denied) if denied.hides() => return Err(Failure::from(no_such_entry(&asked)).into()),
            other => other.map_err(Failure::from)?,
        };
        let made = store.record.engine.read(|tx| make(tx, log, &asked, signed))?;
        let receipt = match made {
            Made::Receipt(receipt) => receipt,
            Made::Newer { size } => {
                let says =
                    format!("the entry is newer than the checkpoint, which covers {size} events; sign a newer one");
                return Err(Ended::With(USAGE, says));
            }
            Made::Unlike => {
                let says = "the record is not what the checkpoint signs; no receipt was written, run candour verify";
                return Err(Ended::With(NO, says.to_owned()));
            }
        };
        // Whoever hands an entry out has read it, and that is noted before it is written.
        let (authority, actor) = (pass.authority().to_owned(), pass.actor().to_owned());
        store.access.write(move |w| note(w, &actor, &authority, &asked))?;
        replace(&self.out, &receipt.text())?;
        say(&format!(
            "a receipt for entry {} of {reference}, number {} of the log, with {} of its words",
            receipt.event.version,
            receipt.event.seq,
            receipt.texts.len()
        ));
        Ok(DONE)
    }
}

/// What `candour verify --receipt` says.
pub(super) fn verified(setting: &Setting, path: &std::path::Path, held: &Held) -> Result<bool, Ended> {
    let found = receipt::verify(&read_file(path)?, held.policy.as_ref(), &held.trusted);
    let Verified { stream, size, event, words, hidden, findings } = &found;
    let (seq, version) = event.as_ref().map_or((0, 0), |event| (event.seq, event.version));
    if setting.format == Format::Json {
        let mut report = json!({
            "stream": stream, "seq": seq, "version": version, "size": size, "policy": held.policy.is_some(),
            "trusted": held.trusted.len(), "findings": super::verify::as_json(findings),
        });
        if let Some(event) = event {
            let words: serde_json::Map<String, Json> = words.iter().map(|(f, v)| (f.clone(), json!(v))).collect();
            let facts = [
                ("kind", json!(event.kind)),
                ("on", json!(event.on_date)),
                ("recorded_at", json!(event.recorded_at)),
                ("words", Json::Object(words)),
                ("hidden", json!(hidden)),
            ];
            facts.into_iter().for_each(|(key, value)| report[key] = value);
        }
        say(&report.to_string());
        return Ok(findings.is_empty());
    }
    say_findings(findings);
    // What is not proven is not repeated as if it were.
    if findings.is_empty() {
        found.lines().iter().for_each(|line| say(line));
    }
    match event {
        None => say(&format!("verified no entry: {} findings", findings.len())),
        Some(_) => say(&format!(
            "verified entry {version} of {}, number {seq} in a log of {size}: {} findings",
            candour_core::record::check::escape(stream),
            findings.len()
        )),
    }
    super::verify::say_unknown_key(held);
    Ok(findings.is_empty())
}
