//! How the answers of the forms of the officer's side become commands.

use candour_core::case::officer::notice::{self, Reply, Terms};
use candour_core::case::officer::sanction::{EarlierAction, Sanction, StateEarlierAction};
use candour_core::case::officer::service::Method;
use candour_core::case::officer::severity::{Assess, Form, Notify, Severity, Told};
use candour_core::case::officer::{Command, accelerated, conversion, former, interview};
use candour_core::case::words;
use candour_core::day::Day;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, note, reasons};
use crate::web::field::{date, required_date};
use crate::web::form::Asked;

/// Whom the form is about.
pub(super) type Person = Option<String>;

fn on(check: &mut Check, asked: &Asked<'_>) -> Option<Day> {
    required_date(check, asked.typed, "on", "The date")
}

fn yes(check: &mut Check, asked: &Asked<'_>, field: &'static str) -> Option<bool> {
    let said = match asked.typed.get(field) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    check.field(field, choose(said, "Choose one of the answers"))
}

fn one<T>(check: &mut Check, asked: &Asked<'_>, field: &'static str, parse: fn(&str) -> Option<T>) -> Option<T> {
    check.field(field, choose(parse(asked.typed.get(field)), "Choose one of the answers"))
}

fn why(check: &mut Check, asked: &Asked<'_>) -> Option<String> {
    reasons(check, asked.typed, "Give your reasons")
}

fn optional(check: &mut Check, asked: &Asked<'_>, field: &'static str) -> Option<String> {
    check.field(field, words::optional("The answer", asked.typed.get(field)))
}

/// A time of day, or none where the box is empty.
fn time(check: &mut Check, asked: &Asked<'_>) -> Option<Option<jiff::civil::Time>> {
    let typed = asked.typed.get("at").trim();
    if typed.is_empty() {
        return Some(None);
    }
    let read = jiff::civil::Time::strptime("%H:%M", typed);
    let read = read.map_err(|_| Refusal::new("Enter a time of day, like 16:05"));
    check.field("at", read).map(Some)
}

pub(super) fn left(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let left_on = required_date(check, asked.typed, "left_on", "The last day of service");
    let surfaced_on = required_date(check, asked.typed, "surfaced_on", "The date on which it came to attention");
    let on = on(check, asked);
    let left = former::StateLeft { person: person?, left_on: left_on?, surfaced_on: surfaced_on?, on: on? };
    Some(Command::StateLeft(left))
}

pub(super) fn earlier(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let action = one(check, asked, "earlier", Sanction::parse_earlier);
    let from_on = required_date(check, asked.typed, "from_on", "The date from which it was in force");
    let until_on = check.field("until_on", date(asked.typed, "until_on", "The last day"));
    let on = on(check, asked);
    let earlier = EarlierAction { person: person?, action: action?, from_on: from_on?, until_on: until_on? };
    Some(Command::StateEarlierAction(StateEarlierAction { earlier, on: on? }))
}

