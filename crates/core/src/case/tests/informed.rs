//! Keeping people informed: whose clocks run when, and what may be told how.

use super::*;
use crate::case::clocks::{Clock, Standing};
use crate::case::delay_notice::Give;
use crate::case::informed::commands::{Add, End, GiveUpdate, TellOutcome, Withhold};
use crate::case::informed::contact::{Agree, Way};
use crate::case::informed::{Method, Purpose, Role as Part};
use crate::law::id;

/// Decides on a day of the reader's choice, as a decision maker of every region.
pub(super) fn decide_on(desk: &Desk, today: Day, command: Command) -> Result<Vec<Fresh>, Refusal> {
    let context = Context { today, ..desk.context() };
    let lead = matches!(command.action(), Action::SubmitReport | Action::DraftTerms);
    let role = match command.action() {
        Action::Refer => Role::Au,
        _ if lead => Role::Inv,
        _ => Role::Dm,
    };
    let id = if lead { "lead" } else { "dm" };
    let actor = Actor::new(id, role, vec!["London".into()]);
    let stream = desk.case.reference.stream();
    let region = desk.case.state.force().and_then(|f| desk.profile.region(f));
    let decided = desk.case.state.mode.is_some();
    let object = Object::Case { stream: &stream, force: None, region, lead: desk.case.state.lead(), decided };
    decide(&desk.case, &permit(&actor, command.action(), object).unwrap(), context, command)
}

/// Gives commands one after another, on a day.
pub(super) fn give_on(desk: &mut Desk, today: Day, commands: impl IntoIterator<Item = Command>) {
    for command in commands {
        let fresh = decide_on(desk, today, command.clone()).unwrap_or_else(|e| panic!("{command:?}: {e}"));
        for fresh in fresh {
            let version = desk.case.version() + 1;
            let actor = if matches!(fresh.event, Event::TermsDrafted(_)) { "lead" } else { "" }.to_owned();
            desk.case.add(Entry { seq: version, actor, words: fresh.words.clone(), ..fresh.as_entry(version) });
        }
    }
}

pub(super) fn add(role: Part, on: Day) -> Command {
    let name = "Ann Marsh".to_owned();
    Command::AddInformed(Add { role, method: Method::Email, welsh: false, on, name })
}

fn told(key: &str, method: Method, on: Day) -> Command {
    let (note, despite) = ("Two witnesses were seen.".into(), String::new());
    Command::GiveUpdate(GiveUpdate { key: key.into(), method, on, note, despite })
}

fn withhold(key: &str, on: Day, review_on: Day) -> Command {
    let (key, purpose, reasons) = (key.into(), Purpose::CriminalProceedings, "A suspect would be warned.".into());
    Command::WithholdUpdate(Withhold { key, purpose, on, review_on, reasons })
}

/// A complaint of the new scheme: clear on 2 March 2020, referred on the 3rd, independent on the 5th.
pub(super) fn new_scheme() -> Vec<Command> {
    let refer = refer_with(|open| {
        open.on = date(2020, 3, 3);
        open.matter.clear_on = Some(date(2020, 3, 2));
        open.matter.incident_on = Some(date(2020, 3, 1));
    });
    vec![refer, mode(Mode::Independent, date(2020, 3, 5))]
}

fn desk(commands: Vec<Command>, today: Day) -> Desk {
    let mut desk = Desk::empty();
    give_on(&mut desk, today, commands);
    desk
}

fn clocks_of(desk: &Desk, rule: &str, today: Day) -> Vec<(Option<Day>, Standing)> {
    let context = Context { today, ..desk.context() };
    let of_rule = |clock: &Clock| clock.timer.rule == rule;
    clocks::of(&desk.case.state, context).iter().filter(|c| of_rule(c)).map(|c| (c.due, c.standing(today))).collect()
}

const LATER: Day = date(2020, 6, 30);

#[test]
fn the_first_update_is_due_four_weeks_after_the_handling_began_and_the_next_after_the_last_one() {
    let mut desk = desk(new_scheme(), LATER);
    give_on(&mut desk, LATER, [add(Part::Complainant, date(2020, 3, 10))]);
    // The handling was ours from 5 March: 5 + 28 = 33 March, whenever the name was entered.
    assert_eq!(clocks_of(&desk, id::UPDATE_FIRST, date(2020, 3, 31)), [(Some(date(2020, 4, 2)), Standing::Running(2))]);
    let key = desk.case.state.informed[0].key.clone();
    give_on(
        &mut desk,
        LATER,
        [told(&key, Method::Letter, date(2020, 3, 20)), told(&key, Method::Email, date(2020, 4, 20))],
    );
    assert_eq!(clocks_of(&desk, id::UPDATE_FIRST, LATER), [(Some(date(2020, 4, 2)), Standing::Met)]);
    // 20 + 28 = 48 March = 17 April, which was missed by three days; 20 + 28 = 48 April = 18 May.
    let next = [(Some(date(2020, 4, 17)), Standing::MetLate(3)), (Some(date(2020, 5, 18)), Standing::Overdue(43))];
    assert_eq!(clocks_of(&desk, id::UPDATE_NEXT, LATER), next);
}

