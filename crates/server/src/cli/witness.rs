//! `candour witness`: cosigns the checkpoints of other bodies' logs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use candour_core::record::note::Verifier;
use clap::{Args, Subcommand};

use super::serve::told_to_stop;
use super::{COULD_NOT, DONE, Ended, USAGE, say};
use crate::app;
use crate::signer::PUBLIC;
use crate::witness::{self, Desk, serve::router};

#[derive(Subcommand)]
pub(super) enum Witness {
    /// Make the key of a witness
    Init(Init),
    /// Witness a log from now on
    Trust(Trust),
    /// Answer those who ask for cosignatures
    Serve(Serve),
}

#[derive(Args)]
pub(super) struct Init {
    /// The witness's folder
    #[arg(long)]
    dir: PathBuf,
    /// What the witness is called, like witness.example.org
    #[arg(long)]
    name: String,
}

#[derive(Args)]
pub(super) struct Trust {
    /// The witness's folder
    #[arg(long)]
    dir: PathBuf,
    /// The key of the log's signer, NAME+ID+BASE64; its name is the log's
    key: String,
}

#[derive(Args)]
pub(super) struct Serve {
    /// The witness's folder
    #[arg(long)]
    dir: PathBuf,
    /// On which address to listen
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
}

impl Witness {
    pub(super) fn run(&self) -> Result<u8, Ended> {
        match self {
            Self::Init(init) => init.run(),
            Self::Trust(trust) => trust.run(),
            Self::Serve(serve) => serve.run(),
        }
    }
}

impl Init {
    fn run(&self) -> Result<u8, Ended> {
        let mut seed = [0; 32];
        (app::machine_sources().entropy)(&mut seed);
        let made = witness::init(&self.dir, &self.name, &seed);
        say(&made.map_err(|unsigned| Ended::With(USAGE, unsigned.to_string()))?.to_string());
        say(&format!("hand {} to those whose logs you witness, for their policies", self.dir.join(PUBLIC).display()));
        Ok(DONE)
    }
}

impl Trust {
    fn run(&self) -> Result<u8, Ended> {
        let key = Verifier::parse(&self.key).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))?;
        Desk::open(&self.dir)?.trust(&key)?;
        say(&format!("{} is witnessed", key.name));
        Ok(DONE)
    }
}

impl Serve {
    fn run(&self) -> Result<u8, Ended> {
        let desk = Arc::new(Desk::open(&self.dir)?);
        let failed = |e: std::io::Error| {
            let says = format!("listening on {}: {e}; choose another address with --listen", self.listen);
            Ended::With(COULD_NOT, says)
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(self.listen).await.map_err(failed)?;
            let at = listener.local_addr().map_err(failed)?;
            say(&format!("{} witnesses {} logs at http://{at}", desk.witness().name, desk.logs()));
            let service = router(desk, app::machine_time).into_make_service();
            axum::serve(listener, service).with_graceful_shutdown(told_to_stop()).await.map_err(failed)
        })?;
        Ok(DONE)
    }
}
