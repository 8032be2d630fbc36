//! Suspend an investigation that would prejudice criminal proceedings.

use candour_core::case::Command;
use candour_core::case::investigation::not_under_way;
use candour_core::case::suspension::Suspend;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{date_field, has_power, reasons, reasons_field, so_far};
use crate::web::field::{Field, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "suspend"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Suspend
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Suspend the investigation".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        so_far(asked)
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::SUSPEND]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![
            date_field("on", "From which day is it suspended?"),
            date_field("review_on", "When is the suspension to be looked at again?"),
            reasons_field(
                "What would be prejudiced by going on?",
                "Name the criminal investigation or proceedings, and say how they would be prejudiced",
            ),
        ]
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.SUSPEND"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let on = required_date(&mut check, asked.typed, "on", "The date of the suspension");
        let review_on = required_date(&mut check, asked.typed, "review_on", "The date of the review");
        let reasons = reasons(&mut check, asked.typed, "Say what would be prejudiced by going on");
        let suspend = (|| Some(Command::Suspend(Suspend { on: on?, review_on: review_on?, reasons: reasons? })))();
        check.done(suspend)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let state = &asked.case().state;
        if let Some(why) = not_under_way(state) {
            return Some(why);
        }
        if state.paused().is_some() {
            return Some("The investigation is already suspended");
        }
        (!has_power(asked, id::SUSPEND)).then_some("The law that applies to this matter gives no power to suspend it")
    }

    fn button(&self) -> &'static str {
        "Suspend the investigation"
    }

    fn done(&self) -> &'static str {
        "The investigation is suspended."
    }
}
