//! A caseload by chance: random commands, refused ones left out, the same for the same seed.

use std::sync::{Arc, Mutex};

use candour_core::case::allegation::{Allegation, Allege, Alleged, Finding};
use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::closing::{Close, Publication};
use candour_core::case::correction::{self, Attribute, Change, Correct, Input, Rescind};
use candour_core::case::course::{Form, Path};
use candour_core::case::decision::{Answer, DecideCaseToAnswer, DecideProsecutor};
use candour_core::case::forecast::Forecast;
use candour_core::case::imported::{self, Imported};
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::memorandum::Act as Memorandum;
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::need::{Back, ReturnMatter};
use candour_core::case::proceeding::{Begin, End, Update};
use candour_core::case::reinvestigation::Reinvestigate;
use candour_core::case::report::SubmitReport;
use candour_core::case::second::{Approve, SendBack};
use candour_core::case::suspension::{Discontinue, Resume, Suspend};
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::views::Act as Views;
use candour_core::case::{Case, Command, effective};
use candour_core::day::{self, Day};
use candour_core::holder::Holder;
use candour_core::permit::{Action, Actor, Object, Role, permit};
use candour_core::person::{self, PersonRole, Registered};
use candour_core::reference::Reference;
use candour_store::record::Write;
use candour_store::{Failure, Store, cases, people};

use crate::world::{BODY, Chance, PROFILE, carry_out_on, context, somebody};

/// Commands tried in one transaction.
const TRIED_TOGETHER: usize = 100;
const LEADS: [&str; 4] = ["u-lead-1", "u-lead-2", "u-lead-3", "u-lead-4"];
const WORDS: [&str; 4] = ["", "Gave no grounds.", "Cŵyn am stopio a chwilio.", "Line one.\nLine two: 警察 <b>"];

/// Makes commands, each for one of so many cases.
pub struct Caseload {
    chance: Chance,
    cases: Vec<Reference>,
    today: Day,
    people: u64,
}

impl Caseload {
    pub fn new(seed: u64, cases: u64) -> Arc<Mutex<Self>> {
        println!("the caseload's seed is {seed}");
        let mut chance = Chance(seed);
        let cases = (0..cases).map(|_| Reference::from_random(chance.next().to_be_bytes())).collect();
        let today = iso_day("2019-11-04");
        Arc::new(Mutex::new(Self { chance, cases, today, people: 0 }))
    }

    /// Carries out one random command and says whether it was allowed.
    fn one(&mut self, w: &mut Write<'_>) -> Result<bool, Failure> {
        if self.chance.one_in(8) {
            self.today = day::from_number(day::number(self.today) + 1);
        }
        w.not_before(day::nine_o_clock(self.today))?;
        if self.chance.one_in(25) {
            return self.register(w).map(|()| true);
        }
        let reference = self.chance.pick(&self.cases).clone();
        let log = w.log();
        let case = cases::load(w.tx()?, log, &reference)?;
        if case.matter().is_none() && self.chance.one_in(5) {
            return self.import(w, &case);
        }
        let (actor, command) = self.command(&case);
        allowed(carry_out_on(w, &actor, &case, command))
    }

    fn command(&mut self, case: &Case) -> (Actor, Command) {
        let (au, dm) = (somebody("u-au", Role::Au), somebody("u-dm", Role::Dm));
        if case.matter().is_none() {
            return (au, Command::Open(self.open()));
        }
        let on = self.day();
        let reasons = self.words();
        let lead = case.state.lead().unwrap_or("u-lead-1").to_owned();
        let lead = somebody(&lead, Role::Inv);
        if self.chance.one_in(4) {
            return self.next_step(case, lead, dm, reasons);
        }
        match self.chance.below(22) {
            0..=2 => (dm, Command::DecideMode(self.mode(case, on, reasons))),
            3 | 12 => (dm, Command::AppointLead(self.appointment(on))),
            4 | 13 => (lead, Command::SubmitReport(SubmitReport { on, conclusion: reasons, sensitive: None })),
            5 => (dm, Command::Close(self.close(on, reasons))),
            14 | 15 => (lead, Command::DraftTerms(DraftTerms { on, terms: reasons })),
            16 | 17 => (dm, Command::ApproveTerms(ApproveTerms { on })),
            18..=21 => (dm, self.on_the_way(case, on, reasons)),
            6 | 7 => (dm, Command::Change(self.change(on, reasons))),
            8 => (dm, Command::Rescind(Rescind { of: self.version(case), on, reasons })),
            _ => (dm, Command::Correct(self.correct(case, on, reasons))),
        }
    }

