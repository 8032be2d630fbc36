//! The rows of the performance goals that are measured.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use candour_core::reference::Reference;
use rusqlite::Connection;

use crate::client::{Client, form};
use crate::figure::{Figure, Report};
use crate::machine::{median, timed};
use crate::progress;
use crate::server::{Candour, Limit, Server};

/// A turn lasts until the server has used this much processor time, fifty of its clock's ticks.
const TURN_CPU_SECONDS: f64 = 0.5;
/// Requests between two looks at that clock.
const STRIDE: usize = 100;
const WARMING: usize = 300;
const REQUESTS_MAX: usize = 40_000;
/// Cases whose pages are asked for in turn.
const CASES: u32 = 20;
/// Events of each of them.
const EVENTS: u32 = 10;
const LIST_ROWS: usize = 50;
const CONNECTIONS: usize = 64;
const CREATE_SECONDS: u64 = 3;
const CREATES_MAX: u64 = 100_000;
const LOOKS_PER_SECOND: u64 = 10;

/// Processor time and time for each request of a turn, in milliseconds.
struct Spent {
    cpu: f64,
    wall: f64,
}

/// How long the reference caseload takes to make, on SQLite.
pub fn reference(database: &Path) -> Result<Figure> {
    let (made, seconds) = timed(|| crate::server::generate_reference(database));
    made?;
    Ok(Figure {
        row: "-",
        what: "making the reference caseload".to_owned(),
        candour: seconds,
        unit: "s",
        limit: None,
        goal: "≤ 60 s",
        met: seconds <= 60.0,
        rounds: vec![seconds],
        notes: Vec::new(),
    })
}

/// Row 12: what the caseload takes on disk.
pub fn disk(database: &Path) -> Result<Figure> {
    let connection = open(database)?;
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, f64>(0));
    let cases = count("select cast(count(*) as real) from case_row")?;
    let events = count("select cast(count(*) as real) from event where stream like 'case:%'")?;
    let mut bytes = 0;
    for name in ["candour.db", "candour.db-wal", "candour-access.db"] {
        let found = std::fs::metadata(database.with_file_name(name));
        bytes += found.map_or(0, |file| file.len());
    }
    let bytes = bytes as f64;
    let ten = bytes / events * 10.0 / 1000.0;
    Ok(Figure {
        row: "12",
        what: "disk for a case of 10 events".to_owned(),
        candour: ten,
        unit: "KB",
        limit: None,
        goal: "≤ 2.5 KB",
        met: ten <= 2.5,
        rounds: Vec::new(),
        notes: vec![
            format!(
                "Scaled: the generated cases have {:.2} events on average and take {:.2} KB each; this is bytes for an event, times 10.",
                events / cases,
                bytes / cases / 1000.0
            ),
            "With the chain, the measures' facts and the list's row. There is no search index yet, which the goal includes.".to_owned(),
        ],
    })
}

/// Rows 1 and 2: processor time for a page, one client after another request.
pub fn pages(candour: &Candour, limit: &Limit, database: &Path, rounds: usize, report: &mut Report) -> Result<()> {
    let region = form(&[("region", &candour.region)]);
    let lists = [
        ("1", "list page, every region", "/staff/cases?all=1".to_owned(), "/list?region=".to_owned()),
        ("1r", "list page, one region", "/staff/cases".to_owned(), format!("/list?{region}")),
    ];
    for (row, what, ours, theirs) in lists {
        let compared = Compared { row, what, goal: "≤ 0.5 ms", goal_ms: 0.5 };
        let figure = compared.measure(candour, limit, &[ours], &[theirs], rounds)?;
        report.add(figure);
    }
    progress("bringing cases to ten events");
    let cases = cases_of_ten_events(candour, database)?;
    let ours = |page: &str| -> Vec<String> { cases.iter().map(|case| format!("/staff/cases/{case}{page}")).collect() };
    let theirs: Vec<String> = cases.iter().map(|case| format!("/case?stream=case:{case}")).collect();
    for (row, what, page) in [("2", "case page, 10 events", ""), ("2t", "case timeline, 10 events", "/timeline")] {
        let compared = Compared { row, what, goal: "≤ 0.4 ms", goal_ms: 0.4 };
        report.add(compared.measure(candour, limit, &ours(page), &theirs, rounds)?);
    }
    Ok(())
}

/// A page of Candour beside the same of the limit.
struct Compared {
    row: &'static str,
    what: &'static str,
    goal: &'static str,
    goal_ms: f64,
}

