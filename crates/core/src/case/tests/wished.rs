//! What the complainant wishes: after criminal proceedings, and when a complaint seems withdrawn.

use super::*;
use crate::case::intake::{Left, left};
use crate::case::suspension::{Resume, Suspend};
use crate::case::wish::{About, Act, Does, Reply};

fn wish(does: Does, on: Day) -> Command {
    Command::Wish(Act { does, on, words: "As the letter says.".into() })
}

/// An investigation of a complaint that stands still for a trial.
fn suspended() -> Vec<Command> {
    let suspend = Suspend { on: date(2018, 10, 1), review_on: date(2018, 12, 3), reasons: "A trial.".into() };
    under_way().into_iter().chain([Command::Suspend(suspend)]).collect()
}

/// The trial ended and the letter was sent on 1 August 2019: the last day is 29 August 2019.
fn asked() -> Vec<Command> {
    let more = [wish(Does::EndProceedings, date(2019, 7, 29)), wish(Does::Ask(About::Resumption), date(2019, 8, 1))];
    suspended().into_iter().chain(more).collect()
}

fn resume(on: Day) -> Command {
    Command::Resume(Resume { on, reasons: "It can go on.".into() })
}

fn decide(about: About, required: bool, on: Day) -> Command {
    wish(Does::Decide(about, required), on)
}

fn with(given: Vec<Command>, more: impl IntoIterator<Item = Command>) -> Vec<Command> {
    given.into_iter().chain(more).collect()
}

#[test]
fn the_complainant_is_asked_once_the_proceedings_have_ended() {
    refused(suspended(), wish(Does::Ask(About::Resumption), date(2019, 8, 1)), "once the criminal proceedings have");
    refused(under_way(), wish(Does::EndProceedings, date(2019, 7, 29)), "is not suspended");
    allowed(suspended(), resume(date(2019, 8, 1)));
    let ended = with(suspended(), [wish(Does::EndProceedings, date(2019, 7, 29))]);
    refused(ended.clone(), resume(date(2019, 8, 1)), "the complainant is asked first");
    refused(ended, decide(About::Resumption, true, date(2019, 8, 1)), "Write to the complainant first");
    refused(asked(), wish(Does::Ask(About::Resumption), date(2019, 8, 2)), "already been written to");
    refused(asked(), resume(date(2019, 8, 2)), "may answer until the end of 29 August 2019");
}

#[test]
fn a_yes_resumes_and_a_no_asks_for_a_decision() {
    let says = |reply, on| wish(Does::Answer(About::Resumption, reply), on);
    let yes = with(asked(), [says(Reply::GoesOn, date(2019, 8, 5))]);
    refused(yes.clone(), decide(About::Resumption, false, date(2019, 8, 6)), "wishes it to go on");
    allowed(yes, resume(date(2019, 8, 6)));
    let no = with(asked(), [says(Reply::Stops, date(2019, 8, 5))]);
    refused(no.clone(), resume(date(2019, 8, 6)), "Decide first whether the public interest");
    let goes_on = Desk::after(with(no, [decide(About::Resumption, true, date(2019, 8, 6))]));
    assert_eq!(goes_on.case.state.kind_on(TODAY), Some(MatterKind::Conduct));
    assert_eq!(goes_on.case.state.pauses[0].to, Some(date(2019, 8, 6)));
}

#[test]
fn silence_closes_nothing_and_a_decision_is_due_after_the_last_day() {
    refused(asked(), decide(About::Resumption, false, date(2019, 8, 29)), "until the end of 29 August 2019");
    let silent = Desk::after(asked());
    assert_eq!(wish::decision_due(&silent.case.state, silent.context(), date(2019, 8, 29)), None);
    assert_eq!(wish::decision_due(&silent.case.state, silent.context(), date(2019, 8, 30)), Some(About::Resumption));
    assert_eq!(Stage::of(&silent.case.state, &silent.profile), Stage::Suspended);
    let ceased = with(asked(), [decide(About::Resumption, false, date(2019, 8, 30))]);
    let desk = Desk::after(ceased.clone());
    assert_eq!(left(&desk.case.state), Some((Left::Ceased, date(2019, 8, 30))));
    assert!(desk.case.state.closed.is_none());
    refused(ceased.clone(), resume(date(2019, 9, 2)), "The investigation has ceased");
    let early = Command::Close(Close { on: date(2019, 8, 29), publication: None, reasons: "Done.".into() });
    refused(ceased, early, "on or after its last step (30 August 2019)");
}

#[test]
fn an_unsigned_wish_to_withdraw_is_asked_about_and_a_signed_one_decided() {
    let unsigned = vec![refer(), wish(Does::Withdraw(false), date(2018, 6, 4))];
    refused(unsigned.clone(), decide(About::Withdrawal, false, date(2018, 6, 5)), "Write to the complainant first");
    let letter = with(unsigned, [wish(Does::Ask(About::Withdrawal), date(2018, 6, 5))]);
    refused(letter.clone(), decide(About::Withdrawal, false, date(2018, 7, 3)), "until the end of 3 July 2018");
    let ceased = Desk::after(with(letter, [decide(About::Withdrawal, false, date(2018, 7, 4))]));
    assert_eq!(left(&ceased.case.state), Some((Left::Withdrawn, date(2018, 7, 4))));
    let signed = vec![refer(), wish(Does::Withdraw(true), date(2018, 6, 4))];
    refused(signed.clone(), wish(Does::Ask(About::Withdrawal), date(2018, 6, 5)), "without a signature");
    let on = Desk::after(with(signed, [decide(About::Withdrawal, true, date(2018, 6, 5))]));
    assert_eq!((left(&on.case.state), on.case.state.kind_on(TODAY)), (None, Some(MatterKind::Conduct)));
    refused(
        vec![refer_with(|o| o.matter.kind = MatterKind::Dsi)],
        wish(Does::Withdraw(true), date(2018, 6, 4)),
        "Only a complaint can be withdrawn",
    );
}
