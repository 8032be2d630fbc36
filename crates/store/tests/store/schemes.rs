//! Which scheme a matter is handled under, as stories (domain brief 17: W2 and W20).

use candour_core::access::Own;
use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::closing::{Close, Publication};
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::reinvestigation::Reinvestigate;
use candour_core::case::report::SubmitReport;
use candour_core::case::scheme::{Relate, Related};
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::{Case, Command};
use candour_core::day::Day;
use candour_core::permit::{Action, Object, Role, permit};
use candour_core::reference::Reference;
use candour_store::{Failure, Store, links};

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{act, check_whole, context, load, open, somebody};

/// A complaint about the use of force that was made, and referred, on a day.
fn complaint(on: Day, related: Vec<Related>) -> Command {
    let matter = Matter {
        kind: MatterKind::Complaint,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(on),
        incident_on: None,
        filed_by: None,
        import: None,
        reinvestigates: None,
        related,
        scheme: None,
    };
    Command::Open(Open { how: How::Referred, on, matter, summary: "Use of force.".to_owned() })
}

fn older(reference: &Reference, attention: Day, open_then: bool) -> Related {
    Related { to: reference.as_plain().to_owned(), attention, open_then, same_officer: false }
}

fn reference(name: &str) -> Reference {
    Reference::derived("schemes", name)
}

/// What the record makes of a link that is about to be recorded.
fn checked(store: &Store, of: &Reference, command: &Command) -> Result<(), Failure> {
    let (actor, of, command) = (somebody("u-au", Role::Au), of.clone(), command.clone());
    store.record.write(move |w| {
        let log = w.log();
        let case = candour_store::cases::load(w.tx()?, log, &of)?;
        let stream = of.stream();
        let object = candour_store::cases::object(&case, &stream, &crate::world::PROFILE);
        let given = permit(&actor, command.action(), object)?;
        let fresh = candour_core::case::decide(&case, &given, context(w.today()), command.clone())?;
        links::check(w.tx()?, log, &Own::default(), &case, &fresh)
    })
}

fn scheme(case: &Case) -> (String, String) {
    let fixed = case.state.scheme().unwrap();
    (fixed.regime, fixed.step)
}

fn offers(case: &Case, mode: Mode) -> bool {
    mode::offered(&case.state, context(iso_day("2026-01-31"))).contains(&mode)
}

/// The acts that bring a case from its referral to its report on a day.
fn to_the_report(store: &Store, of: &Reference, today: Day, decided: Day, reported: Day) {
    let (dm, lead) = (somebody("u-dm", Role::Dm), somebody("u-lead", Role::Inv));
    let case = load(store, of);
    let citation = mode::power(&case.state, context(today)).unwrap();
    let decide = DecideMode { mode: Mode::Independent, on: decided, reasons: "Serious.".to_owned(), citation };
    let (directorate, pathway) = (Directorate::Core, Pathway::Standard);
    let appoint = AppointLead { lead: lead.id.clone(), on: decided, directorate, pathway };
    for (actor, command) in [
        (&dm, Command::DecideMode(decide)),
        (&dm, Command::AppointLead(appoint)),
        (&lead, Command::DraftTerms(DraftTerms { on: decided, terms: "How force was used.".to_owned() })),
        (&dm, Command::ApproveTerms(ApproveTerms { on: decided })),
        (&lead, Command::SubmitReport(SubmitReport { on: reported, conclusion: "None.".to_owned(), sensitive: None })),
    ] {
        act(store, today, actor, of, &command).unwrap();
    }
}

