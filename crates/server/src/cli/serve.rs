//! `candour serve`: the pages, until the process is told to stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use candour_store::high_water::HighWater;
use candour_store::plain::{factor, passkey};
use candour_store::{Store, access, clocks, files};
use clap::Args;

use super::clocks::note_missed;
use super::verify::policy_of;
use super::{COULD_NOT, DONE, Ended, Setting, USAGE, backup_keys, high_water, record, say};
use crate::api::caller::{Rate, USUAL_PER_MINUTE};
use crate::app::{App, UPLOAD_MIB_USUAL};
use crate::config::Config;
use crate::factor_key::FactorKey;
use crate::listen::{self, Limits};
use crate::origin::Origin;
use crate::pages::Pages;
use crate::passkeys::Passkeys;
use crate::password::breached::Breached;
use crate::provider::{Provider, Settings};
use crate::router::router;
use crate::scan::Scanner;
use crate::witnessing::Witnessing;

/// Threads that may wait for PostgreSQL or hash a password.
const WAITING_THREADS_MAX: usize = 32;

/// Pieces of a file are rows of the database, which is not meant for more.
const UPLOAD_MIB_MAX: u64 = 4_096;

#[derive(Args)]
pub(super) struct Serve {
    /// On which address to listen
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// The file in which the signer publishes the newest checkpoint
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// The policy by whose witnesses pages say when entries were recorded
    #[arg(long, value_name = "POLICY")]
    witnesses: Option<PathBuf>,
    /// The address under which people reach it, as https://candour.example; passkeys need it
    #[arg(long, value_name = "ADDRESS")]
    origin: Option<String>,
    /// The key file of second factors; beside a SQLite database unless named
    #[arg(long)]
    factor_key: Option<PathBuf>,
    /// How often each token may ask the API in a minute; 600 unless given
    #[arg(long, value_name = "N")]
    api_per_minute: Option<u32>,
    /// The socket of clamd, which scans files that are sent
    #[arg(long, value_name = "SOCKET")]
    clamd: Option<PathBuf>,
    /// The most mebibytes of a file that is sent; 100 unless given
    #[arg(long, value_name = "N")]
    upload_max_mib: Option<u64>,
    /// A configuration file
    #[arg(long)]
    config: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let config = match &self.config {
            Some(path) => Config::read(path).map_err(|says| Ended::With(USAGE, says))?,
            None => Config::default(),
        };
        let checkpoint = self.checkpoint.clone().or(config.checkpoint);
        let witnesses = self.witnesses.clone().or(config.witnesses);
        let witnessing = witnesses.map(|policy| witnessing(&policy, checkpoint.clone())).transpose()?;
        let listen = self.listen.or(config.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let setting = Setting {
            database: if setting.named {
                setting.database.clone()
            } else {
                config.database.unwrap_or_else(|| setting.database.clone())
            },
            body: config.body.filter(|_| setting.body == "iopc").unwrap_or_else(|| setting.body.clone()),
            high_water: setting.high_water.clone().or(config.high_water),
            backup_keys: setting.backup_keys.clone().or(config.backup_keys),
            ..*setting
        };
        let marks = high_water::marks(&setting)?;
        high_water::check(marks.as_ref())?;
        backup_keys::warn(&setting);
        // On this machine alone there is no TLS, and a browser would drop a secure cookie.
        let secure = config.secure_cookies.unwrap_or(!listen.ip().is_loopback());
        let breached = config.breached_passwords.as_deref().map(Breached::at).transpose();
        let breached = breached.map_err(|says| Ended::With(USAGE, says))?;
        let key = self.factor_key.clone().or(config.factor_key);
        let rate = self.api_per_minute.or(config.api_per_minute);
        let scanner = self.clamd.clone().or(config.clamd).map(Scanner::at);
        let upload_mib = self.upload_max_mib.or(config.upload_max_mib).unwrap_or(UPLOAD_MIB_USUAL);
        if !(1..=UPLOAD_MIB_MAX).contains(&upload_mib) {
            return Err(Ended::With(USAGE, format!("--upload-max-mib is 1 to {UPLOAD_MIB_MAX}")));
        }
        let origin = self.origin.clone().or(config.origin);
        let origin = origin.map(|text| Origin::parse(&text)).transpose().map_err(|says| Ended::With(USAGE, says))?;
        let app = |app: &mut App| {
            app.scanner = scanner;
            app.upload_bytes_max = upload_mib << 20;
            app.rate = rate.map_or_else(|| Rate::of(USUAL_PER_MINUTE), Rate::of);
            app.secure_cookies = secure;
            app.checkpoint = checkpoint;
            app.security_contact = config.security_contact;
            app.witnessing = witnessing;
            app.breached = breached;
            app.second_factor = config.second_factor.unwrap_or_else(|| std::mem::take(&mut app.second_factor));
            app.factor_key = factor_key(&app.store, key)?;
            if app.factor_key.is_none() && !app.second_factor.is_empty() {
                return Err(Ended::With(
                    USAGE,
                    "roles of this body sign in with a second factor, and there is no key file for it; name one with --factor-key"
                        .to_owned(),
                ));
            }
            reach(app, origin.as_ref(), config.provider)
        };
        serve(&setting, marks.as_ref(), listen, app)
    }
}

