//! Files to take away. A file is built from columns that are on one list, its cells cannot become
//! formulas, and it is read again before it leaves, so that nothing is in it that was not meant to be.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::error::Problem;

/// Every column that a file may have. `who` and `purpose` are of the access log and in its own files
/// only; a column of a case's words would have to be added here, and its reading to be in that log.
const COLUMNS: [&str; 57] = [
    "agrees",
    "also",
    "allowed_by",
    "at",
    "case",
    "chapter",
    "citation",
    "closed",
    "completed",
    "computed",
    "count",
    "day",
    "days",
    "directorate",
    "due",
    "first",
    "force",
    "from",
    "group",
    "holder",
    "id",
    "in_time",
    "kind",
    "known_day",
    "known_position",
    "last",
    "max_days",
    "mean_days",
    "measure",
    "median_days",
    "met",
    "mode",
    "month",
    "number",
    "numbers",
    "of",
    "on",
    "opened",
    "pathway",
    "percent",
    "published",
    "purpose",
    "quarter",
    "readings",
    "received",
    "reference",
    "regime",
    "region",
    "rule",
    "says",
    "source",
    "stage",
    "title",
    "value",
    "where",
    "who",
    "year",
];

/// A CSV file (RFC 4180, UTF-8) of that name; the first row holds the names of the columns.
///
/// # Errors
/// A column that is on no list, and a file that does not say what it was built from; neither leaves.
pub fn csv(name: &str, rows: &[Vec<String>]) -> Result<Response, Problem> {
    let text = csv_text(rows).map_err(Problem::Internal)?;
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, text).into_response())
}

/// The text of such a file.
///
/// # Errors
/// As [`csv`] has them, in words for the operator.
pub fn csv_text(rows: &[Vec<String>]) -> Result<String, String> {
    let columns = rows.first().ok_or("a file without columns")?;
    if let Some(unknown) = columns.iter().find(|column| !COLUMNS.contains(&column.as_str())) {
        return Err(format!("a file has the column {unknown:?}, which is on no list"));
    }
    let meant: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| disarmed(cell)).collect()).collect();
    let mut file = csv::Writer::from_writer(Vec::new());
    for row in &meant {
        file.write_record(row).map_err(|e| e.to_string())?;
    }
    let bytes = file.into_inner().map_err(|e| e.to_string())?;
    let text = String::from_utf8(bytes).map_err(|e| e.to_string())?;
    // Read again by a reader that takes no row of another width.
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let read: Result<Vec<Vec<String>>, csv::Error> = reader.deserialize().collect();
    match read {
        Ok(read) if read == meant => Ok(text),
        Ok(_) => Err("a file does not say what it was built from".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A cell that a spreadsheet will not take for a formula.
#[must_use]
pub fn disarmed(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_column_that_is_on_no_list_does_not_leave() {
        let says = csv_text(&[row(&["reference", "name"]), row(&["R1", "Robin"])]).unwrap_err();
        assert!(says.contains("\"name\""), "{says}");
        assert!(csv_text(&[row(&["reference", "kind"]), row(&["R1"])]).is_err(), "a row of another width");
        assert!(csv_text(&[]).is_err());
    }

    #[test]
    fn whatever_is_in_a_cell_another_reader_finds_it_there_and_no_formula() {
        const SCRIPT: &str = "import csv, json, sys\n\
             rows = list(csv.reader(open(sys.argv[1], encoding='utf-8', newline=''), strict=True))\n\
             json.dump(rows, sys.stdout)";
        const CELLS: usize = 100_000;
        let pieces = [
            "=",
            "+",
            "-",
            "@",
            "\t",
            "\r",
            "\n",
            "\r\n",
            "\"",
            "\"\"",
            ",",
            ";",
            "'",
            "＝",
            "cmd|' /C calc'!A0",
            "DDE",
            "é",
            "\u{202e}",
            "\u{0}",
            "a",
            " ",
            "\\",
            "|",
            "\u{feff}",
            "{{7*7}}",
        ];
        let mut random = StdRng::seed_from_u64(4180);
        let mut cell =
            || (0..random.random_range(0..6)).map(|_| pieces[random.random_range(0..pieces.len())]).collect();
        let mut rows = vec![row(&["reference", "title"])];
        rows.extend((0..CELLS / 2).map(|_| vec![cell(), cell()]));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.csv");
        std::fs::File::create(&path).unwrap().write_all(csv_text(&rows).unwrap().as_bytes()).unwrap();
        let read = Command::new("python3").args(["-c", SCRIPT]).arg(&path).stdin(Stdio::null()).output().unwrap();
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        let read: Vec<Vec<String>> = serde_json::from_slice(&read.stdout).unwrap();
        assert_eq!(read.len(), rows.len());
        for (got, meant) in read.iter().flatten().zip(rows.iter().flatten()) {
            assert!(got == meant || *got == format!("'{meant}"), "{got:?} for {meant:?}");
            assert!(!got.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']), "{got:?}");
        }
        println!("{CELLS} cells, read again by a second reader: no formula, nothing more and nothing less");
    }
}