#[test]
fn an_interested_person_is_counted_from_the_day_they_came_to_have_an_interest() {
    let mut desk = desk(new_scheme(), LATER);
    give_on(&mut desk, LATER, [add(Part::InterestedPerson, date(2020, 5, 4))]);
    assert_eq!(clocks_of(&desk, id::UPDATE_FIRST, LATER)[0].0, Some(date(2020, 6, 1)));
}

#[test]
fn no_clock_runs_for_a_subject_nor_while_the_force_keeps_people_informed() {
    let mut ours = desk(new_scheme(), LATER);
    give_on(&mut ours, LATER, [add(Part::Subject, date(2020, 3, 10))]);
    let key = ours.case.state.informed[0].key.clone();
    give_on(&mut ours, LATER, [told(&key, Method::Letter, date(2020, 3, 20))]);
    assert!(
        clocks_of(&ours, id::UPDATE_FIRST, LATER).is_empty() && clocks_of(&ours, id::UPDATE_NEXT, LATER).is_empty()
    );
    let mut local = new_scheme();
    local[1] = mode(Mode::Local, date(2020, 3, 5));
    let mut theirs = desk(local, LATER);
    give_on(&mut theirs, LATER, [add(Part::Complainant, date(2020, 3, 10))]);
    assert!(clocks_of(&theirs, id::UPDATE_FIRST, LATER).is_empty());
}

#[test]
fn somebody_added_before_the_mode_is_counted_from_the_decision() {
    let mut desk = desk(new_scheme().into_iter().take(1).collect(), LATER);
    give_on(&mut desk, LATER, [add(Part::Complainant, date(2020, 3, 3))]);
    assert!(clocks_of(&desk, id::UPDATE_FIRST, LATER).is_empty());
    give_on(&mut desk, LATER, [mode(Mode::Independent, date(2020, 3, 5))]);
    assert_eq!(clocks_of(&desk, id::UPDATE_FIRST, LATER)[0].0, Some(date(2020, 4, 2)));
}

#[test]
fn only_a_complaint_has_a_complainant() {
    let mut opened = new_scheme();
    opened[0] = refer_with(|open| {
        open.on = date(2020, 3, 3);
        open.matter.clear_on = Some(date(2020, 3, 2));
        open.matter.kind = MatterKind::Dsi;
    });
    let desk = desk(opened, LATER);
    let says = decide_on(&desk, LATER, add(Part::Complainant, date(2020, 3, 10))).unwrap_err();
    assert!(says.to_string().contains("not a complaint, so nobody is its complainant"), "{says}");
    assert_eq!(says.problems[0].field, "role");
    decide_on(&desk, LATER, add(Part::InterestedPerson, date(2020, 3, 10))).unwrap();
}

#[test]
fn the_new_scheme_wants_it_in_writing_and_the_old_one_lets_a_call_do() {
    let mut new = desk(new_scheme(), LATER);
    give_on(&mut new, LATER, [add(Part::Complainant, date(2020, 3, 10))]);
    let key = new.case.state.informed[0].key.clone();
    let says = decide_on(&new, LATER, told(&key, Method::Telephone, date(2020, 3, 20))).unwrap_err().to_string();
    assert!(says.contains("in writing") && says.contains("regulation 34(3)"), "{says}");
    let mut old = desk(under_way(), LATER);
    give_on(&mut old, LATER, [add(Part::Complainant, date(2018, 6, 10))]);
    let key = old.case.state.informed[0].key.clone();
    give_on(&mut old, LATER, [told(&key, Method::Telephone, date(2018, 7, 2))]);
    assert_eq!(clocks_of(&old, id::UPDATE_FIRST, LATER), [(Some(date(2018, 7, 3)), Standing::Met)]);
}

