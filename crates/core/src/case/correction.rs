//! The three kinds of correction. None edits an entry; each is an entry of its own.
//!
//! *Corrected*: an entry said something wrong. *Rescinded*: an entry should never have been made.
//! *Changed from a day on*: what an entry said was right and then became different.
//! A correction that would make the history unlawful is refused by [`super::decide`].

use serde::{Deserialize, Serialize};

pub use super::correctable::{Field, Input, fields};

use super::allocation::{Directorate, Pathway, pathway_fits};
use super::matter::MatterKind;
use super::{Case, Context, Effective, Event, Fresh, State, effective, words};
use crate::day::{self, Day, in_words};
use crate::permit::Action;
use crate::refusal::Refusal;

/// Something changed from a day on, which is the event's `on`. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// What changed.
    pub what: Attribute,
    /// What it is from that day on.
    pub to: String,
}

/// What can change from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attribute {
    /// The force responsible.
    Force,
    /// The kind of matter.
    Kind,
    /// The lead investigator.
    Lead,
    /// The directorate that works it.
    Directorate,
    /// The way in which it is worked.
    Pathway,
}

impl Attribute {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Force, Self::Kind, Self::Lead, Self::Directorate, Self::Pathway];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Force => "force",
            Self::Kind => "kind",
            Self::Lead => "lead",
            Self::Directorate => "directorate",
            Self::Pathway => "pathway",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Force => "Force responsible",
            Self::Kind => "Kind of matter",
            Self::Lead => "Lead investigator",
            Self::Directorate => "Directorate",
            Self::Pathway => "Pathway",
        }
    }

    /// The attribute of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.id() == text)
    }
}

/// An entry was wrong. Why, and new personal words, are personal words of this event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// The version of the entry that was wrong.
    pub of: u64,
    /// The field: `on`, a field of its data, or `text:` and the name of a personal word.
    pub field: String,
    /// What it said; none for personal words and for a field that was empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it should have said; none for personal words and to empty the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// An entry should not have been made. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rescinded {
    /// The version of that entry.
    pub of: u64,
}

/// The command to correct one field of an entry.
#[derive(Debug, Clone)]
pub struct Correct {
    /// The version of the entry.
    pub of: u64,
    /// The name of the field.
    pub field: String,
    /// What it should have said, as an ISO date, an id or text; empty to empty the field.
    pub new: String,
    /// The day of the correction.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

impl Correct {
    pub(super) fn event(self, case: &Case, _: Context<'_>) -> Result<Fresh, Refusal> {
        let history = effective(&case.entries);
        let target = history.iter().find(|e| e.version == self.of);
        let target =
            target.ok_or_else(|| Refusal::new("There is no such entry to correct, or it has been rescinded"))?;
        let known = fields(&target.event).iter().find(|f| f.name == self.field);
        let known = known.ok_or_else(|| Refusal::of("field", "This entry has no such field to correct"))?;
        let new = self.new.trim().to_owned();
        if known.input == Input::Words {
            let new = words::optional(known.label, &new)?;
            let corrected = Corrected { of: self.of, field: self.field, old: None, new: None };
            return Ok(Fresh::new(Event::Corrected(corrected), Some(self.on))
                .with_words("new", new)
                .with_words("reasons", self.reasons));
        }
        let old = value(target, &self.field);
        let new = if new.is_empty() { None } else { Some(words::line(known.label, &new)?) };
        if old == new {
            let says = format!("{} already says this. Enter what it should have said", known.label);
            return Err(Refusal::of("new", says));
        }
        if with(target, &self.field, new.as_deref()).is_none() {
            return Err(Refusal::of("new", format!("{} cannot be {:?}", known.label, self.new)));
        }
        let corrected = Corrected { of: self.of, field: self.field, old, new };
        Ok(Fresh::new(Event::Corrected(corrected), Some(self.on)).with_words("reasons", self.reasons))
    }
}

/// The command to rescind an entry.
#[derive(Debug, Clone)]
pub struct Rescind {
    /// The version of the entry.
    pub of: u64,
    /// The day of the rescission.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

impl Rescind {
    pub(super) fn event(self, case: &Case, _: Context<'_>) -> Result<Fresh, Refusal> {
        let target = case.entries.iter().find(|e| e.version == self.of);
        let target = target.ok_or_else(|| Refusal::new("There is no such entry"))?;
        if matches!(target.event, Event::Rescinded(_)) {
            return Err(Refusal::new("A rescission cannot be rescinded. Make the entry again"));
        }
        if matches!(target.event, Event::WordsDisposed(_)) {
            return Err(Refusal::new("What was disposed of is gone, so the entry that says so cannot be rescinded"));
        }
        if rescinded(case, self.of) {
            return Err(Refusal::new("This entry has already been rescinded"));
        }
        let event = Event::Rescinded(Rescinded { of: self.of });
        Ok(Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons))
    }
}

/// The command to change something from a day on.
#[derive(Debug, Clone)]
pub struct Change {
    /// What changes.
    pub what: Attribute,
    /// What it is from then on.
    pub to: String,
    /// From which day.
    pub on: Day,
    /// Why.
    pub reasons: String,
}

impl Change {
    /// A new lead is an appointment; the rest is a correction.
    pub(super) fn action(&self) -> Action {
        match self.what {
            Attribute::Lead | Attribute::Directorate | Attribute::Pathway => Action::AppointLead,
            Attribute::Force | Attribute::Kind => Action::Correct,
        }
    }

