//! `candour user`: accounts. A password is never given or read here: the person chooses it, with a
//! start code that is printed once.

use candour_core::day;
use candour_core::delegation::Change as Scheme;
use candour_core::law::powers::Powers;
use candour_core::permit::{Actor, Role};
use candour_core::profile::Profile;
use candour_core::record::hex;
use candour_store::accounts::{self, Change};
use candour_store::plain::account::{self, Account};
use candour_store::plain::{code, provider_link, standing};
use clap::{Args, Subcommand};

use super::delegation::make;
use super::{DONE, Ended, Setting, USAGE, say};
use crate::app::machine_time;
use crate::generate::add_account;
use crate::totp;
use crate::web::users::{START_CODE_HOURS, stands};

#[derive(Subcommand)]
pub(super) enum User {
    /// Add an account, and print the start code with which its owner chooses a password
    Add(Add),
    /// List the accounts
    List,
    /// Give a start code in place of a password; all sessions end
    StartCode(Named),
    /// Change a role and its regions; all sessions end
    Role(Changed),
    /// Disable an account; all sessions end
    Disable(Reasoned),
    /// Enable an account again
    Enable(Reasoned),
    /// Set the last day on which an account can be used, or take it back
    Leaves(Leaves),
    /// End all sessions of an account
    EndSessions(Named),
    /// Take a second factor away whose owner lost it; all sessions end
    ResetSecondFactor(Reasoned),
    /// Let an account of the identity provider sign in to an account
    Connect(Connect),
    /// Let no account of the identity provider sign in to an account any more
    Disconnect(Reasoned),
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

#[derive(Args)]
pub(super) struct Named {
    /// The account's name or id
    account: String,
}

#[derive(Args)]
pub(super) struct Reasoned {
    /// The account's name or id
    account: String,
    /// Why; its owner sees it
    #[arg(long)]
    reasons: String,
}

#[derive(Args)]
pub(super) struct Changed {
    /// The account's name or id
    account: String,
    /// One of the roles of docs/access.md, but for LEAD and OPS
    #[arg(long)]
    role: String,
    /// A region whose cases they work on; may be repeated
    #[arg(long = "unit")]
    units: Vec<String>,
}

#[derive(Args)]
pub(super) struct Connect {
    /// The account's name or id
    account: String,
    /// The provider's address, as in the configuration
    #[arg(long)]
    issuer: String,
    /// Who it is to the provider: the `sub` of its tokens
    #[arg(long)]
    subject: String,
}

#[derive(Args)]
pub(super) struct Leaves {
    /// The account's name or id
    account: String,
    /// The last day, as 2027-03-31; without it the one that was set is taken back
    #[arg(long)]
    last_day: Option<String>,
}

impl User {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        match self {
            Self::Add(add) => add.run(setting),
            Self::List => list(setting),
            Self::StartCode(Named { account }) => {
                let (code, digest, until) = start_code();
                carry_out(setting, account, &Change::StartCode(digest, until))?;
                say_code(account, &code, until);
                Ok(DONE)
            }
            Self::Role(Changed { account, role, units }) => {
                let role = known(&setting.profile()?, role, units)?;
                if role.is_of_a_force() {
                    return Err(usage(format!("{} is of a force; add an account of its own with --force", role.id())));
                }
                carry_out(setting, account, &Change::Role(role, units.clone()))
            }
            Self::Disable(Reasoned { account, reasons }) => {
                carry_out(setting, account, &Change::Disable(reasons.clone()))
            }
            Self::Enable(Reasoned { account, reasons }) => {
                carry_out(setting, account, &Change::Enable(reasons.clone()))
            }
            Self::Leaves(Leaves { account, last_day }) => {
                let last_day = last_day.as_deref().map(|text| day::parse("--last-day", text)).transpose();
                let last_day = last_day.map_err(|refusal| usage(refusal.to_string()))?;
                carry_out(setting, account, &Change::Leaves(last_day))
            }
            Self::EndSessions(Named { account }) => carry_out(setting, account, &Change::EndSessions),
            Self::ResetSecondFactor(Reasoned { account, reasons }) => {
                carry_out(setting, account, &Change::ResetFactor(reasons.clone()))
            }
            Self::Connect(Connect { account, issuer, subject }) => {
                carry_out(setting, account, &Change::LinkProvider(issuer.clone(), subject.clone()))
            }
            Self::Disconnect(Reasoned { account, reasons }) => {
                carry_out(setting, account, &Change::UnlinkProvider(reasons.clone()))
            }
        }
    }
}

fn usage(says: String) -> Ended {
    Ended::With(USAGE, says)
}

