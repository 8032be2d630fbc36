//! What an import did: the counts, and a note for each row that was refused or looks wrong.

use std::fmt;

use serde::Serialize;

/// Characters of a value that a note repeats.
const VALUE_CHARS_MAX: usize = 80;
/// Notes of a kind that the text lists; the CSV has them all.
const LISTED_MAX: usize = 20;

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The import; none when nothing was written, in a dry run or because all was there already.
    pub import: Option<String>,
    /// Whether it only looked.
    pub dry_run: bool,
    /// The body.
    pub body: String,
    /// What the data is called.
    pub source: String,
    /// What was taken over.
    pub counts: Counts,
    /// What became of the rows of each file.
    pub files: Vec<FileCount>,
    /// The files given that the mapping says are not read, with its reasons.
    pub not_read: Vec<NotRead>,
    /// The rows that were refused.
    pub refused: Vec<RowNote>,
    /// What looks wrong in rows that were taken over as they came.
    pub warnings: Vec<RowNote>,
}

/// What was taken over, counted in things of the record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Cases.
    pub cases: u64,
    /// Allegations, those added to cases of an earlier import too.
    pub allegations: u64,
    /// Findings.
    pub findings: u64,
    /// People.
    pub people: u64,
    /// Rows skipped because the record has them already.
    pub present: u64,
}

/// What became of the rows of a file: `rows` is the sum of the other three.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileCount {
    /// Its base name.
    pub file: String,
    /// The SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Rows below the header.
    pub rows: u64,
    /// Rows taken over.
    pub taken: u64,
    /// Rows that the record has already.
    pub present: u64,
    /// Rows refused.
    pub refused: u64,
}

/// A file that was given and is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotRead {
    /// Its base name.
    pub file: String,
    /// Why, in the mapping's words.
    pub reason: String,
}

/// Something about one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowNote {
    /// The base name of the file.
    pub file: String,
    /// The line on which the row begins, as an editor shows it.
    pub line: u64,
    /// The column, or empty where the row as a whole is meant.
    pub column: String,
    /// The value, cut to 80 characters.
    pub value: String,
    /// What is wrong.
    pub says: String,
}

impl RowNote {
    /// A note about a row.
    pub fn new(file: &str, line: u64, column: &str, value: &str, says: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, column: column.to_owned(), value: cut(value), says: says.into() }
    }
}

/// A text cut to the length that a note repeats, and on one line.
pub(super) fn cut(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(VALUE_CHARS_MAX).collect()
}

impl Report {
    /// Every note as CSV, for `--report FILE`.
    pub fn to_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["what", "file", "line", "column", "value", "says"])?;
        let refused = self.refused.iter().map(|note| ("refused", note));
        let warnings = self.warnings.iter().map(|note| ("warning", note));
        for (what, note) in refused.chain(warnings) {
            let line = note.line.to_string();
            let value = harmless(&note.value);
            csv.write_record([what, &note.file, &line, &note.column, &value, &note.says])?;
        }
        csv.into_inner().map_err(|e| e.into_error().into())
    }
}

/// A spreadsheet takes a cell that begins so for a formula and runs it.
fn harmless(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@']) { format!("'{value}") } else { value.to_owned() }
}

impl fmt::Display for RowNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}", self.file, self.line)?;
        if !self.column.is_empty() {
            write!(f, ", {}", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, " {:?}", self.value)?;
        }
        write!(f, ": {}", self.says)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { cases, allegations, findings, people, present } = self.counts;
        let would = if self.dry_run { "would take" } else { "took" };
        match &self.import {
            Some(id) => writeln!(f, "Import {id}: {} from {}", self.body, self.source)?,
            None if self.dry_run => writeln!(f, "Dry run: {} from {}; nothing was written", self.body, self.source)?,
            None => writeln!(f, "Nothing new: {} from {}; nothing was written", self.body, self.source)?,
        }
        writeln!(
            f,
            "{would} over {cases} cases, {allegations} allegations, {findings} findings and {people} people; \
             {present} rows were in the record already"
        )?;
        for file in &self.files {
            let FileCount { file, rows, taken, present, refused, .. } = file;
            writeln!(f, "{file}: {rows} rows, {taken} taken over, {present} present, {refused} refused")?;
        }
        for NotRead { file, reason } in &self.not_read {
            writeln!(f, "not read: {file} ({reason})")?;
        }
        list(f, "Refused", &self.refused)?;
        list(f, "Taken over with a warning", &self.warnings)
    }
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, notes: &[RowNote]) -> fmt::Result {
    if notes.is_empty() {
        return Ok(());
    }
    writeln!(f, "{title}: {}", notes.len())?;
    for note in notes.iter().take(LISTED_MAX) {
        writeln!(f, "  {note}")?;
    }
    match notes.len().saturating_sub(LISTED_MAX) {
        0 => Ok(()),
        more => writeln!(f, "  and {more} more; --report FILE lists them all"),
    }
}
