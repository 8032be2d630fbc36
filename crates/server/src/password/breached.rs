//! The operator's list of breached passwords: a file of SHA-1 hashes in hex, one to a line and in
//! order, each perhaps followed by a colon and a count, as the published list has them. It is found
//! by halving, so that a file of tens of gigabytes is asked in a few dozen short reads.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use candour_core::record::hex;
use sha1::{Digest as _, Sha1};

/// No line is longer: forty digits, a colon and a count.
const LINE_BYTES_MAX: usize = 80;
/// The fewest digits of a hash that say anything.
const DIGITS_MIN: usize = 10;

/// A list.
#[derive(Debug)]
pub struct Breached {
    path: PathBuf,
}

impl Breached {
    /// The list at a path, which must be there and look like one.
    pub fn at(path: &Path) -> Result<Self, String> {
        let named = |says: String| format!("the list of breached passwords {}: {says}", path.display());
        let mut file = File::open(path).map_err(|e| named(e.to_string()))?;
        let first = line_at(&mut file, 0).map_err(|e| named(e.to_string()))?;
        match first {
            Some((_, line)) if digits(&line).len() >= DIGITS_MIN => Ok(Self { path: path.to_owned() }),
            _ => Err(named("its first line is no SHA-1 hash in hex".to_owned())),
        }
    }

    /// Whether the list holds a password.
    pub fn holds(&self, password: &str) -> io::Result<bool> {
        let wanted = hex(&Sha1::digest(password.as_bytes())).to_ascii_uppercase();
        let mut file = File::open(&self.path)?;
        // A line that begins at `low` or later and before `high` may be the one.
        let (mut low, mut high) = (0, file.metadata()?.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let Some((end, line)) = line_at(&mut file, middle)?.filter(|(end, line)| end - (line.len() as u64) < high)
            else {
                high = middle;
                continue;
            };
            let found = digits(&line);
            if found.len() < DIGITS_MIN {
                return Err(io::Error::other("a line of it is no SHA-1 hash in hex"));
            }
            match found.as_str().cmp(&wanted[..found.len().min(wanted.len())]) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => low = end,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }
}

/// The first line that begins at `at` or later, with where it ends; none where there is none.
fn line_at(file: &mut File, at: u64) -> io::Result<Option<(u64, String)>> {
    // From the byte before, because a line begins at `at` when that byte ends the one before.
    let from = at.saturating_sub(1);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(2 * LINE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    let skip = match at {
        0 => 0,
        _ => match bytes.iter().position(|b| *b == b'\n') {
            Some(end) => end + 1,
            None => return Ok(None),
        },
    };
    let rest = &bytes[skip..];
    let length = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |end| end + 1);
    if length == 0 {
        return Ok(None);
    }
    let line = String::from_utf8_lossy(&rest[..length]).into_owned();
    Ok(Some((from + (skip + length) as u64, line)))
}

/// The hash of a line, in capitals.
fn digits(line: &str) -> String {
    line.chars().take_while(char::is_ascii_hexdigit).collect::<String>().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of(lines: &[String], end: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("breached.txt");
        std::fs::write(&path, lines.iter().map(|line| format!("{line}{end}")).collect::<String>()).unwrap();
        (folder, path)
    }

    #[test]
    fn every_line_is_found_and_nothing_else_whatever_the_line_ends_and_counts() {
        for (length, end) in [(40, "\r\n"), (40, "\n"), (16, "\n")] {
            for size in [1, 2, 3, 10, 257] {
                let hash =
                    |n: u32| hex(&Sha1::digest(format!("breached {n}"))).to_ascii_uppercase()[..length].to_owned();
                let mut lines: Vec<String> = (0..size).map(|n| format!("{}:{}", hash(n), 10_u64.pow(n % 8))).collect();
                lines.sort();
                let (_folder, path) = file_of(&lines, end);
                let list = Breached::at(&path).unwrap();
                for n in 0..size {
                    assert!(list.holds(&format!("breached {n}")).unwrap(), "{n} of {size}, {length} digits");
                    assert!(!list.holds(&format!("another {n}")).unwrap());
                }
            }
        }
    }

    #[test]
    fn what_is_no_list_is_refused_by_name() {
        let (_folder, path) = file_of(&["hunter2".to_owned()], "\n");
        assert!(Breached::at(&path).unwrap_err().contains("breached.txt"));
        assert!(Breached::at(Path::new("/nowhere/at/all")).unwrap_err().contains("/nowhere/at/all"));
    }
}
