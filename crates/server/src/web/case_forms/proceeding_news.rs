//! Record news of a proceeding: who is responsible now, and when its next step is expected.

use candour_core::case::Command;
use candour_core::case::proceeding::Update;
use candour_core::holder::Holder;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, none_runs, note, note_field, number, proceeding, proceeding_facts, proceedings};
use super::changes::owners;
use crate::web::case_page::says::proceeding_name;
use crate::web::field::{Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "proceeding-news"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::FollowProceeding
    }

    fn title(&self, asked: &Asked<'_>) -> String {
        match proceeding(asked).filter(|_| !asked.typed.get("n").is_empty()) {
            Some(p) => format!("Record news of a proceeding: {}", proceeding_name(asked.app, asked.open, p.n)),
            None => "Record news of a proceeding".to_owned(),
        }
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        proceeding_facts(asked)
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::AFTER_REPORT]
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        proceedings(asked)
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        if proceeding(asked).is_none() {
            return Vec::new();
        }
        vec![
            Field::new("n", "", Input::Hidden),
            Field::new("owner", "Who is responsible for it now?", Input::Radios(owners(&asked.app.profile))),
            date_field("expected_on", "When is its next step expected?"),
            date_field("on", "From which day is this so?"),
            note_field(),
        ]
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(p) = proceeding(asked) else {
            return Vec::new();
        };
        let mut boxes = vec![("n".to_owned(), p.n.to_string()), ("owner".to_owned(), p.owner().id().to_owned())];
        if let Some(expected) = p.next_expected() {
            boxes.push(("expected_on-day".to_owned(), expected.day().to_string()));
            boxes.push(("expected_on-month".to_owned(), expected.month().to_string()));
            boxes.push(("expected_on-year".to_owned(), expected.year().to_string()));
        }
        boxes
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let n = check.field("n", number(asked.typed, "Choose the proceeding"));
        let owner = Holder::parse(asked.typed.get("owner"));
        let owner = check.field("owner", choose(owner, "Choose who is responsible for it"));
        let expected_on = required_date(&mut check, asked.typed, "expected_on", "The date of the next expected step");
        let on = required_date(&mut check, asked.typed, "on", "The date of the news");
        let note = note(&mut check, asked.typed);
        let update = (|| {
            let (n, owner, on, expected_on, note) = (n?, owner?, on?, expected_on?, note?);
            Some(Command::UpdateProceeding(Update { n, owner, on, expected_on, note }))
        })();
        check.done(update)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        none_runs(asked)
    }

    fn button(&self) -> &'static str {
        "Record the news"
    }

    fn done(&self) -> &'static str {
        "The news of the proceeding is recorded."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/after")
    }
}
