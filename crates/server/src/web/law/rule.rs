//! One rule: what it says, its versions, an example counted aloud, the code that relies on it and
//! the tests that name it.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::law::deadline::Trigger;
use candour_core::law::powers::Powers;
use candour_core::law::rule::{Follows, Unit};
use candour_core::law::{Calendar, Nation, Rule, Version};
use candour_core::refusal::{Check, Refusal};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Source, day_asked, follows_them, for_programs, in_boxes, json_answer, json_refusal, period, shown};
use crate::app::App;
use crate::error::Problem;
use crate::law::deadline::Question;
use crate::law::explain;
use crate::law::named::{Places, places};
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Shown {
    id: String,
    aliases: String,
    kind: &'static str,
    follows: &'static str,
    file: String,
    group: String,
    reference_only: bool,
    /// What else can change its limit, in sentences.
    gives_way: Vec<String>,
    /// Whether any version has a limit, or words in its place.
    limits: bool,
    /// Whether any version says from when it is counted.
    triggers: bool,
    versions: Vec<VersionShown>,
    powers: Vec<(String, String)>,
    example: Option<Example>,
    places: &'static Places,
}

#[derive(Serialize)]
struct VersionShown {
    period: String,
    from: String,
    to: String,
    in_force: bool,
    limit: String,
    trigger: Option<String>,
    says: String,
    source: Source,
}

/// A form that counts, and what it counted.
#[derive(Serialize)]
struct Example {
    /// Whether a time of the day matters.
    asks_time: bool,
    /// Whether bank holidays matter.
    asks_nation: bool,
    /// Whether the day of attention may choose another version.
    asks_attention: bool,
    nations: Vec<(&'static str, String)>,
    answer: Option<AnswerShown>,
}

#[derive(Serialize)]
struct AnswerShown {
    headline: String,
    provisional: bool,
    steps: Vec<String>,
    holidays: Vec<(String, String)>,
    version: String,
    nation: Option<String>,
}

/// `GET /law/rules/{id}`, and the same with `.json`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    follows_them(&app)?;
    let (id, programs) = for_programs(&name);
    let rule = app.law.rule(id).ok_or(Problem::NotFound)?;
    let (today, calendar) = super::today(&app).await?;
    let typed = Typed::of_query(query.as_deref());
    let asked = if counts(rule) { question(rule, &typed, today) } else { Ok(None) };
    if programs {
        return Ok(match asked {
            Ok(question) => json_answer(&whole_answer(rule, (today, calendar), question.as_ref())),
            Err(refusal) => json_refusal(&refusal),
        });
    }
    let (question, refusal) = match asked {
        Ok(question) => (question, None),
        Err(refusal) => (None, Some(refusal)),
    };
    let boxed = with_defaults(&typed, question.as_ref().filter(|_| refusal.is_none()));
    let json = format!("/law/rules/{id}.json?{}", typed.to_query()).trim_end_matches('?').to_owned();
    let content = content(rule, (today, calendar), question.as_ref());
    let page = ("law/rule.html", rule.title.as_str(), "/law");
    shown(&app, &headers, page, (&boxed, refusal.as_ref()), (json, content)).await
}

fn content(rule: &Rule, (today, calendar): (Day, &Calendar), question: Option<&Question>) -> Shown {
    Shown {
        id: rule.id.clone(),
        aliases: rule.aliases.join(", "),
        kind: rule.kind.in_words(),
        follows: rule.follows.in_words(),
        file: rule.file.clone(),
        group: super::index::title(&rule.file),
        reference_only: rule.reference_only,
        gives_way: gives_way(rule),
        limits: rule.versions.iter().any(Version::has_limit),
        triggers: rule.versions.iter().any(|version| version.trigger.is_some()),
        versions: rule.versions.iter().map(|version| version_shown(version, today)).collect(),
        powers: powers_of(rule),
        example: counts(rule).then(|| example(rule, question, calendar)),
        places: places(&rule.id),
    }
}

/// Exceptional circumstances and extensions, where the rule knows them.
fn gives_way(rule: &Rule) -> Vec<String> {
    let exceptional = "The limit does not apply where exceptional circumstances prevent it from being met";
    let exceptional = rule.exceptional_circumstances.then(|| exceptional.to_owned());
    let extension = rule.extension.as_ref().map(|extension| extension.in_words());
    exceptional.into_iter().chain(extension).collect()
}

