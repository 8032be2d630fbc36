//! A disk that fills up: every acknowledged write stays, nothing is half applied, and the error
//! says what to do. The file is kept to so many pages; `small_disk` does it with a real disk.

use std::path::Path;

use candour_core::permit::Role;
use candour_core::reference::Reference;
use candour_store::db::Error;
use candour_store::{Failure, Store};

use crate::caseload::iso_day;
use crate::engines::on_sqlite;
use crate::group::{in_one_batch, next_change, open_case, opened};
use crate::world::{act, check_whole, load, open, somebody};

/// More than this many writes without a full disk means that it is not small.
const WRITES_MAX: usize = 2_000;

pub fn assert_full(failure: &Failure) {
    match failure {
        Failure::Db(error @ Error::Full(_)) => {
            assert!(error.to_string().contains("Make room; nothing was changed"), "{error}");
        }
        other => panic!("not said to be full: {other:?}"),
    }
}

/// What was acknowledged before the disk was full.
#[derive(Default)]
pub struct Acknowledged {
    changes: u64,
    cases: Vec<(Reference, u64)>,
}

impl Acknowledged {
    pub fn count(&self) -> usize {
        self.cases.len() + usize::try_from(self.changes).unwrap()
    }

    /// Writes until the disk is full: changes of one case, and new cases several to a commit.
    pub fn fill(&mut self, store: &Store, changed: &Reference) {
        for round in 0..WRITES_MAX {
            let full = if round % 3 == 0 { self.batch(store) } else { self.change(store, changed) };
            if let Some(failure) = full {
                return assert_full(&failure);
            }
        }
        panic!("the disk is not full after {WRITES_MAX} writes");
    }

    fn change(&mut self, store: &Store, changed: &Reference) -> Option<Failure> {
        let command = next_change(&load(store, changed));
        let result = act(store, iso_day("2022-03-01"), &somebody("u-dm", Role::Dm), changed, &command);
        self.changes += u64::from(result.is_ok());
        result.err()
    }

    fn batch(&mut self, store: &Store) -> Option<Failure> {
        let first = self.cases.len() as u64;
        let references: Vec<Reference> =
            (first..first + 4).map(|n| Reference::derived("disk", &n.to_string())).collect();
        let answers = in_one_batch(store, references.iter().cloned().map(open_case).collect());
        let mut full = None;
        for (reference, answer) in references.into_iter().zip(answers) {
            match answer {
                Ok(seq) => self.cases.push((reference, seq)),
                Err(failure) => full = Some(failure),
            }
        }
        full
    }

    /// What was acknowledged is there, and nothing else is.
    pub fn check(&self, store: &Store, changed: &Reference) {
        assert_eq!(load(store, changed).version(), 1 + self.changes);
        for (reference, seq) in &self.cases {
            assert_eq!(load(store, reference).entries[0].seq, *seq, "{reference} stands where it was said to");
        }
        let position = store.record.engine.read(|tx| candour_store::reads::position(tx, &store.record.log));
        // The log's opening and the changed case's came before.
        assert_eq!(position.unwrap(), 2 + self.count() as u64);
        check_whole(store);
    }
}

#[test]
fn a_disk_that_is_full_after_any_number_of_pages_loses_nothing() {
    let mut counts = Vec::new();
    for pages in 1..=40 {
        on_sqlite(|url| {
            let roomy = open(url).unwrap();
            let changed = opened(&roomy, b"changed ");
            drop(roomy);
            let limited = format!("{url}?pages={}", pages_of(url) + pages);
            let mut acknowledged = Acknowledged::default();
            let store = open(&limited).unwrap();
            acknowledged.fill(&store, &changed);
            let still_full = acknowledged.count();
            acknowledged.fill(&store, &changed);
            assert!(acknowledged.count() < still_full + 50, "it stays full");
            drop(store);
            let store = open(url).unwrap();
            acknowledged.check(&store, &changed);
            let failure = acknowledged.change(&store, &changed);
            assert!(failure.is_none(), "there is room again: {failure:?}");
            acknowledged.check(&store, &changed);
            counts.push(acknowledged.count());
        });
    }
    assert!(counts.iter().max() > counts.iter().min(), "more room took more writes: {counts:?}");
}

fn pages_of(url: &str) -> i64 {
    let connection = rusqlite::Connection::open(Path::new(url.strip_prefix("sqlite:").unwrap())).unwrap();
    connection.query_row("pragma page_count", [], |row| row.get(0)).unwrap()
}
