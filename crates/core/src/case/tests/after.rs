//! What follows the report: decisions, proceedings in other hands, closing, and opening again.

use super::*;
use crate::case::allegation::Allege;
use crate::case::course::Form;
use crate::case::decision::{Answer, DecideCaseToAnswer, DecideProsecutor};
use crate::case::memorandum::Act as Memorandum;
use crate::case::proceeding::{Begin, End, Update};
use crate::case::reinvestigation::Reinvestigate;
use crate::holder::Holder;

fn allege(category: &str) -> Command {
    let (person, category) = ("person:0123456789A".to_owned(), category.to_owned());
    Command::Allege(Allege { person, category, on: date(2018, 7, 2), what: "Used force without need.".into() })
}

fn allege_on(on: Day) -> Command {
    match allege("ipcc-2010:C") {
        Command::Allege(allege) => Command::Allege(Allege { on, ..allege }),
        other => other,
    }
}

fn answer(n: u32, answer: Answer, on: Day) -> Command {
    Command::DecideCaseToAnswer(DecideCaseToAnswer { n, answer, on, reasons: "On the evidence.".into() })
}

/// The old scheme's way to an answer: the authority's memorandum, requested and received.
fn memorandum(n: u32, answer: Answer, on: Day) -> Vec<Command> {
    let form = if answer == Answer::GrossMisconduct { Form::MisconductHearing } else { Form::None };
    let request = Memorandum::Request { on, report_on: on };
    let receive = Memorandum::Receive { n, on, answer, form, says: "As the report has it.".into() };
    vec![Command::Memorandum(request), Command::Memorandum(receive)]
}

fn accept(n: u32, on: Day) -> Command {
    Command::Memorandum(Memorandum::Accept { n, on, reasons: "We agree.".into() })
}

fn begin(stage: &str, owner: Holder, on: Day) -> Command {
    let (stage, expected_on) = (stage.to_owned(), date(2020, 6, 1));
    Command::BeginProceeding(Begin { stage, owner, on, expected_on, person: None, note: String::new() })
}

fn update(n: u32, owner: Holder, on: Day) -> Command {
    Command::UpdateProceeding(Update { n, owner, on, expected_on: date(2020, 6, 1), note: String::new() })
}

fn end(n: u32, outcome: &str, on: Day) -> Command {
    Command::EndProceeding(End { n, outcome: outcome.into(), on, note: String::new() })
}

fn again(on: Day) -> Reinvestigate {
    Reinvestigate { anew: Reference::derived("test", "2"), on, reasons: "New footage.".into() }
}

fn with(given: Vec<Command>, more: impl IntoIterator<Item = Command>) -> Vec<Command> {
    given.into_iter().chain(more).collect()
}

/// A reported case with one allegation that has been decided, and two proceedings.
fn two_proceedings() -> Vec<Command> {
    let mut commands = under_way();
    commands.push(allege("ipcc-2010:C"));
    commands.push(report(date(2019, 5, 1)));
    commands.extend(memorandum(1, Answer::GrossMisconduct, date(2019, 5, 20)));
    commands.push(accept(1, date(2019, 5, 20)));
    commands.push(begin("charging-decision", Holder::Cps, date(2019, 5, 21)));
    commands.push(begin("misconduct-hearing", Holder::Panel, date(2019, 6, 3)));
    commands
}

#[test]
fn an_allegation_is_coded_in_a_scheme_and_decided_once_on_the_report() {
    refused(under_way(), allege("C"), "Choose what sort of allegation");
    refused(under_way(), allege_on(date(2018, 6, 1)), "on or after the day the matter was received (2 June 2018)");
    let alleged = with(under_way(), [allege("ipcc-2010:C")]);
    refused(alleged.clone(), answer(1, Answer::None, date(2019, 5, 20)), "on the final report");
    let reported = with(alleged, [report(date(2019, 5, 1))]);
    let staff = |n, on| answer(n, Answer::NotApplicable, on);
    refused(reported.clone(), staff(1, date(2019, 4, 30)), "on or after the day of the final report");
    refused(reported.clone(), staff(2, date(2019, 5, 20)), "Choose an allegation");
    refused(with(reported, [staff(1, date(2019, 5, 20))]), staff(1, date(2019, 5, 21)), "already been decided");
}

