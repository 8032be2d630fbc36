//! Record that a proceeding ended, and how: each sort has its own outcomes.

use candour_core::case::Command;
use candour_core::case::proceeding::End;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, none_runs, note, note_field, number, proceeding, proceeding_facts, proceedings};
use crate::web::case_page::says::proceeding_name;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "end-proceeding"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::FollowProceeding
    }

    fn title(&self, asked: &Asked<'_>) -> String {
        match proceeding(asked).filter(|_| !asked.typed.get("n").is_empty()) {
            Some(p) => format!("Record that a proceeding ended: {}", proceeding_name(asked.app, asked.open, p.n)),
            None => "Record that a proceeding ended".to_owned(),
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
        let Some(p) = proceeding(asked) else {
            return Vec::new();
        };
        let stage = asked.app.profile.lists.stage(&p.stage).into_iter();
        let outcomes = stage.flat_map(|s| s.outcomes.iter().map(|o| Choice::new(&o.id, &o.name))).collect();
        vec![
            Field::new("n", "", Input::Hidden),
            Field::new("outcome", "How did it end?", Input::Radios(outcomes)),
            date_field("on", "When did it end?"),
            note_field(),
        ]
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        proceeding(asked).map(|p| ("n".to_owned(), p.n.to_string())).into_iter().collect()
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let n = check.field("n", number(asked.typed, "Choose the proceeding"));
        let outcome = Some(asked.typed.get("outcome").to_owned()).filter(|outcome| !outcome.is_empty());
        let outcome = check.field("outcome", choose(outcome, "Choose how it ended"));
        let on = required_date(&mut check, asked.typed, "on", "The date on which it ended");
        let note = note(&mut check, asked.typed);
        let end = (|| Some(Command::EndProceeding(End { n: n?, outcome: outcome?, on: on?, note: note? })))();
        check.done(end)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        none_runs(asked)
    }

    fn button(&self) -> &'static str {
        "Record the end"
    }

    fn done(&self) -> &'static str {
        "The end of the proceeding is recorded."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/after")
    }
}
