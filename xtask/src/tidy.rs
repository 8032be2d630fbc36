//! Rules of the house that the compiler cannot hold, as tests.

use std::fs;
use std::path::{Path, PathBuf};

fn files(under: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    gather(&crate::root().join(under), ending, &mut found);
    assert!(!found.is_empty(), "no {ending} files under {under}");
    found
}

fn gather(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[track_caller]
fn none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

fn lines_with(files: Vec<(PathBuf, String)>, bad: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    for (path, text) in files {
        for (n, line) in text.lines().enumerate().filter(|(_, line)| bad(&path, line)) {
            broken.push(format!("{}:{}: {}", path.display(), n + 1, line.trim()));
        }
    }
    broken
}

#[test]
fn our_own_templates_never_switch_escaping_off() {
    let bad = |_: &Path, line: &str| line.contains("|safe") || line.contains("| safe") || line.contains("autoescape");
    none(&lines_with(files("crates/server/templates", ".html"), bad), "escape everything");
}

#[test]
fn templates_hold_no_inline_style_or_script() {
    let bad = |_: &Path, line: &str| {
        line.contains(" style=") || line.contains("<style") || line.contains(" onclick=") || line.contains("<script>")
    };
    none(&lines_with(files("crates/server/templates", ".html"), bad), "the content security policy forbids these");
}

#[test]
fn sql_stands_in_the_store_only() {
    let bad = |_: &Path, line: &str| {
        let whole = line.contains("\"select ") && (line.contains(" from ") || line.trim_end().ends_with('\\'));
        whole
            || ["\"insert into ", "\"delete from ", "\"update case", "\"update event"].iter().any(|w| line.contains(w))
    };
    for crate_ in ["crates/core/src", "crates/server/src"] {
        none(&lines_with(files(crate_, ".rs"), bad), "SQL belongs in crates/store");
    }
}

#[test]
fn a_file_has_one_subject_and_so_at_most_600_lines() {
    let mut broken = Vec::new();
    for folder in ["crates", "xtask/src"] {
        let long = files(folder, ".rs").into_iter().filter(|(_, text)| text.lines().count() > 600);
        broken.extend(long.map(|(path, text)| format!("{} ({} lines)", path.display(), text.lines().count())));
    }
    none(&broken, "split these");
}

#[test]
fn every_module_says_what_it_is() {
    let mut broken = Vec::new();
    for (path, text) in files("crates", ".rs").into_iter().chain(files("xtask/src", ".rs")) {
        let included = path.ends_with("tests.rs");
        if !included && !text.starts_with("//!") {
            broken.push(path.display().to_string());
        }
    }
    none(&broken, "begin with //! and say what the file is and why");
}

#[test]
fn nothing_in_the_core_reads_a_clock_or_the_outside() {
    let bad = |_: &Path, line: &str| {
        ["::now(", "std::fs", "std::net", "std::env", "async fn"].iter().any(|w| line.contains(w))
    };
    none(&lines_with(files("crates/core/src", ".rs"), bad), "the core is pure");
}

#[test]
fn every_rule_of_the_law_files_is_named_in_code_or_read_only() {
    // Rules that are kept for reference and that no code relies on yet.
    let law = candour_core::law::Law::england_and_wales();
    let code: String = files("crates/core/src", ".rs").into_iter().map(|(_, text)| text).collect();
    let (used, unused): (Vec<_>, Vec<_>) =
        law.rules().iter().partition(|rule| code.contains(&format!("\"{}\"", rule.id)));
    let ids = |rules: Vec<&candour_core::law::Rule>, wanted: bool| -> Vec<String> {
        rules.into_iter().filter(|r| r.reference_only == wanted).map(|r| r.id.clone()).collect()
    };
    none(&ids(unused, false), "use these rules, or mark them reference_only");
    none(&ids(used, true), "no longer reference_only");
}

#[test]
fn the_server_has_no_way_to_ask_others() {
    // Whoever asks others is named here; what is asked comes from the operator's own files.
    const MAY_ASK: [&str; 2] = ["signer/witnesses.rs", "src/provider.rs"];
    let clients = ["ureq::", "reqwest::", "TcpStream::connect", "hyper_util::client"];
    let bad = |path: &Path, line: &str| {
        clients.iter().any(|client| line.contains(client)) && !MAY_ASK.iter().any(|may| path.ends_with(may))
    };
    none(&lines_with(files("crates/server/src", ".rs"), bad), "the server makes no request of its own");
}

#[test]
fn no_script_of_ours_stores_anything_in_the_browser() {
    let kept = ["localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "__proto__", "eval("];
    let bad = |_: &Path, line: &str| kept.iter().any(|word| line.contains(word));
    none(&lines_with(files("crates/server/static", ".js"), bad), "scripts only start what the page already holds");
}
