//! A synthetic caseload: invented cases made by the commands that people use, the same for the
//! same seed. Nothing in it is a real person or a real case.

use std::sync::Arc;

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::closing::{Close, Publication};
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::{DecideMode, Mode, power};
use candour_core::case::report::SubmitReport;
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::{self, Case, Command, Context};
use candour_core::day::{self, Day};
use candour_core::law::Law;
use candour_core::permit::{Actor, Role, permit};
use candour_core::profile::{LawOf, Profile};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::plain::account::{self, Account};
use candour_store::record::{After, NewEvent, Write};
use candour_store::{Failure, Store, cases};
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The password of every account of a demonstration.
pub const DEMO_PASSWORD: &str = "candour demonstration";
/// The last day of a generated caseload.
pub const LAST_DAY: Day = jiff_day(2020, 3, 31);
/// Acts in one transaction.
const BATCH_ACTS: usize = 200;

const fn jiff_day(year: i16, month: i8, day: i8) -> Day {
    Day::constant(year, month, day)
}

/// What is to be generated.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many cases.
    pub cases: u32,
    /// What the chance is drawn from.
    pub seed: u64,
    /// Over how many years up to [`LAST_DAY`].
    pub years: u8,
}

/// An account of the demonstration.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// Its opaque id.
    pub id: String,
    /// The name to sign in with.
    pub name: &'static str,
    /// Its role.
    pub role: Role,
    /// Its regions.
    pub units: Vec<String>,
}

/// Invented names, one for each account of the demonstration.
static NAMES: &[&str] = &[
    "Asha Verran",
    "Colm Pedlar",
    "Dilys Harbone",
    "Emeka Thorne",
    "Freya Lindqvale",
    "Gethin Marlow",
    "Hana Okell",
    "Idris Calloway",
    "Juno Fairhurst",
    "Kasim Ellery",
    "Lowri Banfield",
    "Mattias Crewe",
    "Nia Tolland",
    "Oskar Whitlam",
    "Perdita Shaw-Adeyi",
    "Quill Ramsden",
    "Rhian Storey",
    "Silas Underhay",
    "Tamsin Oyelade",
    "Ulric Penhale",
    "Verity Nakamoor",
    "Wynn Castellan",
    "Xanthe Birkett",
    "Yusuf Arkwell",
    "Zadie Holloran",
    "Anselm Dray",
    "Bronwen Tull",
    "Caspian Reyes-Holt",
    "Dorcas Inskip",
    "Evander Pryce",
    "Fenella Umber",
    "Gwil Astley",
];

/// The accounts of a demonstration: for each region a decision maker, a supervisor and two
/// investigators, and one each for the roles without a region. The first region has two decision
/// makers, so that two people can decide at once.
#[must_use]
pub fn demo_accounts(profile: &Profile) -> Vec<DemoAccount> {
    let mut wanted: Vec<(Role, Option<&str>)> = vec![(Role::Au, None), (Role::Ned, None), (Role::Adm, None)];
    for (i, region) in profile.regions().into_iter().enumerate() {
        let extra = (i == 0).then_some((Role::Dm, Some(region)));
        let team = [Role::Dm, Role::Sup, Role::Inv, Role::Inv].map(|role| (role, Some(region)));
        wanted.extend(team.into_iter().chain(extra));
    }
    let account = |(i, (role, region)): (usize, (Role, Option<&str>))| {
        let name = NAMES.get(i)?;
        let units = region.map(str::to_owned).into_iter().collect();
        Some(DemoAccount { id: format!("u{:02}", i + 1), name, role, units })
    };
    wanted.into_iter().enumerate().filter_map(account).collect()
}

/// Adds an account and records that it was added.
pub fn add_account(w: &mut Write<'_>, account: &Account) -> Result<(), Failure> {
    let (log, now) = (w.log(), w.now());
    let mut data = serde_json::Map::new();
    data.insert("role".to_owned(), account.role.id().into());
    data.insert("units".to_owned(), account.units.clone().into());
    let added = NewEvent { kind: "account.added".to_owned(), data, on: None, words: Vec::new() };
    w.append("operator", "OPS operate yes", &format!("account:{}", account.id), After::Nothing, vec![added])?;
    Ok(account::add(w.tx()?, log, account, now)?)
}

/// Moves a demonstration clock forward to 09:00 London on a day, and records that it was moved.
pub fn move_clock(w: &mut Write<'_>, to: Day) -> Result<(), Failure> {
    let target = day::nine_o_clock(to);
    if target <= w.now() && w.position() > 1 {
        let now = day::of_instant(w.now());
        return Err(Refusal::new(format!(
            "the clock goes forward only; it stands at {now}, so choose a later day than {to}"
        ))
        .into());
    }
    w.not_before(target)?;
    let mut data = serde_json::Map::new();
    data.insert("to".to_owned(), to.to_string().into());
    let moved = NewEvent { kind: "clock.moved".to_owned(), data, on: Some(to), words: Vec::new() };
    w.append("operator", "OPS operate yes", "log", After::Latest, vec![moved])?;
    Ok(())
}

