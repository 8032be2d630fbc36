//! Allegations against people, and the findings on them.
//!
//! For now they come with imported cases; the decisions that lead to them are a later part.

use serde::{Deserialize, Serialize};

use super::State;

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
}

pub(super) fn apply_recorded(state: &mut State, event: &AllegationsRecorded) {
    let new = event.allegations.iter().cloned();
    state.allegations.extend(new.map(|alleged| Allegation { alleged, finding: None }));
}

pub(super) fn apply_findings(state: &mut State, event: &FindingsRecorded) {
    for finding in &event.findings {
        if let Some(allegation) = state.allegations.iter_mut().find(|a| a.alleged.n == finding.n) {
            allegation.finding = Some(finding.clone());
        }
    }
}
