//! `candour retention`: which words are due, making away with what deleted ones left in the files, and
//! the receipt that they are gone.

use candour_core::day;
use candour_core::retention::Schedule;
use candour_store::{access, disposals};
use clap::{Args, Subcommand};
use serde_json::json;

use super::bundle::Handed;
use super::{DONE, Ended, Format, NO, Setting, USAGE, say};
use crate::web::retention::in_full;

/// Cases that `retention list` prints.
const LISTED_MAX: usize = 100_000;

#[derive(Subcommand)]
pub(super) enum Retention {
    /// List the closed cases and the people whose words are due for disposal
    List(List),
    /// Make away with what deleted words left in the database's files; on PostgreSQL nobody reads words meanwhile
    Scrub,
    /// Write a receipt that the words of a case or a person are gone, which anybody can check
    Receipt(Handed),
}

#[derive(Args)]
pub(super) struct List {
    /// On which day, as 2026-11-30; by default today by the record's clock
    #[arg(long)]
    on: Option<String>,
}

impl Retention {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        match self {
            Self::List(list) => list.run(setting),
            Self::Scrub => scrub(setting),
            Self::Receipt(handed) => handed.receipt(setting),
        }
    }
}

fn scrub(setting: &Setting) -> Result<u8, Ended> {
    if setting.existing_store()?.record.engine.scrub(true)? {
        say("nothing of deleted words is left in the database's own files");
        return Ok(DONE);
    }
    Err(Ended::With(NO, "somebody was reading, so the journal could not be emptied; run it again".to_owned()))
}

impl List {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let on = self.on.as_deref().map(|on| day::parse("--on", on)).transpose();
        let on = on.map_err(|refusal| Ended::With(USAGE, refusal.to_string()))?;
        let store = setting.existing_store()?;
        let on = on.map_or_else(|| store.record.today(), Ok)?;
        let log = &*store.record.log;
        let due = |tx: &mut candour_store::db::Tx<'_>| {
            let own = access::operator(tx, log)?.own;
            disposals::due(tx, log, Schedule::of(log), on, LISTED_MAX, |row| !own.is_outside(&row.stream))
        };
        let (cases, people) = store.record.engine.read(due)?;
        for case in &cases {
            let (letters, others) = case.words;
            let kept = case.kept.map_or("", |sort| sort.id());
            let reference = in_full(&case.row.stream);
            if setting.format == Format::Json {
                let line = json!({
                    "case": reference, "rule": case.rule.id, "closed": case.row.closed, "due": case.on.to_string(),
                    "then": case.rule.then.id(), "mark": case.rule.mark.id(), "letters": letters, "others": others, "kept": kept,
                });
                say(&line.to_string());
            } else {
                say(&format!(
                    "{}\t{reference}\t{}\t{letters} letters\t{others} other texts\t{kept}",
                    case.on, case.rule.id
                ));
            }
        }
        for person in &people {
            if setting.format == Format::Json {
                let line = json!({"person": person.stream, "due": person.on.to_string(), "cases": person.cases});
                say(&line.to_string());
            } else {
                say(&format!("{}\t{}\tperson\t{} cases", person.on, person.stream, person.cases));
            }
        }
        if setting.format != Format::Json {
            say(&format!("{} cases and {} people are due on {on}", cases.len(), people.len()));
        }
        Ok(DONE)
    }
}
