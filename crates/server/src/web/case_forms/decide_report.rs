//! The new scheme's path to a decision on the report, and what follows it: views, the form of
//! proceedings, and the direction.

use candour_core::case::Command;
use candour_core::case::course::{Form, Path, Step};
use candour_core::case::discipline::{Act, Does};
use candour_core::case::views::Act as Views;
use candour_core::law::id;
use candour_core::permit::Action;

use super::asks::{choose, date_field, no_report, reasons, reasons_field, report_facts};
use super::plain::{Plain, chosen_allegation, is_yes, radios, which_allegation, yes_or_no};
use crate::web::field::{Field, Input, required_date};
use crate::web::form::Asked;
use candour_core::case::words;

/// Why the views path cannot be gone now, if it cannot.
fn barred(asked: &Asked<'_>) -> Option<String> {
    no_report(asked).map(str::to_owned).or_else(|| Path::Views.barred(&asked.case().state, asked.context()))
}

pub(super) static SEEK: Plain = Plain {
    slug: "views",
    action: Action::DecideOnReport,
    decides: &["P.VIEWS"],
    title: "Seek the authority’s views on the report",
    rules: |_| vec![id::VIEWS],
    facts: report_facts,
    fields: |_| {
        vec![
            yes_or_no("special", "Does the special procedure apply to the investigation?"),
            date_field("on", "When were the views sought?"),
            Field::new("opinion", "What is our own opinion?", Input::Words)
                .with_hint("The authority is told it under the special procedure. Leave empty otherwise"),
        ]
    },
    command: |asked, check| {
        let special = is_yes(check, asked.typed, "special", "Choose whether the special procedure applies");
        let on = required_date(check, asked.typed, "on", "The date of the letter");
        let opinion = check.field("opinion", words::optional("Our opinion", asked.typed.get("opinion")));
        Some(Command::Views(Views::Request { on: on?, special: special?, opinion: opinion? }))
    },
    why_not: |asked| {
        let sought =
            asked.case().state.views.requested.map(|_| "The authority’s views have already been sought".into());
        barred(asked).or(sought)
    },
    button: "Record the request",
    done: "The authority was asked for its views, and its time for them runs.",
};

pub(super) static RECEIVE: Plain = Plain {
    slug: "views-received",
    action: Action::Correspond,
    decides: &[],
    title: "Record the authority’s views",
    rules: |_| vec![id::VIEWS],
    facts: report_facts,
    fields: |_| {
        vec![
            date_field("on", "When did they come?"),
            Field::new("views", "What are the authority’s views?", Input::Words),
        ]
    },
    command: |asked, check| {
        let on = required_date(check, asked.typed, "on", "The date on which they came");
        let said = words::required("Say what the views are", "The views", asked.typed.get("views"));
        let views = check.field("views", said);
        Some(Command::Views(Views::Receive { on: on?, views: views? }))
    },
    why_not: |asked| {
        let views = asked.case().state.views;
        let says = match (views.requested, views.received) {
            (None, _) => Some("The authority’s views have not been sought"),
            (_, Some(_)) => Some("The authority’s views have already been received"),
            _ => None,
        };
        barred(asked).or(says.map(str::to_owned))
    },
    button: "Record the views",
    done: "The authority’s views are recorded.",
};

pub(super) static FORM: Plain = Plain {
    slug: "proceedings",
    action: Action::DecideOnReport,
    decides: &["P.FORM"],
    title: "Decide what follows for the person",
    rules: |_| vec![id::DIRECT],
    facts: report_facts,
    fields: |asked| {
        let forms = Form::ALL.into_iter().filter(|form| *form != Form::ManagementAction);
        vec![
            which_allegation(asked),
            radios("form", "What follows?", forms.map(|form| (form.id(), form.label()))),
            date_field("on", "When was this decided?"),
            reasons_field("What are your reasons?", "Say why this form is right"),
        ]
    },
    command: |asked, check| {
        let n = chosen_allegation(check, asked.typed);
        let form = check.field("form", choose(Form::parse(asked.typed.get("form")), "Choose what follows"));
        let on = required_date(check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(check, asked.typed, "Give your reasons");
        Some(Command::Discipline(Act { does: Does::Decide(form?), n: n?, on: on?, reasons: reasons? }))
    },
    why_not: |asked| {
        let waits = asked.case().state.allegations.iter().any(|a| a.answer.is_some() && a.course.form.is_none());
        let says = "What follows is decided once there is a case to answer or none. No allegation waits for it";
        barred(asked).or((!waits).then(|| says.to_owned()))
    },
    button: "Make this decision",
    done: "What follows for the person is decided.",
};

pub(super) static DIRECTION: Plain = Plain {
    slug: "direction",
    action: Action::DecideOnReport,
    decides: &["P.FORM", "P.OLD_DIRECT"],
    title: "Direct disciplinary proceedings",
    rules: |_| vec![id::DIRECT],
    facts: report_facts,
    fields: |asked| {
        let does = [("give", "The authority is directed to bring them"), ("withdraw", "The direction is withdrawn")];
        vec![
            which_allegation(asked),
            radios("does", "What is decided?", does),
            date_field("on", "When was this decided?"),
            reasons_field("What are your reasons?", "They are sent to the authority as the statement of reasons"),
        ]
    },
    command: |asked, check| {
        let n = chosen_allegation(check, asked.typed);
        let does = match asked.typed.get("does") {
            "give" => Some(Does::Direct),
            "withdraw" => Some(Does::Withdraw),
            _ => None,
        };
        let does = check.field("does", choose(does, "Choose what is decided"));
        let on = required_date(check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(check, asked.typed, "Give your reasons");
        Some(Command::Discipline(Act { does: does?, n: n?, on: on?, reasons: reasons? }))
    },
    why_not: |asked| {
        let waits = asked.case().state.allegations.iter().any(|a| {
            let at = a.course.at();
            a.course.direction_owed()
                || matches!(at, Some(Step::AuthorityRefuses | Step::Directed | Step::DirectionWithdrawn))
        });
        let says = "Proceedings are directed once their form has been determined or, under the old scheme, once the \
                    authority has refused a recommendation (Police Reform Act 2002, Schedule 3, paragraphs 23 and 27)";
        no_report(asked).map(str::to_owned).or((!waits).then(|| says.to_owned()))
    },
    button: "Make this decision",
    done: "The direction is recorded.",
};