impl Compared {
    fn measure(
        &self,
        candour: &Candour,
        limit: &Limit,
        ours: &[String],
        theirs: &[String],
        rounds: usize,
    ) -> Result<Figure> {
        let mut us = Client::connect(candour.server.address, &candour.decider)?;
        let mut them = Client::connect(limit.server.address, "")?;
        let mut bytes = 0;
        for path in ours {
            let page = us.get(path)?;
            self.is_whole(&String::from_utf8_lossy(&page.body))?;
            bytes = bytes.max(page.body.len());
        }
        ask(&mut us, ours, WARMING)?;
        ask(&mut them, theirs, WARMING)?;
        let (mut our_turns, mut their_turns, mut walls) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let before = turn(&limit.server, &mut them, theirs)?;
            let own = turn(&candour.server, &mut us, ours)?;
            let after = turn(&limit.server, &mut them, theirs)?;
            their_turns.push((before.cpu + after.cpu) / 2.0);
            our_turns.push(own.cpu);
            walls.push(own.wall);
        }
        let cpu = median(our_turns.clone());
        Ok(Figure {
            row: self.row,
            what: self.what.to_owned(),
            candour: cpu,
            unit: "ms CPU a request",
            limit: Some(median(their_turns)),
            goal: self.goal,
            met: cpu <= self.goal_ms,
            rounds: our_turns,
            notes: vec![format!(
                "{:.1} KB of HTML; {:.2} ms from request to answer.",
                bytes as f64 / 1000.0,
                median(walls)
            )],
        })
    }

    /// That the page shows what it is measured for, rather than an empty list.
    fn is_whole(&self, html: &str) -> Result<()> {
        let (mark, wanted) = match self.row {
            "2" => ("moj-identity-bar__title", 1),
            "2t" => ("id=\"entry-", EVENTS as usize),
            _ => ("<th scope=\"row\"", LIST_ROWS),
        };
        let found = html.matches(mark).count();
        if found < wanted {
            bail!("the {} shows {found} of {wanted} {mark}; take more cases", self.what);
        }
        Ok(())
    }
}

fn turn(server: &Server, client: &mut Client, paths: &[String]) -> Result<Spent> {
    let begun = server.cpu_seconds()?;
    let mut requests = 0;
    let (asked, seconds) = timed(|| -> Result<f64> {
        loop {
            ask(client, paths, STRIDE)?;
            requests += STRIDE;
            let used = server.cpu_seconds()? - begun;
            if used >= TURN_CPU_SECONDS || requests >= REQUESTS_MAX {
                return Ok(used);
            }
        }
    });
    let each = 1e3 / requests as f64;
    Ok(Spent { cpu: asked? * each, wall: seconds * each })
}

fn ask(client: &mut Client, paths: &[String], requests: usize) -> Result<()> {
    for path in paths.iter().cycle().take(requests) {
        let status = client.get(path)?.status;
        if status != 200 {
            bail!("{path} was answered with {status}");
        }
    }
    Ok(())
}

/// Corrects the numbers of some cases until each has ten events, as people do: with the form.
fn cases_of_ten_events(candour: &Candour, database: &Path) -> Result<Vec<String>> {
    let connection = open(database)?;
    let mut found = connection.prepare(
        "select substr(stream, 6), version from case_row where region = ?1 and version < ?2 order by stream limit ?3",
    )?;
    let found = found
        .query_map((&candour.region, EVENTS, CASES), |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?;
    let mut client = Client::connect(candour.server.address, &candour.decider)?;
    let mut cases = Vec::new();
    for case in found {
        let (case, version) = case?;
        for seen in version..EVENTS {
            let (seen, new) = (seen.to_string(), format!("2020/{seen:06}"));
            let sent = form(&[
                ("case", &case),
                ("version", &seen),
                ("submission", &submission(cases.len(), &seen)),
                ("entry", "1"),
                ("field", "number"),
                ("new", &new),
                ("reasons", "The number was typed wrongly from the letter."),
                ("step", "confirm"),
            ]);
            let answer = client.post(&format!("/staff/cases/{case}/correct"), &sent)?;
            if answer.status != 303 {
                bail!("a correction was answered with {}", answer.status);
            }
        }
        cases.push(case);
    }
    if cases.is_empty() {
        bail!("there is no case of {}; take more cases", candour.region);
    }
    Ok(cases)
}

fn submission(case: usize, seen: &str) -> String {
    format!("{case:016x}{seen:0>16}")
}

/// Row 4: creating over many connections, each answered when it is on the disk.
pub fn creates(candour: &Candour, limit: &Limit, rounds: usize, report: &mut Report) -> Result<()> {
    let numbers = AtomicU64::new(1);
    let ours = || {
        create_turn(&candour.server, &candour.assessor, "/staff/refer", 303, &|| {
            referral(numbers.fetch_add(1, Ordering::Relaxed))
        })
    };
    let data = "{\"kind\":\"complaint\",\"force\":\"metropolitan\",\"route\":\"mandatory\",\"texts\":{}}";
    let theirs = || create_turn(&limit.server, "", "/create", 201, &|| data.to_owned());
    theirs()?;
    ours()?;
    let (mut rates, mut limits, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut cpu, mut limit_cpu) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        progress(&format!("creating, round {} of {rounds}", round + 1));
        let before = theirs()?;
        let own = ours()?;
        let after = theirs()?;
        let limit_rate = (before.0 + after.0) / 2.0;
        ratios.push(own.0 / limit_rate);
        rates.push(own.0);
        limits.push(limit_rate);
        cpu.push(own.1);
        limit_cpu.push((before.1 + after.1) / 2.0);
    }
    let ratio = median(ratios);
    report.add(Figure {
        row: "4",
        what: format!("creates a second, {CONNECTIONS} connections"),
        candour: median(rates.clone()),
        unit: "creates/s",
        limit: Some(median(limits)),
        goal: "≥ 0.3 of the limit",
        met: ratio >= 0.3,
        rounds: rates,
        notes: vec!["The limit inserts one row; Candour one event, its words, its case's row, the facts, the submission and the head. The client takes its share of the same cores from both.".to_owned()],
    });
    let each = median(cpu.clone());
    report.add(Figure {
        row: "4",
        what: "processor time for a create".to_owned(),
        candour: each,
        unit: "ms CPU",
        limit: Some(median(limit_cpu)),
        goal: "≤ 0.5 ms",
        met: each <= 0.5,
        rounds: cpu,
        notes: Vec::new(),
    });
    Ok(())
}

