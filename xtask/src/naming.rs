//! Which code relies on a provision and which tests name it, found by reading the source.
//!
//! `cargo xtask docs` writes what it finds to `law/named-in.jsonl`, which the pages of the law show;
//! a test fails when that file and the source differ. Code names a rule by its constant in
//! `law::id` or by its id, a power by its id; a test also by a catalogue number, in any text it has.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use candour_core::law::Law;
use candour_core::law::powers::Powers;
use serde_json::json;

use crate::rust_items::{Item, constants, items};

/// Where the constants of rules stand; naming them there is no use of them.
const CONSTANTS: &str = "crates/core/src/law/mod.rs";
/// A test that reads a law file of its own says nothing about ours.
const OWN_LAW_FILE: &str = "[[rule]]";

/// The file's text: a line for each place, sorted.
pub fn named_in(root: &Path) -> anyhow::Result<String> {
    let names = Names::read(root)?;
    let mut lines = BTreeSet::new();
    for folder in ["crates", "bench", "e2e"] {
        for (path, text) in sources(root, folder)? {
            let found = if path.ends_with(".mjs") { names.in_script(&text) } else { names.in_rust(&path, &text) };
            for (name, sort, item) in found {
                lines.insert(json!({"names": name, "as": sort, "file": path, "item": item}).to_string());
            }
        }
    }
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// Every source file under a folder: its path from the top of the checkout, and its text.
fn sources(root: &Path, folder: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if (name.ends_with(".rs") && name != CONSTANTS) || name.ends_with(".test.mjs") {
                found.push((name, std::fs::read_to_string(&path)?));
            }
        }
    }
    Ok(found)
}

/// What provisions are called.
struct Names {
    /// The id of a rule by its constant.
    constants: BTreeMap<String, String>,
    /// Ids of rules and of powers.
    ids: HashSet<String>,
    /// The ids of rules by a catalogue number.
    aliases: BTreeMap<String, Vec<String>>,
}

/// A name, whether code or a test has it, and the item that does.
type Place = (String, &'static str, String);

impl Names {
    fn read(root: &Path) -> anyhow::Result<Self> {
        let (law, powers) = (Law::england_and_wales(), Powers::england_and_wales());
        let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for rule in law.rules() {
            for alias in &rule.aliases {
                aliases.entry(alias.clone()).or_default().push(rule.id.clone());
            }
        }
        let rules = law.rules().iter().map(|rule| rule.id.clone());
        let ids = rules.chain(powers.powers().iter().map(|power| power.id.clone())).collect();
        let constants = constants(&std::fs::read_to_string(root.join(CONSTANTS))?);
        Ok(Self { constants, ids, aliases })
    }

    fn in_rust(&self, path: &str, text: &str) -> Vec<Place> {
        let in_tests = path.contains("/tests/") || path.ends_with("/tests.rs");
        let items = items(text);
        let (tested, code): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| in_tests || item.for_tests);
        let mut found = Vec::new();
        for item in code {
            let exact = item.texts.iter().filter(|text| self.ids.contains(*text)).cloned();
            let names: BTreeSet<String> = exact.chain(self.by_constant(item)).collect();
            found.extend(names.into_iter().map(|name| (name, "code", item.name.clone())));
        }
        for test in tested.iter().filter(|item| item.is_test) {
            let reached = reached(test, &tested);
            if reached.iter().any(|item| item.texts.iter().any(|text| text.contains(OWN_LAW_FILE))) {
                continue;
            }
            let names: BTreeSet<String> =
                reached.iter().flat_map(|item| self.in_texts(&item.texts).chain(self.by_constant(item))).collect();
            found.extend(names.into_iter().map(|name| (name, "test", test.name.clone())));
        }
        found
    }

    /// The tests of a browser script; what stands outside of a test is nobody's.
    fn in_script(&self, text: &str) -> Vec<Place> {
        let mut found = Vec::new();
        for part in text.split("\ntest(").skip(1) {
            let quote = part.chars().next().unwrap_or('\'');
            let name = part.split(quote).nth(1).unwrap_or_default();
            let names: BTreeSet<String> = self.in_texts(&[part.to_owned()]).collect();
            found.extend(names.into_iter().map(|id| (id, "test", name.to_owned())));
        }
        found
    }

    fn by_constant<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = String> + 'a {
        item.of_id.iter().filter_map(|constant| self.constants.get(constant)).cloned()
    }

    /// The ids and catalogue numbers that stand as words in texts.
    fn in_texts<'a>(&'a self, texts: &'a [String]) -> impl Iterator<Item = String> + 'a {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let words = texts.iter().flat_map(move |text| text.split(move |c| !word(c)));
        words.flat_map(|word| {
            let word = word.trim_end_matches('.').trim_end_matches(".json");
            let own = self.ids.get(word).cloned();
            own.into_iter().chain(self.aliases.get(word).into_iter().flatten().cloned())
        })
    }
}

/// A test with everything of its file that it uses, directly or not.
fn reached<'a>(test: &'a Item, all: &[&'a Item]) -> Vec<&'a Item> {
    let mut reached = vec![test];
    let mut at = 0;
    while let Some(item) = reached.get(at).copied() {
        let used = all.iter().filter(|other| !other.is_test && item.identifiers.contains(&other.bare));
        let new: Vec<&Item> =
            used.filter(|other| !reached.iter().any(|r| std::ptr::eq(*r, **other))).copied().collect();
        reached.extend(new);
        at += 1;
    }
    reached
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_places_that_are_kept_are_those_of_the_source() {
        let (kept, found) = (include_str!("../../law/named-in.jsonl"), super::named_in(&crate::root()).unwrap());
        let missing = found.lines().find(|line| !kept.lines().any(|kept| kept == *line));
        let gone = kept.lines().find(|line| !found.lines().any(|found| found == *line));
        assert_eq!((missing, gone), (None, None), "run: cargo xtask docs");
        assert!(found == kept, "run: cargo xtask docs");
    }

    #[test]
    fn code_is_found_by_constant_and_tests_by_id_and_catalogue_number() {
        let kept = include_str!("../../law/named-in.jsonl");
        let holds = |name: &str, sort: &str, file: &str, item: &str| {
            let line = serde_json::json!({"names": name, "as": sort, "file": file, "item": item}).to_string();
            assert!(kept.lines().any(|kept| kept == line), "{line}");
        };
        holds("mode.determine", "code", "crates/core/src/case/mode.rs", "DecideMode::event");
        let catalogue = "crates/core/tests/catalogue.rs";
        holds("recommendation.response", "test", catalogue, "every_limit_agrees_with_the_hand_work");
        holds(
            "recommendation.publish-after-court",
            "test",
            catalogue,
            "every_catalogue_number_names_a_rule_and_some_name_several",
        );
        // The tests of the reader make up rules that are called D24.
        assert!(!kept.contains("a_catalogue_number_names_every_rule_that_has_it_in_file_order"));
    }
}
