//! Reviews and appeals: who may apply, by when, who decides, and what follows.

use super::*;
use crate::case::clocks::Standing;
use crate::case::decision::DecideProsecutor;
use crate::case::need::{Back, ReturnMatter};
use crate::case::reinvestigation::Reinvestigate;
use crate::case::review::acts::Receive;
use crate::case::review::{
    Act, Applicant, Body, Complaint, Does, Ending, Ground, Invalid, Outcome, Papers, Remedy, Sort,
};
use crate::case::second::Approve;
use crate::law::id;

/// A case on a day of its own, on which each entry keeps who made it.
pub(super) struct Later {
    pub desk: Desk,
    pub today: Day,
}

impl Later {
    pub fn new(today: Day, commands: Vec<Command>) -> Self {
        let mut later = Self { desk: Desk::empty(), today };
        for command in commands {
            later.give("dm", command).unwrap();
        }
        later
    }

    pub fn context(&self) -> Context<'_> {
        Context { today: self.today, ..self.desk.context() }
    }

    pub fn state(&self) -> &State {
        &self.desk.case.state
    }

    pub fn decide(&self, who: &str, command: Command) -> Result<Vec<Fresh>, Refusal> {
        let role = match command.action() {
            Action::Refer => Role::Au,
            Action::SubmitReport | Action::DraftTerms => Role::Inv,
            _ => Role::Dm,
        };
        let who = if role == Role::Inv { "lead" } else { who };
        let actor = Actor::new(who, role, vec!["London".into()]);
        let (stream, lead) = (self.desk.case.reference.stream(), self.state().lead());
        let object = Object::Case {
            stream: &stream,
            force: None,
            region: Some("London"),
            lead,
            decided: self.state().mode.is_some(),
        };
        let given = permit(&actor, command.action(), object).unwrap();
        decide(&self.desk.case, &given, self.context(), command)
    }

    pub fn give(&mut self, who: &str, command: Command) -> Result<(), Refusal> {
        for fresh in self.decide(who, command)? {
            let version = self.desk.case.version() + 1;
            let actor = if matches!(fresh.event, Event::TermsDrafted(_)) { "lead" } else { who }.to_owned();
            self.desk.case.add(Entry { seq: version, actor, words: fresh.words.clone(), ..fresh.as_entry(version) });
        }
        Ok(())
    }

    #[track_caller]
    pub fn refused(&self, who: &str, command: Command, says: &str) {
        let refusal = self.decide(who, command).unwrap_err().to_string();
        assert!(refusal.contains(says), "{refusal:?} does not say {says:?}");
    }

    /// The last day of the clock of that rule about that thing, and how it stands.
    #[track_caller]
    pub fn clock(&self, rule: &str, about: &str) -> (Option<Day>, Standing) {
        let all = clocks::of(self.state(), self.context());
        let found = all.iter().rev().find(|c| c.timer.rule == rule && c.timer.about == about);
        let clock = found.unwrap_or_else(|| panic!("no clock of {rule} about {about}"));
        (clock.due, clock.standing(self.today))
    }
}

/// A complaint made on a day, which came to us with the application for a review.
fn complaint(made: Day) -> Command {
    let matter = Matter { kind: MatterKind::Complaint, route: None, clear_on: Some(made), ..matter() };
    let open = Open { how: How::Received, on: date(2020, 7, 6), matter, summary: "Rude at the desk.".into() };
    Command::Open(open)
}

pub(super) fn act(n: u32, on: Day, does: Does) -> Command {
    Command::Review(Act { n, on, does, words: "Because.".into() })
}

fn application(sort: Sort, told_on: Day) -> Receive {
    let by = if sort == Sort::VictimsRight { Applicant::Victim } else { Applicant::Complainant };
    Receive { sort, by, person: None, told_on, lay: None, complains: Vec::new(), criminal: sort == Sort::VictimsRight }
}

fn receive(on: Day, change: impl FnOnce(&mut Receive)) -> Command {
    let mut receive = application(Sort::Handling, date(2020, 6, 1));
    change(&mut receive);
    act(0, on, Does::Receive(receive))
}

fn valid() -> Does {
    Does::Validate(Some(Ground::MayBeSerious))
}

const JULY_6: Day = date(2020, 7, 6);

/// A complaint of the new scheme with an application that was received on a day.
fn applied(on: Day, change: impl FnOnce(&mut Receive)) -> Later {
    let mut later = Later::new(date(2020, 12, 31), vec![complaint(date(2020, 3, 2))]);
    later.give("au", receive(on, change)).unwrap();
    later
}

