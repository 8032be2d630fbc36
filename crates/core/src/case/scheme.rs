//! The scheme under which a matter is handled: picked when the case begins, kept with it, and
//! changed only by an entry (domain brief 0.3).
//!
//! What the picker answered is recorded with the matter, so that a later edition of the law files
//! cannot move it. A corrected date, a link to an older matter that is found later and a
//! determination to investigate again each pick anew, and each is an entry of its own.

use serde::{Deserialize, Serialize};

use super::matter::Matter;
use super::{Context, Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::law::regime::{self, Against, Laid, Linked, Picked, Question, Step, Trigger, pick};
use crate::profile::LawOf;
use crate::refusal::Refusal;

/// The scheme as picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// The id of the scheme, such as `ew-2012`.
    pub regime: String,
    /// The step of the picker that chose it, such as `linked-open`.
    pub step: String,
    /// The ids of the overlays that apply to the handling of the matter (the complaints regulations).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<String>,
    /// The id of the scheme of the conduct side; none for a body with conduct rules of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conduct: Option<String>,
    /// The ids of the overlays that apply to proceedings (the conduct regulations).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conduct_overlays: Vec<String>,
    /// The day whose versions of the law apply, where it is not the day of attention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law_as_on: Option<Day>,
}

/// An older matter to which a matter relates, as it stood when the later one came to attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    /// Its reference here, or the number under which the authority knows it.
    pub to: String,
    /// When it came to attention.
    pub attention: Day,
    /// Whether it was still being handled then.
    pub open_then: bool,
    /// Whether it was an allegation against the same officer, at which the conduct side looks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub same_officer: bool,
}

/// It was found that a matter relates to an older one. Why it does is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkFound {
    /// The older matter.
    pub older: Related,
    /// The scheme, picked anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Fixed>,
}

/// The command to relate a matter to an older one.
#[derive(Debug, Clone)]
pub struct Relate {
    /// The older matter.
    pub older: Related,
    /// The day on which the relation was found.
    pub on: Day,
    /// Why the one relates to the other.
    pub reasons: String,
}

impl Relate {
    pub(super) fn event(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        let mut related = state.related.clone();
        related.push(self.older.clone());
        let matter = state.matter.as_ref().ok_or_else(|| Refusal::new("There is no such case"))?;
        let scheme = fixed(context, matter.attention(), matter.anew(), &related)?;
        let event = Event::LinkFound(LinkFound { older: self.older, scheme });
        Ok(Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons))
    }
}

/// What the picker answers for a matter that came to attention on a day; `anew` says that it was
/// then determined to investigate it again.
///
/// # Errors
/// In words, for days that cannot be: a link to a matter that came to attention later.
pub fn picked(attention: Day, anew: bool, related: &[Related]) -> Result<Picked<'static>, Refusal> {
    let mut question = Question::new(attention);
    question.reinvestigation_determined = anew.then_some(attention);
    question.linked = related.iter().map(linked).collect();
    pick(&question)
}

fn linked(older: &Related) -> Linked {
    let against = if older.same_officer { Against::SameOfficer } else { Against::Another };
    Linked { attention: Some(older.attention), open_then: older.open_then, against }
}

/// The scheme to record with a matter; none in a body without one, and for a matter from before the
/// first scheme.
pub(super) fn fixed(
    context: Context<'_>,
    attention: Day,
    anew: bool,
    related: &[Related],
) -> Result<Option<Fixed>, Refusal> {
    let first = regime::all().first().map(|regime| regime.from);
    if context.profile.law == LawOf::None || first.is_none_or(|first| attention < first) {
        return Ok(None);
    }
    picked(attention, anew, related).map(|picked| Some(Fixed::of(&picked, attention))).map_err(|r| r.about("related"))
}

