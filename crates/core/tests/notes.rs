//! Signed notes, checkpoints and policies: the examples of their specifications, and what is refused.

#![allow(missing_docs, reason = "the names of the tests say what they hold")]
#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use candour_core::record::checkpoint::{Checkpoint, log_of, origin};
use candour_core::record::note::{Note, Signer, Verifier};
use candour_core::record::policy::Policy;

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