/// The same, decided on 3 August 2020.
fn decided(outcome: Outcome) -> Later {
    let mut later = applied(date(2020, 6, 29), |_| {});
    later.give("au", act(1, JULY_6, valid())).unwrap();
    later.give("dm", act(1, JULY_6, Does::Allocate("reviewer".into()))).unwrap();
    later.give("reviewer", act(1, date(2020, 8, 3), Does::Decide(outcome))).unwrap();
    later
}

#[test]
fn w06_the_time_with_the_wrong_body_is_left_out() {
    let forwarded = |r: &mut Receive| r.lay = Some((Body::LocalPolicingBody, date(2020, 6, 25), JULY_6));
    let mut later = applied(JULY_6, forwarded);
    assert_eq!(later.clock(id::REVIEW_APPLY, "review-1"), (Some(date(2020, 7, 10)), Standing::Met));
    later.refused("au", act(1, JULY_6, Does::Invalidate(Invalid::OutOfTime)), "its last day was 10 July 2020");
    later.refused("dm", act(1, JULY_6, Does::AcceptLate), "was made in time");
    later.give("au", act(1, JULY_6, valid())).unwrap();

    // The same without the wrong body is late: its last day was 29 June.
    let late = applied(JULY_6, |_| {});
    assert_eq!(late.clock(id::REVIEW_APPLY, "review-1"), (Some(date(2020, 6, 29)), Standing::MetLate(7)));
    // Regulation 29(3) leaves out the time with the local policing body, not that with the force.
    let force = applied(JULY_6, |r| r.lay = Some((Body::Force, date(2020, 6, 25), JULY_6)));
    assert_eq!(force.clock(id::REVIEW_APPLY, "review-1"), (Some(date(2020, 6, 29)), Standing::MetLate(7)));
}

#[test]
fn the_days_with_the_wrong_body_come_in_their_order() {
    let later = Later::new(date(2020, 12, 31), vec![complaint(date(2020, 3, 2))]);
    let lay = |from, to| receive(JULY_6, move |r| r.lay = Some((Body::LocalPolicingBody, from, to)));
    later.refused("au", lay(date(2020, 5, 31), JULY_6), "on or after the day on which the applicant was told");
    later.refused("au", lay(JULY_6, date(2020, 7, 5)), "on or after the day it was received there");
    later.refused("au", lay(date(2020, 7, 1), date(2020, 7, 7)), "on or after the day on which it was forwarded");
}

#[test]
fn a_late_application_is_accepted_only_where_special_circumstances_make_it_just() {
    let mut later = applied(date(2020, 6, 30), |_| {});
    later.refused("au", act(1, JULY_6, valid()), "out of time: its last day was 29 June 2020");
    later.give("dm", act(1, JULY_6, Does::AcceptLate)).unwrap();
    later.refused("au", act(1, JULY_6, Does::Invalidate(Invalid::OutOfTime)), "was accepted though it was late");
    later.give("au", act(1, JULY_6, valid())).unwrap();
    let cited = later.desk.case.entries.iter().find_map(|e| match &e.event {
        Event::ReviewLateAccepted(e) => Some(e.citation.clone()),
        _ => None,
    });
    assert_eq!(cited.unwrap(), "Police (Complaints and Misconduct) Regulations 2020, regulation 29(4)");
}

#[test]
fn only_the_complainant_applies_and_the_ground_is_said() {
    let mut later = applied(date(2020, 6, 29), |r| r.by = Applicant::Other);
    later.refused("au", act(1, JULY_6, valid()), "Only the complainant may apply");
    later.give("au", act(1, JULY_6, Does::Invalidate(Invalid::NotComplainant))).unwrap();
    later.refused("au", act(1, JULY_6, valid()), "already been decided");
    later.give("au", act(1, JULY_6, Does::End(Ending::Closed))).unwrap();

    let later = applied(date(2020, 6, 29), |_| {});
    later.refused("au", act(1, JULY_6, Does::Validate(None)), "Choose why it is for us to decide");
    later.refused("au", act(1, JULY_6, Does::Invalidate(Invalid::NotComplainant)), "made by the complainant");
}

