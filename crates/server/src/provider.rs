//! Signing in through the body's own identity provider (OpenID Connect): where a browser is sent, and
//! what its answer shows. The provider is asked at the addresses that it publishes itself under the
//! operator's address of it, and nothing is believed that it did not sign for this installation and
//! this errand.

use std::error::Error as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use candour_store::db::{Error, Tx};
use candour_store::plain::provider_link;
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
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
    turns: Arc<Semaphore>,
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
    /// To sign in; the sessions that the browser had end then, by the hashes of their tokens in hex.
    SignIn(Vec<String>),
    /// To connect their account here: which, and the session from which they went.
    Connect(String, String),
    /// To show again that it is they, likewise.
    Again(String, String),
}

impl For {
    /// Whether the provider has to ask them again, whoever is signed in to it.
    fn asks_again(&self) -> bool {
        !matches!(self, Self::SignIn(_))
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// By whom it is signed.
    pub issuer: String,
    /// Who it is to the provider.
    pub subject: String,
    /// Whether they showed two factors.
    pub by_two: bool,
    /// When they showed it, in microseconds since 1970, where the provider says so.
    pub at: Option<i64>,
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
            .proxy(None)
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
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            known: Mutex::default(),
        })
    }

    /// Whether an account is connected with one of the provider that there is now.
    pub fn links(app: &App, tx: &mut Tx<'_>, account: &str) -> Result<bool, Error> {
        let issuer = provider_link::issuer_of(tx, &app.store.record.log, account)?;
        Ok(app.provider.as_ref().is_some_and(|provider| issuer.as_deref() == Some(provider.issuer.as_str())))
    }

    /// Where a browser is sent, and what it takes along.
    pub async fn ask(app: &Arc<App>, what: For) -> Result<(String, Asked), Problem> {
        let metadata = Self::metadata(app, KNOWN_FOR_MICROS).await?;
        let client = of(app)?.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut asked =
            client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge);
        if what.asks_again() {
            asked = asked.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        let (address, state, nonce) = asked.url();
        let (state, nonce) = (state.secret().clone(), nonce.secret().clone());
        Ok((address.to_string(), Asked { what, state, nonce, verifier: verifier.secret().clone() }))
    }

    /// Whether an answer is to what was asked, as far as can be seen without asking the provider.
    pub fn is_to(app: &App, asked: &Asked, answer: &Answer) -> Result<(), Wrong> {
        let provider = of(app).map_err(|_| Wrong("there is no provider"))?;
        if answer.state.is_empty() || answer.state != asked.state {
            return Err(Wrong("the answer is to another question"));
        }
        if !answer.issuer.is_empty() && answer.issuer != provider.issuer.as_str() {
            return Err(Wrong("the answer is of another provider"));
        }
        if answer.code.is_empty() { Err(Wrong("the provider gave no code")) } else { Ok(()) }
    }

    /// What an answer shows that is to what was asked ([`Self::is_to`]).
    pub async fn shown(app: &Arc<App>, asked: Asked, answer: Answer) -> Result<Result<Shown, Wrong>, Problem> {
        let provider = of(app)?;
        let metadata = Self::metadata(app, KNOWN_FOR_MICROS).await?;
        let Some(token) = Self::exchanged(app, &metadata, &asked, answer.code).await? else {
            return Ok(Err(Wrong("the provider takes the code for none of its own")));
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
        if let Some(known) = provider.known(now, for_micros) {
            return known;
        }
        let turn = provider.turn().await?;
        // Somebody else may have asked meanwhile.
        if let Some(known) = provider.known(now, for_micros) {
            return known;
        }
        let app = Arc::clone(app);
        in_background(turn, move || of(&app)?.renewed(now)).await
    }

    /// What is known of it and not too old, or that it was asked just now and did not answer.
    fn known(&self, now: i64, for_micros: i64) -> Option<Result<Arc<CoreProviderMetadata>, Problem>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let lasts = if known.failed { FAILED_FOR_MICROS } else { for_micros };
        known.asked_at.filter(|at| (0..lasts).contains(&(now - at)))?;
        Some(known.metadata.clone().ok_or_else(away))
    }

    fn renewed(&self, now: i64) -> Result<Arc<CoreProviderMetadata>, Problem> {
        let found = CoreProviderMetadata::discover(&self.issuer, &|request| self.call(request));
        let found = found.inspect_err(|error| {
            let why = error.source().map_or_else(String::new, ToString::to_string);
            tracing::error!(%error, why, "the identity provider does not say what it is");
        });
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.asked_at, known.failed) = (Some(now), found.is_err());
        if let Ok(metadata) = found {
            known.metadata = Some(Arc::new(metadata));
        }
        // What was known before may still hold.
        known.metadata.clone().ok_or_else(away)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.turns).acquire_owned().await.map_err(|e| Problem::Internal(e.to_string()))
    }

    /// Changes a code for what it stands for; none when the provider does not.
    async fn exchanged(
        app: &Arc<App>,
        metadata: &Arc<CoreProviderMetadata>,
        asked: &Asked,
        code: String,
    ) -> Result<Option<CoreIdToken>, Problem> {
        let turn = of(app)?.turn().await?;
        let (app, metadata, verifier) = (Arc::clone(app), Arc::clone(metadata), asked.verifier.clone());
        in_background(turn, move || {
            let provider = of(&app)?;
            let client = provider.client(&metadata);
            let request = client.exchange_code(AuthorizationCode::new(code));
            let request = request.map_err(|e| Problem::Internal(format!("the identity provider: {e}")))?;
            let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
            let answer = request.request(&|request| provider.call(request));
            match answer {
                Ok(answer) => Ok(answer.id_token().cloned()),
                Err(RequestTokenError::ServerResponse(answer)) => {
                    tracing::warn!(error = %answer.error(), "the identity provider gives no token");
                    Ok(None)
                }
                Err(error) => {
                    tracing::error!(%error, "the identity provider does not answer as it should");
                    Err(away())
                }
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
        if asked.what.asks_again() && !claims.auth_time().is_some_and(is_near) {
            return Err(Wrong("the provider did not ask again"));
        }
        let methods = claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str());
        let mut said = methods.chain(claims.auth_context_ref().map(|context| context.as_str()));
        Ok(Shown {
            issuer: self.issuer.as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            by_two: said.any(|said| self.second_factor_by.iter().any(|by| by == said)),
            at: claims.auth_time().map(|at| at.timestamp_micros().min(now)),
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

/// Asks it beside the pages. The turn ends with the asking, also when whoever waits for it goes away.
async fn in_background<T: Send + 'static>(
    turn: OwnedSemaphorePermit,
    f: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let asking = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        f()
    });
    asking.await.map_err(|e| Problem::Internal(e.to_string()))?
}
