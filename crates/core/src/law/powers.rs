//! The powers of decision: what is decided, where it stands in law, who holds it and at which level.
//!
//! `law/ew/powers.toml` holds one entry for each, checked as it is read. Levels and second persons
//! are the house's starting point and no law; a body replaces them with its own scheme of
//! delegation.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::rule::LawError;
use super::{Mark, regime};

/// One power of decision.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// What delegations and records call it, such as `P.MOI`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The question it answers.
    pub decides: String,
    /// Where it stands.
    pub citation: String,
    /// Who holds it in law.
    pub holder: String,
    /// The id of the lowest level that may decide it.
    pub level: String,
    /// The cases that need a higher level.
    #[serde(default)]
    pub raised: Vec<Raised>,
    /// Who has to take part beside the person who decides.
    pub together_with: Option<String>,
    /// When a second person has to approve; empty when never.
    #[serde(default)]
    pub four_eyes: Vec<FourEyes>,
    /// Who may not decide it, beyond the general exclusion.
    pub exclusion: Option<String>,
    /// When the decision is somebody else's and is only reported.
    pub reported: Option<String>,
    /// The rule of the law files that holds the provision.
    pub rule: Option<String>,
    /// The ids of the schemes under which it exists.
    pub regimes: Vec<String>,
    /// Whether it was read in the source.
    pub mark: Mark,
    /// Where it was read.
    pub read_in: Option<String>,
}

/// A case in which a power needs a higher level.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raised {
    /// The id of the level.
    pub level: String,
    /// The case, in words.
    pub when: String,
    /// The same, as code knows it.
    pub fact: Fact,
}

/// A case in which a second person has to approve.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FourEyes {
    /// The case, in words.
    pub when: String,
    /// The same, as code knows it.
    pub fact: Fact,
}

/// What raises a level or asks for a second person. Whether it is so, `case::second` says as far as
/// the record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The report is not referred to the prosecutor.
    NotReferred,
    /// The person concerned is a senior officer.
    SeniorOfficer,
    /// There is no further action in a case under Article 2 of the Convention.
    #[serde(rename = "article-2-no-action")]
    Article2NoAction,
    /// The authority is directed to do something.
    Directed,
    /// Somebody died.
    Death,
    /// A recommendation is national.
    National,
    /// A complaint is to be investigated again.
    InvestigatedAgain,
}

/// A level of seniority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// What the powers call it, such as `L3`.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Who may be kept from designated functions, whatever the power.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// What it says, in our own words.
    pub says: String,
    /// Where it stands.
    pub citation: String,
    /// Whether it was read in the source.
    pub mark: Mark,
    /// Where it was read.
    pub read_in: Option<String>,
}

/// A file as it stands; entries are read one by one, so that a bad one can be named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: toml::Table,
    exclusion: toml::Table,
    #[serde(rename = "level")]
    levels: Vec<toml::Table>,
    #[serde(rename = "power")]
    powers: Vec<toml::Table>,
}

/// All powers.
#[derive(Debug, Clone)]
pub struct Powers {
    levels: Vec<Level>,
    exclusion: Exclusion,
    powers: Vec<Power>,
    by_id: HashMap<String, usize>,
}

impl Powers {
    /// The powers of England and Wales that come with the product.
    #[must_use]
    pub fn england_and_wales() -> Self {
        let text = include_str!("../../../../law/ew/powers.toml");
        Self::read("law/ew/powers.toml", text).expect("the built-in powers are checked by a test")
    }

