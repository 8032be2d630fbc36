//! `candour migrate`, `verify`, `rebuild` and `clock`.

use candour_core::case::Context;
use candour_core::day;
use candour_core::delegation::Delegations;
use candour_store::db::Engine;
use candour_store::high_water::HighWater;
use candour_store::rebuild::Rebuilt;
use candour_store::verify::Report;
use clap::Args;
use serde_json::json;

use super::{DONE, Ended, Format, NO, Setting, USAGE, high_water, progress, say};
use crate::generate::go_on;

pub(super) fn migrate(setting: &Setting) -> Result<u8, Ended> {
    Engine::at(&setting.database)?.migrate()?;
    say("the schema is up to date");
    Ok(DONE)
}

pub(super) fn verify(setting: &Setting) -> Result<u8, Ended> {
    let engine = Engine::at(&setting.database)?;
    let mut report = engine.read(candour_store::verify::verify)?;
    // The access log of a SQLite record has a file of its own.
    if let Some(access) =
        candour_store::access_beside(&engine).filter(|a| a.file().is_some_and(std::path::Path::exists))
    {
        let reads = access.read(candour_store::verify::verify)?;
        report.events += reads.events;
        report.logs += reads.logs;
        report.findings.extend(reads.findings);
    }
    print(setting, &report);
    // Only looked at: whoever verifies need not be allowed to write beside the database.
    high_water::check(HighWater::of(&engine, &setting.body, setting.high_water.as_deref()).as_ref())?;
    Ok(if report.findings.is_empty() { DONE } else { NO })
}

fn print(setting: &Setting, report: &Report) {
    if setting.format == Format::Json {
        let findings =
            report.findings.iter().map(|f| json!({"code": f.code, "log": f.log, "seq": f.seq, "field": f.field}));
        let findings: Vec<_> = findings.collect();
        say(&json!({"events": report.events, "logs": report.logs, "findings": findings}).to_string());
        return;
    }
    for finding in &report.findings {
        say(&finding.line());
    }
    say(&format!("verified {} events of {} logs: {} findings", report.events, report.logs, report.findings.len()));
}

pub(super) fn rebuild(setting: &Setting) -> Result<u8, Ended> {
    let (law, profile) = setting.law()?;
    let store = setting.existing_store()?;
    let rebuilt = store.record.write(move |w| {
        let (today, log) = (w.today(), w.log());
        let calendar = candour_store::holidays::known(w.tx()?, log)?;
        let context = Context { law: &law, profile: &profile, delegations: Delegations::NONE, today, calendar };
        candour_store::rebuild::rebuild(w, context)
    })?;
    let Rebuilt { rows, differences, listed } = rebuilt;
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
