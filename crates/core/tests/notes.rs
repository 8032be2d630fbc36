//! Signed notes, checkpoints and policies: the examples of their specifications, and what is refused.

#![allow(missing_docs, reason = "the names of the tests say what they hold")]
#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use candour_core::record::checkpoint::{Checkpoint, log_of, origin};
use candour_core::record::cosignature::{Cosigner, Witness};
use candour_core::record::note::{Note, Signer, Verifier};
use candour_core::record::policy::{Policy, Times};
use candour_core::record::witnessed::{self, Bound, Bounds, Seen, Witnessed};

/// The example of C2SP `signed-note`.
const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo \
    Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn signer() -> Signer {
    Signer::new(&origin("records.example", "iopc"), &[7; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: origin("records.example", "iopc"), size: 20, root: [9; 32] }
}

#[test]
fn the_example_of_the_specification_is_read_and_holds() {
    let (key, note) = (Verifier::parse(KEY).unwrap(), Note::parse(NOTE).unwrap());
    assert_eq!((key.to_string().as_str(), note.to_string().as_str()), (KEY, NOTE));
    assert!(key.signed(&note));
    assert!(!key.signed(&Note::parse(&NOTE.replace("This", "that")).unwrap()));
}

#[test]
fn a_false_signature_in_a_known_name_spoils_the_note_and_one_in_another_does_not() {
    let key = Verifier::parse(KEY).unwrap();
    let line = NOTE.split_once("\n\n").unwrap().1;
    let forged = format!("{NOTE}{}", line.replace("Uw2QOkn8", "Uw2QOkn9"));
    assert!(!key.signed(&Note::parse(&forged).unwrap()));
    let beside = format!("{NOTE}{}", line.replace("example.com/foo", "example.com/bar"));
    assert!(key.signed(&Note::parse(&beside).unwrap()));
}

#[test]
fn what_is_not_written_as_a_note_or_a_key_must_be_is_refused() {
    let notes = ["", "a\n", &NOTE[..NOTE.len() - 1], &NOTE.replace('\u{2014}', "-"), &NOTE.replace('=', "")];
    let spelt = [NOTE.replace("aQM=", "aQN="), format!("{NOTE}\n"), NOTE.replacen('T', "\t", 1)];
    for bad in notes.into_iter().chain(spelt.iter().map(String::as_str)) {
        assert!(Note::parse(bad).is_err(), "{bad:?}");
    }
    let keys = [("530d", "530e"), ("foo", "fo o"), ("+Aek", "+Bek"), ("foo", "fop"), ("U2k", "U2")];
    for (from, to) in keys {
        assert!(Verifier::parse(&KEY.replace(from, to)).is_err(), "{to}");
    }
    assert!(Signer::new("two words", &[1; 32]).is_err() && Signer::new("", &[1; 32]).is_err());
}

#[test]
fn a_signer_is_kept_and_read_again_and_what_it_signs_holds() {
    let signer = Signer::parse(&signer().secret()).unwrap();
    let note = signer.note(&checkpoint().text());
    let read = Note::parse(&note.to_string()).unwrap();
    assert_eq!(read, note);
    assert!(Verifier::parse(&signer.verifier().to_string()).unwrap().signed(&read));
    assert_eq!(Checkpoint::of(&read).unwrap(), checkpoint());
    let secret = signer.secret();
    let refused = Signer::parse(&secret.replace("PRIVATE", "PUBLIC")).err().unwrap().to_string();
    assert!(!refused.contains(secret.rsplit('+').next().unwrap()), "a refusal does not tell the key");
}

#[test]
fn a_checkpoint_is_an_origin_a_size_and_a_root_in_the_one_right_spelling() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let read = |text: String| Checkpoint::of(&signer().note(&text));
    assert_eq!(read(format!("x/candour/iopc/access/1\n20\n{root}\n")).unwrap().log(), Some("iopc/access/1"));
    assert_eq!(read(format!("x\n0\n{root}\nan extension\n")).unwrap().log(), None);
    for bad in ["x\n020\nROOT\n", "x\n-1\nROOT\n", "x\n+1\nROOT\n", "x\nROOT\n", "x\n\n20\nROOT\n", "x\n20\nAA==\n"] {
        assert!(read(bad.replace("ROOT", root)).is_err(), "{bad:?}");
    }
    assert!(read(format!("x\n18446744073709551616\n{root}\n")).is_err());
    assert_eq!((log_of("/candour/iopc"), log_of("x/candour/")), (None, None));
}

