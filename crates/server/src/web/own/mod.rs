//! The face of those who are kept informed: complainants, families and others, each with an account for
//! their own matter. It shows when they were told of progress, the letters that were sent to them, and
//! what they wrote; nothing else of the case, and nothing that was not told to them. What is not theirs
//! does not exist here.

pub mod matter;
pub mod write;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::access::Named;
use candour_core::case::informed::Person;
use candour_core::reference::Reference;
use candour_store::cases;
use serde::Serialize;

use super::work_list::reference_of;
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::operator_log;
use crate::session::{self, Face, Visitor, visitor};

/// Where somebody who leaves quickly goes: a page that anybody might look at.
const ELSEWHERE: &str = "https://www.bbc.co.uk/weather";

#[derive(Serialize)]
struct List {
    /// Each matter: how it is written, and where it is.
    matters: Vec<(String, String)>,
}

/// `GET /own`: the matters of the visitor.
pub async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Own, &headers).await?;
    let own = visitor.own.clone();
    let mine = app.read(move |app, tx| {
        let mut mine = Vec::new();
        for named in own.named.iter().filter(|named| !own.leaves_out(&named.case, None)) {
            let Ok(reference) = Reference::parse(named.case.strip_prefix("case:").unwrap_or_default()) else {
                continue;
            };
            let case = cases::load(tx, &app.store.record.log, &reference)?;
            if case.state.informed(&named.key).is_some_and(is_informed) {
                mine.push(named.clone());
            }
        }
        Ok(mine)
    });
    let matters = mine.await?.iter().map(|named| (reference_of(&named.case), address(named))).collect();
    app.pages.page("own/list.html", &Frame::of(&app, Some(&visitor), "own"), &List { matters })
}

/// Whether somebody is still told of the matter.
fn is_informed(person: &Person) -> bool {
    person.ended.is_none() && person.role.is_owed()
}

/// `GET /own/leave`: ends the session, and goes where nobody asks why.
pub async fn leave(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let mut response = Redirect::to(ELSEWHERE).into_response();
    // Nobody else has such a button, so nobody else is signed out by it.
    let visitor = session::anybody(&app, &headers).await.ok();
    if let Some(visitor) = visitor.filter(|visitor| Face::of(visitor.account.role) == Face::Own) {
        operator_log::signed_out(&visitor.account.id);
        for cookie in session::end(&app, &headers).await? {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

fn address(named: &Named) -> String {
    format!("/own/cases/{}", named.case.strip_prefix("case:").unwrap_or(&named.case))
}

/// Words that are shown, or the sentence in their place.
enum Words {
    Shown(String),
    Not(&'static str),
}

impl Words {
    fn says(self) -> String {
        match self {
            Self::Shown(words) => words,
            Self::Not(why) => why.to_owned(),
        }
    }
}

/// A matter that is open to whoever is kept informed of it.
struct Own {
    visitor: Visitor,
    open: OpenCase,
    key: String,
}

impl Own {
    /// Opens it, while they are still kept informed; otherwise there is no such page.
    async fn open(app: &Arc<App>, headers: &HeaderMap, reference: &str) -> Result<Self, Problem> {
        let visitor = visitor(app, Face::Own, headers).await?;
        let reference = Reference::parse(reference).map_err(|_| Problem::NotFound)?;
        let key = visitor.own.named_in(&reference.stream()).map(|named| named.key.clone());
        let key = key.ok_or(Problem::NotFound)?;
        let open = app.open_own_matter(&visitor.actor(), &reference).await?.ok_or(Problem::NotFound)?;
        let own = Self { visitor, open, key };
        let person = own.person()?;
        if !is_informed(person) {
            return Err(Problem::NotFound);
        }
        // What was agreed since they were given the account holds as well.
        let at_risk = person.contact.as_ref().is_some_and(|contact| contact.agreed.at_risk);
        if at_risk && !own.visitor.factors.any() && !own.visitor.session.by_two {
            return Err(Problem::Enrol);
        }
        Ok(own)
    }

    /// Words of an entry as it was recorded, or why they are not shown.
    fn words(&self, version: u64, field: &str) -> Words {
        let entry = self.open.case.entries.iter().find(|entry| entry.version == version);
        let words = entry.and_then(|entry| entry.words.iter().find(|(name, _)| name == field));
        match words {
            _ if self.open.restricted => Words::Not("These words cannot be shown here at the moment."),
            Some((_, words)) => Words::Shown(words.clone()),
            None => Words::Not("These words are no longer kept."),
        }
    }

    /// What they are to the case.
    fn person(&self) -> Result<&Person, Problem> {
        self.open.case.state.informed(&self.key).ok_or(Problem::NotFound)
    }

    fn address(&self, page: &str) -> String {
        format!("/own/cases/{}{page}", self.open.case.reference.as_plain())
    }
}
