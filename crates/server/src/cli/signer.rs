//! `candour signer`: makes the key of a log's checkpoints, and signs them. Run it as a user of its
//! own, away from whoever administers the database.

use std::path::{Path, PathBuf};
use std::time::Duration;

use candour_store::access_beside;
use candour_store::db::Engine;
use clap::{Args, Subcommand};

use super::verify::policy_of;
use super::{COULD_NOT, DONE, Ended, NO, Setting, USAGE, say};
use crate::app;
use crate::signer::publish::{Publication, Round, is_alarm};
use crate::signer::{self, Desk, POLICY, Unsigned, key_beside, replace};

#[derive(Subcommand)]
pub(super) enum Signer {
    /// Make the key of a log's signer, and a policy that trusts it
    Init(Init),
    /// Sign the log as it is now, if it continues what was signed before
    Sign(Sign),
}

#[derive(Args)]
pub(super) struct Init {
    /// The signer's folder
    #[arg(long)]
    dir: PathBuf,
    /// What the signer is called, like records.example.org
    #[arg(long)]
    name: String,
    /// Which log it signs; the body's record unless it is said
    #[arg(long)]
    log: Option<String>,
}

#[derive(Args)]
pub(super) struct Sign {
    /// The signer's folder
    #[arg(long)]
    dir: PathBuf,
    /// The file in which the newest checkpoint is published; without it, it is printed
    #[arg(long)]
    out: Option<PathBuf>,
    /// Publish only what enough witnesses of this policy have cosigned, and ask them
    #[arg(long, value_name = "POLICY", requires = "out")]
    witnesses: Option<PathBuf>,
    /// Go on, and sign again every so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    every: Option<u64>,
}

impl From<Unsigned> for Ended {
    fn from(unsigned: Unsigned) -> Self {
        let code = match unsigned {
            Unsigned::Refused(_) | Unsigned::Unwitnessed(_) => NO,
            Unsigned::Folder(_) | Unsigned::Db(_) => COULD_NOT,
        };
        Self::With(code, unsigned.to_string())
    }
}

impl Signer {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        match self {
            Self::Init(init) => init.run(setting),
            Self::Sign(sign) => sign.run(setting),
        }
    }
}

impl Init {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let mut seed = [0; 32];
        (app::machine_sources().entropy)(&mut seed);
        let log = self.log.as_deref().unwrap_or(&setting.body);
        let made = signer::init(&self.dir, &self.name, log, &seed);
        let verifier = made.map_err(|unsigned| Ended::With(USAGE, unsigned.to_string()))?;
        say(&format!("{verifier}"));
        say(&format!("hand {} to those who are to check this log", self.dir.join(POLICY).display()));
        Ok(DONE)
    }
}

impl Sign {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let mut desk = Desk::open(&self.dir)?;
        let engine = engine_of(setting, desk.log())?;
        let mut publication = self.publication()?;
        loop {
            let done = match &mut publication {
                None => self.once(&engine, &mut desk),
                Some(publication) => witnessed_once(&engine, &mut desk, publication),
            };
            match (done, self.every) {
                (Ok(()), None) => return Ok(DONE),
                (Err(unsigned), None) => return Err(unsigned.into()),
                (Err(refused @ Unsigned::Refused(_)), _) => return Err(refused.into()),
                (Ok(()), Some(_)) => {}
                (Err(Unsigned::Unwitnessed(_)), Some(_)) => {}
                (Err(passing), Some(_)) => tracing::error!(%passing, "nothing was signed; trying again"),
            }
            std::thread::sleep(Duration::from_secs(self.every.unwrap_or_default()));
        }
    }

    fn publication(&self) -> Result<Option<Publication>, Ended> {
        let Some((policy, out)) = self.witnesses.as_deref().zip(self.out.as_deref()) else {
            return Ok(None);
        };
        Ok(Some(Publication::new(policy_of(policy)?, out, app::machine_time)?))
    }

    fn once(&self, engine: &Engine, desk: &mut Desk) -> Result<(), Unsigned> {
        let note = engine.read(|tx| desk.sign(tx).cloned())?.to_string();
        match &self.out {
            None => say(note.trim_end()),
            Some(path) if is_there(path, &note) => {}
            Some(path) => {
                replace(&key_beside(path), &format!("{}\n", desk.verifier()))?;
                replace(path, &note)?;
                say(&format!("signed {} events", note.lines().nth(1).unwrap_or_default()));
            }
        }
        Ok(())
    }
}

/// Signs and asks the witnesses. Without a quorum the last checkpoint that had one stays published.
fn witnessed_once(engine: &Engine, desk: &mut Desk, publication: &mut Publication) -> Result<(), Unsigned> {
    match publication.round(engine, desk)? {
        Round::Unchanged => Ok(()),
        Round::Published(size, cosigners) => {
            say(&format!("signed {size} events, cosigned by {cosigners} witnesses"));
            Ok(())
        }
        Round::NoQuorum(seconds, why) => {
            let minutes = seconds / 60;
            if is_alarm(seconds) {
                tracing::error!(minutes, why, "nothing was witnessed for more than 15 minutes");
            } else {
                tracing::warn!(minutes, why, "signed, but not witnessed and not published; trying again");
            }
            Err(Unsigned::Unwitnessed(format!("signed, but not witnessed and not published: {why}")))
        }
    }
}

fn is_there(path: &Path, note: &str) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| text == note)
}

/// Where a log is. On SQLite an access log has a file of its own.
fn engine_of(setting: &Setting, log: &str) -> Result<Engine, Ended> {
    let engine = Engine::at(&setting.database)?;
    let access = access_beside(&engine).filter(|_| log.contains("/access/"));
    Ok(access.unwrap_or(engine))
}
