//! Record an application for a review of the outcome of a complaint, an appeal, or a request under the
//! Victims' Right to Review.

use candour_core::case::Command;
use candour_core::case::review::acts::Receive;
use candour_core::case::review::{Act, Applicant, Body, Does, Sort, may_receive};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field};
use crate::web::field::{Choice, Field, Input, date, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

/// The sorts of application that the law allows in the case now.
fn sorts(asked: &Asked<'_>) -> Vec<Sort> {
    let may = |sort: &Sort| may_receive(&asked.case().state, *sort, asked.open.today, asked.context()).is_ok();
    Sort::ALL.iter().copied().filter(may).collect()
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "review"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::HandleReview
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record an application for a review".to_owned()
    }

    fn facts(&self, _: &Asked<'_>) -> Vec<(String, String)> {
        Vec::new()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::REVIEW_APPLY, id::APPEAL_APPLY]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let sorts = sorts(asked).into_iter().map(|sort| Choice::new(sort.id(), sort.label())).collect();
        let by = Applicant::ALL.iter().map(|by| Choice::new(by.id(), by.label())).collect();
        let nobody = [Choice::new("", "With nobody: it came straight to us")];
        let bodies = Body::ALL.iter().map(|body| Choice::new(body.id(), body.label()));
        let told = date_field("told_on", "When was the applicant told of the outcome and of the right to apply?");
        let mut fields = vec![
            Field::new("sort", "What is to be reviewed?", Input::Radios(sorts)),
            Field::new("by", "Who applies?", Input::Radios(by)),
            told.with_hint("The date of the letter"),
            date_field("on", "When did it reach us?"),
            Field::new(
                "lay_with",
                "With whom did it lie first?",
                Input::Select(nobody.into_iter().chain(bodies).collect()),
            ),
            date_field("lay_from_on", "When did that body receive it?")
                .with_hint("Leave empty if it came straight to us"),
            date_field("lay_to_on", "When did that body forward it?")
                .with_hint("Leave empty if it came straight to us"),
        ];
        if asked.case().state.prosecutor.is_some() {
            let yes_no = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
            fields.push(Field::new("criminal", "Was the investigation designated criminal?", Input::Radios(yes_no)));
        }
        fields.push(Field::new("reasons", "What does the applicant say?", Input::Words).with_hint("In short"));
        fields
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let typed = asked.typed;
        let sort = check.field("sort", choose(Sort::parse(typed.get("sort")), "Choose what is to be reviewed"));
        let by = check.field("by", choose(Applicant::parse(typed.get("by")), "Choose who applies"));
        let told_on = required_date(&mut check, typed, "told_on", "The date on which the applicant was told");
        let on = required_date(&mut check, typed, "on", "The date on which it reached us");
        let from = check.field("lay_from_on", date(typed, "lay_from_on", "The date of receipt there"));
        let to = check.field("lay_to_on", date(typed, "lay_to_on", "The date on which it was forwarded"));
        let lay = match (Body::parse(typed.get("lay_with")), from.flatten(), to.flatten()) {
            (Some(body), Some(from), Some(to)) => Some((body, from, to)),
            (None, None, None) => None,
            (None, ..) => {
                check.problem("lay_with", "Choose the body with which it lay first".to_owned());
                None
            }
            (Some(_), None, _) => {
                check.problem("lay_from_on", "Enter the date on which that body received it".to_owned());
                None
            }
            (Some(_), ..) => {
                check.problem("lay_to_on", "Enter the date on which that body forwarded it".to_owned());
                None
            }
        };
        let words = super::asks::reasons(&mut check, typed, "Say what the applicant says");
        let criminal = typed.get("criminal") == "yes";
        let command = (|| {
            let receive =
                Receive { sort: sort?, by: by?, person: None, told_on: told_on?, lay, complains: Vec::new(), criminal };
            Some(Command::Review(Act { n: 0, on: on?, does: Does::Receive(receive), words: words? }))
        })();
        check.done(command)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        sorts(asked).is_empty().then_some(
            "Nothing can be reviewed here now: there is a right to a review of a complaint that a force handled, and of our own decision not to refer a case to the prosecutor",
        )
    }

    fn button(&self) -> &'static str {
        "Record the application"
    }

    fn done(&self) -> &'static str {
        "The application is recorded. Check next whether it is valid."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/learning")
    }
}
