//! `candour demo` and `candour generate`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use candour_store::record::Clock;
use clap::Args;

use super::{COULD_NOT, DONE, Ended, Setting, USAGE, progress, say, serve};
use crate::generate::{Caseload, Generated, Plan, demo_accounts, generate};
use crate::origin::Origin;

#[derive(Args)]
pub(super) struct Demo {
    /// The folder of the demonstration's database
    #[arg(long, default_value = "./candour-data")]
    data: PathBuf,
    /// The address under which it is opened, as http://localhost:8080; passkeys need it
    #[arg(long, value_name = "ADDRESS")]
    origin: Option<String>,
    /// On which address to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Make the caseload and stop
    #[arg(long)]
    no_serve: bool,
}

#[derive(Args)]
pub(super) struct Generate {
    /// The reference caseload, from which the published figures come out
    #[arg(long, conflicts_with_all = ["cases", "years"], required_unless_present = "cases")]
    reference: bool,
    /// How many cases of a synthetic one
    #[arg(long)]
    cases: Option<u32>,
    /// What the chance is drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Over how many years up to 31 March 2020
    #[arg(long, default_value_t = 4)]
    years: u8,
}

impl Demo {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        if setting.named {
            return Err(Ended::With(USAGE, "demo keeps its own database; choose its folder with --data".to_owned()));
        }
        let database = self.data.join("candour.db");
        if !database.exists() {
            self.make(setting)?;
        }
        let database = format!("sqlite:{}", database.display());
        let setting = Setting { database, body: setting.body.clone(), high_water: None, backup_keys: None, ..*setting };
        if self.no_serve {
            say(&format!("the demonstration is in {}", self.data.join("candour.db").display()));
            return Ok(DONE);
        }
        let profile = setting.profile()?;
        say("Sign in with one of these names and the password `candour demonstration`:");
        for account in demo_accounts(&profile) {
            let units = account.units.join(", ");
            say(format!("  {:24}{:24}{units}", account.name, account.role.label()).trim_end());
        }
        // Whoever throws a demonstration away and makes it anew need not say so.
        let checkpoint = self.data.join("checkpoint");
        let origin = self.origin.as_deref().map(Origin::parse).transpose().map_err(|says| Ended::With(USAGE, says))?;
        serve::serve(&setting, None, self.listen, |app| {
            (app.secure_cookies, app.demo) = (false, true);
            app.checkpoint = Some(checkpoint);
            app.factor_key = serve::factor_key(&app.store, None)?;
            serve::reach(app, origin.as_ref(), None)
        })
    }

    /// Makes the caseload in a folder beside, so that an interrupted start leaves no half of one.
    fn make(&self, setting: &Setting) -> Result<(), Ended> {
        let failed = |e: std::io::Error| Ended::With(COULD_NOT, format!("{}: {e}", self.data.display()));
        let making = self.data.join(".making");
        if making.exists() {
            std::fs::remove_dir_all(&making).map_err(failed)?;
        }
        std::fs::create_dir_all(&making).map_err(failed)?;
        say("Making the demonstration: four years of invented cases. This takes a minute or two ...");
        // In a process of its own, so that nothing holds the files open when they are moved.
        let status = std::process::Command::new(std::env::current_exe().map_err(failed)?)
            .args(["--body", &setting.body, "--database"])
            .arg(format!("sqlite:{}", making.join("candour.db").display()))
            .args(["generate", "--reference"])
            .stdout(std::process::Stdio::null())
            .status()
            .map_err(failed)?;
        if !status.success() {
            return Err(Ended::With(COULD_NOT, "the demonstration caseload could not be made".to_owned()));
        }
        move_files(&making, &self.data).map_err(failed)
    }
}

/// Moves a folder's files; the database itself last, because its presence says that all is there.
fn move_files(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut names: Vec<_> =
        std::fs::read_dir(from)?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|e| e.file_name()).collect();
    names.sort_by_key(|name| name == "candour.db");
    for name in names {
        std::fs::rename(from.join(&name), to.join(&name))?;
    }
    std::fs::remove_dir(from)
}

impl Generate {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let (law, profile) = setting.law()?;
        let seeded = || {
            use rand::{Rng as _, SeedableRng as _};
            let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(self.seed);
            candour_store::Sources {
                now: crate::app::machine_time,
                entropy: Box::new(move |bytes| chance.fill_bytes(bytes)),
            }
        };
        let store = candour_store::Store::open(&setting.database, &setting.body, Clock::Demonstration, seeded)?;
        if store.record.clock == Clock::Real {
            return Err(Ended::With(USAGE, "this log tells the real time; generate into a new database".to_owned()));
        }
        let caseload = match self.cases {
            Some(cases) => Caseload::Synthetic(Plan { cases, seed: self.seed, years: self.years }),
            None => Caseload::Reference(self.seed),
        };
        let Generated { cases, acts, .. } = generate(&store, &law, &profile, caseload, &|done, of| {
            progress(&format!("{done} of {of} acts"));
        })?;
        progress("");
        say(&format!("generated {cases} cases in {acts} acts"));
        Ok(DONE)
    }
}
