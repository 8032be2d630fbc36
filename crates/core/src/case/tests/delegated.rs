//! Who decides: the delegation on the day of the decision, second persons, and involvement.

use super::*;
use crate::case::decision::{Answer, DecideProsecutor};
use crate::case::second::{Approve, SendBack, is_needed, not_involved, took_part};
use crate::delegation::{self, Delegations};
use crate::law::powers::Powers;

const DM: (&str, Role) = ("dm", Role::Dm);
const OTHER: (&str, Role) = ("other", Role::Dm);
const SECOND: (&str, Role) = ("second", Role::Sup);

fn prosecutor(referred: bool, on: Day) -> Command {
    Command::DecideProsecutor(DecideProsecutor { referred, on, reasons: "On the evidence.".into(), sensitive: None })
}

fn propose(command: Command) -> Command {
    Command::Propose(Box::new(command))
}

fn approve_decision(of: u64, on: Day) -> Command {
    Command::Approve(Approve { of, on })
}

fn send_back(of: u64, on: Day) -> Command {
    Command::SendBack(SendBack { of, on, reasons: "Say why the second condition is not met.".into() })
}

/// A case whose report was submitted on 1 May 2019.
fn reported() -> Desk {
    Desk::after(under_way().into_iter().chain([report(date(2019, 5, 1))]).collect())
}

const DECIDED: Day = date(2019, 5, 20);

/// The same with a proposal not to refer it to the prosecutor, which is its last entry.
fn proposed() -> (Desk, u64) {
    let mut desk = reported();
    desk.give(propose(prosecutor(false, DECIDED))).unwrap();
    let of = desk.case.version();
    (desk, of)
}

/// With this scheme, the command is refused, and the refusal says `wanted`.
#[track_caller]
fn refused_under(delegations: Delegations, given: Vec<Command>, command: Command, wanted: &str) {
    let mut desk = Desk::after(given);
    desk.delegations = delegations;
    let refusal = desk.decide(command).unwrap_err();
    assert!(refusal.to_string().contains(wanted), "{refusal}");
}

#[test]
fn a_decision_names_its_power_and_the_delegation_it_was_made_under() {
    let desk = Desk::after(vec![refer(), mode(Mode::Independent, date(2018, 6, 4))]);
    let under: Vec<(&str, &str)> = desk
        .case
        .entries
        .iter()
        .filter_map(|e| e.made.as_ref())
        .flat_map(|m| &m.under)
        .map(|u| (u.power.as_str(), desk.delegations.entry(u.delegation).unwrap().event.title()))
        .collect();
    assert_eq!(under, [("P.NEED", "Powers delegated"), ("P.MOI", "Powers delegated")]);
    assert!(desk.case.entries[0].made.is_none(), "a referral is no decision");
}

#[test]
fn without_a_live_delegation_on_the_day_there_is_no_decision() {
    let grades = [("dm", "L4")];
    let on = date(2018, 6, 4);
    let decide = || mode(Mode::Independent, on);
    refused_under(Delegations::default(), vec![refer()], decide(), "candour delegation adopt");
    refused_under(Delegations::supposed(date(2018, 6, 5), &grades), vec![refer()], decide(), "On 4 June 2018 nobody");
    refused_under(Delegations::supposed(on, &[("dm", "L2")]), vec![refer()], decide(), "(P.MOI). It could be used by");
    let mut desk = Desk::after(vec![refer()]);
    desk.delegations = Delegations::supposed(on, &grades);
    desk.give(decide()).unwrap();
}

#[test]
fn a_body_without_the_law_needs_no_delegation() {
    let mut desk = Desk::after(under_way());
    desk.delegations = Delegations::default();
    let other_lead = || change(Attribute::Lead, "dm", date(2018, 9, 3));
    assert!(desk.decide(other_lead()).unwrap_err().to_string().contains("(P.DESIGNATE)"));
    desk.profile.law = crate::profile::LawOf::None;
    desk.decide(other_lead()).unwrap();
}

#[test]
fn a_decision_is_not_dated_back_by_correcting_it() {
    let mut desk = Desk::after(vec![refer()]);
    desk.delegations = Delegations::supposed(date(2018, 6, 4), &[("dm", "L4")]);
    desk.give(mode(Mode::Independent, date(2018, 6, 4))).unwrap();
    let says = desk.decide(correct(MODE, "on", "2018-06-03")).unwrap_err().to_string();
    assert!(says.contains("did not hold its power (P.MOI) on 3 June 2018"), "{says}");
    desk.give(correct(MODE, "on", "2018-06-05")).unwrap();
}

