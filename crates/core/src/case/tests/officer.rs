//! The officer's side, each rule as one sentence.

use super::*;
use crate::case::clocks::{self, Standing};
use crate::case::course::Form as After;
use crate::case::decision::Answer as ToAnswer;
use crate::case::memorandum::Act as Memorandum;
use crate::case::officer::accelerated::{self, Reply as Authority};
use crate::case::officer::conversion;
use crate::case::officer::former::{Condition, Determine, StateLeft};
use crate::case::officer::interview;
use crate::case::officer::notice::{self, Content, Reply, Stage as NoticeStage, Terms};
use crate::case::officer::sanction::{EarlierAction, Found, Sanction, StateEarlierAction, open_to_hearing};
use crate::case::officer::service::Method;
use crate::case::officer::severity::{Assess, Form, Notify, Severity, Told};
use crate::case::officer::status::{SetStatus, Status};
use crate::case::officer::{Command as Officer, Involved};
use crate::law::id;

const PC: &str = "person:PC";

/// A case with a clock of its own, to which commands are given on the day that they are about.
struct Room {
    desk: Desk,
    today: Day,
}

impl Room {
    /// An independent investigation of a matter that came to attention and was referred on days.
    fn investigated(kind: MatterKind, attention: Day, on: Day, pathway: Pathway) -> Self {
        let mut room = Self { desk: Desk::empty(), today: on };
        let matter = Matter { kind, clear_on: Some(attention), incident_on: None, ..matter() };
        room.give(Command::Open(Open { how: How::Referred, on: attention, matter, summary: "What happened.".into() }));
        room.give(mode(Mode::Independent, on));
        let directorate = Directorate::Core;
        room.give(Command::AppointLead(AppointLead { lead: "lead".into(), on, directorate, pathway }));
        room
    }

    fn context(&self) -> Context<'_> {
        Context { today: self.today, ..self.desk.context() }
    }

    fn decide(&self, command: Command) -> Result<Vec<Fresh>, Refusal> {
        let role = match command.action() {
            Action::Refer => Role::Au,
            Action::SubmitReport
            | Action::DraftTerms
            | Action::DraftNotice
            | Action::ServeNotice
            | Action::SubmitIndication => Role::Inv,
            _ => Role::Dm,
        };
        let second = command.action() == Action::ApproveDecision;
        let id = if role == Role::Inv {
            "lead"
        } else if second {
            "second"
        } else {
            "dm"
        };
        let actor = Actor::new(id, role, vec!["London".into()]);
        let case = &self.desk.case;
        let stream = case.reference.stream();
        let region = case.state.force().and_then(|f| self.desk.profile.region(f));
        let (lead, decided) = (case.state.lead(), case.state.mode.is_some());
        let object = Object::Case { stream: &stream, force: None, region, lead, decided };
        let given = permit(&actor, command.action(), object).expect("the room asks only what its actor may");
        decide(case, &given, self.context(), command)
    }

    #[track_caller]
    fn give(&mut self, command: Command) {
        let fresh = self.decide(command).unwrap_or_else(|e| panic!("{e}"));
        for fresh in fresh {
            let version = self.desk.case.version() + 1;
            let notice = matches!(&fresh.event, Event::Officer(crate::case::officer::Event::NoticeDrafted(_)));
            let drafted = notice || matches!(fresh.event, Event::TermsDrafted(_));
            let actor = if drafted { "lead" } else { "dm" }.to_owned();
            self.desk.case.add(Entry { seq: version, actor, words: fresh.words.clone(), ..fresh.as_entry(version) });
        }
    }

    /// The final report, with the terms that it answers to.
    #[track_caller]
    fn report(&mut self, on: Day) {
        self.today = on;
        self.give(draft(on));
        self.give(Command::ApproveTerms(ApproveTerms { on }));
        self.give(report(on));
    }

    #[track_caller]
    fn on(&mut self, today: Day, command: Officer) {
        self.today = today;
        self.give(Command::Officer(command));
    }

    #[track_caller]
    fn refuses(&self, command: Officer, says: &str) {
        let refused = self.decide(Command::Officer(command)).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }

    fn pc(&self) -> &Involved {
        self.desk.case.state.involved(PC).unwrap()
    }

    fn stage(&self) -> NoticeStage {
        notice::stage(&self.desk.case.state, self.pc())
    }

    fn due(&self, rule: &str) -> Option<Day> {
        clocks::of(&self.desk.case.state, self.context()).iter().rev().find(|c| c.timer.rule == rule)?.due
    }

    fn standing(&self, rule: &str) -> Standing {
        let clocks = clocks::of(&self.desk.case.state, self.context());
        clocks.iter().rev().find(|c| c.timer.rule == rule).unwrap().standing(self.today)
    }
}

