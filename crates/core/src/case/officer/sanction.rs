//! Earlier warnings and reductions in rank of an officer, and the disciplinary action that they open
//! and rule out at a misconduct hearing. What counts is what was in force on the day of the severity
//! assessment, not on the day of the hearing.

use serde::{Deserialize, Serialize};

use super::{Involved, known};
use crate::case::{Context, Effective, Event, Fresh, State, power};
use crate::day::Day;
use crate::law::id;
use crate::refusal::Refusal;

/// Disciplinary action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sanction {
    /// A written warning.
    WrittenWarning,
    /// A final written warning.
    FinalWrittenWarning,
    /// Reduction in rank.
    ReductionInRank,
    /// Dismissal without notice.
    Dismissal,
}

impl Sanction {
    /// What an officer may have been given earlier and still serve.
    pub const EARLIER: [Self; 3] = [Self::WrittenWarning, Self::FinalWrittenWarning, Self::ReductionInRank];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::WrittenWarning => "written-warning",
            Self::FinalWrittenWarning => "final-written-warning",
            Self::ReductionInRank => "reduction-in-rank",
            Self::Dismissal => "dismissal",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::WrittenWarning => "Written warning",
            Self::FinalWrittenWarning => "Final written warning",
            Self::ReductionInRank => "Reduction in rank",
            Self::Dismissal => "Dismissal without notice",
        }
    }

    /// What an officer may have been given earlier, by its name.
    #[must_use]
    pub fn parse_earlier(text: &str) -> Option<Self> {
        Self::EARLIER.into_iter().find(|s| s.id() == text)
    }
}

/// A warning that an officer has, or a reduction in rank before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierAction {
    /// The stream of the person.
    pub person: String,
    /// What it was.
    pub action: Sanction,
    /// From which day it was in force.
    pub from_on: Day,
    /// The last day on which it is in force; none for a reduction in rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_on: Option<Day>,
}

impl EarlierAction {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn in_force(&self, day: Day) -> bool {
        self.from_on <= day && self.until_on.is_none_or(|until| day <= until)
    }
}

/// The command to record it.
#[derive(Debug, Clone)]
pub struct StateEarlierAction {
    /// What it was.
    pub earlier: EarlierAction,
    /// The day on which this was established.
    pub on: Day,
}

impl StateEarlierAction {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::Officer(super::Event::EarlierActionStated(self.earlier)), Some(self.on))
    }
}

/// What a misconduct hearing found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Misconduct in one incident, or in several that are closely connected in fact.
    Misconduct,
    /// Misconduct in more than one incident, not closely connected in fact.
    UnconnectedMisconduct,
    /// Gross misconduct.
    GrossMisconduct,
}

/// The disciplinary action open to a misconduct hearing that finds something against an officer.
///
/// # Errors
/// In words, where the law of the matter has no such rule, and where severity was never assessed.
pub fn open_to_hearing(
    involved: &Involved,
    found: Found,
    state: &State,
    context: Context<'_>,
) -> Result<Vec<Sanction>, Refusal> {
    let Some(citation) = power::cited(id::EARLIER_WARNING, state, context, context.today) else {
        return Err(Refusal::new("The law files hold no rule on disciplinary action for this matter"));
    };
    let Some(assessed) = involved.severities.first() else {
        let says = format!("The law goes by the date of the severity assessment ({citation}), and there is none");
        return Err(Refusal::new(says));
    };
    let live = |action| involved.earlier.iter().any(|e| e.action == action && e.in_force(assessed.on));
    let reduced = involved.earlier.iter().any(|e| e.action == Sanction::ReductionInRank && e.from_on <= assessed.on);
    let (written, last) = (live(Sanction::WrittenWarning), live(Sanction::FinalWrittenWarning));
    let gross = found == Found::GrossMisconduct;
    let graver = gross || last || found == Found::UnconnectedMisconduct;
    let offers = |sanction: &Sanction| match sanction {
        Sanction::WrittenWarning => !gross && !written && !last,
        Sanction::FinalWrittenWarning => !last,
        Sanction::ReductionInRank => graver && !reduced,
        Sanction::Dismissal => graver,
    };
    let all = [Sanction::WrittenWarning, Sanction::FinalWrittenWarning, Sanction::ReductionInRank, Sanction::Dismissal];
    Ok(all.into_iter().filter(offers).collect())
}

pub(super) fn lawful(state: &State, earlier: &EarlierAction, event: &Effective) -> Result<(), Refusal> {
    known(state, &earlier.person)?;
    if event.on.is_none() {
        return Err(Refusal::of("on", "Enter the date on which this was established"));
    }
    match (earlier.action, earlier.until_on) {
        (Sanction::Dismissal, _) => Err(Refusal::of("action", "Choose a warning or a reduction in rank")),
        (Sanction::ReductionInRank, Some(_)) => {
            Err(Refusal::of("until_on", "A reduction in rank has no last day. Leave it empty"))
        }
        (Sanction::WrittenWarning | Sanction::FinalWrittenWarning, None) => {
            Err(Refusal::of("until_on", "Enter the last day on which the warning is in force"))
        }
        (_, Some(until)) if until < earlier.from_on => {
            Err(Refusal::of("until_on", "The last day must be on or after the first"))
        }
        _ => Ok(()),
    }
}
