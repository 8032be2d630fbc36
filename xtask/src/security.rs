//! The documents of security, held against what is there: the table of ASVS 5.0 is printed from
//! data, and whatever they name as evidence has to exist.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// What Candour does about one requirement: how it stands, what it does, and what shows it.
struct Row {
    status: String,
    says: String,
    by: Vec<String>,
}

/// How a requirement may stand, with its word on the page.
const STATUSES: [(&str, &str); 5] = [
    ("met", "met"),
    ("absent", "nothing of the kind"),
    ("operator", "the operator's"),
    ("partly", "**partly**"),
    ("not-met", "**not met**"),
];

fn rows(root: &Path) -> Result<BTreeMap<Vec<u32>, (String, Row)>> {
    let text = std::fs::read_to_string(root.join("docs/security/asvs.toml"))?;
    let file: toml::Table = text.parse()?;
    let table = file.get("rows").and_then(toml::Value::as_table).context("asvs.toml has no [rows]")?;
    let mut rows = BTreeMap::new();
    for (id, row) in table {
        let word = |key: &str| row.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        let by = row.get("by").and_then(toml::Value::as_array).into_iter().flatten();
        let row = Row {
            status: word("status").with_context(|| format!("{id} has no status"))?,
            says: word("says").with_context(|| format!("{id} says nothing"))?,
            by: by.filter_map(|path| path.as_str().map(str::to_owned)).collect(),
        };
        if !STATUSES.iter().any(|(status, _)| *status == row.status) {
            bail!("{id} has the unknown status {:?}", row.status);
        }
        rows.insert(places(id)?, (id.clone(), row));
    }
    Ok(rows)
}

/// `V1.2.10` as 1, 2, 10, so that rows stand in the order of the standard.
fn places(id: &str) -> Result<Vec<u32>> {
    let numbers = id.strip_prefix('V').with_context(|| format!("{id} is no requirement"))?;
    numbers.split('.').map(|n| n.parse().with_context(|| format!("{id} is no requirement"))).collect()
}

