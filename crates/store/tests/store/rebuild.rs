//! What is derived from the record: the live path and the rebuild agree, and a planted difference
//! is named and put right.

use candour_core::measure::{AsAt, Facts, Figure, Known, MEASURES, Question, compute};
use candour_store::Store;
use candour_store::project::fact;

use crate::caseload::{Caseload, carry_out_commands, iso_day};
use crate::engines::{on_both_engines, on_postgres, on_sqlite};
use crate::raw::{Cell, Raw, Row};
use crate::world::{Chance, PROFILE, check_whole, open, rebuild_now};

const TABLES: [(&str, &str); 5] = [
    ("case_row", "log, stream"),
    ("fact", "log, seq, origin, kind, n"),
    ("person_row", "log, stream"),
    ("clock_row", "log, stream, clock"),
    ("party_row", "log, stream, person"),
];
/// How many commands go by between two looks at the facts in memory.
const COMMANDS_BETWEEN: usize = 500;

#[test]
fn a_rebuild_finds_no_difference_after_ten_thousand_commands_on_sqlite() {
    on_sqlite(|url| derived_rows_stay_right(url, 10_000, 1_500));
}

#[test]
fn a_rebuild_finds_no_difference_after_ten_thousand_commands_on_postgres() {
    let name = "a_rebuild_finds_no_difference_after_ten_thousand_commands";
    on_postgres(name, |url| derived_rows_stay_right(url, 10_000, 1_500));
}

fn derived_rows_stay_right(url: &str, commands: usize, cases: u64) {
    let store = open(url).unwrap();
    let caseload = Caseload::new(20_190_102, cases);
    let mut in_memory = Facts::default();
    let mut done = 0;
    while done < commands {
        done += carry_out_commands(&store, &caseload, COMMANDS_BETWEEN);
        extend(&store, &mut in_memory);
    }
    assert_eq!(done, commands);
    check_whole(&store);
    let mut fresh = Facts::default();
    extend(&store, &mut fresh);
    assert_eq!(in_memory.len(), fresh.len());
    assert!(in_memory.len() > commands / 2, "most commands give a fact");
    assert_eq!(figures(&in_memory), figures(&fresh));
    let mut tables = Raw::open(url);
    for (table, order) in TABLES {
        assert!(!tables.rows(table, order).is_empty(), "{table} has no rows to be right");
    }
}

fn extend(store: &Store, facts: &mut Facts) {
    let head = store.record.engine.read(|tx| fact::extend(tx, &store.record.log, facts));
    assert_eq!(head.unwrap(), facts.position());
}

/// Every measure for several days, as known at several positions.
fn figures(facts: &Facts) -> Vec<Figure> {
    let mut figures = Vec::new();
    for on in ["2019-06-30", "2020-12-31", "2023-12-31"].map(iso_day) {
        for quarter in 1..=4 {
            let known = Known { position: facts.position() * quarter / 4, day: on };
            for measure in MEASURES {
                // A forecast is scored from the day on which it was made.
                let from = (measure.name == "caseload.legacy-forecast").then(|| iso_day("2019-06-03"));
                let question = Question::read(measure.name, from, on, &[], None, &PROFILE).unwrap();
                figures.push(compute(facts, &PROFILE, &question, AsAt { on, known }));
            }
        }
    }
    assert!(figures.iter().any(|figure| figure.value.count() > 10), "there is something to count");
    figures
}

#[test]
fn thirty_planted_differences_are_each_named_and_put_right() {
    on_both_engines("thirty_planted_differences_are_each_named_and_put_right", |url| {
        let store = open(url).unwrap();
        carry_out_commands(&store, &Caseload::new(3, 60), 400);
        check_whole(&store);
        let mut tables = Raw::open(url);
        let mut chance = Chance(30);
        for plant in 0..30 {
            let (table, order) = TABLES[plant % TABLES.len()];
            let right = tables.rows(table, order);
            let (says, wrong) = planted(&mut chance, table, &right);
            tables.replace(table, &wrong);
            let found = rebuild_now(&store);
            assert!(found.differences > 0, "{table}: {says} was not noticed");
            assert!(found.listed.iter().all(|line| line.starts_with(table)), "{says}: {:?}", found.listed);
            assert_eq!(tables.rows(table, order), right, "{table}: {says} was not put right");
            assert_eq!(rebuild_now(&store).differences, 0);
        }
        check_whole(&store);
    });
}

