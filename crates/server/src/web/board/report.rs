//! The Board's page of the accountability report, and the same as JSON. What the report says is in
//! `report.rs`; `candour report accountability` prints it too.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use candour_core::measure::AsAt;
use candour_store::Failure;
use candour_store::db::Tx;

use super::pickers::{AT, KNOWN};
use super::{Asking, Sheet, Shown, no_defaults};
use crate::app::App;
use crate::error::Problem;
use crate::report::{Report, accountability};

/// The page.
pub static SHEET: Sheet = Sheet {
    address: "/board/report",
    title: "Accountability report",
    pickers: &[AT, KNOWN],
    defaults: no_defaults,
    answer,
};

/// `GET /board/report`
pub async fn show(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::page(&app, q, &headers, &SHEET).await
}

/// `GET /board/report.csv`
pub async fn csv(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::file(&app, q, &headers, &SHEET).await
}

/// `GET /board/report.json`
pub async fn json(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::may_see(&app, &headers).await?;
    let report = super::with_asking(&app, q, &SHEET, report).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], report.json().to_string()).into_response())
}

fn report(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Report, Failure> {
    accountability(asking.app, tx, AsAt { on: asking.on, known: asking.known })
}

fn answer(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Shown, Failure> {
    let report = report(asking, tx)?;
    Ok(Shown {
        lead: report.lead(),
        sections: report.sections(asking.numbers),
        rows: report.rows(),
        figures: report.figures(),
        forms: vec![("json", "Download this report as JSON")],
    })
}
