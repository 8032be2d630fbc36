//! Which scheme a matter is handled under, as the answer that programs get.

use candour_core::day::{Day, FIRST_DAY};
use candour_core::law::regime::{Against, Laid, Linked, POLICE, Person, Picked, Question, Stands, built_in};
use serde_json::{Value, json};

use super::word;

/// What was asked, some of it perhaps without a day.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The day on which the matter came to attention.
    pub attention: Day,
    /// Whether it relates to an older matter that is still being handled, and since when that is one.
    pub linked_open: Option<Option<Day>>,
    /// Against whom the older matter was.
    pub against: Against,
    /// Whether a re-investigation was determined under section 13B, and when.
    pub reinvestigation: Option<Option<Day>>,
    /// When a direction was given under section 28A.
    pub directed: Option<Day>,
    /// When the allegation came to a chief officer's or local policing body's attention.
    pub allegation: Option<Day>,
    /// When the officer was given notice of referral to proceedings.
    pub notice: Option<Day>,
    /// Whether the person is still an officer.
    pub person: Person,
    /// The body whose officers it is about.
    pub about: String,
}

impl Asked {
    /// A matter about a police force that came to attention on a day, of which nothing else is known.
    #[must_use]
    pub fn new(attention: Day) -> Self {
        Self {
            attention,
            linked_open: None,
            against: Against::SameOfficer,
            reinvestigation: None,
            directed: None,
            allegation: None,
            notice: None,
            person: Person::Serving,
            about: POLICE.to_owned(),
        }
    }

    /// What the picker is asked, and what was taken for granted because no day was given.
    #[must_use]
    pub fn question(&self) -> (Question<'_>, Vec<String>) {
        let mut assumed = Vec::new();
        let mut linked = Vec::new();
        if let Some(attention) = self.linked_open {
            if attention.is_none() {
                assumed.push("The older matter came to attention before the last change of the regulations, as no day was given for it".to_owned());
            }
            linked.push(Linked { attention, open_then: true, against: self.against });
        }
        let reinvestigation_determined = match self.reinvestigation {
            Some(None) => {
                let on = first_possible_reinvestigation().max(self.attention);
                assumed.push(format!("The re-investigation was determined on {on}, as no day was given for it"));
                Some(on)
            }
            given => given.flatten(),
        };
        let question = Question {
            linked,
            reinvestigation_determined,
            directed_28a: self.directed,
            allegation: self.allegation,
            notice_given: self.notice,
            person: self.person,
            body: &self.about,
            ..Question::new(self.attention)
        };
        (question, assumed)
    }
}

/// The day from which section 13B can have been used at all.
fn first_possible_reinvestigation() -> Day {
    let regimes = &built_in().regimes;
    let first = regimes.iter().find(|regime| regime.complaints.reinvestigated.is_some());
    first.map_or(FIRST_DAY, |regime| regime.from)
}

/// The answer, with the keys that `docs/law.md` promises.
///
/// A body with regulations of its own has none of the police's; its citation names them.
#[must_use]
pub fn answer(question: &Question<'_>, picked: &Picked<'_>, assumed: &[String]) -> Value {
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
