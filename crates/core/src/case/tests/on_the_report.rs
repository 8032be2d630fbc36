//! How a decision on the report is reached: by views under the new scheme, by a memorandum under
//! the old one.

use super::*;
use crate::case::allegation::Allege;
use crate::case::clocks::acts::Extend;
use crate::case::course::{Form, Path, Step};
use crate::case::decision::{Answer, DecideCaseToAnswer};
use crate::case::discipline::{Act as Discipline, Does};
use crate::case::memorandum::Act as Memorandum;
use crate::case::report::ReceiveReport;
use crate::case::second::Approve;
use crate::case::views::{Act as Views, Considered};
use crate::law::id;

const PERSON: &str = "person:0123456789A";

fn allege(category: &str, on: Day) -> Command {
    let (person, category) = (PERSON.to_owned(), category.to_owned());
    Command::Allege(Allege { person, category, on, what: "Used force without need.".into() })
}

/// A reported case of the new scheme with one allegation, its report on 1 March 2020.
pub(super) fn new_scheme() -> Vec<Command> {
    let new = |o: &mut Open| {
        o.on = date(2020, 2, 3);
        o.matter.clear_on = Some(date(2020, 2, 2));
        o.matter.incident_on = Some(date(2020, 2, 1));
    };
    vec![
        refer_with(new),
        mode(Mode::Independent, date(2020, 2, 4)),
        lead(date(2020, 2, 5)),
        draft(date(2020, 2, 6)),
        approve(date(2020, 2, 7)),
        allege("iopc-2020:B4", date(2020, 2, 10)),
        report(date(2020, 2, 20)),
    ]
}

/// A reported case of the old scheme with one allegation, its report on 1 May 2019.
fn old_scheme() -> Vec<Command> {
    let mut commands = under_way();
    commands.push(allege("ipcc-2010:C", date(2018, 7, 2)));
    commands.push(report(date(2019, 5, 1)));
    commands
}

fn with(given: Vec<Command>, more: impl IntoIterator<Item = Command>) -> Vec<Command> {
    given.into_iter().chain(more).collect()
}

pub(super) fn seek(on: Day) -> Command {
    Command::Views(Views::Request { on, special: true, opinion: "A case to answer for misconduct.".into() })
}

pub(super) fn views(on: Day) -> Command {
    Command::Views(Views::Receive { on, views: "None.".into() })
}

pub(super) fn determine(answer: Answer, on: Day) -> Command {
    Command::DecideCaseToAnswer(DecideCaseToAnswer { n: 1, answer, on, reasons: "On the evidence.".into() })
}

fn discipline(does: Does, on: Day) -> Command {
    Command::Discipline(Discipline { does, n: 1, on, reasons: "It is serious.".into() })
}

fn request(on: Day) -> Command {
    Command::Memorandum(Memorandum::Request { on, report_on: date(2019, 5, 2) })
}

fn memo(answer: Answer, form: Form, on: Day) -> Command {
    Command::Memorandum(Memorandum::Receive { n: 1, on, answer, form, says: "No case.".into() })
}

fn recommend(answer: Answer, form: Form, on: Day) -> Command {
    Command::Memorandum(Memorandum::Recommend { n: 1, on, answer, form, reasons: "The film.".into() })
}

fn reply(accepts: bool, on: Day) -> Command {
    Command::Memorandum(Memorandum::Answer { n: 1, on, accepts, says: "We stand by it.".into() })
}

fn steps(desk: &Desk) -> Vec<Step> {
    desk.case.state.allegations[0].course.steps.iter().map(|(step, _)| *step).collect()
}

#[test]
fn views_are_sought_before_it_is_determined_and_considered_when_they_came() {
    refused(new_scheme(), determine(Answer::Misconduct, date(2020, 2, 21)), "Seek the authority's views first");
    let sought = with(new_scheme(), [seek(date(2020, 2, 21))]);
    refused(sought.clone(), seek(date(2020, 2, 22)), "already been sought");
    refused(sought.clone(), determine(Answer::Misconduct, date(2020, 3, 2)), "until the end of 20 March 2020");
    refused(sought.clone(), views(date(2020, 2, 20)), "on or after the day they were sought");
    let desk = Desk::after(with(sought, [views(date(2020, 3, 2)), determine(Answer::Misconduct, date(2020, 3, 3))]));
    assert_eq!(steps(&desk), [Step::ViewsRequested, Step::ViewsReceived, Step::Determined]);
    let Event::CaseToAnswerDecided(decided) = &desk.case.entries.last().unwrap().event else { panic!() };
    assert_eq!(decided.views, Some(Considered::Considered));
}

