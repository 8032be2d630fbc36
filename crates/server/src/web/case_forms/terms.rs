//! Draft terms of reference.

use candour_core::case::investigation::not_under_way;
use candour_core::case::terms::DraftTerms;
use candour_core::case::{Command, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{date_field, fact, terms};
use crate::web::case_page::word_as_corrected;
use crate::web::field::{Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "terms"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::DraftTerms
    }

    fn title(&self, asked: &Asked<'_>) -> String {
        match asked.case().state.terms.draft {
            None => "Draft the terms of reference".to_owned(),
            Some(_) => "Draft new terms of reference".to_owned(),
        }
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let state = &asked.case().state.terms;
        let summary = word_as_corrected(asked.open, 1, "summary").map(|words| fact("Summary of the matter", words));
        let approved =
            state.approved.last().map(|(of, on)| (format!("Approved on {}", day::in_words(*on)), terms(asked, *of)));
        let waiting = state.waiting();
        let waiting =
            waiting.map(|(of, on)| (format!("Drafted on {}, not approved", day::in_words(on)), terms(asked, of)));
        summary.into_iter().chain(approved).chain(waiting).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::TERMS]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![
            Field::new("terms", "What is the investigation to find out?", Input::Words)
                .with_hint("Somebody else approves these terms. They replace any that were drafted before"),
            date_field("on", "When were they drafted?"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let terms = words::required("Enter the terms of reference", "The terms", asked.typed.get("terms"));
        let terms = check.field("terms", terms);
        let on = required_date(&mut check, asked.typed, "on", "The date of the draft");
        let draft = (|| Some(Command::DraftTerms(DraftTerms { on: on?, terms: terms? })))();
        check.done(draft)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let state = &asked.case().state;
        let without_lead = state.leads.is_empty().then_some("Appoint a lead investigator first");
        not_under_way(state).or(without_lead)
    }

    fn button(&self) -> &'static str {
        "Record the draft"
    }

    fn done(&self) -> &'static str {
        "The terms of reference are drafted. Somebody else has to approve them."
    }
}