fn status(status: Status, on: Day) -> Officer {
    Officer::SetStatus(SetStatus { person: PC.into(), status, on, reasons: String::new() })
}

fn assess(severity: Severity, form: Option<Form>, on: Day) -> Assess {
    Assess { person: PC.into(), severity, form, consulted_on: Some(on), on, reasons: "The film.".into() }
}

fn gross(on: Day) -> Officer {
    Officer::Assess(assess(Severity::GrossMisconduct, Some(Form::Hearing), on))
}

fn drafted(room: &Room, on: Day) -> Officer {
    let states = notice::contents(&room.desk.case.state, room.context(), room.pc());
    Officer::Draft(notice::Draft { person: PC.into(), on, states, conduct: "No check was made.".into() })
}

fn approved(on: Day) -> Officer {
    Officer::Approve(notice::Approve { person: PC.into(), on })
}

fn serve(on: Day, method: Method, at: Option<jiff::civil::Time>) -> Officer {
    Officer::Serve(notice::Serve { person: PC.into(), on, method, at, why: String::new() })
}

fn terms(terms: Terms, on: Day) -> Officer {
    let (method, why) = (Method::InPerson, String::new());
    let reasons = if terms == Terms::NotGiven { "A search is planned.".to_owned() } else { String::new() };
    Officer::GiveTerms(notice::GiveTerms { person: PC.into(), terms, on, method, at: None, why, reasons })
}

fn reply(reply: Reply, on: Day) -> Officer {
    Officer::Answer(notice::Answer { person: PC.into(), reply, on, note: String::new() })
}

fn conduct(attention: Day) -> Room {
    let mut room = Room::investigated(MatterKind::Conduct, attention, attention, Pathway::Standard);
    room.on(attention, status(Status::Unassessed, attention));
    room
}

/// An investigation whose notice was served and whose terms were given on one day.
fn served(attention: Day, on: Day) -> Room {
    let mut room = conduct(attention);
    room.on(on, gross(on));
    room.on(on, drafted(&room, on));
    room.on(on, approved(on));
    room.on(on, serve(on, Method::InPerson, None));
    room
}

#[test]
fn a_death_becomes_a_conduct_matter_through_either_door_and_the_special_procedure_begins_then() {
    let (attention, on) = (date(2020, 3, 14), date(2020, 3, 16));
    let mut room = Room::investigated(MatterKind::Dsi, attention, on, Pathway::StreamlinedDsi);
    room.on(on, status(Status::Witness, on));
    room.refuses(gross(on), "This is a death or serious injury matter. The special procedure begins when");
    let turned_down = conversion::Decide { indicated: false, on, reasons: "Nothing.".into() };
    room.refuses(Officer::DecideConversion(turned_down), "Nothing has been submitted that could be turned down");
    room.on(
        date(2020, 4, 2),
        Officer::SubmitConversion(conversion::Submit { on: date(2020, 4, 2), reasons: "The film.".into() }),
    );
    let agree =
        |on| Officer::DecideConversion(conversion::Decide { indicated: true, on, reasons: "It shows it.".into() });
    room.refuses(agree(date(2020, 4, 1)), "on or after the day of the submission (2 April 2020)");
    room.on(date(2020, 4, 3), agree(date(2020, 4, 3)));
    let state = &room.desk.case.state;
    assert_eq!(
        (state.kind_on(date(2020, 4, 2)), state.kind_on(date(2020, 4, 3))),
        (Some(MatterKind::Dsi), Some(MatterKind::Conduct))
    );
    assert_eq!(state.pathway(), Some(Pathway::Standard), "the streamlined pathway has ended");
    room.refuses(agree(date(2020, 4, 3)), "which this matter is not");
    let recorded = Officer::RecordConversion(conversion::Record { on: date(2020, 4, 3) });
    room.refuses(recorded.clone(), "once it has been told");
    room.on(date(2020, 4, 3), Officer::NotifyConversion(conversion::Notify { on: date(2020, 4, 3), both: true }));
    room.on(date(2020, 4, 3), recorded);
    room.on(date(2020, 4, 6), gross(date(2020, 4, 6)));
    assert_eq!(room.pc().status_on(date(2020, 4, 5)), Status::Witness);
    assert_eq!(room.pc().status_on(date(2020, 4, 6)), Status::SubjectGrossMisconduct);
}

