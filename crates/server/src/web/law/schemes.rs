//! The statutory schemes: from when each holds, how matters pass from one to the next, and a picker
//! that answers as `candour law regime` does.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::day::{self, Day};
use candour_core::law::regime::{
    Against, Body, Grounds, Overlay, POLICE, Person, Picked, Regime, Scheme, Trigger, built_in, pick,
};
use candour_core::refusal::{Check, Refusal};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Source, day_asked, follows_them, in_boxes, json_answer, json_refusal, period, shown};
use crate::app::App;
use crate::error::Problem;
use crate::law::regime::{Asked, answer};
use crate::law::word;
use crate::web::typed::Typed;

/// The days of the question, as they are called in addresses.
const DAYS: [&str; 6] = ["attention", "linked_on", "reinvestigation_on", "directed", "allegation", "notice"];

#[derive(Serialize)]
struct Shown {
    schemes: Vec<SchemeShown>,
    overlays: Vec<SchemeShown>,
    bodies: Vec<(String, String)>,
    about: Vec<(String, String)>,
    answer: Option<AnswerShown>,
}

#[derive(Serialize)]
struct SchemeShown {
    id: String,
    name: String,
    period: String,
    /// For an overlay, what it amends and for whom.
    amends: Option<String>,
    sides: Vec<Side>,
}

/// One side of a scheme: its regulations and how matters come under them.
#[derive(Serialize)]
struct Side {
    title: &'static str,
    regulations: String,
    steps: Vec<(String, String)>,
    source: Source,
}

#[derive(Serialize)]
struct AnswerShown {
    headline: String,
    conduct: Option<String>,
    overlays: Vec<String>,
    because: Vec<String>,
    assumed: Vec<String>,
    source: Source,
}

/// `GET /law/schemes`
pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    follows_them(&app)?;
    let typed = Typed::of_query(query.as_deref());
    let asked = asked(&typed);
    let picked = asked.and_then(|asked| asked.map(|asked| answer_shown(&asked)).transpose());
    let (answer, refusal) = match picked {
        Ok(answer) => (answer, None),
        Err(refusal) => (None, Some(refusal)),
    };
    let all = built_in();
    let bodies = all.bodies.iter();
    let content = Shown {
        schemes: all.regimes.iter().map(scheme_shown).collect(),
        overlays: all.overlays.iter().map(overlay_shown).collect(),
        bodies: bodies.clone().map(|body| (upper_first(&body.name), scheme_of(body))).collect(),
        about: bodies.map(|body| (body.id.clone(), upper_first(&body.name))).collect(),
        answer,
    };
    let json = format!("/law/schemes.json?{}", typed.to_query()).trim_end_matches('?').to_owned();
    let mut boxed = in_boxes(&typed, &DAYS);
    if boxed.get("about").is_empty() {
        boxed.set("about", POLICE);
    }
    let page = ("law/schemes.html", "Schemes", "/law/schemes");
    shown(&app, &headers, page, (&boxed, refusal.as_ref()), (json, content)).await
}

/// `GET /law/schemes.json`: the schemes, or with a day of attention which of them applies.
pub async fn json(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    follows_them(&app)?;
    let answered = match asked(&Typed::of_query(query.as_deref())) {
        Ok(None) => Ok(as_data()),
        Ok(Some(asked)) => {
            let (question, assumed) = asked.question();
            pick(&question).map(|picked| answer(&question, &picked, &assumed))
        }
        Err(refusal) => Err(refusal),
    };
    Ok(match answered {
        Ok(answer) => json_answer(&answer),
        Err(refusal) => json_refusal(&refusal.about("attention")),
    })
}

