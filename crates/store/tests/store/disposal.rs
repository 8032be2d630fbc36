//! Disposing of personal words, as a story on both engines: proposed by one, approved by another, gone
//! from the tables and the files, and the record still holds.

use std::fs;
use std::path::Path;

use candour_core::case::Command;
use candour_core::case::allegation::Allege;
use candour_core::case::closing::Close;
use candour_core::case::correction::Correct;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::need::{Back, ReturnMatter};
use candour_core::day::{self, Day};
use candour_core::permit::{Action, Actor, Object, Role, permit};
use candour_core::person::{Event as Person, PersonRole, Registered};
use candour_core::reference::Reference;
use candour_core::retention::register::Sort;
use candour_core::retention::{Ground, Schedule};
use candour_store::disposals::{self, Wanted};
use candour_store::high_water::HighWater;
use candour_store::{Failure, Store, people};

use crate::backup::{back_up, restore};
use crate::engines::{on_both_engines, on_own_cluster, on_sqlite};
use crate::files::attach;
use crate::python;
use crate::raw::Raw;
use crate::world::{BODY, act, check_whole, context, load, open, somebody, verify_now};

/// A word that is planted in every text of the case.
pub const CANARY: &str = "Quetzalcanary";
const PERSON: &str = "person:0123456789A";
const REASONS: &str = "Nobody needs them any more.";
const CLOSED: &str = "2020-03-20";
/// The day after six years from closing.
pub const DUE: &str = "2026-03-21";

fn planted(words: &str) -> String {
    format!("{words} {CANARY}")
}

/// A conduct matter of London that was referred on 2 March 2020.
pub fn referral() -> Command {
    let matter = Matter {
        kind: MatterKind::Conduct,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(iso("2020-03-01")),
        incident_on: None,
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    Command::Open(Open { how: How::Referred, on: iso("2020-03-02"), matter, summary: planted("A search") })
}

fn iso(day: &str) -> Day {
    day::parse("", day).unwrap()
}

pub fn dm() -> Actor {
    somebody("u-dm", Role::Dm)
}

pub fn second() -> Actor {
    somebody("u-second", Role::Dm)
}

/// A closed case with an allegation against somebody of the register, each text with the canary.
pub fn closed_case(store: &Store, seed: &[u8; 8]) -> Reference {
    let reference = Reference::from_random(*seed);
    let tell = |actor: &Actor, command: Command| act(store, iso(CLOSED), actor, &reference, &command).unwrap();
    tell(&somebody("u-au", Role::Au), referral());
    let what = planted("Used force");
    let allege = Allege { person: PERSON.to_owned(), category: "iopc-2020:B4".to_owned(), on: iso("2020-03-10"), what };
    tell(&dm(), Command::Allege(allege));
    let new = planted("Used great force");
    let correct =
        Correct { of: 2, field: "text:what".to_owned(), new, on: iso("2020-03-11"), reasons: planted("As said") };
    tell(&dm(), Command::Correct(correct));
    let bytes = planted("What the file holds").into_bytes();
    attach(
        store,
        &somebody("u-au", Role::Au),
        &reference,
        iso("2020-03-12"),
        (&planted("disc.pdf"), &planted("A disc")),
        &bytes,
    );
    let back = ReturnMatter { back: Back::Handle, on: iso("2020-03-12"), reasons: planted("Small") };
    tell(&dm(), Command::ReturnMatter(back));
    let close = Close { on: iso(CLOSED), publication: None, reasons: planted("Done") };
    tell(&dm(), Command::Close(close));
    reference
}

fn register_person(store: &Store) {
    let operator = Actor::operator();
    let words = vec![("name".to_owned(), planted("Robin")), ("rank".to_owned(), "PC 4471".to_owned())];
    let register = move |w: &mut candour_store::record::Write<'_>| {
        let given = permit(&operator, Action::Import, Object::Body)?;
        let role = PersonRole::Officer;
        let registered = Registered { role, number: String::new(), joined_on: None, left_on: None, import: None };
        people::register(w, &operator, &given, PERSON, &Person::Registered(registered), words.clone())
    };
    store.record.write(register).unwrap();
}