#[test]
fn a_policy_accepts_its_own_keys_for_their_own_logs_only() {
    let ours = signer();
    let policy = Policy::parse(&format!("# ours\n log {} https://x\n\nquorum none\n", ours.verifier())).unwrap();
    assert!(policy.accepts(&ours.note(&checkpoint().text()), &checkpoint()));
    let stranger = Signer::new(&checkpoint().origin, &[8; 32]).unwrap();
    assert!(!policy.accepts(&stranger.note(&checkpoint().text()), &checkpoint()));
    let elsewhere = Checkpoint { origin: origin("records.example", "another"), ..checkpoint() };
    assert!(!policy.accepts(&ours.note(&elsewhere.text()), &elsewhere));
    for bad in [
        "",
        "log KEY\n",
        "quorum none\n",
        "log KEY\nlog KEY\nquorum none",
        "log KEY\nquorum none\nquorum none",
        "log KEY\nquorum w",
        "log KEY\nwitness w KEY\nquorum none",
        "log KEY\r\nquorum none",
    ] {
        assert!(Policy::parse(&bad.replace("KEY", KEY)).is_err(), "{bad:?}");
    }
}

fn witness(n: u8) -> Cosigner {
    Cosigner::new(&format!("w{n}.example"), &[100 + n; 32]).unwrap()
}

/// A checkpoint that these witnesses cosigned at these times.
fn cosigned(by: &[(u8, u64)]) -> Note {
    let note = signer().note(&checkpoint().text());
    by.iter().fold(note, |note, (n, time)| witness(*n).cosigned(&note, *time))
}

/// A policy with witnesses w1 to w6 and these further lines.
fn policy(lines: &str) -> Policy {
    let witnesses: String = (1..=6).map(|n| format!("witness w{n} {}\n", witness(n).witness())).collect();
    Policy::parse(&format!("log {}\n{witnesses}{lines}", signer().verifier())).unwrap()
}

#[test]
fn a_cosignature_holds_for_its_text_and_its_time_alone() {
    let key = Witness::parse(&witness(1).witness().to_string()).unwrap();
    let note = Note::parse(&cosigned(&[(1, 1_679_315_147)]).to_string()).unwrap();
    assert_eq!(key.times(&note), [1_679_315_147]);
    assert!(signer().verifier().signed(&note), "the log's signature stands beside it");
    let again = Cosigner::parse(&witness(1).secret()).unwrap();
    assert_eq!(again.line(&note, 7), witness(1).line(&note, 7));
    let text = note.to_string();
    let line = text.lines().last().unwrap();
    let moved = text.replace("\n20\n", "\n21\n");
    assert_eq!(key.times(&Note::parse(&moved).unwrap()), [0; 0], "another size");
    let (head, encoded) = line.rsplit_once(' ').unwrap();
    let mut letters: Vec<char> = encoded.chars().collect();
    letters[10] = if letters[10] == 'A' { 'B' } else { 'A' };
    let other_time = text.replace(line, &format!("{head} {}", letters.iter().collect::<String>()));
    assert_eq!(key.times(&Note::parse(&other_time).unwrap()), [0; 0], "another time");
    let beside = format!("{text}{}\n", other_time.lines().last().unwrap());
    assert_eq!(key.times(&Note::parse(&beside).unwrap()), [0; 0], "a false one spoils the true one");
    assert!(Witness::parse(&signer().verifier().to_string()).is_err(), "a log's key is no witness's");
    assert!(Verifier::parse(&witness(1).witness().to_string()).is_err(), "nor the other way round");
    let late = witness(1).cosigned(&signer().note(&checkpoint().text()), 1 << 63);
    assert_eq!(key.times(&late), [0; 0], "a time that is none");
}

