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

    #[test]
    fn every_quotation_of_the_response_stands_in_it() {
        let shared = std::env::var("CANDOUR_SHARED").unwrap_or_else(|_| "../shared".to_owned());
        let document = crate::root().join(shared).join("seeds/000_5cc5029f606bfb86.txt");
        let Ok(text) = std::fs::read_to_string(document) else {
            println!("skipped: every_quotation_of_the_response_stands_in_it (no shared data)");
            return;
        };
        let text = text.replace("**", "");
        let profile = candour_core::profile::Profile::named("iopc").unwrap();
        let all = candour_core::measure::published::all(&profile).unwrap();
        let quoted = all.iter().filter_map(|f| f.says.strip_prefix('\u{201c}')?.strip_suffix('\u{201d}'));
        let missing: Vec<&str> = quoted.filter(|quote| !text.contains(quote)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
