//! The file of a backup: lines of JSON, the same for both engines, and readable without Candour.
//!
//! The first line names the format; then each table has a line with its name and columns and a
//! line for each row; then comes the manifest, and last the SHA-256 of everything before. Bytes are
//! lower-case hex. `docs/backup.md` shows one. Under a key everything after the first line is sealed
//! ([`super::seal`]).

use std::io::{self, BufRead, Read as _, Write};

use candour_core::record::hex;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::Failed;
use crate::db::{Error, Row, Value};

/// The format that is written. It moves when a table or a column of [`TABLES`] does, or what is around the
/// lines; a file of an older one is read.
pub const FORMAT: u64 = 4;
/// The format from which on a file may be under a key.
const KEY_SINCE: u64 = 4;
/// The longest line. A row of the record is far shorter; a file that is none of ours may not be.
const LINE_BYTES_MAX: u64 = 256 << 20;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// BIGINT.
    Int,
    /// TEXT.
    Text,
    /// BYTEA.
    Bytes,
}

/// A table that is kept. The first column of each is the log.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Kind)],
    /// The format from which on a file has it; in an older one it is empty.
    pub(super) since: u64,
    pub(super) select: &'static str,
    pub(super) insert: &'static str,
}

/// What a backup holds, in this order.
pub const TABLES: [Table; 11] = [
    Table {
        name: "event",
        columns: &[
            ("log", Kind::Text),
            ("seq", Kind::Int),
            ("stream", Kind::Text),
            ("version", Kind::Int),
            ("kind", Kind::Text),
            ("data", Kind::Text),
            ("actor", Kind::Text),
            ("authority", Kind::Text),
            ("recorded_at", Kind::Int),
            ("on_date", Kind::Text),
            ("prev_hash", Kind::Bytes),
            ("hash", Kind::Bytes),
        ],
        since: 1,
        select: "select log, seq, stream, version, kind, data, actor, authority, recorded_at, on_date, prev_hash, \
                 hash from event order by log, seq",
        insert: "insert into event (log, seq, stream, version, kind, data, actor, authority, recorded_at, on_date, \
                 prev_hash, hash) values",
    },
    Table {
        name: "text",
        columns: &[
            ("log", Kind::Text),
            ("seq", Kind::Int),
            ("field", Kind::Text),
            ("salt", Kind::Bytes),
            ("value", Kind::Text),
        ],
        since: 1,
        select: "select log, seq, field, salt, value from text order by log, seq, field",
        insert: "insert into text (log, seq, field, salt, value) values",
    },
    Table {
        name: "head",
        columns: &[
            ("log", Kind::Text),
            ("size", Kind::Int),
            ("root", Kind::Bytes),
            ("frontier", Kind::Bytes),
            ("recorded_at", Kind::Int),
        ],
        since: 1,
        select: "select log, size, root, frontier, recorded_at from head order by log",
        insert: "insert into head (log, size, root, frontier, recorded_at) values",
    },
    Table {
        name: "account",
        columns: &[
            ("log", Kind::Text),
            ("id", Kind::Text),
            ("name", Kind::Text),
            ("role", Kind::Text),
            ("units", Kind::Text),
            ("password", Kind::Text),
            ("made_at", Kind::Int),
        ],
        since: 1,
        select: "select log, id, name, role, units, password, made_at from account order by log, id",
        insert: "insert into account (log, id, name, role, units, password, made_at) values",
    },
    Table {
        name: "standing",
        columns: &[("log", Kind::Text), ("account", Kind::Text), ("disabled", Kind::Int), ("last_day", Kind::Text)],
        since: 2,
        select: "select log, account, disabled, last_day from standing order by log, account",
        insert: "insert into standing (log, account, disabled, last_day) values",
    },
    Table {
        name: "second_factor",
        columns: &[("log", Kind::Text), ("account", Kind::Text), ("sealed", Kind::Bytes), ("last_step", Kind::Int)],
        since: 2,
        select: "select log, account, sealed, last_step from second_factor order by log, account",
        insert: "insert into second_factor (log, account, sealed, last_step) values",
    },
    Table {
        name: "recovery_code",
        columns: &[("log", Kind::Text), ("account", Kind::Text), ("digest", Kind::Bytes)],
        since: 2,
        select: "select log, account, digest from recovery_code order by log, account, digest",
        insert: "insert into recovery_code (log, account, digest) values",
    },
    Table {
        name: "passkey",
        columns: &[
            ("log", Kind::Text),
            ("id", Kind::Bytes),
            ("account", Kind::Text),
            ("handle", Kind::Bytes),
            ("name", Kind::Text),
            ("credential", Kind::Text),
            ("made_at", Kind::Int),
            ("used_at", Kind::Int),
        ],
        since: 4,
        select: "select log, id, account, handle, name, credential, made_at, used_at from passkey order by log, id",
        insert: "insert into passkey (log, id, account, handle, name, credential, made_at, used_at) values",
    },
    Table {
        name: "provider_link",
        columns: &[("log", Kind::Text), ("issuer", Kind::Text), ("subject", Kind::Text), ("account", Kind::Text)],
        since: 4,
        select: "select log, issuer, subject, account from provider_link order by log, issuer, subject",
        insert: "insert into provider_link (log, issuer, subject, account) values",
    },
    Table {
        name: "submission",
        columns: &[
            ("log", Kind::Text),
            ("id", Kind::Text),
            ("actor", Kind::Text),
            ("form", Kind::Text),
            ("answer", Kind::Text),
            ("at", Kind::Int),
        ],
        since: 1,
        select: "select log, id, actor, form, answer, at from submission order by log, id",
        insert: "insert into submission (log, id, actor, form, answer, at) values",
    },
    Table {
        name: "file_piece",
        columns: &[("log", Kind::Text), ("file", Kind::Text), ("n", Kind::Int), ("bytes", Kind::Bytes)],
        since: 3,
        select: "select log, file, n, bytes from file_piece where not exists (select 1 from upload \
                 where upload.log = file_piece.log and upload.id = file_piece.file and upload.taken = 0) order by log, file, n",
        insert: "insert into file_piece (log, file, n, bytes) values",
    },
];

