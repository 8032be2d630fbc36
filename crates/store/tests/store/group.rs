//! The one writer: many at once, one after another, several to a commit.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Barrier};
use std::thread;

use candour_core::case::correction::{Attribute, Change};
use candour_core::case::matter::{How, Matter, MatterKind, Open};
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::{Case, Command};
use candour_core::day;
use candour_core::permit::{Actor, Role};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::db::Error;
use candour_store::plain::account::{self, Account};
use candour_store::plain::submission;
use candour_store::record::Write;
use candour_store::{Failure, Store, reads};

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{PROFILE, act, carry_out, carry_out_on, check_whole, context, load, open, somebody};

const TODAY: &str = "2022-03-01";

fn opening() -> Command {
    let matter = Matter {
        kind: MatterKind::Complaint,
        force: "metropolitan".to_owned(),
        number: None,
        route: None,
        clear_on: None,
        incident_on: None,
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    Command::Open(Open { how: How::Received, on: iso_day("2021-01-04"), matter, summary: "Words.".to_owned() })
}

/// A case that is open.
pub fn opened(store: &Store, name: &[u8; 8]) -> Reference {
    let reference = Reference::from_random(*name);
    act(store, iso_day(TODAY), &somebody("u-au", Role::Au), &reference, &opening()).unwrap();
    reference
}

/// A change that is always another than the last: of the force, to the next one in the profile.
pub fn next_change(case: &Case) -> Command {
    let now = case.state.force().unwrap();
    let at = PROFILE.forces.iter().position(|f| f.id == now).unwrap();
    let to = PROFILE.forces[(at + 1) % PROFILE.forces.len()].id.clone();
    let on = iso_day("2021-02-01");
    Command::Change(Change { what: Attribute::Force, to, on, reasons: "Moved on.".to_owned() })
}

/// Changes the case as it was read before; somebody else may have been faster.
fn change_as_read(store: &Store, actor: &Actor, reference: &Reference) -> Result<Case, Failure> {
    let (actor, read) = (actor.clone(), load(store, reference));
    store.record.write(move |w| {
        w.not_before(day::nine_o_clock(iso_day(TODAY)))?;
        carry_out_on(w, &actor, &read, next_change(&read))
    })
}

#[test]
fn eight_threads_lose_nothing_and_versions_have_no_gap() {
    const EACH: u64 = 15;
    on_both_engines("eight_threads_lose_nothing_and_versions_have_no_gap", |url| {
        let store = open(url).unwrap();
        let shared = opened(&store, b"together");
        let own = [*b"alone 01", *b"alone 02", *b"alone 03", *b"alone 04"].map(|name| opened(&store, &name));
        let barrier = Barrier::new(8);
        thread::scope(|scope| {
            for reference in own.iter().chain([&shared; 4]) {
                let (store, barrier) = (&store, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    // Of the whole country, so that the case stays theirs whatever its force.
                    let actor = somebody("u-dm", Role::Dm);
                    for _ in 0..EACH {
                        change_until_done(store, &actor, reference);
                    }
                });
            }
        });
        for (reference, writers) in own.iter().map(|r| (r, 1)).chain([(&shared, 4)]) {
            let versions: Vec<u64> = load(&store, reference).entries.iter().map(|e| e.version).collect();
            let expected: Vec<u64> = (1..=1 + writers * EACH).collect();
            assert_eq!(versions, expected, "every acknowledged change is there, and no other");
        }
        check_whole(&store);
    });
}

fn change_until_done(store: &Store, actor: &Actor, reference: &Reference) {
    loop {
        match change_as_read(store, actor, reference) {
            Ok(_) => return,
            Err(Failure::Moved) => {}
            Err(failure) => panic!("{failure}"),
        }
    }
}