    /// The same, read once.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Powers> = LazyLock::new(Powers::england_and_wales);
        &BUILT_IN
    }

    /// Reads a file of powers, given as name and text.
    ///
    /// # Errors
    /// Names the file and the entry when a key is unknown, an id stands twice, a level or scheme is
    /// unknown, a level is raised to no higher one, or words are missing.
    pub fn read(name: &str, text: &str) -> Result<Self, LawError> {
        read(text).map_err(|says| LawError::new(name, says))
    }

    /// The power with this id.
    #[must_use]
    pub fn power(&self, id: &str) -> Option<&Power> {
        self.by_id.get(id).map(|at| &self.powers[*at])
    }

    /// Every power, in the order of the file.
    #[must_use]
    pub fn powers(&self) -> &[Power] {
        &self.powers
    }

    /// The levels, lowest first.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The level with this id.
    #[must_use]
    pub fn level(&self, id: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.id == id)
    }

    /// Whether one level is at least as high as another; an unknown one never is.
    #[must_use]
    pub fn reaches(&self, level: &str, least: &str) -> bool {
        let rank = |id: &str| self.levels.iter().position(|level| level.id == id);
        matches!((rank(level), rank(least)), (Some(level), Some(least)) if level >= least)
    }

    /// A level as it stands in a sentence: `L3 (Operations manager)`.
    #[must_use]
    pub fn level_in_words(&self, id: &str) -> String {
        self.level(id).map_or_else(|| id.to_owned(), |level| format!("{} ({})", level.id, level.name))
    }

    /// What holds for every power of the oversight body.
    #[must_use]
    pub fn exclusion(&self) -> &Exclusion {
        &self.exclusion
    }
}

fn read(text: &str) -> Result<Powers, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    if file.source.is_empty() {
        return Err("give the source".to_owned());
    }
    let exclusion: Exclusion = entry("exclusion", file.exclusion)?;
    words(&[&exclusion.says, &exclusion.citation]).map_err(|says| format!("exclusion: {says}"))?;
    read_somewhere(exclusion.mark, exclusion.read_in.as_deref()).map_err(|says| format!("exclusion: {says}"))?;
    let mut levels: Vec<Level> = Vec::new();
    for table in file.levels {
        let label = label("level", &table);
        let level: Level = entry(&label, table)?;
        words(&[&level.id, &level.name]).map_err(|says| format!("{label}: {says}"))?;
        if levels.iter().any(|other| other.id == level.id) {
            return Err(format!("{label} stands twice"));
        }
        levels.push(level);
    }
    let mut all = Powers { levels, exclusion, powers: Vec::new(), by_id: HashMap::new() };
    for table in file.powers {
        let label = label("power", &table);
        let power: Power = entry(&label, table)?;
        check(&power, &all.levels).map_err(|says| format!("{label}: {says}"))?;
        if all.by_id.insert(power.id.clone(), all.powers.len()).is_some() {
            return Err(format!("{label} stands twice"));
        }
        all.powers.push(power);
    }
    Ok(all)
}

fn check(power: &Power, levels: &[Level]) -> Result<(), String> {
    let rank = |id: &str| levels.iter().position(|level| level.id == id).ok_or_else(|| format!("unknown level {id}"));
    if !power.id.starts_with("P.") {
        return Err("an id begins with P.".to_owned());
    }
    words(&[&power.name, &power.decides, &power.citation, &power.holder])?;
    let optional = [&power.together_with, &power.exclusion, &power.reported, &power.rule];
    words(&optional.into_iter().flatten().map(String::as_str).collect::<Vec<_>>())?;
    words(&power.four_eyes.iter().map(|case| case.when.as_str()).collect::<Vec<_>>())?;
    let least = rank(&power.level)?;
    for raised in &power.raised {
        words(&[&raised.when])?;
        if rank(&raised.level)? <= least {
            return Err(format!("{} is no higher than {}", raised.level, power.level));
        }
    }
    if power.regimes.is_empty() {
        return Err("name the schemes under which it exists".to_owned());
    }
    if let Some(id) = power.regimes.iter().find(|id| !regime::all().iter().any(|regime| regime.id == **id)) {
        return Err(format!("unknown scheme {id}"));
    }
    read_somewhere(power.mark, power.read_in.as_deref())
}

fn words(texts: &[&str]) -> Result<(), String> {
    if texts.iter().any(|text| text.trim().is_empty()) {
        return Err("some words are missing".to_owned());
    }
    Ok(())
}

