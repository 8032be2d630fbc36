//! Disposing of personal words: what is due, proposing, answering, and making away with them; and
//! what is on hold or restricted.
//!
//! A disposal is recorded twice in one transaction: in the register, where it was proposed, and in
//! every stream whose words go, where both verifiers look for it. Values and salts are deleted in the
//! same transaction; [`crate::db::Engine::scrub`] makes away with what they left in the files.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use candour_core::case::{Case, Context, Event as CaseEvent, Fresh as CaseFresh};
use candour_core::day::{self, Day};
use candour_core::permit::{Action, Actor, Permit, permit};
use candour_core::record::disposal::{Again, Disposed, KIND, Words};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_core::retention::register::{
    self, Event, Placed, Proposed, Register, STREAM, Scope, Sort, answer as answered,
};
use candour_core::retention::{Ground, Rule, Schedule};
use serde_json::{Map, Value as Json};

use crate::access::entries;
use crate::db::{Error, Tx};
use crate::failure::Failure;
use crate::high_water::Gone;
use crate::project::case_row::CaseRow;
use crate::project::party_row;
use crate::record::{After, NewEvent, Write};
use crate::{cases, reads};

/// Forms that were sent longer ago than this, in microseconds, are forgotten with a disposal: what
/// is kept of a form is a hash of its words without a salt.
const FORMS_KEPT: i64 = 24 * 3_600_000_000;

/// Loads the register.
pub fn load(tx: &mut Tx<'_>, log: &str) -> Result<Register, Error> {
    Ok(Register { entries: entries(tx, log, STREAM)? })
}

/// The holds and restrictions, without the proposals.
pub fn kept(tx: &mut Tx<'_>, log: &str) -> Result<Register, Error> {
    let none = tx.query_one(
        "select seq from event where log = $1 and stream = $2 limit 1",
        &[log.into(), STREAM.into()],
        |row| row.count(0),
    )?;
    if none.is_none() { Ok(Register::default()) } else { load(tx, log) }
}

/// Which words somebody wants to dispose of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All words of a case.
    Case(Reference),
    /// The words about a person, by their stream.
    Person(String),
    /// One text of one entry of a case, with its corrections.
    Word(Reference, u64, String),
}

impl Wanted {
    fn scope(&self) -> Scope {
        match self {
            Self::Case(_) => Scope::Case,
            Self::Person(_) => Scope::Person,
            Self::Word(..) => Scope::Word,
        }
    }
}

/// An event with the commitments of those of its words that are still there.
struct Held {
    seq: u64,
    version: u64,
    data: Map<String, Json>,
    words: BTreeMap<String, String>,
}

fn held(tx: &mut Tx<'_>, log: &str, stream: &str) -> Result<Vec<Held>, Error> {
    let mut held = tx.query(
        "select seq, version, data from event where log = $1 and stream = $2 order by version",
        &[log.into(), stream.into()],
        |row| {
            let seq = row.count(0)?;
            let bad = |e: serde_json::Error| Error::Content(format!("event {seq}: {e}; run candour verify"));
            let data = serde_json::from_str(row.str(2)?).map_err(bad)?;
            Ok(Held { seq, version: row.count(1)?, data, words: BTreeMap::new() })
        },
    )?;
    for (seq, field, _) in reads::words_of(tx, log, stream)? {
        if let Some(event) = held.iter_mut().find(|event| event.seq == seq) {
            let commitment = event.data.get("texts").and_then(|texts| texts[&field].as_str()).map(str::to_owned);
            event.words.extend(commitment.map(|commitment| (field, commitment)));
        }
    }
    Ok(held)
}

fn words_where(held: Vec<Held>, wanted: impl Fn(&Held, &str) -> bool) -> Words {
    let mut words = Words::new();
    for mut event in held {
        let all = std::mem::take(&mut event.words);
        let some: BTreeMap<String, String> = all.into_iter().filter(|(field, _)| wanted(&event, field)).collect();
        if !some.is_empty() {
            words.insert(event.seq.to_string(), some);
        }
    }
    words
}

