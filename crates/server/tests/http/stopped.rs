//! PostgreSQL stopped as by a power cut while people write: each of them is told that it was kept, that
//! nothing was changed, or that nobody knows yet; and whoever sends the same form again counts once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use candour_core::permit::Role;
use candour_core::reference::Reference;
use candour_store::cases;
use candour_store::db::Engine;

use crate::client::{Client, reference, referral, submission};
use crate::engines::on_own_cluster;
use crate::kill::rounds_or;
use crate::server::{Server, account, candour, make};

/// Rounds of an ordinary run.
const ROUNDS: usize = 5;
const CLIENTS: usize = 6;
/// How often a form is sent again until the server has noticed that its connections are gone.
const TRIES: usize = 50;

/// A form, and what was said of it before the database stopped.
struct Sent {
    case: Reference,
    id: String,
    said: Said,
}

#[derive(Clone, Copy, PartialEq)]
enum Said {
    Kept,
    Nothing,
    MayBeKept,
}

/// What the clients of a round share.
#[derive(Default)]
struct Round {
    sent: Mutex<Vec<Sent>>,
    kept: AtomicUsize,
    in_flight: AtomicUsize,
    stopped: AtomicBool,
}

#[test]
fn a_database_that_is_stopped_at_once_keeps_what_was_said_to_be_kept_and_once_only() {
    let name = "a_database_that_is_stopped_at_once_keeps_what_was_said_to_be_kept_and_once_only";
    on_own_cluster(name, |cluster| {
        let database = cluster.url();
        make(&database, 0);
        let server = Server::start(&database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let rounds = rounds_or(ROUNDS);
        let (mut all, mut unknown, mut kept_unknown) = (Vec::new(), 0, 0);
        for round in 0..rounds {
            let shared = Round::default();
            thread::scope(|scope| {
                for _ in 0..CLIENTS {
                    let (client, shared) = (assessor.again(&server.url), &shared);
                    scope.spawn(move || write_until_told(client, shared));
                }
                let enough = || shared.kept.load(Ordering::SeqCst) > round % 7;
                while !enough() || shared.in_flight.load(Ordering::SeqCst) < CLIENTS {
                    thread::yield_now();
                }
                cluster.stop_at_once().unwrap();
                shared.stopped.store(true, Ordering::SeqCst);
            });
            cluster.start_again().unwrap();
            let engine = Engine::at(&database).unwrap();
            for sent in shared.sent.into_inner().unwrap() {
                let there = is_there(&engine, &sent);
                match sent.said {
                    Said::Kept => assert!(there, "round {round}: {} was said to be kept", sent.case),
                    Said::Nothing => assert!(!there, "round {round}: {} was said not to be kept", sent.case),
                    Said::MayBeKept => {
                        unknown += 1;
                        kept_unknown += usize::from(there);
                    }
                }
                assert!(send_again(&mut assessor, &sent), "round {round}: a form that is sent again is answered");
                all.push(sent);
            }
        }
        drop(server);
        let engine = Engine::at(&database).unwrap();
        assert!(all.iter().all(|sent| is_there(&engine, sent)));
        let verified = candour(&database, &["verify"]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        assert!(candour(&database, &["rebuild"]).status.success());
        let said = |what| all.iter().filter(|sent| sent.said == what).count();
        println!(
            "{rounds} stops of PostgreSQL: {} acknowledged, lost 0; {} told that nothing was changed, which held; \
             {unknown} told that nobody knows, of which {kept_unknown} were kept; sent again, each counts once",
            said(Said::Kept),
            said(Said::Nothing)
        );
    });
}

/// Whether the case is in the record; more than one referral of it would be an error of its own.
fn is_there(engine: &Engine, sent: &Sent) -> bool {
    let found = engine.read(|tx| cases::load(tx, "iopc", &sent.case)).unwrap();
    let referred = found.entries.iter().filter(|e| e.word("summary") == Some(sent.id.as_str())).count();
    assert!(referred <= 1, "{} was recorded {referred} times", sent.case);
    referred == 1
}

fn send_again(client: &mut Client, sent: &Sent) -> bool {
    (0..TRIES).any(|_| {
        let answer = client.post("/staff/refer", &referral(sent.case.as_plain(), &sent.id, &sent.id));
        answer.status == 303 && answer.location.starts_with("/staff/cases/")
    })
}

/// Refers cases until the database has been stopped and a form has met that.
fn write_until_told(mut client: Client, shared: &Round) {
    loop {
        let (case, id) = (reference(), submission());
        shared.in_flight.fetch_add(1, Ordering::SeqCst);
        let answer = client.post("/staff/refer", &referral(case.as_plain(), &id, &id));
        shared.in_flight.fetch_sub(1, Ordering::SeqCst);
        let said = match answer.status {
            303 => Said::Kept,
            503 if answer.body.contains("Send it again: it counts once") => Said::MayBeKept,
            503 if answer.body.contains("Nothing was changed") => Said::Nothing,
            other => panic!("{other}: {}", answer.body),
        };
        if said == Said::Kept {
            shared.kept.fetch_add(1, Ordering::SeqCst);
        } else {
            assert!(answer.body.contains(&id), "what was typed is given back: {}", answer.body);
        }
        shared.sent.lock().unwrap().push(Sent { case, id, said });
        if said != Said::Kept && shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        if said != Said::Kept {
            // The test is about to say so; until then one more is sent.
            thread::yield_now();
        }
    }
}
