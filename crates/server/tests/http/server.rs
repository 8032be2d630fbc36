//! A server in a process of its own, over a small demonstration log.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

use crate::client::Client;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_candour");
/// The password of every account of a demonstration.
pub const PASSWORD: &str = candour_server::generate::DEMO_PASSWORD;

const SAYS_NOT: &str = "the server did not say where it listens";

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    /// Where it listens, such as `http://127.0.0.1:40001`.
    pub url: String,
}

/// Runs a command of the binary against a database.
pub fn candour(database: &str, arguments: &[&str]) -> Output {
    Command::new(BINARY).args(["--database", database]).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Makes a demonstration log with so many cases.
pub fn make(database: &str, cases: u32) {
    let made = candour(database, &["generate", "--cases", &cases.to_string()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

impl Server {
    /// Starts a server on a free port.
    pub fn start(database: &str) -> Self {
        Self::start_with(database, &[])
    }

    /// Starts a server on a free port with further arguments.
    pub fn start_with(database: &str, arguments: &[&str]) -> Self {
        Self::of(Self::serve(database).args(arguments)).expect(SAYS_NOT)
    }

    /// Starts a server on a free port that writes the operator's log, as JSON, to a file.
    pub fn start_logged(database: &str, log: &std::path::Path) -> Self {
        let file = std::fs::File::create(log).unwrap();
        Self::spawned(Self::serve(database).env("CANDOUR_LOG", "json").stderr(file)).expect(SAYS_NOT)
    }

    /// Starts a server that says all it can, into a file.
    pub fn start_talking(database: &str, into: std::fs::File) -> Self {
        Self::spawned(Self::serve(database).env("RUST_LOG", "trace").stderr(into)).expect(SAYS_NOT)
    }

    fn serve(database: &str) -> Command {
        let mut serve = Command::new(BINARY);
        serve.args(["--database", database, "serve", "--listen", "127.0.0.1:0"]);
        serve
    }

    /// Starts a server by a command, and waits until it says where it listens; `None` when it ends
    /// before that.
    pub fn of(serve: &mut Command) -> Option<Self> {
        Self::spawned(serve.stderr(Stdio::null()))
    }

    fn spawned(serve: &mut Command) -> Option<Self> {
        let mut child = serve.stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let url = said.filter_map(|line| line.rsplit(' ').next().map(str::to_owned)).find(|w| w.starts_with("http://"));
        let server = Self { child, url: url.clone().unwrap_or_default() };
        url.map(|_| server)
    }

    /// Ends the server as a power cut would end a process: at once.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells the server to stop, as the machine's own manager does, and waits until it has.
    pub fn stop(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// A client that is not signed in.
    pub fn visitor(&self) -> Client {
        Client::new(&self.url)
    }

    /// A client signed in as one of the demonstration's accounts.
    pub fn signed_in(&self, name: &str) -> Client {
        let mut client = self.visitor();
        let answer = client.post("/sign-in", &[("name", name), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The name of the nth account of a role in the demonstration's first matching region.
pub fn account(role: candour_core::permit::Role, region: &str, nth: usize) -> &'static str {
    let profile = candour_core::profile::Profile::named("iopc").unwrap();
    let all = candour_server::generate::demo_accounts(&profile);
    let held = all.iter().filter(|a| a.role == role && (a.units.is_empty() || a.units.iter().any(|u| u == region)));
    held.map(|a| a.name).nth(nth).unwrap()
}
