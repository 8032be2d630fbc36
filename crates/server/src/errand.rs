//! Errands: somebody's browser goes to their passkey, or to the identity provider, and comes back with
//! an answer. What was asked is sealed in a cookie of the browser that was asked, so that nobody else
//! can answer and nothing is kept of those who never come back. It is good for ten minutes and once.

use axum::http::{HeaderMap, HeaderValue};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use candour_store::accounts::Spent;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::error::Problem;
use crate::session;

/// For so many minutes an errand is good.
pub const MINUTES: i64 = 10;
const MICROS: i64 = MINUTES * 60 * 1_000_000;

/// What somebody went for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// To a passkey, to sign in.
    SignIn,
    /// To a passkey, after the password.
    Code,
    /// To a passkey, to show again that it is they.
    Again,
    /// To a device, for a new passkey.
    Add,
    /// To the identity provider.
    Provider,
    /// Back from there, with what it showed, to a page that brings the session.
    Finish,
}

impl Errand {
    /// What it is called in an address and in what is sealed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Code => "code",
            Self::Again => "again",
            Self::Add => "add",
            Self::Provider => "provider",
            Self::Finish => "finish",
        }
    }

    fn cookie(self, secure: bool) -> String {
        format!("{}candour-errand-{}", if secure { "__Host-" } else { "" }, self.name())
    }

    /// Whoever comes back from the provider comes from another site.
    fn same_site(self) -> &'static str {
        if self == Self::Provider { "Lax" } else { "Strict" }
    }

    /// Begins it: the cookie that holds what was asked.
    pub fn begin(self, app: &App, asked: &impl Serialize) -> Result<HeaderValue, Problem> {
        let internal = |says: &str| Problem::Internal(format!("an errand cannot be begun: {says}"));
        let sealed = Sealed { began: (app.now)(), asked };
        let sealed = serde_json::to_vec(&sealed).map_err(|e| internal(&e.to_string()))?;
        let key = app.factor_key.as_ref().ok_or_else(|| internal("there is no key file"))?;
        let sealed = key.seal_errand(&app.store.record.log, self.name(), &sealed);
        let sealed = sealed.ok_or_else(|| internal("it cannot be sealed"))?;
        self.set_cookie(app, &Base64UrlUnpadded::encode_string(&sealed), MINUTES * 60)
            .ok_or_else(|| internal("its cookie cannot be written"))
    }

    /// What was asked of the browser that comes back, and what its answer uses up; none when nothing
    /// was, or too long ago.
    #[must_use]
    pub fn back<T: DeserializeOwned>(self, app: &App, headers: &HeaderMap) -> Option<(T, Spent)> {
        let cookie = session::cookie_of(headers, &self.cookie(app.secure_cookies))?;
        let sealed = Base64UrlUnpadded::decode_vec(&cookie).ok()?;
        let opened = app.factor_key.as_ref()?.open_errand(&app.store.record.log, self.name(), &sealed)?;
        let Sealed { began, asked } = serde_json::from_slice(&opened).ok()?;
        let now = (app.now)();
        if !(0..MICROS).contains(&(now - began)) {
            return None;
        }
        Some((asked, Spent { digest: Sha256::digest(&sealed).to_vec(), now, since: now - MICROS }))
    }

    /// The cookie that ends it.
    #[must_use]
    pub fn ended(self, app: &App) -> Option<HeaderValue> {
        self.set_cookie(app, "", 0)
    }

    fn set_cookie(self, app: &App, value: &str, age_seconds: i64) -> Option<HeaderValue> {
        let (name, site) = (self.cookie(app.secure_cookies), self.same_site());
        let secure = if app.secure_cookies { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite={site}; Max-Age={age_seconds}{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    began: i64,
    asked: T,
}
