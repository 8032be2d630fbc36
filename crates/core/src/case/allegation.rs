//! Allegations against people, and the findings on them.
//!
//! Findings come with imported cases; whether there is a case to answer is decided in
//! [`super::decision`].

use serde::{Deserialize, Serialize};

use super::course::Course;
use super::decision::Answer;
use super::{Context, Effective, Event, Fresh, State};
use crate::day::{Day, in_words};
use crate::refusal::Refusal;

/// Allegations were recorded, each against one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllegationsRecorded {
    /// The allegations.
    pub allegations: Vec<Alleged>,
}

/// One allegation against one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alleged {
    /// Its number within the case, from 1.
    pub n: u32,
    /// The stream of the person.
    pub person: String,
    /// The category, in the words of the coding scheme.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
}

/// Findings on allegations were recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingsRecorded {
    /// The findings.
    pub findings: Vec<Finding>,
}

/// What was found on one allegation, by the body and by the authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The number of the allegation within the case.
    pub n: u32,
    /// What the body found or recommended.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ours: String,
    /// What the authority found in the end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub theirs: String,
    /// The discipline that the body recommended, as coded by the source.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub discipline_ours: String,
    /// The discipline that the authority imposed, as coded by the source.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub discipline_theirs: String,
}

/// An allegation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allegation {
    /// What is alleged, against whom.
    pub alleged: Alleged,
    /// What was found.
    pub finding: Option<Finding>,
    /// Whether there is a case to answer, and when that was decided.
    pub answer: Option<(Answer, Day)>,
    /// The steps by which it is decided, and what follows.
    pub course: Course,
}

impl Allegation {
    /// Whether it is decided: here, or by a finding of the system that it came from.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.answer.is_some() || self.finding.is_some()
    }
}

impl State {
    /// The people whom the case is about, each once, in the order in which they came into it.
    #[must_use]
    pub fn people(&self) -> Vec<&str> {
        let alleged = self.allegations.iter().map(|a| a.alleged.person.as_str());
        let followed = self.proceedings.iter().filter_map(|p| p.person.as_deref());
        let involved = self.involved.iter().map(|i| i.person.as_str());
        let mut people: Vec<&str> = Vec::new();
        for person in alleged.chain(followed).chain(involved) {
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people
    }
}

/// The command to record an allegation against a person.
#[derive(Debug, Clone)]
pub struct Allege {
    /// The stream of the person.
    pub person: String,
    /// The category, as `scheme:code`.
    pub category: String,
    /// When it was recorded as an allegation.
    pub on: Day,
    /// What is alleged.
    pub what: String,
}

impl Allege {
    pub(super) fn event(self, state: &State) -> Fresh {
        let n = state.allegations.iter().map(|a| a.alleged.n).max().unwrap_or(0) + 1;
        let alleged = Alleged { n, person: self.person, category: self.category };
        let event = Event::AllegationsRecorded(AllegationsRecorded { allegations: vec![alleged] });
        Fresh::new(event, Some(self.on)).with_words("what", self.what)
    }
}

pub(super) fn lawful(
    state: &State,
    recorded: &AllegationsRecorded,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let Some(matter) = &state.matter else {
        return Err(Refusal::new("A case begins with a referral or a receipt"));
    };
    // Another system's cases keep the codes and the order of steps with which they came.
    if matter.matter.import.is_some() {
        return Ok(());
    }
    if state.closed.is_some() {
        return Err(Refusal::new("The case is closed"));
    }
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date on which it was recorded"));
    };
    if on < matter.received {
        let received = in_words(matter.received);
        let says = format!("It must have been recorded on or after the day the matter was received ({received})");
        return Err(Refusal::of("on", says));
    }
    if recorded.allegations.iter().any(|a| context.profile.lists.category(&a.category).is_none()) {
        return Err(Refusal::of("category", "Choose what sort of allegation it is"));
    }
    Ok(())
}

pub(super) fn apply_recorded(state: &mut State, event: &AllegationsRecorded) {
    let new = event.allegations.iter().cloned();
    state.allegations.extend(new.map(|alleged| Allegation {
        alleged,
        finding: None,
        answer: None,
        course: Course::default(),
    }));
}

pub(super) fn apply_findings(state: &mut State, event: &FindingsRecorded) {
    for finding in &event.findings {
        if let Some(allegation) = state.allegations.iter_mut().find(|a| a.alleged.n == finding.n) {
            allegation.finding = Some(finding.clone());
        }
    }
}
