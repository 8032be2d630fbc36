//! Letters: each fills from the record, none contradicts it, and service does what the law says.

use super::informed::{add, decide_on, give_on, new_scheme};
use super::*;
use crate::case::allegation::Allege;
use crate::case::course::Form;
use crate::case::decision::{Answer, DecideCaseToAnswer, DecideProsecutor};
use crate::case::discipline::{Act as Discipline, Does};
use crate::case::forecast::Forecast;
use crate::case::informed::Role as Part;
use crate::case::letter::{Issue, Serve, Service, Translate};
use crate::case::need::{Back, ReturnMatter};
use crate::case::officer::notice::{self, Content, Terms};
use crate::case::officer::service::Method;
use crate::case::officer::severity::{Assess, Form as Likely, Severity};
use crate::case::officer::status::{SetStatus, Status};
use crate::case::officer::{Command as Officer, interview};
use crate::case::proceeding::{Begin, End};
use crate::case::recommendation::{self, Does as Recommending};
use crate::case::reinvestigation::Reinvestigate;
use crate::case::review::acts::Receive;
use crate::case::review::{self, Applicant, Does as Reviewing, Ground, Invalid, Outcome};
use crate::case::suspension::{Resume, Suspend};
use crate::case::views::Act as Views;
use crate::holder::Holder;
use crate::law::id;
use crate::letters::fill::{self, Filling};
use crate::letters::{Addressee, Letters, Need, Template};

const LATER: Day = date(2021, 12, 1);

fn words(text: &str) -> String {
    text.to_owned()
}

fn begin(stage: &str, owner: Holder, on: Day) -> Command {
    let expected_on = date(2021, 12, 20);
    Command::BeginProceeding(Begin { stage: stage.into(), owner, on, expected_on, person: None, note: String::new() })
}

fn end(n: u32, outcome: &str, on: Day) -> Command {
    Command::EndProceeding(End { n, outcome: outcome.into(), on, note: String::new() })
}

fn prosecutor(referred: bool) -> Command {
    Command::DecideProsecutor(DecideProsecutor {
        referred,
        on: date(2021, 5, 6),
        reasons: words("On the evidence."),
        sensitive: None,
    })
}

fn forecast() -> Command {
    let (on, by) = (date(2020, 9, 1), date(2021, 5, 1));
    Command::Forecast(Forecast { on, by, reasons: words("Two experts are awaited. We will then interview.") })
}

fn suspend() -> Command {
    let (on, review_on) = (date(2020, 10, 1), date(2021, 1, 4));
    Command::Suspend(Suspend { on, review_on, reasons: words("A trial would be prejudiced.") })
}

fn resume() -> Command {
    Command::Resume(Resume { on: date(2021, 1, 4), reasons: words("The trial is over.") })
}

fn issue(letter: &str, to: &str) -> Issue {
    // The time and place of an interview are the one thing that the record leaves to be added.
    let added = if letter == "L07" { words("At 10 am, at our office in Cardiff.") } else { String::new() };
    Issue { letter: letter.into(), to: to.into(), added, lead: Some(words("Rob Field")) }
}

fn desk(commands: impl IntoIterator<Item = Command>) -> Desk {
    let mut desk = Desk::empty();
    for command in commands {
        match (&command, command.action()) {
            (_, Action::DraftNotice | Action::ServeNotice) => give_as(&mut desk, ("lead", Role::Inv), command),
            (
                Command::Discipline(Discipline { does: Does::Direct, on, .. })
                | Command::DecideProsecutor(DecideProsecutor { referred: false, on, .. }),
                _,
            ) => {
                let on = *on;
                give_as(&mut desk, ("dm", Role::Dm), Command::Propose(Box::new(command)));
                let of = desk.case.version();
                give_as(&mut desk, ("second", Role::Sup), Command::Approve(crate::case::second::Approve { of, on }));
            }
            _ => give_on(&mut desk, LATER, [command]),
        }
    }
    desk
}