#[test]
fn severity_needs_the_authority_to_be_consulted_and_its_date_is_never_overwritten() {
    let day = date(2020, 4, 6);
    let mut room = conduct(date(2020, 3, 2));
    room.today = day;
    let unconsulted = Assess { consulted_on: None, ..assess(Severity::Misconduct, Some(Form::Meeting), day) };
    room.refuses(Officer::Assess(unconsulted), "regulation 16). Enter the date on which it was consulted");
    let too_late =
        Assess { consulted_on: Some(date(2020, 4, 7)), ..assess(Severity::Misconduct, Some(Form::Meeting), day) };
    room.refuses(Officer::Assess(too_late), "on or before the day of the assessment");
    room.refuses(Officer::Assess(assess(Severity::Misconduct, None, day)), "Choose the form");
    room.on(day, Officer::Assess(assess(Severity::Misconduct, Some(Form::Meeting), day)));
    room.today = date(2020, 5, 4);
    room.refuses(gross(date(2020, 5, 4)), "was assessed on 6 April 2020, and the law goes by that date");
    let version = room.pc().severities[0].version;
    let redate = Command::Correct(Correct {
        of: version,
        field: "on".into(),
        new: "2020-04-20".into(),
        on: room.today,
        reasons: "A slip.".into(),
    });
    assert!(room.decide(redate).unwrap_err().to_string().contains("no such field"));
    room.refuses(
        Officer::Revise(assess(Severity::Misconduct, Some(Form::Meeting), date(2020, 5, 4))),
        "must change it",
    );
    room.on(
        date(2020, 5, 4),
        Officer::Revise(assess(Severity::GrossMisconduct, Some(Form::Hearing), date(2020, 5, 4))),
    );
    let days: Vec<Day> = room.pc().severities.iter().map(|s| s.on).collect();
    assert_eq!(days, [day, date(2020, 5, 4)]);
}

#[test]
fn a_revision_after_service_is_owed_to_the_authority_and_to_the_officer() {
    let mut room = served(date(2020, 3, 2), date(2020, 4, 7));
    room.on(date(2020, 4, 7), terms(Terms::Given, date(2020, 4, 7)));
    let tell = |told, on| Officer::NotifySeverity(Notify { person: PC.into(), told, on });
    room.refuses(tell(Told::Person, date(2020, 4, 7)), "There is no revision");
    room.on(date(2020, 4, 7), tell(Told::Authority, date(2020, 4, 7)));
    room.refuses(tell(Told::Authority, date(2020, 4, 7)), "already been told");
    room.on(date(2020, 5, 4), Officer::Revise(assess(Severity::Misconduct, Some(Form::Meeting), date(2020, 5, 4))));
    assert_eq!(room.stage(), NoticeStage::Revised);
    assert_eq!(room.standing(id::SEVERITY_REVISED_NOTICE), Standing::NoLimit, "no number of days is set");
    room.on(date(2020, 5, 5), tell(Told::Person, date(2020, 5, 5)));
    room.on(date(2020, 5, 5), tell(Told::Authority, date(2020, 5, 5)));
    assert_eq!(room.stage(), NoticeStage::Answering);
}

