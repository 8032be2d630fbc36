//! Generated caseloads: invented cases made by the commands that people use, the same for the same
//! seed. Nothing in them is a real person or a real case.
//!
//! `synthetic` draws any number of cases by chance; `reference` carries out a plan from which the
//! body's published figures come out when they are counted.

mod accounts;
mod act;
mod clock;
mod on_report;
pub mod plan;
pub mod reference;
mod synthetic;
mod words;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use candour_core::case::Case;
use candour_core::day::{self, Day};
use candour_core::law::{Law, regime};
use candour_core::profile::{LawOf, Profile};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::record::{After, NewEvent, Write};
use candour_store::{Failure, Store, delegations, reads};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

pub use accounts::{DEMO_PASSWORD, DemoAccount, add_account, demo_accounts};
pub use clock::move_clock;

use act::{Act, Stage};

/// The last day of a generated caseload, at 09:00 of which its clock stands.
pub const LAST_DAY: Day = Day::constant(2020, 3, 31);
/// From this day on matters come under the scheme of 2020.
const NEW_LAW: Day = Day::constant(2020, 2, 1);
/// Acts in one transaction.
const BATCH_ACTS: usize = 500;
/// The kind of the entry that says from what a log was generated.
const GENERATED: &str = "caseload.generated";

/// A synthetic caseload that is to be generated.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many cases.
    pub cases: u32,
    /// What the chance is drawn from.
    pub seed: u64,
    /// Over how many years up to [`LAST_DAY`].
    pub years: u8,
}

/// Which caseload is to be generated.
#[derive(Debug, Clone, Copy)]
pub enum Caseload {
    /// One drawn by chance.
    Synthetic(Plan),
    /// The one from which the published figures come out, from this seed.
    Reference(u64),
}

/// What was generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// How many cases there are.
    pub cases: usize,
    /// How many acts were carried out.
    pub acts: usize,
    /// How many were refused, because somebody has changed the case meanwhile.
    pub refused: usize,
}

/// The acts of a caseload in their order, and the references of its cases.
struct Script {
    references: Vec<Reference>,
    acts: Vec<Act>,
}

impl Script {
    fn of(caseload: Caseload, profile: &Profile) -> Self {
        let (seed, acts, cases) = match caseload {
            Caseload::Synthetic(plan) => {
                let mut chance = ChaCha8Rng::seed_from_u64(plan.seed);
                let references = references(&mut chance, plan.cases as usize);
                return Self { references, acts: synthetic::acts(plan, profile, &mut chance) };
            }
            Caseload::Reference(seed) => {
                let (acts, cases) = reference::acts(seed, profile);
                (seed, acts, cases)
            }
        };
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        Self { references: references(&mut chance, cases), acts }
    }
}

fn references(chance: &mut ChaCha8Rng, cases: usize) -> Vec<Reference> {
    (0..cases).map(|_| Reference::from_random(chance.next_u64().to_be_bytes())).collect()
}

/// Generates a caseload into a demonstration log and leaves its clock at 09:00 on [`LAST_DAY`].
pub fn generate(
    store: &Store,
    law: &Arc<Law>,
    profile: &Arc<Profile>,
    caseload: Caseload,
    progress: &dyn Fn(usize, usize),
) -> Result<Generated, Failure> {
    if profile.law != LawOf::EnglandAndWales {
        return Err(Refusal::new(format!(
            "a caseload is generated for a body that decides modes of investigation; {} does not",
            profile.short
        ))
        .into());
    }
    let mut script = Script::of(caseload, profile);
    let cases = script.references.len();
    script.acts.retain(|act| act.told < LAST_DAY);
    store.record.write(move |w| note_origin(w, caseload))?;
    accounts::make_accounts(store, &Arc::new(demo_accounts(profile)))?;
    // Early enough for every matter of the schemes that the law files cover, drawn or typed in.
    let schemes = regime::all().iter().map(|regime| regime.from);
    let first = script.acts.iter().map(|act| act.day).chain(schemes).min().unwrap_or(LAST_DAY);
    let accounts = Arc::new(demo_accounts(profile));
    store.record.write(move |w| {
        w.not_before(day::nine_o_clock(first))?;
        accounts::make_scheme(w, &accounts, first)
    })?;
    let (acts, refused) = carry_out(store, law, profile, script, false, progress)?;
    store.record.write(|w| move_clock(w, LAST_DAY))?;
    Ok(Generated { cases, acts, refused })
}

