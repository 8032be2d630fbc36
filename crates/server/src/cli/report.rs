//! `candour report accountability`: the report as a page of its own, or as JSON.

use std::path::PathBuf;
use std::sync::Arc;

use candour_core::day;
use candour_core::refusal::Refusal;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{COULD_NOT, DONE, Ended, Format, Setting, USAGE, say};
use crate::app::{App, Asked};
use crate::pages::Pages;
use crate::report::{Report, accountability};
use crate::web::board::numbers::Numbers;
use crate::web::board::{Rule, Section, rules};

#[derive(Subcommand)]
pub(super) enum Reported {
    /// The accountability report: four chapters of figures, each with its lineage
    Accountability(Accountability),
}

#[derive(Args)]
pub(super) struct Accountability {
    /// The day as at which it speaks
    #[arg(long)]
    on: String,
    /// As known at the end of this day, or at this position of the record
    #[arg(long)]
    known: Option<String>,
    /// The file to write: its ending, html or json, says in which form
    #[arg(long)]
    out: Option<PathBuf>,
}

/// In which form the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Json,
}

#[derive(Serialize)]
struct Page {
    lead: String,
    sections: Vec<Section>,
    rules: Vec<Rule>,
}

impl Reported {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let Self::Accountability(asked) = self;
        asked.run(setting)
    }
}

impl Accountability {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let usage = |refusal: Refusal| Ended::With(USAGE, refusal.to_string());
        let form = self.form(setting).map_err(usage)?;
        let on = day::parse("--on", &self.on).map_err(usage)?;
        let asked = Asked::read("--known", self.known.as_deref()).map_err(usage)?;
        let profile = setting.profile()?;
        let pages = Pages::load().map_err(|e| Ended::With(COULD_NOT, e.to_string()))?;
        let app = Arc::new(App::new(setting.existing_store()?, profile, pages));
        let report = app.store.record.engine.read(|tx| {
            let as_at = app.as_at(tx, on, asked)?;
            accountability(&app, tx, as_at)
        })?;
        let text = match form {
            Form::Json => report.json().to_string(),
            Form::Html => html(&app.pages, &report).map_err(|e| Ended::With(COULD_NOT, format!("{e:#}")))?,
        };
        match &self.out {
            None => say(&text),
            Some(path) => std::fs::write(path, text + "\n")
                .map_err(|e| Ended::With(COULD_NOT, format!("{} could not be written: {e}", path.display())))?,
        }
        Ok(DONE)
    }

    /// The form that the file's ending says, or without a file the format asked for.
    fn form(&self, setting: &Setting) -> Result<Form, Refusal> {
        let Some(path) = &self.out else {
            return match setting.format {
                Format::Text => Ok(Form::Html),
                Format::Json => Ok(Form::Json),
                Format::Csv => Err(Refusal::new("a report is printed as HTML, or as JSON with --format json")),
            };
        };
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "html" => Ok(Form::Html),
            "json" => Ok(Form::Json),
            "pdf" | "ods" => {
                Err(Refusal::new(format!("a report cannot be written as {ending} yet; end the file in html or json")))
            }
            _ => Err(Refusal::new(format!("end the file in html or json: {}", path.display()))),
        }
    }
}

/// The report as one page that needs no other file.
fn html(pages: &Pages, report: &Report) -> Result<String, minijinja::Error> {
    const STYLE: &str = include_str!("../../static/report.css");
    let page = Page { lead: report.lead(), sections: report.sections(Numbers::Plain), rules: rules(&report.figures()) };
    let body = pages.text("report/report.html", &page)?;
    // Nothing between the tags of the head comes from the record.
    let on = report.as_at.on;
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Accountability report as at {on}</title>\n<style>\n{STYLE}</style>\n</head>\n{}\n</html>",
        body.trim()
    ))
}
