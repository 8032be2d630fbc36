//! One row for each case, as the work list shows it.

use std::collections::BTreeMap;

use candour_core::case::clocks;
use candour_core::case::{Case, Context, Stage};
use candour_core::profile::Population;

use crate::db::{Error, Row, Tx, Value};

/// What stands for "nothing is due": it sorts after every real date.
pub const NOTHING_DUE: &str = "9999-12-31";

/// A case as the work list shows it. Dates are ISO, empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its stream.
    pub stream: String,
    /// The body's or the source's own number.
    pub number: String,
    /// Kind of matter.
    pub kind: String,
    /// The force responsible.
    pub force: String,
    /// The region that handles it.
    pub region: String,
    /// Where it stands.
    pub stage: String,
    /// Its mode.
    pub mode: String,
    /// Who leads it.
    pub lead: String,
    /// When it was received.
    pub received: String,
    /// When it was opened, as measures count it.
    pub opened: String,
    /// When it was completed, as measures count it.
    pub completed: String,
    /// When it was closed.
    pub closed: String,
    /// The earliest limit that is not met, or [`NOTHING_DUE`].
    pub due: String,
    /// The rule that sets it.
    pub due_rule: String,
    /// Its last version.
    pub version: u64,
}

impl CaseRow {
    /// The row of a case, or none for a case that does not exist.
    #[must_use]
    pub fn of(case: &Case, context: Context<'_>) -> Option<Self> {
        let matter = case.matter()?;
        let state = &case.state;
        let profile = context.profile;
        let date = |day: Option<candour_core::day::Day>| day.map_or_else(String::new, |d| d.to_string());
        let force = state.force().unwrap_or_default().to_owned();
        let due = clocks::next_due(state, context);
        let (opened, completed) = match profile.population {
            Population::Matters => (Some(matter.received), state.closed),
            Population::Investigations => {
                let independent = state.mode.as_ref().filter(|m| m.mode == candour_core::case::mode::Mode::Independent);
                (independent.map(|m| m.on), state.report)
            }
        };
        Some(Self {
            stream: case.reference.stream(),
            number: matter.matter.number.clone().unwrap_or_default(),
            kind: state.kind_on(candour_core::day::LAST_DAY).map_or("", |k| k.id()).to_owned(),
            region: profile.region(&force).unwrap_or_default().to_owned(),
            force,
            stage: Stage::of(state, profile).id().to_owned(),
            mode: state.mode.as_ref().map_or("", |m| m.mode.id()).to_owned(),
            lead: state.lead().unwrap_or_default().to_owned(),
            received: date(Some(matter.received)),
            opened: date(opened),
            completed: date(completed),
            closed: date(state.closed),
            due: due.map_or_else(|| NOTHING_DUE.to_owned(), |(day, _)| day.to_string()),
            due_rule: due.map_or("", |(_, rule)| rule).to_owned(),
            version: case.version(),
        })
    }

    pub(crate) fn read(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            stream: row.text(0)?,
            number: row.text(1)?,
            kind: row.text(2)?,
            force: row.text(3)?,
            region: row.text(4)?,
            stage: row.text(5)?,
            mode: row.text(6)?,
            lead: row.text(7)?,
            received: row.text(8)?,
            opened: row.text(9)?,
            completed: row.text(10)?,
            closed: row.text(11)?,
            due: row.text(12)?,
            due_rule: row.text(13)?,
            version: row.count(14)?,
        })
    }

    fn values<'a>(&'a self, log: &'a str) -> [Value<'a>; 16] {
        [
            log.into(),
            Value::from(&self.stream),
            Value::from(&self.number),
            Value::from(&self.kind),
            Value::from(&self.force),
            Value::from(&self.region),
            Value::from(&self.stage),
            Value::from(&self.mode),
            Value::from(&self.lead),
            Value::from(&self.received),
            Value::from(&self.opened),
            Value::from(&self.completed),
            Value::from(&self.closed),
            Value::from(&self.due),
            Value::from(&self.due_rule),
            self.version.into(),
        ]
    }
}

/// Writes rows. Of several rows of one case only the last is written.
pub(super) fn write(tx: &mut Tx<'_>, log: &str, rows: &[CaseRow]) -> Result<(), Error> {
    let lasts: BTreeMap<&str, &CaseRow> = rows.iter().map(|row| (row.stream.as_str(), row)).collect();
    let values: Vec<Value<'_>> = lasts.into_values().flat_map(|row| row.values(log)).collect();
    tx.upsert_many(
        "insert into case_row (log, stream, number, kind, force, region, stage, mode, lead, received, opened, \
         completed, closed, due, due_rule, version) values",
        "on conflict (log, stream) do update set number = excluded.number, kind = excluded.kind, \
         force = excluded.force, region = excluded.region, stage = excluded.stage, mode = excluded.mode, \
         lead = excluded.lead, received = excluded.received, opened = excluded.opened, \
         completed = excluded.completed, closed = excluded.closed, due = excluded.due, \
         due_rule = excluded.due_rule, version = excluded.version",
        16,
        &values,
    )
}