#[test]
fn what_is_for_the_local_policing_body_is_forwarded_to_it() {
    let mut later = applied(date(2020, 6, 29), |_| {});
    later.refused("au", act(1, JULY_6, Does::Forward(Body::LocalPolicingBody)), "Find that first");
    later.give("au", act(1, JULY_6, Does::Invalidate(Invalid::WrongBody))).unwrap();
    assert_eq!(later.clock(id::REVIEW_FORWARD, "review-1"), (None, Standing::NoLimit));
    later.refused("au", act(1, JULY_6, Does::End(Ending::Closed)), "Forward it before closing it");
    later.refused("au", act(1, JULY_6, Does::Forward(Body::Force)), "decided by the local policing body");
    later.give("au", act(1, date(2020, 7, 7), Does::Forward(Body::LocalPolicingBody))).unwrap();
    assert_eq!(later.state().review(1).unwrap().standing(), "Forwarded to the local policing body");
    later.give("au", act(1, date(2020, 7, 7), Does::End(Ending::Closed))).unwrap();
}

#[test]
fn reviews_are_of_the_new_scheme_and_appeals_of_the_old_one() {
    let told = |sort| move |r: &mut Receive| *r = application(sort, date(2020, 6, 1));
    let new = Later::new(date(2020, 12, 31), vec![complaint(date(2020, 3, 2))]);
    new.refused("au", receive(JULY_6, told(Sort::OldInvestigation)), "Appeals are of the older scheme");
    new.decide("au", receive(JULY_6, told(Sort::Investigation))).unwrap();
    let mut old = Later::new(date(2020, 12, 31), vec![complaint(date(2020, 1, 20))]);
    old.refused("au", receive(JULY_6, told(Sort::Handling)), "under the older scheme, which has appeals");
    let appeal = receive(date(2020, 6, 29), |r| {
        *r = application(Sort::OldInvestigation, date(2020, 6, 1));
        r.complains = vec![Complaint::Informed, Complaint::Findings];
    });
    old.give("au", appeal).unwrap();
    assert_eq!(old.clock(id::APPEAL_APPLY, "review-1"), (Some(date(2020, 6, 29)), Standing::Met));
    let treated = Does::Validate(Some(Ground::TreatedAsReferred));
    old.refused("au", act(1, JULY_6, treated), "no power to treat a complaint as referred");
    old.give("au", act(1, JULY_6, Does::Validate(Some(Ground::SeniorOfficer)))).unwrap();
    // An appeal lies with the chief officer where it is not ours, and that time is left out.
    let lay = receive(JULY_6, |r| {
        *r = application(Sort::LocalResolution, date(2020, 6, 1));
        r.lay = Some((Body::Force, date(2020, 6, 25), JULY_6));
    });
    old.give("au", lay).unwrap();
    assert_eq!(old.clock(id::APPEAL_APPLY, "review-2"), (Some(date(2020, 7, 10)), Standing::Met));
}

#[test]
fn there_is_no_review_of_what_we_investigated_ourselves_nor_of_a_conduct_matter() {
    let new_scheme = refer_with(|o| {
        o.on = date(2020, 3, 3);
        o.matter.clear_on = Some(date(2020, 3, 2));
    });
    let ours = Later::new(date(2020, 12, 31), vec![new_scheme, mode(Mode::Independent, date(2020, 3, 5))]);
    ours.refused("au2", receive(JULY_6, |r| r.sort = Sort::Investigation), "ours or under our direction");
    let conduct = refer_with(|o| {
        o.on = date(2020, 3, 3);
        o.matter.clear_on = Some(date(2020, 3, 2));
        o.matter.kind = MatterKind::Conduct;
    });
    let conduct = Later::new(date(2020, 12, 31), vec![conduct]);
    conduct.refused("au", receive(JULY_6, |_| {}), "this matter is no complaint");
}

#[test]
fn a_review_is_decided_by_its_reviewer_who_did_not_decide_before() {
    let referred = refer_with(|o| {
        o.on = date(2020, 3, 3);
        o.matter.clear_on = Some(date(2020, 3, 2));
    });
    let back = ReturnMatter { back: Back::Handle, on: date(2020, 3, 5), reasons: "Minor.".into() };
    let mut later = Later::new(date(2020, 12, 31), vec![referred, Command::ReturnMatter(back)]);
    later.give("au", receive(date(2020, 6, 29), |_| {})).unwrap();
    later.refused("dm2", act(1, JULY_6, Does::Allocate("dm2".into())), "not been found to be valid");
    later.give("au", act(1, JULY_6, Does::Validate(Some(Ground::Referred)))).unwrap();
    later.give("au", act(1, JULY_6, Does::NotePapers(Papers::Requested))).unwrap();
    assert_eq!(later.state().review(1).unwrap().standing(), "Valid, waiting for the papers");
    later.refused("dm", act(1, JULY_6, Does::Allocate("dm".into())), "No investigation is necessary");
    later.refused("dm2", act(1, JULY_6, Does::Decide(Outcome::Upheld)), "has not been allocated");
    later.give("dm", act(1, JULY_6, Does::Allocate("dm2".into()))).unwrap();
    later.refused("dm3", act(1, JULY_6, Does::Decide(Outcome::Upheld)), "with another reviewer");
    later.give("dm2", act(1, JULY_6, Does::Decide(Outcome::NotUpheld))).unwrap();
    later.refused("dm2", act(1, JULY_6, Does::Remedy(Remedy::Apology)), "was not upheld");
    later.refused("au", act(1, JULY_6, Does::End(Ending::Withdrawn)), "already been decided");
    later.give("au", act(1, JULY_6, Does::End(Ending::Closed))).unwrap();
    later.refused("au", act(1, JULY_6, Does::NotePapers(Papers::Received)), "already ended");
}