#[test]
fn lines_of_an_answer_are_taken_in_the_witness_s_own_name_only() {
    let note = signer().note(&checkpoint().text());
    let answer = format!("{}{}nonsense\n", witness(1).line(&note, 5), witness(2).line(&note, 6));
    let taken = note.with_lines_of(&witness(1).witness(), &answer);
    assert_eq!((witness(1).witness().times(&taken), witness(2).witness().times(&taken)), (vec![5], vec![]));
    let again = taken.with_lines_of(&witness(1).witness(), &witness(1).line(&note, 9));
    assert_eq!(witness(1).witness().times(&again), [9], "the newer one takes the place of the older");
}

#[test]
fn a_quorum_counts_its_witnesses_and_groups_and_nobody_else() {
    let holds = |policy: &Policy, by: &[u8]| {
        let by: Vec<(u8, u64)> = by.iter().map(|n| (*n, 10)).collect();
        policy.accepts(&cosigned(&by), &checkpoint())
    };
    let two = policy("group two 2 w1 w2 w3\nquorum two\n");
    assert!(holds(&two, &[1, 3]) && holds(&two, &[1, 2, 3]) && holds(&two, &[2, 3, 6]));
    assert!(!holds(&two, &[]) && !holds(&two, &[1]) && !holds(&two, &[1, 4, 5, 6]));
    assert!(!holds(&two, &[1, 1]), "one witness twice is one");
    let nested = policy("group x 2 w1 w2 w3\ngroup y any w4 w5 w6\ngroup both all x y\nquorum both");
    assert!(holds(&nested, &[1, 2, 5]) && !holds(&nested, &[1, 2, 3]) && !holds(&nested, &[1, 4, 5, 6]));
    let one = policy("quorum w2");
    assert!(holds(&one, &[2]) && !holds(&one, &[1, 3]));
    let none = policy("quorum none");
    assert!(holds(&none, &[]) && !none.asks_witnesses());
    let stranger = Signer::new(&checkpoint().origin, &[8; 32]).unwrap().note(&checkpoint().text());
    let stranger = [1, 2].iter().fold(stranger, |note, n| witness(*n).cosigned(&note, 10));
    assert!(two.cosigned(&stranger) && !two.accepts(&stranger, &checkpoint()), "witnesses do not replace the log");
}

#[test]
fn a_policy_that_does_not_say_who_counts_is_refused() {
    let key = signer().verifier();
    let [a, b] = [1, 2].map(|n| witness(n).witness());
    for bad in [
        "quorum w".to_owned(),
        "quorum none\nquorum none".to_owned(),
        format!("quorum a\nwitness a {a}"),
        format!("witness a {a}\nwitness a {b}\nquorum a"),
        format!("witness a {a}\nwitness b {a}\nquorum a"),
        format!("witness none {a}\nquorum none"),
        format!("witness a {key}\nquorum a"),
        format!("witness a {a}\ngroup g 0 a\nquorum g"),
        format!("witness a {a}\ngroup g 2 a\nquorum g"),
        format!("witness a {a}\ngroup g 01 a\nquorum g"),
        format!("witness a {a}\ngroup g +1 a\nquorum g"),
        format!("witness a {a}\ngroup g some a\nquorum g"),
        format!("witness a {a}\ngroup g any\nquorum a"),
        format!("witness a {a}\ngroup g any a a\nquorum g"),
        format!("witness a {a}\ngroup g any a\ngroup h any a\nquorum g"),
        format!("witness a {a}\ngroup g any g\nquorum g"),
        format!("witness a {a}\ngroup a any a\nquorum a"),
        format!("witness a {a}\ngroup g any none\nquorum g"),
        format!("witness a {a}\ngroup g any a b\nwitness b {b}\nquorum g"),
        format!("witness a {a} http://x more\nquorum a"),
        format!("witness a {a}"),
    ] {
        assert!(Policy::parse(&format!("log {key}\n{bad}\n")).is_err(), "{bad}");
    }
    let lines: String = (0..64)
        .map(|n| format!("group g{n} any {}\n", if n == 0 { "a".to_owned() } else { format!("g{}", n - 1) }))
        .collect();
    let deep = format!("log {key}\nwitness a {a}\n{lines}");
    assert!(Policy::parse(&format!("{deep}quorum g63")).unwrap().cosigned(&cosigned(&[(1, 3)])));
    assert!(Policy::parse(&format!("{deep}group h any g63\nquorum h")).is_err(), "one too many");
}

