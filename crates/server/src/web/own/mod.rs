//! The face of those who are kept informed: complainants, families and others, each with an account for
//! their own matter. It shows how far the matter has come, the letters that were sent to them, and what
//! they wrote; nothing else of the case. What is not theirs does not exist here.

pub mod matter;
pub mod write;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::Named;
use candour_core::case::informed::Person;
use candour_core::reference::Reference;
use serde::Serialize;

use super::work_list::reference_of;
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};

#[derive(Serialize)]
struct List {
    /// Each matter: how it is written, and where it is.
    matters: Vec<(String, String)>,
}

/// `GET /own`: the matters of the visitor; with one, that is what there is to see.
pub async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Own, &headers).await?;
    let own = &visitor.own;
    let mine = own.named.iter().filter(|named| !own.is_outside(&named.case));
    let matters = mine.map(|named| (reference_of(&named.case), address(named))).collect();
    app.pages.page("own/list.html", &Frame::of(&app, Some(&visitor), "own"), &List { matters })
}

fn address(named: &Named) -> String {
    format!("/own/cases/{}", named.case.strip_prefix("case:").unwrap_or(&named.case))
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
        if own.person()?.ended.is_some() { Err(Problem::NotFound) } else { Ok(own) }
    }

    /// What they are to the case.
    fn person(&self) -> Result<&Person, Problem> {
        self.open.case.state.informed(&self.key).ok_or(Problem::NotFound)
    }

    fn address(&self, page: &str) -> String {
        format!("/own/cases/{}{page}", self.open.case.reference.as_plain())
    }
}
