//! The statutory schemes, each in force for matters that came to attention from a day on.
//!
//! Which of them a matter is handled under is chosen by the picker in `pick`; the links between
//! matters, at which it looks, are followed in `linked`. Everything that it relies on is data in
//! `law/ew/regimes.toml`.

mod file;
mod linked;
mod pick;

use std::sync::LazyLock;

use serde::Deserialize;

use super::Mark;
use super::rule::LawError;
use crate::day::Day;

pub use linked::{LINKED_MAX, Related, linked};
pub use pick::{Against, Laid, Linked, POLICE, Picked, Question, Stands, Step, pick};

/// A base scheme. Exactly one applies to a matter.
#[derive(Debug, Clone)]
pub struct Regime {
    /// What filters and records call it.
    pub id: String,
    /// Its name on a page.
    pub name: String,
    /// For matters that came to attention from this day on.
    pub from: Day,
    /// The last day of attention; none while it still is the newest.
    pub to: Option<Day>,
    /// The regulations of both sides, in short.
    pub citation: String,
    /// Whether both sides were read.
    pub mark: Mark,
    /// How complaints and matters pass to it.
    pub complaints: Grounds,
    /// How allegations against officers pass to it.
    pub conduct: Grounds,
}

/// Regulations that amend a base scheme for some of its matters.
#[derive(Debug, Clone)]
pub struct Overlay {
    /// What records call it.
    pub id: String,
    /// Its name on a page.
    pub name: String,
    /// The base scheme that it amends.
    pub over: String,
    /// The day on which it came into force.
    pub from: Day,
    /// What decides whether it applies.
    pub trigger: Trigger,
    /// Whom alone it is about, where it is not about everybody.
    pub only: Option<Person>,
    /// How complaints and matters come under it, where it amends the complaints regulations.
    pub complaints: Option<Grounds>,
    /// How allegations come under it, where it amends the conduct regulations.
    pub conduct: Option<Grounds>,
}

/// What decides whether an overlay applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// The same steps as for a base scheme, with the overlay's own day.
    Attention,
    /// Whether notice of referral to proceedings was given before its day.
    Notice,
}

/// Whether the person is still an officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Person {
    /// Still serving.
    #[default]
    #[serde(skip)]
    Serving,
    /// No longer.
    #[serde(rename = "former-officers")]
    Former,
}

/// The provisions on which each step rests, for one side of a scheme. An absent one is a rule that
/// this change of the regulations did not have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// The regulations of this side.
    pub regulations: String,
    /// Step 1: what came before stays with the older regulations.
    pub before: Option<String>,
    /// Step 2: so does what relates to an older matter that is still being handled.
    pub linked: Option<String>,
    /// Under what the older matter has to be in handling, in words.
    pub handled_under: Option<String>,
    /// Step 3: anything else is under these.
    pub new: String,
    /// Step 4: so is what is to be re-investigated under section 13B.
    pub reinvestigated: Option<String>,
    /// Step 4: and what was directed under section 28A.
    pub directed: Option<String>,
    /// Where the transition can be read.
    pub url: Option<String>,
    /// Whether it was read.
    pub mark: Mark,
    /// Where.
    pub read_in: Option<String>,
}

/// A body whose officers a matter may be about.
#[derive(Debug, Clone)]
pub struct Body {
    /// What commands and records call it.
    pub id: String,
    /// Its name, fit to stand in a sentence.
    pub name: String,
    /// Whether it moved on with the police.
    pub scheme: Scheme,
}

/// Which scheme a body is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// The scheme of the police on the day.
    Current,
    /// One scheme whatever the day, by regulations of its own that are in force from a day on.
    Old {
        /// The base scheme on which it stayed.
        regime: String,
        /// The first day of its regulations.
        from: Day,
        /// Its regulations, and what keeps them as they are.
        citation: String,
        /// Whether that was read.
        mark: Mark,
    },
}

/// The schemes, overlays and bodies of a file, each in its order.
#[derive(Debug, Clone)]
pub struct Regimes {
    /// The base schemes, earliest first.
    pub regimes: Vec<Regime>,
    /// The overlays, earliest first.
    pub overlays: Vec<Overlay>,
    /// The bodies.
    pub bodies: Vec<Body>,
}

/// The schemes of England and Wales that come with the product.
#[must_use]
pub fn built_in() -> &'static Regimes {
    static REGIMES: LazyLock<Regimes> = LazyLock::new(|| {
        let text = include_str!("../../../../law/ew/regimes.toml");
        Regimes::read("law/ew/regimes.toml", text).expect("the built-in schemes are checked by a test")
    });
    &REGIMES
}

/// The base schemes of England and Wales, earliest first.
#[must_use]
pub fn all() -> &'static [Regime] {
    &built_in().regimes
}

/// The scheme for a matter that came to attention on a day and of which nothing else is known;
/// none before the first.
#[must_use]
pub fn on(attention: Day) -> Option<&'static Regime> {
    all().iter().rev().find(|r| r.from <= attention)
}

impl Regimes {
    /// Reads a file of schemes, given as name and text.
    ///
    /// # Errors
    /// Names the file and the entry when a key is unknown, when the schemes overlap, leave a gap or
    /// stand out of order, or when an overlay or a body names a scheme that is not there.
    pub fn read(name: &str, text: &str) -> Result<Self, LawError> {
        file::regimes(text).map_err(|says| LawError::new(name, says))
    }
}

#[cfg(test)]
mod tests;
