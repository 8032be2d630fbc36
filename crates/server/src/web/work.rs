//! What is due and what went by, as work: each clock that runs is one role's.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::clocks::Task;
use candour_core::day::{self, Day};
use candour_core::permit::Role;
use candour_store::clocks::{self, Work};
use candour_store::project::clock_row::ClockRow;
use candour_store::reads;
use serde::Serialize;

use super::work_list::{may_know, may_list, reference_of};
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::Visitor;
use crate::web::when::from_today;

/// What falls due within so many days is shown beside what went by.
const AHEAD_DAYS: i64 = 14;
/// Clocks on the page.
const ROWS_MAX: usize = 200;

#[derive(Serialize)]
struct Page {
    /// Whose work it is, in a sentence.
    whose: String,
    missed: Vec<RowShown>,
    soon: Vec<RowShown>,
    /// Whether there are more than the page shows.
    cut: bool,
    most: usize,
    ahead: i64,
}

#[derive(Serialize)]
struct RowShown {
    reference: String,
    plain: String,
    clock: String,
    title: String,
    owner: String,
    due: String,
    when: String,
}

/// `GET /staff/work`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = may_list(&app, &headers).await?;
    let (asked, whose) = asked(&visitor);
    let actor = visitor.actor();
    let (mut rows, today) = app
        .read(move |app, tx| {
            let today = app.today(tx)?;
            let due_by = today.saturating_add(jiff::Span::new().days(AHEAD_DAYS)).to_string();
            let mut rows = Vec::new();
            for asked in &asked {
                let asked = Work { due_by: due_by.clone(), ..asked.clone() };
                rows.extend(clocks::work(tx, &app.store.record.log, &asked, ROWS_MAX + 1, &actor.own)?);
            }
            let streams: HashSet<&str> = rows.iter().map(|row| row.stream.as_str()).collect();
            let cases = reads::rows_of(tx, &app.store.record.log, &streams)?;
            let may = |row: &&ClockRow| cases.get(&row.stream).is_some_and(|case| may_know(&actor, case));
            let rows: Vec<ClockRow> = rows.iter().filter(may).cloned().collect();
            Ok((rows, today))
        })
        .await?;
    rows.sort_by(|a, b| (&a.due, &a.stream, &a.clock).cmp(&(&b.due, &b.stream, &b.clock)));
    let cut = rows.len() > ROWS_MAX;
    rows.truncate(ROWS_MAX);
    let shown: Vec<(bool, RowShown)> = rows.iter().filter_map(|row| row_shown(row, today)).collect();
    let (missed, soon): (Vec<_>, Vec<_>) = shown.into_iter().partition(|(missed, _)| *missed);
    let bare = |rows: Vec<(bool, RowShown)>| rows.into_iter().map(|(_, row)| row).collect();
    let page = Page { whose, missed: bare(missed), soon: bare(soon), cut, most: ROWS_MAX, ahead: AHEAD_DAYS };
    app.pages.page("staff/work.html", &Frame::of(&app, Some(&visitor), "work"), &page)
}

/// What a visitor's work is: for each of their regions what falls to their role, and the cases that
/// they lead.
fn asked(visitor: &Visitor) -> (Vec<Work>, String) {
    let account = &visitor.account;
    let regions = |task: Task| {
        let of = |region: &String| Work { task: task.id().to_owned(), region: region.clone(), ..Work::default() };
        account.units.iter().map(of).collect::<Vec<_>>()
    };
    match account.role {
        Role::Inv => {
            let led = Work { task: Task::Lead.id().to_owned(), lead: account.id.clone(), ..Work::default() };
            (vec![led], "What is due in the cases that you lead.".to_owned())
        }
        Role::Au => {
            let all = Work { task: Task::Assessment.id().to_owned(), ..Work::default() };
            (vec![all], "What falls to the assessment unit.".to_owned())
        }
        Role::Sup => {
            let all = [regions(Task::Supervisor), regions(Task::Lead)].concat();
            (all, "What falls to you as supervisor, and to the lead investigators of your regions.".to_owned())
        }
        Role::Dm => (regions(Task::DecisionMaker), "What falls to a decision maker of your regions.".to_owned()),
        _ => (Vec::new(), "No clock is the work of your role.".to_owned()),
    }
}

/// A clock as a row, and whether its last day went by.
fn row_shown(row: &ClockRow, today: Day) -> Option<(bool, RowShown)> {
    let due = day::parse("due", &row.due).ok()?;
    let left = day::between(today, due);
    let when = from_today(left);
    let shown = RowShown {
        reference: reference_of(&row.stream),
        plain: row.stream.strip_prefix("case:").unwrap_or(&row.stream).to_owned(),
        clock: row.clock.clone(),
        title: row.title.clone(),
        owner: row.owner.clone(),
        due: day::in_words(due),
        when,
    };
    Some((left < 0, shown))
}
