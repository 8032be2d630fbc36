//! Learning and reviews: every review and recommendation of a case, where each stands, its clocks,
//! what can be done now, and why the rest cannot.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::clocks;
use candour_core::case::recommendation::{self, Sort as Recommended};
use candour_core::case::review::{self, Sort as Reviewed};
use candour_core::day;
use candour_core::permit::Action;
use candour_core::refusal::Refusal;
use serde::Serialize;

use super::clocks::standing_in_words;
use super::steps::offered;
use super::{Identity, Tab, allowed, opened, tabs, word_as_corrected};
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::web::case_forms::{recommendation_step, review_step};
use crate::web::form::Asked;
use crate::web::typed::Typed;

#[derive(Serialize)]
struct Learning {
    case: Identity,
    tabs: Vec<Tab>,
    reviews: Vec<Shown>,
    recommendations: Vec<Shown>,
    /// How many were made, in words.
    counted: String,
    /// Whether the visitor may record an application now.
    applies: bool,
    /// Whether the visitor may draft a recommendation now.
    drafts: bool,
    /// What cannot be recorded now, each with the reason.
    not_offered: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Shown {
    title: String,
    standing: String,
    facts: Vec<(String, String)>,
    clocks: Vec<(String, String)>,
    /// What can be done now: address, words.
    steps: Vec<(String, String)>,
}

/// `GET /staff/cases/REF/learning`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let state = &open.case.state;
    let typed = Typed::default();
    let asked = Asked { app: &app, open: &open, typed: &typed };
    let may = |action| allowed(&app, &visitor, &open, action);
    let counts = state.recommendations_made();
    let page = Learning {
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "learning"),
        reviews: state.reviews.iter().map(|r| review(&asked, r, may(Action::HandleReview))).collect(),
        recommendations: state
            .recommendations
            .iter()
            .map(|r| recommendation(&asked, r, may(Action::DraftRecommendation)))
            .collect(),
        counted: format!("{}, in {}", many(counts.made, "recommendation"), many(counts.sets, "set")),
        applies: may(Action::HandleReview) && offered(&app, &open, "review"),
        drafts: may(Action::DraftRecommendation) && offered(&app, &open, "recommend"),
        not_offered: not_offered(&asked),
    };
    app.pages.page("staff/learning.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn many(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn review(asked: &Asked<'_>, review: &review::Review, may: bool) -> Shown {
    let received = &review.received;
    let at = format!("/staff/cases/{}/review-step?n={}", asked.case().reference.as_plain(), received.n);
    let mut facts = vec![
        ("Made by".to_owned(), received.by.label().to_owned()),
        ("Told of the outcome".to_owned(), day::in_words(received.told_on)),
        ("Received".to_owned(), day::in_words(review.on)),
    ];
    facts
        .extend(review.valid.and_then(|(ground, _)| Some(("Why it is for us".to_owned(), ground?.label().to_owned()))));
    facts.extend(review.remedies.iter().map(|made| {
        let answer = match made.answered {
            _ if !made.remedy.is_recommended() => "",
            Some((true, _)) => ", accepted",
            Some((false, _)) => ", not accepted",
            None => ", not answered yet",
        };
        ("What follows".to_owned(), format!("{}{answer}", made.remedy.label()))
    }));
    let steps = if may { review_step::steps(asked, review) } else { Vec::new() };
    Shown {
        title: format!("Application {}: {}", received.n, received.sort.label()),
        standing: review.standing(),
        facts,
        clocks: clocks_about(asked, &review.key()),
        steps: steps.into_iter().map(|step| (format!("{at}&step_of={}", step.0), step.1.to_owned())).collect(),
    }
}

fn recommendation(asked: &Asked<'_>, r: &recommendation::Recommendation, may: bool) -> Shown {
    let at = format!("/staff/cases/{}/recommendation-step?n={}", asked.case().reference.as_plain(), r.drafted.n);
    let word = |field| word_as_corrected(asked.open, r.entry, field).filter(|words| !words.is_empty());
    let mut facts = vec![("To".to_owned(), r.drafted.to.label().to_owned())];
    facts.extend(word("recipient").map(|name| ("Recipient".to_owned(), name)));
    facts.extend(word("text").map(|text| ("Text".to_owned(), text)));
    facts.push(("Set".to_owned(), r.drafted.set.to_string()));
    facts.extend(r.issued.map(|on| ("Made".to_owned(), day::in_words(on))));
    facts.extend(
        r.answered.map(|(answer, on)| {
            ("Answer".to_owned(), format!("{}, received on {}", answer.label(), day::in_words(on)))
        }),
    );
    let steps = if may { recommendation_step::steps(asked, r) } else { Vec::new() };
    Shown {
        title: format!("Recommendation {}: {}", r.drafted.n, r.drafted.sort.label()),
        standing: r.standing(&asked.case().state, asked.context()).to_owned(),
        facts,
        clocks: clocks_about(asked, &r.key()),
        steps: steps.into_iter().map(|step| (format!("{at}&step_of={}", step.0), step.1.to_owned())).collect(),
    }
}

/// The clocks about one thing, or a part of it, each with how it stands.
fn clocks_about(asked: &Asked<'_>, key: &str) -> Vec<(String, String)> {
    let about = |of: &str| of == key || of.strip_prefix(key).is_some_and(|rest| rest.starts_with('-'));
    let all = clocks::of(&asked.case().state, asked.context()).into_iter().filter(|c| about(&c.timer.about));
    let shown = all.map(|clock| {
        let (stands, _) = standing_in_words(clock.standing(asked.open.today));
        let by = clock.due.map_or_else(String::new, |due| format!(". Last day: {}", day::in_words(due)));
        (clock.title.clone(), format!("{stands}{by} ({})", clock.citation))
    });
    shown.collect()
}

/// The sorts of review and recommendation that the law does not allow in the case now, each with why.
fn not_offered(asked: &Asked<'_>) -> Vec<(String, String)> {
    let (state, today, context) = (&asked.case().state, asked.open.today, asked.context());
    let reviews = Reviewed::ALL.iter().map(|sort| (sort.label(), review::may_receive(state, *sort, today, context)));
    let recommended =
        Recommended::ALL.iter().map(|sort| (sort.label(), recommendation::may_draft(state, *sort, today, context)));
    let why = |(label, may): (&str, Result<(), Refusal>)| Some((label.to_owned(), may.err()?.to_string()));
    reviews.chain(recommended).filter_map(why).collect()
}
