//! How a matter begins: referred by a force, or received in another way.

use serde::{Deserialize, Serialize};

use super::scheme::{self, Fixed, Related};
use super::{Context, Effective, Event, Fresh, State};
use crate::day::Day;
use crate::law::id;
use crate::refusal::Refusal;

/// The kinds of matter of the Police Reform Act 2002, section 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatterKind {
    /// A complaint.
    Complaint,
    /// A recordable conduct matter.
    Conduct,
    /// A death or serious injury matter.
    Dsi,
}

impl MatterKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Complaint, Self::Conduct, Self::Dsi];

    /// Its name in addresses and filters.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Conduct => "conduct",
            Self::Dsi => "dsi",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Complaint => "Complaint",
            Self::Conduct => "Conduct matter",
            Self::Dsi => "Death or serious injury",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == text)
    }
}

/// By which route a matter was referred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// The authority had to refer it.
    Mandatory,
    /// The authority chose to refer it.
    Voluntary,
    /// The body required it to be referred.
    CallIn,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mandatory, Self::Voluntary, Self::CallIn];

    /// Its name in addresses and filters.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Mandatory => "mandatory",
            Self::Voluntary => "voluntary",
            Self::CallIn => "call-in",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Mandatory => "Mandatory",
            Self::Voluntary => "Voluntary",
            Self::CallIn => "Called in",
        }
    }

    /// The route of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == text)
    }

    /// The rule that says when a referral by this route is due.
    #[must_use]
    pub fn rule(self, kind: MatterKind) -> &'static str {
        match (self, kind) {
            (Self::Voluntary, _) => id::REFER_VOLUNTARY,
            (Self::CallIn, _) => id::REFER_CALL_IN,
            (Self::Mandatory, MatterKind::Complaint) => id::REFER_COMPLAINT,
            (Self::Mandatory, MatterKind::Conduct) => id::REFER_CONDUCT,
            (Self::Mandatory, MatterKind::Dsi) => id::REFER_DSI,
        }
    }
}

/// What was referred or received. The day on which it was is the event's `on`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// What sort of matter.
    pub kind: MatterKind,
    /// The force whose people it is about, by its id in the profile.
    pub force: String,
    /// The body's or the source's own number, such as `2020/123456`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The route, for a referral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// When it became clear to the authority that it had to be referred (or the call-in reached it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clear_on: Option<Day>,
    /// When the incident was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_on: Option<Day>,
    /// Who made the complaint: `civilian` or `officer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed_by: Option<String>,
    /// The import that brought it, when one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<String>,
    /// The reference of the case that is investigated again, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reinvestigates: Option<String>,
    /// The older matters to which it relates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// The scheme that was picked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Box<Fixed>>,
}

/// Whether a matter was referred or received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Referred by an authority.
    Referred,
    /// Received in another way.
    Received,
}

/// The command that opens a case.
#[derive(Debug, Clone)]
pub struct Open {
    /// Referred or received.
    pub how: How,
    /// When.
    pub on: Day,
    /// What.
    pub matter: Matter,
    /// What it is about, in a few sentences.
    pub summary: String,
}

impl Open {
    pub(super) fn event(mut self, context: Context<'_>) -> Result<Fresh, Refusal> {
        let attention = self.matter.clear_on.unwrap_or(self.on);
        let anew = self.matter.reinvestigates.is_some();
        scheme::check(&self.matter.related, attention)?;
        self.matter.scheme = scheme::fixed(context, attention, anew, &self.matter.related)?.map(Box::new);
        let event = match self.how {
            How::Referred => Event::Referred(self.matter),
            How::Received => Event::Received(self.matter),
        };
        Ok(Fresh::new(event, Some(self.on)).with_words("summary", self.summary))
    }
}

/// How a case began, as corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Referred or received.
    pub how: How,
    /// When.
    pub received: Day,
    /// What.
    pub matter: Matter,
}

impl Opened {
    /// Whether it is investigated again.
    #[must_use]
    pub fn anew(&self) -> bool {
        self.matter.reinvestigates.is_some()
    }

    /// The day on which the matter came to the authority's attention; the day of receipt where no
    /// earlier one is recorded. Which law applies follows from it: [`State::law_day`].
    #[must_use]
    pub fn attention(&self) -> Day {
        self.matter.clear_on.unwrap_or(self.received)
    }
}

pub(super) fn lawful(state: &State, matter: &Matter, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    if state.matter.is_some() {
        return Err(Refusal::new("a case begins only once"));
    }
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date on which it was received"));
    };
    if context.profile.force(&matter.force).is_none() {
        let says = format!("{:?} is not a force of {}; choose one from the list", matter.force, context.profile.short);
        return Err(Refusal::of("force", says));
    }
    if !context.profile.kinds.contains(&matter.kind) {
        let says = format!("{} does not take matters of this kind", context.profile.short);
        return Err(Refusal::of("kind", says));
    }
    let referred = matches!(event.event, Event::Referred(_));
    if referred && matter.route.is_none() {
        return Err(Refusal::of("route", "Choose how it was referred"));
    }
    let timed = matter.route.is_some_and(|r| r != Route::Voluntary);
    if referred && timed && matter.clear_on.is_none() {
        return Err(Refusal::of("clear_on", "Enter the date on which it became clear that it had to be referred"));
    }
    if matter.clear_on.is_some_and(|clear| clear > on) {
        return Err(Refusal::of(
            "clear_on",
            "The date on which it became clear must be on or before the date of referral",
        ));
    }
    let known_by = matter.clear_on.unwrap_or(on);
    if matter.import.is_none() && matter.incident_on.is_some_and(|incident| incident > known_by) {
        return Err(Refusal::of(
            "incident_on",
            "The date of the incident must be on or before the date on which it became known",
        ));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, matter: &Matter, event: &Effective, how: How) {
    let Some(on) = event.on else { return };
    state.forces.push((on, matter.force.clone()));
    state.kinds.push((on, matter.kind));
    state.related.clone_from(&matter.related);
    state.scheme = matter.scheme.as_deref().cloned();
    state.matter = Some(Opened { how, received: on, matter: matter.clone() });
}
