//! Decide, on the report, whether a person has a case to answer on an allegation.

use candour_core::case::allegation::Allegation;
use candour_core::case::course::Path;
use candour_core::case::decision::{Answer, DecideCaseToAnswer};
use candour_core::case::{Command, Event};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{
    allegation, choose, date_field, fact, has_power, no_report, number, reasons, reasons_field, report_facts, waits,
};
use crate::web::case_page::alleged_words;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

fn undecided<'a>(asked: &Asked<'a>) -> Vec<&'a Allegation> {
    asked.open.case.state.allegations.iter().filter(|a| !a.is_decided() && !proposed(asked, a)).collect()
}

/// Whether a decision on an allegation has been proposed and waits for a second person.
fn proposed(asked: &Asked<'_>, a: &Allegation) -> bool {
    waits(asked, |decision| matches!(decision, Event::CaseToAnswerDecided(e) if e.n == a.alleged.n))
}

/// The allegation that is chosen, or the only one.
fn chosen<'a>(asked: &Asked<'a>) -> Option<&'a Allegation> {
    let undecided = undecided(asked);
    match (asked.typed.get("n"), undecided.as_slice()) {
        ("", [only]) => Some(only),
        (n, several) => several.iter().copied().find(|a| a.alleged.n.to_string() == n),
    }
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "case-to-answer"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::DecideOnReport
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Decide whether there is a case to answer".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let about = match chosen(asked) {
            Some(one) => vec![one],
            None => undecided(asked),
        };
        let said = |a: &Allegation| {
            let what = alleged_words(asked.open, a.alleged.n);
            let line = allegation(asked, a);
            fact("Allegation", what.map_or(line.clone(), |what| format!("{line}\n{what}")))
        };
        about.into_iter().map(said).chain(report_facts(asked)).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::CASE_TO_ANSWER]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let undecided = undecided(asked).into_iter();
        let undecided = undecided.map(|a| Choice::new(a.alleged.n.to_string(), allegation(asked, a))).collect();
        let answers = Answer::ALL.into_iter().map(|a| Choice::new(a.id(), a.label())).collect();
        vec![
            Field::new("n", "Which allegation is decided?", Input::Radios(undecided)),
            Field::new("answer", "Is there a case to answer?", Input::Radios(answers)),
            date_field("on", "When was this decided?"),
            reasons_field(
                "What are your reasons?",
                "Say which evidence you relied on, and what the authority's view was",
            ),
        ]
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        chosen(asked).map(|a| ("n".to_owned(), a.alleged.n.to_string())).into_iter().collect()
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.CTA", "P.OLD_MEMO"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let n = check.field("n", number(asked.typed, "Choose the allegation"));
        let answer = Answer::parse(asked.typed.get("answer"));
        let answer = check.field("answer", choose(answer, "Choose whether there is a case to answer"));
        let on = required_date(&mut check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(&mut check, asked.typed, "Give your reasons");
        let decide = (|| {
            let (n, answer, on, reasons) = (n?, answer?, on?, reasons?);
            Some(Command::DecideCaseToAnswer(DecideCaseToAnswer { n, answer, on, reasons }))
        })();
        check.done(decide)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        if let Some(why) = no_report(asked) {
            return Some(why);
        }
        if undecided(asked).is_empty() {
            return Some("No allegation waits for this decision");
        }
        let state = &asked.case().state;
        if state.views.requested.is_none() && Path::of(state, asked.context()) == Some(Path::Views) {
            return Some("The authority’s views are sought first, and considered if they come in time");
        }
        (!has_power(asked, id::CASE_TO_ANSWER))
            .then_some("The law that applies to this matter gives no power to decide this")
    }

    fn why_not(&self, asked: &Asked<'_>) -> Option<String> {
        let old = Path::of(&asked.case().state, asked.context()) == Some(Path::Memorandum);
        let barred = old.then(|| Path::Views.barred(&asked.case().state, asked.context())).flatten();
        self.not_now(asked).map(|why| barred.unwrap_or_else(|| why.to_owned()))
    }

    fn button(&self) -> &'static str {
        "Make this decision"
    }

    fn done(&self) -> &'static str {
        "The decision on the allegation is recorded."
    }
}
