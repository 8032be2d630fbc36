//! Material that came with a file: statements, documents, photographs, recordings.
//!
//! The chain holds whence it came, and the opaque name under which its bytes are kept. Its digest and
//! length are a personal word (decision 015): nobody can try from the chain whether a file that they
//! know is in a case, and with the word the bytes go too.

use serde::{Deserialize, Serialize};

use super::{Effective, Event, Fresh, State, words};
use crate::day::Day;
use crate::record::file::FileWord;
use crate::refusal::Refusal;

/// Material was received. Its name, its description, its digest and its length are personal words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialReceived {
    /// The opaque name under which its bytes are kept.
    pub file: String,
    /// From whom it came.
    pub from: Source,
    /// What it is.
    pub sort: Sort,
    /// What the scanner said of it then.
    pub scan: Scan,
}

/// From whom material came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The appropriate authority.
    Authority,
    /// Whoever complained.
    Complainant,
    /// The family of whoever died or was hurt.
    Family,
    /// A witness.
    Witness,
    /// Somebody who is under investigation, or their representative.
    Subject,
    /// An expert.
    Expert,
    /// The body itself.
    Body,
    /// Somebody else.
    Other,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Authority,
        Self::Complainant,
        Self::Family,
        Self::Witness,
        Self::Subject,
        Self::Expert,
        Self::Body,
        Self::Other,
    ];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Complainant => "complainant",
            Self::Family => "family",
            Self::Witness => "witness",
            Self::Subject => "subject",
            Self::Expert => "expert",
            Self::Body => "body",
            Self::Other => "other",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Authority => "The appropriate authority",
            Self::Complainant => "The complainant",
            Self::Family => "The family",
            Self::Witness => "A witness",
            Self::Subject => "Somebody under investigation, or their representative",
            Self::Expert => "An expert",
            Self::Body => "We made or collected it ourselves",
            Self::Other => "Somebody else",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.id() == text)
    }
}

/// What material is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// A statement or the record of an interview.
    Statement,
    /// Another document.
    Document,
    /// A photograph or drawing.
    Photograph,
    /// A moving picture, such as body-worn video.
    Video,
    /// A sound recording.
    Audio,
    /// Data from a telephone, a vehicle or a system.
    Data,
    /// Something else.
    Other,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Statement, Self::Document, Self::Photograph, Self::Video, Self::Audio, Self::Data, Self::Other];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Document => "document",
            Self::Photograph => "photograph",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Data => "data",
            Self::Other => "other",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Statement => "A statement or the record of an interview",
            Self::Document => "Another document",
            Self::Photograph => "A photograph or drawing",
            Self::Video => "Video, such as body-worn video",
            Self::Audio => "A sound recording",
            Self::Data => "Data from a telephone, a vehicle or a system",
            Self::Other => "Something else",
        }
    }

    /// The sort of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.id() == text)
    }
}

/// What a scanner for malicious software said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Scan {
    /// It found nothing.
    Clean {},
    /// It found something, by its own name for it.
    Found {
        /// That name.
        name: String,
    },
    /// The operator set no scanner up.
    None {},
}

impl Scan {
    /// What it said, on a page.
    #[must_use]
    pub fn says(&self) -> String {
        match self {
            Self::Clean {} => "Nothing malicious was found when it was received".to_owned(),
            Self::Found { name } => format!("Malicious: the scanner found {name}. It is kept and not handed out"),
            Self::None {} => "Not scanned: no scanner was set up when it was received".to_owned(),
        }
    }
}

/// Material of a case as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Its number in the case.
    pub n: u32,
    /// What was recorded of it.
    pub received: MaterialReceived,
    /// When it was received.
    pub on: Day,
    /// The version of the entry.
    pub version: u64,
}

/// The command to record that material was received.
#[derive(Debug, Clone)]
pub struct Receive {
    /// The opaque name under which its bytes are kept.
    pub file: String,
    /// Its digest and length.
    pub holds: FileWord,
    /// What the scanner said.
    pub scan: Scan,
    /// What the file was called.
    pub name: String,
    /// When it was received.
    pub on: Day,
    /// From whom.
    pub from: Source,
    /// What it is.
    pub sort: Sort,
    /// What it shows, and how it came.
    pub description: String,
}

impl Receive {
    pub(super) fn event(self) -> Fresh {
        let Self { file, holds, scan, name, on, from, sort, description } = self;
        let event = Event::MaterialReceived(MaterialReceived { file, from, sort, scan });
        let fresh = Fresh::new(event, Some(on)).with_words("file", holds.to_string());
        fresh.with_words("name", name).with_words("description", description)
    }
}

pub(super) fn lawful(state: &State, received: &MaterialReceived, event: &Effective) -> Result<(), Refusal> {
    if event.on.is_none() {
        return Err(Refusal::of("on", "Enter the date on which it was received"));
    }
    if state.materials.iter().any(|material| material.received.file == received.file) {
        return Err(Refusal::new("This file is in the case already"));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, received: &MaterialReceived, event: &Effective) {
    let Some(on) = event.on else { return };
    let n = state.materials.last().map_or(0, |last| last.n).saturating_add(1);
    state.materials.push(Material { n, received: received.clone(), on, version: event.version });
}

/// The longest ending of a name that is kept when the name is cut, in characters.
const ENDING_CHARS_MAX: usize = 20;

/// A file's name as it can be kept and shown: what comes after the last slash of either sort, without
/// characters that show nothing or turn the reading around, and no longer than a line.
#[must_use]
pub fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: char| matches!(c, '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    let shown: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let shown = shown.trim().trim_end_matches('.').trim_end();
    // What is too long loses its middle: its ending says what it is.
    let over = shown.chars().count().saturating_sub(words::LINE_CHARS_MAX);
    let (stem, ending) =
        shown.rsplit_once('.').filter(|(_, ending)| ending.chars().count() <= ENDING_CHARS_MAX).unzip();
    let kept: String = match (stem, ending) {
        (Some(stem), Some(ending)) if over > 0 => {
            let most = stem.chars().count().saturating_sub(over);
            format!("{}.{ending}", stem.chars().take(most).collect::<String>())
        }
        _ => shown.chars().take(words::LINE_CHARS_MAX).collect(),
    };
    if kept.is_empty() { "file".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_without_a_way_and_without_what_turns_it_around() {
        for (sent, kept) in [
            ("statement.pdf", "statement.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\body cam.mp4", "body cam.mp4"),
            ("gpj.\u{202E}exe", "gpj.exe"),
            ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
            ("", "file"),
            ("...", "file"),
            ("D'Arcy-Śmith ŵ.docx", "D'Arcy-Śmith ŵ.docx"),
        ] {
            assert_eq!(file_name(sent), kept, "{sent:?}");
        }
        assert_eq!(file_name(&"x".repeat(4_096)).chars().count(), words::LINE_CHARS_MAX);
        let long = file_name(&format!("{}.pdf", "ŵ".repeat(300)));
        assert!(long.chars().count() == words::LINE_CHARS_MAX && long.ends_with("ŵ.pdf"), "{long}");
        assert_eq!(file_name("a\u{2028}b\u{061C}.txt"), "ab.txt");
    }
}
