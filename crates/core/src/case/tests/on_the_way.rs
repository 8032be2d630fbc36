//! Need, allocation, terms of reference, suspension, discontinuance, forecast.

use super::*;
use crate::case::forecast::Forecast;
use crate::case::need::{Back, ReturnMatter};
use crate::case::suspension::{Discontinue, Resume, Suspend};

fn give_back(on: Day) -> Command {
    Command::ReturnMatter(ReturnMatter { back: Back::Handle, on, reasons: "The force is able to.".into() })
}

fn suspend(on: Day) -> Command {
    let review_on = on.saturating_add(jiff::ToSpan::days(28));
    Command::Suspend(Suspend { on, review_on, reasons: "A trial would be prejudiced.".into() })
}

fn resume(on: Day) -> Command {
    Command::Resume(Resume { on, reasons: "The trial has ended.".into() })
}

fn discontinue(on: Day) -> Command {
    Command::Discontinue(Discontinue { on, reasons: "Not reasonably practicable.".into() })
}

fn forecast(on: Day, by: Day) -> Command {
    Command::Forecast(Forecast { on, by, reasons: "One expert's report is awaited.".into() })
}

/// A death referred on 2 June 2018, allocated on a pathway.
fn death_on(pathway: Pathway) -> Vec<Command> {
    let (directorate, on) = (Directorate::Core, date(2018, 6, 6));
    vec![
        refer_with(|o| o.matter.kind = MatterKind::Dsi),
        mode(Mode::Independent, date(2018, 6, 5)),
        Command::AppointLead(AppointLead { lead: "lead".into(), on, directorate, pathway }),
    ]
}

#[test]
fn a_matter_that_needs_no_investigation_goes_back_and_can_be_closed() {
    let desk = Desk::after(vec![refer(), give_back(date(2018, 6, 5))]);
    assert_eq!(Stage::of(&desk.case.state, &desk.profile), Stage::WithForce);
    refused(
        vec![refer(), give_back(date(2018, 6, 5))],
        mode(Mode::Local, date(2018, 6, 6)),
        "no investigation is necessary",
    );
    refused(vec![refer(), mode(Mode::Local, date(2018, 6, 5))], give_back(date(2018, 6, 6)), "already been decided");
    refused(vec![refer()], give_back(date(2018, 6, 1)), "on or after the day the matter was received");
    allowed(vec![refer(), give_back(date(2018, 6, 5))], close(date(2018, 6, 5)));
}

#[test]
fn to_choose_a_mode_is_to_find_an_investigation_necessary() {
    let desk = Desk::after(vec![refer(), mode(Mode::Local, date(2018, 6, 5))]);
    let need = desk.case.state.need.as_ref().unwrap();
    assert!(need.necessary && need.citation.contains("paragraphs 5(1)"), "{need:?}");
}

#[test]
fn the_streamlined_pathway_is_for_deaths_and_ends_when_conduct_is_indicated() {
    let lead =
        |pathway| AppointLead { lead: "lead".into(), on: date(2018, 6, 6), directorate: Directorate::Core, pathway };
    let complaint = vec![refer(), mode(Mode::Independent, date(2018, 6, 5))];
    refused(complaint, Command::AppointLead(lead(Pathway::StreamlinedDsi)), "for deaths and serious injuries");
    let mut desk = Desk::after(death_on(Pathway::StreamlinedDsi));
    desk.give(change(Attribute::Kind, "conduct", date(2018, 7, 2))).unwrap();
    assert_eq!(desk.case.state.pathway(), Some(Pathway::Standard));
    assert_eq!(desk.case.state.pathways[0].1, Pathway::StreamlinedDsi);
    let back = desk.decide(change(Attribute::Pathway, "streamlined-dsi", date(2018, 7, 3))).unwrap_err();
    assert_eq!(back.problems[0].field, "to");
}

