//! Recommendations: to whom, by when they are answered and published, and what the court changes.

use super::reviews::Later;
use super::*;
use crate::case::clocks::Standing;
use crate::case::recommendation::acts::Draft;
use crate::case::recommendation::{Act, Answer, CourtStep, Does, Ending, Listed, Over, Recipient, Sort, Step, What};
use crate::case::review::acts::Receive;
use crate::case::review::{self, Applicant, Ground, Outcome};
use crate::law::id;

const MARCH_2: Day = date(2020, 3, 2);

fn act(n: u32, on: Day, does: Does) -> Command {
    Command::Recommend(Act { n, on, does, words: "Check hourly.".into() })
}

fn to(recipient: Recipient, listed: Option<Listed>) -> Does {
    let sort = Sort::Learning;
    Does::Draft(Draft { sort, to: recipient, recipient: "Name".into(), listed, together: false })
}

fn draft_of(sort: Sort, recipient: Recipient) -> Does {
    Does::Draft(Draft { sort, to: recipient, recipient: "Name".into(), listed: None, together: false })
}

/// A case of that kind, reported on 2 March 2020, as it stands on a day.
fn reported_case(kind: MatterKind, today: Day) -> Later {
    let mut commands = reported();
    commands[0] = refer_with(|o| o.matter.kind = kind);
    commands[5] = report(MARCH_2);
    Later::new(today, commands)
}

/// The same with a recommendation to the College after a death, made on 2 March 2020.
fn made(today: Day) -> Later {
    let mut later = reported_case(MatterKind::Dsi, today);
    later.give("dm", act(0, MARCH_2, to(Recipient::College, None))).unwrap();
    later.refused("dm", act(1, MARCH_2, Does::Issue), "checked by legal and quality assurance");
    later.give("dm", act(1, MARCH_2, Does::Note(Step::LegalCheck))).unwrap();
    later.give("dm", act(1, MARCH_2, Does::Issue)).unwrap();
    later
}

const KEY: &str = "recommendation-1";

#[test]
fn w05_a_recommendation_is_answered_within_56_days_and_published_within_21() {
    let mut later = made(date(2020, 4, 26));
    assert_eq!(later.clock(id::LEARNING_RESPONSE, KEY), (Some(date(2020, 4, 26)), Standing::Running(0)));
    later.today = date(2020, 4, 27);
    assert_eq!(later.clock(id::LEARNING_RESPONSE, KEY).1, Standing::Overdue(1));
    let standing = |later: &Later| later.state().recommendation(1).unwrap().standing(later.state(), later.context());
    assert_eq!(standing(&later), "Answer overdue");

    // Asked for on 27 April, more time can only be refused: paragraph 28B(3).
    let april_27 = date(2020, 4, 27);
    later.refused(
        "dm",
        act(1, april_27, Does::Extend(april_27, Some(date(2020, 5, 26)))),
        "by 26 April 2020 (paragraph 28B(3))",
    );
    later.give("dm", act(1, april_27, Does::Extend(april_27, None))).unwrap();

    // A late answer is recorded all the same, and published by 24 May.
    later.today = date(2020, 5, 24);
    let may_4 = date(2020, 5, 4);
    later.refused("dm", act(1, may_4, Does::Publish(What::Answer)), "has not been answered yet");
    later.refused("dm", act(1, may_4, Does::End(Ending::Closed, None)), "not been answered yet, however late");
    later.give("dm", act(1, may_4, Does::Answer(Answer::Accepted, false))).unwrap();
    assert_eq!(later.clock(id::LEARNING_RESPONSE, KEY).1, Standing::MetLate(8));
    assert_eq!(later.clock(id::PUBLISH_RESPONSE, KEY), (Some(date(2020, 5, 24)), Standing::Running(0)));
    later.refused("dm", act(1, may_4, Does::End(Ending::Closed, None)), "must be published before");
    later.give("dm", act(1, date(2020, 5, 24), Does::Publish(What::Answer))).unwrap();
    assert_eq!(later.clock(id::PUBLISH_RESPONSE, KEY).1, Standing::Met);
    later.give("dm", act(1, date(2020, 5, 24), Does::Note(Step::FollowedUp))).unwrap();
    assert_eq!(standing(&later), "Followed up");
    later.give("dm", act(1, date(2020, 5, 24), Does::End(Ending::Closed, None))).unwrap();
    later.refused("dm", act(1, date(2020, 5, 24), Does::Publish(What::Recommendation)), "already come to its end");
}

