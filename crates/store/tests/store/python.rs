//! The second verifier, in Python: run as anybody would run it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use candour_store::verify::Report;
use serde_json::Value as Json;

/// What a verifier found: code, log, seq and field.
pub type Found = BTreeSet<(String, String, u64, String)>;

/// The interpreter itself, where `python3` is only a script that looks for it.
static PYTHON: LazyLock<String> = LazyLock::new(|| {
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let output = output.expect("Python 3 runs the second verifier; install it as python3");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
});

/// Where the second verifier is.
pub const VERIFY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../verify");

/// Runs Python with some arguments.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(&*PYTHON).arg("-B").args(arguments).output().expect("python3 runs the second verifier")
}

pub fn of_report(report: &Report) -> Found {
    let found = |f: &candour_store::verify::Finding| (f.code.to_owned(), f.log.clone(), f.seq, f.field.clone());
    report.findings.iter().map(found).collect()
}

/// Runs `verify/verify.py` and returns what it found, after checking what it counted.
pub fn verify(url: &str, report: &Report) -> Found {
    let script = Path::new(VERIFY).join("verify.py").display().to_string();
    let output = run(&[&script, "--database", url, "--format", "json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let json: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
    assert_eq!(json["events"], report.events, "both count the events alike");
    assert_eq!(json["logs"], report.logs, "both count the logs alike");
    let text = |finding: &Json, key: &str| finding[key].as_str().unwrap().to_owned();
    let found = |f: &Json| (text(f, "code"), text(f, "log"), f["seq"].as_u64().unwrap(), text(f, "field"));
    json["findings"].as_array().unwrap().iter().map(found).collect()
}
