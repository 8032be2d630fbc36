//! Close a case.

use candour_core::case::closing::{Close, Publication, criteria, unmet};
use candour_core::case::{Command, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "close"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Close
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Close the case".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let state = &asked.case().state;
        let report = state.report.map(|day| ("Final report submitted".to_owned(), day::in_words(day)));
        let criteria = criteria(state).into_iter();
        let criteria = criteria.map(|c| (c.title.to_owned(), if c.met { "Yes" } else { "Not yet" }.to_owned()));
        report.into_iter().chain(criteria).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::CLOSE]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let mut fields =
            vec![Field::new("on", "When was the case closed?", Input::Date).with_hint("For example, 27 3 2019")];
        if asked.case().state.report.is_some() {
            let choices = Publication::ALL.into_iter().map(|p| Choice::new(p.id(), p.label())).collect();
            fields.push(Field::new("publication", "What became of the report?", Input::Radios(choices)));
        }
        fields.push(Field::new("reasons", "Why does nothing remain to be done?", Input::Words));
        fields
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let on = required_date(&mut check, asked.typed, "on", "The date of closing");
        let reasons = words::required("Say why nothing remains to be done", "Reasons", asked.typed.get("reasons"));
        let reasons = check.field("reasons", reasons);
        let publication = Publication::parse(asked.typed.get("publication"));
        let close = (|| Some(Command::Close(Close { on: on?, publication, reasons: reasons? })))();
        check.done(close)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let state = &asked.case().state;
        if state.closed.is_some() {
            return Some("The case is already closed");
        }
        unmet(state, asked.context()).map(|criterion| criterion.remedy)
    }

    fn button(&self) -> &'static str {
        "Close the case"
    }

    fn done(&self) -> &'static str {
        "The case is closed."
    }
}
