//! When the database fails, a page says so, gives back what was typed, and changes nothing.

use candour_core::permit::Role;

use crate::client::{Answer, Client, reference, referral, submission};
use crate::engines::{on_postgres, on_sqlite};
use crate::server::{Server, account, candour, make};

const TYPED: &str = "Words that took a long time to write and that nobody wants to write again.";

#[track_caller]
fn gives_back(answer: &Answer, status: u16, says: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(says), "{says:?} is not said: {}", answer.body);
    assert!(answer.body.contains("Nothing was changed"), "{}", answer.body);
    assert!(answer.body.contains(TYPED), "what was typed is lost: {}", answer.body);
}

/// Sends the same referral; its case and submission are the caller's, so that it can be repeated.
fn send(client: &mut Client, case: &str, id: &str) -> Answer {
    client.post("/staff/refer", &referral(case, id, TYPED))
}

#[test]
fn a_full_disk_is_said_and_the_same_form_succeeds_when_there_is_room() {
    on_sqlite(|database| {
        make(database, 0);
        let path = database.strip_prefix("sqlite:").unwrap();
        let pages = rusqlite_pages(path);
        // Sessions and earlier work fit; a few kilobytes more do not.
        let full = Server::start(&format!("{database}?pages={}", pages + 4));
        let mut client = full.signed_in(account(Role::Au, "London", 0));
        let mut refused = None;
        for _ in 0..200 {
            let (case, id) = (reference(), submission());
            let answer = send(&mut client, case.as_plain(), &id);
            if answer.status != 303 {
                refused = Some((answer, case, id));
                break;
            }
        }
        let (answer, case, id) = refused.expect("the disk must fill");
        gives_back(&answer, 507, "The disk of the service is full");
        assert_eq!(full.visitor().get("/healthz").status, 200);
        drop(full);
        assert!(candour(database, &["verify"]).status.success());
        let roomy = Server::start(database);
        let mut client = client.again(&roomy.url);
        assert_eq!(send(&mut client, case.as_plain(), &id).status, 303);
        assert_eq!(send(&mut client, case.as_plain(), &id).status, 303, "sent again, it has the same answer");
        drop(roomy);
        assert!(candour(database, &["rebuild"]).status.success());
    });
}

/// How many pages the file has, from its header.
fn rusqlite_pages(path: &str) -> u64 {
    let checkpointed = candour(&format!("sqlite:{path}"), &["migrate"]);
    assert!(checkpointed.status.success());
    let bytes =
        std::fs::metadata(path).unwrap().len() + std::fs::metadata(format!("{path}-wal")).map_or(0, |m| m.len());
    bytes / 4096
}

#[test]
fn a_database_that_may_not_be_written_is_said() {
    on_postgres("a_database_that_may_not_be_written_is_said", |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut client = server.signed_in(account(Role::Au, "London", 0));
        let (case, id) = (reference(), submission());
        administer(database, &format!("alter database {} set default_transaction_read_only = on", name(database)));
        let answer = after_reconnection(|| send(&mut client, case.as_plain(), &id), "read but not written");
        gives_back(&answer, 503, "can be read but not written to");
        administer(database, &format!("alter database {} set default_transaction_read_only = off", name(database)));
        let answer = until(303, || send(&mut client, case.as_plain(), &id));
        assert_eq!(answer.status, 303);
    });
}

#[test]
fn a_database_that_is_away_is_said() {
    on_postgres("a_database_that_is_away_is_said", |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut client = server.signed_in(account(Role::Au, "London", 0));
        let (case, id) = (reference(), submission());
        administer(database, &format!("alter database {} allow_connections false", name(database)));
        let answer = after_reconnection(|| send(&mut client, case.as_plain(), &id), "cannot be reached");
        gives_back(&answer, 503, "The database cannot be reached");
        assert_eq!(server.visitor().get("/readyz").status, 503);
        administer(database, &format!("alter database {} allow_connections true", name(database)));
        assert_eq!(until(303, || send(&mut client, case.as_plain(), &id)).status, 303);
    });
}

fn name(database: &str) -> &str {
    database.rsplit('/').next().unwrap()
}

/// Changes the database from outside it and ends every connection to it.
fn administer(database: &str, sql: &str) {
    let (server, name) = database.rsplit_once('/').unwrap();
    #[allow(clippy::disallowed_methods, reason = "the administrator's own connection")]
    let mut admin = postgres::Client::connect(&format!("{server}/postgres"), postgres::NoTls).unwrap();
    admin.batch_execute(sql).unwrap();
    admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", &[&name]).unwrap();
}

/// Repeats a request until the server has noticed that its connections are gone.
fn after_reconnection(mut send: impl FnMut() -> Answer, says: &str) -> Answer {
    for _ in 0..50 {
        let answer = send();
        if answer.body.contains(says) {
            return answer;
        }
    }
    send()
}

fn until(status: u16, mut send: impl FnMut() -> Answer) -> Answer {
    for _ in 0..50 {
        let answer = send();
        if answer.status == status {
            return answer;
        }
    }
    send()
}