#[test]
fn of_two_who_decide_at_once_exactly_one_wins() {
    on_both_engines("of_two_who_decide_at_once_exactly_one_wins", |url| {
        let store = open(url).unwrap();
        for round in 0..10u8 {
            let reference = opened(&store, &[b'd', b'e', b'c', b'i', b'd', b'e', b' ', round]);
            let read = load(&store, &reference);
            let on = iso_day("2021-01-05");
            let citation = mode::power(&read.state, context(on)).unwrap();
            let barrier = Barrier::new(2);
            let decide = |mode| {
                let reasons = "Serious.".to_owned();
                let command = Command::DecideMode(DecideMode { mode, on, reasons, citation: citation.clone() });
                let read = read.clone();
                barrier.wait();
                store.record.write(move |w| {
                    w.not_before(day::nine_o_clock(iso_day(TODAY)))?;
                    carry_out_on(w, &somebody("u-dm", Role::Dm), &read, command.clone())
                })
            };
            let (one, other) = thread::scope(|scope| {
                let other = scope.spawn(|| decide(Mode::Directed));
                (decide(Mode::Independent), other.join().unwrap_or_else(|panic| resume_unwind(panic)))
            });
            let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
            assert!(matches!(lost, Err(Failure::Moved)), "{lost:?}");
            assert_eq!(load(&store, &reference).state.mode, won.unwrap().state.mode);
        }
        check_whole(&store);
    });
}

#[test]
fn of_two_who_open_the_same_case_at_once_the_second_is_told_that_it_moved() {
    let name = "of_two_who_open_the_same_case_at_once_the_second_is_told_that_it_moved";
    on_both_engines(name, |url| {
        let store = open(url).unwrap();
        let absent = Case::replay(Reference::from_random(*b"the same"), Vec::new());
        let open = || {
            let absent = absent.clone();
            store.record.write(move |w| {
                w.not_before(day::nine_o_clock(iso_day(TODAY)))?;
                carry_out_on(w, &somebody("u-au", Role::Au), &absent, opening())
            })
        };
        open().unwrap();
        let second = open();
        assert!(matches!(second, Err(Failure::Moved)), "{second:?}");
        check_whole(&store);
    });
}

#[test]
fn an_account_of_a_taken_name_is_said_to_exist_and_not_to_have_moved() {
    let name = "an_account_of_a_taken_name_is_said_to_exist_and_not_to_have_moved";
    on_both_engines(name, |url| {
        let store = open(url).unwrap();
        let account = Account {
            id: "u-1".to_owned(),
            name: "ada".to_owned(),
            role: Role::Au,
            units: Vec::new(),
            password: "hash".to_owned(),
        };
        let add = |id: &str| {
            let account = Account { id: id.to_owned(), ..account.clone() };
            store.record.write(move |w| {
                let log = w.log();
                Ok(account::add(w.tx()?, log, &account, 0)?)
            })
        };
        add("u-1").unwrap();
        let second = add("u-2");
        assert!(matches!(second, Err(Failure::Db(Error::Exists(_)))), "{second:?}");
    });
}

