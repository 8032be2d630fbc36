//! `cargo xtask test`: every test, stage after stage, and what was skipped at the end.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{api, assets, checks, fuzz, pg};

/// Runs every stage. The first that fails ends the run.
pub fn test(root: &Path) -> Result<()> {
    let mut run = Run { root, skipped: Vec::new() };
    run.cargo("format", &["fmt", "--all", "--check"])?;
    say("== licences and advisories");
    run.skipped.extend(checks::licences(root)?);
    say("== page components");
    assets::assets(root)?;
    let lints = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    run.cargo("lints", &lints)?;
    run.cargo("build", &["build", "--quiet", "--package", "candour"])?;
    pg::with_cluster(|url| run.on_both_engines(url))?;
    say("== the fuzzers, a short while each");
    fuzz::fuzz(root, std::iter::empty())?;
    say("== the API against its document");
    run.skipped.extend(api::short(root)?);
    let mut browser = Command::new("node");
    browser.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(browser_tests(root)?);
    run.stage("browser", &mut browser)?;
    say(&format!("skipped {} ({})", run.skipped.len(), run.skipped.join("; ")));
    Ok(())
}

/// The browser's test files, by name: newer versions of Node.js take no bare folder.
fn browser_tests(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root.join("e2e"))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!("there are no browser tests in e2e/");
    }
    files.sort();
    Ok(files)
}

struct Run<'a> {
    root: &'a Path,
    skipped: Vec<String>,
}

impl Run<'_> {
    fn on_both_engines(&mut self, url: &str) -> Result<()> {
        let mut tests = Command::new("cargo");
        tests.args(["test", "--workspace"]).env(pg::ADDRESS, url).env("CANDOUR_REQUIRE_POSTGRES", "1");
        self.stage("tests on both engines", &mut tests)?;
        let mut python = Command::new("python3");
        python.args(["-B", "-m", "unittest", "discover", "-s", "verify"]).env(pg::ADDRESS, url);
        self.stage("second verifier", &mut python)
    }

    fn cargo(&mut self, name: &str, arguments: &[&str]) -> Result<()> {
        self.stage(name, Command::new("cargo").args(arguments))
    }

    /// Runs a command, shows what it prints, and gathers the tests that say they were skipped.
    fn stage(&mut self, name: &str, command: &mut Command) -> Result<()> {
        say(&format!("== {name}"));
        let mut child = with_errors_in_its_output(command, self.root)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        let out = child.stdout.take().context("a pipe was asked for")?;
        for line in BufReader::new(out).lines() {
            let line = line?;
            if let Some((_, what)) = line.split_once("skipped: ") {
                self.skipped.push(what.to_owned());
            }
            say(&line);
        }
        if !child.wait()?.success() {
            bail!("{name} failed");
        }
        Ok(())
    }
}

/// The same command with standard error in standard output, where a test says that it was skipped.
fn with_errors_in_its_output(command: &Command, root: &Path) -> Command {
    let mut joined = Command::new("sh");
    joined.args(["-c", "exec \"$0\" \"$@\" 2>&1"]).arg(command.get_program());
    joined.args(command.get_args()).current_dir(root);
    joined.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    joined
}

fn say(line: &str) {
    // A closed pipe is the reader's choice.
    let _ = writeln!(std::io::stdout(), "{line}");
}