#[test]
fn the_power_behind_a_decision_is_that_of_the_matters_own_scheme() {
    let desk = Desk::after(two_proceedings());
    let decided = desk.case.entries.iter().find_map(|e| match &e.event {
        Event::MemorandumAccepted(d) => Some(d.citation.clone()),
        _ => None,
    });
    let law = Law::england_and_wales();
    assert_eq!(decided.unwrap(), law.on(crate::law::id::CASE_TO_ANSWER, date(2018, 6, 1)).unwrap().citation);
}

#[test]
fn the_prosecutor_is_decided_on_once() {
    let refer_to_cps = |on| {
        Command::DecideProsecutor(DecideProsecutor { referred: true, on, reasons: "A crime.".into(), sensitive: None })
    };
    refused(under_way(), refer_to_cps(date(2019, 5, 1)), "on the final report");
    allowed(reported(), refer_to_cps(date(2019, 5, 1)));
    refused(with(reported(), [refer_to_cps(date(2019, 5, 1))]), refer_to_cps(date(2019, 5, 2)), "already been decided");
}

#[test]
fn several_proceedings_run_at_once_each_with_its_owner() {
    let desk = Desk::after(two_proceedings());
    let owners: Vec<Holder> = desk.case.state.waiting_on().map(|p| p.owner()).collect();
    assert_eq!(owners, [Holder::Cps, Holder::Panel]);
    assert_eq!(Stage::of(&desk.case.state, &desk.profile), Stage::Waiting);
}

#[test]
fn a_proceeding_passes_to_another_owner_from_a_day_on() {
    let mut desk = Desk::after(two_proceedings());
    desk.give(update(1, Holder::Court, date(2019, 9, 2))).unwrap();
    let proceeding = &desk.case.state.proceedings[0];
    assert_eq!((proceeding.owner(), proceeding.owners.len()), (Holder::Court, 2));
    refused(two_proceedings(), update(1, Holder::Cps, date(2019, 9, 2)), "Nothing is different");
    refused(two_proceedings(), update(1, Holder::Us, date(2019, 9, 2)), "in other hands than ours");
    refused(two_proceedings(), update(1, Holder::Court, date(2019, 5, 20)), "on or after the last news");
    refused(two_proceedings(), update(3, Holder::Court, date(2019, 9, 2)), "Choose a proceeding");
    refused(two_proceedings(), update(1, Holder::Court, date(2020, 3, 31)).later(), "expected on or after");
}

#[test]
fn a_proceeding_ends_once_and_in_a_way_that_its_sort_can() {
    refused(two_proceedings(), end(1, "narrative", date(2019, 9, 2)), "Choose how it ended");
    refused(two_proceedings(), end(1, "charged", date(2019, 5, 20)), "on or after the last news");
    let ended = with(two_proceedings(), [end(1, "charged", date(2019, 9, 2))]);
    refused(ended, end(1, "charged", date(2019, 9, 3)), "already ended");
    refused(under_way(), begin("duel", Holder::Other, date(2019, 9, 2)), "Choose the sort of proceeding");
    refused(vec![refer()], begin("inquest", Holder::Coroner, date(2019, 9, 2)), "Decide the mode first");
}

#[test]
fn an_inquest_may_open_before_the_report() {
    allowed(under_way(), begin("inquest", Holder::Coroner, date(2018, 7, 2)));
}