/// Posts that are being sent over many connections.
struct Load<'a> {
    path: &'a str,
    wanted: u16,
    body: &'a (dyn Fn() -> String + Sync),
    done: AtomicU64,
    over: AtomicBool,
}

impl Load<'_> {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed) && self.done.load(Ordering::Relaxed) < CREATES_MAX
    }

    /// Posts over one connection until it is over.
    fn send(&self, client: &mut Client) -> Result<()> {
        while self.goes_on() {
            let status = client.post(self.path, &(self.body)())?.status;
            if status != self.wanted {
                self.over.store(true, Ordering::Relaxed);
                bail!("{} was answered with {status}", self.path);
            }
            self.done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Posts over all of them at once.
    fn send_all(&self, clients: &mut [Client]) -> Result<()> {
        std::thread::scope(|scope| {
            let threads: Vec<_> = clients.iter_mut().map(|client| scope.spawn(|| self.send(client))).collect();
            for _ in 0..CREATE_SECONDS * LOOKS_PER_SECOND {
                std::thread::sleep(Duration::from_millis(1000 / LOOKS_PER_SECOND));
                if !self.goes_on() {
                    break;
                }
            }
            self.over.store(true, Ordering::Relaxed);
            for thread in threads {
                thread.join().ok().context("a client panicked")??;
            }
            Ok(())
        })
    }
}

/// Creates a second, and milliseconds of the server's processor time for each.
fn create_turn(
    server: &Server,
    cookie: &str,
    path: &str,
    wanted: u16,
    body: &(dyn Fn() -> String + Sync),
) -> Result<(f64, f64)> {
    let clients: Result<Vec<Client>> = (0..CONNECTIONS).map(|_| Client::connect(server.address, cookie)).collect();
    let mut clients = clients?;
    let load = Load { path, wanted, body, done: AtomicU64::new(0), over: AtomicBool::new(false) };
    let begun = server.cpu_seconds()?;
    let (sent, seconds) = timed(|| load.send_all(&mut clients));
    sent?;
    let used = server.cpu_seconds()? - begun;
    let done = load.done.load(Ordering::Relaxed) as f64;
    Ok((done / seconds, used * 1e3 / done))
}

/// The last step of recording a referral.
fn referral(number: u64) -> String {
    // The reference is drawn from chance that comes with the form, as the server draws it.
    let chance = format!("{:016x}{number:016x}", scattered(number));
    let reference = Reference::derived("form case", &chance);
    form(&[
        ("case", reference.as_plain()),
        ("drawn", &chance),
        ("version", "0"),
        ("submission", &format!("{:016x}{number:016x}", scattered(!number))),
        ("kind", "complaint"),
        ("force", "metropolitan"),
        ("route", "mandatory"),
        ("clear_on-day", "26"),
        ("clear_on-month", "3"),
        ("clear_on-year", "2020"),
        ("on-day", "27"),
        ("on-month", "3"),
        ("on-year", "2020"),
        ("incident_on-day", "25"),
        ("incident_on-month", "3"),
        ("incident_on-year", "2020"),
        ("number", &format!("2020/{number:06}")),
        ("summary", "It is said that a call was graded wrongly and that nobody attended."),
        ("step", "confirm"),
    ])
}

/// A number far from its neighbours', so that references fall anywhere in the indexes, as real ones do.
fn scattered(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^ (mixed >> 31)
}

#[allow(clippy::disallowed_methods, reason = "looks at the file that is measured; the product opens its own")]
fn open(database: &Path) -> Result<Connection> {
    Ok(Connection::open(database)?)
}
