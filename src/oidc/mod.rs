//! Signing in by a provider (OpenID Connect Core 1.0, authorization code): the way there, the
//! answer with every check of it, who that is here by the configuration, and the way out. Accounts
//! and sessions are in `auth`.
//!
//! The provider is asked when somebody wants it, and not before: one that is away keeps no gateway
//! from starting, and nobody with a password from signing in.

mod asking;
mod checks;
mod claims;
mod flows;
mod hints;
mod provider;
mod refusal;
mod signed;
mod who;

pub use claims::Claims;
pub use refusal::{Refusal, RefusalKind};
pub use who::Known;

use crate::clock::Clock;
use crate::config::OidcSection;
use crate::random::{self, RandomError};
use flows::{Flow, Flows};
use hints::Hints;
use openidconnect::core::CoreResponseType;
use openidconnect::{
    AuthenticationContextClass, AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, Scope,
};
use passerelle_signaling::private::{Pii, Secret};
use passerelle_signaling::time::{Millis, Timestamp};
use provider::Provider;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The path to which a provider leads back.
pub const CALLBACK_PATH: &str = "/api/oidc/callback";

/// Whoever has not come back from the provider by then begins anew: time for a password forgotten.
pub const FLOW_MAX: Millis = Millis::from_secs(10 * 60);

/// A provider has told its settings and keys by then, or is away.
const LOAD_MAX: Duration = Duration::from_secs(6);

/// An answer is read and checked by then; two seconds below what a request may take here.
const EXCHANGE_MAX: Duration = Duration::from_secs(8);

/// Whoever signs out waits so long for a provider that has to be asked first: they are out here.
const LEAVE_MAX: Duration = Duration::from_secs(2);

/// What a provider has told is read again after so long: addresses change with its versions.
const LOADED_MAX: Millis = Millis::from_secs(60 * 60);

/// One that was away is asked again after so long; with settings of an hour ago at hand, after
/// that.
const RETRY: Millis = Millis::from_secs(5);
const RETRY_KNOWN: Millis = Millis::from_secs(5 * 60);

/// The provider of one gateway. Clones share everything.
#[derive(Clone)]
pub struct Oidc(Arc<Shared>);

struct Shared {
    clock: Clock,
    /// What stands before every path.
    base_url: String,
    loaded: tokio::sync::Mutex<Loaded>,
    flows: Mutex<Flows>,
    hints: Mutex<Hints>,
}

/// What is known of the provider.
#[derive(Default)]
struct Loaded {
    provider: Option<(Arc<Provider>, Timestamp)>,
    /// When it was away last, by these settings.
    failed: Option<(OidcSection, Timestamp)>,
}

/// What came back from the provider, by the browser.
pub struct Answer<'a> {
    /// Which way it ends.
    pub state: &'a str,
    /// What ties the browser.
    pub tie: Option<[u8; 32]>,
    /// What the provider hands out.
    pub code: Option<&'a str>,
    /// Why it does not.
    pub error: Option<&'a str>,
    /// Who says so (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Somebody a provider has answered for.
pub struct Person {
    /// The settings by which it was asked.
    pub section: OidcSection,
    /// What it calls them.
    pub subject: Pii<String>,
    /// Everything it has said of them.
    pub claims: Claims,
    /// What its sign-out wants to see.
    pub id_token: Secret<String>,
}

impl Oidc {
    /// Nobody is asked yet. `base_url`: what stands before every path of this gateway.
    pub fn new(clock: Clock, base_url: &str) -> Self {
        Self(Arc::new(Shared {
            clock,
            base_url: base_url.to_owned(),
            loaded: tokio::sync::Mutex::default(),
            flows: Mutex::default(),
            hints: Mutex::default(),
        }))
    }