/// Something that somebody does on a day.
#[derive(Debug, Clone)]
struct Act {
    day: Day,
    case: usize,
    does: Does,
}

#[derive(Debug, Clone)]
enum Does {
    Refer(Box<Open>),
    Decide(Mode),
    Appoint(usize),
    Draft,
    Approve,
    Report,
    Close,
}

/// Generates a caseload into a demonstration log and leaves its clock at 09:00 on [`LAST_DAY`].
pub fn generate(
    store: &Store,
    law: &Arc<Law>,
    profile: &Arc<Profile>,
    plan: Plan,
    progress: &dyn Fn(usize, usize),
) -> Result<usize, Failure> {
    if profile.law != LawOf::EnglandAndWales {
        return Err(Refusal::new(format!(
            "a caseload is generated for a body that decides modes of investigation; {} does not",
            profile.short
        ))
        .into());
    }
    let mut chance = ChaCha8Rng::seed_from_u64(plan.seed);
    let references: Arc<Vec<Reference>> =
        Arc::new((0..plan.cases).map(|_| Reference::from_random(chance.next_u64().to_be_bytes())).collect());
    let acts = Arc::new(acts(plan, profile, &mut chance));
    let accounts = Arc::new(demo_accounts(profile));
    make_accounts(store, &accounts)?;
    let total = acts.len();
    for start in (0..total).step_by(BATCH_ACTS) {
        let (law, profile, acts) = (Arc::clone(law), Arc::clone(profile), Arc::clone(&acts));
        let (accounts, references) = (Arc::clone(&accounts), Arc::clone(&references));
        store.record.write(move |w| {
            for act in acts.iter().skip(start).take(BATCH_ACTS) {
                carry_out(w, &law, &profile, &accounts, &references[act.case], act)?;
            }
            Ok(())
        })?;
        progress((start + BATCH_ACTS).min(total), total);
    }
    store.record.write(|w| move_clock(w, LAST_DAY))?;
    Ok(total)
}

fn make_accounts(store: &Store, accounts: &Arc<Vec<DemoAccount>>) -> Result<(), Failure> {
    let password = crate::password::hash(DEMO_PASSWORD)?;
    let accounts = Arc::clone(accounts);
    store.record.write(move |w| {
        for a in accounts.iter() {
            let (id, name, units) = (a.id.clone(), a.name.to_owned(), a.units.clone());
            add_account(w, &Account { id, name, role: a.role, units, password: password.clone() })?;
        }
        Ok(())
    })
}

fn carry_out(
    w: &mut Write<'_>,
    law: &Law,
    profile: &Profile,
    accounts: &[DemoAccount],
    reference: &Reference,
    act: &Act,
) -> Result<(), Failure> {
    w.not_before(day::nine_o_clock(act.day))?;
    let log = w.log();
    let case = match act.does {
        Does::Refer(_) => Case::replay(reference.clone(), Vec::new()),
        _ => cases::load(w.tx()?, log, reference)?,
    };
    let context = Context { law, profile, today: w.today() };
    let region = case.state.force().and_then(|f| profile.region(f)).unwrap_or_default().to_owned();
    let (actor, command) = command(act, &case, context, accounts, &region);
    let stream = reference.stream();
    let given = permit(&actor, command.action(), cases::object(&case, &stream, profile))?;
    let fresh = case::decide(&case, &given, context, command)?;
    cases::record(w, &actor, &given, &case, context, fresh)?;
    Ok(())
}

/// Who does it, and the command they give.
fn command(act: &Act, case: &Case, context: Context<'_>, accounts: &[DemoAccount], region: &str) -> (Actor, Command) {
    let on = act.day;
    let staff = |role: Role, nth: usize| {
        let mut held =
            accounts.iter().filter(|a| a.role == role && (a.units.is_empty() || a.units.iter().any(|u| u == region)));
        let found = held.nth(nth).or(accounts.first());
        found.map_or_else(Actor::operator, |a| Actor { id: a.id.clone(), role: a.role, units: a.units.clone() })
    };
    let id = case.state.lead().unwrap_or_default().to_owned();
    let lead = Actor { id, role: Role::Inv, units: vec![region.to_owned()] };
    match &act.does {
        Does::Refer(open) => (staff(Role::Au, 0), Command::Open((**open).clone())),
        Does::Decide(mode) => {
            let citation = power(&case.state, context).unwrap_or_default();
            let reasons =
                "The seriousness of the matter and the public interest were weighed against the force's own capacity."
                    .to_owned();
            (staff(Role::Dm, 0), Command::DecideMode(DecideMode { mode: *mode, on, reasons, citation }))
        }
        Does::Appoint(nth) => (
            staff(Role::Sup, 0),
            Command::AppointLead(AppointLead {
                lead: staff(Role::Inv, *nth).id,
                on,
                directorate: Directorate::Core,
                pathway: Pathway::Standard,
            }),
        ),
        Does::Draft => {
            let terms =
                "To establish what happened, whether policy was followed, and what is to be learned.".to_owned();
            (lead, Command::DraftTerms(DraftTerms { on, terms }))
        }
        Does::Approve => (staff(Role::Sup, 0), Command::ApproveTerms(ApproveTerms { on })),
        Does::Report => {
            let conclusion = "The evidence was assessed against each allegation.".to_owned();
            (lead, Command::SubmitReport(SubmitReport { on, conclusion }))
        }
        Does::Close => {
            let reasons = "Everything that was owed has been done.".to_owned();
            (
                staff(Role::Sup, 0),
                Command::Close(Close { on, publication: case.state.report.map(|_| Publication::Summary), reasons }),
            )
        }
    }
}