#[test]
fn a_notice_states_everything_is_approved_by_another_and_then_served() {
    let day = date(2020, 4, 7);
    let mut room = conduct(date(2020, 3, 2));
    room.today = day;
    room.refuses(drafted(&room, day), "Assess the severity first");
    room.on(day, gross(day));
    assert_eq!(room.stage(), NoticeStage::Required);
    let mut states = notice::contents(&room.desk.case.state, room.context(), room.pc());
    states.retain(|content| *content != Content::Silence);
    let short = notice::Draft { person: PC.into(), on: day, states, conduct: "No check.".into() };
    room.refuses(Officer::Draft(short), "must also state that it may harm the case not to mention something");
    room.refuses(serve(day, Method::InPerson, None), "drafted and approved");
    room.on(day, drafted(&room, day));
    assert_eq!(room.stage(), NoticeStage::Drafted);
    room.refuses(serve(day, Method::InPerson, None), "drafted and approved");
    room.on(day, approved(day));
    assert_eq!(room.stage(), NoticeStage::Approved);
    room.refuses(serve(day, Method::Electronic, None), "does not allow this way");
    room.on(day, serve(day, Method::InPerson, None));
    assert_eq!((room.stage(), room.due(id::NOTICE_TERMS)), (NoticeStage::Served, Some(date(2020, 4, 16))));
    room.refuses(serve(day, Method::InPerson, None), "The notice was served on 7 April 2020");
}

#[test]
fn a_draft_from_before_a_revision_is_neither_approved_nor_served() {
    let day = date(2020, 4, 7);
    let mut room = conduct(date(2020, 3, 2));
    room.on(day, gross(day));
    room.on(day, drafted(&room, day));
    room.on(day, Officer::Revise(assess(Severity::Misconduct, Some(Form::Meeting), day)));
    assert_eq!(room.stage(), NoticeStage::Required);
    room.refuses(approved(day), "revised after this draft");
}

#[test]
fn a_notice_is_withheld_only_for_so_long_and_looked_at_again_by_the_house_rule() {
    let day = date(2020, 4, 7);
    let mut room = conduct(date(2020, 3, 2));
    room.on(day, gross(day));
    let withhold = |on, review_on| {
        Officer::Withhold(notice::Withhold { person: PC.into(), on, review_on, reasons: "A search.".into() })
    };
    room.refuses(withhold(day, date(2020, 4, 22)), "looked at again by 21 April 2020 at the latest");
    room.refuses(withhold(day, day), "must be after the day");
    room.on(day, withhold(day, date(2020, 4, 21)));
    assert_eq!((room.stage(), room.due(id::NOTICE_WITHHELD_REVIEW)), (NoticeStage::Withheld, Some(date(2020, 4, 21))));
    room.on(date(2020, 4, 20), withhold(date(2020, 4, 20), date(2020, 5, 4)));
    assert_eq!(room.pc().notice.withheld, Some((day, date(2020, 5, 4))));
    assert_eq!(room.due(id::NOTICE_WITHHELD_REVIEW), Some(date(2020, 5, 4)));
    room.on(date(2020, 4, 24), drafted(&room, date(2020, 4, 24)));
    room.on(date(2020, 4, 24), approved(date(2020, 4, 24)));
    room.on(date(2020, 4, 24), serve(date(2020, 4, 24), Method::PoliceFriend, None));
    assert_eq!((room.stage(), room.standing(id::NOTICE_WITHHELD_REVIEW)), (NoticeStage::Served, Standing::Fallen));
}

#[test]
fn the_ten_working_days_run_from_the_terms_or_from_the_notice_that_they_are_not_given() {
    for what in Terms::ALL {
        let mut room = served(date(2020, 3, 2), date(2020, 4, 3));
        assert_eq!(room.due(id::REPRESENTATIONS), None, "not from the notice of investigation");
        room.on(date(2020, 4, 7), terms(what, date(2020, 4, 7)));
        assert_eq!(room.due(id::REPRESENTATIONS), Some(date(2020, 4, 23)), "a count without holidays gives 21 April");
        room.today = date(2020, 4, 23);
        room.refuses(reply(Reply::NoRepresentations, date(2020, 4, 23)), "may still answer until 23 April 2020");
        room.on(date(2020, 4, 24), reply(Reply::NoRepresentations, date(2020, 4, 24)));
        assert_eq!(room.stage(), NoticeStage::NoRepresentations);
    }
}

