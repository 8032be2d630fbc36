//! The scheme of delegation as its stream tells it up to a place in the log.

use serde_json::{Map, Value as Json};

use super::{SECOND_PERSON, number, text};
use crate::record::Header;

/// The grades, lowest first.
pub(super) const LEVELS: [&str; 5] = ["L1", "L2", "L3", "L4", "L5"];

/// What the entries so far add up to, in the order of the log.
#[derive(Default)]
pub(super) struct Scheme {
    entries: Vec<Entry>,
}

struct Entry {
    version: u64,
    what: What,
    /// Whom it is about.
    about: Option<String>,
    from: String,
    /// The last day, where it was fixed at once; for an end, the day that it sets.
    last: Option<String>,
    rescinded: bool,
}

enum What {
    Grade(String),
    Grant { powers: Vec<String>, to: Holder },
    Bar(Vec<String>),
    End { of: u64 },
}

enum Holder {
    Grade(String),
    Person(String),
}

impl Scheme {
    /// Takes the next entry of the scheme, and says when somebody made it for themselves.
    pub(super) fn event(&mut self, event: &Header<'_>, data: &Map<String, Json>) -> Option<&'static str> {
        if event.kind == "delegation.rescinded" {
            let of = number(data, "of")?;
            let target = self.entries.iter_mut().find(|e| e.version == of)?;
            target.rescinded = true;
            return (target.about.as_deref() == Some(event.actor)).then_some(SECOND_PERSON);
        }
        let entry = if event.kind == "delegation.ended" { self.end(event, data) } else { read(event, data) }?;
        let own = self.is_own(&entry, event.actor);
        self.entries.push(entry);
        own.then_some(SECOND_PERSON)
    }

    fn end(&self, event: &Header<'_>, data: &Map<String, Json>) -> Option<Entry> {
        let of = number(data, "of")?;
        let about = self.entries.iter().find(|e| e.version == of)?.about.clone();
        let last = Some(text(data, "last")?.to_owned());
        Some(Entry {
            version: event.version,
            what: What::End { of },
            about,
            from: String::new(),
            last,
            rescinded: false,
        })
    }

    fn is_live(&self, entry: &Entry, on: &str) -> bool {
        let ends = |end: &&Entry| matches!(end.what, What::End { of } if of == entry.version) && !end.rescinded;
        let last = self.entries.iter().rev().find(ends).map_or(&entry.last, |end| &end.last);
        !entry.rescinded && entry.from.as_str() <= on && last.as_deref().is_none_or(|last| on <= last)
    }

    fn is_own(&self, entry: &Entry, actor: &str) -> bool {
        match &entry.what {
            What::Grade(_) => entry.about.as_deref() == Some(actor),
            What::Grant { to: Holder::Person(person), .. } => person == actor,
            What::Grant { to: Holder::Grade(least), .. } => self.has_grade(actor, least, &entry.from, None),
            What::End { of } => {
                let barred = |e: &Entry| e.version == *of && matches!(e.what, What::Bar(_));
                entry.about.as_deref() == Some(actor) && self.entries.iter().any(barred)
            }
            What::Bar(_) => false,
        }
    }

    fn has_grade(&self, person: &str, least: &str, on: &str, named: Option<u64>) -> bool {
        self.entries.iter().any(|entry| match &entry.what {
            What::Grade(level) => {
                entry.about.as_deref() == Some(person)
                    && self.is_live(entry, on)
                    && reaches(level, least)
                    && named.is_none_or(|version| version == entry.version)
            }
            _ => false,
        })
    }

    /// Whether somebody holds a power on a day; where entries are named, under just those.
    pub(super) fn holds(&self, power: &str, person: &str, on: &str, named: Option<(u64, Option<u64>)>) -> bool {
        let has = |powers: &[String]| powers.iter().any(|p| p == power);
        let barred = self.entries.iter().any(|entry| {
            matches!(&entry.what, What::Bar(powers) if has(powers))
                && entry.about.as_deref() == Some(person)
                && self.is_live(entry, on)
        });
        let granted = self.entries.iter().any(|entry| match &entry.what {
            What::Grant { powers, to } if has(powers) && self.is_live(entry, on) => {
                let (delegation, grade) = named.map_or((entry.version, None), |named| named);
                delegation == entry.version
                    && match to {
                        Holder::Person(to) => to == person && grade.is_none(),
                        Holder::Grade(least) => {
                            (named.is_none() || grade.is_some()) && self.has_grade(person, least, on, grade)
                        }
                    }
            }
            _ => false,
        });
        granted && !barred
    }
}

/// An entry that gives or takes; none when it is none, or not as it should be.
fn read(event: &Header<'_>, data: &Map<String, Json>) -> Option<Entry> {
    let last = |key: &str| match data.get(key) {
        None => Some(None),
        Some(last) => last.as_str().map(|last| Some(last.to_owned())),
    };
    let person = || text(data, "person").map(str::to_owned);
    let (what, about, last) = match event.kind {
        "grade.held" => (What::Grade(text(data, "grade")?.to_owned()), Some(person()?), last("to")?),
        "power.delegated" => {
            let to = holder(data.get("to")?.as_object()?)?;
            let about = if let Holder::Person(person) = &to { Some(person.clone()) } else { None };
            (What::Grant { powers: texts(data.get("powers")?)?, to }, about, last("until")?)
        }
        "exclusion.applied" => (What::Bar(texts(data.get("powers")?)?), Some(person()?), None),
        _ => return None,
    };
    let from = text(data, "from")?.to_owned();
    Some(Entry { version: event.version, what, about, from, last, rescinded: false })
}

fn holder(to: &Map<String, Json>) -> Option<Holder> {
    match (to.len(), text(to, "grade"), text(to, "person")) {
        (1, Some(grade), None) => Some(Holder::Grade(grade.to_owned())),
        (1, None, Some(person)) => Some(Holder::Person(person.to_owned())),
        _ => None,
    }
}

fn texts(list: &Json) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

fn reaches(level: &str, least: &str) -> bool {
    let rank = |id: &str| LEVELS.iter().position(|level| *level == id);
    matches!((rank(level), rank(least)), (Some(level), Some(least)) if level >= least)
}
