//! Under which powers a decision is made: which events are decisions, of which powers, and whether
//! whoever decides held a live delegation of them on the day of the decision.
//!
//! A further decision takes one line in [`powers_of`]. What was found is kept with the event, in
//! its data under [`KEY`], beside the fields of its own.

use serde::{Deserialize, Serialize};

use super::correction::Attribute;
use super::review::Sort;
use super::{Case, Context, Event, Fresh, State, officer, second};
use crate::day::Day;
use crate::law::powers::{Fact, Power, Powers};
use crate::permit::Permit;
use crate::profile::LawOf;
use crate::refusal::Refusal;

/// The reserved name in the data of an event of a case.
pub const KEY: &str = "made";

/// Under what a decision was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Each power, and where it came from.
    pub under: Vec<Under>,
    /// The proposal that was approved, where two people decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<ProposedBy>,
}

/// A power and the entries of the scheme of delegation that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// The id of the power.
    pub power: String,
    /// The version, in the scheme, of the delegation.
    pub delegation: u64,
    /// The version, in the scheme, of the grade to which it was delegated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<u64>,
}

/// Who proposed a decision, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposedBy {
    /// The version of the proposal's entry.
    pub of: u64,
    /// Who made it, as an opaque id.
    pub by: String,
}

impl Made {
    /// Puts it into an event's data.
    pub(super) fn put(&self, data: &mut serde_json::Map<String, serde_json::Value>) {
        let value = serde_json::to_value(self).expect("names and numbers serialise");
        data.insert(KEY.to_owned(), value);
    }

    /// Reads it from an event's data; none where the event is no decision, or is older than this.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(data: &serde_json::Map<String, serde_json::Value>) -> Result<Option<Self>, String> {
        let made = data.get(KEY).map(|value| serde_json::from_value(value.clone()));
        made.transpose().map_err(|e| format!("{KEY}: {e}"))
    }
}

/// The ids of the powers that an event uses; none where it decides nothing.
#[must_use]
pub fn powers_of(state: &State, event: &Event) -> &'static [&'static str] {
    let anew = state.matter.as_ref().is_some_and(|m| m.matter.reinvestigates.is_some());
    match event {
        // That it is investigated again was decided under section 13B, so the need was too.
        Event::NeedDecided(_) | Event::ModeDecided(_) if anew => &["P.REINVEST_FORM"],
        Event::NeedDecided(e) if e.necessary => &["P.NEED"],
        Event::NeedDecided(_) => &["P.NEED", "P.RETURN"],
        Event::ModeDecided(_) if state.mode.is_some() => &["P.MOI_CHANGE"],
        Event::ModeDecided(_) => &["P.MOI"],
        Event::LeadAppointed(_) => &["P.DESIGNATE"],
        Event::Changed(e) if e.what == Attribute::Lead => &["P.DESIGNATE"],
        Event::TermsApproved(_) => &["P.TOR"],
        Event::Suspended(_) => &["P.SUSPEND"],
        Event::Resumed(_) => &["P.RESUME"],
        Event::Discontinued(_) => &["P.OLD_DISCONTINUE"],
        Event::CaseToAnswerDecided(_) => case_to_answer(state),
        Event::ProsecutorDecided(_) => &["P.CPS"],
        Event::ReinvestigationDetermined(_) => &["P.REINVEST"],
        Event::ViewsRequested(_) => &["P.VIEWS"],
        Event::MemorandumAccepted(_) => &["P.OLD_MEMO"],
        Event::ProceedingsRecommended(_) => &["P.OLD_RECOMMEND"],
        Event::FormDecided(_) => &["P.FORM"],
        Event::DirectionGiven(_) | Event::DirectionWithdrawn(_) if exists(state, "P.FORM") => &["P.FORM"],
        Event::DirectionGiven(_) | Event::DirectionWithdrawn(_) => &["P.OLD_DIRECT"],
        Event::PublicInterestDecided(_) => &["P.WITHDRAWN_PI"],
        Event::Officer(e) => by_officer_event(state, e),
        Event::UpdateWithheld(_) => &["P.NONDISCLOSE"],
        Event::ReviewLateAccepted(_) => &["P.OUT_OF_TIME"],
        Event::ReviewDecided(e) => review(state, e.n),
        Event::RecommendationIssued(e) => recommendation(state, e.n),
        Event::RecommendationExtension(e) if recommendation(state, e.n) == ["P.28A"] => &["P.28B_EXT"],
        Event::RecommendationRepresentations(_) => &["P.28B_WITHHOLD"],
        Event::Proposed(e) => powers_of(state, &e.decision),
        _ => &[],
    }
}

/// The powers of the officer's side. A notice is the investigator's own, and so takes no delegation.
fn by_officer_event(state: &State, event: &officer::Event) -> &'static [&'static str] {
    match event {
        officer::Event::SeverityAssessed(_) | officer::Event::SeverityRevised(_) if exists(state, "P.SEVERITY") => {
            &["P.SEVERITY"]
        }
        officer::Event::ConversionDecided(_) => &["P.DSI_CONVERT"],
        officer::Event::AcceleratedDecided(_) => &["P.ACCEL_DIRECT"],
        _ => &[],
    }
}