/// The commitments of the words that somebody wants to dispose of, by stream, as far as they are
/// still there.
pub fn named(tx: &mut Tx<'_>, log: &str, wanted: &Wanted) -> Result<BTreeMap<String, Words>, Error> {
    let mut found = BTreeMap::new();
    match wanted {
        Wanted::Case(reference) => {
            let stream = reference.stream();
            let words = words_where(held(tx, log, &stream)?, |_, _| true);
            found.insert(stream, words);
        }
        Wanted::Person(person) => {
            found.insert(person.clone(), words_where(held(tx, log, person)?, |_, _| true));
            let about = Json::from(person.as_str());
            for case in party_row::cases_of(tx, log, person)? {
                let words = words_where(held(tx, log, &case)?, |event, _| names(&event.data, &about));
                found.insert(case, words);
            }
        }
        Wanted::Word(reference, version, field) => {
            let stream = reference.stream();
            let corrected = Json::from(format!("text:{field}"));
            let words = words_where(held(tx, log, &stream)?, |event, of| {
                let corrects =
                    event.data.get("of") == Some(&Json::from(*version)) && event.data.get("field") == Some(&corrected);
                (event.version == *version && of == field) || (corrects && of == "new")
            });
            found.insert(stream, words);
        }
    }
    found.retain(|_, words| !words.is_empty());
    Ok(found)
}

/// Whether a value stands anywhere in some data.
fn names(data: &Map<String, Json>, value: &Json) -> bool {
    fn holds(json: &Json, value: &Json) -> bool {
        match json {
            Json::Array(all) => all.iter().any(|one| holds(one, value)),
            Json::Object(map) => names(map, value),
            other => other == value,
        }
    }
    data.values().any(|json| holds(json, value))
}

/// A case whose words are due.
#[derive(Debug, Clone)]
pub struct Due {
    /// Its row.
    pub row: CaseRow,
    /// The rule that it is due under.
    pub rule: &'static Rule,
    /// Since when.
    pub on: Day,
    /// How many words are still there: the texts of letters, and all others.
    pub words: (u64, u64),
    /// What keeps them.
    pub kept: Option<Sort>,
}

/// A person of the register all of whose cases are due.
#[derive(Debug, Clone)]
pub struct PersonDue {
    /// Their stream.
    pub stream: String,
    /// How many cases they are in.
    pub cases: usize,
    /// Since when.
    pub on: Day,
}

/// What is due on a day: cases by the day of closing, and the people of those cases. `may` says
/// whether whoever asks may be told of a case.
pub fn due(
    tx: &mut Tx<'_>,
    log: &str,
    schedule: &'static Schedule,
    on: Day,
    limit: usize,
    may: impl Fn(&CaseRow) -> bool,
) -> Result<(Vec<Due>, Vec<PersonDue>), Error> {
    let register = kept(tx, log)?;
    let closed = tx.query(
        "select stream, number, kind, force, region, stage, mode, lead, received, opened, completed, closed, due, \
         due_rule, version from case_row where log = $1 and stage = 'closed' order by closed, stream",
        &[log.into()],
        CaseRow::read,
    )?;
    let mut found = Vec::new();
    for row in closed {
        let Some((rule, since)) = due_of(schedule, &row).filter(|(_, since)| *since <= on) else { continue };
        if found.len() == limit {
            break;
        }
        if !may(&row) {
            continue;
        }
        let words = counted(tx, log, &row.stream)?;
        if words != (0, 0) {
            let kept = register.kept(&row.stream).map(|standing| standing.placed.sort);
            found.push(Due { row, rule, on: since, words, kept });
        }
    }
    let people = people_due(tx, log, schedule, on, &found, may)?;
    Ok((found, people))
}

/// The rule for a closed case, and since when it is due under it.
fn due_of(schedule: &'static Schedule, row: &CaseRow) -> Option<(&'static Rule, Day)> {
    let rule = schedule.for_case(&row.kind)?;
    let closed = day::parse("", &row.closed).ok()?;
    Some((rule, rule.due(closed)?))
}

fn counted(tx: &mut Tx<'_>, log: &str, stream: &str) -> Result<(u64, u64), Error> {
    let kinds = tx.query(
        "select kind, (select count(*) from text where text.log = $1 and text.seq = event.seq) from event \
         where log = $1 and stream = $2",
        &[log.into(), stream.into()],
        |row| Ok((row.str(0)?.starts_with("letter."), row.count(1)?)),
    )?;
    let sum = |letters: bool| kinds.iter().filter(|(of, _)| *of == letters).map(|(_, n)| n).sum();
    Ok((sum(true), sum(false)))
}

