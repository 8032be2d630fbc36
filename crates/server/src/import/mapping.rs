//! The mapping file: which columns of another system's files become which fields of the record.
//!
//! It is read strictly: a key that nobody reads, a field that the role does not have and a field
//! that is missing are refused with their line and column, before any row is looked at.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use candour_core::case::matter::MatterKind;
use candour_core::day::Day;
use candour_core::person::PersonRole;
use candour_core::profile::Profile;
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

/// A mapping file, checked.
#[derive(Debug)]
pub struct Mapping {
    /// The body whose record takes the data.
    pub body: String,
    /// What the data is called; references are derived from it, so it must never change.
    pub source: String,
    /// The files that are read, by base name.
    pub files: BTreeMap<String, FileMapping>,
    /// The files that may be given but are not read, each with the reason.
    pub not_read: BTreeMap<String, String>,
}

/// How one file is read.
#[derive(Debug)]
pub struct FileMapping {
    /// What its rows are.
    pub role: Role,
    /// The column of each field that has one.
    pub read: BTreeMap<String, Column>,
    /// The value of each field that is the same in every row.
    pub set: BTreeMap<String, String>,
    /// The columns that become personal words about a person.
    pub particulars: BTreeMap<String, Column>,
    /// The columns that are not read, each with the reason.
    pub not_read: BTreeMap<String, String>,
}

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// People of the register.
    People,
    /// Matters: each row becomes a case.
    Matters,
    /// Allegations: each row is one, in a matter and against a person of the other files.
    Allegations,
}

/// A column and how its cells are read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in the header.
    pub column: String,
    /// Whether cells are plain text or codes.
    #[serde(default)]
    pub format: Format,
    /// How dates are written, such as `%Y-%m-%d`.
    pub date: Option<String>,
    /// Whether a row with an empty cell is refused.
    #[serde(default)]
    pub required: bool,
    /// What cells are translated to; an empty translation is an empty cell.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// What happens to a cell that `values` does not have.
    #[serde(default)]
    pub unknown: Unknown,
}

/// How the text of a cell is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// As it stands, without the blanks around it.
    #[default]
    Text,
    /// As a code, so that `600.0`, which a spreadsheet made of it, is `600` again.
    Code,
}

/// What happens to a cell for which there is no translation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// Its row is refused.
    #[default]
    Refuse,
    /// It is kept as it stands.
    Keep,
}

/// A field that the rows of a role have.
#[derive(Debug)]
pub struct Field {
    /// Its name in the mapping file.
    pub name: &'static str,
    kind: Kind,
    /// Whether every row must have it.
    pub must: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Tells a row, or what a row is about; never the same in all rows.
    Number,
    Text,
    Date,
    Matter,
    PersonRole,
    Force,
    FiledBy,
}

const fn field(name: &'static str, kind: Kind, must: bool) -> Field {
    Field { name, kind, must }
}

static MATTERS: [Field; 7] = [
    field("number", Kind::Number, true),
    field("received", Kind::Date, true),
    field("closed", Kind::Date, false),
    field("incident", Kind::Date, false),
    field("kind", Kind::Matter, true),
    field("force", Kind::Force, true),
    field("filed_by", Kind::FiledBy, false),
];
static ALLEGATIONS: [Field; 8] = [
    // Not kept: it only shows a row that stands twice.
    field("number", Kind::Number, false),
    field("matter", Kind::Number, true),
    field("person", Kind::Number, true),
    field("category", Kind::Text, false),
    field("ours", Kind::Text, false),
    field("theirs", Kind::Text, false),
    field("discipline_ours", Kind::Text, false),
    field("discipline_theirs", Kind::Text, false),
];
static PEOPLE: [Field; 4] = [
    field("number", Kind::Number, true),
    field("role", Kind::PersonRole, true),
    field("joined", Kind::Date, false),
    field("left", Kind::Date, false),
];

impl Role {
    /// The fields that its rows have.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Matters => &MATTERS,
            Self::Allegations => &ALLEGATIONS,
            Self::People => &PEOPLE,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Matters => "matters",
            Self::Allegations => "allegations",
            Self::People => "people",
        }
    }
}

impl Field {
    /// The only values that the field takes, or none where it takes any.
    #[must_use]
    pub fn choices<'p>(&self, profile: &'p Profile) -> Option<Vec<&'p str>> {
        match self.kind {
            Kind::Matter => Some(profile.kinds.iter().map(|k| MatterKind::id(*k)).collect()),
            Kind::PersonRole => Some(PersonRole::ALL.into_iter().map(PersonRole::id).collect()),
            Kind::Force => Some(profile.forces.iter().map(|f| f.id.as_str()).collect()),
            Kind::FiledBy => Some(vec!["civilian", "officer"]),
            Kind::Number | Kind::Text | Kind::Date => None,
        }
    }
}

