//! Measures Candour beside the limit: bare programs that run the same SQL and nothing around it.
//!
//! One run makes a caseload, starts both as processes of their own, and asks them in turns. What is
//! compared is the processor time of each process, which barely moves with load. Figures are
//! printed and written to files; nothing here passes or fails on a time.

mod attack;
mod client;
mod figure;
mod limit;
mod machine;
mod rows;
mod server;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::figure::Report;
use crate::server::{Candour, Limit};

#[derive(Parser)]
#[command(name = "bench", about)]
struct Arguments {
    /// How many cases the caseload has
    #[arg(long, default_value_t = 20_000)]
    cases: u32,
    /// Rounds of limit, Candour, limit; the median is published
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Where the caseload is made and the figures are written
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    #[command(subcommand)]
    program: Option<Program>,
}

#[derive(Subcommand)]
enum Program {
    /// Print what slow and greedy clients do to everybody else, and to the server's memory
    Attack {
        /// How long each of them goes on
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// Be the limit, on a free port of this machine
    Limit {
        /// The database that Candour serves
        #[arg(long)]
        database: PathBuf,
        /// A database of its own to write to
        #[arg(long)]
        own: PathBuf,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.program {
        Some(Program::Limit { database, own }) => limit::serve(&database, &own),
        Some(Program::Attack { seconds }) => {
            let text = attack::measure(&arguments.folder, seconds.max(1))?;
            say(&text);
            std::fs::write(arguments.folder.join("attack.txt"), text).context("writing attack.txt")
        }
        None => measure(&arguments.folder, arguments.cases, arguments.rounds.max(1)),
    }
}

fn measure(folder: &Path, cases: u32, rounds: usize) -> Result<()> {
    let data = folder.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let database = data.join("candour.db");
    progress(&format!("making a caseload of {cases} cases"));
    let (made, seconds) = machine::timed(|| server::generate(&database, cases));
    made?;
    let mut report = Report::begin(cases, seconds, machine::facts(&data)?);
    report.add(rows::disk(&database)?);
    report.add(rows::reference(&data.join("reference.db"))?);

    let candour = Candour::start(&database)?;
    let limit = Limit::start(&database, &data.join("limit.db"))?;
    rows::pages(&candour, &limit, &database, rounds, &mut report)?;
    rows::creates(&candour, &limit, rounds, &mut report)?;
    drop((candour, limit));
    progress("checking the whole record with candour verify");
    report.verified = server::verify(&database)?;

    let text = report.in_text();
    say(&text);
    std::fs::write(folder.join("figures.txt"), &text)?;
    let json = serde_json::to_string_pretty(&report)?;
    std::fs::write(folder.join("figures.json"), json + "\n").context("writing figures.json")
}

#[allow(clippy::print_stdout, reason = "figures go to standard output")]
fn say(text: &str) {
    print!("{text}");
}

fn progress(line: &str) {
    eprintln!("bench: {line}");
}
