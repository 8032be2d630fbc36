//! Draft a recommendation.

use candour_core::case::recommendation::acts::Draft;
use candour_core::case::recommendation::{Act, Does, Listed, Recipient, Sort, may_draft};
use candour_core::case::{Command, words};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field};
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

fn sorts(asked: &Asked<'_>) -> Vec<Sort> {
    let may = |sort: &Sort| may_draft(&asked.case().state, *sort, asked.open.today, asked.context()).is_ok();
    Sort::ALL.iter().copied().filter(may).collect()
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "recommend"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::DraftRecommendation
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Draft a recommendation".to_owned()
    }

    fn facts(&self, _: &Asked<'_>) -> Vec<(String, String)> {
        Vec::new()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::LEARNING, id::LEARNING_RECIPIENTS, id::REMEDY, id::ADVICE]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let sorts = sorts(asked).into_iter().map(|sort| Choice::new(sort.id(), sort.label())).collect();
        let to = Recipient::ALL.iter().map(|to| Choice::new(to.id(), to.label())).collect();
        let none = [Choice::new("", "None of these, or a death or serious injury matter")];
        let listed = Listed::ALL.iter().map(|listed| Choice::new(listed.id(), listed.label()));
        let mut fields = vec![
            Field::new("sort", "What sort of recommendation is it?", Input::Radios(sorts)),
            Field::new("to", "To whom is it made?", Input::Radios(to)),
            Field::new("recipient", "What is the recipient called?", Input::Line),
            Field::new(
                "listed",
                "Of which listed type is the matter?",
                Input::Select(none.into_iter().chain(listed).collect()),
            )
            .with_hint(
                "Under paragraph 28A, only these allow a recommendation to others than the appropriate authority",
            ),
        ];
        if !asked.case().state.recommendations.is_empty() {
            let yes_no = vec![Choice::new("yes", "Yes"), Choice::new("no", "No: it begins a new set")];
            fields.push(Field::new(
                "together",
                "Is it made together with the last one drafted?",
                Input::Radios(yes_no),
            ));
        }
        fields.push(date_field("on", "When was it drafted?"));
        fields.push(Field::new("reasons", "What is recommended, and why?", Input::Words));
        fields
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let typed = asked.typed;
        let sort =
            check.field("sort", choose(Sort::parse(typed.get("sort")), "Choose what sort of recommendation it is"));
        let to = check.field("to", choose(Recipient::parse(typed.get("to")), "Choose to whom it is made"));
        let recipient = check.field("recipient", words::line("The recipient", typed.get("recipient")));
        let on = required_date(&mut check, typed, "on", "The date of the draft");
        let text = super::asks::reasons(&mut check, typed, "Say what is recommended");
        let (listed, together) = (Listed::parse(typed.get("listed")), typed.get("together") == "yes");
        let command = (|| {
            let draft = Draft { sort: sort?, to: to?, recipient: recipient?, listed, together };
            Some(Command::Recommend(Act { n: 0, on: on?, does: Does::Draft(draft), words: text? }))
        })();
        check.done(command)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        sorts(asked).is_empty().then_some("The case is closed, so that nothing more is recommended in it")
    }

    fn button(&self) -> &'static str {
        "Save the draft"
    }

    fn done(&self) -> &'static str {
        "The recommendation is drafted."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/learning")
    }
}
