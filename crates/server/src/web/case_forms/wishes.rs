//! What the complainant wishes: after criminal proceedings, and on a withdrawal.

use candour_core::case::wish::{About, Act, Does, Reply, Standing, barred, no_proceedings, no_withdrawal, standing};
use candour_core::case::{Command, words};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::Check;

use super::asks::{choose, date_field, note, note_field, reasons, reasons_field, so_far};
use super::plain::{Plain, is_yes, radios, yes_or_no};
use crate::web::field::{Field, Input, required_date};
use crate::web::form::Asked;

/// The questions that stand in one of the ways given.
fn at(asked: &Asked<'_>, fits: fn(Standing) -> bool) -> Vec<About> {
    let stands = |about: &About| fits(standing(*about, &asked.case().state, asked.context(), asked.open.today));
    About::ALL.into_iter().filter(stands).collect()
}

fn about(questions: Vec<About>) -> Field {
    radios("about", "What is it about?", questions.into_iter().map(|about| (about.id(), about.label())))
}

fn read_about(asked: &Asked<'_>, check: &mut Check) -> Option<About> {
    check.field("about", choose(About::parse(asked.typed.get("about")), "Choose what it is about"))
}

fn none(asked: &Asked<'_>, fits: fn(Standing) -> bool, says: &str) -> Option<String> {
    let says = at(asked, fits).is_empty().then(|| says.to_owned());
    barred(&asked.case().state).map(str::to_owned).or(says)
}

const TO_ASK: fn(Standing) -> bool = |at| at == Standing::ToAsk;
const TO_ANSWER: fn(Standing) -> bool = |at| match at {
    Standing::ToAsk | Standing::Awaiting(_) | Standing::DecisionDue { no_answer: true } => true,
    Standing::NotAsked | Standing::GoesOn | Standing::Decided | Standing::DecisionDue { .. } => false,
};
const TO_DECIDE: fn(Standing) -> bool = |at| matches!(at, Standing::DecisionDue { .. });

pub(super) static PROCEEDINGS_ENDED: Plain = Plain {
    slug: "proceedings-ended",
    action: Action::Correspond,
    decides: &[],
    title: "Record that the criminal proceedings have ended",
    rules: |_| vec![id::RESUME],
    facts: so_far,
    fields: |_| vec![date_field("on", "When did they end?"), note_field()],
    command: |asked, check| {
        let on = required_date(check, asked.typed, "on", "The date on which they ended");
        let words = note(check, asked.typed);
        Some(Command::Wish(Act { does: Does::EndProceedings, on: on?, words: words? }))
    },
    why_not: |asked| no_proceedings(&asked.case().state).map(str::to_owned),
    button: "Record the end",
    done: "The end of the criminal proceedings is recorded.",
};

pub(super) static WITHDRAWAL: Plain = Plain {
    slug: "withdrawal",
    action: Action::Correspond,
    decides: &[],
    title: "Record a wish to withdraw the complaint",
    rules: |_| vec![id::WITHDRAWN, id::WITHDRAWAL_REPLY],
    facts: so_far,
    fields: |_| {
        vec![
            yes_or_no("signed", "Was there a signed notification?"),
            date_field("on", "When was the wish indicated?"),
            note_field(),
        ]
    },
    command: |asked, check| {
        let signed = is_yes(check, asked.typed, "signed", "Choose whether it was signed");
        let on = required_date(check, asked.typed, "on", "The date on which it was indicated");
        let words = note(check, asked.typed);
        Some(Command::Wish(Act { does: Does::Withdraw(signed?), on: on?, words: words? }))
    },
    why_not: |asked| no_withdrawal(&asked.case().state).map(str::to_owned),
    button: "Record the wish",
    done: "The wish to withdraw is recorded.",
};

pub(super) static ASK: Plain = Plain {
    slug: "ask-complainant",
    action: Action::Correspond,
    decides: &[],
    title: "Record the letter to the complainant",
    rules: |asked| at(asked, TO_ASK).into_iter().map(About::clock).collect(),
    facts: so_far,
    fields: |asked| vec![about(at(asked, TO_ASK)), date_field("on", "When was the letter sent?"), note_field()],
    command: |asked, check| {
        let about = read_about(asked, check);
        let on = required_date(check, asked.typed, "on", "The date of the letter");
        let words = note(check, asked.typed);
        Some(Command::Wish(Act { does: Does::Ask(about?), on: on?, words: words? }))
    },
    why_not: |asked| {
        none(
            asked,
            TO_ASK,
            "The complainant is written to once the criminal proceedings for which the investigation was suspended \
             have ended, or once a wish to withdraw was indicated without a signature",
        )
    },
    button: "Record the letter",
    done: "The letter is recorded, and the time for an answer runs.",
};

pub(super) static ANSWER: Plain = Plain {
    slug: "complainant-answer",
    action: Action::Correspond,
    decides: &[],
    title: "Record what the complainant wishes",
    rules: |asked| at(asked, TO_ANSWER).into_iter().map(About::clock).collect(),
    facts: so_far,
    fields: |asked| {
        vec![
            about(at(asked, TO_ANSWER)),
            radios("reply", "What does the complainant wish?", Reply::ALL.into_iter().map(|r| (r.id(), r.label()))),
            date_field("on", "When did the answer come?"),
            Field::new("says", "What does it say?", Input::Words),
        ]
    },
    command: |asked, check| {
        let about = read_about(asked, check);
        let reply = choose(Reply::parse(asked.typed.get("reply")), "Choose what the complainant wishes");
        let reply = check.field("reply", reply);
        let on = required_date(check, asked.typed, "on", "The date on which it came");
        let words = words::required("Say what the answer says", "The answer", asked.typed.get("says"));
        let words = check.field("says", words);
        Some(Command::Wish(Act { does: Does::Answer(about?, reply?), on: on?, words: words? }))
    },
    why_not: |asked| none(asked, TO_ANSWER, "Nothing waits for an answer of the complainant"),
    button: "Record the answer",
    done: "The complainant’s answer is recorded.",
};

pub(super) static PUBLIC_INTEREST: Plain = Plain {
    slug: "public-interest",
    action: Action::DecidePublicInterest,
    decides: &["P.WITHDRAWN_PI"],
    title: "Decide whether the public interest requires the complaint to go on",
    rules: |asked| at(asked, TO_DECIDE).into_iter().map(About::power).collect(),
    facts: so_far,
    fields: |asked| {
        vec![
            about(at(asked, TO_DECIDE)),
            yes_or_no("required", "Does the public interest require it to be treated as a recordable conduct matter?"),
            date_field("on", "When was this decided?"),
            reasons_field("What are your reasons?", "If it does not go on, the Act stops applying to the complaint"),
        ]
    },
    command: |asked, check| {
        let about = read_about(asked, check);
        let required = is_yes(check, asked.typed, "required", "Choose whether the public interest requires it");
        let on = required_date(check, asked.typed, "on", "The date of the decision");
        let words = reasons(check, asked.typed, "Give your reasons");
        Some(Command::Wish(Act { does: Does::Decide(about?, required?), on: on?, words: words? }))
    },
    why_not: |asked| {
        none(
            asked,
            TO_DECIDE,
            "This is decided once the complainant wishes no further steps, or has not answered in time",
        )
    },
    button: "Make this decision",
    done: "The decision on the public interest is recorded.",
};
