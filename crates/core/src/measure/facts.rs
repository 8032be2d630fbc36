//! The fact columns: what measures read instead of the record.
//!
//! Each effective event gives a few facts. A correction gives new versions of the facts of the
//! entry that it corrects, with the same `origin`; a rescission withdraws them. A row is in force
//! at a position when it was recorded by then and not replaced by then.

use std::collections::{HashMap, HashSet};

use crate::case::matter::Matter;
use crate::case::scheme;
use crate::case::{Effective, Event};
use crate::day::{self, Day};

/// What a fact says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactKind {
    /// The matter was received; no value.
    Received,
    /// The incident was on this day; no value.
    Incident,
    /// The kind of matter from this day on.
    Kind,
    /// The force from this day on.
    Force,
    /// Who made the complaint.
    FiledBy,
    /// The mode of investigation, decided on this day.
    Mode,
    /// The final report was submitted; no value.
    Report,
    /// The case was closed; no value.
    Closed,
    /// An allegation; the value is its category.
    Allegation,
    /// What was found on an allegation in the end.
    Finding,
    /// A person in the register; the value is the role.
    Person,
    /// The matter was referred by an authority; no value.
    Referred,
    /// The matter came to the authority's attention, which fixes the law; no value.
    Attention,
    /// The day whose law applies, where it is not the day of attention; no value.
    LawDay,
    /// It was decided that no investigation is necessary; no value.
    Returned,
    /// The directorate from this day on.
    Directorate,
    /// The pathway from this day on.
    Pathway,
    /// The investigation was suspended; no value.
    Suspended,
    /// The investigation was resumed; no value.
    Resumed,
    /// The investigation was discontinued; no value.
    Discontinued,
    /// The investigation ended without a report and was not discontinued: it ceased, was found
    /// invalid or was combined with another; the value says which.
    Left,
    /// Completion was expected, as told on this day; the value is the day expected.
    Expected,
    /// A proceeding began; the value is its owner.
    Begun,
    /// The owner of a proceeding from this day on.
    Owner,
    /// A proceeding ended; the value is the outcome.
    Ended,
}

impl FactKind {
    const ALL: [Self; 25] = [
        Self::Received,
        Self::Incident,
        Self::Kind,
        Self::Force,
        Self::FiledBy,
        Self::Mode,
        Self::Report,
        Self::Closed,
        Self::Allegation,
        Self::Finding,
        Self::Person,
        Self::Referred,
        Self::Attention,
        Self::LawDay,
        Self::Returned,
        Self::Directorate,
        Self::Pathway,
        Self::Suspended,
        Self::Resumed,
        Self::Discontinued,
        Self::Left,
        Self::Expected,
        Self::Begun,
        Self::Owner,
        Self::Ended,
    ];

    /// Its name in the derived table.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Incident => "incident",
            Self::Kind => "kind",
            Self::Force => "force",
            Self::FiledBy => "filed-by",
            Self::Mode => "mode",
            Self::Report => "report",
            Self::Closed => "closed",
            Self::Allegation => "allegation",
            Self::Finding => "finding",
            Self::Person => "person",
            Self::Referred => "referred",
            Self::Attention => "attention",
            Self::LawDay => "law-day",
            Self::Returned => "returned",
            Self::Directorate => "directorate",
            Self::Pathway => "pathway",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Discontinued => "discontinued",
            Self::Left => "left",
            Self::Expected => "expected",
            Self::Begun => "begun",
            Self::Owner => "owner",
            Self::Ended => "ended",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == text)
    }
}

/// A fact that an event gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it says.
    pub kind: FactKind,
    /// Which of several, such as the number of an allegation; 0 where there is one.
    pub n: u32,
    /// On which day.
    pub on: Option<Day>,
    /// The value, empty where the kind has none.
    pub value: String,
}

