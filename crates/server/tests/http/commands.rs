//! The command line: exit codes and output that scripts rely on.

use serde_json::Value;

use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{candour, make};

fn code(database: &str, arguments: &[&str]) -> i32 {
    candour(database, arguments).status.code().unwrap()
}

fn json(database: &str, arguments: &[&str]) -> Value {
    let out = candour(database, arguments);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn a_measure_keeps_its_promised_keys_and_codes() {
    on_both_engines("a_measure_keeps_its_promised_keys_and_codes", |database| {
        make(database, 80);
        let measure = ["measure", "timeliness.within-12-months", "--on", "2019-12-31", "--format", "json"];
        let figure = json(database, &measure);
        let keys: Vec<&String> = figure.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "measure",
                "from",
                "on",
                "known",
                "where",
                "rule",
                "citation",
                "groups",
                "met",
                "of",
                "percent",
                "percent_whole"
            ]
        );
        assert!(figure["of"].as_u64().unwrap() > 0);
        let empty = json(database, &["measure", "timeliness.duration", "--on", "2010-01-01", "--format", "json"]);
        assert_eq!((&empty["count"], &empty["mean_days"]), (&Value::from(0), &Value::Null));
        for impossible in [
            vec!["measure", "caseload.opened", "--on", "2020-04-01"],
            vec!["measure", "caseload.opened", "--on", "2020-03-01", "--known", "2020-04-01"],
            vec!["measure", "caseload.opened", "--on", "2019-01-01", "--where", "colour=red"],
            vec!["measure", "caseload.opened", "--on", "2019-01-01", "--where", "kind=murder"],
            vec!["measure", "caseload.opened", "--on", "2019-01-01", "--from", "2019-02-01"],
            vec!["measure", "caseload.open", "--on", "2019-01-01", "--from", "2018-02-01"],
            vec!["measure", "caseload.opened", "--on", "2019-02-29"],
            vec!["measure", "no.such", "--on", "2019-01-01"],
            vec!["measure", "caseload.opened"],
            vec!["clock", "--to", "2020-03-01"],
            vec!["--body", "nobody", "measure", "caseload.opened", "--on", "2019-01-01"],
            vec!["user", "add", "X", "--role", "KING"],
        ] {
            let out = candour(database, &impossible);
            assert_eq!(out.status.code(), Some(2), "{impossible:?}");
            let says = String::from_utf8_lossy(&out.stderr);
            assert!(
                says.starts_with("candour: ") && says.trim().lines().count() == 1 || says.contains("Usage"),
                "{impossible:?}: {says}"
            );
        }
    });
}

#[test]
fn known_on_the_day_before_is_a_number_and_stays() {
    on_both_engines("known_on_the_day_before_is_a_number_and_stays", |database| {
        make(database, 40);
        let known =
            ["measure", "caseload.completed", "--on", "2020-03-31", "--known", "2020-03-31", "--format", "json"];
        let before = json(database, &known);
        assert_eq!(code(database, &["clock", "--to", "2020-04-02"]), 0);
        let after = json(database, &known);
        assert_eq!(before["count"], after["count"]);
        assert!(before["count"].as_u64().unwrap() > 0);
        let position = before["known"]["position"].to_string();
        let at = ["measure", "caseload.completed", "--on", "2020-03-31", "--known", &position, "--format", "json"];
        assert_eq!(json(database, &at)["count"], before["count"]);
        assert_eq!(code(database, &["clock", "--to", "2020-04-02"]), 2, "the clock goes forward only");
    });
}

#[test]
fn a_database_that_is_not_there_is_exit_three() {
    on_sqlite(|database| {
        let nowhere = "postgres://postgres@127.0.0.1:1/nowhere";
        for command in [vec!["verify"], vec!["rebuild"], vec!["measure", "caseload.open", "--on", "2019-01-01"]] {
            let out = candour(nowhere, &command);
            assert_eq!(out.status.code(), Some(3), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
        }
        for command in [
            vec!["verify"],
            vec!["rebuild"],
            vec!["measure", "caseload.open", "--on", "2019-01-01"],
            vec!["user", "list"],
        ] {
            assert_eq!(code(database, &command), 3, "{command:?}");
        }
        assert!(!std::path::Path::new(database.strip_prefix("sqlite:").unwrap()).exists(), "nothing was made");
        assert_eq!(code("mysql://x", &["verify"]), 3);
    });
}

#[test]
fn a_planted_change_is_exit_one_for_verify_and_for_rebuild() {
    on_sqlite(|database| {
        make(database, 10);
        assert_eq!((code(database, &["verify"]), code(database, &["rebuild"])), (0, 0));
        let plant = |sql: &str| {
            let path = database.strip_prefix("sqlite:").unwrap();
            let script = format!("import sqlite3,sys\nc=sqlite3.connect({path:?})\nc.execute({sql:?})\nc.commit()");
            assert!(std::process::Command::new("python3").args(["-c", &script]).status().unwrap().success());
        };
        plant("update case_row set stage = 'a stage of its own' where stream = (select min(stream) from case_row)");
        assert_eq!(code(database, &["rebuild"]), 1);
        assert_eq!(code(database, &["rebuild"]), 0, "it was put right");
        plant("update text set value = 'something else' where seq = (select max(seq) from text)");
        let out = candour(database, &["verify"]);
        assert_eq!(out.status.code(), Some(1));
        assert!(
            String::from_utf8_lossy(&out.stdout).contains("text-mismatch\tiopc\t"),
            "{}",
            String::from_utf8_lossy(&out.stdout)
        );
    });
}

#[test]
fn the_same_seed_gives_the_same_record() {
    let root = |seed: &str| {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("c.db").display());
        assert_eq!(code(&database, &["generate", "--cases", "30", "--seed", seed]), 0);
        candour_store::db::Engine::at(&database)
            .unwrap()
            .read(|tx| candour_store::reads::head(tx, "iopc"))
            .unwrap()
            .map(|(size, root, _)| (size, root))
    };
    assert_eq!(root("7"), root("7"));
    assert_ne!(root("7"), root("8"));
}
