//! The rules of alerts: a replay of invented readings into which snoops are planted, and each rule
//! at its edge.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::Rules;
use super::alert::{Alert, Known, Reading, Refused, Rule, on};
use crate::day::{self, Day};

const FIRST: Day = date(2026, 9, 1);
/// The days before the first that is looked at, so that everybody has a usual day.
const LEARNING_DAYS: i32 = 28;
const DAYS: i32 = 40;
const STAFF: usize = 200;
const CASES_EACH: usize = 6;
const LEGITIMATE: usize = 10_000;
const HOUR: i64 = 3_600_000_000;

/// Chance, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    /// A surname: a few are common, most are rare.
    fn surname(&mut self) -> String {
        let share = self.below(1_000_000) as f64 / 1e6;
        let rank = 30.0 * (5030.0_f64 / 30.0).powf(share) - 30.0;
        format!("Surname{}", rank as u32)
    }
}

fn nth_day(n: i32) -> Day {
    day::from_number(day::number(FIRST) + n)
}

fn at(n: i32, hour: i64, nth: i64) -> i64 {
    day::nine_o_clock(nth_day(n)) + hour * HOUR + nth * 1_000_000
}

/// Invented readings, with what was planted: the rule, who, and the day.
struct Replay {
    known: Known,
    readings: Vec<Reading>,
    refused: Vec<Refused>,
    planted: BTreeSet<(&'static str, String, Day)>,
}

impl Replay {
    fn read(&mut self, n: i32, nth: usize, actor: &str, case: String, scope: &str) {
        let at = at(n, (nth % 8) as i64, nth as i64);
        self.readings.push(Reading { at, actor: actor.to_owned(), case, scope: scope.to_owned() });
    }

