//! The cells of a row, read by the mapping: text, codes, choices and dates.

use candour_core::case::words;
use candour_core::day::{Day, FIRST_DAY, LAST_DAY};
use candour_core::profile::Profile;
use csv::StringRecord;

use super::mapping::{Column, FileMapping, Format, Unknown, no_choice};

/// The fields of a file's rows, each with where it comes from.
pub struct Fields<'m> {
    fields: Vec<(&'m str, From<'m>)>,
}

/// Where a field comes from.
enum From<'m> {
    /// It is the same in every row.
    Set(&'m str),
    /// It stands in a cell.
    Cell { at: usize, column: &'m Column, must: bool, choices: Option<Vec<&'m str>> },
}

/// Why a row is refused: the column, the value and what is wrong with it.
#[derive(Debug)]
pub struct Bad {
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
    /// What is wrong with it.
    pub says: String,
}

impl<'m> Fields<'m> {
    /// The fields of a file whose header holds every column that the mapping names.
    pub fn of(file: &'m FileMapping, header: &[String], profile: &'m Profile) -> Self {
        let at = |column: &Column| header.iter().position(|name| *name == column.column).unwrap_or(usize::MAX);
        let set = file.set.iter().map(|(name, value)| (name.as_str(), From::Set(value)));
        let read = file.read.iter().map(|(name, column)| {
            let field = file.role.fields().iter().find(|f| f.name == name);
            let from = From::Cell {
                at: at(column),
                column,
                must: column.required || field.is_some_and(|f| f.must),
                choices: field.and_then(|f| f.choices(profile)),
            };
            (name.as_str(), from)
        });
        Self { fields: set.chain(read).collect() }
    }

    /// The columns of a file that become particulars.
    pub fn particulars(file: &'m FileMapping, header: &[String]) -> Self {
        let one = |(name, column): (&'m String, &'m Column)| {
            let at = header.iter().position(|h| *h == column.column).unwrap_or(usize::MAX);
            (name.as_str(), From::Cell { at, column, must: column.required, choices: None })
        };
        Self { fields: file.particulars.iter().map(one).collect() }
    }

    /// A field's text; empty where the row has none.
    pub fn text(&self, row: &StringRecord, name: &str) -> Result<String, Bad> {
        match self.from(name) {
            None => Ok(String::new()),
            Some(From::Set(value)) => Ok((*value).to_owned()),
            Some(From::Cell { at, column, must, choices }) => {
                read_text(row.get(*at).unwrap_or_default(), column, *must, choices.as_deref())
            }
        }
    }

    /// A field's text, or none where it is empty.
    pub fn some(&self, row: &StringRecord, name: &str) -> Result<Option<String>, Bad> {
        Ok(Some(self.text(row, name)?).filter(|text| !text.is_empty()))
    }

    /// A field's date, no later than `last`.
    pub fn date(&self, row: &StringRecord, name: &str, last: Day) -> Result<Option<Day>, Bad> {
        match self.from(name) {
            Some(From::Cell { at, column, must, .. }) => {
                read_date(row.get(*at).unwrap_or_default(), column, *must, last)
            }
            _ => Ok(None),
        }
    }

    /// Every field of the row that is not empty, by name.
    pub fn all(&self, row: &StringRecord) -> Result<Vec<(String, String)>, Bad> {
        let mut all = Vec::with_capacity(self.fields.len());
        for (name, _) in &self.fields {
            let text = self.text(row, name)?;
            if !text.is_empty() {
                all.push(((*name).to_owned(), text));
            }
        }
        Ok(all)
    }

    /// Why the row is refused for what stands in a field.
    pub fn bad(&self, row: &StringRecord, name: &str, says: impl Into<String>) -> Bad {
        let (column, value) = match self.from(name) {
            Some(From::Cell { at, column, .. }) => (column.column.as_str(), row.get(*at).unwrap_or_default()),
            Some(From::Set(value)) => ("", *value),
            None => ("", ""),
        };
        Bad { column: column.to_owned(), value: value.to_owned(), says: says.into() }
    }

    /// The column in which a field stands, or nothing.
    pub fn column(&self, name: &str) -> &'m str {
        match self.from(name) {
            Some(From::Cell { column, .. }) => &column.column,
            _ => "",
        }
    }

    fn from(&self, name: &str) -> Option<&From<'m>> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, from)| from)
    }
}

fn read_text(cell: &str, column: &Column, must: bool, choices: Option<&[&str]>) -> Result<String, Bad> {
    let bad = |says: String| Bad { column: column.column.clone(), value: cell.to_owned(), says };
    let text = words::line("It", cell).map_err(|refusal| bad(refusal.to_string()))?;
    let text = match column.format {
        Format::Text => text,
        Format::Code => code(&text).to_owned(),
    };
    let text = match column.values.get(&text) {
        Some(translated) => translated.clone(),
        None if !text.is_empty() && !column.values.is_empty() && column.unknown == Unknown::Refuse => {
            return Err(bad(
                "the mapping has no value for it; add one to values, or write unknown = \"keep\"".to_owned()
            ));
        }
        None => text,
    };
    if text.is_empty() {
        return if must { Err(bad("it is empty; every row needs it".to_owned())) } else { Ok(text) };
    }
    match choices {
        Some(choices) if !choices.contains(&text.as_str()) => {
            Err(bad(no_choice("value of this field", &text, choices)))
        }
        _ => Ok(text),
    }
}

fn read_date(cell: &str, column: &Column, must: bool, last: Day) -> Result<Option<Day>, Bad> {
    let bad = |says: String| Bad { column: column.column.clone(), value: cell.to_owned(), says };
    let text = cell.trim();
    let text = column.values.get(text).map_or(text, String::as_str);
    if text.is_empty() {
        return if must { Err(bad("it is empty; every row needs it".to_owned())) } else { Ok(None) };
    }
    let format = column.date.as_deref().unwrap_or("%Y-%m-%d");
    match Day::strptime(format, text) {
        Ok(day) if day > last && last < LAST_DAY => {
            Err(bad(format!("it is later than today ({last} by the record's clock)")))
        }
        Ok(day) if (FIRST_DAY..=LAST_DAY).contains(&day) => Ok(Some(day)),
        Ok(_) => Err(bad(format!("it must lie between {FIRST_DAY} and {LAST_DAY}"))),
        Err(_) => Err(bad(format!("it is no real date written like {format}"))),
    }
}

/// A code as it was before a spreadsheet took it for a number.
fn code(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros))
            if !whole.is_empty()
                && whole.bytes().all(|b| b.is_ascii_digit())
                && !zeros.is_empty()
                && zeros.bytes().all(|b| b == b'0') =>
        {
            whole
        }
        _ => text,
    }
}