#[test]
fn w05_after_a_complaint_of_no_listed_type_only_the_authority_may_be_recommended_to() {
    let complaint = Matter { route: None, clear_on: Some(date(2020, 3, 2)), ..matter() };
    let open = Open { how: How::Received, on: date(2020, 6, 29), matter: complaint, summary: "Rude.".into() };
    let mut later = Later::new(date(2020, 12, 31), vec![Command::Open(open)]);
    let july = date(2020, 7, 6);
    later.refused("dm", act(0, july, to(Recipient::Authority, None)), "there is neither yet");
    let application = Receive {
        sort: review::Sort::Handling,
        by: Applicant::Complainant,
        person: None,
        told_on: date(2020, 6, 1),
        lay: None,
        complains: Vec::new(),
        criminal: false,
    };
    let on = |does| super::reviews::act(1, date(2020, 7, 6), does);
    later.give("au", super::reviews::act(0, date(2020, 6, 29), review::Does::Receive(application))).unwrap();
    later.give("au", on(review::Does::Validate(Some(Ground::SeniorOfficer)))).unwrap();
    later.give("dm", on(review::Does::Allocate("reviewer".into()))).unwrap();
    later.give("reviewer", on(review::Does::Decide(Outcome::NotUpheld))).unwrap();

    let says = "allows a recommendation to the appropriate authority only";
    later.refused("dm", act(0, july, to(Recipient::Health, None)), says);
    later.refused("dm", act(0, july, to(Recipient::Health, None)), "under section 10(1)(e) instead");
    later.refused("dm", act(0, july, to(Recipient::Health, Some(Listed::CalledIn))), "was not called in");
    later.decide("dm", act(0, july, to(Recipient::Health, Some(Listed::Discrimination)))).unwrap();
    later.decide("dm", act(0, july, to(Recipient::Authority, None))).unwrap();
    // Advice goes to anybody, and nobody has to answer it.
    later.give("dm", act(0, july, draft_of(Sort::General, Recipient::Health))).unwrap();
    later.give("dm", act(1, july, Does::Note(Step::LegalCheck))).unwrap();
    later.give("dm", act(1, july, Does::Issue)).unwrap();
    assert!(later.state().timers.all().iter().all(|t| t.about != KEY));
    later.refused("dm", act(1, july, Does::Extend(july, None)), "Nobody has to answer");
}

#[test]
fn a_recommendation_to_remedy_a_complaint_goes_to_the_authority_and_is_answered_in_28_days() {
    let dsi = reported_case(MatterKind::Dsi, date(2020, 3, 31));
    dsi.refused("dm", act(0, MARCH_2, draft_of(Sort::Remedy, Recipient::Authority)), "gives no power to");
    let new = Open {
        how: How::Referred,
        on: date(2020, 2, 4),
        matter: Matter { clear_on: Some(date(2020, 2, 3)), ..matter() },
        summary: "x".into(),
    };
    let commands = vec![
        Command::Open(new),
        mode(Mode::Independent, date(2020, 2, 5)),
        lead(date(2020, 2, 6)),
        draft(date(2020, 2, 7)),
        approve(date(2020, 2, 10)),
        report(MARCH_2),
    ];
    let mut later = Later::new(date(2020, 3, 31), commands);
    later.refused("dm", act(0, MARCH_2, draft_of(Sort::Remedy, Recipient::College)), "regulation 30(2)");
    later.give("dm", act(0, MARCH_2, draft_of(Sort::Remedy, Recipient::Authority))).unwrap();
    later.give("dm", act(1, MARCH_2, Does::Note(Step::LegalCheck))).unwrap();
    later.give("dm", act(1, MARCH_2, Does::Issue)).unwrap();
    // 2 March and 28 days.
    assert_eq!(later.clock(id::REMEDY_RESPONSE, KEY), (Some(date(2020, 3, 30)), Standing::Overdue(1)));
    // Whoever made it may extend it, even when it was asked for late.
    let asked = date(2020, 3, 31);
    later.give("dm", act(1, asked, Does::Extend(asked, Some(date(2020, 4, 14))))).unwrap();
    assert_eq!(later.clock(id::REMEDY_RESPONSE, KEY), (Some(date(2020, 4, 14)), Standing::Running(14)));
    later.give("dm", act(1, asked, Does::Answer(Answer::NotAccepted, false))).unwrap();
    assert!(later.state().recommendation(1).unwrap().is_done());
}