#[test]
fn every_power_that_a_decision_uses_is_in_the_file() {
    let mut used = 0;
    for line in include_str!("../golden.jsonl").lines() {
        let (kind, data) = line.split_once('\t').unwrap();
        let event = Event::decode(kind, serde_json::from_str(data).unwrap()).unwrap();
        for matter in [refer(), refer_with(|open| open.matter.clear_on = Some(date(2020, 2, 3)))] {
            let mut desk = Desk::empty();
            let Command::Open(open) = matter else { unreachable!() };
            let fresh = open.event(desk.context()).unwrap();
            desk.case.add(fresh.as_entry(1));
            for id in made::powers_of(&desk.case.state, &event) {
                let power = Powers::built_in().power(id).unwrap_or_else(|| panic!("{id} is no power"));
                assert_eq!(power.id, *id);
                used += 1;
            }
        }
    }
    assert!(used > 20, "{used}");
}

#[test]
fn what_is_kept_of_a_decision_reads_back() {
    let text = r#"{"made":{"under":[{"power":"P.CPS","delegation":3,"grade":9}],"proposed":{"of":12,"by":"u07"}}}"#;
    let data = serde_json::from_str(text).unwrap();
    let made = made::Made::read(&data).unwrap().unwrap();
    let mut again = serde_json::Map::new();
    made.put(&mut again);
    assert_eq!(serde_json::Value::Object(again).to_string(), text);
    assert!(made::Made::read(&serde_json::from_str(r#"{"made":{"over":[]}}"#).unwrap()).is_err());
    assert_eq!(made::Made::read(&serde_json::Map::new()).unwrap(), None);
}

#[test]
fn not_to_refer_to_the_prosecutor_takes_two_and_to_refer_takes_one() {
    let desk = reported();
    let says = desk.decide(prosecutor(false, DECIDED)).unwrap_err().to_string();
    assert!(says.contains("because the report is not referred to the prosecutor"), "{says}");
    assert!(desk.decide(prosecutor(true, DECIDED)).is_ok());
    let needed = |command: &Command| {
        let stream = desk.case.reference.stream();
        let object =
            Object::Case { stream: &stream, force: None, region: Some("London"), lead: Some("lead"), decided: true };
        let actor = Actor::new("dm", Role::Dm, vec!["London".into()]);
        let given = permit(&actor, command.action(), object).unwrap();
        is_needed(&desk.case, &given, desk.context(), command)
    };
    assert!(needed(&prosecutor(false, DECIDED)) && !needed(&prosecutor(true, DECIDED)));
}

#[test]
fn a_proposal_decides_nothing_until_a_second_person_approves_it() {
    let (mut desk, of) = proposed();
    assert_eq!(desk.case.state.prosecutor, None);
    desk.give(approve_decision(of, date(2019, 5, 22))).unwrap();
    assert_eq!(desk.case.state.prosecutor, Some((false, date(2019, 5, 22))));
    let decision = desk.case.entries.last().unwrap();
    let proposed = decision.made.as_ref().unwrap().proposed.as_ref().unwrap();
    assert_eq!((decision.actor.as_str(), proposed.by.as_str(), proposed.of), ("second", "dm", of));
    assert_eq!(decision.word("reasons"), Some("On the evidence."));
    assert!(desk.case.state.waiting_for_a_second().next().is_none());
    assert!(desk.decide(approve_decision(of, date(2019, 5, 22))).is_err(), "it is approved once");
}

#[test]
fn nobody_approves_what_they_proposed() {
    let (mut desk, of) = proposed();
    let says = desk.decide_as(DM, approve_decision(of, DECIDED)).unwrap_err().to_string();
    assert!(says.contains("You proposed this decision"), "{says}");
    let says = desk.decide_as(OTHER, approve_decision(of, DECIDED)).unwrap_err().to_string();
    assert!(says.contains("(P.CPS)") && says.contains("you held no grade"), "{says}");
    let says = desk.decide(approve_decision(of, date(2019, 5, 19))).unwrap_err().to_string();
    assert!(says.contains("on or after the day of the proposal (20 May 2019)"), "{says}");
    desk.give_as(SECOND, approve_decision(of, DECIDED)).unwrap();
}

#[test]
fn what_is_sent_back_may_be_proposed_again_and_not_twice_at_once() {
    let (mut desk, of) = proposed();
    let says = desk.decide(propose(prosecutor(false, DECIDED))).unwrap_err().to_string();
    assert!(says.contains("waits for a second person"), "{says}");
    let says = desk.decide(prosecutor(true, DECIDED)).unwrap_err().to_string();
    assert!(says.contains("waits for a second person"), "{says}");
    let says = desk.decide(close(date(2019, 6, 1))).unwrap_err().to_string();
    assert!(says.contains("waits for a second person"), "{says}");
    desk.give(send_back(of, date(2019, 5, 21))).unwrap();
    desk.give(propose(prosecutor(false, date(2019, 5, 23)))).unwrap();
}

#[test]
fn a_proposal_is_refused_where_the_decision_would_be() {
    let desk = Desk::after(under_way());
    let says = desk.decide(propose(prosecutor(false, DECIDED))).unwrap_err().to_string();
    assert!(says.contains("on the final report"), "{says}");
    let says = desk.decide(propose(report(date(2019, 5, 1)))).unwrap_err().to_string();
    assert!(says.contains("Only a decision can be proposed"), "{says}");
    let says = Desk::after(vec![refer()]).decide(propose(mode(Mode::Local, date(2018, 6, 4)))).unwrap_err().to_string();
    assert!(says.contains("more than one decision"), "{says}");
}

#[test]
fn a_proposal_that_was_approved_cannot_be_rescinded_alone() {
    let (mut desk, of) = proposed();
    desk.give(approve_decision(of, DECIDED)).unwrap();
    let says = desk.decide(rescind(of)).unwrap_err().to_string();
    assert!(says.contains("would make the history unlawful"), "{says}");
}

#[test]
fn a_case_to_answer_may_be_proposed_where_the_record_cannot_tell() {
    let on = date(2020, 3, 10);
    let mut desk = Desk::after(on_the_report::new_scheme());
    desk.give(on_the_report::seek(date(2020, 2, 21))).unwrap();
    desk.give(on_the_report::views(date(2020, 3, 2))).unwrap();
    let decide = on_the_report::determine(Answer::None, on);
    assert!(desk.decide(decide.clone()).is_ok());
    desk.give(propose(decide)).unwrap();
    let of = desk.case.version();
    desk.give(approve_decision(of, on)).unwrap();
    assert_eq!(desk.case.state.allegations[0].answer, Some((Answer::None, on)));
    let made = desk.case.entries.last().unwrap().made.as_ref().unwrap();
    assert_eq!(made.under[0].power, "P.CTA");
}

/// The worked scenario W11 of the domain brief, on the rules alone; `store/tests` tells it again
/// through the record.
#[test]
fn w11_a_delegation_that_ended_is_a_gap_that_is_not_dated_back() {
    let mut desk = reported();
    let ended = delegation::Delegations::supposed(date(2012, 11, 22), &[("dm", "L3"), ("other", "L3")]);
    let of = ended.grade_on("dm", DECIDED).unwrap().of;
    let end = delegation::Event::Ended(delegation::Ended { of, last: date(2019, 3, 31) });
    let (version, on) = (ended.version() + 1, date(2019, 3, 31));
    let entry = delegation::Entry { version, event: end, on: Some(on), ..ended.entries[0].clone() };
    desk.delegations = Delegations::of(ended.entries.into_iter().chain([entry]).collect());
    let decide = || prosecutor(true, date(2019, 5, 2));
    let says = desk.decide(decide()).unwrap_err().to_string();
    assert!(says.contains("On 2 May 2019 you did not hold") && says.contains("ended on 31 March 2019"), "{says}");
    desk.give_as(OTHER, decide()).unwrap();
}

/// The worked scenario W12 of the domain brief.
#[test]
fn w12_who_took_part_in_a_case_does_not_review_it() {
    let desk = reported();
    assert_eq!(took_part(&desk.case, "adviser", u64::MAX), None);
    assert!(not_involved(&desk.case, "adviser", u64::MAX).is_ok());
    let mut advised = desk;
    // The legal adviser's part in the case is an entry of theirs, of whatever sort.
    let entry = Entry { actor: "adviser".into(), ..advised.case.entries.last().unwrap().clone() };
    let version = advised.case.version() + 1;
    advised.case.entries.push(Entry { version, ..entry });
    assert_eq!(took_part(&advised.case, "adviser", u64::MAX).map(|e| e.version), Some(version));
    let says = not_involved(&advised.case, "adviser", u64::MAX).unwrap_err().to_string();
    assert!(says.contains("This person took part (entry") && says.contains("1 May 2019"), "{says}");
    assert!(not_involved(&advised.case, "adviser", version).is_ok(), "what came after the application is no part");
    for involved in ["dm", "lead", "au"] {
        assert!(not_involved(&advised.case, involved, u64::MAX).is_err(), "{involved}");
    }
}
