//! What the scheme adds up to, and whether somebody holds a power on a day.

use std::fmt;

use super::{Entry, Event, Holder};
use crate::day::{Day, in_words};
use crate::law::powers::{Power, Powers};

/// A grade that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// The version of its entry.
    pub of: u64,
    /// Who, as an opaque id.
    pub person: String,
    /// The id of the level.
    pub level: String,
    /// The first day.
    pub from: Day,
    /// The last day, once there is one.
    pub to: Option<Day>,
}

/// A delegation of powers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The version of its entry.
    pub of: u64,
    /// The ids of the powers.
    pub powers: Vec<String>,
    /// To whom.
    pub to: Holder,
    /// The first day.
    pub from: Day,
    /// The last day, once there is one.
    pub until: Option<Day>,
}

/// Somebody who is kept from designated functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barred {
    /// The version of its entry.
    pub of: u64,
    /// Who, as an opaque id.
    pub person: String,
    /// The ids of the powers.
    pub powers: Vec<String>,
    /// The provision.
    pub citation: String,
    /// The first day.
    pub from: Day,
    /// The last day, once there is one.
    pub to: Option<Day>,
}

/// The scheme of delegation: its entries, and what they add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delegations {
    /// The entries in the order of the record.
    pub entries: Vec<Entry>,
    /// The grades.
    pub grades: Vec<Grade>,
    /// The delegations.
    pub grants: Vec<Grant>,
    /// The exclusions.
    pub barred: Vec<Barred>,
}

/// That somebody holds a power on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The version of the entry that delegated it.
    pub delegation: u64,
    /// The version of the entry that gave the grade to which it was delegated.
    pub grade: Option<u64>,
    /// The first day of the delegation.
    pub from: Day,
    /// Its last day, once there is one.
    pub until: Option<Day>,
}

/// Why somebody does not hold a power on a day. Its words are fit to show to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    says: String,
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

/// Whether a time from a day to its last one, if it has one, covers a day.
fn covers(from: Day, to: Option<Day>, day: Day) -> bool {
    from <= day && to.is_none_or(|to| day <= to)
}

impl Grade {
    /// Whether it is held on a day.
    #[must_use]
    pub fn is_live(&self, on: Day) -> bool {
        covers(self.from, self.to, on)
    }
}

impl Grant {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn is_live(&self, on: Day) -> bool {
        covers(self.from, self.until, on)
    }
}

impl Barred {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn is_live(&self, on: Day) -> bool {
        covers(self.from, self.to, on)
    }
}

impl Delegations {
    /// No scheme: nobody holds anything.
    pub const NONE: &'static Self =
        &Self { entries: Vec::new(), grades: Vec::new(), grants: Vec::new(), barred: Vec::new() };

    /// What entries add up to. Rescinded ones are left out, and ends shorten what they end.
    #[must_use]
    pub fn of(entries: Vec<Entry>) -> Self {
        let mut scheme = Self { entries, ..Self::default() };
        let rescinded = scheme.rescinded();
        for entry in scheme.entries.clone() {
            if !rescinded.contains(&entry.version) {
                scheme.apply(&entry);
            }
        }
        scheme
    }

    /// A scheme as if each power had been delegated to its level and people had been given grades
    /// from a day on, for trying something out without a record.
    #[must_use]
    pub fn supposed(from: Day, grades: &[(&str, &str)]) -> Self {
        let adopted = super::change::adopted(from, from, None, "");
        let held = grades.iter().map(|(person, grade)| super::change::grade(person, grade, from, from, None));
        let all = adopted.into_iter().chain(held);
        Self::of((1..).zip(all).map(|(version, fresh)| fresh.as_entry(version, "")).collect())
    }

    /// The versions of the entries that were rescinded.
    #[must_use]
    pub fn rescinded(&self) -> Vec<u64> {
        let of = self.entries.iter().filter_map(|entry| match &entry.event {
            Event::Rescinded(rescinded) => Some(rescinded.of),
            _ => None,
        });
        of.collect()
    }

    /// Takes in one entry. It cannot fail and decides nothing.
    fn apply(&mut self, entry: &Entry) {
        let of = entry.version;
        match &entry.event {
            Event::GradeHeld(e) => {
                let (person, level) = (e.person.clone(), e.grade.clone());
                self.grades.push(Grade { of, person, level, from: e.from, to: e.to });
            }
            Event::PowerDelegated(e) => {
                let (powers, to) = (e.powers.clone(), e.to.clone());
                self.grants.push(Grant { of, powers, to, from: e.from, until: e.until });
            }
            Event::ExclusionApplied(e) => {
                let (person, powers, citation) = (e.person.clone(), e.powers.clone(), e.citation.clone());
                self.barred.push(Barred { of, person, powers, citation, from: e.from, to: None });
            }
            Event::Ended(e) => {
                let grades = self.grades.iter_mut().map(|g| (g.of, &mut g.to));
                let grants = self.grants.iter_mut().map(|g| (g.of, &mut g.until));
                let barred = self.barred.iter_mut().map(|b| (b.of, &mut b.to));
                for (_, to) in grades.chain(grants).chain(barred).filter(|(of, _)| *of == e.of) {
                    *to = Some(e.last);
                }
            }
            // Left out together with what they are about.
            Event::Rescinded(_) => {}
        }
    }

