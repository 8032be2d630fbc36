//! Every holiday against what others publish: the government's list, and the `holidays` package of
//! the Python index, of which nothing is kept here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use candour_core::day::Day;
use candour_core::law::{Calendar, Nation};
use jiff::civil::date;
use serde_json::Value;

use crate::skipped;

const PACKAGE: &str = "holidays==0.109";
/// Prints the weekdays that are holidays, one a line, as `ENG 2004-01-01`.
const SCRIPT: &str = "
import holidays
for part in ('ENG', 'SCT', 'NIR'):
    for day in holidays.UnitedKingdom(subdiv=part, years=range(2003, 2029)):
        if day.weekday() < 5:
            print(part, day)
";

fn days(nation: Nation, first: i16, last: i16) -> BTreeSet<Day> {
    let (first, last) = (date(first, 1, 1), date(last, 12, 31));
    Calendar::built_in().holidays(nation, first, last).map(|(day, _)| day).collect()
}

#[test]
fn holidays_are_those_of_the_government_s_list_in_every_year_of_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var("CANDOUR_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let Ok(text) = std::fs::read_to_string(root.join(shared).join("data/govuk/bank-holidays-source.json")) else {
        return skipped("holidays_are_those_of_the_government_s_list_in_every_year_of_it", "no shared data");
    };
    let list: Value = serde_json::from_str(&text).unwrap();
    let mut years_seen = 0;
    for nation in Nation::ALL {
        let years = list["divisions"][format!("common.nations.{}_slug", nation.key())].as_object().unwrap();
        for (year, entries) in years.iter().filter(|(_, entries)| entries.is_array()) {
            let year: i16 = year.parse().unwrap();
            let listed: Vec<(Day, String)> = entries.as_array().unwrap().iter().map(listed).collect();
            let dates: BTreeSet<Day> = listed.iter().map(|(day, _)| *day).collect();
            assert_eq!(days(nation, year, year), dates, "{nation} {year}");
            for (day, name) in listed {
                // The list names these two the other way round; law/holidays.toml says why ours is so.
                let swapped = nation == Nation::Scotland && date(year, 1, 1).weekday().to_monday_one_offset() == 7;
                if !(swapped && day.month() == 1) {
                    assert_eq!(Calendar::built_in().holiday(day, nation), Some(name.as_str()), "{nation} {day}");
                }
            }
            years_seen += 1;
        }
    }
    assert_eq!(years_seen, 30, "ten years of three nations");
    assert!(Calendar::built_in().provisional(date(2029, 1, 1)), "the list ends with 2028");
}

/// An entry of the list as a day and the name it has here.
fn listed(entry: &Value) -> (Day, String) {
    let part = |range: std::ops::Range<usize>| entry["date"].as_str().unwrap()[range].parse::<i16>().unwrap();
    let small = |n: i16| i8::try_from(n).unwrap();
    let day = date(part(6..10), small(part(3..5)), small(part(0..2)));
    let name = match entry["title"].as_str().unwrap().trim_start_matches("bank_holidays.") {
        "new_year" => "New Year's Day",
        "2nd_january" => "2nd January",
        "st_patrick" => "St Patrick's Day",
        "good_friday" => "Good Friday",
        "easter_monday" => "Easter Monday",
        "early_may" => "Early May bank holiday",
        "early_may_ve" => "Early May bank holiday for VE Day",
        "spring" => "Spring bank holiday",
        "queen_platinum" => "Platinum Jubilee bank holiday",
        "kings_coronation" => "Bank holiday for the Coronation of King Charles III",
        "queens_bank_holiday" => "Bank holiday for the State Funeral of Queen Elizabeth II",
        "world_cup" => "World Cup bank holiday",
        "battle_boyne" => "Battle of the Boyne",
        "summer" | "late_august" => "Summer bank holiday",
        "st_andrew" => "St Andrew's Day",
        "christmas" => "Christmas Day",
        "boxing_day" => "Boxing Day",
        other => panic!("the list has a holiday that is not known here: {other}"),
    };
    let substitute = entry["notes"].as_str().unwrap().contains("substitute");
    (day, if substitute { format!("Substitute day for {name}") } else { name.to_owned() })
}

#[test]
fn holidays_are_those_of_an_independent_package_from_2003_to_2028() {
    let printed = match package_says() {
        Ok(printed) => printed,
        Err(why) => return skipped("holidays_are_those_of_an_independent_package_from_2003_to_2028", &why),
    };
    for (nation, part) in Nation::ALL.into_iter().zip(["ENG", "SCT", "NIR"]) {
        let lines = printed.lines().filter_map(|line| line.strip_prefix(part));
        let mut theirs: BTreeSet<Day> = lines.map(|day| day.trim().parse().unwrap()).collect();
        if nation == Nation::Scotland {
            // The Act that made St Andrew's Day a bank holiday is of January 2007.
            assert!(theirs.remove(&date(2006, 11, 30)), "the package has mended this: drop the exception");
        }
        let ours = days(nation, 2003, 2028);
        assert!(ours.len() > 200);
        let differ: Vec<&Day> = ours.symmetric_difference(&theirs).collect();
        assert!(differ.is_empty(), "{nation}: {differ:?}");
    }
}

/// What the package prints, or why it could not be asked. It is installed once per target folder.
fn package_says() -> Result<String, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(PACKAGE.replace("==", "-"));
    if !folder.is_dir() {
        install(&folder)?;
    }
    let run = Command::new("python3").args(["-B", "-c", SCRIPT]).env("PYTHONPATH", &folder).output();
    let output = run.map_err(|e| format!("python3: {e}"))?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout).unwrap())
}

/// Installs the package in a folder of its own, which appears only when it is whole.
fn install(folder: &Path) -> Result<(), String> {
    let unfinished: PathBuf = folder.with_extension(format!("unfinished-{}", std::process::id()));
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "0", "--timeout", "15"];
    let mut command = Command::new("python3");
    command.args(pip).arg("--target").arg(&unfinished).arg(PACKAGE).stdout(Stdio::null()).stderr(Stdio::null());
    let installed = command.status().is_ok_and(|status| status.success());
    if !installed || std::fs::rename(&unfinished, folder).is_err() {
        // Nothing may have been made, and another run may have been first.
        let _ = std::fs::remove_dir_all(&unfinished);
    }
    if folder.is_dir() { Ok(()) } else { Err(format!("pip could not install {PACKAGE}")) }
}
