//! Terms of reference: drafted by the lead, approved by somebody else.

use serde::{Deserialize, Serialize};

use super::{Case, Context, Effective, Event, Fresh, State, investigation};
use crate::day::{Day, in_words};
use crate::permit::Permit;
use crate::refusal::Refusal;

/// Terms of reference were drafted. Their text is personal words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsDrafted {}

/// Terms of reference were approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsApproved {
    /// The version of the entry that holds the draft.
    pub of: u64,
}

/// The command to draft terms of reference, or new ones in place of the old.
#[derive(Debug, Clone)]
pub struct DraftTerms {
    /// The day of the draft.
    pub on: Day,
    /// The terms.
    pub terms: String,
}

/// The command to approve the last draft.
#[derive(Debug, Clone)]
pub struct ApproveTerms {
    /// The day of approval.
    pub on: Day,
}

/// The terms of reference as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// The last draft: the version of its entry, and its day.
    pub draft: Option<(u64, Day)>,
    /// The approved ones: the version of the entry that drafted them, and the day of approval.
    pub approved: Vec<(u64, Day)>,
}

impl Terms {
    /// The last draft, while it waits to be approved.
    #[must_use]
    pub fn waiting(&self) -> Option<(u64, Day)> {
        self.draft.filter(|(version, _)| self.approved.iter().all(|(of, _)| of != version))
    }
}

impl DraftTerms {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::TermsDrafted(TermsDrafted {}), Some(self.on)).with_words("terms", self.terms)
    }
}

impl ApproveTerms {
    pub(super) fn event(self, case: &Case, permit: &Permit) -> Result<Fresh, Refusal> {
        let (of, _) = case.state.terms.waiting().ok_or_else(|| Refusal::new("There is no draft to approve"))?;
        // Creator is not approver: a working rule of the house, kept wherever something is approved.
        if case.entries.iter().any(|e| e.version == of && e.actor == permit.actor()) {
            return Err(Refusal::new("You drafted these terms, so somebody else has to approve them"));
        }
        Ok(Fresh::new(Event::TermsApproved(TermsApproved { of }), Some(self.on)))
    }
}

pub(super) fn lawful_draft(state: &State, event: &Effective, _: Context<'_>) -> Result<(), Refusal> {
    let on = investigation::under_way(state, event, "drafted")?;
    let Some((lead, _)) = state.leads.first() else {
        return Err(Refusal::new("The lead investigator drafts the terms of reference. Appoint one first"));
    };
    if on < *lead {
        let says = format!("The draft must be dated on or after the day the lead was appointed ({})", in_words(*lead));
        return Err(Refusal::of("on", says));
    }
    Ok(())
}

pub(super) fn lawful_approval(
    state: &State,
    approved: &TermsApproved,
    event: &Effective,
    _: Context<'_>,
) -> Result<(), Refusal> {
    let on = investigation::under_way(state, event, "approved")?;
    match state.terms.waiting() {
        Some((version, drafted)) if version == approved.of => {
            if on < drafted {
                let says = format!("The approval must be on or after the day of the draft ({})", in_words(drafted));
                return Err(Refusal::of("on", says));
            }
            Ok(())
        }
        _ => Err(Refusal::new("There is no such draft to approve")),
    }
}

pub(super) fn apply_draft(state: &mut State, event: &Effective) {
    if let Some(on) = event.on {
        state.terms.draft = Some((event.version, on));
    }
}

pub(super) fn apply_approval(state: &mut State, approved: &TermsApproved, event: &Effective) {
    if let Some(on) = event.on {
        state.terms.approved.push((approved.of, on));
    }
}
