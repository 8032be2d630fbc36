//! The rules of conflicts, of opening a case with a reason, of asking somebody to read one, and of
//! saying for what one reads.

use jiff::civil::date;

use super::assignment::Assignments;
use super::conflict::{About, Command, Conflicts, Sort};
use super::glass::{Category, Glass};
use super::*;
use crate::day::Day;
use crate::law::Calendar;
use crate::permit::{Action, Actor, Object, Permit, Role, permit};

const CASE: &str = "case:X";
const TODAY: Day = date(2020, 3, 31);

fn given(actor: &Actor, action: Action) -> Permit {
    permit(actor, action, Object::Body).unwrap()
}

fn own_permit(id: &str) -> Permit {
    given(&Actor::new(id, Role::Inv, Vec::new()), Action::DeclareConflict)
}

fn keeper() -> Permit {
    given(&Actor::new("keeper", Role::Adm, Vec::new()), Action::KeepConflicts)
}

fn served(person: &str, until: Day) -> Command {
    let about = About::Force("kent".into());
    let note = "A constable there.".into();
    Command::Declare { person: person.into(), sort: Sort::FormerForce, about, served_until: Some(until), note }
}

fn friend(person: &str) -> Command {
    let about = About::Person("person:0123456789A".into());
    Command::Declare { person: person.into(), sort: Sort::Family, about, served_until: None, note: String::new() }
}

/// Records what a command leads to, or answers why it is refused.
fn tell(conflicts: &mut Conflicts, permit: &Permit, command: Command) -> Result<(), String> {
    let fresh = conflict::decide(conflicts, permit, TODAY, command).map_err(|refusal| refusal.to_string())?;
    let version = conflicts.entries.len() as u64 + 1;
    let (kind, data) = crate::record::encoded(&fresh.event);
    let event = decode(&kind, data).unwrap();
    let actor = permit.actor().to_owned();
    conflicts.entries.push(Entry { version, recorded_at: 0, actor, event, words: fresh.words });
    Ok(())
}

#[test]
fn service_with_a_force_keeps_somebody_out_for_five_years_and_another_conflict_until_it_is_ended() {
    let mut conflicts = Conflicts::default();
    tell(&mut conflicts, &own_permit("u1"), served("u1", date(2016, 5, 1))).unwrap();
    tell(&mut conflicts, &own_permit("u1"), friend("u1")).unwrap();
    let on = |day| conflicts.of("u1", day).cloned().collect::<Vec<_>>();
    let (kent, person) = (About::Force("kent".into()), About::Person("person:0123456789A".into()));
    assert_eq!(on(date(2021, 5, 1)), [kent, person.clone()]);
    assert_eq!(on(date(2021, 5, 2)), [person], "five years and a day");
    assert_eq!(conflicts.of("u2", TODAY).count(), 0, "somebody else's keeps nobody else out");
}

#[test]
fn a_declaration_is_ended_by_somebody_else_with_reasons() {
    let mut conflicts = Conflicts::default();
    tell(&mut conflicts, &own_permit("u1"), friend("u1")).unwrap();
    tell(&mut conflicts, &keeper(), friend("keeper")).unwrap_err();
    let end = |reasons: &str| Command::End { of: 1, reasons: reasons.into() };
    assert!(tell(&mut conflicts, &own_permit("u1"), end("It was a mistake.")).unwrap_err().contains("permission"));
    assert!(tell(&mut conflicts, &keeper(), end(" ")).unwrap_err().contains("Say why"));
    let own = given(&Actor::new("u1", Role::Adm, Vec::new()), Action::KeepConflicts);
    assert!(tell(&mut conflicts, &own, end("It was a mistake.")).unwrap_err().contains("about you"));
    tell(&mut conflicts, &keeper(), end("Another person of that name.")).unwrap();
    assert_eq!(conflicts.of("u1", TODAY).count(), 0);
    assert!(tell(&mut conflicts, &keeper(), end("Again.")).unwrap_err().contains("no such declaration"));
}

#[test]
fn impossible_declarations_are_refused_in_words() {
    let mut conflicts = Conflicts::default();
    let mut refused = |command, wanted: &str| {
        let says = tell(&mut conflicts, &own_permit("u1"), command).unwrap_err();
        assert!(says.contains(wanted), "{says}");
    };
    refused(served("u1", date(2020, 4, 1)), "later than today");
    refused(served("u1", date(2015, 3, 30)), "5 years have gone by");
    refused(served("u2", date(2019, 3, 30)), "permission");
    let Command::Declare { person, about, note, .. } = served("u1", TODAY) else { unreachable!() };
    let of = |sort, about: &About, served_until| {
        let (person, about, note) = (person.clone(), about.clone(), note.clone());
        Command::Declare { person, sort, about, served_until, note }
    };
    refused(of(Sort::FormerForce, &about, None), "Enter the last day of service");
    refused(of(Sort::FormerForce, &About::Case(CASE.into()), Some(TODAY)), "declared of a force");
    refused(of(Sort::Party, &about, Some(TODAY)), "Only service with a force");
    tell(&mut conflicts, &own_permit("u1"), friend("u1")).unwrap();
    assert!(tell(&mut conflicts, &own_permit("u1"), friend("u1")).unwrap_err().contains("declared already"));
}

