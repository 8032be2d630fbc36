//! The letters that the body writes: templates as data, read from `letters/*.toml` and checked as
//! they are read (domain brief 16).
//!
//! A template says to whom it goes, what of the record allows it ([`needs`]), which rules it is sent
//! under, and what its service counts as. Its text is filled from the record only ([`fill`]).

mod after;
pub mod fields;
pub mod fill;
pub mod needs;
mod officer;
pub mod reminders;
mod report;

use std::sync::LazyLock;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

pub use fields::{Piece, pieces};
pub use needs::Need;

use crate::case::informed::Role;
use crate::law::Law;

/// The languages of a letter, English first.
pub const LANGUAGES: [&str; 2] = ["en", "cy"];

/// To whom a letter may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Addressee {
    /// Who made the complaint.
    Complainant,
    /// An interested person.
    InterestedPerson,
    /// The person whose conduct is investigated.
    Subject,
    /// The appropriate authority.
    Authority,
    /// The chief officer of the force.
    ChiefOfficer,
    /// The local policing body.
    PolicingBody,
    /// The Director of Public Prosecutions.
    Prosecutor,
    /// The recipient of a recommendation.
    Recipient,
}

impl Addressee {
    /// The offices, which need no name.
    pub const OFFICES: [Self; 5] =
        [Self::Authority, Self::ChiefOfficer, Self::PolicingBody, Self::Prosecutor, Self::Recipient];

    /// Its name in forms and in the record.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Complainant => "complainant",
            Self::InterestedPerson => "interested-person",
            Self::Subject => "subject",
            Self::Authority => "authority",
            Self::ChiefOfficer => "chief-officer",
            Self::PolicingBody => "policing-body",
            Self::Prosecutor => "prosecutor",
            Self::Recipient => "recipient",
        }
    }

    /// What it is called, as it stands in a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Complainant => "the complainant",
            Self::InterestedPerson => "an interested person",
            Self::Subject => "the person whose conduct is investigated",
            Self::Authority => "the appropriate authority",
            Self::ChiefOfficer => "the chief officer",
            Self::PolicingBody => "the local policing body",
            Self::Prosecutor => "the Director of Public Prosecutions",
            Self::Recipient => "the recipient of the recommendation",
        }
    }

    /// The office of that name.
    #[must_use]
    pub fn office(id: &str) -> Option<Self> {
        Self::OFFICES.into_iter().find(|office| office.id() == id)
    }

    /// The addressee that somebody who is kept informed is.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        match role {
            Role::Complainant => Self::Complainant,
            Role::InterestedPerson => Self::InterestedPerson,
            Role::Subject => Self::Subject,
        }
    }
}

/// What the service of a letter counts as, besides being served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServesAs {
    /// Its addressee was told of progress: the next four weeks begin.
    Update,
    /// Its addressee was told of the outcome of the investigation.
    Outcome,
    /// Its addressee was told of the outcomes of the proceedings that have ended.
    ProceedingOutcome,
    /// The notice of the delay was given, once the local policing body has it.
    DelayNotice,
}

impl ServesAs {
    /// What that does to clocks, as a sentence.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Update => "Its service is an update: it stops the running clock of the addressee and starts the next",
            Self::Outcome => "Its service tells the outcome of the investigation, and stops that clock",
            Self::ProceedingOutcome => {
                "Its service tells the outcomes of proceedings that have ended, and stops their clocks"
            }
            Self::DelayNotice => {
                "Its service on the local policing body ends the period and starts the next six months"
            }
        }
    }
}

/// A letter's words in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What it is about, in one line.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// What happens next, and by when.
    pub next: String,
}

impl Words {
    fn parts(&self) -> [&str; 3] {
        [&self.subject, &self.text, &self.next]
    }
}

/// A letter as the body writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// What code and addresses call it: its number in the catalogue, and which of several it is.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// To whom it may go.
    pub to: Vec<Addressee>,
    /// What leads to it, in words.
    pub trigger: String,
    /// What the record must hold.
    pub needs: Vec<Need>,
    /// When it may not be issued, in words.
    pub may_not: String,
    /// The rules under which it is sent, by id; all of them must be in force for the matter.
    pub rules: Vec<String>,
    /// What its service counts as.
    pub serves_as: Option<ServesAs>,
    /// Its English words.
    pub en: Words,
    /// Its Welsh words; none until they are translated.
    pub cy: Option<Words>,
}

