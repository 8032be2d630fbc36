//! A server within the test's own process, whose clock the test moves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use candour_core::access::grave::Grave;
use candour_core::permit::Role;
use candour_core::profile::Profile;
use candour_server::app::{App, machine_sources};
use candour_server::factor_key::FactorKey;
use candour_server::pages::Pages;
use candour_server::router::router;
use candour_store::Store;

use crate::client::{Answer, Client};
use crate::server::PASSWORD;

/// When the clock of a test begins, in microseconds since 1970.
pub const BEGINS: i64 = 1_800_000_000_000_000;
pub const MINUTE: i64 = 60 * 1_000_000;

/// A clock that stands until it is moved.
#[derive(Clone, Copy)]
pub struct Clock {
    pub now: fn() -> i64,
    pub at: &'static AtomicI64,
}

/// A clock of the place that asks for one.
macro_rules! clock {
    () => {{
        static AT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
        AT.store($crate::within::BEGINS, std::sync::atomic::Ordering::SeqCst);
        $crate::within::Clock { now: || AT.load(std::sync::atomic::Ordering::SeqCst), at: &AT }
    }};
}
pub(crate) use clock;

impl Clock {
    pub fn pass(&self, micros: i64) {
        self.at.fetch_add(micros, Ordering::SeqCst);
    }
}

/// A server; it ends with this value.
pub struct Within {
    pub app: Arc<App>,
    pub url: String,
    runtime: Option<tokio::runtime::Runtime>,
    _folder: tempfile::TempDir,
}

impl Within {
    pub fn start(database: &str, clock: Clock) -> Self {
        Self::start_with(database, clock, |_| ())
    }

    pub fn start_with(database: &str, clock: Clock, set: impl FnOnce(&mut App)) -> Self {
        let store = Store::open_existing(database, "iopc", machine_sources).unwrap();
        let mut app = App::new(store, Profile::named("iopc").unwrap(), Pages::load().unwrap());
        let folder = tempfile::tempdir().unwrap();
        (app.now, app.secure_cookies) = (clock.now, false);
        app.grave_minutes = Grave::built_in().minutes;
        app.factor_key = FactorKey::at(&folder.path().join("key"), true).unwrap();
        set(&mut app);
        let app = Arc::new(app);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, service).await });
        Self { app, url, runtime: Some(runtime), _folder: folder }
    }

    pub fn visitor(&self) -> Client {
        Client::new(&self.url)
    }

    pub fn sign_in(&self, name: &str, password: &str) -> (Client, Answer) {
        let mut client = self.visitor();
        let answer = client.post("/sign-in", &[("name", name), ("password", password)]);
        (client, answer)
    }

    pub fn signed_in(&self, name: &str) -> Client {
        let (client, answer) = self.sign_in(name, PASSWORD);
        assert_eq!(answer.status, 303, "{}", answer.body);
        client
    }

    /// The opaque id of an account.
    pub fn id(&self, name: &str) -> String {
        let log = self.app.store.record.log.clone();
        let found = self.app.store.record.engine.read(|tx| candour_store::plain::account::named(tx, &log, name));
        found.unwrap().unwrap().id
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        }
    }
}

/// The name of the demonstration's first account of a role, of London where it has a region.
pub fn first(role: Role) -> &'static str {
    crate::server::account(role, "London", 0)
}