    /// The provider's address at which a browser begins that is tied by `tie`. `page`: what the
    /// state begins with, so that it is known where a way began that has ended badly.
    ///
    /// # Errors
    /// When the provider is away.
    pub async fn begin(
        &self,
        section: &OidcSection,
        page: &str,
        tie: [u8; 32],
    ) -> Result<String, Refusal> {
        let provider = self.provider(section).await?;
        let failed = |_: RandomError| Refusal::FAILED;
        let state = format!("{page}-{}", random::token().map_err(failed)?);
        let nonce = Nonce::new(random::token().map_err(failed)?);
        let verifier = match provider.wants_proof() {
            true => Some(PkceCodeVerifier::new(random::token().map_err(failed)?)),
            false => None,
        };
        let client = provider.client(None);
        let (said_state, said_nonce) = (CsrfToken::new(state.clone()), nonce.clone());
        let scopes = section.scopes.iter().filter(|scope| *scope != "openid");
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || said_state,
                move || said_nonce,
            )
            .add_scopes(scopes.cloned().map(Scope::new));
        for level in &section.acr_values {
            request =
                request.add_auth_context_value(AuthenticationContextClass::new(level.clone()));
        }
        if let Some(verifier) = &verifier {
            let challenge = PkceCodeChallenge::from_code_verifier_sha256(verifier);
            request = request.set_pkce_challenge(challenge);
        }
        let (address, ..) = request.url();
        let now = self.0.clock.now();
        let flow = Flow {
            tie,
            nonce,
            verifier,
            provider,
            until: now + FLOW_MAX,
        };
        lock(&self.0.flows).keep(state, flow, now);
        Ok(address.into())
    }

    /// Whom the provider answers for, after every check.
    ///
    /// # Errors
    /// When it does not, or any check fails.
    pub async fn end(&self, answer: Answer<'_>) -> Result<Person, Refusal> {
        let now = self.0.clock.now();
        let taken = lock(&self.0.flows).take(answer.state, answer.tie, now);
        let flow = taken.map_err(Refusal::gone)?;
        let checked = checks::person(flow, &answer, now);
        let checked = tokio::time::timeout(EXCHANGE_MAX, checked).await;
        checked.unwrap_or(Err(Refusal::away("exchange_late")))
    }

    /// Keeps what the provider's sign-out wants to see of this session, in memory only.
    pub fn keep_hint(&self, session: [u8; 32], id_token: Secret<String>) {
        lock(&self.0.hints).keep(session, id_token);
    }

    /// Where whoever has had this session goes to be signed out at the provider as well; `None`
    /// when it has no such place, or is away.
    pub async fn leave(&self, section: &OidcSection, session: [u8; 32]) -> Option<String> {
        let hint = lock(&self.0.hints).take(session);
        let provider = tokio::time::timeout(LEAVE_MAX, self.provider(section)).await;
        let provider = provider.ok()?.ok()?;
        let back = match &section.post_logout_redirect {
            Some(address) => address.clone(),
            None => format!("{}/", self.0.base_url),
        };
        let state = random::token().ok()?;
        let hint = hint.as_ref().map(|hint| hint.reveal().as_str());
        provider.way_out(hint, &back, &state)
    }

    /// The provider of these settings, as it was told or is asked now. Of many at once, one asks.
    async fn provider(&self, section: &OidcSection) -> Result<Arc<Provider>, Refusal> {
        let mut loaded = self.0.loaded.lock().await;
        let now = self.0.clock.now();
        let known = loaded.provider.as_ref();
        let known = known.filter(|(provider, _)| provider.section() == section);
        let known = known.map(|(provider, at)| (Arc::clone(provider), *at));
        if let Some((provider, at)) = &known
            && now.since(*at) < LOADED_MAX
        {
            return Ok(Arc::clone(provider));
        }
        let retry = if known.is_some() { RETRY_KNOWN } else { RETRY };
        let failed = loaded.failed.as_ref();
        let has_failed = failed.is_some_and(|(of, at)| of == section && now.since(*at) < retry);
        let known = known.map(|(provider, _)| provider);
        if has_failed {
            return known.ok_or(Refusal::away("discovery"));
        }
        let redirect = format!("{}{CALLBACK_PATH}", self.0.base_url);
        let loading = Provider::load(section, redirect);
        let error = match tokio::time::timeout(LOAD_MAX, loading).await {
            Ok(Ok(provider)) => {
                let provider = Arc::new(provider);
                loaded.provider = Some((Arc::clone(&provider), now));
                loaded.failed = None;
                return Ok(provider);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => String::from("it does not answer in time"),
        };
        tracing::warn!(
            error,
            "the provider of `oidc` cannot be asked: nobody signs in by it now"
        );
        // From now on, since others have waited for this one meanwhile.
        loaded.failed = Some((section.clone(), self.0.clock.now()));
        known.ok_or(Refusal::away("discovery"))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
