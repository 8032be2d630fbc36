//! `cargo xtask pg -- COMMAND ARGS...`: runs a command beside a throwaway PostgreSQL.
//!
//! The cluster lies in a temporary folder, listens on 127.0.0.1 only and is as careful with the
//! disk as a real one. A watcher holds the other end of a pipe: when this process ends, however it
//! ends, the pipe closes and the watcher stops the server and removes the folder.
//!
//! The tests of the store include this file too, for those clusters that they stop on purpose.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// The address that the tests are given.
pub const ADDRESS: &str = "CANDOUR_TEST_POSTGRES";

/// Those who may run the server when we are root, which PostgreSQL refuses.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// A running PostgreSQL that ends with this value.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    runs_as: Option<(u32, u32)>,
    watcher: Child,
}

/// Runs `f` with the address of a throwaway cluster.
pub fn with_cluster<T>(f: impl FnOnce(&str) -> Result<T>) -> Result<T> {
    let cluster = Cluster::start()?;
    f(&cluster.url())
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = temporary_folder()?;
        let runs_as = unprivileged(&folder)?;
        if let Some((user, group)) = runs_as {
            chown(&folder, Some(user), Some(group))?;
        }
        let watcher = watch(&folder, &programs, runs_as)?;
        // From here on the folder is removed whatever happens.
        let cluster = Self { port: free_port()?, folder, programs, runs_as, watcher };
        cluster.make()?;
        cluster.start_again()?;
        Ok(cluster)
    }

    /// The address of its database `postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops the server as a power cut would: nothing is written out, nobody is told.
    #[allow(dead_code, reason = "only the tests of the store pull the plug")]
    pub fn stop_at_once(&self) -> Result<()> {
        let data = self.folder.join("data");
        run(self.program("pg_ctl").arg("--pgdata").arg(data).args(["--mode=immediate", "--wait", "stop"]))
    }

    /// Starts the server and waits until it answers.
    pub fn start_again(&self) -> Result<()> {
        let (data, log) = (self.folder.join("data"), self.folder.join("log"));
        let mut start = self.program("pg_ctl");
        start.arg("--pgdata").arg(data).arg("--log").arg(&log).args(["--wait", "start"]);
        run(&mut start).with_context(|| fs::read_to_string(&log).unwrap_or_default())
    }

    fn make(&self) -> Result<()> {
        let data = self.folder.join("data");
        run(self
            .program("initdb")
            .arg("--pgdata")
            .arg(&data)
            .args(["--username=postgres", "--auth=trust", "--data-checksums"])
            .args(["--encoding=UTF8", "--no-locale", "--no-sync"]))?;
        let mut settings = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
        write!(
            settings,
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\n\
             fsync = on\nsynchronous_commit = on\n",
            self.port
        )?;
        Ok(())
    }

    /// A server program, run by somebody who may.
    fn program(&self, name: &str) -> Command {
        let mut program = Command::new(self.programs.join(name));
        // Whoever runs it may not be allowed where we are.
        program.current_dir(&self.folder);
        if let Some((user, group)) = self.runs_as {
            program.uid(user).gid(group);
        }
        program
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        // The watcher tidies up; if it cannot be waited for it does so all the same.
        let _ = self.watcher.wait();
    }
}

/// `cargo xtask pg`: runs the command and returns its exit status.
pub fn run_beside(mut command: impl Iterator<Item = String>) -> Result<i32> {
    let Some(program) = command.next() else {
        bail!("usage: cargo xtask pg -- COMMAND ARGS...");
    };
    with_cluster(|url| {
        let status = Command::new(&program)
            .args(command)
            .env(ADDRESS, url)
            .status()
            .with_context(|| format!("{program} cannot be started"))?;
        Ok(status.code().unwrap_or(1))
    })
}

/// The folder of PostgreSQL's server programs: of the newest version where there are several.
fn programs() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(|folder| has_programs(folder));
    let debian = || {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let number = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().parse::<u32>().ok();
        let bins = versions.filter_map(|entry| Some((number(&entry)?, entry.path().join("bin"))));
        let newest = bins.filter(|(_, bin)| has_programs(bin)).max();
        newest.map(|(_, bin)| bin)
    };
    on_path.or_else(debian).context(
        "PostgreSQL's server programs (initdb, pg_ctl) were not found, neither on PATH nor in \
         /usr/lib/postgresql. Install them: on Debian and Ubuntu, apt install postgresql",
    )
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "pg_ctl"].iter().all(|name| folder.join(name).is_file())
}

fn temporary_folder() -> Result<PathBuf> {
    let port = free_port()?;
    let name = format!("candour-pg-{}-{port}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}

/// The user and group to run the server as, when we are root.
fn unprivileged(folder: &Path) -> Result<Option<(u32, u32)>> {
    // What we have just made is ours, so its owner says who we are.
    if fs::metadata(folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").context("/etc/passwd cannot be read")?;
    let ids = |name: &&str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(*name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let found = UNPRIVILEGED.iter().find_map(ids);
    found.map(Some).context("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
}

/// A port that nobody listens on now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Starts the process that waits for our end and then tidies up.
fn watch(folder: &Path, programs: &Path, runs_as: Option<(u32, u32)>) -> Result<Child> {
    const SCRIPT: &str = "cat >/dev/null; \
         if [ -e \"$1/data/postmaster.pid\" ]; then \"$2/pg_ctl\" --pgdata \"$1/data\" --mode=immediate --wait stop; fi; \
         rm -rf \"$1\"";
    let mut watcher = Command::new("sh");
    watcher.args(["-c", SCRIPT, "watcher"]).arg(folder).arg(programs);
    watcher.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // In a process group of its own, so that Ctrl-C does not reach it.
    watcher.process_group(0);
    if let Some((user, group)) = runs_as {
        watcher.uid(user).gid(group);
    }
    watcher.spawn().context("sh cannot be started")
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    // To files rather than pipes, which the server would inherit and hold open.
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let status = status.with_context(|| format!("{name} cannot be started"))?;
    if !status.success() {
        bail!("{name} failed: {status}");
    }
    Ok(())
}
