//! The whole policy enumerated against a second statement of it: every role, every action, every
//! state of a case and of who asks, held against the printed table and the order of what goes first.

use super::{Named, Own, Sealed, Wall};
use crate::permit::{Action, Actor, Object, Role, asks_purpose, permit};

const CASE: &str = "case:X";

/// What the printed policy says: `docs/access.md`, read as the table that it is, by role and action.
fn printed() -> Vec<Vec<&'static str>> {
    let page = include_str!("../../../../docs/access.md");
    let row = |action: &Action| {
        let start = format!("| {} |", action.id());
        page.lines().find(|line| line.starts_with(&start)).unwrap().split('|').skip(2).map(str::trim).collect()
    };
    let rows: Vec<Vec<&str>> = Action::ALL.iter().map(row).collect();
    (0..Role::ALL.len()).map(|role| rows.iter().map(|cells| cells[role]).collect()).collect()
}

/// Where somebody works: the region or the force of the case, another, or none at all.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Here,
    Elsewhere,
    Nowhere,
}

/// How long an account is good for.
#[derive(Clone, Copy, PartialEq)]
enum Term {
    Open,
    Running,
    Over,
}

fn named_in(case: &str) -> Named {
    Named { case: case.to_owned(), key: "k2".to_owned(), by: 1, by_two: false }
}

/// One state of a case and of who asks.
#[derive(Clone)]
struct Asking {
    role: Role,
    place: Place,
    term: Term,
    walls: Vec<Wall>,
    leads: bool,
    decided: bool,
    opened: bool,
    told: bool,
    assigned: bool,
    named: bool,
    /// Whether the case is sealed, and with them on the list.
    sealed: Option<bool>,
}

/// Every term with every way in which the case is sealed or not.
fn terms_and_seals() -> Vec<(Term, Option<bool>)> {
    let seals = [None, Some(true), Some(false)];
    let terms = [Term::Open, Term::Running, Term::Over].into_iter();
    terms.flat_map(|term| seals.map(|sealed| (term, sealed))).collect()
}

impl Asking {
    /// Every state, for one role.
    fn all(role: Role) -> Vec<Self> {
        let walls = [
            vec![],
            vec![Wall::Force("kent".into()), Wall::Case("case:OTHER".into())],
            vec![Wall::Force("metropolitan".into())],
            vec![Wall::Case(CASE.into())],
        ];
        let mut all = Vec::new();
        for bits in 0..64_u8 {
            let bit = |n: u8| bits & (1 << n) != 0;
            let (leads, decided, opened, told, assigned, named) = (bit(0), bit(1), bit(2), bit(3), bit(4), bit(5));
            for place in [Place::Here, Place::Elsewhere, Place::Nowhere] {
                for (term, sealed) in terms_and_seals() {
                    let of = |walls: &Vec<Wall>| Self {
                        role,
                        place,
                        term,
                        walls: walls.clone(),
                        leads,
                        decided,
                        opened,
                        told,
                        assigned,
                        named,
                        sealed,
                    };
                    all.extend(walls.iter().map(of));
                }
            }
        }
        all
    }

    fn actor(&self) -> Actor {
        let force = self.role.is_of_a_force();
        let units = match self.place {
            Place::Here if force => vec!["metropolitan".to_owned()],
            Place::Elsewhere if force => vec!["kent".to_owned()],
            Place::Here => vec!["London".to_owned()],
            Place::Elsewhere => vec!["Wales and South West".to_owned()],
            Place::Nowhere => Vec::new(),
        };
        let also = |holds: bool, stream: &str| holds.then(|| (stream.to_owned(), 1)).into_iter();
        // Another sealed case, of which they know nothing, changes nothing here.
        let mut sealed = vec![Sealed { case: "case:OTHER".into(), inside: false }];
        sealed.extend(self.sealed.map(|inside| Sealed { case: CASE.into(), inside }));
        let own = Own {
            walls: self.walls.clone(),
            sealed,
            opened: self.opened.then(|| CASE.to_owned()).into_iter().collect(),
            purposes: also(self.told, CASE).chain(also(true, "case:OTHER")).collect(),
            assigned: also(self.assigned, CASE).collect(),
            named: self.named.then(|| named_in(CASE)).into_iter().chain([named_in("case:OTHER")]).collect(),
            timed: self.term != Term::Open,
            ended: self.term == Term::Over,
        };
        Actor { own, ..Actor::new("u1", self.role, units) }
    }

