//! Which code relies on a provision and which tests name it, as `cargo xtask docs` found them in the
//! source.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A function, a constant or a test that names a provision.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Place {
    /// The file, from the top of the checkout.
    pub file: String,
    /// The function, with the type that it belongs to, or the test.
    pub item: String,
}

/// The places that name one provision, in the order of their files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Places {
    /// Those in code that runs.
    pub code: Vec<Place>,
    /// Those in tests.
    pub tests: Vec<Place>,
}

#[derive(Deserialize)]
struct Line {
    names: String,
    #[serde(rename = "as")]
    sort: Sort,
    #[serde(flatten)]
    place: Place,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Sort {
    Code,
    Test,
}

/// The places that name a rule or a power, by its id.
#[must_use]
pub fn places(id: &str) -> &'static Places {
    static NOWHERE: Places = Places { code: Vec::new(), tests: Vec::new() };
    static ALL: LazyLock<HashMap<String, Places>> = LazyLock::new(|| {
        let mut all: HashMap<String, Places> = HashMap::new();
        for line in include_str!("../../../../law/named-in.jsonl").lines() {
            let line: Line = serde_json::from_str(line).expect("the file is made by xtask and read by a test");
            let places = all.entry(line.names).or_default();
            match line.sort {
                Sort::Code => places.code.push(line.place),
                Sort::Test => places.tests.push(line.place),
            }
        }
        all
    });
    ALL.get(id).unwrap_or(&NOWHERE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_its_code_and_its_tests_and_an_unknown_one_has_none() {
        let places = places("mode.determine");
        assert!(places.code.iter().any(|place| place.file == "crates/core/src/case/mode.rs"));
        assert!(!places.tests.is_empty());
        assert_eq!(*super::places("no.such-rule"), Places::default());
    }
}