#[test]
fn a_case_is_closed_when_nothing_remains_in_anybodys_hands() {
    refused(two_proceedings(), close(date(2020, 1, 6)), "Others are still at work");
    let ends = [end(1, "charged", date(2019, 9, 2)), end(2, "dismissed", date(2019, 12, 2))];
    let ended = with(two_proceedings(), ends);
    refused(ended.clone(), close(date(2019, 12, 1)), "on or after its last step (2 December 2019)");
    allowed(ended, close(date(2019, 12, 2)));
    let undecided = with(under_way(), [allege("ipcc-2010:C"), report(date(2019, 5, 1))]);
    refused(undecided, close(date(2019, 6, 3)), "case to answer on every allegation");
    let silent = Command::Close(Close { on: date(2019, 6, 3), publication: None, reasons: "Done.".into() });
    refused(reported(), silent, "whether the report was published");
}

#[test]
fn a_finished_investigation_is_opened_again_as_a_new_one_under_the_law_of_that_day() {
    let mut desk = Desk::after(whole());
    let anew = again(date(2020, 3, 2));
    let open = anew.opens(&desk.case).unwrap();
    assert_eq!(open.matter.reinvestigates.as_deref(), Some(desk.case.reference.as_plain()));
    desk.give(Command::Reinvestigate(anew)).unwrap();
    assert_eq!(desk.case.state.report, Some(date(2019, 5, 1)), "the first result stays as it was");
    let opened = Desk { case: Case::replay(Reference::derived("test", "2"), vec![]), ..Desk::empty() };
    let fresh = open.event(desk.context()).unwrap();
    let effective = Effective { version: 1, seq: 1, on: fresh.on, event: fresh.event };
    let state = State::of(&[effective]);
    assert_eq!(state.matter.as_ref().unwrap().attention(), date(2020, 3, 2));
    assert_eq!(mode::offered(&state, opened.context()), [Mode::Independent, Mode::Directed]);
}

#[test]
fn before_february_2020_only_a_court_could_undo_a_finished_decision() {
    refused(whole(), Command::Reinvestigate(again(date(2020, 1, 31))), "gives no power to");
    refused(under_way(), Command::Reinvestigate(again(date(2020, 3, 2))), "Only an investigation whose final report");
}

#[test]
fn the_people_of_a_case_are_named_once_in_the_order_in_which_they_came_into_it() {
    let about = |person: Option<&str>| {
        let (stage, owner) = ("misconduct-hearing".to_owned(), Holder::Panel);
        let (on, expected_on, note) = (date(2019, 6, 3), date(2020, 6, 1), String::new());
        Command::BeginProceeding(Begin { stage, owner, on, expected_on, person: person.map(str::to_owned), note })
    };
    let people = ["person:0123456789A", "person:B"];
    let more =
        [allege("ipcc-2010:A"), allege("ipcc-2010:C"), about(Some(people[1])), about(Some(people[0])), about(None)];
    assert_eq!(Desk::after(with(under_way(), more)).case.state.people(), people);
}

#[test]
fn what_would_be_can_be_tried_without_being_recorded() {
    let desk = Desk::after(reported());
    let fresh = desk.decide(close(date(2019, 8, 1))).unwrap();
    assert_eq!(desk.case.as_if(&fresh).state.closed, Some(date(2019, 8, 1)));
    assert_eq!(desk.case.state.closed, None);
}

impl Command {
    /// The same news, with the next step expected in the past.
    fn later(self) -> Self {
        match self {
            Self::UpdateProceeding(u) => Self::UpdateProceeding(Update { expected_on: date(2020, 3, 30), ..u }),
            other => other,
        }
    }
}

#[test]
fn whoever_decided_on_the_first_report_does_not_decide_to_investigate_again() {
    let mut desk = Desk::after(two_proceedings());
    let decided = desk.case.entries.iter().find(|e| matches!(e.event, Event::MemorandumAccepted(_)));
    let who = decided.unwrap().actor.clone();
    let again = || Command::Reinvestigate(again(date(2020, 3, 2)));
    let says = desk.give_as((&who, Role::Dm), again()).unwrap_err().to_string();
    assert!(says.contains("Whoever decided on the first report"), "{says}");
    desk.delegations = Delegations::supposed(date(2020, 3, 2), &[("other", "L4")]);
    desk.give_as(("other", Role::Dm), again()).unwrap();
}
