//! A matter about the conduct of a chief officer, or of the Deputy Commissioner of Police of the
//! Metropolis: it must be referred and investigated, and not locally (SI 2020/2, regulations 4(1)(c),
//! 5, 7, 8 and 10).

use serde::{Deserialize, Serialize};

use super::matter::{MatterKind, Route};
use super::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// It was found that the matter is about a chief officer. Why is a personal word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChiefOfficerConcerned {
    /// For a complaint: the authority cannot rule out, from the complaint alone, that the conduct
    /// would justify criminal or disciplinary proceedings, so that it had to refer it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_ruled_out: bool,
    /// For a complaint: there is an indication of a crime or of conduct that would justify
    /// disciplinary proceedings, so that it must be investigated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub indication: bool,
}

/// The command to record it.
#[derive(Debug, Clone)]
pub struct Concern {
    /// What is found.
    pub found: ChiefOfficerConcerned,
    /// The day on which it was found.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

impl Concern {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::ChiefOfficerConcerned(self.found), Some(self.on)).with_words("reasons", self.reasons)
    }
}

/// The provision that requires an investigation which is not local, if one does.
#[must_use]
pub fn bound(state: &State, context: Context<'_>) -> Option<String> {
    let found = state.chief_officer?;
    let matter = state.matter.as_ref()?;
    let complaint = state.kind_on(crate::day::LAST_DAY) == Some(MatterKind::Complaint);
    if complaint && !found.indication {
        return None;
    }
    power::cited(id::CHIEF_OFFICER, state, context, matter.attention())
}

/// Why a local investigation is not offered.
#[must_use]
pub fn no_local(provision: &str) -> String {
    format!("A local investigation is not offered: the matter concerns a chief officer ({provision})")
}

/// Why the matter cannot be returned.
#[must_use]
pub fn no_return(provision: &str) -> String {
    format!("An investigation is necessary, so the matter is not returned: it concerns a chief officer ({provision})")
}

pub(super) fn lawful(
    state: &State,
    found: ChiefOfficerConcerned,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date on which it was found"));
    };
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    if state.chief_officer.is_some() {
        return Err(Refusal::new("That it concerns a chief officer has already been recorded. Correct that entry"));
    }
    if on < matter.received {
        let received = in_words(matter.received);
        return Err(Refusal::of("on", format!("It must be on or after the day the matter was received ({received})")));
    }
    let complaint = state.kind_on(on) == Some(MatterKind::Complaint);
    if !complaint && (found.not_ruled_out || found.indication) {
        return Err(Refusal::new("What cannot be ruled out, and what is indicated, are asked of a complaint only"));
    }
    let had_to_be_referred = !complaint || found.not_ruled_out;
    let provision = power::cited(id::REFER_CHIEF_OFFICER, state, context, matter.attention());
    match (provision, matter.matter.route) {
        (Some(provision), Some(Route::Voluntary)) if had_to_be_referred => Err(Refusal::new(format!(
            "A matter like this about a chief officer must be referred ({provision}). Correct how it was referred first"
        ))),
        _ => Ok(()),
    }
}
