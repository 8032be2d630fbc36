//! From rows to things: people, matters and the allegations that belong to both.
//!
//! A row that cannot be read, stands twice or is about something that is not there is refused by
//! its line, with the first thing that is wrong. The others go on.

use std::collections::HashMap;

use candour_core::case::allegation::Finding;
use candour_core::case::matter::{Matter, MatterKind};
use candour_core::day::{Day, LAST_DAY};
use candour_core::person::{PersonRole, Registered, derived_stream};
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use csv::StringRecord;

use super::ImportError;
use super::cells::{Bad, Fields};
use super::mapping::{FileMapping, Mapping, Role};
use super::report::{FileCount, RowNote};
use super::rows::{Row, Sheet};

/// The things that the files hold.
#[derive(Default)]
pub struct Gathered {
    /// The files that were read.
    pub files: Vec<FileCount>,
    /// The people.
    pub people: Vec<Person>,
    /// The matters, with their allegations.
    pub matters: Vec<Received>,
    /// The rows that were refused.
    pub refused: Vec<RowNote>,
}

/// Where a thing stands in the files.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The file, as an index into [`Gathered::files`].
    pub file: usize,
    /// The line.
    pub line: u64,
}

/// A person.
pub struct Person {
    /// Where they stand.
    pub place: Place,
    /// Their stream.
    pub stream: String,
    /// Who they are to the body.
    pub registered: Registered,
    /// Their particulars.
    pub words: Vec<(String, String)>,
}

/// A matter.
pub struct Received {
    /// Where it stands.
    pub place: Place,
    /// The reference that it always gets.
    pub reference: Reference,
    /// What was received.
    pub matter: Matter,
    /// When.
    pub received: Day,
    /// When it was closed.
    pub closed: Option<Day>,
    /// The column of the day of closing, for a warning about it.
    pub closed_column: String,
    /// Its allegations in the order of their rows.
    pub allegations: Vec<Against>,
}

/// An allegation.
pub struct Against {
    /// Where it stands.
    pub place: Place,
    /// The person, as an index into [`Gathered::people`].
    pub person: usize,
    /// The category.
    pub category: String,
    /// What was found, with no number yet; none where nothing was.
    pub finding: Option<Finding>,
}

/// What became of the row with a number.
#[derive(Clone, Copy)]
struct Seen {
    place: Place,
    /// Where it is kept; none when it was refused.
    kept: Option<usize>,
}

type Numbers = HashMap<String, Seen>;

struct Gather<'a> {
    mapping: &'a Mapping,
    profile: &'a Profile,
    today: Day,
    progress: &'a dyn Fn(u64, &str),
    gathered: Gathered,
    people: Numbers,
    matters: Numbers,
    /// The numbers of allegations, by file.
    allegations: Numbers,
    /// Streams, so that two numbers with one reference are noticed.
    streams: HashMap<String, Place>,
}

/// How often the progress is told, in rows.
const PROGRESS_ROWS: u64 = 10_000;

/// Reads the files: people first, then matters, then what belongs to both.
pub fn gather(
    mapping: &Mapping,
    profile: &Profile,
    today: Day,
    sheets: Vec<Sheet>,
    progress: &dyn Fn(u64, &str),
) -> Result<Gathered, ImportError> {
    let mut sheets: Vec<(Sheet, &FileMapping)> =
        sheets.into_iter().filter_map(|sheet| mapping.files.get(&sheet.name).map(|file| (sheet, file))).collect();
    sheets.sort_by(|(a, of_a), (b, of_b)| (of_a.role, &a.name).cmp(&(of_b.role, &b.name)));
    let mut headers = Vec::new();
    for (sheet, file) in &sheets {
        headers.push(sheet.header(file)?);
    }
    let mut gather = Gather {
        mapping,
        profile,
        today,
        progress,
        gathered: Gathered::default(),
        people: Numbers::new(),
        matters: Numbers::new(),
        allegations: Numbers::new(),
        streams: HashMap::new(),
    };
    for ((sheet, file), header) in sheets.into_iter().zip(headers) {
        gather.file(sheet, file, &header)?;
    }
    Ok(gather.gathered)
}