    pub(super) fn events(self, case: &Case) -> Result<Vec<Fresh>, Refusal> {
        let state = &case.state;
        let now = match self.what {
            Attribute::Force => state.force_on(self.on).map(str::to_owned),
            Attribute::Kind => state.kind_on(self.on).map(|k| k.id().to_owned()),
            Attribute::Lead => state.lead().map(str::to_owned),
            Attribute::Directorate => super::at(&state.directorates, self.on).map(|d| d.id().to_owned()),
            Attribute::Pathway => super::at(&state.pathways, self.on).map(|p| p.id().to_owned()),
        };
        if now.as_deref() == Some(self.to.as_str()) {
            return Err(Refusal::of("to", format!("{} is already this. Choose another", self.what.label())));
        }
        let mut events = Vec::new();
        // The streamlined pathway ends the moment conduct is indicated; the matter may not be of
        // another kind and still on it, so the pathway changes first.
        let conduct = self.what == Attribute::Kind && self.to != MatterKind::Dsi.id();
        if conduct && state.pathway() == Some(Pathway::StreamlinedDsi) && state.report.is_none() {
            let standard = Changed { what: Attribute::Pathway, to: Pathway::Standard.id().to_owned() };
            events.push(Fresh::new(Event::Changed(standard), Some(self.on)));
        }
        let event = Event::Changed(Changed { what: self.what, to: self.to });
        events.push(Fresh::new(event, Some(self.on)).with_words("reasons", self.reasons));
        Ok(events)
    }
}

/// Whether an entry has been rescinded.
#[must_use]
pub fn rescinded(case: &Case, version: u64) -> bool {
    case.entries.iter().any(|e| matches!(&e.event, Event::Rescinded(r) if r.of == version))
}

/// A personal word of an entry, as last corrected.
#[must_use]
pub fn word_as_corrected(case: &Case, version: u64, field: &str) -> Option<String> {
    let name = format!("text:{field}");
    let corrections = case.entries.iter().rev().filter(|entry| {
        matches!(&entry.event, Event::Corrected(c) if c.of == version && c.field == name)
            && !rescinded(case, entry.version)
    });
    let corrected = corrections.map(|entry| entry.word("new").unwrap_or_default()).next();
    let original = case.entries.iter().find(|entry| entry.version == version).and_then(|entry| entry.word(field));
    corrected.or(original).map(str::to_owned)
}

/// What a field of an entry says, as corrected; none when it is empty.
#[must_use]
pub fn value(target: &Effective, field: &str) -> Option<String> {
    if field == "on" {
        return target.on.map(|day| day.to_string());
    }
    let (_, data) = target.event.encode();
    data.get(field).and_then(|v| v.as_str()).map(str::to_owned)
}

/// Folds a correction into the entry it is about.
pub(super) fn fold(target: &mut Effective, corrected: &Corrected) {
    // What was admitted once is admitted for ever; a field that no longer parses changes nothing.
    if let Some(next) = with(target, &corrected.field, corrected.new.as_deref()) {
        *target = next;
    }
}

/// The entry with one field set, or `None` when the value does not fit the field.
fn with(target: &Effective, field: &str, new: Option<&str>) -> Option<Effective> {
    let mut next = target.clone();
    if field == "on" {
        next.on = Some(day::parse("The date", new?).ok()?);
        unfix(&mut next.event);
        return Some(next);
    }
    if field.starts_with("text:") {
        return Some(next);
    }
    if (field == "to" || field.ends_with("_on"))
        && !matches!(target.event, Event::Changed(_))
        && new.is_some_and(|new| day::parse("The date", new).is_err())
    {
        return None;
    }
    let (kind, mut data) = target.event.encode();
    match new {
        Some(new) => data.insert(field.to_owned(), new.into()),
        None => data.remove(field),
    };
    next.event = Event::decode(&kind, data).ok()?;
    if field == "clear_on" {
        unfix(&mut next.event);
    }
    Some(next)
}

/// A corrected date lets the scheme of the matter be picked anew.
fn unfix(event: &mut Event) {
    if let Event::Referred(matter) | Event::Received(matter) = event {
        matter.scheme = None;
    }
}

pub(super) fn lawful_change(
    state: &State,
    changed: &Changed,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the day from which it changed"));
    };
    if on < matter.received {
        let received = in_words(matter.received);
        return Err(Refusal::of(
            "on",
            format!("It can change only after the matter was received ({received}). Correct the first entry instead"),
        ));
    }
    match changed.what {
        Attribute::Force if context.profile.force(&changed.to).is_none() => {
            Err(Refusal::of("to", format!("{:?} is not a force of {}", changed.to, context.profile.short)))
        }
        Attribute::Kind if MatterKind::parse(&changed.to).is_none_or(|k| !context.profile.kinds.contains(&k)) => {
            Err(Refusal::of("to", "Choose a kind of matter"))
        }
        Attribute::Lead => lawful_lead(state, changed, on),
        Attribute::Directorate | Attribute::Pathway => lawful_allocation(state, changed, event, on),
        Attribute::Force | Attribute::Kind => Ok(()),
    }
}

