//! `cargo xtask assets`: installs the design-system packages with npm and
//! makes what the server needs from them under `assets/`, which git ignores.
//!
//! Templates are converted for minijinja. CSS and JavaScript are the prebuilt
//! files, less what belongs to GOV.UK alone: its typeface, and every
//! reference to a font or an image, none of which are copied.

use crate::nunjucks;
use anyhow::{Context, Result, bail};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where each package keeps its files, and the prefix of its template names.
const PACKAGES: [(&str, &str); 2] =
    [("node_modules/govuk-frontend/dist/govuk", "govuk"), ("node_modules/@ministryofjustice/frontend/moj", "moj")];
const INSTALLED: &str = "node_modules/.candour-stamp";
const MADE: &str = "assets/.candour-stamp";

/// Brings `<root>/assets` up to date; does nothing when it already is.
pub fn assets(root: &Path) -> Result<()> {
    let lock = lock_hash(root)?;
    if !is_stamped(root, INSTALLED, &lock) {
        install(root)?;
        write(&root.join(INSTALLED), &lock)?;
    }
    let stamp = fingerprint(root)?;
    if is_stamped(root, MADE, &stamp) {
        return Ok(());
    }
    for made in ["assets/templates", "assets/static"] {
        remove_directory(&root.join(made))?;
    }
    for (package, prefix) in PACKAGES {
        convert_templates(root, package, prefix)?;
        copy_static(root, package, prefix)?;
    }
    // The stamp comes last, so that an interrupted run is repeated.
    write(&root.join(MADE), &stamp)
}

/// Whether `<root>/assets` was made from the packages the lock file names, by
/// the converter as it is now.
#[cfg(test)]
pub fn is_current(root: &Path) -> Result<bool> {
    Ok(is_stamped(root, MADE, &fingerprint(root)?))
}

fn lock_hash(root: &Path) -> Result<String> {
    Ok(hash(&[&read(&root.join("package-lock.json"))?]))
}

/// The packages' versions and the converter's own source: when neither has
/// changed, the output has not either.
fn fingerprint(root: &Path) -> Result<String> {
    let lock = lock_hash(root)?;
    let converter = [include_str!("assets.rs"), include_str!("nunjucks.rs"), include_str!("nunjucks/expression.rs")];
    Ok(hash(&[&lock, &converter.concat()]))
}

fn hash(texts: &[&str]) -> String {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn is_stamped(root: &Path, file: &str, stamp: &str) -> bool {
    fs::read_to_string(root.join(file)).is_ok_and(|found| found == stamp)
}

fn install(root: &Path) -> Result<()> {
    let help = "Install Node.js with npm, check that npm reaches its registry, \
                and run cargo xtask assets again.";
    let output = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(root)
        .output()
        .with_context(|| format!("npm could not be started. {help}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("npm ci could not install the design-system packages. {help}\n\nnpm said:\n{said}");
    }
    Ok(())
}

fn convert_templates(root: &Path, package: &str, prefix: &str) -> Result<()> {
    let package = root.join(package);
    for folder in ["components", "macros"] {
        for file in files_below(&package.join(folder))? {
            if file.extension().is_none_or(|extension| extension != "njk") {
                continue;
            }
            let path = file.strip_prefix(&package)?.to_string_lossy();
            let name = format!("{prefix}/{path}").replace('\\', "/");
            let converted = nunjucks::convert(&read(&file)?, &name)?;
            let target = root.join("assets/templates");
            write(&target.join(nunjucks::converted_name(&name)), &converted)?;
        }
    }
    Ok(())
}

/// Every file at any depth; none when the directory does not exist, as MoJ
/// Frontend has no `macros`.
fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        let Ok(entries) = fs::read_dir(&directory) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                directories.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn copy_static(root: &Path, package: &str, prefix: &str) -> Result<()> {
    for extension in ["css", "js"] {
        let name = format!("{prefix}-frontend.min.{extension}");
        let source = read(&root.join(package).join(&name))?;
        let source = without_source_map(&source);
        let cleaned = match extension {
            "css" => clean_css(source).with_context(|| format!("{name} cannot be cleaned"))?,
            _ => source.to_owned(),
        };
        write(&root.join("assets/static").join(&name), &cleaned)?;
    }
    Ok(())
}

/// The source maps are not copied, so nothing may point at them.
fn without_source_map(source: &str) -> &str {
    let marker = source.rfind("/*# sourceMappingURL").or_else(|| source.rfind("//# sourceMappingURL"));
    source[..marker.unwrap_or(source.len())].trim_end()
}

/// Removes the GOV.UK typeface and every declaration that loads a file.
fn clean_css(css: &str) -> Result<String> {
    let mut css = css.to_owned();
    while let Some(start) = css.find("@font-face") {
        let end = css[start..].find('}').context("@font-face is not closed")?;
        css.replace_range(start..=start + end, "");
    }
    for family in ["\"GDS Transport\"", "GDS Transport"] {
        css = css.replace(&format!("{family},arial,sans-serif"), "arial,sans-serif");
        css = css.replace(family, "arial,sans-serif");
    }
    let mut from = 0;
    while let Some(at) = css[from..].find("url(").map(|at| from + at) {
        let start = css[..at].rfind(['{', ';']).context("url( outside a rule")? + 1;
        let length = css[at..].find([';', '}']).context("a rule is not closed")?;
        let end = at + length + usize::from(css[at + length..].starts_with(';'));
        css.replace_range(start..end, "");
        from = start;
    }
    Ok(css)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).with_context(|| format!("{} cannot be made", directory.display()))?;
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn remove_directory(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("{} cannot be removed", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{clean_css, without_source_map};

    #[test]
    fn css_keeps_no_font_and_no_file() {
        let css = "@font-face{font-family:GDS Transport;src:url(a.woff)}\
                   a{font-family:GDS Transport,arial,sans-serif;mask-image:url(b.svg);top:0}\
                   b{background-image:url(c.svg)}";
        let cleaned = clean_css(css).expect("the CSS is well formed");
        assert_eq!(cleaned, "a{font-family:arial,sans-serif;top:0}b{}");
    }

    #[test]
    fn source_map_comments_are_dropped() {
        assert_eq!(without_source_map("a{}\n/*# sourceMappingURL=x.map */ "), "a{}");
        assert_eq!(without_source_map("f();//# sourceMappingURL=x.map"), "f();");
    }
}
