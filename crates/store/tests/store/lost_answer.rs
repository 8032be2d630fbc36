//! A connection that is lost while it commits: the writer finds out whether it did.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use candour_core::reference::Reference;
use candour_store::db::Error;
use candour_store::{Failure, Store, reads};

use crate::engines::on_postgres;
use crate::group::open_case;
use crate::world::{check_whole, open};

const CALM: u8 = 0;
/// The next commit never reaches the server.
const LOSE_COMMIT: u8 = 1;
/// The next commit reaches the server, but its answer does not come back.
const LOSE_ANSWER: u8 = 2;

/// A wire between the store and the server, which can be cut.
struct Wire {
    server: String,
    cut: AtomicU8,
}

impl Wire {
    /// Lays a wire and returns it with the address of its near end.
    fn lay(url: &str) -> (Arc<Self>, String) {
        let (user, rest) = url.rsplit_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let near = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let near_url = format!("{user}@{}/{database}", near.local_addr().unwrap());
        let wire = Arc::new(Self { server: server.to_owned(), cut: AtomicU8::new(CALM) });
        let laid = wire.clone();
        thread::spawn(move || {
            for client in near.incoming().flatten() {
                laid.join(client);
            }
        });
        (wire, near_url)
    }

    fn join(self: &Arc<Self>, client: TcpStream) {
        let server = TcpStream::connect(&self.server).unwrap();
        let (to_server, from_server) = (server.try_clone().unwrap(), server);
        let (to_client, from_client) = (client.try_clone().unwrap(), client);
        let wire = self.clone();
        thread::spawn(move || wire.forth(from_client, to_server));
        let wire = self.clone();
        thread::spawn(move || wire.back(from_server, to_client));
    }

    fn forth(&self, mut client: TcpStream, mut server: TcpStream) {
        let mut bytes = [0; 65_536];
        while let Ok(read @ 1..) = client.read(&mut bytes) {
            let commits = bytes[..read].windows(7).any(|part| part == b"commit\0");
            if commits && self.cut.compare_exchange(LOSE_COMMIT, CALM, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                break;
            }
            if server.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        hang_up(&client, &server);
    }

    fn back(&self, mut server: TcpStream, mut client: TcpStream) {
        let mut bytes = [0; 65_536];
        while let Ok(read @ 1..) = server.read(&mut bytes) {
            let committed = bytes[..read].windows(7).any(|part| part == b"COMMIT\0");
            if committed && self.cut.compare_exchange(LOSE_ANSWER, CALM, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                break;
            }
            if client.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        hang_up(&client, &server);
    }
}

fn hang_up(client: &TcpStream, server: &TcpStream) {
    // Either may be gone already.
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

fn position(store: &Store) -> u64 {
    store.record.engine.read(|tx| reads::position(tx, &store.record.log)).unwrap()
}

fn cut_and_write(wire: &Wire, cut: u8, store: &Store, name: &[u8; 8]) -> Result<u64, Failure> {
    wire.cut.store(cut, Ordering::SeqCst);
    let result = store.record.write(open_case(Reference::from_random(*name)));
    assert_eq!(wire.cut.load(Ordering::SeqCst), CALM, "the wire was cut");
    result
}

#[test]
fn a_commit_whose_answer_is_lost_is_acknowledged_once() {
    on_postgres("a_commit_whose_answer_is_lost_is_acknowledged_once", |url| {
        let (wire, url) = Wire::lay(url);
        let store = open(&url).unwrap();
        let written = cut_and_write(&wire, LOSE_ANSWER, &store, b"answer  ");
        assert_eq!(written.unwrap(), 2);
        assert_eq!(position(&store), 2);
        check_whole(&store);
    });
}

#[test]
fn a_commit_that_never_arrives_is_not_acknowledged_and_may_be_sent_again() {
    on_postgres("a_commit_that_never_arrives_is_not_acknowledged_and_may_be_sent_again", |url| {
        let (wire, url) = Wire::lay(url);
        let store = open(&url).unwrap();
        let lost = cut_and_write(&wire, LOSE_COMMIT, &store, b"commit  ");
        assert!(matches!(lost, Err(Failure::Db(Error::Away(_)))), "{lost:?}");
        assert_eq!(position(&store), 1);
        let again = store.record.write(open_case(Reference::from_random(*b"commit  ")));
        assert_eq!(again.unwrap(), 2);
        check_whole(&store);
    });
}
