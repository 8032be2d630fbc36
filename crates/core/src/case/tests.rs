//! The rules of a case, each as one sentence: a history, a command, and what becomes of it.

use jiff::civil::date;

use super::allocation::{Directorate, Pathway};
use super::closing::{Close, Publication};
use super::correction::{Attribute, Change, Correct, Rescind};
use super::investigation::AppointLead;
use super::matter::{How, Matter, MatterKind, Open, Route};
use super::mode::{DecideMode, Mode, power};
use super::report::SubmitReport;
use super::terms::{ApproveTerms, DraftTerms};
use super::*;
use crate::permit::{Action, Actor, Object, Role, permit};

const TODAY: Day = date(2020, 3, 31);

/// A case to give commands to, by whoever may give them.
struct Desk {
    law: Law,
    profile: Profile,
    delegations: Delegations,
    case: Case,
}

impl Desk {
    fn empty() -> Self {
        let reference = Reference::derived("test", "1");
        Self {
            law: Law::england_and_wales(),
            profile: Profile::named("iopc").unwrap(),
            delegations: Delegations::supposed(
                date(2012, 11, 22),
                &[("dm", "L4"), ("second", "L4"), ("dm2", "L3"), ("fresh", "L3"), ("reviewer", "L2")],
            ),
            case: Case::replay(reference, vec![]),
        }
    }

    /// A case on which the commands have been carried out.
    fn after(commands: Vec<Command>) -> Self {
        let mut desk = Self::empty();
        for command in commands {
            desk.give(command).unwrap();
        }
        desk
    }

    fn context(&self) -> Context<'_> {
        let (delegations, calendar) = (&self.delegations, Calendar::built_in());
        Context { law: &self.law, profile: &self.profile, delegations, today: TODAY, calendar }
    }

    fn decide(&self, command: Command) -> Result<Vec<Fresh>, Refusal> {
        self.decide_as(who(&command), command)
    }

    fn decide_as(&self, (id, role): (&str, Role), command: Command) -> Result<Vec<Fresh>, Refusal> {
        let actor = Actor::new(id, role, vec!["London".into(), "South East".into()]);
        let stream = self.case.reference.stream();
        let region = self.case.state.force().and_then(|f| self.profile.region(f));
        let object = Object::Case {
            stream: &stream,
            force: None,
            region,
            lead: self.case.state.lead(),
            decided: self.case.state.mode.is_some(),
        };
        let given = permit(&actor, command.action(), object).expect("the desk asks only what its actor may");
        decide(&self.case, &given, self.context(), command)
    }

    fn give(&mut self, command: Command) -> Result<(), Refusal> {
        self.give_as(who(&command), command)
    }

    fn give_as(&mut self, who: (&str, Role), command: Command) -> Result<(), Refusal> {
        for fresh in self.decide_as(who, command)? {
            let version = self.case.version() + 1;
            let actor = who.0.to_owned();
            self.case.add(Entry { seq: version, actor, words: fresh.words.clone(), ..fresh.as_entry(version) });
        }
        Ok(())
    }
}

/// Who gives a command at the desk: by their id, and the role that they have.
fn who(command: &Command) -> (&'static str, Role) {
    match command.action() {
        Action::Refer => ("au", Role::Au),
        Action::SubmitReport | Action::DraftTerms => ("lead", Role::Inv),
        Action::ApproveDecision => ("second", Role::Sup),
        Action::KeepClocks => ("operator", Role::Ops),
        _ => ("dm", Role::Dm),
    }
}

