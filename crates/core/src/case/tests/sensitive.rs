//! The domain brief's scenario W14: what others are given of a report that holds sensitive
//! information.

use super::on_the_report::new_scheme;
use super::*;
use crate::case::decision::DecideProsecutor;
use crate::case::report::Copies;

/// The case of the new scheme, but its report and what others are given of it.
fn reported_with(sensitive: Option<Copies>) -> (Vec<Command>, Command) {
    let mut given = new_scheme();
    let Some(Command::SubmitReport(report)) = given.pop() else { unreachable!("it ends with its report") };
    (given, Command::SubmitReport(SubmitReport { sensitive, ..report }))
}

fn to_the_prosecutor(referred: bool, sensitive: Option<Copies>) -> Command {
    let (on, reasons) = (date(2020, 3, 2), "A crime may have been committed.".into());
    Command::DecideProsecutor(DecideProsecutor { referred, sensitive, on, reasons })
}

#[test]
fn w14_neither_the_authority_nor_the_prosecutor_is_given_a_sensitive_report_whole() {
    let (given, whole) = reported_with(Some(Copies::Whole));
    refused(given.clone(), whole, "section 21A");
    let (_, obscured) = reported_with(Some(Copies::Obscured));
    let reported: Vec<Command> = given.into_iter().chain([obscured]).collect();
    assert!(Desk::after(reported.clone()).case.state.report_obscured);
    refused(reported.clone(), to_the_prosecutor(true, None), "which version");
    refused(reported.clone(), to_the_prosecutor(true, Some(Copies::Whole)), "section 21A");
    allowed(reported.clone(), to_the_prosecutor(true, Some(Copies::Obscured)));
    // Nothing is sent where it is not referred, so no version is asked for; that takes two people.
    refused(reported, to_the_prosecutor(false, None), "A second person");
}

#[test]
fn a_report_without_sensitive_information_says_nothing_of_it() {
    let (given, report) = reported_with(None);
    let desk = Desk::after(given.into_iter().chain([report]).collect());
    let entry = desk.case.entries.iter().find(|e| matches!(e.event, Event::ReportSubmitted(_))).unwrap();
    assert_eq!(
        serde_json::to_value(&entry.event).unwrap(),
        serde_json::json!({ "kind": "report.submitted", "data": {} })
    );
}

#[test]
fn before_the_section_a_report_is_recorded_as_it_was() {
    let old = SubmitReport { on: date(2019, 5, 1), conclusion: "Found.".into(), sensitive: Some(Copies::Whole) };
    let desk = Desk::after(under_way().into_iter().chain([Command::SubmitReport(old)]).collect());
    assert!(!desk.case.state.report_obscured);
}