#[test]
fn more_time_asked_for_before_the_end_can_be_given() {
    let mut later = made(date(2020, 5, 10));
    let asked = date(2020, 4, 26);
    later.refused("dm", act(1, asked, Does::Extend(asked, Some(asked))), "after the one there is");
    later.give("dm", act(1, date(2020, 4, 28), Does::Extend(asked, Some(date(2020, 5, 10))))).unwrap();
    assert_eq!(later.clock(id::LEARNING_RESPONSE, KEY), (Some(date(2020, 5, 10)), Standing::Running(0)));
    // The extended period can be extended again before it ends.
    let again = date(2020, 5, 10);
    later.give("dm", act(1, again, Does::Extend(again, Some(date(2020, 5, 20))))).unwrap();
}

#[test]
fn judicial_review_adds_the_days_for_which_it_is_in_progress() {
    let mut later = made(date(2020, 4, 30));
    let court = |on, step| act(1, on, Does::Court(Over::Recommendation, step));
    later.refused("dm", court(date(2020, 4, 27), CourtStep::Started), "which ended on 26 April 2020");
    later.refused("dm", court(date(2020, 3, 27), CourtStep::Stands), "No judicial review");
    later.give("dm", court(date(2020, 3, 27), CourtStep::Started)).unwrap();
    // While it is in progress nothing is overdue.
    assert!(!later.state().recommendation(1).unwrap().is_overdue(later.state(), later.context()));
    assert_eq!(later.clock(id::LEARNING_RESPONSE, KEY).1, Standing::Still);
    assert_eq!(clocks::next_due(later.state(), later.context()).map(|(_, rule)| rule == id::LEARNING_RESPONSE), None);
    // Thirty days, from 27 March to 25 April.
    later.give("dm", court(date(2020, 4, 26), CourtStep::Stands)).unwrap();
    assert_eq!(later.clock(id::LEARNING_RESPONSE, KEY), (Some(date(2020, 5, 26)), Standing::Running(26)));
}

#[test]
fn an_answer_received_on_20_april_is_published_by_10_may() {
    let mut later = made(date(2020, 5, 10));
    later.give("dm", act(1, date(2020, 4, 20), Does::Answer(Answer::Part, false))).unwrap();
    assert_eq!(later.clock(id::PUBLISH_RESPONSE, KEY), (Some(date(2020, 5, 10)), Standing::Running(0)));
}

