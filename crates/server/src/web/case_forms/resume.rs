//! Resume an investigation that was suspended.

use candour_core::case::Command;
use candour_core::case::investigation::not_under_way;
use candour_core::case::suspension::Resume;
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
        "resume"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Suspend
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Resume the investigation".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        so_far(asked)
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::RESUME]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![
            date_field("on", "From which day does it go on?"),
            reasons_field("Why can it go on?", "Say what has ended, or what no longer stands in the way"),
        ]
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.RESUME"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let on = required_date(&mut check, asked.typed, "on", "The date of the resumption");
        let reasons = reasons(&mut check, asked.typed, "Say why it can go on");
        let resume = (|| Some(Command::Resume(Resume { on: on?, reasons: reasons? })))();
        check.done(resume)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let state = &asked.case().state;
        if let Some(why) = not_under_way(state) {
            return Some(why);
        }
        if state.paused().is_none() {
            return Some("The investigation is not suspended");
        }
        (!has_power(asked, id::RESUME)).then_some("The law that applies to this matter gives no power to resume it")
    }

    fn button(&self) -> &'static str {
        "Resume the investigation"
    }

    fn done(&self) -> &'static str {
        "The investigation goes on."
    }
}