#[test]
fn silence_expires_the_views_after_28_days_and_the_record_says_so() {
    let sought = with(new_scheme(), [seek(date(2020, 2, 21))]);
    refused(sought.clone(), determine(Answer::None, date(2020, 3, 20)), "until the end of 20 March 2020");
    let desk = Desk::after(with(sought.clone(), [determine(Answer::None, date(2020, 3, 21))]));
    assert_eq!(steps(&desk), [Step::ViewsRequested, Step::ViewsExpired, Step::Determined]);
    let Event::CaseToAnswerDecided(decided) = &desk.case.entries.last().unwrap().event else { panic!() };
    assert_eq!(decided.views, Some(Considered::NoneReceived));
    let key = desk.case.state.timers.all().iter().find(|t| t.rule == id::VIEWS).unwrap().key();
    let more =
        Extend { clock: key, to: date(2020, 3, 27), on: date(2020, 3, 16), asked_on: None, reasons: "Ill.".into() };
    let extended = with(sought, [Command::ExtendClock(more)]);
    refused(extended, determine(Answer::None, date(2020, 3, 21)), "until the end of 27 March 2020");
}

#[test]
fn the_special_procedure_asks_for_our_opinion_and_staff_need_no_views() {
    let silent = Command::Views(Views::Request { on: date(2020, 2, 21), special: true, opinion: String::new() });
    refused(new_scheme(), silent, "told our own opinion");
    let plain = Command::Views(Views::Request { on: date(2020, 2, 21), special: false, opinion: String::new() });
    allowed(new_scheme(), plain);
    allowed(new_scheme(), determine(Answer::NotApplicable, date(2020, 2, 21)));
}

#[test]
fn views_that_were_weighed_cannot_be_rescinded_from_under_a_determination() {
    let commands = with(
        new_scheme(),
        [seek(date(2020, 2, 21)), views(date(2020, 3, 2)), determine(Answer::None, date(2020, 3, 3))],
    );
    let views = Desk::after(commands.clone()).case.version() - 1;
    refused(commands, rescind(views), "would make the history unlawful");
}

#[test]
fn a_determination_from_before_views_were_recorded_stands() {
    let mut desk = Desk::after(new_scheme());
    let event: Event = serde_json::from_value(serde_json::json!({"kind": "case-to-answer.decided",
        "data": {"n": 1, "answer": "none", "power": "report.case-to-answer", "citation": "paragraph 23(5A)"}}))
    .unwrap();
    let fresh = Fresh::new(event, Some(date(2020, 2, 21)));
    admit_next(&desk.case, &fresh, desk.context()).unwrap();
    desk.case = desk.case.as_if(&[fresh]);
    assert_eq!(desk.case.state.allegations[0].answer, Some((Answer::None, date(2020, 2, 21))));
    desk.decide(correct(7, "on", "2020-02-12")).unwrap();
}

#[test]
fn the_form_goes_with_the_answer_and_is_then_directed() {
    let determined = |answer| {
        with(new_scheme(), [seek(date(2020, 2, 21)), views(date(2020, 3, 2)), determine(answer, date(2020, 3, 3))])
    };
    let on = date(2020, 3, 4);
    refused(determined(Answer::None), discipline(Does::Decide(Form::MisconductHearing), on), "need a case to answer");
    refused(
        determined(Answer::Misconduct),
        discipline(Does::Decide(Form::AcceleratedHearing), on),
        "for a case to answer for gross misconduct",
    );
    refused(determined(Answer::None), discipline(Does::Decide(Form::ManagementAction), on), "does not know this form");
    refused(determined(Answer::Misconduct), discipline(Does::Direct, on), "once their form has been determined");
    let decided = with(determined(Answer::Misconduct), [discipline(Does::Decide(Form::MisconductMeeting), on)]);
    assert!(Desk::after(decided.clone()).case.state.allegations[0].course.direction_owed());
    refused(decided.clone(), discipline(Does::Direct, on), "A second person has to approve this decision");
    let of = Desk::after(decided.clone()).case.version() + 1;
    let propose = Command::Propose(Box::new(discipline(Does::Direct, on)));
    let directed = with(decided, [propose, Command::Approve(Approve { of, on })]);
    refused(directed.clone(), discipline(Does::Direct, on), "It stands at: proceedings directed");
    let desk = Desk::after(with(directed, [discipline(Does::Withdraw, date(2020, 3, 9))]));
    assert_eq!(steps(&desk)[3..], [Step::FormDecided, Step::Directed, Step::DirectionWithdrawn]);
    let reflective = with(determined(Answer::None), [discipline(Does::Decide(Form::Rprp), on)]);
    refused(reflective, discipline(Does::Direct, on), "no disciplinary proceedings to direct");
}

