//! The mode decided again, what changes hands with it, and that a matter is about a chief officer.

use candour_core::case::chief_officer::{self, ChiefOfficerConcerned, Concern};
use candour_core::case::handover::{HandOver, Item};
use candour_core::case::mode::{Mode, Redetermine, fixed, offered};
use candour_core::case::{Command, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;

use super::asks::{choose, date_field, fact, reasons, reasons_field};
use super::plain::{Plain, is_yes, no_facts, radios, yes_or_no};
use crate::web::field::{Field, Input, required_date};
use crate::web::form::Asked;

/// The mode that stands.
fn stands(asked: &Asked<'_>) -> Vec<(String, String)> {
    let mode = asked.case().state.mode.as_ref();
    let says = mode.map(|m| fact("Mode now", format!("{}, decided on {}", m.mode.label(), day::in_words(m.on))));
    says.into_iter().collect()
}

pub(super) static REDETERMINE: Plain = Plain {
    slug: "redetermine",
    action: Action::DecideMode,
    decides: &["P.MOI_CHANGE"],
    title: "Decide the mode of investigation again",
    rules: |_| vec![id::MODE_DETERMINE, id::REASONS, id::HANDOVER],
    facts: stands,
    fields: |asked| {
        let state = &asked.case().state;
        let now = state.mode.as_ref().map(|m| m.mode);
        let modes = offered(state, asked.context()).into_iter().filter(|mode| Some(*mode) != now);
        let bound = chief_officer::bound(state, asked.context());
        let hint = bound.map_or_else(String::new, |provision| chief_officer::no_local(&provision));
        vec![
            radios("mode", "Which form must the investigation take from now on?", modes.map(|m| (m.id(), m.label())))
                .with_hint(hint),
            date_field("on", "When was this decided?"),
            reasons_field("What are your reasons?", "Say what has changed since the decision before"),
        ]
    },
    command: |asked, check| {
        let mode = check.field("mode", choose(Mode::parse(asked.typed.get("mode")), "Choose a mode of investigation"));
        let on = required_date(check, asked.typed, "on", "The date of the decision");
        let reasons = reasons(check, asked.typed, "Give your reasons");
        Some(Command::Redetermine(Redetermine { mode: mode?, on: on?, reasons: reasons? }))
    },
    why_not: |asked| fixed(&asked.case().state).map(str::to_owned),
    button: "Make this decision",
    done: "The mode of investigation is decided again. What was gathered may have to change hands.",
};

pub(super) static HANDOVER: Plain = Plain {
    slug: "handover",
    action: Action::Correspond,
    decides: &[],
    title: "Record what was handed over",
    rules: |asked| asked.case().state.handover.as_ref().map(|owed| vec![owed.rule()]).unwrap_or_default(),
    facts: |asked| {
        let done = asked.case().state.handover.iter().flat_map(|owed| owed.done.clone());
        let done = done.map(|(item, on)| fact(item.label(), format!("Handed over on {}", day::in_words(on))));
        stands(asked).into_iter().chain(done).collect()
    },
    fields: |asked| {
        let left = asked.case().state.handover.as_ref().map(|owed| owed.left()).unwrap_or_default();
        vec![
            radios("item", "What was handed over?", left.into_iter().map(|item| (item.id(), item.label()))),
            date_field("on", "When?"),
            Field::new("what", "What was it?", Input::Words).with_hint("Say so if there was nothing to hand over"),
        ]
    },
    command: |asked, check| {
        let item = check.field("item", choose(Item::parse(asked.typed.get("item")), "Choose what was handed over"));
        let on = required_date(check, asked.typed, "on", "The date of the handover");
        let what = words::required("Say what was handed over", "What was handed over", asked.typed.get("what"));
        let what = check.field("what", what);
        Some(Command::HandOver(HandOver { item: item?, on: on?, what: what? }))
    },
    why_not: |asked| match &asked.case().state.handover {
        None => Some("Only a change of mode asks for a handover".to_owned()),
        Some(owed) if owed.left().is_empty() => Some("Everything has been handed over".to_owned()),
        Some(_) => None,
    },
    button: "Record the handover",
    done: "The handover is recorded.",
};

pub(super) static CHIEF_OFFICER: Plain = Plain {
    slug: "chief-officer",
    action: Action::Correct,
    decides: &[],
    title: "Record that the matter is about a chief officer",
    rules: |_| vec![id::REFER_CHIEF_OFFICER, id::CHIEF_OFFICER],
    facts: no_facts,
    fields: |_| {
        vec![
            yes_or_no(
                "not_ruled_out",
                "For a complaint: does it leave open that the conduct would justify criminal or disciplinary proceedings?",
            )
            .with_hint("For other matters, choose no"),
            yes_or_no(
                "indication",
                "For a complaint: is there an indication of a crime, or of conduct that would justify discipline?",
            )
            .with_hint("For other matters, choose no"),
            date_field("on", "When was this found?"),
            reasons_field("How is that known?", "Chief officers, and the Deputy Commissioner of the Met"),
        ]
    },
    command: |asked, check| {
        let not_ruled_out = is_yes(check, asked.typed, "not_ruled_out", "Choose whether it leaves that open");
        let indication = is_yes(check, asked.typed, "indication", "Choose whether there is an indication");
        let on = required_date(check, asked.typed, "on", "The date on which it was found");
        let reasons = reasons(check, asked.typed, "Say how that is known");
        let found = ChiefOfficerConcerned { not_ruled_out: not_ruled_out?, indication: indication? };
        Some(Command::ConcernChiefOfficer(Concern { found, on: on?, reasons: reasons? }))
    },
    why_not: |asked| {
        let state = &asked.case().state;
        let known = state.chief_officer.is_some().then_some("That it is about a chief officer is already recorded");
        let closed = state.closed.is_some().then_some("The case is closed");
        closed.or(known).map(str::to_owned)
    },
    button: "Record this",
    done: "It is recorded that the matter is about a chief officer.",
};
