//! What comes out of a record, its proofs and its backups.

use std::io::{Read as _, Write as _};

use candour_core::case::Event;
use candour_core::case::made::Made;
use candour_core::record::bundle;
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::json::object;
use candour_core::record::merkle::leaf;
use candour_core::record::note::{Note, Signer, Verifier};
use candour_core::record::policy::Policy;
use candour_core::record::proof::{Tree, extends, included};
use candour_store::backup;
use candour_store::backup::format::{FORMAT, TABLES};
use candour_store::backup::seal::{KEY_BYTES, NONCE_BYTES, Opening, Sealing};
use sha2::{Digest as _, Sha256};

use crate::{Target, pieces, text};

/// The kind and the data of an event, with a tab between, as in the golden encodings.
pub(crate) const EVENT: Target = Target {
    name: "event",
    run: |bytes| {
        let Ok(line) = std::str::from_utf8(bytes) else { return };
        let Some((kind, data)) = line.split_once('\t') else { return };
        let Some(data) = object(data.trim_end()) else { return };
        let _ = Made::read(&data);
        let _ = candour_core::delegation::Event::decode(kind, data.clone());
        let _ = candour_core::holidays::Event::decode(kind, &data);
        if let Ok(event) = Event::decode(kind, data) {
            let (kind, data) = event.encode();
            assert_eq!(Event::decode(&kind, data).as_ref(), Ok(&event), "what is written is what is read");
        }
    },
    seeds: || include_str!("../../crates/core/src/case/golden.jsonl").lines().map(text).collect(),
};

fn signer() -> Signer {
    Signer::new("example.org/log", &[7; 32]).expect("the name is one")
}

fn a_note() -> String {
    let checkpoint = Checkpoint { origin: "example.org/log/candour/iopc".to_owned(), size: 3, root: [5; 32] };
    signer().note(&checkpoint.text()).to_string()
}

/// A signed note, or the line of a key.
pub(crate) const NOTE: Target = Target {
    name: "note",
    run: |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        if let Ok(note) = Note::parse(text) {
            assert_eq!(note.to_string(), text, "a note has one spelling");
            let _ = signer().verifier().signed(&note);
        }
        if let Ok(key) = Verifier::parse(text) {
            assert_eq!(key.to_string(), text, "a key has one spelling");
        }
        let _ = Signer::parse(text);
    },
    seeds: || vec![text(&a_note()), text(&signer().verifier().to_string()), text(&signer().secret())],
};

/// A note and a policy, with `--` between.
pub(crate) const CHECKPOINT: Target = Target {
    name: "checkpoint",
    run: |bytes| {
        let Some([note, policy]) = pieces::<2>(bytes) else { return };
        let checkpoint = Note::parse(note).and_then(|note| Ok((Checkpoint::of(&note)?, note)));
        let policy = Policy::parse(policy);
        let (Ok((checkpoint, note)), Ok(policy)) = (checkpoint, policy) else { return };
        let _ = (checkpoint.log(), policy.accepts(&note, &checkpoint));
    },
    seeds: || vec![text(&format!("{}\n--\nlog {}\nquorum none\n", a_note(), signer().verifier()))],
};

/// A bundle.
pub(crate) const BUNDLE: Target = Target {
    name: "bundle",
    run: |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let verified = bundle::verify(text, None, &[]);
        assert!(verified.size > 0 || !verified.findings.is_empty(), "what says nothing is not taken for good");
    },
    seeds: || vec![text(include_str!("../seeds/bundle.json"))],
};

/// A number of leaves, two places among them, and the hashes of a proof.
pub(crate) const PROOF: Target = Target {
    name: "proof",
    run: |bytes| {
        let [size, index, old, rest @ ..] = bytes else { return };
        let (size, index, old) = (u64::from(*size % 80), u64::from(*index), u64::from(*old));
        let mut tree = Tree::default();
        let hashes: Vec<[u8; 32]> = (0..size).map(|n| Sha256::digest(n.to_be_bytes()).into()).collect();
        hashes.iter().for_each(|hash| tree.push(hash));
        let root = tree.root(size).expect("the tree has so many leaves");
        let given: Vec<[u8; 32]> = rest.chunks_exact(32).take(80).filter_map(|c| c.try_into().ok()).collect();
        let right = tree.inclusion(index, size);
        assert_eq!(right.is_some(), index < size);
        let own = |index: u64| leaf(&hashes[usize::try_from(index).unwrap_or(0)]);
        if let Some(right) = &right {
            assert!(included(&own(index), index, size, right, &root), "a proof that was made holds");
            assert!(given == *right || !included(&own(index), index, size, &given, &root), "and no other does");
        }
        // Numbers that no tree has.
        let strange = rest.first_chunk::<8>().map_or(u64::MAX, |eight| u64::from_be_bytes(*eight));
        let _ = included(&root, strange, strange.wrapping_add(1), &given, &root);
        let _ = included(&root, index, strange, &given, &root);
        let _ = extends(strange, &root, strange.wrapping_add(index), &root, &given);
        if let (Some(proof), Some(before)) = (tree.consistency(old, size), tree.root(old)) {
            assert!(old == 0 || extends(old, &before, size, &root, &proof), "a proof that was made holds");
        }
    },
    seeds: || vec![vec![3, 1, 2, 9, 9], [vec![64, 63, 32], vec![1; 200]].concat()],
};

