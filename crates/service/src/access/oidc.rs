//! Signing in at an OpenID Connect provider: authorisation code with PKCE. Off unless it is configured.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tierlight_store::{Digest, OrganisationId, Role};
use tokio::sync::Semaphore;

use super::secret::{digest, same};
use crate::config::Oidc;
use crate::problem::Problem;
use crate::problem::table::{BUSY, NOT_ALLOWED, NOT_SIGNED_IN};

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long what the provider says of itself is taken.
const KNOWN: Duration = Duration::from_mins(5);
/// Sign-ins that ask the provider at a time.
const ASKING: usize = 4;
/// Largest answer of a provider, bytes.
const ANSWER: u64 = 1 << 20;

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider.
#[derive(Debug, Clone)]
pub struct Provider {
    settings: Oidc,
    organisation: OrganisationId,
    redirect: RedirectUrl,
    agent: Arc<ureq::Agent>,
    /// What the provider said of itself, and when.
    known: Arc<Mutex<Option<(Instant, CoreProviderMetadata)>>>,
    /// Sign-ins that ask the provider.
    asking: Arc<Semaphore>,
}

/// What a sign-in must come back with; kept in a cookie of the browser that began it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
}

impl Attempt {
    /// True when that is the state that was sent.
    #[must_use]
    pub fn is_of(&self, state: &str) -> bool {
        same(&digest(&self.state), &digest(state))
    }
}

/// A failure of the way to the provider.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unreached(String);

impl Provider {
    /// A provider by its settings.
    ///
    /// # Errors
    /// The organisation or a URL is none.
    pub fn new(settings: Oidc, url: &str) -> Result<Self, String> {
        let organisation = settings.organisation.parse().map_err(|_| "oidc.organisation is no id of an organisation".to_owned())?;
        let redirect = RedirectUrl::new(format!("{url}/sign-in/callback")).map_err(|e| format!("public_url: {e}"))?;
        IssuerUrl::new(settings.issuer.clone()).map_err(|e| format!("oidc.issuer: {e}"))?;
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).max_redirects(0).build();
        Ok(Self {
            settings,
            organisation,
            redirect,
            agent: Arc::new(agent.into()),
            known: Arc::default(),
            asking: Arc::new(Semaphore::new(ASKING)),
        })
    }

    /// Organisation of those who sign in here.
    #[must_use]
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// Where a browser goes, and what it must come back with.
    ///
    /// # Errors
    /// The provider does not answer.
    pub async fn begin(&self) -> Result<(String, Attempt), Problem> {
        let this = self.clone();
        let turn = self.asking.clone().acquire_owned().await.map_err(|e| Problem::internal(&e))?;
        blocking(move || {
            let _turn = turn;
            let client = this.client()?;
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let (url, state, nonce) = client
                .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
                .add_scope(Scope::new("openid".to_owned()))
                .set_pkce_challenge(challenge)
                .url();
            let attempt = Attempt { state: state.secret().clone(), nonce: nonce.secret().clone(), verifier: verifier.secret().clone() };
            Ok((url.to_string(), attempt))
        })
        .await
    }

    /// Who signed in, as a pseudonym, and what they may do.
    ///
    /// # Errors
    /// The provider does not vouch for it, or its claims give no role.
    pub async fn finish(&self, code: String, attempt: Attempt) -> Result<(String, Role), Problem> {
        let this = self.clone();
        let turn = self.asking.clone().acquire_owned().await.map_err(|e| Problem::internal(&e))?;
        blocking(move || {
            let _turn = turn;
            let refused = |what: &str, error: &dyn std::fmt::Display| {
                tracing::warn!(%error, what, "a sign-in at the provider is refused");
                Problem::new(NOT_SIGNED_IN, "the provider does not vouch for this sign-in").hint("begin again at /sign-in")
            };
            let client = this.client()?;
            let tokens = client
                .exchange_code(AuthorizationCode::new(code))
                .map_err(|e| refused("no token endpoint", &e))?
                .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier))
                .request(&|request| this.send(request))
                .map_err(|e| refused("code", &e))?;
            let token = tokens.id_token().ok_or_else(|| refused("token", &"there is none"))?;
            let verifier = client.id_token_verifier();
            let claims = token.claims(&verifier, &Nonce::new(attempt.nonce)).map_err(|e| refused("token", &e))?;
            // a person's id at the provider is not kept: the digest tells sessions of one person together
            let person = Digest::of(format!("{} {}", this.settings.issuer, claims.subject().as_str()).as_bytes()).to_string();
            let role = this.role(&token.to_string())?;
            Ok((format!("oidc_{}", person.get(..32).unwrap_or_default()), role))
        })
        .await
    }

    /// Role in the claims of a token that was verified before.
    fn role(&self, token: &str) -> Result<Role, Problem> {
        let claims = token.split('.').nth(1).and_then(|part| {
            let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, part).ok()?;
            serde_json::from_slice::<Value>(&bytes).ok()
        });
        let claim = claims.as_ref().and_then(|c| c.get(&self.settings.role_claim));
        let words: Vec<&str> = match claim {
            Some(Value::String(word)) => vec![word],
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let stated = words.iter().filter_map(|word| word.parse::<Role>().ok()).max();
        stated.or(self.settings.default_role).ok_or_else(|| {
            let detail = format!("the provider states no role in {}", self.settings.role_claim);
            Problem::new(NOT_ALLOWED, detail).hint("ask an admin of the provider for a role: viewer, analyst, inspector or admin")
        })
    }

    fn client(&self) -> Result<Client, Problem> {
        let unreached = |error: &dyn std::fmt::Display| {
            tracing::warn!(%error, "the provider does not answer");
            Problem::new(BUSY, "the provider does not answer as it should").hint("try again, or use a key").retry_after(5)
        };
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known().as_ref().filter(|(since, _)| since.elapsed() < KNOWN).map(|(_, metadata)| metadata.clone());
        let metadata = if let Some(metadata) = fresh {
            metadata
        } else {
            let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|e| unreached(&e))?;
            let metadata = CoreProviderMetadata::discover(&issuer, &|request| self.send(request)).map_err(|e| unreached(&e))?;
            *known() = Some((Instant::now(), metadata.clone()));
            metadata
        };
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = ClientSecret::new(self.settings.client_secret.clone());
        Ok(CoreClient::from_provider_metadata(metadata, id, Some(secret)).set_redirect_uri(self.redirect.clone()))
    }

    /// Sends a request to the provider; redirects are not followed.
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unreached> {
        let failed = |e: &dyn std::fmt::Display| Unreached(e.to_string());
        let mut answer = self.agent.run(request).map_err(|e| failed(&e))?;
        let mut response = openidconnect::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        let body = answer.body_mut().with_config().limit(ANSWER).read_to_vec().map_err(|e| failed(&e))?;
        response.body(body).map_err(|e| failed(&e))
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    actix_web::web::block(work).await?
}
