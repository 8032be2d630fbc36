//! The clocks of a case, and each explained: the provision and the version that applies, what
//! started it, the arithmetic, what happened to it, and what would change it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::Event;
use candour_core::case::clocks::{self, Clock, Standing};
use candour_core::case::power;
use candour_core::day::{self, Day};
use candour_core::law::deadline::Limit;
use candour_core::law::{Follows, Rule, RuleKind, Version, id};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Identity, Tab, allowed, opened, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::law::explain::version_answer;
use crate::law::word;
use crate::session::Visitor;
use crate::web::case_forms::FORMS;
use crate::web::form::Asked;
use crate::web::law::{Source, for_programs, json_answer, period};
use crate::web::typed::{Typed, encode};
use crate::web::when::days;

#[derive(Serialize)]
struct ListPage {
    case: Identity,
    tabs: Vec<Tab>,
    clocks: Vec<Row>,
    json: String,
}

#[derive(Serialize)]
struct Row {
    address: String,
    title: String,
    owner: &'static str,
    to: String,
    due: String,
    standing: String,
    colour: &'static str,
    started: Entered,
    /// What ended it, where something has.
    ended: Option<Entered>,
}

#[derive(Serialize)]
struct ClockPage {
    case: Identity,
    tabs: Vec<Tab>,
    title: String,
    standing: String,
    colour: &'static str,
    facts: Vec<(&'static str, String)>,
    rule: (String, String),
    says: String,
    version: String,
    chosen_by: String,
    source: Source,
    started: Entered,
    trigger: Option<String>,
    steps: Vec<String>,
    holidays: Vec<(String, String)>,
    provisional: bool,
    happened: Vec<Entered>,
    changes: Vec<Change>,
    json: String,
}

/// What an entry did to a clock.
#[derive(Debug, Clone, Serialize)]
struct Entered {
    /// What it did, as a sentence without its stop.
    says: String,
    /// The place of the entry in the case.
    entry: u64,
    /// What the entry is called.
    title: &'static str,
    /// When it was recorded.
    recorded: String,
}

/// What would move a last day, or end it.
#[derive(Debug, Clone, Serialize)]
struct Change {
    /// What programs call it.
    #[serde(rename = "by")]
    key: &'static str,
    says: String,
    /// The rule that allows it, by id.
    rule: Option<&'static str>,
    /// Where it is recorded, and what that page is called.
    at: Option<(String, &'static str)>,
}

/// A clock with everything that explains it.
struct Explained<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    open: &'a OpenCase,
    clock: &'a Clock,
    rule: &'a Rule,
    version: &'a Version,
}

/// `GET /staff/cases/REF/clocks`
pub async fn list(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let page = ListPage {
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "clocks"),
        clocks: clocks_of(&app, &open).iter().map(|clock| row(&open, clock)).collect(),
        json: format!("{}.json", address(&open)),
    };
    app.pages.page("staff/clocks.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

/// `GET /staff/cases/REF/clocks.json`
pub async fn list_json(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    Ok(json_answer(&answers(&app, &visitor, &open)))
}

/// Every clock of a case for programs.
pub(crate) fn answers(app: &App, visitor: &Visitor, open: &OpenCase) -> Value {
    let clocks = clocks_of(app, open);
    clocks.iter().filter_map(|clock| Some(Explained::of(app, visitor, open, clock)?.answer())).collect()
}

/// `GET /staff/cases/REF/clocks/KEY`, and the same with `.json`
pub async fn show(
    State(app): State<Arc<App>>,
    Path((reference, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let (key, programs) = for_programs(&name);
    let context = app.context(open.today, open.calendar);
    let clock = clocks::named(key, &open.case.state, context).ok_or(Problem::NotFound)?;
    let explained = Explained::of(&app, &visitor, &open, &clock).ok_or(Problem::NotFound)?;
    if programs {
        return Ok(json_answer(&explained.answer()));
    }
    let identity = Identity::of(&app, &open);
    let page = explained.page(identity, tabs(&app, &visitor, &open, "clocks"));
    app.pages.page("staff/clock.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn clocks_of(app: &App, open: &OpenCase) -> Vec<Clock> {
    clocks::of(&open.case.state, app.context(open.today, open.calendar))
}

fn address(open: &OpenCase) -> String {
    format!("/staff/cases/{}/clocks", open.case.reference.as_plain())
}

/// Where a clock is explained.
pub(super) fn address_of(open: &OpenCase, clock: &Clock) -> String {
    format!("{}/{}", address(open), encode(&clock.timer.key()))
}

fn row(open: &OpenCase, clock: &Clock) -> Row {
    let (standing, colour) = standing_in_words(clock.standing(open.today));
    Row {
        address: address_of(open, clock),
        title: clock.title.clone(),
        owner: clock.timer.owner.label(),
        to: upper_first(clock.timer.to),
        due: due_in_words(clock),
        standing,
        colour,
        started: entered(open, clock.timer.started_by, String::new()),
        ended: clock.timer.stopped.or(clock.timer.fallen).map(|(_, by)| entered(open, by, String::new())),
    }
}

/// How a clock stands, and the colour of its tag.
pub(super) fn standing_in_words(standing: Standing) -> (String, &'static str) {
    match standing {
        Standing::Met => ("Done in time".to_owned(), "green"),
        Standing::MetLate(n) => (format!("Done {} late", days(n)), "orange"),
        Standing::Running(0) => ("Due today".to_owned(), "yellow"),
        Standing::Running(n) => (format!("{} left", days(n)), "blue"),
        Standing::Overdue(n) => (format!("{} overdue", days(n)), "red"),
        Standing::Still => ("Stands still".to_owned(), "grey"),
        Standing::Excused => ("Excused by exceptional circumstances".to_owned(), "grey"),
        Standing::Fallen => ("No longer owed".to_owned(), "grey"),
        Standing::NoLimit => ("The law sets no limit".to_owned(), "grey"),
    }
}

/// What programs call it, and the days that go with it.
fn standing_key(standing: Standing) -> (&'static str, Option<i64>) {
    match standing {
        Standing::Met => ("met", None),
        Standing::MetLate(n) => ("met-late", Some(n)),
        Standing::Running(n) => ("running", Some(n)),
        Standing::Overdue(n) => ("overdue", Some(n)),
        Standing::Still => ("still", None),
        Standing::Excused => ("excused", None),
        Standing::Fallen => ("fallen", None),
        Standing::NoLimit => ("no-limit", None),
    }
}

fn due_in_words(clock: &Clock) -> String {
    clock.due.map_or_else(|| "No limit".to_owned(), day::in_words)
}

/// An entry, and what it did.
fn entered(open: &OpenCase, version: u64, says: String) -> Entered {
    let entry = open.case.entries.iter().find(|entry| entry.version == version);
    Entered {
        says,
        entry: version,
        title: entry.map_or("", |entry| entry.event.title()),
        recorded: entry.map_or_else(String::new, |entry| day::instant_in_words(entry.recorded_at)),
    }
}

impl<'a> Explained<'a> {
    fn of(app: &'a App, visitor: &'a Visitor, open: &'a OpenCase, clock: &'a Clock) -> Option<Self> {
        let rule = app.law.rule(clock.timer.rule)?;
        let version = clocks::version(rule, &open.case.state, clock.timer.on)?;
        Some(Self { app, visitor, open, clock, rule, version })
    }

    fn page(&self, case: Identity, tabs: Vec<Tab>) -> ClockPage {
        let (clock, timer) = (self.clock, &self.clock.timer);
        let (standing, colour) = standing_in_words(clock.standing(self.open.today));
        let task = timer.runs().then(|| timer.task.label().to_owned());
        let about = (!timer.about.is_empty()).then(|| self.open.person(&timer.about));
        let facts = [
            ("Owed by", Some(timer.owner.label().to_owned())),
            ("Owed to", Some(upper_first(timer.to))),
            ("About", about),
            ("Last day", Some(due_in_words(clock))),
            ("Whose work it is if it is missed", task),
        ];
        let (holidays, provisional) = self.holidays();
        let on = day::in_words(timer.on);
        ClockPage {
            case,
            tabs,
            title: clock.title.clone(),
            standing,
            colour,
            facts: facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect(),
            rule: (self.rule.id.clone(), self.rule.title.clone()),
            says: self.version.says.clone(),
            version: period(self.version.from, self.version.to),
            chosen_by: self.chosen_by().1,
            source: self.source(),
            started: entered(self.open, timer.started_by, format!("Counted from {on}")),
            trigger: self.version.trigger.clone(),
            steps: clock.steps.clone(),
            holidays: holidays.iter().map(|(on, name)| (day::in_words(*on), name.clone())).collect(),
            provisional,
            happened: self.happened(),
            changes: self.changes(),
            json: format!("{}.json", address_of(self.open, clock)),
        }
    }

    fn source(&self) -> Source {
        let version = self.version;
        Source::of(&version.citation, version.url.as_deref(), version.mark, version.read_in.as_deref())
    }

    /// The day that chose the version, and why that one.
    fn chosen_by(&self) -> (Day, String) {
        let (state, on) = (&self.open.case.state, self.clock.timer.on);
        let attention = state.matter.as_ref().map_or(on, candour_core::case::matter::Opened::attention);
        if self.rule.follows == Follows::Act {
            return (
                on,
                format!("It was in force on {}, the day of the act, which this rule follows", day::in_words(on)),
            );
        }
        if self.rule.kind == RuleKind::Measure {
            return (on, format!("It was in force on {}, the day from which the measure counts", day::in_words(on)));
        }
        match state.law_day() {
            Some(law_day) if law_day != attention => {
                let (law, came) = (day::in_words(law_day), day::in_words(attention));
                let says = format!(
                    "The matter came to attention on {came}, but stays with the law as it was on {law}, because it \
                     relates to an older matter that was then still being handled"
                );
                (law_day, says)
            }
            _ => {
                let came = day::in_words(attention);
                (attention, format!("It was in force on {came}, the day on which the matter came to attention"))
            }
        }
    }

    /// The holidays that the count passed over, and whether it rests on a year that is not settled.
    fn holidays(&self) -> (&[(Day, String)], bool) {
        match &self.clock.limit {
            Limit::By(worked) => (&worked.holidays, worked.provisional),
            Limit::NotBefore(opening) => (&opening.holidays, opening.provisional),
            Limit::NoFixedLimit(_) => (&[], false),
        }
    }

    /// What entries have done to the clock since it started, in the order of the record.
    fn happened(&self) -> Vec<Entered> {
        let (open, timer) = (self.open, &self.clock.timer);
        let words = day::in_words;
        let mut all: Vec<(u64, String)> = Vec::new();
        all.extend(timer.extended.map(|(to, by)| (by, format!("More time was given, to {}", words(to)))));
        all.extend(timer.excused.map(|by| (by, "Exceptional circumstances were recorded".to_owned())));
        all.extend(timer.missed.map(|(due, by)| (by, format!("It was noted that {} went by", words(due)))));
        all.extend(timer.moved.iter().map(|(from, to, by)| {
            (*by, format!("A bank holiday moved the last day from {} to {}", words(*from), words(*to)))
        }));
        all.extend(timer.stopped.map(|(on, by)| (by, format!("It was done on {}", words(on)))));
        all.extend(timer.fallen.map(|(on, by)| (by, format!("It was no longer owed from {} on", words(on)))));
        all.sort();
        all.into_iter().map(|(by, says)| entered(open, by, says)).collect()
    }

    /// What would move the last day, or end it.
    fn changes(&self) -> Vec<Change> {
        let (timer, version) = (&self.clock.timer, self.version);
        let change = |key, says: String, rule| Change { key, says, rule, at: None };
        let mut all = Vec::new();
        if self.rule.exceptional_circumstances && self.can_be_excused() {
            let (state, today) = (&self.open.case.state, self.open.today);
            let context = self.app.context(today, self.open.calendar);
            if let Some(citation) = power::cited(id::EXCEPTIONAL, state, context, today) {
                let says = format!(
                    "A record, with reasons, that exceptional circumstances prevent it from being met: the limit would \
                     not apply ({citation})"
                );
                let at = self.recorded_at("exceptional-circumstances", "record them");
                all.push(Change { at, ..change("exceptional-circumstances", says, Some(id::EXCEPTIONAL)) });
            }
        }
        if let (true, Some(extension)) = (self.clock.runs(), &self.rule.extension) {
            let at = self.recorded_at("more-time", "give more time");
            all.push(Change { at, ..change("extension", extension.in_words(), None) });
        }
        let on = day::in_words(timer.on);
        let says = format!("A correction of the day from which it is counted, {on}, or of the entry that started it");
        let case = format!("/staff/cases/{}", self.open.case.reference.as_plain());
        let at = Some((format!("{case}/timeline#entry-{}", timer.started_by), "the timeline"));
        all.push(Change { at, ..change("correction", says, None) });
        if version.counted.looks_at_holidays(version.unit) && version.value.is_some() {
            let says = "A bank holiday that is added to the days of the count, or taken from them".to_owned();
            let at = Some(("/staff/holidays".to_owned(), "bank holidays added here"));
            all.push(Change { at, ..change("holiday", says, None) });
        }
        if self.rule.follows == Follows::Matter && self.rule.kind != RuleKind::Measure && self.rule.versions.len() > 1 {
            let says = "A link to an older matter that was still being handled, if it brings the matter under an older \
                        version of the rule";
            all.push(change("link", says.to_owned(), None));
        }
        all
    }

    /// Whether exceptional circumstances could still be recorded: it runs, or was done too late.
    fn can_be_excused(&self) -> bool {
        let late = matches!(self.clock.standing(self.open.today), Standing::MetLate(_));
        self.clock.due.is_some() && self.clock.timer.excused.is_none() && (self.clock.timer.runs() || late)
    }

    /// The form of that name about this clock, where the visitor may fill it in now.
    fn recorded_at(&self, slug: &str, called: &'static str) -> Option<(String, &'static str)> {
        let typed = Typed::default();
        let asked = Asked { app: self.app, open: self.open, typed: &typed };
        let form = FORMS.iter().find(|form| form.slug() == slug)?;
        let may = form.not_now(&asked).is_none() && allowed(self.app, self.visitor, self.open, form.action(&typed));
        let case = self.open.case.reference.as_plain();
        may.then(|| (format!("/staff/cases/{case}/{slug}?clock={}", encode(&self.clock.timer.key())), called))
    }

    /// The same for programs.
    fn answer(&self) -> Value {
        let (clock, timer) = (self.clock, &self.clock.timer);
        let (standing, days) = standing_key(clock.standing(self.open.today));
        let (chosen, because) = self.chosen_by();
        let (holidays, provisional) = self.holidays();
        let holidays: Vec<Value> = holidays.iter().map(|(day, name)| json!({"day": day, "name": name})).collect();
        let dated = |pair: Option<(Day, u64)>| pair.map(|(on, entry)| json!({"on": on, "entry": entry}));
        let moved: Vec<Value> =
            timer.moved.iter().map(|(from, to, entry)| json!({"from": from, "to": to, "entry": entry})).collect();
        let pauses: Vec<Value> = timer.pauses.iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
        json!({
            "clock": timer.key(),
            "case": self.open.case.reference.as_plain(),
            "title": clock.title,
            "rule": self.rule.id,
            "rule_title": self.rule.title,
            "version": version_answer(self.version, true),
            "version_chosen_by": chosen,
            "because": because,
            "owed_by": timer.owner.label(),
            "owed_to": timer.to,
            "task": timer.task.id(),
            "started": {"on": timer.on, "entry": timer.started_by, "event": self.kind_of(timer.started_by)},
            "due": clock.due,
            "standing": standing,
            "days": days,
            "as_at": self.open.today,
            "steps": clock.steps,
            "holidays": holidays,
            "provisional": provisional,
            "pauses": pauses,
            "extended": dated(timer.extended),
            "excused": timer.excused.map(|entry| json!({"entry": entry})),
            "missed": dated(timer.missed),
            "moved": moved,
            "stopped": dated(timer.stopped),
            "fallen": dated(timer.fallen),
            "changes": self.changes(),
            "citation": clock.citation,
            "url": clock.url,
            "mark": word(clock.mark),
        })
    }

    /// The kind of an entry, such as `matter.referred`.
    fn kind_of(&self, version: u64) -> Option<String> {
        let entry = self.open.case.entries.iter().find(|entry| entry.version == version)?;
        Some(Event::encode(&entry.event).0)
    }
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
