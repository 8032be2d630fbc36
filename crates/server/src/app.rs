//! One body's record being served: the store, the law, the profile, and the facts in memory.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use candour_core::access::Own;
use candour_core::access::grave::Grave;
use candour_core::case::{Case, Context};
use candour_core::day::{self, Day};
use candour_core::delegation::Delegations;
use candour_core::law::{Calendar, Law};
use candour_core::measure::{self, AsAt, Facts, Figure, Known, Member, Question, compute};
use candour_core::permit::{Action, Actor, Permit, Role, permit};
use candour_core::profile::{LawOf, Profile};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::db::{Error, Tx};
use candour_store::files::{self, Upload};
use candour_store::project::fact;
use candour_store::record::{After, Clock, NewEvent, Write};
use candour_store::tiles::Tiled;
use candour_store::{Failure, Sources, Store, access, cases, delegations, disposals, holidays, people, reads};
use tokio::sync::{Semaphore, oneshot};

use crate::api::caller::{Rate, USUAL_PER_MINUTE};
use crate::factor_key::FactorKey;
use crate::pages::Pages;
use crate::passkeys::Passkeys;
use crate::password::breached::Breached;
use crate::provider::Provider;
use crate::scan::Scanner;
use crate::session::ABSOLUTE_HOURS;
use crate::web::material::upload::Sending;
use crate::witnessing::Witnessing;

/// Passwords hashed at once; each takes tens of megabytes for a fraction of a second.
const HASHING_MAX: usize = 2;

/// The most mebibytes of a file that is sent, unless the operator says otherwise.
pub const UPLOAD_MIB_USUAL: u64 = 100;

/// Everything a page needs.
pub struct App {
    /// The record and the access log.
    pub store: Store,
    /// The body.
    pub profile: Profile,
    /// The law as data.
    pub law: Law,
    /// The templates.
    pub pages: Pages,
    /// Microseconds since 1970 by the machine, for sessions only.
    pub now: fn() -> i64,
    /// Whether cookies are sent over TLS only.
    pub secure_cookies: bool,
    /// Whether the sign-in page lists the demonstration's accounts.
    pub demo: bool,
    /// The file in which the signer publishes the newest checkpoint.
    pub checkpoint: Option<PathBuf>,
    /// What witnesses know of when entries were recorded.
    pub witnessing: Option<Witnessing>,
    /// Where a fault of this installation's security is told.
    pub security_contact: Option<String>,
    /// Keeps password hashing from taking the machine.
    pub hashing: Semaphore,
    /// The tiles of the log up to that checkpoint.
    pub tiled: RwLock<Tiled>,
    /// For how many minutes it is good for a grave act that somebody showed that it is they.
    pub grave_minutes: i64,
    /// The roles that sign in with a second factor only.
    pub second_factor: Vec<Role>,
    /// The key of second factors; without it nobody can set one up.
    pub factor_key: Option<FactorKey>,
    /// Passkeys, where the operator named the address of this installation.
    pub passkeys: Option<Passkeys>,
    /// The body's identity provider, where the operator named one.
    pub provider: Option<Provider>,
    /// The operator's list of breached passwords.
    pub breached: Option<Breached>,
    /// The scanner for malicious software, where the operator set one up.
    pub scanner: Option<Scanner>,
    /// The most bytes of a file that is sent.
    pub upload_bytes_max: u64,
    /// Keeps those who send files from taking the service.
    pub sending: Sending,
    /// How often programs may ask.
    pub rate: Rate,
    facts: RwLock<Facts>,
    scheme: RwLock<Arc<Delegations>>,
    access: RwLock<Arc<access::Recorded>>,
}

/// The machine's time in microseconds since 1970. The only clock in the product.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the one place where time comes in; everything else is handed it")]
pub fn machine_time() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// The machine's time and chance.
#[must_use]
pub fn machine_sources() -> Sources {
    Sources { now: machine_time, entropy: Box::new(|bytes| rand::Rng::fill_bytes(&mut rand::rng(), bytes)) }
}

/// The law that applies to a body.
#[must_use]
pub fn law_of(profile: &Profile) -> Law {
    match profile.law {
        LawOf::EnglandAndWales => Law::england_and_wales(),
        LawOf::None => Law::default(),
    }
}

