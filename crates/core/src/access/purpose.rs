//! For what somebody reads a case. Who is assigned to a case reads it for that; where the matrix asks
//! for a purpose, it is typed first, and good for that case and that day.

use serde::{Deserialize, Serialize};

use super::{Entry, Fresh, Rules};
use crate::case::words;
use crate::permit::{Action, Permit};
use crate::refusal::{Check, Refusal};

/// The stream that holds somebody's purposes, one for each person.
#[must_use]
pub fn stream(person: &str) -> String {
    format!("purposes:{person}")
}

crate::case::named::named! {
    /// For what a case is read, in a word.
    Category {
        /// An audit or an inspection.
        Audit = "audit", "An audit or an inspection";
        /// A review of the quality of work.
        Quality = "quality", "A review of the quality of the work";
        /// A complaint about the body.
        Complaint = "complaint", "A complaint about how the case was handled";
        /// A request for personal data.
        Request = "request", "A request about personal data";
        /// Another.
        Other = "other", "Something else";
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// Somebody said for what they read a case.
    #[serde(rename = "purpose.given")]
    Given(Given),
}

/// For what somebody reads a case. Their words are personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The stream of the case.
    pub case: String,
    /// In a word.
    pub category: Category,
}

impl Entry<Event> {
    /// What was given.
    #[must_use]
    pub fn given(&self) -> &Given {
        let Event::Given(given) = &self.event;
        given
    }
}

/// The event of somebody who says for what they read the case of the permit.
///
/// # Errors
/// In words and by field: no permission, no category, and words that are too short.
pub fn give(permit: &Permit, case: &str, category: Option<Category>, says: &str) -> Result<Fresh<Event>, Refusal> {
    if !permit.is_for(Action::GivePurpose, case) {
        return Err(Refusal::new("You were not given permission for this"));
    }
    let mut check = Check::default();
    let category = category.ok_or_else(|| Refusal::of("category", "Choose why you are reading this case"));
    let category = check.field("category", category);
    let least = Rules::built_in().purpose.characters;
    let says = words::required("Say why you are reading this case", "What you say", says).and_then(|says| {
        let short = says.chars().count() < least;
        if short { Err(Refusal::new(format!("Say it in {least} characters or more"))) } else { Ok(says) }
    });
    let says = check.field("says", says);
    let (category, says) = check.done(category.zip(says))?;
    let event = Event::Given(Given { case: case.to_owned(), category });
    Ok(Fresh { event, words: vec![("says".to_owned(), says)] })
}
