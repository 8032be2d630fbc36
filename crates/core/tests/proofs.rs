//! Proofs about a log's tree: made and checked for every place of every small tree, held against
//! vectors that others published, and refused when anything about them is forged.

#![allow(missing_docs, reason = "the names of the tests say what they hold")]
#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]
#![allow(clippy::print_stdout, reason = "a test says that it was skipped")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use candour_core::record::merkle::{Frontier, leaf};
use candour_core::record::proof::{Tree, extends, included};
use candour_core::record::{Hash, NO_HASH, unhex};
use serde_json::Value as Json;

/// Trees up to this size are tried at each place.
const SIZE_MAX: u64 = 130;

fn event(n: u64) -> Hash {
    let mut hash = NO_HASH;
    hash[..8].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    hash
}

/// A tree of `SIZE_MAX` events and its root at each size, as the head of a log would have it.
fn grown() -> (Tree, Vec<Hash>) {
    let (mut tree, mut head) = (Tree::default(), Frontier::default());
    let mut roots = vec![head.root()];
    for n in 0..SIZE_MAX {
        tree.push(&event(n));
        head.push(&event(n));
        roots.push(head.root());
    }
    (tree, roots)
}

fn root(roots: &[Hash], size: u64) -> &Hash {
    &roots[usize::try_from(size).unwrap()]
}

#[test]
fn the_root_of_a_tree_is_that_of_the_head_at_each_size() {
    let (tree, roots) = grown();
    for size in 0..=SIZE_MAX {
        assert_eq!(tree.root(size).as_ref(), Some(root(&roots, size)), "{size}");
    }
    assert_eq!(tree.root(SIZE_MAX + 1), None);
}

#[test]
fn every_event_of_every_tree_is_proven_at_its_place_and_at_no_other() {
    let (tree, roots) = grown();
    for size in 1..=SIZE_MAX {
        for index in 0..size {
            let proof = tree.inclusion(index, size).unwrap();
            let holds = |leaf: &Hash, at, size, proof: &[Hash]| included(leaf, at, size, proof, root(&roots, size));
            let ours = leaf(&event(index));
            assert!(holds(&ours, index, size, &proof), "{index} of {size}");
            assert!(!holds(&leaf(&event(index + 1)), index, size, &proof), "another event at {index} of {size}");
            assert!(!holds(&ours, index + 1, size, &proof), "{index} of {size}, one later");
            assert!(!holds(&ours, index, size - 1, &proof), "{index} of {size}, in a smaller tree");
            for forged in forgeries(&proof, index) {
                assert!(!holds(&ours, index, size, &forged), "{index} of {size}, forged");
            }
        }
        assert_eq!(tree.inclusion(size, size), None, "no event stands at the end of {size}");
    }
    assert_eq!(tree.inclusion(0, SIZE_MAX + 1), None);
}

#[test]
fn every_tree_is_proven_to_begin_every_later_one_and_no_other_is() {
    let (tree, roots) = grown();
    for size in 1..=SIZE_MAX {
        for old in 1..=size {
            let proof = tree.consistency(old, size).unwrap();
            let holds = |at, was: &Hash, proof: &[Hash]| extends(at, was, size, root(&roots, size), proof);
            let was = root(&roots, old);
            assert!(holds(old, was, &proof), "{old} begins {size}");
            assert!(!holds(old, &event(old), &proof), "another tree than {old} begins {size}");
            assert!(!holds(old + 1, was, &proof), "{old} taken for one more, of {size}");
            assert!(!holds(old - 1, was, &proof), "{old} taken for one less, of {size}");
            for forged in forgeries(&proof, old) {
                assert!(!holds(old, was, &forged), "{old} begins {size}, forged");
            }
        }
        assert_eq!(tree.consistency(0, size), None, "the empty tree begins everything");
        assert_eq!(tree.consistency(size + 1, size), None);
    }
    assert!(!extends(0, root(&roots, 0), 5, root(&roots, 5), &[]));
}

