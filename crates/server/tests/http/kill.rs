//! A server that is killed while it writes loses nothing that it acknowledged.
//!
//! The acknowledgements are kept here, in a process that is not killed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use candour_core::permit::Role;
use candour_core::reference::Reference;
use candour_store::cases;
use candour_store::db::Engine;

use crate::client::{Client, reference, referral, submission};
use crate::engines::{on_postgres, on_sqlite};
use crate::server::{Server, account, candour, make};

/// Requests in flight when the server is killed.
const CLIENTS: usize = 8;
/// Rounds between two verifications of the whole record.
const ROUNDS_PER_VERIFY: usize = 20;

/// Rounds of an ordinary run; `CANDOUR_ROUNDS` says another number.
const ROUNDS: usize = 40;

/// How many rounds a test makes that can make any number of them.
pub fn rounds() -> usize {
    rounds_or(ROUNDS)
}

/// The same for tests whose rounds take longer.
pub fn rounds_or(ordinary: usize) -> usize {
    std::env::var("CANDOUR_ROUNDS").map_or(ordinary, |rounds| rounds.parse().expect("CANDOUR_ROUNDS is a number"))
}

/// What the clients of all rounds know.
#[derive(Default)]
pub struct Ledger {
    acknowledged: Mutex<Vec<(Reference, String)>>,
    in_flight: AtomicUsize,
    /// How many writes were acknowledged.
    pub count: AtomicUsize,
    /// Clients of this round that have noticed that the server is gone.
    gone: AtomicUsize,
    stop: AtomicBool,
}

impl Ledger {
    /// The writes that were acknowledged and are not in the record.
    pub fn lost(&self, engine: &Engine) -> Vec<Reference> {
        let acknowledged = self.acknowledged.lock().unwrap();
        let is_lost = |(case, summary): &&(Reference, String)| {
            let found = engine.read(|tx| cases::load(tx, "iopc", case)).unwrap();
            found.entries.first().and_then(|e| e.word("summary")) != Some(summary.as_str())
        };
        acknowledged.iter().filter(is_lost).map(|(case, _)| case.clone()).collect()
    }
}

#[test]
fn kills_lose_no_acknowledged_write_on_sqlite() {
    on_sqlite(|database| kill_and_check(database, rounds()));
}

#[test]
fn kills_lose_no_acknowledged_write_on_postgres() {
    on_postgres("kills_lose_no_acknowledged_write", |database| kill_and_check(database, rounds()));
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
    let acknowledged = ledger.count.load(Ordering::SeqCst);
    assert!(acknowledged >= rounds, "only {acknowledged} writes were acknowledged");
    let lost = ledger.lost(&Engine::at(database).unwrap());
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let rebuilt = candour(database, &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stdout));
    println!("{rounds} kills, {acknowledged} acknowledged writes, lost 0");
}

/// Lets the clients write until all of them wait for an answer, then kills the server, unless it has
/// ended by itself.
pub fn one_round(server: &mut Server, assessor: &Client, ledger: &Arc<Ledger>, round: usize) {
    ledger.stop.store(false, Ordering::SeqCst);
    ledger.gone.store(0, Ordering::SeqCst);
    let target = ledger.count.load(Ordering::SeqCst) + 1 + round % 17;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (client, ledger) = (assessor.again(&server.url), Arc::clone(ledger));
            thread::spawn(move || write_until_stopped(client, &ledger))
        })
        .collect();
    let wait = || ledger.count.load(Ordering::SeqCst) < target || ledger.in_flight.load(Ordering::SeqCst) < CLIENTS;
    while wait() && ledger.gone.load(Ordering::SeqCst) < CLIENTS {
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
            Ok(answer) if answer.status == 303 && answer.location.starts_with("/staff/cases/") => {
                ledger.acknowledged.lock().unwrap().push((case, summary));
                ledger.count.fetch_add(1, Ordering::SeqCst);
            }
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            // The server is gone; the answer is unknown and nothing was acknowledged.
            Err(_) => break,
        }
    }
    ledger.gone.fetch_add(1, Ordering::SeqCst);
}
