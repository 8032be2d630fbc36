//! `candour serve`: the pages, until the process is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use candour_store::high_water::HighWater;
use candour_store::{access, clocks};
use clap::Args;

use super::clocks::note_missed;
use super::{COULD_NOT, DONE, Ended, Setting, USAGE, high_water, record, say};
use crate::app::App;
use crate::config::Config;
use crate::pages::Pages;
use crate::router::router;

/// Threads that may wait for PostgreSQL or hash a password.
const WAITING_THREADS_MAX: usize = 32;

#[derive(Args)]
pub(super) struct Serve {
    /// On which address to listen
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// The file in which the signer publishes the newest checkpoint
    #[arg(long)]
    checkpoint: Option<PathBuf>,
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
        let listen = self.listen.or(config.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let setting = Setting {
            database: if setting.named {
                setting.database.clone()
            } else {
                config.database.unwrap_or_else(|| setting.database.clone())
            },
            body: config.body.filter(|_| setting.body == "iopc").unwrap_or_else(|| setting.body.clone()),
            high_water: setting.high_water.clone().or(config.high_water),
            ..*setting
        };
        let marks = high_water::marks(&setting)?;
        high_water::check(marks.as_ref())?;
        // On this machine alone there is no TLS, and a browser would drop a secure cookie.
        let secure = config.secure_cookies.unwrap_or(!listen.ip().is_loopback());
        let app = |app: &mut App| {
            app.secure_cookies = secure;
            app.checkpoint = checkpoint;
        };
        serve(&setting, marks.as_ref(), listen, app)
    }
}

pub(super) fn serve(
    setting: &Setting,
    marks: Option<&HighWater>,
    listen: SocketAddr,
    set: impl FnOnce(&mut App),
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
    set(&mut app);
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
        let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(told_to_stop()).await.map_err(failed)
    })?;
    // Waits for what is still being noted, so that nobody else writes to the file.
    drop(runtime);
    if let Some(marks) = marks {
        high_water::note(marks);
    }
    Ok(DONE)
}

/// Looks every hour whether a last day went by, and notes each once.
async fn keep_noting(app: Arc<App>) {
    let mut every_hour = tokio::time::interval(Duration::from_secs(60 * 60));
    every_hour.tick().await;
    loop {
        every_hour.tick().await;
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

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