fn version_shown(version: &Version, today: Day) -> VersionShown {
    VersionShown {
        period: period(version.from, version.to),
        from: day::in_words(version.from),
        to: version.to.map(day::in_words).unwrap_or_default(),
        in_force: explain::in_force(version, today),
        limit: version.limit_in_words(),
        trigger: version.trigger.clone(),
        says: version.says.clone(),
        source: Source::of(&version.citation, version.url.as_deref(), version.mark, version.read_in.as_deref()),
    }
}

/// The powers of decision whose provision it is: id and name.
fn powers_of(rule: &Rule) -> Vec<(String, String)> {
    let powers = Powers::england_and_wales();
    let of_it = powers.powers().iter().filter(|power| power.rule.as_deref() == Some(rule.id.as_str()));
    of_it.map(|power| (power.id.clone(), power.name.clone())).collect()
}

/// A rule for programs: what `candour law explain` says, its file, and who names it.
pub fn answer(rule: &Rule, today: Day) -> Value {
    let mut answer = explain::answer(rule, today);
    let places = places(&rule.id);
    answer["file"] = json!(rule.file);
    answer["reference_only"] = json!(rule.reference_only);
    answer["powers"] = json!(powers_of(rule).into_iter().map(|(id, _)| id).collect::<Vec<_>>());
    answer["code"] = json!(places.code);
    answer["tests"] = json!(places.tests);
    answer
}

/// The same with the example, as `candour law deadline` counts it.
fn whole_answer(rule: &Rule, (today, calendar): (Day, &Calendar), question: Option<&Question>) -> Value {
    let mut answer = answer(rule, today);
    answer["deadline"] = json!(question.map(|question| question.answer(rule, calendar)));
    answer
}

/// Whether there is anything to count.
fn counts(rule: &Rule) -> bool {
    rule.versions.iter().any(|version| version.value.is_some() || version.counted.deems())
}

/// What is to be counted: what was asked, or an example where nothing was.
fn question(rule: &Rule, typed: &Typed, today: Day) -> Result<Option<Question>, Refusal> {
    let mut check = Check::default();
    let from = from_asked(&mut check, typed);
    let attention = day_asked(&mut check, typed, "attention", "The day of attention");
    let nation = match typed.get("nation") {
        "" => Some(Nation::EnglandAndWales),
        key => Nation::named(key).or_else(|| {
            check.problem("nation", "Choose England and Wales, Scotland or Northern Ireland");
            None
        }),
    };
    let (from, nation) = check.done(Some((from, nation)))?;
    let Some(from) = from.or_else(|| usual_day(rule, today).map(Trigger::from)) else {
        return Ok(None);
    };
    let question = Question { from, attention, nation: nation.unwrap_or(Nation::EnglandAndWales) };
    match question.version(rule) {
        Some(_) => Ok(Some(question)),
        None => Err(no_version(rule, &question)),
    }
}

/// The day from which to count, whole or in boxes, with a time where one was given.
fn from_asked(check: &mut Check, typed: &Typed) -> Option<Trigger> {
    if let (whole, true) = (typed.get("from"), typed.get("from").contains('T')) {
        let read = day::parse_with_time("The day to count from", whole);
        let (on, at) = check.field("from", read)?;
        return Some(at.map_or_else(|| Trigger::from(on), Trigger::at));
    }
    let on = day_asked(check, typed, "from", "The day to count from")?;
    let time = typed.get("time").trim();
    if time.is_empty() {
        return Some(on.into());
    }
    let says = "The time must be a real London time of that day, like 16:30";
    let read = day::parse_with_time("", &format!("{on}T{time}")).map_err(|_| Refusal::new(says));
    check.field("time", read)?.1.map(Trigger::at)
}

/// Today, or the nearest day on which there was a version with something to count.
fn usual_day(rule: &Rule, today: Day) -> Option<Day> {
    let versions = rule.versions.iter().filter(|version| version.value.is_some() || version.counted.deems());
    let nearest = versions.map(|version| today.clamp(version.from, version.to.unwrap_or(day::LAST_DAY)));
    nearest.min_by_key(|day| day::between(today, *day).abs())
}