/// What somebody in particular does: the lead about a notice, a second person about a direction.
fn give_as(desk: &mut Desk, (id, role): (&str, Role), command: Command) {
    let actor = Actor::new(id, role, vec!["London".into()]);
    let stream = desk.case.reference.stream();
    let (lead, decided) = (desk.case.state.lead(), desk.case.state.mode.is_some());
    let object = Object::Case { stream: &stream, force: None, region: Some("London"), lead, decided };
    let given = permit(&actor, command.action(), object).unwrap();
    let context = Context { today: LATER, ..desk.context() };
    for fresh in decide(&desk.case, &given, context, command).unwrap_or_else(|e| panic!("{e}")) {
        let version = desk.case.version() + 1;
        let (actor, words) = (id.to_owned(), fresh.words.clone());
        desk.case.add(Entry { seq: version, actor, words, ..fresh.as_entry(version) });
    }
}

/// The matter with its people, as far as its terms of reference.
fn investigated() -> Vec<Command> {
    let mut commands = new_scheme();
    commands.extend([Part::Complainant, Part::InterestedPerson, Part::Subject].map(|part| add(part, date(2020, 3, 9))));
    commands.extend([lead(date(2020, 3, 9)), draft(date(2020, 3, 10)), approve(date(2020, 3, 11)), forecast()]);
    commands
}

fn decided() -> Vec<Command> {
    let mut commands = investigated();
    let allege = Allege {
        person: words("person:0123456789A"),
        category: words("iopc-2020:B4"),
        on: date(2020, 3, 20),
        what: words("Used force without need."),
    };
    let answer = DecideCaseToAnswer { n: 1, answer: Answer::Misconduct, on: date(2021, 5, 5), reasons: words("Yes.") };
    let views = Views::Receive { on: date(2021, 5, 4), views: words("None.") };
    commands.extend([
        Command::Allege(allege),
        report(date(2021, 4, 30)),
        seek(date(2021, 5, 1)),
        Command::Views(views),
    ]);
    commands.push(Command::DecideCaseToAnswer(answer));
    commands
}

fn seek(on: Day) -> Command {
    Command::Views(Views::Request { on, special: true, opinion: words("A case to answer for misconduct.") })
}

/// The report of an allegation, submitted and not decided.
fn reported_only() -> Vec<Command> {
    let mut commands = decided();
    commands.truncate(commands.len() - 3);
    commands
}

fn discipline(does: Does, on: Day) -> Command {
    Command::Discipline(Discipline { does, n: 1, on, reasons: words("The film shows it.") })
}

fn directed() -> Vec<Command> {
    let form = Does::Decide(Form::MisconductMeeting);
    with(decided(), [discipline(form, date(2021, 5, 6)), discipline(Does::Direct, date(2021, 5, 7))])
}

const PC: &str = "person:PC";

fn assess(severity: Severity, likely: Likely, on: Day) -> Assess {
    let reasons = words("The film.");
    Assess { person: PC.into(), severity, form: Some(likely), consulted_on: Some(on), on, reasons }
}

/// Somebody's conduct, assessed as gross misconduct on 3 May 2021.
fn assessed() -> Vec<Command> {
    let status =
        SetStatus { person: PC.into(), status: Status::Unassessed, on: date(2021, 5, 1), reasons: String::new() };
    let gross = assess(Severity::GrossMisconduct, Likely::Hearing, date(2021, 5, 3));
    with(investigated(), [Officer::SetStatus(status), Officer::Assess(gross)].map(Command::Officer))
}

fn noticed() -> Vec<Command> {
    use Content::{Advice, BarredList, Conduct, Investigation, PoliceFriend, Representations, Severity, Silence};
    let states = vec![Conduct, Investigation, Severity, BarredList, Advice, PoliceFriend, Representations, Silence];
    let (person, on) = (PC.to_owned(), date(2021, 5, 4));
    let draft = notice::Draft { person: person.clone(), on, states, conduct: words("No check was made at four.") };
    let approve = notice::Approve { person, on };
    with(assessed(), [Officer::Draft(draft), Officer::Approve(approve)].map(Command::Officer))
}

/// The same, served on 5 May 2021 with the terms of reference.
fn noticed_and_served() -> Vec<Command> {
    let (person, on, method, why) = (PC.to_owned(), date(2021, 5, 5), Method::InPerson, String::new());
    let serve = notice::Serve { person: person.clone(), on, method, at: None, why: why.clone() };
    let terms = Terms::Given;
    let terms = notice::GiveTerms { person, terms, on, method, at: None, why, reasons: String::new() };
    with(noticed(), [Officer::Serve(serve), Officer::GiveTerms(terms)].map(Command::Officer))
}

