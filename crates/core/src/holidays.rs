//! Bank holidays that are appointed after a release: the body records them in a stream of its own,
//! and every clock counts with them from then on.

use serde::{Deserialize, Serialize};

use crate::day::{Day, in_words};
use crate::law::holiday::is_weekend;
use crate::law::{Calendar, Nation};
use crate::permit::{Action, Permit};
use crate::refusal::{Check, Refusal};

/// The stream that holds them.
pub const STREAM: &str = "body:holidays";

/// The object of a permit to change them: the body itself.
const BODY: &str = "";

/// What happened to the bank holidays. Names and sources are public; nothing here is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A day was added.
    #[serde(rename = "holiday.added")]
    Added(Added),
    /// A day that had been added was taken back.
    #[serde(rename = "holiday.withdrawn")]
    Withdrawn(Withdrawn),
}

/// A bank holiday that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// The day.
    pub day: Day,
    /// Where it is kept, as the key of a nation: `england-and-wales`.
    pub nation: String,
    /// What it is called.
    pub name: String,
    /// Where it was appointed: a proclamation, a page of the government.
    pub source: String,
}

/// A bank holiday that had been added and was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The day.
    pub day: Day,
    /// Where it was kept.
    pub nation: String,
    /// Why it was taken back.
    pub why: String,
}

/// What may be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Add a day.
    Add(Added),
    /// Take back a day that was added.
    Withdraw(Withdrawn),
}

impl Event {
    /// The kind under which it is stored, and its data.
    #[must_use]
    pub fn encode(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        crate::record::encoded(self)
    }

    /// Reads an event as stored.
    pub fn decode(kind: &str, data: &serde_json::Map<String, serde_json::Value>) -> Result<Self, String> {
        let whole = serde_json::json!({ "kind": kind, "data": data });
        serde_json::from_value(whole).map_err(|e| format!("{kind}: {e}"))
    }

    /// The day that it is about.
    #[must_use]
    pub fn day(&self) -> Day {
        match self {
            Self::Added(added) => added.day,
            Self::Withdrawn(withdrawn) => withdrawn.day,
        }
    }
}

/// The days that were added and not taken back, in the order in which they were.
#[must_use]
pub fn standing(events: &[Event]) -> Vec<Added> {
    let mut days: Vec<Added> = Vec::new();
    for event in events {
        match event {
            Event::Added(added) => days.push(added.clone()),
            Event::Withdrawn(gone) => days.retain(|day| (day.day, &day.nation) != (gone.day, &gone.nation)),
        }
    }
    days
}

/// The calendar that comes with the product, with the days that were added.
#[must_use]
pub fn calendar(events: &[Event]) -> Calendar {
    let known = |added: &Added| Nation::named(&added.nation).map(|nation| (added.day, nation, added.name.clone()));
    let days: Vec<_> = standing(events).iter().filter_map(known).collect();
    days.iter()
        .fold(Calendar::built_in().clone(), |calendar, (day, nation, name)| calendar.with_added(*day, *nation, name))
}

/// The event that a command leads to, or why it may not be carried out.
///
/// # Errors
/// In words and by field: a nation that is not known, a day at a weekend or that is a bank holiday
/// already, a day to withdraw that was not added, and words that are missing.
pub fn decide(events: &[Event], permit: &Permit, command: Command) -> Result<Event, Refusal> {
    if !permit.is_for(Action::KeepHolidays, BODY) {
        return Err(Refusal::new("You were not given permission for this"));
    }
    match command {
        Command::Add(added) => add(events, added),
        Command::Withdraw(gone) => withdraw(events, gone),
    }
}

