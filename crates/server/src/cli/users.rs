//! `candour user`: accounts.

use std::io::{BufRead as _, IsTerminal as _};

use candour_core::delegation::Change;
use candour_core::law::powers::Powers;
use candour_core::permit::Role;
use candour_core::record::hex;
use candour_store::plain::account::{self, Account};
use clap::{Args, Subcommand};

use super::delegation::make;
use super::{DONE, Ended, Setting, USAGE, say};
use crate::generate::add_account;

#[derive(Subcommand)]
pub(super) enum User {
    /// Add an account. The password is read from standard input; without one it is made and printed once
    Add(Add),
    /// List the accounts
    List,
}

#[derive(Args)]
pub(super) struct Add {
    /// The name to sign in with
    name: String,
    /// AU, INV, SUP, DM, NED or ADM
    #[arg(long)]
    role: String,
    /// A region whose cases they work on; may be repeated
    #[arg(long = "unit")]
    units: Vec<String>,
    /// The grade by which powers are delegated to them, L1 to L5, from today on
    #[arg(long)]
    grade: Option<String>,
    /// Only if the log has no accounts yet
    #[arg(long)]
    first: bool,
}

impl User {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        match self {
            Self::Add(add) => add.run(setting),
            Self::List => {
                let store = setting.existing_store()?;
                let all = store.record.engine.read(|tx| account::all(tx, &store.record.log))?;
                for a in all {
                    say(&format!("{}\t{}\t{}", a.name, a.role.id(), a.units.join("; ")));
                }
                Ok(DONE)
            }
        }
    }
}

impl Add {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let usage = |says: String| Ended::With(USAGE, says);
        let role = Role::parse(&self.role)
            .ok_or_else(|| usage(format!("{:?} is no role; it is one of AU, INV, SUP, DM, NED, ADM", self.role)))?;
        let profile = setting.profile()?;
        if let Some(unknown) = self.units.iter().find(|u| !profile.regions().contains(&u.as_str())) {
            return Err(usage(format!(
                "{unknown:?} is no region of {}; they are {}",
                profile.short,
                profile.regions().join(", ")
            )));
        }
        let known = |grade: &String| Powers::built_in().level(grade).is_some();
        if let Some(unknown) = self.grade.as_ref().filter(|grade| !known(grade)) {
            let ids: Vec<&str> = Powers::built_in().levels().iter().map(|level| level.id.as_str()).collect();
            return Err(usage(format!("{unknown:?} is no grade; it is one of {}", ids.join(", "))));
        }
        let (password, made) = password()?;
        let hash = crate::password::hash(&password).map_err(|refusal| usage(refusal.to_string()))?;
        let (name, units, first, grade) = (self.name.clone(), self.units.clone(), self.first, self.grade.clone());
        let store = setting.store()?;
        store.record.write(move |w| {
            let log = w.log();
            let all = account::all(w.tx()?, log)?;
            if first && !all.is_empty() {
                return Err(
                    candour_core::refusal::Refusal::new("this log has accounts already; leave --first out").into()
                );
            }
            if all.iter().any(|a| a.name == name) {
                return Err(candour_core::refusal::Refusal::new(format!("there is an account {name:?} already")).into());
            }
            let id = format!("u{}", hex(&w.random::<6>()));
            let (name, units, password) = (name.clone(), units.clone(), hash.clone());
            add_account(w, &Account { id: id.clone(), name, role, units, password })?;
            let Some(grade) = grade.clone() else { return Ok(()) };
            // The grade is in the record, dated; the table of accounts only says who may sign in.
            let today = w.today();
            make(w, Change::SetGrade { person: id, grade, on: today, from: today, to: None })
        })?;
        say(&format!("added {}", self.name));
        if made {
            say(&format!("password, shown once: {password}"));
        }
        Ok(DONE)
    }
}

/// The password piped in, or a new one and whether it was made here.
fn password() -> Result<(String, bool), Ended> {
    let mut line = String::new();
    if !std::io::stdin().is_terminal() {
        let read = std::io::stdin().lock().read_line(&mut line);
        read.map_err(|e| Ended::With(USAGE, format!("the password could not be read: {e}")))?;
    }
    let typed = line.trim_end_matches(['\r', '\n']);
    if !typed.is_empty() {
        return Ok((typed.to_owned(), false));
    }
    let mut bytes = [0u8; 12];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    Ok((hex(&bytes), true))
}
