//! The reference caseload: a plan of investigations and referrals, written out as the acts of the
//! people who would have carried it out.
//!
//! The plan fixes every date that a published figure depends on. What is added here (who alleged
//! what, how a proceeding ended, slips of the pen that were put right) is invented and moves none
//! of them.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::decision::Answer;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::Mode;
use candour_core::case::need::Back;
use candour_core::day::Day;
use candour_core::holder::Holder;
use candour_core::law::holiday::{Calendar, Nation};
use candour_core::profile::Profile;
use jiff::ToSpan as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::act::{Act, Does};
use super::plan::{
    self, Ending, ForceShare, Investigation, Kind, Outcome, Owner, Plan, Proceeding, ProceedingKind, Referral,
};
use super::{NEW_LAW, words};

/// The day on which the record begins; what was open by then enters on it.
pub const FIRST_DAY: Day = Day::constant(2016, 4, 1);
/// Investigators of each region, among whom a lead is chosen.
const LEADS: usize = 5;

/// The acts of the reference caseload in the order in which they are recorded, and how many cases
/// they are about.
pub(super) fn acts(seed: u64, profile: &Profile) -> (Vec<Act>, usize) {
    let plan = planned(seed, profile);
    let mut writer = Writer {
        profile,
        // Another stream than the plan's, so that what is added never changes the plan.
        chance: ChaCha8Rng::seed_from_u64(seed ^ 0x5EED),
        acts: Vec::new(),
        case: 0,
    };
    let mut all = Vec::new();
    for investigation in &plan.investigations {
        writer.investigation(investigation);
        writer.finish(&mut all);
    }
    for referral in &plan.referrals {
        writer.referral(referral);
        writer.finish(&mut all);
    }
    all.sort_by_key(|act| (act.told, act.case));
    (all, writer.case)
}

/// The plan of the reference caseload, for the forces of a body.
#[must_use]
pub fn planned(seed: u64, profile: &Profile) -> Plan {
    let shares: Vec<ForceShare> = profile.forces.iter().map(|f| ForceShare { weight: weight(&f.id) }).collect();
    plan::plan(seed, &is_working_day, &shares)
}

/// Whether anything is decided on a day.
#[must_use]
pub fn is_working_day(day: Day) -> bool {
    Calendar::built_in().is_working_day(day, Nation::EnglandAndWales)
}

/// How much of the caseload a force has, roughly by its size.
fn weight(force: &str) -> u32 {
    match force {
        "metropolitan" => 200,
        "greater-manchester" | "west-midlands" => 62,
        "west-yorkshire" | "thames-valley" => 46,
        "kent" | "hampshire" | "essex" | "lancashire" | "merseyside" | "northumbria" | "devon-and-cornwall" => 31,
        "south-wales" | "sussex" | "avon-and-somerset" | "south-yorkshire" | "nottinghamshire" => 27,
        "city-of-london" | "warwickshire" | "cumbria" | "dyfed-powys" | "gloucestershire" | "wiltshire" => 7,
        _ => 14,
    }
}

/// Writes one case after another.
struct Writer<'a> {
    profile: &'a Profile,
    chance: ChaCha8Rng,
    /// The acts of the case in hand.
    acts: Vec<Act>,
    /// Its number.
    case: usize,
}

