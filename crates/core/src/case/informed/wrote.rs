//! What somebody who is kept informed wrote to us, in an account of their own.

use serde::{Deserialize, Serialize};

use crate::case::{Context, Event, Fresh};

/// Somebody wrote. What they wrote is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonWrote {
    /// Their key in the case.
    pub key: String,
}

/// The command to write.
#[derive(Debug, Clone)]
pub struct Write {
    /// The key of whoever writes.
    pub key: String,
    /// What they write.
    pub message: String,
}

impl Write {
    pub(in crate::case) fn event(self, context: Context<'_>) -> Fresh {
        let wrote = Event::PersonWrote(PersonWrote { key: self.key });
        Fresh::new(wrote, Some(context.today)).with_words("message", self.message)
    }
}
