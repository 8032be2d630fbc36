//! Measures for programs: the list, and one measure as at a date, with the JSON of `candour measure`.

use candour_core::day;
use candour_core::measure::{MEASURES, Question};
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};
use serde_json::{Value, json};

use super::answer::{Answer, Part, Refused};
use super::asks::{Asks, Kind};
use super::schema::{at_least, day as a_day, exactly, list, maybe_day, text};
use super::{Endpoint, Verb};
use crate::app::Asked;

pub(super) const LIST: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/measures",
    name: "listMeasures",
    says: "Every measure with its counting rule and its source.",
    needs: Some(Action::SeeFigures),
    query: &[],
    body: &[],
    changes: false,
    answers: || list(&exactly(&[("measure", text()), ("rule", text()), ("citation", text())])),
    handle: |app, _| {
        Box::pin(async {
            let offered = MEASURES.iter().filter(|m| m.is_offered(&app.profile));
            let said = offered.map(
                |m| json!({"measure": m.name, "rule": m.rule(&app.profile), "citation": m.citation(&app.profile)}),
            );
            Ok(Answer::of(said.collect()))
        })
    },
};

pub(super) const ONE: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/measures/{measure}",
    name: "getMeasure",
    says: "One measure as at a day and as known then: the figure, its rule, its source and its record position. \
           What `candour measure --format json` prints.",
    needs: Some(Action::SeeFigures),
    query: &[
        Asks::must("on", Kind::Day, "The last day."),
        Asks::may("from", Kind::Day, "The first day, for what is counted over a period."),
        Asks::may(
            "known",
            Kind::DayOrPosition,
            "As known at the end of this day or at this position; now, unless given.",
        ),
        Asks::may("by", Kind::Line, "A figure for each value of this field."),
        Asks::may("where", Kind::Filter, "Only where FIELD=VALUE; may stand several times."),
    ],
    body: &[],
    changes: false,
    answers: figure,
    handle: |app, call| {
        Box::pin(async move {
            let unruly = |refusal: Refusal| Refused::by_rule(refusal, Part::Query);
            if !MEASURES.iter().any(|m| m.name == call.named && m.is_offered(&app.profile)) {
                let says = "There is no such measure; /api/v1/measures names them all";
                return Err(Refused::new(axum::http::StatusCode::NOT_FOUND, "Not found", says));
            }
            let given = |name: &str| Some(call.asked.get(name)).filter(|text| !text.is_empty());
            let mut check = Check::default();
            let mut read = |name: &'static str| {
                let day = given(name).map(|text| day::parse(name, text)).transpose();
                check.field(name, day).flatten()
            };
            let (on, from) = (read("on"), read("from"));
            let known = check.field("known", Asked::read("known", given("known")));
            let (on, known) = check.done(on.zip(known)).map_err(unruly)?;
            let wheres = call.asked.fields().iter().filter(|(name, _)| name == "where");
            let wheres: Vec<String> = wheres.map(|(_, value)| value.clone()).collect();
            let question = Question::read(&call.named, from, on, &wheres, given("by"), &app.profile).map_err(unruly)?;
            let figure = app.read(move |app, tx| app.figure(tx, &question, on, known)).await;
            match figure {
                Ok(figure) => Ok(Answer::of(figure.json())),
                Err(candour_store::Failure::Refused(refusal)) => Err(unruly(refusal)),
                Err(other) => Err(other.into()),
            }
        })
    },
};

/// The numbers follow: `count`; `met`, `of` and the percentages; or `count` and the days.
fn figure() -> Value {
    let known = exactly(&[("position", super::schema::count()), ("day", a_day())]);
    at_least(&[
        ("measure", text()),
        ("from", maybe_day()),
        ("on", a_day()),
        ("known", known),
        ("where", json!({"type": "object"})),
        ("rule", text()),
        ("citation", text()),
        ("groups", list(&at_least(&[("by", json!({"type": "object"}))]))),
    ])
}
