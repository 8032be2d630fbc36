//! The drill: what was backed up comes back whole, on the same engine and on the other, while four
//! write too, and what is no longer as it was written does not come back at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use candour_core::permit::Role;
use candour_store::backup::format::{Contents, DERIVED, Kind, LEFT_OUT, TABLES};
use candour_store::backup::{self, Failed, Restored};
use candour_store::db::Engine;
use candour_store::plain::{account, code, factor, standing, submission};
use candour_store::{Store, rebuild};

use crate::caseload::{Caseload, carry_out_commands, iso_day};
use crate::engines::{on_both_engines, on_postgres, on_sqlite};
use crate::group::{next_change, opened};
use crate::python;
use crate::raw::{Raw, Row};
use crate::world::{BODY, act, check_whole, context, load, open, rebuild_now, somebody, sources, verify_now};

/// When the backups of the tests are taken.
const TAKEN_AT: i64 = 1_700_000_000_000_000;
/// The tables that a restored database must have as the first one had them, with their order.
const COMPARED: [(&str, &str); 16] = [
    ("event", "log, seq"),
    ("text", "log, seq, field"),
    ("head", "log"),
    ("account", "log, id"),
    ("standing", "log, account"),
    ("second_factor", "log, account"),
    ("recovery_code", "log, account, digest"),
    ("passkey", "log, id"),
    ("provider_link", "log, issuer, subject"),
    ("submission", "log, id"),
    ("file_piece", "log, file, n"),
    ("case_row", "log, stream"),
    ("clock_row", "log, stream, clock"),
    ("party_row", "log, stream, person"),
    ("fact", "log, seq, origin, kind, n"),
    ("person_row", "log, stream"),
];

/// Backs up the database at an address.
pub fn back_up(url: &str, out: &Path) -> Result<Contents, Failed> {
    backup::backup(&Engine::at(url).unwrap(), out, TAKEN_AT)
}

/// Restores a backup into the database at an address.
pub fn restore(from: &Path, url: &str) -> Result<Restored, Failed> {
    backup::restore(from, None, &Engine::at(url).unwrap(), sources, |w| rebuild::rebuild(w, context(w.today())))
}

/// A record with cases, people, an access log, accounts, sessions and forms that were sent.
pub fn populated(url: &str, commands: usize) -> Store {
    let store = open(url).unwrap();
    carry_out_commands(&store, &Caseload::new(7_001, 60), commands);
    store
        .record
        .write(|w| {
            let (log, tx) = (w.log(), w.tx()?);
            for (id, name) in [("u-1", "Siân Ŵyn"), ("u-2", "O'Brien \"Q\" \\ \u{7f}\ttab")] {
                let account = account::Account {
                    id: id.to_owned(),
                    name: name.to_owned(),
                    role: Role::Au,
                    units: vec!["London".to_owned()],
                    password: "$argon2id$".to_owned(),
                };
                account::add(tx, log, &account, 5)?;
            }
            account::note_attempt(tx, log, "somebody", 6, 0)?;
            let last_day = Some("2031-04-30".parse().unwrap());
            standing::put(tx, log, "u-2", standing::Standing { disabled: true, last_day })?;
            factor::put(tx, log, "u-1", &[0, 255, 7], 56_000_000)?;
            code::put_recovery(tx, log, "u-1", &[vec![1; 32], vec![2; 32]])?;
            code::put_start(tx, log, "u-1", &[3; 32], 7)?;
            submission::keep(tx, log, "s-1", "u-1", "/staff/refer", "/staff/cases/x\u{2028}", 9)
        })
        .unwrap();
    for reader in ["u-1", "u-2", "u-1"] {
        store
            .access
            .write(move |w| {
                let read = candour_store::record::NewEvent {
                    kind: "case.read".to_owned(),
                    data: serde_json::Map::new(),
                    on: None,
                    words: Vec::new(),
                };
                w.append(reader, "AU read-case yes", "reads", candour_store::record::After::Latest, vec![read])
            })
            .unwrap();
    }
    store
}