fn lawful_allocation(state: &State, changed: &Changed, event: &Effective, on: Day) -> Result<(), Refusal> {
    let Some((since, _)) = state.directorates.first() else {
        return Err(Refusal::new("The investigation has not been allocated yet. Appoint its lead first"));
    };
    super::investigation::under_way(state, event, "changed")?;
    if on < *since {
        let says = format!("It can change only after the investigation was allocated ({})", in_words(*since));
        return Err(Refusal::of("on", says));
    }
    match (changed.what, Directorate::parse(&changed.to), Pathway::parse(&changed.to)) {
        (Attribute::Directorate, Some(_), _) => Ok(()),
        (Attribute::Pathway, _, Some(pathway)) => {
            pathway_fits(state.kind_on(on), pathway).map_err(|refusal| refusal.about("to"))
        }
        (what, ..) => Err(Refusal::of("to", format!("Choose the {}", what.label().to_lowercase()))),
    }
}

fn lawful_lead(state: &State, changed: &Changed, on: Day) -> Result<(), Refusal> {
    let Some((since, _)) = state.leads.last() else {
        return Err(Refusal::new("No lead investigator has been appointed yet. Appoint one first"));
    };
    if changed.to.is_empty() {
        return Err(Refusal::of("to", "Choose the lead investigator"));
    }
    if on < *since {
        let since = in_words(*since);
        return Err(Refusal::of(
            "on",
            format!("The new lead must take over on or after the day the last one did ({since})"),
        ));
    }
    if state.report.is_some_and(|report| on > report) || state.closed.is_some() {
        return Err(Refusal::new("The final report has been submitted, so the lead can no longer change"));
    }
    Ok(())
}

pub(super) fn apply_changed(state: &mut State, changed: &Changed, event: &Effective) {
    let Some(on) = event.on else { return };
    match changed.what {
        Attribute::Force => state.forces.push((on, changed.to.clone())),
        Attribute::Lead => state.leads.push((on, changed.to.clone())),
        Attribute::Directorate => {
            state.directorates.extend(Directorate::parse(&changed.to).map(|directorate| (on, directorate)));
        }
        Attribute::Pathway => state.pathways.extend(Pathway::parse(&changed.to).map(|pathway| (on, pathway))),
        Attribute::Kind => {
            if let Some(kind) = MatterKind::parse(&changed.to) {
                state.kinds.push((on, kind));
            }
        }
    }
}