fn revised(on: Day) -> Command {
    Command::Officer(Officer::Revise(assess(Severity::Misconduct, Likely::Meeting, on)))
}

fn interviewed(agreed: bool) -> Command {
    let (on, for_on) = (date(2021, 11, 25), date(2021, 12, 6));
    Command::Officer(Officer::Interview(interview::Notify { person: PC.into(), on, for_on, agreed }))
}

fn recommend(n: u32, on: Day, does: Recommending) -> Command {
    Command::Recommend(recommendation::Act { n, on, does, words: words("Check hourly.") })
}

/// A recommendation that was made on a day.
fn recommended(n: u32, on: Day) -> Vec<Command> {
    let (sort, to) = (recommendation::Sort::Learning, recommendation::Recipient::Authority);
    let draft = recommendation::acts::Draft { sort, to, recipient: words("The Chief"), listed: None, together: false };
    let check = Recommending::Note(recommendation::Step::LegalCheck);
    [(0, Recommending::Draft(draft)), (n, check), (n, Recommending::Issue)].map(|(n, d)| recommend(n, on, d)).into()
}

/// An application for a review of a complaint that the force handled, received on 5 October 2021.
fn applied(by: Applicant) -> Vec<Command> {
    let receive = Receive {
        sort: review::Sort::Handling,
        by,
        person: None,
        told_on: date(2021, 9, 20),
        lay: None,
        complains: Vec::new(),
        criminal: false,
    };
    with(sample("L03"), [reviewing(date(2021, 10, 5), Reviewing::Receive(receive))])
}

fn reviewing(on: Day, does: Reviewing) -> Command {
    let n = u32::from(!matches!(does, Reviewing::Receive(_)));
    Command::Review(review::Act { n, on, does, words: words("The film was not looked at.") })
}

const CHECKED: Day = date(2021, 10, 6);

/// The same, found valid and allocated to the one who decides at this desk.
fn valid() -> Vec<Command> {
    let validate = Reviewing::Validate(Some(Ground::SeniorOfficer));
    with(applied(Applicant::Complainant), [validate, Reviewing::Allocate("dm".into())].map(|d| reviewing(CHECKED, d)))
}

fn invalid(why: Invalid) -> Vec<Command> {
    let by = if why == Invalid::NotComplainant { Applicant::Other } else { Applicant::Complainant };
    with(applied(by), [reviewing(CHECKED, Reviewing::Invalidate(why))])
}

fn with(given: Vec<Command>, more: impl IntoIterator<Item = Command>) -> Vec<Command> {
    given.into_iter().chain(more).collect()
}

/// A record in which a letter is lawful, for each letter that any record can allow.
fn sample(key: &str) -> Vec<Command> {
    let returned = ReturnMatter { back: Back::Handle, on: date(2020, 3, 5), reasons: words("The force can do it.") };
    let at_court = begin("trial", Holder::Court, date(2020, 10, 2));
    let hearing = begin("misconduct-hearing", Holder::Panel, date(2021, 6, 1));
    match key {
        "L01" => new_scheme().into_iter().take(1).collect(),
        "L03" => {
            vec![new_scheme().swap_remove(0), add(Part::Complainant, date(2020, 3, 4)), Command::ReturnMatter(returned)]
        }
        "L11-suspension" => with(investigated(), [suspend()]),
        "L11-resumption" => with(investigated(), [suspend(), resume()]),
        "L11-wish" => with(investigated(), [suspend(), at_court, end(1, "acquitted", date(2020, 12, 1))]),
        "L13-referral" => with(decided(), [prosecutor(true)]),
        "L13-non-referral" => with(decided(), [prosecutor(false)]),
        "L05" => noticed(),
        "L06" => with(noticed_and_served(), [revised(date(2021, 6, 1))]),
        "L07" => with(noticed_and_served(), [interviewed(false)]),
        "L08" => assessed(),
        "L12" => with(reported_only(), [seek(date(2021, 11, 15))]),
        "L14" | "L15" => decided(),
        "L16" => directed(),
        "L17" => with(reported_only(), recommended(1, date(2021, 11, 1))),
        "L18-extension" => {
            let given = Recommending::Extend(date(2021, 11, 8), Some(date(2022, 1, 31)));
            with(sample("L17"), [recommend(1, date(2021, 11, 9), given)])
        }
        "L18-reminder" => with(reported_only(), recommended(1, date(2021, 10, 21))),
        "L19-acknowledgement" => applied(Applicant::Complainant),
        "L19-invalid" => invalid(Invalid::Incomplete),
        "L19-forwarded" => {
            let forward = Reviewing::Forward(review::Body::LocalPolicingBody);
            with(invalid(Invalid::WrongBody), [reviewing(CHECKED, forward)])
        }
        "L20" => {
            let (outcome, apology) = (Reviewing::Decide(Outcome::Upheld), Reviewing::Remedy(review::Remedy::Apology));
            with(valid(), [outcome, apology].map(|does| reviewing(date(2021, 11, 3), does)))
        }
        "L21" => {
            let anew = Reference::derived("test", "2");
            let again = Reinvestigate { anew, on: date(2021, 9, 1), reasons: words("New footage.") };
            with(decided(), [Command::Reinvestigate(again)])
        }
        "L22-hearing" => with(decided(), [hearing]),
        "L22-outcome" => with(decided(), [hearing, end(1, "dismissed", date(2021, 7, 1))]),
        "L22-appeal" => with(
            decided(),
            [hearing, end(1, "dismissed", date(2021, 7, 1)), begin("tribunal", Holder::Tribunal, date(2021, 8, 2))],
        ),
        _ => investigated(),
    }
}