#[test]
fn one_wrong_clock_among_three_moves_neither_end_of_the_time() {
    let two = policy("group two 2 w1 w2 w3\nquorum two\n");
    let times = |by: &[(u8, u64)]| two.times(&cosigned(by)).map(|Times { by, since }| (by, since));
    assert_eq!(times(&[(1, 10), (2, 12)]), Some((12, 10)));
    assert_eq!(times(&[(1, 10), (2, 12), (3, 9_999)]), Some((12, 12)), "one that is ahead");
    assert_eq!(times(&[(1, 10), (2, 12), (3, 0)]), Some((10, 10)), "one that is behind");
    assert_eq!(times(&[(1, 10)]), None);
    assert_eq!(policy("quorum none").times(&cosigned(&[(1, 10)])), None);
}

#[test]
fn a_file_of_cosigned_checkpoints_bounds_each_event_by_its_neighbours() {
    let two = policy("group two 2 w1 w2 w3\nquorum two\n");
    let at = |size: u64, time: u64, witnesses: u8| {
        let note = signer().note(&Checkpoint { size, ..checkpoint() }.text());
        (1..=witnesses).fold(note, |note, n| witness(n).cosigned(&note, time))
    };
    let notes = [at(10, 1_000, 3), at(10, 1_500, 2), at(20, 2_000, 2), at(30, 2_500, 1), at(40, 3_000, 2)];
    let text: String = notes.iter().map(Note::to_string).collect();
    assert_eq!(witnessed::read(&text).unwrap(), notes);
    assert!(witnessed::read(&text[..text.len() - 9]).is_err() && witnessed::read("x\n").is_err());
    assert_eq!(witnessed::read("").unwrap(), []);
    let all = Witnessed::of(&notes, &two);
    assert_eq!((all.seen.len(), all.of), (4, 5), "one without a quorum proves nothing");
    let bounds = Bounds::of(&all.seen);
    let bound = |seq| (bounds.bound(seq).after, bounds.bound(seq).before);
    assert_eq!(bound(10), (None, Some(1_000)), "the first time that covers it");
    assert_eq!(bound(11), (Some(1_500), Some(2_000)), "the last time that does not");
    assert_eq!((bound(21), bound(40)), ((Some(2_000), Some(3_000)), (Some(2_000), Some(3_000))));
    assert_eq!(bound(41), (Some(3_000), None));
    let within = Bound { after: Some(1_500), before: Some(2_000) };
    let micros = |seconds: i64| seconds * 1_000_000;
    assert!(within.holds(micros(1_380)) && within.holds(micros(2_120)), "two minutes are forgiven");
    assert!(!within.holds(micros(1_380) - 1) && !within.holds(micros(2_120) + 1));
    assert!(!within.holds(i64::MIN) && !within.holds(i64::MAX));
    let far = Bound { after: Some(i64::MAX as u64), before: Some(i64::MAX as u64) };
    assert!(!far.holds(0) && Bound { after: None, before: None }.holds(0));
    let of_seen = |seen: &Seen| (seen.checkpoint.size, seen.by, seen.since);
    assert_eq!(of_seen(&all.seen[0]), (10, 1_000, 1_000));
}

#[test]
fn cosignatures_are_judged_as_the_second_implementation_judges_them() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../../../verify/cosignatures.json")).unwrap();
    let policy = Policy::parse(vectors["policy"].as_str().unwrap()).unwrap();
    let notes = vectors["notes"].as_array().unwrap();
    for vector in notes {
        let times = policy.times(&Note::parse(vector["note"].as_str().unwrap()).unwrap());
        let times = times.map(|Times { by, since }| vec![by, since]);
        assert_eq!(serde_json::json!(times), vector["times"], "{}", vector["about"]);
    }
    assert!(notes.len() >= 9);
}
