//! Who is kept informed: somebody is added, and somebody no longer wishes to be.

use candour_core::case::informed::commands::{Add, End};
use candour_core::case::informed::{Method, Role};
use candour_core::case::{Command, words};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, reasons, reasons_field};
use super::plain::yes_or_no;
use crate::web::case_page::letters::informed_name;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct AddForm;
pub(super) struct EndForm;

/// The ways in which somebody can be told.
pub(super) fn methods() -> Vec<Choice> {
    Method::ALL.into_iter().map(|method| Choice::new(method.id(), method.label())).collect()
}

/// Those who are kept informed now.
pub(super) fn informed(asked: &Asked<'_>) -> Vec<Choice> {
    let people = asked.case().state.informed.iter().filter(|person| person.ended.is_none());
    people
        .map(|person| {
            let name = informed_name(asked.open, &person.key);
            Choice::new(&person.key, format!("{name} ({})", person.role.label().to_lowercase()))
        })
        .collect()
}

/// The question for one of them.
pub(super) fn who_field(asked: &Asked<'_>, label: &str) -> Field {
    Field::new("key", label, Input::Radios(informed(asked)))
}

/// Reads who of them it is.
pub(super) fn who(check: &mut Check, asked: &Asked<'_>) -> Option<String> {
    let typed = asked.typed.get("key");
    let known = asked.case().state.informed(typed).map(|person| person.key.clone());
    check.field("key", choose(known, "Choose who it is"))
}

/// Why nothing can be told to anybody, if nothing can.
pub(super) fn nobody(asked: &Asked<'_>) -> Option<&'static str> {
    informed(asked).is_empty().then_some("Nobody is kept informed in this case. Say first who is")
}

impl CaseForm for AddForm {
    fn slug(&self) -> &'static str {
        "add-informed"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::KeepInformed
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Say who is kept informed".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        informed(asked).into_iter().map(|choice| ("Kept informed already".to_owned(), choice.text)).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::UPDATE_FIRST, id::UPDATE_NEXT]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        let roles = Role::ALL.into_iter().map(|role| Choice::new(role.id(), role.label())).collect();
        vec![
            Field::new("name", "What is their name?", Input::Line).with_hint("As a letter to them begins with it"),
            Field::new("role", "What are they to the case?", Input::Radios(roles)),
            Field::new("method", "How did they agree to be told?", Input::Radios(methods())),
            yes_or_no("welsh", "Do they wish to be written to in Welsh?"),
            date_field("on", "From which day?"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let name = words::line("The name", typed.get("name"));
        let name = name.and_then(|name| choose((!name.is_empty()).then_some(name), "Enter their name"));
        let name = check.field("name", name);
        let role = check.field("role", choose(Role::parse(typed.get("role")), "Choose what they are to the case"));
        let method = choose(Method::parse(typed.get("method")), "Choose how they agreed to be told");
        let method = check.field("method", method);
        let welsh = match typed.get("welsh") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let welsh = check.field("welsh", choose(welsh, "Say whether they wish to be written to in Welsh"));
        let on = required_date(&mut check, typed, "on", "The day from which they are kept informed");
        let add = || Some(Add { role: role?, method: method?, welsh: welsh?, on: on?, name: name? });
        check.done(add().map(Command::AddInformed))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        asked.case().state.closed.is_some().then_some("The case is closed")
    }

    fn button(&self) -> &'static str {
        "Keep them informed"
    }

    fn done(&self) -> &'static str {
        "It is recorded who is kept informed."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}

impl CaseForm for EndForm {
    fn slug(&self) -> &'static str {
        "end-informed"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::KeepInformed
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record that somebody is no longer kept informed".to_owned()
    }

    fn facts(&self, _: &Asked<'_>) -> Vec<(String, String)> {
        Vec::new()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::UPDATE_NEXT]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        vec![
            who_field(asked, "Who is it?"),
            date_field("on", "From which day?"),
            reasons_field("Why?", "For example, that they asked not to be written to any more"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let key = who(&mut check, asked);
        let on = required_date(&mut check, asked.typed, "on", "The day from which they are no longer told");
        let reasons = reasons(&mut check, asked.typed, "Say why they are no longer kept informed");
        let end = || Some(End { key: key?, on: on?, reasons: reasons? });
        check.done(end().map(Command::EndInformed))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        nobody(asked)
    }

    fn button(&self) -> &'static str {
        "Record it"
    }

    fn done(&self) -> &'static str {
        "It is recorded that they are no longer kept informed."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}