/// A case that somebody is allowed to read, and whose reading is in the access log.
///
/// Only [`App::open_case`] makes one, so no page can show a case that was not logged.
pub struct OpenCase {
    /// The case.
    pub case: Case,
    /// The day of the log's clock.
    pub today: Day,
    /// The names of staff by their opaque ids.
    pub staff: Vec<candour_store::plain::account::Account>,
    /// Who the people of the case are, as far as the register knows them.
    pub people: Vec<people::Known>,
    /// The cases that it investigates again, or that investigate it again.
    pub linked: Vec<Linked>,
    /// Who may decide what, on which day.
    pub delegations: Arc<Delegations>,
    /// The bank holidays as known.
    pub calendar: &'static Calendar,
    /// The declared conflicts, the seals and the cases opened with a reason.
    pub access: Arc<access::Recorded>,
    /// The sealed cases that the reader is not to know of, by stream.
    pub hidden: Vec<String>,
    /// The files that the reader sent for it within the last day.
    pub uploads: Vec<Upload>,
    /// Until when it is open to the reader, in microseconds since 1970, where a reason opened it.
    pub until: Option<i64>,
    /// What the record says of the reader's own access.
    pub reader: Own,
    /// Whether its words are restricted and the reader may not read them.
    pub restricted: bool,
}

/// A case that belongs together with an open one.
pub struct Linked {
    /// Its reference.
    pub reference: Reference,
    /// Whether whoever opened the other may open this one too.
    pub opens: bool,
}

impl OpenCase {
    /// What a person of the case is called: their name and rank or number, or else their place in
    /// the register.
    #[must_use]
    pub fn person(&self, stream: &str) -> String {
        match self.people.iter().find(|p| p.stream == stream) {
            Some(known) if !known.name.is_empty() && !known.rank.is_empty() => {
                format!("{} ({})", known.name, known.rank)
            }
            Some(known) if !known.name.is_empty() => known.name.clone(),
            Some(known) if known.disposed => {
                format!("Name disposed of ({})", stream.strip_prefix("person:").unwrap_or(stream))
            }
            _ => stream.strip_prefix("person:").unwrap_or(stream).to_owned(),
        }
    }
}

impl App {
    /// An app over an open store.
    pub fn new(store: Store, profile: Profile, pages: Pages) -> Self {
        // A demonstration is for looking at: nobody needs their telephone for that, nor a password
        // again that stands on its pages.
        let (second_factor, grave_minutes) = match store.record.clock {
            Clock::Real => (profile.second_factor.clone(), Grave::built_in().minutes),
            Clock::Demonstration => (Vec::new(), ABSOLUTE_HOURS * 60),
        };
        Self {
            law: law_of(&profile),
            store,
            profile,
            pages,
            now: machine_time,
            secure_cookies: true,
            demo: false,
            checkpoint: None,
            witnessing: None,
            security_contact: None,
            hashing: Semaphore::new(HASHING_MAX),
            tiled: RwLock::default(),
            grave_minutes,
            second_factor,
            factor_key: None,
            passkeys: None,
            provider: None,
            breached: None,
            scanner: None,
            upload_bytes_max: UPLOAD_MIB_USUAL << 20,
            sending: Sending::default(),
            rate: Rate::of(USUAL_PER_MINUTE),
            facts: RwLock::default(),
            scheme: RwLock::default(),
            access: RwLock::default(),
        }
    }

