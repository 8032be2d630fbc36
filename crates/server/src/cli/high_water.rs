//! `candour accept-restored`, and what `serve` and `verify` do with the high-water mark: a record
//! that lacks what this installation has seen is not served until somebody says why.

use std::time::Duration;

use candour_core::case::Context;
use candour_core::delegation::Delegations;
use candour_core::permit::{Action, Actor, Object, permit};
use candour_store::db::Engine;
use candour_store::high_water::{Departure, Failed, Gone, HighWater};
use candour_store::record::{After, NewEvent, Write};
use candour_store::{Failure, Store, disposals, holidays};
use clap::Args;
use serde_json::{Map, json};

use super::{COULD_NOT, DONE, Ended, NO, Setting, USAGE, say};

/// What is recorded when a restored state is accepted.
const ACCEPTED: &str = "log.restored";
/// How often a server remembers how far the record has come. What was acknowledged since is not
/// noticed to be missing.
const NOTED_EVERY: Duration = Duration::from_secs(10);
/// The longest reasons, in characters.
const REASONS_CHARS_MAX: usize = 2_000;

#[derive(Args)]
pub(super) struct AcceptRestored {
    /// Why the record lacks what was seen, and who decided to go on from it; it is put into the record
    #[arg(long)]
    reasons: String,
}

impl From<Failed> for Ended {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Db(error) => error.into(),
            Failed::File(_) => Self::With(COULD_NOT, failed.to_string()),
        }
    }
}

/// The marks of the record that a command is about, where it is said or known where they are.
pub(super) fn marks(setting: &Setting) -> Result<Option<HighWater>, Ended> {
    let engine = Engine::at(&setting.database)?;
    let marks = HighWater::of(&engine, &setting.body, setting.high_water.as_deref());
    if marks.is_none() {
        tracing::warn!("nothing is kept by which an old backup would be noticed; name a file for it with --high-water");
    }
    Ok(marks)
}

/// Ends the command when a log is not what this installation has seen.
pub(super) fn check(marks: Option<&HighWater>) -> Result<(), Ended> {
    let Some(marks) = marks else { return Ok(()) };
    let departures = marks.departures()?;
    if departures.is_empty() {
        return check_gone(marks);
    }
    let says: Vec<String> = departures.iter().map(Departure::says).collect();
    Err(Ended::With(
        NO,
        format!(
            "{} (seen: {}). Put the newest state back; or, if this is the record to go on from, \
             run candour accept-restored --reasons WHY, which puts that into the record",
            says.join("; "),
            marks.path().display()
        ),
    ))
}

/// Ends the command when words are there again of which this installation saw that they went.
fn check_gone(marks: &HighWater) -> Result<(), Ended> {
    let undone = marks.undone()?;
    if undone.is_empty() {
        return Ok(());
    }
    let says = format!(
        "words of {} disposals are there again, as after an older backup was put back (seen: {}). \
         Run candour accept-restored --reasons WHY, which disposes of them again",
        undone.len(),
        marks.path().display()
    );
    Err(Ended::With(NO, says))
}

/// Disposes again of words that came back.
fn dispose_again(setting: &Setting, store: &Store, undone: Vec<Gone>) -> Result<(), Ended> {
    if undone.is_empty() {
        return Ok(());
    }
    let (law, profile) = setting.law()?;
    let gone = store.record.write(move |w| {
        let operator = Actor::operator();
        let given = permit(&operator, Action::Operate, Object::Body)?;
        let (today, log) = (w.today(), w.log());
        let calendar = holidays::known(w.tx()?, log)?;
        let context = Context { law: &law, profile: &profile, delegations: Delegations::NONE, today, calendar };
        disposals::again(w, &operator, &given, context, &undone)
    })?;
    store.record.engine.scrub(false)?;
    say(&format!("{gone} texts that had come back were disposed of again"));
    Ok(())
}

/// Remembers how far the logs have come. Not being able to is no reason not to serve.
pub(super) fn note(marks: &HighWater) {
    match marks.note() {
        Ok(departures) => {
            for departure in departures {
                tracing::error!("{}", departure.says());
            }
        }
        Err(error) => tracing::error!(%error, "an old backup may not be noticed"),
    }
}

/// Remembers at once and then as long as the server runs.
pub(super) async fn keep_remembering(marks: HighWater) {
    let mut every = tokio::time::interval(NOTED_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let marks = marks.clone();
        if tokio::task::spawn_blocking(move || note(&marks)).await.is_err() {
            tracing::error!("remembering how far the record has come panicked");
        }
    }
}

impl AcceptRestored {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let reasons = self.reasons.trim();
        if reasons.is_empty() || reasons.chars().count() > REASONS_CHARS_MAX {
            let says = format!("give your reasons with --reasons, in at most {REASONS_CHARS_MAX} characters");
            return Err(Ended::With(USAGE, says));
        }
        let marks = marks(setting)?.ok_or_else(|| {
            Ended::With(USAGE, "name the file of the marks with --high-water, as serve is given it".to_owned())
        })?;
        let departures = marks.departures()?;
        let undone = marks.undone()?;
        if departures.is_empty() && undone.is_empty() {
            let says = "nothing is missing that this installation has seen; there is nothing to accept";
            return Err(Ended::With(USAGE, says.to_owned()));
        }
        let store = setting.existing_store()?;
        for departure in &departures {
            let ledger = if departure.log == *store.record.log { &store.record } else { &store.access };
            let (seen, reasons) = (departure.clone(), reasons.to_owned());
            ledger.write(move |w| record(w, &seen, &reasons))?;
            say(&format!("{}; recorded as accepted", departure.says()));
        }
        dispose_again(setting, &store, undone)?;
        marks.accept()?;
        Ok(DONE)
    }
}

/// Records in a log what it lacks and why it goes on without.
fn record(w: &mut Write<'_>, departure: &Departure, reasons: &str) -> Result<(), Failure> {
    let operator = Actor::operator();
    let given = permit(&operator, Action::Operate, Object::Body)?;
    let mut data = Map::new();
    let Departure { seen, found, .. } = departure;
    data.insert("seen".to_owned(), json!({"size": seen.size, "root": seen.root}));
    data.insert("found".to_owned(), json!({"size": found.size, "root": found.root}));
    let words = vec![("reasons".to_owned(), reasons.to_owned())];
    let accepted = NewEvent { kind: ACCEPTED.to_owned(), data, on: Some(w.today()), words };
    w.append(&operator.id, given.authority(), "log", After::Latest, vec![accepted])?;
    Ok(())
}
