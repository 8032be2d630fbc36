//! What the record says of somebody's own access: loading the declared conflicts, the seals, the cases
//! opened with a reason, who was asked to read which, and for what somebody reads; and recording each.
//! They are streams like any other, so that what verifies the record verifies them.

use candour_core::access::assignment::{self, Assignments};
use candour_core::access::conflict::{self, About, Conflicts};
use candour_core::access::glass::{self, Category, Glass};
use candour_core::access::seal::{self, Answer, Person, Seals};
use candour_core::access::{Entry, Fresh, Named, Own, Wall, decode, portal, purpose};
use candour_core::case::Case;
use candour_core::day;
use candour_core::permit::{Action, Actor, Object, Permit, permit};
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Tx};
use crate::failure::Failure;
use crate::plain::account::{self, Account};
use crate::plain::standing;
use crate::project::party_row;
use crate::record::{After, NewEvent, Write};
use crate::{accounts, cases, holidays, reads};

/// The streams that everybody's access hangs on, as recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The declared conflicts.
    pub conflicts: Conflicts,
    /// The sealed cases.
    pub seals: Seals,
    /// The cases opened with a reason.
    pub glass: Glass,
    /// Who was asked to read which case.
    pub assignments: Assignments,
    /// Who of those who are kept informed was given an account.
    pub portal: portal::Portal,
}

impl Recorded {
    /// The versions of the streams' last entries: conflicts, seals, reasons, assignments, accounts of
    /// those who are kept informed.
    #[must_use]
    pub fn versions(&self) -> [u64; 5] {
        let lasts = [
            self.conflicts.entries.len(),
            self.seals.entries.len(),
            self.glass.entries.len(),
            self.assignments.entries.len(),
            self.portal.entries.len(),
        ];
        lasts.map(|last| last as u64)
    }

    /// What it says of somebody at a moment, in microseconds since 1970.
    pub fn own(&self, tx: &mut Tx<'_>, log: &str, person: &str, now: i64) -> Result<Own, Error> {
        let (mut walls, today) = (Vec::new(), day::of_instant(now));
        for about in self.conflicts.of(person, today) {
            match about {
                About::Force(id) => walls.push(Wall::Force(id.clone())),
                About::Case(stream) => walls.push(Wall::Case(stream.clone())),
                About::Person(stream) => {
                    walls.extend(party_row::cases_of(tx, log, stream)?.into_iter().map(Wall::Case));
                }
            }
        }
        let until = standing::of(tx, log, person)?.last_day;
        let given = purposes_since(tx, log, person, day::end_of(day::from_number(day::number(today) - 1)))?;
        let assigned = self.assignments.standing(today).filter(|(_, assigned)| assigned.person == person);
        Ok(Own {
            walls,
            sealed: self.seals.of(person),
            opened: self.glass.open_to(person, now).map(str::to_owned).collect(),
            purposes: given.iter().map(|entry| (entry.given().case.clone(), entry.version)).collect(),
            assigned: assigned.map(|(entry, assigned)| (assigned.case.clone(), entry.version)).collect(),
            named: self.portal.standing().filter(|(_, opened)| opened.account == person).map(named).collect(),
            timed: until.is_some(),
            ended: until.is_some_and(|last| last < today),
        })
    }

    /// Whether a declaration is about a case that somebody is not to know of, or about a person who is
    /// in no other.
    pub fn is_hidden(&self, tx: &mut Tx<'_>, log: &str, own: &Own, about: &About) -> Result<bool, Error> {
        Ok(match about {
            About::Force(_) => false,
            About::Case(stream) => own.is_outside(stream),
            About::Person(_) if own.sealed.is_empty() => false,
            About::Person(stream) => {
                let cases = party_row::cases_of(tx, log, stream)?;
                !cases.is_empty() && cases.iter().all(|case| own.is_outside(case))
            }
        })
    }
}

fn named((entry, opened): (&Entry<portal::Event>, &portal::Opened)) -> Named {
    Named { case: opened.case.clone(), key: opened.key.clone(), by: entry.version, by_two: opened.by_two }
}

/// The versions of the streams' last entries, 0 without any, in the order of [`Recorded::versions`].
pub fn versions(tx: &mut Tx<'_>, log: &str) -> Result<[u64; 5], Error> {
    let mut last = |stream: &str| {
        let found = tx.query_one(
            "select version from event where log = $1 and stream = $2 order by version desc limit 1",
            &[log.into(), stream.into()],
            |row| row.count(0),
        );
        found.map(Option::unwrap_or_default)
    };
    Ok([
        last(conflict::STREAM)?,
        last(seal::STREAM)?,
        last(glass::STREAM)?,
        last(assignment::STREAM)?,
        last(portal::STREAM)?,
    ])
}

