//! One provider, as it has described itself (OpenID Connect Discovery 1.0), with its keys.

use super::asking::{AskError, Asking};
use crate::config::{OidcSection, Pkce};
use crate::tls::{Outgoing, TlsError};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthType, Client, ClientId, ClientSecret,
    DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IdTokenFields, IssuerUrl, JsonWebKeySet, ProviderMetadata, RedirectUrl, StandardErrorResponse,
    StandardTokenResponse,
};
use passerelle_signaling::time::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, PoisonError};

/// Keys are asked for anew so often at most: who makes keys up must not make us ask.
const KEYS_SPACING: Millis = Millis::from_secs(60);

/// What a provider says of somebody beside what the standard names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Said(pub(super) Map<String, Value>);

impl AdditionalClaims for Said {}

/// What a provider says of itself beside that.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct More {
    end_session_endpoint: Option<String>,
    /// It names itself when it leads back (RFC 9207).
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
}

impl AdditionalProviderMetadata for More {}

type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type TokenFields = IdTokenFields<
    Said,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The library's client, for the ways that need one.
pub(super) type CodeClient = Client<
    Said,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<TokenFields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why there is no provider. For the log: it has nothing of a person.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unloaded {
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("`oidc.issuer` or `service.public_url` is no address: {0}")]
    Address(#[from] openidconnect::url::ParseError),
    #[error("{0}")]
    Discovery(String),
    #[error("it names an address as `{0}` that is not https")]
    Plain(&'static str),
}

/// See the module.
pub(super) struct Provider {
    section: OidcSection,
    redirect: RedirectUrl,
    metadata: Metadata,
    asking: Asking,
    keys: Mutex<Arc<CoreJsonWebKeySet>>,
    /// When they were asked for anew; whoever needs that waits for whoever does it.
    renewed: tokio::sync::Mutex<Option<Timestamp>>,
}

impl Provider {
    /// Asks the provider for its settings and keys.
    pub(super) async fn load(section: &OidcSection, redirect: String) -> Result<Self, Unloaded> {
        let ca = section.ca.as_deref().map(|path| ("oidc.ca", path));
        let is_plain = section.is_plain();
        let asking = Asking(Outgoing::new(ca, is_plain)?);
        let issuer = IssuerUrl::new(section.issuer.clone())?;
        let redirect = RedirectUrl::new(redirect)?;
        let metadata = Metadata::discover_async(issuer, &asking).await;
        let metadata = metadata.map_err(|error| Unloaded::Discovery(explain(&error)))?;
        let more = metadata.additional_metadata();
        let named = [
            (
                "authorization_endpoint",
                Some(metadata.authorization_endpoint().url()),
            ),
            (
                "token_endpoint",
                metadata.token_endpoint().map(|it| it.url()),
            ),
            (
                "userinfo_endpoint",
                metadata.userinfo_endpoint().map(|it| it.url()),
            ),
            ("jwks_uri", Some(metadata.jwks_uri().url())),
        ];
        for (name, address) in named {
            if address.is_some_and(|address| !is_safe(address, is_plain)) {
                return Err(Unloaded::Plain(name));
            }
        }
        if let Some(address) = &more.end_session_endpoint
            && !is_safe(&Url::parse(address)?, is_plain)
        {
            return Err(Unloaded::Plain("end_session_endpoint"));
        }
        let newest = Arc::new(metadata.jwks().clone());
        Ok(Self {
            section: section.clone(),
            redirect,
            metadata,
            asking,
            keys: Mutex::new(newest),
            renewed: tokio::sync::Mutex::default(),
        })
    }

    pub(super) const fn section(&self) -> &OidcSection {
        &self.section
    }

    pub(super) const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    pub(super) const fn asking(&self) -> &Asking {
        &self.asking
    }

    pub(super) fn client_id(&self) -> ClientId {
        ClientId::new(self.section.client_id.clone())
    }

    /// Whether codes are bound to us by a proof.
    pub(super) fn wants_proof(&self) -> bool {
        let more = self.metadata.additional_metadata();
        match self.section.pkce {
            Pkce::Always => true,
            Pkce::Never => false,
            Pkce::Auto => more
                .code_challenge_methods_supported
                .iter()
                .any(|method| method == "S256"),
        }
    }

    /// Whether who leads back is the provider: it names itself when it has said that it does.
    pub(super) fn is_named_by(&self, issuer: Option<&str>) -> bool {
        let more = self.metadata.additional_metadata();
        match issuer {
            Some(issuer) => issuer == self.section.issuer,
            None => !more.authorization_response_iss_parameter_supported,
        }
    }

    /// Us, as the provider sees us: with the secret where it is asked what a code is worth.
    pub(super) fn client(&self, secret: Option<ClientSecret>) -> CodeClient {
        let methods = self.metadata.token_endpoint_auth_methods_supported();
        // What a provider does not say it has is `client_secret_basic`.
        let takes_basic = methods
            .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let auth = if takes_basic {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
        CodeClient::from_provider_metadata(self.metadata.clone(), self.client_id(), secret)
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(auth)
    }

    /// The provider's keys.
    pub(super) fn keys(&self) -> Arc<CoreJsonWebKeySet> {
        Arc::clone(&self.keys.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The keys after they were asked for anew, since something was signed by one that is not among
    /// them; as they are when that has been done within the minute. `None` when they do not come.
    pub(super) async fn renewed_keys(&self, now: Timestamp) -> Option<Arc<CoreJsonWebKeySet>> {
        let mut renewed = self.renewed.lock().await;
        if renewed.is_some_and(|at| now.since(at) < KEYS_SPACING) {
            return Some(self.keys());
        }
        *renewed = Some(now);
        let fetched = JsonWebKeySet::fetch_async(self.metadata.jwks_uri(), &self.asking).await;
        match fetched {
            Ok(fetched) => {
                let newest = Arc::new(fetched);
                let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
                *keys = Arc::clone(&newest);
                tracing::info!("the provider of `oidc` signs with another key: its keys were read");
                Some(newest)
            }
            Err(error) => {
                let error = explain(&error);
                tracing::warn!(error, "the keys of the provider of `oidc` cannot be read");
                None
            }
        }
    }

    /// Where a browser signs out (OpenID Connect RP-Initiated Logout 1.0), and is led to `back`
    /// then.
    pub(super) fn way_out(&self, hint: Option<&str>, back: &str, state: &str) -> Option<String> {
        let more = self.metadata.additional_metadata();
        let mut address = Url::parse(more.end_session_endpoint.as_deref()?).ok()?;
        {
            let mut query = address.query_pairs_mut();
            match hint {
                Some(hint) => query.append_pair("id_token_hint", hint),
                None => query.append_pair("client_id", &self.section.client_id),
            };
            query.append_pair("post_logout_redirect_uri", back);
            query.append_pair("state", state);
        }
        Some(address.into())
    }
}

/// Whether an address is of a kind that we, or a browser, may be led to.
fn is_safe(address: &Url, is_plain: bool) -> bool {
    address.scheme() == "https" || (is_plain && address.scheme() == "http")
}

/// What went wrong, without what the provider has said.
fn explain(error: &DiscoveryError<AskError>) -> String {
    match error {
        DiscoveryError::Request(error) => error.to_string(),
        DiscoveryError::Response(status, ..) => {
            format!("it answers with status {status}, or not with JSON")
        }
        DiscoveryError::Validation(_) => {
            String::from("it calls itself otherwise than `oidc.issuer`: write that as it does")
        }
        DiscoveryError::Parse(error) => format!("its settings lack `{}`", error.path()),
        _ => String::from("its settings cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    /// Reading the system's roots takes milliseconds.
    static OUTGOING: LazyLock<Outgoing> = LazyLock::new(|| Outgoing::new(None, true).unwrap());

    impl Provider {
        /// One that is never asked.
        pub(in crate::oidc) fn nobody() -> Arc<Self> {
            let section: OidcSection = toml::from_str(
                "issuer = \"http://localhost:1\"\nclient_id = \"a\"\nlabel = \"a\"\n",
            )
            .unwrap();
            let metadata = serde_json::json!({
                "issuer": "http://localhost:1",
                "authorization_endpoint": "http://localhost:1/a",
                "jwks_uri": "http://localhost:1/j",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            });
            Arc::new(Self {
                redirect: RedirectUrl::new(String::from("http://localhost:2")).unwrap(),
                metadata: serde_json::from_value(metadata).unwrap(),
                asking: Asking(OUTGOING.clone()),
                keys: Mutex::new(Arc::new(CoreJsonWebKeySet::new(Vec::new()))),
                renewed: tokio::sync::Mutex::default(),
                section,
            })
        }
    }
}
