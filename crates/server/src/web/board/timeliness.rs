//! The Board's page on timeliness: how soon investigations are completed, with and without the
//! major ones beside each other, how soon referrals are decided, and the cohort that flatters.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day;
use candour_core::measure::{Figure, Value};
use candour_store::Failure;
use candour_store::db::Tx;

use super::chart::{self, Column};
use super::numbers::{Cell, Part, Table, days, none, percent, records};
use super::pickers::{FROM, KNOWN, ON};
use super::{Asking, Section, Sheet, Shown, capital, no_defaults};
use crate::app::App;
use crate::error::Problem;

/// The measures of how soon something is completed, each with its heading.
const SHARES: [(&str, &str); 5] = [
    ("timeliness.within-3-months", "Within 3 months"),
    ("timeliness.within-6-months", "Within 6 months"),
    ("timeliness.within-9-months", "Within 9 months"),
    ("timeliness.within-12-months", "Within 12 months"),
    ("timeliness.within-365-days", "Within 365 days"),
];
const TARGET: &str = "timeliness.within-12-months";
const DURATION: &str = "timeliness.duration";
const MODE: &str = "timeliness.mode-decision";
/// What is left when major investigations are.
const CORE: &str = "directorate=core";

/// The page.
pub static SHEET: Sheet = Sheet {
    address: "/board/timeliness",
    title: "Timeliness",
    pickers: &[FROM, ON, KNOWN],
    defaults: no_defaults,
    answer,
};

/// `GET /board/timeliness`
pub async fn show(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::page(&app, q, &headers, &SHEET).await
}

/// `GET /board/timeliness.csv`
pub async fn csv(State(app): State<Arc<App>>, RawQuery(q): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    super::file(&app, q, &headers, &SHEET).await
}

/// A figure of all, and the same without major investigations.
type Pair = (Figure, Figure);

fn answer(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Shown, Failure> {
    let mut pair = |name: &str| -> Result<Pair, Failure> {
        let all = asking.period(tx, name, &[], Some("year"))?;
        Ok((all, asking.period(tx, name, &[CORE], Some("year"))?))
    };
    let shares: Vec<Pair> = SHARES.iter().map(|(name, _)| pair(name)).collect::<Result<_, _>>()?;
    let duration = pair(DURATION)?;
    let mode = asking.period(tx, MODE, &[], Some("year"))?;
    let target = shares.iter().find(|(all, _)| all.measure == TARGET);
    let mut sections = vec![soon(asking, &shares), taken(asking, &duration)];
    if let Some(target) = target {
        sections.push(years(asking, target, &duration));
        sections.push(years_drawn(target));
    }
    sections.push(decided(asking, &mode));
    let mut figures: Vec<Figure> = shares.into_iter().flat_map(|(all, core)| [all, core]).collect();
    figures.extend([duration.0, duration.1, mode]);
    if let Some((cohort, of_cohort)) = cohort(asking, tx)? {
        sections.push(cohort);
        figures.extend(of_cohort);
    }
    let population = capital(&asking.app.profile.counting.population);
    let rows = records("year", &figures);
    Ok(Shown {
        lead: format!("{population} completed {}.", asking.period_in_words()),
        sections,
        figures,
        rows,
        ..Shown::default()
    })
}

/// So many in time, of so many, and the share.
fn share<'a>(asking: &Asking<'_>, part: impl Into<Part<'a>>) -> [Cell; 3] {
    let part = part.into();
    [asking.numbers.met(part), asking.numbers.count(part), percent(&part.value())]
}

fn soon(asking: &Asking<'_>, shares: &[Pair]) -> Section {
    let row = |((_, title), (all, core)): (&(&str, &str), &Pair)| {
        let heading = std::iter::once(Cell::words(*title));
        heading.chain(share(asking, all)).chain(share(asking, core)).collect()
    };
    let head = ["Limit", "In time", "Completed", "Share", "In time", "Completed", "Share"];
    Section {
        title: "How soon they were completed".to_owned(),
        table: Some(beside(Table::new(&head, SHARES.iter().zip(shares).map(row).collect()), 3)),
        says: vec![
            "Major investigations are left out on the right: what is counted there is the core directorate's at completion. A case whose directorate is not known is counted on the left only.".to_owned(),
        ],
        ..Section::default()
    }
}

/// The columns after the first in two halves: all, and without major investigations.
fn beside(table: Table, columns: usize) -> Table {
    let over =
        vec![(String::new(), 1), ("All".to_owned(), columns), ("Without major investigations".to_owned(), columns)];
    Table { over, ..table }
}

