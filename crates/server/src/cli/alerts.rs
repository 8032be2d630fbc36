//! `candour alerts`: what was unusual about who looked on a day.

use candour_core::access::alert::Rule;
use candour_core::day;
use candour_core::permit::{Action, Actor, Object, permit};
use candour_core::reference::Reference;
use candour_store::plain::account;
use candour_store::record::{After, NewEvent};
use candour_store::{Failure, Store, access, alerts};
use clap::Args;
use serde_json::json;

use super::{DONE, Ended, Format, Setting, USAGE, say};

#[derive(Args)]
pub(super) struct Alerts {
    /// The day, as 2026-11-30; the access log tells the real time
    #[arg(long)]
    on: String,
}

impl Alerts {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let on = day::parse("the day", &self.on).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))?;
        let store = setting.existing_store()?;
        note_reading(&store, &on.to_string())?;
        let log = &*store.record.log;
        let operator = store.record.engine.read(|tx| access::operator(tx, log))?;
        let found = alerts::on(&store, on, &operator.own)?;
        let accounts = store.record.engine.read(|tx| account::all(tx, log))?;
        let name = |id: &str| accounts.iter().find(|a| a.id == id).map_or_else(|| id.to_owned(), |a| a.name.clone());
        let rows = found.iter().map(|alert| {
            let case = alert.case.as_deref().and_then(Reference::of_stream).map(|reference| reference.to_string());
            let title = Rule::parse(alert.rule).map_or(alert.rule, Rule::label);
            (day::instant_in_iso(alert.at), name(&alert.actor), alert.rule, title, alert.numbers.as_str(), case)
        });
        let rows: Vec<_> = rows.collect();
        match setting.format {
            Format::Json => {
                let row = |(at, who, rule, title, numbers, case): &(_, _, _, _, _, _)| {
                    json!({
                        "at": at, "who": who, "rule": rule, "title": title, "numbers": numbers, "case": case,
                    })
                };
                say(&json!({ "on": on.to_string(), "alerts": rows.iter().map(row).collect::<Vec<_>>() }).to_string());
            }
            Format::Csv => {
                let mut lines = vec![["at", "who", "rule", "numbers", "case"].map(str::to_owned).to_vec()];
                lines.extend(rows.into_iter().map(|(at, who, rule, _, numbers, case)| {
                    vec![at, who, rule.to_owned(), numbers.to_owned(), case.unwrap_or_default()]
                }));
                let text = crate::file::csv_text(&lines);
                say(text.map_err(|says| Ended::With(super::COULD_NOT, says))?.trim_end());
            }
            Format::Text => {
                for (at, who, _, title, numbers, case) in rows {
                    say(&format!("{at}\t{who}\t{title}\t{numbers}\t{}", case.unwrap_or_default()));
                }
                say(&format!("{} alerts on {on}", found.len()));
            }
        }
        Ok(DONE)
    }
}

/// Puts into the access log that the operator asked.
fn note_reading(store: &Store, on: &str) -> Result<(), Ended> {
    let operator = Actor::operator();
    let pass = permit(&operator, Action::Operate, Object::Body).map_err(Failure::from)?;
    let data: serde_json::Map<_, _> = [("on".to_owned(), on.into())].into_iter().collect();
    store.access.write(move |w| {
        let read = NewEvent { kind: "alerts.read".to_owned(), data: data.clone(), on: None, words: Vec::new() };
        w.append(pass.actor(), pass.authority(), "body:alerts", After::Latest, vec![read])
    })?;
    Ok(())
}