    /// The version of the last entry; 0 without any.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.version)
    }

    /// The entry of that version.
    #[must_use]
    pub fn entry(&self, version: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.version == version)
    }

    /// Whether no power has been delegated at all.
    #[must_use]
    pub fn is_unmade(&self) -> bool {
        self.grants.is_empty()
    }

    /// The grade that somebody holds on a day.
    #[must_use]
    pub fn grade_on(&self, person: &str, on: Day) -> Option<&Grade> {
        self.grades.iter().rev().find(|grade| grade.person == person && grade.is_live(on))
    }

    /// The exclusion that keeps somebody from a power on a day.
    #[must_use]
    pub fn barred_on(&self, power: &str, person: &str, on: Day) -> Option<&Barred> {
        self.barred.iter().find(|b| b.person == person && b.is_live(on) && b.powers.iter().any(|p| p == power))
    }

    /// The delegations of a power in force on a day.
    pub fn grants_on<'a>(&'a self, power: &'a str, on: Day) -> impl Iterator<Item = &'a Grant> {
        self.grants.iter().filter(move |grant| grant.is_live(on) && grant.powers.iter().any(|p| p == power))
    }

    /// Under what somebody holds a power on a day, or why they do not.
    ///
    /// `raised` is the level that this case takes, where it takes a higher one than the power does.
    ///
    /// # Errors
    /// Says which power, which day, what is missing and who may decide.
    pub fn holds(&self, power: &Power, person: &str, on: Day, raised: Option<&str>) -> Result<Held, Lacking> {
        let grade = self.grade_on(person, on);
        let covering = self.grants_on(&power.id, on).find_map(|grant| match &grant.to {
            Holder::Person(to) if to == person => Some((grant, None)),
            Holder::Person(_) => None,
            Holder::Grade(least) => {
                let grade = grade.filter(|grade| Powers::built_in().reaches(&grade.level, least))?;
                Some((grant, Some(grade.of)))
            }
        });
        let high = raised.is_none_or(|level| grade.is_some_and(|g| Powers::built_in().reaches(&g.level, level)));
        match covering {
            Some((grant, grade)) if high && self.barred_on(&power.id, person, on).is_none() => {
                Ok(Held { delegation: grant.of, grade, from: grant.from, until: grant.until })
            }
            _ => Err(self.lacking(power, person, on, raised)),
        }
    }

    fn lacking(&self, power: &Power, person: &str, on: Day, raised: Option<&str>) -> Lacking {
        let levels = Powers::built_in();
        let (name, day) = (format!("“{}” ({})", power.name, power.id), in_words(on));
        if self.is_unmade() {
            let says = format!(
                "Nobody holds the power {name} yet, because no scheme of delegation has been recorded. \
                 The operator records one with the command: candour delegation adopt --from DATE"
            );
            return Lacking { says };
        }
        if let Some(barred) = self.barred_on(&power.id, person, on) {
            let says = format!(
                "The power {name} may not be used by you on {day}: you are kept from it since {} under {}. \
                 Somebody else who holds it has to decide",
                in_words(barred.from),
                barred.citation
            );
            return Lacking { says };
        }
        let holders: Vec<String> = self.grants_on(&power.id, on).map(|grant| holder_in_words(&grant.to)).collect();
        if holders.is_empty() {
            let ended = self.grants.iter().filter(|g| g.powers.contains(&power.id)).filter_map(|g| g.until);
            let ended = ended.filter(|last| *last < on).max();
            let ended = ended.map_or_else(String::new, |last| format!(" The last one ended on {}.", in_words(last)));
            let says = format!(
                "On {day} nobody held the power {name}: no delegation of it was in force.{ended} \
                 It has to be delegated again, and the decision made on a day on which it is; it is never dated back"
            );
            return Lacking { says };
        }
        let holders = match raised {
            Some(level) => {
                format!("somebody of grade {} or higher, because of what this case is about", level_in(level))
            }
            None => holders.join(", and by "),
        };
        let yours = match self.grade_on(person, on) {
            Some(grade) => format!("your grade then was {}", levels.level_in_words(&grade.level)),
            None => "you held no grade then".to_owned(),
        };
        let ended = self.own_end(power, person, on);
        let says = format!(
            "On {day} you did not hold the power {name}. It could be used by {holders}; {yours}{ended}. \
             Somebody who holds it has to make the decision, on a day on which they hold it; it is never dated back"
        );
        Lacking { says }
    }

    /// When a delegation or a grade of somebody's own ended before a day, in words.
    fn own_end(&self, power: &Power, person: &str, on: Day) -> String {
        let to = Holder::Person(person.to_owned());
        let granted = self.grants.iter().filter(|g| g.to == to && g.powers.contains(&power.id));
        let granted = granted.filter_map(|g| g.until).filter(|last| *last < on).max();
        let graded = self.grades.iter().filter(|g| g.person == person);
        let graded = graded.filter_map(|g| g.to).filter(|last| *last < on).max();
        match (granted, graded) {
            (Some(last), _) => format!("; the delegation to you ended on {}", in_words(last)),
            (None, Some(last)) => format!("; the grade you held before ended on {}", in_words(last)),
            (None, None) => String::new(),
        }
    }
}

fn level_in(id: &str) -> String {
    Powers::built_in().level_in_words(id)
}

/// To whom a power is delegated, without a name.
fn holder_in_words(holder: &Holder) -> String {
    match holder {
        Holder::Grade(level) => format!("somebody of grade {} or higher", level_in(level)),
        Holder::Person(_) => "a person to whom it was delegated by name".to_owned(),
    }
}
