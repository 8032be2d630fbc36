//! Writing what was gathered: what the record does not have yet, in batches.
//!
//! The import itself is a stream of the record: `import.begun` before its first batch and
//! `import.ended` after its last, so that one that was interrupted is visible. Importing again
//! completes it, because what is there already is skipped.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use candour_core::case::allegation::{AllegationsRecorded, Alleged, Finding};
use candour_core::case::imported::{self, Imported};
use candour_core::case::{Case, Context, Fresh};
use candour_core::day::Day;
use candour_core::delegation::Delegations;
use candour_core::law::{Calendar, Law};
use candour_core::permit::{Action, Actor, Object, Permit, permit};
use candour_core::person;
use candour_core::profile::Profile;
use candour_core::record::hex;
use candour_core::refusal::Refusal;
use candour_store::db::Error;
use candour_store::record::{After, NewEvent, Write};
use candour_store::{Failure, Ledger, cases, people, reads};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::ImportError;
use super::gather::{Against, Gathered, Person, Place, Received};
use super::report::{Counts, FileCount, Report, RowNote};

/// Cases in one closure of the writer.
const CASES_BATCH: usize = 500;
/// People in one closure of the writer.
const PEOPLE_BATCH: usize = 1_000;
/// Rows after which the progress is told even though none of them was new.
const PROGRESS_ROWS: usize = 10_000;
/// Closures on their way to the writer while the next one is made ready.
const IN_FLIGHT_MAX: usize = 2;

/// Where an import writes, and what it is called.
pub struct Job<'a> {
    /// The record.
    pub ledger: &'a Ledger,
    /// The law.
    pub law: &'a Law,
    /// The body.
    pub profile: &'a Profile,
    /// The day of the record's clock.
    pub today: Day,
    /// The base name of the mapping file.
    pub mapping_name: String,
    /// Its text.
    pub mapping_text: &'a str,
    /// What the data is called.
    pub source: &'a str,
    /// Whether only to look.
    pub dry_run: bool,
    /// Told now and then how many rows are done.
    pub progress: &'a dyn Fn(u64, &str),
}

/// What was decided about one case.
struct Decided {
    case: Case,
    permit: Permit,
    fresh: Vec<Fresh>,
}

/// A person's stream, event and particulars.
type NewPerson = (String, person::Event, Vec<(String, String)>);

struct Take<'a> {
    job: &'a Job<'a>,
    context: Context<'a>,
    shared: Arc<(Law, Profile)>,
    operator: Actor,
    id: String,
    begun: bool,
    in_flight: VecDeque<Receiver<Result<(), Failure>>>,
    rows_done: u64,
    report: Report,
}

/// Writes what the record does not have yet and says what became of every row.
pub fn take(job: &Job<'_>, gathered: Gathered) -> Result<Report, ImportError> {
    let Gathered { files, people, matters, refused } = gathered;
    let present = present(job.ledger, &people, &matters)?;
    let mut take = Take {
        job,
        context: Context {
            law: job.law,
            profile: job.profile,
            delegations: Delegations::NONE,
            today: job.today,
            calendar: Calendar::built_in(),
        },
        shared: Arc::new((job.law.clone(), job.profile.clone())),
        operator: Actor::operator(),
        id: import_id(job, &files)?,
        begun: false,
        in_flight: VecDeque::new(),
        rows_done: refused.len() as u64,
        report: Report {
            dry_run: job.dry_run,
            body: job.profile.name.clone(),
            source: job.source.to_owned(),
            files,
            refused,
            ..Report::default()
        },
    };
    let streams: Vec<String> = people.iter().map(|person| person.stream.clone()).collect();
    take.people(people, &present)?;
    take.matters(matters, &streams, &present)?;
    take.end()
}

/// The streams of the import that the record has already.
fn present(ledger: &Ledger, people: &[Person], matters: &[Received]) -> Result<HashSet<String>, Error> {
    let cases = matters.iter().map(|matter| matter.reference.stream());
    let wanted: HashSet<String> = cases.chain(people.iter().map(|p| p.stream.clone())).collect();
    let mut present = HashSet::new();
    ledger.engine.read(|tx| {
        reads::each_stream(tx, &ledger.log, |stream| {
            if let Some(stream) = wanted.get(stream) {
                present.insert(stream.clone());
            }
        })
    })?;
    Ok(present)
}