/// The lines of a backup; the last one, which seals it, is put behind them so that the rest is read.
pub(crate) const BACKUP: Target = Target {
    name: "backup",
    run: |bytes| {
        let _ = backup::check(bytes);
        let mut sealed = bytes.to_vec();
        let whole = candour_core::record::hex(&Sha256::digest(bytes));
        sealed.extend_from_slice(format!("{{\"sha256\":\"{whole}\"}}\n").as_bytes());
        let _ = backup::check(sealed.as_slice());
    },
    seeds: || vec![text(&an_empty_backup())],
};

/// The key of the sealed backups.
const KEY: [u8; KEY_BYTES] = [7; KEY_BYTES];

/// A backup under a key: as it is, and sealed, after which it opens as what it was.
pub(crate) const SEALED: Target = Target {
    name: "backup_sealed",
    run: |bytes| {
        let _ = backup::check_under(&KEY, bytes);
        let Ok(file) = sealed(bytes) else { return };
        let _ = backup::check_under(&KEY, file.as_slice());
        let first = file.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (first, rest) = file.split_at(first);
        let mut opened = Vec::new();
        let read = Opening::begin(rest, &KEY, first).and_then(|mut opening| opening.read_to_end(&mut opened));
        assert_eq!(read.is_ok(), bytes.len() > first.len(), "what is sealed opens, but for nothing");
        assert!(read.is_err() || opened == bytes[first.len()..], "as what it was");
    },
    seeds: || vec![sealed(a_backup_under_a_key().as_bytes()).unwrap_or_default(), text(&a_backup_under_a_key())],
};

/// Seals what follows the first line.
fn sealed(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut sealing = Sealing::new(Vec::new(), KEY, [9; NONCE_BYTES]);
    sealing.write_all(plain)?;
    sealing.finish()
}

/// A whole backup in which nothing stands, not sealed yet.
fn a_backup_under_a_key() -> String {
    let lines = an_empty_backup().replacen('}', r#","key":"00112233445566778899aabbccddeeff"}"#, 1);
    let whole = candour_core::record::hex(&Sha256::digest(lines.as_bytes()));
    format!("{lines}{{\"sha256\":\"{whole}\"}}\n")
}

/// A backup in which nothing stands, without its last line.
fn an_empty_backup() -> String {
    let mut lines = vec![format!(r#"{{"candour_backup":{FORMAT},"schema":5,"taken_at":"2027-01-31T02:00+00:00"}}"#)];
    let mut counted = Vec::new();
    for table in &TABLES {
        let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        lines.push(serde_json::json!({"table": table.name, "columns": columns}).to_string());
        let none = candour_core::record::hex(&Sha256::digest([]));
        counted.push(serde_json::json!({"table": table.name, "rows": 0, "sha256": none}));
    }
    lines.push(serde_json::json!({"tables": counted, "logs": []}).to_string());
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backup_to_begin_from_is_read_to_its_end() {
        let text = an_empty_backup();
        let whole = candour_core::record::hex(&Sha256::digest(text.as_bytes()));
        let sealed = format!("{text}{{\"sha256\":\"{whole}\"}}\n");
        assert!(backup::check(sealed.as_bytes()).is_ok());
    }

    #[test]
    fn the_sealed_backups_to_begin_from_are_read_to_their_end() {
        let [file, plain] = (SEALED.seeds)().try_into().unwrap();
        assert!(backup::check_under(&KEY, file.as_slice()).is_ok());
        assert!(backup::check_under(&KEY, sealed(&plain).unwrap().as_slice()).is_ok());
    }

    #[test]
    fn the_bundle_to_begin_from_is_a_good_one() {
        let verified = bundle::verify(include_str!("../seeds/bundle.json"), None, &[]);
        assert!(verified.findings.is_empty(), "{:?}", verified.findings);
    }
}
