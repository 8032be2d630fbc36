//! `candour clocks` and `candour holidays`: what is due, and the days that are no working days.

use candour_core::case::Context;
use candour_core::day;
use candour_core::delegation::Delegations;
use candour_core::holidays::{Added, Command, Withdrawn, standing};
use candour_store::clocks::{self, Work};
use candour_store::{Store, access, holidays};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{DONE, Ended, Format, Setting, USAGE, say};

/// Clocks that `clocks list` prints.
const LISTED_MAX: usize = 100_000;

#[derive(Subcommand)]
pub(super) enum Clocks {
    /// Note in each case the last days that went by; the server does so once a day
    Run,
    /// List the clocks that run, what is due first before the rest
    List(List),
}

#[derive(Args)]
pub(super) struct List {
    /// Only those due by this day
    #[arg(long)]
    by: Option<String>,
}

#[derive(Subcommand)]
pub(super) enum Holidays {
    /// List the bank holidays that were added here
    List,
    /// Add one; every clock that runs is counted again
    Add(Add),
    /// Take one back that was added here
    Withdraw(Withdraw),
}

#[derive(Args)]
pub(super) struct Add {
    /// The day, as 2022-09-19
    day: String,
    /// What it is called
    #[arg(long)]
    name: String,
    /// Where it was appointed
    #[arg(long)]
    source: String,
    /// Where it is kept: england-and-wales, scotland or northern-ireland
    #[arg(long, default_value = "england-and-wales")]
    nation: String,
}

#[derive(Args)]
pub(super) struct Withdraw {
    /// The day, as 2022-09-19
    day: String,
    /// Why
    #[arg(long)]
    why: String,
    /// Where it was kept
    #[arg(long, default_value = "england-and-wales")]
    nation: String,
}

fn day_of(name: &str, text: &str) -> Result<day::Day, Ended> {
    day::parse(name, text).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))
}

impl Clocks {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        match self {
            Self::Run => {
                let noted = note_missed(setting, &setting.existing_store()?)?;
                say(&format!("noted {noted} last days that went by"));
                Ok(DONE)
            }
            Self::List(list) => list.run(setting),
        }
    }
}

/// Notes every last day that went by; answers how many.
pub(super) fn note_missed(setting: &Setting, store: &Store) -> Result<u64, Ended> {
    let (law, profile) = setting.law()?;
    let mut noted = 0;
    loop {
        let (law, profile) = (law.clone(), profile.clone());
        let some = store.record.write(move |w| {
            let (today, log) = (w.today(), w.log());
            let calendar = holidays::known(w.tx()?, log)?;
            let context = Context { law: &law, profile: &profile, delegations: Delegations::NONE, today, calendar };
            let operator = access::operator(w.tx()?, log)?;
            clocks::note_missed(w, &operator, context)
        })?;
        noted += some.said;
        if some.all == 0 {
            return Ok(noted);
        }
    }
}

impl List {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let due_by = self.by.as_deref().map(|by| day_of("--by", by)).transpose()?;
        let due_by = due_by.unwrap_or(day::LAST_DAY).to_string();
        let store = setting.existing_store()?;
        let asked = Work { due_by, ..Work::default() };
        let rows = store.record.engine.read(|tx| {
            let operator = access::operator(tx, &store.record.log)?;
            clocks::work(tx, &store.record.log, &asked, LISTED_MAX, &operator.own)
        })?;
        for row in rows {
            let reference = row.stream.strip_prefix("case:").unwrap_or(&row.stream);
            if setting.format == Format::Json {
                let line = json!({
                    "case": reference, "clock": row.clock, "rule": row.rule, "due": row.due, "owner": row.owner,
                    "task": row.task, "missed": !row.missed.is_empty(),
                });
                say(&line.to_string());
            } else {
                say(&format!("{}\t{reference}\t{}\t{}\t{}", row.due, row.title, row.owner, row.task));
            }
        }
        Ok(DONE)
    }
}

impl Holidays {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let store = setting.existing_store()?;
        let command = match self {
            Self::List => {
                let events = store.record.engine.read(|tx| holidays::events(tx, &store.record.log))?;
                for added in standing(&events) {
                    say(&format!("{}\t{}\t{}\t{}", added.day, added.nation, added.name, added.source));
                }
                return Ok(DONE);
            }
            Self::Add(add) => Command::Add(Added {
                day: day_of("the day", &add.day)?,
                nation: add.nation.clone(),
                name: add.name.clone(),
                source: add.source.clone(),
            }),
            Self::Withdraw(gone) => Command::Withdraw(Withdrawn {
                day: day_of("the day", &gone.day)?,
                nation: gone.nation.clone(),
                why: gone.why.clone(),
            }),
        };
        let (law, profile) = setting.law()?;
        let moved = store.record.write(move |w| {
            let (today, log) = (w.today(), w.log());
            let calendar = holidays::known(w.tx()?, log)?;
            let context = Context { law: &law, profile: &profile, delegations: Delegations::NONE, today, calendar };
            let operator = access::operator(w.tx()?, log)?;
            let mut moved = holidays::change(w, &operator, context, command.clone())?;
            moved.retain(|clock| !operator.own.is_outside(&clock.stream));
            Ok(moved)
        })?;
        for clock in &moved {
            let reference = clock.stream.strip_prefix("case:").unwrap_or(&clock.stream);
            say(&format!("{reference}\t{}\t{} -> {}", clock.moved.clock, clock.moved.from, clock.moved.to));
        }
        say(&format!("{} last days moved", moved.len()));
        Ok(DONE)
    }
}
