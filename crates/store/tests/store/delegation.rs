//! The scheme of delegation in the record, and the worked scenario W11: a gap in it.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::decision::DecideProsecutor;
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::report::SubmitReport;
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::{self, Case, Command, Context};
use candour_core::day::{self, Day};
use candour_core::delegation::{Change, Delegations, Holder};
use candour_core::law::Calendar;
use candour_core::permit::{Action, Actor, Object, Role, permit};
use candour_core::reference::Reference;
use candour_store::{Failure, Store, cases, delegations};

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{LAW, PROFILE, check_whole, context, load, open, somebody};

fn change(store: &Store, today: Day, change: Change) -> Result<(), Failure> {
    store.record.write(move |w| {
        w.not_before(day::nine_o_clock(today))?;
        let operator = Actor::operator();
        let given = permit(&operator, Action::Delegate, Object::Body)?;
        delegations::change(w, &operator, &given, change.clone())
    })
}

fn scheme(store: &Store) -> Delegations {
    store.record.engine.read(|tx| delegations::load(tx, &store.record.log)).unwrap()
}

/// Carries out a command under the scheme of the record, on a day.
fn act(store: &Store, today: Day, actor: &Actor, of: &Reference, command: &Command) -> Result<Case, Failure> {
    let (actor, reference, command) = (actor.clone(), of.clone(), command.clone());
    store.record.write(move |w| {
        w.not_before(day::nine_o_clock(today))?;
        let (log, today) = (w.log(), w.today());
        let delegations = delegations::load(w.tx()?, log)?;
        let calendar = Calendar::built_in();
        let context = Context { law: &LAW, profile: &PROFILE, delegations: &delegations, today, calendar };
        let case = cases::load(w.tx()?, log, &reference)?;
        let stream = reference.stream();
        let given = permit(&actor, command.action(), cases::object(&case, &stream, &PROFILE))?;
        let fresh = case::decide(&case, &given, context, command.clone())?;
        cases::record(w, &actor, &given, &case, context, fresh)
    })
}

fn grade(person: &str, grade: &str, from: &str) -> Change {
    let from = iso_day(from);
    Change::SetGrade { person: person.to_owned(), grade: grade.to_owned(), on: from, from, to: None }
}

fn adopt(from: &str) -> Change {
    let from = iso_day(from);
    Change::Adopt { on: from, from, instrument: "Cynllun dirprwyo 2019 / Scheme of delegation 2019".to_owned() }
}

