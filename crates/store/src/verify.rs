//! Verification: walks every log and reports each finding of decisions 001, 009, 013 and 015, and no other.
//!
//! A second implementation of the same walk is `verify/verify.py`; tests hold the two together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use candour_core::record::check::Finding;
use candour_core::record::check::{Disposals, is_date, texts_of};
use candour_core::record::checkpoint::Checkpoint;
use candour_core::record::merkle::Frontier;
use candour_core::record::replay::Replay;
use candour_core::record::witnessed::{Bounds, Extent, Seen};
use candour_core::record::{Hash, Header, NO_HASH, commitment, event_hash, json};
use serde_json::{Map, Value as Json};

use crate::db::{Error, Row, Tx};
use crate::verify_files;

/// The largest position that a verifier accepts: 2^53.
const SEQ_MAX: i64 = 1 << 53;

/// What a verification found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Event rows read.
    pub events: u64,
    /// Logs met.
    pub logs: usize,
    /// What is not as it should be, sorted.
    pub findings: Vec<Finding>,
    /// How much of each log lies between cosigned checkpoints, where it was held against any.
    pub witnessed: BTreeMap<String, Extent>,
    /// The logs whose clock is not real. Nothing is said about their times.
    pub demonstrations: BTreeSet<String>,
    /// The root of each log that was asked for at the size that was asked for.
    roots: HashMap<(String, u64), Hash>,
}

impl Report {
    /// Adds what another database of the same record was found to be.
    pub fn join(&mut self, other: Self) {
        self.events += other.events;
        self.logs += other.logs;
        self.findings.extend(other.findings);
        self.witnessed.extend(other.witnessed);
        self.demonstrations.extend(other.demonstrations);
        self.roots.extend(other.roots);
    }

    /// Holds the record against an older checkpoint that was kept outside it: the log must reach its
    /// size, and have its root there.
    pub fn hold_against(&mut self, log: &str, checkpoint: &Checkpoint) {
        self.hold(log, checkpoint, "trusted-size", "trusted-root");
    }

    /// Holds the record against a checkpoint that witnesses cosigned.
    pub fn hold_against_witnessed(&mut self, log: &str, seen: &Seen) {
        self.hold(log, &seen.checkpoint, "witnessed-size", "witnessed-root");
    }

    fn hold(&mut self, log: &str, checkpoint: &Checkpoint, short: &'static str, other: &'static str) {
        let code = match self.roots.get(&(log.to_owned(), checkpoint.size)) {
            None => short,
            Some(root) if *root != checkpoint.root => other,
            Some(_) => return,
        };
        self.findings.push(Finding::at(log, checkpoint.size, code, ""));
        self.findings.sort();
        self.findings.dedup();
    }
}

/// Verifies every log of a database.
pub fn verify(tx: &mut Tx<'_>) -> Result<Report, Error> {
    verify_at(tx, &[])
}

/// Verifies every log of a database, and keeps the root that a log has at each of some sizes.
pub fn verify_at(tx: &mut Tx<'_>, sizes: &[(&str, u64)]) -> Result<Report, Error> {
    verify_within(tx, sizes, &BTreeMap::new())
}

/// The same, and whether each event of the logs that have bounds was recorded when it says.
pub fn verify_within(
    tx: &mut Tx<'_>,
    sizes: &[(&str, u64)],
    bounds: &BTreeMap<String, Bounds>,
) -> Result<Report, Error> {
    let mut walk = Walk { bounds: bounds.clone(), ..Walk::default() };
    for (log, size) in sizes {
        walk.roots.insert(((*log).to_owned(), 0), Frontier::default().root());
        walk.asked.entry((*log).to_owned()).or_default().insert(*size);
    }
    tx.each("select log, seq, field, salt, value from text order by log, seq, field", &[], |row| walk.text(row))?;
    // What was disposed of is known before the events are met to which it belonged.
    tx.each(
        "select log, seq, stream, version, kind, data, actor, authority, recorded_at, on_date, prev_hash, hash \
         from event where kind = 'words.disposed' order by log, seq",
        &[],
        |row| walk.disposal(row),
    )?;
    tx.each(
        "select log, seq, stream, version, kind, data, actor, authority, recorded_at, on_date, prev_hash, hash \
         from event order by log, seq",
        &[],
        |row| walk.event(row),
    )?;
    tx.each("select log, size, root, frontier, recorded_at from head order by log", &[], |row| {
        walk.head(row);
        Ok(())
    })?;
    verify_files::verify(tx, &mut walk.findings)?;
    Ok(walk.finish())
}