/// The same import of the same files into the same state of the log has the same id.
fn import_id(job: &Job<'_>, files: &[FileCount]) -> Result<String, Error> {
    let position = job.ledger.engine.read(|tx| reads::position(tx, &job.ledger.log))?;
    let mut hash = Sha256::new().chain_update(b"candour/import").chain_update(job.mapping_text);
    for file in files {
        hash.update(&file.sha256);
    }
    let hash = hash.chain_update(position.to_be_bytes()).finalize();
    Ok(hex(&hash[..6]))
}

impl Take<'_> {
    fn people(&mut self, people: Vec<Person>, present: &HashSet<String>) -> Result<(), ImportError> {
        let mut batch = Vec::new();
        for person in people {
            let Place { file, .. } = person.place;
            if present.contains(&person.stream) {
                self.report.files[file].present += 1;
                continue;
            }
            self.report.files[file].taken += 1;
            self.report.counts.people += 1;
            let mut registered = person.registered;
            registered.import = Some(self.id.clone());
            batch.push((person.stream, person::Event::Registered(registered), person.words));
            if batch.len() == PEOPLE_BATCH {
                self.write_people(std::mem::take(&mut batch))?;
            }
        }
        self.write_people(batch)
    }

    fn write_people(&mut self, batch: Vec<NewPerson>) -> Result<(), ImportError> {
        let (operator, permit) = (self.operator.clone(), self.permit(Object::Body)?);
        self.write(batch.is_empty(), batch.len(), "people", move |w| {
            for (stream, event, words) in &batch {
                people::register(w, &operator, &permit, stream, event, words.clone())?;
            }
            Ok(())
        })
    }

    fn matters(
        &mut self,
        matters: Vec<Received>,
        people: &[String],
        present: &HashSet<String>,
    ) -> Result<(), ImportError> {
        let mut recorded = self.recorded_allegations(&matters, present)?;
        let (mut batch, mut rows) = (Vec::new(), 0);
        for matter in matters {
            rows += 1 + matter.allegations.len();
            let stream = matter.reference.stream();
            let decided = if present.contains(&stream) {
                self.add_to_case(matter, people, recorded.remove(&stream).unwrap_or_default())?
            } else {
                self.new_case(matter, people)?
            };
            batch.extend(decided);
            if batch.len() == CASES_BATCH || rows >= PROGRESS_ROWS {
                self.write_cases(std::mem::take(&mut batch), std::mem::take(&mut rows))?;
            }
        }
        self.write_cases(batch, rows)
    }

    /// Decides about a case that the record does not have.
    fn new_case(&mut self, received: Received, people: &[String]) -> Result<Option<Decided>, ImportError> {
        let Received { place, reference, mut matter, received, closed, closed_column, allegations } = received;
        matter.import = Some(self.id.clone());
        let (alleged, findings) = numbered(&allegations, people, 1);
        let imported = Imported { matter, received, closed, allegations: alleged, findings };
        let warnings = imported::warnings(&imported);
        let counts = Counts {
            cases: 1,
            allegations: imported.allegations.len() as u64,
            findings: imported.findings.len() as u64,
            ..Counts::default()
        };
        let number = imported.matter.number.clone().unwrap_or_default();
        let case = Case::replay(reference, Vec::new());
        let permit = self.case_permit(&case)?;
        match imported::decide(&case, &permit, self.context, imported) {
            Ok(fresh) => {
                self.report.files[place.file].taken += 1;
                let closed = closed.map_or_else(String::new, |day| day.to_string());
                for says in warnings {
                    let note = self.note(place, &closed_column, &closed, says);
                    self.report.warnings.push(note);
                }
                self.taken(&allegations, counts);
                Ok(Some(Decided { case, permit, fresh }))
            }
            Err(refusal) => {
                let note = self.note(place, "", &number, refusal.to_string());
                self.report.refused.push(note);
                self.refused(&allegations, &refusal);
                Ok(None)
            }
        }
    }

    /// Decides about a case that the record has: it gets the allegations that it lacks, such as
    /// those that were refused the first time and have been put right since.
    fn add_to_case(
        &mut self,
        matter: Received,
        people: &[String],
        mut recorded: Vec<(String, String)>,
    ) -> Result<Option<Decided>, ImportError> {
        self.report.files[matter.place.file].present += 1;
        let mut lacking = Vec::new();
        for against in matter.allegations {
            let same = |(person, category): &(String, String)| {
                *person == people[against.person] && *category == against.category
            };
            if let Some(found) = recorded.iter().position(same) {
                recorded.swap_remove(found);
                self.report.files[against.place.file].present += 1;
            } else {
                lacking.push(against);
            }
        }
        if lacking.is_empty() {
            return Ok(None);
        }
        let log = &self.job.ledger.log;
        let case = self.job.ledger.engine.read(|tx| cases::load(tx, log, &matter.reference))?;
        let last = case.state.allegations.iter().map(|a| a.alleged.n).max().unwrap_or(0);
        let (alleged, findings) = numbered(&lacking, people, last + 1);
        let counts = Counts { allegations: alleged.len() as u64, findings: findings.len() as u64, ..Counts::default() };
        let permit = self.case_permit(&case)?;
        match imported::add(&case, &permit, self.context, alleged, findings) {
            Ok(fresh) => {
                self.taken(&lacking, counts);
                Ok(Some(Decided { case, permit, fresh }))
            }
            Err(refusal) => {
                self.refused(&lacking, &refusal);
                Ok(None)
            }
        }
    }

    fn taken(&mut self, allegations: &[Against], counts: Counts) {
        for against in allegations {
            self.report.files[against.place.file].taken += 1;
        }
        self.report.counts.cases += counts.cases;
        self.report.counts.allegations += counts.allegations;
        self.report.counts.findings += counts.findings;
    }

    fn refused(&mut self, allegations: &[Against], refusal: &Refusal) {
        for against in allegations {
            let says = format!("its matter was refused: {refusal}");
            let note = self.note(against.place, "", "", says);
            self.report.refused.push(note);
        }
    }

    /// The allegations that are recorded in cases of the import, by stream: person and category.
    fn recorded_allegations(
        &self,
        matters: &[Received],
        present: &HashSet<String>,
    ) -> Result<HashMap<String, Vec<(String, String)>>, Error> {
        let mut recorded: HashMap<String, Vec<(String, String)>> = HashMap::new();
        let with_rows = matters.iter().filter(|matter| !matter.allegations.is_empty());
        for stream in with_rows.map(|matter| matter.reference.stream()).filter(|s| present.contains(s)) {
            recorded.insert(stream, Vec::new());
        }
        if recorded.is_empty() {
            return Ok(recorded);
        }
        let ledger = self.job.ledger;
        ledger.engine.read(|tx| {
            reads::each_of_kind(tx, &ledger.log, "allegations.recorded", |stream, data| {
                let Some(recorded) = recorded.get_mut(stream) else {
                    return Ok(());
                };
                let event: AllegationsRecorded = serde_json::from_str(data)
                    .map_err(|e| Error::Content(format!("{stream}: {e}; run candour verify")))?;
                recorded.extend(event.allegations.into_iter().map(|a| (a.person, a.category)));
                Ok(())
            })
        })?;
        Ok(recorded)
    }

    fn write_cases(&mut self, batch: Vec<Decided>, rows: usize) -> Result<(), ImportError> {
        let (operator, shared, today) = (self.operator.clone(), self.shared.clone(), self.job.today);
        self.write(batch.is_empty(), rows, "matters and allegations", move |w| {
            let context = Context {
                law: &shared.0,
                profile: &shared.1,
                delegations: Delegations::NONE,
                today,
                calendar: Calendar::built_in(),
            };
            for Decided { case, permit, fresh } in &batch {
                cases::record(w, &operator, permit, case, context, fresh.clone())?;
            }
            Ok(())
        })
    }

    /// Hands a batch to the writer, and waits only when it has enough to do.
    fn write(
        &mut self,
        is_empty: bool,
        rows: usize,
        what: &str,
        f: impl FnMut(&mut Write<'_>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), ImportError> {
        if !is_empty && !self.job.dry_run {
            self.begin()?;
            self.submit(f)?;
        }
        self.rows_done += rows as u64;
        (self.job.progress)(self.rows_done, what);
        Ok(())
    }

    fn submit(
        &mut self,
        f: impl FnMut(&mut Write<'_>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), ImportError> {
        self.settle(IN_FLIGHT_MAX - 1)?;
        let (tell, told) = sync_channel(1);
        self.job.ledger.write_then(f, move |result| {
            // Whoever asked may have given up after an earlier batch failed.
            let _ = tell.send(result);
        });
        self.in_flight.push_back(told);
        Ok(())
    }

    /// Waits until no more than so many batches are on their way.
    fn settle(&mut self, most: usize) -> Result<(), ImportError> {
        while self.in_flight.len() > most {
            if let Some(told) = self.in_flight.pop_front() {
                let stopped = || Err(Error::Other("the writer has stopped".to_owned()).into());
                told.recv().unwrap_or_else(|_| stopped())?;
            }
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), ImportError> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let file = |file: &FileCount| json!({"file": file.file, "sha256": file.sha256, "rows": file.rows});
        let files: Vec<Json> = self.report.files.iter().map(file).collect();
        let data = json!({"mapping": self.job.mapping_name, "source": self.job.source, "files": files});
        self.append("import.begun", &data, After::Nothing)
    }

    fn end(mut self) -> Result<Report, ImportError> {
        self.report.counts.present = self.report.files.iter().map(|file| file.present).sum();
        let order = |note: &RowNote| (note.file.clone(), note.line);
        self.report.refused.sort_by_key(order);
        self.report.warnings.sort_by_key(order);
        for file in &mut self.report.files {
            file.refused = self.report.refused.iter().filter(|note| note.file == file.file).count() as u64;
        }
        if self.begun {
            let Counts { cases, allegations, findings, people, present } = self.report.counts;
            let data = json!({
                "cases": cases, "allegations": allegations, "findings": findings, "people": people,
                "present": present, "refused": self.report.refused.len(), "warnings": self.report.warnings.len(),
            });
            self.append("import.ended", &data, After::Latest)?;
            self.settle(0)?;
            self.report.import = Some(self.id);
        }
        Ok(self.report)
    }

    fn append(&mut self, kind: &str, data: &Json, after: After) -> Result<(), ImportError> {
        let data: Map<String, Json> = data.as_object().cloned().unwrap_or_default();
        let event = NewEvent { kind: kind.to_owned(), data, on: None, words: Vec::new() };
        let stream = format!("import:{}", self.id);
        let (actor, permit) = (self.operator.id.clone(), self.permit(Object::Body)?);
        // What is said about the batches before it must be true.
        self.settle(0)?;
        self.submit(move |w| w.append(&actor, permit.authority(), &stream, after, vec![event.clone()]).map(|_| ()))
    }

    fn permit(&self, object: Object<'_>) -> Result<Permit, ImportError> {
        permit(&self.operator, Action::Import, object).map_err(|denied| ImportError::Store(denied.into()))
    }

    fn case_permit(&self, case: &Case) -> Result<Permit, ImportError> {
        let stream = case.reference.stream();
        self.permit(cases::object(case, &stream, self.job.profile))
    }

    fn note(&self, place: Place, column: &str, value: &str, says: String) -> RowNote {
        let file = self.report.files.get(place.file).map_or("", |file| &file.file);
        RowNote::new(file, place.line, column, value, says)
    }
}

/// Allegations and their findings, numbered on from `first`.
fn numbered(allegations: &[Against], people: &[String], first: u32) -> (Vec<Alleged>, Vec<Finding>) {
    let (mut alleged, mut findings) = (Vec::new(), Vec::new());
    for (n, against) in (first..).zip(allegations) {
        alleged.push(Alleged { n, person: people[against.person].clone(), category: against.category.clone() });
        findings.extend(against.finding.clone().map(|finding| Finding { n, ..finding }));
    }
    (alleged, findings)
}