/// The streams that no figure counts: the sealed cases, and the people who are in no other case.
pub fn uncounted(tx: &mut Tx<'_>, log: &str) -> Result<Vec<String>, Error> {
    let seals = Seals { entries: entries(tx, log, seal::STREAM)? };
    let sealed = seals.cases();
    let mut uncounted: Vec<String> = Vec::new();
    for case in &sealed {
        for person in party_row::people_of(tx, log, case)? {
            let cases = party_row::cases_of(tx, log, &person)?;
            if cases.iter().all(|case| sealed.contains(&case.as_str())) {
                uncounted.push(person);
            }
        }
        uncounted.push((*case).to_owned());
    }
    Ok(uncounted)
}

/// Whether somebody was accused and yet the table of who is in which case is empty, as in a record of
/// an earlier version. A conflict with a person would close nothing.
pub fn lacks_parties(tx: &mut Tx<'_>, log: &str) -> Result<bool, Error> {
    let mut any = |sql: &'static str| tx.query_one(sql, &[log.into()], |_| Ok(())).map(|found| found.is_some());
    Ok(!any("select stream from party_row where log = $1 limit 1")?
        && any("select stream from event where log = $1 and kind = 'allegations.recorded' limit 1")?)
}

/// Loads the streams.
pub fn load(tx: &mut Tx<'_>, log: &str) -> Result<Recorded, Error> {
    let conflicts = Conflicts { entries: entries(tx, log, conflict::STREAM)? };
    let seals = Seals { entries: entries(tx, log, seal::STREAM)? };
    let glass = Glass { entries: entries(tx, log, glass::STREAM)? };
    let assignments = Assignments { entries: entries(tx, log, assignment::STREAM)? };
    let portal = portal::Portal { entries: entries(tx, log, portal::STREAM)? };
    Ok(Recorded { conflicts, seals, glass, assignments, portal })
}

/// For what somebody said that they read cases, with their words, oldest first.
pub fn purposes(tx: &mut Tx<'_>, log: &str, person: &str) -> Result<Vec<Entry<purpose::Event>>, Error> {
    entries(tx, log, &purpose::stream(person))
}

/// The same without the words, from a moment on.
fn purposes_since(tx: &mut Tx<'_>, log: &str, person: &str, since: i64) -> Result<Vec<Entry<purpose::Event>>, Error> {
    Ok(bare_entries(tx, log, &purpose::stream(person), since)?.into_iter().map(|(_, entry)| entry).collect())
}