fn whoever(template: &Template, desk: &Desk) -> Vec<String> {
    fill::recipients(template, &desk.case.state)
}

fn beyond(template: &Template) -> bool {
    template.needs.iter().any(|need| need.is_beyond_the_record())
}

#[test]
fn every_letter_fills_from_a_record_that_allows_it_and_leaves_no_field_unfilled() {
    for template in Letters::built_in().all().iter().filter(|template| !beyond(template)) {
        let desk = desk(sample(&template.key));
        let whom = whoever(template, &desk);
        assert!(!whom.is_empty(), "{}: somebody to send it to", template.key);
        for to in whom {
            let context = Context { today: LATER, ..desk.context() };
            let (_, filled) =
                issue(&template.key, &to).text(&desk.case, context).unwrap_or_else(|e| panic!("{}: {e}", template.key));
            assert!(!filled.en.contains(['{', '}']), "{}: {}", template.key, filled.en);
            assert!(filled.en.contains("What happens next\n"), "{}", template.key);
            assert!(filled.en.contains("Whom to ask\n") && filled.en.contains("Rob Field"), "{}", template.key);
            for rule in &template.rules {
                let cited = power::cited(rule, &desk.case.state, context, LATER).unwrap();
                assert!(filled.en.contains(&cited), "{} does not cite {cited}", template.key);
            }
        }
    }
}

#[test]
fn a_letter_whose_facts_the_record_cannot_hold_yet_is_refused_with_what_it_lacks_and_fills_all_the_same() {
    let desk = desk(with(decided(), [prosecutor(true)]));
    let context = Context { today: LATER, ..desk.context() };
    for template in Letters::built_in().all().iter().filter(|template| beyond(template)) {
        let to = whoever(template, &desk).remove(0);
        let says = issue(&template.key, &to).text(&desk.case, context).unwrap_err().to_string();
        assert!(says.starts_with("The record"), "{}: {says}", template.key);
        let filling = Filling { case: &desk.case, context, to: &to, lead: None, added: "" };
        let filled = fill::filled(template, filling).unwrap_or_else(|e| panic!("{}: {e}", template.key));
        assert!(!filled.en.contains(['{', '}']), "{}", template.key);
    }
}