#[test]
fn what_is_withheld_cites_its_exception_has_a_review_and_stops_the_clock_until_the_next_update() {
    let mut desk = desk(new_scheme(), LATER);
    give_on(&mut desk, LATER, [add(Part::Complainant, date(2020, 3, 10)), add(Part::Subject, date(2020, 3, 10))]);
    let [key, subject] = [0, 1].map(|n: usize| desk.case.state.informed[n].key.clone());
    let on = date(2020, 3, 30);
    let refuse = |command| decide_on(&desk, LATER, command).unwrap_err().to_string();
    assert!(refuse(withhold(&key, on, on)).contains("after the day from which it is withheld"));
    assert!(refuse(withhold(&subject, on, LATER)).contains("none to withhold"));
    assert!(refuse(withhold("k99", on, LATER)).contains("Choose somebody who is kept informed"));
    give_on(&mut desk, LATER, [withhold(&key, on, date(2020, 5, 1))]);
    assert_eq!(clocks_of(&desk, id::UPDATE_FIRST, LATER)[0].1, Standing::Fallen);
    let Event::UpdateWithheld(withheld) = &desk.case.entries.last().unwrap().event else { panic!() };
    assert!(withheld.citation.contains("2020, regulation 35"), "{}", withheld.citation);
    give_on(&mut desk, LATER, [told(&key, Method::Letter, date(2020, 5, 1))]);
    assert_eq!(desk.case.state.informed(&key).unwrap().withheld, None);
    assert_eq!(clocks_of(&desk, id::UPDATE_NEXT, LATER)[0].0, Some(date(2020, 5, 29)));
}

#[test]
fn who_no_longer_wishes_to_be_told_is_told_no_more() {
    let mut desk = desk(new_scheme(), LATER);
    give_on(&mut desk, LATER, [add(Part::Complainant, date(2020, 3, 10))]);
    let key = desk.case.state.informed[0].key.clone();
    let end = End { key: key.clone(), on: date(2020, 3, 12), reasons: "Asked for it.".into() };
    give_on(&mut desk, LATER, [Command::EndInformed(end)]);
    assert_eq!(clocks_of(&desk, id::UPDATE_FIRST, LATER)[0].1, Standing::Fallen);
    let says = decide_on(&desk, LATER, told(&key, Method::Letter, date(2020, 3, 20))).unwrap_err().to_string();
    assert!(says.contains("no longer kept informed"), "{says}");
}

#[test]
fn names_and_notes_are_personal_words() {
    let mut desk = desk(new_scheme(), LATER);
    let fresh = decide_on(&desk, LATER, add(Part::Complainant, date(2020, 3, 10))).unwrap();
    assert_eq!(fresh[0].words, [("name".to_owned(), "Ann Marsh".to_owned())]);
    give_on(&mut desk, LATER, [add(Part::Complainant, date(2020, 3, 10))]);
    for entry in &desk.case.entries {
        let (_, data) = entry.event.encode();
        assert!(!serde_json::Value::Object(data).to_string().contains("Marsh"));
    }
}

#[test]
fn an_outcome_is_told_within_five_working_days_and_not_before_there_is_one() {
    let mut desk = desk(new_scheme(), LATER);
    let prepared = [lead(date(2020, 3, 6)), draft(date(2020, 3, 9)), approve(date(2020, 3, 10))];
    give_on(&mut desk, LATER, prepared);
    give_on(&mut desk, LATER, [add(Part::Complainant, date(2020, 3, 10))]);
    let key = desk.case.state.informed[0].key.clone();
    let tell = |on| {
        let (key, of) = (key.clone(), "investigation".to_owned());
        Command::TellOutcome(TellOutcome {
            key,
            of,
            method: Method::Letter,
            on,
            note: String::new(),
            despite: String::new(),
        })
    };
    let says = decide_on(&desk, LATER, tell(date(2020, 4, 8))).unwrap_err().to_string();
    assert!(says.contains("no such outcome in the record yet"), "{says}");
    give_on(&mut desk, LATER, [report(date(2020, 4, 7))]);
    // 8-9, not 10 and 13 (Easter), 14-16 April.
    assert_eq!(
        clocks_of(&desk, id::UPDATE_OUTCOME, date(2020, 4, 16)),
        [(Some(date(2020, 4, 16)), Standing::Running(0))]
    );
    let says = decide_on(&desk, LATER, tell(date(2020, 4, 6))).unwrap_err().to_string();
    assert!(says.contains("on or after the day of the outcome (7 April 2020)"), "{says}");
    give_on(&mut desk, LATER, [tell(date(2020, 4, 17))]);
    assert_eq!(clocks_of(&desk, id::UPDATE_OUTCOME, LATER), [(Some(date(2020, 4, 16)), Standing::MetLate(1))]);
}

