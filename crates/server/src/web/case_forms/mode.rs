//! Decide the mode of investigation.

use candour_core::case::mode::{DecideMode, Mode, offered, power};
use candour_core::case::{Command, State, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::has_power;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "mode"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::DecideMode
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Decide the mode of investigation".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(matter) = asked.case().matter() else {
            return Vec::new();
        };
        let first = asked.case().entries.first();
        let summary = first.and_then(|e| e.word("summary")).unwrap_or("No summary was given");
        let kind = asked.case().state.kind_on(asked.open.today).map_or("", |k| k.label());
        vec![
            ("Kind of matter".into(), kind.into()),
            ("Came to attention".into(), day::in_words(matter.attention())),
            ("Received".into(), day::in_words(matter.received)),
            ("Summary".into(), summary.into()),
        ]
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::MODE_DETERMINE, id::REASONS]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let app = asked.app;
        let state = &asked.case().state;
        let law_day = state.law_day();
        let choice = |mode: Mode| {
            let says = law_day.and_then(|day| app.law.on(mode.rule(), day)).map_or("", |v| v.says.as_str());
            Choice::new(mode.id(), mode.label()).with_hint(says)
        };
        let modes = offered(state, asked.context()).into_iter().map(choice).collect();
        vec![
            Field::new("mode", "Which form must the investigation take?", Input::Radios(modes))
                .with_hint("These are the modes of the law that applies to the matter"),
            Field::new("on", "When was this decided?", Input::Date).with_hint("For example, 27 3 2019"),
            Field::new("reasons", "What are your reasons?", Input::Words)
                .with_hint("Say how you weighed the seriousness of the matter and the public interest"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let mode = Mode::parse(typed.get("mode")).ok_or_else(|| Refusal::new("Choose a mode of investigation"));
        let mode = check.field("mode", mode);
        let on = required_date(&mut check, typed, "on", "The date of the decision");
        let reasons = words::required("Give your reasons", "Reasons", typed.get("reasons"));
        let reasons = check.field("reasons", reasons);
        let citation = power(&asked.case().state, asked.context()).unwrap_or_default();
        let decide = (|| Some(Command::DecideMode(DecideMode { mode: mode?, on: on?, reasons: reasons?, citation })))();
        check.done(decide)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        match &asked.case().state {
            State { closed: Some(_), .. } => Some("The case is closed"),
            State { mode: Some(_), .. } => Some("The mode of investigation has already been decided"),
            State { need: Some(need), .. } if !need.necessary => {
                Some("It was decided that no investigation is necessary")
            }
            _ => (!has_power(asked, id::MODE_DETERMINE))
                .then_some("The law gives no power to decide a mode for this matter"),
        }
    }

    fn button(&self) -> &'static str {
        "Make this decision"
    }

    fn done(&self) -> &'static str {
        "The mode of investigation is decided."
    }
}
