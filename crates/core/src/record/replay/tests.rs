//! Each rule is broken once, and the tables here are those that decisions are made by.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::*;
use crate::case::{Event, State, made};
use crate::law::powers::{Fact, Powers};

/// A log in which people have grades and powers are delegated to the third.
struct Desk {
    replay: Replay,
    versions: HashMap<String, u64>,
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self { replay: Replay::of_log(), versions: HashMap::new() };
        for person in ["one", "two"] {
            let held = json!({"person": person, "grade": "L3", "from": "2020-01-01"});
            assert_eq!(desk.add(SCHEME, "grade.held", "operator", "2020-01-01", &held), [""; 0]);
        }
        let granted = json!({"powers": ["P.CPS", "P.TOR", "P.FORM"], "to": {"grade": "L3"}, "from": "2020-01-01"});
        assert_eq!(desk.add(SCHEME, "power.delegated", "operator", "2020-01-01", &granted), [""; 0]);
        desk
    }

    fn add(&mut self, stream: &str, kind: &str, actor: &str, on_date: &str, data: &Json) -> Vec<&'static str> {
        self.add_as(stream, kind, (actor, "DM decide unit"), on_date, data)
    }

    fn add_as(
        &mut self,
        stream: &str,
        kind: &str,
        (actor, authority): (&str, &str),
        on_date: &str,
        data: &Json,
    ) -> Vec<&'static str> {
        let version = self.versions.entry(stream.to_owned()).or_default();
        *version += 1;
        let (version, data, prev_hash) = (*version, data.to_string(), super::super::NO_HASH);
        self.replay.event(&Header {
            log: "iopc",
            seq: 1,
            stream,
            version,
            kind,
            data: &data,
            actor,
            authority,
            recorded_at: 0,
            on_date,
            prev_hash: &prev_hash,
        })
    }

    #[allow(clippy::needless_pass_by_value, reason = "each is made where it is used")]
    fn decide(&mut self, actor: &str, on: &str, data: Json) -> Vec<&'static str> {
        self.add("case:a", "prosecutor.decided", actor, on, &data)
    }
}

fn made_under(power: &str, grade: u64) -> Json {
    json!({"under": [{"power": power, "delegation": 3, "grade": grade}]})
}

fn referred(grade: u64) -> Json {
    json!({"referred": true, "made": made_under("P.CPS", grade)})
}

const DAY: &str = "2020-06-01";

#[test]
fn a_decision_needs_the_delegation_that_it_names_on_its_day() {
    let mut desk = Desk::new();
    assert_eq!(desk.decide("one", "2019-12-31", json!({"referred": true})), [""; 0], "no decision has named one yet");
    assert_eq!(desk.decide("one", DAY, referred(1)), [""; 0]);
    assert_eq!(desk.decide("one", DAY, json!({"referred": true})), [DELEGATION], "none is named");
    let imported = ("operator", "OPS import yes");
    assert_eq!(desk.add_as("case:b", "prosecutor.decided", imported, DAY, &json!({"referred": true})), [""; 0]);
    assert_eq!(desk.decide("two", DAY, referred(1)), [DELEGATION], "somebody else's grade");
    assert_eq!(desk.decide("one", "2019-12-31", referred(1)), [DELEGATION], "before it began");
    assert_eq!(desk.decide("one", "", referred(1)), [DELEGATION], "on no day");
    let other = json!({"referred": true, "made": made_under("P.TOR", 1)});
    assert_eq!(desk.decide("one", DAY, other), [DELEGATION], "another power");
    for made in [json!(1), json!({}), json!({"under": [{}]}), json!({"under": [], "proposed": 1})] {
        assert_eq!(desk.decide("one", DAY, json!({"referred": true, "made": made.clone()})), [DELEGATION], "{made}");
    }
}

