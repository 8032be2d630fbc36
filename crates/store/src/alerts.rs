//! What was unusual about who looked on a day: gathers from the access log and the record what
//! [`candour_core::access::alert`] judges. Nothing of it is stored.

use std::collections::BTreeSet;

use candour_core::access::alert::{self, Alert, Known, Reading, Refused};
use candour_core::access::{Own, Rules};
use candour_core::day::{self, Day};

use crate::db::Error;
use crate::plain::account;
use crate::plain::standing;
use crate::project::party_row;
use crate::store::Store;
use crate::{people, reads};

/// The alerts of a day by the access log's clock, which tells the real time; oldest first. Readings of
/// sealed cases are counted for those on their list only: `own` is what the record says of the asker.
pub fn on(store: &Store, day: Day, own: &Own) -> Result<Vec<Alert>, Error> {
    let rules = &Rules::built_in().alerts;
    let first = rules.first_day(day);
    let log = &*store.access.log;
    let noted = store.access.engine.read(|tx| {
        let from = reads::position_at_end_of(tx, log, day_before(first))?;
        let to = reads::position_at_end_of(tx, log, day)?;
        reads::readings_between(tx, log, (from, to))
    })?;
    let (mut readings, mut refused) = (Vec::new(), Vec::new());
    for noted in noted {
        let scope = noted.scope().to_owned();
        let reads::Reading { stream, actor, at, kind, .. } = noted;
        match kind.as_str() {
            "case.read" if own.is_outside(&stream) => {}
            "case.read" => readings.push(Reading { at, actor, case: stream, scope }),
            "reading.refused" => refused.push(Refused { at, actor }),
            _ => {}
        }
    }
    let known = store.record.engine.read(|tx| {
        let log = &*store.record.log;
        let mut known = Known::default();
        for account in account::all(tx, log)? {
            known.staff.insert(account.id, account.name);
        }
        let of_the_day = || readings.iter().filter(|r| day::of_instant(r.at) == day);
        for actor in of_the_day().map(|r| r.actor.as_str()).collect::<BTreeSet<_>>() {
            known.leaving.extend(standing::of(tx, log, actor)?.last_day.map(|last| (actor.to_owned(), last)));
        }
        for case in of_the_day().map(|r| r.case.as_str()).collect::<BTreeSet<_>>() {
            let streams = party_row::people_of(tx, log, case)?;
            let streams: Vec<&str> = streams.iter().map(String::as_str).collect();
            let names = people::known(tx, log, &streams)?.into_iter().map(|known| known.name);
            known.parties.insert(case.to_owned(), names.filter(|name| !name.is_empty()).collect());
        }
        Ok::<_, Error>(known)
    })?;
    Ok(alert::on(rules, day, &readings, &refused, &known))
}

fn day_before(day: Day) -> Day {
    day::from_number(day::number(day) - 1)
}