fn people_due(
    tx: &mut Tx<'_>,
    log: &str,
    schedule: &'static Schedule,
    on: Day,
    cases: &[Due],
    may: impl Fn(&CaseRow) -> bool,
) -> Result<Vec<PersonDue>, Error> {
    if schedule.for_people().is_none() {
        return Ok(Vec::new());
    }
    let mut people = BTreeSet::new();
    for case in cases {
        people.extend(party_row::people_of(tx, log, &case.row.stream)?);
    }
    let mut found = Vec::new();
    for person in people {
        let since = person_due(tx, log, schedule, &person, &may)?;
        if let Some((since, cases)) = since.filter(|(since, _)| *since <= on)
            && counted(tx, log, &person)? != (0, 0)
        {
            found.push(PersonDue { stream: person, cases, on: since });
        }
    }
    Ok(found)
}

/// Since when a person is due, and in how many cases they are; none while one of them is not.
fn person_due(
    tx: &mut Tx<'_>,
    log: &str,
    schedule: &'static Schedule,
    person: &str,
    may: impl Fn(&CaseRow) -> bool,
) -> Result<Option<(Day, usize)>, Error> {
    let streams = party_row::cases_of(tx, log, person)?;
    let rows = reads::rows_of(tx, log, &streams.iter().map(String::as_str).collect::<HashSet<_>>())?;
    let days: Option<Vec<Day>> =
        rows.values().map(|row| due_of(schedule, row).filter(|_| may(row)).map(|(_, on)| on)).collect();
    Ok(days.and_then(|days| days.iter().max().map(|on| (*on, streams.len()))))
}

/// The cases among some streams, each with a permit for an action.
fn permits(
    w: &mut Write<'_>,
    actor: &Actor,
    action: Action,
    context: Context<'_>,
    streams: &[String],
) -> Result<(Vec<Case>, Vec<Permit>), Failure> {
    let log = w.log();
    let (mut found, mut given) = (Vec::new(), Vec::new());
    for stream in streams {
        let Some(reference) = Reference::of_stream(stream) else { continue };
        let case = cases::load(w.tx()?, log, &reference)?;
        given.push(permit(actor, action, cases::object(&case, stream, context.profile))?);
        found.push(case);
    }
    Ok((found, given))
}

/// The cases, by stream, for which somebody needs permission to dispose of what is wanted.
pub fn cases_of(tx: &mut Tx<'_>, log: &str, wanted: &Wanted) -> Result<Vec<String>, Error> {
    match wanted {
        Wanted::Case(reference) | Wanted::Word(reference, ..) => Ok(vec![reference.stream()]),
        Wanted::Person(person) => party_row::cases_of(tx, log, person),
    }
}

/// Proposes to dispose of what is wanted.
pub fn propose(
    w: &mut Write<'_>,
    actor: &Actor,
    context: Context<'_>,
    wanted: &Wanted,
    ground: Ground,
    reasons: &str,
) -> Result<(), Failure> {
    let log = w.log();
    let streams = cases_of(w.tx()?, log, wanted)?;
    let words = named(w.tx()?, log, wanted)?;
    let (loaded, given) = permits(w, actor, Action::ProposeDisposal, context, &streams)?;
    check_cases(wanted.scope(), &loaded)?;
    let schedule = match ground {
        Ground::Schedule => schedule_of(w.tx()?, log, wanted, context.today)?,
        _ => String::new(),
    };
    let register = load(w.tx()?, log)?;
    let proposed = Proposed { scope: wanted.scope(), ground, schedule, words };
    let (fresh, authority) = register::propose(&register, &given, proposed, reasons)?;
    append(w, actor, authority, &register, &fresh)
}

/// Refuses to dispose of what is still worked with.
fn check_cases(scope: Scope, cases: &[Case]) -> Result<(), Refusal> {
    if scope == Scope::Case && cases.iter().any(|case| case.state.closed.is_none()) {
        return Err(Refusal::new(
            "The case is not closed, so its words are still needed. A single text can be disposed of before",
        ));
    }
    if cases.iter().any(|case| case.state.waiting_for_a_second().next().is_some()) {
        return Err(Refusal::new(
            "A proposed decision waits for a second person in a case that holds such words. Approve it or send it back first",
        ));
    }
    Ok(())
}

