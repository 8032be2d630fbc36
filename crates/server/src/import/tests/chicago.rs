//! The whole set of Chicago, 2000 to 2016, against figures computed outside.

use super::*;

/// The folder of the shared data, or none, having said that `test` is skipped.
fn shared(test: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var("CANDOUR_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let folder = root.join(shared).join("data/chicago_2000_2016");
    if !folder.is_dir() {
        say(&format!("skipped: {test} (no shared data)"));
        return None;
    }
    Some(folder)
}

fn say(what: &str) {
    println!("{what}");
}

#[test]
fn chicago_on_sqlite_gives_the_published_figures() {
    let Some(data) = shared("chicago_on_sqlite_gives_the_published_figures") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let store = open(&format!("sqlite:{}", folder.path().join("candour.db").display()));
    chicago(&store, &data);
}

#[test]
fn chicago_on_postgresql_gives_the_published_figures() {
    const NAME: &str = "chicago_on_postgresql_gives_the_published_figures";
    let Some(data) = shared(NAME) else { return };
    let Ok(cluster) = std::env::var("CANDOUR_TEST_POSTGRES") else {
        return say(&format!("skipped: {NAME} (no CANDOUR_TEST_POSTGRES)"));
    };
    let mut random = [0; 8];
    entropy(&mut random);
    let name = format!("candour_import_{}_{}", std::process::id(), candour_core::record::hex(&random));
    let (server, _) = cluster.rsplit_once('/').unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test makes its own database, which the product never does")]
    let mut client = postgres::Client::connect(&cluster, postgres::NoTls).unwrap();
    client.batch_execute(&format!("create database {name}")).unwrap();
    let store = open(&format!("{server}/{name}"));
    chicago(&store, &data);
    drop(store);
    client.batch_execute(&format!("drop database {name} with (force)")).unwrap();
}

fn chicago(store: &Store, data: &Path) {
    let profile = Profile::named("copa").unwrap();
    let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bodies/copa/chicago_2000_2016.toml");
    let mut files: Vec<PathBuf> = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "gz"));
    let law = Law::default();
    let run = |dry_run| {
        let started = now();
        let options = Options { mapping: &mapping, files: &files, dry_run, progress: &|_, _| {} };
        let report = import(store, (&law, &profile), &options).unwrap();
        say(&format!("{:.1} s\n{report}", f64::from(u32::try_from((now() - started) / 1000).unwrap()) / 1000.0));
        report
    };
    let dry = run(true);
    let report = run(false);
    assert_eq!((dry.counts, dry.warnings.len()), (report.counts, report.warnings.len()));
    assert_eq!(report.refused, []);
    assert_eq!(report.warnings.len(), 23);
    let facts = facts(store);
    let value = |name, filters: &[&str]| figure(&facts, &profile, name, filters);
    assert_eq!(value("count.matters", &[]).count(), 109_339);
    assert_eq!(value("count.allegations", &[]).count(), 125_581);
    assert_eq!(value("count.people", &["role=officer"]).count(), 33_051);
    assert_eq!(value("caseload.open", &[]).count(), 1_949);
    assert_eq!(value("caseload.completed", &[]).count(), 107_390);
    let duration = value("timeliness.duration", &[]);
    let days = (duration.count(), duration.mean_days().unwrap(), duration.median_days().unwrap());
    assert_eq!(days, (107_367, "251.5".to_owned(), "175.0".to_owned()));
    for (name, met) in [("timeliness.within-365-days", 90_193), ("timeliness.within-12-months", 90_135)] {
        assert_eq!(value(name, &[]), measure::Value::Share { met, of: 107_367 }, "{name}");
    }
    let again = run(false);
    assert_eq!((again.import, again.counts.present), (None, 109_339 + 125_581 + 33_051));
}
