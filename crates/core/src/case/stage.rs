//! Where a case stands. Derived from the facts, never typed.

use super::State;
use super::mode::Mode;
use crate::profile::{LawOf, Profile};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The mode of investigation has not been decided.
    Assessment,
    /// Independent, but nobody leads it yet.
    AwaitingLead,
    /// Under independent investigation.
    Investigation,
    /// Under independent investigation, which is suspended.
    Suspended,
    /// With the force, in whatever mode, until its report has come.
    WithForce,
    /// The final report has been submitted, and the next step is ours.
    AfterReport,
    /// The final report has been submitted, and others are at work.
    Waiting,
    /// Open, in a body that decides no modes.
    Open,
    /// Closed.
    Closed,
}

/// Whether an investigation ended without a report.
fn ended(state: &State) -> bool {
    state.discontinued.is_some() || super::intake::left(state).is_some()
}

impl Stage {
    /// All of them, in the order in which a case passes through them.
    pub const ALL: [Self; 9] = [
        Self::Assessment,
        Self::AwaitingLead,
        Self::Investigation,
        Self::Suspended,
        Self::WithForce,
        Self::AfterReport,
        Self::Waiting,
        Self::Open,
        Self::Closed,
    ];

    /// Where a case in this state stands.
    #[must_use]
    pub fn of(state: &State, profile: &Profile) -> Self {
        if state.closed.is_some() {
            return Self::Closed;
        }
        if profile.law == LawOf::None {
            return Self::Open;
        }
        match &state.mode {
            None if state.need.as_ref().is_some_and(|need| !need.necessary) => Self::WithForce,
            None => Self::Assessment,
            Some(decided) if decided.mode != Mode::Independent && state.report.is_none() => Self::WithForce,
            Some(_) if state.report.is_some() && state.with_others() => Self::Waiting,
            Some(_) if state.report.is_some() || ended(state) => Self::AfterReport,
            Some(_) if state.leads.is_empty() => Self::AwaitingLead,
            Some(_) if state.paused().is_some() => Self::Suspended,
            Some(_) => Self::Investigation,
        }
    }

    /// Its name in addresses and filters.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Assessment => "assessment",
            Self::AwaitingLead => "awaiting-lead",
            Self::Investigation => "investigation",
            Self::Suspended => "suspended",
            Self::WithForce => "with-force",
            Self::AfterReport => "after-report",
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Assessment => "In assessment",
            Self::AwaitingLead => "Awaiting a lead",
            Self::Investigation => "Under investigation",
            Self::Suspended => "Suspended",
            Self::WithForce => "With the force",
            Self::AfterReport => "After the report: with us",
            Self::Waiting => "After the report: with others",
            Self::Open => "Open",
            Self::Closed => "Closed",
        }
    }

    /// The stage of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == text)
    }
}
