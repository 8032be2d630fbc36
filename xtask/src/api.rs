//! The API against its own document: schemathesis asks a running server whatever the document
//! allows, and what it does not. `cargo xtask test` runs the short form, `cargo xtask api
//! [--seconds N]` a longer one. What is checked, and what is not and why, stands in
//! `e2e/schemathesis.toml`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The version that the tests are written for.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";
/// How long the short form takes.
const SHORT_SECONDS: u64 = 45;
const LONG_SECONDS: u64 = 600;
const CASES: &str = "40";

/// The short form. Returns what was skipped, with the reason.
pub fn short(root: &Path) -> Result<Vec<String>> {
    match installed(root) {
        Ok(program) => run(root, &program, SHORT_SECONDS).map(|()| Vec::new()),
        Err(why) => Ok(vec![format!("schemathesis ({why:#})")]),
    }
}

/// The long form.
pub fn long(root: &Path, mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let seconds = match arguments.next().as_deref() {
        Some("--seconds") => arguments.next().and_then(|text| text.parse().ok()).context("--seconds takes a number")?,
        Some(other) => bail!("{other}? usage: cargo xtask api [--seconds N]"),
        None => LONG_SECONDS,
    };
    run(root, &installed(root)?, seconds)
}

/// Schemathesis in a folder of its own under `target/`.
fn installed(root: &Path) -> Result<PathBuf> {
    let folder = root.join("target/schemathesis");
    let (python, program) = (folder.join("bin/python"), folder.join("bin/st"));
    let right = SCHEMATHESIS.rsplit('=').next().unwrap_or_default();
    let is_there = Command::new(&program).arg("--version").output();
    if is_there.is_ok_and(|o| String::from_utf8_lossy(&o.stdout).contains(right)) {
        return Ok(program);
    }
    let quiet = |command: &mut Command, what: &str| -> Result<()> {
        let output = command.output().with_context(|| what.to_owned())?;
        if output.status.success() { Ok(()) } else { bail!("{what} failed") }
    };
    quiet(Command::new("python3").args(["-m", "venv"]).arg(&folder), "python3 -m venv")?;
    quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", SCHEMATHESIS]), "pip install")?;
    Ok(program)
}

/// A server that ends with this value.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(root: &Path, program: &Path, seconds: u64) -> Result<()> {
    let folder = root.join("target/api-run");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let built = Command::new("cargo").args(["build", "--quiet", "--package", "candour"]).current_dir(root).status()?;
    if !built.success() {
        bail!("candour could not be built");
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let candour = |arguments: &[&str]| {
        let mut command = Command::new(target.join("debug/candour"));
        command.arg("--database").arg(format!("sqlite:{}", folder.join("candour.db").display())).args(arguments);
        command.current_dir(root);
        command
    };
    let told = |arguments: &[&str]| -> Result<String> {
        let output = candour(arguments).output()?;
        if !output.status.success() {
            bail!("candour {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    told(&["generate", "--cases", CASES])?;
    let mut serve = candour(&["serve", "--listen", "127.0.0.1:0", "--api-per-minute", "100000000"]);
    let mut served = Served(serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
    let mut line = String::new();
    BufReader::new(served.0.stdout.take().context("a pipe was asked for")?).read_line(&mut line)?;
    let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
    // One token that reads everything, and one that refers: no role does both.
    let roles = [("reads", "SUP", seconds * 2 / 3), ("refers", "AU", seconds / 3)];
    let regions =
        candour_core::profile::Profile::named("iopc")?.regions().into_iter().map(str::to_owned).collect::<Vec<_>>();
    for (name, role, seconds) in roles {
        let mut arguments = vec!["token", "add", name, "--role", role];
        regions.iter().for_each(|region| arguments.extend(["--unit", region]));
        let said = told(&arguments)?;
        let token = said.rsplit(' ').next().unwrap_or_default();
        eprintln!("== as a token with the role {role}, {seconds} s");
        let mut ask = Command::new(program);
        ask.arg("--config-file")
            .arg(root.join("e2e/schemathesis.toml"))
            .args(["run", &format!("{url}/api/openapi.json")]);
        ask.args(["--header", &format!("Authorization: Bearer {token}"), "--max-time", &seconds.to_string()]);
        ask.args(["--checks", "all", "--exclude-checks", "object_level_authorization"]);
        if !ask.current_dir(&folder).status()?.success() {
            bail!("the API is not as its document says, or failed");
        }
    }
    let verified = told(&["verify"]).context("the record after all that")?;
    eprintln!("{verified}");
    Ok(())
}