/// That no version governs the day that chooses one.
fn no_version(rule: &Rule, question: &Question) -> Refusal {
    let on = question.governs(rule);
    let by_attention = rule.follows == Follows::Matter && question.attention.is_some();
    let field = if by_attention { "attention" } else { "from" };
    let none = format!("No version of this rule was in force on {}", day::in_words(on));
    let first = rule.versions.first().map(|version| version.from).filter(|first| on < *first);
    let last = rule.versions.iter().filter_map(|version| version.to).rfind(|to| *to < on);
    Refusal::of(
        field,
        match (first, last) {
            (Some(first), _) => format!("{none}: the first began on {}", day::in_words(first)),
            (None, Some(last)) if rule.follows == Follows::Matter => format!(
                "{none}: it ended on {}. If the matter is older, give the day on which it came to attention",
                day::in_words(last)
            ),
            (None, Some(last)) => format!("{none}: it ended on {}", day::in_words(last)),
            (None, None) => none,
        },
    )
}

/// What was typed, with the days that stand where nothing was.
fn with_defaults(typed: &Typed, question: Option<&Question>) -> Typed {
    let mut boxed = in_boxes(typed, &["from", "attention"]);
    let Some(question) = question else {
        return boxed;
    };
    let on = question.from.on;
    boxed.set("from-day", on.day().to_string());
    boxed.set("from-month", on.month().to_string());
    boxed.set("from-year", on.year().to_string());
    if let Some(at) = question.from.at {
        let moment = day::instant_in_iso(at);
        boxed.set("time", moment.get(11..16).unwrap_or_default());
    }
    boxed.set("nation", question.nation.key());
    boxed
}

fn example(rule: &Rule, question: Option<&Question>, calendar: &Calendar) -> Example {
    let any = |wanted: fn(&Version) -> bool| rule.versions.iter().any(wanted);
    let asks_nation = any(|version| version.counted.looks_at_holidays(version.unit));
    Example {
        asks_time: any(|version| version.unit == Some(Unit::Hours) || version.before.is_some()),
        asks_nation,
        asks_attention: rule.follows == Follows::Matter && (rule.versions.len() > 1 || any(|v| v.to.is_some())),
        nations: Nation::ALL.iter().map(|nation| (nation.key(), nation.to_string())).collect(),
        answer: question.and_then(|question| answer_shown(rule, question, asks_nation, calendar)),
    }
}

fn answer_shown(rule: &Rule, question: &Question, with_nation: bool, calendar: &Calendar) -> Option<AnswerShown> {
    let version = question.version(rule)?;
    let answer = question.answer(rule, calendar);
    let in_words =
        |key: &str| answer[key].as_str().map(|text| day::parse("", text).map_or(text.to_owned(), day::in_words));
    let moment = |key: &str| answer[key].as_str().map(|text| text.get(..16).unwrap_or(text).replace('T', " at "));
    let headline = match (in_words("last_day"), in_words("earliest"), in_words("first_day")) {
        (Some(last), Some(earliest), _) => format!("From {earliest} to {last}"),
        (Some(last), None, _) if answer["promptly"] == json!(true) => format!("Promptly, and by {last} at the latest"),
        (Some(last), None, _) => match moment("last_moment") {
            Some(moment) => format!("By {moment}", moment = in_time(&moment, &last)),
            None => format!("By {last}"),
        },
        (None, _, Some(first)) if version.counted.deems() => format!("Counts as given on {first}"),
        (None, _, Some(first)) => format!("Not before {first}"),
        (None, _, None) => answer["because"].as_str().unwrap_or("No fixed limit").to_owned(),
    };
    let texts = |key: &str| answer[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let holiday = |holiday: &Value| {
        let on = day::parse("", holiday["day"].as_str()?).ok()?;
        Some((day::in_words(on), holiday["name"].as_str()?.to_owned()))
    };
    Some(AnswerShown {
        headline,
        provisional: answer["provisional"] == json!(true),
        steps: texts("steps").collect(),
        holidays: answer["holidays"].as_array().into_iter().flatten().filter_map(holiday).collect(),
        version: period(version.from, version.to).replacen("From", "from", 1),
        nation: with_nation.then(|| question.nation.to_string()),
    })
}

/// A moment with its day in words: `4 March 2020 at 16:30`.
fn in_time(moment: &str, last: &str) -> String {
    moment.split_once(" at ").map_or_else(|| moment.to_owned(), |(_, time)| format!("{last} at {time}"))
}