#[derive(Default)]
struct Walk {
    findings: Vec<Finding>,
    events: u64,
    logs: HashMap<String, Log>,
    /// The sizes at which the root of a log is asked for.
    asked: HashMap<String, BTreeSet<u64>>,
    bounds: BTreeMap<String, Bounds>,
    witnessed: BTreeMap<String, Extent>,
    demonstrations: BTreeSet<String>,
    roots: HashMap<(String, u64), Hash>,
    /// The texts of each event. Once its keys are gone, a table may hold a field or an event twice.
    texts: HashMap<(String, u64), Vec<Text>>,
    /// What each log's disposals name.
    disposals: HashMap<String, Disposals>,
}

/// A personal word.
struct Text {
    field: String,
    /// The commitment that it opens, if it can be read.
    opens: Option<Hash>,
    /// Whether an event names it.
    is_named: bool,
}

struct Log {
    tree: Frontier,
    rules: Replay,
    next: u64,
    begun: bool,
    recorded_at: Option<i64>,
    streams: HashMap<String, (u64, Hash)>,
    has_head: bool,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            tree: Frontier::default(),
            rules: Replay::of_log(),
            next: 1,
            begun: false,
            recorded_at: None,
            streams: HashMap::new(),
            has_head: false,
        }
    }
}

/// The columns of an event that has its types.
struct Columns<'a> {
    header: Header<'a>,
    hash: Hash,
}

impl Walk {
    fn find(&mut self, code: &'static str, log: &str, seq: u64, field: &str) {
        self.findings.push(Finding { log: log.to_owned(), seq, code, field: field.to_owned() });
    }

    fn log(&mut self, name: &str) -> &mut Log {
        self.logs.entry(name.to_owned()).or_default()
    }

    fn text(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let Some(log) = row.maybe_str(0).filter(|log| !log.is_empty()) else {
            self.find("text-stray", "", 0, "");
            return Ok(());
        };
        self.log(log);
        let field = row.maybe_str(2).unwrap_or_default();
        let Some(seq) = position(row, 1)? else {
            self.find("text-stray", log, 0, field);
            return Ok(());
        };
        if row.maybe_str(2).is_none() {
            self.find("text-stray", log, seq, "");
            return Ok(());
        }
        let salt: Option<[u8; 32]> = row.maybe_bytes(3).and_then(|salt| salt.try_into().ok());
        let opens = salt.zip(row.maybe_str(4)).map(|(salt, value)| commitment(&salt, field, value));
        self.texts.entry((log.to_owned(), seq)).or_default().push(Text {
            field: field.to_owned(),
            opens,
            is_named: false,
        });
        Ok(())
    }

    /// Takes in a disposal, which is met again as an event.
    fn disposal(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let Some(log) = row.maybe_str(0).filter(|log| !log.is_empty()) else { return Ok(()) };
        let Some(seq) = position(row, 1)? else { return Ok(()) };
        let Some(Columns { header, .. }) = columns(row, log, seq) else { return Ok(()) };
        let Header { stream, kind, data, actor, .. } = header;
        for code in self.disposals.entry(log.to_owned()).or_default().take(seq, stream, kind, data, actor) {
            self.find(code, log, seq, "");
        }
        Ok(())
    }

