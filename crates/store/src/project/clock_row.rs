//! One row for each clock that runs: what is due, by when, and whose work it is.

use std::collections::BTreeMap;

use candour_core::case::clocks::{self, Clock, Task};
use candour_core::case::{Case, Context};

use crate::db::{Error, Row, Tx, Value};

/// A clock that runs. Dates are ISO, empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// The stream of its case.
    pub stream: String,
    /// Its key.
    pub clock: String,
    /// Its rule, by id.
    pub rule: String,
    /// What is due.
    pub title: String,
    /// Who owes it, as people call them.
    pub owner: String,
    /// Whose work it is when it is missed: `AU`, `LEAD`, `SUP` or `DM`.
    pub task: String,
    /// The region that handles the case.
    pub region: String,
    /// Who leads the case.
    pub lead: String,
    /// The last day in time.
    pub due: String,
    /// The last day of which it was noted that it went by.
    pub missed: String,
}

/// The clocks that run in a case that is open.
#[must_use]
pub fn rows_of(case: &Case, context: Context<'_>) -> Vec<ClockRow> {
    if case.state.closed.is_some() {
        return Vec::new();
    }
    let stream = case.reference.stream();
    let region = case.state.force().and_then(|force| context.profile.region(force)).unwrap_or_default();
    let lead = case.state.lead().unwrap_or_default();
    let row = |clock: Clock| {
        Some(ClockRow {
            stream: stream.clone(),
            clock: clock.timer.key(),
            rule: clock.timer.rule.to_owned(),
            owner: clock.timer.owner.label().to_owned(),
            task: task(clock.timer.task, lead).id().to_owned(),
            region: region.to_owned(),
            lead: lead.to_owned(),
            due: clock.due?.to_string(),
            missed: clock.timer.missed.map_or_else(String::new, |(due, _)| due.to_string()),
            title: clock.title,
        })
    };
    clocks::of(&case.state, context).into_iter().filter(Clock::runs).filter_map(row).collect()
}

/// What falls to the lead of a case that has none falls to the supervisor.
fn task(task: Task, lead: &str) -> Task {
    if task == Task::Lead && lead.is_empty() { Task::Supervisor } else { task }
}

impl ClockRow {
    pub(crate) fn read(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            stream: row.text(0)?,
            clock: row.text(1)?,
            rule: row.text(2)?,
            title: row.text(3)?,
            owner: row.text(4)?,
            task: row.text(5)?,
            region: row.text(6)?,
            lead: row.text(7)?,
            due: row.text(8)?,
            missed: row.text(9)?,
        })
    }

    fn values<'a>(&'a self, log: &'a str) -> [Value<'a>; 11] {
        [
            log.into(),
            Value::from(&self.stream),
            Value::from(&self.clock),
            Value::from(&self.rule),
            Value::from(&self.title),
            Value::from(&self.owner),
            Value::from(&self.task),
            Value::from(&self.region),
            Value::from(&self.lead),
            Value::from(&self.due),
            Value::from(&self.missed),
        ]
    }
}

/// Writes the clocks of cases. Of several lists of one case only the last is written.
pub(super) fn write(tx: &mut Tx<'_>, log: &str, cases: &[(String, Vec<ClockRow>)]) -> Result<(), Error> {
    let lasts: BTreeMap<&str, &Vec<ClockRow>> = cases.iter().map(|(stream, rows)| (stream.as_str(), rows)).collect();
    super::clear(
        tx,
        log,
        "delete from clock_row where log = $1 and stream in ($2, $3, $4, $5, $6, $7, $8, $9)",
        &lasts,
    )?;
    let values: Vec<Value<'_>> = lasts.into_values().flatten().flat_map(|row| row.values(log)).collect();
    tx.insert_many(
        "insert into clock_row (log, stream, clock, rule, title, owner, task, region, lead, due, missed) values",
        11,
        &values,
    )
}
