//! Investigate again: the finished case keeps its result, and a new one begins, its mode decided.

use candour_core::case::Command;
use candour_core::case::mode::Mode;
use candour_core::case::reinvestigation::Reinvestigate;
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::reference::Reference;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact, has_power, reasons, reasons_field, report_facts};
use crate::web::beside::Beside;
use crate::web::case_page::says::named;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

/// The hidden field with the reference of the new case.
const ANEW: &str = "anew";
/// What is investigated again is not left to the force alone.
const MODES: [Mode; 2] = [Mode::Independent, Mode::Directed];

fn mode(asked: &Asked<'_>) -> Option<Mode> {
    Mode::parse(asked.typed.get("mode")).filter(|mode| MODES.contains(mode))
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "reinvestigate"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Reinvestigate
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Investigate again".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let state = &asked.case().state;
        let closed = state.closed.map(|day| fact("Closed", day::in_words(day)));
        let before = state.reinvestigated.iter().map(|(on, reference)| {
            let reference = named(asked.open, reference);
            fact("Investigated again already", format!("{reference}, determined on {}", day::in_words(*on)))
        });
        report_facts(asked).into_iter().chain(closed).chain(before).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::REINVESTIGATE]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        // The law of the day of the determination applies to the new case, whatever applied before.
        let choice = |mode: Mode| {
            let says = asked.app.law.on(mode.rule(), asked.open.today).map_or("", |v| v.says.as_str());
            Choice::new(mode.id(), mode.label()).with_hint(says)
        };
        vec![
            Field::new(ANEW, "", Input::Hidden),
            Field::new(
                "mode",
                "Which form must the new investigation take?",
                Input::Radios(MODES.map(choice).to_vec()),
            )
            .with_hint("It must be independent unless a directed one is more appropriate"),
            date_field("on", "When was this determined?"),
            reasons_field(
                "What are the compelling reasons?",
                "Say what is new, or what was wrong with the first investigation. The same reasons stand with the mode of the new case",
            ),
        ]
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.REINVEST", "P.REINVEST_FORM"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let anew = check.field("mode", Reference::parse(asked.typed.get(ANEW)));
        check.field("mode", choose(mode(asked), "Choose the form of the new investigation"));
        let on = required_date(&mut check, asked.typed, "on", "The date of the determination");
        let reasons = reasons(&mut check, asked.typed, "Give the compelling reasons");
        let again = (|| Some(Command::Reinvestigate(Reinvestigate { anew: anew?, on: on?, reasons: reasons? })))();
        check.done(again)
    }

    fn beside(&self, asked: &Asked<'_>, command: &Command) -> Option<Beside> {
        match command {
            Command::Reinvestigate(again) => Some(Beside::Case { again: again.clone(), mode: mode(asked)? }),
            _ => None,
        }
    }

    fn draws(&self) -> &'static [&'static str] {
        &[ANEW]
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        if asked.case().state.report.is_none() {
            return Some("Only an investigation whose final report has been submitted can be opened again");
        }
        (!has_power(asked, id::REINVESTIGATE)).then_some("The law gives no power to investigate this again")
    }

    fn button(&self) -> &'static str {
        "Open the new case"
    }

    fn done(&self) -> &'static str {
        "The matter is to be investigated again. The new case is open and its mode is decided."
    }
}