    fn plant(&mut self, rule: Rule, actor: &str, n: i32) {
        self.planted.insert((rule.id(), actor.to_owned(), nth_day(n)));
    }
}

fn staff(n: usize) -> String {
    format!("u{n}")
}

fn case_of(n: usize, nth: usize) -> String {
    format!("case:{n}-{nth}")
}

fn legitimate(chance: &mut Chance) -> Replay {
    let (readings, refused, planted) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut replay = Replay { known: Known::default(), readings, refused, planted };
    for n in 0..STAFF {
        replay.known.staff.insert(staff(n), format!("First{n} {}", chance.surname()));
        for nth in 0..CASES_EACH {
            let parties = (0..3).map(|party| format!("Party{party} {}", chance.surname())).collect();
            replay.known.parties.insert(case_of(n, nth), parties);
        }
    }
    for nth in 0..LEGITIMATE {
        let (n, day) = (chance.below(STAFF), chance.below((LEARNING_DAYS + DAYS) as usize) as i32);
        let case = case_of(n, chance.below(CASES_EACH));
        replay.read(day, nth, &staff(n), case, ["yes", "unit", "assessment", "assigned"][nth % 4]);
    }
    // A liaison mistypes a reference now and then.
    for day in 0..LEARNING_DAYS + DAYS {
        for nth in 0..chance.below(3) {
            replay.refused.push(Refused { at: at(day, nth as i64, 0), actor: format!("liaison{}", chance.below(40)) });
        }
    }
    replay
}

/// Fifty snoops, ten of each rule.
fn with_snoops(replay: &mut Replay, chance: &mut Chance) {
    for nth in 0..10 {
        let day = LEARNING_DAYS + chance.below(DAYS as usize) as i32;
        // The case of somebody else, opened with a reason.
        let snoop = staff(nth);
        replay.read(day, nth, &snoop, case_of(100 + nth, 0), ["break-glass", "reason"][nth % 2]);
        replay.plant(Rule::Unassigned, &snoop, day);
        // A case of their own in which they stand themselves.
        let snoop = staff(20 + nth);
        let own_name = replay.known.staff[&snoop].to_uppercase();
        replay.known.parties.insert(format!("case:self-{nth}"), vec![own_name]);
        replay.read(day, nth, &snoop, format!("case:self-{nth}"), "unit");
        replay.plant(Rule::OwnName, &snoop, day);
        // A relative's.
        let snoop = staff(40 + nth);
        let surname = replay.known.staff[&snoop].split(' ').next_back().unwrap().to_owned();
        replay.known.parties.insert(format!("case:relative-{nth}"), vec![format!("Another {surname}")]);
        replay.read(day, nth, &snoop, format!("case:relative-{nth}"), "yes");
        replay.plant(Rule::Surname, &snoop, day);
        // A liaison who tries references.
        let snoop = format!("prober{nth}");
        for tried in 0..3 {
            replay.refused.push(Refused { at: at(day, 2, tried * 600), actor: snoop.clone() });
        }
        replay.plant(Rule::OtherForce, &snoop, day);
        // Half of them leave; half read far more than they usually do.
        let snoop = staff(60 + nth);
        if nth < 5 {
            replay.known.leaving.insert(snoop.clone(), nth_day(day + 14));
        }
        for read in 0..21 + 8 * nth {
            replay.read(day, read, &snoop, format!("case:bulk-{nth}-{read}"), "unit");
        }
        replay.plant(Rule::Bulk, &snoop, day);
    }
}

#[test]
fn fifty_planted_snoops_are_found_among_ten_thousand_readings_with_few_false_alarms() {
    let mut chance = Chance(20_261_130);
    let mut replay = legitimate(&mut chance);
    with_snoops(&mut replay, &mut chance);
    let rules = &Rules::built_in().alerts;
    let mut found = BTreeSet::new();
    for n in LEARNING_DAYS..LEARNING_DAYS + DAYS {
        let alerts = on(rules, nth_day(n), &replay.readings, &replay.refused, &replay.known);
        found.extend(alerts.into_iter().map(|alert| (alert.rule, alert.actor, nth_day(n), alert.case)));
    }
    let is_planted = |(rule, actor, day, _): &&(&'static str, String, Day, Option<String>)| {
        replay.planted.contains(&(*rule, actor.clone(), *day))
    };
    let recalled: BTreeSet<_> =
        found.iter().filter(is_planted).map(|(rule, actor, day, _)| (rule, actor, day)).collect();
    let false_alarms = found.len() - found.iter().filter(is_planted).count();
    let (recalled, planted) = (recalled.len(), replay.planted.len());
    println!(
        "{recalled} of {planted} planted snoops found; {false_alarms} false alarms among {LEGITIMATE} legitimate readings"
    );
    assert_eq!((recalled, planted), (50, 50));
    assert!(false_alarms * 100 <= LEGITIMATE, "{false_alarms} false alarms are more than 1 %");
    assert!(false_alarms > 0, "names are shared by chance, so a replay without any is not one of real life");
}

fn reads(count: usize, n: i32) -> Vec<Reading> {
    let reading = |nth: usize| Reading {
        at: at(n, 0, nth as i64),
        actor: "u1".into(),
        case: format!("case:{nth}"),
        scope: "unit".into(),
    };
    (0..count).map(reading).collect()
}

fn alerts(readings: &[Reading], refused: &[Refused], known: &Known) -> Vec<Alert> {
    on(&Rules::built_in().alerts, nth_day(10), readings, refused, known)
}

#[test]
fn a_leaver_is_noticed_at_the_case_after_the_twentieth_and_long_before_the_hundredth() {
    let mut known = Known::default();
    let usual: Vec<Reading> = (0..10).flat_map(|n| reads(15, n)).collect();
    let with = |count| [usual.clone(), reads(count, 10)].concat();
    assert!(alerts(&with(45), &[], &known).is_empty(), "three times the median is not more than it");
    assert_eq!(alerts(&with(46), &[], &known).len(), 1);
    known.leaving.insert("u1".into(), nth_day(38));
    assert!(alerts(&with(20), &[], &known).is_empty());
    let found = alerts(&with(100), &[], &known);
    assert_eq!((found.len(), found[0].rule, found[0].at), (1, "bulk", at(10, 0, 20)), "at the 21st");
    assert!(found[0].numbers.starts_with("100 cases; their median of the 28 days before is 15."), "{found:?}");
    known.leaving.insert("u1".into(), nth_day(39));
    assert!(alerts(&with(21), &[], &known).is_empty(), "29 days are not yet leaving");
}

#[test]
fn three_refusals_within_an_hour_are_told_and_three_in_more_are_not() {
    let tried =
        |minutes: [i64; 3]| minutes.map(|minute| Refused { at: at(10, 0, minute * 60), actor: "psd".into() }).to_vec();
    let found = alerts(&[], &tried([0, 30, 59]), &Known::default());
    assert_eq!((found.len(), found[0].rule), (1, "other-force"));
    assert!(alerts(&[], &tried([0, 30, 60]), &Known::default()).is_empty());
}

#[test]
fn a_name_is_compared_without_what_people_write_differently() {
    let mut known = Known::default();
    known.staff.insert("u1".into(), "Perdita Shaw-Adeyi".into());
    let look =
        |known: &Known| alerts(&reads(1, 10), &[], known).into_iter().map(|alert| alert.rule).collect::<Vec<_>>();
    let mut with = |party: &str| {
        known.parties.insert("case:0".into(), vec![party.to_owned()]);
        look(&known)
    };
    assert_eq!(with("PERDITA  SHAW ADEYI"), ["own-name"]);
    assert_eq!(with("Tunde Adeyi"), ["surname"]);
    assert!(with("Perdita Shaw").is_empty());
}
