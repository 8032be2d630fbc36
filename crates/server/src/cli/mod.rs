//! The command line: what each command is called and takes, and the exit codes that scripts rely on.

mod alerts;
mod backup;
mod backup_keys;
mod bundle;
mod clocks;
mod delegation;
mod demo;
mod figures;
mod high_water;
mod import;
mod law;
mod receipt;
mod record;
mod report;
mod retention;
mod serve;
mod signer;
mod tiles;
mod token;
mod users;
mod verify;
mod witness;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use candour_core::law::Law;
use candour_core::profile::{Profile, ProfileError};
use candour_store::record::Clock;
use candour_store::{Failure, Store};
use clap::{Parser, Subcommand, ValueEnum};

use crate::app;

/// Done.
const DONE: u8 = 0;
/// The answer is no.
const NO: u8 = 1;
/// The question is impossible.
const USAGE: u8 = 2;
/// It could not be done.
const COULD_NOT: u8 = 3;

/// The system that a police-complaints oversight body runs on, and is held to account by.
#[derive(Parser)]
#[command(name = "candour", version, about)]
struct Arguments {
    /// Where the record is: sqlite:PATH or postgres://...
    #[arg(long, global = true)]
    database: Option<String>,
    /// Whose record it is
    #[arg(long, global = true)]
    body: Option<String>,
    /// Where it is kept how far this installation has seen the record come; beside a SQLite database unless named
    #[arg(long, global = true, value_name = "FILE")]
    high_water: Option<PathBuf>,
    /// The file of the keys under which backups are, each under its own; without it they are in the clear
    #[arg(long, global = true, value_name = "FILE")]
    backup_keys: Option<PathBuf>,
    /// How data is printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
}

#[derive(Subcommand)]
enum Command {
    /// Make a demonstration caseload if there is none, and serve it
    Demo(demo::Demo),
    /// Serve the pages
    Serve(serve::Serve),
    /// Bring the schema up to date
    Migrate,
    /// Compute every derived table from the record again and say what differed
    Rebuild,
    /// Write everything that must not be lost to one file, while the server runs
    Backup(backup::Backup),
    /// Put a backup into an empty database, once it has been verified
    Restore(backup::Restore),
    /// The keys of backups: list them, or end those that are due
    #[command(subcommand)]
    BackupKeys(backup_keys::BackupKeys),
    /// Go on from a record that lacks what this installation has seen, and record that
    AcceptRestored(high_water::AcceptRestored),
    /// Check the whole record, or a bundle, a receipt or tiles without any database
    Verify(verify::Verify),
    /// Hand out one case with its proofs
    Bundle(bundle::Handed),
    /// Hand out one entry of a case with the proof that it is in the record
    Receipt(receipt::Handed),
    /// Write the tiles of the log to a folder, for any web server to hand out
    Tiles(tiles::WriteTiles),
    /// Make a synthetic caseload, the same for the same seed
    Generate(demo::Generate),
    /// Load another system's data through a mapping file
    Import(import::Import),
    /// Move a demonstration log's clock forward
    Clock(record::ClockTo),
    /// What is due, and noting the last days that went by
    #[command(subcommand)]
    Clocks(clocks::Clocks),
    /// The bank holidays that were added to those of the product
    #[command(subcommand)]
    Holidays(clocks::Holidays),
    /// One measure as at a date, or `measure list`
    Measure(figures::Measure),
    /// What the law says: a last day, a provision, or which scheme a matter is under
    #[command(subcommand)]
    Law(law::LawCommand),
    /// A report made from the record
    #[command(subcommand)]
    Report(report::Reported),
    /// Who may decide what, from when to when
    #[command(subcommand)]
    Delegation(delegation::Delegation),
    /// Which words are due for disposal, and what became of those that went
    #[command(subcommand)]
    Retention(retention::Retention),
    /// Sign checkpoints of a log, in a process of its own
    #[command(subcommand)]
    Signer(signer::Signer),
    /// Cosign the checkpoints of other bodies' logs
    #[command(subcommand)]
    Witness(witness::Witness),
    /// What was unusual about who looked on a day
    Alerts(alerts::Alerts),
    /// Add or list accounts
    #[command(subcommand)]
    User(users::User),
    /// Make, list or revoke the tokens by which programs use the API
    #[command(subcommand)]
    Token(token::Tokens),
}