    fn open(&mut self) -> Open {
        let on = self.day();
        let clear_on = day::from_number(day::number(on) - self.days(5));
        let incident_on = day::from_number(day::number(clear_on) - self.days(20));
        let referred = self.chance.one_in(2);
        let route = *self.chance.pick(&Route::ALL);
        let matter = Matter {
            kind: *self.chance.pick(&MatterKind::ALL),
            force: self.force(),
            number: self.chance.one_in(2).then(|| format!("2019/{:06}", self.chance.below(1_000_000))),
            route: referred.then_some(route),
            clear_on: referred.then_some(clear_on),
            incident_on: self.chance.one_in(2).then_some(incident_on),
            filed_by: self.chance.one_in(3).then(|| "civilian".to_owned()),
            import: None,
            reinvestigates: None,
            related: Vec::new(),
            scheme: None,
        };
        let how = if referred { How::Referred } else { How::Received };
        Open { how, on, matter, summary: self.words() }
    }

    fn mode(&mut self, case: &Case, on: Day, reasons: String) -> DecideMode {
        let citation = mode::power(&case.state, context(self.today)).unwrap_or_default();
        let any = *self.chance.pick(&Mode::ALL);
        let mode = if self.chance.one_in(3) { any } else { Mode::Independent };
        DecideMode { mode, on, reasons, citation }
    }

    /// What the case waits for, today.
    fn next_step(&mut self, case: &Case, lead: Actor, dm: Actor, reasons: String) -> (Actor, Command) {
        let (state, on) = (&case.state, self.today);
        let second = somebody("u-second", Role::Sup);
        let undecided = state.allegations.iter().find(|a| a.answer.is_none());
        if state.closed.is_some() {
            let anew = Reference::from_random(self.chance.next().to_be_bytes());
            (somebody("u-anew", Role::Dm), Command::Reinvestigate(Reinvestigate { anew, on, reasons }))
        } else if state.mode.is_none() {
            (dm, Command::DecideMode(self.mode(case, on, reasons)))
        } else if state.leads.is_empty() {
            (dm, Command::AppointLead(self.appointment(on)))
        } else if state.terms.draft.is_none() {
            (lead, Command::DraftTerms(DraftTerms { on, terms: reasons }))
        } else if state.terms.approved.is_empty() {
            (dm, Command::ApproveTerms(ApproveTerms { on }))
        } else if state.report.is_none() {
            (lead, Command::SubmitReport(SubmitReport { on, conclusion: reasons, sensitive: None }))
        } else if let Some(allegation) = undecided {
            (dm, self.on_the_report(case, allegation, on, reasons))
        } else if state.prosecutor.is_none() {
            let referred = self.chance.one_in(2);
            let decide = Command::DecideProsecutor(DecideProsecutor { referred, on, reasons, sensitive: None });
            match state.waiting_for_a_second().next().map(|proposal| proposal.of) {
                Some(of) if referred => (second, Command::Approve(Approve { of, on })),
                Some(of) => (second, Command::SendBack(SendBack { of, on, reasons: "Say why.".to_owned() })),
                None if referred => (dm, decide),
                None => (dm, Command::Propose(Box::new(decide))),
            }
        } else {
            (dm, Command::Close(self.close(on, reasons)))
        }
    }

    /// The next step to an answer on an allegation, by the path of the matter's scheme.
    fn on_the_report(&mut self, case: &Case, allegation: &Allegation, on: Day, reasons: String) -> Command {
        let (n, answer) = (allegation.alleged.n, *self.chance.pick(&Answer::ALL));
        let state = &case.state;
        let path = Path::of(state, context(self.today)).filter(|_| answer != Answer::NotApplicable);
        match path {
            Some(Path::Memorandum) if state.memorandum.is_none() => {
                Command::Memorandum(Memorandum::Request { on, report_on: on })
            }
            Some(Path::Memorandum) if allegation.course.memorandum.is_none() => {
                Command::Memorandum(Memorandum::Receive { n, on, answer, form: Form::None, says: reasons })
            }
            Some(Path::Memorandum) => Command::Memorandum(Memorandum::Accept { n, on, reasons }),
            Some(Path::Views) if state.views.requested.is_none() => {
                Command::Views(Views::Request { on, special: true, opinion: reasons })
            }
            Some(Path::Views) if state.views.received.is_none() => {
                Command::Views(Views::Receive { on, views: reasons })
            }
            _ => Command::DecideCaseToAnswer(DecideCaseToAnswer { n, answer, on, reasons }),
        }
    }