/// Tables that are computed from the record again.
pub const DERIVED: [&str; 5] = ["case_row", "clock_row", "party_row", "fact", "person_row"];
/// Tables that are not kept: with a session of then, somebody could be signed in who no longer
/// may be; so too with a token that was revoked since; an attempt to sign in matters for minutes, and
/// a start code for a day; what waited for a second administrator is proposed
/// again, and a file that nobody recorded is sent again; what was used up is too old to be taken.
pub const LEFT_OUT: [&str; 7] = ["session", "attempt", "start_code", "token", "account_change", "upload", "spent"];

/// A value on its way from a file into a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// An integer.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Cell {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Int(int) => Value::Int(*int),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        }
    }

    /// How many bytes it takes, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Int(_) => 8,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Int(_) | Self::Bytes(_) => "",
        }
    }

    fn read(json: Json, kind: Kind) -> Option<Self> {
        match (kind, json) {
            (Kind::Int, json) => json.as_i64().map(Self::Int),
            (Kind::Text, Json::String(text)) => Some(Self::Text(text)),
            (Kind::Bytes, Json::String(digits)) => unhex(&digits).map(Self::Bytes),
            _ => None,
        }
    }
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The format's number.
    pub candour_backup: u64,
    /// The version of the schema that was backed up.
    pub schema: u64,
    /// When, in ISO form.
    pub taken_at: String,
    /// The id of the key under which everything after this line is, if it is under one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

#[derive(Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct TableLine {
    table: String,
    columns: Vec<String>,
}

/// The last line but one: what the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The tables.
    pub tables: Vec<Counted>,
    /// The ends of the logs.
    pub logs: Vec<LogEnd>,
}

/// A table as it stands in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Its name.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// The SHA-256 of the lines of its rows.
    pub sha256: String,
}

/// The end of a log as it stands in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEnd {
    /// Its name.
    pub log: String,
    /// How many events it has.
    pub size: u64,
    /// The root of its tree, in hex.
    pub root: String,
    /// The time of its last event, in microseconds since 1970.
    pub recorded_at: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    sha256: String,
}

/// What was found in a file, or put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Its first line.
    pub header: Header,
    /// What it holds.
    pub manifest: Manifest,
    /// The SHA-256 of the whole file, as `sha256sum` prints it.
    pub sha256: String,
}

/// Writes a file, hashing it on the way.
pub(super) struct Writer<W> {
    out: W,
    whole: Sha256,
    rows: Sha256,
    line: Vec<u8>,
    header: Header,
    tables: Vec<Counted>,
}

impl<W: Write> Writer<W> {
    pub(super) fn begin(out: W, header: Header) -> Result<Self, Error> {
        let (whole, rows) = (Sha256::new(), Sha256::new());
        let mut writer = Self { out, whole, rows, line: Vec::new(), header, tables: Vec::new() };
        let first = writer.header.clone();
        writer.json(&first)?;
        Ok(writer)
    }