/// Why a mapping file cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Something in it is wrong.
    Wrong(Wrong),
    /// It is for this other body.
    OtherBody(String),
}

/// What is wrong with a mapping file, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMapping {
    body: Spanned<String>,
    source: Spanned<String>,
    file: BTreeMap<Spanned<String>, RawFile>,
    #[serde(default)]
    not_read: Reasons,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    role: Role,
    read: BTreeMap<Spanned<String>, RawColumn>,
    #[serde(default)]
    set: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    particulars: BTreeMap<Spanned<String>, RawColumn>,
    #[serde(default)]
    not_read: Reasons,
}

type Reasons = BTreeMap<Spanned<String>, String>;

/// A column as written: its name alone, or a table with its name and how it is read.
struct RawColumn(Column);

impl<'de> Deserialize<'de> for RawColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = RawColumn;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a column, or a table like { column = \"name\" }")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<RawColumn, E> {
                Ok(RawColumn(Column { column: name.to_owned(), ..Column::default() }))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<RawColumn, A::Error> {
                Column::deserialize(MapAccessDeserializer::new(map)).map(RawColumn)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl Mapping {
    /// Reads a mapping file for a body.
    pub fn read(text: &str, profile: &Profile) -> Result<Self, Unusable> {
        let raw: RawMapping = toml::from_str(text).map_err(|e| {
            let start = e.span().map_or(0, |span| span.start);
            Wrong::at(text, start, e.message())
        })?;
        if *raw.body.get_ref() != profile.name {
            return Err(Unusable::OtherBody(raw.body.into_inner()));
        }
        let wrong = |at: &Spanned<String>, says: String| Unusable::Wrong(Wrong::at(text, at.span().start, says));
        if raw.source.get_ref().trim().is_empty() {
            return Err(wrong(&raw.source, "name the source".to_owned()));
        }
        let mut files = BTreeMap::new();
        for (name, file) in raw.file {
            base_name(&name).map_err(|says| wrong(&name, says))?;
            let file = file.check(&name, profile).map_err(|(start, says)| {
                let start = start.unwrap_or(name.span().start);
                Wrong::at(text, start, says)
            })?;
            files.insert(name.into_inner(), file);
        }
        if let Some(twice) = raw.not_read.keys().find(|n| files.contains_key(n.get_ref())) {
            let says = format!("{} is both read and not read", twice.get_ref());
            return Err(wrong(twice, says));
        }
        for name in raw.not_read.keys() {
            base_name(name).map_err(|says| wrong(name, says))?;
        }
        Ok(Self {
            body: raw.body.into_inner(),
            source: raw.source.into_inner(),
            files,
            not_read: reasons(raw.not_read).map_err(|(start, says)| Wrong::at(text, start.unwrap_or(0), says))?,
        })
    }
}

/// Where in the file, if that is known, and what is wrong there.
type Problem = (Option<usize>, String);

impl RawFile {
    fn check(self, name: &Spanned<String>, profile: &Profile) -> Result<FileMapping, Problem> {
        let role = self.role;
        for (key, column) in &self.read {
            let at = Some(key.span().start);
            let field = find(role, key)?;
            check_column(field, &column.0, profile).map_err(|says| (at, says))?;
            if self.set.keys().any(|set| set.get_ref() == key.get_ref()) {
                return Err((at, format!("{} is both read and set", field.name)));
            }
        }
        for (key, value) in &self.set {
            let at = Some(key.span().start);
            let field = find(role, key)?;
            check_set(field, value, profile).map_err(|says| (at, says))?;
        }
        let given = |name: &str| {
            let mut keys = self.read.keys().chain(self.set.keys());
            keys.any(|key| key.get_ref() == name)
        };
        if let Some(missing) = role.fields().iter().find(|f| f.must && !given(f.name)) {
            let says = format!(
                "{} of role {} needs the field {}; read it from a column or set it",
                name.get_ref(),
                role.id(),
                missing.name
            );
            return Err((None, says));
        }
        for (key, column) in &self.particulars {
            let at = Some(key.span().start);
            check_particular(role, key.get_ref(), &column.0).map_err(|says| (at, says))?;
        }
        let read = self.read.values().chain(self.particulars.values());
        let read: Vec<&str> = read.map(|c| c.0.column.as_str()).collect();
        if let Some(both) = self.not_read.keys().find(|k| read.contains(&k.get_ref().as_str())) {
            let says = format!("the column {} is both read and not read", both.get_ref());
            return Err((Some(both.span().start), says));
        }
        Ok(FileMapping {
            role,
            read: columns(self.read),
            set: self.set.into_iter().map(|(key, value)| (key.into_inner(), value)).collect(),
            particulars: columns(self.particulars),
            not_read: reasons(self.not_read)?,
        })
    }
}

fn columns(raw: BTreeMap<Spanned<String>, RawColumn>) -> BTreeMap<String, Column> {
    raw.into_iter().map(|(key, column)| (key.into_inner(), column.0)).collect()
}

fn reasons(raw: Reasons) -> Result<BTreeMap<String, String>, Problem> {
    if let Some((key, _)) = raw.iter().find(|(_, reason)| reason.trim().is_empty()) {
        let says = format!("say why {} is not read", key.get_ref());
        return Err((Some(key.span().start), says));
    }
    Ok(raw.into_iter().map(|(key, reason)| (key.into_inner(), reason)).collect())
}

fn find(role: Role, key: &Spanned<String>) -> Result<&'static Field, Problem> {
    let field = role.fields().iter().find(|f| f.name == key.get_ref());
    field.ok_or_else(|| {
        let names: Vec<&str> = role.fields().iter().map(|f| f.name).collect();
        let says = format!("{} have no field {:?}; they have {}", role.id(), key.get_ref(), names.join(", "));
        (Some(key.span().start), says)
    })
}

fn check_column(field: &Field, column: &Column, profile: &Profile) -> Result<(), String> {
    match (&column.date, field.kind == Kind::Date) {
        (None, true) => {
            return Err(format!(
                "{} is a date; say how it is written, like {{ column = {:?}, date = \"%Y-%m-%d\" }}",
                field.name, column.column
            ));
        }
        (Some(_), false) => return Err(format!("{} is no date; leave date out", field.name)),
        (Some(format), true) => check_date_format(format)?,
        (None, false) => {}
    }
    if column.date.is_some() && column.format != Format::Text {
        return Err(format!("{} is a date, not a code", field.name));
    }
    if let Some(choices) = field.choices(profile) {
        let kept = |value: &&String| !value.is_empty() && !choices.contains(&value.as_str());
        if let Some(bad) = column.values.values().find(kept) {
            return Err(no_choice(field.name, bad, &choices));
        }
    }
    Ok(())
}

fn check_set(field: &Field, value: &str, profile: &Profile) -> Result<(), String> {
    if matches!(field.kind, Kind::Number | Kind::Date) {
        let says = "differs from row to row and cannot be set; read it from a column";
        return Err(format!("{} {says}", field.name));
    }
    match field.choices(profile) {
        Some(choices) if !choices.contains(&value) => Err(no_choice(field.name, value, &choices)),
        _ => Ok(()),
    }
}

fn check_particular(role: Role, name: &str, column: &Column) -> Result<(), String> {
    if role != Role::People {
        return Err("only people have particulars".to_owned());
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.is_empty() || !name.bytes().all(plain) {
        return Err(format!("{name:?}: write the name in small letters, like birth_year"));
    }
    if column.date.is_some() {
        return Err(format!("{name} is kept in the source's own words; leave date out"));
    }
    Ok(())
}

/// That a choice is none of those there are, in words.
pub fn no_choice(field: &str, value: &str, choices: &[&str]) -> String {
    format!("{value:?} is no {field}; it is one of {}", choices.join(", "))
}

fn check_date_format(format: &str) -> Result<(), String> {
    let day = Day::constant(2019, 3, 27);
    let mut written = String::new();
    let printed = fmt::Write::write_fmt(&mut written, format_args!("{}", day.strftime(format)));
    match printed.map(|()| Day::strptime(format, &written)) {
        Ok(Ok(back)) if back == day => Ok(()),
        _ => Err(format!("{format:?} does not say how a whole date is written; write it like %Y-%m-%d or %d/%m/%Y")),
    }
}

fn base_name(name: &Spanned<String>) -> Result<(), String> {
    let name = name.get_ref();
    if name.ends_with(".gz") {
        return Err(format!("leave the ending .gz of {name} out; files may be packed or not"));
    }
    match Path::new(name).file_name() {
        Some(base) if base == name.as_str() => Ok(()),
        _ => Err(format!("{name:?} is a path; give the file's name alone, like complaints.csv")),
    }
}

impl From<Wrong> for Unusable {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl Wrong {
    fn at(text: &str, start: usize, says: impl Into<String>) -> Self {
        let before = text.get(..start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            says: says.into(),
        }
    }
}