/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;
/// Wednesday 8 April 2020, noon in London; Easter follows.
const NOON: i64 = 1_586_343_600_000_000;

fn case_of(stream: &str) -> Object<'_> {
    Object::Case { stream, force: Some("kent"), region: Some("South East"), lead: None, decided: true }
}

fn opener(stream: &str) -> Permit {
    permit(&Actor::new("u1", Role::Dm, Vec::new()), Action::BreakGlass, case_of(stream)).unwrap()
}

fn reviewer(id: &str, stream: &str) -> Permit {
    let units = vec!["South East".to_owned()];
    permit(&Actor::new(id, Role::Sup, units), Action::ReviewGlass, case_of(stream)).unwrap()
}

const REASON: &str = "The lead is away and the family has called.";

fn keep(glass: &mut Glass, at: i64, actor: &str, fresh: Fresh<glass::Event>) -> u64 {
    let version = glass.entries.len() as u64 + 1;
    let (kind, data) = crate::record::encoded(&fresh.event);
    let event = decode(&kind, data).unwrap();
    glass.entries.push(Entry { version, recorded_at: at, actor: actor.into(), event, words: fresh.words });
    version
}

fn open(glass: &mut Glass, at: i64, stream: &str, reason: &str) -> Result<u64, String> {
    let fresh = glass::open(glass, &opener(stream), (at, Calendar::built_in()), stream, Category::Cover, reason);
    Ok(keep(glass, at, "u1", fresh.map_err(|refusal| refusal.to_string())?))
}

#[test]
fn a_reason_opens_a_case_for_four_hours() {
    let mut glass = Glass::default();
    assert!(open(&mut glass, NOON, CASE, "").unwrap_err().contains("Say why"));
    assert!(open(&mut glass, NOON, CASE, "nineteen characters").unwrap_err().contains("20 characters"));
    open(&mut glass, NOON, CASE, REASON).unwrap();
    let at = |now| glass.open_to("u1", now).collect::<Vec<_>>();
    assert_eq!(at(NOON + 4 * HOUR - 1), [CASE]);
    assert!(at(NOON + 4 * HOUR).is_empty());
    assert_eq!(glass.open_to("u2", NOON).count(), 0);
}

#[test]
fn three_cases_in_thirty_days_are_the_most() {
    let mut glass = Glass::default();
    for (n, stream) in ["case:A", "case:B", "case:C"].into_iter().enumerate() {
        open(&mut glass, NOON + n as i64 * HOUR, stream, REASON).unwrap();
    }
    assert!(open(&mut glass, NOON + 3 * HOUR, "case:D", REASON).unwrap_err().contains("3 cases"));
    for (of, stream) in [(1, "case:A"), (2, "case:B"), (3, "case:C")] {
        let fresh = glass::review(&glass, &reviewer("u2", stream), of, true, "It was urgent.").unwrap();
        keep(&mut glass, NOON + 4 * HOUR, "u2", fresh);
    }
    assert!(open(&mut glass, NOON + 30 * 24 * HOUR - 1, "case:D", REASON).is_err());
    open(&mut glass, NOON + 30 * 24 * HOUR, "case:D", REASON).unwrap();
}

#[test]
fn without_a_review_in_three_working_days_nothing_more_is_opened() {
    let mut glass = Glass::default();
    open(&mut glass, NOON, CASE, REASON).unwrap();
    // Good Friday and Easter Monday are no working days: Thursday, Tuesday, Wednesday.
    let due = glass.openings().next().unwrap().review_due(Calendar::built_in());
    assert_eq!(due, date(2020, 4, 15));
    let day = 24 * HOUR;
    open(&mut glass, NOON + 7 * day, "case:B", REASON).unwrap();
    assert!(open(&mut glass, NOON + 8 * day, "case:C", REASON).unwrap_err().contains("not been reviewed in time"));
    let fresh = glass::review(&glass, &reviewer("u2", CASE), 1, true, "It was urgent.").unwrap();
    keep(&mut glass, NOON + 8 * day, "u2", fresh);
    open(&mut glass, NOON + 8 * day, "case:C", REASON).unwrap();
}

