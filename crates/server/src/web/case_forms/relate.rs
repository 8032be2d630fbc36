//! Relate: record that a matter relates to an older one, which may keep it with the older scheme.

use candour_core::case::scheme::{Relate, Related, picked};
use candour_core::case::{Command, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::profile::LawOf;
use candour_core::refusal::{Check, Refusal};

use super::plain::yes_or_no;
use crate::web::field::{Field, Input, date, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

const YES: &str = "yes";
const NO: &str = "no";

/// Reads what was typed about an older matter; nothing typed is no matter, unless it is `needed`.
pub(super) fn read(check: &mut Check, typed: &Typed, needed: bool) -> Option<Related> {
    let to = check.field("related", words::line("The older matter", typed.get("related")))?;
    if to.is_empty() {
        if needed {
            check.problem("related", "Enter the reference or the number of the older matter");
        }
        return None;
    }
    let attention = date(typed, "related_attention", "The date")
        .and_then(|attention| attention.ok_or_else(|| Refusal::new("Enter when the older matter came to attention")));
    let attention = check.field("related_attention", attention);
    let open_then = match typed.get("related_open") {
        YES => Some(true),
        NO => Some(false),
        _ => {
            check.problem("related_open", "Say whether the older matter was still being handled");
            None
        }
    };
    Some(Related { to, attention: attention?, open_then: open_then?, same_officer: typed.get("same_officer") == YES })
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "relate"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Correct
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Relate it to an older matter".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let state = &asked.case().state;
        let attention = state.matter.as_ref().map(|m| ("Came to attention".to_owned(), day::in_words(m.attention())));
        let because = state.matter.as_ref().and_then(|m| picked(m.attention(), m.anew(), &state.related).ok());
        let because = because.map(|picked| ("Its scheme now".to_owned(), picked.because.join(" ")));
        attention.into_iter().chain(because).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::MODE_DETERMINE]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![
            Field::new("related", "Which older matter?", Input::Line)
                .with_hint("Its reference here, or the force's number for it"),
            Field::new("related_attention", "When did it come to attention?", Input::Date)
                .with_hint("For example, 20 1 2020"),
            yes_or_no("related_open", "Was it still being handled when this one came to attention?"),
            yes_or_no("same_officer", "Was it an allegation against the same officer?")
                .with_hint("The conduct regulations look at this"),
            Field::new("on", "When was the relation found?", Input::Date),
            Field::new("reasons", "How do the two relate?", Input::Words),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let older = read(&mut check, typed, true);
        let on = required_date(&mut check, typed, "on", "The date on which it was found");
        let reasons = words::required("Say how the two relate", "The reasons", typed.get("reasons"));
        let reasons = check.field("reasons", reasons);
        let relate = (|| Some(Command::Relate(Relate { older: older?, on: on?, reasons: reasons? })))();
        check.done(relate)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        (asked.app.profile.law == LawOf::None).then_some("This body has one scheme for every matter")
    }

    fn button(&self) -> &'static str {
        "Record the relation"
    }

    fn done(&self) -> &'static str {
        "The relation is recorded, and the scheme of the matter was picked again."
    }
}