/// The rule under which the words are due today.
fn schedule_of(tx: &mut Tx<'_>, log: &str, wanted: &Wanted, today: Day) -> Result<String, Failure> {
    let schedule = Schedule::of(log);
    let not_yet = |on: Day| {
        let on = day::in_words(on);
        Refusal::of("ground", format!("Their period is over on {on}. Choose another ground if they have to go before"))
    };
    let none = || Refusal::of("ground", "No period is set for these words. Choose another ground");
    let (id, on) = match wanted {
        Wanted::Case(reference) => {
            let stream = reference.stream();
            let rows = reads::rows_of(tx, log, &HashSet::from([stream.as_str()]))?;
            let due = rows.get(&stream).and_then(|row| due_of(schedule, row));
            due.map(|(rule, on)| (&rule.id, on)).ok_or_else(none)?
        }
        Wanted::Person(person) => {
            let rule = schedule.for_people().ok_or_else(none)?;
            let due = person_due(tx, log, schedule, person, |_| true)?;
            let still = || Refusal::of("ground", "The period of one of their cases is not over. Choose another ground");
            due.map(|(on, _)| (&rule.id, on)).ok_or_else(still)?
        }
        Wanted::Word(..) => {
            let says = "One text does not go by the schedule, which is about the whole case. Choose another ground";
            return Err(Refusal::of("ground", says).into());
        }
    };
    if on > today { Err(not_yet(on).into()) } else { Ok(id.clone()) }
}

/// Approves or refuses a proposal. When it is approved the words are gone with this transaction.
pub fn answer(
    w: &mut Write<'_>,
    actor: &Actor,
    context: Context<'_>,
    of: u64,
    approves: bool,
    reasons: &str,
) -> Result<(), Failure> {
    let log = w.log();
    let register = load(w.tx()?, log)?;
    let found = register.proposals().find(|p| p.entry.version == of);
    let found = found.ok_or_else(|| Refusal::new("There is no such proposal"))?;
    let (by, proposed) = (found.entry.actor.clone(), found.proposed.clone());
    let streams = cases_touched(w.tx()?, log, &proposed)?;
    let (loaded, given) = permits(w, actor, Action::ApproveDisposal, context, &streams)?;
    let (fresh, authority) = answered(&register, &given, of, approves, reasons)?;
    append(w, actor, authority, &register, &fresh)?;
    if !approves {
        return Ok(());
    }
    check_cases(proposed.scope, &loaded)?;
    for (stream, words) in proposed.words {
        let (ground, schedule) = (proposed.ground.id().to_owned(), proposed.schedule.clone());
        let disposed = Disposed { ground, schedule, by: by.clone(), proposal: of, disposed: words, again: None };
        dispose(w, actor, authority, context, &stream, disposed, (&loaded, &given))?;
    }
    let before = w.now() - FORMS_KEPT;
    w.tx()?.execute("delete from submission where log = $1 and at < $2", &[log.into(), before.into()])?;
    Ok(())
}

/// The cases, by stream, for which somebody needs permission to answer a proposal: those of the
/// words, and those of a person whose words they are.
pub fn cases_touched(tx: &mut Tx<'_>, log: &str, proposed: &Proposed) -> Result<Vec<String>, Error> {
    let cases = proposed.words.keys().filter(|stream| stream.starts_with("case:"));
    let mut streams: BTreeSet<String> = cases.cloned().collect();
    for person in proposed.words.keys().filter(|stream| stream.starts_with("person:")) {
        streams.extend(party_row::cases_of(tx, log, person)?);
    }
    Ok(streams.into_iter().collect())
}

/// Records in the stream of the words that they are disposed of, and deletes them.
fn dispose(
    w: &mut Write<'_>,
    actor: &Actor,
    authority: &str,
    context: Context<'_>,
    stream: &str,
    disposed: Disposed,
    (loaded, given): (&[Case], &[Permit]),
) -> Result<(), Failure> {
    let words = disposed.disposed.clone();
    let on = Some(w.today());
    let case = loaded.iter().zip(given).find(|(case, _)| case.reference.stream() == stream);
    if let Some((case, permit)) = case {
        let event = CaseEvent::WordsDisposed(disposed);
        cases::record(w, actor, permit, case, context, vec![CaseFresh::new(event, on)])?;
    } else {
        let new = NewEvent { kind: KIND.to_owned(), data: disposed.encode(), on, words: Vec::new() };
        w.append(&actor.id, authority, stream, After::Latest, vec![new])?;
    }
    w.delete_words(&words)
}

/// Puts a case on hold or restricts it.
pub fn place(
    w: &mut Write<'_>,
    actor: &Actor,
    context: Context<'_>,
    (reference, sort): (&Reference, Sort),
    reasons: &str,
) -> Result<(), Failure> {
    let stream = reference.stream();
    let (_, given) = permits(w, actor, Action::Restrict, context, std::slice::from_ref(&stream))?;
    let register = load_in(w)?;
    let placed = Placed { case: stream, sort };
    let fresh = register::place(&register, &given[0], placed, reasons)?;
    append(w, actor, given[0].authority(), &register, &fresh)
}

