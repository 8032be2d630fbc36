//! The reference caseload: the published figures come out of their commands on both engines, a
//! correction moves what is known now and not what was known before, and news of a proceeding moves
//! the waiting between bodies and not its total.

use candour_core::case::correction::Correct;
use candour_core::case::proceeding::Update;
use candour_core::case::{self, Case, Command, Context};
use candour_core::day::Day;
use candour_core::delegation::Delegations;
use candour_core::holder::Holder;
use candour_core::law::{Calendar, Law};
use candour_core::measure::published::{self, Published};
use candour_core::measure::{Figure, Question, Value};
use candour_core::permit::{Actor, Role, permit};
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use candour_server::app::{App, Asked, machine_sources};
use candour_server::pages::Pages;
use candour_store::{Failure, Store, cases};

use crate::engines::on_both_engines;
use crate::server::candour;

/// The day after the last act of the reference caseload.
const TODAY: Day = Day::constant(2020, 3, 31);

/// Makes the reference caseload.
fn make_reference(database: &str) {
    let made = candour(database, &["generate", "--reference"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn app(database: &str) -> App {
    let store = Store::open_existing(database, "iopc", machine_sources).unwrap();
    App::new(store, Profile::named("iopc").unwrap(), Pages::load().unwrap())
}

fn ask(app: &App, name: &str, from: Option<Day>, on: Day, filters: &[&str], by: Option<&str>, asked: Asked) -> Figure {
    let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
    let question = Question::read(name, from, on, &filters, by, &app.profile).unwrap();
    app.store.record.engine.read(|tx| app.figure(tx, &question, on, asked)).unwrap()
}

/// Carries out the first command that `find` has for a case of the record and that is lawful.
fn carry_out(app: &App, role: Role, find: fn(&Case) -> Option<Command>) -> Option<Case> {
    let streams = app.store.record.engine.read(|tx| {
        let mut streams = Vec::new();
        candour_store::reads::each_stream(tx, "iopc", |stream| streams.push(stream.to_owned()))?;
        Ok::<_, Failure>(streams)
    });
    let references = streams.unwrap().into_iter().filter_map(|stream| Reference::of_stream(&stream));
    references.into_iter().find_map(|reference| {
        let tried = app.store.record.write(move |w| {
            let log = w.log();
            let case = cases::load(w.tx()?, log, &reference)?;
            let Some(command) = find(&case) else { return Ok(None) };
            let (law, profile) = (Law::england_and_wales(), Profile::named("iopc").unwrap());
            let delegations = Delegations::supposed(Day::constant(2012, 11, 22), &[("u99", "L4")]);
            let context = Context {
                law: &law,
                profile: &profile,
                delegations: &delegations,
                today: w.today(),
                calendar: Calendar::built_in(),
            };
            let region = case.state.force().and_then(|f| profile.region(f)).unwrap_or_default().to_owned();
            let actor = Actor::new("u99", role, vec![region]);
            let stream = case.reference.stream();
            let given = permit(&actor, command.action(), cases::object(&case, &stream, &profile))?;
            let Ok(fresh) = case::decide(&case, &given, context, command) else { return Ok(None) };
            cases::record(w, &actor, &given, &case, context, fresh).map(Some)
        });
        tried.unwrap()
    })
}

/// Says that a report was handed in on 27 March 2020, and not within twelve months as was told.
fn too_late(case: &Case) -> Option<Command> {
    let last = Day::constant(2020, 3, 27);
    let (opened, report) = (case.state.mode.as_ref()?.on, case.state.report?);
    let told = case.entries.iter().find(|e| e.event.encode().0 == "report.submitted")?;
    let in_time = candour_core::law::deadline::within_months(opened, report, 12);
    let late = !candour_core::law::deadline::within_months(opened, last, 12);
    let this_year = report >= Day::constant(2019, 4, 1);
    (in_time && late && this_year).then(|| {
        let (of, field, new) = (told.version, "on".to_owned(), last.to_string());
        Command::Correct(Correct { of, field, new, on: TODAY, reasons: "The letter says so.".to_owned() })
    })
}

/// Says that the one proceeding of a case has passed from the coroner to a court.
fn to_court(case: &Case) -> Option<Command> {
    let running: Vec<_> = case.state.waiting_on().collect();
    let [one] = running.as_slice() else { return None };
    (case.state.report.is_some() && one.owner() == Holder::Coroner).then(|| {
        let (n, owner, expected_on) = (one.n, Holder::Court, Day::constant(2020, 9, 1));
        Command::UpdateProceeding(Update { n, owner, on: TODAY, expected_on, note: "Referred.".to_owned() })
    })
}

fn count_of(figure: &Figure, group: &str) -> u64 {
    figure.groups.iter().find(|(_, name, _)| name == group).map_or(0, |(_, _, value)| value.count())
}

/// What the same seed gave on the engine before: the root of the record.
type Roots = std::cell::RefCell<Vec<Vec<u8>>>;

#[test]
fn the_reference_caseload_on_both_engines() {
    let roots = Roots::default();
    on_both_engines("the_reference_caseload_on_both_engines", |database| {
        make_reference(database);
        every_published_figure_comes_out_of_its_command(database);
        the_report_carries_them(database);
        proves_itself(database, &roots);
        a_correction_moves_what_is_known_now_only(database);
        news_moves_the_waiting_between_bodies(database);
        the_clock_goes_on(database);
    });
    let roots = roots.into_inner();
    assert!(roots.windows(2).all(|pair| pair[0] == pair[1]), "the same seed gives the same record on both engines");
}

/// The published figures, from the file that names each with its source.
fn published() -> Vec<Published> {
    let all = published::all(&Profile::named("iopc").unwrap()).unwrap();
    assert!(all.len() > 20, "there is something to hold the record against");
    all
}

fn every_published_figure_comes_out_of_its_command(database: &str) {
    for figure in published() {
        let question = &figure.question;
        let (from, on) = (question.from.map(|day| day.to_string()), figure.on.to_string());
        let filters: Vec<String> =
            question.filters.iter().map(|f| f.words()).map(|(f, v)| format!("{f}={v}")).collect();
        let mut arguments = vec!["--format", "json", "measure", question.measure.name, "--on", &on];
        arguments.extend(from.iter().flat_map(|from| ["--from", from.as_str()]));
        arguments.extend(filters.iter().flat_map(|filter| ["--where", filter.as_str()]));
        let answer = json(database, &arguments);
        let (key, said) = (figure.part.id(), figure.published.json());
        match key.strip_suffix("_at_most") {
            Some(key) => assert!(answer[key].as_u64() <= said.as_u64(), "{}: {answer}", figure.id),
            None => assert_eq!(answer[key], said, "{}: {answer}", figure.id),
        }
    }
}

/// Each figure stands in the report of a day by which it could be known, and agrees: as known now,
/// and as known on that day, because no correction reaches across it.
fn the_report_carries_them(database: &str) {
    for on in ["2019-12-16", "2020-03-31"] {
        for known in [None, Some(on)] {
            let mut arguments = vec!["--format", "json", "report", "accountability", "--on", on];
            arguments.extend(known.iter().flat_map(|known| ["--known", known]));
            let report = json(database, &arguments);
            let chapters = report["chapters"].as_array().unwrap();
            let carried: Vec<&serde_json::Value> = chapters
                .iter()
                .flat_map(|c| c["figures"].as_array().unwrap())
                .filter(|f| !f["published"].is_null())
                .collect();
            let wanted: Vec<String> =
                published().into_iter().filter(|f| f.on.to_string().as_str() <= on).map(|f| f.id).collect();
            for id in &wanted {
                let found = carried.iter().find(|f| f["id"] == id.as_str());
                assert_eq!(found.map(|f| &f["agrees"]), Some(&true.into()), "{id} on {on}, known {known:?}");
            }
            assert_eq!(carried.len(), wanted.len(), "and no figure of a later day");
        }
    }
}

fn json(database: &str, arguments: &[&str]) -> serde_json::Value {
    let answer = candour(database, arguments);
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    serde_json::from_slice(&answer.stdout).unwrap()
}

fn proves_itself(database: &str, roots: &Roots) {
    let head = app(database).store.record.engine.read(|tx| candour_store::reads::head(tx, "iopc")).unwrap();
    roots.borrow_mut().push(head.unwrap().1);
    for command in ["verify", "rebuild"] {
        let answer = candour(database, &[command]);
        assert!(answer.status.success(), "{command}: {}", String::from_utf8_lossy(&answer.stdout));
    }
}

fn a_correction_moves_what_is_known_now_only(database: &str) {
    let app = app(database);
    let from = Some(Day::constant(2019, 4, 1));
    let share = |asked| ask(&app, "timeliness.within-12-months", from, TODAY, &[], None, asked).value;
    let (before, yesterday) = (share(Asked::Now), Asked::Day(Day::constant(2020, 3, 30)));
    assert_eq!(share(yesterday), before);
    carry_out(&app, Role::Sup, too_late).expect("some report can be told to be late");
    let (Value::Share { met, of }, Value::Share { met: now, of: of_now }) = (before, share(Asked::Now)) else {
        panic!("a share was asked for")
    };
    assert_eq!((now, of_now), (met - 1, of));
    assert_eq!(share(yesterday), before, "what was known the day before stays");
}

fn news_moves_the_waiting_between_bodies(database: &str) {
    let app = app(database);
    let waiting = || ask(&app, "post-report.waiting", None, TODAY, &[], Some("holder"), Asked::Now);
    let before = waiting();
    carry_out(&app, Role::Sup, to_court).expect("some case waits for a coroner alone");
    let now = waiting();
    assert_eq!(now.value, before.value, "the total, the ages and the longest stay");
    assert_eq!(count_of(&now, "coroner"), count_of(&before, "coroner") - 1);
    assert_eq!(count_of(&now, "court"), count_of(&before, "court") + 1);
}

fn the_clock_goes_on(database: &str) {
    let moved = candour(database, &["clock", "--to", "2020-06-01"]);
    assert!(moved.status.success(), "{}", String::from_utf8_lossy(&moved.stderr));
    let on = Day::constant(2020, 6, 1);
    let completed = ask(&app(database), "caseload.completed", Some(TODAY), on, &[], None, Asked::Now);
    assert!(completed.value.count() > 0, "investigations go on while the clock does");
    let back = candour(database, &["clock", "--to", "2020-05-01"]);
    assert_eq!(back.status.code(), Some(2), "a clock goes forward only");
}
