//! A bank holiday that is added late: every clock that it touches is counted again, each case says
//! so, and the rest stays as it was.

use candour_core::access::Own;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::{Command, Event};
use candour_core::day::Day;
use candour_core::holidays::{self, Added, Withdrawn};
use candour_core::permit::Role;
use candour_core::reference::Reference;
use candour_store::{Failure, Store, clocks, holidays as stored};

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{LAW, PROFILE, act, check_whole, load, open, somebody};

const HERE: &str = "england-and-wales";

fn referral(on: Day) -> Command {
    let matter = Matter {
        kind: MatterKind::Conduct,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(on),
        incident_on: None,
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    Command::Open(Open { how: How::Referred, on, matter, summary: "Words.".to_owned() })
}

fn change(store: &Store, role: Role, command: &holidays::Command) -> Result<Vec<stored::MovedClock>, Failure> {
    let (actor, command) = (somebody("u-adm", role), command.clone());
    store.record.write(move |w| {
        let (today, log) = (w.today(), w.log());
        let calendar = stored::known(w.tx()?, log)?;
        let context = candour_core::case::Context {
            law: &LAW,
            profile: &PROFILE,
            delegations: &crate::world::DELEGATIONS,
            today,
            calendar,
        };
        stored::change(w, &actor, context, command.clone())
    })
}

fn add(day: &str) -> holidays::Command {
    let (name, source) = ("Day of mourning".to_owned(), "A proclamation".to_owned());
    holidays::Command::Add(Added { day: iso_day(day), nation: HERE.to_owned(), name, source })
}

/// What is due in the case, by the derived table.
fn due(store: &Store, reference: &Reference) -> Vec<String> {
    let read = store.record.engine.read(|tx| clocks::running(tx, &store.record.log, iso_day("2000-01-01")));
    let rows = read.unwrap().into_iter().filter(|row| row.stream == reference.stream());
    rows.map(|row| format!("{} {}", row.rule, row.due)).collect()
}

#[test]
fn a_late_holiday_moves_the_clocks_it_touches_and_no_others() {
    on_both_engines("a_late_holiday_moves_the_clocks_it_touches_and_no_others", |url| {
        let store = open(url).unwrap();
        let au = somebody("u-au", Role::Au);
        let (early, late) = (Reference::from_random(*b"early---"), Reference::from_random(*b"late----"));
        // Three working days after Monday 1 March 2021 and after Monday 8 March 2021.
        act(&store, iso_day("2021-03-01"), &au, &early, &referral(iso_day("2021-03-01"))).unwrap();
        act(&store, iso_day("2021-03-08"), &au, &late, &referral(iso_day("2021-03-08"))).unwrap();
        assert_eq!(due(&store, &early), ["policy.mode-decision-3-working-days 2021-03-04"]);
        assert_eq!(due(&store, &late), ["policy.mode-decision-3-working-days 2021-03-11"]);

        let moved = change(&store, Role::Adm, &add("2021-03-10")).unwrap();
        let told: Vec<_> = moved.iter().map(|m| (m.stream.clone(), m.moved.from, m.moved.to)).collect();
        assert_eq!(told, [(late.stream(), iso_day("2021-03-11"), iso_day("2021-03-12"))]);
        assert_eq!(due(&store, &late), ["policy.mode-decision-3-working-days 2021-03-12"]);
        assert_eq!(due(&store, &early), ["policy.mode-decision-3-working-days 2021-03-04"]);
        let last = load(&store, &late).entries.pop().unwrap();
        assert!(matches!(last.event, Event::ClockMoved(ref e) if e.holiday == iso_day("2021-03-10")), "{last:?}");
        assert_eq!(load(&store, &early).version(), 1, "what it does not touch gets no entry");

        let gone = Withdrawn { day: iso_day("2021-03-10"), nation: HERE.to_owned(), why: "It was moved.".to_owned() };
        let back = change(&store, Role::Adm, &holidays::Command::Withdraw(gone)).unwrap();
        assert_eq!(back.len(), 1);
        assert_eq!(due(&store, &late), ["policy.mode-decision-3-working-days 2021-03-11"]);
        let history = store.record.engine.read(|tx| stored::history(tx, &store.record.log)).unwrap();
        let moves: Vec<_> = history.iter().map(|entry| (entry.version, entry.moved.len())).collect();
        assert_eq!(moves, [(2, 1), (1, 1)], "the last change first, each with what it moved");
        check_whole(&store);
    });
}

#[test]
fn a_day_that_cannot_be_and_somebody_without_permission_change_nothing() {
    on_both_engines("a_day_that_cannot_be_and_somebody_without_permission_change_nothing", |url| {
        let store = open(url).unwrap();
        let weekend = change(&store, Role::Adm, &add("2021-03-13"));
        assert!(matches!(weekend, Err(Failure::Refused(ref refusal)) if refusal.problems[0].field == "day"));
        let known = change(&store, Role::Adm, &add("2021-12-27"));
        assert!(matches!(known, Err(Failure::Refused(ref refusal)) if refusal.problems[0].field == "day"));
        assert!(matches!(change(&store, Role::Dm, &add("2021-03-10")), Err(Failure::Denied(_))));
        let history = store.record.engine.read(|tx| stored::history(tx, &store.record.log)).unwrap();
        assert_eq!(history, []);
    });
}

#[test]
fn each_last_day_that_went_by_is_noted_once_and_is_somebodys_work() {
    on_both_engines("each_last_day_that_went_by_is_noted_once_and_is_somebodys_work", |url| {
        let store = open(url).unwrap();
        let au = somebody("u-au", Role::Au);
        let reference = Reference::from_random(*b"missed--");
        act(&store, iso_day("2021-03-01"), &au, &reference, &referral(iso_day("2021-03-01"))).unwrap();
        let note = |day: &str| {
            let day = iso_day(day);
            store.record.write(move |w| {
                w.not_before(candour_core::day::nine_o_clock(day))?;
                let context = crate::world::context(w.today());
                clocks::note_missed(w, &candour_core::permit::Actor::operator(), context)
            })
        };
        assert_eq!(note("2021-03-04").unwrap().all, 0, "the last day is still in time");
        assert_eq!(note("2021-03-05").unwrap().said, 1);
        assert_eq!(note("2021-03-06").unwrap().all, 0, "what was noted is not noted again");
        let asked = clocks::Work { task: "DM".to_owned(), due_by: "2021-03-06".to_owned(), ..clocks::Work::default() };
        let work =
            store.record.engine.read(|tx| clocks::work(tx, &store.record.log, &asked, 10, &Own::default())).unwrap();
        assert_eq!((work.len(), work[0].missed.as_str()), (1, "2021-03-04"));
        let others = clocks::Work { task: "LEAD".to_owned(), ..asked };
        let none =
            store.record.engine.read(|tx| clocks::work(tx, &store.record.log, &others, 10, &Own::default())).unwrap();
        assert_eq!(none, []);
        check_whole(&store);
    });
}
