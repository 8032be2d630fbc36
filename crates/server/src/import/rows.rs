//! The files as they come: packed or not, with or without a byte order mark, row by row.
//!
//! Line numbers are those an editor shows, also below fields that span lines and below blank
//! lines. Every record is looked at; nothing is sampled.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use csv::{ByteRecord, StringRecord};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::ImportError;
use super::mapping::FileMapping;
use super::report::RowNote;

/// The largest file that is read, once unpacked.
const FILE_BYTES_MAX: u64 = 4 << 30;
/// Stands as the last row while a file is read. A quotation mark that is never closed swallows it,
/// and by that it is noticed.
const END: &str = "candour: the end of the file";

/// A file in memory.
pub struct Sheet {
    /// Its base name, without `.gz`.
    pub name: String,
    /// The SHA-256 of its bytes as given.
    pub sha256: [u8; 32],
    data: Vec<u8>,
}

/// A row of a file.
pub struct Row<'s> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its cells, as many as the header has.
    pub cells: &'s StringRecord,
}

/// The base name by which a mapping knows a file.
pub fn name_of(path: &Path) -> String {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    match name.strip_suffix(".gz") {
        Some(name) => name.to_owned(),
        None => name,
    }
}

impl Sheet {
    /// Reads a file into memory and unpacks it where its bytes say that it is packed.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let cannot = |source| ImportError::Unreadable { path: path.to_owned(), source };
        Self::of(path, std::fs::read(path).map_err(cannot)?)
    }

    /// The same from its bytes.
    pub fn of(path: &Path, bytes: Vec<u8>) -> Result<Self, ImportError> {
        let sha256 = Sha256::digest(&bytes).into();
        let mut data = if bytes.starts_with(&[0x1f, 0x8b]) { unpack(path, &bytes)? } else { bytes };
        if data.len() as u64 > FILE_BYTES_MAX {
            return Err(too_large(path));
        }
        if data.starts_with(b"\xef\xbb\xbf") {
            data.drain(..3);
        }
        Ok(Self { name: name_of(path), sha256, data })
    }

    /// The columns that the first line names, held against the mapping: each is read or listed as
    /// not read, and none is missing.
    pub fn header(&self, mapping: &FileMapping) -> Result<Vec<String>, ImportError> {
        let broken = |says: String| ImportError::Columns { file: self.name.clone(), says };
        let mut header = ByteRecord::new();
        let mut reader = reader(&self.data);
        let found = reader.read_byte_record(&mut header).map_err(|e| self.broken(1, &e))?;
        if !found {
            return Err(broken("it is empty; its first line must name the columns".to_owned()));
        }
        let header = StringRecord::from_byte_record(header)
            .map_err(|_| broken("its first line is not UTF-8; save the file as UTF-8".to_owned()))?;
        let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        let mut seen = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(broken(format!("the column {twice:?} stands twice in its first line")));
        }
        let read = mapping.read.values().chain(mapping.particulars.values());
        let read: BTreeSet<&str> = read.map(|column| column.column.as_str()).collect();
        let listed: BTreeSet<&str> = mapping.not_read.keys().map(String::as_str).collect();
        let known: BTreeSet<&str> = read.union(&listed).copied().collect();
        let missing: Vec<&str> = known.difference(&seen).copied().collect();
        let surplus: Vec<&str> = seen.difference(&known).copied().collect();
        let mut says = Vec::new();
        if !missing.is_empty() {
            says.push(format!("the mapping names columns that it lacks: {}", quoted(&missing)));
        }
        if !surplus.is_empty() {
            says.push(format!(
                "it has columns that the mapping neither reads nor lists under not_read: {}",
                quoted(&surplus)
            ));
        }
        if says.is_empty() { Ok(names) } else { Err(broken(says.join("; "))) }
    }

    /// Hands over each row below the header, or a note on why it cannot be read as one.
    pub fn each_row(
        &mut self,
        header: &[String],
        mut take: impl FnMut(Result<Row<'_>, RowNote>),
    ) -> Result<(), ImportError> {
        let length = self.data.len();
        self.data.extend_from_slice(format!("\n{END}\n").as_bytes());
        let mut lines = Lines { data: &self.data, at: 0, line: 1 };
        let mut reader = reader(&self.data);
        let mut record = ByteRecord::new();
        let mut is_header = true;
        loop {
            let begins = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            let line = lines.of_record_at(begins);
            if !reader.read_byte_record(&mut record).map_err(|e| self.broken(line, &e))? {
                break;
            }
            let ends = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            if ends > length + 1 && !(record.len() == 1 && record.get(0) == Some(END.as_bytes())) {
                let says = "a quotation mark in the row that begins here is never closed".to_owned();
                return Err(ImportError::Broken { file: self.name.clone(), line, says });
            }
            if ends <= length + 1 && !std::mem::take(&mut is_header) {
                match readable(std::mem::take(&mut record), header) {
                    Ok(cells) => take(Ok(Row { line, cells: &cells })),
                    Err((column, value, says)) => {
                        take(Err(RowNote::new(&self.name, line, &column, &value, says)));
                    }
                }
            }
        }
        self.data.truncate(length);
        Ok(())
    }

    fn broken(&self, line: u64, error: &csv::Error) -> ImportError {
        ImportError::Broken { file: self.name.clone(), line, says: error.to_string() }
    }
}

