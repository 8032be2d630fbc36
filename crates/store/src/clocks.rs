//! The clocks that run: what is due, whose work it is, and noting each last day that went by.

use std::collections::HashSet;

use candour_core::access::Own;
use candour_core::case::clocks::acts::Miss;
use candour_core::case::{self, Context};
use candour_core::day::Day;
use candour_core::permit::{Actor, permit};
use candour_core::reference::Reference;

use crate::db::{Error, Tx, Value};
use crate::failure::Failure;
use crate::project::clock_row::ClockRow;
use crate::record::Write;
use crate::{cases, reads};

/// The clocks that run and whose last day is `from` or later.
pub fn running(tx: &mut Tx<'_>, log: &str, from: Day) -> Result<Vec<ClockRow>, Error> {
    tx.query(
        "select stream, clock, rule, title, owner, task, region, lead, due, missed from clock_row \
         where log = $1 and due >= $2 order by due, stream, clock",
        &[log.into(), Value::from(&from.to_string())],
        ClockRow::read,
    )
}

/// Whose work somebody asks for. Empty fields do not narrow it.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// The role that has it: `AU`, `LEAD`, `SUP` or `DM`.
    pub task: String,
    /// The region that handles the case.
    pub region: String,
    /// Who leads the case.
    pub lead: String,
    /// The last day may be at most this.
    pub due_by: String,
}

/// The clocks that are somebody's work, what is due first before the rest, without those of cases that
/// are left out for them.
pub fn work(tx: &mut Tx<'_>, log: &str, asked: &Work, most: usize, own: &Own) -> Result<Vec<ClockRow>, Error> {
    let mut wanted = most;
    loop {
        let mut rows = work_of_all(tx, log, asked, wanted)?;
        let read = rows.len();
        leave_out(tx, log, own, &mut rows, |row| &row.stream)?;
        // What was left out must not shorten the list, or its length would tell that something was.
        if rows.len() >= most || read < wanted {
            rows.truncate(most);
            return Ok(rows);
        }
        wanted *= 2;
    }
}

/// Leaves out what is about cases that somebody is kept from, or is not to know of.
pub fn leave_out<T>(
    tx: &mut Tx<'_>,
    log: &str,
    own: &Own,
    rows: &mut Vec<T>,
    stream: impl Fn(&T) -> &str,
) -> Result<(), Error> {
    if own.walls.is_empty() && own.sealed.is_empty() {
        return Ok(());
    }
    let streams: HashSet<&str> = rows.iter().map(&stream).collect();
    let cases = reads::rows_of(tx, log, &streams)?;
    rows.retain(|row| {
        let stream = stream(row);
        !own.leaves_out(stream, cases.get(stream).map(|case| case.force.as_str()))
    });
    Ok(())
}

fn work_of_all(tx: &mut Tx<'_>, log: &str, asked: &Work, most: usize) -> Result<Vec<ClockRow>, Error> {
    tx.query(
        "select stream, clock, rule, title, owner, task, region, lead, due, missed from clock_row \
         where log = $1 and ($2 = '' or task = $2) and ($3 = '' or region = $3) and ($4 = '' or lead = $4) \
         and due <= $5 order by due, stream, clock limit $6",
        &[
            log.into(),
            Value::from(&asked.task),
            Value::from(&asked.region),
            Value::from(&asked.lead),
            Value::from(&asked.due_by),
            (most as u64).into(),
        ],
        ClockRow::read,
    )
}

/// Last days noted as missed in one transaction.
const NOTED_AT_ONCE: u64 = 200;

/// How many last days were noted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Noted {
    /// All of them.
    pub all: u64,
    /// Those of cases that the actor may know of, which may be said.
    pub said: u64,
}

/// Notes in each case the last days that went by before `context.today`, a bounded number of them;
/// answers how many it noted. Whoever keeps the log calls it until it answers 0, once a day.
pub fn note_missed(w: &mut Write<'_>, actor: &Actor, context: Context<'_>) -> Result<Noted, Failure> {
    let log = w.log();
    let rows = w.tx()?.query(
        "select stream, clock, rule, title, owner, task, region, lead, due, missed from clock_row \
         where log = $1 and due < $2 and missed <> due order by due, stream, clock limit $3",
        &[log.into(), Value::from(&context.today.to_string()), NOTED_AT_ONCE.into()],
        ClockRow::read,
    )?;
    for row in &rows {
        let bad = || Error::Content(format!("clock_row {}: cannot be read; run candour rebuild", row.stream));
        let reference = Reference::of_stream(&row.stream).ok_or_else(bad)?;
        let case = cases::load(w.tx()?, log, &reference)?;
        let command = case::Command::MissClock(Miss { clock: row.clock.clone(), on: context.today });
        let given = permit(actor, command.action(), cases::object(&case, &row.stream, context.profile))?;
        let fresh = case::decide(&case, &given, context, command)?;
        cases::record(w, actor, &given, &case, context, fresh)?;
    }
    let said = rows.iter().filter(|row| !actor.own.is_outside(&row.stream)).count();
    Ok(Noted { all: rows.len() as u64, said: said as u64 })
}
