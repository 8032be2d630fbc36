//! Who holds a case, or a proceeding that follows it: every day has exactly one holder.

use serde::{Deserialize, Serialize};

/// Who holds a day of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// The body itself.
    Us,
    /// The force, as appropriate authority.
    Force,
    /// The Crown Prosecution Service.
    Cps,
    /// A criminal court.
    Court,
    /// A coroner.
    Coroner,
    /// A misconduct panel.
    Panel,
    /// A police appeals tribunal.
    Tribunal,
    /// An expert.
    Expert,
    /// A party to the case.
    Party,
    /// Nobody may go on: the law makes the matter wait for something else.
    LawfulHold,
    /// Somebody else.
    Other,
}

impl Holder {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Us,
        Self::Force,
        Self::Cps,
        Self::Court,
        Self::Coroner,
        Self::Panel,
        Self::Tribunal,
        Self::Expert,
        Self::Party,
        Self::LawfulHold,
        Self::Other,
    ];

    /// Its name in addresses, filters and the record.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Force => "force",
            Self::Cps => "cps",
            Self::Court => "court",
            Self::Coroner => "coroner",
            Self::Panel => "panel",
            Self::Tribunal => "tribunal",
            Self::Expert => "expert",
            Self::Party => "party",
            Self::LawfulHold => "lawful-hold",
            Self::Other => "other",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Us => "Us",
            Self::Force => "The force",
            Self::Cps => "Crown Prosecution Service",
            Self::Court => "A criminal court",
            Self::Coroner => "The coroner",
            Self::Panel => "A misconduct panel",
            Self::Tribunal => "The police appeals tribunal",
            Self::Expert => "An expert",
            Self::Party => "A party to the case",
            Self::LawfulHold => "On hold by law",
            Self::Other => "Somebody else",
        }
    }

    /// The holder of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|h| h.id() == text)
    }
}
