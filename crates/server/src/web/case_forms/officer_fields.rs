//! What the forms of the officer's side ask.

use candour_core::case::officer::notice::{Reply, Terms};
use candour_core::case::officer::sanction::Sanction;
use candour_core::case::officer::severity::{Form, Severity, Told};
use candour_core::case::officer::{accelerated, service};

use super::asks::{date_field, note_field, reasons_field};
use super::plain::{radios, yes_or_no};
use crate::web::field::{Field, Input};
use crate::web::form::Asked;

fn why_and_when(when: &str) -> Vec<Field> {
    vec![date_field("on", when), reasons_field("What are your reasons?", "They are part of the record")]
}

/// How something was given, and when.
fn given(asked: &Asked<'_>) -> Vec<Field> {
    let methods = service::offered(&asked.case().state, asked.context()).into_iter().map(|m| (m.id(), m.label()));
    vec![
        radios("method", "How was it given?", methods),
        date_field("on", "When was it handed over, sent or posted?"),
        Field::new("at", "At what time was it sent?", Input::Line).with_hint(
            "For an e-mail, as 16:05. Leave empty otherwise. Without a time it counts as sent too late for its own day",
        ),
        Field::new("why", "Why could it not be given in person or by e-mail?", Input::Words).with_hint(
            "For something left at an address or posted under the law from 28 May 2025. Leave empty otherwise",
        ),
    ]
}

pub(super) fn left(_: &Asked<'_>) -> Vec<Field> {
    vec![
        date_field("left_on", "What was the last day of service?"),
        date_field(
            "surfaced_on",
            "When did the allegation first come to the attention of a chief officer, a local policing body or us?",
        ),
        date_field("on", "When was this established?"),
    ]
}

pub(super) fn earlier(_: &Asked<'_>) -> Vec<Field> {
    vec![
        radios("earlier", "What was it?", Sanction::EARLIER.into_iter().map(|s| (s.id(), s.label()))),
        date_field("from_on", "From which day was it in force?"),
        date_field("until_on", "What is the last day on which it is in force? Leave empty for a reduction in rank"),
        date_field("on", "When was this established?"),
    ]
}

pub(super) fn severity(_: &Asked<'_>) -> Vec<Field> {
    vec![
        radios(
            "severity",
            "What would the conduct be, if it were proved?",
            Severity::ALL.into_iter().map(|s| (s.id(), s.label())),
        ),
        radios(
            "form",
            "Which form would disciplinary proceedings be likely to take?",
            Form::ALL
                .into_iter()
                .map(|f| (f.id(), f.label()))
                .chain([("none", "None, or a former officer, of whom this is not asked")]),
        ),
        date_field("consulted_on", "When was the appropriate authority consulted?"),
        date_field("on", "When was this assessed?"),
        reasons_field(
            "What are your reasons?",
            "Say which Standards of Professional Behaviour are in question, and on which evidence",
        ),
    ]
}

pub(super) fn told(_: &Asked<'_>) -> Vec<Field> {
    vec![radios("told", "Who was told?", Told::ALL.into_iter().map(|t| (t.id(), t.label()))), date_field("on", "When?")]
}

pub(super) fn draft(_: &Asked<'_>) -> Vec<Field> {
    vec![
        Field::new("conduct", "What is the conduct, and how is it alleged to fall below the standards?", Input::Words)
            .with_hint("Somebody else approves the notice before it is served"),
        yes_or_no("states", "Does the draft state everything that is listed above?"),
        date_field("on", "When was it drafted?"),
    ]
}

pub(super) fn date_only(_: &Asked<'_>) -> Vec<Field> {
    vec![date_field("on", "When was this done?")]
}

pub(super) fn withhold(_: &Asked<'_>) -> Vec<Field> {
    vec![
        date_field("on", "When was this decided?"),
        date_field("review_on", "When will it be looked at again?"),
        reasons_field("What might the notice prejudice?", "This investigation or another one, a criminal one included"),
    ]
}

pub(super) fn serve(asked: &Asked<'_>) -> Vec<Field> {
    given(asked)
}

pub(super) fn terms(asked: &Asked<'_>) -> Vec<Field> {
    let mut fields = vec![radios("terms", "What was given?", Terms::ALL.into_iter().map(|t| (t.id(), t.label())))];
    fields.extend(given(asked));
    fields.push(
        Field::new("reasons", "Why are the terms not given?", Input::Words).with_hint("Leave empty if they are given"),
    );
    fields
}

pub(super) fn answer(_: &Asked<'_>) -> Vec<Field> {
    vec![
        radios("reply", "What became of it?", Reply::ALL.into_iter().map(|r| (r.id(), r.label()))),
        date_field("on", "When?"),
        note_field(),
    ]
}

pub(super) fn decision(_: &Asked<'_>) -> Vec<Field> {
    why_and_when("When was this decided?")
}

pub(super) fn submission(_: &Asked<'_>) -> Vec<Field> {
    why_and_when("When was this submitted?")
}

pub(super) fn interview(_: &Asked<'_>) -> Vec<Field> {
    vec![
        date_field("for_on", "When is the interview?"),
        radios(
            "agreed",
            "How was that time found?",
            [("yes", "It was agreed"), ("no", "It was specified, because none could be agreed")].into_iter(),
        ),
        date_field("on", "When was notice of it given?"),
    ]
}

pub(super) fn moved(_: &Asked<'_>) -> Vec<Field> {
    vec![date_field("for_on", "To which day is the interview moved?"), date_field("on", "When was that time proposed?")]
}

pub(super) fn held(_: &Asked<'_>) -> Vec<Field> {
    vec![yes_or_no("attended", "Did the person come?"), date_field("on", "When was that?"), note_field()]
}

fn deciding(question: Field) -> Vec<Field> {
    [question].into_iter().chain(why_and_when("When was this decided?")).collect()
}

pub(super) fn determine(_: &Asked<'_>) -> Vec<Field> {
    deciding(yes_or_no("goes_on", "Would disciplinary proceedings be reasonable and proportionate?"))
}

pub(super) fn convert(_: &Asked<'_>) -> Vec<Field> {
    deciding(yes_or_no("indicated", "Is there an indication of crime, or of conduct that would justify discipline?"))
}

pub(super) fn converted(_: &Asked<'_>) -> Vec<Field> {
    let told = [
        ("no", "The appropriate authority of the matter"),
        ("yes", "That authority, and the person's own, which is another"),
    ];
    vec![radios("both", "Who was told?", told.into_iter()), date_field("on", "When?")]
}

pub(super) fn authority(_: &Asked<'_>) -> Vec<Field> {
    vec![
        radios(
            "answer",
            "What did the authority answer?",
            accelerated::Reply::ALL.into_iter().map(|r| (r.id(), r.label())),
        ),
        date_field("on", "When was the answer received?"),
        note_field(),
    ]
}

pub(super) fn direct(_: &Asked<'_>) -> Vec<Field> {
    deciding(yes_or_no("directed", "Is the authority directed to certify the case?"))
}

pub(super) fn objection(_: &Asked<'_>) -> Vec<Field> {
    deciding(yes_or_no("objects", "Is there an objection to the accelerated procedure?"))
}