    /// Reads from the record. On SQLite inline, which is fastest; on PostgreSQL from a thread that
    /// may wait for the network.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        f: impl FnOnce(&Self, &mut Tx<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let app = Arc::clone(self);
        let run = move || app.store.record.engine.read(|tx| f(&app, tx));
        if self.store.record.engine.is_remote() {
            let waited = tokio::task::spawn_blocking(run).await;
            waited.unwrap_or_else(|e| Err(Error::Other(format!("a read panicked: {e}")).into()))
        } else {
            run()
        }
    }

    /// Writes to the record and waits for the commit.
    pub async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        mut f: impl FnMut(&Self, &mut Write<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (tell, told) = oneshot::channel();
        let app = Arc::clone(self);
        self.store.record.write_then(move |w| f(&app, w), move |result| drop(tell.send(result)));
        told.await.unwrap_or_else(|_| Err(Error::Other("the writer has stopped".to_owned()).into()))
    }

    /// What a case is read against. Nobody holds a power by it, so that nothing is decided by it.
    #[must_use]
    pub fn context(&self, today: Day, calendar: &'static Calendar) -> Context<'_> {
        self.deciding(Delegations::NONE, today, calendar)
    }

    /// What a decision is made against: the scheme of delegation as well.
    #[must_use]
    pub fn deciding<'a>(
        &'a self,
        delegations: &'a Delegations,
        today: Day,
        calendar: &'static Calendar,
    ) -> Context<'a> {
        Context { law: &self.law, profile: &self.profile, delegations, today, calendar }
    }

    /// What a case is read against in a transaction that writes; nobody holds a power by it.
    pub fn context_of(&self, w: &mut Write<'_>) -> Result<Context<'_>, Failure> {
        self.deciding_in(w, Delegations::NONE)
    }

    /// What a decision is made against in a transaction that writes, with the scheme as loaded in it.
    pub fn deciding_in<'a>(&'a self, w: &mut Write<'_>, delegations: &'a Delegations) -> Result<Context<'a>, Failure> {
        let (today, log) = (w.today(), w.log());
        Ok(self.deciding(delegations, today, holidays::known(w.tx()?, log)?))
    }

    /// The scheme of delegation as the record has it. For reading: a write loads it in its own
    /// transaction.
    pub fn delegations(&self, tx: &mut Tx<'_>) -> Result<Arc<Delegations>, Error> {
        let log = &self.store.record.log;
        let version = delegations::version(tx, log)?;
        let poisoned = |_| Error::Other("the scheme in memory was left half-way; restart the server".to_owned());
        let held = Arc::clone(&*self.scheme.read().map_err(|_| poisoned(()))?);
        if held.version() == version {
            return Ok(held);
        }
        let loaded = Arc::new(delegations::load(tx, log)?);
        *self.scheme.write().map_err(|_| poisoned(()))? = Arc::clone(&loaded);
        Ok(loaded)
    }

    /// The declared conflicts, the seals and the cases opened with a reason, as the record has them. For
    /// reading: a write loads them in its own transaction.
    pub fn access(&self, tx: &mut Tx<'_>) -> Result<Arc<access::Recorded>, Error> {
        let log = &self.store.record.log;
        let versions = access::versions(tx, log)?;
        let poisoned = |_| Error::Other("what is known of access was left half-way; restart the server".to_owned());
        let held = Arc::clone(&*self.access.read().map_err(|_| poisoned(()))?);
        if held.versions() == versions {
            return Ok(held);
        }
        let loaded = Arc::new(access::load(tx, log)?);
        *self.access.write().map_err(|_| poisoned(()))? = Arc::clone(&loaded);
        Ok(loaded)
    }

    /// What the record says of somebody's own access now.
    pub fn own_access(&self, tx: &mut Tx<'_>, person: &str) -> Result<Own, Error> {
        let (recorded, now) = (self.access(tx)?, self.log_time(tx)?);
        recorded.own(tx, &self.store.record.log, person, now)
    }

    /// The day of the log's clock.
    pub fn today(&self, tx: &mut Tx<'_>) -> Result<Day, Error> {
        Ok(day::of_instant(self.log_time(tx)?))
    }

    /// The time by the log's clock, in microseconds since 1970.
    pub fn log_time(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
        match self.store.record.clock {
            Clock::Real => Ok((self.now)()),
            Clock::Demonstration => {
                Ok(reads::head(tx, &self.store.record.log)?.map_or(0, |(_, _, recorded_at)| recorded_at))
            }
        }
    }

    /// Opens a case for somebody: loads it, asks whether they may read it, and puts the reading in
    /// the access log before anything is returned. Without that log nothing is shown.
    pub async fn open_case(
        self: &Arc<Self>,
        actor: &Actor,
        reference: &Reference,
    ) -> Result<Option<OpenCase>, Failure> {
        let Some((mut open, pass)) = self.loaded(actor, reference, Action::ReadCase).await? else { return Ok(None) };
        let stream = reference.stream();
        open.until = pass.is_by_reason().then(|| open.access.glass.open_until(&actor.id, &stream)).flatten();
        self.note_reading(&pass, stream.clone(), "case.read", purpose_of(&open, &pass, &stream)).await?;
        Ok(Some(open))
    }

    /// Opens the matter of somebody who is kept informed of it, for what concerns them in it; that they
    /// looked is in the access log first. None when there is none that is theirs.
    pub async fn open_own_matter(
        self: &Arc<Self>,
        actor: &Actor,
        reference: &Reference,
    ) -> Result<Option<OpenCase>, Failure> {
        let loaded = self.loaded(actor, reference, Action::SeeOwnMatter).await;
        let (open, pass) = match loaded {
            Ok(Some(loaded)) => loaded,
            Ok(None) | Err(Failure::Denied(_)) => return Ok(None),
            Err(other) => return Err(other),
        };
        self.note_reading(&pass, reference.stream(), "matter.read", serde_json::Map::new()).await?;
        Ok(Some(open))
    }

    /// A case, and leave to do something to it; none where there is none, as far as whoever asks is to know.
    async fn loaded(
        self: &Arc<Self>,
        actor: &Actor,
        reference: &Reference,
        action: Action,
    ) -> Result<Option<(OpenCase, Permit)>, Failure> {
        let (wanted, reader) = (reference.clone(), actor.clone());
        let open = self.read(move |app, tx| app.load(tx, &reader, &wanted)).await?;
        if open.case.matter().is_none() {
            return Ok(None);
        }
        let stream = reference.stream();
        let pass = match permit(actor, action, cases::object(&open.case, &stream, &self.profile)) {
            Err(denied) if denied.hides() => return Ok(None),
            other => other?,
        };
        Ok(Some((open, pass)))
    }

    /// Loads a case with what its pages name, before anybody was asked whether they may see it.
    fn load(&self, tx: &mut Tx<'_>, reader: &Actor, reference: &Reference) -> Result<OpenCase, Failure> {
        let log = &self.store.record.log;
        let mut case = cases::load(tx, log, reference)?;
        let mut linked = Vec::new();
        for reference in linked_with(&case) {
            let other = cases::load(tx, log, &reference)?;
            let stream = reference.stream();
            if permit(reader, Action::ListCases, cases::object(&other, &stream, &self.profile)).is_err() {
                continue;
            }
            let opens = permit(reader, Action::ReadCase, cases::object(&other, &stream, &self.profile)).is_ok();
            linked.push(Linked { reference, opens });
        }
        let mut restricted = false;
        let mut people = people::known(tx, log, &case.state.people())?;
        let stream = reference.stream();
        if let Some(since) = disposals::kept(tx, log)?.restriction(&stream).map(|s| s.entry.recorded_at)
            && permit(reader, Action::ReadRestricted, cases::object(&case, &stream, &self.profile)).is_err()
        {
            restricted = true;
            case.hide_words(&format!("Restricted since {}", day::in_words(day::of_instant(since))));
            people
                .iter_mut()
                .for_each(|person| (person.name, person.rank) = ("Name restricted".to_owned(), String::new()));
        }
        let staff = candour_store::plain::account::all(tx, log)?;
        let calendar = holidays::known(tx, log)?;
        Ok(OpenCase {
            today: self.today(tx)?,
            case,
            staff,
            people,
            linked,
            calendar,
            delegations: self.delegations(tx)?,
            access: self.access(tx)?,
            hidden: outside(&reader.own),
            uploads: files::sent(tx, log, &reader.id, &stream)?,
            until: None,
            reader: reader.own.clone(),
            restricted,
        })
    }

    /// Whether somebody of a role signs in with a second factor only, or was given their account so.
    #[must_use]
    pub fn asks_two(&self, role: Role, own: &Own) -> bool {
        self.second_factor.contains(&role) || own.named.iter().any(|named| named.by_two)
    }

    /// Puts a reading into the access log. What it is about goes out only after this.
    pub async fn note_reading(
        &self,
        pass: &Permit,
        stream: String,
        kind: &'static str,
        data: serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), Failure> {
        let (tell, told) = oneshot::channel();
        let (reader, authority) = (pass.actor().to_owned(), pass.authority().to_owned());
        let append = move |w: &mut Write<'_>| {
            let read = NewEvent { kind: kind.to_owned(), data: data.clone(), on: None, words: Vec::new() };
            w.append(&reader, &authority, &stream, After::Latest, vec![read])
        };
        self.store.access.write_then(append, move |result| drop(tell.send(result)));
        let noted = told.await.unwrap_or_else(|_| Err(Error::Other("the access log has stopped".to_owned()).into()));
        noted.map(drop)
    }

    /// Brings the facts in memory up to the head and hands them over.
    fn with_facts<T>(&self, tx: &mut Tx<'_>, f: impl FnOnce(&Facts) -> T) -> Result<T, Error> {
        let poisoned = |_| Error::Other("the facts in memory were left half-way; restart the server".to_owned());
        let head = reads::position(tx, &self.store.record.log)?;
        {
            let facts = self.facts.read().map_err(|_| poisoned(()))?;
            if facts.position() >= head {
                return Ok(f(&facts));
            }
        }
        let mut facts = self.facts.write().map_err(|_| poisoned(()))?;
        fact::extend(tx, &self.store.record.log, &mut facts)?;
        Ok(f(&facts))
    }

    /// What the record held at the end of a day or at a position; without either, what it holds.
    pub fn known(&self, tx: &mut Tx<'_>, asked: Asked) -> Result<Known, Failure> {
        let log = &self.store.record.log;
        let head = reads::position(tx, log)?;
        let today = self.today(tx)?;
        match asked {
            Asked::Now => Ok(Known { position: head, day: today }),
            Asked::Day(day) if day > today => Err(later_than_the_clock("what was known", today).into()),
            Asked::Day(day) => Ok(Known { position: reads::position_at_end_of(tx, log, day)?, day }),
            Asked::Position(position) if position == 0 || position > head => {
                Err(Refusal::new(format!("the record has positions 1 to {head}; {position} is none of them")).into())
            }
            Asked::Position(position) => {
                Ok(Known { position, day: day::of_instant(reads::recorded_at(tx, log, position)?) })
            }
        }
    }

    /// The answer to a question. The last day may not lie beyond the log's clock.
    pub fn figure(&self, tx: &mut Tx<'_>, question: &Question, on: Day, asked: Asked) -> Result<Figure, Failure> {
        let as_at = self.as_at(tx, on, asked)?;
        Ok(self.answer(tx, question, as_at)?)
    }

    /// The answer to a question as at a day and a position that are known to be possible.
    pub fn answer(&self, tx: &mut Tx<'_>, question: &Question, as_at: AsAt) -> Result<Figure, Error> {
        self.with_facts(tx, |facts| compute(facts, &self.profile, question, as_at))
    }

    /// The cases behind a figure, each with its stream.
    pub fn behind(&self, tx: &mut Tx<'_>, question: &Question, as_at: AsAt) -> Result<Vec<Counted>, Error> {
        self.with_facts(tx, |facts| {
            let members = measure::members(facts, &self.profile, question, as_at);
            let named = |member: Member| Counted { stream: facts.stream(member.unit).to_owned(), member };
            members.into_iter().map(named).collect()
        })
    }

    /// A day and what the record held, where the log's clock has reached both.
    pub fn as_at(&self, tx: &mut Tx<'_>, on: Day, asked: Asked) -> Result<AsAt, Failure> {
        let today = self.today(tx)?;
        if on > today {
            return Err(later_than_the_clock("the last day", today).into());
        }
        Ok(AsAt { on, known: self.known(tx, asked)? })
    }
}

