//! Every target over its seeds, over every input that once found something, and over a few thousand
//! changed ones. `CANDOUR_ROUNDS=N` changes N times.

use std::path::Path;

use candour_fuzz::{Changes, TARGETS};

/// Changed inputs of each target in the ordinary run.
const ROUNDS: u32 = 3_000;

#[test]
fn no_target_falls_over_its_seeds_what_was_found_or_changed_inputs() {
    let rounds = std::env::var("CANDOUR_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    for target in TARGETS {
        let mut inputs = (target.seeds)();
        assert!(!inputs.is_empty(), "{} begins from something", target.name);
        let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("found").join(target.name);
        let kept = std::fs::read_dir(found).map_or_else(|_| Vec::new(), |all| all.flatten().collect());
        inputs.extend(kept.iter().map(|file| std::fs::read(file.path()).expect("it is there")));
        inputs.iter().for_each(|input| (target.run)(input));
        let mut changes = Changes::new(20_200_201);
        for round in 0..rounds {
            let input = changes.of(&inputs);
            let ran = std::panic::catch_unwind(|| (target.run)(&input));
            assert!(ran.is_ok(), "{} fell over round {round}: {:?}", target.name, String::from_utf8_lossy(&input));
        }
        println!(
            "{}: {} inputs to begin from ({} once found something), {rounds} changed",
            target.name,
            inputs.len(),
            kept.len()
        );
    }
}
