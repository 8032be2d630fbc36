//! Conflicts of interest: what members of staff declare of a force, a person or a case, and what it
//! closes to them. Somebody else ends a declaration, never whoever it is about.

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};

use super::{Entry, Fresh, Rules};
use crate::case::words;
use crate::day::{Day, in_words};
use crate::permit::{Action, Permit};
use crate::refusal::{Check, Refusal};

/// The stream that holds them.
pub const STREAM: &str = "body:conflicts";

crate::case::named::named! {
    /// What sort of conflict it is.
    Sort {
        /// Service with the force.
        FormerForce = "former-force", "Service or work with the force";
        /// Family or friendship.
        Family = "family-or-friend", "Family or friendship";
        /// A part in what is looked into.
        PriorInvolvement = "prior-involvement", "A part in what is looked into";
        /// Money.
        Financial = "financial", "A financial interest";
        /// Being a party.
        Party = "party", "Being a party to the matter";
        /// A link on social media.
        SocialMedia = "social-media", "A link on social media";
        /// Another.
        Other = "other", "Something else";
    }
}

/// What it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A force, by its id.
    Force(String),
    /// Somebody in the register, by their stream: every case that they are in.
    Person(String),
    /// A case, by its stream.
    Case(String),
}

/// What happened to the declarations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A conflict was declared.
    #[serde(rename = "conflict.declared")]
    Declared(Declared),
    /// A declaration was ended.
    #[serde(rename = "conflict.ended")]
    Ended(Ended),
}

/// A conflict that was declared. What there is to say about it is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The member of staff, by their opaque id.
    pub person: String,
    /// What sort it is.
    pub sort: Sort,
    /// What it is about.
    pub about: About,
    /// The last day on which it holds, where it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// The end of a declaration. Why is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The version of the declaration.
    pub of: u64,
}

/// What may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Declare a conflict.
    Declare {
        /// The member of staff, by their opaque id.
        person: String,
        /// What sort it is.
        sort: Sort,
        /// What it is about.
        about: About,
        /// The last day of service, for a former force.
        served_until: Option<Day>,
        /// What there is to say about it.
        note: String,
    },
    /// End a declaration.
    End {
        /// The version of the declaration.
        of: u64,
        /// Why.
        reasons: String,
    },
}

impl Command {
    /// The permission that it takes: one's own declaration is everybody's to make.
    #[must_use]
    pub fn action(&self, by: &str) -> Action {
        match self {
            Self::Declare { person, .. } if person == by => Action::DeclareConflict,
            Self::Declare { .. } | Self::End { .. } => Action::KeepConflicts,
        }
    }
}

/// The declarations as recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conflicts {
    /// Every entry, in order.
    pub entries: Vec<Entry<Event>>,
}

impl Conflicts {
    /// The declarations that hold on a day, each with the version of its entry.
    pub fn standing(&self, on: Day) -> impl Iterator<Item = (u64, &Declared)> {
        let ended = |version: u64| {
            self.entries.iter().any(|entry| matches!(&entry.event, Event::Ended(ended) if ended.of == version))
        };
        self.entries.iter().filter_map(move |entry| match &entry.event {
            Event::Declared(declared) if !ended(entry.version) && declared.until.is_none_or(|last| on <= last) => {
                Some((entry.version, declared))
            }
            _ => None,
        })
    }

    /// What closes something to somebody on a day.
    pub fn of<'a>(&'a self, person: &'a str, on: Day) -> impl Iterator<Item = &'a About> {
        self.standing(on).filter(move |(_, declared)| declared.person == person).map(|(_, declared)| &declared.about)
    }
}

/// The event that a command leads to.
///
/// # Errors
/// In words and by field: what is missing or cannot be, a declaration that stands already or that
/// would have run out, and the end of one's own.
pub fn decide(conflicts: &Conflicts, permit: &Permit, today: Day, command: Command) -> Result<Fresh<Event>, Refusal> {
    if !permit.is_for(command.action(permit.actor()), "") {
        return Err(Refusal::new("You were not given permission for this"));
    }
    match command {
        Command::Declare { person, sort, about, served_until, note } => {
            let until = lasts(sort, &about, served_until, today)?;
            let known = |declared: &Declared| declared.about == about && declared.until == until;
            if conflicts.standing(today).any(|(_, d)| d.person == person && known(d)) {
                return Err(Refusal::of("about", "This has been declared already, and holds"));
            }
            let note = words::optional("The note", &note).map_err(|refusal| refusal.about("note"))?;
            let event = Event::Declared(Declared { person, sort, about, until });
            let words = if note.is_empty() { Vec::new() } else { vec![("note".to_owned(), note)] };
            Ok(Fresh { event, words })
        }
        Command::End { of, reasons } => {
            let Some((_, declared)) = conflicts.standing(today).find(|(version, _)| *version == of) else {
                return Err(Refusal::of("of", "There is no such declaration that holds"));
            };
            if declared.person == permit.actor() {
                return Err(Refusal::of("of", "This declaration is about you, so somebody else has to end it"));
            }
            let reasons = words::required("Say why it no longer holds", "The reasons", &reasons)
                .map_err(|refusal| refusal.about("reasons"))?;
            Ok(Fresh { event: Event::Ended(Ended { of }), words: vec![("reasons".to_owned(), reasons)] })
        }
    }
}

/// The last day on which a declaration holds by itself: service with a force runs out.
fn lasts(sort: Sort, about: &About, served_until: Option<Day>, today: Day) -> Result<Option<Day>, Refusal> {
    let mut check = Check::default();
    match (sort, about, served_until) {
        (Sort::FormerForce, About::Force(_), Some(last)) if last <= today => {
            let years = Rules::built_in().former_force_years;
            let until = last.saturating_add(years.years());
            if until < today {
                let says = format!(
                    "Service that ended on {} keeps nobody out any more: {years} years have gone by. If there is \
                     another conflict, choose its sort",
                    in_words(last)
                );
                check.problem("served_until", says);
            }
            check.done(Some(Some(until)))
        }
        (Sort::FormerForce, About::Force(_), Some(_)) => {
            Err(Refusal::of("served_until", "The last day of service cannot be later than today"))
        }
        (Sort::FormerForce, About::Force(_), None) => {
            Err(Refusal::of("served_until", "Enter the last day of service with the force"))
        }
        (Sort::FormerForce, ..) => Err(Refusal::of("sort", "Service is declared of a force")),
        (_, _, Some(_)) => Err(Refusal::of("served_until", "Only service with a force has a last day of service")),
        (_, _, None) => Ok(None),
    }
}
