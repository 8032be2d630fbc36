//! What programs get: JSON with an `ETag`, or a problem (RFC 9457) that names each part of the
//! request which was wrong.

use axum::http::header::{self, GetAll, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use candour_core::record::hex;
use candour_core::refusal::Refusal;
use candour_store::Failure;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::error::{Problem, in_plain_words};

/// An answer when all is well.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    body: Value,
    /// The tag of what is answered; made from its bytes where none is given.
    tag: Option<String>,
    location: Option<String>,
}

impl Answer {
    /// A representation.
    #[must_use]
    pub fn of(body: Value) -> Self {
        Self { status: StatusCode::OK, body, tag: None, location: None }
    }

    /// Something that was added, where it is, and the version of the case that holds it.
    #[must_use]
    pub fn added(body: Value, location: String, version: u64) -> Self {
        Self { status: StatusCode::CREATED, body, tag: Some(tag_of(version)), location: Some(location) }
    }

    /// The same under the version of a case, which `If-Match` asks for.
    #[must_use]
    pub fn at_version(self, version: u64) -> Self {
        Self { tag: Some(tag_of(version)), ..self }
    }

    /// The response, or 304 where the caller has it already.
    #[must_use]
    pub fn into_response_for(self, have: &GetAll<'_, HeaderValue>) -> Response {
        let text = self.body.to_string();
        let tag = self.tag.unwrap_or_else(|| format!("\"{}\"", hex(&Sha256::digest(text.as_bytes())[..16])));
        let has = self.status == StatusCode::OK && have.iter().any(|held| holds(held, &tag));
        let mut response = if has {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            (self.status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
        };
        put(&mut response, header::ETAG, &tag);
        if let Some(location) = &self.location {
            put(&mut response, header::LOCATION, location);
        }
        response
    }
}

/// The tag of a case's version.
#[must_use]
pub fn tag_of(version: u64) -> String {
    format!("\"{version}\"")
}

fn holds(held: &HeaderValue, tag: &str) -> bool {
    let tags = held.to_str().unwrap_or_default();
    tags.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    // Hex, digits and references only, so it is always a valid header.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The body; what is named is a JSON pointer.
    Body,
    /// The query.
    Query,
    /// The headers.
    Header,
}

/// Why there is no answer.
#[derive(Debug, Clone)]
pub struct Refused {
    status: StatusCode,
    title: &'static str,
    detail: String,
    errors: Vec<Value>,
    headers: Vec<(HeaderName, String)>,
}

impl Refused {
    /// A refusal in words.
    #[must_use]
    pub fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, detail: detail.into(), errors: Vec::new(), headers: Vec::new() }
    }

    /// A request that does not fit the document: each part with what is wrong with it.
    #[must_use]
    pub fn unfit(wrong: Vec<(Part, String, String)>) -> Self {
        let errors = wrong.into_iter().map(|(part, name, says)| match part {
            Part::Body => json!({"pointer": format!("/{name}").trim_end_matches('/'), "detail": says}),
            Part::Query => json!({"parameter": name, "detail": says}),
            Part::Header => json!({"header": name, "detail": says}),
        });
        let says = "See `errors`, and /api/openapi.json for what is expected";
        Self { errors: errors.collect(), ..Self::new(StatusCode::BAD_REQUEST, "The request does not fit", says) }
    }

    /// What a rule refuses; its fields are those of the body, or the query's where there is none.
    #[must_use]
    pub fn by_rule(refusal: Refusal, part: Part) -> Self {
        let detail = refusal.to_string();
        let named = refusal.problems.into_iter().map(|p| match (part, p.field) {
            (_, "") => json!({"detail": p.says}),
            (Part::Body, field) => json!({"pointer": format!("/{field}"), "detail": p.says}),
            (Part::Query | Part::Header, field) => json!({"parameter": field, "detail": p.says}),
        });
        Self { errors: named.collect(), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "This cannot be done", detail) }
    }

    pub(super) fn denied(says: String) -> Self {
        Self::new(StatusCode::FORBIDDEN, "This token may not do this", says)
    }

    /// One answer for a case that is not there and for one that the caller may not read.
    #[must_use]
    pub fn no_such_case() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", "There is no such case, or this token may not read it")
    }

    pub(super) fn unknown_caller() -> Self {
        let says = "Send a token that is live: Authorization: Bearer candour_...";
        let headers = vec![(header::WWW_AUTHENTICATE, "Bearer realm=\"candour\"".to_owned())];
        Self { headers, ..Self::new(StatusCode::UNAUTHORIZED, "Who is asking is not known", says) }
    }

    pub(super) fn too_often(seconds: i64) -> Self {
        let says = format!("This token has asked too often. Ask again in {seconds} seconds");
        let headers = vec![(header::RETRY_AFTER, seconds.to_string())];
        Self { headers, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests", says) }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Denied(denied) => Self::denied(denied.to_string()),
            Failure::Refused(refusal) => Self::by_rule(refusal, Part::Body),
            Failure::Moved => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "The case has moved on",
                "Somebody else changed this case. Read it again, and send what still holds with its new ETag",
            ),
            Failure::Db(error) => Problem::Database(error).into(),
        }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        let status = problem.status();
        match problem {
            Problem::NotFound => Self::new(status, "Not found", "There is nothing at this address"),
            Problem::SignIn => Self::unknown_caller(),
            Problem::Denied(says) | Problem::Challenged(says, _) => Self::denied(says),
            Problem::Purposeless(_) => Self::denied("With this role one says first why one reads a case".to_owned()),
            Problem::Bad(says) => Self::new(status, "This cannot be done", says),
            Problem::NotNow(says) => Self::new(status, "This cannot be done just now", says),
            Problem::Unreadable => Self::new(status, "Not readable", "The request can be read in no way, or in two"),
            Problem::NoMethod => {
                Self::new(status, "Not allowed here", "The header Allow names what this address takes")
            }
            Problem::TooLarge => Self::new(status, "That is too much to send at once", "Send less"),
            Problem::Database(error) => Self::new(status, "Something is wrong here", in_plain_words(&error)),
            Problem::Unsent(why, ..) => (*why).into(),
            Problem::StepUp(_) | Problem::Enrol => {
                Self::denied("This takes somebody who shows that it is they; a token cannot".to_owned())
            }
            Problem::Internal(_) => {
                Self::new(status, "Something is wrong here", "It is not your doing. Try again later")
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            body["errors"] = Value::Array(self.errors);
        }
        let mut response =
            (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        for (name, value) in &self.headers {
            put(&mut response, name.clone(), value);
        }
        response
    }
}
