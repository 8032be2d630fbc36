//! The door for programs: everything under `/api/v1`, in JSON, by bearer token.
//!
//! [`ENDPOINTS`] is the one table. The router, the OpenAPI document and the tests are made from it,
//! and [`front`] reads every request by it, so none of them can say anything that another does not.
//! Each endpoint's handler meets a caller who is known and a question that fits its schema.

pub mod answer;
pub mod asks;
pub mod caller;
mod cases;
mod change;
mod law;
mod log;
mod measures;
pub mod openapi;
mod schema;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawPathParams, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use candour_core::permit::Action;
use serde_json::Value;

pub use answer::{Answer, Refused};
use asks::Asks;

use crate::app::App;
use crate::session::Visitor;
use crate::web::typed::Typed;

/// Where every endpoint stands.
pub const UNDER: &str = "/api/v1";
/// The largest body read.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// What an endpoint does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It reads.
    Get,
    /// It adds something, once for each `Idempotency-Key`.
    Post,
}

/// One endpoint.
pub struct Endpoint {
    /// What it does.
    pub verb: Verb,
    /// Its path under [`UNDER`]. `{reference}` is a case.
    pub path: &'static str,
    /// Its name in the OpenAPI document.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub says: &'static str,
    /// What its caller must be allowed to do, before any case is looked at.
    pub needs: Option<Action>,
    /// What may stand in its query.
    pub query: &'static [Asks],
    /// What its body holds.
    pub body: &'static [Asks],
    /// Whether it changes a case that exists, and so asks for `If-Match`.
    pub changes: bool,
    /// The schema of what it answers when all is well.
    pub answers: fn() -> Value,
    handle: Handle,
}

type Handle = for<'a> fn(&'a Arc<App>, &'a Call) -> Answering<'a>;
type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, Refused>> + Send + 'a>>;

/// A request that fits its endpoint.
pub struct Call {
    /// Who calls.
    visitor: Visitor,
    /// What stands in the place of the path's parameter.
    named: String,
    /// The query.
    asked: Typed,
    /// The body's fields.
    sent: Typed,
    /// The `Idempotency-Key`.
    key: String,
    /// The version that the caller saw, from `If-Match`.
    seen: u64,
}

/// Every endpoint.
pub static ENDPOINTS: &[Endpoint] = &[
    measures::LIST,
    measures::ONE,
    cases::LIST,
    change::REFER,
    cases::ONE,
    cases::CLOCKS,
    cases::GATES,
    change::FORECAST,
    law::RULES,
    law::RULE,
    law::POWERS,
    log::HEAD,
];

/// The router of every endpoint.
pub fn router() -> Router<Arc<App>> {
    let mut router = Router::new().route(openapi::ADDRESS, axum::routing::get(openapi::show));
    for endpoint in ENDPOINTS {
        let filter = match endpoint.verb {
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
        };
        let answer = move |State(app): State<Arc<App>>,
                           path: RawPathParams,
                           RawQuery(query): RawQuery,
                           headers: HeaderMap,
                           body: Bytes| async move {
            let named = path.iter().next().map(|(_, value)| value.to_owned()).unwrap_or_default();
            front(&app, endpoint, named, query.as_deref(), &headers, &body).await
        };
        router = router.route(&format!("{UNDER}{}", endpoint.path), on(filter, answer));
    }
    router.layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// Answers a request: who calls, what they ask, and then the endpoint itself.
async fn front(
    app: &Arc<App>,
    endpoint: &'static Endpoint,
    named: String,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response {
    let answered = async {
        let visitor = caller::visitor(app, headers).await?;
        caller::may(&visitor, endpoint.needs)?;
        let asked = asks::query(&app.profile, endpoint.query, query)?;
        let (key, seen) = (asks::key(endpoint, headers)?, asks::seen(endpoint, headers)?);
        let sent = match endpoint.verb {
            Verb::Get => Typed::default(),
            Verb::Post => asks::body(&app.profile, endpoint.body, headers, body)?,
        };
        let call = Call { visitor, named, asked, sent, key, seen };
        (endpoint.handle)(app, &call).await
    };
    match answered.await {
        Ok(answer) => answer.into_response_for(&headers.get_all(header::IF_NONE_MATCH)),
        Err(refused) => refused.into_response(),
    }
}

/// Whether an address is for programs, so that its problems are too.
#[must_use]
pub fn is_under(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}