fn matter() -> Matter {
    Matter {
        kind: MatterKind::Complaint,
        force: "metropolitan".into(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(date(2018, 6, 1)),
        incident_on: Some(date(2018, 5, 20)),
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    }
}

fn refer() -> Command {
    Command::Open(Open { how: How::Referred, on: date(2018, 6, 2), matter: matter(), summary: "What happened.".into() })
}

fn refer_with(change: impl FnOnce(&mut Open)) -> Command {
    let Command::Open(mut open) = refer() else { unreachable!() };
    change(&mut open);
    Command::Open(open)
}

fn mode(mode: Mode, on: Day) -> Command {
    Command::DecideMode(DecideMode { mode, on, reasons: "Serious.".into(), citation: "para 15".into() })
}

fn lead(on: Day) -> Command {
    let (directorate, pathway) = (Directorate::Core, Pathway::Standard);
    Command::AppointLead(AppointLead { lead: "lead".into(), on, directorate, pathway })
}

fn draft(on: Day) -> Command {
    Command::DraftTerms(DraftTerms { on, terms: "To find out what happened.".into() })
}

fn approve(on: Day) -> Command {
    Command::ApproveTerms(ApproveTerms { on })
}

fn report(on: Day) -> Command {
    Command::SubmitReport(SubmitReport { on, conclusion: "Found.".into(), sensitive: None })
}

fn close(on: Day) -> Command {
    Command::Close(Close { on, publication: Some(Publication::Summary), reasons: "Done.".into() })
}

fn correct(of: u64, field: &str, new: &str) -> Command {
    Command::Correct(Correct { of, field: field.into(), new: new.into(), on: TODAY, reasons: "A slip.".into() })
}

fn rescind(of: u64) -> Command {
    Command::Rescind(Rescind { of, on: TODAY, reasons: "Not this case.".into() })
}

fn change(what: Attribute, to: &str, on: Day) -> Command {
    Command::Change(Change { what, to: to.into(), on, reasons: "It moved.".into() })
}

/// The versions of entries of [`whole`].
const MODE: u64 = 3;
const REPORT: u64 = 8;
const CLOSED: u64 = 9;

/// A whole case: referral, need and mode, allocation and lead, terms drafted and approved, report, closing.
fn whole() -> Vec<Command> {
    vec![
        refer(),
        mode(Mode::Independent, date(2018, 6, 5)),
        lead(date(2018, 6, 6)),
        draft(date(2018, 6, 8)),
        approve(date(2018, 6, 12)),
        report(date(2019, 5, 1)),
        close(date(2019, 8, 1)),
    ]
}

/// The same case as far as its terms of reference.
fn under_way() -> Vec<Command> {
    whole().into_iter().take(5).collect()
}

/// The same case as far as its report.
fn reported() -> Vec<Command> {
    whole().into_iter().take(6).collect()
}

#[track_caller]
fn refused(given: Vec<Command>, when: Command, says: &str) {
    let refusal = Desk::after(given).decide(when).unwrap_err().to_string();
    assert!(refusal.contains(says), "{refusal:?} does not say {says:?}");
}

#[track_caller]
fn allowed(given: Vec<Command>, when: Command) {
    Desk::after(given).decide(when).unwrap();
}

#[test]
fn a_case_goes_from_referral_to_closing() {
    let desk = Desk::after(whole());
    assert_eq!(Stage::of(&desk.case.state, &desk.profile), Stage::Closed);
    assert_eq!(desk.case.version(), CLOSED);
    assert_eq!(desk.case.state.report, Some(date(2019, 5, 1)));
}

#[test]
fn the_force_must_be_one_of_the_body() {
    refused(vec![], refer_with(|o| o.matter.force = "atlantis".into()), "\"atlantis\" is not a force of IOPC");
}

#[test]
fn nothing_is_dated_after_today() {
    refused(vec![], refer_with(|o| o.on = date(2020, 4, 1)), "today (31 March 2020) or earlier");
    refused(vec![refer()], mode(Mode::Independent, date(2020, 4, 1)), "or earlier");
}

#[test]
fn a_referral_comes_after_it_became_clear_and_that_after_the_incident() {
    refused(vec![], refer_with(|o| o.matter.clear_on = Some(date(2018, 6, 3))), "on or before the date of referral");
    refused(
        vec![],
        refer_with(|o| o.matter.incident_on = Some(date(2018, 6, 2))),
        "on or before the date on which it became known",
    );
}

#[test]
fn a_mandatory_referral_says_when_it_became_clear_and_a_voluntary_one_need_not() {
    refused(vec![], refer_with(|o| o.matter.clear_on = None), "became clear");
    allowed(
        vec![],
        refer_with(|o| {
            o.matter.clear_on = None;
            o.matter.route = Some(Route::Voluntary);
        }),
    );
}

#[test]
fn a_referral_is_late_from_the_second_day_after_it_became_clear() {
    let standing = |on| {
        let desk = Desk::after(vec![refer_with(|o| o.on = on)]);
        let clocks = clocks::of(&desk.case.state, desk.context());
        clocks[0].standing(TODAY)
    };
    assert_eq!(standing(date(2018, 6, 2)), clocks::Standing::Met);
    assert_eq!(standing(date(2018, 6, 3)), clocks::Standing::MetLate(1));
}

#[test]
fn the_twelve_month_clock_runs_from_the_mode_decision() {
    let desk = Desk::after(whole().into_iter().take(3).collect());
    let (due, rule) = clocks::next_due(&desk.case.state, desk.context()).unwrap();
    assert_eq!((due, rule), (date(2019, 6, 4), crate::law::id::WITHIN_12_MONTHS));
}

#[test]
fn a_closed_case_has_nothing_due() {
    let desk = Desk::after(whole());
    assert_eq!(clocks::next_due(&desk.case.state, desk.context()), None);
}

#[test]
fn a_mode_decision_cannot_precede_the_referral() {
    refused(
        vec![refer()],
        mode(Mode::Independent, date(2018, 6, 1)),
        "on or after the day the matter was received (2 June 2018)",
    );
}

#[test]
fn a_mode_is_decided_once() {
    refused(
        vec![refer(), mode(Mode::Local, date(2018, 6, 5))],
        mode(Mode::Independent, date(2018, 6, 6)),
        "already been decided",
    );
}

#[test]
fn the_modes_offered_are_those_of_the_law_when_the_matter_came_to_attention() {
    let says = "which came to attention on 1 June 2018, has no directed mode";
    refused(vec![refer()], mode(Mode::Directed, date(2020, 2, 20)), says);
    let new_law = refer_with(|o| {
        o.on = date(2020, 2, 3);
        o.matter.clear_on = Some(date(2020, 2, 2));
    });
    allowed(vec![new_law.clone()], mode(Mode::Directed, date(2020, 2, 20)));
    refused(vec![new_law], mode(Mode::Managed, date(2020, 2, 20)), "has no managed mode");
}

#[test]
fn the_power_to_decide_is_cited_as_it_stood() {
    let cites = |clear: Day, on: Day| {
        let desk = Desk::after(vec![refer_with(|o| {
            o.matter.clear_on = Some(clear);
            o.on = on;
        })]);
        power(&desk.case.state, desk.context()).unwrap()
    };
    let (old, new) = (cites(date(2018, 6, 1), date(2018, 6, 2)), cites(date(2020, 2, 1), date(2020, 2, 2)));
    assert!(old.contains("paragraph 15") && new.contains("paragraph 15"), "{old} / {new}");
    let law = Law::england_and_wales();
    assert_eq!(new, law.on(crate::law::id::MODE_DETERMINE, date(2020, 2, 1)).unwrap().citation);
}

#[test]
fn a_lead_is_appointed_for_an_independent_investigation_only() {
    refused(vec![refer()], lead(date(2018, 6, 6)), "decided to be independent");
    refused(vec![refer(), mode(Mode::Local, date(2018, 6, 5))], lead(date(2018, 6, 6)), "decided to be independent");
    refused(whole().into_iter().take(2).collect(), lead(date(2018, 6, 4)), "on or after the day of the mode decision");
}

#[test]
fn a_report_answers_to_terms_that_were_approved() {
    refused(under_way(), report(date(2018, 6, 11)), "on or after the day its terms were approved");
    refused(whole().into_iter().take(4).collect(), report(date(2018, 7, 11)), "Have them approved first");
    refused(
        whole().into_iter().take(3).collect(),
        draft(date(2018, 6, 5)),
        "on or after the day the lead was appointed",
    );
    refused(reported(), report(date(2019, 5, 2)), "already been submitted");
}

#[test]
fn an_independent_investigation_is_closed_after_its_report() {
    refused(vec![refer()], close(date(2018, 7, 1)), "Decide the mode of investigation before");
    refused(under_way(), close(date(2019, 7, 1)), "ends with its final report");
    refused(reported(), close(date(2019, 4, 30)), "on or after its last step (1 May 2019)");
    allowed(vec![refer(), mode(Mode::Local, date(2018, 6, 5))], close(date(2018, 9, 1)));
}

#[test]
fn a_correction_changes_what_counts_and_keeps_what_was_told() {
    let mut desk = Desk::after(whole());
    desk.give(correct(REPORT, "on", "2019-06-20")).unwrap();
    assert_eq!(desk.case.state.report, Some(date(2019, 6, 20)));
    assert_eq!(desk.case.entries[7].on, Some(date(2019, 5, 1)));
    desk.give(correct(REPORT, "on", "2019-06-21")).unwrap();
    assert_eq!(desk.case.state.report, Some(date(2019, 6, 21)));
}

#[test]
fn a_correction_that_would_make_the_history_unlawful_is_refused() {
    refused(
        whole(),
        correct(REPORT, "on", "2019-08-02"),
        "unlawful: The case must be closed on or after its last step",
    );
    refused(whole(), correct(MODE, "on", "2018-06-07"), "unlawful");
    refused(whole(), correct(MODE, "mode", "local"), "unlawful: This is for an investigation");
    refused(whole(), correct(1, "force", "atlantis"), "not a force");
    refused(whole(), correct(REPORT, "on", "2020-04-01"), "unlawful: The date must be today or earlier");
}

#[test]
fn a_correction_says_something_new_of_a_field_that_is_there() {
    refused(whole(), correct(REPORT, "on", "2019-05-01"), "already says this");
    refused(whole(), correct(REPORT, "on", "31 April"), "cannot be");
    refused(whole(), correct(REPORT, "colour", "red"), "no such field");
    refused(whole(), correct(99, "on", "2019-05-02"), "no such entry");
    refused(whole(), correct(MODE, "mode", "imaginary"), "cannot be");
}

#[test]
fn personal_words_are_corrected_by_new_personal_words() {
    let fresh = Desk::after(whole()).decide(correct(1, "text:summary", "What really happened.")).unwrap();
    assert_eq!(fresh[0].words[0], ("new".to_owned(), "What really happened.".to_owned()));
    let (_, data) = fresh[0].event.encode();
    assert!(!serde_json::Value::Object(data).to_string().contains("happened"));
}

#[test]
fn a_rescinded_entry_no_longer_counts() {
    let mut desk = Desk::after(whole());
    desk.give(rescind(CLOSED)).unwrap();
    assert_eq!(desk.case.state.closed, None);
    desk.give(close(date(2019, 9, 1))).unwrap();
    assert_eq!(desk.case.state.closed, Some(date(2019, 9, 1)));
}

#[test]
fn a_rescission_that_later_entries_need_is_refused() {
    refused(whole(), rescind(MODE), "unlawful");
    refused(whole(), rescind(1), "unlawful");
    refused(whole(), rescind(99), "no such entry");
}

#[test]
fn a_correction_can_be_rescinded_and_a_rescission_cannot() {
    let mut desk = Desk::after(whole());
    desk.give(correct(REPORT, "on", "2019-06-20")).unwrap();
    desk.give(rescind(CLOSED + 1)).unwrap();
    assert_eq!(desk.case.state.report, Some(date(2019, 5, 1)));
    assert!(desk.decide(rescind(CLOSED + 2)).unwrap_err().to_string().contains("cannot be rescinded"));
    assert!(desk.decide(rescind(CLOSED + 1)).unwrap_err().to_string().contains("already been rescinded"));
}

#[test]
fn what_changes_from_a_day_on_was_right_before() {
    let mut desk = Desk::after(reported());
    desk.give(change(Attribute::Force, "kent", date(2019, 1, 1))).unwrap();
    assert_eq!(desk.case.state.force_on(date(2018, 12, 31)), Some("metropolitan"));
    assert_eq!(desk.case.state.force_on(date(2019, 1, 1)), Some("kent"));
    let again = desk.decide(change(Attribute::Force, "kent", date(2019, 2, 1))).unwrap_err();
    assert!(again.to_string().contains("already this"), "{again}");
}

#[test]
fn a_lead_changes_only_after_one_was_appointed_and_before_the_report() {
    let given: Vec<Command> = whole().into_iter().take(3).collect();
    refused(
        given.iter().take(2).cloned().collect(),
        change(Attribute::Lead, "other", date(2018, 7, 1)),
        "Appoint one first",
    );
    refused(given.clone(), change(Attribute::Lead, "other", date(2018, 6, 5)), "on or after the day the last one did");
    allowed(given, change(Attribute::Lead, "other", date(2018, 7, 1)));
    refused(whole(), change(Attribute::Lead, "other", date(2019, 6, 1)), "can no longer change");
}

#[test]
fn a_permit_for_something_else_is_no_permit() {
    let desk = Desk::after(vec![refer()]);
    let actor = Actor::new("dm", Role::Dm, vec!["London".into()]);
    let stream = desk.case.reference.stream();
    let object = Object::Case { stream: &stream, force: None, region: Some("London"), lead: None, decided: false };
    let to_close = permit(&actor, Action::Close, object).unwrap();
    let says = decide(&desk.case, &to_close, desk.context(), mode(Mode::Local, date(2018, 6, 5))).unwrap_err();
    assert_eq!(says.to_string(), "You were not given permission for this");
}

/// Once shipped, an event's encoding parses for ever: lines are added to the golden file, never
/// changed.
#[test]
fn every_shipped_encoding_still_parses_to_the_same_bytes() {
    let golden = include_str!("golden.jsonl");
    let mut kinds = std::collections::BTreeSet::new();
    for line in golden.lines() {
        let (kind, data) = line.split_once('\t').unwrap();
        let map = serde_json::from_str(data).unwrap();
        let event = Event::decode(kind, map).unwrap_or_else(|e| panic!("{e}"));
        let (kind_again, data_again) = event.encode();
        assert_eq!((kind_again.as_str(), serde_json::Value::Object(data_again).to_string().as_str()), (kind, data));
        kinds.insert(kind.to_owned());
    }
    let shipped = [
        "accelerated.answered",
        "accelerated.decided",
        "accelerated.objection-decided",
        "accelerated.proposed",
        "accelerated.submitted",
        "allegations.recorded",
        "case-to-answer.decided",
        "case.closed",
        "chief-officer.concerned",
        "clock.excused",
        "clock.extended",
        "clock.missed",
        "clock.moved",
        "completion.expected",
        "contact.agreed",
        "conversion.decided",
        "conversion.notified",
        "conversion.recorded",
        "conversion.submitted",
        "criminal-proceedings.ended",
        "decision.approved",
        "decision.proposed",
        "decision.sent-back",
        "delay-notice.given",
        "direction.given",
        "direction.withdrawn",
        "entry.corrected",
        "entry.rescinded",
        "fact.changed",
        "findings.recorded",
        "form.decided",
        "handover.made",
        "information.received",
        "information.requested",
        "informed.added",
        "informed.ended",
        "interview.held",
        "interview.moved",
        "interview.notified",
        "investigation.allocated",
        "investigation.discontinued",
        "investigation.resumed",
        "investigation.suspended",
        "lead.appointed",
        "letter.issued",
        "letter.served",
        "letter.translated",
        "material.received",
        "matter.invalid",
        "matter.merged",
        "matter.received",
        "matter.referred",
        "matter.related",
        "matter.split",
        "memorandum.accepted",
        "memorandum.received",
        "memorandum.requested",
        "mode.decided",
        "need.decided",
        "notice.answered",
        "notice.approved",
        "notice.drafted",
        "notice.served",
        "notice.terms-given",
        "notice.withdrawn",
        "notice.withheld",
        "outcome.told",
        "person.earlier-action-stated",
        "person.left-service",
        "person.status-set",
        "person.wrote",
        "proceeding.begun",
        "proceeding.ended",
        "proceeding.updated",
        "proceedings.answered",
        "proceedings.recommended",
        "prosecutor.decided",
        "public-interest.decided",
        "recommendation.answered",
        "recommendation.drafted",
        "recommendation.ended",
        "recommendation.extension-decided",
        "recommendation.in-court",
        "recommendation.issued",
        "recommendation.noted",
        "recommendation.published",
        "recommendation.representations-decided",
        "reinvestigation.determined",
        "report.submitted",
        "review.allocated",
        "review.answered",
        "review.decided",
        "review.ended",
        "review.forwarded",
        "review.invalidated",
        "review.late-accepted",
        "review.papers",
        "review.received",
        "review.remedied",
        "review.validated",
        "severity.assessed",
        "severity.notified",
        "severity.revised",
        "special-determination.made",
        "terms.approved",
        "terms.drafted",
        "update.given",
        "update.withheld",
        "views.received",
        "views.requested",
        "wish.answered",
        "wish.asked",
        "withdrawal.indicated",
        "words.disposed",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), shipped);
}

#[test]
fn unknown_fields_of_an_event_are_refused() {
    let data = serde_json::json!({"mode": "local", "power": "p", "citation": "c", "colour": "red"});
    let serde_json::Value::Object(data) = data else { unreachable!() };
    assert!(Event::decode("mode.decided", data).unwrap_err().contains("colour"));
    assert!(Event::decode("mode.imagined", serde_json::Map::new()).is_err());
}

mod after;
mod delegated;
mod informed;
mod letters;
mod officer;
mod on_the_report;
mod on_the_way;
mod recommendations;
mod redetermined;
mod reviews;
mod sensitive;
mod timing;
mod wished;
