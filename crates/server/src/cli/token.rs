//! `candour token`: what programs show to the API. A token is printed once; the database holds its
//! hash.

use candour_core::day::{self, Day};
use candour_core::permit::Role;
use candour_core::record::hex;
use candour_core::refusal::Refusal;
use candour_store::plain::token::{self, Token};
use clap::{Args, Subcommand};

use super::{DONE, Ended, NO, Setting, USAGE, say};
use crate::api::caller;
use crate::app::machine_time;

/// How long a token lasts unless its last day is given.
const USUAL_DAYS: i32 = 90;
/// No token lasts longer.
const DAYS_MAX: i64 = 366;

/// The roles that a program can have: those whose work needs no purpose, assignment or force of its own.
const ROLES: [Role; 6] = [Role::Au, Role::Inv, Role::Sup, Role::Dm, Role::Ned, Role::Adm];

#[derive(Subcommand)]
pub(super) enum Tokens {
    /// Make a token and print it, once
    Add(Add),
    /// List the tokens, without what lets anybody in
    List,
    /// End the tokens of that name at once
    Revoke {
        /// The name it was made with
        name: String,
    },
}

#[derive(Args)]
pub(super) struct Add {
    /// What it is called, such as the program that uses it
    name: String,
    /// AU, INV, SUP, DM, NED or ADM: it may do what this role may
    #[arg(long)]
    role: String,
    /// A region whose cases it works on; may be repeated
    #[arg(long = "unit")]
    units: Vec<String>,
    /// Its last day; 90 days from today unless given
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
}

impl Tokens {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        match self {
            Self::Add(add) => add.run(setting),
            Self::List => list(setting),
            Self::Revoke { name } => revoke(setting, name),
        }
    }
}

impl Add {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let usage = |says: String| Ended::With(USAGE, says);
        let role = Role::parse(&self.role)
            .filter(|role| ROLES.contains(role))
            .ok_or_else(|| usage(format!("{:?} is no role; it is one of AU, INV, SUP, DM, NED, ADM", self.role)))?;
        let profile = setting.profile()?;
        if let Some(unknown) = self.units.iter().find(|u| !profile.regions().contains(&u.as_str())) {
            let regions = profile.regions().join(", ");
            return Err(usage(format!("{unknown:?} is no region of {}; they are {regions}", profile.short)));
        }
        let until = last_day(self.until.as_deref()).map_err(|refusal| usage(refusal.to_string()))?;
        let name = candour_core::case::words::required("Give the token a name", "The name", &self.name)
            .map_err(|refusal| usage(refusal.to_string()))?;
        let store = setting.existing_store()?;
        let secret = caller::new_secret();
        let hash = caller::hash(&secret);
        let units = self.units.clone();
        store.record.write(move |w| {
            let log = w.log();
            if token::all(w.tx()?, log)?.iter().any(|t| t.name == name && t.revoked_at.is_none()) {
                let says = format!("there is a token {name:?} already; revoke it first, or choose another name");
                return Err(Refusal::new(says).into());
            }
            let id = format!("t{}", hex(&w.random::<6>()));
            let (name, units, ends_at) = (name.clone(), units.clone(), day::end_of(until));
            let token = Token { id, name, role, units, ends_at, revoked_at: None };
            Ok(token::add(w.tx()?, log, &token, &hash, machine_time())?)
        })?;
        say(&format!("token, shown once, good until the end of {until}: {secret}"));
        Ok(DONE)
    }
}

/// The last day of a token. Tokens are counted by the machine's time, as sessions are.
fn last_day(given: Option<&str>) -> Result<Day, Refusal> {
    let today = day::of_instant(machine_time());
    let Some(text) = given else {
        return Ok(day::from_number(day::number(today) + USUAL_DAYS));
    };
    let until = day::parse("--until", text)?;
    match day::between(today, until) {
        0..=DAYS_MAX => Ok(until),
        _ => Err(Refusal::new(format!("--until must be a day from today on, at most {DAYS_MAX} days away"))),
    }
}

fn list(setting: &Setting) -> Result<u8, Ended> {
    let store = setting.existing_store()?;
    let now = machine_time();
    for token in store.record.engine.read(|tx| token::all(tx, &store.record.log))? {
        let standing = match token.revoked_at {
            Some(at) => format!("revoked on {}", day::of_instant(at)),
            // The last microsecond of the last day.
            None if token.ends_at > now => format!("until {}", day::of_instant(token.ends_at - 1)),
            None => format!("ended with {}", day::of_instant(token.ends_at - 1)),
        };
        say(&format!("{}\t{}\t{}\t{}\t{standing}", token.name, token.id, token.role.id(), token.units.join("; ")));
    }
    Ok(DONE)
}

fn revoke(setting: &Setting, name: &str) -> Result<u8, Ended> {
    let store = setting.existing_store()?;
    let wanted = name.to_owned();
    let revoked = store.record.write(move |w| {
        let log = w.log();
        Ok(token::revoke(w.tx()?, log, &wanted, machine_time())?)
    })?;
    if revoked == 0 {
        return Err(Ended::With(NO, format!("no token {name:?} was live; `candour token list` names them all")));
    }
    say(&format!("revoked {name}"));
    Ok(DONE)
}
