//! What can become of a matter besides need and mode: information asked for, no basis, combined, split.

use candour_core::case::Command;
use candour_core::case::intake::{Act, Does, not_ours, over};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;

use super::asks::{choose, date_field, has_power, reasons, reasons_field};
use super::plain::{Plain, no_facts, radios};
use crate::web::field::{Field, Input, required_date};

pub(super) static INFORMATION: Plain = Plain {
    slug: "information",
    action: Action::Correspond,
    decides: &[],
    title: "Record a request for information, or what came",
    rules: |_| vec![id::NEED],
    facts: no_facts,
    fields: |asked| {
        let does = match asked.case().state.intake.awaiting {
            None => ("ask", "Information was asked for"),
            Some(_) => ("receive", "The information came"),
        };
        vec![
            radios("does", "What happened?", [does]),
            date_field("on", "When?"),
            reasons_field("What is it?", "Say what is missing, or what came"),
        ]
    },
    command: |asked, check| {
        let does = match asked.typed.get("does") {
            "ask" => Some(Does::Ask),
            "receive" => Some(Does::Receive),
            _ => None,
        };
        let does = check.field("does", choose(does, "Choose what happened"));
        let on = required_date(check, asked.typed, "on", "The date");
        let reasons = reasons(check, asked.typed, "Say what it is");
        Some(Command::Intake(Act { does: does?, on: on?, reasons: reasons? }))
    },
    why_not: |asked| over(&asked.case().state).map(str::to_owned),
    button: "Record this",
    done: "It is recorded.",
};

pub(super) static INVALID: Plain = Plain {
    slug: "invalid",
    action: Action::DecideMode,
    decides: &[],
    title: "Find that there is no basis for the referral",
    rules: |_| vec![id::NEED],
    facts: no_facts,
    fields: |_| {
        vec![
            date_field("on", "When was this decided?"),
            reasons_field("What are your reasons?", "Say why Schedule 3 to the Act does not cover the matter"),
        ]
    },
    command: |asked, check| {
        let on = required_date(check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(check, asked.typed, "Give your reasons");
        Some(Command::Intake(Act { does: Does::Invalid, on: on?, reasons: reasons? }))
    },
    why_not: |asked| over(&asked.case().state).map(str::to_owned),
    button: "Make this decision",
    done: "The referral is found invalid. The case can be closed.",
};

pub(super) static COMBINE: Plain = Plain {
    slug: "combine",
    action: Action::DecideMode,
    decides: &[],
    title: "Combine or split the investigation",
    rules: |_| vec![id::COMBINE],
    facts: no_facts,
    fields: |_| {
        let does = [("merge", "It goes on as part of another case"), ("split", "Part of it goes on in another case")];
        vec![
            radios("does", "What is decided?", does),
            Field::new("other", "What is the reference of the other case?", Input::Line),
            date_field("on", "When was this decided?"),
            reasons_field(
                "What are your reasons?",
                "Say why it is more efficient and effective, or otherwise in the public interest",
            ),
        ]
    },
    command: |asked, check| {
        let other = Reference::parse(asked.typed.get("other").trim());
        let other = other.map_err(|_| Refusal::new("Enter the reference of the other case, as it stands on its page"));
        let other = check.field("other", other);
        let merge = match asked.typed.get("does") {
            "merge" => Some(true),
            "split" => Some(false),
            _ => None,
        };
        let merge = check.field("does", choose(merge, "Choose what is decided"));
        let on = required_date(check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(check, asked.typed, "Give your reasons");
        let does = if merge? { Does::Merge(other?) } else { Does::Split(other?) };
        Some(Command::Intake(Act { does, on: on?, reasons: reasons? }))
    },
    why_not: |asked| {
        let power = has_power(asked, id::COMBINE);
        let says = "The law that applies to this matter gives no power to combine or split investigations that \
                    Candour has read (compare SI 2020/2, regulation 14)";
        not_ours(&asked.case().state).map(str::to_owned).or((!power).then(|| says.to_owned()))
    },
    button: "Make this decision",
    done: "The decision is recorded.",
};
