//! A database that is away, read-only or no database: each is said so, with its remedy.

use std::fs;

use candour_core::reference::Reference;
use candour_store::db::{Engine, Error};
use candour_store::{Failure, Store, reads};

use crate::engines::{on_both_engines, on_own_cluster, on_postgres, on_sqlite};
use crate::group::{in_one_batch, open_case};
use crate::raw::Raw;
use crate::world::{check_whole, open};

fn read(engine: &Engine) -> Result<u64, Error> {
    engine.read(|tx| reads::position(tx, "iopc"))
}

fn write(store: &Store, name: &[u8; 8]) -> Result<u64, Failure> {
    in_one_batch(store, vec![open_case(Reference::from_random(*name))]).remove(0)
}

fn assert_away<T: std::fmt::Debug>(result: Result<T, impl Into<Failure>>) {
    match result.map_err(Into::into) {
        Err(Failure::Db(error @ Error::Away(_))) => {
            assert!(error.to_string().contains("Start it"), "{error}");
        }
        other => panic!("not away: {other:?}"),
    }
}

fn assert_read_only<T: std::fmt::Debug>(result: Result<T, Failure>) {
    match result {
        Err(Failure::Db(error @ Error::ReadOnly(_))) => {
            assert!(error.to_string().contains("permission to write"), "{error}");
        }
        other => panic!("not read-only: {other:?}"),
    }
}

#[test]
fn an_address_of_no_known_kind_is_refused_with_the_kinds_there_are() {
    let error = Engine::at("mysql://somewhere").unwrap_err();
    assert!(matches!(error, Error::Address(_)));
    assert!(error.to_string().contains("sqlite:PATH"), "{error}");
}

#[test]
fn a_file_that_is_absent_or_in_no_folder_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let absent = format!("sqlite:{}", folder.path().join("absent.db").display());
    let error = read(&Engine::at(&absent).unwrap());
    assert!(format!("{error:?}").contains("absent.db"), "the file is named: {error:?}");
    assert_away(error);
    fs::write(folder.path().join("file"), "").unwrap();
    let below_a_file = format!("sqlite:{}", folder.path().join("file/x.db").display());
    assert_away(open(&below_a_file).map(|_| ()));
}

#[test]
fn a_file_that_is_no_database_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.db");
    fs::write(&file, "Dear Sir or Madam, ".repeat(100)).unwrap();
    assert_away(open(&format!("sqlite:{}", file.display())).map(|_| ()));
}

#[test]
fn a_server_nobody_runs_or_a_database_it_does_not_have_is_away() {
    assert_away(read(&Engine::at("postgres://postgres@127.0.0.1:1/postgres").unwrap()));
    on_postgres("a_database_the_server_does_not_have_is_away", |url| {
        assert_away(read(&Engine::at(&format!("{url}_no")).unwrap()));
    });
}

#[test]
fn a_read_only_sqlite_file_is_read_and_a_write_to_it_says_so() {
    on_sqlite(|url| {
        drop(open(url).unwrap());
        wait_until_closed(url);
        let path = url.strip_prefix("sqlite:").unwrap();
        // SQLite only reads a file whose header asks for a newer version to write it. Permissions
        // would not do: root may write anything.
        let mut bytes = fs::read(path).unwrap();
        bytes[18] = 3;
        fs::write(path, bytes).unwrap();
        let store = open(url).unwrap();
        assert_eq!(read(&store.record.engine).unwrap(), 1);
        assert_read_only(write(&store, b"readonly"));
    });
}

/// Waits until the writer's thread has let go of the file and with that of its journal.
fn wait_until_closed(url: &str) {
    let journal = format!("{}-wal", url.strip_prefix("sqlite:").unwrap());
    while fs::exists(&journal).unwrap() {
        std::thread::yield_now();
    }
}

#[test]
fn a_read_only_postgres_is_read_and_a_write_to_it_says_so() {
    on_postgres("a_read_only_postgres_is_read_and_a_write_to_it_says_so", |url| {
        let store = open(url).unwrap();
        let database = url.rsplit('/').next().unwrap();
        let mut admin = Raw::open(url);
        admin.run(&format!("alter database {database} set default_transaction_read_only = on"));
        disconnect_others(&mut admin);
        assert_read_only(write(&store, b"readonly"));
        assert_eq!(read(&store.record.engine).unwrap(), 1);
        assert_read_only(open(url).map(|_| ()));
        admin.run(&format!(
            "set default_transaction_read_only = off; alter database {database} set default_transaction_read_only = off"
        ));
        disconnect_others(&mut admin);
        write(&store, b"writable").unwrap();
        check_whole(&store);
    });
}

fn disconnect_others(admin: &mut Raw) {
    admin.run(
        "select pg_terminate_backend(pid) from pg_stat_activity \
         where datname = current_database() and pid <> pg_backend_pid()",
    );
}

#[test]
fn connections_that_the_server_closed_while_idle_are_replaced_without_a_word() {
    on_postgres("connections_that_the_server_closed_while_idle_are_replaced_without_a_word", |url| {
        let store = open(url).unwrap();
        let mut admin = Raw::open(url);
        for round in 0..3u8 {
            disconnect_others(&mut admin);
            assert_eq!(read(&store.record.engine).unwrap(), 1 + u64::from(round));
            write(&store, &[b'i', b'd', b'l', b'e', b' ', b' ', b' ', round]).unwrap();
        }
        check_whole(&store);
    });
}

#[test]
fn a_stopped_postgres_is_away_until_it_is_started_again() {
    on_own_cluster("a_stopped_postgres_is_away_until_it_is_started_again", |cluster| {
        let store = open(&cluster.url()).unwrap();
        write(&store, b"before  ").unwrap();
        cluster.stop_at_once().unwrap();
        assert_away(write(&store, b"during  "));
        assert_away(read(&store.record.engine));
        cluster.start_again().unwrap();
        write(&store, b"after   ").unwrap();
        assert_eq!(read(&store.record.engine).unwrap(), 3);
        check_whole(&store);
    });
}

#[test]
fn a_log_whose_head_is_gone_says_to_run_verify() {
    on_both_engines("a_log_whose_head_is_gone_says_to_run_verify", |url| {
        let store = open(url).unwrap();
        Raw::open(url).run("delete from head");
        match write(&store, b"headless") {
            Err(Failure::Db(error @ Error::Content(_))) => {
                assert!(error.to_string().contains("run candour verify"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    });
}