/// Opens the case in which a matter is investigated again, as the form for it does.
fn reopen(store: &Store, today: Day, anew: &Reference, opens: &Open) -> Case {
    let (dm, anew, opens) = (somebody("u-dm", Role::Dm), anew.clone(), opens.clone());
    let opened = store.record.write(move |w| {
        let new = Case::replay(anew.clone(), Vec::new());
        let stream = anew.stream();
        let object = Object::Case { stream: &stream, force: None, region: Some("London"), lead: None, decided: false };
        let given = permit(&dm, Action::Reinvestigate, object)?;
        let fresh = candour_core::case::decide(&new, &given, context(today), Command::Open(opens.clone()))?;
        candour_store::cases::record(w, &dm, &given, &new, context(today), fresh)
    });
    opened.unwrap()
}

#[test]
fn w2_a_later_complaint_about_the_same_event_stays_with_the_old_scheme_while_the_first_is_open() {
    on_both_engines("w2_a_later_complaint", |url| {
        let store = open(url).unwrap();
        let (au, dm) = (somebody("u-au", Role::Au), somebody("u-dm", Role::Dm));
        let (a, b, c, anew) = (reference("A"), reference("B"), reference("C"), reference("A'"));
        let (made_a, made_b, today) = (iso_day("2020-01-20"), iso_day("2020-03-05"), iso_day("2020-03-31"));
        act(&store, today, &au, &a, &complaint(made_a, vec![])).unwrap();

        let first = complaint(made_b, vec![older(&a, made_a, true)]);
        checked(&store, &b, &first).unwrap();
        let case = act(&store, today, &au, &b, &first).unwrap();
        assert_eq!(scheme(&case), ("ew-2012".to_owned(), "linked-open".to_owned()));
        assert!(offers(&case, Mode::Managed) && !offers(&case, Mode::Directed));

        // Had nothing been said of A, the day alone would have decided; the link is found later.
        let alone = act(&store, today, &au, &c, &complaint(made_b, vec![])).unwrap();
        assert_eq!(scheme(&alone), ("ew-2020".to_owned(), "new".to_owned()));
        assert!(offers(&alone, Mode::Directed));
        let relate = |to: Related| Command::Relate(Relate { older: to, on: today, reasons: "One event.".to_owned() });
        let found = act(&store, today, &au, &c, &relate(older(&a, made_a, true))).unwrap();
        assert_eq!(scheme(&found), ("ew-2012".to_owned(), "linked-open".to_owned()));
        assert!(!offers(&found, Mode::Directed));

        // Links that the record contradicts, and links that come back.
        let field = |result: Result<(), Failure>| match result {
            Err(Failure::Refused(refusal)) => refusal.problems[0].field,
            other => panic!("{other:?}"),
        };
        let d = reference("D");
        assert_eq!(
            field(checked(&store, &d, &complaint(made_b, vec![older(&a, iso_day("2020-01-19"), true)]))),
            "related_attention"
        );
        assert_eq!(field(checked(&store, &d, &complaint(made_b, vec![older(&a, made_a, false)]))), "related_open");
        assert_eq!(
            field(checked(&store, &d, &complaint(made_b, vec![older(&reference("E"), made_a, true)]))),
            "related"
        );
        assert_eq!(field(checked(&store, &c, &relate(older(&c, made_b, true)))), "related");
        act(&store, today, &au, &b, &relate(older(&c, made_b, true))).unwrap();
        assert_eq!(field(checked(&store, &c, &relate(older(&b, made_b, true)))), "related", "C to B to C");

        // In 2022 the finished investigation of A is opened again: the new regulations, by step 4.
        let later = iso_day("2022-06-30");
        to_the_report(&store, &a, later, iso_day("2020-02-03"), iso_day("2020-11-30"));
        let again =
            Reinvestigate { anew: anew.clone(), on: iso_day("2022-06-01"), reasons: "New evidence.".to_owned() };
        let opens = again.opens(&load(&store, &a)).unwrap();
        let old = act(&store, later, &dm, &a, &Command::Reinvestigate(again)).unwrap();
        assert_eq!(scheme(&old), ("ew-2012".to_owned(), "before".to_owned()), "the first investigation keeps its own");
        let reopened = reopen(&store, later, &anew, &opens);
        assert_eq!(scheme(&reopened), ("ew-2020".to_owned(), "override".to_owned()));
        check_whole(&store);
    });
}

