//! What programs may change: refer a matter, and say when an investigation is expected to be
//! complete. Each takes the way of its form: the same reading, the same rules, the same one
//! transaction in which it counts once.

use std::sync::Arc;

use candour_core::case::matter::Route;
use candour_core::permit::permit;
use candour_core::profile::Profile;
use candour_core::record::hex;
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::{Failure, cases};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::answer::{Answer, Part, Refused};
use super::asks::{Asks, Kind};
use super::cases::{forces, opened};
use super::schema::{count, exactly, text};
use super::{Call, Endpoint, UNDER, Verb};
use crate::app::{App, OpenCase};
use crate::web::case_forms::{forecast, refer};
use crate::web::deciding;
use crate::web::form::{self, Asked, CaseForm, Sent};
use crate::web::typed::Typed;

pub(super) const REFER: Endpoint = Endpoint {
    verb: Verb::Post,
    path: "/cases",
    name: "refer",
    says: "Records that a force referred a matter, or that it reached the body in another way, and opens its case.",
    needs: Some(candour_core::permit::Action::Refer),
    query: &[],
    body: &[
        Asks::must("kind", Kind::Choice(kinds), "What kind of matter it is."),
        Asks::must("force", Kind::Choice(forces), "The force that it is about."),
        Asks::must("route", Kind::Choice(routes), "How it was referred; `received` where it was not."),
        Asks::must("on", Kind::Day, "When it was referred, or reached the body."),
        Asks::may("clear_on", Kind::Day, "When it became clear to the authority that it had to be referred."),
        Asks::may("incident_on", Kind::Day, "When the incident was."),
        Asks::may("number", Kind::Line, "The force's own number for it."),
        Asks::must("summary", Kind::Words, "What it is about. Name people only where you must."),
    ],
    changes: false,
    answers: a_change,
    handle: |app, call| {
        Box::pin(async move {
            let mut chance = [0u8; 8];
            rand::Rng::fill_bytes(&mut rand::rng(), &mut chance);
            let open = form::unopened(app, Reference::from_random(chance)).await?;
            carried_out(app, call, &open, &refer::Form, call.seen).await
        })
    },
};

pub(super) const FORECAST: Endpoint = Endpoint {
    verb: Verb::Post,
    path: "/cases/{reference}/forecasts",
    name: "forecast",
    says: "Records when completion of an investigation is expected. Earlier forecasts stay in the record.",
    needs: Some(candour_core::permit::Action::ListCases),
    query: &[],
    body: &[
        Asks::must("by", Kind::Day, "By when the final report is expected."),
        Asks::must("on", Kind::Day, "When the forecast was made."),
        Asks::must("reasons", Kind::Words, "On what it rests."),
    ],
    changes: true,
    answers: a_change,
    handle: |app, call| {
        Box::pin(async move {
            let open = opened(app, call).await?;
            carried_out(app, call, &open, &forecast::Form, call.seen).await
        })
    },
};

fn kinds(profile: &Profile) -> Vec<String> {
    profile.kinds.iter().map(|kind| kind.id().to_owned()).collect()
}

fn routes(_: &Profile) -> Vec<String> {
    let referred = Route::ALL.into_iter().map(|route| route.id().to_owned());
    referred.chain(std::iter::once(refer::RECEIVED.to_owned())).collect()
}

fn a_change() -> Value {
    exactly(&[("reference", text()), ("version", count())])
}

/// The fields as the form has them: a day in three boxes.
fn as_typed(body: &[Asks], sent: &Typed) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in sent.fields() {
        let is_day = body.iter().any(|one| one.name == name && matches!(one.kind, Kind::Day));
        let mut parts = value.splitn(3, '-').filter(|_| is_day);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(year), Some(month), Some(day)) => {
                for (part, digits) in [("year", year), ("month", month), ("day", day)] {
                    typed.set(&format!("{name}-{part}"), digits);
                }
            }
            _ => typed.set(name, value.as_str()),
        }
    }
    typed
}

async fn carried_out(
    app: &Arc<App>,
    call: &Call,
    open: &OpenCase,
    form: &dyn CaseForm,
    seen: u64,
) -> Result<Answer, Refused> {
    let body = if form.slug() == refer::Form.slug() { REFER.body } else { FORECAST.body };
    let typed = as_typed(body, &call.sent);
    let asked = Asked { app, open, typed: &typed };
    let (actor, reference) = (call.visitor.actor(), open.case.reference.clone());
    let (stream, ruled) = (reference.stream(), |refusal: Refusal| Refused::by_rule(refusal, Part::Body));
    permit(&actor, form.action(&typed), cases::object(&open.case, &stream, &app.profile)).map_err(Failure::from)?;
    let command = deciding::command(form, &asked, &actor).map_err(ruled)?;
    // What was asked, without the reference: each request for a new case draws its own.
    let about = if open.case.entries.is_empty() { "new" } else { reference.as_plain() };
    let form_sent = format!("api:{}:{about}:{}", form.slug(), hex(&Sha256::digest(format!("{command:?}"))));
    let sent = Sent {
        // Keys of different tokens are different keys.
        id: format!("api-{}", hex(&Sha256::digest(format!("{}:{}", actor.id, call.key)))),
        form: form_sent,
        answer: json!({"reference": reference.as_plain(), "version": seen + 1}).to_string(),
        seen: Some(seen),
        reference,
        visitor: call.visitor.clone(),
        fresh: call.visitor.fresh(app, form.action(&typed))?,
        beside: form.beside(&asked, &command),
        command,
    };
    let answer = app.write(move |app, w| sent.carry_out(app, w)).await?;
    let change: Value = serde_json::from_str(&answer).map_err(|e| crate::error::Problem::Internal(e.to_string()))?;
    let location = format!("{UNDER}/cases/{}", change["reference"].as_str().unwrap_or_default());
    let version = change["version"].as_u64().unwrap_or(seen + 1);
    Ok(Answer::added(change, location, version))
}
