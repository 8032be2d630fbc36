//! Being asked to read a case: advisers, panel members, casework managers and other investigators
//! read the cases that they were asked to read, until a day.

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};

use super::{Entry, Fresh, Rules};
use crate::case::words;
use crate::day::{Day, in_words};
use crate::permit::{Action, Permit, Role};
use crate::refusal::{Check, Refusal};

/// The stream that holds them.
pub const STREAM: &str = "body:assignments";

/// The roles whose holders can be asked.
pub const ASKED: [Role; 5] = [Role::Leg, Role::Smn, Role::Pan, Role::Cwm, Role::Inv];

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// Somebody was asked to read a case.
    #[serde(rename = "reader.assigned")]
    Assigned(Assigned),
    /// That was ended before its day.
    #[serde(rename = "reader.ended")]
    Ended(Ended),
}

/// Somebody was asked to read a case. For what is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned {
    /// Who, by their opaque id.
    pub person: String,
    /// The stream of the case.
    pub case: String,
    /// The last day on which they may read it.
    pub until: Day,
}

/// The end of an assignment before its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The version of the assignment.
    pub of: u64,
}

/// What may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask somebody to read the case.
    Assign {
        /// Who, by their opaque id, and their role; none when nobody was chosen.
        person: Option<(String, Role)>,
        /// The last day; the usual one when none is given.
        until: Option<Day>,
        /// For what.
        what: String,
    },
    /// End it.
    End {
        /// The version of the assignment.
        of: u64,
    },
}

/// The assignments as recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignments {
    /// Every entry, in order.
    pub entries: Vec<Entry<Event>>,
}

impl Assignments {
    /// Those that hold on a day, each with its entry.
    pub fn standing(&self, on: Day) -> impl Iterator<Item = (&Entry<Event>, &Assigned)> {
        let ended =
            |version: u64| self.entries.iter().any(|entry| matches!(&entry.event, Event::Ended(e) if e.of == version));
        self.entries.iter().filter_map(move |entry| match &entry.event {
            Event::Assigned(assigned) if on <= assigned.until && !ended(entry.version) => Some((entry, assigned)),
            _ => None,
        })
    }
}

/// The event that a command leads to, for the case of the permit.
///
/// # Errors
/// In words and by field: no permission, somebody who cannot be asked or was asked already, a last
/// day that cannot be, and an assignment that there is not.
pub fn decide(
    assignments: &Assignments,
    permit: &Permit,
    (today, case): (Day, &str),
    command: Command,
) -> Result<Fresh<Event>, Refusal> {
    if !permit.is_for(Action::AssignReader, case) {
        return Err(Refusal::new("You were not given permission for this"));
    }
    match command {
        Command::Assign { person, until, what } => {
            let mut check = Check::default();
            let person = check.field("person", who(assignments, person, today, case));
            let until = check.field("until", last_day(until, today));
            let what = words::required("Say what they are asked to do", "What they are asked to do", &what);
            let what = check.field("what", what);
            let ((person, until), what) = check.done(person.zip(until).zip(what))?;
            let event = Event::Assigned(Assigned { person, case: case.to_owned(), until });
            Ok(Fresh { event, words: vec![("what".to_owned(), what)] })
        }
        Command::End { of } => {
            let known = assignments.standing(today).any(|(entry, a)| entry.version == of && a.case == case);
            if !known {
                return Err(Refusal::of("of", "Nobody is asked to read this case by that entry any more"));
            }
            Ok(Fresh { event: Event::Ended(Ended { of }), words: Vec::new() })
        }
    }
}

fn who(assignments: &Assignments, person: Option<(String, Role)>, today: Day, case: &str) -> Result<String, Refusal> {
    let (person, role) = person.ok_or_else(|| Refusal::new("Choose whom you ask to read this case"))?;
    if !ASKED.contains(&role) {
        return Err(Refusal::new(format!("A {} is not asked to read a case", role.label().to_lowercase())));
    }
    if assignments.standing(today).any(|(_, a)| a.person == person && a.case == case) {
        return Err(Refusal::new("They have been asked to read this case already"));
    }
    Ok(person)
}

fn last_day(until: Option<Day>, today: Day) -> Result<Day, Refusal> {
    let rules = &Rules::built_in().assignment;
    let most = today.saturating_add(rules.most_days.days());
    match until.unwrap_or_else(|| today.saturating_add(rules.days.days())) {
        until if until < today => Err(Refusal::new("The last day cannot be earlier than today")),
        until if until > most => Err(Refusal::new(format!(
            "The last day can be {} at the latest, which is {} days from today",
            in_words(most),
            rules.most_days
        ))),
        until => Ok(until),
    }
}