#[test]
fn a_review_is_somebody_elses_of_the_region_and_ends_the_opening() {
    let mut glass = Glass::default();
    open(&mut glass, NOON, CASE, REASON).unwrap();
    let says =
        |of, permit: &Permit, reasons: &str| glass::review(&glass, permit, of, false, reasons).unwrap_err().to_string();
    assert!(says(1, &reviewer("u1", CASE), "Good.").contains("somebody else"));
    assert!(says(1, &reviewer("u2", "case:OTHER"), "Good.").contains("no such opening"));
    assert!(says(2, &reviewer("u2", CASE), "Good.").contains("no such opening"));
    assert!(says(1, &reviewer("u2", CASE), " ").contains("Say what you found"));
    let fresh = glass::review(&glass, &reviewer("u2", CASE), 1, false, "The lead was at work.").unwrap();
    keep(&mut glass, NOON + HOUR, "u2", fresh);
    assert_eq!(glass.open_to("u1", NOON + 2 * HOUR).count(), 0);
    assert!(open(&mut glass, NOON + 2 * HOUR, "case:B", REASON).unwrap_err().contains("no good reason"));
    assert!(glass::review(&glass, &reviewer("u3", CASE), 1, true, "Again.").is_err());
}

#[test]
fn a_wall_is_not_crossed_by_a_reason() {
    let own = Own { walls: vec![Wall::Force("kent".into())], opened: vec![CASE.into()], ..Own::default() };
    let actor = Actor { own, ..Actor::new("u1", Role::Dm, vec!["South East".into()]) };
    for action in [Action::BreakGlass, Action::ReadCase, Action::ReviewGlass] {
        let says = permit(&actor, action, case_of(CASE)).unwrap_err().to_string();
        assert!(says.contains("conflict of interest"), "{says}");
    }
}

fn assigner() -> Permit {
    permit(&Actor::new("sup", Role::Sup, vec!["South East".into()]), Action::AssignReader, case_of(CASE)).unwrap()
}

#[test]
fn somebody_is_asked_to_read_a_case_for_28_days_unless_it_is_said_otherwise_or_ended() {
    let mut assignments = Assignments::default();
    let ask = |person, until| assignment::Command::Assign { person, until, what: "Advise on the strategy.".into() };
    let adviser = || Some(("u9".to_owned(), Role::Smn));
    let mut give = |command| {
        let fresh = assignment::decide(&assignments, &assigner(), (TODAY, CASE), command).map_err(|r| r.to_string())?;
        let (kind, data) = crate::record::encoded(&fresh.event);
        let event = decode(&kind, data).unwrap();
        let version = assignments.entries.len() as u64 + 1;
        assignments.entries.push(Entry { version, recorded_at: 0, actor: "sup".into(), event, words: fresh.words });
        Ok::<_, String>(assignments.clone())
    };
    assert!(give(ask(None, None)).unwrap_err().contains("Choose whom"));
    assert!(give(ask(Some(("u8".into(), Role::Ned)), None)).unwrap_err().contains("not asked"));
    assert!(give(ask(adviser(), Some(date(2020, 3, 30)))).unwrap_err().contains("earlier than today"));
    assert!(give(ask(adviser(), Some(date(2020, 7, 2)))).unwrap_err().contains("at the latest"));
    let asked = give(ask(adviser(), None)).unwrap();
    let on = |assignments: &Assignments, day| assignments.standing(day).count();
    assert_eq!((on(&asked, date(2020, 4, 28)), on(&asked, date(2020, 4, 29))), (1, 0), "28 days");
    assert!(give(ask(adviser(), None)).unwrap_err().contains("already"));
    assert!(give(assignment::Command::End { of: 7 }).unwrap_err().contains("any more"));
    let ended = give(assignment::Command::End { of: 1 }).unwrap();
    assert_eq!(on(&ended, TODAY), 0);
}

#[test]
fn a_purpose_has_a_category_and_twenty_characters() {
    let own = Own { timed: true, ..Own::default() };
    let auditor = Actor { own, ..Actor::new("aud", Role::Aud, Vec::new()) };
    let pass = permit(&auditor, Action::GivePurpose, case_of(CASE)).unwrap();
    let give = |category, says: &str| purpose::give(&pass, CASE, category, says).map_err(|r| r.to_string());
    let both = give(None, "Too short.").unwrap_err();
    assert!(both.contains("Choose why") && both.contains("20 characters"), "{both}");
    let fresh = give(Some(purpose::Category::Audit), "The yearly audit of closed cases.").unwrap();
    let (kind, data) = crate::record::encoded(&fresh.event);
    assert!(!format!("{data:?}").contains("yearly"), "what they said is outside the chain");
    assert_eq!(decode::<purpose::Event>(&kind, data).unwrap(), fresh.event);
    assert!(purpose::give(&pass, "case:OTHER", Some(purpose::Category::Audit), REASON).is_err());
}
