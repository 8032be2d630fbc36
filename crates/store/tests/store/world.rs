//! What the tests have in common: a body, its law, its people, and the path of a command.

use std::sync::LazyLock;

use candour_core::case::{self, Case, Command, Context};
use candour_core::day::{self, Day};
use candour_core::delegation::{Delegations, STREAM};
use candour_core::law::{Calendar, Law};
use candour_core::permit::{Actor, Role, permit};
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use candour_store::record::{After, Clock, NewEvent, Write};
use candour_store::{Failure, Sources, Store, cases, delegations, rebuild, verify};

pub const BODY: &str = "iopc";

pub static LAW: LazyLock<Law> = LazyLock::new(Law::england_and_wales);
pub static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::named(BODY).unwrap());

/// Who decides in the tests: `u-dm` whatever it is, and `u-second` as the second person.
pub static DELEGATIONS: LazyLock<Delegations> = LazyLock::new(|| {
    let began = day::parse("", "2012-11-22").unwrap();
    Delegations::supposed(
        began,
        &[("u-dm", "L5"), ("u-DM", "L4"), ("u-SUP", "L3"), ("u-second", "L4"), ("u-anew", "L4")],
    )
});

/// Chance that can be repeated: SplitMix64.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

pub fn sources() -> Sources {
    let mut chance = Chance(7);
    let entropy = move |bytes: &mut [u8]| {
        for byte in bytes {
            *byte = chance.next().to_be_bytes()[0];
        }
    };
    Sources { now: || 1_700_000_000_000_000, entropy: Box::new(entropy) }
}

/// The record at an address, with a clock that stands until it is moved.
pub fn open(url: &str) -> Result<Store, Failure> {
    Store::open(url, BODY, Clock::Demonstration, sources)
}

/// Puts the scheme under which the tests decide into the record, before the first decision.
fn scheme_recorded(w: &mut Write<'_>) -> Result<(), Failure> {
    let log = w.log();
    if delegations::version(w.tx()?, log)? > 0 {
        return Ok(());
    }
    let entries = DELEGATIONS.entries.iter().map(|entry| {
        let (kind, data) = entry.event.encode();
        NewEvent { kind, data, on: entry.on, words: entry.words.clone() }
    });
    w.append("operator", "OPS delegate yes", STREAM, After::Nothing, entries.collect()).map(|_| ())
}

pub fn context(today: Day) -> Context<'static> {
    Context { law: &LAW, profile: &PROFILE, delegations: &DELEGATIONS, today, calendar: Calendar::built_in() }
}

/// Somebody of that role who works on the cases of every region.
pub fn somebody(id: &str, role: Role) -> Actor {
    let units = PROFILE.regions().into_iter().map(str::to_owned).collect();
    Actor::new(id, role, units)
}

/// Loads the case, asks for permission, decides and records, as a page does.
pub fn carry_out(w: &mut Write<'_>, actor: &Actor, reference: &Reference, command: Command) -> Result<Case, Failure> {
    let log = w.log();
    let case = cases::load(w.tx()?, log, reference)?;
    carry_out_on(w, actor, &case, command)
}

/// The same with a case as it was read before.
pub fn carry_out_on(w: &mut Write<'_>, actor: &Actor, case: &Case, command: Command) -> Result<Case, Failure> {
    let stream = case.reference.stream();
    let permit = permit(actor, command.action(), cases::object(case, &stream, &PROFILE))?;
    let context = context(w.today());
    let fresh = case::decide(case, &permit, context, command)?;
    if fresh.iter().any(|fresh| fresh.made.is_some()) {
        scheme_recorded(w)?;
    }
    cases::record(w, actor, &permit, case, context, fresh)
}

/// Carries out one command on a day, in a transaction of its own.
pub fn act(
    store: &Store,
    today: Day,
    actor: &Actor,
    reference: &Reference,
    command: &Command,
) -> Result<Case, Failure> {
    let (actor, reference, command) = (actor.clone(), reference.clone(), command.clone());
    store.record.write(move |w| {
        w.not_before(day::nine_o_clock(today))?;
        carry_out(w, &actor, &reference, command.clone())
    })
}

pub fn load(store: &Store, reference: &Reference) -> Case {
    let read = store.record.engine.read(|tx| cases::load(tx, &store.record.log, reference));
    read.unwrap()
}

pub fn rebuild_now(store: &Store) -> rebuild::Rebuilt {
    store.record.write(|w| rebuild::rebuild(w, context(w.today()))).unwrap()
}

pub fn verify_now(store: &Store) -> verify::Report {
    store.record.engine.read(verify::verify).unwrap()
}

/// Holds the record against its hashes, and what is derived against the record.
pub fn check_whole(store: &Store) {
    let verified = verify_now(store);
    assert!(verified.findings.is_empty(), "{:?}", verified.findings);
    assert!(verified.events > 0, "an empty record proves nothing");
    let rebuilt = rebuild_now(store);
    assert_eq!(rebuilt.differences, 0, "{:?}", rebuilt.listed);
}
