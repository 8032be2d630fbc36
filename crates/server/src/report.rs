//! The accountability report: four chapters of figures, each with its lineage, and what was
//! published beside what the record gives. The page, the file and the JSON are made from one
//! [`Report`]; no time of making it stands in any of them.

use candour_core::day::{self, Day};
use candour_core::measure::published::{Chapter, Part};
use candour_core::measure::{AsAt, Figure, Measure, Question};
use candour_store::Failure;
use candour_store::db::Tx;
use serde_json::{Value as Json, json};

use crate::app::App;
use crate::web::board::Section;
use crate::web::board::numbers::{Cell, Numbers, Part as Shown, Table, filters, lineage};
use crate::web::board::published::held;
use crate::web::board::waiting::named;

/// A report as at a day.
pub struct Report {
    /// Whose it is.
    pub body: String,
    /// The day and what was known.
    pub as_at: AsAt,
    /// The chapters.
    pub chapters: Vec<Told>,
}

/// A chapter with its figures.
pub struct Told {
    /// Which chapter.
    pub chapter: Chapter,
    /// Its figures; none where nothing is measured yet.
    pub lines: Vec<Line>,
}

/// A figure of the report.
pub struct Line {
    id: String,
    title: String,
    source: String,
    /// Which number of the figure is meant.
    part: Part,
    /// What was published, as JSON and in words, with what the document says.
    published: Option<(Json, String, String)>,
    computed: Json,
    agrees: Option<bool>,
    figure: Figure,
}

/// Over which days a figure of the report's own is asked.
#[derive(Clone, Copy)]
enum Over {
    /// The year from April to March, as far as it has come.
    Year,
    /// The state on the day.
    Day,
}

/// A figure of the report's own, without a published one beside it.
struct Own {
    id: &'static str,
    title: &'static str,
    measure: &'static str,
    over: Over,
    filters: &'static [&'static str],
    by: Option<&'static str>,
    part: Part,
}

const fn own(id: &'static str, title: &'static str, measure: &'static str, over: Over, part: Part) -> Own {
    Own { id, title, measure, over, filters: &[], by: None, part }
}

const CORE: &[&str] = &["directorate=core"];
const WITHIN: &str = "timeliness.within-12-months";
const LEGACY: &str = "caseload.legacy";

/// The figures of the day of the report and of its year.
static OWN: [Own; 10] = [
    Own {
        filters: CORE,
        ..own(
            "year-core-within-12-months",
            "Within 12 months, major investigations left out, year so far",
            WITHIN,
            Over::Year,
            Part::PercentWhole,
        )
    },
    own("year-all-within-12-months", "Within 12 months, all, year so far", WITHIN, Over::Year, Part::PercentWhole),
    own("year-duration", "Days taken on average, year so far", "timeliness.duration", Over::Year, Part::MeanDays),
    own(
        "year-mode-decision",
        "Referrals decided within three working days, year so far",
        "timeliness.mode-decision",
        Over::Year,
        Part::PercentWhole,
    ),
    own("year-referrals", "Referrals, year so far", "caseload.referrals", Over::Year, Part::Count),
    own("year-opened", "Opened, year so far", "caseload.opened", Over::Year, Part::Count),
    own("year-completed", "Completed, year so far", "caseload.completed", Over::Year, Part::Count),
    own("open", "Open on the day", "caseload.open", Over::Day, Part::Count),
    own("legacy-left", "Legacy left on the day", LEGACY, Over::Day, Part::Count),
    Own {
        by: Some("holder"),
        ..own(
            "waiting",
            "Waiting for others after the report on the day",
            "post-report.waiting",
            Over::Day,
            Part::Count,
        )
    },
];

/// The first day of the year from April to March that a day falls into.
#[must_use]
pub fn year_of(on: Day) -> Day {
    let year = if on.month() >= 4 { on.year() } else { on.year() - 1 };
    Day::new(year, 4, 1).unwrap_or(on)
}