/// The power to decide a review; the appeals of the old scheme have no key of their own.
#[must_use]
pub fn review(state: &State, n: u32) -> &'static [&'static str] {
    match state.review(n).map(|review| review.received.sort) {
        Some(Sort::VictimsRight) => &["P.VRR"],
        Some(_) if exists(state, "P.REVIEW") => &["P.REVIEW"],
        _ => &[],
    }
}

/// The power under which a recommendation is made.
#[must_use]
pub fn recommendation(state: &State, n: u32) -> &'static [&'static str] {
    use super::recommendation::Sort;
    match state.recommendation(n).map(|r| r.drafted.sort) {
        Some(Sort::Learning) => &["P.28A"],
        Some(Sort::Remedy) => &["P.28ZA"],
        Some(Sort::General | Sort::Early) => &["P.S10"],
        None => &[],
    }
}

/// The power to decide on a case to answer: under the old scheme it is in the hands of the force,
/// whose memorandum the body judges.
fn case_to_answer(state: &State) -> &'static [&'static str] {
    if exists(state, "P.CTA") { &["P.CTA"] } else { &["P.OLD_MEMO"] }
}

/// Whether a power exists under the scheme of the matter.
fn exists(state: &State, power: &str) -> bool {
    let (power, scheme) = (Powers::built_in().power(power), state.scheme());
    matches!((power, scheme), (Some(power), Some(scheme)) if power.regimes.contains(&scheme.regime))
}

/// The level that this decision takes, where the record tells that it takes a higher one.
#[must_use]
pub fn raised<'a>(power: &'a Power, state: &State, event: &Event) -> Option<&'a str> {
    let applies = power.raised.iter().filter(|r| second::tells(r.fact, state, event) == Some(true));
    applies.map(|r| r.level.as_str()).max_by_key(|level| {
        let levels = Powers::built_in().levels();
        levels.iter().position(|l| l.id == *level)
    })
}

/// The cases of a power that the record cannot tell of, in words: those that raise its level, and
/// those in which a second person has to approve. Whoever decides is asked.
#[must_use]
pub fn untold(power: &Power) -> (Vec<String>, Vec<String>) {
    let unknown = |fact: Fact| !second::is_told(fact);
    let raised = power.raised.iter().filter(|r| unknown(r.fact));
    let raised = raised.map(|r| format!("grade {} when {}", Powers::built_in().level_in_words(&r.level), r.when));
    let eyes = power.four_eyes.iter().filter(|e| unknown(e.fact)).map(|e| e.when.clone());
    (raised.collect(), eyes.collect())
}

/// Refuses events of which whoever decides does not hold the power on their day, and notes under
/// what the others are made.
pub(super) fn under_powers(
    case: &Case,
    permit: &Permit,
    context: Context<'_>,
    mut events: Vec<Fresh>,
) -> Result<Vec<Fresh>, Refusal> {
    if context.profile.law == LawOf::None {
        return Ok(events);
    }
    for fresh in &mut events {
        redated(case, context, &fresh.event)?;
        let powers = powers_of(&case.state, &fresh.event);
        if !powers.is_empty() {
            second::demand(&case.state, fresh)?;
            let on = fresh.on.unwrap_or(context.today);
            let under = held(&case.state, context, permit.actor(), on, (powers, &fresh.event))?;
            let proposed = fresh.made.take().and_then(|made| made.proposed);
            fresh.made = Some(Made { under, proposed });
        }
    }
    Ok(events)
}

fn held(
    state: &State,
    context: Context<'_>,
    actor: &str,
    on: Day,
    (powers, event): (&[&str], &Event),
) -> Result<Vec<Under>, Refusal> {
    let under = powers.iter().map(|id| {
        let power = Powers::built_in().power(id).expect("a test holds every power that is used against the file");
        // Whoever approves answers for the decision; whoever proposes need not reach a raised level.
        let raised = if matches!(event, Event::Proposed(_)) { None } else { raised(power, state, event) };
        let held = context.delegations.holds(power, actor, on, raised);
        let held = held.map_err(|lacking| Refusal::of("on", lacking.to_string()))?;
        Ok(Under { power: power.id.clone(), delegation: held.delegation, grade: held.grade })
    });
    under.collect()
}

/// A decision is not dated to a day on which its author held no power by correcting it either.
fn redated(case: &Case, context: Context<'_>, event: &Event) -> Result<(), Refusal> {
    let Event::Corrected(corrected) = event else {
        return Ok(());
    };
    let entry = case.entries.iter().find(|e| e.version == corrected.of).filter(|e| e.made.is_some());
    let new = corrected.new.as_deref().filter(|_| corrected.field == "on").and_then(|day| day.parse::<Day>().ok());
    let (Some(entry), Some(on)) = (entry, new) else {
        return Ok(());
    };
    for under in entry.made.iter().flat_map(|made| &made.under) {
        let power = Powers::built_in().power(&under.power);
        if power.is_some_and(|power| context.delegations.holds(power, &entry.actor, on, None).is_err()) {
            let says = format!(
                "Whoever made this decision did not hold its power ({}) on {}. A decision is not dated to such a day: \
                 rescind it, and let somebody who holds the power decide again",
                under.power,
                crate::day::in_words(on)
            );
            return Err(Refusal::of("new", says));
        }
    }
    Ok(())
}