impl Writer<'_> {
    fn act(&mut self, day: Day, does: Does) {
        self.acts.push(Act { told: day.max(FIRST_DAY), day, case: self.case, does });
    }

    /// Puts the acts of the case in hand into their order and goes on to the next case.
    fn finish(&mut self, all: &mut Vec<Act>) {
        self.acts.sort_by_key(|act| (act.told, act.day));
        all.append(&mut self.acts);
        self.case += 1;
    }

    /// The working day that is so many working days after another.
    fn after(from: Day, working_days: u32) -> Day {
        let mut day = from;
        for _ in 0..working_days {
            day = day.saturating_add(1.day());
            while !is_working_day(day) {
                day = day.saturating_add(1.day());
            }
        }
        day
    }

    /// A working day some working days after another, and no later than `most`.
    fn soon(&mut self, from: Day, working_days: std::ops::Range<u32>, most: Option<Day>) -> Day {
        let days = self.chance.random_range(working_days);
        let day = Self::after(from, days);
        most.map_or(day, |most| day.min(most))
    }

    fn opening(&mut self, of: &Matters) -> Open {
        let mandatory = of.kind == Kind::Dsi || !of.voluntary;
        let route = match mandatory {
            true if of.kind != Kind::Dsi && self.chance.random_bool(0.04) => Route::CallIn,
            true => Route::Mandatory,
            false => Route::Voluntary,
        };
        let matter = Matter {
            kind: kind(of.kind),
            force: self.profile.forces[of.force].id.clone(),
            number: Some(format!("{}/{:06}", of.received.year(), 100_000 + self.case)),
            route: Some(route),
            clear_on: (route != Route::Voluntary).then_some(of.attention),
            incident_on: Some(of.incident),
            filed_by: None,
            import: None,
            reinvestigates: None,
            related: Vec::new(),
            scheme: None,
        };
        let summaries = words::summaries(matter.kind);
        let summary = summaries[self.chance.random_range(0..summaries.len())].to_owned();
        Open { how: How::Referred, on: of.received, matter, summary }
    }

    /// A referral that did not become an independent investigation.
    fn referral(&mut self, r: &Referral) {
        let (kind, force, voluntary) = (r.kind, r.force, r.voluntary);
        let open = self.opening(&Matters {
            received: r.received,
            attention: r.attention,
            incident: r.incident,
            kind,
            force,
            voluntary,
        });
        self.act(r.received, Does::Refer(Box::new(open)));
        let Some(decided) = r.decided else { return };
        let does = match r.outcome {
            Outcome::Returned if self.chance.random_bool(0.3) => Does::Return(Back::Complete),
            Outcome::Returned => Does::Return(Back::Handle),
            Outcome::Local => Does::Decide(Mode::Local),
            Outcome::Directed => Does::Decide(Mode::Directed),
        };
        self.act(decided, does);
        if let Some(closed) = r.closed {
            self.act(closed, Does::Close);
        }
    }

    /// An independent investigation.
    fn investigation(&mut self, i: &Investigation) {
        // What the old scheme lets be discontinued was clear to the force while it was in force.
        let voluntary = self.chance.random_bool(0.12) && i.ended.is_none_or(|(_, how)| how == Ending::Completed);
        let (kind, force) = (i.kind, i.force);
        let open = self.opening(&Matters {
            received: i.received,
            attention: i.attention,
            incident: i.incident,
            kind,
            force,
            voluntary,
        });
        self.act(i.received, Does::Refer(Box::new(open)));
        self.act(i.opened, Does::Decide(Mode::Independent));
        let end = i.ended.map(|(day, _)| day);
        let started = self.start(i, end);
        let alleged = self.allege(i, started, end);
        if let Some((from, to)) = i.suspended {
            let review = self.soon(from, 20..40, None);
            self.act(from, Does::Suspend(review));
            self.act(to, Does::Resume);
        }
        if let Some((told, expected)) = i.expected {
            self.act(told, Does::Forecast(expected));
        }
        match i.ended {
            Some((day, Ending::Discontinued)) => {
                self.act(day, Does::Discontinue);
                let closed = self.soon(day, 5..15, None);
                self.act(closed, Does::Close);
            }
            Some((day, Ending::Completed)) => {
                self.report(day, started);
                self.decide(i, day, &alleged);
                self.follow(&i.proceedings, i.closed);
                if let Some(closed) = i.closed {
                    self.act(closed, Does::Close);
                }
            }
            None => {}
        }
    }

    /// The lead, the allocation and the terms of reference; returns the day on which they are approved.
    fn start(&mut self, i: &Investigation, end: Option<Day>) -> Day {
        let appointed = self.soon(i.opened, 0..3, end);
        let directorate = if i.major { Directorate::Major } else { Directorate::Core };
        let pathway = match i.pathway {
            plan::Pathway::Standard => Pathway::Standard,
            plan::Pathway::StreamlinedDsi => Pathway::StreamlinedDsi,
            plan::Pathway::ParallelAction => Pathway::ParallelAction,
        };
        let lead = self.chance.random_range(0..LEADS);
        self.act(appointed, Does::Appoint(lead, directorate, pathway));
        let drafted = self.soon(appointed, 1..5, end);
        self.act(drafted, Does::Draft);
        let approved = self.soon(drafted, 1..5, end);
        self.act(approved, Does::Approve);
        approved
    }

    /// The allegations of a complaint or a conduct matter; returns their answers.
    fn allege(&mut self, i: &Investigation, started: Day, end: Option<Day>) -> Vec<Answer> {
        if i.kind == Kind::Dsi {
            return Vec::new();
        }
        let scheme = if i.attention < NEW_LAW { OLD_CATEGORIES } else { NEW_CATEGORIES };
        let people = 1 + self.chance.random_range(0..2usize);
        let allegations = people + self.chance.random_range(0..2usize);
        for n in 0..allegations {
            let day = self.soon(started, 3..25, end);
            let category = scheme[self.chance.random_range(0..scheme.len())];
            self.act(day, Does::Allege(n % people, category));
        }
        let gravest = gravest(&i.proceedings);
        (0..allegations).map(|n| if n == 0 { gravest } else { Answer::None }).collect()
    }

    /// The report. Now and then its date is told wrongly and put right a few days later, never
    /// across a day for which a figure was published.
    fn report(&mut self, day: Day, started: Day) {
        let slip = self.chance.random_bool(0.04);
        let wrong = Self::before(day, 2);
        let put_right = self.soon(day, 1..4, None);
        let quiet = |published: &Day| wrong > *published || put_right <= *published;
        if !slip || wrong < started || day < FIRST_DAY || !PUBLISHED_FOR.iter().all(quiet) {
            self.act(day, Does::Report);
            return;
        }
        self.acts.push(Act { told: day, day: wrong, case: self.case, does: Does::Report });
        let does = Does::CorrectDay("report.submitted");
        self.acts.push(Act { told: put_right, day, case: self.case, does });
    }

    /// The working day so many working days before another.
    fn before(from: Day, working_days: u32) -> Day {
        let mut day = from;
        for _ in 0..working_days {
            day = day.saturating_sub(1.day());
            while !is_working_day(day) {
                day = day.saturating_sub(1.day());
            }
        }
        day
    }

    /// What is decided on the report.
    fn decide(&mut self, i: &Investigation, report: Day, answers: &[Answer]) {
        let charging = i.proceedings.iter().find(|p| p.kind == ProceedingKind::ChargingDecision);
        match charging {
            Some(p) => self.act(p.begun.max(report), Does::Prosecutor(true)),
            None if i.kind == Kind::Conduct => {
                let day = self.soon(report, 4..10, i.closed);
                self.act(day, Does::Prosecutor(false));
            }
            None => {}
        }
        // A hearing is for a case that has been decided to be one.
        let discipline = i.proceedings.iter().filter(|p| is_discipline(p.kind)).map(|p| p.begun.max(report)).min();
        let most = [discipline, i.closed].into_iter().flatten().min();
        // The authority is asked on the day of the report: for its views or for its memorandum.
        if !answers.is_empty() {
            self.act(report, Does::AskForce);
        }
        for (n, answer) in (1..).zip(answers) {
            let day = self.soon(report, 5..25, most);
            self.act(day, Does::HearForce(n, *answer));
            self.act(day, Does::Answer(n, *answer));
        }
    }

    /// What follows the report, in the order in which it begins.
    fn follow(&mut self, proceedings: &[Proceeding], closed: Option<Day>) {
        let mut proceedings: Vec<&Proceeding> = proceedings.iter().collect();
        proceedings.sort_by_key(|p| p.begun);
        let charged = proceedings.iter().any(|p| p.kind == ProceedingKind::Trial);
        for (n, p) in (1..).zip(proceedings) {
            let first = p.expected.max(p.begun);
            self.act(p.begun, Does::Begin(stage(p.kind), holder(p.owner), first));
            let mut owner = p.owner;
            let mut expected = first;
            if let Some((day, next)) = p.handed_over {
                owner = next;
                expected = self.soon(day, 40..120, None);
                self.act(day, Does::News(n, holder(owner), expected));
            }
            self.postpone(n, owner, expected, p.ended);
            if let Some(ended) = p.ended {
                let outcome = self.outcome(p.kind, charged);
                let told = self.told_late(ended, closed);
                self.acts.push(Act { told, day: ended, case: self.case, does: Does::End(n, outcome) });
            }
        }
    }

    /// When we are told of what others did: often the same day, now and then some days later, but
    /// never across a day for which a figure was published, and before the case is closed.
    fn told_late(&mut self, day: Day, closed: Option<Day>) -> Day {
        let told = self.soon(day, 2..9, closed);
        let quiet = |published: &Day| day > *published || told <= *published;
        let late = self.chance.random_bool(0.2) && PUBLISHED_FOR.iter().all(quiet);
        if late { told.max(FIRST_DAY) } else { day.max(FIRST_DAY) }
    }

    /// News of another date, each time an expected one has passed and nothing came of it.
    fn postpone(&mut self, n: u32, owner: Owner, mut expected: Day, ended: Option<Day>) {
        let until = ended.unwrap_or(LAST_NEWS);
        loop {
            // Now and then nobody says anything, and the date just stands there, passed.
            let told = self.soon(expected, 3..25, None);
            if told >= until || self.chance.random_bool(0.25) {
                return;
            }
            expected = self.soon(told, 40..140, None);
            self.act(told, Does::News(n, holder(owner), expected));
        }
    }

    fn outcome(&mut self, kind: ProceedingKind, charged: bool) -> &'static str {
        let outcomes: &[&'static str] = match kind {
            ProceedingKind::ChargingDecision if charged => &["charged"],
            ProceedingKind::ChargingDecision => {
                &["no-charge-evidential", "no-charge-evidential", "no-charge-public-interest", "out-of-court"]
            }
            ProceedingKind::Trial => &["acquitted", "convicted-plea", "convicted-trial", "discontinued"],
            ProceedingKind::Inquest => {
                &["narrative", "narrative", "suicide", "natural", "accident", "road-traffic", "open"]
            }
            ProceedingKind::MisconductMeeting => &["written-warning", "not-proven", "final-written-warning"],
            ProceedingKind::MisconductHearing => {
                &["dismissed", "would-have-been-dismissed", "final-written-warning", "not-proven", "written-warning"]
            }
            ProceedingKind::Tribunal => &["dismissed", "dismissed-on-papers", "allowed"],
            ProceedingKind::Performance => &["completed", "improvement-notice"],
            ProceedingKind::Other => &["ended"],
        };
        outcomes[self.chance.random_range(0..outcomes.len())]
    }
}

