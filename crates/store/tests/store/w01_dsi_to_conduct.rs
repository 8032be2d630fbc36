//! W1: a man dies in custody, the film shows a check that was not made, and the matter becomes one
//! of conduct. What is refused on the way, and the days that follow from each step.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::clocks::{self, Clock};
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::officer::notice::{self, Terms};
use candour_core::case::officer::service::Method;
use candour_core::case::officer::severity::{Assess, Form, Severity};
use candour_core::case::officer::status::{SetStatus, Status};
use candour_core::case::officer::{Command as Officer, conversion};
use candour_core::case::{Case, Command};
use candour_core::law::id;
use candour_core::permit::Role;
use candour_core::reference::Reference;
use candour_store::{Failure, Store};

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{act, check_whole, context, load, open, somebody};

const SERGEANT: &str = "person:SERGEANT";

fn death() -> Command {
    let matter = Matter {
        kind: MatterKind::Dsi,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(iso_day("2020-03-14")),
        incident_on: Some(iso_day("2020-03-14")),
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    let summary = "A man died in custody.".to_owned();
    Command::Open(Open { how: How::Referred, on: iso_day("2020-03-15"), matter, summary })
}

fn gross(on: &str, consulted: Option<&str>) -> Command {
    let (person, form) = (SERGEANT.to_owned(), Some(Form::Hearing));
    let (on, consulted_on) = (iso_day(on), consulted.map(iso_day));
    let reasons = "A check was not made.".to_owned();
    let severity = Severity::GrossMisconduct;
    Command::Officer(Officer::Assess(Assess { person, severity, form, consulted_on, on, reasons }))
}

fn decide_conversion(on: &str) -> Command {
    let decide = conversion::Decide { indicated: true, on: iso_day(on), reasons: "The film.".to_owned() };
    Command::Officer(Officer::DecideConversion(decide))
}

fn draft(case: &Case, on: &str) -> Command {
    let on = iso_day(on);
    let involved = case.state.involved(SERGEANT).unwrap();
    let states = notice::contents(&case.state, context(on), involved);
    let conduct = "No check from 22:00 to 23:30.".to_owned();
    Command::Officer(Officer::Draft(notice::Draft { person: SERGEANT.to_owned(), on, states, conduct }))
}

fn approve(on: &str) -> Command {
    Command::Officer(Officer::Approve(notice::Approve { person: SERGEANT.to_owned(), on: iso_day(on) }))
}

fn serve(on: &str) -> Command {
    let (person, on, method) = (SERGEANT.to_owned(), iso_day(on), Method::InPerson);
    Command::Officer(Officer::Serve(notice::Serve { person, on, method, at: None, why: String::new() }))
}

fn terms(on: &str) -> Command {
    let (person, on, method, why) = (SERGEANT.to_owned(), iso_day(on), Method::InPerson, String::new());
    let reasons = String::new();
    let terms = Terms::Given;
    Command::Officer(Officer::GiveTerms(notice::GiveTerms { person, terms, on, method, at: None, why, reasons }))
}

fn due(case: &Case, rule: &str) -> Option<String> {
    let clocks = clocks::of(&case.state, context(iso_day("2020-04-30")));
    let clock: &Clock = clocks.iter().find(|clock| clock.timer.rule == rule)?;
    clock.due.map(|due| due.to_string())
}

/// Somebody gives a command on a day, with what becomes of it.
struct Course<'a> {
    store: &'a Store,
    reference: Reference,
}

impl Course<'_> {
    fn give(&self, role: Role, on: &str, command: &Command) -> Case {
        let who = somebody(&format!("u-{}", role.id()), role);
        act(self.store, iso_day(on), &who, &self.reference, command).unwrap()
    }

    fn refuses(&self, role: Role, on: &str, command: &Command, says: &str) {
        let before = load(self.store, &self.reference).version();
        let who = somebody(&format!("u-{}", role.id()), role);
        let refused = act(self.store, iso_day(on), &who, &self.reference, command);
        let Err(Failure::Refused(refusal)) = refused else { panic!("{refused:?}") };
        assert!(refusal.to_string().contains(says), "{refusal}");
        assert_eq!(load(self.store, &self.reference).version(), before, "a refusal leaves no trace");
    }
}

