//! The fields of a form: what they are called, how they are entered, and how they are read.

use candour_core::day::{self, Day};
use candour_core::refusal::{Check, Refusal};
use serde::Serialize;

use super::typed::Typed;

/// A field of a form.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Its name in the request.
    pub name: &'static str,
    /// What it asks.
    pub label: String,
    /// Help under the question, or empty.
    pub hint: String,
    /// How it is entered.
    pub input: Input,
}

/// How a field is entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", content = "options", rename_all = "kebab-case")]
pub enum Input {
    /// Three boxes.
    Date,
    /// One of a few.
    Radios(Vec<Choice>),
    /// One of many.
    Select(Vec<Choice>),
    /// Several lines.
    Words,
    /// One line.
    Line,
    /// Nothing to enter.
    Hidden,
}

/// One of the values that a field may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What it is called.
    pub text: String,
    /// Help under it, or empty.
    pub hint: String,
}

impl Choice {
    /// A value and what it is called.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), hint: String::new() }
    }

    /// The same with help under it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl Field {
    /// A field without help.
    pub fn new(name: &'static str, label: impl Into<String>, input: Input) -> Self {
        Self { name, label: label.into(), hint: String::new(), input }
    }

    /// The same with help.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The names under which its value is sent.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        match self.input {
            Input::Date => ["day", "month", "year"].map(|part| format!("{}-{part}", self.name)).to_vec(),
            _ => vec![self.name.to_owned()],
        }
    }

    /// What was typed, as a person would say it.
    #[must_use]
    pub fn said(&self, typed: &Typed) -> String {
        match &self.input {
            Input::Date => match date(typed, self.name, "") {
                Ok(Some(date)) => day::in_words(date),
                _ => String::new(),
            },
            Input::Radios(choices) | Input::Select(choices) => {
                let value = typed.get(self.name);
                choices.iter().find(|c| c.value == value).map_or_else(|| value.to_owned(), |c| c.text.clone())
            }
            Input::Words | Input::Line | Input::Hidden => typed.get(self.name).trim().to_owned(),
        }
    }
}

/// Reads a date that may be left empty.
pub fn date(typed: &Typed, name: &str, called: &str) -> Result<Option<Day>, Refusal> {
    let part = |part: &str| typed.get(&format!("{name}-{part}")).to_owned();
    day::parse_parts(called, &part("day"), &part("month"), &part("year"))
}

/// Reads a date that must be given.
pub fn required_date(check: &mut Check, typed: &Typed, name: &'static str, called: &str) -> Option<Day> {
    match date(typed, name, called) {
        Ok(None) => {
            check.problem(name, format!("Enter {}", lower_first(called)));
            None
        }
        other => check.field(name, other).flatten(),
    }
}

/// The same words with a small first letter.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_lowercase(), letters.as_str()))
}
