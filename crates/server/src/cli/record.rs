//! `candour migrate`, `rebuild` and `clock`.

use candour_core::case::Context;
use candour_core::day;
use candour_core::delegation::Delegations;
use candour_store::Store;
use candour_store::db::Engine;
use candour_store::rebuild::Rebuilt;
use clap::Args;

use super::{DONE, Ended, NO, Setting, USAGE, progress, say};
use crate::generate::go_on;

pub(super) fn migrate(setting: &Setting) -> Result<u8, Ended> {
    Engine::at(&setting.database)?.migrate()?;
    say("the schema is up to date");
    Ok(DONE)
}

pub(super) fn rebuild(setting: &Setting) -> Result<u8, Ended> {
    let Rebuilt { rows, differences, listed } = rebuilt(setting, &setting.existing_store()?)?;
    for line in &listed {
        say(line);
    }
    let more = differences.saturating_sub(listed.len() as u64);
    if more > 0 {
        say(&format!("and {more} more"));
    }
    say(&format!("rebuilt {rows} rows: {differences} differences"));
    Ok(if differences == 0 { DONE } else { NO })
}

/// Computes every derived table of a record again.
pub(super) fn rebuilt(setting: &Setting, store: &Store) -> Result<Rebuilt, Ended> {
    let (law, profile) = setting.law()?;
    let rebuilt = store.record.write(move |w| {
        let (today, log) = (w.today(), w.log());
        let calendar = candour_store::holidays::known(w.tx()?, log)?;
        let context = Context { law: &law, profile: &profile, delegations: Delegations::NONE, today, calendar };
        candour_store::rebuild::rebuild(w, context)
    })?;
    Ok(rebuilt)
}

#[derive(Args)]
pub(super) struct ClockTo {
    /// The day at 09:00 of which the clock is to stand
    #[arg(long)]
    to: String,
}

impl ClockTo {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let to = day::parse("--to", &self.to).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))?;
        let (law, profile) = setting.law()?;
        let store = setting.existing_store()?;
        let done = go_on(&store, &law, &profile, to, &|done, of| progress(&format!("{done} of {of} acts")))?;
        progress("");
        if done.acts > 0 {
            say(&format!("{} things happened in the cases meanwhile", done.acts));
        }
        if done.refused > 0 {
            say(&format!(
                "{} no longer fitted what people have done in the demonstration and were left out",
                done.refused
            ));
        }
        say(&format!("the clock stands at {to} 09:00"));
        Ok(DONE)
    }
}