#[test]
fn the_ten_working_days_can_be_extended_and_are_met_by_representations() {
    let mut room = served(date(2020, 3, 2), date(2020, 4, 7));
    room.on(date(2020, 4, 7), terms(Terms::Given, date(2020, 4, 7)));
    let clocks = clocks::of(&room.desk.case.state, room.context());
    let clock = clocks.iter().find(|c| c.timer.rule == id::REPRESENTATIONS).unwrap().timer.key();
    room.today = date(2020, 4, 22);
    let more =
        clocks::acts::Extend { clock, to: date(2020, 4, 30), on: room.today, asked_on: None, reasons: "Ill.".into() };
    room.give(Command::ExtendClock(more));
    room.on(date(2020, 4, 29), reply(Reply::Representations, date(2020, 4, 29)));
    assert_eq!((room.stage(), room.standing(id::REPRESENTATIONS)), (NoticeStage::Represented, Standing::Met));
}

#[test]
fn under_the_old_scheme_the_answer_counts_from_the_notice_and_there_are_no_terms() {
    let room = served(date(2019, 4, 1), date(2019, 4, 15));
    assert_eq!(room.due(id::REPRESENTATIONS), Some(date(2019, 5, 1)));
    room.refuses(terms(Terms::Given, date(2019, 4, 15)), "gives no power to give the officer the terms of reference");
}

#[test]
fn from_28_may_2025_an_e_mail_after_half_past_four_counts_the_next_working_day() {
    let day = date(2025, 6, 6);
    for (time, given) in
        [(jiff::civil::time(16, 29, 0, 0), None), (jiff::civil::time(16, 30, 0, 0), Some(date(2025, 6, 9)))]
    {
        let mut room = conduct(date(2025, 6, 2));
        room.on(day, gross(day));
        room.on(day, drafted(&room, day));
        room.on(day, approved(day));
        room.refuses(serve(day, Method::Posted, None), "Say why it was not");
        room.on(day, serve(day, Method::Electronic, Some(time)));
        assert_eq!(room.pc().notice.served, Some((day, given.unwrap_or(day))));
    }
}

#[test]
fn an_interview_follows_the_terms_and_another_time_falls_within_five_working_days() {
    let mut room = served(date(2020, 3, 2), date(2020, 4, 7));
    let notify = |on, for_on| Officer::Interview(interview::Notify { person: PC.into(), on, for_on, agreed: false });
    room.refuses(notify(date(2020, 4, 7), date(2020, 5, 5)), "only after the terms of reference");
    room.on(date(2020, 4, 7), terms(Terms::Given, date(2020, 4, 7)));
    room.on(date(2020, 4, 24), notify(date(2020, 4, 24), date(2020, 5, 5)));
    assert_eq!(room.due(id::INTERVIEW_OTHER_TIME), Some(date(2020, 5, 13)));
    let other = |for_on| Officer::MoveInterview(interview::Move { person: PC.into(), on: date(2020, 4, 27), for_on });
    room.today = date(2020, 4, 27);
    room.refuses(other(date(2020, 5, 14)), "no later than 13 May 2020");
    room.on(date(2020, 4, 27), other(date(2020, 5, 13)));
    let held = interview::Hold { person: PC.into(), on: date(2020, 5, 13), attended: true, note: String::new() };
    room.on(date(2020, 5, 13), Officer::HoldInterview(held));
    assert_eq!(room.pc().interview.unwrap().held, Some((date(2020, 5, 13), true)));
}

#[test]
fn a_status_is_confirmed_within_three_months_of_the_day_the_investigation_became_independent() {
    let mut room = conduct(date(2020, 4, 6));
    assert_eq!(room.due(id::STATUS_3_MONTHS), Some(date(2020, 7, 5)));
    room.on(date(2020, 7, 6), status(Status::Witness, date(2020, 7, 6)));
    assert_eq!(room.standing(id::STATUS_3_MONTHS), Standing::MetLate(1));
    room.refuses(status(Status::SubjectMisconduct, date(2020, 7, 6)), "Assess the severity instead");
    let before = conduct(date(2020, 3, 2));
    assert_eq!(before.due(id::STATUS_3_MONTHS), None, "the commitment began on 1 April 2020");
}

