//! A body's lists: the sorts of proceeding that follow a report, with their outcomes, and the
//! schemes in which allegations are coded. Read from `bodies/NAME/lists.toml`.
//!
//! Codes mean something only within their scheme: the same letter says different things in two of
//! them, so a code is never read without the scheme's id.

use std::collections::HashSet;

use serde::Deserialize;

use crate::day::Day;
use crate::holder::Holder;
use crate::law::{Mark, toml_day};

/// The lists of a body.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// The sorts of proceeding.
    #[serde(default, rename = "stage")]
    pub stages: Vec<Stage>,
    /// The schemes of allegation codes, earliest first.
    #[serde(default, rename = "scheme")]
    pub schemes: Vec<Scheme>,
}

/// A sort of proceeding.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// What the record calls it.
    pub id: String,
    /// Its name on a page.
    pub name: String,
    /// Who is usually responsible for it.
    pub owner: Holder,
    /// Whether the list was read in a source.
    pub mark: Mark,
    /// How it can end.
    pub outcomes: Vec<Named>,
}

/// A thing with an id and a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What the record calls it.
    pub id: String,
    /// Its name on a page.
    pub name: String,
}

/// A scheme of allegation codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// What the record calls it.
    pub id: String,
    /// Its name on a page.
    pub name: String,
    /// For matters that came to attention from this day on.
    #[serde(deserialize_with = "toml_day")]
    pub from: Day,
    /// Whether the list was read in a source.
    pub mark: Mark,
    /// The categories.
    pub categories: Vec<Named>,
}

impl Lists {
    /// Reads a body's lists.
    pub fn read(text: &str) -> Result<Self, String> {
        let lists: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        once("stage", lists.stages.iter().map(|s| s.id.as_str()))?;
        once("scheme", lists.schemes.iter().map(|s| s.id.as_str()))?;
        for stage in &lists.stages {
            once(&stage.id, stage.outcomes.iter().map(|o| o.id.as_str()))?;
        }
        for scheme in &lists.schemes {
            once(&scheme.id, scheme.categories.iter().map(|c| c.id.as_str()))?;
        }
        if lists.schemes.windows(2).any(|pair| pair[0].from >= pair[1].from) {
            return Err("the schemes must stand in the order of their days".to_owned());
        }
        Ok(lists)
    }

    /// The sort of proceeding of that id.
    #[must_use]
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|s| s.id == id)
    }

    /// The scheme for a matter that came to attention on a day.
    #[must_use]
    pub fn scheme_on(&self, attention: Day) -> Option<&Scheme> {
        self.schemes.iter().rev().find(|s| s.from <= attention)
    }

    /// The name of a category written as `scheme:code`; none when it is not in a list.
    #[must_use]
    pub fn category(&self, coded: &str) -> Option<&str> {
        let (scheme, code) = coded.split_once(':')?;
        let scheme = self.schemes.iter().find(|s| s.id == scheme)?;
        scheme.categories.iter().find(|c| c.id == code).map(|c| c.name.as_str())
    }
}

impl Stage {
    /// The name of an outcome, or its id when the list no longer has it.
    #[must_use]
    pub fn outcome_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.outcomes.iter().find(|o| o.id == id).map_or(id, |o| &o.name)
    }
}

fn once<'a>(of: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(format!("{of}: {id} stands twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_same_letter_means_another_thing_in_another_scheme() {
        let lists = Lists::read(include_str!("../../../bodies/iopc/lists.toml")).unwrap();
        assert_eq!(lists.category("ipcc-2010:A"), Some("Serious non-sexual assault"));
        assert_eq!(lists.category("iopc-2020:B4"), Some("Use of force"));
        assert_eq!(lists.category("B4"), None);
        assert_eq!(lists.scheme_on(date(2020, 1, 31)).unwrap().id, "ipcc-2010");
        assert_eq!(lists.scheme_on(date(2020, 2, 1)).unwrap().id, "iopc-2020");
    }

    #[test]
    fn a_list_with_a_slip_is_refused_by_name() {
        let text = include_str!("../../../bodies/iopc/lists.toml");
        let says = |from: &str, to: &str| Lists::read(&text.replacen(from, to, 1)).unwrap_err();
        assert!(says("id = \"trial\"", "id = \"inquest\"").contains("inquest stands twice"));
        assert!(says("owner = \"court\"", "owner = \"curt\"").contains("curt"));
        assert!(says("from = 2010-04-01", "from = 2021-04-01").contains("order"));
    }
}
