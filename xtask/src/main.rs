//! The project's own commands, run as `cargo xtask NAME`: set-up, tests, the throwaway PostgreSQL
//! and generated documents. What a person types first is `./x`, which calls these.

mod assets;
mod checks;
#[cfg(test)]
mod fixtures;
mod nunjucks;
mod test;
#[cfg(test)]
mod tidy;

use std::path::{Path, PathBuf};

fn main() -> anyhow::Result<()> {
    let root = root();
    match std::env::args().nth(1).as_deref() {
        Some("assets") => assets::assets(&root),
        Some("docs") => docs(&root),
        Some("test") => test::test(&root),
        _ => anyhow::bail!("usage: cargo xtask assets|docs|pg|test|bench"),
    }
}

/// The top of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Writes the documents that are made from code.
fn docs(root: &Path) -> anyhow::Result<()> {
    std::fs::write(
        root.join("docs/access.md"),
        candour_core::permit::in_markdown(),
    )?;
    Ok(())
}
