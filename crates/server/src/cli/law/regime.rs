//! `candour law regime`: which scheme a matter is handled under, and by which step.

use candour_core::day::Day;
use candour_core::law::regime::{Against, Laid, Linked, POLICE, Person, Picked, Question, Stands, built_in, pick};
use clap::Args;
use serde_json::{Value, json};

use super::{date, date_if_any, row, say_csv, say_json, usage, word};
use crate::cli::{DONE, Ended, Format, Setting, say};

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
        let (question, assumed) = self.question()?;
        let picked = pick(&question).map_err(|refusal| usage(&refusal))?;
        let answer = answer(&question, &picked, &assumed);
        match setting.format {
            Format::Json => say_json(vec![answer]),
            Format::Csv => say_csv(COLUMNS, vec![row(&answer, COLUMNS)])?,
            Format::Text => in_text(&picked, &assumed),
        }
        Ok(DONE)
    }

    /// What the picker is asked, and what was taken for granted because no day was given.
    fn question(&self) -> Result<(Question<'_>, Vec<String>), Ended> {
        let mut assumed = Vec::new();
        let attention = date("--attention", &self.attention)?;
        let mut linked = Vec::new();
        if let Some(day) = &self.linked_open {
            let day = date_if_any("--linked-open", day.as_ref())?;
            if day.is_none() {
                assumed.push("The older matter came to attention before the last change of the regulations, as no day was given for it".to_owned());
            }
            let against = if self.linked_other_officer { Against::Another } else { Against::SameOfficer };
            linked.push(Linked { attention: day, open_then: true, against });
        }
        let reinvestigation_determined = match &self.reinvestigation {
            None => None,
            Some(Some(day)) => Some(date("--reinvestigation", day)?),
            Some(None) => {
                let day = first_possible_reinvestigation().max(attention);
                assumed.push(format!("The re-investigation was determined on {day}, as no day was given for it"));
                Some(day)
            }
        };
        let question = Question {
            linked,
            reinvestigation_determined,
            directed_28a: date_if_any("--directed", self.directed.as_ref())?,
            allegation: date_if_any("--allegation", self.allegation.as_ref())?,
            notice_given: date_if_any("--notice", self.notice.as_ref())?,
            person: if self.former_officer { Person::Former } else { Person::Serving },
            body: &self.about,
            ..Question::new(attention)
        };
        Ok((question, assumed))
    }
}

/// The day from which section 13B can have been used at all.
fn first_possible_reinvestigation() -> Day {
    let regimes = &built_in().regimes;
    let first = regimes.iter().find(|regime| regime.complaints.reinvestigated.is_some());
    first.map_or(candour_core::day::FIRST_DAY, |regime| regime.from)
}

/// A body with regulations of its own has none of the police's; its citation names them.
fn answer(question: &Question<'_>, picked: &Picked<'_>, assumed: &[String]) -> Value {
    let ids: Vec<&str> = picked.overlays.iter().map(|laid| laid.overlay.id.as_str()).collect();
    let grounds: Vec<Value> = picked.overlays.iter().chain(&picked.left_out).map(ground).collect();
    json!({
        "attention": question.attention,
        "regime": picked.regime.id,
        "name": picked.regime.name,
        "step": picked.step.number(),
        "basis": picked.step.key(),
        "regulations": picked.conduct_regime.map(|_| &picked.regime.complaints.regulations),
        "citation": picked.citation,
        "url": picked.url,
        "conduct_regime": picked.conduct_regime.map(|regime| &regime.id),
        "conduct_step": picked.conduct_step.and_then(|step| step.number()),
        "conduct_basis": picked.conduct_step.map(|step| step.key()),
        "conduct_regulations": picked.conduct_regime.map(|regime| &regime.conduct.regulations),
        "conduct_citation": picked.conduct_citation,
        "overlays": ids,
        "overlay_grounds": grounds,
        "because": picked.because,
        "assumed": assumed,
        "mark": word(picked.mark),
    })
}

fn ground(laid: &Laid<'_>) -> Value {
    let side = |stands: Option<Stands<'_>>| {
        stands.map(|stands| {
            json!({
                "applies": stands.step.applies(),
                "step": stands.step.number(),
                "basis": stands.step.key(),
                "citation": stands.citation,
                "url": stands.url,
            })
        })
    };
    json!({
        "overlay": laid.overlay.id,
        "name": laid.overlay.name,
        "applies": laid.applies(),
        "complaints": side(laid.complaints),
        "conduct": side(laid.conduct),
    })
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