/// Sets up what needs the address under which this installation is reached.
pub(super) fn reach(app: &mut App, origin: Option<&Origin>, provider: Option<Settings>) -> Result<(), Ended> {
    let usage = |says: String| Ended::With(USAGE, says);
    // What a browser takes along is sealed with the key file.
    let origin = origin.filter(|_| app.factor_key.is_some());
    app.passkeys = origin.map(Passkeys::of).transpose().map_err(usage)?;
    let record = &app.store.record;
    let passkeys = record.engine.read(|tx| passkey::count(tx, &record.log))?;
    if app.passkeys.is_none() && passkeys > 0 {
        tracing::warn!(passkeys, "passkeys cannot be used: name the origin, and the key file of second factors");
    }
    app.provider = match (provider, origin) {
        (None, _) => None,
        (Some(settings), Some(origin)) => Some(Provider::of(settings, origin).map_err(usage)?),
        (Some(_), None) => {
            return Err(usage("an identity provider needs an origin and the key file of second factors".to_owned()));
        }
    };
    Ok(())
}

fn witnessing(policy: &Path, checkpoint: Option<PathBuf>) -> Result<Witnessing, Ended> {
    let usage = |says: &str| Ended::With(USAGE, says.to_owned());
    let checkpoint = checkpoint.ok_or_else(|| usage("say with --checkpoint where the witnessed one is published"))?;
    let policy = policy_of(policy)?;
    if !policy.asks_witnesses() {
        return Err(usage("the policy asks for no witnesses; leave out --witnesses"));
    }
    Ok(Witnessing::new(policy, checkpoint))
}

pub(super) fn serve(
    setting: &Setting,
    marks: Option<&HighWater>,
    listen: SocketAddr,
    set: impl FnOnce(&mut App) -> Result<(), Ended>,
) -> Result<u8, Ended> {
    let store = setting.store()?;
    if store.record.engine.read(|tx| access::lacks_parties(tx, &store.record.log))? {
        tracing::info!("this record is of an earlier version: making the table of who is in which case");
        record::rebuilt(setting, &store)?;
    }
    // What went by while nobody served is noted before anybody looks.
    note_missed(setting, &store)?;
    let pages = Pages::load().map_err(|e| Ended::With(COULD_NOT, format!("the templates: {e:#}")))?;
    let mut app = App::new(store, setting.profile()?, pages);
    set(&mut app)?;
    let failed = |e: std::io::Error| {
        Ended::With(COULD_NOT, format!("listening on {listen}: {e}; choose another address with --listen"))
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(WAITING_THREADS_MAX)
        .build()
        .map_err(failed)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(failed)?;
        say(&format!("Candour serves {} at http://{}", app.profile.short, listener.local_addr().map_err(failed)?));
        let app = Arc::new(app);
        tokio::spawn(keep_noting(Arc::clone(&app)));
        if let Some(marks) = marks.cloned() {
            tokio::spawn(high_water::keep_remembering(marks));
        }
        listen::serve(listener, router(app), Limits::default(), told_to_stop()).await;
        Ok::<(), Ended>(())
    })?;
    // Waits for what is still being noted, so that nobody else writes to the file.
    drop(runtime);
    if let Some(marks) = marks {
        high_water::note(marks);
    }
    Ok(DONE)
}

/// The key of second factors: in the file of that name, which is made, or beside a SQLite database.
/// While somebody has a second factor none is made, because it would open nobody's.
pub(super) fn factor_key(store: &Store, named: Option<PathBuf>) -> Result<Option<FactorKey>, Ended> {
    let record = &store.record;
    let beside = || {
        let mut name = record.engine.file()?.as_os_str().to_owned();
        name.push(".factor-key");
        Some(PathBuf::from(name))
    };
    let Some(path) = named.or_else(beside) else { return Ok(None) };
    let held = record.engine.read(|tx| factor::all(tx, &record.log))?;
    let key = FactorKey::at(&path, held.is_empty()).map_err(|says| Ended::With(USAGE, says))?;
    if key.is_none() {
        tracing::error!(
            accounts = held.len(),
            "the key file of second factors {} is missing: put it back, or take these second factors away with candour user reset-second-factor",
            path.display()
        );
    }
    Ok(key)
}

/// Looks every hour whether a last day went by, and notes each once.
async fn keep_noting(app: Arc<App>) {
    let mut every_hour = tokio::time::interval(Duration::from_secs(60 * 60));
    every_hour.tick().await;
    loop {
        every_hour.tick().await;
        let now = (app.now)();
        let swept = app.write(move |_, w| {
            let log = w.log();
            Ok(files::sweep(w.tx()?, log, now)?)
        });
        if let Err(error) = swept.await {
            tracing::error!(?error, "files that nobody recorded could not be deleted; trying again in an hour");
        }
        loop {
            let noted = app.write(|app, w| {
                let context = app.context_of(w)?;
                let log = w.log();
                let operator = access::operator(w.tx()?, log)?;
                clocks::note_missed(w, &operator, context)
            });
            match noted.await {
                Ok(noted) if noted.all == 0 => break,
                Ok(noted) if noted.said == 0 => {}
                Ok(noted) => tracing::info!(noted = noted.said, "last days that went by"),
                Err(error) => {
                    tracing::error!(?error, "last days that went by could not be noted; trying again in an hour");
                    break;
                }
            }
        }
    }
}

pub(super) async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
