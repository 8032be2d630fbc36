//! Bundles that somebody tampered with: each of some hundred random changes is found, and by both
//! verifiers as the same findings.

use candour_core::record::bundle::{self, Verified};
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::note::Note;
use candour_core::record::policy::Policy;
use serde_json::{Value as Json, json};

use crate::engines::on_sqlite;
use crate::proof::Proven;
use crate::python;

const MUTATIONS: usize = 800;
/// Checks every bundle of a folder in one process, and prints what it finds in each.
const SCRIPT: &str = "
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import bundle, note
folder = pathlib.Path(sys.argv[2])
policy = note.Policy((folder / 'policy').read_text())
held = note.Checkpoint(note.Note((folder / 'old').read_text()))
for n in range(int(sys.argv[3])):
    found = bundle.verify((folder / f'{n}.json').read_bytes(), policy, [held])[3]
    print(json.dumps(found))
";

/// Chance that can be repeated: SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }
}

#[test]
fn every_random_change_to_a_bundle_is_found_by_both_verifiers_alike() {
    on_sqlite(|database| {
        let proven = Proven::new(database);
        let read = |name: &str| std::fs::read_to_string(proven.signer.file(name)).unwrap();
        let policy = Policy::parse(&std::fs::read_to_string(proven.signer.policy()).unwrap()).unwrap();
        let held = Checkpoint::of(&Note::parse(&read("old")).unwrap()).unwrap();
        let honest = read("bundle.json");
        let verify = |text: &str| bundle::verify(text, Some(&policy), std::slice::from_ref(&held));
        assert_eq!(verify(&honest).findings, []);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("old"), read("old")).unwrap();
        std::fs::copy(proven.signer.policy(), folder.path().join("policy")).unwrap();
        let mut found = Vec::new();
        for (n, text) in mutations(&honest).iter().enumerate() {
            std::fs::write(folder.path().join(format!("{n}.json")), text).unwrap();
            let verified = verify(text);
            assert!(!verified.findings.is_empty(), "change {n} was not found: {}", differing(&honest, text));
            found.push(as_json(&verified));
        }
        let folder = folder.path().display().to_string();
        let out = python::run(&["-c", SCRIPT, python::VERIFY, &folder, &found.len().to_string()]);
        let said = String::from_utf8(out.stdout).unwrap();
        assert_eq!(said.lines().count(), found.len(), "{}", String::from_utf8_lossy(&out.stderr));
        let mut codes = std::collections::BTreeMap::new();
        for (n, (python, rust)) in said.lines().zip(&found).enumerate() {
            assert_eq!(&serde_json::from_str::<Json>(python).unwrap(), rust, "change {n}: the verifiers differ");
            for finding in rust.as_array().unwrap() {
                *codes.entry(finding[0].to_string()).or_insert(0) += 1;
            }
        }
        println!("{} changes found: {codes:?}", found.len());
        assert!(codes.len() >= 8, "only {codes:?}");
    });
}

/// What a bundle cannot show, and decision 005 says so: that the case has no later entries.
#[test]
fn the_end_of_a_case_can_be_left_off_and_nothing_else() {
    on_sqlite(|database| {
        let proven = Proven::new(database);
        let text = std::fs::read_to_string(proven.signer.file("bundle.json")).unwrap();
        let mut whole: Json = serde_json::from_str(&text).unwrap();
        let last = whole["events"].as_array_mut().unwrap().pop().unwrap();
        whole["texts"].as_array_mut().unwrap().retain(|text| text["seq"] != last["seq"]);
        assert_eq!(bundle::verify(&whole.to_string(), None, &[]).findings, []);
        whole["events"].as_array_mut().unwrap().remove(0);
        assert!(!bundle::verify(&whole.to_string(), None, &[]).findings.is_empty());
    });
}

fn as_json(verified: &Verified) -> Json {
    verified.findings.iter().map(|f| json!([f.code, f.log, f.seq, f.field])).collect()
}

fn differing<'a>(honest: &str, text: &'a str) -> &'a str {
    let at = honest.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
    let (from, to) =
        (text.floor_char_boundary(at.saturating_sub(60)), text.ceil_char_boundary((at + 60).min(text.len())));
    &text[from..to]
}

fn mutations(honest: &str) -> Vec<String> {
    let whole: Json = serde_json::from_str(honest).unwrap();
    let mut chance = Chance(11);
    let mut made = Vec::new();
    while made.len() < MUTATIONS {
        let text = if made.len() % 5 == 0 { flipped(honest, &mut chance) } else { changed(&whole, &mut chance) };
        // A change of spelling that reads the same is none.
        let other = text.filter(|text| serde_json::from_str::<Json>(text).ok().as_ref() != Some(&whole));
        made.extend(other);
    }
    made
}

/// One bit of one byte the other way, where that leaves text.
fn flipped(honest: &str, chance: &mut Chance) -> Option<String> {
    let mut bytes = honest.as_bytes().to_vec();
    let at = chance.below(bytes.len());
    bytes[at] ^= 1 << chance.below(8);
    String::from_utf8(bytes).ok()
}

/// One value somewhere in the bundle changed. The last entry of the case is not taken away.
fn changed(whole: &Json, chance: &mut Chance) -> Option<String> {
    let mut paths = Vec::new();
    walk(whole, String::new(), &mut paths);
    let path = &paths[chance.below(paths.len())];
    let mut other = whole.clone();
    let last = whole["events"].as_array().unwrap().len() - 1;
    let value = other.pointer_mut(path)?;
    match value {
        Json::String(text) => *text = slipped(text, chance),
        Json::Number(n) => *value = json!(n.as_i64()? + [1, -1, 1000, -1_000_000][chance.below(4)]),
        Json::Array(items) if !items.is_empty() => {
            let (a, b) = (chance.below(items.len()), chance.below(items.len()));
            match chance.below(3) {
                0 if path != "/events" || a < last => drop(items.remove(a)),
                1 => items.push(items[a].clone()),
                _ => items.swap(a, b),
            }
        }
        Json::Object(object) => {
            let key = object.keys().nth(chance.below(object.len()))?.clone();
            match chance.below(3) {
                0 => drop(object.remove(&key)),
                1 => drop(object.insert("more".to_owned(), json!(1))),
                _ => drop(object.insert(key, [Json::Null, json!(1.5), json!(""), json!([])][chance.below(4)].clone())),
            }
        }
        _ => *value = json!(["ff"]),
    }
    Some(other.to_string())
}

/// A text with one character changed, added or gone.
fn slipped(text: &str, chance: &mut Chance) -> String {
    const LETTERS: [char; 8] = ['a', '0', 'ŵ', ' ', '\n', '"', '+', '\u{0}'];
    let mut letters: Vec<char> = text.chars().collect();
    let at = chance.below(letters.len() + 1);
    match chance.below(3) {
        0 if at < letters.len() => letters[at] = LETTERS[chance.below(8)],
        1 if at < letters.len() => drop(letters.remove(at)),
        _ => letters.insert(at, LETTERS[chance.below(8)]),
    }
    letters.into_iter().collect()
}

fn walk(value: &Json, path: String, paths: &mut Vec<String>) {
    let parts: Vec<(String, &Json)> = match value {
        Json::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
        Json::Object(object) => object.iter().map(|(key, item)| (key.clone(), item)).collect(),
        _ => Vec::new(),
    };
    for (name, item) in parts {
        walk(item, format!("{path}/{name}"), paths);
    }
    paths.push(path);
}
