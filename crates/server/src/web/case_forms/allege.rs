//! Record an allegation against a person: one of the case, or one who is new to the register.

use candour_core::case::allegation::Allege;
use candour_core::case::{Command, words};
use candour_core::lists::Scheme;
use candour_core::permit::Action;
use candour_core::person::{PersonRole, Registered};
use candour_core::reference::Reference;
use candour_core::refusal::{Check, Refusal};

use super::asks::{allegation, choose, date_field, fact, people};
use crate::web::beside::Beside;
use crate::web::case_page::word_as_corrected;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

/// The choice of somebody who is not in the case yet.
const NEW: &str = "new";
/// The hidden field with the reference under which somebody new is registered.
const REGISTER_AS: &str = "register_as";
/// What somebody may be against whom something is alleged.
const ROLES: [PersonRole; 2] = [PersonRole::Officer, PersonRole::Staff];

/// The categories of the scheme that applies to the matter.
fn scheme<'a>(asked: &Asked<'a>) -> Option<&'a Scheme> {
    asked.app.profile.lists.scheme_on(asked.case().state.law_day()?)
}

/// Whether the allegation is against somebody who is new.
fn is_new(asked: &Asked<'_>) -> bool {
    asked.typed.get("person") == NEW
}

/// The stream of somebody new.
fn new_stream(asked: &Asked<'_>) -> Result<String, Refusal> {
    let reference = Reference::parse(asked.typed.get(REGISTER_AS))?;
    Ok(format!("person:{}", reference.as_plain()))
}

/// The person chosen, or what is wrong with the particulars of somebody new.
fn person(check: &mut Check, asked: &Asked<'_>) -> Option<String> {
    let typed = asked.typed;
    let name = check.field("name", words::line("The name", typed.get("name")));
    let rank = check.field("rank", words::line("The rank or number", typed.get("rank")));
    let role = PersonRole::parse(typed.get("role")).filter(|role| ROLES.contains(role));
    if is_new(asked) {
        if name.as_deref() == Some("") {
            check.problem("name", "Enter the person's name, or describe them if they are not identified");
        }
        check.field("role", choose(role, "Choose what the person is"));
        return check.field("name", new_stream(asked));
    }
    if name.is_some_and(|name| !name.is_empty()) || rank.is_some_and(|rank| !rank.is_empty()) {
        let says = "Choose “Somebody who is not in this case yet”, or leave their name and their rank or number empty";
        check.problem("person", says);
    }
    let known = asked.case().state.people().into_iter().find(|stream| *stream == typed.get("person"));
    check.field("person", choose(known.map(str::to_owned), "Choose whom the allegation is against"))
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "allege"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Allege
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record an allegation".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let summary = word_as_corrected(asked.open, 1, "summary").map(|words| fact("Summary of the matter", words));
        let recorded = asked.case().state.allegations.iter();
        let recorded: Vec<String> = recorded.map(|a| allegation(asked, a)).collect();
        let recorded = (!recorded.is_empty()).then(|| fact("Recorded so far", recorded.join("\n")));
        let scheme = scheme(asked).map(|s| fact("Categories", format!("{}, {}", s.name, s.mark.in_words())));
        summary.into_iter().chain(recorded).chain(scheme).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        Vec::new()
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let mut fields = vec![Field::new(REGISTER_AS, "", Input::Hidden)];
        let mut known = people(asked);
        let if_new = if known.is_empty() { "" } else { ", if they are not in this case yet" };
        if known.is_empty() {
            fields.push(Field::new("person", "", Input::Hidden));
        } else {
            known.push(Choice::new(NEW, "Somebody who is not in this case yet"));
            fields.push(Field::new("person", "Whom is the allegation against?", Input::Radios(known)));
        }
        let roles = ROLES.into_iter().map(|r| Choice::new(r.id(), r.label())).collect();
        let scheme = scheme(asked).into_iter();
        let categories = scheme.flat_map(|s| {
            s.categories.iter().map(|c| Choice::new(format!("{}:{}", s.id, c.id), format!("{} {}", c.id, c.name)))
        });
        fields.extend([
            Field::new("name", format!("Their name{if_new}"), Input::Line)
                .with_hint("If they are not identified, describe them, for example: the driver of the second car"),
            Field::new("rank", format!("Their rank or number{if_new}"), Input::Line)
                .with_hint("For example, PC 4471. Leave empty if it is not known"),
            Field::new("role", format!("What they are{if_new}"), Input::Radios(roles)),
            Field::new("category", "What sort of allegation is it?", Input::Select(categories.collect())),
            Field::new("what", "What is alleged?", Input::Words)
                .with_hint("What this person is said to have done, or not done"),
            date_field("on", "When was it recorded as an allegation?"),
        ]);
        fields
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        // In a case without people everybody is new.
        let new = asked.case().state.people().is_empty().then(|| ("person".to_owned(), NEW.to_owned()));
        new.into_iter().collect()
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let person = person(&mut check, asked);
        let category = Some(typed.get("category").to_owned()).filter(|c| !c.is_empty());
        let category = check.field("category", choose(category, "Choose what sort of allegation it is"));
        let what = check.field("what", words::required("Say what is alleged", "What is alleged", typed.get("what")));
        let on = required_date(&mut check, typed, "on", "The date on which it was recorded");
        let allege =
            (|| Some(Command::Allege(Allege { person: person?, category: category?, on: on?, what: what? })))();
        check.done(allege)
    }

    fn beside(&self, asked: &Asked<'_>, command: &Command) -> Option<Beside> {
        let Command::Allege(allege) = command else {
            return None;
        };
        if !is_new(asked) {
            return None;
        }
        let role = PersonRole::parse(asked.typed.get("role"))?;
        let registered = Registered { role, number: String::new(), joined_on: None, left_on: None, import: None };
        let words = ["name", "rank"].into_iter().filter_map(|field| {
            let text = words::line("", asked.typed.get(field)).ok()?;
            (!text.is_empty()).then(|| (field.to_owned(), text))
        });
        Some(Beside::Person { stream: allege.person.clone(), registered, words: words.collect() })
    }

    fn draws(&self) -> &'static [&'static str] {
        &[REGISTER_AS]
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        if asked.case().state.closed.is_some() {
            return Some("The case is closed");
        }
        scheme(asked).is_none().then_some("There is no list of allegation categories for the day of this matter")
    }

    fn button(&self) -> &'static str {
        "Record the allegation"
    }

    fn done(&self) -> &'static str {
        "The allegation is recorded."
    }
}