/// The record of one letter, tried on every other: whatever is issued is filled whole.
#[test]
fn whatever_the_record_a_letter_is_refused_in_words_or_filled_whole() {
    let (mut issued, mut refusals) = (0, 0);
    for of in Letters::built_in().all() {
        let desk = desk(sample(&of.key));
        let context = Context { today: LATER, ..desk.context() };
        for template in Letters::built_in().all() {
            let people = desk.case.state.informed.iter().map(|person| person.key.clone());
            let whom = Addressee::OFFICES.iter().map(|office| office.id().to_owned()).chain(people);
            for to in whom {
                match issue(&template.key, &to).text(&desk.case, context) {
                    Ok((_, filled)) => {
                        issued += 1;
                        assert!(!filled.en.contains(['{', '}']), "{} to {to}: {}", template.key, filled.en);
                    }
                    Err(refusal) => {
                        refusals += 1;
                        let says = refusal.to_string();
                        assert!(says.len() > 20 && !says.ends_with('.') && !says.contains('{'), "{says}");
                    }
                }
            }
        }
    }
    assert!(issued > 100 && refusals > 100, "{issued} and {refusals}");
}

#[track_caller]
fn contradicts(commands: Vec<Command>, key: &str, to: &str, says: &str) {
    let desk = desk(commands);
    let to = match to {
        "complainant" => desk.case.state.informed[0].key.clone(),
        "subject" => desk.case.state.informed[2].key.clone(),
        office => office.to_owned(),
    };
    let refusal = decide_on(&desk, LATER, Command::IssueLetter(issue(key, &to))).unwrap_err().to_string();
    assert!(refusal.contains(says), "{key}: {refusal:?} does not say {says:?}");
}

#[test]
fn a_letter_that_contradicts_the_record_is_refused_with_the_sentence_why() {
    let received = || {
        let Command::Open(open) = new_scheme().swap_remove(0) else { unreachable!() };
        let matter = Matter { route: None, ..open.matter.clone() };
        vec![Command::Open(Open { how: How::Received, matter, ..open })]
    };
    let first = || new_scheme().into_iter().take(1).collect::<Vec<_>>();
    contradicts(received(), "L01", "authority", "was not referred");
    contradicts(first(), "L02", "authority", "The mode of investigation has not been decided yet");
    contradicts(sample("L03"), "L02", "authority", "no investigation is necessary");
    contradicts(new_scheme(), "L03", "authority", "its mode was decided on 5 March 2020 to be independent");
    contradicts(new_scheme(), "L04", "authority", "No lead investigator");
    contradicts(investigated(), "L05", "subject", "no severity assessment");
    contradicts(investigated(), "L06", "subject", "no severity assessment that was revised");
    contradicts(investigated(), "L07", "subject", "no day of an interview");
    contradicts(investigated(), "L08", "subject", "a witness or a subject");
    contradicts(assessed(), "L05", "subject", "Draft it and have it approved first");
    contradicts(noticed_and_served(), "L05", "subject", "was served on 5 May 2021");
    contradicts(with(noticed(), [revised(date(2021, 6, 1))]), "L06", "subject", "has not been served");
    contradicts(with(noticed(), [revised(date(2021, 6, 1))]), "L05", "subject", "states the assessment in force");
    let held = interview::Hold { person: PC.into(), on: date(2021, 11, 30), attended: true, note: String::new() };
    let held = with(sample("L07"), [Command::Officer(Officer::HoldInterview(held))]);
    contradicts(held, "L07", "subject", "was held on 30 November 2021");
    contradicts(sample("L03"), "L09", "complainant", "no investigation is necessary");
    contradicts(decided(), "L10", "policing-body", "The final report was submitted on 30 April 2021");
    contradicts(investigated(), "L11-suspension", "authority", "is not suspended");
    contradicts(sample("L11-suspension"), "L11-resumption", "authority", "was not suspended and resumed");
    contradicts(sample("L11-suspension"), "L11-wish", "complainant", "no criminal proceedings that have ended");
    contradicts(investigated(), "L12", "authority", "has not been submitted yet");
    contradicts(reported_only(), "L12", "authority", "does not say that the authority's views were sought");
    contradicts(decided(), "L12", "authority", "were received on 4 May 2021");
    let late = with(reported_only(), [seek(date(2021, 5, 1))]);
    contradicts(late, "L12", "authority", "ended on 29 May 2021");
    contradicts(
        sample("L13-referral"),
        "L13-non-referral",
        "complainant",
        "was referred to the prosecutor on 6 May 2021",
    );
    contradicts(sample("L13-non-referral"), "L13-referral", "prosecutor", "decided on 6 May 2021 not to refer");
    contradicts(decided(), "L13-referral", "prosecutor", "was not decided yet");
    contradicts(reported_only(), "L14", "complainant", "Allegation 1 has not been decided yet");
    contradicts(investigated(), "L14", "complainant", "has not been submitted yet");
    contradicts(investigated(), "L15", "subject", "has not been submitted yet");
    contradicts(reported_only(), "L16", "authority", "no determination and no direction");
    contradicts(decided(), "L16", "authority", "No disciplinary proceedings have been directed");
    let withdrawn = with(directed(), [discipline(Does::Withdraw, date(2021, 5, 10))]);
    contradicts(withdrawn, "L16", "authority", "direction on allegation 1 was withdrawn on 10 May 2021");
    contradicts(decided(), "L17", "recipient", "no learning recommendation");
    contradicts(decided(), "L18-extension", "recipient", "no learning recommendation");
    contradicts(sample("L17"), "L18-extension", "recipient", "no decision that gives more time");
    contradicts(sample("L17"), "L18-reminder", "recipient", "No day has come");
    let answer = Recommending::Answer(recommendation::Answer::Accepted, false);
    let answered = with(sample("L17"), [recommend(1, date(2021, 11, 20), answer)]);
    contradicts(answered, "L17", "recipient", "was answered on 20 November 2021");
    contradicts(decided(), "L19-acknowledgement", "authority", "no application for a review");
    contradicts(decided(), "L20", "authority", "no application for a review");
    contradicts(valid(), "L20", "authority", "no decision on the review");
    contradicts(valid(), "L19-invalid", "authority", "no application for a review that was found invalid");
    contradicts(sample("L20"), "L19-acknowledgement", "authority", "was decided on 3 November 2021");
    contradicts(invalid(Invalid::WrongBody), "L19-invalid", "authority", "for another body to decide");
    contradicts(invalid(Invalid::NotComplainant), "L19-invalid", "complainant", "not made by or for the complainant");
    contradicts(invalid(Invalid::WrongBody), "L19-forwarded", "authority", "was not forwarded");
    contradicts(decided(), "L21", "authority", "not determined that the matter is investigated again");
    contradicts(decided(), "L22-hearing", "complainant", "No proceeding is running");
    contradicts(decided(), "L22-outcome", "complainant", "No proceeding has ended yet");
    contradicts(decided(), "L22-appeal", "complainant", "no appeal");
    contradicts(decided(), "L23", "complainant", "no complaint about our own service");
    contradicts(decided(), "L24", "authority", "no day on which the report is to be published");
}

