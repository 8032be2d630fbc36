//! The control of the power cut: a server whose commits are not forced to the disk loses what it
//! acknowledged, and the test sees that. Without it, a test that finds nothing would say nothing.

use std::env;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use candour_core::profile::Profile;
use candour_server::app::{App, machine_sources};
use candour_server::listen::{self, Limits};
use candour_server::pages::Pages;
use candour_server::router::router;
use candour_store::Store;
use candour_store::db::Engine;

use super::cuts;
use super::disk::{Chance, Disk};

const ROUNDS: usize = 10;
const NAME: &str = "power::forgetful::a_server_that_does_not_force_its_commits_loses_acknowledged_writes";
/// Says to this very program that it is the server, and of which database.
const IS_SERVER_OF: &str = "CANDOUR_TEST_FORGETFUL";

#[test]
fn a_server_that_does_not_force_its_commits_loses_acknowledged_writes() {
    if let Ok(database) = env::var(IS_SERVER_OF) {
        return serve(&database);
    }
    let disk = Disk::new();
    let ledger = cuts(&disk, forgetful, ROUNDS, &mut Chance(7));
    let lost = ledger.lost(&Engine::at(&disk.database()).unwrap()).len();
    assert!(lost > 0, "the power cut has to bite");
    println!("control: {ROUNDS} power cuts, {} acknowledged writes, lost {lost}", ledger.count.load(Ordering::SeqCst));
}

/// This program as the server, because the real one has no such mode.
fn forgetful(disk: &Disk) -> Command {
    let mut serve = Command::new(env::current_exe().unwrap());
    serve.args([NAME, "--exact", "--nocapture"]).env(IS_SERVER_OF, disk.database());
    serve
}

/// Serves until the process is killed.
fn serve(database: &str) {
    let engine = Engine::at(database).unwrap().that_forgets();
    let store = Store::open_existing_on(engine, "iopc", machine_sources).unwrap();
    let mut app = App::new(store, Profile::named("iopc").unwrap(), Pages::load().unwrap());
    app.secure_cookies = false;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("serves at http://{}", listener.local_addr().unwrap());
        listen::serve(listener, router(Arc::new(app)), Limits::default(), std::future::pending()).await;
    });
}
