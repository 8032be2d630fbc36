//! PostgreSQL stopped as by a power cut, in the middle of writing.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use candour_core::reference::Reference;
use candour_store::db::Error;
use candour_store::{Failure, Store, reads};

use crate::engines::on_own_cluster;
use crate::group::open_case;
use crate::world::{check_whole, open};

const ROUNDS: u64 = 5;
const THREADS: u64 = 3;
/// Writes that are acknowledged in a round before the server is stopped.
const ACKNOWLEDGED_FIRST: u64 = 30;

fn position(store: &Store) -> u64 {
    store.record.engine.read(|tx| reads::position(tx, &store.record.log)).unwrap()
}

#[test]
fn a_server_that_stops_in_the_middle_loses_nothing_and_is_written_to_again() {
    let name = "a_server_that_stops_in_the_middle_loses_nothing_and_is_written_to_again";
    on_own_cluster(name, |cluster| {
        let store = open(&cluster.url()).unwrap();
        let mut acknowledged: Vec<(Reference, u64)> = Vec::new();
        let mut sent = 0;
        for round in 0..ROUNDS {
            let stopped = AtomicBool::new(false);
            let count = AtomicU64::new(0);
            thread::scope(|scope| {
                let writers: Vec<_> = (0..THREADS)
                    .map(|thread| {
                        let (store, stopped, count) = (&store, &stopped, &count);
                        scope.spawn(move || write_until(store, stopped, count, round * THREADS + thread))
                    })
                    .collect();
                while count.load(Ordering::SeqCst) < ACKNOWLEDGED_FIRST {
                    thread::yield_now();
                }
                cluster.stop_at_once().unwrap();
                stopped.store(true, Ordering::SeqCst);
                for writer in writers {
                    let (told, tried) = writer.join().unwrap();
                    acknowledged.extend(told);
                    sent += tried;
                }
            });
            cluster.start_again().unwrap();
            for (reference, seq) in &acknowledged {
                let case = crate::world::load(&store, reference);
                assert_eq!(case.entries[0].seq, *seq, "{reference} was acknowledged");
            }
            let there = position(&store) - 1;
            assert!(there >= acknowledged.len() as u64, "{there} of {}", acknowledged.len());
            assert!(there <= sent, "nothing is there twice: {there} of {sent} sent");
            check_whole(&store);
        }
        assert!(acknowledged.len() as u64 >= ROUNDS * ACKNOWLEDGED_FIRST);
    });
}

/// Opens cases until the server has been stopped and a write has met that. Returns those that were
/// acknowledged, each with its position, and how many were sent.
fn write_until(store: &Store, stopped: &AtomicBool, count: &AtomicU64, who: u64) -> (Vec<(Reference, u64)>, u64) {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let reference = Reference::derived(&format!("writer {who}"), &n.to_string());
        match store.record.write(open_case(reference.clone())) {
            Ok(seq) => {
                acknowledged.push((reference, seq));
                count.fetch_add(1, Ordering::SeqCst);
            }
            Err(Failure::Db(Error::Away(_) | Error::Unanswered(_))) if stopped.load(Ordering::SeqCst) => {
                return (acknowledged, n + 1);
            }
            Err(Failure::Db(Error::Away(_) | Error::Unanswered(_))) => {}
            Err(failure) => panic!("{failure}"),
        }
    }
    unreachable!("the loop ends with its return")
}