/// Everything that happens, in the order in which it does.
fn acts(plan: Plan, profile: &Profile, chance: &mut ChaCha8Rng) -> Vec<Act> {
    let days = i32::from(plan.years.max(1)) * 365;
    let first = day::number(LAST_DAY) - days;
    let mut acts = Vec::new();
    for case in 0..plan.cases as usize {
        let received = weekday(first + chance.random_range(0..days));
        history(case, received, profile, chance, &mut acts);
    }
    acts.retain(|act| act.day < LAST_DAY);
    acts.sort_by_key(|act| (act.day, act.case));
    acts
}

/// What happens in one case.
fn history(case: usize, received: i32, profile: &Profile, chance: &mut ChaCha8Rng, acts: &mut Vec<Act>) {
    let mut act = |number: i32, does: Does| {
        acts.push(Act { day: day::from_number(number), case, does });
    };
    let open = open(case, received, profile, chance);
    let new_law = open.matter.clear_on.unwrap_or(open.on) >= jiff_day(2020, 2, 1);
    act(received, Does::Refer(Box::new(open)));
    let decided = weekday(received + chance.random_range(1..9));
    let mode = match chance.random_range(0..100) {
        0..58 => Mode::Independent,
        58..66 if new_law => Mode::Directed,
        _ => Mode::Local,
    };
    act(decided, Does::Decide(mode));
    if mode != Mode::Independent {
        act(weekday(decided + chance.random_range(20..200)), Does::Close);
        return;
    }
    let appointed = weekday(decided + chance.random_range(0..4));
    act(appointed, Does::Appoint(chance.random_range(0..2)));
    act(appointed, Does::Draft);
    act(weekday(appointed + chance.random_range(0..5)), Does::Approve);
    // Two draws added make a hump with a long tail, as real durations have.
    let tail = if chance.random_bool(0.12) { chance.random_range(100..420) } else { 0 };
    let reported = weekday(appointed + 25 + chance.random_range(0..150) + chance.random_range(0..150) + tail);
    act(reported, Does::Report);
    act(weekday(reported + chance.random_range(10..160)), Does::Close);
}

fn open(case: usize, received: i32, profile: &Profile, chance: &mut ChaCha8Rng) -> Open {
    let kind = match chance.random_range(0..10) {
        0..5 => MatterKind::Complaint,
        5..8 => MatterKind::Conduct,
        _ => MatterKind::Dsi,
    };
    let route = match chance.random_range(0..20) {
        0..15 => Route::Mandatory,
        15..19 => Route::Voluntary,
        _ => Route::CallIn,
    };
    let late = chance.random_bool(0.08);
    let clear = received - if late { chance.random_range(2..20) } else { chance.random_range(0..2) };
    let incident = clear - chance.random_range(0..60);
    // The Metropolitan force has about a fifth of everything.
    let force = if chance.random_bool(0.18) { profile.force("metropolitan") } else { None };
    let force = force.unwrap_or(&profile.forces[chance.random_range(0..profile.forces.len())]);
    let on = day::from_number(received);
    let matter = Matter {
        kind,
        force: force.id.clone(),
        number: Some(format!("{}/{:06}", on.year(), 100_000 + case)),
        route: Some(route),
        clear_on: (route != Route::Voluntary).then(|| day::from_number(clear)),
        incident_on: Some(day::from_number(incident.min(received))),
        filed_by: None,
        import: None,
        reinvestigates: None,
    };
    let summary = SUMMARIES[chance.random_range(0..SUMMARIES.len())].to_owned();
    Open { how: How::Referred, on, matter, summary }
}

/// What invented cases are about.
static SUMMARIES: &[&str] = &[
    "A person was injured while being detained. Body-worn video is said to exist.",
    "A person died some hours after police attended their home on a report of concern.",
    "It is said that a call was graded wrongly and that nobody attended.",
    "It is said that an officer used force that was not necessary during a search.",
    "It is said that an officer looked at records without a policing purpose.",
    "A vehicle that police were following left the road. Its passenger was seriously injured.",
    "It is said that an officer was discourteous and did not record a complaint about it.",
    "It is said that an officer formed a relationship with a person met through work.",
];

/// The same day, or the Monday after a weekend.
fn weekday(number: i32) -> i32 {
    match day::from_number(number).weekday().to_monday_zero_offset() {
        5 => number + 2,
        6 => number + 1,
        _ => number,
    }
}
