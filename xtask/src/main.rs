//! The project's own commands, run as `cargo xtask NAME`: set-up, tests, the throwaway PostgreSQL
//! and generated documents. What a person types first is `./x`, which calls these.

mod api;
mod assets;
mod bench;
mod checks;
mod documents;
#[cfg(test)]
mod fixtures;
mod fuzz;
mod naming;
mod nunjucks;
mod pg;
mod rust_items;
mod sbom;
mod security;
mod test;
#[cfg(test)]
mod tidy;

use std::path::{Path, PathBuf};

fn main() -> anyhow::Result<()> {
    let root = root();
    match std::env::args().nth(1).as_deref() {
        Some("assets") => assets::assets(&root),
        Some("api") => api::long(&root, std::env::args().skip(2)),
        Some("bench") => bench::bench(&root, std::env::args().skip(2)),
        Some("docs") => docs(&root),
        Some("fuzz") => fuzz::fuzz(&root, std::env::args().skip(2)),
        Some("test") => test::test(&root),
        Some("pg") => std::process::exit(pg::run_beside(arguments_after_pg())?),
        _ => anyhow::bail!("usage: cargo xtask api|assets|bench|docs|fuzz|pg|test"),
    }
}

/// What follows `pg`, without the `--` that keeps it apart.
fn arguments_after_pg() -> impl Iterator<Item = String> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let dashes = usize::from(arguments.first().is_some_and(|first| first == "--"));
    arguments.into_iter().skip(dashes)
}

/// The top of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Writes the documents that are made from code.
fn docs(root: &Path) -> anyhow::Result<()> {
    std::fs::write(root.join("docs/access.md"), candour_core::permit::in_markdown())?;
    std::fs::write(root.join("docs/measures.md"), documents::measures()?)?;
    std::fs::write(root.join("docs/security/asvs.md"), security::asvs_in_markdown(root)?)?;
    std::fs::write(root.join("docs/security/sbom.cdx.json"), sbom::sbom(root)?)?;
    std::fs::write(root.join("law/named-in.jsonl"), naming::named_in(root)?)?;
    Ok(())
}