/// The entries of a stream of the body, with their words.
pub(crate) fn entries<E: DeserializeOwned>(tx: &mut Tx<'_>, log: &str, stream: &str) -> Result<Vec<Entry<E>>, Error> {
    let mut found = bare_entries(tx, log, stream, i64::MIN)?;
    let words = reads::words_of(tx, log, stream)?;
    for (seq, field, value) in words {
        if let Some((_, entry)) = found.iter_mut().find(|(of, _)| *of == seq) {
            entry.words.push((field, value));
        }
    }
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

/// The entries of a stream from a moment on without their words, each with its `seq`.
fn bare_entries<E: DeserializeOwned>(
    tx: &mut Tx<'_>,
    log: &str,
    stream: &str,
    since: i64,
) -> Result<Vec<(u64, Entry<E>)>, Error> {
    tx.query(
        "select version, seq, recorded_at, actor, kind, data from event \
         where log = $1 and stream = $2 and recorded_at >= $3 order by version",
        &[log.into(), stream.into(), since.into()],
        |row| {
            let seq = row.count(1)?;
            let bad = |says: String| Error::Content(format!("event {seq}: {says}; run candour verify"));
            let data: Map<String, Json> = serde_json::from_str(row.str(5)?).map_err(|e| bad(e.to_string()))?;
            let event = decode(row.str(4)?, data).map_err(bad)?;
            let (version, recorded_at, actor) = (row.count(0)?, row.int(2)?, row.text(3)?);
            Ok((seq, Entry { version, recorded_at, actor, event, words: Vec::new() }))
        },
    )
}

/// What the record says of somebody's own access, as it stands in this transaction.
pub fn own_in(w: &mut Write<'_>, person: &str) -> Result<Own, Failure> {
    let (log, now) = (w.log(), w.now());
    let recorded = load(w.tx()?, log)?;
    Ok(recorded.own(w.tx()?, log, person, now)?)
}

/// The operator at the command line, with what the record says: nobody puts the operator on a list.
pub fn operator(tx: &mut Tx<'_>, log: &str) -> Result<Actor, Error> {
    let operator = Actor::operator();
    let seals = Seals { entries: entries(tx, log, seal::STREAM)? };
    let own = Own { sealed: seals.of(&operator.id), ..Own::default() };
    Ok(Actor { own, ..operator })
}

/// Refuses a declaration about a case that there is not, and the end of one that there is not, as far
/// as the actor is to know.
pub fn is_known(
    tx: &mut Tx<'_>,
    log: &str,
    recorded: &Recorded,
    own: &Own,
    command: &conflict::Command,
) -> Result<(), Failure> {
    match command {
        conflict::Command::Declare { about: About::Case(stream), .. } => {
            if own.is_outside(stream) || !reads::exists(tx, log, stream)? {
                return Err(Refusal::of("reference", "There is no case of that reference").into());
            }
        }
        conflict::Command::End { of, .. } => {
            let entry = recorded.conflicts.entries.iter().find(|entry| entry.version == *of);
            if let Some(conflict::Event::Declared(declared)) = entry.map(|entry| &entry.event)
                && recorded.is_hidden(tx, log, own, &declared.about)?
            {
                return Err(Refusal::of("of", "There is no such declaration that holds").into());
            }
        }
        conflict::Command::Declare { .. } => {}
    }
    Ok(())
}

/// Declares a conflict or ends one.
pub fn change_conflicts(w: &mut Write<'_>, actor: &Actor, command: conflict::Command) -> Result<(), Failure> {
    let (log, today) = (w.log(), w.today());
    let given = permit(actor, command.action(&actor.id), Object::Body)?;
    let recorded = load(w.tx()?, log)?;
    let (now, person) = (w.now(), &actor.id);
    let own = recorded.own(w.tx()?, log, person, now)?;
    is_known(w.tx()?, log, &recorded, &own, &command)?;
    let fresh = conflict::decide(&recorded.conflicts, &given, today, command)?;
    append(w, actor, &given, conflict::STREAM, recorded.versions()[0], fresh)
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
    let stream = stream_of(case)?;
    let recorded = load(w.tx()?, log)?;
    let calendar = holidays::known(w.tx()?, log)?;
    let fresh = glass::open(&recorded.glass, &given, (now, calendar), stream, category, reason)?;
    append(w, actor, &given, glass::STREAM, recorded.versions()[2], fresh)
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
    append(w, actor, &given, glass::STREAM, recorded.versions()[2], fresh)
}

/// The members of staff who would be on a list, and what their roles let them do to the case.
pub fn people(
    tx: &mut Tx<'_>,
    log: &str,
    (recorded, now): (&Recorded, i64),
    case: Object<'_>,
    members: &[String],
) -> Result<Vec<Person>, Error> {
    let Object::Case { stream, .. } = case else { return Ok(Vec::new()) };
    let mut people = Vec::new();
    for account in account::all(tx, log)?.into_iter().filter(|account| members.contains(&account.id)) {
        let mut own = recorded.own(tx, log, &account.id, now)?;
        // Whether they are on the list as it is says nothing of what their role allows.
        own.sealed.retain(|sealed| sealed.case != stream);
        own.opened.clear();
        let actor = Actor { own, ..account.actor() };
        let may = |action| permit(&actor, action, case).is_ok();
        let (reads, proposes, approves) = (may(Action::ReadCase), may(Action::ProposeSeal), may(Action::ApproveSeal));
        people.push(Person { id: account.id, reads, proposes, approves });
    }
    Ok(people)
}

/// A seal being changed: the case, and everything recorded, as loaded in the transaction.
struct Sealing {
    actor: Actor,
    recorded: Recorded,
    case: Case,
}

fn sealing(w: &mut Write<'_>, actor: &Actor, reference: &Reference) -> Result<Sealing, Failure> {
    let (log, now) = (w.log(), w.now());
    let recorded = load(w.tx()?, log)?;
    let own = recorded.own(w.tx()?, log, &actor.id, now)?;
    let case = cases::load(w.tx()?, log, reference)?;
    Ok(Sealing { actor: Actor { own, ..actor.clone() }, recorded, case })
}

/// Proposes a list for a case, or without one that it is unsealed.
pub fn propose_seal(
    w: &mut Write<'_>,
    actor: &Actor,
    profile: &Profile,
    reference: &Reference,
    (members, reasons): (Option<&[String]>, &str),
) -> Result<(), Failure> {
    let (log, now, stream) = (w.log(), w.now(), reference.stream());
    let Sealing { actor, recorded, case } = sealing(w, actor, reference)?;
    let object = cases::object(&case, &stream, profile);
    let given = permit(&actor, Action::ProposeSeal, object)?;
    let listed = members.map(|members| people(w.tx()?, log, (&recorded, now), object, members).map_err(Failure::from));
    let listed = listed.transpose()?;
    let fresh = seal::propose(&recorded.seals, &given, &stream, listed.as_deref(), reasons)?;
    append(w, &actor, &given, seal::STREAM, recorded.versions()[1], fresh)
}

/// Answers a proposal about a case.
pub fn answer_seal(
    w: &mut Write<'_>,
    actor: &Actor,
    profile: &Profile,
    reference: &Reference,
    (of, answer, reasons): (u64, Answer, &str),
) -> Result<(), Failure> {
    let (log, now, stream) = (w.log(), w.now(), reference.stream());
    let Sealing { actor, recorded, case } = sealing(w, actor, reference)?;
    let object = cases::object(&case, &stream, profile);
    let given = permit(&actor, Action::ApproveSeal, object)?;
    let members =
        recorded.seals.about(&stream).find(|p| p.entry.version == of).and_then(|p| p.proposed.members.clone());
    let listed = members.map(|members| people(w.tx()?, log, (&recorded, now), object, &members).map_err(Failure::from));
    let listed = listed.transpose()?;
    let fresh = seal::answer(&recorded.seals, &given, of, answer, listed.as_deref(), reasons)?;
    append(w, &actor, &given, seal::STREAM, recorded.versions()[1], fresh)
}

/// Records for what somebody reads a case.
pub fn give_purpose(
    w: &mut Write<'_>,
    actor: &Actor,
    case: Object<'_>,
    category: Option<purpose::Category>,
    says: &str,
) -> Result<(), Failure> {
    let given = permit(actor, Action::GivePurpose, case)?;
    let fresh = purpose::give(&given, stream_of(case)?, category, says)?;
    append_after(w, actor, &given, &purpose::stream(&actor.id), After::Latest, fresh)
}

/// Asks somebody to read a case, or ends that.
pub fn change_assignments(
    w: &mut Write<'_>,
    actor: &Actor,
    case: Object<'_>,
    command: assignment::Command,
) -> Result<(), Failure> {
    let (log, today) = (w.log(), w.today());
    let given = permit(actor, Action::AssignReader, case)?;
    let recorded = load(w.tx()?, log)?;
    let fresh = assignment::decide(&recorded.assignments, &given, (today, stream_of(case)?), command)?;
    append(w, actor, &given, assignment::STREAM, recorded.versions()[3], fresh)
}

/// Gives somebody who is kept informed an account for their matter: the account, with nothing but an
/// opaque name, a start code with which its owner chooses a password, and the entry that names them.
pub fn open_portal(
    w: &mut Write<'_>,
    actor: &Actor,
    profile: &Profile,
    reference: &Reference,
    (key, sure): (&str, &str),
    (account, code): (&Account, (&[u8], i64)),
) -> Result<(), Failure> {
    let (log, now, stream) = (w.log(), w.now(), reference.stream());
    let recorded = load(w.tx()?, log)?;
    let case = cases::load(w.tx()?, log, reference)?;
    let given = permit(actor, Action::KeepPortal, cases::object(&case, &stream, profile))?;
    let fresh = portal::open(&recorded.portal, &given, (&case.state, &stream), (&account.id, key), sure)?;
    let by = (actor.id.as_str(), given.authority());
    accounts::add_for_matter(w, by, account, code, now)?;
    append(w, actor, &given, portal::STREAM, recorded.versions()[4], fresh)
}

/// Ends it: the account shows the matter no more, and can no longer be used.
pub fn close_portal(
    w: &mut Write<'_>,
    actor: &Actor,
    profile: &Profile,
    reference: &Reference,
    (key, reasons): (&str, &str),
) -> Result<(), Failure> {
    let (log, stream) = (w.log(), reference.stream());
    let recorded = load(w.tx()?, log)?;
    let case = cases::load(w.tx()?, log, reference)?;
    let given = permit(actor, Action::KeepPortal, cases::object(&case, &stream, profile))?;
    let (fresh, account) = portal::close(&recorded.portal, &given, (&stream, key), reasons)?;
    accounts::end_for_matter(w, (&actor.id, given.authority()), &account)?;
    append(w, actor, &given, portal::STREAM, recorded.versions()[4], fresh)
}

fn stream_of(case: Object<'_>) -> Result<&str, Failure> {
    match case {
        Object::Case { stream, .. } => Ok(stream),
        Object::Body => Err(Error::Other("this is about a case".to_owned()).into()),
    }
}

fn append<E: Serialize>(
    w: &mut Write<'_>,
    actor: &Actor,
    permit: &Permit,
    stream: &str,
    version: u64,
    fresh: Fresh<E>,
) -> Result<(), Failure> {
    let after = if version == 0 { After::Nothing } else { After::Version(version) };
    append_after(w, actor, permit, stream, after, fresh)
}

fn append_after<E: Serialize>(
    w: &mut Write<'_>,
    actor: &Actor,
    permit: &Permit,
    stream: &str,
    after: After,
    fresh: Fresh<E>,
) -> Result<(), Failure> {
    let (kind, data) = candour_core::record::encoded(&fresh.event);
    let new = NewEvent { kind, data, on: Some(w.today()), words: fresh.words };
    w.append(&actor.id, permit.authority(), stream, after, vec![new])?;
    Ok(())
}