    fn event(&mut self, row: &Row<'_>) -> Result<(), Error> {
        self.events += 1;
        let Some(log) = row.maybe_str(0).filter(|log| !log.is_empty()) else {
            self.find("event-unreadable", "", 0, "");
            return Ok(());
        };
        self.log(log);
        let Some(seq) = position(row, 1)? else {
            self.find("event-unreadable", log, 0, "");
            return Ok(());
        };
        let state = self.log(log);
        let expected = state.next;
        state.next = seq + 1;
        let first = !std::mem::replace(&mut state.begun, true);
        if seq != expected {
            self.find("event-gap", log, expected, "");
        }
        match columns(row, log, seq) {
            Some(columns) => self.readable(log, first, &columns),
            None => {
                self.find("event-unreadable", log, seq, "");
                let hash = row.maybe_bytes(11).and_then(|h| h.try_into().ok()).unwrap_or(NO_HASH);
                self.log(log).tree.push(&hash);
            }
        }
        self.keep_root(log);
        Ok(())
    }

    /// Keeps the root of a log when it has just reached a size that is asked for.
    fn keep_root(&mut self, log: &str) {
        let Some(sizes) = self.asked.get(log) else { return };
        let Some(tree) = self.logs.get(log).map(|state| &state.tree) else { return };
        if sizes.contains(&tree.size()) {
            self.roots.insert((log.to_owned(), tree.size()), tree.root());
        }
    }

    fn readable(&mut self, log: &str, first: bool, columns: &Columns<'_>) {
        let Columns { header, hash } = columns;
        let seq = header.seq;
        if first {
            match clock_of(header) {
                None => self.find("log-opening", log, 0, ""),
                Some(clock) if clock == "demonstration" => drop(self.demonstrations.insert(log.to_owned())),
                Some(_) => {}
            }
        }
        let computed = event_hash(header);
        if computed != *hash {
            self.find("event-hash", log, seq, "");
        }
        let state = self.log(log);
        state.tree.push(&computed);
        let late = state.recorded_at.replace(header.recorded_at).is_some_and(|last| header.recorded_at < last);
        let last = state.streams.insert(header.stream.to_owned(), (header.version, *hash));
        let broken = state.rules.event(header);
        let (version, prev) = last.unwrap_or((0, NO_HASH));
        if header.version != version.saturating_add(1) {
            self.find("event-version", log, seq, "");
        }
        if *header.prev_hash != prev {
            self.find("event-link", log, seq, "");
        }
        if late {
            self.find("event-order", log, seq, "");
        }
        self.time(log, seq, header.recorded_at);
        for code in broken {
            self.find(code, log, seq, "");
        }
        self.data(log, seq, header);
    }

    /// Holds a recorded time against the checkpoints around it. A demonstration's times are invented.
    fn time(&mut self, log: &str, seq: u64, recorded_at: i64) {
        let Some(bounds) = self.bounds.get(log).filter(|_| !self.demonstrations.contains(log)) else { return };
        let bound = bounds.bound(seq);
        self.witnessed.entry(log.to_owned()).or_default().count(bound, recorded_at);
        if !bound.holds(recorded_at) {
            self.find("event-time", log, seq, "");
        }
    }

    fn data(&mut self, log: &str, seq: u64, header: &Header<'_>) {
        let texts = texts_of(header.data);
        if texts.is_none() || !(header.on_date.is_empty() || is_date(header.on_date)) {
            self.find("event-data", log, seq, "");
        }
        for (field, commitment) in texts.unwrap_or_default() {
            let rows = self.texts.get_mut(&(log.to_owned(), seq));
            let named: Vec<&mut Text> = rows.into_iter().flatten().filter(|text| text.field == field).collect();
            let opens = named.iter().all(|text| text.opens == Some(commitment));
            let (is_there, code) = (!named.is_empty(), (!opens).then_some("text-mismatch"));
            named.into_iter().for_each(|text| text.is_named = true);
            let disposals = self.disposals.get_mut(log);
            let disposed = disposals.is_some_and(|all| all.names(seq, header.stream, &field, &commitment));
            let of_presence = match (is_there, disposed) {
                (true, true) => Some("disposal-undone"),
                (false, false) => Some("text-missing"),
                _ => None,
            };
            for code in of_presence.into_iter().chain(code) {
                self.find(code, log, seq, &field);
            }
        }
    }

