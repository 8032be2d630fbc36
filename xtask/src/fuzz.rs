//! `cargo xtask fuzz [--seconds N] [TARGET]...`: libFuzzer over the targets of `fuzz/`, two at a time.
//!
//! The stable compiler counts branches when LLVM's own pass is asked for, which is all that libFuzzer
//! needs; the sanitizers of the nightly one would look for unsafe code, of which the product has none.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{fs, thread};

use anyhow::{Context as _, Result, bail};

/// How long each target runs unless told otherwise: 13 targets, two at a time, are three and a half minutes.
const SECONDS: u64 = 30;
const AT_ONCE: usize = 2;
/// An input that takes longer is a finding.
const INPUT_SECONDS_MAX: u64 = 10;
/// An input that takes more memory is a finding.
const MEMORY_MB_MAX: u64 = 1024;

/// What makes the compiler count branches and compared values.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Runs the targets named, or all.
pub fn fuzz(root: &Path, mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let (mut seconds, mut named) = (SECONDS, Vec::new());
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            seconds = arguments.next().and_then(|text| text.parse().ok()).context("--seconds takes a number")?;
        } else {
            named.push(argument);
        }
    }
    let folder = root.join("target/fuzz");
    let all = seeds(root, &folder)?;
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        bail!("there is no target {unknown}; they are {}", all.join(", "));
    }
    let targets = if named.is_empty() { all } else { named };
    let program = build(root, &folder)?;
    let mut found = Vec::new();
    for pair in targets.chunks(AT_ONCE) {
        let running: Vec<_> =
            pair.iter().map(|name| start(root, &folder, &program, name, seconds)).collect::<Result<_>>()?;
        let ended = running.into_iter().map(|child| thread::spawn(move || child.wait_with_output()));
        for (name, ended) in pair.iter().zip(ended.collect::<Vec<_>>()) {
            let output = ended.join().map_err(|_| anyhow::anyhow!("{name}: nobody waited for it"))??;
            let says = String::from_utf8_lossy(&output.stderr).into_owned();
            eprintln!("{name}: {}", summary(&says));
            if !output.status.success() {
                eprintln!("{}", last_lines(&says));
                found.push(name.clone());
            }
        }
    }
    if !found.is_empty() {
        let kept = folder.join("findings");
        bail!(
            "findings in {}: the inputs are in {}; put them into fuzz/found/TARGET once understood",
            found.join(", "),
            kept.display()
        );
    }
    eprintln!("{} targets, {seconds} s each, without a finding", targets.len());
    Ok(())
}

/// Writes the seeds, and names the targets.
fn seeds(root: &Path, folder: &Path) -> Result<Vec<String>> {
    let mut write = Command::new("cargo");
    write.args(["run", "--quiet", "--package", "candour-fuzz", "--"]).arg(folder.join("seeds")).current_dir(root);
    let output = write.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the seeds could not be written");
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Builds the program, in a folder of its own because everything in it is built otherwise.
fn build(root: &Path, folder: &Path) -> Result<PathBuf> {
    let about = Command::new("rustc").arg("-vV").output()?;
    let about = String::from_utf8_lossy(&about.stdout).into_owned();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    // With a target named, the flags are kept from build scripts.
    let mut build = Command::new("cargo");
    build.args(["build", "--quiet", "--package", "candour-fuzz", "--target", host]);
    build.env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", folder).current_dir(root);
    if !build.status()?.success() {
        bail!("the fuzzers could not be built; they need a C++ compiler");
    }
    Ok(folder.join(host).join("debug/candour-fuzz"))
}

fn start(root: &Path, folder: &Path, program: &Path, name: &str, seconds: u64) -> Result<Child> {
    // What is learnt is kept for the next run.
    let learnt = folder.join("learnt").join(name);
    let findings = folder.join("findings");
    fs::create_dir_all(&learnt)?;
    fs::create_dir_all(&findings)?;
    let mut run = Command::new(program);
    run.env("CANDOUR_FUZZ_TARGET", name).arg(&learnt).arg(folder.join("seeds").join(name));
    let found = root.join("fuzz/found").join(name);
    if found.is_dir() {
        run.arg(found);
    }
    run.arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MB_MAX}"))
        .arg(format!("-artifact_prefix={}/{name}-", findings.display()))
        .args(["-print_final_stats=0", "-verbosity=1"]);
    Ok(run.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?)
}

/// How often it ran, and how many branches it saw.
fn summary(says: &str) -> String {
    let done = says.lines().rev().find(|line| line.starts_with("Done ")).unwrap_or("it ended early");
    let seen = says.lines().rev().find_map(|line| line.split_once("cov: ")?.1.split(' ').next());
    format!("{}, {} branches seen", done.trim_start_matches("Done "), seen.unwrap_or("no"))
}

fn last_lines(says: &str) -> String {
    let lines: Vec<&str> = says.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
