//! W19: an officer who retired more than 12 months before the allegation surfaced. One question is
//! asked of severity, and one decision more is needed before proceedings may go on.

use candour_core::case::Command;
use candour_core::case::allegation::Allege;
use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::course::Form as After;
use candour_core::case::decision::Answer;
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::memorandum::Act as Memorandum;
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::officer::Command as Officer;
use candour_core::case::officer::former::{Condition, Determine, StateLeft};
use candour_core::case::officer::severity::{Assess, Form, Severity};
use candour_core::case::report::SubmitReport;
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::day::Day;
use candour_core::permit::Role;
use candour_core::reference::Reference;
use candour_store::Failure;

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{act, check_whole, context, open, somebody};

const RETIRED: &str = "person:RETIRED";

fn allegation() -> Command {
    let matter = Matter {
        kind: MatterKind::Conduct,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(iso_day("2019-03-20")),
        incident_on: None,
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    let summary = "An assault in 2016.".to_owned();
    Command::Open(Open { how: How::Referred, on: iso_day("2019-03-20"), matter, summary })
}

fn assess(severity: Severity, form: Option<Form>, on: Day) -> Command {
    let person = RETIRED.to_owned();
    let reasons = "A serious assault.".to_owned();
    Command::Officer(Officer::Assess(Assess { person, severity, form, consulted_on: Some(on), on, reasons }))
}

fn determine(on: Day) -> Command {
    let (person, goes_on) = (RETIRED.to_owned(), true);
    Command::Officer(Officer::Determine(Determine { person, goes_on, on, reasons: "Public confidence.".to_owned() }))
}

#[test]
fn w19_a_former_officer_under_condition_c() {
    on_both_engines("w19_a_former_officer_under_condition_c", |url| {
        let store = open(url).unwrap();
        let reference = Reference::from_random(*b"w19 left");
        let give = |role: Role, day: Day, command: &Command| {
            act(&store, day, &somebody(&format!("u-{}", role.id()), role), &reference, command)
        };
        let refuses = |role: Role, day: Day, command: &Command, says: &str| {
            let refused = give(role, day, command);
            let Err(Failure::Refused(refusal)) = refused else { panic!("{refused:?}") };
            assert!(refusal.to_string().contains(says), "{refusal}");
        };
        let opened = give(Role::Au, iso_day("2019-03-20"), &allegation()).unwrap();
        let on = iso_day("2019-03-21");
        let citation = mode::power(&opened.state, context(on)).unwrap();
        let mode = DecideMode { mode: Mode::Independent, on, reasons: "Serious.".to_owned(), citation };
        give(Role::Dm, on, &Command::DecideMode(mode)).unwrap();
        let (lead, directorate, pathway) = ("u-INV".to_owned(), Directorate::Core, Pathway::Standard);
        give(Role::Dm, on, &Command::AppointLead(AppointLead { lead, on, directorate, pathway })).unwrap();
        let (person, category, what) = (RETIRED.to_owned(), "ipcc-2010:C".to_owned(), "Struck a man.".to_owned());
        give(Role::Inv, on, &Command::Allege(Allege { person, category, on, what })).unwrap();
        let (left_on, surfaced_on) = (iso_day("2018-01-10"), iso_day("2019-03-20"));
        let left = StateLeft { person: RETIRED.to_owned(), left_on, surfaced_on, on };
        let case = give(Role::Inv, on, &Command::Officer(Officer::StateLeft(left))).unwrap();
        let known = case.state.involved(RETIRED).and_then(|i| i.left.clone()).unwrap();
        assert_eq!(known.condition, Some(Condition::C));
        let day = iso_day("2019-04-01");
        refuses(Role::Dm, day, &assess(Severity::Misconduct, None, day), "only one thing is asked");
        let hearing = assess(Severity::GrossMisconduct, Some(Form::Hearing), day);
        refuses(Role::Dm, day, &hearing, "not assessed for a former officer");
        give(Role::Dm, day, &assess(Severity::GrossMisconduct, None, day)).unwrap();
        refuses(Role::Dm, day, &determine(day), "made on the final report");
        let day = iso_day("2019-12-02");
        give(Role::Inv, day, &Command::DraftTerms(DraftTerms { on: day, terms: "What happened.".to_owned() })).unwrap();
        give(Role::Dm, day, &Command::ApproveTerms(ApproveTerms { on: day })).unwrap();
        let report = SubmitReport { on: day, conclusion: "A case to answer.".to_owned(), sensitive: None };
        give(Role::Inv, day, &Command::SubmitReport(report)).unwrap();
        refuses(Role::Dm, day, &determine(day), "has not been decided that there is a case to answer");
        // The old scheme: the authority decides in its memorandum, and the body accepts it.
        let (answer, form, says) = (Answer::GrossMisconduct, After::MisconductHearing, "Yes.".to_owned());
        for act in [
            Memorandum::Request { on: day, report_on: day },
            Memorandum::Receive { n: 1, on: day, answer, form, says },
            Memorandum::Accept { n: 1, on: day, reasons: "The film.".to_owned() },
        ] {
            give(Role::Dm, day, &Command::Memorandum(act)).unwrap();
        }
        let case = give(Role::Dm, day, &determine(day)).unwrap();
        assert_eq!(case.state.involved(RETIRED).unwrap().special, Some((true, day)));
        check_whole(&store);
    });
}
