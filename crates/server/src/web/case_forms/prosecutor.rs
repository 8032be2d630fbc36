//! Decide, on the report, whether the case is referred to the Crown Prosecution Service.

use candour_core::case::decision::DecideProsecutor;
use candour_core::case::{Command, Event};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{
    allegation, choose, date_field, fact, has_power, no_report, reasons, reasons_field, report_facts, waits,
};
use super::report::{chosen_copies, copies};
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

const HELD: [(&str, &str); 2] =
    [("obscured", "One with the sensitive information removed or obscured"), ("whole", "The whole report")];

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "prosecutor"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::DecideOnReport
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Decide whether to refer the case to the Crown Prosecution Service".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let allegations = asked.case().state.allegations.iter().map(|a| {
            let answer = a.answer.map_or("Not decided yet", |(answer, _)| answer.label());
            fact("Allegation", format!("{}\n{answer}", allegation(asked, a)))
        });
        report_facts(asked).into_iter().chain(allegations).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::REFER_TO_CPS]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let choices = vec![Choice::new("yes", "Refer it"), Choice::new("no", "Do not refer it")];
        let mut fields = vec![
            Field::new("referred", "Is the case referred to the Crown Prosecution Service?", Input::Radios(choices)),
            date_field("on", "When was this decided?"),
            reasons_field(
                "What are your reasons?",
                "Say what crime the report indicates, if any, and whether the prosecutor should consider it",
            ),
        ];
        if asked.case().state.report_obscured {
            fields.insert(1, copies("Which version of the report is the prosecutor given?", &HELD));
        }
        fields
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.CPS"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let referred = match asked.typed.get("referred") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let referred = check.field("referred", choose(referred, "Choose whether the case is referred"));
        let sends = referred == Some(true) && asked.case().state.report_obscured;
        let sensitive = if sends { chosen_copies(&mut check, asked.typed) } else { Some(None) };
        let on = required_date(&mut check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(&mut check, asked.typed, "Give your reasons");
        let decide = (|| {
            let (referred, sensitive, on, reasons) = (referred?, sensitive?, on?, reasons?);
            Some(Command::DecideProsecutor(DecideProsecutor { referred, sensitive, on, reasons }))
        })();
        check.done(decide)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        if let Some(why) = no_report(asked) {
            return Some(why);
        }
        if waits(asked, |decision| matches!(decision, Event::ProsecutorDecided(_))) {
            return Some("A decision on this has been proposed and waits for a second person");
        }
        if asked.case().state.prosecutor.is_some() {
            return Some("Whether the case is referred to the Crown Prosecution Service has already been decided");
        }
        (!has_power(asked, id::REFER_TO_CPS))
            .then_some("The law that applies to this matter gives no power to decide this")
    }

    fn button(&self) -> &'static str {
        "Make this decision"
    }

    fn done(&self) -> &'static str {
        "The decision on the Crown Prosecution Service is recorded."
    }
}