/// Where it is said for what a case is read, where a role or an assignment does not say it: the stream
/// and the version of the entry. Its words are not in the access log.
fn purpose_of(open: &OpenCase, pass: &Permit, stream: &str) -> serde_json::Map<String, serde_json::Value> {
    let said = match pass.scope() {
        "reason" => open.reader.purpose_for(stream),
        "assigned" => open.reader.assigned_to(stream),
        _ if pass.is_by_reason() => open.access.glass.open_by(pass.actor(), stream),
        _ => None,
    };
    said.map(|version| ("said_in".to_owned(), version.into())).into_iter().collect()
}

/// The sealed cases whose list somebody is not on, by stream.
fn outside(own: &Own) -> Vec<String> {
    own.sealed.iter().filter(|sealed| !sealed.inside).map(|sealed| sealed.case.clone()).collect()
}

/// The cases that a case investigates again, or that investigate it again.
fn linked_with(case: &Case) -> Vec<Reference> {
    let old = case.matter().and_then(|m| m.matter.reinvestigates.as_deref());
    let anew = case.state.reinvestigated.iter().map(|(_, reference)| reference.as_str());
    old.into_iter().chain(anew).filter_map(|text| Reference::parse(text).ok()).collect()
}

/// One of the cases that a figure counts.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Its stream.
    pub stream: String,
    /// As what it is counted.
    pub member: Member,
}

/// As known when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Now.
    Now,
    /// At the end of a day.
    Day(Day),
    /// At a position of the record.
    Position(u64),
}

impl Asked {
    /// Reads a date or a position; nothing means now.
    pub fn read(name: &str, text: Option<&str>) -> Result<Self, Refusal> {
        match text.map(|text| (text, text.parse::<u64>())) {
            None => Ok(Self::Now),
            Some((_, Ok(position))) => Ok(Self::Position(position)),
            Some((text, Err(_))) => day::parse(name, text).map(Self::Day),
        }
    }
}

fn later_than_the_clock(what: &str, today: Day) -> Refusal {
    Refusal::new(format!("{what} cannot be later than the log's clock, which stands at {today}"))
}
