//! A backup's file as it is read: in clear text, or under a key.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use super::format::{self, Cell, Contents, Table};
use super::keys::Keys;
use super::seal::{KEY_BYTES, Opening};
use super::{BUFFER_BYTES, Failed};
use crate::db::schema_known;

/// The longest first line; ours are far shorter.
const FIRST_BYTES_MAX: u64 = 64 << 10;

/// Holds a backup in clear text against its own hashes, without any database.
pub fn check(file: impl BufRead) -> Result<Contents, Failed> {
    read(file, without_keys, |_, _| Ok(()))
}

/// Opens a backup under its key and holds it against its own hashes, without any database. One in clear
/// text is checked too.
pub fn check_under(key: &[u8; KEY_BYTES], file: impl BufRead) -> Result<Contents, Failed> {
    read(file, |_| Ok(*key), |_, _| Ok(()))
}

/// Reads the file at a path, with the key that its first line names, and hands over each row.
pub(super) fn read_file(
    from: &Path,
    keys: Option<&Keys>,
    each: impl FnMut(&'static Table, Vec<Cell>) -> Result<(), Failed>,
) -> Result<Contents, Failed> {
    if from.is_dir() {
        return Err(Failed::file(from, &io::ErrorKind::IsADirectory.into()));
    }
    let file = File::open(from).map_err(|e| Failed::file(from, &e))?;
    let input = BufReader::with_capacity(BUFFER_BYTES, file);
    let key_of = |id: &str| keys.map_or_else(|| without_keys(id), |keys| keys.key(id));
    read(input, key_of, each).map_err(|failed| failed.about(from))
}

fn without_keys(id: &str) -> Result<[u8; KEY_BYTES], Failed> {
    Err(Failed::Refused(format!("it is under the key {id}; name the key file that holds it with --backup-keys")))
}

fn read(
    mut file: impl BufRead,
    key_of: impl FnOnce(&str) -> Result<[u8; KEY_BYTES], Failed>,
    each: impl FnMut(&'static Table, Vec<Cell>) -> Result<(), Failed>,
) -> Result<Contents, Failed> {
    let schema = u64::from(schema_known());
    let mut first = Vec::new();
    (&mut file).take(FIRST_BYTES_MAX).read_until(b'\n', &mut first).map_err(|e| format::unread(&e))?;
    let Some(id) = format::first(&first, schema)?.key else {
        return format::read(first.chain(file), schema, each);
    };
    let mut body = Opening::begin(file, &key_of(&id)?, &first).map_err(|e| format::unread(&e))?;
    let mut contents = format::read(first.chain(&mut body), schema, each)?;
    contents.sha256 = body.sha256();
    Ok(contents)
}
