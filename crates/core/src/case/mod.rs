//! A case: the events of one matter, what they add up to, and which commands they allow.
//!
//! This file only dispatches. Each area of a case has a file of its own with its commands, its
//! events, the rule that admits them (`lawful`) and what they change (`apply`).

pub mod allegation;
pub mod clocks;
pub mod closing;
pub mod correction;
pub mod history;
pub mod imported;
pub mod investigation;
pub mod matter;
pub mod mode;
pub mod report;
pub mod stage;
pub mod words;

use serde::{Deserialize, Serialize};

pub use history::{Effective, Entry, Fresh, effective};
pub use stage::Stage;

use crate::day::Day;
use crate::law::Law;
use crate::permit::{Action, Permit};
use crate::profile::Profile;
use crate::reference::Reference;
use crate::refusal::Refusal;

/// Everything that can happen in a case. The serialised names and fields are kept for ever: see
/// `golden.jsonl`, which must always parse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A force or another authority referred the matter.
    #[serde(rename = "matter.referred")]
    Referred(matter::Matter),
    /// The matter reached the body in another way.
    #[serde(rename = "matter.received")]
    Received(matter::Matter),
    /// The mode of investigation was decided.
    #[serde(rename = "mode.decided")]
    ModeDecided(mode::ModeDecided),
    /// A lead investigator was designated.
    #[serde(rename = "lead.appointed")]
    LeadAppointed(investigation::LeadAppointed),
    /// The final report was submitted.
    #[serde(rename = "report.submitted")]
    ReportSubmitted(report::ReportSubmitted),
    /// Allegations against named people were recorded.
    #[serde(rename = "allegations.recorded")]
    AllegationsRecorded(allegation::AllegationsRecorded),
    /// Findings on allegations were recorded.
    #[serde(rename = "findings.recorded")]
    FindingsRecorded(allegation::FindingsRecorded),
    /// The case was closed.
    #[serde(rename = "case.closed")]
    Closed(closing::Closed),
    /// Something changed from a day on.
    #[serde(rename = "fact.changed")]
    Changed(correction::Changed),
    /// An entry was wrong when it was made.
    #[serde(rename = "entry.corrected")]
    Corrected(correction::Corrected),
    /// An entry should never have been made.
    #[serde(rename = "entry.rescinded")]
    Rescinded(correction::Rescinded),
}

/// What may be asked of a case. Each says in its own file what it needs.
#[derive(Debug, Clone)]
pub enum Command {
    /// Record a referral or a matter received; only on a case that is still empty.
    Open(matter::Open),
    /// Decide the mode of investigation.
    DecideMode(mode::DecideMode),
    /// Appoint the lead investigator.
    AppointLead(investigation::AppointLead),
    /// Submit the final report.
    SubmitReport(report::SubmitReport),
    /// Close the case.
    Close(closing::Close),
    /// Correct an entry that was wrong.
    Correct(correction::Correct),
    /// Rescind an entry that should not have been made.
    Rescind(correction::Rescind),
    /// Change something from a day on.
    Change(correction::Change),
}

impl Command {
    /// The action that a permit must be for.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::Open(_) => Action::Refer,
            Self::DecideMode(_) => Action::DecideMode,
            Self::AppointLead(_) => Action::AppointLead,
            Self::SubmitReport(_) => Action::SubmitReport,
            Self::Close(_) => Action::Close,
            Self::Correct(_) => Action::Correct,
            Self::Rescind(_) => Action::Rescind,
            Self::Change(change) => change.action(),
        }
    }
}

/// What a decision is made against besides the case itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The law as data.
    pub law: &'a Law,
    /// The body.
    pub profile: &'a Profile,
    /// The day of the log's clock.
    pub today: Day,
}

/// What the events of a case add up to, corrections folded in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// How the case began.
    pub matter: Option<matter::Opened>,
    /// The mode decision in force.
    pub mode: Option<mode::Decided>,
    /// The lead investigators, each from a day on.
    pub leads: Vec<(Day, String)>,
    /// The forces responsible, each from a day on.
    pub forces: Vec<(Day, String)>,
    /// The kinds of matter it has been, each from a day on.
    pub kinds: Vec<(Day, matter::MatterKind)>,
    /// When the final report was submitted.
    pub report: Option<Day>,
    /// When the case was closed.
    pub closed: Option<Day>,
    /// The allegations.
    pub allegations: Vec<allegation::Allegation>,
}