#[test]
fn an_allocation_changes_from_a_day_on_while_the_investigation_is_under_way() {
    allowed(under_way(), change(Attribute::Directorate, "major", date(2018, 9, 3)));
    refused(under_way(), change(Attribute::Directorate, "minor", date(2018, 9, 3)), "Choose the directorate");
    refused(under_way(), change(Attribute::Directorate, "core", date(2018, 9, 3)), "already this");
    refused(reported(), change(Attribute::Directorate, "major", date(2018, 9, 3)), "final report has been submitted");
    refused(vec![refer()], change(Attribute::Directorate, "major", date(2018, 9, 3)), "not been allocated");
}

#[test]
fn whoever_drafted_the_terms_does_not_approve_them() {
    let desk = Desk::after(whole().into_iter().take(4).collect());
    let actor = Actor::new("lead", Role::Dm, vec!["London".into()]);
    let stream = desk.case.reference.stream();
    let object = Object::Case { stream: &stream, force: None, region: Some("London"), lead: None, decided: true };
    let own = permit(&actor, Action::ApproveTerms, object).unwrap();
    let says = decide(&desk.case, &own, desk.context(), approve(date(2018, 6, 12))).unwrap_err().to_string();
    assert!(says.contains("somebody else"), "{says}");
    refused(under_way(), approve(date(2018, 6, 13)), "no draft to approve");
    let again = under_way().into_iter().chain([draft(date(2018, 8, 1))]).collect();
    refused(again, approve(date(2018, 7, 31)), "on or after the day of the draft");
}

#[test]
fn nothing_is_reported_while_the_investigation_stands_still() {
    let suspended: Vec<Command> = under_way().into_iter().chain([suspend(date(2018, 9, 3))]).collect();
    let desk = Desk::after(suspended.clone());
    assert_eq!(Stage::of(&desk.case.state, &desk.profile), Stage::Suspended);
    refused(suspended.clone(), report(date(2019, 1, 7)), "Resume it before");
    refused(suspended.clone(), suspend(date(2018, 10, 1)), "already suspended");
    refused(suspended.clone(), resume(date(2018, 9, 2)), "on or after the day it was suspended");
    let resumed: Vec<Command> = suspended.into_iter().chain([resume(date(2018, 12, 3))]).collect();
    allowed(resumed.clone(), report(date(2019, 1, 7)));
    refused(resumed, suspend(date(2018, 12, 1)), "on or after the day it was last resumed");
    refused(under_way(), resume(date(2018, 9, 3)), "not suspended");
}

#[test]
fn only_the_old_scheme_lets_an_investigation_be_discontinued() {
    let mut desk = Desk::after(under_way());
    desk.give(discontinue(date(2018, 10, 1))).unwrap();
    assert_eq!((desk.case.state.discontinued, desk.case.state.report), (Some(date(2018, 10, 1)), None));
    assert!(desk.decide(report(date(2019, 1, 7))).unwrap_err().to_string().contains("discontinued"));
    desk.give(close(date(2018, 10, 2))).unwrap();
    let new_law = vec![
        refer_with(|o| {
            o.on = date(2020, 2, 3);
            o.matter.clear_on = Some(date(2020, 2, 2));
        }),
        mode(Mode::Independent, date(2020, 2, 5)),
    ];
    refused(new_law, discontinue(date(2020, 3, 2)), "gives no power to");
}

#[test]
fn every_forecast_is_kept() {
    let mut desk = Desk::after(under_way());
    desk.give(forecast(date(2018, 9, 3), date(2019, 3, 29))).unwrap();
    desk.give(forecast(date(2019, 1, 7), date(2019, 5, 31))).unwrap();
    assert_eq!(desk.case.state.forecasts.len(), 2);
    refused(under_way(), forecast(date(2018, 9, 3), date(2018, 9, 2)), "on or after the day of the forecast");
    refused(reported(), forecast(date(2018, 9, 3), date(2019, 9, 2)), "has been submitted");
}
