//! `candour measure`: one measure as at a date, or the list of all of them.

use std::sync::Arc;

use candour_core::day;
use candour_core::measure::{Figure, MEASURES, Measure as Named, Question, Value};
use candour_core::refusal::Refusal;
use clap::Args;
use serde_json::json;

use super::{COULD_NOT, DONE, Ended, Format, Setting, USAGE, say};
use crate::app::{App, Asked};
use crate::pages::Pages;

#[derive(Args)]
pub(super) struct Measure {
    /// The measure's name, or `list`
    name: String,
    /// The last day
    #[arg(long)]
    on: Option<String>,
    /// As known at the end of this day, or at this position of the record
    #[arg(long)]
    known: Option<String>,
    /// The first day
    #[arg(long)]
    from: Option<String>,
    /// A figure for each value of this field
    #[arg(long)]
    by: Option<String>,
    /// Only where FIELD=VALUE; may be repeated
    #[arg(long = "where")]
    filters: Vec<String>,
}

impl Measure {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let usage = |refusal: Refusal| Ended::With(USAGE, refusal.to_string());
        if self.name == "list" {
            return list(setting);
        }
        let date =
            |name: &str, text: &Option<String>| text.as_deref().map(|t| day::parse(name, t)).transpose().map_err(usage);
        let on =
            date("--on", &self.on)?.ok_or_else(|| Ended::With(USAGE, "give the last day with --on DATE".to_owned()))?;
        let from = date("--from", &self.from)?;
        let asked = Asked::read("--known", self.known.as_deref()).map_err(usage)?;
        let profile = setting.profile()?;
        let question =
            Question::read(&self.name, from, on, &self.filters, self.by.as_deref(), &profile).map_err(usage)?;
        let pages = Pages::load().map_err(|e| Ended::With(COULD_NOT, e.to_string()))?;
        let app = Arc::new(App::new(setting.existing_store()?, profile, pages));
        let figure = app.store.record.engine.read(|tx| app.figure(tx, &question, on, asked))?;
        print(setting, &figure)?;
        Ok(DONE)
    }
}

fn print(setting: &Setting, figure: &Figure) -> Result<(), Ended> {
    match setting.format {
        Format::Json => say(&figure.json().to_string()),
        Format::Csv => say(csv(figure).map_err(|e| Ended::With(COULD_NOT, e.to_string()))?.trim_end()),
        Format::Text => {
            say(&format!("{} {}", figure.measure, period(figure)));
            for (field, value) in &figure.filters {
                say(&format!("  where {field} is {value}"));
            }
            say(&format!("  {}", words(&figure.value)));
            for (field, name, value) in &figure.groups {
                say(&format!("  {field} {name}: {}", words(value)));
            }
            say(&format!("  as known on {} (position {})", figure.known.day, figure.known.position));
            say(&format!("  rule: {}", figure.rule));
            say(&format!("  source: {}", figure.citation));
        }
    }
    Ok(())
}

/// The days that a figure is about.
fn period(figure: &Figure) -> String {
    let is_stock = Named::named(figure.measure).is_some_and(|m| m.sort.is_stock());
    match figure.from {
        Some(from) => format!("from {from} to {}", figure.on),
        None if is_stock => format!("at the end of {}", figure.on),
        None => format!("from the beginning to {}", figure.on),
    }
}

fn words(value: &Value) -> String {
    let none = || "no figure".to_owned();
    match value {
        Value::Count(count) => count.to_string(),
        Value::Share { met, of } => {
            let percent = value.percent().map_or_else(none, |p| format!("{p}%"));
            format!("{met} of {of}: {percent}")
        }
        Value::Days { count, .. } => format!(
            "{count}: mean {} days, median {}, longest {}",
            value.mean_days().unwrap_or_else(none),
            value.median_days().unwrap_or_else(none),
            value.max_days().map_or_else(none, |d| d.to_string())
        ),
    }
}

fn csv(figure: &Figure) -> Result<String, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let names: Vec<String> = figure.value.json().keys().cloned().collect();
    let head = ["measure", "from", "on", "known_position", "known_day", "by", "value"].map(str::to_owned);
    file.write_record(head.iter().chain(&names))?;
    let whole = std::iter::once((String::new(), String::new(), figure.value));
    for (field, name, value) in whole.chain(figure.groups.iter().cloned()) {
        let numbers = value.json().into_iter().map(|(_, v)| match v {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        });
        let row = [
            figure.measure.to_owned(),
            figure.from.map_or_else(String::new, |d| d.to_string()),
            figure.on.to_string(),
            figure.known.position.to_string(),
            figure.known.day.to_string(),
            field,
            name,
        ];
        file.write_record(row.into_iter().chain(numbers).map(|cell| crate::file::disarmed(&cell)))?;
    }
    let bytes = file.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn list(setting: &Setting) -> Result<u8, Ended> {
    let profile = setting.profile()?;
    let measures =
        MEASURES.iter().filter(|m| m.is_offered(&profile)).map(|m| (m.name, m.rule(&profile), m.citation(&profile)));
    match setting.format {
        Format::Json => {
            let all: Vec<_> = measures
                .map(|(name, rule, citation)| json!({"measure": name, "rule": rule, "citation": citation}))
                .collect();
            say(&serde_json::Value::Array(all).to_string());
        }
        Format::Text | Format::Csv => {
            for (name, rule, citation) in measures {
                say(&format!("{name}\n  {rule}\n  source: {citation}"));
            }
        }
    }
    Ok(DONE)
}