/// The facts that an effective event gives, each `(kind, n)` once.
#[must_use]
pub fn facts_of(event: &Effective) -> Vec<Fact> {
    let on = event.on;
    let fact = |kind, value: &str| Fact { kind, n: 0, on, value: value.to_owned() };
    let numbered = |kind, n, value: &str| Fact { n, ..fact(kind, value) };
    match &event.event {
        Event::Referred(m) => {
            let mut facts = opening(m, on);
            facts.push(fact(FactKind::Referred, ""));
            facts
        }
        Event::Received(m) => opening(m, on),
        Event::LinkFound(e) => {
            let law_as_on = e.scheme.as_ref().and_then(|scheme| scheme.law_as_on);
            law_as_on.map(|day| Fact { on: Some(day), ..fact(FactKind::LawDay, "") }).into_iter().collect()
        }
        Event::NeedDecided(e) if e.necessary => Vec::new(),
        Event::NeedDecided(_) => vec![fact(FactKind::Returned, "")],
        Event::ModeDecided(e) => vec![fact(FactKind::Mode, e.mode.id())],
        Event::ReportSubmitted(_) => vec![fact(FactKind::Report, "")],
        Event::Closed(_) => vec![fact(FactKind::Closed, "")],
        Event::Changed(e) => match e.what {
            crate::case::correction::Attribute::Force => vec![fact(FactKind::Force, &e.to)],
            crate::case::correction::Attribute::Kind => vec![fact(FactKind::Kind, &e.to)],
            crate::case::correction::Attribute::Directorate => vec![fact(FactKind::Directorate, &e.to)],
            crate::case::correction::Attribute::Pathway => vec![fact(FactKind::Pathway, &e.to)],
            crate::case::correction::Attribute::Lead => Vec::new(),
        },
        Event::Allocated(e) => {
            vec![fact(FactKind::Directorate, e.directorate.id()), fact(FactKind::Pathway, e.pathway.id())]
        }
        Event::Suspended(_) => vec![fact(FactKind::Suspended, "")],
        Event::Resumed(_) => vec![fact(FactKind::Resumed, "")],
        Event::Discontinued(_) => vec![fact(FactKind::Discontinued, "")],
        Event::CompletionExpected(e) => vec![fact(FactKind::Expected, &e.expected_on.to_string())],
        Event::ProceedingBegun(e) => vec![numbered(FactKind::Begun, e.n, e.owner.id())],
        Event::ProceedingUpdated(e) => vec![numbered(FactKind::Owner, e.n, e.owner.id())],
        Event::ProceedingEnded(e) => vec![numbered(FactKind::Ended, e.n, &e.outcome)],
        Event::AllegationsRecorded(e) => {
            let one = |a: &crate::case::allegation::Alleged| Fact { n: a.n, ..fact(FactKind::Allegation, &a.category) };
            e.allegations.iter().map(one).collect()
        }
        Event::FindingsRecorded(e) => {
            let one = |f: &crate::case::allegation::Finding| Fact { n: f.n, ..fact(FactKind::Finding, &f.theirs) };
            e.findings.iter().map(one).collect()
        }
        Event::Officer(crate::case::officer::Event::ConversionDecided(e)) if e.indicated => {
            let pathway = e.pathway.map(|pathway| fact(FactKind::Pathway, pathway.id()));
            [fact(FactKind::Kind, "conduct")].into_iter().chain(pathway).collect()
        }
        Event::PublicInterestDecided(e) if !e.required => vec![fact(FactKind::Left, "ceased")],
        Event::FoundInvalid(_) => vec![fact(FactKind::Left, "invalid")],
        Event::Merged(_) => vec![fact(FactKind::Left, "merged")],
        Event::Officer(_)
        | Event::LeadAppointed(_)
        | Event::TermsDrafted(_)
        | Event::TermsApproved(_)
        | Event::CaseToAnswerDecided(_)
        | Event::ProsecutorDecided(_)
        | Event::ReinvestigationDetermined(_)
        | Event::Proposed(_)
        | Event::Approved(_)
        | Event::SentBack(_)
        | Event::ViewsRequested(_)
        | Event::ViewsReceived(_)
        | Event::MemorandumRequested(_)
        | Event::MemorandumReceived(_)
        | Event::MemorandumAccepted(_)
        | Event::ProceedingsRecommended(_)
        | Event::RecommendationAnswered(_)
        | Event::FormDecided(_)
        | Event::DirectionGiven(_)
        | Event::DirectionWithdrawn(_)
        | Event::HandedOver(_)
        | Event::ChiefOfficerConcerned(_)
        | Event::CriminalProceedingsEnded(_)
        | Event::WithdrawalIndicated(_)
        | Event::WishAsked(_)
        | Event::WishAnswered(_)
        | Event::PublicInterestDecided(_)
        | Event::InformationRequested(_)
        | Event::InformationReceived(_)
        | Event::Split(_)
        | Event::ReviewReceived(_)
        | Event::ReviewValidated(_)
        | Event::ReviewInvalidated(_)
        | Event::ReviewLateAccepted(_)
        | Event::ReviewForwarded(_)
        | Event::ReviewPapers(_)
        | Event::ReviewAllocated(_)
        | Event::ReviewDecided(_)
        | Event::ReviewRemedied(_)
        | Event::ReviewAnswered(_)
        | Event::ReviewEnded(_)
        | Event::RecommendationDrafted(_)
        | Event::RecommendationNoted(_)
        | Event::RecommendationIssued(_)
        | Event::RecommendationExtension(_)
        | Event::AuthorityAnswered(_)
        | Event::RecommendationRepresentations(_)
        | Event::RecommendationPublished(_)
        | Event::RecommendationInCourt(_)
        | Event::RecommendationEnded(_)
        | Event::ClockExtended(_)
        | Event::ClockExcused(_)
        | Event::ClockMissed(_)
        | Event::ClockMoved(_)
        | Event::InformedAdded(_)
        | Event::ContactAgreed(_)
        | Event::PersonWrote(_)
        | Event::InformedEnded(_)
        | Event::UpdateGiven(_)
        | Event::UpdateWithheld(_)
        | Event::OutcomeTold(_)
        | Event::DelayNoticeGiven(_)
        | Event::LetterIssued(_)
        | Event::LetterServed(_)
        | Event::LetterTranslated(_)
        | Event::MaterialReceived(_)
        | Event::Corrected(_)
        | Event::Rescinded(_)
        | Event::WordsDisposed(_) => Vec::new(),
    }
}