/// A case as it stands.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its public reference.
    pub reference: Reference,
    /// Its entries in the order of the record.
    pub entries: Vec<Entry>,
    /// What they add up to.
    pub state: State,
}

impl Case {
    /// A case from its entries; without any it is a case that does not exist yet.
    #[must_use]
    pub fn replay(reference: Reference, entries: Vec<Entry>) -> Self {
        let state = State::of(&effective(&entries));
        Self { reference, entries, state }
    }

    /// Adds the next entry. A correction may change anything before it, so then everything is
    /// folded again.
    pub fn add(&mut self, entry: Entry) {
        let corrects = matches!(entry.event, Event::Corrected(_) | Event::Rescinded(_));
        let next = Effective::of(&entry);
        self.entries.push(entry);
        if corrects {
            self.state = State::of(&effective(&self.entries));
        } else {
            self.state.apply(&next);
        }
    }

    /// The version of the last entry; 0 for a case that does not exist yet.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.entries.last().map_or(0, |e| e.version)
    }

    /// How the case began; none for a case that does not exist yet.
    #[must_use]
    pub fn matter(&self) -> Option<&matter::Opened> {
        self.state.matter.as_ref()
    }
}

impl State {
    /// The state that effective events add up to.
    #[must_use]
    pub fn of(events: &[Effective]) -> Self {
        let mut state = Self::default();
        for event in events {
            state.apply(event);
        }
        state
    }

    /// The force responsible at the end of `day`, or the first one before its time.
    #[must_use]
    pub fn force_on(&self, day: Day) -> Option<&str> {
        at(&self.forces, day).map(String::as_str)
    }

    /// The kind of matter it is at the end of `day`.
    #[must_use]
    pub fn kind_on(&self, day: Day) -> Option<matter::MatterKind> {
        at(&self.kinds, day).copied()
    }

    /// The force responsible now.
    #[must_use]
    pub fn force(&self) -> Option<&str> {
        self.force_on(crate::day::LAST_DAY)
    }

    /// The lead investigator now.
    #[must_use]
    pub fn lead(&self) -> Option<&str> {
        at(&self.leads, crate::day::LAST_DAY).map(String::as_str)
    }

    /// Takes in one event. It cannot fail and decides nothing.
    fn apply(&mut self, event: &Effective) {
        match &event.event {
            Event::Referred(m) => matter::apply(self, m, event, matter::How::Referred),
            Event::Received(m) => matter::apply(self, m, event, matter::How::Received),
            Event::ModeDecided(e) => mode::apply(self, e, event),
            Event::LeadAppointed(e) => investigation::apply(self, e, event),
            Event::ReportSubmitted(_) => self.report = event.on,
            Event::AllegationsRecorded(e) => allegation::apply_recorded(self, e),
            Event::FindingsRecorded(e) => allegation::apply_findings(self, e),
            Event::Closed(_) => self.closed = event.on,
            Event::Changed(e) => correction::apply_changed(self, e, event),
            // Folded into the entries they are about before anything is applied.
            Event::Corrected(_) | Event::Rescinded(_) => {}
        }
    }
}

/// The value in force at the end of `day`: the latest begun by then, else the first.
fn at<T>(dated: &[(Day, T)], day: Day) -> Option<&T> {
    let begun = dated.iter().filter(|(from, _)| *from <= day);
    // `max_by_key` keeps the last of equal days, so a later entry wins.
    begun.max_by_key(|(from, _)| *from).or(dated.first()).map(|(_, value)| value)
}

/// The events that a command leads to, or why it may not be carried out.
pub fn decide(case: &Case, permit: &Permit, context: Context<'_>, command: Command) -> Result<Vec<Fresh>, Refusal> {
    if !permit.is_for(command.action(), &case.reference.stream()) {
        return Err(Refusal::new("You were not given permission for this"));
    }
    if case.state.matter.is_none() != matches!(command, Command::Open(_)) {
        return Err(Refusal::new(match case.state.matter {
            None => "There is no such case",
            Some(_) => "This case has already been opened",
        }));
    }
    let fresh = match command {
        Command::Open(c) => c.event(),
        Command::DecideMode(c) => c.event(),
        Command::AppointLead(c) => c.event(),
        Command::SubmitReport(c) => c.event(),
        Command::Close(c) => c.event(),
        Command::Change(c) => c.event(case)?,
        Command::Correct(c) => c.event(case, context)?,
        Command::Rescind(c) => c.event(case, context)?,
    };
    admit_next(case, &fresh, context)?;
    Ok(vec![fresh])
}