#[test]
fn w2_had_the_first_complaint_been_closed_the_new_scheme_would_apply() {
    on_both_engines("w2_had_the_first_complaint_been_closed", |url| {
        let store = open(url).unwrap();
        let (au, dm) = (somebody("u-au", Role::Au), somebody("u-dm", Role::Dm));
        let (a, b) = (reference("A"), reference("B"));
        let (made_a, made_b, today) = (iso_day("2020-01-20"), iso_day("2020-03-05"), iso_day("2020-03-31"));
        act(&store, today, &au, &a, &complaint(made_a, vec![])).unwrap();
        to_the_report(&store, &a, today, iso_day("2020-01-22"), iso_day("2020-02-20"));
        let close = Close {
            on: iso_day("2020-03-01"),
            publication: Some(Publication::Report),
            reasons: "Nothing further.".to_owned(),
        };
        act(&store, today, &dm, &a, &Command::Close(close)).unwrap();
        let open_still = complaint(made_b, vec![older(&a, made_a, true)]);
        assert!(matches!(checked(&store, &b, &open_still), Err(Failure::Refused(_))), "A was closed on 1 March");
        let second = complaint(made_b, vec![older(&a, made_a, false)]);
        checked(&store, &b, &second).unwrap();
        let case = act(&store, today, &au, &b, &second).unwrap();
        assert_eq!(scheme(&case), ("ew-2020".to_owned(), "new".to_owned()));
        check_whole(&store);
    });
}

#[test]
fn w20_the_changes_of_2025_reach_a_matter_by_their_own_day() {
    on_both_engines("w20_the_changes_of_2025", |url| {
        let store = open(url).unwrap();
        let (au, dm) = (somebody("u-au", Role::Au), somebody("u-dm", Role::Dm));
        let (may, june, alone) = (reference("May"), reference("June"), reference("June alone"));
        let (made_may, made_june, today) = (iso_day("2025-05-12"), iso_day("2025-06-01"), iso_day("2025-06-30"));
        let overlaid = |case: &Case| case.state.scheme().unwrap().overlays.contains(&"ew-2025".to_owned());
        act(&store, today, &au, &may, &complaint(made_may, vec![])).unwrap();
        let linked = act(&store, today, &au, &june, &complaint(made_june, vec![older(&may, made_may, true)])).unwrap();
        assert!(!overlaid(&linked), "it stays under the rules before 28 May 2025");
        let proceedings = linked.state.scheme().unwrap().conduct_overlays;
        assert!(proceedings.contains(&"ew-2025".to_owned()), "the older matter was not against the same officer");
        assert_eq!(linked.state.law_day(), Some(iso_day("2025-05-27")));
        let fresh = act(&store, today, &au, &alone, &complaint(made_june, vec![])).unwrap();
        assert!(overlaid(&fresh));
        assert_eq!(fresh.state.law_day(), Some(made_june));

        // A matter of 2021 is investigated again in 2026.
        let (old, anew, later) = (reference("2021"), reference("2021 again"), iso_day("2026-03-31"));
        act(&store, later, &au, &old, &complaint(iso_day("2021-04-06"), vec![])).unwrap();
        to_the_report(&store, &old, later, iso_day("2021-04-12"), iso_day("2022-02-28"));
        assert!(!overlaid(&load(&store, &old)));
        let again =
            Reinvestigate { anew: anew.clone(), on: iso_day("2026-03-02"), reasons: "New evidence.".to_owned() };
        let opens = again.opens(&load(&store, &old)).unwrap();
        act(&store, later, &dm, &old, &Command::Reinvestigate(again)).unwrap();
        let reopened = reopen(&store, later, &anew, &opens);
        assert!(overlaid(&reopened), "the rules from 28 May 2025 apply, whatever the first day");
        check_whole(&store);
    });
}
