//! Invents a caseload of independent investigations whose dates and attributes make the published
//! figures come out when somebody counts them. No figure is stored: the plan holds lives of cases
//! and nothing else. Nothing in it is a real person or a real case.
//!
//! The planner works in stages, each in a file of its own:
//!
//! 1. `openings`: on which days investigations were opened;
//! 2. `quotas` and `endings`: on which days how many ended, at which age, and which ones they were;
//! 3. `labels`: directorate, kind, pathway, force, suspension and forecast;
//! 4. `waiting` and `proceedings`: who waited for what after the report, and for how long;
//! 5. `intake`: the days before the opening, and the referrals that were not investigated here.

mod calendar;
mod endings;
mod intake;
mod labels;
mod openings;
mod proceedings;
mod quotas;
pub mod targets;
mod waiting;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use calendar::{Calendar, from_number, number};

/// A London civil day.
pub type Day = candour_core::day::Day;

/// What every choice of a plan is drawn from.
type Chance = ChaCha8Rng;

/// How large a force is, compared with the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForceShare {
    /// Its weight when cases are dealt out.
    pub weight: u32,
}

/// An invented caseload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The independent investigations, in the order in which they were opened.
    pub investigations: Vec<Investigation>,
    /// The referrals that did not become independent investigations, in the order received.
    pub referrals: Vec<Referral>,
}

/// An independent investigation from the incident to the closing of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Investigation {
    /// The day the referral was received; any day of the week.
    pub received: Day,
    /// The day it was clear to the force that it must be referred.
    pub attention: Day,
    /// The day of the incident.
    pub incident: Day,
    /// The working day of the decision that it is investigated independently.
    pub opened: Day,
    /// The working day on which it ended, and how. It may lie after the figures' last day.
    pub ended: Option<(Day, Ending)>,
    /// Whether the directorate of major investigations has it.
    pub major: bool,
    /// How it is carried out.
    pub pathway: Pathway,
    /// What it is about.
    pub kind: Kind,
    /// The index of its force in the forces given.
    pub force: usize,
    /// Paused for criminal proceedings, from and to.
    pub suspended: Option<(Day, Day)>,
    /// The day on which a forecast was recorded, and the completion expected then.
    pub expected: Option<(Day, Day)>,
    /// What follows the report.
    pub proceedings: Vec<Proceeding>,
    /// The day the case was closed; only of a completed one.
    pub closed: Option<Day>,
}

/// How an investigation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The final report was submitted.
    Completed,
    /// It was discontinued without a report.
    Discontinued,
}

/// How an investigation is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pathway {
    /// In the ordinary way.
    Standard,
    /// The streamlined way for a death or serious injury.
    StreamlinedDsi,
    /// With the prosecutor at work at the same time.
    ParallelAction,
}

/// What a matter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A complaint.
    Complaint,
    /// A conduct matter.
    Conduct,
    /// A death or serious injury matter.
    Dsi,
}

/// Something that others do after the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proceeding {
    /// What it is.
    pub kind: ProceedingKind,
    /// Whose turn it was first.
    pub owner: Owner,
    /// The day it began.
    pub begun: Day,
    /// The day its end was expected; such days pass now and then.
    pub expected: Day,
    /// The day it ended, if the plan reaches that far.
    pub ended: Option<Day>,
    /// The day it passed to another owner, and to which.
    pub handed_over: Option<(Day, Owner)>,
}

/// What a proceeding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProceedingKind {
    /// The prosecutor decides whether to charge.
    ChargingDecision,
    /// A criminal trial.
    Trial,
    /// A coroner's inquest.
    Inquest,
    /// A misconduct meeting.
    MisconductMeeting,
    /// A misconduct hearing before a panel.
    MisconductHearing,
    /// A police appeals tribunal.
    Tribunal,
    /// An unsatisfactory performance procedure.
    Performance,
    /// Anything else.
    Other,
}

