//! What several forms ask, and how they name what they are about.

use candour_core::case::allegation::Allegation;
use candour_core::case::power;
use candour_core::case::proceeding::Proceeding;
use candour_core::case::{Event, words};
use candour_core::day;
use candour_core::refusal::{Check, Refusal};

use crate::web::case_page::says::{category, proceeding_name};
use crate::web::case_page::{staff_name, word_as_corrected};
use crate::web::field::{Choice, Field, Input};
use crate::web::form::Asked;
use crate::web::typed::Typed;

/// An example under every question for a date.
pub(super) const EXAMPLE: &str = "For example, 27 3 2019";

/// A question for a date.
pub(super) fn date_field(name: &'static str, label: &str) -> Field {
    Field::new(name, label, Input::Date).with_hint(EXAMPLE)
}

/// A question for reasons.
pub(super) fn reasons_field(label: &str, hint: &str) -> Field {
    Field::new("reasons", label, Input::Words).with_hint(hint)
}

/// A question for what else is known.
pub(super) fn note_field() -> Field {
    Field::new("note", "What else is known?", Input::Words).with_hint("Leave empty if there is nothing to add")
}

/// Reads reasons.
pub(super) fn reasons(check: &mut Check, typed: &Typed, blank_says: &str) -> Option<String> {
    check.field("reasons", words::required(blank_says, "Reasons", typed.get("reasons")))
}

/// Reads what else is known.
pub(super) fn note(check: &mut Check, typed: &Typed) -> Option<String> {
    check.field("note", words::optional("The note", typed.get("note")))
}

/// One of the choices offered, or the words that ask for one.
pub(super) fn choose<T>(found: Option<T>, says: &str) -> Result<T, Refusal> {
    found.ok_or_else(|| Refusal::new(says))
}

/// Whether the law gives this power for the case's matter, by an act of today.
pub(super) fn has_power(asked: &Asked<'_>, rule: &str) -> bool {
    let today = asked.open.today;
    power::cited(rule, &asked.case().state, asked.context(), today).is_some()
}

/// A row of facts.
pub(super) fn fact(label: &str, value: impl Into<String>) -> (String, String) {
    (label.to_owned(), value.into())
}

/// What the final report concludes, and when it was submitted.
pub(super) fn report_facts(asked: &Asked<'_>) -> Vec<(String, String)> {
    let case = asked.case();
    let submitted = case.state.report.map(|day| fact("Final report submitted", day::in_words(day)));
    let entry = case.entries.iter().rev().find(|e| matches!(e.event, Event::ReportSubmitted(_)));
    let concludes = entry.and_then(|e| word_as_corrected(asked.open, e.version, "conclusion"));
    submitted.into_iter().chain(concludes.map(|words| fact("What it concludes", words))).collect()
}

/// The people of the case.
pub(super) fn people(asked: &Asked<'_>) -> Vec<Choice> {
    let people = asked.case().state.people().into_iter();
    people.map(|stream| Choice::new(stream, asked.open.person(stream))).collect()
}

/// An allegation in one line.
pub(super) fn allegation(asked: &Asked<'_>, allegation: &Allegation) -> String {
    let alleged = &allegation.alleged;
    let what = category(asked.app, &alleged.category);
    format!("{}. {what}, against {}", alleged.n, asked.open.person(&alleged.person))
}

/// The proceedings that run.
pub(super) fn running<'a>(asked: &Asked<'a>) -> Vec<&'a Proceeding> {
    asked.open.case.state.waiting_on().collect()
}

/// The proceeding that a form is about: the one named, or the only one that runs. One that has
/// ended meanwhile is still the one named, so that what was typed about it is given back.
pub(super) fn proceeding<'a>(asked: &Asked<'a>) -> Option<&'a Proceeding> {
    match (asked.typed.get("n"), running(asked).as_slice()) {
        ("", [only]) => Some(only),
        (n, _) => asked.open.case.state.proceedings.iter().find(|p| p.n.to_string() == n),
    }
}

/// The number that was named. Whether there is such a thing is for the decision to say: a form that
/// is sent twice meets what it did itself, and still gets the answer it got before.
pub(super) fn number(typed: &Typed, says: &str) -> Result<u32, Refusal> {
    choose(typed.get("n").parse().ok(), says)
}

/// The running proceedings to choose from, when none is named.
pub(super) fn proceedings(asked: &Asked<'_>) -> Vec<(String, String)> {
    if proceeding(asked).is_some() {
        return Vec::new();
    }
    let name = |p: &Proceeding| match &p.person {
        Some(person) => format!("{}, about {}", proceeding_name(asked.app, asked.open, p.n), asked.open.person(person)),
        None => proceeding_name(asked.app, asked.open, p.n),
    };
    running(asked).into_iter().map(|p| (format!("n={}", p.n), name(p))).collect()
}

/// What is known of a proceeding.
pub(super) fn proceeding_facts(asked: &Asked<'_>) -> Vec<(String, String)> {
    let Some(p) = proceeding(asked) else {
        return Vec::new();
    };
    let about = p.person.as_ref().map(|person| fact("About", asked.open.person(person)));
    let expected = p.next_expected().map(|day| fact("Next step expected", day::in_words(day)));
    let mut facts = vec![fact("Proceeding", proceeding_name(asked.app, asked.open, p.n))];
    facts.extend(about);
    facts.push(fact("Responsible now", p.owner().label()));
    facts.push(fact("Begun", day::in_words(p.begun)));
    facts.extend(expected);
    facts.extend(p.ended.as_ref().map(|(on, _)| fact("Ended already", day::in_words(*on))));
    facts
}

/// Why nothing can be recorded of a proceeding now, if nothing can.
pub(super) fn none_runs(asked: &Asked<'_>) -> Option<&'static str> {
    let state = &asked.case().state;
    if state.closed.is_some() {
        return Some("The case is closed");
    }
    state.waiting_on().next().is_none().then_some("No proceeding is running")
}

/// Why nothing can be decided on the report now, if nothing can.
pub(super) fn no_report(asked: &Asked<'_>) -> Option<&'static str> {
    let state = &asked.case().state;
    match (state.report, state.closed) {
        (None, _) => Some("This is decided on the final report. Submit it first"),
        (_, Some(_)) => Some("The case is closed"),
        _ => None,
    }
}

/// Whether such a decision has been proposed and waits for a second person.
pub(super) fn waits(asked: &Asked<'_>, such: impl Fn(&Event) -> bool) -> bool {
    asked.case().state.waiting_for_a_second().any(|proposal| such(&proposal.decision))
}

/// The text of terms of reference, by the entry that holds their draft.
pub(super) fn terms(asked: &Asked<'_>, version: u64) -> String {
    word_as_corrected(asked.open, version, "terms").unwrap_or_default()
}

/// How far the investigation has come.
pub(super) fn so_far(asked: &Asked<'_>) -> Vec<(String, String)> {
    let state = &asked.case().state;
    let decided = state.mode.as_ref().map(|m| fact("Decided to be independent", day::in_words(m.on)));
    let lead = state.lead().map(|id| fact("Lead investigator", staff_name(asked.open, id)));
    let pauses = state.pauses.iter().map(|pause| {
        let from = day::in_words(pause.from);
        match pause.to {
            Some(to) => fact("Stood still", format!("{from} to {}", day::in_words(to))),
            None => {
                let review = day::in_words(pause.review_on);
                fact("Suspended", format!("Since {from}, to be looked at again on {review}"))
            }
        }
    });
    decided.into_iter().chain(lead).chain(pauses).collect()
}