pub fn propose(store: &Store, actor: &Actor, wanted: &Wanted, ground: Ground, on: &str) -> Result<(), Failure> {
    let (actor, wanted, at) = (actor.clone(), wanted.clone(), day::nine_o_clock(iso(on)));
    store.record.write(move |w| {
        w.not_before(at)?;
        disposals::propose(w, &actor, context(w.today()), &wanted, ground, REASONS)
    })
}

pub fn answer(store: &Store, actor: &Actor, of: u64, approves: bool) -> Result<(), Failure> {
    let actor = actor.clone();
    store.record.write(move |w| disposals::answer(w, &actor, context(w.today()), of, approves, REASONS))
}

fn refused(result: Result<(), Failure>) -> String {
    match result {
        Err(Failure::Refused(refusal)) => refusal.to_string(),
        Err(Failure::Denied(denied)) => denied.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Both verifiers agree on what is there.
fn check_both(url: &str, store: &Store) {
    check_whole(store);
    let report = verify_now(store);
    assert_eq!(python::verify(url, &report), python::of_report(&report));
}

/// How many words of the record hold the canary.
fn canaries(url: &str) -> usize {
    let rows = Raw::open(url).rows("text", "log, seq, field");
    rows.iter().filter(|row| format!("{row:?}").contains(CANARY)).count()
}

#[test]
fn a_case_that_is_due_goes_when_a_second_person_approves_it_and_the_record_says_so() {
    on_both_engines("a_case_that_is_due_goes_when_a_second_person_approves_it_and_the_record_says_so", |url| {
        let store = open(url).unwrap();
        register_person(&store);
        let reference = closed_case(&store, b"due case");
        let due = |on: &str| {
            let on = iso(on);
            let read = store.record.engine.read(|tx| disposals::due(tx, BODY, Schedule::of(BODY), on, 10, |_| true));
            read.unwrap()
        };
        assert_eq!(due("2026-03-20").0.len(), 0, "its last day is not over");
        let (cases, people) = due(DUE);
        assert_eq!((cases.len(), cases[0].words, cases[0].rule.id.as_str()), (1, (0, 9), "case"));
        assert_eq!((people.len(), people[0].cases, people[0].on), (1, 1, iso(DUE)));
        let wanted = Wanted::Case(reference.clone());
        let early = refused(propose(&store, &dm(), &wanted, Ground::Schedule, "2026-03-20"));
        assert!(early.contains("Their period is over on 21 March 2026"), "{early}");
        propose(&store, &dm(), &wanted, Ground::Schedule, DUE).unwrap();
        assert!(refused(answer(&store, &dm(), 1, true)).contains("somebody else has to approve"));
        assert!(refused(answer(&store, &somebody("u-sup", Role::Sup), 1, true)).contains("role"));
        assert_eq!(canaries(url), 9, "nothing is gone yet");
        answer(&store, &second(), 1, true).unwrap();
        assert_eq!(canaries(url), 1, "only the register's name is left");
        assert_eq!(Raw::open(url).rows("file_piece", "log, file, n").len(), 0, "the file went with its word");
        assert!(refused(answer(&store, &second(), 1, true)).contains("already been answered"));
        check_both(url, &store);
        let case = load(&store, &reference);
        let says =
            "Disposed of on 21 March 2026 under the retention schedule: Words of a closed complaint or conduct matter";
        assert_eq!(case.entries[0].word("summary"), Some(says));
        assert_eq!(candour_core::case::correction::word_as_corrected(&case, 2, "what").as_deref(), Some(says));
        assert_eq!(case.entries.last().unwrap().event.title(), "Personal words disposed of");
        assert_eq!((due(DUE).0.len(), case.state.closed), (0, Some(iso(CLOSED))));
        // What is no longer there cannot be proposed again, and a text that just vanishes is still found.
        assert!(refused(propose(&store, &dm(), &wanted, Ground::Request, DUE)).contains("no words"));
        Raw::open(url).run("delete from text where field = 'rank'");
        let report = verify_now(&store);
        assert_eq!(report.findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["text-missing"]);
        assert_eq!(python::verify(url, &report), python::of_report(&report));
    });
}

#[test]
fn a_person_and_a_single_text_go_by_themselves_and_a_hold_keeps_both() {
    on_both_engines("a_person_and_a_single_text_go_by_themselves_and_a_hold_keeps_both", |url| {
        let store = open(url).unwrap();
        register_person(&store);
        let reference = closed_case(&store, b"one text");
        let text = Wanted::Word(reference.clone(), 2, "what".to_owned());
        assert!(refused(propose(&store, &dm(), &text, Ground::Schedule, DUE)).contains("does not go by the schedule"));
        propose(&store, &dm(), &text, Ground::Never, DUE).unwrap();
        let (held, actor) = (reference.clone(), dm());
        let place = move |w: &mut candour_store::record::Write<'_>| {
            disposals::place(w, &actor, context(w.today()), (&held, Sort::Hold), "An inquest.")
        };
        store.record.write(place).unwrap();
        assert!(refused(answer(&store, &second(), 1, true)).contains("under a legal hold"));
        let actor = second();
        let lift = move |w: &mut candour_store::record::Write<'_>| {
            disposals::lift(w, &actor, context(w.today()), 2, "The inquest is over.")
        };
        store.record.write(lift).unwrap();
        answer(&store, &second(), 1, true).unwrap();
        assert_eq!(canaries(url), 7, "the text and its correction are gone");
        let case = load(&store, &reference);
        let says = "Disposed of on 21 March 2026: they should never have been recorded";
        assert_eq!((case.entries[1].word("what"), case.entries[2].word("new")), (Some(says), Some(says)));
        assert_eq!(case.entries[2].word("reasons"), Some(planted("As said").as_str()));
        let person = Wanted::Person(PERSON.to_owned());
        propose(&store, &dm(), &person, Ground::Request, DUE).unwrap();
        answer(&store, &second(), 5, false).unwrap();
        assert_eq!(canaries(url), 7, "a refusal disposes of nothing");
        propose(&store, &dm(), &person, Ground::Request, DUE).unwrap();
        answer(&store, &second(), 7, true).unwrap();
        assert_eq!(canaries(url), 6);
        let known = store.record.engine.read(|tx| people::known(tx, BODY, &[PERSON])).unwrap();
        assert!(known[0].disposed && known[0].name.is_empty() && known[0].rank.is_empty());
        check_both(url, &store);
    });
}

