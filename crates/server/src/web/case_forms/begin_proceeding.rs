//! Record that a proceeding began that others are responsible for.

use candour_core::case::Command;
use candour_core::case::proceeding::Begin;
use candour_core::day;
use candour_core::holder::Holder;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact, note, note_field, people};
use super::changes::owners;
use crate::web::case_page::says::proceeding_name;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

/// The choice of whoever is usually responsible for the sort of proceeding.
const USUAL: &str = "usual";
/// The choice of nobody in particular.
const NOBODY: &str = "nobody";

/// Who is responsible, when the sort of proceeding is known.
fn owner(asked: &Asked<'_>) -> Result<Holder, Refusal> {
    match asked.typed.get("owner") {
        "" | USUAL => {
            let stage = asked.app.profile.lists.stage(asked.typed.get("stage"));
            // Without a sort that is what the form complains of, not this.
            Ok(stage.map_or(Holder::Other, |s| s.owner))
        }
        other => choose(Holder::parse(other), "Choose who is responsible for it"),
    }
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "begin-proceeding"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::FollowProceeding
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record that a proceeding began".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let state = &asked.case().state;
        let report = state.report.map(|day| fact("Final report submitted", day::in_words(day)));
        let referred = state.prosecutor.map(|(referred, on)| {
            let says = if referred { "Referred" } else { "Not referred" };
            fact("Crown Prosecution Service", format!("{says}, decided on {}", day::in_words(on)))
        });
        let running = state.waiting_on();
        let running = running.map(|p| fact("Running already", proceeding_name(asked.app, asked.open, p.n)));
        report.into_iter().chain(referred).chain(running).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::AFTER_REPORT]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let profile = &asked.app.profile;
        let stages = profile.lists.stages.iter();
        let stages = stages.map(|s| Choice::new(&s.id, format!("{} ({})", s.name, s.owner.label()))).collect();
        let mut responsible = vec![Choice::new(USUAL, "The one named with the sort of proceeding")];
        responsible.extend(owners(profile));
        let mut fields = vec![
            Field::new("stage", "What sort of proceeding is it?", Input::Select(stages))
                .with_hint("With each sort stands who is usually responsible for it"),
            Field::new("owner", "Who is responsible for it?", Input::Radios(responsible)),
        ];
        let mut about = people(asked);
        if about.is_empty() {
            fields.push(Field::new("person", "", Input::Hidden));
        } else {
            about.push(Choice::new(NOBODY, "Nobody in particular"));
            fields.push(Field::new("person", "Whom is it about?", Input::Radios(about)));
        }
        fields.extend([
            date_field("on", "When did it begin?"),
            date_field("expected_on", "When is its next step expected?"),
            note_field(),
        ]);
        fields
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let mut boxes = vec![("owner".to_owned(), USUAL.to_owned())];
        if asked.case().state.people().is_empty() {
            boxes.push(("person".to_owned(), NOBODY.to_owned()));
        }
        boxes
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let stage = asked.app.profile.lists.stage(typed.get("stage")).map(|s| s.id.clone());
        let stage = check.field("stage", choose(stage, "Choose the sort of proceeding"));
        let owner = check.field("owner", owner(asked));
        let people = asked.case().state.people();
        let person = match typed.get("person") {
            NOBODY => Ok(None),
            stream => {
                let known = people.into_iter().find(|known| *known == stream);
                choose(known, "Choose whom it is about, or nobody in particular").map(|known| Some(known.to_owned()))
            }
        };
        let person = check.field("person", person);
        let on = required_date(&mut check, typed, "on", "The date on which it began");
        let expected_on = required_date(&mut check, typed, "expected_on", "The date of the next expected step");
        let note = note(&mut check, typed);
        let begin = (|| {
            let (stage, owner, on, expected_on) = (stage?, owner?, on?, expected_on?);
            Some(Command::BeginProceeding(Begin { stage, owner, on, expected_on, person: person?, note: note? }))
        })();
        check.done(begin)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let state = &asked.case().state;
        if state.closed.is_some() {
            return Some("The case is closed");
        }
        if state.mode.is_none() {
            return Some("Proceedings follow an investigation. Decide the mode first");
        }
        asked.app.profile.lists.stages.is_empty().then_some("This body has no list of proceedings to follow")
    }

    fn button(&self) -> &'static str {
        "Record the proceeding"
    }

    fn done(&self) -> &'static str {
        "The proceeding is recorded."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/after")
    }
}
