//! The rules of the scheme, each as one sentence.

use jiff::civil::date;

use super::*;
use crate::law::powers::Powers;
use crate::permit::{Action, Actor, Object, Role, permit};
use crate::refusal::Refusal;

const TODAY: Day = date(2020, 6, 1);
const BEGAN: Day = date(2020, 4, 1);

/// A scheme to make changes of.
struct Desk(Delegations);

impl Desk {
    /// The default scheme from 1 April 2020.
    fn adopted() -> Self {
        let mut desk = Self(Delegations::default());
        let instrument = "Scheme of delegation, April 2020".to_owned();
        desk.make("adm", Change::Adopt { on: BEGAN, from: BEGAN, instrument }).unwrap();
        desk
    }

    fn make(&mut self, actor: &str, change: Change) -> Result<(), Refusal> {
        let given = permit(&somebody(actor), Action::Delegate, Object::Body).unwrap();
        let fresh = decide(&self.0, &given, TODAY, change)?;
        let mut entries = self.0.entries.clone();
        for (version, fresh) in (self.0.version() + 1..).zip(fresh) {
            entries.push(fresh.as_entry(version, actor));
        }
        self.0 = Delegations::of(entries);
        Ok(())
    }

    #[track_caller]
    fn made(mut self, change: Change) -> Self {
        self.make("adm", change).unwrap();
        self
    }

    /// The change is refused, and the refusal says `wanted`.
    #[track_caller]
    fn refused(&mut self, actor: &str, change: Change, wanted: &str) {
        let says = self.make(actor, change).unwrap_err().to_string();
        assert!(says.contains(wanted), "{says}");
    }

    fn holds(&self, power: &str, person: &str, on: Day) -> Result<u64, String> {
        let power = Powers::built_in().power(power).unwrap();
        self.0.holds(power, person, on, None).map(|held| held.delegation).map_err(|lacking| lacking.to_string())
    }

    #[track_caller]
    fn lacks(&self, power: &str, person: &str, on: Day, wanted: &str) {
        let says = self.holds(power, person, on).unwrap_err();
        assert!(says.contains(wanted), "{says}");
    }
}

fn somebody(id: &str) -> Actor {
    Actor::new(id, Role::Adm, Vec::new())
}

fn grade(person: &str, grade: &str, from: Day) -> Change {
    Change::SetGrade { person: person.into(), grade: grade.into(), on: from.min(TODAY), from, to: None }
}

fn grant(powers: &[&str], to: Holder, from: Day, until: Option<Day>) -> Change {
    let powers = powers.iter().map(|p| (*p).to_owned()).collect();
    Change::Grant { powers, to, on: from.min(TODAY), from, until, instrument: "A minute".into() }
}

fn person(id: &str) -> Holder {
    Holder::Person(id.to_owned())
}

fn end(of: u64, last: Day) -> Change {
    Change::End { of, on: last.min(TODAY), last, reasons: "Left the post.".into() }
}

fn rescind(of: u64) -> Change {
    Change::Rescind { of, on: TODAY, reasons: "Recorded for the wrong person.".into() }
}

fn exclude(who: &str, powers: &[&str], from: Day) -> Change {
    let powers = powers.iter().map(|p| (*p).to_owned()).collect();
    Change::Exclude { person: who.into(), powers, on: from, from, reasons: "Served in a force.".into() }
}

#[test]
fn a_power_is_held_by_its_grade_and_those_above_from_the_first_day_to_the_last() {
    let desk = Desk::adopted().made(grade("low", "L2", BEGAN)).made(grade("om", "L3", BEGAN));
    let desk = desk.made(grade("rd", "L4", BEGAN));
    assert!(desk.holds("P.MOI", "om", BEGAN).is_ok() && desk.holds("P.MOI", "rd", TODAY).is_ok());
    desk.lacks("P.MOI", "om", date(2020, 3, 31), "no delegation of it was in force");
    desk.lacks("P.MOI", "low", TODAY, "grade L3 (Operations manager) or higher");
    desk.lacks("P.MOI", "low", TODAY, "your grade then was L2");
    desk.lacks("P.MOI", "nobody", TODAY, "you held no grade then");
    assert!(desk.holds("P.NEED", "low", TODAY).is_ok());
}