/// The facts that the beginning of a case gives, referred or not.
fn opening(matter: &Matter, on: Option<Day>) -> Vec<Fact> {
    let fact = |kind, value: &str| Fact { kind, n: 0, on, value: value.to_owned() };
    let dated = |kind, day| Fact { on: Some(day), ..fact(kind, "") };
    let mut facts = vec![
        fact(FactKind::Received, ""),
        fact(FactKind::Kind, matter.kind.id()),
        fact(FactKind::Force, &matter.force),
    ];
    facts.extend(matter.filed_by.as_ref().map(|by| fact(FactKind::FiledBy, by)));
    facts.extend(matter.incident_on.map(|day| dated(FactKind::Incident, day)));
    let attention = matter.clear_on.or(on);
    facts.extend(attention.map(|day| dated(FactKind::Attention, day)));
    if !matter.related.is_empty() {
        let scheme = attention.and_then(|day| scheme::of_matter(matter, day));
        facts.extend(scheme.and_then(|s| s.law_as_on).map(|day| dated(FactKind::LawDay, day)));
    }
    facts
}

/// A row of the derived table: one version of a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactRow {
    /// The stream it is about.
    pub stream: String,
    /// The position at which it was recorded.
    pub seq: u64,
    /// The position of the entry that first gave it.
    pub origin: u64,
    /// What it says.
    pub kind: FactKind,
    /// Which of several.
    pub n: u32,
    /// On which day, in days since 1970.
    pub on: Option<i32>,
    /// The value; none when this version withdraws the fact.
    pub value: Option<String>,
}