    fn appointment(&mut self, on: Day) -> AppointLead {
        let directorate = *self.chance.pick(&Directorate::ALL);
        AppointLead { lead: self.lead(), on, directorate, pathway: *self.chance.pick(&Pathway::ALL) }
    }

    fn close(&mut self, on: Day, reasons: String) -> Close {
        let publication = self.chance.one_in(2).then(|| *self.chance.pick(&Publication::ALL));
        Close { on, publication, reasons }
    }

    /// One of the commands that accompany an investigation or follow its report.
    fn on_the_way(&mut self, case: &Case, on: Day, reasons: String) -> Command {
        let later = day::from_number(day::number(on) + self.days(60));
        let n = 1 + u32::try_from(self.chance.below(3)).unwrap();
        let owner = *self.chance.pick(&Holder::ALL);
        let stage = self.chance.pick(&PROFILE.lists.stages).clone();
        let person = self.chance.one_in(2).then(|| person::derived_stream("test", "1"));
        match self.chance.below(13) {
            0 => Command::ReturnMatter(ReturnMatter { back: *self.chance.pick(&Back::ALL), on, reasons }),
            1 => Command::Suspend(Suspend { on, review_on: later, reasons }),
            2 => Command::Resume(Resume { on, reasons }),
            3 if self.chance.one_in(2) => Command::Discontinue(Discontinue { on, reasons }),
            3 | 4 => Command::Forecast(Forecast { on, by: later, reasons }),
            5 | 6 => {
                let category = self.chance.pick(&PROFILE.lists.schemes[0].categories).id.clone();
                let (person, category) = (person::derived_stream("test", "1"), format!("ipcc-2010:{category}"));
                Command::Allege(Allege { person, category, on, what: reasons })
            }
            7 => Command::DecideCaseToAnswer(DecideCaseToAnswer {
                n,
                answer: *self.chance.pick(&Answer::ALL),
                on,
                reasons,
            }),
            8 => Command::DecideProsecutor(DecideProsecutor {
                referred: self.chance.one_in(2),
                on,
                reasons,
                sensitive: None,
            }),
            9 | 10 => {
                let stage = stage.id;
                Command::BeginProceeding(Begin { stage, owner, on, expected_on: later, person, note: reasons })
            }
            11 => Command::UpdateProceeding(Update { n, owner, on, expected_on: later, note: reasons }),
            _ => {
                let running = case.state.waiting_on().next();
                let stage = running.and_then(|p| PROFILE.lists.stage(&p.stage)).unwrap_or(&stage);
                let (n, outcome) = (running.map_or(n, |p| p.n), stage.outcomes[0].id.clone());
                Command::EndProceeding(End { n, outcome, on: self.today, note: reasons })
            }
        }
    }

    fn change(&mut self, on: Day, reasons: String) -> Change {
        let what = *self.chance.pick(&Attribute::ALL);
        let to = match what {
            Attribute::Force => self.force(),
            Attribute::Kind => self.chance.pick(&MatterKind::ALL).id().to_owned(),
            Attribute::Lead => self.lead(),
            Attribute::Directorate => self.chance.pick(&Directorate::ALL).id().to_owned(),
            Attribute::Pathway => self.chance.pick(&Pathway::ALL).id().to_owned(),
        };
        Change { what, to, on, reasons }
    }

    fn correct(&mut self, case: &Case, on: Day, reasons: String) -> Correct {
        let of = self.version(case);
        let history = effective(&case.entries);
        let target = history.iter().find(|e| e.version == of);
        let fields = target.map_or(&[][..], |target| correction::fields(&target.event));
        if fields.is_empty() {
            return Correct { of, field: "on".to_owned(), new: String::new(), on, reasons };
        }
        let field = self.chance.pick(fields);
        let new = match field.input {
            Input::Date | Input::OptionalDate => self.day().to_string(),
            Input::Force => self.force(),
            Input::Kind => self.chance.pick(&MatterKind::ALL).id().to_owned(),
            Input::Route => self.chance.pick(&Route::ALL).id().to_owned(),
            Input::Mode => self.chance.pick(&Mode::ALL).id().to_owned(),
            Input::Staff => self.lead(),
            Input::Back => self.chance.pick(&Back::ALL).id().to_owned(),
            Input::Directorate => self.chance.pick(&Directorate::ALL).id().to_owned(),
            Input::Pathway => self.chance.pick(&Pathway::ALL).id().to_owned(),
            Input::Form => self.chance.pick(&Form::ALL).id().to_owned(),
            Input::Answer => self.chance.pick(&Answer::ALL).id().to_owned(),
            Input::Owner => self.chance.pick(&Holder::ALL).id().to_owned(),
            Input::Stage => self.chance.pick(&PROFILE.lists.stages).id.clone(),
            Input::Line => format!("2019/{:06}", self.chance.below(1_000_000)),
            Input::Words => self.words(),
        };
        let new = if self.chance.one_in(10) { String::new() } else { new };
        Correct { of, field: field.name.to_owned(), new, on, reasons }
    }

