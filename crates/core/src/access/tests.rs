//! The whole policy enumerated against a second statement of it, and the rules of conflicts and of
//! opening a case with a reason.

use jiff::civil::date;

use super::conflict::{About, Command, Conflicts, Sort};
use super::glass::{Category, Glass};
use super::*;
use crate::day::Day;
use crate::law::Calendar;
use crate::permit::{Action, Actor, Denied, Object, Permit, Role, permit};

const CASE: &str = "case:X";
const TODAY: Day = date(2020, 3, 31);

/// What the printed policy says: `docs/access.md`, read as the table that it is.
fn printed(role: Role, action: &str) -> &'static str {
    let page = include_str!("../../../../docs/access.md");
    let column = Role::ALL.iter().position(|r| *r == role).unwrap() + 2;
    let row = page.lines().find(|line| line.starts_with(&format!("| {action} |"))).unwrap();
    row.split('|').nth(column).unwrap().trim()
}

/// One state of a case and of who asks.
struct Asking {
    role: Role,
    here: bool,
    leads: bool,
    decided: bool,
    walls: Vec<Wall>,
    opened: bool,
    /// Whether the case is sealed, and with them on the list.
    sealed: Option<bool>,
}

impl Asking {
    /// Every state, for one role.
    fn all(role: Role) -> Vec<Self> {
        let walls = [
            vec![],
            vec![Wall::Force("kent".into())],
            vec![Wall::Case("case:OTHER".into())],
            vec![Wall::Force("metropolitan".into())],
            vec![Wall::Case(CASE.into())],
            vec![Wall::Force("kent".into()), Wall::Force("metropolitan".into()), Wall::Case(CASE.into())],
        ];
        let mut all = Vec::new();
        for bits in 0..16_u8 {
            for walls in &walls {
                for sealed in [None, Some(true), Some(false)] {
                    let bit = |n: u8| bits & (1 << n) != 0;
                    let (here, leads, decided, opened) = (bit(0), bit(1), bit(2), bit(3));
                    all.push(Self { role, here, leads, decided, walls: walls.clone(), opened, sealed });
                }
            }
        }
        all
    }

    fn asked(&self, action: Action) -> Result<Permit, Denied> {
        let units = if self.here { vec!["London".to_owned()] } else { vec!["Wales and South West".to_owned()] };
        let opened = self.opened.then(|| CASE.to_owned()).into_iter().collect();
        // Another sealed case, of which they know nothing, changes nothing here.
        let mut sealed = vec![Sealed { case: "case:OTHER".into(), inside: false }];
        sealed.extend(self.sealed.map(|inside| Sealed { case: CASE.into(), inside }));
        let own = Own { walls: self.walls.clone(), sealed, opened };
        let actor = Actor { own, ..Actor::new("u1", self.role, units) };
        let lead = Some(if self.leads { "u1" } else { "u2" });
        let region = Some("London");
        let force = Some("metropolitan");
        permit(&actor, action, Object::Case { stream: CASE, force, region, lead, decided: self.decided })
    }

    /// The policy said a second time, from the printed table and in the order of what goes first.
    fn should_be(&self, action: &str) -> bool {
        let walled = |wall: &Wall| *wall == Wall::Force("metropolitan".into()) || *wall == Wall::Case(CASE.into());
        if self.walls.iter().any(walled) {
            return false;
        }
        if self.sealed == Some(false) && action != "keep-clocks" {
            return false;
        }
        if self.sealed.is_some() && action == "break-glass" {
            return false;
        }
        let holds = |role| match printed(role, action) {
            "yes" => true,
            "unit" => self.here,
            "assessment" => !self.decided,
            _ => false,
        };
        holds(self.role)
            || (self.role == Role::Inv && self.leads && holds(Role::Lead))
            || (action == "read-case" && self.opened && self.sealed.is_none())
    }
}

#[test]
fn every_role_may_do_in_every_state_what_the_printed_policy_says_and_nothing_else() {
    let mut asked = 0;
    for role in Role::ALL {
        for asking in Asking::all(role) {
            for action in Action::ALL {
                let id = action.id();
                let answer = asking.asked(action);
                assert_eq!(answer.is_ok(), asking.should_be(&id), "{role:?} {id}");
                // Whoever is outside a seal is denied as if there were no case, wall or none.
                let hides = answer.is_err_and(|denied| denied.hides());
                assert!(!hides || asking.sealed == Some(false), "{role:?} {id}");
                assert!(hides || asking.sealed != Some(false) || action == Action::KeepClocks, "{role:?} {id}");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, Role::ALL.len() * 16 * 6 * 3 * Action::ALL.len());
    println!("{asked} answers of the policy");
}

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
