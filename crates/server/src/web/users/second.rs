//! A change of an account that takes two: another who keeps accounts approves what the first
//! proposed, or refuses it. Whoever proposed it can take it back.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::account::{Event, Proposed};
use candour_core::permit::Action;
use candour_store::plain::account::Account;
use candour_store::plain::account_change::Waiting;
use candour_store::{Failure, accounts};

use super::forms::{code_page, of_somebody_else, render, start_code};
use super::{Known, LIST};
use crate::app::App;
use crate::error::Problem;
use crate::session::Visitor;
use crate::web::form::FormPage;
use crate::web::typed::Typed;

/// What can be done with what is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Approve,
    Refuse,
    TakeBack,
}

const ANSWERS: [Answer; 3] = [Answer::Approve, Answer::Refuse, Answer::TakeBack];

impl Answer {
    fn slug(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::TakeBack => "take-back",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Approve => "Approve what is proposed",
            Self::Refuse => "Refuse what is proposed",
            Self::TakeBack => "Take back what you proposed",
        }
    }

    fn address(self, account: &str) -> String {
        format!("{LIST}/{account}/proposed/{}", self.slug())
    }

    /// Whether it is for whoever proposed it, or for another.
    fn is_for(self, visitor: &str, waiting: &Waiting) -> bool {
        (self == Self::TakeBack) == (waiting.proposed_by == visitor)
    }
}

/// What the reader can do with what is proposed: address and title.
pub(super) fn offered(visitor: &str, waiting: &Waiting) -> Vec<(String, &'static str)> {
    let fits = ANSWERS.into_iter().filter(|answer| answer.is_for(visitor, waiting));
    fits.map(|answer| (answer.address(&waiting.account), answer.title())).collect()
}

/// What is said on the account's page afterwards.
pub(super) fn done(slug: &str) -> Option<&'static str> {
    match slug {
        "approve" => Some("It is approved and done."),
        "refuse" => Some("It is refused, and nothing changes."),
        "take-back" => Some("It is taken back, and nothing changes."),
        _ => None,
    }
}

/// What is proposed, who proposed it, and why.
pub(super) fn facts(known: &Known, waiting: &Waiting) -> Vec<(String, String)> {
    let by = known.accounts.iter().find(|account| account.id == waiting.proposed_by);
    let entry = known.entries.iter().find(|entry| matches!(entry.event, Event::ChangeProposed(_)));
    let mut facts = vec![
        ("Proposed".to_owned(), format!("To {}", waiting.proposal.says())),
        ("By".to_owned(), by.map_or_else(|| "Somebody whose account is gone".to_owned(), |by| by.name.clone())),
    ];
    let why = entry.map(|entry| entry.reasons.clone()).filter(|why| !why.is_empty());
    facts.extend(why.map(|why| ("Why".to_owned(), why)));
    facts
}

/// `GET /staff/users/ID/proposed/ANSWER`
pub async fn show(
    State(app): State<Arc<App>>,
    Path((id, slug)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Opened { visitor, page, .. } = opened(&app, &headers, &id, &slug).await?;
    render(&app, &visitor, StatusCode::OK, &page)
}

/// `POST /staff/users/ID/proposed/ANSWER`
pub async fn submit(
    State(app): State<Arc<App>>,
    Path((id, slug)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let Opened { visitor, account, waiting, answer, page } = opened(&app, &headers, &id, &slug).await?;
    if Typed::of_body(&body).get("step") != "confirm" {
        return render(&app, &visitor, StatusCode::OK, &page);
    }
    visitor.fresh(&app, Action::KeepAccounts)?;
    let (code, digest, until) = start_code(&app);
    let (actor, seen) = (visitor.actor(), waiting.clone());
    let outcome = app.write(move |_, w| match answer {
        Answer::Approve => accounts::approve(w, &actor, &seen, (digest.clone(), until)),
        Answer::Refuse | Answer::TakeBack => accounts::drop_proposal(w, &actor, &seen),
    });
    match outcome.await {
        Ok(()) if answer == Answer::Approve && waiting.proposal == (Proposed::StartCode {}) => {
            code_page(&app, &visitor, &account, code, until)
        }
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{}?done={slug}", account.id)).into_response()),
        Err(Failure::Refused(refusal)) => {
            render(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &page.with_problems(refusal))
        }
        Err(other) => Err(other.into()),
    }
}

/// What an answer is about, once it is the reader's to give.
struct Opened {
    visitor: Visitor,
    account: Account,
    waiting: Waiting,
    answer: Answer,
    page: FormPage,
}

async fn opened(app: &Arc<App>, headers: &HeaderMap, id: &str, slug: &str) -> Result<Opened, Problem> {
    let (visitor, account, known) = of_somebody_else(app, headers, id).await?;
    let answer = ANSWERS.into_iter().find(|answer| answer.slug() == slug).ok_or(Problem::NotFound)?;
    let waiting = known.waiting.clone().ok_or(Problem::NotFound)?;
    if !answer.is_for(&visitor.account.id, &waiting) {
        let says = match answer {
            Answer::TakeBack => "Somebody else proposed this. You can approve or refuse it",
            Answer::Approve | Answer::Refuse => "You proposed this. Somebody else approves or refuses it",
        };
        return Err(Problem::Denied(says.to_owned()));
    }
    let back = format!("{LIST}/{}", account.id);
    let title = format!("{}: {}", answer.title(), account.name);
    let page =
        FormPage::plain(&title, &answer.address(&account.id), &back, Vec::new(), &Typed::default(), answer.title());
    let page = page.with_facts(facts(&known, &waiting)).at_once();
    Ok(Opened { visitor, account, waiting, answer, page })
}