/// Why a command did not end with 0.
enum Ended {
    /// With an exit code and one line on standard error.
    With(u8, String),
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        let code = match failure {
            Failure::Db(_) => COULD_NOT,
            Failure::Refused(_) | Failure::Denied(_) | Failure::Moved => USAGE,
        };
        Self::With(code, failure.to_string())
    }
}

impl From<candour_store::db::Error> for Ended {
    fn from(error: candour_store::db::Error) -> Self {
        Self::With(COULD_NOT, error.to_string())
    }
}

impl From<ProfileError> for Ended {
    fn from(error: ProfileError) -> Self {
        Self::With(USAGE, error.to_string())
    }
}

/// What every command is told.
struct Setting {
    database: String,
    body: String,
    high_water: Option<PathBuf>,
    backup_keys: Option<PathBuf>,
    format: Format,
    /// Whether the database was named on the command line.
    named: bool,
    /// Whether the body was.
    body_named: bool,
}

impl Setting {
    fn profile(&self) -> Result<Profile, Ended> {
        Ok(Profile::named(&self.body)?)
    }

    fn law(&self) -> Result<(Arc<Law>, Arc<Profile>), Ended> {
        let profile = self.profile()?;
        Ok((Arc::new(app::law_of(&profile)), Arc::new(profile)))
    }

    /// The record, made with a real clock if it is not there.
    fn store(&self) -> Result<Store, Ended> {
        self.profile()?;
        Ok(Store::open(&self.database, &self.body, Clock::Real, app::machine_sources)?)
    }

    /// The record, which must be there.
    fn existing_store(&self) -> Result<Store, Ended> {
        self.profile()?;
        Ok(Store::open_existing(&self.database, &self.body, app::machine_sources)?)
    }
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    crate::operator_log::begin();
    let arguments = Arguments::parse();
    let setting = Setting {
        named: arguments.database.is_some(),
        body_named: arguments.body.is_some(),
        database: arguments.database.unwrap_or_else(|| "sqlite:./candour-data/candour.db".to_owned()),
        body: arguments.body.unwrap_or_else(|| "iopc".to_owned()),
        high_water: arguments.high_water,
        backup_keys: arguments.backup_keys,
        format: arguments.format,
    };
    let code = match run(&setting, arguments.command) {
        Ok(code) => code,
        Err(Ended::With(code, says)) => {
            let line: Vec<&str> = says.lines().map(str::trim).collect();
            eprintln!("candour: {}", line.join(" "));
            code
        }
    };
    ExitCode::from(code)
}

fn run(setting: &Setting, command: Command) -> Result<u8, Ended> {
    match command {
        Command::Demo(demo) => demo.run(setting),
        Command::Serve(serve) => serve.run(setting),
        Command::Migrate => record::migrate(setting),
        Command::Rebuild => record::rebuild(setting),
        Command::Backup(backup) => backup.run(setting),
        Command::Restore(restore) => restore.run(setting),
        Command::BackupKeys(keys) => keys.run(setting),
        Command::AcceptRestored(accept) => accept.run(setting),
        Command::Verify(verify) => verify.run(setting),
        Command::Bundle(handed) => handed.run(setting),
        Command::Receipt(handed) => handed.run(setting),
        Command::Tiles(tiles) => tiles.run(setting),
        Command::Generate(generate) => generate.run(setting),
        Command::Import(import) => import.run(setting),
        Command::Clock(clock) => clock.run(setting),
        Command::Clocks(clocks) => clocks.run(setting),
        Command::Holidays(holidays) => holidays.run(setting),
        Command::Measure(measure) => measure.run(setting),
        Command::Law(law) => law.run(setting),
        Command::Report(report) => report.run(setting),
        Command::Delegation(delegation) => delegation.run(setting),
        Command::Retention(retention) => retention.run(setting),
        Command::Signer(signer) => signer.run(setting),
        Command::Witness(witness) => witness.run(),
        Command::Alerts(alerts) => alerts.run(setting),
        Command::User(user) => user.run(setting),
        Command::Token(tokens) => tokens.run(setting),
    }
}

/// Prints a line of the command's answer.
#[allow(clippy::print_stdout, reason = "the answers of commands go to standard output, and only from here")]
fn say(line: &str) {
    use std::io::Write as _;
    // A closed pipe is the reader's choice.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A progress note, on a terminal only.
fn progress(line: &str) {
    use std::io::IsTerminal as _;
    if std::io::stderr().is_terminal() {
        eprint!("\r{line}\u{1b}[K");
    }
}
