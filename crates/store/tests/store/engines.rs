//! The databases that tests run on.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::pg::{ADDRESS, Cluster};

/// Runs a test on SQLite, and on PostgreSQL where one is offered.
pub fn on_both_engines(name: &str, test: impl Fn(&str)) {
    on_sqlite(&test);
    on_postgres(name, test);
}

/// Runs a test on a SQLite file of its own.
pub fn on_sqlite(test: impl FnOnce(&str)) {
    let folder = tempfile::tempdir().unwrap();
    test(&format!("sqlite:{}", folder.path().join("candour.db").display()));
}

/// Runs a test on a PostgreSQL database of its own, or says that it was skipped.
pub fn on_postgres(name: &str, test: impl FnOnce(&str)) {
    let Some(cluster) = offered(name) else { return };
    let database = format!("candour_{:016x}", RandomState::new().build_hasher().finish());
    let mut admin = postgres::Client::connect(&cluster, postgres::NoTls).unwrap();
    admin.batch_execute(&format!("create database {database}")).unwrap();
    let (server, _) = cluster.rsplit_once('/').unwrap();
    let result = catch_unwind(AssertUnwindSafe(|| test(&format!("{server}/{database}"))));
    // Threads keep connections to it, which must not keep it alive.
    admin.batch_execute(&format!("drop database {database} with (force)")).unwrap();
    if let Err(panic) = result {
        resume_unwind(panic);
    }
}

/// Runs a test on a PostgreSQL cluster of its own, which it may stop, or says that it was skipped.
pub fn on_own_cluster(name: &str, test: impl FnOnce(&Cluster)) {
    if offered(name).is_none() {
        return;
    }
    match Cluster::start() {
        Ok(cluster) => test(&cluster),
        Err(error) if is_required() => panic!("{name} needs a PostgreSQL of its own: {error:#}"),
        Err(error) => skipped(name, &format!("{error:#}")),
    }
}

/// Says by name that a test was skipped: on stderr past the test harness, which would swallow it,
/// and on stdout for `cargo xtask test`, which gathers it from there.
pub fn skipped(name: &str, why: &str) {
    let line = format!("skipped: {name} ({why})\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    println!("skipped: {name} ({why})");
}

fn offered(name: &str) -> Option<String> {
    let cluster = std::env::var(ADDRESS).ok();
    if cluster.is_none() {
        assert!(!is_required(), "{name} must run on PostgreSQL, but {ADDRESS} is not set");
        skipped(&format!("{name} on PostgreSQL"), &format!("{ADDRESS} is not set"));
    }
    cluster
}

fn is_required() -> bool {
    std::env::var("CANDOUR_REQUIRE_POSTGRES").is_ok_and(|required| required == "1")
}
