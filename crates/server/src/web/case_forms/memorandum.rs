//! The old scheme's path to a decision on the report: memorandum, acceptance or recommendation, and
//! the authority's answer.

use candour_core::case::course::{Form, Path, Step};
use candour_core::case::decision::Answer;
use candour_core::case::memorandum::Act;
use candour_core::case::{Command, words};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::Check;

use super::asks::{choose, date_field, no_report, reasons, reasons_field, report_facts};
use super::plain::{Plain, chosen_allegation, is_yes, radios, which_allegation, yes_or_no};
use crate::web::field::{Field, Input, required_date};
use crate::web::form::Asked;

fn barred(asked: &Asked<'_>) -> Option<String> {
    no_report(asked).map(str::to_owned).or_else(|| Path::Memorandum.barred(&asked.case().state, asked.context()))
}

/// Why no allegation stands at one of the steps, if none does.
fn none_at(asked: &Asked<'_>, at: &[Option<Step>], says: &str) -> Option<String> {
    let undecided = asked.case().state.allegations.iter().filter(|a| !a.is_decided());
    let waits = undecided.into_iter().any(|a| at.contains(&a.course.at()));
    barred(asked).or((!waits).then(|| says.to_owned()))
}

fn answers(label: &str) -> Field {
    radios("answer", label, Answer::ALL.into_iter().map(|a| (a.id(), a.label())))
}

fn forms(label: &str) -> Field {
    let forms = Form::ALL.into_iter().filter(|form| *form != Form::Rprp);
    radios("form", label, forms.map(|form| (form.id(), form.label())))
}

fn read_answer(asked: &Asked<'_>, check: &mut Check) -> (Option<Answer>, Option<Form>) {
    let answer = choose(Answer::parse(asked.typed.get("answer")), "Choose whether there is a case to answer");
    let form = choose(Form::parse(asked.typed.get("form")), "Choose what follows");
    (check.field("answer", answer), check.field("form", form))
}

fn what_it_says(asked: &Asked<'_>, check: &mut Check) -> Option<String> {
    check.field("says", words::required("Say what it says", "What it says", asked.typed.get("says")))
}

pub(super) static REQUEST: Plain = Plain {
    slug: "memorandum",
    action: Action::DecideOnReport,
    decides: &[],
    title: "Request the authority’s memorandum",
    rules: |_| vec![id::MEMORANDUM, id::EXPLAIN_DELAY],
    facts: report_facts,
    fields: |_| {
        vec![
            date_field("report_on", "When did the authority receive the report?"),
            date_field("on", "When was it told to decide?"),
        ]
    },
    command: |asked, check| {
        let report_on = required_date(check, asked.typed, "report_on", "The date on which it received the report");
        let on = required_date(check, asked.typed, "on", "The date of the letter");
        Some(Command::Memorandum(Act::Request { on: on?, report_on: report_on? }))
    },
    why_not: |asked| {
        let asked_before = asked.case().state.memorandum.map(|_| "The memorandum has already been requested".into());
        barred(asked).or(asked_before)
    },
    button: "Record the request",
    done: "The authority was told to decide and to send its memorandum.",
};

pub(super) static RECEIVE: Plain = Plain {
    slug: "memorandum-received",
    action: Action::Correspond,
    decides: &[],
    title: "Record the authority’s memorandum",
    rules: |_| vec![id::MEMORANDUM],
    facts: report_facts,
    fields: |asked| {
        vec![
            which_allegation(asked),
            answers("Does the authority find a case to answer?"),
            forms("What will it do?"),
            date_field("on", "When did the memorandum come?"),
            Field::new("says", "What does it say?", Input::Words),
        ]
    },
    command: |asked, check| {
        let n = chosen_allegation(check, asked.typed);
        let (answer, form) = read_answer(asked, check);
        let on = required_date(check, asked.typed, "on", "The date on which it came");
        let says = what_it_says(asked, check);
        Some(Command::Memorandum(Act::Receive { n: n?, on: on?, answer: answer?, form: form?, says: says? }))
    },
    why_not: |asked| {
        let unasked = asked.case().state.memorandum.is_none();
        let unasked = unasked.then(|| "The authority’s memorandum has not been requested".to_owned());
        let at = [None, Some(Step::MemorandumRequested)];
        barred(asked).or(unasked).or_else(|| none_at(asked, &at, "The memorandum has come on every allegation"))
    },
    button: "Record the memorandum",
    done: "The authority’s memorandum is recorded.",
};

pub(super) static JUDGE: Plain = Plain {
    slug: "memorandum-answer",
    action: Action::DecideOnReport,
    decides: &["P.OLD_MEMO", "P.OLD_RECOMMEND"],
    title: "Accept the memorandum, or recommend otherwise",
    rules: |_| vec![id::CASE_TO_ANSWER, id::DIRECT],
    facts: report_facts,
    fields: |asked| {
        let does = [("accept", "The memorandum is accepted"), ("recommend", "Another answer is recommended")];
        vec![
            which_allegation(asked),
            radios("does", "What is decided?", does),
            answers("If another answer is recommended: is there a case to answer?"),
            forms("If another answer is recommended: what should follow?"),
            date_field("on", "When was this decided?"),
            reasons_field("What are your reasons?", "Say why the memorandum is enough, or why it is not"),
        ]
    },
    command: |asked, check| {
        let n = chosen_allegation(check, asked.typed);
        let recommend = match asked.typed.get("does") {
            "accept" => Some(false),
            "recommend" => Some(true),
            _ => None,
        };
        let recommend = check.field("does", choose(recommend, "Choose what is decided"));
        let (answer, form) = if recommend == Some(true) { read_answer(asked, check) } else { (None, None) };
        let on = required_date(check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(check, asked.typed, "Give your reasons");
        let (n, on, reasons) = (n?, on?, reasons?);
        Some(Command::Memorandum(match recommend? {
            false => Act::Accept { n, on, reasons },
            true => Act::Recommend { n, on, answer: answer?, form: form?, reasons },
        }))
    },
    why_not: |asked| {
        let at = [Step::MemorandumReceived, Step::AuthorityRefuses].map(Some);
        none_at(asked, &at, "This is decided on the authority’s memorandum, and none waits for it")
    },
    button: "Make this decision",
    done: "The decision on the memorandum is recorded.",
};

pub(super) static ANSWER: Plain = Plain {
    slug: "authority-answer",
    action: Action::Correspond,
    decides: &[],
    title: "Record the authority’s answer to the recommendation",
    rules: |_| vec![id::PROCEEDINGS_ANSWER],
    facts: report_facts,
    fields: |asked| {
        vec![
            which_allegation(asked),
            yes_or_no("accepts", "Does the authority accept the recommendation?"),
            date_field("on", "When did the answer come?"),
            Field::new("says", "What does it say?", Input::Words),
        ]
    },
    command: |asked, check| {
        let n = chosen_allegation(check, asked.typed);
        let accepts = is_yes(check, asked.typed, "accepts", "Choose whether the authority accepts it");
        let on = required_date(check, asked.typed, "on", "The date on which it came");
        let says = what_it_says(asked, check);
        Some(Command::Memorandum(Act::Answer { n: n?, on: on?, accepts: accepts?, says: says? }))
    },
    why_not: |asked| none_at(asked, &[Some(Step::Recommended)], "No recommendation waits for an answer"),
    button: "Record the answer",
    done: "The authority’s answer is recorded.",
};