fn read_somewhere(mark: Mark, read_in: Option<&str>) -> Result<(), String> {
    if mark == Mark::Read && read_in.is_none_or(str::is_empty) {
        return Err("say where it was read".to_owned());
    }
    Ok(())
}

/// Reads one entry; an unknown key is refused by the entry's name.
fn entry<T: DeserializeOwned>(label: &str, table: toml::Table) -> Result<T, String> {
    table.try_into().map_err(|e: toml::de::Error| format!("{label}: {}", e.message()))
}

/// What an entry is called in a complaint, before it is known to be well formed.
fn label(kind: &str, table: &toml::Table) -> String {
    let id = table.get("id").and_then(toml::Value::as_str).unwrap_or("without id");
    format!("{kind} {id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{Follows, Law};

    /// The power keys of the domain brief, section 15, with rows that hold several split.
    const KEYS: &[&str] = &[
        "P.CALLIN",
        "P.TREAT_REFERRED",
        "P.NEED",
        "P.MOI",
        "P.MOI_CHANGE",
        "P.RETURN",
        "P.DESIGNATE",
        "P.TOR",
        "P.SEVERITY",
        "P.NOTICE",
        "P.INFO_NOTICE",
        "P.SUSPEND",
        "P.RESUME",
        "P.WITHDRAWN_PI",
        "P.DSI_CONVERT",
        "P.ACCEL_DIRECT",
        "P.CPS",
        "P.VIEWS",
        "P.CTA",
        "P.FORM",
        "P.PRESENT",
        "P.UPP",
        "P.RECOMMEND_PERF",
        "P.SERVICE",
        "P.28A",
        "P.S10",
        "P.28ZA",
        "P.28B_EXT",
        "P.28B_WITHHOLD",
        "P.REVIEW",
        "P.OUT_OF_TIME",
        "P.REINVEST",
        "P.REINVEST_FORM",
        "P.NONDISCLOSE",
        "P.PUBLISH",
        "P.VRR",
        "P.GUIDANCE",
        "P.DSI_LOCAL",
        "P.OLD_MEMO",
        "P.OLD_RECOMMEND",
        "P.OLD_DIRECT",
        "P.OLD_DISAPPLY",
        "P.OLD_DISCONTINUE",
    ];

    const GOOD: &str = r#"
        [source]
        checked_on = 2026-11-22
        [exclusion]
        says = "Some people may not."
        citation = "e"
        mark = "from-memory"
        [[level]]
        id = "L1"
        name = "Low"
        [[level]]
        id = "L2"
        name = "High"
        [[power]]
        id = "P.ONE"
        name = "One"
        decides = "Whether"
        citation = "c"
        holder = "h"
        level = "L1"
        raised = [{ level = "L2", when = "it matters", fact = "death" }]
        four_eyes = [{ when = "it hurts", fact = "directed" }]
        regimes = ["ew-2020"]
        mark = "read"
        read_in = "somewhere"
        [[power]]
        id = "P.TWO"
        name = "Two"
        decides = "Whether not"
        citation = "c"
        holder = "h"
        level = "L2"
        regimes = ["ew-2012", "ew-2020"]
        mark = "from-memory"
    "#;

    /// The good file with one thing changed is refused, and the complaint says `wanted`.
    #[track_caller]
    fn refused(from: &str, to: &str, wanted: &str) {
        assert!(GOOD.contains(from), "{from}");
        let says = Powers::read("p.toml", &GOOD.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(says.contains("p.toml") && says.contains(wanted), "{says}");
    }

    #[test]
    fn a_good_file_is_read() {
        let powers = Powers::read("p.toml", GOOD).unwrap();
        let one = powers.power("P.ONE").unwrap();
        assert_eq!((one.raised[0].level.as_str(), one.four_eyes[0].when.as_str()), ("L2", "it hurts"));
        assert_eq!(powers.level(&one.level).unwrap().name, "Low");
        assert_eq!(powers.exclusion().citation, "e");
        assert!(powers.reaches("L2", "L1") && powers.reaches("L1", "L1"));
        assert!(!powers.reaches("L1", "L2") && !powers.reaches("L9", "L1") && !powers.reaches("L1", "L9"));
        assert!(powers.power("P.THREE").is_none() && powers.level("L3").is_none());
    }

    #[test]
    fn unknown_keys_and_ids_that_stand_twice_are_refused_by_name() {
        refused("name = \"Two\"", "name = \"Two\"\nnam = \"T\"", "power P.TWO: unknown field `nam`");
        refused("fact = \"directed\"", "fact = \"imagined\"", "power P.ONE: unknown variant `imagined`");
        refused("when = \"it matters\"", "if = \"it matters\"", "power P.ONE: unknown field `if`");
        refused("name = \"High\"", "nmae = \"High\"", "level L2: unknown field `nmae`");
        refused("citation = \"e\"", "citatoin = \"e\"", "exclusion: unknown field `citatoin`");
        refused("[exclusion]", "[exclusions]", "exclusions");
        refused("P.TWO", "P.ONE", "power P.ONE stands twice");
        refused("id = \"L2\"", "id = \"L1\"", "level L1 stands twice");
        refused("id = \"P.ONE\"", "", "power without id");
    }

    #[test]
    fn powers_that_contradict_themselves_are_refused_by_name() {
        refused("level = \"L1\"", "level = \"L9\"", "power P.ONE: unknown level L9");
        refused("level = \"L1\"", "level = \"L2\"", "power P.ONE: L2 is no higher than L2");
        refused("ew-2020", "ew-2021", "power P.ONE: unknown scheme ew-2021");
        refused("[\"ew-2020\"]", "[]", "power P.ONE: name the schemes");
        refused("\"P.ONE\"", "\"ONE\"", "an id begins with P.");
        refused("read_in = \"somewhere\"", "", "power P.ONE: say where it was read");
        refused("mark = \"from-memory\"", "mark = \"read\"", "exclusion: say where it was read");
        refused("decides = \"Whether\"", "decides = \" \"", "power P.ONE: some words are missing");
        refused("\"it hurts\"", "\"\"", "power P.ONE: some words are missing");
        refused("checked_on = 2026-11-22", "", "give the source");
    }

    #[test]
    fn the_powers_of_the_catalogue_are_all_there_and_no_others() {
        let powers = Powers::england_and_wales();
        let mut ids: Vec<&str> = powers.powers().iter().map(|power| power.id.as_str()).collect();
        let mut keys = KEYS.to_vec();
        ids.sort_unstable();
        keys.sort_unstable();
        assert_eq!(ids, keys);
        assert_eq!(
            powers.levels().iter().map(|level| level.id.as_str()).collect::<Vec<_>>(),
            ["L1", "L2", "L3", "L4", "L5"]
        );
    }

    #[test]
    fn every_power_with_a_rule_names_one_that_holds_under_each_of_its_schemes() {
        let (powers, law) = (Powers::england_and_wales(), Law::england_and_wales());
        for power in powers.powers() {
            let Some(id) = &power.rule else { continue };
            let rule = law.rule(id).unwrap_or_else(|| panic!("{} names {id}, which is no rule", power.id));
            assert_eq!(&rule.id, id, "{} names a rule by its alias", power.id);
            if rule.follows == Follows::Act {
                continue;
            }
            for scheme in regime::all().iter().filter(|scheme| power.regimes.contains(&scheme.id)) {
                assert!(rule.on(scheme.from).is_some(), "{}: {id} says nothing under {}", power.id, scheme.id);
            }
        }
    }

    #[test]
    fn two_persons_decide_what_the_brief_says() {
        let powers = Powers::england_and_wales();
        let two: Vec<&str> =
            powers.powers().iter().filter(|p| !p.four_eyes.is_empty()).map(|p| p.id.as_str()).collect();
        assert_eq!(two, ["P.ACCEL_DIRECT", "P.CPS", "P.CTA", "P.FORM", "P.OLD_MEMO", "P.OLD_DIRECT"]);
    }
}