/// What is asked; none where nothing is.
fn asked(typed: &Typed) -> Result<Option<Asked>, Refusal> {
    if typed.fields().iter().all(|(_, value)| value.trim().is_empty()) {
        return Ok(None);
    }
    let mut check = Check::default();
    let attention = day_asked(&mut check, typed, "attention", "The day of attention");
    let mut day = |name, called| day_asked(&mut check, typed, name, called);
    let linked_on = day("linked_on", "The day of the older matter");
    let reinvestigation_on = day("reinvestigation_on", "The day of the determination");
    let directed = day("directed", "The day of the direction");
    let allegation = day("allegation", "The day of the allegation");
    let notice = day("notice", "The day of the notice");
    if attention.is_none() && untyped(typed) {
        check.problem("attention", "Enter the day on which the matter came to attention");
    }
    let ticked = |name: &str| !typed.get(name).is_empty();
    let about = if typed.get("about").is_empty() { POLICE } else { typed.get("about") };
    if !built_in().bodies.iter().any(|body| body.id == about) {
        check.problem("about", "Choose whose officers it is about");
    }
    let attention = check.done(attention)?;
    Ok(Some(Asked {
        // A day says that there is one, ticked or not.
        linked_open: (ticked("linked") || linked_on.is_some()).then_some(linked_on),
        against: if ticked("other_officer") { Against::Another } else { Against::SameOfficer },
        reinvestigation: (ticked("reinvestigation") || reinvestigation_on.is_some()).then_some(reinvestigation_on),
        directed,
        allegation,
        notice,
        person: if ticked("former") { Person::Former } else { Person::Serving },
        about: about.to_owned(),
        ..Asked::new(attention)
    }))
}

/// Whether no day of attention was typed at all, so that nothing was said about it yet.
fn untyped(typed: &Typed) -> bool {
    ["attention", "attention-day", "attention-month", "attention-year"].iter().all(|name| typed.get(name).is_empty())
}

fn answer_shown(asked: &Asked) -> Result<AnswerShown, Refusal> {
    let (question, assumed) = asked.question();
    let picked = pick(&question).map_err(|refusal| refusal.about("attention"))?;
    Ok(AnswerShown {
        headline: headline(&picked),
        conduct: picked.conduct_regime.map(|regime| {
            let step = picked.conduct_step.and_then(|step| step.number());
            step.map_or_else(|| regime.name.clone(), |step| format!("{}, by step {step}", regime.name))
        }),
        overlays: picked.overlays.iter().map(|laid| laid.overlay.name.clone()).collect(),
        because: picked.because.clone(),
        assumed,
        source: Source::of(picked.citation, picked.url, picked.mark, None),
    })
}

/// `Scheme of 2012 (ew-2012), by step 2`.
fn headline(picked: &Picked<'_>) -> String {
    let scheme = format!("{} ({})", picked.regime.name, picked.regime.id);
    match picked.step.number() {
        Some(step) => format!("{scheme}, by step {step}"),
        None => format!("{scheme}, on which this body has stayed"),
    }
}

fn scheme_shown(regime: &Regime) -> SchemeShown {
    let complaints = side("Complaints and matters", regime.from, &regime.complaints, "It");
    let conduct = side("Conduct of officers", regime.from, &regime.conduct, "The allegation");
    SchemeShown {
        id: regime.id.clone(),
        name: regime.name.clone(),
        period: period(regime.from, regime.to),
        amends: None,
        sides: vec![complaints, conduct],
    }
}

fn overlay_shown(overlay: &Overlay) -> SchemeShown {
    let whom = match overlay.only {
        Some(Person::Former) => ", for former officers only",
        Some(Person::Serving) => ", for serving officers only",
        None => "",
    };
    let by = match overlay.trigger {
        Trigger::Attention => "It goes by the same steps as a scheme, with its own day",
        Trigger::Notice => "It goes by whether notice of referral to proceedings was given before its day",
    };
    let sides = [
        ("Complaints and matters", &overlay.complaints, "It"),
        ("Conduct of officers", &overlay.conduct, "The allegation"),
    ];
    let shown = sides.into_iter().filter_map(|(title, grounds, what)| {
        grounds.as_ref().map(|grounds| match overlay.trigger {
            Trigger::Attention => side(title, overlay.from, grounds, what),
            Trigger::Notice => noticed(title, overlay.from, grounds),
        })
    });
    SchemeShown {
        id: overlay.id.clone(),
        name: overlay.name.clone(),
        period: period(overlay.from, None),
        amends: Some(format!("It amends {}{whom}. {by}.", overlay.over)),
        sides: shown.collect(),
    }
}