#[test]
fn what_follows_from_a_review_is_what_its_paragraph_allows_and_never_compensation() {
    let mut later = decided(Outcome::Part);
    let august = date(2020, 8, 3);
    later.refused("reviewer", act(1, august, Does::Remedy(Remedy::Compensation)), "regulation 30(1)(d) leaves it out");
    later.refused("reviewer", act(1, august, Does::Remedy(Remedy::OwnFindings)), "cannot follow");
    later.give("reviewer", act(1, august, Does::Remedy(Remedy::Investigate))).unwrap();
    later.give("reviewer", act(1, august, Does::Remedy(Remedy::Apology))).unwrap();
    // 3 August and 28 days.
    assert_eq!(later.clock(id::REMEDY_RESPONSE, "review-1-2"), (Some(date(2020, 8, 31)), Standing::Overdue(122)));
    later.refused("au", act(1, august, Does::End(Ending::Closed)), "not answered every recommendation");
    later.refused("au", act(1, august, Does::Answer(1, true)), "no recommendation that the force answers");
    later.give("au", act(1, date(2020, 9, 2), Does::Answer(2, false))).unwrap();
    assert_eq!(later.clock(id::REMEDY_RESPONSE, "review-1-2").1, Standing::MetLate(2));
    later.give("au", act(1, date(2020, 9, 2), Does::End(Ending::Closed))).unwrap();
}

#[test]
fn a_case_is_not_closed_while_a_review_goes_on() {
    let mut later = decided(Outcome::NotUpheld);
    later
        .give("dm", Command::ReturnMatter(ReturnMatter { back: Back::Handle, on: JULY_6, reasons: "Minor.".into() }))
        .unwrap();
    later.refused("dm", close(date(2020, 9, 1)), "A review in this case has not ended");
    later.give("dm", act(1, date(2020, 8, 3), Does::End(Ending::Closed))).unwrap();
    later.give("dm", close(date(2020, 9, 1))).unwrap();
}

/// An investigation whose case was not referred to the prosecutor on 20 May 2021.
fn not_referred() -> Later {
    let mut later = Later::new(date(2021, 12, 31), reported());
    let on = date(2021, 5, 20);
    let prosecutor = DecideProsecutor { referred: false, on, reasons: "No offence.".into(), sensitive: None };
    let propose = Command::Propose(Box::new(Command::DecideProsecutor(prosecutor)));
    later.give("dm", propose).unwrap();
    let of = later.desk.case.version();
    later.give("second", Command::Approve(Approve { of, on })).unwrap();
    later
}

#[test]
fn w12_whoever_took_part_does_not_decide_a_victims_review() {
    use crate::case::recommendation::{self, Recipient, Step};
    let draft = recommendation::acts::Draft {
        sort: recommendation::Sort::General,
        to: Recipient::Authority,
        recipient: "The force".into(),
        listed: None,
        together: false,
    };
    let recommend =
        |n, does| Command::Recommend(recommendation::Act { n, on: date(2021, 5, 3), does, words: "Train.".into() });
    let mut later = not_referred();
    later.give("dm2", recommend(0, recommendation::Does::Draft(draft))).unwrap();
    later.give("adviser", recommend(1, recommendation::Does::Note(Step::LegalCheck))).unwrap();

    let asked = date(2021, 6, 10);
    let victims = |change: fn(&mut Receive)| {
        act(0, asked, {
            let mut receive = application(Sort::VictimsRight, date(2021, 5, 21));
            change(&mut receive);
            Does::Receive(receive)
        })
    };
    later.refused("dm2", victims(|r| r.told_on = date(2021, 5, 19)), "on or after the day of the decision");
    later.give("dm2", victims(|_| {})).unwrap();
    assert_eq!(later.clock(id::VICTIMS_REVIEW_REQUEST, "review-1"), (None, Standing::NoLimit));
    later.give("dm2", act(1, asked, Does::Validate(None))).unwrap();
    // The legal adviser of the case, its lead, and who made the decision.
    later.refused(
        "dm2",
        act(1, asked, Does::Allocate("adviser".into())),
        "This person took part (entry 13: Step of a recommendation",
    );
    later.refused("dm2", act(1, asked, Does::Allocate("lead".into())), "who had no involvement before");
    later.refused("dm2", act(1, asked, Does::Allocate("dm".into())), "who had no involvement before");
    later.give("dm2", act(1, asked, Does::Allocate("fresh".into()))).unwrap();
    later.refused("fresh", act(1, asked, Does::Decide(Outcome::Part)), "or not");
    later.give("fresh", act(1, asked, Does::Decide(Outcome::Upheld))).unwrap();
    later.refused("fresh", act(1, asked, Does::Remedy(Remedy::Apology)), "cannot follow");
    later.give("fresh", act(1, asked, Does::Remedy(Remedy::NotifyProsecutor))).unwrap();
    later.give("dm2", act(1, asked, Does::End(Ending::Closed))).unwrap();
}