#[test]
fn a_letter_goes_only_to_those_for_whom_it_is_and_not_where_it_is_withheld() {
    contradicts(decided(), "L14", "authority", "does not go to the appropriate authority");
    contradicts(decided(), "L14", "subject", "does not go to the person whose conduct is investigated");
    contradicts(decided(), "L14", "nobody", "Choose to whom");
    let mut desk = desk(investigated());
    let key = desk.case.state.informed[0].key.clone();
    let withhold = crate::case::informed::commands::Withhold {
        key: key.clone(),
        purpose: crate::case::informed::Purpose::Crime,
        on: date(2021, 11, 1),
        review_on: date(2022, 1, 4),
        reasons: words("A suspect would be warned."),
    };
    give_on(&mut desk, LATER, [Command::WithholdUpdate(withhold)]);
    let says = decide_on(&desk, LATER, Command::IssueLetter(issue("L09", &key))).unwrap_err().to_string();
    assert!(says.contains("looked at again on 4 January 2022"), "{says}");
}

#[test]
fn a_notice_of_the_delay_waits_for_the_end_of_its_period_and_for_an_estimate() {
    let try_on = |commands: Vec<Command>, today: Day| {
        let desk = desk(commands);
        decide_on(&desk, today, Command::IssueLetter(issue("L10", "policing-body")))
    };
    let says = try_on(investigated(), date(2021, 3, 1)).unwrap_err().to_string();
    assert!(says.contains("The period ends on 1 March 2021"), "{says}");
    let mut without = investigated();
    without.pop();
    assert!(try_on(without, date(2021, 3, 2)).unwrap_err().to_string().contains("no estimate"));
    let fresh = try_on(investigated(), date(2021, 3, 2)).unwrap();
    let text = &fresh[0].words[0].1;
    for part in ["Period 1 ended on 1 March 2021", "by 1 May 2021", "Two experts are awaited", "lasts 6 months"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn what_is_added_is_bounded_and_stands_under_a_heading_of_its_own() {
    let desk = desk(investigated());
    let add =
        |added: String| decide_on(&desk, LATER, Command::IssueLetter(Issue { added, ..issue("L04", "authority") }));
    let fresh = add(words("The lead is away in August. {mode}")).unwrap();
    assert!(fresh[0].words[0].1.contains("Added to this letter\nThe lead is away in August. {mode}"));
    assert!(!add(String::new()).unwrap()[0].words[0].1.contains("Added to this letter"));
    let says = add("x".repeat(fill::ADDED_CHARS_MAX + 1)).unwrap_err();
    assert_eq!(says.problems[0].field, "added");
}

#[test]
fn a_letter_is_dated_today_and_its_text_is_a_personal_word() {
    let desk = desk(investigated());
    let key = desk.case.state.informed[0].key.clone();
    let fresh = decide_on(&desk, LATER, Command::IssueLetter(issue("L04", &key))).unwrap();
    assert_eq!(fresh[0].on, Some(LATER));
    assert!(
        fresh[0].words[0].1.contains("To: Ann Marsh") && fresh[0].words[0].1.contains("To find out what happened.")
    );
    let (_, data) = fresh[0].event.encode();
    let data = serde_json::Value::Object(data).to_string();
    assert!(!data.contains("Marsh") && data.contains(&Letters::built_in().named("L04").unwrap().version()), "{data}");
}

fn serve(n: u32, sent_on: Day, given_on: Option<Day>) -> Command {
    Command::ServeLetter(Serve {
        n,
        by: Service::Post,
        sent_on,
        given_on,
        proof: words("Certificate of posting."),
        despite: String::new(),
    })
}

#[test]
fn service_of_an_update_restarts_the_four_weeks_from_the_day_it_counts_as_given() {
    let mut desk = desk(investigated());
    let key = desk.case.state.informed[0].key.clone();
    let today = date(2020, 3, 30);
    give_on(&mut desk, today, [Command::IssueLetter(issue("L09", &key))]);
    let refuse = |command| decide_on(&desk, LATER, command).unwrap_err().to_string();
    assert!(refuse(serve(2, today, None)).contains("no such letter"));
    assert!(refuse(serve(1, date(2020, 3, 27), None)).contains("on or after the day of the letter (30 March 2020)"));
    assert!(refuse(serve(1, date(2020, 4, 1), Some(date(2020, 3, 31)))).contains("cannot count as given before"));
    assert!(refuse(Command::IssueLetter(issue("L09", &key))).contains("Letter 1 says the same to them"));
    give_on(&mut desk, LATER, [serve(1, today, Some(date(2020, 4, 1)))]);
    assert!(decide_on(&desk, LATER, serve(1, today, None)).unwrap_err().to_string().contains("already been recorded"));
    let context = Context { today: LATER, ..desk.context() };
    let clocks = clocks::of(&desk.case.state, context);
    let about = |rule: &str| clocks.iter().find(|c| c.timer.rule == rule && c.timer.about == key).unwrap();
    assert_eq!(about(id::UPDATE_FIRST).standing(LATER), clocks::Standing::Met);
    assert_eq!(about(id::UPDATE_NEXT).due, Some(date(2020, 4, 29)));
}

#[test]
fn a_welsh_text_is_due_until_it_is_there() {
    let mut desk = desk(investigated());
    give_on(&mut desk, LATER, [Command::IssueLetter(issue("L04", "authority"))]);
    assert!(desk.case.state.letter(1).unwrap().translation_due());
    let translate = || Command::TranslateLetter(Translate { n: 1, on: LATER, text: words("Ysgrifennaf atoch.") });
    give_on(&mut desk, LATER, [translate()]);
    assert!(!desk.case.state.letter(1).unwrap().translation_due());
    let says = decide_on(&desk, LATER, translate()).unwrap_err().to_string();
    assert!(says.contains("has its Welsh text"), "{says}");
}

#[test]
fn needs_that_the_record_cannot_meet_yet_are_said_to_be_so() {
    assert!(Need::PublicationSet.is_beyond_the_record());
    assert!(!Need::ProceedingsDirected.is_beyond_the_record());
}

mod wording;
