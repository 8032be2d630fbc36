//! The roles. Officers, representatives and stakeholder groups have no account yet, so that they have no
//! role here and may nothing.

use serde::Deserialize;

/// A role. `Lead` is nobody's own role: an investigator has it on the cases they lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    /// Assessment unit.
    Au,
    /// Investigator.
    Inv,
    /// Lead investigator of the case in hand.
    Lead,
    /// Supervisor.
    Sup,
    /// Decision maker; at which level is said by the scheme of delegation.
    Dm,
    /// Legal adviser.
    Leg,
    /// Quality and service improvement.
    Qsi,
    /// Adviser of a subject matter network.
    Smn,
    /// Member of a panel on critical cases.
    Pan,
    /// Casework manager, for reviews and the reports of forces.
    Cwm,
    /// Communications.
    Com,
    /// Non-executive director.
    Ned,
    /// System administrator.
    Adm,
    /// A police force's professional standards department.
    Psd,
    /// A local policing body, for the force of its area.
    Lpb,
    /// Auditor from outside, until a day.
    Aud,
    /// Complainant or interested person, who is kept informed of a matter.
    Cmp,
    /// The operator at the command line.
    Ops,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Au,
        Self::Inv,
        Self::Lead,
        Self::Sup,
        Self::Dm,
        Self::Leg,
        Self::Qsi,
        Self::Smn,
        Self::Pan,
        Self::Cwm,
        Self::Com,
        Self::Ned,
        Self::Adm,
        Self::Psd,
        Self::Lpb,
        Self::Aud,
        Self::Cmp,
        Self::Ops,
    ];

    /// Its short name.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Au => "AU",
            Self::Inv => "INV",
            Self::Lead => "LEAD",
            Self::Sup => "SUP",
            Self::Dm => "DM",
            Self::Leg => "LEG",
            Self::Qsi => "QSI",
            Self::Smn => "SMN",
            Self::Pan => "PAN",
            Self::Cwm => "CWM",
            Self::Com => "COM",
            Self::Ned => "NED",
            Self::Adm => "ADM",
            Self::Psd => "PSD",
            Self::Lpb => "LPB",
            Self::Aud => "AUD",
            Self::Cmp => "CMP",
            Self::Ops => "OPS",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Au => "Assessment unit",
            Self::Inv => "Investigator",
            Self::Lead => "Lead investigator",
            Self::Sup => "Supervisor",
            Self::Dm => "Decision maker",
            Self::Leg => "Legal adviser",
            Self::Qsi => "Quality reviewer",
            Self::Smn => "Subject matter adviser",
            Self::Pan => "Panel member",
            Self::Cwm => "Casework manager",
            Self::Com => "Communications",
            Self::Ned => "Non-executive director",
            Self::Adm => "System administrator",
            Self::Psd => "Force liaison",
            Self::Lpb => "Local policing body",
            Self::Aud => "Auditor",
            Self::Cmp => "Complainant or interested person",
            Self::Ops => "Operator",
        }
    }

    /// Whether it is one of a force's own people, or of whoever oversees that force locally.
    #[must_use]
    pub fn is_of_a_force(self) -> bool {
        matches!(self, Self::Psd | Self::Lpb)
    }

    /// The roles that whoever keeps accounts may give. What a complainant or a family is hangs on a
    /// case, and is given there.
    pub fn held() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|role| !matches!(role, Self::Lead | Self::Cmp | Self::Ops))
    }

    /// The role that an account may have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::held().chain([Self::Cmp]).find(|r| r.id().eq_ignore_ascii_case(text))
    }
}