/// Whose turn it is in a proceeding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nobody may go on for the time being (sub judice).
    LawfulHold,
    /// The Crown Prosecution Service.
    Cps,
    /// A criminal court.
    Court,
    /// A coroner.
    Coroner,
    /// A police appeals tribunal.
    Tribunal,
    /// A misconduct panel.
    Panel,
    /// The force.
    Force,
    /// Anybody else.
    Other,
}

/// A referral that did not become an independent investigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// The day it was received; any day of the week.
    pub received: Day,
    /// The day it was clear to the force that it must be referred.
    pub attention: Day,
    /// The day of the incident.
    pub incident: Day,
    /// What it is about.
    pub kind: Kind,
    /// The index of its force in the forces given.
    pub force: usize,
    /// The working day of the mode decision.
    pub decided: Option<Day>,
    /// What was decided.
    pub outcome: Outcome,
    /// The day the case was closed.
    pub closed: Option<Day>,
    /// Whether the force referred it without having to.
    pub voluntary: bool,
}

/// What was decided of a referral that is not investigated independently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No investigation is necessary; it went back to the force.
    Returned,
    /// The force investigates it.
    Local,
    /// The force investigates it under direction; only for matters since 1 February 2020.
    Directed,
}

/// One investigation while it is being planned. Days are numbers as [`number`] gives them.
#[derive(Debug, Clone)]
struct Life {
    opened: i32,
    /// The first day that is no longer within six months, and within twelve.
    six: i32,
    twelve: i32,
    ended: Option<i32>,
    discontinued: bool,
    major: bool,
    pathway: Pathway,
    kind: Kind,
    force: usize,
    suspended: Option<(i32, i32)>,
    expected: Option<(i32, i32)>,
    /// The end of the last proceeding; none when nothing follows the report.
    waits_until: Option<i32>,
}

impl Life {
    fn legacy(&self) -> bool {
        self.opened < number(targets::NEW_BODY)
    }

    /// The day of the report, if there ever is one.
    fn completed(&self) -> Option<i32> {
        self.ended.filter(|_| !self.discontinued)
    }

    fn completed_in(&self, from: Day, to: Day) -> bool {
        self.completed().is_some_and(|day| (number(from)..=number(to)).contains(&day))
    }

    /// Its length in days; 0 when it has no end.
    fn days(&self) -> i32 {
        self.ended.map_or(0, |ended| ended - self.opened)
    }
}

/// Invents a caseload: always the same for the same arguments, and with the same figures for any
/// seed.
#[must_use]
pub fn plan(seed: u64, is_working_day: &dyn Fn(Day) -> bool, forces: &[ForceShare]) -> Plan {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let calendar = Calendar::new(is_working_day);
    let mut lives = openings::open(&calendar, &mut chance);
    endings::end(&mut lives, &calendar, &mut chance);
    labels::label(&mut lives, &calendar, forces, &mut chance);
    waiting::wait(&mut lives, &calendar, &mut chance);
    let investigations: Vec<Investigation> =
        lives.iter().map(|life| investigation(life, &calendar, &mut chance)).collect();
    let referrals = intake::referrals(&investigations, &calendar, forces, &mut chance);
    Plan { investigations, referrals }
}

/// Writes a planned life out in full.
fn investigation(life: &Life, calendar: &Calendar, chance: &mut Chance) -> Investigation {
    let before = intake::before(life.opened, calendar, chance);
    let pair = |(a, b): (i32, i32)| (from_number(a), from_number(b));
    let ending = if life.discontinued { Ending::Discontinued } else { Ending::Completed };
    let proceedings = proceedings::follow(life, calendar, chance);
    let closed = proceedings::closing(life, calendar, chance);
    Investigation {
        received: from_number(before.received),
        attention: from_number(before.attention),
        incident: from_number(before.incident),
        opened: from_number(life.opened),
        ended: life.ended.map(|day| (from_number(day), ending)),
        major: life.major,
        pathway: life.pathway,
        kind: life.kind,
        force: life.force,
        suspended: life.suspended.map(pair),
        expected: life.expected.map(pair),
        proceedings,
        closed: closed.map(from_number),
    }
}