type Closure = Box<dyn FnMut(&mut Write<'_>) -> Result<u64, Failure> + Send>;

/// Hands closures over while the writer is busy, so that they share one commit.
pub fn in_one_batch(store: &Store, closures: Vec<Closure>) -> Vec<Result<u64, Failure>> {
    let (release, released) = channel::<()>();
    store.record.write_then(
        move |_| {
            // Nothing is sent: the other end is let go when all closures wait behind this one.
            let _ = released.recv();
            Ok(())
        },
        |_| {},
    );
    let answers: Vec<Receiver<_>> = closures
        .into_iter()
        .map(|closure| {
            let (tell, told) = channel();
            store.record.write_then(closure, move |result| tell.send(result).unwrap());
            told
        })
        .collect();
    drop(release);
    answers.iter().map(|told| told.recv().unwrap()).collect()
}

/// Opens a case and returns its position.
pub fn open_case(reference: Reference) -> Closure {
    Box::new(move |w| {
        w.not_before(day::nine_o_clock(iso_day(TODAY)))?;
        let case = carry_out(w, &somebody("u-au", Role::Au), &reference, opening())?;
        // Written already when the closure goes on to fail.
        w.flush()?;
        Ok(case.entries[0].seq)
    })
}

fn then(mut first: Closure, end: fn() -> Result<u64, Failure>) -> Closure {
    Box::new(move |w| {
        first(w)?;
        end()
    })
}

#[test]
fn a_panic_or_a_refusal_undoes_its_own_closure_and_leaves_its_neighbours() {
    on_both_engines("a_panic_or_a_refusal_undoes_its_own_closure_and_leaves_its_neighbours", |url| {
        let store = open(url).unwrap();
        let references =
            [*b"first   ", *b"panics  ", *b"third   ", *b"refused ", *b"fifth   "].map(Reference::from_random);
        let [first, panics, third, refused, fifth] = references.clone().map(open_case);
        let answers = in_one_batch(
            &store,
            vec![
                first,
                then(panics, || panic!("on purpose, in a test")),
                third,
                then(refused, || Err(Refusal::new("not so").into())),
                fifth,
            ],
        );
        assert!(
            matches!(answers[..], [Ok(2), Err(Failure::Db(_)), Ok(3), Err(Failure::Refused(_)), Ok(4)]),
            "{answers:?}"
        );
        let there = references
            .map(|r| store.record.engine.read(|tx| reads::exists(tx, &store.record.log, &r.stream())).unwrap());
        assert_eq!(there, [true, false, true, false, true]);
        check_whole(&store);
    });
}

#[test]
fn a_writer_goes_on_when_an_answer_panics() {
    on_both_engines("a_writer_goes_on_when_an_answer_panics", |url| {
        let store = open(url).unwrap();
        let one = Reference::from_random(*b"one     ");
        store.record.write_then(open_case(one), |_| panic!("on purpose, in a test"));
        let other = Reference::from_random(*b"other   ");
        assert_eq!(in_one_batch(&store, vec![open_case(other)])[0].as_ref().unwrap(), &3);
        check_whole(&store);
    });
}

/// A form as a page handles it: an answer given before is given again, else the command is
/// carried out and its answer kept.
fn submit(id: &str, actor: &str, reference: Reference) -> Closure {
    let (id, actor) = (id.to_owned(), actor.to_owned());
    let form = format!("open {reference}");
    Box::new(move |w| {
        let log = w.log();
        if let Some(answer) = submission::answered(w.tx()?, log, &id, &actor, &form)? {
            return Ok(answer.parse().unwrap());
        }
        let seq = open_case(reference.clone())(w)?;
        submission::keep(w.tx()?, log, &id, &actor, &form, &seq.to_string(), 0)?;
        Ok(seq)
    })
}

#[test]
fn a_form_sent_twice_has_one_effect_and_one_answer() {
    on_both_engines("a_form_sent_twice_has_one_effect_and_one_answer", |url| {
        let store = Arc::new(open(url).unwrap());
        let reference = Reference::from_random(*b"doubled ");
        let submits = (0..8).map(|_| {
            let (store, submit) = (store.clone(), submit("form-1", "u-au", reference.clone()));
            thread::spawn(move || store.record.write(submit).unwrap())
        });
        let answers: Vec<u64> = submits.collect::<Vec<_>>().into_iter().map(|t| t.join().unwrap()).collect();
        assert_eq!(answers, [2; 8]);
        let batched = (0..3).map(|_| submit("form-2", "u-au", Reference::from_random(*b"batched "))).collect();
        let answers: Vec<u64> = in_one_batch(&store, batched).into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [3; 3]);
        for (actor, reference) in [("u-somebody-else", reference), ("u-au", Reference::from_random(*b"another "))] {
            let other = store.record.write(submit("form-1", actor, reference));
            assert!(matches!(other, Err(Failure::Refused(_))), "{other:?}");
        }
        let position = store.record.engine.read(|tx| reads::position(tx, &store.record.log));
        assert_eq!(position.unwrap(), 3);
        check_whole(&store);
    });
}

#[test]
fn a_thread_that_has_read_may_end() {
    on_both_engines("a_thread_that_has_read_may_end", |url| {
        let store = open(url).unwrap();
        let position =
            thread::spawn(move || store.record.engine.read(|tx| reads::position(tx, &store.record.log)).unwrap());
        assert_eq!(position.join().unwrap(), 1);
    });
}