#[test]
fn the_victims_right_is_to_a_review_of_a_criminal_investigation_not_referred() {
    let ask = |change: fn(&mut Receive)| {
        let mut receive = application(Sort::VictimsRight, date(2021, 5, 21));
        change(&mut receive);
        act(0, date(2021, 6, 10), Does::Receive(receive))
    };
    let undecided = Later::new(date(2021, 12, 31), reported());
    undecided.refused("dm", ask(|_| {}), "none was made in this case");
    let mut later = not_referred();
    later.refused(
        "dm",
        act(0, date(2020, 11, 30), Does::Receive(application(Sort::VictimsRight, date(2020, 11, 1)))),
        "had no Victims' Right",
    );
    later.give("dm", ask(|r| r.criminal = false)).unwrap();
    later.refused("dm", act(1, date(2021, 6, 10), Does::Validate(None)), "designated criminal");
    later.give("dm", ask(|r| r.by = Applicant::Other)).unwrap();
    later.refused("dm", act(2, date(2021, 6, 10), Does::Validate(None)), "Only a victim");
}

#[test]
fn a_command_names_the_power_it_uses() {
    let later = decided(Outcome::Upheld);
    let power = |does| match act(1, JULY_6, does) {
        Command::Review(act) => act.power(later.state()),
        _ => None,
    };
    assert_eq!(power(Does::Decide(Outcome::Upheld)), Some("P.REVIEW"));
    assert_eq!(power(Does::Remedy(Remedy::Apology)), Some("P.28ZA"));
    assert_eq!(power(Does::AcceptLate), Some("P.OUT_OF_TIME"));
    assert_eq!(power(Does::NotePapers(Papers::Received)), None);
}

/// W2's A': complaint A of 20 January 2020, under the old scheme, is opened again in 2022, and what is
/// investigated anew is under the new one whatever A was.
#[test]
fn w02_what_is_investigated_again_is_under_the_new_regulations() {
    let opened = Open {
        how: How::Referred,
        on: date(2020, 1, 21),
        matter: Matter { clear_on: Some(date(2020, 1, 20)), incident_on: Some(date(2020, 1, 18)), ..matter() },
        summary: "Use of force.".into(),
    };
    let a = vec![
        Command::Open(opened),
        mode(Mode::Independent, date(2020, 1, 23)),
        lead(date(2020, 1, 24)),
        draft(date(2020, 1, 27)),
        approve(date(2020, 1, 28)),
        report(date(2021, 5, 1)),
    ];
    let mut later = Later::new(date(2022, 6, 30), a);
    assert_eq!(later.state().scheme().unwrap().regime, "ew-2012");
    let again =
        Reinvestigate { anew: Reference::derived("test", "2"), on: date(2022, 3, 1), reasons: "New footage.".into() };
    let opens = again.opens(&later.desk.case).unwrap();
    later.give("dm", Command::Reinvestigate(again)).unwrap();
    let anew = Later::new(date(2022, 6, 30), vec![Command::Open(opens)]);
    let scheme = anew.state().scheme().unwrap();
    assert_eq!((scheme.regime.as_str(), scheme.step.as_str()), ("ew-2020", "override"));
    anew.refused("dm", mode(Mode::Local, date(2022, 3, 2)), "local");
    anew.decide("dm", mode(Mode::Directed, date(2022, 3, 2))).unwrap();
    anew.decide("dm", mode(Mode::Independent, date(2022, 3, 2))).unwrap();
}
