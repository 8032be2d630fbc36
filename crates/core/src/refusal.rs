//! A refusal: the product's answer to a command that may not be carried out, in words fit to show.

use std::fmt;

/// Why something was not done. Every sentence in it may be shown to the person who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// One problem per field; the field is empty when the problem is not about one.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong, and the form field it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The form field, such as `reasons`, or empty.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub says: String,
}

impl Refusal {
    /// A refusal that is about no particular field.
    #[must_use]
    pub fn new(says: impl Into<String>) -> Self {
        Self::of("", says)
    }

    /// A refusal about one field.
    #[must_use]
    pub fn of(field: &'static str, says: impl Into<String>) -> Self {
        Self { problems: vec![Problem { field, says: says.into() }] }
    }

    /// The same refusal, put down to `field` where no field was named yet.
    #[must_use]
    pub fn about(mut self, field: &'static str) -> Self {
        for problem in &mut self.problems {
            if problem.field.is_empty() {
                problem.field = field;
            }
        }
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let says: Vec<&str> = self.problems.iter().map(|p| p.says.as_str()).collect();
        f.write_str(&says.join("; "))
    }
}

impl std::error::Error for Refusal {}

/// Collects the problems of several fields, so that a form reports all of them at once.
#[derive(Debug, Default)]
pub struct Check {
    problems: Vec<Problem>,
}

impl Check {
    /// The value, or a note of what is wrong with it.
    pub fn field<T>(&mut self, field: &'static str, result: Result<T, Refusal>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.problems.extend(refusal.about(field).problems);
                None
            }
        }
    }

    /// Notes a problem.
    pub fn problem(&mut self, field: &'static str, says: impl Into<String>) {
        self.problems.push(Problem { field, says: says.into() });
    }

    /// All problems as one refusal, or the value when there are none.
    pub fn done<T>(self, value: Option<T>) -> Result<T, Refusal> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ if self.problems.is_empty() => Err(Refusal::new("Something is missing from this form")),
            _ => Err(Refusal { problems: self.problems }),
        }
    }
}
