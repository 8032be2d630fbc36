//! Signing in through the body's own identity provider (OpenID Connect): where a browser is sent, and
//! what its answer shows. The provider is asked at the addresses that it publishes itself under the
//! operator's address of it, and nothing is believed that it did not sign for this installation and
//! this errand.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthPrompt, CoreClient, CoreIdToken, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::Problem;
use crate::origin::Origin;

/// Where the provider sends people back to.
pub const BACK: &str = "/sign-in/provider/back";
/// What it publishes of itself is asked for again after an hour, and after a failure no sooner than this.
const KNOWN_FOR_MICROS: i64 = 60 * 60 * 1_000_000;
const FAILED_FOR_MICROS: i64 = 10 * 1_000_000;
/// When an answer does not hold it is asked again, but no sooner than this.
const RENEWED_AFTER_MICROS: i64 = 60 * 1_000_000;
/// How far its clock and ours may differ, and how long ago it may have asked when it was to ask again.
const APART_SECONDS: i64 = 300;
/// How long it may take to answer.
const ANSWER_SECONDS_MAX: u64 = 10;
/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// Questions to it at once.
const AT_ONCE: usize = 4;
/// What its tokens may be signed by: a key that it alone holds, never a secret that we share.
const SIGNED_BY: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a configuration file says of the provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What people call it, as on the link: "Sign in with ...".
    pub name: String,
    /// Its address, under which it publishes what it is.
    pub issuer: String,
    /// What it calls this installation.
    pub client_id: String,
    /// The file that holds the secret of this installation.
    pub client_secret_file: PathBuf,
    /// What it says of a sign-in (`amr` or `acr`) that was by two factors; without it Candour asks for
    /// its own second factor.
    #[serde(default)]
    pub second_factor_by: Vec<String>,
}

/// The provider.
pub struct Provider {
    /// What people call it.
    pub name: String,
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: ClientSecret,
    back: RedirectUrl,
    second_factor_by: Vec<String>,
    agent: ureq::Agent,
    turns: Semaphore,
    known: Mutex<Known>,
}

/// What it published, and when it was asked.
#[derive(Default)]
struct Known {
    metadata: Option<Arc<CoreProviderMetadata>>,
    asked_at: Option<i64>,
    failed: bool,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What somebody goes there for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum For {
    /// To sign in.
    SignIn,
    /// To connect their account here, in a session of that name.
    Connect(String, String),
    /// To show again that it is they, likewise.
    Again(String, String),
}

/// What was asked, which comes back with the browser.
#[derive(Serialize, Deserialize)]
pub struct Asked {
    /// For what.
    pub what: For,
    state: String,
    nonce: String,
    verifier: String,
}

/// What an answer shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// By whom it is signed.
    pub issuer: String,
    /// Who it is to the provider.
    pub subject: String,
    /// Whether they showed two factors.
    pub by_two: bool,
}

/// Why an answer is not taken: for the operator's log, as whoever sent it learns nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong(pub &'static str);

impl Provider {
    /// The provider of the settings, for the address of this installation.
    ///
    /// # Errors
    /// Says what is wrong with the settings.
    pub fn of(settings: Settings, origin: &Origin) -> Result<Self, String> {
        let wrong = |what: &str, says: &str| format!("the identity provider's {what}: {says}");
        let issuer = IssuerUrl::new(settings.issuer).map_err(|e| wrong("issuer", &e.to_string()))?;
        let is_local =
            issuer.url().scheme() == "http" && issuer.url().host_str().is_some_and(|host| host == "localhost");
        if issuer.url().scheme() != "https" && !is_local {
            return Err(wrong("issuer", "it is not of https"));
        }
        let secret = std::fs::read_to_string(&settings.client_secret_file)
            .map_err(|e| wrong("client_secret_file", &format!("{}: {e}", settings.client_secret_file.display())))?;
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .https_only(!is_local)
            .timeout_global(Some(Duration::from_secs(ANSWER_SECONDS_MAX)))
            .build();
        Ok(Self {
            name: settings.name,
            back: RedirectUrl::new(origin.address(BACK)).map_err(|e| wrong("way back", &e.to_string()))?,
            issuer,
            client_id: ClientId::new(settings.client_id),
            secret: ClientSecret::new(secret.trim().to_owned()),
            second_factor_by: settings.second_factor_by,
            agent: agent.into(),
            turns: Semaphore::new(AT_ONCE),
            known: Mutex::default(),
        })
    }

    /// Where a browser is sent, and what it takes along.
    pub async fn ask(app: &Arc<App>, what: For) -> Result<(String, Asked), Problem> {
        let metadata = Self::metadata(app, KNOWN_FOR_MICROS).await?;
        let client = of(app)?.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut asked =
            client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge);
        if matches!(what, For::Again(..)) {
            asked = asked.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        let (address, state, nonce) = asked.url();
        let (state, nonce) = (state.secret().clone(), nonce.secret().clone());
        Ok((address.to_string(), Asked { what, state, nonce, verifier: verifier.secret().clone() }))
    }

