//! A power cut: what was not forced to the disk is gone or torn, and no acknowledged write is lost.
//!
//! What this shows and what it does not is in `docs/decisions/007-power-cuts.md`.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use candour_core::permit::Role;
use candour_store::db::Engine;

use crate::client::Client;
use crate::kill::{Ledger, one_round, rounds};
use crate::server::{BINARY, Server, account, candour, make};

pub mod disk;
mod forgetful;
mod fsync;
mod room;

use disk::{Chance, Disk, Faults};

/// Rounds between two verifications of the whole record.
const ROUNDS_PER_VERIFY: usize = 20;
/// Rounds on one database. A larger one takes longer to copy and finds nothing else.
const ROUNDS_PER_DATABASE: usize = 100;
/// The server is killed at one of so many calls of fsync, in half of the rounds.
const SYNCS: usize = 60;

/// The server under test on a disk.
fn real(disk: &Disk) -> Command {
    let mut serve = Command::new(BINARY);
    serve.args(["--database", &disk.database(), "serve", "--listen", "127.0.0.1:0"]);
    serve
}

/// An assessor's client. Their session is on the disk.
fn signed_in(disk: &Disk) -> Client {
    make(&disk.database(), 0);
    let mut server = Server::start(&disk.database());
    let client = server.signed_in(account(Role::Au, "London", 0));
    server.stop();
    client
}

/// Cuts the power so many times while clients write. Returns what they were told.
fn cuts(disk: &Disk, start: impl Fn(&Disk) -> Command, rounds: usize, chance: &mut Chance) -> Arc<Ledger> {
    let (assessor, ledger) = (signed_in(disk), Arc::new(Ledger::default()));
    for round in 1..=rounds {
        disk.power_on();
        let cut = round.is_multiple_of(2).then(|| 1 + chance.below(SYNCS) as u64);
        let mut serve = start(disk);
        disk.put_under(&mut serve, Faults { cut, ..Faults::default() });
        // It may have been cut before it served.
        if let Some(mut server) = Server::of(&mut serve) {
            one_round(&mut server, &assessor, &ledger, round);
        }
        disk.cut(chance);
        if round % ROUNDS_PER_VERIFY == 0 || round == rounds {
            let verified = candour(&disk.database(), &["verify"]);
            assert!(verified.status.success(), "round {round}: {}", String::from_utf8_lossy(&verified.stdout));
        }
    }
    ledger
}

#[test]
fn a_power_cut_loses_no_acknowledged_write() {
    let (rounds, mut chance) = (rounds(), Chance(7));
    let (mut acknowledged, mut left) = (0, rounds);
    while left > 0 {
        let disk = Disk::new();
        let now = left.min(ROUNDS_PER_DATABASE);
        let ledger = cuts(&disk, real, now, &mut chance);
        let lost = ledger.lost(&Engine::at(&disk.database()).unwrap());
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let rebuilt = candour(&disk.database(), &["rebuild"]);
        assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stdout));
        acknowledged += ledger.count.load(Ordering::SeqCst);
        left -= now;
    }
    assert!(acknowledged >= rounds, "only {acknowledged} writes were acknowledged");
    println!("{rounds} power cuts, {acknowledged} acknowledged writes, lost 0");
}
