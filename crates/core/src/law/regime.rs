//! The statutory schemes, each in force for matters that came to attention from a day on.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Mark, toml_day};
use crate::day::Day;

/// A statutory scheme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// What filters and records call it.
    pub id: String,
    /// Its name on a page.
    pub name: String,
    /// For matters that came to attention from this day on.
    #[serde(deserialize_with = "toml_day")]
    pub from: Day,
    /// The regulations.
    pub citation: String,
    /// Whether the day was read in a source.
    pub mark: Mark,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "regime")]
    regimes: Vec<Regime>,
}

/// The schemes of England and Wales, earliest first.
#[must_use]
pub fn all() -> &'static [Regime] {
    static REGIMES: LazyLock<Vec<Regime>> = LazyLock::new(|| {
        read(include_str!("../../../../law/ew/regimes.toml")).expect("the built-in schemes are checked by a test")
    });
    &REGIMES
}

/// The scheme for a matter that came to attention on a day; none before the first.
#[must_use]
pub fn on(attention: Day) -> Option<&'static Regime> {
    all().iter().rev().find(|r| r.from <= attention)
}

fn read(text: &str) -> Result<Vec<Regime>, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    if file.regimes.windows(2).any(|pair| pair[0].from >= pair[1].from) {
        return Err("law/ew/regimes.toml: the schemes must stand in the order of their days".to_owned());
    }
    Ok(file.regimes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_scheme_follows_the_day_of_attention() {
        let id = |day| on(day).map(|r| r.id.as_str());
        assert_eq!(id(date(2020, 1, 31)), Some("ew-2012"));
        assert_eq!(id(date(2020, 2, 1)), Some("ew-2020"));
        assert_eq!(id(date(2004, 3, 31)), None);
    }

    #[test]
    fn schemes_out_of_order_are_refused() {
        let text = include_str!("../../../../law/ew/regimes.toml");
        assert!(read(&text.replacen("2012-11-22", "2021-11-22", 1)).unwrap_err().contains("order"));
    }
}
