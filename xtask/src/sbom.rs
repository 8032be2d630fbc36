//! The software bill of materials: every package that is built into `candour`, as CycloneDX, made
//! from the lock files. A test fails when `docs/security/sbom.cdx.json` is another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use cyclonedx_bom::external_models::uri::Purl;
use cyclonedx_bom::models::bom::{Bom, SpecVersion};
use cyclonedx_bom::models::component::{Classification, Component, Components};
use cyclonedx_bom::models::dependency::{Dependencies, Dependency};
use cyclonedx_bom::models::hash::{Hash, HashAlgorithm, HashValue, Hashes};
use cyclonedx_bom::models::license::{LicenseChoice, Licenses};
use cyclonedx_bom::models::metadata::Metadata;
use cyclonedx_bom::validation::Validate as _;
use serde_json::Value;

/// The packages of the npm registry whose templates, styles and scripts are built in.
const FROM_NPM: [&str; 2] = ["@ministryofjustice/frontend", "govuk-frontend"];

/// The list, as JSON. It holds no time and no random number, so that the same lock files give the
/// same bytes.
pub fn sbom(root: &Path) -> Result<String> {
    let metadata = cargo_metadata(root)?;
    let hashes = checksums(root)?;
    let built_in = built_in(&metadata)?;
    let (mut components, mut dependencies) = (Vec::new(), Vec::new());
    let mut main = None;
    for (id, package) in &built_in {
        let of = |key: &str| package[key].as_str().unwrap_or_default();
        let (name, version) = (of("name"), of("version"));
        let kind = if name == "candour" { Classification::Application } else { Classification::Library };
        let reference = reference(package);
        let mut component = Component::new(kind, name, version, Some(reference.clone()));
        component.purl = Purl::new("cargo", name, version).ok();
        if !of("license").is_empty() {
            // Older packages write `MIT/Apache-2.0` for either.
            component.licenses = Some(Licenses(vec![LicenseChoice::expression(&of("license").replace('/', " OR "))]));
        }
        component.hashes = hashes
            .get(&(name.to_owned(), version.to_owned()))
            .map(|sum| Hashes(vec![Hash { alg: HashAlgorithm::SHA_256, content: HashValue(sum.clone()) }]));
        let needs = depends_on(&metadata, id).filter_map(|on| Some(self::reference(built_in.get(on)?)));
        let needs: BTreeSet<String> = needs.collect();
        dependencies.push(Dependency { dependency_ref: reference, dependencies: needs.into_iter().collect() });
        if name == "candour" { main = Some(component) } else { components.push(component) }
    }
    components.extend(from_npm(root)?);
    components.sort_by_key(|component| component.bom_ref.clone());
    dependencies.sort_by_key(|dependency| dependency.dependency_ref.clone());
    written(main.context("candour is not among its packages")?, components, dependencies)
}

fn written(main: Component, components: Vec<Component>, dependencies: Vec<Dependency>) -> Result<String> {
    let bom = Bom {
        spec_version: SpecVersion::V1_5,
        serial_number: None,
        metadata: Some(Metadata { timestamp: None, component: Some(main), ..Metadata::default() }),
        components: Some(Components(components)),
        dependencies: Some(Dependencies(dependencies)),
        ..Bom::default()
    };
    let checked = bom.validate_version(SpecVersion::V1_5);
    if checked.has_errors() {
        bail!("the list is no CycloneDX: {checked:?}");
    }
    let mut bytes = Vec::new();
    bom.output_as_json_v1_5(&mut bytes)?;
    Ok(format!("{}\n", String::from_utf8(bytes)?))
}

fn cargo_metadata(root: &Path) -> Result<Value> {
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let output = Command::new("cargo").args(arguments).current_dir(root).output()?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The packages that `candour` is built from and with, without those of its tests, by id.
fn built_in(metadata: &Value) -> Result<BTreeMap<&str, &Value>> {
    let all = metadata["packages"].as_array().context("no packages")?;
    let by_id: BTreeMap<&str, &Value> = all.iter().filter_map(|p| Some((p["id"].as_str()?, p))).collect();
    let first = all.iter().find(|p| p["name"] == "candour").and_then(|p| p["id"].as_str()).context("no candour")?;
    let (mut found, mut next) = (BTreeMap::new(), vec![first]);
    while let Some(id) = next.pop() {
        if found.insert(id, *by_id.get(id).context("a package is not in the list")?).is_none() {
            next.extend(depends_on(metadata, id));
        }
    }
    Ok(found)
}

/// What a package needs to be built, by id.
fn depends_on<'a>(metadata: &'a Value, id: &str) -> impl Iterator<Item = &'a str> {
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let node =
        nodes.filter(move |node| node["id"] == id).flat_map(|node| node["deps"].as_array().into_iter().flatten());
    let of_tests =
        |dep: &Value| dep["dep_kinds"].as_array().is_some_and(|kinds| kinds.iter().all(|k| k["kind"] == "dev"));
    node.filter(move |dep| !of_tests(dep)).filter_map(|dep| dep["pkg"].as_str())
}

fn reference(package: &Value) -> String {
    let of = |key: &str| package[key].as_str().unwrap_or_default();
    format!("cargo:{}@{}", of("name"), of("version"))
}

/// The checksum of each package of the registry, as in the lock file.
fn checksums(root: &Path) -> Result<BTreeMap<(String, String), String>> {
    let lock: toml::Table = std::fs::read_to_string(root.join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock has no packages")?;
    let read = |package: &toml::Value| {
        let of = |key: &str| package.get(key)?.as_str().map(str::to_owned);
        Some(((of("name")?, of("version")?), of("checksum")?))
    };
    Ok(packages.iter().filter_map(read).collect())
}

fn from_npm(root: &Path) -> Result<Vec<Component>> {
    let lock: Value = serde_json::from_str(&std::fs::read_to_string(root.join("package-lock.json"))?)?;
    let mut found = Vec::new();
    for name in FROM_NPM {
        let package = &lock["packages"][format!("node_modules/{name}")];
        let version = package["version"].as_str().with_context(|| format!("{name} is not in package-lock.json"))?;
        let mut component =
            Component::new(Classification::Library, name, version, Some(format!("npm:{name}@{version}")));
        component.purl = Purl::new("npm", name, version).ok();
        component.licenses =
            package["license"].as_str().map(|licence| Licenses(vec![LicenseChoice::expression(licence)]));
        found.push(component);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_of_what_is_built_in() {
        let printed = std::fs::read_to_string(crate::root().join("docs/security/sbom.cdx.json")).unwrap();
        let made = super::sbom(&crate::root()).unwrap();
        assert!(made.contains("pkg:cargo/rusqlite@") && made.contains("pkg:npm/govuk-frontend@"));
        assert!(!made.contains("pkg:cargo/tempfile@"), "what only tests need is not built in");
        assert_eq!(made, printed, "run: cargo xtask docs");
    }
}