/// What a matter is, as the plan has it.
struct Matters {
    received: Day,
    attention: Day,
    incident: Day,
    kind: Kind,
    force: usize,
    voluntary: bool,
}

/// Days for the end of which figures were published: no slip of the pen lies across them.
const PUBLISHED_FOR: [Day; 9] = [
    Day::constant(2017, 3, 31),
    Day::constant(2018, 1, 7),
    Day::constant(2018, 1, 8),
    Day::constant(2018, 3, 31),
    Day::constant(2018, 10, 31),
    Day::constant(2019, 3, 31),
    Day::constant(2019, 10, 31),
    Day::constant(2019, 12, 16),
    Day::constant(2020, 3, 31),
];
/// News of proceedings is planned no further.
const LAST_NEWS: Day = Day::constant(2022, 12, 30);

/// Categories that invented allegations have, by scheme.
const OLD_CATEGORIES: &[&str] = &[
    "ipcc-2010:A",
    "ipcc-2010:C",
    "ipcc-2010:D",
    "ipcc-2010:E",
    "ipcc-2010:H",
    "ipcc-2010:S",
    "ipcc-2010:T",
    "ipcc-2010:X",
    "ipcc-2010:Y",
];
const NEW_CATEGORIES: &[&str] = &[
    "iopc-2020:A1",
    "iopc-2020:B3",
    "iopc-2020:B4",
    "iopc-2020:B5",
    "iopc-2020:D2",
    "iopc-2020:G2",
    "iopc-2020:H4",
    "iopc-2020:K",
];

