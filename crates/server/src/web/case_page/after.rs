//! What follows the final report: the proceedings that others are responsible for, each with who
//! has it now, what is expected of them and by when.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::proceeding::Proceeding;
use candour_core::day::{self, Day};
use candour_core::permit::Action;
use serde::Serialize;

use super::says::proceeding_name;
use super::steps::offered;
use super::{Identity, Tab, allowed, opened, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;

#[derive(Serialize)]
struct After {
    case: Identity,
    tabs: Vec<Tab>,
    /// When the report was submitted.
    report: Option<String>,
    rows: Vec<RowShown>,
    /// Whether the visitor may record news and ends now.
    follows: bool,
    /// Whether the visitor may record that one began.
    begins: bool,
}

#[derive(Serialize)]
struct RowShown {
    n: u32,
    name: String,
    person: Option<String>,
    owner: &'static str,
    begun: String,
    expected: Option<String>,
    /// Whether the expected day has passed without an end.
    passed: bool,
    /// Days since the report, until its end or today.
    waited: Option<i64>,
    /// When it ended, and how.
    ended: Option<(String, String)>,
    /// Who was responsible and what was expected, each from a day on.
    history: Vec<String>,
}

/// `GET /staff/cases/REF/after`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let state = &open.case.state;
    let may = allowed(&app, &visitor, &open, Action::FollowProceeding);
    let page = After {
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "after"),
        report: state.report.map(day::in_words),
        rows: state.proceedings.iter().map(|p| row(&app, &open, p)).collect(),
        follows: may && offered(&app, &open, "proceeding-news"),
        begins: may && offered(&app, &open, "begin-proceeding"),
    };
    app.pages.page("staff/after.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn row(app: &App, open: &OpenCase, proceeding: &Proceeding) -> RowShown {
    let stage = app.profile.lists.stage(&proceeding.stage);
    let ended = proceeding.ended.as_ref().map(|(on, outcome)| {
        let outcome = stage.map_or(outcome.as_str(), |s| s.outcome_name(outcome));
        (day::in_words(*on), outcome.to_owned())
    });
    let until = proceeding.ended.as_ref().map_or(open.today, |(on, _)| *on);
    let waited = open.case.state.report.map(|report| day::between(report, until).max(0));
    let expected = proceeding.next_expected();
    RowShown {
        n: proceeding.n,
        name: proceeding_name(app, open, proceeding.n),
        person: proceeding.person.as_ref().map(|person| open.person(person)),
        owner: proceeding.owner().label(),
        begun: day::in_words(proceeding.begun),
        expected: expected.map(day::in_words),
        passed: ended.is_none() && expected.is_some_and(|day| day < open.today),
        waited,
        ended,
        history: history(proceeding),
    }
}

/// Who was responsible from which day on, and what they were expected to do next by when.
fn history(proceeding: &Proceeding) -> Vec<String> {
    // Every piece of news names both, so the two lists go side by side.
    let told = proceeding.owners.iter().zip(&proceeding.expected);
    let mut said =
        told.map(|((on, owner), (_, expected))| (*on, owner.label(), *expected)).collect::<Vec<(Day, _, Day)>>();
    said.sort_by_key(|(on, ..)| *on);
    let words = |(on, owner, expected): (Day, &str, Day)| {
        format!("From {}: {owner}, next step expected on {}", day::in_words(on), day::in_words(expected))
    };
    said.into_iter().map(words).collect()
}