/// The rows of every table that a backup brings back, from both files of a SQLite database.
pub fn rows(url: &str) -> Vec<(&'static str, Vec<Row>)> {
    let engine = Engine::at(url).unwrap();
    let beside = candour_store::access_beside(&engine).map(|access| access.file().unwrap().to_owned());
    let mut parts = vec![Raw::open(url)];
    parts.extend(beside.map(|path| Raw::open(&format!("sqlite:{}", path.display()))));
    let all = |(table, order): (&'static str, &str)| {
        let mut rows: Vec<Row> = parts.iter_mut().flat_map(|part| part.rows(table, order)).collect();
        // The two engines order texts differently, and one of them has two files.
        rows.sort_by(|a, b| a.partial_cmp(b).unwrap());
        (table, rows)
    };
    COMPARED.map(all).into()
}

/// A new database of the same engine, beside.
pub fn beside(url: &str, name: &str) -> String {
    match url.strip_prefix("sqlite:") {
        Some(path) => format!("sqlite:{}", Path::new(path).with_file_name(format!("{name}.db")).display()),
        None => {
            let (server, first) = url.rsplit_once('/').unwrap();
            let second = format!("{first}_{name}");
            Raw::open(url).run(&format!("drop database if exists {second} with (force)"));
            Raw::open(url).run(&format!("create database {second}"));
            format!("{server}/{second}")
        }
    }
}

/// Removes what [`beside`] made, where no folder is removed with it.
pub fn remove(url: &str, second: &str) {
    if !second.starts_with("sqlite:") {
        let (_, name) = second.rsplit_once('/').unwrap();
        Raw::open(url).run(&format!("drop database {name} with (force)"));
    }
}

/// A place for a backup.
pub fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("candour.backup");
    (folder, out)
}

#[test]
fn the_drill_brings_back_rows_hashes_and_root() {
    on_both_engines("the_drill_brings_back_rows_hashes_and_root", |url| {
        let store = populated(url, 1_200);
        check_whole(&store);
        let (_folder, out) = place();
        let began = Instant::now();
        let taken = back_up(url, &out).unwrap();
        let backed_up = began.elapsed();
        let second = beside(url, "second");
        let began = Instant::now();
        let restored = restore(&out, &second).unwrap();
        let engine = if second.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
        println!(
            "the drill on {engine}: {} events, {} bytes; backed up in {backed_up:?}, restored and verified in {:?}",
            taken.manifest.logs.iter().map(|log| log.size).sum::<u64>(),
            fs::metadata(&out).unwrap().len(),
            began.elapsed()
        );
        assert_eq!(restored.contents, taken);
        assert_eq!(rows(&second), rows(url));
        let again = open(&second).unwrap();
        let verified = verify_now(&again);
        assert_eq!(verified.findings, []);
        assert!(python::verify(&second, &verified).is_empty(), "the second verifier says the same");
        let rebuilt = rebuild_now(&again);
        assert_eq!((rebuilt.differences, rebuilt.rows), (0, restored.derived));
        assert!(rebuilt.rows > 500, "there is something to derive");
        let mut tables = Raw::open(&second);
        assert!(LEFT_OUT.iter().all(|table| tables.rows(table, "log").is_empty()), "nobody is signed in");
        // It goes on from there.
        let case = opened(&again, b"anew anw");
        assert_eq!(load(&again, &case).version(), 1);
        check_whole(&again);
        drop((again, tables));
        remove(url, &second);
    });
}

#[test]
fn a_backup_crosses_from_one_engine_to_the_other_and_back() {
    on_postgres("a_backup_crosses_from_one_engine_to_the_other_and_back", |postgres| {
        on_sqlite(|sqlite| {
            populated(sqlite, 400);
            let (_folder, out) = place();
            let first = back_up(sqlite, &out).unwrap();
            restore(&out, postgres).unwrap();
            assert_eq!(rows(postgres), rows(sqlite));
            let (_folder, out) = place();
            let second = back_up(postgres, &out).unwrap();
            assert_eq!(second.manifest.logs, first.manifest.logs);
            let back = beside(sqlite, "back");
            restore(&out, &back).unwrap();
            assert_eq!(rows(&back), rows(sqlite));
            let (_folder, out) = place();
            assert_eq!(back_up(&back, &out).unwrap(), first, "byte for byte what the first one was");
            check_whole(&open(&back).unwrap());
        });
    });
}