impl Gather<'_> {
    fn file(&mut self, mut sheet: Sheet, file: &FileMapping, header: &[String]) -> Result<(), ImportError> {
        let profile = self.profile;
        let fields = Fields::of(file, header, profile);
        let particulars = Fields::particulars(file, header);
        let index = self.gathered.files.len();
        let name = sheet.name.clone();
        self.gathered.files.push(FileCount {
            file: name.clone(),
            sha256: candour_core::record::hex(&sheet.sha256),
            ..FileCount::default()
        });
        self.allegations.clear();
        let mut rows = 0;
        sheet.each_row(header, |row| {
            rows += 1;
            if rows % PROGRESS_ROWS == 0 {
                (self.progress)(rows, &format!("reading {name}"));
            }
            let row = match row {
                Ok(row) => row,
                Err(note) => return self.gathered.refused.push(note),
            };
            let place = Place { file: index, line: row.line };
            let taken = match file.role {
                Role::People => self.person(&fields, &particulars, place, row.cells),
                Role::Matters => self.matter(&fields, place, row.cells),
                Role::Allegations => self.allegation(&fields, place, row.cells),
            };
            if let Err(bad) = taken {
                self.refuse(file.role, &fields, &name, &row, bad);
            }
        })?;
        self.gathered.files[index].rows = rows;
        Ok(())
    }

    fn refuse(&mut self, role: Role, fields: &Fields<'_>, name: &str, row: &Row<'_>, bad: Bad) {
        // So that a row about it can say that it was refused, and not that it is unknown.
        if let (Role::People | Role::Matters, Ok(number)) = (role, fields.text(row.cells, "number")) {
            let place = Place { file: self.gathered.files.len() - 1, line: row.line };
            let numbers = if role == Role::People { &mut self.people } else { &mut self.matters };
            numbers.entry(number).or_insert(Seen { place, kept: None });
        }
        self.gathered.refused.push(RowNote::new(name, row.line, &bad.column, &bad.value, bad.says));
    }

    fn person(
        &mut self,
        fields: &Fields<'_>,
        particulars: &Fields<'_>,
        place: Place,
        row: &StringRecord,
    ) -> Result<(), Bad> {
        let number = fields.text(row, "number")?;
        self.not_twice(&self.people, &number, fields, row)?;
        let role = PersonRole::parse(&fields.text(row, "role")?);
        let role = role.ok_or_else(|| fields.bad(row, "role", "it is no role"))?;
        let registered = Registered {
            role,
            number: number.clone(),
            joined_on: fields.date(row, "joined", LAST_DAY)?,
            left_on: fields.date(row, "left", LAST_DAY)?,
            import: None,
        };
        let words = particulars.all(row)?;
        let stream = derived_stream(&self.mapping.source, &number);
        self.one_stream(&stream, place, fields, row)?;
        self.people.insert(number, Seen { place, kept: Some(self.gathered.people.len()) });
        self.gathered.people.push(Person { place, stream, registered, words });
        Ok(())
    }

    fn matter(&mut self, fields: &Fields<'_>, place: Place, row: &StringRecord) -> Result<(), Bad> {
        let number = fields.text(row, "number")?;
        self.not_twice(&self.matters, &number, fields, row)?;
        let received = fields.date(row, "received", self.today)?;
        let received = received.ok_or_else(|| fields.bad(row, "received", "it is empty; every row needs it"))?;
        let kind = MatterKind::parse(&fields.text(row, "kind")?);
        let matter = Matter {
            kind: kind.ok_or_else(|| fields.bad(row, "kind", "it is no kind of matter"))?,
            force: fields.text(row, "force")?,
            number: Some(number.clone()),
            route: None,
            clear_on: None,
            incident_on: fields.date(row, "incident", self.today)?,
            filed_by: fields.some(row, "filed_by")?,
            import: None,
            reinvestigates: None,
            related: Vec::new(),
            scheme: None,
        };
        let closed = fields.date(row, "closed", self.today)?;
        let reference = Reference::derived(&self.mapping.source, &number);
        self.one_stream(&reference.stream(), place, fields, row)?;
        self.matters.insert(number, Seen { place, kept: Some(self.gathered.matters.len()) });
        self.gathered.matters.push(Received {
            place,
            reference,
            matter,
            received,
            closed,
            closed_column: fields.column("closed").to_owned(),
            allegations: Vec::new(),
        });
        Ok(())
    }

    fn allegation(&mut self, fields: &Fields<'_>, place: Place, row: &StringRecord) -> Result<(), Bad> {
        if let Some(number) = fields.some(row, "number")? {
            self.not_twice(&self.allegations, &number, fields, row)?;
            self.allegations.insert(number, Seen { place, kept: Some(0) });
        }
        let matter = self.kept(&self.matters, "matter", fields, row)?;
        let person = self.kept(&self.people, "person", fields, row)?;
        let category = fields.text(row, "category")?;
        let finding = Finding {
            n: 0,
            ours: fields.text(row, "ours")?,
            theirs: fields.text(row, "theirs")?,
            discipline_ours: fields.text(row, "discipline_ours")?,
            discipline_theirs: fields.text(row, "discipline_theirs")?,
        };
        let parts = [&finding.ours, &finding.theirs, &finding.discipline_ours, &finding.discipline_theirs];
        let found = parts.iter().any(|part| !part.is_empty());
        let finding = found.then_some(finding);
        self.gathered.matters[matter].allegations.push(Against { place, person, category, finding });
        Ok(())
    }

    /// The thing that a row is about, by its number.
    fn kept(&self, numbers: &Numbers, field: &str, fields: &Fields<'_>, row: &StringRecord) -> Result<usize, Bad> {
        let number = fields.text(row, field)?;
        match numbers.get(&number) {
            Some(Seen { kept: Some(kept), .. }) => Ok(*kept),
            Some(Seen { place, kept: None }) => {
                let says = format!("the row of this {field} was refused: {}", self.at(*place));
                Err(fields.bad(row, field, says))
            }
            None => {
                let role = if field == "matter" { Role::Matters } else { Role::People };
                let files = self.mapping.files.iter().filter(|(_, file)| file.role == role);
                let files: Vec<&str> = files.map(|(name, _)| name.as_str()).collect();
                let says = format!("there is no such {field} in {}", files.join(" or "));
                Err(fields.bad(row, field, says))
            }
        }
    }

    fn not_twice(&self, numbers: &Numbers, number: &str, fields: &Fields<'_>, row: &StringRecord) -> Result<(), Bad> {
        match numbers.get(number) {
            Some(seen) => {
                let says =
                    format!("this number stands already at {}; a number stands for one row", self.at(seen.place));
                Err(fields.bad(row, "number", says))
            }
            None => Ok(()),
        }
    }

    /// References are short; that two numbers get the same one is unlikely and must be noticed.
    fn one_stream(&mut self, stream: &str, place: Place, fields: &Fields<'_>, row: &StringRecord) -> Result<(), Bad> {
        if let Some(other) = self.streams.get(stream) {
            let says =
                format!("it gets the same reference as the row at {}; change one of the numbers", self.at(*other));
            return Err(fields.bad(row, "number", says));
        }
        self.streams.insert(stream.to_owned(), place);
        Ok(())
    }

    fn at(&self, place: Place) -> String {
        let name = self.gathered.files.get(place.file).map_or("", |file| &file.file);
        format!("{name} line {}", place.line)
    }
}