    pub(super) fn table(&mut self, table: &Table) -> Result<(), Error> {
        self.json(&line_of(table))?;
        self.rows = Sha256::new();
        self.tables.push(Counted { table: table.name.to_owned(), rows: 0, sha256: String::new() });
        Ok(())
    }

    pub(super) fn row(&mut self, table: &Table, row: &Row<'_>) -> Result<(), Error> {
        self.line.clear();
        for (column, (_, kind)) in table.columns.iter().enumerate() {
            self.line.push(if column == 0 { b'[' } else { b',' });
            match kind {
                Kind::Int => write!(self.line, "{}", row.int(column)?).map_err(|e| unwritten(&e))?,
                Kind::Text => serde_json::to_writer(&mut self.line, row.str(column)?).map_err(|e| unwritten(&e))?,
                Kind::Bytes => write!(self.line, "\"{}\"", hex(&row.bytes(column)?)).map_err(|e| unwritten(&e))?,
            }
        }
        self.line.extend_from_slice(b"]\n");
        if self.line.len() as u64 > LINE_BYTES_MAX {
            return Err(Error::Content(format!("a row of {} is longer than a backup can hold", table.name)));
        }
        self.rows.update(&self.line);
        if let Some(counted) = self.tables.last_mut() {
            counted.rows += 1;
        }
        self.put()
    }

    pub(super) fn end_table(&mut self) {
        if let Some(counted) = self.tables.last_mut() {
            counted.sha256 = hex(&std::mem::take(&mut self.rows).finalize());
        }
    }

    /// Writes the manifest and the last line.
    pub(super) fn finish(mut self, logs: Vec<LogEnd>) -> Result<Contents, Error> {
        let manifest = Manifest { tables: std::mem::take(&mut self.tables), logs };
        self.json(&manifest)?;
        self.json(&Seal { sha256: hex(&self.whole.clone().finalize()) })?;
        self.out.flush().map_err(|e| unwritten(&e))?;
        Ok(Contents { header: self.header, manifest, sha256: hex(&self.whole.finalize()) })
    }

    fn json(&mut self, value: &impl Serialize) -> Result<(), Error> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, value).map_err(|e| unwritten(&e))?;
        self.line.push(b'\n');
        self.put()
    }

    fn put(&mut self) -> Result<(), Error> {
        self.whole.update(&self.line);
        self.out.write_all(&self.line).map_err(|e| unwritten(&e))
    }
}

/// What the file system said, on its way through a query's closure; `super::backup` puts its own
/// words in its place.
fn unwritten(error: &dyn std::error::Error) -> Error {
    Error::Other(error.to_string())
}

fn line_of(table: &Table) -> TableLine {
    let columns = table.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    TableLine { table: table.name.to_owned(), columns }
}