/// The accountability report as at a day. What was published about a later day is left out.
pub fn accountability(app: &App, tx: &mut Tx<'_>, as_at: AsAt) -> Result<Report, Failure> {
    let (held, _) = held(app, tx, as_at)?;
    let published = held.into_iter().map(|held| {
        let (published, chapter) = (&held.published, held.published.chapter);
        let line = Line {
            id: published.id.clone(),
            title: published.title.clone(),
            source: published.source.clone(),
            part: published.part,
            published: Some((published.published.json(), published.in_words(), published.says.clone())),
            computed: held.checked.computed,
            agrees: Some(held.checked.agrees),
            figure: held.figure,
        };
        (chapter, line)
    });
    let mut lines: Vec<(Chapter, Line)> = published.collect();
    for own in OWN.iter().filter(|own| own.measure != LEGACY || app.profile.legacy.is_some()) {
        lines.push((Chapter::Timeliness, own_line(app, tx, own, as_at)?));
    }
    let mut chapters: Vec<Told> = Chapter::ALL.into_iter().map(|chapter| Told { chapter, lines: Vec::new() }).collect();
    for (chapter, line) in lines {
        if let Some(told) = chapters.iter_mut().find(|told| told.chapter == chapter) {
            told.lines.push(line);
        }
    }
    Ok(Report { body: app.profile.title.clone(), as_at, chapters })
}

fn own_line(app: &App, tx: &mut Tx<'_>, own: &Own, as_at: AsAt) -> Result<Line, Failure> {
    let from = match own.over {
        Over::Year => Some(year_of(as_at.on)),
        Over::Day => None,
    };
    let filters: Vec<String> = own.filters.iter().map(ToString::to_string).collect();
    let question = Question::read(own.measure, from, as_at.on, &filters, own.by, &app.profile)?;
    let figure = app.answer(tx, &question, as_at)?;
    Ok(Line {
        id: own.id.to_owned(),
        title: own.title.to_owned(),
        source: "Computed for this report".to_owned(),
        part: own.part,
        published: None,
        computed: own.part.of(&figure.value),
        agrees: None,
        figure,
    })
}

/// What a chapter is called.
fn title(chapter: Chapter) -> &'static str {
    match chapter {
        Chapter::Timeliness => "Timeliness of investigations",
        Chapter::Quality => "Quality of investigations",
        Chapter::Scrutiny => "Scrutiny of decision making",
        Chapter::Impact => "Impact",
    }
}

/// What a chapter should hold and does not, because the record has no facts for it yet.
fn not_yet(chapter: Chapter) -> &'static str {
    match chapter {
        Chapter::Timeliness => {
            "Not measured yet: the days of each case by who held it, and whether updates and notices of delay were sent in time."
        }
        Chapter::Quality => {
            "Not measured yet: whether the status of everybody under investigation is known after three months, the minimum standards, what service users say, and the accreditation of investigators."
        }
        Chapter::Scrutiny => {
            "Not measured yet: the outcomes of reviews and appeals, the victims' right to review, judicial reviews, and complaints about the body itself."
        }
        Chapter::Impact => {
            "Not measured yet: recommendations and the answers to them, the outcomes of proceedings, and public confidence."
        }
    }
}

impl Report {
    /// What it is and as at when, in a sentence.
    #[must_use]
    pub fn lead(&self) -> String {
        let AsAt { on, known } = self.as_at;
        format!(
            "{}, as at {}, as known on {}. Every figure is computed from the record at position {}.",
            self.body,
            day::in_words(on),
            day::in_words(known.day),
            known.position
        )
    }

    /// Every figure, for the rules under the chapters.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        self.lines().map(|(_, line)| line.figure.clone()).collect()
    }

    /// The chapters as parts of a page.
    #[must_use]
    pub fn sections(&self, numbers: Numbers) -> Vec<Section> {
        self.chapters.iter().flat_map(|told| told.sections(numbers)).collect()
    }

    /// The report as JSON, in the promised order.
    #[must_use]
    pub fn json(&self) -> Json {
        let AsAt { on, known } = self.as_at;
        json!({
            "report": "accountability",
            "body": self.body,
            "on": on.to_string(),
            "known": {"position": known.position, "day": known.day.to_string()},
            "chapters": self.chapters.iter().map(Told::json).collect::<Vec<_>>(),
        })
    }

    /// The report as the rows of a CSV file.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<String>> {
        let head = ["chapter", "id", "title", "source", "value", "published", "computed", "agrees"];
        let asked = ["measure", "from", "on", "known_day", "known_position", "where", "rule", "citation"];
        let head = head.into_iter().chain(asked).map(str::to_owned).collect();
        let row = |(chapter, line): (Chapter, &Line)| {
            let published = line.published.as_ref().map_or(&Json::Null, |(json, ..)| json);
            let mut row = vec![
                chapter.id().to_owned(),
                line.id.clone(),
                line.title.clone(),
                line.source.clone(),
                line.part.id().to_owned(),
                plain(published),
                plain(&line.computed),
                line.agrees.map_or("", |agrees| if agrees { "yes" } else { "no" }).to_owned(),
            ];
            row.extend(lineage(&line.figure));
            row.extend([line.figure.rule.clone(), line.figure.citation.clone()]);
            row
        };
        std::iter::once(head).chain(self.lines().map(row)).collect()
    }

    fn lines(&self) -> impl Iterator<Item = (Chapter, &Line)> {
        self.chapters.iter().flat_map(|told| told.lines.iter().map(|line| (told.chapter, line)))
    }
}