/// One side with the steps of the picker, in words, each with its provision.
fn side(title: &'static str, from: Day, grounds: &Grounds, what: &str) -> Side {
    let change = day::in_words(from);
    let under = grounds.handled_under.as_deref().unwrap_or("the older regulations");
    let steps = [
        (
            "1",
            grounds.before.as_ref(),
            format!("{what} came to attention before {change}: it stays with the older regulations"),
        ),
        (
            "2",
            grounds.linked.as_ref(),
            format!(
                "{what} came later, but relates to an older one from before {change} that was then still being handled under {under}: it stays with the older regulations"
            ),
        ),
        ("3", Some(&grounds.new), "Otherwise: these regulations apply".to_owned()),
        (
            "4",
            grounds.reinvestigated.as_ref(),
            format!(
                "A re-investigation was determined under section 13B on {change} or later: these regulations apply, whatever the day of attention"
            ),
        ),
        (
            "4",
            grounds.directed.as_ref(),
            format!(
                "A direction was given under section 28A on {change} or later: these regulations apply, whatever the day of attention"
            ),
        ),
    ];
    let shown = steps.into_iter().filter_map(|(step, citation, says)| {
        citation.map(|citation| (format!("Step {step}. {says}."), citation.clone()))
    });
    with_steps(title, grounds, shown.collect())
}

/// One side of an overlay that goes by the notice of referral to proceedings.
fn noticed(title: &'static str, from: Day, grounds: &Grounds) -> Side {
    let change = day::in_words(from);
    let before = format!("Notice of referral to proceedings was given before {change}: it does not apply.");
    let steps = grounds.before.iter().map(|citation| (before.clone(), citation.clone()));
    let new = ("Otherwise: it applies.".to_owned(), grounds.new.clone());
    with_steps(title, grounds, steps.chain(std::iter::once(new)).collect())
}

fn with_steps(title: &'static str, grounds: &Grounds, steps: Vec<(String, String)>) -> Side {
    Side {
        title,
        regulations: grounds.regulations.clone(),
        steps,
        source: Source::of(&grounds.regulations, grounds.url.as_deref(), grounds.mark, grounds.read_in.as_deref()),
    }
}

fn scheme_of(body: &Body) -> String {
    match &body.scheme {
        Scheme::Current => "The scheme of the police on the day".to_owned(),
        Scheme::Old { regime, from, citation, mark } => {
            format!("{regime}, whatever the day, from {} on ({citation}; {})", day::in_words(*from), mark.in_words())
        }
    }
}

/// The schemes for programs.
fn as_data() -> Value {
    let grounds = |grounds: &Grounds| {
        json!({
            "regulations": grounds.regulations,
            "before": grounds.before,
            "linked": grounds.linked,
            "handled_under": grounds.handled_under,
            "new": grounds.new,
            "reinvestigated": grounds.reinvestigated,
            "directed": grounds.directed,
            "url": grounds.url,
            "mark": word(grounds.mark),
            "read_in": grounds.read_in,
        })
    };
    let all = built_in();
    let schemes: Vec<Value> = all
        .regimes
        .iter()
        .map(|regime| {
            json!({
                "regime": regime.id, "name": regime.name, "from": regime.from, "to": regime.to,
                "citation": regime.citation, "complaints": grounds(&regime.complaints),
                "conduct": grounds(&regime.conduct), "mark": word(regime.mark),
            })
        })
        .collect();
    let overlays: Vec<Value> = all
        .overlays
        .iter()
        .map(|overlay| {
            json!({
                "overlay": overlay.id, "name": overlay.name, "over": overlay.over, "from": overlay.from,
                "trigger": match overlay.trigger { Trigger::Attention => "attention", Trigger::Notice => "notice" },
                "complaints": overlay.complaints.as_ref().map(grounds),
                "conduct": overlay.conduct.as_ref().map(grounds),
            })
        })
        .collect();
    json!({"regimes": schemes, "overlays": overlays})
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
