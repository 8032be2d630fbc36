//! `candour backup` and `restore`.

use std::path::PathBuf;

use candour_core::case::Context;
use candour_core::day;
use candour_core::delegation::Delegations;
use candour_core::profile::Profile;
use candour_core::refusal::Refusal;
use candour_store::backup::format::Contents;
use candour_store::backup::keys::{Ending, Keys};
use candour_store::backup::{Failed, Restored, backup, backup_under, restore};
use candour_store::db::Engine;
use candour_store::record::Write;
use candour_store::{Failure, holidays, rebuild};
use clap::Args;
use serde_json::{Value as Json, json};

use super::{COULD_NOT, DONE, Ended, Format, NO, Setting, USAGE, backup_keys, say};
use crate::app::{law_of, machine_sources, machine_time};

#[derive(Args)]
pub(super) struct Backup {
    /// The file to write; there must be none of this name
    #[arg(long)]
    out: PathBuf,
}

#[derive(Args)]
pub(super) struct Restore {
    /// The backup
    #[arg(long)]
    from: PathBuf,
}

impl From<Failed> for Ended {
    fn from(failed: Failed) -> Self {
        let says = failed.to_string();
        match failed {
            Failed::Refused(_) => Self::With(NO, says),
            Failed::Taken(_) => Self::With(USAGE, says),
            Failed::File(_) => Self::With(COULD_NOT, says),
            Failed::Store(failure) => failure.into(),
        }
    }
}

impl Backup {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let began = machine_time();
        let engine = Engine::at(&setting.database)?;
        let Some(path) = &setting.backup_keys else {
            self.say(&backup(&engine, &self.out, began)?, None, setting.format, began);
            return Ok(DONE);
        };
        let keys = Keys::at(path);
        let contents = backup_under(&keys, &engine, &self.out, began, &mut machine_sources().entropy)?;
        let ending = keys.end_due(machine_time())?;
        if let Some(doubt) = &ending.doubt {
            tracing::warn!("{doubt}");
        }
        self.say(&contents, Some(&ending), setting.format, began);
        Ok(DONE)
    }

    fn say(&self, contents: &Contents, ending: Option<&Ending>, format: Format, began: i64) {
        let seconds = seconds_since(began);
        let key = contents.header.key.as_deref().unwrap_or_default();
        if format == Format::Json {
            let mut answer = as_json(contents, seconds);
            if let Some(ending) = ending {
                answer["key"] = key.into();
                answer["keys"] = backup_keys::as_json(ending);
            }
            return say(&answer.to_string());
        }
        print(contents);
        if let Some(ending) = ending {
            say(&format!("under the key {key}, and read back under it"));
            backup_keys::print(ending);
        }
        say(&format!("backed up to {} in {seconds:.1} s", self.out.display()));
    }
}

impl Restore {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let began = machine_time();
        let engine = Engine::at(&setting.database)?;
        let keys = setting.backup_keys.as_deref().map(Keys::at);
        let Restored { contents, derived } = restore(&self.from, keys.as_ref(), &engine, machine_sources, derive)?;
        let seconds = seconds_since(began);
        if setting.format == Format::Json {
            let mut answer = as_json(&contents, seconds);
            answer["derived"] = derived.into();
            say(&answer.to_string());
            return Ok(DONE);
        }
        print(&contents);
        say(&format!("computed {derived} derived rows"));
        if let Some(says) = ways_in(&contents) {
            say(&says);
        }
        say(&format!("restored the backup of {}, verified, in {seconds:.1} s", contents.header.taken_at));
        Ok(DONE)
    }
}

/// What came back with the backup by which somebody signs in, and may have been taken away since.
fn ways_in(contents: &Contents) -> Option<String> {
    let rows = |table: &str| contents.manifest.tables.iter().find(|t| t.table == table).map_or(0, |t| t.rows);
    let (passkeys, linked) = (rows("passkey"), rows("provider_link"));
    (passkeys + linked > 0).then(|| {
        format!(
            "{passkeys} passkeys and {linked} connections with an identity provider are as they were then; take away those that went since"
        )
    })
}

/// Computes what is derived from a log, by the law and the settings of the body whose record it is.
fn derive(w: &mut Write<'_>) -> Result<rebuild::Rebuilt, Failure> {
    let (log, today) = (w.log(), w.today());
    let profile = Profile::named(log).map_err(|e| Refusal::new(format!("the backup holds the log {log}: {e}")))?;
    let law = law_of(&profile);
    let calendar = holidays::known(w.tx()?, log)?;
    let context = Context { law: &law, profile: &profile, delegations: Delegations::NONE, today, calendar };
    rebuild::rebuild(w, context)
}

#[allow(clippy::cast_precision_loss, reason = "a duration is far below 2^52 microseconds")]
fn seconds_since(began: i64) -> f64 {
    (machine_time() - began).max(0) as f64 / 1e6
}

fn print(contents: &Contents) {
    for end in &contents.manifest.logs {
        let last = day::instant_in_iso(end.recorded_at);
        say(&format!("{}: {} events until {last}, root {}", end.log, end.size, end.root));
    }
    let tables = contents.manifest.tables.iter().map(|counted| format!("{} {}", counted.table, counted.rows));
    say(&format!("rows: {}", tables.collect::<Vec<_>>().join(", ")));
    say(&format!("SHA-256 of the file: {}", contents.sha256));
}

fn as_json(contents: &Contents, seconds: f64) -> Json {
    json!({
        "taken_at": contents.header.taken_at,
        "logs": contents.manifest.logs,
        "tables": contents.manifest.tables,
        "sha256": contents.sha256,
        "seconds": seconds,
    })
}
