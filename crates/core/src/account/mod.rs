//! What happens to an account, as entries of the stream `account:ID`: who gave it, changed it or
//! closed it, and when its owner changed how they sign in. No secret is in an entry. What would let
//! whoever keeps accounts act as somebody else, or make somebody more than they are, is proposed by
//! one of them and approved by another.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::day::Day;

/// The stream of an account.
#[must_use]
pub fn stream(id: &str) -> String {
    format!("account:{id}")
}

/// Something that happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was added.
    #[serde(rename = "account.added")]
    Added(Held),
    /// Its role or its regions are others from here on.
    #[serde(rename = "account.role-changed")]
    RoleChanged(Held),
    /// A code was given with which its owner chooses a password; the one before no longer opens it.
    #[serde(rename = "account.start-code-given")]
    StartCodeGiven {},
    /// Its owner chose a password with a start code.
    #[serde(rename = "account.started")]
    Started {},
    /// Its owner changed the password.
    #[serde(rename = "account.password-changed")]
    PasswordChanged {},
    /// Its owner set a second factor up.
    #[serde(rename = "account.second-factor-set")]
    SecondFactorSet {},
    /// Its owner no longer uses a second factor.
    #[serde(rename = "account.second-factor-removed")]
    SecondFactorRemoved {},
    /// Somebody else took its second factor away, because its owner lost it.
    #[serde(rename = "account.second-factor-reset")]
    SecondFactorReset {},
    /// Its owner made new recovery codes.
    #[serde(rename = "account.recovery-codes-made")]
    RecoveryCodesMade {},
    /// A recovery code was used in place of the second factor.
    #[serde(rename = "account.recovery-code-used")]
    RecoveryCodeUsed {},
    /// Its owner added a passkey.
    #[serde(rename = "account.passkey-added")]
    PasskeyAdded {},
    /// Its owner took a passkey away.
    #[serde(rename = "account.passkey-removed")]
    PasskeyRemoved {},
    /// It can be signed in to through the body's identity provider.
    #[serde(rename = "account.provider-linked")]
    ProviderLinked {},
    /// It can no longer be signed in to through the identity provider.
    #[serde(rename = "account.provider-unlinked")]
    ProviderUnlinked {},
    /// Somebody else ended all its sessions.
    #[serde(rename = "account.sessions-ended")]
    SessionsEnded {},
    /// Somebody who keeps accounts asked another of them for a change.
    #[serde(rename = "account.change-proposed")]
    ChangeProposed(Proposed),
    /// The other approved what was proposed; what follows from it is the next entry.
    #[serde(rename = "account.change-approved")]
    ChangeApproved {
        /// Whoever proposed it, as an opaque id.
        by: String,
    },
    /// What was proposed is not done: the other refused, or whoever proposed it took it back.
    #[serde(rename = "account.change-dropped")]
    ChangeDropped {},
    /// It can no longer be used.
    #[serde(rename = "account.disabled")]
    Disabled {},
    /// It can be used again.
    #[serde(rename = "account.enabled")]
    Enabled {},
    /// The last day on which it can be used; none when that no longer holds.
    #[serde(rename = "account.leaves")]
    Leaves {
        /// That day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_day: Option<Day>,
    },
}

/// What an account lets its owner be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The role's short name.
    pub role: String,
    /// The regions whose cases they work on.
    pub units: Vec<String>,
}

/// A change of an account that takes two who keep accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Proposed {
    /// A start code for an account that is in use and has no second factor.
    StartCode {},
    /// Another role or other regions.
    Role(Held),
    /// No second factor, because its owner lost it.
    ResetSecondFactor {},
}

impl Proposed {
    /// What is asked for, in words that go on after "to".
    #[must_use]
    pub fn says(&self) -> String {
        match self {
            Self::StartCode {} => "give a start code".to_owned(),
            Self::Role(held) => format!("change the role to {}", held.says()),
            Self::ResetSecondFactor {} => "take the second factor away".to_owned(),
        }
    }
}

impl Held {
    /// The role and its regions.
    fn says(&self) -> String {
        if self.units.is_empty() { self.role.clone() } else { format!("{}, for {}", self.role, self.units.join(", ")) }
    }
}

impl Event {
    /// As it is stored.
    #[must_use]
    pub fn encode(&self) -> (String, Map<String, Json>) {
        crate::record::encoded(self)
    }

    /// Reads it as stored.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn decode(kind: &str, data: Map<String, Json>) -> Result<Self, String> {
        crate::access::decode(kind, data)
    }

    /// What happened, in words for the account's owner and the administrator.
    #[must_use]
    pub fn says(&self) -> String {
        let says = match self {
            Self::Added(_) => "The account was added",
            Self::RoleChanged(held) => return format!("The role is now {}", held.says()),
            Self::StartCodeGiven {} => "A start code was given, and the password before it stopped working",
            Self::Started {} => "A password was chosen with a start code",
            Self::PasswordChanged {} => "The password was changed",
            Self::SecondFactorSet {} => "A second factor was set up",
            Self::SecondFactorRemoved {} => "The second factor was turned off",
            Self::SecondFactorReset {} => "The second factor was taken away by somebody else",
            Self::RecoveryCodesMade {} => "New recovery codes were made",
            Self::RecoveryCodeUsed {} => "A recovery code was used",
            Self::PasskeyAdded {} => "A passkey was added",
            Self::PasskeyRemoved {} => "A passkey was taken away",
            Self::ProviderLinked {} => "It was connected to an account of the identity provider",
            Self::ProviderUnlinked {} => "It is no longer connected to the identity provider",
            Self::SessionsEnded {} => "All sessions were ended by somebody else",
            Self::ChangeProposed(proposed) => return format!("It was proposed to {}", proposed.says()),
            Self::ChangeApproved { .. } => "What was proposed was approved",
            Self::ChangeDropped {} => "What was proposed is not done",
            Self::Disabled {} => "The account was disabled",
            Self::Enabled {} => "The account was enabled again",
            Self::Leaves { last_day: Some(day) } => {
                return format!("The last day was set to {}", crate::day::in_words(*day));
            }
            Self::Leaves { last_day: None } => "The last day was taken back",
        };
        says.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Once shipped, an event's encoding parses for ever.
    #[test]
    fn every_shipped_encoding_still_parses_to_the_same_bytes() {
        let mut kinds = std::collections::BTreeSet::new();
        for line in include_str!("golden.jsonl").lines() {
            let (kind, data) = line.split_once('\t').unwrap();
            let event = Event::decode(kind, serde_json::from_str(data).unwrap()).unwrap_or_else(|e| panic!("{e}"));
            let (kind_again, data_again) = event.encode();
            assert_eq!((kind_again.as_str(), Json::Object(data_again).to_string().as_str()), (kind, data));
            kinds.insert(kind.to_owned());
        }
        assert_eq!(kinds.len(), 21, "each kind has a line: {kinds:?}");
    }
}