#[test]
fn a_notice_of_the_delay_is_owed_once_its_period_has_ended_and_the_next_starts_the_day_after() {
    let today = date(2022, 6, 1);
    let mut desk = desk(new_scheme(), today);
    let give = |on| Command::GiveDelayNotice(Give { on, note: "An expert is awaited.".into() });
    let says = decide_on(&desk, today, give(date(2021, 3, 1))).unwrap_err().to_string();
    assert!(says.contains("The period ends on 1 March 2021"), "{says}");
    give_on(&mut desk, today, [give(date(2021, 3, 22))]);
    let Event::DelayNoticeGiven(first) = &desk.case.entries.last().unwrap().event else { panic!() };
    assert_eq!((first.period, first.ended), (1, date(2021, 3, 1)));
    // It was due as soon as practicable: the end of the period was no limit that it missed.
    assert_eq!(clocks_of(&desk, id::NOTICE_12_MONTHS, today)[0].1, Standing::Fallen);
    assert_eq!(
        clocks_of(&desk, id::NOTICE_6_MONTHS, date(2021, 9, 1)),
        [(Some(date(2021, 9, 1)), Standing::Running(0))]
    );
    give_on(&mut desk, today, [give(date(2021, 9, 2))]);
    let Event::DelayNoticeGiven(second) = &desk.case.entries.last().unwrap().event else { panic!() };
    assert_eq!((second.period, second.ended), (2, date(2021, 9, 1)));
    let says = decide_on(&desk, today, give(date(2022, 3, 1))).unwrap_err().to_string();
    assert!(says.contains("The period ends on 1 March 2022"), "{says}");
}

#[test]
fn the_old_scheme_knows_no_notice_of_the_delay() {
    let desk = desk(under_way(), date(2022, 6, 1));
    let give = Command::GiveDelayNotice(Give { on: date(2021, 1, 4), note: String::new() });
    let says = decide_on(&desk, date(2022, 6, 1), give).unwrap_err().to_string();
    assert!(says.contains("No period runs"), "{says}");
}

fn agree(key: &str, ways: &[Way], on: Day) -> Command {
    let contact = "Her sister's number. Never say police.".to_owned();
    let (key, ways) = (key.to_owned(), ways.to_vec());
    Command::AgreeContact(Agree { key, ways, messages: false, at_risk: true, on, contact })
}

#[test]
fn somebody_is_reached_by_a_way_that_was_agreed_or_it_is_said_why_not() {
    let mut desk = desk(new_scheme(), LATER);
    give_on(&mut desk, LATER, [add(Part::Complainant, date(2020, 3, 6))]);
    let key = desk.case.state.informed[0].key.clone();
    give_on(&mut desk, LATER, [told(&key, Method::Letter, date(2020, 3, 9))]);
    let refused = |desk: &Desk, command| decide_on(desk, LATER, command).unwrap_err().to_string();
    assert!(refused(&desk, agree(&key, &[], date(2020, 3, 10))).contains("at least one way"));
    assert!(refused(&desk, agree(&key, &[Way::Post], date(2020, 3, 5))).contains("on or after the day from which"));
    assert!(refused(&desk, agree("k99", &[Way::Post], date(2020, 3, 10))).contains("Choose somebody"));
    give_on(&mut desk, LATER, [agree(&key, &[Way::Representative, Way::Email, Way::Email], date(2020, 3, 10))]);
    let contact = desk.case.state.informed[0].contact.clone().unwrap();
    assert_eq!(contact.agreed.ways, [Way::Email, Way::Representative], "in their order, and once");
    let says = contact.says();
    assert!(
        says.contains("could be harmed") && says.contains("Only by e-mail or through their representative"),
        "{says}"
    );
    let by_post = refused(&desk, told(&key, Method::Letter, date(2020, 3, 12)));
    assert!(by_post.contains("not to be reached by post") && by_post.contains("Say why"), "{by_post}");
    give_on(&mut desk, LATER, [told(&key, Method::Letter, date(2020, 3, 9))]);
    let Command::GiveUpdate(again) = told(&key, Method::Letter, date(2020, 3, 12)) else { unreachable!() };
    let despite = "The mailbox was full and the day was the last.".to_owned();
    let fresh = decide_on(&desk, LATER, Command::GiveUpdate(GiveUpdate { despite: despite.clone(), ..again })).unwrap();
    assert!(fresh[0].words.contains(&("despite".to_owned(), despite)), "what happened is recorded all the same");
    give_on(&mut desk, LATER, [told(&key, Method::Email, date(2020, 3, 12))]);
    // What was agreed is agreed anew; what it was before stays in the record.
    give_on(&mut desk, LATER, [agree(&key, &[Way::Post], date(2020, 3, 20))]);
    give_on(&mut desk, LATER, [told(&key, Method::Letter, date(2020, 3, 23))]);
    assert!(refused(&desk, told(&key, Method::Email, date(2020, 3, 24))).contains("not to be reached by e-mail"));
}