/// Moves a demonstration clock forward, carrying out what a generated caseload holds in store for
/// the days between. What people have done in the demonstration meanwhile goes before: an act that
/// no longer fits the case is left out and counted.
pub fn go_on(
    store: &Store,
    law: &Arc<Law>,
    profile: &Arc<Profile>,
    to: Day,
    progress: &dyn Fn(usize, usize),
) -> Result<Generated, Failure> {
    let now = store.record.write(move |w| clock::goes_forward(w, to).map(|()| w.today()))?;
    let mut generated = Generated { cases: 0, acts: 0, refused: 0 };
    if let Some(seed) = reference_seed(store)? {
        let mut script = Script::of(Caseload::Reference(seed), profile);
        script.acts.retain(|act| act.told >= now.max(LAST_DAY) && act.told < to);
        (generated.acts, generated.refused) = carry_out(store, law, profile, script, true, progress)?;
    }
    store.record.write(move |w| move_clock(w, to))?;
    Ok(generated)
}

/// Carries out acts in batches, and returns how many were carried out and how many refused.
fn carry_out(
    store: &Store,
    law: &Arc<Law>,
    profile: &Arc<Profile>,
    script: Script,
    lenient: bool,
    progress: &dyn Fn(usize, usize),
) -> Result<(usize, usize), Failure> {
    let total = script.acts.len();
    let script = Arc::new(script);
    let accounts = Arc::new(demo_accounts(profile));
    let scheme = Arc::new(store.record.engine.read(|tx| delegations::load(tx, &store.record.log))?);
    let held: Arc<Mutex<HashMap<usize, Case>>> = Arc::default();
    let mut refused = 0;
    for start in (0..total).step_by(BATCH_ACTS) {
        let (law, profile) = (Arc::clone(law), Arc::clone(profile));
        let (script, accounts, held) = (Arc::clone(&script), Arc::clone(&accounts), Arc::clone(&held));
        let scheme = Arc::clone(&scheme);
        let mut tried = false;
        refused += store.record.write(move |w| {
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            // What an attempt that was rolled back left behind is not what the record holds.
            if tried {
                held.clear();
            }
            tried = true;
            let stage = Stage {
                law: &law,
                profile: &profile,
                delegations: &scheme,
                accounts: &accounts,
                references: &script.references,
            };
            let mut refused = 0;
            for act in script.acts.iter().skip(start).take(BATCH_ACTS) {
                match stage.carry_out(w, &mut held, act) {
                    Err(Failure::Refused(_) | Failure::Denied(_)) if lenient => refused += 1,
                    other => other?,
                }
            }
            Ok(refused)
        })?;
        progress((start + BATCH_ACTS).min(total), total);
    }
    Ok((total - refused, refused))
}

/// Records from what the log is generated, so that its clock can go on from there.
fn note_origin(w: &mut Write<'_>, caseload: Caseload) -> Result<(), Failure> {
    let mut data = serde_json::Map::new();
    match caseload {
        Caseload::Synthetic(plan) => {
            data.insert("caseload".to_owned(), "synthetic".into());
            data.insert("seed".to_owned(), plan.seed.into());
            data.insert("cases".to_owned(), plan.cases.into());
            data.insert("years".to_owned(), plan.years.into());
        }
        Caseload::Reference(seed) => {
            w.not_before(day::nine_o_clock(reference::FIRST_DAY))?;
            data.insert("caseload".to_owned(), "reference".into());
            data.insert("seed".to_owned(), seed.into());
        }
    }
    let generated = NewEvent { kind: GENERATED.to_owned(), data, on: None, words: Vec::new() };
    w.append("operator", "OPS operate yes", "log", After::Latest, vec![generated])?;
    Ok(())
}

/// The seed of the reference caseload that a log was generated from, if it was.
fn reference_seed(store: &Store) -> Result<Option<u64>, Failure> {
    let mut seed = None;
    store.record.engine.read(|tx| {
        reads::each_of_kind(tx, &store.record.log, GENERATED, |_, data| {
            let data: serde_json::Value = serde_json::from_str(data).unwrap_or_default();
            if data["caseload"] == "reference" {
                seed = data["seed"].as_u64();
            }
            Ok(())
        })
    })?;
    Ok(seed)
}
