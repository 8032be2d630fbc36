//! What letters say, held against the record from which they were filled.

use super::*;

#[track_caller]
fn says(key: &str, to: usize, parts: &[&str]) {
    let desk = desk(sample(key));
    let template = Letters::built_in().named(key).unwrap();
    let context = Context { today: LATER, ..desk.context() };
    let (_, filled) = issue(key, &whoever(template, &desk)[to]).text(&desk.case, context).unwrap();
    for part in parts {
        assert!(filled.en.contains(part), "{key} does not say {part:?}: {}", filled.en);
    }
}

#[test]
fn letters_to_the_officer_state_what_the_record_holds() {
    says(
        "L05",
        0,
        &["No check was made at four.", "would be gross misconduct", "within 5 working days", "within 10 working days"],
    );
    says("L06", 0, &["would be misconduct. If", "assessment of 3 May 2021 was gross misconduct"]);
    // The fifth working day after Monday 6 December 2021.
    says("L07", 0, &["on 6 December 2021", "no later than 13 December 2021: within 5 working days", "in Cardiff"]);
    says("L08", 0, &["would be gross misconduct. This has been so since 3 May 2021"]);
    let desk = desk(sample("L07"));
    let silent = Issue { added: String::new(), ..issue("L07", &desk.case.state.informed[2].key) };
    let refusal = decide_on(&desk, LATER, Command::IssueLetter(silent)).unwrap_err();
    assert_eq!(refusal.problems[0].field, "added");
    let two = desk_of_two();
    let to = two.case.state.informed[2].key.clone();
    let refusal = decide_on(&two, LATER, Command::IssueLetter(issue("L08", &to))).unwrap_err().to_string();
    assert!(refusal.contains("does not say which of them"), "{refusal}");
}

fn desk_of_two() -> Desk {
    let (status, on) = (Status::Witness, date(2021, 5, 1));
    let other = SetStatus { person: "person:OTHER".into(), status, on, reasons: String::new() };
    desk(with(assessed(), [Command::Officer(Officer::SetStatus(other))]))
}

#[test]
fn letters_after_the_report_name_days_from_the_clocks_and_words_from_the_record() {
    says("L12", 0, &["by 13 December 2021", "A case to answer for misconduct.", "sought your views"]);
    says("L16", 0, &["in this form: misconduct meeting. Our reasons: The film shows it."]);
    says("L17", 2, &["To: The Chief", "made to The Chief on 1 November 2021:\n\nCheck hourly.", "is 26 December 2021"]);
    says("L18-extension", 0, &["recommendation 1 is 31 January 2022"]);
    says("L18-reminder", 0, &["recommendation 1 is 15 December 2021"]);
    says("L19-invalid", 0, &["not valid: incomplete.", "The film was not looked at."]);
    says("L19-forwarded", 0, &["On 6 October 2021 we sent it on to the local policing body"]);
    says("L20", 0, &["the review is upheld.", "(a) It is about the conduct", "must be answered by 1 December 2021"]);
}

#[test]
fn each_of_several_recommendations_has_letters_of_its_own() {
    let desk = desk(with(sample("L17"), recommended(2, date(2021, 11, 8))));
    let template = Letters::built_in().named("L17").unwrap();
    let whom = whoever(template, &desk);
    assert!(whom.contains(&words("recommendation-1")) && whom.contains(&words("recommendation-2")), "{whom:?}");
    let fresh = decide_on(&desk, LATER, Command::IssueLetter(issue("L17", "recommendation-2"))).unwrap();
    let text = &fresh[0].words[0].1;
    assert!(text.contains("Recommendation 2, ") && !text.contains("Recommendation 1, "), "{text}");
    let says = decide_on(&desk, LATER, Command::IssueLetter(issue("L17", "recipient"))).unwrap_err().to_string();
    assert!(says.contains("Choose the one"), "{says}");
}
