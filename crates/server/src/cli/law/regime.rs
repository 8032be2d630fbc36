//! `candour law regime`: which scheme a matter is handled under, and by which step.

use candour_core::law::regime::{Against, POLICE, Person, Picked, pick};
use clap::Args;

use super::{date, date_if_any, row, say_csv, say_json, usage};
use crate::cli::{DONE, Ended, Format, Setting, say};
use crate::law::regime::{Asked, answer};

/// The columns of the CSV, each a key of the JSON.
const COLUMNS: &[&str] = &[
    "attention",
    "regime",
    "name",
    "step",
    "basis",
    "regulations",
    "citation",
    "url",
    "conduct_regime",
    "conduct_step",
    "conduct_basis",
    "conduct_regulations",
    "conduct_citation",
    "overlays",
    "because",
    "assumed",
    "mark",
];

#[derive(Args)]
pub(in crate::cli) struct Regime {
    /// The day on which the complaint was made, or the matter came to the appropriate authority's attention
    #[arg(long)]
    attention: String,
    /// It relates to an older matter, which came to attention on DATE and is still being handled
    #[arg(long, value_name = "DATE", num_args = 0..=1)]
    linked_open: Option<Option<String>>,
    /// The older matter was not against the same officer, at whom the conduct side looks
    #[arg(long, requires = "linked_open")]
    linked_other_officer: bool,
    /// A re-investigation was determined under section 13B, on DATE or else on the day of --attention
    #[arg(long, value_name = "DATE", num_args = 0..=1)]
    reinvestigation: Option<Option<String>>,
    /// A direction was given under section 28A on DATE
    #[arg(long, value_name = "DATE")]
    directed: Option<String>,
    /// The day on which the allegation came to a chief officer's or local policing body's attention
    #[arg(long, value_name = "DATE")]
    allegation: Option<String>,
    /// The officer was given notice of referral to proceedings on DATE
    #[arg(long, value_name = "DATE")]
    notice: Option<String>,
    /// The person is no longer an officer
    #[arg(long)]
    former_officer: bool,
    /// The body whose officers it is about: police, nca, contractors or hmrc
    #[arg(long, value_name = "BODY", default_value = POLICE)]
    about: String,
}

impl Regime {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let asked = self.asked()?;
        let (question, assumed) = asked.question();
        let picked = pick(&question).map_err(|refusal| usage(&refusal))?;
        let answer = answer(&question, &picked, &assumed);
        match setting.format {
            Format::Json => say_json(vec![answer]),
            Format::Csv => say_csv(COLUMNS, vec![row(&answer, COLUMNS)])?,
            Format::Text => in_text(&picked, &assumed),
        }
        Ok(DONE)
    }

    fn asked(&self) -> Result<Asked, Ended> {
        let day_or_none = |name: &str, given: &Option<Option<String>>| {
            given.as_ref().map(|d| date_if_any(name, d.as_ref())).transpose()
        };
        Ok(Asked {
            attention: date("--attention", &self.attention)?,
            linked_open: day_or_none("--linked-open", &self.linked_open)?,
            against: if self.linked_other_officer { Against::Another } else { Against::SameOfficer },
            reinvestigation: day_or_none("--reinvestigation", &self.reinvestigation)?,
            directed: date_if_any("--directed", self.directed.as_ref())?,
            allegation: date_if_any("--allegation", self.allegation.as_ref())?,
            notice: date_if_any("--notice", self.notice.as_ref())?,
            person: if self.former_officer { Person::Former } else { Person::Serving },
            about: self.about.clone(),
        })
    }
}

fn in_text(picked: &Picked<'_>, assumed: &[String]) {
    let step = picked.step.number().map_or_else(|| picked.step.key().to_owned(), |number| format!("step {number}"));
    say(&format!("{}: {step}", picked.regime.id));
    if let Some(conduct) = picked.conduct_regime {
        let step = picked.conduct_step.and_then(|step| step.number()).unwrap_or_default();
        say(&format!("conduct side: {}: step {step}", conduct.id));
    }
    for laid in &picked.overlays {
        say(&format!("overlay: {}", laid.overlay.id));
    }
    for says in &picked.because {
        say(&format!("  {says}"));
    }
    for says in assumed {
        say(&format!("  Taken for granted: {says}."));
    }
    say(&format!("  source: {}", picked.citation));
    say(&format!("  {}", picked.mark.in_words()));
}
