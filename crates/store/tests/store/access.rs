//! Conflicts with a person: a case is closed the moment the person enters it, and open again once
//! they are no longer in it.

use candour_core::access::conflict::{About, Command as Conflict, Sort};
use candour_core::access::{Own, Wall};
use candour_core::case::Command;
use candour_core::case::allegation::Allege;
use candour_core::case::correction::Rescind;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::permit::{Action, Actor, Role, permit};
use candour_core::reference::Reference;
use candour_store::{Failure, Store, access, cases};

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{PROFILE, act, check_whole, load, open, somebody};

const PERSON: &str = "person:0123456789A";
const TODAY: &str = "2022-03-01";

fn referral() -> Command {
    let matter = Matter {
        kind: MatterKind::Conduct,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(iso_day("2021-03-01")),
        incident_on: None,
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    Command::Open(Open { how: How::Referred, on: iso_day("2021-03-02"), matter, summary: "A search.".to_owned() })
}

fn allege() -> Command {
    let (person, category) = (PERSON.to_owned(), "iopc-2020:B4".to_owned());
    Command::Allege(Allege { person, category, on: iso_day("2021-03-10"), what: "Used force.".to_owned() })
}

/// What the record says of somebody's own access now.
fn own(store: &Store, person: &str) -> Own {
    let person = person.to_owned();
    store.record.write(move |w| access::own_in(w, &person)).unwrap()
}

/// Whether somebody may read a case, by the record as it stands.
fn reads(store: &Store, actor: &Actor, reference: &Reference) -> bool {
    let actor = Actor { own: own(store, &actor.id), ..actor.clone() };
    let (case, stream) = (load(store, reference), reference.stream());
    permit(&actor, Action::ReadCase, cases::object(&case, &stream, &PROFILE)).is_ok()
}

#[test]
fn a_conflict_with_a_person_closes_each_case_from_the_moment_they_are_in_it() {
    on_both_engines("a_conflict_with_a_person_closes_each_case_from_the_moment_they_are_in_it", |url| {
        let store = open(url).unwrap();
        let [first, second] = [*b"wall one", *b"wall two"].map(Reference::from_random);
        let (au, dm, other) = (somebody("u-au", Role::Au), somebody("u-dm", Role::Dm), somebody("u-second", Role::Dm));
        let tell = |actor: &Actor, reference: &Reference, command: Command| {
            act(&store, iso_day(TODAY), actor, reference, &command).unwrap()
        };
        for reference in [&first, &second] {
            tell(&au, reference, referral());
        }
        tell(&dm, &first, allege());
        let about = About::Person(PERSON.to_owned());
        let declare = Conflict::Declare {
            person: dm.id.clone(),
            sort: Sort::Family,
            about,
            served_until: None,
            note: "A brother.".to_owned(),
        };
        let (declarant, command) = (dm.clone(), declare.clone());
        store.record.write(move |w| access::change_conflicts(w, &declarant, command.clone())).unwrap();
        assert_eq!(own(&store, &dm.id).walls, [Wall::Case(first.stream())]);
        let who_reads = || [&first, &second].map(|r| (reads(&store, &dm, r), reads(&store, &other, r)));
        assert_eq!(who_reads(), [(false, true), (true, true)]);
        let accused = tell(&other, &second, allege());
        assert_eq!(who_reads(), [(false, true), (false, true)], "the person entered the second case");
        let of = accused.version();
        let rescind = Rescind { of, on: iso_day(TODAY), reasons: "Somebody else of that name.".to_owned() };
        tell(&other, &second, Command::Rescind(rescind));
        assert_eq!(who_reads(), [(false, true), (true, true)], "and was never in it");
        let again =
            store.record.write(move |w| access::change_conflicts(w, &somebody("u-dm", Role::Dm), declare.clone()));
        assert!(matches!(again, Err(Failure::Refused(_))), "{again:?}");
        check_whole(&store);
    });
}
