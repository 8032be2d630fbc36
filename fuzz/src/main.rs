//! The program of `cargo xtask fuzz`: libFuzzer over the target that `CANDOUR_FUZZ_TARGET` names.
//! Built in any other way it writes the seeds.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    use std::sync::LazyLock;
    static TARGET: LazyLock<&candour_fuzz::Target> = LazyLock::new(|| {
        let name = std::env::var("CANDOUR_FUZZ_TARGET").unwrap_or_default();
        candour_fuzz::TARGETS.iter().find(|target| target.name == name).expect("CANDOUR_FUZZ_TARGET names a target")
    });
    (TARGET.run)(bytes);
});

/// Writes the seeds of every target into a folder of its name, and names the targets.
#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    let under = std::env::args().nth(1).unwrap_or_else(|| "target/fuzz/seeds".to_owned());
    for target in candour_fuzz::TARGETS {
        let folder = std::path::Path::new(&under).join(target.name);
        std::fs::create_dir_all(&folder)?;
        for (n, seed) in (target.seeds)().iter().enumerate() {
            std::fs::write(folder.join(n.to_string()), seed)?;
        }
        println!("{}", target.name);
    }
    Ok(())
}