    fn object(&self) -> Object<'static> {
        let lead = Some(if self.leads { "u1" } else { "u2" });
        let (region, force) = (Some("London"), Some("metropolitan"));
        Object::Case { stream: CASE, force, region, lead, decided: self.decided }
    }

    /// The policy said a second time, from the printed table and in the order of what goes first.
    fn should_be(&self, action: Action, cells: &[Vec<&str>]) -> bool {
        let walled = |wall: &Wall| *wall == Wall::Force("metropolitan".into()) || *wall == Wall::Case(CASE.into());
        let here = self.place == Place::Here;
        let nth = |role: Role| Role::ALL.iter().position(|r| *r == role).unwrap();
        let action_nth = Action::ALL.iter().position(|a| *a == action).unwrap();
        let force = matches!(self.role, Role::Psd | Role::Lpb);
        if self.term == Term::Over
            || (self.role == Role::Aud && self.term == Term::Open)
            || self.walls.iter().any(walled)
            || (force && !here)
            || (self.sealed == Some(false) && action != Action::KeepClocks)
            || (self.sealed.is_some() && action == Action::BreakGlass)
        {
            return false;
        }
        let holds = |role: Role| match cells[nth(role)][action_nth] {
            "yes" => true,
            "unit" => here && !force,
            "assessment" => !self.decided,
            "own-force" => force && here,
            "reason" => self.told,
            "assigned" => self.assigned,
            "named" => self.named,
            "" => false,
            other => panic!("the printed table says {other:?}"),
        };
        holds(self.role)
            || (self.role == Role::Inv && self.leads && holds(Role::Lead))
            || (action == Action::ReadCase && self.opened && !force && self.sealed.is_none())
    }
}

#[test]
fn every_role_may_do_in_every_state_what_the_printed_policy_says_and_nothing_else() {
    let cells = printed();
    let (mut asked, mut allowed) = (0_u64, 0_u64);
    for role in Role::ALL {
        for asking in Asking::all(role) {
            let (actor, object) = (asking.actor(), asking.object());
            for action in Action::ALL {
                let answer = permit(&actor, action, object);
                let given = answer.is_ok();
                assert_eq!(given, asking.should_be(action, &cells), "{role:?} {action:?}");
                // Whoever is outside a seal is denied as if there were no case, whatever else keeps them out.
                let hides = answer.is_err_and(|denied| denied.hides());
                let outside = asking.sealed == Some(false) && action != Action::KeepClocks;
                assert_eq!(hides, outside, "{role:?} {action:?}");
                asked += 1;
                allowed += u64::from(given);
            }
            // What a purpose would open is what a purpose does open.
            let told = Asking { told: true, ..asking.clone() };
            let opens = !asking.should_be(Action::ReadCase, &cells) && told.should_be(Action::ReadCase, &cells);
            assert_eq!(asks_purpose(&actor, Action::ReadCase, object), opens, "{role:?}");
        }
    }
    println!("{asked} questions of the access policy, {allowed} allowed, each as the printed table says");
    assert!(asked >= 50_000, "{asked}");
    assert_eq!(asked, (Role::ALL.len() * 64 * 3 * 3 * 3 * 4 * Action::ALL.len()) as u64);
}

#[test]
fn nobody_of_a_force_may_anything_with_a_case_of_another_force() {
    let (mut asked, cells) = (0, printed());
    for role in [Role::Psd, Role::Lpb] {
        for asking in Asking::all(role).into_iter().filter(|asking| asking.place != Place::Here) {
            for action in Action::ALL {
                assert!(permit(&asking.actor(), action, asking.object()).is_err(), "{role:?} {action:?}");
                asked += 1;
            }
        }
        let nth = Role::ALL.iter().position(|r| *r == role).unwrap();
        // One's own account is of no case; everything else is of their own force.
        let own_account = Action::ALL.iter().position(|a| *a == Action::KeepOwnAccount);
        let named = cells[nth].iter().enumerate().filter(|(n, cell)| !cell.is_empty() && Some(*n) != own_account);
        let named = named.map(|(_, cell)| cell);
        assert!(named.clone().count() > 0 && named.clone().all(|cell| *cell == "own-force"), "{role:?}");
    }
    assert!(asked > 0);
}

#[test]
fn an_auditor_changes_nothing_and_reads_nothing_without_a_last_day_and_a_purpose() {
    let reads = [
        Action::SeeFigures,
        Action::ListCases,
        Action::ReadCase,
        Action::SeeReaders,
        Action::SeeDelegation,
        Action::ListUsers,
        Action::SeeAlerts,
        Action::GivePurpose,
        // Their own account, and nobody else's.
        Action::KeepOwnAccount,
    ];
    for asking in Asking::all(Role::Aud) {
        let (actor, object) = (asking.actor(), asking.object());
        for action in Action::ALL {
            let given = permit(&actor, action, object).is_ok();
            assert!(!given || reads.contains(&action), "{action:?}");
            assert!(!given || asking.term == Term::Running, "{action:?}");
        }
        let read = permit(&actor, Action::ReadCase, object).is_ok();
        assert!(!read || asking.told || asking.opened);
    }
}

#[test]
fn whoever_is_kept_informed_sees_their_own_matter_and_nothing_of_any_case() {
    let own = [Action::SeeOwnMatter, Action::WriteOfOwnMatter];
    for asking in Asking::all(Role::Cmp) {
        let (actor, object) = (asking.actor(), asking.object());
        for action in Action::ALL {
            let given = permit(&actor, action, object).is_ok();
            let may = match action {
                Action::KeepOwnAccount => true,
                _ if own.contains(&action) => asking.named,
                // A reason opens nothing to whoever has no right to give one.
                Action::ReadCase => asking.opened && asking.sealed.is_none(),
                _ => false,
            };
            assert!(may || !given, "{action:?}");
        }
    }
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Cmp) {
        for asking in Asking::all(role) {
            for action in own {
                assert!(permit(&asking.actor(), action, asking.object()).is_err(), "{role:?} {action:?}");
            }
        }
    }
}
