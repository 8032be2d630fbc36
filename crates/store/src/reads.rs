//! Queries that pages and commands ask.

use std::collections::{HashMap, HashSet};

use candour_core::day::{self, Day};
use candour_core::reference::Reference;

use crate::db::{Error, Tx, Value};
use crate::project::case_row::CaseRow;

/// How many events a log has.
pub fn position(tx: &mut Tx<'_>, log: &str) -> Result<u64, Error> {
    let size = tx.query_one("select size from head where log = $1", &[log.into()], |row| row.count(0))?;
    Ok(size.unwrap_or(0))
}

/// The root of the log's tree and the time of its last event.
pub fn head(tx: &mut Tx<'_>, log: &str) -> Result<Option<(u64, Vec<u8>, i64)>, Error> {
    tx.query_one("select size, root, recorded_at from head where log = $1", &[log.into()], |row| {
        Ok((row.count(0)?, row.bytes(1)?, row.int(2)?))
    })
}

/// How many events were recorded by the end of a London day.
pub fn position_at_end_of(tx: &mut Tx<'_>, log: &str, day: Day) -> Result<u64, Error> {
    let end = day::end_of(day);
    // Times never fall within a log, so the last event of the day is found by halving.
    let (mut low, mut high) = (0, position(tx, log)?);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let at = recorded_at(tx, log, middle)?;
        if at < end {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// When the event at a position was recorded.
pub fn recorded_at(tx: &mut Tx<'_>, log: &str, position: u64) -> Result<i64, Error> {
    tx.query_one("select recorded_at from event where log = $1 and seq = $2", &[log.into(), position.into()], |row| {
        row.int(0)
    })?
    .ok_or_else(|| Error::Content(format!("event {position} is missing; run candour verify")))
}

/// Which cases a work list shows. Empty fields do not narrow it.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// The member of staff who leads them.
    pub lead: String,
    /// Where they stand.
    pub stage: String,
    /// The force responsible.
    pub force: String,
    /// Kind of matter.
    pub kind: String,
    /// The region that handles them.
    pub region: String,
    /// The body's or the source's own number, or the case's reference.
    pub number: String,
    /// Closed ones too.
    pub closed: bool,
}

macro_rules! list {
    ($index:literal) => {
        concat!(
            "select stream, number, kind, force, region, stage, mode, lead, received, opened, completed, closed, ",
            "due, due_rule, version from case_row where log = $1 and ",
            $index,
            "(due, stream) > ($2, $3) and ($4 = '' or lead = $4) and ($5 = '' or stage = $5) ",
            "and ($6 = '' or force = $6) and ($7 = '' or kind = $7) and ($8 = '' or region = $8) ",
            "and ($9 = '' or number = $9 or stream = $12) and ($10 = cast(1 as bigint) or stage <> 'closed') ",
            "order by due, stream limit $11"
        )
    };
}

/// The work list: cases by the earliest limit that is not met, from after a cursor on, without
/// those that are left out.
pub fn list(
    tx: &mut Tx<'_>,
    log: &str,
    filter: &ListFilter,
    after: (&str, &str),
    limit: usize,
    left_out: impl Fn(&CaseRow) -> bool,
) -> Result<Vec<CaseRow>, Error> {
    let (mut found, mut after) = (Vec::new(), (after.0.to_owned(), after.1.to_owned()));
    while found.len() < limit {
        let wanted = limit - found.len();
        let rows = list_from(tx, log, filter, (&after.0, &after.1), wanted)?;
        let read = rows.len();
        if let Some(last) = rows.last() {
            after = (last.due.clone(), last.stream.clone());
        }
        found.extend(rows.into_iter().filter(|row| !left_out(row)));
        if read < wanted {
            break;
        }
    }
    Ok(found)
}

fn list_from(
    tx: &mut Tx<'_>,
    log: &str,
    filter: &ListFilter,
    after: (&str, &str),
    limit: usize,
) -> Result<Vec<CaseRow>, Error> {
    // One text for each index, so that the narrowest filter leads the search.
    let sql = if !filter.lead.is_empty() {
        list!("lead = $4 and ")
    } else if !filter.force.is_empty() {
        list!("force = $6 and ")
    } else if !filter.stage.is_empty() {
        list!("stage = $5 and ")
    } else {
        list!("")
    };
    let closed = i64::from(filter.closed || filter.stage == "closed");
    let stream = Reference::parse(&filter.number).map_or_else(|_| String::new(), |reference| reference.stream());
    let values: [Value<'_>; 12] = [
        log.into(),
        after.0.into(),
        after.1.into(),
        Value::from(&filter.lead),
        Value::from(&filter.stage),
        Value::from(&filter.force),
        Value::from(&filter.kind),
        Value::from(&filter.region),
        Value::from(&filter.number),
        closed.into(),
        (limit as u64).into(),
        Value::from(&stream),
    ];
    tx.query(sql, &values, CaseRow::read)
}

/// The cases of a force, closed ones too, newest first from after a cursor on.
pub fn of_force(
    tx: &mut Tx<'_>,
    log: &str,
    force: &str,
    (received, stream): (&str, &str),
    limit: usize,
) -> Result<Vec<CaseRow>, Error> {
    tx.query(
        "select stream, number, kind, force, region, stage, mode, lead, received, opened, completed, closed, \
         due, due_rule, version from case_row where log = $1 and force = $2 \
         and ($3 = '' or (received, stream) < ($3, $4)) order by received desc, stream desc limit $5",
        &[log.into(), force.into(), received.into(), stream.into(), (limit as u64).into()],
        CaseRow::read,
    )
}

/// Cases up to which each is looked up by itself; more are picked from all of them.
const LOOKED_UP_MAX: usize = 500;

/// The rows of some cases, by stream.
pub fn rows_of(tx: &mut Tx<'_>, log: &str, streams: &HashSet<&str>) -> Result<HashMap<String, CaseRow>, Error> {
    let mut found = HashMap::new();
    if streams.len() <= LOOKED_UP_MAX {
        for stream in streams {
            let row = tx.query_one(
                "select stream, number, kind, force, region, stage, mode, lead, received, opened, completed, closed, \
                 due, due_rule, version from case_row where log = $1 and stream = $2",
                &[log.into(), (*stream).into()],
                CaseRow::read,
            )?;
            found.extend(row.map(|row| (row.stream.clone(), row)));
        }
        return Ok(found);
    }
    tx.each(
        "select stream, number, kind, force, region, stage, mode, lead, received, opened, completed, closed, \
         due, due_rule, version from case_row where log = $1",
        &[log.into()],
        |row| {
            if streams.contains(row.str(0)?) {
                let row = CaseRow::read(row)?;
                found.insert(row.stream.clone(), row);
            }
            Ok(())
        },
    )?;
    Ok(found)
}

/// How many open cases of a region (of all, when it is empty) stand where, and how many are overdue
/// on a day; without some cases that the reader is not to know of.
pub fn counts(
    tx: &mut Tx<'_>,
    log: &str,
    today: Day,
    region: &str,
    hidden: &HashSet<&str>,
) -> Result<Vec<(String, u64, u64)>, Error> {
    let mut counts = counts_of_all(tx, log, today, region)?;
    let today = today.to_string();
    for row in rows_of(tx, log, hidden)?.into_values() {
        let counted = counts.iter_mut().find(|(stage, ..)| *stage == row.stage);
        if let Some((_, count, overdue)) = counted.filter(|_| region.is_empty() || row.region == region) {
            *count -= 1;
            *overdue -= u64::from(row.due < today);
        }
    }
    counts.retain(|(_, count, _)| *count > 0);
    Ok(counts)
}

fn counts_of_all(tx: &mut Tx<'_>, log: &str, today: Day, region: &str) -> Result<Vec<(String, u64, u64)>, Error> {
    tx.query(
        "select stage, count(*), count(*) filter (where due < $2) from case_row \
         where log = $1 and stage <> 'closed' and ($3 = '' or region = $3) group by stage order by stage",
        &[log.into(), Value::from(&today.to_string()), region.into()],
        |row| Ok((row.text(0)?, row.count(1)?, row.count(2)?)),
    )
}

/// A reading in the access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The stream that was read.
    pub stream: String,
    /// Who, as an opaque id.
    pub actor: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// By what role and rule it was allowed.
    pub authority: String,
    /// What was read of it.
    pub kind: String,
    /// The version of the entry in which the reader said for what, where a role does not say it.
    pub said_in: Option<u64>,
}

