//! One case from its referral to the correction of its closing.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::closing::{Close, Publication};
use candour_core::case::correction::{Attribute, Change, Correct, Rescind};
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::report::SubmitReport;
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::{Case, Command, Stage};
use candour_core::measure::{self, AsAt, Facts, Known, Question};
use candour_core::permit::Role;
use candour_core::reference::Reference;
use candour_store::{Failure, Store, project::fact, reads};

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{PROFILE, act, check_whole, context, load, open, somebody};

/// How many a measure counts in 2021, as known at a position.
fn count(facts: &Facts, name: &str, position: u64) -> u64 {
    let on = iso_day("2021-12-31");
    let from = (name != "caseload.open").then(|| iso_day("2021-01-01"));
    let question = Question::read(name, from, on, &[], None, &PROFILE).unwrap();
    let as_at = AsAt { on, known: Known { position, day: on } };
    measure::compute(facts, &PROFILE, &question, as_at).value.count()
}

fn bring_up_to_date(store: &Store, facts: &mut Facts) -> u64 {
    let read = store.record.engine.read(|tx| fact::extend(tx, &store.record.log, facts));
    read.unwrap()
}

fn referral() -> Command {
    let matter = Matter {
        kind: MatterKind::Conduct,
        force: "metropolitan".to_owned(),
        number: Some("2021/000001".to_owned()),
        route: Some(Route::Mandatory),
        clear_on: Some(iso_day("2021-03-01")),
        incident_on: Some(iso_day("2021-02-27")),
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    let summary = "Stopped and searched without grounds.".to_owned();
    Command::Open(Open { how: How::Referred, on: iso_day("2021-03-02"), matter, summary })
}

fn decide_mode(case: &Case, on: &str) -> Command {
    let on = iso_day(on);
    let citation = mode::power(&case.state, context(on)).unwrap();
    Command::DecideMode(DecideMode { mode: Mode::Independent, on, reasons: "Serious.".to_owned(), citation })
}

fn appoint(lead: &str) -> Command {
    let (directorate, pathway) = (Directorate::Core, Pathway::Standard);
    Command::AppointLead(AppointLead { lead: lead.to_owned(), on: iso_day("2021-03-05"), directorate, pathway })
}

fn draft() -> Command {
    Command::DraftTerms(DraftTerms { on: iso_day("2021-03-08"), terms: "Why the search was made.".to_owned() })
}

fn approve() -> Command {
    Command::ApproveTerms(ApproveTerms { on: iso_day("2021-03-10") })
}

fn report(on: &str) -> Command {
    Command::SubmitReport(SubmitReport { on: iso_day(on), conclusion: "A case to answer.".to_owned(), sensitive: None })
}

fn close(on: &str) -> Command {
    Command::Close(Close { on: iso_day(on), publication: Some(Publication::Report), reasons: "Done.".to_owned() })
}

/// The versions of the report and of the closing in both stories.
const REPORT: u64 = 8;
const CLOSED: u64 = 9;

fn correct(of: u64, new: &str) -> Command {
    let reasons = "Slip of the pen.".to_owned();
    Command::Correct(Correct { of, field: "on".to_owned(), new: new.to_owned(), on: iso_day("2022-02-01"), reasons })
}

fn rescind(of: u64) -> Command {
    Command::Rescind(Rescind { of, on: iso_day("2022-02-02"), reasons: "Another case was meant.".to_owned() })
}

fn change_force() -> Command {
    let to = "city-of-london".to_owned();
    Command::Change(Change { what: Attribute::Force, to, on: iso_day("2021-06-01"), reasons: "Moved.".to_owned() })
}

#[test]
fn a_case_goes_from_referral_to_correction_and_reads_back_equal() {
    on_both_engines("a_case_goes_from_referral_to_correction_and_reads_back_equal", |url| {
        let store = open(url).unwrap();
        let reference = Reference::from_random(*b"a story.");
        let (au, dm) = (somebody("u-au", Role::Au), somebody("u-dm", Role::Dm));
        let lead = somebody("u-lead", Role::Inv);
        let tell = |actor, command: Command| {
            let recorded = act(&store, iso_day("2022-03-01"), actor, &reference, &command).unwrap();
            assert_same(&recorded, &load(&store, &reference));
            recorded
        };
        let opened = tell(&au, referral());
        tell(&dm, decide_mode(&opened, "2021-03-04"));
        tell(&dm, appoint(&lead.id));
        tell(&lead, draft());
        tell(&dm, approve());
        tell(&lead, report("2021-11-30"));
        let closed = tell(&dm, close("2021-12-20"));
        assert_eq!(Stage::of(&closed.state, &PROFILE), Stage::Closed);
        let corrected = tell(&dm, correct(REPORT, "2021-12-01"));
        assert_eq!(corrected.state.report, Some(iso_day("2021-12-01")));
        let reopened = tell(&dm, rescind(CLOSED));
        assert_eq!(reopened.state.closed, None);
        let moved = tell(&dm, change_force());
        assert_eq!(moved.state.force(), Some("city-of-london"));
        assert_eq!(moved.entries[0].word("summary"), Some("Stopped and searched without grounds."));
        assert_eq!(moved.version(), CLOSED + 3);
        check_whole(&store);
    });
}

fn assert_same(recorded: &Case, loaded: &Case) {
    assert_eq!(recorded.entries, loaded.entries);
    assert_eq!(recorded.state, loaded.state);
}

#[test]
fn measures_move_for_what_is_known_now_and_not_for_what_was_known_before() {
    let name = "measures_move_for_what_is_known_now_and_not_for_what_was_known_before";
    on_both_engines(name, |url| {
        let store = open(url).unwrap();
        let reference = Reference::from_random(*b"measured");
        let (au, dm) = (somebody("u-au", Role::Au), somebody("u-dm", Role::Dm));
        let lead = somebody("u-lead", Role::Inv);
        let mut facts = Facts::default();
        let mut tell = |actor, command: Command| {
            let case = act(&store, iso_day("2022-03-01"), actor, &reference, &command).unwrap();
            (case, bring_up_to_date(&store, &mut facts))
        };
        let (opened, referred) = tell(&au, referral());
        let (_, decided) = tell(&dm, decide_mode(&opened, "2021-03-04"));
        tell(&dm, appoint(&lead.id));
        tell(&lead, draft());
        tell(&dm, approve());
        let (_, reported) = tell(&lead, report("2021-11-30"));
        let (_, corrected) = tell(&dm, correct(REPORT, "2022-01-05"));
        let (_, rescinded) = tell(&dm, rescind(REPORT));
        let at = |name, positions: [u64; 5]| positions.map(|position| count(&facts, name, position));
        let positions = [referred, decided, reported, corrected, rescinded];
        assert_eq!(at("caseload.opened", positions), [0, 1, 1, 1, 1]);
        assert_eq!(at("caseload.completed", positions), [0, 0, 1, 0, 0]);
        assert_eq!(at("caseload.open", positions), [0, 1, 0, 1, 1]);
        assert_eq!(at("timeliness.within-12-months", positions), [0, 0, 1, 0, 0]);
    });
}

#[test]
fn a_refused_or_denied_command_leaves_no_trace() {
    on_both_engines("a_refused_or_denied_command_leaves_no_trace", |url| {
        let store = open(url).unwrap();
        let reference = Reference::from_random(*b"refused!");
        let Command::Open(mut nowhere) = referral() else { unreachable!() };
        nowhere.matter.force = "atlantis".to_owned();
        let au = somebody("u-au", Role::Au);
        let refused = act(&store, iso_day("2022-03-01"), &au, &reference, &Command::Open(nowhere));
        assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
        let denied = act(&store, iso_day("2022-03-01"), &somebody("u-ned", Role::Ned), &reference, &referral());
        assert!(matches!(denied, Err(Failure::Denied(_))), "{denied:?}");
        let position = store.record.engine.read(|tx| reads::position(tx, &store.record.log));
        assert_eq!(position.unwrap(), 1, "the log's opening and nothing else");
    });
}
