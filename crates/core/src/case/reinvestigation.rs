//! Re-investigation: a finished investigation stays as it was, and a new one, linked to it, begins.

use serde::{Deserialize, Serialize};

use super::matter::{How, Matter, Open};
use super::{Case, Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::permit::Permit;
use crate::reference::Reference;
use crate::refusal::Refusal;

/// It was determined to investigate again. The compelling reasons are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Determined {
    /// The public reference of the new case.
    pub anew: String,
    /// The power used, as the id of a rule.
    pub power: String,
    /// The citation of the power as it stood.
    pub citation: String,
}

/// The command to investigate again.
#[derive(Debug, Clone)]
pub struct Reinvestigate {
    /// The reference of the new case.
    pub anew: Reference,
    /// The day of the determination.
    pub on: Day,
    /// The compelling reasons.
    pub reasons: String,
}

impl Reinvestigate {
    pub(super) fn event(self, case: &Case, permit: &Permit, context: Context<'_>) -> Result<Fresh, Refusal> {
        let citation = power::required(id::REINVESTIGATE, &case.state, context, self.on)?;
        did_not_decide(case, permit.actor())?;
        let event = Determined { anew: self.anew.as_plain().to_owned(), power: id::REINVESTIGATE.to_owned(), citation };
        Ok(Fresh::new(Event::ReinvestigationDetermined(event), Some(self.on)).with_words("reasons", self.reasons))
    }

    /// The command that opens the new case, with what the old one says of the matter.
    ///
    /// The matter came to attention again on the day of the determination, so that the law of that
    /// day applies to it, whatever applied before.
    #[must_use]
    pub fn opens(&self, old: &Case) -> Option<Open> {
        let matter = &old.matter()?.matter;
        let kind = old.state.kind_on(self.on)?;
        let anew = Matter {
            kind,
            force: old.state.force_on(self.on)?.to_owned(),
            number: None,
            route: None,
            clear_on: None,
            incident_on: matter.incident_on,
            filed_by: matter.filed_by.clone(),
            import: None,
            reinvestigates: Some(old.reference.as_plain().to_owned()),
            related: Vec::new(),
            scheme: None,
        };
        let summary = old.entries.first().and_then(|e| e.word("summary")).unwrap_or_default().to_owned();
        Some(Open { how: How::Received, on: self.on, matter: anew, summary })
    }
}

/// Refuses whoever decided on the first report (the exclusion of P.REINVEST).
fn did_not_decide(case: &Case, who: &str) -> Result<(), Refusal> {
    let decided = case.entries.iter().find(|entry| {
        let on_report = matches!(
            entry.event,
            Event::CaseToAnswerDecided(_)
                | Event::ProsecutorDecided(_)
                | Event::MemorandumAccepted(_)
                | Event::ProceedingsRecommended(_)
                | Event::FormDecided(_)
                | Event::DirectionGiven(_)
        );
        on_report && entry.actor == who
    });
    decided.map_or(Ok(()), |entry| {
        let title = entry.event.title();
        let says = format!(
            "Whoever decided on the first report does not decide whether it is investigated again, and you made the \
             entry: {title}"
        );
        Err(Refusal::new(says))
    })
}

pub(super) fn lawful(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    let Some(report) = state.report else {
        return Err(Refusal::new("Only an investigation whose final report has been submitted can be opened again"));
    };
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date of the determination"));
    };
    if on < report {
        let says = format!("The determination must be on or after the day of the final report ({})", in_words(report));
        return Err(Refusal::of("on", says));
    }
    if power::cited(id::REINVESTIGATE, state, context, on).is_none() {
        let says =
            "On that day the law gave no power to investigate again: only a court could undo a finished decision";
        return Err(Refusal::of("on", says));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, determined: &Determined, event: &Effective) {
    if let Some(on) = event.on {
        state.reinvestigated.push((on, determined.anew.clone()));
    }
}
