//! The letter files, and what is refused in one.

use super::*;

const FILE: &str = include_str!("../../../../letters/referral.toml");

#[track_caller]
fn refused(from: &str, to: &str, says: &[&str]) {
    assert!(FILE.contains(from), "the file holds {from:?}");
    let text = FILE.replacen(from, to, 1);
    let error = Letters::read(&[("letters/referral.toml", &text)], &Law::england_and_wales()).unwrap_err().to_string();
    assert!(error.starts_with("letter file letters/referral.toml: "), "{error}");
    for part in says {
        assert!(error.contains(part), "{error:?} does not say {part:?}");
    }
}

#[test]
fn the_catalogue_of_letters_is_whole() {
    for number in 1..=24 {
        let key = format!("L{number:02}");
        let found = Letters::built_in().all().iter().filter(|t| t.key == key || t.key.starts_with(&format!("{key}-")));
        assert!(found.count() > 0, "{key}");
    }
}

#[test]
fn a_letter_file_with_a_slip_is_refused_by_file_and_line() {
    refused("may_not = \"for a", "may_knot = \"for a", &["may_knot", "line"]);
    refused("needs = [\"referred\"]", "needs = [\"refered\"]", &["refered", "line"]);
    refused("{mode-reasons}", "{mode-raisins}", &["letter L02", "line 38", "no field {mode-raisins}"]);
    refused("on {attention}.", "on {attention.", &["letter L01", "line"]);
}

#[test]
fn a_letter_names_rules_that_exist_and_has_all_its_words() {
    refused("[\"need.return\"]", "[\"need.retrun\"]", &["letter L03", "line", "need.retrun"]);
    refused("{mode-reasons}", "{law mode.unheard-of}", &["letter L02", "line 38", "mode.unheard-of"]);
    refused("subject = \"Your referral of {received}\"", "subject = \" \"", &["letter L01", "en.subject is empty"]);
    refused("key = \"L02\"", "key = \"L01\"", &["letter L01: stands twice"]);
    refused("to = [\"authority\"]", "to = []", &["letter L01", "to whom"]);
}

#[test]
fn another_word_makes_another_version() {
    let changed = FILE.replacen("Thank you for", "We thank you for", 1);
    let read = |text: &str| Letters::read(&[("f", text)], &Law::england_and_wales()).unwrap();
    let version = |letters: &Letters, key: &str| letters.named(key).unwrap().version();
    let (old, new) = (read(FILE), read(&changed));
    assert_ne!(version(&old, "L01"), version(&new, "L01"));
    assert_eq!(version(&old, "L02"), version(&new, "L02"));
}

#[test]
fn reminders_are_house_data_by_the_day_of_the_clock() {
    let days: Vec<u32> = Letters::built_in().reminders().iter().map(|reminder| reminder.day).collect();
    assert_eq!(days, [42, 56, 57]);
    let text = "letter = []\n[[reminder]]\nrule = \"no.rule\"\nday = 1\nsays = \"Now\"\n";
    let error = Letters::read(&[("f", text)], &Law::england_and_wales()).unwrap_err().to_string();
    assert!(error.contains("reminder of day 1") && error.contains("no.rule"), "{error}");
}

#[test]
fn a_text_is_its_words_and_its_fields() {
    let read = pieces("On {mode-on} under {law mode.determine}.").unwrap();
    let field = |field| Piece::Field(field);
    let words = |text: &str| Piece::Words(text.to_owned());
    let expected = [
        words("On "),
        field(fields::Field::ModeOn),
        words(" under "),
        field(fields::Field::Law("mode.determine".to_owned())),
        words("."),
    ];
    assert_eq!(read, expected);
    for bad in ["{", "a } b", "{}", "{law}", "{law }", "{Mode-on}", "{due  x}", "{number 5}"] {
        assert!(pieces(bad).is_err(), "{bad}");
    }
}
