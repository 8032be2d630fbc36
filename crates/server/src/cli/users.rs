//! `candour user`: accounts.

use std::io::{BufRead as _, IsTerminal as _};

use candour_core::day::{self, Day};
use candour_core::delegation::Change;
use candour_core::law::powers::Powers;
use candour_core::permit::{Actor, Role};
use candour_core::profile::Profile;
use candour_core::record::hex;
use candour_store::access;
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
    /// Say on which day an account ends; from the day after it may nothing
    Leaves(Leaves),
}

#[derive(Args)]
pub(super) struct Leaves {
    /// The name to sign in with
    name: String,
    /// The last day, as 2026-12-31; without one the account ends on no day
    #[arg(long)]
    on: Option<String>,
}

#[derive(Args)]
pub(super) struct Add {
    /// The name to sign in with
    name: String,
    /// One of the roles of docs/access.md, but for LEAD and OPS
    #[arg(long)]
    role: String,
    /// A region whose cases they work on; may be repeated
    #[arg(long = "unit")]
    units: Vec<String>,
    /// The force that they are of, by its id, for PSD and LPB
    #[arg(long)]
    force: Option<String>,
    /// The last day of the account, as 2026-12-31; an auditor needs one
    #[arg(long)]
    until: Option<String>,
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
            Self::Leaves(leaves) => leaves.run(setting),
        }
    }
}

impl Add {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let usage = |says: String| Ended::With(USAGE, says);
        let role = Role::parse(&self.role)
            .ok_or_else(|| usage(format!("{:?} is no role; it is one of {}", self.role, roles())))?;
        let profile = setting.profile()?;
        let force = self.force_of(role, &profile)?;
        let until = self.until.as_deref().map(last_day).transpose()?;
        if role == Role::Aud && until.is_none() {
            return Err(usage("an auditor's account has a last day; give it with --until".to_owned()));
        }
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
        let units: Vec<String> = self.units.iter().cloned().chain(force).collect();
        let (name, first, grade) = (self.name.clone(), self.first, self.grade.clone());
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
            if until.is_some() {
                access::set_last_day(w, &Actor::operator(), &id, until)?;
            }
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

impl Add {
    /// The force of somebody of a force, and of nobody else.
    fn force_of(&self, role: Role, profile: &Profile) -> Result<Option<String>, Ended> {
        let usage = |says: String| Err(Ended::With(USAGE, says));
        match (&self.force, role.is_of_a_force()) {
            (None, false) => Ok(None),
            (Some(_), false) => usage(format!("--force is for PSD and LPB, not for {}", role.id())),
            (None, true) => usage(format!("{} is of a force; give its id with --force", role.id())),
            (Some(id), true) if profile.force(id).is_none() => usage(format!("{} has no force {id:?}", profile.short)),
            (Some(_), true) if !self.units.is_empty() => usage(format!("{} has no regions", role.id())),
            (Some(id), true) => Ok(Some(id.clone())),
        }
    }
}

impl Leaves {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let until = self.on.as_deref().map(last_day).transpose()?;
        let name = self.name.clone();
        setting.existing_store()?.record.write(move |w| {
            let log = w.log();
            let found = account::named(w.tx()?, log, &name)?;
            let absent = || candour_core::refusal::Refusal::new(format!("there is no account {name:?}"));
            let account = found.ok_or_else(absent)?;
            if account.role == Role::Aud && until.is_none() {
                return Err(candour_core::refusal::Refusal::new("an auditor's account has a last day").into());
            }
            access::set_last_day(w, &Actor::operator(), &account.id, until)
        })?;
        match until {
            Some(last) => say(&format!("{} has {last} as their last day", self.name)),
            None => say(&format!("{} has no last day", self.name)),
        }
        Ok(DONE)
    }
}

fn last_day(text: &str) -> Result<Day, Ended> {
    day::parse("the last day", text).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))
}

fn roles() -> String {
    Role::held().map(Role::id).collect::<Vec<_>>().join(", ")
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