/// A number of JSON as a cell; nothing where there is none.
#[must_use]
pub fn plain(number: &Json) -> String {
    match number {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Told {
    /// The report's own figures and what is not measured yet, then what was published.
    fn sections(&self, numbers: Numbers) -> Vec<Section> {
        let (published, own): (Vec<&Line>, Vec<&Line>) = self.lines.iter().partition(|line| line.published.is_some());
        let title = title(self.chapter);
        let rows: Vec<Vec<Cell>> = own.iter().flat_map(|line| line.own_cells(numbers)).collect();
        let first = Section {
            title: title.to_owned(),
            table: (!rows.is_empty()).then(|| Table::new(&["Figure", "Computed", "How it was asked"], rows)),
            says: vec![not_yet(self.chapter).to_owned()],
            ..Section::default()
        };
        if published.is_empty() {
            return vec![first];
        }
        let agree = published.iter().filter(|line| line.agrees == Some(true)).count();
        let says = vec![format!("{agree} of {} agree.", published.len())];
        let rows = published.iter().map(|line| line.published_cells(numbers)).collect();
        let head = ["Figure", "Published", "Computed", "Agrees", "How it was asked", "What the document says"];
        let second = Section {
            title: format!("{title}: published and computed"),
            table: Some(Table::new(&head, rows)),
            says,
            ..Section::default()
        };
        vec![first, second]
    }

    fn json(&self) -> Json {
        let figures: Vec<Json> = self.lines.iter().map(Line::json).collect();
        json!({
            "id": self.chapter.id(),
            "title": title(self.chapter),
            "not_yet": not_yet(self.chapter),
            "figures": figures,
        })
    }
}

impl Line {
    /// A row for the figure, and one for each of its groups.
    fn own_cells(&self, numbers: Numbers) -> Vec<Vec<Cell>> {
        let computed = numbers.said(self.part.in_words(&self.computed), &self.figure, None);
        let whole = vec![Cell::words(&self.title), computed, Cell::words(self.asked())];
        let group = |(name, part): (&str, Shown<'_>)| {
            let computed = self.part.in_words(&self.part.of(&part.value()));
            let computed = numbers.said(computed, part, None);
            vec![Cell::words(format!("Of these: {}", named(name))), computed, Cell::words("")]
        };
        std::iter::once(whole).chain(Shown::groups(&self.figure).map(group)).collect()
    }

    fn published_cells(&self, numbers: Numbers) -> Vec<Cell> {
        let met = (self.part == Part::Met).then_some("yes");
        let (published, says) =
            self.published.as_ref().map_or(("", ""), |(_, words, says)| (words.as_str(), says.as_str()));
        vec![
            Cell::words(&self.title),
            Cell::number(published),
            numbers.said(self.part.in_words(&self.computed), &self.figure, met),
            Cell::words(if self.agrees == Some(true) { "Agrees" } else { "Differs" }),
            Cell::words(self.asked()),
            Cell::words(format!("{says} ({})", self.source)),
        ]
    }

    /// The measure, the period and the filters.
    fn asked(&self) -> String {
        let figure = &self.figure;
        let mut words = figure.measure.to_owned();
        let on = day::in_words(figure.on);
        let stock = Measure::named(figure.measure).is_some_and(|measure| measure.sort.is_stock());
        words.push_str(&match figure.from {
            Some(from) => format!(" from {} to {on}", day::in_words(from)),
            None if stock => format!(" at the end of {on}"),
            None => format!(" up to {on}"),
        });
        if !figure.filters.is_empty() {
            words.push_str(&format!(", only {}", filters(figure)));
        }
        words
    }

    fn json(&self) -> Json {
        json!({
            "id": self.id,
            "title": self.title,
            "source": self.source,
            "says": self.published.as_ref().map(|(_, _, says)| says),
            "value": self.part.id(),
            "published": self.published.as_ref().map(|(json, ..)| json),
            "computed": self.computed,
            "agrees": self.agrees,
            "figure": self.figure.json(),
        })
    }
}
