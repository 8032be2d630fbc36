//! The schedule as data, and who may dispose of what.

use std::collections::BTreeMap;

use super::register::{Event, Of, Placed, Proposed, Register, Scope, Sort, answer, lift, place, propose};
use super::{Ground, Mark, Of as About, Rule, Schedule, Then, in_their_place};
use crate::access::{Entry, Fresh};
use crate::day::{self, Day};
use crate::permit::{Action, Actor, Object, Permit, Role, permit};
use crate::record::disposal;

const CASE: &str = "case:test";

fn day(text: &str) -> Day {
    day::parse("", text).unwrap()
}

fn given(who: &str, action: Action) -> Permit {
    let actor = Actor::new(who, Role::Dm, vec!["London".to_owned()]);
    let object = Object::Case { stream: CASE, force: None, region: Some("London"), lead: None, decided: true };
    permit(&actor, action, object).unwrap()
}

fn record(register: &mut Register, actor: &str, fresh: Fresh<Event>) {
    let version = register.entries.len() as u64 + 1;
    let (kind, data) = crate::record::encoded(&fresh.event);
    let event = crate::access::decode(&kind, data).unwrap();
    register.entries.push(Entry { version, recorded_at: 0, actor: actor.into(), event, words: fresh.words });
}

fn proposed() -> Proposed {
    let fields = BTreeMap::from([("reasons".to_owned(), "ab".repeat(32))]);
    let words = BTreeMap::from([("7".to_owned(), fields)]);
    let words = BTreeMap::from([(CASE.to_owned(), words)]);
    Proposed { scope: Scope::Case, ground: Ground::Schedule, schedule: "case".to_owned(), words }
}

#[test]
fn the_schedule_says_of_every_figure_where_it_is_from_and_of_every_ground_what_the_law_is() {
    let schedule = Schedule::of("iopc");
    assert!(schedule.as_at.is_some() && Schedule::of("copa").rules.is_empty());
    for rule in &schedule.rules {
        assert!(!rule.source.is_empty() && !rule.from.is_empty(), "{}", rule.id);
        // A figure that nobody read ends in a decision, never in disposal by itself.
        assert!(rule.mark == Mark::Read || rule.then == Then::Review, "{}", rule.id);
        assert_eq!(schedule.rules.iter().filter(|other| other.id == rule.id).count(), 1);
    }
    for kind in crate::case::matter::MatterKind::ALL {
        assert!(schedule.for_case(kind.id()).is_some(), "{}", kind.id());
    }
    assert!(Ground::ALL.iter().all(|ground| schedule.law(*ground).ends_with("(from memory, to be checked)")));
    assert_eq!(schedule.for_people().map(|rule| rule.of), Some(About::Person));
}

#[test]
fn a_period_is_over_on_the_day_after_its_last_one() {
    let rule = |years, days, then| Rule {
        id: String::new(),
        title: String::new(),
        of: About::Case,
        kinds: Vec::new(),
        from: String::new(),
        years,
        days,
        then,
        mark: Mark::Body,
        source: String::new(),
    };
    let six = rule(Some(6), None, Then::Dispose);
    assert_eq!(six.due(day("2014-03-31")), Some(day("2020-04-01")));
    assert_eq!(six.due(day("2016-02-29")), Some(day("2022-03-01")), "there is no 29 February in 2022");
    assert_eq!(rule(None, Some(90), Then::Dispose).due(day("2020-01-01")), Some(day("2020-04-01")));
    assert_eq!(rule(Some(6), None, Then::Keep).due(day("2014-03-31")), None);
    assert_eq!(rule(None, None, Then::Review).due(day("2014-03-31")), None, "without a period nothing is due");
    assert_eq!(rule(Some(500), None, Then::Review).due(day("2014-03-31")), None);
}

#[test]
fn nobody_approves_their_own_proposal_and_nothing_goes_that_is_on_hold() {
    let mut register = Register::default();
    let (first, second) = ([given("u-1", Action::ProposeDisposal)], [given("u-2", Action::ApproveDisposal)]);
    assert!(propose(&register, &first, proposed(), "  ").is_err(), "without reasons");
    assert!(propose(&register, &second, proposed(), "Old.").is_err(), "by another permission");
    assert!(propose(&register, &first, Proposed { words: BTreeMap::new(), ..proposed() }, "Old.").is_err());
    let (fresh, authority) = propose(&register, &first, proposed(), "Old.").unwrap();
    assert_eq!(authority, "DM propose-disposal unit");
    record(&mut register, "u-1", fresh);
    let themselves = [given("u-1", Action::ApproveDisposal)];
    let own = answer(&register, &themselves, 1, true, "Yes.");
    assert!(own.unwrap_err().to_string().contains("somebody else has to approve"));
    let restrict = given("u-2", Action::Restrict);
    let hold = Placed { case: CASE.to_owned(), sort: Sort::Hold };
    let placed = place(&register, &restrict, hold.clone(), "An inquest.").unwrap();
    record(&mut register, "u-2", placed);
    assert!(place(&register, &restrict, hold, "Again.").is_err());
    assert!(register.kept(CASE).is_some() && register.restriction(CASE).is_none());
    let held = answer(&register, &second, 1, true, "Yes.").unwrap_err().to_string();
    assert!(held.contains("under a legal hold"), "{held}");
    let lifted = lift(&register, &restrict, 2, "The inquest is over.").unwrap();
    record(&mut register, "u-2", lifted);
    let (fresh, _) = answer(&register, &second, 1, true, "Yes.").unwrap();
    assert_eq!(fresh.event, Event::Approved(Of { of: 1 }));
    record(&mut register, "u-2", fresh);
    assert!(answer(&register, &second, 1, true, "Yes.").is_err(), "once");
    assert!(answer(&register, &second, 9, true, "Yes.").is_err(), "no such proposal");
}

#[test]
fn a_disposal_names_its_words_in_one_spelling_only() {
    let hex = "ab".repeat(32);
    let data = |disposed: &str| format!(r#"{{"ground":"never","by":"u-1","proposal":1,"disposed":{disposed}}}"#);
    let good = data(&format!(r#"{{"7":{{"name":"{hex}","rank":"{hex}"}},"8":{{}}}}"#));
    let (named, by) = disposal::named(&good, 9).unwrap();
    assert_eq!((named.len(), named[0].seq, named[0].field.as_str(), by.as_str()), (2, 7, "name", "u-1"));
    assert!(disposal::named(&good, 8).is_none(), "what came later cannot have been disposed of");
    let bad = ["07", "0", "+7", " 7", "7.0", "", "99999999999999999", "٧"];
    for position in bad {
        assert!(disposal::named(&data(&format!(r#"{{"{position}":{{"name":"{hex}"}}}}"#)), 99).is_none(), "{position}");
    }
    for words in [r#"[]"#, r#"{"7":[]}"#, r#"{"7":{"name":"AB"}}"#, r#"{"7":{"name":7}}"#] {
        assert!(disposal::named(&data(words), 9).is_none(), "{words}");
    }
    assert!(disposal::named(r#"{"disposed":{}}"#, 9).is_none(), "by nobody");
}

#[test]
fn a_page_says_when_and_why_words_went() {
    let on = day("2027-02-03");
    assert_eq!(
        in_their_place(on, "schedule", "case", "iopc"),
        "Disposed of on 3 February 2027 under the retention schedule: Words of a closed complaint or conduct matter"
    );
    assert_eq!(
        in_their_place(on, "never", "", "iopc"),
        "Disposed of on 3 February 2027: they should never have been recorded"
    );
}
