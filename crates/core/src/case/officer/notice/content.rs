//! What a notice of investigation must state, by the law of the matter and for a former officer.

use serde::{Deserialize, Serialize};

use crate::case::officer::Involved;
use crate::case::{Context, State, power};
use crate::law::id;

/// One thing that a notice must state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The conduct, and how it is alleged to fall below the standards.
    Conduct,
    /// That there is to be an investigation, and by whom.
    Investigation,
    /// The result of the assessment.
    Severity,
    /// That a change of it will be told with reasons (old scheme).
    Changes,
    /// What dismissal means for the barred list.
    BarredList,
    /// That a finding may say that a former officer would have been dismissed.
    FormerFinding,
    /// The right to seek advice.
    Advice,
    /// The police friend.
    PoliceFriend,
    /// Representations, and legal representation at a hearing.
    Representations,
    /// That it may harm the case not to attend an interview (former officers).
    Attendance,
    /// That it may harm the case not to mention something.
    Silence,
}

impl Content {
    /// What it is called, in the middle of a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Conduct => "the conduct and how it is alleged to fall below the Standards of Professional Behaviour",
            Self::Investigation => "that there is to be an investigation, and who investigates",
            Self::Severity => "the result of the severity assessment",
            Self::Changes => {
                "that a change of the assessment or of the likely form of proceedings will be told with reasons"
            }
            Self::BarredList => {
                "that dismissal leads to the police barred list and may be published for up to five years"
            }
            Self::FormerFinding => {
                "that it may be found that the person would have been dismissed, which leads to the police barred list"
            }
            Self::Advice => "the right to seek advice from the staff association or any other body",
            Self::PoliceFriend => "who may be the police friend, and what a police friend may do",
            Self::Representations => {
                "the right to make representations, with its time limit, and to legal representation"
            }
            Self::Attendance => "that it may harm the case to fail to attend an interview",
            Self::Silence => "that it may harm the case not to mention something that is later relied on",
        }
    }
}

/// What the notice of a person must state.
#[must_use]
pub fn contents(state: &State, context: Context<'_>, involved: &Involved) -> Vec<Content> {
    let former = involved.left.as_ref().is_some_and(|left| left.condition.is_some());
    let new_scheme = power::cited(id::NOTICE_TERMS, state, context, context.today).is_some();
    let mut states = vec![Content::Conduct, Content::Investigation, Content::Severity];
    if !new_scheme {
        states.push(Content::Changes);
    }
    match (new_scheme, former) {
        (true, false) => states.push(Content::BarredList),
        (true, true) => states.extend([Content::FormerFinding, Content::Attendance]),
        (false, _) => {}
    }
    states.extend([Content::Advice, Content::PoliceFriend, Content::Representations, Content::Silence]);
    states
}