/// The page of the table.
pub fn asvs_in_markdown(root: &Path) -> Result<String> {
    let rows = rows(root)?;
    let mut page = String::from(
        "# OWASP ASVS 5.0.0, level 2\n\n\
         Made by `cargo xtask docs` from `asvs.toml` beside it; a test fails when the two differ, or when something named as evidence is not there.\n\
         Requirements of levels 1 and 2 are listed. Those about WebRTC (V17), GraphQL (V4.3) and WebSockets (V4.4), and about being a server of OAuth (V10.3, V10.4, V10.6, V10.7), are left out, because there is nothing of the kind.\n\
         What each requirement says is in the standard (OWASP, Application Security Verification Standard 5.0.0).\n\
         Candour judged itself; nobody else has looked yet.\n\n| how it stands | rows |\n|---|---|\n",
    );
    for (status, word) in STATUSES {
        let count = rows.values().filter(|(_, row)| row.status == status).count();
        page.push_str(&format!("| {word} | {count} |\n"));
    }
    page.push_str(&format!(
        "| all | {} |\n\n| id | how it stands | what Candour does | shown by |\n|---|---|---|---|\n",
        rows.len()
    ));
    for (id, row) in rows.values() {
        let word = STATUSES.iter().find(|(status, _)| *status == row.status).map_or("", |(_, word)| *word);
        let by: Vec<String> = row.by.iter().map(|path| format!("`{path}`")).collect();
        page.push_str(&format!("| {id} | {word} | {} | {} |\n", row.says, by.join("<br>")));
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Why a piece of evidence is none: its file or its test is not there.
    fn missing(root: &Path, evidence: &str) -> Option<String> {
        let (path, test) = evidence.split_once("::").map_or((evidence, None), |(path, test)| (path, Some(test)));
        let Ok(text) = std::fs::read_to_string(root.join(path)) else {
            return Some(format!("{evidence}: there is no such file"));
        };
        let test = test?;
        let forms = [format!("fn {test}("), format!("def {test}("), format!("test('{test}'")];
        (!forms.iter().any(|form| text.contains(form))).then(|| format!("{evidence}: there is no such test"))
    }

    /// What stands between backticks in a text.
    fn quoted(text: &str) -> impl Iterator<Item = &str> {
        text.split('`').skip(1).step_by(2)
    }

    fn read(path: &str) -> String {
        std::fs::read_to_string(crate::root().join(path)).unwrap()
    }

    #[test]
    fn the_printed_table_is_the_one_in_the_data() {
        assert_eq!(asvs_in_markdown(&crate::root()).unwrap(), read("docs/security/asvs.md"), "run: cargo xtask docs");
    }

    #[test]
    fn whatever_is_named_as_evidence_is_there() {
        let root = crate::root();
        let rows = rows(&root).unwrap();
        let mut wrong: Vec<String> = Vec::new();
        for (id, row) in rows.values() {
            if row.status == "met" && row.by.is_empty() {
                wrong.push(format!("{id} is met and nothing shows it"));
            }
            wrong.extend(row.by.iter().filter_map(|by| Some(format!("{id}: {}", missing(&root, by)?))));
        }
        for page in ["docs/security/threat-model.md", "docs/security/data.md", "docs/limits.md"] {
            let text = read(page);
            let tests = quoted(&text).filter(|quoted| quoted.contains("::") && quoted.contains('/'));
            wrong.extend(tests.filter_map(|test| Some(format!("{page}: {}", missing(&root, test)?))));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_threat_has_a_test_or_says_that_none_shows_it() {
        let text = read("docs/security/threat-model.md");
        let threats: Vec<&str> = text.lines().filter(|line| line.starts_with("| T")).collect();
        assert_eq!(threats.len(), 25, "one row for each threat");
        for row in threats {
            assert!(row.contains("::") || row.contains("not shown"), "{row}");
        }
    }

    #[test]
    fn the_table_has_every_requirement_that_applies() {
        let shared = std::env::var("CANDOUR_SHARED").unwrap_or_else(|_| "../shared".to_owned());
        let list = crate::root().join(shared).join("data/asvs/asvs-5.0.0.flat.json");
        let Ok(text) = std::fs::read_to_string(list) else {
            println!("skipped: the_table_has_every_requirement_that_applies (no shared data)");
            return;
        };
        let standard: serde_json::Value = serde_json::from_str(&text).unwrap();
        let left_out = |row: &serde_json::Value| {
            row["chapter_id"] == "V17"
                || ["V4.3", "V4.4", "V10.3", "V10.4", "V10.6", "V10.7"]
                    .iter()
                    .any(|section| row["section_id"] == *section)
                || row["L"] == "3"
        };
        let all = standard["requirements"].as_array().unwrap().iter().filter(|row| !left_out(row));
        let wanted: BTreeSet<&str> = all.filter_map(|row| row["req_id"].as_str()).collect();
        let rows = rows(&crate::root()).unwrap();
        let listed: BTreeSet<&str> = rows.values().map(|(id, _)| id.as_str()).collect();
        assert_eq!(listed, wanted);
        println!("{} requirements of ASVS 5.0.0, levels 1 and 2", wanted.len());
    }

    #[test]
    fn every_package_that_does_cryptography_is_in_the_inventory() {
        const SIGNS: [&str; 33] = [
            "aes",
            "argon2",
            "blake",
            "chacha",
            "cipher",
            "crypto",
            "curve25519",
            "digest",
            "ed25519",
            "gcm",
            "getrandom",
            "hkdf",
            "hmac",
            "md-5",
            "oauth2",
            "openidconnect",
            "openssl",
            "password-hash",
            "poly1305",
            "rand",
            "ring",
            "p256",
            "p384",
            "p521",
            "rsa",
            "rustls",
            "sha1",
            "sha2",
            "sha3",
            "signature",
            "totp",
            "webauthn",
            "x509",
        ];
        let lock: toml::Table = read("Cargo.lock").parse().unwrap();
        let packages = lock["package"].as_array().unwrap().iter().filter_map(|p| p["name"].as_str());
        // A name is one of these, or begins with it: `rand_core`, `curve25519-dalek`.
        let does = |name: &&str| {
            SIGNS.iter().any(|sign| {
                name.strip_prefix(sign)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']) || sign.len() > 4)
            })
        };
        let found: BTreeSet<&str> = packages.filter(does).collect();
        assert!(found.contains("ed25519-dalek") && found.contains("sha2"), "{found:?}");
        let inventory = read("docs/security/cryptography.md");
        let named: BTreeSet<&str> = quoted(&inventory).collect();
        let missing: Vec<&&str> = found.difference(&named).collect();
        assert!(missing.is_empty(), "name these in docs/security/cryptography.md: {missing:?}");
    }
}