    /// What the answer shows that a browser brought back, if it is to what was asked.
    pub async fn shown(app: &Arc<App>, asked: Asked, answer: Answer) -> Result<Result<Shown, Wrong>, Problem> {
        let provider = of(app)?;
        let wrong = |says: &'static str| Ok(Err(Wrong(says)));
        if answer.state.is_empty() || answer.state != asked.state {
            return wrong("the answer is to another question");
        }
        if !answer.issuer.is_empty() && answer.issuer != provider.issuer.as_str() {
            return wrong("the answer is of another provider");
        }
        if answer.code.is_empty() {
            return wrong("the provider gave no code");
        }
        let metadata = Self::metadata(app, KNOWN_FOR_MICROS).await?;
        let Some(token) = Self::exchanged(app, &metadata, &asked, answer.code).await? else {
            return wrong("the provider takes the code for none of its own");
        };
        let held = provider.holds(&metadata, &token, &asked, (app.now)());
        if held.is_ok() {
            return Ok(held);
        }
        // It may be signed with a key that is newer than what is known.
        let renewed = Self::metadata(app, RENEWED_AFTER_MICROS).await?;
        Ok(provider.holds(&renewed, &token, &asked, (app.now)()))
    }

    /// What the provider publishes of itself, asked for again when it is older than so much.
    async fn metadata(app: &Arc<App>, for_micros: i64) -> Result<Arc<CoreProviderMetadata>, Problem> {
        let (provider, now) = (of(app)?, (app.now)());
        let _turn = provider.turns.acquire().await.map_err(|e| Problem::Internal(e.to_string()))?;
        {
            let known = provider.known.lock().unwrap_or_else(PoisonError::into_inner);
            let lasts = if known.failed { FAILED_FOR_MICROS } else { for_micros };
            let is_fresh = known.asked_at.is_some_and(|at| (0..lasts).contains(&(now - at)));
            match &known.metadata {
                Some(metadata) if is_fresh => return Ok(Arc::clone(metadata)),
                None if is_fresh => return Err(away()),
                _ => {}
            }
        }
        let asking = Arc::clone(app);
        let found = in_background(move || {
            let provider = of(&asking)?;
            let found = CoreProviderMetadata::discover(&provider.issuer, &|request| provider.call(request));
            Ok(found.map_err(|error| tracing::error!(%error, "the identity provider does not say what it is")).ok())
        });
        let found = found.await?;
        let mut known = provider.known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.asked_at, known.failed) = (Some(now), found.is_none());
        if let Some(metadata) = found {
            known.metadata = Some(Arc::new(metadata));
        }
        // What was known before may still hold.
        known.metadata.clone().ok_or_else(away)
    }

    /// Changes a code for what it stands for; none when the provider does not.
    async fn exchanged(
        app: &Arc<App>,
        metadata: &Arc<CoreProviderMetadata>,
        asked: &Asked,
        code: String,
    ) -> Result<Option<CoreIdToken>, Problem> {
        let _turn = of(app)?.turns.acquire().await.map_err(|e| Problem::Internal(e.to_string()))?;
        let (app, metadata, verifier) = (Arc::clone(app), Arc::clone(metadata), asked.verifier.clone());
        in_background(move || {
            let provider = of(&app)?;
            let client = provider.client(&metadata);
            let request = client.exchange_code(AuthorizationCode::new(code));
            let request = request.map_err(|e| Problem::Internal(format!("the identity provider: {e}")))?;
            let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
            let answer = request.request(&|request| provider.call(request));
            match answer {
                Ok(answer) => Ok(answer.id_token().cloned()),
                Err(RequestTokenError::Request(error)) => {
                    tracing::error!(%error, "the identity provider does not answer");
                    Err(away())
                }
                Err(_) => Ok(None),
            }
        })
        .await
    }

    /// Whether a token is the provider's, for this installation, of now and to this question.
    fn holds(
        &self,
        metadata: &CoreProviderMetadata,
        token: &CoreIdToken,
        asked: &Asked,
        now: i64,
    ) -> Result<Shown, Wrong> {
        let seconds = now.div_euclid(1_000_000);
        let time = move || DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        let is_near = move |at: DateTime<Utc>| (at.timestamp() - seconds).abs() <= APART_SECONDS;
        let client = self.client(metadata);
        let verifier =
            client.id_token_verifier().set_allowed_algs(SIGNED_BY).set_time_fn(time).set_issue_time_verifier_fn(
                move |at| if is_near(at) { Ok(()) } else { Err("it is not of now".to_owned()) },
            );
        let claims = token.claims(&verifier, &Nonce::new(asked.nonce.clone())).map_err(|error| {
            // It holds nothing of the person: which check failed, and the provider's own address at most.
            tracing::warn!(%error, "a token of the identity provider does not hold");
            Wrong("the provider's token does not hold")
        })?;
        if matches!(asked.what, For::Again(..)) && !claims.auth_time().is_some_and(is_near) {
            return Err(Wrong("the provider did not ask again"));
        }
        let methods = claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str());
        let mut said = methods.chain(claims.auth_context_ref().map(|context| context.as_str()));
        Ok(Shown {
            issuer: self.issuer.as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            by_two: said.any(|said| self.second_factor_by.iter().any(|by| by == said)),
        })
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let secret = Some(self.secret.clone());
        let client = CoreClient::from_provider_metadata(metadata.clone(), self.client_id.clone(), secret);
        client.set_redirect_uri(self.back.clone())
    }

    /// Asks it something.
    fn call(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, mut body) = self.agent.run(request)?.into_parts();
        let body = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, body))
    }
}

/// What a browser brings back in the address to which it was sent.
pub struct Answer {
    /// The code, which is changed for a token.
    pub code: String,
    /// To which question.
    pub state: String,
    /// Of which provider, where it says so.
    pub issuer: String,
}

/// The provider, where there is one.
fn of(app: &App) -> Result<&Provider, Problem> {
    app.provider.as_ref().ok_or(Problem::NotFound)
}

fn away() -> Problem {
    Problem::NotNow("The identity provider does not answer. Try again later, or sign in with your password".to_owned())
}

async fn in_background<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(f).await.map_err(|e| Problem::Internal(e.to_string()))?
}