/// The role of that name, for regions that there are.
fn known(profile: &Profile, role: &str, units: &[String]) -> Result<Role, Ended> {
    let role = Role::parse(role).ok_or_else(|| usage(format!("{role:?} is no role; it is one of {}", roles())))?;
    if role == Role::Cmp {
        return Err(usage(
            "whoever is kept informed is given an account in their case, on its page of letters".to_owned(),
        ));
    }
    if let Some(unknown) = units.iter().find(|u| !profile.regions().contains(&u.as_str())) {
        let (short, regions) = (&profile.short, profile.regions().join(", "));
        return Err(usage(format!("{unknown:?} is no region of {short}; they are {regions}")));
    }
    Ok(role)
}

fn roles() -> String {
    Role::held().map(Role::id).collect::<Vec<_>>().join(", ")
}

fn start_code() -> (String, Vec<u8>, i64) {
    let (code, digest) = totp::new_code();
    (code, digest, machine_time() + START_CODE_HOURS * 60 * 60 * 1_000_000)
}

fn say_code(name: &str, code: &str, until: i64) {
    say(&format!("start code of {name}, shown once: {code}"));
    say(&format!("good once, until {}, at /start", day::instant_in_words(until)));
}

/// Changes an account as the operator, and says so.
fn carry_out(setting: &Setting, named: &str, change: &Change) -> Result<u8, Ended> {
    let store = setting.existing_store()?;
    let all = store.record.engine.read(|tx| account::all(tx, &store.record.log))?;
    let found = all.iter().find(|a| a.id == named || a.name == named);
    let found = found.ok_or_else(|| usage(format!("there is no account {named:?}; candour user list names them")))?;
    let (id, name, change) = (found.id.clone(), found.name.clone(), change.clone());
    store.record.write(move |w| accounts::change(w, &Actor::operator(), &id, &change))?;
    say(&format!("changed {name}"));
    Ok(DONE)
}

fn list(setting: &Setting) -> Result<u8, Ended> {
    let store = setting.existing_store()?;
    let (log, now) = (&store.record.log, machine_time());
    let rows = store.record.engine.read(|tx| {
        let standings = standing::all(tx, log)?;
        let mut rows = Vec::new();
        for account in account::all(tx, log)? {
            let standing = standings.iter().find(|(id, _)| *id == account.id).map(|(_, s)| *s).unwrap_or_default();
            let until = code::start_until(tx, log, &account.id, now)?;
            let linked = provider_link::issuer_of(tx, log, &account.id)?.is_some();
            rows.push((account, standing, (until, linked)));
        }
        Ok::<_, candour_store::Failure>(rows)
    })?;
    for (a, standing, until) in rows {
        let stands = stands(&a, standing, until, day::of_instant(now));
        say(&format!("{}\t{}\t{}\t{stands}", a.name, a.role.id(), a.units.join("; ")));
    }
    Ok(DONE)
}

impl Add {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let profile = setting.profile()?;
        let role = known(&profile, &self.role, &self.units)?;
        let force = self.force_of(role, &profile)?;
        let last_day = self.until.as_deref().map(|text| day::parse("--until", text)).transpose();
        let last_day = last_day.map_err(|refusal| usage(refusal.to_string()))?;
        if role == Role::Aud && last_day.is_none() {
            return Err(usage("an auditor's account has a last day; give it with --until".to_owned()));
        }
        let known = |grade: &String| Powers::built_in().level(grade).is_some();
        if let Some(unknown) = self.grade.as_ref().filter(|grade| !known(grade)) {
            let ids: Vec<&str> = Powers::built_in().levels().iter().map(|level| level.id.as_str()).collect();
            return Err(usage(format!("{unknown:?} is no grade; it is one of {}", ids.join(", "))));
        }
        let units: Vec<String> = self.units.iter().cloned().chain(force).collect();
        let (name, first, grade) = (self.name.clone(), self.first, self.grade.clone());
        let (code, digest, until) = start_code();
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
            let (name, units) = (name.clone(), units.clone());
            add_account(w, &Account { id: id.clone(), name, role, units, password: String::new() })?;
            accounts::change(w, &Actor::operator(), &id, &Change::StartCode(digest.clone(), until))?;
            if last_day.is_some() {
                accounts::change(w, &Actor::operator(), &id, &Change::Leaves(last_day))?;
            }
            let Some(grade) = grade.clone() else { return Ok(()) };
            // The grade is in the record, dated; the table of accounts only says who may sign in.
            let today = w.today();
            make(w, Scheme::SetGrade { person: id, grade, on: today, from: today, to: None })
        })?;
        say(&format!("added {}", self.name));
        say_code(&self.name, &code, until);
        Ok(DONE)
    }

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
