//! Where an investigation is worked and how: its directorate and its pathway.

use serde::{Deserialize, Serialize};

use super::matter::MatterKind;
use super::{Context, Effective, State};
use crate::day::LAST_DAY;
use crate::refusal::Refusal;

/// The directorate that works an investigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Directorate {
    /// The regions: all but the most complex.
    Core,
    /// The Directorate of Major Investigations.
    Major,
}

impl Directorate {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Core, Self::Major];

    /// Its name in addresses and filters.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Major => "major",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Core => "Core (the region)",
            Self::Major => "Major investigations",
        }
    }

    /// The directorate of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.id() == text)
    }
}

/// The way in which an investigation is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pathway {
    /// The ordinary way.
    Standard,
    /// For deaths and serious injuries without any indication of misconduct.
    StreamlinedDsi,
    /// Actions run side by side, with the prosecutor and the force engaged from the start.
    ParallelAction,
}

impl Pathway {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::StreamlinedDsi, Self::ParallelAction];

    /// Its name in addresses and filters.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::StreamlinedDsi => "streamlined-dsi",
            Self::ParallelAction => "parallel-action",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::StreamlinedDsi => "Streamlined (death or serious injury)",
            Self::ParallelAction => "Parallel action",
        }
    }

    /// The pathway of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.id() == text)
    }
}

/// The investigation was allocated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocated {
    /// To which directorate.
    pub directorate: Directorate,
    /// On which pathway.
    pub pathway: Pathway,
}

pub(super) fn lawful(state: &State, allocated: &Allocated, event: &Effective, _: Context<'_>) -> Result<(), Refusal> {
    let on = super::investigation::under_way(state, event, "allocated")?;
    if !state.directorates.is_empty() {
        return Err(Refusal::new("The investigation has already been allocated. Change it from a day on instead"));
    }
    pathway_fits(state.kind_on(on), allocated.pathway).map_err(|refusal| refusal.about("pathway"))
}

/// Whether a matter of this kind may go that way.
pub(super) fn pathway_fits(kind: Option<MatterKind>, pathway: Pathway) -> Result<(), Refusal> {
    if pathway == Pathway::StreamlinedDsi && kind != Some(MatterKind::Dsi) {
        let says = "The streamlined pathway is for deaths and serious injuries without any indication of misconduct";
        return Err(Refusal::new(says));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, allocated: &Allocated, event: &Effective) {
    if let Some(on) = event.on {
        state.directorates.push((on, allocated.directorate));
        state.pathways.push((on, allocated.pathway));
    }
}

impl State {
    /// The pathway now.
    #[must_use]
    pub fn pathway(&self) -> Option<Pathway> {
        super::at(&self.pathways, LAST_DAY).copied()
    }

    /// The directorate now.
    #[must_use]
    pub fn directorate(&self) -> Option<Directorate> {
        super::at(&self.directorates, LAST_DAY).copied()
    }
}