#[test]
fn w4_a_final_warning_counts_on_the_day_of_the_assessment_and_not_on_the_day_of_the_hearing() {
    let open = |assessed: Day, found| {
        let mut room = conduct(date(2021, 5, 4));
        let earlier = EarlierAction {
            person: PC.into(),
            action: Sanction::FinalWrittenWarning,
            from_on: date(2019, 7, 1),
            until_on: Some(date(2021, 6, 30)),
        };
        room.on(assessed, Officer::StateEarlierAction(StateEarlierAction { earlier, on: assessed }));
        room.on(assessed, Officer::Assess(assess(Severity::Misconduct, Some(Form::Hearing), assessed)));
        room.today = date(2021, 11, 15);
        open_to_hearing(room.pc(), found, &room.desk.case.state, room.context()).unwrap()
    };
    use Sanction::{Dismissal, FinalWrittenWarning, ReductionInRank, WrittenWarning};
    assert_eq!(open(date(2021, 6, 1), Found::Misconduct), [ReductionInRank, Dismissal]);
    assert_eq!(open(date(2021, 6, 30), Found::Misconduct), [ReductionInRank, Dismissal], "its last day counts");
    assert_eq!(open(date(2021, 7, 2), Found::Misconduct), [WrittenWarning, FinalWrittenWarning]);
    let several = open(date(2021, 7, 2), Found::UnconnectedMisconduct);
    assert_eq!(several, [WrittenWarning, FinalWrittenWarning, ReductionInRank, Dismissal]);
    assert_eq!(open(date(2021, 7, 2), Found::GrossMisconduct), [FinalWrittenWarning, ReductionInRank, Dismissal]);
}

fn left(left_on: Day, surfaced_on: Day, on: Day) -> Officer {
    Officer::StateLeft(StateLeft { person: PC.into(), left_on, surfaced_on, on })
}

#[test]
fn w19_a_former_officer_under_condition_c_is_asked_one_question_and_needs_a_special_determination() {
    let surfaced = date(2019, 3, 20);
    let mut room = Room::investigated(MatterKind::Conduct, surfaced, date(2019, 3, 21), Pathway::Standard);
    let alleged = crate::case::allegation::Allege {
        person: PC.into(),
        category: "ipcc-2010:C".into(),
        on: date(2019, 3, 21),
        what: "Struck.".into(),
    };
    room.give(Command::Allege(alleged));
    room.on(date(2019, 3, 25), left(date(2018, 1, 10), surfaced, date(2019, 3, 25)));
    assert_eq!(room.pc().left.as_ref().unwrap().condition, Some(Condition::C));
    room.today = date(2019, 4, 1);
    room.refuses(Officer::Assess(assess(Severity::Misconduct, None, date(2019, 4, 1))), "only one thing is asked");
    room.refuses(gross(date(2019, 4, 1)), "not assessed for a former officer");
    room.on(date(2019, 4, 1), Officer::Assess(assess(Severity::GrossMisconduct, None, date(2019, 4, 1))));
    let determine = |on| {
        Officer::Determine(Determine { person: PC.into(), goes_on: true, on, reasons: "Public confidence.".into() })
    };
    room.refuses(determine(date(2019, 4, 1)), "made on the final report");
    let accelerate =
        Officer::Accelerate(accelerated::Submit { person: PC.into(), on: date(2019, 4, 1), reasons: "Proof.".into() });
    room.refuses(accelerate, "not for a former officer under condition C");
    room.report(date(2019, 12, 2));
    room.refuses(determine(date(2019, 12, 2)), "has not been decided that there is a case to answer");
    let on = date(2019, 12, 2);
    for act in [
        Memorandum::Request { on, report_on: on },
        Memorandum::Receive {
            n: 1,
            on,
            answer: ToAnswer::GrossMisconduct,
            form: After::MisconductHearing,
            says: "Yes.".into(),
        },
        Memorandum::Accept { n: 1, on, reasons: "The film.".into() },
    ] {
        room.give(Command::Memorandum(act));
    }
    room.on(date(2019, 12, 3), determine(date(2019, 12, 3)));
    assert_eq!(room.pc().special, Some((true, date(2019, 12, 3))));
}

