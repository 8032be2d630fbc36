//! `candour law`: what the law files say, without a database. `docs/law.md` describes what it prints.

mod deadline;
mod explain;
mod regime;

use candour_core::day::{self, Day};
use candour_core::law::{Law, Rule};
use candour_core::profile::LawOf;
use candour_core::refusal::Refusal;
use clap::Subcommand;
use serde_json::Value;

use super::{COULD_NOT, Ended, Setting, USAGE, say};
use crate::app;

/// How many ids an unknown rule is answered with.
const SUGGESTED_MAX: usize = 3;

#[derive(Subcommand)]
pub(super) enum LawCommand {
    /// The last day of a rule, with the arithmetic, the holidays and the citation
    Deadline(deadline::Deadline),
    /// A rule as data: all of its versions, and which one is in force
    Explain(explain::Explain),
    /// Which scheme a matter is handled under, and which step of the picker chose it
    Regime(regime::Regime),
}

impl LawCommand {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let profile = setting.profile()?;
        if profile.law == LawOf::None {
            let says = format!("{} follows none of the law files; choose another body with --body", profile.name);
            return Err(Ended::With(USAGE, says));
        }
        match self {
            Self::Deadline(deadline) => deadline.run(setting, &app::law_of(&profile)),
            Self::Explain(explain) => explain.run(setting, &app::law_of(&profile)),
            Self::Regime(regime) => regime.run(setting),
        }
    }
}

fn usage(refusal: &Refusal) -> Ended {
    Ended::With(USAGE, refusal.to_string())
}

fn date(name: &str, text: &str) -> Result<Day, Ended> {
    day::parse(name, text).map_err(|refusal| usage(&refusal))
}

fn date_if_any(name: &str, text: Option<&String>) -> Result<Option<Day>, Ended> {
    text.map(|text| date(name, text)).transpose()
}

/// The rule with this id, or all rules with this catalogue number.
fn rules<'a>(law: &'a Law, name: &str) -> Result<Vec<&'a Rule>, Ended> {
    let mut found = law.named(name);
    if found.is_empty() {
        found = law.named(&name.to_ascii_uppercase());
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let near: Vec<&str> = law.rules().iter().map(|rule| rule.id.as_str()).filter(|id| near(id, name)).collect();
    let remedy = match near.get(..SUGGESTED_MAX.min(near.len())) {
        Some(near) if !near.is_empty() => format!("did you mean {}?", near.join(" or ")),
        _ => "give an id such as referral.dsi or a catalogue number such as D03".to_owned(),
    };
    Err(Ended::With(USAGE, format!("no rule is called {name}; {remedy}")))
}

/// Whether an id is worth suggesting: the two share a part between dots.
fn near(id: &str, name: &str) -> bool {
    name.split('.').any(|part| part.len() > 2 && id.split('.').any(|known| known.starts_with(part)))
}

/// Prints answers as JSON: one as an object, several as an array.
fn say_json(mut answers: Vec<Value>) {
    let one = if answers.len() == 1 { answers.pop() } else { None };
    say(&one.unwrap_or(Value::Array(answers)).to_string());
}

/// Prints a header and rows as CSV.
fn say_csv(head: &[&str], rows: Vec<Vec<String>>) -> Result<(), Ended> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let written = file.write_record(head).and_then(|()| {
        rows.into_iter().try_for_each(|row| file.write_record(row.iter().map(|cell| crate::file::disarmed(cell))))
    });
    written.map_err(|e| Ended::With(COULD_NOT, e.to_string()))?;
    let bytes = file.into_inner().map_err(|e| Ended::With(COULD_NOT, e.to_string()))?;
    say(String::from_utf8_lossy(&bytes).trim_end());
    Ok(())
}

/// A cell of CSV: nothing for null, lists with semicolons between.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join("; "),
        Value::Object(fields) => fields.values().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// The cells of an answer that has a value for each of `head`.
fn row(answer: &Value, head: &[&str]) -> Vec<String> {
    head.iter().map(|key| cell(&answer[*key])).collect()
}
