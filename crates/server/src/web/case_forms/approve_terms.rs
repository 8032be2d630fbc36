//! Approve the terms of reference that somebody else drafted.

use candour_core::case::Command;
use candour_core::case::investigation::not_under_way;
use candour_core::case::terms::ApproveTerms;
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{date_field, fact, terms};
use crate::web::case_page::staff_name;
use crate::web::field::{Field, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "approve-terms"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::ApproveTerms
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Approve the terms of reference".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some((of, on)) = asked.case().state.terms.waiting() else {
            return Vec::new();
        };
        let entry = asked.case().entries.iter().find(|e| e.version == of);
        let by = entry.map(|e| staff_name(asked.open, &e.actor)).unwrap_or_default();
        vec![fact("Drafted", format!("{} by {by}", day::in_words(on))), fact("Terms of reference", terms(asked, of))]
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::TERMS]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![date_field("on", "When were they approved?")]
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.TOR"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let on = required_date(&mut check, asked.typed, "on", "The date of approval");
        check.done(on.map(|on| Command::ApproveTerms(ApproveTerms { on })))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let state = &asked.case().state;
        let without_draft = state.terms.waiting().is_none().then_some("There is no draft to approve");
        not_under_way(state).or(without_draft)
    }

    fn button(&self) -> &'static str {
        "Approve these terms"
    }

    fn done(&self) -> &'static str {
        "The terms of reference are approved."
    }
}
