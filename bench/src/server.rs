//! The two servers as processes of their own, so that each has its own processor time.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use candour_core::permit::Role;
use candour_core::profile::Profile;
use candour_server::generate::{DEMO_PASSWORD, demo_accounts};

use crate::client::{Client, form};
use crate::machine::{cpu_seconds, memory_mib};

/// The body whose record is made.
const BODY: &str = "iopc";

/// A process that listens on a free port of this machine, ended with this value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

/// `candour serve`, with somebody of each role that is needed signed in.
pub struct Candour {
    pub server: Server,
    /// The cookie of a decision maker.
    pub decider: String,
    /// The region of that decision maker.
    pub region: String,
    /// The cookie of the assessment unit.
    pub assessor: String,
}

/// The limit.
pub struct Limit {
    pub server: Server,
}

impl Server {
    /// Starts a program that logs to `log`, and waits for the line that names its address.
    fn start(program: &Path, arguments: &[&str], log: Stdio) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let out = child.stdout.take().context("a pipe was asked for")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim_end().rsplit_once("http://").and_then(|(_, a)| a.parse().ok());
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                child.kill()?;
                bail!("{} did not say where it listens", program.display())
            }
        }
    }

    /// Seconds of processor time it has used.
    pub fn cpu_seconds(&self) -> Result<f64> {
        cpu_seconds(self.child.id())
    }

    /// Mebibytes of memory that it holds.
    pub fn memory_mib(&self) -> Result<f64> {
        memory_mib(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already, or now it does.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Candour {
    /// Starts it on a database, beside which its log goes, and signs people in.
    pub fn start(database: &Path) -> Result<Self> {
        let log = File::create(database.with_extension("log"))?;
        let server = Server::start(
            &candour()?,
            &["--body", BODY, "--database", &url(database), "serve", "--listen", "127.0.0.1:0"],
            log.into(),
        )?;
        let accounts = demo_accounts(&Profile::named(BODY)?);
        let of = |role: Role| {
            let account = accounts.iter().find(|account| account.role == role);
            account.with_context(|| format!("the demonstration has no {role:?}"))
        };
        let (decider, assessor) = (of(Role::Dm)?, of(Role::Au)?);
        Ok(Self {
            decider: sign_in(server.address, decider.name)?,
            region: decider.units.first().cloned().unwrap_or_default(),
            assessor: sign_in(server.address, assessor.name)?,
            server,
        })
    }
}

impl Limit {
    /// Starts it on the same database, with one of its own to write to.
    pub fn start(database: &Path, own: &Path) -> Result<Self> {
        let (database, own) = (database.to_string_lossy(), own.to_string_lossy());
        let server = Server::start(
            &std::env::current_exe()?,
            &["limit", "--database", &database, "--own", &own],
            Stdio::inherit(),
        )?;
        Ok(Self { server })
    }
}

/// Makes a caseload.
pub fn generate(database: &Path, cases: u32) -> Result<()> {
    make(database, &["--cases", &cases.to_string()])
}

/// Makes the reference caseload.
pub fn generate_reference(database: &Path) -> Result<()> {
    make(database, &["--reference"])
}

fn make(database: &Path, what: &[&str]) -> Result<()> {
    let status = Command::new(candour()?)
        .args(["--body", BODY, "--database", &url(database), "generate"])
        .args(what)
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        bail!("candour generate failed");
    }
    Ok(())
}

/// What `candour verify` says of the database, in one line.
pub fn verify(database: &Path) -> Result<String> {
    let output = Command::new(candour()?)
        .args(["--body", BODY, "--database", &url(database), "verify"])
        .stderr(Stdio::inherit())
        .output()?;
    let says = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = says.lines().map(str::trim).collect();
    if !output.status.success() {
        bail!("candour verify found fault: {}", lines.join("; "));
    }
    Ok(lines.join("; "))
}

fn sign_in(address: SocketAddr, name: &str) -> Result<String> {
    let sent = form(&[("name", name), ("password", DEMO_PASSWORD)]);
    let answer = Client::connect(address, "")?.post("/sign-in", &sent)?;
    answer.set_cookie.with_context(|| format!("signing in was answered with {}", answer.status))
}

/// The program beside this one: both are built by `cargo xtask bench`.
fn candour() -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("candour"))
}

fn url(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}