impl Fixed {
    fn of(picked: &Picked<'_>, attention: Day) -> Self {
        let laid = |side: fn(&Laid<'_>) -> Option<Step>| -> Vec<String> {
            let applies = picked.overlays.iter().filter(|laid| side(laid).is_some_and(Step::applies));
            applies.map(|laid| laid.overlay.id.clone()).collect()
        };
        let mut fixed = Self {
            regime: picked.regime.id.clone(),
            step: picked.step.key().to_owned(),
            overlays: laid(|laid| laid.complaints.map(|stands| stands.step)),
            conduct: picked.conduct_regime.map(|regime| regime.id.clone()),
            conduct_overlays: laid(|laid| laid.conduct.map(|stands| stands.step)),
            law_as_on: None,
        };
        fixed.law_as_on = fixed.before_what_it_misses(attention);
        fixed
    }

    /// The last day before the first change of the law that does not reach a matter which came to
    /// attention on a day; none where every change up to that day does.
    fn before_what_it_misses(&self, attention: Day) -> Option<Day> {
        let schemes = regime::all().iter().skip_while(|r| r.id != self.regime).skip(1).map(|r| r.from);
        let overlays = regime::built_in().overlays.iter().filter(|overlay| {
            let complaints = overlay.trigger == Trigger::Attention && overlay.complaints.is_some();
            complaints && overlay.over == self.regime && !self.overlays.contains(&overlay.id)
        });
        let missed = schemes.chain(overlays.map(|o| o.from)).filter(|from| *from <= attention).min();
        missed.and_then(|from| from.yesterday().ok())
    }
}

/// The scheme of a matter as its first entry has it: as recorded, or as picked for a case from
/// before schemes were recorded and after a correction of its dates.
#[must_use]
pub fn of_matter(matter: &Matter, attention: Day) -> Option<Fixed> {
    let pick = || picked(attention, matter.reinvestigates.is_some(), &matter.related).ok();
    matter.scheme.as_deref().cloned().or_else(|| pick().map(|picked| Fixed::of(&picked, attention)))
}

impl State {
    /// The scheme under which the matter is handled; none in a body without one.
    #[must_use]
    pub fn scheme(&self) -> Option<Fixed> {
        let matter = self.matter.as_ref()?;
        let pick = || picked(matter.attention(), matter.anew(), &self.related).ok();
        self.scheme.clone().or_else(|| pick().map(|picked| Fixed::of(&picked, matter.attention())))
    }

    /// The day whose versions of the law apply to the matter.
    #[must_use]
    pub fn law_day(&self) -> Option<Day> {
        let attention = self.matter.as_ref()?.attention();
        // Without links the picker goes by the day alone.
        if self.related.is_empty() {
            return Some(attention);
        }
        Some(self.scheme().and_then(|scheme| scheme.law_as_on).unwrap_or(attention))
    }
}

pub(super) fn lawful(state: &State, found: &LinkFound, event: &Effective) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date on which the relation was found"));
    };
    check(std::slice::from_ref(&found.older), matter.attention())?;
    if state.related.iter().any(|known| known.to == found.older.to) {
        return Err(Refusal::of("related", format!("The matter is already related to {}", found.older.to)));
    }
    if on < matter.received {
        let received = in_words(matter.received);
        return Err(Refusal::of("on", format!("It must be on or after the day the matter was received ({received})")));
    }
    Ok(())
}

/// Refuses links that cannot be.
pub(super) fn check(related: &[Related], attention: Day) -> Result<(), Refusal> {
    for older in related {
        if older.to.trim().is_empty() {
            return Err(Refusal::of("related", "Enter the reference or the number of the older matter"));
        }
        if older.attention > attention {
            let (older, own) = (in_words(older.attention), in_words(attention));
            let says = format!(
                "The older matter came to attention on {older}, after this one ({own}). Enter a matter that came before it"
            );
            return Err(Refusal::of("related", says));
        }
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, found: &LinkFound) {
    state.related.push(found.older.clone());
    // Where a date was corrected since, what was picked before it no longer holds.
    if state.scheme.is_some() {
        state.scheme.clone_from(&found.scheme);
    }
}
