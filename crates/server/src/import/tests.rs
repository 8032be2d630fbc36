use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use candour_core::day;
use candour_core::measure::{self, AsAt, Facts, Known, Question};
use candour_store::record::Clock;
use candour_store::{Sources, project, reads};
use tempfile::TempDir;

use super::*;

mod chicago;

const MAPPING: &str = include_str!("../../../../bodies/copa/chicago_2000_2016.toml");
const COMPLAINTS: &str = "cr_id,incident_date,incident_time,complaint_date,closed_date,beat,location_code,filed_by\n\
    1001,2006-09-26,00:00:00,2006-09-26,2007-01-26,1222,19,civilian\n\
    1002,2006-09-23,23:00:00,2006-09-26,,0,,officer\n\
    1003,2006-09-23,23:00:00,2006-09-26,2006-09-20,0,,civilian\n";
const ACCUSED: &str = "row_id,cr_id,officer_uid,complaint_category,recommended_finding,recommended_discipline,final_finding,final_discipline\n\
    1,1001,501,01A-USE OF PROFANITY,NS,600.0,UN,600.0\n\
    2,1001,502,01A-USE OF PROFANITY,,,,\n\
    3,1003.0,501,\"05A-ARRESTEE, DURING ARREST\",SU,5.0,SU,0.0\n";
const OFFICERS: &str = "officer_uid,gender,race,birth_year,appointed_date,resignation_date\n\
    501,MALE,WHITE,1926.0,1950-06-03,1980-03-10\n\
    502,FEMALE,,,,\n";

/// A record, and the files of one import beside it.
struct Town {
    folder: TempDir,
    store: Store,
    law: Law,
    profile: Profile,
}

impl Town {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("candour.db").display());
        let town = Self { store: open(&url), folder, law: Law::default(), profile: Profile::named("copa").unwrap() };
        town.put("mapping.toml", MAPPING);
        town.put("complaints.csv", COMPLAINTS);
        town.put("accused.csv", ACCUSED);
        town.put("officers.csv", OFFICERS);
        town
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, dry_run: bool, names: &[&str]) -> Result<Report, ImportError> {
        let files: Vec<PathBuf> = names.iter().map(|name| self.path(name)).collect();
        let options = Options { mapping: &self.path("mapping.toml"), files: &files, dry_run, progress: &|_, _| {} };
        let report = import(&self.store, (&self.law, &self.profile), &options)?;
        for file in &report.files {
            assert_eq!(file.rows, file.taken + file.present + file.refused, "{file:?}");
        }
        Ok(report)
    }

    fn import(&self) -> Report {
        self.run(false, &ALL).unwrap()
    }

    /// What an import of these files instead of the usual ones says.
    fn import_with(&self, name: &str, content: impl AsRef<[u8]>) -> Report {
        self.put(name, content);
        self.import()
    }

    fn error_with(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        self.put(name, content);
        let position = self.position();
        let says = self.run(false, &ALL).unwrap_err().to_string();
        assert_eq!(self.position(), position, "{says}");
        says
    }

    fn position(&self) -> u64 {
        self.store.record.engine.read(|tx| reads::position(tx, &self.store.record.log)).unwrap()
    }

    fn count(&self, name: &str, filters: &[&str]) -> u64 {
        figure(&facts(&self.store), &self.profile, name, filters).count()
    }
}

const ALL: [&str; 3] = ["complaints.csv", "accused.csv", "officers.csv"];

fn open(url: &str) -> Store {
    Store::open(url, "copa", Clock::Real, || Sources { now, entropy: Box::new(entropy) }).unwrap()
}

fn now() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

/// Bytes that differ; a test needs no more.
fn entropy(bytes: &mut [u8]) {
    static STATE: AtomicU64 = AtomicU64::new(1);
    for eight in bytes.chunks_mut(8) {
        let state = STATE.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9).to_le_bytes();
        eight.copy_from_slice(&mixed[..eight.len()]);
    }
}

