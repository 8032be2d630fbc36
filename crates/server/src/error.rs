//! What a page answers when it cannot answer: a [`Problem`], turned into a page by the router's
//! outermost layer, which alone knows the templates.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use candour_core::permit::Denied;
use candour_core::refusal::Refusal;
use candour_store::Failure;
use candour_store::db::Error;

use crate::web::typed::Typed;

/// Why there is no page.
#[derive(Debug, Clone)]
pub enum Problem {
    /// There is nothing at this address.
    NotFound,
    /// Nobody is signed in.
    SignIn,
    /// They have to set a second factor up first.
    Enrol,
    /// They have to show again that it is they, and what was wrong when they tried.
    StepUp(Option<&'static str>),
    /// They may not, and why.
    Denied(String),
    /// They may not as they are, but may open the case with a reason at an address.
    Challenged(String, String),
    /// They have to say first for what they read the case, at an address.
    Purposeless(String),
    /// The request makes no sense, and why.
    Bad(String),
    /// It cannot be done just now, and why.
    NotNow(String),
    /// The request is no request that can be read in one way.
    Unreadable,
    /// The address does not take that method.
    NoMethod,
    /// More was sent than is read.
    TooLarge,
    /// The database failed. The words are for the operator's log.
    Database(Error),
    /// A form could not be sent, and why; its address and what was typed, to be given back.
    Unsent(Box<Problem>, String, Typed),
    /// Anything else.
    Internal(String),
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Denied(denied) => denied.into(),
            Failure::Refused(refusal) => Self::Bad(refusal.to_string()),
            Failure::Moved => Self::Bad(failure.to_string()),
            Failure::Db(error) => Self::Database(error),
        }
    }
}

impl From<Denied> for Problem {
    /// To somebody outside a seal there is no such case, and so no such page.
    fn from(denied: Denied) -> Self {
        if denied.hides() { Self::NotFound } else { Self::Denied(denied.to_string()) }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Bad(refusal.to_string())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<minijinja::Error> for Problem {
    fn from(error: minijinja::Error) -> Self {
        Self::Internal(format!("{error:#}"))
    }
}

impl Problem {
    /// The status that goes with it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn | Self::Enrol => StatusCode::SEE_OTHER,
            Self::Denied(_) | Self::Challenged(..) | Self::Purposeless(_) | Self::StepUp(_) => StatusCode::FORBIDDEN,
            Self::Bad(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::NoMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Database(Error::Full(_)) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Database(_) | Self::NotNow(_) => StatusCode::SERVICE_UNAVAILABLE,
            // A way to the sign-in page would lose what was typed.
            Self::Unsent(why, ..) if matches!(**why, Self::SignIn) => StatusCode::FORBIDDEN,
            Self::Unsent(why, ..) => why.status(),
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The same problem, with what was typed into the form at `address`.
    #[must_use]
    pub fn with_typed(self, address: &str, typed: &Typed) -> Self {
        match self {
            Self::Database(_)
            | Self::SignIn
            | Self::StepUp(_)
            | Self::Denied(_)
            | Self::Challenged(..)
            | Self::Purposeless(_)
            | Self::Internal(_) => Self::Unsent(Box::new(self), address.to_owned(), typed.clone()),
            other => other,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What went wrong with the database, in words for the person in front of the page.
#[must_use]
pub fn in_plain_words(error: &Error) -> &'static str {
    match error {
        Error::Unanswered(_) => {
            "The database went away while it saved, so this may have been kept already. Send it again: it counts once."
        }
        Error::Away(_) => "The database cannot be reached. Try again in a few minutes.",
        Error::ReadOnly(_) => "The database can be read but not written to at the moment. Try again later.",
        Error::Full(_) => {
            "The disk of the service is full. The administrator has to make room before anything can be saved."
        }
        Error::Disk(_) => {
            "The disk of the service does not keep what is written to it. The administrator has to look at it before anything can be saved."
        }
        Error::Busy(_) => "The database is busy. Try again in a minute.",
        _ => "Something went wrong that is not your doing. Try again, and tell the administrator if it goes on.",
    }
}
