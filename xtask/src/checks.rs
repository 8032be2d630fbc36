//! Checks that need no build: licences of the packages built in, against `deny.toml`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Checks the licence of every package against the list in `deny.toml`, and runs cargo-deny too
/// where it is installed. Returns what was skipped, with the reason.
pub fn licences(root: &Path) -> Result<Vec<String>> {
    let allowed = allowed(root)?;
    let metadata =
        Command::new("cargo").args(["metadata", "--format-version", "1", "--locked"]).current_dir(root).output()?;
    if !metadata.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&metadata.stderr));
    }
    let metadata: Value = serde_json::from_slice(&metadata.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    let mut refused = Vec::new();
    for package in packages.iter().filter(|p| !p["source"].is_null()) {
        let licence = package["license"].as_str().unwrap_or("none given");
        if !fits(licence, &allowed) {
            refused.push(format!("{} {}: {licence}", package["name"], package["version"]));
        }
    }
    if !refused.is_empty() {
        bail!("licences that deny.toml does not allow:\n{}", refused.join("\n"));
    }
    eprintln!("licences: {} packages, all allowed by deny.toml", packages.len());
    cargo_deny(root)
}

fn allowed(root: &Path) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(root.join("deny.toml"))?;
    let file: toml::Table = text.parse()?;
    let list = file
        .get("licenses")
        .and_then(|l| l.get("allow"))
        .and_then(|a| a.as_array())
        .context("deny.toml: licenses.allow")?;
    Ok(list.iter().filter_map(|l| l.as_str().map(str::to_owned)).collect())
}

/// Whether an SPDX expression can be met with allowed licences: an `OR` by one side, an `AND` by both.
fn fits(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.trim();
    let outer = expression.strip_prefix('(').and_then(|e| e.strip_suffix(')')).filter(|e| !e.contains('('));
    let expression = outer.unwrap_or(expression);
    if let Some(sides) = split(expression, " AND ") {
        return sides.iter().all(|side| fits(side, allowed));
    }
    if let Some(sides) = split(expression, " OR ").or_else(|| split(expression, "/")) {
        return sides.iter().any(|side| fits(side, allowed));
    }
    allowed.contains(expression)
}

/// Splits at the operator outside parentheses; none when it does not stand there.
fn split<'a>(expression: &'a str, operator: &str) -> Option<Vec<&'a str>> {
    let mut sides = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && expression[at..].starts_with(operator) => {
                sides.push(&expression[start..at]);
                start = at + operator.len();
            }
            _ => {}
        }
    }
    (!sides.is_empty()).then(|| {
        sides.push(&expression[start..]);
        sides
    })
}

fn cargo_deny(root: &Path) -> Result<Vec<String>> {
    let there = Command::new("cargo").args(["deny", "--version"]).output().is_ok_and(|o| o.status.success());
    if !there {
        return Ok(vec!["advisories (cargo-deny is not installed: cargo install cargo-deny --locked)".to_owned()]);
    }
    let run = |what: &[&str]| Command::new("cargo").args(["deny", "check"]).args(what).current_dir(root).output();
    let policy = run(&["bans", "sources"])?;
    if !policy.status.success() {
        bail!("cargo deny: {}", String::from_utf8_lossy(&policy.stderr));
    }
    let advisories = run(&["advisories"])?;
    let says = String::from_utf8_lossy(&advisories.stderr);
    if advisories.status.success() {
        Ok(Vec::new())
    } else if says.contains("failed to fetch advisory database") || says.contains("unable to fetch") {
        Ok(vec!["advisories (the advisory database cannot be reached)".to_owned()])
    } else {
        bail!("cargo deny: {says}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_fits_when_allowed_licences_can_meet_it() {
        let allowed: BTreeSet<String> = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned).into();
        for good in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "(MIT OR Apache-2.0) AND Unicode-3.0", "Unlicense OR MIT"]
        {
            assert!(fits(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "none given", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND GPL-3.0", ""] {
            assert!(!fits(bad, &allowed), "{bad}");
        }
    }
}