fn facts(store: &Store) -> Facts {
    let mut facts = Facts::default();
    let record = &store.record;
    record.engine.read(|tx| project::fact::extend(tx, &record.log, &mut facts)).unwrap();
    facts
}

fn figure(facts: &Facts, profile: &Profile, name: &str, filters: &[&str]) -> measure::Value {
    let on = day::parse("on", "2016-10-27").unwrap();
    let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
    let question = Question::read(name, None, on, &filters, None, profile).unwrap();
    let known = Known { position: facts.position(), day: on };
    measure::compute(facts, profile, &question, AsAt { on, known }).value
}

fn said(notes: &[RowNote]) -> Vec<String> {
    notes.iter().map(ToString::to_string).collect()
}

fn check_refused(report: &Report, expected: &[&str]) {
    assert_eq!(said(&report.refused), expected);
}

#[test]
fn every_row_of_sound_files_is_taken_over() {
    let town = Town::new();
    let report = town.import();
    let counts = Counts { cases: 3, allegations: 3, findings: 2, people: 2, present: 0 };
    assert_eq!(report.counts, counts);
    check_refused(&report, &[]);
    assert_eq!(town.count("count.matters", &[]), 3);
    assert_eq!(town.count("count.matters", &["filed-by=officer"]), 1);
    assert_eq!(town.count("count.allegations", &["finding=SU"]), 1);
    assert_eq!(town.count("count.people", &["role=officer"]), 2);
    assert_eq!(town.count("caseload.open", &[]), 1);
}

#[test]
fn a_case_closed_before_it_was_received_is_kept_with_a_warning() {
    let report = Town::new().import();
    assert_eq!(
        said(&report.warnings),
        ["complaints.csv line 4, closed_date \"2006-09-20\": closed on 2006-09-20, before it was received on \
          2006-09-26: kept, counted as closed and left out of durations"]
    );
}

