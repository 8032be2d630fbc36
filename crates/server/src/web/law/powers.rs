//! The powers of decision: what is decided, where it stands, who holds it and at which level.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::law::powers::{Power, Powers};
use candour_core::law::regime;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Source, follows_them, for_programs, json_answer, shown};
use crate::app::App;
use crate::error::Problem;
use crate::law::named::{Places, places};
use crate::law::word;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct List {
    powers: Vec<Row>,
    levels: Vec<(String, String)>,
    exclusion: (String, Source),
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    level: String,
    second: &'static str,
    schemes: String,
    mark: &'static str,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    decides: String,
    facts: Vec<(&'static str, String)>,
    second: Vec<String>,
    rule: Option<(String, String)>,
    source: Source,
    exclusion: String,
    places: &'static Places,
}

/// `GET /law/powers`
pub async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    follows_them(&app)?;
    let all = Powers::england_and_wales();
    let exclusion = all.exclusion();
    let list = List {
        powers: all.powers().iter().map(|power| row(power, &all)).collect(),
        levels: all.levels().iter().map(|level| (level.id.clone(), level.name.clone())).collect(),
        exclusion: (
            exclusion.says.clone(),
            Source::of(&exclusion.citation, None, exclusion.mark, exclusion.read_in.as_deref()),
        ),
    };
    let page = ("law/powers.html", "Powers of decision", "/law/powers");
    shown(&app, &headers, page, (&Typed::default(), None), ("/law/powers.json".to_owned(), list)).await
}

/// `GET /law/powers.json`
pub async fn json(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    follows_them(&app)?;
    let all = Powers::england_and_wales();
    Ok(json_answer(&all.powers().iter().map(|power| answer(power, &all)).collect()))
}

/// `GET /law/powers/{id}`, and the same with `.json`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    follows_them(&app)?;
    let (id, programs) = for_programs(&name);
    let all = Powers::england_and_wales();
    let power = all.power(id).ok_or(Problem::NotFound)?;
    if programs {
        return Ok(json_answer(&answer(power, &all)));
    }
    let rule = power.rule.as_ref().and_then(|id| app.law.rule(id));
    let content = Shown {
        id: power.id.clone(),
        decides: power.decides.clone(),
        facts: facts(power, &all),
        second: second(power),
        rule: rule.map(|rule| (rule.id.clone(), rule.title.clone())),
        source: Source::of(&power.citation, None, power.mark, power.read_in.as_deref()),
        exclusion: all.exclusion().says.clone(),
        places: places(&power.id),
    };
    let page = ("law/power.html", power.name.as_str(), "/law/powers");
    let json = format!("/law/powers/{id}.json");
    shown(&app, &headers, page, (&Typed::default(), None), (json, content)).await
}

fn row(power: &Power, all: &Powers) -> Row {
    Row {
        id: power.id.clone(),
        name: power.name.clone(),
        level: level(&power.level, all),
        second: if power.four_eyes.is_empty() { "No" } else { "Yes" },
        schemes: power.regimes.join(", "),
        mark: power.mark.in_words(),
    }
}

/// The cases in which a second person has to approve.
fn second(power: &Power) -> Vec<String> {
    power.four_eyes.iter().map(|case| case.when.clone()).collect()
}

/// `L3, Operations manager`.
fn level(id: &str, all: &Powers) -> String {
    all.level(id).map_or_else(|| id.to_owned(), |level| format!("{id}, {}", lower_unless_title(&level.name)))
}

/// A level's name as it stands after a comma.
fn lower_unless_title(name: &str) -> String {
    if name == "Director General" {
        return name.to_owned();
    }
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn facts(power: &Power, all: &Powers) -> Vec<(&'static str, String)> {
    let raised = power.raised.iter().map(|raised| format!("{}: when {}", level(&raised.level, all), raised.when));
    let raised: Vec<String> = raised.collect();
    let schemes = regime::all().iter().filter(|scheme| power.regimes.contains(&scheme.id));
    let schemes: Vec<String> = schemes.map(|scheme| format!("{} ({})", scheme.name, scheme.id)).collect();
    let rows = [
        ("Held by", Some(power.holder.clone())),
        ("Lowest level", Some(level(&power.level, all))),
        ("Higher level", (!raised.is_empty()).then(|| raised.join("\n"))),
        ("Together with", power.together_with.clone()),
        ("Who may not decide it", power.exclusion.clone()),
        ("Reported only", power.reported.clone()),
        ("Schemes", Some(schemes.join("\n"))),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// A power for programs.
pub(crate) fn answer(power: &Power, all: &Powers) -> Value {
    let places = places(&power.id);
    let raised: Vec<Value> =
        power.raised.iter().map(|raised| json!({"level": raised.level, "when": raised.when})).collect();
    json!({
        "power": power.id,
        "name": power.name,
        "decides": power.decides,
        "citation": power.citation,
        "holder": power.holder,
        "level": power.level,
        "level_name": all.level(&power.level).map(|level| &level.name),
        "raised": raised,
        "together_with": power.together_with,
        "four_eyes": second(power),
        "exclusion": power.exclusion,
        "reported": power.reported,
        "rule": power.rule,
        "regimes": power.regimes,
        "mark": word(power.mark),
        "read_in": power.read_in,
        "code": places.code,
        "tests": places.tests,
    })
}