    fn import(&mut self, w: &mut Write<'_>, case: &Case) -> Result<bool, Failure> {
        let stream = case.reference.stream();
        let operator = Actor::operator();
        let permit = permit(&operator, Action::Import, cases::object(case, &stream, &PROFILE))?;
        let received = self.day();
        let n = u32::try_from(self.chance.below(4)).unwrap();
        let person = person::derived_stream("test", "1");
        let alleged = |n| Alleged { n, person: person.clone(), category: format!("0{n}A") };
        let found = |n| Finding {
            n,
            ours: String::new(),
            theirs: "sustained".to_owned(),
            discipline_ours: String::new(),
            discipline_theirs: "reprimand".to_owned(),
        };
        let matter = Matter { route: None, clear_on: None, import: Some("i1".to_owned()), ..self.open().matter };
        let imported = Imported {
            matter,
            received,
            closed: self.chance.one_in(2).then_some(self.today),
            allegations: (1..=n).map(alleged).collect(),
            findings: (1..=n / 2).map(found).collect(),
        };
        let context = context(w.today());
        match imported::decide(case, &permit, context, imported) {
            Ok(fresh) => allowed(cases::record(w, &operator, &permit, case, context, fresh)),
            Err(_) => Ok(false),
        }
    }

    fn register(&mut self, w: &mut Write<'_>) -> Result<(), Failure> {
        self.people += 1;
        let number = self.people.to_string();
        let operator = Actor::operator();
        let permit = permit(&operator, Action::Import, Object::Body)?;
        let stream = person::derived_stream("test", &number);
        let registered = Registered {
            role: *self.chance.pick(&PersonRole::ALL),
            number,
            joined_on: None,
            left_on: None,
            import: Some("i1".to_owned()),
        };
        let words = vec![("name".to_owned(), "Siân Ŵyn".to_owned())];
        people::register(w, &operator, &permit, &stream, &person::Event::Registered(registered), words)
    }

    /// A day not long ago; now and then one that is still to come.
    fn day(&mut self) -> Day {
        day::from_number(day::number(self.today) + 1 - self.days(40))
    }

    fn days(&mut self, most: usize) -> i32 {
        i32::try_from(self.chance.below(most)).unwrap()
    }

    fn words(&mut self) -> String {
        (*self.chance.pick(&WORDS)).to_owned()
    }

    fn lead(&mut self) -> String {
        (*self.chance.pick(&LEADS)).to_owned()
    }

    fn force(&mut self) -> String {
        self.chance.pick(&PROFILE.forces).id.clone()
    }

    fn version(&mut self, case: &Case) -> u64 {
        1 + self.chance.next() % case.version()
    }
}

/// Carries out random commands until so many were allowed, and returns how many that were.
pub fn carry_out_commands(store: &Store, caseload: &Arc<Mutex<Caseload>>, commands: usize) -> usize {
    let mut done = 0;
    while done < commands {
        let caseload = caseload.clone();
        let wanted = commands - done;
        let allowed = store.record.write(move |w| {
            assert_eq!(w.log(), BODY);
            let mut caseload = caseload.lock().unwrap();
            let mut allowed = 0;
            for _ in 0..TRIED_TOGETHER {
                allowed += usize::from(allowed < wanted && caseload.one(w)?);
            }
            Ok(allowed)
        });
        done += allowed.unwrap();
    }
    done
}

/// Whether a command was allowed; anything but a refusal is a failure of the test.
fn allowed<T>(result: Result<T, Failure>) -> Result<bool, Failure> {
    match result {
        Ok(_) => Ok(true),
        Err(Failure::Refused(_) | Failure::Denied(_)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// A day from its ISO form.
pub fn iso_day(iso: &str) -> Day {
    day::parse("The day", iso).unwrap()
}