#[test]
fn codes_lose_the_decimals_that_a_spreadsheet_gave_them() {
    let town = Town::new();
    town.import();
    let mut data = String::new();
    let record = &town.store.record;
    record
        .engine
        .read(|tx| {
            reads::each_of_kind(tx, &record.log, "findings.recorded", |_, event| {
                data.push_str(event);
                Ok(())
            })
        })
        .unwrap();
    assert!(data.contains(r#""discipline_ours":"600""#) && data.contains(r#""discipline_theirs":"0""#), "{data}");
}

#[test]
fn a_second_run_writes_nothing() {
    let town = Town::new();
    town.import();
    let position = town.position();
    let again = town.import();
    assert_eq!(town.position(), position);
    assert_eq!(again.import, None);
    assert_eq!(again.counts, Counts { present: 8, ..Counts::default() });
    assert_eq!(again.warnings, []);
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_the_run_will() {
    let town = Town::new();
    town.put("accused.csv", format!("{ACCUSED}4,1001,999,,,,,\n"));
    let position = town.position();
    let dry = town.run(true, &ALL).unwrap();
    assert_eq!(town.position(), position);
    assert_eq!(dry.import, None);
    let real = town.import();
    assert_eq!(
        (dry.counts, dry.files, dry.refused, dry.warnings),
        (real.counts, real.files, real.refused, real.warnings)
    );
}

#[test]
fn the_import_stands_in_the_record_from_its_beginning_to_its_end() {
    let town = Town::new();
    let id = town.import().import.unwrap();
    let record = &town.store.record;
    for (kind, holds) in [("import.begun", "\"sha256\""), ("import.ended", "\"cases\":3")] {
        let mut found = Vec::new();
        record
            .engine
            .read(|tx| {
                reads::each_of_kind(tx, &record.log, kind, |stream, data| {
                    found.push((stream.to_owned(), data.contains(holds)));
                    Ok(())
                })
            })
            .unwrap();
        assert_eq!(found, [(format!("import:{id}"), true)]);
    }
}

#[test]
fn rows_about_something_unknown_or_refused_are_refused_by_their_line() {
    let town = Town::new();
    town.put("complaints.csv", COMPLAINTS.replace("2006-09-26,,0", "2006-13-26,,0"));
    let report =
        town.import_with("accused.csv", format!("{ACCUSED}4,7777,501,,,,,\n5,1001,999,,,,,\n6,1002,501,,,,,\n"));
    check_refused(
        &report,
        &[
            "accused.csv line 5, cr_id \"7777\": there is no such matter in complaints.csv",
            "accused.csv line 6, officer_uid \"999\": there is no such person in officers.csv",
            "accused.csv line 7, cr_id \"1002\": the row of this matter was refused: complaints.csv line 3",
            "complaints.csv line 3, complaint_date \"2006-13-26\": it is no real date written like %Y-%m-%d",
        ],
    );
    assert_eq!(report.counts.cases, 2);
}

#[test]
fn rows_that_were_refused_are_taken_over_once_they_are_put_right() {
    let town = Town::new();
    let bad = format!("{ACCUSED}4,1001,999,02B,SU,,SU,\n").replace("2,1001,502", "2,1001,503");
    let first = town.import_with("accused.csv", &bad);
    assert_eq!((first.counts.allegations, first.refused.len()), (2, 2));
    let second = town.import_with("accused.csv", bad.replace("999", "502").replace("503", "501"));
    check_refused(&second, &[]);
    assert_eq!((second.counts.allegations, second.counts.findings), (2, 1));
    assert_eq!(second.counts.present, 7);
    assert_eq!(town.count("count.allegations", &[]), 4);
    assert_eq!(town.count("count.allegations", &["finding=SU"]), 2);
    let position = town.position();
    assert_eq!(town.import().counts.present, 9);
    assert_eq!(town.position(), position);
}

#[test]
fn a_number_that_stands_twice_is_refused_the_second_time() {
    let report =
        Town::new().import_with("complaints.csv", format!("{COMPLAINTS}1001,2006-09-26,,2006-09-26,,,,civilian\n"));
    check_refused(
        &report,
        &["complaints.csv line 5, cr_id \"1001\": this number stands already at complaints.csv line 2; \
           a number stands for one row"],
    );
    let report = Town::new().import_with("officers.csv", format!("{OFFICERS}501.0,,,,,\n"));
    assert!(said(&report.refused)[0].starts_with("officers.csv line 4, officer_uid \"501.0\""), "{report}");
    let report = Town::new().import_with("accused.csv", format!("{ACCUSED}3,1001,501,,,,,\n"));
    assert!(said(&report.refused)[0].starts_with("accused.csv line 5, row_id \"3\""), "{report}");
}

#[test]
fn lines_are_those_of_an_editor_below_fields_that_span_lines_and_blank_lines() {
    for end in ["\n", "\r\n"] {
        let text = format!(
            "{ACCUSED}4,1001,501,\"two\nlines \"\"quoted\"\"\",,,,\n\n5,1001,501,\"three\n\nlines\",,,,\n\n6,1001,999,,,,,"
        );
        let report = Town::new().import_with("accused.csv", text.replace('\n', end));
        let lines: Vec<u64> = report.refused.iter().map(|note| note.line).collect();
        assert_eq!(lines, [5, 8, 12], "{report}");
        assert!(report.refused[0].says.contains("one line"), "{report}");
    }
}

#[test]
fn a_quoted_field_with_a_newline_in_a_column_that_is_not_read_does_no_harm() {
    let town = Town::new();
    let report = town.import_with("complaints.csv", COMPLAINTS.replace(",1222,", ",\"12\n22\","));
    check_refused(&report, &[]);
    assert_eq!(report.warnings[0].line, 5);
}

#[test]
fn a_byte_order_mark_and_packed_files_are_read_like_others() {
    let town = Town::new();
    town.put("complaints.csv", format!("\u{feff}{COMPLAINTS}"));
    town.put("officers.csv.gz", pack(OFFICERS.as_bytes()));
    let report = town.run(false, &["complaints.csv", "accused.csv", "officers.csv.gz"]).unwrap();
    assert_eq!((report.counts.cases, report.counts.people, report.refused.len()), (3, 2, 0));
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn broken_files_are_refused_whole_before_anything_is_written() {
    let town = Town::new();
    let check = |name: &str, content: &[u8], holds: &str| {
        let says = town.error_with(name, content);
        assert!(says.contains(name) && says.contains(holds), "{says}");
        town.put("complaints.csv", COMPLAINTS);
        town.put("accused.csv", ACCUSED);
    };
    let packed = pack(COMPLAINTS.as_bytes());
    check("complaints.csv", &packed[..packed.len() / 2], "cannot be unpacked");
    check("complaints.csv", b"", "it is empty");
    check("complaints.csv", b"\n\n", "it is empty");
    check("complaints.csv", b"cr\xff_id,b\n", "not UTF-8");
    let missing = COMPLAINTS.replace("closed_date", "shut_date");
    check(
        "complaints.csv",
        missing.as_bytes(),
        "lacks: closed_date; it has columns that the mapping neither reads nor lists under not_read: shut_date",
    );
    let twice = COMPLAINTS.replacen("beat", "cr_id", 1);
    check("complaints.csv", twice.as_bytes(), "\"cr_id\" stands twice");
    let open = format!("{ACCUSED}4,1001,501,\"never closed,,,,\n5,1001,501,,,,,\n");
    check("accused.csv", open.as_bytes(), "line 5: a quotation mark in the row that begins here is never closed");
}

#[test]
fn a_header_alone_is_a_file_without_rows() {
    let town = Town::new();
    for header in [ACCUSED.lines().next().unwrap().to_owned(), format!("{}\r\n", ACCUSED.lines().next().unwrap())] {
        let report = town.import_with("accused.csv", header);
        assert_eq!((report.files[2].rows, report.refused.len()), (0, 0));
    }
}

#[test]
fn a_row_that_is_not_utf_8_is_refused_with_its_column() {
    let bad = COMPLAINTS.replace(",0,,officer", ",\u{1},,officer").into_bytes();
    let bad: Vec<u8> = bad.into_iter().map(|b| if b == 1 { 0xe9 } else { b }).collect();
    let report = Town::new().import_with("complaints.csv", bad);
    check_refused(&report, &["complaints.csv line 3, beat \"\u{fffd}\": is not UTF-8; save the file as UTF-8"]);
    assert_eq!(report.counts.cases, 2);
}

#[test]
fn a_cell_of_a_megabyte_is_refused_and_cut() {
    let long = "x".repeat(1 << 20);
    let report = Town::new().import_with("accused.csv", format!("{ACCUSED}4,1001,501,{long},,,,\n"));
    assert_eq!(report.refused[0].value.len(), 80);
    assert!(report.refused[0].says.contains("1048576"), "{report}");
}

#[test]
fn a_row_with_a_cell_too_many_or_too_few_is_refused() {
    let report = Town::new().import_with("accused.csv", format!("{ACCUSED}4,1001,501\n5,1001,501,a,,,,,,\n"));
    let lines: Vec<u64> = report.refused.iter().map(|note| note.line).collect();
    assert_eq!(lines, [5, 6]);
    assert!(report.refused[0].says.contains("has 3 cells where the first line has 8"), "{report}");
}

#[test]
fn values_that_the_mapping_does_not_know_and_dates_to_come_are_refused() {
    let town = Town::new();
    let odd = COMPLAINTS.replace("0,,officer", "0,,robot").replace("2007-01-26", "2199-01-26");
    let report = town.import_with("complaints.csv", odd);
    let says = said(&report.refused);
    assert!(says.iter().any(|s| s.contains("closed_date \"2199-01-26\": it is later than today")), "{report}");
    assert!(says.iter().any(|s| s.contains("filed_by \"robot\": the mapping has no value for it")), "{report}");
}

#[test]
fn files_must_be_those_of_the_mapping_each_once() {
    let town = Town::new();
    let says = |names: &[&str]| town.run(false, names).unwrap_err().to_string();
    town.put("beats.csv", "");
    town.put("officers.csv.gz", pack(OFFICERS.as_bytes()));
    assert!(says(&["complaints.csv", "accused.csv"]).contains("officers.csv is missing"));
    assert!(says(&["beats.csv"]).contains("beats.csv is not in the mapping"));
    assert!(says(&["officers.csv", "officers.csv.gz"]).contains("officers.csv was given twice"));
    town.put("victims.csv", "whatever");
    let report = town.run(true, &["complaints.csv", "accused.csv", "officers.csv", "victims.csv"]).unwrap();
    assert!(report.to_string().contains("not read: victims.csv (the record does not yet keep"), "{report}");
}

#[test]
fn a_mapping_that_is_wrong_is_refused_with_its_line() {
    let town = Town::new();
    let check = |from: &str, to: &str, says: &str| {
        assert!(MAPPING.contains(from), "{from}");
        let text = MAPPING.replacen(from, to, 1);
        let at = text.find(to).unwrap();
        let line = text[..at].matches('\n').count() + 1;
        let found = town.error_with("mapping.toml", &text);
        assert!(found.contains(says), "{found}");
        assert!(found.contains(&format!("mapping.toml: line {line}, column")), "line {line}: {found}");
    };
    check("closed = {", "shut = {", "matters have no field \"shut\"");
    check("source = ", "sauce = ", "unknown field `sauce`");
    check("set = { role", "sett = { role", "unknown field `sett`");
    check("force = \"chicago\"", "force = \"kent\"", "is no force; it is one of chicago");
    check(
        "closed = { column = \"closed_date\", date = \"%Y-%m-%d\"",
        "closed = { column = \"closed_date\"",
        "is a date",
    );
    check("date = \"%Y-%m-%d\" }\nclosed", "data = \"%Y-%m-%d\" }\nclosed", "unknown field `data`");
    check(
        "number = { column = \"cr_id\", format = \"code\" }",
        "number = { column = \"cr_id\", format = \"cod\" }",
        "unknown variant `cod`",
    );
    check(
        "incident = { column = \"incident_date\", date = \"%Y-%m-%d\"",
        "incident = { column = \"incident_date\", date = \"%Y-%m\"",
        "how a whole date is written",
    );
    check("beat = \"the", "filed_by = \"the", "both read and not read");
    check("officer = \"officer\"", "officer = \"police\"", "is no filed_by");
    let moved = MAPPING.replace("\"officers.csv\"", "\"data/officers.csv\"");
    let says = town.error_with("mapping.toml", moved);
    assert!(says.contains("\"data/officers.csv\" is a path"), "{says}");
    let other = town.error_with("mapping.toml", MAPPING.replace("body = \"copa\"", "body = \"iopc\""));
    assert!(other.contains("for the body iopc, and the record is that of copa"), "{other}");
}

#[test]
fn the_report_is_csv_that_no_spreadsheet_runs() {
    let report = Town::new().import_with("accused.csv", format!("{ACCUSED}4,\"=1+1,2\",501,,,,,\n"));
    let csv = String::from_utf8(report.to_csv().unwrap()).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "what,file,line,column,value,says");
    assert_eq!(lines[1], "refused,accused.csv,5,cr_id,\"'=1+1,2\",there is no such matter in complaints.csv");
    assert!(lines[2].starts_with("warning,complaints.csv,4,closed_date,2006-09-20,"));
}