/// The files under a folder, also in folders, in which some bytes stand.
pub fn files_with(folder: &Path, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, word));
        } else if fs::read(&path).unwrap().windows(word.len()).any(|bytes| bytes == word.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

#[test]
fn no_file_of_a_database_holds_a_word_that_was_disposed_of() {
    on_sqlite(|url| {
        let folder = Path::new(url.strip_prefix("sqlite:").unwrap()).parent().unwrap();
        let store = open(url).unwrap();
        let marks = HighWater::of(&store.record.engine, BODY, None).unwrap();
        let reference = closed_case(&store, b"no bytes");
        let long = planted(&"A text of many pages. ".repeat(900));
        let correct = Correct {
            of: 1,
            field: "text:summary".to_owned(),
            new: long,
            on: iso("2020-03-21"),
            reasons: planted("Longer"),
        };
        act(&store, iso("2020-03-21"), &dm(), &reference, &Command::Correct(correct)).unwrap();
        assert_eq!(files_with(folder, CANARY), ["candour.db-wal"], "they were in the journal");
        assert!(store.record.engine.scrub(false).unwrap());
        assert_eq!(files_with(folder, CANARY), ["candour.db"], "and then in the database");
        let wanted = Wanted::Case(reference);
        propose(&store, &dm(), &wanted, Ground::Schedule, DUE).unwrap();
        answer(&store, &second(), 1, true).unwrap();
        assert!(store.record.engine.scrub(false).unwrap(), "nobody was reading");
        marks.note().unwrap();
        back_up(url, &folder.join("after.backup")).unwrap();
        assert_eq!(files_with(folder, CANARY), Vec::<String>::new());
        let there = ["after.backup", "candour-access.db", "candour-high-water.json", "candour.db"];
        let there = there.iter().filter(|file| folder.join(file).exists()).count();
        assert_eq!(there, 4, "the files that were searched");
        check_both(url, &store);
    });
}

#[test]
fn the_tables_of_postgresql_are_clear_of_it_and_its_log_is_not_yet() {
    on_own_cluster("the_tables_of_postgresql_are_clear_of_it_and_its_log_is_not_yet", |cluster| {
        let url = cluster.url();
        let store = open(&url).unwrap();
        let mut admin = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let folder: String = admin.query_one("show data_directory", &[]).unwrap().get(0);
        let mut found = |part: &str| {
            admin.batch_execute("checkpoint").unwrap();
            files_with(&Path::new(&folder).join(part), CANARY).len()
        };
        let reference = closed_case(&store, b"pg bytes");
        assert!(found("base") > 0 && found("pg_wal") > 0, "it is in the tables and in the log");
        propose(&store, &dm(), &Wanted::Case(reference), Ground::Schedule, DUE).unwrap();
        answer(&store, &second(), 1, true).unwrap();
        assert!(store.record.engine.scrub(false).unwrap());
        let vacuumed = found("base");
        assert!(store.record.engine.scrub(true).unwrap());
        assert_eq!(found("base"), 0, "the table was written anew");
        println!(
            "files of tables with the word after vacuum: {vacuumed}, after vacuum (full): 0; of the write-ahead log: {}",
            found("pg_wal")
        );
        check_both(&url, &store);
    });
}

#[test]
fn an_older_backup_does_not_bring_words_back_unnoticed() {
    on_sqlite(|url| {
        let folder = Path::new(url.strip_prefix("sqlite:").unwrap()).parent().unwrap().to_owned();
        let store = open(url).unwrap();
        let reference = closed_case(&store, b"old back");
        let old = folder.join("old.backup");
        back_up(url, &old).unwrap();
        propose(&store, &dm(), &Wanted::Case(reference.clone()), Ground::Schedule, DUE).unwrap();
        answer(&store, &second(), 1, true).unwrap();
        let marks = HighWater::of(&store.record.engine, BODY, None).unwrap();
        assert_eq!(marks.note().unwrap(), []);
        assert_eq!(marks.undone().unwrap(), []);
        drop(store);
        let restored = format!("sqlite:{}", folder.join("again.db").display());
        restore(&old, &restored).unwrap();
        fs::copy(marks.path(), folder.join("again-high-water.json")).unwrap();
        let store = open(&restored).unwrap();
        let marks = HighWater::of(&store.record.engine, BODY, None).unwrap();
        let undone = marks.undone().unwrap();
        assert_eq!((undone.len(), marks.departures().unwrap().is_empty()), (1, false));
        let (gone, operator) = (undone, Actor::operator());
        let again = move |w: &mut candour_store::record::Write<'_>| {
            let given = permit(&operator, Action::Operate, Object::Body)?;
            disposals::again(w, &operator, &given, context(w.today()), &gone)
        };
        assert_eq!(store.record.write(again).unwrap(), 9);
        assert_eq!((canaries(&restored), marks.undone().unwrap().len()), (0, 0));
        marks.accept().unwrap();
        assert_eq!(marks.note().unwrap(), []);
        check_both(&restored, &store);
        let last = load(&store, &reference).entries.last().unwrap().clone();
        assert_eq!((last.actor.as_str(), last.event.title()), ("operator", "Personal words disposed of"));
    });
}
