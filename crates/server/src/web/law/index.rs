//! The rules of the law files, grouped by file, and those that fit what is searched for.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::Day;
use candour_core::law::{Mark, Rule, Version};
use serde::Serialize;
use serde_json::Value;

use super::{follows_them, json_answer, shown};
use crate::app::App;
use crate::error::Problem;
use crate::web::law::rule;
use crate::web::typed::Typed;

/// Characters of a search that are looked at.
const SEARCH_CHARS_MAX: usize = 200;

#[derive(Serialize)]
struct Index {
    groups: Vec<Group>,
    found: usize,
    of: usize,
    /// Of all of them, how many have a version from memory.
    from_memory: usize,
}

#[derive(Serialize)]
struct Group {
    title: String,
    file: String,
    rules: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    aliases: String,
    limit: String,
    mark: &'static str,
    ended: bool,
}

/// `GET /law`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    follows_them(&app)?;
    let typed = Typed::of_query(query.as_deref());
    let (today, _) = super::today(&app).await?;
    let found = fitting(&app, &typed);
    let index = Index {
        found: found.len(),
        of: app.law.rules().len(),
        from_memory: app.law.rules().iter().filter(|rule| rule.versions.iter().any(is_from_memory)).count(),
        groups: groups(&found, today),
    };
    let json = format!("/law/rules.json?{}", typed.to_query());
    let json = json.trim_end_matches('?').to_owned();
    shown(&app, &headers, ("law/index.html", "The law, rule by rule", "/law"), (&typed, None), (json, index)).await
}

/// `GET /law/rules.json`
pub async fn json(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    follows_them(&app)?;
    let typed = Typed::of_query(query.as_deref());
    let (today, _) = super::today(&app).await?;
    let answers = fitting(&app, &typed).into_iter().map(|found| rule::answer(found, today)).collect();
    Ok(json_answer(&Value::Array(answers)))
}

/// The rules in which every word of the search stands.
fn fitting<'a>(app: &'a App, typed: &Typed) -> Vec<&'a Rule> {
    let search: String = typed.get("q").to_lowercase().chars().take(SEARCH_CHARS_MAX).collect();
    let words: Vec<&str> = search.split_whitespace().collect();
    let fits = |rule: &&Rule| {
        let text = searched(rule);
        words.iter().all(|word| text.contains(word))
    };
    app.law.rules().iter().filter(fits).collect()
}

/// Everything of a rule in which a search looks, in small letters.
fn searched(rule: &Rule) -> String {
    let own = [&rule.id, &rule.title].into_iter().chain(&rule.aliases);
    let words = |v: &Version| {
        [Some(&v.says), Some(&v.citation), v.trigger.as_ref(), v.standard.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
    };
    let versions = rule.versions.iter().flat_map(words);
    let mut text: String = own.cloned().chain(versions).collect::<Vec<_>>().join("\n");
    text.make_ascii_lowercase();
    text
}

fn groups(rules: &[&Rule], today: Day) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for rule in rules {
        if groups.last().is_none_or(|group| group.file != rule.file) {
            groups.push(Group { title: title(&rule.file), file: rule.file.clone(), rules: Vec::new() });
        }
        let shown = rule.on(today).or(rule.versions.last());
        if let Some(group) = groups.last_mut() {
            group.rules.push(Row {
                id: rule.id.clone(),
                title: rule.title.clone(),
                aliases: rule.aliases.join(", "),
                limit: shown.filter(|v| v.has_limit()).map_or_else(String::new, Version::limit_in_words),
                mark: if rule.versions.iter().any(is_from_memory) {
                    Mark::FromMemory.in_words()
                } else {
                    Mark::Read.in_words()
                },
                ended: rule.versions.last().is_some_and(|version| version.to.is_some_and(|to| to < today)),
            });
        }
    }
    groups
}

fn is_from_memory(version: &Version) -> bool {
    version.mark == Mark::FromMemory
}

/// What a law file is about: `law/ew/referral-and-mode.toml` is `Referral and mode`.
pub fn title(file: &str) -> String {
    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml").replace('-', " ");
    let mut letters = stem.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
