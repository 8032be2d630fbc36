//! `candour import`: takes over the data of another system through a mapping file.
//!
//! [`mapping`] says which columns become which fields, [`rows`] and [`cells`] read the files,
//! [`gather`] makes people, matters and allegations of them, and [`take`] writes what the record
//! does not have yet. Nothing is dropped in silence: every row is taken over, in the record
//! already, or refused by its line. `docs/import.md` is the user's page.

mod cells;
mod gather;
pub mod mapping;
pub mod report;
pub mod rows;
mod take;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use candour_core::law::Law;
use candour_core::profile::Profile;
use candour_store::{Failure, Store, db};

use mapping::{Mapping, Unusable};
pub use report::{Counts, FileCount, NotRead, Report, RowNote};
use rows::Sheet;

/// The largest mapping file.
const MAPPING_BYTES_MAX: u64 = 1 << 20;

/// What to import, and how.
pub struct Options<'a> {
    /// The mapping file.
    pub mapping: &'a Path,
    /// The files, known by their base names.
    pub files: &'a [PathBuf],
    /// Whether only to look, and write nothing.
    pub dry_run: bool,
    /// Told now and then how many rows of what are done.
    pub progress: &'a dyn Fn(u64, &str),
}

/// Why nothing, or nothing more, was imported. What was written before stays, and importing again
/// goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{path}: {source}. Check the file's name and that you may read it", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The mapping file is wrong.
    #[error("{path}: line {line}, column {column}: {says}", path = path.display())]
    Mapping {
        /// The mapping file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// What is wrong and what to do.
        says: String,
    },
    /// The mapping file is for another body.
    #[error("{path}: this mapping is for the body {mapping}, and the record is that of {body}; give --body {mapping}, or another mapping", path = path.display())]
    OtherBody {
        /// The mapping file.
        path: PathBuf,
        /// The body that it names.
        mapping: String,
        /// The body whose record is open.
        body: String,
    },
    /// A file that the mapping does not know.
    #[error("{file} is not in the mapping; it knows {}. Leave the file out, or list it under not_read with the reason", known.join(", "))]
    NotInMapping {
        /// The file's base name.
        file: String,
        /// The files that it knows.
        known: Vec<String>,
    },
    /// A file of the mapping was not given.
    #[error("{file} is missing; the mapping reads it. Give it on the command line, or its .gz")]
    Missing {
        /// The file's base name.
        file: String,
    },
    /// Two files of one name were given.
    #[error("{file} was given twice; give one of the two")]
    Twice {
        /// The file's base name.
        file: String,
    },
    /// A file as a whole is not what the mapping says.
    #[error("{file}: {says}")]
    Columns {
        /// The file.
        file: String,
        /// What is wrong and what to do.
        says: String,
    },
    /// A file cannot be read on from a line.
    #[error("{file}: line {line}: {says}")]
    Broken {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// What is wrong and what to do.
        says: String,
    },
    /// Somebody else wrote the same cases or people.
    #[error("another import wrote the same cases at the same time; import again, which skips what is in the record")]
    Moved,
    /// The record did not take it.
    #[error(transparent)]
    Store(Failure),
}

impl From<Failure> for ImportError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Moved => Self::Moved,
            other => Self::Store(other),
        }
    }
}

impl From<db::Error> for ImportError {
    fn from(error: db::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Takes over the files, or says what it would do.
pub fn import(store: &Store, (law, profile): (&Law, &Profile), options: &Options<'_>) -> Result<Report, ImportError> {
    let text = mapping_text(options.mapping)?;
    let mapping = Mapping::read(&text, profile).map_err(|unusable| {
        let path = options.mapping.to_owned();
        match unusable {
            Unusable::Wrong(wrong) => {
                ImportError::Mapping { path, line: wrong.line, column: wrong.column, says: wrong.says }
            }
            Unusable::OtherBody(mapping) => ImportError::OtherBody { path, mapping, body: profile.name.clone() },
        }
    })?;
    let (paths, not_read) = sort_files(&mapping, options.files)?;
    let sheets = paths.into_iter().map(Sheet::read).collect::<Result<Vec<_>, _>>()?;
    let today = store.record.today()?;
    let gathered = gather::gather(&mapping, profile, today, sheets, options.progress)?;
    let job = take::Job {
        ledger: &store.record,
        law,
        profile,
        today,
        mapping_name: rows::name_of(options.mapping),
        mapping_text: &text,
        source: &mapping.source,
        dry_run: options.dry_run,
        progress: options.progress,
    };
    let mut report = take::take(&job, gathered)?;
    report.not_read = not_read;
    Ok(report)
}

fn mapping_text(path: &Path) -> Result<String, ImportError> {
    let cannot = |source| ImportError::Unreadable { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(cannot)?.len() > MAPPING_BYTES_MAX {
        let says = format!("it is larger than {} KiB and no mapping file", MAPPING_BYTES_MAX >> 10);
        return Err(ImportError::Columns { file: path.display().to_string(), says });
    }
    std::fs::read_to_string(path).map_err(cannot)
}

/// The files that the mapping reads, and those that it names as not read.
fn sort_files<'p>(mapping: &Mapping, files: &'p [PathBuf]) -> Result<(Vec<&'p Path>, Vec<NotRead>), ImportError> {
    let mut given = BTreeSet::new();
    let (mut read, mut not_read) = (Vec::new(), Vec::new());
    for path in files {
        let file = rows::name_of(path);
        if mapping.files.contains_key(&file) {
            read.push(path.as_path());
        } else if let Some(reason) = mapping.not_read.get(&file) {
            not_read.push(NotRead { file: file.clone(), reason: reason.clone() });
        } else {
            let known = mapping.files.keys().chain(mapping.not_read.keys()).cloned().collect();
            return Err(ImportError::NotInMapping { file, known });
        }
        if given.contains(&file) {
            return Err(ImportError::Twice { file });
        }
        given.insert(file);
    }
    match mapping.files.keys().find(|file| !given.contains(*file)) {
        Some(missing) => Err(ImportError::Missing { file: missing.clone() }),
        None => Ok((read, not_read)),
    }
}

#[cfg(test)]
mod tests;
