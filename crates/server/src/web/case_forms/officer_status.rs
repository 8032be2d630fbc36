//! Record what a person is to the investigation: one of the case, or one who is new to the register.

use candour_core::case::officer::Command as Officer;
use candour_core::case::officer::status::{SetStatus, Status};
use candour_core::case::{Command, words};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::allege::{NEW, REGISTER_AS, person, person_fields, registers};
use super::asks::{choose, date_field, fact};
use crate::web::beside::Beside;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "status"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::SetStatus
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record what a person is to the investigation".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let state = &asked.case().state;
        let known = state.people().into_iter().map(|stream| {
            let status = state.involved(stream).map_or(Status::Unassessed, |i| i.status_on(asked.open.today));
            format!("{}: {}", asked.open.person(stream), status.label())
        });
        let known: Vec<String> = known.collect();
        (!known.is_empty()).then(|| fact("Known so far", known.join("\n"))).into_iter().collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::STATUS_3_MONTHS]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let mut fields = person_fields(asked, "Whom is it about?");
        let statuses = Status::ALL.into_iter().filter(|s| !s.of_severity());
        let statuses = statuses.map(|s| Choice::new(s.id(), s.label())).collect();
        fields.extend([
            Field::new("status", "What are they?", Input::Radios(statuses))
                .with_hint("The severity assessment makes a person a subject: that has a form of its own"),
            date_field("on", "From which day?"),
            Field::new("reasons", "What is that based on?", Input::Words)
                .with_hint("Leave empty if nothing needs saying"),
        ]);
        fields
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let new = asked.case().state.people().is_empty().then(|| ("person".to_owned(), NEW.to_owned()));
        new.into_iter().collect()
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let person = person(&mut check, asked);
        let status = Status::parse(asked.typed.get("status"));
        let status = check.field("status", choose(status, "Choose what the person is"));
        let on = required_date(&mut check, asked.typed, "on", "The date from which it is so");
        let reasons = check.field("reasons", words::optional("What it is based on", asked.typed.get("reasons")));
        let set = (|| {
            let set = SetStatus { person: person?, status: status?, on: on?, reasons: reasons? };
            Some(Command::Officer(Officer::SetStatus(set)))
        })();
        check.done(set)
    }

    fn beside(&self, asked: &Asked<'_>, command: &Command) -> Option<Beside> {
        let Command::Officer(Officer::SetStatus(set)) = command else {
            return None;
        };
        registers(asked, &set.person)
    }

    fn draws(&self) -> &'static [&'static str] {
        &[REGISTER_AS]
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        asked.case().state.closed.is_some().then_some("The case is closed")
    }

    fn button(&self) -> &'static str {
        "Record the status"
    }

    fn done(&self) -> &'static str {
        "The status is recorded."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/people")
    }
}