fn assessment(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Assess> {
    let severity = one(check, asked, "severity", Severity::parse);
    let form = match asked.typed.get("form") {
        "" | "none" => Some(None),
        _ => one(check, asked, "form", Form::parse).map(Some),
    };
    let consulted_on = check.field("consulted_on", date(asked.typed, "consulted_on", "The date of the consultation"));
    let on = on(check, asked);
    let reasons = why(check, asked);
    let (consulted_on, severity) = (consulted_on?, severity?);
    Some(Assess { person: person?, severity, form: form?, consulted_on, on: on?, reasons: reasons? })
}

pub(super) fn severity(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    assessment(check, asked, person).map(Command::Assess)
}

pub(super) fn revise(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    assessment(check, asked, person).map(Command::Revise)
}

pub(super) fn told(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let told = one(check, asked, "told", Told::parse);
    let on = on(check, asked);
    Some(Command::NotifySeverity(Notify { person: person?, told: told?, on: on? }))
}

pub(super) fn draft(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let conduct = words::required("Describe the conduct", "The conduct", asked.typed.get("conduct"));
    let conduct = check.field("conduct", conduct);
    let complete = yes(check, asked, "states");
    if complete == Some(false) {
        check.problem("states", "A notice must state all of it. Complete the draft first");
    }
    let on = on(check, asked);
    let person = person?;
    let involved = asked.case().state.involved(&person).cloned().unwrap_or_default();
    let states = notice::contents(&asked.case().state, asked.context(), &involved);
    Some(Command::Draft(notice::Draft { person, on: on?, states, conduct: conduct? }))
}

pub(super) fn approve(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let on = on(check, asked);
    Some(Command::Approve(notice::Approve { person: person?, on: on? }))
}

pub(super) fn withhold(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let on = on(check, asked);
    let review_on = required_date(check, asked.typed, "review_on", "The date of the review");
    let reasons = why(check, asked);
    let withhold = notice::Withhold { person: person?, on: on?, review_on: review_on?, reasons: reasons? };
    Some(Command::Withhold(withhold))
}

pub(super) fn serve(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let method = one(check, asked, "method", Method::parse);
    let on = on(check, asked);
    let at = time(check, asked);
    let why = optional(check, asked, "why");
    Some(Command::Serve(notice::Serve { person: person?, on: on?, method: method?, at: at?, why: why? }))
}

pub(super) fn terms(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let terms = one(check, asked, "terms", Terms::parse);
    let method = one(check, asked, "method", Method::parse);
    let on = on(check, asked);
    let at = time(check, asked);
    let why = optional(check, asked, "why");
    let reasons = optional(check, asked, "reasons");
    let (person, terms, method) = (person?, terms?, method?);
    let (on, at, why, reasons) = (on?, at?, why?, reasons?);
    Some(Command::GiveTerms(notice::GiveTerms { person, terms, on, method, at, why, reasons }))
}

pub(super) fn answer(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let reply = one(check, asked, "reply", Reply::parse);
    let on = on(check, asked);
    let note = note(check, asked.typed);
    Some(Command::Answer(notice::Answer { person: person?, reply: reply?, on: on?, note: note? }))
}

pub(super) fn withdraw(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let (on, reasons) = (on(check, asked), why(check, asked));
    Some(Command::Withdraw(notice::Withdraw { person: person?, on: on?, reasons: reasons? }))
}

pub(super) fn interview(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let for_on = required_date(check, asked.typed, "for_on", "The date of the interview");
    let agreed = yes(check, asked, "agreed");
    let on = on(check, asked);
    Some(Command::Interview(interview::Notify { person: person?, on: on?, for_on: for_on?, agreed: agreed? }))
}

pub(super) fn moved(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let for_on = required_date(check, asked.typed, "for_on", "The date of the interview");
    let on = on(check, asked);
    Some(Command::MoveInterview(interview::Move { person: person?, on: on?, for_on: for_on? }))
}

pub(super) fn held(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let attended = yes(check, asked, "attended");
    let on = on(check, asked);
    let note = note(check, asked.typed);
    Some(Command::HoldInterview(interview::Hold { person: person?, on: on?, attended: attended?, note: note? }))
}

pub(super) fn determine(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let goes_on = yes(check, asked, "goes_on");
    let (on, reasons) = (on(check, asked), why(check, asked));
    let determine = former::Determine { person: person?, goes_on: goes_on?, on: on?, reasons: reasons? };
    Some(Command::Determine(determine))
}

pub(super) fn submit(check: &mut Check, asked: &Asked<'_>, _: Person) -> Option<Command> {
    let (on, reasons) = (on(check, asked), why(check, asked));
    Some(Command::SubmitConversion(conversion::Submit { on: on?, reasons: reasons? }))
}

pub(super) fn convert(check: &mut Check, asked: &Asked<'_>, _: Person) -> Option<Command> {
    let indicated = yes(check, asked, "indicated");
    let (on, reasons) = (on(check, asked), why(check, asked));
    Some(Command::DecideConversion(conversion::Decide { indicated: indicated?, on: on?, reasons: reasons? }))
}

pub(super) fn converted(check: &mut Check, asked: &Asked<'_>, _: Person) -> Option<Command> {
    let both = yes(check, asked, "both");
    let on = on(check, asked);
    Some(Command::NotifyConversion(conversion::Notify { on: on?, both: both? }))
}

pub(super) fn recorded(check: &mut Check, asked: &Asked<'_>, _: Person) -> Option<Command> {
    let on = on(check, asked);
    Some(Command::RecordConversion(conversion::Record { on: on? }))
}

pub(super) fn accelerate(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let (on, reasons) = (on(check, asked), why(check, asked));
    Some(Command::Accelerate(accelerated::Submit { person: person?, on: on?, reasons: reasons? }))
}

pub(super) fn authority(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let answer = one(check, asked, "answer", accelerated::Reply::parse);
    let on = on(check, asked);
    let note = note(check, asked.typed);
    let answer = accelerated::Answer { person: person?, answer: answer?, on: on?, note: note? };
    Some(Command::AnswerAccelerated(answer))
}

pub(super) fn direct(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let directed = yes(check, asked, "directed");
    let (on, reasons) = (on(check, asked), why(check, asked));
    let decide = accelerated::Decide { person: person?, directed: directed?, on: on?, reasons: reasons? };
    Some(Command::DecideAccelerated(decide))
}

pub(super) fn memorandum(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let on = on(check, asked);
    Some(Command::ProposeAccelerated(accelerated::Propose { person: person?, on: on? }))
}

pub(super) fn objection(check: &mut Check, asked: &Asked<'_>, person: Person) -> Option<Command> {
    let objects = yes(check, asked, "objects");
    let (on, reasons) = (on(check, asked), why(check, asked));
    let decide = accelerated::DecideObjection { person: person?, objects: objects?, on: on?, reasons: reasons? };
    Some(Command::DecideObjection(decide))
}