/// Reads a file from its first byte to its last and holds it against its own hashes, handing over
/// each row on the way.
pub(super) fn read(
    input: impl BufRead,
    schema_known: u64,
    mut each: impl FnMut(&'static Table, Vec<Cell>) -> Result<(), Failed>,
) -> Result<Contents, Failed> {
    let mut lines = Lines { input, line: Vec::new(), n: 0, whole: Sha256::new() };
    lines.next("its first line")?;
    let header = header(&lines, schema_known)?;
    let mut counted = Vec::new();
    lines.next("its first table")?;
    for table in TABLES.iter().filter(|table| table.since <= header.candour_backup) {
        if lines.parsed::<TableLine>().as_ref() != Some(&line_of(table)) {
            return Err(lines.wrong(&format!("the table {} should begin here", table.name)));
        }
        counted.push(rows(&mut lines, table, &mut each)?);
    }
    let Some(manifest) = lines.parsed::<Manifest>() else {
        return Err(lines.wrong("the manifest should be here"));
    };
    for (found, said) in counted.iter().zip(&manifest.tables) {
        if found != said {
            let (name, rows) = (&found.table, found.rows);
            return Err(Failed::Refused(format!("its table {name} ({rows} rows) is not as it was written")));
        }
    }
    if manifest.tables.len() != counted.len() {
        return Err(lines.wrong("the manifest names other tables"));
    }
    lines.next("its last line")?;
    let whole = hex(&lines.whole.clone().finalize());
    if lines.line != format!("{{\"sha256\":\"{whole}\"}}").as_bytes() {
        return Err(lines.wrong("the SHA-256 of everything before this line is another"));
    }
    if lines.fill()? {
        return Err(lines.wrong("something follows the end"));
    }
    Ok(Contents { header, manifest, sha256: hex(&lines.whole.finalize()) })
}

/// Reads a first line by itself, to know whether what follows is under a key.
pub(super) fn first(line: &[u8], schema_known: u64) -> Result<Header, Failed> {
    let mut lines = Lines { input: line, line: Vec::new(), n: 0, whole: Sha256::new() };
    lines.next("its first line")?;
    header(&lines, schema_known)
}

/// Reads the rows of a table up to the first line that is none, which it leaves to be read.
fn rows<R: BufRead>(
    lines: &mut Lines<R>,
    table: &'static Table,
    each: &mut impl FnMut(&'static Table, Vec<Cell>) -> Result<(), Failed>,
) -> Result<Counted, Failed> {
    let mut hash = Sha256::new();
    let mut rows = 0;
    loop {
        lines.next(&format!("the table {}", table.name))?;
        if lines.line.first() != Some(&b'[') {
            let sha256 = hex(&hash.finalize());
            return Ok(Counted { table: table.name.to_owned(), rows, sha256 });
        }
        hash.update(&lines.line);
        hash.update(b"\n");
        rows += 1;
        let cells: Option<Vec<Cell>> =
            lines.parsed::<Vec<Json>>().filter(|cells| cells.len() == table.columns.len()).and_then(|cells| {
                cells.into_iter().zip(table.columns).map(|(cell, (_, kind))| Cell::read(cell, *kind)).collect()
            });
        let Some(cells) = cells else {
            return Err(lines.wrong(&format!("this is no row of the table {}", table.name)));
        };
        each(table, cells)?;
    }
}

fn header<R: BufRead>(lines: &Lines<R>, schema_known: u64) -> Result<Header, Failed> {
    let json: Json = lines.parsed().unwrap_or_default();
    match json["candour_backup"].as_u64() {
        None => return Err(Failed::Refused("it is no backup that candour backup made".to_owned())),
        Some(1..=FORMAT) => {}
        Some(other) => {
            return Err(Failed::Refused(format!(
                "it is of format {other}, and this release reads formats up to {FORMAT}; restore it with the release that made it, or a newer one"
            )));
        }
    }
    let header: Header = serde_json::from_value(json).map_err(|e| lines.wrong(&e.to_string()))?;
    if header.schema > schema_known {
        return Err(Failed::Refused(format!(
            "it is of schema {}, and this release knows schemas up to {schema_known}; restore it with the release that made it, or a newer one",
            header.schema
        )));
    }
    if header.key.is_some() && header.candour_backup < KEY_SINCE {
        return Err(lines.wrong(&format!("no file of format {} is under a key", header.candour_backup)));
    }
    Ok(header)
}

/// The lines of a file, with the one that was read last.
struct Lines<R> {
    input: R,
    line: Vec<u8>,
    n: u64,
    /// Of the lines before this one, and once there is none, of all.
    whole: Sha256,
}

impl<R: BufRead> Lines<R> {
    /// Reads the next line, which must be there.
    fn next(&mut self, what: &str) -> Result<(), Failed> {
        if self.fill()? {
            return Ok(());
        }
        Err(Failed::Refused(format!("it is cut short: it ends after line {} in {what}", self.n)))
    }

    fn fill(&mut self) -> Result<bool, Failed> {
        if self.n > 0 {
            self.whole.update(&self.line);
            self.whole.update(b"\n");
        }
        self.line.clear();
        let read = (&mut self.input).take(LINE_BYTES_MAX).read_until(b'\n', &mut self.line).map_err(|e| unread(&e))?;
        if read == 0 {
            return Ok(false);
        }
        self.n += 1;
        if self.line.pop() != Some(b'\n') {
            return Err(Failed::Refused(format!("it is cut short: line {} has no end", self.n)));
        }
        Ok(true)
    }

    fn parsed<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.line).ok()
    }

    fn wrong(&self, says: &str) -> Failed {
        Failed::Refused(format!("line {}: {says}", self.n))
    }
}

/// What does not open under its key is as bad as what does not fit its hash; the disk is not to blame.
pub(super) fn unread(error: &io::Error) -> Failed {
    match error.kind() {
        io::ErrorKind::InvalidData => Failed::Refused(error.to_string()),
        _ => Failed::File(error.to_string()),
    }
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok().filter(|p| p.len() == 2)?, 16).ok()).collect()
}
