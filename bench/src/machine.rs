//! What a figure depends on besides the program: the machine, its disk and its clocks.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Serialize;

/// Linux counts processor time in hundredths of a second, on every machine.
const TICKS_PER_SECOND: f64 = 100.0;
/// Times that a small write is forced to the disk, to learn what that costs here.
const FORCED_WRITES: usize = 200;

/// Facts about the machine and the build.
#[derive(Serialize)]
pub struct Facts {
    pub cores: usize,
    pub processor: String,
    pub commit: String,
    pub date: String,
    /// Milliseconds until a write of 4 KiB is on the disk: the median.
    pub forced_write_ms: f64,
}

/// Runs `f` and says how many seconds it took.
#[allow(clippy::disallowed_methods, reason = "measuring time is what this package is for")]
pub fn timed<T>(f: impl FnOnce() -> T) -> (T, f64) {
    let begun = std::time::Instant::now();
    let value = f();
    (value, begun.elapsed().as_secs_f64())
}

/// Seconds of processor time, user and system, that a process and its ended threads have used.
pub fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .context("processor time is read from /proc, which only Linux has")?;
    // The name may hold spaces and brackets; what follows its last bracket does not.
    let (_, after) = stat.rsplit_once(')').context("reading /proc/PID/stat")?;
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / TICKS_PER_SECOND)
}

/// Mebibytes of memory that a process holds.
pub fn memory_mib(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("reading /proc/PID/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes / 1024.0)
}

/// Learns the facts; writes a little in `folder` to time the disk.
pub fn facts(folder: &Path) -> Result<Facts> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or_else(|| "unknown".to_owned(), |(_, name)| name.to_owned());
    Ok(Facts {
        cores,
        processor,
        commit: said("git", &["describe", "--always", "--dirty"]),
        date: said("date", &["-u", "+%Y-%m-%d"]),
        forced_write_ms: forced_write_ms(&folder.join("probe"))?,
    })
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output
        .ok()
        .filter(|o| o.status.success())
        .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
        .unwrap_or_else(|| "unknown".to_owned())
}

fn forced_write_ms(path: &Path) -> Result<f64> {
    let mut file = std::fs::File::create(path)?;
    let mut times = Vec::with_capacity(FORCED_WRITES);
    for _ in 0..FORCED_WRITES {
        let (written, seconds) = timed(|| {
            file.write_all(&[7; 4096])?;
            file.sync_data()
        });
        written?;
        times.push(seconds * 1e3);
    }
    std::fs::remove_file(path)?;
    Ok(median(times))
}

/// The middle value; 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.get(middle) {
        None => 0.0,
        Some(upper) if values.len() % 2 == 1 => *upper,
        Some(upper) => (values[middle - 1] + upper) / 2.0,
    }
}