/// Checks that the history with one more entry is lawful from beginning to end.
///
/// For an ordinary event only the last step is new; a correction may upset any later one, so the
/// whole history is walked again.
fn admit_next(case: &Case, fresh: &Fresh, context: Context<'_>) -> Result<(), Refusal> {
    if fresh.on.is_some_and(|on| on > context.today) {
        let today = crate::day::in_words(context.today);
        return Err(Refusal::of("on", format!("The date must be today ({today}) or earlier")));
    }
    let entry = fresh.as_entry(case.version() + 1);
    match &fresh.event {
        Event::Corrected(_) | Event::Rescinded(_) => {
            let entries: Vec<Entry> = case.entries.iter().cloned().chain([entry]).collect();
            admit_all(&effective(&entries), context)
                .map_err(|refusal| Refusal::new(format!("This would make the history unlawful: {refusal}")))
        }
        _ => admit(&case.state, &Effective::of(&entry), context),
    }
}

fn admit_all(events: &[Effective], context: Context<'_>) -> Result<(), Refusal> {
    let mut state = State::default();
    for event in events {
        admit(&state, event, context)?;
        state.apply(event);
    }
    if state.matter.is_none() {
        return Err(Refusal::new("a case begins with a referral or a receipt"));
    }
    Ok(())
}

/// Whether the law admits `event` in a case that stands at `state`.
fn admit(state: &State, event: &Effective, context: Context<'_>) -> Result<(), Refusal> {
    if event.on.is_some_and(|on| on > context.today) {
        return Err(Refusal::of("on", "The date must be today or earlier"));
    }
    match &event.event {
        Event::Referred(m) | Event::Received(m) => matter::lawful(state, m, event, context),
        Event::ModeDecided(e) => mode::lawful(state, e, event, context),
        Event::LeadAppointed(e) => investigation::lawful(state, e, event, context),
        Event::ReportSubmitted(_) => report::lawful(state, event, context),
        Event::Closed(_) => closing::lawful(state, event, context),
        Event::Changed(e) => correction::lawful_change(state, e, event, context),
        Event::AllegationsRecorded(_) | Event::FindingsRecorded(_) => Ok(()),
        Event::Corrected(_) | Event::Rescinded(_) => Ok(()),
    }
}

impl Event {
    /// The kind under which it is stored, and its data.
    #[must_use]
    pub fn encode(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        use serde_json::Value;
        match serde_json::to_value(self) {
            Ok(Value::Object(mut map)) => match (map.remove("kind"), map.remove("data")) {
                (Some(Value::String(kind)), Some(Value::Object(data))) => (kind, data),
                _ => unreachable!("every event serialises to a kind and an object"),
            },
            _ => unreachable!("every event serialises to a kind and an object"),
        }
    }

    /// Reads an event as stored; `None` for a kind that is no event of a case.
    pub fn decode(kind: &str, mut data: serde_json::Map<String, serde_json::Value>) -> Result<Self, String> {
        data.remove("texts");
        let whole = serde_json::json!({ "kind": kind, "data": data });
        serde_json::from_value(whole).map_err(|e| format!("{kind}: {e}"))
    }

    /// What the entry is called on a page.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::Referred(_) => "Referred",
            Self::Received(_) => "Received",
            Self::ModeDecided(_) => "Mode of investigation decided",
            Self::LeadAppointed(_) => "Lead investigator appointed",
            Self::ReportSubmitted(_) => "Final report submitted",
            Self::AllegationsRecorded(_) => "Allegations recorded",
            Self::FindingsRecorded(_) => "Findings recorded",
            Self::Closed(_) => "Closed",
            Self::Changed(_) => "Changed from a day on",
            Self::Corrected(_) => "Corrected",
            Self::Rescinded(_) => "Rescinded",
        }
    }
}

#[cfg(test)]
mod tests;
