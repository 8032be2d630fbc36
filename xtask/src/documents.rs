//! Documents made from code, so that they cannot say something else.

use candour_core::measure::MEASURES;
use candour_core::profile::Profile;

/// Every measure of every body, with its counting rule and source.
pub fn measures() -> anyhow::Result<String> {
    let mut page = String::from(
        "# Measures\n\n\
         Made by `cargo xtask docs` from the code; a test fails when the two differ.\n\
         `candour measure list` prints the same. Percentages have one decimal, rounded half up from the exact \
         fraction; an empty population has no figure.\n",
    );
    for name in Profile::NAMES {
        let profile = Profile::named(name)?;
        page.push_str(&format!("\n## {} (`--body {name}`)\n", profile.title));
        for measure in MEASURES.iter().filter(|measure| measure.is_offered(&profile)) {
            let (rule, source) = (measure.rule(&profile), measure.citation(&profile));
            page.push_str(&format!("\n### `{}`\n{rule}\n\nSource: {source}.\n", measure.name));
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_printed_measures_are_those_of_the_code() {
        let printed = include_str!("../../docs/measures.md");
        assert_eq!(super::measures().unwrap(), printed, "run: cargo xtask docs");
    }
}
