//! Says in plain words what is missing when the design-system components have not been made yet.

fn main() {
    println!("cargo::rerun-if-changed=../../assets/.candour-stamp");
    if !std::path::Path::new("../../assets/static").is_dir() {
        println!("cargo::error=the page components are missing: run `cargo xtask assets` first");
    }
}