/// Lifts a hold or a restriction.
pub fn lift(w: &mut Write<'_>, actor: &Actor, context: Context<'_>, of: u64, reasons: &str) -> Result<(), Failure> {
    let register = load_in(w)?;
    let none = || Refusal::new("There is no such hold or restriction that you may lift");
    let standing = register.standing().find(|s| s.entry.version == of).ok_or_else(none)?;
    let (_, given) = permits(w, actor, Action::Restrict, context, std::slice::from_ref(&standing.placed.case))?;
    let permit = given.first().ok_or_else(none)?;
    let fresh = register::lift(&register, permit, of, reasons)?;
    append(w, actor, permit.authority(), &register, &fresh)
}

fn load_in(w: &mut Write<'_>) -> Result<Register, Failure> {
    let log = w.log();
    Ok(load(w.tx()?, log)?)
}

fn append(
    w: &mut Write<'_>,
    actor: &Actor,
    authority: &str,
    register: &Register,
    fresh: &candour_core::access::Fresh<Event>,
) -> Result<(), Failure> {
    let (kind, data) = candour_core::record::encoded(&fresh.event);
    let version = register.entries.len() as u64;
    let after = if version == 0 { After::Nothing } else { After::Version(version) };
    let new = NewEvent { kind, data, on: Some(w.today()), words: fresh.words.clone() };
    w.append(&actor.id, authority, STREAM, after, vec![new])?;
    Ok(())
}

/// Disposes again of what an older backup brought back: the words that this installation saw go and
/// that are there. Says how many.
pub fn again(
    w: &mut Write<'_>,
    actor: &Actor,
    permit: &Permit,
    context: Context<'_>,
    gone: &[Gone],
) -> Result<u64, Failure> {
    let log = w.log();
    let mut count = 0;
    for disposal in gone {
        let there = still_there(w.tx()?, log, disposal)?;
        if there.is_empty() {
            continue;
        }
        count += there.values().map(|fields| fields.len() as u64).sum::<u64>();
        let again = Again { seq: disposal.seq, approved_by: disposal.approved_by.clone() };
        let disposed = Disposed { disposed: there, again: Some(again), ..disposal.disposed.clone() };
        let reference = Reference::of_stream(&disposal.stream);
        let loaded = reference.map(|reference| cases::load(w.tx()?, log, &reference).map_err(Failure::from));
        let loaded: Vec<Case> = loaded.transpose()?.into_iter().collect();
        let given = vec![permit.clone(); loaded.len()];
        dispose(w, actor, permit.authority(), context, &disposal.stream, disposed, (&loaded, &given))?;
    }
    Ok(count)
}

/// Those words of a disposal that are there although it happened.
pub(crate) fn still_there(tx: &mut Tx<'_>, log: &str, disposal: &Gone) -> Result<Words, Error> {
    let mut there = Words::new();
    for event in held(tx, log, &disposal.stream)? {
        let position = event.seq.to_string();
        let Some(fields) = disposal.disposed.disposed.get(&position) else { continue };
        let some: BTreeMap<String, String> =
            event.words.into_iter().filter(|(field, commitment)| fields.get(field) == Some(commitment)).collect();
        if !some.is_empty() {
            there.insert(position, some);
        }
    }
    Ok(there)
}

/// The disposals of a log after a position and up to another, as the marks of an installation keep
/// them.
pub(crate) fn between(tx: &mut Tx<'_>, log: &str, after: u64, to: u64) -> Result<Vec<Gone>, Error> {
    tx.query(
        "select seq, stream, actor, data from event where log = $1 and seq > $2 and seq <= $3 \
         and kind = 'words.disposed' order by seq",
        &[log.into(), after.into(), to.into()],
        |row| {
            let seq = row.count(0)?;
            let bad = |says: String| Error::Content(format!("event {seq}: {says}; run candour verify"));
            let data = serde_json::from_str(row.str(3)?).map_err(|e| bad(e.to_string()))?;
            let disposed = Disposed::decode(data).map_err(bad)?;
            Ok(Gone { log: log.to_owned(), seq, stream: row.text(1)?, approved_by: row.text(2)?, disposed })
        },
    )
}