fn independent(course: &Course<'_>) {
    let opened = course.give(Role::Au, "2020-03-15", &death());
    assert_eq!(due(&opened, id::REFER_DSI).as_deref(), Some("2020-03-15"), "a Sunday counts");
    let on = iso_day("2020-03-16");
    let citation = mode::power(&opened.state, context(on)).unwrap();
    let mode = DecideMode { mode: Mode::Independent, on, reasons: "A death.".to_owned(), citation };
    course.give(Role::Dm, "2020-03-16", &Command::DecideMode(mode));
    let (directorate, pathway) = (Directorate::Core, Pathway::StreamlinedDsi);
    let lead = "u-INV".to_owned();
    course.give(Role::Dm, "2020-03-16", &Command::AppointLead(AppointLead { lead, on, directorate, pathway }));
    let (person, status) = (SERGEANT.to_owned(), Status::Witness);
    let set = SetStatus { person, status, on, reasons: "Custody sergeant.".to_owned() };
    course.give(Role::Inv, "2020-03-16", &Command::Officer(Officer::SetStatus(set)));
}

fn converted(course: &Course<'_>) {
    course.refuses(Role::Dm, "2020-04-02", &gross("2020-04-02", Some("2020-04-02")), "death or serious injury matter");
    let submit = conversion::Submit { on: iso_day("2020-04-02"), reasons: "The film.".to_owned() };
    course.give(Role::Inv, "2020-04-02", &Command::Officer(Officer::SubmitConversion(submit)));
    let recorded = Command::Officer(Officer::RecordConversion(conversion::Record { on: iso_day("2020-04-03") }));
    course.refuses(Role::Inv, "2020-04-03", &recorded, "once it has been told");
    course.refuses(Role::Dm, "2020-04-03", &decide_conversion("2020-04-01"), "of the submission (2 April 2020)");
    let case = course.give(Role::Dm, "2020-04-03", &decide_conversion("2020-04-03"));
    assert_eq!(case.state.kind_on(iso_day("2020-04-02")), Some(MatterKind::Dsi));
    assert_eq!(case.state.kind_on(iso_day("2020-04-03")), Some(MatterKind::Conduct));
    assert_eq!(case.state.pathway(), Some(Pathway::Standard), "it has left the streamlined pathway");
    let told =
        Command::Officer(Officer::NotifyConversion(conversion::Notify { on: iso_day("2020-04-03"), both: false }));
    course.give(Role::Inv, "2020-04-03", &told);
    course.give(Role::Inv, "2020-04-03", &recorded);
}

fn noticed(course: &Course<'_>) {
    course.refuses(Role::Inv, "2020-04-06", &serve("2020-04-06"), "drafted and approved");
    course.refuses(Role::Dm, "2020-04-06", &gross("2020-04-06", None), "after consulting the appropriate authority");
    let case = course.give(Role::Dm, "2020-04-06", &gross("2020-04-06", Some("2020-04-06")));
    course.refuses(Role::Dm, "2020-04-06", &gross("2020-04-06", Some("2020-04-06")), "Revise the assessment instead");
    course.give(Role::Inv, "2020-04-07", &draft(&case, "2020-04-07"));
    course.refuses(Role::Inv, "2020-04-07", &serve("2020-04-07"), "drafted and approved");
    course.give(Role::Dm, "2020-04-07", &approve("2020-04-07"));
    course.refuses(Role::Inv, "2020-04-07", &terms("2020-04-07"), "Serve the notice first");
    let case = course.give(Role::Inv, "2020-04-07", &serve("2020-04-07"));
    assert_eq!(due(&case, id::REPRESENTATIONS), None, "nothing runs before the terms are given");
    let case = course.give(Role::Inv, "2020-04-07", &terms("2020-04-07"));
    assert_eq!(due(&case, id::REPRESENTATIONS).as_deref(), Some("2020-04-23"), "a naive count gives 21 April");
    assert_eq!(due(&case, id::NOTICE_12_MONTHS).as_deref(), Some("2021-03-13"), "from 14 March 2020");
    let measured = clocks::of(&case.state, context(iso_day("2020-04-30")));
    let measured = measured.iter().find(|clock| clock.timer.rule == id::WITHIN_12_MONTHS).unwrap();
    assert_eq!(measured.timer.on, iso_day("2020-03-16"), "the measure counts from the mode decision");
    assert_eq!(case.state.involved(SERGEANT).unwrap().severities[0].on, iso_day("2020-04-06"));
}

#[test]
fn w01_a_death_in_custody_becomes_a_conduct_matter() {
    on_both_engines("w01_a_death_in_custody_becomes_a_conduct_matter", |url| {
        let store = open(url).unwrap();
        let course = Course { store: &store, reference: Reference::from_random(*b"w1 death") };
        independent(&course);
        converted(&course);
        noticed(&course);
        let recorded = load(&store, &course.reference);
        assert_eq!(Case::replay(course.reference, recorded.entries.clone()).state, recorded.state);
        check_whole(&store);
    });
}
