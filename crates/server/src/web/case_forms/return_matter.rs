//! Return the matter to the force: no investigation by the body is necessary.

use candour_core::case::Command;
use candour_core::case::need::{Back, ReturnMatter};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact, has_power, reasons, reasons_field};
use crate::web::case_page::word_as_corrected;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "return"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::ReturnMatter
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Return the matter to the force".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(matter) = asked.case().matter() else {
            return Vec::new();
        };
        let kind = asked.case().state.kind_on(asked.open.today).map_or("", |k| k.label());
        let summary = word_as_corrected(asked.open, 1, "summary");
        vec![
            fact("Kind of matter", kind),
            fact("Force", asked.app.profile.force_name(asked.case().state.force().unwrap_or_default())),
            fact("Received", day::in_words(matter.received)),
            fact("Summary", summary.unwrap_or_else(|| "No summary was given".to_owned())),
        ]
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::NEED, id::RETURN]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        let ways = Back::ALL.into_iter().map(|b| Choice::new(b.id(), b.label())).collect();
        vec![
            Field::new("back", "How does the matter go back?", Input::Radios(ways)),
            date_field("on", "When was this decided?"),
            reasons_field(
                "Why is no investigation necessary?",
                "Say how you weighed the seriousness of the matter and the public interest",
            ),
        ]
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.NEED", "P.RETURN"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let back = Back::parse(asked.typed.get("back"));
        let back = check.field("back", choose(back, "Choose how the matter goes back to the force"));
        let on = required_date(&mut check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(&mut check, asked.typed, "Say why no investigation is necessary");
        let give = (|| Some(Command::ReturnMatter(ReturnMatter { back: back?, on: on?, reasons: reasons? })))();
        check.done(give)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let state = &asked.case().state;
        if state.closed.is_some() {
            return Some("The case is closed");
        }
        if state.mode.is_some() {
            return Some("The mode has been decided, so an investigation is necessary");
        }
        if state.need.is_some() {
            return Some("Whether an investigation is necessary has already been decided");
        }
        (!has_power(asked, id::RETURN)).then_some("The law that applies to this matter gives no power to return it")
    }

    fn button(&self) -> &'static str {
        "Return the matter"
    }

    fn done(&self) -> &'static str {
        "The matter is returned to the force."
    }
}
