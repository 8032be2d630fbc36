//! `candour law deadline`: when something is due, counted aloud.

use candour_core::day;
use candour_core::law::deadline::Trigger;
use candour_core::law::{Calendar, Law, Nation, Rule, Version};
use clap::Args;
use serde_json::{Value, json};

use super::{date_if_any, row, rules, say_csv, say_json, usage};
use crate::cli::{DONE, Ended, Format, Setting, USAGE, say};
use crate::law::deadline::Question;
use crate::law::not_in_force;

/// The columns of the CSV, each a key of the JSON.
const COLUMNS: &[&str] = &[
    "rule",
    "from",
    "nation",
    "last_day",
    "earliest",
    "first_day",
    "last_moment",
    "first_moment",
    "promptly",
    "steps",
    "holidays",
    "provisional",
    "citation",
    "url",
    "mark",
    "because",
];

#[derive(Args)]
pub(in crate::cli) struct Deadline {
    /// A rule's id, or a catalogue number such as D24
    rule: String,
    /// The day on which the clock starts, with a London time where hours are counted: DATE[THH:MM]
    #[arg(long)]
    from: String,
    /// Whose bank holidays count: england-and-wales, scotland or northern-ireland
    #[arg(long, default_value = "england-and-wales")]
    nation: String,
    /// The day on which the matter came to attention, where an older version governs it
    #[arg(long)]
    attention: Option<String>,
}

impl Deadline {
    pub(super) fn run(&self, setting: &Setting, law: &Law) -> Result<u8, Ended> {
        let question = self.question()?;
        let rules = rules(law, &self.rule)?;
        if rules.iter().all(|rule| question.version(rule).is_none()) {
            let gone = rules.iter().map(|rule| not_in_force(rule, question.governs(rule))).collect::<Vec<_>>();
            return Err(Ended::With(USAGE, gone.join("; ")));
        }
        let answers: Vec<Value> = rules.iter().map(|rule| question.answer(rule, Calendar::built_in())).collect();
        match setting.format {
            Format::Json => say_json(answers),
            Format::Csv => say_csv(COLUMNS, answers.iter().map(|answer| row(answer, COLUMNS)).collect())?,
            Format::Text => {
                for (answer, rule) in answers.iter().zip(&rules) {
                    in_text(rule, question.version(rule), answer);
                }
            }
        }
        Ok(DONE)
    }

    fn question(&self) -> Result<Question, Ended> {
        let (day, at) = day::parse_with_time("--from", &self.from).map_err(|refusal| usage(&refusal))?;
        let nation = Nation::named(&self.nation).ok_or_else(|| {
            let known = Nation::ALL.map(Nation::key).join(", ");
            Ended::With(USAGE, format!("no nation is called {}; choose one of {known}", self.nation))
        })?;
        let attention = date_if_any("--attention", self.attention.as_ref())?;
        Ok(Question { from: at.map_or_else(|| Trigger::from(day), Trigger::at), attention, nation })
    }
}

/// A line that says when, and below it how and why.
fn in_text(rule: &Rule, version: Option<&Version>, answer: &Value) {
    let text = |key: &str| answer[key].as_str();
    let when = match (
        text("last_moment").or(text("last_day")),
        text("earliest"),
        text("first_moment").or(text("first_day")),
    ) {
        (Some(last), Some(earliest), _) => format!("from {earliest} to {last}"),
        (Some(last), None, _) => format!("by {last}"),
        (None, _, Some(first)) => format!("from {first}"),
        (None, _, None) if version.is_none() => "not in force".to_owned(),
        (None, _, None) => "no fixed limit".to_owned(),
    };
    let provisional = if answer["provisional"] == json!(true) { " (provisional)" } else { "" };
    say(&format!("{}: {when}{provisional}", rule.id));
    say(&format!("  {}", rule.title));
    for step in answer["steps"].as_array().into_iter().flatten() {
        say(&format!("  {}", step.as_str().unwrap_or_default()));
    }
    for key in ["because", "citation", "url"] {
        if let Some(line) = text(key) {
            say(&format!("  {line}"));
        }
    }
    if let Some(version) = version {
        let read_in = version.read_in.as_ref().map_or_else(String::new, |place| format!(": {place}"));
        say(&format!("  {}{read_in}", version.mark.in_words()));
    }
}
