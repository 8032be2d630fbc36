//! `cargo xtask test`: every test, stage after stage, and what was skipped at the end.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{assets, checks, pg};

/// Runs every stage. The first that fails ends the run.
pub fn test(root: &Path) -> Result<()> {
    let mut skipped = Vec::new();
    stage(
        "format",
        cargo(root, &["fmt", "--all", "--check"]),
        &mut skipped,
    )?;
    announce("licences");
    skipped.extend(checks::licences(root)?);
    announce("page components");
    assets::assets(root)?;
    stage(
        "lints",
        cargo(
            root,
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ],
        ),
        &mut skipped,
    )?;
    stage(
        "build",
        cargo(root, &["build", "--quiet", "--package", "candour"]),
        &mut skipped,
    )?;
    pg::with_cluster(|url| {
        let mut tests = cargo(root, &["test", "--workspace", "--", "--show-output"]);
        tests
            .env(pg::ADDRESS, url)
            .env("CANDOUR_REQUIRE_POSTGRES", "1");
        stage("tests on both engines", tests, &mut skipped)?;
        let mut python = Command::new("python3");
        python
            .args(["-m", "unittest", "-v", "test_verify"])
            .current_dir(root.join("verify"))
            .env(pg::ADDRESS, url);
        python.env("PYTHONDONTWRITEBYTECODE", "1");
        stage("second verifier", python, &mut skipped)
    })?;
    let mut browser = Command::new("node");
    browser
        .args([
            "--test",
            "--test-concurrency=1",
            "--test-reporter=spec",
            "e2e/",
        ])
        .current_dir(root);
    stage("browser", browser, &mut skipped)?;
    println!("skipped {} ({})", skipped.len(), skipped.join("; "));
    Ok(())
}

fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(root);
    command
}

fn announce(name: &str) {
    println!("== {name}");
}

/// Runs a command, shows what it prints, and gathers the tests that say they were skipped.
fn stage(name: &str, command: Command, skipped: &mut Vec<String>) -> Result<()> {
    announce(name);
    let mut child = with_errors_in_its_output(&command)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{name} could not be started"))?;
    let out = child.stdout.take().context("a pipe was asked for")?;
    for line in BufReader::new(out).lines() {
        let line = line?;
        if let Some(what) = line.trim_start().strip_prefix("skipped: ") {
            skipped.push(what.to_owned());
        }
        println!("{line}");
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{name} failed");
    }
    Ok(())
}

/// The same command with standard error in standard output, where a test says that it was skipped.
fn with_errors_in_its_output(command: &Command) -> Command {
    let mut joined = Command::new("sh");
    joined
        .args(["-c", "exec \"$0\" \"$@\" 2>&1"])
        .arg(command.get_program())
        .args(command.get_args());
    joined.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    if let Some(folder) = command.get_current_dir() {
        joined.current_dir(folder);
    }
    joined
}