#[test]
fn the_conditions_part_at_twelve_months_and_reach_nobody_who_left_before_15_december_2017() {
    for (left_on, condition) in [
        (date(2019, 3, 20), Some(Condition::A)),
        (date(2018, 3, 20), Some(Condition::B)),
        (date(2018, 3, 19), Some(Condition::C)),
        (date(2017, 12, 15), Some(Condition::C)),
        (date(2017, 12, 14), None),
    ] {
        let mut room = conduct(date(2019, 3, 20));
        room.on(date(2019, 3, 20), left(left_on, date(2019, 3, 20), date(2019, 3, 20)));
        assert_eq!(room.pc().left.as_ref().unwrap().condition, condition, "{left_on}");
    }
}

#[test]
fn an_accelerated_case_is_certified_or_answered_with_a_memorandum_on_which_a_direction_is_decided() {
    let day = date(2020, 4, 7);
    let mut room = conduct(date(2020, 3, 2));
    let submit = |on| Officer::Accelerate(accelerated::Submit { person: PC.into(), on, reasons: "Proof.".into() });
    let answer = |answer, on| {
        Officer::AnswerAccelerated(accelerated::Answer { person: PC.into(), answer, on, note: String::new() })
    };
    let direct = |directed, on| {
        Officer::DecideAccelerated(accelerated::Decide { person: PC.into(), directed, on, reasons: "Clear.".into() })
    };
    room.today = day;
    room.refuses(submit(day), "about gross misconduct");
    room.on(day, gross(day));
    room.refuses(answer(Authority::Certified, day), "has not been submitted");
    room.on(day, submit(day));
    room.refuses(submit(day), "has not answered the last submission");
    room.refuses(direct(true, day), "none has been received");
    room.on(date(2020, 4, 14), answer(Authority::NotSatisfied, date(2020, 4, 14)));
    room.on(date(2020, 4, 15), direct(false, date(2020, 4, 15)));
    room.on(date(2020, 5, 4), submit(date(2020, 5, 4)));
    room.on(date(2020, 5, 5), answer(Authority::Inappropriate, date(2020, 5, 5)));
    let on = date(2020, 5, 6);
    room.today = on;
    room.refuses(direct(true, on), "A second person has to approve this decision");
    room.give(Command::Propose(Box::new(Command::Officer(direct(true, on)))));
    let of = room.desk.case.version();
    room.give(Command::Approve(crate::case::second::Approve { of, on }));
    assert_eq!(room.pc().accelerated.directed, Some((true, date(2020, 5, 6))));
    room.refuses(submit(date(2020, 5, 6)), "already to be certified");
}

#[test]
fn the_authoritys_memorandum_after_the_report_is_answered_in_ten_working_days_from_28_may_2025() {
    let propose = |on| Officer::ProposeAccelerated(accelerated::Propose { person: PC.into(), on });
    let mut old = conduct(date(2025, 5, 27));
    old.report(date(2025, 12, 1));
    old.refuses(propose(date(2025, 12, 1)), "gives no power");
    let mut room = conduct(date(2025, 5, 28));
    room.today = date(2025, 12, 1);
    room.refuses(propose(date(2025, 12, 1)), "after the final report");
    room.report(date(2025, 12, 1));
    room.on(date(2025, 12, 1), propose(date(2025, 12, 1)));
    assert_eq!(room.due(id::ACCELERATED_NO_OBJECTION), Some(date(2025, 12, 15)));
    let decide = accelerated::DecideObjection {
        person: PC.into(),
        objects: false,
        on: date(2025, 12, 12),
        reasons: "None.".into(),
    };
    room.on(date(2025, 12, 12), Officer::DecideObjection(decide));
    assert_eq!(room.standing(id::ACCELERATED_NO_OBJECTION), Standing::Met);
}

#[test]
fn the_special_procedure_is_not_ours_in_a_local_investigation() {
    let mut room = Room { desk: Desk::empty(), today: date(2020, 3, 16) };
    let matter = Matter { kind: MatterKind::Conduct, clear_on: Some(date(2020, 3, 14)), incident_on: None, ..matter() };
    room.give(Command::Open(Open { how: How::Referred, on: date(2020, 3, 14), matter, summary: "It.".into() }));
    room.give(mode(Mode::Local, date(2020, 3, 16)));
    room.on(date(2020, 3, 16), status(Status::Unassessed, date(2020, 3, 16)));
    room.refuses(gross(date(2020, 3, 16)), "the person investigating does this for the force");
}