impl Reading {
    fn read(row: &crate::db::Row<'_>) -> Result<Self, Error> {
        let data: serde_json::Value = serde_json::from_str(row.str(5)?).unwrap_or_default();
        Ok(Self {
            stream: row.text(0)?,
            actor: row.text(1)?,
            at: row.int(2)?,
            authority: row.text(3)?,
            kind: row.text(4)?,
            said_in: data["said_in"].as_u64(),
        })
    }

    /// The condition under which it was allowed: a cell of the matrix, or `break-glass`.
    #[must_use]
    pub fn scope(&self) -> &str {
        self.authority.rsplit(' ').next().unwrap_or_default()
    }
}

/// The last readings of a stream, last first.
pub fn readers(tx: &mut Tx<'_>, access_log: &str, stream: &str, limit: usize) -> Result<Vec<Reading>, Error> {
    tx.query(
        "select stream, actor, recorded_at, authority, kind, data from event where log = $1 and stream = $2 \
         order by version desc limit $3",
        &[access_log.into(), stream.into(), (limit as u64).into()],
        Reading::read,
    )
}

/// The readings between two positions of the access log, the first of which is left out.
pub fn readings_between(tx: &mut Tx<'_>, access_log: &str, (after, to): (u64, u64)) -> Result<Vec<Reading>, Error> {
    tx.query(
        "select stream, actor, recorded_at, authority, kind, data from event \
         where log = $1 and seq > $2 and seq <= $3 order by seq",
        &[access_log.into(), after.into(), to.into()],
        Reading::read,
    )
}

