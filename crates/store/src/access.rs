//! What the record says of somebody's own access: loading the declared conflicts and the cases
//! opened with a reason, and recording either. They are streams like any other, so that what
//! verifies the record verifies them.

use candour_core::access::conflict::{self, About, Conflicts};
use candour_core::access::glass::{self, Category, Glass};
use candour_core::access::{Entry, Fresh, Own, Wall, decode};
use candour_core::day;
use candour_core::permit::{Action, Permit};
use candour_core::permit::{Actor, Object, permit};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Tx};
use crate::failure::Failure;
use crate::project::party_row;
use crate::record::{After, NewEvent, Write};
use crate::{holidays, reads};

/// Both streams as recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The declared conflicts.
    pub conflicts: Conflicts,
    /// The cases opened with a reason.
    pub glass: Glass,
}

impl Recorded {
    /// The versions of both streams' last entries.
    #[must_use]
    pub fn versions(&self) -> (u64, u64) {
        (self.conflicts.entries.len() as u64, self.glass.entries.len() as u64)
    }

    /// What it says of somebody at a moment, in microseconds since 1970.
    pub fn own(&self, tx: &mut Tx<'_>, log: &str, person: &str, now: i64) -> Result<Own, Error> {
        let mut walls = Vec::new();
        for about in self.conflicts.of(person, day::of_instant(now)) {
            match about {
                About::Force(id) => walls.push(Wall::Force(id.clone())),
                About::Case(stream) => walls.push(Wall::Case(stream.clone())),
                About::Person(stream) => {
                    walls.extend(party_row::cases_of(tx, log, stream)?.into_iter().map(Wall::Case));
                }
            }
        }
        Ok(Own { walls, opened: self.glass.open_to(person, now).map(str::to_owned).collect() })
    }
}

/// The versions of both streams' last entries, 0 without any.
pub fn versions(tx: &mut Tx<'_>, log: &str) -> Result<(u64, u64), Error> {
    let mut last = |stream: &str| {
        let found = tx.query_one(
            "select version from event where log = $1 and stream = $2 order by version desc limit 1",
            &[log.into(), stream.into()],
            |row| row.count(0),
        );
        found.map(Option::unwrap_or_default)
    };
    Ok((last(conflict::STREAM)?, last(glass::STREAM)?))
}

/// Whether somebody was accused and yet the table of who is in which case is empty, as in a record of
/// an earlier version. A conflict with a person would close nothing.
pub fn lacks_parties(tx: &mut Tx<'_>, log: &str) -> Result<bool, Error> {
    let mut any = |sql: &'static str| tx.query_one(sql, &[log.into()], |_| Ok(())).map(|found| found.is_some());
    Ok(!any("select stream from party_row where log = $1 limit 1")?
        && any("select stream from event where log = $1 and kind = 'allegations.recorded' limit 1")?)
}

/// Loads both streams.
pub fn load(tx: &mut Tx<'_>, log: &str) -> Result<Recorded, Error> {
    let conflicts = Conflicts { entries: entries(tx, log, conflict::STREAM)? };
    Ok(Recorded { conflicts, glass: Glass { entries: entries(tx, log, glass::STREAM)? } })
}

/// The entries of a stream of the body, with their words.
pub(crate) fn entries<E: DeserializeOwned>(tx: &mut Tx<'_>, log: &str, stream: &str) -> Result<Vec<Entry<E>>, Error> {
    let mut found = tx.query(
        "select version, seq, recorded_at, actor, kind, data from event where log = $1 and stream = $2 order by version",
        &[log.into(), stream.into()],
        |row| {
            let seq = row.count(1)?;
            let bad = |says: String| Error::Content(format!("event {seq}: {says}; run candour verify"));
            let data: Map<String, Json> = serde_json::from_str(row.str(5)?).map_err(|e| bad(e.to_string()))?;
            let event = decode(row.str(4)?, data).map_err(bad)?;
            let (version, recorded_at, actor) = (row.count(0)?, row.int(2)?, row.text(3)?);
            Ok((seq, Entry { version, recorded_at, actor, event, words: Vec::new() }))
        },
    )?;
    let words = reads::words_of(tx, log, stream)?;
    for (seq, field, value) in words {
        if let Some((_, entry)) = found.iter_mut().find(|(of, _)| *of == seq) {
            entry.words.push((field, value));
        }
    }
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

/// What the record says of somebody's own access, as it stands in this transaction.
pub fn own_in(w: &mut Write<'_>, person: &str) -> Result<Own, Failure> {
    let (log, now) = (w.log(), w.now());
    let recorded = load(w.tx()?, log)?;
    Ok(recorded.own(w.tx()?, log, person, now)?)
}

/// Declares a conflict or ends one.
pub fn change_conflicts(w: &mut Write<'_>, actor: &Actor, command: conflict::Command) -> Result<(), Failure> {
    let (log, today) = (w.log(), w.today());
    let given = permit(actor, command.action(&actor.id), Object::Body)?;
    let recorded = load(w.tx()?, log)?;
    let fresh = conflict::decide(&recorded.conflicts, &given, today, command)?;
    append(w, actor, &given, conflict::STREAM, recorded.versions().0, fresh)
}

/// Opens a case for somebody with a reason.
pub fn open(
    w: &mut Write<'_>,
    actor: &Actor,
    case: Object<'_>,
    category: Category,
    reason: &str,
) -> Result<(), Failure> {
    let (log, now) = (w.log(), w.now());
    let given = permit(actor, Action::BreakGlass, case)?;
    let Object::Case { stream, .. } = case else {
        return Err(Error::Other("only a case is opened with a reason".to_owned()).into());
    };
    let recorded = load(w.tx()?, log)?;
    let calendar = holidays::known(w.tx()?, log)?;
    let fresh = glass::open(&recorded.glass, &given, (now, calendar), stream, category, reason)?;
    append(w, actor, &given, glass::STREAM, recorded.versions().1, fresh)
}

/// Reviews why somebody opened a case.
pub fn review(
    w: &mut Write<'_>,
    actor: &Actor,
    case: Object<'_>,
    of: u64,
    (justified, reasons): (bool, &str),
) -> Result<(), Failure> {
    let log = w.log();
    let given = permit(actor, Action::ReviewGlass, case)?;
    let recorded = load(w.tx()?, log)?;
    let fresh = glass::review(&recorded.glass, &given, of, justified, reasons)?;
    append(w, actor, &given, glass::STREAM, recorded.versions().1, fresh)
}

fn append<E: Serialize>(
    w: &mut Write<'_>,
    actor: &Actor,
    permit: &Permit,
    stream: &str,
    version: u64,
    fresh: Fresh<E>,
) -> Result<(), Failure> {
    let (kind, data) = candour_core::record::encoded(&fresh.event);
    let after = if version == 0 { After::Nothing } else { After::Version(version) };
    let new = NewEvent { kind, data, on: Some(w.today()), words: fresh.words };
    w.append(&actor.id, permit.authority(), stream, after, vec![new])?;
    Ok(())
}
