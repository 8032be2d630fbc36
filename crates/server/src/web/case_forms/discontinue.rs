//! Discontinue an investigation, where the old scheme applies.

use candour_core::case::Command;
use candour_core::case::investigation::not_under_way;
use candour_core::case::suspension::Discontinue;
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
        "discontinue"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Suspend
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Discontinue the investigation".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        so_far(asked)
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::DISCONTINUE]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![
            date_field("on", "When was this decided?"),
            reasons_field(
                "On which ground is it discontinued?",
                "Name the ground of the regulations, and why it is met",
            ),
        ]
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.OLD_DISCONTINUE"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let on = required_date(&mut check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(&mut check, asked.typed, "Say on which ground it is discontinued");
        let discontinue = (|| Some(Command::Discontinue(Discontinue { on: on?, reasons: reasons? })))();
        check.done(discontinue)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let lawless = "The law that applies to this matter gives no power to discontinue its investigation";
        not_under_way(&asked.case().state).or((!has_power(asked, id::DISCONTINUE)).then_some(lawless))
    }

    fn button(&self) -> &'static str {
        "Discontinue the investigation"
    }

    fn done(&self) -> &'static str {
        "The investigation is discontinued."
    }
}
