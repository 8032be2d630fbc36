//! A body's configuration: its names, its forces, what it counts and from when to when.
//!
//! Read from `bodies/NAME/profile.toml`; an unknown key is refused, so that a slip never passes
//! for a setting.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::case::matter::MatterKind;
use crate::day::Day;
use crate::holder::Holder;
use crate::law::toml_day;
use crate::lists::Lists;
use crate::permit::Role;

/// A body's profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What commands call the body, and the name of its log.
    pub name: String,
    /// Its name in full.
    pub title: String,
    /// Its name in short.
    pub short: String,
    /// Whose law applies.
    pub law: LawOf,
    /// What is counted, and from when to when.
    pub population: Population,
    /// What `within-12-months` and the like are based on, in words.
    pub counting: Counting,
    /// The kinds of matter it takes.
    pub kinds: Vec<MatterKind>,
    /// The caseload that it took over from the body before it, where there was one.
    pub legacy: Option<Legacy>,
    /// In which order a day after the report belongs to one of several who are at work at once.
    #[serde(default)]
    pub holders: Vec<Holder>,
    /// The roles that sign in with a second factor only.
    #[serde(default)]
    pub second_factor: Vec<Role>,
    /// Whom somebody who writes to it may call who cannot wait: in which case, and the number.
    #[serde(default)]
    pub help: Vec<Help>,
    /// The forces it oversees.
    #[serde(rename = "force")]
    pub forces: Vec<Force>,
    /// Its lists, from a file of their own.
    #[serde(skip)]
    pub lists: Lists,
}

/// A caseload taken over from the body before.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Legacy {
    /// The day on which this body began; what was open at the start of it is the legacy.
    #[serde(deserialize_with = "toml_day")]
    pub from: Day,
    /// What the body before was called in short.
    pub predecessor: String,
}

/// Whom somebody may call who cannot wait for an answer.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Help {
    /// In which case, as a sentence goes on after "If".
    pub when: String,
    /// Whom they call.
    pub call: String,
}

/// Whose law applies to a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LawOf {
    /// The Police Reform Act 2002 and its regulations.
    EnglandAndWales,
    /// None of the law files: the body's cases come from another system.
    None,
}

/// What a body's measures count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Population {
    /// Independent investigations, from the mode decision to the final report.
    Investigations,
    /// Every matter, from received to closed.
    Matters,
}

/// The body's counting rule and its source, in words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counting {
    /// What starts the clock: `the day of the decision that ...`.
    pub opened: String,
    /// What stops it.
    pub completed: String,
    /// What is counted, in the plural.
    pub population: String,
    /// Where the rule comes from.
    pub citation: String,
}

/// A police force or another body whose people are overseen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Force {
    /// What commands and addresses call it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The statistics office's area code, where there is one.
    pub code: Option<String>,
    /// The body's region that handles it.
    pub region: String,
}

/// Why a profile was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// There is none of that name.
    #[error("no body is called {name}; the bodies are {}", Profile::NAMES.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The lists are not what they should be.
    #[error("bodies/{name}/lists.toml: {says}")]
    BadLists {
        /// The body.
        name: String,
        /// What is wrong.
        says: String,
    },
    /// The file is not what it should be.
    #[error("bodies/{name}/profile.toml: {says}")]
    Bad {
        /// The body.
        name: String,
        /// What is wrong.
        says: String,
    },
}

impl Profile {
    /// The bodies that come with the product.
    pub const NAMES: &'static [&'static str] = &["iopc", "copa"];

    /// The profile of a body that comes with the product.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        let (text, lists) = match name {
            "iopc" => {
                (include_str!("../../../bodies/iopc/profile.toml"), include_str!("../../../bodies/iopc/lists.toml"))
            }
            "copa" => (include_str!("../../../bodies/copa/profile.toml"), ""),
            _ => {
                return Err(ProfileError::Unknown { name: name.to_owned() });
            }
        };
        let bad = |says: String| ProfileError::BadLists { name: name.to_owned(), says };
        Ok(Self { lists: Lists::read(lists).map_err(bad)?, ..Self::read(name, text)? })
    }

    /// Reads a profile.
    pub fn read(name: &str, text: &str) -> Result<Self, ProfileError> {
        let bad = |says: String| ProfileError::Bad { name: name.to_owned(), says };
        let profile: Self = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
        if profile.name != name {
            return Err(bad(format!("name is {:?} but the folder is {name:?}", profile.name)));
        }
        let mut seen = HashSet::new();
        for force in &profile.forces {
            if !seen.insert(&force.id) {
                return Err(bad(format!("force {} stands twice", force.id)));
            }
        }
        if profile.forces.is_empty() || profile.kinds.is_empty() {
            return Err(bad("give at least one force and one kind of matter".to_owned()));
        }
        Ok(profile)
    }

    /// The force of that id.
    #[must_use]
    pub fn force(&self, id: &str) -> Option<&Force> {
        self.forces.iter().find(|f| f.id == id)
    }

    /// The name of a force, or its id when the profile no longer has it.
    #[must_use]
    pub fn force_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.force(id).map_or(id, |f| &f.name)
    }

    /// The region that handles a force.
    #[must_use]
    pub fn region(&self, force: &str) -> Option<&str> {
        self.force(force).map(|f| f.region.as_str())
    }

    /// The regions, in the order of the file.
    #[must_use]
    pub fn regions(&self) -> Vec<&str> {
        let mut regions: Vec<&str> = Vec::new();
        for force in &self.forces {
            if !regions.contains(&force.region.as_str()) {
                regions.push(&force.region);
            }
        }
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_is_accepted() {
        for name in Profile::NAMES {
            Profile::named(name).unwrap();
        }
        assert_eq!(Profile::named("iopc").unwrap().forces.len(), 43);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name_and_line() {
        let text = include_str!("../../../bodies/copa/profile.toml").replace("short =", "shrot =");
        let says = Profile::read("copa", &text).unwrap_err().to_string();
        assert!(says.contains("shrot") && says.contains("line"), "{says}");
    }
}