/// A proof with one of its hashes changed in a bit or swapped with its neighbour, without its first
/// or last, and with one more at either end. Which one goes round with `turn`.
fn forgeries(proof: &[Hash], turn: u64) -> Vec<Vec<Hash>> {
    let mut forged = Vec::new();
    let mut with = |change: &dyn Fn(&mut Vec<Hash>)| {
        let mut other = proof.to_vec();
        change(&mut other);
        forged.push(other);
    };
    if !proof.is_empty() {
        let at = usize::try_from(turn).unwrap() % proof.len();
        with(&|other| other[at][at % 32] ^= 1 << (at % 8));
        if at + 1 < proof.len() {
            with(&|other| other.swap(at, at + 1));
        }
        with(&|other| other.truncate(proof.len() - 1));
        with(&|other| *other = proof[1..].to_vec());
    }
    with(&|other| other.push(NO_HASH));
    with(&|other| other.insert(0, NO_HASH));
    forged
}

#[test]
fn proofs_are_those_that_the_second_implementation_makes() {
    let vectors: Json = serde_json::from_str(include_str!("../../../verify/vectors.json")).unwrap();
    let list = |name: &str| vectors[name].as_array().unwrap().clone();
    let hashes = |value: &Json| -> Vec<Hash> {
        value.as_array().unwrap().iter().map(|h| unhex(h.as_str().unwrap()).unwrap()).collect()
    };
    let mut tree = Tree::default();
    for event in hashes(&vectors["event_hashes"]) {
        tree.push(&event);
    }
    let number = |vector: &Json, key: &str| vector[key].as_u64().unwrap();
    for vector in list("inclusion") {
        let made = tree.inclusion(number(&vector, "index"), number(&vector, "size"));
        assert_eq!(made, Some(hashes(&vector["proof"])), "{vector}");
    }
    for vector in list("consistency") {
        let made = tree.consistency(number(&vector, "size1"), number(&vector, "size2"));
        assert_eq!(made, Some(hashes(&vector["proof"])), "{vector}");
    }
    assert!(list("inclusion").len() + list("consistency").len() > 300);
}

/// The vectors of a kind, or none where the shared data is absent.
fn published(kind: &str) -> Option<Vec<Json>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var("CANDOUR_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let folder = root.join(shared).join("data/merkle_vectors/testdata").join(kind);
    if !folder.is_dir() {
        let line = format!("skipped: published {kind} vectors (no shared data)\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        println!("{}", line.trim());
        return None;
    }
    let mut paths = Vec::new();
    gather(&folder, &mut paths);
    let read = |path: &PathBuf| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Some(paths.iter().map(read).collect())
}

fn gather(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { gather(&path, paths) } else { paths.push(path) }
    }
}

/// A hash of a vector; what is not 32 bytes is not one, and its vector is refused before any proof.
fn hash(value: &Json) -> Option<Hash> {
    Base64::decode_vec(value.as_str()?).ok()?.try_into().ok()
}

/// A root of a vector. One vector has words in its place, which need only be the same twice.
fn root_of(value: &Json) -> Option<Hash> {
    let mut bytes = Base64::decode_vec(value.as_str()?).ok()?;
    bytes.resize(32, 0);
    bytes.try_into().ok()
}

fn proof_of(vector: &Json) -> Option<Vec<Hash>> {
    vector["proof"].as_array().map_or(Some(Vec::new()), |proof| proof.iter().map(hash).collect())
}

fn inclusion_holds(vector: &Json) -> Option<bool> {
    let (at, size) = (vector["leafIdx"].as_u64()?, vector["treeSize"].as_u64()?);
    Some(included(&hash(&vector["leafHash"])?, at, size, &proof_of(vector)?, &hash(&vector["root"])?))
}

fn consistency_holds(vector: &Json) -> Option<bool> {
    let (old, size) = (vector["size1"].as_u64()?, vector["size2"].as_u64()?);
    Some(extends(old, &root_of(&vector["root1"])?, size, &root_of(&vector["root2"])?, &proof_of(vector)?))
}

fn agree_with_published(kind: &str, holds: fn(&Json) -> Option<bool>) {
    let Some(vectors) = published(kind) else { return };
    assert!(vectors.len() > 50, "only {} vectors of {kind}", vectors.len());
    for vector in vectors {
        let wanted = vector["wantErr"] == false;
        assert_eq!(holds(&vector).unwrap_or(false), wanted, "{kind}: {}", vector["desc"]);
    }
}

#[test]
fn inclusion_is_judged_as_the_published_vectors_say() {
    agree_with_published("inclusion", inclusion_holds);
}

#[test]
fn consistency_is_judged_as_the_published_vectors_say() {
    agree_with_published("consistency", consistency_holds);
}