#[test]
fn each_scheme_refuses_the_path_of_the_other_and_names_its_provision() {
    refused(
        old_scheme(),
        seek(date(2019, 5, 2)),
        "(ew-2012) the authority decides first and sends a memorandum (Police",
    );
    refused(old_scheme(), determine(Answer::None, date(2019, 5, 20)), "paragraph 23(6) to (8)");
    refused(new_scheme(), request(date(2020, 2, 21)), "(ew-2020) the authority's views are sought and then");
    refused(new_scheme(), request(date(2020, 2, 21)), "paragraph 23(5A)(a)");
}

#[test]
fn a_memorandum_is_accepted_or_answered_with_a_recommendation() {
    let asked = with(old_scheme(), [request(date(2019, 5, 3))]);
    refused(old_scheme(), memo(Answer::None, Form::None, date(2019, 5, 20)), "has not been requested");
    refused(asked.clone(), memo(Answer::None, Form::Rprp, date(2019, 5, 20)), "does not know this form");
    refused(
        asked.clone(),
        recommend(Answer::GrossMisconduct, Form::MisconductHearing, date(2019, 5, 20)),
        "memorandum",
    );
    let received = with(asked, [memo(Answer::None, Form::ManagementAction, date(2019, 5, 20))]);
    refused(received.clone(), recommend(Answer::None, Form::ManagementAction, date(2019, 5, 21)), "already says this");
    let accept = Command::Memorandum(Memorandum::Accept { n: 1, on: date(2019, 5, 21), reasons: "Agreed.".into() });
    let desk = Desk::after(with(received.clone(), [accept]));
    assert_eq!(desk.case.state.allegations[0].answer, Some((Answer::None, date(2019, 5, 21))));
    let recommended = recommend(Answer::Misconduct, Form::MisconductMeeting, date(2019, 5, 21));
    let agreed = Desk::after(with(received, [recommended, reply(true, date(2019, 6, 3))]));
    let allegation = &agreed.case.state.allegations[0];
    assert_eq!(allegation.answer, Some((Answer::Misconduct, date(2019, 6, 3))));
    assert_eq!(allegation.course.form, Some((Form::MisconductMeeting, date(2019, 6, 3))));
    assert_eq!(allegation.course.at(), Some(Step::AuthorityAccepts));
}

#[test]
fn the_officer_is_owed_an_explanation_fifteen_working_days_after_the_report_came() {
    let desk = Desk::after(with(old_scheme(), [request(date(2019, 5, 3))]));
    let clocks = clocks::of(&desk.case.state, desk.context());
    let explain = clocks.iter().find(|c| c.timer.rule == id::EXPLAIN_DELAY).unwrap();
    // From 3 May 2019, leaving out weekends and the bank holidays of 6 and 27 May.
    assert_eq!(explain.due, Some(date(2019, 5, 24)));
    let memorandum = clocks.iter().find(|c| c.timer.rule == id::MEMORANDUM).unwrap();
    assert_eq!(memorandum.due, None);
}

#[test]
fn the_report_of_a_directed_investigation_comes_from_the_force_and_is_decided_on_here() {
    let matter = new_scheme().remove(0);
    let directed = |decided| vec![matter.clone(), mode(decided, date(2020, 2, 4))];
    let received = |on| {
        let report = SubmitReport { on, conclusion: "A case to answer.".into(), sensitive: None };
        Command::ReceiveReport(ReceiveReport(report))
    };
    let on = date(2020, 3, 2);
    refused(directed(Mode::Local), received(on), "goes to the appropriate authority");
    refused(directed(Mode::Independent), received(on), "lead investigator submits");
    refused(vec![matter.clone()], received(on), "has not been decided");
    refused(directed(Mode::Directed), received(date(2020, 2, 3)), "the mode decision (4 February 2020)");
    let reported = with(directed(Mode::Directed), [allege("iopc-2020:B4", date(2020, 2, 10)), received(on)]);
    let desk = Desk::after(reported.clone());
    assert_eq!(Stage::of(&desk.case.state, &desk.profile), Stage::AfterReport);
    assert_eq!(Path::of(&desk.case.state, desk.context()), Some(Path::Views));
    refused(reported.clone(), received(date(2020, 3, 3)), "already been submitted");
    let judged = with(reported, [seek(date(2020, 3, 3)), views(date(2020, 3, 20))]);
    allowed(judged, determine(Answer::Misconduct, date(2020, 3, 23)));
}
