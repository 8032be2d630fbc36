//! Submit the final report.

use candour_core::case::report::SubmitReport;
use candour_core::case::{Command, State, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{fact, terms};
use crate::web::field::{Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

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
        vec![id::FINAL_REPORT, id::WITHIN_12_MONTHS]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![
            Field::new("on", "When was the final report submitted?", Input::Date).with_hint("For example, 27 3 2019"),
            Field::new("conclusion", "What does it conclude?", Input::Words).with_hint("A few sentences"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let on = required_date(&mut check, asked.typed, "on", "The date the report was submitted");
        let conclusion =
            words::required("Say what the report concludes", "The conclusion", asked.typed.get("conclusion"));
        let conclusion = check.field("conclusion", conclusion);
        let submit = (|| Some(Command::SubmitReport(SubmitReport { on: on?, conclusion: conclusion? })))();
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