/// The rows with one of them edited, deleted or added.
fn planted(chance: &mut Chance, table: &str, right: &[Row]) -> (String, Vec<Row>) {
    let mut rows = right.to_vec();
    let at = chance.below(rows.len());
    match chance.below(4) {
        0 => {
            rows.remove(at);
            (format!("row {at} deleted"), rows)
        }
        1 => {
            // The log keeps its name, so the row is a stranger in the same log.
            let key = if table == "fact" { 2 } else { 1 };
            let mut stranger = rows[at].clone();
            stranger[key] = stranger[key].changed();
            rows.push(stranger);
            (format!("row {at} doubled under another key"), rows)
        }
        _ => {
            let column = 1 + chance.below(rows[at].len() - 1);
            let withdrawn = table == "fact" && rows[at][column] == Cell::Null && column == 7;
            rows[at][column] = if withdrawn { Cell::text("put back") } else { rows[at][column].changed() };
            (format!("column {column} of row {at} changed"), rows)
        }
    }
}

#[test]
fn one_edited_row_is_one_difference() {
    on_both_engines("one_edited_row_is_one_difference", |url| {
        let store = open(url).unwrap();
        carry_out_commands(&store, &Caseload::new(4, 20), 60);
        let mut tables = Raw::open(url);
        for (table, column, order) in [
            ("case_row", 8, TABLES[0].1),
            ("fact", 6, TABLES[1].1),
            ("person_row", 3, TABLES[2].1),
            ("clock_row", 9, TABLES[3].1),
        ] {
            let mut rows = tables.rows(table, order);
            rows[0][column] = rows[0][column].changed();
            tables.replace(table, &rows);
            assert_eq!(rebuild_now(&store).differences, 1, "{table}");
        }
    });
}

#[test]
fn a_fact_that_cannot_be_read_is_a_difference_and_no_failure() {
    on_both_engines("a_fact_that_cannot_be_read_is_a_difference_and_no_failure", |url| {
        let store = open(url).unwrap();
        carry_out_commands(&store, &Caseload::new(5, 20), 60);
        let mut tables = Raw::open(url);
        let right = tables.rows("fact", TABLES[1].1);
        let kind = 3;
        for (column, wrong) in [
            (kind, Cell::text("astrology")),
            (4, Cell::Int(-1)),
            (4, Cell::Int(i64::MAX)),
            (6, Cell::Int(i64::from(i32::MAX) + 1)),
        ] {
            let mut rows = right.clone();
            rows[7][column] = wrong.clone();
            tables.replace("fact", &rows);
            let in_memory = store.record.engine.read(|tx| fact::extend(tx, &store.record.log, &mut Facts::default()));
            assert!(in_memory.unwrap_err().to_string().contains("run candour rebuild"));
            let found = rebuild_now(&store);
            assert_eq!(found.differences, 2, "{wrong:?}: one row unreadable, one missing: {:?}", found.listed);
            assert_eq!(tables.rows("fact", TABLES[1].1), right);
        }
    });
}

#[test]
fn the_caseload_reaches_every_kind_of_event() {
    on_sqlite(|url| {
        let store = open(url).unwrap();
        carry_out_commands(&store, &Caseload::new(6, 40), 1_200);
        let mut tables = Raw::open(url);
        let mut kinds: Vec<String> = tables.rows("event", "seq").iter().map(|e| e[4].as_text().to_owned()).collect();
        kinds.sort();
        kinds.dedup();
        let all = "allegations.recorded case-to-answer.decided case.closed completion.expected \
                   decision.approved decision.proposed decision.sent-back entry.corrected \
                   entry.rescinded fact.changed findings.recorded grade.held investigation.allocated \
                   investigation.discontinued investigation.resumed investigation.suspended lead.appointed \
                   log.opened matter.received matter.referred memorandum.accepted memorandum.received \
                   memorandum.requested mode.decided need.decided person.registered power.delegated \
                   proceeding.begun proceeding.ended proceeding.updated prosecutor.decided \
                   reinvestigation.determined report.submitted terms.approved terms.drafted";
        assert_eq!(kinds.join(" "), all);
    });
}
