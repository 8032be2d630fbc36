//! The allegations of a case: against whom, of what sort, what was found and what was decided.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::allegation::Allegation;
use candour_core::day;
use candour_core::permit::Action;
use serde::Serialize;

use super::says::category;
use super::steps::offered;
use super::{Identity, Tab, alleged_words, allowed, opened, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;

#[derive(Serialize)]
struct Allegations {
    case: Identity,
    tabs: Vec<Tab>,
    rows: Vec<RowShown>,
    /// Whether any has a finding that came from another system.
    found: bool,
    /// Whether the visitor may record one more now.
    records: bool,
}

#[derive(Serialize)]
struct RowShown {
    n: u32,
    category: String,
    person: String,
    what: Option<String>,
    ours: String,
    theirs: String,
    /// What was decided, and when.
    answer: Option<(&'static str, String)>,
    /// Where it stands on the way to its decision and beyond, and since when.
    stands: Option<(&'static str, String)>,
    /// What follows for the person.
    follows: Option<&'static str>,
    /// Whether it waits for a decision that the visitor may make.
    decides: bool,
}

/// `GET /staff/cases/REF/allegations`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let state = &open.case.state;
    let decides = allowed(&app, &visitor, &open, Action::DecideOnReport) && offered(&app, &open, "case-to-answer");
    let page = Allegations {
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "allegations"),
        rows: state.allegations.iter().map(|a| row(&app, &open, a, decides)).collect(),
        found: state.allegations.iter().any(|a| a.finding.is_some()),
        records: allowed(&app, &visitor, &open, Action::Allege) && offered(&app, &open, "allege"),
    };
    app.pages.page("staff/allegations.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn row(app: &App, open: &OpenCase, allegation: &Allegation, decides: bool) -> RowShown {
    let alleged = &allegation.alleged;
    let finding = allegation.finding.as_ref();
    RowShown {
        n: alleged.n,
        category: category(app, &alleged.category),
        person: open.person(&alleged.person),
        what: alleged_words(open, alleged.n),
        ours: finding.map(|f| f.ours.clone()).unwrap_or_default(),
        theirs: finding.map(|f| f.theirs.clone()).unwrap_or_default(),
        answer: allegation.answer.map(|(answer, on)| (answer.label(), day::in_words(on))),
        stands: allegation.course.steps.last().map(|(step, on)| (step.label(), day::in_words(*on))),
        follows: allegation.course.form.map(|(form, _)| form.label()),
        decides: decides && !allegation.is_decided(),
    }
}