#[test]
fn ends_exclusions_and_what_is_rescinded_count_from_their_place_in_the_record() {
    let mut desk = Desk::new();
    let ended = json!({"of": 1, "last": "2020-05-31"});
    assert_eq!(desk.decide("one", DAY, referred(1)), [""; 0], "what was decided before stays decided");
    desk.add(SCHEME, "delegation.ended", "operator", DAY, &ended);
    assert_eq!(desk.decide("one", DAY, referred(1)), [DELEGATION]);
    assert_eq!(desk.decide("one", "2020-05-31", referred(1)), [""; 0], "the last day counts");
    desk.add(SCHEME, "delegation.rescinded", "operator", DAY, &json!({"of": 4}));
    assert_eq!(desk.decide("one", DAY, referred(1)), [""; 0], "the end was rescinded");
    let barred = json!({"person": "two", "powers": ["P.CPS"], "from": DAY, "citation": "c"});
    desk.add(SCHEME, "exclusion.applied", "operator", DAY, &barred);
    assert_eq!(desk.decide("two", DAY, referred(2)), [DELEGATION]);
    assert_eq!(desk.decide("two", "2020-05-31", referred(2)), [""; 0]);
    desk.add(SCHEME, "delegation.rescinded", "operator", DAY, &json!({"of": 3}));
    assert_eq!(desk.decide("one", DAY, referred(1)), [DELEGATION], "the delegation was rescinded");
}

#[test]
fn a_decision_is_not_dated_by_a_correction_to_a_day_without_its_power() {
    let mut desk = Desk::new();
    desk.decide("one", DAY, referred(1));
    let corrected = |new: &str| json!({"of": 1, "field": "on", "new": new});
    assert_eq!(desk.add("case:a", "entry.corrected", "two", DAY, &corrected("2020-01-01")), [""; 0]);
    assert_eq!(desk.add("case:a", "entry.corrected", "two", DAY, &corrected("2019-12-31")), [DELEGATION]);
}

#[test]
fn whoever_drafted_or_proposed_does_not_approve() {
    let mut desk = Desk::new();
    let terms = json!({"of": 1, "made": made_under("P.TOR", 2)});
    desk.add("case:a", "terms.drafted", "one", DAY, &json!({}));
    assert_eq!(desk.add("case:a", "terms.approved", "two", DAY, &terms), [""; 0]);
    let own = json!({"of": 1, "made": made_under("P.TOR", 1)});
    assert_eq!(desk.add("case:a", "terms.approved", "one", DAY, &own), [SECOND_PERSON]);
    let of_nothing = json!({"of": 2, "made": made_under("P.TOR", 1)});
    assert_eq!(desk.add("case:a", "terms.approved", "one", DAY, &of_nothing), [SECOND_PERSON], "of no draft");
    desk.add("case:b", "notice.drafted", "one", DAY, &json!({}));
    assert_eq!(desk.add("case:b", "notice.approved", "two", DAY, &json!({"of": 1})), [""; 0]);
    assert_eq!(desk.add("case:b", "notice.approved", "one", DAY, &json!({"of": 1})), [SECOND_PERSON]);
}

#[test]
fn a_decision_that_takes_two_is_the_one_that_was_proposed_and_approved() {
    let propose = |desk: &mut Desk, stream: &str| {
        let decision = json!({"kind": "prosecutor.decided", "data": {"referred": false, "n": 1}});
        let proposed = json!({"decision": decision, "made": made_under("P.CPS", 1)});
        assert_eq!(desk.add(stream, "decision.proposed", "one", DAY, &proposed), [""; 0]);
    };
    let decided = |n: i64, by: &str| {
        let mut made = made_under("P.CPS", 2);
        made["proposed"] = json!({"of": 1, "by": by});
        json!({"referred": false, "n": n, "made": made})
    };
    let approve = json!({"of": 1});
    let mut desk = Desk::new();
    propose(&mut desk, "case:a");
    assert_eq!(desk.add("case:a", "decision.approved", "two", DAY, &approve), [""; 0]);
    assert_eq!(desk.decide("two", DAY, decided(1, "one")), [""; 0]);
    assert_eq!(desk.decide("two", DAY, decided(1, "one")), [SECOND_PERSON], "once only");
    let alone = json!({"referred": false, "made": made_under("P.CPS", 2)});
    assert_eq!(desk.decide("two", DAY, alone), [SECOND_PERSON], "alone");
    for (says, approver, sent_back, data) in [
        ("by whoever proposed it", "one", false, decided(1, "one")),
        ("another decision", "two", false, decided(2, "one")),
        ("of somebody who did not propose it", "two", false, decided(1, "two")),
        ("sent back", "two", true, decided(1, "one")),
    ] {
        let mut desk = Desk::new();
        propose(&mut desk, "case:a");
        if sent_back {
            desk.add("case:a", "decision.sent-back", "two", DAY, &approve);
        }
        let approved = desk.add("case:a", "decision.approved", approver, DAY, &approve);
        assert_eq!(approved.is_empty(), approver == "two" && !sent_back, "{says}: {approved:?}");
        assert!(desk.decide(approver, DAY, data).contains(&SECOND_PERSON), "{says}");
    }
    let mut desk = Desk::new();
    let given = json!({"n": 1, "made": made_under("P.FORM", 1)});
    assert_eq!(desk.add("case:a", "direction.given", "one", DAY, &given), [SECOND_PERSON]);
}