/// Tells the line of a place in a file; asked in rising order, it counts each byte once.
struct Lines<'d> {
    data: &'d [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record for which the reader stands at `place`: line ends that are still
    /// before it, such as those of blank lines, are passed over first.
    fn of_record_at(&mut self, place: usize) -> u64 {
        let is_end = |at: usize| matches!(self.data.get(at), Some(b'\n' | b'\r'));
        let mut to = place.max(self.at);
        while is_end(to) {
            to += 1;
        }
        while self.at < to.min(self.data.len()) {
            let byte = self.data[self.at];
            let next = self.data.get(self.at + 1);
            // A carriage return counts by itself only where no newline follows it.
            if byte == b'\n' || byte == b'\r' && next != Some(&b'\n') {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

fn reader(data: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(data)
}

/// The cells of a record, or the column, the value and what is wrong with it.
fn readable(record: ByteRecord, header: &[String]) -> Result<StringRecord, (String, String, String)> {
    if record.len() != header.len() {
        let value = String::from_utf8_lossy(record.as_slice()).into_owned();
        let says = format!(
            "the row has {} where the first line has {}; look for a comma or a quotation mark too many or too few",
            counted(record.len()),
            header.len()
        );
        return Err((String::new(), value, says));
    }
    StringRecord::from_byte_record(record).map_err(|error| {
        let at = error.utf8_error().field();
        let record = error.into_byte_record();
        let value = record.get(at).map_or_else(String::new, |cell| String::from_utf8_lossy(cell).into_owned());
        let says = "is not UTF-8; save the file as UTF-8".to_owned();
        (header.get(at).cloned().unwrap_or_default(), value, says)
    })
}

fn counted(cells: usize) -> String {
    if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") }
}

fn unpack(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, ImportError> {
    let mut data = Vec::new();
    // One byte more than is read, so that a larger file is noticed and never unpacked whole.
    let mut limited = MultiGzDecoder::new(bytes).take(FILE_BYTES_MAX + 1);
    match limited.read_to_end(&mut data) {
        Ok(_) if data.len() as u64 > FILE_BYTES_MAX => Err(too_large(path)),
        Ok(_) => Ok(data),
        Err(error) => {
            let line = data.iter().filter(|b| **b == b'\n').count() as u64 + 1;
            let says = format!("it cannot be unpacked further ({error}); fetch the file again");
            Err(ImportError::Broken { file: file_name(path), line, says })
        }
    }
}

fn too_large(path: &Path) -> ImportError {
    let says = format!("it is larger than {} GiB; split it", FILE_BYTES_MAX >> 30);
    ImportError::Columns { file: file_name(path), says }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| super::report::cut(name)).collect();
    names.join(", ")
}
