//! `candour law explain`: a rule as data, with every version of it.

use candour_core::day::Day;
use candour_core::law::rule::Follows;
use candour_core::law::{Law, Rule};
use clap::Args;
use serde_json::Value;

use super::{cell, date, rules, say_csv, say_json};
use crate::cli::{DONE, Ended, Format, Setting, USAGE, say};
use crate::law::explain::{answer, in_force, version_answer};
use crate::law::not_in_force;

/// The columns of the CSV that come from the rule, and those that come from its version.
const OF_THE_RULE: &[&str] =
    &["rule", "title", "kind", "follows", "aliases", "exceptional_circumstances", "extension", "on"];
const OF_A_VERSION: &[&str] = &[
    "from", "to", "in_force", "citation", "url", "value", "least", "unit", "counted", "bound", "standard", "before",
    "trigger", "says", "mark", "read_in",
];

#[derive(Args)]
pub(in crate::cli) struct Explain {
    /// A rule's id, or a catalogue number such as D24
    rule: String,
    /// The day on which the version in force is wanted
    #[arg(long)]
    on: String,
}

impl Explain {
    pub(super) fn run(&self, setting: &Setting, law: &Law) -> Result<u8, Ended> {
        let on = date("--on", &self.on)?;
        let rules = rules(law, &self.rule)?;
        // A rule that has ended is still explained; one that has not begun is no law yet.
        let begun = |rule: &&Rule| rule.versions.first().is_some_and(|version| version.from <= on);
        if !rules.iter().any(begun) {
            let gone = rules.iter().map(|rule| not_in_force(rule, on)).collect::<Vec<_>>();
            return Err(Ended::With(USAGE, gone.join("; ")));
        }
        let answers: Vec<Value> = rules.iter().map(|rule| answer(rule, on)).collect();
        match setting.format {
            Format::Json => say_json(answers),
            Format::Csv => {
                let head: Vec<&str> = OF_THE_RULE.iter().chain(OF_A_VERSION).copied().collect();
                say_csv(&head, answers.iter().flat_map(in_rows).collect())?;
            }
            Format::Text => rules.iter().for_each(|rule| in_text(rule, on)),
        }
        Ok(DONE)
    }
}

fn in_rows(answer: &Value) -> Vec<Vec<String>> {
    let versions = answer["versions"].as_array().into_iter().flatten();
    let row = |version: &Value| {
        let own = OF_THE_RULE.iter().map(|key| cell(&answer[*key]));
        own.chain(OF_A_VERSION.iter().map(|key| cell(&version[*key]))).collect()
    };
    versions.map(row).collect()
}

fn in_text(rule: &Rule, on: Day) {
    let numbers = if rule.aliases.is_empty() { String::new() } else { format!(" ({})", rule.aliases.join(", ")) };
    say(&format!("{}{numbers}: {}", rule.id, rule.title));
    say(match rule.follows {
        Follows::Matter => "  its version follows the day on which the matter came to attention",
        Follows::Act => "  its version follows the day of the act",
    });
    if rule.exceptional_circumstances {
        say("  it does not apply where exceptional circumstances prevent it from being met");
    }
    if let Some(extension) = &rule.extension {
        say(&format!("  {}", extension.in_words()));
    }
    for version in &rule.versions {
        let to = version.to.map_or_else(|| "on".to_owned(), |to| format!("to {to}"));
        let now = if in_force(version, on) { format!(", in force on {on}") } else { String::new() };
        say(&format!("  from {} {to}{now}", version.from));
        let answer = version_answer(version, false);
        for (key, name) in
            [("says", ""), ("trigger", "starts with "), ("standard", "limit: "), ("citation", "source: "), ("url", "")]
        {
            if let Some(line) = answer[key].as_str() {
                say(&format!("    {name}{line}"));
            }
        }
        if let (Some(value), Some(unit)) = (version.value, answer["unit"].as_str()) {
            let least = version.least.map_or_else(String::new, |least| format!("{least} to "));
            say(&format!("    number: {least}{value} {unit}, counted {}", cell(&answer["counted"])));
        }
        let read_in = version.read_in.as_ref().map_or_else(String::new, |place| format!(": {place}"));
        say(&format!("    {}{read_in}", version.mark.in_words()));
    }
}