#[test]
fn nobody_delegates_to_themselves() {
    let mut desk = Desk::new();
    let grade = |person: &str| json!({"person": person, "grade": "L5", "from": DAY});
    assert_eq!(desk.add(SCHEME, "grade.held", "admin", DAY, &grade("admin")), [SECOND_PERSON]);
    let to = |to: Json| json!({"powers": ["P.MOI"], "to": to, "from": DAY});
    assert_eq!(desk.add(SCHEME, "power.delegated", "one", DAY, &to(json!({"person": "one"}))), [SECOND_PERSON]);
    assert_eq!(desk.add(SCHEME, "power.delegated", "one", DAY, &to(json!({"grade": "L2"}))), [SECOND_PERSON]);
    assert_eq!(desk.add(SCHEME, "power.delegated", "one", DAY, &to(json!({"grade": "L4"}))), [""; 0]);
    assert_eq!(desk.add(SCHEME, "delegation.rescinded", "one", DAY, &json!({"of": 1})), [SECOND_PERSON]);
}

/// Without the scheme nothing is said of delegations, and second persons are held all the same.
#[test]
fn one_case_tells_what_it_can() {
    let mut desk = Desk { replay: Replay::of_case(), versions: HashMap::new() };
    assert_eq!(desk.decide("one", DAY, referred(1)), [""; 0]);
    let alone = json!({"referred": false, "made": made_under("P.CPS", 1)});
    assert_eq!(desk.decide("one", DAY, alone), [SECOND_PERSON]);
    assert_eq!(desk.decide("one", DAY, json!({"referred": true, "made": made_under("P.MOI", 1)})), [DELEGATION]);
}

#[test]
fn the_tables_are_those_that_decisions_are_made_by() {
    let levels: Vec<&str> = Powers::built_in().levels().iter().map(|level| level.id.as_str()).collect();
    assert_eq!(levels, scheme::LEVELS);
    let ours: BTreeSet<&str> = DECIDING.iter().flat_map(|(_, powers)| powers.iter().copied()).collect();
    let source = include_str!("../../case/made.rs");
    let used: BTreeSet<&str> = source.split('"').filter(|word| word.starts_with("P.")).collect();
    assert_eq!(ours, used, "every power that an event is decided under has its line");
    let told = |power: &&crate::law::powers::Power| {
        power.four_eyes.iter().any(|case| matches!(case.fact, Fact::NotReferred | Fact::Directed))
    };
    let two: Vec<&str> = Powers::built_in().powers().iter().filter(told).map(|power| power.id.as_str()).collect();
    assert_eq!(two, ["P.ACCEL_DIRECT", "P.CPS", "P.FORM", "P.OLD_DIRECT"], "see takes_two");
    let (mut deciding, state) = (0, State::default());
    for line in include_str!("../../case/golden.jsonl").lines() {
        let (kind, data) = line.split_once('\t').unwrap();
        let event = Event::decode(kind, serde_json::from_str(data).unwrap()).unwrap();
        let powers = made::powers_of(&state, &event);
        if !powers.is_empty() && kind != "decision.proposed" {
            let (_, ours) = DECIDING.iter().find(|(name, _)| *name == kind).unwrap_or_else(|| panic!("{kind}"));
            assert!(powers.iter().all(|power| ours.contains(power)), "{kind}: {powers:?}");
            deciding += 1;
        }
    }
    assert!(deciding > 20, "{deciding} decisions");
}