fn taken(asking: &Asking<'_>, (all, core): &Pair) -> Section {
    let row = |(title, figure): (&str, &Figure)| {
        let heading = [Cell::words(title), asking.numbers.count(figure)];
        heading.into_iter().chain(days(&figure.value)).collect()
    };
    let rows = [("All", all), ("Without major investigations", core)].into_iter().map(row).collect();
    Section {
        title: "Days they took".to_owned(),
        table: Some(Table::new(&["Which", "Completed", "Mean", "Median", "Longest"], rows)),
        says: vec!["Half took the median number of days or fewer. A few very long ones lift the mean.".to_owned()],
        ..Section::default()
    }
}

fn years(asking: &Asking<'_>, (all, core): &Pair, duration: &Pair) -> Section {
    let title = "Year by year, April to March".to_owned();
    let half = |year: &str, share: &Figure, taken: &Figure| -> [Cell; 4] {
        let part = Part::group(share, year);
        let taken = Part::group(taken, year).map(|part| days(&part.value()));
        let [mean, median, _] = taken.unwrap_or_else(|| [none(), none(), none()].map(Cell::number));
        match part {
            Some(part) => [asking.numbers.count(part), percent(&part.value()), mean, median],
            None => [Cell::number("0"), Cell::number(none()), mean, median],
        }
    };
    let row = |(year, _): (&str, Part<'_>)| {
        let heading = std::iter::once(Cell::words(year));
        let halves = heading.chain(half(year, all, &duration.0)).chain(half(year, core, &duration.1));
        halves.collect()
    };
    let rows: Vec<Vec<Cell>> = Part::groups(all).map(row).collect();
    if rows.is_empty() {
        let says = vec!["Nothing was completed in this period.".to_owned()];
        return Section { title, says, ..Section::default() };
    }
    let half = ["Completed", "Within 12 months", "Mean days", "Median days"];
    let head: Vec<&str> = std::iter::once("Year").chain(half).chain(half).collect();
    Section { title, table: Some(beside(Table::new(&head, rows), 4)), ..Section::default() }
}

fn years_drawn((all, core): &Pair) -> Section {
    let bar = |value: Value| Some((value.percent_whole()?, format!("{}%", value.percent_whole()?)));
    let column = |(year, part): (&str, Part<'_>)| Column {
        name: year.to_owned(),
        bars: vec![bar(part.value()), Part::group(core, year).and_then(|part| bar(part.value()))],
    };
    let columns: Vec<Column> = Part::groups(all).map(column).collect();
    if columns.is_empty() {
        return Section::default();
    }
    let series = ["All", "Without major investigations"];
    let title = "Share completed within 12 months, by year of completion";
    Section { chart: Some(chart::bars(title, &series, &columns)), ..Section::default() }
}

fn decided(asking: &Asking<'_>, mode: &Figure) -> Section {
    let row = |(year, part): (&str, Part<'_>)| {
        let heading = std::iter::once(Cell::words(year));
        heading.chain(share(asking, part)).collect()
    };
    let whole = std::iter::once(Cell::words("The whole period")).chain(share(asking, mode)).collect();
    let rows = Part::groups(mode).map(row).chain([whole]).collect();
    Section {
        title: "Referrals decided within three working days".to_owned(),
        table: Some(Table::new(&["Year", "In time", "Decided", "Share"], rows)),
        ..Section::default()
    }
}

/// What was both started and completed since the body began, and how many of the started are open.
fn cohort(asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<Option<(Section, [Figure; 2])>, Failure> {
    let Some(legacy) = asking.app.profile.legacy.as_ref() else {
        return Ok(None);
    };
    let short = &asking.app.profile.short;
    let began = day::in_words(legacy.from);
    let since = format!("started=since-{}", legacy.from);
    let closed = asking.period(tx, TARGET, &[&since], None)?;
    let open = asking.state(tx, "caseload.open", &[&since], None)?;
    let row = |title: &str, cells: [Cell; 3]| std::iter::once(Cell::words(title)).chain(cells).collect();
    let rows = vec![
        row("Within 12 months", share(asking, &closed)),
        row("Still open, so not counted yet", [Cell::words(""), asking.numbers.count(&open), Cell::words("")]),
    ];
    let section = Section {
        title: format!("Started and completed as the {short}"),
        warning: Some(format!(
            "This share flatters. Only what was opened since {began} is counted, and of that only what is already completed: the slow ones are still open."
        )),
        table: Some(Table::new(&["Which", "In time", "Number", "Share"], rows)),
        ..Section::default()
    };
    Ok(Some((section, [closed, open])))
}
