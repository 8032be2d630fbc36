//! Two people, a list that can be changed again, and reasons.

use super::*;
use crate::access::decode;
use crate::permit::{Actor, Object, Role, permit};

const CASE: &str = "case:X";

fn here(role: Role, id: &str, action: Action, stream: &str) -> Permit {
    let actor = Actor::new(id, role, vec!["London".into()]);
    let (force, region) = (Some("metropolitan"), Some("London"));
    permit(&actor, action, Object::Case { stream, force, region, lead: Some("lead"), decided: true }).unwrap()
}

fn proposer(id: &str) -> Permit {
    here(Role::Dm, id, Action::ProposeSeal, CASE)
}

fn approver(id: &str) -> Permit {
    here(Role::Sup, id, Action::ApproveSeal, CASE)
}

fn person(id: &str, approves: bool, proposes: bool) -> Person {
    Person { id: id.into(), reads: true, proposes, approves }
}

fn both() -> [Person; 2] {
    [person("sup", true, true), person("dm", true, true)]
}

fn keep(seals: &mut Seals, permit: &Permit, fresh: Result<Fresh<Event>, Refusal>) -> Result<u64, String> {
    let fresh = fresh.map_err(|refusal| refusal.to_string())?;
    let version = seals.entries.len() as u64 + 1;
    let (kind, data) = crate::record::encoded(&fresh.event);
    let event = decode(&kind, data).unwrap();
    let actor = permit.actor().to_owned();
    seals.entries.push(Entry { version, recorded_at: 0, actor, event, words: fresh.words });
    Ok(version)
}

fn proposed(seals: &mut Seals, by: &str, people: Option<&[Person]>) -> Result<u64, String> {
    let given = proposer(by);
    let fresh = propose(seals, &given, CASE, people, "An informant.");
    keep(seals, &given, fresh)
}

fn approved(seals: &mut Seals, by: &str, of: u64, people: Option<&[Person]>) -> Result<u64, String> {
    let given = approver(by);
    let fresh = answer(seals, &given, of, Answer::Approve, people, "It is needed.");
    keep(seals, &given, fresh)
}

#[test]
fn a_case_is_sealed_and_unsealed_by_two_people() {
    let mut seals = Seals::default();
    let of = proposed(&mut seals, "dm", Some(&both())).unwrap();
    assert_eq!((seals.list(CASE), seals.cases().len()), (None, 0), "a proposal seals nothing");
    assert!(approved(&mut seals, "dm", of, Some(&both())).unwrap_err().contains("somebody else"));
    approved(&mut seals, "sup", of, Some(&both())).unwrap();
    assert_eq!(seals.list(CASE), Some(["dm".to_owned(), "sup".to_owned()].as_slice()));
    assert_eq!(seals.of("dm"), [Sealed { case: CASE.into(), inside: true }]);
    assert_eq!(seals.of("inv"), [Sealed { case: CASE.into(), inside: false }]);
    assert!(approved(&mut seals, "sup", of, Some(&both())).unwrap_err().contains("already been answered"));
    let of = proposed(&mut seals, "sup", None).unwrap();
    assert!(seals.list(CASE).is_some());
    approved(&mut seals, "dm", of, None).unwrap();
    assert_eq!((seals.list(CASE), seals.of("inv")), (None, Vec::new()));
}

#[test]
fn a_proposal_that_is_sent_back_changes_nothing_and_lets_another_follow() {
    let mut seals = Seals::default();
    let of = proposed(&mut seals, "dm", Some(&both())).unwrap();
    assert!(proposed(&mut seals, "sup", Some(&both())).unwrap_err().contains("waits already"));
    let given = approver("sup");
    let back = |seals: &Seals, reasons| answer(seals, &given, of, Answer::SendBack, Some(&both()), reasons);
    assert!(back(&seals, " ").unwrap_err().to_string().contains("Say why"));
    let fresh = back(&seals, "Nobody is at risk.");
    keep(&mut seals, &given, fresh).unwrap();
    assert_eq!((seals.list(CASE), seals.waiting(CASE).is_none()), (None, true));
    proposed(&mut seals, "sup", Some(&both())).unwrap();
}

#[test]
fn a_list_that_could_never_be_changed_is_refused() {
    let mut seals = Seals::default();
    let mut refused = |people: &[Person], wanted: &str| {
        let says = proposed(&mut seals, "dm", Some(people)).unwrap_err();
        assert!(says.contains(wanted), "{says}");
    };
    refused(&[], "at least one decision maker or supervisor");
    refused(&[person("lead", false, true), person("au", false, false)], "at least one decision maker or supervisor");
    refused(&[person("sup", true, true), person("au", false, false)], "at least two who may change the list");
    refused(&[person("sup", true, true), person("sup", true, true)], "at least two who may change the list");
    let stranger = Person { reads: false, ..person("x", true, true) };
    refused(&[both().as_slice(), &[stranger]].concat(), "may not read the case");
    assert!(proposed(&mut seals, "dm", None).unwrap_err().contains("not sealed"));
    let of = proposed(&mut seals, "dm", Some(&[person("lead", false, true), person("sup", true, true)])).unwrap();
    assert!(approved(&mut seals, "other", of, Some(&both())).unwrap_err().contains("You are not on this list"));
    // A member who left the region since is no member to count on.
    let gone = [person("sup", false, false), person("lead", false, true)];
    assert!(approved(&mut seals, "sup", of, Some(&gone)).unwrap_err().contains("at least one decision maker"));
}

#[test]
fn the_same_list_again_reasons_that_are_missing_and_another_case_are_refused() {
    let mut seals = Seals::default();
    let says = propose(&seals, &proposer("dm"), CASE, Some(&both()), "").unwrap_err().to_string();
    assert!(says.contains("Say why"), "{says}");
    let says = propose(&seals, &proposer("dm"), "case:Y", Some(&both()), "Because.").unwrap_err().to_string();
    assert!(says.contains("permission"), "{says}");
    let of = proposed(&mut seals, "dm", Some(&both())).unwrap();
    let other = here(Role::Sup, "sup", Action::ApproveSeal, "case:Y");
    let says = answer(&seals, &other, of, Answer::Approve, Some(&both()), "Yes.").unwrap_err().to_string();
    assert!(says.contains("no such proposal"), "{says}");
    approved(&mut seals, "sup", of, Some(&both())).unwrap();
    assert!(proposed(&mut seals, "dm", Some(&both())).unwrap_err().contains("the list as it is"));
}
