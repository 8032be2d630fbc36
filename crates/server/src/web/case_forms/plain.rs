//! A form that is nothing but what it asks and what it gives: its parts, side by side.

use candour_core::case::Command;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{allegation, choose, number};
use crate::web::field::{Choice, Field, Input};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

/// The parts of such a form.
pub(super) struct Plain {
    pub(super) slug: &'static str,
    pub(super) action: Action,
    pub(super) title: &'static str,
    /// The ids of the powers that it decides under, of either scheme.
    pub(super) decides: &'static [&'static str],
    pub(super) rules: fn(&Asked<'_>) -> Vec<&'static str>,
    pub(super) facts: fn(&Asked<'_>) -> Vec<(String, String)>,
    pub(super) fields: fn(&Asked<'_>) -> Vec<Field>,
    pub(super) command: fn(&Asked<'_>, &mut Check) -> Option<Command>,
    /// Why it cannot be filled in now, if it cannot.
    pub(super) why_not: fn(&Asked<'_>) -> Option<String>,
    pub(super) button: &'static str,
    pub(super) done: &'static str,
}

impl CaseForm for Plain {
    fn slug(&self) -> &'static str {
        self.slug
    }

    fn action(&self, _: &Typed) -> Action {
        self.action
    }

    fn title(&self, _: &Asked<'_>) -> String {
        self.title.to_owned()
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        self.decides
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        (self.facts)(asked)
    }

    fn rules(&self, asked: &Asked<'_>) -> Vec<&'static str> {
        (self.rules)(asked)
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        (self.fields)(asked)
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let command = (self.command)(asked, &mut check);
        check.done(command)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        (self.why_not)(asked).map(|_| "This step cannot be taken now")
    }

    fn why_not(&self, asked: &Asked<'_>) -> Option<String> {
        (self.why_not)(asked)
    }

    /// The only allegation of a case is chosen beforehand.
    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let asks = (self.fields)(asked).iter().any(|field| field.name == "n");
        match asked.case().state.allegations.as_slice() {
            [only] if asks => vec![("n".to_owned(), only.alleged.n.to_string())],
            _ => Vec::new(),
        }
    }

    fn button(&self) -> &'static str {
        self.button
    }

    fn done(&self) -> &'static str {
        self.done
    }
}

/// No facts besides those that every form shows.
pub(super) fn no_facts(_: &Asked<'_>) -> Vec<(String, String)> {
    Vec::new()
}

/// A question with a few answers, each an id and a label.
pub(super) fn radios(
    name: &'static str,
    label: &str,
    choices: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Field {
    let choices = choices.into_iter().map(|(id, label)| Choice::new(id, label)).collect();
    Field::new(name, label, Input::Radios(choices))
}

/// A question that is answered by yes or no.
pub(super) fn yes_or_no(name: &'static str, label: &str) -> Field {
    radios(name, label, [("yes", "Yes"), ("no", "No")])
}

/// Reads yes or no.
pub(super) fn is_yes(check: &mut Check, typed: &Typed, name: &'static str, blank_says: &str) -> Option<bool> {
    let answer = match typed.get(name) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    check.field(name, choose(answer, blank_says))
}

/// A question for an allegation of the case.
pub(super) fn which_allegation(asked: &Asked<'_>) -> Field {
    let all = asked.case().state.allegations.iter();
    let choices = all.map(|a| {
        let at = a.course.at().map_or("Nothing recorded yet", candour_core::case::course::Step::label);
        Choice::new(a.alleged.n.to_string(), allegation(asked, a)).with_hint(at)
    });
    Field::new("n", "Which allegation is it about?", Input::Radios(choices.collect()))
}

/// Reads which allegation it is about.
pub(super) fn chosen_allegation(check: &mut Check, typed: &Typed) -> Option<u32> {
    check.field("n", number(typed, "Choose the allegation"))
}