/// The rows that one more entry adds: what the history gives now and did not give before.
///
/// `before` and `after` are the effective histories; `seq` is the new entry's position.
#[must_use]
pub fn rows_between(stream: &str, seq: u64, before: &[Effective], after: &[Effective]) -> Vec<FactRow> {
    let keyed = |history: &[Effective]| -> HashMap<(u64, FactKind, u32), Fact> {
        let facts = history.iter().flat_map(|e| facts_of(e).into_iter().map(|f| ((e.seq, f.kind, f.n), f)));
        facts.collect()
    };
    let (old, new) = (keyed(before), keyed(after));
    let row = |(origin, kind, n): (u64, FactKind, u32), on: Option<Day>, value| FactRow {
        stream: stream.to_owned(),
        seq,
        origin,
        kind,
        n,
        on: on.map(day::number),
        value,
    };
    let given = new.iter().filter(|(key, fact)| old.get(key) != Some(fact));
    let given = given.map(|(key, fact)| row(*key, fact.on, Some(fact.value.clone())));
    let withdrawn = old.keys().filter(|key| !new.contains_key(key)).map(|key| row(*key, None, None));
    let mut rows: Vec<FactRow> = given.chain(withdrawn).collect();
    rows.sort();
    rows
}

/// Never: no later row has replaced this one.
const NEVER: u64 = u64::MAX;
/// No day.
pub(super) const NO_DAY: i32 = i32::MIN;

/// The facts of one log, as columns in memory.
#[derive(Debug, Default)]
pub struct Facts {
    pub(super) unit: Vec<u32>,
    pub(super) kind: Vec<FactKind>,
    pub(super) n: Vec<u32>,
    pub(super) on: Vec<i32>,
    pub(super) value: Vec<u32>,
    pub(super) seq: Vec<u64>,
    pub(super) replaced_at: Vec<u64>,
    /// Streams and values, each with a small number.
    pub(super) units: Names,
    pub(super) values: Names,
    latest: HashMap<(u64, FactKind, u32), u32>,
    left_out: HashSet<u32>,
    position: u64,
}

/// Words with a number each.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_name: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.by_name.get(name) {
            return *number;
        }
        // A log of four thousand million streams is far beyond what memory holds.
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.by_name.insert(name.into(), number);
        self.names.push(name.into());
        number
    }

    pub(super) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |n| n)
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

impl Facts {
    /// The position up to which these facts have been read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Notes that everything up to `position` has been read, rows or not.
    pub fn reached(&mut self, position: u64) {
        self.position = self.position.max(position);
    }

    /// Says which streams no figure counts: sealed cases, and the people who are in no other.
    pub fn leave_out<'a>(&mut self, streams: impl IntoIterator<Item = &'a str>) {
        self.left_out = streams.into_iter().filter_map(|stream| self.units.find(stream)).collect();
    }

    /// Whether no figure counts a unit.
    pub(super) fn is_left_out(&self, unit: u32) -> bool {
        self.left_out.contains(&unit)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.unit.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unit.is_empty()
    }

    /// The stream of a unit.
    #[must_use]
    pub fn stream(&self, unit: u32) -> &str {
        self.units.name(unit)
    }

    /// Adds a row. Rows come in the order of their positions.
    pub fn push(
        &mut self,
        stream: &str,
        seq: u64,
        origin: u64,
        kind: FactKind,
        n: u32,
        on: Option<i32>,
        value: Option<&str>,
    ) {
        let key = (origin, kind, n);
        if let Some(old) = self.latest.get(&key) {
            self.replaced_at[*old as usize] = seq;
        }
        // A withdrawn fact leaves no row: what it replaced is no longer in force, and that is all.
        let Some(value) = value else {
            self.latest.remove(&key);
            self.position = self.position.max(seq);
            return;
        };
        let row = u32::try_from(self.unit.len()).unwrap_or(u32::MAX);
        self.latest.insert(key, row);
        self.unit.push(self.units.number(stream));
        self.kind.push(kind);
        self.n.push(n);
        self.on.push(on.unwrap_or(NO_DAY));
        self.value.push(self.values.number(value));
        self.seq.push(seq);
        self.replaced_at.push(NEVER);
        self.position = self.position.max(seq);
    }

    /// The rows in force at a position.
    pub(super) fn in_force(&self, position: u64) -> impl Iterator<Item = usize> + '_ {
        let recorded = self.seq.partition_point(|seq| *seq <= position);
        (0..recorded).filter(move |row| self.replaced_at[*row] > position)
    }
}
