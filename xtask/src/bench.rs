//! `cargo xtask bench [--cases N]`: builds what is released, and measures it beside the limit.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::assets;

/// Builds and runs the measurements; what follows `bench` is handed to them.
pub fn bench(root: &Path, arguments: impl Iterator<Item = String>) -> Result<()> {
    assets::assets(root)?;
    let packages = ["--release", "--package", "candour", "--package", "bench"];
    let mut build = Command::new("cargo");
    build.arg("build").args(packages).current_dir(root);
    run(build)?;
    let mut measure = Command::new("cargo");
    measure.args(["run", "--quiet", "--release", "--package", "bench", "--"]).args(arguments).current_dir(root);
    run(measure)
}

fn run(mut command: Command) -> Result<()> {
    if !command.status()?.success() {
        bail!("{command:?} failed");
    }
    Ok(())
}
