//! A server that is killed while it writes loses nothing that it acknowledged.
//!
//! The acknowledgements are kept here, in a process that is not killed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use candour_core::permit::Role;
use candour_store::cases;
use candour_store::db::Engine;

use crate::client::{Client, reference, referral, submission};
use crate::engines::{on_postgres, on_sqlite};
use crate::server::{Server, account, candour, make};

/// Requests in flight when the server is killed.
const CLIENTS: usize = 8;
/// Rounds between two verifications of the whole record.
const ROUNDS_PER_VERIFY: usize = 20;

/// What the clients of all rounds know.
#[derive(Default)]
struct Ledger {
    acknowledged: Mutex<Vec<(candour_core::reference::Reference, String)>>,
    in_flight: AtomicUsize,
    count: AtomicUsize,
    stop: AtomicBool,
}

#[test]
fn a_hundred_kills_lose_no_acknowledged_write_on_sqlite() {
    on_sqlite(|database| kill_and_check(database, 100));
}

#[test]
fn a_hundred_kills_lose_no_acknowledged_write_on_postgres() {
    on_postgres("a_hundred_kills_lose_no_acknowledged_write", |database| {
        kill_and_check(database, 100);
    });
}

fn kill_and_check(database: &str, rounds: usize) {
    make(database, 0);
    let mut server = Server::start(database);
    let assessor = server.signed_in(account(Role::Au, "London", 0));
    let ledger = Arc::new(Ledger::default());
    for round in 1..=rounds {
        one_round(&mut server, &assessor, &ledger, round);
        if round % ROUNDS_PER_VERIFY == 0 {
            let verified = candour(database, &["verify"]);
            assert!(verified.status.success(), "round {round}: {}", String::from_utf8_lossy(&verified.stdout));
        }
        server = Server::start(database);
    }
    drop(server);
    let acknowledged = ledger.acknowledged.lock().unwrap();
    assert!(acknowledged.len() >= rounds, "only {} writes were acknowledged", acknowledged.len());
    let engine = Engine::at(database).unwrap();
    for (case, summary) in acknowledged.iter() {
        let found = engine.read(|tx| cases::load(tx, "iopc", case)).unwrap();
        assert_eq!(found.entries.first().and_then(|e| e.word("summary")), Some(summary.as_str()), "{case} is lost");
    }
    let rebuilt = candour(database, &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stdout));
    println!("{rounds} kills, {} acknowledged writes, none lost", acknowledged.len());
}

/// Lets the clients write until all of them wait for an answer, then kills the server.
fn one_round(server: &mut Server, assessor: &Client, ledger: &Arc<Ledger>, round: usize) {
    ledger.stop.store(false, Ordering::SeqCst);
    let target = ledger.count.load(Ordering::SeqCst) + 1 + round % 17;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (client, ledger) = (assessor.again(&server.url), Arc::clone(ledger));
            thread::spawn(move || write_until_stopped(client, &ledger))
        })
        .collect();
    while ledger.count.load(Ordering::SeqCst) < target || ledger.in_flight.load(Ordering::SeqCst) < CLIENTS {
        thread::yield_now();
    }
    server.kill();
    ledger.stop.store(true, Ordering::SeqCst);
    for client in clients {
        client.join().unwrap();
    }
}

fn write_until_stopped(mut client: Client, ledger: &Ledger) {
    while !ledger.stop.load(Ordering::SeqCst) {
        let (case, id) = (reference(), submission());
        let summary = format!("written once as {id}");
        ledger.in_flight.fetch_add(1, Ordering::SeqCst);
        let sent = client.try_post("/staff/refer", &referral(case.as_plain(), &id, &summary));
        ledger.in_flight.fetch_sub(1, Ordering::SeqCst);
        match sent {
            Ok(answer) if answer.status == 303 => {
                ledger.acknowledged.lock().unwrap().push((case, summary));
                ledger.count.fetch_add(1, Ordering::SeqCst);
            }
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            // The server is gone; the answer is unknown and nothing was acknowledged.
            Err(_) => return,
        }
    }
}
