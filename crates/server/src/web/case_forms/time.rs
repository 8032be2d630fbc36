//! Give more time before a clock runs out, and record that exceptional circumstances prevented a
//! limit from being met.

use candour_core::case::clocks::acts::{Excuse, Extend};
use candour_core::case::clocks::{self, Clock};
use candour_core::case::{Command, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use crate::web::field::{Field, Input, date, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::{Typed, encode};

pub(super) struct MoreTime;
pub(super) struct Exceptional;

/// The clocks of the case for which somebody may do what a form is for.
fn open_to(asked: &Asked<'_>, fits: fn(&Asked<'_>, &Clock) -> bool) -> Vec<Clock> {
    clocks::of(&asked.case().state, asked.context()).into_iter().filter(|clock| fits(asked, clock)).collect()
}

fn extendable(asked: &Asked<'_>, clock: &Clock) -> bool {
    clock.runs() && asked.app.law.rule(clock.timer.rule).is_some_and(|rule| rule.extension.is_some())
}

fn excusable(asked: &Asked<'_>, clock: &Clock) -> bool {
    let gives_way = asked.app.law.rule(clock.timer.rule).is_some_and(|rule| rule.exceptional_circumstances);
    let late = clock.timer.stopped.zip(clock.due).is_some_and(|((done, _), due)| done > due);
    gives_way && clock.due.is_some() && clock.timer.excused.is_none() && (clock.timer.runs() || late)
}

/// The clock that is named, or the only one that it could be.
fn chosen(asked: &Asked<'_>, fits: fn(&Asked<'_>, &Clock) -> bool) -> Option<Clock> {
    let mut open = open_to(asked, fits);
    let named = asked.typed.get("clock");
    if named.is_empty() {
        return if open.len() == 1 { open.pop() } else { None };
    }
    open.into_iter().find(|clock| clock.timer.key() == named)
}

fn one_of(asked: &Asked<'_>, fits: fn(&Asked<'_>, &Clock) -> bool) -> Vec<(String, String)> {
    if chosen(asked, fits).is_some() {
        return Vec::new();
    }
    let due = |clock: &Clock| clock.due.map_or_else(String::new, |due| format!(", due on {}", day::in_words(due)));
    let one =
        |clock: &Clock| (format!("clock={}", encode(&clock.timer.key())), format!("{}{}", clock.title, due(clock)));
    open_to(asked, fits).iter().map(one).collect()
}

fn facts(clock: Option<Clock>) -> Vec<(String, String)> {
    clock.map_or_else(Vec::new, |clock| {
        let due = clock.due.map_or_else(|| "No limit".to_owned(), day::in_words);
        let owed = format!("{}, to {}", clock.timer.owner.label(), clock.timer.to);
        vec![("Clock".into(), clock.title), ("Who owes it".into(), owed), ("Last day".into(), due)]
    })
}

fn key_field() -> Field {
    Field::new("clock", "", Input::Hidden)
}

fn begins_with(clock: Option<Clock>) -> Vec<(String, String)> {
    clock.map(|clock| ("clock".to_owned(), clock.timer.key())).into_iter().collect()
}

impl CaseForm for MoreTime {
    fn slug(&self) -> &'static str {
        "more-time"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::GiveTime
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Give more time".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let clock = chosen(asked, extendable);
        let rule = clock.as_ref().and_then(|clock| asked.app.law.rule(clock.timer.rule));
        let by = rule.and_then(|rule| rule.extension.as_ref()).map(|extension| {
            let when = if extension.before_expiry { ". It must be asked for before the period ends" } else { "" };
            ("Who may give it".to_owned(), format!("{}{when}", extension.by))
        });
        facts(clock).into_iter().chain(by).collect()
    }

    fn rules(&self, asked: &Asked<'_>) -> Vec<&'static str> {
        chosen(asked, extendable).map(|clock| clock.timer.rule).into_iter().collect()
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        one_of(asked, extendable)
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        if chosen(asked, extendable).is_none() {
            return Vec::new();
        }
        vec![
            key_field(),
            Field::new("to", "What is the new last day?", Input::Date).with_hint("For example, 10 5 2020"),
            Field::new("asked_on", "When was more time asked for?", Input::Date)
                .with_hint("Leave empty if nobody had to ask"),
            Field::new("on", "When was this decided?", Input::Date),
            Field::new("reasons", "Why is more time given?", Input::Words),
        ]
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        begins_with(chosen(asked, extendable))
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let (typed, mut check) = (asked.typed, Check::default());
        let to = required_date(&mut check, typed, "to", "The new last day");
        let asked_on = check.field("asked_on", date(typed, "asked_on", "The date of the request")).flatten();
        let on = required_date(&mut check, typed, "on", "The date of the decision");
        let reasons = check.field("reasons", words::required("Say why", "The reasons", typed.get("reasons")));
        let clock = typed.get("clock").to_owned();
        let extend = (|| {
            let (to, on, reasons) = (to?, on?, reasons?);
            Some(Command::ExtendClock(Extend { clock, to, on, asked_on, reasons }))
        })();
        check.done(extend)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        open_to(asked, extendable).is_empty().then_some("No clock runs here whose rule lets somebody give more time")
    }

    fn button(&self) -> &'static str {
        "Give more time"
    }

    fn done(&self) -> &'static str {
        "More time is given. The clock shows the new last day."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/clocks")
    }
}

impl CaseForm for Exceptional {
    fn slug(&self) -> &'static str {
        "exceptional-circumstances"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::GiveTime
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record exceptional circumstances".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        facts(chosen(asked, excusable))
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::EXCEPTIONAL]
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        one_of(asked, excusable)
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        if chosen(asked, excusable).is_none() {
            return Vec::new();
        }
        vec![
            key_field(),
            Field::new("on", "When was this found?", Input::Date).with_hint("For example, 27 3 2020"),
            Field::new("reasons", "What prevented the limit from being met?", Input::Words)
                .with_hint("Say what was exceptional, and how it prevented it"),
        ]
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        begins_with(chosen(asked, excusable))
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let (typed, mut check) = (asked.typed, Check::default());
        let on = required_date(&mut check, typed, "on", "The date on which it was found");
        let reasons = words::required("Say what prevented it", "The circumstances", typed.get("reasons"));
        let reasons = check.field("reasons", reasons);
        let clock = typed.get("clock").to_owned();
        check.done((|| Some(Command::ExcuseClock(Excuse { clock, on: on?, reasons: reasons? })))())
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let none = open_to(asked, excusable).is_empty();
        none.then_some("No clock of this case runs or was missed whose rule gives way to exceptional circumstances")
    }

    fn button(&self) -> &'static str {
        "Record them"
    }

    fn done(&self) -> &'static str {
        "The exceptional circumstances are recorded. The limit stays on the page beside them."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/clocks")
    }
}