fn kind(kind: Kind) -> MatterKind {
    match kind {
        Kind::Complaint => MatterKind::Complaint,
        Kind::Conduct => MatterKind::Conduct,
        Kind::Dsi => MatterKind::Dsi,
    }
}

fn holder(owner: Owner) -> Holder {
    match owner {
        Owner::LawfulHold => Holder::LawfulHold,
        Owner::Cps => Holder::Cps,
        Owner::Court => Holder::Court,
        Owner::Coroner => Holder::Coroner,
        Owner::Tribunal => Holder::Tribunal,
        Owner::Panel => Holder::Panel,
        Owner::Force => Holder::Force,
        Owner::Other => Holder::Other,
    }
}

/// What the body's lists call a proceeding.
fn stage(kind: ProceedingKind) -> &'static str {
    match kind {
        ProceedingKind::ChargingDecision => "charging-decision",
        ProceedingKind::Trial => "trial",
        ProceedingKind::Inquest => "inquest",
        ProceedingKind::MisconductMeeting => "misconduct-meeting",
        ProceedingKind::MisconductHearing => "misconduct-hearing",
        ProceedingKind::Tribunal => "tribunal",
        ProceedingKind::Performance => "performance",
        ProceedingKind::Other => "other",
    }
}

fn is_discipline(kind: ProceedingKind) -> bool {
    matches!(kind, ProceedingKind::MisconductMeeting | ProceedingKind::MisconductHearing)
}

/// The gravest answer that what followed the report speaks of.
fn gravest(proceedings: &[Proceeding]) -> Answer {
    let has = |kind| proceedings.iter().any(|p| p.kind == kind);
    if has(ProceedingKind::MisconductHearing) {
        Answer::GrossMisconduct
    } else if has(ProceedingKind::MisconductMeeting) {
        Answer::Misconduct
    } else {
        Answer::None
    }
}
