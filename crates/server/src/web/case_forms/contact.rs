//! How somebody who is kept informed may safely be reached: what was agreed, and what every form says
//! of it before somebody is written to or called.

use candour_core::case::informed::Person;
use candour_core::case::informed::contact::{Agree, Way};
use candour_core::case::{Command, words};
use candour_core::day;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact};
use super::informed::{nobody, who, who_field};
use super::plain::yes_or_no;
use crate::app::OpenCase;
use crate::web::case_page::letters::informed_name;
use crate::web::case_page::word_as_corrected;
use crate::web::field::{Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

/// What the question for each way is sent under, and what it asks.
const WAYS: [(&str, &str, Way); 5] = [
    ("post", "May we write to them by post?", Way::Post),
    ("email", "May we write to them by e-mail?", Way::Email),
    ("telephone", "May we call them?", Way::Telephone),
    ("in_person", "May we speak to them in person?", Way::InPerson),
    ("representative", "May we reach them through their representative?", Way::Representative),
];

/// How somebody may be reached, in words: what was agreed and their own words, or that nothing was.
pub(crate) fn in_words(open: &OpenCase, person: &Person) -> String {
    let wrote = person.wrote.last().map(|(on, _)| day::in_words(*on));
    let wrote = wrote.map_or_else(String::new, |on| format!("They wrote on {on}: read that first, on the timeline. "));
    format!("{wrote}{}", agreed_in_words(open, person))
}

fn agreed_in_words(open: &OpenCase, person: &Person) -> String {
    match &person.contact {
        Some(contact) => {
            let words = word_as_corrected(open, contact.by, "contact").unwrap_or_default();
            format!("{}. {words}", contact.says())
        }
        None => "Nothing was agreed. Ask them before you write or call".to_owned(),
    }
}

/// A fact for somebody who is about to be reached.
pub(super) fn fact_of(asked: &Asked<'_>, person: &Person) -> (String, String) {
    let name = informed_name(asked.open, &person.key);
    fact(&format!("How {name} may be reached"), in_words(asked.open, person))
}

/// The facts for everybody who is kept informed now.
pub(super) fn facts_of_all(asked: &Asked<'_>) -> Vec<(String, String)> {
    let people = asked.case().state.informed.iter().filter(|person| person.ended.is_none());
    people.map(|person| fact_of(asked, person)).collect()
}

/// The question why one of some people was reached by a way that was not agreed, where anything was.
pub(super) fn despite_field<'p>(mut people: impl Iterator<Item = &'p Person>) -> Option<Field> {
    let field = Field::new("despite", "If this way was not agreed with them, why was it used?", Input::Words);
    people.any(|person| person.contact.is_some()).then(|| field.with_hint("Leave empty if it was"))
}

/// Reads the answer.
pub(super) fn despite(check: &mut Check, typed: &Typed) -> Option<String> {
    check.field("despite", words::optional("The reason", typed.get("despite")))
}

fn yes(check: &mut Check, typed: &Typed, name: &'static str) -> Option<bool> {
    let said = match typed.get(name) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    check.field(name, choose(said, "Choose yes or no"))
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "agree-contact"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::KeepInformed
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record how somebody may safely be reached".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        facts_of_all(asked)
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        Vec::new()
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let mut fields = vec![who_field(asked, "Who is it?")];
        fields.extend(WAYS.map(|(name, asks, _)| yes_or_no(name, asks)));
        fields.extend([
            yes_or_no("messages", "May a message be left if they do not answer themselves?"),
            yes_or_no("at_risk", "Could they be harmed if somebody learnt that they are in touch with us?"),
            Field::new("contact", "Which address or number, when, and what must not be said?", Input::Words)
                .with_hint("For example, their work number between 9 and 12, and never that it is about the police"),
            date_field("on", "When was this agreed with them?"),
        ]);
        fields
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let key = who(&mut check, asked);
        let ways: Vec<Option<Way>> =
            WAYS.iter().map(|(name, _, way)| yes(&mut check, typed, name).filter(|may| *may).map(|_| *way)).collect();
        let messages = yes(&mut check, typed, "messages");
        let at_risk = yes(&mut check, typed, "at_risk");
        let contact = words::required("Say how they are reached", "How they are reached", typed.get("contact"));
        let contact = check.field("contact", contact);
        let on = required_date(&mut check, typed, "on", "The date on which it was agreed");
        let ways = ways.into_iter().flatten().collect();
        let agree = || {
            let (messages, at_risk) = (messages?, at_risk?);
            Some(Agree { key: key?, ways, messages, at_risk, on: on?, contact: contact? })
        };
        check.done(agree().map(Command::AgreeContact))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        nobody(asked)
    }

    fn button(&self) -> &'static str {
        "Record what was agreed"
    }

    fn done(&self) -> &'static str {
        "It is recorded how they may be reached."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}