/// The personal words of a stream's events, in order: the event's `seq`, the field, the words.
pub fn words_of(tx: &mut Tx<'_>, log: &str, stream: &str) -> Result<Vec<(u64, String, String)>, Error> {
    tx.query(
        // Written as a join, SQLite reads every text of the log to save itself the sorting.
        "select seq, field, value from text where log = $1 \
         and seq in (select seq from event where log = $1 and stream = $2) order by seq, field",
        &[log.into(), stream.into()],
        |row| Ok((row.count(0)?, row.text(1)?, row.text(2)?)),
    )
}

/// Whether a stream is in the record.
pub fn exists(tx: &mut Tx<'_>, log: &str, stream: &str) -> Result<bool, Error> {
    let found = tx.query_one(
        "select version from event where log = $1 and stream = $2 and version = 1",
        &[log.into(), stream.into()],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}

/// Hands over the name of every stream of the log.
pub fn each_stream(tx: &mut Tx<'_>, log: &str, mut f: impl FnMut(&str)) -> Result<(), Error> {
    tx.each("select stream from event where log = $1 and version = 1", &[log.into()], |row| {
        f(row.str(0)?);
        Ok(())
    })
}

/// Hands over the stream and the data of every event of a kind, as recorded: nothing is folded in.
pub fn each_of_kind(
    tx: &mut Tx<'_>,
    log: &str,
    kind: &str,
    mut f: impl FnMut(&str, &str) -> Result<(), Error>,
) -> Result<(), Error> {
    tx.each(
        "select stream, data from event where log = $1 and kind = $2 order by seq",
        &[log.into(), kind.into()],
        |row| f(row.str(0)?, row.str(1)?),
    )
}