#[test]
fn without_a_scheme_nobody_holds_a_power_and_the_refusal_says_how_one_is_adopted() {
    let desk = Desk(Delegations::default());
    desk.lacks("P.MOI", "rd", TODAY, "candour delegation adopt");
}

#[test]
fn what_ended_holds_to_its_last_day_and_no_longer() {
    let last = date(2020, 5, 31);
    let desk = Desk::adopted().made(grade("om", "L3", BEGAN));
    let of = desk.0.version();
    let desk = desk.made(end(of, last));
    assert!(desk.holds("P.CTA", "om", last).is_ok());
    desk.lacks("P.CTA", "om", TODAY, "the grade you held before ended on 31 May 2020");
}

#[test]
fn a_new_grade_takes_the_place_of_the_old_one_from_its_first_day() {
    let promoted = date(2020, 5, 4);
    let desk = Desk::adopted().made(grade("om", "L2", BEGAN)).made(grade("om", "L3", promoted));
    let level = |on| desk.0.grade_on("om", on).map(|g| g.level.as_str());
    assert_eq!([level(date(2020, 5, 3)), level(promoted), level(date(2020, 3, 31))], [Some("L2"), Some("L3"), None]);
}

#[test]
fn a_power_may_be_delegated_to_one_person_for_a_time() {
    let (from, until) = (date(2020, 4, 6), date(2020, 4, 17));
    let desk = Desk::adopted().made(grant(&["P.CTA"], person("low"), from, Some(until)));
    assert!(desk.holds("P.CTA", "low", until).is_ok());
    desk.lacks("P.CTA", "low", date(2020, 4, 18), "the delegation to you ended on 17 April 2020");
    desk.lacks("P.CTA", "low", date(2020, 4, 5), "did not hold");
}

#[test]
fn an_exclusion_goes_before_every_delegation() {
    let from = date(2020, 5, 1);
    let mut desk = Desk::adopted().made(grade("om", "L3", BEGAN)).made(exclude("om", &["P.MOI"], from));
    let excluded = desk.0.version();
    assert!(desk.holds("P.MOI", "om", date(2020, 4, 30)).is_ok() && desk.holds("P.CTA", "om", TODAY).is_ok());
    desk.lacks("P.MOI", "om", from, "you are kept from it since 1 May 2020");
    desk.refused("adm", exclude("om", &["P.MOI"], from), "already kept from P.MOI");
    desk.refused("om", end(excluded, TODAY), "about you");
    assert!(desk.made(end(excluded, date(2020, 5, 31))).holds("P.MOI", "om", TODAY).is_ok());
}

#[test]
fn nothing_is_delegated_backwards_or_before_it_begins_or_twice() {
    let mut desk = Desk::adopted().made(grade("om", "L3", BEGAN));
    let om = desk.0.version();
    let Change::SetGrade { person: who, grade: level, from, to, .. } = grade("x", "L1", BEGAN) else { unreachable!() };
    let backwards = Change::SetGrade { person: who, grade: level, on: TODAY, from, to };
    desk.refused("adm", backwards, "nothing is delegated backwards");
    let before = Some(date(2020, 4, 5));
    desk.refused("adm", grant(&["P.CTA"], person("x"), date(2020, 4, 6), before), "on or after the first day");
    desk.refused("adm", grant(&["P.CTA"], Holder::Grade("L3".into()), TODAY, None), "P.CTA is already delegated");
    desk.refused("adm", grade("om", "L2", BEGAN), "They hold the grade L3 (Operations manager)");
    desk.refused("adm", end(om, date(2020, 3, 30)), "before it began");
    let late = Change::End { of: om, on: TODAY, last: date(2020, 5, 1), reasons: "Left.".into() };
    desk.refused("adm", late, "before the day on which its end was decided");
    let mut ended = desk.made(end(om, TODAY));
    ended.refused("adm", end(om, TODAY), "It ends on 1 June 2020 already");
    ended.refused("adm", end(99, TODAY), "no entry 99");
}