fn referral() -> Command {
    let matter = Matter {
        kind: MatterKind::Conduct,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(iso_day("2020-02-03")),
        incident_on: None,
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    Command::Open(Open { how: How::Referred, on: iso_day("2020-02-04"), matter, summary: "A stop.".to_owned() })
}

fn decide_mode(case: &Case, on: &str) -> Command {
    let on = iso_day(on);
    let context = Context { delegations: Delegations::NONE, ..context(on) };
    let citation = mode::power(&case.state, context).unwrap();
    Command::DecideMode(DecideMode { mode: Mode::Independent, on, reasons: "Serious.".to_owned(), citation })
}

fn refer_to_prosecutor(on: &str) -> Command {
    Command::DecideProsecutor(DecideProsecutor {
        referred: true,
        on: iso_day(on),
        reasons: "A crime.".to_owned(),
        sensitive: None,
    })
}

#[test]
fn the_scheme_reads_back_as_it_was_recorded_and_the_record_stays_whole() {
    let name = "the_scheme_reads_back_as_it_was_recorded_and_the_record_stays_whole";
    on_both_engines(name, |url| {
        let store = open(url).unwrap();
        let today = iso_day("2020-01-06");
        assert!(scheme(&store).is_unmade());
        change(&store, today, adopt("2019-12-02")).unwrap();
        change(&store, today, grade("u-om", "L3", "2019-12-02")).unwrap();
        let (powers, to) = (vec!["P.REINVEST".to_owned()], Holder::Person("u-om".to_owned()));
        let (on, instrument) = (today, "Minute of 6 January 2020".to_owned());
        let until = Some(iso_day("2020-01-31"));
        change(&store, today, Change::Grant { powers, to, on, from: on, until, instrument }).unwrap();
        let read = scheme(&store);
        let last = read.entries.last().unwrap();
        assert_eq!((last.actor.as_str(), last.on), ("operator", Some(today)));
        assert_eq!(last.word("instrument"), Some("Minute of 6 January 2020"));
        assert_eq!(day::of_instant(last.recorded_at), today);
        assert_eq!(read.entries[0].word("instrument"), Some("Cynllun dirprwyo 2019 / Scheme of delegation 2019"));
        assert_eq!(store.record.engine.read(|tx| delegations::version(tx, &store.record.log)).unwrap(), last.version);
        let again = change(&store, today, adopt("2020-01-06"));
        assert!(matches!(again, Err(Failure::Refused(_))), "{again:?}");
        assert_eq!(scheme(&store), read, "a refused change leaves no trace");
        check_whole(&store);
    });
}

/// An operations manager's delegation ends on 31 March; they decide with effect from 2 April.
#[test]
fn w11_delegation_gap() {
    on_both_engines("w11_delegation_gap", |url| {
        let store = open(url).unwrap();
        let reference = Reference::from_random(*b"w11 gap.");
        let today = iso_day("2020-04-06");
        let (om, other) = (somebody("u-om", Role::Dm), somebody("u-other", Role::Dm));
        let lead = somebody("u-lead", Role::Inv);
        let began = "2020-01-06";
        change(&store, iso_day(began), adopt(began)).unwrap();
        change(&store, iso_day(began), grade("u-om", "L3", began)).unwrap();
        let held = scheme(&store).version();
        change(&store, iso_day(began), grade("u-other", "L3", began)).unwrap();
        let opened = act(&store, iso_day("2020-02-04"), &somebody("u-au", Role::Au), &reference, &referral()).unwrap();
        act(&store, iso_day("2020-02-05"), &om, &reference, &decide_mode(&opened, "2020-02-05")).unwrap();
        let (directorate, pathway, on) = (Directorate::Core, Pathway::Standard, iso_day("2020-02-06"));
        let appoint = Command::AppointLead(AppointLead { lead: lead.id.clone(), on, directorate, pathway });
        act(&store, on, &om, &reference, &appoint).unwrap();
        let on = iso_day("2020-02-10");
        let draft = Command::DraftTerms(DraftTerms { on, terms: "Why the stop was made.".to_owned() });
        act(&store, on, &lead, &reference, &draft).unwrap();
        act(&store, on, &om, &reference, &Command::ApproveTerms(ApproveTerms { on })).unwrap();
        let on = iso_day("2020-03-30");
        let report =
            Command::SubmitReport(SubmitReport { on, conclusion: "A crime is indicated.".to_owned(), sensitive: None });
        act(&store, on, &lead, &reference, &report).unwrap();
        let last = iso_day("2020-03-31");
        let reasons = "Moved to another post.".to_owned();
        change(&store, last, Change::End { of: held, on: last, last, reasons }).unwrap();

        let before = load(&store, &reference);
        let refused = act(&store, today, &om, &reference, &refer_to_prosecutor("2020-04-02"));
        let says = refused.unwrap_err().to_string();
        assert!(says.contains("On 2 April 2020 you did not hold the power"), "{says}");
        assert!(says.contains("(P.CPS)") && says.contains("ended on 31 March 2020"), "{says}");
        assert_eq!(load(&store, &reference).entries, before.entries, "a refused decision leaves no trace");

        // A grade given again holds from its day on, so the decision is still not dated back.
        change(&store, today, grade("u-om", "L3", "2020-04-06")).unwrap();
        let backwards = Change::SetGrade {
            person: "u-om".to_owned(),
            grade: "L3".to_owned(),
            on: today,
            from: iso_day("2020-04-01"),
            to: None,
        };
        let says = change(&store, today, backwards).unwrap_err().to_string();
        assert!(says.contains("nothing is delegated backwards"), "{says}");
        let refused = act(&store, today, &om, &reference, &refer_to_prosecutor("2020-04-02"));
        assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");

        // The correction: somebody who holds the power decides.
        let decided = act(&store, today, &other, &reference, &refer_to_prosecutor("2020-04-02")).unwrap();
        assert_eq!(decided.state.prosecutor, Some((true, iso_day("2020-04-02"))));
        let made = decided.entries.last().unwrap().made.as_ref().unwrap();
        let grade = scheme(&store).grade_on("u-other", today).map(|grade| grade.of);
        assert_eq!((made.under[0].power.as_str(), made.under[0].grade), ("P.CPS", grade));
        assert_eq!(load(&store, &reference).entries, decided.entries, "what is kept of a decision reads back");
        check_whole(&store);
    });
}