#[test]
fn a_backup_taken_while_four_write_is_one_state() {
    on_both_engines("a_backup_taken_while_four_write_is_one_state", |url| {
        let store = populated(url, 200);
        let cases = [b"writer 1", b"writer 2", b"writer 3", b"writer 4"].map(|name| opened(&store, name));
        let stop = AtomicBool::new(false);
        let (folder, _) = place();
        thread::scope(|scope| {
            let writers = cases.each_ref().map(|case| {
                let (store, stop) = (store.clone(), &stop);
                scope.spawn(move || {
                    let mut written = 0;
                    while !stop.load(Ordering::SeqCst) {
                        let change = next_change(&load(&store, case));
                        act(&store, iso_day("2022-03-01"), &somebody("u-dm", Role::Dm), case, &change).unwrap();
                        written += 1;
                    }
                    written
                })
            });
            let mut sizes = Vec::new();
            for n in 0..4 {
                let out = folder.path().join(n.to_string());
                let taken = back_up(url, &out).unwrap();
                sizes.push(taken.manifest.logs.iter().find(|end| end.log == BODY).unwrap().size);
                let second = beside(url, "second");
                restore(&out, &second).unwrap();
                check_whole(&open(&second).unwrap());
                remove(url, &second);
                if second.starts_with("sqlite:") {
                    for name in ["second.db", "second-access.db"] {
                        let path = Path::new(second.strip_prefix("sqlite:").unwrap()).with_file_name(name);
                        // The store's threads may hold it open; its name is free all the same.
                        for suffix in ["", "-wal", "-shm"] {
                            let _ = fs::remove_file(format!("{}{suffix}", path.display()));
                        }
                    }
                }
            }
            stop.store(true, Ordering::SeqCst);
            let written: Vec<u64> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
            assert!(written.iter().all(|n| *n > 0), "all four wrote: {written:?}");
            assert!(sizes.is_sorted() && sizes.first() < sizes.last(), "the record grew meanwhile: {sizes:?}");
        });
        check_whole(&store);
    });
}

#[test]
fn every_table_is_kept_derived_or_left_out_on_purpose() {
    on_both_engines("every_table_is_kept_derived_or_left_out_on_purpose", |url| {
        drop(open(url).unwrap());
        let engine = Engine::at(url).unwrap();
        let mut there = engine.read(|tx| tx.tables()).unwrap();
        there.retain(|name| name != "refinery_schema_history" && !name.starts_with("sqlite_"));
        there.sort();
        let mut known: Vec<&str> = TABLES.iter().map(|table| table.name).chain(DERIVED).chain(LEFT_OUT).collect();
        known.sort_unstable();
        assert_eq!(there, known, "say in backup/format.rs what becomes of a new table");
        let mut tables = Raw::open(url);
        for table in &TABLES {
            assert_eq!(columns(&mut tables, table.name), table.columns, "{}", table.name);
        }
    });
}

fn columns(tables: &mut Raw, table: &str) -> Vec<(&'static str, Kind)> {
    let named = |name: &str, kind: &str| {
        let kind = match &*kind.to_lowercase() {
            "bigint" => Kind::Int,
            "text" => Kind::Text,
            "bytea" => Kind::Bytes,
            other => panic!("{table}.{name} is {other}"),
        };
        (&*name.to_owned().leak(), kind)
    };
    let rows = if tables.is_sqlite() {
        tables.rows(&format!("(select name, type from pragma_table_info('{table}'))"), "1=1")
    } else {
        let from = "information_schema.columns where table_schema = current_schema()";
        let columns = "cast(column_name as text) as name, cast(data_type as text) as type";
        tables.rows(
            &format!("(select {columns} from {from} and table_name = '{table}' order by ordinal_position) as it"),
            "1=1",
        )
    };
    rows.iter().map(|row| named(row[0].as_text(), row[1].as_text())).collect()
}