fn add(events: &[Event], added: Added) -> Result<Event, Refusal> {
    let mut check = Check::default();
    if added.name.trim().is_empty() {
        check.problem("name", "Enter what the bank holiday is called");
    }
    if added.source.trim().is_empty() {
        check.problem("source", "Enter where it was appointed, such as a proclamation");
    }
    let day = in_words(added.day);
    match Nation::named(&added.nation) {
        None => check.problem("nation", "Choose where it is kept"),
        Some(nation) => {
            if let Some(name) = calendar(events).holiday(added.day, nation) {
                check.problem("day", format!("{day} is already a bank holiday there: {name}"));
            } else if is_weekend(added.day) {
                let says = format!("{day} is at a weekend. Enter the weekday that is kept instead of it");
                check.problem("day", says);
            }
        }
    }
    check.done(Some(Event::Added(added)))
}

fn withdraw(events: &[Event], gone: Withdrawn) -> Result<Event, Refusal> {
    let mut check = Check::default();
    if gone.why.trim().is_empty() {
        check.problem("why", "Say why it is taken back");
    }
    if !standing(events).iter().any(|day| (day.day, &day.nation) == (gone.day, &gone.nation)) {
        let says = format!("{} was not added there, so it cannot be taken back", in_words(gone.day));
        check.problem("day", says);
    }
    check.done(Some(Event::Withdrawn(gone)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::permit::{Actor, Object, Role, permit};

    const HERE: &str = "england-and-wales";

    fn given() -> Permit {
        let administrator = Actor::new("u1", Role::Adm, Vec::new());
        permit(&administrator, Action::KeepHolidays, Object::Body).unwrap()
    }

    fn added(day: Day) -> Added {
        let (name, source) = ("Bank holiday for a state funeral".to_owned(), "A proclamation".to_owned());
        Added { day, nation: HERE.to_owned(), name, source }
    }

    #[test]
    fn an_added_day_is_no_working_day_and_one_taken_back_is_one_again() {
        let day = date(2020, 3, 17);
        let first = decide(&[], &given(), Command::Add(added(day))).unwrap();
        assert!(!calendar(std::slice::from_ref(&first)).is_working_day(day, Nation::EnglandAndWales));
        assert!(calendar(std::slice::from_ref(&first)).is_working_day(day, Nation::Scotland));
        let gone = Withdrawn { day, nation: HERE.to_owned(), why: "It was moved".to_owned() };
        let second = decide(std::slice::from_ref(&first), &given(), Command::Withdraw(gone)).unwrap();
        assert!(calendar(&[first, second]).is_working_day(day, Nation::EnglandAndWales));
    }

    #[test]
    fn bad_days_are_refused_by_field() {
        let field = |command| decide(&[], &given(), command).unwrap_err().problems[0].field;
        assert_eq!(field(Command::Add(added(date(2020, 12, 25)))), "day");
        assert_eq!(field(Command::Add(added(date(2020, 3, 14)))), "day");
        assert_eq!(field(Command::Add(Added { nation: "france".to_owned(), ..added(date(2020, 3, 17)) })), "nation");
        assert_eq!(field(Command::Add(Added { name: " ".to_owned(), ..added(date(2020, 3, 17)) })), "name");
        let gone = Withdrawn { day: date(2020, 3, 17), nation: HERE.to_owned(), why: "It was moved".to_owned() };
        assert_eq!(field(Command::Withdraw(gone)), "day");
    }

    /// Once shipped, an event's encoding parses for ever: lines are added here, never changed.
    #[test]
    fn every_shipped_encoding_still_parses_to_the_same_bytes() {
        let shipped = [
            (
                "holiday.added",
                r#"{"day":"2022-09-19","nation":"england-and-wales","name":"Bank holiday for a state funeral","source":"A proclamation"}"#,
            ),
            ("holiday.withdrawn", r#"{"day":"2022-09-19","nation":"england-and-wales","why":"It was moved"}"#),
        ];
        for (kind, data) in shipped {
            let event = Event::decode(kind, &serde_json::from_str(data).unwrap()).unwrap();
            let (kind_again, data_again) = event.encode();
            assert_eq!((kind_again.as_str(), serde_json::Value::Object(data_again).to_string().as_str()), (kind, data));
        }
    }
}
