//! `candour backup-keys`: what is known about the keys of backups, and ending those that are due; and
//! what `serve` says when no verified backup is new enough.

use std::path::Path;

use candour_core::day;
use candour_store::backup::keys::{Ending, Keys, Known, due_at, newest_verified};
use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::{DONE, Ended, Format, NO, Setting, USAGE, say};
use crate::app::machine_time;

/// How old the newest verified backup may be before `serve` warns.
const NEWEST_DAYS_MAX: i64 = 7;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

#[derive(Subcommand)]
pub(super) enum BackupKeys {
    /// List every key: its id, when its backup began, how far it has come, and when it ends; never the key
    List,
    /// End the keys that are due; run it every day
    End,
}

impl BackupKeys {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let path = setting.backup_keys.as_deref().ok_or_else(|| {
            Ended::With(USAGE, "name the key file with --backup-keys, as backup is given it".to_owned())
        })?;
        match self {
            Self::List => list(path, setting.format),
            Self::End => end(path, setting.format),
        }
    }
}

fn list(path: &Path, format: Format) -> Result<u8, Ended> {
    let all = Keys::at(path).list()?;
    if format == Format::Json {
        let rows: Vec<Json> = all.iter().map(|known| row(known, due_at(&all, known))).collect();
        say(&json!({ "keys": rows }).to_string());
        return Ok(DONE);
    }
    for known in &all {
        let word = known.state.word();
        let end = match (known.ended, due_at(&all, known)) {
            (Some(ended), _) => format!("ended {}", day::instant_in_iso(ended)),
            (None, Some(due)) => format!("{word}, ends {}", day::instant_in_iso(due)),
            (None, None) => format!("{word}, ends after a newer one is verified"),
        };
        say(&format!("{} begun {}, {end}", known.id, day::instant_in_iso(known.begun)));
    }
    Ok(DONE)
}

fn row(known: &Known, due: Option<i64>) -> Json {
    let iso = |at: Option<i64>| at.map(day::instant_in_iso);
    json!({
        "id": known.id,
        "state": known.state.word(),
        "begun": day::instant_in_iso(known.begun),
        "recorded_at": iso(known.recorded_at),
        "ends": iso(due),
        "ended": iso(known.ended),
    })
}

fn end(path: &Path, format: Format) -> Result<u8, Ended> {
    let keys = Keys::at(path);
    // A name that was mistyped is no empty file of keys.
    keys.list()?;
    let ending = keys.end_due(machine_time())?;
    if let Some(doubt) = ending.doubt {
        return Err(Ended::With(NO, doubt));
    }
    if format == Format::Json {
        say(&as_json(&ending).to_string());
    } else {
        say(&format!("{} keys ended", ending.ended.len()));
        print(&ending);
    }
    Ok(DONE)
}

pub(super) fn as_json(ending: &Ending) -> Json {
    json!({"ended": ending.ended, "not_ended": ending.doubt})
}

/// Says which keys ended, or why none did.
pub(super) fn print(ending: &Ending) {
    for id in &ending.ended {
        say(&format!("the key {id} ended: nobody can read its backup any more"));
    }
    if let Some(doubt) = &ending.doubt {
        say(doubt);
    }
}

/// Warns when the newest verified backup is too old for words to end in time.
pub(super) fn warn(setting: &Setting) {
    let Some(path) = setting.backup_keys.as_deref() else { return };
    match Keys::at(path).list() {
        Err(error) => tracing::warn!(%error, "how old the newest verified backup is cannot be read"),
        Ok(all) => match newest_verified(&all) {
            None => tracing::warn!("there is no verified backup under a key of {}; take one", path.display()),
            Some(at) if machine_time() - at > NEWEST_DAYS_MAX * DAY => tracing::warn!(
                "the newest verified backup is of {}; take one at least every {NEWEST_DAYS_MAX} days",
                day::instant_in_words(at)
            ),
            Some(_) => {}
        },
    }
}
