//! The mode decided again, what changes hands with it, and matters about chief officers.

use super::*;
use crate::case::chief_officer::{ChiefOfficerConcerned, Concern};
use crate::case::handover::{HandOver, Item};
use crate::case::intake::{Act as Intake, Does, Left, left};
use crate::case::mode::Redetermine;
use crate::case::need::{Back, ReturnMatter};

fn new_matter(kind: MatterKind) -> Command {
    refer_with(|o| {
        o.on = date(2020, 2, 3);
        o.matter.kind = kind;
        o.matter.clear_on = Some(date(2020, 2, 2));
        o.matter.incident_on = Some(date(2020, 2, 1));
    })
}

fn again(mode: Mode, on: Day) -> Command {
    Command::Redetermine(Redetermine { mode, on, reasons: "The film shows more.".into() })
}

fn hand_over(item: Item, on: Day) -> Command {
    Command::HandOver(HandOver { item, on, what: "Two boxes.".into() })
}

fn chief_officer(not_ruled_out: bool, indication: bool) -> Command {
    let found = ChiefOfficerConcerned { not_ruled_out, indication };
    Command::ConcernChiefOfficer(Concern {
        found,
        on: date(2020, 2, 3),
        reasons: "It names the chief constable.".into(),
    })
}

fn intake(does: Does, on: Day) -> Command {
    Command::Intake(Intake { does, on, reasons: "It is not complete.".into() })
}

fn with(given: Vec<Command>, more: impl IntoIterator<Item = Command>) -> Vec<Command> {
    given.into_iter().chain(more).collect()
}

#[test]
fn a_mode_that_is_decided_again_takes_the_place_of_the_one_before() {
    let directed = vec![new_matter(MatterKind::Conduct), mode(Mode::Directed, date(2020, 2, 4))];
    refused(vec![new_matter(MatterKind::Conduct)], again(Mode::Local, date(2020, 2, 4)), "has not been decided yet");
    refused(directed.clone(), mode(Mode::Independent, date(2020, 2, 25)), "already been decided");
    refused(directed.clone(), again(Mode::Directed, date(2020, 2, 25)), "already directed");
    refused(directed.clone(), again(Mode::Independent, date(2020, 2, 3)), "on or after the day of the decision");
    refused(directed.clone(), again(Mode::Managed, date(2020, 2, 25)), "no managed mode");
    let desk = Desk::after(with(directed, [again(Mode::Independent, date(2020, 2, 25))]));
    assert_eq!(desk.case.state.mode.as_ref().unwrap().mode, Mode::Independent);
    let rows = desk.case.entries.iter().filter(|e| matches!(e.event, Event::ModeDecided(_)));
    assert_eq!(rows.count(), 2);
    refused(reported(), again(Mode::Local, date(2019, 6, 3)), "final report has been submitted");
}

#[test]
fn the_first_decision_cannot_be_rescinded_from_under_the_second() {
    let commands = vec![
        new_matter(MatterKind::Conduct),
        mode(Mode::Directed, date(2020, 2, 4)),
        again(Mode::Independent, date(2020, 2, 25)),
    ];
    refused(commands, rescind(MODE), "no longer stands");
}

#[test]
fn a_step_down_asks_for_a_handover_to_the_authority() {
    let stepped = vec![
        new_matter(MatterKind::Conduct),
        mode(Mode::Independent, date(2020, 2, 4)),
        again(Mode::Local, date(2020, 2, 25)),
    ];
    refused(stepped.clone(), hand_over(Item::Evidence, date(2020, 2, 24)), "on or after the change of mode");
    let half = with(stepped, [hand_over(Item::Evidence, date(2020, 2, 26))]);
    let desk = Desk::after(half.clone());
    let owed = desk.case.state.handover.as_ref().unwrap();
    assert_eq!((owed.to_us, owed.left()), (false, vec![Item::Documentation]));
    let Event::HandedOver(handed) = &desk.case.entries.last().unwrap().event else { panic!() };
    assert!(handed.citation.contains("regulation 15"), "{}", handed.citation);
    refused(half, hand_over(Item::Evidence, date(2020, 2, 27)), "already been handed over");
    let first = vec![new_matter(MatterKind::Conduct), mode(Mode::Local, date(2020, 2, 4))];
    refused(first, hand_over(Item::Evidence, date(2020, 2, 26)), "No change of mode");
}

