//! The law for programs: rules and powers, as `candour law` and the pages of the law have them.

use candour_core::law::Rule;
use candour_core::law::powers::Powers;
use candour_core::profile::LawOf;
use candour_core::refusal::Refusal;
use serde_json::{Value, json};

use super::answer::{Answer, Part, Refused};
use super::asks::{Asks, Kind};
use super::schema::{at_least, exactly, list, maybe_text, text};
use super::{Endpoint, Verb};
use crate::app::App;
use crate::web::law::{powers, rule};

/// Rules on a page.
const PAGE_RULES: usize = 50;

pub(super) const RULES: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/law/rules",
    name: "listRules",
    says: "The rules of the law files, each with every version, its citation and whether it was read in the source.",
    needs: None,
    query: &[Asks::may("cursor", Kind::Cursor, "Where to go on: `next` of the page before.")],
    body: &[],
    changes: false,
    answers: || exactly(&[("rules", list(&a_rule())), ("next", maybe_text())]),
    handle: |app, call| {
        Box::pin(async move {
            follows(app)?;
            let today = app.read(|app, tx| Ok(app.today(tx)?)).await?;
            let all = app.law.rules();
            let begin = match call.asked.get("cursor") {
                "" => 0,
                after => {
                    let at = all.iter().position(|rule| rule.id == after);
                    let says = "The cursor is none that a page of this list gave";
                    at.ok_or_else(|| Refused::by_rule(Refusal::of("cursor", says), Part::Query))? + 1
                }
            };
            let page: &[Rule] = &all[begin..all.len().min(begin + PAGE_RULES)];
            let more = begin + page.len() < all.len();
            let next = page.last().filter(|_| more).map(|rule| &rule.id);
            let rules: Vec<Value> = page.iter().map(|one| rule::answer(one, today)).collect();
            Ok(Answer::of(json!({"rules": rules, "next": next})))
        })
    },
};

pub(super) const RULE: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/law/rules/{rule}",
    name: "getRule",
    says: "One rule with every version of it.",
    needs: None,
    query: &[],
    body: &[],
    changes: false,
    answers: a_rule,
    handle: |app, call| {
        Box::pin(async move {
            follows(app)?;
            let found = app.law.rule(&call.named);
            let missing = || Refused::new(axum::http::StatusCode::NOT_FOUND, "Not found", "There is no such rule");
            let found = found.ok_or_else(missing)?;
            let today = app.read(|app, tx| Ok(app.today(tx)?)).await?;
            Ok(Answer::of(rule::answer(found, today)))
        })
    },
};

pub(super) const POWERS: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/law/powers",
    name: "listPowers",
    says: "Who may decide what: every power, the level it needs, and when two must decide.",
    needs: None,
    query: &[],
    body: &[],
    changes: false,
    answers: || {
        list(&at_least(&[
            ("power", text()),
            ("name", text()),
            ("citation", text()),
            ("level", text()),
            ("mark", text()),
        ]))
    },
    handle: |app, _| {
        Box::pin(async {
            follows(app)?;
            let all = Powers::england_and_wales();
            Ok(Answer::of(all.powers().iter().map(|power| powers::answer(power, &all)).collect()))
        })
    },
};

fn a_rule() -> Value {
    let version = at_least(&[("from", text()), ("to", maybe_text()), ("citation", text())]);
    at_least(&[("rule", text()), ("title", text()), ("kind", text()), ("versions", list(&version))])
}

/// Whether the body follows the law files at all.
fn follows(app: &App) -> Result<(), Refused> {
    if app.profile.law == LawOf::None { Err(crate::error::Problem::NotFound.into()) } else { Ok(()) }
}