#[test]
fn an_instrument_is_not_dated_later_than_the_record() {
    let on = date(2020, 6, 2);
    let says = Change::SetGrade { person: "x".into(), grade: "L1".into(), on, from: on, to: None };
    Desk::adopted().refused("adm", says, "must be today (1 June 2020) or earlier");
}

#[test]
fn only_known_powers_and_grades_are_delegated() {
    let mut desk = Desk::adopted();
    desk.refused("adm", grant(&["P.TEA"], person("x"), TODAY, None), "no power \"P.TEA\"");
    desk.refused("adm", grant(&[], person("x"), TODAY, None), "at least one power");
    desk.refused("adm", grant(&["P.CTA", "P.CTA"], person("x"), TODAY, None), "stands twice");
    desk.refused("adm", grant(&["P.CTA"], Holder::Grade("L9".into()), TODAY, None), "no grade \"L9\"");
    desk.refused("adm", grade("x", "L0", TODAY), "the grades are L1, L2, L3, L4, L5");
}

#[test]
fn nobody_delegates_to_themselves() {
    let mut desk = Desk::adopted().made(grade("adm2", "L2", BEGAN));
    let own = desk.0.version();
    desk.refused("adm2", grade("adm2", "L5", TODAY), "your own grade");
    desk.refused("adm2", grant(&["P.CTA"], person("adm2"), TODAY, None), "Nobody delegates to themselves");
    desk.refused("adm2", grant(&["P.CTA"], Holder::Grade("L1".into()), TODAY, None), "Nobody delegates to themselves");
    desk.refused("adm2", rescind(own), "about you");
    let mut ended = desk.made(end(own, TODAY));
    let end = ended.0.version();
    ended.refused("adm2", rescind(end), "about you");
}

#[test]
fn a_rescinded_entry_never_held_and_what_it_ended_goes_on() {
    let desk = Desk::adopted().made(grade("om", "L3", BEGAN));
    let of = desk.0.version();
    let desk = desk.made(end(of, date(2020, 5, 31)));
    let ended = desk.0.version();
    let desk = desk.made(rescind(ended));
    assert!(desk.holds("P.CTA", "om", TODAY).is_ok());
    let mut desk = desk.made(rescind(of));
    desk.lacks("P.CTA", "om", date(2020, 5, 1), "you held no grade then");
    desk.refused("adm", rescind(of), "rescinded already");
    let rescission = desk.0.version();
    desk.refused("adm", rescind(rescission), "rescinds another");
}

#[test]
fn rescinding_never_leaves_two_grades_at_once() {
    let mut desk = Desk::adopted().made(grade("om", "L2", BEGAN)).made(grade("om", "L3", date(2020, 5, 4)));
    let ended = desk.0.version() - 1;
    desk.refused("adm", rescind(ended), "two others would hold at once");
}

#[test]
fn only_a_permit_to_delegate_changes_the_scheme() {
    let other = permit(&somebody("adm"), Action::ListUsers, Object::Body).unwrap();
    let says = decide(&Delegations::default(), &other, TODAY, grade("x", "L1", TODAY)).unwrap_err().to_string();
    assert!(says.contains("not given permission"), "{says}");
}

/// Once shipped, an event's encoding parses for ever.
#[test]
fn every_shipped_encoding_still_parses_to_the_same_bytes() {
    let mut kinds = std::collections::BTreeSet::new();
    for line in include_str!("golden.jsonl").lines() {
        let (kind, data) = line.split_once('\t').unwrap();
        let event = Event::decode(kind, serde_json::from_str(data).unwrap()).unwrap_or_else(|e| panic!("{e}"));
        let (kind_again, data_again) = event.encode();
        assert_eq!((kind_again.as_str(), serde_json::Value::Object(data_again).to_string().as_str()), (kind, data));
        kinds.insert(kind.to_owned());
    }
    let shipped = ["delegation.ended", "delegation.rescinded", "exclusion.applied", "grade.held", "power.delegated"];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), shipped);
}