    fn head(&mut self, row: &Row<'_>) {
        let Some(log) = row.maybe_str(0).filter(|log| !log.is_empty()) else {
            for code in ["head-size", "head-root", "head-frontier", "head-time"] {
                self.find(code, "", 0, "");
            }
            return;
        };
        let state = self.log(log);
        state.has_head = true;
        let size = row.maybe_int(1).and_then(|size| u64::try_from(size).ok());
        let wrong = [
            ("head-size", size != Some(state.tree.size())),
            ("head-root", row.maybe_bytes(2) != Some(&state.tree.root()[..])),
            ("head-frontier", row.maybe_bytes(3) != Some(&state.tree.to_bytes()[..])),
            ("head-time", state.recorded_at.is_none() || row.maybe_int(4) != state.recorded_at),
        ];
        for (code, _) in wrong.into_iter().filter(|(_, wrong)| *wrong) {
            self.find(code, log, 0, "");
        }
    }

    fn finish(mut self) -> Report {
        for ((log, seq), texts) in std::mem::take(&mut self.texts) {
            for text in texts.into_iter().filter(|text| !text.is_named) {
                self.find("text-stray", &log, seq, &text.field);
            }
        }
        for (log, disposals) in std::mem::take(&mut self.disposals) {
            for (seq, field) in disposals.unknown() {
                self.find("disposal-unknown", &log, seq, &field);
            }
        }
        let headless: Vec<String> =
            self.logs.iter().filter(|(_, log)| log.begun && !log.has_head).map(|(name, _)| name.clone()).collect();
        for log in headless {
            self.find("head-missing", &log, 0, "");
        }
        self.findings.sort();
        self.findings.dedup();
        Report {
            events: self.events,
            logs: self.logs.len(),
            findings: self.findings,
            witnessed: self.witnessed,
            demonstrations: self.demonstrations,
            roots: self.roots,
        }
    }
}

/// A position that can be read; too large a one stops the verification.
fn position(row: &Row<'_>, column: usize) -> Result<Option<u64>, Error> {
    match row.maybe_int(column) {
        Some(seq) if seq > SEQ_MAX => Err(Error::Content(format!("a position of {seq} is beyond 2^53"))),
        Some(seq) if seq >= 1 => Ok(u64::try_from(seq).ok()),
        _ => Ok(None),
    }
}

fn columns<'r>(row: &'r Row<'_>, log: &'r str, seq: u64) -> Option<Columns<'r>> {
    let version = u64::try_from(row.maybe_int(3)?).ok().filter(|version| *version >= 1)?;
    let header = Header {
        log,
        seq,
        stream: row.maybe_str(2)?,
        version,
        kind: row.maybe_str(4)?,
        data: row.maybe_str(5)?,
        actor: row.maybe_str(6)?,
        authority: row.maybe_str(7)?,
        recorded_at: row.maybe_int(8)?,
        on_date: row.maybe_str(9)?,
        prev_hash: row.maybe_bytes(10)?.try_into().ok()?,
    };
    Some(Columns { header, hash: row.maybe_bytes(11)?.try_into().ok()? })
}

/// The clock that the first event of a log opens it with; none when it does not open a log.
fn clock_of(header: &Header<'_>) -> Option<String> {
    let data: Option<Map<String, Json>> = json::object(header.data);
    let clock = data.as_ref().and_then(|data| data.get("clock")).and_then(Json::as_str);
    let opens = header.kind == "log.opened" && header.stream == "log";
    clock.filter(|clock| opens && matches!(*clock, "real" | "demonstration")).map(str::to_owned)
}
