//! Files held against the entries that say what they hold (decision 015). The same walk in Python is
//! `verify/files.py`.

use std::collections::BTreeMap;

use candour_core::record::check::Finding;
use candour_core::record::file::{FIELD, FileWord, NAME};
use candour_core::record::json;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Tx};
use crate::files::Digesting;

/// The name of a file in a log.
type Named = (String, String);

/// Adds a finding for every file that is missing, is another, or that nothing names.
///
/// `file-missing` and `file-changed` stand at the entry; `file-stray` at the last entry that names the
/// file and whose word is gone, or at 0 with the file's name when there is none. `file-waiting` stands at
/// the last entry that names a file which is said to wait all the same.
pub(crate) fn verify(tx: &mut Tx<'_>, findings: &mut Vec<Finding>) -> Result<(), Error> {
    // A database of an earlier schema has no files; what its entries say of any is missing.
    let there = tx.tables()?.iter().any(|table| table == "file_piece");
    let found = if there { contents(tx)? } else { BTreeMap::new() };
    let mut strays: BTreeMap<Named, u64> = found.keys().map(|named| (named.clone(), 0)).collect();
    let mut find =
        |log: &str, seq: u64, code: &'static str, field: &str| findings.push(Finding::at(log, seq, code, field));
    let (mut held, mut waiting) = (BTreeMap::new(), Vec::new());
    tx.each(
        "select event.log, event.seq, event.data, text.value from event left join text \
         on text.log = event.log and text.seq = event.seq and text.field = 'file' \
         where event.kind = 'material.received' order by event.log, event.seq",
        &[],
        |row| {
            let (Some(log), Some(data)) = (row.maybe_str(0), row.maybe_str(2)) else { return Ok(()) };
            let seq = row.maybe_int(1).and_then(|seq| u64::try_from(seq).ok()).filter(|seq| *seq > 0);
            let Some(seq) = seq.filter(|_| !log.is_empty()) else { return Ok(()) };
            let data: Option<Map<String, Json>> = json::object(data);
            let name = data.as_ref().and_then(|data| data.get(NAME)).and_then(Json::as_str).unwrap_or_default();
            let named = (log.to_owned(), name.to_owned());
            let Some(word) = row.maybe_str(3) else {
                // Its word was disposed of, or is reported as missing already.
                if let Some(at) = strays.get_mut(&named) {
                    *at = seq;
                }
                return Ok(());
            };
            match (found.get(&named), FileWord::parse(word)) {
                (None, _) => find(log, seq, "file-missing", FIELD),
                (Some(Some(is)), Some(said)) if *is == said => {}
                (Some(_), _) => find(log, seq, "file-changed", FIELD),
            }
            held.insert(named, seq);
            Ok(())
        },
    )?;
    strays.retain(|named, _| !held.contains_key(named));
    if there {
        tx.each("select log, id from upload where taken = 0", &[], |row| {
            let named = |column| row.maybe_str(column).unwrap_or_default().to_owned();
            let named = (named(0), named(1));
            strays.remove(&named);
            // One that waits is in no backup and goes after a day.
            waiting.extend(held.get(&named).map(|seq| Finding::at(&named.0, *seq, "file-waiting", FIELD)));
            Ok(())
        })?;
    }
    findings.extend(waiting);
    for ((log, name), seq) in strays {
        let field = match seq {
            0 if log.is_empty() => "",
            0 => name.as_str(),
            _ => FIELD,
        };
        findings.push(Finding::at(&log, seq, "file-stray", field));
    }
    Ok(())
}

/// What each file holds; nothing where its pieces do not follow each other from the first on.
fn contents(tx: &mut Tx<'_>) -> Result<BTreeMap<Named, Option<FileWord>>, Error> {
    let mut found: BTreeMap<Named, Option<FileWord>> = BTreeMap::new();
    let mut at: Option<(Named, i64, Option<Digesting>)> = None;
    let mut keep = |at: Option<(Named, i64, Option<Digesting>)>| {
        if let Some((named, _, digesting)) = at {
            found.insert(named, digesting.map(Digesting::end));
        }
    };
    tx.each("select log, file, n, bytes from file_piece order by log, file, n", &[], |row| {
        let named = (row.maybe_str(0).unwrap_or_default().to_owned(), row.maybe_str(1).unwrap_or_default().to_owned());
        if at.as_ref().is_none_or(|(of, _, _)| *of != named) {
            keep(at.take());
            at = Some((named, 0, Some(Digesting::default())));
        }
        let Some((_, next, digesting)) = &mut at else { return Ok(()) };
        match (row.maybe_int(2), row.maybe_bytes(3), digesting.as_mut()) {
            (Some(n), Some(bytes), Some(digesting)) if n == *next => digesting.update(bytes),
            _ => *digesting = None,
        }
        *next = next.saturating_add(1);
        Ok(())
    })?;
    keep(at);
    Ok(found)
}