#[test]
fn rejected_representations_leave_seven_days_in_which_nothing_is_published() {
    let mut later = made(date(2020, 7, 31));
    later.give("dm", act(1, date(2020, 4, 20), Does::Answer(Answer::Part, true))).unwrap();
    later.refused("dm", act(1, date(2020, 5, 1), Does::Publish(What::Answer)), "Decide on them first");
    later.give("dm", act(1, date(2020, 6, 1), Does::DecideRepresentations(false))).unwrap();
    assert_eq!(later.clock(id::PUBLISH_AFTER_REJECTION, KEY).0, Some(date(2020, 6, 21)));
    assert_eq!(later.clock(id::PUBLISH_RESPONSE, KEY).1, Standing::Fallen);
    later.refused("dm", act(1, date(2020, 6, 7), Does::Publish(What::Answer)), "published from 8 June 2020 on");
    later.decide("dm", act(1, date(2020, 6, 8), Does::Publish(What::Answer))).unwrap();

    let court = |on, step| act(1, on, Does::Court(Over::Publication, step));
    later.refused("dm", court(date(2020, 6, 8), CourtStep::Started), "before the answer may be published");
    later.give("dm", court(date(2020, 6, 5), CourtStep::Started)).unwrap();
    later.refused("dm", act(1, date(2020, 6, 21), Does::Publish(What::Answer)), "while judicial review is in progress");
    later.give("dm", court(date(2020, 7, 10), CourtStep::Stands)).unwrap();
    assert_eq!(later.clock(id::PUBLISH_AFTER_COURT, KEY).0, Some(date(2020, 7, 16)));
    later.give("dm", act(1, date(2020, 7, 16), Does::Publish(What::Answer))).unwrap();
    assert_eq!(later.clock(id::PUBLISH_AFTER_COURT, KEY).1, Standing::Met);
}

#[test]
fn recommendations_and_their_sets_are_counted_once_made() {
    let mut later = made(date(2020, 3, 31));
    let together = |together| {
        let (sort, to, recipient) = (Sort::General, Recipient::Chiefs, "Name".into());
        Does::Draft(Draft { sort, to, recipient, listed: None, together })
    };
    later.give("dm", act(0, MARCH_2, together(true))).unwrap();
    later.give("dm", act(0, MARCH_2, together(false))).unwrap();
    for n in [2, 3] {
        let counts = later.state().recommendations_made();
        assert_eq!((counts.made, counts.sets), if n == 2 { (1, 1) } else { (2, 1) });
        later.give("dm", act(n, MARCH_2, Does::Note(Step::LegalCheck))).unwrap();
        later.give("dm", act(n, MARCH_2, Does::Issue)).unwrap();
    }
    let counts = later.state().recommendations_made();
    assert_eq!((counts.made, counts.sets), (3, 2));
}

#[test]
fn a_recommendation_is_withdrawn_or_another_takes_its_place() {
    let mut later = made(date(2020, 3, 31));
    let end = |how, by| act(1, MARCH_2, Does::End(how, by));
    later.refused("dm", end(Ending::Superseded, None), "takes its place");
    later.refused("dm", end(Ending::Superseded, Some(1)), "Choose another recommendation");
    later.give("dm", act(0, MARCH_2, to(Recipient::College, None))).unwrap();
    later.give("dm", end(Ending::Superseded, Some(2))).unwrap();
    assert_eq!(later.clock(id::LEARNING_RESPONSE, KEY).1, Standing::Fallen);
    later.refused("dm", act(2, MARCH_2, Does::End(Ending::Closed, None)), "has not been made");
    later.refused("dm", close(date(2020, 3, 31)), "still to be made, answered or published");
    later.give("dm", act(2, MARCH_2, Does::End(Ending::Withdrawn, None))).unwrap();
    later.give("dm", close(date(2020, 3, 31))).unwrap();
}

#[test]
fn early_learning_needs_no_report_and_no_check_and_ends_with_the_report() {
    let mut later = Later::new(date(2020, 3, 31), under_way());
    let early = draft_of(Sort::Early, Recipient::Authority);
    later.refused("dm", act(0, MARCH_2, to(Recipient::Authority, None)), "there is neither yet");
    later.give("dm", act(0, MARCH_2, early.clone())).unwrap();
    later.give("dm", act(1, MARCH_2, Does::Issue)).unwrap();
    assert!(later.state().recommendation(1).unwrap().is_done());
    reported_case(MatterKind::Dsi, date(2020, 3, 31)).refused("dm", act(0, MARCH_2, early), "no longer early");
}