#[test]
fn a_chief_officer_is_investigated_and_not_locally() {
    for kind in [MatterKind::Dsi, MatterKind::Conduct] {
        let given = vec![new_matter(kind), chief_officer(false, false)];
        refused(given.clone(), mode(Mode::Local, date(2020, 2, 4)), "regulations 5, 8 and 10");
        let back = ReturnMatter { back: Back::Handle, on: date(2020, 2, 4), reasons: "Small.".into() };
        refused(given.clone(), Command::ReturnMatter(back), "An investigation is necessary");
        assert_eq!(
            mode::offered(&Desk::after(given.clone()).case.state, Desk::empty().context()),
            [Mode::Independent, Mode::Directed]
        );
        let directed = with(given, [mode(Mode::Directed, date(2020, 2, 4))]);
        refused(directed, again(Mode::Local, date(2020, 2, 25)), "concerns a chief officer");
    }
    let complaint = vec![new_matter(MatterKind::Complaint), chief_officer(true, false)];
    allowed(complaint, mode(Mode::Local, date(2020, 2, 4)));
    let indicated = vec![new_matter(MatterKind::Complaint), chief_officer(true, true)];
    refused(indicated, mode(Mode::Local, date(2020, 2, 4)), "concerns a chief officer");
}

#[test]
fn what_had_to_be_referred_was_not_referred_voluntarily() {
    let voluntary = |kind| {
        refer_with(|o| {
            o.on = date(2020, 2, 3);
            o.matter.kind = kind;
            o.matter.route = Some(Route::Voluntary);
            o.matter.clear_on = None;
            o.matter.incident_on = None;
        })
    };
    refused(vec![voluntary(MatterKind::Complaint)], chief_officer(true, false), "must be referred");
    allowed(vec![voluntary(MatterKind::Complaint)], chief_officer(false, false));
    refused(vec![voluntary(MatterKind::Conduct)], chief_officer(false, false), "regulations 4(1)(c) and 7(1)(g)");
    refused(vec![new_matter(MatterKind::Dsi)], chief_officer(false, true), "of a complaint only");
}

#[test]
fn information_is_asked_for_and_comes_before_the_assessment_is_over() {
    let on = date(2020, 2, 4);
    refused(vec![new_matter(MatterKind::Dsi)], intake(Does::Receive, on), "No information has been asked for");
    let asked = vec![new_matter(MatterKind::Dsi), intake(Does::Ask, on)];
    refused(asked.clone(), intake(Does::Ask, on), "already been asked for");
    assert_eq!(Desk::after(asked.clone()).case.state.intake.awaiting, Some(on));
    allowed(asked, intake(Does::Receive, date(2020, 2, 5)));
    let decided = vec![new_matter(MatterKind::Dsi), mode(Mode::Local, on)];
    refused(decided, intake(Does::Ask, date(2020, 2, 5)), "the assessment is over");
}

#[test]
fn an_invalid_referral_and_a_combined_investigation_go_no_further() {
    let invalid = vec![new_matter(MatterKind::Dsi), intake(Does::Invalid, date(2020, 2, 4))];
    refused(invalid.clone(), mode(Mode::Local, date(2020, 2, 5)), "no basis in Schedule 3");
    allowed(invalid, close(date(2020, 2, 5)));
    let other = Reference::derived("test", "9");
    let ours = vec![new_matter(MatterKind::Dsi), mode(Mode::Independent, date(2020, 2, 4))];
    let local = vec![new_matter(MatterKind::Dsi), mode(Mode::Local, date(2020, 2, 4))];
    refused(local, intake(Does::Merge(other.clone()), date(2020, 2, 5)), "Only an independent or a directed");
    refused(ours.clone(), intake(Does::Merge(Reference::derived("test", "1")), date(2020, 2, 5)), "another case");
    let merged = with(ours.clone(), [intake(Does::Merge(other.clone()), date(2020, 2, 5))]);
    assert_eq!(left(&Desk::after(merged.clone()).case.state), Some((Left::Merged, date(2020, 2, 5))));
    refused(merged.clone(), lead(date(2020, 2, 6)), "combined with another one");
    allowed(merged, close(date(2020, 2, 6)));
    let split = Desk::after(with(ours, [intake(Does::Split(other), date(2020, 2, 5))]));
    assert_eq!(left(&split.case.state), None);
}