impl Template {
    /// The version of the template: a hash of everything that it puts into a letter.
    #[must_use]
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        for words in [Some(&self.en), self.cy.as_ref()].into_iter().flatten() {
            for part in words.parts() {
                hash.update(part.as_bytes());
                hash.update([0]);
            }
        }
        hash.update(self.rules.join(" ").as_bytes());
        crate::record::hex(&hash.finalize())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "letter")]
    letters: Vec<Template>,
    #[serde(default, rename = "reminder")]
    reminders: Vec<reminders::Reminder>,
}

/// All letters, and the days on which somebody is reminded.
#[derive(Debug, Clone, Default)]
pub struct Letters {
    templates: Vec<Template>,
    reminders: Vec<reminders::Reminder>,
}

/// Why a letter file was not accepted. It names the file and the line or the letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("letter file {file}: {says}")]
pub struct LettersError {
    file: String,
    says: String,
}

static BUILT_IN: LazyLock<Letters> = LazyLock::new(|| {
    let files = [
        ("letters/referral.toml", include_str!("../../../../letters/referral.toml")),
        ("letters/informing.toml", include_str!("../../../../letters/informing.toml")),
        ("letters/officer.toml", include_str!("../../../../letters/officer.toml")),
        ("letters/report.toml", include_str!("../../../../letters/report.toml")),
        ("letters/after.toml", include_str!("../../../../letters/after.toml")),
    ];
    Letters::read(&files, &Law::england_and_wales()).expect("the built-in letter files are checked by a test")
});

impl Letters {
    /// The letters that come with the product.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads letter files, given as name and text, and holds them against the law files.
    ///
    /// # Errors
    /// Names the file, and the line or the letter.
    pub fn read(files: &[(&str, &str)], law: &Law) -> Result<Self, LettersError> {
        let mut letters = Self::default();
        for (name, text) in files {
            let fail = |says: String| LettersError { file: (*name).to_owned(), says };
            let file: File = toml::from_str(text).map_err(|e| fail(e.to_string()))?;
            for template in file.letters {
                letters.check(&template, text, law).map_err(|says| fail(format!("letter {}: {says}", template.key)))?;
                letters.templates.push(template);
            }
            for reminder in file.reminders {
                reminder.check(law).map_err(|says| fail(format!("reminder of day {}: {says}", reminder.day)))?;
                letters.reminders.push(reminder);
            }
        }
        Ok(letters)
    }

    /// Every letter, in the order of the files.
    #[must_use]
    pub fn all(&self) -> &[Template] {
        &self.templates
    }

    /// The days on which somebody is reminded, in the order of the files.
    #[must_use]
    pub fn reminders(&self) -> &[reminders::Reminder] {
        &self.reminders
    }

    /// The letter of that key.
    #[must_use]
    pub fn named(&self, key: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.key == key)
    }

    fn check(&self, template: &Template, file: &str, law: &Law) -> Result<(), String> {
        if self.named(&template.key).is_some() {
            return Err("stands twice".to_owned());
        }
        let Template { key, name, trigger, may_not, .. } = template;
        let lines = [("key", key), ("name", name), ("trigger", trigger), ("may_not", may_not)];
        let blank = lines.iter().find(|(_, text)| text.trim().is_empty());
        if let Some((field, _)) = blank {
            return Err(format!("{field} is empty"));
        }
        if template.to.is_empty() || template.needs.is_empty() {
            return Err("say to whom it goes and what it needs".to_owned());
        }
        if let Some(unknown) = template.rules.iter().find(|rule| law.rule(rule).is_none()) {
            return Err(format!("{}: no rule of the law files is called {unknown:?}", line_of(file, unknown)));
        }
        check_words("en", &template.en, file, law)?;
        template.cy.as_ref().map_or(Ok(()), |words| check_words("cy", words, file, law))
    }
}

fn check_words(language: &str, words: &Words, file: &str, law: &Law) -> Result<(), String> {
    for (field, text) in ["subject", "text", "next"].into_iter().zip(words.parts()) {
        if text.trim().is_empty() {
            return Err(format!("{language}.{field} is empty"));
        }
        if field == "subject" && text.contains('\n') {
            return Err(format!("{language}.subject must be on one line"));
        }
        for piece in pieces(text).map_err(|(at, says)| format!("{}: {says}", line_of(file, &at)))? {
            if let Piece::Field(found) = piece
                && let Some(rule) = found.rule().filter(|rule| law.rule(rule).is_none())
            {
                return Err(format!("{}: no rule of the law files is called {rule:?}", line_of(file, rule)));
            }
        }
    }
    Ok(())
}

/// The line of a file on which a text stands, in words.
fn line_of(file: &str, text: &str) -> String {
    let line = file.lines().position(|line| line.contains(text)).map_or(0, |at| at + 1);
    format!("line {line}")
}

#[cfg(test)]
mod tests;
