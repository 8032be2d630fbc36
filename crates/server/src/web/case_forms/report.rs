//! Submit the final report, or record the one that the force's investigator submitted.

use candour_core::case::report::{Copies, ReceiveReport, SubmitReport, not_received};
use candour_core::case::{Command, State, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{fact, has_power, terms};
use super::plain::{Plain, no_facts, radios};
use crate::web::field::{Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

const CHOICES: [(&str, &str); 3] = [
    ("none", "No"),
    ("obscured", "Yes, and it is removed or obscured in the copies for others"),
    ("whole", "Yes, and others are to get it whole"),
];

pub(super) static RECEIVED: Plain = Plain {
    slug: "report-received",
    action: Action::Correspond,
    decides: &[],
    title: "Record the report of the force’s investigator",
    rules: |_| vec![id::FINAL_REPORT, id::SENSITIVE_REPORT],
    facts: no_facts,
    fields,
    command: |asked, check| Some(Command::ReceiveReport(ReceiveReport(read(check, asked)?))),
    why_not: |asked| not_received(&asked.case().state).map(str::to_owned),
    button: "Record the report",
    done: "The report is recorded. The decisions on it are ours.",
};

fn fields(asked: &Asked<'_>) -> Vec<Field> {
    let mut fields = vec![
        Field::new("on", "When was the final report submitted?", Input::Date).with_hint("For example, 27 3 2019"),
        Field::new("conclusion", "What does it conclude?", Input::Words).with_hint("A few sentences"),
    ];
    if has_power(asked, id::SENSITIVE_REPORT) {
        fields.push(copies("Does it hold sensitive information?", &CHOICES));
    }
    fields
}

fn read(check: &mut Check, asked: &Asked<'_>) -> Option<SubmitReport> {
    let on = required_date(check, asked.typed, "on", "The date the report was submitted");
    let conclusion = words::required("Say what the report concludes", "The conclusion", asked.typed.get("conclusion"));
    let conclusion = check.field("conclusion", conclusion);
    let sensitive = if has_power(asked, id::SENSITIVE_REPORT) { chosen_copies(check, asked.typed) } else { Some(None) };
    Some(SubmitReport { on: on?, conclusion: conclusion?, sensitive: sensitive? })
}

/// What others are given of a report that holds sensitive information.
pub(super) fn copies(label: &str, choices: &[(&'static str, &'static str)]) -> Field {
    radios("sensitive", label, choices.iter().copied()).with_hint(
        "Sensitive is intelligence service information, intercept information, and what a government department marked as able to \
         harm national security, international relations or the economy",
    )
}

/// Reads it.
pub(super) fn chosen_copies(check: &mut Check, typed: &Typed) -> Option<Option<Copies>> {
    let copies = match typed.get("sensitive") {
        "none" => Ok(None),
        "obscured" => Ok(Some(Copies::Obscured)),
        "whole" => Ok(Some(Copies::Whole)),
        _ => Err(Refusal::new("Choose whether the report holds sensitive information")),
    };
    check.field("sensitive", copies)
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "report"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::SubmitReport
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Submit the final report".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let state = &asked.case().state;
        let since = state.leads.first().map(|(day, _)| fact("Lead appointed", day::in_words(*day)));
        let approved = state.terms.approved.last();
        let approved = approved
            .map(|(of, on)| (format!("Terms of reference, approved on {}", day::in_words(*on)), terms(asked, *of)));
        since.into_iter().chain(approved).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::FINAL_REPORT, id::SENSITIVE_REPORT, id::WITHIN_12_MONTHS]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        fields(asked)
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let submit = read(&mut check, asked).map(Command::SubmitReport);
        check.done(submit)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        match &asked.case().state {
            State { report: Some(_), .. } => Some("The final report has already been submitted"),
            State { closed: Some(_), .. } => Some("The case is closed"),
            State { leads, .. } if leads.is_empty() => Some("Appoint a lead investigator first"),
            State { discontinued: Some(_), .. } => Some("The investigation has been discontinued"),
            state if state.paused().is_some() => Some("The investigation is suspended. Resume it first"),
            State { terms, .. } if terms.approved.is_empty() => {
                Some("The report answers to its terms of reference. Have them approved first")
            }
            _ => None,
        }
    }

    fn button(&self) -> &'static str {
        "Submit the report"
    }

    fn done(&self) -> &'static str {
        "The final report is submitted."
    }
}
